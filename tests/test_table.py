"""`export table` and `import table`: what colleagues edit comes back, and nothing else changes.

The files in `tests/tables` are the tables of the deck below, opened and saved by LibreOffice 7.4:
the workbook as it is, and the CSV files in German, with semicolons and in Windows-1252. Where
LibreOffice is there, it is asked anew.
"""

import csv
import datetime as dt
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from deckgen.cli import main
from deckgen.edits import scalar
from deckgen.folder import open_project
from deckgen.source import extents, parse
from deckgen.table import Change, export_csv, import_table, read_table, write
from deckgen.table.columns import Column, _joined, _split, columns_of, tidy
from deckgen.table.habits import is_rewritten, is_same_day
from deckgen.table.rows import Row, rows_of
from deckgen.workbook import Cell, Grid, Sort, excel, read_csv, read_xlsx, write_csv, write_xlsx

ROOT = Path(__file__).parent.parent
SAVED = ROOT / "tests/tables"
PAGE = ROOT / "docs/tables.md"

FILES = {
    "deck.yaml": "id: tricky\nname: Tricky\n",
    "sources.yaml": "known:\n  title: A Book\n",
    "kinds/maps.yaml": """\
section: maps
singular: map
label: Map
fields:
  name:
    takes: line
    required: yes
    names: yes
  scale:
    takes: line
  drawn:
    takes: date
cards:
  name:
    front: '{{Name}}'
    back: '{{Scale}} {{Drawn}}'
""",
    "one.yaml": """\
# What spreadsheets do to text.
source: known, p. 3
tags: [a, "b::c"]

dates:
  - id: crimea   # the day
    date: 2014-03-18   # as in the treaty
    event: "Russia annexes: Crimea"
    significance: |
      - first
      - second, with "quotes"; and `=code`

      after a blank line
    note: '=1+1'
  - id: founding
    date: 1997-05
    event: Łódź and 東京 agree — “so” they say 😀
  - {id: ranged, date: 1914–1918, event: "{{braces}}, war", tags: [x, y]}
  - id: year
    date: 1997
    event: '+49 30 1234'
  - id: ambiguous
    date: 2021-04-03
    event: "@home"
treaties:
  - id: act
    name: >-
      A folded
      name
    # between
    aliases:
      - 1-2   # like a day
      # two
      - '1.10'
      - TRUE
    date: 27 May 1997
    place: 007
    parties: NATO
    terms: "tab\\there \\\\ back"
    ask: [date]
    sentence: The ==Act== was signed in ==1997==.
    cloze:
      max: 3   # not more
actors:
  - id: b-10
    name: "1.10"
    role: 12:30
    known-for: 150,000
    source: []
    as-of: 2022-02
  - id: march-1
    name: MARCH1
    role: "'tis"
    known-for: "'=x"
    tags: [only]
questions:
  - id: q1
    q: NO
    a: "12345678901234567890"
    ask: [forward, reverse]
    ignore: answer-too-long
  - id: q2
    q: _x0041_ stays
    a: |
      1. one
      2. two
sentences:
  - id: s1
    text: In 1975 thirty-five states signed the Helsinki Final Act, which the OSCE still invokes.
    cloze: {must: [Helsinki Final Act], max: 2}
maps:
- id: m1
  name: Map
  scale: 1/2
  drawn: c. 1500
""",
}
ONE = Path("cards/one.yaml")
TABLE = Path("build/tricky-table")
BOOK = Path("build/tricky-table.xlsx")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def make(files: dict[str, str] = FILES) -> None:
    """Write a project into `cards`."""
    for name, text in files.items():
        path = Path("cards") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def run(*arguments: object) -> Result:
    """Run deckgen in this process; a traceback is a failure."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def exported(*options: str, files: dict[str, str] = FILES) -> None:
    """Write a project, and its table."""
    make(files)
    result = run("export", "table", *options)
    assert result.exit_code == 0, result.output


def contents() -> dict[str, bytes]:
    """Read all files of the project."""
    return {str(path): path.read_bytes() for path in Path("cards").rglob("*") if path.is_file()}


Edit = Callable[[dict[str, dict[str, str]]], object]


def edit_csv(section: str, edit: Edit, path: Path = TABLE) -> None:
    """Edit the rows of a CSV file, which `edit` gets by id; what it adds becomes rows."""
    file = path / f"{section}.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), "")))
    by_id = {row["id"]: row for row in rows}
    edit(by_id)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else next(iter(by_id.values())), restval="")
    writer.writeheader()
    writer.writerows(by_id.values())
    file.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())


def edit_cell(section: str, ident: str, heading: str, text: str) -> None:
    """Write a text into one cell of a CSV file."""
    edit_csv(section, lambda rows: rows[ident].update({heading: text}))


def set_cell(section: str, ident: str, heading: str, value: Any) -> None:
    """Put a value into one cell of the workbook, in whatever sort it is."""
    book = openpyxl.load_workbook(BOOK)
    sheet = book[section]
    headings = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == ident)
    cell = row[headings.index(heading)]
    cell.value = value
    book.save(BOOK)


def rules(result: Result) -> list[str]:
    """The rules of all findings, in order."""
    return re.findall(r"(?:error|warning|advice) \[([a-z-]+)\]", result.stderr)


def taken(table: Path = TABLE) -> Result:
    """Import a table, which must go well."""
    result = run("import", "table", table)
    assert result.exit_code == 0, result.output
    return result


SAYS_THE_SAME = "the project says the same as the table; nothing was changed\n"


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_that_nobody_edited_changes_nothing(form: str) -> None:
    """Not a byte, and nothing is said about it."""
    exported("--format", form)
    before = contents()
    result = taken(BOOK if form == "xlsx" else TABLE)
    assert (result.stdout, result.stderr) == (SAYS_THE_SAME, "")
    assert contents() == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_so_it_is_with_the_shipped_deck(form: str) -> None:
    """Hundreds of items by a human being."""
    shutil.copytree(ROOT / "cards", "cards")
    assert run("export", "table", "--format", form).exit_code == 0
    result = taken(Path("build/russia-japan-west-table" + (".xlsx" if form == "xlsx" else "")))
    assert (result.stdout, result.stderr) == (SAYS_THE_SAME, "")


def test_a_table_has_a_file_a_kind_and_a_row_an_item() -> None:
    """All kinds, so that somebody can write the first item of one; cells as the author wrote them."""
    exported()
    assert sorted(path.stem for path in TABLE.iterdir()) == [
        "actors", "dates", "maps", "positions", "questions", "sentences", "treaties",
    ]
    (row,) = csv.DictReader(io.StringIO((TABLE / "treaties.csv").read_text("utf-8-sig")))
    assert {key: cell for key, cell in row.items() if cell and key != "as exported"} == {
        "id": "act", "name": "A folded name", "aliases": "1-2\n1.10\nTRUE", "date": "27 May 1997",
        "place": "007", "parties": "NATO", "terms": "tab\there \\ back", "ask": "date",
        "sentence": "The ==Act== was signed in ==1997==.", "cloze.max": "3", "in file": "one.yaml",
    }


def test_csv_is_utf8_for_excel_and_has_no_formula() -> None:
    """A mark at its beginning; an apostrophe before =, +, - and @."""
    exported()
    raw = (TABLE / "dates.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,date,event,")
    cells = [cell for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), "")) for cell in row]
    assert {"'=1+1", "'+49 30 1234", "'@home"} <= set(cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_workbook_has_text_alone() -> None:
    """So that no spreadsheet rewrites it: every cell, the head frozen, the last column hidden."""
    exported("--format", "xlsx")
    book = openpyxl.load_workbook(BOOK)
    assert "dates" in book.sheetnames
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
        assert sheet.freeze_panes == "B2"
        assert sheet.column_dimensions[get_column_letter(sheet.max_column)].hidden


def test_items_need_ids() -> None:
    """A row is known by its id, so all items must have one; once a file it is said."""
    make(FILES | {"two.yaml": "actors:\n  - {name: A, role: B}\n  - {name: C, role: D}\n"})
    result = run("export", "table")
    assert result.exit_code == 1
    assert result.stderr.startswith("cards/two.yaml:2:5: error [no-id] this item has no id, nor have 1 more")
    assert not Path("build").exists()
    assert run("ids").exit_code == 0
    assert run("export", "table").exit_code == 0


def test_text_that_no_cell_can_hold_is_cut_and_kept() -> None:
    """Excel holds 32,767 characters."""
    long = "word " * 8000
    exported(files=FILES | {"two.yaml": f"questions:\n  - id: long\n    q: Q\n    a: {long}\n"})
    assert taken().stdout == SAYS_THE_SAME
    edit_csv("questions", lambda rows: rows["long"].update({"a": rows["long"]["a"][:50] + "!"}))
    result = run("import", "table", TABLE)
    assert rules(result) == ["bad-cell"]


# ---------------------------------------------------------------- edits


def test_edits_change_nothing_but_their_values() -> None:
    """Comments, quotes, order and all else stay."""
    exported()
    edit_csv("dates", lambda rows: (
        rows["crimea"].update({"event": "Russia: annexes # Crimea", "significance": "- one\n- two",
                               "note": "", "tags": "t1\nt2"}),
        rows["ranged"].update({"event": "a, b", "tags": "y\nz"}),
        rows["founding"].update({"note": "two\nlines"}),
    ))
    edit_csv("treaties", lambda rows: rows["act"].update({
        "name": "New: name", "aliases": "1-2\n1.11\nTRUE\nfour", "terms": "tab\tthere",
        "ask": "date\nparties", "cloze.max": "2", "cloze.must": "Act", "parties": "NATO\nRussia",
        "sentence": "The Act was signed in 1997."}))
    edit_csv("questions", lambda rows: (rows["q1"].update({"ask": "forward", "ignore": ""}),
                                        rows["q2"].update({"a": "1. one\n2. three\n"})))
    edit_csv("sentences", lambda rows: rows["s1"].update({"cloze.max": "", "cloze.must": "OSCE"}))
    edit_csv("actors", lambda rows: rows["b-10"].update({"source": "known, p. 4", "as-of": ""}))
    edit_csv("maps", lambda rows: rows["m1"].update({"scale": "1:1000"}))
    result = taken()
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == "wrote 23 edits into 1 file; now check, and build"
    pairs = [
        ('event: "Russia annexes: Crimea"', 'event: "Russia: annexes # Crimea"'),
        (FILES["one.yaml"].partition("significance: |\n")[2].partition("  - id: founding")[0],
         "      - one\n      - two\n    tags: [t1, t2]\n"),
        ("they say 😀\n", "they say 😀\n    note: |\n      two\n      lines\n"),
        ('"{{braces}}, war", tags: [x, y]', '"a, b", tags: [y, z]'),
        ("      A folded\n      name\n", "      New: name\n"),
        ("- '1.10'\n      - TRUE\n", "- '1.11'\n      - TRUE\n      - four\n"),
        ("parties: NATO", "parties: [NATO, Russia]"),
        ('terms: "tab\\there \\\\ back"', 'terms: "tab\\tthere"'),
        ("ask: [date]", "ask: [date, parties]"),
        ("The ==Act== was signed in ==1997==.", "The Act was signed in 1997."),
        ("max: 3   # not more\n", "max: 2   # not more\n      must: Act\n"),
        ("source: []\n    as-of: 2022-02\n", 'source: ["known, p. 4"]\n'),
        ("ask: [forward, reverse]\n    ignore: answer-too-long\n", "ask: [forward]\n"),
        ("      2. two", "      2. three"),
        ("{must: [Helsinki Final Act], max: 2}", "{must: [OSCE]}"),
        ("scale: 1/2", "scale: 1:1000"),
    ]
    expected = FILES["one.yaml"]
    for old, new in pairs:
        assert expected.count(old) == 1, old
        expected = expected.replace(old, new)
    assert ONE.read_text("utf-8") == expected
    assert taken().stdout == SAYS_THE_SAME
    assert run("check").exit_code == 0


def test_windows_line_ends_and_a_mark_stay() -> None:
    """What is put in has the line ends of its file."""
    text = FILES["one.yaml"].replace("\n", "\r\n")
    exported(files=FILES | {"one.yaml": "\ufeff" + text})
    edit_csv("dates", lambda rows: rows["crimea"].update({"note": "", "significance": "a\n\nb",
                                                          "tags": "t"}))
    taken()
    got = ONE.read_bytes()
    assert got.startswith(b"\xef\xbb\xbf# What")
    assert b"    significance: |\r\n      a\r\n\r\n      b\r\n    tags: t\r\n  - id: founding\r\n" in got
    assert b"\n" not in got.replace(b"\r\n", b"")


def test_comments_behind_what_goes_stay() -> None:
    """A key or an entry is taken out with its line, unless there is a comment on it."""
    exported(files=FILES | {"two.yaml": """\
