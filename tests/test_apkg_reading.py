"""Reading a package is the inverse of writing one, and reads those of others; nothing in one is trusted."""

import json
import os
import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.apkg import Packed, read_package, reading, write_package
from deckgen.diagnostics import Unusable
from deckgen.lock import number_for
from deckgen.model import FIELD_SEPARATOR, Deck, Note, NoteType
from tests.anki_collection import Student, copy_shipped, open_student, try_release, write_cards

TRIES = settings(max_examples=int(os.environ.get("DECKGEN_FUZZ", "0")) or 60, deadline=None,
                 suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def written(deck: Deck, folder: Path, name: str = "deck.apkg") -> Path:
    """Write a package."""
    path = folder / name
    with path.open("wb") as file:
        write_package(deck, file)
    return path


def with_bytes(deck: Deck) -> tuple[Deck, list[tuple[str, bytes]]]:
    """Tell a deck and what its media hold apart, so that they can be compared."""
    media = []
    for name, content in deck.media:
        with content.open("rb") as file:
            media.append((name, file.read()))
    return replace(deck, media=()), media


# ---------------------------------------------------------------- the inverse


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=FIELD_SEPARATOR), max_size=20)
NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs")), min_size=1, max_size=10)
TAG = st.text("abc-é日:", min_size=1, max_size=6)
DECK_NAME = st.lists(st.sampled_from(["A", "b c", "é", "日"]), min_size=1, max_size=3).map("::".join)
TIME = st.integers(1, 1 << 40)
ID = st.integers(1, (1 << 53) - 1)


@st.composite
def note_types(draw: st.DrawFn) -> NoteType:
    """Draw a note type; ids may be missing."""
    fields = draw(st.lists(st.tuples(NAME, st.just(0) | ID), min_size=1, max_size=4))
    cards = draw(st.lists(st.tuples(NAME, st.just(0) | ID, TEXT, TEXT), min_size=1, max_size=3))
    return NoteType(draw(NAME), draw(ID), draw(NAME), draw(TEXT), draw(st.booleans()),
                    tuple(fields), tuple(cards), draw(TIME))


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """Draw a deck: notes in the order of their positions, some cards and notes elsewhere."""
    types = draw(st.lists(note_types(), min_size=1, max_size=3, unique_by=lambda made: made.id))
    notes = []
    for position in sorted(draw(st.sets(st.integers(1, 999_999), max_size=6))):
        note_type = draw(st.sampled_from(types))
        values = [draw(TEXT) for _ in note_type.fields]
        cards = sorted(draw(st.sets(st.integers(0, 499), max_size=4)))
        home = draw(DECK_NAME)
        others = draw(st.lists(DECK_NAME, min_size=len(cards), max_size=len(cards)))
        notes.append(Note(
            draw(NAME), note_type, FIELD_SEPARATOR.join(values),
            tuple(draw(st.lists(TAG, max_size=3))), home, tuple(cards), draw(TIME),
            position if cards else 0,
            tuple((card, deck) for card, deck in zip(cards, others, strict=True) if deck != home),
        ))
    notes.sort(key=lambda note: note.position)
    without = [note for note in notes if not note.cards][:1]
    return Deck(draw(TAG), draw(DECK_NAME), draw(TEXT),
                (*without, *(note for note in notes if note.cards)), tuple(types), (), draw(TIME))


