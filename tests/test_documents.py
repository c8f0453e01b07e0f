"""What the documents show is true: examples are built, tables are those of the program.

`python -m tests.test_documents` writes the tables and the messages of wrong examples anew.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from textwrap import dedent

import click
import pytest
from click.testing import CliRunner

from deckgen import cli, dates, project
from deckgen.cli import calls
from deckgen.diagnostics import as_text
from deckgen.lint import RELEASE, WRITING, Rule, manuals
from deckgen.model import Kind, Shape
from deckgen.rules import RULES
from deckgen.schema import built_in, common
from deckgen.schema.items import CLOZE_KEYS, FILE_KEYS, ITEM_KEYS
from deckgen.schema.manifest import CITATION_KEYS, MANIFEST_KEYS
from tests.anki_collection import Student, text_of

ROOT = Path(__file__).parent.parent
FORMAT, README, DESIGN = ROOT / "docs/format.md", ROOT / "README.md", ROOT / "docs/design.md"
RELEASES, AUTHORS = ROOT / "docs/releases.md", ROOT / "docs/authors.md"
DOCUMENTS = [README, FORMAT, DESIGN, RELEASES, AUTHORS, ROOT / "docs/students.md", ROOT / "docs/tables.md",
             ROOT / "docs/editions.md"]
MANUALS = ROOT / "docs/rules.md"  # written as a whole
FIGURES = ROOT / "tests/rule_figures.txt"
MEDIA = ("signing.jpg", "maps/paris.png", "speech.mp3")  # what the examples refer to
MANIFEST = "id: example\nname: Example\n"

_EXAMPLE = re.compile(r"<!-- (file|wrong): (\S+) -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_WRONG = re.compile(
    r"(<!-- wrong: (?P<name>\S+) -->\n```yaml\n(?P<text>.*?)^```\n\n<!-- said -->\n)"
    r"(?:```text\n.*?^```\n)?",
    re.DOTALL | re.MULTILINE,
)
WORKFLOW = re.compile(r"<!-- workflow: \S+ -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"(<!-- table: (?P<name>.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


# ---------------------------------------------------------------- what is made anew


def refreshed(document: str) -> str:
    """Write the tables and the messages of wrong examples into a document."""
    document = _TABLE.sub(lambda m: f"{m[1]}{TABLES[m['name']]()}{m[3]}", document)
    return _WRONG.sub(
        lambda m: f"{m[1]}```text\n{messages_of(m['name'], m['text'])}```\n", document
    )


def messages_of(name: str, text: str) -> str:
    """Say what `check` finds in a project with this one card file."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        write({"cards/deck.yaml": MANIFEST, name: text})
        return "".join(f"{as_text(found)}\n" for found in project.check(Path("cards")).found)


def write(files: dict[str, str]) -> None:
    """Write files into the working directory."""
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Write a Markdown table."""
    names = head.split(" | ")
    lines = [names, ["---"] * len(names), *rows]
    # A row without examples is a row without a last cell.
    return "".join(f"| {' | '.join(cells)} |\n".replace("  ", " ") for cells in lines)


def described(keys: dict[str, str]) -> str:
    """Write a table of keys and what they are."""
    return table("key | what it is", ((f"`{key}`", about) for key, about in keys.items()))


def kind_table(kind: Kind) -> str:
    """Write what an item of a kind has, and the cards that are made of it."""
    fields = table(
        "key | takes | what it is | for example",
        ((f"`{field.key}`", f"{field.shape}{', required' if field.required else ''}", field.about,
          example(field.example)) for field in kind.fields),
    )
    if kind.is_cloze:
        return f"{kind.about} Each gap makes a card.\n\n{fields}"
    cards = table("card | how it asks", ((f"`{card.key}`", card.about) for card in kind.cards))
    return f"{kind.about}\n\n{fields}\n{cards}"


def every_item() -> str:
    """Write a table of what every item may have, the shared fields first."""
    shared = {field.key: field.about for field in common().fields}
    return described({"id": ITEM_KEYS["id"], **shared, **ITEM_KEYS})


def commands() -> str:
    """Write a table of the commands, as `--help` describes them."""
    context = click.Context(cli.main)
    return table("command | does", (
        (f"`deckgen {name}{''.join(f' [{p.make_metavar(context)}]' for p in arguments(command))}`",
         first_line(command))
        for name, command in commands_of(cli.main)
    )).replace("[[", "[").replace("]]", "]").replace("[DIR]", "DIR")


def commands_of(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """List commands by all the words that call them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", one) for below, one in commands_of(command))
        else:
            yield name, command


