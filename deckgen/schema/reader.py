"""Nodes into plain values: the checks that every mapping, text and list goes through."""

import re
from collections.abc import Collection, Iterable
from unicodedata import category

from deckgen.diagnostics import Diagnostic
from deckgen.model import File, Mapping, Node, Sequence, Text

_UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))  # what Unicode does not know yet may be seen
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Reader:
    """Reads the nodes of one file; what is wrong with them is added to `found`."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.found: list[Diagnostic] = []

    def error(self, at: int, rule: str, message: str) -> None:
        """Report an error at an offset of the file."""
        self.found.append(self.file.error(at, rule, message))

    def mapping(
        self, node: Node, what: str, known: Collection[str] | None = None,
        required: Iterable[str] = (),
    ) -> Mapping | None:
        """Expect keys and values; report keys that are not `known` and required ones not there."""
        if not isinstance(node, Mapping):
            self.error(node.at, "wrong-shape", f"{described(node)} where {what} should be, as keys "
                       "and values ('key: value')")
            return None
        for key, at in node.keys.items():
            if known is not None and key not in known:
                self.unknown_key(at, key, what, known)
        for key in required:
            if key not in node.entries:
                self.missing(node.at, key, what)
        return node

    def unknown_key(self, at: int, key: str, what: str, known: Collection[str]) -> None:
        """Report a key that has no meaning here."""
        self.error(at, "unknown-key", f"{key!r} is not a key of {what}; {suggested(key, known)}")

    def missing(self, at: int, key: str, what: str) -> None:
        """Report that a key must be there."""
        self.error(at, "missing-value", f"{what} needs '{key}'; add '{key}: …'")

    def text(self, node: Node, key: str) -> Text | None:
        """Expect text that is not empty."""
        if not isinstance(node, Text):
            self.error(node.at, "wrong-shape", f"{described(node)} where '{key}' should have text; "
                       "if this is text, put it in quotes")
            return None
        if not is_visible(node.text):
            self.error(node.at, "empty-value", f"'{key}' is empty; write its value after the colon, "
                       "or take the key out")
            return None
        return node

    def texts(self, node: Node, key: str) -> tuple[Text, ...]:
        """Expect a text or a list of texts."""
        if isinstance(node, Sequence):
            if not node.items:
                self.error(node.at, "empty-value", f"'{key}' is an empty list; fill it, or take "
                           "the key out")
            texts = (self.text(item, key) for item in node.items)
            return tuple(text for text in texts if text is not None)
        text = self.text(node, key)
        return (text,) if text is not None else ()

    def slug(self, node: Node, key: str) -> str | None:
        """Expect a name for machines: lower-case letters, digits and single hyphens."""
        text = self.text(node, key)
        if text is None:
            return None
        if not SLUG.fullmatch(text.text):
            self.error(text.at, "bad-id", f"{text.text!r} is no id: use lower-case letters a–z, "
                       f"digits and single hyphens, such as '{_slugged(text.text)}'")
            return None
        return text.text

    def tags(self, node: Node) -> tuple[str, ...]:
        """Expect tags: words without spaces, `::` between the levels of a tree."""
        tags = []
        for tag in self.texts(node, "tags"):
            if re.search(r"\s", tag.text):
                joined = "-".join(tag.text.split())
                self.error(tag.at, "bad-tag", f"the tag {tag.text!r} has a space in it, at which "
                           f"Anki would split it; write '{joined}', or a list of tags")
            elif "" in tag.text.split("::"):
                self.error(tag.at, "bad-tag", f"the tag {tag.text!r} has an empty level; write "
                           "names on both sides of '::'")
            else:
                tags.append(tag.text)
        return tuple(tags)


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of a text: a character besides blanks and invisible marks."""
    return any(category(char) not in _UNSEEN for char in text)


def described(node: Node) -> str:
    """Say what kind of node it is, to an author."""
    return {Text: "text", Sequence: "a list", Mapping: "a mapping"}[type(node)]


def suggested(word: str, known: Collection[str]) -> str:
    """Name the nearest known word, or all of them."""
    import difflib

    if near := difflib.get_close_matches(word, known, 1):
        return f"did you mean '{near[0]}'?"
    return f"there are: {', '.join(known)}" if known else "there are none"


def with_article(noun: str) -> str:
    """`a date`, `an actor`."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _slugged(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "founding-act"
