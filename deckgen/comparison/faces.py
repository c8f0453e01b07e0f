"""What a card asks and answers in plain words, so that two releases of it can be compared."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from deckgen.model import FIELD_SEPARATOR, GENERATED, ID, Note, NoteType
from deckgen.nearness import likeness, words
from deckgen.schema import common
from deckgen.template import Card, CardRule, Faulty, If, Part, Renderer, Shown, Sides, parse

# Below this likeness two texts are about different things. Among the questions of the shipped deck,
# and likewise among its answers, nine pairs of ten are below it; of 588 cards that were edited in
# its history, none changed both its question and its answer that much.
FAR = 0.4

_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_HIDDEN = frozenset({"style", "script"})
_INLINE = frozenset({"a", "b", "code", "em", "i", "span", "strong"})
_BESIDES = frozenset({"label", "sources"})  # what stands on every card and is not its matter
# Where Anki puts a field to type into, or a button that plays something.
_PLAIN = re.compile(r"[^<&\[]*")
_MARKS = re.compile(r"\[\[type:.*?\]\]|\[anki:play:[qa]:[0-9]+\]")

# What Anki shows where a card cannot be shown, by the place in its manual that it refers to.
_BROKEN = "errors.html#template-syntax-error'"
_SAID = {
    "errors.html#front-of-card-is-blank'": "has a blank front",
    "errors.html#no-cloze-filter-on-cloze-note-type'": "shows “No cloze … found on card”",
    _BROKEN: "has a template that Anki cannot use",
}


class Face(NamedTuple):
    """A card in plain words."""

    question: str
    answer: str
    matter: str = ""  # of the question, what is not on every such card
    banner: str = ""  # what says that it is retired
    blank: str = ""  # why it shows nothing

    @property
    def shown(self) -> tuple[str, str]:
        """What people see."""
        return self.question, self.answer


Show = Callable[[Note, int], Sides]  # the HTML of a card


class Faces:
    """Shows cards, by `show` if it is given; what was shown is kept."""

    def __init__(self, show: Show | None = None) -> None:
        self._types: dict[int, _Type] = {}  # by identity, as comparing them takes long
        self._show = show

    def face(self, note: Note, ordinal: int) -> Face:
        """Show one card of a note."""
        made = self._type(note)
        key = note.text, ordinal
        if key not in made.known:
            made.known[key] = made.face(note, ordinal, self._show or made.show)
        return made.known[key]

    def faces(self, note: Note) -> dict[int, Face]:
        """Show every card of a note, by its ordinal."""
        return {ordinal: self.face(note, ordinal) for ordinal in note.cards}

    def blank(self, note: Note) -> Iterator[tuple[int, str]]:
        """Find the cards of a note that show nothing, and why; no other one is shown for it."""
        filled = self._type(note).filled(note)
        for ordinal in note.cards:
            if ordinal not in filled and (why := self.face(note, ordinal).blank):
                yield ordinal, why

    def _type(self, note: Note) -> "_Type":
        made = note.note_type
        if id(made) not in self._types:
            self._types[id(made)] = _Type(made)
        return self._types[id(made)]


class _Type:
    """How the cards of one note type are shown."""

    def __init__(self, made: NoteType) -> None:
        self.made = made
        self.known: dict[tuple[str, int], Face] = {}  # what cards show, by their notes' fields
        self.names = [name for name, _ in made.fields]
        self.renderers = [
            Renderer(self.names, front, back, is_cloze=made.is_cloze)
            for _, _, front, back in made.templates
        ]
        self.answers = [_answer_fields(front, back) for _, _, front, back in made.templates]
        self.fixed = [words(_fixed(front)) for _, _, front, _ in made.templates]
        self.rule = CardRule(self.names, [front for _, _, front, _ in made.templates], made.is_cloze)
        example = Note("", made, FIELD_SEPARATOR.join("{{c1::1}}" for _ in self.names), (), "", (), 0, 0)
        self.is_broken = any(_BROKEN in self.show(example, place).question
                             for place in range(1 if made.is_cloze else len(made.templates)))

    def filled(self, note: Note) -> tuple[int, ...]:
        """Tell cards that show something for certain."""
        return () if self.is_broken else self.rule.cards(note.fields)

    def show(self, note: Note, ordinal: int) -> Sides:
        """Render one card."""
        place = self.place(ordinal)
        card = Card(ordinal, self.made.templates[place][0], self.made.name, note.deck, note.tags)
        return self.renderers[place].render(self.fields(note), card)

    def fields(self, note: Note) -> dict[str, str]:
        """Name the fields of a note."""
        return dict(zip(self.names, note.fields, strict=True))

    def place(self, ordinal: int) -> int:
        """Give the place of a card's template."""
        return 0 if self.made.is_cloze else ordinal

    def face(self, note: Note, ordinal: int, show: Show) -> Face:
        """Show one card in words."""
        fields, place = self.fields(note), self.place(ordinal)
        if place >= len(self.renderers):
            return Face("", "", blank="has no template")
        sides = show(note, ordinal)
        if blank := next((said for mark, said in _SAID.items() if mark in sides.question), ""):
            return Face("", "", blank=blank)
        front, back = read(sides.question), read(sides.answer)
        if self.made.is_cloze:
            answer = back.hidden
        else:
            answer = " / ".join(filter(None, (words_of(fields[name])
                                              for name in self.answers[place] if name in fields)))
        matter = " ".join((words(front.words) - self.fixed[place]).elements())
        return Face(front.words, answer or back.words, matter, back.banner or front.banner)


