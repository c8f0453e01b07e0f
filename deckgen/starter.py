"""A small deck to begin with: it builds at once, and its comments teach the format."""

from importlib.resources import files
from pathlib import Path

from deckgen.project import Unusable

_FILES = ("cards/deck.yaml", "cards/sources.yaml", "cards/first-cards.yaml", "gitignore")


def make(folder: Path) -> list[Path]:
    """Write the starting files into `folder`, which may not have a deck yet.

    Raises Unusable if it has, or if it cannot be written.
    """
    if (folder / "cards").exists():
        raise Unusable(f"{folder / 'cards'} is there already; name another folder, or move it away")
    made = []
    for name in _FILES:
        path = folder / name.replace("gitignore", ".gitignore")
        if path.exists():
            continue
        text = files("deckgen").joinpath("starter", *name.split("/")).read_text(encoding="utf-8")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise Unusable(f"cannot write {path}: {error.strerror}") from error
        made.append(path)
    return made
