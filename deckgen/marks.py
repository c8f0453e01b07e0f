"""The gaps an author marks in a key sentence: `==…==` and Anki's `{{c1::…::hint}}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from deckgen.markdown import opaque, plain
from deckgen.model import Gap

GREATEST_NUMBER = 499

_TOKEN = re.compile(
    r"""(?P<open>\{\{c(?P<number>[0-9]+)::)
  | (?P<wrong>\{\{\s*[cC]?\s*[0-9]+[\s0-9,.]*:+ | \{\{\s*[cC]\s*:+ | \{[cC][0-9]+::)
  | (?P<close>\}\})
  | (?P<hint>::)
  | (?P<equals>==)""",
    re.VERBOSE,
)


class Fault(NamedTuple):
    """What is wrong with a mark, and at which offset of the text as written."""

    offset: int
    rule: str
    message: str


@dataclass(slots=True)
class _Open:
    offset: int  # in the text as written
    start: int  # in the clean text
    number: int | None
    hint_start: int | None = None  # in the clean text


class Marked(NamedTuple):
    """A sentence without its marks, the gaps they stood for, and what was wrong with them."""

    text: str
    gaps: tuple[Gap, ...]
    faults: tuple[Fault, ...]


def read_marks(written: str) -> Marked:
    """Take the marks out of a sentence; offsets of gaps are code points of the clean text."""
    if "==" not in written and "{" not in written:
        return Marked(written, (), ())
    reader = _Reader(written)
    reader.run()
    text = "".join(reader.clean)
    gaps = tuple(sorted(_told_apart(reader.gaps), key=lambda gap: (gap.start, -gap.end)))
    return Marked(text, gaps, tuple(reader.faults))


def _told_apart(gaps: list[Gap]) -> Iterator[Gap]:
    """Let gaps of one text with two numbers, as an author may write them, be two entities."""
    numbers: dict[str, int | None] = {}
    for gap in gaps:
        if numbers.setdefault(gap.entity, gap.number) != gap.number and gap.number is not None:
            yield replace(gap, entity=f"{gap.entity} #{gap.number}")
        else:
            yield gap


def entity_of(text: str) -> str:
    """Say what a piece of text hides, whatever its markup, case and spacing."""
    return " ".join(plain(text).casefold().split())


class _Reader:
    def __init__(self, written: str) -> None:
        self.written = written
        self.clean: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.gaps: list[Gap] = []
        self.faults: list[Fault] = []

    def run(self) -> None:
        last, end = 0, len(self.written)
        for start, after in (*opaque(self.written), (end, end)):
            for match in _TOKEN.finditer(self.written, last, start):
                self.keep(self.written[last : match.start()])
                last = match.end()
                self.token(match)
            self.keep(self.written[last:after])
            last = after
        for mark in self.open:
            name = "'=='" if mark.number is None else f"'{{{{c{mark.number}::'"
            remedy = "'=='" if mark.number is None else "'}}'"
            self.fault(mark.offset, "unclosed-cloze", f"the gap that begins with {name} is never "
                       f"closed; add {remedy}, or write \\== for two equals signs")

    def keep(self, piece: str) -> None:
        self.clean.append(piece)
        self.length += len(piece)

    def fault(self, offset: int, rule: str, message: str) -> None:
        self.faults.append(Fault(offset, rule, message))

    def token(self, match: re.Match[str]) -> None:
        token, at = match[0], match.start()
        if match["open"]:
            self.begin(at, match["number"])
        elif match["wrong"]:
            self.fault(at, "malformed-cloze", _what_is_wrong(token))
            self.keep(token)
        elif match["close"] and self.open and self.open[-1].number is not None:
            self.close()
        elif match["hint"] and self.open and self.open[-1].number is not None \
                and self.open[-1].hint_start is None:
            self.open[-1].hint_start = self.length
        elif match["equals"]:
            self.equals(at)
        else:
            self.keep(token)

    def begin(self, at: int, digits: str) -> None:
        number = int(digits[:6])
        if not 1 <= number <= GREATEST_NUMBER:
            self.fault(at, "cloze-number", f"a gap's number is 1 to {GREATEST_NUMBER}, not "
                       f"{digits}; Anki makes no card of its own for it")
            number = 1
        self.open.append(_Open(at, self.length, number))

    def equals(self, at: int) -> None:
        before, after = self.written[at - 1 : at] if at else "", self.written[at + 2 : at + 3]
        if self.open and self.open[-1].number is None and not before.isspace():
            self.close()
        elif after and not after.isspace() and not any(m.number is None for m in self.open):
            self.open.append(_Open(at, self.length, None))
        else:
            self.keep("==")

    def close(self) -> None:
        mark = self.open.pop()
        self.clean = ["".join(self.clean)]
        inside = self.clean[0][mark.start :]
        hint = None
        if mark.hint_start is not None:
            cut = mark.hint_start - mark.start
            inside, hint = inside[:cut], inside[cut:].strip()
            self.clean = [self.clean[0][: mark.hint_start]]
            self.length = mark.hint_start
        if not inside.strip():
            self.fault(mark.offset, "empty-gap", "this gap hides nothing; put the text to hide "
                       "into it")
            return
        self.gaps.append(Gap(mark.start, self.length, entity_of(inside), mark.number, hint or None))


def _what_is_wrong(token: str) -> str:
    right = "{{c1::text}} or {{c1::text::hint}}"
    if "," in token:
        return f"one gap cannot have several numbers in every Anki; write {right}"
    if token.rstrip().endswith(":") and not token.rstrip().endswith("::"):
        return f"a gap needs two colons after its number: {right}"
    return f"{token.strip()!r} is no gap; write {right}, without spaces"

