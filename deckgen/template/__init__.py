"""Anki's card templates: what they are made of, which cards a note has by them, what cards show.

Everything here was found by experiment with Anki 26.9 and is proven against it by the tests.
"""

from deckgen.template.cards import CardRule
from deckgen.template.clozes import cloze_numbers
from deckgen.template.conditions import ALWAYS_FILLED, is_empty, shows_something
from deckgen.template.parsing import (
    SPECIAL,
    Faulty,
    If,
    Part,
    Shown,
    fields_in,
    fields_of,
    parse,
    renamed,
)
from deckgen.template.rendering import Card, Renderer, Sides

__all__ = [
    "ALWAYS_FILLED", "SPECIAL", "Card", "CardRule", "Faulty", "If", "Part", "Renderer", "Shown",
    "Sides", "cloze_numbers", "fields_in", "fields_of", "is_empty", "parse", "renamed", "shows_something",
]
