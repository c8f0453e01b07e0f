"""Two projects into the edition of the first that is the second: for those who made a copy once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from deckgen.diagnostics import Diagnostic
from deckgen.edition.applying import below, grouped
from deckgen.edits import Value, block, card_file, rendered
from deckgen.model import Files, Item, Names, Project, Sentence, Text, When
from deckgen.model import Value as FieldValue

_Said = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second project has otherwise: ids that it lacks, and changes and items as written."""

    dropped: tuple[str, ...]
    changes: Mapping[str, _Said]
    own: Mapping[str, Mapping[str, list[_Said]]]  # deck -> section -> items
    cites: Mapping[str, _Said]
    found: tuple[Diagnostic, ...]  # what an edition cannot say

    def files(self, identity: str, name: str, origin: str) -> dict[str, bytes]:
        """Write the edition: its manifest, its changes, and a card file for each deck of its own."""
        head = {"id": identity, "name": name, "from": origin}
        if self.dropped:
            head["drop"] = self.dropped  # type: ignore[assignment]
        files = {"deck.yaml": f"{block(head, 0)}\n".encode()}
        if self.changes:
            lines = [f"  {key}:\n    {block(said, 4)}\n" for key, said in self.changes.items()]
            files["changes.yaml"] = f"changes:\n{''.join(lines)}".encode()
        if self.cites:
            entries = [f"{key}:\n  {block(said, 2)}\n" for key, said in self.cites.items()]
            files["sources.yaml"] = "".join(entries).encode()
        for n, (deck, sections) in enumerate(self.own.items(), 1):
            files[f"own-{n}.yaml"] = f"deck: {rendered(deck)}\n\n".encode() + card_file(sections)
        return files


def difference(first: Project, second: Project) -> Difference:
    """Say what has to be done to the items of the first project to get those of the second.

    Items are known by their ids. What the second has in another order is not told.
    """
    there = {item.id: (item, about) for item, about in grouped(first.items) if item.id}
    here = list(grouped(second.items))
    ids = {item.id for item, _ in here}
    nameless = [item for item, _ in (*grouped(first.items), *here) if item.id is None]
    changes: dict[str, _Said] = {}
    own: dict[str, dict[str, list[_Said]]] = {}
    for item, about in here:
        was = there.get(item.id) if item.id else None
        if was is not None and was[0].kind.section == item.kind.section:
            said = dict(_changes(was, (item, about), first, second))
            if said and item.id:
                changes[item.id] = said
        elif item.id:
            own.setdefault(below(item.deck, second.name), {}).setdefault(
                item.kind.section, []).append(_whole(item, about))
    return Difference(
        tuple([name for name in there if name and name not in ids]), changes, own,
        {key: dict(cite.fields) for key, cite in second.cites.items() if key not in first.cites},
        (*_clashes(first, second), *[
            Diagnostic(item.span(), "no-id", "this item has no id, and by its id it would be known in "
                       "the other project; run 'deckgen ids'") for item in nameless]),
    )


def _clashes(first: Project, second: Project) -> Iterator[Diagnostic]:
    """Find what stands in both projects under one name, and is not the same."""
    for key, cite in second.cites.items():
        if first.cites.get(key, cite) != cite:
            yield cite.file.error(cite.at, "clashing-original", f"the original has a source '{key}' that "
                                  "says something else; give this one another key")
    for name, kind in second.kinds.items():
        if first.kinds.get(name) != kind:
            yield second.manifest.error(0, "clashing-original", f"the kind '{name}' is not the "
                                        "original's; an edition adds kinds, and changes none: take its "
                                        "items out, and add them to the edition with its file in kinds/")


def _changes(
    was: tuple[Item, Item | None], now: tuple[Item, Item | None], first: Project, second: Project
) -> Iterator[tuple[str, Value]]:
    (old, old_about), (new, new_about) = was, now
    before, after = _fields(old, old_about), _fields(new, new_about)
    changed = [key for key, value in after.items() if before.get(key) != value]
    if before.get("cloze") != after.get("cloze"):
        # The sentence is said anew, for that takes the wishes that it had.
        changed += [key for key in _sentences(new) if key in before and key in after and key not in changed]
    if "cloze" in after and "cloze" not in changed and not _sentences(new).isdisjoint(changed):
        changed.append("cloze")
    for key in changed:
        yield key, after[key]
    if gone := [key for key in before if key not in after and key != "cloze"]:
        yield "remove", tuple(gone)
    yield from _more_or_less("tags", old.tags, new.tags)
    if _sources(old) != _sources(new):
        yield "source", _sources(new)
    if old.ask != new.ask:
        yield "ask", new.ask if new.ask is not None else _by_default(new)
    if below(old.deck, first.name) != below(new.deck, second.name):
        yield "deck", below(new.deck, second.name)


def _sentences(item: Item) -> set[str]:
    """The keys below which an item has its key sentence."""
    return {key for key, value in item.values.items() if isinstance(value, Sentence)} or {"sentence"}


def _more_or_less(key: str, old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, Value]]:
    old, new = list(old), list(new)
    if gone := [one for one in old if one not in new]:
        yield f"{key}-", tuple(gone)
    if more := [one for one in new if one not in old]:
        yield f"{key}+", tuple(more)


def _whole(item: Item, about: Item | None) -> _Said:
    said: _Said = {"id": item.id or "", **_fields(item, about)}
    if item.tags:
        said["tags"] = item.tags
    if item.sources:
        said["source"] = _sources(item)
    if item.ask is not None:
        said["ask"] = item.ask
    if item.ignore:
        said["ignore"] = tuple([rule.text for rule in item.ignore])
    return said


def _fields(item: Item, about: Item | None) -> _Said:
    """What an item and the key sentence about it say, as they would be written."""
    said: _Said = {}
    for key, value in item.values.items():
        said |= _written(key, value)
    sentence = next((v for v in about.values.values() if isinstance(v, Sentence)), None) if about else None
    return said | _written("sentence", sentence) if sentence else said


def _written(key: str, value: FieldValue) -> _Said:
    if isinstance(value, Text):
        return {key: value.text}
    if isinstance(value, When):
        return {key: value.text.text}
    if isinstance(value, (Names, Files)):
        return {key: tuple([one.text for one in value.items])}
    wishes: dict[str, Value | None] = {
        name: tuple([one.text for one in texts])
        for name, texts in (("must", value.must), ("never", value.never)) if texts
    }
    if value.most is not None:
        wishes["max"] = str(value.most)
    said: _Said = {key: value.text.text}
    return {**said, "cloze": wishes} if wishes else said


def _sources(item: Item) -> tuple[str, ...]:
    return tuple([f"{cite.key}, {cite.locator}" if cite.locator else cite.key for cite in item.sources])


def _by_default(item: Item) -> tuple[str, ...]:
    return tuple([card.key for card in item.kind.cards if card.is_default])


