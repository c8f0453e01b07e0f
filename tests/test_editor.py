"""What an author sees in an editor: a genuine yaml-language-server is asked, over its protocol."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deckgen import editor, project, starter
from deckgen.cli import main
from deckgen.diagnostics import as_text
from deckgen.lint import ignorable
from deckgen.schema import built_in
from tests import language_server
from tests.language_server import Editor, Problem, cache_folder, installed, running

ROOT = Path(__file__).parent.parent
CARDS = ROOT / "cards"
KINDS = ROOT / "deckgen/kinds"
SECTIONS = sorted(built_in())

CARD_FILE = "# yaml-language-server: $schema=.deckgen/card-file.schema.json\n"
DATE = f"{CARD_FILE}dates:\n  - date: 1997\n    event: Something\n"
BOOKS = """\
section: books
singular: book
about: A book and what it argues.
fields:
  title:
    takes: line
    required: yes
    about: The title in the original language.
    example: The Anarchical Society
  author: {takes: names, required: yes}
cards:
  author:
    about: The title is shown, the author is asked.
    front: "{{Title}}"
    back: "{{Author}}"
"""


@pytest.fixture(scope="module")
def program() -> Path:
    """The server, by npm."""
    return installed(cache_folder())


@pytest.fixture(scope="module")
def shipped(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The deck of this repository with schemas, in an editor without any settings."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(CARDS, folder / "cards")
    editor.write(folder / "cards")
    with running(program, folder) as opened:
        yield opened


def test_without_npm_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI is set the tests fail that need the server; elsewhere they are skipped."""
    monkeypatch.setattr(language_server, "_environment", lambda: {"PATH": str(tmp_path)})
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no npm"):
        language_server.installed(tmp_path / "cache")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="there is no npm"):
        language_server.installed(tmp_path / "cache")


# ---------------------------------------------------------------- completion


def test_the_keys_of_a_card_file_are_offered(shipped: Editor) -> None:
    """Each with what it is; a kind's with what an item of it needs."""
    offers = shipped.offers("cards/keys.yaml", f"{CARD_FILE}‸")
    assert {"deck", "source", "tags", "retired", *SECTIONS} <= set(offers)
    assert offers["deck"].about.startswith("Subdeck below the manifest's name")
    for section, kind in built_in().items():
        assert offers[section].about == kind.about
        begun = offers[section].text
        assert re.match(rf"{section}:\n  - {kind.fields[0].key}: ", begun), begun
    assert offers["dates"].text == "dates:\n  - date: $1\n    event: $2"


@pytest.mark.parametrize("section", SECTIONS)
def test_the_keys_of_an_item_are_offered(section: str, shipped: Editor) -> None:
    """Required ones before others, each with what it is; and a whole new item."""
    kind = built_in()[section]
    offers = shipped.offers(f"cards/item-{section}.yaml", f"{CARD_FILE}{section}:\n  - ‸")
    keys = [label for label in offers if label in {field.key for field in kind.fields}]
    required = [field.key for field in kind.fields if field.required]
    assert keys[:len(required)] == required
    assert {field.key: offers[field.key].about for field in kind.fields} == {
        field.key: field.about for field in kind.fields
    }
    assert {"id", "note", "as-of", "tags", "source", "ignore"} <= set(offers)
    assert kind.is_cloze != ("ask" in offers)
    written = offers[f"new {kind.singular}"].text
    assert [line.split(":")[0].strip() for line in written.split("\n")] == ["id", *required]


@pytest.mark.parametrize("before", ["", "[", "[when, ", "\n      - "], ids=repr)
def test_the_cards_of_a_kind_are_offered(before: str, shipped: Editor) -> None:
    """After `ask`, on its line or in a list, each with how it asks."""
    after = "]" if "[" in before else ""
    offers = shipped.offers("cards/ask.yaml", f"{DATE}    ask: {before}‸{after}\n")
    cards = {card.key: card.about for card in built_in()["dates"].cards}
    assert {key: offers[key].about for key in cards} == cards
    assert not {"true", "false", "null"} & set(offers)


