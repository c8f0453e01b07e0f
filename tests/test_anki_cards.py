"""Which cards a note has: our derivation against genuine Anki's, on 20,000 random notes."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from deckgen.template import SPECIAL, CardRule, Faulty, If, Part, Shown, parse
from tests.anki_collection import Student, copy_shipped, try_release

SEEDS = range(5)
NOTES_PER_TYPE = 50
# Anki gives a note without cards its first one; a card that every note has makes that plain.
ALWAYS = "Always"
# Every note of ours has a tag, that of its deck.
TAGS = ("deck",)


# ---------------------------------------------------------------- asking Anki


def add_note_type(
    student: Student, fronts: Sequence[str], fields: Sequence[str], *, is_cloze: bool = False
) -> int | None:
    """Add a note type; None if Anki refuses it."""
    from anki.errors import CardTypeError

    models = student.col.models
    made = models.new(f"Type {len(models.all_names_and_ids())}")
    made["type"] = int(is_cloze)
    for name in fields:
        models.add_field(made, models.new_field(name))
    for i, front in enumerate(fronts):
        template = models.new_template(f"Card {i}")
        template["qfmt"] = front
        template["afmt"] = f"{{{{cloze:{fields[0]}}}}}" if is_cloze else f"{{{{{fields[0]}}}}}"
        models.add_template(made, template)
    try:
        return int(models.add_dict(made).id)
    except CardTypeError:
        return None


def cards_in_anki(
    student: Student, note_type: int, notes: Sequence[Sequence[str]]
) -> list[tuple[int, ...]]:
    """Add notes with these field values; tell which cards, from 0, each got."""
    from anki.collection import AddNoteRequest
    from anki.decks import DeckId
    from anki.models import NotetypeId

    made = student.col.models.get(NotetypeId(note_type))
    if made is None:
        raise AssertionError("no such note type")
    requests = []
    for fields in notes:
        note = student.col.new_note(made)
        note.fields = list(fields)
        note.tags = list(TAGS)
        requests.append(AddNoteRequest(note=note, deck_id=DeckId(1)))
    student.col.add_notes(requests)
    cards: dict[int, list[int]] = {request.note.id: [] for request in requests}
    for note_id, ordinal in student.rows("select nid, ord from cards order by nid, ord"):
        if note_id in cards:
            cards[note_id].append(ordinal)
    student.col.remove_notes([request.note.id for request in requests])
    return [tuple(ordinals) for ordinals in cards.values()]


def is_accepted(front: str, fields: Sequence[str]) -> bool:
    """Whether a front can be parsed, names what there is, and names anything at all."""
    parts = parse(front)
    if isinstance(parts, Faulty):
        return False
    names = list(names_in(parts))
    return bool(names) and set(names) <= {*fields, *SPECIAL, ""}


def names_in(parts: Iterable[Part]) -> Iterator[str]:
    """Name the fields of a front; a condition on a cloze, `{{#c1}}`, is none."""
    for part in parts:
        if isinstance(part, Shown):
            yield part.field
        elif isinstance(part, If):
            if re.fullmatch(r"c[0-9]+", part.field) is None:
                yield part.field
            yield from names_in(part.children)


# ---------------------------------------------------------------- what is asked

TEMPLATE_CASES = {
    "field": "{{A}}",
    "blanks in the tag": "{{ \n A }}",
    "no-break space in the tag": "{{\u00a0A}}",
    "three braces": "{{{A}}}",
    "four braces": "{{{{A}}}}",
    "condition": "{{#A}}{{B}}{{/A}}",
    "condition around text": "{{#A}}text{{/A}}",
    "negation around text": "{{^A}}text{{/A}}",
    "negation": "{{^A}}{{B}}{{/A}}",
    "contradiction": "{{#A}}{{^A}}{{B}}{{/A}}{{/A}}",
    "negation of itself": "{{^A}}{{A}}{{/A}}",
    "condition with blanks": "{{ # A }}{{B}}{{ / A }}",
    "text filter": "{{text:A}}",
    "unknown filters": "{{foo:bar:A}}",
    "type": "{{type:A}}",
    "cloze filter": "{{cloze:A}}",
    "speech": "{{tts en_US:A}}",
    "empty name": "{{}}{{A}}",
    "filter of nothing": "{{A:}}{{B}}",
    "filter and blank": "{{text: A}}",
    "blank and filter": "{{text :A}}",
    "unclosed tag": "{{A}} {{",
    "only an unclosed tag": "{{A",
    "only text": "text",
    "nothing": "",
    "unknown field": "{{Nope}}",
    "unknown condition": "{{#Nope}}{{A}}{{/Nope}}",
    "wrong case": "{{a}}",
    "filter in a condition": "{{#text:A}}{{B}}{{/text:A}}",
    "unclosed condition": "{{#A}}{{B}}",
    "unopened condition": "{{/A}}{{B}}",
    "crossed conditions": "{{#A}}{{#B}}{{A}}{{/A}}{{/B}}",
    "bare signs": "{{#}}x{{/}}{{A}}",
    "bare negation": "{{^}}{{A}}{{/}}",
    "mustache comment": "{{! comment }}{{A}}",
    "comment after": "{{A}}<!--{{B}}-->",
    "comment before": "<!--{{A}}-->{{B}}",
    "only a comment": "<!--{{A}}-->",
    "unknown field in a comment": "<!--{{Nope}}-->{{B}}",
    "half a condition in a comment": "<!--{{#A}}-->{{B}}",
    "close in a comment": "{{#A}}<!--{{/A}}-->{{B}}{{/A}}",
    "unclosed comment": "<!--{{A}}",
    "comment that does not close itself": "<!-->{{A}}-->{{B}}",
    "end of no comment": "--> {{A}}",
    "tags": "{{Tags}}",
    "if tags": "{{#Tags}}{{A}}{{/Tags}}",
    "unless tags": "{{^Tags}}{{A}}{{/Tags}}",
    "deck": "{{Deck}}",
    "unless deck": "{{^Deck}}{{A}}{{/Deck}}",
    "flag": "{{CardFlag}}",
    "front side": "{{FrontSide}}",
    "front side and field": "{{FrontSide}}{{A}}",
    "cloze condition": "{{#c1}}{{A}}{{/c1}}",
    "no cloze condition": "{{^c1}}{{A}}{{/c1}}",
    "only a cloze condition": "{{^c1}}text{{/c1}}",
    "old delimiters": "{{=<% %>=}}<%A%>",
    "old delimiters after a blank": " {{=<% %>=}}<%#A%><%B%><%/A%>",
    "old delimiters end new ones": "{{=<% %>=}}{{A}}<%B%>",
    "both delimiters": "{{=<% %>=}}<%#A%><%B%>{{/A}}<%/A%>",
    "old delimiters too late": "x{{=<% %>=}}<%A%>",
    "old delimiters unannounced": "{{A}}<%B%>",
}


@pytest.mark.parametrize("front", TEMPLATE_CASES.values(), ids=TEMPLATE_CASES.keys())
def test_a_front_is_read_as_anki_reads_it(student: Student, front: str) -> None:
    """What Anki refuses is refused, and the cards are those that Anki makes."""
    fields = ("A", "B", ALWAYS)
    fronts = (front, f"{{{{{ALWAYS}}}}}")
    note_type = add_note_type(student, fronts, fields)
    assert is_accepted(front, fields) == (note_type is not None)
    if note_type is not None:
        notes = [(a, b, "x") for a in ("", "a") for b in ("", "b")]
        rule = CardRule(fields, fronts, is_cloze=False)
        assert [rule.cards(note) for note in notes] == cards_in_anki(student, note_type, notes)


FIELD_VALUES = [
    "", " ", "\t", "\n", "\r", "\x0b", "\x0c", "<br>", "<BR />", "<br/>", "<br  />", "<br class=x>",
    "</br>", "<div>", "</div>", "<DIV></DIV>", "<div >", "<div/>", "<div / >", "<div class=x></div>",
    "<br>\n<div> </div>", "&nbsp;", "\u00a0", "\u2003", "\u3000", "\u200b", "\u2028", "\ufeff",
    "<p></p>", "<b> </b>", "<hr>", '<img src="a.png">', "[sound:a.mp3]", "<!-- -->", "&#32;", "<br",
    "br>", "< br>", "0", "text", "{{", "{{A}}", "{{c1::x}}",
]


def test_a_field_is_empty_where_anki_finds_it_empty(student: Student) -> None:
    """Blanks, line breaks and bare divisions are nothing; every other tag and blank is something."""
    fields, fronts = ("A", ALWAYS), ("{{A}}", f"{{{{{ALWAYS}}}}}")
    note_type = add_note_type(student, fronts, fields)
    assert note_type is not None
    notes = [(value, "x") for value in FIELD_VALUES]
    rule = CardRule(fields, fronts, is_cloze=False)
    ours = dict(zip(FIELD_VALUES, (rule.cards(note) for note in notes), strict=True))
    assert ours == dict(zip(FIELD_VALUES, cards_in_anki(student, note_type, notes), strict=True))


CLOZES = [
    "", "{{c1::x}}", "{{c2::a {{c1::b}} c}}", "{{c1::{{c2::{{c3::x}}}}}}", "{{c1::a {{c2::b}}",
    "{{c1::a", "{{c1::a}} {{c2::b {{c3::d}} {{c4::e}}", "}}{{c1::x}}}}{{c2::y}}", "{{c1::}}",
    "{{c1::::hint}}", "{{c1::x::h{{c2::y}}}}", "{{c1::x::{{c2::y}}", "{{c0::x}}", "{{c0::{{c2::x}}}}",
    "{{c0::{{c2::x}}", "{{c01::x}}", "{{c00000000000000001::x}}", "{{c1,2::x}}", "{{c1,::x}}",
    "{{c,1::x}}", "{{c,::x}}", "{{c1::{{c,::x}} y", "{{c1, 2::x}}", "{{c0,3::x}}", "{{c 1::x}}",
    "{{c1 ::x}}", "{{C1::x}}", "{{c1:x}}", "{c1::x}", "{{{c1::x}}}", "{{{{c1::x}}}}", "{{c1::x}",
    "{{c1::x} }", "{{c-1::x}}", "{{c+1::x}}", "{{c\uff11::x}}", "{{c\u0663::x}}", "{{c499::x}}",
    "{{c500::x}}", "{{c501::x}}", "{{c65535::x}}", "{{c65536::x}}", "{{c65536,3::x}}",
    "{{c1::{{c70000::x}} y", "{{c18446744073709551617::x}}", "{{c" + "9" * 5000 + "::x}}",
    "<!-- {{c1::x}} -->", "{{c1::x&#125;&#125;", "&#123;&#123;c1::x}}", "{{c1::{{A}}}}", "{{c1::{{x}}",
    "{{c1::a\n{{c2::b}}\n}}", "[latex]{{c1::x}}[/latex]", r"\({{c1::\frac{1}{2}}}\)",
    *("".join(f"{{{{c{k + 1}::{'abc'[k % 3]}::h" for k in range(n)) + "}}" * m
      for n in (10, 11, 12, 40) for m in (10, 12, 40)),
]
ALWAYS_CLOZE = "{{c77::x}}"


def test_a_cloze_is_seen_where_anki_sees_it(student: Student) -> None:
    """Nested, unclosed, misnumbered and huge ones included; 77 is there to keep others honest."""
    fields, fronts = ("A", ALWAYS), ("{{cloze:A}}",)
    note_type = add_note_type(student, fronts, fields, is_cloze=True)
    assert note_type is not None
    notes = [(text, ALWAYS_CLOZE) for text in CLOZES]
    rule = CardRule(fields, fronts, is_cloze=True)
    ours = dict(zip(CLOZES, (rule.cards(note) for note in notes), strict=True))
    assert ours == dict(zip(CLOZES, cards_in_anki(student, note_type, notes), strict=True))


def test_a_note_without_a_cloze_gets_a_card_from_anki_alone(student: Student) -> None:
    """We make none where no cloze is; Anki, adding by hand, makes the first all the same."""
    fields, fronts = ("A",), ("{{cloze:A}}",)
    note_type = add_note_type(student, fronts, fields, is_cloze=True)
    assert note_type is not None
    assert cards_in_anki(student, note_type, [("text",)]) == [(0,)]
    assert CardRule(fields, fronts, is_cloze=True).cards(("text",)) == ()


# ---------------------------------------------------------------- at random

NAMES = ["A", "Known for", "Über", "c2 x", "名", "a.b", "x-y"]
SPECIALS = ["Deck", "Subdeck", "Card", "CardFlag", "Type", "CardID", "Tags", "FrontSide",
            "c1", "c2"]
FILTERS = ["text", "hint", "type", "cloze", "foo", "furigana", "tts en_US", "nc", "a b", "", "kana",
           "kanji", "cloze-only", "type:cloze", "type:nc", "tts de voices=a,b speed=1.5"]
BLANKS = ["", "", "", "", "", "", " ", "  ", "\n", "\t", "\u00a0"]
RARE_BLANKS = ["\x85", "\u2003", "\u3000", "\x1c", "\u200b", "\ufeff"]  # the last three are none
LITERALS = ["text", " ", "<br>", '<div class="x">', "</div>", "{", "}", "}}", "{{ ", "<%", "%>",
            "-->", "<!-->", "é", "&nbsp;", "{{{"]
SCRAPS = ["", "{{", "}}", "{{/A}}", "{{#A}}", "<!--", "-->", ":"]
VALUES = [*FIELD_VALUES, "", "", "text"]
CLOZE_NUMBERS = ["0", "1", "2", "3", "4", "01", "003", "499", "500", "501", "65535", "65536", "1,2",
                 "3,", ",", "1.", "-1", "", "²", "99999999999999999999"]
CLOZE_SCRAPS = ["::", "x", " ", "{", "}", "{{", "c1", "<br>", "&nbsp;", "\n", "{{C1::", "{{c1:",
                "{{A}}", r"\(", r"\)"]
Delimiters = tuple[str, str]
NEW, OLD = ("{{", "}}"), ("<%", "%>")


def random_front(chance: random.Random, names: Sequence[str]) -> str:
    """A front that Anki may or may not accept."""
    if chance.random() < 0.12:
        front = "{{=<% %>=}}" + random_parts(chance, names, OLD, 3)
    else:
        front = random_parts(chance, names, NEW, 3)
    if front and chance.random() < 0.12:
        cut = chance.randrange(len(front))
        front = front[:cut] + chance.choice(SCRAPS) + front[cut + chance.randint(1, 6):]
    return front


def random_parts(
    chance: random.Random, names: Sequence[str], delimiters: Delimiters, depth: int
) -> str:
    """Some text, fields, conditions and comments in a row."""
    parts = [random_part(chance, names, delimiters, depth) for _ in range(chance.randint(0, 3))]
    return "".join(parts)


def random_part(
    chance: random.Random, names: Sequence[str], delimiters: Delimiters, depth: int
) -> str:
    """One of them."""
    def tag(*pieces: str) -> str:
        blank = chance.choice(BLANKS if chance.random() < 0.98 else RARE_BLANKS)
        inside = blank.join(("", *pieces, ""))
        return delimiters[0] + inside + delimiters[1]

    name = chance.choice(names if chance.random() < 0.85 else SPECIALS)
    dice = chance.random()
    if dice < 0.35:
        filters = chance.choices(FILTERS, k=chance.choice([0, 0, 0, 1, 1, 2]))
        return tag("".join(f"{each}:" for each in filters) + name)
    if dice < 0.7 and depth:
        name = name if chance.random() < 0.95 else "c1"
        inner = random_parts(chance, names, delimiters, depth - 1)
        return tag(chance.choice("#^"), name) + inner + tag("/", name)
    if dice < 0.78:
        end = chance.choice(["-->", "-->", "-->", ""])
        return f"<!--{random_parts(chance, names, delimiters, 0)}{end}"
    return chance.choice(LITERALS)


def random_value(chance: random.Random) -> str:
    """A field that may look empty."""
    return "".join(chance.choices(VALUES, k=chance.choice([0, 1, 1, 1, 2, 3])))


def random_clozes(chance: random.Random) -> str:
    """A field with clozes, nested and broken."""
    def piece() -> str:
        dice = chance.random()
        if dice < 0.36:
            usual = chance.random() < 0.7
            return f"{{{{c{chance.choice(CLOZE_NUMBERS[:5] if usual else CLOZE_NUMBERS)}::"
        return "}}" if dice < 0.72 else chance.choice(CLOZE_SCRAPS)

    return "".join(piece() for _ in range(chance.randint(0, 9)))


def differences(
    student: Student, fields: Sequence[str], fronts: Sequence[str],
    notes: Sequence[Sequence[str]], *, is_cloze: bool,
) -> Iterator[str]:
    """Where our cards are not Anki's."""
    note_type = add_note_type(student, fronts, fields, is_cloze=is_cloze)
    if note_type is None:
        yield f"Anki refuses {fronts}"
        return
    rule = CardRule(fields, fronts, is_cloze=is_cloze)
    for note, cards in zip(notes, cards_in_anki(student, note_type, notes), strict=True):
        if rule.cards(note) != cards:
            yield f"{fronts} with {note}: Anki {cards}, we {rule.cards(note)}"


