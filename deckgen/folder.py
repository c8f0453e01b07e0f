"""The files of a project into what they say: which are cards, and what cannot be read."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic, Span, Unusable
from deckgen.edition import apply
from deckgen.files import MANIFEST, Files, FolderFiles, open_files
from deckgen.lock import Lock, read_lock
from deckgen.model import Cite, File, Item, Kind, Media, Project, Retirement
from deckgen.schema import (
    CardFile,
    Change,
    Edition,
    Manifest,
    Setting,
    Vocabulary,
    built_in,
    read_card_file,
    read_kinds,
    read_manifest,
    read_sources,
)
from deckgen.source import Parsed, parse

SOURCES, LOCK = "sources.yaml", "deckgen.lock"
KINDS, MEDIA = "kinds", "media"

Progress = Callable[[str, int, int], None]  # stage, done, of how many


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""


class Opened(NamedTuple):
    """A project as read, its lock, and everything found; no project if it cannot be told."""

    project: Project | None
    lock: Lock
    lock_bytes: bytes
    found: list[Diagnostic]
    original: "Opened | None" = None  # what an edition is made from
    origin_at: int = 0  # where its manifest says so


class Memory:
    """Card files that were read, for somebody who reads a folder again and again."""

    def __init__(self) -> None:
        self._setting: list[bytes | None] = []
        self._files: dict[str, tuple[bytes, CardFile]] = {}

    def begin(self, setting: list[bytes | None]) -> None:
        """Forget what was read against another manifest, other kinds or other sources."""
        if setting != self._setting:
            self._setting, self._files = setting, {}

    def read(self, name: str, raw: bytes, read: Callable[[], CardFile]) -> CardFile:
        """Read a card file, unless it is just as it was."""
        known = self._files.get(name)
        if known is None or known[0] != raw:
            known = self._files[name] = (raw, read())
        return known[1]


def require_folder(folder: Path) -> None:
    """Raise Unusable, with what to name instead, unless there is such a folder."""
    if folder.is_file():
        raise Unusable(f"{folder} is a file; name the project's folder, such as "
                       f"{folder.parent if (folder.parent / MANIFEST).is_file() else 'cards'}")
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}; name the project's folder, or make one with "
                       "'deckgen new DIR'")


def is_edition(folder: Path) -> bool:
    """Whether a project is made from another, as far as its manifest can be read."""
    manifest, _ = read_manifest(_Reading(FolderFiles(folder)).parsed(MANIFEST))
    return manifest is not None and manifest.edition is not None


def is_inside(path: str, folder: Path) -> bool:
    """Whether a file lies in a folder, as both are written."""
    # Links are not followed: a file belongs where it is written to be.
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))  # noqa: PTH100


def open_project(
    folder: Path, progress: Progress = no_progress, memory: Memory | None = None
) -> Opened:
    """Read a project folder whole, its lock included; by `memory` only what has changed."""
    require_folder(folder)
    return read_project(FolderFiles(folder), progress, memory)


def read_project(
    files: Files, progress: Progress = no_progress, memory: Memory | None = None,
    chain: tuple[Path, ...] = (),
) -> Opened:
    """Read a project, be it a folder or inside an archive, as `open_project` does.

    `chain` has the editions that are made from it, the outermost first.
    """
    reading = _Reading(files)
    if memory is not None:
        memory.begin([reading.bytes(name) for name in (MANIFEST, SOURCES, *reading.kind_files())])
        reading.found.clear()  # it is found again below
    manifest, found = read_manifest(reading.parsed(MANIFEST, required=True))
    reading.found += found
    if manifest is None and not reading.found:
        reading.found.append(Diagnostic(Span(files.path(MANIFEST)), "no-manifest", f"{MANIFEST} "
                             "is empty; write 'id: …' and 'name: …' into it"))
    if manifest is None:
        reading.check_all_syntax()
        return Opened(None, Lock(), b"", reading.found)
    kinds, found = read_kinds([reading.parsed(name) for name in reading.kind_files()])
    reading.found += found
    cites, found = read_sources(reading.parsed(SOURCES))
    reading.found += found
    media = reading.media()
    original = _original(files, manifest, manifest.edition, chain) if manifest.edition else None
    if original is not None:
        if original.project is None:
            reading.found += original.found
            reading.check_all_syntax()
            return Opened(None, Lock(), b"", reading.found)
        reading.found += _clashes(manifest, original.project, kinds, cites, media)
        manifest = _inheriting(manifest, original.project)
        kinds, cites = {**kinds, **original.project.kinds}, {**cites, **original.project.cites}
        media = {**media, **original.project.media}
    setting = Setting(manifest, kinds, cites)
    items, retired, changes = reading.items(setting, progress, memory or Memory())
    lock_bytes = reading.bytes(LOCK) or b""
    lock = Lock()
    lock_found: list[Diagnostic] = []
    if lock_bytes:
        lock, lock_found = read_lock(files.path(LOCK), lock_bytes, manifest.id)
    if manifest.edition and manifest.file and original and original.project:
        applied = apply(manifest.edition, changes, original.project, setting, manifest.file,
                        partial(_fate, original.project.id, original.lock, lock),
                        [name for name, entry in original.lock.notes.items() if entry.is_gone])
        reading.found += applied.found
        items = applied.items + items
    reading.check_any(items)
    reading.found += lock_found
    project = _project(manifest, setting, items, retired, media)
    # With a damaged lock every note would look new, and more would be reported than is so.
    is_damaged = any(diagnostic.is_error for diagnostic in lock_found)
    at = manifest.edition.origin.at if manifest.edition else 0
    return Opened(None if is_damaged else project, lock, lock_bytes, reading.found, original, at)


def _original(
    files: Files, manifest: Manifest, edition: Edition, chain: tuple[Path, ...]
) -> Opened:
    """Read what an edition is made from, or say why that cannot be."""
    file = manifest.file or File(MANIFEST, "")
    here = Path(files.where)
    chain = (*chain, here.resolve())
    written = edition.origin.text.strip()
    where = Path(os.path.normpath(here / written))

    def refused(why: str, *more: Diagnostic) -> Opened:
        found = file.error(edition.origin.at, "bad-original", why)
        return Opened(None, Lock(), b"", [found, *more])

    if Path(written).is_absolute() or "\\" in written:
        return refused("'from' is a path from this folder, with '/', such as ../russia-japan-west; "
                       "others have your files elsewhere")
    if where.resolve() in chain:
        itself = "the edition itself" if where.resolve() == chain[-1] else "made from this edition"
        return refused(f"{where} is {itself}; name the project that the edition is made from")
    archive = next((part for part in here.parents if part.is_file()), None)
    if archive is not None and not where.is_relative_to(archive):
        return refused(f"{where} is outside of {archive}; what is in an archive is made from what is "
                       "there, too")
    try:
        original = open_files(where)
    except Unusable as error:
        return refused(str(error))
    if not original.has(MANIFEST):
        return refused(f"there is no {MANIFEST} in {where}; name the folder that has it")
    opened = read_project(original, chain=chain)
    errors = [found for found in opened.found if found.is_error]
    if errors or opened.project is None:
        return refused(f"the original has errors, as 'deckgen check {where}' tells; get them mended "
                       "there, or take an earlier version of it", *errors)
    if opened.project.id == manifest.id:
        return refused(f"the original has the id '{manifest.id}', too; an edition has one of its own")
    return opened


def _fate(origin: str, theirs: Lock, own: Lock, name: str) -> str:
    """Tell what the original did with an item that an edition knew."""
    entry, seen = theirs.notes.get(name), own.seen.get(f"{origin}:{name}")
    if entry is not None and entry.is_gone:
        return "it was taken out there; take the change out, or write the item as one of your own"
    now = [key for key, one in theirs.notes.items() if seen and one.guid == seen.guid and not one.is_gone]
    return f"there it is called '{now[0]}' by now; write that" if now else ""


def _inheriting(manifest: Manifest, original: Project) -> Manifest:
    """A manifest in which stands what an edition leaves to the original."""
    return replace(
        manifest, name=manifest.name or original.name,
        description=manifest.description or original.description,
        language=manifest.language or original.language)


def _clashes(
    manifest: Manifest, original: Project, kinds: Mapping[str, Kind], cites: Mapping[str, Cite],
    media: Mapping[str, Media],
) -> Iterator[Diagnostic]:
    """Find names of the edition's own that the original has for something else."""
    edition, file = manifest.edition, manifest.file or File(MANIFEST, "")
    digests, others = ({name: one.digest for name, one in shelf.items()}
                       for shelf in (media, original.media))
    both: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("kind", kinds, original.kinds), ("source", cites, original.cites),
        ("file in media/", digests, others))
    for what, own, theirs in both:
        for name in sorted(own.keys() & theirs.keys()):
            if own[name] != theirs[name] and edition is not None:
                yield file.error(edition.origin.at, "clashing-original", f"the original has a {what} "
                                 f"'{name}', and so has the edition; call its own something else")


