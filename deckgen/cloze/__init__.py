"""A key sentence into gaps: those an author marked, or those chosen.

Knows nothing of YAML, Anki or files. Choosing is this room's next tenant; until it has moved in,
a sentence has the gaps that its author marked.
"""

from deckgen.cloze.marks import Fault, Marked, entity_of, read_marks

__all__ = ["Fault", "Marked", "entity_of", "read_marks"]
