"""What becomes of students who import a package over an earlier one, judged by genuine Anki."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from deckgen.apkg import read_package
from deckgen.comparison import (
    Cost,
    Face,
    Faces,
    Loss,
    are_related,
    card_name,
    conflict,
    difference,
    is_same,
    judging,
    label_of,
)
from deckgen.diagnostics import Unusable
from deckgen.model import MINE, Deck, Note
from deckgen.verify.student import CardState, Edit, Log, Student, new_student

Progress = Callable[[str, int, int], None]  # stage, done, of how many

_OWN_TAG, _OWN_DECK, _OWN_TEXT = "my-own", "My own", "what I noted"
_ALL = "the whole package"


class Fault(StrEnum):
    """What a release does to a student; what `Cost` has too, `diff` foretells."""

    REFUSED = "refused"  # Anki takes a note neither as new nor as an update
    LOST = "lost"  # a card, a review or its schedule
    CONFLICTING = Cost.CONFLICTING.value
    DOUBLED = Cost.DOUBLED.value
    ORPHANED = Cost.ORPHANED.value
    SHIFTED = Cost.SHIFTED.value
    STALE = Cost.STALE.value
    OVERWRITTEN = Cost.OVERWRITTEN.value
    BLANK = Cost.BLANK.value
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
    is_update: bool  # whether there was an earlier package
    studied: int = 0
    edited: int = 0
    updated: int = 0
    added: int = 0


def verify(
    new: Path, old: Path | None = None, progress: Progress = lambda stage, done, total: None
) -> Verdict:
    """Import `new`, over `old` if it is given, and report everything that a student would suffer.

    One student has nothing, one has studied all of `old`, one has made it their own.
    Raises Unusable if a package cannot be read, if they are of two decks, or if Anki is not there.
    """
    release = read_package(new)
    earlier = read_package(old) if old is not None else None
    if earlier is not None and not are_related(earlier, release):
        raise Unusable(f"{old} is a release of '{earlier.project}', and {new} one of "
                       f"'{release.project}'")
    notes, cards = len(release.notes), sum(len(note.cards) for note in release.notes)
    with TemporaryDirectory(prefix="deckgen-") as name:
        folder = Path(name)
        with new_student(folder / "new") as student:
            newcomer = _Newcomer(student, release, progress)
            findings = list(newcomer.judged(new))
        if old is None or earlier is None:
            findings += _findings(judging.blank(_NOTHING, newcomer.has, newcomer.has))
            return Verdict(_in_order(findings), notes, cards, is_update=False)
        with new_student(folder / "old") as student:
            learner = _Learner(student, earlier, release, progress)
            findings += learner.judged(old, new, newcomer.has)
        with new_student(folder / "own") as student:
            owner = _Owner(student, earlier, release)
            findings += owner.judged(old, new)
    return Verdict(_in_order(findings), notes, cards, is_update=True, studied=learner.studied,
                   edited=len(owner.edited), updated=learner.updated, added=learner.added)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings, the worst first; what two students find alike is told once."""
    order = list(Fault)
    return tuple(sorted(dict.fromkeys(findings), key=lambda found: (
        order.index(found.fault), found.label, found.ordinal)))


def _findings(losses: Iterable[Loss]) -> Iterator[Finding]:
    for loss in losses:
        yield Finding(Fault(loss.cost.value), loss.label, loss.why, loss.guid, loss.ordinal)


# ---------------------------------------------------------------- a collection at one moment


class _State:
    """A collection at one moment, and what each of its cards shows then."""

    def __init__(self, student: Student, progress: Progress) -> None:
        deck = student.deck()
        self.notes = {note.guid: note for note in deck.notes}
        self.types = {made.id: made for made in deck.note_types}
        self.cards = student.cards()
        self.reviews = student.reviews()
        ids = {(card.guid, card.ordinal): card.id for card in self.cards.values()}
        faces = Faces(lambda note, ordinal: student.show(ids[note.guid, ordinal]))
        self.faces: dict[tuple[str, int], Face] = {}
        for done, (guid, ordinal) in enumerate(ids):
            progress("looking at cards", done, len(ids))
            self.faces[guid, ordinal] = faces.face(self.notes[guid], ordinal)

    def had(self) -> judging.Had:
        """What the student has, to be compared."""
        return judging.Had(self.notes, lambda guid, ordinal: self.faces[guid, ordinal], self.blank)

    def blank(self, note: Note) -> Iterator[tuple[int, str]]:
        """Find the cards of a note that show nothing."""
        for ordinal in note.cards:
            if why := self.faces[note.guid, ordinal].blank:
                yield ordinal, why

    def label(self, card: CardState) -> tuple[str, str]:
        """Call a card's note, and the card."""
        note = self.notes[card.guid]
        return label_of(note), card_name(note.note_type, card.ordinal)


_NOTHING = judging.Had({}, lambda guid, ordinal: Face("", ""), lambda note: ())


# ---------------------------------------------------------------- somebody new


class _Newcomer:
    """Somebody who imports the package into an empty collection."""

    def __init__(self, student: Student, release: Deck, progress: Progress) -> None:
        self.student = student
        self.release = release
        self.progress = progress

    def judged(self, package: Path) -> Iterator[Finding]:
        """Import, look at everything, import again."""
        self.progress("importing", 0, 0)
        self.student.install(package)
        yield from _refused(self.student, self.release)
        yield from _findings(judging.twice(self.release))
        state = _State(self.student, self.progress)
        self.has = state.had()
        yield from _restless(self.student, package)
        yield from _incomplete(self.student, state, self.release)


def _refused(student: Student, release: Deck) -> Iterator[Finding]:
    here = student.notes()
    for note in release.notes:
        if note.guid not in here:
            yield Finding(Fault.REFUSED, label_of(note), "Anki does not take this note: it has no "
                          "deck, or a note type that is not there", note.guid)


