"""What is needed to make the notes of one kind: where each value goes, which cards there may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from deckgen.compile.inheritance import Inherited
from deckgen.compile.looks import inherited_type
from deckgen.compile.notetypes import all_fields, gate, note_type
from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, TypeEntry
from deckgen.model import FIGURE, SOURCE, CardTemplate, Kind, NoteType, Project, Shape
from deckgen.template import CardRule

ASKED = "yes"  # what stands in the gate of a card that is wanted


class Gate(NamedTuple):
    """A card of a kind, and the fields that say whether it is wanted or retired."""

    card: CardTemplate
    ordinal: int
    place: int  # of the field that says that it is wanted
    is_by_date: bool  # unique among the dates of all kinds


@dataclass(frozen=True, slots=True)
class Making:
    """What is needed to make the notes of one kind; places are those of a note's fields."""

    note_type: NoteType
    slot: Mapping[str, int]  # field name -> place in the note
    plan: Mapping[str, tuple[Shape, int]]  # field key -> shape, place
    source: int  # place
    figure: int  # place
    gates: tuple[Gate, ...]
    open_gates: tuple[Gate, ...]  # those undecided where the author does not say what to ask
    blank: list[str]  # the fields of a note that has nothing but its decided gates; not the key's
    rule: CardRule


def make_ready(
    project: Project, lock: Lock, now: int, inherited: Inherited | None = None
) -> tuple[dict[str, TypeEntry], dict[str, Making], list[Diagnostic]]:
    """Make the note types of all items, those that were retired included."""
    types: dict[str, TypeEntry] = {}
    makings: dict[str, Making] = {}
    found: list[Diagnostic] = []
    used = {item.kind.section for item in project.items}
    used |= {entry.section for entry in lock.notes.values()}
    if inherited is not None:
        used |= {note.note_type.section for note in inherited.retired.values()}
    for section in sorted(used):
        kind = project.kinds.get(section)
        if kind is None:
            found.append(project.manifest.error(0, "frozen-note-type", f"students have {section}, "
                         "and no file in kinds/ defines them any more; put it back, or, if it has "
                         f"another section now, say there 'was: {section}'"))
            continue
        made = note_type(project, kind, lock, now) if not inherited or section not in \
            inherited.project.kinds else inherited_type(project, kind, lock, now, inherited)
        if isinstance(made, Diagnostic):
            found.append(made)
        else:
            types[section] = made[1]
            makings[section] = _making(kind, made[0])
    return types, makings, found


def _making(kind: Kind, made: NoteType) -> Making:
    names = [name for name, _ in made.fields][:-1]  # the last is the key, and is always filled
    slot = {name: place for place, name in enumerate(names)}
    dates = {field.key for field in kind.fields if field.shape is Shape.DATE}
    ordinals = {name: i for i, (name, *_) in enumerate(made.templates)}
    gates = tuple(
        Gate(card, ordinals[card.name], slot[gate(card.name)],
              len(card.unique) == 1 and card.unique[0] in dates)
        for card in kind.cards
    )
    blank = [""] * len(names)
    for wish in gates:
        if wish.card.is_default and not wish.card.unique:
            blank[wish.place] = ASKED
    return Making(
        note_type=made,
        slot=slot,
        plan={field.key: (field.shape, slot[field.name]) for field in all_fields(kind)},
        source=slot[SOURCE],
        figure=slot[FIGURE],
        gates=gates,
        open_gates=tuple(wish for wish in gates if wish.card.is_default and wish.card.unique),
        blank=blank,
        rule=CardRule(names, [front for _, _, front, _ in made.templates], made.is_cloze),
    )
