"""What a program has written on a pseudo-terminal."""

import os
from contextlib import suppress


def read_all(terminal: int) -> str:
    """Read to the end, and close: it comes in pieces; then Linux says EIO, others nothing."""
    seen = b""
    with suppress(OSError):
        while piece := os.read(terminal, 1 << 16):
            seen += piece
    os.close(terminal)
    return seen.decode()
