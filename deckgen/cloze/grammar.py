"""The written forms of dates and quantities, as patterns; each is told by how it can begin."""

import re
from typing import Final

MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
# By kind ("" if the form tells it itself), the forms: how each may begin ("0" a figure, "a" a word), and its pattern.
_Rules = dict[str, tuple[tuple[str, str], ...]]
_PARTS: Final = {
    "M": rf"(?:{MONTHS})",
    "W": r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s(?:the\s)?)",
    "D": r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%])",
    "E": r"(?:\s?(?:BCE|BC|CE|AD|B\.\s?C\.(?:\s?E\.)?|A\.\s?D\.|C\.\s?E\.)(?!\w))",
    "Y": r"(?:[12]\d{3}|[3-9]\d{2}(?!\d))(?![\d,.]\d)",
    "DASH": r"(?:\s?[–—‐‑-]\s?)",
    "TO": r"(?:\s?[–—‐‑-]\s?|\s(?:to|and|until|through|or)\s(?:the\s)?)",
    "EARLY": (
        r"(?:(?:very\s)?(?:[Ee]arly|[Mm]id|[Mm]iddle|[Ll]ate)(?:[\s-](?:to|and|or)[\s-](?:mid"
        r"|late))?[\s-]"
        r"|[Mm]id[–‐‑])"
    ),
    "PART": (
        r"(?:(?:[Ee]nd|[Bb]eginning|[Ss]tart|[Mm]iddle|[Cc]lose|[Tt]urn|(?:[Ff]irst|[Ss]econd"
        r"|[Ll]atter|[Ll]ast)\shalf"
        r"|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal)\s(?:quarter|third|decade"
        r"|decades|years))"
        r"\sof\s(?:the\s)?)"
    ),
    "CIRCA": r"(?:(?:[Cc]irca|[Cc]a?\.)\s?|[~≈]\s?)",
    "TEEN": r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)",
    "TENS": r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)",
    "ONES": r"(?:one|two|three|four|five|six|seven|eight|nine)",
    "ORD": (
        r"(?:\d{1,3}(?:,\d{3})*(?:st|nd|rd|th)|(?i:(?:twenty|thirty|forty|fifty|sixty|seventy"
        r"|eighty|ninety)-(?:first|second|third"
        r"|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth"
        r"|seventh|eighth|ninth|tenth"
        r"|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth"
        r"|nineteenth|twentieth"
        r"|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth|hundredth"
        r"|thousandth))(?!\w)"
    ),
    "NUM": (
        r"(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?"
        r"|\d+(?:\.\d+)?(?![\d/:]|[,.]\d)[½¼¾]?|[½¼¾])"
    ),
    "SCALE": r"(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)",
    "UNIT": (
        r"(?:(?:(?:square|cubic|nautical|metric|statute|light|short|long|sq|land)[\s-])?"
        r"(?:(?:kilo|centi|milli|micro|nano|pico|mega|giga|tera|deci|hecto)?"
        r"(?:met(?:re|er)|gram|gramme|ton|watt|volt|amp|ampere|hertz|joule|byte|bit|calorie"
        r"|lit(?:re|er)|parsec|sievert|pascal|newton|bel|electronvolt|becquerel)"
        r"|mile|inche|inch|yard|league|fathom|furlong|hectare|acre|tonne|pound|ounce|carat"
        r"|barrel|gallon|bushel|hour|minute|year|month|week|day|decade|centurie|century"
        r"|generation|knot|degree|mph|feet|light-year|kelvin|pixel|micron"
        r"|atmosphere|horsepower)s?(?:\sper\s(?:second|minute|hour)(?!\w))?"
        r"|(?:milli|micro|nano)?seconds|(?:(?<=[\dn]-)|(?<=\d\s)|(?<=[Oo]ne\s))second"
        r"|(?<=-)foot|(?:sq|cu)\.\s(?:km|mi|ft|m)|nmi|rpm|[kMG]bps|[kMG]bit/s"
        r"|(?:percentage|basis)\spoints?|parts\sper\s(?:million|billion)"
        r"|km²|km2|km³|cm²|cm³|m²|m³|(?:km|mi|m|cm)/(?:h|s[²2]?)"
        r"|[kcmnμµ]?m|[kmμµ]?g|mi|ft|lb|oz|ha|[kMGTm]W|[MGTk]Wh|[MGk]t|ml"
        r"|[kMG]?Hz|[KMGT]B|[km]?V|[kMG]?eV|[kMh]Pa|dB|mSv|ms|°\s?[CFNSEW]|°|bpd|K)(?!\w)"
    ),
    "PER": r"(?:\s?%|\s?‰|[\s-]per[\s-]?cent(?!\w)|\spercentage\spoints?)",
    "SIGN": (
        r"(?:(?:US|A|C|HK|NT|R|NZ|S|AU|CA)?\$|[€£¥₽]"
        r"|(?:USD|EUR|GBP|CHF|JPY|RUB|CNY|RMB|DM|Rs\.?)\s)"
    ),
    "COIN": (
        r"(?:(?:US|American|Australian|Canadian|Hong\sKong|gold|silver|French|Swiss|Japanese"
        r"|Russian|Ukrainian|British"
        r"|German)\s)?(?:dollar|euro|pound|rouble|ruble|yen|yuan|renminbi|franc|mark"
        r"|reichsmark|Reichsmark|Deutschmark"
        r"|krona|krone|crown|peso|rupee|lira|(?<=illion\s)won|hryvnia|shilling|florin|ducat|cent"
        r"|penny|pence|rial|riyal|dinar|dirham|guilder|kroner|kronor|zloty|forint|baht|rand"
        r"|shekel|peseta|drachma|escudo|thaler|livre|guinea|talent|sesterce|kopeck|piastre"
        r"|lire|reais|rupiah|ringgit|tael)s?(?:\ssterling)?(?!\w)"
    ),
    "ID": (
        r"(?:[A-Z]{1,3}-?)?\d+(?:[/.-]\w*\d\w*)*(?:/[A-Z]{2,4})?[A-Za-z]?(?:\s?\([\w]{1,6}\))*(?!\w)"
    ),
    "ROM": r"[IVXLC]+(?!\w)(?:\(\w{1,4}\))*",
    "NO": r"(?:(?:\(\w{1,4}\)\s)?(?:Nos?\.?\s)?)",
    # How sums are shortened: $3 billion, €40m
    "LARGE": (
        r"(?:\s?(?:million|billion|trillion|thousand|hundred|lakh|crore|bn|tn|mn|m|k)(?!\w))"
    ),
    "ZONE": r"(?:\s(?:GMT|UTC|CET|EST))",
    "HOUR": r"\d{1,2}(?:[:.]\d\d)?",
    "CLOCK": r"(?:\d\d?|(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))",
    "ALSO": r"(?:,?\s(?:and\s)?)",
    "LESSER": r"(?:month|week|day|hour|minute|second)s?(?!\w)",
    "NTH": r"(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)",
    "TIES": r"(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies(?!\w)",
    # What "one" measures: "one day" and "one man" tell no number.
    "ONEOF": (
        r"(?:per|second|minute|hour|week|month|year|(?:kilo)?met(?:re|er)|mile|inch|acre|tonne"
        r"|ton|pound|vote|degree|percentage)(?!\w)"
    ),
    "COMPASS": r"(?:\s(?:Celsius|Fahrenheit|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|squared))",
}
_PARTS["WORD"] = (
    "(?i:"
    "(?:{TENS}(?:-{ONES})?|{TEEN}|{ONES}(?<!one)|(?:a|one|half\\sa|several)(?=[\\s-](?:{SCALE}))"
    "|one(?=\\s(?:and\\sa\\shalf|(?:or|to)\\s(?:two|three|four|five)(?!\\w)))|(?:hundred|thousand)(?=-))"
    "(?:\\s(?:{SCALE})(?:\\s(?:and\\s)?(?:{TENS}(?:-{ONES})?|{TEEN}|{ONES})(?!\\w))?)*"
    "(?:[\\s-]and[\\s-]a[\\s-](?:half|quarter)(?:\\s(?:{SCALE}))?)?(?!\\w))"
).format(**_PARTS)
_PARTS["N"] = (
    "(?:{NUM}(?:\\s?(?:million|billion|trillion|thousand|hundred|dozen|lakh|crore|bn|tn|mn|k)(?!\\w))?"
    "|{WORD})".format(**_PARTS)
)
# Further numbers of the same sort: "Articles 42 to 47", "Resolutions 242 and 338".
_PARTS["MORE"] = r"(?:(?:,\s|\s(?:and|to|or)\s|\s?[–-]\s?)(?:{ID}|{ROM}))*".format(**_PARTS)
_PARTS["NN"] = "{N}(?:(?:\\s?[–—‐‑-]\\s?|\\s(?:to|or)\\s){N})?".format(**_PARTS)


