"""What dates are read from the texts that authors type, and how they are written back."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckgen.dates import Date, Day, NotADate, Precision, edtf, parse, written

DAY, MONTH, YEAR, DECADE, CENTURY = Precision
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day(year: int, month: int, number: int) -> Date:
    """Make a date of one day."""
    return Date((year, month, number), (year, month, number), DAY)


def month(year: int, number: int, length: int) -> Date:
    """Make a date of one month."""
    return Date((year, number, 1), (year, number, length), MONTH)


def years(first: int, last: int, precision: Precision = YEAR, circa: bool = False) -> Date:
    """Make a date of whole years that is no range."""
    return Date((first, 1, 1), (last, 12, 31), precision, circa)


def span(first: Date, last: Date) -> Date:
    """Make a range of two dates."""
    ends = first.start, last.end
    return Date(*ends, first.precision, first.circa, last.precision, last.circa)


def year(number: int, circa: bool = False) -> Date:
    """Make a date of one year."""
    return years(number, number, circa=circa)


CHRISTMAS = day(2021, 12, 25)
WAR = span(year(1914), year(1918))
MAY_DAYS = span(day(1997, 5, 5), day(1997, 5, 7))
SPRING = span(day(1997, 5, 3), day(1997, 6, 7))

READ = {
    # ISO 8601 and EDTF
    "2021-12-25": CHRISTMAS,
    "2020-02-29": day(2020, 2, 29),
    "2000-02-29": day(2000, 2, 29),
    "1997-05": month(1997, 5, 31),
    "1900-02": month(1900, 2, 28),
    "1997": year(1997),
    "0044": year(44),
    "0000": year(0),
    "-0043": year(-43),
    "-0043-03-15": day(-43, 3, 15),
    "-9999": year(-9999),
    "199X": years(1990, 1999, DECADE),
    "199x": years(1990, 1999, DECADE),
    "190X": years(1900, 1909, DECADE),
    "000X": years(1, 9, DECADE),
    "[-0038..-0029]": years(-38, -29, DECADE),
    "[-0008~..0000~]": years(-8, 0, DECADE, circa=True),
    "18XX": years(1800, 1899, CENTURY),
    "00XX": years(1, 99, CENTURY),
    "-00XX": years(-99, 0, CENTURY),
    "-04XX": years(-499, -400, CENTURY),
    "1500~": year(1500, circa=True),
    "1500?": year(1500, circa=True),
    "1500%": year(1500, circa=True),
    "~1500": year(1500, circa=True),
    "1914/1918": WAR,
    "1450~/1516": span(year(1450, circa=True), year(1516)),
    "1450/1516~": span(year(1450), year(1516, circa=True)),
    "1997-05/1997-06-03": span(month(1997, 5, 31), day(1997, 6, 3)),
    "-0043/0014": span(year(-43), year(14)),
    # days
    "25 December 2021": CHRISTMAS,
    "25th December 2021": CHRISTMAS,
    "25 Dec 2021": CHRISTMAS,
    "25 Dec. 2021": CHRISTMAS,
    "25 December, 2021": CHRISTMAS,
    "the 25th of December 2021": CHRISTMAS,
    "December 25, 2021": CHRISTMAS,
    "December 25,2021": CHRISTMAS,
    "December 25th, 2021": CHRISTMAS,
    "Dec. 25 2021": CHRISTMAS,
    "December the 25th, 2021": CHRISTMAS,
    "  25\u00a0December\u202f2021\n": CHRISTMAS,
    "25 DECEMBER 2021": CHRISTMAS,
    "05 May 1997": day(1997, 5, 5),
    "2 Sept. 1945": day(1945, 9, 2),
    "15 March 44 BC": day(-43, 3, 15),
    "March 15, 44 BC": day(-43, 3, 15),
    "19 August AD 14": day(14, 8, 19),
    "29 February 45 BC": day(-44, 2, 29),
    # months and years
    "May 1997": month(1997, 5, 31),
    "May, 1997": month(1997, 5, 31),
    "May of 1997": month(1997, 5, 31),
    "Feb. 2020": month(2020, 2, 29),
    "March 44 BC": month(-43, 3, 31),
    "476": year(476),
    "AD 476": year(476),
    "476 AD": year(476),
    "476 C.E.": year(476),
    "A.D. 44": year(44),
    "AD44": year(44),
    "44 BC": year(-43),
    "44BC": year(-43),
    "44 B.C.": year(-43),
    "44 B. C. E.": year(-43),
    "44 bce": year(-43),
    "1 BC": year(0),
    "10000 BC": year(-9999),
    # decades and centuries
    "1990s": years(1990, 1999, DECADE),
    "the 1990s": years(1990, 1999, DECADE),
    "1990’s": years(1990, 1999, DECADE),
    "1900s (decade)": years(1900, 1909, DECADE),
    "the 1900s decade": years(1900, 1909, DECADE),
    "30s BC": years(-38, -29, DECADE),
    "0s BC (decade)": years(-8, 0, DECADE),
    "90s AD": years(90, 99, DECADE),
    "19th century": years(1800, 1899, CENTURY),
    "the 19th-century": years(1800, 1899, CENTURY),
    "nineteenth century": years(1800, 1899, CENTURY),
    "twenty-first century": years(2000, 2099, CENTURY),
    "twenty first century": years(2000, 2099, CENTURY),
    "19th c.": years(1800, 1899, CENTURY),
    "1st century AD": years(1, 99, CENTURY),
    "5th century BC": years(-499, -400, CENTURY),
    "fifth century B.C.E.": years(-499, -400, CENTURY),
    # circa
    "c. 1500": year(1500, circa=True),
    "c.1500": year(1500, circa=True),
    "c1500": year(1500, circa=True),
    "ca. 1500": year(1500, circa=True),
    "Circa 1500": year(1500, circa=True),
    "about 1500": year(1500, circa=True),
    "around 1500": year(1500, circa=True),
    "approx. 1500": year(1500, circa=True),
    "c. AD 30": year(30, circa=True),
    "c. 30s BC": years(-38, -29, DECADE, circa=True),
    "c. 19th c.": years(1800, 1899, CENTURY, circa=True),
    # ranges
    "1914–1918": WAR,
    "1914-1918": WAR,
    "1914 — 1918": WAR,
    "1914–18": WAR,
    "1914-18": WAR,
    "1914 -18": WAR,
    "1914 to 1918": WAR,
    "1914 until 1918": WAR,
    "from 1914 to 1918": WAR,
    "From 1914 until 1918": WAR,
    "between 1914 and 1918": WAR,
    "AD 1914–1918": WAR,
    "1905–07": span(year(1905), year(1907)),
    "476–93": span(year(476), year(493)),
    "5–7 May 1997": MAY_DAYS,
    "5-7 May 1997": MAY_DAYS,
    "5th to 7th May 1997": MAY_DAYS,
    "between the 5th and the 7th of May 1997": MAY_DAYS,
    "May 5–7, 1997": MAY_DAYS,
    "1997-05-05 – 1997-05-07": MAY_DAYS,
    "1997-05-05 - 1997-05-07": MAY_DAYS,
    "from 1997-05-05 to 7 May 1997": MAY_DAYS,
    "3 May – 7 June 1997": SPRING,
    "May 3 – June 7, 1997": SPRING,
    "May–June 1997": span(month(1997, 5, 31), month(1997, 6, 30)),
    "May 1997 – 3 June 1998": span(month(1997, 5, 31), day(1998, 6, 3)),
    "431–404 BC": span(year(-430), year(-403)),
    "431-404BC": span(year(-430), year(-403)),
    "431 BC – 404 BC": span(year(-430), year(-403)),
    "44 BC – AD 14": span(year(-43), year(14)),
    "AD 14–37": span(year(14), year(37)),
    "14–37 AD": span(year(14), year(37)),
    "1980s–1990s": span(years(1980, 1989, DECADE), years(1990, 1999, DECADE)),
    "1980s–90s": span(years(1980, 1989, DECADE), years(1990, 1999, DECADE)),
    "19th–20th century": span(years(1800, 1899, CENTURY), years(1900, 1999, CENTURY)),
    "5th–4th centuries BC": span(years(-499, -400, CENTURY), years(-399, -300, CENTURY)),
    "c. 1450 – 1516": span(year(1450, circa=True), year(1516)),
    "c. 1450 – c. 1516": span(year(1450, circa=True), year(1516, circa=True)),
    "from about 1450 to 1516": span(year(1450, circa=True), year(1516)),
    "c. 1914-18": span(year(1914, circa=True), year(1918)),
}

WRITTEN = {
    "2021-12-25": "25 December 2021",
    "1997-05": "May 1997",
    "1997": "1997",
    "0044": "AD 44",
    "0476": "476",
    "-0043": "44 BC",
    "-0043-03-15": "15 March 44 BC",
    "199X": "1990s",
    "190X": "1900s (decade)",
    "009X": "90s AD",
    "[-0038..-0029]": "30s BC",
    "18XX": "19th century",
    "10XX": "11th century",
    "20XX": "21st century",
    "-04XX": "5th century BC",
    "1500~": "c. 1500",
    "1914/1918": "1914–1918",
    "1997-05-05/1997-05-07": "5–7 May 1997",
    "1997-05-03/1997-06-07": "3 May – 7 June 1997",
    "1997-05-03/1998-05-03": "3 May 1997 – 3 May 1998",
    "1997-05/1997-06": "May–June 1997",
    "1997-05/1998-06-03": "May 1997 – 3 June 1998",
    "-0430/-0403": "431–404 BC",
    "-0001-01/0000-01": "January 2 BC – January 1 BC",
    "-0043/0014": "44 BC – AD 14",
    "-0043/1914": "44 BC – AD 1914",
    "-00XX/00XX": "1st century BC – 1st century AD",
    "18XX/19XX": "19th–20th century",
    "198X/199X": "1980s–1990s",
    "1450~/1516": "c. 1450 – 1516",
    "1450~/1516~": "c. 1450 – c. 1516",
    "1450/1516~": "1450 – c. 1516",
    "1997-05-05~/1997-05-07": "c. 5 – 7 May 1997",
}

REFUSED = {
    # impossible days, months and years
    "30 February 2021": "February has 28 days, so write a day from 1 to 28",
    "30 February 2020": "February has 29 days, so write a day from 1 to 29",
    "2021-02-29": "2021 is not a leap year: February has 28 days",
    "29 February 1700": "1700 is not a leap year in the Gregorian calendar",
    "29 February 44 BC": "44 BC is not a leap year: February",
    "31 June 1997": "there is no day 31: June has 30 days",
    "0 May 1997": "there is no day 0: May has 31 days",
    "1997-05-00": "there is no day 0",
    "2021-13-01": "there is no month 13: write one from 01 to 12",
    "1997-13": "there is no month 13: write one from 01 to 12",
    "1997-00": "there is no month 0",
    "0 BC": "there is no year 0: write 1 BC or AD 1",
    "AD 0": "there is no year 0: write 1 BC or AD 1",
    "99999 BC": "the year is too far away: write one between 10000 BC and 9999",
    "123456789": "the number is too large for a year: write one between",
    "1995s": "1995s is not a decade: write 1990s",
    "101st century": "there is no 101st century here: write one between",
    "0th century": "there is no 0th century here",
    # what may be read in two ways
    "03/04/2021": "may be 3 April 2021 or 4 March 2021: write 2021-04-03 or 2021-03-04",
    "17/12/2021": "write 2021-12-17 or 17 December 2021",
    "12/17/2021": "write 2021-12-17 or 17 December 2021",
    "17.12.2021": "write 2021-12-17 or 17 December 2021",
    "17-12-2021": "write 2021-12-17 or 17 December 2021",
    "05/05/2021": "write 2021-05-05 or 5 May 2021",
    "31/02/2021": "31/02/2021 is no day of the calendar: write",
    "1900s": "may be ten years or a hundred: write 1900s (decade) or 20th century",
    "400s BC": "write 400s BC (decade) or 5th century BC",
    "2001-21": "2001-21 is a season in EDTF: write 2001–2021 or the months",
    "2001/05": "may be a month or a range: write the month as in 2021-02",
    "5/1997": "may be a month or a range: write the month as in 2021-02",
    "1997-5": "may be a month or a range: write the month as in 2021-02",
    "-003X": "write 30s BC, 39 to 30",
    "'97": "97 lacks its century: write 1997, AD 97 or 97 BC",
    "97": "97 lacks its century: write 1997, AD 97 or 97 BC",
    "17 May 97": "97 lacks its century: write 1997",
    "the ’90s": "90s lacks its century: write 1990s",
    "5": "write AD 5 or 5 BC",
    "-44": "-0043 is 44 BC: write 44 BC",
    "from -44 to -30": "-0043 is 44 BC: write 44 BC",
    # forms that have another spelling here
    "2021/12/17": "write 2021-12-17",
    "20211217": "write 2021-12-17",
    "2021-2-3": "write 2021-02-03",
    "5,000 BC": "a year has no comma: leave it out",
    "1997-XX": "what is not known is left out: write 1997",
    "1997-05-XX": "what is not known is left out: write 1997-05",
    "XXXX-12-25": "write 199X or 18XX",
    "-0000": "write it as in",
    "04 BC": "write it as in",
    "١٩٩٧": "a digit is not one of 0 to 9",
    # what is too much or too little
    "": "the date is empty: write one",
    " \t\n": "the date is empty: write one",
    "17 December": "the full year is missing: write it",
    "December": "the full year is missing: write it",
    "3 May 1997 – 7 June": "the full year is missing: write it",
    "Friday 17 December 2021": "leave out the weekday",
    "Fri., 17 December 2021": "leave out the weekday",
    "2021-12-17T10:30": "leave out the time",
    "17 December 2021, 10:30": "leave out the time",
    "17 December 2021, 5 p.m.": "leave out the time",
    "spring 1997": "spring has no fixed months: write March–May 1997",
    "early 1990s": "the word 'early' has no place in a date: write only",
    "17 Decmber 2021": "the word 'decmber' is not known: write December",
    "Febuary 2021": "the word 'febuary' is not known: write February",
    "17 Dezember 2021": "the word 'dezember' is not known: write December",
    "19th centry": "the word 'centry' is not known: write century",
    # ranges
    "1918–1914": "the range runs backwards, 1914 is not after 1918: write the earlier first",
    "404–431 BC": "the range runs backwards, 431 BC is not after 404 BC",
    "1999–00": "1900 is not after 1999: write the earlier first, both in full",
    "1997–1997": "the range runs backwards, 1997 is not after 1997",
    "1997–May 1997": "the range runs backwards, May 1997 is not after 1997",
    "1914–": "a range needs a first and a last date",
    "1914/..": "a range needs a first and a last date",
    "from 1914": "a range needs a first and a last date",
    "before 1500": "a range needs a first and a last date",
    "1990–present": "a range needs a first and a last date",
    "431 BC – 404": "the second date has no era: write BC or AD there too",
    "40s–30s BC": "a decade BC cannot begin or end a range: write years",
    "30–31 February 2021": "there is no day 30: February has 28 days",
    # anything else
    "c.": "this is not how a date is written",
    "~": "this is not how a date is written",
    "§": "this is not how a date is written",
    "1 2 3 4": "write AD 4 or 4 BC",
}


def around(number: int, precision: Precision) -> Date:
    """Give the year itself, or the decade or the century it is in."""
    if precision is YEAR:
        return year(number)
    size = 10 if precision is DECADE else 100
    if number > 0:
        first = number // size * size
        return years(max(first, 1), first + size - 1, precision)
    if precision is CENTURY:
        last = -number // 100 * 100
        return years(-last - 99, -last, CENTURY)
    last_bc = (1 - number) // 10 * 10  # 39 to 30 BC are the 30s, but 1 BC ends the 0s
    return years(1 - last_bc - 9, min(1 - last_bc, 0), DECADE)


@st.composite
def days_and_months(draw: st.DrawFn, first: int, last: int) -> Date:
    """Generate days and months."""
    number, which = draw(st.integers(first, last)), draw(st.integers(1, 12))
    leap = which == 2 and (number % 400 == 0 or (number % 4 == 0 and number % 100 != 0))
    length = LENGTHS[which - 1] + leap
    if draw(st.booleans()):
        return month(number, which, length)
    return day(number, which, draw(st.integers(1, length)))


def with_circa(date: Date, circa: bool) -> Date:
    """Give the date said to be circa or not."""
    return Date(date.start, date.end, date.precision, circa)


def singles(first: int = -9998, last: int = 9999) -> st.SearchStrategy[Date]:
    """Generate all dates that are no ranges."""
    bare = st.builds(
        around, st.integers(first, last), st.sampled_from([YEAR, DECADE, CENTURY])
    ) | days_and_months(first, last)
    return st.builds(with_circa, bare, st.booleans())


def in_order(pair: tuple[Date, Date]) -> bool:
    """Tell whether two dates may be a range."""
    bc_decade = any(date.precision is DECADE and date.start[0] <= 0 for date in pair)
    return pair[0].end < pair[1].start and not bc_decade


def ranges(first: int, last: int) -> st.SearchStrategy[Date]:
    """Generate ranges of two dates of any precision."""
    ends = st.tuples(singles(first, last), singles(first, last))
    ordered = ends.map(lambda pair: (min(pair), max(pair))).filter(in_order)
    return ordered.map(lambda pair: span(*pair))


DATES = singles() | ranges(-9998, 9999) | ranges(-120, 120) | ranges(1990, 2009)
ALMOST_DATES = st.lists(
    st.sampled_from([*READ, *REFUSED, *" –-/.,:~?'[]()", *string.digits, "BC", "X", "\u0664"])
).map(" ".join) | st.text(alphabet="0123456789 –-/.~xXsmayMAYbcBCADad,'")


@pytest.mark.parametrize(("text", "date"), READ.items())
def test_a_text_is_read_as_the_date_it_means(text: str, date: Date) -> None:
    """A date is read in all forms that people and EDTF have for it."""
    assert parse(text) == date


@pytest.mark.parametrize(("text", "fragment"), REFUSED.items())
def test_a_refusal_says_cause_and_remedy(text: str, fragment: str) -> None:
    """What is no date, or may be two, is refused in one line: the cause, then what to write."""
    refusal = parse(text)
    assert isinstance(refusal, NotADate)
    assert fragment in refusal.message
    assert ": " in refusal.message
    assert "\n" not in refusal.message


@pytest.mark.parametrize(("text", "english"), WRITTEN.items())
def test_a_date_is_written_in_english_and_in_edtf(text: str, english: str) -> None:
    """A date is written as English texts have it, and its EDTF is that which was read."""
    date = parse(text)
    assert isinstance(date, Date)
    assert written(date) == english
    assert edtf(date) == text


@given(DATES)
def test_what_is_written_is_read_back(date: Date) -> None:
    """Every date is read back from its English form."""
    assert parse(written(date)) == date


@given(DATES)
def test_edtf_is_read_back(date: Date) -> None:
    """Every date is read back from its EDTF form."""
    assert parse(edtf(date)) == date


@given(DATES)
def test_case_does_not_matter(date: Date) -> None:
    """A date is the same in capitals and in small letters."""
    for form in written(date), edtf(date):
        assert parse(form.upper()) == parse(form.lower()) == date


@given(st.text() | ALMOST_DATES)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises; a date ends no earlier than it begins, and a refusal is one line."""
    result = parse(text)
    if isinstance(result, Date):
        assert result.start <= result.end
        assert parse(written(result)) == parse(edtf(result)) == result
    else:
        assert result.message.isprintable()


@given(ALMOST_DATES)
def test_case_does_not_matter_in_refusals(text: str) -> None:
    """Capitals and small letters give the same date or the same message."""
    assert parse(text) == parse(text.upper()) == parse(text.lower())


@given(st.lists(singles(), min_size=2))
def test_dates_sort_by_their_first_day(dates: list[Date]) -> None:
    """Dates sort by the first day they cover, ranges among them."""
    starts: list[Day] = [date.start for date in sorted(dates)]
    assert starts == sorted(starts)


def test_a_long_text_is_refused_at_once() -> None:
    """A text of a million characters is refused without being read."""
    refusal = parse("1914–1918 " * 100_000)
    assert isinstance(refusal, NotADate)
    assert "too long for a date: write only a date" in refusal.message
