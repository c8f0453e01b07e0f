"""Earlier states of a project from version control; the only module that runs git."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from deckgen.diagnostics import Unusable


@contextmanager
def as_of(folder: Path, revision: str) -> Iterator[Path]:
    """Lay out a project's folder as it was at a revision, for a while. Raises Unusable."""
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}")
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    below = _git(folder, "rev-parse", "--show-prefix").decode().strip()
    archive = _git(folder.resolve(), "archive", "--format=tar", f"{commit.decode().strip()}:{below}")
    with TemporaryDirectory(prefix="deckgen-") as where:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(where, filter="data")
        yield Path(where)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # nothing in it is a shell's
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the author's own git
            capture_output=True, check=False)
    except FileNotFoundError as error:
        raise Unusable("git is not there; install it, or name a package instead") from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unusable(f"git cannot tell: {why[-1].removeprefix('fatal: ') if why else 'no reason'}")
    return done.stdout
