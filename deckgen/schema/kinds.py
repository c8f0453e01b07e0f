"""Kinds of items from their YAML files, the built-in ones and an author's own alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from deckgen.diagnostics import Diagnostic
from deckgen.model import (
    FIGURE,
    GENERATED,
    ID,
    CardTemplate,
    Drawing,
    Field,
    Figure,
    Kind,
    Layout,
    Mapping,
    Node,
    Shape,
    Text,
)
from deckgen.schema.reader import Reader, suggested
from deckgen.source import Parsed, parse
from deckgen.template import SPECIAL, Faulty, fields_in
from deckgen.template import parse as parse_template

KIND_KEYS = {
    "section": "The key of its items in card files.",
    "singular": "What one is called in messages.",
    "label": "What stands on the card; the singular if left out.",
    "hint": "What stands in a gap that hides one's name, where it could be anything.",
    "about": "What it is.",
    "attribution": "The field that says who makes the claim, if it is a claim.",
    "was": "The section it had in earlier releases.",
    "fields": "What an item has, by the key that authors write; the first is required.",
    "cards": "The cards that are made of an item, by the name that 'ask' has for them.",
    "figure": "What is drawn, and of which fields.",
    "sheet": "How its items stand on a printed sheet.",
}
SHEET_KEYS = {
    "title": "What stands above its items; the section if left out.",
    "head": "The field that an item begins with; the first if left out.",
    "beside": "Fields that follow without labels; the others that are required if left out.",
    "under": "A field; items that have the same words there stand together, below them.",
}
FIELD_KEYS = {
    "takes": "What authors write into it.",
    "name": "Its name in Anki, if not the key's.",
    "required": "Whether every item must have it.",
    "names": "Whether its text is a name that key sentences may hide.",
    "about": "What it is, which editors show.",
    "example": "What may be written, which editors show.",
}
CARD_KEYS = {
    "front": "An Anki card template: what is asked.",
    "back": "An Anki card template: what stands below the front and a line.",
    "name": "Its name in Anki, if not the key's.",
    "default": "Whether it is made where an item does not ask for cards.",
    "unique": "It is made only where no other item has the same in these fields.",
    "repeats-front": "Whether the back begins with the front.",
    "figure": "Whether the back shows what is drawn.",
    "about": "How it asks, which editors show.",
}
_DRAWN_AS = {Shape.DATE: "a date", Shape.LINE: "words", Shape.TEXT: "words"}
_DRAWN_OF = {
    Drawing.TIMELINE: ("a date", "words"),
    Drawing.CONTRAST: ("words", "words", "words"),
}
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Common:
    """What all kinds share: fields, the frame of every card, the kind of an item's `sentence`."""

    fields: tuple[Field, ...]
    sentence: str
    label: str  # what stands above a front, and above a back that does not repeat it
    front: str
    back: str
    figure: str  # what stands around a figure, on the backs that show one
    retired_front: str
    css: str
    retired_note: str  # Markdown: what a card says whose item is no more
    retired_card: str  # Markdown: what one says that its item no longer makes
    retired_gap: str  # what stands in a gap that is no more


@cache
def common() -> Common:
    """Read what every kind shares from the package."""
    reader, root = _shipped("common.yaml")
    frame, retired = _strings(root.entries["frame"]), _strings(root.entries["retired"])
    style = files("deckgen").joinpath("kinds", "style.css").read_text(encoding="utf-8")
    return Common(
        fields=tuple(_fields(reader, root.entries["fields"])),
        sentence=_strings(root)["sentence"],
        label=frame["label"],
        front=frame["front"],
        back=frame["back"],
        figure=frame["figure"],
        retired_front=frame["retired"],
        css=style,
        retired_note=retired["note"],
        retired_card=retired["card"],
        retired_gap=retired["gap"],
    )


