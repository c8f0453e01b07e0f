"""The worksheet: key sentences with blanks to fill in by hand, and a key on a page of its own.

A sentence has a blank for each gap, the one with most to say for it first, as long as enough words
are left to know what is asked; and three at most. Gaps of one number are one thing, and are blank
together.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple
from unicodedata import east_asian_width

from deckgen.compile import GapChooser
from deckgen.markdown import words
from deckgen.paper.entries import Living, living, themes
from deckgen.paper.page import Page, box, direction, joined
from deckgen.project import Result
from deckgen.sentences import Explained, of_items
from deckgen.template.clozes import Cloze, read

MOST: Final = 3  # blanks in a sentence, of different things
LEFT: Final = 24  # how wide the text must be that stays for each blank: four words or so

# A blank is as long as a hand needs, in millimetres, that writes larger than print.
_LETTER, _SHORTEST, _LONGEST = 2.7, 24.0, 130.0

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


def worksheet_of(result: Result) -> Page | None:
    """Make the worksheet of a deck; none if it has no key sentence."""
    if result.project is None or result.compiled is None:
        return None
    items = [one for one in living(result.compiled) if one.item.kind.is_cloze]
    if not items:
        return None
    scores = _scores(result)
    tasks: list[str] = []
    keys: list[str] = []
    number = blanks = 0
    for theme, of_theme in themes(items, result.project).items():
        made = [task(_sentence(one), scores.get(id(one.item), {})) for one in of_theme]
        numbered = list(enumerate(made, number + 1))
        number += len(made)
        blanks += sum(len(each.blanks) for each in made)
        tasks.append(_section(theme, [_asked(n, each) for n, each in numbered]))
        keys.append(_section(theme, [_solved(n, each) for n, each in numbered]))
    head = ('<p class="name" lang="en">Name <span class="line"></span> Date '
            f'<span class="line short"></span> Points <span class="line score"></span>/ {blanks}</p>')
    key = ('<section class="key"><h2 lang="en" dir="ltr">Answer key</h2>\n<div class="columns">\n'
           f"{joined(keys)}\n</div></section>")
    told = f"{number:,} sentence{'' if number == 1 else 's'}, {blanks:,} blank{'' if blanks == 1 else 's'}"
    return Page("worksheet", "Worksheet", joined([head, *tasks, key]), told)


def _section(theme: str, lines: Sequence[str]) -> str:
    return (f'<section class="theme"><h3 dir="{direction(theme)}">{escape(theme)}</h3>\n'
            f"{joined(lines)}</section>")


def _asked(number: int, made: Task) -> str:
    body = box("div", "text", made.html)
    return f'<div class="task"><span class="number">{number}</span>{body}</div>'


def _solved(number: int, made: Task) -> str:
    is_one = len(made.blanks) == 1
    answers = joined((
        ("" if is_one else f'<span class="which">({i})</span>&nbsp;')
        + " … ".join(f'<bdi class="answer">{answer}</bdi>' for answer in blank.answers)
        for i, blank in enumerate(made.blanks, 1)), "; ")
    return f'<div class="solved"><span class="number">{number}</span><div>{answers}</div></div>'


# ---------------------------------------------------------------- which gaps become blanks


def _scores(result: Result) -> dict[int, dict[int, float]]:
    """Say what speaks for each gap that was chosen, by item and number."""
    if result.project is None or result.compiled is None:
        return {}
    items = result.project.items
    explained = of_items(items, result.compiled.lock, GapChooser(items))
    return {id(item): _score(each) for item, each in explained if not each.is_marked}


def _score(each: Explained) -> dict[int, float]:
    known = {(c.start, c.end): c.score for c in each.ranking.candidates}
    found: dict[int, float] = {}
    for gap in each.gaps:
        score = known.get((gap.start, gap.end), 0.0)
        found[gap.number or 0] = max(score, found.get(gap.number or 0, score))
    return found


def _sentence(one: Living) -> str:
    """The HTML of a key sentence, with clozes in it."""
    return next(one.of(field) for field in one.item.kind.fields if "{{c" in one.of(field))


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
    """Whether enough stays to be read, and no blank lies in another."""
    hidden = list(_hidden(parts, chosen))
    inside = {number for cloze in hidden for part in cloze.parts if isinstance(part, Cloze)
              for number in _numbers(part)}
    shown = sum(wide(words(part)) for part in _visible(parts, chosen))
    return not inside & chosen and shown >= LEFT * len(chosen)


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
        out.append(f'<span class="kept">{before[0] if before else ""}{piece.html}'
                   f'{after[0] if after and not piece.hint else ""}</span>'
                   + (f' <span class="hint">({piece.hint})</span>{after[0] if after else ""}'
                      if piece.hint else ""))
    return "".join(out)


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
