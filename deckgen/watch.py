"""A project checked whenever a file of it is saved; the only module that knows watchdog.

Nothing is built: what is on the disk while somebody writes, such as an item cut out here and not
yet put in there, is no release, and must not get into the lock.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

from watchdog.events import (
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from deckgen.diagnostics import Severity, Unusable
from deckgen.folder import LOCK, Memory
from deckgen.project import Result, check

# Editors save in several steps: a new file, a rename, its permissions.
SETTLED = 0.05  # seconds without another event


@dataclass(frozen=True, slots=True)
class Round:
    """One check: which files were saved before it, what it came to, and how long it took."""

    saved: tuple[Path, ...]
    result: Result
    seconds: float
    time: str  # of the day

    def told(self) -> str:
        """Sum it up in a line."""
        counts = Counter(found.severity for found in self.result.found)
        found = ", ".join(f"{counts[severity]:,} {_plural(severity, counts[severity])}"
                          for severity in Severity if counts[severity]) or "nothing to mend"
        names = ", ".join(str(path) for path in self.saved[:3])
        more = f" and {len(self.saved) - 3} more" if len(self.saved) > 3 else ""
        return f"{names}{more}{': ' if names else ''}{found} ({self.seconds:.2f} s)"


def _plural(severity: Severity, count: int) -> str:
    return str(severity) if count == 1 or severity is Severity.ADVICE else f"{severity}s"


def rounds(folder: Path, until: Queue[None] | None = None) -> Iterator[Round]:
    """Check at once, and again after every save, until something is put into `until`.

    Raises Unusable if the folder is not there.
    """
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}; name the project's folder, or make one with "
                       "'deckgen new DIR'")
    saves: Queue[Path] = Queue()
    observer = Observer()
    observer.schedule(_Saves(folder, saves), str(folder), recursive=True)
    observer.start()
    try:
        memory = Memory()
        yield _round(folder, (), memory)
        while until is None or until.empty():
            if saved := _settled(saves):
                yield _round(folder, saved, memory)
    finally:
        observer.stop()
        observer.join()


def _round(folder: Path, saved: Iterable[Path], memory: Memory) -> Round:
    started = time.perf_counter()
    result = check(folder, memory=memory)
    return Round(tuple(saved), result, time.perf_counter() - started, time.strftime("%H:%M:%S"))


def _settled(saves: "Queue[Path]") -> tuple[Path, ...]:
    """Wait for a save, and for those that come right after it; nothing if there is none for long."""
    found: dict[Path, None] = {}
    wait = 0.5  # now and then, to see whether to go on
    while True:
        try:
            found[saves.get(timeout=wait)] = None
            wait = SETTLED
        except Empty:
            return tuple(found)


class _Saves(FileSystemEventHandler):
    """Notes what is saved, moved or deleted, but for what no check looks at."""

    def __init__(self, folder: Path, saves: "Queue[Path]") -> None:
        self.folder = folder
        self.saves = saves

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note the files of an event."""
        if isinstance(event, (FileOpenedEvent, FileClosedNoWriteEvent, DirModifiedEvent)):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name))
            if name and self.matters(path):
                self.saves.put(path)

    def matters(self, path: Path) -> bool:
        """Whether a check looks at a file. The lock is written by builds, dotfiles by editors."""
        try:
            below = path.relative_to(self.folder)
        except ValueError:
            return False
        return path.name != LOCK and not any(part.startswith(".") for part in below.parts)
