"""What the lock remembers of each note and note type, and how identities and times are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

UNLIKE_ANY = "0"  # as a content's hash: this build takes the content for changed


class Published(NamedTuple):
    """A gap that was chosen and is published: its number, the words it hides, its hint."""

    number: int
    start: int  # in code points of the sentence
    text: str
    hint: str | None = None


class NoteEntry(NamedTuple):
    """What is remembered of a note. `words` is the text of a note whose item has no id."""

    section: str  # of the item's kind, whose note type the note has
    guid: str
    mod: int
    position: int
    hash: str  # of what its item makes of it, all but key, figure and cards that it makes no more
    cards: tuple[int, ...]  # ordinals, from 0, of all that it ever had
    gaps: Mapping[str, int] = MappingProxyType({})  # what is hidden -> its number, ever
    sentence: str = ""  # hash of a key sentence as written
    chosen: tuple[Published, ...] = ()  # its gaps, in reading order, if it is a plain one
    words: str = ""
    retired: tuple[int, ...] = ()  # those of `cards` that the item no longer makes
    gone: str = ""  # hash of the note's last update, if its item has been taken out
    figure: tuple[str, ...] = ()  # keys of the other items that its figure shows
    drawn: str = ""  # hash of the figure

    @property
    def is_gone(self) -> bool:
        """Whether the item has been taken out; the entry stays, so that nothing reuses it."""
        return self.gone != ""


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """What is remembered of a note type: names and ids in Anki's order, once and for all."""

    id: int
    mod: int
    hash: str
    is_cloze: bool
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]


class Seen(NamedTuple):
    """What an edition remembers of an item of the project that it is made from."""

    guid: str
    hash: str  # of its note, as in the entry that the other project's lock has
    is_taken: bool
    against: Mapping[str, str] = MappingProxyType({})  # fields that are changed -> what they were
    is_accepted: bool = False  # since the last build, against another text than before


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole lock: notes by key, note types by section.

    In that of an edition, what comes from elsewhere has a key with the id of the project that it
    is from, as in `minsk:endorsed`; there are notes only where the edition says something of its
    own, and `seen` has all that there was when it was last built.
    """

    notes: Mapping[str, NoteEntry] = field(default_factory=dict)
    types: Mapping[str, TypeEntry] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def latest(self) -> int:
        """When anything in it last changed, in seconds since 1970; 0 if it is empty."""
        notes, types = self.notes.values(), self.types.values()
        return max(chain((entry.mod for entry in notes), (entry.mod for entry in types)), default=0)

def digest(*parts: str, size: int = 8) -> str:
    """Hash text to hexadecimal digits, the same on every machine."""
    return blake2b("\x1f".join(parts).encode(), digest_size=size).hexdigest()


def number_for(*parts: str) -> int:
    """Derive an id for Anki: above 2⁴⁰, where no timestamp of Anki's lies, and below 2⁴¹."""
    return (1 << 40) + int(digest(*parts, size=5), 16)


def guid_for(project: str, key: str) -> str:
    """Derive a note's guid from the project's id and the note's key, never from its content."""
    return digest("guid", project, key)


def content_hash(note_type: int, text: str, tags: str, cards: tuple[int, ...]) -> str:
    """Hash what Anki is given of a note: its note type's id, its fields without key and figure,
    its tags, its cards.

    The time of a note rises when this changes, its figure, or the cards that it makes no more.
    """
    return digest(f"{note_type} {text} {tags} {cards}")


def risen(entry: NoteEntry | TypeEntry | None, content: str, now: int) -> int:
    """The time at which `content` (a hash) first appeared: the entry's, if it has not changed."""
    if entry is None:
        return now
    return entry.mod if entry.hash == content else max(now, entry.mod + 1)


def rekeyed(
    lock: Lock, adopted: Mapping[str, str], words: Mapping[str, str] = MappingProxyType({})
) -> Lock:
    """Let notes go on under another key; `adopted` maps the new one to the old.

    The notes made of sentences about an item go with it. Their key stands on their cards, so they
    count as changed. `words` has the texts of those that have no id now.
    """
    new = {was: key for key, was in adopted.items()}

    def key_now(key: str) -> str:
        item, slash, about = key.partition("/")
        return new.get(key) or new.get(item, item) + slash + about

    moved = {key: key_now(key) for key in lock.notes}
    notes = {
        moved[key]: entry if moved[key] == key
        else entry._replace(words=words.get(moved[key], ""), hash=UNLIKE_ANY)
        for key, entry in lock.notes.items()
    }
    for key, entry in notes.items():
        if entry.figure:
            notes[key] = entry._replace(figure=tuple(map(key_now, entry.figure)))
    return replace(lock, notes=notes)


def united(lock: Lock, keys: Callable[[], Mapping[str, str]]) -> Lock:
    """Keep one key of a note that has two, as branches may leave it: the one that its item has.

    `keys` gives those of all items, with the hashes of key sentences. If both are there, one was
    published as it is, or else is what anything new is not: an item, and one that has an id.
    """
    by_guid: dict[str, list[str]] = {}
    for key, entry in lock.notes.items():
        by_guid.setdefault(entry.guid, []).append(key)
    if len(by_guid) == len(lock.notes):
        return lock
    here = keys()

    def fitness(key: str) -> tuple[bool, bool, bool, bool]:
        is_here, sentence = key in here, lock.notes[key].sentence
        is_same = bool(sentence) and here.get(key) == sentence
        return is_here, is_same, "/" not in key, is_here != key.startswith("~")

    notes = {}
    for rivals in by_guid.values():
        key = max(reversed(rivals), key=fitness)
        entries = [lock.notes[key], *(lock.notes[rival] for rival in rivals)]
        # It may stand where one branch has it, in the words of the other.
        like = next((entry for entry in entries if entry.sentence == here.get(key)), entries[0])
        notes[key] = entries[0]._replace(sentence=like.sentence, chosen=like.chosen)
    return replace(lock, notes=notes)


def resectioned(lock: Lock, sections: Mapping[str, str]) -> Lock:
    """Let kinds go on under another section; `sections` maps the old one to the new.

    If a merge has left both, the later is taken. One that is used for another kind again stays.
    """
    types = dict(lock.types)
    moved = {}
    for was, section in sections.items():
        known, made = types.get(was), types.get(section)
        if known is not None and (made is None or made.id == known.id):
            types[section] = max(types.pop(was), made or known, key=lambda entry: entry.mod)
        if was not in types:
            moved[was] = section
    if not moved:
        return lock
    notes = {
        key: _resectioned(entry, moved[entry.section]) if entry.section in moved else entry
        for key, entry in lock.notes.items()
    }
    return replace(lock, notes=notes, types=types)


def _resectioned(entry: NoteEntry, section: str) -> NoteEntry:
    # The first line of the words of an item without id is its section.
    words = "\n".join([section, *entry.words.split("\n")[1:]]) if entry.words else ""
    return entry._replace(section=section, words=words)


def replaced(lock: Lock, notes: Mapping[str, NoteEntry], types: Mapping[str, TypeEntry]) -> Lock:
    """Put new entries into a lock; what it knew besides stays, so that nothing is used again."""
    return replace(lock, notes={**lock.notes, **notes}, types={**lock.types, **types})
