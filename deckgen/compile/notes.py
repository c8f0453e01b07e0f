"""Items into notes: the text of every field, the gates of every card, times and positions."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from deckgen.compile.citations import Bibliography
from deckgen.compile.figures import Figures
from deckgen.compile.gaps import GapChooser, published, with_forms
from deckgen.compile.inheritance import FROM, Inherited, Part, State
from deckgen.compile.makings import ASKED, Gate, Making
from deckgen.compile.media import MediaShelf
from deckgen.compile.retirement import retire_cards, retired_deck
from deckgen.compile.unique import SharedValues, shared_dates
from deckgen.dates import written
from deckgen.diagnostics import Diagnostic
from deckgen.lock import (
    UNLIKE_ANY,
    Lock,
    NoteEntry,
    Published,
    content_hash,
    digest,
    guid_for,
    numbered,
    renumbered,
    taken,
)
from deckgen.markdown import block, line, line_with_gaps
from deckgen.model import (
    FIELD_SEPARATOR,
    Files,
    Item,
    Names,
    Note,
    Project,
    Sentence,
    Shape,
    Text,
    Value,
    When,
)
from deckgen.template import fields_in, is_empty


class _Asked(NamedTuple):
    """What the lock remembers of a key sentence: the numbers of what it ever hid, and so on."""

    gaps: Mapping[str, int]
    sentence: str = ""
    chosen: tuple[Published, ...] = ()


class NoteMaker:
    """Makes one note after another; remembers media, citations and findings."""

    def __init__(
        self, project: Project, lock: Lock, now: int, items: list[Item], keys: list[str],
        inherited: Inherited | None = None, own: Mapping[str, NoteEntry] = MappingProxyType({}),
    ) -> None:
        self.project = project
        self.lock = lock
        self.inherited = inherited
        self.own = own  # what the edition's lock has of notes of the original
        self.has_more = False
        self.now = now
        self.retired_deck = retired_deck(project)
        self.shelf = MediaShelf(project.media)
        self.found: list[Diagnostic] = []
        self.bibliography = Bibliography(project.cites)
        # By identity: the items of a file that have the same tags share one tuple.
        self.known_tags: dict[tuple[str, int], tuple[tuple[str, ...], str]] = {}
        self.chooser = GapChooser(items)
        self.shared_dates = shared_dates(items)
        self.shared_values = SharedValues(items)
        self.figures = Figures(items, keys)

    @cached_property
    def guids(self) -> set[str]:
        """All that are taken."""
        guids = {entry.guid for entry in self.lock.notes.values()}
        if self.inherited:
            guids |= {entry.guid for entry in self.inherited.lock.notes.values()}
        return guids

    def note(
        self, i: int, item: Item, key: str, making: Making, position: int, part: Part | None = None
    ) -> tuple[Note, NoteEntry] | None:
        """Make the note of the i-th item; None if it has no cards or is faulty.

        If only a part of it is to be made, `has_more` tells afterwards whether there is another.
        """
        known = self.lock.notes.get(key)
        self.has_more = False
        fields, asked = self.filled(i, item, making, known, part)
        rule = making.rule
        cards = rule.cards(fields) if rule.is_cloze else rule.cards_if(map(bool, fields))
        if not cards and part is None:
            self.no_cards(item)
        if part is not None and not rule.is_cloze:
            cards = self.divided(fields, cards, making, part)
        tags, tag_text = self.tags(item)
        # By the note type's id: a kind may get another section, and keeps its note type.
        content = content_hash(making.note_type.id, FIELD_SEPARATOR.join(fields), tag_text, cards)
        fields[making.figure], shown = self.illustrated(i, known, content)
        drawn = digest(fields[making.figure]) if fields[making.figure] else ""
        section = making.note_type.section
        retired: tuple[int, ...] = ()
        if known and known.cards != cards and known.section == section:
            retired = tuple([card for card in known.cards if card not in cards])
            retire_cards(making, fields, retired)
            self.report_retired(item, making, known, retired)
            cards = tuple(sorted({*cards, *retired}))
        if not cards:
            return None
        guid = known.guid if known else self.fresh_guid(key)
        mod = self.time(key, known, State(content, cards, retired, drawn))
        if known and (known.gone or known.section != section):
            self.refuse(item, known, section, content)
        name = key.rpartition(FROM)[2]  # on cards, it is the original's
        return (
            Note(guid, making.note_type, FIELD_SEPARATOR.join((*fields, name)), tags, item.deck, cards,
                 mod, position, tuple([(card, self.retired_deck) for card in retired])),
            NoteEntry(section, guid, mod, position, content, cards, *asked,
                      retired=retired, figure=shown, drawn=drawn),
        )

    def part(
        self, i: int, item: Item, key: str, making: Making, position: int, part: Part
    ) -> tuple[Note, NoteEntry] | None:
        """Make one of two notes; what is to be said of their item has been said with the first."""
        said, told = len(self.found), len(self.chooser.found)
        has_more = self.has_more
        made = self.note(i, item, key, making, position, part)
        if part.is_own:
            del self.found[said:], self.chooser.found[told:]
            self.has_more = has_more
        return made

    def time(self, key: str, known: NoteEntry | None, state: State) -> int:
        """When a note became what it is, in seconds since 1970."""
        if self.inherited:
            seen = self.lock.seen.get(key.partition("/")[0])
            is_accepted = seen is not None and seen.is_accepted
            mod = self.inherited.time(key, state, self.own.get(key), is_accepted)
            if mod is not None:
                return mod
        if known is None:
            return self.now
        return known.mod if State.of(known) == state else max(self.now, known.mod + 1)

    def filled(
        self, i: int, item: Item, making: Making, known: NoteEntry | None, part: Part | None
    ) -> tuple[list[str], _Asked]:
        """Fill the fields that an item speaks of, and open the gates of the cards it asks for."""
        fields = making.blank.copy() if item.ask is None else [""] * len(making.blank)
        asked = _Asked(known.gaps if known else {})
        for field_key, value in item.values.items():
            shape, place = making.plan[field_key]
            if value.__class__ is Text:
                html = line(value.text) if shape is Shape.LINE else block(value.text)
                fields[place] = self.checked(item, value.at, html) if "<" in html else html
            elif isinstance(value, Sentence):
                gapped, is_chosen = self.chooser.gapped(item, value, part.both if part else known)
                if part is not None:
                    mine = part.gaps(gapped.gaps)
                    self.has_more = len(mine) < len(gapped.gaps)
                    gapped = replace(gapped, gaps=mine)
                gaps, chosen = self.numbers(item, gapped, asked.gaps), asked.chosen
                if is_chosen:
                    gaps = with_forms(gapped.text.text, gapped.gaps, gaps)
                    chosen = published(gapped.text.text, gapped.gaps, gaps)
                asked = _Asked(gaps, digest(value.text.text), chosen)
                fields[place] = self.sentence(item, gapped, gaps)
            else:
                fields[place] = self.field(item, shape, value)
        if item.sources:
            fields[making.source] = self.bibliography.cite(item.sources)
        for wish in making.open_gates if item.ask is None else making.gates:
            if self.is_wanted(i, item, wish, known):
                fields[wish.place] = ASKED
        return fields, asked

    def divided(
        self, fields: list[str], cards: tuple[int, ...], making: Making, part: Part
    ) -> tuple[int, ...]:
        """Close the gates of cards that go into the other part; give those of this one."""
        mine = part.cards(cards)
        self.has_more = len(mine) < len(cards)
        for wish in making.gates:
            if wish.ordinal in cards and wish.ordinal not in mine:
                fields[wish.place] = ""
        return mine

    def illustrated(
        self, i: int, known: NoteEntry | None, content: str
    ) -> tuple[str, tuple[str, ...]]:
        """Draw the figure of a note; also give the keys of those that it shows.

        They are those that were published, if the note is as it was with them, or else the best.
        """
        if known and known.figure and content == known.hash:
            figure = self.figures.draw(i, known.figure)
            if digest(figure) == known.drawn:
                return figure, known.figure
        shown = self.figures.choose(i)
        return self.figures.draw(i, shown), shown

    def entry_without_cards(self, item: Item, key: str, position: int, words: str) -> NoteEntry:
        """Remember an item that makes nothing and has no id: a sentence about it may be published."""
        known = self.lock.notes.get(key)
        return known._replace(words=words) if known else NoteEntry(
            item.kind.section, self.fresh_guid(key), self.now, position, UNLIKE_ANY, (), words=words)

    def fresh_guid(self, key: str) -> str:
        """Make a guid that no note has; one may, if its item had this key before another."""
        origin, _, name = key.rpartition(FROM)
        guid, n = guid_for(origin or self.project.id, name), 1
        while guid in self.guids:
            n += 1
            guid = guid_for(origin or self.project.id, f"{name} {n}")
        return guid

    def refuse(self, item: Item, known: NoteEntry, section: str, content: str) -> None:
        """Report an item that cannot go on with the note that its id stands for."""
        if known.section != section:
            self.found.append(item.file.error(item.at, "kind-changed", "this item was one of the "
                              f"{known.section} when it was published, and Anki never turns a note "
                              "into one of another type; put it back, or give it another id"))
        elif item.id is not None and known.hash not in (content, UNLIKE_ANY):
            self.found.append(Diagnostic(item.file.span(item.id_at), "id-retired", f"the item "
                              f"'{item.id}' has been retired, and students' reviews of it would "
                              "count for this one; give this one an id of its own. Only the same "
                              "item, with nothing changed, may come back"))

    def report_retired(
        self, item: Item, making: Making, known: NoteEntry, retired: tuple[int, ...]
    ) -> None:
        """Report cards that students have and that this build retires."""
        if lost := set(retired) - set(known.retired):
            templates = making.note_type.templates
            names = ", ".join(f"gap {card + 1}" if making.rule.is_cloze else
                              f"'{templates[card][0]}'" for card in sorted(lost))
            self.found.append(item.file.warning(item.at, "card-retired", f"students who have this "
                              f"item will be told that a card is no more: {names}; put back what "
                              "made it, if that was not meant"))

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
            return _names([line(name.text.strip()) for name in value.items])
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

    def is_wanted(self, i: int, item: Item, wish: Gate, known: NoteEntry | None) -> bool:
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
        if shared and known and wish.ordinal in known.cards and wish.ordinal not in known.retired:
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
        if self.inherited and item.origin:
            note = self.inherited.notes.get(self.inherited.keys[id(item.origin.item)])
            tags = (*item.tags, *(note.tags[-1:] if note else ()))  # its deck there
            return tags, " ".join(tags)
        if known is None:
            below = item.deck.split("::")[len(self.project.name.split("::")) :]
            levels = [self.project.id, *("-".join(level.split()) for level in below)]
            tags = (*item.tags, "::".join(levels))
            known = self.known_tags[item.deck, id(item.tags)] = (tags, " ".join(tags))
        return known


def _names(names: list[str]) -> str:
    """Write names with commas; each of several is an element, so that a card may set them in a row."""
    if len(names) < 2:
        return ", ".join(names)
    return ", ".join([f"<span>{name}</span>" for name in names])
