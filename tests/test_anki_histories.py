"""Random lives of decks: whatever an author does from release to release, no student loses anything.

DECKGEN_HISTORIES says how many are lived through; the default is a sample.
"""

import json
import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from deckgen.apkg import read_package
from deckgen.comparison import Cost, compare
from deckgen.compile import notetypes
from deckgen.diagnostics import Diagnostic
from deckgen.project import check
from deckgen.schema import common
from deckgen.verify import verify
from tests.anki_collection import (
    A_DAY,
    FIRST_RELEASE,
    CardKey,
    Student,
    open_student,
    release,
    rows_of,
    words,
    write_cards,
)

HISTORIES = int(os.environ.get("DECKGEN_HISTORIES", "12"))
RELEASES = 10

# A word that one item alone has, with its number in letters, or the year that it has.
STEMS = ["Ostra", "Kelvi", "Brumo", "Zend", "Quart", "Hulgo"]
FACT = re.compile(rf"\b(?:{'|'.join(STEMS)})[a-j]+n\b|\b1[2-9]\d\d\b")
MORE = re.compile(r'<div class="more".*?</div>')
FIGURE = re.compile(r'<svg class="timeline".*?</svg>', re.DOTALL)  # other items stand in it, too
FILLERS = """amber barley cedar dapple ember fallow garnet hazel indigo jasper kelp larch meadow
nettle olive pebble quarry russet saffron thistle umber velvet willow yarrow""".split()
TAILS = ["", " at last", " after long talks", " once more", " for good", " in spite of all"]
VERBS = ["signed", "drafted", "renewed", "left"]
SECTIONS = ["actors", "dates", "maps", "positions", "questions", "sentences", "sentences", "treaties"]
ASKABLE = {
    "actors": ["role", "known-for", "name"],
    "dates": ["when", "what"],
    "maps": ["where", "which"],
    "positions": ["position", "actor", "because"],
    "questions": ["forward", "reverse", "type"],
    "treaties": ["date", "parties", "terms", "significance", "name"],
}
ON_REQUEST = {"questions": {"reverse", "type"}, "treaties": {"name"}}
KIND = """
section: %section%
singular: map
was: %was%
fields:
  place: {takes: line, required: "yes"}
  country: {takes: line}
%fields%
cards:
  where: {front: "%where% {{Place}}", back: "{{Country}}"}
  which: {front: "{{#Country}}Which? {{Country}}{{/Country}}", back: "{{Place}}"}
%cards%
"""
RIVER = "  river: {takes: line}"
STREAM = '  stream: {front: "{{#River}}On which river? {{Place}}{{/River}}", back: "{{River}}"}'
# An author who is told one of these takes back what it is about.
TAKEN_BACK = {"ambiguous-identity", "cloze-number-taken", "cloze-renumbered", "duplicate-id",
              "id-moved", "id-retired", "kind-changed", "merged-lock", "not-retired"}


def number_in(text: str) -> int:
    """The number of the item whose words stand in a text, which must be one item's."""
    numbers = {
        int(fact) - 1200 if fact.isdigit() else int("".join(
            str("abcdefghij".index(letter)) for letter in re.sub("|".join(STEMS), "", fact)[:-1]))
        for fact in FACT.findall(text)
    }
    (number,) = numbers
    return number


