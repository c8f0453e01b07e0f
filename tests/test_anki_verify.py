"""What `verify` finds with genuine Anki as the judge: nothing in what deckgen builds, and all that scripts do wrong.

`DECKGEN_RELEASES` is how many histories, and how many tampered releases, are judged.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any
from zipfile import ZipFile

import genanki
import pytest
from click.testing import CliRunner, Result

from deckgen.apkg import read_package
from deckgen.cli import main
from deckgen.comparison import Cost, What, compare
from deckgen.verify import Fault, Verdict, told, verify
from deckgen.verify.student import Log
from deckgen.verify.student import Student as Learner
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    Student,
    copy_shipped,
    release,
    write_cards,
)
from tests.releases import Tampering, history, packed
from tests.terminal import read_all

pytestmark = pytest.mark.usefixtures("anki")

RELEASES = int(os.environ.get("DECKGEN_RELEASES", "5"))
COMMON = {str(cost) for cost in Cost}

Outcome = set[tuple[str, str, int]]  # what it is, a note's guid, a card's number


def foretold(old: Path, new: Path) -> Outcome:
    """What `diff` says that a release would cost."""
    losses = compare(read_package(old), read_package(new)).losses
    return {(str(loss.cost), loss.guid, loss.ordinal) for loss in losses}


def found(verdict: Verdict) -> Outcome:
    """What `verify` finds, of what `diff` can foretell."""
    return {(str(one.fault), one.guid, one.ordinal) for one in verdict.findings if one.fault in COMMON}


# ---------------------------------------------------------------- histories


@pytest.mark.parametrize("seed", range(RELEASES))
def test_anki_finds_nothing_in_what_deckgen_builds(tmp_path: Path, seed: int) -> None:
    """From release to release nothing is lost; who skips some loses at most an edit of their own."""
    packages = history(seed, tmp_path, releases=3)
    for old, new in pairwise(packages):
        assert verify(new, old).findings == ()
        assert foretold(old, new) == set()
    skipped = verify(packages[-1], packages[0])
    assert {one.fault for one in skipped.findings} <= {Fault.OVERWRITTEN}
    assert found(skipped) == foretold(packages[0], packages[-1])


@pytest.mark.parametrize("seed", range(RELEASES * 3))
def test_diff_foretells_what_anki_does(tmp_path: Path, seed: int) -> None:
    """Whatever is done to a release: each card and note that suffers, and what it suffers."""
    chance = random.Random(seed)
    old, *_, new = history(seed, tmp_path, releases=2)
    deck = read_package(chance.choice([old, new]))
    wrong = packed(Tampering(chance, FIRST_RELEASE + 9 * A_DAY).tampered(deck), tmp_path / "wrong.apkg")
    assert foretold(old, wrong) == found(verify(wrong, old))


def test_a_kind_that_grows_and_a_deck_that_is_renamed_cost_nothing(tmp_path: Path) -> None:
    """A field and a card take over spares: Anki then writes the templates anew, blanks in tags left out."""
    kind = """
        section: maps
        singular: map
        fields:
          place: {takes: line, required: "yes"}
          country: {takes: line}
        cards:
          where: {front: "{{ Place }}", back: "{{#Country}}{{ Country }}{{/Country}}"}
    """
    wider = kind.replace("        cards:\n", "          river: {takes: line}\n        cards:\n"
                         "          stream: {front: '{{# River }}On which river is {{ Place }}?{{/ River }}', "
                         "back: '{{ River }}'}\n")
    item = "maps: [{id: minsk, place: Minsk, country: Belarus}]"
    tmp_path.joinpath("cards/kinds").mkdir(parents=True)
    old = release(write_cards(tmp_path, one=item, **{"kinds/maps": kind})).rename(tmp_path / "old.apkg")
    new = release(write_cards(
        tmp_path, deck="id: test-deck\nname: Another", one=item.replace("Minsk,", "Minsk, river: Svislach,"),
        **{"kinds/maps": wider}), day=1)
    assert verify(new, old).findings == ()
    compared = compare(read_package(old), read_package(new))
    assert compared.losses == ()
    assert compared.types == (
        "the note type 'Test: Map' is now called 'Another: Map'",
        "'Another: Map': the field 'Spare 1' is now called 'River'",
        "'Another: Map': the field 'Ask spare card 1' is now called 'Ask stream'",
        "'Another: Map': the field 'Retired spare card 1' is now called 'Retired stream'",
        "'Another: Map': the card 'Spare card 1' is now called 'Stream'",
        "'Another: Map': the card 'Stream' is laid out anew",
    )
    assert [card.what for note in compared.notes for card in note.cards] == [What.CARD_ADDED]


# ---------------------------------------------------------------- what scripts do


@dataclass
class Script:
    """What somebody writes who makes packages with genanki; `rows` are the fields of each note."""

    rows: Sequence[tuple[str, ...]] = (
        ("Where was the act signed?", "In Paris"),
        ("Who watches over the ceasefire?", "The OSCE"),
        ("Which body met every month?", "The Permanent Joint Council"),
    )
    guids: Sequence[str] | None = ("one", "two", "three")  # None for genanki's own
    fields: Sequence[str] = ("Front", "Back")
    cards: Sequence[tuple[str, str, str]] = (("Card 1", "{{Front}}", "{{FrontSide}}<hr>{{Back}}"),)
    name: str = "Facts"
    id: int = 1_600_000_000_001
    is_cloze: bool = False
    deck: str = "Facts"
    media: list[str] = field(default_factory=list)
    when: int = FIRST_RELEASE
    times: Sequence[int] = ()  # of each note; genanki gives all the time of the build

    def write(self, path: Path) -> Path:
        """Write the package."""
        model = genanki.Model(
            self.id, self.name, fields=[{"name": name} for name in self.fields],
            templates=[{"name": name, "qfmt": front, "afmt": back} for name, front, back in self.cards],
            model_type=genanki.Model.CLOZE if self.is_cloze else genanki.Model.FRONT_BACK)
        deck = genanki.Deck(1_600_000_000_002, self.deck)
        for n, row in enumerate(self.rows):
            guid = {} if self.guids is None else {"guid": self.guids[n]}
            deck.add_note(genanki.Note(model, list(row), **guid))
        genanki.Package(deck, self.media).write_to_file(str(path), timestamp=self.when)
        if self.times:
            tamper(path, [f"update notes set mod = {time} where guid = '{guid}'"  # noqa: S608
                          for guid, time in zip(self.guids or (), self.times, strict=True)])
        return path

    def but(self, **others: object) -> "Script":
        """The script later: a day after the first build, and all notes with the time of that."""
        return replace(self, **{"when": self.when + A_DAY, **others})  # type: ignore[arg-type]

    def row(self, place: int, *row: str, **others: object) -> "Script":
        """The script with another row, of which alone the time has risen."""
        rows = [*self.rows[:place], row, *self.rows[place + 1:]]
        times = [FIRST_RELEASE + A_DAY * (n == place) for n in range(len(rows))]
        return replace(self, **{"rows": rows, "times": times, "when": FIRST_RELEASE + A_DAY, **others})  # type: ignore[arg-type]


def tamper(package: Path, statements: Sequence[str]) -> None:
    """Change the database inside a package."""
    with ZipFile(package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    connection = sqlite3.connect(":memory:")
    connection.deserialize(files["collection.anki2"])
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    files["collection.anki2"] = connection.serialize()
    connection.close()
    with ZipFile(package, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


FACTS = Script()
NOTED = Script(rows=[(*row, "") for row in FACTS.rows], fields=("Front", "Back", "Note"))
CLOZE = Script(
    rows=(("{{c1::NATO}} and {{c2::Russia}} signed the {{c3::act}}.", ""), ("{{c1::Paris}} saw it.", "")),
    guids=("one", "two"), fields=("Text", "More"), is_cloze=True,
    cards=(("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{More}}"),))
BOTH = replace(FACTS, cards=(*FACTS.cards, ("Card 2", "{{Back}}", "{{FrontSide}}<hr>{{Front}}")))

def all_of(fault: str) -> list[tuple[str, str]]:
    """Say the same of all notes."""
    return [(fault, f"“{row[0]}”") for row in FACTS.rows]


Case = tuple[Script, Script, list[tuple[str, str]], list[str]]
WRONG: dict[str, Case] = {
    "genanki's own guids double edited notes": (
        replace(FACTS, guids=None), FACTS.row(0, "Where was the act signed?", "Paris", guids=None, times=()),
        [("doubled", "“Where was the act signed?”"), ("overwritten", "“Which body met every month?”"),
         ("overwritten", "“Who watches over the ceasefire?”")],
        ["it comes a second time, as new and edited: its guid was", "The reviews stay with the old one"]),
    "genanki stamps every note with the time of the build": (
        FACTS, FACTS.but(), all_of("overwritten"),
        ["nothing about it has changed, and its time of change has risen all the same",
         "students' own edits of it are overwritten"]),
    "clozes are numbered anew": (
        CLOZE, CLOZE.row(0, "{{c2::NATO}} and {{c1::Russia}} signed the {{c3::act}}.", ""),
        [("shifted", "“NATO and Russia signed the act.”")] * 2,
        ["gap 1 asked “[...] and Russia signed the act.” (NATO), and under the reviews of that asks ",
         " “NATO and [...] signed the act.” (Russia)"]),
    "clozes move up where one is taken out": (
        CLOZE, CLOZE.row(0, "NATO and {{c1::Russia}} signed the {{c2::act}}.", ""),
        [("shifted", "“NATO and Russia signed the act.”")] * 2
        + [("blank", "“NATO and Russia signed the act.”")],
        ["gap 3 shows “No cloze … found on card”; it asked “NATO and Russia signed the [...].”"]),
    "a gap is taken out": (
        CLOZE, CLOZE.row(0, "{{c1::NATO}} and Russia signed the {{c3::act}}.", ""),
        [("blank", "“NATO and Russia signed the act.”")],
        ["gap 2 shows “No cloze … found on card”; it asked “NATO and [...] signed the act.”"]),
    "a field is added": (
        FACTS, replace(NOTED, when=FIRST_RELEASE + A_DAY, times=(FIRST_RELEASE,) * 3),
        all_of("conflicting"),
        ["the note type 'Facts' is not what it was (it had 2 fields and has 3), so Anki makes a second one"]),
    "a field is renamed": (
        FACTS, FACTS.but(fields=("Front", "Answer"), times=(FIRST_RELEASE,) * 3,
                         cards=(("Card 1", "{{Front}}", "{{FrontSide}}<hr>{{Answer}}"),)),
        all_of("conflicting"),
        ["its field 2 was 'Back' and is 'Answer', and has no id to be known by"]),
    "a card is renamed": (
        FACTS, FACTS.but(cards=(("Forward", *FACTS.cards[0][1:]),), times=(FIRST_RELEASE,) * 3),
        all_of("conflicting"),
        ["its card 1 was 'Card 1' and is 'Forward', and has no id to be known by"]),
    "a card is taken out": (
        BOTH, FACTS.but(times=(FIRST_RELEASE,) * 3),
        all_of("conflicting"), ["it had 2 cards and has 1"]),
    "cards change places": (
        BOTH, BOTH.but(cards=BOTH.cards[::-1], times=(FIRST_RELEASE,) * 3),
        all_of("conflicting"),
        ["its card 1 was 'Card 1' and is 'Card 2', and has no id to be known by"]),
    "what cards show changes places": (
        BOTH, BOTH.but(cards=(("Card 1", *BOTH.cards[1][1:]), ("Card 2", *BOTH.cards[0][1:])),
                       times=(FIRST_RELEASE,) * 3),
        all_of("shifted") * 2,
        ["'Card 2' asked “In Paris” (Where was the act signed?), and under the reviews of that asks"]),
    "the note type has another id": (
        FACTS, FACTS.but(id=7, times=(FIRST_RELEASE,) * 3),
        all_of("conflicting"),
        ["its note type was 'Facts' and is one of that name with another id now, and Anki never updates"]),
    "a row is taken out, and guids are its numbers": (
        FACTS, replace(FACTS, rows=FACTS.rows[1:], guids=("one", "two"), when=FIRST_RELEASE + A_DAY),
        [("orphaned", "“Which body met every month?”"), ("shifted", "“Which body met every month?”"),
         ("shifted", "“Who watches over the ceasefire?”")],
        ["'Card 1' asked “Where was the act signed?” (In Paris), and under the reviews of that asks “Who watches"]),
    "a correction has the time of before": (
        FACTS, FACTS.row(0, "Where was the act signed?", "In Rome", times=(FIRST_RELEASE - 1, *[FIRST_RELEASE] * 2)),
        [("stale", "“Where was the act signed?”")],
        ["the release changes it, and students keep what they have: its time of change has not risen"]),
    "every build has one time": (
        FACTS, FACTS.row(0, "Where was the act signed?", "In Rome", when=FIRST_RELEASE, times=()),
        [("stale", "“Where was the act signed?”")], ["its time of change has not risen"]),
    "cards look otherwise, at one time": (
        FACTS, replace(FACTS, cards=(("Card 1", "{{Front}}?", "{{Back}}"),)),
        [("stale", "note type 'Facts'")], ["the release changes the look of its cards, and that is not what"]),
    "a front is emptied": (
        NOTED, NOTED.row(0, "", "In Paris", ""), [("blank", "“In Paris”"), ("incomplete", "“In Paris”")],
        ["'Card 1' has a blank front; it asked “Where was the act signed?”"]),
    "a template names no field": (
        FACTS, FACTS.but(cards=(("Card 1", "{{Question}}", "{{Back}}"),), times=(FIRST_RELEASE,) * 3),
        all_of("blank"),
        ["'Card 1' has a template that Anki cannot use; it asked “Where was the act signed?”"]),
    "a note is left out": (
        FACTS, replace(FACTS, rows=FACTS.rows[1:], guids=("two", "three")),
        [("orphaned", "“Where was the act signed?”")],
        ["it is no longer in the package, and students who have it are not told; keep it, or let it be retired"]),
    "two rows have one guid": (
        FACTS, FACTS.but(rows=(*FACTS.rows, ("Once more?", "Yes")), guids=("one", "two", "three", "one"),
                         times=(FIRST_RELEASE + A_DAY, *[FIRST_RELEASE] * 2, FIRST_RELEASE + A_DAY)),
        [("doubled", "“Once more?”"), ("shifted", "“Once more?”")],
        ["2 notes of the package have its guid: who is new gets them all, and who has one keeps the last"]),
    "a picture is missing": (
        FACTS, FACTS.row(0, 'Where was the act signed? <img src="paris.jpg">', "In Paris"),
        [("incomplete", "paris.jpg")], ["a card refers to this file, and it is not in the package"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_scripts_do_wrong_is_told_in_words(tmp_path: Path, name: str) -> None:
    """And by the note: nothing else is found, and `diff` foretells all that it can know."""
    first, second, faults, words = WRONG[name]
    old, new = first.write(tmp_path / "old.apkg"), second.write(tmp_path / "new.apkg")
    verdict = verify(new, old)
    assert sorted((str(one.fault), one.label) for one in verdict.findings) == sorted(faults)
    text = "\n".join(line.text for line in told(verdict))
    assert [word for word in words if word not in text] == [], text
    assert foretold(old, new) == found(verdict)


RIGHT: dict[str, Script] = {
    "nothing": FACTS,
    "a note type has another name": FACTS.but(name="Other", times=(FIRST_RELEASE,) * 3),
    "cards look otherwise": FACTS.but(
        cards=(("Card 1", "{{ Front }}?", "{{Back}}"),), times=(FIRST_RELEASE,) * 3),
    "a correction": FACTS.row(0, "Where was the act signed?", "In Rome"),
    "characters that Anki does not keep": FACTS.row(0, "Where was\x07 the act signed?", "In Cafe\u0301\r\n"),
    "notes lie in another deck": FACTS.but(deck="Elsewhere", times=(FIRST_RELEASE,) * 3),
    "a note more": FACTS.but(rows=(*FACTS.rows, ("What is new?", "This")),
                             guids=("one", "two", "three", "four"), times=(*[FIRST_RELEASE] * 3, 1_700_050_000)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_scripts_do_right_is_not_complained_about(tmp_path: Path, name: str) -> None:
    """Neither by `verify` nor by `diff`."""
    old, new = FACTS.write(tmp_path / "old.apkg"), RIGHT[name].write(tmp_path / "new.apkg")
    assert verify(new, old).findings == ()
    assert foretold(old, new) == set()


def test_a_package_alone_is_judged_too(tmp_path: Path) -> None:
    """Blank cards, missing cards and media, notes of one guid: nobody needs an earlier release for that."""
    package = replace(
        NOTED, rows=(("", "In Paris", ""), ("Who? <img src=who.png>", "", ""), ("Who else?", "", "")),
        guids=("one", "two", "two")).write(tmp_path / "one.apkg")
    verdict = verify(package)
    assert [(one.fault, one.label, one.why.partition(":")[0]) for one in verdict.findings] == [
        (Fault.DOUBLED, "“Who else?”", "2 notes of the package have its guid"),
        (Fault.INCOMPLETE, "who.png", "a card refers to this file, and it is not in the package"),
        (Fault.INCOMPLETE, "“In Paris”", "Check Database makes a card that is not in the package"),
    ]
    tamper(FACTS.write(package), ["update cards set ord = 7 where id = (select min(id) from cards)"])
    assert (Fault.BLANK, "card 8 has no template") in [(one.fault, one.why) for one in verify(package).findings]


def test_a_separator_inside_a_field_is_refused_in_words(tmp_path: Path) -> None:
    """U+001F ends a field; with one in a field, Anki refuses the whole package."""
    package = FACTS.row(0, "Where was the \x1f act signed?", "In Paris").write(tmp_path / "one.apkg")
    said = run("verify", package)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "has 3 fields, and its note type 2; is there a U+001F in one" in said.stderr


def test_what_anki_refuses_is_told_in_anki_s_words(tmp_path: Path) -> None:
    """A package from the future, say."""
    package = FACTS.write(tmp_path / "one.apkg")
    with ZipFile(package, "a") as archive:
        archive.writestr("meta", b"\x08\x63")
    said = run("verify", package)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith(f"deckgen: Anki cannot import {package}: ")
    assert said.stderr.count("\n") == 1


def test_what_no_anki_of_today_does_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards that vanish, move, or forget their schedule or flag, and imports that never come to rest."""
    old, new = FACTS.write(tmp_path / "old.apkg"), RIGHT["a correction"].write(tmp_path / "new.apkg")
    importing = Learner.install

    def spoilt(learner: Learner, package: Path) -> Log:
        log = importing(learner, package)
        cards = [number for number, in learner.rows("select id from cards order by id")]
        learner.rows("update notes set mod = mod + 1, usn = usn + 1")
        if package == new and learner.reviews():
            learner.rows("delete from cards where id = ?", cards[0])
            learner.rows("delete from revlog where cid = ?", cards[0])
            learner.rows("update cards set ivl = 1000 where id = ?", cards[1])
            learner.move(cards[2:], "Elsewhere")
        elif package == new:
            learner.rows("update cards set flags = 0")
        return log

    monkeypatch.setattr(Learner, "install", spoilt)
    said = [(one.fault, one.why) for one in verify(new, old).findings]
    assert {why for fault, why in said if fault is Fault.LOST} == {
        "'Card 1' is gone, with its reviews", "1 of the reviews are gone", "'Card 1' has another schedule than before",
        "'Card 1' has lost its flag, its suspension or its place in an own deck",
    }
    assert (Fault.MOVED, "'Card 1' went from 'Facts' to 'Elsewhere'") in said
    assert (Fault.RESTLESS, "importing it again changes the collection (notes)") in said


