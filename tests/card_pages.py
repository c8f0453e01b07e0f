"""Cards as pages: the frame in which Anki shows them, and what a browser makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deckgen.apkg import read_package
from deckgen.model import Note, NoteType
from deckgen.template import Card, Renderer, Sides

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Request

SCREENS = {"360": (360, 740), "390": (390, 844), "1280": (1280, 800)}
_PHONE = 700  # below this width it is one


class Shown(NamedTuple):
    """A card and the HTML of its sides."""

    key: str
    section: str
    ordinal: int
    css: str
    sides: Sides

    def page(self, html: str, *, night: bool, width: int) -> str:
        """Put a side into the frame that Anki has around a card."""
        return framed(self.css, html, self.ordinal, night=night, width=width)


def shown(package: Path) -> Iterator[Shown]:
    """Render every card of a package."""
    deck = read_package(package)
    renderers: dict[tuple[str, int], Renderer] = {}
    for note in deck.notes:
        for ordinal in note.cards:
            yield _shown(note, note.note_type, ordinal, renderers)


def _shown(
    note: Note, made: NoteType, ordinal: int, renderers: dict[tuple[str, int], Renderer]
) -> Shown:
    place = 0 if made.is_cloze else ordinal
    name, _, front, back = made.templates[place]
    names = [field for field, _ in made.fields]
    known = made.section, place
    if known not in renderers:
        renderers[known] = Renderer(names, front, back, is_cloze=made.is_cloze)
    card = Card(ordinal, name, made.name, note.deck, note.tags)
    sides = renderers[known].render(dict(zip(names, note.fields, strict=True)), card)
    return Shown(note.fields[-1], made.section, ordinal, made.css, sides)


# Anki styles what is around a card, and these rules outrank a plain class of the card's own.
_ANKIS = """
body { margin: 20px; overflow-wrap: break-word; background-color: #f5f5f5; color: #020202; }
body.nightMode { background-color: #2c2c2c; color: #fcfcfc; }
hr { background-color: #858585; margin: 1em; }
.nightMode img { filter: none; }
"""


def framed(css: str, html: str, ordinal: int, *, night: bool, width: int) -> str:
    """Write the page of a side: Anki's classes for the card, the night and the platform."""
    platform = "mobile android chrome linux js" if width < _PHONE else "chrome linux"
    night_root = " night-mode" if night else ""
    night_body = " nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="{platform}{night_root}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_ANKIS}</style>"
        f'</head><body class="card card{ordinal + 1}{night_body}">'
        f'<div id="_mark"></div><div id="_flag"></div><div id="qa"><style>{css}</style>{html}</div>'
        "</body></html>"
    )


@dataclass
class Screen:
    """A browser's window, with what went wrong in it."""

    page: "Page"
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def show(self, html: str) -> None:
        """Show a page."""
        self.page.set_content(html, wait_until="load")

    def ask(self, script: str) -> Any:
        """Run a script in the page and give what it gives."""
        return self.page.evaluate(script)

    def faults(self) -> list[str]:
        """What is wrong with the page that is shown: too wide, too faint, outside of its picture."""
        return [*map(str, self.ask(_FAULTS)), *self.errors, *self.requests]


def open_screen(browser: "Browser", width: int, height: int) -> Screen:
    """Open a window in which every request and every error is noted; none is answered."""
    context = browser.new_context(viewport={"width": width, "height": height})
    screen = Screen(context.new_page())

    def refuse(request: "Request") -> None:
        if not request.url.startswith(("about:", "data:")):
            screen.requests.append(f"asks for {request.url}")

    def dismiss(dialog: "Dialog") -> None:
        screen.errors.append("opens a dialog")
        dialog.dismiss()

    screen.page.on("request", refuse)
    screen.page.on("pageerror", lambda error: screen.errors.append(f"fails: {error}"))
    screen.page.on("console", lambda said: screen.errors.append(f"says: {said.text}")
                   if said.type in {"error", "warning"} else None)
    screen.page.on("dialog", dismiss)
    return screen


# Contrast is that of the Web Content Accessibility Guidelines 2.1: 4.5 to 1, and 3 to 1 for text
# of 24 px, or 18.66 px in bold. What shows behind a text is laid over what is behind that.
_FAULTS = r"""
() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`is ${root.scrollWidth} px wide`);

  const channels = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) =>
    [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(channels(getComputedStyle(e).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const walker = document.createTreeWalker(document.getElementById("qa"), NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const style = getComputedStyle(element);
    if (!node.textContent.trim() || ["STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    const size = parseFloat(style.fontSize);
    if (!boxes.length || size === 0) continue;
    if (seen.has(element)) continue;
    seen.add(element);
    const isDrawn = element instanceof SVGElement;
    const back = behind(element);
    const ink = over(channels(isDrawn ? style.fill : style.color), back);
    const [dark, light] = [luminance(ink), luminance(back)].sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const what = `'${node.textContent.trim().slice(0, 30)}' (.${element.getAttribute("class") || element.parentElement.className})`;
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`${what} has a contrast of ${ratio.toFixed(2)}`);
    if (size < 11) found.push(`${what} has ${size} px`);
    if (isDrawn) {
      const picture = element.closest("svg").getBoundingClientRect();
      for (const box of boxes) {
        if (box.right > picture.right + 0.5 || box.bottom > picture.bottom + 0.5 || box.left < picture.left)
          found.push(`${what} leaves its picture by ${(box.right - picture.right).toFixed()} px`);
      }
    }
  }
  return found;
}
"""
