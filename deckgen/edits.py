"""How values are put into YAML text: only their own bytes change.

Comments, the order of keys, quotes and line ends stay as they are. Whoever edits reads the outcome
and compares; what cannot be edited so raises CannotEdit.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from deckgen.model import Mapping as MappingNode
from deckgen.model import Node, Sequence, Text
from deckgen.source import Extent, extents, parse

# What a key may be given. In a mapping that is there already, None takes a key out.
Value = str | tuple[str, ...] | Mapping[str, "Value | None"]

# A text that needs no quotes: it begins with a letter or a digit, or with a sign that YAML leaves
# alone, and looks like no key and no comment anywhere.
_PLAIN = re.compile(r"(?:[^\W_]|[“„‘«–—(/$])(?:[^\n\t:#]|:(?=[^\s])|(?<![\s])#)*(?<! )")
_NOT_IN_BRACKETS = re.compile(r"[,\[\]{}:?]")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*([ \t]*#[^\r\n]*)?")
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


class CannotEdit(Exception):
    """The text is written in a way that this room does not edit."""


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


class Edits:
    """Edits of one file, which `content` applies together."""

    def __init__(self, path: str, raw: bytes) -> None:
        self._mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
        self._original = raw.decode("utf-8-sig")
        parsed = parse(path, raw)
        self._text = parsed.file.text  # the same but for returns that end a line alone
        self._extents = extents(self._text)
        self._splices: list[_Splice] = []
        self.root = parsed.root
        ends = re.search(r"\r?\n", self._text)
        self._line_end = ends[0] if ends else "\n"

    def content(self) -> bytes:
        """Give the file with all edits in it. Raises CannotEdit."""
        pieces, done = [], 0
        for start, end, text in sorted(self._splices, key=lambda splice: splice.start):
            if start < done:
                raise CannotEdit
            pieces += [self._original[done:start], text.replace("\n", self._line_end)]
            done = end
        return self._mark + "".join([*pieces, self._original[done:]]).encode()

    # ------------------------------------------------------------ mappings

    def edit(
        self, mapping: MappingNode, values: Mapping[str, Value | None], order: Iterable[str]
    ) -> None:
        """Give keys of a mapping these values; None takes a key out.

        `order` lists keys in the order in which new ones are put among those that are there.
        """
        kept = [key for key in mapping.keys if values.get(key, "") is not None]
        if not kept:
            self._replace(mapping, values)
            return
        gone = [key for key in mapping.keys if key not in kept]
        if gone and self._is_flow(mapping):
            self._rewrite_flow(mapping, kept, values)
            return
        for key in gone:
            self._take_out(mapping.keys[key], self._end(mapping.entries[key]))
        for key in kept:
            value = values.get(key)
            if value is not None:
                self._change(mapping.entries[key], value, self._column(mapping.keys[key]), order)
        ranks = {key: rank for rank, key in enumerate(order)}
        for key in sorted(values, key=lambda key: ranks.get(key, 0)):
            value = values[key]
            if key not in mapping.keys and value is not None:
                before = [one for one in kept if ranks.get(one, 0) < ranks.get(key, 0)] or kept[:1]
                self._add_key(mapping, before[-1], key, value)

    def _add_key(self, mapping: MappingNode, before: str, key: str, value: Value) -> None:
        end = self._end(mapping.entries[before])
        column = self._column(mapping.keys[before])
        if self._is_flow(mapping):
            self._put(end, end, f", {key}: {rendered(value, is_flow=True)}")
        else:
            at = self._line(end)[1]
            # All keys of a block stand in one column; that of the first may follow a dash.
            self._put(at, at, f"\n{' ' * column}{key}: {rendered(value, column)}")

    def _change(self, node: Node, value: Value, column: int, order: Iterable[str]) -> None:
        if isinstance(node, MappingNode) and isinstance(value, Mapping):
            self.edit(node, value, order)
        elif isinstance(node, Sequence) and isinstance(value, (str, tuple)):
            self._change_entries(node, (value,) if isinstance(value, str) else value)
        elif isinstance(node, Text) and isinstance(value, str):
            self._change_text(node, value, column)
        else:
            self._replace(node, value)

    def _replace(self, node: Node, value: Value) -> None:
        if not self._is_flow(node) and not isinstance(node, Text):
            raise CannotEdit
        self._put(node.at, self._end(node), rendered(value, is_flow=True))

    # ------------------------------------------------------------ texts

    def _change_text(self, node: Text, text: str, column: int, is_flow: bool = False) -> None:
        """Write a text in the place of another, in the same manner if that can be."""
        if text == node.text:
            return
        end, style = self._extent(node)
        if node.text.endswith("\n") and not text.endswith("\n"):
            text += "\n"
        is_flow = is_flow or self._is_within_flow(node.at)
        comment, indent = "", column + 2
        if style in ("|", ">"):
            header = _BLOCK_HEADER.match(self._text, node.at)
            comment = (header[1] or "") if header else ""
            first = re.search(r"\n( +)\S", self._text[node.at : end])
            indent = len(first[1]) if first and header and not re.search(r"\d", header[0]) else indent
        is_followed = style not in ("|", ">") and end != self._line(end)[1]
        self._put(node.at, end, scalar(
            text, style, indent, is_flow=is_flow, is_followed=is_followed, comment=comment))

    # ------------------------------------------------------------ lists

    def _change_entries(self, node: Sequence, wanted: tuple[str, ...]) -> None:
        """Change only the entries that differ."""
        old = [item.text for item in node.items if isinstance(item, Text)]
        if len(old) != len(node.items):
            raise CannotEdit
        if not wanted or not old:
            self._replace(node, wanted)
            return
        head = _common(old, wanted)
        tail = _common(old[head:][::-1], wanted[head:][::-1])
        middle, new = node.items[head : len(old) - tail], wanted[head : len(wanted) - tail]
        is_flow = self._is_flow(node)
        for item, text in zip(middle, new, strict=False):
            if isinstance(item, Text):
                self._change_text(item, text, self._column(item.at), is_flow)
        if len(middle) > len(new):
            gone = middle[len(new):]
            if is_flow:
                self._splices = [one for one in self._splices if not node.at <= one.start < self._end(node)]
                self._check_between(node)
                self._put(node.at, self._end(node), rendered(wanted, is_flow=True))
                return
            for item in gone:
                self._take_out(self._dash(item), self._end(item))
        elif len(new) > len(middle):
            self._add_entries(node, head + len(middle), new[len(middle):])

    def _add_entries(self, node: Sequence, place: int, texts: tuple[str, ...]) -> None:
        """Put entries in front of the one at `place`, or behind the last."""
        if self._is_flow(node):
            written = [scalar(text, "", 0, is_flow=True) for text in texts]
            if place:
                end = self._end(node.items[place - 1])
                self._put(end, end, "".join(f", {one}" for one in written))
            else:
                at = node.items[0].at
                self._put(at, at, "".join(f"{one}, " for one in written))
            return
        column = self._column(self._dash(node.items[0]))
        lines = [f"- {scalar(text, '', column + 2)}" for text in texts]
        if place:
            at = self._line(self._end(node.items[place - 1]))[1]
            self._put(at, at, "".join(f"\n{' ' * column}{line}" for line in lines))
        else:
            at = self._dash(node.items[0])
            self._put(at, at, "".join(f"{line}\n{' ' * column}" for line in lines))

    # ------------------------------------------------------------ new items

    def append_items(self, section: str, items: Collection[Mapping[str, Value]]) -> None:
        """Put items behind the last of a section, which is made if it is not there."""
        root = self.root
        if not isinstance(root, MappingNode) or self._is_flow(root):
            raise CannotEdit
        node = root.entries.get(section)
        if node is None:
            at = len(self._text)
            gap = "" if self._text.endswith("\n") else "\n"
            self._put(at, at, f"{gap}\n{section}:\n" + "".join(
                f"  - {block(item, 4)}\n" for item in items))
        elif not isinstance(node, Sequence) or not node.items:
            raise CannotEdit
        elif self._is_flow(node):
            at = self._end(node.items[-1])
            self._put(at, at, "".join(f", {rendered(item, is_flow=True)}" for item in items))
        else:
            column = self._column(self._dash(node.items[-1]))
            at = self._line(self._end(node.items[-1]))[1]
            self._put(at, at, "".join(
                f"\n{' ' * column}- {block(item, column + 2)}" for item in items))

    # ------------------------------------------------------------ places

    def _put(self, start: int, end: int, text: str) -> None:
        self._splices.append(_Splice(start, end, text))

    def _extent(self, node: Node) -> Extent:
        known = self._extents.texts if isinstance(node, Text) else self._extents.collections
        if node.at not in known:
            raise CannotEdit
        return known[node.at]

    def _end(self, node: Node) -> int:
        return self._extent(node).end

    def _is_flow(self, node: Node) -> bool:
        return self._extent(node).style in ("[", "{")

    def _is_within_flow(self, at: int) -> bool:
        """Whether an offset lies inside brackets."""
        return any(start < at < extent.end for start, extent in self._extents.collections.items()
                   if extent.style)

    def _line(self, at: int) -> tuple[int, int]:
        """Where the line at an offset begins, and where it ends."""
        end = self._text.find("\n", at)
        end = len(self._text) if end < 0 else end
        if end and self._text[end - 1 : end + 1] == "\r\n":
            end -= 1
        return self._text.rfind("\n", 0, at) + 1, end

    def _column(self, at: int) -> int:
        return at - self._line(at)[0]

    def _dash(self, node: Node) -> int:
        """Where the dash in front of an entry is."""
        before = self._text[: node.at].rstrip(" ")
        if not before.endswith("-"):
            raise CannotEdit
        return len(before) - 1

    def _take_out(self, start: int, end: int) -> None:
        """Take a key or an entry out with its line; a comment on that line stays."""
        begin, stop = self._line(start)[0], self._line(end)[1]
        before, after = self._text[begin:start], self._text[end:stop]
        if after.strip():
            self._put(start, end + len(after) - len(after.lstrip()), "")
        elif before.strip():  # what follows a dash stands on the next line then
            self._put(start, stop, "")
        elif stop < len(self._text):
            self._put(begin, stop + len(self._line_end), "")
        else:
            self._put(max(begin - len(self._line_end), 0), stop, "")

    def _rewrite_flow(
        self, mapping: MappingNode, kept: list[str], values: Mapping[str, Value | None]
    ) -> None:
        """Write a mapping in braces anew that loses keys; those that do not change as they were."""
        self._check_between(mapping)
        new = {key: value for key, value in values.items() if value is not None}
        pairs = [self._text[mapping.keys[key] : self._end(mapping.entries[key])]
                 for key in kept if key not in new]
        pairs += [f"{key}: {rendered(value, is_flow=True)}" for key, value in new.items()]
        self._put(mapping.at, self._end(mapping), f"{{{', '.join(pairs)}}}")

    def _check_between(self, node: Sequence | MappingNode) -> None:
        """Refuse what would lose a comment."""
        if re.search(r"(?:^|\s)#", self._text[node.at : self._end(node)]):
            raise CannotEdit


def _common(old: Iterable[str], new: Iterable[str]) -> int:
    """How many entries two lists have in common from their beginning."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


