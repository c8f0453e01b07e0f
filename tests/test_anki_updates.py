"""What a student keeps when a release is imported over another: every review, on its own fact."""

import os
import time
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from click.testing import CliRunner

from deckgen.apkg import write_package
from deckgen.cli import main
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    CardKey,
    Student,
    asked,
    by_id,
    copy_shipped,
    release,
    rows_of,
    try_release,
    write_cards,
)

HISTORIES = int(os.environ.get("DECKGEN_HISTORIES", "15"))
RELEASES = 4

FIRST = {
    "one": """
        deck: One
        questions:
          - {id: four, q: Which four?, a: "Germany, France, Russia and Ukraine", ask: [forward, reverse]}
          - {id: where, q: Where was it signed?, a: In Paris}
          - {q: Which body watches over the ceasefire in the Donbas?, a: The OSCE}
          - {id: last, q: Which was the last?, a: The second}
        sentences:
          - {id: act, text: "NATO and ==Russia== signed the ==Founding Act== in Paris."}
    """,
    "two": """
        deck: Two
        dates:
          - {id: wall, date: 1989-11-09, event: The Berlin Wall opens}
        treaties:
          - {id: treaty, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia], terms: A council}
    """,
}
SECOND = {
    "renamed": """
        deck: One
        questions:
          - {id: last, q: Which was the last?, a: The second}
          - {id: four, q: Which four?, a: "Germany, France, Russia, Ukraine", ask: [forward, reverse]}
          - {id: between, q: Which is new?, a: This one}
          - {id: where, q: In which city was it signed?, a: In Paris}
          - {q: Which body watches over the ceasefire in Donbas?, a: The OSCE}
        sentences:
          - {id: act, text: "==NATO== and ==Russia== signed the ==Founding Act== in Paris."}
    """,
    "two": """
        deck: Two
        dates:
          - {id: wall, date: 1989-11-09, event: The Berlin Wall opens, note: It was a mistake.}
        treaties:
          - {id: treaty, name: Founding Act, date: 1997-05-27, parties: [NATO, Russia], terms: A council}
    """,
}


def second_release(cards: Path, day: int = 10) -> Path:
    """Rename a file and write the second edition."""
    cards.joinpath("one.yaml").rename(cards / "renamed.yaml")
    return release(write_cards(cards.parent, **SECOND), day)


# ---------------------------------------------------------------- one life


def test_every_review_stays_with_its_card(student: Student, tmp_path: Path) -> None:
    """Answers, wording, order, files and gaps change; what was studied is studied still."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    student.study_all()
    reviews, revlog = student.reviews(), student.rows("select * from revlog order by id")
    scheduling = student.rows("select id, type, queue, due, ivl, factor, reps, data from cards "
                              "order by id")
    assert len(reviews) == 12
    assert set(reviews.values()) == {1}
    student.install(second_release(cards))
    assert student.reviews() == reviews
    assert student.rows("select * from revlog order by id") == revlog
    known = {row[0] for row in scheduling}
    assert [row for row in student.rows(
        "select id, type, queue, due, ivl, factor, reps, data from cards order by id")
        if row[0] in known] == scheduling


def test_every_card_asks_its_own_fact_still(student: Student, tmp_path: Path) -> None:
    """Cards of what did not change show the same; the others show what was corrected."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    before = asked(student)
    student.install(second_release(cards))
    after, ids = asked(student), by_id(student)
    nameless = next(guid for name, guid in ids.items() if name.startswith("~"))
    assert {key for key in before if before[key] != after[key]} == {
        (ids["four"], 0), (ids["four"], 1), (ids["where"], 0), (ids["wall"], 0), (ids["wall"], 1),
        (nameless, 0),
    }
    assert set(after) - set(before) == {(ids["between"], 0), (ids["act"], 2)}
    assert set(before) <= set(after)
    assert "Germany, France, Russia, Ukraine" in after[card(ids, "four", 0)][1]
    assert "In which city" in after[card(ids, "where", 0)][0]
    assert "It was a mistake." in after[card(ids, "wall", 0)][1]
    assert "in Donbas" in after[CardKey(nameless, 0)][0]
    assert "NATO and [...] signed the Founding Act in Paris." in after[card(ids, "act", 0)][0]
    assert "NATO and Russia signed the [...] in Paris." in after[card(ids, "act", 1)][0]
    assert "[...] and Russia signed the Founding Act in Paris." in after[card(ids, "act", 2)][0]


