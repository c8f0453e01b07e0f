"""Items and the lock into notes and note types: what Anki will be given."""

from deckgen.compile.media import hashed_name
from deckgen.compile.notes import Changes, Compiled, compile_deck

__all__ = ["Changes", "Compiled", "compile_deck", "hashed_name"]
