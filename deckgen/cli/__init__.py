"""Arguments in, exit status out; the only room that knows click."""

import os
import sys
from typing import NoReturn

# isort: off
from deckgen.cli import writing, releasing, printing, tables, editions  # as the README lists them
# isort: on
from deckgen.cli.calls import UNUSABLE, main

__all__ = ["editions", "main", "printing", "releasing", "run", "tables", "writing"]


def run() -> NoReturn:
    """Run the console script, and leave at once: half a million objects need no taking apart."""
    status = UNUSABLE
    try:
        main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else UNUSABLE
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader has seen enough
        pass
    os._exit(status)
