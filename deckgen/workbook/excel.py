"""Workbooks in .xlsx; the only room that knows openpyxl, which is there with `deckgen[xlsx]`."""

import io
import math
import re
import warnings
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from deckgen.diagnostics import Unusable
from deckgen.workbook.cells import EMPTY, Cell, Grid, Sheet, Sort, guarded, unguarded
from deckgen.workbook.delimited import Reading

MOST_BYTES = 50_000_000  # packed
MOST_UNPACKED = 40_000_000  # what a workbook of forty thousand items takes
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 200, 1_000_000
LAST_ROW = 1_048_576  # of any sheet, as Excel has them
_ENCODING = re.compile(rb"\s*<\?xml[^>]*encoding=[\"']([^\"']*)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=\"([A-Z]+[0-9]+:[A-Z]+[0-9]+)\"")
_CELL = re.compile(rb"<(?:\w+:)?(?:c|si)[\s/>]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_excel(raw: bytes) -> bool:
    """Whether a file is a zip, as workbooks are."""
    return raw.startswith(b"PK")


def _openpyxl() -> ModuleType:
    try:
        import openpyxl
    except ImportError as error:
        raise Unusable("workbooks in .xlsx need openpyxl: pip install 'deckgen[xlsx]'; or use CSV") \
            from error
    return openpyxl


# ---------------------------------------------------------------- writing


def write_xlsx(grids: list[Grid]) -> bytes:
    """Write a workbook in which every cell is text, new ones too. Raises Unusable."""
    book = _openpyxl().Workbook(write_only=True)
    for grid in grids:
        _write_sheet(book, grid)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: Any, grid: Grid) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(grid.name)
    sheet.freeze_panes = "B2"
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    for number, width in enumerate(grid.widths, 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.hidden = width or 10, not width
        column.number_format, column.alignment = "@", wrapped
    sheet.append([_text_cell(sheet, text, wrapped, bold) for text in grid.headings])
    for row in grid.rows:
        sheet.append([_text_cell(sheet, text, wrapped) if text else None for text in row])


def _text_cell(sheet: Any, text: str, alignment: Any, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    # Text is text here, and needs no apostrophe. But tables go from CSV into workbooks, so one that
    # stands in front of a formula is taken away in reading, and is doubled here.
    text = guarded(text) if text.startswith("'") else text
    cell: Any = WriteOnlyCell(sheet, _ESCAPED.sub(r"_x005F_x\1_", text))
    cell.data_type = "s"  # `=1+1` too
    cell.number_format = "@"
    cell.alignment = alignment
    if font is not None:
        cell.font = font
    return cell


# ---------------------------------------------------------------- reading


def read_xlsx(path: Path, raw: bytes) -> Reading:
    """Read a workbook, however it may be damaged or made to do damage. Raises Unusable."""
    _openpyxl()
    if len(raw) > MOST_BYTES:
        return Reading([], f"{len(raw):,} bytes are more than the {MOST_BYTES:,} that a table may have")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is no part of a table, such as charts
            return _read(path, raw)
    except Exception as error:  # noqa: BLE001 -- openpyxl raises whatever its parts do
        return Reading([], f"this is no workbook that can be read ({type(error).__name__}: {error}); "
                       "open it and save it as .xlsx again, or as 'CSV UTF-8'"
                       .replace("\n", " "))


def _read(path: Path, raw: bytes) -> Reading:
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    merged: dict[str, list[str]] = {}
    unpacked = sum(part.file_size for part in reader.archive.infolist())
    if unpacked > MOST_UNPACKED:
        return Reading([], f"unpacked this file has {unpacked:,} bytes, more than the "
                       f"{MOST_UNPACKED:,} that a table may have")
    total = 0
    for part in reader.archive.infolist():
        content = reader.archive.read(part)
        total += len(_CELL.findall(content))
        if why := _hostile(part.filename, content):
            return Reading([], why)
        merged[part.filename] = [ref.decode() for ref in _MERGED.findall(content)]
    if total > MOST_CELLS:
        return Reading([], f"{total:,} cells and texts are more than the {MOST_CELLS:,} that a table may have")
    reader.read()
    sheets = []
    sheet: Any
    for sheet in reader.wb.worksheets:
        rows: dict[int, list[Cell]] = {}
        sheet.reset_dimensions()  # a file may lie about them
        last, count = None, 0
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            if count > MOST_ROWS or number > LAST_ROW:
                return Reading([], f"the sheet '{sheet.title}' has more than {MOST_ROWS:,} rows; "
                               "delete those below the table", number)
            if row is last:  # one tuple stands for all rows that are left out
                continue
            last, count = row, count + 1
            cells = [_cell(cell) for cell in row] if any(cell.value is not None for cell in row) else []
            while cells and not cells[-1].text:
                cells.pop()
            if cells:
                rows[number] = cells
        ranges = merged.get(sheet._worksheet_path.lstrip("/"), ())  # noqa: SLF001
        sheets.append(Sheet(str(path), sheet.title, rows, is_typed=True, merged=tuple(ranges)))
    return Reading(sheets)


def _hostile(name: str, content: bytes) -> str:
    """Say why a part is not read: it declares entities, or hides them in another encoding."""
    if not name.endswith((".xml", ".rels", ".vml")):
        return ""
    encoding = _ENCODING.match(content)
    is_utf8 = not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) and (
        encoding is None or encoding[1].upper() in (b"UTF-8", b"US-ASCII"))
    if is_utf8 and b"<!DOCTYPE" not in content and b"<!ENTITY" not in content:
        return ""
    return (f"its part {name} is such as no spreadsheet writes, and may do harm; open it in a "
            "spreadsheet and save it as .xlsx again")


def _cell(cell: Any) -> Cell:
    """Read one cell."""
    value, sort = cell.value, cell.data_type
    if value is None:
        return EMPTY
    if sort == "f":
        return Cell(str(getattr(value, "text", value) or "="), Sort.FORMULA)
    if sort == "e":
        return Cell(str(value), Sort.FAULT)
    if isinstance(value, bool):
        return Cell(str(value).upper(), Sort.TRUTH)
    if isinstance(value, datetime) and value.time() == time():
        return Cell(value.date().isoformat(), Sort.DAY)
    if isinstance(value, (time, timedelta, datetime)):
        return Cell(str(value), Sort.TIME)
    if isinstance(value, date):
        return Cell(value.isoformat(), Sort.DAY)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return Cell(str(int(value)), Sort.NUMBER)
    if isinstance(value, (int, float)):
        return Cell(repr(value), Sort.NUMBER)
    return Cell(unguarded(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value))))
