"""Sounds and speech in the HTML of a side, in the place of which Anki puts a button."""

import re

from deckgen.template.parsing import isolated

_OPTION = r"[ \t\r\n]*+([^ \t\r\n=\]]++)=(?:\"([^\"]*)\"|([^ \t\r\n\]\"]*+))"
_SOUND = re.compile(
    r"\[sound:[^]]+\]"
    # A directive, whose options all are well formed. Anki leaves what it holds alone.
    rf"|\[anki:(?P<what>[^ \t\r\n\]]++)(?P<options>(?:{_OPTION})*+)[ \t\r\n]*\]"
    r".*?\[/anki:(?P=what)\]",
    re.DOTALL,
)
_OPTIONS = re.compile(_OPTION)
_NO_LANGUAGE = (
    f"[Error in directive '{isolated('anki:tts')}': "
    + isolated(f"'{isolated('lang')}' not set") + "]"
)


def with_buttons(html: str, side: str, played: list[tuple[str, str]]) -> str:
    """Put a button for every sound and all speech; `side` is "q" or "a".

    Each button goes to `played`, with the name of its file; speech has none.
    """
    if "[sound:" not in html and "[anki:" not in html:
        return html
    count = 0

    def button(match: re.Match[str]) -> str:
        nonlocal count
        what = match["what"]
        if what is not None and what != "tts":
            return match[0]
        if what and not _options(match["options"]).get("lang"):
            return _NO_LANGUAGE
        count += 1
        name = f"[anki:play:{side}:{count - 1}]"
        played.append((name, "" if what else match[0][len("[sound:") : -1]))
        return name

    return _SOUND.sub(button, html)


def _options(text: str) -> dict[str, str]:
    """Read the options of a directive; of two with one name, the last holds."""
    return {name: quoted or plain for name, quoted, plain in _OPTIONS.findall(text)}
