"""What an edition says of an item of the original, into that item as the edition has it.

A key replaces what the original has; with `+` it adds to it, with `-` it takes from it, and what is
not spoken of is as the original has it, now and later. The item then stands in two files at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.model import (
    Citation,
    Field,
    Item,
    Joined,
    Mapping,
    Names,
    Node,
    Sentence,
    Sequence,
    Shape,
    Text,
    Value,
    When,
)
from deckgen.schema.items import READ, Change, Setting, citations, read_wishes
from deckgen.schema.kinds import common
from deckgen.schema.manifest import check_deck_name
from deckgen.schema.reader import Reader, suggested, with_article

_ALWAYS = ("tags", "source", "ask", "deck", "ignore", "sentence", "cloze", "remove")


class Changed(NamedTuple):
    """An item with the key sentence about it, if it has one, and what was found."""

    item: Item
    about: Item | None
    found: list[Diagnostic]


def changed(change: Change, item: Item, about: Item | None, setting: Setting) -> Changed:
    """Read a change of an item; both stay as they are in what it does not speak of.

    Both come from the original: their `origin` is set.
    """
    file = Joined(item.file, change.file)
    reader = Reader(file)
    changing = _Changing(reader, _shifted(change.node, file.length), item, about, setting)
    # What is to be hidden in a sentence, when it is known which.
    for key in sorted(changing.node.entries, key=lambda key: key == "cloze"):
        changing.key(key, changing.node.entries[key], changing.node.keys[key])
    changing.check_required()
    made, beside = changing.result()
    return Changed(made, beside, reader.found)


def told(item: Item, about: Item | None, field: str) -> str:
    """What an item says in a field, as text to compare and to show; nothing if it is not there."""
    if field in ("sentence", "cloze"):
        values = about.values if about else item.values
        sentence = next((v for v in values.values() if isinstance(v, Sentence)), None)
        return _said(sentence) if sentence and (field == "cloze" or about) else ""
    if field == "source":
        return "; ".join(f"{cite.key}, {cite.locator}".strip(", ") for cite in item.sources)
    if field == "ask":
        return ", ".join(item.ask) if item.ask is not None else ""
    value = item.values.get(field)
    return _said(value) if value is not None else ""


def _said(value: Value) -> str:
    if isinstance(value, Text):
        return value.text
    if isinstance(value, (When, Sentence)):
        return value.text.text
    return "\n".join(item.text for item in value.items)


@dataclass
class _Changing:
    """One change being read, key by key."""

    reader: Reader
    node: Mapping
    item: Item
    about: Item | None
    setting: Setting
    sentence: Sentence | None = None  # instead of the one about the item
    cards: frozenset[str] | None = None

    def __post_init__(self) -> None:
        fields = (*self.item.kind.fields, *common().fields)
        self.fields = {field.key: field for field in fields}
        own = [key for key in _ALWAYS if not (self.item.kind.is_cloze and key in ("sentence", "ask"))]
        self.known = (*self.fields, *own)
        self.values = dict(self.item.values)
        self.made = self.item
        if self.about is not None:
            self.sentence = next(v for v in self.about.values.values() if isinstance(v, Sentence))

    def key(self, key: str, node: Node, at: int) -> None:
        """Apply what stands below one key."""
        name, sign = (key[:-1], key[-1]) if key[-1:] in ("+", "-") else (key, "")
        if name not in self.known:
            self.reader.unknown_key(at, name, f"{with_article(self.item.kind.singular)} that can be "
                                    "changed", self.known)
        elif name in self.fields:
            self.field(self.fields[name], sign, node, at)
        elif sign and name not in ("tags", "source"):
            self.refuse_sign(at, name, sign)
        else:
            _SPECIAL[name](self, sign, node)

    def refuse_sign(self, at: int, name: str, sign: str) -> None:
        """Report a sign where there is nothing to add to or to take from."""
        what = "added to" if sign == "+" else "taken from"
        self.reader.error(at, "bad-change", f"nothing can be {what} '{name}'; write '{name}: …' with "
                          "all that it is to be")

    # ------------------------------------------------------------ fields of the kind

    def field(self, field: Field, sign: str, node: Node, at: int) -> None:
        """Replace a field, add to it, or take from it."""
        value = READ[field.shape](self.reader, node, field.key)
        if value is None:
            return
        old = self.values.get(field.key)
        if sign == "":
            self.values[field.key] = value
            if isinstance(value, Sentence) and isinstance(old, Sentence):
                self.values[field.key] = replace(value, must=(), never=(), most=None)
        elif isinstance(value, Names) and (old is None or isinstance(old, Names)):
            self.names(field.key, sign, old.items if old else (), value)
        elif sign == "+" and isinstance(value, Text) and (old is None or isinstance(old, Text)):
            gap = "\n\n" if field.shape is Shape.TEXT else " "
            self.values[field.key] = Text(f"{old.text.rstrip()}{gap}{value.text}", value.at) if old \
                else value
        else:
            self.refuse_sign(at, field.key, sign)

    def names(self, key: str, sign: str, old: tuple[Text, ...], value: Names) -> None:
        """Add to a list of names, or take some from it."""
        known, said = {name.text for name in old}, {name.text for name in value.items}
        if sign == "+":
            new = tuple([name for name in value.items if name.text not in known])
            self.values[key] = Names((*old, *new), value.at)
            return
        for name in value.items:
            self.check_there(name, known, key)
        left = tuple([name for name in old if name.text not in said])
        if left:
            self.values[key] = Names(left, value.at)
        else:
            self.values.pop(key, None)

    def check_there(self, text: Text, known: set[str], key: str) -> None:
        """Report what is to be taken away, and is not there."""
        if text.text not in known:
            self.reader.error(text.at, "bad-change", f"the original has no {text.text!r} in '{key}'; "
                              + suggested(text.text, sorted(known)))

    # ------------------------------------------------------------ what every item has

    def tags(self, sign: str, node: Node) -> None:
        """Other tags, more or fewer; those of the original's files count as the item's."""
        tags = self.reader.tags(node)
        if sign == "-":
            for text in self.reader.texts(node, "tags"):
                self.check_there(text, set(self.made.tags), "tags")
            tags = tuple([tag for tag in self.made.tags if tag not in tags])
        elif sign == "+":
            tags = tuple(dict.fromkeys((*self.made.tags, *tags)))
        self.made = replace(self.made, tags=tags)

    def source(self, sign: str, node: Node) -> None:
        """Other sources, more or fewer."""
        read = citations(self.reader, node, self.setting.cites)
        old = self.made.sources
        if sign == "-":
            gone = {cite.key for cite in read}
            for cite in read:
                self.check_there(Text(cite.key, cite.at), {one.key for one in old}, "source")
            read = tuple([cite for cite in old if cite.key not in gone])
        elif sign == "+":
            read = (*old, *[Citation(c.key, c.locator, c.at) for c in read])
        self.made = replace(self.made, sources=read)

    def ask(self, sign: str, node: Node) -> None:
        """Which cards the edition takes; one that the original does not make is made."""
        texts = () if isinstance(node, Sequence) and not node.items else self.reader.texts(node, "ask")
        known = [card.key for card in self.item.kind.cards]
        for text in texts:
            if text.text not in known:
                self.reader.error(text.at, "unknown-card", f"{text.text!r} is no card of "
                                  f"{with_article(self.item.kind.singular)}; "
                                  + suggested(text.text, known))
        self.cards = frozenset(text.text for text in texts)
        # What the original asks goes on being asked of those who have it, so no card is closed.
        old = self.item.ask
        if old is None:
            old = tuple([card.key for card in self.item.kind.cards if card.is_default])
        if more := [text.text for text in texts if text.text not in old]:
            self.made = replace(self.made, ask=(*old, *more), ask_at=node.at)

    def deck(self, sign: str, node: Node) -> None:
        """Another subdeck."""
        text = self.reader.text(node, "deck")
        if text is not None:
            below = text.text.strip()
            check_deck_name(self.reader, text.at, below)
            levels = [level.strip() for level in f"{self.setting.manifest.name}::{below}".split("::")]
            self.made = replace(self.made, deck="::".join(levels))

    def ignore(self, sign: str, node: Node) -> None:
        """Rules that need not be told of, besides those that the original ignores."""
        self.made = replace(self.made, ignore=(*self.made.ignore, *self.reader.texts(node, "ignore")))

    def sentence_about(self, sign: str, node: Node) -> None:
        """Another key sentence about the item."""
        text = READ[Shape.SENTENCE](self.reader, node, "sentence")
        if isinstance(text, Sentence):
            self.sentence = text

    def cloze(self, sign: str, node: Node) -> None:
        """Other wishes for the gaps of the sentence."""
        for key, value in self.values.items():
            if isinstance(value, Sentence):
                self.values[key] = read_wishes(self.reader, node, value)
                return
        if self.sentence is None:
            self.reader.error(node.at, "no-sentence", "'cloze' is about the key sentence, and this "
                              "item has none; add 'sentence: …', or take 'cloze' out")
        else:
            self.sentence = read_wishes(self.reader, node, self.sentence)

    def remove(self, sign: str, node: Node) -> None:
        """Fields that the edition does without."""
        for text in self.reader.texts(node, "remove"):
            field = self.fields.get(text.text)
            if text.text == "sentence" and self.about is not None:
                self.sentence = None
            elif field is not None and field.required:
                self.reader.error(text.at, "bad-change", f"{with_article(self.item.kind.singular)} "
                                  f"needs '{field.key}'; drop the item, or say something else")
            elif self.values.pop(text.text, None) is None:
                self.reader.error(text.at, "bad-change", f"the original has no '{text.text}' here; "
                                  + suggested(text.text, sorted(self.values)))

    # ------------------------------------------------------------ the whole

    def check_required(self) -> None:
        """Report an item from which all of a field was taken that it needs."""
        for field in self.item.kind.fields:
            if field.required and field.key not in self.values:
                self.reader.error(self.node.at, "bad-change", "nothing is left of "
                                  f"'{field.key}', which {with_article(self.item.kind.singular)} needs")

    def result(self) -> tuple[Item, Item | None]:
        """Put the item together, and the sentence about it."""
        file = self.reader.file
        at = {key.rstrip("+-"): at for key, at in self.node.keys.items() if key[-1:] not in ("+", "-")}
        origin = self.item.origin
        cards = self.cards if self.cards is not None else origin.cards if origin else None
        item = replace(self.made, values=self.values, file=file,
                       origin=replace(origin, changes=at, cards=cards) if origin else None)
        if self.sentence is None or self.item.kind.is_cloze:
            return item, None
        kind = self.setting.kinds[common().sentence]
        field = next(field for field in kind.fields if field.shape is Shape.SENTENCE)
        values: dict[str, Value] = {field.key: self.sentence}
        if "as-of" in item.values:
            values["as-of"] = item.values["as-of"]
        if self.about is None:  # an item of the edition's own, since the original may add one, too
            at_node = self.node.entries["sentence"].at
            return item, replace(item, kind=kind, id=f"{item.id}-sentence", values=values, ask=None,
                                 at=at_node, id_at=at_node, origin=None)
        origin = self.about.origin
        said = {key: place for key, place in at.items() if key in ("sentence", "cloze")}
        return item, replace(
            item, kind=kind, id=None, values=values, ask=None, is_about=True, at=self.about.at,
            origin=replace(origin, changes=said) if origin else None)


_SPECIAL: dict[str, Callable[[_Changing, str, Node], None]] = {
    "tags": _Changing.tags, "source": _Changing.source, "ask": _Changing.ask,
    "deck": _Changing.deck, "ignore": _Changing.ignore, "sentence": _Changing.sentence_about,
    "cloze": _Changing.cloze, "remove": _Changing.remove,
}


def _shifted(node: Mapping, by: int) -> Mapping:
    """Move all offsets of a node, so that they point into the second of two files."""

    def moved(node: Node) -> Node:
        if isinstance(node, Text):
            return Text(node.text, node.at + by)
        if isinstance(node, Sequence):
            return Sequence(tuple(map(moved, node.items)), node.at + by)
        return _shifted(node, by)

    return Mapping({key: moved(value) for key, value in node.entries.items()}, node.at + by,
                   {key: at + by for key, at in node.keys.items()})
