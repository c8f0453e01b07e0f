"""What YAML becomes: text as written, every value and key at its place."""

import re
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deckgen.model import File, Mapping, Node, Sequence, Text
from deckgen.source import parse
from deckgen.source.regular import parse_regular

Tree = str | list["Tree"] | dict[str, "Tree"]


def read(text: str) -> Node:
    """Parse text in which nothing is wrong."""
    parsed = parse("x.yaml", text.encode())
    assert parsed.found == []
    assert parsed.root is not None
    return parsed.root


def tree(node: Node) -> Tree:
    """Take the places off a node."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Sequence):
        return [tree(item) for item in node.items]
    return {key: tree(value) for key, value in node.entries.items()}


# ---------------------------------------------------------------- text as written


@pytest.mark.parametrize("text", """
    NO no yes On off true FALSE ~ null Null 12:30 12:30:45 1:2 1.10 1.0 007 0x1F 0o17 0b1 1_000 1e3
    .5 .inf .NaN -1 +1 2014-03-18 2014-03-18T12:00:00Z = -a a- a#b a:b http://x.y/z#w ... -- <b>
    ==x== x{{c1::y}} $x$ \\(x\\) “x” «x» Ελλάδα 日本 😀 c. … a,b a]b a}b §
""".split())
def test_a_value_is_the_text_as_written(text: str) -> None:
    """Nothing becomes a boolean, a number, a date or nothing."""
    assert tree(read(f"a: {text}\nb:\n  - {text}\n")) == {"a": text, "b": [text]}
    assert tree(read(f"a: '{text}'\n")) == {"a": text}
    assert tree(read(double_quoted(text) + ": x\n")) == {text: "x"}


@pytest.mark.parametrize("key", ["NO", "on", "~", "12:30", "1.10", "2014-03-18", "a b", "ä"])
def test_a_key_is_the_text_as_written(key: str) -> None:
    """Keys are no more than text, either."""
    assert tree(read(f"{key}: x\n'{key} ': y\n")) == {key: "x", f"{key} ": "y"}


@pytest.mark.parametrize(("text", "value"), [
    ("a: |\n  one\n  two\n", "one\ntwo\n"),
    ("a: |-\n  one\n  two\n", "one\ntwo"),
    ("a: |+\n  one\n\nb: x\n", "one\n\n"),
    ("a: |\n  one\n\n   two: x\n  # three\n", "one\n\n two: x\n# three\n"),
    ("a: |2\n   one\n", " one\n"),
    ("a: >\n  one\n  two\n\n  three\n", "one two\nthree\n"),
    ("a: >-\n  one\n  two\n", "one two"),
    ("a: one\n  two\n\n  three\n", "one two\nthree"),
    ("a: 'it''s'\n", "it's"),
    ('a: "one\\ttwo\\u00e4\\U0001F600\\"\\\\"\n', 'one\ttwoä😀"\\'),
    ('a: "one\n  two\\\n  three"\n', "one twothree"),
    ("a:\n", ""),
    ('a: ""\n', ""),
    ("a: x # y\n", "x"),
    ("a: x  \n", "x"),
    ("a: # y\n", ""),
    ("a: [x, 'y z', \"w\", ]\n", ["x", "y z", "w"]),
    ("a: [\n  x,\n  y\n  ]\n", ["x", "y"]),
    ("a: {b: c, d: [e]}\n", {"b": "c", "d": ["e"]}),
    ("a:\n- x\n- y\n", ["x", "y"]),
    ("a:\n  - x\n  -\n    - y\n  - - z\n", ["x", ["y"], ["z"]]),
    ("a:\n  - b: c\n    d: e\n  -\n    f: g\n", [{"b": "c", "d": "e"}, {"f": "g"}]),
    ("a: []\n", []),
    ("a: {}\n", {}),
    ("a:\tx\n", "x"),
    ("a: |\n  one\n \n  # two\n", "one\n\n# two\n"),
    ("a:\n  - \n  - x\n", ["", "x"]),
], ids=range(27))
def test_every_way_to_write_a_value_is_read(text: str, value: Tree) -> None:
    """Blocks, quotes, brackets, lists and mappings, as YAML 1.1 has them."""
    node = read(text)
    assert isinstance(node, Mapping)
    assert tree(node.entries["a"]) == value


@pytest.mark.parametrize("text", ["", "\n", "# x\n", "---\n", "\ufeff", "\ufeff# x\n"])
def test_a_file_without_content_has_no_root(text: str) -> None:
    """It is empty, and that is no fault of syntax."""
    parsed = parse("x.yaml", text.encode())
    assert parsed.found == []
    assert parsed.root is None or parsed.root == Text("")


def test_text_is_normalised_to_composed_characters() -> None:
    """What looks the same is the same, in keys and values, quoted and in brackets."""
    loose, composed = "Cafe\u0301", "Café"
    for written in (loose, f'"{loose}"', f"'{loose}'", '"Cafe\\u0301"'):
        assert tree(read(f"{loose}: {written}\nb: [{written}]\nc: |\n  {loose}\n")) == {
            composed: composed, "b": [composed], "c": composed + "\n",
        }
    assert parse("x.yaml", f"{loose}: x\n{composed}: y\n".encode()).found[0].rule == "duplicate-key"


def test_places_count_characters_and_line_feeds() -> None:
    """A character outside the basic plane is one; a byte order mark is none."""
    parsed = parse("x.yaml", "\ufeff😀: [𝒳𝒴, b]\r\nä: 'c'\r\n".encode())
    file, root = parsed.file, parsed.root
    assert isinstance(root, Mapping)
    assert [str(file.span(at)) for at in root.keys.values()] == ["x.yaml:1:1", "x.yaml:2:1"]
    first, second = root.entries.values()
    assert isinstance(first, Sequence)
    assert [file.span(node.at).column for node in (first, *first.items)] == [4, 5, 9]
    assert file.text[second.at] == "'"


# ---------------------------------------------------------------- round trips


PLAIN = st.from_regex(r"[a-zA-Zäλ日😀0-9.(][a-zA-Zäλ日😀0-9 .,()'\"-]{0,20}", fullmatch=True).filter(
    lambda text: text == text.strip() and not text.startswith(("...", "---")))
ANYTHING = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn"), include_characters="\n\t"),
    max_size=30)
LINES = st.lists(
    st.from_regex(r"[a-z#-][a-z:# \"'-]{0,10}", fullmatch=True), min_size=1, max_size=3)
KEYS = st.from_regex(r"[a-zäA][a-z0-9_-]{0,8}", fullmatch=True)


class _Emitter:
    """Writes a tree as YAML in ways that `draw` chooses, and remembers where it wrote what."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.places: list[int] = []

    def node(self, value: Tree, indent: int, is_item: bool = False) -> None:
        """Write a value behind its key or, as an item, behind its dash."""
        if isinstance(value, str):
            self.scalar(value, indent)
        elif not value or (isinstance(value, list) and self.draw(st.booleans())
                           and all(isinstance(item, str) for item in value)):
            self.text += " "
            self.flow(value)
            self.text += "\n"
        elif isinstance(value, list):
            self.text += "\n"
            inner = indent + (2 if is_item else self.draw(st.sampled_from([0, 2])))
            for item in value:
                self.text += " " * inner + "-"
                self.node(item, inner, is_item=True)
        else:
            self.text += "\n"
            self.mapping(value, indent + self.draw(st.sampled_from([1, 2, 4])))

    def mapping(self, value: dict[str, Tree], indent: int) -> None:
        for key, inner in value.items():
            self.text += " " * indent
            self.places.append(len(self.text))
            self.text += f"{key}:"
            self.node(inner, indent)

    def flow(self, value: Tree) -> None:
        if isinstance(value, str):
            self.places.append(len(self.text))
            self.text += double_quoted(value)
        elif isinstance(value, list):
            self.text += "["
            for i, item in enumerate(value):
                self.text += ", " if i else ""
                self.flow(item)
            self.text += "]"
        else:
            self.text += "{}"

    def scalar(self, value: str, indent: int) -> None:
        self.text += " "
        self.places.append(len(self.text))
        if PLAIN_TEXT.fullmatch(value) and self.draw(st.booleans()):
            self.text += f"{value}\n"
        elif "\n" not in value and "\t" not in value and self.draw(st.booleans()):
            self.text += "'" + value.replace("'", "''") + "'\n"
        elif BLOCK_TEXT.fullmatch(value):
            pad = "\n" + " " * (indent + 2)
            self.text += "|" + pad + value.rstrip("\n").replace("\n", pad) + "\n"
        else:
            self.text += double_quoted(value) + "\n"


