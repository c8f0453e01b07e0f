"""What the page is given: items with their cards, findings, gaps, dates and names, ready for JSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from deckgen.compile import GapChooser
from deckgen.dates import written
from deckgen.diagnostics import Diagnostic
from deckgen.embedding import embedded
from deckgen.lint.cards import text_of
from deckgen.model import ID, Deck, Item, Note, NoteType, Project, When
from deckgen.preview.names import shared_names
from deckgen.preview.packing import Side, packed
from deckgen.preview.places import by_item
from deckgen.project import Result
from deckgen.schema import common
from deckgen.sentences import Weighed, of_items, weighed
from deckgen.template import Card, Renderer

_TEX: Final = ("\\(", "\\[")


def contents(result: Result) -> dict[str, Any]:
    """Gather what the page shows of a check; the same project gives the same.

    Faulty items are in it only as findings, and a project that cannot be read has nothing else.
    """
    project, compiled = result.project, result.compiled
    if project is None or compiled is None:
        return {"deck": {"id": "", "name": "", "description": ""}, "items": [],
                "findings": [_finding(found) for found in result.found], "atLarge":
                list(range(len(result.found))), "kinds": [], "decks": [], "tags": [], "styles": [],
                "pieces": None, "timeline": [], "names": [], "media": {}, "leftOut": [], "hasTex": False}
    deck = compiled.deck
    notes = {id(item): note for item, note in compiled.made}
    chooser = GapChooser(project.items)
    gaps = {id(item): list(weighed(each))
            for item, each in of_items(project.items, compiled.keys, compiled.whole, chooser)}
    found, at_large = by_item(project.items, result.found)
    tables = _Tables(deck)
    shower = _Shower()
    entries = [
        tables.entry(item, shower.cards(note) if (note := notes.get(id(item))) else [], note,
                     found[i], gaps.get(id(item), []))
        for i, item in enumerate(project.items)
    ]
    here = set(map(id, project.items))
    entries += [tables.entry(item, shower.cards(note), note, [], [])  # what an edition asks besides
                for item, note in compiled.made if id(item) not in here]
    entries += [tables.retired(note, shower.cards(note))
                for note in deck.notes[compiled.living :]]
    sides = [side for entry in entries for card in entry["cards"] for side in (card["q"], card["a"])]
    media, left_out = embedded(deck.media)
    has_tex = any(mark in side for side in sides for mark in _TEX)
    return {
        "deck": {"id": deck.project, "name": deck.name, "description": deck.description},
        "kinds": tables.kinds_told(project),
        "decks": list(tables.decks),
        "tags": list(tables.tags),
        "styles": list(tables.styles),
        "pieces": _pack(entries),
        "items": entries,
        "findings": [_finding(found) for found in result.found],
        "atLarge": at_large,
        "timeline": _timeline(project.items),
        "names": shared_names(project.items, chooser.names),
        "media": media,
        "leftOut": left_out,
        "hasTex": has_tex,
    }


def _finding(found: Diagnostic) -> dict[str, str]:
    return {"severity": str(found.severity), "rule": found.rule, "message": found.message,
            "place": f"{found.span.path}:{found.span.line}"}


def _pack(entries: Iterable[dict[str, Any]]) -> list[str] | None:
    """Make the sides of all cards short; gives what is needed to make them whole again."""
    cards = [card for entry in entries for card in entry["cards"]]
    pieces, sides = packed([Side(card["q"], card["a"]) for card in cards])
    for card, side in zip(cards, sides, strict=True):
        card["q"], card["a"] = side
    return pieces


# ---------------------------------------------------------------- items


class _Numbers(dict[str, int]):
    """Numbers names as they come up."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]


