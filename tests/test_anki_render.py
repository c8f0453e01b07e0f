"""What cards show: our rendering against genuine Anki's, byte for byte, on thousands of cards.

`DECKGEN_RENDERS` is how many random cards there are of each sort.
"""

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from html.entities import html5
from itertools import product
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deckgen.template import Card, Renderer, Sides
from tests.anki_collection import Student, copy_shipped, release, write_cards
from tests.test_anki_cards import (
    CLOZES,
    FIELD_VALUES,
    FILTERS,
    NAMES,
    TEMPLATE_CASES,
    is_accepted,
    random_clozes,
    random_front,
)
from tests.test_anki_import import EVERY_KIND, with_media

if TYPE_CHECKING:
    from anki.models import NotetypeDict
    from anki.template import TemplateRenderContext

RENDERS = int(os.environ.get("DECKGEN_RENDERS", "5000"))
NOTES_PER_TYPE = 25
TAGS = [(), ("deck",), ("b", "a::c"), ("Über",), ("a&b<c>",)]
DECKS = ["Default", "Deck", "Deck::Sub deck", "Ä::b::<i>c</i> & d"]


# ---------------------------------------------------------------- asking Anki


class Template(NamedTuple):
    """The two sides of a template."""

    front: str
    back: str


def add_note_type(
    student: Student, fields: Sequence[str], *templates: Template, is_cloze: bool
) -> "NotetypeDict | None":
    """Add a note type; None if Anki refuses it."""
    from anki.errors import CardTypeError
    from anki.models import NotetypeId

    models = student.col.models
    made = models.new(f"Type <{len(models.all_names_and_ids())}> & é")
    made["type"] = int(is_cloze)
    for name in fields:
        models.add_field(made, models.new_field(name))
    for i, each in enumerate(templates):
        template = models.new_template(f"Card «{i}»")
        template["qfmt"], template["afmt"] = each
        models.add_template(made, template)
    try:
        added = models.add_dict(made)
    except CardTypeError:
        return None
    return models.get(NotetypeId(added.id))


def plain_note_type(
    student: Student, fields: Sequence[str] = ("A", "B"), *, is_cloze: bool = False
) -> "NotetypeDict":
    """Add a note type whose template shows the first field."""
    side = f"{{{{cloze:{fields[0]}}}}}" if is_cloze else f"{{{{{fields[0]}}}}}"
    made = add_note_type(student, fields, Template(side, side), is_cloze=is_cloze)
    assert made is not None
    return made


def add_notes(
    student: Student, chance: random.Random, note_type: "NotetypeDict",
    notes: Sequence[Sequence[str]],
) -> None:
    """Add notes that have every card, then give them fields that may leave a card blank."""
    from anki.collection import AddNoteRequest

    decks = student.col.decks
    requests = []
    for _ in notes:
        note = student.col.new_note(note_type)
        note.fields = ["{{c1::a {{c2::b}}}}{{c3::c}}" for _ in note.fields]
        note.tags = list(chance.choice(TAGS))
        deck = decks.id(chance.choice(DECKS))
        assert deck is not None
        requests.append(AddNoteRequest(note=note, deck_id=deck))
    student.col.add_notes(requests)
    for request, fields in zip(requests, notes, strict=True):
        request.note.fields = list(fields)
    student.col.update_notes([request.note for request in requests])
    cards = [card for request in requests for card in request.note.card_ids()]
    student.col.set_user_flag_for_cards(chance.randint(0, 7), cards[::3])


def sides(context: "TemplateRenderContext") -> Sides:
    """Render a card in Anki."""
    output = context.render()
    return Sides(output.question_text, output.answer_text)


def sides_in_editor(
    student: Student, note_type: "NotetypeDict", template: Template, fields: Sequence[str],
    ordinal: int,
) -> Sides:
    """Render a card as Anki's editor for templates does, which takes faulty ones too."""
    from anki.cards import Card
    from anki.template import TemplateRenderContext

    note, card = student.col.new_note(note_type), Card(student.col)
    note.fields, note.tags, card.ord = list(fields), ["deck"], ordinal
    made = note_type["tmpls"][0] | {"qfmt": template.front, "afmt": template.back}
    return sides(TemplateRenderContext.from_card_layout(note, card, note_type, made, False))


