"""What class of word a word looks like, taken alone: the lists, endings and capitals that tell."""

import re
from typing import Final

from deckgen.cloze import places, words
from deckgen.cloze.memory import Memory
from deckgen.cloze.words import word_set

# One bit a class; a word may be of several ("march", "may", "state"). No more than 30: Python
# tests these fastest.
(
    FUNCTION,
    ARTICLE,
    DET,
    PREP,
    CONJ,
    SUBORD,
    PRON,
    AUX,
    COPULA,
    MODAL,
    ADVERB,
    VERB,
    VERB_NOUN,
    PARTICIPLE,
    ING,
    CAP,
    LOWER,
    ACRONYM,
    DIGIT,
    QSTART,
    POSSESSIVE,
    PUNCT,
    QUOTE,
    STOP,
    GENERIC,
    VAGUE,
    TITLE,
    PLACE,
    PEOPLE,
    ADJECTIVE,
) = (1 << n for n in range(30))


_DASH: Final = re.compile("[-‐‑–]")
_QUANTITY_WORDS: Final = (
    words.NUMBER_WORDS
    | words.ORDINAL_WORDS
    | word_set(
        "one a half early mid late circa c ca beginning start middle end close turn first second "
        "third last latter spring summer autumn winter fall latter article articles art resolution "
        "resolutions chapter chapters section sections paragraph paragraphs para annex annexes "
        "clauses res sec arts decree protocol title clause directive regulation nos number ad us $ "
        "€ £ ¥ ₽ § ~ ≈ ½ ¼ ¾ usd eur gbp chf jpy rub a$ c$ hk$ nt$ r$ rs unscr century centuries "
        "millennium sub-section subparagraph appendix rule rules"
    )
)


def classify(word: str) -> int:
    """The classes of a word looked at alone, as bits."""
    first = word[0]
    if not first.isalnum():
        return _classify_sign(word)
    low = word.lower()
    bits = _closed(low)
    if first.isdigit():
        return bits | DIGIT | QSTART
    opening = _DASH.split(low, maxsplit=1)[0]
    if low in _QUANTITY_WORDS or (
        opening != low and (opening in _QUANTITY_WORDS or opening.title() in words.MONTHS)
    ):
        bits |= QSTART
    if first.isupper():
        return bits | _classify_capital(word, low)
    return bits | (LOWER if first.islower() else 0) | _classify_lower(low, bits)


CLASSES: Final = Memory(classify)


def _classify_sign(word: str) -> int:
    if word in ("'s", "’s", "'", "’"):
        return POSSESSIVE
    if word[0] in '"“”„«»':
        return PUNCT | QUOTE
    if word[0] in "$€£¥₽§~≈½¼¾":
        return PUNCT | QSTART
    return PUNCT | (STOP if word[0] in ".!?:;" else 0)


def _closed(low: str) -> int:
    bits = 0
    for listed, bit in _CLOSED:
        if low in listed:
            bits |= bit
    return bits


def _classify_capital(word: str, low: str) -> int:
    bits = CAP
    if len(word) > 1 and sum(map(str.isupper, word)) * 2 > len(word):
        bits |= ACRONYM
    if word in words.MONTHS or word in words.WEEKDAYS:
        bits |= QSTART
    if word in ("No", "Order"):
        bits |= QSTART
    if word in words.TITLES:
        bits |= TITLE
    if word in words.GENERIC_TITLES:
        bits |= GENERIC
    if word in places.COUNTRY_WORDS:
        bits |= PLACE
    if word in places.PEOPLE_WORDS:
        bits |= PEOPLE
    if low in _VERB_ONLY and not bits & (PLACE | PEOPLE | TITLE):
        bits |= VERB
    return bits


def _classify_lower(low: str, bits: int) -> int:
    if bits & FUNCTION:
        return 0
    made = 0
    if low in _VERB_ONLY:
        made |= VERB
    if low in _VERB_NOUN:
        made |= VERB_NOUN
    if low in _PARTICIPLES or (low.endswith("ed") and len(low) > 4 and not made & VERB_NOUN):
        made |= PARTICIPLE | VERB
    elif low.endswith("ing") and len(low) > 5:
        made |= ING
    elif low.endswith("ly") and len(low) > 4:
        made |= ADVERB
    elif low.endswith(_ADJECTIVE_ENDS) and len(low) > 4:
        made |= ADJECTIVE
    return made


_ADJECTIVE_ENDS: Final = (
    "ic",
    "ical",
    "ous",
    "ive",
    "able",
    "ible",
    "ful",
    "less",
    "ary",
    "ish",
    "ial",
    "nal",
    "ese",
    "ern",
)


def _third_person(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + "ed"


_DOUBLED: Final = word_set(
    "banned barred cancelled controlled dropped labelled labeled panned planned referred "
    "shipped shelled signalled stopped stripped submitted transferred travelled equipped "
    "expelled compelled propelled quelled rebelled admitted committed permitted occurred "
    "preferred deferred conferred excelled patrolled levelled modelled spurred stemmed shunned "
    "trapped wrapped begged grabbed robbed rubbed stabbed scrapped swapped topped tripped "
    "jailed capped"
)
_PARTICIPLES: Final = (
    frozenset(_past(v) for v in words.VERBS if _past(v) not in words.IRREGULAR_PASTS)
    | _DOUBLED
    | words.IRREGULAR_PASTS
)
_VERB_NOUN: Final = words.VERB_NOUNS | frozenset(map(_third_person, words.VERB_NOUNS))
_VERB_ONLY: Final = (
    (words.VERBS | frozenset(map(_third_person, words.VERBS)) | _PARTICIPLES)
    - _VERB_NOUN
    - words.AUXILIARIES
)
_CLOSED: Final = (
    (
        words.DETERMINERS
        | words.PREPOSITIONS
        | words.CONJUNCTIONS
        | words.SUBORDINATORS
        | words.PRONOUNS
        | words.AUXILIARIES
        | words.ADVERBS
        | words.MODALS,
        FUNCTION,
    ),
    (words.ARTICLES, ARTICLE),
    (words.DETERMINERS, DET),
    (words.PREPOSITIONS, PREP),
    (words.CONJUNCTIONS, CONJ),
    (words.SUBORDINATORS, SUBORD),
    (words.PRONOUNS, PRON),
    (words.AUXILIARIES, AUX),
    (words.COPULAS, COPULA),
    (words.MODALS, MODAL),
    (words.ADVERBS, ADVERB),
    (words.GENERIC_NOUNS, GENERIC),
    (words.VAGUE, VAGUE),
)
