"""What `diff` tells of two releases: what students get, and exactly what it would cost them."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen.apkg import read_package
from deckgen.cli import main
from deckgen.comparison import (
    Comparison,
    Cost,
    Face,
    What,
    as_json,
    changelog,
    compare,
    is_another_fact,
    told,
)
from deckgen.comparison.importing import difference
from deckgen.comparison.naming import label_of
from deckgen.model import Deck, Note, NoteType
from deckgen.nearness import likeness
from tests.anki_collection import A_DAY, release, try_release, write_cards
from tests.releases import history, packed, with_field, with_notes, with_types
from tests.terminal import read_all

FIRST = """
    questions:
      - {id: four, q: Which four?, a: "Germany, France, Russia and Ukraine", ask: [forward, reverse]}
      - {id: where, q: Where was the Founding Act signed?, a: In Paris, tags: [one]}
      - {q: Which body watches over the ceasefire in the Donbas?, a: The OSCE}
    dates:
      - {id: wall, date: 1989-11-09, event: The Berlin Wall opens, note: By mistake.}
    sentences:
      - {id: act, text: "==NATO== and ==Russia== signed the ==Founding Act== in Paris."}
"""


def deck_of(folder: Path, text: str, day: int = 0) -> Deck:
    """Build a project of one file."""
    result = try_release(write_cards(folder, one=text), day)
    assert result.compiled is not None, result.found
    assert not result.has_errors, result.found
    return result.compiled.deck


def edited(folder: Path, *edits: tuple[str, str]) -> Comparison:
    """Compare the first release with one in which some text was replaced."""
    old, text = deck_of(folder, FIRST), FIRST
    for was, now in edits:
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    return compare(old, deck_of(folder, text, day=1))


@pytest.fixture
def first(tmp_path: Path) -> Deck:
    """The first release."""
    return deck_of(tmp_path, FIRST)


# ---------------------------------------------------------------- what changes


@pytest.mark.parametrize(("was", "now", "what", "names"), [
    ("    dates:", "      - {id: five, q: And then?, a: That}\n    dates:", What.NEW, ["'Forward'"]),
    ("q: Where was the", "q: In which city was the", What.REWORDED, ["'Forward'"]),
    ("a: In Paris", "a: In Rome", What.ANSWER, ["'Forward'"]),
    ("note: By mistake.", "note: By an error.", What.DETAILS, []),
    ("tags: [one]", "tags: [two]", What.TAGS, []),
    ("and ==Russia==", "and Russia", What.GAP_DROPPED, ["gap 2"]),
    ("in Paris.", "in ==Paris==.", What.GAP_ADDED, ["gap 4"]),
    ('text: "==NATO== and ==Russia== signed the ==Founding Act==',
     'text: "==NATO== and ==Russia== signed the {{c3::Founding Act of 1997}}',
     What.GAP_REWORDED, ["gap 1", "gap 2", "gap 3"]),
    (", reverse]", "]", What.CARD_RETIRED, ["'Reverse'"]),
    (", tags: [one]", ", ask: [forward, type]", What.CARD_ADDED, ["'Type'"]),
    ("      - {id: where, q: Where was the Founding Act signed?, a: In Paris, tags: [one]}\n", "",
     What.RETIRED, ["'Forward'"]),
], ids=lambda value: value if isinstance(value, What) else "")
def test_every_change_is_told_by_its_name(
    tmp_path: Path, was: str, now: str, what: What, names: list[str]
) -> None:
    """What matters most first, with the cards that it is about; nothing else is told, or lost."""
    compared = edited(tmp_path, (was, now))
    (change,) = compared.notes
    assert change.what[0] is what
    assert [card.name for card in change.cards] == names
    assert compared.unchanged == (5 if what is What.NEW else 4)
    assert (compared.types, compared.losses) == ((), ())


def test_a_retired_item_may_come_back(tmp_path: Path) -> None:
    """Retired, then as it was."""
    without = FIRST.replace("      - {id: where, q: Where was the Founding Act signed?, a: In Paris, tags: [one]}\n", "")
    decks = [deck_of(tmp_path, text, day) for day, text in enumerate((FIRST, without, FIRST))]
    (retired,), (revived,) = (compare(*decks[n: n + 2]).notes for n in (0, 1))
    assert (retired.what, revived.what) == ((What.RETIRED,), (What.REVIVED,))
    assert retired.search == 'tag:test-deck::retired "Id:where"'
    assert (retired.label, revived.label) == ("where", "where")
    assert all(compare(old, new).losses == () for old, new in pairwise(decks))
    # Who skipped the second release gets the note once more, for nothing.
    assert [loss.cost for loss in compare(decks[0], decks[2]).losses] == [Cost.OVERWRITTEN]


def test_nothing_changes_between_equal_releases(tmp_path: Path, first: Deck) -> None:
    """A month later, without an edit."""
    compared = compare(first, deck_of(tmp_path, FIRST, day=30))
    assert (compared.notes, compared.types, compared.losses, compared.unchanged) == ((), (), (), 5)


def test_moving_a_file_to_another_deck_is_told_once(tmp_path: Path, first: Deck) -> None:
    """With the decks, and that it reaches new students only; the tags that say so as well are implied."""
    compared = compare(first, deck_of(tmp_path, f"    deck: Elsewhere\n{FIRST}", day=1))
    assert {change.what for change in compared.notes} == {(What.MOVED,)}
    assert {change.decks for change in compared.notes} == {("Test::one", "Test::Elsewhere")}
    assert compared.losses == ()
    text = "\n".join(line.text for line in told(compared))
    assert "in another deck (5): only for new students" in text
    assert text.count("Test::one → Test::Elsewhere") == 1


def test_what_becomes_of_note_types_is_told(first: Deck) -> None:
    """Names, layout and style; notes that only look other are not listed one by one."""
    def restyled(made: NoteType) -> NoteType:
        name, number, front, back = made.templates[0]
        return replace(made, name=f"{made.name}s", css="p {}", mod=made.mod + 1, templates=(
            (f"{name} way", number, front.replace("When was", "On which day was"), back),
            *made.templates[1:]))

    compared = compare(first, with_types(first, restyled))
    assert compared.notes == ()
    assert compared.losses == ()
    assert [line for line in compared.types if "Date" in line] == [
        "the note type 'Test: Date' is now called 'Test: Dates'",
        "'Test: Dates': the card 'When' is now called 'When way'",
        "'Test: Dates': the card 'When way' is laid out anew",
        "'Test: Dates': the style of its cards has changed",
    ]


def test_items_are_called_by_their_ids_or_their_words(first: Deck) -> None:
    """Those of sentences without the braces of gaps, and long ones shortened."""
    labels = {label_of(note) for note in first.notes}
    assert labels == {"four", "where", "wall", "act",
                      "“Which body watches over the ceasefire in the Donbas?”"}
    act = next(note for note in first.notes if label_of(note) == "act")
    nameless = with_field(act, len(act.fields) - 1, "~1")
    assert label_of(nameless) == "“NATO and Russia signed the Founding Act in Paris.”"
    nested = with_field(nameless, 0, "{{c1::One {{c2::two::a hint}} three}} {{c3::<b>four</b>::x}}")
    assert label_of(nested) == "“One two three four”"
    assert label_of(with_field(nameless, 0, "word " * 40)).endswith("word …”")
    assert label_of(with_field(nameless, 0, "")) == "“~1”"


# ---------------------------------------------------------------- another fact


CORRECTIONS = [
    ("When did it join?", "1996", "When did it join?", "1997"),
    ("When was this? The summit of Malta", "2 December 1989", "When was this? The summit of Malta", "3 December 1989"),
    ("Which American promised it?", "Bush", "Which American promised it?", "Baker"),
    ("[...] promised it to Gorbachev.", "Bush", "[...] promised it to Gorbachev.", "James Baker"),
    ("Where was it signed?", "In Paris", "In which city was the act signed?", "Paris"),
    ("Capital of Kazakhstan?", "Astana", "What is the capital of Kazakhstan since 2022?", "Nur-Sultan"),
    ("Which four states make up the format?", "France and Germany", "Which states make up the format?", "The Normandy Four"),
    ("Бывший президент России?", "Ельцин", "Первый президент России?", "Б. Н. Ельцин"),
    ("日本の首都はどこですか。", "京都", "日本国の首都はどこですか。", "東京"),
    ("The [...] of 1997", "Act", "The [...] of 27 May 1997", "Founding Act"),
    ("", "A picture", "", "Another one"),
]
OTHER_FACTS = {
    "reused": ("Where was the Founding Act signed?", "In Paris", "Who leads the OSCE mission?", "A Swiss diplomat"),
    "reused in Japanese": ("日本の首都はどこですか。", "東京", "条約に署名したのは誰か。", "首相"),
    "sides": ("Capital of France", "Paris", "Paris", "Capital of France"),
    "gaps": ("[...] and Russia signed the act.", "NATO", "NATO and [...] signed the act.", "Russia"),
    "gaps moved up": ("[...], Paris and Rome", "Oslo", "Oslo, [...] and Rome", "Paris"),
}


def face(question: str, answer: str) -> Face:
    """A card of which all is its own."""
    return Face(question, answer, question)


@pytest.mark.parametrize("card", CORRECTIONS, ids=lambda card: card[0])
def test_a_correction_is_the_same_fact(card: tuple[str, str, str, str]) -> None:
    """A date, a name, an answer, or the words around one."""
    assert not is_another_fact(face(*card[:2]), face(*card[2:]))
    assert not is_another_fact(face(*card[2:]), face(*card[:2]))


@pytest.mark.parametrize("name", OTHER_FACTS)
def test_another_fact_is_told_from_a_correction(name: str) -> None:
    """Ids used again, gaps or sides that have changed places."""
    card = OTHER_FACTS[name]
    assert is_another_fact(face(*card[:2]), face(*card[2:]))
    assert not is_another_fact(face(*card[:2]), face(*card[:2]))


def test_what_every_card_of_a_kind_asks_makes_no_two_alike(tmp_path: Path) -> None:
    """`When was this?` stands on all of them, and says nothing of whether an id was used again."""
    one = "dates: [{id: a, date: 1989-11-09, event: The Wall opens, ask: [when]}]"
    other = "dates: [{id: a, date: 2014-03-18, event: Crimea is annexed, ask: [when]}]"
    old, new = deck_of(tmp_path, one), deck_of(tmp_path, other, day=1)
    assert [(loss.cost, loss.ordinal) for loss in compare(old, new).losses] == [(Cost.SHIFTED, 0)]


def test_an_item_without_id_is_followed_where_words_have_no_spaces(tmp_path: Path) -> None:
    """Not taken for another one as soon as a character changes."""
    one = "questions: [{q: 日本とロシアの首脳会談はどこで開かれたか。, a: 山口県の長門市}]"
    old = deck_of(tmp_path, one)
    (change,) = compare(old, deck_of(tmp_path, one.replace("はどこで", "はどの町で"), day=1)).notes
    assert change.what == (What.REWORDED,)


def test_words_are_compared_where_they_have_no_spaces() -> None:
    """Pairs of kanji and kana take the place of words."""
    assert likeness("日本の首都", "日本国の首都") > 0.5
    assert likeness("日本の首都", "条約の署名") == 0.0
    assert likeness("東 京", "東") == pytest.approx(2 / 3)
    assert likeness("NATO東京", "nato 東京") == 1.0
    assert likeness("", "") == 1.0


# ---------------------------------------------------------------- what it costs


def note_of(deck: Deck, label: str) -> Note:
    """Find a note."""
    return next(note for note in deck.notes if label_of(note) == label)


def but(deck: Deck, label: str, change: Callable[[Note], Note | None]) -> Deck:
    """Change one note."""
    chosen = note_of(deck, label)
    return with_notes(deck, lambda note: change(note) if note is chosen else note)


def later(note: Note, text: str = "", **others: object) -> Note:
    """A later state of a note, with another text in its first field."""
    note = note._replace(mod=note.mod + A_DAY)._replace(**others)  # type: ignore[arg-type]
    return with_field(note, 0, text) if text else note


ACT = "{{c1::NATO}} and {{c2::Russia}} signed the {{c3::Founding Act}} in Paris."
WRONG: dict[str, tuple[Callable[[Deck], Deck], list[tuple[str, int]], str]] = {
    "another guid": (
        lambda deck: but(deck, "where", lambda note: note._replace(guid="new")),
        [("doubled", -1)], "it comes a second time, as new: its guid was"),
    "another guid for an edited note": (
        lambda deck: but(deck, "where", lambda note: later(note, "Where was the Act signed?", guid="new")),
        [("doubled", -1)], "as new and edited"),
    "left out": (
        lambda deck: but(deck, "where", lambda note: None),
        [("orphaned", -1)], "no longer in the package"),
    "one guid twice": (
        lambda deck: replace(deck, notes=(*deck.notes, later(note_of(deck, "where"), "And where?"))),
        [("doubled", -1)], "2 notes of the package have its guid"),
    "time as it was": (
        lambda deck: but(deck, "where", lambda note: with_field(note, 1, "In Rome")),
        [("stale", -1)], "its time of change has not risen"),
    "time of before": (
        lambda deck: but(deck, "where", lambda note: later(note, tags=("new",), mod=1)),
        [("stale", -1)], "its time of change has not risen"),
    "time of the build": (
        lambda deck: but(deck, "where", later), [("overwritten", -1)], "students' own edits of it are overwritten"),
    "gaps exchanged": (
        lambda deck: but(deck, "act", lambda note: later(note, ACT.replace("c1", "c4").replace("c2", "c1").replace("c4", "c2"))),
        [("shifted", 0), ("shifted", 1)], "under the reviews of that asks"),
    "gaps moved up": (
        lambda deck: but(deck, "act", lambda note: later(
            note, ACT.replace("{{c1::NATO}}", "NATO").replace("c2", "c1").replace("c3", "c2"), cards=(0, 1))),
        [("shifted", 0), ("shifted", 1), ("blank", 2)], "it asked “NATO and Russia signed the [...] in Paris.”"),
    "a gap taken out": (
        lambda deck: but(deck, "act", lambda note: later(note, ACT.replace("{{c2::Russia}}", "Russia"), cards=(0, 2))),
        [("blank", 1)], "gap 2 shows “No cloze … found on card”; it asked “NATO and [...] signed"),
    "sides exchanged": (
        lambda deck: but(deck, "where", lambda note: with_field(later(note, note.fields[1]), 1, note.fields[0])),
        [("shifted", 0)], "asked “Where was the Founding Act signed?” (In Paris), and under"),
    "an id used again": (
        lambda deck: but(deck, "where", lambda note: with_field(
            later(note, "Who leads the mission?"), 1, "A Swiss diplomat")),
        [("shifted", 0)], "asks “Who leads the mission?” (A Swiss diplomat)"),
    "an emptied front": (
        lambda deck: but(deck, "where", lambda note: with_field(later(note, "<br>"), 15, "")),
        [("blank", 0)], "'Forward' has a blank front"),
    "a card that no template makes": (
        lambda deck: but(deck, "where", lambda note: later(note, cards=(0, 17))),
        [("blank", 17)], "card 18 has no template"),
}


@pytest.mark.parametrize("name", WRONG)
def test_every_cost_is_told_with_its_reason(first: Deck, name: str) -> None:
    """And by its name, of the note and of the card."""
    change, costs, words = WRONG[name]
    losses = compare(first, change(first)).losses
    assert [(loss.cost, loss.ordinal) for loss in losses] == costs
    assert words in losses[-1].why
    assert {loss.label for loss in losses} <= {"where", "act"}


def with_structure(deck: Deck, **others: object) -> Deck:
    """Change the note type of questions, later unless it says otherwise."""
    return with_types(deck, lambda made: replace(made, **{"mod": made.mod + 1, **others})  # type: ignore[arg-type]
                      if made.section == "questions" else made)


TYPES: dict[str, tuple[Callable[[NoteType], dict[str, object]], str, str]] = {
    "another id": (lambda made: {"id": 7}, "conflicting", "is one of that name with another id now"),
    "another id and name": (lambda made: {"id": 7, "name": "Other"}, "conflicting", "is 'Other' now"),
    "a field more": (lambda made: {"fields": (*made.fields, ("More", 7))}, "conflicting", "it had 28 fields and has 29"),
    "a card fewer": (lambda made: {"templates": made.templates[1:]}, "conflicting", "it had 6 cards and has 5"),
    "a field with another id": (
        lambda made: {"fields": (("Question", 7), *made.fields[1:])}, "conflicting",
        "its field 1, 'Question', has another id than before"),
    "a field renamed without ids": (
        lambda made: {"fields": (("Asked", 0), *made.fields[1:])}, "conflicting",
        "its field 1 was 'Question' and is 'Asked', and has no id"),
    "cards in another order": (
        lambda made: {"templates": made.templates[::-1]}, "conflicting", "its card 1, 'Spare card 3', has another id"),
    "texts of cards exchanged": (
        lambda made: {"templates": tuple((*one[:2], *other[2:]) for one, other in zip(
            made.templates, (made.templates[1], made.templates[0], *made.templates[2:]), strict=True))},
        "shifted", "under the reviews of that asks"),
    "a broken template": (
        lambda made: {"templates": ((*made.templates[0][:2], "{{#Question}}", ""), *made.templates[1:])},
        "blank", "'Forward' has a template that Anki cannot use"),
    "a time that has not risen": (lambda made: {"css": "p {}", "mod": made.mod}, "stale", "its time of change"),
}


@pytest.mark.parametrize("name", TYPES)
def test_what_anki_makes_of_note_types_is_foretold(first: Deck, name: str) -> None:
    """Of which it would make second ones, and what that costs."""
    change, cost, words = TYPES[name]
    losses = compare(first, with_structure(first, **change(note_of(first, "four").note_type))).losses
    assert losses
    assert cost in {loss.cost for loss in losses}
    assert all(words in loss.why for loss in losses if loss.cost == cost), losses


@pytest.mark.parametrize("change", [
    lambda made: {"name": "Other"},
    lambda made: {"fields": (("Asked", made.fields[0][1]), *made.fields[1:]), "templates": tuple(
        (*card[:2], *(side.replace("{{Question}}", "{{Asked}}") for side in card[2:]))
        for card in made.templates)},
    lambda made: {"fields": tuple((name, 0) for name, _ in made.fields)},
    lambda made: {"css": "p {}"},
], ids=["called otherwise", "a field with an id renamed", "ids taken out", "style"])
def test_what_anki_updates_in_place_costs_nothing(
    first: Deck, change: Callable[[NoteType], dict[str, object]]
) -> None:
    """A name, a style, a field that has an id."""
    made = note_of(first, "four").note_type
    new = with_structure(first, **change(made))
    assert compare(first, new).losses == ()
    assert difference(made, note_of(new, "four").note_type) == ""


def test_ids_that_change_hands_are_told_however_alike_the_cards_are(tmp_path: Path) -> None:
    """Two notes exchange their guids: what the one showed is now asked under the other's reviews."""
    old = deck_of(tmp_path, """
        questions:
          - {id: one, q: Which Russian president met Abe in Sochi?, a: Putin}
          - {id: two, q: Which Russian president met Hashimoto in Kawana?, a: Yeltsin}
          - {id: three, q: Which Russian president met nobody in Vladivostok?, a: Medvedev}
    """)
    guids = [note.guid for note in old.notes]
    other = dict(zip(guids, (guids[1], guids[0], guids[2]), strict=True))
    new = with_notes(old, lambda note: later(note, guid=other[note.guid]))
    assert {(loss.cost, loss.guid) for loss in compare(old, new).losses} == {
        (Cost.SHIFTED, guids[0]), (Cost.SHIFTED, guids[1]), (Cost.OVERWRITTEN, guids[2])}


