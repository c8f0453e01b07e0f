"""Clozes in a field: which numbers they have, and what a card with one of these numbers shows.

A cloze is `{{c1::…}}` or `{{c1::…::hint}}`, with one number or several; others may stand in it.
One that is never closed is not shown, and its numbers count for nothing. The hint is what follows
the `::` in the last piece of text in it that has one, others inside not counted. One that stands
in ten others is none, and its end is that of the tenth.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

GREATEST_CLOZE = 500
GREATEST_NUMBER = 65_535  # beyond it, Anki takes the digits for text
DEEPEST = 10

_TOKEN = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_MATHJAX = re.compile(r"(\\[(\[])(.*?)(\\[)\]])", re.DOTALL)
_HTML = re.compile(
    r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE
)
# In an attribute, Anki spells out whatever is no letter or digit, up to U+00FF.
_IN_ATTRIBUTE = {
    code: f"&#x{code:02X};" for code in range(256) if not (chr(code).isascii() and chr(code).isalnum())
} | {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


@dataclass(slots=True)
class Cloze:
    """A cloze: its numbers, ascending; text and clozes in it; the hint, if it has one."""

    numbers: tuple[int, ...]
    parts: list["str | Cloze"]
    hint: str | None = None

    def take(self, text: str) -> None:
        """Take in a piece of text."""
        shown, mark, hint = text.partition("::")
        self.parts.append(shown)
        if mark:
            self.hint = hint


class Reading(NamedTuple):
    """A field taken apart: its text and clozes, and every cloze before those inside it."""

    parts: list[str | Cloze]
    clozes: list[Cloze]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a side of a card asks: the number of the card's clozes, and whether they are hidden."""

    number: int
    is_question: bool


# ---------------------------------------------------------------- reading


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Take a field apart. What comes of it is kept, as a note's cards have their fields in common."""
    parts: list[str | Cloze] = []
    clozes: list[Cloze] = []
    opened: list[Cloze] = []
    last = closed = 0  # so far in the text, and among the clozes
    for match in _TOKEN.finditer(text):
        digits = match[1]
        numbers = _numbers(digits) if digits else ()
        if not (numbers if digits else opened):
            continue  # it is text
        start = match.start()
        if start > last:
            piece = text[last:start]
            if opened:
                opened[-1].take(piece)
            else:
                parts.append(piece)
        last = match.end()
        if digits and len(opened) < DEEPEST:
            opened.append(Cloze(numbers, []))
            clozes.append(opened[-1])
        elif not digits:
            cloze = opened.pop()
            (opened[-1].parts if opened else parts).append(cloze)
            closed = closed if opened else len(clozes)
    if not opened:
        parts.append(text[last:])
    return Reading(parts, clozes[:closed])


@lru_cache(maxsize=1024)
def _numbers(digits: str) -> tuple[int, ...]:
    return tuple(sorted({int(n.lstrip("0") or "0") for n in digits.split(",") if _is_number(n)}))


def _is_number(digits: str) -> bool:
    short = digits.lstrip("0") or "0"
    return digits != "" and len(short) < 6 and int(short) <= GREATEST_NUMBER


def numbers_in(text: str) -> set[int]:
    """Give the numbers of the clozes in a field, 0 and those too great for a card included."""
    if "{{c" not in text:
        return set()
    return {number for cloze in read(text).clozes for number in cloze.numbers}


def cloze_numbers(fields: Iterable[str]) -> list[int]:
    """List the cloze numbers in any of the fields, from 1, in order.

    Each is there once, but the greatest as often as there are numbers that are too great, as Anki
    has it.
    """
    numbers: set[int] = set().union(*map(numbers_in, fields))
    return sorted(min(number, GREATEST_CLOZE) for number in numbers if number)


# ---------------------------------------------------------------- showing


def revealed(text: str, asked: Asked) -> str:
    """Show a field on a card of this number (the filter `cloze`); nothing if none has it."""
    if asked.number not in numbers_in(text):
        return ""
    return _MATHJAX.sub(_without_html, "".join(_shown(part, asked) for part in read(text).parts))


def revealed_alone(text: str, asked: Asked) -> str:
    """Show only what is in the clozes of this number (the filter `cloze-only`)."""
    if "{{c" not in text:
        return ""
    mine = (cloze for cloze in read(text).clozes if asked.number in cloze.numbers)
    return ", ".join(
        _hint(cloze, "...") if asked.is_question else "".join(_texts(cloze.parts)) for cloze in mine
    )


def _shown(part: str | Cloze, asked: Asked) -> str:
    if isinstance(part, str):
        return part
    inside = "".join([_shown(each, asked) for each in part.parts])
    numbers = ",".join(map(str, part.numbers))
    if asked.number not in part.numbers:
        return f'<span class="cloze-inactive" data-ordinal="{numbers}">{inside}</span>'
    if not asked.is_question:
        return f'<span class="cloze" data-ordinal="{numbers}">{inside}</span>'
    return (
        f'<span class="cloze" data-cloze="{inside.translate(_IN_ATTRIBUTE)}" '
        f'data-ordinal="{numbers}">[{_hint(part, "...")}]</span>'
    )


def _hint(cloze: Cloze, otherwise: str) -> str:
    return otherwise if cloze.hint is None else cloze.hint


def _texts(parts: Iterable[str | Cloze]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _texts(part.parts)


def _without_html(match: re.Match[str]) -> str:
    """MathJax takes no tags, so clozes in it are told apart by their brackets alone."""
    return f"{match[1]}{without_html(match[2])}{match[3]}"


def without_html(text: str) -> str:
    """Leave out comments, style sheets, scripts and tags."""
    return _HTML.sub("", text) if "<" in text else text
