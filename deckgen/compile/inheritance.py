"""What an edition has from the project that it is made from.

What it leaves alone it takes as it is: the same note, to the byte, with the same time. What it
changes is compiled again, on what the original's lock and its own remember. So the builds of two
decks speak of one note, and Anki takes the newer. The time of the edition's is just after that of
the original's that it is built on: a later version of the original is newer than an edition of an
earlier one, and an edition newer than the version that it is made of (see docs/editions.md).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from deckgen.compile.identity import Keys, identify
from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, NoteEntry, Seen
from deckgen.model import Content, Deck, Gap, Item, Note, NoteType, Project, Sentence, When
from deckgen.schema import told

FROM = ":"  # in a key, between the project that it is from and the key there

_MEDIA = re.compile(r'(?:src="|\[sound:|url\(")([^"\]]+)')


class State(NamedTuple):
    """All of a note that Anki is given, as the lock knows it: the time rises when this changes."""

    hash: str
    cards: tuple[int, ...]
    retired: tuple[int, ...]
    drawn: str
    gone: str = ""

    @classmethod
    def of(cls, entry: NoteEntry) -> "State":
        """The state that was built last."""
        return cls(entry.hash, entry.cards, entry.retired, entry.drawn, entry.gone)


class Part(NamedTuple):
    """What goes into one of the two notes that an edition may make of an item.

    Cards that the original's note has go there, and no others: its next release would blank them.
    What the edition asks besides is a note of its own.
    """

    base: NoteEntry  # what the original's lock has
    both: NoteEntry  # with the gaps of both notes, for choosing
    is_own: bool

    def gaps(self, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
        """Those of the gaps that are in it."""
        return tuple([gap for gap in gaps if (gap.entity not in self.base.gaps) == self.is_own])

    def cards(self, cards: Iterable[int]) -> tuple[int, ...]:
        """Those of the cards that are in it."""
        return tuple([card for card in cards if (card not in self.base.cards) == self.is_own])

    @classmethod
    def of(cls, base: NoteEntry, theirs: NoteEntry, own: NoteEntry | None, *, is_own: bool) -> "Part":
        """Make ready; numbers of the two notes are kept apart."""
        both = theirs
        if own is not None and own.chosen and own.sentence == theirs.sentence:
            chosen = (*theirs.chosen, *[gap._replace(number=gap.number + _APART) for gap in own.chosen])
            both = theirs._replace(
                gaps={**{entity: number + _APART for entity, number in own.gaps.items()}, **theirs.gaps},
                chosen=tuple(sorted(chosen, key=lambda gap: gap.start)))
        return cls(base, both, is_own)


_APART = 1000  # above every number that Anki knows


@dataclass(frozen=True, slots=True)
class Inherited:
    """The original, compiled; keys are those that its notes have in the edition."""

    project: Project
    deck: Deck
    lock: Lock  # everything that its students have
    keys: Mapping[int, str]  # by the identity of its items
    notes: Mapping[str, Note]
    retired: Mapping[str, Note]
    types: Mapping[str, NoteType]
    abouts: Mapping[int, Item]  # the sentences about items, by the identity of these

    @classmethod
    def of(
        cls, project: Project, deck: Deck, lock: Lock, keys: Mapping[int, str],
        made: Iterable[tuple[Item, Note]], retired: Iterable[tuple[str, Note]],
    ) -> "Inherited":
        """Make ready what an edition needs of a project that was compiled."""

        def here(key: str) -> str:
            return key if FROM in key else f"{project.id}{FROM}{key}"

        notes = {
            here(key): entry._replace(figure=tuple(map(here, entry.figure)))
            for key, entry in lock.notes.items()
        }
        names = {number: here(key) for number, key in keys.items()}
        abouts = {id(item): about for item, about in zip(project.items, project.items[1:], strict=False)
                  if about.is_about}
        return cls(
            project, deck, replace(lock, notes=notes), names,
            {names[id(item)]: note for item, note in made},
            {here(key): note for key, note in retired},
            {made.section: made for made in deck.note_types}, abouts,
        )

    def entry(self, key: str, item: Item, mine: NoteEntry | None) -> NoteEntry | None:
        """What is known of a note that the edition makes anew: by the original, and by itself."""
        base = self.lock.notes.get(key)
        if base is None or mine is None:
            return base or mine
        both = mine._replace(cards=tuple(sorted({*base.cards, *mine.cards})),
                             gaps={**base.gaps, **mine.gaps}, gone="")
        # A sentence that the edition leaves alone has the original's gaps.
        return both if _has_own_gaps(item) else both._replace(
            sentence=base.sentence, chosen=base.chosen)

    def time(
        self, key: str, state: State, mine: NoteEntry | None, is_accepted: bool
    ) -> int | None:
        """When a note of the original became what the edition makes of it; None if it is not one.

        If the edition's is as it was, a later one of the original is newer, until the instructor has
        looked at that and accepted it: a new time would cost students their own edits.
        """
        base = self.lock.notes.get(key)
        if base is None:
            return None
        floor = base.mod + (State.of(base) != state)
        if mine is None:
            return floor
        if State.of(mine) == state:
            return max(floor, mine.mod) if is_accepted else mine.mod
        return max(floor, mine.mod + 1)

    def said(self, item: Item) -> dict[str, str]:
        """What the original says, by now, in the fields in which an edition says something else."""
        if item.origin is None or item.is_about:
            return {}
        there, about = item.origin.item, self.abouts.get(id(item.origin.item))
        return {field: told(there, about, field) for field in item.origin.changes}

    def media_of(self, text: str) -> Iterator[tuple[str, Content]]:
        """The original's media to which a text refers."""
        named = set(_MEDIA.findall(text))
        return ((name, content) for name, content in self.deck.media if name in named)


