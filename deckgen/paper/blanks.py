"""Which gaps of a key sentence become blanks, and how long these are.

A sentence has a blank for each gap, the one with most to say for it first, as long as enough words
are left to know what is asked; and three at most. Gaps of one number are one thing, and are blank
together. Two that would run into one another are not both blank.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from unicodedata import east_asian_width

from deckgen.markdown import words
from deckgen.template.clozes import Cloze, read

MOST: Final = 3  # blanks in a sentence, of different things
LEFT: Final = 24  # how wide the text must be that stays for each blank: four words or so

# A blank is as long as a hand needs, in millimetres, that writes larger than print.
_LETTER, _SHORTEST, _LONGEST = 2.7, 24.0, 130.0
_SHORT_HINT: Final = 12  # letters: with the longest blank it still fits on a line

# What must not stand apart from a blank at the beginning or end of a line.
_BEFORE: Final = re.compile(r"[(\[“‘«「『¿¡\"']+$")
_AFTER: Final = re.compile(r"""^(?:[)\]”’»」』.,;:!?…、。！？%"']|–(?=\S))+""")


class Blank(NamedTuple):
    """Something that is asked: what must be written, once for each form of it in the sentence."""

    answers: tuple[str, ...]


class Task(NamedTuple):
    """A key sentence with its blanks, as HTML."""

    html: str
    blanks: tuple[Blank, ...]


def task(html: str, scores: Mapping[int, float] | None = None) -> Task:
    """Make blanks of the gaps of a sentence, at most as many as leave it clear what is asked."""
    reading = read(html)
    numbers = {number for cloze in reading.clozes for number in cloze.numbers}
    wanted = sorted(numbers, key=lambda number: (-(scores or {}).get(number, 0.0), number))
    chosen: set[int] = set()
    for number in wanted:
        if len(chosen) < MOST and _is_clear(reading.parts, {*chosen, number}):
            chosen.add(number)
    chosen = chosen or set(wanted[:1])
    order = list(dict.fromkeys(
        min(set(cloze.numbers) & chosen) for cloze in _hidden(reading.parts, chosen)))
    answers: dict[int, list[str]] = {number: [] for number in order}
    for cloze in _hidden(reading.parts, chosen):
        said = "".join(map(_text, cloze.parts))
        known = answers[min(set(cloze.numbers) & chosen)]
        if said not in known:
            known.append(said)
    places = {number: i for i, number in enumerate(order, 1)}
    return Task(_blanked(reading.parts, places), tuple(Blank(tuple(answers[n])) for n in order))


def _is_clear(parts: Sequence[str | Cloze], chosen: set[int]) -> bool:
    """Whether enough stays to be read, and no blank lies in another or runs into the next."""
    hidden = list(_hidden(parts, chosen))
    inside = {number for cloze in hidden for number in _numbers(cloze)
              if number not in cloze.numbers}
    shown = sum(wide(words(part)) for part in _visible(parts, chosen))
    return (not inside & chosen and shown >= LEFT * len(chosen)
            and not _touching(list(_pieces(parts, dict.fromkeys(chosen, 1)))))


def _touching(pieces: Sequence["str | _Line"]) -> bool:
    """Whether two blanks stand side by side, with nothing to tell the first by."""
    threes = zip(pieces, pieces[1:], pieces[2:], strict=False)
    return any(isinstance(one, _Line) and isinstance(other, _Line) and not one.hint
               and isinstance(between, str) and not between.strip()
               for one, between, other in threes)


def _numbers(cloze: Cloze) -> Iterator[int]:
    yield from cloze.numbers
    for part in cloze.parts:
        if isinstance(part, Cloze):
            yield from _numbers(part)


def _hidden(parts: Sequence[str | Cloze], chosen: set[int]) -> Iterator[Cloze]:
    """Find the outermost gaps that become blanks."""
    for part in parts:
        if isinstance(part, Cloze):
            if chosen & set(part.numbers):
                yield part
            else:
                yield from _hidden(part.parts, chosen)


def _visible(parts: Sequence[str | Cloze], chosen: set[int]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif not chosen & set(part.numbers):
            yield from _visible(part.parts, chosen)


def wide(text: str) -> int:
    """How much room text takes: a letter one, a Chinese or Japanese sign two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


# ---------------------------------------------------------------- blanks in a sentence


def _blanked(parts: Sequence[str | Cloze], places: Mapping[int, int]) -> str:
    """Write a sentence with blanks; what touches one stays on its line."""
    pieces = list(_pieces(parts, places))
    out: list[str] = []
    for i, piece in enumerate(pieces):
        if isinstance(piece, str):
            out.append(piece)
            continue
        before = _BEFORE.search(out[-1]) if out else None
        if before:
            out[-1] = out[-1][: before.start()]
        after = None
        if i + 1 < len(pieces) and isinstance(following := pieces[i + 1], str):
            after = _AFTER.match(following)
            pieces[i + 1] = following[after.end() :] if after else following
        out.append(_kept(before[0] if before else "", piece, after[0] if after else ""))
    return "".join(out)


def _kept(before: str, line: "_Line", after: str) -> str:
    """Write a blank so that what touches it stays on its line; its hint too, if that is short."""
    hint = f'<span class="hint">({line.hint})</span>' if line.hint else ""
    if wide(words(line.hint)) <= _SHORT_HINT:
        return f'<span class="kept">{before}{line.html}{"&nbsp;" if hint else ""}{hint}{after}</span>'
    return f'<span class="kept">{before}{line.html}</span> {hint}{after}'


class _Line(NamedTuple):
    """A line to write on, and a hint."""

    html: str
    hint: str


def _pieces(parts: Sequence[str | Cloze], places: Mapping[int, int]) -> Iterator["str | _Line"]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        mine = [places[number] for number in part.numbers if number in places]
        if not mine:
            yield from _pieces(part.parts, places)
            continue
        length = min(max(_LETTER * wide(words(_text(part))) + 6, _SHORTEST), _LONGEST)
        which = f'<span class="which">({mine[0]})</span>' if len(places) > 1 else ""
        yield _Line(f'<span class="blank" style="width: {length:.0f}mm">{which}</span>',
                    part.hint or "")


def _text(part: str | Cloze) -> str:
    return part if isinstance(part, str) else "".join(map(_text, part.parts))
