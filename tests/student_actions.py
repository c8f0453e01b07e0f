"""What students do with a deck and its updates, in genuine Anki; and releases for them to import."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, NamedTuple

from deckgen.apkg import write_package
from deckgen.project import export_update
from deckgen.text import update_files
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    Student,
    copy_shipped,
    open_student,
    release,
    text_of,
    try_release,
    write_cards,
)

if TYPE_CHECKING:
    from anki.cards import Card, CardId
    from anki.decks import DeckId
    from anki.notes import Note
    from anki.sync import SyncAuth

BEFORE, SECOND_RELEASE, AFTER, THIRD_RELEASE = 5, 10, 15, 20  # days since the first release

FIRST = {
    "one": """
        deck: 01 One
        questions:
          - {id: same, q: Which stays as it is?, a: This one, tags: [old]}
          - {id: edited, q: Which four?, a: Three, tags: [old]}
          - {id: gone, q: Which goes?, a: This one}
          - {id: fewer, q: Which asks less?, a: The fewer, ask: [forward, reverse]}
          - {id: more, q: Which asks more?, a: The more}
          - {id: moved, q: Which moves?, a: The moved}
        sentences:
          - {id: act, text: "==NATO== and Russia signed the ==Founding Act== in Paris."}
    """,
    "two": """
        deck: 02 Two
        questions:
          - {id: last, q: Which is the last?, a: The last}
    """,
}
SECOND = {
    "one": """
        deck: 01 One
        questions:
          - {id: same, q: Which stays as it is?, a: This one, tags: [old]}
          - {id: edited, q: Which four?, a: "Germany, France, Russia, Ukraine", tags: [newer],
             image: four.png}
          - {id: fewer, q: Which asks less?, a: The fewer}
          - {id: more, q: Which asks more?, a: The more, ask: [forward, reverse]}
        sentences:
          - {id: act, text: "==NATO== and ==Russia== signed the Founding Act in Paris."}
    """,
    "two": """
        deck: 02 Two
        questions:
          - {id: added, q: Which is new?, a: The added, tags: [fresh]}
          - {id: moved, q: Which moves?, a: The moved}
          - {id: last, q: Which is the last?, a: The last}
    """,
}
EXTRA = """
    deck: 13 Extra
    questions:
      - {id: extra-gone, q: Which extra goes?, a: This one}
      - {id: extra-fewer, q: Which extra asks less?, a: The fewer, ask: [forward, reverse]}
    sentences:
      - {id: extra-act, text: "==NATO== and Russia signed the ==Founding Act== in Paris."}
"""


class Releases(NamedTuple):
    """A deck's packages, and the text that updates from the first to the second."""

    first: Path
    second: Path
    texts: tuple[Path, ...]
    cards: Path


def releases(folder: Path) -> Releases:
    """Make two releases of a small deck."""
    cards = write_cards(folder / "author", **FIRST)
    first = kept(release(cards), folder / "first.apkg")
    (cards / "media").mkdir()
    (cards / "media/four.png").write_bytes(b"a picture")
    write_cards(folder / "author", **SECOND)
    second = kept(release(cards, SECOND_RELEASE), folder / "second.apkg")
    return Releases(first, second, texts_of(cards), cards)


def in_another_look(made: Releases) -> Releases:
    """Write the second release again, with note types that look otherwise."""
    compiled = try_release(made.cards, SECOND_RELEASE).compiled
    assert compiled is not None
    later = FIRST_RELEASE + SECOND_RELEASE * A_DAY
    types = {made_of.id: replace(made_of, css=f"{made_of.css}\n.another-look {{}}", mod=later)
             for made_of in compiled.deck.note_types}
    deck = replace(
        compiled.deck, note_types=tuple(types.values()),
        notes=tuple(note._replace(note_type=types[note.note_type.id]) for note in compiled.deck.notes))
    with made.second.open("wb") as file:
        write_package(deck, file)
    files = update_files(deck)
    for path in made.texts:
        path.write_bytes(files[path.name])
    assert len(files) == len(made.texts)
    return made


