"""What `export table` writes: a sheet a kind, a row an item, and the state of each row."""

import os
from pathlib import Path
from typing import NamedTuple

from deckgen.compile import identify
from deckgen.diagnostics import Diagnostic, Span, Unusable, in_reading_order
from deckgen.edition import own_part
from deckgen.folder import Progress, no_progress, open_project
from deckgen.output import fill_folder, replace_file
from deckgen.table.columns import FILE, STATE, columns_of
from deckgen.table.rows import Row, rows_of, state_of
from deckgen.workbook import Grid, write_csv, write_xlsx

LONGEST_NAME = 31  # of a sheet in Excel


class Exported(NamedTuple):
    """The files that were written, how many rows they have, and what was found."""

    files: tuple[Path, ...]
    rows: int
    found: tuple[Diagnostic, ...]


class _Table(NamedTuple):
    project: str
    grids: list[Grid]
    rows: int


def export_csv(folder: Path, out: Path, progress: Progress = no_progress) -> Exported:
    """Write `out/<deck id>-table/<section>.csv` for each kind. Raises Unusable."""
    made, found = _made(folder, progress)
    if made is None:
        return Exported((), 0, found)
    where = out / f"{made.project}-table"
    files = {f"{grid.name}.csv": write_csv(grid) for grid in made.grids}
    fill_folder(where, files, lambda content: STATE.encode() in content.partition(b"\n")[0])
    return Exported(tuple(where / name for name in files), made.rows, found)


def export_xlsx(folder: Path, out: Path, progress: Progress = no_progress) -> Exported:
    """Write `out/<deck id>-table.xlsx`, a sheet a kind. Raises Unusable."""
    made, found = _made(folder, progress)
    if made is None:
        return Exported((), 0, found)
    path = out / f"{made.project}-table.xlsx"
    content = write_xlsx([grid._replace(name=grid.name[:LONGEST_NAME]) for grid in made.grids])
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}; nothing was changed") from error
    replace_file(path, content)
    return Exported((path,), made.rows, found)


def _made(folder: Path, progress: Progress) -> tuple[_Table | None, tuple[Diagnostic, ...]]:
    """Make the sheets; none if the project has errors, or items by whose ids no row is known."""
    opened = open_project(folder, progress)
    project, found = opened.project, list(opened.found)
    rows: list[Row] = []
    if project is not None:
        found += [one for one in identify(own_part(project).items, opened.lock).found
                  if one.rule == "duplicate-id"]
        if not any(one.is_error for one in found):
            rows = rows_of(project)
            found += _without_id(rows)
    errors = tuple(one for one in in_reading_order(found) if one.is_error)
    if project is None or errors:
        return None, errors
    grids = []
    for section, kind in project.kinds.items():
        columns = columns_of(kind)
        grids.append(Grid(
            section,
            (*(column.heading for column in columns), FILE, STATE),
            (*(column.width for column in columns), 24, 0),
            [(*row.cells.values(), _below(row.file.path, folder), state_of(row))
             for row in rows if row.section == section],
        ))
    return _Table(project.id, grids, len(rows)), ()


def _below(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()  # the original's of an edition, too


def _without_id(rows: list[Row]) -> list[Diagnostic]:
    """Report items whose rows would not be known again, once a file."""
    nameless: dict[str, list[Span]] = {}
    for row in rows:
        if not row.id:
            nameless.setdefault(row.file.path, []).append(row.file.span(row.node.at))
    return [
        Diagnostic(spans[0], "no-id", "this item has no id"
                   + (f", nor have {len(spans) - 1:,} more in this file" if spans[1:] else "")
                   + ", and a row of a table is known by its id; run 'deckgen ids'")
        for spans in nameless.values()
    ]
