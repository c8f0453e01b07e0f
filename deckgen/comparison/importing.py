"""What a student has after an import, foretold without Anki; with its default options.

All of it was found by experiment with Anki 26.9, and the tests compare it with what Anki does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

from deckgen.model import Deck, Note, NoteType
from deckgen.template import renamed

# What Anki takes out of a field; the separator stands between two.
_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1e\x7f]")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a student has then: notes by guid, and by id the note types that a release may update.

    `conflicts` are the guids of notes that are left alone, with the reason.
    """

    notes: Mapping[str, Note]
    types: Mapping[int, NoteType]
    conflicts: Mapping[str, str]


def imported(has: Deck, release: Deck) -> Imported:
    """Foretell what somebody who has the one deck has after importing the other."""
    had = types_of(has)
    came = types_of(release)
    types = {**came, **{number: _updated(was, came.get(number)) for number, was in had.items()}}
    clashing = {number for number, was in had.items()
                if number in came and difference(was, came[number])}
    before = {note.guid: stored(_with_type(note, types[note.note_type.id])) for note in has.notes}
    notes, conflicts = before.copy(), {}
    for note in release.notes:
        was, made = before.get(note.guid), note.note_type
        if was is None:
            # Of a note type that clashes, Anki makes a second one.
            new = note if made.id in clashing else _with_type(note, types[made.id])
            notes[note.guid] = stored(new)
        elif made.id != was.note_type.id or made.id in clashing:
            conflicts[note.guid] = conflict(was.note_type, made)
        else:
            notes[note.guid] = _replaced(was, note)
    comparable = {number: made for number, made in types.items() if number not in clashing}
    return Imported(notes, comparable, conflicts)


def types_of(deck: Deck) -> dict[int, NoteType]:
    """Give the note types that have notes; Anki imports no others."""
    used = {note.note_type.id for note in deck.notes}
    return {made.id: made for made in deck.note_types if made.id in used}


def _updated(was: NoteType, now: NoteType | None) -> NoteType:
    """Update a note type by a later one; where a field is renamed, Anki writes its cards anew."""
    if now is None or now.mod <= was.mod or difference(was, now):
        return was
    names = {name: name_now for (name, _), (name_now, _) in zip(was.fields, now.fields, strict=True)
             if name != name_now}
    return replace(now, templates=tuple(
        (name, number, renamed(front, names), renamed(back, names))
        for name, number, front, back in now.templates)) if names else now


def stored(note: Note) -> Note:
    """Give a note as Anki has it once it is imported."""
    text = as_taken_in(note.text)
    return note if text == note.text else note._replace(text=text)


def _with_type(note: Note, made: NoteType) -> Note:
    return note if note.note_type is made else note._replace(note_type=made)


def _replaced(was: Note, now: Note) -> Note:
    """Update a note by a later one; its new cards come also with one that is not later."""
    cards = tuple(sorted({*was.cards, *now.cards}))
    if now.mod > was.mod:
        return was._replace(text=as_taken_in(now.text), tags=now.tags, mod=now.mod, cards=cards)
    return was if cards == was.cards else was._replace(cards=cards)


# ---------------------------------------------------------------- what is the same


def is_stale(has: Note, note: Note) -> bool:
    """Whether what a student has of a note is not what a release says."""
    return (has.text != note.text and as_taken_in(has.text) != as_taken_in(note.text)) or (
        has.tags != note.tags and _known_tags(has) != _known_tags(note)
    ) or not set(note.cards) <= set(has.cards)


def as_taken_in(text: str) -> str:
    """Change a note's fields as Anki does when it takes them in."""
    return _REFUSED.sub("", normalize("NFC", text)) if not text.isascii() or _REFUSED.search(text) \
        else text


def _known_tags(note: Note) -> frozenset[str]:
    """The tags of a note; Anki writes one as it was first written, whatever its capitals."""
    return frozenset(
        "::".join(level or "blank" for level in as_taken_in(tag).casefold().split("::"))
        for tag in note.tags
    )


def has_same_look(one: NoteType, other: NoteType) -> bool:
    """Whether two states of a note type show the same, whatever they and their fields are called."""
    return (one.css, one.is_cloze, _texts(one)) == (other.css, other.is_cloze, _texts(other))


def _texts(made: NoteType) -> tuple[tuple[str, ...], ...]:
    """The texts of templates; of a tag with blanks in it, Anki may take them out."""
    return tuple((name, renamed(front, {}), renamed(back, {})) for name, _, front, back in made.templates)


def conflict(was: NoteType, now: NoteType) -> str:
    """Say why Anki never updates a note of the one type to the other; "" if it does."""
    if was.id == now.id:
        return difference(was, now)
    name = f"'{now.name}'" if now.name != was.name else "one of that name with another id"
    return f"its note type was '{was.name}' and is {name} now, and Anki never updates a note to another"


def difference(was: NoteType, now: NoteType) -> str:
    """Say why Anki does not update a note type in place but makes a second one; "" if it does.

    Fields and cards are compared place by place: by their ids, or by their names where one of the
    two has no id. What they show, the name and the kind of the note type may change.
    """
    cards, cards_now = ([card[:2] for card in made.templates] for made in (was, now))
    for way in (*_differences("field", was.fields, now.fields),
                *_differences("card", cards, cards_now)):
        return (f"the note type '{was.name}' is not what it was ({way}), so Anki makes a second one "
                "and never updates the notes of the first")
    return ""


def _differences(
    what: str, was: Sequence[tuple[str, int]], now: Sequence[tuple[str, int]]
) -> Iterator[str]:
    if len(was) != len(now):
        yield f"it had {len(was)} {what}s and has {len(now)}"
        return
    for place, ((name, number), (name_now, number_now)) in enumerate(zip(was, now, strict=True), 1):
        if number and number_now:
            if number != number_now:
                yield f"its {what} {place}, '{name_now}', has another id than before"
        elif name != name_now:
            yield f"its {what} {place} was '{name}' and is '{name_now}', and has no id to be known by"
