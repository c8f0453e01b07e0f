"""A compiled deck into an Anki package.

genanki's Model, Deck and Package say what Anki must be told; the rows are written in bulk, the
cards are the ones compiled (genanki's own derivation differs from Anki's), and the zip is the same
for the same deck: sorted entries, no dates, nothing of this machine.
"""

import functools
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from deckgen.apkg.reading import COLLECTION, MEDIA, OURS
from deckgen.lock import digest, number_for
from deckgen.model import FIELD_SEPARATOR, Content, Deck, Note, NoteType

# genanki asks a package of this name for a decorator that functools has, and that package imports
# asyncio: a sixth of the time that a small build takes.
sys.modules.setdefault("cached_property", functools)

import genanki  # noqa: E402
from genanki.apkg_col import APKG_COL  # noqa: E402
from genanki.apkg_schema import APKG_SCHEMA  # noqa: E402

# A quarter of the stored size; level 6 saves another tenth of that and takes twice the time.
_LEVEL = 1
_LEAST_ID = 1_000_000_000_000  # Anki's ids are milliseconds since 1970: this is the year 2001
_HEX = re.compile(r"[0-9a-f]{16}")
_INDEXES = APKG_SCHEMA.index("CREATE INDEX")

_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, ?)"
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
            fields=[{"name": name, "id": number or None, "collapsed": name in made.folded}
                    for name, number in made.fields],
            templates=[
                {"name": name, "id": number or None, "qfmt": front, "afmt": back}
                for name, number, front, back in made.templates
            ],
            css=made.css,
            model_type=self.CLOZE if made.is_cloze else self.FRONT_BACK,
        )
        self.mod = made.mod

    @property
    def _req(self) -> list[object]:
        """What Ankis before 2.1.28 go by: each front is shown if its gate or its banner is."""
        if self.model_type == self.CLOZE:
            return [[0, "any", [0]]]
        cards = len(self.templates)
        gates = max(0, len(self.fields) - 2 * cards - 1)  # then the banners, then the key
        return [[i, "any", [gates + i, gates + cards + i]] for i in range(cards)]


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
        entries: list[tuple[str, bytes | Content]] = [
            (str(i), path) for i, (_, path) in enumerate(self.deck.media)
        ]
        names = {str(i): name for i, (name, _) in enumerate(self.deck.media)}
        entries.append((COLLECTION, self._collection()))
        entries.append((MEDIA, json.dumps(names).encode()))
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            archive.comment = b"deckgen %d" % self.deck.mod
            for name, content in sorted(entries, key=lambda entry: entry[0]):
                _add(archive, name, content)

    def _collection(self) -> bytes:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.executescript("PRAGMA journal_mode = OFF;" + APKG_SCHEMA[:_INDEXES] + APKG_COL)
            connection.execute("BEGIN")
            self.write_to_db(connection.cursor(), self.deck.mod, None)
            connection.execute("COMMIT")
            connection.executescript(APKG_SCHEMA[_INDEXES:])
            return connection.serialize()
        finally:
            connection.close()

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: object) -> None:
        """Write the collection's rows."""
        known, settings = cursor.execute("SELECT decks, conf FROM col").fetchone()
        decks = {**json.loads(known), **{str(deck.deck_id): deck.to_json() for deck in self.decks}}
        models = {
            str(made.id): Model(made).to_json(made.mod, self.decks[0].deck_id)
            for made in self.deck.note_types
        }
        cursor.execute(
            "UPDATE col SET mod = ?, scm = ?, models = ?, decks = ?, conf = ?",
            (self.deck.mod * 1000, self.deck.mod * 1000, json.dumps(models), json.dumps(decks),
             json.dumps({**json.loads(settings), OURS: self.own()})),
        )
        # In the order of their ids, so that SQLite appends and leaves no page half full.
        numbered = sorted(zip(map(_number, self.deck.notes), self.deck.notes, strict=True),
                          key=itemgetter(0))
        notes = [note for _, note in numbered]
        ids = list(_rising(number for number, _ in numbered))
        deck_ids = {deck.name: deck.deck_id for deck in self.decks}
        cursor.executemany(_INSERT_NOTE, _note_rows(notes, ids))
        cursor.executemany(_INSERT_CARD, _card_rows(notes, ids, deck_ids))

    def own(self) -> dict[str, object]:
        """What Anki has no place for, and whoever reads the package wants to know."""
        return {"project": self.deck.project, "name": self.deck.name,
                "sections": {str(made.id): made.section for made in self.deck.note_types}}


def _deck_names(deck: Deck) -> list[str]:
    """List the deck, its subdecks and every level between, the deck itself first."""
    names = {deck.name}
    used = {note.deck for note in deck.notes if len(note.elsewhere) < len(note.cards)}
    for name in used | {name for note in deck.notes for _, name in note.elsewhere}:
        levels = name.split("::")
        names.update("::".join(levels[:n]) for n in range(1, len(levels) + 1))
    return sorted(names, key=lambda name: (name != deck.name, name))


def _rising(numbers: Iterable[int]) -> Iterator[int]:
    """Make ids of the numbers of notes, which are sorted; they stay the same between releases.

    They are milliseconds of the years 2001 to 2018: an id of today would make Anki list the note
    among those added of late.
    """
    last = 0
    for number in numbers:
        last = max(_LEAST_ID + number, last + 1)
        yield last


def _number(note: Note) -> int:
    """39 bits of a guid; one that another program made is hashed."""
    guid = note.guid
    return int(guid[:10] if _HEX.fullmatch(guid) else digest(guid, size=5), 16) >> 1


def _note_rows(notes: Iterable[Note], ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    for note, number in zip(notes, ids, strict=True):
        text = note.text
        yield (number, note.guid, note.note_type.id, note.mod, f" {' '.join(note.tags)} ", text,
               text.partition(FIELD_SEPARATOR)[0], _unsaid_deck(note))


def _unsaid_deck(note: Note) -> str:
    """Name a note's own deck if its first card does not; Anki never reads this column."""
    if note.cards and not (note.elsewhere and note.elsewhere[0][0] == note.cards[0]):
        return ""
    return note.deck


def _card_rows(
    notes: Iterable[Note], ids: Iterable[int], decks: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    last = 0
    for note, number in zip(notes, ids, strict=True):
        mod, position = note.mod, note.position
        deck, elsewhere = decks.get(note.deck), dict(note.elsewhere)
        for card in note.cards:
            last = max(number + card, last + 1)
            place = decks[elsewhere[card]] if card in elsewhere else deck
            yield last, number, place, card, mod, position


def _add(archive: ZipFile, name: str, content: bytes | Content) -> None:
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
