"""Text that looks like something else reaches the card as it was written, and does nothing."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.anki_collection import Sides, Student, release, text_of, write_cards

# None of these is Markdown, so each is to appear exactly as it stands.
PLAIN = [
    "<int>", "<b>bold</b>", "<script>alert(1)</script>", "a <!-- comment --> b", "<br>", "</div>",
    "<img src=x onerror=alert(1)>", "&nbsp;", "&amp;", "&lt;b&gt;", "&#65;", "&copy", "AT&T", "a < b > c",
    "a<b", "\"quoted\" and 'single'", "`one backtick", "{{c1::x}}", "{{c1::x::hint}}", "{{c2::a {{c1::b}} c}}",
    "{{c1:x}}", "{{Field}}", "{{Question}}", "{{#Note}}x{{/Note}}", "{{FrontSide}}", "{{type:Answer}}",
    "{{cloze:Text}}", "{{", "}}", "{", "}", "::", ":", "a::b", "}}::{{", "{{c1::", "%question%", "%label%",
    "[sound:x.mp3]", "[SOUND:y.mp3]", "[anki:tts lang=en_US]x[/anki:tts]", "[anki:play:q:0]", "[latex]x^2[/latex]",
    "[$]x[/$]", "[$$]x[/$$]", "[/latex]", "[x] done", "[1]", "$5 and $10", "US$ 5", "100 $", "$ x $",
    "caf\u00e9 e\u0301", "\u0e19\u0e49\u0e33", "שלום עולם", "مرحبا (٣)", "北方領土", "日本・ロシア", "👩\u200d👩\u200d👧 🇯🇵",
    "Z\u0351\u036b\u0343alg\u0361o", "\u202eabc\u202c", "a\u00a0b", "a\u00adb", "\ufeffx", "\U0001F1FA",
    "Donaudampfschifffahrtsgesellschaftskapit\u00e4n" * 20, "x" * 5000, "C:\\new\\table", "\\", "50 % \\o/",
    "# no heading", "- no list", "1. no list", "> no quotation", "---", "===", "| a | b |", "~~~", "http://example.org/?a=1&b=2",
    "www.example.org", "snake_case_name", "2 * 3 * 4", "a * b", "*", "_", "**", "a*", "!", "![", "[a](", "]", "(c)", "'", "''",
    "yes", "NO", "null", "~", "12:30", "1.10", "0x1F", "=", "==", "a == b", "==not marked==", "errors.html",
    "front-of-card-is-blank", "<%x%>", "{{=<% %>=}}", "{{{x}}}", "\u2e0f", "%0E", "%0F", "\u2fff",
]
# Markdown that is escaped appears without its backslashes.
ESCAPED = {
    r"\*not emphasis\*": "*not emphasis*", r"\_x\_": "_x_", r"\`x\`": "`x`", r"\[a](b)": "[a](b)",
    r"\$x\$": "$x$", r"\\(x\\)": r"\(x\)", r"\\[x\\]": r"\[x\]", r"\{\{c1::x\}\}": "{{c1::x}}", r"\# a": "# a",
    r"\<b\>": "<b>", r"\&amp;": "&amp;", r"!\[a](b)": "![a](b)", "`<b>`": "<b>", "`{{c1::x}}`": "{{c1::x}}",
    "`[sound:x.mp3]`": "[sound:x.mp3]", "`$x$`": "$x$", r"`\(x\)`": r"\(x\)", "**{{c1::x}}**": "{{c1::x}}",
    "*[sound:a.mp3]*": "[sound:a.mp3]", "`&nbsp;`": "&nbsp;", "**a** <b>": "a <b>", "*a* & b": "a & b",
    "*a* [latex]x[/latex]": "a [latex]x[/latex]",
}
TEXTS = {text: text for text in PLAIN} | ESCAPED
# In every text field of every kind: `?` stands for the text, `!` for it as a paragraph.
ITEMS: dict[str, dict[str, str | list[str]]] = {
    "dates": {"date": "%", "event": "?", "significance": "?", "note": "!"},
    "treaties": {"name": "?", "aliases": ["?"], "date": "%", "place": "?", "parties": ["?", "?"],
                 "terms": "?", "significance": "?", "note": "!"},
    "actors": {"name": "?", "aliases": "?", "role": "?", "known-for": "?", "note": "!"},
    "positions": {"actor": "?", "issue": "?", "position": "?", "because": "?", "according-to": "?",
                  "note": "!"},
    "questions": {"q": "?", "a": "?", "note": "!", "ask": ["forward", "reverse"]},
    "sentences": {"text": "? and ==the gap==.", "note": "!"},
}
OUR_TAGS = {"div", "p", "span", "hr", "em", "strong", "code"}
FIGURE_TAGS = {"svg", "title", "path", "g", "circle", "rect", "text"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


def tags_of(html: str) -> set[str]:
    """Name the tags in HTML."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return parser.tags


