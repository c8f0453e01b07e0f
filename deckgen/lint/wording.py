"""What rules about wording share: what a word is, lists of words, and which texts they look at."""

import re
from collections.abc import Iterator

from deckgen.cloze.classes import CLASSES, FUNCTION, GENERIC, VAGUE, VERB, VERB_NOUN
from deckgen.cloze.words import word_set
from deckgen.lint.cards import Asked, Cards
from deckgen.model import Files, Item

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BRACKETS = re.compile(r"\s*\([^()]*\)|\s*\[[^][]*\]")
_WIDE = GENERIC | VAGUE | VERB | VERB_NOUN

# Words that begin a question.
ASKING = word_set("who whom whose what which when where why how")
# Verbs that stand before the subject of a question.
TURNED = word_set(
    "is are was were be do does did has have had can could will would shall should may might must"
)


# ---------------------------------------------------------------- words


def words_in(text: str) -> list[str]:
    """List the words of a text, and its numbers."""
    return WORD.findall(text)


def is_small(word: str) -> bool:
    """Whether a word is an article, a preposition and the like; WHO and US are names."""
    return bool(CLASSES[word] & FUNCTION) and not (word.isupper() and len(word) > 1)


def is_telling(word: str) -> bool:
    """Whether a word says what a text is about: no small one, no verb, no "country" or "treaty"."""
    return word[0].isdigit() or (not is_small(word) and not CLASSES[word] & _WIDE)


def content_of(text: str) -> list[str]:
    """List the words of a text that are not small ones."""
    return [word for word in words_in(text) if not is_small(word)]


def without_brackets(text: str) -> str:
    """Leave out what stands in brackets, unless that is all."""
    bare = _BRACKETS.sub("", text) if "(" in text or "[" in text else text
    return bare.strip() or text


def shortened(text: str, most: int = 40) -> str:
    """Cut a text for a message, between words."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " …"


# ---------------------------------------------------------------- which texts


def is_english(cards: Cards) -> bool:
    """Whether rules that go by English words may speak."""
    return cards.project.language.partition("-")[0].casefold() == "en"


def answers(cards: Cards) -> Iterator[Asked]:
    """Every answer that is not in a sentence, once, however many cards ask for it."""
    seen = set()
    for asked in cards.asked:
        if asked.card and asked.answer and (place := (asked.item.file.path, asked.at)) not in seen:
            seen.add(place)
            yield asked


def questions(cards: Cards) -> Iterator[Asked]:
    """Every front that is a question in words and nothing else, once."""
    seen = set()
    for asked in cards.asked:
        if asked.card and "?" in asked.question and not has_picture(asked.item):
            place = (asked.item.file.path, asked.question_at, asked.question)
            if place not in seen:
                seen.add(place)
                yield asked


def has_picture(item: Item) -> bool:
    """Whether an item shows or plays something, which its words may be about."""
    return any(isinstance(value, Files) for value in item.values.values())
