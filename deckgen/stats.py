"""What a deck consists of, in numbers: cards by kind, deck and tag, gaps, sources, names, days."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from deckgen.diagnostics import Diagnostic
from deckgen.folder import Progress, no_progress
from deckgen.lint import Cards
from deckgen.marks import entity_of
from deckgen.model import Item, Names, Project, Text
from deckgen.project import check

DAILY = (5, 10, 20)  # new cards a day: what Anki's users mostly set, its own default the last
MOST_ROWS = 25  # of a table, for people
UNSOURCED = "(no source)"
_BAR = "▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of a deck. Tables map a name to (items, cards)."""

    name: str
    items: int
    cards: int
    kinds: Mapping[str, tuple[int, int]]
    decks: Mapping[str, tuple[int, int]]
    tags: Mapping[str, tuple[int, int]]
    sources: Mapping[str, tuple[int, int]]
    gaps: Mapping[int, int]  # how many gaps -> how many sentences
    names: int  # that are curated
    asked_names: int  # that some card asks for
    unmet_names: tuple[str, ...]  # that no other item speaks of, nor any card asks for


def statistics(
    folder: Path, progress: Progress = no_progress
) -> tuple[tuple[Diagnostic, ...], Statistics | None]:
    """Count what a project holds; nothing if it has errors, which are given instead."""
    result = check(folder, progress)
    if result.has_errors or result.compiled is None or result.project is None:
        return tuple(found for found in result.found if found.is_error), None
    return (), counted(result.project, Cards(result.project, result.compiled))


def counted(project: Project, cards: Cards) -> Statistics:
    """Count what is made of a project."""
    per_item = Counter(id(asked.item) for asked in cards.asked)
    below = len(project.name) + 2
    everywhere = set(project.tags)

    def table(names_of: Mapping[int, Iterable[str]]) -> dict[str, tuple[int, int]]:
        items: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for item in project.items:
            for name in names_of[id(item)]:
                items[name] += 1
                total[name] += per_item[id(item)]
        return {name: (items[name], total[name]) for name in sorted(items)}

    asked, unmet, curated = _names(project, cards)
    return Statistics(
        name=project.name,
        items=len(project.items),
        cards=len(cards.asked),
        kinds=table({id(item): [item.kind.section] for item in project.items}),
        decks=table({id(item): [item.deck[below:] or item.deck] for item in project.items}),
        tags=table({id(item): [tag for tag in item.tags if tag not in everywhere]
                    for item in project.items}),
        sources=table({id(item): _sources(item) for item in project.items}),
        gaps=dict(sorted(Counter(len(gaps) for _, _, gaps in cards.sentences).items())),
        names=len(curated), asked_names=len(asked), unmet_names=tuple(unmet),
    )


def _sources(item: Item) -> list[str]:
    return sorted({citation.key for citation in item.sources}) or [UNSOURCED]


def _names(project: Project, cards: Cards) -> tuple[set[str], list[str], dict[str, set[str]]]:
    """Find the curated names, those that a card asks for, and those met nowhere else."""
    curated: dict[str, set[str]] = {}  # first form -> all forms, folded
    for item in project.items:
        forms = list(_forms(item))
        if forms:
            curated.setdefault(forms[0], set()).update(map(entity_of, forms))
    answers = {entity_of(asked.answer) for asked in cards.asked}
    asked = {name for name, forms in curated.items() if forms & answers}
    said = " | ".join(f" {entity_of(asked.question)} " for asked in cards.asked)
    unmet = [name for name, forms in curated.items()
             if name not in asked and not any(said.count(form) > 1 for form in forms)]
    return asked, sorted(unmet), curated


def _forms(item: Item) -> Iterator[str]:
    for field in item.kind.fields:
        value = item.values.get(field.key) if field.is_name else None
        if isinstance(value, Text):
            yield value.text
        elif isinstance(value, Names):
            yield from (name.text for name in value.items)


# ---------------------------------------------------------------- telling


def told(made: Statistics, width: int, daily: int | None = None) -> Iterator[str]:
    """Tell the numbers a line at a time, with bars, in `width` columns."""
    yield f"{made.name}: {made.items:,} items, {made.cards:,} cards"
    for title, table in (("kind", made.kinds), ("deck", made.decks), ("tag", made.tags),
                         ("source", made.sources)):
        yield from _table(title, table, width)
    if made.gaps:
        total = sum(made.gaps.values())
        mean = sum(number * count for number, count in made.gaps.items()) / total
        yield ""
        yield f"gaps per sentence, {mean:.1f} on average"
        most = max(made.gaps.values())
        for number, count in made.gaps.items():
            yield f"  {number:>3}  {count:>6,}  {bar(count / most, width - 16)}"
    if made.names:
        yield ""
        yield f"names: {made.names:,} curated, {made.asked_names:,} asked by a card"
        if made.unmet_names:
            yield f"  nowhere else: {_listed(made.unmet_names)}"
    yield ""
    for number in (daily,) if daily else DAILY:
        yield f"at {number:>2} new cards a day: {ceil(made.cards / number):,} days"


def _table(title: str, table: Mapping[str, tuple[int, int]], width: int) -> Iterator[str]:
    if not table:
        return
    rows = sorted(table.items(), key=lambda row: (-row[1][1], row[0])) \
        if len(table) > MOST_ROWS else list(table.items())
    column = min(max(map(len, table)), max(8, min(width // 2, width - 25)))
    most = max(cards for _, cards in table.values()) or 1
    yield ""
    yield f"{'by ' + title:<{column + 2}}  {'items':>6}  {'cards':>6}"
    for name, (items, cards) in rows[:MOST_ROWS]:
        short = name if len(name) <= column else f"{name[: column - 1]}…"
        yield (f"  {short:<{column}}  {items:>6,}  {cards:>6,}  "
               f"{bar(cards / most, width - column - 21)}").rstrip()
    if len(rows) > MOST_ROWS:
        yield f"  … and {len(rows) - MOST_ROWS:,} more"


def bar(share: float, width: int) -> str:
    """Draw a bar that takes a share of `width` columns, to an eighth of one."""
    eighths = round(share * max(width, 1) * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_BAR[rest - 1] if rest else "")


def _listed(names: tuple[str, ...], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def as_json(made: Statistics) -> str:
    """Write the numbers as one JSON object."""
    def rows(table: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
        return {name: {"items": items, "cards": cards} for name, (items, cards) in table.items()}

    return json.dumps({
        "name": made.name, "items": made.items, "cards": made.cards, "kinds": rows(made.kinds),
        "decks": rows(made.decks), "tags": rows(made.tags), "sources": rows(made.sources),
        "gaps_per_sentence": {str(number): count for number, count in made.gaps.items()},
        "names": {"curated": made.names, "asked": made.asked_names, "unmet": made.unmet_names},
    }, ensure_ascii=False, indent=2)
