"""A comparison in words: for the author, for programs, and for those who get the release."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from deckgen.comparison.changes import CardChange, Comparison, NoteChange, What
from deckgen.comparison.faces import Face

_LONGEST = 90  # characters of a question or an answer on one line

# Headings of the changelog, in the order in which students care.
_HEADINGS: dict[str, tuple[What, ...]] = {
    "New": (What.NEW,),
    "Corrected answers": (What.ANSWER, What.GAP_REWORDED),
    "Reworded": (What.REWORDED,),
    "More is asked": (What.GAP_ADDED, What.CARD_ADDED, What.REVIVED),
    "No longer asked": (What.RETIRED, What.GAP_DROPPED, What.CARD_RETIRED),
}


def told(comparison: Comparison) -> Iterator[str]:
    """Tell an author, a line at a time, what a release does: first the sum, then each note."""
    yield summary(comparison)
    for what in What:
        changes = [change for change in comparison.notes if _main(change) is what]
        if changes:
            yield ""
            yield f"{what} ({len(changes):,})"
        for change in changes:
            yield from _note_lines(change)
    for line in comparison.types:
        yield f"note types: {line}"
    if comparison.losses:
        yield ""
        yield f"This would cost students ({len(comparison.losses):,}):"
    for loss in comparison.losses:
        yield f"  {loss.cost}: {loss.label}: {loss.why}"


def summary(comparison: Comparison) -> str:
    """Sum a release up in a line."""
    counts = Counter(_main(change) for change in comparison.notes)
    parts = [f"{counts[what]:,} {what}" for what in What if counts[what]]
    return ", ".join([*parts, f"{comparison.unchanged:,} unchanged"])


def _main(change: NoteChange) -> What:
    """What matters most of all that became of a note."""
    return min(change.what, key=list(What).index)


def _note_lines(change: NoteChange) -> Iterator[str]:
    also = [str(what) for what in change.what if what is not _main(change)]
    where = f" ({change.decks[0]} → {change.decks[1]}: reaches new students only)" \
        if change.decks[0] else ""
    besides = f" (also: {', '.join(also)})" if also else ""
    yield f"  {change.label}{where}{besides}"
    if change.search:
        yield f"    to delete it, search in Anki for: {change.search}"
    for card in change.cards:
        yield from (f"    {line}" for line in _card_lines(card, change.search))


def _card_lines(card: CardChange, search: str) -> Iterator[str]:
    before, after = card.before, card.after
    if card.what is What.NEW and after:
        yield f"{card.name}: {_short(after.question)} → {_short(after.answer)}"
    elif after and (before is None or before.banner or after.banner):
        asked = before if before and after.banner else after
        yield f"{card.what}: {card.name}: {_short(asked.question)} → {_short(asked.answer)}"
    elif before and after:
        if before.question != after.question:
            yield f"{card.name} asked:   {_short(before.question)}"
            yield f"{card.name} asks:    {_short(after.question)}"
        if before.answer != after.answer:
            yield f"{card.name} answered: {_short(before.answer)}"
            yield f"{card.name} answers:  {_short(after.answer)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# ---------------------------------------------------------------- for those who get it


def changelog(comparison: Comparison, name: str) -> Iterator[str]:
    """Write Markdown for those who get the release: what they will notice, and nothing else."""
    yield f"## {name}: what is new"
    used: set[tuple[str, int]] = set()
    for heading, kinds in _HEADINGS.items():
        lines = list(_changelog_lines(comparison.notes, kinds, used))
        if lines:
            yield ""
            yield f"### {heading}"
            yield ""
            yield from lines
    rest = sum(not {(change.guid, card.ordinal) for card in change.cards} & used
               and What.RETIRED not in change.what for change in comparison.notes)
    if rest:
        yield ""
        yield f"{rest:,} {'note has' if rest == 1 else 'notes have'} other notes, sources or tags."
    if not comparison.notes:
        yield ""
        yield "Nothing."
    yield ""
    yield "Import the new package over the old one: your progress stays as it is."


def _changelog_lines(
    notes: Iterable[NoteChange], kinds: tuple[What, ...], used: set[tuple[str, int]]
) -> Iterator[str]:
    for change in notes:
        if What.RETIRED in kinds and What.RETIRED in change.what:
            yield f"- {change.label} is retired (in Anki: `{change.search}`)"
        if What.NEW in change.what and What.NEW not in kinds:
            continue
        for card in change.cards:
            if card.what in kinds and (change.guid, card.ordinal) not in used:
                used.add((change.guid, card.ordinal))
                yield f"- {_changelog_line(card)}"
                if card.what in (What.NEW, What.REWORDED):
                    break  # one card tells enough of a note


def _changelog_line(card: CardChange) -> str:
    before, after = card.before, card.after
    if after is None or (after.banner and before is None):
        return card.name
    if after.banner and before:
        return _pair(before)
    if before and before.answer != after.answer and before.question == after.question:
        return f"{_short(after.question)} — {_short(after.answer)} (was: {_short(before.answer)})"
    return _pair(after)


def _pair(face: Face) -> str:
    return f"{_short(face.question)} — {_short(face.answer)}"


# ---------------------------------------------------------------- for programs


def as_json(comparison: Comparison) -> str:
    """Write a comparison as one JSON object."""
    return json.dumps({
        "summary": dict(Counter(str(_main(change)) for change in comparison.notes))
        | {"unchanged": comparison.unchanged},
        "notes": [_note_object(change) for change in comparison.notes],
        "note_types": comparison.types,
        "losses": [
            {"cost": loss.cost, "guid": loss.guid, "label": loss.label, "why": loss.why}
            | ({"card": loss.ordinal} if loss.ordinal >= 0 else {})
            for loss in comparison.losses
        ],
    }, ensure_ascii=False, indent=2)


def _note_object(change: NoteChange) -> dict[str, object]:
    made: dict[str, object] = {
        "guid": change.guid, "label": change.label, "kind": change.section,
        "changes": change.what,
        "cards": [
            {"card": card.ordinal, "name": card.name, "change": card.what,
             "before": _face_object(card.before), "after": _face_object(card.after)}
            for card in change.cards
        ],
    }
    if change.search:
        made["search"] = change.search
    if change.decks[0]:
        made["decks"] = change.decks
    return made


def _face_object(face: Face | None) -> dict[str, str] | None:
    return {"question": face.question, "answer": face.answer} if face else None
