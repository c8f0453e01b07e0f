"""Which visible words would give a hidden answer away: the answer again, its initials, or a word
of the same stem.
"""

from functools import lru_cache
from typing import Final

from deckgen.cloze.classes import (
    ACRONYM,
    CAP,
    DIGIT,
    FUNCTION,
    GENERIC,
    POSSESSIVE,
    PUNCT,
    VAGUE,
)
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.words import BODY_HEADS, EVENT_HEADS, INSTRUMENT_HEADS, PLACE_HEADS

_SMALL: Final = FUNCTION | PUNCT | POSSESSIVE
_HEADS: Final = INSTRUMENT_HEADS | BODY_HEADS | EVENT_HEADS | PLACE_HEADS


class Stems:
    """The words of a sentence by their first three letters, so that those of one stem are found at
    once.
    """

    __slots__ = ("_compounds", "_has_acronym", "_keys", "_reading")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._keys = list(map(_key, reading.tokens.words))
        text = reading.tokens.text
        self._compounds: list[int] = []
        if "-" in text or "–" in text:
            words = enumerate(reading.tokens.words)
            self._compounds = [n for n, word in words if "-" in word or "–" in word]
        self._has_acronym = bool([1 for here in reading.tokens.classes if here & ACRONYM])

    def _near(self, word: str, hidden: set[int]) -> list[int]:
        """Visible tokens that begin as `word` does."""
        keys, key, at = self._keys, word[:3], -1
        found = []
        for _ in range(keys.count(key)):
            at = keys.index(key, at + 1)
            if at not in hidden:
                found.append(at)
        return found

    def find_leaks(self, group: list[Mention]) -> list[int]:
        """The visible tokens that tell what is hidden when all mentions of `group` are hidden
        together.
        """
        hidden: set[int] = set()
        for mention in group:
            hidden.update(range(mention.first, mention.last))
        leaks: list[int] = []
        seen: set[tuple[str, ...]] = set()
        for mention in group:
            written = tuple(self._reading.tokens.words[mention.first : mention.last])
            if written not in seen:
                seen.add(written)
                leaks += self._give_away(mention, hidden)
                leaks += self._in_markup(mention, hidden)
        return leaks

    def _in_markup(self, mention: Mention, hidden: set[int]) -> list[int]:
        """Code, TeX and links are one token each, and may show the answer inside."""
        tokens = self._reading.tokens
        if not tokens.signs:
            return []
        answer = tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]]
        return [n for n, sign in tokens.signs.items() if answer in sign and n not in hidden]

    def _give_away(self, mention: Mention, hidden: set[int]) -> list[int]:
        """Visible tokens that betray `mention`: all its telling words must be found, the last of a
        name is enough.
        """
        if mention.kind in ("date", "amount"):
            return self._same_number(mention, hidden)
        found = [self._alike(wanted, hidden) for wanted in _telling_words(self._reading, mention)]
        if mention.kind == "list":
            return (
                [n for hits in found for n in hits]
                if sum(map(bool, found)) * 2 >= len(found)
                else []
            )
        leaks = [n for hits in found for n in hits] if all(found) else []
        if mention.kind in ("name", "known", "acronym", "must"):
            if found and not leaks and self._reading.tokens.words[mention.first] not in _HEADS:
                leaks += found[-1]
            if self._has_acronym:
                leaks += self._initials(mention, hidden)
        return leaks

    def _alike(self, wanted: str, hidden: set[int]) -> list[int]:
        words = self._reading.tokens.words
        found = self._near(wanted, hidden)
        if found:
            found = [n for n in found if same_stem(words[n].lower(), wanted)]
        for n in self._compounds:
            if n not in hidden and any(
                same_stem(part, wanted) for part in _parts(words[n].lower())
            ):
                found.append(n)
        return found

    def _same_number(self, mention: Mention, hidden: set[int]) -> list[int]:
        """A year inside a visible date, or the same bare number again."""
        words = self._reading.tokens.words
        written = words[mention.first : mention.last]
        size, low = len(written), written[0].lower()
        return [
            n
            for n in self._near(low, hidden)
            if words[n : n + size] == written or (size == 1 and words[n].lower() == low)
        ]

    def _initials(self, mention: Mention, hidden: set[int]) -> list[int]:
        tokens = self._reading.tokens
        if mention.last - mention.first == 1:
            word = tokens.words[mention.first]
            long = tokens.classes[mention.first] & ACRONYM and len(word) > 2 and word.isalpha()
            return self._spelled_out(word, hidden) if long else []
        short = "".join(
            [w[0] for w in tokens.words[mention.first : mention.last] if w[0].isupper()]
        )
        return (
            [n for n in self._near(short.lower(), hidden) if tokens.words[n] == short]
            if len(short) > 1
            else []
        )

    def _spelled_out(self, short: str, hidden: set[int]) -> list[int]:
        """The words whose initials an acronym is made of, standing in a row."""
        tokens, size = self._reading.tokens, len(short)
        capitals = [n for n in range(tokens.count) if tokens.classes[n] & CAP and n not in hidden]
        initials = "".join([tokens.words[n][0] for n in capitals])
        at = initials.find(short)
        if at < 0 or capitals[at + size - 1] - capitals[at] >= 2 * size:
            return []
        return capitals[at : at + size]


@lru_cache(maxsize=1 << 16)
def _key(word: str) -> str:
    return word[:3].lower()


def _parts(word: str) -> list[str]:
    """A compound tells by its parts too: "russo-japanese" tells of Japan."""
    return [
        part
        for part in word.replace("–", "-").replace("‐", "-").replace("‑", "-").split("-")
        if part
    ]


def _telling_words(reading: Reading, mention: Mention) -> list[str]:
    """The words that make the answer: not small, and not generic unless all of them are."""
    words, classes = reading.tokens.words, reading.tokens.classes
    content = [
        n
        for n in range(mention.first, mention.last)
        if not classes[n] & _SMALL or classes[n] & (CAP | DIGIT)
    ]
    special = [n for n in content if not classes[n] & (GENERIC | VAGUE) and words[n] not in _HEADS]
    return [words[n].lower() for n in special or content]


def same_stem(one: str, other: str) -> bool:
    """Whether two lower-case words share so long a beginning that one gives the other away
    ("russia", "russian").
    """
    if one == other:
        return True
    shorter = min(len(one), len(other))
    needed = max(4, shorter - 2)
    return shorter >= needed and one[:needed] == other[:needed]
