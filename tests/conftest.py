"""What many tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki_collection import Student, open_student


@pytest.fixture
def anki() -> None:
    """Genuine Anki; must be there where CI is set."""
    try:
        import anki.collection  # noqa: F401
    except ImportError as error:
        if os.environ.get("CI"):
            pytest.fail(f"genuine Anki is the judge, and is not here: {error}")
        pytest.skip("needs genuine Anki: pip install deckgen[anki]")


@pytest.fixture
def student(anki: None, tmp_path: Path) -> Iterator[Student]:
    """Somebody with a new collection in genuine Anki."""
    with open_student(tmp_path / "student") as student:
        yield student