# ---------------------------------------------------------------- comparing


def differences(student: Student) -> Iterator[str]:
    """Where a card of the collection does not show in Anki what we make of it."""
    from anki.cards import CardId
    from anki.models import NotetypeId
    from anki.template import TemplateRenderContext

    cards = student.rows(
        "select c.id, c.ord, c.did, c.flags, n.mid, n.flds, n.tags from cards c "
        "join notes n on n.id = c.nid order by n.mid, c.id"
    )
    renderers: dict[tuple[int, int], Renderer] = {}
    for card_id, ordinal, deck, flags, mid, text, tags in cards:
        made = student.col.models.get(NotetypeId(mid))
        assert made is not None
        names = [field["name"] for field in made["flds"]]
        which = 0 if made["type"] else ordinal
        name, front, back = (made["tmpls"][which][key] for key in ("name", "qfmt", "afmt"))
        if (mid, which) not in renderers:
            renderers[mid, which] = Renderer(names, front, back, is_cloze=bool(made["type"]))
        fields = dict(zip(names, text.split("\x1f"), strict=True))
        card = Card(ordinal, name, made["name"], student.col.decks.name(deck), tags.split(),
                    card_id, flags & 7)
        theirs = sides(TemplateRenderContext.from_existing_card(
            student.col.get_card(CardId(card_id)), False))
        for where in compared(renderers[mid, which].render(fields, card), theirs):
            yield f"{front!r}, {back!r} with {fields} as {card}: {where}"


def differences_in_editor(
    student: Student, note_type: "NotetypeDict", template: Template,
    notes: Iterable[Sequence[str]], ordinals: Iterable[int] = (0, 1),
) -> Iterator[str]:
    """Where the editor for templates does not show what we make of it."""
    names = [field["name"] for field in note_type["flds"]]
    renderer = Renderer(names, *template, is_cloze=bool(note_type["type"]))
    for fields, ordinal in product(notes, ordinals):
        card = Card(ordinal, note_type["tmpls"][0]["name"], note_type["name"], "(Deck)", ("deck",))
        ours = renderer.render(dict(zip(names, fields, strict=True)), card)
        theirs = sides_in_editor(student, note_type, template, fields, ordinal)
        for where in compared(ours, theirs):
            yield f"{template} with {fields} as card {ordinal}: {where}"


def compared(ours: Sides, theirs: Sides) -> Iterator[str]:
    """Where the first difference is on each side."""
    for what, mine, its in zip(Sides._fields, ours, theirs, strict=True):
        if mine != its:
            same = os.path.commonprefix([mine, its])  # noqa: RUF071  # of texts, not of paths
            at = len(same)
            yield (f"{what} after {same[-40:]!r}: Anki has {its[at:at + 80]!r}, "
                   f"we {mine[at:at + 80]!r}")


# ---------------------------------------------------------------- what is asked

RICH = "<b>a</b> {{c1::x {{c2::y::h}}}} 字[じ] &amp;&nbsp;\\(<i>z</i>\\) [sound:a.mp3]"
MORE_TEMPLATES = {
    "front side on the front": "[{{FrontSide}}{{text:FrontSide}}{{type:FrontSide}}]{{A}}",
    "front side with filters": "{{A}}{{text:FrontSide}}{{type:FrontSide}}{{tts en_US:FrontSide}}",
    "if front side": "{{A}}{{#FrontSide}}x{{/FrontSide}}",
    "unless front side": "{{A}}{{^FrontSide}}x{{/FrontSide}}",
    "every special field": "{{A}}{{Deck}}|{{Subdeck}}|{{Card}}|{{CardFlag}}|{{Type}}|{{CardID}}|{{Tags}}",
    "filters on special fields": "{{A}}{{hint:Deck}}{{type:Tags}}{{text:Type}}{{cloze:Card}}",
    "text is not enough": "text {{#A}}{{A}}{{/A}}",
    "empty name with filters": "{{A}}{{:}}{{type:}}{{hint:}}{{cloze:}}",
    "card's number": "{{A}}{{#c1}}1{{/c1}}{{^c1}}not 1{{/c1}}{{#c2}}2{{/c2}}{{#c+1}}+{{/c+1}}{{#c01}}0{{/c01}}",
    "card's number decides": "{{#c2}}{{A}}{{/c2}}{{^c2}}text{{/c2}}",
    "card's number shown": "{{A}}{{c1}}{{text:c1}}{{type:c1}}",
    "greatest number": "{{A}}{{#c4294967295}}{{/c4294967295}}",
    "number too great": "{{A}}{{#c4294967296}}{{/c4294967296}}",
    "number far too great": "{{A}}{{#c" + "9" * 5000 + "}}{{/c" + "9" * 5000 + "}}",
    "no number": "{{A}}{{#c}}{{/c}}",
    "other digits": "{{A}}{{#c١}}{{/c١}}",
    "nothing known in what is hidden": "{{A}}{{^A}}{{#Nope}}{{Nein}}{{/Nope}}{{/A}}",
    "signs in an unknown name": "{{A}}{{foo:\"q\" 's' / <b> & é}}",
    "voices": "{{A}}{{tts-voices:}}",
    "line ends": "{{A}}\r\n{{#A}}\r\nx\r\n{{/A}}",
    "sounds": "[sound:a.mp3]{{A}}[sound:{{B}}][anki:tts lang=en_US]{{A}}[/anki:tts]",
}