def quoted(text: str) -> str:
    """Write a text in YAML so that nothing about it depends on YAML."""
    return '"' + "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else f"\\U{ord(char):08X}"
        for char in text
    ) + '"'


def written(section: str, texts: Iterable[str], frame: str) -> str:
    """A card file with an item for each text, in all its fields; each has a year of its own."""
    lines = [f"{section}:"]
    for n, text in enumerate(texts):
        framed = frame.replace("?", text)

        def fill(pattern: str, framed: str = framed, n: int = n) -> str:
            whole = {"%": str(1000 + n), "!": f"A paragraph.\n\n«{framed}»"}
            return quoted(whole.get(pattern) or pattern.replace("?", framed))

        lines.append(f"  - id: item-{n}")
        for key, value in ITEMS[section].items():
            filled = fill(value) if isinstance(value, str) else ", ".join(map(fill, value))
            lines.append(f"    {key}: {filled if isinstance(value, str) else f'[{filled}]'}")
    return "\n".join([*lines, ""])


def faults(text: str, sides: Sides) -> Iterator[str]:
    """What is wrong with a card that shows a text."""
    if sides.sounds:
        yield f"{text!r} sounds: {sides.sounds}"
    if text.strip() not in text_of(sides.answer):
        yield f"{text!r} is not in {text_of(sides.answer).strip()[:300]!r}"
    for side in sides.question, sides.answer:
        if extra := tags_of(side) - OUR_TAGS - FIGURE_TAGS:
            yield f"{text!r} made the tags {extra}"
        if re.search(r"\[(latex|\$\$?)\]|\{\{c\d", side):
            yield f"{text!r} is still Anki's: {side[:300]!r}"


@pytest.mark.parametrize("frame", ["?", "«?»"])
@pytest.mark.parametrize("section", ITEMS)
def test_text_is_shown_as_written_and_does_nothing(
    student: Student, tmp_path: Path, section: str, frame: str
) -> None:
    """In every field of every kind: no tag, no sound, no LaTeX, no card of its own."""
    texts = {
        text: normalize("NFC", frame.replace("?", shown)) for text, shown in TEXTS.items()
        if section != "sentences" or re.search(r"==|(?<!`)\{\{c", text) is None
    }
    log = student.install(release(write_cards(tmp_path, one=written(section, texts, frame))))
    assert len(log.new) == len(texts)
    shown: dict[str, list[Sides]] = {f"item-{n}": [] for n in range(len(texts))}
    for card_id in student.card_ids().values():
        shown[student.col.get_card(card_id).note()["Id"]].append(student.sides(card_id))
    wrong = {text: fault for text, cards in zip(texts.values(), shown.values(), strict=True)
             for sides in cards for fault in faults(text, sides)}
    assert wrong == {}
    counts = {text: len(cards) for text, cards in zip(texts, shown.values(), strict=True)}
    assert len(set(counts.values())) == 1, counts
    assert student.check_database() == []
    assert student.empty_cards() == []


# A sentence as written, and for each card what it hides and what is left to read (`…` for a gap).
GAPS: dict[str, list[tuple[str, str]]] = {
    "The ==Founding Act== of ==Paris==.": [("Founding Act", "The … of Paris."),
                                           ("Paris", "The Founding Act of ….")],
    "==All of it==": [("All of it", "…")],
    "==a====b==": [("a", "…b"), ("b", "a…")],
    "{{c2::Act}} of {{c1::Paris}}.": [("Paris", "Act of …."), ("Act", "… of Paris.")],
    "{{c1::Act}} of {{c1::Paris}}.": [("ActParis", "… of ….")],
    "==Paris== is ==paris==.": [("Parisparis", "… is ….")],
    "==the capital of {{c2::France}}==, Paris": [("France", "the capital of …, Paris"),
                                                 ("the capital of France", "…, Paris")],
    "{{c1::a {{c2::b {{c3::c}}}} d}} e": [("a b c d", "… e"), ("b c", "a … d e"), ("c", "a b … d e")],
    "{{c1::Paris}} is {{c2::Paris}}.": [("Paris", "… is Paris."), ("Paris", "Paris is ….")],
    "==**bold** and *soft*== end": [("bold and soft", "… end")],
    "**bold ==and== soft** end": [("and", "bold … soft end")],
    "==`{{c3::x}}`== end": [("{{c3::x}}", "… end")],
    r"==\(\frac{1}{2}\)== end": [(r"\(\frac{1}{2}\)", "… end")],
    r"==\(\frac{1}{\frac{2}{3}}\)== end": [(r"\(\frac{1}{\frac{2}{3}}\)", "… end")],
    r"==$a::b$== end": [(r"\(a::b\)", "… end")],
    r"{{c1::$x_{a_{b}}$}} $y_{a_{b}}$": [(r"\(x_{a_{b}}\)", r"… \(y_{a_{b}}\)")],
    r"{{c1::$x_{a_{b}}$::a hint}} end": [(r"\(x_{a_{b}}\)", "… end")],
    "==std::vector== and ==a::== and ==::b==": [
        ("std::vector", "… and a:: and ::b"), ("a::", "std::vector and … and ::b"),
        ("::b", "std::vector and a:: and …")],
    "==x:== and ==:y==": [("x:", "… and :y"), (":y", "x: and …")],
    "==}}== and ==}== and =={{== end": [
        ("}}", "… and } and {{ end"), ("}", "}} and … and {{ end"), ("{{", "}} and } and … end")],
    "==<b>== & ==&amp;== & <i>": [("<b>", "… & &amp; & <i>"), ("&amp;", "<b> & … & <i>")],
    "==[sound:a.mp3]== [sound:b.mp3]": [("[sound:a.mp3]", "… [sound:b.mp3]")],
    "==[latex]x== y[/latex]": [("[latex]x", "… y[/latex]")],
    "==[==x]": [("[", "…x]")],
    "==北方領土==と==日本==": [("北方領土", "…と日本"), ("日本", "北方領土と…")],
    "==שלום== עולם": [("שלום", "… עולם")],
    "==👩\u200d👧== 🇯🇵": [("👩\u200d👧", "… 🇯🇵")],
    "cafe\u0301 ==the\u0301== x": [("th\u00e9", "caf\u00e9 … x")],
    "==snake_case== and other_case": [("snake_case", "… and other_case")],
    "a_==b==_c": [("b", "a_…_c")],
    "2 ==*== 3 * 4": [("*", "2 … 3 * 4")],
    "it's ==\"quoted\"== 'so'": [('"quoted"', "it's … 'so'")],
    r"C:==new==\x": [("new", r"C:…\x")],
    r"\== not marked, ==this== is": [("this", "== not marked, … is")],
    "$5 and ==$10== more": [("$10", "$5 and … more")],
    "a == b and ==c==": [("c", "a == b and …")],
    "==" + "long " * 500 + "end== x": [("long " * 500 + "end", "… x")],
}


