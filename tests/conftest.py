"""What many tests share."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.anki_collection import Student, open_student


def pytest_configure() -> None:
    """Let Ctrl-C be heard: a shell has its background jobs deaf to it, and they theirs."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Real Chromium, the system's own; must be there where CI is set."""
    where = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if where is None:
        if os.environ.get("CI"):
            pytest.fail("cards are looked at in Chromium, and it is not here")
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield browser
        browser.close()
