"""The one orchestrator: opens a folder, walks the chain once, hands back one result."""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple, Self

from deckgen.compile import Changes, Compiled, compile_deck
from deckgen.diagnostics import Diagnostic, Span, in_reading_order
from deckgen.lint import lint
from deckgen.lock import Lock, read_lock, write_lock
from deckgen.model import File, Item, Media, Project
from deckgen.schema import (
    Manifest,
    Setting,
    built_in,
    card_file_schema,
    read_card_file,
    read_kinds,
    read_manifest,
    read_sources,
)
from deckgen.source import Parsed, parse

MANIFEST, SOURCES, LOCK = "deck.yaml", "sources.yaml", "deckgen.lock"
KINDS, MEDIA = "kinds", "media"

Progress = Callable[[str, int, int], None]  # stage, done, of how many


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""


class Unusable(Exception):
    """The call or the environment is wrong: there is no folder, no space, no permission."""


class Opened(NamedTuple):
    """A project as read, its lock, and everything found; no project if it cannot be told."""

    project: Project | None
    lock: Lock
    lock_bytes: bytes
    found: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the chain came to; `package` is where it was written, if it was."""

    found: tuple[Diagnostic, ...]
    compiled: Compiled | None = None
    package: Path | None = None
    is_lock_changed: bool = False
    singulars: Mapping[str, str] = field(default_factory=dict)  # section -> its kind's word for one

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the deck from being built."""
        return any(diagnostic.is_error for diagnostic in self.found)

    @property
    def changes(self) -> Changes | None:
        """What changed since the lock."""
        return self.compiled.changes if self.compiled else None

    def counted(self) -> Iterator[str]:
        """Count notes by kind, in words: `3 dates`, `1 actor`."""
        notes = self.compiled.deck.notes if self.compiled else ()
        counts = Counter(note.note_type.section for note in notes)
        for section, count in sorted(counts.items()):
            yield f"{count:,} {self.singulars[section] if count == 1 else section}"

    def cards(self) -> int:
        """Count cards."""
        return sum(len(note.cards) for note in self.compiled.deck.notes) if self.compiled else 0


def check(folder: Path, progress: Progress = no_progress) -> Result:
    """Find everything that `build` would find, and write nothing."""
    return _run(folder, progress)[0]


def build(
    folder: Path, out: Path, *, frozen: bool = False, progress: Progress = no_progress
) -> Result:
    """Check, then write `out/<deck id>.apkg` and the lock; with errors, write nothing.

    `frozen` reports a lock that would change, and then writes nothing.
    Raises Unusable if the folder cannot be read or the output cannot be written.
    """
    result, old_lock = _run(folder, progress)
    compiled = result.compiled
    if result.has_errors or compiled is None:
        return result
    lock = write_lock(compiled.lock, compiled.deck.project)
    is_changed = lock != old_lock
    if is_changed and frozen:
        return replace(result, found=(*result.found, _thawed(folder, compiled.changes)))
    progress("writing", 0, 0)
    package = out / f"{compiled.deck.project}.apkg"
    if package.is_dir():
        raise Unusable(f"{package} is a folder; move it away, or write elsewhere with -o")
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write(compiled, package, folder / LOCK, lock if is_changed else None)
    except OSError as error:
        raise Unusable(f"cannot write {error.filename or package}: {error.strerror or error}; "
                       "nothing was changed") from error
    return replace(result, package=package, is_lock_changed=is_changed)


def _run(folder: Path, progress: Progress) -> tuple[Result, bytes]:
    """Walk the chain up to the writing; return what came of it, and the lock as it was.

    The items are let go, so that they do not fill the memory while the package is written.
    """
    opened = open_project(folder, progress)
    if opened.project is None:
        return Result(tuple(in_reading_order(opened.found))), b""
    project, found = opened.project, list(opened.found)
    total = len(project.items)
    compiled = compile_deck(project, opened.lock, _now(),
                            lambda done: progress("compiling", done, total))
    found += compiled.found
    # What faulty items would use only seems to be unused.
    is_faulty = any(diagnostic.is_error for diagnostic in found)
    found += [d for d in lint(project, compiled) if d.is_error or not is_faulty]
    singulars = {kind.section: kind.singular for kind in project.kinds.values()}
    result = Result(tuple(in_reading_order(found)), compiled, singulars=singulars)
    return result, opened.lock_bytes


