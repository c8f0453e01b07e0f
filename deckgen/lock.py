"""`deckgen.lock`: what must never change between releases, one line of JSON a note.

Identities (guids, field and template ids), cloze numbers, the order of new cards, and the time at
which each note and note type last changed. Anki replaces a student's note only by a newer one, so
that time is when the present content first appeared in a build: it rises with every change and
with nothing else. Lines are sorted by their key, so two branches merge line by line.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, TypeGuard

from deckgen.diagnostics import Diagnostic, Span

FORMAT = 1
# Anki keeps the position of a new card below a million; gaps leave room for later insertions.
LAST_POSITION = 999_999
WIDEST_GAP = 100

_KEY = re.compile(r"~?[a-z0-9-]+(?:/sentence)?")  # an item's id, or one made of its text
_HASH = re.compile(r"[0-9a-f]{1,64}")
_GUID = re.compile(r"[!-~]{1,64}")
_END_OF_TIME = 1 << 40  # seconds; SQLite and Anki take more, no clock shows it


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
    hash: str
    cards: tuple[int, ...]  # ordinals, from 0
    gaps: Mapping[str, int] = MappingProxyType({})  # what is hidden -> its number, ever
    sentence: str = ""  # hash of the plain sentence for which `chosen` was published
    chosen: tuple[Published, ...] = ()  # its gaps, in reading order
    words: str = ""
    is_gone: bool = False  # its item has been taken out; the entry stays, so that nothing reuses it


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """What is remembered of a note type: names and ids in Anki's order, once and for all."""

    id: int
    mod: int
    hash: str
    is_cloze: bool
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole lock: notes by key, note types by section."""

    notes: Mapping[str, NoteEntry] = field(default_factory=dict)
    types: Mapping[str, TypeEntry] = field(default_factory=dict)


# ---------------------------------------------------------------- text


def read_lock(path: str, raw: bytes, project: str) -> tuple[Lock, list[Diagnostic]]:
    """Read a lock; a line that is damaged is reported with its number, and nothing is guessed."""
    notes: dict[str, NoteEntry] = {}
    types: dict[str, TypeEntry] = {}
    found: list[Diagnostic] = []
    # Half of a surrogate pair, which JSON can spell and nothing can store, is made unreadable.
    lines = raw.decode("utf-8", "replace").replace("\\ud", "\\x").split("\n")
    for number, (line, entry) in enumerate(zip(lines, _objects(lines), strict=True), 1):
        if not line.strip():
            continue
        try:
            if number == 1:
                _check_head(entry, project)
            elif "note" in entry:
                key, note = _note_entry(entry)
                if notes.setdefault(key, note) is not note:
                    raise ValueError(f"'{key}' has two lines; keep the one with the greater 'mod'")
            else:
                section, type_entry = _type_entry(entry)
                if types.setdefault(section, type_entry) is not type_entry:
                    raise ValueError(f"note type '{section}' has two lines; keep one")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = _damage(line, error)
            found.append(Diagnostic(Span(path, number), "damaged-lock", message))
    if not lines[0].strip():
        found.append(Diagnostic(Span(path), "damaged-lock", _damage("", ValueError("no head"))))
    return Lock(notes, types), found


def write_lock(lock: Lock, project: str) -> bytes:
    """Write a lock: the head, note types, notes, each sorted."""
    dump = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
    lines = [dump({"deckgen-lock": FORMAT, "project": project})]
    for section, entry in sorted(lock.types.items()):
        lines.append(dump({
            "type": section, "id": entry.id, "mod": entry.mod, "hash": entry.hash,
            "cloze": entry.is_cloze, "fields": entry.fields, "templates": entry.templates,
        }))
    for key, note in sorted(lock.notes.items()):
        gaps = f', "gaps": {dump(dict(note.gaps))}' if note.gaps else ""
        if note.chosen:
            gaps += f', "sentence": "{note.sentence}", "chosen": {dump(note.chosen)}'
        words = f', "words": {dump(note.words)}' if note.words else ""
        gone = ', "gone": true' if note.is_gone else ""
        lines.append(
            f'{{"note": "{key}", "type": "{note.section}", "guid": "{note.guid}", '
            f'"mod": {note.mod}, "position": {note.position}, "hash": "{note.hash}", '
            f'"cards": {list(note.cards)}{gaps}{words}{gone}}}'
        )
    return ("\n".join(lines) + "\n").encode()


def _objects(lines: list[str]) -> Iterator[Any]:
    """Parse many lines at once, which is several times faster, or one by one if any is faulty."""
    for first in range(0, len(lines), 1000):
        some = lines[first : first + 1000]
        try:
            parsed = json.loads("[" + ",".join([line or "null" for line in some]) + "]")
        except (ValueError, RecursionError):
            parsed = []
        yield from parsed if len(parsed) == len(some) else map(_object, some)


def _object(line: str) -> Any:
    try:
        return json.loads(line or "null")
    except (ValueError, RecursionError):
        return None


def _check_head(entry: Mapping[str, Any], project: str) -> None:
    if entry["deckgen-lock"] != FORMAT:
        raise ValueError(f"this lock has format {entry['deckgen-lock']}, and this deckgen reads "
                         f"format {FORMAT}; use the deckgen that wrote it, or a newer one")
    if entry["project"] != project:
        raise ValueError(f"this is the lock of '{entry['project']}', and deck.yaml has the id "
                         f"'{project}'; an id never changes: put it back, or begin without a lock")


def _note_entry(entry: Mapping[str, Any]) -> tuple[str, NoteEntry]:
    gaps, words, key, section = (
        entry.get("gaps", {}), entry.get("words", ""), entry["note"], entry["type"]
    )
    guid, mod, position = entry["guid"], entry["mod"], entry["position"]
    content, cards, sentence = entry["hash"], entry["cards"], entry.get("sentence", "")
    chosen = tuple([Published(*gap) for gap in entry["chosen"]]) if "chosen" in entry else ()
    if not (
        _KEY.fullmatch(key)
        and _KEY.fullmatch(section)
        and _HASH.fullmatch(content)
        and _GUID.fullmatch(guid)
        and words.__class__ is str
        and mod.__class__ is int is position.__class__
        and 0 < mod < _END_OF_TIME
        and 0 <= position <= LAST_POSITION
        and all(card.__class__ is int and 0 <= card < 500 for card in cards)
        and all(n.__class__ is int and 0 < n < 500 for n in gaps.values())
        and sentence.__class__ is str
        and all(gap.number in gaps.values() and gap.text.__class__ is str
                and gap.start.__class__ is int
                and (gap.hint is None or gap.hint.__class__ is str) for gap in chosen)
    ):
        raise TypeError
    return key, NoteEntry(
        section, guid, mod, position, content, tuple(cards), gaps, sentence, chosen, words, "gone" in entry
    )


def _type_entry(entry: Mapping[str, Any]) -> tuple[str, TypeEntry]:
    section, content = entry["type"], entry["hash"]
    if not (_KEY.fullmatch(section) and _HASH.fullmatch(content) and entry["cloze"] in (0, 1)):
        raise TypeError
    return section, TypeEntry(
        id=_whole(entry["id"]), mod=_whole(entry["mod"]), hash=content,
        is_cloze=bool(entry["cloze"]), fields=_pairs(entry["fields"]),
        templates=_pairs(entry["templates"]),
    )


def _whole(value: Any) -> int:
    if value.__class__ is not int or not 0 < value < 1 << 53:  # Anki's ids are JSON numbers
        raise TypeError
    return value


def _pairs(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name, _ in value):
        raise TypeError
    return tuple((name, _whole(number)) for name, number in value)


def _damage(line: str, error: Exception) -> str:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return ("a merge conflict stands in the lock; keep the lines of both sides, and of two "
                "lines for one note the one with the greater 'mod', then build again")
    if isinstance(error, ValueError) and str(error):
        return str(error)
    return ("this line of the lock cannot be read; restore the file from version control "
            "(git checkout -- deckgen.lock). Without it students would lose progress")


# ---------------------------------------------------------------- identities


def digest(*parts: str, size: int = 8) -> str:
    """Hash text to hexadecimal digits, the same on every machine."""
    return blake2b("\x1f".join(parts).encode(), digest_size=size).hexdigest()


def number_for(*parts: str) -> int:
    """Derive an id for Anki: above 2⁴⁰, where no timestamp of Anki's lies, and below 2⁴¹."""
    return (1 << 40) + int(digest(*parts, size=5), 16)


