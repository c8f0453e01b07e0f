"""The one orchestrator: opens a folder, walks the chain once, hands back one result."""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from deckgen import editor
from deckgen.compile import Changes, Compiled, Inherited, compile_deck
from deckgen.diagnostics import Diagnostic, Span, Unusable, in_reading_order
from deckgen.folder import (
    LOCK,
    Memory,
    Opened,
    Progress,
    is_inside,
    no_progress,
    open_project,
    words_of,
)
from deckgen.lint import lint
from deckgen.lock import Lock, write_lock
from deckgen.model import Note, Project
from deckgen.output import Replacement, fill_folder, replace_file, take_places
from deckgen.schema import Vocabulary

A_DAY = 86_400  # seconds; clocks differ by less
_EPOCH = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the chain came to; `package` and `files` are what was written, if it was."""

    found: tuple[Diagnostic, ...]
    compiled: Compiled | None = None
    package: Path | None = None
    files: tuple[Path, ...] = ()
    singulars: Mapping[str, str] = field(default_factory=dict)  # section -> its kind's word for one
    words: Vocabulary | None = None  # what the project's files speak of
    locked: int = 0  # when anything in the lock last changed, in seconds since 1970
    project: Project | None = None  # what was read, if it was kept
    inherited: Inherited | None = None  # what an edition has from elsewhere
    before: Lock = field(default_factory=Lock)

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the deck from being built."""
        return any(diagnostic.is_error for diagnostic in self.found)

    @property
    def changes(self) -> Changes | None:
        """What changed since the lock."""
        return self.compiled.changes if self.compiled else None

    def counted(self) -> Iterator[str]:
        """Count notes by kind, in words: `3 dates`, `1 actor`; then those that are retired."""
        notes = self.compiled.deck.notes if self.compiled else ()
        counts = Counter(note.note_type.section for note in self.living())
        for section, count in sorted(counts.items()):
            yield f"{count:,} {self.singulars[section] if count == 1 else section}"
        if retired := len(notes) - sum(counts.values()):
            yield f"{retired:,} retired"

    def living(self) -> tuple[Note, ...]:
        """The notes of items, without those that are retired."""
        return self.compiled.deck.notes[: self.compiled.living] if self.compiled else ()

    def cards(self) -> int:
        """Count the cards that are asked."""
        return sum(len(note.cards) - len(note.elsewhere) for note in self.living())


def check(
    folder: Path, progress: Progress = no_progress, memory: Memory | None = None
) -> Result:
    """Find everything that `build` would find, and what makes cards hard to learn; write nothing."""
    return _run(folder, progress, is_whole=True, memory=memory)[0]


def read(folder: Path, progress: Progress = no_progress) -> Result:
    """Find what `build` would find, and give the items with what is made of them; write nothing."""
    return _run(folder, progress, keeps_items=True)[0]


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
    package = out / f"{compiled.deck.project}.apkg"
    if package.is_dir():
        raise Unusable(f"{package} is a folder; move it away, or write elsewhere with -o")
    lock = write_lock(compiled.lock, compiled.deck.project)
    is_changed = lock != old_lock
    if is_changed and frozen:
        return _thawed(result, folder, "build without --frozen and commit the lock")
    if (outdated := _outdated(folder / LOCK, package, result.locked)) is not None:
        return replace(result, found=(*result.found, outdated))
    progress("writing", 0, 0)
    if not frozen and result.words is not None:
        editor.refresh(folder, result.words)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write(compiled, package, folder / LOCK, lock if is_changed else None)
    except OSError as error:
        raise Unusable(f"cannot write {error.filename or package}: {error.strerror or error}; "
                       "nothing was changed") from error
    return replace(result, package=package)


def relock(folder: Path, package: Path) -> tuple[tuple[Diagnostic, ...], int]:
    """Make the lock anew from the last package; give what was found, and how many notes it has.

    Raises Unusable if the package is none of this project, or if the lock has later changes.
    """
    from deckgen.apkg import read_package
    from deckgen.compile.relock import relocked

    opened = open_project(folder)
    if opened.project is None:
        return tuple(in_reading_order(opened.found)), 0
    deck = read_package(package)
    if deck.project != opened.project.id:
        raise Unusable(f"{package} is no package of '{opened.project.id}'; the lock is as it was")
    if opened.lock.latest > deck.mod:
        raise Unusable(f"{folder / LOCK} has changes of {_day(opened.lock.latest)}, later than those "
                       f"of {package}, {_day(deck.mod)}; it is as it was. If it is wrong all the "
                       "same, delete it first")
    inherited = _inherited(opened, opened.original, _now())[0] if opened.original else None
    lock = relocked(deck, opened.project.items, opened.lock, inherited)
    replace_file(folder / LOCK, write_lock(lock, deck.project))
    return (), len(lock.notes)


def export_update(folder: Path, out: Path, progress: Progress = no_progress) -> Result:
    """Check, then write the deck as text that updates it where it is installed.

    The files go to `out/<deck id>-update/`. Nothing may reach students that the lock does not
    know, so where it would change, that is reported, and nothing is written. Raises Unusable.
    """
    from deckgen.text import is_update_of, update_files

    result, old_lock = _run(folder, progress)
    compiled = result.compiled
    if result.has_errors or compiled is None:
        return result
    deck = compiled.deck
    if write_lock(compiled.lock, deck.project) != old_lock:
        return _thawed(result, folder, "run 'deckgen build' first, and commit the lock")
    progress("writing", 0, 0)
    where, files = out / f"{deck.project}-update", update_files(deck)
    fill_folder(where, files, lambda content: is_update_of(deck.project, content))
    return replace(result, files=tuple(where / name for name in files))


