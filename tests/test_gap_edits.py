"""A year of edits: whatever is done to a sentence, no number ever asks for something else.

`DECKGEN_EDITS=1000` says how many lives of a sentence are lived; each is told by its seed.
"""

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deckgen.diagnostics import as_text
from deckgen.lock import NoteEntry, write_lock
from deckgen.model import FIELD_SEPARATOR
from deckgen.project import Result, check

LIVES = int(os.environ.get("DECKGEN_EDITS", "60"))
CHUNKS = 6
EDITS = 8

# A thing and its written forms, the first its full name. `paris` is the id of a treaty and a word.
THINGS = {
    "founding-act": ["NATO–Russia Founding Act", "Founding Act"],
    "genscher": ["Hans-Dietrich Genscher", "Genscher"],
    "osce": ["Organization for Security and Co-operation in Europe", "OSCE"],
    "nato": ["North Atlantic Treaty Organization", "NATO", "Atlantic Alliance"],
    "paris": ["Treaty of Paris", "Paris Treaty"],
    "helsinki": ["Helsinki Final Act", "Final Act"],
    "weight": ["balance of power", "equilibrium"],
    "russia": ["Russia", "Russian Federation"],
    "japan": ["日本", "Japan"],
}
WORDS = ["Paris", "Helsinki", "Geneva", "Vienna", "Lake Baikal", "Sergei Lavrov", "Minsk II", "Kosovo",
         "27 May 1997", "May 27, 1997", "1997", "August 1975", "1 August 1975", "the 1990s", "thirty-five",
         "4 million", "40 %", "Article 5", "a buffer zone", "soft power", "the army", "Istanbul summit"]
SAME = {"may 27, 1997": "27 may 1997"}
GLUE = ["signed", "rejected", "in", "after", "and", "was told of", "met", "because of", "with", "on", "before",
        "who invoked", "never ratified", "despite", "the old", "long talks on", "a conference in", "by"]
CLAUSES = ["after long and difficult talks", "as the ministers had wished", "which surprised the other states",
           "although nobody had asked for it", "to the relief of the smaller members"]
MARKED = re.compile(r"\{\{c(\d+)::(.*?)(?:::[^{}]*?)?\}\}")


