"""Edits of the original's items, made in a table of an edition, as the edition's `changes:`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from deckgen.diagnostics import Diagnostic
from deckgen.edits import Value, rendered
from deckgen.folder import Opened
from deckgen.model import Item, Joined, Project, Text
from deckgen.schema import Edition, Manifest, Setting, changed, read_card_file
from deckgen.source import parse
from deckgen.table.columns import node_of, value_of
from deckgen.table.importing import Change

_STEM = "changes-from-table"


def own_part(project: Project) -> Project:
    """Give the part of an edition that stands in its own files."""
    items = tuple([item for item in project.items if item.origin is None])
    return project if len(items) == len(project.items) else replace(project, items=items)


def is_borrowed(change: Change, folder: Path) -> bool:
    """Whether an edit is of an item that stands in another project."""
    return not Path(change.row.file.path).is_relative_to(folder)


def changes_file(
    changes: Iterable[Change], opened: Opened, folder: Path
) -> tuple[Path, bytes, list[Diagnostic]]:
    """Write edits of the original's items into a file of their own, unless that cannot be."""
    by_id: dict[str, list[Change]] = {}
    for change in changes:
        by_id.setdefault(change.row.id, []).append(change)
    items = {item.id: item for item in opened.project.items
             if item.id and item.origin} if opened.project else {}
    found = [one for name, of_item in by_id.items() for one in _changed_already(items[name], of_item)]
    lines, places = ["changes:"], {}
    for name, of_item in by_id.items():
        lines.append(f"  {name}:")
        for change in of_item:
            for key, value in _said(change):
                places[name, key.rstrip("+-")] = change
                lines.append(f"    {key}: {rendered(value, 4)}")
    content = "".join(f"{line}\n" for line in lines).encode()
    path = _free(folder)
    return path, content, found or list(_faults(path, content, opened, items, places))


def _changed_already(item: Item, changes: list[Change]) -> Iterator[Diagnostic]:
    if isinstance(item.file, Joined):
        change = changes[0]
        yield Diagnostic(change.place.span, "table-conflict", f"{change.place}: the edition changes "
                         f"'{item.id}' already, in {item.file.second.path}; make the edit there")


def _said(change: Change) -> Iterator[tuple[str, Value]]:
    """Say an edit as a change; tags that the item's file gives it stay."""
    key, *inner = change.column.keys
    node = node_of(change.row.node, change.column)
    value = value_of(change.new, change.column, node)
    if key == "tags":
        old, new = (_entries(value_of(cell, change.column, None)) for cell in (change.old, change.new))
        if added := [tag for tag in new if tag not in old]:
            yield "tags+", tuple(added)
        if gone := [tag for tag in old if tag not in new]:
            yield "tags-", tuple(gone)
    elif value is None:
        yield "remove", (key,)
    else:
        yield key, dict.fromkeys(inner, value) if inner else value


def _entries(value: Value | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []


def _free(folder: Path) -> Path:
    n, path = 1, folder / f"{_STEM}.yaml"
    while path.exists():
        n += 1
        path = folder / f"{_STEM}-{n}.yaml"
    return path


def _faults(
    path: Path, content: bytes, opened: Opened, items: dict[str, Item],
    places: dict[tuple[str, str], Change],
) -> Iterator[Diagnostic]:
    """Read the changes as the edition will, and tell what is wrong with them at their cells."""
    if opened.project is None:
        return
    project = opened.project
    manifest = Manifest(project.id, project.name, edition=Edition(Text("")))
    setting = Setting(manifest, project.kinds, project.cites)
    abouts = {id(item): about for item, about in zip(project.items, project.items[1:], strict=False)
              if about.is_about}
    parsed = parse(str(path), content)
    read = read_card_file(parsed, path.name, setting)
    found = [*parsed.found, *read.found]
    for change in read.changes:
        item = items[change.id]
        for one in (*found, *changed(change, item, abouts.get(id(item)), setting).found):
            cell = next(edit for (name, _), edit in places.items() if name == change.id)
            yield replace(one, span=cell.place.span, message=f"{cell.place}: {one.message}")
