"""Which cards a note has.

A template makes a card when its front shows a field that is not empty; literal text, tags and a
field hidden by a conditional do not count, filters make no difference. A cloze note type has a
card for every number from 1 to 500 that a cloze in any field has, nested ones included.
"""

from collections.abc import Iterable, Sequence

from deckgen.template.clozes import cloze_numbers
from deckgen.template.conditions import ALWAYS_FILLED, is_empty, shows_something
from deckgen.template.parsing import Faulty, parse


class CardRule:
    """Which cards the notes of one note type have, by ordinals from 0."""

    def __init__(self, fields: Sequence[str], fronts: Iterable[str], is_cloze: bool) -> None:
        self.fields = tuple(fields)
        self.is_cloze = is_cloze
        parsed = [parse(front) for front in fronts]
        self._fronts = [parts if not isinstance(parts, Faulty) else () for parts in parsed]
        self._always = ALWAYS_FILLED.difference(fields)  # a field of that name takes its place
        self._known: dict[tuple[bool, ...], tuple[int, ...]] = {}

    def cards(self, values: Sequence[str]) -> tuple[int, ...]:
        """Derive the cards of a note with these field values, in the note type's order."""
        if self.is_cloze:
            return tuple(number - 1 for number in cloze_numbers(values))
        return self.cards_if([not is_empty(value) for value in values])

    def cards_if(self, are_filled: Iterable[bool]) -> tuple[int, ...]:
        """Derive the cards of a note of which these fields are filled, if it has no clozes."""
        filled = tuple(are_filled)
        cards = self._known.get(filled)
        if cards is None:
            names = self._always.union(
                name for name, is_filled in zip(self.fields, filled, strict=True) if is_filled
            )
            cards = tuple(
                i for i, front in enumerate(self._fronts) if shows_something(front, names)
            )
            self._known[filled] = cards
        return cards
