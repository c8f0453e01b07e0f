"""What the command line says and answers."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen import __version__
from deckgen.cli import main
from deckgen.lint import RELEASE, WRITING, manuals
from deckgen.rules import RULES
from tests.terminal import read_all

MANUALS = manuals()
ROOT = Path(__file__).parent.parent
MANIFEST = "id: t\nname: T\n"
GOOD = "questions:\n  - id: first\n    q: What?\n    a: That.\n"
FAULTY = "questions:\n  - q: 50%, a\n    b: c\n"
COMMANDS = ("build", "check", "ids", "schema", "new", "export", "diff", "verify", "relock", "stats", "watch")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    """Run deckgen in this process."""
    return CliRunner().invoke(main, list(arguments))


def write(card_file: str = GOOD, folder: str = "cards") -> None:
    """Write a project of one card file."""
    Path(folder).mkdir(parents=True)
    Path(folder, "deck.yaml").write_text(MANIFEST, encoding="utf-8")
    Path(folder, "x.yaml").write_text(card_file, encoding="utf-8")


# ---------------------------------------------------------------- help and wrong calls


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command_and_its_options(option: str) -> None:
    """In lines that fit a terminal."""
    said = run(option).stdout
    assert all(f"  {command} " in said for command in COMMANDS)
    for command in COMMANDS:
        own = run(command, option)
        assert own.exit_code == 0
        assert own.stdout.startswith(f"Usage: main {command} [OPTIONS]")
        assert max(map(len, own.stdout.splitlines())) <= 100
    assert all(option in run("build", "-h").stdout for option in ("-o, --output", "--frozen"))
    assert all(option in run("check", "-h").stdout for option in ("--format", "--explain"))
    assert "[default: build]" in run("build", "-h").stdout


def test_the_version_is_the_packages() -> None:
    """One line, for reports of bugs."""
    assert run("--version").stdout == f"deckgen, version {__version__}\n"


@pytest.mark.parametrize("arguments", [
    ["bild"], ["build", "--forzen"], ["build", "a", "b"], ["check", "--format", "xml"], ["new"],
    ["check", "--explain"], ["build", "nowhere"], ["check", "nowhere"],
], ids=" ".join)
def test_a_wrong_call_has_exit_status_2(arguments: list[str]) -> None:
    """And says what is wrong with it, on standard error alone."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_the_module_runs_like_the_command() -> None:
    """`python -m deckgen` for where the command is not on the path."""
    done = subprocess.run([sys.executable, "-m", "deckgen", "--version"], capture_output=True,
                          text=True, check=True)
    assert done.stdout.endswith(f"version {__version__}\n")


