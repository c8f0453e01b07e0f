"""Decks as code: curated YAML items compiled into Anki decks."""

__version__ = "0.1.0"
