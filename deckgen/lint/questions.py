"""Rules about questions: one at a time, with one answer, and clear by themselves."""

import re
from collections.abc import Iterator

from deckgen.cloze.classes import CLASSES, VERB
from deckgen.cloze.words import ARTICLES, IRREGULAR_PASTS, word_set
from deckgen.lint.cards import HIDDEN, Asked, Cards
from deckgen.lint.rule import Finding
from deckgen.lint.wording import (
    ASKING,
    TURNED,
    answers,
    content_of,
    has_picture,
    is_english,
    is_small,
    is_telling,
    questions,
    shortened,
    words_in,
)

LEAST_CONTENT = 2  # words that a gap must leave to read, small ones not counted

_QUOTED = re.compile(r"[“\"«„].*?[”\"»“]|(?<!\w)['‘][^'’]{3,}['’](?!\w)|`[^`]*`")


def _unquoted(text: str) -> str:
    return _QUOTED.sub("…", text)


# ---------------------------------------------------------------- one answer

_TASK = re.compile(
    r"(?:please )?(?:briefly |shortly )?(discuss|describe|explain|elaborate|evaluate|assess|"
    r"analy[sz]e|comment|summari[sz]e|outline|compare|contrast|reflect|examine|justify|write about|"
    r"tell me about)\b(?! what\b| which\b| who\b| whose\b)(?=.* \S)",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(what (?:do|would) you (?:think|feel|know|say)|what is your (?:opinion|view)|what are your "
    r"(?:thoughts|views)|in your (?:opinion|view|own words)|how (?:do|would) you feel)\b",
    re.IGNORECASE,
)
_SOME_OF_MANY = re.compile(
    r"(?:can you )?(?:name|give|list|provide|mention|state|cite) (?:me |us )?"
    r"(?:(?:some|a few|a couple of|an?|one|two|three|at least \w+)(?: \w+)? )?examples?\b"
    r"|what (?:is an|are|were) examples?\b"
    r"|(?:(?:can you )?(?:name|give|list|provide|mention)|what (?:are|were)) "
    r"(?:some|at least \w+|a few|any)(?! of the)\b",
    re.IGNORECASE,
)


def open_question(cards: Cards) -> Iterator[Finding]:
    """A question that has no one answer: to discuss, to describe, to give some examples.

    One cannot tell whether an essay was right, so one forgives oneself. And of many right answers
    another comes to mind each time, so none becomes firm. Ask for the one point that matters.
    Sources: Matuschak, How to write good prompts (prompts should be precise, and produce consistent
    answers); Wozniak, Twenty Rules, 4.

    bad:
        questions:
          - {q: Discuss the Founding Act., a: It was a political document of 1997.}
    bad:
        questions:
          - {q: What are some examples of arms control treaties?, a: INF and START}
    good:
        questions:
          - {q: In return for what did Russia accept enlargement in 1997?, a: A partnership}
    """
    if not is_english(cards):
        return
    for asked in _asked_in_words(cards):
        text = asked.question
        if found := _OPINION.search(text):
            why = f"'{found[1]}' asks for an opinion"
        elif found := _TASK.match(text):
            why = f"'{found[1]}' asks for an essay"
        elif found := _SOME_OF_MANY.match(text):
            why = f"'{shortened(found[0])} …' has many right answers"
        else:
            continue
        yield Finding.of(asked.item, f"{why}, and nobody can tell whether it was right; ask for the "
                         "one point that matters", asked.question_at)


def _asked_in_words(cards: Cards) -> Iterator[Asked]:
    """Every front of one field, once: a question, or a task."""
    seen = set()
    for asked in answers(cards):
        place = (asked.item.file.path, asked.question_at)
        if " · " not in asked.question and place not in seen:
            seen.add(place)
            yield asked


# ---------------------------------------------------------------- one question

_TURNED = "(?:" + "|".join(sorted(TURNED)) + r")\b"
_AND_WHY = re.compile(
    r"\b(?:and|&) (?:also )?((?:by )?(?:why|how|when|where|whom|what|who)\s*\?)", re.IGNORECASE)
_AND_WHAT = re.compile(
    r"\b(?:and|&) (?:also )?("
    r"(?:on|in|at|by|for|from|to|with|under) (?:what|which|whom) [^?]*\?"  # … and on what date?
    r"|(?:why|when|where|(?:how|what)(?: \w+)?) " + _TURNED + r"[^?]*\?"  # … and how old was it?
    r"|who (?:\w+ed|led|won|wrote|built|held|made|took|is|are|was|were)\b[^?]*\?)",
    re.IGNORECASE,
)
_TELLING_WHO = re.compile(r"\b(?:who|which|that|whether|between)\b")
_PAIR = re.compile(
    r"((?:why|how|when|where|who|what)\s*(?:,|and|&|/)\s*(?:and )?"
    r"(?:why|how|when|where|by whom|who|what)) " + _TURNED,
    re.IGNORECASE,
)


def double_question(cards: Cards) -> Iterator[Finding]:
    """Two questions in one.

    Who knows one answer and not the other can grade neither. Make a card of each.
    Sources: Wozniak, Twenty Rules, 4 (stick to the minimum information principle); Nielsen, Augmenting
    Long-term Memory (make questions and answers as atomic as possible); Matuschak, How to write good
    prompts (prompts should be focused).

    bad:
        questions:
          - {q: "Where was the Founding Act signed, and when?", a: "Paris, on 27 May 1997"}
    good:
        questions:
          - {q: Where was the Founding Act signed?, a: Paris}
          - {q: When was the Founding Act signed?, a: On 27 May 1997}
    """
    if not is_english(cards):
        return
    for asked in questions(cards):
        if second := _second(_unquoted(asked.question)):
            yield Finding.of(asked.item, f"this asks twice, the second time '{shortened(second)}'; make "
                             "a card of each", asked.question_at)


def _second(question: str) -> str:
    """Find the second question in a text."""
    parts = [part.strip() for part in question.split("?")]
    if len(parts) > 2 and parts[1].strip(" .…)'\"·"):
        return parts[1] + "?"
    if found := _PAIR.match(question):
        return found[1]
    if found := _AND_WHY.search(question):
        return found[1]
    found = _AND_WHAT.search(question)
    # "Which treaty says who stays and who is to leave?" asks once.
    return found[1] if found and not _TELLING_WHO.search(question, 1, found.start()) else ""


# ---------------------------------------------------------------- clear by themselves

_POINTING = word_set("he she they him her them his their its these this")
_IT = re.compile(r"\bit\b(?!.*\b(?:to|that|when|if|for|called|who|whether)\b)", re.IGNORECASE)
_EMPTY_IT = word_set("is was takes took has had would will may can")
_FIRST_WORD = re.compile(
    r"(he|she|they|it|this|these|his|her|their)\b(?!['’-])\s*(\S*)", re.IGNORECASE)


def unclear_reference(cards: Cards) -> Iterator[Finding]:
    """A question or sentence points to something that it does not name.

    A card comes alone, months later, among a hundred others: what "it" or "this" was is gone by
    then. Name it.
    Sources: Wozniak, Twenty Rules, 12 and 16 (optimise wording; context cues); Matuschak, How to write
    good prompts (prompts should be precise).

    bad:
        questions:
          - {q: Why did they accept it?, a: They had no means to prevent it}
    bad:
        sentences:
          - text: It created the Permanent Joint Council in 1997.
    good:
        questions:
          - {q: Why did Russia accept NATO's enlargement?, a: It had no means to prevent it}
    """
    if not is_english(cards):
        return
    for asked in questions(cards):
        word = "" if " · " in asked.question else _pointing(_unquoted(asked.question))
        if word:
            yield _unclear(asked, word)
    for _, text, gaps in cards.sentences:
        found = _FIRST_WORD.match(text)
        if found and gaps and _points(found[1], found[2], text):
            yield _unclear(gaps[0], found[1])


def _unclear(asked: Asked, word: str) -> Finding:
    return Finding.of(asked.item, f"nothing here says what '{word}' is, and the card comes alone; name "
                      "it", asked.question_at)


def _pointing(question: str) -> str:
    """Find the word of a question that points to what was not named before it."""
    for word in words_in(question):
        low = word.lower()
        if word.isupper() and len(word) > 1:
            return ""  # WHO, IT
        if low in _POINTING:
            return word
        if low == "it":
            found = _IT.search(question)
            return found[0] if found else ""
        if low not in ASKING and not is_small(word):
            return ""
    return ""


def _points(word: str, following: str, text: str) -> bool:
    """Whether the first word of a sentence points to what was before it, not to what comes."""
    low = word.lower()
    if low == "it":  # "It was Genscher who …", "It takes nine votes to …"
        return following.strip(",.;") not in _EMPTY_IT and " that " not in text
    return low not in ("his", "her", "their") or "," not in text  # "Her minister, Merkel said, …"


_PAST = word_set("did was were had")
_KINDS = ARTICLES - {"the"}


def too_little_context(cards: Cards) -> Iterator[Finding]:
    """A question or gap could be about anything: it names nobody and nothing.

    "When was the treaty signed?" is clear to whoever has just read of the treaty. A card comes alone,
    months later, so it must say which.
    Sources: Wozniak, Twenty Rules, 4 and 16 (context cues); Matuschak, How to write good prompts
    (prompts should be precise).
    Limit: a question about the past needs one word that is no verb and no word like "treaty" or
    "government"; a gap must leave two words to read, besides small ones.

    bad:
        questions:
          - {q: When was the treaty signed?, a: In 1997}
    bad:
        sentences:
          - text: It was ==Genscher==.
    good:
        questions:
          - {q: When was the Founding Act signed?, a: In 1997}
    """
    if not is_english(cards):
        return
    for asked in questions(cards):
        if _is_about_anything(_unquoted(asked.question)):
            yield Finding.of(asked.item, "this question could be about anything, as it names nobody and "
                             "nothing; say which is meant", asked.question_at)
    for asked in cards.asked:
        if not asked.card and not has_picture(asked.item):
            left = content_of(asked.question.replace(HIDDEN, ""))
            if len(left) < LEAST_CONTENT and not any(map(_is_sign, asked.question)):
                said = f"only '{left[0]}'" if left else "nothing that tells"
                yield Finding.of(asked.item, f"gap {asked.number} leaves {said} to go by; say more of "
                                 "what it is about", asked.at)


def _is_about_anything(question: str) -> bool:
    words = words_in(question)
    if "…" in question or " · " in question or any(map(is_telling, words[1:])):
        return False
    if any(word[0].isupper() for word in words[1:]) or _pointing(question):
        return False  # a name, or part of one; what points is told by another rule
    lows = [word.lower() for word in words]
    is_past = not _PAST.isdisjoint(lows) or (
        len(words) > 1 and lows[0] in ("who", "what", "which") and (
            lows[1] in IRREGULAR_PASTS or (lows[1].endswith("ed") and bool(CLASSES[lows[1]] & VERB)))
    )
    return is_past and lows[0] in ASKING and _KINDS.isdisjoint(lows)


def _is_sign(char: str) -> bool:
    """Whether a character is one of a formula, or of a script without spaces."""
    return char in "=+<>→^\\" or ord(char) > 0x2E80
