"""What `verify` finds with genuine Anki as the judge: nothing in what deckgen builds, and all that scripts do wrong.

`DECKGEN_RELEASES` is how many histories, and how many tampered releases, are judged.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from time import process_time
from zipfile import ZipFile

import genanki
import pytest
from click.testing import CliRunner, Result

from deckgen.apkg import read_package
from deckgen.cli import main
from deckgen.comparison import Cost, compare
from deckgen.model import Note
from deckgen.verify import Fault, Finding, Verdict, verify
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    Student,
    copy_shipped,
    release,
    try_release,
    write_cards,
)
from tests.releases import Tampering, history, packed, with_field, with_notes
from tests.terminal import read_all

pytestmark = pytest.mark.usefixtures("anki")

RELEASES = int(os.environ.get("DECKGEN_RELEASES", "8"))
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
    said = CliRunner().invoke(main, ["verify", str(new), str(old)])
    assert said.exit_code == (1 if faults else 0)
    assert [word for word in words if word not in said.stdout] == [], said.stdout
    assert foretold(old, new) == found(verdict)
