"""Rules about answers: short, single, definite, and not told by the question."""

import re
from collections.abc import Iterator

from deckgen.cloze.classes import CLASSES, GENERIC, VAGUE, VERB, VERB_NOUN
from deckgen.cloze.words import NUMBER_WORDS, word_set
from deckgen.lint.cards import HIDDEN, Asked, Cards
from deckgen.lint.rule import Finding
from deckgen.lint.wording import (
    WORD,
    answers,
    content_of,
    is_english,
    is_small,
    shortened,
    without_brackets,
    words_in,
)
from deckgen.model import Names, Text

MOST_WORDS = 20  # of an answer
MOST_MEMBERS = 3  # of a list that is to be recited
MOST_AT_ONCE = 2  # things that one gap hides


def answer_too_long(cards: Cards) -> Iterator[Finding]:
    """An answer is longer than one can say in a breath.

    What is long is half remembered, so it is neither known nor unknown when Anki asks, and every
    review of it takes long. Ask for one thing at a time; what explains it goes into 'note'.
    Sources: Wozniak, Twenty Rules, 4 (stick to the minimum information principle).
    Limit: 20 words.

    bad:
        questions:
          - q: What did the Founding Act of 1997 create?
            a: A Permanent Joint Council in which NATO and Russia meet every month at the level of
              ambassadors, and twice a year at that of ministers
    good:
        questions:
          - q: Which body did the Founding Act of 1997 create?
            a: The Permanent Joint Council
            note: It met every month at the level of ambassadors.
    """
    for asked in answers(cards):
        count = len(words_in(asked.answer)) if len(asked.answer) > 2 * MOST_WORDS else 0
        if count > MOST_WORDS:
            yield Finding.of(asked.item, f"the answer has {count} words, more than one can say in a "
                             "breath; ask for one thing, and put the rest into 'note'", asked.at)


# ---------------------------------------------------------------- yes or no

# "No" opens an answer, but no name: "No man's land", "No. 10".
_YES_NO = re.compile(
    r"(yes|no|true|false|correct|incorrect)(?!\.\s*\d)"
    r"(?=\W*$|[,.;:!]|\s*[(–—]|\s-\s|\s(?:because|but|it|he|she|they|this|that|there|only|not)\b)",
    re.IGNORECASE,
)


def yes_no(cards: Cards) -> Iterator[Finding]:
    """A question is answered by yes or no, or by true or false.

    Half of all guesses are right, and what is learnt is a nod, not a fact. Ask for what makes it so.
    Sources: Wozniak, Twenty Rules, 4; Matuschak, How to write good prompts (avoid binary prompts).

    bad:
        questions:
          - {q: Is the Founding Act a treaty under international law?, a: "No"}
    bad:
        questions:
          - {q: "True or false: Russia has signed the Founding Act.", a: "True"}
    good:
        questions:
          - {q: What kind of document is the Founding Act?, a: A political one}
    """
    if not is_english(cards):
        return
    for asked in answers(cards):
        if said := _YES_NO.match(asked.answer):
            yield Finding.of(asked.item, f"this is answered by '{said[1].lower()}', which half of all "
                             "guesses get right; ask for what makes it so", asked.at)


# ---------------------------------------------------------------- lists

_BULLET = re.compile(r"(?:[-*+•]|\d+[.)])\s+(.+)")
_NUMBERED = re.compile(r"(?:^|\s)\(?[1-9][.)]\s+")
_MARK = re.compile(r"[.)]\s")  # without one nothing is numbered
_COMMA = re.compile(r"\s*[,;]\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+")
_JOINED = re.compile(r"[,;] .*(?:\band\b|&) ")
# "Ministry of Economy, Trade and Industry" is one name.
_NAME_OF = re.compile(r"(?:the )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)* (?:of|for|on|to) ")
_CLAUSE = word_set("who which that whose where when while because so but although as by to not with")
_MEMBER_WORDS = 4  # at most