@pytest.mark.parametrize("before", ["", "[", "\n      - "], ids=repr)
def test_sources_tags_and_rules_are_offered(before: str, shipped: Editor) -> None:
    """A source with its title, a tag that is in use, a rule with what it is about."""
    after = "]" if "[" in before else ""

    def offered(key: str) -> dict[str, str]:
        text = f"{DATE}    {key}: {before}‸{after}\n"
        return {label: offer.about for label, offer in shipped.offers("cards/c.yaml", text).items()}

    assert offered("source")["minsk-2015"].startswith("Package of Measures")
    assert {"weight::core", "actor::russia"} <= set(offered("tags"))
    rules = offered("ignore")
    assert {rule: rules[rule] for rule in ignorable()} == ignorable()


def test_other_files_are_completed_too(shipped: Editor) -> None:
    """The manifest, the sources and a kind of one's own."""
    schema = "# yaml-language-server: $schema=.deckgen/{}.schema.json\n"
    manifest = shipped.offers("cards/d.yaml", schema.format("deck") + "‸")
    assert {"id", "name", "description", "language", "tags", "ignore"} <= set(manifest)
    source = shipped.offers("cards/s.yaml", schema.format("sources") + "one-2020:\n  ‸")
    assert source["title"].about == "What it is called."
    kind = shipped.offers("cards/k.yaml", schema.format("kind") + "fields:\n  name:\n    takes: ‸")
    assert kind["names"].about == "One line of Markdown, or a list of them."
    assert {"line", "text", "date", "sentence"} <= set(kind)


# ---------------------------------------------------------------- hover


@pytest.mark.parametrize("section", SECTIONS)
def test_hover_tells_what_a_field_is(section: str, shipped: Editor) -> None:
    """What it takes, what it is, and an example."""
    for field in built_in()[section].fields:
        text = f"{CARD_FILE}{section}:\n  - ‸{field.key}: Something\n"
        shown = " ".join(shipped.hover("cards/hover.yaml", text).split())
        required = ", required" if field.required else ""
        assert shown.startswith(f"#### {field.key}: {field.shape}{required} {field.about}")
        assert f"Example: ```yaml {field.example.split('==')[0]}"[:40] in shown


def test_hover_tells_what_may_be_asked(shipped: Editor) -> None:
    """Each card with how it asks; and what `source` is, without a list of all sources."""
    shown = shipped.hover("cards/hover.yaml", f"{DATE}    ‸ask: when\n")
    assert "Which of its cards are wanted." in shown
    assert "* `when`: The event is shown, the date is asked." in shown
    shown = shipped.hover("cards/hover.yaml", f"{DATE}    ‸source: minsk-2015, point 3\n")
    assert shown.startswith("#### source\n\nA key of sources.yaml")
    assert "higashino" not in shown


# ---------------------------------------------------------------- what is wrong, and what is not


def test_what_is_misspelt_is_underlined(shipped: Editor) -> None:
    """An unknown key at its line, a missing one, and what is no card or rule."""
    wrong = (
        "qestions: []\npositions:\n  - actor: Russia\n    issue: NATO's enlargement\n"
        "    postion: Against\ndates:\n  - date: 1997\n    event: It\n    ask: wen\n"
        "    ignore: unused\n"
    )
    assert set(shipped.problems("cards/wrong.yaml", CARD_FILE + wrong)) == {
        Problem(2, "Property qestions is not allowed."),
        Problem(4, 'Missing property "position".'),
        Problem(6, "Property postion is not allowed."),
        Problem(10, 'Value is not accepted. Valid values: "when", "what".'),
        Problem(11, "Value is not accepted. Valid values: "
                    + ", ".join(f'"{rule}"' for rule in ignorable()) + "."),
    }


@pytest.mark.parametrize("name", sorted(path.name for path in CARDS.glob("*.yaml")))
def test_nothing_is_wrong_with_the_shipped_deck(name: str, shipped: Editor) -> None:
    """By the line that names its schema."""
    schema = {"deck.yaml": "deck", "sources.yaml": "sources"}.get(name, "card-file")
    line = f"# yaml-language-server: $schema=.deckgen/{schema}.schema.json\n"
    assert shipped.problems(f"cards/{name}", line + (CARDS / name).read_text("utf-8")) == []


