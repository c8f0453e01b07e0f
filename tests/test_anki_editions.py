"""Random lives of an original and an edition of it, with a student who goes from one to the other.

DECKGEN_EDITIONS says how many are lived through; the default is a sample. What students are
promised stands in docs/editions.md.
"""

import json
import os
import random
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deckgen.news import accept
from deckgen.project import check
from tests.anki_collection import Student, release, rows_of, words

HISTORIES = int(os.environ.get("DECKGEN_EDITIONS", "6"))
RELEASES = 10
STEMS = ("Ostra", "Kelvi", "Brumo", "Zend")
FACT = re.compile(rf"\b(?:{'|'.join(STEMS)})[a-j]+n\b")


def word(number: int, place: int) -> str:
    """A word that one item alone has."""
    return STEMS[place] + "".join("abcdefghij"[int(digit)] for digit in str(number)) + "n"


@dataclass
class Entry:
    """An item of the original: its words are its own, `version` is what its author rewords."""

    number: int
    section: str
    version: int = 0
    note: int = 0
    gaps: frozenset[int] = frozenset({0})
    has_reverse: bool = True

    @property
    def id(self) -> str:
        """Its id."""
        return f"item-{self.number}"

    def values(self) -> dict[str, object]:
        """Its fields."""
        w = [word(self.number, place) for place in range(4)]
        shared: dict[str, object] = {"id": self.id}
        if self.note:
            shared["note"] = f"Note {self.note}"
        if self.section == "questions":
            return {"q": f"{w[0]} {w[1]} v{self.version}", "a": f"{w[2]} {w[3]}", **shared,
                    "ask": ["forward", "reverse"] if self.has_reverse else ["forward"]}
        if self.section == "positions":
            return {"actor": w[0], "issue": w[1], "position": f"{w[2]} v{self.version}", "because": w[3],
                    **shared}
        return {"text": sentence(self.number, self.gaps, f"v{self.version}"), **shared}


def sentence(number: int, gaps: frozenset[int], more: str) -> str:
    """A sentence in which some of an item's words are gaps."""
    w = [word(number, place) for place in range(4)]
    return " and ".join(f"=={w[n]}==" if n in gaps else w[n] for n in range(4)) + f" {more}."


@dataclass
class Author:
    """Writes the original, and lets it be."""

    chance: random.Random
    entries: dict[int, Entry] = field(default_factory=dict)
    written: int = 0

    def add(self) -> None:
        """A new item."""
        section = self.chance.choice(["questions", "positions", "sentences"])
        self.entries[self.written] = Entry(self.written, section)
        self.written += 1

    def edit(self) -> None:
        """Something that authors do from release to release."""
        if not self.entries or self.chance.random() < 0.2:
            self.add()
            return
        entry = self.entries[self.chance.choice(list(self.entries))]
        what = self.chance.choice(["reword", "reword", "note", "gaps", "ask", "retire"])
        if what == "retire" and len(self.entries) > 4:
            del self.entries[entry.number]
        elif what == "gaps":
            entry.gaps = frozenset(self.chance.sample(range(4), self.chance.randint(1, 3)))
        elif what == "ask":
            entry.has_reverse = not entry.has_reverse
        elif what == "note":
            entry.note += 1
        else:
            entry.version += 1

    def write(self, folder: Path) -> None:
        """Write the original."""
        sections: dict[str, list[object]] = {}
        for entry in self.entries.values():
            sections.setdefault(entry.section, []).append(entry.values())
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "deck.yaml").write_text("id: original\nname: Original\n", encoding="utf-8")
        (folder / "one.yaml").write_text(json.dumps(sections), encoding="utf-8")


@dataclass
class Instructor:
    """Makes an edition of what the author has released."""

    chance: random.Random
    changes: dict[int, dict[str, object]] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    own: dict[int, int] = field(default_factory=dict)  # number -> version
    has_reverse: bool = True
    count: int = 0

    def edit(self, entries: dict[int, Entry]) -> None:
        """Something that instructors do."""
        what = self.chance.choice(["reword", "reword", "note", "tag", "gaps", "withdraw", "drop", "take",
                                   "own", "own", "reverse", "ask"])
        entry = entries[self.chance.choice(list(entries))]
        change = self.changes.setdefault(entry.number, {})
        self.count += 1
        if what == "reword" and entry.section != "sentences":
            key = "a" if entry.section == "questions" else "because"
            places = (2, 3) if entry.section == "questions" else (3,)
            change[key] = " ".join(word(entry.number, place) for place in places) + f" e{self.count}"
        elif what == "note":
            change["note+"] = f"Besides {self.count}"
        elif what == "tag":
            change["tags+"] = [f"week-{self.count}"]
        elif what == "gaps" and entry.section == "sentences":
            gaps = frozenset(self.chance.sample(range(4), self.chance.randint(1, 3)))
            change["text"] = sentence(entry.number, gaps, f"e{self.count}")
        elif what == "ask" and entry.section == "questions":
            change["ask"] = self.chance.choice([["forward"], ["forward", "reverse"], ["type", "reverse"]])
        elif what == "withdraw":
            change.clear()
        elif what == "drop":
            self.dropped.add(entry.number)
        elif what == "take":
            self.dropped.discard(entry.number)
        elif what == "own":
            number = self.chance.choice([*self.own, 500 + len(self.own)])
            self.own[number] = self.own.get(number, 0) + 1
        elif what == "reverse":
            self.has_reverse = not self.has_reverse

    def write(self, folder: Path, entries: dict[int, Entry]) -> None:
        """Write the edition of an original that has these items."""
        folder.mkdir(parents=True, exist_ok=True)
        manifest: dict[str, object] = {"id": "edition", "name": "Edition", "from": "../base"}
        if dropped := [entries[n].id for n in sorted(self.dropped & entries.keys())]:
            manifest["drop"] = dropped
        if not self.has_reverse and any(e.section == "questions" for e in entries.values()):
            manifest["without"] = {"questions": "reverse"}
        (folder / "deck.yaml").write_text(json.dumps(manifest), encoding="utf-8")
        changes = {entries[n].id: change for n, change in self.changes.items()
                   if change and n in entries and n not in self.dropped}
        own = [{"id": f"own-{n}", "q": f"{word(n, 0)} v{version}", "a": word(n, 2)}
               for n, version in self.own.items()]
        (folder / "own.yaml").write_text(json.dumps(
            ({"questions": own} if own else {}) | ({"changes": changes} if changes else {})), "utf-8")


