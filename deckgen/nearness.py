"""How near texts are, and which earlier ones some are edits of: the nearest, unless two are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

# An edit keeps more than this share of the words, by Dice's coefficient. Two unrelated questions
# of one subject share about a fifth of theirs, mostly function words.
NEAR = 0.5
# Two candidates closer to one another than this are equally near.
TIE = 0.05

# Kanji and kana stand without spaces; elsewhere a word is what stands between them.
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^\W{_UNSPACED}]+")


def words(text: str) -> Counter[str]:
    """Count the words of a text, in any capitals; where words have no spaces, pairs of characters."""
    return Counter(_words(text))


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text.casefold()):
        run = match[0]
        if match["unspaced"] and len(run) > 1:
            yield from map("".join, pairwise(run))
        else:
            yield run


def likeness(one: str, other: str) -> float:
    """The share of words that two texts have in common, by Dice's coefficient: from 0 to 1."""
    return _likeness(words(one), words(other))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


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
    counts = [_own_words(text) for text in earlier]
    for i, count in enumerate(counts):
        for word in count:
            index.setdefault(word, []).append(i)
    for n, text in enumerate(texts if earlier else ()):
        mine = _own_words(text)
        some = sorted(mine.elements(), key=lambda word: len(index.get(word, ())))
        for i in {i for word in some[: len(some) * 2 // 3 + 1] for i in index.get(word, ())}:
            share = _likeness(mine, counts[i])
            if share > NEAR and earlier[i].split("\n", 1)[0] == text.split("\n", 1)[0]:
                yield -share, n, i


def _own_words(text: str) -> Counter[str]:
    return words(text.split("\n", 1)[-1])
