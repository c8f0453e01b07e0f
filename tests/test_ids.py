"""`deckgen ids`: every item gets an id, nothing else changes, and nobody loses progress."""

import os
import re
from collections.abc import Iterable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.cli import main
from deckgen.folder import open_project
from deckgen.ids import LONGEST, plan
from deckgen.lock import Lock, read_lock
from deckgen.model import Item
from deckgen.schema.reader import SLUG
from tests.anki_collection import Student, release, text_of, write_cards

CARDS = """\
# What the talks were about.
questions:
  - q: Which four states make up the Normandy Format?   # all of them
    a: Germany, France, Russia and Ukraine

  - {id: monitor, q: Who watched?, a: The OSCE}
  - {q: "Where was it signed?", a: Paris}
sentences:
  -
    # It was in force.
    text: >-
      The ==Founding Act==
      was signed in ==1997==.
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def write(text: str | bytes = CARDS, name: str = "one") -> None:
    """Write a project into `cards`; line ends and all as given."""
    Path("cards").mkdir(exist_ok=True)
    Path("cards/deck.yaml").write_text("id: t\nname: T\n", "utf-8")
    raw = text if isinstance(text, bytes) else text.encode()
    Path(f"cards/{name}.yaml").write_bytes(raw)


def run(*arguments: str) -> Result:
    """Run deckgen in this process; a traceback is a failure."""
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def files() -> dict[str, bytes]:
    """Read everything that lies here, hidden files too."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def rewritten(text: str | bytes) -> str:
    """Write a card file, give ids, and read it, line ends and all."""
    write(text)
    result = run("ids")
    assert result.exit_code == 0, result.output
    return Path("cards/one.yaml").read_bytes().decode()


def ids_of(*texts: str) -> list[str]:
    """The ids of questions that ask these, in order."""
    write("questions:\n" + "".join(f"  - q: {text}\n    a: '!'\n" for text in texts))
    return [item.id for file in plan(Path("cards")).files for item in file.given if item.id]


def lock() -> Lock:
    """Read the lock."""
    read, found = read_lock("cards/deckgen.lock", Path("cards/deckgen.lock").read_bytes(), "t")
    assert found == []
    return read


# ---------------------------------------------------------------- what people see


def test_every_item_gets_an_id_and_nothing_else_changes() -> None:
    """In front of its first key, on a line of its own or in its braces; comments stay."""
    assert rewritten(CARDS) == """\
# What the talks were about.
questions:
  - id: four-states-make-up-the-normandy-format
    q: Which four states make up the Normandy Format?   # all of them
    a: Germany, France, Russia and Ukraine

  - {id: monitor, q: Who watched?, a: The OSCE}
  - {id: it-signed-paris, q: "Where was it signed?", a: Paris}
sentences:
  -
    # It was in force.
    id: founding-act-was-signed-in-1997
    text: >-
      The ==Founding Act==
      was signed in ==1997==.
"""


def test_it_says_how_many_and_what_comes_next() -> None:
    """A line a file, and one for all; no other file is touched."""
    write()
    write("actors:\n- {name: NATO, role: An alliance}\n", "two")
    write("actors:\n- {id: osce, name: OSCE, role: A forum}\n", "three")
    before = files()
    result = run("ids")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "cards/one.yaml: 3 ids", "cards/two.yaml: 1 id", "wrote 4 ids into 2 files; now build",
    ]
    after = files()
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {
        "cards/one.yaml", "cards/two.yaml",
    }


def test_a_dry_run_tells_and_changes_nothing() -> None:
    """Where each item stands, and which id it would get."""
    write()
    before = files()
    result = run("ids", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "cards/one.yaml:3: id: four-states-make-up-the-normandy-format",
        "cards/one.yaml:7: id: it-signed-paris",
        "cards/one.yaml:11: id: founding-act-was-signed-in-1997",
        "would write 3 ids into 1 file",
    ]
    assert files() == before


def test_where_every_item_has_an_id_nothing_is_done() -> None:
    """It says so; a second run comes to the same."""
    rewritten(CARDS)
    before = files()
    for options in ([], ["--dry-run"]):
        result = run("ids", *options)
        assert result.exit_code == 0
        assert result.stdout == "every item has an id; nothing was changed\n"
    assert files() == before


# ---------------------------------------------------------------- where nothing is written


