"""Files replaced in one step: complete on the disk before they take the place of others."""

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Self

from deckgen.diagnostics import Unusable

_CAN_HOLD_SIGNALS = hasattr(signal, "pthread_sigmask")  # not on Windows


def replace_file(target: Path, content: bytes) -> None:
    """Put new content in the place of a file's, in one step. Raises Unusable."""
    replace_files({target: content})


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Put new content in the places of several files', in one step or not at all. Raises Unusable.

    Who may read and write a file stays as it was.
    """
    target = Path()
    try:
        with ExitStack() as opened:
            made = []
            for target, content in contents.items():
                made.append(opened.enter_context(Replacement(target)))
                made[-1].file.write(content)
                made[-1].complete()  # closed now, since no more than a thousand may be open
                if target.exists():
                    shutil.copymode(target, made[-1].path)
            take_places(made)
    except OSError as error:
        raise Unusable(f"cannot write {target}: {error.strerror}; nothing was changed") from error


def fill_folder(
    folder: Path, contents: Mapping[str, bytes], is_ours: Callable[[bytes], bool]
) -> None:
    """Let `folder` have these files, in one step; others in it go if their first bytes are ours.

    Raises Unusable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stale = [path for path in sorted(folder.iterdir())
                 if path.name not in contents and path.is_file() and is_ours(_first_bytes(path))]
        for name in contents:
            if (folder / name).is_dir():
                raise IsADirectoryError(0, "it is a folder", str(folder / name))
    except OSError as error:
        raise Unusable(f"cannot write {error.filename or folder}: {error.strerror}; nothing was "
                       "changed") from error
    replace_files({folder / name: content for name, content in contents.items()})
    for path in stale:
        try:
            path.unlink()
        except OSError as error:
            raise Unusable(f"{path} is out of date and cannot be deleted: {error.strerror}; delete "
                           "it") from error


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1000)


class Replacement:
    """A file beside `target` that can take its place; if it does not, it vanishes."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f".{target.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Self:
        self.file: IO[bytes] = self.path.open("w+b")
        return self

    def complete(self) -> None:
        """Make sure that all of it is on the disk; once is enough."""
        if self.file.closed:
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # what a full disk refused before, it refuses again
            self.file.close()
        self.path.unlink(missing_ok=True)


def take_places(made: list[Replacement]) -> None:
    """Let complete files take the places of others, not to be interrupted in between."""
    for replacement in made:
        replacement.complete()
    stops = {signal.SIGINT, signal.SIGTERM}
    held = signal.pthread_sigmask(signal.SIG_BLOCK, stops) if _CAN_HOLD_SIGNALS else set()
    try:
        for replacement in made:
            replacement.path.replace(replacement.target)
    finally:
        if _CAN_HOLD_SIGNALS:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
