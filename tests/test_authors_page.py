"""What docs/authors.md says is done, by a newcomer who follows it to the letter.

Run as a module, it writes what the commands of the page print into the page.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from tests.anki_collection import Student, asked
from tests.test_documents import AUTHORS, write
from tests.test_releases_page import scripted

_STEP = re.compile(
    r"(<!-- (?P<what>file|run|said|fails|edit|watched)(?:: (?P<of>[^\n]+?))? -->\n```\w+\n)(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
# What is another each time, and what the page has in its place.
_VARYING = {
    r"\d\d:\d\d:\d\d(?=  )": "10:15:00", r"in \d+\.\d s": "in 0.1 s", r"\(\d+\.\d\d s\)": "(0.02 s)",
    r"(?<=127\.0\.0\.1:)\d+": "40000",
}
GH = """
case "$2" in
    download) mkdir last && cp ../v1.apkg last/wall.apkg;;
    edit) grep -q 'border crossings' "$5";;
esac"""


class Newcomer:
    """Somebody who does what the page says; each step gives what the page should show."""

    def __init__(self) -> None:
        self.where = Path()

    def do(self, what: str, of: str, text: str) -> str:
        """Do a step in the folder where the last one ended."""
        steps: dict[str, Callable[[str, str], str]] = {
            "file": self.file, "run": self.run, "said": self.said, "fails": self.fails,
            "edit": self.edit, "watched": self.watched,
        }
        with chdir(self.where):
            return steps[what](of, text)

    def file(self, name: str, text: str) -> str:
        """Write a file."""
        write({name: text})
        return text

    def run(self, _: str, text: str) -> str:
        """Run commands; the folder they end in stays."""
        self.where = Path(self.shell(f"{text}pwd").stdout.splitlines()[-1])
        return text

    def said(self, command: str, _: str) -> str:
        """Run a command that succeeds; give what it prints, and that it finds nothing."""
        done = self.shell(command)
        assert done.stderr == ""
        return alike(done.stdout)

    def fails(self, command: str, _: str) -> str:
        """Run a command that finds errors; give them."""
        done = self.shell(command, status=1)
        assert done.stdout == ""
        return done.stderr

    def edit(self, name: str, text: str) -> str:
        """Take lines out and put others in their place."""
        path = Path(name)
        for old, new in changes(text):
            whole = path.read_text("utf-8")
            assert whole.count(old) == 1, old
            path.write_text(whole.replace(old, new), "utf-8")
        return text

    def watched(self, command: str, _: str) -> str:
        """Watch for a while, open the page that it names, and press Ctrl-C."""
        with subprocess.Popen(command.split(), stdout=subprocess.PIPE, text=True,
                              env=os.environ | {"PYTHONUNBUFFERED": "1"}) as process:
            assert process.stdout is not None
            said = process.stdout.readline() + process.stdout.readline()
            address = said.split()[-1]
            try:
                with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310
                    assert "Checkpoint Charlie" in page.read().decode()
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=20) == 0
            finally:
                process.kill()
        return alike(said)

    def shell(self, commands: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run commands as a terminal does."""
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], capture_output=True,
                              text=True, check=False)
        assert done.returncode == status, (commands, done.stdout, done.stderr)
        return done


def changes(diff: str) -> Iterator[tuple[str, str]]:
    """Read pairs of what is taken out and what is put in out of lines with - and +."""
    for change in re.finditer(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        old, new = (re.sub(r"(?m)^[-+]", "", lines) for lines in change.groups())
        yield old, new


def alike(said: str) -> str:
    """Put the page's own times and numbers for those of this run."""
    for pattern, shown in _VARYING.items():
        said = re.sub(pattern, shown, said)
    return said


def followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[re.Match[str], str]]:
    """Follow the page in an empty folder; give each step with what should stand there."""
    scripted(monkeypatch, folder / "bin", deckgen=f'exec {sys.executable} -m deckgen "$@"', pip="true", gh=GH)
    for who in ("AUTHOR", "COMMITTER"):
        for what in ("NAME", "EMAIL"):
            monkeypatch.setenv(f"GIT_{who}_{what}", "newcomer@example.org")
    subprocess.run(["git", "init", "-q", "--bare", str(folder / "github/wall")], check=True)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{folder}/github/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/you/")
    newcomer = Newcomer()
    newcomer.where = folder
    for step in _STEP.finditer(AUTHORS.read_text("utf-8")):
        if step["of"] == "deckgen diff --since v1":
            (folder / "v1.apkg").write_bytes((newcomer.where / "build/wall.apkg").read_bytes())
        yield step, newcomer.do(step["what"], step["of"] or "", step["text"])


def test_a_newcomer_gets_from_an_empty_folder_to_the_second_release(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New, mistakes, mended by the messages alone, built, published, imported; then once more."""
    for step, told in followed(tmp_path, monkeypatch):
        assert step["text"] == told, "run python -m tests.test_authors_page"
    first = student.install(tmp_path / "v1.apkg")
    assert (len(first.new), first.other) == (4, ())
    shown = [" | ".join(sides) for sides in asked(student).values()]
    for text in ("9 November 1989", "Checkpoint Charlie", "families lived in two states", "[...]"):
        assert any(text in card for card in shown), text
    student.study_all()
    second = student.install(tmp_path / "wall/build/wall.apkg")
    assert (len(second.new), len(second.updated), second.other) == (0, 2, ())
    assert set(student.reviews().values()) == {1}
    pushed = subprocess.run(["git", "-C", str(tmp_path / "github/wall"), "tag"], capture_output=True,
                            text=True, check=True)
    assert pushed.stdout.split() == ["v1", "v2"]


# What the messages say, as somebody does it who knows nothing of YAML but them.
REMEDIES: dict[str, Callable[[str, str], str]] = {
    "tab": lambda line, said: re.sub(r"^\t", " " * int(re.findall(r"\((\d+),", said)[0]), line),
    "unquoted-colon": lambda line, said: line.partition("text:")[0] + said.partition("put the whole text in quotes: ")[2],
    "unknown-key": lambda line, said: line.replace(*re.findall(r"'([^']+)'", said)),
    "bad-date": lambda line, said: re.sub(r"\d+$", re.findall(r"to (\d+)$", said)[0], line),
}


def test_the_messages_alone_suffice_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the place that each names, what it says is done; no more is needed."""
    scripted(monkeypatch, tmp_path / "bin", deckgen=f'exec {sys.executable} -m deckgen "$@"')
    for step in _STEP.finditer(AUTHORS.read_text("utf-8")):
        if step["what"] == "file":
            write({str(tmp_path / step["of"]): step["text"]})
    mended = set()
    while found := subprocess.run(["deckgen", "check"], cwd=tmp_path / "wall", capture_output=True, text=True,
                                  check=False).stderr.splitlines()[:-1]:
        place, _, said = found[0].partition(": error ")
        name, number, _ = place.split(":")
        rule, _, said = said[1:].partition("] ")
        path = tmp_path / "wall" / name
        lines = path.read_text("utf-8").split("\n")
        lines[int(number) - 1] = REMEDIES[rule](lines[int(number) - 1], said)
        path.write_text("\n".join(lines), "utf-8")
        assert rule not in mended
        mended.add(rule)
    assert mended == set(REMEDIES)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patch:
        told = {step.start("text"): (step["text"], said) for step, said in followed(Path(made), patch)}
    page = AUTHORS.read_text("utf-8")
    for at, (old, new) in sorted(told.items(), reverse=True):
        page = page[:at] + new + page[at + len(old):]
    AUTHORS.write_text(page, "utf-8")
