"""What spreadsheets make of text by themselves: dates, numbers, truth values, lost signs.

They take `2014-03-18` for a day and write it as `18.03.2014`, `3/18/14` or 41716, `1.10` for a
number and write 1.1, `MARCH1` for a day of this year. A cell that is such a rewriting of what the
project has is no edit.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from deckgen import dates

# A day as (year, month, day); year 0 stands for one that was not written.
_Day = tuple[int, int, int]
_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})\.?(?: 0?0:00(?::00)?)?")
_TWO_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2}|\d{4})\.?")
_WITH_NAME = re.compile(r"(?:(\d{1,2})[-./ ]*)?([^\W\d_]{3,10})\.?(?:[-/ ]*(\d{1,4}))?(?:, (\d{4}))?")
_SERIAL = re.compile(r"(\d{1,5})(?:[.,]0+)?")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]0+)?)?(?: ?([ap])m)?", re.IGNORECASE)
_NUMBER = re.compile(
    r"[€$£¥]? ?(?P<minus>[-+(]?)[€$£¥]? ?(?P<digits>\d[\d., '\u00a0\u202f]*)(?:e(?P<power>[+-]?\d{1,3}))?"
    r"(?P<percent> ?%)?\)?(?: ?[€$£¥])?", re.IGNORECASE)
_GROUPED = {
    sign: re.compile(rf"\d{{1,3}}(?:{sign}\d{{3}})*(?:{point}\d+)?|\d+(?:{point}\d*)?")
    for sign, point in ((",", r"\."), (r"\.", ","))
}
_TRUTH = {word: is_true for is_true, words in (
    (True, "true wahr vrai verdadero vero"), (False, "false falsch faux falso"),
) for word in words.split()}
# By the letters that months begin with in English, German, French, Spanish and Italian.
_MONTHS = {
    start: number for number, starts in enumerate((
        "jan ene gen", "feb fev", "mar", "apr abr avr", "may mai mag", "jun juin giu", "jul juil lug",
        "aug ago aou", "sep set", "oct okt ott", "nov", "dec dez dic",
    ), 1) for start in starts.split()
}
_EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))  # of Windows and of old Macs
_DIGITS = 15  # that a spreadsheet keeps of a number
_CODECS = ("cp1252", "mac_roman", "latin-1", "ascii")
_HEX = re.compile("_x([0-9A-Fa-f]{4})_")  # how .xlsx writes a sign; LibreOffice takes text for it
# What Windows reads a byte as: where Windows-1252 has nothing, a control character.
_WINDOWS = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
_NEAREST = str.maketrans("ŁłĐđØøĦħı", "LlDdOoHhi")  # letters that do not come apart

FAULTS = frozenset("#NAME? #REF! #VALUE! #DIV/0! #N/A #NUM! #NULL! #SPILL! #CALC! Err:508 Err:509".split())
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]\d+")
_SHORT_DAY = re.compile(r"\d{1,2}-[^\W\d_]{3}|[^\W\d_]{3}-\d\d")
_WRONGLY_DECODED = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|\ufffd")


def is_rewritten(old: str, cell: str, *, is_typed: bool = False) -> bool:
    """Whether a spreadsheet may have made this cell of the old text, with nobody's doing.

    Where a cell `is_typed` text, it was not taken for a number, and may only have lost signs.
    """
    if old == cell or not old:
        return False
    if cell in _misread(old) or cell == _HEX.sub(lambda match: chr(int(match[1], 16)), old):
        return True
    return not is_typed and (
        _are_one_number(old, cell) or _are_one_day(old, cell) or _are_one_time(old, cell)
        or (old.casefold() in _TRUTH and _TRUTH[old.casefold()] == _TRUTH.get(cell.casefold()))
    )


def is_misread(heading: str) -> bool:
    """Whether the first cell begins with the mark of UTF-8, read as something else."""
    return heading.startswith(("ï»¿", "Ôªø"))


def is_same_day(old: str, cell: str) -> bool:
    """Whether a date was rewritten so that it can only mean what it did."""
    written = dates.parse(old)
    days = set(full_days(cell))
    return (isinstance(written, dates.Date) and written.precision is dates.Precision.DAY
            and written.start == written.end and not written.circa and days == {written.start})


def full_days(cell: str) -> Iterator[_Day]:
    """The days that a date in figures may mean, if its year is written in full."""
    for day in _days(cell):
        if (match := _NUMERIC.fullmatch(cell)) and 4 in (len(match[1]), len(match[4])):
            yield day


def suspicion(cell: str) -> str:
    """Say what looks wrong with a text that somebody is said to have typed; nothing if it is well."""
    if cell in FAULTS:
        return "is an error of a spreadsheet"
    if _WRONGLY_DECODED.search(cell):
        return "was read in the wrong encoding before it was saved; save it as 'CSV UTF-8', or as .xlsx"
    return ""


def doubt(cell: str) -> str:
    """Say what a text that is taken may have been before a spreadsheet rewrote it."""
    if _SCIENTIFIC.fullmatch(cell):
        return "looks like a number that a spreadsheet cut short"
    if _SHORT_DAY.fullmatch(cell) and next(_days(cell), None):
        return "looks like a date that a spreadsheet made of something else"
    return ""


# ---------------------------------------------------------------- days


def _are_one_day(old: str, cell: str) -> bool:
    mine, theirs = {*_written_days(old), *_days(old), *_serial_days(old)}, {*_days(cell), *_serial_days(cell)}
    return any(
        one[1:] == other[1:] and (one[0] == other[0] or 0 in (one[0], other[0]))
        for one in mine for other in theirs
    ) and not (_SERIAL.fullmatch(old) and _SERIAL.fullmatch(cell))


def _written_days(text: str) -> Iterator[_Day]:
    """The day that a date of an author begins with, if a spreadsheet would take it for one."""
    written = dates.parse(text)
    if isinstance(written, dates.Date) and written.until is None and not written.circa and \
            written.precision in (dates.Precision.DAY, dates.Precision.MONTH):
        yield written.start


def _days(text: str) -> Iterator[_Day]:
    """All days that a short date may mean, in any order of its parts."""
    if match := _NUMERIC.fullmatch(text):
        first, second, third = match[1], match[3], match[4]
        if len(third) != 3 and len(first) <= 2:
            for year in _years(third):
                yield from _valid(year, int(second), int(first))
                yield from _valid(year, int(first), int(second))
        if len(first) in (2, 4) and len(third) <= 2:
            for year in _years(first):
                yield from _valid(year, int(second), int(third))
    elif match := _TWO_NUMBERS.fullmatch(text):
        first, second = match[1], match[2]
        if len(second) <= 2:
            yield from _valid(0, int(second), int(first))
            yield from _valid(0, int(first), int(second))
        for year in _years(second):
            yield from _valid(year, int(first), 1)
    elif match := _WITH_NAME.fullmatch(text):
        yield from _days_with_name(*match.groups())


def _days_with_name(before: str | None, name: str, after: str | None, year: str | None) -> Iterator[_Day]:
    letters = "".join(char for char in unicodedata.normalize("NFKD", name.casefold())
                      if not unicodedata.combining(char))
    month = _MONTHS.get(letters[:4]) or _MONTHS.get(letters[:3])
    if month is None:
        return
    if year is not None:
        yield from _valid(int(year), month, int(after or 1))
    elif after is None:
        yield from _valid(0, month, int(before or 1))
    elif before is None:
        yield from _valid(0, month, int(after))
        for one in _years(after):
            yield from _valid(one, month, 1)
    else:
        for one in _years(after):
            yield from _valid(one, month, int(before))


def _years(digits: str) -> Iterator[int]:
    if len(digits) == 4:
        yield int(digits)
    elif len(digits) == 2:
        yield from (1900 + int(digits), 2000 + int(digits))


def _serial_days(text: str) -> Iterator[_Day]:
    """The days that a number stands for in a spreadsheet, in either of its calendars."""
    if (match := _SERIAL.fullmatch(text)) and int(match[1]) >= 60:
        for epoch in _EPOCHS:
            day = epoch + timedelta(days=int(match[1]))
            yield day.year, day.month, day.day


def _valid(year: int, month: int, day: int) -> Iterator[_Day]:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return
    yield year, month, day


# ---------------------------------------------------------------- numbers, times, signs


def _are_one_number(old: str, cell: str) -> bool:
    digits = _DIGITS
    if match := _SCIENTIFIC.fullmatch(cell):
        digits = sum(char.isdigit() for char in match[0].partition("E")[0])
    return any(
        _rounded(one, digits) == _rounded(other, digits) or _cut(one) == other
        for one in _numbers(old) for other in _numbers(cell)
    )


def _numbers(text: str) -> Iterator[Decimal]:
    """The numbers that a text may be, with a decimal point or a decimal comma."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > 400:
        return
    digits = re.sub("[ '\u00a0\u202f]", "", match["digits"])
    for sign, form in _GROUPED.items():
        if form.fullmatch(digits):
            plain = digits.replace(sign[-1], "").replace(",", ".")
            number = Decimal(plain).scaleb(int(match["power"] or 0) - 2 * bool(match["percent"]))
            yield -number if match["minus"] in ("-", "(") else number


