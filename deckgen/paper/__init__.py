"""A deck on paper: a sheet to revise from, and a worksheet to fill in, each a page that prints well.

A page stands alone: no request leaves it, it needs no script, and nothing on it can be one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from deckgen.diagnostics import Unusable
from deckgen.folder import Progress, no_progress
from deckgen.output import replace_files
from deckgen.paper.page import Page, written
from deckgen.paper.pdf import pdf_writer
from deckgen.paper.sheet import sheet_of
from deckgen.paper.worksheet import worksheet_of
from deckgen.project import Result, read

__all__ = ["Form", "Paper", "print_on"]


class Form(NamedTuple):
    """What can be printed: the end of its files' names, how it is made, and what it is called."""

    name: str
    make: Callable[[Result], Page | None]
    needs: str


FORMS = {
    form.name: form for form in (
        Form("sheet", sheet_of, "item with cards"),
        Form("worksheet", worksheet_of, "key sentence"),
    )
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What was found, and, unless there were errors, what was written and what stands on it."""

    result: Result
    files: tuple[Path, ...] = ()
    told: str = ""
    left_out: int = 0  # pictures for which there was no room


def print_on(
    form: str, folder: Path, out: Path, *, is_pdf: bool = False, progress: Progress = no_progress
) -> Paper:
    """Check, then write `out/<deck id>-<form>.html`, and a PDF beside it if one is wanted.

    With errors nothing is written. Raises Unusable, also where nothing would stand on the paper,
    or where a PDF is wanted and what makes it is not installed.
    """
    to_pdf = pdf_writer() if is_pdf else None
    result = read(folder, progress)
    if result.has_errors or result.project is None:
        return Paper(result)
    progress("writing", 0, 0)
    page = FORMS[form].make(result)
    if page is None:
        raise Unusable(f"{folder} has no {FORMS[form].needs}, so there is nothing to print")
    where = out / f"{result.project.id}-{form}.html"
    html, left_out = written(page, result)
    files = {where: html}
    if to_pdf is not None:
        files[where.with_suffix(".pdf")] = to_pdf(html)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"cannot write {where}: {error.strerror}; nothing was changed") from error
    replace_files(files)
    return Paper(result, tuple(files), page.told, left_out)
