"""Which questions have one answer: a card that asks from a value is made only where it is unique.

"What happened in 1997?" has many answers if any other item of the project falls into that year; a
role that two actors had does not identify either.
"""

from collections.abc import Iterable, Iterator

from deckgen.model import Item, Names, Sentence, Shape, Text, When


def shared_dates(items: Iterable[Item]) -> set[tuple[int, str]]:
    """Find the dates within which another item of the project falls, as (item's index, field).

    All dates of all kinds count. A date is shared if another one lies wholly inside it: swept from
    the latest beginning to the earliest, the least end so far tells.
    """
    spans = sorted(
        (value.date.start, value.date.end, i, field)
        for i, item in enumerate(items)
        for field, value in _dates(item)
    )
    shared: set[tuple[int, str]] = set()
    latest = (10**9, 0, 0)
    least, n = latest, len(spans)
    while n:
        first = n - 1
        while first and spans[first - 1][0] == spans[n - 1][0]:
            first -= 1
        group = spans[first:n]  # all that begin on one day, by their end
        for place, (_, end, i, field) in enumerate(group):
            beside = group[1][1] if place == 0 and len(group) > 1 else latest
            inside = min(least, group[0][1] if place else beside)
            if inside <= end:
                shared.add((i, field))
        least = min(least, group[0][1])
        n = first
    return shared


def _dates(item: Item) -> Iterator[tuple[str, When]]:
    for field in item.kind.fields:
        if field.shape is Shape.DATE:
            value = item.values.get(field.key)
            if isinstance(value, When):
                yield field.key, value


class SharedValues:
    """Tells which items of a kind share the values of some fields; found when first asked."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_section: dict[str, list[Item]] = {}
        for item in items:
            self._by_section.setdefault(item.kind.section, []).append(item)
        self._shared: dict[tuple[str, tuple[str, ...]], set[int]] = {}

    def is_shared(self, item: Item, keys: tuple[str, ...]) -> bool:
        """Whether another item of the kind has the same in all these fields."""
        section = item.kind.section
        shared = self._shared.get((section, keys))
        if shared is None:
            shared = self._shared[section, keys] = _sharing(self._by_section[section], keys)
        return id(item) in shared


def _sharing(items: Iterable[Item], keys: tuple[str, ...]) -> set[int]:
    """Find the items, by identity, whose value another one has."""
    first: dict[tuple[str, ...], Item] = {}
    shared: set[int] = set()
    for item in items:
        other = first.setdefault(tuple([_words(item, key) for key in keys]), item)
        if other is not item:
            shared |= {id(item), id(other)}
    return shared


def _words(item: Item, key: str) -> str:
    value = item.values.get(key)
    if isinstance(value, (When, Sentence)):
        return value.text.text
    if isinstance(value, Text):
        return " ".join(value.text.casefold().split())
    if isinstance(value, Names):
        return "\n".join(name.text.casefold() for name in value.items)
    return ""
