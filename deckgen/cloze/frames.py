"""How a sentence is built: its clauses, its main verb, and whether it defines something."""

from typing import Final

from deckgen.cloze.classes import (
    AUX,
    COPULA,
    DET,
    GENERIC,
    PREP,
    PUNCT,
    SUBORD,
)
from deckgen.cloze.reading import Reading
from deckgen.cloze.roles import ACTION, AMOUNT, NAME, NOUN

MAIN, SIDE, LEAD, BRACKET = range(4)


class Frame:
    """How the sentence is built: the clause each token is in, its main verb, and whether that verb
    defines.
    """

    __slots__ = ("clauses", "defines", "describes", "subject", "verb")

    def __init__(self, reading: Reading) -> None:
        self.clauses = _clauses(reading)
        self.verb = _main_verb(reading, self.clauses)
        self.defines = _is_definition(reading, self.verb)
        self.subject = _subject(reading, self.clauses)
        self.describes = self.defines and _is_description(reading, self.subject, self.verb)


def _clauses(reading: Reading) -> bytearray:
    """MAIN, or SIDE after "which", "because" … up to a comma, LEAD before the subject, BRACKET in
    brackets.
    """
    tokens, roles = reading.tokens, reading.roles
    toks, classes, count = tokens.words, tokens.classes, tokens.count
    found, state, outer, done = bytearray(count + 1), MAIN, MAIN, 0
    if count and ((classes[0] & _LEADS and not classes[0] & DET) or roles[0] in (ACTION, AMOUNT)):
        done = _end_of_lead(reading)
        found[:done] = _FILL[LEAD] * done
    for index in [n for n, here in enumerate(classes) if here & _TURNS and n > done]:
        word, here = toks[index], classes[index]
        if state:
            found[done:index] = _FILL[state] * (index - done)
        done = index
        if here & SUBORD:
            if state == MAIN and not (here & DET and here & PREP and roles[index + 1] == NOUN):
                state = SIDE
        elif word == "(":
            outer, state = (state if state != BRACKET else outer), BRACKET
        elif word == ")":
            state = outer
        elif state != BRACKET and word in _BREAKS:
            state = MAIN
    if state:
        found[done:] = _FILL[state] * (count + 1 - done)
    return found


def _end_of_lead(reading: Reading) -> int:
    """Where the opening phrase ends: at its comma, at the verb, or at what follows the date "In
    1492 Columbus …".
    """
    classes, roles = reading.tokens.classes, reading.roles
    phrase = roles[0] != ACTION
    for index in range(1, reading.tokens.count):
        here = classes[index]
        if here & PUNCT and reading.tokens.words[index] in _BREAKS:
            return index
        if (
            roles[index - 1] == AMOUNT
            and roles[index] != AMOUNT
            and (roles[index] in (NAME, NOUN) or here & DET)
        ):
            return index
        if phrase and roles[index] == ACTION and not classes[0] & SUBORD:
            return index
    return reading.tokens.count


_TURNS: Final = PUNCT | SUBORD
_LEADS: Final = PREP | SUBORD
_FILL: Final = [bytes((clause,)) for clause in (MAIN, SIDE, LEAD, BRACKET)]
_BREAKS: Final = frozenset((",", ";", "—", "–", ":"))


def _main_verb(reading: Reading, clauses: bytearray) -> int:
    """The first verb outside side clauses and brackets, or the end."""
    roles, classes, count = reading.roles, reading.tokens.classes, reading.tokens.count
    for index, here in enumerate(classes):
        if roles[index] == ACTION:
            after_sign = index and classes[index - 1] & PUNCT and index + 1 < count
            if clauses[index] == MAIN and not after_sign:  # ", signed on …," is no main verb
                return index
        elif here & AUX and clauses[index] == MAIN:
            return index
    return count


def _is_definition(reading: Reading, verb: int) -> bool:
    """Whether the sentence says "X is a Y", which asks for X."""
    classes = reading.tokens.classes
    return bool(
        verb < reading.tokens.count and classes[verb] & COPULA and reading.roles[verb + 1] != ACTION
    )


def _subject(reading: Reading, clauses: bytearray) -> int:
    """The first noun, name or number of the main clause."""
    for index, role in enumerate(reading.roles):
        if role >= NOUN and clauses[index] == MAIN:
            return index
    return reading.tokens.count


def _is_description(reading: Reading, subject: int, verb: int) -> bool:
    """Whether the subject describes what is named after "is": "the largest country in …"."""
    roles, end = reading.roles, subject
    while end < verb and roles[end] in (NOUN, NAME):
        end += 1
    if end == subject:
        return False
    if roles[end - 1] == NOUN and roles[subject] != NAME:
        return True
    return bool(reading.tokens.classes[end - 1] & GENERIC and verb - end > 1)
