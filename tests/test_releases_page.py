"""What docs/releases.md says is done, from the first release to continuous integration."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from deckgen import cli, project
from deckgen.comparison import Cost
from deckgen.lint import manuals
from deckgen.verify import Fault
from tests.test_documents import MANIFEST, RELEASES, ROOT, WORKFLOW, rows_after, write

_STEP = re.compile(r"<!-- (?P<what>file|run|said)(?:: (?P<of>[^\n]+?))? -->\n```\w+\n(?P<text>.*?)^```$",
                   re.DOTALL | re.MULTILINE)


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
    (workflow,) = WORKFLOW.findall(text)
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