actors:
  - note: first   # why
    # and why not
    id: a
    name: A
    aliases:
      - one   # 1
      - two   # 2
    role: |   # long
      of several
      lines
    tags: [x]   # tag"""})
    edit_csv("actors", lambda rows: rows["a"].update({"note": "", "aliases": "two", "tags": "",
                                                      "role": "of\none"}))
    taken()
    assert Path("cards/two.yaml").read_text("utf-8") == """\
actors:
  - # why
    # and why not
    id: a
    name: A
    aliases:
      # 1
      - two   # 2
    role: |   # long
      of
      one
    # tag"""


def test_what_cannot_be_edited_is_told_and_nothing_is_written() -> None:
    """A comment inside braces would be lost."""
    exported(files=FILES | {"two.yaml": "actors:\n  - {id: a, name: A,  # the first\n     role: B, note: C}\n"})
    edit_csv("actors", lambda rows: (rows["a"].update({"note": ""}), rows["b-10"].update({"role": "new"})))
    before = contents()
    result = run("import", "table", TABLE)
    assert result.exit_code == 1
    assert rules(result) == ["edit-not-written"]
    assert "build/tricky-table/actors.csv:4:6: error" in result.stderr
    assert "cannot be put into cards/two.yaml:3:" in result.stderr
    assert contents() == before


