"""What a student who has one release gets with another, and what it would cost them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from deckgen.comparison.faces import Face, Faces
from deckgen.comparison.importing import Imported, difference, imported, stored, types_of
from deckgen.comparison.judging import (
    OVERWRITTEN,
    Cost,
    Had,
    Loss,
    blank,
    conflicting,
    gone,
    shifted,
    stale,
    twice,
)
from deckgen.comparison.naming import card_name, label_of, search_for
from deckgen.model import Deck, Note, NoteType


class What(StrEnum):
    """What may become of a note or a card; the first is what matters most."""

    NEW = "new"
    RETIRED = "retired"
    REVIVED = "back again"
    ANSWER = "answer changed"
    GAP_DROPPED = "gap dropped"
    GAP_REWORDED = "gap reworded"
    GAP_ADDED = "gap added"
    CARD_RETIRED = "card retired"
    CARD_ADDED = "card added"
    REWORDED = "reworded"
    MOVED = "in another deck"
    DETAILS = "details changed"  # a note, a source, a picture
    TAGS = "tags only"


class CardChange(NamedTuple):
    """A card before and after; None where it was or is not there."""

    ordinal: int
    name: str
    what: What
    before: Face | None
    after: Face | None


class NoteChange(NamedTuple):
    """What became of a note, what matters most first."""

    guid: str
    label: str
    section: str
    what: tuple[What, ...]
    cards: tuple[CardChange, ...]
    search: str = ""  # what finds it in Anki's browser, if it is retired
    decks: tuple[str, str] = ("", "")  # where it was and is, if it moved


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a release changes."""

    name: str  # of the deck
    notes: tuple[NoteChange, ...]
    types: tuple[str, ...]  # what changes about note types, in words
    losses: tuple[Loss, ...]
    unchanged: int


def compare(old: Deck, new: Deck) -> Comparison:
    """Tell what somebody who has `old` gets from `new`, imported with Anki's default options."""
    faces = Faces()
    before = {note.guid: note for note in old.notes}
    here = {note.guid: note for note in new.notes}
    notes = [change for note in here.values()
             if (change := _change(faces, before.get(note.guid), note)) is not None]
    changed = {change.guid for change in notes}
    unchanged = sum(guid in before and guid not in changed and not note.is_retired
                    for guid, note in here.items())
    losses = sorted(_losses(old, new, faces), key=_order)
    return Comparison(new.name, tuple(notes), tuple(_type_changes(old, new)), tuple(losses), unchanged)


# ---------------------------------------------------------------- what changes


def _change(faces: Faces, was: Note | None, note: Note) -> NoteChange | None:
    """Tell what becomes of a note that the new release has; None if nothing does."""
    if was is None and note.is_retired:
        return None  # an old acquaintance of others
    cards = tuple(_card_changes(faces, was, note))
    what = {*_kinds(was, note, {card.what for card in cards})}
    if not what:
        return None
    return NoteChange(
        note.guid, label_of(was if was and note.is_retired else note), note.note_type.section,
        tuple(kind for kind in What if kind in what), cards,
        search_for(note) if What.RETIRED in what else "",
        (was.deck, note.deck) if was and What.MOVED in what else ("", ""),
    )


def _kinds(was: Note | None, note: Note, cards: set[What]) -> Iterator[What]:
    """Tell what becomes of a note, given what becomes of its cards."""
    if was is None:
        yield What.NEW
        return
    if note.is_retired != was.is_retired:
        yield What.RETIRED if note.is_retired else What.REVIVED
        return
    yield from cards
    if was.deck != note.deck and not note.is_retired:
        yield What.MOVED  # and so its tags say
    elif was.text == note.text and set(was.tags) != set(note.tags) and not cards:
        yield What.TAGS
    if was.text != note.text and not cards:
        yield What.DETAILS


