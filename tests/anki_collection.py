"""A student's collection in genuine Anki: what an import does to it, what its cards show.

The `anki` package is imported when a collection is opened, so that collecting the tests needs none.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree, ignore_patterns
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZipFile

from deckgen.project import Result, build

if TYPE_CHECKING:
    from anki.cards import CardId
    from anki.collection import Collection
    from anki.scheduler.v3 import Scheduler


class CardKey(NamedTuple):
    """What a card is to the student, whatever is on it: its note's guid, and which of its cards."""

    guid: str
    ordinal: int


class Sides(NamedTuple):
    """The HTML of a card's two sides, with the sounds and speech that Anki would play."""

    question: str
    answer: str
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Log:
    """What Anki reports of an import: the first field of each note, by what became of it."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    duplicate: tuple[str, ...]
    other: tuple[str, ...]  # conflicting, without note type, without first field and so on


class Student:
    """Somebody who imports packages and studies, with Anki's default options."""

    def __init__(self, col: "Collection") -> None:
        self.col = col

    @property
    def scheduler(self) -> "Scheduler":
        """Anki's present scheduler; there is an older one for collections of old."""
        from anki.scheduler.v3 import Scheduler

        if not isinstance(self.col.sched, Scheduler):
            raise TypeError(self.col.sched)
        return self.col.sched

    # ------------------------------------------------------------ packages

    def install(self, package: Path) -> Log:
        """Import a package as the import screen does if nothing on it is touched."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
        from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition

        if_newer = (ImportAnkiPackageUpdateCondition
                    .IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER)
        options = ImportAnkiPackageOptions(
            merge_notetypes=False, update_notes=if_newer, update_notetypes=if_newer,
            with_scheduling=False, with_deck_configs=False,
        )
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log

        def first_fields(notes: Iterable[Any]) -> tuple[str, ...]:
            return tuple(note.fields[0] if note.fields else "" for note in notes)

        return Log(
            first_fields(log.new), first_fields(log.updated), first_fields(log.duplicate),
            first_fields((*log.conflicting, *log.first_field_match, *log.missing_notetype,
                          *log.missing_deck, *log.empty_first_field)),
        )

    def import_text(self, path: Path) -> dict[str, int]:
        """Import a text file as the import screen does if nothing on it is touched.

        Counts the notes by what became of them.
        """
        from anki.collection import ImportCsvRequest

        metadata = self.col.get_csv_metadata(str(path), None)
        log = self.col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
        kinds = ("new", "updated", "duplicate", "conflicting", "first_field_match",
                 "missing_notetype", "missing_deck", "empty_first_field")
        return {kind: len(notes) for kind in kinds if (notes := getattr(log, kind))}

    # ------------------------------------------------------------ what there is

    def rows(self, query: str) -> list[Any]:
        """Ask the collection's database."""
        if self.col.db is None:
            raise AssertionError("the collection is closed")
        return list(self.col.db.all(query))

    def card_ids(self) -> dict[CardKey, "CardId"]:
        """Anki's id of every card."""
        return {
            CardKey(guid, ordinal): card for guid, ordinal, card in
            self.rows("select n.guid, c.ord, c.id from cards c join notes n on n.id = c.nid")
        }

    def reviews(self) -> Counter[CardKey]:
        """Count the reviews of each card."""
        return Counter({
            CardKey(guid, ordinal): count for guid, ordinal, count in
            self.rows("select n.guid, c.ord, count() from revlog r join cards c on c.id = r.cid "
                      "join notes n on n.id = c.nid group by c.id")
        })

    def notes(self) -> dict[str, tuple[list[str], str, int]]:
        """Every note's fields, tags and time of change, by guid."""
        return {guid: (fields.split("\x1f"), tags.strip(), mod) for guid, fields, tags, mod in
                self.rows("select guid, flds, tags, mod from notes")}

    def contents(self) -> dict[str, tuple[list[str], str]]:
        """Every note's fields and tags, by guid."""
        return {guid: (fields, tags) for guid, (fields, tags, _) in self.notes().items()}

    def everything(self) -> dict[str, list[Any]]:
        """Notes, cards, note types and decks as stored, with the times at which they changed."""
        tables = ("notes", "cards", "notetypes", "fields", "templates", "decks", "revlog")
        return {
            table: self.rows(f"select * from {table} order by 1, 2")  # noqa: S608
            for table in tables
        }

    def note_type_names(self) -> list[str]:
        """Note types of which there are notes."""
        used = {kind for (kind,) in self.rows("select distinct mid from notes")}
        return sorted(entry.name for entry in self.col.models.all_names_and_ids()
                      if entry.id in used)

    # ------------------------------------------------------------ what a student does

    def study_all(self) -> None:
        """Answer every card with "Good"."""
        self.study(*self.card_ids().values())

    def study(self, *cards: "CardId") -> None:
        """Answer these cards with "Good"."""
        from anki.scheduler.v3 import CardAnswer

        for card_id in cards:
            card = self.col.get_card(card_id)
            card.start_timer()
            states = self.col._backend.get_scheduling_states(card.id)
            self.scheduler.answer_card(self.scheduler.build_answer(
                card=card, states=states, rating=CardAnswer.GOOD))
        # Many answers in one millisecond leave times that Check Database would set right later.
        self.col.fix_integrity()

    def edit(self, guid: str, field: str, text: str) -> None:
        """Change a field of a note, as in Anki's browser."""
        ((note_id,),) = self.rows(f"select id from notes where guid = '{guid}'")  # noqa: S608
        note = self.col.get_note(note_id)
        note[field] = text
        self.col.update_note(note)

    # ------------------------------------------------------------ what Anki says of it

    def sides(self, card_id: "CardId") -> Sides:
        """Render a card; a template that Anki cannot render is an error here."""
        from anki.template import TemplateRenderContext

        context = TemplateRenderContext.from_existing_card(self.col.get_card(card_id), False)
        context._partially_render()  # raises what `render` turns into text
        output = context.render()
        sounds = (*output.question_av_tags, *output.answer_av_tags)
        return Sides(output.question_text, output.answer_text, tuple(map(str, sounds)))

    def all_sides(self) -> dict[CardKey, Sides]:
        """Render every card."""
        return {key: self.sides(card_id) for key, card_id in self.card_ids().items()}

    def queue(self, deck: str) -> list[CardKey]:
        """Today's new cards of a deck, in the order in which Anki would show them."""
        deck_id, default = self.col.decks.id_for_name(deck), self.col.decks.get_current_id()
        if deck_id is None:
            raise AssertionError(f"no deck {deck}")
        self.col.decks.set_current(deck_id)
        queued = self.scheduler.get_queued_cards(fetch_limit=1000)
        self.col.decks.set_current(default)  # away from it, any card can be answered
        keys = {card_id: key for key, card_id in self.card_ids().items()}
        return [keys[card.card.id] for card in queued.cards]

    def check_database(self) -> list[str]:
        """Run Check Database: what it says, and what it did to notes and cards.

        It sets times that lie in the future to the present.
        """
        before = self.card_ids(), self.contents()
        report, is_ok = self.col.fix_integrity()
        said = [] if is_ok else [report]
        if (self.card_ids(), self.contents()) != before:
            said.append("notes or cards were changed")
        return said

    def empty_cards(self) -> list["CardId"]:
        """What "Empty Cards…" would delete."""
        cards = {int(card_id): card_id for card_id in self.card_ids().values()}
        return [cards[card] for note in self.col.get_empty_cards().notes for card in note.card_ids]

    def media_faults(self) -> tuple[list[str], list[str]]:
        """Name the media files that are missing and those that are unused."""
        report = self.col.media.check()
        return list(report.missing), list(report.unused)


