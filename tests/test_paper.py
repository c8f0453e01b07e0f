"""Decks on paper: what stands on a sheet and on a worksheet, and how it is printed.

How pages break is measured in what is printed, by Chromium and by WeasyPrint alike: `pdftotext`
tells where on which page each line stands.
"""

import os
import re
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main
from deckgen.dates import Date, parse, written
from deckgen.markdown import words
from deckgen.model import Files, Names, Sentence, Text, Value, When
from deckgen.paper.blanks import LEFT, MOST, task, wide
from deckgen.paper.entries import living
from deckgen.paper.page import direction
from deckgen.project import build, read
from deckgen.sentences import of_project
from tests.anki_collection import copy_shipped, release, write_cards

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MM = 72 / 25.4  # points
SHIPPED = "russia-japan-west"


def run(*arguments: str) -> Result:
    """Run deckgen in this process."""
    return CliRunner().invoke(main, list(arguments))


def printed(folder: Path, form: str, *more: str) -> str:
    """Write a page and give its HTML."""
    result = run("export", form, str(folder), "-o", str(folder.parent / "build"), *more)
    assert result.exit_code == 0, result.output
    (page,) = (folder.parent / "build").glob(f"*-{form}.html")
    return page.read_text("utf-8")


def body(html: str) -> str:
    """What stands on a page."""
    return html.partition("<body")[2]


def text_of(html: str) -> str:
    """What a reader sees of it, on one line."""
    return " ".join(unescape(words(html.replace("<br>", " "))).split())


def entries(html: str) -> list[str]:
    """Every item on a sheet, as a reader sees it."""
    pieces = re.split(r'<div class="entry">', body(html).partition('<section class="chronology"')[0])
    return [text_of(piece) for piece in pieces[1:]]


def named(html: str, name: str) -> list[str]:
    """The text of every element of a class, if it has no element of its kind inside."""
    found = re.findall(rf'<(\w+) class="{name}"[^>]*>(.*?)</\1>', body(html), re.DOTALL)
    return [text_of(inside) for _, inside in found]


# ---------------------------------------------------------------- what stands on a sheet


def test_every_living_item_stands_once_by_theme(tmp_path: Path) -> None:
    """In the shipped deck: as many entries as items with cards, and each says all of its item."""
    folder = copy_shipped(tmp_path)
    result = read(folder)
    assert result.compiled is not None
    items = living(result.compiled)
    assert len(items) > 300
    html = printed(folder, "sheet")
    found = entries(html)
    assert len(found) == len(items)
    issues, free = set(named(html, "on")), Counter(found)
    assert len(issues) > 30
    for one in items:
        under = one.item.kind.sheet.under if one.item.kind.sheet else ""
        said = [text_of(part) for key, value in one.item.values.items() if key != under
                for part in _said(value)]
        assert not under or set(_said(one.item.values[under])) <= issues
        mine = [entry for entry in free if all(part in entry for part in said)]
        assert mine, said
        free[min(mine, key=len)] -= 1
    assert set(free.values()) == {0}


def _said(value: Value) -> Iterator[str]:
    if isinstance(value, Text):
        yield value.text
    elif isinstance(value, When):
        yield written(value.date)
    elif isinstance(value, Names):
        yield from (name.text for name in value.items)
    elif isinstance(value, Sentence):
        yield value.text.text
    else:
        assert isinstance(value, Files)


def test_every_date_stands_in_the_chronology_in_its_order(tmp_path: Path) -> None:
    """Those of the shipped deck; when an item was true is no event."""
    folder = copy_shipped(tmp_path)
    result = read(folder)
    assert result.project is not None
    dated = [value for item in result.project.items
             for field in item.kind.fields
             if isinstance(value := item.values.get(field.key), When)]
    when = [parse(text) for text in named(printed(folder, "sheet"), "when")]
    assert len(when) == len(dated) > 40
    times = [(date.start, date.end) for date in when if isinstance(date, Date)]
    assert times == sorted((value.date.start, value.date.end) for value in dated)


