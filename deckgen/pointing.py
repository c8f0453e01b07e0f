"""The line that a finding is about, with a caret below the place."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from unicodedata import combining, east_asian_width

from deckgen.diagnostics import CONTROL, Diagnostic

_SHOWN = 100  # columns of a line at most, so that what is wrong in a long one is seen


def pointed(diagnostic: Diagnostic) -> Iterator[str]:
    """Show a finding's line and a caret; nothing if the line is not there or is empty.

    Rows of tables are not lines, and the findings about them say what is in the cell.
    """
    if diagnostic.span.path.endswith((".csv", ".tsv", ".xlsx")):
        return
    lines = _lines(diagnostic.span.path, _saved(diagnostic.span.path))
    number, column = diagnostic.span.line, diagnostic.span.column
    if not 1 <= number <= len(lines) or not lines[number - 1].strip():
        return
    shown = CONTROL.sub("\ufffd", lines[number - 1].replace("\t", " ").rstrip())
    line, at = _cut(shown, column - 1)
    yield f"{number:>6} │ {line}"
    yield f"{'':>6} │ {' ' * sum(map(_width, line[:at]))}^"


def _saved(path: str) -> int:
    """When a file was last saved."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _lines(path: str, saved: int) -> list[str]:
    """Read a file once for all its findings, and anew when it was saved again."""
    try:
        return Path(path).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []


def _cut(line: str, at: int) -> tuple[str, int]:
    """Cut a long line around a place; give the piece and the place in it."""
    if len(line) <= _SHOWN:
        return line, min(at, len(line))
    start = max(0, min(at - _SHOWN // 2, len(line) - _SHOWN))
    head = "…" if start else ""
    tail = "…" if start + _SHOWN < len(line) else ""
    return f"{head}{line[start : start + _SHOWN]}{tail}", min(at, len(line)) - start + len(head)


def _width(char: str) -> int:
    """How many columns of a terminal a character takes."""
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