BITS = [
    "text", "two words", " ", "\n", "<b>bold</b>", "<br>", '<img src="a b.png">', "&nbsp;", "&amp;",
    "&lt;i&gt;", "&eacute;", "&#233;", "&#xE9;", "&bogus;", "&", "<", ">", '"', "'", "é", "日本[にほん]",
    " 字[じ]", "\u00a0", "\u2003", "\u202e", "👩\u200d👩", "e\u0301", "[sound:a b.mp3]", "[sound:é&amp;.mp3]",
    "[sound:", "]", "[anki:tts lang=en_US]speech[/anki:tts]", "[anki:tts]none[/anki:tts]",
    "[anki:play:q:0]", r"\(x<y>z\)", r"\(", r"\)", r"\[", r"\]", "<!-- comment -->", "<!--", "-->",
    "<style>a</style>", "<script>", "</script>", "{{c1::", "{{c2::", "}}", "::", ":", "{{A}}", "0", "",
]


OTHER_CLOZES = [text for text in CLOZES if "[latex]" not in text]
ODD_CLOZES = [
    "".join(f"{{{{c{n}::" for n in range(2, 12)) + "a::h{{c1::b{{c1::c::i" + "}}" * 14,
    "{{c2::u{{c1::b}}v", "{{c1::a::h{{c2::b::g}}c::i}}", "{{c1::a::{{c2::b}}c}}", "{{c1::a:{{c2::b}}:c}}",
    "{{c1::a::h{{c,::y}}", "{{c1::a::h{{c70000::b{{c2::c}}}} d", "{{c1::a::b::c}}", "{{c1:::a}}", "{{c1::a:::b}}",
    "{{c2,1,1::a}}", "{{c3,70000,2::a}}", "{{c1::a{{c1::b::h}}c}}", "{{c1::a{{c3::b{{c1::d}}}}e}}",
    "{{c1::{{c2::{{c3::x}}y}}z::h}}", "{{c1::<b>a</b> \"q\" 's' & &amp; > <::<i>h</i> \"q\" &amp;}}",
    "{{c1::" + "".join(map(chr, range(1, 0x180))) + "日 €}}", r"{{c1::a\(b}}c\)", r"{{c1::a::\(b}}c\)",
    r"\(<i>{{c2::<b>x</b>}}\]", r"\[<i>x</i>\)<u>", "\\(<i\n>x</i>\n\\)<u>", r"\(<a\)>",
    r"\(\(<a>\)<a>\)", r"\( {{c2::x\)y}} z\( <b>", r"\(<!-- {{c1::x}} --> \)", r"\({{c1::x::h}}\)",
    r"\(<script>a</script>b<style>c</style>d<!--<b>-->e<STYLE>f</STYLE><style x>g</style>&amp;&nbsp;\)",
    r"\(<!--a-->b<style>c<!--</style>-->d<script>e<x>f</script>g<scripty>h</script>i<script>j\)",
    "\\(<style>a<script></style>b</script>c<styl>x</styl><sty\nle><style\n>q\n</style>\\)",
]
ODD_SPEECH = [
    "[sound:]", "[sound:a\nb]", "[sound:a]b]", "[sound:a[b]", "[SOUND:a]", "[sound: ]", "[sound:<b>x</b>]",
    *(f"[anki:tts{options}]x[/anki:tts]" for options in (
        "", " ", " foo", " lang=e", "  lang=e ", '\tlang="x]y"', ' lang=x"', ' lang="x', "lang=x",
        " lang=x lang=y", " lang =x", " lang= x", ' x=y"z" lang=e', " =y lang=e", " a=b=c lang=e",
        "\u00a0lang=e\u2003q=w", ' lang="e"q=w', ' lang=""', " lang=", ' "lang"=e', " lang=[e", " foo=1",
        " lang=e\nvoices=a,,b speed=x", "-x lang=e", " Lang=e", "\x1clang=e", " xlang=e", ' x="lang=e"',
        ' x=" lang=e"', ' lang="" lang=e', " lang=e lang=", "\x0blang=e", "\x0clang=e", "\r\nlang=e", " lang=e\x0bx=y", ' a=b c="d"lang=e',
        ' a="b" "c"=d', ' lang="e"f', " lang=e\u00a0", " é=ü lang=日", ' a=b"c"=d lang=e', ' lang="e" ',
        ' "=x lang=e', " [=x lang=e", ' a="[x]" lang=e', " lang==", ' lang="\n"', " a= lang=e",
    )),
    "[anki:tts lang=e]x [anki:tts lang=f]y[/anki:tts] z[/anki:tts]", "[anki:tts lang=e]x[/anki:tts",
    "[anki:tts lang=e]x [sound:a.mp3] y[/anki:tts][sound:b.mp3]", "[anki:foo][sound:a][/anki:foo][sound:b]",
    "[anki:tts foo=1][sound:a][/anki:tts][sound:b]", "[anki:tts foo][sound:a][/anki:tts][sound:b]",
    "[sound:a[anki:tts lang=x]b[/anki:tts]", "[anki:foo]a[anki:tts lang=x]b[/anki:tts][/anki:foo]",
    "[anki:TTS lang=e]x[/anki:TTS]", "[anki: lang=e]x[/anki:]", "[anki:tts lang=e]x[/anki:tts ]",
    "[anki:a[ x=y][sound:b][/anki:a[]", "[anki:a=b][sound:b][/anki:a=b]", '[anki:a"][sound:b][/anki:a"]',
    "[anki:][sound:b][/anki:]", "[anki:a/][sound:b][/anki:a/]", "[anki:é][sound:b][/anki:é]",
]
READINGS = [
    "漢字[かん]", "a b[c] d[e]", "a[b]c[d]", "x[]", "[y]", "&nbsp;x[y] z", "x [y]", "a>b[c]", "a\nb[c]", "a[b\nc]",
    "a[b[c]]", "  a[b]", "a[anki:x]", "漢[ かん]", "a&nbsp;b[c]", "a\u3000b[c]", "a[ sound:b]", "1[2]3[1]",
]
NUMBERS = [
    "&#0;", "&#1;", "&#128;", "&#160;", "&#55295;", "&#55296;", "&#57343;", "&#57344;", "&#1114111;",
    "&#1114112;", "&#x1F600;", "&#X41;", "&#xd800;", "&#x;", "&#;", "&;", "&#65", "&amp", "& ", "&#+65;",
    "&#-1;", "&#65a;", "&# 65;", "&#00065;", "&#4294967361;", "&#" + "9" * 5000 + ";", "&#" + "0" * 5000 + "65;",
    "&amp;;", "&&amp;", "&am&amp;", "&NBSP;", "&#x0000000041;", "&#١;", "&#xg;", "&eacutE;", "&\u00e9;",
]


