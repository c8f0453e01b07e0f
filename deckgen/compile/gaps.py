"""The gaps of a key sentence: the author's own, those already published, or a fresh choice.

What was published stays: however the chooser improves, and whatever is edited elsewhere in the
sentence, a gap remains as long as its text is there. Only what an edit took away is chosen anew.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.lock import NoteEntry, Published
from deckgen.markdown import plain
from deckgen.marks import entity_of, read_marks
from deckgen.model import Gap, Item, Sentence, Text
from deckgen.model import Names as NameList

if TYPE_CHECKING:
    from deckgen.cloze import Name, Names

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
        kept = list(kept_gaps(text, known)) if known else []
        if known and known.chosen and is_settled(sentence, kept, known):
            return kept
        from deckgen.cloze import choose  # its words take longer to load than most decks to read

        choice = choose(
            text, self.names, [wish.text for wish in sentence.must],
            [wish.text for wish in sentence.never], sentence.most,
        )
        wishes = {wish.text: wish for wish in (*sentence.must, *sentence.never)}
        for problem in choice.problems:
            wish = wishes[problem.text]
            self.found.append(item.file.error(wish.at, "wish-not-met",
                              f"'{problem.wish}: {problem.text}' cannot be met: it {problem.why}"))
        return joined(sentence, kept, choice.gaps, known.gaps if known else {})


def kept_gaps(text: str, known: NoteEntry) -> Iterator[Gap]:
    """Find the published gaps whose text still stands in the sentence as often as it did."""
    entities: dict[int, str] = {}
    for entity, number in known.gaps.items():
        entities.setdefault(number, entity)
    by_number: dict[int, list[Published]] = {}
    for gap in known.chosen:
        by_number.setdefault(gap.number, []).append(gap)
    for number, gaps in by_number.items():
        pieces = {gap.text for gap in gaps}
        places = {piece: _places(text, piece) for piece in pieces}
        hidden = {piece: sum(gap.text == piece for gap in gaps) for piece in pieces}
        if all(len(places[piece]) == hidden[piece] for piece in pieces):
            for gap in gaps:
                start = places[gap.text].pop(0)
                yield Gap(start, start + len(gap.text), entities[number], hint=gap.hint)


def is_settled(sentence: Sentence, kept: list[Gap], known: NoteEntry) -> bool:
    """Whether the published gaps are all there and what the author wishes."""
    text = sentence.text.text
    pieces = {text[gap.start : gap.end] for gap in kept}
    ends = sorted((gap.start, gap.end) for gap in kept)
    return (
        len(kept) == len(known.chosen)
        and all(end <= start for (_, end), (start, _) in pairwise(ends))
        and all(wish.text in pieces for wish in sentence.must)
        and not any(wish.text in piece for wish in sentence.never for piece in pieces)
        and (sentence.most is None or len({gap.entity for gap in kept}) <= sentence.most)
    )


def joined(
    sentence: Sentence, kept: list[Gap], chosen: Iterable[Gap], numbers: Mapping[str, int]
) -> list[Gap]:
    """Put what was published first, and what is chosen beside it, as far as there is room."""
    text = sentence.text.text
    must = {wish.text for wish in sentence.must}
    chosen = [replace(gap, entity=_known_entity(text, gap, numbers)) for gap in chosen]
    forced = {gap.entity for gap in chosen if text[gap.start : gap.end] in must}
    taken: list[Gap] = []
    room = sentence.most or MOST
    of_kept = {gap.entity for gap in kept}
    for gap in sorted(
        (*kept, *chosen), key=lambda gap: (gap.entity not in forced, gap.entity not in of_kept)
    ):
        things = {other.entity for other in taken}
        if any(gap.start < other.end and other.start < gap.end for other in taken):
            continue
        if any(wish.text in text[gap.start : gap.end] for wish in sentence.never):
            continue
        if gap.entity in things or gap.entity in forced or len(things) < room:
            taken.append(gap)
    return sorted(taken, key=lambda gap: gap.start)


def published(text: str, gaps: Iterable[Gap], numbers: Mapping[str, int]) -> tuple[Published, ...]:
    """Note the gaps of a sentence for the lock, in reading order."""
    return tuple(
        Published(numbers[gap.entity], text[gap.start : gap.end], gap.hint) for gap in gaps
    )


def with_forms(text: str, gaps: Iterable[Gap], numbers: Mapping[str, int]) -> dict[str, int]:
    """Let the words of a gap stand for its number too, should its name be curated otherwise."""
    known = dict(numbers)
    for gap in gaps:
        known.setdefault(entity_of(text[gap.start : gap.end]), numbers[gap.entity])
    return known


def _known_entity(text: str, gap: Gap, numbers: Mapping[str, int]) -> str:
    """The entity by which the lock numbers a gap: its own, or that of its words."""
    form = entity_of(text[gap.start : gap.end])
    return form if gap.entity not in numbers and form in numbers else gap.entity


def _places(text: str, piece: str) -> list[int]:
    """Where a piece of text stands as whole words."""
    pattern = rf"(?<!\w){re.escape(piece)}(?!\w)"
    return [match.start() for match in re.finditer(pattern, text)]


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
            yield Name(plain(form), item.id or entity_of(forms[0]), item.kind.hint)


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
