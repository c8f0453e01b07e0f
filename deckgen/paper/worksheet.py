"""The worksheet: key sentences with blanks to fill in by hand, and a key on a page of its own."""

from collections.abc import Sequence
from html import escape

from deckgen.compile import GapChooser
from deckgen.paper.blanks import Task, task
from deckgen.paper.entries import Living, living, themes
from deckgen.paper.page import Page, box, direction, joined
from deckgen.project import Result
from deckgen.sentences import Explained, of_items


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
    head = ('<p class="name" lang="en" dir="ltr">Name <span class="line"></span> Date '
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
    return f'<div class="task row"><span class="number">{number}</span>{body}</div>'


def _solved(number: int, made: Task) -> str:
    is_one = len(made.blanks) == 1
    answers = joined((
        ("" if is_one else f'<span class="which">({i})</span>&nbsp;')
        + " … ".join(f'<bdi class="answer">{answer}</bdi>' for answer in blank.answers)
        for i, blank in enumerate(made.blanks, 1)), "; ")
    body = box("div", "answers", answers)
    return f'<div class="solved row"><span class="number">{number}</span>{body}</div>'


# ---------------------------------------------------------------- what speaks for a gap


def _scores(result: Result) -> dict[int, dict[int, float]]:
    """Say what speaks for each gap that was chosen, by item and number."""
    if result.project is None or result.compiled is None:
        return {}
    items = result.project.items
    explained = of_items(items, result.compiled.keys, result.compiled.whole, GapChooser(items))
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
