"""A lock that was lost is made anew from the last package, and students notice nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main
from deckgen.lock import Lock, read_lock
from tests.anki_collection import Student, copy_shipped, release, try_release, write_cards

FIRST = {"one": """
    deck: One
    questions:
      - {id: four, q: Which *four*?, a: "Germany & others", ask: [forward, reverse]}
      - {q: Which body watches over the ceasefire in the Donbas?, a: The OSCE}
      - {id: gone, q: What is no more?, a: This}
    sentences:
      - {id: act, text: "NATO and Russia signed the Founding Act in Paris on 27 May 1997."}
      - {id: marked, text: "The {{c3::**USSR**::state}} and ==Japan== signed in $x^2$ ==1956==."}
"""}
SECOND = {"one": """
    deck: One
    questions:
      - {id: four, q: Which *four*?, a: "Germany & others"}
      - {q: Which body watches over the truce in the Donbas?, a: The OSCE}
    sentences:
      - {id: act, text: "NATO and Russia signed the Founding Act in Paris, on 27 May 1997."}
      - {id: marked, text: "The {{c3::**USSR**::state}} and Japan signed in $x^2$ ==1956==."}
"""}
THIRD = {"one": SECOND["one"].replace("truce", "truce now").replace("and Japan", "and ==Japan==")}


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(map(str, arguments)))


def lock_of(cards: Path, project: str = "test-deck") -> Lock:
    """Read a project's lock."""
    lock, found = read_lock("lock", (cards / "deckgen.lock").read_bytes(), project)
    assert not found
    return lock


def facts(lock: Lock) -> dict[str, tuple[object, ...]]:
    """What must be as it was: identities, times, order, cards, and what stands for a number."""
    return {
        key: (entry.section, entry.guid, entry.mod, entry.position, entry.cards, entry.retired,
              entry.gone, entry.hash if not entry.is_gone else "")
        for key, entry in lock.notes.items()
    }


def test_a_lost_lock_is_made_anew(tmp_path: Path) -> None:
    """The next build makes the same package, byte for byte, and changes nothing in what matters."""
    cards = copy_shipped(tmp_path)
    package = release(cards)
    before, built = lock_of(cards, "russia-japan-west"), package.read_bytes()
    (cards / "deckgen.lock").unlink()
    assert run("relock", package, cards).exit_code == 0
    assert facts(lock_of(cards, "russia-japan-west")) == facts(before)
    assert lock_of(cards, "russia-japan-west").types == before.types
    assert release(cards, day=9).read_bytes() == built
    assert facts(lock_of(cards, "russia-japan-west")) == facts(before)


@pytest.mark.parametrize("releases", [[FIRST], [FIRST, SECOND], [FIRST, SECOND, THIRD]])
def test_what_was_retired_and_edited_is_known_too(
    tmp_path: Path, releases: list[dict[str, str]]
) -> None:
    """Retired notes and gaps, numbers, items without an id that were edited: all as it was."""
    for day, files in enumerate(releases):
        package = release(write_cards(tmp_path, **files), day)
    cards = tmp_path / "cards"
    before, built = lock_of(cards), package.read_bytes()
    (cards / "deckgen.lock").unlink()
    assert run("relock", package, cards).exit_code == 0
    assert facts(lock_of(cards)) == facts(before)
    assert release(cards, day=20).read_bytes() == built


def test_edits_since_the_package_are_matched(student: Student, tmp_path: Path) -> None:
    """Cards were edited after the lock was lost: the next release costs a student nothing."""
    cards = write_cards(tmp_path, **FIRST)
    package = release(cards)
    student.install(package)
    student.study_all()
    reviews, notes = student.reviews(), set(student.notes())
    (cards / "deckgen.lock").unlink()
    write_cards(tmp_path, **SECOND)
    assert "outdated-lock" in {found.rule for found in try_release(cards, day=1).found}
    assert run("relock", package, cards).exit_code == 0
    log = student.install(release(cards, day=1))
    assert (log.new, log.other) == ((), ())
    assert set(student.notes()) == notes
    assert student.reviews() == reviews
    assert student.empty_cards() == []
    (act,) = (entry for key, entry in lock_of(cards).notes.items() if key == "act")
    assert act.retired == ()


def test_an_old_lock_is_brought_up_to_date(tmp_path: Path) -> None:
    """What the old one knew besides, such as how items without an id read, is kept."""
    cards = write_cards(tmp_path, **FIRST)
    release(cards)
    old = (cards / "deckgen.lock").read_bytes()
    package = release(write_cards(tmp_path, **SECOND), day=1)
    before, built = lock_of(cards), package.read_bytes()
    (cards / "deckgen.lock").write_bytes(old)
    assert "outdated-lock" in {found.rule for found in try_release(cards, day=2).found}
    assert run("relock", package, cards).exit_code == 0
    assert facts(lock_of(cards)) == facts(before)
    assert release(cards, day=2).read_bytes() == built


@pytest.mark.parametrize(("prepare", "says"), [
    (lambda cards, package: package.write_bytes(b"no zip"), "is no Anki package"),
    (lambda cards, package: package.unlink(), "No such file"),
    (lambda cards, package: (cards / "deck.yaml").write_text("id: other\nname: O\n"),
     "is no package of 'other'"),
    (lambda cards, package: (cards / "deck.yaml").unlink(), "there is no deck.yaml here"),
], ids=["no package", "nothing", "another deck's", "no manifest"])
def test_what_cannot_be_done_is_said(tmp_path: Path, prepare: object, says: str) -> None:
    """And the lock stays as it is."""
    cards = write_cards(tmp_path, **FIRST)
    package = release(cards)
    (cards / "deckgen.lock").unlink()
    assert callable(prepare)
    prepare(cards, package)
    result = run("relock", package, cards)
    assert result.exit_code in (1, 2)
    assert says in result.output
    assert not (cards / "deckgen.lock").exists()


def test_a_lock_with_later_changes_is_left_alone(tmp_path: Path) -> None:
    """The package is the older of the two."""
    cards = write_cards(tmp_path, **FIRST)
    package = release(cards)
    old = package.read_bytes()
    release(write_cards(tmp_path, **SECOND), day=1)
    package.write_bytes(old)
    before = (cards / "deckgen.lock").read_bytes()
    result = run("relock", package, cards)
    assert result.exit_code == 2
    assert "later than those of" in result.output
    assert (cards / "deckgen.lock").read_bytes() == before
