"""What genuine Anki makes of a package that a student imports for the first time, or again."""

from base64 import b64decode
from pathlib import Path

import pytest

from tests.anki_collection import (
    CardKey,
    Student,
    copy_shipped,
    release,
    text_of,
    try_release,
    write_cards,
)

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
                  "gg==")

EVERY_KIND = """
dates:
  - {id: wall, date: 1989-11-09, event: The Berlin Wall opens}
treaties:
  - {id: act, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia], terms: A council,
     significance: Much, sentence: "==NATO== and ==Russia== signed it in {{c7::Paris::a city}}."}
actors:
  - {id: genscher, name: Genscher, role: Foreign minister, known-for: A speech}
positions:
  - {id: promise, actor: Russia, issue: Enlargement, position: It breaks a promise, because: So said}
questions:
  - {id: four, q: Which four?, a: These four, ask: [forward, reverse, type]}
sentences:
  - {id: signed, text: "The Act was signed in ==Paris, the capital of {{c1::France}}==."}
"""
MEDIA = """
questions:
  - {id: a, q: Which flag?, a: "This: ![the flag](flags/Flag é.PNG)", image: flags/Flag é.PNG}
  - {id: b, q: Which hymn?, a: This, audio: [hymn.mp3, second.MP3]}
  - {id: c, q: Two pictures?, a: These, image: [dot.png, flags/dot.png], note: "![again](dot.png)"}
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The package of the shipped deck."""
    return release(copy_shipped(tmp_path))


def test_every_note_of_the_shipped_deck_is_new(student: Student, shipped: Path) -> None:
    """Nothing of a first import is a duplicate, in conflict or left out."""
    log = student.install(shipped)
    assert len(log.new) == len(student.notes()) > 60
    assert (log.updated, log.duplicate, log.other) == ((), (), ())


def test_the_package_has_exactly_the_cards_that_were_compiled(
    student: Student, tmp_path: Path
) -> None:
    """Cards in the collection are those of the notes compiled, each in its note's deck."""
    compiled = try_release(copy_shipped(tmp_path)).compiled
    assert compiled is not None
    student.install(tmp_path / "build" / "russia-japan-west.apkg")
    expected = {CardKey(note.guid, card): note.deck
                for note in compiled.deck.notes for card in note.cards}
    cards = student.card_ids()
    decks = {key: student.col.decks.name(student.col.get_card(card).did)
             for key, card in cards.items()}
    assert decks == expected


def test_every_card_of_the_shipped_deck_has_two_sides(student: Student, shipped: Path) -> None:
    """No template fails, no side is blank, the back says more than the front, nothing is unread."""
    student.install(shipped)
    for key, sides in student.all_sides().items():
        question, answer = text_of(sides.question).split(), text_of(sides.answer).split()
        assert question, key
        assert len(answer) > len(question), key
        for html in (sides.question, sides.answer):
            assert "front-of-card-is-blank" not in html, key
            assert "{{" not in html, key
            assert "found on card" not in html, key


@pytest.mark.parametrize("deck", ["shipped", "every kind", "with media"])
def test_check_database_finds_nothing_to_do(
    student: Student, tmp_path: Path, deck: str
) -> None:
    """It adds and removes no note and no card and complains of nothing; no card is empty."""
    if deck == "shipped":
        package = release(copy_shipped(tmp_path))
    elif deck == "every kind":
        package = release(write_cards(tmp_path, one=EVERY_KIND))
    else:
        package = release(with_media(tmp_path))
    student.install(package)
    assert student.check_database() == []
    assert student.empty_cards() == []
    assert student.media_faults() == ([], [])
    student.study_all()
    assert student.check_database() == []


def with_media(folder: Path) -> Path:
    """A project with pictures and sounds, of which two have one name and two one content."""
    cards = write_cards(folder, one=MEDIA)
    for name, content in {
        "flags/Flag é.PNG": PIXEL, "dot.png": PIXEL, "flags/dot.png": PIXEL + b"\0",
        "hymn.mp3": b"ID3 one", "second.MP3": b"ID3 two",
    }.items():
        path = cards / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return cards


