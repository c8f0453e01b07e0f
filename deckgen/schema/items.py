"""Card files into items, by kind: table-driven, with every finding at its place."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import NamedTuple

from deckgen.dates import NotADate
from deckgen.dates import parse as parse_date
from deckgen.diagnostics import Diagnostic
from deckgen.model import (
    Citation,
    Cite,
    File,
    Files,
    Item,
    Kind,
    Mapping,
    Names,
    Node,
    Retirement,
    Sentence,
    Sequence,
    Shape,
    Text,
    Value,
    When,
)
from deckgen.schema.kinds import common
from deckgen.schema.manifest import Manifest, check_deck_name
from deckgen.schema.reader import Reader, suggested, with_article
from deckgen.source import Parsed

FILE_KEYS = {
    "deck": "Subdeck below the manifest's name; '::' nests. The file's name if left out.",
    "source": "The source of every item in the file: a key of sources.yaml, with a locator.",
    "tags": "Tags that every item in the file gets.",
    "retired": "Ids of items that were taken out, each with the reason that students are given.",
    "changes": "In an edition: ids of the original's items, each with what is different here.",
}
ITEM_KEYS = {
    "id": "A name of its own, unique in the project; it keeps students' progress through edits.",
    "tags": "Tags, besides those of the file and the manifest.",
    "source": "A key of sources.yaml, with an optional locator; takes the file's place.",
    "ask": "Which of its cards are wanted.",
    "sentence": "A key sentence about the item, which becomes a note of its own.",
    "ignore": "Rules that 'check' leaves alone in this item.",
    "cloze": "What the key sentence must or must never hide, and how many gaps at most.",
}
CLOZE_KEYS = {
    "must": "Pieces of the sentence that become gaps.",
    "never": "Pieces of the sentence that stay visible.",
    "max": "The greatest number of gaps to choose.",
}
_CITATION = re.compile(r"(?P<key>[^\s,]+)(?:\s*,\s*|\s+)?(?P<locator>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """What card files are read against."""

    manifest: Manifest
    kinds: MappingABC[str, Kind]
    cites: MappingABC[str, Cite]
    tables: dict[str, "_Table"] = field(default_factory=dict)

    def table(self, section: str) -> "_Table":
        """What is looked up for the items of a section, made once."""
        if section not in self.tables:
            self.tables[section] = _Table.of(self.kinds[section], self)
        return self.tables[section]


class CardFile(NamedTuple):
    """The items of one file, in reading order, and what was found."""

    items: list[Item]
    retired: list[Retirement]
    found: list[Diagnostic]
    changes: tuple["Change", ...] = ()


class Change(NamedTuple):
    """What an edition says of an item of the original, as written: its id, and keys with values."""

    id: str
    file: File
    at: int  # of the id
    node: Mapping


def read_card_file(parsed: Parsed, name: str, setting: Setting) -> CardFile:
    """Read one card file; `name` is its path within the project folder."""
    if parsed.root is None:
        if not parsed.found:
            return CardFile([], [], [parsed.file.warning(0, "empty-file", "this file is empty")])
        return CardFile([], [], [])
    reader = Reader(parsed.file)
    known = [*FILE_KEYS, *setting.kinds]
    if isinstance(parsed.root, Sequence):
        reader.error(parsed.root.at, "wrong-shape", "a list where a card file should be; say above it "
                     f"what its items are, such as '{next(iter(setting.kinds))}:'")
        return CardFile([], [], reader.found)
    root = reader.mapping(parsed.root, "a card file", known)
    if root is None:
        return CardFile([], [], reader.found)
    given = _Given.read(reader, root, PurePosixPath(name).stem, setting)
    items: list[Item] = []
    for section, node in root.entries.items():
        if section in setting.kinds:
            items += _section(reader, node, setting.table(section), given)
    retired = list(_retired(reader, root.entries["retired"])) if "retired" in root.entries else []
    changes = tuple(_changes(reader, root, setting)) if "changes" in root.entries else ()
    return CardFile(items, retired, reader.found, changes)


def _changes(reader: Reader, root: Mapping, setting: Setting) -> Iterator[Change]:
    """Read what an edition changes; what the keys mean depends on the item."""
    if setting.manifest.edition is None:
        reader.error(root.keys["changes"], "no-original", "'changes' are an edition's, of items of "
                     "the project that it is made from; edit the items where they stand, or say "
                     "'from: …' in deck.yaml")
        return
    mapping = reader.mapping(root.entries["changes"], "'changes'")
    for key, node in mapping.entries.items() if mapping else ():
        change = reader.mapping(node, f"the change of '{key}'")
        if change is not None and mapping:
            yield Change(key, reader.file, mapping.keys[key], change)


def _retired(reader: Reader, node: Node) -> Iterator[Retirement]:
    """Read why items were taken out."""
    mapping = reader.mapping(node, "'retired'")
    for key, value in mapping.entries.items() if mapping else ():
        reason = _line(reader, value, key)
        if mapping and reason is not None:
            yield Retirement(key, reason, reader.file, mapping.keys[key])


@dataclass(frozen=True, slots=True)
class _Given:
    """What the items of a file inherit."""

    deck: str
    tags: tuple[str, ...]
    sources: tuple[Citation, ...]

    @classmethod
    def read(cls, reader: Reader, root: Mapping, stem: str, setting: Setting) -> "_Given":
        entries, manifest = root.entries, setting.manifest
        below = stem
        if "deck" in entries and (text := reader.text(entries["deck"], "deck")) is not None:
            below = text.text.strip()
            check_deck_name(reader, text.at, below)
        tags = reader.tags(entries["tags"]) if "tags" in entries else ()
        sources: tuple[Citation, ...] = ()
        if "source" in entries:
            sources = citations(reader, entries["source"], setting.cites)
        levels = [level.strip() for level in f"{manifest.name}::{below}".split("::")]
        return cls("::".join(levels), _merged(manifest.tags, tags), sources)


def _merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for group in groups for tag in group))


def _section(
    reader: Reader, node: Node, table: "_Table", given: _Given
) -> Iterator[Item]:
    kind = table.kind
    if not isinstance(node, Sequence):
        if isinstance(node, Text) and not node.text:
            reader.error(node.at, "empty-value", f"'{kind.section}' is empty; list its items below "
                         "it ('- …'), or take the key out")
        else:
            reader.error(node.at, "wrong-shape", f"'{kind.section}' takes a list: put '- ' before "
                         "the first key of each item")
        return
    for entry in node.items:
        if isinstance(entry, Mapping):
            yield from _item(reader, entry, table, given)
        else:
            what = with_article(kind.singular)
            reader.error(entry.at, "wrong-shape", f"{what} is written as keys and values "
                         f"('{kind.fields[0].key}: …'), not as text or a list")


_Read = Callable[[Reader, Node, str], Value | None]


@dataclass(frozen=True, slots=True)
class _Table:
    """Everything that reading the items of one kind looks up."""

    kind: Kind
    what: str
    readers: MappingABC[str, _Read]
    known: tuple[str, ...]
    required: tuple[str, ...]
    cards: tuple[str, ...]
    sentence_kind: Kind
    cites: MappingABC[str, Cite]
    tags: dict[tuple[tuple[str, ...], ...], tuple[str, ...]]  # inherited and written -> merged

    @classmethod
    def of(cls, kind: Kind, setting: Setting) -> "_Table":
        fields = (*kind.fields, *common().fields)
        own = [key for key in ITEM_KEYS if not (kind.is_cloze and key in ("sentence", "ask"))]
        return cls(
            kind=kind,
            what=with_article(kind.singular),
            readers={field.key: READ[field.shape] for field in fields},
            known=(*(field.key for field in fields), *own),
            required=tuple(field.key for field in kind.fields if field.required),
            cards=tuple(card.key for card in kind.cards),
            sentence_kind=setting.kinds[common().sentence],
            cites=setting.cites,
            tags={},
        )


def _item(reader: Reader, node: Mapping, table: _Table, given: _Given) -> Iterator[Item]:
    """Read one item, and the key sentence about it as an item of its own."""
    values: dict[str, Value] = {}
    entries, readers = node.entries, table.readers
    for key, entry in entries.items():
        read = readers.get(key)
        if read is not None:
            value = read(reader, entry, key)
            if value is not None:
                values[key] = value
        elif key not in table.known:
            reader.unknown_key(node.keys[key], key, table.what, table.known)
    for key in table.required:
        if key not in entries:
            reader.missing(node.at, key, table.what)
    item = Item(
        table.kind,
        reader.slug(entries["id"], "id") if "id" in entries else None,
        values,
        given.deck,
        _tags(reader, entries["tags"], table, given) if "tags" in entries else given.tags,
        citations(reader, entries["source"], table.cites) if "source" in entries
        else given.sources,
        _ask(reader, entries["ask"], table) if "ask" in entries else None,
        is_about=False,
        file=reader.file,
        at=node.at,
        id_at=node.keys.get("id", node.at),
        ask_at=node.keys.get("ask", node.at),
    )
    if "cloze" in entries:
        item = _with_wishes(reader, entries, item)
    if "ignore" in entries:
        item = replace(item, ignore=reader.texts(entries["ignore"], "ignore"))
    if not all(key in values for key in table.required):
        return  # reported, and the rest of the item has been looked at
    yield item
    if "sentence" in entries:
        yield from _about(reader, entries, item, table)


def _tags(reader: Reader, node: Node, table: _Table, given: _Given) -> tuple[str, ...]:
    """Read an item's tags; most items of a file have the same few."""
    if isinstance(node, Sequence):
        written = given.tags, tuple([getattr(item, "text", "") for item in node.items])
        if (known := table.tags.get(written)) is not None:
            return known
        before = len(reader.found)
        tags = _merged(given.tags, reader.tags(node))
        if len(reader.found) == before:
            table.tags[written] = tags
        return tags
    return _merged(given.tags, reader.tags(node))