@pytest.mark.parametrize("is_cloze", [False, True], ids=["ordinary", "cloze"])
def test_a_template_shows_what_anki_shows(student: Student, is_cloze: bool) -> None:
    """On either side, faulty or not: what is wrong is said in Anki's words."""
    made = plain_note_type(student, is_cloze=is_cloze)
    notes = [(a, b) for a in ("", "a", "<br>", RICH) for b in ("", "b.mp3", "{{c2::b}}")]
    wrong: list[str] = []
    for text in [*TEMPLATE_CASES.values(), *MORE_TEMPLATES.values()]:
        for template in (Template(text, "{{FrontSide}}|{{B}}"), Template("{{A}}", text)):
            wrong += differences_in_editor(student, made, template, notes)
    assert wrong == []


def test_any_three_filters_show_what_anki_shows(student: Student) -> None:
    """In every order, on a field that each of them changes."""
    made = plain_note_type(student)
    names = [*FILTERS, "Hint", "tts ", "tts"]
    tags = ["".join(f"{name}:" for name in three) for three in product(names, repeat=3)]
    whole = "".join(f"{{{{{tag}A}}}}|" for tag in dict.fromkeys(tags))
    template = Template("{{B}}", whole)
    assert list(differences_in_editor(student, made, template, [(RICH, "b"), (" ", "b")], (0,))) == []


