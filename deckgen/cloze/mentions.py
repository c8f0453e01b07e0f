"""Which stretches of a sentence could be asked for, all kinds together."""

import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from deckgen.cloze.acronyms import join_acronyms
from deckgen.cloze.classes import ADJECTIVE, CAP, PEOPLE, TITLE
from deckgen.cloze.names import Name, Names
from deckgen.cloze.phrases import add_any_word, add_compounds, add_phrases, add_quotations
from deckgen.cloze.places import DIRECTIONS
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.roles import AMOUNT, NAME, NOUN, guess_roles
from deckgen.cloze.runs import find_runs
from deckgen.cloze.tokens import Tokens, tokenise

if TYPE_CHECKING:
    from deckgen.cloze.quantities import Quantity

_HALF: Final = "half of a name"
_NO_RUN: Final = (sys.maxsize, sys.maxsize)


def read(text: str, names: Names) -> Reading:
    """Every mention of `text`, in no particular order; a mention may overlap another."""
    tokens = tokenise(text)
    known, spots = names.find(tokens) if names else ([], [])
    find_quantities, _ = _load_grammar()
    quantities = find_quantities(tokens)
    if known and quantities:
        known, quantities = _divide(known, quantities)
    taken = [(q.first, q.last, AMOUNT) for q in quantities]
    taken += [
        (first, last, NAME if tokens.classes[first] & CAP else NOUN) for first, last, _ in known
    ]
    reading = Reading(tokens, *guess_roles(tokens, taken))
    if len({entity for _, _, entity in spots}) < len(spots):
        reading.spots = spots  # only what can be read twice can be told
    reading.has_term = bool([k for k in known if not tokens.classes[k[0]] & CAP])
    runs = find_runs(reading)
    _add_quantities(reading, quantities)
    _add_names(reading, runs, known)
    segments = add_phrases(reading, runs)
    add_compounds(reading, segments)
    add_quotations(reading)
    if known and (reading.has_quotation or reading.has_term):
        _drop_twins(reading)
    _set_halves_aside(reading)
    join_acronyms(reading, runs)
    if not reading.mentions:
        add_any_word(reading)
    return reading


@cache
def _load_grammar() -> tuple[Callable[[Tokens], list["Quantity"]], frozenset[str]]:
    """What finds quantities, and which are dates; loaded late, for its patterns take long."""
    from deckgen.cloze.quantities import DATE_KINDS, find_quantities

    return find_quantities, DATE_KINDS


def _divide(
    known: list[tuple[int, int, Name]], quantities: list["Quantity"]
) -> tuple[list[tuple[int, int, Name]], list["Quantity"]]:
    """Where a known name and a quantity overlap the longer stays; of two alike a date stays
    a date, a number becomes the name.
    """
    covered = 0
    for first, last, _ in known:
        covered |= (1 << last) - (1 << first)
    if not any(covered >> q.first & ((1 << q.last - q.first) - 1) for q in quantities):
        return known, quantities
    _, dates = _load_grammar()
    holder = {n: q for q in quantities for n in range(q.first, q.last)}
    kept_names, lost = [], set()
    for first, last, name in known:
        crossing = {holder[n] for n in range(first, last) if n in holder}
        if any(q.last - q.first >= last - first + (q.kind not in dates) for q in crossing):
            continue
        lost |= crossing
        kept_names.append((first, last, name))
    return kept_names, [q for q in quantities if q not in lost]


def _add_quantities(reading: Reading, quantities: list["Quantity"]) -> None:
    _, dates = _load_grammar()
    for q in quantities:
        if reading.roles[q.first] == AMOUNT:  # else it has become part of a name
            kind = "date" if q.kind in dates else "amount"
            reading.mentions.append(Mention(q.first, q.last, kind, q.kind, q.key))


def _add_names(
    reading: Reading, runs: list[tuple[int, int]], known: list[tuple[int, int, Name]]
) -> None:
    """Known names, and the runs that are none; a known name that is only half of a run is set
    aside.
    """
    replaced = set()
    ahead = iter(runs)  # both stand in reading order
    run = next(ahead, _NO_RUN)
    for first, last, name in known:
        while run[1] <= first:
            run = next(ahead, _NO_RUN)
        around = run if run[0] <= first else None
        if (
            around is not None
            and around != (first, last)
            and not _stands_alone(reading, first, last, around)
        ):
            reading.set_aside.append((first, last, _HALF))
            continue
        replaced.add(around)
        reading.mentions.append(Mention(first, last, "known", name.sort, name.entity, name))
    for run in runs:
        if run not in replaced:
            reading.mentions.append(Mention(run[0], run[1], "name"))


def _set_halves_aside(reading: Reading) -> None:
    """Of "Central and Eastern European states" neither side of "and" can be asked alone."""
    tokens, roles = reading.tokens, reading.roles
    classes, words_ = tokens.classes, tokens.words
    if "and" not in words_ and "or" not in words_:
        return
    joints = [
        n
        for n, word in enumerate(words_)
        if word in _AND_OR
        and 0 < n < tokens.count - 2
        and classes[n - 1] & _DESCRIBES
        and classes[n + 1] & _DESCRIBES
        and roles[n + 2] in (NOUN, NAME)
    ]
    for n in joints:
        directions = words_[n - 1] in DIRECTIONS and words_[n + 1] in DIRECTIONS
        half = [
            m
            for m in reading.mentions
            if ((m.first == n + 1 and m.last > n + 2) or (m.first <= n - 1 and m.last == n))
            and m.kind != "quotation"
            and (directions or m.kind not in ("name", "known"))
        ]
        reading.set_aside += [(m.first, m.last, _HALF) for m in half]
        reading.mentions = [m for m in reading.mentions if m not in half]


_DESCRIBES: Final = PEOPLE | ADJECTIVE
_AND_OR: Final = frozenset(("and", "or"))


def _drop_twins(reading: Reading) -> None:
    """Whatever stands over the very words of a known name is that name; only a quotation is kept
    beside it.
    """
    known = {m.mask: m for m in reading.mentions if m.kind == "known"}
    kept = []
    for mention in reading.mentions:
        twin = known.get(mention.mask)
        if twin is None or twin is mention or mention.kind == "quotation":
            kept.append(mention)
            if twin is not None:
                mention.name, mention.entity = twin.name, twin.entity
    reading.mentions = kept


def _stands_alone(reading: Reading, first: int, last: int, run: tuple[int, int]) -> bool:
    """Whether a known name of several words is tied to the rest of its run by small words only."""
    classes = reading.tokens.classes
    open_left = first == run[0] or not classes[first - 1] & CAP or bool(classes[first - 1] & TITLE)
    open_right = last == run[1] or not classes[last] & CAP
    return (
        open_left
        and open_right
        and (last - first > 1 or (last == run[1] and bool(classes[first - 1] & TITLE)))
    )
