"""Earlier states of a project from version control; the only module that runs git."""

import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from deckgen.diagnostics import Unusable

# Set where git runs a hook, and of another repository, perhaps, than the one asked for.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@contextmanager
def as_of(folder: Path, revision: str, *, is_whole: bool = False) -> Iterator[Path]:
    """Lay out a project's folder as it was at a revision, for a while. Raises Unusable.

    If `is_whole`, with everything else that the repository had then, for what refers to it.
    """
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}")
    top, below = _place(folder)
    commit = _commit(folder, revision)
    try:
        archive = _git(top, "archive", "--format=tar", commit if is_whole else f"{commit}:{below}")
    except _GitError as error:
        raise Unusable(f"there is no folder {below or '.'} as of {revision} ({error})") from error
    with TemporaryDirectory(prefix="deckgen-") as where:
        _unpack(archive, Path(where))
        yield Path(where, below) if is_whole else Path(where)


def _place(folder: Path) -> tuple[Path, str]:
    """Tell the top of the repository that a folder is in, and the folder's path from there."""
    try:
        top = _git(folder, "rev-parse", "--show-toplevel")
        below = _git(folder, "rev-parse", "--show-prefix")
    except _GitError as error:
        raise Unusable(f"{folder} is in no git repository ({error}); name the package that students "
                       "have instead") from error
    return Path(os.fsdecode(top.rstrip(b"\n"))), os.fsdecode(below.rstrip(b"\n"))


def _commit(folder: Path, revision: str) -> str:
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
                    f"{revision}^{{commit}}").decode().strip()
    except _GitError as error:
        shallow = _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
        raise Unusable(f"there is no revision '{revision}'" + (
            "; this clone is shallow, and 'git fetch --unshallow --tags' brings all" if shallow else
            "; 'git tag' and 'git log' list those that there are")) from error


def _unpack(archive: bytes, where: Path) -> None:
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar:
            path = where / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if member.issym():
                path.symlink_to(member.linkname)  # whoever reads it sees whether it leads away
            elif (file := tar.extractfile(member)) is not None:
                path.write_bytes(file.read())


class _GitError(Exception):
    """What git says it cannot do."""


def _git(folder: Path, *arguments: str) -> bytes:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        done = subprocess.run(  # noqa: S603  # nothing in it is a shell's
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the author's own git
            capture_output=True, check=False, env={**environment, "LC_ALL": "C"})
    except FileNotFoundError as error:
        raise Unusable("git is not there; install it, or name a package instead") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        fatal = [line.removeprefix("fatal: ") for line in said if line.startswith("fatal: ")]
        raise _GitError((fatal or said or ["git does not say why"])[0])
    return done.stdout
