"""Where a text writes dates and quantities, and the one form that two writings of a date share."""

import re
from typing import Final, NamedTuple

from deckgen.cloze.classes import (
    ADJECTIVE,
    CAP,
    DIGIT,
    LOWER,
    PARTICIPLE,
    QSTART,
    STOP,
)
from deckgen.cloze.grammar import FIGURE_AMOUNTS, FIGURE_DATES, MONTHS, WORD_AMOUNTS, WORD_DATES
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NUMBER_WORDS, word_set


class Quantity(NamedTuple):
    """Tokens `first` to `last` (not included) write one date or quantity of the sort `kind`; `key`
    is its normal form.
    """

    first: int
    last: int
    kind: str
    key: str


# Kinds whose key is a date; the others are amounts and references.
DATE_KINDS: Final = frozenset(
    {"day", "month", "range", "season", "decade", "century", "year", "monthday", "time"}
)

_BARE_YEAR: Final = re.compile(r"[1-9]\d{2,3}\Z")
# After these a number of three figures is a year too.
_SURELY_YEAR: Final = word_set("in since until till by year from before after during")
_BEFORE_MONTH: Final = word_set(
    "in of since until till by from during last next this before after between to and to each "
    "every following"
)
# "a" begins a quantity only before these.
_SELDOM_STARTS: Final = frozenset(("a", "A"))
_AFTER_A: Final = word_set(
    "hundred thousand million billion trillion dozen third quarter fifth sixth seventh eighth "
    "ninth tenth"
)
_VERY_COMMON_ORDINALS: Final = frozenset({"first", "second", "last", "next", "final", "seconds"})


def find_quantities(tokens: Tokens) -> list[Quantity]:
    """Every date and quantity of the text, longest reading at each place, left to right, none
    overlapping.
    """
    found: list[Quantity] = []
    free = 0
    for index in [n for n, here in enumerate(tokens.classes) if here & QSTART]:
        if index >= free:
            quantity = (
                _read_figure(tokens, index)
                if tokens.classes[index] & DIGIT
                else _read_word(tokens, index)
            )
            if quantity is not None:
                found.append(quantity)
                free = quantity.last
    return found


def _read_figure(tokens: Tokens, index: int) -> Quantity | None:
    date = FIGURE_DATES.match(tokens.text, tokens.starts[index])
    if date is not None:
        return _settle(tokens, index, date)
    if _is_bare_year(tokens, index):
        return Quantity(index, index + 1, "year", tokens.words[index].zfill(4))
    amount = FIGURE_AMOUNTS.match(tokens.text, tokens.starts[index])
    if amount is None:
        return None
    between = index and tokens.words[index - 1] == "from" and " to " in amount.group()
    if between and (amount.lastgroup or "").startswith("number"):
        return Quantity(index, index + 1, "number", tokens.words[index])  # "from 10 to 20": two
    return _settle(tokens, index, amount)


def _read_word(tokens: Tokens, index: int) -> Quantity | None:
    text, start, word = tokens.text, tokens.starts[index], tokens.words[index]
    if word in _SELDOM_STARTS and tokens.words[index + 1].partition("-")[0] not in _AFTER_A:
        return None
    if _is_word_of_name(tokens, index):
        return None
    date = WORD_DATES.match(text, start)
    if date is not None and (index == 0 or date.group()[0] != "C"):  # "C. 300" may be an initial
        return _settle(tokens, index, date)
    if _is_bare_month(tokens, index):
        return Quantity(index, index + 1, "month", "--" + _month(word))
    amount = WORD_AMOUNTS.match(text, start)
    if amount is not None and _is_plausible_amount(tokens, index, amount):
        return _settle(tokens, index, amount)
    return None


def _is_word_of_name(tokens: Tokens, index: int) -> bool:
    """Whether a capitalised number opens a name: "Fourteen Points", "Thirty Years' War"."""
    word = tokens.words[index]
    if not index or not word[0].isupper() or word.lower() not in NUMBER_WORDS:
        return False
    return not tokens.classes[index - 1] & STOP and tokens.classes[index + 1] & CAP != 0


def _settle(tokens: Tokens, index: int, match: re.Match[str]) -> Quantity | None:
    """The quantity that `match` writes, if it ends where a token does."""
    end, last = match.end(), index
    while tokens.ends[last] < end:
        last += 1
    if tokens.ends[last] != end:
        return None
    kind = (match.lastgroup or "").rstrip("0123456789AB")
    return Quantity(index, last + 1, kind, _key(kind, match.group()))


