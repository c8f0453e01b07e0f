"""What each mention hides, as a key that stays the same when the sentence around it changes."""

from typing import Final

from deckgen.cloze import words
from deckgen.cloze.classes import PEOPLE, PLACE
from deckgen.cloze.reading import Mention, Reading, fold
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NAME_HEADS


def name_entities(reading: Reading) -> None:
    """Give every mention the key of what it hides: its item, its date, or its words; aliases share
    their full name's.
    """
    tokens = reading.tokens
    single: dict[str, list[Mention]] = {}  # names of one word
    names: list[Mention] = []  # others
    for mention in reading.mentions:
        first, kind = mention.first, mention.kind
        if not mention.entity:
            mention.entity = fold(tokens, first, mention.last)
        if kind == "name" and mention.last - first == 1:
            single.setdefault(tokens.words[first], []).append(mention)
        elif kind in ("name", "known"):
            names.append(mention)
    if names and single:
        _share_with_short_forms(tokens, names, single)


def _share_with_short_forms(
    tokens: Tokens, names: list[Mention], single: dict[str, list[Mention]]
) -> None:
    """A surname alone, or the initials, mean the first name they can be taken from."""
    has_initials = any(map(str.isupper, single))
    for name in names:
        if name.last - name.first == 1:
            continue
        surname = tokens.words[name.last - 1]
        if surname in single and _is_person(tokens, name):
            for mention in single.pop(surname):
                mention.entity = name.entity
        if has_initials:
            parts = tokens.words[name.first : name.last]
            initials = "".join([part[0] for part in parts if part[0].isupper()])
            if len(initials) > 1:
                for mention in single.pop(initials, ()):
                    mention.entity = name.entity


def _is_person(tokens: Tokens, name: Mention) -> bool:
    if name.last - name.first > 3 or tokens.classes[name.last - 1] & _SETTING:
        return False
    return not any(map(_is_no_persons, tokens.words[name.first : name.last]))


_SETTING: Final = PLACE | PEOPLE


def _is_no_persons(part: str) -> bool:
    return part in NAME_HEADS or part in words.PLACE_HEADS or part[0].islower()
