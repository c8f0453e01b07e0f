"""Which fields are empty, and whether a front shows one that is not."""

import re
from collections.abc import Iterable

from deckgen.template.parsing import SPECIAL, If, Part, Shown

# Filled whatever the note holds, so a front that shows one of these is never empty.
# Every note of ours has a tag, so its tags are.
ALWAYS_FILLED = SPECIAL - {"FrontSide"}
# Anki takes a field of blanks, line breaks and empty divisions for empty.
_EMPTY = re.compile(r"(?:[ \t\n\r\v\f]|</?(?:br|div) ?/?>)*", re.IGNORECASE)


def is_empty(field: str) -> bool:
    """Whether Anki takes a field's text for empty."""
    return not field or _EMPTY.fullmatch(field) is not None


def shows_something(parts: Iterable[Part], filled: frozenset[str]) -> bool:
    """Whether a front shows a field that is filled; its own text doesn't count."""
    for part in parts:
        if isinstance(part, Shown):
            if part.field in filled:
                return True
        elif (
            isinstance(part, If)
            and (part.field in filled) != part.is_negated
            and shows_something(part.children, filled)
        ):
            return True
    return False
