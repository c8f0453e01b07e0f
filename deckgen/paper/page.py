"""The page around what is printed: its head, its style, its direction, its pictures."""

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple
from unicodedata import bidirectional

from deckgen.embedding import embedded
from deckgen.markdown import words
from deckgen.project import Result

# Languages and scripts that are written from the right, by their subtags.
_FROM_THE_RIGHT: Final = frozenset(
    "ar arc ckb dv fa he ks ps sd syr ug ur yi arab hebr syrc thaa nkoo".split())
_IMG: Final = re.compile(r'<img src="([^"]*)"([^>]*)>')
_BLOCK: Final = re.compile(r"<(?:p|ul|ol|blockquote|pre|table|h[1-6]|hr|div)\b")


class Page(NamedTuple):
    """What stands on a page: its name for files and styles, what it is called, its body in HTML."""

    form: str
    title: str
    body: str
    told: str  # what is on it, counted


def written(page: Page, result: Result) -> tuple[bytes, int]:
    """Write a page as HTML; also count the pictures for which there was no room."""
    project = result.project
    if project is None or result.compiled is None:
        raise TypeError(result)
    shown = {name for name, _ in _IMG.findall(page.body)}
    media = [(name, content) for name, content in result.compiled.deck.media if name in shown]
    pictures, left_out = embedded(media)
    body = _IMG.sub(lambda match: _picture(pictures.get(match[1], ""), match[2]), page.body)
    running = _as_css(f"{project.name} · {page.title}")
    parts = {
        "language": escape(project.language), "direction": _direction(project.language),
        "title": escape(f"{project.name} – {page.title}"), "name": escape(project.name),
        "name-direction": direction(project.name), "form": page.form, "kind": escape(page.title),
        "style": _file("paper.css").replace("%running%", running) + _file(f"{page.form}.css"),
        "body": body,
    }
    # In one pass, as what is filled in may hold anything.
    filled = re.sub(f"%({'|'.join(parts)})%", lambda match: parts[match[1]], _file("paper.html"))
    return filled.encode("utf-8", "replace"), len(left_out)


def box(tag: str, name: str, html: str) -> str:
    """Put HTML into an element that runs in the direction of its first letter.

    What has paragraphs or lists in it gets a `div`, whatever is asked for.
    """
    tag = "div" if _BLOCK.search(html) else tag
    return f'<{tag} class="{name}" dir="{direction(words(html))}">{html}</{tag}>'


def direction(text: str) -> str:
    """Say in which direction text runs: in that of its first letter, as browsers do for `auto`."""
    kinds = (bidirectional(char) for char in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def joined(parts: Iterable[str], between: str = "\n") -> str:
    """Put pieces of HTML one after another, without those that are empty."""
    return between.join(filter(None, parts))


def _direction(language: str) -> str:
    """Say from which side a language is written; a script that is named decides."""
    subtags = language.casefold().split("-")
    script = next((tag for tag in subtags[1:] if len(tag) == 4 and tag.isalpha()), subtags[0])
    return "rtl" if script in _FROM_THE_RIGHT else "ltr"


def _picture(address: str, rest: str) -> str:
    return f'<img src="{address}"{rest}>' if address else '<span class="missing">[picture]</span>'


def _as_css(text: str) -> str:
    """Write text as a CSS string: all but letters and digits as numbers, each ended by a space."""
    return '"' + "".join(char if char.isalnum() else f"\\{ord(char):x} " for char in text) + '"'


def _file(name: str) -> str:
    return files("deckgen").joinpath("paper_files", name).read_text("utf-8")
