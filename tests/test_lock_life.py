"""The lock in the hands of people: branches, clones, merges, old copies, lost ones, wrong clocks.

Whatever git leaves behind, the next build is right for everybody, or is refused in clear words.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from deckgen.diagnostics import Diagnostic
from deckgen.project import Result, build
from tests.anki_collection import (
    A_DAY,
    CardKey,
    Student,
    asked,
    open_student,
    release,
    rows_of,
    try_release,
    write_cards,
)

WAYS = {"marks": "merge", "diff3": "diff3", "zdiff3": "zdiff3", "union": "merge"}
KIND = """
section: maps
singular: map
fields:
  place: {takes: line, required: "yes"}
  country: {takes: line}
cards:
  where: {front: "{{Place}}", back: "{{Country}}"}
"""
# What begins with an X no other item has, and no edit changes.
BASE = {
    "a": "{id: a, q: What is Xask?, a: It is Xanswer}",
    "nameless": "{q: Which body watches over Xcease in the Donbas?, a: The Xosce}",
    "z": "{id: z, q: Who was the Xlast?, a: It was Xme}",
    "s": '{id: s, text: "==Xnato== and ==Xrussia== signed the Xact in Xparis."}',
    "plain": "{id: plain, text: NATO and Russia signed the Founding Act in Paris on 27 May 1997.}",
    "map": "{id: map, place: Xminsk, country: Xbelarus}",
}
SECTIONS = {"s": "sentences", "plain": "sentences", "map": "maps", "city": "maps"}


def sources(items: dict[str, str], retired: str = "") -> str:
    """A card file of these items; what has no section of its own is a question."""
    lines = [f"retired: {{{retired}}}"] if retired else []
    for section in ("questions", "sentences", "maps"):
        mine = [text for name, text in items.items() if SECTIONS.get(name, "questions") == section]
        lines += [f"{section}:"] * bool(mine) + [f"  - {text}" for text in mine]
    return "\n".join([*lines, ""])


class Clone:
    """Somebody's working copy."""

    def __init__(self, folder: Path, origin: Path | None = None) -> None:
        self.folder = folder
        self.cards = folder / "cards"
        self.lock = self.cards / "deckgen.lock"
        self.kind = KIND
        if origin is None:
            folder.mkdir(parents=True)
            self.git("init", "-q", "-b", "main")
        else:
            subprocess.run(["git", "clone", "-q", str(origin), str(folder)], check=True)

    def git(self, *arguments: str, may_fail: bool = False) -> str:
        """Run git, of which nothing outside the test is read."""
        names = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER")
                 for what in ("NAME", "EMAIL")}
        ran = subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull,
                 "GIT_CONFIG_SYSTEM": os.devnull, "GIT_EDITOR": "true"},
        )
        if ran.returncode and not may_fail:
            raise AssertionError(ran.stdout + ran.stderr)
        return ran.stdout

    def write(self, text: str) -> None:
        """Write all card files anew."""
        section = self.kind.split()[1]
        write_cards(self.folder, one=text.replace("maps:", f"{section}:"))
        self.cards.joinpath("kinds").mkdir(exist_ok=True)
        self.cards.joinpath("kinds", "maps.yaml").write_text(self.kind, encoding="utf-8")

    def publish(self, day: int, name: str) -> Path:
        """Build, hand the package out under a name of its own, and commit."""
        package = release(self.cards, day)
        published = self.folder.parent / f"{name}.apkg"
        package.rename(published)
        self.git("add", "cards")
        self.git("commit", "-q", "--allow-empty", "-m", name)
        return published

    def lines(self) -> list[str]:
        """The lines of the lock."""
        return self.lock.read_text("utf-8").split("\n")


@dataclass
class Case:
    """What two branches make of one deck, and what their author makes of both."""

    ours: dict[str, str]
    theirs: dict[str, str]
    merged: dict[str, str]
    retired: tuple[str, str, str] = ("", "", "")  # reasons, on each branch and then
    refused: str = ""  # what a refusal says first
    days: tuple[int, int] = (5, 6)
    kinds: tuple[str, str, str] = (KIND, KIND, KIND)
    items: dict[str, str] = field(default_factory=lambda: BASE)


def edited(name: str, old: str, new: str, items: dict[str, str] = BASE) -> dict[str, str]:
    """The items with one changed; an empty text takes it out."""
    text = items[name].replace(old, new)
    return {key: text if key == name else value for key, value in items.items()
            if key != name or text}


def without(name: str, items: dict[str, str] = BASE) -> dict[str, str]:
    """The items with one taken out."""
    return {key: value for key, value in items.items() if key != name}


