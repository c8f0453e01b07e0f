"""A student's collection in genuine Anki; the only module that knows the `anki` package.

It is under the AGPL, so it is never needed to build a deck, and imported when it is asked for.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deckgen.diagnostics import Unusable
from deckgen.model import Deck, Note, NoteType
from deckgen.template import Sides

if TYPE_CHECKING:
    from anki.collection import Collection

# What stands for a card's progress; `mod` and `usn` say only when the row was written.
_PROGRESS = ("type", "queue", "due", "ivl", "factor", "reps", "lapses", "left", "odue", "odid",
             "flags", "data")


class Log(NamedTuple):
    """What Anki reports of an import: how many notes became what."""

    new: int
    updated: int
    conflicting: int  # of a note type that is another now


class Edit(NamedTuple):
    """What a student writes into a note, and the tag they give it; `when` in seconds since 1970."""

    guid: str
    field: int
    text: str
    tag: str
    when: int


class CardState(NamedTuple):
    """A card in the collection."""

    id: int
    guid: str
    ordinal: int
    deck: str
    progress: tuple[object, ...]


class Student:
    """Somebody who imports packages and studies, with Anki's default options."""

    def __init__(self, col: "Collection") -> None:
        self.col = col

    def rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """Ask the collection's database."""
        if self.col.db is None:
            raise AssertionError("the collection is closed")
        return [tuple(row) for row in self.col.db.all(query, *values)]

    def install(self, package: Path) -> Log:
        """Import a package as the import screen does if nothing on it is touched."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
        from anki.errors import BackendError
        from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition

        if_newer = (ImportAnkiPackageUpdateCondition
                    .IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER)
        options = ImportAnkiPackageOptions(
            merge_notetypes=False, update_notes=if_newer, update_notetypes=if_newer,
            with_scheduling=False, with_deck_configs=False,
        )
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        try:
            log = self.col.import_anki_package(request).log
        except BackendError as error:
            raise Unusable(f"Anki cannot import {package}: {error}") from error

        return Log(len(log.new), len(log.updated), len(log.conflicting))

    @property
    def backend(self) -> Any:
        """What the collection itself asks; it keeps nothing in mind."""
        return self.col._backend  # noqa: SLF001  # there is no other way to it

    # ------------------------------------------------------------ what there is

    def deck(self) -> Deck:
        """The whole collection as a deck, like one that is read from a package."""
        types = {made.id: made for made in map(self.note_type, self.type_ids())}
        cards: dict[int, list[tuple[int, str]]] = {}
        for number, ordinal, deck in self.rows("select nid, ord, did from cards order by nid, ord"):
            cards.setdefault(number, []).append((ordinal, self.col.decks.name(deck)))
        notes = []
        for number, guid, kind, mod, tags, text in self.rows(
                "select id, guid, mid, mod, tags, flds from notes order by id"):
            has = cards.get(number, [])
            home = has[0][1] if has else ""
            notes.append(Note(
                guid, types[kind], text, tuple(tags.split()), home, tuple(o for o, _ in has), mod, 0,
                tuple((ordinal, deck) for ordinal, deck in has if deck != home)))
        return Deck("", "", "", tuple(notes), tuple(types.values()), (), 0)

    def type_ids(self) -> list[int]:
        """The ids of all note types; Anki's own, which nobody uses, are left out."""
        return [number for (number,) in self.rows("select distinct mid from notes order by mid")]

    def note_type(self, number: int) -> NoteType:
        """A note type as it is now; Anki's own way of asking remembers what was."""
        from anki.models import NotetypeId

        made = json.loads(self.backend.get_notetype_legacy(NotetypeId(number)))
        return NoteType(
            made["name"], made["id"], made["name"], made["css"], made["type"] == 1,
            tuple((field["name"], field.get("id") or 0) for field in made["flds"]),
            tuple((card["name"], card.get("id") or 0, card["qfmt"], card["afmt"])
                  for card in made["tmpls"]),
            made["mod"],
        )

    def cards(self) -> dict[int, CardState]:
        """Every card by its id."""
        columns = ", ".join(f"c.{column}" for column in _PROGRESS)
        rows = self.rows(f"select c.id, n.guid, c.ord, c.did, {columns} "  # noqa: S608
                         "from cards c join notes n on n.id = c.nid")
        return {
            number: CardState(number, guid, ordinal, self.col.decks.name(deck), tuple(progress))
            for number, guid, ordinal, deck, *progress in rows
        }

    def notes(self) -> dict[str, tuple[str, frozenset[str]]]:
        """The fields and the tags of every note, by its guid."""
        return {guid: (text, frozenset(tags.split()))
                for guid, text, tags in self.rows("select guid, flds, tags from notes")}

    def reviews(self) -> list[tuple[Any, ...]]:
        """Every review that was ever made."""
        return self.rows("select id, cid, ease, ivl, factor, type from revlog order by id")

    def everything(self) -> dict[str, list[Any]]:
        """Notes, cards, note types and decks as stored."""
        tables = ("notes", "cards", "notetypes", "fields", "templates", "decks", "revlog")
        return {table: self.rows(f"select * from {table} order by 1, 2")  # noqa: S608
                for table in tables}

    def show(self, card: int) -> Sides:
        """Render a card as Anki does; what a template cannot do is told in its place."""
        from anki.cards import CardId

        output = self.col.get_card(CardId(card)).render_output()
        return Sides(output.question_text, output.answer_text)

    def missing_media(self) -> list[str]:
        """Name the media files that cards refer to and that are not there."""
        return list(self.col.media.check().missing)

    # ------------------------------------------------------------ what a student does

    def answer(self, card_id: int) -> None:
        """Answer a card with "Good"."""
        from anki.cards import CardId
        from anki.scheduler.v3 import CardAnswer

        card = self.col.get_card(CardId(card_id))
        card.start_timer()
        states = self.backend.get_scheduling_states(card.id)
        scheduler: Any = self.col.sched
        scheduler.answer_card(scheduler.build_answer(
            card=card, states=states, rating=CardAnswer.GOOD))

    def edit(self, edits: Iterable[Edit]) -> None:
        """Edit notes, as if that had been at some time: one of today outranks all earlier releases."""
        from anki.notes import NoteId

        edits = list(edits)
        numbers: dict[str, int] = dict(self.rows("select guid, id from notes"))
        notes = []
        for edit in edits:
            note = self.col.get_note(NoteId(numbers[edit.guid]))
            note.fields[edit.field] = f"{note.fields[edit.field]} {edit.text}".strip()
            note.add_tag(edit.tag)
            notes.append(note)
        self.col.update_notes(notes)
        for edit in edits:
            self.rows("update notes set mod = ? where guid = ?", edit.when, edit.guid)

    def suspend(self, cards: list[Any]) -> None:
        """Put cards aside."""
        self.col.sched.suspend_cards(cards)

    def flag(self, cards: list[Any]) -> None:
        """Give cards a coloured flag."""
        self.col.set_user_flag_for_cards(3, cards)

    def move(self, cards: list[Any], deck: str) -> None:
        """Put cards into a deck of one's own."""
        own = self.col.decks.id(deck)
        if own is not None:
            self.col.set_deck(cards, own)

    def check_database(self) -> None:
        """Run Check Database, which makes the cards that are missing."""
        self.col.fix_integrity()


@contextmanager
def new_student(folder: Path) -> Iterator[Student]:
    """Open a new collection in a folder. Raises Unusable if Anki's package is not there.

    Meanwhile nothing is printed: Ankis of before 2026 tell there what took them long.
    """
    try:
        from anki.collection import Collection, ImportAnkiPackageOptions  # noqa: F401
    except ImportError as error:
        raise Unusable("genuine Anki is the judge, and its package is not there; install it with "
                       "'pip install deckgen[anki]'") from error
    folder.mkdir(parents=True, exist_ok=True)
    with redirect_stdout(StringIO()):
        col = Collection(str(folder / "collection.anki2"))
        try:
            yield Student(col)
        finally:
            col.close()