@dataclass(frozen=True)
class Entry:
    """An item as its author sees it; its words and its year are its own, and never change."""

    number: int
    section: str
    id: str | None
    deck: str
    fillers: tuple[str, ...]
    answer: str = "first"
    note: str = ""
    tags: tuple[str, ...] = ()
    is_cited: bool = False
    ask: tuple[str, ...] | None = None
    has_more: bool = False
    gaps: frozenset[int] | None = None  # those marked; None if deckgen is to choose
    verb: str = "signed"  # of a sentence
    is_short: bool = False
    never: int | None = None  # the word that a plain sentence must not hide
    image: int = 0  # which version of its picture; 0 for none
    about: "Entry | None" = None

    def word(self, place: int) -> str:
        """One of the words that this item alone has."""
        letters = "".join("abcdefghij"[int(digit)] for digit in str(self.number))
        return f"{STEMS[place]}{letters}n"

    @property
    def year(self) -> str:
        """The year that this item alone has."""
        return str(1200 + self.number)

    def sentence(self) -> str:
        """The text of a key sentence."""
        w = [self.word(n) for n in range(6)]
        if self.gaps is None:
            where = "" if self.is_short else f" in {w[3]}"
            return (f"{w[0]} and {w[1]} {self.verb} the {w[2]} Treaty{where} on 7 May {self.year}"
                    f"{TAILS[len(self.fillers) - 1]}.")
        # Some gaps have the author's numbers, some only keep a part of their words when reworded.
        marks = ["{{{{c{n}::{word} {verb}::hint}}}}", "=={word} {verb}==", "=={word}=="]
        marked = [
            marks[(self.number + n) % 3].format(n=n + 50, word=word, verb=self.verb)
            if n in self.gaps else word for n, word in enumerate(w)
        ]
        return f"{' '.join(marked)} {' '.join(self.fillers)}."

    def values(self, has_river: bool) -> Mapping[str, object]:
        """The fields of its kind."""
        w, more, answer = [self.word(n) for n in range(6)], " ".join(self.fillers), self.answer
        if self.section == "sentences":
            return {"text": self.sentence()}
        if self.section == "questions":
            return {"q": f"{w[0]} {w[1]} {more}", "a": f"{w[2]} {w[3]} {answer}"}
        if self.section == "actors":
            return {"name": w[0], "aliases": [answer], "role": f"{w[1]} {more}"} | (
                {"known-for": w[2]} if self.has_more else {})
        if self.section == "dates":
            return {"date": f"{self.year}-05-07", "event": f"{w[0]} {w[1]} {more}",
                    "significance": answer}
        if self.section == "positions":
            return {"actor": w[0], "issue": w[1], "position": f"{w[2]} {more}",
                    "according-to": answer} | ({"because": w[3]} if self.has_more else {})
        if self.section == "treaties":
            return {"name": w[0], "date": f"{self.year}-05-07", "parties": [w[1], w[2]],
                    "terms": f"{w[3]} {more}", "place": answer} | (
                {"significance": w[4]} if self.has_more else {})
        return {"place": f"{w[0]} {more}", "country": f"{w[1]} {answer}"} | (
            {"river": w[2]} if self.has_more and has_river else {})

    def source(self, has_river: bool) -> str:
        """The item in YAML, which JSON is."""
        keys = dict(self.values(has_river))
        if self.id is not None:
            keys["id"] = self.id
        if self.note:
            keys["note"] = self.note
        if self.tags:
            keys["tags"] = list(self.tags)
        if self.is_cited:
            keys["source"] = "book, p. 3"
        if self.ask is not None:
            keys["ask"] = list(self.ask)
        if self.image:
            keys["image"] = f"picture-{self.number}.png"
        if self.about is not None:
            keys["sentence"] = self.about.sentence()
        plain = self.about or self
        if plain.section == "sentences" and plain.gaps is None and plain.never is not None:
            keys["cloze"] = {"never": plain.word(plain.never)}
        return json.dumps(keys)

    def wanted(self, has_river: bool) -> "Counter[frozenset[str]] | None":
        """What its cards ask for, one by one; None if deckgen chooses."""
        w = [self.word(n) for n in range(6)]
        if self.section == "sentences":
            return None if self.gaps is None else Counter(frozenset({w[n]}) for n in self.gaps)
        cards = {
            "questions": {"forward": {w[2], w[3]}, "reverse": {w[0], w[1]}, "type": {w[2], w[3]}},
            "actors": {"role": {w[1]}, "known-for": {w[2]}, "name": {w[0]}},
            "dates": {"when": {self.year}, "what": {w[0], w[1]}},
            "positions": {"position": {w[2]}, "actor": {w[0]}, "because": {w[3]}},
            "treaties": {"date": {self.year}, "parties": {w[1], w[2]}, "terms": {w[3]},
                         "significance": {w[4]}, "name": {w[0]}},
            "maps": {"where": {w[1]}, "which": {w[0]}, "stream": {w[2]}},
        }[self.section]
        asked = set(cards) - ON_REQUEST.get(self.section, set()) if self.ask is None \
            else set(self.ask)
        if not self.has_more:
            asked -= {"known-for", "because", "significance", "stream"}
        if not has_river:
            asked -= {"stream"}
        return Counter(frozenset(cards[card]) for card in asked)

    def own_words(self) -> Counter[str]:
        """The words by which an item without id is known."""
        return Counter(re.findall(r"\w+", " ".join(map(str, self.values(False).values())).casefold()))

    def is_near(self, other: "Entry") -> bool:
        """Whether it is an edit of another that deckgen must recognise."""
        mine, theirs = self.own_words(), other.own_words()
        return 2 * (mine & theirs).total() / (mine.total() + theirs.total()) > 0.55


@dataclass
class Deck:
    """Everything that an author has written."""

    name: str = "Test"
    files: dict[str, str] = field(default_factory=lambda: {"a": "One", "b": "Two::Deep"})
    entries: list[Entry] = field(default_factory=list)
    retired: list[Entry] = field(default_factory=list)  # as they were when they were taken out
    abouts: dict[int, Entry] = field(default_factory=dict)  # sentences taken out, by their items
    reasons: dict[str, str] = field(default_factory=dict)
    written: int = 0
    section: str = "maps"
    was: str = "charts"
    where: str = "Where is"
    has_river: bool = False
    style: int = 0
    fixed: set[int] = field(default_factory=set)  # what must not change again in this release
    touched: set[int] = field(default_factory=set)  # what has changed in it

    def all(self) -> Iterator[Entry]:
        """Every item, and the sentences about items."""
        for entry in self.entries:
            yield entry
            if entry.about is not None:
                yield entry.about


