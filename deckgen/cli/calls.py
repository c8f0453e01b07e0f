"""What all commands share: the group, the folder they are given, exit statuses."""

import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from deckgen import __version__

DONE, FAULTY, UNUSABLE = 0, 1, 2

FOLDER = click.argument("folder", default="cards", type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deckgen")
def main() -> None:
    """Decks as code: compile curated YAML items into Anki decks.

    FOLDER is a project folder, 'cards' if left out.
    """
    # A build that is told to stop puts away what it has begun.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def reports_unusable(command: Callable[..., int]) -> Callable[..., NoReturn]:
    """Turn a wrong call or environment into a line and exit status 2."""

    @wraps(command)
    def run_command(*args: Any, **kwargs: Any) -> NoReturn:
        import gc

        from deckgen.diagnostics import Unusable

        # Nothing in the chain is cyclic, and walking what it holds takes a third of the time.
        gc.disable()
        try:
            status = command(*args, **kwargs)
        except Unusable as error:
            click.echo(f"deckgen: {error}", err=True)
            status = UNUSABLE
        sys.exit(status)

    return run_command
