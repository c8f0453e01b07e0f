"""An edition: another project, of which some is taken, some changed, and some added."""

from dataclasses import replace

from deckgen.edition.applying import Applied, apply
from deckgen.edition.difference import Difference, difference
from deckgen.edition.selecting import Selector
from deckgen.model import Project

__all__ = ["Applied", "Difference", "Selector", "apply", "difference", "own_part"]


def own_part(project: Project) -> Project:
    """Give what stands in a project's own files, of an edition without what it has from elsewhere."""
    items = tuple([item for item in project.items if item.origin is None])
    return project if len(items) == len(project.items) else replace(project, items=items)
