"""The lock as text: one line of JSON a note, sorted, so that two branches merge line by line."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from deckgen.diagnostics import Diagnostic, Span, warning
from deckgen.lock.entries import Lock, NoteEntry, Published, Seen, TypeEntry
from deckgen.lock.merging import Irreconcilable, merged_names, merged_note, merged_type
from deckgen.lock.positions import LAST_POSITION

FORMAT = 1

# An item's id, or made of its text; before a colon the project that an edition has it from.
_KEY = re.compile(r"(?:[a-z0-9-]+:)?~?[a-z0-9-]+(?:/sentence(?:-[0-9]+)?)?")
_HASH = re.compile(r"[0-9a-f]{1,64}")
_GUID = re.compile(r"[!#-\[\]-~]{1,64}")  # what JSON need not escape
_END_OF_TIME = 1 << 40  # seconds; SQLite and Anki take more, no clock shows it
_Entry = TypeVar("_Entry", NoteEntry, TypeEntry)
_MOST_FAULTS = 20  # of lines that cannot be read: then the file is something else
_MARK = re.compile(r"(<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>)(?:\s|$)")


def read_lock(path: str, raw: bytes, project: str) -> tuple[Lock, list[Diagnostic]]:
    """Read a lock; a line that is damaged is reported with its number, and nothing is guessed.

    Both sides of a merge are put together, whether git left its marks between them or not.
    """
    # Half of a surrogate pair, which JSON can spell and nothing can store, is made unreadable.
    lines = raw.decode("utf-8", "replace").replace("\\ud", "\\x").split("\n")
    reading = _Reading(path, project)
    is_base = False  # between ||||||| and ======= stands what both branches began with
    for number, (line, entry) in enumerate(zip(lines, _objects(lines), strict=True), 1):
        if entry is None and (mark := _MARK.match(line)):
            is_base = mark[1] == "|||||||"
        elif number == 1 or (line.strip() and not is_base):
            reading.line(number, line, entry)
    if is_base:
        reading.line(len(lines), "", None)  # half of a merge is missing
    return reading.done()


class _Reading:
    """Gathers the entries of one lock, and what is wrong with it."""

    def __init__(self, path: str, project: str) -> None:
        self.path = path
        self.project = project
        self.notes: dict[str, NoteEntry] = {}
        self.types: dict[str, TypeEntry] = {}
        self.seen: dict[str, Seen] = {}
        self.at: dict[str, int] = {}  # the lines of notes, by their keys, and of types
        self.merged: list[int] = []  # lines
        self.found: list[Diagnostic] = []

    def line(self, number: int, line: str, entry: Any) -> None:
        """Read one line, parsed as JSON; None if it is none."""
        try:
            if number == 1:
                _check_head(entry, self.project)
            elif "note" in entry:
                key, note = _note_entry(entry)
                if self.at.setdefault(key, number) == number:
                    self.notes[key] = note
                else:
                    self.merge(self.notes, key, key, note, merged_note, number)
            elif "seen" in entry:
                self.seen.update([_seen(entry)])  # of two branches, either will do
            elif "type" in entry or entry["project"] != self.project:
                section, made = _type_entry(entry)
                if self.at.setdefault(f"type {section}", number) == number:
                    self.types[section] = made
                else:
                    self.merge(self.types, section, f"type {section}", made, merged_type, number)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if len(self.found) < _MOST_FAULTS:
                self.found.append(Diagnostic(Span(self.path, number), "damaged-lock", _damage(error)))

    def merge(
        self, entries: dict[str, _Entry], key: str, other: str, entry: _Entry,
        merged: Callable[[_Entry, _Entry], _Entry], number: int,
    ) -> None:
        """Put an entry together with the one that is there; `other` tells the line of that one."""
        try:
            entries[key] = merged(entries[key], entry)
            self.merged.append(number)
        except Irreconcilable as problem:
            self.found.append(Diagnostic(
                Span(self.path, number), "merged-lock", f"two branches were merged, and '{key}' "
                f"{problem}; keep this line or line {self.at[other]}, whichever is of the branch "
                "that students have, delete the other, and build again"))

    def done(self) -> tuple[Lock, list[Diagnostic]]:
        """Give what was read."""
        self.join_those_named_later()
        if self.merged and not self.found:
            said = f"{len(self.merged)} lines" if len(self.merged) > 1 else "a line"
            self.found.append(warning(
                Span(self.path, self.merged[0]), "merged-lock", f"two branches were merged, and "
                f"both changed {said} of the lock; they are put together. Build, look at what "
                "changed with 'deckgen diff', and commit the lock"))
        return Lock(self.notes, self.types, self.seen), self.found

    def join_those_named_later(self) -> None:
        """An item that got another id, or its first, on one of two branches has a line under each.

        Which of the two it has now, only the card files tell.
        """
        by_guid: dict[str, str] = {}
        for key, entry in list(self.notes.items()):
            other = by_guid.setdefault(entry.guid, key)
            if other != key:
                named, nameless = sorted((key, other))  # the key of an item without id has a tilde
                rival = self.notes[nameless]
                self.merge(self.notes, named, other, rival, merged_names, self.at[key])
                self.notes[nameless] = self.notes[named]._replace(
                    words=rival.words, sentence=rival.sentence, chosen=rival.chosen)


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
        if note.sentence:
            gaps += f', "sentence": "{note.sentence}"'
        if note.chosen:
            gaps += f', "chosen": {dump(note.chosen)}'
        words = f', "words": {dump(note.words)}' if note.words else ""
        if note.retired:
            words += f', "retired": {list(note.retired)}'
        gone = f', "gone": "{note.gone}"' if note.gone else ""
        if note.figure:
            gone += f', "figure": {dump(note.figure)}'
        if note.drawn:
            gone += f', "drawn": "{note.drawn}"'
        lines.append(
            f'{{"note": "{key}", "type": "{note.section}", "guid": "{note.guid}", '
            f'"mod": {note.mod}, "position": {note.position}, "hash": "{note.hash}", '
            f'"cards": {list(note.cards)}{gaps}{words}{gone}}}'
        )
    for key, seen in sorted(lock.seen.items()):
        lines.append(dump({"seen": key, "guid": seen.guid, "hash": seen.hash, "taken": seen.is_taken,
                           **({"against": dict(seen.against)} if seen.against else {}),
                           **({"accepted": True} if seen.is_accepted else {})}))
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
    retired, gone = entry.get("retired", ()), entry.get("gone", "")
    figure, drawn = entry.get("figure", ()), entry.get("drawn", "")
    chosen = tuple([Published(*gap) for gap in entry["chosen"]]) if "chosen" in entry else ()
    if not (
        _KEY.fullmatch(key)
        and _KEY.fullmatch(section)
        and _HASH.fullmatch(content)
        and _GUID.fullmatch(guid)
        and all(text.__class__ is str for text in (words, sentence, gone, drawn))
        and mod.__class__ is int is position.__class__
        and 0 < mod < _END_OF_TIME
        and 0 <= position <= LAST_POSITION
        and all(card.__class__ is int and 0 <= card < 500 for card in cards)
        and all(n.__class__ is int and 0 < n < 500 for n in gaps.values())
        and (not sentence or _HASH.fullmatch(sentence))
        and all(card.__class__ is int and card in cards for card in retired)
        and (not gone or _HASH.fullmatch(gone))
        and all(map(_KEY.fullmatch, figure))
        and (not drawn or _HASH.fullmatch(drawn))
        and all(gap.number in gaps.values() and gap.text.__class__ is str
                and gap.start.__class__ is int
                and (gap.hint is None or gap.hint.__class__ is str) for gap in chosen)
    ):
        raise TypeError
    return key, NoteEntry(
        section, guid, mod, position, content, tuple(cards), gaps, sentence, chosen, words,
        tuple(retired), gone, tuple(figure), drawn,
    )


def _seen(entry: Mapping[str, Any]) -> tuple[str, Seen]:
    key, guid, content, against = (
        entry["seen"], entry["guid"], entry["hash"], entry.get("against", {}))
    if not (_KEY.fullmatch(key) and _GUID.fullmatch(guid) and _HASH.fullmatch(content)
            and entry["taken"].__class__ is bool
            and all(text.__class__ is str for text in against.values())):
        raise TypeError
    return key, Seen(guid, content, entry["taken"], against, entry.get("accepted") is True)


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
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name, _ in value):
        raise TypeError
    return tuple((name, _whole(number)) for name, number in value)


def _damage(error: Exception) -> str:
    if isinstance(error, ValueError) and str(error):
        return str(error)
    return ("this line of the lock cannot be read; restore the file from version control "
            "(git checkout -- deckgen.lock). Without it students would lose progress")
