"""What a gap needs to be told beside it so that only one answer is right, and when it needs
nothing.
"""

from typing import Final

from deckgen.cloze.classes import (
    ARTICLE,
)
from deckgen.cloze.reading import Mention, Reading

_DATE_HINTS: Final = {
    "year": "year",
    "decade": "decade",
    "century": "century",
    "month": "date",
    "day": "date",
}
_SURE_OF_DAY: Final = frozenset(("on",))


def give_hint(reading: Reading, mention: Mention) -> str | None:
    """A word for the sort of answer, where the words around the gap leave the sort open; else
    None.
    """
    toks = reading.tokens.words
    before = toks[mention.first - 1].lower() if mention.first else ""
    if mention.kind == "date":
        return None if before in _SURE_OF_DAY else _DATE_HINTS.get(mention.sort)
    if mention.name is None or not mention.name.sort or not mention.first:
        return None
    hint = mention.name.sort
    is_open = reading.tokens.classes[mention.first - 1] & ARTICLE
    return hint if is_open and not _says(reading, hint) else None


def _says(reading: Reading, hint: str) -> bool:
    """Whether the sentence or the answer itself says the word."""
    return hint in [word.lower() for word in reading.tokens.words]
