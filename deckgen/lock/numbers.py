"""Cloze numbers: each belongs to what it hides, and is never used for anything else."""

from collections.abc import Iterable, Iterator, Mapping


def numbered(
    known: Mapping[str, int], wanted: Iterable[tuple[str, int | None]]
) -> dict[str, int]:
    """Allot cloze numbers to what is hidden: append-only, never one that had another use.

    `wanted` pairs what is hidden with the number the author wrote, or None.
    """
    numbers = dict(known)
    fixed = {number for _, number in wanted if number is not None}
    for entity, number in wanted:
        if number is not None:
            numbers[entity] = number
        elif entity not in numbers:
            numbers[entity] = max([0, *numbers.values(), *fixed]) + 1
    return numbers


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
