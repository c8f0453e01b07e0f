"""What a student who has one release gets with another, and what it would cost them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from deckgen.comparison.faces import Face, Faces, is_another_fact, words_of
from deckgen.model import ID, RETIRED, Deck, Note, NoteType


class What(StrEnum):
    """What may become of a note or a card."""

    NEW = "new"
    REWORDED = "reworded"
    ANSWER = "answer changed"
    DETAILS = "details changed"  # a note, a source, a picture
    TAGS = "tags only"
    GAP_ADDED = "gap added"
    GAP_REWORDED = "gap reworded"
    GAP_DROPPED = "gap dropped"
    CARD_ADDED = "card added"
    CARD_RETIRED = "card retired"
    RETIRED = "retired"
    REVIVED = "back again"
    MOVED = "in another deck"


class Cost(StrEnum):
    """What a release may cost a student."""

    ORPHANED = "orphaned"  # is no longer in the package, and nobody says why
    DOUBLED = "doubled"  # comes a second time, as new
    STALE = "stale"  # a change does not arrive
    OVERWRITTEN = "overwritten"  # a student's edit is lost, although nothing changed
    SHIFTED = "shifted"  # a card asks something else under old reviews
    BLANK = "blank"  # a card has nothing to show any more
    CONFLICTING = "conflicting"  # the note type is another, so notes are never updated again


class CardChange(NamedTuple):
    """A card before and after; None where it was or is not there."""

    ordinal: int
    name: str
    what: What
    before: Face | None
    after: Face | None


class NoteChange(NamedTuple):
    """What became of a note; `label` is its item's id, or else its first field."""

    guid: str
    label: str
    section: str
    what: tuple[What, ...]
    cards: tuple[CardChange, ...]
    search: str = ""  # what finds it in Anki's browser
    decks: tuple[str, str] = ("", "")  # where it was and is, if it moved


class Loss(NamedTuple):
    """Something that a release would cost a student, and why."""

    cost: Cost
    guid: str
    label: str
    why: str
    ordinal: int = -1  # of the card; -1 for the whole note


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a release changes."""

    notes: tuple[NoteChange, ...]
    types: tuple[str, ...]  # what changes about note types, in words
    losses: tuple[Loss, ...]
    unchanged: int


def compare(old: Deck, new: Deck) -> Comparison:
    """Tell what somebody who has `old` gets from `new`, imported with Anki's default options."""
    return _Comparing(old, new).done()


