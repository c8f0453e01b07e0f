"""An edition: another project, of which some is taken, some changed, and some added."""

from deckgen.edition.applying import Applied, apply
from deckgen.edition.selecting import Selector

__all__ = ["Applied", "Selector", "apply"]
