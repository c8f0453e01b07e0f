"""What has become of the project that an edition is made from, since the edition was last built."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from deckgen.comparison import said_by
from deckgen.compile import FROM, Inherited
from deckgen.diagnostics import Diagnostic, Span, Unusable
from deckgen.folder import LOCK
from deckgen.lock import Seen, write_lock
from deckgen.model import Item
from deckgen.output import replace_file
from deckgen.project import Result, check


class Piece(NamedTuple):
    """Something that has happened to an item of the original."""

    what: str  # "new", "changed" or "retired"
    name: str
    is_taken: bool
    at: Span | None  # where it stands
    advice: str = ""


class News(NamedTuple):
    """What an instructor should read, and what was found if nothing can be told."""

    pieces: tuple[Piece, ...]
    found: tuple[Diagnostic, ...]


def news(folder: Path) -> News:
    """Tell what is new, changed and retired in the original. Raises Unusable if it is no edition."""
    result = check(folder)
    if result.inherited is None or result.compiled is None:
        _require_edition(folder, result)
        return News((), result.found)
    if not result.before.seen:
        raise Unusable(f"{folder} was never built; build it, and later this tells what is new")
    pieces = _pieces(result.before.seen, result.compiled.lock.seen, result.inherited)
    return News(tuple(pieces), result.found)


def accept(folder: Path, ids: Collection[str]) -> list[str]:
    """Remember that an edition's changes of these items are right for the original as it is now.

    Gives the ids that were accepted. Raises Unusable if one is no changed item, or there are errors.
    """
    result = check(folder)
    if result.inherited is None or result.project is None or result.has_errors:
        _require_edition(folder, result)
        raise Unusable("the cards have errors; see what 'deckgen check' says")
    changed = {item.id: item for item in result.project.items
               if item.id and item.origin and item.origin.changes and not item.is_about}
    if unknown := [name for name in ids if name not in changed]:
        raise Unusable(f"nothing is changed of '{unknown[0]}' that could be accepted"
                       + (f"; there are: {', '.join(sorted(changed))}" if changed else ""))
    seen = dict(result.before.seen)
    for name in ids:
        item = changed[name]
        key = result.inherited.keys[id(item.origin.item)] if item.origin else ""
        if key in seen:
            seen[key] = seen[key]._replace(against=result.inherited.said(item), is_accepted=True)
    lock = replace(result.before, seen=seen)
    replace_file(folder / LOCK, write_lock(lock, result.project.id))
    return list(ids)


def told(pieces: Collection[Piece]) -> Iterator[str]:
    """Tell the news to people."""
    for what in ("new", "changed", "retired"):
        those = [piece for piece in pieces if piece.what == what]
        if those:
            yield f"{what}: {len(those):,}"
        for piece in those:
            taken = "" if piece.is_taken else " (not in this edition)"
            yield f"  {f'{piece.at}: ' if piece.at else ''}{piece.name}{taken}"
            if piece.advice:
                yield f"    {piece.advice}"
    if not pieces:
        yield "nothing new"


def _require_edition(folder: Path, result: Result) -> None:
    if result.project is not None and result.inherited is None:
        raise Unusable(f"{folder} is no edition of another project; its deck.yaml has no 'from'")


def _pieces(before: Mapping[str, Seen], now: Mapping[str, Seen], inherited: Inherited) -> Iterator[Piece]:
    known = {entry.guid: entry for entry in before.values()}
    items = {inherited.keys[id(item)]: item for item in inherited.project.items
             if id(item) in inherited.keys}
    old = {key: item for key, item in items.items() if key in now and now[key].guid in known}
    taken = {key for key, entry in now.items() if entry.is_taken}
    for key, entry in now.items():
        was, item, name = known.get(entry.guid), items.get(key), key.rpartition(FROM)[2]
        is_other = was is not None and was.hash != entry.hash and entry.is_taken
        if key in inherited.retired:
            if is_other:
                yield Piece("retired", name, True, None)
            continue
        said = said_by(inherited.notes[key])
        name, at = said if name.startswith("~") else f"{name} {said}", item.span() if item else None
        if was is None and item is not None:
            yield Piece("new", name, entry.is_taken, at, _advice(item, entry.is_taken, old, taken))
        elif is_other:
            yield Piece("changed", name, True, at)


def _advice(item: Item, is_taken: bool, others: Mapping[str, Item], taken: Collection[str]) -> str:
    """Compare what becomes of a new item with what became of those beside it; nothing if it fits."""
    beside = [key for key, other in others.items() if other.deck == item.deck and not other.is_about]
    with_it = sum((key in taken) == is_taken for key in beside)
    if not beside or 2 * with_it >= len(beside) or item.is_about:
        return ""
    deck = item.deck.rpartition("::")[2]
    if is_taken:
        return (f"{len(beside) - with_it} of {len(beside)} others in '{deck}' are left out; to leave "
                f"it out, too, add '{item.id}' to 'drop'")
    return (f"{len(beside) - with_it} of {len(beside)} others in '{deck}' are taken; to take it, too, "
            f"add '{item.id}' to 'keep'")
