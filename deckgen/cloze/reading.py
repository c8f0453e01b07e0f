"""What is known of a sentence while it is judged: its tokens, their roles, its mentions."""

from deckgen.cloze.classes import DET
from deckgen.cloze.names import Name
from deckgen.cloze.tokens import Tokens


class Mention:
    """Tokens `first` to `last` (not included), what sort of stretch they are, and later what
    speaks for asking it.
    """

    __slots__ = ("entity", "facts", "first", "kind", "last", "mask", "name", "score", "sort")
    score: float  # the sum of what the facts are worth

    def __init__(
        self,
        first: int,
        last: int,
        kind: str,
        sort: str = "",
        entity: str = "",
        name: Name | None = None,
    ) -> None:
        self.first = first
        self.last = last
        self.kind = kind
        self.sort = sort
        self.entity = entity
        self.name = name
        self.facts: list[str] = []
        # one bit a token: two mentions overlap if they share one
        self.mask = (1 << last) - (1 << first)


class Reading:
    """A sentence's tokens, their roles, every mention in it, and those set aside at once with the
    reason.
    """

    __slots__ = (
        "has_quotation",
        "has_term",
        "mentions",
        "roles",
        "set_aside",
        "size",
        "spots",
        "tokens",
    )

    def __init__(self, tokens: Tokens, roles: bytearray, size: int) -> None:
        self.tokens = tokens
        self.roles = roles
        self.size = size  # words, numbers and unbreakable stretches
        self.mentions: list[Mention] = []
        self.set_aside: list[tuple[int, int, str]] = []
        self.has_quotation = False
        self.has_term = False  # a known name in lower case
        self.spots: list[tuple[int, int, str]] = []  # where known names can be read


def fold(tokens: Tokens, first: int, last: int) -> str:
    """The words of tokens `first` to `last` as a key: without article, capitals and odd spaces."""
    while first < last - 1 and tokens.classes[first] & DET:
        first += 1
    if last - first == 1 and not tokens.signs:
        return tokens.words[first].casefold()
    return " ".join(tokens.text[tokens.starts[first] : tokens.ends[last - 1]].casefold().split())


def text_of(reading: Reading, mention: Mention) -> str:
    """What is hidden when `mention` is."""
    tokens = reading.tokens
    return tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]]