def accepted_fronts(
    student: Student, chance: random.Random, fields: Sequence[str], wrong: list[str]
) -> list[str]:
    """Random fronts that Anki accepts; `wrong` learns of those on which we do not agree."""
    fronts: list[str] = []
    for _ in range(chance.randint(1, 6)):
        front = random_front(chance, fields[:-1])
        is_anki_s = add_note_type(student, [front], fields) is not None
        if is_accepted(front, fields) != is_anki_s:
            wrong.append(f"Anki {'accepts' if is_anki_s else 'refuses'} {front!r}")
        elif is_anki_s:
            fronts.append(front)
    return list(dict.fromkeys(fronts))  # Anki wants no two alike


@pytest.mark.parametrize("seed", SEEDS)
def test_cards_of_random_templates_are_those_of_anki(student: Student, seed: int) -> None:
    """2,000 notes of 40 note types: fields, conditions, filters, comments, delimiters, blanks."""
    chance = random.Random(seed)
    wrong: list[str] = []
    for _ in range(40):
        fields = (*chance.sample(NAMES, chance.randint(1, 4)), ALWAYS)
        fronts = accepted_fronts(student, chance, fields, wrong)
        notes = values_for(chance, fields[:-1], random_value, "x")
        wrong += differences(student, fields, [*fronts, f"{{{{{ALWAYS}}}}}"], notes, is_cloze=False)
    assert wrong == []