def _run(
    folder: Path, progress: Progress, *, is_whole: bool = False, keeps_items: bool = False,
    memory: Memory | None = None,
) -> tuple[Result, bytes]:
    """Walk the chain up to the writing; return what came of it, and the lock as it was.

    The items are let go, unless it `is_whole`, a check, or `keeps_items`, so that they do not fill
    the memory while the package is written.
    """
    keeps_items = keeps_items or is_whole
    opened = open_project(folder, progress, memory)
    if opened.project is None:
        return Result(tuple(in_reading_order(opened.found))), b""
    project, found = opened.project, list(opened.found)
    total = len(project.items)
    now, locked = _now(), opened.lock.latest
    inherited = None
    if opened.original is not None:
        inherited, unbuilt = _inherited(opened, opened.original, now)
        found += unbuilt
        locked = max(locked, inherited.deck.mod)
    compiled = compile_deck(project, opened.lock, now,
                            lambda done: progress("compiling", done, total), inherited)
    if locked > now + A_DAY and _EPOCH not in os.environ:
        found.append(_wrong_clock(folder, locked, now))
    found += compiled.found
    # What faulty items would use only seems to be unused.
    is_faulty = any(diagnostic.is_error for diagnostic in found)
    found += [d for d in lint(project, compiled, is_whole=is_whole and not is_faulty)
              if d.is_error or not is_faulty]
    if opened.original is not None:  # what there is to say of it, its own authors are told
        found = [d for d in found if d.is_error or is_inside(d.span.path, folder)]
    singulars = {kind.section: kind.singular for kind in project.kinds.values()}
    words = words_of(project)
    if not keeps_items:
        compiled = compiled._replace(made=())
    result = Result(tuple(in_reading_order(found)), compiled, singulars=singulars, words=words,
                    locked=locked, project=project if keeps_items else None,
                    inherited=inherited, before=opened.lock)
    return result, opened.lock_bytes


def _inherited(
    edition: Opened, original: Opened, now: int
) -> tuple[Inherited, list[Diagnostic]]:
    """Compile what an edition is made from, and report if that differs from what was built there.

    The gaps and cards of such a build would have numbers that the original may give to others.
    """
    if original.project is None or edition.project is None:
        raise ValueError(edition)
    before: Inherited | None = None
    found: list[Diagnostic] = []
    if original.original is not None:
        before, found = _inherited(original, original.original, now)
    compiled = compile_deck(original.project, original.lock, now, inherited=before)
    if write_lock(compiled.lock, original.project.id) != original.lock_bytes:
        found.append(edition.project.manifest.error(
            edition.origin_at, "unbuilt-original", "the original was edited after its last build, or "
            "never built; build it, or take it as it was released"))
    made = Inherited.of(original.project, compiled.deck, compiled.whole, compiled.keys,
                        compiled.made, compiled.retired)
    return made, found


def _now() -> int:
    """The time of this build; SOURCE_DATE_EPOCH sets it, as everywhere in reproducible builds."""
    given = os.environ.get(_EPOCH, "")
    return max(1, int(given)) if re.fullmatch(r"[0-9]{1,12}", given) else max(1, int(time.time()))


def _wrong_clock(folder: Path, locked: int, now: int) -> Diagnostic:
    return Diagnostic(
        Span(str(folder / LOCK)), "wrong-clock", f"the lock has changes of {_day(locked)}, and by "
        f"the clock of this machine it is {_day(now)}. If the clock is wrong, set it. If the lock "
        "was built with a wrong clock and nobody has the deck of then, restore the lock of before; "
        f"if students have it, build with {_EPOCH}={locked + 1}, or corrections would not arrive"
    )


def _outdated(lock: Path, package: Path, locked: int) -> Diagnostic | None:
    """Find that the package about to be replaced has changes that the lock knows nothing of."""
    from deckgen.apkg import stamp

    built = stamp(package) if package.is_file() else None
    if built is None or built <= locked:
        return None
    what = f"is not there, and {package} was built with one"
    if locked:
        what = (f"is older than {package}: its last change is of {_day(locked)}, and the package's "
                f"of {_day(built)}")
    return Diagnostic(
        Span(str(lock)), "outdated-lock", f"the lock {what}. Without the right lock students would "
        "lose progress: restore it from version control, or make it anew with 'deckgen relock "
        f"{package}'. If no student has that package, delete it"
    )


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def _thawed(result: Result, folder: Path, remedy: str) -> Result:
    """Report that the lock would change."""
    new, changed = result.changes[:2] if result.changes else (0, 0)
    found = Diagnostic(Span(str(folder / LOCK)), "frozen-lock", "the lock would change "
                       f"({new} new, {changed} changed); {remedy}")
    return replace(result, found=(*result.found, found))


def _write(compiled: Compiled, package: Path, lock_path: Path, lock: bytes | None) -> None:
    """Replace the package and the lock: both are complete on disk before either is renamed.

    The lock goes first. Were the machine to stop between the two renames, the next build would
    make the same package again; a package that students have and no lock remembers would be lost.
    """
    from deckgen.apkg import write_package

    with ExitStack() as opened:
        new_package = opened.enter_context(Replacement(package))
        write_package(compiled.deck, new_package.file)
        made = [new_package]
        if lock is not None:
            made.insert(0, opened.enter_context(Replacement(lock_path)))
            made[0].file.write(lock)
        take_places(made)
