"""What a release costs a student, told by what they had before it and have after it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from deckgen.comparison.faces import Face, is_another_fact, words_of
from deckgen.comparison.importing import has_same_look, is_stale
from deckgen.comparison.naming import card_name, label_of
from deckgen.model import ID, Deck, Note, NoteType
from deckgen.nearness import nearest

CardKey = tuple[str, int]  # a note's guid, and which of its cards
# More pairs of notes than these are not compared word by word: it would take minutes.
_MOST_PAIRS = 4_000_000
OVERWRITTEN = ("nothing about it has changed, and its time of change has risen all the same (it was "
               "changed back, or every note has the time of the build): students' own edits of it are "
               "overwritten")


class Cost(StrEnum):
    """What a release may cost a student."""

    CONFLICTING = "conflicting"  # the note type is another, so notes are never updated again
    DOUBLED = "doubled"  # comes a second time, as new
    ORPHANED = "orphaned"  # is no longer in the package, and nobody says why
    SHIFTED = "shifted"  # a card asks something else under old reviews
    STALE = "stale"  # a change does not arrive
    OVERWRITTEN = "overwritten"  # a student's edit is lost, although nothing changed
    BLANK = "blank"  # a card has nothing to show


class Loss(NamedTuple):
    """Something that a release would cost a student, and why; a note type's has no guid."""

    cost: Cost
    guid: str
    label: str
    why: str
    ordinal: int = -1  # of the card; -1 for the whole note


class Had(NamedTuple):
    """What a student has at some moment: notes by guid, and what their cards show."""

    notes: Mapping[str, Note]
    face: Callable[[str, int], Face]
    blank: Callable[[Note], Iterable[tuple[int, str]]]  # which of a note's show nothing, and why


# ---------------------------------------------------------------- whole notes


def twice(release: Deck) -> Iterator[Loss]:
    """Find notes of a package that have one guid."""
    counts = Counter(note.guid for note in release.notes)
    for note in {note.guid: note for note in release.notes if counts[note.guid] > 1}.values():
        yield Loss(Cost.DOUBLED, note.guid, label_of(note), f"{counts[note.guid]} notes of the package "
                   "have its guid: who is new gets them all, and who has one keeps the last")


def conflicting(release: Deck, conflicts: Mapping[str, str]) -> Iterator[Loss]:
    """Tell the notes that Anki updates no more."""
    for note in release.notes:
        if why := conflicts.get(note.guid):
            yield Loss(Cost.CONFLICTING, note.guid, label_of(note), why)


def stale(
    after: Mapping[str, Note], types: Mapping[int, NoteType], release: Deck, conflicts: Iterable[str]
) -> Iterator[Loss]:
    """Find changes of notes and of note types that did not arrive.

    `types` are those that a student has then, without those that clash with a release's.
    """
    for guid, note in {note.guid: note for note in release.notes}.items():
        has = after.get(guid)
        if has is not None and guid not in conflicts and is_stale(has, note):
            yield Loss(Cost.STALE, guid, label_of(note), "the release changes it, and students keep "
                       "what they have: its time of change has not risen")
    used = {note.note_type.id for note in release.notes}
    for made in release.note_types:
        had = types.get(made.id)
        if had is not None and made.id in used and not has_same_look(had, made):
            yield Loss(Cost.STALE, "", f"note type '{made.name}'", "the release changes the look of "
                       "its cards, and that is not what students get: its time of change has not "
                       "risen, or a field was renamed that its cards call by the old name")


def gone(old: Deck, new: Deck) -> Iterator[Loss]:
    """Find notes that a release forgets, and those that it brings under another guid."""
    before = {note.guid: note for note in old.notes}
    here = {note.guid for note in new.notes}
    lost = {guid: note for guid, note in before.items() if guid not in here}
    fresh = [note for note in new.notes if note.guid not in before]
    twins = dict(_twins([*lost.values()], fresh))
    for guid, note in lost.items():
        if twin := twins.get(guid):
            is_same = _said(note) == _said(twin)
            yield Loss(Cost.DOUBLED, guid, label_of(note), f"it comes a second time, as new"
                       f"{'' if is_same else ' and edited'}: its guid was {guid} and is {twin.guid}. "
                       "The reviews stay with the old one")
        elif is_of(note, new.project):  # an edition may leave out what others go on with
            yield Loss(Cost.ORPHANED, guid, label_of(note), "it is no longer in the package, and "
                       "students who have it are not told; keep it, or let it be retired")


