"""The manifest `deck.yaml` and the bibliography `sources.yaml`."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from types import MappingProxyType

from deckgen.diagnostics import Diagnostic
from deckgen.model import Cite, File, Look, Mapping, Node, Text
from deckgen.schema.kinds import common
from deckgen.schema.reader import Reader
from deckgen.source import Parsed

MANIFEST_KEYS = {
    "id": "Namespace of every identity; never changes once the deck is published.",
    "name": "The deck's name in Anki.",
    "description": "Markdown, shown on the deck's page in Anki.",
    "language": "Language of the cards, as a BCP 47 code.",
    "tags": "Tags that every note gets.",
    "ignore": "Rules that 'check' leaves alone in this project.",
    "from": "The project that this is an edition of: a folder, or an archive of one.",
    "keep": "Which of its items the edition takes; all if left out.",
    "drop": "Which of them it leaves out.",
    "without": "Cards that it leaves out, by section.",
    "decks": "Other names for its subdecks; those listed come first, in this order.",
    "look": "Other colours and a logo.",
    "labels": "Other words for those that stand on every card.",
}
EDITION_KEYS = ("keep", "drop", "without", "decks", "look", "labels")
LOOK_KEYS = {
    "day": "Colours by day, by the names that the style sheet has for them.",
    "night": "Colours at night.",
    "logo": "A picture in media/ that stands on every card.",
}
# Enough for the citation of a book, an article, a page on the web or an archive's record.
CITATION_KEYS = {
    "author": "Who wrote it; several make a list.",
    "title": "What it is called.",
    "editor": "Who edited what it stands in.",
    "translator": "Who translated it.",
    "container": "The journal, book or site that it stands in.",
    "issue": "Which issue or volume of that.",
    "publisher": "Who published it.",
    "place": "Where it was published or signed.",
    "year": "When it was published; shown where there is no 'date'.",
    "date": "When it was published or signed, to the day or month.",
    "pages": "Where it stands in the container.",
    "url": "Its address; the title becomes a link to it.",
    "accessed": "When you looked at the address.",
    "doi": "Its digital object identifier.",
    "note": "A note for authors.",
}


_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a manifest says of the project that it is an edition of."""

    origin: Text  # a path, from the folder of the manifest
    keep: tuple[Text, ...] = ()
    drop: tuple[Text, ...] = ()
    without: tuple[tuple[Text, tuple[Text, ...]], ...] = ()  # section, cards
    decks: tuple[tuple[Text, Text], ...] = ()  # subdeck, its name here
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `deck.yaml` says."""

    id: str
    name: str
    description: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    ignore: tuple[Text, ...] = ()
    file: File | None = None
    edition: Edition | None = None


def read_manifest(parsed: Parsed) -> tuple[Manifest | None, list[Diagnostic]]:
    """Read `deck.yaml`; None if it has no usable id and name."""
    if parsed.root is None:
        return None, []
    reader = Reader(parsed.file)
    entries = parsed.root.entries if isinstance(parsed.root, Mapping) else {}
    required = ("id",) if "from" in entries else ("id", "name")
    root = reader.mapping(parsed.root, "the manifest", MANIFEST_KEYS, required)
    if root is None:
        return None, reader.found
    texts = {
        key: text.text.strip()
        for key in ("name", "description", "language")
        if key in entries and (text := reader.text(entries[key], key)) is not None
    }
    slug = reader.slug(entries["id"], "id") if "id" in entries else None
    tags = reader.tags(entries["tags"]) if "tags" in entries else ()
    if "name" in texts:
        check_deck_name(reader, entries["name"].at, texts["name"])
    edition = _edition(reader, root)
    if slug is None or ("name" not in texts and edition is None):
        return None, reader.found
    manifest = Manifest(
        id=slug, name=texts.get("name", ""), description=texts.get("description", ""),
        language=texts.get("language", "" if edition else "en"), tags=tags,
        ignore=reader.texts(entries["ignore"], "ignore") if "ignore" in entries else (),
        file=parsed.file, edition=edition,
    )
    return manifest, reader.found


def _edition(reader: Reader, root: Mapping) -> Edition | None:
    entries = root.entries
    origin = reader.text(entries["from"], "from") if "from" in entries else None
    if origin is None:
        for key in EDITION_KEYS:
            if key in entries and "from" not in entries:
                reader.error(root.keys[key], "no-original", f"'{key}' is about the project that an "
                             "edition is made from; say which with 'from: …'")
        return None
    keep, drop = (reader.texts(entries[key], key) if key in entries else ()
                  for key in ("keep", "drop"))
    without = reader.mapping(entries["without"], "'without'") if "without" in entries else None
    decks = reader.mapping(entries["decks"], "'decks'") if "decks" in entries else None
    return Edition(
        origin, keep, drop,
        tuple([(Text(section, without.keys[section]), reader.texts(cards, section))
               for section, cards in without.entries.items()]) if without else (),
        tuple([(Text(deck, decks.keys[deck]), name) for deck, node in decks.entries.items()
               if (name := reader.text(node, deck)) is not None]) if decks else (),
        _look(reader, entries),
    )


def _look(reader: Reader, entries: MappingABC[str, Node]) -> Look | None:
    """Read what an edition changes of how cards look."""
    if not {"look", "labels"} & set(entries):
        return None
    look = reader.mapping(entries["look"], "'look'", LOOK_KEYS) if "look" in entries else None
    parts = look.entries if look else {}
    logo = reader.text(parts["logo"], "logo") if "logo" in parts else None
    return Look(
        day=dict(_colours(reader, parts["day"])) if "day" in parts else {},
        night=dict(_colours(reader, parts["night"])) if "night" in parts else {},
        logo=logo,
        labels=tuple(_texts(reader, entries["labels"], "'labels'")) if "labels" in entries else (),
    )


def _texts(reader: Reader, node: Node, what: str) -> Iterator[tuple[Text, str]]:
    mapping = reader.mapping(node, what)
    for key, value in mapping.entries.items() if mapping else ():
        if mapping and (text := reader.text(value, key)) is not None:
            yield Text(key, mapping.keys[key]), text.text.strip()


def _colours(reader: Reader, node: Node) -> Iterator[tuple[str, str]]:
    known = re.findall(r"--([a-z]+):", common().css)
    mapping = reader.mapping(node, "the list of colours", list(dict.fromkeys(known)))
    for name, colour in _texts(reader, node, "the list of colours") if mapping else ():
        if _COLOUR.fullmatch(colour):
            yield name.text, colour
        else:
            reader.error(name.at, "bad-colour", f"{colour!r} is no "
                         "colour; write it as '#1c6b3a', in quotes")


def read_sources(parsed: Parsed) -> tuple[dict[str, Cite], list[Diagnostic]]:
    """Read `sources.yaml`: citations by their key."""
    cites: dict[str, Cite] = {}
    if parsed.root is None:
        return cites, []
    reader = Reader(parsed.file)
    root = reader.mapping(parsed.root, "the list of sources")
    for key, node in root.entries.items() if root else ():
        entry = reader.mapping(node, f"the source '{key}'", CITATION_KEYS, ("title",))
        if entry is None:
            continue
        fields = {
            name: "; ".join(text.text.strip() for text in reader.texts(value, name))
            for name, value in entry.entries.items()
            if name in CITATION_KEYS
        }
        at = root.keys[key] if root else 0
        cites[key] = Cite(key, MappingProxyType(fields), parsed.file, at)
    return cites, reader.found


def check_deck_name(reader: Reader, at: int, name: str) -> None:
    """Report a deck name that Anki would change: an empty level between `::`."""
    if any(not level.strip() for level in name.split("::")):
        reader.error(at, "bad-deck", f"the deck name {name!r} has an empty level; write names on "
                     "both sides of '::'")