def card(ids: dict[str, str], name: str, ordinal: int) -> CardKey:
    """The card of an item."""
    return CardKey(ids[name], ordinal)


def test_exactly_the_edited_notes_are_updated(student: Student, tmp_path: Path) -> None:
    """Those edited and the one that gained a gap; nothing doubles, and no second type appears."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    types, before = student.note_type_names(), student.notes()
    log = student.install(second_release(cards))
    assert (len(log.new), len(log.updated), len(log.duplicate), log.other) == (1, 5, 2, ())
    assert student.note_type_names() == types
    after, ids = student.notes(), by_id(student)
    assert len(after) == len(before) + 1
    untouched = {name for name, guid in ids.items() if before.get(guid) == after[guid]}
    assert untouched == {"last", "treaty"}
    assert student.check_database() == []


def test_an_item_without_id_is_matched_and_that_is_reported(tmp_path: Path) -> None:
    """It is known by its text; where that was edited, the match is a warning at its place."""
    cards = write_cards(tmp_path, **FIRST)
    release(cards)
    cards.joinpath("one.yaml").rename(cards / "renamed.yaml")
    result = try_release(write_cards(tmp_path, **SECOND), day=10)
    assert [(found.rule, Path(found.span.path).name, found.span.line) for found in result.found] \
        == [("matched-by-text", "renamed.yaml", 8)]


def test_a_student_s_edit_stays_where_the_author_changed_nothing(
    student: Student, tmp_path: Path
) -> None:
    """Fields, tags, the student's own field: a note that did not change is not written."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    ids = by_id(student)
    student.edit(ids["last"], "Answer", "The second, I think")
    student.edit(ids["last"], "My notes", "Ask about this")
    student.edit(ids["treaty"], "My notes", "Mnemonic: PJC")
    before = student.notes()
    student.install(second_release(cards))
    after = student.notes()
    assert after[ids["last"]] == before[ids["last"]]
    assert after[ids["treaty"]] == before[ids["treaty"]]
    assert "Mnemonic: PJC" in asked(student)[card(ids, "treaty", 0)][1]


def test_suspension_flags_and_other_decks_stay(student: Student, tmp_path: Path) -> None:
    """What a student did to a card stays, also where its note is updated."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    key = card(by_id(student), "where", 0)
    card_id = student.col.get_card(student.col.find_cards("Where")[0]).id
    assert student.card_ids()[key] == card_id
    own = student.col.decks.id("My own")
    assert own is not None
    student.col.set_deck([card_id], own)
    student.col.sched.suspend_cards([card_id])
    student.col.set_user_flag_for_cards(3, [card_id])
    student.install(second_release(cards))
    moved = student.col.get_card(card_id)
    assert (moved.did, moved.queue, moved.user_flag()) == (own, -1, 3)
    assert "In which city" in asked(student)[key][0]


def test_a_release_that_was_skipped_is_not_missed(student: Student, tmp_path: Path) -> None:
    """Who goes from the first to the third release has what everybody has."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    second_release(cards, day=5)
    write_cards(tmp_path, **SECOND | {"renamed": SECOND["renamed"].replace("This one", "That")})
    student.install(release(cards, day=6))
    shown = " ".join(answer for _, answer in asked(student).values())
    assert "That" in shown
    assert "It was a mistake." in shown


def test_a_build_at_the_same_second_still_updates(student: Student, tmp_path: Path) -> None:
    """Times rise with every change, even if the clock does not, or goes back."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards, day=10))
    for day, answer in ((10, "Two"), (3, "Three"), (3, "Four")):
        write_cards(tmp_path, one=FIRST["one"].replace("The second", answer))
        log = student.install(release(cards, day))
        assert len(log.updated) == 1
        assert answer in " ".join(answer for _, answer in asked(student).values())


def test_a_later_correction_outranks_a_student_s_edit(student: Student, tmp_path: Path) -> None:
    """A note that both changed is the author's again, from the release that changed it."""
    cards = write_cards(tmp_path, **FIRST)
    student.install(release(cards))
    ids = by_id(student)
    student.edit(ids["last"], "Answer", "The second, I think")
    write_cards(tmp_path, one=FIRST["one"].replace("The second", "The third"))
    tomorrow = (int(time.time()) - FIRST_RELEASE) // A_DAY + 1
    assert len(student.install(release(cards, day=tomorrow)).updated) == 1
    assert "The third" in asked(student)[card(ids, "last", 0)][1]


