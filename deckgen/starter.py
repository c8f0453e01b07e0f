"""A small deck to begin with: it builds at once, and its comments teach the format."""

import re
from importlib.resources import files
from pathlib import Path

from deckgen import editor
from deckgen.diagnostics import Unusable

# Each file with its name in the package, where a `.gitignore` would be taken for the package's own.
_FILES = {
    "cards/deck.yaml": "cards/deck.yaml",
    "cards/sources.yaml": "cards/sources.yaml",
    "cards/first-cards.yaml": "cards/first-cards.yaml",
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/settings.json": "vscode/settings.json",
    ".vscode/extensions.json": "vscode/extensions.json",
    ".github/workflows/deck.yml": "github/workflows/deck.yml",
}


def make(folder: Path) -> list[Path]:
    """Write the starting files into `folder`, which may not have a deck yet.

    The deck's id is made of the folder's name. A file that is there already is left as it is.
    Raises Unusable if the folder has a deck, or if it cannot be written.
    """
    if (folder / "cards").exists():
        raise Unusable(f"{folder / 'cards'} is there already; name another folder, or move it away")
    made = []
    for name, packed in _FILES.items():
        path = folder / name
        if path.exists():
            continue
        text = files("deckgen").joinpath("starter_files", *packed.split("/")).read_text("utf-8")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_named(text, _id_for(folder)), encoding="utf-8", newline="\n")
        except OSError as error:
            raise Unusable(f"cannot write {path}: {error.strerror}") from error
        made.append(path)
    editor.write(folder / "cards")
    return [*made, folder / "cards" / editor.FOLDER]


def _named(text: str, deck: str) -> str:
    """Put the deck's id in; in YAML it has quotes, because nothing may begin with `%` there."""
    return text.replace('"%id%"', deck).replace("%id%", deck)


def _id_for(folder: Path) -> str:
    """Make an id of a folder's name: `My Deck 2` gives `my-deck-2`."""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "my-deck"