@pytest.mark.parametrize("seed", SEEDS)
def test_cards_of_random_clozes_are_those_of_anki(student: Student, seed: int) -> None:
    """2,000 notes of 40 note types: clozes in any field, whatever fields the template shows."""
    chance = random.Random(1000 + seed)
    wrong: list[str] = []
    for _ in range(40):
        fields = (*chance.sample(NAMES, chance.randint(1, 3)), ALWAYS)
        shown = [fields[0], *chance.sample(fields, chance.randint(0, len(fields)))]
        front = "".join(f"{{{{{chance.choice(['', 'text:', 'type:'])}cloze:{name}}}}}"
                        for name in shown)
        notes = values_for(chance, fields[:-1], random_clozes, ALWAYS_CLOZE)
        wrong += differences(student, fields, [front], notes, is_cloze=True)
    assert wrong == []


def values_for(
    chance: random.Random, fields: Sequence[str], value: Callable[[random.Random], str],
    always: str,
) -> list[list[str]]:
    """Random notes, the last field of which is always filled."""
    return [[*(value(chance) for _ in fields), always] for _ in range(NOTES_PER_TYPE)]


def test_the_shipped_note_types_make_the_cards_that_anki_makes(
    student: Student, tmp_path: Path
) -> None:
    """Each note of the shipped deck, added by hand to its note type, gets exactly our cards."""
    from anki.models import NotetypeId

    compiled = try_release(copy_shipped(tmp_path)).compiled
    assert compiled is not None
    deck = compiled.deck
    student.install(tmp_path / "build" / "russia-japan-west.apkg")
    for made in deck.note_types:
        assert student.col.models.get(NotetypeId(made.id)) is not None
        notes = [note for note in deck.notes if note.note_type.id == made.id]
        cards = cards_in_anki(student, made.id, [note.fields for note in notes])
        assert cards == [note.cards for note in notes]
