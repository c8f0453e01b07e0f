"""Cloze numbers: each belongs to what it hides, and is never used for anything else."""

from collections.abc import Iterable, Iterator, Mapping

from deckgen.lock.entries import digest


def numbered(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]], is_edition: bool = False
) -> dict[str, int]:
    """Allot cloze numbers to what is hidden: append-only, never one that had another use.

    `wanted` pairs what is hidden with the number the author wrote, or None. An edition of a note
    takes numbers that the original will hardly come to, and that another edition takes for the
    same: a student may change from one to the other.
    """
    numbers = dict(known)
    fixed = {number for _, number in wanted if number is not None}
    for entity, number in wanted:
        if number is not None:
            numbers[entity] = number
        elif entity not in numbers:
            numbers[entity] = _of_edition(entity, {*numbers.values(), *fixed}) if is_edition \
                else max([0, *numbers.values(), *fixed]) + 1
    return numbers


_FIRST, _LAST = 100, 498  # Anki knows none above 499


def _of_edition(entity: str, used: set[int]) -> int:
    number = _FIRST + int(digest(entity), 16) % (_LAST - _FIRST)
    while number in used:
        number = number + 1 if number < _LAST else _FIRST
    return number


def renumbered(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> Iterator[tuple[str, int]]:
    """Find what the author gives another number than it has had, as (what is hidden, the old)."""
    for entity, number in wanted:
        if number is not None and known.get(entity, number) != number:
            yield entity, known[entity]


def taken(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> Iterator[tuple[str, int, str]]:
    """Find numbers the author gives to something new: (what is hidden, number, what had it)."""
    had = {number: entity for entity, number in known.items()}
    for entity, number in wanted:
        if number in had and entity not in known:
            yield entity, number, had[number]
