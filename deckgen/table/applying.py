"""The changes of a table into the project's own files: only their values' bytes change.

Before anything is written, each new file has been read and has exactly the rows of the table, and
the project that it will be has been compiled, without an error that it had not before.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from deckgen.compile import compile_deck, identify
from deckgen.diagnostics import Diagnostic, Span, Unusable, in_reading_order
from deckgen.edition import own_part
from deckgen.edits import CannotEdit, Edits, Value, card_file
from deckgen.files import MANIFEST
from deckgen.folder import SOURCES, Progress, no_progress, open_project
from deckgen.ids import taken_ids, with_ids, with_ids_of_their_own
from deckgen.lint import lint
from deckgen.lock import Lock
from deckgen.model import Item, Project, Text
from deckgen.model import Mapping as MappingNode
from deckgen.output import replace_files
from deckgen.schema import Edition, Manifest, Setting, read_card_file
from deckgen.source import extents, parse
from deckgen.table.columns import FILE, ID, Column, columns_of, node_of, value_of
from deckgen.table.editions import changes_file, is_borrowed
from deckgen.table.importing import Change, Imported, New, Place, read_table
from deckgen.table.rows import Row, read, rows_in


class Applied(NamedTuple):
    """The files as they will be, and what was found; with errors there are none."""

    files: dict[Path, bytes]
    found: tuple[Diagnostic, ...]
    changes: tuple[Change, ...] = ()
    new: tuple[New, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the table from being taken."""
        return any(diagnostic.is_error for diagnostic in self.found)


def import_table(source: Path, folder: Path, progress: Progress = no_progress) -> Applied:
    """Read a table, and say what the project's files are with it; write nothing. Raises Unusable."""
    opened = open_project(folder, progress)
    errors = [one for one in opened.found if one.is_error]
    if opened.project is not None and not errors:
        errors = [one for one in identify(own_part(opened.project).items, opened.lock).found
                  if one.rule == "duplicate-id"]
    if opened.project is None or errors:
        return Applied({}, tuple(in_reading_order(errors)))
    imported = read_table(source, opened.project)
    borrowed = [change for change in imported.changes if is_borrowed(change, folder)]
    own = replace(imported, changes=[one for one in imported.changes if one not in borrowed])
    applied = apply(own, own_part(opened.project), opened.lock, folder)
    if borrowed and not applied.has_errors:
        more, found = changes_file(borrowed, opened, folder)
        files = {} if found else {**applied.files, **more}
        applied = applied._replace(files=files, found=(*applied.found, *found))
    return applied._replace(changes=tuple(imported.changes), new=tuple(imported.new))


def apply(imported: Imported, project: Project, lock: Lock, folder: Path) -> Applied:
    """Say what the files of a project are with the changes of a table; write nothing."""
    found = list(imported.found)
    targets = {id(new): _target(new, folder, found) for new in imported.new}
    if not any(one.is_error for one in found):
        files, new_found = _Applying(imported, project, lock, folder, targets).run()
        found += new_found
        if not any(one.is_error for one in found):
            return Applied(files, tuple(in_reading_order(found)))
    return Applied({}, tuple(in_reading_order(found)))


def write(files: dict[Path, bytes]) -> None:
    """Replace the files, all of them or none. Raises Unusable."""
    contents = {}
    for path, content in files.items():
        if path.exists() and not os.access(path, os.W_OK):  # replacing it would get around that
            raise Unusable(f"cannot write {path}: it is read-only; nothing was changed")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable(f"cannot write {path}: {error.strerror}; nothing was changed") from error
        contents[path.resolve() if path.is_symlink() else path] = content
    replace_files(contents)


def _target(new: New, folder: Path, found: list[Diagnostic]) -> Path:
    """The file that a new item goes into, as the table says, or one for its kind."""
    name = new.file or f"{new.section}-from-table.yaml"
    path = PurePosixPath(name)
    is_right = (
        path.suffix == ".yaml" and not path.is_absolute() and "\\" not in name
        and not any(part.startswith(".") for part in path.parts) and path.parts[0] not in ("kinds", "media")
        and name not in (MANIFEST, SOURCES)
        and (folder / path).resolve().is_relative_to(folder.resolve())
    )
    if not is_right:
        found.append(Diagnostic(new.place.span, "bad-cell", f"{new.place}: '{FILE}' names {name!r}, which "
                                "is no card file; write a name such as "
                                f"{new.section}-from-table.yaml, or nothing"))
    return folder / path


class _Made(NamedTuple):
    """A file as it will be, and where its edited values are then."""

    content: bytes
    items: list[Item]
    places: list[tuple[Span, Span, Place]]
    found: list[Diagnostic]
    nameless: set[Span]  # where new items without an id are