@contextmanager
def open_student(folder: Path) -> Iterator[Student]:
    """Open a new student's collection in `folder`."""
    from anki.collection import Collection

    folder.mkdir(parents=True, exist_ok=True)
    col = Collection(str(folder / "collection.anki2"))
    try:
        yield Student(col)
    finally:
        col.close()


# ---------------------------------------------------------------- what a student sees


def words(html: str) -> str:
    """The text of a side, without its layout."""
    return " ".join(text_of(html).split())


def asked(student: Student) -> dict[CardKey, tuple[str, str]]:
    """What every card shows, front and back."""
    return {key: (words(sides.question), words(sides.answer))
            for key, sides in student.all_sides().items()}


def by_id(student: Student) -> dict[str, str]:
    """The guid of each note by its item's id."""
    return {student.col.get_card(card).note()["Id"]: key.guid
            for key, card in student.card_ids().items()}


# ---------------------------------------------------------------- releases

SHIPPED = Path(__file__).parent.parent / "cards"
FIRST_RELEASE = 1_700_000_000  # in the past, as every release is to those who import it
A_DAY = 86_400


def copy_shipped(folder: Path) -> Path:
    """Copy the shipped deck, so that building it leaves it alone; as if it were its first release.

    What its lock remembers, such as retired notes, is judged on the way to a release.
    """
    return copytree(SHIPPED, folder / "cards", ignore=ignore_patterns("deckgen.lock"))


def write_cards(folder: Path, **files: str) -> Path:
    """Write a project's files, `deck="name: …"` for deck.yaml and so on; gives their folder."""
    cards = folder / "cards"
    cards.mkdir(parents=True, exist_ok=True)
    cards.joinpath("deck.yaml").write_text("id: test-deck\nname: Test\n", encoding="utf-8")
    for name, text in files.items():
        cards.joinpath(f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return cards


def try_release(cards: Path, day: int = 0) -> Result:
    """Build a project, so many days after its first release."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(FIRST_RELEASE + day * A_DAY)
    try:
        return build(cards, cards.parent / "build")
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def release(cards: Path, day: int = 0) -> Path:
    """Build a project that has no errors; gives the package."""
    result = try_release(cards, day)
    if result.package is None:
        raise AssertionError(result.found)
    return result.package


def rows_of(package: Path, query: str) -> list[Any]:
    """Ask the collection inside a package."""
    with ZipFile(package) as archive:
        raw = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(raw)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


# ---------------------------------------------------------------- HTML


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def text_of(html: str) -> str:
    """What a reader sees of HTML: the text, with its entities resolved and nothing else."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)
