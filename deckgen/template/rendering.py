"""What a card shows: the HTML of its two sides, equal to what Anki makes of it.

Left out is what our templates and fields never have:

- LaTeX (`[latex]`, `[$]`, `[$$]`): its images depend on what the student has installed;
- clozes that hide parts of an image (`{{c1::image-occlusion:…}}`);
- filters and changes that add-ons make, and Anki's messages in other languages than English.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from deckgen.template.clozes import Asked, numbers_in
from deckgen.template.conditions import ALWAYS_FILLED, is_empty, shows_something
from deckgen.template.filters import filtered
from deckgen.template.parsing import (
    SPECIAL,
    Faulty,
    Part,
    Shown,
    fields_of,
    isolated,
    parse,
    tagged,
)
from deckgen.template.sounds import with_buttons

_FRONT_SIDE = "FrontSide"
# A condition on the card's number, `{{#c1}}`, and the greatest such number.
_NUMBERED = re.compile(r"c\+?0*([0-9]{1,10})")
_GREATEST_NUMBERED = 2**32 - 1

_MANUAL = "https://docs.ankiweb.net/templates/errors.html"
_NO_CLOZE = (
    "No cloze {} found on card.\nPlease either add a cloze deletion, or use the Empty Cards tool."
)


class Card(NamedTuple):
    """What a card shows besides its note's fields."""

    ordinal: int = 0  # from 0; one less than the number of its clozes
    name: str = ""  # of its template
    note_type: str = ""
    deck: str = ""
    tags: Sequence[str] = ()
    id: int = 0
    flag: int = 0

    def special(self) -> dict[str, str]:
        """Give the special fields, among which is one named for the card's number."""
        return {
            "Deck": self.deck,
            "Subdeck": self.deck.rpartition("::")[2],
            "Card": self.name,
            "CardFlag": f"flag{self.flag}",
            "Type": self.note_type,
            "Tags": " ".join(self.tags),
            "CardID": str(self.id),
            f"c{self.ordinal + 1}": "1",
        }


class Sides(NamedTuple):
    """The HTML of a card's two sides."""

    question: str
    answer: str


class Renderer:
    """Shows the cards of one template; `fields` are those of its note type."""

    def __init__(self, fields: Iterable[str], front: str, back: str, *, is_cloze: bool) -> None:
        names = frozenset(fields)
        self._front = _Template("Front", front, names)
        self._back = _Template("Back", back, names)
        self._is_cloze = is_cloze
        self._named = {*fields_of(self._front.parts), *fields_of(self._back.parts)}

    def render(self, fields: Mapping[str, str], card: Card) -> Sides:
        """Show a card of a note with these fields."""
        return self._sides(fields, card, [])

    def played(self, fields: Mapping[str, str], card: Card) -> dict[str, str]:
        """What the buttons on a card play: files, by what stands in the place of the button.

        Of speech there is no file, and the name is empty.
        """
        played: list[tuple[str, str]] = []
        self._sides(fields, card, played)
        return dict(played)

    def _sides(
        self, fields: Mapping[str, str], card: Card, played: list[tuple[str, str]]
    ) -> Sides:
        values = {**card.special(), **fields}  # a field takes the place of a special one
        if fault := self._front.fault(values):
            return Sides(fault, fault)
        filled = frozenset(name for name in self._named if not is_empty(values.get(name, "")))
        asked = Asked(card.ordinal + 1, is_question=True)
        question = _View(values, filled, asked, "").html(self._front.parts)
        if blank := self._blank(fields, filled, card.ordinal + 1):
            return Sides(with_buttons(question + blank, "q", played), blank)
        if fault := self._back.fault(values):
            return Sides(fault, fault)
        question = with_buttons(question, "q", played)
        asked = Asked(card.ordinal + 1, is_question=False)
        answer = _View(values, filled, asked, question).html(self._back.parts)
        return Sides(question, with_buttons(answer, "a", played))

    def _blank(self, fields: Mapping[str, str], filled: frozenset[str], number: int) -> str:
        """Say that the front is blank, if it is."""
        if not self._is_cloze:
            if shows_something(self._front.parts, filled):
                return ""
            return _message("The front of this card is blank.", "front-of-card-is-blank")
        if any(number in numbers_in(text) for text in fields.values()):
            return ""
        return _message(_NO_CLOZE.format(isolated(str(number))), "no-cloze-filter-on-cloze-note-type")


def _message(text: str, topic: str) -> str:
    return f"<div>{text}<br>{_more_about(topic)}</div>"


def _more_about(topic: str) -> str:
    return f"<a href='{_MANUAL}#{topic}'>More information</a>"


class _Template:
    """The template of a side, and what is wrong with it."""

    def __init__(self, side: str, text: str, fields: frozenset[str]) -> None:
        parsed = parse(text)
        self._side = side
        self._said = parsed.said if isinstance(parsed, Faulty) else ""
        self.parts = () if isinstance(parsed, Faulty) else parsed
        # What names no field, and how it does; one for a card's number is known on that card.
        self._unknown = list(_unknown(self.parts, fields))

    def fault(self, values: Mapping[str, str]) -> str:
        """Say why this card cannot be shown, if it cannot."""
        said = self._said
        for name, tag in () if said else self._unknown:
            if name not in values:
                said = (f"Found '{isolated(tagged(tag))}', "
                        f"but there is no field called '{isolated(name)}'")
                break
        if not said:
            return ""
        problem = f"{self._side} template has a problem:<br>"
        return f"{problem}{escape(said)}<br>{_more_about('template-syntax-error')}"


def _unknown(parts: Iterable[Part], fields: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Give the names that are no field's, and the tags they stand in."""
    for part in parts:
        if isinstance(part, str):
            continue
        if isinstance(part, Shown):
            if not (part.field in fields or part.field in SPECIAL or (part.filters and not part.field)):
                yield part.field, ":".join((*part.filters, part.field))
            continue
        if not (part.field in fields or part.field in ALWAYS_FILLED or _is_number(part.field)):
            yield part.field, ("^" if part.is_negated else "#") + part.field
        yield from _unknown(part.children, fields)


def _is_number(name: str) -> bool:
    match = _NUMBERED.fullmatch(name)
    return match is not None and int(match[1]) <= _GREATEST_NUMBERED


@dataclass(frozen=True, slots=True)
class _View:
    """What a side is filled with."""

    values: Mapping[str, str]
    filled: frozenset[str]
    asked: Asked
    front: str  # what FrontSide shows

    def html(self, parts: Iterable[Part]) -> str:
        """Fill parts of a template."""
        pieces: list[str] = []
        self._fill(parts, pieces)
        return "".join(pieces)

    def _fill(self, parts: Iterable[Part], pieces: list[str]) -> None:
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, Shown):
                pieces.append(self._text(part.field, part.filters))
            elif (part.field in self.filled) != part.is_negated:
                self._fill(part.children, pieces)

    def _text(self, field: str, filters: tuple[str, ...]) -> str:
        if field == _FRONT_SIDE:
            return self.front
        if not field:
            return ""
        text = self.values[field]
        return filtered(text, field, filters, self.asked) if filters else text
