"""What is wrong, and where: the one form in which every stage reports a finding."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Unusable(Exception):
    """The call or the environment is wrong: there is no folder, no space, no permission."""


# What would end a line, or command a terminal. Keys and files may have it in their names.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Severity(StrEnum):
    """An error keeps the deck from being built; a warning does not, nor does advice on writing."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: path as the author gave it, line and column from 1, in code points."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: the cause and the remedy in the author's words, on one line."""

    span: Span
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether this keeps the deck from being built."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        line = f"{self.span}: {self.severity} [{self.rule}] {self.message}"
        return CONTROL.sub(lambda char: repr(char[0])[1:-1], line)


def warning(span: Span, rule: str, message: str) -> Diagnostic:
    """Report something the author should look at, and build all the same."""
    return Diagnostic(span, rule, message, Severity.WARNING)


def in_reading_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, line and column; findings at one place keep the order they were made in."""
    return sorted(found, key=lambda diagnostic: diagnostic.span)


def as_text(diagnostic: Diagnostic) -> str:
    """`cards/minsk.yaml:12:5: error [unknown-key] …`, which editors and terminals can follow."""
    return str(diagnostic)


def as_json(diagnostic: Diagnostic) -> str:
    """One JSON object on a line."""
    fields = {
        "path": diagnostic.span.path,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "severity": diagnostic.severity,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
    }
    return json.dumps(fields, ensure_ascii=False)


def as_github(diagnostic: Diagnostic) -> str:
    """A workflow command that GitHub shows beside the line in a pull request."""
    place = diagnostic.span
    level = "notice" if diagnostic.severity is Severity.ADVICE else diagnostic.severity
    return (
        f"::{level} file={_property(place.path)},line={place.line},"
        f"col={place.column},title={_property(diagnostic.rule)}::{_data(diagnostic.message)}"
    )


def _data(text: str) -> str:
    """Escape what GitHub's workflow commands give a meaning to."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS = {"text": as_text, "json": as_json, "github": as_github}
