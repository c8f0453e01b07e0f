"""The rules of card-writing: each finds its bad example once, and leaves its good one alone."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from deckgen.diagnostics import Diagnostic
from deckgen.lint import RELEASE, WRITING, Rule
from deckgen.project import check

SOURCES = "known-2022: {author: A. Known, title: A Known Text}\n"
_EXAMPLE = re.compile(r"^(bad|good):\n((?:(?: {4}.*)?\n)*(?: {4}.*)?)", re.MULTILINE)


def found_in(folder: Path, text: str, **manifest: str) -> list[Diagnostic]:
    """Check a project with one card file."""
    cards = folder / "cards"
    cards.mkdir()
    keys = {"id": "t", "name": "T"} | manifest
    cards.joinpath("deck.yaml").write_text(
        "".join(f"{key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
    cards.joinpath("sources.yaml").write_text(SOURCES, encoding="utf-8")
    cards.joinpath("one.yaml").write_text(dedent(text), encoding="utf-8")
    return list(check(cards).found)


def examples(rule: Rule) -> list[tuple[str, str]]:
    """The card files in a manual, as (bad or good, text)."""
    return [(kind, dedent(text)) for kind, text in _EXAMPLE.findall(rule.manual)]


@pytest.mark.parametrize("rule", WRITING, ids=lambda rule: rule.name)
def test_a_manual_has_a_bad_and_a_good_example(rule: Rule) -> None:
    """Both, at least once, and where the rule comes from."""
    assert {kind for kind, _ in examples(rule)} == {"bad", "good"}
    assert "Source" in rule.manual


@pytest.mark.parametrize(("rule", "kind", "text"), [
    pytest.param(rule, kind, text, id=f"{rule.name}-{kind}-{n}")
    for rule in WRITING for n, (kind, text) in enumerate(examples(rule))
])
def test_examples_are_what_they_say(tmp_path: Path, rule: Rule, kind: str, text: str) -> None:
    """A bad one is found once, a good one not at all; neither has errors."""
    found = found_in(tmp_path, text)
    assert not any(diagnostic.is_error for diagnostic in found), found
    assert sum(diagnostic.rule == rule.name for diagnostic in found) == (kind == "bad")


def test_rules_have_names_of_their_own() -> None:
    """Findings, `ignore` and `--explain` go by them."""
    names = [rule.name for rule in (*RELEASE, *WRITING)]
    assert len(names) == len(set(names))


YES_NO = """
    questions:
      - id: act
        q: Is the Founding Act a treaty?
        a: "No"
        source: known-2022
"""


def test_an_item_or_a_project_may_ignore_a_rule(tmp_path: Path) -> None:
    """Then it is not found; what is ignored for nothing is."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "c").mkdir()
    item = YES_NO + "        ignore: [yes-no]\n"
    assert "yes-no" not in {found.rule for found in found_in(tmp_path / "a", item)}
    assert "yes-no" not in {found.rule for found in found_in(tmp_path / "b", YES_NO,
                                                             ignore="yes-no")}
    found = found_in(tmp_path / "c", item.replace('"No"', "A political document"))
    assert [(one.rule, one.span.line) for one in found if "ignore" in one.rule] \
        == [("unneeded-ignore", 7)]


@pytest.mark.parametrize("name", ["yes-on", "clashing-decks", "unknown-key"])
def test_only_rules_that_are_no_errors_can_be_ignored(tmp_path: Path, name: str) -> None:
    """An unknown name is an error that says which is near."""
    found = found_in(tmp_path, YES_NO + f"        ignore: {name}\n")
    assert [one.rule for one in found if one.is_error] == ["unknown-rule"]