def third_release(made: Releases, before: str, after: str) -> Path:
    """Make a third release, with one thing changed."""
    one = SECOND["one"]
    assert before in one
    write_cards(made.cards.parent, one=one.replace(before, after))
    return kept(release(made.cards, THIRD_RELEASE), made.first.with_name("third.apkg"))


def shipped_releases(folder: Path) -> Releases:
    """Make two releases of the shipped deck, of which the second retires a note and two cards."""
    cards = copy_shipped(folder)
    write_extra(cards, EXTRA)
    first = kept(release(cards), folder / "first.apkg")
    lines = [line for line in EXTRA.splitlines(keepends=True) if "extra-gone" not in line]
    write_extra(cards, "".join(lines).replace(", ask: [forward, reverse]", "")
                .replace("==Founding Act==", "Founding Act"))
    second = kept(release(cards, SECOND_RELEASE), folder / "second.apkg")
    return Releases(first, second, texts_of(cards), cards)


def write_extra(cards: Path, text: str) -> None:
    """Write one card file more into the shipped deck."""
    (cards / "13-extra.yaml").write_text(text.replace("\n    ", "\n").lstrip("\n"), "utf-8")


def kept(package: Path, place: Path) -> Path:
    """Copy a package, which the next build would replace."""
    copyfile(package, place)
    return place


def texts_of(cards: Path) -> tuple[Path, ...]:
    """Export the text that updates a deck."""
    files = export_update(cards, cards.parent / "build").files
    assert files
    return files


# ---------------------------------------------------------------- what students do and see


def find(student: Student, search: str) -> list["CardId"]:
    """Search in Anki's browser, in the order of the cards."""
    return list(student.col.find_cards(search, order="c.id"))


def cards_of(student: Student, item: str) -> list["Card"]:
    """Take an item's cards, in the order of its note's templates or gaps."""
    cards = [student.col.get_card(card) for card in find(student, f"Id:{item}")]
    return sorted(cards, key=lambda card: card.ord)


def note_of(student: Student, item: str) -> "Note":
    """Take an item's note."""
    return cards_of(student, item)[0].note()


def items_of(student: Student, cards: Sequence["CardId"]) -> list[tuple[str, int]]:
    """Name cards by their items, with their numbers."""
    found = [student.col.get_card(card) for card in cards]
    return sorted((card.note()["Id"], card.ord + 1) for card in found)


def deck_of(student: Student, card: "Card") -> str:
    """Name the deck in which a card lies."""
    return student.col.decks.name(card.did)


def edit(student: Student, item: str, day: int, tags: tuple[str, ...] = (), **fields: str) -> None:
    """Change a note as in Anki's browser, so many days after the first release."""
    note = note_of(student, item)
    for name, text in fields.items():
        note[name.replace("_", " ")] = text
    note.tags.extend(tags)
    student.col.update_note(note)
    when = FIRST_RELEASE + day * A_DAY
    student.rows(f"update notes set mod = {when} where id = {note.id}")  # noqa: S608


def add_own_note(student: Student) -> None:
    """Write a card of one's own, into a deck of one's own."""
    basic = student.col.models.by_name("Basic")
    assert basic is not None
    note = student.col.new_note(basic)
    note["Front"] = "Mine"
    student.col.add_note(note, own_deck(student))


def own_deck(student: Student) -> "DeckId":
    """Make a deck of one's own."""
    deck = student.col.decks.id("My own")
    assert deck is not None
    return deck


def sides_of(student: Student, card: "Card") -> tuple[str, str]:
    """Read both sides of a card."""
    sides = student.sides(card.id)
    return words(sides.question), words(sides.answer)


def words(html: str) -> str:
    """The text of a side, without its layout."""
    text = text_of(re.sub(r"(?s)<style>.*?</style>", "", html))
    return " ".join(re.sub("[\u2068\u2069]", "", text).split())


def install_always(student: Student, package: Path) -> dict[str, int]:
    """Import a package with "Update notes: Always", else as the import screen does."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
    from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition

    options = ImportAnkiPackageOptions(
        update_notes=ImportAnkiPackageUpdateCondition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS)
    log = student.col.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(package), options=options)).log
    return {"new": len(log.new), "updated": len(log.updated), "other": len(log.conflicting)}


def install_progress(student: Student, package: Path) -> None:
    """Import a package with "Import any learning progress"."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(with_scheduling=True)
    student.col.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(package), options=options))


