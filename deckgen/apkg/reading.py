"""A package into a deck: the inverse of writing one, for packages from anywhere.

It reads legacy packages: deckgen's own, those of scripts, and what Anki exports with "Support older
Anki versions". Nothing in a package is trusted; whatever is wrong with one is said in words.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from itertools import groupby, takewhile
from lzma import LZMAError
from operator import itemgetter
from pathlib import Path
from struct import error as StructError  # noqa: N812  # named like every other error here
from typing import IO, Any, Literal, NamedTuple
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from deckgen.diagnostics import Unusable
from deckgen.model import FIELD_SEPARATOR, Deck, Note, NoteType

COLLECTION, MEDIA = "collection.anki2", "media"
# What the collection's settings say under this name is deckgen's own. Anki passes them over.
OURS = "deckgen"

_STAMP = re.compile(rb"deckgen ([0-9]{1,12})")  # the comment of a zip of ours
_NEWER_LEGACY = "collection.anki21"  # where it is, the other only asks for a newer Anki
_NEW_FORMAT = "collection.anki21b"
_LARGEST = 1 << 30  # bytes of one file in a package, unpacked: a thousand times an honest one
_LARGEST_LIST = 1 << 26  # of the list of media
_LONGEST_NAME = 255  # of a media file: no file system takes more
_SQLITE = b"SQLite format 3\0"
_TABLES = ("col", "notes", "cards")
_CLOZE = 1
_NO_DECK = "Default"  # where Anki puts cards whose deck is not there
_SEPARATORS = re.compile("[ \u3000]+")  # of tags
# In the frame of every card of ours, for packages that were through a student's collection.
_FRAME = re.compile(r'<div class="deckgen ([a-z0-9-]+)[ "]')

# What Python raises for zips that are cut off, damaged, locked or made by rare methods.
_ZIP_FAULTS = (BadZipFile, ZlibError, LZMAError, StructError, EOFError, ValueError,
               NotImplementedError, RuntimeError, OverflowError, IndexError)


class _Fault(Exception):
    """What is wrong with a package."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A media file inside a package."""

    package: Path
    entry: str  # its name in the zip, a number

    def read_bytes(self) -> bytes:
        """Unpack it. Raises Unusable."""
        with _refused(self.package), _opened(self.package) as archive:
            return _entry(archive, self.entry)

    def open(self, mode: Literal["rb"] = "rb", /) -> IO[bytes]:
        """Open what is in it. Raises Unusable."""
        return BytesIO(self.read_bytes())

    def digest(self) -> str:
        """Hash what is in it, as the names of our media files have it."""
        return blake2b(self.read_bytes(), digest_size=8).hexdigest()


def read_package(path: Path) -> Deck:
    """Read an .apkg or .colpkg; its notes come in the order in which their cards do.

    `read_package(write_package(deck))` is `deck`, but for media, which are then `Packed`.
    Of another's package, the project is "" and the name that of the deck above all its notes; a
    note type's section is its name; a missing id is 0. Raises Unusable.
    """
    with _refused(path):
        with _opened(path) as archive:
            content = _collection(archive)
            media = tuple((name, Packed(path, entry)) for name, entry in _media(archive))
        with closing(sqlite3.connect(":memory:")) as connection:
            return _Reading(_loaded(connection, content)).deck(media)


def stamp(package: Path) -> int | None:
    """When the deck in a package of ours last changed, in seconds since 1970; None if not ours."""
    try:
        with ZipFile(package) as archive:
            found = _STAMP.fullmatch(archive.comment)
    except (OSError, BadZipFile):
        return None
    return int(found[1]) if found else None


# ---------------------------------------------------------------- the zip


