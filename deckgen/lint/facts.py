"""Rules about what is said: dates as exact as they are known, figures with units, facts that age."""

import re
from collections.abc import Iterator

from deckgen.dates import Date, Precision
from deckgen.dates import parse as parse_date
from deckgen.lint.cards import Cards, at_of, text_of
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
    speaking = {key for key, file in files.items() if _NOW.search(file.text)}
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
    (precise). Limit: questions for lengths, weights, temperatures, sums of money and the like.

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
            yield Finding.of(asked.item, f"the answer to '{found[0].lower()} …' is "
                             f"'{asked.answer}' without a unit; write the unit behind it",
                             asked.at)


_FIGURE = re.compile(r"(?:about |some |c\. |~)?[−-]?\d[\d,.  ]*(?: (?:thousand|million|billion))?")
_MEASURED = re.compile(
    r"\bhow (?:long|far|tall|high|deep|fast|heavy|wide|hot|cold|thick|large|big|much)\b|"
    r"\b(?:length|height|width|depth|distance|weight|mass|speed|velocity|temperature|"
    r"(?:boiling|melting|freezing) point|area|volume|pressure|duration|half-life|wavelength|"
    r"diameter|radius|circumference|altitude|elevation|price|cost|salary|wage|income|GDP|dose|"
    r"dosage|size)\b", re.IGNORECASE)
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
    Limit: more than 5 years before the newest date; where the card itself names the year, it is history.

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
    Limit: the sentence names the item, says that it was signed, adopted, concluded or published,
    and has one date.

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
    vague = list(_vague(cards))
    if not vague:
        return
    exact = list(_exact(cards))
    for item, value, names in vague:
        for other, text, date, written in exact:
            if (value.date.start <= date.start and date.end <= value.date.end
                    and names.search(text)):
                yield Finding.of(item, f"this says '{value.text.text}', but {other.span()} gives the "
                                 f"day: {written}; write that here too", value.text.at)
                break


_MADE = re.compile(r"\b(?:signed|adopted|concluded|agreed|published|issued|proclaimed|approved|"
                   r"ratified|enacted)\b")
_DAY = re.compile(
    r"\b(?:\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December) \d{4}|(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December) \d{1,2}, \d{4})\b")
_ANY_YEAR = re.compile(r"\b[12]\d{3}\b")


def _vague(cards: Cards) -> Iterator[tuple[Item, When, re.Pattern[str]]]:
    """Items with a name and a date that gives no day."""
    for item in cards.items:
        names = [name for field in item.kind.fields if field.is_name
                 for name in _names(item.values.get(field.key))]
        for field in item.kind.fields:
            value = item.values.get(field.key)
            if (names and field.shape is Shape.DATE and isinstance(value, When)
                    and value.date.precision in (Precision.MONTH, Precision.YEAR)
                    and value.date.until is None and not value.date.circa):
                either = "|".join(map(re.escape, names))
                yield item, value, re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _names(value: object) -> list[str]:
    if isinstance(value, Text):
        return [text_of(value)]
    return [name.text for name in value.items] if isinstance(value, Names) else []


def _exact(cards: Cards) -> Iterator[tuple[Item, str, Date, str]]:
    """Key sentences that give the day on which something was made, and no other date."""
    for item, text, _ in cards.sentences:
        found = _DAY.search(text)
        if found and _MADE.search(text) and len(_ANY_YEAR.findall(text)) == 1:
            date = parse_date(found[0])
            if isinstance(date, Date):
                yield item, text, date, found[0]


def _own(item: Item) -> Iterator[tuple[str, Text | Names | When | Sentence]]:
    """The values of the fields of an item's kind, with their keys; not its note."""
    for field in item.kind.fields:
        value = item.values.get(field.key)
        if isinstance(value, Text | Names | When | Sentence):
            yield field.key, value