class _Applying:
    """Makes one file after another, and then looks at the whole."""

    def __init__(
        self, imported: Imported, project: Project, lock: Lock, folder: Path,
        targets: dict[int, Path],
    ) -> None:
        self.project, self.lock, self.folder = project, lock, folder
        manifest = Manifest(project.id, project.name, tags=project.tags, edition=Edition(Text("")))
        self.setting = Setting(manifest, project.kinds, project.cites)
        self.columns = {section: columns_of(kind) for section, kind in project.kinds.items()}
        self.changes: dict[Path, list[Change]] = {}
        self.new: dict[Path, list[New]] = {}
        for change in imported.changes:
            self.changes.setdefault(Path(change.row.file.path), []).append(change)
        for new in imported.new:
            self.new.setdefault(targets[id(new)], []).append(new)
        self.taken = taken_ids(project.items, lock) | {new.id for new in imported.new}

    def run(self) -> tuple[dict[Path, bytes], list[Diagnostic]]:
        made: dict[Path, _Made] = {}
        found: list[Diagnostic] = []
        for path in dict.fromkeys([*self.changes, *self.new]):
            try:
                made[path] = self._made(path, self.changes.get(path, []), self.new.get(path, []))
            except CannotEdit:
                found += self._not_written(path)
        for one in made.values():
            found += [_at_cell(diagnostic, one.places) for diagnostic in one.found]
        if not found:
            found += self._compiled(made)
        return {path: one.content for path, one in made.items()}, found

    # ------------------------------------------------------------ one file

    def _made(self, path: Path, changes: list[Change], new: list[New]) -> _Made:
        """Make a file with changes and new items. Raises CannotEdit."""
        raw = read(path) if path.exists() else None
        before = self._rows(path, raw) if raw is not None else []
        content = self._edited(path, raw, changes, new)
        made = self._read(path, content, before, changes, new)
        nameless = [item for item in made.items if item.span() in made.nameless and not item.is_about]
        if nameless and not made.found:
            named = with_ids_of_their_own(nameless, self.taken)
            self.taken |= {item.id for item in named}
            fresh = iter([item.id or "" for item in named])
            new = [one if one.id else one._replace(id=next(fresh)) for one in _in_order(new)]
            made = self._read(path, with_ids(content, named), before, changes, new)
        return made

    def _edited(self, path: Path, raw: bytes | None, changes: list[Change], new: list[New]) -> bytes:
        sections: dict[str, list[dict[str, Value]]] = {}
        for one in new:
            sections.setdefault(one.section, []).append(self._item(one))
        if raw is None:
            return card_file(sections)
        edits = Edits(str(path), raw)
        nodes = {row.id: row.node for row in rows_in(parse(str(path), raw).file, edits.root, self.project.kinds)
                 if row.id}
        for ident, of_item in _by_item(changes).items():
            columns = self.columns[of_item[0].row.section]
            values: dict[str, Value | None] = {}
            for change in of_item:
                _set(values, change.column, value_of(change.new, change.column,
                                                     node_of(nodes[ident], change.column)))
            _complete(values, nodes[ident], columns)
            edits.edit(nodes[ident], values, [key for column in columns for key in column.keys])
        for section, items in sections.items():
            edits.append_items(section, items)
        return edits.content()

    def _item(self, new: New) -> dict[str, Value]:
        values: dict[str, Value | None] = {ID: new.id} if new.id else {}
        for column, cell in new.cells.items():
            _set(values, column, value_of(cell, column, None))
        return {key: value for key, value in values.items() if value is not None}

    def _rows(self, path: Path, raw: bytes) -> list[Row]:
        parsed = parse(str(path), raw)
        return list(rows_in(parsed.file, parsed.root, self.project.kinds))

    def _read(
        self, path: Path, content: bytes, before: list[Row], changes: list[Change], new: list[New]
    ) -> _Made:
        """Read a file as it will be, and make sure that it has the rows it should. Raises CannotEdit."""
        parsed = parse(str(path), content)
        if parsed.found:
            raise CannotEdit
        rows = list(rows_in(parsed.file, parsed.root, self.project.kinds))
        if _said(rows) != _wanted(before, changes, new):
            raise CannotEdit
        name = path.relative_to(self.folder).as_posix()
        read_file = read_card_file(parsed, name, self.setting)
        ends = extents(parsed.file.text)

        def end(row: Row, column: Column) -> Span:
            node = node_of(row.node, column)
            if node is None:
                return row.span(column)
            known = ends.texts if isinstance(node, Text) else ends.collections
            return row.file.span(known[node.at].end)

        places: list[tuple[Span, Span, Place]] = []
        by_id = {row.id: row for row in rows if row.id}
        for change in changes:
            row = by_id[change.row.id]
            places.append((row.span(change.column), end(row, change.column), change.place))
        fresh = _last_of(rows, before)
        for row, one in zip(fresh, _in_order(new), strict=True):
            places += [(row.span(column), end(row, column), place) for column, place in one.places.items()]
            last = row.file.span(ends.collections[row.node.at].end)
            places.append((row.file.span(row.node.at), last, one.place))
        nameless = {row.file.span(row.node.at) for row in fresh if not row.id}
        return _Made(content, read_file.items, places, read_file.found, nameless)

    def _not_written(self, path: Path) -> Iterator[Diagnostic]:
        """Find the changes that cannot be made in this file, one by one."""
        changes, new = self.changes.get(path, []), self.new.get(path, [])
        bad = [change for change in changes if not self._can_be_made(path, [change], [])]
        bad_new = [one for one in new if not self._can_be_made(path, [], [one])]
        for change in bad or (changes[:1] if not bad_new else ()):
            yield Diagnostic(change.place.span, "edit-not-written", f"{change.place} cannot be put into "
                             f"{change.row.span(change.column)}, because of how that is written; make the "
                             "edit there by hand")
        for one in bad_new or (() if changes else new[:1]):
            yield Diagnostic(one.place.span, "edit-not-written", f"{one.place}: this new item cannot be put "
                             f"into {path}, because of how that is written; name another file in '{FILE}'")

    def _can_be_made(self, path: Path, changes: list[Change], new: list[New]) -> bool:
        try:
            self._made(path, changes, new)
        except CannotEdit:
            return False
        return True

    # ------------------------------------------------------------ the whole project

    def _compiled(self, made: dict[Path, _Made]) -> Iterator[Diagnostic]:
        """Find errors that the project would have, and has not now."""
        files: dict[str, list[Item]] = {}
        for item in self.project.items:
            files.setdefault(item.file.path, []).append(item)
        files |= {str(path): one.items for path, one in made.items()}
        after = replace(self.project, items=tuple(item for name in sorted(files) for item in files[name]))
        known = {(one.rule, one.message) for one in self._errors(self.project)}
        places = [place for one in made.values() for place in one.places]
        for one in self._errors(after):
            if (one.rule, one.message) not in known:
                yield _at_cell(one, places)

    def _errors(self, project: Project) -> Iterator[Diagnostic]:
        compiled = compile_deck(project, self.lock, self.lock.latest + 1)
        for one in (*compiled.found, *lint(project, compiled, is_whole=False)):
            if one.is_error:
                yield one


