"""Which note an item is: what an author may change without students losing progress."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from deckgen.lock import Lock, read_lock
from deckgen.project import Result, build
from tests.anki_collection import A_DAY, FIRST_RELEASE


class Author:
    """Somebody who writes card files, and builds once a day."""

    def __init__(self, folder: Path) -> None:
        self.cards = folder / "cards"
        self.cards.mkdir()
        self.cards.joinpath("deck.yaml").write_text("id: t\nname: T\n", encoding="utf-8")
        self.day = 0

    def builds(self, **files: object) -> Result:
        """Write these card files, JSON being YAML, and no others; then build."""
        for path in self.cards.glob("*.yaml"):
            if path.name != "deck.yaml":
                path.unlink()
        for name, content in files.items():
            text = json.dumps(content, ensure_ascii=False)
            self.cards.joinpath(f"{name}.yaml").write_text(text, encoding="utf-8")
        self.day += 1
        os.environ["SOURCE_DATE_EPOCH"] = str(FIRST_RELEASE + self.day * A_DAY)
        try:
            return build(self.cards, self.cards.parent / "build")
        finally:
            del os.environ["SOURCE_DATE_EPOCH"]

    def guids(self, **files: object) -> dict[str, str]:
        """Build without errors; the guid of every living note, by its first field."""
        result = self.builds(**files)
        if result.compiled is None or result.has_errors:
            raise AssertionError(result.found)
        return {note.fields[0]: note.guid for note in result.compiled.deck.notes
                if not note.is_retired}

    def rules(self, **files: object) -> list[str]:
        """Build; the rules of what was found."""
        return [found.rule for found in self.builds(**files).found]

    def lock(self) -> Lock:
        """The lock as it is."""
        return read_lock("deckgen.lock", self.cards.joinpath("deckgen.lock").read_bytes(), "t")[0]


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """A new project."""
    return Author(tmp_path)


FOUR = {"q": "Which four states make up the Normandy Format of 2014?", "a": "Germany and others"}
FIVE = {"q": "Which five states have a permanent seat in the Security Council?", "a": "The victors"}
ACT = "NATO and Russia signed the Founding Act in Paris in 1997."


def questions(*items: Mapping[str, object]) -> dict[str, object]:
    """A card file of questions."""
    return {"questions": list(items)}


# ---------------------------------------------------------------- items without an id


@pytest.mark.parametrize("after", [
    {"one": questions(FIVE, FOUR)},
    {"one": questions(FIVE), "two": questions(FOUR)},
    {"two": {"deck": "Other", "tags": ["new"], **questions(FOUR, FIVE)}},
    {"one": questions({**FOUR, "note": "A note"}, {**FIVE, "ask": ["forward", "reverse"]})},
], ids=["turned", "another file", "another deck", "more said"])
def test_what_still_says_the_same_is_the_same(author: Author, after: dict[str, object]) -> None:
    """Order, file, deck, tags and what is not its own text do not matter; nothing is reported."""
    before = author.guids(one=questions(FOUR, FIVE))
    result = author.builds(**after)
    assert result.found == ()
    assert result.compiled is not None
    assert {note.fields[0]: note.guid for note in result.compiled.deck.notes} == before


@pytest.mark.parametrize("extra", [{}, {"id": "four"}], ids=["no id", "given an id"])
def test_what_was_reworded_is_found_by_its_words(author: Author, extra: dict[str, object]) -> None:
    """Also in another file, and though it was given an id at once; that is reported."""
    before = author.guids(one=questions(FOUR, FIVE))
    reworded = {"q": "Which four countries make up the Normandy Format?", "a": "Germany and others"}
    result = author.builds(one=questions(FIVE), two=questions({**extra, **reworded}))
    assert [found.rule for found in result.found] == ["matched-by-text"]
    assert FOUR["q"][:20] in result.found[0].message
    assert result.compiled is not None
    assert {note.guid for note in result.compiled.deck.notes} == set(before.values())


def test_an_id_given_later_is_silent(author: Author) -> None:
    """The text is what it was, so there is no doubt."""
    before = author.guids(one=questions(FOUR))
    result = author.builds(one=questions({"id": "four", **FOUR}))
    assert result.found == ()
    assert list(author.lock().notes) == ["four"]
    assert author.lock().notes["four"].guid in before.values()


@pytest.mark.parametrize(("before", "after"), [
    (["one two three four five six", "one two three four five seven"],
     ["one two three four five eight"]),
    (["one two three four five six"],
     ["one two three four five seven", "one two three four five eight"]),
], ids=["two earlier ones", "two of now"])
def test_where_two_are_equally_near_the_author_decides(
    author: Author, before: list[str], after: list[str]
) -> None:
    """An error; nothing is guessed, and nothing is written."""
    author.builds(one=questions(*({"q": text, "a": "x"} for text in before)))
    lock = author.lock()
    rules = author.rules(one=questions(*({"q": text, "a": "x"} for text in after)))
    assert "ambiguous-identity" in rules
    assert author.lock() == lock


def test_what_is_new_is_new(author: Author) -> None:
    """An item unlike any other gets a note of its own, and the one that is gone is retired."""
    before = author.guids(one=questions(FOUR))
    result = author.builds(one=questions(FIVE))
    assert [found.rule for found in result.found] == ["retiring"]
    assert len(author.lock().notes) == 2
    assert set(before.values()) < {entry.guid for entry in author.lock().notes.values()}


def test_the_first_words_of_an_edited_item_are_free_again(author: Author) -> None:
    """Somebody writes the old text once more: that is another item, with a guid of its own."""
    author.builds(one=questions(FOUR))
    edited = {**FOUR, "q": FOUR["q"] + " And since when?"}
    first = author.guids(one=questions(edited))
    both = author.guids(one=questions(edited, FOUR))
    assert both[edited["q"]] == first[edited["q"]]
    assert len(set(both.values())) == 2


def test_a_copy_with_an_id_is_another_item(author: Author) -> None:
    """The one without stays what it was; two notes never have one guid."""
    before = author.guids(one=questions(FOUR))
    after = author.builds(one=questions(FOUR, {"id": "copy", **FOUR}))
    assert after.compiled is not None
    guids = [note.guid for note in after.compiled.deck.notes]
    assert len(set(guids)) == 2
    assert author.lock().notes["copy"].guid not in before.values()


def test_a_nameless_item_that_asks_nothing_keeps_its_sentence(author: Author) -> None:
    """Though it makes no card of its own, it is known by its text, and its sentence through it."""
    item = {**FOUR, "ask": [], "sentence": ACT}
    before = author.guids(one=questions(item))
    after = author.guids(one=questions({**item, "a": "Germany, France and others"}))
    assert list(after.values()) == list(before.values())


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize(("before", "after"), [
    ({"sentences": [{"text": ACT}]}, questions({"id": "x", **FOUR, "sentence": ACT})),
    ({"sentences": [{"id": "s", "text": ACT}]}, questions({"id": "x", **FOUR, "sentence": ACT})),
    (questions({"id": "x", **FOUR, "sentence": ACT}),
     {**questions({"id": "x", **FOUR}), "sentences": [{"id": "s", "text": ACT}]}),
    (questions({"id": "x", **FOUR, "sentence": ACT}),
     {**questions({"id": "x", **FOUR}), "sentences": [{"text": ACT}]}),
    (questions({"id": "x", **FOUR, "sentence": ACT}),
     questions({"id": "x", **FOUR}, {"id": "y", **FIVE, "sentence": ACT})),
], ids=["to an item", "to an item, from an id", "from an item", "from an item, no id", "between"])
def test_a_sentence_may_move_between_items_and_lists(
    author: Author, before: dict[str, object], after: dict[str, object]
) -> None:
    """It is a note of the same type, so a change of place costs nothing."""
    def sentence() -> str:
        (entry,) = (entry for entry in author.lock().notes.values() if entry.section == "sentences")
        return entry.guid

    author.builds(one=before)
    guid = sentence()
    author.builds(one=after)
    assert sentence() == guid


def test_another_sentence_about_an_item_is_another_note(author: Author) -> None:
    """Where one was taken out in an earlier build, a new one does not count as it."""
    author.builds(one=questions({"id": "x", **FOUR, "sentence": ACT}))
    author.builds(one=questions({"id": "x", **FOUR}))
    assert author.rules(one=questions({"id": "x", **FOUR, "sentence": OTHER})) == []
    assert list(author.lock().notes) == ["x", "x/sentence", "x/sentence-2"]
    assert author.rules(one=questions({"id": "x", **FOUR, "sentence": OTHER})) == []
    assert list(author.lock().notes) == ["x", "x/sentence", "x/sentence-2"]


OTHER = "Stalin and Churchill met in Moscow in 1944."


@pytest.mark.parametrize(("before", "after"), [
    (questions({"id": "x", **FOUR, "sentence": ACT}),
     {**questions({"id": "x", **FOUR, "sentence": OTHER}), "sentences": [{"text": ACT}]}),
    (questions({**FOUR, "sentence": ACT}),
     {**questions({"id": "x", **FOUR, "sentence": OTHER}), "sentences": [{"text": ACT}]}),
    (questions({"id": "x", **FOUR, "sentence": ACT}, {"id": "y", **FIVE}),
     questions({"id": "x", **FOUR, "sentence": OTHER}, {"id": "y", **FIVE, "sentence": ACT})),
    (questions({"id": "x", **FOUR, "sentence": ACT}, {"id": "y", **FIVE, "sentence": OTHER}),
     questions({"id": "x", **FOUR, "sentence": OTHER}, {"id": "y", **FIVE, "sentence": ACT})),
], ids=["to a list", "from an item that gets an id", "to another item", "and both change places"])
def test_a_sentence_moves_and_another_takes_its_place(
    author: Author, before: dict[str, object], after: dict[str, object]
) -> None:
    """Each is its own note, and the next build changes nothing."""
    def notes() -> dict[str, str]:
        return {entry.sentence: entry.guid for entry in author.lock().notes.values()
                if entry.sentence}

    author.builds(one=before)
    published = notes()
    assert author.rules(one=after) == []
    assert notes().items() >= published.items()
    assert len(set(notes().values())) == 2
    lock = author.lock()
    assert author.rules(one=after) == []
    assert author.lock() == lock


# ---------------------------------------------------------------- ids


def test_an_id_that_alone_was_changed_is_followed(author: Author) -> None:
    """And reported; the sentence about the item goes with it."""
    before = author.guids(one=questions({"id": "fuor", **FOUR, "sentence": ACT}))
    result = author.builds(one=questions({"id": "four", **FOUR, "sentence": ACT}))
    assert [found.rule for found in result.found] == ["id-changed"]
    assert result.compiled is not None
    assert {note.guid for note in result.compiled.deck.notes} == set(before.values())
    assert list(author.lock().notes) == ["four", "four/sentence"]
    assert {note.mod for note in result.compiled.deck.notes} == {FIRST_RELEASE + 2 * A_DAY}


def test_an_id_that_is_free_again_makes_another_note(author: Author) -> None:
    """Whoever takes the id that an item had before gets a new note."""
    author.builds(one=questions({"id": "a", **FOUR}))
    author.builds(one=questions({"id": "b", **FOUR}))
    guids = author.guids(one=questions({"id": "b", **FOUR}, {"id": "a", **FIVE}))
    assert len(set(guids.values())) == 2


def test_ids_do_not_change_hands(author: Author) -> None:
    """Neither by exchange, nor when one is retired and its neighbour takes its id."""
    author.builds(one=questions({"id": "a", **FOUR}, {"id": "b", **FIVE}))
    lock = author.lock()
    assert "id-moved" in author.rules(one=questions({"id": "b", **FOUR}, {"id": "a", **FIVE}))
    assert "id-moved" in author.rules(one=questions({"id": "a", **FIVE}))
    assert author.lock() == lock


def test_an_id_that_was_retired_is_not_given_again(author: Author) -> None:
    """Only the same item, unchanged, comes back; then it is asked as before."""
    both = questions({"id": "a", **FOUR}, {"id": "b", **FIVE})
    before = author.guids(one=both)
    author.builds(one=questions({"id": "b", **FIVE}))
    other = {"id": "a", "q": "Who?", "a": "He"}
    assert author.rules(one=questions(other, {"id": "b", **FIVE})) == ["id-retired"]
    assert author.guids(one=both) == before
    assert not author.lock().notes["a"].is_gone


# ---------------------------------------------------------------- kinds

KIND = """
section: %s
singular: map
fields:
  place: {takes: line, required: "yes"}
  country: {takes: line}
cards:
  where: {front: "{{Place}}", back: "{{Country}}"}
"""


def test_a_kind_that_says_what_it_was_keeps_its_notes(author: Author) -> None:
    """Its section is renamed, and note type, notes and guids stay; without `was` it is refused."""
    kinds = author.cards / "kinds"
    kinds.mkdir()
    kinds.joinpath("maps.yaml").write_text(KIND % "maps", encoding="utf-8")
    before = author.guids(one={"maps": [{"id": "m", "place": "Minsk", "country": "Belarus"}]})
    made = author.lock().types["maps"]
    kinds.joinpath("maps.yaml").write_text(KIND % "places", encoding="utf-8")
    places = {"places": [{"id": "m", "place": "Minsk", "country": "Belarus"}]}
    assert "frozen-note-type" in author.rules(one=places)
    kinds.joinpath("maps.yaml").write_text(KIND % "places" + "was: maps\n", encoding="utf-8")
    assert author.guids(one=places) == before
    assert author.lock().types["places"].id == made.id
    assert author.guids(one=places) == before
