"""The page itself: the written files beside this package, filled with a deck.

Its policy lets no request out and only its own script run; the frames that cards are shown in
have no scripts at all, and inherit it.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

# Tells the page to load itself anew; only in a page that `watch` serves, never in one in a file.
_LISTEN = 'new EventSource("/saved").onmessage = () => location.reload();'


def page(contents: Mapping[str, Any], *, is_served: bool = False) -> bytes:
    """Write the page of a deck."""
    script = _file("page.js") + (_LISTEN if is_served else "")
    policy = [
        "default-src 'none'", f"script-src 'sha256-{_hash(script)}'",
        "style-src 'unsafe-inline'",  # cards have styles of their own, each in its own frame
        "img-src data:", "media-src data:", "font-src data:", "base-uri 'none'",
        "form-action 'none'", *(["connect-src 'self'"] if is_served else []),
    ]
    parts = {
        "policy": "; ".join(policy), "title": escape(contents["deck"]["name"] or "deckgen"),
        "style": _file("page.css"), "script": script,
        "contents": _as_json({**contents, "frame": _file("frame.css")}),
    }
    # In one pass, as what is filled in may hold anything.
    filled = re.sub(f"%({'|'.join(parts)})%", lambda match: parts[match[1]], _file("page.html"))
    return filled.encode("utf-8", "replace")


def _file(name: str) -> str:
    return files("deckgen").joinpath("preview_files", name).read_text("utf-8")


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def _as_json(contents: Mapping[str, Any]) -> str:
    return _in_script(json.dumps(contents, ensure_ascii=False, separators=(",", ":")))


def _in_script(text: str) -> str:
    """Write JSON so that it neither ends the element that it stands in nor begins a comment."""
    return text.replace("</", "<\\/").replace("<!", "\\u003c!")
