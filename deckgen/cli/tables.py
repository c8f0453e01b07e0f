"""Tables for colleagues: commands that write them, and take their edits back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckgen.cli.calls import DONE, FAULTY, FOLDER, main, reports_unusable
from deckgen.cli.releasing import export
from deckgen.cli.telling import Progress, counted, report, say_errors

if TYPE_CHECKING:
    from deckgen.table import Applied


@export.command("table")
@FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write '<deck id>-table' into.", show_default=True)
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv",
              help="A folder with a CSV file a kind, or a workbook with a sheet a kind.",
              show_default=True)
@reports_unusable
def export_table(folder: Path, output: Path, form: str) -> int:
    """Write the items in FOLDER as a table for spreadsheets, a row an item."""
    from deckgen.table import export_csv, export_xlsx

    with Progress() as progress:
        made = (export_xlsx if form == "xlsx" else export_csv)(folder, output, progress)
    report(made.found)
    if not made.files:
        say_errors(made.found, "nothing was written")
        return FAULTY
    for path in made.files:
        click.echo(path)
    click.echo(f"{counted(made.rows, 'row')}; 'deckgen import table' takes edits back")
    return DONE


@main.group("import")
def import_() -> None:
    """Take what others made into FOLDER."""


@import_.command("table")
@click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
@FOLDER
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@reports_unusable
def import_table(table: Path, folder: Path, dry_run: bool) -> int:
    """Take the edits in TABLE, a .csv or .xlsx file or a folder of them, into the files of FOLDER."""
    from deckgen.table import import_table, write

    with Progress() as progress:
        applied = import_table(table, folder, progress)
    report(applied.found)
    if applied.has_errors:
        say_errors(applied.found, "nothing was changed")
        return FAULTY
    if not dry_run:
        write(applied.files)
    _tell_edits(applied, dry_run)
    return DONE


def _tell_edits(applied: "Applied", is_dry: bool) -> None:
    for change in applied.changes:
        place = change.row.span(change.column)
        click.echo(f"{place}: {change.row.id}, {change.column.heading}: {_shown(change.old)} -> "
                   f"{_shown(change.new)}")
    for new in applied.new:
        click.echo(f"{new.place.span.path}: {new.place}: a new item of {new.section}"
                   f"{f', {new.id}' if new.id else ''}")
    if not applied.files:
        click.echo("the project says the same as the table; nothing was changed")
        return
    number = ", ".join(counted(count, noun) for count, noun in (
        (len(applied.changes), "edit"), (len(applied.new), "new item")) if count)
    where = counted(len(applied.files), "file")
    click.echo(f"would write {number} into {where}" if is_dry
               else f"wrote {number} into {where}; now check, and build")


def _shown(text: str) -> str:
    line = " ⏎ ".join(text.split("\n"))
    return f"'{line}'" if line else "nothing"