# ---------------------------------------------------------------- values as YAML


def card_file(sections: Mapping[str, Collection[Mapping[str, Value]]]) -> bytes:
    """Write a card file of new items."""
    return "\n".join(
        f"{section}:\n" + "".join(f"  - {block(item, 4)}\n" for item in items)
        for section, items in sections.items()
    ).encode()


def block(item: Mapping[str, Value], column: int) -> str:
    """Write a mapping line by line, its keys in a column, the first one where it is put."""
    return f"\n{' ' * column}".join(
        f"{key}: {rendered(value, column)}" for key, value in item.items())


def rendered(value: Value, column: int = 0, *, is_flow: bool = False) -> str:
    """Write the value of a key that stands in a column: lists and mappings in brackets."""
    if isinstance(value, str):
        return scalar(value, "", column + 2, is_flow=is_flow)
    if isinstance(value, tuple):
        return f"[{', '.join(scalar(text, '', 0, is_flow=True) for text in value)}]"
    pairs = (f"{key}: {rendered(one, is_flow=True)}" for key, one in value.items() if one is not None)
    return f"{{{', '.join(pairs)}}}"


def scalar(
    text: str, style: str, indent: int, *, is_flow: bool = False, is_followed: bool = False,
    comment: str = "",
) -> str:
    """Write a text: in the style it had, else plain, else as a block, else in quotes.

    What is followed by a comment on its line cannot become a block, which would swallow that; a
    `comment` is one behind the head of a block.
    """
    if not (is_flow or is_followed) and (style in ("|", ">") or "\n" in text) and _fits_block(text):
        return "\n".join(_block_scalar(text, style, indent, comment))
    return f"{_in_line(text, style, is_flow)}{comment}"


def _in_line(text: str, style: str, is_flow: bool) -> str:
    if style in ("", "|", ">") and _is_plain(text, is_flow):
        return text
    can_be_single = "\n" not in text and "\t" not in text
    needs_escapes = any(char in text for char in '"\\\n\t\r')
    if can_be_single and (style == "'" or (style != '"' and needs_escapes)):
        return "'" + text.replace("'", "''") + "'"
    return f'"{text.translate(_ESCAPES)}"'


def _is_plain(text: str, is_flow: bool) -> bool:
    return bool(_PLAIN.fullmatch(text)) and not (is_flow and _NOT_IN_BRACKETS.search(text))


def _fits_block(text: str) -> bool:
    """Whether a block says this exactly: it must not begin blank, and end with one line end at most."""
    body = text.removesuffix("\n")
    return bool(body) and not body[0].isspace() and not body.endswith("\n") and "\r" not in body


def _block_scalar(text: str, style: str, indent: int, comment: str) -> Iterator[str]:
    body = text.removesuffix("\n")
    folded = style == ">" and "\n" not in body
    yield f"{'>' if folded else '|'}{'' if text.endswith(chr(10)) else '-'}{comment}"
    for line in body.split("\n"):
        yield f"{' ' * indent}{line}" if line else ""
