"""Whatever a file holds, deckgen answers: a deck, or findings at places that exist.

`DECKGEN_FUZZ=20000` tries that many inputs of each sort instead of a few.
"""

import json
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deckgen.diagnostics import Severity
from deckgen.lint import manuals
from deckgen.project import Result, build, check

MANY = int(os.environ.get("DECKGEN_FUZZ", "0"))
TRIES = settings(
    max_examples=MANY or 100, deadline=10_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

VALID = {
    "deck.yaml": "id: t\nname: 'Russia, Japan and the West'\ndescription: |\n  **Two** articles.\n"
                 "language: en\ntags: [ir]\n",
    "sources.yaml": 'known-2022:\n  author: A\n  title: "A Book"\n  year: 2022\n'
                    "  url: https://example.org/a?b=c&d\n",
    "kinds/maps.yaml": """\
section: maps
singular: map
label: Map
fields:
  name:
    takes: line
    required: yes
    names: yes
  drawn:
    takes: date
  seen:
    takes: image
cards:
  name:
    front: |
      {{#Drawn}}{{Name}}{{/Drawn}}{{^Drawn}}x {{Name}}{{/Drawn}}
    back: '{{Name}}'
    unique: [drawn]
""",
    "cards.yaml": """\
deck: Minsk II::Talks
source: known-2022, p. 3
tags: [ukraine, weight::core]

dates:
  - id: minsk-2
    date: 2015-02-12
    event: "Minsk II: four leaders *agree* on $x^2$"
    significance: |
      - a list
      - of `code`
treaties:
  - name: NATO–Russia Founding Act
    aliases: [Founding Act, 'the Act']
    date: 27 May 1997
    parties: [NATO, Russia]
    terms: A commission
    sentence: ==NATO== signed in {{c2::Paris::where}}
actors:
  - name: Genscher
    role: minister
    as-of: 1990
positions:
  - actor: Russia
    issue: enlargement
    position: It breaks a promise
    because: of <1990> & talks
questions:
  - q: Who?  # a comment
    a: 'It''s me'
    ask: [forward, reverse, type]
    image: a.png
sentences:
  - text: "{{c1::One}} and {{c1::two {{c2::three}}}} \\"x\\""
    cloze: {must: [One], never: two, max: 3}
maps:
  - name: Map
    drawn: c. 1500
""",
}
with TemporaryDirectory() as _folder:
    for _name, _text in VALID.items():
        (Path(_folder) / _name).parent.mkdir(exist_ok=True)
        (Path(_folder) / _name).write_text(_text, encoding="utf-8")
    (Path(_folder) / "media").mkdir()
    (Path(_folder) / "media/a.png").write_bytes(b"x")
    _built = build(Path(_folder), Path(_folder) / "build")
    assert not _built.has_errors, _built.found
    VALID["deckgen.lock"] = (Path(_folder) / "deckgen.lock").read_text(encoding="utf-8")
FILES = sorted(VALID)

# Where YAML, Markdown, TeX, clozes and Anki change their minds.
NASTY = [
    *"\t #-'\"[]{},|>!%@`\\$_~:", "\n", "\r\n", "\r", "  ", ": ", "- ", "? ", " #", "&a ", "*a",
    "!!int ", "<<: ", "---\n", "...\n", "|\n", "==", "{{c1::", "{{c0::", "}}", "::", "\\(", "\\)",
    "**", "![](a.png)", "![](../x)", "<b>", "&amp;", "\x00", "\x1f", "\x85", "\ufeff", "\u2028",
    "\ufdd0", "e\u0301", "😀", "\u00a0", "\u202e", "null", "9" * 30, "2021-02-30", "a" * 300,
    "id: minsk-2\n", "q: ", "{{FrontSide}}", "{{#a}}", "{{/a}}", "{{type:cloze:x}}", '"note"',
    "1e999", "NaN", "Infinity", "[" * 20, "\ud800", "\x00" * 9, "9" * 5000, "{" * 20, "? " * 20,
    "!!binary =", "!!python/object/apply:os.system [x]\n", "%YAML 9.9\n", "%TAG ! x:\n",
    "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "a: &a [*a]\n", "a: &a {<<: *a}\n", "<<: [*a, *a]\n",
    '"\\ud83d\\ude00"', '"\\x1f"', '"\\0"', "\\\n", ">-\n", "|2\n", "|+\n", "'" * 3, '"' * 3,
]
# What editors and mailers make of a file.
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp037", "shift_jis", "utf-7"]


def lay_out(folder: Path, files: dict[str, bytes]) -> None:
    """Write a project's files, and the picture that they show."""
    for path, raw in ({"media/a.png": b"x"} | files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def checked(folder: Path) -> Result:
    """Check a project; every finding has a rule with a manual and a place that exists."""
    result = check(folder)
    for diagnostic in result.found:
        assert diagnostic.rule in manuals()
        assert "\n" not in str(diagnostic)
        place = diagnostic.span
        raw = Path(place.path).read_bytes() if Path(place.path).is_file() else b""
        lines = re.split("\r\n|\n|\r", raw.decode("utf-8-sig", "replace"))
        assert 1 <= place.line <= len(lines) + 1
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        assert 1 <= place.column <= len(line) + 1
    return result


def answered(files: dict[str, bytes]) -> None:
    """Check a project, then build it: `build` finds what `check` does, and writes all or nothing."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "cards"
        lay_out(folder, files)
        result = checked(folder)
        built = build(folder, Path(name) / "build")
        assert built.found == tuple(
            one for one in result.found
            if one.severity is not Severity.ADVICE and one.rule != "unneeded-ignore"  # `check` alone
        )
        assert (built.package is None) == result.has_errors
        assert (Path(name) / "build").exists() != result.has_errors
        assert (folder / "deckgen.lock").exists() or result.has_errors
        if not result.has_errors:
            assert not check(folder).has_errors


def project(**changed: bytes) -> dict[str, bytes]:
    """Take the valid project, with some files changed."""
    return {name: text.encode() for name, text in VALID.items()} | changed


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """Change a text in a few places: take out, double, move, put in characters and lines."""
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.integers(0, 6))
        if how < 4:
            at = draw(st.integers(0, len(text)))
            length = draw(st.integers(1, 6))
            piece = draw(st.sampled_from(NASTY) | st.text(max_size=3)) if how < 2 else ""
            text = text[:at] + piece + text[at + (length if how else 0) :]
        else:
            lines = text.split("\n")
            at = draw(st.integers(0, len(lines) - 1))
            if how == 4:
                del lines[at]
            elif how == 5:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            else:
                lines[at] = " " * draw(st.integers(0, 8)) + lines[at].lstrip()
            text = "\n".join(lines)
    return text


@pytest.mark.parametrize("name", FILES)
@TRIES
@given(raw=st.binary(max_size=80) | st.lists(
    st.sampled_from(NASTY) | st.text(max_size=4), max_size=12).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")))
@example(raw=b"")
@example(raw=b"[" * 5000)
@example(raw=b"\xff\xfe")
@example(raw=b"9" * 5000)
@example(raw=b'{"deckgen-lock": 1, "project": "t"}\n' + b"9" * 5000)
@example(raw=b'{"deckgen-lock": 1, "project": "t"}\n{"note": ' + b"[" * 100_000)
def test_any_bytes_in_any_file_are_answered(name: str, raw: bytes) -> None:
    """A card file, the manifest, the sources, a kind and the lock may hold anything."""
    answered(project(**{name: raw}))


@pytest.mark.parametrize("name", FILES)
@TRIES
@given(data=st.data())
def test_slips_in_a_valid_file_are_answered(name: str, data: st.DataObject) -> None:
    """What an author or a merge does to a file that was right."""
    text = data.draw(mutated(VALID[name]))
    answered(project(**{name: text.encode("utf-8", "surrogatepass")}))


@pytest.mark.parametrize("name", FILES)
@TRIES
@given(data=st.data())
def test_a_valid_file_in_another_encoding_is_answered(name: str, data: st.DataObject) -> None:
    """Saved as something else, or with some of its bytes cut off, doubled or damaged."""
    raw = VALID[name].encode(data.draw(st.sampled_from(ENCODINGS)), "replace")
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    damage = data.draw(st.binary(max_size=3) | st.just(raw[start:end]))
    answered(project(**{name: raw[:start] + damage + raw[data.draw(st.sampled_from([start, end])):]}))


@TRIES
@given(data=st.data())
def test_any_json_in_the_lock_is_answered(data: st.DataObject) -> None:
    """Values of the wrong type or size, in lines that are JSON."""
    values: st.SearchStrategy[object] = st.one_of(
        st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=5),
        st.just([]), st.just({}), st.lists(st.lists(st.integers(), max_size=2)),
        st.sampled_from(["\ud800", "a\x1fb", '"', 2**63, 0]),
    )
    lines = [json.loads(line) for line in VALID["deckgen.lock"].splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        line = data.draw(st.sampled_from(lines))
        line[data.draw(st.sampled_from(sorted(line)))] = data.draw(values)
    raw = "".join(json.dumps(line) + "\n" for line in lines)
    answered(project(**{"deckgen.lock": raw.encode()}))
