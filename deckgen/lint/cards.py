"""What the rules look at: items, the cards they make, and what these ask and answer."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from deckgen.compile import Compiled
from deckgen.markdown import plain, words
from deckgen.model import (
    CardTemplate,
    Item,
    Kind,
    Names,
    Note,
    Project,
    Sentence,
    Shape,
    Text,
    Value,
    When,
)
from deckgen.template import If, Part, Shown, parse
from deckgen.template.clozes import Cloze, read

HIDDEN = "[…]"  # what stands in a sentence for its gap


class Asked(NamedTuple):
    """One card in plain words: what its front shows of the item, and what it asks for.

    `card` is the key of its template, or empty for a gap, whose number is then `number`.
    """

    item: Item
    card: str
    number: int
    question: str
    answer: str
    at: int  # where the answer stands in the item's file


class Cards:
    """All cards of a project; what several rules want to know is found out once."""

    def __init__(self, project: Project, compiled: Compiled) -> None:
        self.project = project
        self.compiled = compiled

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in reading order."""
        return self.project.items

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every card that is made of an item, in reading order."""
        return tuple(
            asked for item, note in self.compiled.made
            for asked in (_gaps(item, note) if item.kind.is_cloze else _fronts(item, note))
        )

    @cached_property
    def sentences(self) -> tuple[tuple[Item, str, tuple[Asked, ...]], ...]:
        """Every key sentence with its plain text and its gaps."""
        gaps: dict[int, list[Asked]] = {}
        for asked in self.asked:
            if not asked.card:
                gaps.setdefault(id(asked.item), []).append(asked)
        return tuple(
            (item, text_of(value), tuple(gaps.get(id(item), ())))
            for item in self.items for value in item.values.values() if isinstance(value, Sentence)
        )


def text_of(value: Value | None) -> str:
    """What a value says, as a reader sees it, on one line."""
    if isinstance(value, Text):
        return _plain(value.text)
    if isinstance(value, When):
        return value.text.text
    if isinstance(value, Names):
        return ", ".join(_plain(name.text) for name in value.items)
    if isinstance(value, Sentence):
        return _plain(value.text.text)
    return ""


def at_of(value: Value | None, item: Item) -> int:
    """Where a value stands in its item's file."""
    if isinstance(value, (Text, Names)):
        return value.at
    if isinstance(value, (When, Sentence)):
        return value.text.at
    return item.at


def _plain(text: str) -> str:
    return " ".join(" ".join(map(plain, text.split("\n"))).split())


# ---------------------------------------------------------------- cards of templates


def _fronts(item: Item, note: Note) -> Iterator[Asked]:
    names = [name for name, *_ in note.note_type.templates]
    for card, shown, answer in _layout(item.kind):
        if names.index(card.name) in note.cards:
            value = item.values.get(answer[0]) if answer else None
            yield Asked(item, card.key, 0, _said(item, shown), _said(item, answer[:1]),
                        at_of(value, item))


def _said(item: Item, keys: tuple[str, ...]) -> str:
    return " · ".join(filter(None, (text_of(item.values.get(key)) for key in keys)))


_Layout = tuple[tuple[CardTemplate, tuple[str, ...], tuple[str, ...]], ...]
_LAYOUTS: dict[int, tuple[Kind, _Layout]] = {}


def _layout(kind: Kind) -> _Layout:
    """Which fields each card of a kind shows in front, and which its back adds, by their keys."""
    known = _LAYOUTS.get(id(kind))
    if known is None or known[0] is not kind:
        keys = {field.name: field.key for field in kind.fields}
        made = []
        for card in kind.cards:
            front = tuple(keys[name] for name in _shown(card.front) if name in keys)
            back = tuple(keys[name] for name in _shown(card.back) if name in keys)
            made.append((card, front, tuple(key for key in back if key not in front) or back))
        known = _LAYOUTS[id(kind)] = (kind, tuple(made))
    return known[1]


@lru_cache(maxsize=256)
def _shown(template: str) -> tuple[str, ...]:
    """Name the fields that a template shows, each once, in order."""
    def walk(parts: tuple[Part, ...]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Shown):
                yield part.field
            elif isinstance(part, If):
                yield from walk(part.children)

    parts = parse(template)
    return tuple(dict.fromkeys(walk(parts))) if isinstance(parts, tuple) else ()


# ---------------------------------------------------------------- gaps


def _gaps(item: Item, note: Note) -> Iterator[Asked]:
    place = next(i for i, field in enumerate(item.kind.fields) if field.shape is Shape.SENTENCE)
    at = at_of(item.values.get(item.kind.fields[place].key), item)
    parts, clozes = read(note.fields[place])
    hidden: dict[int, list[str]] = {}
    for cloze in clozes:
        for number in cloze.numbers:
            hidden.setdefault(number, []).append(_words(_with_gap(cloze.parts, 0)))
    for number, pieces in sorted(hidden.items()):
        yield Asked(item, "", number, _words(_with_gap(parts, number)),
                    " / ".join(dict.fromkeys(pieces)), at)


def _with_gap(parts: list[str | Cloze], number: int) -> str:
    return "".join(
        part if isinstance(part, str)
        else HIDDEN if number in part.numbers
        else _with_gap(part.parts, number)
        for part in parts
    )


def _words(html: str) -> str:
    return " ".join(words(html).split())