# ---------------------------------------------------------------- retired notes


def test_the_search_for_a_retired_note_finds_it_alone(student: Student, tmp_path: Path) -> None:
    """By ids that begin alike, of items without one, of sentences about an item; in a shared collection."""
    items = """
        deck: One
        questions:
          - {id: a, q: Which one?, a: First, sentence: "The ==first== is asked."}
          - {id: a-b, q: Which two?, a: Second}
          - {id: a-b-c, q: Which three?, a: Third, sentence: "The ==third== is asked."}
          - {id: b, q: Which four?, a: Fourth}
          - {q: Which has no id and is taken out?, a: Fifth}
          - {q: Which stays without an id?, a: Sixth}
        sentences:
          - {id: c, text: "The ==seventh== is asked."}
    """
    gone = """
        deck: One
        questions:
          - {id: a-b, q: Which two?, a: Second}
          - {q: Which stays without an id?, a: Sixth}
    """
    projects = {"ours": "id: test-deck\nname: Test", "theirs": "id: test-deck-2\nname: Other"}
    packages = [release(write_cards(tmp_path / name, deck=deck, one=items)) for name, deck in projects.items()]
    old = read_package(packages[0])
    for package in packages:
        student.install(package)
    for name, deck in projects.items():
        student.install(release(write_cards(tmp_path / name, deck=deck, one=gone), day=1))
    compared = compare(old, read_package(packages[0]))
    searches = {change.search: change.guid for change in compared.notes if change.search}
    assert len(searches) == 7
    assert sum('"Id:~' in search for search in searches) == 1
    for search, guid in searches.items():
        assert [student.col.get_note(number).guid for number in student.col.find_notes(search)] == [guid]


