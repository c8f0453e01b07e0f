"""What an author asked for in so many words, and what is wrong where it cannot be had."""

from typing import Final, NamedTuple

from deckgen.cloze.reading import Mention, Reading, text_of
from deckgen.cloze.refusals import NEVER, breaks_markup

# What can be wrong with an author's wish.
ABSENT: Final = "does not occur in the sentence"
REPEATED: Final = "occurs more than once in the sentence"
OVERLAPPED: Final = "overlaps another text that must be hidden"


class Wishes(NamedTuple):
    """What the author asked of the choice: texts to hide, texts not to hide, and how many things
    at most.
    """

    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    most: int | None = None


NO_WISHES: Final = Wishes()


def apply_wishes(
    reading: Reading, wishes: Wishes, refused: list[tuple[int, int, str]]
) -> list[tuple[str, str, str]]:
    """Make every text that must be hidden a mention, and set aside what must never be; say which
    wishes fail.
    """
    problems: list[tuple[str, str, str]] = []
    musts: list[Mention] = []
    for wanted in wishes.must:
        problem = _force(reading, wanted, musts)
        if problem is not None:
            problems.append(("must", wanted, problem))
    for unwanted in wishes.never:
        places = _find_text(reading, unwanted)
        if not places:
            problems.append(("never", unwanted, ABSENT))
        _forbid(reading, places, refused)
    return problems


def _force(reading: Reading, wanted: str, musts: list[Mention]) -> str | None:
    places = _find_text(reading, wanted)
    if len(places) != 1:
        return REPEATED if places else ABSENT
    first, last = places[0]
    problem = breaks_markup(reading, first, last)
    if problem is not None:
        return problem
    if any(first < m.last and m.first < last for m in musts):
        return OVERLAPPED
    same = [m for m in reading.mentions if (m.first, m.last) == (first, last)]
    same.sort(key=_is_acronym)
    must = Mention(first, last, "must")
    if same:
        must.entity, must.name = same[0].entity, same[0].name
    if not must.entity:
        must.entity = " ".join(text_of(reading, must).casefold().split())
    must.facts.append("asked for by the author")
    reading.mentions = [m for m in reading.mentions if m not in same]
    reading.mentions.append(must)
    musts.append(must)
    return None


def _is_acronym(mention: Mention) -> bool:
    return mention.kind == "acronym"


def _forbid(
    reading: Reading, places: list[tuple[int, int]], refused: list[tuple[int, int, str]]
) -> None:
    """Set aside what stands in one of `places`, what is the same thing, and whatever is no name
    but covers one.
    """
    things = {m.entity for m in reading.mentions if (m.first, m.last) in places}
    kept = []
    for mention in reading.mentions:
        inside = any(a <= mention.first and mention.last <= b for a, b in places)
        covers = mention.kind not in ("name", "known") and _overlaps_any(mention, places)
        if mention.kind != "must" and (inside or covers or mention.entity in things):
            refused.append((mention.first, mention.last, NEVER))
        else:
            kept.append(mention)
    reading.mentions = kept


def _overlaps_any(mention: Mention, places: list[tuple[int, int]]) -> bool:
    return any(mention.first < b and a < mention.last for a, b in places)


def _find_text(reading: Reading, wanted: str) -> list[tuple[int, int]]:
    """Where `wanted` stands as whole tokens, as (first token, token after the last)."""
    tokens = reading.tokens
    wanted = wanted.strip()
    if not wanted:
        return []
    firsts = {start: n for n, start in enumerate(tokens.starts[: tokens.count])}
    lasts = {end: n + 1 for n, end in enumerate(tokens.ends[: tokens.count])}
    found, at = [], tokens.text.find(wanted)
    while at >= 0:
        first, last = firsts.get(at), lasts.get(at + len(wanted))
        if first is not None and last is not None:
            found.append((first, last))
        at = tokens.text.find(wanted, at + len(wanted))
    return found
