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
# Every note of ours has a tag, so its tags are.
ALWAYS_FILLED = frozenset({"Deck", "Subdeck", "Card", "CardFlag", "Type", "CardID", "Tags"})
SPECIAL = ALWAYS_FILLED | {"FrontSide"}
GREATEST_CLOZE = 500

# What stands in a comment is text; a comment that is never closed is none.
_TOKEN = re.compile(r"<!--.*?-->|\{\{(?P<tag>.*?)\}\}", re.DOTALL)
_OLD_TOKEN = re.compile(r"<!--.*?-->|<%(?P<tag>.*?)%>", re.DOTALL)
_OLD_DELIMITERS = "{{=<% %>=}}"
GREATEST_NUMBER = 65_535  # beyond it, Anki takes the digits for text
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
    token, last = _TOKEN, 0
    if template.lstrip().startswith(_OLD_DELIMITERS):
        token, last = _OLD_TOKEN, template.index(_OLD_DELIMITERS) + len(_OLD_DELIMITERS)
    stack: list[tuple[str, bool, int, list[Part]]] = [("", False, 0, [])]
    for match in token.finditer(template, last):
        parts = stack[-1][3]
        if match.start() > last:
            parts.append(template[last : match.start()])
        last = match.end()
        if match["tag"] is None:
            parts.append(match[0])
            continue
        tag = match["tag"].lstrip("{").strip()
        sign, name = tag[:1], tag[1:].strip()
        if name and sign in ("#", "^"):
            stack.append((name, sign == "^", match.start(), []))
        elif name and sign == "/":
            opened, is_negated, _, children = stack[-1]
            if len(stack) == 1 or opened != name:
                return Faulty(f"'{{{{/{name}}}}}' closes what is not open", match.start())
            stack.pop()
            stack[-1][3].append(If(name, is_negated, tuple(children)))
        else:
            *filters, field = tag.split(":")
            parts.append(Shown(field, tuple(filters)))
    if len(stack) > 1:
        name, is_negated, offset, _ = stack[-1]
        return Faulty(f"'{{{{{'^' if is_negated else '#'}{name}}}}}' is never closed", offset)
    if template[last:]:
        stack[0][3].append(template[last:])
    return tuple(stack[0][3])


def fields_of(parts: Iterable[Part]) -> Iterable[str]:
    """Name every field a template speaks of, conditions included."""
    for part in parts:
        if isinstance(part, Shown):
            yield part.field
        elif isinstance(part, If):
            yield part.field
            yield from fields_of(part.children)


def fields_in(template: str) -> set[str]:
    """Name every field that a template speaks of; none if it is faulty."""
    parts = parse(template)
    return set() if isinstance(parts, Faulty) else set(fields_of(parts))


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
        return self.cards_if([not is_empty(value) for value in values])

    def cards_if(self, are_filled: Iterable[bool]) -> tuple[int, ...]:
        """Derive the cards of a note of which these fields are filled, if it has no clozes."""
        filled = tuple(are_filled)
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


def _closed_clozes(field: str) -> set[int]:
    """Number the clozes that are closed; one inside another counts when the other is closed."""
    opened: list[set[int]] = []
    closed: set[int] = set()
    for match in _CLOZE.finditer(field):
        if match["numbers"] is not None:
            numbers = {int(n.lstrip("0") or "0") for n in match["numbers"].split(",") if _is_number(n)}
            if numbers:
                opened.append(numbers)
        elif opened:
            numbers = opened.pop()
            (opened[-1] if opened else closed).update(numbers)
    return closed


def _is_number(digits: str) -> bool:
    short = digits.lstrip("0") or "0"
    return digits != "" and len(short) < 6 and int(short) <= GREATEST_NUMBER
