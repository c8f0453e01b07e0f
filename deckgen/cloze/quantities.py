"""Where a text writes dates and quantities, and the one form that two writings of a date share."""

import re
from typing import Final, NamedTuple

from deckgen.cloze.classes import (
    ADJECTIVE,
    CAP,
    DIGIT,
    FUNCTION,
    LOWER,
    PARTICIPLE,
    PUNCT,
    QSTART,
    STOP,
    VERB,
)
from deckgen.cloze.grammar import FIGURE_AMOUNTS, FIGURE_DATES, MONTHS, WORD_AMOUNTS, WORD_DATES
from deckgen.cloze.tokens import Tokens
from deckgen.cloze.words import NUMBER_WORDS, ORDINAL_WORDS, word_set


class Quantity(NamedTuple):
    """Tokens `first` to `last` (not included) write one date or quantity of the sort `kind`; `key`
    is its normal form. The figure of "Apollo 11" is told too, for whoever puts names together.
    """

    first: int
    last: int
    kind: str
    key: str
    named: bool = False  # the number at the end of a name, as in "Apollo 11"


# Nouns with a number behind them: "Part XI", "Law No. 10", "Executive Order 9066".
_REFERENCES: Final = word_set(
    "Executive Additional Optional Part Case Opinion Proposition Schedule Amendment Convention Law "
    "Act Ordinance Recommendation"
)
# Words that can begin a quantity, beside those whose class says so.
_ALSO_START: Final = _REFERENCES | word_set(
    "twenties thirties forties fifties sixties seventies eighties nineties Q1 Q2 Q3 Q4 H1 H2 "
    "Rs DM CNY RMB HK NT NZ AU CA R S minus Minus quarter Quarter − - ' ’"
)
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
_SURELY_MONTH: Final = word_set("in since until till from during last next this every following")
# Those that are neither a name nor a verb.
_ONLY_MONTHS: Final = word_set("January February July September October November December")
# "May Street", "June Fourth" are no months of a year.
_AFTER_NAME: Final = word_set("Street Road Avenue Square Lane Fair Day")
# "a" begins a quantity only before these.
_SELDOM_STARTS: Final = frozenset(("a", "A"))
_AFTER_A: Final = word_set(
    "hundred thousand million billion trillion dozen third quarter fifth sixth seventh eighth "
    "ninth tenth $"
)
_OPENS_SPAN: Final = frozenset({"from", "From", "between", "Between"})
_JOIN: Final = re.compile(r"\s(?:to|and)\s(?!a\s(?:half|quarter)\b)")
# Only before these can a figure be the beginning of a longer date.
_CARRY_ON: Final = word_set("to and or until through of day noon midnight bc bce ad ce pm am p a")
_CLOSING: Final = frozenset((".", ",", ";", ")", ""))
_SOCIETIES: Final = frozenset({"Group", "Gang", "Committee", "Council"})
_BEFORE_RANK: Final = word_set("came come comes finished finish finishes ran ranks ranked placed")
_SET_PHRASES: Final = frozenset(
    {
        "third party",
        "third parties",
        "third person",
        "third world",
        "fourth estate",
        "fifth column",
        "sixth sense",
        "eleventh hour",
    }
)
_VERY_COMMON_ORDINALS: Final = frozenset({"first", "second", "last", "next", "final", "seconds"})


def find_quantities(tokens: Tokens) -> list[Quantity]:
    """Every date and quantity of the text, longest reading at each place, left to right, none
    overlapping.
    """
    found: list[Quantity] = []
    free = 0
    starts = [n for n, here in enumerate(tokens.classes) if here & QSTART]
    if not _ALSO_START.isdisjoint(tokens.words):
        starts += [
            n
            for n, word in enumerate(tokens.words)
            if word in _ALSO_START and (word not in _REFERENCES or _is_numeral(tokens, n + 1))
        ]
        starts.sort()
    for index in starts:
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


def _is_numeral(tokens: Tokens, index: int) -> bool:
    """Whether a number, or what leads to one, stands at `index`."""
    word = tokens.words[index]
    return (
        tokens.classes[index] & DIGIT != 0
        or word.isupper()
        or word in ("No", "Nos", "Order", "Protocol")
    )


def _read_figure(tokens: Tokens, index: int) -> Quantity | None:
    if not _stands_alone(tokens, index):
        date = FIGURE_DATES.match(tokens.text, tokens.starts[index])
        if date is not None:
            return _settle(tokens, index, date)
    if _is_bare_year(tokens, index):
        return Quantity(index, index + 1, "year", tokens.words[index].zfill(4))
    amount = _match_amount(tokens, index, FIGURE_AMOUNTS)
    if amount is None:
        return None
    quantity = _settle(tokens, index, amount)
    if quantity is not None and _is_number_of_name(tokens, quantity):
        return quantity._replace(named=True)
    return quantity


