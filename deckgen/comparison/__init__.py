"""Two releases of a deck compared: what a student gets from the second, and what it would cost."""

from deckgen.comparison.changes import (
    Comparison,
    Cost,
    Loss,
    NoteChange,
    What,
    compare,
    words_of_note,
)
from deckgen.comparison.faces import Face, Faces, is_another_fact, read
from deckgen.comparison.telling import as_json, changelog, told

__all__ = [
    "Comparison", "Cost", "Face", "Faces", "Loss", "NoteChange", "What", "as_json", "changelog",
    "compare", "is_another_fact", "read", "told",
    "words_of_note",
]