DATE = "dates: [{id: a, date: 1997-05-27, event: One}]"
ACTOR = "actors: [{id: a, name: X, role: President}]"
REVERSE = "questions: [{id: a, q: Q, a: A, ask: [forward, reverse]}]"
NUMBERED = 'sentences: [{id: a, text: "{{c1::NATO}} and {{c2::Russia}} signed."}]'
MARKED = 'sentences: [{id: a, text: "==NATO== and ==Russia== signed."}]'
NAMELESS = "questions: [{q: Which is it?, a: This one}]"


@pytest.mark.parametrize(("before", "after", "count"), [
    (DATE, DATE.replace("]", ", {id: b, date: 1997-05-27, event: Two}]"), 2),
    (ACTOR, ACTOR.replace("]", ", {id: b, name: Y, role: President}]"), 2),
    (REVERSE, REVERSE.replace("}]", "}, {id: b, q: Other, a: A}]"), 2),
    (NUMBERED, NUMBERED.replace("c1", "c0").replace("c2", "c1").replace("c0", "c2"), 1),
    (MARKED, MARKED.replace("==NATO==", "NATO").replace("signed", "{{c1::signed}}"), 1),
    (MARKED, MARKED.replace("==Russia==", "{{c1::Russia}}"), 1),
    (NAMELESS, NAMELESS.replace("q:", "id: a, q:"), 1),
    (NAMELESS.replace("q:", "id: a, q:"), NAMELESS.replace("q:", "id: a, q:")
     .replace("questions", "actors").replace("q:", "name:").replace(" a:", " role:"), 1),
], ids=["a date is shared", "a role is shared", "an answer is shared", "numbers swapped",
        "a number used again", "a number taken over", "an id given later", "another kind"])
def test_what_would_cost_a_studied_card_is_refused_or_avoided(
    student: Student, tmp_path: Path, before: str, after: str, count: int
) -> None:
    """No studied card goes blank or asks another fact, and no note doubles or is stranded."""
    student.install(release(write_cards(tmp_path, one=before)))
    student.study_all()
    known = without_ids(asked(student))
    result = try_release(write_cards(tmp_path, one=after), day=1)
    if result.package is None:
        assert result.has_errors
        return
    log = student.install(result.package)
    assert log.other == ()
    assert len(student.notes()) == count
    shown = without_ids(asked(student))
    assert {key: shown[key] for key in known} == known
    assert student.empty_cards() == []


def without_ids(shown: dict[CardKey, tuple[str, str]]) -> dict[CardKey, tuple[str, str]]:
    """Leave out the item's id, the last word of every back."""
    return {key: (front, back.rpartition(" ")[0]) for key, (front, back) in shown.items()}


# ---------------------------------------------------------------- identity

PLAIN = "NATO and Russia signed the Founding Act in Paris on 27 May 1997."
BOTH_MARKED = "==NATO== and ==Russia== signed it."
TWO_SENTENCES = """
sentences: [{{id: s, text: {}}}]
dates: [{{id: d, date: 1997, event: It, sentence: {}}}]
"""
LONG = "Which body watches over the ceasefire in the Donbas?"


@pytest.mark.parametrize(("before", "after", "rule"), [
    ("questions: [{id: a, q: Q, a: A}]", "questions: [{id: b, q: Q, a: A}]", "id-changed"),
    ("questions: [{id: a, q: Q, a: A}]", "questions: [{q: Q, a: A}]", ""),
    (f"questions: [{{q: {LONG}, a: The OSCE}}]",
     f"questions: [{{id: osce, q: {LONG.replace('body', 'mission')}, a: An OSCE mission}}]",
     "matched-by-text"),
    (f"sentences: [{{id: s, text: {PLAIN}}}]\ndates: [{{id: d, date: 1997, event: It}}]",
     f"dates: [{{id: d, date: 1997, event: It, sentence: {PLAIN}}}]", ""),
    (f"dates: [{{id: d, date: 1997, event: It, sentence: {PLAIN}}}]",
     f"sentences: [{{text: {PLAIN}}}]\ndates: [{{id: d, date: 1997, event: It}}]", ""),
    (f"sentences: [{{text: {BOTH_MARKED}}}]\ndates: [{{id: d, date: 1997, event: It}}]",
     f"dates: [{{id: d, date: 1997, event: It, sentence: {BOTH_MARKED}}}]", ""),
    (f"dates: [{{id: d, date: 1997, event: It, sentence: {BOTH_MARKED}}}]",
     f"dates: [{{id: e, date: 1997, event: It, sentence: {BOTH_MARKED}}}]", "id-changed"),
], ids=["another id", "no id", "an id and other words", "a sentence to an item", "a sentence from an item",
        "a marked sentence to an item", "another id of an item with a sentence"])
