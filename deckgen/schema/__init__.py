"""Located nodes into the manifest, kinds and items: every check of shape, table-driven."""

from deckgen.schema.changes import Changed, changed, told
from deckgen.schema.items import ITEM_KEYS, CardFile, Change, Setting, read_card_file
from deckgen.schema.jsonschema import (
    Vocabulary,
    card_file_schema,
    kind_schema,
    manifest_schema,
    sources_schema,
)
from deckgen.schema.kinds import Common, built_in, common, read_kinds
from deckgen.schema.manifest import Edition, Manifest, read_manifest, read_sources
from deckgen.schema.reader import suggested

__all__ = [
    "ITEM_KEYS", "CardFile", "Change", "Changed", "Common", "Edition", "Manifest", "Setting",
    "Vocabulary", "built_in", "card_file_schema", "changed", "common", "kind_schema",
    "manifest_schema", "read_card_file", "read_kinds", "read_manifest", "read_sources",
    "sources_schema", "suggested", "told",
]
