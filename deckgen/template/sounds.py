"""Sounds and speech in the HTML of a side, in the place of which Anki puts a button."""

import re

from deckgen.template.parsing import isolated

_SOUND = re.compile(
    r"\[sound:[^]]+\]"
    # A directive is one only if all its options are well formed; Anki leaves alone what it holds.
    r"|\[anki:(?P<what>[^\s\]]+)"
    r"(?P<options>(?:\s+[^\s=\]]+=(?:\"[^\"]*\"|[^\s\]\"]*))*)\s*\].*?\[/anki:(?P=what)\]",
    re.DOTALL,
)
_LANGUAGE = re.compile(r"\slang=(?:\"[^\"]|[^\s\"])")
_NO_LANGUAGE = (
    f"[Error in directive '{isolated('anki:tts')}': "
    + isolated(f"'{isolated('lang')}' not set") + "]"
)


def with_buttons(html: str, side: str) -> str:
    """Put a button for every sound and all speech; `side` is "q" or "a"."""
    if "[sound:" not in html and "[anki:" not in html:
        return html
    count = 0

    def button(match: re.Match[str]) -> str:
        nonlocal count
        what = match["what"]
        if what is not None and what != "tts":
            return match[0]
        if what and _LANGUAGE.search(match["options"]) is None:
            return _NO_LANGUAGE
        count += 1
        return f"[anki:play:{side}:{count - 1}]"

    return _SOUND.sub(button, html)