def test_items_stand_as_their_kinds_are_best_revised(tmp_path: Path) -> None:
    """A date and what happened, a name and what it is, an issue and who holds what, a question."""
    html = printed(write_cards(tmp_path, one="""\
deck: First theme
dates:
  - {date: 1997-05-27, event: The Founding Act is signed, significance: It had *no* end.}
treaties:
  - {name: Minsk II, aliases: [Second Minsk, M2], date: 2015-02-12, place: Minsk, parties: [A, B]}
actors:
  - {name: Genscher, role: West German foreign minister, known-for: Tutzing}
positions:
  - {actor: Russia, issue: Enlargement, position: It breaks a promise, because: So it heard.}
  - {actor: Japan, issue: Islands, position: They are ours}
  - {actor: NATO, issue: Enlargement, position: There was none}
questions:
  - {q: Who is asked?, a: Everybody, note: Even you., as-of: 2022-02}
sentences:
  - text: NATO and Russia signed the ==Founding Act== in **Paris**.
"""), "sheet")
    assert named(html, "on") == ["Enlargement", "Islands"]
    found = entries(html)
    assert found[0].startswith("27 May 1997: The Founding Act is signed Significance: It had no end.")
    assert found[1].startswith("Minsk II (Second Minsk, M2): 12 February 2015 · Minsk Parties: A, B")
    assert found[2].startswith("Genscher: West German foreign minister Known for: Tutzing")
    assert [entry.partition(":")[0] for entry in found[3:6]] == ["Russia", "NATO", "Japan"]
    assert found[6].startswith("Who is asked? →Everybody Even you. As of: February 2022")
    assert found[7].startswith("NATO and Russia signed the Founding Act in Paris.")
    assert named(html, "gap") == ["Founding Act"]
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", html) == [
        "Dates", "Treaties", "Actors", "Positions", "Questions", "Key sentences"]
    assert named(html, "when") == ["27 May 1997", "12 February 2015"]
    assert named(html, "what") == ["The Founding Act is signed", "Minsk II"]


BOOKS = """\
section: books
singular: book
fields:
  author: {takes: names, required: "yes"}
  title: {takes: line, required: "yes", names: "yes"}
  published: {takes: date}
  begun: {takes: date}
  thesis: {takes: text, name: Main thesis}
  shelf: {takes: line}
cards:
  author:
    front: "{{Title}}"
    back: "{{Author}}"
"""
READING = """\
deck: Theory
books:
  - {title: Anarchy, author: [Bull, "Wight & <Co>"], published: 1977, begun: 1960s, shelf: A}
  - {title: Man, author: Waltz, published: 1959, shelf: B, thesis: Three images.}
  - {title: Power, author: Morgenthau, published: 1948, shelf: A}
"""


def test_a_kind_of_ones_own_stands_by_its_fields(tmp_path: Path) -> None:
    """Without a word about paper: the first field, the required ones, then lines with labels."""
    folder = write_cards(tmp_path, one=READING)
    (folder / "kinds").mkdir()
    (folder / "kinds" / "books.yaml").write_text(BOOKS, "utf-8")
    html = printed(folder, "sheet")
    assert entries(html)[:2] == [
        "Bull, Wight & <Co>: Anarchy Published: 1977 Begun: 1960s Shelf: A",
        "Waltz: Man Published: 1959 Main thesis: Three images. Shelf: B",
    ]
    assert '<h3 dir="ltr">Books</h3>' in html
    # Several dates of one item, none of which is drawn, say which they are.
    assert named(html, "when") == ["1948", "1959", "1960s", "1977"]
    assert named(html, "what")[2] == "Bull, Wight & <Co> (Begun)"


def test_a_kind_may_say_how_it_stands(tmp_path: Path) -> None:
    """By `sheet`: a title, what comes first, what beside it, under what it stands."""
    folder = write_cards(tmp_path, one=READING)
    (folder / "kinds").mkdir()
    (folder / "kinds" / "books.yaml").write_text(f"{BOOKS}sheet: {{title: Bücher & mehr, head: title, beside: [author, published], under: shelf}}\n", "utf-8")
    html = printed(folder, "sheet")
    assert named(html, "on") == ["A", "B"]
    found = entries(html)
    assert found[0] == "Anarchy: Bull, Wight & <Co> · 1977 Begun: 1960s"
    assert found[1].startswith("Power: Morgenthau · 1948")
    assert found[2].startswith("Man: Waltz · 1959 Main thesis: Three images.")
    assert ">Bücher &amp; mehr</h3>" in html


