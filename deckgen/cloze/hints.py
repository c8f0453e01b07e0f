"""What a gap needs to be told beside it so that only one answer is right, and when it needs
nothing.
"""

from typing import Final

from deckgen.cloze.classes import (
    ARTICLE,
)
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.words import HINT_WORDS

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
    if mention.kind not in ("name", "known"):
        return None
    heads = [HINT_WORDS[word] for word in toks[mention.first : mention.last] if word in HINT_WORDS]
    hint = heads[-1] if heads else None
    if (
        hint is None
        and mention.name is not None
        and mention.first
        and reading.tokens.classes[mention.first - 1] & ARTICLE
    ):
        hint = mention.name.sort or None
    return None if hint is None or _says(reading, mention, hint) else hint


def _says(reading: Reading, mention: Mention, hint: str) -> bool:
    """Whether the sentence itself says the word."""
    toks = reading.tokens.words
    return (
        hint in toks[: mention.first]
        or hint in toks[mention.last :]
        or hint.capitalize() in toks[: mention.first]
    )