def enumeration(cards: Cards) -> Iterator[Finding]:
    """An answer is a list to recite.

    A list is forgotten at one of its members, never as a whole, so Anki asks again for all that is
    known. Ask for one member at a time: a sentence with a gap for each, or a question that shows the
    others.
    Sources: Wozniak, Twenty Rules, 9 and 10 (avoid sets; avoid enumerations); Matuschak, How to write
    good prompts (closed lists: one prompt for each member).
    Limit: three members, which most people can hold; two for gaps of one number, where parting them
    costs nothing.

    bad:
        questions:
          - q: Which states make up the Normandy Format?
            a: Germany, France, Russia and Ukraine
    bad:
        sentences:
          - text: The Normandy Format is made up of {{c1::Germany}}, {{c1::France}}, {{c1::Russia}}
              and {{c1::Ukraine}}.
    good:
        sentences:
          - text: The Normandy Format is made up of ==Germany==, ==France==, Russia and Ukraine.
    """
    is_spoken = is_english(cards)
    for asked in answers(cards):
        members = _members(asked, is_spoken)
        if len(members) > MOST_MEMBERS:
            yield Finding.of(asked.item, f"the answer is a list of {len(members)} to recite, from "
                             f"'{shortened(members[0])}' to '{shortened(members[-1])}'; ask for one at "
                             "a time, or write a sentence with a gap for each", asked.at)
    for asked in cards.asked:
        if not asked.card and asked.question.count(HIDDEN) > MOST_AT_ONCE:
            pieces = asked.answer.split(" / ")
            if len(pieces) > MOST_AT_ONCE:
                yield Finding.of(asked.item, f"gap {asked.number} hides {len(pieces)} things at once, "
                                 f"from '{shortened(pieces[0])}' to '{shortened(pieces[-1])}'; give "
                                 "each a number of its own", asked.at)


def _members(asked: Asked, is_spoken: bool) -> list[str]:
    """What a list has in it; nothing if an answer is no list."""
    if isinstance(asked.value, Names):
        return [name.text for name in asked.value.items]
    if isinstance(asked.value, Text) and "\n" in asked.value.text:
        bullets = [_BULLET.match(line.strip()) for line in asked.value.text.splitlines()]
        if listed := [bullet[1] for bullet in bullets if bullet]:
            return listed
    numbered = _NUMBERED.split(asked.answer)[1:] if _MARK.search(asked.answer) else []
    if len(numbered) > 1:
        return [part.strip(" ;,.") for part in numbered]
    return _spoken(asked.answer) if is_spoken else []


def _spoken(answer: str) -> list[str]:
    """Part "A, B and C" into its members, if each is short and none a clause."""
    if "," not in answer and ";" not in answer:
        return []
    text = without_brackets(answer).rstrip(" .")
    if not _JOINED.search(text) or _NAME_OF.match(text):
        return []
    members = _COMMA.split(text)
    for member in members:
        words = words_in(member)
        if not 0 < len(words) <= _MEMBER_WORDS or words[0].lower() in _CLAUSE:
            return []
    return members


# ---------------------------------------------------------------- answers that are told

# A choice shows its answers, and a question about a word the word.
_MAY_TELL = re.compile(
    r"\bor\b|\b(?:stands? for|abbreviat\w*|acronym|mean|means|spell|spelled|spelt|full name|short for|"
    r"called|named|known as)\b", re.IGNORECASE)
_ENDINGS = tuple("s es n an ian ese ish i ic ism ist ists d ed ing".split())
_LEAST_STEM = 4
_LEAST_SHARED = 3  # letters that forms of a word begin with
_GENITIVE = re.compile(r"['’]s$")
_SELVES = word_set("itself himself herself themselves")
_COMMON = GENERIC | VAGUE | VERB | VERB_NOUN  # words that come back without saying the same


