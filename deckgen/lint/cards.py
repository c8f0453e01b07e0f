"""What the rules look at: items, the cards they make, and what these ask and answer."""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from deckgen.compile import Compiled
from deckgen.lint.likeness import Words, all_of, telling
from deckgen.lint.likeness import words as words_of
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

    `card` is the key of its template, or empty for a gap, whose number is then `number`. `value` is
    what a template asks for.
    """

    item: Item
    card: str
    number: int
    question: str
    answer: str
    at: int  # where the answer stands in the item's file
    question_at: int = 0  # where the first of what the front shows stands
    value: Value | None = None


class Gapped(NamedTuple):
    """A key sentence cut at its gaps: pieces of plain text, each with its numbers if it is a gap."""

    item: Item
    pieces: tuple[tuple[str, tuple[int, ...]], ...]
    at: int


class Front(NamedTuple):
    """What makes a card like another: the words of its front, the telling ones, its answer's."""

    asked: Asked
    words: Words
    about: frozenset[str]
    said: frozenset[str]

    def says_as(self, other: "Front") -> bool:
        """Whether it has the same answer as another, or one is a part of the other."""
        if not self.said or not other.said:
            return self.asked.answer == other.asked.answer
        return self.said <= other.said or other.said <= self.said


class Cards:
    """All cards of a project; what several rules want to know is found out once."""

    def __init__(self, project: Project, compiled: Compiled) -> None:
        self.project = project
        self.compiled = compiled

    @property
    def is_english(self) -> bool:
        """Whether rules that go by English words have a say."""
        return self.project.language.casefold().partition("-")[0] == "en"

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
    def fronts(self) -> tuple[Front, ...]:
        """The words of every card, in the order of `asked`."""
        return tuple(
            Front(asked, shown := words_of(asked.question), telling(shown),
                  all_of(words_of(asked.answer)))
            for asked in self.asked
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

    @cached_property
    def gapped(self) -> tuple[Gapped, ...]:
        """Every key sentence with its gaps in place, in reading order."""
        return tuple(_cut(item, note) for item, note in self.compiled.made if item.kind.is_cloze)


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


def owners_of(items: Iterable[Item]) -> dict[int, Item]:
    """Tell, by identity, whose each item is: a sentence about the item before it is that item's."""
    owners: dict[int, Item] = {}
    last = None
    for item in items:
        last = last if item.is_about and last is not None else item
        owners[id(item)] = last
    return owners


@lru_cache(maxsize=64)  # the cards of an item have their texts in common
def _plain(text: str) -> str:
    shown = plain(text) if "\n" not in text else " ".join(map(plain, text.split("\n")))
    return " ".join(shown.split())


# ---------------------------------------------------------------- cards of templates


def _fronts(item: Item, note: Note) -> Iterator[Asked]:
    names = [name for name, *_ in note.note_type.templates]
    elsewhere = dict(note.elsewhere)
    for card, shown, answer in _layout(item.kind):
        ordinal = names.index(card.name)
        if ordinal in note.cards and ordinal not in elsewhere:
            values = [item.values[key] for key in shown if key in item.values]
            value = item.values.get(answer[0]) if answer else None
            yield Asked(item, card.key, 0, " · ".join(filter(None, map(text_of, values))),
                        text_of(value), at_of(value, item), at_of(values[0] if values else None, item),
                        value)


_Layout = tuple[tuple[CardTemplate, tuple[str, ...], tuple[str, ...]], ...]
_LAYOUTS: dict[int, tuple[Kind, _Layout]] = {}


def _layout(kind: Kind) -> _Layout:
    """Which fields each card of a kind shows in front, and which its back adds, by their keys."""
    known = _LAYOUTS.get(id(kind))
    if known is None or known[0] is not kind:
        keys = {field.name: field.key for field in kind.fields}
        made = []
        for card in kind.cards:
            front = tuple(keys[name] for name in _shown(card.front, is_front=True) if name in keys)
            back = tuple(keys[name] for name in _shown(card.back) if name in keys)
            made.append((card, front, tuple(key for key in back if key not in front) or back))
        known = _LAYOUTS[id(kind)] = (kind, tuple(made))
    return known[1]


def reverse_of(kind: Kind, card: str) -> str | None:
    """Name the card, made only on request, that shows what another asks for, and asks what it shows."""
    layout = _layout(kind)
    shown, asked = next(((front, answer) for made, front, answer in layout if made.key == card),
                        ((), ()))
    if len(shown) != 1 or not asked:
        return None
    return next((made.key for made, front, answer in layout
                 if not made.is_default and front == asked[:1] and answer[:1] == shown), None)


@lru_cache(maxsize=256)
def _shown(template: str, *, is_front: bool = False) -> tuple[str, ...]:
    """Name the fields that a template shows, each once, in order; a front asks for what is typed."""
    def walk(parts: tuple[Part, ...]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Shown):
                if not (is_front and "type" in part.filters):
                    yield part.field
            elif isinstance(part, If):
                yield from walk(part.children)

    parts = parse(template)
    return tuple(dict.fromkeys(walk(parts))) if isinstance(parts, tuple) else ()


# ---------------------------------------------------------------- gaps


def _gaps(item: Item, note: Note) -> Iterator[Asked]:
    text, at = _sentence(item, note)
    parts, clozes = read(text)
    hidden: dict[int, list[str]] = {}
    for cloze in clozes:
        for number in cloze.numbers:
            hidden.setdefault(number, []).append(_words(_with_gap(cloze.parts, 0)))
    for number, pieces in sorted(hidden.items()):
        yield Asked(item, "", number, _words(_with_gap(parts, number)),
                    " / ".join(dict.fromkeys(pieces)), at, at)


def _sentence(item: Item, note: Note) -> tuple[str, int]:
    """Give the field of a note that has the gaps, and where it stands in the item's file."""
    place = next(i for i, field in enumerate(item.kind.fields) if field.shape is Shape.SENTENCE)
    return note.fields[place], at_of(item.values.get(item.kind.fields[place].key), item)


def _cut(item: Item, note: Note) -> Gapped:
    text, at = _sentence(item, note)
    pieces = tuple(
        (words(part), ()) if isinstance(part, str) else (words(_with_gap(part.parts, 0)), part.numbers)
        for part in read(text).parts
    )
    return Gapped(item, pieces, at)


def _with_gap(parts: list[str | Cloze], number: int) -> str:
    return "".join(
        part if isinstance(part, str)
        else HIDDEN if number in part.numbers
        else _with_gap(part.parts, number)
        for part in parts
    )


def _words(html: str) -> str:
    return " ".join(words(html).split())