def test_a_dry_run_tells_and_changes_nothing() -> None:
    """Each edit with its place, before and after."""
    exported()
    edit_cell("dates", "crimea", "event", "Annexation")
    before = contents()
    result = run("import", "table", TABLE, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "cards/one.yaml:8:12: crimea, event: 'Russia annexes: Crimea' -> 'Annexation'",
        "would write 1 edit into 1 file",
    ]
    assert contents() == before


def test_changes_are_values_that_know_no_file() -> None:
    """Whoever has other uses for them gets them before anything is edited."""
    exported()
    edit_cell("dates", "crimea", "event", "Annexation")
    project = open_project(Path("cards")).project
    assert project is not None
    imported = read_table(TABLE, project)
    assert imported.found == []
    (change,) = imported.changes
    assert (change.row.section, change.row.id, change.column.heading, change.old, change.new) == (
        "dates", "crimea", "event", "Russia annexes: Crimea", "Annexation")


# ---------------------------------------------------------------- new rows, and rows that went


def test_a_new_row_becomes_an_item() -> None:
    """In the file that it names, or one for its kind; with an id that is made if it has none."""
    exported()
    edit_csv("dates", lambda rows: (
        rows.update({"": {"id": "", "date": "1991-12-26", "event": "The Soviet Union ends",
                          "tags": "new\ntags", "note": "a\nb"}}),
        rows.update({"own": {"id": "own", "date": "1990", "event": "Own", "in file": "one.yaml"}}),
    ))
    result = taken()
    assert result.stdout.splitlines()[-1] == "wrote 2 new items into 2 files; now check, and build"
    assert Path("cards/dates-from-table.yaml").read_text("utf-8") == """\
dates:
  - id: soviet-union-ends
    date: 1991-12-26
    event: The Soviet Union ends
    note: |
      a
      b
    tags: [new, tags]
"""
    assert ONE.read_text("utf-8") == FILES["one.yaml"].replace('    event: "@home"\n', """\
    event: "@home"
  - id: own
    date: 1990
    event: Own
""")
    again = taken()
    assert (again.stdout, again.stderr) == (SAYS_THE_SAME, "")


def test_new_rows_find_their_places_in_any_file() -> None:
    """In brackets, in a section that is not there yet, and in a folder that is not."""
    exported(files=FILES | {"two.yaml": "questions: [{id: a, q: Q, a: A}]", "three.yaml": "# nothing\n"})
    edit_csv("questions", lambda rows: rows.update({
        "n1": {"id": "n1", "q": "a, b: c?", "a": "It's", "in file": "two.yaml"}}))
    edit_csv("dates", lambda rows: rows.update({
        "n2": {"id": "n2", "date": "1990", "event": "x", "in file": "two.yaml"},
        "n3": {"id": "n3", "date": "1991", "event": "y", "in file": "sub/four.yaml"}}))
    taken()
    assert Path("cards/two.yaml").read_text("utf-8") == (
        """questions: [{id: a, q: Q, a: A}, {id: n1, q: "a, b: c?", a: It's}]\n\n"""
        "dates:\n  - id: n2\n    date: 1990\n    event: x\n")
    assert Path("cards/sub/four.yaml").read_text("utf-8") == (
        "dates:\n  - id: n3\n    date: 1991\n    event: y\n")


@pytest.mark.parametrize("name", ["../out.yaml", "/x.yaml", "deck.yaml", "kinds/x.yaml", "x.yml",
                                  ".hidden.yaml", "media/x.yaml"])
def test_a_new_row_goes_into_card_files_alone(name: str) -> None:
    """Nothing outside the project is touched."""
    exported()
    edit_csv("dates", lambda rows: rows.update({"n": {"id": "n", "date": "1990", "event": "x",
                                                      "in file": name}}))
    result = run("import", "table", TABLE)
    assert (result.exit_code, rules(result)) == (1, ["bad-cell"])


def test_a_row_that_went_deletes_nothing() -> None:
    """It is said, once a kind."""
    exported()
    edit_csv("dates", lambda rows: (rows.pop("crimea"), rows.pop("year")))
    before = contents()
    result = taken()
    assert rules(result) == ["not-in-table"]
    assert "2 of dates in the project are not in the table (crimea, year)" in result.stderr
    assert contents() == before


def test_errors_are_told_at_their_cells() -> None:
    """All at once: those of a value, and those of the whole project; nothing is written."""
    exported()
    edit_cell("dates", "founding", "date", "30 February 2021")
    edit_cell("dates", "year", "event", "")
    before = contents()
    result = run("import", "table", TABLE)
    assert result.exit_code == 1
    assert ("dates.csv:3:2: error [bad-cell] B3 “30 February 2021” cannot be taken for a date: there "
            "is no day 30") in result.stderr
    assert "dates.csv:5:3: error [bad-cell] C5 is empty, and every item needs 'event'" in result.stderr
    exported()
    edit_cell("dates", "founding", "source", "unknown, p. 3")
    edit_cell("treaties", "act", "ask", "date\nwhen")
    edit_cell("actors", "b-10", "tags", "two words")
    edit_cell("questions", "q1", "q", "![](none.png)")
    edit_csv("dates", lambda rows: rows.update({"N": {"id": "N!", "date": "1990", "event": "x"}}))
    result = run("import", "table", TABLE)
    assert set(rules(result)) == {"unknown-source", "unknown-card", "bad-tag", "bad-id"}
    assert all(line.startswith("build/tricky-table/") for line in result.stderr.splitlines()[:-1])
    exported()
    edit_cell("questions", "q1", "image", "none.png")
    edit_cell("sentences", "s1", "cloze.must", "Moscow")
    result = run("import", "table", TABLE)
    assert rules(result) == ["missing-media", "wish-not-met"]
    assert all(line.startswith("build/tricky-table/") for line in result.stderr.splitlines()[:-1])
    assert contents() == before


