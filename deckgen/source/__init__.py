"""YAML into located nodes; the only room that knows yaml."""

from deckgen.source.builder import Parsed, parse
from deckgen.source.extents import Extent, Extents, extents

__all__ = ["Extent", "Extents", "Parsed", "extents", "parse"]
