"""The manifest `deck.yaml` and the bibliography `sources.yaml`."""

from dataclasses import dataclass
from types import MappingProxyType

from deckgen.diagnostics import Diagnostic
from deckgen.model import Cite, File, Text
from deckgen.schema.reader import Reader
from deckgen.source import Parsed

MANIFEST_KEYS = {
    "id": "Namespace of every identity; never changes once the deck is published.",
    "name": "The deck's name in Anki.",
    "description": "Markdown, shown on the deck's page in Anki.",
    "language": "Language of the cards, as a BCP 47 code.",
    "tags": "Tags that every note gets.",
    "ignore": "Rules that 'check' leaves alone in this project.",
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


def read_manifest(parsed: Parsed) -> tuple[Manifest | None, list[Diagnostic]]:
    """Read `deck.yaml`; None if it has no usable id and name."""
    if parsed.root is None:
        return None, []
    reader = Reader(parsed.file)
    root = reader.mapping(parsed.root, "the manifest", MANIFEST_KEYS, ("id", "name"))
    if root is None:
        return None, reader.found
    entries = root.entries
    texts = {
        key: text.text.strip()
        for key in ("name", "description", "language")
        if key in entries and (text := reader.text(entries[key], key)) is not None
    }
    slug = reader.slug(entries["id"], "id") if "id" in entries else None
    tags = reader.tags(entries["tags"]) if "tags" in entries else ()
    if "name" in texts:
        check_deck_name(reader, entries["name"].at, texts["name"])
    if slug is None or "name" not in texts:
        return None, reader.found
    manifest = Manifest(
        id=slug, name=texts["name"], description=texts.get("description", ""),
        language=texts.get("language", "en"), tags=tags,
        ignore=reader.texts(entries["ignore"], "ignore") if "ignore" in entries else (),
        file=parsed.file,
    )
    return manifest, reader.found


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
