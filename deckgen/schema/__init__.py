"""Located nodes into the manifest, kinds and items: every check of shape, table-driven."""

from deckgen.schema.items import ITEM_KEYS, CardFile, Setting, read_card_file
from deckgen.schema.jsonschema import (
    Vocabulary,
    card_file_schema,
    kind_schema,
    manifest_schema,
    sources_schema,
)
from deckgen.schema.kinds import Common, built_in, common, read_kinds
from deckgen.schema.manifest import Manifest, read_manifest, read_sources
from deckgen.schema.reader import suggested

__all__ = [
    "ITEM_KEYS", "CardFile", "Common", "Manifest", "Setting", "Vocabulary", "built_in",
    "card_file_schema", "common", "kind_schema", "manifest_schema", "read_card_file", "read_kinds",
    "read_manifest", "read_sources", "sources_schema", "suggested",
]