_OPTIONAL_LEAD: Final = re.compile(r"^(?:\{\w+\}\?)+")


def _grammar(lead: str, rules: _Rules) -> re.Pattern[str]:
    """One pattern of those `rules` that can begin with a figure ("0") or a word ("a"), in order.

    The group that matched names the kind (`day2` is a second `day`). Each form says how it can
    begin; optional words in front of a figure are dropped from the pattern for figures.
    """
    named = []
    for kind, forms in rules.items():
        for n, (leads, form) in enumerate(forms):
            if lead in leads:
                bare = _OPTIONAL_LEAD.sub("", form) if lead == "0" else form
                named.append(bare.format(**_PARTS) + (f"(?P<{kind}{n}>)" if kind else ""))
    return re.compile(rf"(?:{'|'.join(named)})(?![^\W_])")


def _counted(tails: tuple[tuple[str, str], ...]) -> str:
    """A number and what may follow it, which tells the kind; so the number is read only once."""
    named = [f"{tail}(?P<{kind}9{n}>)" for n, (kind, tail) in enumerate(tails)]
    return rf"{{NN}}(?:{'|'.join(named)})"


_DATES: Final[_Rules] = {
    # what forms share at their head is written once, for it is then read once
    "rangeA": (
        (
            "0a",
            (
                r"{W}?{D}(?:"
                r"(?:,\s{D}){{0,3}}(?:{TO}|/){D}\s(?:of\s)?{M}(?:,?\s{Y}{E}?)?"  # 4 to 11 May 1945
                r"|\s{M}(?:"
                r"(?:\s{Y})?{DASH}{W}?{D}\s{M}(?:\s{Y})?"  # 30 November–1 December 1943
                r"|{TO}{D}\s{M}\s{Y}))"  # 28 June to 4 August 1914
            ),
        ),
        (
            "a",
            (
                r"{M}\s{D}(?:"
                r"(?:,\s{Y})?{DASH}(?:{M}\s)?{D}(?:,?\s{Y})?"  # December 7–8, 1941
                r"|\s(?:to|and|until|through)\s{M}\s{D},?\s{Y}"
                r"|\s(?:to|and|or|through)\s{D}(?=[.,;:)]|$)(?:,\s{Y})?)"
            ),
        ),
        (
            "a",
            (
                r"{M}(?:"
                r"{TO}{M}\s(?:of\s)?{Y}"  # May–June 1967, May to June 1967
                r"|\s{Y}{DASH}{M}\s{Y}"
                r"|(?:{DASH}|\sor\s){M}(?!\s\d))"
            ),
        ),
    ),
    "day": (
        ("0a", r"{W}?{D}(?:\s|-)(?:day\s)?(?:of\s)?{M},?(?:\s|-)(?:of\s)?(?:{Y}{E}?|\d{{1,3}}{E})"),
        ("a", r"{W}?{M}\s(?:the\s)?{D},?\s(?:of\s)?(?:{Y}{E}?|\d{{1,3}}{E})"),
        ("0", r"[12]\d{{3}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"),
        ("0", r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])/[12]\d{{3}}(?!\d)"),
        ("0", r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.[12]\d{{3}}(?!\d)"),
    ),
    "monthday": (
        ("0a", r"{W}?{D}\s(?:of\s)?{M}(?!\s\d{{1,2}}\s)"),
        ("a", r"{W}?{M}\s(?:the\s)?{D}(?!\s(?:million|billion|thousand|per))"),
    ),
    "month": (
        ("a", r"(?:{EARLY}|{PART}){M}(?:,?\s(?:of\s)?{Y}{E}?)?"),
        ("a", r"{M},?\s(?:of\s)?(?:{Y}{E}?|\d{{1,3}}{E})"),
        ("0", r"[12]\d{{3}}-(?:0[1-9]|1[0-2])(?![\d-])"),
    ),
    "season": (
        (
            "a",
            (
                r"{EARLY}?(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)(?:\sof)?\s{Y}"
                r"(?:{DASH}(?:\d{{4}}|\d\d)|/\d\d)?"
            ),
        ),
        ("a", r"[QH][1-4]\s(?:of\s)?{Y}"),
        ("a", r"{NTH}\squarters?(?!\w)(?:\sof\s{Y}|(?!\sof\s))"),
    ),
    "century": (
        (
            "0a",
            (
                r"{PART}?{EARLY}?{CIRCA}?{ORD}(?:(?:{TO}|,\s){EARLY}?{ORD}){{0,3}}[\s-](?:centur(?:y|ies)"
                r"|millenni(?:um|a))(?!\w){E}?"
            ),
        ),
    ),
    "decade": (
        (
            "0a",
            (
                r"{PART}?{EARLY}?{CIRCA}?(?:the\s)?(?:"
                r"[12]\d{{2}}0['’]?s(?:{DASH}(?:[12]\d{{2}}0['’]?s|\d0s))?{E}?|['’]\d0s)"
            ),
        ),
        ("a", r"{PART}{TIES}"),
        # not the years of a life: "in her early thirties"
        ("a", r"(?<=[Tt]he\s){EARLY}?(?:{TIES}|\d0s)"),
        ("0", r"(?<=[Tt]he\s)\d?\d0s{E}?"),
    ),
    "rangeB": (
        ("0a", r"{CIRCA}?\d{{1,5}}{E}{DASH}{CIRCA}?\d{{1,5}}{E}"),
        ("0a", r"{CIRCA}?\d{{1,5}}{E}{DASH}AD\s\d{{1,4}}(?!\d)"),
        ("0a", r"{CIRCA}?\d{{1,4}}{DASH}{CIRCA}?\d{{1,4}}{E}"),
        ("a", r"(?:AD|A\.D\.)\s\d{{1,4}}{DASH}\d{{1,4}}"),
        ("0a", r"{CIRCA}?[12]\d{{3}}{DASH}{CIRCA}?[12]\d{{3}}(?!\d)"),
        ("0", r"[12]\d{{3}}(?:[–—‐‑-]\d?|/\d)\d(?!\d|[–-]\d)"),
    ),
    "year": (
        ("a", r"(?:{PART}|{EARLY}){CIRCA}?{Y}{E}?"),
        ("a", r"{CIRCA}\d{{3,4}}{E}?(?![\d,.]\d)"),
        ("0a", r"{CIRCA}?\d{{1,5}}{E}"),
        ("0a", r"{CIRCA}?\d{{1,3}}(?:,\d{{3}})+{E}"),
        ("a", r"{CIRCA}?(?:AD|A\.D\.)\s\d{{1,4}}(?!\d)"),
        ("a", r"(?<=[io][nf]\s)['’]\d\d(?!\w)"),  # the class of '68
    ),
    "time": (
        (
            "0",
            (
                r"(?=\d\d?(?:[:.]\d\d|\s?[ap]\.?m|\s?[–—‐‑-]\s?\d|\s(?:to|and)\s\d))(?:"
                r"{HOUR}(?:{DASH}|\s(?:to|and)\s){HOUR}\s?(?:[ap]\.m\.|[ap]m)"  # 9–11 a.m.
                r"|{HOUR}\s?(?:[ap]\.m\.|[ap]m){DASH}{HOUR}\s?(?:[ap]\.m\.|[ap]m)"
                r"|\d{{1,2}}:\d\d[–-]\d{{1,2}}:\d\d(?![:\d])"
                r"|\d{{1,2}}[:.]\d\d\s?(?:[ap]\.\s?m\.|[ap]m){ZONE}?"
                r"|\d{{1,2}}:\d\d(?::\d\d)?{ZONE}?(?![:\d]|,\d)"
                r"|\d{{1,2}}\s?(?:[ap]\.m\.|[ap]m){ZONE}?)"
            ),
        ),
        ("0a", r"{CLOCK}\so['’]clock"),
        ("a", r"(?:[Hh]alf\spast|(?:[Aa]\s)?[Qq]uarter\s(?:past|to))\s{CLOCK}(?!\w)"),
        ("0", r"12\s(?:noon|midnight)"),
    ),
}
# What may follow a number, and the kind it makes; the bare number comes last.
_TAILS: Final = (
    ("money", r"m?\s{COIN}"),
    ("percent", r"{PER}(?:\s?[–-]\s?{NUM}{PER})?"),
    ("votes", r"\svotes\s(?:to|against)\s(?:{N}|none|nil|one|zero)(?:\svotes?)?"),
    ("votes", r"\s(?:of|out\sof)\s(?:the\s)?{N}\svotes"),
    ("fraction", r"\sto\s(?:one|1)(?![\w,.-]*\d|[\w-]|\s(?:of|in|that|who)\s)"),  # odds
    # two years and four months, 6 ft 2 in
    ("measure", r"[\s-](?:year|month|week|day|hour|minute)s?(?:{ALSO}{N}\s{LESSER}){{1,4}}"),
    ("measure", r"\s(?:feet|foot|ft){ALSO}{N}\s(?:inche?s?|in)(?!\w)"),
    ("measure", r"-\s(?:to|or|and)\s{N}-{UNIT}"),  # five- to ten-year
    ("measure", r"\s(?:by|x|×)\s{N}[\s-]?{UNIT}"),
    ("measure", r"[\s-]?(?:{UNIT}|votes?(?!\w))(?:{COMPASS}|-olds?)?"),
    ("number", r""),
)
# What texts are divided into and cited by.
_NUMBERED: Final = (
    r"Articles?|Arts?\.?|Resolutions?|Res\.|UNSCR|Chapters?|Sections?|Sec\.|Paragraphs?|Para\."
    r"|Annex(?:es)?|Appendix|(?:(?:Additional|Optional)\s)?Protocols?|Directive|Regulation|Rules?"
    r"|Title|Clauses?|Decree|(?:Executive\s)?Order|Part|Case|Opinion|Proposition|Schedule"
    r"|Amendment"
)
_NUMBERED_LOWER: Final = (
    r"articles?|resolutions?|chapters?|sections?|paragraphs?|para\.|annex|protocol|directive"
    r"|regulation|rules?|title|clauses?|decree"
)
_NUMBERED_BY_NO: Final = r"Convention|Law|Act|Ordinance|Recommendation"
_AMOUNTS: Final[_Rules] = {
    "article": (
        ("a", rf"(?:{_NUMBERED})\s{{NO}}?(?:{{ID}}|{{ROM}}){{MORE}}"),
        ("a", rf"(?:{_NUMBERED_LOWER})\s{{NO}}?(?:{{ID}}|(?!I\s[a-z]){{ROM}}){{MORE}}"),
        ("a", rf"(?:{_NUMBERED_BY_NO})\s(?=No|\(){{NO}}{{ID}}"),
        ("a", r"(?:Nos?\.|Number|number)\s{ID}(?:(?:\s(?:and|to)\s|\s?[–-]\s?|,\s){ID})*"),
        ("a", r"§§?\s?\d+\w*"),
    ),
    "money": (
        (
            "a",
            r"{SIGN}\s?{NUM}{LARGE}?(?:(?:{DASH}|\s(?:to|or)\s){SIGN}?{NUM}{LARGE})?",
        ),
        ("a", r"{SIGN}\s?{NUM}\s?[–—-]\s?{NUM}(?!\d)"),
    ),
    "percent": (("a", r"(?i:one)(?=[\s-]per){PER}"),),
    "fraction": (
        (
            "a",
            (
                r"(?i:(?:one|two|three|four|five|seven|nine)[\s-]"
                r"(?:half|halve|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|hundredth)s?)(?!\w)"
            ),
        ),
        ("a", r"(?i:a\s(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth))(?=\sof\s)"),
        (
            "0a",
            (
                r"(?i:{ONES}|ten|\d\d?)\s(?:in|out\sof)\s(?:every\s)?(?i:{ONES}|ten|twenty"
                r"|an?\s(?:hundred|thousand|million)|\d{{1,3}}(?:,\d{{3}})*(?!\d|[,.]\d))(?![\w-])"
            ),
        ),
        ("0", r"(?!(?:9/11|7/7|24/7)(?!\d))\d+/\d+(?![/\d])"),  # these are names
        ("0", r"\d+(?::\d{{1,3}}(?:,\d{{3}})+|:\d+)+(?!\d)"),
    ),
    "measure": (
        ("0", r"\d+(?:\.\d+)?°\s?\d+(?:\.\d+)?[′'’](?:\s?\d+(?:\.\d+)?[″\"”])?(?:\s?[NSEW])?"),
        ("0", r"\d+(?:\.\d+)?\s?[×x]\s?10(?:[⁻⁺]?[⁰¹²³⁴-⁹]+|\^[−-]?\d+)(?:\s{UNIT})?"),
        ("a", r"(?i:one)(?=-|\s{ONEOF})[\s-](?:{UNIT}|vote(?!\w)){COMPASS}?"),
        ("a", r"[Hh]alf\san?\s(?:{UNIT}|second)(?!\w)"),
        ("a", r"(?:−|(?<=\s)-|[Mm]inus\s){N}(?:\s?{UNIT}{COMPASS}?|{PER})?"),
    ),
    "ordinal": (("0a", r"{ORD}"),),
    "": (("0a", _counted(_TAILS)),),
}
FIGURE_DATES: Final = _grammar("0", _DATES)
WORD_DATES: Final = _grammar("a", _DATES)
FIGURE_AMOUNTS: Final = _grammar("0", _AMOUNTS)
WORD_AMOUNTS: Final = _grammar("a", _AMOUNTS)
