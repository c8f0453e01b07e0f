"""What docs/students.md tells students is so, in genuine Anki: a test for every statement.

The page names the tests that prove a paragraph in a comment at its end; the last tests here see
that each paragraph has one, and that each test is named.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deckgen.apkg import read_package
from deckgen.model import MINE
from tests.anki_collection import CardKey, Student, copy_shipped, release
from tests.student_actions import (
    AFTER,
    BEFORE,
    SECOND_RELEASE,
    Releases,
    add_own_note,
    another,
    answer,
    cards_of,
    deck_of,
    edit,
    export,
    filtered,
    find,
    import_texts,
    in_another_look,
    install_always,
    install_progress,
    items_of,
    make_learned,
    note_of,
    own_deck,
    progress,
    releases,
    set_new_cards_a_day,
    shipped_releases,
    sides_of,
    sync_server,
    texts_of,
    third_release,
)

if TYPE_CHECKING:
    from anki.cards import Card, CardId
    from anki.collection import Collection
    from playwright.sync_api import Browser

PAGE = Path(__file__).parent.parent / "docs/students.md"

# ---------------------------------------------------------------- names on the screen


def labels(col: "Collection") -> dict[str, str]:
    """What the page writes in bold, and what Anki calls it."""
    tr = col.tr
    named: list[tuple[str, Callable[[], str]]] = [
        ("File", tr.qt_accel_file),
        ("Import", tr.qt_accel_import),
        ("Edit", tr.qt_accel_edit),
        ("Undo Import", lambda: tr.undo_undo_action(val=tr.actions_import())),
        ("Tools", tr.qt_accel_tools),
        ("Check Database", tr.qt_accel_check_database),
        ("Empty Cards", tr.qt_misc_empty_cards),
        ("Create Filtered Deck", tr.qt_misc_create_filtered_deck),
        ("Manage Note Types", tr.qt_misc_manage_note_types),
        ("Browse", tr.qt_misc_browse),
        ("Question", tr.browsing_question),
        ("Cards", tr.qt_accel_cards),
        ("Toggle Suspend", tr.browsing_toggle_suspend),
        ("Change Deck", tr.browsing_change_deck2),
        ("Update notes", tr.importing_update_notes),
        ("If newer", tr.importing_update_if_newer),
        ("Always", tr.importing_update_always),
        ("Import any learning progress", tr.importing_also_import_progress),
        ("Include scheduling information", tr.exporting_include_scheduling_information),
        ("Mark Note", tr.studying_mark_note),
        ("Reschedule cards based on my answers in this deck",
         tr.decks_reschedule_cards_based_on_my_answers),
        ("Custom Study", tr.actions_custom_study),
        ("Study by card state or tag", tr.custom_study_study_by_card_state_or_tag),
        ("All cards in random order (don't reschedule)",
         tr.custom_study_all_cards_in_random_order_dont),
        ("Choose Tags", tr.custom_study_choose_tags),
    ]
    return {name: re.sub("[&\u2068\u2069]|\\.\\.\\.$", "", said()) for name, said in named}


def test_screens_say_so(student: Student) -> None:
    """What is bold on the page is called so in Anki."""
    bold = re.findall(r"(?s)\*\*(.+?)\*\*", PAGE.read_text("utf-8"))
    told = {name for names in bold for name in " ".join(names.split()).split(" ▸ ")}
    said = labels(student.col)
    assert said == {name: name for name in said}
    assert told == set(said)


# ---------------------------------------------------------------- to install


def test_a_note_bears_the_time_of_its_release(student: Student, tmp_path: Path) -> None:
    """Anki 25.02 and newer keep the author's time, so a later release is always newer."""
    from anki.buildinfo import version

    made = releases(tmp_path)
    student.install(made.first)
    student.install(made.second)
    told = {note.guid: note.mod for note in read_package(made.second).notes}
    assert {guid: mod for guid, (_, _, mod) in student.notes().items()} == told
    assert tuple(map(int, version.split(".")[:2])) >= (25, 2)
    assert "Anki 25.02 or newer" in PAGE.read_text("utf-8")


def test_an_import_adds_the_deck_and_touches_nothing_else(student: Student, tmp_path: Path) -> None:
    """Own decks, notes, note types and deck options stay; the new cards are unstudied."""
    col = student.col
    add_own_note(student)
    student.study_all()
    before, options = student.everything(), col.decks.all_config()
    student.install(releases(tmp_path).first)
    after = student.everything()
    for table, rows in before.items():
        assert [row for row in rows if row not in after[table]] == [], table
    assert col.decks.all_config() == options
    subdecks = [deck.name for deck in col.decks.all_names_and_ids() if deck.name.startswith("Test")]
    assert subdecks == ["Test", "Test::01 One", "Test::02 Two"]
    assert len(find(student, "deck:Test is:new")) == len(find(student, "deck:Test")) == 10


def test_each_day_brings_the_next_new_cards_in_the_order_of_the_subdecks(
    student: Student, tmp_path: Path
) -> None:
    """With Anki's default options, those of the first subdeck come first."""
    student.install(release(copy_shipped(tmp_path)))
    in_order = student.rows(
        "select n.guid, c.ord from cards c join notes n on n.id = c.nid join decks d on d.id = c.did "
        "order by d.name, c.due, c.ord")
    queue = student.queue("Russia, Japan and the West")
    assert len(queue) == 20
    assert set(queue) == {CardKey(guid, ordinal) for guid, ordinal in in_order[:20]}