class _refused:  # noqa: N801  # a context, and reads as one
    """Turns what is wrong with a package into words that name it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _Fault):
            raise Unusable(f"{self.path} {error}") from error
        if isinstance(error, OSError):
            raise Unusable(f"cannot read {self.path}: {error.strerror or error}") from error
        if isinstance(error, sqlite3.Error | UnicodeDecodeError):
            why = "a text is not UTF-8" if "UTF-8" in str(error) else str(error)
            raise Unusable(f"{self.path} is damaged: its collection cannot be read ({why}); "
                           "export it again") from error


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except _ZIP_FAULTS as error:
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
        raise _Fault("is cut off or damaged; get it again" if is_zip else
                     "is no Anki package; name an .apkg file") from error


def _entry(archive: ZipFile, name: str) -> bytes:
    """Unpack a file; one that says it is short is read no further than it says."""
    info = archive.getinfo(name)
    if info.file_size > (_LARGEST_LIST if name == MEDIA else _LARGEST):
        raise _Fault(f"is refused: {name!r} in it would take {info.file_size:,} bytes")
    try:
        return archive.read(info)
    except (*_ZIP_FAULTS, OSError) as error:
        if info.flag_bits & 1:
            raise _Fault("is locked with a password; unpack it and zip it without") from error
        raise _Fault(f"is cut off or damaged: {name!r} in it cannot be unpacked; get it again"
                     ) from error


def _collection(archive: ZipFile) -> bytes:
    names = set(archive.namelist())
    if _NEW_FORMAT in names:
        raise _Fault("is in Anki's new format; in Anki, export the deck again with 'Support older "
                     "Anki versions' ticked")
    for name in (_NEWER_LEGACY, COLLECTION):
        if name in names:
            return _entry(archive, name)
    raise _Fault(f"is a zip, but no Anki package: there is no {COLLECTION} in it; name an .apkg "
                 "file")


def _media(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """List media files as (name, entry)."""
    if MEDIA not in archive.namelist():
        return
    entries = set(archive.namelist())
    listed = _parsed(_entry(archive, MEDIA), "the list of media")
    for entry, name in _mapping(listed, "the list of media").items():
        known = _string(name, "the name of a media file")
        if not known or known in (".", "..") or re.search(r"[/\\\0]", known) \
                or len(known.encode()) > _LONGEST_NAME:
            raise _Fault(f"is refused: it has a media file named {known[:80]!r}")
        if entry not in entries:
            raise _Fault(f"is damaged: the media file {known!r} is not in it; export it again")
        yield known, entry


# ---------------------------------------------------------------- the collection


def _loaded(connection: sqlite3.Connection, content: bytes) -> sqlite3.Connection:
    """Open a collection in memory, and see that it has its tables."""
    if not content.startswith(_SQLITE):
        raise _Fault("is damaged: its collection is no database; export it again")
    # A write-ahead log would be looked for on the disk; there is none.
    connection.deserialize(content[:18] + b"\1\1" + content[20:])
    connection.execute("PRAGMA trusted_schema = OFF")
    real = {name for name, text in
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            if isinstance(text, str) and not text.upper().startswith("CREATE VIRTUAL")}
    for table in _TABLES:
        if table not in real:
            raise _Fault(f"is damaged: its collection has no table '{table}'; export it again")
    return connection


class _Cards(NamedTuple):
    """The cards of a note: ordinals, the deck of each, the place among the new cards."""

    ordinals: tuple[int, ...]
    decks: tuple[str, ...]
    position: int


_NONE = _Cards((), (), 0)


class _Reading:
    """Makes values of the rows of one collection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        row = connection.execute("SELECT mod, ver, models, decks, conf FROM col").fetchone()
        if row is None:
            raise _Fault("is damaged: its collection is empty; export it again")
        mod, version, models, decks, conf = row
        if not models and version != 11:
            raise _Fault("holds a collection in Anki's new format; in Anki, export the deck again "
                         "with 'Support older Anki versions' ticked")
        self.mod = _whole(mod, "the collection's time") // 1000
        settings = _mapping(_parsed(conf, "the settings"), "the settings") if conf else {}
        own = settings.get(OURS)
        self.own: Mapping[str, Any] = own if isinstance(own, dict) else {}
        self.decks = {
            number: _mapping(deck, "a deck") for number, deck in _numbered(decks, "the decks")
        }
        self.names = {
            number: _string(deck.get("name"), "a deck's name")
            for number, deck in self.decks.items()
        }
        sections = _mapping(self.own.get("sections", {}), "the sections")
        self.types = {
            number: _note_type(number, _mapping(made, "a note type"), sections.get(str(number)))
            for number, made in _numbered(models, "the note types")
        }

    def deck(self, media: tuple[tuple[str, Packed], ...]) -> Deck:
        """Make the deck."""
        notes = self.notes()
        name = _string(self.own["name"], "the name") if "name" in self.own else self.name(notes)
        descriptions = [deck.get("desc", "") for number, deck in self.decks.items()
                        if self.names[number] == name]
        return Deck(
            project=_string(self.own.get("project", ""), "the project"),
            name=name,
            description=_string((descriptions or [""])[0], "a deck's description"),
            notes=tuple(notes),
            note_types=tuple(self.types.values()),
            media=media,
            mod=self.mod,
        )

    def name(self, notes: list[Note]) -> str:
        """Name the deck above all notes; if there is none, the first note's."""
        decks = {deck for note in notes for deck in (note.deck, *dict(note.elsewhere).values())}
        levels = zip(*(deck.split("::") for deck in decks), strict=False)
        shared = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
        return "::".join(shared) or (notes[0].deck if notes else _NO_DECK)

    def notes(self) -> list[Note]:
        """Make the notes, in the order of their positions, then in the order they were made."""
        cards = dict(self.cards())
        tags: dict[str, tuple[str, ...]] = {}
        notes: list[Note] = []
        for number, guid, kind, mod, tag_text, text, data in self.connection.execute(
            "SELECT id, guid, mid, mod, tags, flds, data FROM notes ORDER BY id"
        ):
            if not (guid.__class__ is str is tag_text.__class__ is text.__class__
                    and mod.__class__ is int):
                raise _Fault(f"is damaged: the note {number} has something other than text where "
                             "its text belongs; export it again")
            note_type = self.types.get(kind)
            if note_type is None:
                raise _Fault(f"is damaged: the note type of the note {number} is not in it; export "
                             "it again")
            fields = text.count(FIELD_SEPARATOR) + 1
            if fields != len(note_type.fields):
                raise _Fault(f"is damaged: the note {number} has {fields} fields, and its note "
                             f"type {len(note_type.fields)}; "
                             + ("is there a U+001F in one, which ends it?" if
                                fields > len(note_type.fields) else "export it again"))
            if tag_text not in tags:
                tags[tag_text] = tuple(tag for tag in _SEPARATORS.split(tag_text) if tag)
            has = cards.get(number, _NONE)
            home = self.home(has, data)
            elsewhere = tuple([(card, deck) for card, deck in zip(*has[:2], strict=True)
                               if deck != home])
            notes.append(Note(guid, note_type, text, tags[tag_text], home, has.ordinals, mod,
                              has.position, elsewhere))
        notes.sort(key=lambda note: note.position)
        return notes

    def home(self, cards: _Cards, data: object) -> str:
        """A note's own deck: its first card's, unless it says otherwise."""
        if data and self.own:
            return _string(data, "a note's deck")
        return cards.decks[0] if cards.decks else str(self.own.get("name", _NO_DECK))

    def cards(self) -> Iterator[tuple[int, _Cards]]:
        """Gather the cards of each note; one in a filtered deck is where it came from."""
        rows = self.connection.execute(
            "SELECT nid, ord, CASE odid WHEN 0 THEN did ELSE odid END, "
            "CASE type WHEN 0 THEN CASE odid WHEN 0 THEN due ELSE odue END END "  # new cards have 0
            "FROM cards GROUP BY nid, ord ORDER BY nid, ord"
        )
        for note, group in groupby(rows, itemgetter(0)):
            _, ordinals, decks, dues = zip(*group, strict=True)
            if not all(ordinal.__class__ is int and ordinal >= 0 for ordinal in ordinals):
                raise _Fault(f"is damaged: the note {note} has a card without a number; export it "
                             "again")
            position = next((due for due in dues if due.__class__ is int), 0)
            yield note, _Cards(ordinals, tuple(self.names.get(deck, _NO_DECK) for deck in decks),
                               position)


