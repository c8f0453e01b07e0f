"""What becomes of students: commands that compare releases and update decks."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckgen.cli.calls import DONE, FAULTY, FOLDER, main, reports_unusable
from deckgen.cli.telling import Progress, counted, report, say_errors, tell_lines

if TYPE_CHECKING:
    from deckgen.project import Result


@main.command()
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--since", metavar="REVISION", help="Compare with a revision in git, not with OLD.")
@click.option("--json", "form", flag_value="json", help="Print one JSON object.")
@click.option("--changelog", "form", flag_value="changelog",
              help="Print Markdown for those who get the release.")
@reports_unusable
def diff(old: Path | None, folder: Path | None, since: str | None, form: str | None) -> int:
    """Tell what a student who has OLD, a package, gets from FOLDER as it is now.

    FOLDER may be a package, too. Exit status 1 if it would cost students anything: progress, a
    correction, their own edits.
    """
    from deckgen import comparison
    from deckgen.diagnostics import Unusable
    from deckgen.releases import since_package, since_revision

    if since is not None and folder is not None:
        raise Unusable("with --since, name the folder alone: the revision takes the place of a package")
    with Progress() as progress:
        if since is not None:
            result, compared = since_revision(old or Path("cards"), since, progress)
        elif old is not None:
            result, compared = since_package(folder or Path("cards"), old, progress)
        else:
            raise Unusable("name the package that students have, or a revision with --since")
    if compared is None:
        report(result.found)
        say_errors(result.found, "nothing can be compared")
        return FAULTY
    if form == "json":
        click.echo(comparison.as_json(compared))
    elif form == "changelog":
        for line in comparison.changelog(compared):
            click.echo(line)
    else:
        tell_lines(comparison.told(compared))
    return FAULTY if compared.losses else DONE


@main.command()
@click.argument("new", type=click.Path(path_type=Path))
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@reports_unusable
def verify(new: Path, old: Path | None, is_json: bool) -> int:
    """Let genuine Anki judge NEW, a package, imported over OLD; needs deckgen[anki].

    Exit status 1 if a student would lose, miss or get twice anything.
    """
    from deckgen import verify

    with Progress() as progress:
        verdict = verify.verify(new, old, progress)
    if is_json:
        click.echo(verify.as_json(verdict))
    else:
        tell_lines(verify.told(verdict))
    return FAULTY if verdict.findings else DONE


@main.command()
@click.argument("package", type=click.Path(path_type=Path))
@FOLDER
@reports_unusable
def relock(package: Path, folder: Path) -> int:
    """Make the lock of FOLDER anew from its last PACKAGE, if it was lost."""
    from deckgen.project import relock

    found, notes = relock(folder, package)
    if found:
        report(found)
        say_errors(found, "the lock was not made")
        return FAULTY
    click.echo(f"{folder / 'deckgen.lock'}: {counted(notes, 'note')}; now build, and look at what "
               "changed with 'deckgen diff'")
    return DONE


@main.group()
def export() -> None:
    """Write the deck in FOLDER in another form."""


@export.command()
@FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write '<deck id>-update' into.", show_default=True)
@reports_unusable
def update(folder: Path, output: Path) -> int:
    """Write text that updates the deck where it is installed; students keep their own notes."""
    from deckgen.project import export_update

    with Progress() as progress:
        result = export_update(folder, output, progress)
    report(result.found)
    if result.has_errors:
        say_errors(result.found, "nothing was written")
        return FAULTY
    _tell_update(result)
    return DONE


def _tell_update(result: "Result") -> None:
    from time import gmtime, strftime

    for path in result.files:
        click.echo(path)
    deck = result.compiled.deck if result.compiled else None
    if deck is None or not result.files:
        return
    layout = strftime("%d %B %Y", gmtime(max(made.mod for made in deck.note_types))).lstrip("0")
    click.echo(f"\n{counted(len(deck.notes), 'note')}, to be imported into Anki in this order by "
               "students who have the deck from\na package no older than the layout of its cards, "
               f"which last changed on {layout}.")
    if deck.media:
        click.echo(f"Text brings no media ({counted(len(deck.media), 'file')} referred to). Who "
                   "lacks new ones imports the package instead.")
