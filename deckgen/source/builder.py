"""YAML into located nodes, in the subset that authors need; the only room that knows yaml.

Built straight over the events of PyYAML's C parser: every scalar stays text as written, every
value keeps its place, duplicate keys are found, and what a card file has no use for (anchors,
aliases, merge keys, tags, a second document) is refused. Some thirty times faster than
`yaml.safe_load`, which resolves types and loses positions.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from deckgen.diagnostics import Diagnostic, Span
from deckgen.model import File, Mapping, Node, Sequence, Text
from deckgen.source.faults import faults_in, special_start
from deckgen.source.regular import LONGEST_VALUE, parse_regular

LONGEST_LINE = 1_000_000
# A card file needs five levels; deeper nesting is a slip, or an attack on the stack.
DEEPEST = 16
MOST_UNWANTED = 100  # characters, each told at its place

# Control characters (Anki drops some and fails on U+001F), invisible line separators (YAML breaks
# lines at them, editors do not) and noncharacters (some of which the Markdown room uses as marks).
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# All but control characters and what, in UTF-8, control characters and noncharacters begin with.
_HARMLESS_BYTES = bytes(
    byte for byte in range(256)
    if (byte >= 0x20 or byte in b"\t\n\r") and byte not in (0x7F, 0xC2, 0xED, 0xEF)
)
_LONE_RETURN = re.compile("\r(?!\n)")
_MERGE_KEY = "<<"


class Parsed(NamedTuple):
    """A file, its root node (None where nothing could be read of it), and what was found."""

    file: File
    root: Node | None
    found: list[Diagnostic]


def parse(path: str, raw: bytes) -> Parsed:
    """Read the bytes of one YAML file; `path` is the name findings give it."""
    text, found = _decoded(path, raw)
    if "\r" in text:  # alone it ends a line, too; one character for one, so offsets stay right
        text = _LONE_RETURN.sub("\n", text)
    file = File(path, text)
    if not found and _is_suspect(raw):
        found = list(_unreadable(file))
    if found:
        return Parsed(file, None, found)
    if (root := parse_regular(text)) is not None:
        return Parsed(file, root, found)
    builder = _Builder(file)
    try:
        builder.run()
    except _Refused as refused:
        builder.found.append(refused.diagnostic)
    except MarkedYAMLError as error:
        builder.found += faults_in(file, error)
        return Parsed(file, None, builder.found)
    except YAMLError as error:  # ReaderError: has no mark
        at = getattr(error, "position", 0)
        builder.found.append(file.error(at, "unwanted-character", _unwanted(text[at : at + 1])))
        return Parsed(file, None, builder.found)
    return Parsed(file, builder.root, builder.found)


def _decoded(path: str, raw: bytes) -> tuple[str, list[Diagnostic]]:
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        head = _LONE_RETURN.sub("\n", error.object[: error.start].decode("utf-8", "replace"))
        span = File(path, head).span(len(head))
        wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        what = "UTF-16" if wide else f"byte 0x{error.object[error.start]:02x}"
        message = f"this file is not UTF-8 ({what}); save it as UTF-8 in your editor"
        return "", [Diagnostic(Span(path) if wide else span, "not-utf8", message)]


def _is_suspect(raw: bytes) -> bool:
    """Whether a file may have anything unreadable: a look at its bytes, ten times as fast."""
    return (
        len(raw) > LONGEST_LINE
        or bool(raw.translate(None, _HARMLESS_BYTES))
        or b"\xe2\x80\xa8" in raw
        or b"\xe2\x80\xa9" in raw
    )


def _unreadable(file: File) -> Iterator[Diagnostic]:
    """Find the characters no value may hold, and lines too long for any person or parser."""
    for n, match in enumerate(_UNWANTED.finditer(file.text)):
        if n == MOST_UNWANTED:
            yield file.error(match.start(), "unwanted-character", "and more of such characters from "
                             "here on; is this a file of text?")
            break
        yield file.error(match.start(), "unwanted-character", _unwanted(match[0]))
    if len(file.text) > LONGEST_LINE:
        start = 0
        for line in file.text.split("\n"):
            if len(line) > LONGEST_LINE:
                message = f"a line of {len(line):,} characters; break it, or cut it down"
                yield file.error(start, "too-long", message)
            start += len(line) + 1


def _unwanted(char: str) -> str:
    name = unicodedata.name(char, "") if char else ""
    code = f"U+{ord(char):04X}{' ' + name if name else ''}" if char else "a character"
    return f"{code} is invisible and has no place on a card; delete it"


class _Refused(Exception):
    """Reading this file cannot go on: carries the diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read; `key` is the one that awaits its value."""

    at: int
    items: list[Node] | None  # of a sequence
    entries: dict[str, Node]  # of a mapping
    keys: dict[str, int]
    key: str | None = None


class _Builder:
    """Builds nodes from events, without recursion."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.documents = 0

    def run(self) -> None:
        next_event = CParser(self.file.text).get_event
        handle = {
            SequenceStartEvent: self.start,
            MappingStartEvent: self.start,
            SequenceEndEvent: self.end,
            MappingEndEvent: self.end,
            AliasEvent: self.alias,
            DocumentStartEvent: self.document,
        }
        scalar = self.scalar
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                scalar(event)
            elif kind in handle:
                handle[kind](event)
            elif kind is StreamEndEvent:
                return

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.refuse(event, "several-documents", "a second document begins here ('---'); "
                        "put it into a file of its own")

    def alias(self, event: Any) -> None:
        self.refuse(event, "alias", special_start(self.file, event.start_mark.index))

    def start(self, event: Any) -> None:
        self.check(event)
        at = event.start_mark.index
        is_sequence = event.__class__ is SequenceStartEvent
        self.forbid_as_key(at)
        if len(self.open) == DEEPEST:
            self.refuse(event, "too-deep", f"more than {DEEPEST} levels deep; a card file needs "
                        "five: look for stray brackets, or indentation that keeps growing")
        self.open.append(_Open(at, [] if is_sequence else None, {}, {}))

    def end(self, event: Any) -> None:
        done = self.open.pop()
        if done.items is not None:
            self.put(Sequence(tuple(done.items), done.at))
        else:
            self.put(Mapping(done.entries, done.at, done.keys))

    def scalar(self, event: Any) -> None:
        text: str = event.value
        at: int = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            self.check(event)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if event.style == '"' and (bad := _UNWANTED.search(text)):
            self.found.append(self.file.error(at, "unwanted-character", _unwanted(bad[0])))
        if len(text) > LONGEST_VALUE:
            self.found.append(self.file.error(
                at, "too-long",
                f"a text of {len(text):,} characters; a card can hold {LONGEST_VALUE:,}"))
        parent = self.open[-1] if self.open else None
        if parent is not None and parent.items is None and parent.key is None:
            self.key(parent, text, at)
        else:
            self.put(Text(text, at))

    def key(self, parent: _Open, text: str, at: int) -> None:
        if text == _MERGE_KEY:
            raise _Refused(self.file.error(
                at, "merge-key", "'<<' merges mappings in YAML, which card files do without; "
                "write the keys out"))
        if text in parent.keys:
            first = self.file.span(parent.keys[text]).line
            self.found.append(self.file.error(
                at, "duplicate-key",
                f"{text!r} stands here a second time (first on line {first}); keep one of them"))
        else:
            parent.keys[text] = at
        parent.key = text

    def put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif parent.key is not None:
            parent.entries.setdefault(parent.key, node)
            parent.key = None

    def check(self, event: Any) -> None:
        for rule in ("anchor", "tag"):
            if getattr(event, rule) is not None:
                self.refuse(event, rule, special_start(self.file, event.start_mark.index))

    def forbid_as_key(self, at: int) -> None:
        parent = self.open[-1] if self.open else None
        if parent is not None and parent.items is None and parent.key is None:
            # `{{c1::NATO}} and …`: a brace within a brace is a gap at the beginning of a text.
            if self.file.text[parent.at : at] in ("{", "["):
                at = parent.at
            raise _Refused(self.file.error(at, "key-not-text", special_start(self.file, at)))

    def refuse(self, event: Any, rule: str, message: str) -> None:
        raise _Refused(self.file.error(event.start_mark.index, rule, message))
