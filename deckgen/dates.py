"""How dates are written in English, in ISO 8601 and in EDTF; this module alone knows it.

EDTF is the Extended Date/Time Format of the Library of Congress, part of ISO 8601-2:2019.
Days are those of the Gregorian calendar, carried back unchanged before 1582, as ISO 8601 has it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

_MAX_LENGTH = 100  # characters
_YEARS = "one between 10000 BC and 9999"
_EXAMPLES = "17 December 2021, May 1997, 1990s, c. 1500, 1914–1918 or 44 BC"

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_NUMBERS = {"sept": 9} | {
    spelling.lower(): number
    for number, name in enumerate(_MONTHS, start=1)
    for spelling in (name, name[:3])
}
_SEASONS = range(21, 25)  # EDTF level 1 writes spring to winter as months 21 to 24
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first"),
)

Day = tuple[int, int, int]
"""Year, month and day; the year in astronomical numbering, in which 0 is 1 BC and -43 is 44 BC."""


class Precision(StrEnum):
    """The smallest part of a date that its author states."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """One date with its precision, or a range of two; sorted by first day, then by last.

    A decade is the ten years of one name: 1990s is 1990 to 1999, 30s BC is 39 to 30 BC. A century
    is EDTF's: the 19th is 18XX, 1800 to 1899 (not 1801 to 1900), and the 5th BC is -04XX, 500 to
    401 BC. As 1 BC is before Christ, the first decade and century AD begin with AD 1.
    """

    start: Day  # the first day it covers
    end: Day  # the last day it covers
    precision: Precision  # of the date; in a range, of its first end
    circa: bool = False  # likewise
    until: Precision | None = None  # of the second end of a range; None if this is no range
    until_circa: bool = False  # of the second end of a range


@dataclass(frozen=True, slots=True)
class NotADate:
    """Why a text is not a date and what to write instead: one line, in an author's words."""

    message: str


def parse(text: str) -> Date | NotADate:
    """Read a date as an author typed it; never raises.

    EDTF is read at levels 0 and 1, without times, seasons and open intervals. ``~``, ``?`` and
    ``%`` all mean circa, which in a range is said only of the end it stands by. ``1914-12`` is a
    month and ``1914–12`` none, ``1914-18`` can only be the years 1914 to 1918; ``2001-21`` to
    ``2001-24`` are seasons in EDTF and years to others, and are refused.
    """
    if len(text) > _MAX_LENGTH:
        return NotADate(f"the text is too long for a date: write only a date, as in {_EXAMPLES}")
    return _parse(text)


def written(date: Date) -> str:
    """Write the date as an English text has it, day before month; `parse` reads it back."""
    ends = _ends(date)
    texts = [_written_end(end, say_ad=date.start[0] <= 0) for end in ends]
    one_year = date.start[0] == date.end[0]  # January 2 – January 1 BC would begin with a day
    sharing = one_year or date.precision not in (Precision.DAY, Precision.MONTH)
    alike = date.until == date.precision and not date.until_circa
    if alike and sharing:
        texts[0] = _without_shared_words(*texts)
    shown = [f"c. {text}" if end.circa else text for end, text in zip(ends, texts, strict=True)]
    return ("–" if alike and " " not in shown[0] else " – ").join(shown)


def edtf(date: Date) -> str:
    """Write the date in EDTF, level 1 unless it is a decade BC; `parse` reads it back.

    30s BC is a set of years, ``[-0038..-0029]`` (level 2), for ``-003X`` is 40 to 31 BC.
    """
    return "/".join(_edtf_end(end) for end in _ends(date))


# Writing

_PARTS = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3}


def _ends(date: Date) -> list[Date]:
    """Give the date itself or the two dates of a range."""
    if date.until is None:
        return [date]
    first = Date(date.start, date.start, date.precision, date.circa)
    return [first, Date(date.end, date.end, date.until, date.until_circa)]