def arguments(command: click.Command) -> list[click.Argument]:
    """List a command's arguments."""
    return [parameter for parameter in command.params if isinstance(parameter, click.Argument)]


def first_line(command: click.Command) -> str:
    """Give the sentence that describes a command."""
    return (command.help or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")


def example(text: str) -> str:
    """Set an example as code."""
    return f"`{text}`" if text else ""


# ---------------------------------------------------------------- the manuals of all rules

_INDENTED = re.compile(r"((?:^ {2,}.*\n?)+)", re.MULTILINE)
_YAML = re.compile(r"^(bad|good):\n((?:(?: {4}.*)?\n)*(?: {4}.*)?)", re.MULTILINE)
_RULES_MD = """# Rules

`deckgen check` tells what keeps a deck from being built (errors), what matters for a release (warnings), and what makes
cards hard to learn (advice). `deckgen check --explain RULE` shows what stands here. Where a rule is wrong about an item,
say so there with `ignore: RULE`; where it is wrong about a deck, in `deck.yaml`.

<!-- Written by `python -m tests.test_documents` from the manuals in the code. -->

## Writing

Advice, in `check` alone. What goes by English words is silent in decks of other languages.

{writing}
### How often they are right

A rule that is often wrong is worse than none. So each was tried on the shipped cards and on decks and gap sentences of
other people, and its findings were read one by one. Questions to discuss, with some of many answers, or to be answered by
yes or no were also sought by their first words, so their share in all decks is smaller.

{figures}
## Releases

Warnings and errors, in every build.

{release}
## Form

Errors and warnings about what is written in files, in every build.

{form}"""


def rules_document() -> str:
    """Write docs/rules.md: every rule with its manual, those of writing first."""
    return _RULES_MD.format(
        writing="\n".join(map(writing_manual, WRITING)),
        figures=table("rule | on the shipped cards | on others | read | right", figures()),
        release="\n".join(plain_manual(rule.name, rule.manual) for rule in RELEASE),
        form="\n".join(plain_manual(name, manual) for name, manual in RULES.items()),
    )


def writing_manual(rule: Rule) -> str:
    """Write the manual of a rule of writing: text, sources, limit, examples."""
    text = _YAML.sub("", rule.manual).strip()
    text = re.sub(r"\n(Sources?|Limit):", r"\n\n**\1:**", text)
    shown = "\n".join(
        f"{kind.capitalize()}:\n\n```yaml\n{dedent(example).rstrip()}\n```\n"
        for kind, example in _YAML.findall(rule.manual)
    )
    return f"### {rule.name}\n\n{text}\n\n{shown}"


def plain_manual(name: str, manual: str) -> str:
    """Write a manual as it is, with what is indented in it as code."""
    text = _INDENTED.sub(lambda m: f"\n```text\n{dedent(m[1]).rstrip()}\n```\n", manual.strip())
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return f"### {name}\n\n{text}\n"


def figures() -> Iterator[tuple[str, ...]]:
    """Read how often each rule was found, and found right."""
    for line in FIGURES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *numbers = line.split()
            yield f"[{name}](#{name})", *numbers


def test_the_manuals_are_those_of_the_program() -> None:
    """docs/rules.md has every rule as the code has it, and figures of rules alone."""
    assert MANUALS.read_text("utf-8") == rules_document(), "run python -m tests.test_documents"
    assert set(re.findall(r"(?m)^### ([a-z0-9-]+)$", MANUALS.read_text("utf-8"))) == set(manuals())
    for name, *numbers in (line.split() for line in FIGURES.read_text("utf-8").splitlines()
                           if not line.startswith("#")):
        assert name in {rule.name for rule in WRITING}
        _, _, read, right = map(int, numbers)
        assert right <= read
        assert right >= read * 0.9, f"{name} is too often wrong"


TABLES: dict[str, Callable[[], str]] = {
    "keys of deck.yaml": lambda: described(MANIFEST_KEYS),
    "keys of a source": lambda: ", ".join(f"`{key}`" for key in CITATION_KEYS) + "\n",
    "keys of a card file": lambda: described(FILE_KEYS),
    "keys of every item": every_item,
    "keys of cloze": lambda: described(CLOZE_KEYS),
    "commands": commands,
} | {f"kind {section}": lambda kind=kind: kind_table(kind) for section, kind in built_in().items()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_tables_and_messages_are_those_of_the_program(document: Path) -> None:
    """Tables equal kind files and key lists; messages of wrong examples are what `check` says."""
    text = document.read_text("utf-8")
    assert refreshed(text) == text, "run python -m tests.test_documents"


def test_the_format_describes_every_kind_and_key() -> None:
    """No kind, no table of keys and no shape is left out of docs/format.md."""
    text = FORMAT.read_text("utf-8")
    assert {match["name"] for match in _TABLE.finditer(text)} == set(TABLES)
    assert [row[0] for row in rows_after("<!-- shapes -->", text)] == list(Shape)


# ---------------------------------------------------------------- examples


@pytest.mark.parametrize("document", [README, FORMAT], ids=lambda path: path.name)
def test_examples_build_without_a_finding(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the files that a document shows make one project, and every one of its items a note."""
    monkeypatch.chdir(tmp_path)
    examples = _EXAMPLE.findall(document.read_text("utf-8"))
    good = {name: text for which, name, text in examples if which == "file"}
    assert len(good) == sum(which == "file" for which, _, _ in examples), "two of one name"
    write({"cards/deck.yaml": MANIFEST} | good)
    if "media/" in document.read_text("utf-8"):
        write({f"cards/media/{name}": "not empty" for name in MEDIA})
    result = project.build(Path("cards"), Path("build"))
    assert [as_text(found) for found in result.found] == []
    assert result.package is not None
    assert result.package.exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_yaml_block_is_an_example(document: Path) -> None:
    """No YAML stands in a document that the tests don't build."""
    text = document.read_text("utf-8")
    assert text.count("```yaml\n") == len(_EXAMPLE.findall(text)) + len(WORKFLOW.findall(text))


def test_wrong_examples_are_wrong() -> None:
    """Each of them has an error in it."""
    for match in _WRONG.finditer(FORMAT.read_text("utf-8")):
        assert ": error [" in messages_of(match["name"], match["text"]), match["name"]


def test_dates_are_read_as_the_format_says() -> None:
    """Each form in the table of dates is shown as its row says."""
    for shown, forms in rows_after("<!-- dates -->", FORMAT.read_text("utf-8")):
        for form in re.findall(r"`([^`]+)`", forms):
            date = dates.parse(form)
            assert isinstance(date, dates.Date), form
            assert dates.written(date) == shown


def test_a_source_is_shown_as_the_format_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all that a source may have, what the format names is not shown on cards."""
    monkeypatch.chdir(tmp_path)
    hidden = FORMAT.read_text("utf-8").partition("Not shown on cards: ")[2].partition(".\n")[0]
    fields = [key for key in CITATION_KEYS if key not in ("year", "url")]
    write({
        "cards/deck.yaml": MANIFEST,
        "cards/sources.yaml": "s:\n" + "".join(f"  {key}: the {key}\n" for key in CITATION_KEYS),
        "cards/a.yaml": "questions:\n  - {q: Q, a: A, source: s}\n",
    })
    compiled = project.check(Path("cards")).compiled
    assert compiled is not None
    (note,) = compiled.deck.notes
    unseen = [key for key in fields if not any(f"the {key}" in field for field in note.fields)]
    assert ", ".join(f"`{key}`" for key in unseen) == hidden


def rows_after(marker: str, document: str) -> list[tuple[str, ...]]:
    """Take the body of the table that follows a marker."""
    lines = document.partition(f"{marker}\n")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


# ---------------------------------------------------------------- README


def test_the_readme_shows_the_cards_that_its_example_makes(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Genuine Anki shows the fronts and backs in the table, and no others."""
    monkeypatch.chdir(tmp_path)
    text = README.read_text("utf-8")
    write({"cards/deck.yaml": MANIFEST} | {n: t for _, n, t in _EXAMPLE.findall(text)})
    package = project.build(Path("cards"), Path("build")).package
    assert package is not None
    student.install(package)
    cards = [(seen(sides.question), seen(sides.answer)) for sides in student.all_sides().values()]
    told = [(plain(front), plain(back)) for front, back in rows_after("<!-- cards -->", text)]
    assert len(told) == len(cards)
    for front, back in told:
        fits = [card for card in cards if front in card[0] and back in card[1]]
        assert len(fits) == 1, (front, back, cards)


def seen(html: str) -> str:
    """What a reader sees of a side of a card, without spaces."""
    return "".join(text_of(re.sub(r"(?s)<style>.*?</style>", "", html)).split())


def plain(cell: str) -> str:
    """What a reader sees of a cell of a table, without spaces."""
    return "".join(re.sub(r"<br>|\*\*", "", cell).split())


def test_the_readme_has_one_command_to_build_and_one_to_test() -> None:
    """Each is one line that makes its own environment; continuous integration runs these lines."""
    lines = README.read_text("utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv .venv && ")]
    assert [("pytest" in line, line.endswith("deckgen build")) for line in commands] == [
        (False, True), (True, False),
    ]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "'.[dev]'" in commands[1]
    assert "dev" in extras["optional-dependencies"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Links within the project name files that exist, and headings that are there."""
    text = document.read_text("utf-8")
    outside_code = re.sub(r"(?ms)^```.*?^```$|`[^`\n]*`", "", text)
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", outside_code):
        name, _, heading = "".join(link).partition("#")
        if name.startswith("https://"):
            continue
        target = document.parent / name if name else document
        assert target.is_file(), name
        if heading:
            assert heading in headings(target.read_text("utf-8")), heading


def headings(document: str) -> set[str]:
    """Give the anchors of a document's headings, as GitHub makes them."""
    names = re.findall(r"(?m)^#+ (.+)$", document)
    return {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in names}


# ---------------------------------------------------------------- commands


def test_exit_statuses(tmp_path: Path) -> None:
    """0: done; 1: the cards have errors; 2: the call or the environment is wrong."""
    assert [row[0] for row in rows_after("<!-- statuses -->", FORMAT.read_text("utf-8"))] == [
        str(status) for status in (calls.DONE, calls.FAULTY, calls.UNUSABLE)
    ]
    assert deckgen(tmp_path, "new", "deck") == calls.DONE
    assert deckgen(tmp_path / "deck", "build") == calls.DONE
    (tmp_path / "deck/cards/first-cards.yaml").write_text("dates:\n  - event: When?\n", "utf-8")
    assert deckgen(tmp_path / "deck", "build") == calls.FAULTY
    assert deckgen(tmp_path, "build", "nowhere") == calls.UNUSABLE


def test_every_rule_named_in_the_format_is_explained() -> None:
    """What a message has in brackets, `check --explain` knows."""
    named = set(re.findall(r": (?:error|warning) \[([a-z0-9-]+)\]", FORMAT.read_text("utf-8")))
    assert named
    assert named <= set(manuals())


def test_the_objects_of_cloze_have_the_keys_of_the_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of an object, of a candidate and of a refusal, in their order."""
    monkeypatch.chdir(tmp_path)
    text = "NATO and Russia signed the Founding Act in Paris, and Russian troops withdrew."
    write({"cards/deck.yaml": MANIFEST, "cards/a.yaml": f"sentences:\n  - text: {text}\n"})
    done = CliRunner().invoke(cli.main, ["cloze", "--json"])
    (told,) = map(json.loads, done.stdout.splitlines())
    rows = rows_after("<!-- cloze json -->", FORMAT.read_text("utf-8"))
    assert [key for row in rows for key in re.findall(r"`(\w+)`", row[0])] == list(told)
    for one in (*told["candidates"], *told["refused"]):
        what = "candidates" if one in told["candidates"] else "refused"
        (about,) = (row[1] for row in rows if row[0] == f"`{what}`")
        assert re.findall(r"`(\w+)`", about) == list(one)
    assert told["candidates"]
    assert told["refused"]


def deckgen(where: Path, *words: str) -> int:
    """Run a command; nothing it does may end in a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "deckgen", *words], cwd=where, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert "Traceback" not in done.stderr
    return done.returncode


if __name__ == "__main__":
    for path in DOCUMENTS:
        path.write_text(refreshed(path.read_text("utf-8")), "utf-8")
    MANUALS.write_text(rules_document(), "utf-8")