# ---------------------------------------------------------------- what students are promised


def versions(package: Path) -> dict[str, tuple[str, str, int]]:
    """What a package has of every note."""
    return {guid: (text, " ".join(sorted(tags.split())), mod)
            for guid, text, tags, mod in rows_of(package, "select guid, flds, tags, mod from notes")}


@dataclass
class Life:
    """A student who imports now the one, now the other."""

    student: Student
    chance: random.Random
    asked: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)

    def imports(self, package: Path) -> None:
        """Import a package: nothing is lost, doubled or blank, and no card asks for another fact."""
        student, reviews, cards = self.student, self.student.reviews(), set(self.student.card_ids())
        assert student.install(package).other == ()
        assert student.reviews() == reviews
        assert cards <= set(student.card_ids())
        assert student.rows("select guid from notes group by guid having count() > 1") == []
        facts: dict[str, str] = {}
        for guid, (fields, tags, _) in student.notes().items():
            # What the edition asks besides has the words of the note that it stands beside.
            is_beside = "-in-edition" in fields[-1]
            for found in {} if is_beside or "retired" in tags.split() else FACT.findall(" ".join(fields)):
                assert facts.setdefault(found, guid) == guid
        for key, card in student.card_ids().items():
            sides = student.sides(card)
            front, back = words(sides.question), words(sides.answer)
            assert "is blank" not in front
            assert "No cloze" not in front
            if "Retired." in front:
                continue
            asks = frozenset(FACT.findall(back)) - frozenset(FACT.findall(front))
            assert self.asked.setdefault(key, asks) == asks

    def lives(self) -> None:
        """Study some."""
        cards = list(self.student.card_ids().values())
        self.student.study(*self.chance.sample(cards, self.chance.randint(0, len(cards) // 2)))


def contents(student: Student) -> dict[str, tuple[str, str]]:
    """What the student has of every note."""
    return {guid: ("\x1f".join(fields), " ".join(sorted(tags.split()))) for guid, (fields, tags, _) in student.notes().items()}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_way_between_original_and_edition_costs_anything(
    student: Student, tmp_path: Path, seed: int
) -> None:
    """Not the way there, nor the way back; and each brings what docs/editions.md promises."""
    chance = random.Random(seed)
    author, teacher, life = Author(chance), Instructor(chance), Life(student, random.Random(seed))
    for _ in range(6):
        author.add()
    original, base, edition = tmp_path / "original/cards", tmp_path / "e/base", tmp_path / "e/edition"
    day, entries = 0, {}
    # The days on which the original's notes became what they are, and what they were then.
    history: dict[str, list[tuple[int, tuple[str, str]]]] = {}
    made: dict[str, list[tuple[int, tuple[str, str]]]] = {}  # the edition's, by the day of the base
    for n in range(RELEASES):
        day += 1
        for _ in range(chance.randint(0, 4)):
            author.edit()
        author.write(original)
        package = release(original, day)
        for guid, (text, tags, mod) in versions(package).items():
            past = history.setdefault(guid, [])
            if not past or past[-1][1] != (text, tags):
                past.append((mod, (text, tags)))
        if n == 0 or chance.random() < 0.7:  # the instructor takes the new version
            shutil.copytree(original, base, dirs_exist_ok=True)
            entries = {number: Entry(**vars(entry)) for number, entry in author.entries.items()}
        for _ in range(chance.randint(0, 4)):
            teacher.edit(entries)
        teacher.write(edition, entries)
        drifted = {d.message.split("'")[3] for d in check(edition).found if d.rule == "drifted"}
        if drifted and chance.random() < 0.5:
            accept(edition, sorted(drifted))
            drifted = set()
        theirs = release(edition, day)
        base_mods = {guid: mod for guid, (_, _, mod) in versions(release(base, day)).items()}
        now_theirs = versions(theirs)
        for guid, (text, tags, _) in now_theirs.items():
            made.setdefault(guid, []).append((base_mods.get(guid, 0), (text, tags)))
        if chance.random() < 0.5:
            life.imports(package)
            for guid, has in contents(student).items():
                if guid in versions(package):
                    latest, wanted = history[guid][-1]
                    assert has == wanted or any(
                        had == has and of >= latest for of, had in made.get(guid, [])), guid
        else:
            life.imports(theirs)
            names = {guid: text.split("\x1f")[-1].partition("/")[0]
                     for guid, (text, _, _) in now_theirs.items()}
            for guid, has in contents(student).items():
                if guid not in now_theirs or names[guid] in drifted:
                    continue
                text, tags, _ = now_theirs[guid]
                later = [had for mod, had in history.get(guid, []) if mod > base_mods.get(guid, 0)]
                on_later = [had for of, had in made[guid] if of > base_mods.get(guid, 0)]
                assert has == (text, tags) or has in later or has in on_later, guid
        life.lives()
