"""Why a stretch may not be asked for, whatever its score: every reason has its name here."""

from typing import Final

from deckgen.cloze.classes import GENERIC, VAGUE
from deckgen.cloze.reading import Mention, Reading

TOO_LONG: Final = "too long to answer"
TOO_MUCH: Final = "covers too much of the sentence"
TOO_LITTLE_LEFT: Final = "leaves under four words to read"
GENERIC_ALONE: Final = "a generic word alone"
BREAKS_MARKUP: Final = "would cut markup in two"
BREAKS_CLOZE: Final = "contains signs of a cloze mark"
SHOWN_ELSEWHERE: Final = "the answer is shown elsewhere in the sentence"
BESIDE_A_DATE: Final = "told in one breath with another date"
NEVER: Final = "the author said never"

# Human-made gaps: the 99th percentile is 7 words, only official names are longer; 95 % cover under
# 31 % of the words.
_LONGEST_NAME: Final = 10
_LONGEST: Final = 7
# Names may cover half of the sentence, everything else a third.
_LEAST_VISIBLE: Final = 4
_MARKS: Final = ("{{", "}}", "::")
_WIDE: Final = GENERIC | VAGUE


def is_roomy(reading: Reading) -> bool:
    """Whether nothing of one or two words can be refused, common words aside."""
    return reading.size >= _LEAST_VISIBLE + 2 and not reading.tokens.marked


def refuse(reading: Reading, mention: Mention) -> str | None:
    """The first reason against `mention`, or None."""
    length, size = mention.last - mention.first, reading.size
    if length > 2:
        named = mention.kind in ("name", "known")
        if length > (_LONGEST_NAME if named else _LONGEST):
            return TOO_LONG
        if size - length >= _LEAST_VISIBLE and length * (2 if named else 3) > size + 2:
            return TOO_MUCH
    if size - length < _LEAST_VISIBLE:
        return TOO_LITTLE_LEFT
    if (
        length == 1
        and mention.kind == "phrase"
        and reading.tokens.classes[mention.first] & _WIDE
        and mention.sort != "any"
    ):
        return GENERIC_ALONE
    return breaks_markup(reading, mention.first, mention.last) if reading.tokens.marked else None


def breaks_markup(reading: Reading, first: int, last: int) -> str | None:
    """Whether a gap over these tokens would part a pair of Markdown signs, or hold what Anki reads
    as a cloze mark.
    """
    tokens = reading.tokens
    if not tokens.marked:
        return None
    text = tokens.text[tokens.starts[first] : tokens.ends[last - 1]]
    if any(mark in text for mark in _MARKS):
        return BREAKS_CLOZE
    signs = [tokens.signs[n] for n in range(first, last) if n in tokens.signs]
    pairs = [sign for sign in signs if not sign.strip("*_~=")]
    return BREAKS_MARKUP if any(pairs.count(sign) % 2 for sign in pairs) else None
