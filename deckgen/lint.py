"""What is wrong with a project as a whole: rules over items that are each well formed."""

from collections.abc import Iterator

from deckgen.compile import Compiled, hashed_name
from deckgen.diagnostics import Diagnostic, Severity, Span
from deckgen.model import Project


def lint(project: Project, compiled: Compiled) -> Iterator[Diagnostic]:
    """Apply every rule."""
    for rule in (clashing_decks, unused_sources):
        yield from rule(project)
    yield from unused_media(project, compiled)
    yield from retiring(project, compiled)


def clashing_decks(project: Project) -> Iterator[Diagnostic]:
    """Two decks whose names differ in capitals only are one deck in Anki."""
    first: dict[str, str] = {}
    for item in project.items:
        other = first.setdefault(item.deck.casefold(), item.deck)
        if other != item.deck:
            yield item.file.error(0, "clashing-decks", f"the decks {item.deck!r} and {other!r} are "
                                  "one deck in Anki; write the name in one way")
            first[item.deck.casefold()] = item.deck


def unused_sources(project: Project) -> Iterator[Diagnostic]:
    """A source that nothing cites is a forgotten citation, or a leftover."""
    cited = {citation.key for item in project.items for citation in item.sources}
    for key, cite in project.cites.items():
        if key not in cited:
            yield cite.file.warning(cite.at, "unused-source", f"no item cites '{key}'; cite it, or "
                                    "take it out")


def unused_media(project: Project, compiled: Compiled) -> Iterator[Diagnostic]:
    """A file in media/ that no item shows is not packed."""
    packed = {name for name, _ in compiled.deck.media}
    for name, media in project.media.items():
        if hashed_name(name, media.digest) not in packed:
            yield Diagnostic(Span(str(media.path)), "unused-media", "no item shows this file, so "
                             "it is not packed; refer to it, or take it out", Severity.WARNING)


def retiring(project: Project, compiled: Compiled) -> Iterator[Diagnostic]:
    """Items that are no longer there, of which nobody has said why: taken out, or only renamed."""
    explained = {retirement.id for retirement in project.retired}
    names = [name for key, name in compiled.changes.retired
             if key.partition("/")[0] not in explained]
    if names:
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        what = f"{len(names)} items are" if len(names) > 1 else "an item is"
        yield project.manifest.warning(0, "retiring", f"{what} no longer there: {listed}. Students "
                                       "who have such cards get a last update that says so. If "
                                       "only an id was changed, put the old one back; to give a "
                                       "reason, write 'retired: {ID: reason}' into a card file")
