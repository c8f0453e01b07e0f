"""Rules about cards beside others: asked twice, told apart by too little, or left alone."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from deckgen.dates import Date, Precision
from deckgen.dates import parse as parse_date
from deckgen.lint.cards import Cards, Front, owners_of, reverse_of
from deckgen.lint.likeness import (
    Words,
    all_of,
    are_opposites,
    are_twins,
    few_near_pairs,
    has_a_like,
    listed,
    look_alike,
    shortened,
    telling,
    words,
)
from deckgen.lint.rule import Finding

_YES_NO = re.compile(r"(?:yes|no|true|false)\b", re.IGNORECASE)

FEWEST_WORDS = 4  # of fronts that can be taken for one another by their words
YEARS_APART = 2  # of dates that are taken for one another
LAST_YEAR = 2100  # a figure above is none
ALIKE = 2 / 3  # share of the telling words of two fronts that both have, to ask the same


def ambiguous(cards: Cards) -> Iterator[Finding]:
    """Two cards show the same and want different answers.

    Who knows both cannot know which is wanted, gets one of them wrong in Anki, and learns to guess
    by the look of a card. Say in the question what tells the two apart (when, where, by whom), or
    make one card of them.
    Sources: Wozniak, Twenty Rules, 11 (combat interference); Matuschak, How to write good prompts
    (precise). Limit: the same words in the same order; case, articles and punctuation aside.

    bad:
        questions:
          - {q: Who was elected President of Russia?, a: Boris Yeltsin}
          - {q: Who was elected president of Russia?, a: Vladimir Putin}
    good:
        questions:
          - {q: Who was elected President of Russia in 1996?, a: Boris Yeltsin}
          - {q: Who was elected President of Russia in 2000?, a: Vladimir Putin}
    """
    shown: dict[Hashable, list[Front]] = {}
    for front in cards.fronts:
        if front.words:
            shown.setdefault((*_template(front), front.words), []).append(front)
    for fronts in shown.values():
        others: dict[Hashable, Front] = {}  # the first with each answer
        for front in fronts:
            other = next((other for other in others.values() if not _is_own(front, other)
                          and not front.says_as(other)), None)
            others.setdefault((front.said, front.asked.answer), front)
            if other is not None:
                yield _found(front, f"this card shows the same as that of {_place(other)}, where the "
                             f"answer is {_quoted(other.asked.answer)}; say in both what tells them "
                             "apart, or make one card of them")


def interference(cards: Cards) -> Iterator[Finding]:
    """Two cards differ by so little that one is taken for the other.

    Their fronts have the same words in another order, or differ in one word, whose twin (afferent
    and efferent) or likeness (hyper- and hypo-) the other has; or they ask for dates, at most two
    years apart, of events told in much the same words. Such pairs are mixed up for years. Ask in a
    card of its own what tells them apart (which came first? which of the two …?).
    Sources: Wozniak, Twenty Rules, 11 (combat interference).
    Limit: two years, as near as dates of one story lie; two thirds of the telling words; only
    pairs, because three or more cards of one form are a table, made on purpose.

    bad:
        questions:
          - q: What is added as a packet goes from the upper to the lower layers?
            a: A header
          - q: What is added as a packet goes from the lower to the upper layers?
            a: Nothing
    good:
        questions:
          - q: What is added as a packet goes from the upper to the lower layers?
            a: A header
          - q: When is a packet's header taken off, on its way up or down the layers?
            a: On its way up
    """
    yield from _confusable(cards.fronts)
    yield from _neighbouring_dates(cards.fronts)


def duplicate(cards: Cards) -> Iterator[Finding]:
    """Two items ask the same, and have the same answer.

    Students review it twice without learning more, and a correction of one is forgotten in the
    other. Take one of them out. A fact may well be asked from two sides; then the fronts differ.
    Sources: Wozniak, Twenty Rules, 17 (redundancy is another way to the same fact, not the same way
    twice); Anki's manual (finding duplicates). Limit: two thirds of the telling words in common,
    and at most one on either side that the other lacks.

    bad:
        questions:
          - {q: Which treaty ended the First World War in the west?, a: The Treaty of Versailles}
          - {q: What treaty was it that ended the First World War in the west?, a: Treaty of Versailles}
    good:
        questions:
          - {q: Which treaty ended the First World War in the west?, a: The Treaty of Versailles}
          - {q: Which war did the Treaty of Versailles end?, a: The First World War}
    """
    owners, seen = owners_of(cards.items), set()
    for front, other in _alike(cards.fronts):
        item = front.asked.item
        if owners[id(item)] is owners[id(other.asked.item)] or id(item) in seen:
            continue
        if _says_as_much(front, other, is_english=cards.is_english):
            seen.add(id(item))
            yield _found(front, f"{_place(other)} asks the same ({_quoted(other.asked.question)}) and "
                         "has the same answer; keep one of the two, or ask this one from another side")


def one_way(cards: Cards) -> Iterator[Finding]:
    """Names with what they stand for are asked in one direction only.

    Who knows what a term means does not yet find the term for what is meant. The kind has a card
    that asks the other way round, and each of these answers belongs to one term alone, so it can be
    asked for. It is told once for a file.
    Sources: Wozniak, Twenty Rules, 17 (passive and active: ask both ways); Nielsen, Augmenting
    Long-term Memory. Limit: fronts of at most four words, that are no question and no gap.

    bad:
        questions:
          - {q: Judicial review, a: The power of courts to set laws aside}
          - {q: Filibuster, a: Holding up a vote by speaking on}
          - {q: Gerrymandering, a: Drawing constituencies so that one side wins}
    good:
        questions:
          - {q: Judicial review, a: The power of courts to set laws aside, ask: [forward, reverse]}
          - {q: Filibuster, a: Holding up a vote by speaking on, ask: [forward, reverse]}
          - {q: Gerrymandering, a: Drawing constituencies to win, ask: [forward, reverse]}
    """
    said = Counter((front.asked.item.kind.section, front.asked.card, front.said)
                   for front in cards.fronts)
    shown = {all_of(front.words) for front in cards.fronts if len(front.words) <= MOST_IN_A_NAME}
    found: dict[tuple[str, str, str], list[Front]] = {}
    for front in cards.fronts:
        item, card = front.asked.item, front.asked.card
        back = reverse_of(item.kind, card) if card and item.ask is None else None
        if back is None or not _is_bare_name(front) or not _is_name(front.asked.answer):
            continue
        if said[item.kind.section, card, front.said] == 1 and front.said not in shown:
            found.setdefault((item.file.path, card, back), []).append(front)
    for (_, card, back), fronts in found.items():
        if len(fronts) >= FEWEST_TERMS:
            names = listed(_quoted(front.asked.question) for front in fronts)
            yield Finding.of(fronts[0].asked.item, f"{len(fronts)} names are asked in one direction "
                             f"only ({names}); write 'ask: [{card}, {back}]' to ask for the name too")


FEWEST_TERMS = 3  # in one file: one or two may be meant so
MOST_IN_A_NAME = 4  # words


# ---------------------------------------------------------------- helpers


def _template(front: Front) -> tuple[str, str]:
    return front.asked.item.kind.section, front.asked.card


def _is_own(front: Front, other: Front) -> bool:
    return front.asked.item is other.asked.item


def _place(front: Front) -> str:
    return str(front.asked.item.span())


def _quoted(text: str) -> str:
    return f"'{shortened(text)}'"


def _found(front: Front, message: str) -> Finding:
    return Finding.of(front.asked.item, message, front.asked.at)


def _answer(front: Front) -> Hashable:
    date = _date(front.asked.answer)
    return (front.said or front.asked.answer) if date is None else date


def _date(text: str) -> Date | None:
    date = parse_date(text) if _WRITTEN.fullmatch(text) else None
    return date if isinstance(date, Date) and date.start[0] <= LAST_YEAR else None


_WRITTEN = re.compile(r"\d{4}(?:-\d\d){0,2}|(?:\d{1,2} )?[A-Z][a-z]{2,8}\.?(?: \d{1,2},)? \d{4}")


def _alike(fronts: Iterable[Front]) -> Iterator[tuple[Front, Front]]:
    """Pairs of cards that show much the same and have the same answer, or show the same altogether
    and have one of which the other is a part.
    """
    by_answer: dict[Hashable, list[Front]] = {}
    by_front: dict[Words, Front] = {}
    for front in fronts:
        if front.about:
            if not _YES_NO.match(front.asked.answer):  # which says too little to be the same
                by_answer.setdefault(_answer(front), []).append(front)
            other = by_front.setdefault(front.words, front)
            if other is not front and front.says_as(other):
                yield front, other
    for some in by_answer.values():
        if len(some) > 1:
            for n, i in few_near_pairs([front.about for front in some], ALIKE):
                yield some[n], some[i]


def _says_as_much(front: Front, other: Front, *, is_english: bool) -> bool:
    """Whether two fronts that are alike ask the same: what one has more than the other is slight."""
    mine, theirs = front.about - other.about, other.about - front.about
    if len(front.about & other.about) < 2 or not is_english:
        return not mine and not theirs
    if len(mine) > 1 or len(theirs) > 1:
        return False
    names = _names(front.asked.question) | _names(other.asked.question)
    return not any(
        word in names or any(char.isdigit() for char in word) for word in mine | theirs
    ) and not any(are_opposites(one, two) for one in mine for two in theirs)


def _names(text: str) -> frozenset[str]:
    """Words with a capital, but for the first."""
    return telling(words(" ".join(word for word in text.split()[1:] if not word[:1].islower())))


def _confusable(fronts: Iterable[Front]) -> Iterator[Finding]:
    orders: dict[Hashable, list[Front]] = {}
    halves: dict[tuple[bool, int, Hashable], list[Front]] = {}
    for front in fronts:
        shown, template = front.words, _template(front)
        if len(shown) >= FEWEST_WORDS:
            orders.setdefault((template, sum(map(hash, shown))), []).append(front)
            half = len(shown) // 2
            for is_first, same in ((True, shown[:half]), (False, shown[half:])):
                halves.setdefault((is_first, len(shown), (template, same)), []).append(front)
    for some in orders.values():
        if len(some) == 2 and _differ(*some) and sorted(some[0].words) == sorted(some[1].words):
            yield _found(some[1], f"this has the same words as {_place(some[0])} in another order, and "
                         f"there the answer is {_quoted(some[0].asked.answer)}; one will be taken for "
                         "the other: reword one, or ask in a third card what tells them apart")
    # What differs in one word has one half in common; few have, so only these are compared.
    for (is_first, length, _), some in halves.items():
        if len(some) > 1:
            half = length // 2
            for place in range(half, length) if is_first else range(half):
                yield from _differing_at(place, some)


def _differing_at(place: int, fronts: Iterable[Front]) -> Iterator[Finding]:
    """Find pairs that differ in this one of their words, and by little."""
    forms: dict[Words, list[Front]] = {}
    for front in fronts:
        if has_a_like(front.words[place]):
            forms.setdefault(front.words[:place] + front.words[place + 1:], []).append(front)
    for pair in forms.values():
        if len(pair) != 2 or not _differ(*pair):
            continue
        other, front = pair
        mine, theirs = front.words[place], other.words[place]
        if are_twins(mine, theirs) or look_alike(mine, theirs):
            yield _found(front, f"this differs from {_place(other)} in '{mine}' for '{theirs}' alone, and "
                         f"there the answer is {_quoted(other.asked.answer)}; one will be taken for the "
                         f"other: ask in a third card which of the two, '{theirs}' or '{mine}', goes with "
                         f"{_quoted(front.asked.answer)}")


def _differ(front: Front, other: Front) -> bool:
    return (not _is_own(front, other) and front.words != other.words
            and not front.says_as(other))


def _neighbouring_dates(fronts: Iterable[Front]) -> Iterator[Finding]:
    windows: dict[int, list[tuple[Date, Front]]] = {}
    for front in fronts:
        date = _date(front.asked.answer)
        if date is not None:
            window = date.start[0] // YEARS_APART
            windows.setdefault(window, []).append((date, front))
            windows.setdefault(window + 1, []).append((date, front))
    told: set[int] = set()
    for _, dated in sorted(windows.items()):
        for n, i in few_near_pairs([front.about for _, front in dated], ALIKE):
            (date, front), (before, other) = dated[n], dated[i]
            item = front.asked.item
            if id(item) not in told and not _is_own(front, other) and _is_near(date, before):
                told.add(id(item))
                yield _found(front, f"of much the same, {_place(other)} has the date "
                             f"'{other.asked.answer}'; one will be taken for the other: ask in a card "
                             f"of its own which came first, {_quoted(other.asked.question)} or "
                             f"{_quoted(front.asked.question)}")


def _is_near(one: Date, other: Date) -> bool:
    exact = (Precision.DAY, Precision.MONTH, Precision.YEAR)
    return (
        one.precision in exact and other.precision in exact
        and one.until is None and other.until is None
        and abs(one.start[0] - other.start[0]) <= YEARS_APART
        and (one.end < other.start or other.end < one.start)
    )


def _is_name(answer: str) -> bool:
    """Whether it could be asked what has this answer: not of a figure, nor of yes and no."""
    return any(char.isalpha() for char in answer) and not _YES_NO.match(answer)


def _is_bare_name(front: Front) -> bool:
    text = front.asked.question.rstrip()
    return len(front.words) <= MOST_IN_A_NAME and text[-1:] not in "?:.!…" and "…" not in text

