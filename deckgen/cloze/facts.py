"""What can be said of a mention and its place in the sentence: the facts that `scores` puts a
figure on.
"""

from typing import Final

from deckgen.cloze import places, words
from deckgen.cloze.classes import (
    ACRONYM,
    ADVERB,
    AUX,
    CAP,
    CONJ,
    COPULA,
    DET,
    FUNCTION,
    GENERIC,
    LOWER,
    PEOPLE,
    PLACE,
    POSSESSIVE,
    PREP,
    QUOTE,
    STOP,
    SUBORD,
    TITLE,
    VAGUE,
)
from deckgen.cloze.frames import BRACKET, LEAD, MAIN, SIDE, Frame
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.roles import ACTION, AMOUNT, NAME, NOUN
from deckgen.cloze.tokens import Tokens

# --- facts by kind --------------------------------------------------------------------------------

_DATE_FACTS: Final = {
    "day": "full date",
    "month": "month and year",
    "year": "year",
    "monthday": "day without a year",
    "time": "time of day",
    "range": "range of dates",
    "season": "range of dates",
    "decade": "decade or century",
    "century": "decade or century",
}
_AMOUNT_FACTS: Final = {
    "percent": "share or money",
    "money": "share or money",
    "votes": "votes",
    "measure": "measured amount",
    "article": "numbered text",
    "ordinal": "ordinal",
    "fraction": "share or money",
    "number": "bare number",
}
_HEAD_FACTS: Final = (
    (words.INSTRUMENT_HEADS, "names an instrument"),
    (words.EVENT_HEADS, "names an event"),
    (words.BODY_HEADS, "names a body"),
    (words.PLACE_HEADS, "names a place"),
)


def describe(reading: Reading, mention: Mention, frame: Frame, background: frozenset[str]) -> None:
    """Append to `mention.facts` everything that is true of it and has a line in the table of
    `scores`.
    """
    facts = mention.facts
    kind = mention.kind
    if kind == "date":
        facts.append(_DATE_FACTS[mention.sort])
    elif kind == "amount":
        facts.append(_AMOUNT_FACTS[mention.sort])
        if mention.sort == "number" and not reading.tokens.words[mention.first][0].isdigit():
            facts.append("number in words")
    elif kind in ("name", "known"):
        _describe_name(reading, mention)
    elif kind == "phrase" or kind == "of-phrase":
        _describe_phrase(reading, mention)
    elif kind == "list":
        facts.append("list of words" if mention.sort == "words" else "list of names")
        if mention.sort == "many names":
            facts.append("list of three or more")
    elif kind == "quotation":
        facts.append("quotation")
    if mention.name is not None and mention.entity in background:
        facts.append("background of the deck")
    _describe_left(reading, mention, frame)
    _describe_right(reading, mention, frame)
    _describe_place(reading, mention, frame)


def _describe_name(reading: Reading, mention: Mention) -> None:
    tokens, facts = reading.tokens, mention.facts
    classes, first, last = tokens.classes, mention.first, mention.last
    here = classes[first]
    facts.append("name")
    if mention.name is not None:
        facts.append("curated name")
    if last - first == 1:
        facts.append(_sort_single(here))
        return
    if any([c & LOWER and not c & FUNCTION for c in classes[first:last]]):
        facts.append("term in common words")
        return
    if _is_power(reading, mention):
        facts.append("country or power")
        return
    head = _head_word(reading, mention)
    for listed, fact in _HEAD_FACTS:
        if head in listed:
            facts.append(fact)
            return
    if here & TITLE and classes[last - 1] & (GENERIC | PLACE | TITLE):
        facts.append("generic title")
    elif here & (PEOPLE | PLACE) and reading.tokens.words[first] not in places.DIRECTIONS:
        facts.append("name that begins with a people")
    elif last - first <= 3:
        facts.append("like a person's name")


def _sort_single(here: int) -> str:
    if here & PEOPLE:
        return "word for a people"
    if here & PLACE:
        return "country or power"
    if here & GENERIC or here & TITLE:
        return "generic title"
    if here & ACRONYM:
        return "acronym"
    return "single capital" if here & CAP else "term in common words"


def _is_power(reading: Reading, mention: Mention) -> bool:
    tokens = reading.tokens
    return (
        tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]].casefold()
        in places.COUNTRY_PHRASES
    )


def _head_word(reading: Reading, mention: Mention) -> str:
    """The word before the first small word of the name, else its last: "Treaty" of Paris, Minsk
    "Protocol".
    """
    toks = reading.tokens.words
    for n in range(mention.first + 1, mention.last):
        if toks[n][0].islower():
            return toks[n - 1]
    last = toks[mention.last - 1]
    if last.isdigit() or (
        reading.tokens.classes[mention.last - 1] & ACRONYM and mention.last - mention.first > 1
    ):
        return toks[mention.last - 2]
    return last


def _describe_phrase(reading: Reading, mention: Mention) -> None:
    classes, facts = reading.tokens.classes, mention.facts
    first, last = mention.first, mention.last
    facts.append("phrase" if mention.kind == "phrase" else "phrase with of")
    if mention.sort == "dated":
        facts.append("event told by its year")
    if mention.sort == "tail":
        facts.append("end of a phrase")
    capital, telling = 0, False
    for here in classes[first:last]:
        if not here & FUNCTION:
            capital |= here
            telling = telling or not here & _VAGUE
    if capital & CAP and (first or any([here & CAP for here in classes[1:last]])):
        facts.append("phrase with a name in it")
    if not telling:
        facts.append("vague words only")
    elif classes[last - 1] & (GENERIC | VAGUE):
        facts.append("vague head")
    if last - first == 1:
        facts.append("common word alone")
    if reading.tokens.words[last - 1] in words.IDEA_HEADS:
        facts.append("names an idea")


