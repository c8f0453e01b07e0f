"""A project and its lock into the deck that Anki is given, and the lock that goes with it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from deckgen.compile.identity import identify, present, said
from deckgen.compile.makings import Making, make_ready
from deckgen.compile.notes import NoteMaker
from deckgen.compile.retirement import check_retirements, retired_notes
from deckgen.diagnostics import Diagnostic, Severity
from deckgen.lock import (
    Lock,
    NoteEntry,
    TypeEntry,
    positioned,
    rekeyed,
    replaced,
    resectioned,
    united,
)
from deckgen.markdown import block
from deckgen.model import Deck, Item, Media, Note, Project


class Changes(NamedTuple):
    """How many notes are new, changed or as they were since the lock, and which are retired."""

    new: int
    changed: int
    unchanged: int
    retired: tuple[tuple[str, str], ...]  # key, and what to call it


class Compiled(NamedTuple):
    """A deck with the lock that goes with it, and what was found on the way."""

    deck: Deck
    lock: Lock
    changes: Changes
    found: list[Diagnostic]
    living: int  # how many of the notes, the first ones, are those of items
    made: tuple[tuple[Item, Note], ...]  # every item that makes a note, with it


def compile_deck(
    project: Project, lock: Lock, now: int, step: Callable[[int], None] = lambda done: None
) -> Compiled:
    """Compile a project; `now` is the time, in seconds since 1970, that changes are stamped with.

    `step` is told how many items are done.
    """
    sections = {kind.was: section for section, kind in project.kinds.items() if kind.was}
    lock = resectioned(lock, sections)
    lock = united(lock, lambda: present(project, lock))
    compiled, renamed = _compiled(project, lock, now, step)
    if not renamed:
        return compiled
    words = {key: compiled.lock.notes[key].words for key in renamed}
    again, _ = _compiled(project, rekeyed(lock, renamed, words), now, step)
    found = [*again.found, *_report_renamed(project, renamed)]
    return again._replace(found=found)


def _compiled(
    project: Project, lock: Lock, now: int, step: Callable[[int], None]
) -> tuple[Compiled, dict[str, str]]:
    """Compile once; also find ids that were changed, as the new id -> the old."""
    types, makings, found = make_ready(project, lock, now)
    before = lock
    items = [item for item in project.items if item.kind.section in makings]
    keys, words, adopted, unknown = identify(items, lock)
    if adopted:
        lock = rekeyed(lock, adopted)
    positions = positioned([
        entry.position if (entry := lock.notes.get(key)) is not None else None for key in keys
    ])
    maker = NoteMaker(project, lock, now, items, keys)
    notes: list[Note] = []
    sources: list[Item] = []
    entries: dict[str, NoteEntry] = {}
    for i, (item, key) in enumerate(zip(items, keys, strict=True)):
        made = maker.note(i, item, key, makings[item.kind.section], positions[i])
        if made is not None:
            note, entry = made
            notes.append(note)
            sources.append(item)
            entries[key] = entry._replace(words=words[key]) if key in words else entry
        elif key in words:
            entries[key] = maker.entry_without_cards(item, key, positions[i], words[key])
        if i % 512 == 0:
            step(i)
    gone = {key: entry for key, entry in lock.notes.items() if key not in entries}
    renamed = {key: was for key, was in _renamed(lock, entries, gone) if key not in before.notes}
    found += [*unknown, *maker.found, *maker.chooser.found, *maker.shelf.found]
    found += check_retirements(project, lock)
    found += _changed_hands(lock, entries, dict(zip(keys, items, strict=True)))
    changes, living = _changes(lock, entries, gone), tuple(zip(sources, notes, strict=True))
    for key, note, entry in retired_notes(project, lock, entries, makings, now):
        notes.append(note)
        entries[key] = entry
    deck = _deck(project, notes, makings, maker.shelf.used, types)
    lock = replaced(lock, entries, types)
    return Compiled(deck, lock, changes, found, len(living), living), renamed


def _deck(
    project: Project, notes: list[Note], makings: Mapping[str, Making], media: Mapping[str, Media],
    types: Mapping[str, TypeEntry],
) -> Deck:
    used = {note.note_type.section for note in notes}
    times = [note.mod for note in notes] + [types[section].mod for section in used]
    return Deck(
        project=project.id,
        name=project.name,
        description=block(project.description),
        notes=tuple(notes),
        note_types=tuple(making.note_type for section, making in sorted(makings.items())
                         if section in used),
        media=tuple((name, file.path) for name, file in sorted(media.items())),
        mod=max(times, default=1),
    )


def _changes(
    lock: Lock, entries: Mapping[str, NoteEntry], gone: Mapping[str, NoteEntry]
) -> Changes:
    new = sum(key not in lock.notes for key in entries)
    changed = sum(
        key in lock.notes and lock.notes[key].mod != entry.mod for key, entry in entries.items()
    )
    retired = tuple(sorted(
        (key, said(entry.words) if entry.words else key)
        for key, entry in gone.items() if not entry.is_gone
    ))
    return Changes(new, changed, len(entries) - new - changed, retired)


# ---------------------------------------------------------------- ids that were changed


def _renamed(
    lock: Lock, entries: Mapping[str, NoteEntry], gone: Mapping[str, NoteEntry]
) -> Iterator[tuple[str, str]]:
    """Find new notes that are just what a note was that is gone: only the id was changed."""
    free = {entry.hash: key for key, entry in gone.items() if not entry.is_gone}
    for key, entry in entries.items() if free else ():
        if key not in lock.notes and (was := free.pop(entry.hash, None)):
            yield key, was


def _report_renamed(project: Project, renamed: Mapping[str, str]) -> Iterator[Diagnostic]:
    for item in project.items:
        if item.id is not None and item.id in renamed and not item.is_about:
            yield Diagnostic(item.file.span(item.id_at), "id-changed", f"this item had the id "
                             f"'{renamed[item.id]}', and nothing else about it has changed, so it "
                             "is taken for the same; an id is best left as it is", Severity.WARNING)


def _changed_hands(
    lock: Lock, entries: Mapping[str, NoteEntry], items: Mapping[str, Item]
) -> Iterator[Diagnostic]:
    """Find published notes that now say what another one said: their ids have changed hands."""
    changed = {
        key: entry for key, entry in lock.notes.items()
        if not entry.is_gone and (key not in entries or entries[key].hash != entry.hash)
    }
    said_before = {
        what: key for key, entry in changed.items() for what in (entry.hash, entry.sentence) if what
    }
    for key in changed.keys() & entries.keys():
        entry = entries[key]
        was = said_before.get(entry.hash, key)
        if was == key and entry.sentence != changed[key].sentence:
            was = said_before.get(entry.sentence, key)
        if was != key:
            item = items[key]
            yield Diagnostic(item.file.span(item.id_at), "id-moved", f"this item was '{was}' in the "
                             f"last build, when '{key}' was another: students' reviews of that one "
                             "would count for it; give it its old id back")
