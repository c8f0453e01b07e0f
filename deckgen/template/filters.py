"""What stands before a field's name: `{{filter:filter:Field}}`, the last one applied first.

At a filter that Anki does not know it stops, and shows what it has so far.
"""

import re
from collections.abc import Callable
from html.entities import name2codepoint

from deckgen.template import blake3
from deckgen.template.clozes import Asked, revealed, revealed_alone, without_html
from deckgen.template.parsing import BLANKS

Filter = Callable[[str, str, Asked], str]

_SPEECH = "tts "
_ENTITY = re.compile(r"&(?:#(?P<decimal>[0-9]+)|#x(?P<hex>[0-9a-fA-F]+)|(?P<name>[0-9A-Za-z]+));")
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
    name = f"hint{blake3.digest((text + field).encode()).hex()[:16]}"
    return f"""
<a class=hint href="#"
onclick="this.style.display='none';
document.getElementById('{name}').style.display='block';
return false;" draggable=false>
{field}</a>
<div id="{name}" class=hint style="display: none">{text}</div>
"""


def _plain(text: str) -> str:
    """Take the HTML out of a text: tags, and entities if there is none that Anki does not know."""
    text = without_html(text)
    if "&" not in text:
        return text
    try:
        plain = _ENTITY.sub(_character, text)
    except ValueError:
        return text
    if text.count("&") != len(_ENTITY.findall(text)):
        return text
    return plain.replace("\u00a0", " ")


def _character(match: re.Match[str]) -> str:
    if match["name"]:
        code = name2codepoint.get(match["name"], -1)
    else:
        code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
    if code not in range(0x110000) or code in range(0xD800, 0xE000):
        raise ValueError(match[0])
    return chr(code)


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