def test_asking_for_help_loads_nothing_heavy() -> None:
    """`deckgen --help` comes at once."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import deckgen.cli, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()
    heavy = {"yaml", "genanki", "cmarkgfm", "sqlite3", "zipfile", "json", "difflib", "asyncio",
             "dataclasses", "importlib.resources", "deckgen.project"}
    assert not heavy & set(loaded)


# ---------------------------------------------------------------- exit statuses and streams


def test_exit_status_tells_whether_the_cards_have_errors() -> None:
    """0: built; 1: errors, nothing written. Findings go to standard error, the rest to output."""
    write()
    built = run("build")
    assert built.exit_code == 0
    assert built.stderr == ""
    assert built.stdout.startswith("build/t.apkg: 1 note (1 question), 1 card in ")
    checked = run("check")
    assert (checked.exit_code, checked.output) == (0, "")
    Path("cards/x.yaml").write_text(FAULTY, encoding="utf-8")
    for command, last in (("build", "nothing was written"), ("check", "the deck cannot be built")):
        result = run(command)
        assert result.exit_code == 1
        assert result.stdout == ""
        first, second, third = result.stderr.splitlines()
        assert first == "cards/x.yaml:2:5: error [missing-value] a question needs 'a'; add 'a: …'"
        assert second.startswith("cards/x.yaml:3:5: error [unknown-key] 'b' is not a key of a q")
        assert third == f"2 errors; {last}"


def test_warnings_do_not_keep_from_building() -> None:
    """They are reported, and the exit status is 0."""
    write()
    Path("cards/sources.yaml").write_text("a:\n  title: A\n", encoding="utf-8")
    for command in ("build", "check"):
        result = run(command)
        assert result.exit_code == 0
        assert result.stderr.startswith("cards/sources.yaml:1:1: warning [unused-source] ")
        assert result.stderr.count("\n") == 1


def test_any_folder_can_be_named() -> None:
    """Findings name it as it was given."""
    write(FAULTY, "a/b c")
    assert run("check", "a/b c").stderr.startswith("a/b c/x.yaml:2:5: error ")
    assert run("check", "./a/../a/b c/").stderr.count("error [") == 2


def test_there_is_no_colour_where_nobody_sees_it() -> None:
    """In a file or a pipe there are no escape sequences; on a terminal there may be."""
    write(FAULTY)
    done = subprocess.run([sys.executable, "-m", "deckgen", "check"], capture_output=True,
                          text=True, check=False, env={**os.environ, "FORCE_COLOR": "1"})
    assert done.returncode == 1
    assert "\x1b" not in done.stderr


def test_a_terminal_gets_colour_unless_it_is_refused() -> None:
    """NO_COLOR is respected."""
    pty = pytest.importorskip("pty")
    write(FAULTY)
    for extra, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        ours, theirs = pty.openpty()
        env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        done = subprocess.run([sys.executable, "-m", "deckgen", "check"], stderr=theirs,
                              check=False, env={**env, **extra, "TERM": "xterm"})
        os.close(theirs)
        said = read_all(ours)
        assert done.returncode == 1
        assert ("\x1b[" in said) is is_coloured


def test_a_reader_that_goes_away_gets_no_traceback() -> None:
    """`deckgen schema | head -1`."""
    with subprocess.Popen([sys.executable, "-m", "deckgen", "schema"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline() == "{\n"
        writer.stdout.close()
        assert "Traceback" not in writer.stderr.read()


# ---------------------------------------------------------------- formats


def test_json_has_one_object_a_line_and_nothing_else() -> None:
    """For programs."""
    write(FAULTY)
    result = run("check", "--format", "json")
    assert result.exit_code == 1
    first, second = map(json.loads, result.stderr.splitlines())
    assert first == {"path": "cards/x.yaml", "line": 2, "column": 5, "severity": "error",
                     "rule": "missing-value", "message": "a question needs 'a'; add 'a: …'"}
    assert second["rule"] == "unknown-key"


def test_github_has_commands_that_annotate_a_pull_request() -> None:
    """With what has a meaning in such commands escaped."""
    write(FAULTY + "  - q: 'x%y'\n    a: z\n    ask: 'x%y'\n", "a,b:c")
    lines = run("check", "a,b:c", "--format", "github").stderr.splitlines()
    assert lines[0].startswith("::error file=a%2Cb%3Ac/x.yaml,line=2,col=5,title=missing-value::a ")
    assert "'x%25y' is no card" in lines[2]
    assert len(lines) == 3


# ---------------------------------------------------------------- explanations


REPORTS = ("error", "warning", "Diagnostic", "refuse", "fault", "Fault")


def strings(everywhere: bool) -> set[str]:
    """List the strings in the package's source: all, or those given to what makes findings."""
    found: set[str] = set()
    for path in (ROOT / "deckgen").rglob("*.py"):
        if path.name == "rules.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found |= constants(node.args[:3]) if name in REPORTS else set()
            elif everywhere:
                found |= constants([node])
    return found


def constants(nodes: Sequence[ast.AST]) -> set[str]:
    """List what could be the name of a rule."""
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z0-9-]+", text)}


def test_every_rule_has_a_manual_and_every_manual_a_rule() -> None:
    """`check --explain` knows all that a diagnostic can name, and nothing else."""
    assert strings(everywhere=False) - set(MANUALS) == set()
    of_functions = {rule.name for rule in (*RELEASE, *WRITING)}
    assert of_functions & set(RULES) == set()
    assert set(RULES) - strings(everywhere=True) == set()


@pytest.mark.parametrize("rule", sorted(MANUALS))
def test_a_manual_is_short_and_fits_a_terminal(rule: str) -> None:
    """It begins with a whole sentence; a rule of form has eight lines at most."""
    lines = MANUALS[rule].splitlines()
    assert 1 < len(lines) <= (8 if rule in RULES else 40)
    assert max(map(len, lines)) <= 100
    assert re.match(r"[A-Z'“]", lines[0])
    result = run("check", "--explain", rule)
    assert result.exit_code == 0
    assert result.stdout == f"{rule}\n\n{MANUALS[rule]}\n"


def test_an_unknown_rule_gets_the_nearest() -> None:
    """Exit status 2."""
    result = run("check", "--explain", "unknown-keys")
    assert result.exit_code == 2
    assert result.stderr == (
        "deckgen: there is no rule 'unknown-keys'; did you mean 'unknown-key'?\n"
    )


EXAMPLE = re.compile(r"^  good:  (- .*|[a-z-]+: .*)((?:\n {9}.*)*)", re.MULTILINE)


