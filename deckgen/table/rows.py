"""The rows of a project as its files have them, and the state in which a row was exported."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from deckgen.diagnostics import Span, Unusable
from deckgen.model import File, Item, Kind, Node, Project, Sequence
from deckgen.model import Mapping as MappingNode
from deckgen.source import parse
from deckgen.table.columns import ID, Column, cell_of, columns_of, node_of, shown


@dataclass(frozen=True, slots=True)
class Row:
    """An item as a row of its kind's table: cells by heading, and where it stands."""

    section: str
    id: str
    cells: dict[str, str]
    node: MappingNode
    file: File

    def span(self, column: Column) -> Span:
        """Where a value stands; the item, if it has none."""
        node = node_of(self.node, column)
        return self.file.span(self.node.at if node is None else node.at)


def rows_in(file: File, root: Node | None, kinds: Mapping[str, Kind]) -> Iterator[Row]:
    """Give the rows of one card file, in reading order."""
    for section, node in root.entries.items() if isinstance(root, MappingNode) else ():
        if section not in kinds or not isinstance(node, Sequence):
            continue
        columns = columns_of(kinds[section])
        for item in node.items:
            if isinstance(item, MappingNode):
                cells = {column.heading: shown(cell_of(item, column), Path(file.path).name)
                         for column in columns}
                yield Row(section, cells[ID], cells, item, file)


def rows_of(project: Project) -> list[Row]:
    """Give the rows of a project, in reading order. Raises Unusable."""
    rows: list[Row] = []
    files = {file.path: file for file in (_file_of(item) for item in project.items)}
    taken = {item.id for item in project.items if item.origin}
    for name, file in files.items():
        # Those of an edition's original may be in an archive; they were read already.
        is_own = any(item.file is file for item in project.items if item.origin is None)
        parsed = parse(name, read(Path(name)) if is_own else file.text.encode())
        rows += [row for row in rows_in(parsed.file, parsed.root, project.kinds)
                 if is_own or row.id in taken]
    return rows


def _file_of(item: Item) -> File:
    """The file in which an item stands; in an edition, where the original has it."""
    return _file_of(item.origin.item) if item.origin else item.file


def read(path: Path) -> bytes:
    """Read a file. Raises Unusable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"cannot read {path}: {error.strerror}; nothing was changed") from error


# ---------------------------------------------------------------- states


@dataclass(frozen=True, slots=True)
class State:
    """What a row was when it was exported: its kind, its id, and a hash of each cell."""

    section: str
    id: str
    hashes: dict[str, str]

    def has(self, heading: str, cell: str) -> bool:
        """Whether a cell was so."""
        return self.hashes.get(heading, "") == _hash(cell)


def state_of(row: Row) -> str:
    """Write the state of a row into a cell: `treaties/founding-act name=0a1b2c3d …`."""
    hashes = (f"{heading}={_hash(cell)}" for heading, cell in row.cells.items() if cell and heading != ID)
    return " ".join([f"{row.section}/{row.id}", *hashes])


def read_state(cell: str) -> State | None:
    """Read a state; None if this is none."""
    name, *hashes = cell.split() or [""]
    section, slash, ident = name.partition("/")
    if not slash or any(not re.fullmatch(r"[\w.-]+=[0-9a-f]{8}", one) for one in hashes):
        return None
    return State(section, ident, dict(one.split("=") for one in hashes))


def _hash(cell: str) -> str:
    return blake2b(cell.encode(), digest_size=4).hexdigest() if cell else ""


def ids_of(rows: Iterable[Row]) -> dict[str, Row]:
    """Find rows by their ids."""
    return {row.id: row for row in rows if row.id}