def test_one_item_may_retire_while_another_comes_back(tmp_path: Path) -> None:
    """What the one now says is just what the other said no longer; that is no exchange of facts."""
    one = "{id: one, q: Who came first?, a: Bush}"
    two = "{id: two, q: Where was it signed?, a: In Paris}"
    texts = (f"questions: [{one}, {two}]", f"questions: [{one}]", f"questions: [{two}]")
    decks = [deck_of(tmp_path, text, day) for day, text in enumerate(texts)]
    compared = compare(*decks[1:])
    assert {change.what for change in compared.notes} == {(What.RETIRED,), (What.REVIVED,)}
    assert compared.losses == ()


def test_other_capitals_of_a_tag_are_no_loss(first: Deck) -> None:
    """Anki writes a tag as it was first written, and nobody loses anything."""
    new = but(first, "where", lambda note: later(note, tags=("ONE", "Test-Deck::one")))
    assert compare(first, new).losses == ()


@pytest.mark.parametrize("seed", range(6))
def test_releases_that_deckgen_builds_cost_nothing(tmp_path: Path, seed: int) -> None:
    """Whatever an author edits in ordinary ways, and deckgen does not refuse."""
    packages = history(seed, tmp_path, releases=5)
    decks = [read_package(package) for package in packages]
    for old, new in pairwise(decks):
        assert compare(old, new).losses == ()
    # Over several releases at once, a note may have been changed and changed back.
    assert {loss.cost for loss in compare(decks[0], decks[-1]).losses} <= {Cost.OVERWRITTEN}