@pytest.mark.parametrize("text", [
    "NO", "yes", "true", "Null", "~", "12:30", "1997", "1.10", "-0043", "2021-12-17", "1e3", "0x1F",
    ".inf", "1_000", "199X", "'quoted'", "[a, 1997, NO]",
])
def test_text_is_text(text: str, shipped: Editor, tmp_path: Path) -> None:
    """Neither deckgen nor the editor minds what YAML itself reads as a number, a date or nothing."""
    keys = "tags: [1997, NO, 12:30]\nretired:\n  1997: 1998\n"
    item = f"  - id: 1997\n    name: X\n    aliases: {text}\n    role: R\n    tags: {text}\n"
    one = text if text[0] != "[" else "NO"
    card = (f"{keys}actors:\n{item}    source: 1997\n"
            f"questions:\n  - q: {one}\n    a: {one}\n    note: {one}\n    ask: []\n    source: []\n"
            f"sentences:\n  - text: One ==two==.\n    cloze: {{max: 2}}\n")
    manifest = f"id: {1997}\nname: {one}\ndescription: {one}\nlanguage: no\ntags: {text}\n"
    sources = f"1997:\n  title: {one}\n  author: {text}\n  year: 1997\n"
    for name, content in (("a", card), ("deck", manifest), ("sources", sources)):
        (tmp_path / f"{name}.yaml").write_text(content, "utf-8")
    faults = {found.rule for found in project.check(tmp_path).found if found.is_error}
    assert not faults & {"wrong-shape", "empty-value", "bad-id", "unknown-key"}
    unlike = re.sub(r"\W", "-", text)
    for schema, content in (("card-file", card), ("deck", manifest), ("sources", sources)):
        line = f"# yaml-language-server: $schema=.deckgen/{schema}.schema.json\n"
        name = f"cards/text-{schema}-{unlike}.yaml"
        assert shipped.problems(name, line + content) == []


def test_nothing_is_wrong_with_the_examples_of_the_format(program: Path, tmp_path: Path) -> None:
    """All that docs/format.md shows as right, a kind of one's own included, by VS Code's settings."""
    starter.make(tmp_path)
    text = (ROOT / "docs/format.md").read_text("utf-8")
    examples = re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for name, content in examples:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    editor.write(tmp_path / "cards")
    with running(program, tmp_path, settings_of(tmp_path)) as opened:
        wrong = {name: found for name, _ in examples if (found := opened.problems(name))}
    assert len(examples) > 10
    assert wrong == {}


