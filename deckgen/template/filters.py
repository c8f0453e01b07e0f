"""What stands before a field's name: `{{filter:filter:Field}}`, the last one applied first.

At a filter that Anki does not know it stops, and shows what it has so far.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html.entities import name2codepoint

from deckgen.template import blake3
from deckgen.template.clozes import Asked, revealed, revealed_alone, without_html
from deckgen.template.parsing import BLANKS

Filter = Callable[[str, str, Asked], str]

_SPEECH = "tts "
_ENTITY = re.compile(
    r"&(?:#0*(?P<decimal>[0-9]{1,7})|#x0*(?P<hex>[0-9a-fA-F]{1,6})|(?P<name>[0-9A-Za-z]+));"
)
_READING = re.compile(r" ?([^ >]+?)\[(.+?)\]")


def filtered(text: str, field: str, filters: tuple[str, ...], asked: Asked) -> str:
    """Apply filters to a field's text."""
    if filters[0] == "type":
        kind = filters[1] if filters in (("type", "cloze"), ("type", "nc")) else ""
        return _to_type(f"{kind}:{field}" if kind else field)
    for name in reversed(filters):
        apply = _FILTERS.get(name)
        if apply is not None:
            text = apply(text, field, asked)
        elif name.startswith(_SPEECH):
            text = f"[anki:tts lang={name.removeprefix(_SPEECH)}]{text}[/anki:tts]"
        elif name:
            break
    return text


def _to_type(field: str) -> str:
    return f"[[type:{field}]]"


def _hint(text: str, field: str) -> str:
    """Hide a text behind a link with the field's name, unless there is none."""
    if not text.strip(BLANKS):
        return text
    name = _name_of_hint(text + field)
    return f"""
<a class=hint href="#"
onclick="this.style.display='none';
document.getElementById('{name}').style.display='block';
return false;" draggable=false>
{field}</a>
<div id="{name}" class=hint style="display: none">{text}</div>
"""


@lru_cache(maxsize=64)
def _name_of_hint(text: str) -> str:
    """Name a hint by what is in it; kept, because both sides may show it."""
    return f"hint{blake3.digest(text.encode()).hex()[:16]}"


def _plain(text: str) -> str:
    """Take the HTML out of a text: tags, and entities, unless there is an `&` that begins none."""
    text = without_html(text)
    if "&" not in text:
        return text
    characters = [_character(match) for match in _ENTITY.finditer(text)]
    if None in characters or len(characters) < text.count("&"):
        return text
    return _ENTITY.sub(lambda match: _character(match) or "", text).replace("\u00a0", " ")


def _character(entity: re.Match[str]) -> str | None:
    """Give the character that an entity stands for; the names are those of HTML 4."""
    if entity["name"]:
        code = name2codepoint.get(entity["name"], -1)
    elif entity["hex"]:
        code = int(entity["hex"], 16)
    else:
        code = int(entity["decimal"])
    return chr(code) if 0 <= code < 0xD800 or 0xE000 <= code < 0x110000 else None


def _readings(written: Callable[[str, str], str]) -> Callable[[str], str]:
    """Show each `字[reading]` as it is to be written."""
    def shown(match: re.Match[str]) -> str:
        is_sound = match[2].startswith("sound:")
        return match[0] if is_sound else written(match[1], match[2])

    return lambda text: _READING.sub(shown, text.replace("&nbsp;", " "))


def _of_text(change: Callable[[str], str]) -> Filter:
    return lambda text, field, asked: change(text)


_FILTERS: dict[str, Filter] = {
    "text": _of_text(_plain),
    "furigana": _of_text(_readings(lambda sign, above: f"<ruby><rb>{sign}</rb><rt>{above}</rt></ruby>")),
    "kana": _of_text(_readings(lambda sign, above: above)),
    "kanji": _of_text(_readings(lambda sign, above: sign)),
    "hint": lambda text, field, asked: _hint(text, field),
    "type": lambda text, field, asked: _to_type(field),
    "cloze": lambda text, field, asked: revealed(text, asked),
    "cloze-only": lambda text, field, asked: revealed_alone(text, asked),
}
