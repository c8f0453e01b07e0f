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

import click
import pytest
import yaml
from click.testing import CliRunner

from deckgen import cli, dates, diagnostics, project, starter
from deckgen.comparison import Cost
from deckgen.diagnostics import as_text
from deckgen.lint import manuals
from deckgen.model import Kind, Shape
from deckgen.schema import built_in, common
from deckgen.schema.items import CLOZE_KEYS, FILE_KEYS, ITEM_KEYS
from deckgen.schema.manifest import CITATION_KEYS, MANIFEST_KEYS
from deckgen.verify import Fault
from tests.anki_collection import Student, text_of

ROOT = Path(__file__).parent.parent
FORMAT, README, DESIGN = ROOT / "docs/format.md", ROOT / "README.md", ROOT / "docs/design.md"
RELEASES = ROOT / "docs/releases.md"
DOCUMENTS = [README, FORMAT, DESIGN, RELEASES, ROOT / "docs/students.md"]
MEDIA = ("signing.jpg", "maps/paris.png", "speech.mp3")  # what the examples refer to
MANIFEST = "id: example\nname: Example\n"

_EXAMPLE = re.compile(r"<!-- (file|wrong): (\S+) -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_WRONG = re.compile(
    r"(<!-- wrong: (?P<name>\S+) -->\n```yaml\n(?P<text>.*?)^```\n\n<!-- said -->\n)"
    r"(?:```text\n.*?^```\n)?",
    re.DOTALL | re.MULTILINE,
)
_WORKFLOW = re.compile(r"<!-- workflow: \S+ -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_STEP = re.compile(
    r"<!-- (?P<what>file|run|said)(?:: (?P<of>[^\n]+?))? -->\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
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
    assert text.count("```yaml\n") == len(_EXAMPLE.findall(text)) + len(_WORKFLOW.findall(text))


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
        str(status) for status in (cli.DONE, cli.FAULTY, cli.UNUSABLE)
    ]
    assert deckgen(tmp_path, "new", "deck") == cli.DONE
    assert deckgen(tmp_path / "deck", "build") == cli.DONE
    (tmp_path / "deck/cards/first-cards.yaml").write_text("dates:\n  - event: When?\n", "utf-8")
    assert deckgen(tmp_path / "deck", "build") == cli.FAULTY
    assert deckgen(tmp_path, "build", "nowhere") == cli.UNUSABLE


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


# ---------------------------------------------------------------- the starting folder


def test_a_new_folder_builds_at_once_and_shows_every_kind(tmp_path: Path) -> None:
    """What `new` makes has no finding, and an item of each built-in kind."""
    made = starter.make(tmp_path / "My first deck")
    result = project.build(tmp_path / "My first deck/cards", tmp_path / "build")
    assert [path.relative_to(tmp_path / "My first deck").as_posix() for path in made] == [
        "cards/deck.yaml", "cards/sources.yaml", "cards/first-cards.yaml", ".gitignore",
    ]
    assert [as_text(found) for found in result.found] == []
    assert result.compiled is not None
    made_of = {note.note_type.section for note in result.compiled.deck.notes}
    assert made_of == set(built_in())
    assert result.package == tmp_path / "build/my-first-deck.apkg"


def test_a_new_folder_takes_the_place_of_nothing(tmp_path: Path) -> None:
    """Where there are cards already, `new` refuses; a .gitignore that is there stays as it is."""
    (tmp_path / ".gitignore").write_text("mine\n", "utf-8")
    starter.make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(diagnostics.Unusable):
        starter.make(tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / ".gitignore").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize(("folder", "name"), [("日本", "my-deck"), ("Öl & Gas 2", "l-gas-2")])
def test_a_new_deck_has_an_id_whatever_its_folder_is_called(
    folder: str, name: str, tmp_path: Path
) -> None:
    """The id is made of the folder's name, as far as that has letters for it."""
    starter.make(tmp_path / folder)
    result = project.build(tmp_path / folder / "cards", tmp_path)
    assert result.package == tmp_path / f"{name}.apkg"


