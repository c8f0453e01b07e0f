"""Made-up releases: right ones, of a small project that its author edits; wrong ones, tampered with."""

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from deckgen.apkg import write_package
from deckgen.model import FIELD_SEPARATOR, Deck, Note, NoteType
from tests.anki_collection import try_release, write_cards

NOUNS = """treaty summit island embassy charter border minister embargo parliament ceasefire alliance
committee declaration crisis resolution president ambassador conference boycott referendum""".split()
PLACES = "Paris Minsk Tokyo Vienna Geneva Helsinki Astana Reykjavik Yalta Potsdam".split()


def packed(deck: Deck, path: Path) -> Path:
    """Write a package."""
    with path.open("wb") as file:
        write_package(deck, file)
    return path


# ---------------------------------------------------------------- right releases


@dataclass
class Author:
    """Somebody who edits a small deck in ordinary ways, from release to release."""

    chance: random.Random
    folder: Path
    items: dict[int, dict[str, str]] = field(default_factory=dict)
    retired: dict[int, dict[str, str]] = field(default_factory=dict)
    made: int = 0

    def add(self) -> None:
        """Write an item of which every word is its own, but for some that all have."""
        n, self.made = self.made, self.made + 1
        noun, place = self.chance.choice(NOUNS), self.chance.choice(PLACES)
        kind = self.chance.choice(["questions", "dates", "actors", "sentences", "sentences"])
        item = {"kind": kind, "file": self.chance.choice("ab"), "tags": "[one]"}
        if self.chance.random() < 0.7 or kind != "questions":
            item["id"] = f"item-{n}"
        if kind == "questions":
            item |= {"q": f"Which {noun}{n} followed the quarrel{n} of {place}{n}?", "a": f"The answer{n}",
                     "ask": self.chance.choice(["[forward]", "[forward, reverse]"])}
        elif kind == "dates":
            item |= {"date": f"{1800 + n}-0{self.chance.randint(1, 9)}-11",
                     "event": f"The {noun}{n} of {place}{n} is opened"}
        elif kind == "actors":
            item |= {"name": f"Person{n} of {place}{n}", "role": f"Minister{n} for the {noun}{n}",
                     "known-for": f"Opened the hall{n} of a {noun}{n}"}
        else:
            item |= {"text": f"=={place}{n}== saw the =={noun}{n}== of ==year{n}== and was content{n}."}
        self.items[n] = item

    def edit(self) -> None:
        """Change something, as authors do."""
        chance = self.chance
        what = chance.choice(["add", "retire", "restore", "tags", "file", "note", "reword", "correct",
                              "gap", "ask"])
        if what == "add" or not self.items:
            self.add()
            return
        n = chance.choice(list(self.items))
        item = self.items[n]
        if what == "retire" and len(self.items) > 3:
            self.retired[n] = self.items.pop(n)
        elif what == "restore" and self.retired:
            n = chance.choice(list(self.retired))
            self.items[n] = self.retired.pop(n)
        elif what == "tags":
            item["tags"] = chance.choice(["[one]", "[two]", "[one, two]", "[two, one]"])
        elif what == "file":
            item["file"] = chance.choice("abc")
        elif what == "note":
            item["note"] = f"Note {chance.randrange(100)}"
        elif what in ("reword", "correct", "gap", "ask"):
            self.edit_text(item, what)

    def edit_text(self, item: dict[str, str], what: str) -> None:
        """Reword an item, correct its answer, add or drop a gap or a card."""
        chance, kind = self.chance, item["kind"]
        if what == "reword":
            for key in ("q", "event", "known-for", "text"):
                if key in item:
                    words = item[key].split(" ")
                    words.insert(chance.randrange(1, len(words)), chance.choice(["then", "indeed"]))
                    item[key] = " ".join(words)
        elif what == "correct" and kind == "questions":
            item["a"] = f"No, {chance.randrange(1990, 2020)}"
        elif what == "correct" and kind == "dates":
            item["date"] = f"{item['date'][:-2]}{chance.randint(12, 28)}"
        elif what == "gap" and kind == "sentences":
            marked = re.findall(r"==(.*?)==", item["text"])
            words = [word for word in item["text"].strip(".").split(" ") if word[-1].isdigit()]
            word = chance.choice(marked + words)
            if word in marked and len(marked) > 1:
                item["text"] = item["text"].replace(f"=={word}==", word)
            elif word in words:
                item["text"] = item["text"].replace(word, f"=={word}==")
        elif what == "ask" and kind == "questions":
            item["ask"] = chance.choice(["[forward]", "[forward, reverse]", "[forward, type]"])

    def source(self) -> Iterator[tuple[str, str]]:
        """Write the files."""
        for name in "abc":
            lines = [f"deck: Part {name}"]
            for kind in ("questions", "dates", "actors", "sentences"):
                mine = [item for item in self.items.values()
                        if (item["file"], item["kind"]) == (name, kind)]
                lines += [f"{kind}:"] * bool(mine)
                for item in mine:
                    keys = [key for key in item if key not in ("file", "kind")]
                    lines += [f"  {'-' if i == 0 else ' '} {key}: {item[key]}"
                              for i, key in enumerate(keys)]
            yield name, "\n".join([*lines, ""])

    def publish(self, day: int) -> Path | None:
        """Build what there is now; None if deckgen refuses it, because it would cost students."""
        result = try_release(write_cards(self.folder, **dict(self.source())), day)
        return result.package and result.package.rename(result.package.with_name(f"{day}.apkg"))