def test_a_note_goes_on_under_another_key(
    student: Student, tmp_path: Path, before: str, after: str, rule: str
) -> None:
    """Students have the same notes as before, with the key that is right now; and are told once."""
    student.install(release(write_cards(tmp_path, one=before)))
    student.study_all()
    reviews, guids, sides = student.reviews(), set(student.notes()), asked(student)
    result = try_release(write_cards(tmp_path, one=after), day=1)
    assert [found.rule for found in result.found] == [rule] * bool(rule)
    assert result.package is not None
    log = student.install(result.package)
    assert (log.new, log.other) == ((), ())
    assert (student.reviews(), set(student.notes())) == (reviews, guids)
    assert set(asked(student)) == set(sides)
    assert not any("Retired" in front for front, _ in asked(student).values())
    assert by_id(student).keys() == by_id_of(result.package)
    assert try_release(write_cards(tmp_path, one=after), day=2).found == ()


def by_id_of(package: Path) -> set[str]:
    """The keys of the notes in a package, which are their last fields."""
    return {text.rpartition("\x1f")[2] for (text,) in rows_of(package, "select flds from notes")}


@pytest.mark.parametrize(("before", "after"), [
    ("questions: [{id: a, q: Q, a: A}, {id: b, q: R, a: B}]",
     "questions: [{id: b, q: Q, a: A}, {id: a, q: R, a: B}]"),
    ('sentences: [{id: a, text: "==NATO== met."}, {id: b, text: "==Russia== and ==Japan== met."}]',
     'sentences: [{id: b, text: "==NATO== met."}, {id: a, text: "==Russia== and ==Japan== met."}]'),
    (f"sentences: [{{id: a, text: {PLAIN}}}, {{id: b, text: The OSCE met in Vienna in 2014.}}]",
     f"sentences: [{{id: b, text: {PLAIN}}}, {{id: a, text: The OSCE met in Vienna in 2014.}}]"),
    ("questions: [{id: a, q: Q, a: A, ask: [forward, type]}, {id: b, q: R, a: B}]",
     "questions: [{id: b, q: Q, a: A, ask: [forward, type]}, {id: a, q: R, a: B}]"),
    (TWO_SENTENCES.format(BOTH_MARKED, PLAIN), TWO_SENTENCES.format(PLAIN, BOTH_MARKED)),
], ids=["questions", "marked sentences", "plain sentences", "of different cards",
        "a sentence and one about an item"])
def test_ids_that_change_hands_are_refused(tmp_path: Path, before: str, after: str) -> None:
    """Of two items neither may take the other's id, whatever cards it has."""
    release(write_cards(tmp_path, one=before))
    result = try_release(write_cards(tmp_path, one=after), day=1)
    assert {found.rule for found in result.found if found.is_error} == {"id-moved"}
    assert result.package is None


def test_a_sentence_takes_the_place_of_another(student: Student, tmp_path: Path) -> None:
    """It goes on as its own note; the one that was there is retired."""
    date = "dates: [{id: d, date: 1997, event: It, sentence: "
    before = f"sentences: [{{text: {BOTH_MARKED}}}]\n{date}{PLAIN}}}]"
    student.install(release(write_cards(tmp_path, one=before)))
    student.study_all()
    shown, reviews = without_ids(asked(student)), student.reviews()
    cards = write_cards(tmp_path, one=f"{date}{BOTH_MARKED}}}]")
    student.install(release(cards, day=1))
    after = without_ids(asked(student))
    kept = {key for key in shown if after[key] == shown[key]}
    assert {shown[key][0].removeprefix("Key sentence ") for key in kept} \
        >= {"[...] and Russia signed it.", "NATO and [...] signed it."}
    assert all("Retired" in after[key][0] for key in shown if key not in kept)
    assert (set(after), student.reviews()) == (set(shown), reviews)
    assert try_release(cards, day=2).found == ()


