"""Which items of the original an edition takes: `kind:dates and not (tag:detail or deck:"Minsk II")`.

A term names an id, or what it is of: `kind:`, `deck:`, `tag:`, `source:`, `id:`. Decks and tags take
in what lies below them; `*` stands for any letters. `not` binds closest, then `and`, then `or`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from deckgen.diagnostics import Diagnostic
from deckgen.model import File, Item, Text
from deckgen.schema import suggested

Test = Callable[[Item], bool]

_TOKEN = re.compile(r"""\s*(?:(?P<mark>[()])|(?P<term>(?:[a-z]+:)?(?:"[^"]*"|[^\s()"]+)))""")


@dataclass(slots=True)
class Selector:
    """Reads expressions about the items of one project; what is wrong with them is in `found`."""

    items: tuple[Item, ...]
    deck: str  # the name of the project, above all of its subdecks
    file: File
    gone: Collection[str] = ()  # ids that it had once, which may go on being left out
    found: list[Diagnostic] = field(default_factory=list)

    def test(self, text: Text) -> Test:
        """Read an expression. Where it is faulty, and that has been reported, nothing passes."""
        reading = _Reading(self, text, list(_tokens(text.text)))
        try:
            return reading.whole()
        except _Faulty as fault:
            self.found.append(Diagnostic(
                self.file.span_within(text, fault.offset), "bad-selection", str(fault)))
            return lambda item: False

    def known(self, prefix: str) -> set[str]:
        """Everything that a kind of term may name, in this project."""
        return {word for item in self.items for word in self.words(prefix, item)}

    def words(self, prefix: str, item: Item) -> Iterable[str]:
        """What a kind of term may name an item by."""
        if prefix == "kind":
            return (item.kind.section,)
        if prefix == "deck":
            return _with_parents(item.deck.removeprefix(self.deck).removeprefix("::"))
        if prefix == "tag":
            return (name for tag in item.tags for name in _with_parents(tag))
        if prefix == "source":
            return (cite.key for cite in item.sources)
        return (item.id,) if item.id is not None else ()


_PREFIXES = ("id", "kind", "deck", "tag", "source")


def _with_parents(name: str) -> Iterator[str]:
    levels = name.split("::")
    return ("::".join(levels[: n + 1]) for n in range(len(levels)))


class _Faulty(Exception):
    """An expression cannot be read; what is wrong stands at an offset of its text."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise_at = at + len(text[at:]) - len(text[at:].lstrip())
            yield raise_at, text[raise_at]
            return
        yield match.start("mark") if match["mark"] else match.start("term"), match[0].strip()
        at = match.end()


@dataclass(slots=True)
class _Reading:
    """Recursive descent through one expression."""

    selector: Selector
    text: Text
    tokens: list[tuple[int, str]]
    place: int = 0

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self) -> tuple[int, str]:
        token = self.tokens[self.place] if self.place < len(self.tokens) else (len(self.text.text), "")
        self.place += 1
        return token

    def whole(self) -> Test:
        test = self.either()
        if self.place < len(self.tokens):
            at, token = self.take()
            raise _Faulty(at, f"{token!r} is not expected here; put 'and' or 'or' between two terms, "
                              'and names with spaces in quotes, as in deck:"Minsk II"')
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "or":
            self.take()
            tests.append(self.both())
        return lambda item: any(test(item) for test in tests)

    def both(self) -> Test:
        tests = [self.negated()]
        while self.peek() == "and":
            self.take()
            tests.append(self.negated())
        return lambda item: all(test(item) for test in tests)

    def negated(self) -> Test:
        if self.peek() == "not":
            self.take()
            test = self.negated()
            return lambda item: not test(item)
        if self.peek() == "(":
            self.take()
            test = self.either()
            at, closing = self.take()
            if closing != ")":
                raise _Faulty(at, "a ')' is missing here")
            return test
        return self.term()

    def term(self) -> Test:
        at, token = self.take()
        prefix, colon, name = token.partition(":")
        if not colon:
            prefix, name = "id", token
        name = name.strip('"')
        if token in ("", "and", "or", ")") or not name:
            raise _Faulty(at, "a term is missing here, such as an id, 'kind:dates' or 'tag:detail'")
        if prefix not in _PREFIXES:
            raise _Faulty(at, f"'{prefix}:' is nothing to select by; {suggested(prefix, _PREFIXES)}")
        matching = {word for word in self.selector.known(prefix) if fnmatchcase(word, name)}
        if not matching and not (prefix == "id" and name in self.selector.gone):
            raise _Faulty(at, f"nothing in the original has the {prefix} {name!r}; "
                          + suggested(name, sorted(self.selector.known(prefix))))
        words = self.selector.words
        return lambda item: not matching.isdisjoint(words(prefix, item))
