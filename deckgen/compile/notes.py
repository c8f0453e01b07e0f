"""Items into notes: the text of every field, the gates of every card, times and positions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from deckgen.compile.citations import Bibliography
from deckgen.compile.gaps import GapChooser, published, with_forms
from deckgen.compile.identity import identify
from deckgen.compile.media import MediaShelf
from deckgen.compile.notetypes import all_fields, gate, note_type
from deckgen.compile.unique import SharedValues, shared_dates
from deckgen.dates import written
from deckgen.diagnostics import Diagnostic
from deckgen.lock import (
    Lock,
    NoteEntry,
    Published,
    TypeEntry,
    digest,
    guid_for,
    numbered,
    positioned,
    rekeyed,
    renumbered,
    replaced,
    risen,
    taken,
)
from deckgen.markdown import block, line, line_with_gaps
from deckgen.model import (
    FIELD_SEPARATOR,
    ID,
    SOURCE,
    CardTemplate,
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
    Value,
    When,
)
from deckgen.template import CardRule, fields_in, is_empty

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


class _Gate(NamedTuple):
    card: CardTemplate
    ordinal: int
    place: int  # of its field
    is_by_date: bool  # unique among the dates of all kinds


@dataclass(frozen=True, slots=True)
class _Making:
    """What is needed to make the notes of one kind."""

    note_type: NoteType
    slot: Mapping[str, int]  # field name -> place in the note
    plan: Mapping[str, tuple[Shape, int]]  # field key -> shape, place
    id: int  # place
    source: int  # place
    gates: tuple[_Gate, ...]
    open_gates: tuple[_Gate, ...]  # those undecided where the author does not say what to ask
    blank: list[str]  # the fields of a note that has nothing but its decided gates
    rule: CardRule


def compile_deck(
    project: Project, lock: Lock, now: int, step: Callable[[int], None] = lambda done: None
) -> Compiled:
    """Compile a project; `now` is the time, in seconds since 1970, that changes are stamped with.

    `step` is told how many items are done.
    """
    types, makings, found = _note_types(project, lock, now)
    items = [item for item in project.items if item.kind.section in makings]
    keys, words, adopted, unknown = identify(items, lock)
    if adopted:
        lock = rekeyed(lock, adopted)
    positions = positioned([
        entry.position if (entry := lock.notes.get(key)) is not None else None for key in keys
    ])
    compiler = _Compiler(project, lock, now, items)
    notes: list[Note] = []
    entries: dict[str, NoteEntry] = {}
    for i, (item, key) in enumerate(zip(items, keys, strict=True)):
        made = compiler.note(i, item, key, makings[item.kind.section], positions[i])
        if made is not None:
            note, entry = made
            notes.append(note)
            entries[key] = entry._replace(words=words[key]) if key in words else entry
        if i % 512 == 0:
            step(i)
    found += [*unknown, *compiler.found, *compiler.chooser.found, *compiler.shelf.found]
    deck = _deck(project, notes, makings, compiler.shelf, types)
    return Compiled(deck, replaced(lock, entries, types), _changes(lock, entries), found)


def _deck(
    project: Project, notes: list[Note], makings: Mapping[str, _Making], shelf: MediaShelf,
    types: Mapping[str, TypeEntry],
) -> Deck:
    used = {note.note_type.section for note in notes}
    times = [note.mod for note in notes] + [types[section].mod for section in used]
    return Deck(
        project=project.id,
        name=project.name,
        description=block(project.description),
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
    gone = tuple(sorted(
        _said(entry) if entry.words else key
        for key, entry in lock.notes.items()
        if key not in entries and not entry.is_gone
    ))
    return Changes(new, changed, len(entries) - new - changed, gone)


def _said(entry: NoteEntry) -> str:
    """What an item without an id said, its section left out."""
    return f"“{' '.join(entry.words.split(chr(10))[1:])}”"


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
    ordinals = {name: i for i, (name, *_) in enumerate(made.templates)}
    gates = tuple(
        _Gate(card, ordinals[card.name], slot[gate(card.name)],
              len(card.unique) == 1 and card.unique[0] in dates)
        for card in kind.cards
    )
    blank = [""] * len(names)
    for wish in gates:
        if wish.card.is_default and not wish.card.unique:
            blank[wish.place] = ASKED
    return _Making(
        note_type=made,
        slot=slot,
        plan={field.key: (field.shape, slot[field.name]) for field in all_fields(kind)},
        id=slot[ID],
        source=slot[SOURCE],
        gates=gates,
        open_gates=tuple(wish for wish in gates if wish.card.is_default and wish.card.unique),
        blank=blank,
        rule=CardRule(names, [front for _, _, front, _ in made.templates], made.is_cloze),
    )


# ---------------------------------------------------------------- notes


class _Compiler:
    """Makes one note after another; remembers media, citations and findings."""

    def __init__(self, project: Project, lock: Lock, now: int, items: list[Item]) -> None:
        self.project = project
        self.lock = lock
        self.now = now
        self.shelf = MediaShelf(project.media)
        self.found: list[Diagnostic] = []
        self.bibliography = Bibliography(project.cites)
        # By identity: the items of a file that have the same tags share one tuple.
        self.known_tags: dict[tuple[str, int], tuple[tuple[str, ...], str]] = {}
        self.chooser = GapChooser(items)
        self.shared_dates = shared_dates(items)
        self.shared_values = SharedValues(items)

    def note(
        self, i: int, item: Item, key: str, making: _Making, position: int
    ) -> tuple[Note, NoteEntry] | None:
        """Make the note of the i-th item; None if it has no cards or is faulty."""
        known = self.lock.notes.get(key)
        fields = making.blank.copy() if item.ask is None else [""] * len(making.blank)
        gaps: Mapping[str, int] = known.gaps if known else {}
        chosen: tuple[Published, ...] = ()
        sentence = ""
        for field_key, value in item.values.items():
            shape, place = making.plan[field_key]
            if value.__class__ is Text:
                html = line(value.text) if shape is Shape.LINE else block(value.text)
                fields[place] = self.checked(item, value.at, html) if "<" in html else html
            elif isinstance(value, Sentence):
                gapped, is_chosen = self.chooser.gapped(item, value, known)
                gaps = self.numbers(item, gapped, gaps)
                if is_chosen:
                    gaps = with_forms(gapped.text.text, gapped.gaps, gaps)
                    chosen = published(gapped.text.text, gapped.gaps, gaps)
                    sentence = digest(gapped.text.text)
                fields[place] = self.sentence(item, gapped, gaps)
            else:
                fields[place] = self.field(item, shape, value)
        if item.sources:
            fields[making.source] = self.bibliography.cite(item.sources)
        fields[making.id] = key
        for wish in making.open_gates if item.ask is None else making.gates:
            if self.is_wanted(i, item, wish, known):
                fields[wish.place] = ASKED
        rule = making.rule
        cards = rule.cards(fields) if rule.is_cloze else rule.cards_if(map(bool, fields))
        if not cards:
            self.no_cards(item)
            return None
        if known and (known.cards != cards or known.section != making.note_type.section):
            self.compare(item, making, known, cards)
        text = FIELD_SEPARATOR.join(fields)
        tags, tag_text = self.tags(item)
        # The time rises exactly when what Anki is given has changed.
        content = digest(f"{making.note_type.section} {text} {tag_text} {cards}")
        guid = known.guid if known else guid_for(self.project.id, key)
        mod = risen(known, content, self.now)
        return (
            Note(guid, making.note_type, text, tags, item.deck, cards, mod, position),
            NoteEntry(
                making.note_type.section, guid, mod, position, content, cards, gaps, sentence,
                chosen,
            ),
        )

    def compare(
        self, item: Item, making: _Making, known: NoteEntry, cards: tuple[int, ...]
    ) -> None:
        """Report what would cost students a card they have."""
        if known.section != making.note_type.section:
            self.found.append(item.file.error(item.at, "kind-changed", "this item was one of the "
                              f"{known.section} when it was published, and Anki never turns a note "
                              "into one of another type; put it back, or give it another id"))
        elif gone := set(known.cards) - set(cards):
            templates = making.note_type.templates
            names = ", ".join(f"gap {card + 1}" if making.rule.is_cloze else
                              f"'{templates[card][0]}'" for card in sorted(gone))
            self.found.append(item.file.warning(item.at, "card-gone", f"students who have this "
                              f"item lose a card: {names}, which goes blank; put back what made "
                              "it, if that was not meant"))

    def numbers(
        self, item: Item, value: Sentence, known: Mapping[str, int]
    ) -> Mapping[str, int]:
        """Number the gaps of a sentence; report numbers that would move reviews to another fact."""
        wanted = [(gap.entity, gap.number) for gap in value.gaps]
        for entity, number in renumbered(known, wanted):
            self.found.append(item.file.error(value.text.at, "cloze-renumbered", f"the gap "
                              f"'{entity}' has had the number {number} since it was published; "
                              f"write {{{{c{number}::…}}}}, or students' reviews would count for "
                              "another gap"))
        for entity, number, had in taken(known, wanted):
            still = any(other == had for other, _ in wanted)
            near = set(had.split()) & set(entity.split())
            if still or not near:
                self.found.append(item.file.error(value.text.at, "cloze-number-taken", f"gap "
                                  f"{number} has asked for '{had}', and students' reviews of it "
                                  f"would count for '{entity}'; write "
                                  f"{{{{c{max(known.values()) + 1}::…}}}}"))
        return numbered(known, wanted)

    def checked(self, item: Item, at: int, html: str) -> str:
        """Name the media in a field's HTML; what Anki takes for empty is made empty."""
        html = self.shelf.in_html(item, at, html)
        return "" if is_empty(html) else html

    def field(self, item: Item, shape: Shape, value: Value) -> str:
        """Render the value of a field that is not text."""
        if isinstance(value, When):
            return written(value.date)
        if isinstance(value, Names):
            return ", ".join([line(name.text.strip()) for name in value.items])
        if isinstance(value, Files):
            return self.shelf.field(item, shape, value)
        raise TypeError(value)

    def sentence(self, item: Item, value: Sentence, numbers: Mapping[str, int]) -> str:
        """Render a key sentence with its gaps."""
        gaps = [replace(gap, number=numbers[gap.entity]) for gap in value.gaps]
        html = line_with_gaps(value.text.text, gaps)
        if html is None:
            self.found.append(item.file.error(value.text.at, "gap-cuts-markdown", "a gap begins "
                              "inside Markdown (emphasis, code, a link) and ends outside; put "
                              "all of it inside the gap, or none"))
            return line(value.text.text)
        return self.shelf.in_html(item, value.text.at, html)

    def is_wanted(self, i: int, item: Item, wish: _Gate, known: NoteEntry | None) -> bool:
        """Whether a card is asked for, and its question has one answer.

        A card that was made before, when it had, is kept: without it students would lose it.
        """
        card = wish.card
        if not (card.is_default if item.ask is None else card.key in item.ask):
            return False
        if not card.unique:
            return True
        shared = (i, card.unique[0]) in self.shared_dates if wish.is_by_date \
            else self.shared_values.is_shared(item, card.unique)
        if shared and known and wish.ordinal in known.cards:
            self.found.append(item.file.warning(item.at, "no-longer-unique", f"the card "
                              f"'{card.key}' was published, and now another item has the same "
                              f"{' and '.join(card.unique)}: it is kept, but its question has two "
                              "answers; say in one of them what sets it apart"))
            return True
        if shared and item.ask is not None:
            self.found.append(item.file.warning(item.ask_at, "not-unique",
                              f"the card '{card.key}' is not made: another item has the same "
                              f"{' and '.join(card.unique)}, so its question has two answers"))
        return not shared

    def no_cards(self, item: Item) -> None:
        """Report an item that makes nothing, unless the author asked for nothing."""
        if item.ask == () or any(isinstance(v, Sentence) for v in item.values.values()):
            return
        asked = [card for card in item.kind.cards if item.ask is None or card.key in item.ask]
        shown = {name for card in asked for name in fields_in(card.front)}
        missing = [field.key for field in item.kind.fields
                   if field.name in shown and field.key not in item.values]
        remedy = f"give it {' or '.join(map(repr, missing))}" if missing \
            else "ask for other cards, or say what sets it apart"
        self.found.append(item.file.error(item.at, "no-cards", f"this item makes no card; {remedy}, "
                          "or write 'ask: []' to keep it without cards"))

    def tags(self, item: Item) -> tuple[tuple[str, ...], str]:
        """An item's tags and one that mirrors its deck, also as one text.

        Anki never moves a card to another deck when it updates a note, but it updates the tags.
        """
        known = self.known_tags.get((item.deck, id(item.tags)))
        if known is None:
            below = item.deck.split("::")[len(self.project.name.split("::")) :]
            levels = [self.project.id, *("-".join(level.split()) for level in below)]
            tags = (*item.tags, "::".join(levels))
            known = self.known_tags[item.deck, id(item.tags)] = (tags, " ".join(tags))
        return known

