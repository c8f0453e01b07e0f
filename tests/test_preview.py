"""The page of a deck in real Chromium: what it shows is what Anki shows, and nothing on it can act."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import create_server
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from benchmarks.decks import write_deck
from deckgen import cli, embedding
from deckgen.preview import page_of, preview
from deckgen.preview.packing import Side, packed
from deckgen.project import build, check
from deckgen.sentences import of_project, weighed
from deckgen.serving import Shown
from tests.anki_collection import Student, copy_shipped, release, write_cards
from tests.test_anki_import import with_media

if TYPE_CHECKING:
    from socket import socket

    from playwright.sync_api import Browser, FrameLocator, Locator, Page

# Anki's own frame around a card, filled with Anki's own HTML, to compare the page's frames with.
FRAME = """<!doctype html><html class="{html}"><head><meta charset="utf-8"><style>{frame}</style></head>
<body class="card card{number} {body}"><div id="qa">{content}</div></body></html>"""
COLOURS = """(root) => [...root.querySelectorAll("*"), root].map((each) => {
  const style = getComputedStyle(each);
  return [each.localName, style.color, style.backgroundColor, style.fontSize, style.fontWeight,
          style.borderTopColor];
})"""
# Items that a reader of the page would rather not run.
HOSTILE = """
    questions:
      - id: script
        q: "<script>window.top.hacked = 1</script> <img src=x onerror='window.top.hacked = 2'>"
        a: "</div></body></html><style>body, #top { display: none }</style>"
      - id: broken
        q: "]]> --> </script><script>top.hacked = 3</script> <!-- <script>"
        a: "`</script>` <iframe src='https://example.org'></iframe> ${1} %contents% \\uE000 \\uF8FF"
