"""Rules about answers: short, single, definite."""

import re
from collections.abc import Iterator

from deckgen.lint.cards import Cards
from deckgen.lint.rule import Finding

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_YES_NO = re.compile(r"(?:yes|no|true|false|correct|incorrect)\b", re.IGNORECASE)

MOST_WORDS = 20  # of an answer


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
    for asked in cards.asked:
        count = len(_WORD.findall(asked.answer))
        if count > MOST_WORDS:
            yield Finding.of(asked.item, f"the answer has {count} words, more than one can say in a "
                             "breath; ask for one thing, and put the rest into 'note'", asked.at)


def yes_no(cards: Cards) -> Iterator[Finding]:
    """A question is answered by yes or no.

    Half of all guesses are right, and what is learnt is a nod, not a fact. Ask for what makes it so.
    Sources: Wozniak, Twenty Rules, 4; Matuschak, How to write good prompts (avoid binary prompts).

    bad:
        questions:
          - {q: Is the Founding Act a treaty under international law?, a: "No"}
    good:
        questions:
          - {q: What kind of document is the Founding Act?, a: A political one}
    """
    for asked in cards.asked:
        if asked.card and _YES_NO.match(asked.answer):
            yield Finding.of(asked.item, "this is answered by yes or no, which half of all guesses "
                             "get right; ask for what makes it so", asked.at)
