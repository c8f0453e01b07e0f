"""Where the values of a YAML file end: what nodes do not keep, for those who edit text in place."""

from typing import Any, NamedTuple

from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)


class Extent(NamedTuple):
    """The offset behind a value, and how it is written.

    That is a quotation mark, `|` or `>` for text; a bracket for a list or mapping in brackets; and
    nothing for what is plain, or written by lines.
    """

    end: int
    style: str


class Extents(NamedTuple):
    """The extents of a file's texts, and of its lists and mappings, by the offset they begin at.

    A mapping begins where its first key does, so they are kept apart.
    """

    texts: dict[int, Extent]
    collections: dict[int, Extent]


def extents(text: str) -> Extents:
    """Find the extents in the text of a file that could be parsed."""
    found = Extents({}, {})
    opened: list[Any] = []
    end = 0
    next_event = CParser(text).get_event
    event: Any
    while (kind := (event := next_event()).__class__) is not StreamEndEvent:
        if kind is ScalarEvent:
            start, end = event.start_mark.index, event.end_mark.index
            while text[end - 1] in "\r\n" and end > start:  # a block's end is on the next line
                end -= 1
            found.texts[start] = Extent(end, event.style or "")
        elif kind in (SequenceStartEvent, MappingStartEvent):
            opened.append(event)
            end = event.end_mark.index
        elif kind in (SequenceEndEvent, MappingEndEvent):
            begun = opened.pop()
            if begun.flow_style:
                end = event.end_mark.index
            start = begun.start_mark.index
            found.collections[start] = Extent(end, text[start] if begun.flow_style else "")
    return found
