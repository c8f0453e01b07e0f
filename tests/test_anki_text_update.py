"""An update by text, in genuine Anki: what the author changed arrives, what is the student's stays."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deckgen.apkg import write_package
from deckgen.model import FIELD_SEPARATOR, MINE, Deck, Note, NoteType
from deckgen.project import export_update
from deckgen.text import NEW_NOTES, update_files
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    CardKey,
    Student,
    copy_shipped,
    open_student,
    release,
    try_release,
    write_cards,
)

if TYPE_CHECKING:
    from anki.notes import NoteId

TRIES = settings(max_examples=int(os.environ.get("DECKGEN_FUZZ", "0")) or 20, deadline=None,
                 suppress_health_check=[HealthCheck.too_slow])

FIRST = {
    "one": """
        questions:
          - {id: same, q: Which is the same?, a: This one, tags: [old]}
          - {id: edited, q: Which four?, a: Three, tags: [old]}
          - {id: nasty, q: Which is nasty?, a: Nothing}
        sentences:
          - {id: act, text: "NATO and ==Russia== signed the ==Founding Act== in Paris."}
        treaties:
          - {id: treaty, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia]}
    """,
}
SECOND = {
    "one": r"""
        questions:
          - {id: same, q: Which is the same?, a: This one, tags: [old]}
          - {id: edited, q: Which four?, a: "Germany, France, Russia, Ukraine", tags: [older]}
          - {id: added, q: Which is new?, a: This one, tags: [fresh, "a::b"], ask: [forward, reverse]}
          - id: nasty
            q: '"Quoted"; and #first'
            a: |
              "quotes" and 'others', <b> & &amp;; semicolons

              ```
              if (a < b) {
              TABtab("\t");

              }
              ```
            note: '#begins'
            image: a picture.png
        sentences:
          - {id: act, text: "==NATO== and ==Russia== signed the ==Founding Act== in Paris."}
        treaties:
          - {id: treaty, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia]}
          - {id: budapest, name: Budapest Memorandum, date: 1994-12-05, parties: [Ukraine, Russia]}
    """,
    "two": """
        questions:
          - {id: elsewhere, q: Which lies elsewhere?, a: This one}
    """,
}


def second(cards: Path, day: int = 10) -> Path:
    """Write the second edition, and build it."""
    media = cards / "media"
    media.mkdir(exist_ok=True)
    (media / "a picture.png").write_bytes(b"a picture")
    files = {name: text.replace("TAB", "\t") for name, text in SECOND.items()}
    return release(write_cards(cards.parent, **files), day)


def texts(cards: Path) -> tuple[Path, ...]:
    """Export the update."""
    result = export_update(cards, cards.parent / "build")
    assert [found for found in result.found if found.is_error] == []
    return result.files


def import_all(student: Student, files: tuple[Path, ...]) -> dict[str, dict[str, int]]:
    """Import text files in their order; gives what became of the notes."""
    return {file.name: student.import_text(file) for file in files}


@contextmanager
def another(folder: Path) -> Iterator[Student]:
    """Open the collection of a second student."""
    with open_student(folder / "another") as student:
        yield student


def guids(student: Student) -> dict[str, str]:
    """The guid of each note by its item's id."""
    return {student.col.get_card(card).note()["Id"]: key.guid
            for key, card in student.card_ids().items()}


def note_id(student: Student, guid: str) -> "NoteId":
    """Anki's id of a note."""
    ((number,),) = student.rows(f"select id from notes where guid = '{guid}'")  # noqa: S608
    return number  # type: ignore[no-any-return]


def fields(student: Student) -> dict[str, dict[str, str]]:
    """Every note's fields, without the student's own."""
    shown = {}
    for guid in student.notes():
        note = student.col.get_note(note_id(student, guid))
        shown[guid] = {name: text for name, text in note.items() if name != MINE}
    return shown


def decks(student: Student) -> dict[CardKey, str]:
    """The deck of every card."""
    return {key: student.col.decks.name(student.col.get_card(card).did)
            for key, card in student.card_ids().items()}


