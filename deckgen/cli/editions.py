"""An instructor's commands: what is new in the original, and what was made of it."""

from pathlib import Path

import click

from deckgen.cli.calls import DONE, FAULTY, FOLDER, main, reports_unusable
from deckgen.cli.telling import report, say_errors


@main.group()
def edition() -> None:
    """Keep an edition of somebody else's project up to date."""


@edition.command()
@FOLDER
@reports_unusable
def news(folder: Path) -> int:
    """Tell what is new, changed and retired in the original since FOLDER was last built."""
    from deckgen import news

    told = news.news(folder)
    if any(diagnostic.is_error for diagnostic in told.found):
        report(told.found)
        say_errors(told.found, "nothing can be told")
        return FAULTY
    report(tuple(found for found in told.found if found.rule == "drifted"))
    for line in news.told(told.pieces):
        click.echo(line)
    return DONE


@edition.command()
@click.argument("name", metavar="ID")
@FOLDER
@reports_unusable
def accept(name: str, folder: Path) -> int:
    """Say that what FOLDER changes of an item is right still, although the original has changed it."""
    from deckgen import news

    for accepted in news.accept(folder, [name]):
        click.echo(f"accepted the original's {accepted} as it is now; commit the lock")
    return DONE


@edition.command()
@click.argument("original", type=click.Path(path_type=Path))
@click.argument("copy", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@reports_unusable
def extract(original: Path, copy: Path, folder: Path) -> int:
    """Write what COPY, an edited copy of ORIGINAL, has otherwise as an edition of it, into DIR."""
    from deckgen.copies import extract

    files, found = extract(original, copy, folder)
    if found:
        report(found)
        say_errors(found, "nothing was written")
        return FAULTY
    for path in files:
        click.echo(f"wrote {path}")
    return DONE
