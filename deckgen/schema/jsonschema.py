"""The kinds into JSON Schemas of what authors write, from which editors complete and check.

They refuse nothing that deckgen takes. What they let pass, such as a date that is none, `check`
finds. `defaultSnippets` and `enumDescriptions` are read by editors alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from deckgen.model import Cite, Drawing, Field, Kind, Shape
from deckgen.schema.items import CLOZE_KEYS, FILE_KEYS, ITEM_KEYS
from deckgen.schema.kinds import CARD_KEYS, FIELD_KEYS, KIND_KEYS, SHEET_KEYS, common
from deckgen.schema.manifest import CITATION_KEYS, LOOK_KEYS, MANIFEST_KEYS
from deckgen.schema.reader import SLUG

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the files of a project may speak of; `rules` may be ignored, each with what it means."""

    kinds: Mapping[str, Kind]
    cites: Mapping[str, Cite] = field(default_factory=dict)
    tags: Collection[str] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)  # ids that may be changed -> section


# YAML itself would read 1997 as a number and `Null` as nothing; deckgen takes both as text. Were
# null and booleans named here, editors would offer them.
_NAMED = ["string", "number"]
_SCALAR: list[Schema] = [{"type": _NAMED}, {"not": {"type": [*_NAMED, "object", "array"]}}]
_TEXT: Schema = {"anyOf": _SCALAR}
_SLUG: Schema = {"anyOf": _SCALAR, "pattern": f"^{SLUG.pattern}$"}
_YES_NO: Schema = {"enum": ["yes", "no"]}
_TAKES: Mapping[Shape, str] = {
    Shape.LINE: "One line of Markdown; line breaks become spaces.",
    Shape.TEXT: "Markdown, also of several lines, with paragraphs and lists.",
    Shape.DATE: "A date, as exactly as it is known.",
    Shape.NAMES: "One line of Markdown, or a list of them.",
    Shape.SENTENCE: "A key sentence, in which gaps are chosen or marked.",
    Shape.IMAGE: "A picture in media/, or a list of them.",
    Shape.AUDIO: "A sound in media/, or a list of them.",
}
_LISTS = {Shape.NAMES, Shape.IMAGE, Shape.AUDIO}


def card_file_schema(words: Vocabulary) -> Schema:
    """Describe a card file of a project that has these words."""
    return _file("A card file: items, a list for each kind.", {
        "deck": _told("deck", FILE_KEYS["deck"], _TEXT),
        **{key: _as_defined(key, FILE_KEYS[key]) for key in ("source", "tags")},
        **{section: _section(kind) for section, kind in words.kinds.items()},
        "retired": {
            "type": "object",
            "description": FILE_KEYS["retired"],
            "additionalProperties": _TEXT,
        },
        "changes": {
            "type": "object",
            "description": FILE_KEYS["changes"],
            "properties": {name: {"$ref": f"#/$defs/-change of {section}"}
                           for name, section in words.originals.items()},
        },
    }, **{"$defs": _defined(words) | {
        section: _item(kind, words) for section, kind in words.kinds.items()
    } | {
        f"-change of {section}": _change(words.kinds[section], words)
        for section in dict.fromkeys(words.originals.values())
    }})


def manifest_schema(words: Vocabulary) -> Schema:
    """Describe `deck.yaml`."""
    texts = {key: _told(key, MANIFEST_KEYS[key], _TEXT) for key in ("name", "description", "language")}
    return _file("The manifest: what the deck is called.", {
        "id": _told("id", MANIFEST_KEYS["id"], _SLUG),
        **texts,
        **{key: _as_defined(key, MANIFEST_KEYS[key]) for key in ("tags", "ignore")},
        **_edition(words),
    }, required=["id"], anyOf=[{"required": ["name"]}, {"required": ["from"]}], **{"$defs": _defined(words, "tags", "ignore")})


def sources_schema() -> Schema:
    """Describe `sources.yaml`."""
    source = _object({key: _told(key, about, _one_or_more(_TEXT)) for key, about in CITATION_KEYS.items()},
                     required=["title"], description="What a reader needs to find the source.")
    return _file("The sources, each below a key of your own.", {}, additionalProperties=source)