def test_the_phone_gets_an_import_by_sync(student: Student, tmp_path: Path) -> None:
    """Install and update on the computer, study on the phone: sync brings both together.

    It is an ordinary sync, also if the phone was studied on meanwhile and had not synced.
    """
    made = releases(tmp_path)
    with another(tmp_path, "phone") as phone, sync_server(tmp_path / "server") as server:
        add_own_note(student)
        here, there = server.log_in(student), server.log_in(phone)
        assert server.sync(student, here, upload=True)
        assert server.sync(phone, there)
        student.install(made.first)
        assert not server.sync(student, here)
        assert not server.sync(phone, there)
        assert phone.notes() == student.notes() != {}
        answered = cards_of(phone, "edited")[0].id
        answer(phone, answered)
        student.install(made.second)
        assert not server.sync(student, here)
        assert not server.sync(phone, there)
        assert not server.sync(student, here)
        assert phone.notes() == student.notes()
        assert progress(phone) == progress(student)
        assert student.col.get_card(answered).reps == 1
        assert "Germany" in sides_of(phone, phone.col.get_card(answered))[1]
        import_texts(student, texts_of(made.cards))
        assert not server.sync(student, here)


def test_cards_fit_a_phone_by_day_and_by_night(
    student: Student, browser: "Browser", tmp_path: Path
) -> None:
    """On a screen 320 points wide no card is wider; its ground is light by day and dark at night."""
    student.install(release(copy_shipped(tmp_path)))
    longest: dict[int, list[Card]] = {}
    for card in sorted(map(student.col.get_card, find(student, "")),
                       key=lambda card: -len(card.render_output().answer_text)):
        longest.setdefault(card.note().mid, []).append(card)
    assert len(longest) == 6
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for card in [card for cards in longest.values() for card in cards[:3]]:
        for night, is_dark in (("", False), ("nightMode night_mode", True)):
            output = card.render_output()
            page.set_content(
                f'<html class="mobile"><style>{output.css}</style><body class="card card1 {night}">'
                f'<div id="qa">{output.answer_text}</div></body></html>')
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            ground, ink = (
                sum(map(int, re.findall(r"\d+", page.evaluate(
                    f"getComputedStyle(document.body).{which}"))[:3])) / 3
                for which in ("backgroundColor", "color"))
            dark, light = (ground, ink) if is_dark else (ink, ground)
            assert dark < 64
            assert light > 192
    page.close()


def test_the_word_in_the_corner_finds_the_note(student: Student, tmp_path: Path) -> None:
    """The back of every card ends with a word by which the browser finds its note."""
    student.install(release(copy_shipped(tmp_path)))
    for card in find(student, "")[::50]:
        one = student.col.get_card(card)
        name = sides_of(student, one)[1].rpartition(" ")[2]
        assert {student.col.get_card(found).nid for found in find(student, f"Id:{name}")} == {one.nid}


# ---------------------------------------------------------------- to update by package


def test_the_import_screen_offers_what_this_page_means(student: Student, tmp_path: Path) -> None:
    """Nobody has touched it: update if newer, no learning progress, no deck presets."""
    from anki.collection import ImportAnkiPackageOptions

    assert student.col._backend.get_import_anki_package_presets() == ImportAnkiPackageOptions()
    student.install(releases(tmp_path).first)
    assert student.col._backend.get_import_anki_package_presets() == ImportAnkiPackageOptions()


def test_a_package_keeps_progress_flags_and_decks(student: Student, tmp_path: Path) -> None:
    """Reviews, schedule, flags, suspensions, the decks into which cards were moved: as they were."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    own = own_deck(student)
    card = cards_of(student, "edited")[0].id
    student.col.set_deck([card], own)
    student.col.set_user_flag_for_cards(3, [card])
    student.scheduler.suspend_cards([cards_of(student, "act")[0].id])
    before, reviews = progress(student), student.reviews()
    student.install(made.second)
    after = progress(student)
    assert {number: after[number] for number in before} == before
    assert student.reviews() == reviews
    assert sum(reviews.values()) == len(before) == 10


def test_a_package_brings_corrections_and_doubles_nothing(
    student: Student, tmp_path: Path
) -> None:
    """Changed notes are updated, new ones and new cards are added, nothing comes twice."""
    made = releases(tmp_path)
    student.install(made.first)
    before = student.notes()
    log = student.install(made.second)
    assert (len(log.new), len(log.updated), log.other) == (1, 6, ())
    assert set(student.notes()) > set(before)
    assert "Germany" in sides_of(student, cards_of(student, "edited")[0])[1]
    assert len(cards_of(student, "more")) == 2
    assert len(student.notes()) == len({tuple(fields) for fields, _, _ in student.notes().values()})


def test_a_note_that_the_author_left_alone_stays_yours(student: Student, tmp_path: Path) -> None:
    """Its fields, "My notes" and tags are as the student left them."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "same", BEFORE, tags=("own", "marked"), Answer="Mine", My_notes="Mine, too")
    before = note_of(student, "same")
    student.install(made.second)
    after = note_of(student, "same")
    assert (after.fields, after.tags, after.mod) == (before.fields, before.tags, before.mod)