def _at_cell(diagnostic: Diagnostic, places: list[tuple[Span, Span, Place]]) -> Diagnostic:
    """Say at which cell a finding in a file to be written arose, if it is about one."""
    for begin, end, place in places:
        if begin <= diagnostic.span <= end:
            return replace(diagnostic, span=place.span, message=f"{place}: {diagnostic.message}")
    return diagnostic


def _by_item(changes: Iterable[Change]) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.row.id, []).append(change)
    return grouped


def _in_order(new: Iterable[New]) -> list[New]:
    """New items in the order in which they are written: by section, and then as in the table."""
    grouped: dict[str, list[New]] = {}
    for one in new:
        grouped.setdefault(one.section, []).append(one)
    return [one for group in grouped.values() for one in group]


def _last_of(rows: list[Row], before: list[Row]) -> list[Row]:
    """The rows that were not there before: the last of each section."""
    counts: dict[str, int] = {}
    for row in before:
        counts[row.section] = counts.get(row.section, 0) + 1
    last = []
    for row in rows:
        counts[row.section] = counts.get(row.section, 0) - 1
        if counts[row.section] < 0:
            last.append(row)
    return last


_Rows = dict[str, list[dict[str, str]]]  # by section


def _said(rows: Iterable[Row]) -> _Rows:
    said: _Rows = {}
    for row in rows:
        said.setdefault(row.section, []).append({key: cell for key, cell in row.cells.items() if cell})
    return said


def _wanted(before: list[Row], changes: list[Change], new: list[New]) -> _Rows:
    """The rows that a file shall have."""
    edited = {(change.row.id, change.column.heading): change.new for change in changes}
    wanted: _Rows = {}
    for row in before:
        cells = {key: edited.get((row.id, key), cell) if row.id else cell for key, cell in row.cells.items()}
        wanted.setdefault(row.section, []).append({key: cell for key, cell in cells.items() if cell})
    for one in new:
        cells = {column.heading: cell for column, cell in one.cells.items()}
        wanted.setdefault(one.section, []).append(cells | ({ID: one.id} if one.id else {}))
    return wanted


def _set(values: dict[str, Value | None], column: Column, value: Value | None) -> None:
    """Put a value where its keys lead."""
    *outer, last = column.keys
    for key in outer:
        inner = values.setdefault(key, {})
        if isinstance(inner, dict):
            values = inner
    values[last] = value


def _complete(values: dict[str, Value | None], node: object, columns: tuple[Column, ...]) -> None:
    """Let a mapping within an item keep its other values, or go if it has none left."""
    for key, inner in list(values.items()):
        if not isinstance(inner, dict):
            continue
        old = node.entries.get(key) if isinstance(node, MappingNode) else None
        stays = set(old.entries) - set(inner) if isinstance(old, MappingNode) else set()
        if old is None:
            values[key] = {name: value for name, value in inner.items() if value is not None} or None
        elif not stays and all(value is None for value in inner.values()):
            values[key] = None
