"""Which earlier texts some texts are edits of: the nearest, unless two are equally near."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

# An edit keeps more than this share of the words, by Dice's coefficient. Two unrelated questions
# of one subject share about a fifth of theirs, mostly function words.
NEAR = 0.5
# Two candidates closer to one another than this are equally near.
TIE = 0.05

_WORD = re.compile(r"\w+")


class Match(NamedTuple):
    """A text and the earlier one that it is an edit of.

    `rival` is set where that cannot be told: another earlier text that is as near, or the index of
    another text that is as near to the earlier one.
    """

    place: int  # of the text
    text: str
    rival: str | int | None


def nearest(texts: Sequence[str], earlier: Sequence[str]) -> Iterator[Match]:
    """Pair edited texts with earlier ones, nearest first, each at most once.

    The first line of a text is its kind's section; only texts of one section are compared.
    """
    pairs = sorted(_pairs(texts, earlier))
    taken: set[int] = set()
    taken_earlier: set[int] = set()
    for place, (share, n, i) in enumerate(pairs):
        if n in taken or i in taken_earlier:
            continue
        rival: str | int | None = None
        for other, m, k in islice(pairs, place + 1, None):
            if other - share >= TIE:
                break
            if m == n and k not in taken_earlier:
                rival = earlier[k]
            elif k == i and m not in taken:
                rival = m
        taken.add(n)
        taken_earlier.add(i)
        yield Match(n, earlier[i], rival)


def _pairs(texts: Sequence[str], earlier: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """Compare all texts that may be near, as (minus their likeness, index, earlier's index).

    Two of which the longer has at most three times the words of the shorter, as it must be, share
    a third of the words of either; so one of them is among the two thirds that are rarest.
    """
    index: dict[str, list[int]] = {}
    counts = [_words(text) for text in earlier]
    for i, count in enumerate(counts):
        for word in count:
            index.setdefault(word, []).append(i)
    for n, text in enumerate(texts if earlier else ()):
        mine = _words(text)
        some = sorted(mine.elements(), key=lambda word: len(index.get(word, ())))
        for i in {i for word in some[: len(some) * 2 // 3 + 1] for i in index.get(word, ())}:
            share = 2 * (mine & counts[i]).total() / (mine.total() + counts[i].total())
            if share > NEAR and earlier[i].split("\n", 1)[0] == text.split("\n", 1)[0]:
                yield -share, n, i


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.split("\n", 1)[-1].casefold()))
