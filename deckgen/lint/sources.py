"""Rules about where facts come from, and who says so."""

from collections import Counter
from collections.abc import Iterator

from deckgen.lint.cards import Cards, at_of, text_of
from deckgen.lint.likeness import shortened, telling, words
from deckgen.lint.rule import Finding
from deckgen.model import Cite, Item

MOST = 3 / 4  # of all items: where so many have a source, one without was forgotten


def unsourced(cards: Cards) -> Iterator[Finding]:
    """An item has no source, and nearly all others have one.

    What one cannot look up cannot be corrected, and doubts about it stay. Name the source in the
    item, or once for the whole file.
    Sources: Wozniak, Twenty Rules, 18 (provide sources).
    Limit: three of four items have a source; in a project that cites little nothing is said.

    bad:
        questions:
          - {q: Who became president in 1991?, a: Boris Yeltsin, source: known-2022}
          - {q: Who became president in 2000?, a: Vladimir Putin, source: known-2022}
          - {q: Who became president in 2008?, a: Dmitry Medvedev, source: known-2022}
          - {q: Who was prime minister then?, a: Vladimir Putin}
    good:
        source: known-2022
        questions:
          - {q: Who became president in 1991?, a: Boris Yeltsin}
          - {q: Who became president in 2000?, a: Vladimir Putin}
    """
    own = [item for item in cards.items if not item.is_about]
    bare = [item for item in own if not item.sources]
    if bare and len(bare) <= len(own) * (1 - MOST):
        for item in bare:
            yield Finding.of(item, f"{len(own) - len(bare)} of {len(own)} items have a source, and this "
                             "has none; write 'source: …' here, or at the head of the file")


def unattributed(cards: Cards) -> Iterator[Finding]:
    """A claim does not say who reports it.

    Students learn it as a fact about the one who is said to hold it. Kinds whose items are claims
    name the field for it in their file ('attribution: …').
    Sources: Wozniak, Twenty Rules, 18 (provide sources); Matuschak, How to write good prompts.
    Limit: not found where the author of the source is the one who holds it; nor in an item with a
    source, unless most items of the kind in the project say who reports them.

    bad:
        positions:
          - {actor: Russia, issue: NATO's enlargement, position: It breaks a promise of 1990}
    good:
        positions:
          - {actor: Russia, issue: NATO's enlargement, position: It breaks a promise of 1990,
             according-to: Higashino}
          - {actor: A. Known, issue: NATO's enlargement, position: It broke no promise,
             source: known-2022}
    """
    claims = [item for item in cards.items if item.kind.attribution]
    silent = [item for item in claims
              if item.kind.attribution not in item.values and not _is_by_holder(item, cards)]
    total = Counter(item.kind.section for item in claims)
    missing = Counter(item.kind.section for item in silent)
    for item in silent:
        kind, count = item.kind, total[item.kind.section]
        told = count - missing[kind.section]
        if told * 2 > count or not item.sources:
            first = item.values.get(kind.fields[0].key)
            others = f"{told} of {count} {kind.section} say who reports them; " if told * 2 > count else ""
            yield Finding.of(item, f"{others}who says so of '{shortened(text_of(first))}'? Write "
                             f"'{kind.attribution}: …'", at_of(first, item))


def _is_by_holder(item: Item, cards: Cards) -> bool:
    """Whether the one who holds what an item claims wrote its source, or is the source."""
    holder = telling(words(text_of(item.values.get(item.kind.fields[0].key))))
    return any(
        holder & telling(words(f"{cite.fields.get('author', '')} {cite.fields.get('title', '')}"))
        for citation in item.sources
        if isinstance(cite := cards.project.cites.get(citation.key), Cite)
    )
