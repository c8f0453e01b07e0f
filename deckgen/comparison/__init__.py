"""Two releases of a deck compared: what a student gets from the second, and what it would cost."""

from deckgen.comparison.changes import Comparison, NoteChange, What, are_related, compare, is_same
from deckgen.comparison.faces import Face, Faces, is_another_fact
from deckgen.comparison.importing import conflict, difference
from deckgen.comparison.judging import Cost, Loss
from deckgen.comparison.naming import card_name, label_of, said_by
from deckgen.comparison.telling import Line, Tone, as_json, changelog, told, told_together

__all__ = [
    "Comparison",
    "Cost",
    "Face",
    "Faces",
    "Line",
    "Loss",
    "NoteChange",
    "Tone",
    "What",
    "are_related",
    "as_json",
    "card_name",
    "changelog",
    "compare",
    "conflict",
    "difference",
    "is_another_fact",
    "is_same",
    "label_of",
    "said_by",
    "told",
    "told_together",
]
