"""What becomes of students who import a package over an earlier one, judged by genuine Anki."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from deckgen.apkg import read_package
from deckgen.comparison import Face, Faces, is_another_fact, words_of_note
from deckgen.comparison.changes import card_name, label_of
from deckgen.model import MINE, Deck, Note
from deckgen.template import Sides
from deckgen.verify.student import CardState, Log, Student, new_student

Progress = Callable[[str, int, int], None]  # stage, done, of how many

_OWN_TAG, _OWN_DECK, _OWN_TEXT = "my-own", "My own", "what I noted"


class Fault(StrEnum):
    """What a release does to a student."""

    REFUSED = "refused"  # Anki takes a note neither as new nor as an update
    CONFLICTING = "conflicting"  # a second note type is made; its notes are never updated again
    LOST = "lost"  # a card, a review or its schedule
    DOUBLED = "doubled"  # a note comes a second time
    ORPHANED = "orphaned"  # a note is no longer in the package, and says nothing
    SHIFTED = "shifted"  # a card asks for something else, under the reviews of before
    STALE = "stale"  # a change does not arrive
    OVERWRITTEN = "overwritten"  # a student's own edit is gone, though the author changed nothing
    BLANK = "blank"  # a card shows nothing, or Anki's word for that
    MOVED = "moved"  # a card went into another deck
    INCOMPLETE = "incomplete"  # Check Database makes cards, or media are missing
    RESTLESS = "restless"  # importing the same again changes something


class Finding(NamedTuple):
    """One thing that went wrong, with what, and how."""

    fault: Fault
    label: str
    why: str
    guid: str = ""
    ordinal: int = -1  # of the card; -1 for the whole note


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that went wrong, and what was tried."""

    findings: tuple[Finding, ...]
    notes: int
    cards: int
    studied: int
    edited: int
    updated: int
    added: int


def verify(
    new: Path, old: Path | None = None, progress: Progress = lambda stage, done, total: None
) -> Verdict:
    """Import `new`, over `old` if it is given, and report everything that a student would suffer.

    One student has nothing, one has studied all of `old`, one has studied it and made it their own.
    Raises Unusable if a package cannot be read, or Anki is not there.
    """
    with TemporaryDirectory(prefix="deckgen-") as name:
        folder, release = Path(name), read_package(new)
        with new_student(folder / "new") as student:
            progress("a new student", 0, 0)
            findings = list(_Newcomer(student, release).judged(new))
        studied = edited = updated = added = 0
        if old is not None:
            earlier = read_package(old)
            with new_student(folder / "old") as student:
                case = _Case(student, earlier, release, progress)
                findings += case.judged(old, new)
                studied, updated, added = len(case.before.cards), case.updated, case.added
            with new_student(folder / "own") as student:
                owner = _Owner(student, earlier, release)
                findings += owner.judged(old, new)
                edited = len(owner.edited)
    order = list(Fault)
    unique = dict.fromkeys(sorted(findings, key=lambda one: (order.index(one.fault), one.label,
                                                             one.ordinal)))
    return Verdict(tuple(unique), len(release.notes), sum(len(n.cards) for n in release.notes),
                   studied, edited, updated, added)


class _State:
    """A collection at one moment."""

    def __init__(self, student: Student) -> None:
        self.deck = student.deck()
        self.notes = {note.guid: note for note in self.deck.notes}
        self.cards = student.cards()
        self.reviews = student.reviews()
        ids = {(card.guid, card.ordinal): card.id for card in self.cards.values()}
        sides = {key: student.show(number) for key, number in ids.items()}
        self.sides: dict[tuple[str, int], Sides] = sides
        faces = Faces(lambda note, ordinal: sides[note.guid, ordinal])
        self.faces: dict[tuple[str, int], Face] = {
            (guid, ordinal): faces.face(self.notes[guid], ordinal) for guid, ordinal in ids
        }

    def label(self, card: CardState) -> tuple[str, str]:
        """Call a card's note, and the card."""
        note = self.notes[card.guid]
        return label_of(note), card_name(note.note_type, card.ordinal)


# ---------------------------------------------------------------- somebody new


class _Newcomer:
    """Somebody who imports the package into an empty collection."""

    def __init__(self, student: Student, release: Deck) -> None:
        self.student = student
        self.release = release

    def judged(self, package: Path) -> Iterator[Finding]:
        """Import, look at everything, import again."""
        yield from _refused(self.student, self.student.install(package), self.release)
        state = _State(self.student)
        yield from _blank(state, {})
        yield from _restless(self.student, package)
        yield from _incomplete(self.student, state)