def kind_schema() -> Schema:
    """Describe a file that defines a kind."""
    fields = _object({key: _told(key, about, _TEXT) for key, about in FIELD_KEYS.items()} | {
        "takes": _told("takes", FIELD_KEYS["takes"], _enum({str(s): about for s, about in _TAKES.items()})),
        "required": _told("required", FIELD_KEYS["required"], _YES_NO),
        "names": _told("names", FIELD_KEYS["names"], _YES_NO),
    }, required=["takes"])
    cards = _object({key: _told(key, about, _TEXT) for key, about in CARD_KEYS.items()} | {
        "default": _told("default", CARD_KEYS["default"], _YES_NO),
        "unique": _told("unique", CARD_KEYS["unique"], _one_or_more(_TEXT)),
        "repeats-front": _told("repeats-front", CARD_KEYS["repeats-front"], _YES_NO),
        "figure": _told("figure", CARD_KEYS["figure"], _YES_NO),
    }, required=["front", "back"])
    return _file("A kind of items: its fields, and the cards made of them.", {
        **{key: _told(key, about, _TEXT) for key, about in KIND_KEYS.items()},
        "section": _told("section", KIND_KEYS["section"], _SLUG),
        "fields": {"type": "object", "description": KIND_KEYS["fields"],
                   "additionalProperties": fields},
        "cards": {"type": "object", "description": KIND_KEYS["cards"],
                  "additionalProperties": cards},
        "figure": _object({str(drawing): {"type": "array", "items": _TEXT} for drawing in Drawing},
                          description=KIND_KEYS["figure"], maxProperties=1),
        "sheet": _object({key: _told(key, about, _one_or_more(_TEXT) if key == "beside" else _TEXT)
                          for key, about in SHEET_KEYS.items()}, description=KIND_KEYS["sheet"]),
    }, required=["section", "singular", "fields"])


# ---------------------------------------------------------------- editions


def _edition(words: Vocabulary) -> Schema:
    """Describe what the manifest of an edition says besides."""
    texts = {key: _told(key, MANIFEST_KEYS[key], _one_or_more(_TEXT)) for key in ("keep", "drop")}
    colours = {"type": "object", "additionalProperties": _TEXT}
    return {
        "from": _told("from", MANIFEST_KEYS["from"], _TEXT),
        **texts,
        "without": _told("without", MANIFEST_KEYS["without"], _object({
            section: _one_or_more(_enum({card.key: card.about for card in kind.cards}))
            for section, kind in words.kinds.items() if kind.cards
        })),
        "decks": _told("decks", MANIFEST_KEYS["decks"], colours),
        "look": _told("look", MANIFEST_KEYS["look"], _object({
            "day": _told("day", LOOK_KEYS["day"], colours),
            "night": _told("night", LOOK_KEYS["night"], colours),
            "logo": _told("logo", LOOK_KEYS["logo"], _TEXT),
        })),
        "labels": _told("labels", MANIFEST_KEYS["labels"], colours),
    }


def _change(kind: Kind, words: Vocabulary) -> Schema:
    """Describe a change of an item of a kind: its keys, and those with a sign."""
    properties = dict(_item(kind, words)["properties"])
    del properties["id"]
    properties["deck"] = _told("deck", FILE_KEYS["deck"], _TEXT)
    fields = (*kind.fields, *common().fields)
    lists = ["tags", "source", *(field.key for field in fields if field.shape is Shape.NAMES)]
    more = [*lists, *(field.key for field in fields if field.shape in (Shape.LINE, Shape.TEXT))]
    for sign, keys in (("+", more), ("-", lists)):
        properties |= {f"{key}{sign}": properties[key] for key in keys}
    gone = {field.key: field.about for field in fields if not field.required} | {"sentence": ""}
    properties["remove"] = _told("remove", "Fields that the edition does without.", _one_or_more(_enum(gone)))
    return _object(properties, description=f"What is different of {kind.singular} here.")


# ---------------------------------------------------------------- items


def _section(kind: Kind) -> Schema:
    return {"type": "array", "description": kind.about, "items": {"$ref": f"#/$defs/{kind.section}"}}


