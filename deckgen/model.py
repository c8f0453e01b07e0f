"""The values that walk the chain: nodes as read, kinds, items, and what Anki will be given.

Positions (`at`, `keys`, `file`) take no part in equality: two things that say the same are equal
wherever they stand, so every inverse law is one `==`.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Literal, NamedTuple, Protocol, TypeVar, dataclass_transform

from deckgen.dates import Date
from deckgen.diagnostics import Diagnostic, Severity, Span

# ---------------------------------------------------------------- as read


_LINE_END = re.compile("\n")


class File:
    """A text file that was read: turns offsets (code points from 0) into spans, on demand."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] = []

    def span(self, at: int) -> Span:
        """Where offset `at` is, counting lines as editors do: by line feeds alone.

        libyaml also counts U+0085, U+2028 and U+2029, so its own line numbers are not used.
        """
        if not self._starts:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(self.text))]
        line = bisect_right(self._starts, at)
        return Span(self.path, line, at - self._starts[line - 1] + 1)

    def span_within(self, text: "Text", offset: int) -> Span:
        """Where the character at `offset` of a value is, or the value if that cannot be told.

        It can be told where the value stands in the file as it is: unquoted, or quoted without
        escapes before that character, on one line.
        """
        head = text.text[: offset + 1]
        for start in (text.at, text.at + 1):
            if self.text.startswith(head, start) and "\n" not in head:
                return self.span(start + offset)
        return self.span(text.at)

    def error(self, at: int, rule: str, message: str) -> Diagnostic:
        """Report an error at an offset."""
        return Diagnostic(self.span(at), rule, message)

    def warning(self, at: int, rule: str, message: str) -> Diagnostic:
        """Report a warning at an offset."""
        return Diagnostic(self.span(at), rule, message, Severity.WARNING)


class Joined(File):
    """Two files, one after the other: what stands in the first and is changed by the second.

    Offsets into the second begin at `length`; every place is told in the file in which it is.
    """

    __slots__ = ("first", "length", "second")

    def __init__(self, first: File, second: File) -> None:
        super().__init__(first.path, f"{first.text}\n{second.text}")
        self.first, self.second = first, second
        self.length = len(first.text) + 1

    def span(self, at: int) -> Span:
        """Where offset `at` is."""
        return self.first.span(at) if at < self.length else self.second.span(at - self.length)


_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make a dataclass that type checkers take for frozen.

    At run time it is not: freezing makes construction up to five times slower, and a large deck
    has half a million of these.
    """
    return dataclass(slots=True)(cls)


NOWHERE = File("", "")
FIELD_SEPARATOR = "\x1f"  # in Anki's database; no text can hold it


@record
class Text:
    """A scalar: exactly the text that was written, in NFC."""

    text: str
    at: int = field(default=0, compare=False)


@record
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@record
class Mapping:
    """Keys and their nodes, in the order written; `keys` has the offset of each key."""

    entries: dict[str, "Node"]
    at: int = field(default=0, compare=False)
    keys: dict[str, int] = field(default_factory=dict, compare=False)


Node = Text | Sequence | Mapping

# ---------------------------------------------------------------- kinds


MINE, ID, SOURCE, FIGURE = "My notes", "Id", "Source", "Figure"
RETIRED = "retired"  # a tag, and below the project's id another
# The fields that every note type has besides those of its kind: filled by the program, or by a
# later version of it, but for the student's own, which is never written.
GENERATED = (FIGURE, SOURCE, MINE)


class Shape(StrEnum):
    """What a field of a kind takes; the values are the words used in kind files."""

    LINE = "line"  # one line of Markdown
    TEXT = "text"  # Markdown, blocks allowed
    DATE = "date"
    NAMES = "names"  # one line of Markdown, or a list of them
    SENTENCE = "sentence"  # a key sentence, in which gaps are chosen
    IMAGE = "image"  # a file in media/, or several
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: the key authors write, the name Anki shows, what it takes."""

    key: str
    name: str
    shape: Shape
    required: bool = False
    is_name: bool = False  # its text is a name that the gap chooser knows
    about: str = ""
    example: str = ""


class Drawing(StrEnum):
    """What can be drawn of a kind's items; the values are the words used in kind files."""

    TIMELINE = "timeline"  # a date and words: the item among those nearest in time
    CONTRAST = "contrast"  # an issue, who, what: the item beside what others hold on the issue


class Figure(NamedTuple):
    """What is drawn of a kind's items, and the keys of the fields of which it is drawn."""

    drawing: Drawing
    of: tuple[str, ...]


class Layout(NamedTuple):
    """How items of a kind stand on a printed sheet, by the keys of its fields.

    What is empty is left to the sheet.
    """

    title: str = ""  # what stands above them
    head: str = ""  # what an item begins with
    beside: tuple[str, ...] = ()  # what follows on the same line, without labels
    under: str = ""  # items with the same words here stand together, below them


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card that a kind makes: `front` and `back` are Anki template text."""

    key: str
    name: str
    front: str
    back: str
    is_default: bool = True  # made unless `ask` says otherwise
    unique: tuple[str, ...] = ()  # made only if these fields' values occur once in the project
    repeats_front: bool = True  # the back begins with the front
    shows_figure: bool = False  # on its back
    about: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: its fields and the cards made of them. Data, read from a YAML file."""

    section: str  # the key in card files, and the kind's identity: `dates`
    singular: str  # what one is called in messages: `date`
    label: str  # what the card shows
    fields: tuple[Field, ...]
    cards: tuple[CardTemplate, ...]
    is_cloze: bool = False
    hint: str = ""  # what stands in a gap that hides one's name, where that could be anything
    about: str = ""
    attribution: str = ""  # the field that says who reports what its items claim, if they are claims
    was: str = ""  # the section it had in earlier releases
    figure: Figure | None = None
    sheet: Layout | None = None