# ---------------------------------------------------------------- how it is told


SECOND = (
    ("    dates:", "      - {id: five, q: What is *new*?, a: A `<b>` & a _b_}\n    dates:"),
    ("q: Where was the", "q: In which city was the"),
    ("1989-11-09", "1989-11-10"),
    ("and ==Russia==", "and Russia"),
    ("      - {q: Which body watches over the ceasefire in the Donbas?, a: The OSCE}\n", ""),
    (", reverse]}", "], tags: [two]}"),
)


def test_an_author_reads_it_at_a_glance(tmp_path: Path) -> None:
    """First the sum, then what matters most; what was, above what is."""
    lines = [line.text for line in told(edited(tmp_path, *SECOND))]
    key = next(line.split('"Id:')[1] for line in lines if '"Id:' in line)
    assert "\n".join(lines) == f"""\
1 new, 1 retired, 1 answer changed, 1 gap dropped, 1 card retired, 1 reworded, 0 unchanged

new (1)
  five
    'Forward': What is new? → A <b> & a b

retired (1)
  “Which body watches over the ceasefire in the Donbas?”
    'Forward', no longer asked: Which body watches over the ceasefire in the Donbas? → The OSCE
    students read: Retired. This card is no longer part of the deck. You can suspend it.
    to find it in Anki's browser: tag:test-deck::retired "Id:{key}

answer changed (1)
  wall (also: reworded)
    'When' answered:     9 November 1989
            answers now: 10 November 1989
    'What' asked:        What happened? 9 November 1989
               asks now: What happened? 10 November 1989

gap dropped (1)
  act
    gap 2, no longer asked: NATO and [...] signed the Founding Act in Paris. → Russia

card retired (1)
  four
    'Reverse', no longer asked: What question has this answer? Germany, France, Russia and Ukraine → Which four?

reworded (1)
  where
    'Forward' asked:     Where was the Founding Act signed?
               asks now: In which city was the Founding Act signed?"""