def export(student: Student, deck: str, package: Path, *, with_progress: bool) -> Path:
    """Export a deck as a package."""
    from anki.collection import DeckIdLimit, ExportAnkiPackageOptions

    number = student.col.decks.id_for_name(deck)
    assert number is not None
    options = ExportAnkiPackageOptions(with_scheduling=with_progress, with_media=True)
    student.col.export_anki_package(out_path=str(package), options=options,
                                    limit=DeckIdLimit(number))
    return package


def import_texts(student: Student, files: Sequence[Path]) -> dict[str, dict[str, int]]:
    """Import text files one after the other; gives what became of the notes."""
    return {file.name: student.import_text(file) for file in files}


@contextmanager
def another(folder: Path, name: str) -> Iterator[Student]:
    """Open somebody else's collection, or the same one on another machine."""
    with open_student(folder / name) as student:
        yield student


PROGRESS = "id, did, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data"


def progress(student: Student) -> dict[int, tuple[object, ...]]:
    """What Anki knows of every card but its text: its deck, schedule and flags."""
    rows = student.rows(f"select {PROGRESS} from cards")  # noqa: S608
    return {row[0]: tuple(row) for row in rows}


def answer(student: Student, card: "CardId", *, again: bool = False) -> None:
    """Answer a card."""
    from anki.scheduler.v3 import CardAnswer

    one = student.col.get_card(card)
    one.start_timer()
    states = student.col._backend.get_scheduling_states(card)
    student.scheduler.answer_card(student.scheduler.build_answer(
        card=one, states=states, rating=CardAnswer.AGAIN if again else CardAnswer.GOOD))


def filtered(student: Student, search: str, *, reschedule: bool) -> "DeckId":
    """Build a filtered deck from a search."""
    from anki.decks import DeckId

    deck = student.scheduler.get_or_create_filtered_deck(deck_id=DeckId(0))
    deck.name = "Exam"
    deck.config.reschedule = reschedule
    deck.config.search_terms[0].search = search
    deck.config.search_terms[0].limit = 1000
    del deck.config.search_terms[1:]
    return DeckId(student.scheduler.add_or_update_filtered_deck(deck).id)


def set_new_cards_a_day(student: Student, count: int) -> None:
    """Set how many new cards Anki shows a day."""
    options = student.col.decks.all_config()[0]
    options["new"]["perDay"] = count
    student.col.decks.update_config(options)


def make_learned(student: Student, card: "CardId", due_in: int = 0, lapses: int = 0) -> None:
    """Let a card be one that was learned long ago, forgotten so often, and is due in so many days."""
    from anki.consts import CARD_TYPE_REV, QUEUE_TYPE_REV

    one = student.col.get_card(card)
    one.type, one.queue = CARD_TYPE_REV, QUEUE_TYPE_REV
    one.due, one.ivl, one.factor = student.scheduler.today + due_in, 100, 2500
    one.reps, one.lapses, one.left = 20, lapses, 0
    student.col.update_card(one)


# ---------------------------------------------------------------- computer and phone


class SyncServer(NamedTuple):
    """Anki's own server, for somebody's computer and phone."""

    url: str

    def log_in(self, student: Student) -> "SyncAuth":
        """Log in to sync."""
        return student.col.sync_login("student", "password", self.url)

    def sync(self, student: Student, auth: "SyncAuth", *, upload: bool = False) -> bool:
        """Sync; says whether Anki wanted to copy the whole collection one way."""
        output = student.col.sync_collection(auth, sync_media=False)
        if output.required in (output.NO_CHANGES, output.NORMAL_SYNC):
            return False
        student.col.close_for_full_sync()
        student.col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
        student.col.reopen(after_full_sync=True)
        return True


@contextmanager
def sync_server(folder: Path) -> Iterator[SyncServer]:
    """Run Anki's server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SYNC_USER1": "student:password", "SYNC_HOST": "127.0.0.1",
                   "SYNC_PORT": str(port), "SYNC_BASE": str(folder)}
    server = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield SyncServer(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        server.wait()
