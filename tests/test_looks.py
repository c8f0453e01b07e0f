"""How cards look in a real browser, in the frame that Anki has around them, by day and by night."""

import base64
import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckgen.template import Sides
from tests.anki_collection import Student, copy_shipped, release, text_of, write_cards
from tests.card_pages import SCREENS, Screen, Shown, framed, open_screen, shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
WIDE_PICTURE = (b'<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="2000">'
                b'<rect width="3000" height="2000" fill="#888"/></svg>')
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
CHINESE = "一九七二年九月二十九日，中華人民共和國政府和日本國政府在北京簽署聯合聲明，結束了不正常狀態。"
ARABIC = "وقّعت روسيا وحلف شمال الأطلسي الوثيقة التأسيسية في باريس عام 1997"
HEBREW = "המסמך נחתם בפריז בשנת 1997 על ידי נאט״ו ורוסיה"
TABLE = "".join([
    "<table><tr>", *(f"<th>column {n}</th>" for n in range(9)), "</tr><tr>",
    f"<td>{LONG}</td>" * 9, "</tr></table>",
])
CODE = "Some `inline code` and\n\n```\n" + "a very long line of code " * 8 + "\n```\n\n> a quotation\n\n1. one\n2. two\n   - three\n"
TEX = r"Mass is \(E = mc^2\), and at length \[a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 = \sum_{i=1}^{9} a_i\]"
NASTY = {
    "questions": [
        {"id": "long", "q": LONG * 2, "a": LONG * 3, "note": LONG, "ask": ["forward", "reverse", "type"]},
        {"id": "short", "q": "?", "a": "!"},
        {"id": "chinese", "q": CHINESE, "a": CHINESE, "note": CHINESE},
        {"id": "arabic", "q": ARABIC, "a": ARABIC, "note": f"- {ARABIC}\n- {ARABIC}\n"},
        {"id": "hebrew", "q": HEBREW, "a": HEBREW},
        {"id": "code", "q": "Which `code` is it?", "a": CODE, "note": CODE},
        {"id": "tex", "q": TEX, "a": TEX},
        {"id": "picture", "q": "Which picture? ![alt text](wide.svg)", "a": "This", "image": ["wide.svg", "dot.png"],
         "audio": "hymn.mp3"},
        {"id": "link", "q": "Where is it?", "a": "On [a page](https://example.org/" + "a" * 90 + ")"},
    ],
    "sentences": [
        {"id": "gaps", "text": f"The =={LONG}== of ==Paris== was {{{{c7::founded in 1900::when?}}}} by =={CHINESE}==."},
        {"id": "gap-in-arabic", "text": f"=={ARABIC}== {HEBREW}."},
    ],
    "treaties": [
        {"id": "parties", "name": LONG, "date": "1648-10-24", "place": "Münster",
         "parties": ["NATO", LONG, CHINESE, ARABIC, "France", "Sweden"], "terms": "Peace."},
        {"id": "circa", "name": CHINESE, "date": "c. 1500", "parties": ["One & Only"]},
    ],
    "dates": [
        {"id": "caesar", "date": "44 BC", "event": "Caesar is murdered"},
        {"id": "actium", "date": "2 September 31 BC", "event": f"Octavian wins the battle of Actium over {LONG}"},
        {"id": "augustus", "date": "27 BC – AD 14", "event": "Augustus rules"},
        {"id": "teutoburg", "date": "c. AD 9", "event": "Three legions are lost in the Teutoburg Forest"},
        {"id": "christ", "date": "1st century", "event": ARABIC},
        {"id": "war", "date": "1914–1918", "event": CHINESE},
        {"id": "month", "date": "1918-11", "event": '<b>The war</b> ends & "peace" comes at {{c1::last}} [sound:x.mp3]'},
    ],
    "positions": [
        {"id": "one", "actor": "Russia", "issue": "The Same", "position": "It is <so> & so",
         "because": "Why", "according-to": "Somebody"},
        {"id": "other", "actor": ARABIC, "issue": "the same", "position": ARABIC},
        {"id": "third", "actor": "Japan", "issue": "the same", "position": f"No: {LONG}."},
        {"id": "alone", "actor": "Japan", "issue": "another", "position": "Yes"},
    ],
    "actors": [
        {"id": "actor", "name": LONG, "aliases": ["A", "B"], "role": CHINESE, "known-for": ARABIC},
    ],
}
HOSTILE = [
    "<script>document.title='in'</script>",
    "<img src=x onerror=\"document.title='in'\">",
    "</style><style>*{display:none}</style><svg/onload=alert(1)>",
    "</svg></title><img src=//example.org/x><b>bold</b>",
    "\"' onclick=alert(1) x='",
    "{{c1::in}} {{FrontSide}} [sound:x.mp3] <!-- ]]> &lt;b&gt; &#60;",
    "[click](javascript:alert(1))",
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    """Every card of the shipped deck."""
    return list(shown(release(copy_shipped(tmp_path_factory.mktemp("shipped")))))


def nasty(folder: Path) -> Path:
    """A package of cards that are hard to set."""
    cards = write_cards(folder, one=json.dumps(NASTY, ensure_ascii=False))
    (cards / "media").mkdir()
    (cards / "media" / "wide.svg").write_bytes(WIDE_PICTURE)
    (cards / "media" / "dot.png").write_bytes(PIXEL)
    (cards / "media" / "hymn.mp3").write_bytes(b"ID3")
    return release(cards)


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, browser: "Browser") -> Iterator[Screen]:
    """A window of each size."""
    screen = open_screen(browser, *SCREENS[request.param])
    yield screen
    screen.page.context.close()