def _answer_fields(front: str, back: str) -> list[str]:
    """Name the fields that a back adds to its front, but for those that all kinds have."""
    shown = {part.field for part in _parts(front) if isinstance(part, Shown)}
    extra = {field.name for field in common().fields} | {*GENERATED, ID, "FrontSide"}
    return list(dict.fromkeys(part.field for part in _parts(back) if isinstance(part, Shown)
                              and part.field not in shown | extra))


def _fixed(front: str) -> str:
    """Read the words of a front that are its own, and no field's."""
    return words_of("".join(part for part in _parts(front) if isinstance(part, str)))


def _parts(template: str) -> Iterator[str | Shown]:
    """Give the text and the fields of a template, whatever they depend on."""
    def walk(parts: tuple[Part, ...]) -> Iterator[str | Shown]:
        for part in parts:
            if isinstance(part, If):
                yield from walk(part.children)
            else:
                yield part

    parts = parse(template)
    return iter(()) if isinstance(parts, Faulty) else walk(parts)


# ---------------------------------------------------------------- HTML


class Read(NamedTuple):
    """The words of a side; those of the gap that is asked; those of a banner."""

    words: str
    hidden: str
    banner: str


def read(html: str) -> Read:
    """Read what a side shows."""
    parser = _Reading()
    parser.feed(_MARKS.sub("", html))
    parser.close()
    return Read(*(" ".join("".join(pieces).split())
                  for pieces in (parser.words, parser.hidden, parser.banner)))


def words_of(html: str) -> str:
    """Read the words of a field."""
    return " ".join(html.split()) if _PLAIN.fullmatch(html) else read(html).words


class _Reading(HTMLParser):
    """Gathers text, and keeps in mind which elements it is inside of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, frozenset[str]]] = []  # tag, classes
        self.words: list[str] = []
        self.hidden: list[str] = []
        self.banner: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.part()
            return
        self.open.append((tag, frozenset((dict(attrs).get("class") or "").split())))
        if tag not in _INLINE:
            self.part()
        elif "cloze" in self.open[-1][1]:
            self.hidden.append(" ")

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break
        if tag not in _INLINE:
            self.part()

    def part(self) -> None:
        """What stands before here and what stands after are no one word."""
        for pieces in (self.words, self.hidden, self.banner):
            pieces.append(" ")

    def handle_data(self, data: str) -> None:
        classes = frozenset[str]().union(*(names for _, names in self.open))
        if classes & _BESIDES or any(tag in _HIDDEN for tag, _ in self.open):
            return
        self.words.append(data)
        if "cloze" in classes:
            self.hidden.append(data)
        if "banner" in classes:
            self.banner.append(data)


# ---------------------------------------------------------------- likeness


def is_another_fact(before: Face, after: Face) -> bool:
    """Whether a card asks for something else than it did, so that its reviews mean nothing.

    It does if little is left of question and answer, or if it shows what it asked and asks what
    it showed, as when the numbers of two gaps, or the sides of a card, are exchanged.
    """
    if before.banner or after.banner or before.blank or after.blank:
        return False
    if likeness(before.answer, after.answer) >= FAR:
        return False
    if likeness(before.matter, after.matter) < FAR:
        return True
    return _shows(after.question, before.answer) and _shows(before.question, after.answer)


def _shows(text: str, piece: str) -> bool:
    return bool(piece) and not words(piece) - words(text)