@TRIES
@given(deck=decks(), media=st.dictionaries(TAG, st.binary(max_size=50), max_size=3))
def test_reading_is_the_inverse_of_writing(deck: Deck, media: dict[str, bytes]) -> None:
    """Whatever is in a deck: its own names, decks and ids, and cards that lie elsewhere."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = []
        for i, (called, content) in enumerate(media.items()):
            path = folder / f"file-{i}"
            path.write_bytes(content)
            paths.append((called, path))
        deck = replace(deck, media=tuple(paths))
        assert with_bytes(read_package(written(deck, folder))) == with_bytes(deck)


def test_the_shipped_deck_comes_back(tmp_path: Path) -> None:
    """Every note, every note type, every picture, as compiled."""
    result = try_release(copy_shipped(tmp_path))
    assert result.compiled is not None
    assert result.package is not None
    deck = result.compiled.deck
    read = read_package(result.package)
    assert with_bytes(read) == with_bytes(deck)
    assert written(read, tmp_path).read_bytes() == result.package.read_bytes()


def test_media_are_known_by_their_digest(tmp_path: Path) -> None:
    """The digest is the one in the name that a build gives the file."""
    cards = write_cards(tmp_path, one="questions: [{q: Q, a: A, image: a.png}]")
    cards.joinpath("media").mkdir()
    cards.joinpath("media/a.png").write_bytes(b"a picture")
    package = try_release(cards).package
    assert package is not None
    ((name, content),) = read_package(package).media
    assert isinstance(content, Packed)
    assert name == f"a-{content.digest()}.png"
    assert content.read_bytes() == b"a picture"


def test_what_a_package_says_of_itself_never_reaches_a_student(
    student: Student, tmp_path: Path
) -> None:
    """Anki passes over our own settings, and puts each card where it is to lie."""
    cards = write_cards(tmp_path, one="questions: [{q: Q, a: A, ask: [forward, reverse]}]")
    compiled = try_release(cards).compiled
    assert compiled is not None
    (note,) = compiled.deck.notes
    moved = note._replace(elsewhere=((0, "Test::Other"),))
    deck = replace(compiled.deck, notes=(moved,))
    package = written(deck, tmp_path)
    assert read_package(package) == deck
    assert len(student.install(package).new) == 1
    assert student.rows("select distinct data from notes") == [[""]]
    assert student.rows("select key from config where key like '%deckgen%'") == []
    places = [student.col.decks.name(student.col.get_card(card).did)
              for _, card in sorted(student.card_ids().items())]
    assert places == ["Test::Other", "Test::one"]
    assert student.check_database() == []


# ---------------------------------------------------------------- packages of others


def test_a_package_of_a_plain_script(tmp_path: Path) -> None:
    """One that genanki makes with its defaults: no ids, two decks, media."""
    model = genanki.Model(1607392319, "Simple", fields=[{"name": "Q"}, {"name": "A"}], templates=[
        {"name": "Card 1", "qfmt": "{{Q}}", "afmt": "{{FrontSide}}<hr>{{A}}"}])
    first, second = genanki.Deck(2059400110, "Geo::Africa"), genanki.Deck(2059400111, "Geo::Asia")
    first.add_note(genanki.Note(model, ["Capital of Kenya", "Nairobi"], tags=["a", "b"], guid="one"))
    second.add_note(genanki.Note(genanki.CLOZE_MODEL, ["{{c2::Tokyo}} is {{c1::big}}", ""],
                                 guid="two", due=7))
    picture = tmp_path / "map.png"
    picture.write_bytes(b"a map")
    path = tmp_path / "script.apkg"
    genanki.Package([first, second], [str(picture)]).write_to_file(path, timestamp=1_600_000_000)
    deck = read_package(path)
    assert (deck.project, deck.name, deck.description) == ("", "Geo", "")
    one, two = deck.notes
    assert one.note_type == NoteType(
        "Simple", 1607392319, "Simple", "", False, (("Q", 0), ("A", 0)),
        (("Card 1", 0, "{{Q}}", "{{FrontSide}}<hr>{{A}}"),), 1_600_000_000)
    assert (one.guid, one.fields, one.tags, one.deck, one.cards, one.mod, one.position) == (
        "one", ("Capital of Kenya", "Nairobi"), ("a", "b"), "Geo::Africa", (0,), 1_600_000_000, 0)
    assert two.note_type.is_cloze
    assert (two.deck, two.cards, two.position) == ("Geo::Asia", (0, 1), 7)
    assert with_bytes(deck)[1] == [("map.png", b"a map")]


def test_what_is_read_can_be_written(student: Student, tmp_path: Path) -> None:
    """A script's package, read and written, is to Anki what it was."""
    deck = genanki.Deck(2059400110, "One")
    deck.add_note(genanki.Note(genanki.BASIC_MODEL, ["Q", "A"], guid="one"))
    path = tmp_path / "script.apkg"
    genanki.Package(deck).write_to_file(path, timestamp=1_600_000_000)
    student.install(path)
    before = student.everything()
    log = student.install(written(read_package(path), tmp_path))
    assert (log.new, log.updated, log.other) == ((), (), ())
    assert student.everything() == before


@pytest.fixture
def exported(student: Student, tmp_path: Path) -> Callable[..., Path]:
    """Export a student's collection."""
    def export(**options: bool) -> Path:
        from anki.collection import ExportAnkiPackageOptions

        path = tmp_path / "exported.apkg"
        student.col.export_anki_package(
            out_path=str(path), limit=None, options=ExportAnkiPackageOptions(**options))
        return path
    return export