def test_a_changed_note_is_replaced_whole(student: Student, tmp_path: Path) -> None:
    """All its fields, "My notes" among them, own tags and marks; it has the author's tags."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "edited", BEFORE, tags=("own", "marked"), Question="Mine", My_notes="Mine, too")
    student.install(made.second)
    note = note_of(student, "edited")
    assert note["Question"] == "Which four?"
    assert note[MINE] == ""
    assert sorted(note.tags) == ["newer", "test-deck::01-One"]


def test_releases_may_be_left_out_repeated_or_imported_late(
    student: Student, tmp_path: Path
) -> None:
    """From the first to the third is the same as all three; again, or an old one, does nothing."""
    made = releases(tmp_path)
    third = third_release(made, "Which asks less?", "Which asks the least?")
    student.install(made.first)
    student.study_all()
    student.install(third)
    after = student.notes(), progress(student)
    with another(tmp_path, "all") as other:
        for package in (made.first, made.second, third):
            other.install(package)
        assert other.notes() == student.notes()
        assert set(other.card_ids()) == set(student.card_ids())
    for package in (third, made.second, made.first):
        log = student.install(package)
        assert (log.new, log.updated, log.other) == ((), (), ())
        assert (student.notes(), progress(student)) == after


def test_an_import_leaves_a_filtered_deck_alone(student: Student, tmp_path: Path) -> None:
    """Its cards stay in it, with what was corrected, and go home as they came."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    at_home = progress(student)
    exam = filtered(student, "deck:Test", reschedule=False)
    gathered = progress(student)
    student.install(made.second)
    assert {card: progress(student)[card] for card in gathered} == gathered
    assert "Germany" in sides_of(student, cards_of(student, "edited")[0])[1]
    student.scheduler.empty_filtered_deck(exam)
    assert {card: progress(student)[card] for card in at_home} == at_home


def test_your_edit_stays_if_it_is_later_than_the_author_s(
    student: Student, tmp_path: Path
) -> None:
    """The correction does not arrive, until the author changes the note again."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "edited", AFTER, Answer="Mine", My_notes="Mine, too")
    student.install(made.second)
    note = note_of(student, "edited")
    assert (note["Answer"], note[MINE]) == ("Mine", "Mine, too")
    student.install(third_release(made, "Germany, France", "France, Germany"))
    note = note_of(student, "edited")
    assert (note["Answer"], note[MINE]) == ("France, Germany, Russia, Ukraine", "")


def test_a_tag_a_mark_or_a_leech_is_an_edit(student: Student, tmp_path: Path) -> None:
    """Each keeps out a correction that is earlier; flags, suspensions and reviews do not."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "moved", AFTER, tags=("own",))
    edit(student, "fewer", AFTER, tags=("marked",))
    leech = cards_of(student, "edited")[0].id
    make_learned(student, leech, lapses=7)
    answer(student, leech, again=True)
    assert note_of(student, "edited").tags[0] == "leech"
    others = [card.id for item in ("gone", "more", "act") for card in cards_of(student, item)]
    student.study(*others)
    student.scheduler.suspend_cards(others)
    student.col.set_user_flag_for_cards(3, others)
    before = student.notes()
    student.install(made.second)
    names = {note_of(student, item).guid: item for item in
             ("same", "edited", "gone", "fewer", "more", "moved", "act", "last")}
    changed = {names[guid] for guid in before if student.notes()[guid] != before[guid]}
    assert changed == {"gone", "more", "act"}


def test_always_replaces_every_note_that_you_edited(student: Student, tmp_path: Path) -> None:
    """The correction arrives; own text and tags go, also where the author changed nothing."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    edit(student, "edited", AFTER, My_notes="Mine")
    edit(student, "same", AFTER, tags=("own",), My_notes="Mine", Answer="Mine")
    before, reviews = progress(student), student.reviews()
    assert install_always(student, made.second) == {"new": 1, "updated": 7, "other": 0}
    assert note_of(student, "edited")["Answer"].startswith("Germany")
    note = note_of(student, "same")
    assert (note["Answer"], note[MINE]) == ("This one", "")
    assert note.tags == ["old", "test-deck::01-One"]
    assert {card: progress(student)[card] for card in before} == before
    assert student.reviews() == reviews


def test_anki_remembers_always(student: Student, tmp_path: Path) -> None:
    """The next import screen offers it again, until another is chosen."""
    from anki.collection import ImportAnkiPackageOptions

    made = releases(tmp_path)
    install_always(student, made.first)
    offered = student.col._backend.get_import_anki_package_presets()
    assert offered != ImportAnkiPackageOptions()
    assert offered.update_notes == 1
    student.install(made.second)
    assert student.col._backend.get_import_anki_package_presets() == ImportAnkiPackageOptions()


BLANK = "The front of this card is blank"
NO_CLOZE = "No cloze 3 found on card"


def blank_cards(student: Student) -> list[tuple[str, int]]:
    """Name the cards that show nothing but Anki's word for that."""
    return items_of(student, [
        card for card in find(student, "")
        if re.search(f"{BLANK}|{NO_CLOZE}", sides_of(student, student.col.get_card(card))[0])
    ])