@pytest.mark.parametrize(("sheet", "rule"), [
    ("{head: titel}", "'titel' is no field of this kind; did you mean 'title'?"),
    ("{beside: [author, x]}", "'x' is no field of this kind"),
    ("{under: [a, b]}", "a list where 'under' should have text"),
    ("{side: title}", "'side' is not a key of 'sheet'; did you mean"),
    ("title", "text where 'sheet' should be"),
])
def test_what_is_wrong_with_a_sheet_is_said(tmp_path: Path, sheet: str, rule: str) -> None:
    """Where it stands, as with all of a kind's file."""
    folder = write_cards(tmp_path, one=READING)
    (folder / "kinds").mkdir()
    (folder / "kinds" / "books.yaml").write_text(f"{BOOKS}sheet: {sheet}\n", "utf-8")
    result = run("export", "sheet", str(folder), "-o", str(tmp_path / "build"))
    assert result.exit_code == 1
    assert rule in result.stderr
    assert not (tmp_path / "build").exists()


def test_sources_are_numbered_and_said_once(tmp_path: Path) -> None:
    """What most items of a theme have is said below its title; nobody is given another's source."""
    folder = write_cards(tmp_path, a="""\
source: bull, ch. 2
questions:
  - {q: One?, a: "1"}
  - {q: Two?, a: "2"}
  - {q: Three?, a: "3", source: [waltz, "bull, p. <4>"]}
""", b="""\
source: waltz
questions:
  - {q: Four?, a: "4"}
  - {q: Five?, a: "5"}
  - {q: Six?, a: "6", source: []}
""")
    (folder / "sources.yaml").write_text(
        "waltz:\n  title: Man & State\n  url: https://example.org/a?b&c\n"
        "bull:\n  title: Anarchy\n  doi: 10.1/x\nunread:\n  title: Unread\n", "utf-8")
    html = printed(folder, "sheet")
    assert named(html, "usual") == ["Source, unless another is named: 1, ch. 2"]
    assert named(html, "cited short") == ["[2; 1, p. <4>]", "[2]", "[2]"]
    assert [text_of(line) for line in html.split('<div class="source row">')[1:]] == [
        "1Anarchy 10.1/x", "2Man & State https://example.org/a?b&c"]


def test_what_is_no_more_stands_nowhere(tmp_path: Path) -> None:
    """Neither retired items nor items without cards, nor gaps that are not asked any more."""
    cards = """\
questions:
  - {id: stays, q: What stays?, a: This}
  - {id: goes, q: What goes?, a: That}
  - {q: What is kept without cards?, a: Nothing, ask: []}
sentences:
  - {id: act, text: "The ==Founding Act== was signed in ==Paris== by all of those who were there."}
"""
    release(write_cards(tmp_path, one=cards))
    folder = write_cards(tmp_path, one=re.sub(r".*id: goes.*\n", "", cards).replace("==Paris==", "Paris"))
    html = printed(folder, "sheet")
    assert [entry.partition(" ")[0] for entry in entries(html)] == ["What", "The"]
    assert "What stays?" in html
    assert "What goes" not in html
    assert "Retired" not in html
    assert named(html, "gap") == ["Founding Act"]
    worksheet = printed(folder, "worksheet")
    assert named(worksheet, "answer") == ["Founding Act"]


def test_pictures_are_inside_the_page(tmp_path: Path) -> None:
    """Those of fields and those in Markdown; sounds are not there."""
    folder = write_cards(tmp_path, one="""\
questions:
  - {q: "Who signs? ![](a.png)", a: All, image: [b.png, a.png], audio: c.mp3}
""")
    (folder / "media").mkdir()
    for name in ("a.png", "b.png", "c.mp3"):
        (folder / "media" / name).write_bytes(name.encode())
    html = printed(folder, "sheet")
    assert re.findall(r'<img src="data:image/png;base64,([^"]*)', html) == [
        "YS5wbmc=", "Yi5wbmc=", "YS5wbmc="]
    assert "sound" not in html


# ---------------------------------------------------------------- worksheets


def tasks(html: str) -> dict[int, str]:
    """The sentences of a worksheet, by their numbers, as HTML."""
    found = re.findall(r'<div class="task row"><span class="number">(\d+)</span>(.*?)</div>\n?(?=<div|</section)',
                       html, re.DOTALL)
    return {int(number): inside for number, inside in found}


def solutions(html: str) -> dict[int, str]:
    """What the key says, by the numbers of sentences, as HTML."""
    found = re.findall(r'<div class="solved row"><span class="number">(\d+)</span>(.*?)</div></div>',
                       html, re.DOTALL)
    return {int(number): inside for number, inside in found}


