"""Imports point down, and each room keeps to itself what it alone knows."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from deckgen.schema import built_in

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "deckgen"

# What is not in the standard library, and parts of it that say how packages are made, and by whom it
# is imported: one room each. Two formats are those of two things that know nothing of each other:
# Anki's packages are zips, and so are archives of projects, which git too hands over as a tar.
ROOMS: dict[str, str | set[str]] = {
    "yaml": "source",
    "cmarkgfm": "markdown",
    "click": "cli",
    "anki": "verify",
    "genanki": "apkg",
    "sqlite3": "apkg",
    "zipfile": {"apkg", "files"},
    "tarfile": {"files", "history"},
    "watchdog": "watch",
    "openpyxl": "workbook",
    "http": "serving",
    "weasyprint": "paper",
}


class Import(NamedTuple):
    """That a module imports another; both as paths of names, such as ("compile", "notes")."""

    by: tuple[str, ...]
    what: tuple[str, ...]
    is_own: bool  # of this package


def imports() -> Iterator[Import]:
    """Find every import statement in the package, those inside functions included."""
    for path in sorted(PACKAGE.rglob("*.py")):
        by = path.relative_to(PACKAGE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: imports are absolute"
                module = (node.module or "").split(".")
                names = [[*module, alias.name] for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name.split(".") for alias in node.names]
            else:
                continue
            for name in names:
                is_own = name[0] == "deckgen"
                yield Import(by, tuple(name[1:] if is_own else name), is_own)


def layers() -> list[set[str]]:
    """Give the floors of the contract in pyproject.toml, from the top."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    assert contract["type"] == "layers"
    assert contract["exhaustive"]
    return [set(layer.split(" | ")) for layer in contract["layers"]]


def rooms() -> set[str]:
    """Give the names of the modules and subpackages."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_every_room_is_on_a_floor() -> None:
    """The contract names each module and subpackage once."""
    named = [room for layer in layers() for room in layer]
    assert sorted(named) == sorted(rooms())


def test_imports_point_down() -> None:
    """A room imports only from floors below its own, or from itself."""
    floor = {room: -i for i, layer in enumerate(layers()) for room in layer}
    wrong = [
        (one.by[0], one.what[0])
        for one in imports()
        if one.is_own and one.what[0] in floor and one.by[0] in floor
        and one.by[0] != one.what[0] and floor[one.what[0]] >= floor[one.by[0]]
    ]
    assert wrong == []


def test_the_floors_are_those_of_the_design() -> None:
    """The table in docs/design.md equals the contract in pyproject.toml."""
    design = (ROOT / "docs/design.md").read_text("utf-8")
    rows = design.partition("<!-- floors -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    told = [(row.split("|")[1].strip(), set(re.findall(r"`(\w+)`", row.split("|")[2])))
            for row in rows]
    contract = layers()
    assert told == [(str(len(contract) - i), layer) for i, layer in enumerate(contract)]


def test_each_dependency_has_one_room() -> None:
    """Whatever is not in the standard library is imported in one room; so are parts of it.

    The anki package, of another licence, is in none.
    """
    found: dict[str, set[str]] = {}
    for one in imports():
        if not one.is_own and (one.what[0] in ROOMS or one.what[0] not in sys.stdlib_module_names):
            found.setdefault(one.what[0], set()).add(one.by[0])
    assert found == {name: {rooms} if isinstance(rooms, str) else rooms
                     for name, rooms in ROOMS.items()}


def test_no_kind_is_named_in_code() -> None:
    """Kinds are data: the name of none is a literal anywhere in the package."""
    names = {name for kind in built_in().values() for name in (kind.section, kind.label)}
    assert len(names) == 2 * len(built_in())
    found = {
        (path.name, node.lineno, node.value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert found == set()


def test_the_command_line_is_light() -> None:
    """Importing `deckgen.cli` loads no other room and no dependency but click."""
    code = "import sys, deckgen.cli; print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {name.split(".")[1] for name in loaded if name.startswith("deckgen.")} == {"cli"}
    assert loaded & ({*ROOMS, "anki"} - {"click"}) == set()


def test_every_module_says_what_it_alone_knows() -> None:
    """Each begins with a docstring whose first line is a sentence."""
    for path in PACKAGE.rglob("*.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        assert re.match(r"\S[^\n]*(?:\n\S[^\n]*)*[.:]", docstring), path
