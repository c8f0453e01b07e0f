"""Rules about key sentences and their gaps."""

import re
from collections.abc import Iterator
from itertools import pairwise

from deckgen.cloze.words import word_set
from deckgen.lint.cards import Cards
from deckgen.lint.rule import Finding
from deckgen.lint.wording import is_english, shortened, words_in

MOST_WORDS = 40  # of a sentence
MOST_GAPS = 4  # cards of one sentence


def sentence_too_long(cards: Cards) -> Iterator[Finding]:
    """A key sentence is so long that it is read anew at every review.

    One looks for the gap, forgets how the sentence began, and answers by the shape of the text.
    Cut it into two sentences, or leave out what is not asked.
    Sources: Wozniak, Twenty Rules, 4 and 12 (minimum information; optimise wording); of 819 gap
    sentences made by people, 99 % have 38 words or fewer.
    Limit: 40 words.

    bad:
        sentences:
          - text: ==NATO== and Russia signed the Founding Act in Paris on 27 May 1997, when Boris
              Yeltsin was president of Russia, Bill Clinton president of the United States and Javier
              Solana Secretary General of the alliance, after half a year of talks that had begun in
              January of that year.
    good:
        sentences:
          - text: ==NATO== and Russia signed the Founding Act in Paris on 27 May 1997.
    """
    for item, text, gaps in cards.sentences:
        count = len(words_in(text))
        if count > MOST_WORDS and gaps:
            yield Finding.of(item, f"the sentence has {count} words, which is much to read at every "
                             "review; cut it into two, or leave out what is not asked", gaps[0].at)


def too_many_gaps(cards: Cards) -> Iterator[Finding]:
    """A sentence makes more cards than it is worth.

    Each shows the same sentence with all the other answers, so the cards give each other away and
    cost a review each. Ask for what matters most, and cut the sentence for the rest.
    Sources: Nielsen, Augmenting Long-term Memory (make questions and answers as atomic as possible); of
    819 gap sentences made by people, 4 % have four gaps or more, and 0.5 % make more than four cards.
    Limit: four gaps with numbers of their own.

    bad:
        sentences:
          - text: ==NATO== and ==Russia== signed the ==Founding Act== in ==Paris== on ==27 May 1997==.
    good:
        sentences:
          - text: NATO and Russia signed the ==Founding Act== in Paris on ==27 May 1997==.
    """
    for item, _, gaps in cards.sentences:
        if len(gaps) > MOST_GAPS:
            yield Finding.of(item, f"{len(gaps)} gaps in one sentence make {len(gaps)} cards that show "
                             f"each other's answers; keep the {MOST_GAPS} that matter most", gaps[0].at)


_SMALL = word_set(
    "a an the of to in on at by for with from as into is are was were be been being am has have had do "
    "does did and that which who whom whose it its he she they them his her their this these those "
    "there"
)


def small_word_gap(cards: Cards) -> Iterator[Finding]:
    """A gap hides only small words.

    "Of" and "was" are told by grammar, not by knowledge. Hide the word that carries the fact.
    Sources: Wozniak, Twenty Rules, 5 and 12 (cloze deletion; optimise wording); of the gaps that people
    make, 1.2 % hide small words only, most of them opposites like "above", which this
    rule leaves alone.

    bad:
        sentences:
          - text: The Founding Act ==was== signed in Paris.
    good:
        sentences:
          - text: The Founding Act was signed in ==Paris==.
    """
    if not is_english(cards):
        return
    for gapped in cards.gapped:
        for text, numbers in gapped.pieces:
            words = words_in(text) if numbers else []
            if words and text[0].isalpha() and all(word in _SMALL for word in words):
                yield Finding.of(gapped.item, f"the gap hides only '{text}', which grammar tells; "
                                 "hide the word that carries the fact", gapped.at)


_NAMED_THE = word_set("Hague Times Economist Guardian Gambia Bahamas Netherlands")


def article_in_gap(cards: Cards) -> Iterator[Finding]:
    """A gap begins with "the".

    The article is read, not remembered: left outside, it makes the gap shorter and the sentence
    smoother.
    Sources: Wozniak, Twenty Rules, 12 (optimise wording); of the gaps that people make, 1.8 % have an
    article in them.

    bad:
        sentences:
          - text: NATO and Russia signed ==the Founding Act== in Paris.
    good:
        sentences:
          - text: NATO and Russia signed the ==Founding Act== in Paris.
    """
    if not is_english(cards):
        return
    for gapped in cards.gapped:
        for place, (text, numbers) in enumerate(gapped.pieces):
            first, _, rest = text.partition(" ")
            starts = place == 0 or not gapped.pieces[0][0].strip()
            if numbers and rest and (first == "the" or (
                starts and first == "The" and words_in(rest)[:1] and words_in(rest)[0] not in _NAMED_THE
            )):
                yield Finding.of(gapped.item, f"the gap '{shortened(text)}' begins with its article; "
                                 f"leave '{first}' outside", gapped.at)


_BETWEEN = re.compile(r"\s*|[-–]")


def adjacent_gaps(cards: Cards) -> Iterator[Finding]:
    """Two gaps stand side by side, with nothing between them.

    They are one thing in two halves: the half that is shown gives the other away, and neither is
    worth knowing alone. Make one gap of them.
    Sources: Wozniak, Twenty Rules, 4 and 12; of 819 gap sentences made by people, 0.4 % have such gaps.

    bad:
        sentences:
          - text: NATO and Russia signed the Founding Act on {{c1::27 May}} {{c2::1997}}.
    good:
        sentences:
          - text: NATO and Russia signed the Founding Act on ==27 May 1997==.
    """
    for gapped in cards.gapped:
        gaps = [n for n, (_, numbers) in enumerate(gapped.pieces) if numbers]
        for left, right in pairwise(gaps):
            between = "".join(text for text, _ in gapped.pieces[left + 1 : right])
            one, other = gapped.pieces[left][0], gapped.pieces[right][0]
            if _BETWEEN.fullmatch(between) and _are_halves(one, other):
                yield Finding.of(gapped.item, f"the gaps '{shortened(one)}' and '{shortened(other)}' "
                                 "are side by side, and each gives the other away; make one of them",
                                 gapped.at)


def _are_halves(one: str, other: str) -> bool:
    """Whether two texts belong together: a name after a date does not, nor what is in brackets."""
    if not one[-1:].isalnum() or not other[:1].isalnum():
        return False
    return not (one[-1].isdigit() and other[0].isupper())