def edited_later(student: Student, made: Releases) -> None:
    """Edit two notes that the second release gives a card more, and then import it."""
    student.install(made.first)
    for item in ("more", "act"):
        edit(student, item, AFTER, My_notes="Mine")
    student.install(made.second)


def test_a_new_card_of_a_note_that_you_edited_later_is_blank(
    student: Student, tmp_path: Path
) -> None:
    """It says so; "Empty Cards" takes it away, and the next package brings it back, blank."""
    made = releases(tmp_path)
    edited_later(student, made)
    assert BLANK in sides_of(student, cards_of(student, "more")[1])[0]
    assert NO_CLOZE in sides_of(student, cards_of(student, "act")[2])[0]
    assert f"*{BLANK}*" in " ".join(PAGE.read_text("utf-8").split())
    assert f"*{NO_CLOZE}*" in " ".join(PAGE.read_text("utf-8").split())
    assert blank_cards(student) == items_of(student, student.empty_cards()) == [("act", 3), ("more", 2)]
    student.col.remove_cards_and_orphaned_notes(student.empty_cards())
    assert blank_cards(student) == []
    assert note_of(student, "more")[MINE] == note_of(student, "act")[MINE] == "Mine"
    student.install(made.second)
    assert blank_cards(student) == [("act", 3), ("more", 2)]


def test_a_blank_card_is_filled_when_its_note_is_written_again(
    student: Student, tmp_path: Path
) -> None:
    """By text, which keeps "My notes"; by "Always"; by a later release that changes the note."""
    made = releases(tmp_path)
    with another(tmp_path, "always") as other:
        edited_later(other, made)
        install_always(other, made.second)
        assert blank_cards(other) == []
    edited_later(student, made)
    import_texts(student, made.texts)
    assert blank_cards(student) == []
    assert note_of(student, "more")[MINE] == note_of(student, "act")[MINE] == "Mine"
    with another(tmp_path, "later") as other:
        edited_later(other, made)
        other.install(third_release(made, "Which asks more?", "Which asks the most?"))
        assert blank_cards(other) == [("act", 3)]


def test_an_import_can_be_undone(student: Student, tmp_path: Path) -> None:
    """Right after it, everything is as it was before; the package can be imported again."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    before = student.everything()
    student.install(made.second)
    assert student.col.undo_status().undo == student.col.tr.actions_import()
    student.col.undo()
    assert student.everything() == before
    assert len(student.install(made.second).updated) == 6


# ---------------------------------------------------------------- my notes


def test_my_notes_stand_on_the_back_of_every_card(student: Student, tmp_path: Path) -> None:
    """Every note has the field, the author leaves it empty, and what is in it shows on no front."""
    student.install(release(copy_shipped(tmp_path)))
    notes = [student.col.get_note(number) for number in student.col.find_notes("")]
    assert {note[MINE] for note in notes} == {""}
    for note in notes[::40]:
        edit(student, note["Id"], AFTER, My_notes="Only mine")
        for card in cards_of(student, note["Id"]):
            front, back = sides_of(student, card)
            assert "Only mine" not in front
            assert "Only mine" in back


# ---------------------------------------------------------------- to update by text


def test_text_brings_what_the_author_wrote_and_keeps_what_is_yours(
    student: Student, tmp_path: Path
) -> None:
    """Own field, own tags and marks, decks, flags and progress stay; also where the edit is later."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    for item, day in (("edited", BEFORE), ("act", AFTER)):
        edit(student, item, day, tags=("own", "marked"), My_notes="Mine")
    own = own_deck(student)
    student.col.set_deck([cards_of(student, "edited")[0].id], own)
    student.col.set_user_flag_for_cards(3, [cards_of(student, "edited")[0].id])
    student.scheduler.suspend_cards([cards_of(student, "act")[0].id])
    before, reviews = progress(student), student.reviews()
    import_texts(student, made.texts)
    with another(tmp_path, "new") as other:
        other.install(made.second)
        for item in ("edited", "act", "added", "more", "fewer", "gone"):
            ours, theirs = note_of(student, item), note_of(other, item)
            assert [text for name, text in ours.items() if name != MINE] \
                == [text for name, text in theirs.items() if name != MINE]
            assert len(cards_of(student, item)) == len(cards_of(other, item))
        assert note_of(student, "added").tags == note_of(other, "added").tags
    for item in ("edited", "act"):
        assert note_of(student, item)[MINE] == "Mine"
        assert {"own", "marked"} <= set(note_of(student, item).tags)
    assert {card: progress(student)[card] for card in before} == before
    assert student.reviews() == reviews