def branched(tmp_path: Path, case: Case) -> tuple[Clone, dict[str, Path]]:
    """Let two branches go their ways."""
    clone = Clone(tmp_path / "clone")
    clone.folder.joinpath(".gitignore").write_text("build\n", encoding="utf-8")
    clone.git("add", "--all")
    clone.write(sources(case.items))
    packages = {"base": clone.publish(0, "base")}
    clone.git("branch", "theirs")
    for i, (branch, items) in enumerate([("main", case.ours), ("theirs", case.theirs)]):
        clone.git("switch", "-q", branch)
        clone.kind = case.kinds[i]
        clone.write(sources(items, case.retired[i]))
        packages[branch] = clone.publish(case.days[i], branch)
    clone.git("branch", "ours", "main")
    return clone, packages


def merge(clone: Clone, case: Case, way: str) -> bool:
    """Merge the branches, anew; the author settles what the items are, and leaves the lock as it is.

    Tells whether git has left marks in it.
    """
    attributes = "deckgen.lock merge=union\n" if way == "union" else ""
    clone.folder.joinpath(".git", "info", "attributes").write_text(attributes, encoding="utf-8")
    clone.git("checkout", "-q", "-B", "main", "ours")
    clone.git("-c", f"merge.conflictStyle={WAYS[way]}", "merge", "-q", "theirs", "-m", "merged",
              may_fail=True)
    clone.kind = case.kinds[2]
    clone.write(sources(case.merged, case.retired[2]))
    return "<<<<<<<" in clone.lock.read_text("utf-8")


def facts_asked(student: Student) -> dict[CardKey, set[str]]:
    """What each card asks for: words on its back that are not on its front; none if retired."""
    find = re.compile(r"X\w+|1997|Founding|NATO|Charter|Vienna|signed").findall
    return {key: set(find(back)) - set(find(front)) for key, (front, back) in asked(student).items()}


def sides(student: Student) -> dict[CardKey, tuple[str, str]]:
    """What every card shows, but for the deck in which a student happens to have it."""
    return {
        key: (shown.question, re.sub('<span class="topic".*?</span>', "", shown.answer))
        for key, shown in student.all_sides().items()
    }


def assert_nobody_loses(tmp_path: Path, lives: Iterable[list[Path]]) -> None:
    """Every student who comes by one of these ways ends with the last package, and all reviews."""
    with ExitStack() as opened:
        fresh = None
        for n, packages in enumerate(lives):
            student = opened.enter_context(open_student(tmp_path / f"student{n}"))
            facts: dict[CardKey, set[str]] = {}
            for package in packages:
                reviews = student.reviews()
                assert student.install(package).other == ()
                asks = facts_asked(student)
                assert student.reviews() == reviews
                # A card asks what it always asked, unless it is retired; none is blank.
                assert all(wants in (set(), facts.get(key, wants)) for key, wants in asks.items())
                shown = asked(student)
                assert all("Retired." in shown[key][0] for key, wants in asks.items() if not wants)
                facts |= {key: wants for key, wants in asks.items() if wants}
                assert student.check_database() == []
                assert student.empty_cards() == []
                student.study(*(card for key, card in student.card_ids().items()
                                if key not in reviews))
            has = student.contents(), sides(student), len(student.note_type_names())
            if fresh is None:
                fresh = has
            assert has == fresh


def assert_times_rise(*packages: Path) -> None:
    """From package to package: later if anything in a note is another, the same if not."""
    query = "select guid, mod, flds || tags || mid from notes"
    releases = [{guid: (mod, text) for guid, mod, text in rows_of(package, query)}
                for package in packages]
    for earlier, later in pairwise(releases):
        for guid, (mod, text) in earlier.items():
            assert later[guid][0] > mod or later[guid] == (mod, text)
    assert all(mod <= time.time() + A_DAY for notes in releases for mod, _ in notes.values())


def lives(packages: dict[str, Path], merged: Path) -> list[list[Path]]:
    """The ways by which students come to the merged package, who is new first."""
    base, ours, theirs = packages["base"], packages["main"], packages["theirs"]
    return [[merged], [base, merged], [base, ours, merged], [base, theirs, merged]]


def errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those that keep a deck from being built."""
    return [diagnostic for diagnostic in found if diagnostic.is_error]


# ---------------------------------------------------------------- two branches

ADDED = "{id: added, q: What is Xnew?, a: It is Xours}"
NAMELESS = "{q: Which treaty ended Xwar in 1945?, a: Xtheirs of course}"
WITH_ID = edited("nameless", "{q", "{id: osce, q")
GAP = edited("s", "Xact", "==Xact==")
OTHER_GAP = edited("s", "Xparis", "==Xparis==")
BOTH_GAPS = edited("s", "Xparis", "==Xparis==", GAP)
ABOUT = f"sentence: {BASE['plain'][17:-1]}}}"
IN_Z = edited("z", "me}", f"me, {ABOUT}", without("plain"))
IN_A = edited("a", "Xanswer}", f"Xanswer, {ABOUT}", without("plain"))
IN_NAMELESS = edited("nameless", "Xosce}", f"Xosce, {ABOUT}", without("plain"))
NO_ID = edited("plain", "id: plain, ", "")
RENAMED = KIND.replace("section: maps", "section: places\nwas: maps")
WIDER = KIND.replace("cards:\n", "  river: {takes: line}\ncards:\n")
MOVES = {
    "one moves a sentence to an item, the other edits the item": Case(
        IN_Z, edited("z", "It was", "That was"), edited("z", "It was", "That was", IN_Z)),
    "one moves a sentence to an item, the other edits it, and it stays": Case(
        IN_Z, edited("plain", "signed", "have signed"), edited("plain", "signed", "have signed")),
    "one moves a sentence to an item, the other edits it, and both are taken": Case(
        IN_Z, edited("plain", "signed", "have signed", NO_ID), edited("z", "signed", "have signed", IN_Z),
        items=NO_ID),
    "one edits a sentence without id, the other moves it to an item, and it stays": Case(
        edited("plain", "signed", "have signed", NO_ID), IN_Z,
        edited("plain", "signed", "have signed", NO_ID), items=NO_ID),
    "one edits a sentence without id, the other moves it to an item, and another comes there": Case(
        edited("plain", "signed", "have signed", NO_ID), IN_Z,
        edited("z", "me}", 'me, sentence: "==Xnobody== met."}',
               edited("plain", "signed", "have signed", NO_ID)), items=NO_ID),
    "one moves a sentence to another item, the other edits it, and it goes": Case(
        IN_A, edited("z", "signed", "have signed", IN_Z), IN_A, items=IN_Z),
    "one edits a sentence, the other moves it to another item, and it goes": Case(
        edited("a", "signed", "have signed", IN_A), IN_Z, IN_Z, items=IN_A),
    "one moves a sentence to another item, the other edits it, and it stays there": Case(
        IN_A, edited("z", "signed", "have signed", IN_Z), edited("z", "signed", "have signed", IN_Z),
        items=IN_Z),
    "one moves a sentence from an item without id, the other edits it, and it stays": Case(
        NO_ID, edited("nameless", "signed", "have signed", IN_NAMELESS),
        edited("nameless", "signed", "have signed", IN_NAMELESS), items=IN_NAMELESS),
}
CASES = {
    "both add items": Case(
        {"added": ADDED, **BASE}, {**BASE, "more": NAMELESS},
        {"added": ADDED, **BASE, "more": NAMELESS}),
    "both add items at one place": Case(
        {"added": ADDED, **BASE}, {"more": NAMELESS, **BASE},
        {"more": NAMELESS, "added": ADDED, **BASE}),
    "both edit a note, the earlier is taken": Case(
        edited("a", "It is", "This is"), edited("a", "It is", "That is"),
        edited("a", "It is", "This is")),
    "both edit a note, the later is taken": Case(
        edited("a", "It is", "This is"), edited("a", "It is", "That is"),
        edited("a", "It is", "That is")),
    "both edit a note, neither is taken": Case(
        edited("a", "It is", "This is"), edited("a", "It is", "That is"), BASE),
    "both edit a note in one second": Case(
        edited("a", "It is", "This is"), edited("a", "It is", "That is"),
        edited("a", "It is", "That is"), days=(5, 5)),
    "both edit a note alike": Case(
        edited("a", "It is", "This is"), edited("a", "It is", "This is"),
        edited("a", "It is", "This is")),
    "both edit an item without id": Case(
        edited("nameless", "the Donbas", "Donbas"), edited("nameless", "The Xosce", "Xosce"),
        edited("nameless", "the Donbas", "Donbas", edited("nameless", "The Xosce", "Xosce"))),
    "both edit a plain sentence": Case(
        edited("plain", "signed", "have signed"), edited("plain", "1997", "1997 at last"),
        edited("plain", "signed", "have signed", edited("plain", "1997", "1997 at last"))),
    "one adds a gap, the other rewords": Case(
        GAP, edited("s", "signed", "had signed"), edited("s", "signed", "had signed", GAP)),
    "one drops a gap, the other adds one": Case(
        edited("s", "==Xrussia==", "Xrussia"), GAP, edited("s", "==Xrussia==", "Xrussia", GAP)),
    "both drop a gap": Case(
        edited("s", "==Xrussia==", "Xrussia"), edited("s", "==Xnato==", "Xnato"),
        edited("s", "==Xrussia==", "Xrussia", edited("s", "==Xnato==", "Xnato"))),
    "both add gaps of their own numbers, one is taken": Case(
        edited("s", "Xact", "{{c5::Xact}}"), edited("s", "Xparis", "{{c6::Xparis}}"),
        edited("s", "Xparis", "{{c6::Xparis}}")),
    "both add gaps of their own numbers, both are taken": Case(
        edited("s", "Xact", "{{c5::Xact}}"), edited("s", "Xparis", "{{c6::Xparis}}"),
        edited("s", "Xparis", "{{c6::Xparis}}", edited("s", "Xact", "{{c5::Xact}}"))),
    "both add the same gap": Case(GAP, GAP, GAP),
    "one gives an id, the other edits": Case(
        WITH_ID, edited("nameless", "the Donbas", "Donbas"),
        edited("nameless", "the Donbas", "Donbas", WITH_ID)),
    "one gives an id and rewords, the other edits": Case(
        edited("nameless", "body", "institution", WITH_ID),
        edited("nameless", "the Donbas", "Donbas"),
        edited("nameless", "the Donbas", "Donbas", WITH_ID), days=(6, 5)),
    "both give an id": Case(WITH_ID, edited("nameless", "{q", "{id: body, q"), WITH_ID),
    "both give an id, and both stay": Case(
        WITH_ID, edited("nameless", "{q", "{id: body, q"),
        {**WITH_ID, "more": "{id: body, q: Which body?, a: Xother}"}),
    "one takes an id away, the other edits the item": Case(
        BASE, edited("nameless", "The Xosce", "Xosce", WITH_ID), edited("nameless", "The Xosce", "Xosce"),
        items=WITH_ID),
    "one takes an id away, the other edits the item, and has it still": Case(
        BASE, edited("nameless", "The Xosce", "Xosce", WITH_ID),
        edited("nameless", "The Xosce", "Xosce", WITH_ID), items=WITH_ID),
    "one gives an id, the other edits, and it has none": Case(
        WITH_ID, edited("nameless", "the Donbas", "Donbas"),
        edited("nameless", "the Donbas", "Donbas")),
    "one changes an id, the other edits the item": Case(
        edited("a", "id: a", "id: aa"), edited("a", "It is", "This is"),
        edited("a", "id: a", "id: aa", edited("a", "It is", "This is"))),
    "one edits an item, the other changes its id": Case(
        edited("a", "It is", "This is"), edited("a", "id: a", "id: aa"),
        edited("a", "It is", "This is")),
    "both change an id": Case(
        edited("a", "id: a", "id: aa"), edited("a", "id: a", "id: ab"),
        edited("a", "id: a", "id: ab")),
    "one changes an id, the other takes the item out": Case(
        edited("a", "id: a", "id: aa"), without("a"), without("a")),
    "one gives an id, the other takes the item out": Case(
        WITH_ID, without("nameless"), WITH_ID),
    "one gives an id, the other takes the item out for good": Case(
        WITH_ID, without("nameless"), without("nameless"),
        retired=("", "", "osce: Asked elsewhere.")),
    "one retires an item, the other edits it, and it stays": Case(
        without("a"), edited("a", "It is", "This is"), edited("a", "It is", "This is"),
        retired=("a: Asked elsewhere.", "", "")),
    "one edits an item, the other retires it, and it stays": Case(
        edited("a", "It is", "This is"), without("a"), edited("a", "It is", "This is"),
        retired=("", "a: Asked elsewhere.", "")),
    "one retires an item, the other edits it, and it goes": Case(
        without("a"), edited("a", "It is", "This is"), without("a"),
        retired=("a: Asked elsewhere.", "", "a: Asked elsewhere.")),
    "one edits an item, the other retires it, and it goes": Case(
        edited("a", "It is", "This is"), without("a"), without("a"),
        retired=("", "a: Asked elsewhere.", "a: Asked elsewhere.")),
    "both retire an item": Case(
        without("s"), without("s"), without("s"), retired=("s: One.", "s: Two.", "s: Three.")),
    "neighbours are retired and edited": Case(
        without("a"), edited("nameless", "The Xosce", "Xosce"),
        without("a", edited("nameless", "The Xosce", "Xosce"))),
    "one renames an id, the other edits another": Case(
        edited("a", "id: a", "id: aa"), edited("s", "signed", "had signed"),
        edited("a", "id: a", "id: aa", edited("s", "signed", "had signed"))),
    **MOVES,
    "both let a kind grow": Case(
        BASE, BASE, BASE, kinds=(WIDER, WIDER, WIDER)),
    "both ask otherwise in one second": Case(
        BASE, BASE, BASE, days=(5, 5),
        kinds=(KIND.replace('"{{Place}}"', '"Where? {{Place}}"'),
               KIND.replace('"{{Place}}"', '"Whither? {{Place}}"'),
               KIND.replace('"{{Place}}"', '"Where? {{Place}}"'))),
    "one lets a kind grow, the other edits its items": Case(
        edited("map", "Xbelarus", "Xbelarus, river: Svislach"), edited("map", "Xminsk", "Xminsk city"),
        edited("map", "Xminsk, country: Xbelarus", "Xminsk city, country: Xbelarus, river: Svislach"),
        kinds=(WIDER, KIND, WIDER)),
    "one renames a kind, the other edits its items": Case(
        BASE, edited("map", "Xminsk", "Xminsk city"), edited("map", "Xminsk", "Xminsk city"),
        kinds=(RENAMED, KIND, RENAMED)),
    "one adds items of a kind, the other renames it": Case(
        {**BASE, "added": ADDED, "city": "{id: city, place: Xkyiv, country: Xukraine}"}, BASE,
        {**BASE, "added": ADDED, "city": "{id: city, place: Xkyiv, country: Xukraine}"},
        kinds=(KIND, RENAMED, RENAMED)),
    "both rename a kind": Case(
        BASE, edited("map", "Xminsk", "Xminsk city"), edited("map", "Xminsk", "Xminsk city"),
        kinds=(RENAMED, RENAMED, RENAMED)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_branches_come_together(tmp_path: Path, case: Case) -> None:
    """Marks left in the lock, or lines that stand twice: the build is right for every student."""
    built: dict[str, bytes] = {}
    clone, packages = branched(tmp_path, case)
    for way in WAYS:
        assert not (merge(clone, case, way) and way == "union")
        merged = clone.publish(9, "merged")
        assert_times_rise(packages["base"], packages["main"], merged)
        assert_times_rise(packages["base"], packages["theirs"], merged)
        built[way] = merged.read_bytes()
        assert clone.publish(10, "again").read_bytes() == built[way]
    assert len(set(built.values())) == 1
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, lives(packages, merged))


@pytest.mark.parametrize("case", MOVES.values(), ids=MOVES)
def test_a_sentence_that_one_branch_moves_stays_one_note(tmp_path: Path, case: Case) -> None:
    """Wherever it stands then, and in whichever words, if a branch had it so."""
    clone, packages = branched(tmp_path, case)
    for way in WAYS:
        merge(clone, case, way)
        merged = clone.publish(9, "merged")
        living = "flds like '%Founding%' and tags not like '% retired %'"
        query = f"select guid from notes where {living}"  # noqa: S608
        found = [rows_of(path, query) for path in [*packages.values(), merged]]
        assert found == [found[0]] * 4


RIVER = WIDER.replace("river", "stream")
REFUSED = {
    "two gaps with one number": (
        Case(GAP, OTHER_GAP, BOTH_GAPS), "'s' asks 'xact' and 'xparis' as gap 3"),
    "one gap with two numbers": (
        Case(edited("s", "Xparis", "==Xparis==", edited("s", "Xact", "{{c4::Xact}}")), BOTH_GAPS,
             BOTH_GAPS), "'s' asks 'xact' as gap 4 and as gap 3"),
    "two gaps of a plain sentence with one number": (
        Case(edited("plain", "Founding Act", "Paris Charter"),
             edited("plain", "Founding Act", "Vienna Document"),
             edited("plain", "Founding Act", "Vienna Document")),
        "'plain' asks 'paris charter' and 'nato and russia' as gap 3"),
    "two gaps, and an id": (
        Case(edited("s", "id: s, ", "", GAP), edited("s", "id: s, ", "id: tt, ", OTHER_GAP),
             edited("s", "id: s, ", "id: tt, ", BOTH_GAPS),
             items=edited("s", "id: s, ", "")),
        "'tt' asks 'xparis' and 'xact' as gap 3"),
    "one spare for two fields": (
        Case(edited("map", "Xbelarus", "Xbelarus, river: Svislach"),
             edited("map", "Xbelarus", "Xbelarus, stream: Svislach"),
             edited("map", "Xbelarus", "Xbelarus, river: Svislach"), kinds=(WIDER, RIVER, WIDER)),
        "'maps' uses one spare for 'River' and for 'Stream'"),
}


@pytest.mark.parametrize(("case", "says"), REFUSED.values(), ids=REFUSED)
def test_branches_that_contradict_each_other_are_refused(
    tmp_path: Path, case: Case, says: str
) -> None:
    """The line is named, nothing is written; with the line that students have, the build is right."""
    clone, packages = branched(tmp_path, case)
    built = set()
    for way in WAYS:
        merge(clone, case, way)
        follow(clone, says)
        merged = clone.publish(9, "merged")
        assert_times_rise(packages["base"], packages["main"], merged)
        built.add(merged.read_bytes())
    assert len(built) == 1
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, lives(packages | {"theirs": packages["main"]}, merged))


def follow(clone: Clone, says: str) -> None:
    """Be refused, and keep the line of the branch that students have, which is ours."""
    before = clone.lock.read_bytes()
    result = try_release(clone.cards, 9)
    (refusal,) = errors(result.found)
    assert refusal.rule == "merged-lock"
    assert says in refusal.message
    assert clone.lock.read_bytes() == before
    other = re.search(r"line (\d+)", refusal.message)
    assert other is not None
    line, rival = (clone.lines()[number - 1] for number in (refusal.span.line, int(other[1])))
    wrong = line if line in clone.git("show", "theirs:cards/deckgen.lock") else rival
    assert line != rival
    lines = [kept for kept in clone.lines() if kept != wrong]
    clone.lock.write_text("\n".join(lines), encoding="utf-8")


def merged_by_diff3(tmp_path: Path) -> Clone:
    """A lock in which both sides of a merge stand, and what they began with."""
    case = CASES["both edit a note, neither is taken"]
    clone, _ = branched(tmp_path, case)
    assert merge(clone, case, "diff3")
    return clone


def test_a_merge_is_reported_once(tmp_path: Path) -> None:
    """As a warning that says what to do; after the build the lock has no marks and nothing double."""
    clone = merged_by_diff3(tmp_path)
    result = try_release(clone.cards, 9)
    (found,) = result.found
    assert (found.rule, found.is_error, found.span.path) == ("merged-lock", False, str(clone.lock))
    assert clone.lines()[found.span.line - 1 :] != []
    assert "commit the lock" in found.message
    assert not any(line.startswith(("<<<", "|||", "===", ">>>")) for line in clone.lines())
    assert try_release(clone.cards, 10).found == ()


def test_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    """Neither in the lock nor in the marks that a merge leaves there."""
    clone = merged_by_diff3(tmp_path)
    clone.lock.write_bytes(clone.lock.read_bytes().replace(b"\n", b"\r\n"))
    (found,) = try_release(clone.cards, 9).found
    assert found.rule == "merged-lock"
    written = clone.lock.read_bytes()
    assert b"\r" not in written
    clone.lock.write_bytes(written.replace(b"\n", b"\r\n"))
    assert try_release(clone.cards, 10).found == ()


def test_half_a_merge_is_damage(tmp_path: Path) -> None:
    """Were the side after '|||||||' not missed, its notes would be made anew."""
    clone = merged_by_diff3(tmp_path)
    lines = clone.lines()
    del lines[next(n for n, line in enumerate(lines) if line.startswith("=======")) :]
    clone.lock.write_text("\n".join(lines), encoding="utf-8")
    (found,) = try_release(clone.cards, 9).found
    assert (found.rule, found.span.line) == ("damaged-lock", len(lines))


def test_two_people_begin_without_a_lock(tmp_path: Path) -> None:
    """Both build for the first time, and both commit a lock."""
    clone = Clone(tmp_path / "clone")
    clone.write(sources(BASE))
    clone.git("add", "cards")
    clone.git("commit", "-q", "-m", "no lock")
    clone.git("branch", "theirs")
    packages = {"main": clone.publish(5, "main")}
    clone.folder.joinpath("build").rmdir()
    clone.git("switch", "-q", "theirs")
    clone.write(sources({**edited("a", "It is", "This is"), "more": NAMELESS}))
    packages["theirs"] = packages["base"] = clone.publish(6, "theirs")
    clone.git("merge", "-q", "main", may_fail=True)
    assert "<<<<<<<" in clone.lock.read_text("utf-8")
    clone.write(sources({**BASE, "more": NAMELESS}))
    merged = clone.publish(9, "merged")
    assert_times_rise(packages["main"], merged)
    assert_times_rise(packages["theirs"], merged)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, lives(packages, merged))


def test_two_people_build_on_one_day(tmp_path: Path) -> None:
    """Each in a clone of their own, at the same second; who pushes last pulls first."""
    first = Clone(tmp_path / "first")
    first.folder.joinpath(".gitignore").write_text("build\n", encoding="utf-8")
    first.git("add", "--all")
    first.write(sources(BASE))
    packages = {"base": first.publish(0, "base")}
    second = Clone(tmp_path / "second", origin=first.folder)
    first.write(sources({"added": ADDED, **GAP}))
    packages["main"] = first.publish(5, "main")
    second.write(sources({**edited("a", "It is", "This is"), "more": NAMELESS}))
    packages["theirs"] = second.publish(5, "theirs")
    second.git("pull", "-q", "--no-rebase", may_fail=True)
    both = edited("a", "It is", "This is", {"added": ADDED, **GAP, "more": NAMELESS})
    second.write(sources(both))
    merged = second.publish(5, "merged")
    assert_times_rise(packages["base"], packages["main"], merged)
    assert_times_rise(packages["base"], packages["theirs"], merged)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, lives(packages, merged))


# ---------------------------------------------------------------- old locks and lost ones


def published(tmp_path: Path) -> tuple[Clone, list[Path]]:
    """Three releases, of which the last stays in the folder into which it was built."""
    clone = Clone(tmp_path / "clone")
    clone.write(sources(BASE))
    packages = [clone.publish(0, "one")]
    clone.write(sources({**GAP, "added": ADDED}))
    packages.append(clone.publish(3, "two"))
    clone.write(sources({**edited("s", "signed", "==signed==", GAP), "added": ADDED}))
    packages.append(clone.publish(5, "three"))
    build_folder = clone.folder / "build"
    build_folder.joinpath("test-deck.apkg").write_bytes(packages[-1].read_bytes())
    return clone, packages


@pytest.mark.parametrize("lost", [False, True], ids=["old", "lost"])
def test_a_lock_that_is_not_the_last_is_refused(tmp_path: Path, lost: bool) -> None:
    """An old copy was restored, or there is none; with the last one the next release is right."""
    clone, packages = published(tmp_path)
    if lost:
        clone.lock.unlink()
    else:
        clone.git("checkout", "-q", "HEAD~1", "--", "cards/deckgen.lock")
    clone.write(sources({**edited("s", "Xparis", "==Xparis==", GAP), "added": ADDED}))
    package = clone.folder / "build" / "test-deck.apkg"
    before = package.read_bytes(), clone.lock.read_bytes() if not lost else b""
    (refusal,) = errors(try_release(clone.cards, 8).found)
    assert (refusal.rule, refusal.span.path) == ("outdated-lock", str(clone.lock))
    assert "restore it from version control" in refusal.message
    assert str(package) in refusal.message
    assert (package.read_bytes(), clone.lock.read_bytes() if not lost else b"") == before
    assert clone.lock.exists() is not lost
    clone.git("checkout", "-q", "HEAD", "--", "cards/deckgen.lock")
    packages.append(clone.publish(8, "four"))
    assert_times_rise(*packages)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[3:], packages, packages[2:], packages[::3]])


def test_a_package_that_nobody_has_can_be_deleted(tmp_path: Path) -> None:
    """Then an old lock is built on, as if what came after it had never been."""
    clone, packages = published(tmp_path)
    clone.git("checkout", "-q", "HEAD~1", "--", "cards/deckgen.lock")
    clone.write(sources({**edited("s", "Xparis", "==Xparis==", GAP), "added": ADDED}))
    (refusal,) = errors(try_release(clone.cards, 8).found)
    assert "If no student has that package, delete it" in refusal.message
    clone.folder.joinpath("build", "test-deck.apkg").unlink()
    packages[2] = clone.publish(8, "three again")
    assert_times_rise(*packages)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[2:], packages, packages[::2]])


def test_another_branch_s_package_is_not_replaced_unasked(tmp_path: Path) -> None:
    """The folder for packages is not under version control, so it outlives a change of branch."""
    clone, packages = published(tmp_path)
    clone.git("switch", "-q", "-c", "older", "HEAD~1")
    clone.write(sources({**GAP, "added": ADDED, "more": NAMELESS}))
    (refusal,) = errors(try_release(clone.cards, 4).found)
    assert refusal.rule == "outdated-lock"
    # A build that is later than that package would be is none the wiser.
    (refusal,) = errors(try_release(clone.cards, 8).found)
    assert refusal.rule == "outdated-lock"
    assert clone.folder.joinpath("build", "test-deck.apkg").read_bytes() == packages[2].read_bytes()


def test_a_lock_that_was_never_committed_is_missed(tmp_path: Path) -> None:
    """A fresh clone has neither it nor a package; ids and unmarked gaps are all that is left."""
    clone, packages = published(tmp_path)
    clone.git("rm", "-q", "--cached", "cards/deckgen.lock")
    clone.git("commit", "-q", "-m", "without the lock")
    fresh = Clone(tmp_path / "fresh", origin=clone.folder)
    assert not fresh.lock.exists()
    again = fresh.publish(9, "again")
    query = "select guid from notes where guid not like '~%'"
    assert {guid for (guid,) in rows_of(packages[2], query)} \
        == {guid for (guid,) in rows_of(again, query)}
    assert_times_rise(packages[2], again)


# ---------------------------------------------------------------- clocks


def at(monkeypatch: pytest.MonkeyPatch, clone: Clone, now: float) -> Result:
    """Build by a clock that shows this."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: now)
        return build(clone.cards, clone.folder / "build")