def test_students_read_what_they_will_notice(tmp_path: Path) -> None:
    """A changelog in Markdown, in which what the cards say has no meaning of its own."""
    compared = edited(tmp_path, *SECOND, ("note: By mistake.", "note: By an error."))
    lines = list(changelog(compared))
    search = next(change.search for change in compared.notes if change.search)
    assert "\n".join(lines) == f"""\
## Test: what is new

### New

- What is new? → A \\<b> & a b

### Corrected answers

- When was this? The Berlin Wall opens → 10 November 1989 (was: 9 November 1989)

### No longer asked

- What question has this answer? Germany, France, Russia and Ukraine → Which four?
- NATO and [...] signed the Founding Act in Paris. → Russia
- Which body watches over the ceasefire in the Donbas? → The OSCE (to find it in Anki: `{search}`)

### Reworded

- In which city was the Founding Act signed? → In Paris

Import the new package over the old one: your progress stays as it is."""


def test_students_are_told_when_there_is_little_to_tell(first: Deck) -> None:
    """Nothing; details; the look of cards."""
    def body(new: Deck) -> list[str]:
        return list(changelog(compare(first, new)))[2:-2]

    assert body(first) == ["Nothing."]
    assert body(but(first, "where", lambda note: later(note, tags=("x",)))) == [
        "1 note has other details or tags."]
    assert body(with_structure(first, css="p {}")) == ["The look of cards has changed."]
    lost = list(changelog(compare(first, but(first, "where", lambda note: None))))
    assert lost == ["## Test: what is new", "", "Nothing."]  # and no promise