def test_text_replaces_your_edits_of_the_author_s_fields(
    student: Student, tmp_path: Path
) -> None:
    """Every time, also on notes that the author did not change."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "same", AFTER, Answer="Mine", My_notes="Mine, too")
    import_texts(student, made.texts)
    note = note_of(student, "same")
    assert (note["Answer"], note[MINE]) == ("This one", "Mine, too")


def test_text_begins_with_the_new_notes(student: Student, tmp_path: Path) -> None:
    """In the order of their names they are right; otherwise new notes have no tags, for good."""
    made = releases(tmp_path)
    names = [path.name for path in made.texts]
    assert names == sorted(names)
    assert names[0] == "1_new_notes.txt"
    student.install(made.first)
    import_texts(student, made.texts)
    assert note_of(student, "added").tags == ["fresh", "test-deck::02-Two"]
    with another(tmp_path, "astray") as other:
        other.install(made.first)
        import_texts(other, made.texts[::-1])
        import_texts(other, made.texts)
        assert note_of(other, "added").tags == []


def test_text_brings_no_picture_no_look_and_no_tag_to_a_note_that_is_there(
    student: Student, tmp_path: Path
) -> None:
    """So a note that was retired or moved does not get the tag that says so."""
    made = releases(tmp_path)
    student.install(made.first)
    look = student.rows("select * from notetypes"), student.rows("select * from templates")
    import_texts(student, in_another_look(made).texts)
    ((missing,), _) = student.media_faults()
    assert missing.startswith("four-")
    assert look == (student.rows("select * from notetypes"), student.rows("select * from templates"))
    assert note_of(student, "edited").tags == ["old", "test-deck::01-One"]
    assert note_of(student, "moved").tags == ["test-deck::01-One"]
    assert note_of(student, "gone").tags == ["test-deck::01-One"]
    assert "Retired." in sides_of(student, cards_of(student, "gone")[0])[0]


def test_what_text_left_out_comes_with_always(student: Student, tmp_path: Path) -> None:
    """The package of the same release leaves alone what text has changed, unless it must not."""
    made = in_another_look(releases(tmp_path))
    student.install(made.first)
    import_texts(student, made.texts)
    with another(tmp_path, "default") as other:
        other.install(made.first)
        import_texts(other, made.texts)
        other.install(made.second)
        assert len(other.media_faults()[0]) == 1
        assert note_of(other, "edited").tags == ["old", "test-deck::01-One"]
    install_always(student, made.second)
    assert student.media_faults() == ([], [])
    assert note_of(student, "edited").tags == ["newer", "test-deck::01-One"]
    for card in find(student, ""):
        assert ".another-look" in student.col.get_card(card).render_output().css


def test_text_alone_installs_nothing(student: Student, tmp_path: Path) -> None:
    """The deck has to be there, from a package."""
    import_texts(student, releases(tmp_path).texts)
    assert student.notes() == {}


# ---------------------------------------------------------------- retired cards


def test_a_retired_card_says_so_and_what_to_do(student: Student, tmp_path: Path) -> None:
    """On both sides; it advises to suspend the card, as a deleted one comes back."""
    made = releases(tmp_path)
    student.install(made.first)
    student.install(made.second)
    retired = [cards_of(student, "gone")[0], cards_of(student, "fewer")[1],
               cards_of(student, "act")[1]]
    for card in retired:
        for side in sides_of(student, card):
            assert "retired" in side.lower()
        back = sides_of(student, card)[1]
        assert "You can suspend" in back
        assert "delete" not in back
    assert len(find(student, "")) == 13
    others = [card for card in find(student, "") if card not in {one.id for one in retired}]
    assert not any("retired" in side.lower() for card in others
                   for side in sides_of(student, student.col.get_card(card)))


def test_retired_notes_have_a_tag(student: Student, tmp_path: Path) -> None:
    """One for all decks that deckgen made, one for this deck."""
    made = shipped_releases(tmp_path)
    student.install(made.first)
    assert find(student, "tag:retired") == []
    student.install(made.second)
    for search in ("tag:retired", "tag:russia-japan-west::retired"):
        assert search in searches_told()
        assert items_of(student, find(student, search)) == [("extra-gone", 1)]


def test_single_retired_cards_are_found_by_what_they_say(student: Student, tmp_path: Path) -> None:
    """All notes that have some, or the cards alone; in the browser each shows what it is."""
    made = shipped_releases(tmp_path)
    student.install(made.first)
    phrase = '"The deck no longer asks this"'
    assert find(student, phrase) == []
    student.install(made.second)
    expected = {
        phrase: [("extra-act", 1), ("extra-act", 2), ("extra-fewer", 1), ("extra-fewer", 2)],
        '"Retired reverse:_*" card:Reverse': [("extra-fewer", 2)],
        '"Retired gaps:*{{c2::*" card:2': [("extra-act", 2)],
    }
    for search, items in expected.items():
        assert search in searches_told()
        assert items_of(student, find(student, search)) == items
    student.col.set_browser_card_columns(["question"])
    shown = {}
    for card in find(student, phrase):
        (name,) = items_of(student, [card])
        cells, *_ = student.col.browser_row_for_id(card)
        shown[name] = next(iter(cells))[0]
    assert {name for name, question in shown.items() if "retired" in question.lower()} == {
        ("extra-act", 2), ("extra-fewer", 2)}


def test_after_text_they_are_found_by_what_they_say(student: Student, tmp_path: Path) -> None:
    """Text brings no tags, but what the cards say."""
    made = shipped_releases(tmp_path)
    student.install(made.first)
    import_texts(student, made.texts)
    assert find(student, "tag:retired") == []
    search = '"This card is no longer part of the deck"'
    assert search in searches_told()
    assert items_of(student, find(student, search)) == [("extra-gone", 1)]
    assert {item for item, _ in items_of(student, find(student, '"The deck no longer asks this"'))} \
        == {"extra-act", "extra-fewer"}


def test_what_is_suspended_stays_suspended(student: Student, tmp_path: Path) -> None:
    """Retired or not, through every import."""
    made = releases(tmp_path)
    student.install(made.first)
    student.install(made.second)
    student.scheduler.suspend_cards([*find(student, "tag:retired"), cards_of(student, "last")[0].id])
    student.install(made.second)
    student.install(third_release(made, "Which asks less?", "Which asks the least?"))
    import_texts(student, texts_of(made.cards))
    assert items_of(student, find(student, "is:suspended")) == [("gone", 1), ("last", 1)]


def test_what_is_deleted_comes_back_as_new(student: Student, tmp_path: Path) -> None:
    """With the next package or text; retired notes lie in the subdeck "~Retired" then."""
    made = releases(tmp_path)
    for way in ("package", "text"):
        with another(tmp_path, way) as other:
            other.install(made.first)
            other.study_all()
            other.install(made.second)
            cards = [cards_of(other, "gone")[0], cards_of(other, "last")[0],
                     cards_of(other, "fewer")[1]]
            other.col.remove_cards_and_orphaned_notes([card.id for card in cards])
            if way == "package":
                other.install(made.second)
            else:
                import_texts(other, made.texts)
            assert items_of(other, find(other, "is:new")) == [
                ("act", 3), ("added", 1), ("fewer", 2), ("gone", 1), ("last", 1), ("more", 2)]
            assert deck_of(other, cards_of(other, "gone")[0]) == "Test::~Retired"
            assert deck_of(other, cards_of(other, "last")[0]) == "Test::02 Two"


def test_who_begins_now_gets_retired_cards_last(student: Student, tmp_path: Path) -> None:
    """They lie in "~Retired", are found there, and come when all other new cards have come."""
    made = releases(tmp_path)
    student.install(made.second)
    retired = find(student, "deck:*::~Retired")
    assert "deck:*::~Retired" in searches_told()
    assert items_of(student, retired) == [("act", 2), ("fewer", 2), ("gone", 1)]
    keys = {card: key for key, card in student.card_ids().items()}
    everything = student.queue("Test")
    assert len(everything) == len(find(student, ""))
    set_new_cards_a_day(student, len(everything) - len(retired))
    others = student.queue("Test")
    assert set(everything) - set(others) == {keys[card] for card in retired}
    set_new_cards_a_day(student, 20)
    student.scheduler.suspend_cards(retired)
    assert set(student.queue("Test")) == set(others)


# ---------------------------------------------------------------- moved cards


def test_an_existing_card_stays_in_its_deck_and_its_tag_moves(
    student: Student, tmp_path: Path
) -> None:
    """A search finds those that lie elsewhere than the author has them; "Change Deck" moves them.

    The note is replaced, as by every change.
    """
    cards = copy_shipped(tmp_path)
    student.install(release(cards))
    edit(student, "minsk-ii", BEFORE, My_notes="Mine")
    before = find(student, 'deck:"Russia, Japan and the West::05 Minsk II"')
    minsk = cards / "05-minsk.yaml"
    text = minsk.read_text("utf-8")
    assert "deck: 05 Minsk II\n" in text
    minsk.write_text(text.replace("deck: 05 Minsk II\n", "deck: 05 Minsk\n"), "utf-8")
    (cards / "05-new.yaml").write_text(
        "deck: 05 Minsk\nquestions:\n  - {id: a-new-one, q: Which is new?, a: This one}\n", "utf-8")
    student.install(release(cards, SECOND_RELEASE))
    old = 'deck:"Russia, Japan and the West::05 Minsk II"'
    new = 'deck:"Russia, Japan and the West::05 Minsk"'
    assert find(student, old) == before != []
    assert note_of(student, "minsk-ii")[MINE] == ""
    assert items_of(student, find(student, new)) == [("a-new-one", 1)]
    strayed = f"tag:russia-japan-west::05-Minsk -{new}"
    assert strayed in searches_told()
    assert find(student, strayed) == before
    deck = student.col.decks.id_for_name("Russia, Japan and the West::05 Minsk")
    assert deck is not None
    student.col.set_deck(before, deck)
    assert find(student, strayed) == find(student, old) == []


def test_a_new_card_lies_where_the_author_has_it(student: Student, tmp_path: Path) -> None:
    """Also if the note's other cards were moved; a text lays it where they all lie."""
    made = releases(tmp_path)
    for way in ("package", "text"):
        with another(tmp_path, way) as other:
            other.install(made.first)
            other.col.set_deck([card.id for card in cards_of(other, "more")], own_deck(other))
            if way == "package":
                other.install(made.second)
            else:
                import_texts(other, made.texts)
            places = [deck_of(other, card) for card in cards_of(other, "more")]
            assert places == ["My own", "Test::01 One" if way == "package" else "My own"]


