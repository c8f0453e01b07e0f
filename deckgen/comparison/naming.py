"""What notes and cards are called, by people and in Anki's search."""

import re

from deckgen.comparison.faces import words_of
from deckgen.model import ID, RETIRED, Note, NoteType

_CLOZE = re.compile(r"\{\{c[0-9,]+::((?:(?!\{\{|\}\}|::).)*)(?:::(?:(?!\{\{|\}\}).)*)?\}\}", re.DOTALL)
_LONGEST = 60


def key_of(note: Note) -> str:
    """What stands in a note's "Id", if it has one: the id of its item, or what is there for one."""
    return next((text for (name, _), text in zip(note.note_type.fields, note.fields, strict=True)
                 if name == ID), "")


def label_of(note: Note) -> str:
    """Call a note by its item's id, or by the first field that says anything."""
    key = key_of(note)
    if key and not key.startswith("~"):
        return key
    return said_by(note)


def said_by(note: Note) -> str:
    """Quote the first field of a note that says anything, shortened."""
    said = next(filter(None, (words_of(_without_clozes(text)) for text in note.fields)), "")
    return f"“{said[:_LONGEST]}{'…' if len(said) > _LONGEST else ''}”"


def _without_clozes(text: str) -> str:
    while (plain := _CLOZE.sub(r"\1", text)) != text:
        text = plain  # one may stand in another
    return text


def search_for(note: Note) -> str:
    """Write the search that finds a retired note in Anki's browser, and no other."""
    tag = next(tag for tag in note.tags if tag.endswith(f"::{RETIRED}"))
    return f'tag:{tag} "{ID}:{key_of(note)}"'


def card_name(made: NoteType, ordinal: int) -> str:
    """Call a card by its template, or its gap's number."""
    if made.is_cloze:
        return f"gap {ordinal + 1}"
    return f"'{made.templates[ordinal][0]}'" if ordinal < len(made.templates) else f"card {ordinal + 1}"
