"""A deck as one page for a browser: every card as Anki shows it, and what is to be said of it.

The page stands alone: no request leaves it, and nothing that stands on a card can run in it.
"""

from dataclasses import dataclass
from pathlib import Path

from deckgen.diagnostics import Unusable
from deckgen.folder import Progress, no_progress
from deckgen.output import replace_file
from deckgen.preview.contents import contents
from deckgen.preview.page import page
from deckgen.project import Result, check

__all__ = ["Preview", "page_of", "preview"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found, and the page that was written, unless it could not be told what to write."""

    result: Result
    page: Path | None = None

    def cards(self) -> int:
        """Count the cards on it, those that are retired included."""
        compiled = self.result.compiled
        return sum(len(note.cards) for note in compiled.deck.notes) if compiled else 0


def preview(folder: Path, out: Path, progress: Progress = no_progress) -> Preview:
    """Check, then write `out/<deck id>.html`; faulty items are missing there, and said to be.

    Nothing is written if deck.yaml cannot be read. Raises Unusable.
    """
    result = check(folder, progress)
    if result.project is None:
        return Preview(result)
    progress("writing", 0, 0)
    where = out / f"{result.project.id}.html"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"cannot write {where}: {error.strerror}; nothing was changed") from error
    replace_file(where, page_of(result))
    return Preview(result, where)


def page_of(result: Result, *, is_served: bool = False) -> bytes:
    """Make the page; one that `is_served` loads itself anew when it is told to."""
    return page(contents(result), is_served=is_served)