# ---------------------------------------------------------------- the command


def run(*arguments: str | Path) -> Result:
    """Run deckgen in this process; nothing may end in a traceback."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_shipped_deck_is_fine_and_judged_in_seconds(tmp_path: Path) -> None:
    """Of processor time, as machines are busy."""
    package = release(copy_shipped(tmp_path))
    started = process_time()
    said = run("verify", package, package)
    assert process_time() - started < 10
    assert said.exit_code == 0
    notes = len(read_package(package).notes)
    first, second, third = said.stdout.splitlines()
    assert first.startswith(f"imported into Anki: {notes} notes, ")
    assert f"and {notes} notes edited: 0 notes updated, 0 added" in second
    assert third == "nothing lost, doubled, shifted, stale, overwritten, blank, orphaned or moved"


def test_statuses_and_what_programs_read(tmp_path: Path) -> None:
    """0 without findings, 1 with; one object that says all of it."""
    old = FACTS.write(tmp_path / "old.apkg")
    alone = run("verify", old)
    assert (alone.exit_code, alone.stderr) == (0, "")
    assert alone.stdout == ("imported into Anki: 3 notes, 3 cards\nevery card shows something, nothing "
                            "is missing, and importing it again changes nothing\n")
    new = FACTS.row(1, "Who is the author of this?", "Nobody").write(tmp_path / "new.apkg")
    said = run("verify", new, old)
    assert said.exit_code == 1
    assert said.stdout.splitlines()[3] == "1 shifted"
    as_object = run("verify", new, old, "--json")
    assert as_object.exit_code == 1
    made = json.loads(as_object.stdout)
    (finding,) = made.pop("findings")
    assert made == {"notes": 3, "cards": 3, "studied": 3, "edited": 3, "updated": 1, "added": 0}
    assert {key: finding[key] for key in ("fault", "guid", "card")} == {
        "fault": "shifted", "guid": "two", "card": 0}


def test_nothing_but_the_verdict_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki 25 prints what took it long, with all that was being done."""
    from anki.collection import Collection

    importing = Collection.import_anki_package

    def noisy(*arguments: Any) -> Any:
        print("blocked main thread for 264ms:")
        return importing(*arguments)

    monkeypatch.setattr(Collection, "import_anki_package", noisy)
    said = run("verify", FACTS.write(tmp_path / "one.apkg"), "--json")
    assert json.loads(said.stdout)["findings"] == []
    assert said.stderr == ""