def _is_bare_year(tokens: Tokens, index: int) -> bool:
    word = tokens.words[index]
    if not _BARE_YEAR.match(word):
        return False
    before = tokens.words[index - 1].lower() if index else ""
    counts_things = _counts_things(tokens, index)
    if len(word) == 3:
        return before in _SURELY_YEAR and not counts_things
    if not "1000" <= word <= "2100":
        return False
    if tokens.words[index + 1] in ("%", "°", "–", "-") or tokens.words[
        index - 1 if index else -1
    ] in ("$", "€", "£", "¥"):
        return False
    return not counts_things or (before in _SURELY_YEAR and not _is_unit_next(tokens, index))


def _counts_things(tokens: Tokens, index: int) -> bool:
    """Whether a plural or a unit stands after the number, as in "1500 soldiers"."""
    after = tokens.words[index + 1]
    if not tokens.classes[index + 1] & LOWER:
        return False
    if (
        after.endswith("s")
        and not after.endswith(("ss", "us", "is"))
        and after not in ("was", "has", "as", "its", "towards")
    ):
        return True
    return after in (
        "people",
        "men",
        "women",
        "million",
        "billion",
        "thousand",
        "children",
        "per",
        "percent",
        "km",
        "metres",
    ) or (
        tokens.words[index + 2].endswith("s") and tokens.classes[index + 1] & _ADJECTIVE_LIKE != 0
    )


def _is_unit_next(tokens: Tokens, index: int) -> bool:
    match = FIGURE_AMOUNTS.match(tokens.text, tokens.starts[index])
    return match is not None and match.end() > tokens.ends[index]


def _is_bare_month(tokens: Tokens, index: int) -> bool:
    word = tokens.words[index]
    if (
        not index
        or word.rstrip(".") not in _MONTH_NUMBERS
        or len(word) < 3
        or not word[0].isupper()
    ):
        return False
    return tokens.words[index - 1].lower() in _BEFORE_MONTH


def _is_plausible_amount(tokens: Tokens, index: int, match: re.Match[str]) -> bool:
    kind, text = (match.lastgroup or "").rstrip("0123456789"), match.group().lower()
    if kind == "ordinal":
        return text not in _VERY_COMMON_ORDINALS
    if kind == "article" and text.startswith(
        ("number ", "order ", "title ", "rule ", "protocol ", "decree ")
    ):
        return any(map(str.isdigit, text)) or text.isupper() or tokens.words[index][0].isupper()
    if kind == "number" and not text[0].isdigit():
        return tokens.words[index - 1].lower() not in ("no", "any") if index else True
    return True


_ADJECTIVE_LIKE: Final = ADJECTIVE | PARTICIPLE
_MONTH_NUMBERS: Final = {
    name: f"{n:02d}"
    for n, names in enumerate(
        (
            "January Jan",
            "February Feb",
            "March Mar",
            "April Apr",
            "May",
            "June Jun",
            "July Jul",
            "August Aug",
            "September Sept Sep",
            "October Oct",
            "November Nov",
            "December Dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH_NAME: Final = re.compile(rf"(?:{MONTHS})")
_FIGURES: Final = re.compile(r"\d+")


def _month(written: str) -> str:
    return _MONTH_NUMBERS.get(written.rstrip("."), "00")


def _key(kind: str, written: str) -> str:
    """ISO 8601 for a day, a month or a day without year; else the writing, casefolded and evenly
    spaced.
    """
    if kind in ("day", "monthday", "month") and (name := _MONTH_NAME.search(written)) is not None:
        figures = _FIGURES.findall(written)
        era = "-bc" if "B" in written[-5:] else ""
        if kind == "month" and len(figures) == 1 and written.startswith(name.group()):
            return f"{figures[0].zfill(4)}-{_month(name.group())}{era}"
        if kind == "monthday" and len(figures) == 1:
            return f"--{_month(name.group())}-{figures[0].zfill(2)}"
        if kind == "day" and len(figures) == 2:
            day, year = figures
            return f"{year.zfill(4)}-{_month(name.group())}-{day.zfill(2)}{era}"
    return " ".join(written.casefold().split())