def test_ids_are_not_changed_in_a_table() -> None:
    """Nor may a row stand twice, or columns be sorted without the others."""
    exported()
    edit_cell("dates", "crimea", "id", "crimea-annexed")
    edit_csv("actors", lambda rows: rows.update({"again": dict(rows["b-10"])}))
    edit_csv("questions", lambda rows: (rows["q1"].update({"id": "q2"}), rows["q2"].update({"id": "q1"})))
    result = run("import", "table", TABLE)
    assert rules(result).count("bad-table") == 4
    assert "was exported as 'crimea'; ids are not changed" in result.stderr
    assert "has the id 'b-10' a second time (first in A2)" in result.stderr
    assert "some columns were sorted or pasted without the others" in result.stderr
    exported()
    edit_csv("actors", lambda rows: rows.update({"copy": {**rows["b-10"], "id": "b-11", "name": "Copy"}}))
    assert taken().stdout.splitlines()[-1].startswith("wrote 1 new item ")


# ---------------------------------------------------------------- the project moved on


def test_edits_of_both_sides_are_kept() -> None:
    """What the project changed is not reverted; what the table changed arrives."""
    exported()
    moved = FILES["one.yaml"].replace("scale: 1/2", "scale: 1:500").replace("  name: Map", "  name: Chart")
    ONE.write_text(moved, "utf-8")
    edit_cell("maps", "m1", "drawn", "c. 1600")
    taken()
    assert ONE.read_text("utf-8") == moved.replace("c. 1500", "c. 1600")


def test_a_cell_that_both_sides_edited_is_a_conflict() -> None:
    """Told with both texts and the place in the file; where both say the same there is none."""
    exported()
    ONE.write_text(FILES["one.yaml"].replace("scale: 1/2", "scale: 1:500"), "utf-8")
    edit_cell("maps", "m1", "scale", "1:900")
    result = run("import", "table", TABLE)
    assert result.exit_code == 1
    assert ("build/tricky-table/maps.csv:2:3: error [table-conflict] C2 was edited to “1:900”, and so was the "
            "project since the table was exported: cards/one.yaml:74:10 has “1:500”") in result.stderr
    edit_cell("maps", "m1", "scale", "1:500")
    assert taken().stdout == SAYS_THE_SAME


def test_an_item_that_was_taken_out_since_is_missed_only_if_it_was_edited() -> None:
    """A table brings nothing back by itself."""
    exported()
    ONE.write_text(FILES["one.yaml"].partition("maps:")[0], "utf-8")
    assert taken().stdout == SAYS_THE_SAME
    edit_cell("maps", "m1", "name", "Chart")
    result = run("import", "table", TABLE)
    assert rules(result) == ["bad-table"]
    assert "has the id 'm1', which the project has no more" in result.stderr


def test_a_list_in_one_line_is_told() -> None:
    """Entries stand one a line; commas may be part of a name."""
    exported()
    edit_cell("treaties", "act", "aliases", "1-2, 1.10, TRUE")
    result = taken()
    assert rules(result) == ["spreadsheet-habit"]
    assert "was taken as one entry; a list has an entry a line" in result.stderr


def test_without_the_state_edits_are_taken_with_a_warning() -> None:
    """A table by hand, or one that lost the column."""
    exported()
    edit_csv("maps", lambda rows: rows["m1"].update({"as exported": "", "name": "Chart"}))
    assert rules(taken()) == ["bad-table"]
    assert "name: Chart" in ONE.read_text("utf-8")


def test_columns_may_be_moved_and_left_out() -> None:
    """A value without a column stays; what nobody knows is left out with a warning."""
    exported()
    Path("maps.csv").write_text("Remark;NAME;id\nfine;Chart;m1\n", "utf-8")
    result = taken(Path("maps.csv"))
    assert rules(result) == ["bad-table", "bad-table"]
    assert "'remark' is no column of maps" in result.stderr
    assert ONE.read_text("utf-8") == FILES["one.yaml"].replace("  name: Map\n", "  name: Chart\n")


# ---------------------------------------------------------------- habits of spreadsheets

SAME, KEPT, TAKEN, REFUSED = "same", "kept", "taken", "refused"
HABITS = [
    # section, id, column, the cell as it comes back, what becomes of it
    ("dates", "crimea", "date", "18/03/2014", SAME),
    ("dates", "crimea", "date", "18.03.2014", SAME),
    ("dates", "crimea", "date", "2014/03/18", SAME),
    ("dates", "crimea", "date", "3/18/14", KEPT),
    ("dates", "crimea", "date", "18-Mar-14", KEPT),
    ("dates", "crimea", "date", "41716", KEPT),
    ("dates", "crimea", "date", "40254", KEPT),  # counted from 1904
    ("dates", "crimea", "date", "19/03/2014", "2014-03-19"),
    ("dates", "crimea", "date", "41717", REFUSED),
    ("dates", "crimea", "date", "03/04/2014", REFUSED),
    ("dates", "ambiguous", "date", "03/04/2021", KEPT),
    ("dates", "founding", "date", "May-97", KEPT),
    ("dates", "founding", "date", "Mai 97", KEPT),
    ("dates", "founding", "date", "01.05.1997", KEPT),
    ("dates", "founding", "date", "01.06.1997", REFUSED),
    ("dates", "year", "date", "19.06.1905", KEPT),
    ("dates", "year", "date", "1998", TAKEN),
    ("treaties", "act", "date", "27-May-97", KEPT),
    ("treaties", "act", "date", "27/05/1997", SAME),
    ("treaties", "act", "place", "7", KEPT),
    ("actors", "b-10", "name", "1.1", KEPT),
    ("actors", "b-10", "name", "1,1", KEPT),
    ("actors", "b-10", "name", "01. Okt", KEPT),
    ("actors", "b-10", "name", "1.2", TAKEN),
    ("actors", "b-10", "role", "12:30:00", KEPT),
    ("actors", "b-10", "role", "0.520833333", KEPT),
    ("actors", "b-10", "known-for", "150000", KEPT),
    ("actors", "b-10", "known-for", "150", KEPT),
    ("actors", "march-1", "name", "01-Mar", KEPT),
    ("maps", "m1", "scale", "02-Jan", KEPT),
    ("maps", "m1", "scale", "01.02.2026", KEPT),
    ("questions", "q1", "a", "1.23457E+19", KEPT),
    ("questions", "q1", "a", "12345678901234500000", KEPT),
    ("questions", "q1", "q", "#NAME?", REFUSED),
    ("questions", "q1", "q", "#REF!", REFUSED),
    ("questions", "q1", "q", "=A1", REFUSED),
    ("questions", "q1", "q", "'=A1", "=A1"),
    ("questions", "q1", "q", "-5 is less", TAKEN),
    ("questions", "q1", "q", "cafÃ©", REFUSED),
    ("dates", "founding", "event", "?ód? and ?? agree — “so” they say ?", KEPT),
    ("dates", "founding", "event", "Lódz and ?? agree — “so” they say ?", KEPT),
    ("dates", "founding", "event", "Łódź and Kyoto agree", TAKEN),
    ("dates", "founding", "date", "FALSE", REFUSED),
]


