"""`deckgen export`: what is written, when, and in whose place."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main
from deckgen.project import export_update
from tests.anki_collection import A_DAY, FIRST_RELEASE

CARD_FILE = """\
questions:
  - id: format
    q: Which four states make up the Normandy Format?
    a: Germany, France, Russia and Ukraine
    image: map.png
    tags: [minsk]
  - id: who
    q: Who says so?
    a: Higashino
sentences:
  - id: act
    text: ==NATO== and Russia signed the {{c2::Founding Act}} in 1997.
"""
WHERE = Path("build/ukraine-update")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(FIRST_RELEASE))


def write(card_file: str = CARD_FILE) -> None:
    """Write a project with a picture, and build it."""
    Path("cards/media").mkdir(parents=True, exist_ok=True)
    Path("cards/deck.yaml").write_text("id: ukraine\nname: Ukraine\n", encoding="utf-8")
    Path("cards/x.yaml").write_text(card_file, encoding="utf-8")
    Path("cards/media/map.png").write_bytes(b"a picture")


def run(*arguments: str) -> Result:
    """Run deckgen in this process."""
    return CliRunner().invoke(main, list(arguments))


def snapshot() -> dict[str, bytes]:
    """Read every file there is, hidden ones too."""
    return {path.as_posix(): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_it_says_what_to_do_with_the_files() -> None:
    """Their names in the order of import, for whom they are, and what they leave out."""
    write()
    run("build")
    result = run("export", "update")
    assert result.exit_code == 0
    assert result.stdout == (
        "build/ukraine-update/1_new_notes.txt\n"
        "build/ukraine-update/questions.txt\n"
        "build/ukraine-update/sentences.txt\n"
        "\n"
        "3 notes, to be imported into Anki in this order by students who have the deck from\n"
        "a package no older than the layout of its cards, which last changed on 14 November 2023.\n"
        "Text brings no media (1 file referred to). Who lacks new ones imports the package instead.\n"
    )
    write(CARD_FILE.replace("    image: map.png\n", ""))
    run("build")
    assert "media" not in run("export", "update").stdout


def test_the_files_are_what_anki_reads() -> None:
    """The headers, a column for each field but the student's own, and every cell quoted."""
    write(CARD_FILE.replace("Who says so?", "'\"Who\" says so?'"))
    run("build")
    run("export", "update")
    text = (WHERE / "questions.txt").read_text("utf-8").splitlines()
    assert text[:9] == [
        "#deckgen update:ukraine", "#separator:tab", "#html:true", "#if matches:update current",
        "#match scope:notetype", text[5], "#guid column:2", "#deck column:3", text[8],
    ]
    assert text[5].startswith("#notetype:1")
    labels = text[9].removeprefix("#columns:").split("\t")
    assert labels[:6] == ["", '":guid"', '":deck"', '"Question"', '"Answer"', '"Note"']
    assert labels[-1] == '":tags"'
    assert text[8] == f"#tags column:{len(labels)}"
    assert '"My notes"' not in labels
    rows = [line.split("\t") for line in text[10:]]
    assert [row[3] for row in rows] == [
        '"Which four states make up the Normandy Format?"', '"""Who"" says so?"']
    assert {len(row) for row in rows} == {len(labels) - 1}
    new = (WHERE / "1_new_notes.txt").read_text("utf-8").splitlines()
    assert "#if matches:keep current" in new
    assert '"minsk ukraine::x"' in new[10].split("\t")
    assert len({len(line.split("\t")) for line in new[9:]}) == 1


def test_the_same_deck_makes_the_same_bytes() -> None:
    """At any time and in any place."""
    write()
    run("build")
    run("export", "update")
    before = {path.name: path.read_bytes() for path in WHERE.iterdir()}
    os.environ["SOURCE_DATE_EPOCH"] = str(FIRST_RELEASE + A_DAY)
    run("export", "update", "-o", "elsewhere")
    after = {path.name: path.read_bytes() for path in Path("elsewhere/ukraine-update").iterdir()}
    assert after == before


@pytest.mark.parametrize("is_built", [False, True])
def test_nothing_is_published_that_the_lock_does_not_know(is_built: bool) -> None:
    """Where a build would change the lock, it is asked for, and nothing is written."""
    write()
    if is_built:
        run("build")
        write(CARD_FILE.replace("Germany", "Poland"))
    before = snapshot()
    result = run("export", "update")
    assert result.exit_code == 1
    what = "0 new, 1 changed" if is_built else "3 new, 0 changed"
    assert result.stderr == (
        f"cards/deckgen.lock:1:1: error [frozen-lock] the lock would change ({what}); run 'deckgen "
        "build' first, and commit the lock\n1 error; nothing was written\n")
    assert snapshot() == before


def test_with_errors_nothing_is_written() -> None:
    """They are reported as by `build`."""
    write()
    run("build")
    run("export", "update")
    write(CARD_FILE + "dates:\n  - event: When?\n")
    before = snapshot()
    result = run("export", "update")
    assert result.exit_code == 1
    assert "error [missing-value]" in result.stderr
    assert snapshot() == before


def test_files_of_earlier_exports_go_and_others_stay() -> None:
    """A kind that is no more has no file any more; what somebody else put there is left alone."""
    write()
    run("build")
    run("export", "update")
    (WHERE / "mine.txt").write_text("mine\n", "utf-8")
    (WHERE / "other.txt").write_text("#deckgen update:ukraine-2\n", "utf-8")
    (WHERE / "maps.txt").write_text("#deckgen update:ukraine\n", "utf-8")
    assert run("export", "update").exit_code == 0
    assert sorted(path.name for path in WHERE.iterdir()) == [
        "1_new_notes.txt", "mine.txt", "other.txt", "questions.txt", "sentences.txt"]


def test_a_place_that_is_taken() -> None:
    """A file where the folder is to be, a folder where a file is to be: nothing is changed."""
    write()
    run("build")
    Path("taken").mkdir()
    Path("taken/ukraine-update").write_text("a file", "utf-8")
    result = run("export", "update", "-o", "taken")
    assert result.exit_code == 2
    assert result.stderr == (
        "deckgen: cannot write taken/ukraine-update: File exists; nothing was changed\n")
    (WHERE / "questions.txt").mkdir(parents=True)
    before = snapshot()
    result = run("export", "update")
    assert result.exit_code == 2
    assert result.stderr == ("deckgen: cannot write build/ukraine-update/questions.txt: it is a "
                             "folder; nothing was changed\n")
    assert snapshot() == before


def test_a_folder_without_a_project() -> None:
    """As with every command."""
    assert run("export", "update", "nowhere").exit_code == 2
    assert run("export").exit_code == 2
    assert "update" in run("export", "-h").stdout


def test_the_result_names_what_was_written() -> None:
    """In the order of import; nothing if nothing was."""
    write()
    assert export_update(Path("cards"), Path("build")).files == ()
    run("build")
    assert [path.name for path in export_update(Path("cards"), Path("build")).files] == [
        "1_new_notes.txt", "questions.txt", "sentences.txt"]
