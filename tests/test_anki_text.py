"""Text that looks like something else reaches the card as it was written, and does nothing."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize

import pytest

from deckgen.schema import built_in
from tests.anki_collection import Sides, Student, release, text_of, try_release, write_cards

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
# More of the same sort, from other corners; each is to be shown exactly, too.
NAUGHTY = [
    # scripts, directions, marks
    "\u200bx\u200b", "a\u2060b", "\u061c\u0661\u0662", "\u2066left\u2069 \u2067right\u2069", "\u202dover\u202c",
    "\u0628\u0650\u0633\u0652\u0645\u0650", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd (3) abc", "abc \u05d0\u05d1 123 \u05d2\u05d3.",
    "H\u0335\u0321\u0316e\u0334\u0310\u0346 c\u0338\u034b\u0353omes", "o" + "\u0301" * 60, "\u1100\u1161\u11a8", "\uac01", "\u0915\u094d\u0937\u093f",
    "\u0e01\u0e33\u0e48", "\ufb01ne \u017fo", "\u212b \u2126 \u00c5", "\U0001d4d0\U0001d4d1", "\U00020bb7\u91ce\u5bb6", "\u845b\U000e0100", "\u3164x",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3", "\u2620\ufe0e", "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\u0130stanbul I\u0131", "Stra\u00dfe STRASSE", "\u01c4\u01c5\u01c6", "\u3000wide\u3000", "a\u2009b\u202fc", "\U0010fffd", "\ue000",
    # HTML and scripts
    "<ScRiPt>alert`1`</sCrIpT>", "<svg/onload=alert(1)>", "</style><script>x</script>", '<a href="javascript:alert(1)">x</a>',
    "' onmouseover='x", '" autofocus onfocus="x', "<![CDATA[x]]>", "<?php x ?>", "<!DOCTYPE html>", "--><b>", "<b", "b>", "< b >",
    "<anki-mathjax>x</anki-mathjax>", "</anki-mathjax>", "<span class=cloze>x</span>", "&#x3C;b&#x3E;", "&lt", "&#0;", "&#xD800;", "&unknown;", "&amp;lt;",
    "<template>x</template>", "<hr id=answer>", "</div></div></body></html>", "<input id=typeans>", "&#123;&#123;c1::x}}", "onclick=x", "javascript:void(0)",
    # Anki's own
    "[[type:Front]]", "[[type:cloze:Text]]", "{{type:cloze:Text}}", "{{hint:Back}}", "{{tts en_US:x}}", "{{furigana:x}}", "{{^Note}}x{{/Note}}", "{{/x}}", "{{!x}}",
    "{{c1::}}", "{{c1::x", "x}}", "{{c0::x}}", "{{c1::x::y::z}}", "{{C1::x}}", "{{c99999::x}}", "{{c1,2::x}}", "{{c1::{{c1::x}}}}",
    "[sound:]", "[sound:../../x.mp3]", "[anki:play:a:0]", "[anki:tts]x[/anki:tts]", "[latex]", "[$]", "[$$]x", "\u6f22[\u304b\u3093]", "tag:x", "deck:*", "nid:1", "_cloze",
    "\\(", "\\)", "\\[x", "x\\]", "\\(x", "\\begin{x}", "$", "$$", "$ $", "$x", "x$", "50$ or 60$",
    # YAML
    "- x", "? x", ": x", "x: y: z", "x #y", "#x", "&x", "*x", "!x", "!!int 3", "|", ">", "|-", "%x", "@x", "'x", '"x', "[x]", "{x: y}", "{x", "---x", "...", "<<",
    "null", "Null", "true", "TRUE", "Off", "on", "n", "y", "1e3", "0o17", "0b1", "1_000", "+1", ".5", ".inf", ".NaN", "2001-01-01T00:00:00Z", "1:20:30", "\\n", "\\x41", "\\u0041", "\\0",
    # programs
    "%s%d%n", "%(x)s", "{0}", "{x}", "${x}", "$(x)", "#{x}", "{% x %}", "<%= x %>", "$1", "\\1", "\\g<0>", "%00", "%2e%2e/", "../../etc/passwd", "C:\\CON", "file:///x", "NUL", "nan", "undefined", "None",
    "'; drop table notes; --", "' or '1'='1", "x' || 'y", "`id`", "; ls", "| ls", "&& ls", "0/0", "-1", "9" * 40, "1E999", "a" * 3000, "wort" * 800, "\u6f22" * 1500, "( \u0361\u00b0 \u035c\u0296 \u0361\u00b0)", "\u00af\\(\u30c4)/\u00af",
    # nearly Markdown
    "*x", "x*", "* x *", "_x", "x_y_z", "__init", "~x~", "~~x", "`x", "``", "![x]", "[x]:", "[x][y]", "[]()", "](x)", "!x", "#x", "# x #", "=x=", "+ x", "1) x", "> x", "| x | y |", "x  y", ":-)", "<x@y>x", "^x^", "H~2~O",
    "\\", "\\ x", "a\\b", "\\d+", "...x...", "(c) (r) --", "'x' \"y\"", "http://x.y/_a_b_", "x@y.z",
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


@pytest.mark.parametrize("is_escaped", [False, True], ids=["as-is", "escaped"])
@pytest.mark.parametrize("section", ITEMS)
def test_each_field_shows_exactly_what_was_typed_into_it(
    student: Student, tmp_path: Path, section: str, is_escaped: bool
) -> None:
    """Each has a mark of its own, so no other field can stand for it, and nothing of it is cut."""
    texts = [text for text in NAUGHTY if is_escaped or not is_markdown(text, section)]
    keys = [key for key, value in ITEMS[section].items() if key not in ("ask", *UNSEEN) and value != "%"]
    lines = [f"{section}:"]
    for n, text in enumerate(texts):
        lines.append(f"  - id: item-{n}")
        typed = escaped(text) if is_escaped else text
        for key, value in ITEMS[section].items():
            gap = " ==gap==" if value == "? and ==the gap==." else ""
            lines.append(f"    {key}: {'1990' if value == '%' else quoted(f'{key}‹{typed}›{gap}')}"
                         if key != "ask" else f"    ask: [{', '.join(value)}]")
    student.install(release(write_cards(tmp_path, one="\n".join([*lines, ""]))))
    shown = {f"item-{n}": "" for n in range(len(texts))}
    for card_id in student.card_ids().values():
        sides = student.sides(card_id)
        assert sides.sounds == ()
        shown[student.col.get_card(card_id).note()["Id"]] += words_beside_figures(sides)
    assert [(key, text) for text, said in zip(texts, shown.values(), strict=True) for key in keys
            if not is_exact(said, key, text)] == []


UNSEEN = ("aliases",)  # names that the gaps go by, and no card shows
# What is Markdown after all, and is typed with backslashes.
MARKDOWN = {"<ScRiPt>alert`1`</sCrIpT>", "\\(", "\\)", "\\[x", "x\\]", "\\(x", "`id`", "\u00af\\(\u30c4)/\u00af",
            "[]()", "http://x.y/_a_b_"}


def is_markdown(text: str, section: str) -> bool:
    """Whether a text needs backslashes to appear as it is."""
    is_gap = section == "sentences" and re.search(r"==|\{\{c\d", text, re.IGNORECASE) is not None
    return is_gap or text in MARKDOWN


def escaped(text: str) -> str:
    """Put a backslash before every sign that Markdown might know; a pair of brackets would be TeX."""
    return re.sub(r"([!-'*-/:-@\[\\^-`{-~])", r"\\\1", text)


def words_beside_figures(sides: Sides) -> str:
    """The text of both sides; a figure shortens what it shows."""
    return "".join(text_of(re.sub(r"(?s)<svg.*?</svg>", "", side)) for side in sides[:2])


def is_exact(said: str, key: str, text: str) -> bool:
    """Whether a text is shown, and whole wherever its mark is."""
    whole = f"{key}‹{normalize('NFC', text)}›"
    return 0 < said.count(whole) == said.count(f"{key}‹")


def test_every_text_field_of_every_kind_is_typed_into() -> None:
    """None is left out above."""
    for section, kind in built_in().items():
        assert {field.key for field in kind.fields} <= set(ITEMS[section])


def test_sources_are_shown_exactly_as_typed(student: Student, tmp_path: Path) -> None:
    """Nothing in them is Markdown: author, title, container and the rest, and the locator."""
    keys = ("author", "title", "container", "issue", "publisher", "place", "date", "pages")
    sources = "".join(
        f"s{n}:\n" + "".join(f"  {key}: {quoted(f'{key}‹{text}›')}\n" for key in keys)
        for n, text in enumerate(NAUGHTY)
    )
    cards = "questions:\n" + "".join(
        f"  - {{id: item-{n}, q: Q{n}, a: A, source: {quoted(f's{n}, locator‹{text}›')}}}\n"
        for n, text in enumerate(NAUGHTY)
    )
    student.install(release(write_cards(tmp_path, one=cards, sources=sources)))
    for card_id in student.card_ids().values():
        sides = student.sides(card_id)
        text = NAUGHTY[int(student.col.get_card(card_id).note()["Id"].removeprefix("item-"))]
        said = words_beside_figures(sides)
        assert [key for key in (*keys, "locator") if not is_exact(said, key, text)] == [], (text, said)
        assert sides.sounds == ()
        assert re.search(r"\\[(\[]", sides.answer) is None  # which MathJax would look for


def test_names_of_pictures_and_addresses_do_nothing(student: Student, tmp_path: Path) -> None:
    """They stand in attributes, where Anki would find sounds, speech, LaTeX and gaps all the same."""
    odd = "{{c1::x}} [sound:y.mp3] [anki:tts lang=en]z[/anki:tts] [latex]x[/latex] \"'<b>&.png"
    cards = write_cards(
        tmp_path, sources=f"s:\n  title: T\n  url: {quoted(f'https://x.org/{odd}')}\n",
        one=f"source: s\nquestions: [{{id: a, q: Q, a: A, image: {quoted(odd.replace('/', '-'))}}}]\n")
    (cards / "media").mkdir()
    (cards / "media" / odd.replace("/", "-")).write_bytes(b"x")
    student.install(release(cards))
    (sides,) = student.all_sides().values()
    assert sides.sounds == ()
    assert re.findall(r'(?:href|alt)="([^"]*)"', unescape(sides.answer.replace("&quot;", "″"))) == [
        odd.replace("/", "-").removesuffix(".png").replace('"', "″"), f"https://x.org/{odd}".replace('"', "″")]
    assert student.media_faults() == ([], [])


def test_subdecks_are_called_exactly_as_typed(student: Student, tmp_path: Path) -> None:
    """But for `::`, which parts them, and what is refused with its place."""
    texts = [text for text in NAUGHTY if ":" not in text and len(text) < 90]
    made, said = [], []
    for n, text in enumerate(texts):
        cards = write_cards(tmp_path / str(n), one=f"deck: {quoted(f'‹{text}›')}\nquestions: [{{id: i{n}, q: Q{n}, a: A}}]\n")
        cards.joinpath("deck.yaml").write_text(f"id: d{n}\nname: D{n}\n", "utf-8")
        result = try_release(cards)
        if result.package is None:
            said += [found for found in result.found if found.span.line != 1 or found.rule != "bad-deck"]
        else:
            student.install(result.package)
            made.append(f"D{n}::‹{normalize('NFC', text)}›")
    assert said == []
    names = {deck.name for deck in student.col.decks.all_names_and_ids()}
    assert [name for name in made if name not in names] == []


# What is refused, and what the message says: no field takes it, and none shows half of it.
REFUSED = {
    **{f"\\x{code:02x}": "unwanted-character" for code in (*range(0x20), 0x7F, 0x85, 0x9F)
       if code not in (0x09, 0x0A, 0x0D)},
    "\\u2028": "unwanted-character", "\\u2029": "unwanted-character", "\\ufdd0": "unwanted-character",
    "\\uffff": "unwanted-character", "\\ud800": "escape", "\\udfff": "escape", "\\ud83d\\ude00": "escape",
    "\\U00110000": "escape", "\\q": "escape",
}


@pytest.mark.parametrize("section", ITEMS)
def test_what_no_card_can_hold_is_refused_at_its_place(tmp_path: Path, section: str) -> None:
    """In every field: the character is named, on the line of the field."""
    for key, value in ITEMS[section].items():
        if key == "ask":
            continue
        whole = {other: "1990" if kept == "%" else "[forward]" if other == "ask" else "x ==y==" if "==" in kept else "x"
                 for other, kept in ITEMS[section].items()}
        for text, rule in REFUSED.items():
            typed = whole | {key: f'"x ==y== {text} z"' if "==" in value else f'"x {text} z"'}
            lines = [f"{section}:", "  - id: item", *(f"    {name}: {one}" for name, one in typed.items())]
            found = [one for one in try_release(write_cards(tmp_path, one="\n".join([*lines, ""]))).found if one.is_error]
            assert found, (key, text)
            assert found[0].span.line == 3 + list(typed).index(key)
            assert rule in {one.rule for one in found} or value == "%", (key, text, found)
    assert not (tmp_path / "build").exists()


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
