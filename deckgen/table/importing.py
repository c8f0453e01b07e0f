"""A table into changes: which cells were edited, to what; nothing is written here.

A cell is compared with the state in which it was exported and with the project as it is now, so
that nobody's edit is reverted, and with what spreadsheets make of text by themselves.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from deckgen import dates
from deckgen.diagnostics import Diagnostic, Severity, Span, Unusable
from deckgen.model import Project
from deckgen.table.columns import FILE, ID, STATE, Column, columns_of, is_cut, normal, tidy
from deckgen.table.exporting import LONGEST_NAME
from deckgen.table.habits import doubt, full_days, is_misread, is_rewritten, is_same_day, suspicion
from deckgen.table.rows import Row, State, ids_of, read, read_state, rows_of
from deckgen.workbook import Cell, Reading, Sheet, Sort, address, is_excel, read_csv, read_xlsx

_SHOWN = 60  # characters of a text in a message


class Place(NamedTuple):
    """A cell: its file, sheet (in a workbook), row and column."""

    path: str
    sheet: str
    row: int
    column: int

    @property
    def span(self) -> Span:
        """The row and the column, both from 1."""
        return Span(self.path, self.row, self.column)

    def __str__(self) -> str:
        return f"{self.sheet}!{address(self.row, self.column)}" if self.sheet else \
            address(self.row, self.column)


class Change(NamedTuple):
    """That a cell of an item was edited, and what it was in the project and is in the table."""

    row: Row
    column: Column
    old: str
    new: str
    place: Place


class New(NamedTuple):
    """A row that is no item yet: its cells that are not empty; `id` and `file` may be empty, too."""

    section: str
    id: str
    cells: dict[Column, str]
    places: dict[Column, Place]
    file: str
    place: Place


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table says that the project does not, and what was found."""

    changes: list[Change] = field(default_factory=list)
    new: list[New] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    def report(self, place: Place, rule: str, message: str, severity: Severity = Severity.ERROR) -> None:
        """Add a finding about a cell."""
        self.found.append(Diagnostic(place.span, rule, f"{place} {message}", severity))

    def warn(self, place: Place, message: str) -> None:
        """Add a warning about what a spreadsheet did to a cell."""
        self.report(place, "spreadsheet-habit", message, Severity.WARNING)


def read_table(source: Path, project: Project) -> Imported:
    """Read a file, or all tables in a folder, and compare with the project. Raises Unusable."""
    imported, rows = Imported(), rows_of(project)
    sheets = [sheet for path in _files(source) for sheet in _sheets(path, project, rows, imported)]
    comparison = _Comparison(project, rows, imported)
    for sheet in sheets:
        comparison.take(sheet)
    comparison.finish()
    return imported


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        if files := sorted(path for path in source.iterdir()
                           if path.suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx")
                           and not path.name.startswith((".", "~$"))):
            return files
        raise Unusable(f"there is no table in {source}; name a .csv or .xlsx file, or a folder of them")
    if not source.exists():
        raise Unusable(f"there is no {source}; name a .csv or .xlsx file, or a folder of them")
    return [source]


def _sheets(path: Path, project: Project, rows: list[Row], imported: Imported) -> list[Sheet]:
    raw = read(path)
    headings = {FILE, STATE, *(c.heading for kind in project.kinds.values() for c in columns_of(kind))}
    if is_excel(raw):
        reading = read_xlsx(path, raw)
    elif raw.startswith(b"\xd0\xcf\x11\xe0") or path.suffix.lower() in (".xls", ".ods"):
        reading = Reading([], "this is neither .xlsx nor CSV; save it as one of them")
    else:
        reading = read_csv(path, raw, headings, {cell for row in rows for cell in row.cells.values()})
    place = Span(str(path), reading.row)
    if reading.error:
        imported.found.append(Diagnostic(place, "bad-table", reading.error))
    if reading.warning:
        imported.found.append(Diagnostic(place, "table-encoding", reading.warning, Severity.WARNING))
    return reading.sheets


class _Read(NamedTuple):
    """A row as read: its cells by heading, where they are, and the state that it carries."""

    cells: dict[str, Cell]
    columns: Mapping[str, int]
    sheet: Sheet
    number: int
    state: State | None

    def place(self, heading: str) -> Place:
        """Where a cell is; that of the id, or the first, if there is no such column."""
        column = self.columns.get(heading, self.columns.get(ID, 1))
        return Place(self.sheet.path, self.sheet.name if self.sheet.is_typed else "", self.number, column)

    def text(self, heading: str) -> str:
        """The text of a cell, nothing if it is not there."""
        return normal(self.cells[heading].text).strip() if heading in self.cells else ""


