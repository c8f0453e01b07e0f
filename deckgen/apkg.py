"""A compiled deck into an Anki package; the only module that knows genanki, sqlite3 and zipfile.

genanki's Model, Deck and Package say what Anki must be told; the rows are written in bulk, the
cards are the ones compiled (genanki's own derivation differs from Anki's), and the zip is the same
for the same deck: sorted entries, no dates, nothing of this machine.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckgen.lock import number_for
from deckgen.model import Deck, NoteType

# A quarter of the stored size; level 6 saves another tenth of that and takes twice the time.
_LEVEL = 1
_LEAST_ID = 1_000_000_000_000  # Anki's ids are milliseconds since 1970: this is the year 2001
_ID_BITS = 40
_INDEXES = APKG_SCHEMA.index("CREATE INDEX")

_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')"
_INSERT_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0,0,0,0,0,0,0,0, '')"


def write_package(deck: Deck, file: IO[bytes]) -> None:
    """Write `deck` as an .apkg into a seekable binary file."""
    Package(deck).write_to_file(file)


class Model(genanki.Model):  # type: ignore[misc]  # genanki has no types
    """A note type with the ids that let Anki follow renamed fields and templates."""

    def __init__(self, made: NoteType) -> None:
        super().__init__(
            made.id,
            made.name,
            fields=[{"name": name, "id": number} for name, number in made.fields],
            templates=[
                {"name": name, "id": number, "qfmt": front, "afmt": back}
                for name, number, front, back in made.templates
            ],
            css=made.css,
            model_type=self.CLOZE if made.is_cloze else self.FRONT_BACK,
        )
        self.mod = made.mod

    @property
    def _req(self) -> list[object]:
        """What Ankis before 2.1.28 go by: each front is shown if its gate, the first field, is."""
        if self.model_type == self.CLOZE:
            return [[0, "any", [0]]]
        gates = len(self.fields) - len(self.templates)
        return [[i, "all", [gates + i]] for i in range(len(self.templates))]


class Subdeck(genanki.Deck):  # type: ignore[misc]  # genanki has no types
    """A deck or one of its subdecks, changed when the package was."""

    def __init__(self, deck: Deck, name: str) -> None:
        description = deck.description if name == deck.name else ""
        super().__init__(number_for(deck.project, "deck", name), name, description)
        self.mod = deck.mod

    def to_json(self) -> dict[str, object]:
        """Anki's record of the deck."""
        return {**super().to_json(), "mod": self.mod}


class Package(genanki.Package):  # type: ignore[misc]  # genanki has no types
    """A whole package."""

    def __init__(self, deck: Deck) -> None:
        super().__init__([Subdeck(deck, name) for name in _deck_names(deck)],
                         [path for _, path in deck.media])
        self.deck = deck

    def write_to_file(self, file: IO[bytes], timestamp: float | None = None) -> None:
        """Write the zip: the collection, the list of media, the media."""
        entries: list[tuple[str, bytes | Path]] = [
            (str(i), path) for i, (_, path) in enumerate(self.deck.media)
        ]
        names = {str(i): name for i, (name, _) in enumerate(self.deck.media)}
        entries.append(("collection.anki2", self._collection()))
        entries.append(("media", json.dumps(names).encode()))
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for name, content in sorted(entries, key=lambda entry: entry[0]):
                _add(archive, name, content)

    def _collection(self) -> bytes:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.executescript(APKG_SCHEMA[:_INDEXES] + APKG_COL)
            connection.execute("BEGIN")
            self.write_to_db(connection.cursor(), self.deck.mod, None)
            connection.execute("COMMIT")
            connection.executescript(APKG_SCHEMA[_INDEXES:])
            return connection.serialize()
        finally:
            connection.close()

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: object) -> None:
        """Write the collection's rows."""
        (known,) = cursor.execute("SELECT decks FROM col").fetchone()
        decks = {**json.loads(known), **{str(deck.deck_id): deck.to_json() for deck in self.decks}}
        models = {
            str(made.id): Model(made).to_json(made.mod, self.decks[0].deck_id)
            for made in self.deck.note_types
        }
        cursor.execute(
            "UPDATE col SET mod = ?, scm = ?, models = ?, decks = ?",
            (self.deck.mod * 1000, self.deck.mod * 1000, json.dumps(models), json.dumps(decks)),
        )
        ids = dict(zip(self._guids(), _distinct(self._guids()), strict=True))
        cursor.executemany(_INSERT_NOTE, self._note_rows(ids))
        cursor.executemany(_INSERT_CARD, self._card_rows(ids))

    def _guids(self) -> Iterator[str]:
        return (note.guid for note in self.deck.notes)

    def _note_rows(self, ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
        for note in self.deck.notes:
            fields = note.fields
            tags = f" {' '.join(note.tags)} " if note.tags else ""
            yield (ids[note.guid], note.guid, note.note_type.id, note.mod, tags,
                   "\x1f".join(fields), fields[0])

    def _card_rows(self, ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
        deck_ids = {deck.name: deck.deck_id for deck in self.decks}
        taken: set[int] = set()
        for note in self.deck.notes:
            note_id, deck_id = ids[note.guid], deck_ids[note.deck]
            for card in note.cards:
                yield (_free(_mixed(note_id, card), taken), note_id, deck_id, card, note.mod,
                       note.position)


def _deck_names(deck: Deck) -> list[str]:
    """List the deck, its subdecks and every level between, the deck itself first."""
    names = {deck.name}
    for name in {note.deck for note in deck.notes}:
        levels = name.split("::")
        names.update("::".join(levels[:n]) for n in range(1, len(levels) + 1))
    return sorted(names, key=lambda name: (name != deck.name, name))


def _distinct(guids: Iterator[str]) -> Iterator[int]:
    """Derive note ids from guids, so that they stay the same from release to release."""
    taken: set[int] = set()
    for guid in guids:
        yield _free(int(guid[:10], 16), taken)


def _mixed(note_id: int, card: int) -> int:
    """Spread the cards of all notes over the range of ids."""
    return (note_id * 0x9E3779B97F4A7C15 + (card + 1) * 0xBF58476D1CE4E5B9) >> 13


def _free(wish: int, taken: set[int]) -> int:
    wish &= (1 << _ID_BITS) - 1
    while wish in taken:
        wish = (wish + 1) & ((1 << _ID_BITS) - 1)
    taken.add(wish)
    return _LEAST_ID + wish


def _add(archive: ZipFile, name: str, content: bytes | Path) -> None:
    """Add an entry that looks the same wherever and whenever it is written."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    if isinstance(content, bytes):
        archive.writestr(entry, content, compresslevel=_LEVEL)
        return
    with content.open("rb") as source, archive.open(entry, "w") as target:
        copyfileobj(source, target, 1 << 20)