class Author:
    """Somebody who changes a deck at random, as authors do, from release to release."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.deck = Deck()
        self.published: dict[int, Entry] = {}
        self.told: Counter[str] = Counter()
        for _ in range(10):
            self.add(self.deck, self.chance)

    # ------------------------------------------------------------ changes

    def entry(self, deck: Deck, chance: random.Random, section: str) -> Entry:
        """Write a new item."""
        deck.written += 1
        number = deck.written
        is_plain = section == "sentences" and chance.random() < 0.5
        return Entry(
            number, section, f"item-{number}" if chance.random() < 0.4 else None,
            chance.choice(list(deck.files.values())),
            tuple(chance.sample(FILLERS, chance.randint(1, 6))),
            gaps=None if is_plain else frozenset(chance.sample(range(6), chance.randint(1, 3))),
            has_more=chance.random() < 0.5,
        )

    def add(self, deck: Deck, chance: random.Random) -> None:
        """A new item, anywhere, perhaps with a sentence about it."""
        entry = self.entry(deck, chance, chance.choice(SECTIONS))
        if entry.section != "sentences" and chance.random() < 0.2:
            about = self.entry(deck, chance, "sentences")
            entry = replace(entry, about=replace(about, id=None, deck=entry.deck))
        deck.entries.insert(chance.randint(0, len(deck.entries)), entry)
        deck.touched |= {entry.number, *([entry.about.number] if entry.about else [])}

    def changed(self, deck: Deck, seed: int) -> Deck:
        """The deck with one thing changed."""
        chance, deck = random.Random(seed), deepcopy(deck)
        whole: list[Callable[[Deck, random.Random], None]] = [
            self.add, self.add, self.add, self.remove, self.remove, self.remove, self.restore,
            self.restore, self.restore, self.restore_about, self.move, self.rename_file,
            self.resemble, self.resemble, self.succeed, self.succeed, self.swap_ids, self.take_id,
            self.rename_id, self.move_sentence, self.move_sentence, self.change_kind,
            self.give_reason, self.restyle,
        ]
        if chance.random() < 0.5:
            chance.choice(whole)(deck, chance)
            return deck
        place = chance.randrange(len(deck.entries))
        entry = deck.entries[place]
        if entry.number in deck.fixed:
            return deck
        new = self.edited(deck, entry, chance)
        before = self.published.get(entry.number)
        if before is not None and before.id is None and not new.is_near(before):
            return deck
        deck.entries[place] = new
        deck.touched.add(entry.number)
        return deck

    def edited(self, deck: Deck, entry: Entry, chance: random.Random) -> Entry:
        """An item with one thing changed, or two."""
        what = chance.choice(["reword", "reword", "reword all", "answer", "note", "tags", "source",
                              "deck", "ask", "ask", "more", "gap", "gap", "gap", "marks", "id",
                              "id and more", "image", "about", "about", "about", "about gap", "short"])
        if what == "about gap" and entry.about is not None:
            if entry.about.number in deck.fixed:
                return entry
            deck.touched.add(entry.about.number)
            return replace(entry, about=self.with_other_gaps(entry.about, chance))
        if what == "reword":
            place, word = chance.randrange(len(entry.fillers)), chance.choice(FILLERS)
            fillers = (*entry.fillers[:place], word, *entry.fillers[place + 1 :])
            return replace(entry, fillers=fillers, verb=chance.choice(VERBS))
        if what == "reword all":
            fillers = tuple(chance.sample(FILLERS, chance.randint(1, 6)))
            return replace(entry, fillers=fillers, verb=chance.choice(VERBS))
        if what == "answer":
            return replace(entry, answer=chance.choice(FILLERS))
        if what == "note" and entry.section != "questions":
            return replace(entry, note=f"Note *{chance.randrange(1000)}*")
        if what == "tags":
            return replace(entry, tags=(f"tag-{chance.randrange(9)}",))
        if what == "source":
            return replace(entry, is_cited=not entry.is_cited)
        if what == "deck":
            return replace(entry, deck=chance.choice(list(deck.files.values())))
        if what == "ask" and entry.section in ASKABLE:
            cards = ASKABLE[entry.section]
            ask = tuple(chance.sample(cards, chance.randint(0, len(cards))))
            new = replace(entry, ask=ask if chance.random() < 0.7 else None)
            return new if new.wanted(deck.has_river) or not ask else entry
        if what == "more" and entry.ask is None:
            return replace(entry, has_more=not entry.has_more)
        if what in ("gap", "marks", "short") and entry.section == "sentences":
            return self.with_other_gaps(entry, chance)
        if what in ("id", "id and more") and entry.id is None:
            fillers = entry.fillers
            if what == "id and more":
                fillers = tuple(chance.sample(FILLERS, len(fillers)))
            return replace(entry, id=f"item-{entry.number}", fillers=fillers)
        if what == "image":
            return replace(entry, image=chance.choice([0, 1, 2, 3]))
        if what == "about" and entry.section != "sentences":
            was = self.published.get(entry.number)
            if entry.about is None and was is not None and was.about is not None:
                return entry  # it has just been taken out
            if entry.about is None:
                about = self.entry(deck, chance, "sentences")
                return replace(entry, about=replace(about, id=None, deck=entry.deck))
            if entry.about.number not in deck.fixed:
                deck.abouts[entry.number] = self.published.get(entry.about.number, entry.about)
                return replace(entry, about=None)
        return entry

    def with_other_gaps(self, entry: Entry, chance: random.Random) -> Entry:
        """A sentence that asks something else too, or no longer."""
        what = chance.random()
        if entry.gaps is None:
            if what < 0.4:
                return replace(entry, is_short=not entry.is_short)
            if what < 0.6:
                return replace(entry, never=chance.choice([None, 0, 2]))
            if what < 0.8:
                return replace(entry, verb=chance.choice(VERBS))
            return replace(entry, gaps=frozenset(chance.sample(range(6), 2)))
        if what < 0.15:
            return replace(entry, gaps=None)
        if what < 0.3:
            return replace(entry, verb=chance.choice(VERBS))
        gaps = entry.gaps ^ {chance.randrange(6)}
        return replace(entry, gaps=gaps) if gaps else entry

    def remove(self, deck: Deck, chance: random.Random) -> None:
        """An item less, with a reason or without."""
        place = chance.randrange(len(deck.entries))
        entry = deck.entries[place]
        numbers = {entry.number, entry.about.number if entry.about else 0}
        if len(deck.entries) > 4 and not numbers & deck.fixed:
            del deck.entries[place]
            if (was := self.published.get(entry.number)) is not None:
                deck.retired.append(was)
                if was.id and chance.random() < 0.5:
                    deck.reasons[was.id] = "Asked *better* elsewhere."

    def restore(self, deck: Deck, chance: random.Random) -> None:
        """An item back, just as it was."""
        if deck.retired:
            entry = deck.retired.pop(chance.randrange(len(deck.retired)))
            present = {other.number for other in deck.all()}
            has_river = entry.has_more and deck.has_river  # and had it perhaps not
            if not {entry.number, entry.about.number if entry.about else 0} & present \
                    and not (entry.section == "maps" and has_river):
                deck.reasons.pop(entry.id or "", None)
                deck.entries.insert(chance.randint(0, len(deck.entries)), entry)
                deck.fixed.add(entry.number)

    def restore_about(self, deck: Deck, chance: random.Random) -> None:
        """A sentence back to the item that it is about."""
        present = {other.number for other in deck.all()}
        for place, entry in enumerate(deck.entries):
            about = deck.abouts.get(entry.number)
            if about and entry.about is None and entry.number not in deck.fixed \
                    and about.number not in present:
                deck.entries[place] = replace(entry, about=about)
                deck.fixed.add(about.number)
                del deck.abouts[entry.number]
                return

    def move(self, deck: Deck, chance: random.Random) -> None:
        """An item elsewhere in the order."""
        entry = deck.entries.pop(chance.randrange(len(deck.entries)))
        deck.entries.insert(chance.randint(0, len(deck.entries)), entry)

    def rename_file(self, deck: Deck, chance: random.Random) -> None:
        """A file under another name, or another one beside it."""
        name = chance.choice(list(deck.files))
        deck.files[f"{name[:3]}{chance.randint(0, 99)}"] = deck.files.pop(name)
        if chance.random() < 0.2:
            deck.files[f"z{len(deck.files)}"] = f"Three::Level {len(deck.files)}"

    def resemble(self, deck: Deck, chance: random.Random) -> None:
        """An item goes, and another of its kind is reworded to resemble it."""
        one = chance.choice(deck.entries)
        others = [other for other in deck.entries if other.section == one.section and other != one]
        if others and one.number not in deck.fixed and len(deck.entries) > 4:
            other = chance.choice(others)
            new = replace(other, fillers=one.fillers, answer=one.answer)
            before = self.published.get(other.number)
            if other.number in deck.fixed or (before and before.id is None
                                              and not new.is_near(before)):
                return
            deck.entries[deck.entries.index(other)] = new
            deck.touched.add(other.number)
            deck.entries.remove(one)
            if one.number in self.published:
                deck.retired.append(self.published[one.number])

    def succeed(self, deck: Deck, chance: random.Random) -> None:
        """An item goes, and a new one is written in its place that says nearly the same."""
        place = chance.randrange(len(deck.entries))
        entry = deck.entries[place]
        if entry.number not in deck.fixed:
            new = replace(self.entry(deck, chance, entry.section), fillers=entry.fillers,
                          answer=entry.answer, deck=entry.deck)
            deck.entries[place] = new
            deck.touched.add(new.number)
            if entry.number in self.published:
                deck.retired.append(self.published[entry.number])

    def swap_ids(self, deck: Deck, chance: random.Random) -> None:
        """Two items with each other's ids, which is a slip."""
        named = [entry for entry in deck.entries if entry.id is not None and entry.ask != ()
                 and entry.number not in deck.touched | deck.fixed]
        if len(named) > 1:
            one, other = chance.sample(named, 2)
            place, rival = deck.entries.index(one), deck.entries.index(other)
            deck.entries[place] = replace(one, id=other.id)
            deck.entries[rival] = replace(other, id=one.id)
            deck.fixed |= {one.number, other.number}

    def take_id(self, deck: Deck, chance: random.Random) -> None:
        """A new item with the id of one that is no more, which is a slip too."""
        used = {entry.id for entry in deck.entries}
        gone = [entry.id for entry in self.deck.retired if entry.id and entry.id not in used]
        if gone:
            new = self.entry(deck, chance, chance.choice(SECTIONS))
            deck.entries.append(replace(new, id=chance.choice(gone)))
            deck.reasons.pop(deck.entries[-1].id or "", None)

    def rename_id(self, deck: Deck, chance: random.Random) -> None:
        """An item with another id, or none, and nothing else changed."""
        named = [entry for entry in deck.entries if entry.id is not None and entry.ask != ()
                 and entry.number in self.published
                 and self.published[entry.number] == entry
                 and entry.number not in deck.touched | deck.fixed
                 and not (entry.section == "maps" and entry.has_more)]
        if named:
            entry = chance.choice(named)
            new = replace(entry, id=chance.choice([None, f"{entry.id}-{chance.randrange(99)}"]))
            deck.entries[deck.entries.index(entry)] = new
            deck.fixed |= {entry.number, entry.about.number if entry.about else 0}

    def move_sentence(self, deck: Deck, chance: random.Random) -> None:
        """A sentence from the list to an item, or from an item to the list; its text stays."""
        def is_free(entry: Entry) -> bool:
            return entry.number not in deck.touched | deck.fixed

        hosts = [entry for entry in deck.entries if entry.section != "sentences" and is_free(entry)]
        inner = [host for host in hosts if host.about is not None and is_free(host.about)]
        outer = [entry for entry in deck.entries if entry.section == "sentences"
                 and is_free(entry) and entry.never is None]
        empty = [host for host in hosts if host.about is None]
        if inner and chance.random() < 0.5:
            host = chance.choice(inner)
            about = host.about
            if about is None or about.never is not None:
                return
            deck.entries[deck.entries.index(host)] = replace(host, about=None)
            deck.entries.append(replace(about, id=chance.choice([None, f"item-{about.number}"])))
        elif outer and empty:
            about, host = chance.choice(outer), chance.choice(empty)
            deck.entries.remove(about)
            plain = replace(about, id=None, deck=host.deck, note="", image=0)
            deck.entries[deck.entries.index(host)] = replace(host, about=plain)
        else:
            return
        deck.fixed |= {about.number, host.number}

    def change_kind(self, deck: Deck, chance: random.Random) -> None:
        """The own kind says it otherwise, gains a field and a card, or has another name."""
        what = chance.random()
        if what < 0.6:
            deck.where = f"{chance.choice(FILLERS)} is"
        elif what < 0.8:
            deck.has_river = True
        else:
            deck.was, deck.section = self.deck.section, f"maps-{chance.randrange(99)}"

    def give_reason(self, deck: Deck, chance: random.Random) -> None:
        """Why an item went, told later, or in other words."""
        here = {entry.id for entry in deck.entries}
        gone = [entry.id for entry in deck.retired
                if entry.id and entry.id not in here and entry.number in self.published
                and entry.number not in deck.touched]
        if gone:
            deck.reasons[chance.choice(gone)] = f"It was {chance.choice(FILLERS)}."

    def restyle(self, deck: Deck, chance: random.Random) -> None:
        """Another style, or another name for the whole deck."""
        if chance.random() < 0.5:
            deck.style += 1
        else:
            deck.name = f"Test {chance.randrange(99)}"

    # ------------------------------------------------------------ releases

    def write(self, deck: Deck) -> Path:
        """Write all files anew; the lock stays."""
        cards = self.folder / "cards"
        for path in cards.glob("*.yaml"):
            path.unlink()
        shutil.rmtree(cards / "media", ignore_errors=True)
        texts = {"deck": f"id: test-deck\nname: {deck.name}\n",
                 "sources": "book: {title: A book}\n"}
        for name, below in deck.files.items():
            lines = [f"deck: {below}"]
            for section in dict.fromkeys(SECTIONS):
                mine = [entry for entry in deck.entries
                        if (entry.section, entry.deck) == (section, below)]
                head = deck.section if section == "maps" else section
                lines += [f"{head}:"] * bool(mine)
                lines += [f"  - {entry.source(deck.has_river)}" for entry in mine]
            texts[name] = "\n".join([*lines, ""])
        reasons = "".join(f"  {name}: {why}\n" for name, why in deck.reasons.items())
        texts["zz"] = f"deck: One\nretired:\n{reasons}" if reasons else "deck: One\n"
        write_cards(self.folder, **texts)
        kind = KIND.replace("%fields%", RIVER * deck.has_river).replace(
            "%cards%", STREAM * deck.has_river).replace("%where%", deck.where).replace(
            "%section%", deck.section).replace("%was%", deck.was)
        cards.joinpath("kinds").mkdir(exist_ok=True)
        cards.joinpath("kinds", "maps.yaml").write_text(kind, encoding="utf-8")
        for entry in deck.entries:
            if entry.image:
                cards.joinpath("media").mkdir(exist_ok=True)
                picture = cards / "media" / f"picture-{entry.number}.png"
                picture.write_bytes(f"{entry.number} {entry.image}".encode())
        return cards

    def objections(self, cards: Path) -> list[str]:
        """What deckgen says against a deck that makes its author take something back."""
        said = []
        for found in check(cards).found:
            if found.is_error and found.rule not in TAKEN_BACK:
                raise AssertionError(found)
            if found.is_error or (found.rule == "matched-by-text" and _is_wrong(found)):
                said.append(found.rule)
        return said

    def publish(self, day: int, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Build what the author has written, and what the author is told of is put right first."""
        seeds = [self.chance.randrange(1 << 30) for _ in range(self.chance.randint(0, 12))]
        before = deck = self.deck
        for seed in seeds:
            deck = self.changed(deck, seed)
        if self.objections(self.write(deck)):
            deck = before
            for seed in seeds:
                new = self.changed(deck, seed)
                said = self.objections(self.write(new))
                self.told.update(said)
                deck = new if not said else deck
        deck.fixed, deck.touched = set(), set()
        self.deck = deck
        style = replace(common(), css=f"{common().css}\n.mine {{ width: {deck.style}px }}")
        monkeypatch.setattr(notetypes, "common", lambda: style)
        package = release(self.write(deck), day)
        monkeypatch.undo()
        self.published |= {entry.number: entry for entry in deck.all()}
        return package


def _is_wrong(found: Diagnostic) -> bool:
    """Whether an item is taken for another than it is."""
    line = Path(found.span.path).read_text("utf-8").split("\n")[found.span.line - 1]
    own = re.sub(r', "sentence": .*', "", line)
    return number_in(own) != number_in(found.message)


# ---------------------------------------------------------------- a student's life

NOTES = "select guid, flds, tags, mod from notes"


@dataclass(frozen=True)
class Seen:
    """What a card shows: the facts that it asks for; banners ask for none."""

    facts: frozenset[str]
    is_retired: bool

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on it."""
        return not self.facts and not self.is_retired


def seen(student: Student) -> dict[CardKey, Seen]:
    """Look at every card."""
    shown = {}
    for key, card in student.card_ids().items():
        sides = student.sides(card)
        # What stands below an answer to explain it is not asked for.
        front, back = words(sides.question), words(MORE.sub("", FIGURE.sub("", sides.answer)))
        if "[[type:Answer]]" in back:
            back += " " + words(student.col.get_card(card).note()["Answer"])
        facts = set(FACT.findall(back)) - set(FACT.findall(front))
        shown[key] = Seen(frozenset(facts), "Retired." in front)
    return shown


SCHEDULING = ("select id, did, type, queue, due, ivl, factor, reps, lapses, flags, data from cards "
              "order by id")


class Life:
    """One student, who imports some of the releases, and studies and edits in between."""

    def __init__(self, student: Student, chance: random.Random) -> None:
        self.student = student
        self.chance = chance
        self.asked: dict[CardKey, frozenset[str]] = {}
        self.edited: dict[str, int] = {}  # when a note was edited last, by guid
        self.chosen: dict[int, set[frozenset[str]]] = {}  # what plain sentences ask

    def imports(
        self, package: Path, changed: dict[str, int], guids: dict[int, str], deck: Deck
    ) -> None:
        """Import a release.

        `changed` says when each note was last changed by its author, `guids` which an item's is.
        """
        student = self.student
        reviews, notes, before = student.reviews(), student.contents(), student.rows(SCHEDULING)
        assert student.install(package).other == ()
        after, shown = student.contents(), seen(student)
        # Reviews and whatever else belongs to cards stay; cards are added and nothing else.
        assert student.reviews() == reviews
        kept = {row[0] for row in before}
        assert [row for row in student.rows(SCHEDULING) if row[0] in kept] == before
        # Corrections arrive, and a student's edits stay, whichever is later.
        released = {guid: (text.split("\x1f"), tags.strip())
                    for guid, text, tags, _ in rows_of(package, NOTES)}
        self.edited = {guid: at for guid, at in self.edited.items() if changed[guid] <= at}
        for guid, content in after.items():
            assert content == (notes if guid in self.edited else released)[guid]
        assert set(after) == set(released)
        # Every card asks what it always asked, or is retired.
        for key, card in shown.items():
            if card.is_blank:
                assert key.guid in self.edited, student.sides(student.card_ids()[key])
                assert not reviews[key]
            elif not card.is_retired:
                assert self.asked.setdefault(key, card.facts) == card.facts
        self.assert_complete(shown, guids, deck)
        assert set(student.empty_cards()) \
            == {student.card_ids()[key] for key, card in shown.items() if card.is_blank}
        assert_sound(student, package)
        everything = student.everything()
        student.install(package)
        assert student.everything() == everything

    def assert_complete(
        self, shown: dict[CardKey, Seen], guids: dict[int, str], deck: Deck
    ) -> None:
        """What the author wants asked is asked once, and nothing else is but by edited notes."""
        living: dict[int, Counter[frozenset[str]]] = {}
        for key, card in shown.items():
            if card.facts and not card.is_retired:
                number = number_in(" ".join(card.facts))
                assert key.guid == guids[number]
                living.setdefault(number, Counter())[card.facts] += 1
        mine = {number for number, guid in guids.items() if guid in self.edited}
        chosen: dict[int, set[frozenset[str]]] = {}
        for entry in deck.all():
            if entry.number in mine:
                continue
            asks = living.pop(entry.number, Counter())
            wanted = entry.wanted(deck.has_river)
            if wanted is not None:
                assert asks == wanted, entry
                continue
            # A gap that was chosen stays as long as its words do.
            chosen[entry.number] = set(asks)
            shows = set(FACT.findall(entry.sentence()))
            never = {entry.word(entry.never)} if entry.never is not None else set()
            kept = {facts for facts in self.chosen.get(entry.number, set())
                    if facts <= shows and not facts & never}
            assert kept <= set(asks), entry
            assert max(asks.values(), default=0) == 1
        assert set(living) <= mine
        self.chosen = chosen

    def lives(self, now: int) -> None:
        """Study, edit and put in order, at this time."""
        chance, student = self.chance, self.student
        blank = {key for key, card in seen(student).items() if card.is_blank}
        cards = [card for key, card in student.card_ids().items() if key not in blank]
        student.study(*chance.sample(cards, chance.randint(0, len(cards) * 2 // 3)))
        own = student.col.decks.id("My own")
        assert own is not None
        for card in chance.sample(cards, min(len(cards), 3)):
            what = chance.choice(["suspend", "flag", "move"])
            if what == "suspend":
                student.col.sched.suspend_cards([card])
            elif what == "flag":
                student.col.set_user_flag_for_cards(3, [card])
            else:
                student.col.set_deck([card], own)
        for guid in chance.sample(sorted(student.notes()), chance.randint(0, 2)):
            what = chance.choice(["own field", "another field", "tag"])
            ((note_id,),) = student.rows(f"select id from notes where guid = '{guid}'")  # noqa: S608
            note = student.col.get_note(note_id)
            if what == "own field":
                note["My notes"] += "Mine"
            elif what == "another field":
                note["Note"] += "Mine"
            else:
                note.tags.append("mine")
            student.col.update_note(note)
            # Now, or between this release and the next.
            at = chance.choice([now, now, int(time.time())])
            if student.col.db is not None:
                student.col.db.execute("update notes set mod = ? where guid = ?", at, guid)
            self.edited[guid] = at


def diff(old: Path, new: Path) -> list[object]:
    """What deckgen says that students of a release lose with the next; genuine Anki agrees.

    Whether a reworded card asks for another fact, words alone cannot tell; here it is known.
    """
    losses = compare(read_package(old), read_package(new)).losses
    said = {(finding.fault.value, finding.guid, finding.ordinal) for finding in verify(new, old).findings}
    assert said == {(loss.cost.value, loss.guid, loss.ordinal) for loss in losses}
    return [loss for loss in losses if loss.cost is not Cost.SHIFTED]


def assert_sound(student: Student, package: Path) -> None:
    """Anki finds nothing to set right, and no note type more than there are in the package."""
    assert student.check_database() == []
    assert student.rows("select guid from notes group by guid having count() > 1") == []
    assert student.media_faults()[0] == []
    (models,) = rows_of(package, "select models from col")[0]
    assert set(student.note_type_names()) == {
        made["name"] for made in json.loads(models).values()}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_history_of_releases_costs_anything(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever an author does, every card asks for ever what it asked first, or says it is retired.

    No review is lost, nothing doubles, nothing goes blank, every correction arrives and every edit
    of the student's stays, whichever of the two is later.
    """
    author, life = Author(seed, tmp_path), Life(student, random.Random(seed))
    changed: dict[str, int] = {}
    last: dict[str, tuple[object, ...]] = {}
    guids: dict[int, str] = {}
    numbers: dict[str, int] = {}
    day, last_package = 0, tmp_path / "last.apkg"
    for n in range(RELEASES):
        day += life.chance.choice([0, 1, 1, 2, 30])
        package = author.publish(day, monkeypatch)
        assert n == 0 or diff(last_package, package) == []
        shutil.copy(package, last_package)
        cards = Counter(rows_of(package, "select n.guid, c.ord from cards c join notes n "
                                         "on n.id = c.nid"))
        for guid, text, tags, _ in rows_of(package, NOTES):
            content = (text, tags, tuple(sorted(o for g, o in cards if g == guid)))
            if last.get(guid) != content:
                changed[guid] = FIRST_RELEASE + day * A_DAY
                last[guid] = content
            if " retired " not in tags:
                number = number_in(FIGURE.sub("", text))
                assert guids.setdefault(number, guid) == guid, (day, text)
                assert numbers.setdefault(guid, number) == number, (day, text)
        if n in (0, RELEASES - 1) or life.chance.random() < 0.7:
            life.imports(package, changed, guids, author.deck)
        life.lives(FIRST_RELEASE + day * A_DAY + A_DAY // 2)
    with open_student(tmp_path / "fresh") as fresh:
        Life(fresh, life.chance).imports(package, changed, guids, author.deck)


# ---------------------------------------------------------------- branches

MERGES = [[], ["--diff3"], ["--union"]]


def branch(author: Author, folder: Path, seed: int) -> Author:
    """Another author, who goes on from where this one is."""
    shutil.copytree(author.folder, folder)
    other = Author(seed, folder)
    other.deck, other.published = deepcopy(author.deck), dict(author.published)
    other.deck.written += 300  # so that its new items have words of their own
    # Of what a whole deck has, one of the two may change it.
    other.change_kind = other.restyle = lambda deck, chance: None  # type: ignore[method-assign]
    return other


def touched_by_moves(*decks: Deck) -> list[set[int]]:
    """The numbers of sentences that do not stand in the same place in all, each with its hosts.

    Those that meet, at a host, go together.
    """
    places: dict[int, set[int]] = {}
    for deck in decks:
        for entry in deck.entries:
            places.setdefault(entry.number, set()).add(0)
            if entry.about:
                places.setdefault(entry.about.number, set()).add(entry.number)
    groups: list[set[int]] = []
    for sentence, hosts in places.items():
        if len(hosts) > 1:
            group = {sentence, *hosts - {0}}
            met = [other for other in groups if other & group]
            groups = [*(other for other in groups if other not in met), group.union(*met)]
    return groups


def settled(base: Deck, ours: Deck, theirs: Deck, chance: random.Random | None) -> Deck:
    """What an author makes of two branches: what either has changed; of what both have, one.

    Which one is left to chance, or is ours. Sentences that moved, and their hosts, are all taken
    from one branch: from the one that has changed any of them, if the other has not.
    """
    was, mine, other = ({entry.number: entry for entry in deck.entries}
                        for deck in (base, ours, theirs))
    entries = []
    movers = chance.choice([mine, other]) if chance else mine
    moved: dict[int, dict[int, Entry]] = {}
    for group in touched_by_moves(base, ours, theirs):
        changed = [branch for branch in (mine, other)
                   if any(branch.get(number) != was.get(number) for number in group)]
        moved |= dict.fromkeys(group, changed[0] if len(changed) == 1 else movers)
    for number in dict.fromkeys([*mine, *other]):
        one, two, before = mine.get(number), other.get(number), was.get(number)
        if number in moved:
            chosen = moved[number].get(number)
        elif before in (one, two):
            chosen = two if one == before else one
        else:
            chosen = chance.choice([one, two]) if chance else one
        if chosen is not None and one is not None and two is not None and one != two:
            old = before.id if before else None
            name = next((entry.id for entry in (one, two) if entry.id != old), old)
            chosen = replace(chosen, id=name)
        if chosen is not None:
            entries.append(chosen)
    deck, seen = deepcopy(ours), {entry.about.number for entry in entries if entry.about}
    deck.entries, ids = [], set()
    for entry in entries:
        if entry.number not in seen and (entry.id is None or entry.id not in ids):
            deck.entries.append(entry)
            ids.add(entry.id)
    deck.files |= {f"merged{n}": below for n, below in enumerate(theirs.files.values())
                   if below not in deck.files.values()}
    deck.reasons = {}
    return deck


def released(author: Author, day: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Deck]:
    """A release kept under a name of its own, and what is in it."""
    package = author.publish(day, monkeypatch)
    kept = package.with_name(f"{day}.apkg")
    shutil.copy(package, kept)
    return kept, deepcopy(author.deck)


@pytest.mark.parametrize("seed", range(HISTORIES // 2))
def test_no_merge_of_branches_costs_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whoever has a release of either branch, or none, gets what the author makes of both.

    The lock is left as git leaves it. Where it is refused, the line of one branch is kept, and
    students of that one lose nothing.
    """
    pytest.importorskip("anki.collection")
    chance = random.Random(seed)
    ours = Author(seed, tmp_path / "ours")
    ours.folder.mkdir()
    base = [released(ours, day, monkeypatch) for day in range(2)]
    theirs = branch(ours, tmp_path / "theirs", seed + 10**6)
    locks = [author.folder / "cards" / "deckgen.lock" for author in (ours, theirs)]
    before = tmp_path / "base.lock"
    shutil.copy(locks[0], before)
    started = ours.deck
    lives = {name: base + [released(author, day, monkeypatch) for day in (2, 2 + chance.randint(1, 3))]
             for name, author in {"ours": ours, "theirs": theirs}.items()}
    both = Author(seed, tmp_path / "both")
    both.deck = settled(started, ours.deck, theirs.deck, chance)
    lock = both.write(both.deck) / "deckgen.lock"
    lock.write_bytes(subprocess.run(
        ["git", "merge-file", "-p", *chance.choice(MERGES), locks[0], before, locks[1]],
        capture_output=True, check=False).stdout)
    while refused := both.objections(lock.parent):
        if refused != ["merged-lock"]:
            return  # what the author takes back then, the other test has
        both.deck = settled(started, ours.deck, theirs.deck, None)
        both.write(both.deck)
        keep_ours(lock, locks[0].read_text("utf-8").split("\n"))
        lives.pop("theirs", None)
    package = release(lock.parent, 6)
    guids: dict[int, str] = {}
    for path in [*(path for life in lives.values() for path, _ in life), package]:
        for guid, text, tags, _ in rows_of(path, NOTES):
            if " retired " not in tags:
                assert guids.setdefault(number_in(FIGURE.sub("", text)), guid) == guid
    for name, life in {**lives, "fresh": []}.items():
        with open_student(tmp_path / name / "student") as student:
            one = Life(student, chance)
            for path, deck in life:
                one.imports(path, {}, guids, deck)
                student.study_all()
            one.chosen = {}  # what the other branch has chosen may take its place
            one.imports(package, {}, guids, both.deck)


def keep_ours(lock: Path, ours: list[str]) -> None:
    """Delete the other branch's line of the two that a refusal names."""
    (refusal,) = (found for found in check(lock.parent).found if found.is_error)
    other = re.search(r"line (\d+)", refusal.message)
    if other is None:
        raise AssertionError(refusal)
    lines = lock.read_text("utf-8").split("\n")
    named = [lines[number - 1] for number in (refusal.span.line, int(other[1]))]
    lines.remove(next(line for line in named if line not in ours))
    lock.write_text("\n".join(lines), encoding="utf-8")
