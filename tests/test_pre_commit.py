"""The hooks for pre-commit, run by the genuine program in a new project."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from deckgen import project, starter

ROOT = Path(__file__).parent.parent
NEEDED = ("deckgen", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


class Repository:
    """A new project under git, whose commits pre-commit looks at."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a program in it."""
        return subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, check=False)

    def commit(self, *names: str) -> tuple[bool, str]:
        """Try to commit files; whether it was done, and what was said."""
        self.run("git", "add", *names)
        done = self.run("git", "commit", "-m", "a change")
        return done.returncode == 0, done.stdout + done.stderr

    def write(self, name: str, text: str) -> None:
        """Write a card file."""
        (self.folder / "cards" / name).write_text(text, "utf-8")


@pytest.fixture(params=["of this repository", "of a new project"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repository]:
    """A new project that has the hooks, by the address of a clone or by what `new` wrote."""
    if not (Path(sysconfig.get_path("scripts")) / "pre-commit").exists():
        if os.environ.get("CI"):
            pytest.fail("the genuine pre-commit is the judge, and is not here")
        pytest.skip("needs pre-commit: pip install pre-commit")
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    me = {f"GIT_{who}_{what}": "somebody@example.org"
          for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | me | {"PATH": path, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    folder = tmp_path / "ice"
    starter.make(folder)
    project.build(folder / "cards", folder / "build")
    if request.param == "of this repository":
        environment.pop("PYTHONPATH", None)  # so that it is what pre-commit has installed that runs
        clone = clone_of_this(tmp_path / "clone", environment)
        (folder / ".pre-commit-config.yaml").write_text(
            f"repos:\n  - repo: {clone}\n    rev: {revision_of(clone)}\n    hooks:\n"
            "      - id: deckgen-check\n      - id: deckgen-build\n", "utf-8")
    else:
        environment["PYTHONPATH"] = str(ROOT)  # so that it is this checkout that runs
    made = Repository(folder, environment)
    made.run("git", "init", "-q")
    made.run(sys.executable, "-m", "pre_commit", "install")
    yield made
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


def clone_of_this(folder: Path, environment: dict[str, str]) -> Path:
    """Make a repository of what stands in this checkout, committed or not."""
    folder.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name,
                            ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)
    return folder


def revision_of(clone: Path) -> str:
    """Name the last commit of a repository."""
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True,
                          check=True).stdout.strip()


def test_a_fault_keeps_cards_from_being_committed(repository: Repository) -> None:
    """A new project is taken, a fault refused with its line, and so is a lock left behind."""
    taken, said = repository.commit("-A")
    assert taken, said
    repository.write("more.yaml", "questions:\n  - id: more\n    q: More?\n    aa: Yes\n")
    taken, said = repository.commit("cards/more.yaml")
    assert not taken
    assert "cards/more.yaml:4:5: error [unknown-key] 'aa' is not a key of a question" in said
    repository.write("more.yaml", "questions:\n  - id: more\n    q: How many more?\n    a: Two\n")
    cards = repository.folder / "cards"
    assert project.build(cards, repository.folder / "build").package is not None
    taken, said = repository.commit("cards/more.yaml")
    assert not taken
    assert "[frozen-lock] the lock would change" in said
    taken, said = repository.commit("cards/more.yaml", "cards/deckgen.lock")
    assert taken, said