@pytest.mark.parametrize("is_studied", [False, True])
def test_our_deck_exported_by_anki(
    student: Student, tmp_path: Path, exported: Callable[..., Path], is_studied: bool
) -> None:
    """It is what the author made of it, and what the student did to it; sections are known."""
    result = try_release(copy_shipped(tmp_path))
    assert result.compiled is not None
    assert result.package is not None
    student.install(result.package)
    deck = result.compiled.deck
    edited, moved = deck.notes[0], deck.notes[1]
    student.edit(edited.guid, "My notes", "Mine.")
    if is_studied:
        student.study_all()
    (card,) = (card for key, card in student.card_ids().items() if key == (moved.guid, 0))
    own = student.col.decks.id("Own::Deck")
    assert own is not None
    student.col.set_deck([card], own)
    read = read_package(exported(legacy=True, with_scheduling=is_studied, with_media=True))
    notes = {note.guid: note for note in read.notes}
    assert set(notes) == {note.guid for note in deck.notes}
    place = [name for name, _ in edited.note_type.fields].index("My notes")
    assert notes[edited.guid].fields[place] == "Mine."
    assert dict(zip(notes[moved.guid].cards, [notes[moved.guid].deck], strict=False))[0] == "Own::Deck"
    assert [deck for _, deck in notes[moved.guid].elsewhere] == [moved.deck] * (len(moved.cards) - 1)
    assert {note.section: replace(note, mod=0) for note in read.note_types} == {
        note.section: replace(note, mod=0) for note in deck.note_types}
    untouched = [note for note in deck.notes if note not in (edited, moved)]
    for note in untouched:
        read_again = notes[note.guid]
        assert set(read_again.tags) == set(note.tags)
        assert read_again._replace(tags=(), note_type=note.note_type, position=0) == note._replace(
            tags=(), position=0)
    if not is_studied:
        assert [note.guid for note in read.notes] == [note.guid for note in deck.notes]


def test_a_card_in_a_filtered_deck_is_where_it_came_from(
    student: Student, tmp_path: Path, exported: Callable[..., Path]
) -> None:
    """Filtered decks gather cards for a time."""
    result = try_release(write_cards(tmp_path, one="questions: [{q: Q, a: A}]"))
    assert result.compiled is not None
    assert result.package is not None
    student.install(result.package)
    student.col.sched.rebuild_filtered_deck(student.col.decks.new_filtered("Cram"))
    (note,) = read_package(exported(legacy=True, with_scheduling=True)).notes
    assert note.deck == "Test::one"


def test_anki_s_new_format_is_refused_with_the_remedy(
    student: Student, tmp_path: Path, exported: Callable[..., Path]
) -> None:
    """The new format needs Anki to read it; Anki can write the old one."""
    result = try_release(write_cards(tmp_path, one="questions: [{q: Q, a: A}]"))
    assert result.package is not None
    student.install(result.package)
    path = exported(legacy=False)
    assert said_of(path) == (f"{path} is in Anki's new format; in Anki, export the deck again with "
                             "'Support older Anki versions' ticked")


# ---------------------------------------------------------------- what is wrong with a package


def said_of(path: Path) -> str:
    """What is said of a package that cannot be read."""
    with pytest.raises(Unusable) as refused:
        read_package(path)
    said = str(refused.value)
    assert said.isprintable()
    assert len(said) < 500
    return said.replace("; export it again", "")


SMALL = """\
questions:
  - {q: Q, a: A}
  - {q: R, a: B, image: a.png}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Build a small package."""
    folder = tmp_path_factory.mktemp("small")
    cards = write_cards(folder, one=SMALL)
    cards.joinpath("media").mkdir()
    cards.joinpath("media/a.png").write_bytes(b"a picture" * 100)
    package = try_release(cards).package
    assert package is not None
    return package.read_bytes()


