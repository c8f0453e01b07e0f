"""Which mentions become gaps: the best that do not overlap, do not betray one another, and leave
enough to read.
"""

from operator import attrgetter
from typing import Final, NamedTuple

from deckgen.cloze.classes import PEOPLE
from deckgen.cloze.entities import name_entities
from deckgen.cloze.facts import compare, describe
from deckgen.cloze.frames import Frame
from deckgen.cloze.leaks import Stems
from deckgen.cloze.mentions import read
from deckgen.cloze.names import Names
from deckgen.cloze.reading import Mention, Reading, text_of
from deckgen.cloze.refusals import (
    BESIDE_A_DATE,
    GENERIC_ALONE,
    SHOWN_ELSEWHERE,
    is_roomy,
    refuse,
)
from deckgen.cloze.scores import TERMS, WORTH
from deckgen.cloze.wishes import NO_WISHES, Wishes, apply_wishes
from deckgen.cloze.words import NAME_HEADS

# A gap must be about as likely as not to be a teacher's; the best one is taken whatever it scores.
BAR: Final = -0.5
# At most so many different things are asked of one sentence, and no more than one for so many
# words.
MOST: Final = 3
WORDS_A_GAP: Final = 5
# A shorter sentence than this has one question in it.
SHORT: Final = 12
# With fewer mentions than this, generic words are candidates too.
_ENOUGH: Final = 3
# With more places than this that betray it, a name is what the sentence is about all along.
_MOST_PARTNERS: Final = 3
# A text whose best stretches all betray themselves so often is no sentence to ask about.
_MOST_TRIES: Final = 30


class Settled(NamedTuple):
    """A judged sentence: mentions best first, those refused with the reason, those taken, wishes
    that failed.
    """

    reading: Reading
    ranked: list[Mention]
    refused: list[tuple[int, int, str]]
    taken: list[Mention]
    problems: list[tuple[str, str, str]]


def settle(text: str, names: Names, wishes: Wishes = NO_WISHES) -> Settled:
    """Read `text`, judge every mention in it, and choose."""
    reading = read(text, names)
    name_entities(reading)
    refused = list(reading.set_aside)
    problems: list[tuple[str, str, str]] = []
    if wishes.must or wishes.never:
        problems = apply_wishes(reading, wishes, refused)
    ranked = order(judge(reading, names.background, refused))
    taken = choose_among(reading, ranked, wishes.most, refused, problems)
    return Settled(reading, ranked, refused, taken, problems)


def judge(
    reading: Reading, background: frozenset[str], refused: list[tuple[int, int, str]]
) -> list[Mention]:
    """The mentions that may be asked, each with its facts."""
    frame = Frame(reading)
    kept: list[Mention] = []
    vague: list[Mention] = []
    roomy = is_roomy(reading)
    for mention in _best_readings(reading):
        if roomy and mention.last - mention.first <= 2 and mention.kind != "phrase":
            kept.append(mention)
            continue
        reason = None if mention.kind == "must" else refuse(reading, mention)
        if reason is None:
            kept.append(mention)
        elif reason == GENERIC_ALONE:
            vague.append(mention)
        else:
            refused.append((mention.first, mention.last, reason))
    if len(kept) < _ENOUGH:
        kept += vague  # better a wide question than none
    else:
        refused += [(m.first, m.last, GENERIC_ALONE) for m in vague]
    for mention in kept:
        describe(reading, mention, frame, background)
    compare(kept)
    return kept


def _best_readings(reading: Reading) -> list[Mention]:
    """The mentions, less those whose very words are also quoted: the quotation stands for them."""
    if not reading.has_quotation:
        return reading.mentions
    quoted = {(m.first, m.last) for m in reading.mentions if m.kind == "quotation"}
    return [
        m
        for m in reading.mentions
        if m.kind in ("quotation", "must") or (m.first, m.last) not in quoted
    ]


def order(mentions: list[Mention]) -> list[Mention]:
    """Best first; what overlaps a better one is held back a little; ties go by position."""
    for mention in mentions:
        mention.score = sum(map(WORTH, mention.facts))
    placed = sorted(mentions, key=_BY_PLACE)
    ranked = sorted(placed, key=_BY_SCORE, reverse=True)  # which leaves equals as they stand
    covered, demoted = 0, False
    for mention in ranked:
        if mention.mask & covered:
            mention.facts.append("overlaps a better one")
            mention.score += TERMS["overlaps a better one"]
            demoted = True
        else:
            covered |= mention.mask
    return sorted(placed, key=_BY_SCORE, reverse=True) if demoted else ranked


_BY_PLACE: Final = attrgetter("first", "last")
_BY_SCORE: Final = attrgetter("score")


