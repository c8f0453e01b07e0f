"""What the files of a project can be asked, wherever they lie."""

from typing import Final, Protocol

from deckgen.diagnostics import Unusable
from deckgen.model import Content

MANIFEST: Final = "deck.yaml"  # where it lies, a project begins


class BadArchive(Unusable):
    """An archive is no project, or is refused: a sentence that says why, and what to do."""


class Files(Protocol):
    """The files below a project's root, by posix paths from there.

    `where` is the root as findings name it: `cards`, or `../deck.zip/cards`.
    """

    where: str

    def names(self) -> list[str]:
        """List the files, sorted, but for hidden ones and those in hidden folders."""

    def has(self, name: str) -> bool:
        """Whether something of that name is there, even if it cannot be read."""

    def read(self, name: str) -> bytes:
        """Read a file. Raises OSError, whose `strerror` is for authors to read."""

    def content(self, name: str) -> Content:
        """Give a file to be read later."""

    def path(self, name: str) -> str:
        """Name a file as findings do, whether or not it is there."""