def test_nothing_is_wrong_with_the_example_edition(program: Path, tmp_path: Path) -> None:
    """The ids of the original are offered below `changes`, and its fields below them."""
    for name in ("cards", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    folder = tmp_path / "examples/northern-territories"
    editor.write(folder)
    with running(program, folder) as opened:
        for name, schema in (("deck", "deck"), ("seminar", "card-file")):
            line = f"# yaml-language-server: $schema=.deckgen/{schema}.schema.json\n"
            text = line + (folder / f"{name}.yaml").read_text("utf-8")
            assert opened.problems(f"{name}.yaml", text) == []
        wrong = f"{CARD_FILE}changes:\n  yachi:\n    roles+: x\n    name-: y\n"
        assert len(opened.problems("wrong.yaml", wrong)) == 2
        offered = opened.offers("new.yaml", f"{CARD_FILE}changes:\n  ‸")
    assert {"yachi", "northern-territories"} <= set(offered)


def settings_of(folder: Path) -> dict[str, Any]:
    """Read the settings that VS Code finds in a folder."""
    settings: dict[str, Any] = json.loads((folder / ".vscode/settings.json").read_text("utf-8"))
    return settings


# ---------------------------------------------------------------- a new project


@pytest.mark.parametrize("way", ["lines", "settings"])
def test_a_new_project_is_ready_for_an_editor(way: str, program: Path, tmp_path: Path) -> None:
    """By the first line of each file, or in VS Code without it, each file has its schema."""
    starter.make(tmp_path)
    names = ("cards/deck.yaml", "cards/sources.yaml", "cards/first-cards.yaml")
    files = {name: (tmp_path / name).read_text("utf-8") for name in names}
    kind = (KINDS / "dates.yaml").read_text("utf-8")
    if way == "settings":
        files = {name: text.partition("\n")[2] for name, text in files.items()}
        files |= {"cards/kinds/dates.yaml": kind, "cards/folder/more.yaml": files[names[2]]}
    with running(program, tmp_path, settings_of(tmp_path) if way == "settings" else None) as opened:
        wrong = {name: found for name, text in files.items()
                 if (found := opened.problems(name, text))}
        assert wrong == {}
        for name, text in files.items():
            path = name.replace(".yaml", "-too.yaml") if way == "lines" else name
            said = opened.hover(path, re.sub(r"(?m)^(?=[a-z])", "‸", text, count=1))
            assert said, name  # a file without a schema has nothing wrong either
        assert "new date" in opened.offers(
            "cards/mine.yaml", f"{'' if way == 'settings' else CARD_FILE}dates:\n  - ‸"
        )


def test_schemas_follow_the_project(program: Path, tmp_path: Path) -> None:
    """A build gives the editor a new kind, source and tag; the schemas are not for git."""
    starter.make(tmp_path)
    cards = tmp_path / "cards"
    kept = sorted(path.name for path in (cards / ".deckgen").iterdir())
    assert kept == [".gitignore", "card-file.schema.json", "deck.schema.json", "kind.schema.json",
                    "sources.schema.json"]
    (cards / "kinds").mkdir()
    (cards / "kinds/books.yaml").write_text(BOOKS, "utf-8")
    with (cards / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write("\nbull-1977:\n  title: The Anarchical Society\n")
    text = (f"{CARD_FILE}source: bull-1977\n"
            "books:\n  - {title: The Anarchical Society, author: Hedley Bull, tags: theory}\n")
    (cards / "books.yaml").write_text(text, "utf-8")
    with running(program, tmp_path) as opened:
        assert "new book" not in opened.offers("cards/x.yaml", f"{CARD_FILE}books:\n  - ‸")
        assert [as_text(found) for found in project.build(cards, tmp_path / "build").found] == []
        opened.changed("cards/.deckgen/card-file.schema.json")
        book = opened.offers("cards/x.yaml", f"{CARD_FILE}books:\n  - ‸")
        assert book["title"].about == "The title in the original language."
        assert {"title", "author", "new book"} <= set(book)
        assert "author" in opened.offers("cards/x.yaml", f"{text[:-2]}, ask: ‸}}\n")
        assert "bull-1977" in opened.offers("cards/x.yaml", f"{CARD_FILE}source: ‸\n")
        assert "theory" in opened.offers("cards/x.yaml", f"{CARD_FILE}tags: ‸\n")
        assert opened.problems("cards/books.yaml") == []


# ---------------------------------------------------------------- the files


def test_schemas_are_kept_where_they_are_wanted(tmp_path: Path) -> None:
    """By `build`, in a project that has the folder for them, which a clone has; no other time."""
    cards = tmp_path / "cards"
    starter.make(tmp_path)
    schemas = {path: path.read_bytes() for path in (cards / ".deckgen").glob("*.json")}
    for path in schemas:
        path.unlink()
    project.check(cards)
    project.build(cards, tmp_path / "build", frozen=True)
    assert not any(path.exists() for path in schemas)
    project.build(cards, tmp_path / "build")
    assert {path: path.read_bytes() for path in schemas} == schemas
    times = {path: path.stat().st_mtime_ns for path in schemas}
    project.build(cards, tmp_path / "build")
    assert {path: path.stat().st_mtime_ns for path in schemas} == times
    shutil.rmtree(cards / ".deckgen")
    project.build(cards, tmp_path / "build")
    assert not (cards / ".deckgen").exists()


def test_schemas_are_written_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`schema --write` makes the same as `new`, also while the cards have faults."""
    starter.make(tmp_path)
    made = {path.name: path.read_bytes() for path in (tmp_path / "cards/.deckgen").iterdir()}
    shutil.rmtree(tmp_path / "cards/.deckgen")
    with (tmp_path / "cards/first-cards.yaml").open("a", encoding="utf-8") as file:
        file.write("    txt: A slip\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["schema", "--write"])
    assert done.exit_code == 0
    assert {Path(line.removeprefix("wrote ")).name for line in done.stdout.splitlines()} == set(made)
    assert {path.name: path.read_bytes() for path in Path("cards/.deckgen").iterdir()} == made
    assert CliRunner().invoke(main, ["schema"]).stdout.encode() == made["card-file.schema.json"]
    failed = CliRunner().invoke(main, ["schema", "--write", "nowhere"])
    assert failed.exit_code == 2
    assert "there is no folder nowhere" in failed.stderr
