"""A deck on paper: commands that write what is printed."""

from collections.abc import Callable
from pathlib import Path

import click

from deckgen.cli.calls import DONE, FAULTY, FOLDER, reports_unusable
from deckgen.cli.releasing import export
from deckgen.cli.telling import Progress, counted, report, say_errors

_OUTPUT = click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
                       help="The folder to write the page into.", show_default=True)
_PDF = click.option("--pdf", "is_pdf", is_flag=True, help="Write a PDF, too; needs deckgen[pdf].")


def _printing(command: Callable[..., int]) -> click.Command:
    return export.command()(FOLDER(_OUTPUT(_PDF(reports_unusable(command)))))


@_printing
def sheet(folder: Path, output: Path, is_pdf: bool) -> int:
    """Write a page to print and revise from: all items by theme and by date, with their sources."""
    return _print_on("sheet", folder, output, is_pdf)


@_printing
def worksheet(folder: Path, output: Path, is_pdf: bool) -> int:
    """Write a page to print and fill in: key sentences with blanks, and the answers at the end."""
    return _print_on("worksheet", folder, output, is_pdf)


def _print_on(form: str, folder: Path, output: Path, is_pdf: bool) -> int:
    from deckgen.paper import print_on

    with Progress() as progress:
        paper = print_on(form, folder, output, is_pdf=is_pdf, progress=progress)
    report(paper.result.found)
    if not paper.files:
        say_errors(paper.result.found, "nothing was written")
        return FAULTY
    for path in paper.files:
        click.echo(f"{path}: {paper.told}")
    if paper.left_out:
        click.echo(f"{counted(paper.left_out, 'picture')} left out: there is room for 20 MB")
    return DONE
