"""`watch` tells at once what a save has spoilt or mended, and leaves lock and package alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from deckgen.diagnostics import Unusable
from deckgen.watch import Round, rounds
from tests.anki_collection import write_cards

GOOD = "questions: [{id: a, q: Which state left the G8 in 2014?, a: Russia}]\n"
FAULTY = GOOD.replace(" a:", " answer:")


class Watching:
    """A watch that runs beside the test."""

    def __init__(self, folder: Path) -> None:
        self.seen: Queue[Round] = Queue()
        self.until: Queue[None] = Queue()
        self.thread = Thread(target=self.run, args=[folder])

    def run(self, folder: Path) -> None:
        """Watch until told to stop."""
        for turn in rounds(folder, self.until):
            self.seen.put(turn)

    def next(self) -> Round:
        """Wait for the next round."""
        return self.seen.get(timeout=20)

    def rules(self) -> set[str]:
        """Wait for the next round; the rules of its errors."""
        return {found.rule for found in self.next().result.found if found.is_error}


@contextmanager
def watching(folder: Path) -> Iterator[Watching]:
    """Watch a folder for a while."""
    made = Watching(folder)
    made.thread.start()
    try:
        yield made
    finally:
        made.until.put(None)
        made.thread.join(timeout=20)


def save(path: Path, text: str) -> None:
    """Save a file as many editors do: beside it, then in its place."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def test_every_save_is_answered(tmp_path: Path) -> None:
    """What it spoils, what it mends; a new file, a deleted one; once each."""
    cards = write_cards(tmp_path, one=GOOD)
    with watching(cards) as watch:
        assert watch.rules() == set()
        save(cards / "one.yaml", FAULTY)
        turn = watch.next()
        assert {found.rule for found in turn.result.found} >= {"unknown-key", "missing-value"}
        assert turn.saved == (cards / "one.yaml",)
        assert turn.told().startswith(f"{cards / 'one.yaml'}: 2 errors (")
        (cards / "one.yaml").write_text(GOOD, encoding="utf-8")
        assert watch.rules() == set()
        (cards / "two.yaml").write_text("a: b: c\n", encoding="utf-8")
        assert watch.rules() == {"unquoted-colon"}
        (cards / "two.yaml").unlink()
        assert watch.rules() == set()
        (cards / "deck.yaml").write_text("id: test-deck\nnaem: Test\n", encoding="utf-8")
        assert watch.rules() == {"unknown-key", "missing-value"}
        time.sleep(0.3)
        assert watch.seen.empty()


def test_nothing_is_built(tmp_path: Path) -> None:
    """Neither a lock nor a package: what is written at the moment is no release."""
    cards = write_cards(tmp_path, one=GOOD)
    with watching(cards) as watch:
        watch.next()
        save(cards / "one.yaml", GOOD.replace("left", "was put out of"))
        assert watch.next().result.found == ()
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) \
        == ["deck.yaml", "one.yaml"]


def test_what_no_check_reads_is_passed_over(tmp_path: Path) -> None:
    """The lock, an editor's own files."""
    cards = write_cards(tmp_path, one=GOOD)
    with watching(cards) as watch:
        watch.next()
        (cards / "deckgen.lock").write_text("", encoding="utf-8")
        (cards / ".one.yaml.swp").write_text("x", encoding="utf-8")
        time.sleep(0.3)
        assert watch.seen.empty()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Said at once."""
    with pytest.raises(Unusable, match="there is no folder"):
        next(rounds(tmp_path / "cards"))
