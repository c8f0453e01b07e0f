"""Items as they stand on a sheet: what comes first, what beside it, what below, by their kind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from deckgen.compile import Compiled
from deckgen.markdown import words
from deckgen.model import Citation, Field, Item, Kind, Layout, Note, Project, Shape, When
from deckgen.paper.page import box, direction, joined
from deckgen.schema import common
from deckgen.template.clozes import Cloze, read

_SILENT: Final = frozenset({Shape.AUDIO})
_ENDS: Final = (".", "?", "!", ":", "。", "？", "！")
_SHORT: Final = 24  # characters: a citation no longer than this stays on one line


class Living(NamedTuple):
    """An item with the HTML of its fields, by the fields' names."""

    item: Item
    html: Mapping[str, str]

    def of(self, field: Field) -> str:
        """The HTML of a field, nothing if the item has none."""
        return "" if field.shape in _SILENT else self.html.get(field.name, "")


def living(compiled: Compiled) -> list[Living]:
    """Give every item that has cards, in the author's order; those that are retired have none."""
    return [Living(item, _fields(note)) for item, note in compiled.made
            if len(note.cards) > len(note.elsewhere)]


def _fields(note: Note) -> dict[str, str]:
    names = [name for name, _ in note.note_type.fields]
    return dict(zip(names, note.fields, strict=True))


def themes(items: Sequence[Living], project: Project) -> dict[str, list[Living]]:
    """Sort items by their subdecks, in the author's order; the names are those below the deck's."""
    found: dict[str, list[Living]] = {}
    for one in items:
        below = one.item.deck.removeprefix(project.name).removeprefix("::")
        found.setdefault(" › ".join(below.split("::")) or project.name, []).append(one)
    return found


# ---------------------------------------------------------------- one kind after another


class Arrangement:
    """How items of a kind stand: by what its file says, or else by its fields' order and needs."""

    def __init__(self, kind: Kind) -> None:
        fields, said = {field.key: field for field in kind.fields}, kind.sheet or Layout()
        self.title = said.title or kind.section.replace("-", " ").capitalize()
        self.under = fields.get(said.under)
        self.head = fields.get(said.head) or next(
            field for field in kind.fields if field is not self.under)
        named = (self.head.key, said.under)
        beside = said.beside or [field.key for field in kind.fields
                                 if field.required and field.key not in named]
        self.beside = [fields[key] for key in beside if key not in named]
        placed = {*named, *(field.key for field in self.beside)}
        rest = [field for field in kind.fields if field.key not in placed]
        # Other names of it belong to its own.
        self.names = [field for field in rest if field.is_name]
        self.below = [field for field in rest if not field.is_name]
        # A head of several lines is a question to be answered; a line is a word to look up.
        self.is_question = self.head.shape is Shape.TEXT and bool(self.beside)


