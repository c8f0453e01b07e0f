"""What makes two texts alike: their words, without case, articles and punctuation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"[\w'’]+")
# Signs of formulas and code; a hyphen or a bracket is one only at some places.
_SIGN = re.compile(r"[=\\<>+^{}|`$#@→←⇒↔≤≥≠≈±×÷√∑∫∂∞−\[-]")
_FORMAL = re.compile(r"[=\\<>+^{}|`$#@→←⇒↔≤≥≠≈±×÷√∑∫∂∞]|(?<![\w)])[-−]\d|\[(?!…\])")
_LETTERS = re.compile(r"[^\W\d_]+")

Words = tuple[str, ...]
_KEPT = 64  # texts whose words are kept, as the cards of an item have theirs in common

# English words that say little about what a text is about, with those that questions are made of.
_LIGHT = frozenset("""
a an the this that these those it its they them their he she his her him we our you your i one ones
and or but nor so yet if then than as of in on at to from by for with into onto about between among
within during through per via upon off out up is are was were be been being am do does did done doing
has have had having can could may might must shall should will would what which who whom whose when
where why how much many there here also only just very such own
""".split())
_OPPOSITES = frozenset(
    frozenset(pair.split("/")) for pair in """
    upper/lower before/after increase/decrease increases/decreases increased/decreased first/last
    source/destination minimum/maximum export/import exports/imports exported/imported win/lose
    won/lost highest/lowest largest/smallest longest/shortest oldest/youngest oldest/newest
    left/right north/south east/west northern/southern eastern/western above/below inner/outer
    internal/external input/output positive/negative high/low north/west north/east south/east
    south/west begin/end began/ended begins/ends start/end started/ended open/close opened/closed
    rise/fall rose/fell king/queen male/female men/women man/woman father/mother son/daughter
    brother/sister husband/wife more/less most/least primary/secondary direct/indirect
    majority/minority lower/higher enter/leave entered/left anterior/posterior systolic/diastolic
    afferent/efferent sympathetic/parasympathetic excess/deficiency birth/death born/died
    """.split()
)


@lru_cache(maxsize=_KEPT)
def words(text: str) -> Words:
    """All words, without case, in their order; an article is none.

    In formulas and code every sign counts, so they are one word each.
    """
    if _SIGN.search(text) and _FORMAL.search(text):
        return (" ".join(text.split()),)
    found = _WORD.findall(text)
    if "'" in text or "’" in text:
        found = [word.strip("'’") for word in found]
    return tuple([word for word in map(str.casefold, found) if word not in _NO_WORDS])


_NO_WORDS = frozenset(("", "a", "an", "the"))


@lru_cache(maxsize=_KEPT)
def telling(some: Words) -> frozenset[str]:
    """Those words that say what a text is about, in one number and without possessive."""
    return frozenset(map(_bare, some)) - _NOTHING


@lru_cache(maxsize=_KEPT)
def all_of(some: Words) -> frozenset[str]:
    """All words, in one number and without possessive."""
    return frozenset(map(_single, some))


@lru_cache(maxsize=1 << 16)
def _single(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1 << 16)
def _bare(word: str) -> str:
    return "" if word in _LIGHT else _single(word)


_NOTHING = frozenset(("",))

# Pairs of terms that are themselves mixed up, so that it is hard to say which has which.
_TWINS = frozenset(
    frozenset(pair.split("/")) for pair in """
    upper/lower inner/outer left/right anterior/posterior dorsal/ventral medial/lateral
    proximal/distal superior/inferior systolic/diastolic afferent/efferent increase/decrease
    increased/decreased increases/decreases sympathetic/parasympathetic positive/negative
    source/destination active/passive primary/secondary east/west north/south eastern/western
    northern/southern before/after above/below endothermic/exothermic anode/cathode
    debit/credit
    """.split()
)

_TWIN = frozenset(word for pair in _TWINS for word in pair)


def are_opposites(one: str, other: str) -> bool:
    """Whether two words are English opposites, so that two texts that differ in them differ."""
    return frozenset((one, other)) in _OPPOSITES


def are_twins(one: str, other: str) -> bool:
    """Whether two words are terms of a pair that is easily mixed up."""
    return frozenset((one, other)) in _TWINS


@lru_cache(maxsize=1 << 16)
def has_a_like(word: str) -> bool:
    """Whether there may be a word that is taken for this one."""
    return word in _TWIN or (len(word) >= 5 and _LETTERS.fullmatch(word) is not None)


def look_alike(one: str, other: str) -> bool:
    """Whether two words of five letters or more differ in one or two of them at one place."""
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or len(long) - len(short) > 2:
        return False
    head = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    tail = 0
    while tail < len(short) - head and short[-1 - tail] == long[-1 - tail]:
        tail += 1
    return len(long) - head - tail <= 2


def near_pairs(
    texts: Sequence[frozenset[str]], share: float
) -> Iterator[tuple[int, int]]:
    """Pairs of texts, the later first, that share so much of all their words (Jaccard's measure).

    Two of which that is true have one of their rarest words in common, so only these are looked up.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    index: dict[str, list[int]] = {}
    for n, text in enumerate(texts):
        rare = sorted(text, key=lambda word: (counts[word], word))
        prefix = rare[: len(rare) - _ceil(share * len(rare) - 1e-9) + 1]
        for i in sorted({i for word in prefix for i in index.get(word, ())}):
            both = len(text & texts[i])
            if both >= share * (len(text) + len(texts[i]) - both) - 1e-9:
                yield n, i
        for word in prefix:
            index.setdefault(word, []).append(n)


def few_near_pairs(
    texts: Sequence[frozenset[str]], share: float
) -> Iterator[tuple[int, int]]:
    """The same, but where many texts are equal, the first ones stand for the others."""
    equals: dict[frozenset[str], list[int]] = {}
    first: list[int] = []
    for n, text in enumerate(texts):
        equal = equals.setdefault(text, [])
        if len(equal) < _COPIES:
            equal.append(n)
            first.append(n)
        else:
            yield from ((n, i) for i in equal)
    for n, i in near_pairs([texts[n] for n in first], share):
        yield first[n], first[i]


_COPIES = 3  # two may be cards of one item, which do not count against each other


def _ceil(number: float) -> int:
    return -int(-number // 1)


def shortened(text: str, most: int = 60) -> str:
    """Cut a text for a message, between words."""
    if len(text) <= most:
        return text
    return text[: text.rfind(" ", 0, most) if " " in text[:most] else most].rstrip(" ,;:") + " …"


def listed(texts: Iterable[str], most: int = 3) -> str:
    """Name some of several things."""
    all_of_them = list(texts)
    left = len(all_of_them) - most
    return ", ".join(all_of_them[:most]) + (f" and {left} more" if left > 0 else "")
