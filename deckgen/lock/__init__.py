"""`deckgen.lock`: what must never change between releases.

Identities (guids, field and template ids), cloze numbers, the order of new cards, and the time at
which each note and note type last changed. Anki replaces a student's note only by a newer one, so
that time is when the present content first appeared in a build: it rises with every change and
with nothing else.
"""

from deckgen.lock.entries import (
    UNLIKE_ANY,
    Lock,
    NoteEntry,
    Published,
    Seen,
    TypeEntry,
    content_hash,
    digest,
    guid_for,
    number_for,
    rekeyed,
    replaced,
    resectioned,
    risen,
    united,
)
from deckgen.lock.numbers import numbered, renumbered, taken
from deckgen.lock.positions import positioned
from deckgen.lock.text import read_lock, write_lock

__all__ = [
    "UNLIKE_ANY",
    "Lock",
    "NoteEntry",
    "Published",
    "Seen",
    "TypeEntry",
    "content_hash",
    "digest",
    "guid_for",
    "number_for",
    "numbered",
    "positioned",
    "read_lock",
    "rekeyed",
    "renumbered",
    "replaced",
    "resectioned",
    "risen",
    "taken",
    "united",
    "write_lock",
]