def _card_changes(faces: Faces, was: Note | None, note: Note) -> Iterator[CardChange]:
    """Tell what becomes of the cards of a note; what becomes of all of a type is told with it."""
    if was is not None and (was.text, was.cards) == (note.text, note.cards):
        return
    before, after = faces.faces(was) if was else {}, faces.faces(note)
    for ordinal in sorted({*before, *after}):
        one, other = before.get(ordinal), after.get(ordinal)
        what = _card_what(one, other, is_cloze=note.note_type.is_cloze)
        if was is None and what is not None:
            what = What.NEW
        elif was is not None and was.is_retired != note.is_retired:
            what = What.RETIRED if note.is_retired else What.REVIVED
        if what is not None:
            yield CardChange(ordinal, card_name(note.note_type, ordinal), what, one, other)


def _card_what(before: Face | None, after: Face | None, *, is_cloze: bool) -> What | None:
    was, now = _asks(before), _asks(after)
    if was and now and before and after:
        if before.answer != after.answer:
            return What.GAP_REWORDED if is_cloze else What.ANSWER
        return What.REWORDED if before.question != after.question else None
    if now:
        return What.GAP_ADDED if is_cloze else What.CARD_ADDED
    if was:
        return What.GAP_DROPPED if is_cloze else What.CARD_RETIRED
    return None


def _asks(face: Face | None) -> bool:
    return face is not None and not face.banner and not face.blank


def _type_changes(old: Deck, new: Deck) -> Iterator[str]:
    before = types_of(old)
    for made in types_of(new).values():
        was = before.get(made.id)
        if was is not None and not difference(was, made):
            yield from _type_change(was, made)


def _type_change(was: NoteType, now: NoteType) -> Iterator[str]:
    if was.name != now.name:
        yield f"the note type '{was.name}' is now called '{now.name}'"
    if was.is_cloze != now.is_cloze:
        yield f"'{now.name}': its cards are {'gaps' if now.is_cloze else 'templates'} now"
    for what, names, names_now in (
        ("field", [name for name, _ in was.fields], [name for name, _ in now.fields]),
        ("card", [card[0] for card in was.templates], [card[0] for card in now.templates]),
    ):
        for name, name_now in zip_longest(names, names_now):
            if name != name_now:
                yield f"'{now.name}': the {what} '{name}' is now called '{name_now}'"
    for card, card_now in zip(was.templates, now.templates, strict=True):
        if card[2:] != card_now[2:]:
            yield f"'{now.name}': the card '{card_now[0]}' is laid out anew"
    if was.css != now.css:
        yield f"'{now.name}': the style of its cards has changed"


# ---------------------------------------------------------------- what it costs


def _losses(old: Deck, new: Deck, faces: Faces) -> Iterator[Loss]:
    then = imported(old, new)
    before = _had({note.guid: stored(note) for note in old.notes}, faces)
    release = _had({note.guid: stored(note) for note in new.notes}, faces)
    after = _had(then.notes, faces)
    yield from twice(new)
    yield from conflicting(new, then.conflicts)
    yield from stale(then.notes, then.types, new, then.conflicts)
    yield from _overwritten(old, new, then)
    yield from gone(old, new)
    yield from blank(before, after, release)
    yield from shifted(before, after, release.notes)


def _had(notes: Mapping[str, Note], faces: Faces) -> Had:
    return Had(notes, lambda guid, ordinal: faces.face(notes[guid], ordinal), faces.blank)


def _overwritten(old: Deck, new: Deck, then: Imported) -> Iterator[Loss]:
    """Find notes that are the same and yet later, so that students' own edits are overwritten."""
    here = {note.guid: note for note in new.notes}
    for was in old.notes:
        note = here.get(was.guid)
        if note is not None and is_same(was, note) and note.mod > was.mod \
                and note.guid not in then.conflicts:
            yield Loss(Cost.OVERWRITTEN, note.guid, label_of(note), OVERWRITTEN)


def are_related(old: Deck, new: Deck) -> bool:
    """Whether two packages are of one project, or one is of an edition of the other, or of both."""
    if not old.project or not new.project or old.project == new.project:
        return True
    return not {note.guid for note in old.notes}.isdisjoint(note.guid for note in new.notes)


def is_same(was: Note, note: Note) -> bool:
    """Whether a release changes nothing about a note but, perhaps, the time of change."""
    return (was.text, was.tags, was.cards) == (note.text, note.tags, note.cards)


def _order(loss: Loss) -> tuple[int, str, int]:
    return list(Cost).index(loss.cost), loss.label, loss.ordinal