def _stands_alone(tokens: Tokens, index: int) -> bool:
    """Whether the next token shows that no longer date begins here: most years, most amounts."""
    here, after = tokens.words[index], tokens.words[index + 1]
    if not here.isdigit():
        # "12,500 soldiers" opens no date, "6,000 BC" does
        return "," in here and after.islower() and after not in _CARRY_ON and here[-1].isdigit()
    if len(here) > 2:
        return after in _CLOSING or (after.islower() and after not in _CARRY_ON)
    return after.islower() and after.isalpha() and len(after) > 2 and after not in _CARRY_ON


def _match_amount(tokens: Tokens, index: int, grammar: re.Pattern[str]) -> re.Match[str] | None:
    """The amount at `index`; of "from 10 to 20" the first alone, for these are two."""
    amount = grammar.match(tokens.text, tokens.starts[index])
    if amount is None or not index or tokens.words[index - 1] not in _OPENS_SPAN:
        return amount
    join = _JOIN.search(amount.group())
    if join is None:
        return amount
    return grammar.match(tokens.text, amount.start(), amount.start() + join.start())


def _is_number_of_name(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether a plain figure is the end of a name: "Apollo 11", "Room 40", "Group of 77"."""
    index = quantity.first
    before = index - 1
    if before > 0 and tokens.words[before] == "of" and tokens.words[before - 1] in _SOCIETIES:
        before -= 1
    if before < 0 or tokens.classes[before] & (CAP | FUNCTION) != CAP:
        return False
    if quantity.kind != "number" or not quantity.key.isdigit():
        return False
    # "In Poland 30 deputies resigned" counts; "Expo 67 drew crowds" does not
    after = tokens.classes[index + 1]
    return not _counts_things(tokens, index) or after & (VERB | PARTICIPLE) != 0


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
    amount = _match_amount(tokens, index, WORD_AMOUNTS)
    if amount is not None and _is_plausible_amount(tokens, index, amount):
        return _settle(tokens, index, amount)
    return None


def _is_word_of_name(tokens: Tokens, index: int) -> bool:
    """Whether a capitalised number belongs to a name: "Fourteen Points", "the Third Reich"."""
    word = tokens.words[index]
    if word.partition("-")[0] not in _CAPITAL_NUMERALS:
        return False
    if index and not tokens.classes[index - 1] & (STOP | PUNCT):
        return True
    # at the start of a sentence only "Third Reich", not "Twelve Frenchmen"
    return word.lower() in ORDINAL_WORDS and tokens.classes[index + 1] & CAP != 0


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
    if len(word) == 3:  # "carried by 311 to 310" tells votes
        counted = counts_things or tokens.words[index + 1] in ("to", "votes")
        return before in _SURELY_YEAR and not counted
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
    word, after = tokens.words[index], tokens.words[index + 1]
    if word not in _MONTH_NUMBERS or len(word) < 3 or after in _AFTER_NAME:
        return False
    named = tokens.classes[index + 1] & CAP != 0  # "Jan Smuts", "by April Glaspie"
    if word in _ONLY_MONTHS and not named:
        # but "Black September"
        return not index or tokens.classes[index - 1] & (CAP | FUNCTION) != CAP
    before = tokens.words[index - 1].lower() if index else ""
    if before not in _BEFORE_MONTH:
        return False
    # "in April Germany declared"
    return not named or (before in _SURELY_MONTH and (len(word) > 3 or word == "May"))


def _is_plausible_amount(tokens: Tokens, index: int, match: re.Match[str]) -> bool:
    kind, text = (match.lastgroup or "").rstrip("0123456789"), match.group().lower()
    if kind == "ordinal":
        return text not in _VERY_COMMON_ORDINALS and not _counts_nothing(tokens, index)
    if kind == "article" and text.startswith(
        ("number ", "order ", "title ", "rule ", "protocol ", "decree ")
    ):
        return any(map(str.isdigit, text)) or text.isupper() or tokens.words[index][0].isupper()
    if kind == "number" and not text[0].isdigit():
        return tokens.words[index - 1].lower() not in ("no", "any") if index else True
    return True


_CAPITAL_NUMERALS: Final = frozenset(map(str.title, NUMBER_WORDS | ORDINAL_WORDS))


def _counts_nothing(tokens: Tokens, index: int) -> bool:
    """Whether an ordinal has no noun, as in "a third prefers …", "refused a sixth" and "she came
    third", or makes one word with it, as in "third party".
    """
    if f"{tokens.words[index]} {tokens.words[index + 1]}" in _SET_PHRASES:
        return True
    before, after = tokens.words[index - 1] if index else "", tokens.classes[index + 1]
    counts = after & (LOWER | CAP) != 0 and not after & (VERB | FUNCTION)
    return not counts and (before == "a" or before in _BEFORE_RANK)


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
