"""What part each token plays in its sentence: a guess at nouns, verbs and clauses from closed
classes and endings.
"""

from functools import lru_cache
from typing import Final

from deckgen.cloze.classes import (
    ACRONYM,
    ADJECTIVE,
    ADVERB,
    ARTICLE,
    AUX,
    CAP,
    CONJ,
    COPULA,
    DET,
    DIGIT,
    FUNCTION,
    ING,
    LOWER,
    MODAL,
    PARTICIPLE,
    PEOPLE,
    PLACE,
    POSSESSIVE,
    PREP,
    PRON,
    PUNCT,
    STOP,
    SUBORD,
    TITLE,
    VERB,
    VERB_NOUN,
)
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NAME_LINKS

# The parts: sign, small word, verb, common noun or adjective, capitalised word, part of a date or
# quantity.
SIGN, SMALL, ACTION, NOUN, NAME, AMOUNT, _OPEN = range(7)

_SURE_NAME: Final = PLACE | PEOPLE | ACRONYM | TITLE
_FOLLOWS_VERB: Final = DET | PRON | SUBORD | CAP | DIGIT
_NOT_NOUN: Final = PUNCT | POSSESSIVE | FUNCTION


def guess_roles(tokens: Tokens, taken: list[tuple[int, int, int]]) -> bytearray:
    """The part of every token, one byte each; `taken` has (first, last, part) of dates, quantities
    and known names.
    """
    classes = tokens.classes
    roles = bytearray(map(_plain_role, classes))
    for first, last, role in taken:
        roles[first:last] = bytes((role,)) * (last - first)
    index = roles.find(_OPEN)
    while index >= 0:
        here = classes[index]
        before = classes[index - 1] if index else PUNCT | STOP
        if here & CAP:
            roles[index] = _capital(
                tokens, index, here, bool(before & PUNCT) and _is_fresh(classes, index)
            )
        else:
            roles[index] = _action(
                classes, index, here, before, roles[index - 1] if index else SIGN
            )
        index = roles.find(_OPEN, index + 1)
    return roles


def _is_fresh(classes: list[int], index: int) -> bool:
    """Whether a sentence begins here, leaving quotation marks and brackets aside."""
    while index and classes[index - 1] & PUNCT:
        if classes[index - 1] & STOP:
            return True
        index -= 1
    return not index


@lru_cache(maxsize=4096)
def _plain_role(here: int) -> int:
    """The part that a word plays by its classes alone; _OPEN where its neighbours decide."""
    if here & (PUNCT | POSSESSIVE):
        return SIGN
    if here & CAP:
        return _OPEN
    if here & FUNCTION:
        return SMALL
    if here & (VERB | VERB_NOUN | ING):
        return _OPEN
    return SMALL if here & ADVERB else NOUN


def _capital(tokens: Tokens, index: int, here: int, fresh: bool) -> int:
    """A capital at the head of a sentence says nothing; elsewhere it makes even a small word part
    of a name.
    """
    after = tokens.classes[index + 1]
    if not fresh:
        if tokens.words[index] == "I" and tokens.classes[index - 1] & CAP:
            return NAME
        if here & (ARTICLE | CONJ) or (
            here & FUNCTION and not after & CAP and len(tokens.words[index]) < 4
        ):
            return SMALL
        return NAME
    if here & (FUNCTION | ADVERB):
        return SMALL
    if here & VERB and not after & CAP:
        return ACTION
    if (
        after & LOWER
        and tokens.words[index + 1] not in NAME_LINKS
        and not here & _SURE_NAME
        and not after & (FUNCTION | VERB | VERB_NOUN | ADVERB)
    ):
        return NOUN
    return NAME


def _action(classes: list[int], index: int, here: int, before: int, role: int) -> int:
    """Whether a word that may be a verb is one here."""
    after = classes[index + 1]
    if here & ING:
        return _gerund(before, after)
    if before & MODAL:
        return ACTION
    if here & VERB:
        opened = (
            before & (DET | POSSESSIVE) or (before & ADJECTIVE and role == NOUN) or before & PREP
        )
        if here & PARTICIPLE and opened and not after & (_NOT_NOUN | DET):
            return NOUN
        return NOUN if before & (ARTICLE | POSSESSIVE) else ACTION
    if before & (DET | POSSESSIVE | PREP | COPULA) and not before & PRON:
        return NOUN
    if before & PRON and not before & DET:
        return ACTION
    if role in (NOUN, NAME) and not before & ADJECTIVE and after & _FOLLOWS_VERB:
        return ACTION
    return NOUN


def _gerund(before: int, after: int) -> int:
    if before & (DET | POSSESSIVE | ADJECTIVE) and not after & (DET | CAP):
        return NOUN
    if after & (DET | CAP | PRON) or before & (AUX | SUBORD):
        return ACTION
    return ACTION if before & PREP and not after & PUNCT else NOUN
