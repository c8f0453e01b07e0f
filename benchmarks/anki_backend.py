"""The same notes added by Anki's own backend, and exported; read with PyYAML's C loader."""

import sys
import tempfile
from pathlib import Path

import yaml
from anki.collection import (
    AddNoteRequest,
    Collection,
    DeckIdLimit,
    ExportAnkiPackageOptions,
)
from anki.decks import DeckId
from plain_script import KINDS, clozed, text


def add_note_types(collection: Collection) -> dict[str, dict]:
    """Make a note type a section."""
    made = {}
    for section, (fields, cards) in {**KINDS, "sentences": (["text", "note"], [])}.items():
        note_type = collection.models.new(section)
        for name in fields:
            collection.models.add_field(note_type, collection.models.new_field(name))
        for n, (front, back) in enumerate(cards or [("cloze:text", "cloze:text")]):
            template = collection.models.new_template(f"Card {n}")
            template["qfmt"] = f"{back}? {{{{{front}}}}}" if cards else f"{{{{{front}}}}}"
            template["afmt"] = f"{{{{{back}}}}}<br>{{{{note}}}}"
            collection.models.add_template(note_type, template)
        note_type["type"] = 0 if cards else 1
        collection.models.add(note_type)
        made[section] = collection.models.by_name(section)
    return made


def requests(collection: Collection, path: Path, types: dict[str, dict]) -> list[AddNoteRequest]:
    """Read one card file into notes to add."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    deck = collection.decks.id(f"Made up::{content['deck']}")
    found = []
    for section, items in content.items():
        if section not in types:
            continue
        for item in items:
            item.setdefault("source", content["source"])
            note = collection.new_note(types[section])
            if section == "sentences":
                note.fields = [clozed(item["text"]), text(item.get("note", ""))]
            else:
                note.fields = [text(item.get(key, "")) for key in KINDS[section][0]]
            note.tags = ["bench", "topic::made-up", *item.get("tags", [])]
            found.append(AddNoteRequest(note, DeckId(deck)))
    return found


def main(folder: str, out: str) -> None:
    """Build the deck."""
    with tempfile.TemporaryDirectory() as scratch:
        collection = Collection(str(Path(scratch) / "collection.anki2"))
        types = add_note_types(collection)
        for path in sorted(Path(folder).glob("part-*.yaml")):
            collection.add_notes(requests(collection, path, types))
        options = ExportAnkiPackageOptions(
            with_scheduling=False, with_media=False, with_deck_configs=False, legacy=True
        )
        deck = DeckId(collection.decks.id("Made up"))
        collection.export_anki_package(out_path=out, options=options, limit=DeckIdLimit(deck))
        collection.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
