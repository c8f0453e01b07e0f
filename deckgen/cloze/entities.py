"""What each mention hides, as a key that stays the same when the sentence around it changes."""

from deckgen.cloze import words
from deckgen.cloze.classes import (
    PEOPLE,
    PLACE,
)
from deckgen.cloze.reading import Mention, Reading, fold
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NAME_HEADS


def name_entities(reading: Reading) -> None:
    """Give every mention the key of what it hides: its item, its date, or its words; aliases share
    their full name's.
    """
    tokens = reading.tokens
    full: dict[str, str] = {}
    for mention in reading.mentions:
        if not mention.entity:
            mention.entity = fold(tokens, mention.first, mention.last)
        if mention.kind in ("name", "known") and mention.last - mention.first > 1:
            _note_short_forms(tokens, mention, full)
    if full:
        for mention in reading.mentions:
            if mention.kind == "name" and mention.last - mention.first == 1:
                mention.entity = full.get(tokens.words[mention.first], mention.entity)


def _note_short_forms(tokens: Tokens, mention: Mention, full: dict[str, str]) -> None:
    """A surname alone, or the initials, mean the name they are taken from."""
    parts = tokens.words[mention.first : mention.last]
    setting = tokens.classes[mention.last - 1] & (PLACE | PEOPLE)
    if len(parts) <= 3 and not setting and not any(map(_is_no_persons, parts)):
        full.setdefault(parts[-1], mention.entity)
    initials = "".join(part[0] for part in parts if part[0].isupper())
    if len(initials) > 1:
        full.setdefault(initials, mention.entity)


def _is_no_persons(part: str) -> bool:
    return part in NAME_HEADS or part in words.PLACE_HEADS or part[0].islower()
