"""The kinds into a JSON Schema of card files, from which editors complete and check."""

from collections.abc import Iterable, Mapping

from deckgen.model import Field, Kind, Shape
from deckgen.schema.items import CLOZE_KEYS, FILE_KEYS, ITEM_KEYS
from deckgen.schema.kinds import common

Schema = dict[str, object]

# YAML itself would read 1997 as a number and 2021-12-17 as a date; deckgen takes both as text.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_TEXTS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_OF_SHAPE: Mapping[Shape, Schema] = {
    Shape.LINE: _TEXT,
    Shape.TEXT: _TEXT,
    Shape.DATE: _TEXT,
    Shape.SENTENCE: _TEXT,
    Shape.NAMES: _TEXTS,
    Shape.IMAGE: _TEXTS,
    Shape.AUDIO: _TEXTS,
}


def card_file_schema(kinds: Mapping[str, Kind], sources: Iterable[str] = ()) -> Schema:
    """Describe a card file of a project with these kinds and sources, as JSON Schema 2020-12."""
    properties: Schema = {
        "deck": {**_TEXT, "description": FILE_KEYS["deck"]},
        "source": {**_source(sources), "description": FILE_KEYS["source"]},
        "tags": {**_TEXTS, "description": FILE_KEYS["tags"]},
    }
    for section, kind in kinds.items():
        properties[section] = {
            "type": "array",
            "description": kind.about,
            "items": {"$ref": f"#/$defs/{section}"},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deckgen card file",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {section: _item(kind, sources) for section, kind in kinds.items()},
    }


def _item(kind: Kind, sources: Iterable[str]) -> Schema:
    properties: Schema = {field.key: _field(field) for field in (*kind.fields, *common().fields)}
    properties |= {
        "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
               "description": ITEM_KEYS["id"]},
        "tags": {**_TEXTS, "description": ITEM_KEYS["tags"]},
        "source": {**_source(sources), "description": ITEM_KEYS["source"]},
        "cloze": {**_cloze(), "description": ITEM_KEYS["cloze"]},
    }
    if not kind.is_cloze:
        properties["sentence"] = {**_TEXT, "description": ITEM_KEYS["sentence"]}
        properties["ask"] = {**_ask(kind), "description": ITEM_KEYS["ask"]}
    return {
        "type": "object",
        "description": kind.about,
        "additionalProperties": False,
        "required": [field.key for field in kind.fields if field.required],
        "properties": properties,
    }


def _field(field: Field) -> Schema:
    schema: Schema = {**_OF_SHAPE[field.shape], "description": field.about}
    if field.example:
        schema["examples"] = [field.example]
    return schema


def _source(sources: Iterable[str]) -> Schema:
    known = sorted(sources)
    one: Schema = {"type": "string", **({"examples": known} if known else {})}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _ask(kind: Kind) -> Schema:
    card = {"anyOf": [{"const": card.key, "description": card.about} for card in kind.cards]}
    return {"anyOf": [*card["anyOf"], {"type": "array", "items": card}]}


def _cloze() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "must": {**_TEXTS, "description": CLOZE_KEYS["must"]},
            "never": {**_TEXTS, "description": CLOZE_KEYS["never"]},
            "max": {"type": ["integer", "string"], "description": CLOZE_KEYS["max"]},
        },
    }