def test_programs_read_all_of_it(tmp_path: Path, first: Deck) -> None:
    """One object: the sum, the notes with their cards before and after, note types, losses."""
    compared = edited(tmp_path, *SECOND)
    made = json.loads("".join(as_json(compared)))
    assert list(made) == ["name", "summary", "notes", "note_types", "losses"]
    assert made["summary"] == {"new": 1, "reworded": 1, "answer changed": 1, "gap dropped": 1,
                               "card retired": 1, "retired": 1, "unchanged": 0}
    wall = next(note for note in made["notes"] if note["label"] == "wall")
    assert wall["changes"] == ["answer changed", "reworded"]
    assert wall["kind"] == "dates"
    assert wall["cards"][0] == {
        "card": 0, "name": "'When'", "change": "answer changed",
        "before": {"question": "When was this? The Berlin Wall opens", "answer": "9 November 1989"},
        "after": {"question": "When was this? The Berlin Wall opens", "answer": "10 November 1989"}}
    moved = json.loads(as_json(compare(first, but(
        first, "where", lambda note: later(note, deck="Test::Other", tags=("x",), guid=note.guid)))))
    assert moved["notes"][0]["decks"] == ["Test::one", "Test::Other"]
    lost = json.loads(as_json(compare(first, WRONG["gaps exchanged"][0](first))))
    assert [(loss["cost"], loss["label"], loss["card"]) for loss in lost["losses"]] == [
        ("shifted", "act", 0), ("shifted", "act", 1)]
    assert lost["losses"][0]["guid"] == note_of(first, "act").guid


