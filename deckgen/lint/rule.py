"""What a rule is: a function over all cards of a project, whose docstring is its manual."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import NamedTuple

from deckgen.diagnostics import Severity
from deckgen.lint.cards import Cards
from deckgen.model import File, Item


class Finding(NamedTuple):
    """Where a rule is not kept, and what to do; `item` is whose fault it is, if an item's."""

    file: File
    at: int  # offset
    message: str
    item: Item | None = None

    @classmethod
    def of(cls, item: Item, message: str, at: int | None = None) -> "Finding":
        """Find fault with an item, at a value of it if its offset is given."""
        return cls(item.file, item.at if at is None else at, message, item)


Check = Callable[[Cards], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, named like its function with hyphens."""

    check: Check
    severity: Severity

    @property
    def name(self) -> str:
        """What findings, `ignore` and `--explain` call it."""
        return self.check.__name__.replace("_", "-")

    @property
    def manual(self) -> str:
        """Why it is a rule, where it comes from, and a bad and a good example."""
        return getdoc(self.check) or ""