class _Comparing:
    """Walks both decks once."""

    def __init__(self, old: Deck, new: Deck) -> None:
        self.old = {note.guid: note for note in old.notes}
        self.new = {note.guid: note for note in new.notes}
        self.decks = old, new
        self.faces = Faces()
        self.losses: list[Loss] = []
        self.conflicts = dict(_conflicts(old, new))

    def done(self) -> Comparison:
        """Compare all."""
        notes = [change for note in self.new.values() if (change := self.change(note))]
        changed = {change.guid for change in notes}
        for guid, note in self.new.items():
            if guid in self.old:
                self.losses += self.lost(self.old[guid], note)
        self.losses += self.orphaned()
        self.losses.sort(key=lambda loss: (list(Cost).index(loss.cost), loss.label, loss.ordinal))
        return Comparison(
            tuple(notes), tuple(_type_changes(*self.decks)), tuple(self.losses),
            sum(guid in self.old and guid not in changed and not note.is_retired
                for guid, note in self.new.items()),
        )

    # ------------------------------------------------------------ what changes

    def change(self, note: Note) -> NoteChange | None:
        """Tell what becomes of a note that the new release has; None if nothing does."""
        was = self.old.get(note.guid)
        if was is None and note.is_retired:
            return None  # an old acquaintance of others
        cards = tuple(self.card_changes(was, note))
        what = tuple(dict.fromkeys([*self.kinds(was, note), *(card.what for card in cards)]))
        if not what:
            return None
        return NoteChange(
            note.guid, label_of(note), note.note_type.section, what, cards,
            search_for(note) if What.RETIRED in what else "",
            (was.deck, note.deck) if was and What.MOVED in what else ("", ""),
        )

    def kinds(self, was: Note | None, note: Note) -> Iterator[What]:
        """Tell what becomes of the note as a whole."""
        if was is None:
            yield What.NEW
            return
        if note.is_retired != was.is_retired:
            yield What.RETIRED if note.is_retired else What.REVIVED
        elif was.fields == note.fields:
            if was.tags != note.tags:
                yield What.TAGS
        elif not any(self.card_changes(was, note)):
            yield What.DETAILS
        if was.deck != note.deck and not (note.is_retired or was.is_retired):
            yield What.MOVED

    def card_changes(self, was: Note | None, note: Note) -> Iterator[CardChange]:
        """Tell what becomes of the cards of a note."""
        if was is not None and (was.fields, was.cards, was.note_type) == (
                note.fields, note.cards, note.note_type):
            return
        if was is not None and note.is_retired:
            return
        before = self.faces.faces(was) if was else {}
        for ordinal, after in self.faces.faces(note).items():
            what = _card_what(before.get(ordinal), after, is_cloze=note.note_type.is_cloze)
            if what is not None and (was is not None or not after.banner):
                name = card_name(note.note_type, ordinal)
                yield CardChange(ordinal, name, What.NEW if was is None else what,
                                 before.get(ordinal), after)

    # ------------------------------------------------------------ what it costs

    def lost(self, was: Note, note: Note) -> Iterator[Loss]:
        """Find what a note that both releases have would cost."""
        label = label_of(note)
        if (why := self.conflicts.get(was.note_type.id)) or was.note_type.id != note.note_type.id:
            yield Loss(Cost.CONFLICTING, note.guid, label, why or "it has another note type now, and "
                       "Anki never updates a note to another type")
            return
        if self.is_stale(was, note):
            yield Loss(Cost.STALE, note.guid, label, "it has changed, and its time of change has "
                       "not risen, so Anki keeps the old one")
            return
        if (was.fields, was.cards, set(was.tags)) == (note.fields, note.cards, set(note.tags)):
            if note.mod > was.mod:
                yield Loss(Cost.OVERWRITTEN, note.guid, label, "nothing about it has changed, and "
                           "its time of change has risen, so students' own edits are overwritten")
            if was.note_type.templates == note.note_type.templates:
                return
        for ordinal in was.cards:
            before, after = self.faces.face(was, ordinal), self.faces.face(note, ordinal)
            if after.is_blank and not before.is_blank:
                yield Loss(Cost.BLANK, note.guid, label, f"{card_name(note.note_type, ordinal)} has "
                           f"nothing to show any more; it asked {before.question!r}", ordinal)
            elif is_another_fact(before, after) or self.is_another_s(was, after):
                yield Loss(Cost.SHIFTED, note.guid, label, f"{card_name(note.note_type, ordinal)} "
                           f"asked {before.question!r} ({before.answer}), and would ask "
                           f"{after.question!r} ({after.answer})", ordinal)

    def is_stale(self, was: Note, note: Note) -> bool:
        """Whether a change of a note would not arrive."""
        changed = (was.fields, set(was.tags)) != (note.fields, set(note.tags))
        return note.mod <= was.mod and (changed or bool(set(note.cards) - set(was.cards)))

    def is_another_s(self, was: Note, after: Face) -> bool:
        """Whether a card shows what a card of another note showed: ids have changed hands."""
        owner = self.shown_before.get(after[:2])
        return owner is not None and owner != was.guid and not after.banner

    @cached_property
    def shown_before(self) -> Mapping[tuple[str, ...], str]:
        """Who showed a face in the old release, where it was one note alone, and no longer does."""
        owners: dict[tuple[str, ...], str] = {}
        for guid, note in self.old.items():
            now = self.new.get(guid)
            if now is None or now.fields != note.fields:
                for face in self.faces.faces(note).values():
                    owners[face[:2]] = "" if face[:2] in owners else guid
        return {face: guid for face, guid in owners.items() if guid}

    def orphaned(self) -> Iterator[Loss]:
        """Find notes that the new release forgets, and those that it brings under another guid."""
        gone = [note for guid, note in self.old.items() if guid not in self.new]
        fresh = {words_of_note(note): note for guid, note in self.new.items() if guid not in self.old}
        for note in gone:
            label = label_of(note)
            if twin := fresh.get(words_of_note(note)):
                yield Loss(Cost.DOUBLED, note.guid, label, "it comes a second time, as new: its guid "
                           f"was {note.guid} and is {twin.guid}. The reviews stay with the old one")
            else:
                yield Loss(Cost.ORPHANED, note.guid, label, "it is no longer in the package, and "
                           "students who have it are not told; keep it, or let it be retired")