def test_long_lists_of_names_are_cut_short(first: Deck) -> None:
    """Of a thousand notes that have other tags, an author needs no list; programs get it."""
    where = note_of(first, "where")
    many = tuple(with_field(where._replace(guid=f"g{n}", position=n + 1), len(where.fields) - 1, f"note-{n}")
                 for n in range(1000))
    old = replace(first, notes=many)
    compared = compare(old, with_notes(old, lambda note: later(note, tags=("x",))))
    lines = [line.text for line in told(compared)]
    names = " ".join(lines[3:-1]).split()
    assert names == [f"note-{n}," for n in range(len(names))]
    assert lines[-1] == f"  and {1000 - len(names)} more"
    assert len(lines) < 8
    lost = [line.text for line in told(compare(old, with_notes(old, lambda note: None)))]
    assert "  orphaned (1,000): it is no longer in the package" in lost[3]
    assert len(lost) < 10


def test_of_long_questions_the_part_that_changed_is_shown(first: Deck) -> None:
    """With some words before it."""
    long = "Which of the many states that took part in the conference " * 4
    old = but(first, "where", lambda note: with_field(note, 0, long + "signed it?"))
    compared = compare(old, but(old, "where", lambda note: later(note, long + "refused it?")))
    was, now = [line.text for line in told(compared)][-2:]
    assert was.endswith(" conference signed it?")
    assert now.endswith(" conference refused it?")
    assert max(len(was), len(now)) < 100
    assert "…" in was


# ---------------------------------------------------------------- the command


def run(*arguments: str | Path) -> Result:
    """Run deckgen in this process; nothing may end in a traceback."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose first release is `old.apkg`, and which was edited since; the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = write_cards(tmp_path, one=FIRST)
    release(folder).rename("old.apkg")
    edit(folder, "In Paris", "In Rome")
    return folder


def edit(folder: Path, was: str, now: str) -> None:
    """Edit the one card file of a project."""
    text = (folder / "one.yaml").read_text(encoding="utf-8")
    assert was in text
    (folder / "one.yaml").write_text(text.replace(was, now), encoding="utf-8")


def test_status_0_where_nothing_is_lost(cards: Path) -> None:
    """FOLDER is `cards` if left out, and may be a package; nothing is written."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    said = run("diff", "old.apkg")
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.startswith("1 answer changed, 4 unchanged\n")
    assert run("diff", "old.apkg", cards).stdout == said.stdout
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    package = release(cards, day=1)
    assert run("diff", "old.apkg", package).stdout == said.stdout
    assert run("diff", package).stdout == "5 unchanged\n"


def test_status_1_where_something_is_lost(cards: Path) -> None:
    """In every form; the lock was lost here, so every note would overwrite students' edits."""
    (cards / "deckgen.lock").unlink()
    said = run("diff", "old.apkg")
    assert said.exit_code == 1
    assert "this would cost students (4)\n  overwritten (4): nothing about it has changed" in said.stdout
    assert run("diff", "old.apkg", "--changelog").exit_code == 1
    as_object = run("diff", "old.apkg", "--json")
    assert as_object.exit_code == 1
    assert {loss["cost"] for loss in json.loads(as_object.stdout)["losses"]} == {"overwritten"}