def test_errors_are_told_and_nothing_is_written() -> None:
    """Those of the whole project, wherever they are; the exit status is 1."""
    write()
    write("questions:\n  - q: What?\n  - {q: What?, b: c}\n", "two")
    write("questions:\n  - q: Who\n   a: x\n", "zero")
    before = files()
    for options in ([], ["--dry-run"]):
        result = run("ids", *options)
        assert (result.exit_code, result.stdout) == (1, "")
        *found, last = result.stderr.splitlines()
        assert re.findall(r"cards/(\w+).yaml:(\d)", "\n".join(found)) == [
            ("two", "2"), ("two", "3"), ("two", "3"), ("zero", "3"),
        ]
        assert last == "4 errors; nothing was changed"
    assert files() == before


def test_items_that_cannot_be_told_apart_get_no_ids() -> None:
    """Of two that say the same, one is a slip, or the author says which is which."""
    write("questions:\n  - {q: Who?, a: I}\n  - {q: Who?, a: I}\n")
    result = run("ids")
    assert result.exit_code == 1
    assert "cards/one.yaml:3:5: error [duplicate-item]" in result.stderr


def test_an_edited_item_is_built_first() -> None:
    """So that the edit is matched; the id then takes over. What is new needs no build."""
    old = "questions:\n  - q: Which body watches over the ceasefire in the Donbas?\n    a: The OSCE\n"
    write(old)
    assert run("build").exit_code == 0
    guid = {entry.guid for entry in lock().notes.values()}
    write(old.replace("the Donbas", "Donbas") + "  - {q: When?, a: In 2014}\n")
    before = files()
    result = run("ids")
    assert result.exit_code == 1
    assert result.stderr == (
        "cards/one.yaml:2:5: error [unbuilt-edit] this item was edited since the last build, "
        "which knew it by its text; build, so that the two are matched, and then give ids\n"
        "1 error; nothing was changed\n"
    )
    assert files() == before
    assert run("build").exit_code == 0
    assert run("ids").exit_code == 0
    assert run("build").exit_code == 0
    assert lock().notes["body-watches-over-the-ceasefire-in"].guid in guid
    assert set(lock().notes) == {"body-watches-over-the-ceasefire-in", "in-2014"}


def test_two_edits_that_are_equally_near_are_told() -> None:
    """As `build` tells them."""
    write("questions:\n  - {q: Which is the first of the two states?, a: A}\n"
          "  - {q: Which is the second of the two states?, a: B}\n")
    assert run("build").exit_code == 0
    write("questions:\n  - {q: Which is the third of the two states?, a: C}\n")
    before = files()
    result = run("ids")
    assert result.exit_code == 1
    assert "cards/one.yaml:2:5: error [ambiguous-identity]" in result.stderr
    assert files() == before


def test_no_build_knows_fewer_notes_than_before() -> None:
    """Where an id would make another note of an item, as one that the lock has not, it gets none."""
    write("questions:\n  - q: Who?\n    a: I\n    ask: []\n    sentence: ==NATO== met ==Russia==.\n")
    assert run("build").exit_code == 0
    guids, before = {entry.guid for entry in lock().notes.values()}, files()
    result = run("ids")
    if result.exit_code:
        assert ": error [id-not-written] " in result.stderr
        assert files() == before
    assert run("build").exit_code == 0
    assert {entry.guid for entry in lock().notes.values()} == guids


def test_a_layout_that_an_id_would_spoil_is_left_alone() -> None:
    """An item in brackets without braces; the others get no ids then, either."""
    write("questions: [{q: Who?, a: I}]\n"
          "sentences: [{text: ==NATO== met.},\n  text: ==Russia== met., {text: ==I== left.}]\n")
    before = files()
    result = run("ids")
    assert result.exit_code == 1
    assert result.stderr == (
        "cards/one.yaml:3:3: error [id-not-written] an id before the first key of this item would "
        "change what the file says; write the item in braces, '{id: russia-met, …}'\n"
        "1 error; nothing was changed\n"
    )
    assert files() == before


def test_a_folder_that_cannot_be_used_has_exit_status_2() -> None:
    """None there, none that may be written to, or a file in the way: nothing is changed."""
    assert run("ids").exit_code == 2
    write()
    write("actors:\n- {name: NATO, role: An alliance}\n", "two")
    Path(f"cards/.two.yaml.{os.getpid()}.tmp").mkdir()
    before = files()
    result = run("ids")
    assert result.exit_code == 2
    assert result.stderr.startswith("deckgen: cannot write cards/two.yaml: ")
    assert result.stderr.endswith("; nothing was changed\n")
    assert files() == before