def _written_end(date: Date, say_ad: bool) -> str:
    year, month, day = date.start
    era = " BC" if year <= 0 else " AD" if say_ad else ""
    if date.precision is Precision.CENTURY:
        return f"{_ordinal(abs(year) // 100 + 1)} century{era}"
    if date.precision is Precision.DECADE:
        decade = (year if year > 0 else 1 - year) // 10 * 10  # 30 for 39 to 30 BC
        hint = " (decade)" if decade % 100 == 0 else ""  # 1900s alone may be the century
        return f"{decade}s{era or (' AD' if year < 100 else '')}{hint}"
    text = f"{1 - year} BC" if year <= 0 else f"AD {year}" if say_ad or year < 100 else f"{year}"
    return " ".join([str(day), _MONTHS[month - 1], text][-_PARTS[date.precision] :])


def _without_shared_words(first: str, last: str) -> str:
    """Drop from the end of ``first`` the words in which ``last`` ends too."""
    words, others = first.split(), last.split()
    while words[-1] == others[-1]:
        del words[-1], others[-1]
    return " ".join(words)


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}th" if teen else f"{number}{_SUFFIXES.get(number % 10, 'th')}"


def _edtf_end(date: Date) -> str:
    year, month, day = date.start
    mark = "~" if date.circa else ""
    if date.precision is Precision.CENTURY:
        return f"{'-' if year <= 0 else ''}{abs(year) // 100:02}XX{mark}"
    if date.precision is Precision.DECADE and year > 0:
        return f"{year // 10:03}X{mark}"
    if date.precision is Precision.DECADE:
        return f"[{_edtf_year(year)}{mark}..{_edtf_year(date.end[0])}{mark}]"
    parts = [_edtf_year(year), f"{month:02}", f"{day:02}"]
    return "-".join(parts[: _PARTS[date.precision]]) + mark


def _edtf_year(year: int) -> str:
    return f"{year:05}" if year < 0 else f"{year:04}"


# Dates from numbers


class _Refusal(Exception):
    """A text has the form of a date but is none; the message is for the author."""


def _date(year: int, month: int | None = None, day: int | None = None) -> Date:
    """Make a date of a year, a month or a day; refuse one the calendar does not have."""
    if not -9999 <= year <= 9999:
        raise _Refusal(f"the year is too far away: write {_YEARS}")
    if month is None:
        return _years(year, year, Precision.YEAR)
    if not 1 <= month <= 12:
        raise _Refusal(f"there is no month {month}: write one from 01 to 12")
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 29 if month == 2 and leap else _LENGTHS[month - 1]
    if day is None:
        return Date((year, month, 1), (year, month, length), Precision.MONTH)
    if 1 <= day <= length:
        return Date((year, month, day), (year, month, day), Precision.DAY)
    rule = f"{_MONTHS[month - 1]} has {length} days, so write a day from 1 to {length}"
    if (month, day) != (2, 29):
        raise _Refusal(f"there is no day {day}: {rule}")
    calendar = "" if year % 4 else " in the Gregorian calendar"
    raise _Refusal(f"{written(_date(year))} is not a leap year{calendar}: {rule}")


def _decade(number: int, bc: bool) -> Date:
    """Make 1990s of 1990, and 30s BC of 30."""
    if number % 10:
        raise _Refusal(f"{number}s is not a decade: write {number // 10 * 10}s")
    if bc:
        return _years(-number - 8, min(1 - number, 0), Precision.DECADE)
    return _years(max(number, 1), number + 9, Precision.DECADE)


def _century(number: int, bc: bool) -> Date:
    """Make the 19th century of 19."""
    if not 1 <= number <= 100:
        raise _Refusal(f"there is no {_ordinal(number)} century here: write {_YEARS}")
    if bc:
        return _years(1 - 100 * number, 100 - 100 * number, Precision.CENTURY)
    return _years(max(100 * number - 100, 1), 100 * number - 1, Precision.CENTURY)


def _years(first: int, last: int, precision: Precision) -> Date:
    return Date((first, 1, 1), (last, 12, 31), precision)


# Reading one date: each reader takes a match of its form, and gives None if that is no date


def _read_edtf(match: re.Match[str]) -> Date | None:
    year, month = int(match[1]), _number(match[2])
    if month and 12 < month > year % 100 and not match[3] and year > 0:
        if month in _SEASONS:
            years = f"{year}–{year // 100}{month}"
            raise _Refusal(f"{match[0]} is a season in EDTF: write {years} or the months")
        return None  # 1914-18 is a range
    return _date(year, month, _number(match[3]))


