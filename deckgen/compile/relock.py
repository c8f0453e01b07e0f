"""A package back into the lock it was built with, for when that was lost.

What cannot be told from a package is what its sentences were chosen from, so their gaps are known by
the words they hide; what a retired note said, so its item cannot come back; and which items a figure
shows, so it is chosen anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from deckgen.compile.identity import text_of
from deckgen.compile.inheritance import Inherited
from deckgen.compile.makings import ASKED
from deckgen.compile.notetypes import RETIRED_GAPS, Structure, banner, gate, type_hash
from deckgen.compile.retirement import tags_of_retired
from deckgen.lock import (
    UNLIKE_ANY,
    Lock,
    NoteEntry,
    Published,
    Seen,
    TypeEntry,
    content_hash,
    digest,
)
from deckgen.markdown import words
from deckgen.marks import entity_of
from deckgen.model import FIELD_SEPARATOR, FIGURE, ID, Deck, Item, Note, NoteType
from deckgen.template import CardRule
from deckgen.template.clozes import Cloze, read


def relocked(
    deck: Deck, items: Iterable[Item], known: Lock, inherited: Inherited | None = None
) -> Lock:
    """Rebuild the lock of a deck that was read from a package of ours.

    `items` are those of the project now, by which notes of items without an id are known; `known`
    is what is left of the lock, perhaps nothing, perhaps one of an earlier time. What an edition
    has from elsewhere as it is, its lock does not have, but that it has it.
    """
    texts = {"~" + digest(text): text for text in map(text_of, items)}
    theirs = inherited.lock.notes if inherited else {}
    keys = {entry.guid: key for key, entry in theirs.items()}
    notes, seen = dict(known.notes), dict(known.seen)
    for note in deck.notes:
        key, entry = _note_entry(deck, note, texts)
        if note.guid in keys:
            key = keys[note.guid]
            seen.setdefault(key, Seen(note.guid, UNLIKE_ANY, is_taken=True))
            if note.mod <= theirs[key].mod:
                continue
        notes[key] = _with_earlier(entry, known.notes.get(key))
    types = {made.section: _type_entry(made) for made in deck.note_types}
    return replace(known, notes=notes, types={**known.types, **types}, seen=seen)


def _with_earlier(entry: NoteEntry, earlier: NoteEntry | None) -> NoteEntry:
    """Keep what an earlier lock knew besides; where the two disagree, the package is right."""
    if earlier is None:
        return entry
    return entry._replace(
        hash=earlier.hash if entry.is_gone else entry.hash,
        cards=tuple(sorted({*earlier.cards, *entry.cards})),
        gaps={**earlier.gaps, **entry.gaps},
        figure=earlier.figure if earlier.drawn == entry.drawn else (),
    )


def _note_entry(deck: Deck, note: Note, texts: dict[str, str]) -> tuple[str, NoteEntry]:
    head, _, key = note.text.rpartition(FIELD_SEPARATOR)
    made = note.note_type
    is_retired = note.tags == tags_of_retired(deck.project)
    retired = () if is_retired else tuple([card for card, _ in note.elsewhere])
    living = tuple([card for card in note.cards if card not in retired])
    values = dict(zip([name for name, _ in made.fields], note.fields, strict=True))
    figure = values[FIGURE]
    text = head
    if figure or retired:
        made_of = _before_retirement(made, values, retired) | {FIGURE: ""}
        text = FIELD_SEPARATOR.join(list(made_of.values())[:-1])
    content = content_hash(made.id, text, " ".join(note.tags), living)
    gaps = [] if is_retired else list(_gaps(note))
    entry = NoteEntry(
        made.section, note.guid, note.mod, note.position,
        UNLIKE_ANY if is_retired else content, note.cards,
        gaps={entity_of(gap.text): gap.number for gap in gaps},
        chosen=tuple(gaps),
        words=_words(note, key, texts) if key.startswith("~") and "/" not in key else "",
        retired=retired,
        gone=content if is_retired else "",
        drawn=digest(figure) if figure else "",
    )
    return key, entry


def _before_retirement(
    made: NoteType, values: Mapping[str, str], retired: Iterable[int]
) -> dict[str, str]:
    """What its item made of a note, by fields, before cards that it makes no more were told to say so.

    Where a card was not asked for and could not have been made besides, this is a guess: if it is
    wrong, the next release brings the note once more.
    """
    if made.is_cloze:
        return {**values, RETIRED_GAPS: ""}
    before = dict(values)
    rule = CardRule(list(values), [front for _, _, front, _ in made.templates], is_cloze=False)
    for card in retired:
        shut, said = gate(made.templates[card][0]), banner(made.templates[card][0])
        before |= {shut: ASKED, said: ""}
        if card in rule.cards(list(before.values())):
            before[shut] = ""
    return before


def _words(note: Note, key: str, texts: dict[str, str]) -> str:
    """What an item without an id said: its text now, if that has not changed, or the note's."""
    fields = [" ".join(words(_uncovered(text)).split()) for text in note.fields]
    return texts.get(key) or "\n".join([note.note_type.section, *filter(None, fields[:4])])


def _gaps(note: Note) -> Iterator[Published]:
    """Find the gaps of a note's fields, but for those that are retired."""
    for (name, _), text in zip(note.note_type.fields, note.fields, strict=True):
        if name not in (ID, RETIRED_GAPS) and "{{c" in text:
            for cloze in read(text).clozes:
                hidden = " ".join(words(_text(cloze)).split())
                hint = words(cloze.hint) if cloze.hint is not None else None
                for number in cloze.numbers:
                    yield Published(number, 0, hidden, hint)


def _text(cloze: Cloze) -> str:
    return "".join(part if isinstance(part, str) else _text(part) for part in cloze.parts)


def _uncovered(text: str) -> str:
    """A field without the marks of its gaps."""
    return "".join(part if isinstance(part, str) else _text(part) for part in read(text).parts)


def _type_entry(made: NoteType) -> TypeEntry:
    structure = Structure(made.fields, tuple(card[:2] for card in made.templates))
    content = type_hash(made.name, made.css, structure, made.templates)
    return TypeEntry(made.id, made.mod, content, made.is_cloze, *structure)
