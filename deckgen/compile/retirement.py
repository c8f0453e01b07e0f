"""The last update of what is no more: cards that say so, instead of going blank."""

from collections.abc import Iterable, Iterator, Mapping

from deckgen.compile.identity import said
from deckgen.compile.makings import Making
from deckgen.compile.notetypes import RETIRED_GAPS, banner, gate
from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, NoteEntry, content_hash
from deckgen.markdown import line
from deckgen.model import FIELD_SEPARATOR, RETIRED, Note, Project
from deckgen.schema import common, suggested

# Students who have a card keep it where it is. For those who are new to the deck, it lies in a deck
# of its own that comes after all others. Anki sorts decks by code points: letters other than a–z
# come after the first of these marks, and nothing that is written comes after the second.
_MARKS = ("~", "～")
_DECK = "Retired"


def tags_of_retired(project: str) -> tuple[str, ...]:
    """Give the tags of a note whose item is no more; by the second it is found in one project."""
    return (RETIRED, f"{project}::{RETIRED}")


def retired_deck(project: Project) -> str:
    """Name the deck in which cards lie that nobody need learn."""
    mark, other = (f"{project.name}::{mark}" for mark in _MARKS)
    last = max((item.deck for item in project.items), default="")
    return f"{mark if last < mark else other}{_DECK}"


def retire_cards(making: Making, fields: list[str], cards: Iterable[int]) -> None:
    """Let cards of a note say that they are no more; its others stay as they are."""
    _say(making, fields, tuple(cards), line(common().retired_card))


def _say(making: Making, fields: list[str], cards: tuple[int, ...], message: str) -> None:
    if not cards:
        return
    if making.rule.is_cloze:
        # The clozes hold nothing that shows, as those of other cards are not hidden.
        gaps = [f"{{{{c{card + 1}::<i></i>::{common().retired_gap}}}}} " for card in cards]
        fields[making.slot[RETIRED_GAPS]] = "".join(gaps) + message
        return
    for card in cards:
        name = making.note_type.templates[card][0]
        fields[making.slot[gate(name)]] = ""
        fields[making.slot[banner(name)]] = message


def retired_notes(
    project: Project, lock: Lock, present: Iterable[str], makings: Mapping[str, Making], now: int
) -> Iterator[tuple[str, Note, NoteEntry]]:
    """Make the last update of every note whose item is no more: its key, the note, its entry."""
    reasons = {retirement.id: retirement.reason.text for retirement in project.retired}
    here, deck = set(present), retired_deck(project)
    for key, entry in lock.notes.items():
        making = makings.get(entry.section)
        if key not in here and making is not None and entry.cards:
            reason = reasons.get(key.partition("/")[0], "")
            yield key, *_last_update(project.id, deck, key, entry, making, reason, now)


def _last_update(
    project: str, deck: str, key: str, entry: NoteEntry, making: Making, reason: str, now: int
) -> tuple[Note, NoteEntry]:
    message = line(common().retired_note) + (f"<br>{line(reason)}" if reason else "")
    fields = [""] * len(making.blank)
    # What Anki lists the note by; no card shows it.
    fields[0] = line(f"{RETIRED.capitalize()}: {said(entry.words) if entry.words else key}")
    _say(making, fields, entry.cards, message)
    text = FIELD_SEPARATOR.join(fields)
    tags = tags_of_retired(project)
    content = content_hash(making.note_type.id, text, " ".join(tags), entry.cards)
    mod = entry.mod if entry.gone == content else max(now, entry.mod + 1)
    note = Note(entry.guid, making.note_type, f"{text}{FIELD_SEPARATOR}{key}", tags, deck,
                entry.cards, mod, entry.position)
    return note, entry._replace(mod=mod, gone=content)


# ---------------------------------------------------------------- what authors say of it


def check_retirements(project: Project, lock: Lock) -> Iterator[Diagnostic]:
    """Find reasons given for items that are still there, or that never were."""
    here = {item.id: item for item in project.items if item.id is not None}
    for retirement in project.retired:
        key, file, at = retirement.id, retirement.file, retirement.at
        if key in here:
            yield file.error(at, "not-retired", f"'{key}' is said to be retired, and still stands "
                             f"at {here[key].span()}; take one of the two out")
        elif key not in lock.notes:
            known = suggested(key, sorted(_gone(lock, here))) if lock.notes \
                else "there is no lock; if it was lost, restore it"
            yield file.error(at, "not-retired", f"no item '{key}' was ever in a build, so nobody "
                             f"has it; {known}")


def _gone(lock: Lock, here: Iterable[str]) -> Iterator[str]:
    ids = set(here)
    return (key for key in lock.notes if key not in ids and "/" not in key and key[0] != "~")