def test_a_file_that_is_read_only_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so do the others."""
    write()
    write("actors:\n- {name: NATO, role: An alliance}\n", "two")
    Path("cards/two.yaml").chmod(0o444)
    # To some users nothing is read-only; they are treated like everybody here.
    monkeypatch.setattr(os, "access", lambda path, mode: bool(Path(path).stat().st_mode & 0o200))
    before = files()
    result = run("ids")
    assert result.exit_code == 2
    assert result.stderr == (
        "deckgen: cannot write cards/two.yaml: it is read-only; nothing was changed\n"
    )
    assert files() == before


def test_permissions_and_links_stay() -> None:
    """Whoever could read a file can read it still; a link leads where it led."""
    write()
    Path("cards/.shared").mkdir()
    Path("cards/one.yaml").rename("cards/.shared/real.yaml")
    Path("cards/.shared/real.yaml").chmod(0o640)
    Path("cards/one.yaml").symlink_to(".shared/real.yaml")
    assert run("ids").exit_code == 0
    assert Path("cards/one.yaml").is_symlink()
    assert Path("cards/.shared/real.yaml").stat().st_mode & 0o777 == 0o640
    assert "id: it-signed-paris" in Path("cards/.shared/real.yaml").read_text("utf-8")


# ---------------------------------------------------------------- which ids


@pytest.mark.parametrize(("text", "slug"), [
    ("Which four states make up the Normandy Format?", "four-states-make-up-the-normandy-format"),
    ("Who was the Chancellor of Germany in the year 1990?", "chancellor-of-germany-in-the-year-1990"),
    ("NATO’s and Russia's Act", "natos-and-russias-act"),
    ("Đoković et l’œuvre à Łódź, Straße Ñandú", "dokovic-et-loeuvre-a-lodz-strasse-nandu"),
    ("Ｗｉｄｅ ﬁgures №¹", "wide-figures-no1"),
    ("'**Bold** `code` ![](x.png) [a link](https://example.org) $x^2$'", "bold-code-a-link-x-2"),
    ("日本 (Japan)", "japan"),
    ("日本国憲法 of", "question-1"),
    ("Договор 1997", "question-1"),
    ("'1997?'", "question-1"),
    ("“…”", "question-1"),
    ("What?", "what"),
    ("x" * 60 + " y", "x" * 40),
])
def test_an_id_is_made_of_the_words(text: str, slug: str) -> None:
    """As a reader sees them, in a–z, 0–9 and hyphens, cut at a word."""
    assert ids_of(text) == [slug]
    assert SLUG.fullmatch(slug)
    assert len(slug) <= LONGEST


def test_an_id_is_made_of_the_name_or_of_all_that_is_required() -> None:
    """A name says enough; a date too little."""
    write("""\
treaties:
  - {terms: A council, name: Founding Act, date: 1997}
actors:
  - {role: A state, name: 日本, known-for: its haiku}
positions:
  - {actor: Russia, issue: enlargement, position: "It breaks a promise, and it does so again"}
dates:
  - {date: 1997, event: The act is signed}
  - {date: 17 December 2021, event: 条約}
sentences:
  - text: "{{c1::NATO::an alliance}} and ==Russia== signed."