PLAIN_TEXT = re.compile(r"[^\W_](?:[^\W_]|[ .(,-](?=\S))*")
BLOCK_TEXT = re.compile(r"(?:[a-z#-][^\n\t]*[a-z#-]\n)+")


def double_quoted(text: str) -> str:
    """Write text in double quotes."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'


SCALARS = PLAIN | ANYTHING | LINES.map(lambda lines: "".join(line + "\n" for line in lines))
TREES: st.SearchStrategy[Tree] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Tree, list[int]]:
    """Make a document, the tree it holds, and the offsets of its keys and texts in order."""
    root = draw(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
    emitter = _Emitter(draw)
    emitter.mapping(root, 0)
    return emitter.text, root, emitter.places


def composed(value: Tree) -> Tree:
    """Normalise all text of a tree."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, list):
        return [composed(item) for item in value]
    return {normalize("NFC", key): composed(item) for key, item in value.items()}


def places(node: Node) -> list[int]:
    """List the offsets of keys and texts in the order written."""
    if isinstance(node, Text):
        return [node.at]
    if isinstance(node, Sequence):
        return [at for item in node.items for at in places(item)]
    return [at for key, value in node.entries.items() for at in (node.keys[key], *places(value))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_reading_undoes_writing(document: tuple[str, Tree, list[int]]) -> None:
    """Any tree, in any of YAML's ways of writing it, comes back with every place right."""
    text, root, expected = document
    node = read(text)
    assert tree(node) == composed(root)
    assert places(node) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.sampled_from(["", "\ufeff"]), st.sampled_from(["\n", "\r\n"]))
