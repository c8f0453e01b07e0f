"""What `deckgen cloze` tells: each key sentence with its gaps, and why it has them.

For people, the sentence with its gaps marked and the reasons beside them; for programs, one JSON
object a sentence.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from deckgen.cloze import Names, Ranking, rank
from deckgen.compile import GapChooser, identify
from deckgen.diagnostics import Diagnostic, Span, in_reading_order
from deckgen.edition import own_part
from deckgen.folder import LOCK, Opened, open_project
from deckgen.lock import Lock, NoteEntry, Published, digest, numbered, rekeyed, write_lock
from deckgen.model import Gap, Item, Sentence
from deckgen.output import replace_file


@dataclass(frozen=True, slots=True)
class Explained:
    """A key sentence, its gaps with their numbers, and everything that was weighed.

    `was` has the gaps published before, where a fresh choice was asked for.
    """

    text: str
    gaps: tuple[Gap, ...]
    ranking: Ranking
    span: Span | None = None
    key: str = ""
    is_marked: bool = False
    was: tuple[Published, ...] | None = None

    @property
    def is_changed(self) -> bool:
        """Whether a fresh choice hides other words than the published one."""
        now = [(gap.number, self.text[gap.start : gap.end]) for gap in self.gaps]
        return self.was is not None and now != [(gap.number, gap.text) for gap in self.was]


def of_line(text: str, names: Names) -> Explained:
    """Choose the gaps of a sentence that is in no project, and number them as they stand."""
    ranking = rank(text, names)
    chosen = sorted((ranking.candidates[i] for i in ranking.chosen), key=lambda c: c.start)
    numbers = numbered({}, [(candidate.entity, None) for candidate in chosen])
    gaps = tuple(Gap(c.start, c.end, c.entity, numbers[c.entity], c.hint) for c in chosen)
    return Explained(text, gaps, ranking)


def names_of(folder: Path | None) -> Names:
    """The curated names of a project; none without one."""
    if folder is None:
        return Names.build(())
    opened = open_project(folder)
    return GapChooser(opened.project.items if opened.project else ()).names


def of_project(
    folder: Path, *, is_fresh: bool = False
) -> tuple[list[Explained], list[Diagnostic], Opened]:
    """Explain every key sentence of a project; `is_fresh` chooses as if nothing were published."""
    opened = open_project(folder)
    if opened.project is None:
        return [], opened.found, opened
    chooser = GapChooser(opened.project.items)
    items = own_part(opened.project).items
    lock = rekeyed(opened.lock, identify(items, opened.lock).adopted)
    keys = dict(zip(map(id, items), identify(items, lock).keys, strict=True))
    explained = [each for _, each in of_items(items, keys, lock, chooser, is_fresh=is_fresh)]
    return (explained, in_reading_order([*opened.found, *chooser.found]),
            opened._replace(lock=lock))


def of_items(
    items: Iterable[Item], keys: Mapping[int, str], lock: Lock, chooser: GapChooser, *,
    is_fresh: bool = False,
) -> Iterator[tuple[Item, Explained]]:
    """Explain every key sentence of items, by their keys, which are given by their identity."""
    for item in items:
        key = keys.get(id(item), "")
        for sentence in item.values.values():
            if isinstance(sentence, Sentence):
                known = lock.notes.get(key)
                yield item, _explained(chooser, item, sentence, key, known, is_fresh)


def _explained(
    chooser: GapChooser, item: Item, sentence: Sentence, key: str, known: NoteEntry | None,
    is_fresh: bool,
) -> Explained:
    before = known._replace(chosen=(), sentence="") if known and is_fresh else known
    gapped, is_chosen = chooser.gapped(item, sentence, before)
    text = gapped.text.text
    numbers = numbered(known.gaps if known else {}, [(g.entity, g.number) for g in gapped.gaps])
    return Explained(
        text,
        tuple(replace(gap, number=numbers[gap.entity]) for gap in gapped.gaps),
        rank(text, chooser.names, [wish.text for wish in sentence.must],
             [wish.text for wish in sentence.never], sentence.most),
        item.file.span(sentence.text.at),
        key,
        is_marked=not is_chosen,
        was=known.chosen if known and is_fresh and is_chosen else None,
    )


def renew(folder: Path, opened: Opened, fresh: Iterable[Explained]) -> None:
    """Write a fresh choice into the lock; the next build makes the cards of it.

    Numbers stay with what they have asked for, and what is new gets new ones.
    """
    notes = dict(opened.lock.notes)
    for sentence in fresh:
        known = notes.get(sentence.key)
        if known is not None and sentence.is_changed:
            gaps = dict(known.gaps) | {gap.entity: gap.number or 0 for gap in sentence.gaps}
            chosen = tuple(
                Published(
                    gap.number or 0, gap.start, sentence.text[gap.start : gap.end], gap.hint
                )
                for gap in sentence.gaps
            )
            notes[sentence.key] = known._replace(
                gaps=gaps, chosen=chosen, sentence=digest(sentence.text)
            )
    if opened.project is not None:
        lock = replace(opened.lock, notes=notes)
        replace_file(folder / LOCK, write_lock(lock, opened.project.id))


# ---------------------------------------------------------------- for programs


def as_json(sentence: Explained) -> str:
    """One object: the text, candidates best first, refusals; offsets in code points."""
    numbers = {(gap.start, gap.end): gap.number for gap in sentence.gaps}
    candidates = [
        {
            "start": c.start, "end": c.end, "text": c.text, "score": c.score,
            "chosen": (c.start, c.end) in numbers, "number": numbers.pop((c.start, c.end), None),
            "why": [list(term) for term in c.why],
        }
        for c in sentence.ranking.candidates
    ]
    candidates += [
        {
            "start": start, "end": end, "text": sentence.text[start:end], "score": None,
            "chosen": True, "number": number,
            "why": [["marked by the author" if sentence.is_marked else "published", 0]],
        }
        for (start, end), number in numbers.items()
    ]
    refused = [
        {"start": r.start, "end": r.end, "text": r.text, "why": r.why}
        for r in sentence.ranking.refused
    ]
    place = {"path": sentence.span.path, "line": sentence.span.line} if sentence.span else {}
    return json.dumps({"text": sentence.text, **place, "candidates": candidates,
                       "refused": refused}, ensure_ascii=False)


# ---------------------------------------------------------------- for people


def with_marks(sentence: Explained, opening: str = "[", closing: str = "]") -> str:
    """The sentence with its gaps in brackets, each with its number."""
    text = sentence.text
    ends = [(gap.start, 1, -gap.end, opening) for gap in sentence.gaps]
    ends += [(gap.end, 0, -gap.start, closing + _small(gap.number)) for gap in sentence.gaps]
    for at, _, _, mark in sorted(ends, reverse=True):
        text = f"{text[:at]}{mark}{text[at:]}"
    return text


def reasons(sentence: Explained, *, is_whole: bool = False) -> Iterator[str]:
    """Lines that say why each gap was chosen; if `is_whole`, also what else was weighed."""
    for each in weighed(sentence):
        if each.number is not None:
            hint = f", hint “{each.hint}”" if each.hint else ""
            score = f"{each.score:+.2f}  " if each.score is not None else ""
            yield f"{_small(each.number)} {each.text}{hint}  {score}{each.why}"
        elif is_whole and each.score is not None:
            yield f"– {each.text}  {each.score:+.2f}  {each.why}"
        elif is_whole:
            yield f"✕ {each.text}  {each.why}"


class Weighed(NamedTuple):
    """A piece of a sentence and what was said of it.

    One with a number is a gap; of the others, one without a score was refused.
    """

    text: str
    number: int | None
    score: float | None
    why: str
    hint: str = ""


def weighed(sentence: Explained) -> Iterator[Weighed]:
    """What was weighed: the gaps as they stand, what was not chosen, what was refused."""
    gaps = {(gap.start, gap.end): gap for gap in sentence.gaps}
    candidates = {(c.start, c.end): c for c in sentence.ranking.candidates}
    for place, gap in sorted(gaps.items()):
        text, candidate = sentence.text[gap.start : gap.end], candidates.get(place)
        if sentence.is_marked or candidate is None:
            why = "marked by the author" if sentence.is_marked else "published"
            yield Weighed(text, gap.number or 0, None, why, gap.hint or "")
        else:
            why = _terms(candidate.why)
            yield Weighed(text, gap.number or 0, candidate.score, why, gap.hint or "")
    for place, candidate in candidates.items():
        if place not in gaps:
            yield Weighed(candidate.text, None, candidate.score, _terms(candidate.why))
    for refusal in sentence.ranking.refused:
        yield Weighed(refusal.text, None, None, refusal.why)


def changes(sentence: Explained) -> Iterator[str]:
    """Lines that say what a fresh choice changes, if one was asked for."""
    if sentence.was is None:
        return
    now = {(gap.number, sentence.text[gap.start : gap.end]) for gap in sentence.gaps}
    was = {(gap.number, gap.text) for gap in sentence.was}
    yield from (f"- {_small(number)} {text}" for number, text in sorted(was - now))
    yield from (f"+ {_small(number)} {text}" for number, text in sorted(
        (number or 0, text) for number, text in now - was))


def _terms(why: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{reason} {points:+g}" for reason, points in why if points)


def _small(number: int | None) -> str:
    return str(number or "").translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