class Sources:
    """The sources that are cited, numbered as they come up; those of a whole theme are said once."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.usual: tuple[Citation, ...] = ()

    def begin(self, items: Sequence[Living]) -> str:
        """Write what most items of a theme have as their source, if every one of them has any."""
        counts = Counter(one.item.sources for one in items)
        self.usual, number = counts.most_common(1)[0]
        if () in counts or number < 2 or 2 * number < len(items):
            self.usual = ()
        return self._said(self.usual)

    def cite(self, citations: tuple[Citation, ...]) -> str:
        """Write where an item has it from, unless it is where most have it: `[1, p. 4; 2]`."""
        said = self._said(() if citations == self.usual else citations)
        if not said:
            return ""
        name = "cited short" if len(said) <= _SHORT else "cited"
        return f'<span class="{name}" dir="{direction(said)}">[{said}]</span>'

    def _said(self, citations: Sequence[Citation]) -> str:
        said = []
        for citation in citations:
            number = self.numbers.setdefault(citation.key, len(self.numbers) + 1)
            said.append(f"{number}, {citation.locator}" if citation.locator else str(number))
        return escape("; ".join(said), quote=False)


def groups(items: Sequence[Living]) -> Iterator[tuple[Arrangement, list[Living]]]:
    """Sort items by their kinds, in the order in which those come up."""
    found: dict[str, list[Living]] = {}
    for one in items:
        found.setdefault(one.item.kind.section, []).append(one)
    for of_kind in found.values():
        yield Arrangement(of_kind[0].item.kind), of_kind


def entries(arrangement: Arrangement, items: Sequence[Living], sources: Sources) -> str:
    """Write items of one kind, those on one issue together."""
    under = arrangement.under
    if under is None:
        return joined(entry(arrangement, one, sources) for one in items)
    issues: dict[str, list[Living]] = {}
    for one in items:
        issues.setdefault(" ".join(one.of(under).split()), []).append(one)
    return joined(
        '<div class="issue">' + box("div", "on", issue) + "\n"
        + joined(entry(arrangement, one, sources) for one in together) + "</div>"
        for issue, together in issues.items()
    )


def entry(arrangement: Arrangement, one: Living, sources: Sources) -> str:
    """Write one item."""
    cited = sources.cite(one.item.sources)
    if one.item.kind.is_cloze:
        lead = box("div", "lead", f"{with_gaps(one.of(arrangement.head))} {cited}")
    elif arrangement.is_question:
        lead = _question(arrangement, one, cited)
    else:
        lead = _looked_up(arrangement, one, cited)
    below = [_labelled(field, one.of(field)) for field in arrangement.below]
    return joined(['<div class="entry">', lead, *below, *_shared(one), "</div>"])


def _question(arrangement: Arrangement, one: Living, cited: str) -> str:
    answers = " · ".join(filter(None, map(one.of, arrangement.beside)))
    said = joined([box("span", "answered", answers), cited], " ")
    side = direction(words(answers))
    arrow = "→" if side == "ltr" else "←"
    return (f'{box("div", "question", one.of(arrangement.head))}\n<div class="answer row" dir="{side}">'
            f'<span class="arrow">{arrow}</span><div>{said}</div></div>')


def _looked_up(arrangement: Arrangement, one: Living, cited: str) -> str:
    head = one.of(arrangement.head)
    names = ", ".join(filter(None, map(one.of, arrangement.names)))
    named = joined([box("b", "head", head), f'<span class="names">({names})</span>' if names else ""],
                   " ")
    beside = joined((box("span", "beside", html)
                     for html in filter(None, map(one.of, arrangement.beside))), " · ")
    # What ends like a sentence needs no colon.
    colon = ":" if beside and (names or not head.endswith(_ENDS)) else ""
    return box("div", "lead", joined([f"{named}{colon}", beside, cited], " "))


def _labelled(field: Field, html: str) -> str:
    if not html:
        return ""
    if field.shape is Shape.IMAGE:
        return f'<div class="pictures">{html}</div>'
    return box("div", "more", f'<span class="label">{escape(field.name)}:</span> {html}')


def _shared(one: Living) -> Iterator[str]:
    """What every item may have: a note, the time at which it is true, pictures."""
    for field in common().fields:
        html = one.of(field)
        if html and field.shape is Shape.TEXT:
            yield box("div", "note", html)
        else:
            yield _labelled(field, html)


def with_gaps(html: str) -> str:
    """Show a key sentence whole, with what is asked of it set apart."""
    return "".join(map(_shown, read(html).parts))


def _shown(part: str | Cloze) -> str:
    if isinstance(part, str):
        return part
    return f'<b class="gap">{"".join(map(_shown, part.parts))}</b>'


# ---------------------------------------------------------------- by date


class Event(NamedTuple):
    """A date of an item and what happened then; `name` says which date, if it is not the one."""

    when: When
    html: str
    name: str


def events(items: Sequence[Living]) -> list[Event]:
    """Give every date of every item, by time."""
    found = [event for one in items for event in _events(one)]
    return sorted(found, key=lambda event: (event.when.date.start, event.when.date.end))


def _events(one: Living) -> Iterator[Event]:
    kind = one.item.kind
    dates = [field for field in kind.fields if field.shape is Shape.DATE]
    said = [field for field in kind.fields if field.shape in (Shape.LINE, Shape.TEXT, Shape.NAMES)]
    drawn = kind.figure.of if kind.figure else ()
    words = next((field for field in said if field.key in drawn), said[0] if said else None)
    for field in dates:
        when = one.item.values.get(field.key)
        if isinstance(when, When):
            is_the_one = len(dates) == 1 or field.key in drawn
            yield Event(when, one.of(words) if words else "", "" if is_the_one else field.name)