@pytest.mark.parametrize(("section", "ident", "heading", "text", "outcome"), HABITS)
def test_what_spreadsheets_make_of_text_is_no_edit(
    section: str, ident: str, heading: str, text: str, outcome: str
) -> None:
    """The same day is silent; a rewriting is kept and told; what cannot be told is refused."""
    exported()
    edit_cell(section, ident, heading, text)
    result = run("import", "table", TABLE)
    new = ONE.read_text("utf-8")
    if outcome in (SAME, KEPT, REFUSED):
        assert new == FILES["one.yaml"]
        assert result.exit_code == (outcome == REFUSED)
        assert rules(result) == {SAME: [], KEPT: ["spreadsheet-habit"], REFUSED: ["bad-cell"]}[outcome]
    else:
        assert result.exit_code == 0
        value = text if outcome == TAKEN else outcome
        assert new != FILES["one.yaml"]
        assert value in new


def test_truth_and_signs() -> None:
    """The words of some languages; letters that an encoding lacks."""
    assert is_rewritten("TRUE", "WAHR")
    assert is_rewritten("false", "FAUX")
    assert not is_rewritten("NO", "FALSE")
    assert is_rewritten("é", "Ã©")
    assert is_rewritten("Łódź", "Å\x81Ã³dÅº")
    assert not is_rewritten("NATO", "Nato")
    assert not is_rewritten("1997", "1998")
    assert is_same_day("2014-03-18", "18.3.2014")
    assert not is_same_day("2014-04-03", "3.4.2014")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_delimiter_and_unicode(delimiter: str, encoding: str) -> None:
    """Excel's 'Unicode text' is UTF-16 with tabs; where a comma is decimal, it writes semicolons."""
    exported()
    edit_cell("dates", "founding", "note", "an, edit; with\ttabs — 東京")
    rows = list(csv.reader(io.StringIO((TABLE / "dates.csv").read_text("utf-8-sig"), "")))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (TABLE / "dates.csv").write_bytes(out.getvalue().encode(encoding))
    result = taken()
    assert result.stderr == ""
    assert "an, edit; with\ttabs — 東京" in json.loads('"' + ONE.read_text("utf-8").partition('note: "')[2]
                                                  .partition('"\n')[0] + '"')


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_csv_in_an_old_encoding_is_read_by_its_words_and_told(encoding: str) -> None:
    """Signs that are lost are no edits; an accent that somebody wrote arrives."""
    exported(files=FILES | {"two.yaml": "actors:\n  - {id: u, name: Université, role: Où — “là”}\n"})
    edit_cell("actors", "u", "note", "Élysée")
    path = TABLE / "actors.csv"
    path.write_bytes(path.read_text("utf-8-sig").encode(encoding, "replace"))
    result = taken(path)
    assert rules(result) == ["table-encoding"]
    assert "note: Élysée" in Path("cards/two.yaml").read_text("utf-8")


def test_csv_in_no_encoding_that_can_be_told_is_refused() -> None:
    """Rather than read as what it may not be."""
    exported()
    path = TABLE / "maps.csv"
    path.write_bytes(path.read_text("utf-8-sig").replace("Map", "地図").encode("shift_jis"))
    result = run("import", "table", path)
    assert (result.exit_code, rules(result)) == (1, ["bad-table"])


@pytest.mark.parametrize("raw", [
    b"", b"\n\n", b'id,name\n"m1', b"id,name\nm1,\x00\n", b"\xff\xfeabc", b"PK\x03\x04", b"PK",
    b"\xd0\xcf\x11\xe0\xa1\xb1", b"id,id\nm1,m1\n", b"<html>", b"id\n" + b"x" * 200_000,
    b"id,name,in file\nm1,Map,one.yaml,extra\n", b"id,name\nnew,\n",
])
def test_a_file_that_is_no_table_is_told(raw: bytes) -> None:
    """Without a traceback, and nothing changes."""
    make()
    Path("maps.csv").write_bytes(raw)
    before = contents()
    result = run("import", "table", "maps.csv")
    assert result.exit_code in (0, 1)
    if raw.strip():
        assert result.exit_code == 1, result.output
    assert contents() == before


def test_calls_that_are_wrong() -> None:
    """Exit status 2, and what to do."""
    make()
    assert run("import", "table", "nowhere.csv").exit_code == 2
    Path("empty").mkdir()
    assert run("import", "table", "empty").exit_code == 2
    assert run("import", "table", "empty", "nowhere").exit_code == 2
    Path("build").write_text("", "utf-8")
    assert run("export", "table").exit_code == 2
    assert run("export", "table", "--format", "xlsx").exit_code == 2


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_not_replaced() -> None:
    """Replacing it would get around that."""
    exported()
    edit_cell("dates", "crimea", "event", "Annexation")
    ONE.chmod(stat.S_IRUSR)
    assert run("import", "table", TABLE).exit_code == 2