def _card_what(before: Face | None, after: Face, *, is_cloze: bool) -> What | None:
    if before is None or (before.banner and not after.banner):
        return What.GAP_ADDED if is_cloze else What.CARD_ADDED
    if after.banner:
        dropped = What.GAP_DROPPED if is_cloze else What.CARD_RETIRED
        return None if before.banner else dropped
    if before.answer != after.answer:
        return What.GAP_REWORDED if is_cloze else What.ANSWER
    return What.REWORDED if before.question != after.question else None


def words_of_note(note: Note) -> tuple[str, ...]:
    """What a note says, whatever its key."""
    return (note.note_type.name, *(words_of(text) for (name, _), text in
                                   zip(note.note_type.fields, note.fields, strict=True) if name != ID))


# ---------------------------------------------------------------- note types


def _conflicts(old: Deck, new: Deck) -> Iterator[tuple[int, str]]:
    """Find note types whose structure changed, so that Anki makes a second one of them."""
    now = {made.id: made for made in new.note_types}
    for was in old.note_types:
        made = now.get(was.id)
        if made is not None and not has_same_structure(was, made):
            yield was.id, (f"the note type '{was.name}' has other fields or cards than before, so "
                           "Anki makes a second one and never updates the notes of the first")


def has_same_structure(was: NoteType, now: NoteType) -> bool:
    """Whether Anki updates a note type in place: nothing added, taken out, moved or turned."""
    return was.is_cloze == now.is_cloze and _are_same(was.fields, now.fields) and _are_same(
        tuple(card[:2] for card in was.templates), tuple(card[:2] for card in now.templates))


def _are_same(
    was: tuple[tuple[str, int], ...], now: tuple[tuple[str, int], ...]
) -> bool:
    return len(was) == len(now) and all(
        (number and number == number_now) or name == name_now
        for (name, number), (name_now, number_now) in zip(was, now, strict=True)
    )


def _type_changes(old: Deck, new: Deck) -> Iterator[str]:
    before = {made.id: made for made in old.note_types}
    for made in new.note_types:
        was = before.get(made.id)
        if was is None or was == made:
            continue
        if was.name != made.name:
            yield f"the note type '{was.name}' is now called '{made.name}'"
        names = zip(was.fields, made.fields, strict=False)
        for (name, _), (name_now, _) in names:
            if name != name_now:
                yield f"'{made.name}': the field '{name}' is now called '{name_now}'"
        if (was.css, was.templates) != (made.css, made.templates):
            arrives = "" if made.mod > was.mod else ", but its time has not risen: it does not arrive"
            yield f"'{made.name}': the look of its cards has changed{arrives}"


# ---------------------------------------------------------------- words for a note


def label_of(note: Note) -> str:
    """Call a note by its item's id, or by its first field where it has none."""
    fields = dict(zip((name for name, _ in note.note_type.fields), note.fields, strict=True))
    key = fields.get(ID, "")
    if key and not key.startswith("~"):
        return key
    return f"“{words_of(note.fields[0])[:60]}”"


def search_for(note: Note) -> str:
    """Write the search that finds a retired note in Anki's browser."""
    tag = next(tag for tag in note.tags if tag.endswith(f"::{RETIRED}"))
    return f'tag:{tag} "{ID}:{note.fields[-1]}"'


def card_name(made: NoteType, ordinal: int) -> str:
    """Call a card by its template, or its gap's number."""
    return f"gap {ordinal + 1}" if made.is_cloze else f"'{made.templates[ordinal][0]}'" \
        if ordinal < len(made.templates) else f"card {ordinal + 1}"
