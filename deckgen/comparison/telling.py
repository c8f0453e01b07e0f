"""A comparison in words: for the author, for programs, and for those who get the release."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from deckgen.comparison.changes import CardChange, Comparison, NoteChange, What
from deckgen.comparison.faces import Face
from deckgen.comparison.judging import Loss

_LONGEST = 100  # characters of a question or an answer on one line
_WIDTH, _MOST_LINES = 96, 4  # of a paragraph of names

# Of notes of which only this is so, names are enough.
_ONLY_NAMED = (What.DETAILS, What.TAGS)

# Headings of the changelog, in the order in which students care. What is only reworded comes last.
_HEADINGS: dict[str, tuple[What, ...]] = {
    "New": (What.NEW,),
    "Corrected answers": (What.ANSWER, What.GAP_REWORDED),
    "More is asked": (What.GAP_ADDED, What.CARD_ADDED, What.REVIVED),
    "No longer asked": (What.RETIRED, What.GAP_DROPPED, What.CARD_RETIRED),
    "Reworded": (What.REWORDED,),
}
_GONE = (What.RETIRED, What.GAP_DROPPED, What.CARD_RETIRED)
_COME = (What.NEW, What.GAP_ADDED, What.CARD_ADDED, What.REVIVED)
# Of these, one card tells enough.
_ONCE = (What.NEW, What.REVIVED, What.RETIRED, What.REWORDED)


class Tone(StrEnum):
    """What a line is, for terminals that have colour."""

    PLAIN = "plain"
    HEADING = "heading"
    BEFORE = "before"
    AFTER = "after"
    LOSS = "loss"


class Line(NamedTuple):
    """A line for the author."""

    text: str = ""
    tone: Tone = Tone.PLAIN


# ---------------------------------------------------------------- for the author


def told(comparison: Comparison) -> Iterator[Line]:
    """Tell an author, a line at a time, what a release does: first the sum, then each note."""
    yield Line(summary(comparison))
    for what in What:
        changes = [change for change in comparison.notes if change.what[0] is what]
        if changes:
            yield Line()
            yield Line(f"{what} ({len(changes):,}){_REMARKS.get(what, '')}", Tone.HEADING)
        if what in _ONLY_NAMED and changes:
            yield from _paragraph([change.label for change in changes])
        elif what is What.MOVED:
            yield from _moves(changes)
        else:
            for change in changes:
                yield from _note_lines(change)
    if comparison.types:
        yield Line()
        yield Line(f"note types ({len(comparison.types):,})", Tone.HEADING)
    for line in comparison.types:
        yield Line(f"  {line}")
    yield from _losses(comparison.losses)


_REMARKS = {
    What.MOVED: ": only for new students; others keep their cards where they are",
}


def summary(comparison: Comparison) -> str:
    """Sum a release up in a line."""
    counts = Counter(change.what[0] for change in comparison.notes)
    parts = [f"{counts[what]:,} {what}" for what in What if counts[what]]
    return ", ".join([*parts, f"{comparison.unchanged:,} unchanged"])


def _losses(losses: Iterable[Loss]) -> Iterator[Line]:
    """Tell what a release would cost, notes with one reason together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for loss in losses:
        grouped.setdefault((loss.cost, loss.why), []).append(loss.label)
    if grouped:
        yield Line()
        yield Line(f"this would cost students ({sum(map(len, grouped.values())):,})", Tone.HEADING)
    for (cost, why), labels in grouped.items():
        yield from told_together(cost, why, labels)


def told_together(what: str, why: str, labels: list[str]) -> Iterator[Line]:
    """Tell something that is so of several notes, in a line or in a paragraph."""
    if len(labels) == 1:
        yield Line(f"  {what}: {labels[0]}: {why}", Tone.LOSS)
        return
    yield Line(f"  {what} ({len(labels):,}): {why}:", Tone.LOSS)
    yield from _paragraph(labels, indent="    ")


def _moves(changes: Iterable[NoteChange]) -> Iterator[Line]:
    moves: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        moves.setdefault(change.decks, []).append(change.label)
    for (was, now), labels in moves.items():
        yield Line(f"  {was} → {now} ({len(labels):,})")
        yield from _paragraph(labels, indent="    ")


def _paragraph(names: list[str], indent: str = "  ") -> Iterator[Line]:
    """Write names one after the other, no more of them than an eye takes in."""
    lines: list[list[str]] = [[]]
    for name in names:
        if lines[-1] and len(", ".join([*lines[-1], name])) > _WIDTH:
            lines.append([])
        lines[-1].append(name)
    shown = lines if len(lines) <= _MOST_LINES else lines[: _MOST_LINES - 1]
    for line in shown:
        yield Line(indent + ", ".join(line) + ("" if line is lines[-1] else ","))
    if rest := len(names) - sum(map(len, shown)):
        yield Line(f"{indent}and {rest:,} more")


