"""The names a project has curated: how to find them in tokens, and which are so common there that
they are background.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from deckgen.cloze.classes import (
    FUNCTION,
    LOWER,
)
from deckgen.cloze.tokens import Tokens, tokenise


@dataclass(frozen=True, slots=True)
class Name:
    """One written form of a named item: `entity` is the item, shared by all its forms; `sort` is
    what it is, for hints.
    """

    text: str
    entity: str
    sort: str


class _Node:
    """The names that begin alike: by next word, and the one that ends here."""

    __slots__ = ("name", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.name: Name | None = None


# An item is background when the project's sentences mention it this often: at least so many, and
# such a share of them.
_BACKGROUND_COUNT: Final = 4
_BACKGROUND_SHARE: Final = 0.06
_PARTS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Names:
    """All the names of a project, ready to be looked up; build it once with `Names.build`."""

    background: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    _root: _Node = field(default_factory=_Node, repr=False, compare=False)

    @classmethod
    def build(cls, names: Iterable[Name], sentences: Iterable[str] = ()) -> "Names":
        """Names of `names`, judged against the project's own `sentences`; of two items with one
        form the first has it.
        """
        root, sorts = _Node(), set()
        for name in names:
            sorts.add(name.sort)
            for form in _forms(name.text):
                _plant(root, form, name)
        bare = cls(sorts=frozenset(sorts), _root=root)
        return cls(_count_background(bare, sentences), frozenset(sorts), root)

    def __bool__(self) -> bool:
        return bool(self._root.next)

    def find(
        self, tokens: Tokens
    ) -> tuple[list[tuple[int, int, Name]], list[tuple[int, int, str]]]:
        """The longest known name at each place, as (first token, token after the last, name), none
        overlapping; and every place where one can be read, inside other names, compounds and code
        too, as (first token, token after the last, entity).
        """
        found, spots, words, first_words, free = [], [], tokens.words, self._root.next, 0
        for index in [n for n, word in enumerate(words) if word in first_words]:
            node: _Node | None = first_words[words[index]]
            name, ahead, end = None, index, index
            while node is not None:
                ahead += 1
                if node.name is not None:
                    end, name = ahead, node.name
                    spots.append((index, ahead, name.entity))
                node = node.next.get(words[ahead])
            if name is not None and index >= free:
                found.append((index, end, name))
                free = end
        if tokens.signs or "-" in tokens.text or "–" in tokens.text:
            spots += self._find_inside(tokens)
        return found, spots

    def _find_inside(self, tokens: Tokens) -> list[tuple[int, int, str]]:
        """The known names that are parts of one token: a compound, code, a link."""
        spots = []
        for index, word in enumerate(tokens.words):
            if word.isalnum() or len(word) < 2:
                continue
            parts = [*_PARTS.findall(word), ""]
            for at in range(len(parts)):
                node, ahead = self._root.next.get(parts[at]), at
                while node is not None:
                    ahead += 1
                    if node.name is not None:
                        spots.append((index, index + 1, node.name.entity))
                    node = node.next.get(parts[ahead])
        return spots


NO_NAMES: Final = Names()


def _forms(text: str) -> Iterator[list[str]]:
    """The ways a name may stand in a sentence: either dash, capital at its head, plural of a
    lower-case term.
    """
    tokens = tokenise(" ".join(text.split()))
    words, classes = tokens.words[: tokens.count], tokens.classes
    while len(words) > 1 and words[0].lower() in ("the", "a", "an"):
        words, classes = words[1:], classes[1:]
    if not words or (len(words) == 1 and classes[0] & FUNCTION and classes[0] & LOWER):
        return
    for dash in "-–‐‑":
        yield (
            dashed := [
                word.replace("–", "-").replace("-", dash) if len(word) > 1 else word
                for word in words
            ]
        )
        if words[0][:1].islower():
            yield [dashed[0][0].upper() + dashed[0][1:], *dashed[1:]]
            if words[-1].isalpha() and words[-1].islower() and not words[-1].endswith("s"):
                yield [*dashed[:-1], dashed[-1] + "s"]


def _plant(root: _Node, words: list[str], name: Name) -> None:
    node = root
    for word in words:
        node = node.next.setdefault(word, _Node())
    if node.name is None:
        node.name = name


def _count_background(names: Names, sentences: Iterable[str]) -> frozenset[str]:
    mentions: Counter[str] = Counter()
    total = 0
    for sentence in sentences:
        total += 1
        mentions.update({name.entity for _, _, name in names.find(tokenise(sentence))[0]})
    least = max(_BACKGROUND_COUNT, _BACKGROUND_SHARE * total)
    return frozenset(entity for entity, count in mentions.items() if count >= least)
