"""Which visible words would give a hidden answer away: the answer again, its initials, or a word
of the same stem.
"""

from typing import Final

from deckgen.cloze.classes import (
    ACRONYM,
    CAP,
    CLASSES,
    DIGIT,
    FUNCTION,
    GENERIC,
    PEOPLE,
    PLACE,
    POSSESSIVE,
    PUNCT,
    VAGUE,
)
from deckgen.cloze.memory import Memory
from deckgen.cloze.places import COUNTRY_PHRASES
from deckgen.cloze.reading import Mention, Reading
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import BODY_HEADS, EVENT_HEADS, INSTRUMENT_HEADS, PLACE_HEADS

_SMALL: Final = FUNCTION | PUNCT | POSSESSIVE
_FULL: Final = CAP | DIGIT
_WIDE: Final = GENERIC | VAGUE
_HEADS: Final = INSTRUMENT_HEADS | BODY_HEADS | EVENT_HEADS | PLACE_HEADS


class Stems:
    """The words of a sentence by their first three letters, so that those of one stem are found at
    once. Tokens are told as bits of one number.
    """

    __slots__ = ("_acronyms", "_compounds", "_keys", "_reading")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        words, text = reading.tokens.words, reading.tokens.text
        self._keys = list(map(_KEYS.__getitem__, words))
        self._compounds: list[int] = []
        if "-" in text or "–" in text:
            self._compounds = [n for n, word in enumerate(words) if "-" in word or "–" in word]
        self._acronyms: bool | None = None

    def find_leaks(self, group: list[Mention]) -> list[int]:
        """The visible tokens that tell what is hidden when all mentions of `group` are hidden
        together.
        """
        if len(group) == 1:
            return self._find_leaks_of(group[0], group[0].mask)
        hidden = 0
        for mention in group:
            hidden |= mention.mask
        leaks: list[int] = []
        seen: set[tuple[str, ...]] = set()
        for mention in group:
            written = tuple(self._reading.tokens.words[mention.first : mention.last])
            if written not in seen:
                seen.add(written)
                leaks += self._find_leaks_of(mention, hidden)
        return leaks

    def _find_leaks_of(self, mention: Mention, hidden: int) -> list[int]:
        leaks = self._give_away(mention, hidden)
        if self._reading.tokens.signs:
            leaks += self._in_markup(mention, hidden)
        return leaks

    def _near(self, word: str, hidden: int) -> list[int]:
        """Visible tokens that begin as `word` does."""
        keys, key, at = self._keys, word[:3], -1
        found = []
        for _ in range(keys.count(key)):
            at = keys.index(key, at + 1)
            if not hidden >> at & 1:
                found.append(at)
        return found

    def _in_markup(self, mention: Mention, hidden: int) -> list[int]:
        """Code, TeX and links are one token each, and may show the answer inside."""
        tokens = self._reading.tokens
        answer = tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]]
        return [n for n, sign in tokens.signs.items() if answer in sign and not hidden >> n & 1]

    def _give_away(self, mention: Mention, hidden: int) -> list[int]:
        """Visible tokens that betray `mention`: all its telling words must be found, the last of a
        name is enough, and half of a list.
        """
        if mention.kind in _NUMBERS:
            return self._same_number(mention, hidden)
        if mention.kind == "list":
            wanted = _telling_words(self._reading.tokens, mention)
            found = [self._alike(word, hidden) for word in wanted]
            enough = sum(map(bool, found)) * 2 >= len(found)
            return [n for hits in found for n in hits] if enough else []
        leaks = self._betray(mention, hidden)
        if mention.kind in _NAMED:
            leaks += self._initials(mention, hidden)
        return leaks

    def _betray(self, mention: Mention, hidden: int) -> list[int]:
        tokens = self._reading.tokens
        last, is_special = _last_telling_word(tokens, mention)
        leaks = self._alike(last, hidden) if last else []
        if not leaks:
            return leaks
        named = mention.kind in _NAMED
        wanted = _telling_words(tokens, mention)
        if named and is_special and _is_named_by_setting(tokens, mention):
            wanted = _content_words(tokens, mention)
        found = [self._alike(word, hidden) for word in wanted]
        if all(found):
            return [n for hits in found for n in hits]
        if not named or not is_special or len(wanted) > len(_telling_words(tokens, mention)):
            return []
        return leaks if tokens.words[mention.first] not in _HEADS else []

    def _has_acronym(self) -> bool:
        if self._acronyms is None:
            classes = self._reading.tokens.classes
            self._acronyms = bool([here for here in classes if here & ACRONYM])
        return self._acronyms

    def _alike(self, wanted: str, hidden: int) -> list[int]:
        words = self._reading.tokens.words
        found = self._near(wanted, hidden)
        if found:
            found = [n for n in found if same_stem(words[n].lower(), wanted)]
        for n in self._compounds:
            if not hidden >> n & 1 and any(
                same_stem(part, wanted) for part in _parts(words[n].lower())
            ):
                found.append(n)
        return found

    def _same_number(self, mention: Mention, hidden: int) -> list[int]:
        """A year inside a visible date, or the same bare number again."""
        words = self._reading.tokens.words
        low = words[mention.first].lower()
        near = self._near(low, hidden)
        if not near:
            return near
        written = words[mention.first : mention.last]
        size = len(written)
        return [
            n
            for n in near
            if words[n : n + size] == written or (size == 1 and words[n].lower() == low)
        ]

    def _initials(self, mention: Mention, hidden: int) -> list[int]:
        """An acronym of the visible words or, of several words, their visible initials."""
        tokens = self._reading.tokens
        if mention.last - mention.first == 1:
            word = tokens.words[mention.first]
            long = tokens.classes[mention.first] & ACRONYM and len(word) > 2 and word.isalpha()
            return self._spelled_out(word, hidden) if long else []
        if not self._has_acronym():
            return []
        short = "".join(
            [w[0] for w in tokens.words[mention.first : mention.last] if w[0].isupper()]
        )
        return (
            [n for n in self._near(short.lower(), hidden) if tokens.words[n] == short]
            if len(short) > 1
            else []
        )

    def _spelled_out(self, short: str, hidden: int) -> list[int]:
        """The words whose initials an acronym is made of, standing in a row."""
        tokens, size = self._reading.tokens, len(short)
        capitals = [
            n for n, here in enumerate(tokens.classes) if here & CAP and not hidden >> n & 1
        ]
        initials = "".join([tokens.words[n][0] for n in capitals])
        at = initials.find(short)
        if at < 0 or capitals[at + size - 1] - capitals[at] >= 2 * size:
            return []
        return capitals[at : at + size]