def history(seed: int, folder: Path, releases: int) -> list[Path]:
    """Publish a small deck several times, edited in between."""
    author = Author(random.Random(seed), folder)
    for _ in range(8):
        author.add()
    packages = []
    for day in range(releases):
        was = deepcopy((author.items, author.retired))
        for _ in range(author.chance.randint(1, 6) if day else 0):
            author.edit()
        if package := author.publish(day):
            packages.append(package)
        else:
            author.items, author.retired = was
    return packages


# ---------------------------------------------------------------- wrong releases


def with_notes(deck: Deck, change: Callable[[Note], Note | None]) -> Deck:
    """Change the notes of a deck; one that becomes None is left out."""
    return replace(deck, notes=tuple(new for note in deck.notes if (new := change(note)) is not None))


def with_types(deck: Deck, change: Callable[[NoteType], NoteType]) -> Deck:
    """Change the note types of a deck, and its notes with them; a field more is empty."""
    made = {was: change(was) for was in deck.note_types}

    def changed(note: Note) -> Note:
        now = made[note.note_type]
        more = len(now.fields) - len(note.note_type.fields)
        return note._replace(note_type=now, text=note.text + FIELD_SEPARATOR * more)

    return replace(with_notes(deck, changed), note_types=tuple(made.values()))


def with_field(note: Note, place: int, text: str) -> Note:
    """Write another text into a field."""
    fields = list(note.fields)
    fields[place] = text
    return note._replace(text=FIELD_SEPARATOR.join(fields))