def _about(
    reader: Reader, entries: MappingABC[str, Node], item: Item, table: _Table
) -> Iterator[Item]:
    """Read the key sentence about an item: a note of its own, with the item's source and tags."""
    sentence = _sentence(reader, entries["sentence"], "sentence")
    if sentence is None:
        return
    field = next(f for f in table.sentence_kind.fields if f.shape is Shape.SENTENCE)
    values: dict[str, Value] = {field.key: sentence}
    if "as-of" in item.values:
        values["as-of"] = item.values["as-of"]
    about = replace(item, kind=table.sentence_kind, id=None, values=values, ask=None, is_about=True,
                    at=entries["sentence"].at)
    yield _with_wishes(reader, entries, about) if "cloze" in entries else about


def _with_wishes(reader: Reader, entries: MappingABC[str, Node], item: Item) -> Item:
    """Add what `cloze:` says to the item's sentence, if it has one."""
    for key, value in item.values.items():
        if isinstance(value, Sentence):
            wished = read_wishes(reader, entries["cloze"], value)
            return replace(item, values={**item.values, key: wished})
    if "sentence" not in entries:
        reader.error(entries["cloze"].at, "no-sentence", "'cloze' is about the key sentence, and "
                     "this item has none; add 'sentence: …', or take 'cloze' out")
    return item