def test_a_field_shows_what_anki_shows(student: Student) -> None:
    """Whatever is in it: clozes, sounds, speech, readings, formulas."""
    made = plain_note_type(student, is_cloze=True)
    fields = [*FIELD_VALUES, *OTHER_CLOZES, *ODD_CLOZES, *ODD_SPEECH, *BITS, *READINGS]
    shown = [f"{{{{{name}:A}}}}" for name in
             ("cloze", "cloze-only", "text", "furigana", "kana", "kanji", "hint", "tts en_US")]
    template = Template("|".join(shown), "|".join(["{{A}}", *shown]))
    notes = [(f"{{{{c1::x}}}} {field}", "") for field in fields]
    assert list(differences_in_editor(student, made, template, notes)) == []


def test_an_entity_is_resolved_where_anki_resolves_it(student: Student) -> None:
    """The filter `text` knows the names of HTML 4, and numbers; else it leaves all as they are."""
    made = plain_note_type(student)
    notes = [(f"&amp;{text}", "") for text in (*NUMBERS, *(f"&{name}" for name in html5))]
    template = Template("{{text:A}}", "")
    assert list(differences_in_editor(student, made, template, notes, (0,))) == []


def test_a_hint_of_any_length_is_named_as_anki_names_it(student: Student) -> None:
    """Its name is a hash of the text, which is made of chunks."""
    made = plain_note_type(student)
    lengths = [*range(130), *(n * 1024 + d for n in (1, 2, 3, 4, 5, 7, 8, 9) for d in (-2, -1, 0, 1))]
    notes = [("é" * (n // 2) + "x" * (n % 2), "") for n in lengths]
    template = Template("{{hint:A}}{{A}}", "{{hint:A}}")
    assert list(differences_in_editor(student, made, template, notes, (0,))) == []


# ---------------------------------------------------------------- at random


def random_text(chance: random.Random) -> str:
    """A field with anything in it."""
    dice = chance.random()
    if dice < 0.25:
        return chance.choice(FIELD_VALUES)
    if dice < 0.35:
        return random_clozes(chance)
    if dice < 0.45:
        return random_sentence(chance, 2)
    return "".join(chance.choices(BITS, k=chance.randint(0, 6)))


def random_sentence(chance: random.Random, depth: int) -> str:
    """A field with clozes that are mostly well formed."""
    pieces = []
    for _ in range(chance.randint(1, 4)):
        if depth and chance.random() < 0.5:
            numbers = ",".join(chance.choices("1112234", k=chance.choice([1, 1, 1, 1, 2, 3])))
            hint = chance.choice(["", "", "", "::hint", "::", "::<i>h</i> & é", "::a::b"])
            pieces.append(f"{{{{c{numbers}::{random_sentence(chance, depth - 1)}{hint}}}}}")
        elif chance.random() < 0.1:
            pieces.append(chance.choice(OTHER_CLOZES))
        else:
            pieces.append(chance.choice(BITS))
    if chance.random() < 0.1:
        return rf"\({''.join(pieces)}\)"
    return "".join(pieces)


def random_value(chance: random.Random, *, is_cloze: bool) -> str:
    """A field, mostly with clozes in a note type for these."""
    if is_cloze and chance.random() < 0.7:
        return random_sentence(chance, 3)
    return random_text(chance)


def random_side(chance: random.Random, fields: Sequence[str], *, is_cloze: bool) -> str:
    """A side of a template that Anki may or may not accept."""
    side = random_front(chance, fields)
    if not is_cloze:
        return side
    field = f"cloze:{chance.choice(fields)}"
    if side.startswith("{{="):
        return f"{side}<%{field}%>"
    return chance.choice([f"{{{{{field}}}}}{side}", f"{side}{{{{{field}}}}}"])


def random_note_type(
    student: Student, chance: random.Random, *, is_cloze: bool
) -> "NotetypeDict":
    """Add a note type that Anki accepts."""
    while True:
        fields = chance.sample(NAMES, chance.randint(1, 4))
        texts = [random_side(chance, fields, is_cloze=is_cloze) for _ in range(2 if is_cloze else 8)]
        half = len(texts) // 2
        templates = dict(zip(texts[:half], texts[half:], strict=True))  # no two fronts are alike
        good = [Template(*each) for each in templates.items()
                if all(is_accepted(side, fields) for side in each)]
        made = add_note_type(student, fields, *good, is_cloze=is_cloze) if good else None
        if made is not None:
            return made


@pytest.mark.parametrize("is_cloze", [False, True], ids=["ordinary", "cloze"])
def test_random_cards_show_what_anki_shows(student: Student, is_cloze: bool) -> None:
    """Fields, conditions, filters, clozes, comments, sounds, blanks, in any order and nested."""
    chance = random.Random(RENDERS)
    while student.col.card_count() < RENDERS:
        made = random_note_type(student, chance, is_cloze=is_cloze)
        add_notes(student, chance, made, [
            [random_value(chance, is_cloze=is_cloze) for _ in made["flds"]]
            for _ in range(NOTES_PER_TYPE)
        ])
    assert list(differences(student)) == []


@pytest.mark.parametrize("is_cloze", [False, True], ids=["ordinary", "cloze"])
def test_random_templates_show_what_anki_shows(student: Student, is_cloze: bool) -> None:
    """Whether Anki accepts them or not."""
    chance = random.Random(RENDERS)
    fields = NAMES[:3]
    made = plain_note_type(student, fields, is_cloze=is_cloze)
    wrong: list[str] = []
    for _ in range(RENDERS // 10):
        # Now and then a field is named that is not there.
        sides = [random_side(chance, chance.choice([fields, fields, NAMES]), is_cloze=is_cloze)
                 for _ in Template._fields]
        notes = [[random_value(chance, is_cloze=is_cloze) for _ in fields] for _ in range(5)]
        wrong += differences_in_editor(student, made, Template(*sides), notes)
    assert wrong == []


# ---------------------------------------------------------------- what is shipped

OWN_KIND = """\
    section: words
    singular: word
    fields:
      word: {takes: line, required: "yes"}
      reading: {takes: line}
      meaning: {takes: text}
    cards:
      read:
        front: |
          {{#Reading}}{{kanji:Word}} <b>{{text:Meaning}}</b>{{/Reading}} {{hint:Meaning}}
        back: |
          {{furigana:Word}}<!-- {{Nothing}} -->{{^Meaning}}{{Tags}}{{/Meaning}}{{type:Reading}}
          {{Subdeck}} {{Card}} {{Type}} {{unknown:Word}} {{tts ja_JP:kana:Word}}
    """
OWN_CARDS = """\
    words:
      - {word: "日本[にほん] & 字[じ]", reading: "にほん", meaning: "*Japan* <b> & `x`"}
      - {word: "字[じ]", reading: "じ"}
      - {word: "a", meaning: "b"}
    """


@pytest.mark.parametrize("deck", ["shipped", "every kind", "with media", "own kind"])
def test_every_card_of_a_deck_shows_what_anki_shows(
    student: Student, tmp_path: Path, deck: str
) -> None:
    """Every card of packages that we build, those of an author's own kind included."""
    if deck == "shipped":
        cards = copy_shipped(tmp_path)
    elif deck == "every kind":
        cards = write_cards(tmp_path, one=EVERY_KIND)
    elif deck == "with media":
        cards = with_media(tmp_path)
    else:
        cards = write_cards(tmp_path, one=OWN_CARDS)
        cards.joinpath("kinds").mkdir()
        cards.joinpath("kinds/words.yaml").write_text(dedent(OWN_KIND), encoding="utf-8")
    student.install(release(cards))
    assert student.col.card_count() > 2
    assert list(differences(student)) == []