def _now() -> int:
    """The time of this build; SOURCE_DATE_EPOCH sets it, as everywhere in reproducible builds."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return max(1, int(given)) if re.fullmatch(r"[0-9]{1,12}", given) else int(time.time())


def _thawed(folder: Path, changes: Changes) -> Diagnostic:
    return Diagnostic(
        Span(str(folder / LOCK)), "frozen-lock", "the lock would change "
        f"({changes.new} notes new, {changes.changed} changed); build without --frozen and "
        "commit the lock"
    )


def card_schema(folder: Path) -> dict[str, object]:
    """Describe the card files of a project, its own kinds and sources included."""
    if not folder.is_dir():
        return card_file_schema(built_in())
    reading = _Reading(folder)
    kinds, _ = read_kinds([reading.parsed(name) for name in reading.kind_files()])
    cites, _ = read_sources(reading.parsed(SOURCES))
    return card_file_schema(kinds, cites)


# ---------------------------------------------------------------- reading


def open_project(folder: Path, progress: Progress = no_progress) -> Opened:
    """Read a project folder whole, its lock included."""
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}; name the project's folder, or make one with "
                       "'deckgen new DIR'")
    reading = _Reading(folder)
    manifest, found = read_manifest(reading.parsed(MANIFEST, required=True))
    reading.found += found
    if manifest is None and not reading.found:
        reading.found.append(Diagnostic(Span(str(folder / MANIFEST)), "no-manifest", f"{MANIFEST} "
                             "is empty; write 'id: …' and 'name: …' into it"))
    if manifest is None:
        reading.check_all_syntax()
        return Opened(None, Lock(), b"", reading.found)
    kinds, found = read_kinds([reading.parsed(name) for name in reading.kind_files()])
    reading.found += found
    cites, found = read_sources(reading.parsed(SOURCES))
    reading.found += found
    setting = Setting(manifest, kinds, cites)
    items = reading.items(setting, progress)
    lock_bytes = reading.bytes(LOCK) or b""
    lock, found = Lock(), []
    if lock_bytes:
        lock, found = read_lock(str(folder / LOCK), lock_bytes, manifest.id)
    reading.found += found
    project = _project(manifest, setting, items, reading.media())
    # With a damaged lock every note would look new, and more would be reported than is so.
    return Opened(None if found else project, lock, lock_bytes, reading.found)


def _project(
    manifest: Manifest, setting: Setting, items: list[Item], media: dict[str, Media]
) -> Project:
    return Project(
        id=manifest.id, name=manifest.name, description=manifest.description,
        language=manifest.language, tags=manifest.tags, cites=setting.cites, kinds=setting.kinds,
        items=tuple(items), media=media, manifest=manifest.file or File(MANIFEST, ""),
    )


class _Reading:
    """Reads the files of one folder; what cannot be read is a finding like any other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self.found: list[Diagnostic] = []
        self.names = sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        for where, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            below = Path(where).relative_to(self.folder)
            for name in names:
                if not name.startswith("."):
                    yield (below / name).as_posix()

    def kind_files(self) -> list[str]:
        return [name for name in self.names if name.startswith(f"{KINDS}/") and _is_yaml(name)]

    def card_files(self) -> list[str]:
        return [
            name for name in self.names
            if _is_yaml(name) and name not in (MANIFEST, SOURCES)
            and not name.startswith((f"{KINDS}/", f"{MEDIA}/"))
        ]

    def parsed(self, name: str, required: bool = False) -> Parsed:
        """Parse a file; one that is not there is empty, and an error if it is required."""
        path = str(self.folder / name)
        raw = self.bytes(name)
        if raw is None:
            if required and not any(d.span.path == path for d in self.found):
                self.found.append(Diagnostic(Span(path), "no-manifest", f"there is no {name} here; "
                                  "write one with 'id: …' and 'name: …', or name the folder that "
                                  "has it"))
            return Parsed(File(path, ""), None, [])
        parsed = parse(path, raw)
        self.found += parsed.found
        return parsed

    def bytes(self, name: str) -> bytes | None:
        """Read a file; None if it is not there or cannot be read."""
        path = self.folder / name
        if not path.is_symlink() and not path.exists():
            return None
        try:
            if not path.resolve().is_relative_to(self.root):
                raise OSError(0, "it is a link that leads out of the project")
            return path.read_bytes()
        except (OSError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or str(error)
            self.found.append(Diagnostic(Span(str(path)), "unreadable", f"this file cannot be "
                              f"read ({why}); mend its permissions, or take it out"))
            return None

    def items(self, setting: Setting, progress: Progress) -> list[Item]:
        items: list[Item] = []
        names = self.card_files()
        for done, name in enumerate(names):
            progress("reading", done, len(names))
            read = read_card_file(self.parsed(name), name, setting)
            items += read.items
            self.found += read.found
        for name in self.names:
            if name.endswith(".yml"):
                self.found.append(Diagnostic(Span(str(self.folder / name)), "file-name", "card "
                                  f"files end in .yaml; rename it to {Path(name).stem}.yaml"))
        if not items and not self.found:
            self.found.append(Diagnostic(Span(str(self.folder / MANIFEST)), "no-items", "there are "
                              "no items in this folder; write some into a file such as "
                              f"{self.folder / 'first.yaml'}"))
        return items

    def check_all_syntax(self) -> None:
        """Without a manifest nothing can be made of the files, but their syntax can be checked."""
        for name in (SOURCES, *self.kind_files(), *self.card_files()):
            self.parsed(name)

    def media(self) -> dict[str, Media]:
        media: dict[str, Media] = {}
        spellings: dict[str, str] = {}
        for name in self.names:
            if not name.startswith(f"{MEDIA}/"):
                continue
            raw = self.bytes(name)
            below = name.removeprefix(f"{MEDIA}/")
            other = spellings.setdefault(below.casefold(), below)
            if other != below:
                self.found.append(Diagnostic(
                    Span(str(self.folder / name)), "clashing-media", f"{below!r} and {other!r} are "
                    "one file on Windows and macOS; rename one of them"))
            if raw is not None:
                digest = blake2b(raw, digest_size=8).hexdigest()
                media[below] = Media(self.folder / name, digest, is_empty=not raw)
        return media


def _is_yaml(name: str) -> bool:
    return name.endswith(".yaml")


# ---------------------------------------------------------------- writing


def _write(compiled: Compiled, package: Path, lock_path: Path, lock: bytes | None) -> None:
    """Replace the package and the lock: both are complete on disk before either is renamed.

    The lock goes first. Were the machine to stop between the two renames, the next build would
    make the same package again; a package that students have and no lock remembers would be lost.
    """
    from deckgen.apkg import write_package

    with ExitStack() as opened:
        new_package = opened.enter_context(_Replacement(package))
        write_package(compiled.deck, new_package.file)
        made = [new_package]
        if lock is not None:
            made.insert(0, opened.enter_context(_Replacement(lock_path)))
            made[0].file.write(lock)
        _take_places(made)


def replace_file(target: Path, content: bytes) -> None:
    """Put new content in the place of a file's, in one step. Raises Unusable."""
    try:
        with _Replacement(target) as made:
            made.file.write(content)
            _take_places([made])
    except OSError as error:
        raise Unusable(f"cannot write {target}: {error.strerror}; nothing was changed") from error


class _Replacement:
    """A file beside `target` that can take its place; if it does not, it vanishes."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f".{target.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Self:
        self.file: IO[bytes] = self.path.open("w+b")
        return self

    def complete(self) -> None:
        """Make sure that all of it is on the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # what a full disk refused before, it refuses again
            self.file.close()
        self.path.unlink(missing_ok=True)


def _take_places(made: list[_Replacement]) -> None:
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


_CAN_HOLD_SIGNALS = hasattr(signal, "pthread_sigmask")  # not on Windows
