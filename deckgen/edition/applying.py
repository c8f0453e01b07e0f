"""A project and what an edition says of it, into the edition's items."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.edition.selecting import Selector, Test
from deckgen.model import File, Item, Origin, Project, Text
from deckgen.schema import Change, Edition, Setting, changed, suggested

Group = tuple[Item, Item | None]  # an item, and the key sentence about it


class Applied(NamedTuple):
    """The items of the original that an edition has, as it has them, and what was found."""

    items: list[Item]
    found: list[Diagnostic]


def apply(
    edition: Edition, changes: Sequence[Change], original: Project, setting: Setting, file: File,
    fate: Callable[[str], str] = lambda name: "", gone: Collection[str] = (),
) -> Applied:
    """Take, change and order the items of the original; `file` is the edition's manifest.

    `gone` are ids of items that the original had once; `fate` tells what became of one.
    """
    applying = _Applying(edition, changes, original, setting, file, fate, gone)
    return Applied(list(applying.items()), applying.found)


class _Applying:
    def __init__(
        self, edition: Edition, changes: Sequence[Change], original: Project, setting: Setting,
        file: File, fate: Callable[[str], str], gone: Collection[str],
    ) -> None:
        self.fate = fate
        self.edition, self.original, self.setting, self.file = edition, original, setting, file
        self.selector = Selector(original.items, original.name, file, gone)
        self.keep = [self.selector.test(text) for text in edition.keep]
        self.drop = [self.selector.test(text) for text in edition.drop]
        self.found = self.selector.found
        self.without = dict(self.left_out())
        self.changes = self.by_id(changes)

    def items(self) -> Iterator[Item]:
        """Every item that is taken, as the edition has it."""
        names = self.decks()
        groups = [group for group in grouped(self.original.items) if self.is_taken(group[0])]
        self.check_changes(groups)
        order = {deck: place for place, deck in enumerate(names)}
        made = [self.changed(self.moved(item, names), self.moved(about, names) if about else None)
                for item, about in groups]
        if order:
            places = [order.get(below(item.deck, self.original.name), len(order)) for item, _ in groups]
            made = [made[i] for i in sorted(range(len(made)), key=lambda i: places[i])]
        for item, about in made:
            yield item
            if about is not None:
                yield about

    def is_taken(self, item: Item) -> bool:
        """Whether the edition has an item."""
        return (not self.keep or _any(self.keep, item)) and not _any(self.drop, item)

    # ------------------------------------------------------------ what is said in the manifest

    def left_out(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The cards that are left out, by section."""
        kinds = self.original.kinds
        for section, cards in self.edition.without:
            if section.text not in kinds:
                self.error(section, f"the original has no kind {section.text!r}; "
                           + suggested(section.text, sorted(kinds)))
                continue
            known = [card.key for card in kinds[section.text].cards]
            for card in cards:
                if card.text not in known:
                    self.error(card, f"{section.text} have no card {card.text!r}; "
                               + suggested(card.text, known))
            yield section.text, frozenset(card.text for card in cards)

    def decks(self) -> dict[str, str]:
        """Other names of subdecks, in the order in which they come."""
        known = {below(item.deck, self.original.name) for item in self.original.items}
        for deck, _ in self.edition.decks:
            if deck.text not in known:
                self.error(deck, f"the original has no subdeck {deck.text!r}; "
                           + suggested(deck.text, sorted(known)))
        return {deck.text: name.text.strip() for deck, name in self.edition.decks}

    def error(self, text: Text, message: str) -> None:
        self.found.append(self.file.error(text.at, "bad-selection", message))

    def moved(self, item: Item, names: dict[str, str]) -> Item:
        """An item of the original in the edition's deck."""
        subdeck = below(item.deck, self.original.name)
        deck = f"{self.setting.manifest.name}::{names.get(subdeck, subdeck)}"
        gone = self.without.get(item.kind.section)
        cards = frozenset(c.key for c in item.kind.cards) - gone if gone else None
        return replace(item, deck=deck, origin=Origin(item, {}, cards))

    # ------------------------------------------------------------ what is changed

    def by_id(self, changes: Sequence[Change]) -> dict[str, Change]:
        """The changes by the ids of their items, each once."""
        made: dict[str, Change] = {}
        for change in changes:
            other = made.setdefault(change.id, change)
            if other is not change:
                self.found.append(change.file.error(
                    change.at, "duplicate-change", f"'{change.id}' is changed at "
                    f"{other.file.span(other.at)} as well; say it all in one place"))
        return made

    def check_changes(self, taken: Iterable[Group]) -> None:
        """Report changes of what the original does not have, or the edition does not take."""
        here = {item.id for item, _ in taken}
        known = {item.id for item in self.original.items if item.id is not None}
        for name, change in self.changes.items():
            if name not in known:
                self.found.append(change.file.error(
                    change.at, "unknown-original", f"the original has no item {name!r}; "
                    + (self.fate(name) or suggested(name, sorted(known)))))
            elif name not in here:
                self.found.append(change.file.error(
                    change.at, "dropped-and-changed", f"'{name}' is changed here, and "
                    f"{self.file.path} leaves it out; take the change out, or the item in"))

    def changed(self, item: Item, about: Item | None) -> Group:
        """An item as the edition has it."""
        change = self.changes.get(item.id) if item.id is not None else None
        if change is None:
            return item, about
        made, beside, found = changed(change, item, about, self.setting)
        self.found += found
        return made, beside


def grouped(items: Iterable[Item]) -> Iterator[Group]:
    """Give every item with the key sentence about it."""
    last: Item | None = None
    for item in items:
        if item.is_about:
            if last is not None:
                yield last, item
            last = None
            continue
        if last is not None:
            yield last, None
        last = item
    if last is not None:
        yield last, None


def _any(tests: Iterable[Test], item: Item) -> bool:
    return any(test(item) for test in tests)


def below(deck: str, name: str) -> str:
    """Give the name of a subdeck below that of its project."""
    return deck.removeprefix(name).removeprefix("::")