def _note_lines(change: NoteChange) -> Iterator[Line]:
    also = [str(what) for what in change.what[1:] if what is not What.MOVED]
    if change.decks[0]:
        also.append(f"{What.MOVED}: {change.decks[0]} → {change.decks[1]}")
    yield Line(f"  {change.label}" + (f" (also: {', '.join(also)})" if also else ""))
    for card in change.cards:
        yield from _card_lines(card)
    if change.search:
        yield from (Line(f"    students read: {card.after.banner}") for card in change.cards[:1] if card.after)
        yield Line(f"    to find it in Anki's browser: {change.search}")


def _card_lines(card: CardChange) -> Iterator[Line]:
    before, after = card.before, card.after
    if card.what in _GONE and before:
        yield Line(f"    {card.name}, no longer asked: {_pair(before)}", Tone.BEFORE)
    elif card.what in _COME and after:
        new = "" if card.what is What.NEW else f", {card.what}"
        yield Line(f"    {card.name}{new}: {_pair(after)}", Tone.AFTER)
    elif before and after:
        yield from _pair_lines(f"{card.name} asked", "asks now", before.question, after.question)
        yield from _pair_lines(f"{card.name} answered", "answers now", before.answer, after.answer)


def _pair_lines(was: str, now: str, before: str, after: str) -> Iterator[Line]:
    if before == after:
        return
    start = _start(before, after)
    mark = "…" if start else ""
    yield Line(f"    {was + ':':<20} {mark}{_short(before[start:])}", Tone.BEFORE)
    yield Line(f"    {now + ':':>20} {mark}{_short(after[start:])}", Tone.AFTER)


def _start(before: str, after: str) -> int:
    """Where to begin with two texts, so that the place where they part is seen if they are long."""
    alike = next((i for i, (one, other) in enumerate(zip(before, after, strict=False))
                  if one != other), min(len(before), len(after)))
    if max(len(before), len(after)) <= _LONGEST or alike < _LONGEST // 2:
        return 0
    return before.rfind(" ", 0, alike - _LONGEST // 4) + 1


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# ---------------------------------------------------------------- for those who get it


def changelog(comparison: Comparison) -> Iterator[str]:
    """Write Markdown for those who get the release: what they will notice, and nothing else."""
    yield f"## {_as_markdown(comparison.name)}: what is new"
    used: set[str] = set()
    for heading, kinds in _HEADINGS.items():
        lines = list(_changelog_lines(comparison.notes, kinds, used))
        if lines:
            yield ""
            yield f"### {heading}"
            yield ""
            yield from lines
    rest = sum(change.guid not in used for change in comparison.notes)
    if rest or comparison.types:
        yield ""
    if rest:
        yield f"{rest:,} {'note has' if rest == 1 else 'notes have'} other details or tags."
    if comparison.types:
        yield "The look of cards has changed."
    if not comparison.notes and not comparison.types:
        yield ""
        yield "Nothing."
    if not comparison.losses:
        yield ""
        yield "Import the new package over the old one: your progress stays as it is."


def _changelog_lines(
    notes: Iterable[NoteChange], kinds: tuple[What, ...], used: set[str]
) -> Iterator[str]:
    for change in notes:
        if What.REWORDED in kinds and change.guid in used:
            continue
        for card in change.cards:
            if card.what in kinds:
                used.add(change.guid)
                search = f" (to find it in Anki: `{change.search}`)" if change.search else ""
                yield f"- {_as_markdown(_changelog_line(card))}{search}"
                if card.what in _ONCE:
                    break


def _changelog_line(card: CardChange) -> str:
    before, after = card.before, card.after
    if card.what in _GONE:
        return _pair(before) if before else card.name
    if after and before and before.answer != after.answer:
        return f"{_pair(after)} (was: {_short(before.answer)})"
    return _pair(after) if after else card.name


def _pair(face: Face) -> str:
    return f"{_short(face.question)} → {_short(face.answer)}"


def _as_markdown(text: str) -> str:
    """Take the meaning from what has one in Markdown, but for an underscore within a word."""
    return re.sub(r"[\\`*<]|\](?=[(\[])|(?<!\w)_|_(?!\w)", r"\\\g<0>", text)


# ---------------------------------------------------------------- for programs


def as_json(comparison: Comparison) -> str:
    """Write a comparison as one JSON object."""
    return json.dumps({
        "name": comparison.name,
        "summary": dict(Counter(str(change.what[0]) for change in comparison.notes))
        | {"unchanged": comparison.unchanged},
        "notes": [_note_object(change) for change in comparison.notes],
        "note_types": comparison.types,
        "losses": [
            {"cost": loss.cost, "label": loss.label, "why": loss.why}
            | ({"guid": loss.guid} if loss.guid else {})
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
