"""What `deckgen ids` does: an `id` for every item that has none, put in as text.

Nothing of a file is written anew, so comments, quotes and line ends stay as they are. Before a file
is replaced its new text has been read, and says the same but for the ids.
"""

import os
import re
import unicodedata
from bisect import bisect_left
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain, count, groupby
from pathlib import Path
from typing import NamedTuple

from deckgen.compile import identify
from deckgen.diagnostics import Diagnostic, Unusable, in_reading_order
from deckgen.edition import own_part
from deckgen.folder import Progress, no_progress, open_project
from deckgen.lock import Lock
from deckgen.markdown import plain
from deckgen.marks import read_marks
from deckgen.model import Item, Names, Project, Text
from deckgen.model import Sentence as KeySentence
from deckgen.output import replace_files
from deckgen.schema import Manifest, Setting, read_card_file
from deckgen.source import parse

LONGEST = 40  # a longer id says no more to those who meet it in a diff

# Latin letters that do not come apart into a plain one and a sign above or below it.
_LETTERS = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "'": "", "’": "", "ʼ": "",
})
# They begin half of all questions, and tell none of them from another.
_OPENINGS = frozenset(
    "a an the what which who whom whose when where why how is are was were do does did".split()
)
_LINE_END = re.compile(r"\r\n?|\n")
_NO_BLANK = re.compile(r"[^ \t]")
_BEFORE_FIRST_KEY = re.compile(r"\{(?:[ \t\r\n]|#[^\r\n]*)*")


class Rewritten(NamedTuple):
    """A card file with ids put in, and the items that they were given to."""

    path: Path
    content: bytes
    given: tuple[Item, ...]


class Plan(NamedTuple):
    """The files that get ids, and what was found; with errors no file gets any."""

    files: tuple[Rewritten, ...]
    found: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps ids from being written."""
        return any(diagnostic.is_error for diagnostic in self.found)


def plan(folder: Path, progress: Progress = no_progress) -> Plan:
    """Say which ids a project gets, and what its files are with them; write nothing."""
    opened = open_project(folder, progress)
    found, files = list(opened.found), []
    if opened.project is not None:
        project = own_part(opened.project)
        keys = identify(project.items, opened.lock)
        found += _as_errors(keys.found, project.items)
        if not any(diagnostic.is_error for diagnostic in found):
            named = with_ids_of_their_own(project.items, taken_ids(project.items, opened.lock))
            after = identify(named, opened.lock)
            found += _lost(project.items, _known(keys.keys, keys.adopted, opened.lock),
                           _known(after.keys, after.adopted, opened.lock))
            for made in _rewritten(project, named):
                if isinstance(made, Rewritten):
                    files.append(made)
                else:
                    found.append(made)
    planned = Plan(tuple(files), tuple(in_reading_order(found)))
    return planned._replace(files=()) if planned.has_errors else planned


def write(files: Iterable[Rewritten]) -> None:
    """Replace the files, all of them or none. Raises Unusable."""
    contents = {}
    for path, content, _ in files:
        if not os.access(path, os.W_OK):  # replacing it would get around that
            raise Unusable(f"cannot write {path}: it is read-only; nothing was changed")
        contents[path.resolve() if path.is_symlink() else path] = content
    replace_files(contents)


# ---------------------------------------------------------------- nobody loses progress


def _as_errors(found: Iterable[Diagnostic], items: Iterable[Item]) -> Iterator[Diagnostic]:
    """Let edits since the last build keep their items from getting ids: a build must match them.

    With an id, such an item might be a new note, if not now, then when it is edited once more.
    """
    nameless = {item.span() for item in items if _is_nameless(item)}
    for diagnostic in found:
        if diagnostic.rule == "matched-by-text" and diagnostic.span in nameless:
            yield Diagnostic(diagnostic.span, "unbuilt-edit", "this item was edited since the last "
                             "build, which knew it by its text; build, so that the two are "
                             "matched, and then give ids")
        else:
            yield diagnostic


def _known(keys: Iterable[str], adopted: Mapping[str, str], lock: Lock) -> Iterator[str]:
    """The key under which the lock has each item now, or nothing if it is new."""
    for key in keys:
        base, slash, about = key.partition("/")
        was = f"{adopted.get(base, base)}{slash}{about}"
        yield was if was in lock.notes else ""


def _lost(
    items: Iterable[Item], before: Iterable[str], after: Iterable[str]
) -> Iterator[Diagnostic]:
    """Find items that the next build would take for another note with their id than without."""
    for item, was, becomes in zip(items, before, after, strict=True):
        if was != becomes:
            yield Diagnostic(item.span(), "id-not-written", "with an id this would become another "
                             "note, because the lock does not know its text; build first, and if "
                             "that does not help, write an id that students may meet as new")


# ---------------------------------------------------------------- which ids


def _is_nameless(item: Item) -> bool:
    return item.id is None and not item.is_about


def taken_ids(items: Iterable[Item], lock: Lock) -> set[str | None]:
    """The ids that a new item must not get: those that items have, or that the lock remembers."""
    return {item.id for item in items} | {key.partition("/")[0] for key in lock.notes}


def with_ids_of_their_own(items: Iterable[Item], taken: AbstractSet[str | None]) -> list[Item]:
    """Give every item an id, none that is taken."""
    series: dict[str, Iterator[str]] = {}  # what is left of the ids made of one text
    named = []
    for item in items:
        chosen = item.id
        if _is_nameless(item):
            slug = slug_of(item)
            ids = series.setdefault(slug or f"{_singular(item)}-", _numbered(slug, _singular(item)))
            chosen = next(name for name in ids if name not in taken)
        named.append(replace(item, id=chosen))
    return named


def _numbered(slug: str, singular: str) -> Iterator[str]:
    """`nato`, `nato-2`, `nato-3` and so on; `actor-1`, `actor-2` and so on if there is no slug."""
    if not slug:
        return (f"{singular}-{number}" for number in count(1))
    return chain([slug], (f"{slug}-{number}" for number in count(2)))


def slug_of(item: Item) -> str:
    """An id made of an item's name, or of all that it must say; nothing if that is not in Latin."""
    words = _words(" ".join(_told(item)))
    while len(words) > 1 and words[0] in _OPENINGS:
        del words[0]
    slug = words[0][:LONGEST] if words else ""
    for word in words[1:]:
        if len(slug) + 1 + len(word) > LONGEST:
            break
        slug += f"-{word}"
    return slug if re.search("[a-z]", slug) else ""