class _Taking:
    """The gaps taken so far, and which tokens they cover."""

    __slots__ = ("covered", "lenient", "ranked", "reading", "stems", "taken")

    def __init__(self, reading: Reading, ranked: list[Mention]) -> None:
        self.lenient = False  # whether a name and its part may be hidden together
        self.reading = reading
        self.ranked = ranked
        self.stems = Stems(reading)
        self.taken: list[Mention] = []
        self.covered = 0

    def take(self, group: list[Mention]) -> None:
        self.taken += group
        for mention in group:
            self.covered |= mention.mask

    def hide_together(self, mention: Mention) -> list[Mention] | None:
        """`mention` and what must be hidden with it so that nothing betrays it, or None if
        something always does.
        """
        group, covered = [mention], self.covered | mention.mask
        entity = mention.entity
        for other in [m for m in self.ranked if m.entity == entity]:
            if not other.mask & covered:
                group.append(other)
                covered |= other.mask
        if self.reading.spots and self._shows_alias(group):
            return None
        leaks = self.stems.find_leaks(group)
        if not leaks:
            return group
        if mention.kind not in ("name", "known") or len(leaks) > _MOST_PARTNERS:
            return None
        return self._add_partners(group, covered, leaks)

    def _is_one_in_other(self, one: Mention, other: Mention) -> bool:
        """Whether one name is a mere part of another: "Minsk" and "Minsk II" are two things, and
        two holes on one card could not be told apart; only a treaty or an event may hide its place.
        """
        this, that = text_of(self.reading, one), text_of(self.reading, other)
        if this == that or not (this in that or that in this):
            return False
        return len(this) < len(that) or NAME_HEADS.isdisjoint(this.split())

    def _shows_alias(self, group: list[Mention]) -> bool:
        """Whether another form of a known name that is hidden can be read outside `group`."""
        hidden, entities = 0, []
        for mention in group:
            hidden |= mention.mask
            if mention.name is not None:
                entities.append(mention.entity)
        if entities:
            for first, last, entity in self.reading.spots:
                if entity in entities and not hidden & ((1 << last) - (1 << first)):
                    return True
        return False

    def _add_partners(
        self, group: list[Mention], covered: int, leaks: list[int]
    ) -> list[Mention] | None:
        """Hide the names that betray the group under its number: "Magnitsky Act" with "Sergei
        Magnitsky".
        """
        for leak in leaks:
            if covered >> leak & 1 and any(m.mask >> leak & 1 for m in group):
                continue
            partner = next(
                (m for m in self.ranked if m.mask >> leak & 1 and m.kind in ("name", "known")), None
            )
            if partner is None or partner.mask & covered or _is_people(self.reading, partner):
                return None
            if not self.lenient and self._is_one_in_other(group[0], partner):
                return None
            group.append(partner)
            covered |= partner.mask
        if self.stems.find_leaks(group) or self._shows_alias(group):
            return None
        for partner in group:
            partner.entity = group[0].entity
        return group


def choose_among(
    reading: Reading,
    ranked: list[Mention],
    most: int | None,
    refused: list[tuple[int, int, str]],
    problems: list[tuple[str, str, str]],
) -> list[Mention]:
    """Take the best one after another, each with all other mentions of the same thing."""
    room = _room(reading.size) if most is None else most
    taking, things, tries = _Taking(reading, ranked), 0, 0
    for mention in ranked:
        forced = mention.kind == "must"
        if not forced and (things >= room or (things and mention.score < BAR)):
            break
        if mention.kind == "acronym" or mention.mask & taking.covered:
            continue
        if mention.kind == "date" and _is_joined_to_date(reading, mention, taking.taken):
            refused.append((mention.first, mention.last, BESIDE_A_DATE))
            things += 1  # the two together are question enough
            continue
        group = taking.hide_together(mention)
        if group is None and not forced:
            tries += 1
            if tries > _MOST_TRIES:
                break
            refused.append((mention.first, mention.last, SHOWN_ELSEWHERE))
            continue
        if group is None:
            problems.append(("must", text_of(reading, mention), SHOWN_ELSEWHERE))
        taking.take(group or [mention])
        things += 1
    if not taking.taken and room > 0:
        _take_anything(taking)
    return taking.taken


def _take_anything(taking: _Taking) -> None:
    """Better a name with its part beside it than no question."""
    taking.lenient = True
    for mention in taking.ranked[:_MOST_TRIES]:
        group = None if mention.kind == "acronym" else taking.hide_together(mention)
        if group is not None:
            taking.take(group)
            return


def _is_joined_to_date(reading: Reading, date: Mention, taken: list[Mention]) -> bool:
    """Whether `date` and a date that is asked are told in one breath: "in 1997 and 2002"."""
    for other in taken:
        if other.kind == "date" and other.mask != date.mask:
            left, right = (other, date) if other.first < date.first else (date, other)
            between = reading.tokens.words[left.last : right.first]
            if 0 < len(between) <= _FURTHEST and _JOINING.issuperset(between):
                return True
    return False


_JOINING: Final = frozenset(("and", "to", "or", "until", "in", "of", "on", "from", ","))
_FURTHEST: Final = 3


def _room(size: int) -> int:
    """How many things a sentence of `size` words can be asked for and still be read."""
    return 1 if size < SHORT else min(MOST, size // WORDS_A_GAP)


def _is_people(reading: Reading, mention: Mention) -> bool:
    return mention.last - mention.first == 1 and bool(
        reading.tokens.classes[mention.first] & PEOPLE
    )
