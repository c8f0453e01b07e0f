"""The order of new cards: positions that rise, and change as little as can be."""

from bisect import bisect_left
from itertools import pairwise
from typing import TypeGuard

# Anki keeps the position of a new card below a million; gaps leave room for later insertions.
LAST_POSITION = 999_999
WIDEST_GAP = 100


def positioned(known: list[int | None]) -> list[int]:
    """Give every note a position so that they rise in this order, moving as few as can be.

    `known` has the positions from the lock, None for new notes. New ones are put between their
    neighbours; if there is no room, all are spread anew.
    """
    if _is_rising(known):
        return known
    kept = _longest_rising(known)
    positions = _filled(kept)
    return positions if positions is not None else _spread(len(known))


def _is_rising(known: list[int | None]) -> TypeGuard[list[int]]:
    return None not in known and all(a < b for a, b in pairwise(known))  # type: ignore[operator]


def _spread(count: int) -> list[int]:
    gap = max(1, min(WIDEST_GAP, LAST_POSITION // (count + 1)))
    return [min(LAST_POSITION, gap * (i + 1)) for i in range(count)]


def _longest_rising(known: list[int | None]) -> list[int | None]:
    """Keep the longest run of known positions that rises; the others are set to None."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int] = [-1] * len(known)
    for i, position in enumerate(known):
        if position is None:
            continue
        place = bisect_left(tails, position)
        before[i] = tail_at[place - 1] if place else -1
        tails[place : place + 1] = [position]
        tail_at[place : place + 1] = [i]
    kept: list[int | None] = [None] * len(known)
    i = tail_at[-1] if tail_at else -1
    while i >= 0:
        kept[i] = known[i]
        i = before[i]
    return kept


def _filled(kept: list[int | None]) -> list[int] | None:
    """Put the missing positions evenly between the kept ones; None if there is no room."""
    fixed = [(-1, 0), *((i, at) for i, at in enumerate(kept) if at is not None)]
    positions: list[int] = []
    for (i, low), (j, high) in pairwise(fixed):
        missing = j - i - 1
        if high - low <= missing:
            return None
        positions += [low + (high - low) * n // (missing + 1) for n in range(1, missing + 1)]
        positions.append(high)
    rest = len(kept) - len(positions)
    last = fixed[-1][1]
    if last + rest > LAST_POSITION:
        return None
    gap = max(1, min(WIDEST_GAP, (LAST_POSITION - last) // (rest + 1)))
    return positions + [last + gap * n for n in range(1, rest + 1)]