def _rounded(number: Decimal, digits: int) -> str:
    return f"{number:.{digits - 1}E}"


def _cut(number: Decimal) -> Decimal:
    """A long whole number as spreadsheets keep it: with zeros behind the digits that it has."""
    digits = f"{number:f}"
    return Decimal(digits[:_DIGITS] + "0" * (len(digits) - _DIGITS)) if digits.isdigit() else number


def _are_one_time(old: str, cell: str) -> bool:
    seconds = _seconds(old)
    if seconds is None:
        return False
    parts = [float(number * 86_400) for number in _numbers(cell) if 0 <= number <= 2]
    return seconds == _seconds(cell) or any(abs(part - seconds) < 1 for part in parts)


def _seconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours = int(match[1])
    if match[4]:
        hours = hours % 12 + 12 * (match[4].lower() == "p")
    return hours * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _misread(text: str) -> Iterator[str]:
    """What becomes of a text whose signs an encoding lacks, or that is read in a wrong one."""
    if text.isascii():
        return
    yield "".join(map(_WINDOWS.__getitem__, text.encode()))
    for codec in _CODECS:
        yield text.encode(codec, "replace").decode(codec)
        yield text.encode().decode(codec, "replace")
        yield "".join(_nearest(char, codec) for char in text)


def _nearest(char: str, codec: str) -> str:
    """The sign that Windows puts in the place of one that an encoding lacks."""
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", char.translate(_NEAREST)).encode("ascii", "ignore").decode()
        return plain or "?"
    return char