def is_of(note: Note, project: str) -> bool:
    """Whether a note is a project's own: its last tag says so, which tells where it is from."""
    return not project or not note.tags or note.tags[-1].partition("::")[0] == project


def _twins(lost: Sequence[Note], fresh: Sequence[Note]) -> Iterator[tuple[str, Note]]:
    """Pair notes with those that say the same, else with those whose first words do, or nearly."""
    for said in (_said, lambda note: _said(note)[:1]):
        known: dict[tuple[str, ...], list[Note]] = {}
        for note in reversed(fresh):
            known.setdefault(said(note), []).append(note)
        paired = {note.guid: same.pop() for note in lost if (same := known.get(said(note)))}
        yield from paired.items()
        taken = {note.guid for note in paired.values()}
        lost = [note for note in lost if note.guid not in paired]
        fresh = [note for note in fresh if note.guid not in taken]
    if len(lost) * len(fresh) > _MOST_PAIRS:
        return
    texts = {f"\n{' '.join(_said(note))}": note.guid for note in lost}
    for match in nearest([f"\n{' '.join(_said(note))}" for note in fresh], list(texts)):
        yield texts[match.text], fresh[match.place]


def _said(note: Note) -> tuple[str, ...]:
    """What a note says, whatever its key; the first field that says anything comes first."""
    return tuple(words for (name, _), text in zip(note.note_type.fields, note.fields, strict=True)
                 if name != ID and (words := words_of(text)))


# ---------------------------------------------------------------- single cards


def blank(before: Had, after: Had, release: Had) -> Iterator[Loss]:
    """Find cards that show nothing: to those who had them before and saw something, and to others."""
    found = set()
    for had in (after, release):
        for note in had.notes.values():
            was = before.notes.get(note.guid) if had is after else None
            if was is not None and _show_alike(was, note):
                continue
            for ordinal, why in had.blank(note):
                key = note.guid, ordinal
                asked = before.face(*key) if was is not None and ordinal in was.cards else None
                if key in found or (asked is not None and asked.blank):
                    continue
                found.add(key)
                yield Loss(Cost.BLANK, note.guid, label_of(note), f"{card_name(note.note_type, ordinal)} "
                           f"{why}{f'; it asked “{asked.question}”' if asked else ''}", ordinal)


def shifted(before: Had, after: Had, release: Iterable[str]) -> Iterator[Loss]:
    """Find cards that ask for something else than they did, under the reviews of before.

    `release` has the guids that it has. A card also does so if it shows just what another one
    showed that no longer shows it: they have changed hands.
    """
    here = set(release)
    changed = {guid: (was, now) for guid, was in before.notes.items()
               if (now := after.notes.get(guid)) is not None and not _show_alike(was, now)}
    faces = {(guid, ordinal): (before.face(guid, ordinal), after.face(guid, ordinal))
             for guid, (was, now) in changed.items() for ordinal in was.cards if ordinal in now.cards}
    left = [(key, asked) for key, (asked, asks) in faces.items() if asked.shown != asks.shown]
    left += [((guid, ordinal), before.face(guid, ordinal)) for guid, note in before.notes.items()
             if changed and guid not in here for ordinal in note.cards]
    owners: dict[tuple[str, str], CardKey | None] = {}
    for key, face in left:
        owners[face.shown] = key if face.shown not in owners else None
    for (guid, ordinal), (asked, asks) in faces.items():
        if asked.shown == asks.shown or asked.blank or asks.blank or asks.banner:
            continue
        if owners.get(asks.shown) or is_another_fact(asked, asks):
            note = after.notes[guid]
            yield Loss(Cost.SHIFTED, guid, label_of(note), f"{card_name(note.note_type, ordinal)} "
                       f"asked “{asked.question}” ({asked.answer}), and under the reviews of that asks "
                       f"“{asks.question}” ({asks.answer})", ordinal)


def _show_alike(was: Note, now: Note) -> bool:
    """Whether the cards of two states of a note are sure to show the same."""
    one, other = was.note_type, now.note_type
    return (was.text, was.cards) == (now.text, now.cards) and (one is other or (
        (one.is_cloze, one.fields, one.templates) == (other.is_cloze, other.fields, other.templates)))
