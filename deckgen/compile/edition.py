"""One build of an edition: which notes are the original's as they are, and what the lock keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from deckgen.compile.inheritance import FROM, Inherited, Part, is_changed, is_original, seen
from deckgen.compile.looks import logo_name
from deckgen.compile.makings import Making
from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, NoteEntry
from deckgen.model import Content, Item, Note, Project


class Changes(NamedTuple):
    """How many notes are new, changed or as they were since the lock, and which are retired."""

    new: int
    changed: int
    unchanged: int
    retired: tuple[tuple[str, str], ...]  # key, and what to call it


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition's project beside what it inherits; `borrowed` are the entries that its own lock
    has of notes of the original: those that it once said otherwise.
    """

    project: Project
    inherited: Inherited
    before: Lock
    borrowed: Mapping[str, NoteEntry]

    @classmethod
    def of(
        cls, project: Project, inherited: Inherited, lock: Lock, borrowed: Mapping[str, NoteEntry]
    ) -> "Edition":
        """Make ready; entries of items to which the original gave other ids get these."""
        keys = {entry.guid: key for key, entry in inherited.lock.notes.items()}
        return cls(project, inherited, lock,
                   {keys.get(entry.guid, key): entry for key, entry in borrowed.items()})

    def known(self, lock: Lock, items: Iterable[Item], keys: Iterable[str]) -> Lock:
        """Everything known of notes that may be made: the edition's own, and the original's."""
        entries = {
            key: entry for item, key in zip(items, keys, strict=True) if item.origin
            and (entry := self.inherited.entry(key, item, self.borrowed.get(key))) is not None
        }
        return replace(lock, notes={**lock.notes, **entries})

    def is_as_it_was(self, item: Item, key: str) -> bool:
        """Whether a note is the original's, and was never anything else."""
        return item.origin is not None and key not in self.borrowed and not is_changed(item)

    def note(
        self, item: Item, key: str, making: Making, position: int, retired: str
    ) -> Note | None:
        """Give the original's note, in the edition's decks and looks; nothing if it has none."""
        note = self.inherited.notes.get(key)
        if note is None:
            return None
        elsewhere = tuple([(card, retired) for card, _ in note.elsewhere])
        return note._replace(note_type=making.note_type, deck=item.deck, position=position,
                             elsewhere=elsewhere)

    def parts(self, item: Item, key: str, known: Lock) -> list[tuple[str, Item, Part]]:
        """The notes that may be made of an item that is changed: the original's, and one besides.

        Each with its key and the item that it is made of; none if the original has no such note.
        """
        base = self.inherited.lock.notes.get(key)
        if base is None:
            return []
        name, slash, about = key.rpartition(FROM)[2].partition("/")
        beside = f"{name}-in-{self.project.id}{slash}{about}"
        own = known.notes.get(beside)
        return [
            (key, item, Part.of(base, known.notes[key], own, is_own=False)),
            (beside, replace(item, origin=None), Part.of(base, known.notes[key], own, is_own=True)),
        ]

    def taken(self, note: Note, item: Item, making: Making) -> Note | None:
        """Leave out the cards that the edition does without; nothing is left of a note without others.

        The fields stay as they are, so that students who have such cards keep them as they are.
        """
        if item.origin is None or item.origin.cards is None:
            return note
        out = {gate.ordinal for gate in making.gates if gate.card.key not in item.origin.cards}
        cards = tuple([card for card in note.cards if card not in out])
        elsewhere = tuple([(card, deck) for card, deck in note.elsewhere if card not in out])
        has_any = len(cards) > len(elsewhere)
        return note._replace(cards=cards, elsewhere=elsewhere) if has_any else None

    def retired(
        self, deck: str, entries: dict[str, NoteEntry], makings: Mapping[str, Making]
    ) -> Iterator[tuple[str, Note]]:
        """The last updates of the original's notes that students of this edition may have."""
        for key, note in self.inherited.retired.items():
            was, mine = self.before.seen.get(key), self.borrowed.get(key)
            if (was is None or not was.is_taken) and mine is None:
                continue
            base, mod = self.inherited.lock.notes[key], note.mod
            if mine is not None:
                mod = max(mod, mine.mod + (mine.gone != base.gone))
                entries[key] = mine._replace(mod=mod, gone=base.gone)
            made = makings[note.note_type.section].note_type
            yield key, note._replace(note_type=made, deck=deck, mod=mod)

    def locked(
        self, lock: Lock, entries: Mapping[str, NoteEntry], items: Iterable[Item],
        makings: Mapping[str, Making], retired: Iterable[tuple[str, Note]],
    ) -> tuple[Lock, Lock, list[Diagnostic]]:
        """Give the edition's lock, and one of everything in its deck; report what has drifted."""
        remembered, found = seen(self.inherited, items, self.before)
        borrowed = {key: entry for key, entry in {**self.borrowed, **entries}.items() if is_original(key)}
        types = {section: entry for section, entry in lock.types.items()
                 if entry != self.inherited.lock.types.get(section)}
        own = replace(lock, notes={**lock.notes, **borrowed}, types=types, seen=remembered)
        there = {self.inherited.keys[id(item.origin.item)] for item in items if item.origin}
        there |= {key for key, _ in retired}
        theirs = {key: entry for key, entry in self.inherited.lock.notes.items() if key in there}
        whole = replace(own, notes={**theirs, **own.notes},
                        types={**self.inherited.lock.types, **lock.types})
        return own, whole, found

    def changes(self, own: Changes, lock: Lock) -> Changes:
        """Count changes of the original's notes as well; `lock` is the one just made."""
        new, changed, unchanged, retired = *own[:3], list(own.retired)
        for key, now in lock.seen.items():
            was, mine = self.before.seen.get(key), self.borrowed.get(key)
            if not now.is_taken:
                continue
            if key in self.inherited.retired:
                if was and was.hash != now.hash:
                    retired.append((key, key.rpartition(FROM)[2]))
            elif was is None or not was.is_taken:
                new += 1
            elif (mine != lock.notes.get(key)) or (mine is None and was.hash != now.hash):
                changed += 1
            else:
                unchanged += 1
        return Changes(new, changed, unchanged, tuple(sorted(retired)))

    def media(
        self, notes: Iterable[Note], makings: Mapping[str, Making]
    ) -> Iterator[tuple[str, Content]]:
        """The original's media that its notes and looks refer to, and the edition's logo."""
        for note in notes:
            if 'src="' in note.text or "[sound:" in note.text:
                yield from self.inherited.media_of(note.text)
        for making in makings.values():
            yield from self.inherited.media_of(making.note_type.css)
        look = self.project.look
        if look and look.logo and (name := logo_name(look, self.project.media)) is not None:
            yield name, self.project.media[look.logo.text.strip()].content
