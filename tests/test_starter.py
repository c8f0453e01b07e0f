"""The folder that `new` makes: its deck builds at once, and whatever stands in it works."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from deckgen import diagnostics, project, starter
from deckgen.diagnostics import as_text
from deckgen.schema import built_in

ROOT = Path(__file__).parent.parent


def run(command: str, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a line as GitHub does, with the deckgen of this checkout."""
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    me = {f"GIT_{who}_{what}": "somebody@example.org"
          for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True,
        check=False, env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)} | me | more,
    )


# ---------------------------------------------------------------- the deck


def test_a_new_folder_builds_at_once_and_shows_every_kind(tmp_path: Path) -> None:
    """Not even `check` finds anything, and there is an item of each built-in kind."""
    made = starter.make(tmp_path / "My first deck")
    assert [path.relative_to(tmp_path / "My first deck").as_posix() for path in made] == [
        "cards/deck.yaml", "cards/sources.yaml", "cards/first-cards.yaml", "README.md", ".gitignore",
        ".gitattributes", ".pre-commit-config.yaml", ".vscode/settings.json",
        ".vscode/extensions.json", ".github/workflows/deck.yml", "cards/.deckgen",
    ]
    cards = tmp_path / "My first deck/cards"
    assert [as_text(found) for found in project.check(cards).found] == []
    result = project.build(cards, tmp_path / "build")
    assert [as_text(found) for found in result.found] == []
    assert result.compiled is not None
    made_of = {note.note_type.section for note in result.compiled.deck.notes}
    assert made_of == set(built_in())
    assert result.package == tmp_path / "build/my-first-deck.apkg"


@pytest.mark.parametrize(("folder", "name"), [("日本", "my-deck"), ("Öl & Gas 2", "l-gas-2")])
def test_a_new_deck_has_an_id_whatever_its_folder_is_called(
    folder: str, name: str, tmp_path: Path
) -> None:
    """The id is made of the folder's name, as far as that has letters for it."""
    starter.make(tmp_path / folder)
    result = project.build(tmp_path / folder / "cards", tmp_path)
    assert result.package == tmp_path / f"{name}.apkg"
    assert not any(b"%id%" in path.read_bytes() for path in (tmp_path / folder).rglob("*.*")
                   if path.is_file())


def test_a_new_folder_takes_the_place_of_nothing(tmp_path: Path) -> None:
    """Where there are cards already, `new` refuses; any other file that is there stays as it is."""
    names = [".gitignore", "README.md", ".vscode/settings.json", ".github/workflows/deck.yml"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine\n", "utf-8")
    made = starter.make(tmp_path)
    assert not {tmp_path / name for name in names} & set(made)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(diagnostics.Unusable):
        starter.make(tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    assert all((tmp_path / name).read_text("utf-8") == "mine\n" for name in names)


# ---------------------------------------------------------------- what stands beside it


def test_the_commands_of_its_readme_work(tmp_path: Path) -> None:
    """One after the other, and the package is where it says."""
    starter.make(tmp_path / "ice")
    text = (tmp_path / "ice/README.md").read_text("utf-8")
    done = run(text.partition("```sh\n")[2].partition("```")[0], tmp_path / "ice")
    assert done.returncode == 0, done.stderr
    assert "`build/ice.apkg`" in text
    assert (tmp_path / "ice/build/ice.apkg").is_file()


def workflow_of(folder: Path) -> dict[str, Any]:
    """Read the workflow of a new folder."""
    text = (folder / ".github/workflows/deck.yml").read_text("utf-8")
    workflow: dict[str, Any] = yaml.safe_load(text)
    return workflow


def commands_of(folder: Path, *, is_tag: bool) -> list[str]:
    """List what its workflow runs, for a tag or for a mere push."""
    steps = workflow_of(folder)["jobs"]["deck"]["steps"]
    return [step["run"] for step in steps
            if "run" in step and (is_tag or step.get("if") is None)]


def test_its_workflow_checks_builds_and_releases(tmp_path: Path) -> None:
    """Its lines are run, in order; for a tag the last hands the package to GitHub's program."""
    folder = tmp_path / "ice"
    starter.make(folder)
    assert project.build(folder / "cards", folder / "build").package is not None
    shutil.rmtree(folder / "build")  # as in a clone, which has the lock alone
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$GH_SAID"\n', "utf-8")
    (tmp_path / "bin/gh").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{sysconfig.get_path('scripts')}"
    lines = commands_of(folder, is_tag=True)
    assert lines[:-1] == commands_of(folder, is_tag=False)
    for line in lines:
        done = run(line, folder, PATH=f"{path}{os.pathsep}{os.environ['PATH']}",
                   GITHUB_REF_NAME="v1", GH_SAID=str(tmp_path / "said"))
        assert done.returncode == 0, (line, done.stderr)
    assert (tmp_path / "said").read_text("utf-8").split() == [
        "release", "create", "v1", "build/ice.apkg", "--generate-notes",
    ]
    upload = workflow_of(folder)["jobs"]["deck"]["steps"][-2]
    assert [path.name for path in folder.glob(upload["with"]["path"])] == ["ice.apkg"]


def test_its_workflow_stops_at_a_fault_and_at_an_old_lock(tmp_path: Path) -> None:
    """What is wrong stands beside the line in a pull request."""
    starter.make(tmp_path)
    check, build = (line for line in commands_of(tmp_path, is_tag=False) if "pip" not in line)
    done = run(build, tmp_path)
    assert done.returncode == 1
    assert "[frozen-lock]" in done.stderr
    with (tmp_path / "cards/first-cards.yaml").open("a", encoding="utf-8") as file:
        file.write("    txt: A slip\n")
    done = run(check, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("::error file=cards/first-cards.yaml,line=")


@pytest.mark.parametrize("has_attributes", [True, False])
def test_git_ignores_and_merges_what_it_should(has_attributes: bool, tmp_path: Path) -> None:
    """Two branches add notes beside one another; the lock has both, by the line in .gitattributes."""

    def done(command: str) -> str:
        ran = run(command, tmp_path)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    starter.make(tmp_path)
    if not has_attributes:
        (tmp_path / ".gitattributes").unlink()
    done("git -c init.defaultBranch=main init -q && deckgen build && git add -A")
    kept = done("git commit -qm one && git ls-files").split()
    assert {"cards/deckgen.lock", "cards/.deckgen/.gitignore"} <= set(kept)
    assert not [name for name in kept if name.endswith((".apkg", ".schema.json"))]
    for side in ("left", "right"):
        done(f"git checkout -qb {side} main")
        (tmp_path / f"cards/{side}.yaml").write_text(
            f"questions:\n  - {{id: zz-{side}, q: Which way to the {side}?, a: This way}}\n", "utf-8")
        done("rm -rf build && deckgen build && git add -A && git commit -qm more")
    merged = run("git merge -q left -m both", tmp_path)
    assert (merged.returncode == 0) == has_attributes
    if has_attributes:
        done("rm -rf build && deckgen build && deckgen build --frozen")
        lock = (tmp_path / "cards/deckgen.lock").read_text("utf-8")
        assert all(f'"zz-{side}"' in lock for side in ("left", "right"))