def read_wishes(reader: Reader, node: Node, sentence: Sentence) -> Sentence:
    """Read what `cloze:` says of a sentence."""
    mapping = reader.mapping(node, "'cloze'", CLOZE_KEYS)
    entries = mapping.entries if mapping else {}
    most = None
    if "max" in entries and (text := reader.text(entries["max"], "max")) is not None:
        if re.fullmatch(r"[1-9][0-9]?", text.text):
            most = int(text.text)
        else:
            reader.error(text.at, "bad-number", f"'max' is a number of gaps, 1 to 99, not "
                         f"{text.text!r}")
    return replace(
        sentence,
        must=reader.texts(entries["must"], "must") if "must" in entries else (),
        never=reader.texts(entries["never"], "never") if "never" in entries else (),
        most=most,
    )


def _ask(reader: Reader, node: Node, table: _Table) -> tuple[str, ...] | None:
    """Read which cards are wanted; an empty list is a wish for none."""
    if isinstance(node, Sequence) and not node.items:
        return ()
    asked = []
    for text in reader.texts(node, "ask"):
        if text.text in table.cards:
            asked.append(text.text)
        else:
            reader.error(text.at, "unknown-card", f"{text.text!r} is no card of {table.what}; "
                         + suggested(text.text, table.cards))
    return tuple(asked)


def citations(
    reader: Reader, node: Node, cites: MappingABC[str, Cite]
) -> tuple[Citation, ...]:
    """Read citations: keys of the bibliography, with locators."""
    if isinstance(node, Sequence) and not node.items:
        return ()  # none, although the file has one
    citations = []
    for text in reader.texts(node, "source"):
        match = _CITATION.fullmatch(text.text.strip())
        key = match["key"] if match else ""
        if match and key in cites:
            citations.append(Citation(key, match["locator"].strip(), text.at))
        else:
            reader.error(text.at, "unknown-source", f"{key!r} is no key of sources.yaml; "
                         + suggested(key, tuple(cites)))
    return tuple(citations)


# ---------------------------------------------------------------- fields by what they take


def _line(reader: Reader, node: Node, key: str) -> Text | None:
    text = _text(reader, node, key)
    if text is not None and "\n" in text.text:
        return Text(" ".join(text.text.split()), text.at)
    return text


def _text(reader: Reader, node: Node, key: str) -> Text | None:
    if isinstance(node, Text) and " " < node.text[:1] < "\x7f":  # the common case, without a further call
        return node
    return reader.text(node, key)


def _date(reader: Reader, node: Node, key: str) -> When | None:
    text = reader.text(node, key)
    if text is None:
        return None
    date = parse_date(text.text)
    if isinstance(date, NotADate):
        reader.error(text.at, "bad-date", date.message)
        return None
    return When(date, text)


def _names(reader: Reader, node: Node, key: str) -> Names | None:
    names = reader.texts(node, key)
    return Names(names, node.at) if names else None


def _sentence(reader: Reader, node: Node, key: str) -> Sentence | None:
    text = _line(reader, node, key)
    return Sentence(text) if text is not None else None


def _files(reader: Reader, node: Node, key: str) -> Files | None:
    names = reader.texts(node, key)
    return Files(names, node.at) if names else None


READ: dict[Shape, _Read] = {
    Shape.LINE: _line,
    Shape.TEXT: _text,
    Shape.DATE: _date,
    Shape.NAMES: _names,
    Shape.SENTENCE: _sentence,
    Shape.IMAGE: _files,
    Shape.AUDIO: _files,
}
