"""How many made-up key sentences a second get their gaps on one core, with 5,000 names.

The sentences have twenty words on average, with names, dates and numbers in them; the same on every
machine. The fastest of several runs counts, so that what else is running does not.
"""

import sys
import time
from random import Random

from deckgen.cloze import Name, Names, choose

_SYLLABLES = "ba cor den fa gri hol jen ka lor mun nes por ras sil tor ul ves wen zar".split()
_SORTS = ("Treaty", "Accords", "Council", "Conference", "Convention", "War")
_MONTHS = "January March April June July September October December".split()
_OPENINGS = (
    "In {year} {person} of {place}",
    "The {thing} of {day} {month} {year}, negotiated by {person} in {place},",
    "On {day} {month} {year} the government of {place}",
    "{person}, who had been a minister in {place} for {count} years,",
    "The {thing}",
    "After the {adjective} elections of {year} the {adjective} parliament in {place}",
    "According to {person}, the {noun} of {place}",
)
_MIDDLES = (
    "signed the {thing}, which ended a {adjective} {noun} with {place}",
    "was called the {adjective} {noun} by historians and by {person}",
    "gave {place} some {count} square kilometres of {adjective} territory",
    "obliged {count} states to reduce their {noun} by {percent} per cent",
    "founded the {thing} together with {place} and {place}",
    "rejected the {noun} that {person} had proposed in the {thing}",
)
_ENDS = (
    "until it was replaced by the {thing} in {month} {year}",
    "because the {noun} of the {noun} threatened the {adjective} {noun}",
    "and remained in force for {count} years",
    "although {place} never ratified Article {article} of it",
    "before the {adjective} crisis of the {decade}s began in {place}",
)
_NOUNS = """agreement alliance army balance border campaign coalition decision dispute doctrine
economy embassy interest market monarchy movement negotiation policy principle province reform
republic resolution rivalry settlement sovereignty strategy tariff uprising veto""".split()
_ADJECTIVES = """binding bilateral colonial decisive diplomatic eastern economic federal foreign
formal free imperial joint liberal maritime military national nuclear open peaceful permanent
political regional secret temporary united western""".split()


class World:
    """A made-up world: its names, and sentences about it."""

    def __init__(self, names: int = 5_000, seed: int = 1) -> None:
        self._draw = Random(seed)
        self.places = [self._word() for _ in range(names // 5)]
        self.persons = [f"{self._word()} {self._word()}" for _ in range(names // 5)]
        self.things = [
            f"{self._draw.choice(_SORTS)} of {self._draw.choice(self.places)}"
            if n % 2
            else f"{self._word()} {self._draw.choice(_SORTS)}"
            for n in range(names - 2 * (names // 5))
        ]

    def _word(self) -> str:
        return "".join(self._draw.choices(_SYLLABLES, k=self._draw.choice((2, 3)))).capitalize()

    def names(self) -> Names:
        """All the names, as a project lends them."""
        sorts = (("place", self.places), ("actor", self.persons), ("treaty", self.things))
        return Names.build(
            Name(text, f"{sort}-{n}", sort) for sort, texts in sorts for n, text in enumerate(texts)
        )

    def sentence(self) -> str:
        """One sentence; its names are known or, one time in three, are not."""
        parts = [self._draw.choice(_OPENINGS), self._draw.choice(_MIDDLES)]
        if self._draw.random() < 1 / 8:
            parts.append(self._draw.choice(_ENDS))
        return " ".join(map(self._fill, parts)) + "."

    def _fill(self, pattern: str) -> str:
        draw, text = self._draw, pattern
        known = draw.random() < 2 / 3
        for field, make in (
            ("{person}", lambda: draw.choice(self.persons) if known else f"{self._word()} Otis"),
            ("{place}", lambda: draw.choice(self.places) if known else self._word()),
            ("{thing}", lambda: draw.choice(self.things) if known else f"{self._word()} Pact"),
            ("{noun}", lambda: draw.choice(_NOUNS)),
            ("{adjective}", lambda: draw.choice(_ADJECTIVES)),
            ("{day}", lambda: str(draw.randint(1, 28))),
            ("{month}", lambda: draw.choice(_MONTHS)),
            ("{year}", lambda: str(draw.randint(1648, 2020))),
            ("{decade}", lambda: str(draw.randrange(1800, 2020, 10))),
            ("{count}", lambda: f"{draw.randint(2, 90_000):,}"),
            ("{percent}", lambda: str(draw.randint(2, 90))),
            ("{article}", lambda: str(draw.randint(1, 99))),
        ):
            while field in text:
                text = text.replace(field, make(), 1)
        return text


def measure(sentences: list[str], names: Names, runs: int = 7) -> float:
    """Sentences a second in the fastest of several runs, by processor time."""
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        for sentence in sentences:
            choose(sentence, names)
        best = min(best, time.process_time() - started)
    return len(sentences) / best


def run(count: int = 2_000) -> None:
    """Print the figure."""
    world = World()
    names = world.names()
    sentences = [world.sentence() for _ in range(count)]
    words = sum(len(sentence.split()) for sentence in sentences) / count
    speed = measure(sentences, names)
    print(
        f"{count} sentences of {words:.1f} words with 5,000 names: "
        f"{speed:,.0f} a second, {1e6 / speed:.0f} µs each"
    )


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
