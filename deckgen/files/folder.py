"""The files of a folder on the disk, none of them from outside it."""

import os
from collections.abc import Iterator
from pathlib import Path


class FolderFiles:
    """A project in a folder."""

    def __init__(self, folder: Path) -> None:
        self.where = str(folder)
        self._folder = folder
        self._root = folder.resolve()

    def names(self) -> list[str]:
        """List the files, sorted, but for hidden ones and those in hidden folders."""
        return sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        for where, folders, names in os.walk(self._folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below = Path(where).relative_to(self._folder)
            for name in names:
                if not name.startswith("."):
                    yield (below / name).as_posix()

    def has(self, name: str) -> bool:
        """Whether something of that name is there: a file, a folder, a link to nothing."""
        path = self._folder / name
        return path.is_symlink() or path.exists()

    def read(self, name: str) -> bytes:
        """Read a file. Raises OSError, also for a link that leads out of the folder."""
        path = self._folder / name
        try:
            is_inside = path.resolve().is_relative_to(self._root)
        except RuntimeError as error:  # a link to itself, before Python 3.13
            raise OSError(0, str(error)) from error
        if not is_inside:
            raise OSError(0, "it is a link that leads out of the project")
        return path.read_bytes()

    def content(self, name: str) -> Path:
        """Give a file to be read later."""
        return self._folder / name

    def path(self, name: str) -> str:
        """Name a file as findings do."""
        return str(self._folder / name)
