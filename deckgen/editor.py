"""The JSON Schemas that editors are given: where they lie, and how they stay true."""

import json
from dataclasses import replace
from pathlib import Path

from deckgen.diagnostics import Unusable
from deckgen.folder import vocabulary
from deckgen.lint import ignorable
from deckgen.output import replace_files
from deckgen.schema import (
    Vocabulary,
    card_file_schema,
    kind_schema,
    manifest_schema,
    sources_schema,
)

FOLDER = ".deckgen"  # in the project's; begins with a dot, so no card file is looked for in it
_GITIGNORE = """\
# Schemas for editors. `deckgen build` makes them anew, for as long as this folder is here.
*.schema.json
"""


def card_schema(folder: Path) -> str:
    """Describe the card files of a project, its own kinds, sources and tags included."""
    return _as_json(card_file_schema(_with_rules(vocabulary(folder))))


def write(folder: Path) -> list[Path]:
    """Write the schemas of a project into it, and return where they are. Raises Unusable."""
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}; name the project's folder, or make one with "
                       "'deckgen new DIR'")
    return _written(folder, vocabulary(folder))


def refresh(folder: Path, words: Vocabulary) -> None:
    """Write the schemas anew if the project has any. Raises Unusable."""
    if (folder / FOLDER).is_dir():
        _written(folder, words)


def _written(folder: Path, words: Vocabulary) -> list[Path]:
    words = _with_rules(words)
    schemas = {
        "card-file.schema.json": card_file_schema(words),
        "deck.schema.json": manifest_schema(words),
        "sources.schema.json": sources_schema(),
        "kind.schema.json": kind_schema(),
    }
    where = folder / FOLDER
    texts = {where / name: _as_json(schema) for name, schema in schemas.items()}
    if not (where / ".gitignore").exists():
        texts[where / ".gitignore"] = _GITIGNORE
    try:
        where.mkdir(exist_ok=True)
    except OSError as error:
        raise Unusable(f"cannot write {where}: {error.strerror}") from error
    changed = {path: text.encode() for path, text in texts.items() if _differs(path, text)}
    replace_files(changed)
    return list(texts)


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True


def _with_rules(words: Vocabulary) -> Vocabulary:
    return replace(words, rules=ignorable())


def _as_json(schema: dict[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
