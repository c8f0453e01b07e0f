"""Sources into the line at the foot of a card."""

from collections.abc import Iterable, Mapping

from deckgen.dates import NotADate, written
from deckgen.dates import parse as parse_date
from deckgen.markdown import attribute, untouched
from deckgen.model import Citation, Cite


class Bibliography:
    """The project's sources; remembers the lines it has written."""

    def __init__(self, cites: Mapping[str, Cite]) -> None:
        self.cites = cites
        self._lines: dict[int, str] = {}  # by identity: the items of a file share one tuple

    def cite(self, citations: tuple[Citation, ...]) -> str:
        """Render citations as HTML, each with its locator."""
        line = self._lines.get(id(citations))
        if line is None:
            line = "; ".join(cited(self.cites[c.key], c.locator) for c in citations)
            self._lines[id(citations)] = line
        return line


def _dated(text: str) -> str:
    """Write the date of a source as the cards write theirs, if it is one."""
    date = parse_date(text)
    return text if isinstance(date, NotADate) else written(date)


def cited(cite: Cite, locator: str) -> str:
    """Render one citation: author, title linked to its address, where it appeared, locator."""
    get = {name: untouched(text) for name, text in cite.fields.items()}.get
    title = get("title", "")
    url = cite.fields.get("url", "")
    if url.startswith(("http://", "https://")):
        title = f'<a href="{attribute(url)}">{title}</a>'
    parts: Iterable[str | None] = (
        get("author"), title, get("container"), get("issue"), get("publisher"), get("place"),
        _dated(get("date") or get("year") or ""), get("pages"), untouched(locator),
    )
    return ", ".join(part for part in parts if part)