@dataclass
class Life:
    """A sentence as its author sees it: clauses of pieces, wishes, marks, what is curated."""

    luck: random.Random
    clauses: list[list[str]] = field(default_factory=list)
    wishes: dict[str, object] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    curated: dict[str, bool] = field(default_factory=dict)  # thing -> whether it has an id
    has_id: bool = False
    lost: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The sentence, with its marks."""
        pieces = [" ".join(f"=={p}==" if p in self.marked else p for p in c) for c in self.clauses]
        return ", ".join(pieces) + "."

    def pieces(self) -> list[str]:
        """The names, dates and other things in it."""
        return [piece for clause in self.clauses for piece in clause if piece in ASKABLE]

    def swap(self, old: str, new: str) -> None:
        """Put one piece in the place of another."""
        self.clauses = [[new if piece == old else piece for piece in c] for c in self.clauses]


FORMS = {form: thing for thing, forms in THINGS.items() for form in forms}
ASKABLE = [*FORMS, *WORDS]


def born(luck: random.Random) -> Life:
    """Make a sentence of two to four clauses."""
    life = Life(luck)
    for _ in range(luck.randint(1, 3)):
        life.clauses.append([luck.choice(ASKABLE), luck.choice(GLUE), luck.choice(ASKABLE)])
    life.clauses.append([luck.choice(CLAUSES)])
    for thing in THINGS:
        if luck.random() < 0.5:
            life.curated[thing] = luck.random() < 0.6
    life.has_id = luck.random() < 0.7
    return life


# ---------------------------------------------------------------- edits


def change_word(life: Life) -> None:
    """Put other words between the names."""
    clause = life.luck.choice(life.clauses)
    places = [i for i, piece in enumerate(clause) if piece not in ASKABLE]
    if places:
        i = life.luck.choice(places)
        clause[i] = life.luck.choice(GLUE if clause[i] in GLUE else CLAUSES)


def use_alias(life: Life) -> None:
    """Write a name in another form."""
    names = [piece for piece in life.pieces() if piece in FORMS]
    if names:
        name = life.luck.choice(names)
        life.swap(name, life.luck.choice(THINGS[FORMS[name]]))


def turn(life: Life) -> None:
    """Change the order of the clauses."""
    life.luck.shuffle(life.clauses)


def take_out(life: Life) -> None:
    """Take out what is asked, or could be."""
    if life.pieces():
        piece = life.luck.choice(life.pieces())
        life.lost.append(piece)
        life.swap(piece, "somebody")


def put_in(life: Life) -> None:
    """Say more."""
    clause = life.luck.choice(life.clauses)
    clause += [life.luck.choice(GLUE), life.luck.choice(ASKABLE)]


def bring_back(life: Life) -> None:
    """Say again what was taken out."""
    if life.lost:
        life.clauses[-1] += [life.luck.choice(GLUE), life.luck.choice(life.lost)]


def replace_piece(life: Life) -> None:
    """Put another name or date in the place of one."""
    if life.pieces():
        piece = life.luck.choice(life.pieces())
        life.lost.append(piece)
        life.swap(piece, life.luck.choice(ASKABLE))


def wish(life: Life) -> None:
    """Say what must, what never, and how much."""
    life.wishes = {}
    pieces = sorted(set(life.pieces()))
    if pieces and life.luck.random() < 0.6:
        life.wishes["must"] = [life.luck.choice(pieces)]
    if pieces and life.luck.random() < 0.4:
        life.wishes["never"] = [life.luck.choice(pieces)]
    if life.luck.random() < 0.4:
        life.wishes["max"] = str(life.luck.randint(1, 4))


def mark(life: Life) -> None:
    """Mark gaps, or take the marks out."""
    pieces = sorted(set(life.pieces()))
    life.marked = set() if life.marked or not pieces else {life.luck.choice(pieces)}


def curate(life: Life) -> None:
    """Give a thing an item, its item an id, or take the item out."""
    thing = life.luck.choice(list(THINGS))
    if thing in life.curated and life.luck.random() < 0.3:
        del life.curated[thing]
    else:
        life.curated[thing] = thing in life.curated or life.luck.random() < 0.3


def give_id(life: Life) -> None:
    """Give the sentence an id, and everything curated too."""
    life.has_id = True
    life.curated = dict.fromkeys(life.curated, True)


ACTS: list[Callable[[Life], None]] = [
    change_word, change_word, use_alias, use_alias, turn, take_out, put_in, bring_back, bring_back,
    replace_piece, wish, mark, curate, give_id,
]


# ---------------------------------------------------------------- builds


def built(cards: Path, life: Life) -> Result:
    """Write the project, check it, and keep the lock if it has no errors."""
    sentence: dict[str, object] = {"id": "s"} if life.has_id else {}
    sentence |= {"text": life.text()} | ({"cloze": life.wishes} if life.wishes else {})
    actors = [
        ({"id": thing} if has_id else {})
        | {"name": THINGS[thing][0], "aliases": THINGS[thing][1:], "known-for": f"its part in {n}"}
        for n, (thing, has_id) in enumerate(sorted(life.curated.items()))
    ]
    project = {"sentences": [sentence]} | ({"actors": actors} if actors else {})
    cards.joinpath("one.yaml").write_text(json.dumps(project, ensure_ascii=False), "utf-8")
    result = check(cards)
    if result.compiled is not None and not result.has_errors:
        cards.joinpath("deckgen.lock").write_bytes(write_lock(result.compiled.lock, "t"))
    return result


def asked(result: Result) -> tuple[str, dict[int, list[str]]]:
    """The guid of the sentence's note, and the words that each number hides."""
    if result.compiled is None:
        raise AssertionError(result.found)
    (note,) = (n for n in result.compiled.deck.notes
               if n.note_type.section == "sentences" and "retired" not in n.tags)
    numbers: dict[int, list[str]] = {}
    for number, text in MARKED.findall(note.text.split(FIELD_SEPARATOR)[0]):
        numbers.setdefault(int(number), []).append(text)
    return note.guid, numbers


def things(pieces: list[str]) -> set[str]:
    """What these words are, whatever their form, capitals and spaces."""
    folded = (" ".join(piece.casefold().split()).removeprefix("the ") for piece in pieces)
    forms = {form.casefold(): thing for form, thing in FORMS.items()}
    return {f"#{forms[piece]}" if piece in forms else SAME.get(piece, piece) for piece in folded}