def filled(sentence: str, key: str) -> str:
    """Write the answers of the key into the blanks of a sentence."""
    numbered = dict(re.findall(r'<span class="which">\((\d)\)</span>&nbsp;(.*?)(?=; <span class="which"|$)', key))
    sentence = re.sub(r'(?:&nbsp;| )<span class="hint">\(.*?\)</span>', "", sentence)
    return text_of(re.sub(
        r'<span class="blank"[^>]*>(?:<span class="which">\((\d)\)</span>)?</span>',
        lambda match: numbered[match[1]] if match[1] else key, sentence))


def test_the_key_fills_the_blanks(tmp_path: Path) -> None:
    """In the shipped deck each sentence, filled in by its key, is what the author wrote."""
    folder = copy_shipped(tmp_path)
    explained, _, _ = of_project(folder)
    html = printed(folder, "worksheet")
    asked, solved = tasks(html), solutions(html)
    assert list(asked) == list(solved) == list(range(1, len(explained) + 1))
    whole = {text_of(each.text): each for each in explained}
    blanks = 0
    for number, sentence in asked.items():
        text = filled(sentence, solved[number])
        each = whole[text]
        published = {each.text[gap.start : gap.end] for gap in each.gaps}
        answers = named(f"<body>{solved[number]}", "answer")
        assert set(answers) <= published
        assert 1 <= len(answers) <= MOST
        blanks += len(answers)
    assert f"/ {blanks}</p>" in html
    assert blanks > 1.8 * len(explained)


@pytest.mark.parametrize(("sentence", "answers"), [
    ("The {{c1::OSCE}} met.", [["OSCE"]]),  # the only one, however little is left
    ("The {{c1::OSCE}} met in {{c2::Astana}} in 2010.", [["OSCE"]]),
    ("{{c1::One}}, {{c2::two}}, {{c3::three}} and {{c4::four}} are what everybody can spell, long before they go to any school.",
     [["One"], ["two"], ["three"]]),
    # What is in another gap is not asked for itself.
    ("{{c1::The {{c2::OSCE}} summit of Istanbul}} was held in 1999, in a year of many other summits.",
     [["The OSCE summit of Istanbul"]]),
    ("{{c2::The {{c1::OSCE}} summit of Istanbul}} was held in 1999, in a year of many other summits.",
     [["OSCE"]]),
    # Forms of one name are one thing; what is the same is said once.
    ("The {{c1::OSCE}}, or {{c1::Organization}}, as the {{c1::OSCE}} was once called by all of those here.",
     [["OSCE", "Organization"]]),
    # Nobody could tell where one ends; a hint tells.
    ("On {{c1::18 March}} {{c2::Japan and Russia}} began their talks on the four islands, and on fishery.",
     [["18 March"]]),
    ("On {{c1::18 March::date}} {{c2::Japan}} began talks on the four islands, and on fishery there.",
     [["18 March"], ["Japan"]]),
    ("日本書紀は{{c1::720年}}に完成し、{{c2::舎人親王}}が編纂を指揮した日本最古の正史である。",
     [["720年"], ["舎人親王"]]),
])
def test_blanks_leave_enough_to_know_what_is_asked(sentence: str, answers: list[list[str]]) -> None:
    """Three things at most, each with about four words that stay."""
    made = task(sentence)
    assert [list(blank.answers) for blank in made.blanks] == answers
    left = re.sub(r"<span.*?</span>", "", made.html)
    assert len(answers) == 1 or wide(words(left)) >= LEFT * len(answers)


def test_the_best_gaps_become_blanks() -> None:
    """Where not all can, those with most to say for them; they are numbered as they stand."""
    made = task("{{c1::One}}, {{c2::two}} or {{c3::three}}, and enough words for two blanks but not three.",
                {1: 0.5, 2: 3.0, 3: 2.0})
    assert [blank.answers for blank in made.blanks] == [("two",), ("three",)]
    assert made.html.index("(1)") < made.html.index("(2)")


