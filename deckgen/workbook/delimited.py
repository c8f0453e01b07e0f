"""CSV as spreadsheets read and write it: delimiters, encodings, and texts that look like formulas."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from deckgen.workbook.cells import Cell, Grid, Sheet, Sort, guarded, unguarded

MOST_BYTES = 50_000_000
_DELIMITERS = (",", ";", "\t", "|")
# What spreadsheets save when they are not asked for Unicode, on Windows and on macOS.
_OLD_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}


class Reading(NamedTuple):
    """What was read of a file, and what was wrong with it, in words: nothing if all is well."""

    sheets: list[Sheet]
    error: str = ""
    row: int = 1  # where the error is
    warning: str = ""


def write_csv(grid: Grid) -> bytes:
    """Write a sheet so that Excel takes it for UTF-8, and none of its texts for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(grid.headings)
    for row in grid.rows:
        writer.writerow([guarded(text) for text in row])
    return BOM_UTF8 + out.getvalue().encode()


def read_csv(path: Path, raw: bytes, headings: Collection[str], known: Collection[str]) -> Reading:
    """Read a CSV file of any delimiter and encoding that spreadsheets write.

    `headings` are those that may be expected, `known` texts that may: they tell encodings apart.
    """
    if len(raw) > MOST_BYTES:
        return Reading([], f"{len(raw):,} bytes are more than the {MOST_BYTES:,} that a table may have")
    text, warning = _decoded(raw, known)
    if text is None:
        return Reading([], warning)
    first = text[: text.find("\n") + 1]
    if match := re.fullmatch(r"\"?sep=(.)\"?\r?\n", first):
        text, delimiter = text[len(first):], match[1]
    else:
        delimiter = _delimiter(text, headings)
    rows: dict[int, list[Cell]] = {}
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, ""), delimiter=delimiter, strict=True), 1):
            if any(row):
                rows[number] = [
                    Cell(unguarded(cell), Sort.FORMULA if cell.startswith("=") else Sort.TEXT)
                    for cell in row
                ]
    except csv.Error as error:
        return Reading([], f"this is no CSV from here on ({error})", number + 1)
    return Reading([Sheet(str(path), path.stem, rows, is_typed=False)], warning=warning)


def _delimiter(text: str, headings: Collection[str]) -> str:
    """Choose the delimiter at which the first row falls apart into most of the headings."""
    def fitting(delimiter: str) -> int:
        try:
            row = next(csv.reader(io.StringIO(text, ""), delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(cell.strip() in headings for cell in row)
    return max(_DELIMITERS, key=fitting)


def _decoded(raw: bytes, known: Collection[str]) -> tuple[str | None, str]:
    """Decode a file; if it is not Unicode, as what makes most of its texts those that are known."""
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16"), ""
        except UnicodeDecodeError:
            return None, "this file begins as UTF-16 and is none; save it as CSV UTF-8"
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    words = {word for text in known for word in text.split() if not word.isascii()}
    best, fitting, others = "", -1, 0
    for encoding in _OLD_ENCODINGS:
        try:
            found = {word for word in re.split(r"[\s,;\"]+", raw.decode(encoding)) if not word.isascii()}
        except UnicodeDecodeError:
            continue
        if (fits := len(found & words)) > fitting:
            best, fitting, others = encoding, fits, len(found) - fits
    if fitting < 1:
        return None, ("this file is not UTF-8, and nothing in it tells what it is; save it as 'CSV "
                      "UTF-8', or as .xlsx")
    return raw.decode(best), (
        f"this file is not UTF-8; it was read as {_OLD_ENCODINGS[best]}, in which {fitting} of its "
        f"words with signs beyond ASCII are those of the project and {others} are not. Other signs "
        "were lost when it was saved; better save it as 'CSV UTF-8', or as .xlsx")
