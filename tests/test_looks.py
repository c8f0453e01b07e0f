"""How cards look in a real browser, in the frame that Anki has around them, by day and by night."""

import base64
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.anki_collection import Student, copy_shipped, release, text_of, words, write_cards
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
TABLE = """\
Two columns:

| what is compared | Helsinki 1975 | Istanbul 1999 | Astana 2010 | and one column more |
|---|---|---|---|---|
| alliances | free | free | free | unbreakablyverylongword |
"""
CODE = "Some `inline code` and\n\n```\n" + "a very long line of code " * 8 + "\n```\n\n> a quotation\n\n1. one\n2. two\n   - three\n"
TEX = r"Mass is \(E = mc^2\), and at length \[a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 = \sum_{i=1}^{9} a_i\]"
NASTY = {
    "questions": [
        {"id": "long", "q": LONG * 2, "a": LONG * 3, "note": LONG, "ask": ["forward", "reverse", "type"]},
        {"id": "short", "q": "?", "a": "!"},
        {"id": "chinese", "q": CHINESE, "a": CHINESE, "note": CHINESE},
        {"id": "arabic", "q": ARABIC, "a": ARABIC, "note": f"- {ARABIC}\n- {ARABIC}\n"},
        {"id": "hebrew", "q": HEBREW, "a": HEBREW},
        {"id": "table", "q": "What is in the table?", "a": TABLE, "note": TABLE},
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
        {"id": "month", "date": "1918-11", "event": "<b>The war</b> ends & \"peace\" comes at {{c1::last}} [sound:x.mp3]"},
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
    """Nor is one with long words, other scripts, tables, code, TeX, pictures or old dates."""
    cards = [
        card._replace(sides=type(card.sides)(*(_with_pictures(side) for side in card.sides)))
        for card in shown(nasty(tmp_path))
    ]
    assert faults(screen, cards) == []


def _with_pictures(html: str) -> str:
    """Put pictures into the page itself, where no folder of media is."""
    picture = base64.b64encode(WIDE_PICTURE).decode()
    pieces = html.split('<img src="')
    rest = [piece.partition('"')[2] for piece in pieces[1:]]
    return f'<img src="data:image/svg+xml;base64,{picture}"'.join([pieces[0], *rest])
