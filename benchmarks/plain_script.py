"""The script a user would write: yaml.safe_load, genanki, write_to_file."""

import sys
from pathlib import Path

import genanki
import yaml

# Section: fields, then the cards made of them as (front, back).
KINDS = {
    "dates": (["date", "event", "note", "source"], [("event", "date"), ("date", "event")]),
    "treaties": (
        ["name", "aliases", "date", "parties", "terms", "significance", "note", "source"],
        [("name", "date"), ("name", "parties"), ("name", "terms"), ("name", "significance")],
    ),
    "actors": (
        ["name", "aliases", "role", "known-for", "note", "source"],
        [("name", "role"), ("name", "known-for"), ("role", "name")],
    ),
    "positions": (
        ["actor", "issue", "position", "because", "according-to", "note", "source"],
        [("actor", "position"), ("position", "actor"), ("actor", "because")],
    ),
    "questions": (["q", "a", "note", "source"], [("q", "a")]),
}


def models() -> dict[str, genanki.Model]:
    """Make a model a section."""
    made = {
        section: genanki.Model(
            1000 + i,
            section,
            fields=[{"name": name} for name in fields],
            templates=[
                {"name": f"Card {n}", "qfmt": f"{back}? {{{{{front}}}}}",
                 "afmt": f"{{{{FrontSide}}}}<hr id=answer>{{{{{back}}}}}<br>{{{{note}}}}"}
                for n, (front, back) in enumerate(cards)
            ],
        )
        for i, (section, (fields, cards)) in enumerate(KINDS.items())
    }
    made["sentences"] = genanki.Model(
        2000, "sentences", fields=[{"name": "text"}, {"name": "note"}],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:text}}", "afmt": "{{cloze:text}}"}],
        model_type=genanki.Model.CLOZE,
    )
    return made


def text(value: object) -> str:
    """Write a value as a field."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def clozed(sentence: str) -> str:
    """Number the marked gaps."""
    pieces = sentence.split("==")
    return "".join(
        f"{{{{c{i // 2 + 1}::{piece}}}}}" if i % 2 else piece for i, piece in enumerate(pieces)
    )


def main(folder: str, out: str) -> None:
    """Build the deck."""
    made = models()
    decks: dict[str, genanki.Deck] = {}
    for path in sorted(Path(folder).glob("part-*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = f"Made up::{content['deck']}"
        deck = decks.setdefault(name, genanki.Deck(3000 + len(decks), name))
        for section, items in content.items():
            if section not in made:
                continue
            for item in items:
                item.setdefault("source", content["source"])
                if section == "sentences":
                    fields = [clozed(item["text"]), text(item.get("note", ""))]
                else:
                    fields = [text(item.get(key, "")) for key in KINDS[section][0]]
                deck.add_note(genanki.Note(
                    made[section], fields, guid=genanki.guid_for(item["id"]),
                    tags=["bench", "topic::made-up", *item.get("tags", [])]))
    genanki.Package(list(decks.values())).write_to_file(out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
