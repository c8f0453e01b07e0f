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
from deckgen.cloze.frames import BRACKET, MAIN, SIDE, Frame
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.roles import ACTION, AMOUNT, NAME, NOUN, SMALL
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
    "fraction": "fraction",
    "number": "bare number",
}
_COUNTED_FROM: Final = frozenset(("before", "after", "later", "earlier", "ago"))
_HEAD_FACTS: Final = (  # of a word in two lists the first is meant, which comes last here
    dict.fromkeys(words.PLACE_HEADS, "names a place")
    | dict.fromkeys(words.BODY_HEADS, "names a body")
    | dict.fromkeys(words.EVENT_HEADS, "names an event")
    | dict.fromkeys(words.INSTRUMENT_HEADS, "names an instrument")
)
# What several tests below look for at once.
_OFFICE: Final = GENERIC | PLACE | TITLE
_SETTING: Final = PEOPLE | PLACE
_WIDE: Final = GENERIC | VAGUE
_VAGUE: Final = VAGUE | GENERIC | PEOPLE


def describe(reading: Reading, mention: Mention, frame: Frame, background: frozenset[str]) -> None:
    """Append to `mention.facts` everything that is true of it and has a line in the table of
    `scores`.
    """
    facts = mention.facts
    kind = mention.kind
    if kind in ("name", "known"):
        _describe_name(reading.tokens, mention)
    elif kind in ("phrase", "of-phrase"):
        _describe_phrase(reading.tokens, mention)
    elif kind == "date":
        facts.append(_DATE_FACTS[mention.sort])
    elif kind == "amount":
        ratio = mention.sort == "fraction" and ":" in mention.entity  # "5:5:3" was agreed on
        facts.append("share or money" if ratio else _AMOUNT_FACTS[mention.sort])
        if mention.sort == "number" and not reading.tokens.words[mention.first][0].isdigit():
            facts.append("number in words")
        if mention.sort == "measure" and _is_span_between(reading.tokens, mention):
            facts.append("span between two events")
    elif kind == "list":
        facts.append("list of words" if mention.sort == "words" else "list of names")
        if mention.sort == "many names":
            facts.append("list of three or more")
    elif kind == "quotation":
        facts.append("quotation")
    if mention.name is not None and mention.entity in background:
        facts.append("background of the deck")
    tokens, roles = reading.tokens, reading.roles
    _describe_left(tokens, roles, mention, frame)
    _describe_right(tokens, roles, mention, frame)
    _describe_place(reading, mention, frame)


def _is_span_between(tokens: Tokens, amount: Mention) -> bool:
    """Whether it is reckoned from two dates: "nine days before"; but "for 123 years after" is not."""
    if tokens.words[amount.last] not in _COUNTED_FROM:
        return False
    short = tokens.words[amount.last - 1] in _SHORT_SPANS
    return short or not tokens.words[amount.first][0].isdigit()


_SHORT_SPANS: Final = words.word_set("hours days weeks months hour day week month minutes")


def _describe_name(tokens: Tokens, mention: Mention) -> None:
    facts, here = mention.facts, tokens.classes[mention.first]
    facts.append("name")
    if mention.name is not None:
        facts.append("curated name")
    sort = _sort_single(here) if mention.last - mention.first == 1 else _sort_name(tokens, mention)
    if sort:
        facts.append(sort)


def _sort_name(tokens: Tokens, mention: Mention) -> str:
    """What a name of several words names, or nothing."""
    classes, first, last = tokens.classes, mention.first, mention.last
    for here in classes[first:last]:
        if here & LOWER and not here & FUNCTION:
            return "term in common words"
    if _is_power(tokens, mention):
        return "country or power"
    sort = _HEAD_FACTS.get(_head_word(tokens, mention), "")
    if sort:
        return sort
    here = classes[first]
    if here & TITLE and classes[last - 1] & _OFFICE:
        return "generic title"
    if here & _SETTING and tokens.words[first] not in places.DIRECTIONS:
        return "name that begins with a people"
    return "like a person's name" if last - first <= 3 else ""


def _sort_single(here: int) -> str:
    if here & PEOPLE:
        return "word for a people"
    if here & PLACE:
        return "country or power"
    if here & _OFFICE:
        return "generic title"
    if here & ACRONYM:
        return "acronym"
    return "single capital" if here & CAP else "term in common words"


def _is_power(tokens: Tokens, mention: Mention) -> bool:
    written = tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]]
    return written.casefold() in places.COUNTRY_PHRASES


def _head_word(tokens: Tokens, mention: Mention) -> str:
    """The word before the first small word of the name, else its last: "Treaty" of Paris, Minsk
    "Protocol".
    """
    written = tokens.words[mention.first : mention.last]
    before = ""
    for word in written:
        if before and word[0].islower():
            return before
        before = word
    last = written[-1]
    return written[-2] if last.isdigit() or tokens.classes[mention.last - 1] & ACRONYM else last


