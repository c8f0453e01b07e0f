"""What each fact about a mention is worth: the table to change when gaps are chosen badly.

A score is the sum of the terms of a mention's facts. The figures were fitted on human-made gaps
(sentences on international relations, history clozes of many authors, encyclopaedia prose) and
rounded; 0 is about even odds that a teacher would ask for the stretch.
"""

from typing import Final

TERMS: Final[dict[str, float]] = {
    # What sort of stretch it is.
    "name": -0.1,  # a capitalised run; what it names decides
    "curated name": -0.3,  # an item of the project: known, which alone makes it no better question
    "names an instrument": 1.1,  # treaty, act, doctrine: made to be remembered
    "names an event": 0.0,  # war, summit, crisis
    "names a body": 0.5,  # court, council, organisation
    "names a place": 0.5,  # sea, islands, canal
    "like a person's name": 0.2,  # two or three plain capitals
    # "Russian Orthodox …": the whole is often mere description
    "name that begins with a people": -0.4,
    "single capital": 0.0,  # a surname, a town, a term at the head of the sentence
    "acronym": 0.2,  # stands alone for a name
    "acronym in brackets": 0.9,  # hidden together with the name that it stands for
    "has its acronym": 0.8,  # the author thought it worth abbreviating: it is the term to learn
    "country or power": -0.7,  # the usual setting, and guessable
    "word for a people": -0.7,  # "Soviet", "Danish": describes something else
    "generic title": -0.3,  # "President", "Constitution": many right answers
    "term in common words": 0.6,  # a curated or abbreviated term without capitals
    "quotation": 0.5,  # words that somebody made famous
    "list of names": 0.1,  # "Finland and Sweden" is one answer
    "list of three or more": 0.5,  # whoever lists the members wants them known
    "list of words": -0.8,  # "law and justice"
    "phrase": -0.4,  # a common noun with what belongs to it; good only in a good place
    "phrase with of": -0.7,  # long, seldom better than its first half
    "event told by its year": 0.3,  # "war of 1812" is a name in all but capitals
    "phrase with a name in it": -0.4,  # "Crimean parliament": the name mostly gives it away
    "common word alone": -0.3,  # many right answers
    "vague words only": -0.3,  # "important part": nothing to know
    "vague head": -0.1,  # "nuclear weapons state": half of it is filler
    "end of a phrase": -0.2,  # without its adjective
    "names an idea": 0.5,  # theory, dilemma, clause: the term of a lesson
    # Dates and quantities.
    "full date": 0.8,  # day, month and year: exact, and one right answer
    "month and year": 0.0,
    "year": 0.0,
    "day without a year": -0.7,  # the second of two dates, told by the first
    "time of day": 0.0,
    "range of dates": 0.4,
    "decade or century": -0.2,  # rarely wrong, rarely asked
    "only date": 0.5,  # the one date of the sentence is what dates the fact
    "votes": 0.7,  # "141 votes to 5": looked up for the purpose
    "share or money": 1.0,  # percentages, fractions, sums
    "fraction": -0.2,  # "two thirds": easily guessed
    "span between two events": -0.7,  # "nine days before": reckoned, and nobody learns it
    "measured amount": -0.3,  # a number with its unit
    "numbered text": 1.0,  # article, resolution: how lawyers name things
    "bare number": -0.1,
    "number in words": -0.4,  # small and often chance
    "ordinal": -0.8,
    # Its place in the sentence.
    "opens the sentence": 0.4,  # what it is about
    "before is": 0.6,  # what is defined
    "what is defined": 0.5,  # the same, wherever the verb stands
    "named by a description": 1.4,  # "the largest country is …": the answer itself
    "what a definition says": -0.5,  # the longer side of "X is …", which should stay to be read
    "what there is": 1.0,  # "there are 27 …"
    "after is": 0.3,
    "after a naming verb": 1.6,  # "called …", "known as …"
    "object of a deed": 0.2,  # founded, signed, wrote …
    "object of a verb": -0.2,
    "doer": 0.1,  # "signed by …"
    "before saying": 0.1,  # whose claim it is
    "source of a statement": -1.0,  # "… , the author argues": who tells it is no part of it
    "before its verb": 0.0,
    "before the main verb": 0.0,
    "carries its date": 0.7,  # "… of 5 May 1997", "… (1875)": somebody dated it for us
    "first name": 0.2,  # of those that are no mere setting
    "only name": 0.5,
    "after a possessor": 0.0,
    "possessor": 0.0,
    "after of": -0.1,
    "before of": -0.2,
    "after by": 0.2,
    "after in or at": 0.1,
    "after to or from": -0.2,
    "after under": -0.3,
    "after with or for": 0.1,
    "after and": -0.3,
    "after a noun": -0.2,
    "after a date or number": -0.4,
    "after a conjunction": -0.2,
    "before its noun": 0.0,  # describes the noun that follows
    "in the opening phrase": 0.1,  # "In 1492, …" sets the scene
    "in a side clause": -0.3,  # "…, which …"
    "in brackets": -0.9,  # told by the way
    "closes its clause": 0.0,
    "closes the sentence": 0.0,  # all that helps has been read by then
    # Its size.
    "one word": -0.5,  # dates and numbers not meant
    "five words or more": -0.2,  # hard to answer letter by letter
    "more than a quarter": -0.2,  # of the sentence: little is left to go by
    # What is known beyond the sentence.
    # named all over the deck: what the deck is about, not what it asks
    "background of the deck": -0.8,
    "overlaps a better one": -0.6,  # a second reading of the same words
    "asked for by the author": 30.0,  # beats everything
}


WORTH: Final = TERMS.__getitem__
