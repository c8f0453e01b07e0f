"""Media inside of a page, as far as there is room for them."""

from base64 import b64encode
from collections.abc import Iterable
from mimetypes import MimeTypes
from typing import Final

from deckgen.diagnostics import Unusable
from deckgen.model import Content

ROOM: Final = 20_000_000  # bytes: a page twice as large takes long to open on a phone
_TYPES: Final = MimeTypes()  # Python's own list alone, the same on every machine
for _type, _extension in (("image/webp", ".webp"), ("image/avif", ".avif"), ("audio/ogg", ".ogg"),
                          ("audio/ogg", ".oga"), ("audio/ogg", ".opus"), ("audio/ogg", ".spx"),
                          ("audio/mp4", ".m4a"), ("audio/flac", ".flac"), ("audio/wav", ".wav")):
    _TYPES.add_type(_type, _extension)


def embedded(media: Iterable[tuple[str, Content]]) -> tuple[dict[str, str], list[str]]:
    """Give files as data URIs by their names, and name those for which there is no room.

    A file that cannot be read is left out too.
    """
    room, taken, left_out = ROOM, {}, []
    for name, content in media:
        try:
            with content.open("rb") as file:
                raw = file.read(room + 1)
        except (OSError, Unusable):
            raw = None
        if raw is None or len(raw) > room:
            left_out.append(name)
            continue
        room -= len(raw)
        kind = _TYPES.guess_type(name)[0] or "application/octet-stream"
        taken[name] = f"data:{kind};base64,{b64encode(raw).decode()}"
    return taken, left_out