def test_every_value_stands_where_it_is_said_to(
    document: tuple[str, Tree, list[int]], mark: str, end: str
) -> None:
    """The file's text at a place begins with the key, the text, or its quote."""
    parsed = parse("x.yaml", (mark + document[0].replace("\n", end)).encode())
    assert parsed.root is not None
    assert parsed.found == []
    for at, text in _placed(parsed.root):
        written = parsed.file.text[at:]
        assert written.startswith((text[:1], normalize("NFD", text)[:1], "'", '"', "|")) or not text
        span = parsed.file.span(at)
        line = parsed.file.text.split("\n")[span.line - 1]
        assert written.startswith(line[span.column - 1 :])


def _placed(node: Node) -> list[tuple[int, str]]:
    if isinstance(node, Text):
        return [(node.at, node.text)]
    if isinstance(node, Sequence):
        return [pair for item in node.items for pair in _placed(item)]
    return [pair for key, value in node.entries.items()
            for pair in ((node.keys[key], key), *_placed(value))]


def test_a_place_within_a_value_is_told_where_it_can_be() -> None:
    """Unquoted, or quoted without escapes, on one line; else the value's own place is given."""
    file = File("x.yaml", 'a: one two\nb: "one two"\nc: "\\ttwo"\n')
    assert file.span_within(Text("one two", 3), 4).column == 8
    assert file.span_within(Text("one two", 14), 4) == file.span(19)
    assert file.span_within(Text("\ttwo", 27), 2) == file.span(27)


# ---------------------------------------------------------------- the two readers


LINE = st.tuples(
    st.sampled_from(["", "", "  ", "  ", "    ", " ", "      "]),
    st.sampled_from(["", "", "- ", "- ", "-", "- - "]),
    st.sampled_from(["", "a:", "a:", "b:", "b:", "d-e:", "a :", "a:  "]),
    st.sampled_from(["", "", " "]),
    st.sampled_from([
        "", "", "x", "y z", "a:b", "a: b", "a #b", "a#b", "it's", "'q'", '"d"', "'a''b'", '"\\\\"',
        "[a, b]", "[a,b ]", "[]", "[a b, c:d]", "[a, ]", "[a, 'b']", "{a: b}", "|", "|-", ">", "*x",
        "&x", "!x", "?", "-", "--", "---", "...", ":", ": x", "x:", "<<", "é", "e\u0301", "\u00a0",
        "\u2003x", "[a\u00a0, b]", "x  ", "x # c", "# c", "==x==", "{{c1::x}}", "“x”", "[a:, b]",
    ]),
).map("".join)


def shape(node: Node) -> object:
    """Everything of a node, its places too."""
    if isinstance(node, Text):
        return node.text, node.at
    if isinstance(node, Sequence):
        return node.at, [shape(item) for item in node.items]
    return node.at, node.keys, [(key, shape(value)) for key, value in node.entries.items()]


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINE, min_size=1, max_size=8).map(lambda lines: "\n".join(lines) + "\n"))
@example("b:\n  - \n")
@example("a: |\n  t\n \n  #h\n")
@example("a: |\n  one\n\n   two\n\n\nb: x\n")
@example("a" * 1_100 + ": x\n")
def test_the_fast_reader_says_nothing_else_than_the_full_one(text: str) -> None:
    """Whatever it reads, it reads alike, places included; the rest it leaves to the other."""
    fast = parse_regular(text)
    if fast is None:
        return
    full = parse("x.yaml", (text + "#\r\n").encode())  # a carriage return is not regular
    assert full.found == []
    assert full.root is not None
    assert shape(full.root) == shape(fast)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_the_fast_reader_agrees_on_whole_documents(document: tuple[str, Tree, list[int]]) -> None:
    """On documents in which nothing is wrong, too."""
    fast = parse_regular(document[0])
    if fast is not None:
        assert tree(fast) == composed(document[1])
        assert places(fast) == document[2]
