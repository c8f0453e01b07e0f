"""A copy of a project that was edited, into an edition of the original."""

import os
from pathlib import Path

from deckgen.diagnostics import Diagnostic, Unusable
from deckgen.edition import difference
from deckgen.folder import MEDIA, open_project
from deckgen.output import replace_files
from deckgen.schema.reader import SLUG


def extract(original: Path, copy: Path, folder: Path) -> tuple[list[Path], tuple[Diagnostic, ...]]:
    """Write what a copy has otherwise than the original as an edition of it, into a new folder.

    Gives the files that were written, or what keeps that from being done. Raises Unusable.
    """
    if folder.exists():
        raise Unusable(f"{folder} is there already; name a folder that is not")
    first, second = open_project(original), open_project(copy)
    errors = tuple(found for found in (*first.found, *second.found) if found.is_error)
    if errors or first.project is None or second.project is None:
        return [], errors
    made = difference(first.project, second.project)
    if made.found:
        return [], made.found
    identity = second.project.id if second.project.id != first.project.id else folder.name
    if not SLUG.fullmatch(identity):
        raise Unusable(f"the folder's name becomes the edition's id, and '{identity}' is none; use lower-"
                       "case letters a–z, digits and single hyphens")
    origin = Path(os.path.relpath(original, folder)).as_posix()
    files = made.files(identity, second.project.name, origin)
    for name, media in second.project.media.items():
        if name not in first.project.media:
            with media.content.open("rb") as file:
                files[f"{MEDIA}/{name}"] = file.read()
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    replace_files({folder / name: content for name, content in files.items()})
    return [folder / name for name in files], ()