def _item(kind: Kind, words: Vocabulary) -> Schema:
    required = [field for field in kind.fields if field.required]
    others = [field for field in (*kind.fields, *common().fields) if not field.required]
    properties: Schema = {
        **{field.key: _field(field) for field in required},
        "id": _told("id", ITEM_KEYS["id"], _SLUG),
        **{field.key: _field(field) for field in others},
        **{key: _as_defined(key, ITEM_KEYS[key]) for key in _SHARED},
        "cloze": _told("cloze", ITEM_KEYS["cloze"], _cloze()),
    }
    if not kind.is_cloze:
        cards = {card.key: card.about for card in kind.cards}
        properties["ask"] = _told("ask", ITEM_KEYS["ask"], _one_or_more(_enum(cards), 0))
        properties["sentence"] = _told("sentence", ITEM_KEYS["sentence"], _TEXT)
    body = {key: f"${i}" for i, key in enumerate(["id", *(field.key for field in required)], 1)}
    return _object(
        properties, required=[field.key for field in required], description=kind.about,
        defaultSnippets=[{"label": f"new {kind.singular}", "description": kind.about,
                          "body": body}],
    )


def _field(field: Field) -> Schema:
    schema = _one_or_more(_TEXT) if field.shape in _LISTS else _TEXT
    title = f"{field.key}: {field.shape}{', required' if field.required else ''}"
    told = _told(title, field.about, schema)
    return told | ({"examples": [field.example]} if field.example else {})


_SHARED = ("tags", "source", "ignore")  # what is long, and the same for all kinds


def _defined(words: Vocabulary, *keys: str) -> Schema:
    """Describe what is shared, under names that no section has."""
    titles = {key: cite.fields.get("title", "") for key, cite in words.cites.items()}
    shared = {
        "tags": _one_or_more(_offering(dict.fromkeys(sorted(words.tags), ""))),
        # A locator may follow, and an empty list takes the file's source away.
        "source": _one_or_more(_offering(titles), 0),
        "ignore": _one_or_more(_enum(words.rules) if words.rules else _TEXT),
    }
    return {f"-{key}": _told(key, "", shared[key]) for key in keys or _SHARED}


def _as_defined(key: str, about: str) -> Schema:
    return {"$ref": f"#/$defs/-{key}", "description": about}


def _cloze() -> Schema:
    return _object({
        "must": _told("must", CLOZE_KEYS["must"], _one_or_more(_TEXT)),
        "never": _told("never", CLOZE_KEYS["never"], _one_or_more(_TEXT)),
        "max": _told("max", CLOZE_KEYS["max"], {"type": ["integer", "string"], "minimum": 1, "maximum": 99}),
    })


# ---------------------------------------------------------------- parts


def _file(title: str, properties: Schema, **more: object) -> Schema:
    """Describe a whole file; `$schema` is what editors know best."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title,
            **_object(properties, **more)}


def _object(properties: Schema, **more: object) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


def _told(key: str, about: str, schema: Schema) -> Schema:
    """Say what the value of a key is; editors show the title above it.

    All but the first way to write it have the title too, since editors take two without for one.
    """
    told: Schema = {"title": key} | ({"description": about} if about else {}) | schema
    ways = schema.get("anyOf")
    if isinstance(ways, list):
        told["anyOf"] = [ways[0], *({"title": key, **way} for way in ways[1:])]
    return told


def _one_or_more(one: Schema, least: int = 1) -> Schema:
    """Describe one value, or a list of them."""
    ways = one["anyOf"] if isinstance(one.get("anyOf"), list) else [one]
    return {"anyOf": [*ways, {"type": "array", "items": one, "minItems": least}]}


def _enum(known: Mapping[str, str]) -> Schema:
    """Allow these words alone."""
    return {"enum": list(known), "enumDescriptions": list(known.values())}


def _offering(known: Mapping[str, str]) -> Schema:
    """Offer these words, and allow others."""
    if not known:
        return _TEXT
    snippets = [{"label": word, "description": about, "body": word}
                for word, about in known.items()]
    return {"anyOf": [_SCALAR[0] | {"defaultSnippets": snippets}, *_SCALAR[1:]]}