# ---------------------------------------------------------------- to revise


def searches_told() -> list[str]:
    """List the searches on the page, those in its table and those in its text."""
    return re.findall(r"`([^`]+)`", " ".join(PAGE.read_text("utf-8").split()))


def searches_in_table() -> list[str]:
    """List the searches in the first column of the table of searches."""
    rows = PAGE.read_text("utf-8").partition("| search | finds |\n")[2].splitlines()[1:]
    return [row.split("`")[1] for row in rows[:rows.index("")] if row.startswith("|")]


def test_searches_find_what_the_page_says(student: Student, tmp_path: Path) -> None:
    """In the shipped deck, of which some cards were studied, moved, and answered wrong."""
    student.install(release(copy_shipped(tmp_path)))
    own = own_deck(student)
    tagged = {card: set(student.col.get_card(card).note().tags) for card in find(student, "")}
    core = [card for card, tags in tagged.items() if "weight::core" in tags]
    others = [card for card, tags in tagged.items() if "weight::core" not in tags]
    student.col.set_deck([*core[:5], *others[:5]], own)
    wrong = [*core[3:6], *others[3:6]]
    for card in (*wrong, core[7]):
        answer(student, card, again=card in wrong)
        make_learned(student, card, due_in=10)
    for card in (core[8], others[8]):
        make_learned(student, card)
    student.col.fix_integrity()

    def having(*wanted: str) -> set["CardId"]:
        return {card for card, tags in tagged.items()
                if all(any(f"{tag}::".startswith(f"{one}::") for tag in tags) for one in wanted)}

    expected: dict[str, set[CardId]] = {
        "tag:russia-japan-west": set(tagged),
        "tag:weight::core": set(core),
        "tag:theme::minsk": having("theme::minsk"),
        "tag:actor::japan tag:period::2017": having("actor::japan", "period::2017"),
        "tag:russia-japan-west::05-Minsk-II": having("russia-japan-west::05-Minsk-II"),
        "tag:weight::core is:due": {core[8]},
        "tag:weight::core rated:7:1": set(wrong[:3]),
        "Id:minsk-ii": {card for card in tagged
                        if student.col.get_card(card).note()["Id"] == "minsk-ii"},
    }
    assert list(expected) == searches_in_table()
    for search, cards in expected.items():
        assert set(find(student, search)) == cards != set(), search
    assert having("weight::core") | having("weight::detail") == set(tagged)
    assert having("weight::core") & having("weight::detail") == set()