def test_blanks_keep_what_touches_them() -> None:
    """Punctuation stays on their line; a hint stands beside them."""
    made = task("He met (“{{c1::Putin}}”), twice, and {{c2::Abe::a <i>}}; that was all there was of it.")
    assert re.findall(r'<span class="kept">(.)', made.html)[0] == "("
    assert "</span>”),</span> twice" in made.html
    assert '&nbsp;<span class="hint">(a <i>)</span>;</span> that' in made.html
    long = task("He met {{c1::Putin::somebody who is long}}, and others of his kind.").html
    assert '</span></span> <span class="hint">(somebody who is long)</span>, and' in long


def test_blanks_are_long_enough_to_write_in() -> None:
    """A hand needs some 2.5 mm a letter; the longest fits on a line."""
    for answer in ("NATO", "Astana Commemorative Declaration", "日本書紀", "x" * 200):
        (length,) = re.findall(r"width: (\d+)mm", task(f"The {{{{c1::{answer}}}}} is known.").html)
        assert min(2.5 * wide(answer), 130) <= int(length) <= 130
        assert int(length) >= 24


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize("form", ["sheet", "worksheet"])
def test_with_errors_nothing_is_written(tmp_path: Path, form: str) -> None:
    """They are reported as by `build`."""
    folder = write_cards(tmp_path, one="dates:\n  - event: When?\nsentences:\n  - text: ==A== and B.\n")
    said = [run(*command, str(folder), "-o", str(tmp_path / "build"))
            for command in (["build"], ["export", form])]
    assert [result.exit_code for result in said] == [1, 1]
    assert said[0].stderr == said[1].stderr
    assert "1 error; nothing was written" in said[1].stderr
    assert not (tmp_path / "build").exists()


def test_the_lock_is_not_needed_and_not_touched(tmp_path: Path) -> None:
    """A sheet can be printed before the first build."""
    folder = write_cards(tmp_path, one="questions:\n  - {q: Who?, a: We}\n")
    before = sorted(folder.rglob("*"))
    printed(folder, "sheet")
    assert sorted(folder.rglob("*")) == before


def test_nothing_to_print(tmp_path: Path) -> None:
    """A worksheet needs a key sentence, a sheet an item."""
    folder = write_cards(tmp_path, one="questions:\n  - {q: Who?, a: We}\n")
    result = run("export", "worksheet", str(folder), "-o", str(tmp_path / "build"))
    assert result.exit_code == 2
    assert result.stderr == (f"deckgen: {folder} has no key sentence, so there is nothing to print\n")
    assert run("export", "sheet", "nowhere").exit_code == 2


def test_where_the_files_cannot_be_written(tmp_path: Path) -> None:
    """It is said, and nothing is changed."""
    folder = write_cards(tmp_path, one="questions:\n  - {q: Who?, a: We}\n")
    (tmp_path / "taken").write_text("", "utf-8")
    result = run("export", "sheet", str(folder), "-o", str(tmp_path / "taken"))
    assert result.exit_code == 2
    assert "nothing was changed" in result.stderr


@pytest.mark.parametrize(("how", "says"), [
    ("raise ImportError", "pip install 'deckgen[pdf]'"),
    ("raise OSError('cannot load library libpango')", "apt install libpango-1.0-0"),
])
def test_without_what_makes_a_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, says: str
) -> None:
    """It is said what to install, and the page can be had without."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "weasyprint.py").write_text(how, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    folder = write_cards(tmp_path, one="questions:\n  - {q: Who?, a: We}\n")
    result = run("export", "sheet", str(folder), "-o", str(tmp_path / "build"), "--pdf")
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Without --pdf you get a page" in result.stderr
    assert not (tmp_path / "build").exists()
    printed(folder, "sheet")


HOSTILE = """</style><script>alert(1)</script>"} * {display:none} </title>"""


