"""The gaps of a key sentence: the author's own, those already published, or a fresh choice.

What was published stays: however the chooser improves, and whatever is edited elsewhere in the
sentence, a gap remains as long as its text is there. Only what an edit took away is chosen anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.lock import NoteEntry, Published, digest
from deckgen.markdown import plain
from deckgen.marks import entity_of, read_marks
from deckgen.model import Gap, Item, Sentence, Text
from deckgen.model import Names as NameList

if TYPE_CHECKING:
    from deckgen.cloze import Name, Names, Ranking

MOST = 3  # different things asked of one sentence, unless the author says otherwise


class Gapped(NamedTuple):
    """A sentence with its gaps, and whether they were chosen rather than marked."""

    sentence: Sentence
    is_chosen: bool


class GapChooser:
    """Gives sentences their gaps; `found` gathers what was wrong."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = items
        self.found: list[Diagnostic] = []

    @cached_property
    def names(self) -> "Names":
        """The project's curated names, judged against all its sentences; built when first needed."""
        from deckgen.cloze import Names

        return Names.build(_names(self.items), _sentences(self.items))

    def gapped(self, item: Item, sentence: Sentence, known: NoteEntry | None) -> Gapped:
        """Find the gaps of one sentence."""
        marked = read_marks(sentence.text.text)
        clean = replace(sentence, text=Text(marked.text, sentence.text.at))
        for fault in marked.faults:
            span = item.file.span_within(sentence.text, fault.offset)
            self.found.append(Diagnostic(span, fault.rule, fault.message))
        if marked.gaps or marked.faults:
            for wish in (*sentence.must, *sentence.never):
                self.found.append(item.file.warning(wish.at, "marks-and-wishes", "the gaps of this "
                                  "sentence are marked in it, so 'cloze' has no say; take one of "
                                  "the two out"))
            return Gapped(replace(clean, gaps=marked.gaps), is_chosen=False)
        gaps = self.plain_gaps(item, clean, known)
        if not gaps:
            self.found.append(item.file.error(sentence.text.at, "no-gap", "nothing in this "
                              "sentence can be asked; put ==…== around what should be, or give it "
                              "a name, a date or a figure"))
        return Gapped(replace(clean, gaps=tuple(gaps)), is_chosen=True)

    def plain_gaps(self, item: Item, sentence: Sentence, known: NoteEntry | None) -> list[Gap]:
        """Keep what was published, and choose what an edit or a wish leaves open."""
        text = sentence.text.text
        has_wishes = sentence.must or sentence.never or sentence.most
        is_as_published = (
            known is not None
            and known.chosen
            and known.sentence == digest(text)
            and all(text.startswith(gap.text, gap.start) for gap in known.chosen)
        )
        if known and is_as_published and not has_wishes:
            return [
                Gap(gap.start, gap.start + len(gap.text), _entity(known, gap.number), hint=gap.hint)
                for gap in known.chosen
            ]
        from deckgen.cloze import rank  # its words take longer to load than most decks to read

        must = tuple(dict.fromkeys(wish.text.strip() for wish in sentence.must))
        never = tuple(dict.fromkeys(wish.text.strip() for wish in sentence.never))
        ranking = rank(text, self.names, must, never, sentence.most)
        for problem in ranking.problems:
            self.unmet(item, sentence, problem.wish, problem.text, problem.why)
        fresh = _renumbered_entities(text, _chosen(ranking), known)
        kept = _with_other_mentions(text, kept_gaps(text, known), ranking) if known else []
        gaps = _joined(sentence, kept, fresh, must, never, known)
        hidden = {text[gap.start : gap.end] for gap in gaps}
        failed = {(problem.wish, problem.text) for problem in ranking.problems}
        for piece in must:
            if piece not in hidden and ("must", piece) not in failed:
                self.unmet(item, sentence, "must", piece, "'never' or 'max' forbids it")
        return gaps

    def unmet(self, item: Item, sentence: Sentence, wish: str, text: str, why: str) -> None:
        """Report a wish that cannot be met, at its place."""
        wishes = sentence.must if wish == "must" else sentence.never
        at = next((w.at for w in wishes if w.text.strip() == text), sentence.text.at)
        self.found.append(item.file.error(at, "wish-not-met", f"'{wish}: {text}' cannot be met: "
                          f"{'it ' if why.split(maxsplit=1)[0] in _VERBS else ''}{why}"))


_VERBS = frozenset({"does", "occurs", "overlaps", "contains", "would"})


def kept_gaps(text: str, known: NoteEntry) -> list[Gap]:
    """Find the published gaps whose words still stand in the sentence as often as they did."""
    from deckgen.cloze import places

    by_number: dict[int, list[Published]] = {}
    for gap in known.chosen:
        by_number.setdefault(gap.number, []).append(gap)
    kept: list[Gap] = []
    for number, gaps in by_number.items():
        found: list[Gap] = []
        # The longest first: a short form inside a long one is not a place of its own.
        for piece in sorted({gap.text for gap in gaps}, key=len, reverse=True):
            at = [
                start for start in places(text, piece)
                if not any(gap.start <= start < gap.end for gap in found)
            ]
            hint = next(gap.hint for gap in gaps if gap.text == piece)
            if len(at) == sum(gap.text == piece for gap in gaps):
                entity = _entity(known, number)
                found += [Gap(start, start + len(piece), entity, hint=hint) for start in at]
        if len(found) == len(gaps) and not _overlap(found, kept):
            kept += found
    return kept


