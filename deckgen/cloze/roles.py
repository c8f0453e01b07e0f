"""What part each token plays in its sentence: a guess at nouns, verbs and clauses from closed
classes and endings.
"""

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
from deckgen.cloze.memory import Memory
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NAME_LINKS

# The parts: sign, small word, verb, common noun or adjective, capitalised word, part of a date or
# quantity. The last three can be a subject or object.
SIGN, SMALL, ACTION, NOUN, NAME, AMOUNT, _OPEN = range(7)

_SURE_NAME: Final = PLACE | PEOPLE | ACRONYM | TITLE
_FOLLOWS_VERB: Final = DET | PRON | SUBORD | CAP | DIGIT
_NOT_NOUN: Final = PUNCT | POSSESSIVE | FUNCTION
_NOT_NOUN_NOR_ARTICLE: Final = _NOT_NOUN | DET
_SIGN: Final = PUNCT | POSSESSIVE
_MAYBE_ACTION: Final = VERB | VERB_NOUN | ING
_OPENS_NOUN: Final = DET | POSSESSIVE | PREP
_HAS_NOUN: Final = ARTICLE | POSSESSIVE
_BEFORE_NOUN: Final = DET | POSSESSIVE | PREP | COPULA
_BEFORE_GERUND_NOUN: Final = DET | POSSESSIVE | ADJECTIVE
_OBJECT: Final = DET | CAP
_OBJECT_OR_PRONOUN: Final = DET | CAP | PRON
_BEFORE_GERUND: Final = AUX | SUBORD
_NO_NAME: Final = ARTICLE | CONJ
_SMALL: Final = FUNCTION | ADVERB
_HARDLY_NOUN: Final = FUNCTION | VERB | VERB_NOUN | ADVERB
_NOTHING: Final = PUNCT | STOP  # stands before the first token


def guess_roles(tokens: Tokens, taken: list[tuple[int, int, int]]) -> tuple[bytearray, int]:
    """The part of every token, one byte each, and how many words there are; `taken` has (first,
    last, part) of dates, quantities and known names.
    """
    classes = tokens.classes
    roles = bytearray(map(_PLAIN_ROLES.__getitem__, classes))
    size = len(roles) - roles.count(SIGN)
    for first, last, role in taken:
        roles[first:last] = _REPEATED[role] * (last - first)
    index = roles.find(_OPEN)
    while index >= 0:
        here = classes[index]
        before = classes[index - 1] if index else _NOTHING
        if not here & CAP:
            roles[index] = _action(
                classes[index + 1], here, before, roles[index - 1] if index else SIGN
            )
        elif before & PUNCT or here & FUNCTION:
            fresh = bool(before & PUNCT) and _is_fresh(classes, index)
            roles[index] = _capital(tokens, index, here, fresh)
        else:
            roles[index] = NAME
        index = roles.find(_OPEN, index + 1)
    return roles, size


def _is_fresh(classes: list[int], index: int) -> bool:
    """Whether a sentence begins here, leaving quotation marks and brackets aside."""
    while index and classes[index - 1] & PUNCT:
        if classes[index - 1] & STOP:
            return True
        index -= 1
    return not index


def _plain_role(here: int) -> int:
    """The part that a word plays by its classes alone; _OPEN where its neighbours decide."""
    if here & _SIGN:
        return SIGN
    if here & CAP:
        return _OPEN
    if here & FUNCTION:
        return SMALL
    if here & _MAYBE_ACTION:
        return _OPEN
    return SMALL if here & ADVERB else NOUN


_PLAIN_ROLES: Final = Memory(_plain_role)
_REPEATED: Final = [bytes((role,)) for role in range(_OPEN)]


def _capital(tokens: Tokens, index: int, here: int, fresh: bool) -> int:
    """A capital at the head of a sentence says nothing; elsewhere it makes even a small word part
    of a name.
    """
    after = tokens.classes[index + 1]
    if not fresh:
        if tokens.words[index] == "I" and tokens.classes[index - 1] & CAP:
            return NAME
        if here & _NO_NAME or (
            here & FUNCTION and not after & CAP and len(tokens.words[index]) < 4
        ):
            return SMALL
        return NAME
    if here & _SMALL:
        return SMALL
    if here & VERB and not after & CAP:
        return ACTION
    if (
        after & LOWER
        and tokens.words[index + 1] not in NAME_LINKS
        and not here & _SURE_NAME
        and not after & _HARDLY_NOUN
    ):
        return NOUN
    return NAME


def _action(after: int, here: int, before: int, role: int) -> int:
    """Whether a word that may be a verb is one here; `role` is the part of the word before it."""
    if here & ING:
        return _gerund(before, after)
    if before & MODAL:
        return ACTION
    if here & VERB:
        opened = before & _OPENS_NOUN or (before & ADJECTIVE and role == NOUN)
        if here & PARTICIPLE and opened and not after & _NOT_NOUN_NOR_ARTICLE:
            return NOUN
        return NOUN if before & _HAS_NOUN else ACTION
    if before & _BEFORE_NOUN and not before & PRON:
        return NOUN
    if before & PRON and not before & DET:
        return ACTION
    if role in (NOUN, NAME) and not before & ADJECTIVE and after & _FOLLOWS_VERB:
        return ACTION
    return NOUN


def _gerund(before: int, after: int) -> int:
    if before & _BEFORE_GERUND_NOUN and not after & _OBJECT:
        return NOUN
    if after & _OBJECT_OR_PRONOUN or before & _BEFORE_GERUND:
        return ACTION
    return ACTION if before & PREP and not after & PUNCT else NOUN
