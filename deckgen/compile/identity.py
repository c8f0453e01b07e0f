"""Which lock entry an item is: by its id, or, where it has none, by what it says.

An item without an id is known by the text it had when it was last built. If that text is still
there, nothing needs saying; if it was edited, the nearest text is taken, and that is reported.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, digest
from deckgen.model import Files, Item, Names, Sentence, Text, When

# An edit keeps more than this share of the words, by Dice's coefficient. Two unrelated questions
# of one subject share about a fifth of theirs, mostly function words.
NEAR = 0.5
# Two candidates closer to one another than this are equally near.
TIE = 0.05

_WORD = re.compile(r"\w+")


class Keys(NamedTuple):
    """The key of each item, in order, and what was found on the way."""

    keys: list[str]
    words: dict[str, str]  # the text by which an item without an id will be known
    adopted: dict[str, str]  # an id that was given later -> the key the item had without it
    found: list[Diagnostic]


def identify(items: Iterable[Item], lock: Lock) -> Keys:
    """Give every item its key: its id, or that of its lock entry; `/sentence` for one about it."""
    items = list(items)
    keys: list[str] = []
    nameless = [item for item in items if item.id is None and not item.is_about]
    texts = {id(item): text_of(item) for item in nameless}
    known = {entry.words: key for key, entry in lock.notes.items() if entry.words}
    adopted = _adopted(items, lock, known) if known else {}
    matched, found = _matched(nameless, texts, known) if nameless else ({}, [])
    key = ""
    for item in items:
        if not item.is_about:
            key = item.id if item.id is not None else matched[id(item)]
        keys.append(f"{key}/sentence" if item.is_about else key)
    found += _duplicates(items, keys)
    return Keys(keys, {matched[i]: text for i, text in texts.items()}, adopted, found)


def _adopted(items: Iterable[Item], lock: Lock, known: dict[str, str]) -> dict[str, str]:
    """Find the items that were known by their text and have an id now; they leave `known`."""
    return {
        item.id: key
        for item in items
        if item.id is not None
        and item.id not in lock.notes
        and (key := known.pop(text_of(item), "")) != ""
    }


def text_of(item: Item) -> str:
    """Everything an item says in its own fields, one a line, below its section."""
    lines = [item.kind.section]
    for field in item.kind.fields:
        value = item.values.get(field.key)
        if isinstance(value, Text):
            lines.append(value.text)
        elif isinstance(value, (When, Sentence)):
            lines.append(value.text.text)
        elif isinstance(value, (Names, Files)):
            lines.append(", ".join(name.text for name in value.items))
    return "\n".join(" ".join(line.split()) for line in lines)


def _duplicates(items: list[Item], keys: list[str]) -> Iterator[Diagnostic]:
    first: dict[str, Item] = {}
    for item, key in zip(items, keys, strict=True):
        other = first.setdefault(key, item)
        if other is item or item.is_about:
            continue
        if item.id is not None:
            yield Diagnostic(item.file.span(item.id_at), "duplicate-id", f"the id '{key}' is taken at "
                             f"{other.file.span(other.id_at)}; every item has an id of its own")
        else:
            yield Diagnostic(item.span(), "duplicate-item", f"the same item stands at "
                             f"{other.span()}; keep one of them")


# ---------------------------------------------------------------- items without an id


def _matched(
    items: list[Item], texts: Mapping[int, str], known: Mapping[str, str]
) -> tuple[dict[int, str], list[Diagnostic]]:
    keys: dict[int, str] = {}
    for item in items:
        if (key := known.get(texts[id(item)])) is not None:
            keys[id(item)] = key
    free = {text: key for text, key in known.items() if key not in set(keys.values())}
    edited = [item for item in items if id(item) not in keys]
    found = []
    for item, text, rival in _nearest(edited, texts, list(free)):
        if rival is not None:
            found.append(Diagnostic(item.span(), "ambiguous-identity", "this item has no id, and "
                         f"two earlier ones are equally near: {_short(text)} and {_short(rival)}; "
                         "give it an id, or build once with less changed at a time"))
        else:
            found.append(item.file.warning(item.at, "matched-by-text", "this item has no id; it is "
                         f"taken for {_short(text)}, edited. If that is wrong, give it an id"))
        keys[id(item)] = free[text]
    for item in items:
        keys.setdefault(id(item), "~" + digest(texts[id(item)]))
    return keys, found


def _nearest(
    items: list[Item], texts: Mapping[int, str], candidates: list[str]
) -> Iterator[tuple[Item, str, str | None]]:
    """Pair edited items with earlier texts, nearest first; with a rival where two are as near."""
    index: dict[str, list[int]] = {}
    counts = [Counter(_words(text)) for text in candidates]
    for i, count in enumerate(counts):
        for word in count:
            index.setdefault(word, []).append(i)
    pairs = []
    for n, item in enumerate(items):
        mine = Counter(_words(texts[id(item)]))
        shared: Counter[int] = Counter()
        for word in mine:
            for i in index.get(word, ()):
                shared[i] += min(mine[word], counts[i][word])
        for i, common in shared.items():
            share = 2 * common / (mine.total() + counts[i].total())
            same_kind = candidates[i].split("\n", 1)[0] == item.kind.section
            if share > NEAR and same_kind:
                pairs.append((-share, n, i))
    pairs.sort()
    taken_items: set[int] = set()
    taken: set[int] = set()
    for share, n, i in pairs:
        if n in taken_items or i in taken:
            continue
        rival = next((candidates[k] for other, m, k in pairs
                      if m == n and k != i and k not in taken and other - share < TIE), None)
        taken_items.add(n)
        taken.add(i)
        yield items[n], candidates[i], rival


def _words(text: str) -> list[str]:
    return _WORD.findall(text.split("\n", 1)[-1].casefold())


def _short(text: str) -> str:
    line = " ".join(text.split("\n")[1:])
    return f"“{line[:60]}{'…' if len(line) > 60 else ''}”"