def _refused(student: Student, log: Log, release: Deck) -> Iterator[Finding]:
    by_guid = {note.guid: note for note in release.notes}
    here = student.notes()
    for guid, note in by_guid.items():
        if guid not in here:
            yield Finding(Fault.REFUSED, label_of(note), "Anki does not take this note: it has no "
                          "first field, no deck, or a note type that is not there", guid)
    for guid in student.guids(log.conflicting):
        if guid in by_guid:
            note = by_guid[guid]
            yield Finding(Fault.CONFLICTING, label_of(note), f"its note type '{note.note_type.name}' "
                          "has other fields or cards than the one that students have (or is another "
                          "altogether), so Anki never updates this note again", guid)


def _blank(state: _State, before: dict[tuple[str, int], Face]) -> Iterator[Finding]:
    """Find cards that show nothing, or Anki's word for it, and that did not do so before."""
    for card in state.cards.values():
        key = (card.guid, card.ordinal)
        if key in before and before[key].is_blank:
            continue
        question = state.sides[key].question
        said = next((word for mark, word in _ANKI_SAYS.items() if mark in question), "")
        if said or state.faces[key].is_blank:
            label, name = state.label(card)
            asked = f"; it asked {before[key].question!r}" if key in before else ""
            yield Finding(Fault.BLANK, label, f"{name} {said or 'shows nothing'}{asked}", *key)


# What Anki shows where a card cannot be shown, and how that is put here.
_ANKI_SAYS = {
    "#front-of-card-is-blank": "has a blank front",
    "No cloze": "shows “No cloze … found on card”",
    "template has a problem": "has a template that Anki cannot use",
}


def _restless(student: Student, package: Path) -> Iterator[Finding]:
    before = student.everything()
    log = student.install(package)
    if log.new or log.updated:
        yield Finding(Fault.RESTLESS, "the whole package", f"importing it again adds {len(log.new)} "
                      f"notes and updates {len(log.updated)}")
    elif student.everything() != before:
        yield Finding(Fault.RESTLESS, "the whole package", "importing it again changes the "
                      "collection")


def _incomplete(student: Student, state: _State) -> Iterator[Finding]:
    student.check_database()
    after = student.cards()
    for number in after.keys() - state.cards.keys():
        card = after[number]
        note = state.notes[card.guid]
        yield Finding(Fault.INCOMPLETE, label_of(note), "Check Database makes a card that is not in "
                      f"the package: {card_name(note.note_type, card.ordinal)}", card.guid,
                      card.ordinal)
    for name in student.missing_media():
        yield Finding(Fault.INCOMPLETE, name, "a card refers to this file, and it is not there")


# ---------------------------------------------------------------- somebody who studied


class _Case:
    """Somebody who has studied every card of the earlier release, and changed nothing."""

    def __init__(self, student: Student, old: Deck, new: Deck, progress: Progress) -> None:
        self.student = student
        self.old = {note.guid: note for note in old.notes}
        self.new = {note.guid: note for note in new.notes}
        self.release = new
        self.progress = progress
        self.updated = self.added = 0

    def judged(self, old: Path, new: Path) -> Iterator[Finding]:
        """Import the old one, study, import the new one, and compare."""
        student = self.student
        student.install(old)
        cards = student.cards()
        for done, card in enumerate(cards):
            self.progress("studying", done, len(cards))
            student.answer(card)
        student.check_database()  # many reviews in one millisecond are set right now, not later
        self.progress("comparing", 0, 0)
        self.before = _State(student)
        log = student.install(new)
        self.updated, self.added = len(log.updated), len(log.new)
        self.after = _State(student)
        conflicting = list(_refused(student, log, self.release))
        self.conflicting = {finding.guid for finding in conflicting}
        yield from conflicting
        yield from self.lost()
        yield from self.orphaned()
        yield from self.shifted()
        yield from self.stale()
        yield from _blank(self.after, self.before.faces)
        yield from _restless(student, new)

    def lost(self) -> Iterator[Finding]:
        """Find cards, reviews and schedules that are not what they were."""
        now = self.after.cards
        for number, card in self.before.cards.items():
            label, name = self.before.label(card)
            if number not in now:
                yield Finding(Fault.LOST, label, f"{name} is gone, with its reviews", card.guid,
                              card.ordinal)
            elif now[number].progress != card.progress:
                yield Finding(Fault.LOST, label, f"{name} has another schedule than before",
                              card.guid, card.ordinal)
            elif now[number].deck != card.deck:
                yield Finding(Fault.MOVED, label, f"{name} went from '{card.deck}' to "
                              f"'{now[number].deck}'", card.guid, card.ordinal)
        if gone := set(self.before.reviews) - set(self.after.reviews):
            yield Finding(Fault.LOST, "reviews", f"{len(gone)} reviews are gone")

    def orphaned(self) -> Iterator[Finding]:
        """Find notes that the new release forgets, and those that it brings a second time."""
        fresh = {words_of_note(note): note for guid, note in self.after.notes.items()
                 if guid not in self.before.notes}
        for guid, note in self.old.items():
            if guid in self.new:
                continue
            if twin := fresh.get(words_of_note(self.before.notes.get(guid, note))):
                yield Finding(Fault.DOUBLED, label_of(note), "it comes a second time, as new, because "
                              f"its guid was {guid} and is {twin.guid}; the reviews stay with the "
                              "old one", guid)
            else:
                yield Finding(Fault.ORPHANED, label_of(note), "it is no longer in the package; "
                              "students keep it, and are told nothing", guid)

    def shifted(self) -> Iterator[Finding]:
        """Find cards that ask for something else than what was studied."""
        owners: dict[tuple[str, ...], str] = {}
        for (guid, _), face in self.before.faces.items():
            if self.changed(guid):
                owners[face[:2]] = "" if face[:2] in owners else guid
        for key, before in self.before.faces.items():
            after = self.after.faces.get(key)
            if after is None or after.is_blank or before.is_blank or before == after:
                continue
            owner = owners.get(after[:2], "")
            is_another_s = owner not in ("", key[0]) and not after.banner
            if is_another_s or is_another_fact(before, after):
                note = self.after.notes[key[0]]
                yield Finding(Fault.SHIFTED, label_of(note),
                              f"{card_name(note.note_type, key[1])} was studied as "
                              f"{before.question!r} ({before.answer}), and asks {after.question!r} "
                              f"({after.answer})", *key)

    def changed(self, guid: str) -> bool:
        """Whether a note is not what it was."""
        now = self.after.notes.get(guid)
        return guid not in self.new or now is None or now.text != self.before.notes[guid].text

    def stale(self) -> Iterator[Finding]:
        """Find changes that did not arrive."""
        for guid, note in self.new.items():
            now = self.after.notes.get(guid)
            if now is None or guid in self.conflicting:
                continue
            if differs(now, note):
                yield Finding(Fault.STALE, label_of(note), "the release says something else than "
                              "what students now have: its time of change has not risen", guid)
        types = {made.id: made for made in self.after.deck.note_types}
        for made in self.release.note_types:
            has = types.get(made.id)
            texts = [card[2:] for card in made.templates]
            if has is not None and (has.css, [card[2:] for card in has.templates]) != (made.css, texts):
                yield Finding(Fault.STALE, made.name, "the note type's look did not arrive: its time "
                              "of change has not risen, or its structure is another")