class _Comparison:
    """Compares sheet after sheet with the project."""

    def __init__(self, project: Project, rows: list[Row], imported: Imported) -> None:
        self.project = project
        self.imported = imported
        self.rows = ids_of(rows)
        self.contents = {(row.section, _content(row.cells)): row.id for row in rows}
        self.sections = {section[:LONGEST_NAME].casefold(): section for section in project.kinds}
        self.columns = {section: columns_of(kind) for section, kind in project.kinds.items()}
        self.seen: dict[str, Place] = {}
        self.compared: set[str] = set()  # sections
        self.stateless: Counter[Place] = Counter()  # edits, by the first row of a sheet

    def take(self, sheet: Sheet) -> None:
        """Compare one sheet."""
        if not sheet.rows:
            return
        first = min(sheet.rows)
        place = Place(sheet.path, sheet.name if sheet.is_typed else "", first, 1)
        for ref in sheet.merged[:20]:
            self.imported.report(place, "bad-cell", f"has merged cells ({ref}), of which all but one "
                                 "are lost; undo that, and look at what they should say")
        headings = self._headings(sheet, first)
        if headings is None:
            return
        read = [row for number in sheet.rows if number != first
                if (row := _row(sheet, number, headings)) is not None]
        section = self._section(sheet, read)
        if section is None:
            self.imported.report(place, "bad-table", "is in a table of no kind that is known; name the "
                                 f"{'sheet' if sheet.is_typed else 'file'} like one of "
                                 f"{', '.join(self.project.kinds)}")
            return
        if not {ID, *(column.heading for column in self.columns[section])} & set(headings):
            self.imported.report(place, "bad-table", f"should begin a row of headings, such as '{ID}' and "
                                 f"'{self.columns[section][1].heading}'")
            return
        self.compared.add(section)
        self._check_headings(section, headings, place)
        in_table = {row.text(ID) for row in read}
        for row in read:
            self._check_width(row, sheet.rows[row.number])
            self._row(section, row, in_table)

    def finish(self) -> None:
        """Say which items of the sections that were read are not in the table."""
        for section in sorted(self.compared):
            left = [row for row in self.rows.values()
                    if row.section == section and row.id not in self.seen]
            if left:
                names = ", ".join(row.id for row in left[:5]) + (" …" if left[5:] else "")
                self.imported.found.append(Diagnostic(
                    left[0].file.span(left[0].node.at), "not-in-table", f"{len(left):,} of {section} "
                    f"in the project are not in the table ({names}); they stay as they are. To take "
                    "one out, delete it in its file", Severity.ADVICE))
        for place, edits in self.stateless.items():
            counted = f"{edits:,} edit{'' if edits == 1 else 's'}"
            self.imported.report(place, "bad-table", f"begins a table with {counted} whose rows have "
                                 f"no '{STATE}', so that they cannot be told from edits made in the "
                                 "project meanwhile; look at each of them", Severity.WARNING)

    # ------------------------------------------------------------ whole sheets

    def _headings(self, sheet: Sheet, first: int) -> dict[str, int] | None:
        """Read the row of headings, as columns from 1."""
        headings: dict[str, int] = {}
        for column, cell in enumerate(sheet.rows[first], 1):
            name = " ".join(cell.text.split()).casefold()
            place = Place(sheet.path, sheet.name if sheet.is_typed else "", first, column)
            if is_misread(name):
                self.imported.report(place, "bad-table", "shows that the CSV was opened as something else "
                                     "than UTF-8; open it again, and choose UTF-8")
                return None
            if name in headings:
                self.imported.report(place, "bad-table", f"is a second column '{name}'; keep one of them")
                return None
            if name:
                headings[name] = column
        return headings

    def _check_headings(self, section: str, headings: Mapping[str, int], place: Place) -> None:
        known = [ID, FILE, STATE, *(column.heading for column in self.columns[section])]
        for name, number in headings.items():
            if name not in known:
                self.imported.report(place._replace(column=number), "bad-table", f"'{name}' is no column "
                                     f"of {section}; what stands below it is left out", Severity.WARNING)
        for column in self.columns[section]:
            if column.heading not in headings and (column.required or column.heading == ID):
                self.imported.report(place, "bad-table", f"begins a table without the column "
                                     f"'{column.heading}'; what it had stays as it is", Severity.WARNING)

    def _section(self, sheet: Sheet, rows: list[_Read]) -> str | None:
        """Which kind a sheet is of: by its name, else by what its rows were."""
        named = self.sections.get(sheet.name.casefold())
        states = {row.state.section for row in rows if row.state} & set(self.project.kinds)
        return named or (states.pop() if len(states) == 1 else None)

    def _check_width(self, row: _Read, cells: list[Cell]) -> None:
        """Report what stands below no heading: most likely a cell fell apart at a comma."""
        known = set(row.columns.values())
        for column, cell in enumerate(cells, 1):
            if cell.text.strip() and column not in known:
                self.imported.report(row.place(ID)._replace(column=column), "bad-cell",
                                     f"stands below no heading: {_quoted(cell.text)}; move it, or give "
                                     "its column a heading")

    # ------------------------------------------------------------ rows

    def _row(self, section: str, row: _Read, in_table: set[str]) -> None:
        known = self._known(section, row, in_table)
        if known is None:
            return
        if known == "":
            self._new(section, row)
            return
        place = row.place(ID)
        if known in self.seen:
            self.imported.report(place, "bad-table", f"has the id '{known}' a second time (first in "
                                 f"{self.seen[known]}); a new row has an id of its own, or none")
            return
        self.seen[known] = place
        item = self.rows[known]
        if item.section != section:
            self.imported.report(place, "bad-table", f"is one of {item.section} in the project; a kind "
                                 "is not changed in a table")
            return
        if (file := row.text(FILE)) and not item.file.path.endswith(file):
            self.imported.warn(row.place(FILE), f"names another file, {_quoted(file)}; items are not moved "
                               f"by a table, and this one stays in {item.file.path}")
        for column in self.columns[section]:
            if column.heading in row.cells and column.heading != ID:
                self._cell(item, column, row)

    def _known(self, section: str, row: _Read, in_table: set[str]) -> str | None:
        """Find the item of a row; nothing if it is new, None if that was reported."""
        ident, state = row.text(ID), row.state
        place = row.place(ID)
        was = state.id if state else ""
        if ident in self.rows and was in ("", ident):
            return ident
        if ident in self.rows:
            self.imported.report(place, "bad-table", f"has the id '{ident}' in the row of '{was}': some "
                                 "columns were sorted or pasted without the others; undo that")
            return None
        if was in self.rows and was not in in_table:
            self.seen.setdefault(was, place)
            if is_rewritten(was, ident):
                del self.seen[was]
                self.imported.warn(place, f"{_quoted(ident)} is what a spreadsheet made of '{was}', which "
                                   "is kept")
                return was
            self.imported.report(place, "bad-table", f"has the id {_quoted(ident)}, and was exported as "
                                 f"'{was}'; ids are not changed in a table, because students' progress "
                                 "hangs on them. Write the old one")
            return None
        if state and ident == was:
            if all(state.has(column.heading, normal(row.cells[column.heading].text))
                   for column in self.columns[section]
                   if column.heading != ID and column.heading in row.cells):
                return None  # taken out of the project since, and nobody edited it here
            self.imported.report(place, "bad-table", f"has the id '{ident}', which the project has no "
                                 f"more; if it shall come back, empty this row's cell '{STATE}'")
            return None
        return ""

    def _new(self, section: str, row: _Read) -> None:
        """Take a row as a new item, unless the project has one that says the same."""
        cells: dict[Column, str] = {}
        for column in self.columns[section]:
            cell = row.cells.get(column.heading)
            if cell is None or not cell.text.strip() or column.heading == ID:
                continue
            text = self._taken("", cell, column, row.place(column.heading))
            if text is not None:
                cells[column] = text
        if not cells:
            if row.text(ID):
                self.imported.report(row.place(ID), "bad-table", "has an id, and nothing else")
            return
        ident = row.text(ID)
        content = section, _content({column.heading: text for column, text in cells.items()})
        if not ident and content in self.contents:  # it was taken when this table was last imported
            self.seen.setdefault(self.contents[content], row.place(ID))
            return
        if ident and ident in self.seen:
            self.imported.report(row.place(ID), "bad-table", f"has the id '{ident}' a second time (first "
                                 f"in {self.seen[ident]}); give each row its own")
            return
        if ident:
            self.seen[ident] = row.place(ID)
        places = {column: row.place(column.heading) for column in cells}
        self.imported.new.append(New(section, ident, cells, places, row.text(FILE), row.place(ID)))

    # ------------------------------------------------------------ cells

    def _cell(self, item: Row, column: Column, row: _Read) -> None:
        """Compare one cell: with the project, with what it was, and with what spreadsheets do."""
        old, cell, place = item.cells[column.heading], row.cells[column.heading], row.place(column.heading)
        text = normal(cell.text)
        if text == old or (not text.strip() and not old):
            return
        if row.state is not None and row.state.has(column.heading, text):
            return  # the project moved on, and the table did not
        if self._is_habit(old, cell, text, column, place):
            return
        new = self._taken(old, cell, column, place)
        if new is None or new == old:
            return
        where = item.span(column)
        if row.state is not None and not row.state.has(column.heading, old):
            self.imported.report(place, "table-conflict", f"was edited to {_quoted(new)}, and so was the "
                                 f"project since the table was exported: {where} has {_quoted(old)}; "
                                 "write there what shall stand, and the same into the cell")
        elif is_cut(old):
            self.imported.report(place, "bad-cell", f"is too long for a table; edit it at {where}")
        elif not new and column.required:
            self.imported.report(place, "bad-cell", f"is empty, and every item needs '{column.heading}'; "
                                 f"it was {_quoted(old)}")
        else:
            if row.state is None:
                self.stateless[place._replace(row=min(row.sheet.rows), column=1)] += 1
            self.imported.changes.append(Change(item, column, old, new, place))

    def _is_habit(self, old: str, cell: Cell, text: str, column: Column, place: Place) -> bool:
        """Whether a spreadsheet made the cell of what the project has; reported unless it says the same."""
        if not is_rewritten(old, text, is_typed=cell.sort is Sort.TEXT and bool(place.sheet)):
            return False
        if not (column.is_date and is_same_day(old, text)):
            self.imported.warn(place, f"{_quoted(text)} may be what a spreadsheet made of {_quoted(old)}, "
                               "which is kept; if it is an edit, make it in the card file")
        return True

    def _taken(self, old: str, cell: Cell, column: Column, place: Place) -> str | None:
        """Give the text that an edited cell stands for; None if it cannot be taken, as is reported."""
        text = tidy(cell.text, column)
        if cell.sort in (Sort.FORMULA, Sort.FAULT, Sort.TIME, Sort.TRUTH):
            self.imported.report(place, "bad-cell", f"holds {cell.sort}, {_quoted(text)}, where text should "
                                 "be; " + (f"it was {_quoted(old)}" if old else "type it with an apostrophe in front"))
            return None
        if why := suspicion(text) if cell.sort is Sort.TEXT else "":
            self.imported.report(place, "bad-cell", f"{_quoted(text)} {why}"
                                 + (f"; it was {_quoted(old)}" if old else ""))
            return None
        if column.is_date and text:
            return self._date(old, cell, text, place)
        if cell.sort is Sort.DAY:
            self.imported.report(place, "bad-cell", f"holds a date, {text}, where text should be; type it "
                                 "with an apostrophe in front")
            return None
        if column.is_list and re.fullmatch(r"[^\n]*\w[,;] [^\n]*", text) and "\n" in old:
            self.imported.warn(place, f"{_quoted(text)} was taken as one entry; a list has an entry a line")
        if cell.sort is Sort.NUMBER:
            self.imported.warn(place, f"holds a number, and was taken as {_quoted(text)}")
        elif not place.sheet and (why := doubt(text)):
            self.imported.warn(place, f"{_quoted(text)} {why}; it was taken as it is")
        return text

    def _date(self, old: str, cell: Cell, text: str, place: Place) -> str | None:
        """Take a date as it is written; or one in figures, if it can only mean one day."""
        read = dates.parse(text)
        before = dates.parse(old) if old else None
        if isinstance(read, dates.Date) and cell.sort is not Sort.DAY:
            return text
        days = {read.start} if isinstance(read, dates.Date) else set(full_days(text))
        was_day = isinstance(before, dates.Date) and before.precision is dates.Precision.DAY
        if len(days) == 1:
            (day,) = days
            iso = "{:04}-{:02}-{:02}".format(*day)
            if day[2] > 1 or was_day:
                self.imported.warn(place, f"holds {_quoted(text)}, and was taken as {iso}")
                return iso
            why = f"{text} may be this day or the whole month; write '{iso[:7]} or '{iso}, with the apostrophe"
        elif isinstance(read, dates.NotADate):
            why = read.message
        else:
            why = "write a date"
        self.imported.report(place, "bad-cell", f"{_quoted(text)} cannot be taken for a date: {why}"
                             + (f". It was {_quoted(old)}" if old else ""))
        return None


def _row(sheet: Sheet, number: int, headings: Mapping[str, int]) -> _Read | None:
    """Read a row; None if it is empty."""
    line = sheet.rows[number]
    if not any(cell.text.strip() for cell in line):
        return None
    cells = {name: line[column - 1] if column <= len(line) else Cell("")
             for name, column in headings.items()}
    return _Read(cells, headings, sheet, number, read_state(cells[STATE].text) if STATE in cells else None)


def _content(cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a row says, but for its id."""
    return tuple(sorted((heading, cell) for heading, cell in cells.items() if cell and heading != ID))


def _quoted(text: str) -> str:
    line = " ⏎ ".join(text.split("\n"))
    return f"“{line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''}”"