def _project(
    manifest: Manifest, setting: Setting, items: list[Item], retired: list[Retirement],
    media: dict[str, Media],
) -> Project:
    return Project(
        id=manifest.id, name=manifest.name, description=manifest.description,
        language=manifest.language, tags=manifest.tags,
        ignore=manifest.ignore, cites=setting.cites, kinds=setting.kinds,
        items=tuple(items), retired=tuple(retired), media=media, manifest=manifest.file or File(MANIFEST, ""),
        look=manifest.edition.look if manifest.edition else None,
    )


class _Reading:
    """Reads the files of one project; what cannot be read is a finding like any other."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.found: list[Diagnostic] = []
        self.names = files.names()

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
        path = self.files.path(name)
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
        if not self.files.has(name):
            return None
        try:
            return self.files.read(name)
        except OSError as error:
            self.found.append(Diagnostic(
                Span(self.files.path(name)), "unreadable", "this file cannot be read "
                f"({error.strerror or error}); mend its permissions, or take it out"))
            return None

    def card_file(self, name: str, setting: Setting, memory: Memory) -> CardFile:
        """Read one card file, as far as it can be read."""
        raw = self.bytes(name)
        if raw is None:
            return CardFile([], [], [])

        def read() -> CardFile:
            parsed = parse(self.files.path(name), raw)
            made = read_card_file(parsed, name, setting)
            return made._replace(found=[*parsed.found, *made.found])

        return memory.read(name, raw, read)

    def items(
        self, setting: Setting, progress: Progress, memory: Memory
    ) -> tuple[list[Item], list[Retirement], list[Change]]:
        """Read the card files: their items, and what they say of items that stand elsewhere."""
        items: list[Item] = []
        retired: list[Retirement] = []
        changes: list[Change] = []
        names = self.card_files()
        for done, name in enumerate(names):
            progress("reading", done, len(names))
            read = self.card_file(name, setting, memory)
            items += read.items
            retired += read.retired
            changes += read.changes
            self.found += read.found
        for name in self.names:
            if name.endswith(".yml"):
                self.found.append(Diagnostic(Span(self.files.path(name)), "file-name", "card "
                                  f"files end in .yaml; rename it to {Path(name).stem}.yaml"))
        return items, retired, changes

    def check_any(self, items: list[Item]) -> None:
        """Report a project without any items."""
        if not items and not self.found:
            self.found.append(Diagnostic(Span(self.files.path(MANIFEST)), "no-items", "there are "
                              "no items in this folder; write some into a file such as "
                              f"{self.files.path('first.yaml')}"))

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
                    Span(self.files.path(name)), "clashing-media", f"{below!r} and {other!r} are "
                    "one file on Windows and macOS; rename one of them"))
            if raw is not None:
                digest = blake2b(raw, digest_size=8).hexdigest()
                media[below] = Media(self.files.path(name), self.files.content(name), digest,
                                     is_empty=not raw)
        return media


def _is_yaml(name: str) -> bool:
    return name.endswith(".yaml")


def vocabulary(folder: Path) -> Vocabulary:
    """What the files of a project may speak of, as far as they can be read.

    Without a folder, what every project has.
    """
    if not folder.is_dir():
        return Vocabulary(built_in())
    reading = _Reading(FolderFiles(folder))
    manifest, _ = read_manifest(reading.parsed(MANIFEST))
    if manifest and manifest.edition and (project := open_project(folder).project):
        return words_of(project)
    kinds, _ = read_kinds([reading.parsed(name) for name in reading.kind_files()])
    cites, _ = read_sources(reading.parsed(SOURCES))
    manifest = manifest or Manifest(id="", name="")
    items, _, _ = reading.items(Setting(manifest, kinds, cites), no_progress, Memory())
    return Vocabulary(kinds, cites, tags_of(items))


def words_of(project: Project) -> Vocabulary:
    """What the files of a project may speak of."""
    originals = {item.id: item.kind.section for item in project.items if item.origin and item.id}
    return Vocabulary(project.kinds, project.cites, tags_of(project.items), originals=originals)


def tags_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Give the tags that items have, sorted; most items share the tuple of theirs."""
    return tuple(sorted({tag for tags in {item.tags for item in items} for tag in tags}))