def test_media_arrive_and_are_shown(student: Student, tmp_path: Path) -> None:
    """Every picture and sound on a card is in the student's collection, with its own content."""
    cards = with_media(tmp_path)
    student.install(release(cards))
    folder = Path(student.col.media.dir())
    contents = sorted(path.read_bytes() for path in folder.iterdir())
    written = {path.read_bytes() for path in cards.glob("media/**/*.*")}
    assert set(contents) == written
    fronts = "".join(sides.answer for sides in student.all_sides().values())
    sounds = [sound for sides in student.all_sides().values() for sound in sides.sounds]
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 5
    assert all(name in fronts or any(name in sound for sound in sounds) for name in names)
    assert len(sounds) == 2


def test_a_changed_picture_arrives(student: Student, tmp_path: Path) -> None:
    """Anki never replaces a file, so another content has another name, and its note is updated."""
    cards = with_media(tmp_path)
    student.install(release(cards))
    (cards / "media" / "flags" / "dot.png").write_bytes(PIXEL + b"\0\0")
    log = student.install(release(cards, day=1))
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 1, 2)
    assert student.media_faults()[0] == []
    folder = Path(student.col.media.dir())
    assert PIXEL + b"\0\0" in {path.read_bytes() for path in folder.iterdir()}


def test_new_cards_come_in_source_order(student: Student, tmp_path: Path) -> None:
    """Their positions rise as the items stand in the files; the cards of one note share one."""
    compiled = try_release(copy_shipped(tmp_path)).compiled
    assert compiled is not None
    student.install(tmp_path / "build" / "russia-japan-west.apkg")
    order = [guid for (guid,) in student.rows(
        "select n.guid from cards c join notes n on n.id = c.nid group by n.guid order by c.due")]
    assert order == [note.guid for note in compiled.deck.notes]
    assert all(count == 1 for (count,) in student.rows(
        "select count(distinct due) from cards group by nid"))


def test_the_day_s_new_cards_are_the_first_ones(student: Student, tmp_path: Path) -> None:
    """With Anki's own options, a deck's first twenty cards come, those of one kind together."""
    compiled = try_release(copy_shipped(tmp_path)).compiled
    assert compiled is not None
    student.install(tmp_path / "build" / "russia-japan-west.apkg")
    notes = compiled.deck.notes
    for deck in {note.deck for note in notes}:
        cards = [CardKey(note.guid, card) for note in notes if note.deck == deck
                 for card in note.cards]
        assert student.queue(deck) == sorted(cards[:20], key=lambda card: card.ordinal)


@pytest.mark.parametrize("day", [0, 30])
def test_importing_the_same_again_changes_nothing(
    student: Student, tmp_path: Path, day: int
) -> None:
    """Neither notes, cards, note types nor decks, nor the time at which any of them changed."""
    cards = copy_shipped(tmp_path)
    student.install(release(cards))
    student.study(*list(student.card_ids().values())[:10])
    before = student.everything()
    log = student.install(release(cards, day))
    assert (log.new, log.updated, log.other) == ((), (), ())
    assert student.everything() == before


def test_every_kind_arrives_with_its_cards(student: Student, tmp_path: Path) -> None:
    """One deck with each kind, requested cards, a sentence about an item and nested gaps."""
    student.install(release(write_cards(tmp_path, one=EVERY_KIND)))
    made: dict[str, list[int]] = {}
    for key, card_id in student.card_ids().items():
        note = student.col.get_card(card_id).note()
        made.setdefault(note["Id"], []).append(key.ordinal)
    assert {name: sorted(ordinals) for name, ordinals in made.items()} == {
        "wall": [0, 1], "act": [0, 1, 2, 3], "act/sentence": [6, 7, 8], "genscher": [0, 1, 2],
        "promise": [0, 1, 2], "four": [0, 1, 2], "signed": [0, 1],
    }


def test_decks_and_their_descriptions_arrive(student: Student, tmp_path: Path) -> None:
    """Every level is a deck, the first has the description, and the student's own deck is left."""
    cards = write_cards(tmp_path, one="deck: A::B\nquestions: [{q: Q, a: A}]")
    cards.joinpath("deck.yaml").write_text(
        "id: test-deck\nname: Test\ndescription: Some *words* & <more>\n", encoding="utf-8")
    student.install(release(cards))
    names = sorted(deck.name for deck in student.col.decks.all_names_and_ids())
    assert names == ["Default", "Test", "Test::A", "Test::A::B"]
    deck = student.col.decks.by_name("Test")
    assert deck is not None
    assert "Some <em>words</em> &amp; &lt;more&gt;" in deck["desc"]
