"""A deck into text files that update it where it is installed, and leave alone what is a student's.

Of a note that a package changes, Anki replaces everything. Anki's text import changes only the
fields that a file has, so these files leave out the student's own. What follows was found by
experiment with Anki 26.9, and the headers in every Anki since 23.10.

- Notes are matched by guid. One that says what it said is left alone, its time included. Of one
  that changed, the fields are replaced; own field, tags, flags, reviews and decks of cards stay. A
  new card of it lies where its other cards do, if that is one deck.
- One that the student lacks is added, with the cards that Anki makes of it: all in the note's own
  deck, and before the other new cards there.
- A cell of tags would take away the student's own, even an empty one; and where no column is said
  to have tags, Anki takes one that it has no field for. So there is such a column, and no row reaches
  it. New notes have their tags from a file of their own, which passes over those that are there.
- The headers say what becomes of notes that are there. Without, Anki does what it did in the
  student's last import, be it to add everything twice.
- A note type is named by its id, so students may rename it. Where it is not installed, Anki takes
  the one used last, whose first field takes the first column if no column has its name; that column
  is empty, and Anki refuses a note whose first field is. The file of new notes names the type in
  each row, and Anki refuses rows with one that it lacks.
- Note types do not travel, and a field that is not installed is passed over. Nor do media: a
  package brings those of notes that it adds or changes, so not of those that text has changed.
- A note that text changed bears the time of the import. A package in which its last change is
  earlier leaves it alone, whatever it says; a later change arrives. Text always arrives.
"""

from collections.abc import Iterable, Iterator

from deckgen.model import MINE, Deck, Note, NoteType

NEW_NOTES = "1_new_notes.txt"  # to be imported first; no kind has an underscore in its section

# Anki passes over a header that it does not know. No field's name has a colon.
_MARK = "deckgen update"
_GUID, _DECK, _TAGS, _TYPE = ":guid", ":deck", ":tags", ":note type"


def update_files(deck: Deck) -> dict[str, bytes]:
    """Write the files, by name, in the order in which they are to be imported."""
    made = [note_type for note_type in deck.note_types
            if any(note.note_type is note_type for note in deck.notes)]
    files = {NEW_NOTES: _new_notes(deck)} if deck.notes else {}
    for note_type in sorted(made, key=lambda note_type: note_type.section):
        notes = [note for note in deck.notes if note.note_type is note_type]
        files[f"{note_type.section}.txt"] = _changes(deck, note_type, notes)
    return {name: "".join(lines).encode() for name, lines in files.items()}


def is_update_of(project: str, content: bytes) -> bool:
    """Whether a file that begins so was written by `update_files`."""
    return content.startswith(f"{_head(project)}\n".encode())


def _new_notes(deck: Deck) -> Iterator[str]:
    """Write every note that is asked with its tags, all fields in their order; rows are equally long."""
    width = max(len(made.fields) for made in deck.note_types)
    yield from _headers(deck, "keep current", {
        "guid column": "1", "deck column": "2", "tags column": "3", "notetype column": "4",
        "columns": "\t".join([_GUID, _DECK, _TAGS, _TYPE, *map(str, range(1, width + 1))]),
    })
    for note in deck.notes:
        if note.is_retired:
            continue  # nobody who lacks it need have it
        # The student's own field is empty in a compiled deck, and here it is only ever added.
        cells = [note.guid, note.deck, " ".join(note.tags), str(note.note_type.id), *note.fields]
        yield _row(cells + [""] * (width - len(note.fields)))


def _changes(deck: Deck, made: NoteType, notes: Iterable[Note]) -> Iterator[str]:
    """Write notes of one type, without the field that is the student's, and without the tags.

    The column of tags is the last, and rows end before it.
    """
    places = [i for i, (name, _) in enumerate(made.fields) if name != MINE]
    names = [made.fields[i][0] for i in places]
    yield from _headers(deck, "update current", {
        "notetype": str(made.id), "guid column": "2", "deck column": "3",
        "tags column": str(len(names) + 4),
        "columns": "\t".join(map(_cell, ["", _GUID, _DECK, *names, _TAGS])),
    })
    for note in notes:
        fields = note.fields
        yield _row(["", note.guid, note.deck, *(fields[i] for i in places)])


def _headers(deck: Deck, matches: str, more: dict[str, str]) -> Iterator[str]:
    yield f"{_head(deck.project)}\n"
    headers = {"separator": "tab", "html": "true", "if matches": matches,
               "match scope": "notetype", **more}
    for name, value in headers.items():
        yield f"#{name}:{value}\n"


def _head(project: str) -> str:
    return f"#{_MARK}:{project}"


def _row(cells: Iterable[str]) -> str:
    return "\t".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    """Quote a cell; so a quote, tab, line break or '#' is text wherever it stands."""
    return f'''"{text.replace('"', '""')}"''' if text else ""
