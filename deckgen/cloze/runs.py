"""How capitalised words and the small words between them make one name."""

from typing import Final

from deckgen.cloze import words
from deckgen.cloze.classes import (
    ACRONYM,
    CAP,
    DIGIT,
    FUNCTION,
    LOWER,
    PEOPLE,
    PLACE,
    TITLE,
)
from deckgen.cloze.places import COUNTRY_PHRASES
from deckgen.cloze.reading import Reading
from deckgen.cloze.roles import AMOUNT, NAME
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NAME_HEADS

_LONGEST_NAME: Final = 12
_NAME: Final = bytes((NAME,))


def find_runs(reading: Reading) -> list[tuple[int, int]]:
    """Runs of capitalised words with the small words that tie them, titles of persons left off."""
    roles, classes, found = reading.roles, reading.tokens.classes, []
    index = roles.find(NAME)
    while index >= 0:
        last = _end_of_run(reading, index)
        first = index + _count_titles(reading, index, last) if classes[index] & TITLE else index
        found.append((first, last))
        roles[index:last] = _NAME * (last - index)
        index = roles.find(NAME, last)
    return found


def _count_titles(reading: Reading, first: int, last: int) -> int:
    """How many titles stand before the person's own name: two in "Prime Minister Churchill"."""
    classes, words_ = reading.tokens.classes, reading.tokens.words
    if words_[last - 1] in NAME_HEADS:
        return 0
    index = first
    while (
        index < last - 1 and classes[index] & TITLE and not classes[index + 1] & (LOWER | FUNCTION)
    ):
        if not classes[index + 1] & TITLE and classes[last - 1] & PLACE:
            break
        index += 1
    return index - first


def _end_of_run(reading: Reading, first: int) -> int:
    tokens, roles = reading.tokens, reading.roles
    words_, classes = tokens.words, tokens.classes
    last, tied = first + 1, False
    while True:
        if roles[last] == NAME and last - first < _LONGEST_NAME * 2:
            last += 1
            continue
        if classes[last] & DIGIT and roles[last] == AMOUNT and _is_numeral_of_name(tokens, last):
            last += 1
        if words_[last] not in _LINKS:
            return last
        reach = _reach_over_link(reading, first, last, tied)
        if reach == last:
            return last
        last, tied = reach, True


def _is_numeral_of_name(tokens: Tokens, index: int) -> bool:
    """One or two figures straight after a capital: "Charter 77", "Apollo 11"."""
    word = tokens.words[index]
    return (
        len(word) <= 2
        and word.isdigit()
        and tokens.words[index - 1] not in words.MONTHS
        and not (
            tokens.classes[index + 1] & (LOWER | CAP) and not tokens.classes[index + 1] & FUNCTION
        )
    )


def _reach_over_link(reading: Reading, first: int, last: int, tied: bool) -> int:
    """The end of the run if the small words at `last` tie another capital to it, else `last`."""
    tokens, roles = reading.tokens, reading.roles
    link, ahead = tokens.words[last], last + 1
    if last - first > 2 * _LONGEST_NAME:
        return last
    if link in ("of", "on", "for") and tokens.words[ahead] in ("the", "a"):
        ahead += 1
    elif link in _PARTICLES and tokens.words[ahead] in _PARTICLES:
        ahead += 1  # "van der", "de la"
    elif link == "/":
        return ahead if roles[ahead] == NAME else last  # two names for one thing
    elif link in "'’":
        return _reach_over_years(tokens, last)
    if roles[ahead] != NAME or not tokens.classes[ahead] & CAP:
        return ahead + 1 if link == "of" and _is_count_of_name(reading, ahead) else last
    if link == "of" and (
        tokens.classes[last - 1] & PLACE or _is_office(tokens, first, last, ahead)
    ):
        return last
    if link in words.NAME_LINKS and link != "and":
        return ahead
    headed = any(tokens.words[n] in NAME_HEADS for n in range(first, last))
    if not headed or tokens.words[ahead] in words.MONTHS:
        return last
    if link in ("on", "for") and not tokens.classes[ahead] & PLACE:
        return ahead
    if link == "in" and tokens.words[ahead] not in _REGIONS:
        return last
    if tied and link in ("in", "to", "and", "against") and tokens.words[first] in NAME_HEADS:
        return (
            last if link == "and" and tokens.classes[ahead] & (PLACE | PEOPLE | ACRONYM) else ahead
        )
    return last


def _is_office(tokens: Tokens, first: int, last: int, ahead: int) -> bool:
    """An office and its country are two things to ask: "President of the United States"."""
    return all(tokens.classes[n] & TITLE for n in range(first, last)) and bool(
        tokens.classes[ahead] & PLACE
        or (
            f"{tokens.words[ahead]} {tokens.words[ahead + 1]}".casefold() in COUNTRY_PHRASES
            if ahead < tokens.count
            else False
        )
    )


def _is_count_of_name(reading: Reading, index: int) -> bool:
    """A lone number, and no date's first part: "Group of 77", "Group of Seven"."""
    roles, word = reading.roles, reading.tokens.words[index]
    alone = roles[index] == AMOUNT and roles[index + 1] != AMOUNT
    return alone and (word[0].isupper() or (word.isdigit() and len(word) < 3))


def _reach_over_years(tokens: Tokens, last: int) -> int:
    """The end of a name after its apostrophe, as in "Thirty Years' War", else `last`."""
    joins = tokens.words[last - 1] == "Years" and tokens.words[last + 1] in words.EVENT_HEADS
    return last + 2 if joins else last


# "Treaty on … Forces in Europe" goes on; "signed the Convention on … in Jamaica" does not.
_REGIONS: Final = words.word_set(
    "Europe Asia Africa America Latin Southeast Southern Central Eastern Western Antarctica"
)
_PARTICLES: Final = words.NAME_LINKS - {"of", "and"}
_LINKS: Final = words.NAME_LINKS | {"on", "for", "in", "to", "and", "against", "'", "’", "/"}
