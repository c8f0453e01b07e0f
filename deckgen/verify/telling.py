"""A verdict in words, for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterator

from deckgen.verify.judgement import Verdict


def told(verdict: Verdict) -> Iterator[str]:
    """Tell a verdict, a line at a time: first what was done, then what went wrong."""
    yield (f"{verdict.notes:,} notes with {verdict.cards:,} cards imported; {verdict.studied:,} cards "
           f"studied before, {verdict.edited:,} notes edited; {verdict.updated:,} notes updated, "
           f"{verdict.added:,} added")
    if not verdict.findings:
        yield "nothing lost, doubled, shifted, stale, blank, orphaned or moved"
        return
    counts = Counter(finding.fault for finding in verdict.findings)
    yield "; ".join(f"{count:,} {fault}" for fault, count in counts.items())
    for finding in verdict.findings:
        yield f"  {finding.fault}: {finding.label}: {finding.why}"


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
