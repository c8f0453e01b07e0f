"""References to media into names that say what is in the file.

Anki takes two files of one name for one file, and never replaces a file it has. A name with a hash
of the content is another name for other content, and changes the note that refers to it.
"""

import difflib
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

from deckgen.diagnostics import Diagnostic
from deckgen.markdown import attribute
from deckgen.model import Files, Item, Media, Shape

IMAGES = frozenset("png jpg jpeg gif svg webp avif bmp tif tiff ico".split())
SOUNDS = frozenset("mp3 ogg oga opus wav m4a flac aac webm mp4 3gp spx".split())
_EXTENSIONS = {Shape.IMAGE: IMAGES, Shape.AUDIO: SOUNDS}
_IMG = re.compile(r'<img src="([^"]*)"')


class MediaShelf:
    """The media of one build: checks references, names files, remembers which are used."""

    def __init__(self, media: Mapping[str, Media]) -> None:
        self.media = media
        self.used: dict[str, Media] = {}  # by the name in the package
        self.found: list[Diagnostic] = []

    def field(self, item: Item, shape: Shape, files: Files) -> str:
        """Write the HTML of a field that holds media."""
        return " ".join(
            f"[sound:{name}]" if shape is Shape.AUDIO
            else f'<img src="{name}" alt="{attribute(PurePosixPath(file.text.strip()).stem)}">'
            for file in files.items
            if (name := self._checked(item, file.at, file.text.strip(), shape)) is not None
        )

    def in_html(self, item: Item, at: int, html: str) -> str:
        """Rewrite the pictures in a field's HTML."""

        def rename(match: re.Match[str]) -> str:
            reference = unquote(unescape(match[1]))
            name = self._checked(item, at, reference, Shape.IMAGE)
            return f'<img src="{escape(name)}"' if name is not None else match[0]

        return _IMG.sub(rename, html) if "<img" in html else html

    def _checked(self, item: Item, at: int, reference: str, shape: Shape) -> str | None:
        """Return the name in the package, or report what is wrong with the reference."""
        fault = self._fault(reference, shape)
        if fault is not None:
            self.found.append(item.file.error(at, *fault))
            return None
        media = self.media[reference]
        name = hashed_name(reference, media.digest)
        self.used[name] = media
        return name

    def _fault(self, reference: str, shape: Shape) -> tuple[str, str] | None:
        path = PurePosixPath(reference)
        if re.match(r"[a-z]+:|//", reference, re.IGNORECASE):
            return "remote-media", (f"{reference!r} lies on a network, and a deck must work without "
                                    "one; put the file into media/ and name it here")
        if path.is_absolute() or ".." in path.parts or "\\" in reference:
            return "media-outside", (f"{reference!r} leads out of media/; put the file into media/ "
                                     "and write its path below it, with '/'")
        media = self.media.get(reference)
        if media is None:
            near = difflib.get_close_matches(reference, self.media, 1)
            hint = f"did you mean {near[0]!r}?" if near else "put the file there"
            return "missing-media", f"there is no {reference!r} in media/; {hint}"
        if media.is_empty:
            return "empty-media", f"the file {reference!r} is empty; put the right file there"
        if path.suffix[1:].lower() not in _EXTENSIONS[shape]:
            known = ", ".join(sorted(_EXTENSIONS[shape]))
            return "wrong-media", f"{reference!r} is no {shape} that Anki shows ({known})"
        return None


def hashed_name(path: str, digest: str) -> str:
    """`maps/Ukraine 2014.PNG` with its content's hash: `ukraine-2014-9f86d081884c7d65.png`."""
    pure = PurePosixPath(path)
    stem = re.sub(r"[^a-z0-9]+", "-", pure.stem.lower()).strip("-") or "media"
    return f"{stem[:60]}-{digest}{pure.suffix.lower()}"
