"""What a card asks and answers in plain words, so that two releases of it can be compared."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from deckgen.model import GENERATED, ID, Note, NoteType
from deckgen.schema import common
from deckgen.template import Card, CardRule, Faulty, If, Part, Renderer, Shown, Sides, parse

# Below this share of words in common, by Dice's coefficient, two texts are about different things:
# unrelated questions of one subject share about a fifth of theirs, mostly function words.
FAR = 0.2

_WORD = re.compile(r"\w+")
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_HIDDEN = frozenset({"style", "script"})
_INLINE = frozenset({"a", "b", "code", "em", "i", "span", "strong"})
_BESIDES = frozenset({"label", "sources"})  # what stands on every card and is not its matter


class Face(NamedTuple):
    """A card in plain words. `banner` says that it is retired; a blank one shows nothing."""

    question: str
    answer: str
    banner: str = ""
    is_blank: bool = False


Show = Callable[[Note, int], Sides]  # the HTML of a card


class Faces:
    """Shows cards, by `show` if it is given; what is made of their note types is kept."""

    def __init__(self, show: Show | None = None) -> None:
        self._types: dict[NoteType, _Type] = {}
        self._show = show

    def face(self, note: Note, ordinal: int) -> Face:
        """Show one card of a note."""
        made = note.note_type
        if made not in self._types:
            self._types[made] = _Type(made)
        return self._types[made].face(note, ordinal, self._show or self._types[made].show)

    def faces(self, note: Note) -> dict[int, Face]:
        """Show every card of a note, by its ordinal."""
        return {ordinal: self.face(note, ordinal) for ordinal in note.cards}


class _Type:
    """How the cards of one note type are shown."""

    def __init__(self, made: NoteType) -> None:
        self.made = made
        self.names = [name for name, _ in made.fields]
        self.renderers = [
            Renderer(self.names, front, back, is_cloze=made.is_cloze)
            for _, _, front, back in made.templates
        ]
        self.answers = [_answer_fields(front, back) for _, _, front, back in made.templates]
        self.rule = CardRule(self.names, [front for _, _, front, _ in made.templates], made.is_cloze)

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
        if place >= len(self.renderers) or ordinal not in self.rule.cards(note.fields):
            return Face("", "", is_blank=True)
        sides = show(note, ordinal)
        front, back = read(sides.question), read(sides.answer)
        if self.made.is_cloze:
            answer = back.hidden
        else:
            answer = " / ".join(filter(None, (words_of(fields[name])
                                              for name in self.answers[place] if name in fields)))
        return Face(front.words, answer or back.words, front.banner)


def _answer_fields(front: str, back: str) -> list[str]:
    """Name the fields that a back adds to its front, but for those that all kinds have."""
    shown = set(_shown(front))
    extra = {field.name for field in common().fields} | {*GENERATED, ID, "FrontSide"}
    return [name for name in dict.fromkeys(_shown(back)) if name not in shown | extra]


def _shown(template: str) -> Iterator[str]:
    def walk(parts: tuple[Part, ...]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Shown):
                yield part.field
            elif isinstance(part, If):
                yield from walk(part.children)

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
    parser.feed(html)
    parser.close()
    return Read(*(" ".join("".join(pieces).split())
                  for pieces in (parser.words, parser.hidden, parser.banner)))


def words_of(html: str) -> str:
    """Read the words of a field."""
    return read(html).words


class _Reading(HTMLParser):
    """Gathers text, and keeps in mind which elements it is inside of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []  # tag, class
        self.words: list[str] = []
        self.hidden: list[str] = []
        self.banner: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.words.append(" ")
            return
        self.open.append((tag, dict(attrs).get("class") or ""))
        if tag not in _INLINE:
            self.words.append(" ")
        elif self.open[-1][1] == "cloze":
            self.hidden.append(" ")

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break
        if tag not in _INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        classes = {name for _, name in self.open}
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

    It does if nothing is left of question and answer, or if it shows what it asked and asks what
    it showed, as when the numbers of two gaps, or the sides of a card, are exchanged.
    """
    if before.banner or after.banner or before == after:
        return False
    if likeness(before.answer, after.answer) >= FAR:
        return False
    if likeness(before.question, after.question) < FAR:
        return True
    return _shows(after.question, before.answer) and _shows(before.question, after.answer)


def likeness(one: str, other: str) -> float:
    """The share of words that two texts have in common, from 0 to 1."""
    mine, theirs = _counted(one), _counted(other)
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else 1.0


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _shows(text: str, piece: str) -> bool:
    return bool(piece) and not _counted(piece) - _counted(text)
