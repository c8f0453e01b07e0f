"""What people see: findings, lines in colour, how far the work is."""

import os
import sys
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TextIO

import click

if TYPE_CHECKING:
    from deckgen.comparison import Line
    from deckgen.diagnostics import Diagnostic

_TONES: dict[str, dict[str, Any]] = {
    "plain": {}, "heading": {"bold": True}, "before": {"fg": "yellow"}, "after": {"fg": "green"},
    "loss": {"fg": "red"},
}


def tell_lines(lines: "Iterable[Line]") -> None:
    """Print lines, in the colours of their tones."""
    is_coloured = has_colour(sys.stdout)
    for line in lines:
        click.echo(click.style(line.text, **_TONES[line.tone]) if is_coloured else line.text)


_COLOURS = {"error": "red", "warning": "yellow", "advice": "cyan"}


def report(found: "tuple[Diagnostic, ...]", form: str | None = None) -> None:
    """Print findings; if no form is asked for, with their lines on a terminal, else without."""
    from deckgen.diagnostics import FORMATS
    from deckgen.pointing import pointed

    form = form or ("full" if sys.stderr.isatty() else "text")
    for diagnostic in found:
        line = FORMATS["text" if form == "full" else form](diagnostic)
        if form in ("full", "text") and has_colour(sys.stderr):
            word = str(diagnostic.severity)
            coloured = click.style(word, fg=_COLOURS[word], bold=True)
            line = line.replace(f": {word} [", f": {coloured} [", 1)
        click.echo(line, err=True)
        for shown in pointed(diagnostic) if form == "full" else ():
            click.echo(click.style(shown, dim=True) if has_colour(sys.stderr) else shown, err=True)


def has_colour(stream: TextIO) -> bool:
    """Whether people look at it, and want colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def say_errors(found: "tuple[Diagnostic, ...]", then: str) -> None:
    """Count the errors, and say what became of the work."""
    errors = sum(diagnostic.is_error for diagnostic in found)
    click.echo(f"{counted(errors, 'error')}; {then}", err=True)


def counted(number: int, noun: str) -> str:
    """Write a number with what is counted: `1,200 cards`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: list[str], most: int = 5) -> str:
    """Write names in a row, the first ones if there are many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class Progress:
    """A line on the terminal that tells how far it is, for work that takes over a second."""

    def __init__(self) -> None:
        self.started = monotonic()
        self.shown = 0.0
        self.is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell that so much of a stage is done; `total` is 0 where that is not known."""
        now = monotonic()
        if not self.is_terminal or now - self.started < 1 or now - self.shown < 0.1:
            return
        self.shown = now
        share = f" {100 * done // total:3} %" if total else ""
        click.echo(f"\r\033[K{stage}{share}", nl=False, err=True)

    def __exit__(self, *error: object) -> None:
        if self.shown:
            click.echo("\r\033[K", nl=False, err=True)
