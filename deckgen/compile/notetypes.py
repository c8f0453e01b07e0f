"""Kinds into Anki note types, whose structure never changes once it is in the lock.

Anki duplicates a note type when a field or template is added, removed or moved, and every note of
it is then in conflict for good. So the order and the ids come from the lock; spare fields and
spare cards are there from the start, and what a kind gains later takes over a spare one.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, TypeEntry, digest, number_for, risen
from deckgen.model import GENERATED, ID, MINE, SOURCE, Field, Kind, NoteType, Project, Shape
from deckgen.schema import common

RETIRED_GAPS = "Retired gaps"  # clozes for gaps that are no more, so that no card goes blank
SPARE_FIELDS = tuple(f"Spare {n}" for n in range(1, 7))
SPARE_CARDS = tuple(f"Spare card {n}" for n in range(1, 4))


class Structure(NamedTuple):
    """Fields and templates of a note type, as (name, id) in Anki's order."""

    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]


def gate(card: str) -> str:
    """Name the field that is filled exactly when the card `card` is wanted."""
    return f"Ask {card[:1].lower()}{card[1:]}"


def banner(card: str) -> str:
    """Name the field that is filled when the card `card` is no more, and says so."""
    return f"Retired {card[:1].lower()}{card[1:]}"


def note_type(
    project: Project, kind: Kind, lock: Lock, now: int
) -> tuple[NoteType, TypeEntry] | Diagnostic:
    """Make a kind's note type and its lock entry, or say why a published one cannot be changed."""
    known = lock.types.get(kind.section)
    structure = _settled(project, kind, known)
    if isinstance(structure, Diagnostic):
        return structure
    templates = tuple(
        (name, number, *_texts(kind, project.language, name)) for name, number in structure.templates
    )
    name = f"{project.name}: {kind.label}"
    css = common().css
    content = type_hash(name, css, structure, templates)
    identity = known.id if known else _fresh_id(project, kind, lock)
    entry = TypeEntry(identity, risen(known, content, now), content, kind.is_cloze, *structure)
    mine = {SOURCE, MINE, *(field.name for field in all_fields(kind))}
    made = NoteType(kind.section, identity, name, css, kind.is_cloze, structure.fields, templates,
                    entry.mod, frozenset(name for name, _ in structure.fields if name not in mine))
    return made, entry


def _fresh_id(project: Project, kind: Kind, lock: Lock) -> int:
    """Make an id that no note type has; one may, if its kind had this section before another."""
    taken = {entry.id for entry in lock.types.values()}
    identity, n = number_for(project.id, "note type", kind.section), 1
    while identity in taken:
        n += 1
        identity = number_for(project.id, "note type", f"{kind.section} {n}")
    return identity


def type_hash(
    name: str, css: str, structure: Structure, templates: tuple[tuple[str, int, str, str], ...]
) -> str:
    """Hash what Anki is given of a note type; its time rises exactly when this changes."""
    return digest(name, css, repr(structure), repr(templates))


def all_fields(kind: Kind) -> tuple[Field, ...]:
    """List the fields an item of this kind may fill."""
    return (*kind.fields, *common().fields)


# ---------------------------------------------------------------- structure


def _settled(project: Project, kind: Kind, known: TypeEntry | None) -> Structure | Diagnostic:
    """Take the order and the ids from the lock, letting what is new take over what is spare."""
    names = [*(field.name for field in all_fields(kind)), *GENERATED, ID]
    cards = [card.name for card in kind.cards]
    if kind.is_cloze:
        names.append(RETIRED_GAPS)
        cards = [kind.label]
    if known is None:
        return _first(project, kind, names, cards)
    if known.is_cloze != kind.is_cloze:
        return _refusal(project, kind, "it was " + ("" if known.is_cloze else "not ") + "made of "
                        "key sentences before, and Anki cannot turn one into the other")
    templates = _taken_over(known.templates, cards, SPARE_CARDS)
    if kind.is_cloze:  # has one card, whatever its name
        templates = ((kind.label, known.templates[0][1]),)
    if isinstance(templates, str):
        return _refusal(project, kind, f"card {templates}")
    renamed: dict[str, str] = {}
    if not kind.is_cloze:
        names += [field for name, _ in templates for field in (gate(name), banner(name))]
        for (was, _), (name, _) in zip(known.templates, templates, strict=True):
            renamed |= {gate(was): gate(name), banner(was): banner(name)}
    fields = _taken_over(
        tuple((renamed.get(name, name), number) for name, number in known.fields),
        names, SPARE_FIELDS,
    )
    if isinstance(fields, str):
        return _refusal(project, kind, f"field {fields}")
    return Structure(fields, templates)


