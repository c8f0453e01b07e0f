"""Two lines of the lock for one thing, from two branches, put together; or why that cannot be."""

from dataclasses import replace

from deckgen.lock.entries import UNLIKE_ANY, NoteEntry, TypeEntry


class Irreconcilable(Exception):
    """Two branches gave one thing two meanings; only their author knows which is published."""


def merged_note(one: NoteEntry, other: NoteEntry) -> NoteEntry:
    """Put together what two branches remember of a note. Raises Irreconcilable.

    What either knows of gaps and cards is kept; the rest is the later one's. A note that lives on
    one of the branches lives: its item may have been kept, and if not, it is retired again.
    """
    if one == other:
        return one
    if (one.guid, one.section) != (other.guid, other.section):
        raise Irreconcilable("has two identities")
    earlier, later = sorted((one, other), key=lambda entry: (not entry.is_gone, entry.mod))
    is_latest = later.mod > earlier.mod
    return later._replace(
        mod=max(one.mod, other.mod),
        hash=later.hash if is_latest or one.hash == other.hash else UNLIKE_ANY,
        cards=tuple(sorted({*one.cards, *other.cards})),
        gaps=_merged_gaps(one, other),
    )


def _merged_gaps(one: NoteEntry, other: NoteEntry) -> dict[str, int]:
    for entity in one.gaps.keys() & other.gaps.keys():
        if one.gaps[entity] != other.gaps[entity]:
            raise Irreconcilable(f"asks '{entity}' as gap {one.gaps[entity]} and as gap "
                                 f"{other.gaps[entity]}")
    known = {number: entity for entity, number in reversed(tuple(one.gaps.items()))}
    for entity, number in other.gaps.items():
        has_both = any(other.gaps.get(name) == number for name, n in one.gaps.items() if n == number)
        if number in known and not has_both:
            raise Irreconcilable(f"asks '{known[number]}' and '{entity}' as gap {number}")
    return {**one.gaps, **other.gaps}


def merged_type(one: TypeEntry, other: TypeEntry) -> TypeEntry:
    """Put together what two branches remember of a note type. Raises Irreconcilable."""
    if one == other:
        return one
    if (one.id, one.is_cloze) != (other.id, other.is_cloze):
        raise Irreconcilable("has two identities")
    later = max(one, other, key=lambda entry: entry.mod)
    return replace(
        later,
        hash=later.hash if one.mod != other.mod or one.hash == other.hash else UNLIKE_ANY,
        fields=_merged_names(one.fields, other.fields),
        templates=_merged_names(one.templates, other.templates),
    )


def _merged_names(
    one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...]:
    """Take over the spare fields or cards that either branch has taken over."""
    if [number for _, number in one] != [number for _, number in other]:
        raise Irreconcilable("has two structures")
    names = []
    for (name, number), (rival, _) in zip(one, other, strict=True):
        if name != rival and not (is_spare(name) or is_spare(rival)):
            raise Irreconcilable(f"uses one spare for '{name}' and for '{rival}'")
        names.append((rival if is_spare(name) else name, number))
    return tuple(names)


def is_spare(name: str) -> bool:
    """Whether a field or template of this name has not been taken over by anything yet."""
    return "spare" in name.casefold().split()[:2]