def _told(item: Item) -> Iterator[str]:
    """The texts that an id is made of, as a reader sees them. Dates tell too little."""
    required = [field for field in item.kind.fields if field.required]
    names = [field for field in required if field.is_name]
    for field in names[:1] or required:
        value = item.values[field.key]
        if isinstance(value, Text):
            yield plain(value.text)
        elif isinstance(value, KeySentence):
            yield plain(read_marks(value.text.text).text)
        elif isinstance(value, Names):
            yield from (plain(name.text) for name in value.items)


def _words(text: str) -> list[str]:
    """The words of a text in a–z and 0–9; none if most of its letters are of another script."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    letters = "".join(char for char in apart if not unicodedata.combining(char))
    latin = sum("a" <= char <= "z" for char in letters)
    if 2 * latin < sum(map(str.isalpha, letters)):
        return []
    return re.findall("[a-z0-9]+", letters)


def _singular(item: Item) -> str:
    return "-".join(_words(item.kind.singular)) or item.kind.section


# ---------------------------------------------------------------- into the files


def _rewritten(project: Project, named: Iterable[Item]) -> Iterator[Rewritten | Diagnostic]:
    """Put ids into one file after another; or tell at which item that cannot be done."""
    manifest = Manifest(project.id, project.name, tags=project.tags)
    setting = Setting(manifest, project.kinds, project.cites)
    pairs = zip(project.items, named, strict=True)
    for name, group in groupby(pairs, key=lambda pair: pair[0].file.path):
        changes = list(group)
        given = tuple(new for old, new in changes if old.id != new.id)
        if not given:
            continue
        path = Path(name)
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise Unusable(f"cannot read {path}: {error.strerror}; nothing was changed") from error
        content = _proved(raw, changes, len(given), setting)
        if content is not None:
            yield Rewritten(path, content, given)
            continue
        spoils = bisect_left(range(1, len(given)), True, key=lambda most:
                             _proved(raw, changes, most, setting) is None)
        item = given[spoils]
        yield Diagnostic(item.span(), "id-not-written", "an id before the first key of this item "
                         "would change what the file says; write the item in braces, "
                         f"'{{id: {item.id}, …}}'")


def _proved(
    raw: bytes, changes: Iterable[tuple[Item, Item]], most: int, setting: Setting
) -> bytes | None:
    """A file with the first `most` ids put in; None if it then says anything else than before."""
    given: list[Item] = []
    expected: list[Item] = []
    for old, new in changes:
        is_given = old.id != new.id and len(given) < most
        given += [new] if is_given else []
        expected.append(new if is_given else old)
    content = with_ids(raw, given)
    path = Path(expected[0].file.path)
    parsed = parse(str(path), content)
    read = read_card_file(parsed, path.name, setting)
    is_right = read.items == expected and not [*parsed.found, *read.found]
    return content if is_right else None


def with_ids(raw: bytes, given: Iterable[Item]) -> bytes:
    """Put the ids of items in front of their first keys, in the bytes of the file they stand in."""
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    # Code points are counted as in the file that was read; what is no UTF-8 any more stays so.
    text = raw.decode("utf-8-sig", "surrogateescape")
    pieces, done = [], 0
    for item in given:
        at, piece = _insertion(text, item)
        pieces += [text[done:at], piece]
        done = at
    return mark + "".join([*pieces, text[done:]]).encode("utf-8", "surrogateescape")


def _insertion(text: str, item: Item) -> tuple[int, str]:
    """Where an item's id goes, and what is written there: a line of its own where keys have lines.

    In braces a comma follows it. Everything in front of a block's first key is one character wide,
    so as many spaces bring that key below the id.
    """
    opened = _BEFORE_FIRST_KEY.match(text, item.at)
    at = opened.end() if opened else item.at
    start = text.rfind("\n", 0, at) + 1
    line = text[max(start, text.rfind("\r", start, at) + 1) : at]
    if opened and line.strip(" \t"):
        return at, f"id: {item.id}, "
    comma = "," if opened else ""
    return at, f"id: {item.id}{comma}{_line_end(text, at)}{_NO_BLANK.sub(' ', line)}"


def _line_end(text: str, at: int) -> str:
    """How the line at `at` ends, or the one before it, if it is the last and does not."""
    after = _LINE_END.search(text, at)
    if after is not None:
        return after[0]
    before = _LINE_END.findall(text, 0, at)
    return before[-1] if before else "\n"
