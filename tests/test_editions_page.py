"""What docs/editions.md says is done, and the example edition in examples/."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from deckgen.cli import main
from tests.test_documents import ROOT, write
from tests.test_releases_page import scripted, shell

PAGE = ROOT / "docs/editions.md"
_STEP = re.compile(r"<!-- (?P<what>file|run|said|errors)(?:: (?P<of>[^\n]+?))? -->\n```\w+\n(?P<text>.*?)^```$",
                   re.DOTALL | re.MULTILINE)


def test_the_page_on_editions_works_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an original to its edition, and through its next release: files, commands, what is said."""
    monkeypatch.chdir(tmp_path)
    scripted(monkeypatch, tmp_path / "bin", deckgen=f'exec {sys.executable} -m deckgen "$@"')
    steps = list(_STEP.finditer(PAGE.read_text("utf-8")))
    assert {step["what"] for step in steps} == {"file", "run", "said", "errors"}
    for step in steps:
        if step["what"] == "file":
            write({step["of"]: step["text"]})
        elif step["what"] == "run":
            shell(step["text"])
        elif step["what"] == "said":
            assert shell(step["of"]) == step["text"]
        else:
            found = CliRunner().invoke(main, step["of"].split()[1:]).stderr
            assert step["text"] in found
    assert "drifted" not in CliRunner().invoke(main, ["check", "seminar"]).stderr
