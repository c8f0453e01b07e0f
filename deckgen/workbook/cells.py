"""Sheets of cells, as every spreadsheet has them."""

import re
from enum import StrEnum
from typing import NamedTuple

# A spreadsheet takes such a text for a formula, unless there is an apostrophe in front.
_FORMULA = re.compile(r"'*[=+\-@\t]")


class Sort(StrEnum):
    """What a cell holds; the values are the words of messages. In CSV all is text."""

    TEXT = "text"
    NUMBER = "a number"
    DAY = "a date"
    TIME = "a time"
    TRUTH = "TRUE or FALSE"
    FORMULA = "a formula"
    FAULT = "an error value"


class Cell(NamedTuple):
    """A cell: its text, days as ISO 8601 has them, numbers in full."""

    text: str
    sort: Sort = Sort.TEXT


EMPTY = Cell("")


class Sheet(NamedTuple):
    """A sheet that was read: its rows that are not empty, by their numbers from 1."""

    path: str
    name: str
    rows: dict[int, list[Cell]]
    is_typed: bool  # whether cells have sorts: in .xlsx; text there is what somebody typed
    merged: tuple[str, ...] = ()  # ranges whose cells were made one: `B2:C3`


class Grid(NamedTuple):
    """A sheet to be written: a row of headings, and rows of texts below it."""

    name: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]  # of the columns, in characters; 0 hides one
    rows: list[tuple[str, ...]]


def address(row: int, column: int) -> str:
    """Name a cell as spreadsheets do: `C12` is in column 3."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def guarded(text: str) -> str:
    """Put an apostrophe in front of what looks like a formula, those included that have one."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Take one apostrophe away in front of what looks like a formula: the inverse of `guarded`."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text