def _restless(student: Student, package: Path) -> Iterator[Finding]:
    before = student.everything()
    log = student.install(package)
    if log.new or log.updated:
        yield Finding(Fault.RESTLESS, _ALL, f"importing it again adds {log.new} notes and "
                      f"updates {log.updated}")
    elif (now := student.everything()) != before:
        tables = ", ".join(table for table in before if before[table] != now[table])
        yield Finding(Fault.RESTLESS, _ALL, f"importing it again changes the collection ({tables})")


def _incomplete(student: Student, state: _State, release: Deck) -> Iterator[Finding]:
    student.check_database()
    after = student.cards()
    for number in after.keys() - state.cards.keys():
        card = after[number]
        note = state.notes[card.guid]
        if not judging.is_of(note, release.project):
            continue  # an edition leaves out cards that others have
        yield Finding(Fault.INCOMPLETE, label_of(note), "Check Database makes a card that is not in "
                      f"the package: {card_name(note.note_type, card.ordinal)}", card.guid,
                      card.ordinal)
    for name in student.missing_media():
        yield Finding(Fault.INCOMPLETE, name, "a card refers to this file, and it is not in the "
                      "package")


# ---------------------------------------------------------------- somebody who studied


class _Learner:
    """Somebody who has studied every card of the earlier release, and changed nothing."""

    def __init__(self, student: Student, old: Deck, new: Deck, progress: Progress) -> None:
        self.student = student
        self.decks = old, new
        self.progress = progress
        self.studied = self.updated = self.added = 0

    def judged(self, old: Path, new: Path, newcomer: judging.Had) -> Iterator[Finding]:
        """Import the old one, study, import the new one, and compare."""
        student = self.student
        student.install(old)
        cards = student.cards()
        for done, card in enumerate(cards):
            self.progress("studying", done, len(cards))
            student.answer(card)
        self.studied = len(cards)
        before = _State(student, self.progress)
        log = student.install(new)
        self.updated, self.added = log.updated, log.new
        after = _State(student, self.progress)
        yield from _refused(student, self.decks[1])
        yield from _lost(before, after)
        yield from _findings(self.losses(before, after, newcomer, log))
        yield from _restless(student, new)

    def losses(
        self, before: _State, after: _State, newcomer: judging.Had, log: Log
    ) -> Iterator[Loss]:
        """Find what `diff` foretells, in what genuine Anki made of it."""
        old, new = self.decks
        conflicts = {
            note.guid: why for note in new.notes if note.guid in before.notes
            and (why := conflict(after.notes[note.guid].note_type, note.note_type))
        }
        types = {number: made for number, made in after.types.items()
                 if not any(made.id == now.id and difference(made, now) for now in new.note_types)}
        losses = list(judging.conflicting(new, conflicts))
        yield from losses
        if log.conflicting != len(losses):
            yield Loss(Cost.CONFLICTING, "", _ALL, f"Anki says of {log.conflicting} notes that their "
                       f"note type is another, and {len(losses)} such are known")
        yield from judging.stale(after.notes, types, new, conflicts)
        yield from judging.gone(old, new)
        yield from judging.blank(before.had(), after.had(), newcomer)
        yield from judging.shifted(before.had(), after.had(), {note.guid for note in new.notes})


def _lost(before: _State, after: _State) -> Iterator[Finding]:
    """Find cards, reviews and schedules that are not what they were."""
    for number, card in before.cards.items():
        label, name = before.label(card)
        now = after.cards.get(number)
        if now is None:
            yield Finding(Fault.LOST, label, f"{name} is gone, with its reviews", card.guid,
                          card.ordinal)
        elif now.progress != card.progress:
            yield Finding(Fault.LOST, label, f"{name} has another schedule than before", card.guid,
                          card.ordinal)
        elif now.deck != card.deck:
            yield Finding(Fault.MOVED, label, f"{name} went from '{card.deck}' to '{now.deck}'",
                          card.guid, card.ordinal)
    if gone := set(before.reviews) - set(after.reviews):
        yield Finding(Fault.LOST, _ALL, f"{len(gone)} of the reviews are gone")


# ---------------------------------------------------------------- somebody with edits of their own


class _Owner:
    """Somebody who has edited and tagged all notes of the earlier release, and marked cards."""

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
            note = self.new.get(guid)
            if note is not None and before[guid] != after.get(guid) and is_same(self.old[guid], note):
                yield Finding(Fault.OVERWRITTEN, label_of(note), judging.OVERWRITTEN, guid)
        for number, card in cards.items():
            if number in now and (now[number].deck, now[number].progress) != (card.deck, card.progress):
                note = self.old[card.guid]
                yield Finding(Fault.LOST, label_of(note), f"{card_name(note.note_type, card.ordinal)} "
                              "has lost its flag, its suspension or its place in an own deck",
                              card.guid, card.ordinal)

    def make_own(self) -> None:
        """Edit every note, and put a mark on three cards of five."""
        here = self.student.notes()
        self.edited = [guid for guid in sorted(self.old) if guid in here]
        self.student.edit(self.edit(n, self.old[guid]) for n, guid in enumerate(self.edited))
        cards = sorted(self.student.cards())
        self.student.suspend(cards[::5])
        self.student.flag(cards[1::5])
        self.student.move(cards[2::5], _OWN_DECK)

    def edit(self, n: int, note: Note) -> Edit:
        """Choose what is done to the n-th note: at the time of the release, and no later."""
        names = [name for name, _ in note.note_type.fields]
        place = names.index(MINE) if MINE in names and n % 2 else 0
        return Edit(note.guid, place, _OWN_TEXT, _OWN_TAG if n % 3 else "marked", note.mod)
