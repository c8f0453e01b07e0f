"""Anki's card templates: what they are made of, and which cards a note has by them.

The rule for cards was found by experiment with Anki 26.9 and is proven against it by the tests:
a template makes a card when its front shows a field that is not empty; literal text, tags and a
field hidden by a conditional do not count, filters make no difference. A cloze note type has a
card for every number from 1 to 500 that a cloze in any field has, nested ones included.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Filled whatever the note holds, so a front that shows one of these is never empty.
ALWAYS_FILLED = frozenset({"Deck", "Subdeck", "Card", "CardFlag", "Type", "CardID"})
SPECIAL = ALWAYS_FILLED | {"FrontSide", "Tags"}
GREATEST_CLOZE = 500

_TOKEN = re.compile(r"\{\{(?P<tag>.*?)\}\}", re.DOTALL)
_OLD_DELIMITERS = "{{=<% %>=}}"
# Anki takes a field of blanks, line breaks and empty divisions for empty.
_EMPTY = re.compile(r"(?:[ \t\n\r\v\f]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c(?P<numbers>[0-9,]+)::|\}\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """`{{filter:filter:Field}}`."""

    field: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """`{{#Field}}…{{/Field}}`, or with `^` if `is_negated`."""

    field: str
    is_negated: bool
    children: tuple["Part", ...]


Part = str | Shown | If


@dataclass(frozen=True, slots=True)
class Faulty:
    """A template that Anki would refuse: why, and where in it."""

    message: str
    offset: int


def parse(template: str) -> tuple[Part, ...] | Faulty:
    """Take a template apart."""
    source = template
    if source.lstrip().startswith(_OLD_DELIMITERS):
        source = source.replace(_OLD_DELIMITERS, "", 1).replace("<%", "{{").replace("%>", "}}")
    stack: list[tuple[str, bool, int, list[Part]]] = [("", False, 0, [])]
    last = 0
    for match in _TOKEN.finditer(source):
        parts = stack[-1][3]
        if match.start() > last:
            parts.append(source[last : match.start()])
        last = match.end()
        tag = match["tag"].lstrip("{").strip()
        sign, name = tag[:1], tag[1:].strip()
        if sign in ("#", "^"):
            stack.append((name, sign == "^", match.start(), []))
        elif sign == "/":
            opened, is_negated, _, children = stack[-1]
            if len(stack) == 1 or opened != name:
                return Faulty(f"'{{{{/{name}}}}}' closes what is not open", match.start())
            stack.pop()
            stack[-1][3].append(If(name, is_negated, tuple(children)))
        else:
            *filters, field = (piece.strip() for piece in tag.split(":"))
            parts.append(Shown(field, tuple(filters)))
    if len(stack) > 1:
        name, is_negated, offset, _ = stack[-1]
        return Faulty(f"'{{{{{'^' if is_negated else '#'}{name}}}}}' is never closed", offset)
    if source[last:]:
        stack[0][3].append(source[last:])
    return tuple(stack[0][3])


def fields_of(parts: Iterable[Part]) -> Iterable[str]:
    """Name every field a template speaks of, conditions included."""
    for part in parts:
        if isinstance(part, Shown):
            yield part.field
        elif isinstance(part, If):
            yield part.field
            yield from fields_of(part.children)


def is_empty(field: str) -> bool:
    """Whether Anki takes a field's text for empty."""
    return not field or _EMPTY.fullmatch(field) is not None


def shows_something(parts: Iterable[Part], filled: frozenset[str]) -> bool:
    """Whether a front shows a field that is filled, by Anki's rule for making cards."""
    for part in parts:
        if isinstance(part, Shown):
            if part.field in filled or part.field in ALWAYS_FILLED:
                return True
        elif isinstance(part, If):
            holds = part.field in filled or part.field in ALWAYS_FILLED
            if holds != part.is_negated and shows_something(part.children, filled):
                return True
    return False


class CardRule:
    """Which cards the notes of one note type have, by ordinals from 0."""

    def __init__(self, fields: Sequence[str], fronts: Iterable[str], is_cloze: bool) -> None:
        self.fields = tuple(fields)
        self.is_cloze = is_cloze
        parsed = [parse(front) for front in fronts]
        self._fronts = [parts if not isinstance(parts, Faulty) else () for parts in parsed]
        self._known: dict[tuple[bool, ...], tuple[int, ...]] = {}

    def cards(self, values: Sequence[str]) -> tuple[int, ...]:
        """Derive the cards of a note with these field values, in the note type's order."""
        if self.is_cloze:
            return tuple(number - 1 for number in cloze_numbers(values))
        filled = tuple([value != "" and not is_empty(value) for value in values])
        cards = self._known.get(filled)
        if cards is None:
            names = frozenset(
                name for name, is_filled in zip(self.fields, filled, strict=True) if is_filled
            )
            cards = tuple(
                i for i, front in enumerate(self._fronts) if shows_something(front, names)
            )
            self._known[filled] = cards
        return cards


def cloze_numbers(fields: Iterable[str]) -> list[int]:
    """List the cloze numbers in any of the fields, from 1, each once and in order."""
    numbers: set[int] = set()
    for field in fields:
        if "{{c" in field:
            numbers.update(_closed_clozes(field))
    return sorted(min(number, GREATEST_CLOZE) for number in numbers if number)


def _closed_clozes(field: str) -> Iterable[int]:
    """Number the clozes that are closed; one left open makes no card, but those inside it do."""
    opened: list[list[int]] = []
    for match in _CLOZE.finditer(field):
        if match["numbers"]:
            opened.append([int(n) for n in match["numbers"].split(",") if n])
        elif opened:
            yield from opened.pop()