def compare(mentions: list[Mention]) -> None:
    """Facts that a mention has among the others: the first or only one of its kind."""
    dates = [m for m in mentions if m.kind == "date"]
    named = [
        m for m in mentions if m.kind in ("name", "known") and not _SETTING.intersection(m.facts)
    ]
    if len(dates) == 1:
        dates[0].facts.append("only date")
    if named:
        min(named, key=_start).facts.append("only name" if len(named) == 1 else "first name")


def _start(mention: Mention) -> int:
    return mention.first


_SETTING: Final = frozenset(
    ("country or power", "word for a people", "generic title", "before its noun", "acronym")
)


_VAGUE: Final = VAGUE | GENERIC | PEOPLE


# --- facts by place -------------------------------------------------------------------------------

_AFTER_WORD: Final = {"by": "after by", "of": "after of", "under": "after under"} | {
    word: fact
    for fact, listed in (
        ("after in or at", ("in", "at", "near", "off", "around", "outside", "inside")),
        (
            "after with or for",
            ("with", "against", "between", "among", "for", "toward", "towards", "over"),
        ),
        ("after to or from", ("to", "from", "into", "onto", "through", "across")),
    )
    for word in listed
}


def _describe_left(reading: Reading, mention: Mention, frame: Frame) -> None:
    tokens, roles, facts = reading.tokens, reading.roles, mention.facts
    classes, toks = tokens.classes, tokens.words
    before = mention.first - 1
    while (
        before >= 0
        and classes[before] & (DET | QUOTE | ADVERB)
        and not classes[before] & (PREP | CONJ)
    ):
        before -= 1
    if before < 0:
        facts.append("opens the sentence")
        return
    here, word = classes[before], toks[before]
    if here & POSSESSIVE:
        facts.append("after a possessor")
    elif word in words.NAMING_VERBS or (
        word == "as" and before and toks[before - 1] in words.NAMING_VERBS
    ):
        facts.append("after a naming verb")
    elif here & COPULA:
        facts.append(_after_copula(tokens, mention, frame, before))
    elif roles[before] == ACTION:
        facts.append("object of a deed" if word in words.DEED_VERBS else "object of a verb")
    elif roles[before] in (NOUN, NAME):
        facts.append("after a noun")
    elif roles[before] == AMOUNT:
        facts.append("after a date or number")
    elif word == "by" and before and roles[before - 1] == ACTION:
        facts.append("doer")
    elif word in _AFTER_WORD:
        facts.append(_AFTER_WORD[word])
    elif here & CONJ:
        facts.append("after and")
    elif here & SUBORD:
        facts.append("after a conjunction")


def _after_copula(tokens: Tokens, mention: Mention, frame: Frame, before: int) -> str:
    if tokens.words[before - 1].lower() == "there":
        return "what there is"
    if before != frame.verb or not frame.defines:
        return "after is"
    if frame.describes and mention.kind in ("name", "known"):
        return "named by a description"
    return "what a definition says"


def _describe_right(reading: Reading, mention: Mention, frame: Frame) -> None:
    tokens, roles, facts = reading.tokens, reading.roles, mention.facts
    classes, toks, after = tokens.classes, tokens.words, mention.last
    here = classes[after]
    while here & QUOTE:
        after += 1
        here = classes[after]
    if here & POSSESSIVE:
        facts.append("possessor")
    elif here & STOP:
        facts.append("closes its clause")
    elif roles[after] == NOUN:
        facts.append("before its noun")
    elif toks[after] == "(":
        if roles[after + 1] == AMOUNT:
            facts.append("carries its date")
    elif toks[after] == "of":
        facts.append("carries its date" if roles[after + 1] == AMOUNT else "before of")
    elif here & COPULA and roles[after + 1] != ACTION:
        facts.append("before is" if mention.first <= frame.subject else "before its verb")
    elif roles[after] == ACTION or here & AUX:
        facts.append("before saying" if toks[after] in words.SAYING_VERBS else "before its verb")
    elif here & ACRONYM and mention.kind == "name":
        facts.append("before its noun")


def _describe_place(reading: Reading, mention: Mention, frame: Frame) -> None:
    facts, first = mention.facts, mention.first
    clause = frame.clauses[first]
    if clause == SIDE:
        facts.append("in a side clause")
    elif clause == LEAD:
        facts.append("in the opening phrase")
    elif clause == BRACKET and mention.kind != "acronym":
        facts.append("in brackets")
    elif first < frame.verb and clause == MAIN:
        facts.append("before the main verb")
        if frame.defines and not frame.describes and first <= frame.subject:
            facts.append("what is defined")
    length = mention.last - first
    if length == 1 and mention.kind not in ("date", "amount"):
        facts.append("one word")
    elif length > 4 and mention.kind != "date":
        facts.append("five words or more")
    if length * 4 > frame.size:
        facts.append("more than a quarter")
    if mention.last >= reading.tokens.count - 1:
        facts.append("closes the sentence")