def ends(cards: list[Shown]) -> list[Shown]:
    """The shortest and the longest card of each template, and one in the middle."""

    def template(card: Shown) -> tuple[str, int]:
        return card.section, 0 if card.section == "sentences" else card.ordinal

    chosen = []
    for _, group in groupby(sorted(cards, key=template), template):
        by_length = sorted(group, key=lambda card: len(text_of(card.sides.answer)))
        chosen += [by_length[0], by_length[len(by_length) // 2], by_length[-1]]
    return chosen


def faults(screen: Screen, cards: list[Shown]) -> list[str]:
    """What is wrong with both sides of cards, by day and by night."""
    width = (screen.page.viewport_size or {"width": 0})["width"]
    found = []
    for card in cards:
        for side, html in zip(("front", "back"), card.sides, strict=True):
            for night in (False, True):
                screen.show(card.page(html, night=night, width=width))
                found += [f"{card.key} {card.ordinal} {side}{' at night' * night}: {fault}"
                          for fault in screen.faults()]
                screen.errors.clear()
                screen.requests.clear()
    return found


def test_shipped_cards_fit_and_can_be_read(screen: Screen, shipped: list[Shown]) -> None:
    """None is too wide or too faint, none asks for anything or complains."""
    assert faults(screen, ends(shipped)) == []


def test_hard_cards_fit_and_can_be_read(screen: Screen, tmp_path: Path) -> None:
    """Nor is one with long words, other scripts, code, TeX, pictures or old dates."""
    cards = list(shown(nasty(tmp_path)))
    assert len(cards) > 40
    assert faults(screen, [finished(card) for card in cards]) == []


def test_what_a_student_adds_fits_and_can_be_read(screen: Screen, shipped: list[Shown]) -> None:
    """A table, a list or a picture, pasted into "My notes"."""
    css = shipped[0].css
    pasted = f"{TABLE}<ul><li>{LONG}</li></ul><h2>Heading</h2><p><code>{LONG}</code></p>"
    html = f'<div class="deckgen dates back" lang="en"><div class="mine" dir="auto">{pasted}</div></div>'
    card = Shown("pasted", "dates", 0, css, Sides(html, html))
    assert faults(screen, [card]) == []


def test_retired_cards_fit_and_can_be_read(screen: Screen, tmp_path: Path) -> None:
    """The banner of a card that is no more stands alone; that of a gap, below the sentence."""
    cards = write_cards(tmp_path, one="""
        questions: [{id: whole, q: Which?, a: This}, {id: part, q: Q, a: A, ask: [forward, type]}]
        sentences: [{id: gap, text: ==NATO== and ==Russia== signed it.}]
    """)
    release(cards)
    write_cards(tmp_path, one="""
        questions: [{id: part, q: Q, a: A}]
        sentences: [{id: gap, text: NATO and ==Russia== signed it.}]
    """)
    retired = [card for card in shown(release(cards, day=1)) if "Retired" in text_of(card.sides.question)]
    assert {card.key for card in retired} == {"whole", "part", "gap"}
    assert faults(screen, retired) == []


# ---------------------------------------------------------------- what Anki puts in the place of marks

_PICTURE = "data:image/svg+xml;base64," + base64.b64encode(WIDE_PICTURE).decode()
_TYPED = ('<code id="typeans"><span class="typeGood">Donau</span><span class="typeBad">dempf</span><br>'
          '<span id="typearrow">&darr;</span><br><span class="typeGood">Donau</span>'
          f'<span class="typeMissed">{LONG}</span></code>')
_BUTTON = ('<a class="replay-button soundLink" href="#" draggable="false"><svg class="playImage" '
           'viewBox="0 0 64 64"><circle cx="32" cy="32" r="29"></circle>'
           '<path d="M56.5,32L22,15V49L56.5,32z"></path></svg></a>')


def finished(card: Shown) -> Shown:
    """Do what the reviewer does: buttons for sounds, a line to type in, pictures from the folder."""
    sides = []
    for html, typed in zip(card.sides, ('<input type="text" id="typeans">', _TYPED), strict=True):
        side = re.sub(r'<img src="[^"]*"', f'<img src="{_PICTURE}"', html)
        side = re.sub(r"\[\[type:[^]]*\]\]", typed, side)
        sides.append(re.sub(r"\[anki:play:[aq]:\d+\]", _BUTTON, side))
    return card._replace(sides=Sides(*sides))


def test_what_is_pressed_is_large_enough(browser: "Browser", tmp_path: Path) -> None:
    """A finger needs 44 px: for a sound, and for the line to type in."""
    cards = {(card.key, card.ordinal): finished(card) for card in shown(nasty(tmp_path))}
    screen = open_screen(browser, *SCREENS["360"])
    for key, side, what in ((("picture", 0), 1, ".replay-button"), (("long", 2), 0, "#typeans")):
        card = cards[key]
        screen.show(card.page(card.sides[side], night=False, width=360))
        size = screen.ask(f"(({{width, height}}) => [width, height])"
                          f"(document.querySelector('{what}').getBoundingClientRect())")
        assert min(size) >= 44
    card = cards["picture", 0]
    screen.show(card.page(card.sides.answer, night=False, width=360))
    tall = screen.ask("Math.max(...[...document.images].map((image) => image.clientHeight))")
    assert 100 < tall <= 0.7 * 740
    assert screen.ask("[...document.images].map((image) => image.alt)") == ["alt text", "wide", "dot"]


def test_scripts_are_written_from_their_own_side(browser: "Browser", tmp_path: Path) -> None:
    """Arabic and Hebrew begin at the right edge, also inside a deck in English."""
    screen = open_screen(browser, *SCREENS["360"])
    begins = """(what) => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector(what));
        const box = [...range.getClientRects()].at(-1);
        return innerWidth - box.right < box.left - 15 ? "right" : "left";
    }"""
    sides = {card.key: card for card in shown(nasty(tmp_path)) if card.ordinal == 0}
    for key, side in (("arabic", "right"), ("hebrew", "right"), ("chinese", "left"), ("short", "left")):
        screen.show(sides[key].page(sides[key].sides.answer, night=False, width=360))
        assert screen.page.evaluate(begins, ".prompt") == side, key
        assert screen.page.evaluate(begins, ".answer") == side, key


# ---------------------------------------------------------------- what is typed stays text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_but_text_appears(browser: "Browser", tmp_path: Path, text: str) -> None:
    """Whatever is typed into any field shows as it is, and does nothing."""
    items = {
        "questions": [{"id": "q", "q": text, "a": text, "note": text}],
        "dates": [{"id": f"d{n}", "date": f"190{n}", "event": text, "significance": text} for n in range(3)],
        "treaties": [{"id": "t", "name": text, "date": "1905", "parties": [text, "x"], "terms": text}],
        "positions": [{"id": f"p{n}", "actor": f"{n} {text}", "issue": text, "position": f"{n} {text}"}
                      for n in range(2)],
    }
    if "{{c" not in text:
        items["sentences"] = [{"id": "s", "text": f"==one== {text} ==two=="}]
    screen = open_screen(browser, *SCREENS["390"])
    for card in shown(release(write_cards(tmp_path, one=json.dumps(items)))):
        for html in card.sides:
            screen.show(card.page(html, night=True, width=390))
            assert [*screen.errors, *screen.requests] == []
            assert screen.ask("document.title") == ""
            tags = set(screen.ask("[...document.querySelectorAll('#qa *')].map((e) => e.tagName)"))
            assert tags <= {"STYLE", "DIV", "P", "SPAN", "HR", "B", "svg", "title", "g", "path", "circle",
                            "rect", "text", "A"}
            assert screen.ask("document.querySelectorAll('#qa style').length") == 1
        visible = " ".join(screen.ask("document.getElementById('qa').innerText").split())
        if not text.startswith("[click]") and card.section != "sentences":
            assert " ".join(text.split()) in visible
    screen.page.context.close()


# ---------------------------------------------------------------- as in genuine Anki

_SEEN = """
() => [...document.querySelectorAll("#qa *")].map((element) => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return [element.tagName, element.children.length ? "" : element.textContent, style.color,
          style.backgroundColor, style.fontSize, style.fill, box.x, box.y, box.width, box.height];
})
"""


@pytest.mark.parametrize("night", [False, True])
def test_a_browser_shows_what_it_shows_of_ankis_own_html(
    browser: "Browser", student: Student, tmp_path: Path, night: bool
) -> None:
    """Every element of a sample has the same place, text and colours."""
    package = release(copy_shipped(tmp_path))
    student.install(package)
    ours = {(card.key, card.ordinal): card for card in ends(list(shown(package)))}
    screen = open_screen(browser, *SCREENS["390"])
    compared = 0
    for card_id in student.card_ids().values():
        anki = student.col.get_card(card_id)
        card = ours.get((anki.note()["Id"], anki.ord))
        if card is None:
            continue
        for mine, theirs in zip(card.sides, student.sides(card_id)[:2], strict=True):
            screen.show(card.page(mine, night=night, width=390))
            seen = screen.ask(_SEEN)
            # Anki puts the style of the note type before the side; our frame does so as well.
            css, html = theirs.partition("</style>")[::2] if theirs.startswith("<style>") else ("", theirs)
            screen.show(framed(css.removeprefix("<style>") or card.css, html, anki.ord,
                               night=night, width=390))
            assert screen.ask(_SEEN) == seen, card.key
            compared += 1
    assert compared == 2 * len(ours)
    screen.page.context.close()


@pytest.mark.parametrize(("night", "paper"), [(False, "rgb(251, 250, 247)"), (True, "rgb(22, 24, 28)")])
def test_the_card_has_its_own_paper(
    browser: "Browser", shipped: list[Shown], night: bool, paper: str
) -> None:
    """Anki's background does not show through, by day or by night."""
    screen = open_screen(browser, *SCREENS["360"])
    screen.show(shipped[0].page(shipped[0].sides.answer, night=night, width=360))
    assert screen.ask("getComputedStyle(document.body).backgroundColor") == paper
    screen.page.context.close()


# ---------------------------------------------------------------- the measures themselves


@pytest.mark.parametrize(("html", "fault"), [
    ('<p style="color:#949494;background:#fff">faint</p>', "contrast of 3.03"),
    ('<p style="width:500px">wide</p>', "is 500 px wide"),
    ('<p style="font-size:9px">small</p>', "has 9 px"),
    ('<svg viewBox="0 0 50 20" width="50"><text x="40" y="15">leaves</text></svg>', "leaves its picture"),
    ('<img src="http://127.0.0.1:9/x.png">', "asks for http"),
    ("<script>console.error('no')</script>", "says: no"),
])
def test_faults_are_found(browser: "Browser", html: str, fault: str) -> None:
    """A page that has a fault is said to have it."""
    screen = open_screen(browser, *SCREENS["360"])
    screen.show(framed(".card { margin: 0 }", html, 0, night=False, width=360))
    assert fault in "\n".join(screen.faults())
    screen.page.context.close()