def live(student: Student) -> None:
    """Study, write into the own field, tag, move, suspend and flag."""
    student.study_all()
    ids, cards = guids(student), student.card_ids()
    for item in ("edited", "act", "same"):
        student.edit(ids[item], MINE, f"Mine: {item}")
        note = student.col.get_note(note_id(student, ids[item]))
        note.tags.append("own")
        student.col.update_note(note)
    own = student.col.decks.id("Own::Deck")
    assert own is not None
    student.col.set_deck([cards[CardKey(ids[item], 0)] for item in ("edited", "act")], own)
    student.scheduler.suspend_cards([cards[CardKey(ids["edited"], 0)]])
    student.col.set_user_flag_for_cards(3, [cards[CardKey(ids["act"], 1)]])


SCHEDULING = ("select id, did, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags,"
              " data from cards order by id")


def test_what_the_author_changed_arrives_and_what_is_the_student_s_stays(
    student: Student, tmp_path: Path
) -> None:
    """Fields as with a package; reviews, own field, own tags, decks, flags as they were."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    live(student)
    reviews, cards_before, notes_before = student.reviews(), student.rows(SCHEDULING), student.notes()
    package = second(cards)
    log = import_all(student, texts(cards))
    assert log == {
        NEW_NOTES: {"new": 3, "first_field_match": 5},
        "questions.txt": {"updated": 2, "duplicate": 3},
        "sentences.txt": {"updated": 1},
        "treaties.txt": {"duplicate": 2},
    }
    with another(tmp_path) as other:
        other.install(package)
        assert fields(student) == fields(other)
        assert set(student.card_ids()) == set(other.card_ids())
        ids = guids(student)
        new = {ids[item] for item in ("added", "budapest", "elsewhere")}
        theirs, ours = other.notes(), student.notes()
        assert {guid: set(ours[guid][1].split()) for guid in new} == {
            guid: set(theirs[guid][1].split()) for guid in new}
        assert {key: deck for key, deck in decks(student).items() if key.guid in new} == {
            key: deck for key, deck in decks(other).items() if key.guid in new}
    for guid, (_, tags, _) in notes_before.items():
        assert ours[guid][1] == tags
    for item in ("edited", "act", "same"):
        assert student.col.get_note(note_id(student, ids[item]))[MINE] == f"Mine: {item}"
    assert student.reviews() == reviews
    known = {row[0] for row in cards_before}
    assert [row for row in student.rows(SCHEDULING) if row[0] in known] == cards_before
    assert decks(student)[CardKey(ids["act"], 2)] == "Test::one"
    assert student.check_database() == []
    assert student.empty_cards() == []


def test_a_new_card_lies_where_the_others_do(student: Student, tmp_path: Path) -> None:
    """If they all lie in one deck; if not, where the author has it."""
    sentences = """
        sentences:
          - {id: one, text: "==NATO== and ==Russia== signed the Founding Act in Paris."}
          - {id: two, text: "==Bush== and ==Kohl== wanted the Founding Act in Paris."}
    """
    cards = write_cards(tmp_path, one=sentences)
    student.install(release(cards))
    own = student.col.decks.id("Own")
    assert own is not None
    ids = guids(student)
    moved = [CardKey(ids["one"], 0), CardKey(ids["one"], 1), CardKey(ids["two"], 0)]
    student.col.set_deck([student.card_ids()[key] for key in moved], own)
    release(write_cards(tmp_path, one=sentences.replace("Founding Act", "==Founding Act==")), 1)
    import_all(student, texts(cards))
    assert decks(student)[CardKey(ids["one"], 2)] == "Own"
    assert decks(student)[CardKey(ids["two"], 2)] == "Test::one"


def test_a_second_import_changes_nothing(student: Student, tmp_path: Path) -> None:
    """Neither notes nor times; nor does it if the student's last import was to add all twice."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    live(student)
    second(cards)
    files = texts(cards)
    import_all(student, files)
    student.col.set_config("csvDuplicateResolution", 2)
    before = student.everything()
    time.sleep(1.1)  # Anki's times are seconds
    log = import_all(student, files)
    assert log == {
        NEW_NOTES: {"first_field_match": 8}, "questions.txt": {"duplicate": 5},
        "sentences.txt": {"duplicate": 1}, "treaties.txt": {"duplicate": 2},
    }
    assert student.everything() == before