""")
    assert [item.id for item in plan(Path("cards")).files[0].given] == [
        "founding-act", "actor-1", "russia-enlargement-it-breaks-a-promise", "act-is-signed", "date-1",
        "nato-and-russia-signed",
    ]


def test_no_id_is_given_twice() -> None:
    """Nor one that any item has, in whatever file; numbers rise in reading order."""
    write("actors:\n  - {id: nato-3, name: OSCE, role: A forum}\n  - {id: question-1, name: A, role: B}\n",
          "zero")
    assert ids_of("NATO", "NATO?", "'NATO!'", "日", "本") == [
        "nato", "nato-2", "nato-4", "question-2", "question-3",
    ]


def test_no_id_is_given_that_the_lock_remembers() -> None:
    """What it has asked for once, for students that have it still, it never names again."""
    write("questions:\n  - {id: nato, q: A?, a: B}\n"
          "  - {id: what, q: C?, a: D, ask: [], sentence: ==NATO== met.}\n")
    assert run("build").exit_code == 0
    assert "what" not in lock().notes
    assert ids_of("NATO", "What?") == ["nato-2", "what-2"]


def test_thousands_of_one_name_are_no_trouble() -> None:
    """Each gets the next number."""
    assert ids_of(*(f"NATO {'?' * (n + 1)}" for n in range(2_000)))[-1] == "nato-2000"


# ---------------------------------------------------------------- layouts


@pytest.mark.parametrize(("before", "after"), [
    ("- text: ==X== y", "- id: x-y\n  text: ==X== y"),
    ("    - text: ==X== y\n", "    - id: x-y\n      text: ==X== y\n"),
    ("-    text: ==X== y\r\n", "-    id: x-y\r\n     text: ==X== y\r\n"),
    ("-  # c\r   text: ==X== y\r", "-  # c\r   id: x-y\r   text: ==X== y\r"),
    ("-\n\n  # c\n  text: ==X== y  \n", "-\n\n  # c\n  id: x-y\n  text: ==X== y  \n"),
    ("- ? text\n  : ==X== y\n", "- id: x-y\n  ? text\n  : ==X== y\n"),
    ("- 'text': ==X== y\n", "- id: x-y\n  'text': ==X== y\n"),
    ("- {text: ==X== y}", "- {id: x-y, text: ==X== y}"),
    ("- { text: ==X== y }", "- { id: x-y, text: ==X== y }"),
    ('- {\t"text":"==X== y"}', '- {\tid: x-y, "text":"==X== y"}'),
    ("- { ? text : ==X== y}\n", "- { id: x-y, ? text : ==X== y}\n"),
    ("- {  # c\n    text: ==X== y,\n  }\n", "- {  # c\n    id: x-y,\n    text: ==X== y,\n  }\n"),
    ("- {\r\n\t  text: ==X== y}\r\n", "- {\r\n\t  id: x-y,\r\n\t  text: ==X== y}\r\n"),
    ("  [{text: ==X== y}]\n", "  [{id: x-y, text: ==X== y}]\n"),
    ("  [\n  {text: ==X== y},]\n", "  [\n  {id: x-y, text: ==X== y},]\n"),
], ids=range(15))
def test_an_id_goes_where_an_author_would_put_it(before: str, after: str) -> None:
    """Below the dash as the other keys, in braces as the first; with the file's own line ends."""
    end = (re.findall(r"\r\n|\r|\n", before) or ["\n"])[0]
    for mark in ("", "\ufeff"):
        head = f"{mark}sentences:{end}"
        assert rewritten(head + before) == head + after


def test_the_key_of_a_section_may_be_explicit() -> None:
    """YAML has ways that no author uses; they are right as well."""
    assert rewritten("? sentences\n: - text: ==X== y\n") == (
        "? sentences\n: - id: x-y\n    text: ==X== y\n"
    )


# ---------------------------------------------------------------- any layout

WORDS = st.sampled_from([
    "NATO", "Łódź", "日本", "Ελλάδα", "l’œuvre", "cafe\u0301", "a:b", "c#d", "“x”", "it's", "==", "{",
    "[", "id", "R&D", "<int>", "$x$", "the", "😀", "*", "- y", "#", "-", ": z", '"', "\\", "{{c1::", "}}",
])
COMMENTS = st.sampled_from(["", "", "", "# c", "#", "# {q: 1}", "# - q: x ", "# “日本” \t"])