def test_without_openpyxl_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV works without it."""
    exported("--format", "xlsx")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for call in (("export", "table", "--format", "xlsx"), ("import", "table", BOOK)):
        result = run(*call)
        assert result.exit_code == 2
        assert "pip install 'deckgen[xlsx]'" in result.stderr
    assert run("export", "table").exit_code == 0


# ---------------------------------------------------------------- workbooks


def test_edits_in_a_workbook_arrive() -> None:
    """Text is taken as typed, `=` and all; numbers and dates with a warning."""
    exported("--format", "xlsx")
    set_cell("actors", "b-10", "name", "1.1")  # typed as text
    set_cell("questions", "q1", "q", 1998)
    set_cell("dates", "founding", "date", dt.date(1997, 5, 27))
    result = taken(BOOK)
    assert rules(result) == ["spreadsheet-habit"] * 2
    text = ONE.read_text("utf-8")
    assert 'name: "1.1"' in text
    assert "q: 1998\n" in text
    assert "date: 1997-05-27\n" in text


@pytest.mark.parametrize(("section", "ident", "heading", "value", "rule"), [
    ("questions", "q1", "q", "=SUM(A1:A2)", "bad-cell"),
    ("questions", "q1", "q", "#REF!", "bad-cell"),
    ("questions", "q1", "q", True, "bad-cell"),
    ("questions", "q1", "q", dt.date(2026, 1, 2), "bad-cell"),
    ("dates", "founding", "date", dt.date(1997, 6, 1), "bad-cell"),
    ("dates", "crimea", "date", dt.date(2014, 3, 18), ""),
    ("dates", "founding", "date", dt.date(1997, 5, 1), "spreadsheet-habit"),
    ("actors", "b-10", "name", 1.1, "spreadsheet-habit"),
    ("actors", "b-10", "role", dt.time(12, 30), "spreadsheet-habit"),
    ("maps", "m1", "scale", dt.date(2026, 1, 2), "spreadsheet-habit"),
    ("treaties", "act", "place", 7, "spreadsheet-habit"),
])
def test_cells_that_are_no_text(section: str, ident: str, heading: str, value: Any, rule: str) -> None:
    """Nothing of them is taken silently: the place is told as a spreadsheet names it."""
    exported("--format", "xlsx")
    set_cell(section, ident, heading, value)
    result = run("import", "table", BOOK)
    assert rules(result) == ([rule] if rule else [])
    assert result.exit_code == (rule == "bad-cell")
    assert ONE.read_text("utf-8") == FILES["one.yaml"]
    assert not rule or re.search(rf" {section}!\w\d ", result.stderr)


def test_merged_cells_are_told() -> None:
    """All but one of them are lost."""
    exported("--format", "xlsx")
    book = openpyxl.load_workbook(BOOK)
    book["dates"].merge_cells("C2:C3")
    book.save(BOOK)
    result = run("import", "table", BOOK)
    assert result.exit_code == 1
    assert "has merged cells (C2:C3)" in result.stderr


def repacked(change: Callable[[str, bytes], bytes]) -> None:
    """Change the parts of the workbook."""
    with zipfile.ZipFile(BOOK) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(BOOK, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def hostile(change: Callable[[str, bytes], bytes]) -> str:
    """Import a workbook with changed parts; give what is said of it, in bounded time."""
    exported("--format", "xlsx")
    repacked(change)
    started = time.monotonic()
    result = run("import", "table", BOOK)
    assert time.monotonic() - started < 20
    assert result.exit_code == 1, result.output
    assert rules(result)[0] in ("bad-table", "bad-cell")
    return result.stderr


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))


def test_workbooks_that_would_do_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities, other encodings, too much of anything, and damage: a line each."""
    def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
        return lambda name, raw: raw.replace(old, new, 1) if name == SHEET else raw

    assert "may do harm" in hostile(in_sheet(b"<worksheet", BOMB + b"<worksheet"))
    assert "may do harm" in hostile(lambda name, raw: raw.decode().encode("utf-16") if name == SHEET else raw)
    assert "more than 100,000 rows" in hostile(
        in_sheet(b"</sheetData>", b'<row r="99999999999"><c r="A9" t="n"><v>1</v></c></row></sheetData>'))
    assert "can be read" in hostile(in_sheet(b"</sheetData>", b""))
    assert "can be read" in hostile(in_sheet(b'r="2"', b'r="two"'))
    assert "can be read" in hostile(lambda name, raw: b"" if name.endswith("workbook.xml") else raw)
    monkeypatch.setattr(excel, "MOST_UNPACKED", 1_000_000)
    bomb = hostile(lambda name, raw: raw + b" " * 2_000_000 if name == SHEET else raw)
    assert "more than the 1,000,000 that a table may have" in bomb


def test_a_stray_row_far_below_is_no_matter() -> None:
    """Spreadsheets leave formatted rows at the very end."""
    exported("--format", "xlsx")
    repacked(lambda name, raw: raw.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'))
    assert taken(BOOK).stdout == SAYS_THE_SAME


def test_a_lying_dimension_is_no_matter() -> None:
    """Rows are read as far as there are any."""
    exported("--format", "xlsx")
    set_cell("dates", "ambiguous", "event", "new")
    repacked(lambda name, raw: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', raw))
    assert "1 edit" in taken(BOOK).stdout


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbooks_are_answered(data: st.DataObject) -> None:
    """Whatever bytes a workbook has: rows, or an error in words."""
    raw = bytearray(write_xlsx([Grid("g", ("id", "a"), (1, 1), [("x", "y")] * 5)]))
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, 100_000))  # there is a date in it, so it varies in length
        raw[2 + place % (len(raw) - 2)] = data.draw(st.integers(0, 255))
    reading = read_xlsx(Path("a.xlsx"), bytes(raw))
    assert reading.sheets or reading.error
    assert "\n" not in reading.error


# ---------------------------------------------------------------- laws

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"),
                              exclude_characters="\u2028\u2029\ufeff") | st.sampled_from("\n\t'=+-@\"\\,; "),
                max_size=30)


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3).map(tuple), max_size=5))
def test_csv_says_what_was_written(rows: list[tuple[str, ...]]) -> None:
    """Whatever the texts are."""
    (sheet,) = read_csv(Path("a.csv"), write_csv(Grid("a", ("id", "b", "c"), (1, 1, 1), rows)), {"id"}, ()).sheets
    read = {number: tuple(cell.text for cell in row) for number, row in sheet.rows.items()}
    assert read == {1: ("id", "b", "c")} | {n: row for n, row in enumerate(rows, 2) if any(row)}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3).map(tuple), max_size=5))
def test_workbooks_say_what_was_written(rows: list[tuple[str, ...]]) -> None:
    """Whatever the texts are, and all of it text."""
    (sheet,) = read_xlsx(Path("a"), write_xlsx([Grid("a", ("id", "b", "c"), (1, 1, 0), rows)])).sheets
    for number, row in enumerate(rows, 2):
        read = [*sheet.rows.get(number, []), *[Cell("")] * 3][:3]
        assert tuple(cell.text for cell in read) == row
        assert {cell.sort for cell in read} == {Sort.TEXT}


