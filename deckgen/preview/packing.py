"""The HTML of many cards made short: what recurs is written once.

Templates put the same tags around every card, and a back begins with its front. A run of tags that
recurs becomes one character of Unicode's private use area, and so does the front in its back.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

_TAGS: Final = re.compile(r"(?:<[^<>]*>\s*)+")
_FIRST: Final = 0xE000
_FRONT: Final = "\uf8ff"  # the last of the area
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_MOST: Final = 6000
_WORTH: Final = 200  # characters that a piece must save in all


class Side(NamedTuple):
    """The two sides of a card."""

    question: str
    answer: str


def packed(cards: Sequence[Side]) -> tuple[list[str] | None, list[Side]]:
    """Give the pieces, and the cards in which characters stand for them: U+E000 for the first.

    Where a card itself has such characters, all stay as they are, and the pieces are None.
    """
    if any(_PRIVATE.search(side) for card in cards for side in card):
        return None, list(cards)
    shorter = [
        Side(card.question, card.answer.replace(card.question, _FRONT, 1) if card.question
             else card.answer)
        for card in cards
    ]
    counts = Counter(run for card in shorter for side in card for run in _TAGS.findall(side))
    worth = {run: (len(run) - 1) * (times - 1) for run, times in counts.items()}
    pieces = sorted((run for run in worth if worth[run] > _WORTH),
                    key=lambda run: (-worth[run], run))[:_MOST]
    marks = {run: chr(_FIRST + i) for i, run in enumerate(pieces)}

    def mark(match: re.Match[str]) -> str:
        return marks.get(match[0], match[0])

    return pieces, [Side(_TAGS.sub(mark, card.question), _TAGS.sub(mark, card.answer))
                    for card in shorter]