# ---------------------------------------------------------------- releases


def test_the_page_on_releases_works_as_written(
    anki: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first release to the second, then in continuous integration: files, commands, what is said."""
    text = RELEASES.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    scripted(monkeypatch, tmp_path / "bin", deckgen=f'exec {sys.executable} -m deckgen "$@"',
             pip="true", gh="mkdir last && cp published/1.apkg last/")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@example.org")
    shell("git init -q")
    for step in _STEP.finditer(text):
        if step["what"] == "file":
            write({step["of"]: step["text"]})
        elif step["what"] == "run":
            shell(step["text"])
        else:
            assert shell(step["of"]) == step["text"]
    (workflow,) = _WORKFLOW.findall(text)
    commands = [step["run"] for step in yaml.safe_load(workflow)["jobs"]["deck"]["steps"] if "run" in step]
    assert len(commands) == workflow.count("run: ")
    shell("\n".join(commands))
    assert shell("deckgen diff --since v1") == shell("deckgen diff published/1.apkg")
    assert shell("deckgen diff --since v2").startswith("3 unchanged\n")
    assert "- When was Minsk II agreed? → 12 February 2015 (was: 11 February 2015)\n" in shell("cat CHANGES.md")


def scripted(monkeypatch: pytest.MonkeyPatch, folder: Path, **commands: str) -> None:
    """Put commands on the path that are these lines of shell."""
    folder.mkdir()
    for name, line in commands.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONUTF8", "1")


def shell(commands: str) -> str:
    """Run commands, each of which must succeed; give what they print."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, (commands, done.stderr)
    return done.stdout


def test_every_fault_has_its_remedy() -> None:
    """In the order in which they are reported; those that `diff` foretells stand together."""
    rows = rows_after("<!-- faults -->", RELEASES.read_text("utf-8"))
    names = [row[0] for row in rows]
    assert names == list(Fault)
    costs = [str(cost) for cost in Cost]
    first, last = names.index(costs[0]), names.index(costs[-1])
    assert names[first: last + 1] == costs
    assert f"`diff` foretells those from *{costs[0]}* to *{costs[-1]}*" in RELEASES.read_text("utf-8")


def test_the_objects_of_diff_and_verify_have_the_keys_of_the_page(
    anki: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Theirs, and those of what is in their lists."""
    monkeypatch.chdir(tmp_path)
    text = RELEASES.read_text("utf-8")
    write({"cards/deck.yaml": MANIFEST, "cards/a.yaml": "questions: [{id: a, q: Q, a: A}, {id: b, q: R, a: B}]"})
    first = project.build(Path("cards"), Path("old")).package
    write({"cards/b.yaml": "questions: [{id: a, q: Q, a: A}]", "cards/a.yaml": "questions: [{id: c, q: C, a: C}]"})
    second = project.build(Path("cards"), Path("new")).package
    for command, packages, lists in (("diff", (first, second), {"notes": {"search", "decks"}}),
                                     ("diff", (second, first), {"losses": {"card"}}),
                                     ("verify", (first, second), {"findings": {"card"}})):
        made = json.loads(CliRunner().invoke(cli.main, [command, "--json", *map(str, packages)]).stdout)
        rows = rows_after(f"<!-- {command} json -->", text)
        assert [key for row in rows for key in re.findall(r"`(\w+)`", row[0])] == list(made)
        for name, rare in lists.items():
            (about,) = (row[1] for row in rows if row[0] == f"`{name}`")
            told = set(re.findall(r"`(\w+)`", about))
            assert set().union(*made[name]) <= told <= set().union(*made[name]) | rare


def test_rules_named_on_the_page_on_releases_are_explained() -> None:
    """Of the lock."""
    named = set(re.findall(r"`\[([a-z-]+)\]`", RELEASES.read_text("utf-8")))
    assert {name for name in manuals() if name.endswith("-lock")} - {"damaged-lock"} <= named
    assert named <= set(manuals())


if __name__ == "__main__":
    for path in DOCUMENTS:
        path.write_text(refreshed(path.read_text("utf-8")), "utf-8")
