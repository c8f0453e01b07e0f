"""The original's note types, as an edition wants them to look."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape

from deckgen.compile.inheritance import Inherited
from deckgen.compile.media import hashed_name
from deckgen.compile.notetypes import Structure, note_type, type_hash
from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, TypeEntry
from deckgen.model import Kind, Look, Media, NoteType, Project
from deckgen.schema import suggested

# Anki has its classes for the night on what has the class `card`, or around it.
_NIGHT = (".card.nightMode", ".card.night_mode", ".nightMode .card", ".night_mode .card")
_WORDS = re.compile(r"(>\s*)([^<>{}]*[^<>{}\s])(\s*<)")  # what a template says itself


def inherited_type(
    project: Project, kind: Kind, lock: Lock, now: int, inherited: Inherited
) -> tuple[NoteType, TypeEntry] | Diagnostic:
    """Give a note type of the original with the edition's looks, and what the lock has of it."""
    made = inherited.types.get(kind.section)
    base, mine = inherited.lock.types.get(kind.section), lock.types.get(kind.section)
    if made is None:
        # The original has no such items yet; were it to get some, this is what it would make.
        first = note_type(inherited.project, kind, inherited.lock if base else lock, now)
        if isinstance(first, Diagnostic):
            return first
        made, base = first
    if base is None:
        raise KeyError(kind.section)
    shown = looking(made, project.look, project.media)
    content = type_hash(shown.name, shown.css, Structure(base.fields, base.templates), shown.templates)
    floor = base.mod + (content != base.hash)
    mod = max(floor, mine.mod + (content != mine.hash)) if mine else floor
    return replace(shown, mod=mod), replace(base, mod=mod, hash=content)


def looking(made: NoteType, look: Look | None, media: Mapping[str, Media]) -> NoteType:
    """Give a note type an edition's colours, logo and words."""
    if look is None:
        return made
    words = {text.text: other for text, other in look.labels}
    templates = tuple(
        (name, number, _said(front, words), _said(back, words))
        for name, number, front, back in made.templates
    )
    return replace(made, css=made.css + "".join(_rules(look, media)), templates=templates)


def logo_name(look: Look, media: Mapping[str, Media]) -> str | None:
    """What the logo is called in the package; Anki takes a file to which a style sheet refers only
    if its name begins like this.
    """
    file = media.get(look.logo.text.strip()) if look.logo else None
    return f"_{hashed_name(look.logo.text.strip(), file.digest)}" if file and look.logo else None


def faults(project: Project, types: Mapping[str, NoteType]) -> Iterator[Diagnostic]:
    """Find words that stand on no card, and a logo that is not there."""
    look = project.look
    if look is None:
        return
    said = {words for made in types.values() for _, _, front, back in made.templates
            for words in (*_words(front), *_words(back))}
    for text, _ in look.labels:
        if text.text not in said:
            yield project.manifest.error(text.at, "unknown-label", f"no card says {text.text!r}; "
                                         + suggested(text.text, sorted(said)))
    if look.logo and look.logo.text.strip() not in project.media:
        yield project.manifest.error(
            look.logo.at, "missing-media", f"there is no {look.logo.text.strip()!r} in media/; "
            + suggested(look.logo.text.strip(), sorted(project.media)))


def _words(template: str) -> Iterator[str]:
    return (match[2] for match in _WORDS.finditer(template))


def _said(template: str, words: Mapping[str, str]) -> str:
    return _WORDS.sub(
        lambda m: f"{m[1]}{escape(words[m[2]], quote=False) if m[2] in words else m[2]}{m[3]}", template)


def _rules(look: Look, media: Mapping[str, Media]) -> Iterator[str]:
    yield "\n/* This edition's. */\n"
    for colours, where in ((look.day, (".card",)), (look.night, _NIGHT)):
        if colours:
            # The accent is set below the card, for each kind its own.
            selectors = ", ".join(f"{at}{below}" for at in where for below in ("", " .deckgen"))
            yield f"{selectors} {{ {' '.join(f'--{name}: {c};' for name, c in sorted(colours.items()))} }}\n"
    if (name := logo_name(look, media)) is not None:
        yield (f'.deckgen .label {{ background: url("{name}") no-repeat right center / auto 100%; '
               "padding-inline-end: 4rem; }\n")