def test_a_filtered_deck_need_not_change_the_schedule(student: Student, tmp_path: Path) -> None:
    """Not rescheduling, cards go home as they came, however they were answered."""
    search = "tag:theme::minsk tag:weight::core"
    assert search in searches_told()
    student.install(release(copy_shipped(tmp_path)))
    student.study(*find(student, "tag:theme::minsk")[:20])
    wanted = find(student, search)
    before = progress(student)
    exam = filtered(student, search, reschedule=False)
    student.col.decks.set_current(exam)
    assert find(student, "deck:Exam") == wanted
    for queued in student.scheduler.get_queued_cards(fetch_limit=10).cards:
        answer(student, queued.card.id, again=True)
    student.scheduler.empty_filtered_deck(exam)
    assert progress(student) == before
    assert len(wanted) > 30


def test_custom_study_asks_for_tags(student: Student, tmp_path: Path) -> None:
    """Of the deck on whose page it is, with no change to the schedule."""
    from anki.scheduler_pb2 import CustomStudyRequest

    student.install(release(copy_shipped(tmp_path)))
    deck = student.col.decks.id_for_name("Russia, Japan and the West")
    assert deck is not None
    before = progress(student)
    offered = {tag.name for tag in student.scheduler.custom_study_defaults(deck).tags}
    assert {"weight::core", "theme::minsk", "actor::japan", "period::2017"} <= offered
    cram = CustomStudyRequest.Cram
    student.scheduler.custom_study(CustomStudyRequest(deck_id=deck, cram=cram(
        kind=cram.CRAM_KIND_ALL, card_limit=1000, tags_to_include=["theme::minsk"])))
    exam = student.col.decks.id_for_name(student.col.tr.custom_study_custom_study_session())
    assert exam is not None
    assert not student.scheduler.get_or_create_filtered_deck(exam).config.reschedule
    gathered = [card for card, row in progress(student).items() if row[1] == exam]
    assert sorted(gathered) == find(student, "tag:theme::minsk")
    student.scheduler.empty_filtered_deck(exam)
    assert progress(student) == before


# ---------------------------------------------------------------- what is safe, and what is not


def test_empty_cards_finds_nothing(student: Student, tmp_path: Path) -> None:
    """After install and update, by package and by text, retired cards included."""
    made = shipped_releases(tmp_path)
    student.install(made.first)
    assert student.empty_cards() == []
    with another(tmp_path, "text") as other:
        other.install(made.first)
        import_texts(other, made.texts)
        assert other.empty_cards() == []
    student.install(made.second)
    assert student.empty_cards() == []


def test_check_database_finds_nothing(student: Student, tmp_path: Path) -> None:
    """After install and update, by package and by text, retired cards included."""
    made = shipped_releases(tmp_path)
    student.install(made.first)
    assert student.check_database() == []
    with another(tmp_path, "text") as other:
        other.install(made.first)
        import_texts(other, made.texts)
        assert other.check_database() == []
    student.install(made.second)
    assert student.check_database() == []