def hostile(folder: Path) -> Path:
    """Write a project in which whatever can be written is an attack."""
    quoted, image = f"'{HOSTILE}'", "'<img src=x onerror=alert(1)>'"
    folder = write_cards(folder, one=f"""\
deck: {image}
source: "bad, </span><script>alert(1)</script>"
tricks:
  - one: {quoted}
    two: |
      {HOSTILE}

      - [link](javascript:alert(1))
    three: [{quoted}, {image}]
    note: {image}
questions:
  - {{q: {quoted}, a: {image}}}
sentences:
  - text: 'The ==<script>alert(1)</script>== {{{{c2::was::<img src=x onerror=alert(1)>}}}} here, and nobody
      was there to see it & "tell" us.'
""")
    (folder / "deck.yaml").write_text(f"id: hostile\nname: {quoted}\nlanguage: en\n", "utf-8")
    (folder / "sources.yaml").write_text(
        f"bad:\n  title: {quoted}\n  url: 'https://x/\"><script>alert(1)</script>'\n", "utf-8")
    (folder / "kinds").mkdir()
    (folder / "kinds" / "tricks.yaml").write_text(f"""\
section: tricks
singular: trick
label: {quoted}
sheet: {{title: {quoted}}}
fields:
  one: {{takes: line, required: "yes"}}
  two: {{takes: text, name: <script>alert(1)</script>}}
  three: {{takes: names}}
cards:
  one:
    front: "<script>alert(1)</script>{{{{One}}}}"
    back: "<img src=x onerror=alert(1)>"
""", "utf-8")
    return folder


@pytest.mark.parametrize("form", ["sheet", "worksheet"])
def test_hostile_text_is_text(tmp_path: Path, browser: "Browser", form: str) -> None:
    """Nothing that is written becomes an element, runs, asks for anything or leaves its string."""
    html = printed(hostile(tmp_path), form)
    assert "<script" not in html.casefold()
    assert html.count("</style>") == 1
    assert "<img" not in html
    assert "javascript:" not in html
    page = browser.new_page()
    wrong: list[str] = []
    page.on("request", lambda request: wrong.append(request.url)
            if not request.url.startswith("about:") else None)
    page.on("dialog", lambda dialog: wrong.append("a dialog"))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content(html)
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.querySelectorAll('script, img, iframe, [onerror]').length") == 0
    rules = page.evaluate("[...document.styleSheets].flatMap((s) => [...s.cssRules]).length")
    plain = browser.new_page()
    plain.set_content(printed(write_cards(tmp_path / "plain", one="sentences:\n  - text: ==A== b\n"), form))
    assert rules == plain.evaluate("[...document.styleSheets].flatMap((s) => [...s.cssRules]).length")
    assert wrong == []
    page.close()
    plain.close()


@pytest.mark.parametrize(("text", "side"), [
    ("NATO", "ltr"), ("القاهرة", "rtl"), ("12 – עברית", "rtl"), ("日本書紀", "ltr"), ("1997", "ltr"), ("", "ltr"),
])
def test_text_runs_in_the_direction_of_its_first_letter(text: str, side: str) -> None:
    """Digits and signs have none."""
    assert direction(text) == side


@pytest.mark.parametrize(("language", "side"), [
    ("en", "ltr"), ("ar-EG", "rtl"), ("he", "rtl"), ("az-Arab", "rtl"), ("ks-Deva", "ltr"), ("ja", "ltr"),
])
def test_a_page_runs_in_the_direction_of_its_language(tmp_path: Path, language: str, side: str) -> None:
    """And says which language it is."""
    folder = write_cards(tmp_path, one="questions:\n  - {q: Who?, a: We}\n")
    (folder / "deck.yaml").write_text(f"id: x\nname: X\nlanguage: {language}\n", "utf-8")
    assert f'<html lang="{language}" dir="{side}">' in printed(folder, "sheet")


# ---------------------------------------------------------------- print


class Line(NamedTuple):
    """A line on a page: where it stands, in millimetres, and its words."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


@pytest.fixture(scope="session")
def lines_of() -> Callable[[Path], list[Line]]:
    """What tells the lines of a PDF; `pdftotext` must be there where CI is set."""
    program = shutil.which("pdftotext")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("what is printed is read by pdftotext, and it is not here")
        pytest.skip("needs pdftotext: apt install poppler-utils")

    def lines(pdf: Path) -> list[Line]:
        told = subprocess.run([str(program), "-bbox-layout", str(pdf), "-"], capture_output=True,
                              text=True, check=True).stdout
        return [
            Line(number, float(left) / MM, float(top) / MM, float(right) / MM, float(bottom) / MM,
                 " ".join(unescape(word) for word in re.findall(r"<word[^>]*>(.*?)</word>", inside)))
            for number, page in enumerate(told.split("<page ")[1:], 1)
            for left, top, right, bottom, inside in re.findall(
                r'<line xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</line>', page, re.DOTALL)
        ]

    return lines


@pytest.fixture(scope="session")
def weasyprint() -> None:
    """What makes PDFs; must be there where CI is set."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        if os.environ.get("CI"):
            pytest.fail(f"WeasyPrint makes PDFs, and is not here: {error}")
        pytest.skip("needs WeasyPrint: pip install deckgen[pdf]")


