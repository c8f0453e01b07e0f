"""What `diff` does: the release that would be built now, beside one that students have."""

from pathlib import Path

from deckgen.comparison import Comparison, compare
from deckgen.diagnostics import Unusable
from deckgen.folder import Progress, no_progress
from deckgen.history import as_of
from deckgen.model import Deck
from deckgen.project import Result, check


def since_package(folder: Path, package: Path, progress: Progress = no_progress
                  ) -> tuple[Result, Comparison | None]:
    """Compare a package with what a build would make now; nothing, if that has errors.

    `folder` may be a package, too. Raises Unusable.
    """
    from deckgen.apkg import read_package

    old = read_package(package)
    if folder.suffix == ".apkg":
        return Result(()), compare(old, read_package(folder))
    result = check(folder, progress)
    return result, _compared(old, result)


def since_revision(folder: Path, revision: str, progress: Progress = no_progress
                   ) -> tuple[Result, Comparison | None]:
    """Compare a revision of the project with what a build would make now. Raises Unusable."""
    with as_of(folder, revision) as earlier:
        was = check(earlier)
    if was.has_errors or was.compiled is None:
        first = next(found for found in was.found if found.is_error)
        raise Unusable(f"the project cannot be read as of {revision}: {first.message}")
    result = check(folder, progress)
    return result, _compared(was.compiled.deck, result)


def _compared(old: Deck, result: Result) -> Comparison | None:
    if result.has_errors or result.compiled is None:
        return None
    new = result.compiled.deck
    if old.project and old.project != new.project:
        raise Unusable(f"that is a release of '{old.project}', and this project is '{new.project}'")
    return compare(old, new)