def rezipped(package: bytes, path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the files in a package."""
    with ZipFile(BytesIO(package)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    """Take a file out of a package."""
    def change(entries: dict[str, bytes]) -> None:
        del entries[name]
    return change


def having(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    """Put other content into a file in a package."""
    return lambda entries: entries.update({name: content})


def altered(package: bytes, path: Path, *statements: str) -> Path:
    """Run SQL on the collection in a package."""
    def run(entries: dict[str, bytes]) -> None:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(entries["collection.anki2"])
        connection.executescript(";".join(statements))
        connection.commit()
        entries["collection.anki2"] = connection.serialize()
        connection.close()

    return rezipped(package, path, run)


def test_what_is_no_package(tmp_path: Path, small: bytes) -> None:
    """Another file, a folder, nothing, half a package, another zip."""
    path = tmp_path / "x.apkg"
    assert said_of(path) == f"cannot read {path}: No such file or directory"
    assert said_of(tmp_path) == f"cannot read {tmp_path}: Is a directory"
    for content in (b"", b"a text"):
        path.write_bytes(content)
        assert said_of(path) == f"{path} is no Anki package; name an .apkg file"
    path.write_bytes(small[: len(small) // 2])
    assert said_of(path) == f"{path} is cut off or damaged; get it again"
    rezipped(small, path, without("collection.anki2"))
    assert said_of(path) == (f"{path} is a zip, but no Anki package: there is no collection.anki2 in "
                             "it; name an .apkg file")


def test_a_package_that_would_fill_the_memory(
    tmp_path: Path, small: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says itself how large it is; what says that it is small is read no further."""
    monkeypatch.setattr(reading, "_LARGEST", 1 << 20)
    path = tmp_path / "bomb.apkg"
    rezipped(small, path, having("collection.anki2", bytes(1 << 21)))
    assert path.stat().st_size < 1 << 14
    assert said_of(path) == (f"{path} is refused: 'collection.anki2' in it would take 2,097,152 "
                             "bytes")
    lying = path.read_bytes().replace((1 << 21).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    path.write_bytes(lying)
    assert said_of(path) == (f"{path} is cut off or damaged: 'collection.anki2' in it cannot be "
                             "unpacked; get it again")


def test_a_package_with_a_password(tmp_path: Path, small: bytes) -> None:
    """The bit that says so is set by hand."""
    path = tmp_path / "locked.apkg"
    buffer = BytesIO()
    with ZipFile(BytesIO(small)) as archive, ZipFile(buffer, "w") as locked:
        locked.writestr(ZipInfo("collection.anki2"), archive.read("collection.anki2"))
    raw = bytearray(buffer.getvalue())
    raw[6] |= 1
    raw[raw.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    assert said_of(path) == f"{path} is locked with a password; unpack it and zip it without"


FAULTS = {
    "DROP TABLE notes": "its collection has no table 'notes'",
    "DROP TABLE cards; CREATE VIEW cards AS SELECT 1": "its collection has no table 'cards'",
    "DELETE FROM col": "its collection is empty",
    "UPDATE col SET models = '[]'": "the note types cannot be read",
    "UPDATE col SET models = '{'": "the note types cannot be read",
    "UPDATE col SET models = x'ff'": "the note types cannot be read",
    "UPDATE col SET models = replace(models, '{', '[')": "the note types cannot be read",
    "UPDATE col SET models = printf('%.*c', 200000, '[')": "the note types cannot be read",
    "UPDATE col SET models = '{\"x\": {}}'": "the note types cannot be read",
    "UPDATE col SET models = '{\"1\": 1}'": "a note type cannot be read",
    "UPDATE col SET models = '{\"1\": {}}'": "a note type's name is no text",
    "UPDATE col SET models = '{\"1\": {\"name\": \"\\ud800\"}}'": "a note type's name is no text",
    "UPDATE col SET models = '{\"1\": {\"name\": \"n\"}}'": "the fields of a note type cannot be read",
    "UPDATE col SET models = '{\"1\": {\"name\": \"n\", \"flds\": [], \"tmpls\": []}}'":
        "the note type 'n' has no fields or no templates",
    "UPDATE col SET models = replace(models, '\"qfmt\"', '\"q\"')":
        "'qfmt' of the note type 'Test: Question' is no text",
    "UPDATE col SET models = replace(models, '\"tmpls\"', '\"t\"')":
        "the templates of a note type cannot be read",
    "UPDATE col SET models = '{}'": "the note type of the note N is not in it",
    "UPDATE col SET decks = '{\"1\": {\"name\": 3}}'": "a deck's name is no text",
    "UPDATE col SET conf = '{\"deckgen\": {\"sections\": []}}'": "the sections cannot be read",
    "UPDATE col SET conf = '{\"deckgen\": {\"project\": 1}}'": "the project is no text",
    "UPDATE col SET mod = 'never'": "the collection's time is no number",
    "UPDATE notes SET flds = 'one'":
        "the note N has 1 fields, and its note type 28",
    "UPDATE notes SET flds = x'00'":
        "the note N has something other than text where its text belongs",
    "UPDATE notes SET mod = 'x'":
        "the note N has something other than text where its text belongs",
    "UPDATE cards SET ord = -1": "the note N has a card without a number",
    "UPDATE notes SET flds = CAST(x'ff' AS TEXT)":
        "its collection cannot be read (a text is not UTF-8)",
    "ALTER TABLE notes RENAME COLUMN guid TO id2":
        "its collection cannot be read (no such column: guid)",
}


@pytest.mark.parametrize("statement", FAULTS)
def test_a_damaged_collection(tmp_path: Path, small: bytes, statement: str) -> None:
    """What cannot be read is named; a virtual table or view is not asked."""
    path = altered(small, tmp_path / "x.apkg", statement)
    said = said_of(path).replace(f"{path} is damaged: ", "")
    assert "".join("N" if word.isdigit() and len(word) > 9 else word
                   for word in said.replace(" ", "\0 \0").split("\0")) == FAULTS[statement]


def test_a_damaged_list_of_media(tmp_path: Path, small: bytes) -> None:
    """No name leads out of a folder, and every file that is listed is there."""
    path = tmp_path / "x.apkg"
    faults = {
        "[": "is damaged: the list of media cannot be read",
        "[]": "is damaged: the list of media cannot be read",
        '{"0": 1}': "is damaged: the name of a media file is no text",
        '{"7": "a.png"}': "is damaged: the media file 'a.png' is not in it",
    } | {
        json.dumps({"0": name}): f"is refused: it has a media file named {name[:80]!r}"
        for name in ("", "..", "../a.png", "/a.png", "c\\a.png", "a\0b", "a" * 300)
    }
    for listed, said in faults.items():
        rezipped(small, path, having("media", listed.encode()))
        assert said_of(path) == f"{path} {said}"
    rezipped(small, path, without("media"))
    assert read_package(path).media == ()


def test_a_damaged_media_file(tmp_path: Path, small: bytes) -> None:
    """It is found when it is asked for."""
    path = tmp_path / "x.apkg"
    path.write_bytes(small)
    ((_, content),) = read_package(path).media
    with ZipFile(path) as archive:
        start = archive.getinfo("0").header_offset
    path.write_bytes(small[: start + 34] + b"\xff\xff\xff" + small[start + 37 :])
    with pytest.raises(Unusable, match="'0' in it cannot be unpacked"):
        content.open("rb")


def test_what_is_odd_and_can_be_read(tmp_path: Path, small: bytes) -> None:
    """Cards without a note, cards without a deck, notes without cards, a log for writing ahead."""
    path = altered(
        small, tmp_path / "x.apkg",
        "INSERT INTO cards SELECT id + 1, 1, did, ord, mod, usn, type, queue, due, ivl, factor, reps,"
        " lapses, left, odue, odid, flags, data FROM cards LIMIT 1",
        "UPDATE cards SET did = 3 WHERE nid = (SELECT max(id) FROM notes)",
        "DELETE FROM cards WHERE nid = (SELECT min(id) FROM notes)",
        "UPDATE notes SET tags = '  b\u3000a  '",
    )
    rezipped(path.read_bytes(), path, lambda entries: entries.update(
        {"collection.anki2": (old := entries["collection.anki2"])[:18] + b"\2\2" + old[20:]}))
    deck = read_package(path)
    assert sorted((note.deck, note.cards, note.tags) for note in deck.notes) == [
        ("Default", (0,), ("b", "a")), ("Test", (), ("b", "a"))]


@pytest.mark.parametrize("is_inside", [False, True], ids=["package", "collection"])
def test_random_damage_is_said_in_words(tmp_path: Path, small: bytes, is_inside: bool) -> None:
    """Whatever bytes are wrong, there is a deck or a reason."""
    rng = random.Random(7)
    path = tmp_path / "x.apkg"
    with ZipFile(BytesIO(small)) as archive:
        collection = archive.read("collection.anki2")
    refused = 0
    for _ in range(TRIES.max_examples * 5):
        raw = bytearray(collection if is_inside else small)
        for _ in range(rng.choice([1, 3, 50])):
            at = rng.randrange(len(raw))
            length = rng.choice([1, 1, 8, 500])
            raw[at : at + length] = rng.randbytes(rng.choice([length, length, 0]))
        if is_inside:
            rezipped(small, path, having("collection.anki2", bytes(raw)))
        else:
            path.write_bytes(raw)
        try:
            deck = read_package(path)
            for _, content in deck.media:
                content.open("rb")
        except Unusable as error:
            assert str(error)  # noqa: PT017
            refused += 1
    assert refused > 0


def test_a_project_is_known_by_what_it_makes_ids_of(tmp_path: Path, small: bytes) -> None:
    """What is read of our own package are the very words from which its ids were made."""
    path = tmp_path / "x.apkg"
    path.write_bytes(small)
    deck = read_package(path)
    (made,) = deck.note_types
    assert made.id == number_for(deck.project, "note type", made.section)


def test_the_collection_of_a_student_is_no_package(tmp_path: Path) -> None:
    """A collection by itself is no zip; the words say what to name."""
    with open_student(tmp_path / "student"):
        pass
    path = tmp_path / "student/collection.anki2"
    assert said_of(path) == f"{path} is no Anki package; name an .apkg file"
