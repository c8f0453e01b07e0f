"""The table of scores and the facts that are stated belong together."""

import ast
from collections.abc import Iterator
from pathlib import Path

from deckgen.cloze import acronyms, choice, facts, wishes
from deckgen.cloze.scores import TERMS

MODULES = (acronyms, choice, facts, wishes)


def walk() -> Iterator[ast.AST]:
    """Every piece of the modules that state facts."""
    for module in MODULES:
        yield from ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))


def strings(node: ast.AST) -> set[str]:
    """The strings that stand in a piece of source."""
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {value for value in found if isinstance(value, str)}


def test_every_term_is_stated_somewhere() -> None:
    """No line of the table is idle."""
    assert set(TERMS) <= {text for node in walk() for text in strings(node)}


def test_every_fact_has_its_line() -> None:
    """Whatever is appended to a mention's facts has a figure."""
    stated: set[str] = set()
    for node in walk():
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("facts.append"):
            stated |= strings(node.args[0])
    kinds = {"many names", "named terms"}
    assert {fact for fact in stated if " " in fact} - kinds <= set(TERMS)