class _Writer:
    """Writes card files in ways that `draw` chooses; no two items say the same."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.items = 0

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def value(self) -> str:
        self.items += 1
        return " ".join([*self.draw(st.lists(WORDS, max_size=6)), f"n{self.items}"])

    def sentence(self) -> str:
        self.items += 1
        left = self.pick("NATO", "The ==Act==", "日本", "{{c2::Łódź}}")
        return f"{left} and ==Russia {self.items}== signed it."

    def quoted(self, text: str) -> str:
        if self.draw(st.booleans()):
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def keys(self) -> tuple[str, list[tuple[str, str]]]:
        """A section, and the keys of one item with their texts, in any order."""
        section = self.pick("questions", "actors", "positions", "sentences", "dates", "treaties")
        own = {
            "questions": ["q", "a"], "actors": ["name", "role"], "sentences": ["text"],
            "positions": ["actor", "issue", "position"], "dates": ["event"],
            "treaties": ["name", "terms"],
        }[section]
        pairs = [(key, self.sentence() if key == "text" else self.value()) for key in own]
        pairs += [("date", self.pick("1997-05-27", "c. 1500"))] if section == "dates" else []
        if section != "sentences" and self.draw(st.booleans()):
            pairs.append(("sentence", self.sentence()))
        if self.draw(st.booleans()):
            pairs.append(("note", self.value()))
        if self.draw(st.integers(0, 3)) == 0:
            pairs.append(("id", f"{self.pick('nato', 'question', 'n')}-{self.items}"))
        return section, self.draw(st.permutations(pairs))

    def comment(self, indent: int) -> str:
        """A line of its own: a comment, blanks, or none."""
        text = self.pick("", "", "", "\n", "  \n") + self.draw(COMMENTS)
        return text if text.endswith("\n") or not text else f"{' ' * indent}{text}\n"

    def scalar(self, text: str, indent: int) -> str:
        """A value behind its key, and the end of its line."""
        if self.draw(st.booleans()):
            comment = self.draw(COMMENTS)
            return f" {self.quoted(text)}{' ' + comment if comment else self.pick('', '  ')}\n"
        if re.fullmatch(r"[^\W_][\w ]*", text) and self.draw(st.booleans()):
            first, _, rest = text.rpartition(" ")
            middle = f"\n{' ' * (indent + 1)}" if first and self.draw(st.booleans()) else " "
            return f" {first}{middle}{rest}\n" if first else f" {rest}\n"
        style, pad = self.pick("|", ">-", "|+", ">", "| # c"), " " * (indent + 2)
        return f" {style}\n{pad}{text}\n" + self.pick("", "\n")

    def block(self, pairs: list[tuple[str, str]], indent: int) -> str:
        """An item with a line or more for each key."""
        wide = self.pick("", "", "  ")
        inner = indent + 2 + len(wide)
        head = f"{' ' * indent}- {wide}"
        if self.draw(st.booleans()):
            inner = indent + self.draw(st.integers(1, 5))
            head = f"{' ' * indent}-{self.pick('', ' ', '  # - a: b')}\n{self.comment(9)}{' ' * inner}"
        lines = []
        for key, text in pairs:
            written = self.pick(key, key, f'"{key}"')
            value = self.scalar(text, inner) if key not in ("id", "date") else f" {text}\n"
            lines.append(f"{written}:{value}{self.comment(inner)}")
            if self.draw(st.integers(0, 4)) == 0 and not any("tags:" in line for line in lines):
                lines.append(f"tags:\n{' ' * inner}- a\n{' ' * inner}- b # c\n")
        return head + (" " * inner).join(lines)

    def braces(self, pairs: list[tuple[str, str]]) -> str:
        """An item in braces, in one line or several."""
        blank = self.pick("", " ", "\n      ", "  # x\n      # y\n\n     ")
        between = self.pick(", ", ",", ",\n      ")
        inside = between.join(f"{key}: {self.quoted(text)}" for key, text in pairs)
        return f"{{{blank}{inside}{self.pick('', ' ', ',')}}}"

    def section(self, name: str, items: list[list[tuple[str, str]]]) -> str:
        head = f"{name}:{self.pick('', ' ', ' # c')}\n"
        if self.draw(st.integers(0, 3)) == 0:
            return f"{name}: [{', '.join(map(self.braces, items))}]\n"
        indent = self.draw(st.sampled_from([0, 1, 2, 4]))
        for pairs in items:
            head += self.comment(indent)
            head += self.block(pairs, indent) if self.draw(st.booleans()) else (
                f"{' ' * indent}-{self.pick(' ', '   ', ' # c' + chr(10) + '      ')}"
                f"{self.braces(pairs)}{self.pick('', ' # c')}\n")
        return head

    def file(self) -> bytes:
        sections: dict[str, list[list[tuple[str, str]]]] = {}
        for _ in range(self.draw(st.integers(1, 5))):
            name, pairs = self.keys()
            sections.setdefault(name, []).append(pairs)
        text = self.pick("", "---\n", "# a file\n\n", "deck: D # d\n")
        text += "".join(self.section(name, items) for name, items in sections.items())
        text = text.rstrip("\n") if text[-2:-1] not in "|+ \n" and self.draw(st.booleans()) else text
        end = self.pick("\n", "\n", "\r\n", "\r")
        return (self.pick("", "\ufeff") + text.replace("\n", end)).encode()


@st.composite
def card_files(draw: st.DrawFn) -> list[bytes]:
    """Make one or two card files of a project."""
    writer = _Writer(draw)
    return [writer.file() for _ in range(draw(st.integers(1, 2)))]


def items() -> list[Item]:
    """Read the items of the project; nothing is wrong with them."""
    opened = open_project(Path("cards"))
    assert [found for found in opened.found if found.is_error] == []
    assert opened.project is not None
    return list(opened.project.items)


def without(raw: bytes, ids: Iterable[str]) -> bytes:
    """Take the pieces that were put in out of a file; each stands there once."""
    text = raw.decode()
    for name in ids:
        text, number = re.subn(rf"id: {name}(?:, |,?(?:\r\n|\r|\n)[ \t]*)", "", text)
        assert number == 1, (name, text)
    return text.encode()


TRIES = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(TRIES, max_examples=150)
@given(card_files())
def test_whatever_the_layout_only_ids_are_put_in(contents: list[bytes]) -> None:
    """Without them the old bytes are back; the items are the old ones; a second run does nothing."""
    with TemporaryDirectory() as folder, chdir(folder):
        for n, raw in enumerate(contents):
            write(raw, f"f{n}")
        old, planned = items(), plan(Path("cards"))
        assert planned.found == ()
        assert run("ids").exit_code == 0
        new, given_to = items(), {str(file.path): file.given for file in planned.files}
        for n, raw in enumerate(contents):
            path = f"cards/f{n}.yaml"
            named = [item.id or "" for item in given_to.get(path, ())]
            assert without(Path(path).read_bytes(), named) == raw
        assert [replace(item, id=None) for item in new] == [replace(item, id=None) for item in old]
        assert [item.id for item in old if item.id] == [
            after.id for before, after in zip(old, new, strict=True) if before.id
        ]
        ids = [item.id for item in new if not item.is_about]
        assert len(set(ids)) == len(ids)
        assert all(name is not None and SLUG.fullmatch(name) for name in ids)
        before = files()
        assert "every item has an id" in run("ids").stdout
        assert files() == before


@settings(TRIES, max_examples=25)
@given(card_files())
def test_nobody_loses_a_note(contents: list[bytes]) -> None:
    """A build, ids, a build: every note keeps all it had, and none is new, but for the name it bears.

    Only those whose name changed are sent to students anew.
    """
    with TemporaryDirectory() as folder, chdir(folder):
        for n, raw in enumerate(contents):
            write(raw, f"f{n}")
        assert run("build").exit_code == 0
        old = lock()
        assert run("ids").exit_code == 0
        result = CliRunner(env={"SOURCE_DATE_EPOCH": "1800000000"}).invoke(main, ["build"])
        assert result.exit_code == 0, result.output
        assert "0 new" in result.stdout or "since" not in result.stdout
        new = {entry.guid: (key, entry) for key, entry in lock().notes.items()}
        assert len(new) == len(lock().notes) == len(old.notes)
        for key, was in old.notes.items():
            name, entry = new[was.guid]
            assert (name == key) == (not key.startswith("~"))
            assert entry.hash == was.hash
            assert (entry.mod == was.mod) == (name == key)
            assert len(entry.figure) == len(was.figure)
            assert entry == was._replace(
                hash=entry.hash, mod=entry.mod, words="", figure=entry.figure)


# ---------------------------------------------------------------- genuine Anki


def test_a_student_keeps_every_review(student: Student, tmp_path: Path) -> None:
    """Over a release with ids the notes are updated where they are; nothing doubles."""
    cards = write_cards(tmp_path, one=CARDS, two="""
        treaties:
          - {name: Founding Act, date: 1997-05-27, terms: A council, sentence: It was in ==Paris==.}
        actors:
          - name: 日本
            role: A state in the Pacific
    """)
    student.install(release(cards))
    student.study_all()
    reviews, notes, asked = student.reviews(), student.notes(), shown(student)
    assert len(reviews) >= 8
    assert run("ids").exit_code == 0
    log = student.install(release(cards, day=10))
    assert (log.new, log.other) == ((), ())
    assert len(log.updated) == len(notes) - 1  # one had its id
    assert student.reviews() == reviews
    assert set(student.notes()) == set(notes)
    assert shown(student) == asked
    assert not any(name.startswith("~") for name in names(student))


def shown(student: Student) -> dict[Any, tuple[str, str]]:
    """What every card shows, but for the Id, which is for those who report a mistake."""
    cards, named = student.all_sides(), dict(zip(student.card_ids(), names(student), strict=True))
    return {key: (text_of(sides.question), text_of(sides.answer).replace(named[key], ""))
            for key, sides in cards.items()}


def names(student: Student) -> list[str]:
    """The Id of each note."""
    return [student.col.get_card(card).note()["Id"] for card in student.card_ids().values()]
