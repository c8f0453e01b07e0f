"""The caret stands below what a finding is about, whatever the line is made of."""

from pathlib import Path
from unicodedata import east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from deckgen.diagnostics import Diagnostic, Span
from deckgen.pointing import pointed

LETTERS = st.text(st.sampled_from("abc de日本ü–'\t"), min_size=1, max_size=300)


def columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def shown(tmp_path: Path, text: str, line: int, column: int) -> list[str]:
    """Point at a place in a file."""
    path = tmp_path / "cards.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    return list(pointed(Diagnostic(Span(str(path), line, column), "rule", "message")))


def test_the_line_and_a_caret(tmp_path: Path) -> None:
    """The number of the line, the line, and below it the caret."""
    assert shown(tmp_path, "a: b\nquestion: c\n", 2, 11) == [
        "     2 │ question: c",
        "       │           ^",
    ]


def test_what_cannot_be_shown_is_not(tmp_path: Path) -> None:
    """An empty line, a line beyond the end, a file that is not there, bytes that are no text."""
    assert shown(tmp_path, "a: b\n\n", 2, 1) == []
    assert shown(tmp_path, "a: b\n", 9, 1) == []
    assert list(pointed(Diagnostic(Span(str(tmp_path / "none.yaml")), "rule", "message"))) == []
    (tmp_path / "cards.yaml").write_bytes(b"a: \xff\n")
    assert len(list(pointed(Diagnostic(Span(str(tmp_path / "cards.yaml"), 1, 4), "r", "m")))) == 2


def test_a_line_commands_no_terminal(tmp_path: Path) -> None:
    """Control characters are told of, and not obeyed; each takes a column, as the caret thinks."""
    assert shown(tmp_path, "a: \x1b[2Jb\x00c\n", 1, 9) == [
        "     1 │ a: \ufffd[2Jb\ufffdc",
        "       │         ^",
    ]


def test_a_file_saved_again_is_read_again(tmp_path: Path) -> None:
    """As `watch` needs it."""
    assert "old" in shown(tmp_path, "old: x\n", 1, 1)[0]
    assert "newer" in shown(tmp_path, "newer: x\n", 1, 1)[0]


@given(LETTERS, st.integers(0, 320))
def test_the_caret_stands_below_its_character(text: str, at: int) -> None:
    """In lines of any length and script; a long line is cut, and what is meant is in view."""
    from tempfile import TemporaryDirectory

    if not text.strip():
        return
    at = min(at, len(text.rstrip()) - 1)
    with TemporaryDirectory() as folder:
        line, caret = shown(Path(folder), f"{text}\n", 1, at + 1)
    line, caret = line.partition("│ ")[2], caret.partition("│ ")[2]
    assert caret.rstrip("^").strip() == ""
    before = next(i for i in range(len(line) + 1) if columns(line[:i]) >= len(caret) - 1)
    assert line[before] == text.rstrip()[at].replace("\t", " ")
    assert len(line) <= 102
