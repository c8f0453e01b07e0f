"""Chooses the gaps of plain key sentences.

Knows nothing of YAML, Anki or files. A sentence and the project's names in, gaps with their
reasons out:

    >>> from deckgen.cloze import Name, Names, choose, rank
    >>> names = Names.build([Name("Founding Act", entity="founding-act", sort="treaty")])
    >>> text = "NATO and Russia signed the Founding Act in Paris on 27 May 1997."
    >>> [text[gap.start : gap.end] for gap in choose(text, names).gaps]
    ['Founding Act', '27 May 1997']

All offsets are in code points of the text as given. Nothing here raises for any text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from deckgen.cloze.choice import Settled, settle
from deckgen.cloze.hints import give_hint
from deckgen.cloze.names import NO_NAMES, Name, Names
from deckgen.cloze.scores import TERMS
from deckgen.cloze.tokens import tokenise
from deckgen.cloze.wishes import NO_WISHES, Wishes
from deckgen.model import Gap

__all__ = [
    "NO_NAMES",
    "Candidate",
    "Choice",
    "Gap",
    "Name",
    "Names",
    "Problem",
    "Ranking",
    "Refusal",
    "choose",
    "places",
    "rank",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """An author's wish that could not be met: `wish` is "must" or "never", `text` what was asked,
    `why` what is wrong.
    """

    wish: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The gaps of a sentence, in reading order; none where there is nothing that can be asked."""

    text: str
    gaps: tuple[Gap, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that could be asked for; `score` is the sum of the terms in `why`, each with its
    name.
    """

    start: int
    end: int
    text: str
    score: float
    why: tuple[tuple[str, float], ...]
    entity: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stretch that must not be asked for, and the name of the reason."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything that was weighed: candidates best first, indices of the chosen ones, refusals by
    position.
    """

    text: str
    candidates: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]
    chosen: tuple[int, ...]
    problems: tuple[Problem, ...]


def choose(
    sentence: str,
    names: Names = NO_NAMES,
    must: Sequence[str] = (),
    never: Sequence[str] = (),
    max_gaps: int | None = None,
) -> Choice:
    """The gaps of `sentence`. What is in `must` is always hidden, in `never` never; `max_gaps`
    counts things, not places.
    """
    settled = settle(sentence, names, _wishes(must, never, max_gaps))
    reading = settled.reading
    starts, ends = reading.tokens.starts, reading.tokens.ends
    taken = settled.taken
    if len(taken) > 1:
        taken = sorted(taken, key=_BY_PLACE)
    hints: dict[str, str | None] = {}
    gaps = []
    for m in taken:
        if m.entity not in hints:
            hints[m.entity] = give_hint(reading, m)
        gaps.append(Gap(starts[m.first], ends[m.last - 1], m.entity, None, hints[m.entity]))
    return Choice(sentence, tuple(gaps), _problems(settled))


def rank(
    sentence: str,
    names: Names = NO_NAMES,
    must: Sequence[str] = (),
    never: Sequence[str] = (),
    max_gaps: int | None = None,
) -> Ranking:
    """The same choice as `choose` with everything that led to it."""
    settled = settle(sentence, names, _wishes(must, never, max_gaps))
    reading = settled.reading
    starts, ends = reading.tokens.starts, reading.tokens.ends
    candidates = []
    for m in settled.ranked:
        start, end = starts[m.first], ends[m.last - 1]
        why = tuple((fact, TERMS[fact]) for fact in m.facts)
        score = round(m.score, 2)
        candidates.append(
            Candidate(start, end, sentence[start:end], score, why, m.entity, give_hint(reading, m))
        )
    refused = sorted({(starts[first], ends[last - 1], why) for first, last, why in settled.refused})
    return Ranking(
        sentence,
        tuple(candidates),
        tuple(Refusal(a, b, sentence[a:b], why) for a, b, why in refused),
        tuple(n for n, m in enumerate(settled.ranked) if m in settled.taken),
        _problems(settled),
    )


def places(text: str, piece: str) -> list[int]:
    """Where `piece` stands in `text` as whole words, as offsets, without overlaps."""
    tokens = tokenise(text)
    starts, ends = set(tokens.starts[: tokens.count]), set(tokens.ends[: tokens.count])
    found, at = [], text.find(piece) if piece else -1
    while at >= 0:
        is_whole = at in starts and at + len(piece) in ends
        if is_whole:
            found.append(at)
        at = text.find(piece, at + (len(piece) if is_whole else 1))
    return found


_BY_PLACE: Final = attrgetter("first")


def _wishes(must: Sequence[str], never: Sequence[str], max_gaps: int | None) -> Wishes:
    if not must and not never and max_gaps is None:
        return NO_WISHES
    return Wishes(tuple(must), tuple(never), max_gaps)


def _problems(settled: Settled) -> tuple[Problem, ...]:
    return tuple([Problem(*problem) for problem in settled.problems]) if settled.problems else ()