# ---------------------------------------------------------------- items


@dataclass(frozen=True, slots=True)
class Gap:
    """A cloze deletion: `text[start:end]` (code points) is hidden.

    `entity` says what is hidden, the same for all the forms of one name; gaps of one entity share
    a number. `number` is None until the lock has allotted one, unless the author wrote it.
    """

    start: int
    end: int
    entity: str
    number: int | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key sentence: clean text, and what the author wants hidden or shown.

    `must` and `never` are pieces of the text; `most` is the greatest number of gaps to choose.
    """

    text: Text
    must: tuple[Text, ...] = ()
    never: tuple[Text, ...] = ()
    most: int | None = None
    gaps: tuple[Gap, ...] = ()


@record
class Names:
    """One or more names, each a line of Markdown."""

    items: tuple[Text, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Files:
    """References to media files: paths below `media/`, as written."""

    items: tuple[Text, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A source's key with an optional locator within it."""

    key: str
    locator: str = ""
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Cite:
    """An entry of `sources.yaml`."""

    key: str
    fields: MappingABC[str, str]
    file: File = field(default=NOWHERE, compare=False)
    at: int = field(default=0, compare=False)


@record
class When:
    """A date, and the text it was read from."""

    date: Date
    text: Text


Value = Text | Names | When | Sentence | Files


@record
class Item:
    """One curated item: a kind and its values by field key; a field left out has no entry.

    `id` is the author's, or None. `ask` names the cards that are wanted, or is None for the kind's
    own choice. One that `is_about` is the key sentence about the item before it.
    """

    kind: Kind
    id: str | None
    values: MappingABC[str, Value]
    deck: str
    tags: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    ask: tuple[str, ...] | None = None
    is_about: bool = False
    ignore: tuple[Text, ...] = ()  # rules that do not apply to it
    file: File = field(default=NOWHERE, compare=False)
    at: int = field(default=0, compare=False)
    id_at: int = field(default=0, compare=False)
    ask_at: int = field(default=0, compare=False)
    origin: "Origin | None" = field(default=None, compare=False)

    def span(self) -> Span:
        """Where the item stands."""
        return self.file.span(self.at)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an edition has an item from: as it is in the project that the edition is made from.

    `changes` are the fields that the edition gives other values, with the places where it does;
    `cards` are those that it takes, or None for all.
    """

    item: Item
    changes: MappingABC[str, int]
    cards: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Retirement:
    """What a card file says of an item that was taken out: its id, and why it is no more."""

    id: str
    reason: Text
    file: File = field(default=NOWHERE, compare=False)
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Media:
    """A file below `media/` and a hash of its bytes; two of one hash say the same."""

    path: str = field(compare=False)  # as findings name it
    content: "Content" = field(compare=False)
    digest: str
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """What is read of a project, before anything is made of it."""

    id: str
    name: str
    description: str
    language: str
    tags: tuple[str, ...]
    cites: MappingABC[str, Cite]
    kinds: MappingABC[str, Kind]  # by section
    items: tuple[Item, ...]
    retired: tuple["Retirement", ...]
    ignore: tuple[Text, ...]  # rules that do not apply to the project
    media: MappingABC[str, Media]  # files below media/, by their path there
    manifest: File = field(default=NOWHERE, compare=False)
    look: "Look | None" = None  # what an edition changes of how cards look


@dataclass(frozen=True, slots=True)
class Look:
    """How an edition wants cards to look, other than in the project that it is made from."""

    day: MappingABC[str, str] = field(default_factory=dict)  # variables of the style sheet -> colours
    night: MappingABC[str, str] = field(default_factory=dict)
    logo: Text | None = None  # a file below media/
    labels: tuple[tuple[Text, str], ...] = ()  # words that stand on cards, and other words


# ---------------------------------------------------------------- what Anki gets


@dataclass(frozen=True, slots=True)
class NoteType:
    """An Anki note type: fields as (name, id), templates as (name, id, front, back)."""

    section: str  # the kind it was made for
    id: int
    name: str
    css: str
    is_cloze: bool
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int, str, str], ...]
    mod: int = 0  # seconds since 1970
    folded: frozenset[str] = frozenset()  # fields that Anki's editor shows folded: not for students


class Note(NamedTuple):
    """An Anki note with the cards it has: `cards` are template or cloze ordinals, from 0.

    A tuple, and its fields one string as in Anki's database, because decks have a hundred thousand.
    """

    guid: str
    note_type: NoteType
    text: str  # the fields, in the note type's order, separated by U+001F
    tags: tuple[str, ...]
    deck: str
    cards: tuple[int, ...]
    mod: int  # seconds since 1970
    position: int  # among the new cards of the deck
    elsewhere: tuple[tuple[int, str], ...] = ()  # cards that lie in another deck: ordinal, its name

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields, in the note type's order."""
        return tuple(self.text.split(FIELD_SEPARATOR))

    @property
    def is_retired(self) -> bool:
        """Whether its item is no more, as its tags say, which nobody else gives together."""
        return RETIRED in self.tags and any(tag.endswith(f"::{RETIRED}") for tag in self.tags)


class Content(Protocol):
    """What a media file holds, wherever it lies: on the disk, or inside a package."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """Open it for reading."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Everything a package holds; `media` maps the names in the package to files."""

    project: str  # the project's id
    name: str
    description: str  # HTML
    notes: tuple[Note, ...]
    note_types: tuple[NoteType, ...]
    media: tuple[tuple[str, Content], ...]
    mod: int  # seconds since 1970: when anything in it last changed