Printer = Callable[[Path, str], Path]


@pytest.fixture(params=["chromium", "weasyprint"])
def printer(request: pytest.FixtureRequest) -> Printer:
    """Both ways in which a page becomes a PDF."""
    if request.param == "weasyprint":
        request.getfixturevalue("weasyprint")

        def by_weasyprint(folder: Path, form: str) -> Path:
            printed(folder, form, "--pdf")
            (pdf,) = (folder.parent / "build").glob(f"*-{form}.pdf")
            return pdf

        return by_weasyprint
    browser: Browser = request.getfixturevalue("browser")

    def by_chromium(folder: Path, form: str) -> Path:
        page = browser.new_page()
        page.set_content(printed(folder, form))
        pdf = folder.parent / f"{form}.pdf"
        page.pdf(path=str(pdf), prefer_css_page_size=True)
        page.close()
        return pdf

    return by_chromium


def headings(html: str) -> Counter[str]:
    """The titles on a page."""
    return Counter(text_of(title) for _, title in re.findall(r"<(h[23])[^>]*>(.*?)</\1>", html))


@pytest.mark.parametrize("form", ["sheet", "worksheet"])
def test_pages_are_whole(
    tmp_path: Path, printer: Printer, lines_of: Callable[[Path], list[Line]], form: str
) -> None:
    """Nothing leaves its page or its column, no title ends one, every page is numbered."""
    folder = copy_shipped(tmp_path)
    lines = lines_of(printer(folder, form))
    pages = max(line.page for line in lines)
    assert 5 < pages < 30
    assert lines[0].text == "Russia, Japan and the West"
    for line in lines:
        assert 14.5 <= line.left <= line.right <= 195.5, line
        assert 5 <= line.top <= line.bottom <= 292, line
    by_page = {page: [line for line in lines if line.page == page] for page in range(1, pages + 1)}
    for page, on_it in by_page.items():
        assert f"{page} / {pages}" in [line.text for line in on_it]
        assert any(line.text == "Russia, Japan and the West" if page == 1 else
                   line.text.startswith("Russia, Japan and the West · ") for line in on_it)
        inside = [line for line in on_it if 15 < line.top < 280]
        assert len(inside) >= 3, page
    _no_title_at_an_end(by_page, headings(printed(folder, form)))


def _no_title_at_an_end(by_page: dict[int, list[Line]], titles: Counter[str]) -> None:
    """Below every title, on its page and in its column, stands something that is none."""
    seen: Counter[str] = Counter()
    for on_it in by_page.values():
        inside = [line for line in on_it if 15 < line.top < 280]
        for line in inside:
            if line.text not in titles:
                continue
            seen[line.text] += 1
            below = [other for other in inside
                     if 0 < other.top - line.top < 20 and other.left < line.left + 20
                     and other.right > line.left and other.text not in titles]
            assert below, line
    missing = titles - seen
    assert missing == Counter(), "titles that stand in no line of their own"


def test_the_key_begins_on_a_page_of_its_own(
    tmp_path: Path, printer: Printer, lines_of: Callable[[Path], list[Line]]
) -> None:
    """Nothing but what runs on every page stands above it."""
    cards = "sentences:\n" + "".join(f"  - text: The =={n}th== is a number of its own.\n" for n in range(30))
    lines = lines_of(printer(write_cards(tmp_path, one=cards), "worksheet"))
    inside = [line for line in lines if 15 < line.top < 280]
    (key,) = (line for line in inside if line.text == "Answer key")
    assert key.page > 1
    assert not [line for line in inside if line.page == key.page and line.top < key.top - 1]


def test_items_are_not_cut(
    tmp_path: Path, printer: Printer, lines_of: Callable[[Path], list[Line]]
) -> None:
    """A question and its answer stand in one column, one right below the other."""
    count = 60
    cards = "questions:\n" + "".join(
        f"  - {{q: Question {n} asks for something that fills more than a line of its column here?, "
        f"a: Answer {n}, note: Note {n} says more about it than most would care to know about it at all.}}\n"
        for n in range(count))
    lines = lines_of(printer(write_cards(tmp_path, one=cards), "sheet"))
    for n in range(count):
        (q,) = (line for line in lines if line.text.startswith(f"Question {n} "))
        (a,) = (line for line in lines if line.text.endswith(f"Answer {n}"))
        (note,) = (line for line in lines if line.text.startswith(f"Note {n} "))
        for one, next_one in pairwise((q, a, note)):
            assert one.page == next_one.page
            assert abs(one.left - next_one.left) < 10
            assert 0 < next_one.top - one.top < 12


