"""Pictures on the backs of cards: an event among its neighbours, a position beside the others.

What is drawn, and of which fields, a kind's file says (`figure`). A figure is HTML in a field of
its note, and a note that changes overwrites what students wrote into it. So:

- a note that would not change otherwise keeps the neighbours that its figure was published with,
  which the lock names, as long as they are there and, drawn as they are now, look the same;
- any other note is given those nearest to it now, be it new, changed, or beside one that changed.

An item added elsewhere, or in between, thus changes no other note, while a neighbour that is
corrected or taken out is corrected or taken out in every figure that shows it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deckgen.dates import Date, Day, Precision, written
from deckgen.markdown import literal, plain
from deckgen.model import Drawing, Item, Text, When

Keys = tuple[str, ...]  # of the items shown beside the one that a figure is of

class Figures:
    """Chooses and draws the figures of one build; `keys` are those of the items."""

    def __init__(self, items: Sequence[Item], keys: Sequence[str]) -> None:
        drawn = [(i, item) for i, item in enumerate(items) if item.kind.figure is not None]
        self._timeline = _Timeline(_events(drawn, keys))
        self._contrasts = _Contrasts(_views(drawn, keys))
        self._of = {
            i: self._timeline if figure.drawing is Drawing.TIMELINE else self._contrasts
            for i, item in drawn if (figure := item.kind.figure) is not None
        }

    def draw(self, i: int, shown: Keys) -> str:
        """Draw the figure of the i-th item with these neighbours; nothing if any is not there."""
        return self._of[i].draw(i, shown) if i in self._of else ""

    def choose(self, i: int) -> Keys:
        """Choose the neighbours of the i-th item as they would be shown today; none if too few."""
        return self._of[i].choose(i) if i in self._of else ()


def _text(item: Item, field: str) -> str:
    """The words of a field, on one line."""
    value = item.values.get(field)
    return " ".join(plain(value.text).split()) if isinstance(value, Text) else ""


# ---------------------------------------------------------------- an event among its neighbours

_WINDOW = 5  # events that a timeline shows at most
_FEWEST = 3  # below this it shows nothing worth a picture

# In units of the view box, which are pixels where the picture is as wide as a small phone's card.
_WIDTH, _AXIS, _WORDS = 328, 11, 40
_DATE_HEIGHT, _LINE_HEIGHT, _ROW_GAP, _ABOVE = 15, 17, 11, 13
_LINES = 2  # of an event's words, at most
_SIZE = 13.5  # of the words; `style.css` has it too
_LEAST_BAR = 8  # below this height the time that an event took is a dot


class _Event(NamedTuple):
    """An item as timelines show it; its words are made when first wanted."""

    i: int
    key: str
    deck: str
    date: Date
    words: str
    first: int  # the days from and to which it goes, counted
    last: int

    @property
    def order(self) -> tuple[int, int, str, int]:
        return self.first, self.last, self.words, self.i


def _events(drawn: Iterable[tuple[int, Item]], keys: Sequence[str]) -> Iterator[_Event]:
    for i, item in drawn:
        if item.kind.figure is None or item.kind.figure.drawing is not Drawing.TIMELINE:
            continue
        date, words = item.kind.figure.of
        when, text = item.values.get(date), _text(item, words)
        if isinstance(when, When) and text:
            start, end = _days(when.date.start), _days(when.date.end)
            yield _Event(i, keys[i], item.deck, when.date, text, start, end)


class _Timeline:
    """All events of a project, by time."""

    def __init__(self, events: Iterable[_Event]) -> None:
        self.all = sorted(events, key=lambda event: event.order)
        self.by_key = {event.key: event for event in self.all}
        self.by_item = {event.i: event for event in self.all}
        self.decks: dict[str, list[_Event]] = {}
        for event in self.all:
            self.decks.setdefault(event.deck, []).append(event)
        self.places = {id(deck): {event.i: place for place, event in enumerate(deck)}
                       for deck in (self.all, *self.decks.values())}
        self.rows: dict[str, _Words] = {}

    def choose(self, i: int) -> Keys:
        """Choose the nearest events of its deck, before and after; of the project if it has few."""
        event = self.by_item.get(i)
        if event is None:
            return ()
        events = self.decks[event.deck]
        if len(events) < _FEWEST:
            events = self.all
        if len(events) < _FEWEST:
            return ()
        place = self.places[id(events)][i]
        first = max(0, min(place - _WINDOW // 2, len(events) - _WINDOW))
        return tuple([other.key for other in events[first : first + _WINDOW] if other is not event])

    def draw(self, i: int, shown: Keys) -> str:
        """Draw an event in accent among others, in the order of time."""
        event = self.by_item.get(i)
        if event is None or not shown or any(key not in self.by_key for key in shown):
            return ""
        events = sorted((event, *(self.by_key[key] for key in shown)), key=lambda e: e.order)
        return _drawn(events, [self.words(other) for other in events], event)

    def words(self, event: _Event) -> "_Words":
        """The words of an event; many timelines show the same."""
        known = self.rows.get(event.key)
        if known is None:
            known = self.rows[event.key] = _worded(event)
        return known


class _Words(NamedTuple):
    """The date and the words of an event, drawn and told."""

    svg: str
    height: int
    said: str
    marks: str  # classes


def _worded(event: _Event) -> _Words:
    lines = [literal(line) for line in _lines(_TEX.sub("", event.words))]
    date = literal(written(event.date))
    drawn = [f'<text y="{1 + _LINE_HEIGHT * n}">{line}</text>' for n, line in enumerate(lines, 1)]
    return _Words(
        f'<text class="when">{date}</text>{"".join(drawn)}',
        _DATE_HEIGHT + _LINE_HEIGHT * len(lines) + _ROW_GAP,
        f"{date}: {' '.join(lines)}",
        "circa" if _is_circa(event.date) else "",
    )


def _drawn(events: Sequence[_Event], words: Sequence[_Words], own: _Event) -> str:
    height = sum([row.height for row in words]) - _ROW_GAP + 4
    # True to scale: each day has its height, so that distances in time are those on the axis.
    begin, end = events[0].first, max([event.last for event in events])
    length, room = max(end - begin, 1), height - 2 * _ABOVE
    rows, top = [], _ABOVE
    for event, row in zip(events, words, strict=True):
        start = _ABOVE - 4 + (event.first - begin) * room // length
        stop = _ABOVE - 4 + (event.last - begin) * room // length
        rows.append(_row(row, top, start, stop, is_own=event is own))
        top += row.height
    said = "; ".join([row.said for row in words])
    return (f'<svg class="timeline" viewBox="0 0 {_WIDTH} {height}" role="img">'
            f'<title>Timeline. {said}</title><path class="axis" d="M{_AXIS} 0V{height}"/>'
            f'{"".join(rows)}</svg>')


def _row(words: _Words, top: int, start: int, stop: int, *, is_own: bool) -> str:
    beside, level = (start + stop) // 2, top - 4
    marks = f"own {words.marks}".rstrip() if is_own else words.marks
    mark = f'<circle cx="{_AXIS}" cy="{beside}" r="{5 if is_own else 4}"/>' \
        if stop - start < _LEAST_BAR else \
        f'<rect x="{_AXIS - 4}" y="{start}" width="8" height="{stop - start}" rx="4"/>'
    classes = f' class="{marks}"' if marks else ""
    return (f'<g{classes}>'
            f'<path d="M{_AXIS + 6} {beside}C26 {beside} 24 {level} {_WORDS - 6} {level}"/>{mark}'
            f'<g transform="translate({_WORDS} {top})">{words.svg}</g></g>')


def _days(day: Day) -> int:
    """Count days, as if every month had 31; no picture is so wide that one could tell."""
    year, month, number = day
    return (year * 12 + month - 1) * 31 + number - 1


def _is_circa(date: Date) -> bool:
    return date.circa or date.until_circa or date.precision in (Precision.DECADE, Precision.CENTURY)


# Words are put into lines here, since SVG does not. No font is asked: the widths are those of wide
# ones, so that lines end well before the edge on most devices and before it on all.

_TEX = re.compile(r"\\[()\[\]]")  # no TeX is set inside of a picture
# Characters of scripts without spaces, and emoji: not asked of Python, whose tables grow.
_SQUARES = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U0001f000-\U0003ffff]")
_PIECE = re.compile(  # what stays on one line: a word, or one such character
    rf"(?:(?!{_SQUARES.pattern})\S){{1,20}}\s*|\S\s*")
_NARROW, _LETTER, _BROAD, _SQUARE = 0.37, 0.62, 0.8, 1.05  # of the size


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _PIECE.findall(text[:200]):
        word = piece.rstrip()
        width = sum([_WIDTHS[char] for char in word])
        if line and used + width > (_WIDTH - _WORDS) / _SIZE - (1 if len(lines) + 1 == _LINES else 0):
            lines.append(line.rstrip())
            line, used = "", 0.0
            if len(lines) == _LINES:
                lines[-1] = lines[-1].rstrip(" ,;:.–—-") + "…"
                return lines
        line += piece
        used += width + _NARROW * (len(piece) > len(word))
    return [*lines, line.rstrip()]


class _Widths(dict[str, float]):
    """The widths of characters, each found once."""

    def __missing__(self, char: str) -> float:
        width = self[char] = _width(char)
        return width


_WIDTHS = _Widths()


def _width(char: str) -> float:
    if char in "iIjlftr.,;:'’|!()[]/- ":
        return _NARROW
    if _SQUARES.match(char):
        return _SQUARE
    return _BROAD if char.isupper() or char in "mw—…%@" else _LETTER


# ---------------------------------------------------------------- a position beside the others

_MOST_VIEWS = 2


class _View(NamedTuple):
    """An item as contrasts show it."""

    i: int
    key: str
    issue: tuple[str, str]  # the kind's section, and on what
    by: str
    says: str


def _views(drawn: Iterable[tuple[int, Item]], keys: Sequence[str]) -> Iterator[_View]:
    for i, item in drawn:
        if item.kind.figure is None or item.kind.figure.drawing is not Drawing.CONTRAST:
            continue
        issue, by, says = [_text(item, field) for field in item.kind.figure.of]
        if issue and by and says:
            yield _View(i, keys[i], (item.kind.section, issue.casefold()), by, says)


class _Contrasts:
    """What others hold on the same issue."""

    def __init__(self, views: Iterable[_View]) -> None:
        self.by_item = {view.i: view for view in views}
        self.by_key = {view.key: view for view in self.by_item.values()}
        self.by_issue: dict[tuple[str, str], list[_View]] = {}
        for view in self.by_item.values():
            self.by_issue.setdefault(view.issue, []).append(view)

    def choose(self, i: int) -> Keys:
        """Choose the first ones in the files that others hold."""
        view = self.by_item.get(i)
        others = self.by_issue[view.issue] if view else ()
        return tuple([other.key for other in others if view and _faces(view, other)][:_MOST_VIEWS])

    def draw(self, i: int, shown: Keys) -> str:
        """Say who else holds what. Whether they are at odds, no program can tell."""
        view, others = self.by_item.get(i), [self.by_key.get(key) for key in shown]
        rows = [
            f'<p dir="auto"><b>{literal(other.by)}</b> {literal(other.says)}</p>'
            for other in others if view and other and _faces(view, other)
        ]
        if not rows or len(rows) < len(shown):
            return ""
        return f'<div class="contrast"><p class="on">On the same issue</p>{"".join(rows)}</div>'


def _faces(view: _View, other: _View) -> bool:
    return (other.issue == view.issue and other.by.casefold() != view.by.casefold()
            and other.says.casefold() != view.says.casefold())