class _Gapped(HTMLParser):
    """A sentence on a card: what is in its active clozes, and its text with `…` for each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[bool] = []  # of each span, whether it is an active cloze
        self.hidden = ""
        self.left = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            is_gap = dict(attrs).get("class") == "cloze"
            if is_gap and not any(self.open):
                self.left += "…"
            self.open.append(is_gap)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if any(self.open):
            self.hidden += data
        else:
            self.left += data


def gapped(html: str) -> _Gapped:
    """Read the sentence out of a side of a card."""
    inside = re.search(r'<div class="prompt" dir="auto">(.*?)</div>', html, re.DOTALL)
    if inside is None:
        raise AssertionError(html)
    reader = _Gapped()
    reader.feed(inside[1])
    reader.close()
    return reader


@pytest.mark.parametrize("sentence", GAPS, ids=range(len(GAPS)))
def test_each_cloze_card_hides_its_gap_alone(
    student: Student, tmp_path: Path, sentence: str
) -> None:
    """The front has `[...]` or the hint where the back has the gap; all else is on both."""
    student.install(release(write_cards(
        tmp_path, one=f"sentences:\n  - {{id: s, text: {quoted(sentence)}}}\n")))
    found = []
    for _, card_id in sorted(student.card_ids().items()):
        sides = student.sides(card_id)
        front, back = gapped(sides.question), gapped(sides.answer)
        assert front.left == back.left
        assert set(re.findall(r"\[.*?\]", front.hidden)) <= {"[...]", "[a hint]"}
        assert sides.sounds == ()
        found.append((back.hidden, back.left))
    assert found == GAPS[sentence]


def test_a_gap_in_emphasis_and_code_keeps_them(student: Student, tmp_path: Path) -> None:
    """Markdown inside and around a gap is rendered on both sides of the card."""
    student.install(release(write_cards(tmp_path, one="""
        sentences:
          - {id: s, text: "**bold ==and `code`== more** and ==*soft*== end"}
    """)))
    first, second = (student.sides(card_id) for _, card_id in sorted(student.card_ids().items()))
    assert "<strong>bold <span" in first.question
    assert "<code>code</code></span> more</strong>" in first.answer
    assert "<em>soft</em></span> end" in second.answer


def test_the_hint_is_shown_as_written(student: Student, tmp_path: Path) -> None:
    """A hint may look like HTML, a field or the end of a cloze."""
    hints = ["a city", "<b>", "&amp;", "{x", "a::b", "[sound:a.mp3]", "[latex]x", "日本", "x]"]
    sentence = " ".join(f"{{{{c{n}::gap{n}::{hint}}}}}" for n, hint in enumerate(hints, 1))
    student.install(release(write_cards(
        tmp_path, one=f"sentences:\n  - {{id: s, text: {quoted(sentence)}}}\n")))
    shown = [gapped(student.sides(card_id).question).hidden
             for _, card_id in sorted(student.card_ids().items())]
    assert shown == [f"[{hint}]" for hint in hints]
