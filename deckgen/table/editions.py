"""Edits of the original's items, made in a table of an edition, as the edition's `changes:`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from deckgen.diagnostics import Diagnostic
from deckgen.edits import Value, rendered
from deckgen.folder import Opened, is_inside
from deckgen.model import Item, Joined, Text
from deckgen.schema import Changed, Edition, Manifest, Setting, changed, read_card_file
from deckgen.source import parse
from deckgen.table.columns import node_of, value_of
from deckgen.table.importing import Change

_STEM = "changes-from-table"


def is_borrowed(change: Change, folder: Path) -> bool:
    """Whether an edit is of an item that stands in another project."""
    return not is_inside(change.row.file.path, folder)


def changes_file(
    changes: Iterable[Change], opened: Opened, folder: Path
) -> tuple[dict[Path, bytes], list[Diagnostic]]:
    """Write edits of the original's items into a file of their own, unless that cannot be.

    What the edition says already is not said again; what it says otherwise is a conflict.
    """
    by_id: dict[str, list[Change]] = {}
    for change in changes:
        by_id.setdefault(change.row.id, []).append(change)
    path, found = _free(folder), []
    new: dict[str, list[Change]] = {}
    for name, (item, made) in _made(path, by_id, opened).items():
        place = by_id[name][0].place
        found += [replace(one, span=place.span, message=f"{place}: {one.message}") for one in made.found]
        if not isinstance(item.file, Joined):
            new[name] = by_id[name]
        elif _says(item) != _says(made.item):
            found.append(Diagnostic(place.span, "table-conflict", f"{place}: the edition changes "
                         f"'{name}' already, in {item.file.second.path}; make the edit there"))
    return {path: _content(new)} if new and not found else {}, found


def _says(item: Item) -> tuple[object, ...]:
    return item.values, item.tags, item.sources, item.ask


def _content(by_id: Mapping[str, list[Change]]) -> bytes:
    lines = ["changes:"]
    for name, changes in by_id.items():
        lines.append(f"  {name}:")
        removed: list[str] = []
        for change in changes:
            for key, value in _said(change):
                if key == "remove":
                    removed += value
                else:
                    lines.append(f"    {key}: {rendered(value, 4)}")
        if removed:
            lines.append(f"    remove: {rendered(tuple(removed), 4)}")
    return "".join(f"{line}\n" for line in lines).encode()


def _made(
    path: Path, by_id: Mapping[str, list[Change]], opened: Opened
) -> dict[str, tuple[Item, Changed]]:
    """Give each item as the edition has it, and as these changes of the original alone make it."""
    project = opened.project
    if project is None:
        return {}
    manifest = Manifest(project.id, project.name, edition=Edition(Text("")))
    setting = Setting(manifest, project.kinds, project.cites)
    items = {item.id: item for item in project.items if item.id and item.origin}
    abouts = {id(item): about for item, about in zip(project.items, project.items[1:], strict=False)
              if about.is_about}
    parsed = parse(str(path), _content(by_id))
    made = {}
    for change in read_card_file(parsed, path.name, setting).changes:
        item = items[change.id]
        about = abouts.get(id(item))
        made[change.id] = item, changed(change, _there(item), _there(about) if about else None, setting)
    return made


def _there(item: Item) -> Item:
    """An item as the original has it."""
    if item.origin is None:
        return item
    return replace(item.origin.item, origin=replace(item.origin, changes={}))


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
