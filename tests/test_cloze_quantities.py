"""The grammar of dates and quantities, on sentences marked before it was tried."""

import re
from pathlib import Path

import pytest

from deckgen.cloze.quantities import find_quantities
from deckgen.cloze.tokens import tokenise

MARKED = Path(__file__).with_name("quantities.txt").read_text(encoding="utf-8").splitlines()


def unmark(line: str) -> tuple[str, set[tuple[int, int]]]:
    """The plain sentence, and where `[[…]]` stood in it."""
    text, spans = "", set()
    for n, part in enumerate(re.split(r"\[\[|\]\]", line)):
        if n % 2:
            spans.add((len(text), len(text) + len(part)))
        text += part
    return text, spans


def find(text: str) -> set[tuple[int, int]]:
    """Where the grammar finds a date or quantity, the numbers at the end of names left out."""
    tokens = tokenise(text)
    found = [q for q in find_quantities(tokens) if not q.named]
    return {(tokens.starts[q.first], tokens.ends[q.last - 1]) for q in found}


def test_precision_and_recall() -> None:
    """Of what is found .99 is marked, of what is marked .98 is found, on 900 sentences and more."""
    assert len(MARKED) >= 900
    right = found = marked = 0
    for line in MARKED:
        text, spans = unmark(line)
        here = find(text)
        right, found, marked = right + len(here & spans), found + len(here), marked + len(spans)
    assert right / found >= 0.99
    assert right / marked >= 0.98


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("27 May 1997", "May 27, 1997", "1997-05-27"),
        ("5th of May 1997", "5 May 1997", "1997-05-05"),
        ("May 1997", "May, 1997", "1997-05"),
        ("4 September 476", "September 4, 476", "0476-09-04"),
        ("5 September", "September 5", "--09-05"),
        ("15 March 44 BC", "March 15, 44 BC", "0044-03-15-bc"),
    ],
)
def test_two_writings_of_a_date_have_one_key(one: str, other: str, key: str) -> None:
    """The key is what a card's number hangs on, whatever the order of its parts."""
    for written in (one, other):
        tokens = tokenise(f"It was {written}.")
        assert [q.key for q in find_quantities(tokens)] == [key]