def test_status_1_where_the_cards_have_errors(cards: Path) -> None:
    """They are reported as by `check`, and nothing is compared."""
    edit(cards, "a: In Rome", "b: In Rome")
    for arguments in (["old.apkg"], ["old.apkg", "--json"]):
        said = run("diff", *arguments)
        assert (said.exit_code, said.stdout) == (1, "")
        assert "cards/one.yaml:4:5: error [missing-value] a question needs 'a'" in said.stderr
        assert said.stderr.endswith("errors; nothing can be compared\n")


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "name the package that students have, or a revision with --since"),
    (["nowhere.apkg"], "cannot read nowhere.apkg: No such file"),
    (["old.apkg", "nowhere"], "there is no folder nowhere"),
    (["old.apkg", "nowhere.apkg"], "cannot read nowhere.apkg: No such file"),
    (["cards"], "cards is a folder; first name the package"),
    (["cards/one.yaml"], "cards/one.yaml is no Anki package"),
    (["other.apkg"], "other.apkg is a release of 'another', and cards one of 'test-deck'"),
    (["old.apkg", "other.apkg"], "old.apkg is a release of 'test-deck', and other.apkg one of 'another'"),
    (["--since", "HEAD", "old.apkg", "cards"], "with --since, name the folder alone"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_status_2_for_a_wrong_call(cards: Path, arguments: list[str], words: str) -> None:
    """In words, on standard error alone."""
    deck = read_package(Path("old.apkg"))
    notes = tuple([note._replace(guid=f"{note.guid}x") for note in deck.notes])
    packed(replace(deck, project="another", notes=notes), Path("other.apkg"))
    said = run("diff", *arguments)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("deckgen: ")
    assert words in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_package_of_a_script_may_be_the_old_one(cards: Path) -> None:
    """What is of no project of ours is compared as it is: here, every note comes anew."""
    old = read_package(Path("old.apkg"))
    packed(replace(old, project="", notes=tuple(
        note._replace(guid=f"script {n}") for n, note in enumerate(old.notes))), Path("script.apkg"))
    said = run("diff", "script.apkg", "old.apkg")
    assert said.exit_code == 1
    assert said.stdout.count("doubled: ") == 5


# ---------------------------------------------------------------- revisions


def git(*arguments: str, where: Path | str = ".") -> str:
    """Run git, as somebody."""
    return subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments], cwd=where,
        check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(cards: Path) -> Path:
    """The project of `cards` in a repository in which its first release is tagged `v1`."""
    edit(cards, "In Rome", "In Paris")
    git("init", "-q")
    git("add", "cards")
    git("commit", "-q", "-m", "First")
    git("tag", "v1")
    edit(cards, "In Paris", "In Rome")
    return cards


def test_a_revision_takes_the_place_of_a_package(repository: Path) -> None:
    """It is compared with the folder as it is, committed or not; and tells what a package tells."""
    told_of_package = run("diff", "old.apkg").stdout
    for arguments in (["v1"], ["HEAD", "cards"], ["HEAD", repository]):
        said = run("diff", "--since", *arguments)
        assert (said.exit_code, said.stdout, said.stderr) == (0, told_of_package, "")
    git("commit", "-q", "-a", "-m", "Second")
    assert run("diff", "--since", "v1").stdout == told_of_package
    assert run("diff", "--since", "HEAD").stdout == "5 unchanged\n"


def test_a_repository_may_be_entered_anywhere(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From the folder itself; where it is the top of the repository; where a link leads to it."""
    said = run("diff", "--since", "v1").stdout
    monkeypatch.chdir(repository)
    assert run("diff", "--since", "v1", ".").stdout == said
    link = tmp_path / "a link"
    link.symlink_to(repository)
    assert run("diff", "--since", "v1", link).stdout == said
    alone = shutil.copytree(repository, tmp_path / "alone")
    edit(alone, "In Rome", "In Paris")
    git("init", "-q", where=alone)
    git("add", ".", where=alone)
    git("commit", "-q", "-m", "First", where=alone)
    edit(alone, "In Paris", "In Rome")
    assert run("diff", "--since", "HEAD", alone).stdout == said
    # As in a hook, in which git says which repository it works on.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "alone/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    assert run("diff", "--since", "v1", repository).stdout == said


def test_media_links_and_hidden_files_of_a_revision_are_there_too(repository: Path) -> None:
    """All that the folder had: pictures, folders, names with spaces, a link within it."""
    (repository / "media/a b").mkdir(parents=True)
    (repository / "media/a b/ö.png").write_bytes(b"one")
    (repository / "linked.yaml").symlink_to("folder/two.yaml")
    (repository / "folder").mkdir()
    (repository / "folder/two.yaml").write_text(
        "questions: [{id: pic, q: Which?, a: This, image: a b/ö.png}]\n", encoding="utf-8")
    (repository / "linked.yaml").unlink()
    release(repository, day=1)
    git("add", "cards")
    git("commit", "-q", "-m", "Second")
    (repository / "media/a b/ö.png").write_bytes(b"another")
    said = run("diff", "--since", "HEAD")
    assert said.stdout == "1 details changed, 5 unchanged\n\ndetails changed (1)\n  pic\n"


def test_what_had_not_been_built_is_new_since_a_revision(repository: Path) -> None:
    """A lock that was not up to date makes nothing look lost, and says what students had."""
    edit(repository, "dates:", "  - {id: five, q: And then?, a: That}\ndates:")
    git("commit", "-q", "-a", "-m", "Edited and not built")
    release(repository, day=1)  # dated before the commit
    said = run("diff", "--since", "HEAD")
    assert said.exit_code == 0
    assert said.stdout.startswith("1 new, 5 unchanged\n")
    edit(repository, "In Rome", "In Oslo")
    release(repository, day=2)
    said = run("diff", "--since", "HEAD")
    assert said.exit_code == 0
    assert said.stdout.startswith("1 new, 1 answer changed, 4 unchanged\n")


@pytest.mark.parametrize(("arguments", "words"), [
    (["nonsense"], "there is no revision 'nonsense'; 'git tag' and 'git log' list"),
    (["--all"], "there is no revision '--all'"),
    ([""], "there is no revision ''"),
    (["v1", "nowhere"], "there is no folder nowhere"),
    (["v1", "later"], "there is no folder later/ as of v1"),
    (["v1", "/"], "/ is in no git repository"),
    (["faulty"], "the cards cannot be built as of faulty: 2 errors, the first at one.yaml:4: a question needs 'a'"),
    (["no-lock"], "there is no deckgen.lock as of no-lock"),
    (["other"], "other is a release of 'another', and cards one of 'test-deck'"),
])
def test_a_revision_that_cannot_be_compared(
    repository: Path, arguments: list[str], words: str
) -> None:
    """Exit status 2, and why."""
    Path("later").mkdir()
    if arguments[0] in ("faulty", "no-lock", "other"):
        text = (repository / "one.yaml").read_text(encoding="utf-8")
        lock = (repository / "deckgen.lock").read_bytes()
        if arguments[0] == "faulty":
            edit(repository, "a: In Rome", "b: In Rome")
        else:
            (repository / "deckgen.lock").unlink()
        if arguments[0] == "other":
            (repository / "deck.yaml").write_text("id: another\nname: Test\n", encoding="utf-8")
            release(repository)
        git("add", "-A", "cards")
        git("commit", "-q", "-m", "Bad")
        git("tag", arguments[0])
        (repository / "one.yaml").write_text(text, encoding="utf-8")
        (repository / "deck.yaml").write_text("id: test-deck\nname: Test\n", encoding="utf-8")
        (repository / "deckgen.lock").write_bytes(lock)
    said = run("diff", *arguments[1:], f"--since={arguments[0]}")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("deckgen: ")
    assert words in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_shallow_clone_says_how_to_get_the_rest(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As continuous integration has it."""
    git("commit", "-q", "-a", "-m", "Second")
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}", "shallow")
    monkeypatch.chdir("shallow")
    said = run("diff", "--since", "v1")
    assert said.exit_code == 2
    assert "there is no revision 'v1'; this clone is shallow, and 'git fetch --unshallow" in said.stderr
    assert run("diff", "--since", "HEAD").stdout == "5 unchanged\n"