def test_a_deck_that_was_deleted_begins_anew(student: Student, tmp_path: Path) -> None:
    """Imported again, all its cards are new."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    deck = student.col.decks.id_for_name("Test")
    assert deck is not None
    student.col.decks.remove([deck])
    assert student.notes() == {}
    student.install(made.first)
    assert len(find(student, "is:new")) == len(find(student, "")) == 10


def test_a_note_type_with_another_field_gets_no_more_updates(
    student: Student, tmp_path: Path
) -> None:
    """Anki makes a second note type for what is new, and leaves the old notes as they were."""
    made = releases(tmp_path)
    student.install(made.first)
    models = student.col.models
    questions = models.by_name("Test: Question")
    assert questions is not None
    models.add_field(questions, models.new_field("Extra"))
    models.update_dict(questions)
    before = student.notes()
    log = student.install(made.second)
    assert len(log.other) == 7
    assert "Test: Question+" in student.note_type_names()
    after = student.notes()
    unchanged = {guid for guid in before if after[guid] == before[guid]}
    assert set(before) - unchanged == {note_of(student, "act").guid}


def test_an_export_has_your_edits_in_it(student: Student, tmp_path: Path) -> None:
    """Own fields and tags; whoever imports it has them put over theirs, if those are older."""
    made = releases(tmp_path)
    student.install(made.first)
    edit(student, "same", AFTER, tags=("own",), Answer="Mine", My_notes="Secret")
    package = export(student, "Test", tmp_path / "export.apkg", with_progress=False)
    with another(tmp_path, "friend") as friend:
        friend.install(made.first)
        edit(friend, "same", BEFORE, My_notes="Theirs")
        friend.install(package)
        note = note_of(friend, "same")
        assert (note["Answer"], note[MINE], "own" in note.tags) == ("Mine", "Secret", True)


def test_progress_travels_only_if_both_sides_say_so(student: Student, tmp_path: Path) -> None:
    """If it is exported, and its import is asked for."""
    made = releases(tmp_path)
    student.install(made.first)
    student.study_all()
    got = {}
    for is_in in (False, True):
        package = export(student, "Test", tmp_path / "export.apkg", with_progress=is_in)
        for is_wanted in (False, True):
            with another(tmp_path, f"friend {is_in} {is_wanted}") as friend:
                if is_wanted:
                    install_progress(friend, package)
                else:
                    friend.install(package)
                got[is_in, is_wanted] = sum(friend.reviews().values())
    assert got == {(False, False): 0, (False, True): 0, (True, False): 0, (True, True): 10}


# ---------------------------------------------------------------- the page


_PROOF = re.compile(r"<!-- proven: ([a-z_, \n]+?) -->")


def blocks() -> list[str]:
    """Take the page apart into paragraphs, points and tables, without headings."""
    text = re.sub(r"(?m)^#.*\n", "\n", PAGE.read_text("utf-8"))
    return [block.strip() for block in re.split(r"\n\s*\n|\n(?=(?:-|\d+\.) )", text) if block.strip()]


def test_an_edition_shares_your_progress_with_the_original(student: Student, tmp_path: Path) -> None:
    """There and back: no review is lost, nothing doubles, and what it leaves out stays."""
    cards = copy_shipped(tmp_path)
    original = release(cards)
    edition = tmp_path / "edition" / "cards"
    edition.mkdir(parents=True)
    (edition / "deck.yaml").write_text(
        "id: course\nname: Course\nfrom: ../../cards\nkeep: tag:theme::minsk\nwithout: {dates: what}\n", "utf-8")
    (edition / "own.yaml").write_text(
        "questions: [{id: own, q: What was read?, a: This}]\nchanges: {minsk-ii: {note+: Read it.}}\n", "utf-8")
    student.install(original)
    student.study_all()
    reviews, cards_before = student.reviews(), set(student.card_ids())
    log = student.install(release(edition, day=1))
    assert (log.new, len(log.updated)) == (("What was read?",), 1)
    assert "Read it." in note_of(student, "minsk-ii")["Note"]
    student.install(original)
    assert student.reviews() == reviews
    own = note_of(student, "own").guid
    assert {key.guid for key in set(student.card_ids()) - cards_before} == {own}
    assert student.empty_cards() == []


def test_every_statement_names_its_proof() -> None:
    """Each paragraph, point and table ends with its tests, unless it only leads to what follows."""
    assert [block for block in blocks()
            if not _PROOF.fullmatch(block[block.rfind("<!--"):]) and not block.endswith(":")] == []


def test_every_proof_is_a_test_here_and_every_test_is_named() -> None:
    """What the page names is in this file, and what is in this file the page names."""
    named = {name.strip() for names in _PROOF.findall(PAGE.read_text("utf-8"))
             for name in names.split(",")}
    tests = {name for name in globals() if name.startswith("test_")}
    of_the_page = {"test_every_statement_names_its_proof",
                   "test_every_proof_is_a_test_here_and_every_test_is_named"}
    assert named == tests - of_the_page
