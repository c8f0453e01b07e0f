"""A project and its lock into the deck that Anki is given, and the lock that goes with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from deckgen.compile.edition import Changes
from deckgen.compile.edition import Edition as _Edition
from deckgen.compile.identity import present, said
from deckgen.compile.inheritance import Inherited, identified, is_original
from deckgen.compile.looks import faults
from deckgen.compile.makings import Making, make_ready
from deckgen.compile.notes import NoteMaker
from deckgen.compile.retirement import check_retirements, retired_notes
from deckgen.diagnostics import Diagnostic, Severity
from deckgen.lock import (
    Lock,
    NoteEntry,
    positioned,
    rekeyed,
    replaced,
    resectioned,
    united,
)
from deckgen.markdown import block
from deckgen.model import Content, Deck, Item, Note, Project


class Compiled(NamedTuple):
    """A deck with the lock that goes with it, and what was found on the way."""

    deck: Deck
    lock: Lock
    changes: Changes
    found: list[Diagnostic]
    living: int  # how many of the notes, the first ones, are those of items
    made: tuple[tuple[Item, Note], ...]  # every item that makes a note, with it
    keys: Mapping[int, str]  # of the items, by their identity
    retired: tuple[tuple[str, Note], ...]  # by their keys
    whole: Lock  # of everything in the deck, also of what an edition leaves as it is


def compile_deck(
    project: Project, lock: Lock, now: int, step: Callable[[int], None] = lambda done: None,
    inherited: Inherited | None = None,
) -> Compiled:
    """Compile a project; `now` is the time, in seconds since 1970, that changes are stamped with.

    `step` is told how many items are done. `inherited` is what an edition has from elsewhere.
    """
    borrowed = {key: entry for key, entry in lock.notes.items() if is_original(key)}
    if borrowed:
        lock = replace(lock, notes={k: e for k, e in lock.notes.items() if k not in borrowed})
    sections = {kind.was: section for section, kind in project.kinds.items() if kind.was}
    lock = resectioned(lock, sections)
    lock = united(lock, lambda: present(project, lock))
    edition = _Edition.of(project, inherited, lock, borrowed) if inherited else None
    compiled, renamed = _compiled(project, lock, now, step, edition)
    if not renamed:
        return compiled
    words = {key: compiled.lock.notes[key].words for key in renamed}
    again, _ = _compiled(project, rekeyed(lock, renamed, words), now, step, edition)
    found = [*again.found, *_report_renamed(project, renamed)]
    return again._replace(found=found)


def _compiled(
    project: Project, lock: Lock, now: int, step: Callable[[int], None],
    edition: _Edition | None = None,
) -> tuple[Compiled, dict[str, str]]:
    """Compile once; also find ids that were changed, as the new id -> the old."""
    inherited = edition.inherited if edition else None
    types, makings, found = make_ready(project, lock, now, inherited)
    before = lock
    items = [item for item in project.items if item.kind.section in makings]
    keys, words, adopted, unknown = identified(items, lock, inherited)
    if adopted:
        lock = rekeyed(lock, adopted)
    known = edition.known(lock, items, keys) if edition else lock
    positions = positioned([
        entry.position if (entry := known.notes.get(key)) is not None else None for key in keys
    ])
    maker = NoteMaker(project, known, now, items, keys, inherited,
                      edition.borrowed if edition else {})
    made, entries = _made(zip(items, keys, positions, strict=True), words, maker, makings, edition, step)
    notes = [note for _, note in made]
    gone = {key: entry for key, entry in lock.notes.items() if key not in entries}
    own = {key: entry for key, entry in entries.items() if not is_original(key)} if edition else entries
    renamed = {key: was for key, was in _renamed(lock, own, gone) if key not in before.notes}
    found += [*unknown, *maker.found, *maker.chooser.found, *maker.shelf.found]
    found += check_retirements(project, lock)
    found += _changed_hands(lock, own, dict(zip(keys, items, strict=True)))
    changes = _changes(lock, own, gone)
    retired: list[tuple[str, Note]] = []
    for key, note, entry in retired_notes(project, lock, own, makings, now):
        retired.append((key, note))
        entries[key] = entry
    lock = replaced(lock, entries, types)
    whole = lock
    media: dict[str, Content] = {name: file.content for name, file in maker.shelf.used.items()}
    if edition:
        retired += edition.retired(maker.retired_deck, entries, makings)
        found += faults(project, edition.inherited.types)
        lock, whole, more = edition.locked(lock, entries, items, makings, retired)
        found += more
        changes = edition.changes(changes, lock)
        media |= dict(edition.media(notes, makings))
    notes += [note for _, note in retired]
    deck = _deck(project, notes, makings, media)
    names = {id(item): key for item, key in zip(items, keys, strict=True)}
    compiled = Compiled(deck, lock, changes, found, len(made), tuple(made), names, tuple(retired), whole)
    return compiled, renamed


def _made(
    keyed: Iterable[tuple[Item, str, int]], words: Mapping[str, str], maker: NoteMaker,
    makings: Mapping[str, Making], edition: _Edition | None, step: Callable[[int], None],
) -> tuple[list[tuple[Item, Note]], dict[str, NoteEntry]]:
    """Make the notes of items, given with their keys and positions, and the lock's entries of them."""
    made: list[tuple[Item, Note]] = []
    entries: dict[str, NoteEntry] = {}
    for i, (item, key, position) in enumerate(keyed):
        making, note = makings[item.kind.section], None
        if edition and edition.is_as_it_was(item, key):
            note = edition.note(item, key, making, position, maker.retired_deck)
        elif edition and item.origin and (parts := edition.parts(item, key, maker.lock)):
            for name, one, part in parts:
                if part.is_own and not (maker.has_more or name in maker.lock.notes):
                    continue
                both = maker.part(i, one, name, making, position, part)
                if both is not None:
                    entries[name] = both[1]
                    if (taken := edition.taken(both[0], one, making)) is not None:
                        made.append((one, taken))
        elif (both := maker.note(i, item, key, making, position)) is not None:
            note, entry = both
            entries[key] = entry._replace(words=words[key]) if key in words else entry
        elif key in words:
            entries[key] = maker.entry_without_cards(item, key, position, words[key])
        if note and edition:
            note = edition.taken(note, item, making)
        if note:
            made.append((item, note))
        if i % 512 == 0:
            step(i)
    return made, entries


def _deck(
    project: Project, notes: list[Note], makings: Mapping[str, Making],
    media: Mapping[str, Content],
) -> Deck:
    used = {note.note_type.section for note in notes}
    times = [note.mod for note in notes] + [makings[section].note_type.mod for section in used]
    return Deck(
        project=project.id,
        name=project.name,
        description=block(project.description),
        notes=tuple(notes),
        note_types=tuple(making.note_type for section, making in sorted(makings.items())
                         if section in used),
        media=tuple(sorted(media.items(), key=lambda named: named[0])),
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