def differs(has: Note, note: Note) -> bool:
    """Whether what a student has of a note is not what a release says."""
    return has.text != note.text or set(has.tags) != set(note.tags) \
        or not set(note.cards) <= set(has.cards)


# ---------------------------------------------------------------- somebody with edits of their own


class _Owner:
    """Somebody who has edited, tagged, flagged, suspended and moved some of the earlier release."""

    def __init__(self, student: Student, old: Deck, new: Deck) -> None:
        self.student = student
        self.old = {note.guid: note for note in old.notes}
        self.new = {note.guid: note for note in new.notes}
        self.edited: list[str] = []

    def judged(self, old: Path, new: Path) -> Iterator[Finding]:
        """Import the old one, make it one's own, import the new one, and see what is left."""
        student = self.student
        student.install(old)
        self.make_own()
        before, cards = student.notes(), student.cards()
        student.install(new)
        after, now = student.notes(), student.cards()
        for guid in self.edited:
            note = self.old[guid]
            is_same = guid in self.new and not differs(note, self.new[guid])
            if before[guid] != after.get(guid) and (is_same or guid not in self.new):
                yield Finding(Fault.OVERWRITTEN, label_of(note), "a student's own text or tag is gone, "
                              "although nothing about the note has changed: its time of change is "
                              "that of the build", guid)
        for number, card in cards.items():
            if number in now and (now[number].deck, now[number].progress) != (card.deck, card.progress):
                note = self.old[card.guid]
                yield Finding(Fault.LOST, label_of(note), f"{card_name(note.note_type, card.ordinal)} "
                              "has lost its flag, its suspension or its place in an own deck",
                              card.guid, card.ordinal)

    def make_own(self) -> None:
        """Edit every third note, and put a mark on every fifth card."""
        guids = [guid for guid in sorted(self.old) if not self.old[guid].is_retired]
        self.edited = guids[::3]
        for n, guid in enumerate(self.edited):
            names = [name for name, _ in self.old[guid].note_type.fields]
            place = names.index(MINE) if MINE in names and n % 2 else 0
            fields = self.old[guid].fields
            # Some time ago: an edit of today outranks all releases of before today.
            self.student.edit(guid, place, f"{fields[place]} {_OWN_TEXT}".strip(),
                              _OWN_TAG if n % 3 else "marked", self.old[guid].mod)
        cards = sorted(self.student.cards())
        self.student.suspend(cards[::5])
        self.student.flag(cards[1::5])
        self.student.move(cards[2::5], _OWN_DECK)