def test_of_two_items_that_are_alike_one_may_change(tmp_path: Path) -> None:
    """That the other says what it said before is no sign that their ids have changed hands."""
    before = "questions: [{id: a, q: Q, a: A}, {id: b, q: Q, a: A}]"
    release(write_cards(tmp_path, one=before))
    for day, after in enumerate([before.replace("id: b, q: Q", "id: b, q: R"), before], 1):
        assert try_release(write_cards(tmp_path, one=after), day).found == ()
    tagged = f"tags: [new]\n{before.replace('questions', 'sentences').replace('a: A', 'tags: [x]')}"
    marked = tagged.replace("q: Q", "text: ==NATO== met.")
    release(write_cards(tmp_path, two=marked.replace("id: ", "id: s-")), day=4)
    result = try_release(write_cards(tmp_path, two=marked.replace("id: ", "id: s-")
                                     .replace("new", "other")), day=5)
    assert result.found == ()


def test_an_item_comes_back_with_the_id_it_lacked(student: Student, tmp_path: Path) -> None:
    """One that had no id when it was taken out is known by its text; with an id it is safe."""
    stays = "  - {id: stays, q: What stays?, a: This}\n"
    item = f"  - {{q: {LONG}, a: The OSCE}}\n"
    cards = write_cards(tmp_path, one=f"questions:\n{stays}{item}")
    student.install(release(cards))
    student.study_all()
    reviews = student.reviews()
    student.install(release(write_cards(tmp_path, one=f"questions:\n{stays}"), day=1))
    named = item.replace("q:", "id: osce, q:")
    student.install(release(write_cards(tmp_path, one=f"questions:\n{stays}{named}"), day=2))
    assert student.reviews() == reviews
    assert set(by_id(student)) == {"stays", "osce"}
    assert not any("Retired" in front for front, _ in asked(student).values())


# ---------------------------------------------------------------- structure

KIND = """
section: maps
singular: map
fields:
  place: {takes: line, required: "yes"}
  country: {takes: line}
cards:
  where: {front: "{{Place}}", back: "{{Country}}"}
"""
MAPS = "maps:\n  - {id: minsk, place: Minsk, country: Belarus}\n  - {id: kyiv, place: Kyiv, country: Ukraine}\n"
WIDER_KIND = KIND.replace("cards:\n", """\
  river: {takes: line}
cards:
  stream: {front: "{{#River}}On which river is {{Place}}?{{/River}}", back: "{{River}}"}
""")


def write_kind(folder: Path, kind: str, items: str) -> Path:
    """Write a project with a kind of its own."""
    cards = write_cards(folder, one=items)
    cards.joinpath("kinds").mkdir(exist_ok=True)
    cards.joinpath("kinds", "maps.yaml").write_text(kind, encoding="utf-8")
    return cards


def test_a_kind_that_grows_takes_over_what_is_spare(student: Student, tmp_path: Path) -> None:
    """A field and a card more: one note type as before, its notes updated, its reviews kept."""
    cards = write_kind(tmp_path, KIND, MAPS)
    student.install(release(cards))
    student.study_all()
    before, reviews, types = asked(student), student.reviews(), student.note_type_names()
    write_kind(tmp_path, WIDER_KIND, MAPS.replace("Minsk, ", "Minsk, river: Svislach, "))
    log = student.install(release(cards, day=1))
    ids = by_id(student)
    assert (log.new, len(log.updated), log.other) == ((), 2, ())
    assert student.note_type_names() == types
    assert student.reviews() == reviews
    after = asked(student)
    assert {key: after[key] for key in before} == before
    added = {key: after[key] for key in set(after) - set(before)}
    assert [key.guid for key in added] == [ids["minsk"]]
    ((question, answer),) = added.values()
    assert "On which river is Minsk?" in question
    assert "Svislach" in answer
    assert student.check_database() == []
    assert student.empty_cards() == []


