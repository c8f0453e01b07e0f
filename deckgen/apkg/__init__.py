"""Anki packages: a deck into one and back; the only room with genanki, sqlite3 and zipfile."""

from deckgen.apkg.reading import Packed, read_package, stamp
from deckgen.apkg.writing import write_package

__all__ = ["Packed", "read_package", "stamp", "write_package"]
