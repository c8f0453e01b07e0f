"""What cards show: our rendering against genuine Anki's, byte for byte, on thousands of cards.

`DECKGEN_RENDERS` is how many random cards there are of each sort.
"""

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deckgen.template import Card, Renderer, Sides
from tests.anki_collection import Student, copy_shipped, release, write_cards
from tests.test_anki_cards import (
    CLOZES,
    FIELD_VALUES,
    NAMES,
    is_accepted,
    random_clozes,
    random_front,
)
from tests.test_anki_import import EVERY_KIND, with_media

if TYPE_CHECKING:
    from anki.cards import CardId
    from anki.models import NotetypeDict

RENDERS = int(os.environ.get("DECKGEN_RENDERS", "2000"))
NOTES_PER_TYPE = 25
TAGS = [(), ("deck",), ("b", "a::c"), ("Über",)]
DECKS = ["Default", "Deck", "Deck::Sub deck", "Ä::b::<i>c</i> & d"]


# ---------------------------------------------------------------- asking Anki


class Template(NamedTuple):
    """The two sides of a template."""

    front: str
    back: str


def add_note_type(
    student: Student, templates: Sequence[Template], fields: Sequence[str], *, is_cloze: bool
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


def add_notes(
    student: Student, chance: random.Random, note_type: "NotetypeDict",
    notes: Sequence[Sequence[str]], filling: str,
) -> None:
    """Add notes that have every card, then give them the fields that may leave a card blank."""
    from anki.collection import AddNoteRequest

    decks = student.col.decks
    requests = []
    for _ in notes:
        note = student.col.new_note(note_type)
        note.fields = [filling for _ in note.fields]
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


def differences(student: Student) -> Iterator[str]:
    """Where a card of the collection does not show in Anki what we make of it."""
    from anki.cards import CardId
    from anki.models import NotetypeId

    cards = student.rows(
        "select c.id, c.ord, c.did, c.flags, n.mid, n.flds, n.tags from cards c "
        "join notes n on n.id = c.nid order by n.mid, c.id"
    )
    renderers: dict[int, list[Renderer]] = {}
    for card_id, ordinal, deck, flags, mid, text, tags in cards:
        made = student.col.models.get(NotetypeId(mid))
        assert made is not None
        names = [field["name"] for field in made["flds"]]
        template = made["tmpls"][0 if made["type"] else ordinal]
        if mid not in renderers:
            renderers[mid] = [
                Renderer(names, each["qfmt"], each["afmt"], is_cloze=bool(made["type"]))
                for each in made["tmpls"]
            ]
        renderer = renderers[mid][0 if made["type"] else ordinal]
        fields = dict(zip(names, text.split("\x1f"), strict=True))
        card = Card(ordinal, template["name"], made["name"], student.col.decks.name(deck),
                    tags.split(), card_id, flags & 7)
        ours, theirs = renderer.render(fields, card), sides(student, CardId(card_id))
        for what, mine, its in zip(Sides._fields, ours, theirs, strict=True):
            if mine != its:
                at = common(mine, its)
                yield (f"{what} of {template['qfmt']!r}, {template['afmt']!r} with {fields} as "
                       f"{card}: after {mine[:at][-40:]!r} Anki has {its[at:at + 80]!r}, we "
                       f"{mine[at:at + 80]!r}")


def common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def sides(student: Student, card: "CardId") -> Sides:
    """Render a card in Anki."""
    from anki.template import TemplateRenderContext

    output = TemplateRenderContext.from_existing_card(student.col.get_card(card), False).render()
    return Sides(output.question_text, output.answer_text)


# ---------------------------------------------------------------- at random

BITS = [
    "text", "two words", " ", "\n", "<b>bold</b>", "<br>", '<img src="a b.png">', "&nbsp;", "&amp;",
    "&lt;i&gt;", "&eacute;", "&#233;", "&#xE9;", "&bogus;", "&", "<", ">", '"', "'", "é", "日本[にほん]",
    " 字[じ]", "\u00a0", "\u2003", "\u202e", "👩\u200d👩", "e\u0301", "[sound:a b.mp3]", "[sound:é&amp;.mp3]",
    "[sound:", "]", "[anki:tts lang=en_US]speech[/anki:tts]", "[anki:tts]none[/anki:tts]",
    "[anki:play:q:0]", r"\(x<y>z\)", r"\(", r"\)", r"\[", r"\]", "<!-- comment -->", "<!--", "-->",
    "<style>a</style>", "<script>", "</script>", "{{c1::", "{{c2::", "}}", "::", ":", "{{A}}", "0", "",
]


OTHER_CLOZES = [text for text in CLOZES if "[latex]" not in text]


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


def accepted_side(chance: random.Random, fields: Sequence[str], *, is_cloze: bool) -> str:
    """A side of a template that Anki accepts."""
    while True:
        side = random_front(chance, fields)
        if is_cloze:
            cloze = f"{{{{cloze:{chance.choice(fields)}}}}}"
            side = side + cloze if side.startswith("{{=") or chance.random() < 0.5 else cloze + side
            side = side.replace(cloze, cloze.replace("{{", "<%").replace("}}", "%>")) \
                if side.startswith("{{=") else side
        if is_accepted(side, fields):
            return side


def random_note_type(
    student: Student, chance: random.Random, *, is_cloze: bool
) -> "NotetypeDict":
    """Add a note type that Anki accepts."""
    while True:
        fields = chance.sample(NAMES, chance.randint(1, 4))
        fronts = {accepted_side(chance, fields, is_cloze=is_cloze)
                  for _ in range(1 if is_cloze else 4)}
        templates = [Template(front, accepted_side(chance, fields, is_cloze=is_cloze))
                     for front in sorted(fronts)]
        made = add_note_type(student, templates, fields, is_cloze=is_cloze)
        if made is not None:
            return made


FILLED = "{{c1::a {{c2::b}}}}{{c3::c}}"


@pytest.mark.parametrize("is_cloze", [False, True], ids=["ordinary", "cloze"])
def test_random_cards_show_what_anki_shows(student: Student, is_cloze: bool) -> None:
    """Fields, conditions, filters, clozes, comments, sounds, blanks, in any order and nested."""
    chance = random.Random(RENDERS + is_cloze)
    while student.col.card_count() < RENDERS:
        made = random_note_type(student, chance, is_cloze=is_cloze)
        notes = [[random_value(chance, is_cloze=is_cloze) for _ in made["flds"]]
                 for _ in range(NOTES_PER_TYPE)]
        add_notes(student, chance, made, notes, FILLED)
    assert list(differences(student)) == []


def random_value(chance: random.Random, *, is_cloze: bool) -> str:
    """A field, with clozes rather than without them in a note type for these."""
    if is_cloze and chance.random() < 0.7:
        return random_sentence(chance, 3)
    return random_text(chance)


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