def test_all_that_is_spare_can_be_taken(student: Student, tmp_path: Path) -> None:
    """Three cards and six fields more, release after release, and still one note type."""
    cards = write_kind(tmp_path, KIND, MAPS)
    student.install(release(cards))
    student.study_all()
    reviews = student.reviews()
    kind, items = KIND, MAPS
    for n in range(1, 4):
        fields = f"  extra{n}: {{takes: line}}\n  more{n}: {{takes: line}}\n"
        kind = kind.replace("cards:\n", f"{fields}cards:\n")
        kind += f'  card{n}: {{front: "Which {n}? {{{{Extra{n}}}}}", back: "{{{{More{n}}}}}"}}\n'
        items = items.replace("Minsk, ", f"Minsk, extra{n}: X{n}, more{n}: Y{n}, ")
        log = student.install(release(write_kind(tmp_path, kind, items), day=n))
        assert (log.new, log.other) == ((), ())
    assert len(student.note_type_names()) == 1
    assert student.reviews() == reviews
    ids, shown = by_id(student), asked(student)
    texts = sorted(shown[key] for key in shown if key.guid == ids["minsk"])
    assert [question for question, _ in texts][-3:] == ["Map Which 1? X1", "Map Which 2? X2",
                                                        "Map Which 3? X3"]
    assert all(f"Y{n}" in answer for n, (_, answer) in enumerate(texts[-3:], 1))
    assert student.check_database() == []


@pytest.mark.parametrize("kind", [
    KIND.replace("  country: {takes: line}\n", "").replace("{{Country}}", "{{Place}}"),
    KIND.replace("where:", "whither:"),
    KIND + "".join(f'  c{n}: {{front: "{n}{{{{Place}}}}", back: "{{{{Place}}}}"}}\n' for n in range(4)),
    KIND.replace("cards:\n", "".join(f"  f{n}: {{takes: line}}\n" for n in range(7)) + "cards:\n"),
    'section: maps\nsingular: map\nfields:\n  place: {takes: sentence, required: "yes"}\n',
], ids=["field gone", "card renamed", "too many cards", "too many fields", "made cloze"])
def test_what_anki_would_double_is_refused(tmp_path: Path, kind: str) -> None:
    """Exit status 1, the finding named, package and lock as they were."""
    cards = write_kind(tmp_path, KIND, MAPS)
    package = release(cards)
    lock = cards / "deckgen.lock"
    before = package.read_bytes(), lock.read_bytes()
    items = MAPS.replace("country: Belarus", "").replace("country: Ukraine", "")
    write_kind(tmp_path, kind, items.replace("Minsk", "==Minsk==") if "sentence" in kind else items)
    outcome = CliRunner().invoke(main, ["build", str(cards), "-o", str(package.parent)])
    assert outcome.exit_code == 1
    assert "frozen-note-type" in outcome.output
    assert (package.read_bytes(), lock.read_bytes()) == before
    assert sorted(path.name for path in package.parent.iterdir()) == [package.name]


def test_a_kind_may_have_another_section(student: Student, tmp_path: Path) -> None:
    """It says what it was; notes, reviews and a student's edits stay, also of items without id."""
    items = MAPS + "  - {place: A city without id, country: Nowhere at all}\n"
    cards = write_kind(tmp_path, KIND, items)
    student.install(release(cards))
    student.study_all()
    student.edit(by_id(student)["minsk"], "My notes", "Mine")
    before = student.everything()
    renamed = KIND.replace("section: maps", "section: places\nwas: maps")
    write_kind(tmp_path, renamed, items.replace("maps:", "places:"))
    result = try_release(cards, day=1)
    assert result.found == ()
    assert result.package is not None
    student.install(result.package)
    after = student.everything()
    assert (after["notes"], after["cards"], after["revlog"]) \
        == (before["notes"], before["cards"], before["revlog"])
    assert student.note_type_names() == ["Test: Map"]


def test_a_section_may_be_used_for_another_kind(student: Student, tmp_path: Path) -> None:
    """Once a kind has another section, its old one is free; the two are two note types."""
    cards = write_kind(tmp_path, KIND, MAPS)
    student.install(release(cards))
    renamed = KIND.replace("section: maps", "section: places\nwas: maps")
    other = KIND.replace("country", "scale").replace("Country", "Scale").replace(
        "singular: map", "singular: map\nlabel: Drawn map")
    write_kind(tmp_path, renamed, MAPS.replace("maps:", "places:"))
    student.install(release(cards, day=1))
    write_kind(tmp_path, other, MAPS.replace("maps:", "places:")
               + "maps: [{id: atlas, place: Atlas, scale: Large}]\n")
    cards.joinpath("kinds", "places.yaml").write_text(renamed, encoding="utf-8")
    log = student.install(release(cards, day=2))
    assert (len(log.new), log.updated, log.other) == (1, (), ())
    assert student.note_type_names() == ["Test: Drawn map", "Test: Map"]
    assert student.check_database() == []