def shown_on(text: str, hidden: list[str], piece: str) -> bool:
    """Whether a piece of text is to be read where some others are hidden."""
    for gap in sorted(hidden, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(gap)}(?!\w)", "…", text)
    return re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text) is not None


def faults(life: Life, before: Life, last: dict[int, list[str]], now: dict[int, list[str]]) -> Iterator[str]:
    """What is wrong with a step: gaps that should have stayed, answers that are shown."""
    if life.marked:
        return
    text = life.text()
    is_same = (life.wishes, life.curated, before.marked) == (before.wishes, before.curated, set())
    for number, pieces in last.items():
        stands = all(text.count(piece) == before.text().count(piece) for piece in pieces)
        is_alone = not any(form in text for piece in pieces for thing in [FORMS.get(piece)] if thing
                           for form in THINGS[thing] if form not in pieces)
        here = now.get(number, [])
        stays = all(any(piece in other for other in here) for piece in pieces)  # or has grown
        if is_same and stands and is_alone and not stays:
            yield f"gap {number} {pieces} stands as it did, and is {here}"
    for number, pieces in now.items():
        for piece in pieces:
            thing = FORMS.get(piece, "")
            forms = THINGS[thing] if thing in life.curated else [piece]
            # What stands inside another name is left alone: a published gap stays all the same.
            others = [form for form in FORMS if FORMS[form] != thing]
            yield from (f"gap {number} {pieces} is told by {form!r}"
                        for form in forms if shown_on(text, [*pieces, *others], form))


def live(cards: Path, seed: int) -> tuple[int, list[str]]:
    """Live a life of a sentence; how many builds it had, and what was wrong in it."""
    cards.mkdir()
    cards.joinpath("deck.yaml").write_text("id: t\nname: T\n", "utf-8")
    luck = random.Random(seed)
    life = born(luck)
    told: list[str] = []
    cores: dict[tuple[str, int], set[str]] = {}
    entries: dict[str, NoteEntry] = {}
    last: tuple[str, dict[int, list[str]]] = ("", {})
    before = Life(luck)
    builds = 0
    for _ in range(EDITS + 1):
        result = built(cards, life)
        told.append(f"{life.text()}  {life.wishes}  {life.curated}")
        errors = {found.rule for found in result.found if found.is_error}
        if errors - {"no-gap", "wish-not-met", "ambiguous-identity"}:
            return builds, [*told, *map(as_text, result.found)]
        if not errors and result.compiled is not None:
            builds += 1
            guid, now = asked(result)
            told.append(f"    {now}")
            wrong = list(faults(life, before, last[1] if last[0] == guid else {}, now))
            for number, pieces in now.items():
                core = cores.setdefault((guid, number), things(pieces))
                core &= things(pieces)
                if not core:
                    wrong.append(f"gap {number} asks for something else: {pieces}")
            grown = {e.guid: e for e in result.compiled.lock.notes.values()}
            wrong += [f"the lock lost of {entry.gaps}" for known, entry in entries.items()
                      if not entry.gaps.items() <= grown[known].gaps.items()]
            if wrong:
                return builds, [*told, *wrong]
            last, entries = (guid, now), grown
            before = Life(luck, [list(c) for c in life.clauses], dict(life.wishes), set(life.marked),
                          dict(life.curated))
        for _ in range(luck.randint(1, 2)):
            luck.choice(ACTS)(life)
            life.marked &= set(life.pieces())
    return builds, []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_number_ever_asks_for_something_else(tmp_path: Path, chunk: int) -> None:
    """Numbers keep their things, gaps that stand stay, nothing tells its answer, the lock grows."""
    seeds = range(chunk, LIVES, CHUNKS)
    builds, wrong = 0, []
    for seed in seeds:
        count, told = live(tmp_path / str(seed), seed)
        builds += count
        if told:
            wrong.append("\n".join([f"seed {seed}", *told]))
    assert wrong == [], f"{len(wrong)} of {len(seeds)} lives\n" + "\n\n".join(wrong[:3])
    assert builds > len(seeds) * EDITS / 2
