"""Which items speak of the same names: what the page draws its map of."""

from collections.abc import Iterator, Sequence
from typing import Any

from deckgen.cloze import Names
from deckgen.cloze.tokens import tokenise
from deckgen.lint.cards import text_of
from deckgen.marks import entity_of
from deckgen.model import Item, Text, Value
from deckgen.model import Names as NameList


def shared_names(items: Sequence[Item], names: Names) -> list[list[Any]]:
    """Every curated name that two items or more speak of: the name, its item, all of them.

    They come in the order of the items that they are the names of.
    """
    owners: dict[str, tuple[str, int]] = {}  # what a name stands for -> its usual form, its item
    for i, item in enumerate(items):
        form = next(_forms(item), "")
        if form:
            owners.setdefault(f"#{item.id}" if item.id else entity_of(form), (form, i))
    met: dict[str, set[int]] = {entity: {i} for entity, (_, i) in owners.items()}
    for i, item in enumerate(items):
        for value in item.values.values():
            said = text_of(value)
            for _, _, name in names.find(tokenise(said))[0] if said else ():
                if name.entity in met:
                    met[name.entity].add(i)
    return [[form, i, sorted(met[entity])] for entity, (form, i) in owners.items()
            if len(met[entity]) > 1]


def _forms(item: Item) -> Iterator[str]:
    for field in item.kind.fields:
        value: Value | None = item.values.get(field.key) if field.is_name else None
        if isinstance(value, Text):
            yield text_of(value)
        elif isinstance(value, NameList):
            yield from (name.text for name in value.items)