"""
# A kind of its author's own, whose templates are raw HTML with whatever comes to mind.
RAW_KIND = """
    section: horrors
    singular: horror
    label: Horror
    fields:
      text: {takes: line, required: "yes"}
    cards:
      one:
        front: |
          <script>window.top.hacked = 4; parent.document.body.textContent = ""</script>
          <img src="x" onerror="window.top.hacked = 5"><img src="https://example.org/pixel.png">
          <style>@import url(https://example.org/a.css); #top, h1 { display: none !important }
          body { background: url(https://example.org/b.png) }</style>
          <link rel="stylesheet" href="https://example.org/c.css"><base href="https://example.org/">
          <meta http-equiv="refresh" content="0;url=https://example.org/">
          <iframe src="javascript:top.hacked = 6"></iframe><object data="https://example.org"></object>
          <svg onload="window.top.hacked = 7"><a href="javascript:top.hacked = 8"><text y="9">t</text></a></svg>
          <a class="out" href="https://example.org/" target="_top">away</a>
          <form action="https://example.org"><button class="send">send</button></form>
          <div style="position: fixed; inset: 0; z-index: 9999">{{Text}}</div>
        back: "</div></body></html><h1>{{Text}}</h1>"
"""


class Opened:
    """A page that is open, what went wrong in it, and what it asked for."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.troubles: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def contents(self) -> Any:
        """What the page was given."""
        return json.loads(self.page.locator("#contents").inner_text())

    def count(self) -> str:
        """What it says of how many cards there are."""
        return self.page.locator("#count").inner_text()

    def row(self, place: int) -> "Locator":
        """A card in the list, by its place among those shown."""
        return self.page.locator(f'.row[data-place="{place}"]')

    def side(self, place: int, side: str) -> "FrameLocator":
        """What is inside the frame of a side."""
        frame = self.row(place).locator(f".{side} iframe")
        frame.scroll_into_view_if_needed()
        frame.and_(self.page.locator("[data-shown]")).wait_for()
        return frame.content_frame

    def key(self, *keys: str) -> None:
        """Press keys, with nothing focused."""
        self.page.evaluate("document.activeElement.blur()")
        for key in keys:
            self.page.keyboard.press(key)


@contextmanager
def opened(browser: "Browser", page: Path | str, **settings: Any) -> Iterator[Opened]:
    """Open a page in a new window; nothing may go wrong in it."""
    settings = {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light", **settings}
    context = browser.new_context(**settings)
    try:
        made = Opened(context.new_page())
        made.page.goto(page if isinstance(page, str) else page.as_uri())
        made.page.locator("html[data-ready]").wait_for(state="attached")
        yield made
    finally:
        context.close()


def page_for(cards: Path) -> Path:
    """Write the page of a project."""
    made = preview(cards, cards.parent / "build")
    assert made.page is not None, made.result.found
    return made.page


@pytest.fixture(scope="module")
def shipped_cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in this repository."""
    return copy_shipped(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def shipped(shipped_cards: Path) -> Path:
    """Its page."""
    return page_for(shipped_cards)


# ---------------------------------------------------------------- what it shows


def test_the_page_stands_alone(browser: "Browser", shipped: Path, shipped_cards: Path) -> None:
    """From a file, it asks for nothing, nothing goes wrong, and every card of the build is there."""
    with opened(browser, shipped) as made:
        made.side(0, "back")
        for key in "stmc":
            made.key(key)
            made.page.wait_for_timeout(100)
        compiled = check(shipped_cards).compiled
        assert compiled is not None
        total = sum(len(note.cards) for note in compiled.deck.notes)
        assert made.count() == f"{total} cards"
        assert sum(len(item["cards"]) for item in made.contents()["items"]) == total
        assert made.troubles == []
        assert [url for url in made.requests if not url.startswith("data:")] == [shipped.as_uri()]


def html_of(contents: Any) -> dict[tuple[str, int], tuple[str, str]]:
    """The sides of every card as the page has them, by the item's id and the card's ordinal."""
    def whole(text: str) -> str:
        return re.sub("[\ue000-\uf8fe]", lambda m: contents["pieces"][ord(m[0]) - 0xE000], text)

    return {
        (item["id"], card["n"]): (whole(card["q"]), whole(card["a"]).replace("\uf8ff", whole(card["q"])))
        for item in contents["items"] for card in item["cards"]
    }


def test_every_card_has_ankis_html(browser: "Browser", student: Student, tmp_path: Path) -> None:
    """Byte for byte, on both sides, of all cards of the shipped deck."""
    cards = copy_shipped(tmp_path)
    student.install(release(cards))
    with opened(browser, page_for(cards)) as made:
        shown = sorted(html_of(made.contents()).values())
    assert shown == sorted((sides.question, sides.answer) for sides in student.all_sides().values())


@pytest.mark.parametrize("is_night", [False, True], ids=["light", "night"])
def test_frames_look_as_in_anki(
    browser: "Browser", student: Student, tmp_path: Path, is_night: bool
) -> None:
    """A card of each kind: its words, colours and sizes are those of Anki's HTML in Anki's frame."""
    cards = copy_shipped(tmp_path)
    student.install(release(cards))
    anki = {}
    for card_id in student.card_ids().values():
        card = student.col.get_card(card_id)
        anki[card.note()["Id"], card.ord] = (card.question(), card.answer())
    with opened(browser, page_for(cards), color_scheme="dark" if is_night else "light") as made:
        contents = made.contents()
        beside = made.page.context.new_page()
        night = {"html": "night-mode", "body": "nightMode night_mode"}
        dress = night if is_night else {"html": "", "body": ""}
        for kind in contents["kinds"]:
            made.page.select_option("#of-kind", kind["section"])
            item = next(item for item in contents["items"]
                        if contents["kinds"][item["kind"]] == kind and item["cards"])
            ordinal = item["cards"][0]["n"]
            made.row(0).locator("h2", has_text=kind["label"]).wait_for()
            for side, content in zip(("front", "back"), anki[item["id"], ordinal], strict=True):
                inside = made.side(0, side).locator("html")
                width = int(inside.evaluate("() => innerWidth"))
                beside.set_viewport_size({"width": width, "height": 800})
                beside.set_content(FRAME.format(frame=contents["frame"], number=ordinal + 1,
                                                content=content, **dress))
                wanted = beside.locator("html")
                assert inside.inner_text() == wanted.inner_text()
                there, here = inside.evaluate(COLOURS), wanted.evaluate(COLOURS)
                left_out = ("head", "meta", "style")  # which stand in another order
                assert [row for row in there if row[0] not in left_out] == \
                    [row for row in here if row[0] not in left_out]


def test_what_is_retired_is_shown(browser: "Browser", tmp_path: Path) -> None:
    """Cards of items that are no more, and those that an item no longer makes."""
    cards = write_cards(tmp_path, one="""
        questions:
          - {id: a, q: First question?, a: First answer}
          - {id: gone, q: Second question?, a: Second answer}
        sentences:
          - {id: s, text: "In ==1997== they met in ==Paris== for the second time."}
    """)
    release(cards)
    write_cards(tmp_path, one="""
        questions: [{id: a, q: First question?, a: First answer}]
        sentences: [{id: s, text: "In ==1997== they met in Paris for the second time."}]
    """)
    with opened(browser, page_for(cards)) as made:
        assert made.count() == "4 cards"
        assert "Retired" in made.side(3, "front").locator("body").inner_text()
        assert made.row(3).locator(".about .at").inner_text() == "gone"
        assert "retired" in made.row(2).locator(".why summary").inner_text()


def test_night_follows_ankis_classes(browser: "Browser", shipped: Path) -> None:
    """On the frames that are there, and on those that come; the phone is told apart as well."""
    with opened(browser, shipped) as made:
        body, html = (made.side(0, "front").locator(name) for name in ("body", "html"))
        assert body.get_attribute("class") == "card card1"
        made.key("n")
        assert body.get_attribute("class") == "card card1 nightMode night_mode"
        assert html.get_attribute("class") == "night-mode"
        assert is_dark(body.evaluate("(b) => getComputedStyle(b).backgroundColor"))
        made.key("j", "j", "p")
        later = made.side(2, "back").locator("html")
        assert later.get_attribute("class") == "night-mode mobile"
        assert made.row(2).locator(".back iframe").bounding_box()["width"] == 360  # type: ignore[index]
        made.key("n")
        assert later.get_attribute("class") == "mobile"


def is_dark(colour: str) -> bool:
    """Whether a colour, as browsers write it, is nearly black."""
    return max(map(int, re.findall(r"\d+", colour)[:3])) < 70


# ---------------------------------------------------------------- filters, keys, study


def test_filters(browser: "Browser", shipped: Path) -> None:
    """By deck, kind, tag and text, together, in the address of nothing; Escape shows all again."""
    with opened(browser, shipped) as made:
        contents, page = made.contents(), made.page
        items = [item for item in contents["items"] for _ in item["cards"]]
        deck, kind = contents["decks"][4], contents["kinds"][1]
        tag = contents["tags"].index("weight::core")

        def wanted(**those: int) -> int:
            return sum(all(item[name] == value for name, value in those.items()) for item in items)

        page.select_option("#in-deck", deck)
        assert made.count().startswith(f"{wanted(deck=4)} of ")
        page.select_option("#of-kind", kind["section"])
        assert made.count().startswith(f"{wanted(deck=4, kind=1)} of ")
        both = sum(item["deck"] == 4 and item["kind"] == 1 and tag in item["tags"] for item in items)
        page.select_option("#with-tag", "weight::core")
        assert made.count().startswith(f"{both} of ")
        made.key("Escape")
        assert made.count() == f"{len(items)} cards"
        page.select_option("#with-tag", "weight")  # with all that is below it
        assert made.count() == f"{len(items)} cards"
        made.key("Escape", "/")
        page.keyboard.type("SCHOLZ kyiv")
        page.locator("#count", has_text=" of ").wait_for()
        number = int(made.count().split()[0])
        assert 0 < number < 10
        for place in range(number):
            text = made.side(place, "back").locator("body").inner_text().lower()
            assert "scholz" in text + made.row(place).inner_text().lower()
        made.key("Escape")
        page.fill("#text", "no card says this")
        page.locator("#none").wait_for()
        page.locator("#none button").click()
        assert made.count() == f"{len(items)} cards"


def test_keys(browser: "Browser", shipped: Path) -> None:
    """From card to card, which then has the focus; a back is covered; help."""
    with opened(browser, shipped) as made:
        made.key("j")
        made.page.locator('.row.now[data-place="1"]:focus').wait_for()
        for _ in range(9):
            made.page.keyboard.press("ArrowRight")
        made.page.locator('.row.now[data-place="10"]:focus').wait_for()
        made.page.keyboard.press("k")
        now = made.page.locator('.row.now[data-place="9"]:focus')
        now.wait_for()
        made.page.keyboard.press("Space")
        now.locator(".cover").wait_for()
        made.page.keyboard.press("Space")
        now.locator(".cover").wait_for(state="detached")
        made.page.keyboard.press("?")
        made.page.locator("#help[open]").wait_for()
        made.page.keyboard.press("Escape")
        made.page.locator("#help[open]").wait_for(state="detached")
        made.side(9, "front").locator("body").press("j")  # also from inside a card
        made.page.locator('.row.now[data-place="10"]').wait_for()


def test_study(browser: "Browser", tmp_path: Path) -> None:
    """Show, think, flip, knew it or not; what was not known comes again, until all is known."""
    cards = write_cards(tmp_path, one="""
        questions:
          - {id: a, q: First question?, a: First answer}
          - {id: b, q: Second question?, a: Second answer}
    """)
    with opened(browser, page_for(cards)) as made:
        def shown() -> str:
            frame = made.page.locator("#study iframe[data-shown]")
            frame.wait_for()
            return frame.content_frame.locator("body").inner_text()

        def known() -> str:
            return made.page.locator("#study [role=progressbar]").get_attribute("aria-valuenow") or ""

        made.key("s")
        assert "First question?" in shown()
        assert "First answer" not in shown()
        made.page.keyboard.press("2")  # not before the answer was seen
        made.page.keyboard.press("Space")
        made.page.get_by_role("button", name="Knew it").wait_for()
        assert "First answer" in shown()
        made.page.keyboard.press("1")
        assert "Second question?" in shown()
        assert known() == "0"
        made.page.keyboard.press("Space")
        made.page.get_by_role("button", name="Knew it").click()
        assert "First question?" in shown()
        assert known() == "1"
        made.page.keyboard.press("Space")
        made.page.keyboard.press("2")
        made.page.get_by_text("1 of 2 known at first sight.").wait_for()
        made.page.get_by_role("button", name="Study the one again").click()
        assert "First question?" in shown()


def test_timeline_and_map(browser: "Browser", tmp_path: Path) -> None:
    """All dates in order of time, those before Christ too; names and the items that share them."""
    cards = write_cards(tmp_path, one="""
        dates:
          - {id: b, date: 1990s, event: Much happens}
          - {id: a, date: 44 BC, event: Caesar is killed}
        treaties:
          - {id: t, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia]}
        actors:
          - {id: nato, name: NATO, role: An alliance}
        questions:
          - {id: q, q: What did NATO sign in 1997?, a: The Founding Act}
    """)
    with opened(browser, page_for(cards)) as made:
        made.key("t")
        years = made.page.locator("#timeline h2").all_inner_texts()
        assert years == ["44 BC", "1990", "1997"]
        assert made.page.locator("#timeline .day").all_inner_texts() == ["44 BC", "1990s", "27 May 1997"]
        made.page.get_by_role("button", name="Caesar is killed").click()
        assert made.row(0).locator(".about .at").inner_text().startswith("a ")
        made.page.get_by_role("button", name="Not only Caesar is killed").click()
        assert " of " not in made.count()
        made.key("m")
        names = made.page.locator("#map g[role=button]")
        assert [name.get_attribute("aria-label") for name in names.all()] \
            == ["Founding Act, 2 items", "NATO, 3 items"]
        names.nth(0).press("Enter")
        assert made.page.locator("#map .items button").count() == 2
        made.page.get_by_role("button", name="Show the cards of 2 items").click()
        assert made.row(0).locator("h2").inner_text().startswith("Treaty")


# ---------------------------------------------------------------- findings and reasons


def test_findings_stand_on_their_card(browser: "Browser", tmp_path: Path) -> None:
    """Also where a faulty item, of which there is no card, comes before or after it."""
    cards = write_cards(tmp_path, one="""
        questions:
          - id: fine
            q: What is fine?
            a: This
          - id: faulty
            q: Where is the answer?
            answre: here
          - id: yes-or-no
            q: Is this one of those questions?
            a: "Yes"
          - {id: flow, q: "Is {this} one too?", a: "No"}
          - {id: also-fine, q: And what else?, a: That}
    """)
    with opened(browser, page_for(cards)) as made:
        said = made.page.locator("#said")
        assert "2 errors" in said.inner_text()
        assert "'answre' is not a key" in said.inner_text()
        assert made.count() == "4 cards"
        rows = {made.row(i).locator(".about .at").inner_text().split()[0]: made.row(i) for i in range(4)}
        assert not rows["fine"].locator(".found").count()
    (cards / "one.yaml").write_text((cards / "one.yaml").read_text().replace("answre", "a"))
    with opened(browser, page_for(cards)) as made:
        made.page.locator("#found").check()
        assert made.count() == "2 of 5 cards"
        assert [made.row(i).locator(".about .at").inner_text().split()[0] for i in (0, 1)] \
            == ["yes-or-no", "flow"]
        assert made.page.locator("#said").is_hidden()


def test_gaps_have_their_reasons(browser: "Browser", tmp_path: Path) -> None:
    """What was chosen, weighed and refused, as `cloze --explain` has it."""
    cards = write_cards(tmp_path, one="""
        sentences:
          - id: s
            text: In 1997 NATO and Russia signed the Founding Act in Paris on 27 May 1997.
          - id: marked
            text: Nobody knew ==why== this was so.
    """)
    (sentence, _), *_ = of_project(cards)
    wanted = [each.text for each in weighed(sentence)]
    assert len(wanted) > 3
    with opened(browser, page_for(cards)) as made:
        why = made.row(0).locator(".why")
        assert why.locator("strong").inner_text() in wanted
        why.locator("summary").click()
        assert sorted(why.locator("th:not(.title)").all_inner_texts()) == sorted(wanted)
        assert "Refused" in why.inner_text()
        assert "the answer is shown elsewhere in the sentence" in why.inner_text()
        marked = made.page.locator(".row", has_text="marked").last
        assert "marked by the author" in (marked.locator(".why").text_content() or "")


# ---------------------------------------------------------------- what it is made safe against


def test_hostile_texts_are_text(browser: "Browser", tmp_path: Path) -> None:
    """Scripts, handlers, styles, ends of elements: they stand there, and do nothing."""
    with opened(browser, page_for(write_cards(tmp_path, one=HOSTILE))) as made:
        front = made.side(0, "front").locator("body")
        assert "<script>window.top.hacked = 1</script>" in front.inner_text()
        assert "</html><style>body" in made.side(0, "back").locator("body").inner_text()
        assert "<!-- <script>" in made.side(1, "front").locator("body").inner_text()
        assert "%contents% \ue000 \uf8ff" in made.side(1, "back").locator("body").inner_text()
        assert made.page.evaluate("window.hacked") is None
        assert made.page.locator("h1").is_visible()
        assert made.troubles == []
        assert len(made.requests) == 1


def test_hostile_templates_do_nothing(browser: "Browser", tmp_path: Path) -> None:
    """Raw HTML of an author's own kind stays inside its frame, runs nothing and asks for nothing."""
    (tmp_path / "cards/kinds").mkdir(parents=True)
    cards = write_cards(tmp_path, one="horrors: [{id: h, text: Boo}, {id: i, text: Boo again}]\n")
    with create_server(("127.0.0.1", 0)) as elsewhere, opened(browser, horrors(cards, elsewhere)) as made:
        front = made.side(0, "front")
        made.side(0, "back")
        assert "Boo" in front.locator("body").inner_text()
        front.locator(".out").dispatch_event("click")
        front.locator(".send").dispatch_event("click")
        made.page.wait_for_timeout(300)
        assert made.page.evaluate("window.hacked") is None
        assert made.page.locator("h1").first.is_visible()
        assert made.page.locator("#top").is_visible()
        assert made.page.url.startswith("file:")
        assert front.locator("script, link, base, meta[http-equiv], iframe, object, [onerror], [onload]").count() == 0
        assert made.count() == "2 cards"
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            elsewhere.accept()


def horrors(cards: Path, elsewhere: "socket") -> Path:
    """Write the page of a project with that kind, whose addresses are those of a server here."""
    host, port = elsewhere.getsockname()
    kind = dedent(RAW_KIND).replace("https://example.org", f"http://{host}:{port}")
    (cards / "kinds/horrors.yaml").write_text(kind, encoding="utf-8")
    return page_for(cards)


def test_the_frames_alone_would_hold(browser: "Browser", shipped: Path) -> None:
    """Even what is put into a frame afterwards cannot run there or load anything."""
    with opened(browser, shipped) as made:
        made.side(0, "front")
        made.page.evaluate("""() => {
            const inner = document.querySelector("iframe").contentDocument;
            inner.body.innerHTML += "<img src=x onerror='top.hacked = 1'>";
            const script = inner.createElement("script");
            script.textContent = "top.hacked = 2";
            inner.body.append(script);
            const here = document.createElement("script");
            here.textContent = "window.hacked = 3";
            document.body.append(here);
        }""")
        made.page.wait_for_timeout(300)
        assert made.page.evaluate("window.hacked") is None
        assert len([trouble for trouble in made.troubles if "Content Security Policy" in trouble]) > 1


# ---------------------------------------------------------------- media, TeX


def test_media_are_inside(browser: "Browser", tmp_path: Path) -> None:
    """Pictures are seen; a broken one and a broken sound do no harm."""
    with opened(browser, page_for(with_media(tmp_path))) as made:
        media = made.contents()["media"]
        assert media
        assert all(uri.startswith("data:") for uri in media.values())
        found = 0
        for place in range(sum(len(item["cards"]) for item in made.contents()["items"])):
            made.page.keyboard.press("j")
            back = made.side(place, "back")
            found += back.locator("img").count() + back.locator("audio").count()
            assert "[anki:play" not in back.locator("body").inner_text()
        assert found
        assert [url for url in made.requests if not url.startswith("data:")] == made.requests[:1]


def test_hints_and_speech(browser: "Browser", tmp_path: Path) -> None:
    """A hint is shown when it is asked for, though its script cannot run; speech is named."""
    (tmp_path / "cards/kinds").mkdir(parents=True)
    cards = write_cards(tmp_path, one="secrets: [{id: s, text: Hush, clue: Look here}]\n")
    (cards / "kinds/secrets.yaml").write_text(dedent("""
        section: secrets
        singular: secret
        label: Secret
        fields:
          text: {takes: line, required: "yes"}
          clue: {takes: line}
        cards:
          one: {front: "{{hint:Clue}} {{tts en_GB:Text}}", back: "{{type:Text}}"}
    """), encoding="utf-8")
    with opened(browser, page_for(cards)) as made:
        front = made.side(0, "front")
        assert "Look here" not in front.locator("body").inner_text()
        assert "speech" in front.locator("body").inner_text()
        front.locator("a.hint").click()
        assert "Look here" in front.locator("body").inner_text()
        assert made.side(0, "back").locator("#typeans").is_disabled()
        assert made.troubles == []


def test_media_too_large_are_named(
    browser: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What there is no room for is left out, and the page says so, at its top and on the card."""
    monkeypatch.setattr(embedding, "ROOM", 10)
    with opened(browser, page_for(with_media(tmp_path))) as made:
        left_out = made.contents()["leftOut"]
        assert left_out
        assert "could not be put into this page" in made.page.locator("#said").inner_text()
        assert made.troubles == []


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    """Between the check and the writing: it is left out."""
    result = check(with_media(tmp_path))
    assert result.compiled is not None
    for _, content in result.compiled.deck.media:
        Path(str(content)).unlink()
    assert b'"media":{},"leftOut":["' in page_of(result)


def test_tex_is_shown_as_its_source(browser: "Browser", tmp_path: Path) -> None:
    """And the page says so, once; where there is none it says nothing."""
    cards = write_cards(tmp_path, one="questions: [{id: a, q: What is $x^2$?, a: A square}]\n")
    with opened(browser, page_for(cards)) as made:
        assert made.side(0, "front").locator(".preview-tex").inner_text() == r"\(x^2\)"
        assert made.page.get_by_text("Formulas are shown as their TeX source").count() == 1
    cards = write_cards(tmp_path, one="questions: [{id: a, q: What is it?, a: A square}]\n")
    with opened(browser, page_for(cards)) as made:
        assert made.page.locator("#said").is_hidden()


# ---------------------------------------------------------------- size, time, bytes


def test_ten_thousand_cards(browser: "Browser", tmp_path: Path) -> None:
    """The page is small and opens soon, and its end can be scrolled to. Prints how soon."""
    write_deck(tmp_path, items=5400, files=20)
    page = page_for(tmp_path / "cards")
    assert page.stat().st_size < 15_000_000
    started = time.perf_counter()
    with opened(browser, page) as made:
        made.side(0, "front")
        seconds = time.perf_counter() - started
        ready = int(made.page.locator("html").get_attribute("data-ready") or 0)
        total = int(made.count().split()[0].replace(",", ""))
        assert total >= 10_000
        print(f"{total:,} cards, {page.stat().st_size / 1e6:.1f} MB: filled after {ready} ms, "
              f"first card seen after {seconds:.2f} s")
        assert seconds < 10
        made.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        made.side(total - 1, "back")
        for _ in range(3):  # rows that were taller than thought have moved the end
            made.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
            made.page.wait_for_timeout(100)
        box = made.row(total - 1).bounding_box()
        assert box is not None
        assert 0 < box["y"] + box["height"] <= 900
        assert made.page.locator(".row").count() < 40
        assert made.troubles == []


def test_cards_stay_where_they_are_seen(browser: "Browser", shipped: Path) -> None:
    """While those above them get their true heights, and when the width changes."""
    with opened(browser, shipped) as made:
        made.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        made.page.wait_for_timeout(500)
        moved = made.page.evaluate("""async () => {
            const moved = [];
            for (let i = 0; i < 15; i += 1) {
                const seen = [...document.querySelectorAll(".row")].find((row) =>
                    row.getBoundingClientRect().top < 500 && row.getBoundingClientRect().bottom > 500);
                const before = seen.getBoundingClientRect().top;
                window.scrollBy(0, -200);
                await new Promise((done) => setTimeout(done, 150));
                moved.push(Math.round(seen.getBoundingClientRect().top - before));
            }
            return moved;
        }""")
        assert set(moved) == {200}
        made.key("c", *"j" * 12)
        top = made.page.locator(".row.now").bounding_box()
        made.key("p")
        made.side(12, "back")
        made.page.wait_for_timeout(500)
        again = made.page.locator('.row[data-place="12"]').bounding_box()
        assert top is not None
        assert again is not None
        assert 0 < again["y"] < 600


def test_the_shipped_deck_opens_at_once(browser: "Browser", shipped: Path) -> None:
    """And fits every width without being scrolled sideways."""
    for width in (360, 768, 1600):
        with opened(browser, shipped, viewport={"width": width, "height": 800}) as made:
            made.side(0, "front")
            assert int(made.page.locator("html").get_attribute("data-ready") or 0) < 5000
            for view in "cstm":
                made.key(view)
                made.page.wait_for_timeout(50)
                wide = made.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (view, width)


def test_same_sources_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the time is, and whether or not it was built before."""
    cards = with_media(tmp_path)
    first = page_for(cards).read_bytes()
    monkeypatch.setitem(os.environ, "SOURCE_DATE_EPOCH", "1900000000")
    assert page_for(cards).read_bytes() == first
    build(cards, tmp_path / "build")
    assert page_for(cards).read_bytes() == first


def test_packing_is_undone() -> None:
    """Pieces stand for what recurs; a card that has such characters itself is left alone."""
    cards = [Side(f'<div class="a"><p>{i}</p>\n</div>', f'<div class="a"><p>{i}</p>\n</div><hr>x')
             for i in range(200)]
    pieces, shorter = packed(cards)
    assert pieces is not None
    assert len(shorter[0].answer) < 10

    def whole(text: str, front: str) -> str:
        text = re.sub("[\ue000-\uf8fe]", lambda m: pieces[ord(m[0]) - 0xE000], text)
        return text.replace("\uf8ff", front)

    fronts = [whole(card.question, "") for card in shorter]
    assert [Side(front, whole(card.answer, front)) for front, card in
            zip(fronts, shorter, strict=True)] == cards
    assert packed([*cards, Side("\uf8ff", "")]) == (None, [*cards, Side("\uf8ff", "")])


# ---------------------------------------------------------------- reading aids


def test_text_has_contrast(browser: "Browser", shipped: Path) -> None:
    """Every text of the page itself has at least 4.5 : 1 against what is behind it (WCAG AA)."""
    for scheme in ("light", "dark"):
        with opened(browser, shipped, color_scheme=scheme) as made:
            for view in "cstm":
                made.key(view)
                made.page.wait_for_timeout(150)
                low = made.page.evaluate(CONTRAST)
                assert low == [], (scheme, view)


CONTRAST = r"""() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((n) => n / 255)
    .map((n) => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)
    .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const each of document.querySelectorAll("body *")) {
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !each.checkVisibility() || each.closest("option, script, title, .unseen")) continue;
    const style = getComputedStyle(each);
    const front = each instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [light(front), light(behind(each))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${each.tagName}.${each.className.baseVal ?? each.className} ${ratio.toFixed(2)} ${each.textContent.slice(0, 30)}`);
  }
  return [...new Set(low)];
}"""


def test_everything_has_a_name(browser: "Browser", shipped: Path) -> None:
    """Buttons, fields and frames say what they are, to those who do not see them."""
    with opened(browser, shipped) as made:
        made.side(0, "back")
        unnamed = made.page.evaluate("""() => [...document.querySelectorAll("button, input, select, iframe")]
            .filter((each) => each.checkVisibility() && !(each.textContent.trim() || each.title
                || each.getAttribute("aria-label") || each.labels?.length))
            .map((each) => each.outerHTML.slice(0, 100))""")
        assert unnamed == []
        feed = made.page.get_by_role("feed")
        assert feed.get_by_role("article").first.get_attribute("aria-setsize") == made.count().split()[0]


# ---------------------------------------------------------------- the command, and watch


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes the page and nothing else; with errors too, and says so by its status."""
    monkeypatch.chdir(tmp_path)
    write_cards(tmp_path, one="questions: [{id: a, q: Which is it?, a: This one}]\n")
    run = partial(CliRunner().invoke, cli.main)
    done = run(["preview"])
    assert done.exit_code == 0
    assert done.stdout.startswith("build/test-deck.html: 1 card, ")
    assert [path.name for path in Path("build").iterdir()] == ["test-deck.html"]
    assert not Path("cards/deckgen.lock").exists()
    Path("cards/two.yaml").write_text("questions: [{id: b, q: Where?}]\n", encoding="utf-8")
    faulty = run(["preview", "-o", "elsewhere"])
    assert faulty.exit_code == 1
    assert "1 error; the page has the cards that could be made" in faulty.stderr
    assert Path("elsewhere/test-deck.html").is_file()
    Path("cards/deck.yaml").write_text("name: [", encoding="utf-8")
    unread = run(["preview", "-o", "nowhere"])
    assert unread.exit_code == 1
    assert "nothing was written" in unread.stderr
    assert not Path("nowhere").exists()


def test_an_output_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said in a line, with status 2."""
    monkeypatch.chdir(tmp_path)
    write_cards(tmp_path, one="questions: [{id: a, q: Which is it?, a: This one}]\n")
    Path("build").write_text("a file", encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["preview"])
    assert done.exit_code == 2
    assert "cannot write" in done.stderr


def test_a_served_page_loads_itself_anew(browser: "Browser", tmp_path: Path) -> None:
    """When there is another, and stays where it was; also when the deck cannot be read."""
    cards = write_cards(tmp_path, one="questions: [{id: a, q: Which is it?, a: This one}]\n")
    with Shown() as shown:
        shown.show(page_of(check(cards), is_served=True))
        with opened(browser, shown.address) as made:
            made.key("n")
            assert made.count() == "1 card"
            (cards / "two.yaml").write_text("questions: [{id: b, q: Where?, a: There}]\n")
            shown.show(page_of(check(cards), is_served=True))
            made.page.locator("#count", has_text="2 cards").wait_for()
            assert made.page.locator("html.night").count() == 1
            (cards / "deck.yaml").write_text("name: [", encoding="utf-8")
            shown.show(page_of(check(cards), is_served=True))
            made.page.get_by_text("the deck cannot be built").wait_for()
            assert made.troubles == []
        stranger = Request(shown.address, headers={"Host": "example.org"})  # noqa: S310
        with pytest.raises(HTTPError, match="403"):
            urlopen(stranger, timeout=5)  # noqa: S310
    page = page_of(check(cards))
    assert b"EventSource" not in page
    assert b"connect-src" not in page
