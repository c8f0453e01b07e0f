"""Which lock entry an item is: by its id, or, where it has none, by what it says.

An item without an id is known by the text it had when it was last built. If that text is still
there, nothing needs saying; if it was edited, the nearest text is taken, and that is reported. An
item that was given an id is found by its text in the same way.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, count
from typing import NamedTuple

from deckgen.diagnostics import Diagnostic
from deckgen.lock import Lock, digest
from deckgen.marks import read_marks
from deckgen.model import Files, Item, Names, Project, Sentence, Text, When
from deckgen.nearness import nearest


class Keys(NamedTuple):
    """The key of each item, in order, and what was found on the way."""

    keys: list[str]
    words: dict[str, str]  # the text by which an item without an id will be known
    adopted: dict[str, str]  # the key an item has now -> the one it had
    found: list[Diagnostic]


def identify(items: Iterable[Item], lock: Lock) -> Keys:
    """Give every item its key: its id, or that of its lock entry; `/sentence` for one about it."""
    items = list(items)
    nameless = [item for item in items if item.id is None and not item.is_about]
    known = {entry.words: key for key, entry in lock.notes.items() if entry.words}
    named_anew = [
        item for item in items
        if known and item.id is not None and not item.is_about and item.id not in lock.notes
    ]
    texts = {id(item): text_of(item) for item in (*nameless, *named_anew)}
    matched, found = _matched([*nameless, *named_anew], texts, known, lock)
    published = _Published(items, lock)
    keys: list[str] = []
    words: dict[str, str] = {}
    adopted: dict[str, str] = {}
    key = ""
    for item in items:
        if item.is_about:
            about = _about_key(item, adopted.get(key, key), published)
            keys.append(f"{key}/{about.partition('/')[2]}")
            continue
        was = matched.get(id(item))
        if item.id is not None:
            key = item.id
            if was is not None:
                adopted[key] = was
        else:
            text = texts[id(item)]
            key = was if was is not None else _fresh_key(text, lock)
            words[key] = text
        keys.append(key)
    if moved := _moved_sentences(items, keys, lock):
        keys = _refilled(items, keys, adopted, moved, lock)
        adopted |= moved
    found += _duplicates(items, keys)
    return Keys(keys, words, adopted, found)


def present(project: Project, lock: Lock) -> dict[str, str]:
    """Give the keys that the lock has of what stands in the files, with the hashes of sentences.

    Retired items of which the files say why stand there, too.
    """
    items = [item for item in project.items if item.origin is None]
    keys, _, adopted, _ = identify(items, lock)
    here = {retirement.id: "" for retirement in project.retired}
    for item, key in zip(items, keys, strict=True):
        base, slash, about = key.partition("/")
        was = adopted.get(key) or adopted.get(base, base) + slash + about
        here[was] = _sentence(item) if item.kind.is_cloze else ""
    return here


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


def said(words: str) -> str:
    """What an item without an id said, shortened and in quotes; its section and marks left out."""
    line = read_marks(" ".join(words.split("\n")[1:])).text
    return f"“{line[:60]}{'…' if len(line) > 60 else ''}”"


def _fresh_key(text: str, lock: Lock) -> str:
    """Make a key that no note has or had; items that say the same get the same, and are reported."""
    key, n = "~" + digest(text), 1
    while key in lock.notes:
        n += 1
        key = "~" + digest(text, str(n))
    return key


class _Published:
    """Key sentences, those of the lock and those of the items, by the hash that the lock has."""

    def __init__(self, items: list[Item], lock: Lock) -> None:
        self.items = items
        self.notes = lock.notes
        self.times = Counter(entry.sentence for entry in lock.notes.values())

    @cached_property
    def now(self) -> set[str]:
        """Those that stand anywhere in the files."""
        return {_sentence(item) for item in self.items if item.kind.is_cloze}

    def has_moved(self, sentence: str) -> bool:
        """Whether what one note said, and it alone, stands now in a place that is not its own."""
        return self.times[sentence] == 1 and sentence in self.now


def _about_key(item: Item, key: str, published: _Published) -> str:
    """Make the key of the sentence about an item; one that was taken out is not used again.

    Nor is that of another sentence, if this one was published elsewhere, or if that one stands
    elsewhere now: each has its own note.
    """
    mine, abouts = _sentence(item), _abouts(key)
    about = next(abouts)
    while (entry := published.notes.get(about)) and entry.sentence != mine \
            and (entry.is_gone or mine in published.times or published.has_moved(entry.sentence)):
        about = next(abouts)
    return about


def _abouts(key: str) -> Iterator[str]:
    """The keys that sentences about an item may have, in the order in which they are tried."""
    return chain([f"{key}/sentence"], (f"{key}/sentence-{n}" for n in count(2)))


def _sentence(item: Item) -> str:
    """The hash that the lock has of a key sentence."""
    return next(digest(v.text.text) for v in item.values.values() if isinstance(v, Sentence))


def _moved_sentences(items: list[Item], keys: list[str], lock: Lock) -> dict[str, str]:
    """Find key sentences that went from a list of sentences to an item, or the other way round.

    Both are notes of one type. They are known by their whole text, which the lock has as a hash;
    so one that was taken out may come back elsewhere.
    """
    present = set(keys)
    free: dict[str, str] = {}
    for key, entry in lock.notes.items():
        if entry.sentence and key not in present \
                and not (entry.is_gone and entry.sentence in free):
            free[entry.sentence] = key
    if not free:
        return {}
    adopted = {}
    for item, key in zip(items, keys, strict=True):
        if key in lock.notes or not item.kind.is_cloze:
            continue
        was = free.pop(_sentence(item), None)
        if was is not None and lock.notes[was].section == item.kind.section:
            adopted[key] = was
    return adopted


def _refilled(
    items: list[Item], keys: list[str], adopted: Mapping[str, str], moved: dict[str, str], lock: Lock
) -> list[str]:
    """Give sentences that are new about an item the keys of those that have moved away from it.

    The next build, which no longer knows of the others, would look for them there.
    """
    vacated, refilled = set(moved.values()), list(keys)
    for i, (item, key) in enumerate(zip(items, keys, strict=True)):
        base, _, about = key.partition("/")
        was = adopted.get(base, base)
        own = f"{was}/{about}"
        if item.is_about and own not in lock.notes:
            first = next(name for name in _abouts(was) if name == own or name in vacated)
            refilled[i] = f"{base}/{first.partition('/')[2]}"
            if key in moved:
                moved[refilled[i]] = moved.pop(key)
    return refilled


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


# ---------------------------------------------------------------- by what they say


def _matched(
    items: list[Item], texts: Mapping[int, str], known: Mapping[str, str], lock: Lock
) -> tuple[dict[int, str], list[Diagnostic]]:
    """Find the entries of items by their text: the same first, then the nearest of those left."""
    keys: dict[int, str] = {}
    claimed: set[str] = set()
    for item in items:
        key = known.get(texts[id(item)])
        if key is not None and (item.id is None or key not in claimed):
            keys[id(item)] = key
            claimed.add(key)
    free = [
        text for text, key in known.items() if key not in claimed and not lock.notes[key].is_gone
    ]
    edited = [item for item in items if id(item) not in keys]
    found = []
    for match in nearest([texts[id(item)] for item in edited], free):
        item = edited[match.place]
        found.append(_report(item, match.text, match.rival, lambda n: edited[n].span()))
        if match.rival is None:
            keys[id(item)] = known[match.text]
    return keys, found


def _report(
    item: Item, text: str, rival: str | int | None, span: Callable[[int], object]
) -> Diagnostic:
    what = "this item has no id" if item.id is None else "this item has a new id"
    remedy = "build once with less changed at a time"
    if isinstance(rival, int):
        return Diagnostic(item.span(), "ambiguous-identity", f"{what}, and the one at "
                          f"{span(rival)} is as near to the earlier {said(text)}; {remedy}")
    if rival is not None:
        return Diagnostic(item.span(), "ambiguous-identity", f"{what}, and two earlier ones are "
                          f"equally near: {said(text)} and {said(rival)}; {remedy}")
    return item.file.warning(item.at, "matched-by-text", f"{what}; it is taken for {said(text)}, "
                             "edited. If that is wrong, build once without it")
