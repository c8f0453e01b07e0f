"""How a text falls into tokens, and where in it each stands."""

import re
from functools import cache
from itertools import accumulate, chain
from typing import Final

from deckgen.cloze.classes import CLASSES, PUNCT, STOP
from deckgen.cloze.memory import Memory

# Signs that join the letter before them (Latin, Hebrew, Arabic, Indic, Thai …, joiners): no token
# ends before one.
JOINED: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0816-\u082d\u08d3-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57"
    "\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0dca-\u0ddf"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f18-\u0f3f\u0f71-\u0f87\u102b-\u103e\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
)
# Scripts written without spaces: every character is a token, so that a known name can be found
# inside a run.
_UNSPACED: Final = (
    "\u3005\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
_LETTER: Final = rf"(?:[A-Za-z0-9À-ÖØ-öø-ʯ]++(?![{JOINED}])|(?![{_UNSPACED}_])\w[{JOINED}]*)"
_PLAIN: Final = rf"""
    (?:[A-Z]\.){{2,}}                                  # U.S., J.F.
  | [A-Z]\.(?=\s[A-Z])                                 # J. as in J. P. Morgan
  | [A-Za-z]++(?![\w{JOINED}’'.&/‐‑–-])               # most words
  # 1,000 68/262 45th 5-year
  | \d+(?:[.,:/]\d+)*(?:[A-Za-z]+(?:[-‐‑–][^\W_]+)*|-[A-Za-z]+(?:-[A-Za-z]+)*)?
  | {_LETTER}++(?:(?:[-‐‑–](?=\w)|[.&/](?=\d)|['’](?!s\b|S\b)(?=\w)){_LETTER}++)*
  | ['’]s\b
  | [{_UNSPACED}][{JOINED}]*
  | ['’](?=\s)
  | [^\w\s][{JOINED}]*
  | _
"""
# Stretches no gap may cut: TeX, code, links' targets, cloze marks. Lengths are bounded so that the
# search stays linear.
_ATOM: Final = r"""
    \$\$[^$\n]{1,1000}\$\$ | \$(?=[^\s$])[^$\n]{0,1000}(?<=[^\s\\])\$(?!\d)
  | \\\([^\n]{0,1000}?\\\) | \\\[[^\n]{0,1000}?\\\]
  | ``[^\n]{1,1000}?`` | `[^`\n]{1,1000}`
  | \{\{[^{}\n]{0,1000}\}\} | \{\{c\d{1,5}:: | \}\}
  | !?\[[^][\n]{0,1000}\]\([^()\s]{0,1000}\)
  | <[A-Za-z/!][^<>\n]{0,1000}>
  | https?://[^\s<>]{1,1000}
"""
_DELIMITER: Final = r"\*+ | ~~+ | ==+ | (?<![^\W_])_+ | _+(?![^\W_])"
_HAS_MARKUP: Final = re.compile(r"[\\$`*_\[{}<~]|==|://")
_INITIAL: Final = re.compile(r"[A-Z]\. [A-Z]")


@cache
def _splitter() -> re.Pattern[str]:
    """What parts a text without markup into its tokens and what is between them."""
    return re.compile(rf"(?=\S)({_PLAIN})", re.VERBOSE)


@cache
def _marked() -> re.Pattern[str]:
    """A token of a text with markup; `atom` and `mark` tell the tokens that are markup."""
    return re.compile(
        rf"(?=\S)(?:(?P<atom>{_ATOM}) | (?P<mark>{_DELIMITER}) | {_PLAIN})", re.VERBOSE
    )


class Tokens:
    """A text cut into tokens, in three parallel lists and one of classes; the lists end in a full
    stop of no length.
    """

    __slots__ = ("classes", "count", "ends", "marked", "signs", "starts", "text", "words")

    def __init__(self, text: str, parts: list[str], marked: bool) -> None:
        """`parts` is the whole text: what is before a token, a token, and so on in turn."""
        self.text = text
        self.marked = marked
        self.signs: dict[int, str] = {}  # the tokens that are markup
        bounds = list(accumulate(map(len, parts)))
        self.words = parts[1::2]
        self.starts = bounds[::2]
        self.ends = bounds[1::2]
        self.classes = list(map(CLASSES.__getitem__, self.words))
        self.count = len(self.words)
        self.words.append("")
        self.ends.append(len(text))
        self.classes.append(PUNCT | STOP)


def tokenise(text: str) -> Tokens:
    """Cut `text` into words, numbers, signs, and unbreakable stretches of markup."""
    pieces = text.split()
    cut = list(map(_PIECES.__getitem__, pieces))
    if None in cut:
        return _tokenise_marked(text)
    if not pieces or " ".join(pieces) != text or _is_initial_cut_off(text):
        return Tokens(text, _splitter().split(text), "::" in text)
    parts = list(chain.from_iterable(cut))  # type: ignore[arg-type]
    parts[0] = ""
    parts.append("")
    return Tokens(text, parts, "::" in text)


def _is_initial_cut_off(text: str) -> bool:
    """Whether an initial is parted from its name: the one token that is told by what follows it."""
    return ". " in text and _INITIAL.search(text) is not None


def _part_piece(piece: str) -> tuple[str, ...] | None:
    """The tokens of what stands between two spaces: a space before the first, nothing between
    them. None if it may hold markup.
    """
    if _HAS_MARKUP.search(piece) is not None:
        return None
    return (" ", *_splitter().split(piece)[1:-1])


_PIECES: Final = Memory(_part_piece)


def _tokenise_marked(text: str) -> Tokens:
    parts, done, signs = [], 0, {}
    for index, match in enumerate(_marked().finditer(text)):
        start, end = match.span()
        parts += [text[done:start], text[start:end]]
        done = end
        if match.lastgroup:
            signs[index] = match.group()
    tokens = Tokens(text, [*parts, text[done:]], True)
    tokens.signs = signs
    for index in signs:
        tokens.classes[index] = PUNCT
    return tokens