@given(st.lists(st.text(st.sampled_from("ab\\\n "), min_size=1).filter(
    lambda text: text == text.strip() and text), min_size=1))
def test_lists_stand_in_cells_without_loss(entries: list[str]) -> None:
    """Entries with line ends and backslashes, too."""
    entries = ["\n".join(line.rstrip(" ") for line in entry.split("\n")) for entry in entries]
    assume(all(entry.strip() == entry for entry in entries))
    assert _split(_joined(entries)) == entries


@given(TEXTS.filter(lambda text: text == text.strip() and text), st.sampled_from(["", "'", '"', "|", ">"]),
       st.booleans())
def test_a_text_is_written_so_that_it_is_read(text: str, style: str, is_flow: bool) -> None:
    """In any style, by lines and in braces."""
    written = scalar(text, style, 4, is_flow=is_flow)
    file = f"a: {{k: {written}, l: m}}\n" if is_flow else f"a:\n  k: {written}\n  l: m\n"
    parsed = parse("a.yaml", file.encode())
    assert parsed.found == []
    (inner,) = parsed.root.entries.values()  # type: ignore[union-attr]
    got = inner.entries["k"].text  # type: ignore[union-attr]
    assert got == unicodedata.normalize("NFC", text)


WORDS = st.text(st.sampled_from("abcé東 :#-'\"[]{},|>!%@`\\*&?~+1.\t"), min_size=1, max_size=12).map(str.strip) \
    .filter(lambda text: text and not re.search(r"\[.*\]|`|\{\{|==|!\[|\$|^[=]", text))
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
DATES = st.sampled_from(["1997-05-27", "27 May 1997", "1997", "c. 1500", "1914–1918", "44 BC", "1990s"])
SENTENCES = st.sampled_from([
    "NATO and Russia signed the Founding Act in Paris on 27 May 1997.", "The ==OSCE== met in ==1999==.",
    "In 1975 thirty-five states signed the Helsinki Final Act: it holds.",
])


def yaml_text(draw: st.DrawFn, text: str) -> str:
    """Write a text in one of the ways that say it, by rules of its own."""
    ways = [json.dumps(text, ensure_ascii=False)]
    if "\n" not in text and "\t" not in text:
        ways.append("'" + text.replace("'", "''") + "'")
        if re.fullmatch(r"[a-z0-9é東][a-z0-9é東 –.]*", text):
            ways += [text, text]
    if not re.search(r"(?m)^[ \t]|[ \t]$|\t", text):
        ways.append("|-\n" + "".join(f"      {line}\n" for line in text.split("\n")).rstrip("\n"))
    return draw(st.sampled_from(ways))


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """Make a card file with items of all kinds, written in many ways, with comments between."""
    number = 0

    def comment() -> str:
        nonlocal number
        number += 1
        return draw(st.sampled_from(["", "", f"   # c{number}.", f"\n    # c{number}."]))

    def pair(key: str, text: str) -> str:
        written = yaml_text(draw, text)
        return f"{key}: {written}{'' if written.startswith('|') else comment()}"

    def names(key: str, texts: list[str]) -> str:
        if draw(st.booleans()):
            return f"{key}: [{', '.join(json.dumps(text, ensure_ascii=False) for text in texts)}]{comment()}"
        return f"{key}:" + "".join(f"\n      - {json.dumps(text, ensure_ascii=False)}{comment()}" for text in texts)

    def item(kind: str, count: int) -> str:
        parts = {
            "dates": lambda: [pair("date", draw(DATES)), pair("event", draw(WORDS))],
            "treaties": lambda: [pair("name", draw(WORDS)), names("parties", draw(st.lists(WORDS, min_size=1, max_size=3))),
                                 pair("terms", draw(LINES))],
            "actors": lambda: [pair("name", draw(WORDS)), pair("role", draw(WORDS)),
                               names("aliases", draw(st.lists(WORDS, min_size=1, max_size=3)))],
            "positions": lambda: [pair("actor", draw(WORDS)), pair("issue", draw(WORDS)), pair("position", draw(LINES))],
            "questions": lambda: [pair("q", draw(LINES)), pair("a", draw(LINES))],
            "sentences": lambda: [pair("text", draw(SENTENCES))],
            "maps": lambda: [pair("name", draw(WORDS)), pair("drawn", draw(DATES))],
        }[kind]()
        if draw(st.booleans()):
            parts.append(pair("note", draw(LINES)))
        if draw(st.booleans()):
            parts.append(f"tags: [t{count}, x]{comment()}")
        parts.insert(draw(st.integers(0, 1)), f"id: {kind}-{count}{comment()}")
        return "  - " + "\n    ".join(parts) + "\n"

    sections = draw(st.lists(st.sampled_from(
        ["dates", "treaties", "actors", "positions", "questions", "sentences", "maps"]),
        min_size=1, max_size=3, unique=True))
    text = "".join(f"{kind}:\n" + "".join(item(kind, count) for count in range(draw(st.integers(1, 3))))
                   for kind in sections)
    return {name: FILES[name] for name in ("deck.yaml", "sources.yaml", "kinds/maps.yaml")} | {
        "one.yaml": draw(st.sampled_from(["\n", "\n", "\r\n"])).join(text.split("\n"))}


def new_text(draw: st.DrawFn, column: Column) -> str:
    """Make a text that may stand in a column."""
    if column.is_date:
        return draw(DATES)
    if column.heading == "tags":
        return "\n".join(draw(st.lists(st.sampled_from("uvw"), max_size=2, unique=True)))
    if column.is_list:
        return "\n".join(draw(st.lists(WORDS, min_size=1, max_size=4)))
    return draw(LINES if column.is_text else WORDS)


def rows_here() -> list[Row]:
    """Read the rows of the project."""
    project = open_project(Path("cards")).project
    assert project is not None
    return rows_of(project)


