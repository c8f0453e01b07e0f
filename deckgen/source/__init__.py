"""YAML into located nodes; the only room that knows yaml."""

from deckgen.source.builder import Parsed, parse

__all__ = ["Parsed", "parse"]