_NUMBERS: Final = frozenset(("date", "amount"))
_NAMED: Final = frozenset(("name", "known", "acronym", "must"))


def _key(word: str) -> str:
    return word[:3].lower()


_KEYS: Final = Memory(_key)


def _parts(word: str) -> list[str]:
    """A compound tells by its parts too: "russo-japanese" tells of Japan."""
    return [
        part
        for part in word.replace("–", "-").replace("‐", "-").replace("‑", "-").split("-")
        if part
    ]


def _last_telling_word(tokens: Tokens, mention: Mention) -> tuple[str, bool]:
    """The last one of `_telling_words`, or nothing; and whether it is more than a generic word."""
    words, classes, common = tokens.words, tokens.classes, ""
    for n in range(mention.last - 1, mention.first - 1, -1):
        here = classes[n]
        if not here & _SMALL or here & _FULL:
            if not here & _WIDE and words[n] not in _HEADS:
                return words[n].lower(), True
            common = common or words[n].lower()
    if common or mention.kind == "must":  # an author may ask for a small word, seen or not
        return common, False
    return words[mention.last - 1].lower(), False


def _is_named_by_setting(tokens: Tokens, mention: Mention) -> bool:
    """Whether a country or people is only part of the name of something else, as in "Russia
    school": reading the country's name then does not tell the answer. It does in "Treaty of Paris"
    and in names of states.
    """
    first, last = mention.first, mention.last
    if last - first == 1 or tokens.words[first] in _HEADS or tokens.words[last - 1] in _STATES:
        return False
    written = tokens.text[tokens.starts[first] : tokens.ends[last - 1]].casefold()
    if written in COUNTRY_PHRASES:
        return False
    telling = [
        n
        for n in range(first, last)
        if not tokens.classes[n] & (_SMALL | _WIDE) and tokens.words[n] not in _HEADS
    ]
    return all(CLASSES[part] & _SETTING for n in telling for part in _parts(tokens.words[n]))


_SETTING: Final = PLACE | PEOPLE
_STATES: Final = frozenset("Republic Federation Empire Kingdom Union Reich State States".split())


def _content_words(tokens: Tokens, mention: Mention) -> list[str]:
    words, classes = tokens.words, tokens.classes
    return [words[n].lower() for n in range(mention.first, mention.last) if not classes[n] & _SMALL]


def _telling_words(tokens: Tokens, mention: Mention) -> list[str]:
    """The words that make the answer: not small or generic, unless all of them are."""
    words, classes = tokens.words, tokens.classes
    first, last = mention.first, mention.last
    content = [n for n in range(first, last) if not classes[n] & _SMALL or classes[n] & _FULL]
    special = [n for n in content if not classes[n] & _WIDE and words[n] not in _HEADS]
    return [words[n].lower() for n in special or content or range(first, last)]


def same_stem(one: str, other: str) -> bool:
    """Whether two lower-case words share so long a beginning that one gives the other away
    ("russia", "russian").
    """
    if one == other:
        return True
    shorter = min(len(one), len(other))
    needed = max(4, shorter - 2)
    return shorter >= needed and one[:needed] == other[:needed]