class _Tables:
    """What many items have in common, which they name by its number."""

    def __init__(self, deck: Deck) -> None:
        self.kinds, self.decks, self.tags, self.styles = (_Numbers() for _ in range(4))
        self.types = {made.section: made for made in deck.note_types}

    def kinds_told(self, project: Project) -> list[dict[str, Any]]:
        """What to call each kind, and which style sheet its cards have."""
        return [
            {"section": section, "style": self.styles[self.types[section].css]
             if section in self.types else -1,
             "label": project.kinds[section].label if section in project.kinds else section}
            for section in self.kinds
        ]

    def entry(
        self, item: Item, cards: list[dict[str, Any]], note: Note | None, found: list[int],
        gaps: list[Weighed],
    ) -> dict[str, Any]:
        """Tell of an item."""
        entry = {
            "kind": self.kinds[item.kind.section], "title": _title(item),
            "id": _id(note) if note else item.id or "",
            "place": f"{item.file.path}:{item.span().line}", "deck": self.decks[item.deck],
            "tags": [self.tags[tag] for tag in item.tags], "cards": self.filed(cards, note),
        }
        if found:
            entry["found"] = found
        if gaps:
            entry["gaps"] = [[each.text, each.number,
                              each.score if each.score is None else round(each.score, 2),
                              each.why, each.hint] for each in gaps]
        return entry

    def retired(self, note: Note, cards: list[dict[str, Any]]) -> dict[str, Any]:
        """Tell of a note whose item is no more."""
        return {
            "kind": self.kinds[note.note_type.section], "title": _id(note),
            "id": _id(note), "place": "",
            "deck": self.decks[note.deck], "tags": [self.tags[tag] for tag in note.tags],
            "cards": self.filed(cards, note),
        }

    def filed(self, cards: list[dict[str, Any]], note: Note | None) -> list[dict[str, Any]]:
        """Say of cards that lie in another deck than their note's which it is."""
        elsewhere = dict(note.elsewhere) if note else {}
        for card in cards:
            if card["n"] in elsewhere:
                card["deck"] = self.decks[elsewhere[card["n"]]]
        return cards


def _id(note: Note) -> str:
    """What its cards call it."""
    names = [name for name, _ in note.note_type.fields]
    return note.fields[names.index(ID)] if ID in names else ""


def _title(item: Item) -> str:
    """The first thing an item says of itself that is no date."""
    values = (item.values.get(field.key) for field in item.kind.fields)
    return next(filter(None, (text_of(value) for value in values if not isinstance(value, When))), "")


# ---------------------------------------------------------------- cards


class _Shower:
    """Renders the cards of notes."""

    def __init__(self) -> None:
        self._types: dict[str, tuple[NoteType, list[str], list[Renderer]]] = {}

    def cards(self, note: Note) -> list[dict[str, Any]]:
        """Render every card of a note."""
        made, names, renderers = self._type(note.note_type)
        fields = dict(zip(names, note.fields, strict=True))
        decks = dict(note.elsewhere)
        cards = []
        for ordinal in note.cards:
            place = 0 if made.is_cloze else ordinal
            card = Card(ordinal, made.templates[place][0], made.name,
                        decks.get(ordinal, note.deck), note.tags)
            sides = renderers[place].render(fields, card)
            told: dict[str, Any] = {
                "n": ordinal, "name": f"gap {ordinal + 1}" if made.is_cloze else card.name,
                "q": sides.question, "a": sides.answer,
            }
            if "[anki:play:" in sides.answer or "[anki:play:" in sides.question:
                told["plays"] = renderers[place].played(fields, card)
            cards.append(told)
        return cards

    def _type(self, made: NoteType) -> tuple[NoteType, list[str], list[Renderer]]:
        known = self._types.get(made.section)
        if known is None:
            names = [name for name, _ in made.fields]
            known = self._types[made.section] = (made, names, [
                Renderer(names, front, back, is_cloze=made.is_cloze)
                for _, _, front, back in made.templates
            ])
        return known


# ---------------------------------------------------------------- dates


def _timeline(items: Sequence[Item]) -> list[list[Any]]:
    """Every date, in order of time: the year it begins in, as written, its item, which field."""
    shared = {field.key: field.name for field in common().fields}
    found = []
    for i, item in enumerate(items):
        names = shared | {field.key: field.name for field in item.kind.fields}
        found += [(value.date.start, value.date.end, i, names[key], written(value.date))
                  for key, value in item.values.items() if isinstance(value, When)]
    return [[start[0], text, i, name] for start, _, i, name, text in sorted(found)]
