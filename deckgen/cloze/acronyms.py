"""How an acronym in brackets is tied to the words that it stands for."""

from typing import Final

from deckgen.cloze.classes import (
    ACRONYM,
    FUNCTION,
    POSSESSIVE,
    PUNCT,
)
from deckgen.cloze.reading import Mention, Reading, fold
from deckgen.cloze.tokens import Tokens

_MOST_ACRONYMS: Final = 20


def join_acronyms(reading: Reading, runs: list[tuple[int, int]]) -> None:
    """Tie "(CIS)" to the words it stands for, and make these words one mention even where they
    have no capitals.
    """
    tokens = reading.tokens
    toks = tokens.words
    brackets = (
        [n for n in range(1, tokens.count - 2) if toks[n] == "(" and toks[n + 2] == ")"]
        if "(" in tokens.text
        else []
    )
    for index in [n + 1 for n in brackets[:_MOST_ACRONYMS] if _is_short_form(toks[n + 1])]:
        start = _spell_out(tokens, index - 2, toks[index])
        around = next(
            (run for run in runs if run[0] <= (index - 2 if start is None else start) < run[1]),
            None,
        )
        if start is None and (around is None or toks[around[0]][0] != toks[index][0]):
            continue
        if around is not None and not tokens.classes[around[0]] & ACRONYM:
            start = around[0] if start is None else min(start, around[0])
        if start is not None:
            _tie(reading, start, index)


def _is_short_form(word: str) -> bool:
    return (
        2 <= len(word) <= 10
        and word[0].isupper()
        and (sum(map(str.isupper, word)) > 1 or word[1:].isdigit())
    )


def _spell_out(tokens: Tokens, last: int, short: str) -> int | None:
    """The token at which the words up to `last` begin to spell `short` (after Schwartz and Hearst).

    Small words are passed over at first ("Tribunal for the …"), then read ("Partnership for").
    """
    first = _spell(tokens, last, short.lower(), small=False)
    return _spell(tokens, last, short.lower(), small=True) if first is None else first


def _spell(tokens: Tokens, last: int, letters: str, small: bool) -> int | None:
    at, skipped, index = len(letters) - 1, 0, last
    while index >= 0 and last - index < 2 * len(letters) + 4:
        here, before = tokens.classes[index], at
        if here & PUNCT:
            return None
        is_small = here & (FUNCTION | POSSESSIVE)
        if small or not is_small:
            at = _match_initials(tokens.words[index], letters, at)
        if at < 0:
            return index
        if before == at and not is_small:
            skipped += 1
            if skipped > 1 or (index == last and len(letters) < 3):
                return None
        index -= 1
    return None


def _match_initials(word: str, letters: str, at: int) -> int:
    """How many letters before `letters[at]` are left when the parts of `word` have been spelled."""
    for part in reversed(word.lower().replace("–", "-").split("-")):
        if not part or at < 0:
            continue
        if len(part) > 1 and part == letters[max(0, at + 1 - len(part)) : at + 1]:
            at -= len(part)
        elif part[0] == letters[at] or (part, letters[at]) == ("to", "2"):
            at -= 1
    return at


def _tie(reading: Reading, start: int, index: int) -> None:
    """Make tokens `start` up to the bracket one mention, drop what overlaps it, and give the short
    form its entity.
    """
    inside = [
        m
        for m in reading.mentions
        if m.first < index - 1 and m.last > start and m.kind != "quotation"
    ]
    known = next(
        (m for m in inside if m.kind == "known" and m.first <= start and m.last == index - 1), None
    )
    whole = known or Mention(start, index - 1, "name")
    short = next((m for m in reading.mentions if m.first == index and m.last == index + 1), None)
    if short is not None and short.kind == "known" and known is None:
        whole.kind, whole.name, whole.entity, whole.sort = (
            "known",
            short.name,
            short.entity,
            short.sort,
        )
    keep = [
        m
        for m in reading.mentions
        if m is not short and (m not in inside or (m.first < start and m.kind == "list"))
    ]
    if whole not in keep:
        keep.append(whole)
    whole.facts.append("has its acronym")
    acronym = Mention(index, index + 1, "acronym", "", whole.entity, whole.name)
    acronym.facts.append("acronym in brackets")
    if not whole.entity:
        whole.entity = acronym.entity = fold(reading.tokens, start, index - 1)
    keep.append(acronym)
    reading.mentions = keep