@cache
def built_in() -> dict[str, Kind]:
    """Read the kinds that come with the package, by section."""
    kinds = {}
    for entry in sorted(files("deckgen").joinpath("kinds").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml") and entry.name != "common.yaml":
            reader, root = _shipped(entry.name)
            kind = _kind(reader, root)
            if kind is None:
                raise AssertionError(f"{entry.name}: {reader.found}")
            kinds[kind.section] = kind
    return kinds


def read_kinds(parsed: Iterable[Parsed]) -> tuple[dict[str, Kind], list[Diagnostic]]:
    """Add an author's kinds to the built-in ones; one with the same section takes its place."""
    kinds, found = dict(built_in()), []
    defined: dict[str, str] = {}
    for file, root, _ in parsed:
        if root is None:
            continue
        reader = Reader(file)
        kind = _kind(reader, root)
        if kind is not None and kind.section in defined:
            reader.error(root.at, "duplicate-kind", f"the section '{kind.section}' is defined in "
                         f"{defined[kind.section]} already; give this kind another section")
        elif kind is not None and not reader.found:
            kinds[kind.section] = kind
            defined[kind.section] = file.path
        found += reader.found
    return kinds, found


def _shipped(name: str) -> tuple[Reader, Mapping]:
    raw = files("deckgen").joinpath("kinds", name).read_bytes()
    parsed = parse(f"deckgen/kinds/{name}", raw)
    if not isinstance(parsed.root, Mapping):
        raise AssertionError(parsed.found)
    return Reader(parsed.file), parsed.root


def _strings(node: Node) -> dict[str, str]:
    entries = node.entries if isinstance(node, Mapping) else {}
    return {key: getattr(value, "text", "") for key, value in entries.items()}


def _kind(reader: Reader, node: Node) -> Kind | None:
    required = ("section", "singular", "fields")
    root = reader.mapping(node, "a kind", KIND_KEYS, required)
    if root is None or any(key not in root.entries for key in required):
        return None
    section = reader.slug(root.entries["section"], "section")
    fields = tuple(_fields(reader, root.entries["fields"]))
    cards: tuple[CardTemplate, ...] = ()
    if "cards" in root.entries:
        cards = tuple(_cards(reader, root.entries["cards"], fields))
    is_cloze = any(field.shape is Shape.SENTENCE for field in fields)
    _check_whole(reader, root, fields, cards, is_cloze)
    figure = _figure(reader, root.entries["figure"], fields) if "figure" in root.entries else None
    if any(card.shows_figure for card in cards) != ("figure" in root.entries):
        reader.error(root.at, "bad-kind", "a figure needs both: 'figure' in the kind, which says what "
                     "is drawn, and 'figure: \"yes\"' in the cards whose backs show it")
    sheet = _layout(reader, root.entries["sheet"], fields) if "sheet" in root.entries else None
    text = _strings(root)
    if section is None or reader.found:
        return None
    return Kind(
        section=section,
        singular=text["singular"],
        label=text.get("label", text["singular"].capitalize()),
        fields=fields,
        cards=cards,
        is_cloze=is_cloze,
        hint=text.get("hint", ""),
        about=text.get("about", ""),
        attribution=text.get("attribution", ""),
        was=text.get("was", ""),
        figure=figure,
        sheet=sheet,
    )


def _figure(reader: Reader, node: Node, fields: tuple[Field, ...]) -> Figure | None:
    """Read what is drawn, and of which fields: `timeline: [date, event]`."""
    root = reader.mapping(node, "'figure'", list(Drawing))
    for key, value in root.entries.items() if root and not reader.found else ():
        drawing, keys = Drawing(key), reader.texts(value, key)
        shapes = {field.key: _DRAWN_AS.get(field.shape) for field in fields}
        for name in keys:
            if name.text not in shapes:
                reader.error(name.at, "bad-kind", f"{name.text!r} is no field of this kind; "
                             + suggested(name.text, list(shapes)))
        if tuple([shapes.get(name.text) for name in keys]) == _DRAWN_OF[drawing]:
            return Figure(drawing, tuple([name.text for name in keys]))
        wanted = ", ".join(_DRAWN_OF[drawing])
        reader.error(value.at, "bad-kind", f"a {drawing} is drawn of the fields [{wanted}], in "
                     "this order; name those of this kind")
    return None


def _layout(reader: Reader, node: Node, fields: tuple[Field, ...]) -> Layout:
    """Read how items stand on paper: `{under: issue, head: actor, beside: [position]}`."""
    root = reader.mapping(node, "'sheet'", SHEET_KEYS)
    entries = root.entries if root else {}
    read = {key: reader.text(entries[key], key) for key in ("title", "head", "under")
            if key in entries}
    beside = reader.texts(entries["beside"], "beside") if "beside" in entries else ()
    _check_named(reader, [text for key, text in read.items() if text and key != "title"], fields)
    _check_named(reader, beside, fields)
    one = {key: text.text for key, text in read.items() if text}
    return Layout(one.get("title", ""), one.get("head", ""),
                  tuple([name.text for name in beside]), one.get("under", ""))


def _check_named(reader: Reader, names: Iterable[Text], fields: tuple[Field, ...]) -> None:
    known = [field.key for field in fields]
    for name in names:
        if name.text not in known:
            reader.error(name.at, "bad-kind", f"{name.text!r} is no field of this kind; "
                         + suggested(name.text, known))


def _check_whole(
    reader: Reader, root: Mapping, fields: tuple[Field, ...], cards: tuple[CardTemplate, ...],
    is_cloze: bool,
) -> None:
    if is_cloze and cards:
        reader.error(root.keys["cards"], "bad-kind", "a kind with a key sentence makes cloze cards "
                     "and cannot have others; take 'cards' out")
    if not is_cloze and not cards and not reader.found:
        reader.error(root.at, "bad-kind", "a kind needs 'cards', or a field that takes a sentence")
    if sum(field.shape is Shape.SENTENCE for field in fields) > 1:
        reader.error(root.keys["fields"], "bad-kind", "a kind can have one sentence; split it")
    if fields and not fields[0].required:
        reader.error(root.keys["fields"], "bad-kind", f"the first field, '{fields[0].key}', is what "
                     "Anki lists a note by; give it 'required: yes'")
    if "attribution" in root.entries:
        attribution = reader.text(root.entries["attribution"], "attribution")
        known = [field.key for field in fields]
        if attribution is not None and attribution.text not in known:
            reader.error(attribution.at, "bad-kind", f"{attribution.text!r} is no field of this kind; "
                         + suggested(attribution.text, known))
    reserved = {"id", "tags", "source", "ask", "sentence", "cloze", "deck", "retired", "ignore"}
    shared: Iterable[Field] = () if reader.file.path.startswith("deckgen/") else common().fields
    for field in fields:
        if field.key in reserved or field.key in {other.key for other in shared}:
            reader.error(root.keys["fields"], "bad-kind", f"every item may carry '{field.key}'; "
                         "call this field something else")


def _fields(reader: Reader, node: Node) -> Iterable[Field]:
    mapping = reader.mapping(node, "'fields'")
    for key, value in mapping.entries.items() if mapping else ():
        spec = reader.mapping(value, f"the field '{key}'", FIELD_KEYS, ("takes",))
        if spec is None or "takes" not in spec.entries:
            continue
        text = _strings(spec)
        if text["takes"] not in set(Shape):
            reader.error(spec.entries["takes"].at, "bad-kind", f"no field takes {text['takes']!r}; "
                         + suggested(text["takes"], list(Shape)))
            continue
        yield Field(
            key=key,
            name=text.get("name", key.replace("-", " ").capitalize()),
            shape=Shape(text["takes"]),
            required=_yes(reader, spec, "required", False),
            is_name=_yes(reader, spec, "names", False),
            about=text.get("about", ""),
            example=text.get("example", ""),
        )


def _cards(reader: Reader, node: Node, fields: tuple[Field, ...]) -> Iterable[CardTemplate]:
    mapping = reader.mapping(node, "'cards'")
    for key, value in mapping.entries.items() if mapping else ():
        spec = reader.mapping(value, f"the card '{key}'", CARD_KEYS, ("front", "back"))
        if spec is None or not {"front", "back"} <= set(spec.entries):
            continue
        text = _strings(spec)
        unique: tuple[Text, ...] = ()
        if "unique" in spec.entries:
            unique = reader.texts(spec.entries["unique"], "unique")
        _check_named(reader, unique, fields)
        for side in ("front", "back"):
            _check_template(reader, spec.entries[side], side, fields)
        yield CardTemplate(
            key=key,
            name=text.get("name", key.replace("-", " ").capitalize()),
            front=text["front"],
            back=text["back"],
            is_default=_yes(reader, spec, "default", True),
            unique=tuple(name.text for name in unique),
            repeats_front=_yes(reader, spec, "repeats-front", True),
            shows_figure=_yes(reader, spec, "figure", False),
            about=text.get("about", ""),
        )


def _check_template(reader: Reader, node: Node, side: str, fields: tuple[Field, ...]) -> None:
    """Report what Anki would refuse: a name that is no field, a condition that does not close."""
    text = getattr(node, "text", "")
    parts = parse_template(text)
    if isinstance(parts, Faulty):
        reader.error(node.at, "bad-template", f"this {side} is no template: {parts.message}")
        return
    names = {field.name for field in fields} | {field.name for field in common().fields}
    known = sorted(names | {*GENERATED, ID} | SPECIAL)
    spoken = fields_in(text)
    if FIGURE in spoken:
        reader.error(node.at, "bad-template", f"this {side} names 'Figure', which would show answers "
                     "on a front; write 'figure: \"yes\"' in the card, and its back shows it")
    for name in sorted(spoken - set(known) - {""}):
        reader.error(node.at, "bad-template", f"this {side} names {name!r}, which is no field; "
                     + suggested(name, known))
    if side == "front" and not spoken & names:
        reader.error(node.at, "bad-template", "this front shows no field of the item, so Anki "
                     f"could make no card of it; write '{{{{{fields[0].name}}}}}' where it belongs"
                     if fields else "this front shows no field")


def _yes(reader: Reader, spec: Mapping, key: str, otherwise: bool) -> bool:
    if key not in spec.entries:
        return otherwise
    text = reader.text(spec.entries[key], key)
    if text is not None and text.text not in _YES_NO:
        reader.error(text.at, "bad-kind", f"'{key}' is yes or no, not {text.text!r}")
    return text is not None and text.text == "yes"
