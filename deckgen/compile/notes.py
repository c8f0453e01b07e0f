"""Items into notes: the text of every field, the gates of every card, times and positions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import NamedTuple

from deckgen import markdown
from deckgen.compile.identity import identify
from deckgen.compile.media import MediaShelf
from deckgen.compile.notetypes import ID, SOURCE, all_fields, gate, note_type
from deckgen.compile.unique import shared_dates, shared_values
from deckgen.dates import written
from deckgen.diagnostics import Diagnostic
from deckgen.lock import (
    Lock,
    NoteEntry,
    TypeEntry,
    digest,
    guid_for,
    numbered,
    positioned,
    replaced,
    risen,
)
from deckgen.model import (
    CardTemplate,
    Citation,
    Cite,
    Deck,
    Files,
    Item,
    Kind,
    Names,
    Note,
    NoteType,
    Project,
    Sentence,
    Shape,
    Text,
    When,
)
from deckgen.template import CardRule

ASKED = "yes"  # what stands in the gate of a card that is wanted


class Changes(NamedTuple):
    """How many notes are new, changed or as they were since the lock, and which are gone."""

    new: int
    changed: int
    unchanged: int
    gone: tuple[str, ...]


class Compiled(NamedTuple):
    """A deck with the lock that goes with it, and what was found on the way."""

    deck: Deck
    lock: Lock
    changes: Changes
    found: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Making:
    """What is needed to make the notes of one kind."""

    note_type: NoteType
    slot: Mapping[str, int]  # field name -> place in the note
    plan: tuple[tuple[str, Shape, int], ...]  # field key, shape, place
    gates: tuple[tuple[CardTemplate, int, bool], ...]  # card, place, whether dates decide
    rule: CardRule


def compile_deck(
    project: Project, lock: Lock, now: int, step: Callable[[int], None] = lambda done: None
) -> Compiled:
    """Compile a project; `now` is the time, in seconds since 1970, that changes are stamped with.

    `step` is told how many items are done.
    """
    types, makings, found = _note_types(project, lock, now)
    items = [item for item in project.items if item.kind.section in makings]
    keys = identify(items, lock)
    compiler = _Compiler(project, lock, now, items)
    made: list[Note] = []
    entries: dict[str, NoteEntry] = {}
    for i, (item, key) in enumerate(zip(items, keys.keys, strict=True)):
        both = compiler.note(i, item, key, makings[item.kind.section])
        if both is not None:
            made.append(both.note)
            words = keys.words.get(key)
            entries[key] = replace(both.entry, words=words) if words else both.entry
        if i % 512 == 0:
            step(i)
    found += [*keys.found, *compiler.found, *compiler.shelf.found]
    known = [lock.notes[key].position if key in lock.notes else None for key in entries]
    notes = []
    for note, (key, entry), position in zip(
        made, list(entries.items()), positioned(known), strict=False
    ):
        entries[key] = replace(entry, position=position)
        notes.append(replace(note, position=position))
    new_lock = replaced(lock, entries, types)
    deck = _deck(project, notes, makings, compiler.shelf, types)
    return Compiled(deck, new_lock, _changes(lock, entries), found)


def _deck(
    project: Project, notes: list[Note], makings: Mapping[str, _Making], shelf: MediaShelf,
    types: Mapping[str, TypeEntry],
) -> Deck:
    used = {note.note_type.section for note in notes}
    times = [note.mod for note in notes] + [types[section].mod for section in used]
    return Deck(
        project=project.id,
        name=project.name,
        description=markdown.block(project.description),
        notes=tuple(notes),
        note_types=tuple(making.note_type for section, making in sorted(makings.items())
                         if section in used),
        media=tuple((name, media.path) for name, media in sorted(shelf.used.items())),
        mod=max(times, default=1),
    )


def _changes(lock: Lock, entries: Mapping[str, NoteEntry]) -> Changes:
    new = sum(key not in lock.notes for key in entries)
    changed = sum(
        key in lock.notes and lock.notes[key].hash != entry.hash for key, entry in entries.items()
    )
    gone = tuple(sorted(set(lock.notes) - set(entries)))
    return Changes(new, changed, len(entries) - new - changed, gone)


# ---------------------------------------------------------------- note types


def _note_types(
    project: Project, lock: Lock, now: int
) -> tuple[dict[str, TypeEntry], dict[str, _Making], list[Diagnostic]]:
    types: dict[str, TypeEntry] = {}
    makings: dict[str, _Making] = {}
    found: list[Diagnostic] = []
    used = {item.kind.section for item in project.items}
    for section in sorted(used):
        kind = project.kinds[section]
        made = note_type(project, kind, lock.types.get(section), now)
        if isinstance(made, Diagnostic):
            found.append(made)
        else:
            types[section] = made[1]
            makings[section] = _making(kind, made[0])
    return types, makings, found


def _making(kind: Kind, made: NoteType) -> _Making:
    names = [name for name, _ in made.fields]
    slot = {name: place for place, name in enumerate(names)}
    dates = {field.key for field in kind.fields if field.shape is Shape.DATE}
    return _Making(
        note_type=made,
        slot=slot,
        plan=tuple((field.key, field.shape, slot[field.name]) for field in all_fields(kind)),
        gates=tuple(
            (card, slot[gate(card.name)], len(card.unique) == 1 and card.unique[0] in dates)
            for card in kind.cards
        ),
        rule=CardRule(names, [front for _, _, front, _ in made.templates], made.is_cloze),
    )


# ---------------------------------------------------------------- notes


class _Made(NamedTuple):
    note: Note
    entry: NoteEntry


class _Compiler:
    """Makes one note after another; remembers media, citations and findings."""

    def __init__(self, project: Project, lock: Lock, now: int, items: list[Item]) -> None:
        self.project = project
        self.lock = lock
        self.now = now
        self.shelf = MediaShelf(project.media)
        self.found: list[Diagnostic] = []
        self.cited: dict[tuple[Citation, ...], str] = {}
        self.deck_tags: dict[str, str] = {}
        self.shared_dates = shared_dates(items)
        self.shared_values = shared_values(items)

    def note(self, i: int, item: Item, key: str, making: _Making) -> _Made | None:
        """Make the note of the i-th item; None if it has no cards or is faulty."""
        known = self.lock.notes.get(key)
        fields = [""] * len(making.slot)
        gaps: dict[str, int] = dict(known.gaps) if known else {}
        for field_key, shape, place in making.plan:
            value = item.values.get(field_key)
            if value is None:
                continue
            if value.__class__ is Text:
                render = markdown.line if shape is Shape.LINE else markdown.block
                html = render(value.text.strip())
                fields[place] = self.shelf.in_html(item, field_key, html) \
                    if "<img" in html else html
            elif isinstance(value, Sentence):
                gaps = numbered(gaps, [(gap.entity, gap.number) for gap in value.gaps])
                fields[place] = self.sentence(item, field_key, value, gaps)
            elif isinstance(value, Files):
                fields[place] = self.shelf.field(item, field_key, shape, value)
            else:
                fields[place] = _simple(value)
        if item.sources:
            fields[making.slot[SOURCE]] = self.citation(item.sources)
        fields[making.slot[ID]] = key
        for card, place, by_date in making.gates:
            if self.is_wanted(i, item, card, by_date):
                fields[place] = ASKED
        cards = making.rule.cards(fields)
        if not cards:
            self.no_cards(item)
            return None
        return self.stamped(item, key, making, fields, cards, gaps)

    def stamped(
        self, item: Item, key: str, making: _Making, fields: list[str], cards: tuple[int, ...],
        gaps: Mapping[str, int],
    ) -> _Made:
        """Add identity and time: the time rises exactly when what Anki is given has changed."""
        known = self.lock.notes.get(key)
        tags = (*item.tags, self.deck_tag(item.deck))
        content = digest(*fields, *tags, repr(cards), making.note_type.section)
        guid = known.guid if known else guid_for(self.project.id, key)
        mod = risen(known, content, self.now)
        note = Note(guid, making.note_type, tuple(fields), tags, item.deck, cards, mod, 0)
        return _Made(note, NoteEntry(guid, mod, 0, content, gaps))

    def sentence(
        self, item: Item, key: str, value: Sentence, numbers: Mapping[str, int]
    ) -> str:
        """Render a key sentence with its gaps."""
        gaps = [replace(gap, number=numbers[gap.entity]) for gap in value.gaps]
        html = markdown.line_with_gaps(value.text.text, gaps)
        if html is None:
            self.found.append(item.file.error(value.text.at, "gap-cuts-markdown", "a gap begins "
                              "inside Markdown (emphasis, code, a link) and ends outside; put "
                              "all of it inside the gap, or none"))
            return markdown.line(value.text.text)
        return self.shelf.in_html(item, key, html)

    def is_wanted(self, i: int, item: Item, card: CardTemplate, by_date: bool) -> bool:
        """Whether a card is asked for, and its question has one answer."""
        if not (card.is_default if item.ask is None else card.key in item.ask):
            return False
        if not card.unique:
            return True
        shared = (i, card.unique[0]) in self.shared_dates if by_date \
            else (i, card.unique) in self.shared_values
        if shared and item.ask is not None:
            self.found.append(item.file.warning(item.places.get("ask", item.at), "not-unique",
                              f"the card '{card.key}' is not made: another item has the same "
                              f"{' and '.join(card.unique)}, so its question has two answers"))
        return not shared

    def no_cards(self, item: Item) -> None:
        """Report an item that makes nothing, unless the author asked for nothing."""
        if item.ask == () or any(isinstance(v, Sentence) for v in item.values.values()):
            return
        optional = [field.key for field in item.kind.fields if not field.required]
        self.found.append(item.file.error(item.at, "no-cards", "this item makes no card; give it "
                          f"{' or '.join(repr(key) for key in optional) or 'other values'}, or "
                          "write 'ask: []' to keep it without cards"))

    def deck_tag(self, deck: str) -> str:
        """A tag that mirrors the deck: a card never moves to another deck, but tags are updated."""
        tag = self.deck_tags.get(deck)
        if tag is None:
            below = deck.split("::")[len(self.project.name.split("::")):]
            levels = [self.project.id, *("-".join(level.split()) for level in below)]
            tag = self.deck_tags[deck] = "::".join(levels)
        return tag

    def citation(self, citations: tuple[Citation, ...]) -> str:
        """Render citations, each with its locator."""
        html = self.cited.get(citations)
        if html is None:
            html = "; ".join(_cited(self.project.cites[c.key], c.locator) for c in citations)
            self.cited[citations] = html
        return html


def _simple(value: object) -> str:
    """Render a date, or names with commas between them."""
    if isinstance(value, When):
        return written(value.date)
    if isinstance(value, Names):
        return ", ".join(markdown.line(name.text.strip()) for name in value.items)
    raise TypeError(value)


def _cited(cite: Cite, locator: str) -> str:
    """Render one citation: author, title linked to its address, where it appeared, locator."""
    get = {name: escape(text, quote=False) for name, text in cite.fields.items()}.get
    title = get("title", "")
    url = cite.fields.get("url", "")
    if url.startswith(("http://", "https://")):
        title = f'<a href="{escape(url)}">{title}</a>'
    parts: Iterable[str | None] = (
        get("author"), title, get("container"), get("issue"), get("publisher"), get("place"),
        get("date") or get("year"), get("pages"), escape(locator, quote=False),
    )
    return ", ".join(part for part in parts if part)