def _note_type(number: int, made: Mapping[str, Any], section: object) -> NoteType:
    name = _string(made.get("name"), "a note type's name")
    fields = _in_order(made.get("flds"), "fields")
    templates = _in_order(made.get("tmpls"), "templates")
    if not fields or not templates:
        raise _Fault(f"is damaged: the note type {name!r} has no fields or no templates; export "
                     "it again")

    def text(of: Mapping[str, Any], key: str) -> str:
        return _string(of.get(key), f"'{key}' of the note type {name!r}")

    shown = tuple((text(card, "name"), _id(card), text(card, "qfmt"), text(card, "afmt"))
                  for card in templates)
    framed = _FRAME.search(shown[0][2])
    return NoteType(
        section=_string(section, "a section") if section is not None
        else framed[1] if framed else name,
        id=number,
        name=name,
        css=_string(made.get("css", ""), "a style"),
        is_cloze=made.get("type") == _CLOZE,
        fields=tuple((text(field, "name"), _id(field)) for field in fields),
        templates=shown,
        mod=_whole(made.get("mod", 0), "a note type's time"),
        folded=frozenset(text(field, "name") for field in fields if field.get("collapsed") is True),
    )


# ---------------------------------------------------------------- what is not trusted


def _parsed(text: object, what: str) -> object:
    if not isinstance(text, str | bytes):
        raise _Fault(f"is damaged: {what} cannot be read; export it again")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Fault(f"is damaged: {what} cannot be read; export it again") from error


def _mapping(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Fault(f"is damaged: {what} cannot be read; export it again")
    return value


def _numbered(text: object, what: str) -> Iterator[tuple[int, object]]:
    """Read an object whose keys are ids."""
    for key, value in _mapping(_parsed(text, what), what).items():
        if not re.fullmatch(r"-?[0-9]{1,19}", key):
            raise _Fault(f"is damaged: {what} cannot be read; export it again")
        yield int(key), value


def _in_order(value: object, what: str) -> list[Mapping[str, Any]]:
    """Read a note type's fields or templates, which need not stand in their order."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _Fault(f"is damaged: the {what} of a note type cannot be read; export it again")
    place: Callable[[tuple[int, dict[str, Any]]], int] = \
        lambda one: ordinal if type(ordinal := one[1].get("ord")) is int else one[0]  # noqa: E731
    return [one for _, one in sorted(enumerate(value), key=place)]


def _string(value: object, what: str) -> str:
    if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
        raise _Fault(f"is damaged: {what} is no text; export it again")
    return value


def _whole(value: object, what: str) -> int:
    if type(value) is not int:
        raise _Fault(f"is damaged: {what} is no number; export it again")
    return value


def _id(of: Mapping[str, Any]) -> int:
    """The id by which Anki follows a renamed field or template; 0 if it has none."""
    number = of.get("id")
    return number if type(number) is int else 0
