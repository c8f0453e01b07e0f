"""What `diff` does: the release that would be built now, beside one that students have."""

import os
from dataclasses import replace
from pathlib import Path

from deckgen.comparison import Comparison, are_related, compare, is_same
from deckgen.diagnostics import Unusable
from deckgen.folder import LOCK, Progress, is_edition, no_progress
from deckgen.history import as_of
from deckgen.lock import Lock, read_lock
from deckgen.model import Deck, Note
from deckgen.project import Result, check

_PACKAGES = (".apkg", ".colpkg")


def since_package(folder: Path, package: Path, progress: Progress = no_progress
                  ) -> tuple[Result, Comparison | None]:
    """Compare a package with what a build would make now; nothing, if that has errors.

    `folder` may be a package, too. Raises Unusable.
    """
    from deckgen.apkg import read_package

    if package.is_dir():
        raise Unusable(f"{package} is a folder; first name the package that students have, then the "
                       "folder, or a revision with --since")
    old = read_package(package)
    if folder.suffix in _PACKAGES or folder.is_file():
        return Result(()), _compared(old, read_package(folder), str(package), str(folder))
    result = check(folder, progress)
    if result.has_errors or result.compiled is None:
        return result, None
    return result, _compared(old, result.compiled.deck, str(package), str(folder))


def since_revision(folder: Path, revision: str, progress: Progress = no_progress
                   ) -> tuple[Result, Comparison | None]:
    """Compare a revision of the project with what a build would make now. Raises Unusable."""
    with as_of(folder, revision, is_whole=is_edition(folder)) as earlier:
        old, lock = _built_then(earlier, revision)
    result = check(folder, progress)
    if result.has_errors or result.compiled is None:
        return result, None
    new = result.compiled.deck
    return result, _compared(_published(old, lock, new), new, revision, str(folder))


def _compared(old: Deck, new: Deck, was: str, now: str) -> Comparison:
    if not are_related(old, new):
        raise Unusable(f"{was} is a release of '{old.project}', and {now} one of '{new.project}'")
    return compare(old, new)


# ---------------------------------------------------------------- revisions


def _built_then(earlier: Path, revision: str) -> tuple[Deck, Lock]:
    """Compile a project as it was, with the lock of then."""
    result = check(earlier)
    errors = [found for found in result.found if found.is_error]
    if errors or result.compiled is None:
        first = errors[0]
        where = os.path.relpath(first.span.path, earlier)
        raise Unusable(f"the cards cannot be built as of {revision}: {len(errors)} error"
                       f"{'' if len(errors) == 1 else 's'}, the first at {where}:{first.span.line}: "
                       f"{first.message}")
    if not (earlier / LOCK).is_file():
        raise Unusable(f"there is no {LOCK} as of {revision}, so what students had then cannot be "
                       "told; name a revision that has one, or a package")
    deck = result.compiled.deck
    return deck, read_lock(LOCK, (earlier / LOCK).read_bytes(), deck.project)[0]


def _published(old: Deck, lock: Lock, new: Deck) -> Deck:
    """Leave out of an old deck what had not been built; set times that its lock does not know.

    The deck was made anew by the program of today. What that makes otherwise, and what was edited
    after the last build, has no time; then it is taken for such that `new` arrives.
    """
    # What an edition has from elsewhere as it is has the times that it has there.
    taken = {seen.guid for seen in lock.seen.values() if seen.is_taken}
    times = {note.guid: note.mod for note in old.notes if note.guid in taken}
    times |= {entry.guid: entry.mod for entry in lock.notes.values()}
    type_times = {made.id: made.mod for made in old.note_types} if lock.seen else {}
    type_times |= {entry.id: entry.mod for entry in lock.types.values()}
    now = {note.guid: note for note in new.notes}
    types_now = {made.id: made for made in new.note_types}
    types = {
        made: made if type_times.get(made.id) == made.mod or made.id not in types_now
        else replace(made, mod=types_now[made.id].mod - 1)
        for made in old.note_types
    }

    def published(note: Note) -> Note:
        note = note._replace(note_type=types[note.note_type])
        later = now.get(note.guid)
        if later is None or note.mod == times[note.guid]:
            return note
        return note._replace(mod=later.mod if is_same(note, later) else later.mod - 1)

    notes = tuple(published(note) for note in old.notes if note.guid in times)
    return replace(old, notes=notes, note_types=tuple(types.values()))
