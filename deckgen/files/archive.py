"""The files of a project inside an archive, and where in it the project begins."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from deckgen.files.interface import MANIFEST, BadArchive
from deckgen.files.unpacking import Kept, unpack

_NAMED = 5  # projects in a message


class ArchiveFiles:
    """A project in an archive, at the folder `inside`, or wherever its only manifest lies.

    The archive is read whole at once, and never again. Raises BadArchive.
    """

    def __init__(self, archive: Path, inside: str = "") -> None:
        files = unpack(archive)
        root = _named(archive, files, inside) if inside else _found(archive, files)
        self._path = archive / root
        self.where = str(self._path)
        above = f"{root}/" if root else ""
        self._files: dict[str, Kept] = {
            name.removeprefix(above): kept for name, kept in files.items() if name.startswith(above)
        }

    def names(self) -> list[str]:
        """List the files, sorted, but for hidden ones and those in hidden folders."""
        return sorted(filter(_is_visible, self._files))

    def has(self, name: str) -> bool:
        """Whether there is a file or folder of that name."""
        return name in self._files or _is_folder(name, self._files)

    def read(self, name: str) -> bytes:
        """Unpack a file. Raises OSError."""
        return self.content(name).read_bytes()

    def content(self, name: str) -> Kept:
        """Give a file to be read later. Raises OSError if there is none."""
        if name in self._files:
            return self._files[name]
        why = errno.EISDIR if self.has(name) else errno.ENOENT
        raise OSError(why, os.strerror(why))

    def path(self, name: str) -> str:
        """Name a file as findings do."""
        return str(self._path / name)


def _is_visible(name: str) -> bool:
    return not any(part.startswith(".") for part in name.split("/"))


def _is_folder(name: str, files: Iterable[str]) -> bool:
    return any(other.startswith(f"{name}/") for other in files)


def _named(archive: Path, files: Iterable[str], inside: str) -> str:
    if _is_folder(inside, files):
        return inside
    if inside in files:
        raise BadArchive(f"{archive / inside} is a file; name the project's folder in {archive}")
    roots = _roots(files)
    which = (f"name {_listed(archive, roots)}" if roots else
             f"nor a {MANIFEST}, so it is no project; pack the project's folder again")
    raise BadArchive(f"there is no folder '{inside}' in {archive}; {which}")


def _found(archive: Path, files: Iterable[str]) -> str:
    """Tell the folder of the only manifest that no other lies above."""
    roots = _roots(files)
    if not roots:
        raise BadArchive(f"there is no {MANIFEST} in {archive}, so it is no project; pack the "
                         "folder that has it")
    if len(roots) > 1:
        raise BadArchive(f"there are {len(roots)} projects in {archive}; say which: "
                         f"{_listed(archive, roots)}")
    return roots[0]


def _roots(files: Iterable[str]) -> list[str]:
    """List the folders of the manifests that lie least deep, sorted; "" is the top."""
    manifests = [name for name in files if _is_visible(name) and Path(name).name == MANIFEST]
    least = min((name.count("/") for name in manifests), default=0)
    return sorted(name.removesuffix(MANIFEST).rstrip("/")
                  for name in manifests if name.count("/") == least)


def _listed(archive: Path, roots: list[str]) -> str:
    named = [str(archive / root) for root in roots[:_NAMED]]
    return " or ".join([*named, "another"] if len(roots) > _NAMED else named)
