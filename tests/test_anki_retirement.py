"""What is taken out of a deck: its cards say so to every student, and nothing else changes."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from deckgen.cli import main
from tests.anki_collection import (
    CardKey,
    Sides,
    Student,
    asked,
    by_id,
    release,
    try_release,
    words,
    write_cards,
)

STAYS = "questions: [{id: stays, q: What stays?, a: This}]\n"
NOTE = "Retired. This card is no longer part of the deck. You can suspend it."
CARD = "Retired. The deck no longer asks this. You can suspend this card; the note's others go on."
REASON = 'retired: {gone: "Asked **better** in _stays_."}\n'
IN_WORDS = "Asked better in stays."
KIND = """
section: maps
singular: map
fields:
  place: {takes: line, required: "yes"}
  country: {takes: line}
cards:
  where: {front: "{{Place}}", back: "{{Country}}"}
  which: {front: "{{#Country}}Which place?{{/Country}} {{Country}}", back: "{{Place}}"}
"""
# All that they say begins with an X, which no banner has.
ITEMS = {
    "actor": "actors: [{id: gone, name: Xan, aliases: [Xa, Xb], role: Xrole, known-for: Xpart}]",
    "date": "dates: [{id: gone, date: 1989-11-09, event: Xwall, significance: Xend, note: Xnote}]",
    "position": "positions: [{id: gone, actor: Xstate, issue: Xissue, position: Xyes, "
                "because: Xwhy, according-to: Xwho}]",
    "question": "questions: [{id: gone, q: Xask, a: Xanswer}]",
    "question that is typed": "questions: [{id: gone, q: Xask, a: Xans, ask: [type]}]",
    "question of three cards": "questions: [{id: gone, q: Xask, a: Xan, "
                               "ask: [forward, reverse, type]}]",
    "sentence of one gap": 'sentences: [{id: gone, text: "==Xnato== met in Xtown."}]',
    "sentence of several gaps": 'sentences: [{id: gone, text: "==Xnato==, {{c9::Xrussia::Xhint}} '
                                'and ==Xjapan== met in {{c9::Xtown}}.", note: Xnote}]',
    "plain sentence": "sentences: [{id: gone, text: Xnato and Xrussia signed the Xact in Xparis.}]",
    "treaty": "treaties: [{id: gone, name: Xact, date: 1997-05-27, place: Xcity, parties: [Xo, Xp], "
              "terms: Xterms, significance: Xmeans, "
              "ask: [date, parties, terms, significance, name]}]",
    "item and the sentence about it": "dates: [{id: gone, date: 1989, event: Xwall, "
                                      "sentence: Xberlin has had a Xwall until ==1989==.}]",
    "own kind": "maps: [{id: gone, place: Xminsk, country: Xbelarus}]",
}


def project(folder: Path, **files: str) -> Path:
    """Write a project that has a kind of its own and an item that stays."""
    cards = write_cards(folder, **{"stays": STAYS} | files)
    cards.joinpath("kinds").mkdir(exist_ok=True)
    cards.joinpath("kinds", "maps.yaml").write_text(KIND, encoding="utf-8")
    return cards


def cards_of(student: Student, name: str) -> dict[CardKey, Sides]:
    """Both sides of all cards of an item, and of the sentence about it."""
    guids = {guid for key, guid in by_id(student).items() if key.partition("/")[0] == name}
    return {key: sides for key, sides in student.all_sides().items() if key.guid in guids}


def scheduling(student: Student) -> list[object]:
    """When every card comes next, and where it lies."""
    return student.rows("select id, did, type, queue, due, ivl, factor, reps, lapses, flags, data "
                        "from cards order by id")


def assert_sound(student: Student) -> None:
    """Anki has nothing to set right, nothing to delete and nothing twice."""
    assert student.check_database() == []
    assert student.empty_cards() == []
    assert not any("front-of-card-is-blank" in sides.question or "No cloze" in sides.question
                   for sides in student.all_sides().values())
    assert student.rows("select guid from notes group by guid having count() > 1") == []
    assert student.media_faults()[0] == []


# ---------------------------------------------------------------- an item


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_every_card_of_a_removed_item_says_so(student: Student, tmp_path: Path, item: str) -> None:
    """The reason stands on both sides and nothing of the item; reviews stay, and so does the rest."""
    student.install(release(project(tmp_path, one=item)))
    student.study_all()
    before, others = scheduling(student), cards_of(student, "stays")
    reviews, types = student.reviews(), student.note_type_names()
    known = cards_of(student, "gone")
    assert all("X" in words(sides.answer) for sides in known.values())
    log = student.install(release(project(tmp_path, one=REASON), day=1))
    notes = {key.guid for key in known}
    assert (log.new, len(log.updated), len(log.duplicate), log.other) == ((), len(notes), 1, ())
    shown = cards_of(student, "gone")
    assert list(shown) == list(known)
    for sides in shown.values():
        for side in (sides.question, sides.answer):
            assert f"{NOTE}{IN_WORDS}" in words(side)
            assert "<strong>Retired.</strong>" in side
            assert "Asked <strong>better</strong> in <em>stays</em>." in side
            assert "X" not in side
            assert "[[type:" not in side
            assert "1997" not in side
    assert (scheduling(student), student.reviews()) == (before, reviews)
    assert cards_of(student, "stays") == others
    assert student.note_type_names() == types
    assert_sound(student)


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_retired_notes_are_found_by_their_tags(student: Student, tmp_path: Path, item: str) -> None:
    """`tag:retired` finds all of them, and `tag:<deck's id>::retired` those of one deck."""
    student.install(release(project(tmp_path, one=item)))
    assert list(student.col.find_notes("tag:retired")) == []
    student.install(release(project(tmp_path), 1))
    cards = cards_of(student, "stays")
    project(tmp_path).joinpath("one.yaml").unlink()
    student.install(release(project(tmp_path), day=2))
    notes = set(student.notes()) - {key.guid for key in cards}
    for search in ("tag:retired", "tag:test-deck::retired"):
        found = student.col.find_notes(search)
        assert {student.col.get_note(note).guid for note in found} == notes
        assert {student.col.get_note(note).fields[0] for note in found} \
            <= {"Retired: gone", "Retired: gone/sentence"}
    assert notes
    assert list(student.col.find_notes("tag:other::retired")) == []


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_an_item_without_id_is_retired_like_any(
    student: Student, tmp_path: Path, item: str
) -> None:
    """Anki lists its note by what it said; on its cards is the banner alone."""
    student.install(release(project(tmp_path, one=item.replace("id: gone, ", ""))))
    student.study_all()
    reviews, stays = student.reviews(), by_id(student)["stays"]
    project(tmp_path).joinpath("one.yaml").unlink()
    student.install(release(project(tmp_path), day=1))
    for key, sides in student.all_sides().items():
        if key.guid != stays:
            assert NOTE in words(sides.question)
            assert NOTE in words(sides.answer)
            assert "X" not in sides.question + sides.answer
            assert "1997" not in sides.question + sides.answer
    names = {fields[0] for guid, (fields, _, _) in student.notes().items() if guid != stays}
    assert all(name.startswith("Retired: ") for name in names)
    assert any("“X" in name or "“1989" in name for name in names)
    assert student.reviews() == reviews
    assert_sound(student)
    student.install(release(project(tmp_path, one=item.replace("id: gone, ", "")), day=2))
    assert all(NOTE not in sides.question for sides in student.all_sides().values())
    assert student.reviews() == reviews
    assert len(student.notes()) == len(names) + 1


def test_a_reason_given_later_arrives_later(student: Student, tmp_path: Path) -> None:
    """And so does another reason, or none; each once."""
    student.install(release(project(tmp_path, one=ITEMS["question"])))
    student.study_all()
    reviews = student.reviews()
    (key,) = cards_of(student, "gone")
    for day, (file, said) in enumerate([("deck: One\n", ""), (REASON, IN_WORDS),
                                        (REASON.replace("better", "worse"), "Asked worse in stays."),
                                        ("deck: One\n", "")], 1):
        package = release(project(tmp_path, one=file), day)
        assert len(student.install(package).updated) == 1
        assert asked(student)[key][0] == f"Question {NOTE}{said} gone"
        assert student.install(package).updated == ()
        assert student.install(release(project(tmp_path, one=file), day)).updated == ()
    assert student.reviews() == reviews


def test_a_retirement_arrives_once(student: Student, tmp_path: Path) -> None:
    """Imported again, built again, and with later releases: the collection stays as it is."""
    student.install(release(project(tmp_path, one="\n".join([ITEMS["actor"], ITEMS["own kind"].replace(
        "gone", "other")]))))
    student.study_all()
    first = release(project(tmp_path, one=REASON), day=1)
    assert len(student.install(first).updated) == 2
    retired, raw = student.all_sides(), first.read_bytes()
    before = student.everything()
    student.install(first)
    assert student.everything() == before
    again = release(project(tmp_path, one=REASON), day=2)
    assert again.read_bytes() == raw
    more = STAYS.replace("]", ", {id: more, q: More?, a: Yes}]")
    log = student.install(release(project(tmp_path, one=REASON, stays=more), day=3))
    assert (len(log.new), log.updated, log.other) == (1, (), ())
    assert {key: student.all_sides()[key] for key in retired} == retired


def test_who_skips_the_release_is_told_by_a_later_one(student: Student, tmp_path: Path) -> None:
    """What was retired in the second release is in the fourth, and says so there."""
    student.install(release(project(tmp_path, one=ITEMS["treaty"])))
    student.study_all()
    reviews = student.reviews()
    release(project(tmp_path, one=REASON), day=1)
    release(project(tmp_path, one=REASON, stays=STAYS.replace("This", "That")), day=2)
    student.install(release(project(tmp_path, one=REASON, stays=STAYS), day=3))
    assert all(IN_WORDS in words(sides.question) for sides in cards_of(student, "gone").values())
    assert len(cards_of(student, "gone")) == 5
    assert student.reviews() == reviews
    assert_sound(student)


def test_a_student_s_own_edit_outlives_a_retirement_of_before(
    student: Student, tmp_path: Path
) -> None:
    """Who changed the note after the author retired it keeps the card as it is, and its reviews."""
    student.install(release(project(tmp_path, one=ITEMS["question"])))
    student.study_all()
    (key,) = cards_of(student, "gone")
    student.edit(key.guid, "My notes", "Mine")
    before, reviews = student.notes()[key.guid], student.reviews()
    student.install(release(project(tmp_path, one=REASON), day=1))
    assert student.notes()[key.guid] == before
    assert student.reviews() == reviews
    assert "Xask" in asked(student)[key][0]
    assert_sound(student)


def test_a_picture_goes_with_its_item(student: Student, tmp_path: Path) -> None:
    """It is packed no more and missed by nobody; students have the file, now unused."""
    cards = project(tmp_path, one=ITEMS["date"].replace("Xwall", "Xwall, image: x.png, audio: x.mp3"))
    cards.joinpath("media").mkdir()
    for name in ("x.png", "x.mp3"):
        cards.joinpath("media", name).write_bytes(name.encode())
    student.install(release(cards))
    student.study_all()
    assert student.media_faults() == ([], [])
    project(tmp_path, one=REASON)
    assert [found.rule for found in try_release(cards, day=1).found] == ["unused-media"] * 2
    for name in ("x.png", "x.mp3"):
        cards.joinpath("media", name).unlink()
    assert try_release(cards, day=1).found == ()
    student.install(release(cards, day=1))
    assert {sides.sounds for sides in cards_of(student, "gone").values()} == {()}
    assert not any("<img" in sides.answer for sides in cards_of(student, "gone").values())
    missing, unused = student.media_faults()
    assert (missing, len(unused)) == ([], 2)
    assert_sound(student)


# ---------------------------------------------------------------- back again


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_the_same_item_may_come_back(student: Student, tmp_path: Path, item: str) -> None:
    """Its cards are what they were, on the same note, with their reviews and without the tags."""
    student.install(release(project(tmp_path, one=item)))
    student.study_all()
    before, reviews = student.all_sides(), student.reviews()
    tags = {guid: tags for guid, (_, tags, _) in student.notes().items()}
    student.install(release(project(tmp_path, one=REASON), day=1))
    assert student.all_sides() != before
    log = student.install(release(project(tmp_path, one=item), day=2))
    assert (log.new, log.other) == ((), ())
    assert student.all_sides() == before
    assert student.reviews() == reviews
    assert {guid: tags for guid, (_, tags, _) in student.notes().items()} == tags
    assert_sound(student)


@pytest.mark.parametrize(("item", "other"), [
    (ITEMS["question"], ITEMS["question"].replace("Xask", "Who")),
    (ITEMS["question"], ITEMS["question"].replace("Xans", "Yes")),
    (ITEMS["date"], ITEMS["date"].replace("1989", "1988")),
    (ITEMS["plain sentence"], ITEMS["plain sentence"].replace("Xparis", "Xrome")),
    (ITEMS["question"], ITEMS["actor"]),
], ids=["another question", "another answer", "another date", "another sentence", "another kind"])
def test_another_item_under_a_retired_id_is_refused(
    tmp_path: Path, item: str, other: str
) -> None:
    """Exit status 1, the finding at the id, package and lock as they were."""
    release(project(tmp_path, one=item))
    cards = project(tmp_path, one=REASON)
    package = release(cards, day=1)
    lock = cards / "deckgen.lock"
    before = package.read_bytes(), lock.read_bytes()
    project(tmp_path, one=other)
    outcome = CliRunner().invoke(main, ["build", str(cards), "-o", str(package.parent)])
    assert outcome.exit_code == 1
    rule = "kind-changed" if "actors" in other and "questions" in item else "id-retired"
    assert re.search(rf"one\.yaml:1:\d+: error \[{rule}\]", outcome.output)
    assert "give" in outcome.output
    assert (package.read_bytes(), lock.read_bytes()) == before
    assert sorted(path.name for path in package.parent.iterdir()) == [package.name]


def test_a_reason_for_what_is_still_there_is_refused(tmp_path: Path) -> None:
    """So is one for what never was; each is named with its place."""
    release(project(tmp_path, one=ITEMS["question"]))
    both = try_release(project(tmp_path, one=f"{REASON}{ITEMS['question']}\n"), day=1)
    never = try_release(project(tmp_path, one=REASON.replace("gone", "goon")), day=1)
    assert [(found.rule, found.span.line) for found in both.found] == [("not-retired", 1)]
    assert [(found.rule, found.span.line) for found in never.found if found.is_error] \
        == [("not-retired", 1)]
    assert "did you mean 'gone'?" in never.found[-1].message


# ---------------------------------------------------------------- one card of several

THREE = 'sentences: [{id: s, text: "==NATO== and ==Russia== signed in ==Paris==."}]'
ACTOR = "actors: [{id: s, name: Genscher, role: Minister, known-for: A speech}]"
TYPED = "questions: [{id: s, q: Which city?, a: Paris, ask: [forward, reverse, type]}]"
OWN = "maps: [{id: s, place: Minsk, country: Belarus}]"


@pytest.mark.parametrize(("before", "after", "retired"), [
    (THREE, THREE.replace("==Russia==", "Russia"), {1}),
    (THREE, THREE.replace("==NATO==", "NATO").replace("==Paris==", "Paris"), {0, 2}),
    (ACTOR, ACTOR.replace("name: G", "ask: [role, name], name: G"), {1}),
    (ACTOR, ACTOR.replace("name: G", "ask: [], name: G"), {0, 1, 2}),
    (TYPED, TYPED.replace(", type]", "]"), {2}),
    (TYPED, TYPED.replace(", reverse", ""), {1}),
    (TYPED, TYPED.replace("forward, reverse, ", ""), {0, 1}),
    (TYPED, TYPED.replace("forward, reverse, type", ""), {0, 1, 2}),
    (OWN, OWN.replace("place", "ask: [which], place"), {0}),
], ids=["a gap", "two gaps", "ask", "ask for nothing", "a typed card", "a reverse card",
        "all but a typed card", "all cards", "a card of an own kind"])
def test_a_dropped_card_says_so_and_the_others_go_on(
    student: Student, tmp_path: Path, before: str, after: str, retired: set[int]
) -> None:
    """The other cards read as before, to the letter; brought back, so does the dropped one."""
    student.install(release(project(tmp_path, one=before)))
    student.study_all()
    reviews, known, html = student.reviews(), asked(student), student.all_sides()
    schedule, guid = scheduling(student), by_id(student)["s"]
    result = try_release(project(tmp_path, one=after), day=1)
    assert [(found.rule, found.is_error) for found in result.found] == [("card-retired", False)]
    assert result.package is not None
    log = student.install(result.package)
    assert (log.new, len(log.updated), log.other) == ((), 1, ())
    shown, gone = asked(student), {CardKey(guid, ordinal) for ordinal in retired}
    assert {key: sides for key, sides in shown.items() if key not in gone} \
        == {key: sides for key, sides in known.items() if key not in gone}
    for key in gone:
        assert all(CARD in side for side in shown[key])
        assert not any(word in side for side in shown[key]
                       for word in ("NATO", "Russia", "Paris", "Genscher", "Minister", "Minsk"))
    assert (student.reviews(), scheduling(student)) == (reviews, schedule)
    assert "retired" not in student.notes()[guid][1]
    assert_sound(student)
    student.install(release(project(tmp_path, one=before), day=2))
    assert student.all_sides() == html
    assert (student.reviews(), scheduling(student)) == (reviews, schedule)
    assert_sound(student)


def test_a_value_that_is_taken_out_takes_its_cards_along(student: Student, tmp_path: Path) -> None:
    """What asked for it says that it is no more; what only showed it goes on without it."""
    student.install(release(project(tmp_path, one=ACTOR)))
    student.study_all()
    reviews, guid = student.reviews(), by_id(student)["s"]
    student.install(release(project(tmp_path, one=ACTOR.replace(", role: Minister", "")), day=1))
    shown = asked(student)
    assert CARD in shown[CardKey(guid, 0)][0]
    assert shown[CardKey(guid, 1)] == ("Actor Known for what? Genscher",
                                       "Actor Known for what? Genscher A speech one s")
    assert shown[CardKey(guid, 2)][0] == "Actor Who or what is it? A speech"
    assert student.reviews() == reviews
    assert_sound(student)
    student.install(release(project(tmp_path, one=ACTOR), day=2))
    assert "Minister" in asked(student)[CardKey(guid, 0)][1]


def test_a_gap_comes_back_under_its_number(student: Student, tmp_path: Path) -> None:
    """Whatever was added meanwhile; and the added one is not mistaken for it."""
    student.install(release(project(tmp_path, one=THREE)))
    student.study_all()
    reviews, guid = student.reviews(), by_id(student)["s"]
    before = asked(student)
    without = THREE.replace("==Russia==", "Russia")
    student.install(release(project(tmp_path, one=without), day=1))
    student.install(release(project(tmp_path, one=without.replace("signed", "==signed==")), day=2))
    added = CardKey(guid, 3)
    assert asked(student)[added][0] == "Key sentence NATO and Russia [...] in Paris."
    assert CARD in asked(student)[CardKey(guid, 1)][0]
    student.install(release(project(tmp_path, one=THREE), day=3))
    shown = asked(student)
    assert {key: shown[key] for key in before} == before
    assert CARD in shown[added][0]
    assert student.reviews() == reviews
    assert_sound(student)


def test_an_item_with_a_retired_card_is_retired_whole_and_comes_back(
    student: Student, tmp_path: Path
) -> None:
    """First a gap, then the item, then the item without the gap, then the gap."""
    student.install(release(project(tmp_path, one=THREE)))
    student.study_all()
    reviews, guid, html = student.reviews(), by_id(student)["s"], student.all_sides()
    without = THREE.replace("==Russia==", "Russia")
    student.install(release(project(tmp_path, one=without), day=1))
    shown = asked(student)
    student.install(release(project(tmp_path, one="deck: One\n"), day=2))
    assert all(NOTE in asked(student)[CardKey(guid, n)][0] for n in range(3))
    student.install(release(project(tmp_path, one=without), day=3))
    assert asked(student) == shown
    student.install(release(project(tmp_path, one=THREE), day=4))
    assert student.all_sides() == html
    assert student.reviews() == reviews
    assert_sound(student)


# ---------------------------------------------------------------- who is new


def test_who_is_new_gets_retired_cards_last(student: Student, tmp_path: Path) -> None:
    """In a deck of their own, drawn from when all others have none left; nothing needs mending."""
    many = "".join(f"  - {{id: many-{n}, q: Many {n}?, a: Yes}}\n" for n in range(20))
    kept = STAYS.replace("This", "This, ask: [forward, reverse]")
    files = {f"kind{n}": item.replace("gone", f"gone-{n}")
             for n, item in enumerate(ITEMS.values())}
    cards = project(tmp_path, three=THREE, stays=kept, **files)
    release(cards)
    for name in files:
        cards.joinpath(f"{name}.yaml").unlink()
    project(tmp_path, three=THREE.replace("==Russia==", "Russia"), zebra=f"questions:\n{many}")
    package = release(cards, day=1)
    log = student.install(package)
    assert (log.updated, log.duplicate, log.other) == ((), (), ())
    ids, everything = by_id(student), student.card_ids()
    decks = {key: student.col.decks.name(student.col.get_card(card).did)
             for key, card in everything.items()}
    alive = {key for key in decks if decks[key] != "Test::~Retired"}
    assert {key.guid for key in alive} == {
        guid for name, guid in ids.items() if not name.startswith("gone")}
    assert {decks[key] for key in alive} == {"Test::stays", "Test::three", "Test::zebra"}
    retired = {key: sides for key, sides in asked(student).items() if key not in alive}
    assert all("Retired." in question for question, _ in retired.values())
    assert {CardKey(ids["stays"], 1), CardKey(ids["s"], 1)} < set(retired)
    assert set(student.queue("Test")) < alive
    assert_sound(student)
    assert student.card_ids() == everything
    student.col.sched.suspend_cards([everything[key] for key in alive])
    assert set(student.queue("Test")) < set(retired)


@pytest.mark.parametrize("deck", ["zebra", "Österreich", "Япония", "日本", "한국"])
def test_the_deck_of_the_retired_is_last_in_every_script(
    student: Student, tmp_path: Path, deck: str
) -> None:
    """Anki sorts decks by code points, in which other letters come after a tilde."""
    gone = "questions: [{id: gone, q: Gone?, a: Yes}]\n"
    cards = write_cards(tmp_path, gone=gone, stays=f"deck: {deck}\n{STAYS}")
    release(cards)
    cards.joinpath("gone.yaml").unlink()
    student.install(release(cards, day=1))
    ids = by_id(student)
    assert [key.guid for key in student.queue("Test")] == [ids["stays"], ids["gone"]]


def test_a_retired_note_that_was_deleted_comes_back(student: Student, tmp_path: Path) -> None:
    """As Anki adds whatever it does not have; so suspending is what the banner speaks of."""
    student.install(release(project(tmp_path, one=ITEMS["question"])))
    package = release(project(tmp_path, one=REASON), day=1)
    student.install(package)
    student.col.remove_notes(list(student.col.find_notes("tag:retired")))
    assert student.install(package).new == ("Retired: gone",)
    ((key, _),) = cards_of(student, "gone").items()
    card = student.col.get_card(student.card_ids()[key])
    assert student.col.decks.name(card.did) == "Test::~Retired"
    student.col.sched.suspend_cards([card.id])
    student.install(package)
    assert student.col.get_card(card.id).queue == -1


def test_who_has_the_deck_keeps_retired_cards_where_they_lie(
    student: Student, tmp_path: Path
) -> None:
    """Anki never moves a card; what a student moved, suspended and flagged stays so too."""
    student.install(release(project(tmp_path, one=THREE)))
    key, own = CardKey(by_id(student)["s"], 1), student.col.decks.id("My own")
    assert own is not None
    card = student.card_ids()[key]
    student.col.set_deck([card], own)
    student.col.sched.suspend_cards([card])
    student.col.set_user_flag_for_cards(3, [card])
    before = scheduling(student)
    student.install(release(project(tmp_path, one=THREE.replace("==Russia==", "Russia")), day=1))
    student.install(release(project(tmp_path, one="deck: One\n"), day=2))
    assert scheduling(student) == before
    assert NOTE in asked(student)[key][0]


# ---------------------------------------------------------------- kinds


def test_the_last_item_of_a_kind_is_retired_like_any(student: Student, tmp_path: Path) -> None:
    """Its note type stays in the package as long as anybody may have such notes."""
    every = "\n".join(item.replace("gone", f"gone-{n}") for n, item in enumerate([
        ITEMS["actor"], ITEMS["date"], ITEMS["position"], ITEMS["sentence of several gaps"],
        ITEMS["treaty"], ITEMS["own kind"]]))
    student.install(release(project(tmp_path, one=every)))
    student.study_all()
    reviews, types = student.reviews(), student.note_type_names()
    assert len(types) == 7
    cards = project(tmp_path)
    cards.joinpath("one.yaml").unlink()
    student.install(release(cards, day=1))
    assert student.note_type_names() == types
    assert student.reviews() == reviews
    stays = by_id(student)["stays"]
    shown = asked(student)
    assert all(NOTE in shown[key][0] for key in shown if key.guid != stays)
    assert_sound(student)


def test_a_kind_that_students_have_notes_of_cannot_be_taken_out(tmp_path: Path) -> None:
    """Its file must stay, or be told as another's former name; nothing is written until then."""
    cards = project(tmp_path, one=ITEMS["own kind"])
    package = release(cards)
    lock = cards / "deckgen.lock"
    before = package.read_bytes(), lock.read_bytes()
    cards.joinpath("one.yaml").unlink()
    cards.joinpath("kinds", "maps.yaml").unlink()
    outcome = CliRunner().invoke(main, ["build", str(cards), "-o", str(package.parent)])
    assert outcome.exit_code == 1
    assert "error [frozen-note-type] students have maps, and no file in kinds/" in outcome.output
    assert "put it back, or, if it has another section now, say there 'was: maps'" in outcome.output
    assert (package.read_bytes(), lock.read_bytes()) == before


def test_a_retired_card_follows_its_kind_s_new_name(student: Student, tmp_path: Path) -> None:
    """A kind that got another section goes on with its note type, its retired notes included."""
    two = ITEMS["own kind"].replace("}]", "}, {id: kept, place: Kyiv, country: Ukraine}]")
    student.install(release(project(tmp_path, one=two)))
    student.study_all()
    reviews, types = student.reviews(), student.note_type_names()
    cards = project(tmp_path, one="places: [{id: kept, place: Kyiv, country: Ukraine}]\n")
    renamed = KIND.replace("section: maps", "section: places\nwas: maps")
    cards.joinpath("kinds", "maps.yaml").write_text(renamed, encoding="utf-8")
    log = student.install(release(cards, day=1))
    assert (log.new, log.other) == ((), ())
    assert student.note_type_names() == types
    assert student.reviews() == reviews
    assert all(NOTE in words(sides.question) for sides in cards_of(student, "gone").values())
    assert "Kyiv" in asked(student)[CardKey(by_id(student)["kept"], 0)][0]
    assert_sound(student)