@pytest.mark.parametrize("form", ["sheet", "worksheet"])
def test_nothing_is_wider_than_its_column(browser: "Browser", tmp_path: Path, form: str) -> None:
    """Long words, addresses, code and names, pictures, blanks; from either side."""
    folder = write_cards(tmp_path, one=f"""\
deck: {"Theme" * 60}
questions:
  - q: |
      What does {"very" * 60} print?

      ```
      {"for " * 60}
      ```
    a: https://example.org/{"and/" * 60}
    image: wide.png
  - q: ما عاصمة {"مصر" * 60}؟
    a: "`{"code" * 60}`"
actors:
  - name: {"Name" * 60}
    role: "{"Role" * 60}"
sentences:
  - text: "The =={"Act" * 60}== was ==signed== by all of those who were there to see {"it" * 90}."
  - text: وقعت =={"القاهرة" * 20}== تحت حكم ==المماليك== في سنة 1250 بعد سقوط الأيوبيين.
""")
    (folder / "media").mkdir()
    (folder / "media" / "wide.png").write_bytes(_png(3000, 20))
    page = browser.new_page(viewport={"width": 680, "height": 1000})  # as wide as A4 within its margins
    page.emulate_media(media="print")
    for language in ("en", "ar"):
        (folder / "deck.yaml").write_text(f"id: x\nname: {'Wide' * 60}\nlanguage: {language}\n", "utf-8")
        page.set_content(printed(folder, form))
        assert page.evaluate("""() => {
          const wrong = [];
          for (const e of document.querySelectorAll("body *")) {
            const column = e.closest(".columns");
            const room = (column || document.body).getBoundingClientRect();
            const width = column ? (room.width - 30) / parseInt(getComputedStyle(column).columnCount || 1)
              : room.width;
            for (const box of e.getClientRects()) {
              if (e === column || e.matches("section, main")) continue;
              if (box.left < room.left - 1 || box.right > room.right + 1 || box.width > width + 1)
                wrong.push(`${e.tagName}.${e.className} ${box.left} ${box.right} in ${room.left} ${room.right}`);
            }
          }
          return wrong;
        }""") == []
    page.close()


def _png(width: int, height: int) -> bytes:
    """Make a picture, all black."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return (len(data).to_bytes(4, "big") + name + data
                + zlib.crc32(name + data).to_bytes(4, "big"))

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# ---------------------------------------------------------------- the same sources, the same bytes


def test_the_same_sources_make_the_same_bytes(tmp_path: Path, weasyprint: None) -> None:
    """The page and the PDF, in any process, at any time, in any place."""
    made = []
    for n in (1, 2):
        folder = copy_shipped(tmp_path / str(n))
        for path in sorted(folder.glob("*.yaml"))[3:-2]:  # some are enough, and the sources
            path.unlink()
        environment = os.environ | {"PYTHONHASHSEED": str(n), "SOURCE_DATE_EPOCH": str(1_800_000_000 + n)}
        for form in ("sheet", "worksheet"):
            subprocess.run([sys.executable, "-m", "deckgen", "export", form, str(folder), "--pdf", "-o",
                            str(tmp_path / str(n) / "build")],
                           check=True, capture_output=True, env=environment)
        made.append({path.name: path.read_bytes()
                     for path in sorted((tmp_path / str(n) / "build").iterdir())})
    assert list(made[0]) == [f"{SHIPPED}-{form}.{end}" for form in ("sheet", "worksheet")
                             for end in ("html", "pdf")]
    assert made[0] == made[1]
    assert all(content.startswith(b"%PDF-") for name, content in made[0].items() if name.endswith("pdf"))


def test_a_build_does_not_change_the_sheet(tmp_path: Path) -> None:
    """It says the same before and after."""
    folder = copy_shipped(tmp_path)
    before = printed(folder, "sheet"), printed(folder, "worksheet")
    assert build(folder, tmp_path / "build").package
    assert (printed(folder, "sheet"), printed(folder, "worksheet")) == before
