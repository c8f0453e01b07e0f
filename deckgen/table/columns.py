"""Which columns the table of a kind has, and how the values of items stand in its cells.

A cell has what the author wrote. Of a list it has an entry a line; a line that ends in a backslash
goes on with the next, and a backslash at the end of a line is doubled.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from deckgen.edits import Value
from deckgen.model import Kind, Mapping, Node, Sequence, Shape, Text
from deckgen.schema import ITEM_KEYS, common

# Two columns of the table's own; no key of an item has a space.
FILE, STATE = "in file", "as exported"
ID = "id"
NONE = "[]"  # a list that is there and empty: `ask: []`
LONGEST_CELL = 32_767  # characters that Excel holds; more it cuts off
_CUT = " … [too long for a cell: change it in "
_CLOZE = "cloze"
_WISHES = {"must": True, "never": True, "max": False}  # and whether each is a list
_LISTS = ("tags", "source", "ask", "ignore")
_LIST_SHAPES = (Shape.NAMES, Shape.IMAGE, Shape.AUDIO)
_WIDTHS = {Shape.TEXT: 50, Shape.SENTENCE: 60, Shape.LINE: 40, Shape.NAMES: 30, Shape.DATE: 16}


class Column(NamedTuple):
    """A column: its heading is the key of an item, or `cloze.must` for a key within one."""

    heading: str
    is_list: bool = False
    is_date: bool = False
    is_text: bool = False  # in several lines, if its author likes
    required: bool = False
    width: int = 20

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that lead to the value."""
        return tuple(self.heading.split("."))


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """Give the columns of a kind's values: its fields, and then what every item may have."""
    fields = (*kind.fields, *common().fields)
    columns = [Column(ID, width=24)]
    columns += [
        Column(field.key, field.shape in _LIST_SHAPES, field.shape is Shape.DATE,
               field.shape is Shape.TEXT, field.required, _WIDTHS.get(field.shape, 20))
        for field in fields
    ]
    own = [key for key in ITEM_KEYS if key not in (ID, _CLOZE)
           and not (kind.is_cloze and key in ("sentence", "ask"))]
    columns += [Column(key, key in _LISTS, width=60 if key == "sentence" else 20) for key in own]
    columns += [Column(f"{_CLOZE}.{key}", is_list) for key, is_list in _WISHES.items()]
    return tuple(columns)


def node_of(item: Mapping, column: Column) -> Node | None:
    """Find the node of an item's value, if it has one."""
    node: Node | None = item
    for key in column.keys:
        node = node.entries.get(key) if isinstance(node, Mapping) else None
    return node


def cell_of(item: Mapping, column: Column) -> str:
    """Write an item's value as a cell has it."""
    node = node_of(item, column)
    if isinstance(node, Sequence):
        texts = [entry.text for entry in node.items if isinstance(entry, Text)]
        cell = _joined(texts) if texts else NONE
    elif isinstance(node, Text):
        cell = _joined([node.text]) if column.is_list else node.text
    else:
        return ""
    return normal(cell)


def shown(cell: str, file: str) -> str:
    """Give the cell as it is exported: one that no spreadsheet can hold only with its beginning."""
    if len(cell) <= LONGEST_CELL:
        return cell
    return f"{cell[:100]}{_CUT}{file}]"


def is_cut(cell: str) -> bool:
    """Whether a cell is exported with its beginning alone."""
    return _CUT in cell


def normal(cell: str) -> str:
    """Give a cell without what makes no difference: kinds of line ends, space behind the text."""
    text = unicodedata.normalize("NFC", cell) if not cell.isascii() else cell
    return re.sub(r"\r\n?", "\n", text).rstrip()


def value_of(cell: str, column: Column, old: Node | None) -> Value | None:
    """Give the value that an edited cell stands for; None if it is empty."""
    if not cell.strip():
        return None
    if not column.is_list:
        text = cell.strip("\n") if column.is_text else cell.strip()
        return f"{text}\n" if column.is_text and "\n" in text and old is None else text
    if cell.strip() == NONE:
        return ()
    entries = _split(cell)
    return entries[0] if len(entries) == 1 and not isinstance(old, Sequence) else tuple(entries)


def tidy(cell: str, column: Column) -> str:
    """Give an edited cell as it will be exported again."""
    value = value_of(normal(cell), column, None)
    if value is None:
        return ""
    if isinstance(value, str):
        return normal(_joined([value]) if column.is_list else value)
    return normal(_joined(list(value))) or NONE


def _joined(texts: Iterable[str]) -> str:
    """Write the entries of a list, one a line."""
    return "\n".join(
        "\\\n".join(re.sub(r"(\\+)$", r"\1\1", line) for line in text.rstrip().split("\n"))
        for text in texts
    )


def _split(cell: str) -> list[str]:
    """Read the entries of a list, the inverse of `_joined`; empty lines are none."""
    entries: list[str] = []
    begun: list[str] = []
    for line in cell.split("\n"):
        bare = line.rstrip("\\")
        backslashes = len(line) - len(bare)
        begun.append(bare + "\\" * (backslashes // 2))
        if backslashes % 2 == 0:
            entries.append("\n".join(begun))
            begun = []
    if begun:
        entries.append("\n".join(begun))
    return [entry.strip() for entry in entries if entry.strip()]