def _read_edtf_century(match: re.Match[str]) -> Date:
    return _century(int(match[2]) + 1, bc=bool(match[1]))


def _read_edtf_decade(match: re.Match[str]) -> Date:
    return _decade(10 * int(match[1]), bc=False)


def _read_edtf_set(match: re.Match[str]) -> Date | None:
    decade = replace(_decade(-int(match[1]) - 8, bc=True), circa=bool(match[2]))
    return decade if decade.end[0] == int(match[3]) else None


def _read_english(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    number = int(parts["year"].strip("abcd "))
    if number == 0:
        raise _Refusal("there is no year 0: write 1 BC or AD 1, which follows it")
    year = 1 - number if parts["year"].endswith("bc") else number
    return _date(year, _MONTH_NUMBERS.get(parts["month"]), _number(parts["day"]))


def _read_decade(match: re.Match[str]) -> Date | None:
    number, bc = int(match[1]), match[2] == "bc"
    if number < 100 and not match[2]:
        return None  # 90s does not say its century
    if number % 100 == 0 and not match[3]:
        name = f"{number}s{' BC' if bc else ''}"
        century = written(_century(number // 100 + 1, bc))
        raise _Refusal(f"{name} may be ten years or a hundred: write {name} (decade) or {century}")
    return _decade(number, bc)


def _read_century(match: re.Match[str]) -> Date:
    word = match[2] and match[2].replace(" ", "-")
    return _century(_ORDINALS.index(word) + 1 if word else int(match[1]), bc=match[3] == "bc")


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


_NAME = "|".join(_MONTH_NUMBERS)
_MONTH = rf"(?P<month>{_NAME})"
_DAY = r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COUNT = r"(?:0|[1-9]\d{0,4})"
_YEAR = rf"(?P<year>ad {_COUNT}|{_COUNT} (?:ad|bc)|[1-9]\d{{2,3}})"  # below 100 it needs its era
_NTH = rf"(?:(\d{{1,3}})(?:st|nd|rd|th)|({'|'.join(_ORDINALS).replace('-', '[ -]')}))"

_FORMS = tuple(
    (re.compile(pattern, re.ASCII), reader)
    for pattern, reader in (
        (r"(?!-0000)(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?", _read_edtf),
        (r"(-?)(\d\d)xx", _read_edtf_century),
        (r"(\d{3})x", _read_edtf_decade),
        (r"\[(-\d{4})(~?)\.\.(-?\d{4})\2\]", _read_edtf_set),
        (rf"(?:(?:{_DAY} (?:of )?)?{_MONTH} (?:of )?)?{_YEAR}", _read_english),
        (rf"{_MONTH} {_DAY} {_YEAR}", _read_english),
        (r"(?:the )?(\d{1,4})'?s(?: (ad|bc))?( \(decade\)| decade)?", _read_decade),
        (rf"(?:the )?{_NTH}[ -](?:century|centuries|cent|c)(?: (ad|bc))?", _read_century),
    )
)
_EDTF_FORMS = _FORMS[:3]  # those that may be ends of an interval

# Reading

_PLAIN_SIGNS = str.maketrans("‐‑−‒—―’‘", "---–––''")  # hyphens and minus, dashes, apostrophes
_ABBREVIATION_STOP = re.compile(r"(?<=[a-z])\.")
_COMMA = re.compile(r",(?!\d{3}\b)")  # not that of 10,000 BC
_ERA = re.compile(r"(?<![a-z])(?:(b) ?c(?: ?e)?|a ?d|c ?e)(?![a-z])")
_CIRCA = re.compile(r"(?:c|ca|circa|approx|approximately|about|around)(?![a-z]) ?|~ ?")
_BETWEEN = re.compile(r"between (.+) and (.+)")
_SEPARATORS = tuple(map(re.compile, (" ?– ?", " (?:to|until|till) ", " - ", "/", " ?- ?")))
_FULL_YEAR = re.compile(r"(\d{1,2})\d\d(s?)", re.ASCII)
_LAST_DIGITS = re.compile(r"\d\d(s?)", re.ASCII)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Date | NotADate:
    cleaned = _cleaned(text)
    try:
        single = None if "–" in cleaned else _one(*_without_circa(cleaned))
        date = single or _range(cleaned)
    except _Refusal as refusal:
        return NotADate(str(refusal))
    return date or NotADate(_why_not(cleaned))


def _cleaned(text: str) -> str:
    """Spell alike what may be spelt in several ways: case, space, dashes, stops, commas, eras."""
    text = text.lower().translate(_PLAIN_SIGNS)
    text = _COMMA.sub(" ", _ABBREVIATION_STOP.sub(" ", text))
    text = _ERA.sub(lambda era: " bc " if era[1] else " ad ", " ".join(text.split()))
    return " ".join(text.split())


def _without_circa(text: str) -> tuple[str, bool]:
    found = _CIRCA.match(text)
    bare = text[found.end() :] if found else text
    return (bare[:-1], True) if bare.endswith(("~", "?", "%")) else (bare, found is not None)


def _one(text: str, circa: bool = False, edtf_only: bool = False) -> Date | None:
    """Read one date, or give None if the text has none of the forms."""
    for form, reader in _EDTF_FORMS if edtf_only else _FORMS:
        match = form.fullmatch(text)
        if match and (date := reader(match)):
            return replace(date, circa=True) if circa else date
    return None


def _range(text: str) -> Date | None:
    """Read a range, or give None if the text is not two dates."""
    texts = _split(text)
    if texts is None:
        return None
    (first_text, circa), (last_text, until_circa) = map(_without_circa, texts)
    if "/" in text:  # in EDTF only: elsewhere 2001/05 may be a month
        first, last = _one(first_text, edtf_only=True), _one(last_text, edtf_only=True)
    else:
        first, last = _sharing(first_text, last_text)
    if first is None or last is None:
        return None
    if any(end.precision is Precision.DECADE and end.start[0] <= 0 for end in (first, last)):
        raise _Refusal("a decade BC cannot begin or end a range: write years, as in 431–404 BC")
    if last.start <= first.end:
        names = f"{written(last)} is not after {written(first)}"
        raise _Refusal(f"the range runs backwards, {names}: write the earlier first, both in full")
    return Date(first.start, last.end, first.precision, circa, last.precision, until_circa)


def _split(text: str) -> Iterable[str] | None:
    if between := _BETWEEN.fullmatch(text):
        return between.groups()
    splits = (separator.split(text.removeprefix("from ")) for separator in _SEPARATORS)
    return next((texts for texts in splits if len(texts) == 2), None)


def _sharing(first: str, last: str) -> tuple[Date | None, Date | None]:
    """Read two ends, each of which may leave out words that the other has.

    The first may lack the last words of the second (5–7 May 1997, 431–404 BC), the second the
    first words of the first (May 5–7, 1997, AD 14–37) or the hundreds of a year (1914–18).
    """
    year, digits = _FULL_YEAR.fullmatch(first), _LAST_DIGITS.fullmatch(last)
    if year and digits and year[2] == digits[1]:
        last = year[1] + last
    before, after = first.split(), last.split()
    if "bc" in before and not {"ad", "bc"} & set(after):
        raise _Refusal("the second date has no era: write BC or AD there too")
    firsts = [" ".join([first, *after[skipped:]]) for skipped in range(1, len(after))]
    lasts = [" ".join([*before[:taken], last]) for taken in range(len(before) - 1, 0, -1)]
    first_dates, last_dates = map(_one, [*firsts, first]), map(_one, [last, *lasts])
    return next(filter(None, first_dates), None), next(filter(None, last_dates), None)


# Saying why a text is no date

_WORDS = re.findall(
    "[a-z]+",
    " ".join((*_MONTH_NUMBERS, *_ORDINALS))
    + " the of st nd rd th s decade century centuries cent c ca circa approx approximately"
    + " about around ad bc from to until till between and x xx xxx xxxx",
)
_WORD_REMEDIES = (
    (r"^$", f"the date is empty: write one, as in {_EXAMPLES}"),
    (r"[^\D0-9]", "a digit is not one of 0 to 9: write the number with these"),
    (r"\d:\d|\dt\d|\d ?[ap] ?m\b", "a date has no time of day: leave out the time"),
    (
        r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b",
        "a date has no day of the week: leave out the weekday",
    ),
    (r"\b(spring|summer|autumn|fall|winter)\b", r"\1 has no fixed months: write March–May 1997"),
    (
        (r"\b(?:since|before|after|present|now|today)\b|^[–/]|[–/-]$|^\.\.|\.\.$"
         r"|^(?:from|until|till|to)\b(?!.* (?:to|until|till)\b)"),
        "a range needs a first and a last date: write both, as in 1914–1918",
    ),
)
_NUMBER_REMEDIES = (
    (r"\d,\d", "a year has no comma: leave it out, as in 10000 BC"),
    (r"^(\d{4})(\d\d)(\d\d)$", r"a date in digits has hyphens: write \1-\2-\3"),
    (r"\d{5}", f"the number is too large for a year: write {_YEARS}"),
    (r"^(\d{4})[/.](\d\d)[/.](\d\d)$", r"a date in digits has hyphens: write \1-\2-\3"),
    (r"^\d{4}-\d{1,2}-\d{1,2}$", "months and days have two digits: write 2021-02-03"),
    (
        r"^\d{1,2}[/.]\d{4}$|^\d{4}[/.-]\d\d?$",
        "this may be a month or a range: write the month as in 2021-02, the range as in 2001–2005",
    ),
    (r"^(-?\d{4}(?:-\d\d)?)(?:-xx)+$", r"what is not known is left out: write \1"),
    (r"-\d{3}x", "in EDTF -003X is 40 to 31 BC, which is no decade: write 30s BC, 39 to 30"),
    (r"\bx|\dx", "an X stands for the last digits of a year: write 199X or 18XX"),
    (r"(?:^| )-(\d{1,3})\b", r"a negative year has four digits, and -0043 is 44 BC: write \1 BC"),
    (
        rf"(?:^|[–-] ?| to )(?:\d{{1,2}}\w* (?:of )?(?:{_NAME})|(?:{_NAME})(?: \d{{1,2}}\w*)?)$",
        "the full year is missing: write it, as in 17 December 2021",
    ),
    (r"(?<!\d)(\d0)'?s\b", r"\1s lacks its century: write 19\1s or another"),
    (r"^(?!\d{4} ).*(?<![\d./])(\d\d)$", r"\1 lacks its century: write 19\1, AD \1 or \1 BC"),
    (r"(?<![\d./])(\d)$", r"a year of one digit needs its era: write AD \1 or \1 BC"),
)
_DAY_AND_MONTH = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")


def _why_not(text: str) -> str:
    return (
        _remedy(text, _WORD_REMEDIES)
        or _unknown_word(text)
        or _day_and_month(text)
        or _remedy(text, _NUMBER_REMEDIES)
        or f"this is not how a date is written: write it as in {_EXAMPLES}"
    )


def _remedy(text: str, remedies: Iterable[tuple[str, str]]) -> str | None:
    found = ((re.search(pattern, text), message) for pattern, message in remedies)
    return next((match.expand(message) for match, message in found if match), None)


def _unknown_word(text: str) -> str | None:
    unknown = next((word for word in re.findall("[a-z]+", text) if word not in _WORDS), None)
    if unknown is None:
        return None
    from difflib import get_close_matches  # only a refusal needs it

    known = {name.lower(): name for name in (*_MONTHS, "century", "circa", "decade")}
    if near := get_close_matches(unknown, known, n=1, cutoff=0.7):
        return f"the word '{unknown}' is not known: write {known[near[0]]}"
    return f"the word '{unknown}' has no place in a date: write only the date, as in {_EXAMPLES}"


def _day_and_month(text: str) -> str | None:
    """Name the days that 03/04/2021 or 17.12.2021 may be."""
    match = _DAY_AND_MONTH.search(text)
    if not match:
        return None
    one, two, year = int(match[1]), int(match[3]), match[4]
    months_and_days = dict.fromkeys([(two, one), (one, two)])
    dates = [_parse(f"{year}-{month:02}-{day:02}") for month, day in months_and_days]
    days = [date for date in dates if isinstance(date, Date)]
    if len(days) == 2:
        names, forms = " or ".join(map(written, days)), " or ".join(map(edtf, days))
        return f"{match[0]} may be {names}: write {forms}"
    if not days:
        return f"{match[0]} is no day of the calendar: write it as in 2021-12-17"
    return f"{match[0]} is not how a date is written: write {edtf(days[0])} or {written(days[0])}"
