"""A verdict in words, for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterator

from deckgen.comparison import Line, Tone, told_together
from deckgen.verify.judgement import Verdict

# What is said where there is nothing to say.
_FINE = "nothing lost, doubled, shifted, stale, overwritten, blank, orphaned or moved"
_FINE_ALONE = "every card shows something, nothing is missing, and importing it again changes nothing"


def told(verdict: Verdict) -> Iterator[Line]:
    """Tell a verdict, a line at a time: first what was done, then what went wrong."""
    yield Line(f"imported into Anki: {_counted(verdict.notes, 'note')}, {_counted(verdict.cards, 'card')}")
    if verdict.is_update:
        yield Line(f"over a release with {_counted(verdict.studied, 'card')} studied and "
                   f"{_counted(verdict.edited, 'note')} edited: {_counted(verdict.updated, 'note')} "
                   f"updated, {verdict.added:,} added")
    if not verdict.findings:
        yield Line(_FINE if verdict.is_update else _FINE_ALONE, Tone.AFTER)
        return
    counts = Counter(finding.fault for finding in verdict.findings)
    yield Line()
    yield Line(", ".join(f"{count:,} {fault}" for fault, count in counts.items()), Tone.HEADING)
    grouped: dict[tuple[str, str], list[str]] = {}
    for finding in verdict.findings:
        grouped.setdefault((finding.fault, finding.why), []).append(finding.label)
    for (fault, why), labels in grouped.items():
        yield from told_together(fault, why, labels)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(verdict: Verdict) -> str:
    """Write a verdict as one JSON object."""
    return json.dumps({
        "notes": verdict.notes, "cards": verdict.cards, "studied": verdict.studied,
        "edited": verdict.edited, "updated": verdict.updated, "added": verdict.added,
        "findings": [
            {"fault": finding.fault, "label": finding.label, "why": finding.why}
            | ({"guid": finding.guid} if finding.guid else {})
            | ({"card": finding.ordinal} if finding.ordinal >= 0 else {})
            for finding in verdict.findings
        ],
    }, ensure_ascii=False, indent=2)
