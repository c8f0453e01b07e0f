"""Which stretches around common nouns can be asked for: phrases, lists and quotations."""

import re
from typing import Final

from deckgen.cloze import words
from deckgen.cloze.classes import (
    DET,
    FUNCTION,
    PEOPLE,
    POSSESSIVE,
    QUOTE,
    VAGUE,
)
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.roles import ACTION, AMOUNT, NAME, NOUN

_LONGEST_PHRASE: Final = 6
_LONGEST_QUOTATION: Final = 9
_OPENING: Final = VAGUE | PEOPLE
# Over the bytes of the roles.
_QUOTE_SIGNS: Final = re.compile('["“”„«»]')
_NOMINAL: Final = re.compile(bytes((ord("["), NOUN, NAME, ord("]"), ord("+"))))


def add_phrases(reading: Reading, runs: list[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Phrases around a common noun; gives back all segments as (first, last, whether it is nothing
    but a name).
    """
    roles, toks = reading.roles, reading.tokens.words
    starts: dict[int, int] = {}  # of the runs by their ends, where that is needed
    segments = []
    for match in _NOMINAL.finditer(roles):
        first, last = match.span()
        if roles[last - 1] == NAME:
            if roles[first] == NOUN:
                starts = starts or {end: start for start, end in runs}
                first = starts.get(last, first)
            segments.append((first, last, True))
            continue
        if last - first > 1:
            *parts, (first, last) = _part(reading, first, last)
            for start, end in parts:
                reading.mentions.append(Mention(start, end, "phrase"))
                segments.append((start, end, False))
        segments.append((first, last, False))
        if last - first <= _LONGEST_PHRASE:
            reading.mentions.append(Mention(first, last, "phrase"))
        if last - first > 1:
            _add_tail(reading, first, last)
        if (
            toks[last] == "of"
            and roles[last + 1] == AMOUNT
            and roles[last + 2] != AMOUNT
            and (toks[last - 1].capitalize() in words.EVENT_HEADS)
        ):
            reading.mentions.append(Mention(first, last + 2, "of-phrase", "dated"))
    return segments


def _part(reading: Reading, first: int, last: int) -> list[tuple[int, int]]:
    """The phrases that stand in one row of nouns: without a gerund at its head ("seeking safety")
    and an adjective at its end ("policy inconsistent"), and cut between two plurals ("of
    candidates reforms").
    """
    tokens = reading.tokens
    toks = tokens.words
    while last - first > 1 and toks[last - 1].endswith(words.SURE_ADJECTIVE_ENDS):
        last -= 1
    if toks[first].endswith("ing") and _is_gerund(reading, first):
        reading.roles[first] = ACTION
        first += 1
    parts = []
    for n in range(first + 1, last):
        if toks[n][-1] == "s" and _is_plain_plural(toks[n - 1]) and _is_plain_plural(toks[n]):
            parts.append((first, n))
            first = n
    return [*parts, (first, last)]


def _is_gerund(reading: Reading, index: int) -> bool:
    """Whether a word on -ing takes the next noun as its object."""
    tokens = reading.tokens
    low = tokens.words[index].lower()
    if low in words.DESCRIBING_ING or (index and tokens.classes[index - 1] & _BEFORE_DESCRIBING):
        return False
    stem = low[:-3]
    return stem in words.VERBS or stem + "e" in words.VERBS or stem[:-1] in words.VERBS


_BEFORE_DESCRIBING: Final = DET | POSSESSIVE


def _is_plain_plural(word: str) -> bool:
    return (
        word[-1] == "s"
        and len(word) > 4
        and word[0].islower()
        and not word.endswith(("ss", "us", "is"))
        and word not in words.LOOSE_PLURALS
    )


def _add_tail(reading: Reading, first: int, last: int) -> None:
    """Without its vague or national opening the phrase may be the better question: "(former
    Soviet) republics".
    """
    classes = reading.tokens.classes
    start = first
    while start < last - 1 and classes[start] & _OPENING:
        start += 1
    if start != first:
        reading.mentions.append(Mention(start, last, "phrase", "tail"))


def add_compounds(reading: Reading, segments: list[tuple[int, int, bool]]) -> None:
    """Phrases like "control of the border", and lists like "Finland and Sweden" that are one answer."""
    toks, chain = reading.tokens.words, 0
    for n, left in enumerate(segments[:-1], 1):
        if toks[left[1]] not in _JOINTS:
            chain = n
            continue
        right = segments[n]
        gap = toks[left[1] : right[0]]
        short = right[1] - left[0] <= _LONGEST_PHRASE + 1
        if short and not left[2] and gap[0] in ("of", "on") and _is_article(gap[1:]):
            reading.mentions.append(Mention(left[0], right[1], "of-phrase"))
        joint = _joint(gap) if left[2] == right[2] else ""
        if joint and toks[left[0] : left[1]] == toks[right[0] : right[1]]:
            joint = ""  # "NATO, and NATO" lists nothing
        if not joint:
            chain = n
        elif joint == "and" and _may_list(segments[chain : n + 1]):
            sort = ("many names" if n - chain > 1 else "names") if left[2] else "words"
            reading.mentions.append(Mention(segments[chain][0], right[1], "list", sort))
            chain = n


_JOINTS: Final = frozenset((",", "and", "or", "&", "of", "on"))


def _joint(gap: list[str]) -> str:
    """How two neighbours are joined: "and", a comma, or not at all."""
    joined = [word for word in gap if word not in ("the", "a", "an")]
    if joined in (["and"], ["or"], [",", "and"], [",", "or"], ["&"]):
        return "and"
    return "," if joined == [","] else ""


def _may_list(segments: list[tuple[int, int, bool]]) -> bool:
    return segments[0][2] or all(last - first <= 2 for first, last, _ in segments)


def _is_article(gap: list[str]) -> bool:
    return not gap or (len(gap) == 1 and gap[0] in ("the", "a", "an", "its", "their", "his", "her"))


def add_quotations(reading: Reading) -> None:
    """What stands in quotation marks, less its article and the comma at its end."""
    tokens, opened = reading.tokens, -1
    if _QUOTE_SIGNS.search(tokens.text) is None:
        return
    for index in [n for n, here in enumerate(tokens.classes) if here & QUOTE]:
        if opened >= 0 and 1 <= index - opened - 1 <= _LONGEST_QUOTATION:
            first, last = opened + 1, index
            if last - first > 1 and tokens.words[first].lower() in words.ARTICLES:
                first += 1
            while last > first + 1 and not tokens.words[last - 1][-1].isalnum():
                last -= 1
            if tokens.words[first][0].isalnum():
                reading.mentions.append(Mention(first, last, "quotation"))
                reading.has_quotation = True
        opened = -1 if opened >= 0 else index


def add_any_word(reading: Reading) -> None:
    """When nothing else can be asked: the longest word that is not a small one."""
    tokens = reading.tokens
    best = max(
        (
            n
            for n in range(tokens.count)
            if tokens.words[n][0].isalpha() and not tokens.classes[n] & (FUNCTION | POSSESSIVE)
        ),
        key=lambda n: (min(len(tokens.words[n]), 12), n),
        default=-1,
    )
    if best >= 0:
        reading.mentions.append(Mention(best, best + 1, "phrase", "any"))
