"""Items and the lock into notes and note types: what Anki will be given."""

from deckgen.compile.deck import Compiled, compile_deck
from deckgen.compile.edition import Changes
from deckgen.compile.gaps import GapChooser
from deckgen.compile.identity import identify
from deckgen.compile.inheritance import FROM, Inherited
from deckgen.compile.media import hashed_name

__all__ = ["FROM", "Changes", "Compiled", "GapChooser", "Inherited", "compile_deck", "hashed_name", "identify"]
