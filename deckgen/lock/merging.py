"""Two lines of the lock for one thing, from two branches, put together; or why that cannot be."""

from dataclasses import replace

from deckgen.lock.entries import NoteEntry, TypeEntry


class Irreconcilable(Exception):
    """Two branches gave one thing two meanings; only their author knows which is published."""


def merged_note(one: NoteEntry, other: NoteEntry) -> NoteEntry:
    """Put together what two branches remember of a note. Raises Irreconcilable.

    What either knows of gaps and cards is kept; the rest is the later one's. A note that lives on
    one of the branches lives: its item may have been kept, and if not, it is retired again.
    """
    if one == other:
        return one
    if one.guid != other.guid:
        raise Irreconcilable("has two identities")
    earlier, later = sorted((one, other), key=lambda entry: (not entry.is_gone, entry.mod))
    # If not, students of the other branch have something else, and as late as this or later.
    is_last = later.mod > earlier.mod or (
        (one.hash, one.drawn, one.gone, one.retired)
        == (other.hash, other.drawn, other.gone, other.retired))
    return later._replace(
        mod=max(one.mod, other.mod) + (not is_last),
        cards=tuple(sorted({*one.cards, *other.cards})),
        gaps=_merged_gaps(one, other),
    )


def merged_names(one: NoteEntry, other: NoteEntry) -> NoteEntry:
    """Put together what two branches remember of an item to which one of them gave another id.

    The id stands on its cards, so for students of the other branch the note has changed. What the
    first of them says stays, as its item is known by that.
    """
    merged = merged_note(one, other)
    return merged._replace(words=one.words, sentence=one.sentence, chosen=one.chosen,
                           mod=merged.mod + 1)


def _merged_gaps(one: NoteEntry, other: NoteEntry) -> dict[str, int]:
    for entity, number in one.gaps.items():
        if other.gaps.get(entity, number) != number:
            raise Irreconcilable(f"asks '{entity}' as gap {number} and as gap "
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
        mod=later.mod + (one.mod == other.mod and one.hash != other.hash),
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
