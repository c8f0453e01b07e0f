"""Sheets of cells, as every spreadsheet has them."""

from enum import StrEnum
from typing import NamedTuple


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