def test_git_is_needed_for_revisions_alone(cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed, packages can be compared."""
    monkeypatch.setenv("PATH", "")
    said = run("diff", "--since", "HEAD")
    assert said.exit_code == 2
    assert said.stderr == "deckgen: git is not there; install it, or name a package instead\n"
    assert run("diff", "old.apkg", cards).exit_code == 0


# ---------------------------------------------------------------- people and their patience


def ten_thousand(folder: Path) -> tuple[Path, Path]:
    """Two releases of ten thousand notes, of which few change: 25 times the shipped deck."""
    from tests.anki_collection import copy_shipped

    shipped = try_release(copy_shipped(folder)).compiled
    assert shipped is not None
    old = replace(shipped.deck, project="", notes=tuple(
        with_field(note, len(note.fields) - 1, f"{label_of(note)}-{n}")._replace(guid=f"{note.guid}{n}")
        for n in range(25) for note in shipped.deck.notes))
    chosen = {note.guid for note in old.notes[::1000]}
    new = with_notes(old, lambda note: later(note, f"{note.fields[0]} indeed") if note.guid in chosen
                     else note)
    assert len(old.notes) > 10_000
    return packed(old, folder / "old.apkg"), packed(new, folder / "new.apkg")


def test_ten_thousand_notes_are_compared_in_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of processor time, as machines are busy; and a terminal is told how far it is."""
    pty = pytest.importorskip("pty")
    old, new = ten_thousand(tmp_path)
    started = time.process_time()
    compared = compare(read_package(old), read_package(new))
    assert time.process_time() - started < 6
    assert (len(compared.notes), compared.losses) == (11, ())
    ours, theirs = pty.openpty()
    slow = ("import sys, deckgen.cli as cli, deckgen.cli.telling as t; t.monotonic = iter(range(10**9)).__next__; "
            "sys.argv = sys.argv[1:]; cli.run()")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([sys.executable, "-c", slow, "deckgen", "diff", old, "cards"], stderr=theirs,
                          stdout=subprocess.PIPE, check=False, cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)})
    os.close(theirs)
    assert done.returncode == 1
    seen = read_all(ours)
    assert "reading" in seen
    assert seen.endswith("\r\x1b[K")


def test_a_terminal_has_colours_unless_they_are_refused(cards: Path) -> None:
    """What was is yellow, what is green, what is lost red; a pipe gets plain text."""
    pty = pytest.importorskip("pty")
    (cards / "deckgen.lock").unlink()
    plain = run("diff", "old.apkg").stdout
    assert "\x1b" not in plain
    for extra, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        ours, theirs = pty.openpty()
        env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        subprocess.run([sys.executable, "-m", "deckgen", "diff", "old.apkg"], stdout=theirs, check=False,
                       env={**env, **extra, "TERM": "xterm",
                            "PYTHONPATH": str(Path(__file__).parent.parent)})
        os.close(theirs)
        said = read_all(ours)
        assert all((f"\x1b[{code}m" in said) is is_coloured for code in (1, 31, 32, 33))