class Tampering:
    """What scripts, and people who edit what scripts have made, do to a deck."""

    def __init__(self, chance: random.Random, now: int) -> None:
        self.chance = chance
        self.now = now  # when the deck is built

    def tampered(self, deck: Deck) -> Deck:
        """Do some of it."""
        ways = [getattr(self, name) for name in sorted(vars(Tampering)) if name.startswith("t_")]
        for way in self.chance.sample(ways, self.chance.randint(1, 5)):
            deck = way(deck)
        return deck

    def some(self, deck: Deck) -> set[str]:
        """Choose notes."""
        guids = [note.guid for note in deck.notes]
        return set(self.chance.sample(guids, min(len(guids), self.chance.randint(1, 4))))

    def on_some(self, deck: Deck, change: Callable[[Note], Note | None]) -> Deck:
        """Change some notes; their times of change rise, as a rule."""
        chosen = self.some(deck)
        rises = self.chance.random() < 0.7

        def changed(note: Note) -> Note | None:
            new = change(note) if note.guid in chosen else note
            return new._replace(mod=self.now) if new is not None and new is not note and rises else new

        return with_notes(deck, changed)

    # ------------------------------------------------------------ notes

    def t_times(self, deck: Deck) -> Deck:
        """Times rise or fall, of some or of all."""
        if self.chance.random() < 0.2:
            return with_notes(deck, lambda note: note._replace(mod=self.now))
        chosen, by = self.some(deck), self.chance.choice([-1000, -1, 1, 1000])
        return with_notes(deck, lambda note: note._replace(mod=note.mod + by) if note.guid in chosen
                          else note)

    def t_guids(self, deck: Deck) -> Deck:
        """Other guids, perhaps of edited notes."""
        return self.on_some(deck, lambda note: self.reworded(note._replace(guid=f"{note.guid}x"))
                            if self.chance.random() < 0.5 else note._replace(guid=f"{note.guid}y"))

    def t_reused(self, deck: Deck) -> Deck:
        """Guids that are numbers of rows: one row is taken out, and every later note has another."""
        made = self.chance.choice(deck.note_types)
        guids = [note.guid for note in deck.notes if note.note_type is made]
        earlier = dict(pairwise(guids))

        def moved(note: Note) -> Note | None:
            if note.guid in earlier:
                return note._replace(guid=earlier[note.guid], mod=self.now)
            return None if note.guid in guids[-1:] else note

        return with_notes(deck, moved)

    def reworded(self, note: Note) -> Note:
        """Put a word into a note's first field."""
        words = note.fields[0].split(" ")
        words.insert(self.chance.randrange(1, len(words) + 1), "newly")
        return with_field(note, 0, " ".join(words))

    def t_text(self, deck: Deck) -> Deck:
        """Reworded, or written in other code points."""
        if self.chance.random() < 0.3:
            return self.on_some(deck, lambda note: note._replace(
                text=normalize("NFD", note.text).replace(" ", " \x07", 1)))
        return self.on_some(deck, self.reworded)

    def t_fields(self, deck: Deck) -> Deck:
        """Two fields of a note change places."""
        def swapped(note: Note) -> Note:
            fields = list(note.fields)
            fields[0], fields[1] = fields[1], fields[0]
            return note._replace(text=FIELD_SEPARATOR.join(fields))
        return self.on_some(deck, swapped)

    def t_emptied(self, deck: Deck) -> Deck:
        """A field is emptied."""
        return self.on_some(deck, lambda note: with_field(
            note, self.chance.randrange(len(note.fields) - 1), ""))

    def t_clozes(self, deck: Deck) -> Deck:
        """Numbers are exchanged or moved up, or a gap is taken out."""
        def renumbered(note: Note) -> Note:
            if not note.note_type.is_cloze:
                return note
            way = self.chance.choice(["swap", "up", "drop"])
            if way == "drop":
                text = re.sub(r"\{\{c1::(.*?)\}\}", r"\1", note.text)
            else:
                to = {"1": "2", "2": "1"} if way == "swap" else {str(n): str(n % 3 + 1) for n in range(1, 4)}
                text = re.sub(r"\{\{c(\d)::", lambda m: f"{{{{c{to.get(m[1], m[1])}::", note.text)
            has = {int(number) - 1 for number in re.findall(r"\{\{c(\d)::", text)}
            return note._replace(text=text, cards=tuple(sorted(has)))
        return with_notes(deck, lambda note: renumbered(note)._replace(mod=self.now)) \
            if self.chance.random() < 0.2 else self.on_some(deck, renumbered)

    def t_left_out(self, deck: Deck) -> Deck:
        """Notes are left out."""
        chosen = self.some(deck)
        return with_notes(deck, lambda note: None if note.guid in chosen else note)

    def t_cards(self, deck: Deck) -> Deck:
        """A card fewer or more than there should be."""
        def other(note: Note) -> Note:
            if self.chance.random() < 0.5 and len(note.cards) > 1:
                return note._replace(cards=note.cards[1:], elsewhere=())
            most = 4 if note.note_type.is_cloze else len(note.note_type.templates)
            return note._replace(cards=tuple(sorted({*note.cards, self.chance.randrange(most)})))
        return self.on_some(deck, other)

    def t_tags(self, deck: Deck) -> Deck:
        """Other tags, or other capitals."""
        return self.on_some(deck, lambda note: note._replace(tags=self.chance.choice([
            (*note.tags, "more"), note.tags[1:], tuple(tag.upper() for tag in note.tags), ("a::", *note.tags)])))

    def t_deck(self, deck: Deck) -> Deck:
        """Another deck."""
        return self.on_some(deck, lambda note: note._replace(deck=f"{deck.name}::Other"))

    # ------------------------------------------------------------ note types

    def on_a_type(self, deck: Deck, change: Callable[[NoteType], NoteType]) -> Deck:
        """Change a note type; its time of change rises, as a rule."""
        chosen = self.chance.choice(deck.note_types)
        mod = chosen.mod + self.chance.choice([1000, 1000, 1000, 0, -1])
        return with_types(deck, lambda made: replace(change(made), mod=mod) if made is chosen else made)

    def t_template(self, deck: Deck) -> Deck:
        """The text of templates changes, or is exchanged, or cannot be used."""
        way = self.chance.choice(["swap", "text", "broken", "empty", "sides", "back"])

        def other(made: NoteType) -> NoteType:
            (name, number, front, back), *others = made.templates
            if way == "swap" and others:
                (name_2, number_2, front_2, back_2), *others = others
                others.insert(0, (name_2, number_2, front, back))
                front, back = front_2, back_2
            elif way == "sides":
                front, back = back.replace("{{FrontSide}}", ""), f"{{{{FrontSide}}}}{front}"
            elif way == "back":
                back = "{{What}}"
            else:
                front = {"text": f"{front} indeed", "broken": "{{#Nothing}}", "empty": ""}.get(way, front)
            return replace(made, templates=((name, number, front, back), *others))

        return self.on_a_type(deck, other)

    def t_names(self, deck: Deck) -> Deck:
        """Names of the type, of a field or a card change; ids are lost or others."""
        way = self.chance.choice(["type", "field", "card", "no ids", "no ids, field", "id", "card id",
                                  "moved", "order"])

        def other(made: NoteType) -> NoteType:
            fields, cards = list(made.fields), list(made.templates)
            if way == "id":
                fields[1] = (fields[1][0], 77)
            if way == "moved":
                fields[:2] = fields[1::-1]
            if "field" in way:
                fields[2] = ("Renamed", fields[2][1])
            if "no ids" in way:
                fields = [(name, 0) for name, _ in fields]
            if way == "card id":
                cards[0] = (cards[0][0], 78, *cards[0][2:])
            if way == "card":
                cards[0] = ("Renamed", *cards[0][1:])
            if way == "order":
                cards.reverse()
            return replace(made, name=f"{made.name}!" if way == "type" else made.name,
                           fields=tuple(fields), templates=tuple(cards))
        return self.on_a_type(deck, other)

    def t_structure(self, deck: Deck) -> Deck:
        """A field or a card more, another id, or the other kind."""
        way = self.chance.choice(["field", "card", "id", "kind"])
        number = self.chance.randrange(1 << 41, 1 << 42)

        def other(made: NoteType) -> NoteType:
            if way == "field":
                return replace(made, fields=(*made.fields, ("Extra", number)))
            if way == "card":
                return replace(made, templates=(*made.templates, ("Extra", number, "{{Id}}", "x")))
            if way == "id":
                return replace(made, id=number)
            return replace(made, is_cloze=not made.is_cloze)

        return self.on_a_type(deck, other)

    def t_style(self, deck: Deck) -> Deck:
        """Another style, a time of change that falls or rises alone."""
        css = self.chance.choice([".card { color: red }", None])
        return self.on_a_type(deck, lambda made: replace(made, css=css or made.css))
