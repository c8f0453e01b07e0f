"""The sheet to revise from: what the deck teaches, by theme, then by date, then the sources."""

from collections.abc import Mapping
from html import escape

from deckgen.compile.citations import cited
from deckgen.dates import written
from deckgen.model import Cite
from deckgen.paper.entries import Event, Sources, entries, events, groups, living, themes
from deckgen.paper.page import Page, box, direction, joined
from deckgen.project import Result


def sheet_of(result: Result) -> Page | None:
    """Make the sheet of a deck; none if it has no items."""
    if result.project is None or result.compiled is None:
        return None
    items = living(result.compiled)
    if not items:
        return None
    sources = Sources()
    parts = []
    for theme, of_theme in themes(items, result.project).items():
        usual = sources.begin(of_theme)
        kinds = joined(
            f'<section class="kind"><h3 dir="{direction(how.title)}">{escape(how.title)}</h3>\n'
            f"{entries(how, of_kind, sources)}</section>"
            for how, of_kind in groups(of_theme)
        )
        parts.append(_section("theme", theme, kinds, usual=usual))
    dated = events(items)
    if dated:
        parts.append(_section("chronology", "Chronology", joined(map(_event, dated)), lang="en"))
    if sources.numbers:
        parts.append(_section("sources", "Sources", _sources(sources, result.project.cites),
                              lang="en"))
    told = f"{len(items):,} item{'' if len(items) == 1 else 's'}"
    return Page("sheet", "Revision sheet", joined(parts), told)


def _section(name: str, title: str, body: str, *, lang: str = "", usual: str = "") -> str:
    said = f' lang="{lang}"' if lang else ""
    source = ('<p class="usual" dir="ltr"><span lang="en">Source, unless another is named:</span> '
              f'<bdi>{usual}</bdi></p>\n' if usual else "")
    return (f'<section class="{name}"><h2{said} dir="{direction(title)}">{escape(title)}</h2>\n'
            f'{source}<div class="columns">\n{body}\n</div></section>')


def _event(event: Event) -> str:
    which = f' <span class="label">({escape(event.name)})</span>' if event.name else ""
    return ('<div class="event row">'
            f'<div class="when" lang="en" dir="ltr">{written(event.when.date)}</div>'
            f'{box("div", "what", event.html + which)}</div>')


def _sources(sources: Sources, cites: Mapping[str, Cite]) -> str:
    """List what is cited; an address is written out, as nobody can follow a link on paper."""
    lines = []
    for key, number in sources.numbers.items():
        cite = cites[key]
        address = cite.fields.get("url") or cite.fields.get("doi", "")
        shown = f' <span class="address" dir="ltr">{escape(address)}</span>' if address else ""
        lines.append(f'<div class="source row"><span class="number">{number}</span>'
                     f'{box("div", "cite", cited(cite, "") + shown)}</div>')
    return joined(lines)