def is_changed(item: Item) -> bool:
    """Whether an edition makes something else of an item than the original does."""
    was = item.origin.item if item.origin else None
    return was is not None and (
        (item.values, item.tags, item.sources, item.ask)
        != (was.values, was.tags, was.sources, was.ask))


def _has_own_gaps(item: Item) -> bool:
    was = item.origin.item if item.origin else item
    return any(isinstance(value, Sentence) and was.values.get(key) != value
               for key, value in item.values.items())


def identified(items: list[Item], lock: Lock, inherited: Inherited | None) -> Keys:
    """Give every item its key: those of the original have theirs already."""
    if inherited is None:
        return identify(items, lock)
    own = identify([item for item in items if item.origin is None], lock)
    mine = iter(own.keys)
    keys = [inherited.keys[id(item.origin.item)] if item.origin else next(mine) for item in items]
    return own._replace(keys=keys)


def is_original(key: str) -> bool:
    """Whether a key is of a note that an edition has from elsewhere."""
    return FROM in key


# ---------------------------------------------------------------- what the original says by now


def seen(
    inherited: Inherited, items: Iterable[Item], lock: Lock
) -> tuple[dict[str, Seen], list[Diagnostic]]:
    """Look at the original as it is now: what to remember of it, and changes that it drifted from.

    Those that were made against another text than the original has by now are reported, and that
    text is remembered until the author has accepted the new one.
    """
    here = {inherited.keys[id(item.origin.item)]: item for item in items if item.origin}
    by_guid = {old.guid: old for old in lock.seen.values()}
    remembered: dict[str, Seen] = {}
    found: list[Diagnostic] = []
    for key in (*inherited.notes, *inherited.retired):
        entry, item = inherited.lock.notes[key], here.get(key)
        was = lock.seen.get(key) or by_guid.get(entry.guid)
        is_taken = item is not None or (key in inherited.retired and was is not None and was.is_taken)
        against = inherited.said(item) if item else {}
        for field, now in against.items():
            against[field] = was.against.get(field, now) if was else now
            if item and item.origin and against[field] != now:
                found.append(_drifted(item, field, item.origin.changes[field], against[field], now))
        content = entry.gone or entry.hash
        remembered[key] = Seen(entry.guid, content, is_taken, against)
    return remembered, found


def _drifted(item: Item, field: str, at: int, was: str, now: str) -> Diagnostic:
    there = item.origin.item if item.origin else item
    value = there.values.get(field)
    text = value.text if isinstance(value, (Sentence, When)) else value
    place = text.at if text is not None else there.at
    return item.file.warning(
        at, "drifted", f"the original has changed '{field}' of '{item.id}', at "
        f"{there.file.span(place)}: it was {_quoted(was)}, and is {_quoted(now)}. If what stands here "
        f"is right still, 'deckgen edition accept {item.id}'")


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:120]}{'…' if len(line) > 120 else ''}”" if line else "not there"
