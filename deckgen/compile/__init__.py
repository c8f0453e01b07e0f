"""Items and the lock into notes and note types: what Anki will be given."""

from deckgen.compile.deck import Changes, Compiled, compile_deck
from deckgen.compile.gaps import GapChooser
from deckgen.compile.identity import identify
from deckgen.compile.media import hashed_name

__all__ = ["Changes", "Compiled", "GapChooser", "compile_deck", "hashed_name", "identify"]
