"""Which item a finding is about: the one that it stands in, in the author's files."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from deckgen.diagnostics import Diagnostic
from deckgen.model import Item, Sentence

_Place = tuple[int, int]  # line and column
_DEEPEST: Final = 4  # how many items may begin before a finding and after its own item


def by_item(
    items: Sequence[Item], found: Iterable[Diagnostic]
) -> tuple[list[list[int]], list[int]]:
    """Give every item the numbers of its findings; then those that are no item's that was read."""
    extents: dict[str, list[tuple[_Place, _Place, int]]] = {}
    for i, item in enumerate(items):
        start, end = item.span(), item.file.span(_end(item))
        extents.setdefault(item.file.path, []).append(
            ((start.line, start.column), (end.line, end.column), i))
    for known in extents.values():
        known.sort()
    mine: list[list[int]] = [[] for _ in items]
    at_large: list[int] = []
    for number, each in enumerate(found):
        owner = _owner(extents.get(each.span.path, []), (each.span.line, each.span.column))
        (at_large if owner is None else mine[owner]).append(number)
    return mine, at_large


def _owner(extents: list[tuple[_Place, _Place, int]], place: _Place) -> int | None:
    """Find the item that a place is in; of one in another, the inner."""
    before = bisect_right(extents, place, key=lambda extent: extent[0])
    for _, end, item in reversed(extents[max(0, before - _DEEPEST) : before]):
        if place < end:
            return item
    return None


def _end(item: Item) -> int:
    """Find where an item ends; a faulty one after it must not be taken for a part of it."""
    text = item.file.text
    if item.is_about:
        sentence = next((v for v in item.values.values() if isinstance(v, Sentence)), None)
        return item.at + len(sentence.text.text) + 2 if sentence else item.at + 1
    if text.startswith("{", item.at):
        return _closed(text, item.at)
    margin = item.at - (text.rfind("\n", 0, item.at) + 1)
    end = text.find("\n", item.at)
    while end >= 0:
        line_end = text.find("\n", end + 1)
        line = text[end + 1 : line_end if line_end >= 0 else len(text)]
        if line.strip() and len(line) - len(line.lstrip(" ")) < margin:
            return end + 1
        end = line_end
    return len(text) + 1


def _closed(text: str, at: int) -> int:
    """Find the end of what is in braces; what stands in quotes does not count."""
    depth, quote = 0, ""
    for i in range(at, len(text)):
        char = text[i]
        if quote:
            quote = "" if char == quote and text[i - 1] != "\\" else quote
        elif char in "\"'" and text[i - 1] in " {[:,":
            quote = char
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if not depth:
                return i + 1
    return len(text) + 1