def _with_other_mentions(text: str, kept: list[Gap], ranking: "Ranking") -> list[Gap]:
    """Hide with a published gap what an edit has brought in that would betray it."""
    entities = {(c.start, c.end): c.entity for c in ranking.candidates}
    whole = list(kept)
    for gap in kept:
        entity = entities.get((gap.start, gap.end))
        for candidate in ranking.candidates:
            other = Gap(candidate.start, candidate.end, gap.entity, hint=gap.hint)
            if candidate.entity == entity and not _overlap([other], whole):
                whole.append(other)
    return whole


def _chosen(ranking: "Ranking") -> list[Gap]:
    best = [ranking.candidates[i] for i in ranking.chosen]
    hints: dict[str, str | None] = {}
    for candidate in best:
        hints.setdefault(candidate.entity, candidate.hint)
    return [Gap(c.start, c.end, c.entity, hint=hints[c.entity]) for c in best]


def _renumbered_entities(text: str, gaps: list[Gap], known: NoteEntry | None) -> list[Gap]:
    """Name the gaps as the lock does, by their name or by their words, so that numbers stay."""
    if not known:
        return gaps
    numbers = known.gaps
    names: dict[str, str] = {}
    for gap in gaps:
        number = numbers.get(gap.entity, numbers.get(entity_of(text[gap.start : gap.end])))
        if number is not None:
            names.setdefault(gap.entity, _entity(known, number))
    return [replace(gap, entity=names.get(gap.entity, gap.entity)) for gap in gaps]


def _joined(
    sentence: Sentence, kept: list[Gap], fresh: list[Gap], must: tuple[str, ...],
    never: tuple[str, ...], known: NoteEntry | None,
) -> list[Gap]:
    """Put what must be hidden first, then what was published, then what is chosen, as room is.

    `max` is the author's word on the room. Without it, what must be hidden and what was published
    is; what was once asked may come back; what is new only takes the place of what an edit took
    away.
    """
    from deckgen.cloze import places

    text = sentence.text.text
    shown = [Gap(at, at + len(piece), "") for piece in never for at in places(text, piece)]
    groups: dict[str, list[Gap]] = {}
    published_entities = {gap.entity for gap in kept}
    # A name of which an edit has made a longer form is asked in that form.
    kept = [gap for gap in kept if not any(_extends(other, gap) for other in fresh)]
    for gap in (*kept, *fresh):
        if not _overlap([gap], groups.get(gap.entity, [])):
            groups.setdefault(gap.entity, []).append(gap)
    forced = {gap.entity for gap in fresh if text[gap.start : gap.end] in must}
    sure = forced | published_entities
    asked_before = known.gaps if known else {}
    room = len({gap.number for gap in known.chosen}) if known and known.chosen else MOST
    taken: list[Gap] = []
    things = 0
    for entity in sorted(groups, key=lambda entity: (entity not in forced, entity not in sure)):
        if sentence.most:
            has_room = things < sentence.most
        else:
            has_room = entity in sure or things < (MOST if entity in asked_before else room)
        if has_room and not _overlap(groups[entity], [*taken, *shown]):
            taken += groups[entity]
            things += 1
    return sorted(taken, key=lambda gap: gap.start)


def _extends(longer: Gap, gap: Gap) -> bool:
    return (
        longer.entity == gap.entity
        and longer.start <= gap.start
        and gap.end <= longer.end
        and longer.end - longer.start > gap.end - gap.start
    )


def _overlap(some: Iterable[Gap], others: Iterable[Gap]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def _entity(known: NoteEntry, number: int) -> str:
    """What a number stands for in the lock: the first name it was given."""
    return next(entity for entity, other in known.gaps.items() if other == number)


def published(text: str, gaps: Iterable[Gap], numbers: Mapping[str, int]) -> tuple[Published, ...]:
    """Note the gaps of a sentence for the lock, in reading order."""
    return tuple(
        Published(numbers[gap.entity], gap.start, text[gap.start : gap.end], gap.hint)
        for gap in gaps
    )


def with_forms(text: str, gaps: Iterable[Gap], numbers: Mapping[str, int]) -> dict[str, int]:
    """Let the words of a gap stand for its number too, should its name be curated otherwise.

    Only where they are all that the number hides: a name hidden along with another is not it.
    """
    known = dict(numbers)
    forms: dict[str, set[str]] = {}
    for gap in gaps:
        forms.setdefault(gap.entity, set()).add(entity_of(text[gap.start : gap.end]))
    for entity, words in forms.items():
        if len(words) == 1:
            known.setdefault(min(words), numbers[entity])
    return known


def _names(items: Iterable[Item]) -> "Iterator[Name]":
    from deckgen.cloze import Name

    for item in items:
        forms = [
            form.text
            for field in item.kind.fields
            if field.is_name
            for form in _forms(item.values.get(field.key))
        ]
        for form in forms:
            # An id is told from a word by its first character.
            entity = f"#{item.id}" if item.id else entity_of(forms[0])
            yield Name(plain(form), entity, item.kind.hint)


def _forms(value: object) -> tuple[Text, ...]:
    if isinstance(value, NameList):
        return value.items
    return (value,) if isinstance(value, Text) else ()


def _sentences(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if item.kind.is_cloze:
            for value in item.values.values():
                if isinstance(value, Sentence):
                    yield read_marks(value.text.text).text