def _describe_phrase(tokens: Tokens, mention: Mention) -> None:
    classes, facts = tokens.classes, mention.facts
    first, last = mention.first, mention.last
    facts.append("phrase" if mention.kind == "phrase" else "phrase with of")
    if mention.sort == "dated":
        facts.append("event told by its year")
    if mention.sort == "tail":
        facts.append("end of a phrase")
    some, common = 0, _VAGUE
    for here in classes[first:last]:
        if not here & FUNCTION:
            some |= here
            common = common if here & _VAGUE else 0
    if some & CAP and (first or any(here & CAP for here in classes[1:last])):
        facts.append("phrase with a name in it")
    if common:
        facts.append("vague words only")
    elif classes[last - 1] & _WIDE:
        facts.append("vague head")
    if last - first == 1:
        facts.append("common word alone")
    if tokens.words[last - 1] in words.IDEA_HEADS:
        facts.append("names an idea")


def compare(mentions: list[Mention]) -> None:
    """Facts that a mention has among the others: the first or only one of its kind."""
    dates = [m for m in mentions if m.kind == "date"]
    named = [
        m for m in mentions if m.kind in ("name", "known") and _MERE_SETTING.isdisjoint(m.facts)
    ]
    if len(dates) == 1:
        dates[0].facts.append("only date")
    if named:
        min(named, key=_start).facts.append("only name" if len(named) == 1 else "first name")


def _start(mention: Mention) -> int:
    return mention.first


_MERE_SETTING: Final = frozenset(
    ("country or power", "word for a people", "generic title", "before its noun", "acronym")
)


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


_PASSED: Final = DET | QUOTE | ADVERB
_STOPS: Final = PREP | CONJ


def _describe_left(tokens: Tokens, roles: bytearray, mention: Mention, frame: Frame) -> None:
    classes, toks, facts = tokens.classes, tokens.words, mention.facts
    before = mention.first - 1
    while before >= 0 and classes[before] & _PASSED and not classes[before] & _STOPS:
        before -= 1
    if before < 0:
        facts.append("opens the sentence")
        return
    here, word, role = classes[before], toks[before], roles[before]
    if role == SMALL and word in _AFTER_WORD:
        is_doer = word == "by" and before and roles[before - 1] == ACTION
        facts.append("doer" if is_doer else _AFTER_WORD[word])
    elif here & POSSESSIVE:
        facts.append("after a possessor")
    elif word in words.NAMING_VERBS or (
        word == "as" and before and toks[before - 1] in words.NAMING_VERBS
    ):
        facts.append("after a naming verb")
    elif here & COPULA:
        facts.append(_after_copula(tokens, mention, frame, before))
    elif role == ACTION:
        facts.append("object of a deed" if word in words.DEED_VERBS else "object of a verb")
    elif role in (NOUN, NAME):
        facts.append("after a noun")
    elif role == AMOUNT:
        facts.append("after a date or number")
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


_CAN_SPEAK: Final = frozenset(("name", "known", "list", "phrase"))
_VERB_OR_ACRONYM: Final = COPULA | AUX | ACRONYM


def _describe_right(tokens: Tokens, roles: bytearray, mention: Mention, frame: Frame) -> None:
    classes, toks, facts, after = tokens.classes, tokens.words, mention.facts, mention.last
    here = classes[after]
    while here & QUOTE:
        after += 1
        here = classes[after]
    role = roles[after]
    if toks[after] == "of":
        alone = mention.kind == "phrase" and after - mention.first == 1  # "signatures of 1997"
        dated = roles[after + 1] == AMOUNT and not alone
        facts.append("carries its date" if dated else "before of")
    elif role == SMALL and not here & _VERB_OR_ACRONYM:
        return
    elif here & POSSESSIVE:
        facts.append("possessor")
    elif here & STOP:
        facts.append("closes its clause")
    elif role == NOUN:
        facts.append(
            "source of a statement" if toks[after] in words.SOURCE_NOUNS else "before its noun"
        )
    elif toks[after] == "(":
        if roles[after + 1] == AMOUNT:
            facts.append("carries its date")
    elif here & COPULA and roles[after + 1] != ACTION:
        facts.append("before is" if mention.first <= frame.subject else "before its verb")
    elif role == ACTION or here & AUX:
        if toks[after] in words.SOURCE_VERBS and mention.kind in _CAN_SPEAK:
            facts.append("source of a statement")
        else:
            facts.append(
                "before saying" if toks[after] in words.SAYING_VERBS else "before its verb"
            )
    elif here & ACRONYM and mention.kind == "name":
        facts.append("before its noun")


def _describe_place(reading: Reading, mention: Mention, frame: Frame) -> None:
    facts, first = mention.facts, mention.first
    clause = frame.clauses[first]
    if clause == MAIN:
        if first < frame.verb:
            facts.append("before the main verb")
            if frame.defines and not frame.describes and first <= frame.subject:
                facts.append("what is defined")
    elif clause != BRACKET:
        facts.append("in a side clause" if clause == SIDE else "in the opening phrase")
    elif mention.kind != "acronym":
        facts.append("in brackets")
    length = mention.last - first
    if length == 1:
        if mention.kind not in ("date", "amount"):
            facts.append("one word")
    elif length > 4 and mention.kind != "date":
        facts.append("five words or more")
    if length * 4 > reading.size:
        facts.append("more than a quarter")
    if mention.last >= reading.tokens.count - 1:
        facts.append("closes the sentence")