@pytest.mark.parametrize("rule", [rule for rule in sorted(MANUALS) if EXAMPLE.search(MANUALS[rule])])
def test_the_good_examples_of_manuals_are_yaml_without_faults(rule: str) -> None:
    """What a manual shows as good can be read."""
    from deckgen.source import parse

    match = EXAMPLE.search(MANUALS[rule])
    assert match is not None
    lines = [match[1], *(line[9:] for line in match[2].splitlines())]
    text = "\n".join(lines) + "\n"
    found = [diagnostic.rule for diagnostic in parse("x.yaml", text.encode()).found]
    assert set(found) <= {"duplicate-key"}  # several ways to write one value


# ---------------------------------------------------------------- schema


def test_schema_describes_the_card_files_of_the_project() -> None:
    """Its own kinds and sources included; without a project, the built-in kinds."""
    plain = json.loads(run("schema").stdout)
    assert plain["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert {"deck", "source", "tags", "dates", "questions"} <= set(plain["properties"])
    write()
    Path("cards/kinds").mkdir()
    Path("cards/kinds/maps.yaml").write_text(
        "section: maps\nsingular: map\nabout: A map.\nfields:\n  name:\n    takes: line\n"
        "    required: yes\n    about: Its name.\ncards:\n  name:\n    front: '{{Name}}'\n"
        "    back: x\n", encoding="utf-8")
    Path("cards/sources.yaml").write_text("known:\n  title: A\n", encoding="utf-8")
    own = json.loads(run("schema").stdout)
    assert own["properties"]["maps"]["description"] == "A map."
    assert own["$defs"]["maps"]["required"] == ["name"]
    assert own["$defs"]["maps"]["properties"]["name"]["description"] == "Its name."
    assert "known" in json.dumps(own["$defs"]["-source"])


def test_every_reference_in_the_schema_has_its_definition() -> None:
    """And every object says what it refuses."""
    schema = json.loads(run("schema").stdout)
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))
    assert references
    assert {reference.removeprefix("#/$defs/") for reference in references} == set(schema["$defs"])
    items = [value for name, value in schema["$defs"].items() if not name.startswith("-")]
    for definition in (schema, *items):
        assert definition["additionalProperties"] is False
        assert set(definition.get("required", ())) <= set(definition["properties"])


def test_the_schema_accepts_the_shipped_cards_and_refuses_a_slip() -> None:
    """The keys of every shipped item are those of the schema."""
    from deckgen import model
    from deckgen.source import parse

    schema = json.loads(run("schema", str(ROOT / "cards")).stdout)
    for path in sorted((ROOT / "cards").glob("*.yaml")):
        root = parse(path.name, path.read_bytes()).root
        if path.name in ("deck.yaml", "sources.yaml") or not isinstance(root, model.Mapping):
            continue
        assert set(root.entries) <= set(schema["properties"])
        for section, items in root.entries.items():
            for item in items.items if isinstance(items, model.Sequence) else ():
                if isinstance(item, model.Mapping):
                    definition = schema["$defs"][section]
                    assert set(definition["required"]) <= set(item.entries)
                    assert set(item.entries) <= set(definition["properties"])
    assert "postion" not in schema["$defs"]["positions"]["properties"]


# ---------------------------------------------------------------- new


def test_a_new_folder_builds_at_once_and_without_a_finding() -> None:
    """The example says how to go on, and what it says works."""
    made = run("new", "My Deck")
    assert made.exit_code == 0
    assert f"wrote {Path('My Deck/cards/deck.yaml')}" in made.stdout
    assert "deckgen build" in made.stdout
    os.chdir("My Deck")
    built = run("build")
    assert built.exit_code == 0, built.output
    assert built.stderr == ""
    assert [path.suffix for path in Path("build").iterdir()] == [".apkg"]
    assert all(b"\r" not in path.read_bytes() for path in Path("cards").rglob("*.yaml"))


def test_new_never_overwrites() -> None:
    """A second time it says why not, and changes nothing."""
    Path("d").mkdir()
    Path("d/.gitignore").write_text("mine\n", encoding="utf-8")
    assert run("new", "d").exit_code == 0
    assert Path("d/.gitignore").read_text(encoding="utf-8") == "mine\n"
    before = {path: path.read_bytes() for path in Path("d").rglob("*") if path.is_file()}
    again = run("new", "d")
    assert again.exit_code == 2
    assert "is there already; name another folder, or move it away" in again.stderr
    assert {path: path.read_bytes() for path in Path("d").rglob("*") if path.is_file()} == before


def test_new_where_nothing_can_be_written_is_a_wrong_call() -> None:
    """A file in the way, or a folder where nobody may write."""
    Path("file").write_text("x", encoding="utf-8")
    for folder in ("file", "file/below", "/proc/deck"):
        result = run("new", folder)
        assert result.exit_code == 2
        assert result.stderr.startswith("deckgen: cannot write ")