LAWS = settings(max_examples=int(os.environ.get("DECKGEN_FUZZ", "40")), deadline=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@LAWS
@given(st.data())
def test_the_project_says_what_the_edited_table_says(data: st.DataObject) -> None:
    """For any project and any edits; no comment is lost, and no other cell changes."""
    with TemporaryDirectory() as folder, chdir(folder):
        make(data.draw(projects()))
        assume(not run("check").exit_code)
        export_csv(Path("cards"), Path("build"))
        assert import_table(TABLE, Path("cards")).files == {}
        before = rows_here()
        project = open_project(Path("cards")).project
        assert project is not None
        expected = {row.id: dict(row.cells) for row in before}
        for _ in range(data.draw(st.integers(1, 6))):
            row = data.draw(st.sampled_from(before))
            columns = [column for column in columns_of(project.kinds[row.section])
                       if column.heading in (*(f.key for f in project.kinds[row.section].fields), "note", "tags")
                       and column.heading != "text"]
            column = data.draw(st.sampled_from(columns)) if columns else None
            if column is None:
                continue
            text = data.draw(st.composite(new_text)(column))
            if is_rewritten(row.cells[column.heading], tidy(text, column)) or (column.required and not text):
                continue
            expected[row.id][column.heading] = tidy(text, column)
            edit_cell(row.section, row.id, column.heading, f"'{text}" if re.match("'*[=+@\t-]", text) else text)
        text = ONE.read_bytes().decode()
        applied = import_table(TABLE, Path("cards"))
        assert [str(one) for one in applied.found if one.rule != "spreadsheet-habit"] == []
        assert {(change.row.id, change.column.heading) for change in applied.changes} == {
            (row.id, key) for row in before for key, cell in expected[row.id].items()
            if cell != row.cells[key]
        }
        write(applied.files)
        assert {row.id: row.cells for row in rows_here()} == expected
        after = ONE.read_bytes().decode()
        assert re.findall(r"# c\d+\.", after) == re.findall(r"# c\d+\.", text)
        assert ("\r\n" in text) == ("\r\n" in after)
        if len(applied.changes) == 1:
            only_its_bytes(applied.changes[0], text.replace("\r\n", "\n"), after.replace("\r\n", "\n"))


def only_its_bytes(change: Change, before: str, after: str) -> None:
    """Check that what changed lies within the value's old bytes, if it was there as text."""
    node = change.row.node.entries.get(change.column.heading)
    if node is None or not change.new or "\r" in change.row.file.text:
        return
    ends = extents(before)
    end = (ends.texts if hasattr(node, "text") else ends.collections)[node.at].end
    assert after.startswith(before[: node.at])
    assert after.endswith(before[end:])


# ---------------------------------------------------------------- the page


def blocks(kind: str) -> list[tuple[str, str]]:
    """What stands in the page below markers of a kind: their names, and the text."""
    found = re.findall(rf"<!-- {kind}:? ?(\S*) -->\n(.*?)\n(?:\n|$)(?=[^ ])", PAGE.read_text("utf-8") + "\n", re.DOTALL)
    return [(name, re.sub(r"^```\w*\n|```$", "", text)) for name, text in found]


def test_the_page_shows_what_is_done() -> None:
    """Its card file with its edits says what it says, and becomes what it shows."""
    make({"deck.yaml": "id: example\nname: Example\n"})
    ((name, text),) = blocks("file")
    Path(name).write_text(text, "utf-8")
    assert run("export", "table").exit_code == 0
    ((section, rows),) = blocks("edits")
    for row in rows.splitlines()[2:]:
        ident, column, old, new = (cell.strip().replace("⏎", "\n") for cell in row.strip("|").split("|"))

        def edit(by_id: dict[str, dict[str, str]], ident: str = ident, column: str = column,
                 old: str = old, new: str = new) -> None:
            item = by_id.setdefault(ident, {})
            assert item.get(column, "") == old
            item[column] = new

        edit_csv(section, edit, Path("build/example-table"))
    result = taken(Path("build/example-table"))
    assert (result.stdout, result.stderr) == (blocks("says")[0][1], "")
    for name, text in blocks("then"):
        assert Path(name).read_text("utf-8") == text


def test_the_page_tells_what_is_no_edit() -> None:
    """Each row of its table of habits is so."""
    ((_, rows),) = blocks("habits")
    for row in rows.splitlines()[2:]:
        old, cells, outcome = row.strip("|").split("|")
        for cell in re.findall("`([^`]+)`", cells):
            assert is_rewritten(old.strip(" `"), cell) == ("same" in outcome or "kept" in outcome), row
            assert is_same_day(old.strip(" `"), cell) == ("same" in outcome), row


# ---------------------------------------------------------------- LibreOffice


def test_a_workbook_that_libreoffice_saved_says_the_same() -> None:
    """But for `_x0041_`, which it takes for how workbooks write a sign."""
    make()
    before = contents()
    result = taken(SAVED / "libreoffice.xlsx")
    assert result.stdout == SAYS_THE_SAME
    assert rules(result) == ["spreadsheet-habit"]
    assert "“A stays” may be what a spreadsheet made of “_x0041_ stays”" in result.stderr
    assert contents() == before


def test_csv_that_libreoffice_saved_in_german_changes_nothing() -> None:
    """It recognised dates and numbers, and Windows-1252 lost signs; all of it is told."""
    make()
    before = contents()
    result = taken(SAVED / "libreoffice-de")
    assert result.stdout == SAYS_THE_SAME
    assert set(rules(result)) == {"table-encoding", "spreadsheet-habit"}
    assert contents() == before


@pytest.fixture
def office() -> Callable[..., None]:
    """LibreOffice, if it is there."""
    where = shutil.which("soffice") or shutil.which("libreoffice")
    if where is None:
        pytest.skip("needs LibreOffice Calc")

    def convert(*arguments: str) -> None:
        subprocess.run([where, f"-env:UserInstallation={Path('profile').resolve().as_uri()}",
                        "--headless", *arguments], check=True, capture_output=True, timeout=120)

    return convert


def test_libreoffice_opens_and_saves_tables(office: Callable[..., None]) -> None:
    """A workbook stays as it is; of CSV it rewrites some cells, and none becomes an edit."""
    exported()
    exported("--format", "xlsx")
    office("--convert-to", "xlsx", "--outdir", "saved", str(BOOK))
    result = taken(Path("saved/tricky-table.xlsx"))
    assert (result.stdout, rules(result)) == (SAYS_THE_SAME, ["spreadsheet-habit"])
    paths = [str(path) for path in TABLE.iterdir()]
    office("--infilter=CSV:44,34,76,1,,1031,false,true", "--convert-to",
           "csv:Text - txt - csv (StarCalc):59,34,76,1,,1031,false,true,false", "--outdir", "de", *paths)
    result = taken(Path("de"))
    assert (result.stdout, set(rules(result))) == (SAYS_THE_SAME, {"spreadsheet-habit"})
    office("--infilter=CSV:44,34,76,1,,1033,false,true", "--convert-to", "xlsx", "--outdir", "book", *paths)
    result = taken(Path("book"))
    assert (result.stdout, set(rules(result))) == (SAYS_THE_SAME, {"spreadsheet-habit"})