@pytest.mark.parametrize(("new", "old", "words"), [
    ("nowhere.apkg", None, "cannot read nowhere.apkg: No such file"),
    ("good.apkg", "nowhere.apkg", "cannot read nowhere.apkg: No such file"),
    ("text.apkg", None, "text.apkg is no Anki package"),
    ("good.apkg", "text.apkg", "text.apkg is no Anki package"),
    (".", None, "cannot read .: Is a directory"),
    ("good.apkg", "other.apkg", "other.apkg is a release of 'another', and good.apkg one of 'test-deck'"),
])
def test_status_2_for_a_wrong_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: str, old: str | None, words: str
) -> None:
    """In words, on standard error alone."""
    monkeypatch.chdir(tmp_path)
    deck = read_package(release(write_cards(tmp_path, one="questions: [{q: Q, a: A}]")))
    packed(deck, Path("good.apkg"))
    notes = tuple([note._replace(guid=f"{note.guid}x") for note in deck.notes])
    packed(replace(deck, project="another", notes=notes), Path("other.apkg"))
    Path("text.apkg").write_text("x", encoding="utf-8")
    said = run("verify", new, *([old] if old else []))
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("deckgen: ")
    assert words in said.stderr
    assert said.stderr.count("\n") == 1


def test_without_anki_it_is_said_what_to_install(tmp_path: Path) -> None:
    """Exit status 2; `diff` needs none."""
    package = FACTS.write(tmp_path / "one.apkg")
    code = ("import sys; sys.modules['anki'] = None; sys.argv = sys.argv[1:]; "
            "from deckgen.cli import run; run()")
    for command, status in (("verify", 2), ("diff", 0)):
        done = subprocess.run([sys.executable, "-c", code, "deckgen", command, package, package],
                              capture_output=True, text=True, check=False)
        assert done.returncode == status
    done = subprocess.run([sys.executable, "-c", code, "deckgen", "verify", package],
                          capture_output=True, text=True, check=False)
    assert done.stderr == ("deckgen: genuine Anki is the judge, and its package is not there; install it "
                           "with 'pip install deckgen[anki]'\n")


def test_a_terminal_is_told_how_far_it_is(tmp_path: Path) -> None:
    """Studying takes longest."""
    pty = pytest.importorskip("pty")
    package = FACTS.write(tmp_path / "one.apkg")
    slow = ("import sys, deckgen.cli as cli, deckgen.cli.telling as t; t.monotonic = iter(range(10**9)).__next__; "
            "sys.argv = sys.argv[1:]; cli.run()")
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", slow, "deckgen", "verify", package, package], stderr=theirs,
                   stdout=subprocess.DEVNULL, check=True)
    os.close(theirs)
    seen = read_all(ours)
    assert "studying  66 %" in seen
    assert "looking at cards  33 %" in seen
    assert seen.endswith("\r\x1b[K")