def test_card_ids_keep_a_note_together(student: Student, tmp_path: Path) -> None:
    """No other note's card lies between two of a note, and no id is in the future.

    Else Anki, giving a note type another card after Check Database, makes some cards twice; and it
    gives cards from the future other ids.
    """
    package = release(copy_shipped(tmp_path))
    rows = rows_of(package, "select id, nid from cards order by id")
    notes = [note for note, _ in groupby(note for _, note in rows)]
    assert len(notes) == len(set(notes))
    assert rows[-1][0] < FIRST_RELEASE * 1000
    student.install(package)
    assert set(student.card_ids().values()) == {card_id for card_id, _ in rows}


def test_no_card_doubles_after_check_database(student: Student, tmp_path: Path) -> None:
    """Card after card is added to a kind of ten notes, for somebody who checks each time."""
    items = "maps:\n" + "".join(f"  - {{id: m{n}, place: Place {n}, country: C{n}}}\n"
                                for n in range(10))
    kind = KIND
    for n in range(4):
        student.install(release(write_kind(tmp_path, kind, items), day=n))
        assert student.rows("select count() from cards group by nid, ord having count() > 1") == []
        assert student.check_database() == []
        assert len(student.card_ids()) == 10 * (n + 1)
        kind += f'  card{n}: {{front: "{n} {{{{Place}}}}", back: "{{{{Country}}}}"}}\n'


def test_templates_and_style_are_updated_in_place(student: Student, tmp_path: Path) -> None:
    """A reworded front and new CSS reach the cards that are there; notes are left alone."""
    cards = write_kind(tmp_path, KIND, MAPS)
    student.install(release(cards))
    student.study_all()
    reviews, notes = student.reviews(), student.notes()
    write_kind(tmp_path, KIND.replace('"{{Place}}"', '"Where is {{Place}}?"'), MAPS)
    result = try_release(cards, day=1)
    assert result.compiled is not None
    deck = result.compiled.deck
    styled = tuple(replace(made, css=made.css + "\n.mine { color: red }")
                   for made in deck.note_types)
    package = tmp_path / "styled.apkg"
    with package.open("wb") as file:
        write_package(replace(deck, note_types=styled), file)
    log = student.install(package)
    assert (log.new, log.updated, log.other) == ((), (), ())
    assert len(student.note_type_names()) == 1
    assert (student.reviews(), student.notes()) == (reviews, notes)
    assert {question for question, _ in asked(student).values()} == {
        "Map Where is Minsk?", "Map Where is Kyiv?"}
    (css,) = {student.col.get_card(card).render_output().css
              for card in student.card_ids().values()}
    assert ".mine { color: red }" in css


def test_a_renamed_deck_updates_its_note_types(student: Student, tmp_path: Path) -> None:
    """Note types are named after the deck; the name follows, and nothing doubles."""
    cards = write_kind(tmp_path, KIND, MAPS)
    student.install(release(cards))
    student.study_all()
    reviews = student.reviews()
    cards.joinpath("deck.yaml").write_text("id: test-deck\nname: Another\n", encoding="utf-8")
    log = student.install(release(cards, day=1))
    assert (log.new, log.other) == ((), ())
    assert student.note_type_names() == ["Another: Map"]
    assert student.reviews() == reviews


def test_there_is_room_for_retired_gaps(student: Student, tmp_path: Path) -> None:
    """A cloze in "Retired gaps" is all that its card shows, and no other card shows it."""
    cards = write_cards(tmp_path, one='sentences: [{id: s, text: "The ==Act== of ==Paris==."}]')
    student.install(release(cards))
    guid = by_id(student)["s"]
    first, second = CardKey(guid, 0), CardKey(guid, 1)
    student.edit(guid, "Text", "The {{c1::Act}} of Paris.")
    student.edit(guid, "Retired gaps", "{{c2::This gap is no more.::retired}}")
    shown = asked(student)
    assert shown[first][0] == "Key sentence The [...] of Paris."
    assert "This gap" not in shown[first][1]
    assert shown[second][0] == "Key sentence [retired]"
    assert "This gap is no more." in shown[second][1]
    assert "Paris" not in shown[second][1]
    assert student.empty_cards() == []
