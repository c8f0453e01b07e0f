"""The files of a project, be it a folder or an archive of one; nothing is written."""

from pathlib import Path
from typing import Final

from deckgen.diagnostics import Unusable
from deckgen.files.folder import FolderFiles
from deckgen.files.interface import MANIFEST, BadArchive, Files

__all__ = ["ARCHIVES", "MANIFEST", "BadArchive", "Files", "FolderFiles", "open_files"]

ARCHIVES: Final = (".zip", ".tar.gz", ".tgz", ".tar")


def open_files(path: Path) -> Files:
    """Open a folder, or an archive, or a folder in an archive: `cards`, `a.zip`, `a.zip/cards`.

    Without a folder in it, an archive is opened where its project is. Raises Unusable, and of
    archives BadArchive, with a sentence that says what to do.
    """
    try:
        if path.is_dir():
            return FolderFiles(path)
        part = next((part for part in (path, *path.parents) if part.is_file()), None)
    except OSError as error:
        raise Unusable(f"cannot read {path}: {error.strerror}") from error
    if part is None:
        raise Unusable(f"there is no {path}; name the project's folder, or an archive of it")
    if not part.name.lower().endswith(ARCHIVES):
        raise Unusable(f"{part} is a file; name the project's folder, or an archive of it "
                       f"({', '.join(ARCHIVES)})")
    from deckgen.files.archive import ArchiveFiles

    return ArchiveFiles(part, "" if part == path else path.relative_to(part).as_posix())