def answer_in_question(cards: Cards) -> Iterator[Finding]:
    """The question, or the rest of the sentence, already says the answer.

    Then one learns to read, not to remember. Ask with other words, or ask for something else. That
    the answer is there in another form ("Japanese" where Japan is asked) gives it away too, and so
    does another name of what is asked.
    Sources: Matuschak, How to write good prompts (prompts should be effortful: a cue must not give
    the answer away); in gap sentences made by people, the answer stands elsewhere in 0 to 1.4 %.

    bad:
        questions:
          - {q: In which city was the Paris summit of 1997 held?, a: Paris}
    bad:
        actors:
          - name: Permanent Joint Council
            aliases: PJC
            role: Forum of NATO and Russia, in short the PJC
    good:
        questions:
          - {q: In which city was the Founding Act signed?, a: Paris}
    """
    is_spoken = is_english(cards)
    seen = set()
    for asked in cards.asked:
        told = next((answer for answer in _said(asked) if _is_told(asked, answer, is_spoken)), "")
        if not told or (asked.card and is_spoken and _MAY_TELL.search(asked.question)):
            continue
        place = (asked.item.file.path, asked.question_at, asked.number, told)
        if place not in seen:  # two cards may ask the same in two ways
            seen.add(place)
            what = "the question" if asked.card else "the rest of the sentence"
            yield Finding.of(asked.item, f"{what} already says '{shortened(told)}'; ask with other words, "
                             "or for something else", asked.question_at)


def _said(asked: Asked) -> Iterator[str]:
    """What an answer may be: its parts, and the other names of a name."""
    if not asked.card:
        yield from asked.answer.split(" / ")
        return
    yield without_brackets(asked.answer)
    fields = {field.key: field for field in asked.item.kind.fields}
    values = asked.item.values
    if any(values.get(key) is asked.value and field.is_name for key, field in fields.items()):
        for key, field in fields.items():
            value = values.get(key)
            if field.is_name and isinstance(value, Names):
                yield from (name.text for name in value.items)


def _bare(text: str) -> list[str]:
    """List the content words of a text, without the 's of a genitive."""
    return [_GENITIVE.sub("", word) for word in content_of(text)]


def _is_told(asked: Asked, answer: str, is_spoken: bool) -> bool:
    """Whether all words of an answer are in the question; side by side, if they are in a gap."""
    wanted, question = [], asked.question.casefold()
    for found in WORD.finditer(answer):
        if not is_small(found[0]):
            wanted.append(_GENITIVE.sub("", found[0]).casefold())
            if wanted[-1][:_LEAST_SHARED] not in question:
                return False  # the quick way out of most, at their first word
    if not wanted or not _SELVES.isdisjoint(words_in(answer)) or all(map(_is_little, wanted)):
        return False
    shown = [word.casefold() for word in _bare(asked.question)]
    if asked.card:
        return all(_is_among(shown, word, is_spoken) for word in wanted)
    if len(wanted) == 1 and answer.islower() and CLASSES[wanted[0]] & _COMMON:
        return False
    return any(
        all(_is_among(shown[start + n : start + n + 1], word, is_spoken)
            for n, word in enumerate(wanted))
        for start in range(len(shown) - len(wanted) + 1)
    )


def _is_little(word: str) -> bool:
    """Whether a word is there in any text: a short one, a small number."""
    return len(word) < 3 or word in NUMBER_WORDS


def _is_among(shown: list[str], word: str, is_spoken: bool) -> bool:
    return word in shown or (is_spoken and _has_stem(shown, word))


def _has_stem(shown: list[str], word: str) -> bool:
    """Whether a word is shown with another ending: Japan, Japanese; treaty, treaties."""
    if len(word) < _LEAST_STEM or word[0].isdigit():
        return False
    forms = {word + ending for ending in _ENDINGS}
    if word.endswith(("y", "a", "e")):
        forms |= {word[:-1] + ending for ending in ("ies", "ian", "n", "ish", "ing")}
    forms |= {word[: -len(end)] for end in _ENDINGS
              if word.endswith(end) and len(word) - len(end) >= _LEAST_STEM}
    return not forms.isdisjoint(shown)