def _first(project: Project, kind: Kind, names: list[str], cards: list[str]) -> Structure:
    """Lay out a note type that no student has yet."""
    if not kind.is_cloze:
        cards = [*cards, *SPARE_CARDS]
    names = [*(name for name in names if name != ID), *SPARE_FIELDS]
    if not kind.is_cloze:
        names += [*map(gate, cards), *map(banner, cards)]
    names.append(ID)  # the last, so that all that comes before it can be told apart from it

    def with_ids(what: str, names: Iterable[str]) -> tuple[tuple[str, int], ...]:
        return tuple((name, number_for(project.id, what, kind.section, name)) for name in names)

    return Structure(with_ids("field", names), with_ids("template", cards))


def _taken_over(
    known: tuple[tuple[str, int], ...], wanted: list[str], spares: tuple[str, ...]
) -> tuple[tuple[str, int], ...] | str:
    """Rename spares to what is new, in order; else say in a few words what does not fit."""
    have = {name for name, _ in known}
    new = [name for name in wanted if name not in have]
    gone = have - set(wanted) - set(spares)
    if gone:
        return f"'{min(gone)}' is gone"
    free = [name for name in spares if name in have]
    if len(new) > len(free):
        return f"'{new[len(free)]}' is one more than there are spare ones ({len(free)} left)"
    renamed = dict(zip(free, new, strict=False))
    return tuple((renamed.get(name, name), number) for name, number in known)


def _refusal(project: Project, kind: Kind, why: str) -> Diagnostic:
    message = (
        f"the note type of '{kind.section}' is published, and its structure is frozen: {why}. "
        "Anki would make a second note type and never update the old notes again; put it back "
        "and leave it empty. If no student has the deck yet, delete the line "
        f"'\"type\": \"{kind.section}\"' from deckgen.lock"
    )
    return project.manifest.error(0, "frozen-note-type", message)


# ---------------------------------------------------------------- templates


def _texts(kind: Kind, language: str, name: str) -> tuple[str, str]:
    """Write the front and the back of the template called `name`."""
    if kind.is_cloze:
        sentence = next(field.name for field in kind.fields if field.shape is Shape.SENTENCE)
        prompt = (f'<div class="prompt" dir="auto">{{{{cloze:{sentence}}}}}</div>\n'
                  f'<div class="banner" dir="auto">{{{{cloze:{RETIRED_GAPS}}}}}</div>\n')
        return _framed(kind, language, prompt, prompt, shown="")
    card = next((card for card in kind.cards if card.name == name), None)
    if card is None:
        spare = SPARE_FIELDS[SPARE_CARDS.index(name)]
        front, back = f"{{{{{spare}}}}}\n", f"{{{{{spare}}}}}\n"
        shown = ""
    else:
        front, back = card.front, card.back
        shown = '{{FrontSide}}\n<hr id="answer">' if card.repeats_front else ""
    figure = common().figure if card and card.shows_figure else ""
    front, back = _framed(kind, language, front, back, shown, figure)
    retired = common().retired_front.replace("%banner%", f"{{{{{banner(name)}}}}}")
    retired = _filled(kind, language, retired)
    return (
        _when(banner(name), retired) + _when(gate(name), front),
        _when(banner(name), "{{FrontSide}}\n") + _when(gate(name), back),
    )


def _when(field: str, text: str) -> str:
    return f"{{{{#{field}}}}}\n{text}{{{{/{field}}}}}\n"


def _framed(
    kind: Kind, language: str, question: str, answer: str, shown: str, figure: str = ""
) -> tuple[str, str]:
    front = _filled(kind, language, common().front).replace("%question%", question)
    back = common().back.replace("%labelled%", "") if shown else common().back
    back = _filled(kind, language, back).replace("%shown%", shown)
    back = back.replace("%answer%", answer).replace("%figure%", figure)
    return front, back.lstrip("\n")


def _filled(kind: Kind, language: str, frame: str) -> str:
    frame = frame.replace("%labelled%", common().label).replace("%language%", escape(language))
    return frame.replace("%label%", escape(kind.label)).replace("%section%", kind.section)
