"""The regular part of YAML, in which nearly all card files are written, read line by line.

Block mappings and lists whose values stand on one line, unquoted, quoted without escapes, as a
list in brackets, or as a `|` block. Such a file is read more than twice as fast as through
libyaml's events. Whatever is not regular, or not right, is left to the builder: `parse_regular`
then says None, and never anything that the builder would not say (the tests compare them).
"""

import re
from functools import lru_cache
from unicodedata import is_normalized

from deckgen.model import Mapping, Node, Sequence, Text

# No card holds more: the longest article of an encyclopedia has about 300,000 characters.
LONGEST_VALUE = 100_000
DEEPEST = 8

# One line, in groups that together are the whole of it, so that offsets can be added up.
# What follows a value may only be blanks: a comment behind a value is not regular.
_LINES = re.compile(
    r"""^(\ *)(-\ )?                                     # indentation, list item
      (?:([A-Za-z][A-Za-z0-9_-]{0,99}):(?:(\ +)|$))?       # key, blanks
      (?:
        ([^\s\-?:,\[\]{}#&*!|>'"%@`][^\n:#]*+(?:(?::(?![\ \n])|(?<!\ )\#)[^\n:#]*+)*+)  # unquoted
      | ("[^"\\\n]*"|'[^'\n]*'|\[[^\[\]{}"'\#&*!|>%@`?\n]*\]|\|)\ *  # quoted, list, block
      )?
      ([^\n]*)                                        # a comment, or what is not regular
    $""",
    re.VERBOSE | re.MULTILINE,
)
_BLOCK_BODY = re.compile(r"( +)(\S[^\n]*\n(?:(?:\1[^\n]*)?\n)*)")
_BLANK_LINE = re.compile(r"^ +$", re.MULTILINE)
# An entry of a list in brackets, blanks stripped; a colon only inside a word.
_ENTRY = re.compile(r"[^\s,:\-][^:]*+(?::(?=\S)[^:]*+)*+")


class _Irregular(Exception):
    """Raised where a file is not regular, so that the builder reads it."""


class _Open:
    """A mapping (`items` is None) or a list that is being filled."""

    __slots__ = ("at", "entries", "indent", "items", "keys")

    def __init__(self, indent: int, at: int, items: list[Node] | None = None) -> None:
        self.indent = indent
        self.at = at
        self.items = items
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, int] = {}


def parse_regular(text: str) -> Node | None:
    """Read the text of a regular file; None if it is not one."""
    if "\t" in text or "\r" in text or not text.endswith("\n"):
        return None
    if not is_normalized("NFC", text):
        return None
    if len(text) > LONGEST_VALUE and max(map(len, text.split("\n"))) > LONGEST_VALUE:
        return None
    try:
        return _Lines(text).read()
    except _Irregular:
        return None


class _Lines:
    """Reads line after line; `stack` holds the collections that are open, the innermost last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack = [_Open(0, 0)]

    def read(self) -> Mapping:
        """Read all lines; raises _Irregular."""
        top = self.stack[0]
        indent, keys, entries, items = 0, top.keys, top.entries, top.items
        is_waiting, resume = False, 0  # whether the last key has no value yet
        for line in _LINES.finditer(self.text):
            at = line.start()
            if at < resume:
                continue
            blanks, dash, key, space, plain, other, rest = line.groups()
            if rest:
                if rest[0] == "#" and not (dash or key or plain or other):
                    continue
                raise _Irregular
            if not (dash or key or plain or other):
                continue
            at += len(blanks)
            if dash or is_waiting or len(blanks) != indent or items is not None:
                top = self.find_place(len(blanks), at, bool(dash), bool(key), is_waiting)
                indent, keys, entries, items = top.indent, top.keys, top.entries, top.items
                is_waiting = False
                at += 2 if dash else 0
            if key:
                if key in keys:
                    raise _Irregular
                keys[key] = at
                if not (plain or other):
                    is_waiting = True
                    continue
                at += len(key) + 1 + len(space)
            value: Node
            if plain:
                value = Text(plain if plain[-1] != " " else plain.rstrip(" "), at)
            elif not other:  # an entry that says nothing
                raise _Irregular
            elif other == "|":
                value, resume = self.block(line.end() + 1, indent, at)
            else:
                value = _list(other, at) if other[0] == "[" else Text(other[1:-1], at)
            if key:
                entries[key] = value
            elif dash and items is not None:
                items.append(value)
            else:
                raise _Irregular
        if is_waiting:
            raise _Irregular
        return self.finished()

    def find_place(
        self, indent: int, at: int, is_item: bool, has_key: bool, is_waiting: bool
    ) -> _Open:
        """Open and close collections until the innermost is the one that this line belongs to."""
        top = self.stack[-1]
        if is_waiting:
            # The value of the waiting key: a list may stand as deep as the key, a mapping not.
            if indent < top.indent + (not is_item) or len(self.stack) > DEEPEST:
                raise _Irregular
            top = self.begin(indent, at, is_list=is_item)
        while top.indent > indent or (
            top.indent == indent and top.items is not None and not is_item
        ):
            top = self.end()
        if top.indent != indent or is_item != (top.items is not None):
            raise _Irregular
        return self.begin(indent + 2, at + 2, is_list=False) if is_item and has_key else top

    def begin(self, indent: int, at: int, *, is_list: bool) -> _Open:
        """Open a collection; mappings are put in their place now, lists when they are complete."""
        parent, opened = self.stack[-1], _Open(indent, at, [] if is_list else None)
        self.stack.append(opened)
        if not is_list:
            node = Mapping(opened.entries, at, opened.keys)
            if parent.items is None:
                parent.entries[next(reversed(parent.keys))] = node
            else:
                parent.items.append(node)
        return opened

    def end(self) -> _Open:
        """Close the innermost collection; a complete list is the value of its parent's last key."""
        done = self.stack.pop()
        if not self.stack:
            raise _Irregular
        parent = self.stack[-1]
        if done.items is not None:
            parent.entries[next(reversed(parent.keys))] = Sequence(tuple(done.items), done.at)
        return parent

    def block(self, start: int, indent: int, at: int) -> tuple[Text, int]:
        """Read a `|` block that begins on the line at `start`; return it and where it ends."""
        body = _BLOCK_BODY.match(self.text, start)
        if (
            body is None
            or len(body[1]) <= indent
            or _BLANK_LINE.search(body[2])
            or _BLANK_LINE.match(self.text, body.end())
        ):
            raise _Irregular
        text = body[2].replace("\n" + body[1], "\n").rstrip("\n") + "\n"
        if len(text) > LONGEST_VALUE:
            raise _Irregular
        return Text(text, at), body.end()

    def finished(self) -> Mapping:
        """Close everything."""
        while len(self.stack) > 1:
            self.end()
        root = self.stack[0]
        if not root.keys:
            raise _Irregular
        return Mapping(root.entries, next(iter(root.keys.values())), root.keys)


def _list(written: str, at: int) -> Sequence:
    return Sequence(tuple([Text(text, at + offset) for offset, text in _entries(written)]), at)


@lru_cache(maxsize=4096)
def _entries(written: str) -> tuple[tuple[int, str], ...]:
    """Take a list in brackets apart into (offset, text); the same few stand all over a deck."""
    entries, start = [], 1
    for piece in written[1:-1].split(","):
        text = piece.strip(" ")
        if _ENTRY.fullmatch(text) is None:
            raise _Irregular
        entries.append((start + len(piece) - len(piece.lstrip(" ")), text))
        start += len(piece) + 1
    return tuple(entries)