def test_notes_that_say_the_same_keep_their_time(student: Student, tmp_path: Path) -> None:
    """So a later package can still change them; those that text changed bear the time of import."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    before = student.notes()
    second(cards)
    began = int(time.time())
    import_all(student, texts(cards))
    ids, after = guids(student), student.notes()
    changed = {guid for guid in before if after[guid][2] != before[guid][2]}
    assert changed == {ids["edited"], ids["nasty"], ids["act"]}
    assert all(after[guid][2] >= began for guid in changed)


def test_the_package_of_the_same_release_does_no_harm_after_the_text(
    student: Student, tmp_path: Path
) -> None:
    """Everything has arrived, so it changes nothing; nor does it bring what text left out."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    live(student)
    package = second(cards)
    import_all(student, texts(cards))
    before = student.everything()
    log = student.install(package)
    assert (log.new, log.updated, log.other) == ((), (), ())
    after = student.everything()
    for table in ("notes", "cards", "revlog"):
        assert after[table] == before[table]
    # Anki takes the media of notes that it adds or changes. So those of text stay away.
    ((missing,), _) = student.media_faults()
    assert missing.startswith("a-picture-")


def test_which_packages_arrive_after_a_text(student: Student, tmp_path: Path) -> None:
    """Those whose change is later than the import; text arrives always."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    second(cards)
    import_all(student, texts(cards))
    ids = guids(student)
    days = (int(time.time()) - FIRST_RELEASE) // A_DAY

    def answer() -> str:
        return student.col.get_note(note_id(student, ids["edited"]))["Answer"]

    def third(text: str, day: int) -> Path:
        one = SECOND["one"].replace("Germany, France, Russia, Ukraine", text)
        return release(write_cards(tmp_path, one=one), day)

    student.install(third("Too early", 20))
    assert answer() == "Germany, France, Russia, Ukraine"
    import_all(student, texts(cards))
    assert answer() == "Too early"
    student.install(third("Late enough", days + 2))
    assert answer() == "Late enough"


def test_cards_made_of_text_are_those_of_the_package(student: Student, tmp_path: Path) -> None:
    """For every note of the shipped deck: cards, decks, fields and tags."""
    result = try_release(copy_shipped(tmp_path))
    assert result.compiled is not None
    assert result.package is not None
    deck = result.compiled.deck
    # A note of each type and deck, so that all note types are installed.
    few = {note.note_type.section: note for note in deck.notes}
    first = write(replace(deck, notes=tuple(few.values()), media=()), tmp_path / "first.apkg")
    student.install(first)
    files = write_texts(deck, tmp_path)
    log = import_all(student, files)
    assert log[NEW_NOTES] == {"new": len(deck.notes) - len(few), "first_field_match": len(few)}
    assert {count for name, count in log.items() if name != NEW_NOTES and set(count) != {"duplicate"}} \
        == set()
    with another(tmp_path) as other:
        other.install(result.package)
        assert fields(student) == fields(other)
        assert decks(student) == decks(other)
        ours, theirs = student.notes(), other.notes()
        assert {guid: set(note[1].split()) for guid, note in ours.items()} == {
            guid: set(note[1].split()) for guid, note in theirs.items()}
    assert student.check_database() == []


def write(deck: Deck, path: Path) -> Path:
    """Write a package."""
    with path.open("wb") as file:
        write_package(deck, file)
    return path


def write_texts(deck: Deck, folder: Path) -> tuple[Path, ...]:
    """Write the text files."""
    files = []
    for name, content in update_files(deck).items():
        folder.joinpath(name).write_bytes(content)
        files.append(folder / name)
    return tuple(files)


# ---------------------------------------------------------------- note types


def test_a_renamed_deck_and_a_renamed_note_type(student: Student, tmp_path: Path) -> None:
    """A note type is known by its id, whatever the author or the student calls it."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    second(cards)
    cards.joinpath("deck.yaml").write_text("id: test-deck\nname: Another\n", encoding="utf-8")
    release(cards, 11)
    (kind,) = (entry for entry in student.col.models.all_names_and_ids()
               if entry.name == "Test: Treaty")
    treaties = student.col.models.get(kind.id)  # type: ignore[arg-type]
    assert treaties is not None
    treaties["name"] = "My treaties"
    student.col.models.update_dict(treaties)
    log = import_all(student, texts(cards))
    assert log["questions.txt"] == {"updated": 2, "duplicate": 3}
    assert log["treaties.txt"] == {"duplicate": 2}


