"""Rules about what is said: dates as exact as they are known, figures with units, facts that age."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from deckgen.dates import Date, Precision
from deckgen.dates import parse as parse_date
from deckgen.lint.cards import Cards, at_of, owners_of, text_of
from deckgen.lint.rule import Finding
from deckgen.model import Item, Names, Sentence, Shape, Text, When

AS_OF = "as-of"  # the key in which any item says at what time it was true
YEARS = 5  # after which what may change is looked up again


def undated(cards: Cards) -> Iterator[Finding]:
    """A text speaks of now, and does not say when that is.

    'Currently' is wrong one day, and nobody notices, because the card goes on being asked. Say the
    time in the text, or write it into 'as-of', which the card shows and `stale-as-of` watches.
    Sources: Wozniak, Twenty Rules, 19 (provide date stamping).
    Limit: words that can only mean the time of writing, in a text that names no year.

    bad:
        questions:
          - {q: Who is currently Secretary General of NATO?, a: Jens Stoltenberg}
    good:
        questions:
          - {q: Who is Secretary General of NATO?, a: Jens Stoltenberg, as-of: 2022-02}
    """
    if not cards.is_english:
        return
    files = {id(item.file): item.file for item in cards.items}
    speaking = {key for key, file in files.items() if _may_speak_of_now(file.text.casefold())}
    for item in cards.items:
        if id(item.file) not in speaking or AS_OF in item.values:
            continue
        for key, value in _own(item):
            if isinstance(value, Text | Sentence):
                text = text_of(value)
                found = _NOW.search(text)
                if found and not _YEAR.search(text) and not _TIMELESS.search(text):
                    yield Finding.of(item, f"'{found[0]}' says nothing to who learns this years from "
                                     f"now; say when in '{key}', or write 'as-of: …'",
                                     at_of(value, item))
                    break


def _may_speak_of_now(text: str) -> bool:
    return any(piece in text for piece in _PIECES)


# One of these is in whatever `_NOW` finds: to search a whole file for them is quick.
_PIECES = ("current", " now", "present", "at the moment", "these days", "recent", "of late", " year",
           " month", "to date", "so far", "incumbent")
_NOW = re.compile(
    r"\b(?:currently|nowadays|at present|presently|at the moment|as of now|these days|"
    r"(?:is|are|has|have) now(?= )|(?<!for )(?<!by )(?<!until )(?<!till )now(?=\?\s*$)|right now|recently|in recent (?:years|times)|of late|"
    r"(?:last|this|next) (?:year|month)|to date|so far|incumbent|"
    r"(?:the|'s|is) current (?:POTUS|president|prime minister|king|queen|pope|chancellor|secretary|"
    r"minister|leader|head|chief|governor|senator|mayor|champion|population|director|chair\w*))\b",
    re.IGNORECASE | re.MULTILINE,
)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b|\b(?:had|was|were|would) (?:only |just )?recently\b|"
                   r"\bcentur(?:y|ies)\b")
# What holds at any time, in instructions and descriptions of processes.
_TIMELESS = re.compile(r"\byou(?:r|'re)?\b|`|\bif\b|\bwhen(?:ever)?\b(?!.*\?)", re.IGNORECASE)


def number_without_unit(cards: Cards) -> Iterator[Finding]:
    """An answer is a bare figure, and the question does not say in what it is measured.

    Who answers in miles, and finds kilometres, does not know whether that was right. Put the unit
    into the answer, or say in the question in what you want it.
    Sources: Wozniak, Twenty Rules, 12 (optimise wording); Matuschak, How to write good prompts
    (precise).
    Limit: questions for height, speed, temperature and the like; not for the length of what may be
    counted, as in a text or a list.

    bad:
        questions:
          - {q: How long is the border between Finland and Russia?, a: "1,340"}
    good:
        questions:
          - {q: How long is the border between Finland and Russia?, a: "1,340 km"}
          - {q: How many kilometres long is the border between Norway and Russia?, a: "198"}
    """
    if not cards.is_english:
        return
    for asked in cards.asked:
        if (asked.card and _FIGURE.fullmatch(asked.answer) and (found := _MEASURED.search(asked.question))
                and not _UNIT.search(asked.question)):
            yield Finding.of(asked.item, f"the answer to '… {found[0].lower()} …' is "
                             f"'{asked.answer}' without a unit; write the unit behind it",
                             asked.at)


_FIGURE = re.compile(r"(?:about |some |c\. |~)?[−-]?\d[\d,.  ]*(?: (?:thousand|million|billion))?")
_MEASURED = re.compile(
    r"\bhow (?:long|far|tall|high|deep|fast|heavy|wide|hot|cold|thick)\b|"
    r"\bhow much (?:do|does|did) .*(?:weigh|cost)\b|"
    r"\b(?:height|depth|temperature|(?:boiling|melting|freezing) point|speed|velocity|mass|duration|"
    r"half-life|wavelength|altitude|elevation|salary|wage|price) of\b", re.IGNORECASE)
_UNIT = re.compile(
    r"\bhow many\b|\b(?:in|per|of how many) (?:\w+ )?(?:\w*met(?:re|er)s?|k?m|cm|mm|miles?|feet|foot|"
    r"inches|yards?|\w*grams?|kg|mg|tons?|tonnes|pounds?|ounces|\w*seconds?|minutes?|hours?|days?|"
    r"weeks?|months?|years?|decades|celsius|fahrenheit|kelvin|degrees|percent|per cent|\w*bits?|"
    r"\w*bytes?|\w*watts?|volts?|dollars?|euros?|roubles|yen|\w*lit(?:re|er)s?|bar|pascals?|hertz|"
    r"\w{1,3}/\w{1,3}|square|cubic|acres|hectares|light|thousands?|millions?|billions?)\b|[%°$€£¥]|"
    r"\bpercentage\b|\bratio\b|\bnumbers?\b|\batomic\b|\bmolecular\b|\brelative\b|\bfamily size\b|"
    r"\bunits?\b|\byears?\b|\bwhen\b|\bdates?\b|\bcentury\b", re.IGNORECASE)


def stale_as_of(cards: Cards) -> Iterator[Finding]:
    """What may change was looked up long before the rest of the project.

    'As of' says that the card may be out of date; this says that it is time to look. The newest
    date in the project is taken for today, so that the same files are always judged alike.
    Sources: Wozniak, Twenty Rules, 19 (date stamping: facts that change).
    Limit: more than 5 years before the newest date, about as long as one holds an office; where the
    card itself names the year, it is history.

    bad:
        questions:
          - {q: Who is President of the European Commission?, a: José Manuel Barroso, as-of: 2012}
        dates:
          - {date: 2022-02-24, event: Russia invades Ukraine}
    good:
        questions:
          - {q: Who is President of the European Commission?, a: Ursula von der Leyen, as-of: 2022}
        dates:
          - {date: 2022-02-24, event: Russia invades Ukraine}
    """
    dated = [(value.date, item) for item in cards.items for value in item.values.values()
             if isinstance(value, When)]
    if not dated:
        return
    newest, last = max(((date.end, n) for n, (date, _) in enumerate(dated)), key=lambda one: one[0])
    for item in cards.items:
        value = item.values.get(AS_OF)
        if not isinstance(value, When) or value.date.end[0] + YEARS >= newest[0]:
            continue
        if not any(str(value.date.end[0]) in text_of(other) for _, other in _own(item)):
            yield Finding.of(item, f"this was true as of {value.text.text}, and "
                             f"{dated[last][1].span()} is {newest[0] - value.date.end[0]} years later; "
                             "look up whether it still is, and set 'as-of' anew", value.text.at)


def less_exact_date(cards: Cards) -> Iterator[Finding]:
    """A date is less exact than the project knows it.

    A key sentence gives the day, and the date field of what it speaks of gives the month or the
    year alone; so one card takes for wrong what another teaches. Write the date alike in both.
    Sources: Wozniak, Twenty Rules, 12 (optimise wording); 11 (combat interference).
    Limit: the sentence has one date, and is the item's own, or names it and says that it was
    signed, adopted, concluded or published.

    bad:
        treaties:
          - {name: Helsinki Final Act, date: 1975, sentence: The Helsinki Final Act was signed on
              1 August 1975 by thirty-five states.}
    good:
        treaties:
          - {name: Helsinki Final Act, date: 1975-08-01, sentence: The Helsinki Final Act was signed
              on 1 August 1975 by thirty-five states.}
    """
    if not cards.is_english:
        return
    exact: dict[int, list[_Exact]] = {}
    for one in _exact(cards):
        exact.setdefault(one.date.start[0], []).append(one)
    owners = owners_of(cards.items) if exact else {}
    for item, value in _vague(cards) if exact else ():
        known = next((
            one for one in exact.get(value.date.start[0], ())
            if value.date.start <= one.date.start and one.date.end <= value.date.end
            and (owners[id(one.item)] is item or (_MADE.search(one.text) and _is_named(item, one.text)))
        ), None)
        if known is not None:
            yield Finding.of(item, f"this says '{value.text.text}', and {known.item.span()} gives the "
                             f"day, {known.written}; write it here too", value.text.at)


_MADE = re.compile(r"\b(?:signed|adopted|concluded|agreed|published|issued|proclaimed|approved|"
                   r"ratified|enacted)\b")
_MONTH = ("(?:January|February|March|April|May|June|July|August|September|October|November|"
          "December)")
_DAY = re.compile(rf"(?<![-–\d])(?:\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}})\b")
_ANY_YEAR = re.compile(r"\b[12]\d{3}\b")


class _Exact(NamedTuple):
    """A key sentence that gives one day, and no other date."""

    item: Item
    text: str
    date: Date
    written: str


def _exact(cards: Cards) -> Iterator[_Exact]:
    for item, text, _ in cards.sentences:
        found = _DAY.search(text)
        if found and len(_ANY_YEAR.findall(text)) == 1:
            date = parse_date(found[0])
            if isinstance(date, Date):
                yield _Exact(item, text, date, found[0])


def _vague(cards: Cards) -> Iterator[tuple[Item, When]]:
    """Items with those of their dates that give a month or a year."""
    for item in cards.items:
        for field in item.kind.fields:
            value = item.values.get(field.key) if field.shape is Shape.DATE else None
            if (isinstance(value, When) and value.date.precision in (Precision.MONTH, Precision.YEAR)
                    and value.date.until is None and not value.date.circa):
                yield item, value


def _is_named(item: Item, text: str) -> bool:
    """Whether a text has one of an item's names, as words of its own."""
    for field in item.kind.fields:
        value = item.values.get(field.key) if field.is_name else None
        names = value.items if isinstance(value, Names) else (value,)
        for name in names:
            if (isinstance(name, Text) and name.text in text
                    and re.search(rf"(?<!\w){re.escape(name.text)}(?!\w)", text)):
                return True
    return False


def _own(item: Item) -> Iterator[tuple[str, Text | Names | When | Sentence]]:
    """The values of the fields of an item's kind, with their keys; not its note."""
    for field in item.kind.fields:
        value = item.values.get(field.key)
        if isinstance(value, Text | Names | When | Sentence):
            yield field.key, value