def guid_for(project: str, key: str) -> str:
    """Derive a note's guid from the project's id and the note's key, never from its content."""
    return digest("guid", project, key)


# ---------------------------------------------------------------- change


def risen(entry: NoteEntry | TypeEntry | None, content: str, now: int) -> int:
    """The time at which `content` (a hash) first appeared: the entry's, if it has not changed."""
    if entry is None:
        return now
    return entry.mod if entry.hash == content else max(now, entry.mod + 1)


def numbered(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> dict[str, int]:
    """Allot cloze numbers to what is hidden: append-only, never one that had another use.

    `wanted` pairs what is hidden with the number the author wrote, or None.
    """
    numbers = dict(known)
    fixed = {number for _, number in wanted if number is not None}
    for entity, number in wanted:
        if number is not None:
            numbers[entity] = number
        elif entity not in numbers:
            numbers[entity] = max([0, *numbers.values(), *fixed]) + 1
    return numbers


def renumbered(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> Iterator[tuple[str, int]]:
    """Find what the author gives another number than it has had, as (what is hidden, the old)."""
    for entity, number in wanted:
        if number is not None and known.get(entity, number) != number:
            yield entity, known[entity]


def taken(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> Iterator[tuple[str, int, str]]:
    """Find numbers the author gives to something new: (what is hidden, number, what had it)."""
    had = {number: entity for entity, number in known.items()}
    for entity, number in wanted:
        if number in had and entity not in known:
            yield entity, number, had[number]


def rekeyed(lock: Lock, adopted: Mapping[str, str]) -> Lock:
    """Let items that were given an id go on under it; `adopted` maps the id to the old key."""
    old = {was: key for key, was in adopted.items()}
    old |= {f"{was}/sentence": f"{key}/sentence" for key, was in adopted.items()}
    notes = {
        old.get(key, key): entry._replace(words="") if key in old else entry
        for key, entry in lock.notes.items()
    }
    return replace(lock, notes=notes)


def positioned(known: list[int | None]) -> list[int]:
    """Give every note a position so that they rise in this order, moving as few as can be.

    `known` has the positions from the lock, None for new notes. New ones are put between their
    neighbours; if there is no room, all are spread anew.
    """
    if _is_rising(known):
        return known
    kept = _longest_rising(known)
    positions = _filled(kept)
    return positions if positions is not None else _spread(len(known))


def _is_rising(known: list[int | None]) -> TypeGuard[list[int]]:
    return None not in known and all(a < b for a, b in pairwise(known))  # type: ignore[operator]


def _spread(count: int) -> list[int]:
    gap = max(1, min(WIDEST_GAP, LAST_POSITION // (count + 1)))
    return [min(LAST_POSITION, gap * (i + 1)) for i in range(count)]


def _longest_rising(known: list[int | None]) -> list[int | None]:
    """Keep the longest run of known positions that rises; the others are set to None."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int] = [-1] * len(known)
    for i, position in enumerate(known):
        if position is None:
            continue
        place = bisect_left(tails, position)
        before[i] = tail_at[place - 1] if place else -1
        tails[place : place + 1] = [position]
        tail_at[place : place + 1] = [i]
    kept: list[int | None] = [None] * len(known)
    i = tail_at[-1] if tail_at else -1
    while i >= 0:
        kept[i] = known[i]
        i = before[i]
    return kept


def _filled(kept: list[int | None]) -> list[int] | None:
    """Put the missing positions evenly between the kept ones; None if there is no room."""
    fixed = [(-1, 0), *((i, at) for i, at in enumerate(kept) if at is not None)]
    positions: list[int] = []
    for (i, low), (j, high) in pairwise(fixed):
        missing = j - i - 1
        if high - low <= missing:
            return None
        positions += [low + (high - low) * n // (missing + 1) for n in range(1, missing + 1)]
        positions.append(high)
    rest = len(kept) - len(positions)
    last = fixed[-1][1]
    if last + rest > LAST_POSITION:
        return None
    gap = max(1, min(WIDEST_GAP, (LAST_POSITION - last) // (rest + 1)))
    return positions + [last + gap * n for n in range(1, rest + 1)]


def replaced(lock: Lock, notes: Mapping[str, NoteEntry], types: Mapping[str, TypeEntry]) -> Lock:
    """Put new entries into a lock; those of notes that are no longer made stay, never reused."""
    gone = {
        key: entry if entry.is_gone else entry._replace(is_gone=True)
        for key, entry in lock.notes.items()
        if key not in notes
    }
    return replace(lock, notes={**notes, **gone}, types={**lock.types, **types})