def test_without_the_deck_nothing_is_imported(student: Student, tmp_path: Path) -> None:
    """A note type that is not there would be another; such rows are refused."""
    cards = write_cards(tmp_path, **FIRST)
    release(cards)
    log = import_all(student, texts(cards))
    assert log == {
        NEW_NOTES: {"missing_notetype": 5}, "questions.txt": {"empty_first_field": 3},
        "sentences.txt": {"empty_first_field": 1}, "treaties.txt": {"empty_first_field": 1},
    }
    assert student.notes() == {}


def test_a_field_that_is_not_installed_costs_no_tags(student: Student, tmp_path: Path) -> None:
    """Anki takes a column without a field for tags, unless another is said to have them."""
    made = note_type(("First", "New", MINE))
    old = note_type(("First", "Spare 1", MINE))
    student.install(write(deck_of(old, ["one"]), tmp_path / "old.apkg"))
    deck = deck_of(made, ["two"])
    import_all(student, write_texts(deck, tmp_path))
    ((values, tags, _),) = student.notes().values()
    assert values == ["two", "one", ""]
    assert tags == "a b::c"


@pytest.mark.parametrize("name", ["Guid", "guid", "deck", "tags", "Tags", "note type", "a, b"])
def test_a_field_may_have_any_name(student: Student, tmp_path: Path, name: str) -> None:
    """None is taken for a column of Anki's."""
    made = note_type((name, "x", MINE))
    student.install(write(deck_of(made, ["one"]), tmp_path / "old.apkg"))
    import_all(student, write_texts(deck_of(made, ["two", "three"]), tmp_path))
    assert sorted(values for values, _, _ in student.notes().values()) == [
        ["three", "three", ""], ["two", "two", ""]]


# ---------------------------------------------------------------- any text


def note_type(fields: tuple[str, ...]) -> NoteType:
    """Make a note type with these fields."""
    return NoteType("kind", 1_500_000_000_001, "Kind", "", False,
                    tuple((name, i + 1) for i, name in enumerate(fields)),
                    (("Card", 9, f"{{{{{fields[0]}}}}}", "."),), FIRST_RELEASE)


def deck_of(made: NoteType, values: list[str]) -> Deck:
    """Make a deck whose notes have these texts in all fields but the student's."""
    notes = tuple(
        Note(f"{i:016x}", made, FIELD_SEPARATOR.join([text, text, ""]), ("a", "b::c"), "Test::One",
             (0,), FIRST_RELEASE, i + 1)
        for i, text in enumerate(values)
    )
    return Deck("test-deck", "Test", "", notes, (made,), (), FIRST_RELEASE)


NASTY = st.text(st.sampled_from("\"\"\"#\t\n\r;,: a<>&'|\u2028\u2029\x85\ufeff\u00a0é") |
                st.characters(exclude_categories=["Cs"], exclude_characters=FIELD_SEPARATOR + "\0"),
                max_size=30)


@TRIES
@example(values=['"', '""', '"a"', 'a"b', '"\n#', "#", "\t", " a ", "\ufeff", "\n\n", "\r\n", "a\\"])
@given(values=st.lists(NASTY, min_size=1, max_size=20))
def test_any_text_is_what_it_is_in_a_package(values: list[str]) -> None:
    """Quotes, tabs, line breaks, hashes, blanks: for notes that are there, and for new ones."""
    made = note_type(("First", "Second", MINE))
    deck = deck_of(made, [f"x{text}" for text in values])
    with TemporaryDirectory() as name, open_student(Path(name) / "one") as student, \
            open_student(Path(name) / "two") as other:
        folder = Path(name)
        other.install(write(deck, folder / "deck.apkg"))
        student.install(write(deck_of(made, ["old"] * (len(values) // 2 + 1)), folder / "old.apkg"))
        import_all(student, write_texts(deck, folder))
        ours, theirs = student.notes(), other.notes()
        assert {guid: note[:2] for guid, note in ours.items()} == {
            guid: note[:2] for guid, note in theirs.items()}