def handed_out(clone: Clone, name: str) -> Path:
    """Put the package that was built away, as one that students have."""
    published = clone.folder.parent / f"{name}.apkg"
    clone.folder.joinpath("build", "test-deck.apkg").rename(published)
    return published


NOW = 1_780_000_000
YEARS = 365 * A_DAY


def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A first release by a clock that is right."""
    clone = Clone(tmp_path / "clone")
    clone.write(sources(BASE))
    assert at(monkeypatch, clone, NOW).package is not None
    clone.git("add", "cards")
    clone.git("commit", "-q", "-m", "one")
    return clone


@pytest.mark.parametrize("now", [0, 100.5, NOW - 30 * YEARS, NOW - 3 * A_DAY])
def test_a_clock_that_is_slow_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: float
) -> None:
    """Nothing is written until it is set; then the change arrives like any."""
    clone = begun(tmp_path, monkeypatch)
    before = clone.lock.read_bytes()
    packages = [handed_out(clone, "one")]
    clone.write(sources({"added": ADDED, **edited("a", "It is", "This is")}))
    (refusal,) = errors(at(monkeypatch, clone, now).found)
    assert (refusal.rule, refusal.span.path) == ("wrong-clock", str(clone.lock))
    assert time.strftime("%Y-%m-%d", time.gmtime(now)) in refusal.message
    assert "If the clock is wrong, set it" in refusal.message
    assert clone.lock.read_bytes() == before
    assert at(monkeypatch, clone, NOW + 1).package is not None
    packages.append(handed_out(clone, "two"))
    assert_times_rise(*packages)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[1:], packages])


@pytest.mark.parametrize("now", [0, 100.5, NOW - 30 * YEARS])
def test_a_first_release_by_a_slow_clock_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: float
) -> None:
    """Its times are early and still rise, so whatever comes later arrives."""
    clone = Clone(tmp_path / "clone")
    packages = []
    steps = [(BASE, now), (edited("a", "It is", "This is"), now),
             ({"added": ADDED, **edited("a", "It is", "That is")}, NOW)]
    for name, (items, clock) in enumerate(steps):
        clone.write(sources(items))
        assert at(monkeypatch, clone, clock).package is not None
        packages.append(handed_out(clone, str(name)))
    assert_times_rise(*packages)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[2:], packages, packages[::2]])


def test_a_clock_that_was_fast_is_noticed_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If nobody has that release, the lock of before is restored, and all is as if it had not been."""
    clone = begun(tmp_path, monkeypatch)
    packages = [clone.folder.parent / "one.apkg"]
    built = clone.folder / "build" / "test-deck.apkg"
    packages[0].write_bytes(built.read_bytes())
    clone.write(sources({"added": ADDED, **edited("a", "It is", "This is")}))
    assert at(monkeypatch, clone, NOW + 30 * YEARS).package is not None
    before = clone.lock.read_bytes(), built.read_bytes()
    (refusal,) = errors(at(monkeypatch, clone, NOW + 60).found)
    assert (refusal.rule, refusal.span.path) == ("wrong-clock", str(clone.lock))
    assert "restore the lock of before" in refusal.message
    assert (clone.lock.read_bytes(), built.read_bytes()) == before
    clone.git("checkout", "-q", "--", "cards/deckgen.lock")
    (refusal,) = errors(at(monkeypatch, clone, NOW + 120).found)
    assert refusal.rule == "outdated-lock"
    assert "If no student has that package, delete it" in refusal.message
    built.unlink()
    assert at(monkeypatch, clone, NOW + 180).package is not None
    packages.append(handed_out(clone, "two"))
    assert_times_rise(*packages)
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[1:], packages])


def test_a_release_by_a_fast_clock_that_students_have_is_corrected_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the time that the message names, the next release is later than that one for them too."""
    clone = begun(tmp_path, monkeypatch)
    packages = [handed_out(clone, "one")]
    clone.write(sources(edited("a", "It is", "This is")))
    assert at(monkeypatch, clone, NOW + 30 * YEARS).package is not None
    packages.append(handed_out(clone, "two"))
    clone.write(sources({"added": ADDED, **edited("a", "It is", "That is")}))
    (refusal,) = errors(at(monkeypatch, clone, NOW + 60).found)
    named = re.search(r"SOURCE_DATE_EPOCH=(\d+)", refusal.message)
    assert named is not None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", named[1])
    assert build(clone.cards, clone.folder / "build").package is not None
    packages.append(handed_out(clone, "three"))
    times = [{mod for (mod,) in rows_of(package, "select mod from notes")} for package in packages]
    assert max(times[2]) == int(named[1]) > max(times[1]) > max(times[0])
    pytest.importorskip("anki.collection")
    assert_nobody_loses(tmp_path, [packages[2:], packages, packages[::2]])
