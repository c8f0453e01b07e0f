"""`stats` counts what `build` makes: every table sums up to the deck, whatever its width."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main
from deckgen.stats import bar, statistics, told
from tests.anki_collection import SHIPPED, write_cards

CARDS = """
    deck: One::Deep
    tags: [everywhere]
    questions:
      - {id: a, q: Which four states signed it?, a: Those four, tags: [far], ask: [forward, reverse]}
      - {id: b, q: In which city was it signed?, a: Paris, ask: []}
    actors:
      - {id: c, name: Hans-Dietrich Genscher, aliases: [Genscher], role: Foreign minister}
    sentences:
      - {id: d, text: "==NATO== and ==Russia== signed the ==Founding Act== in Paris."}
"""


def run(*arguments: str | Path) -> Result:
    """Run `stats`."""
    return CliRunner().invoke(main, ["stats", *map(str, arguments)])


def test_the_shipped_deck_adds_up() -> None:
    """Kinds and decks each have every item and every card once; the cards are those of the build."""
    found, made = statistics(SHIPPED)
    assert found == ()
    assert made is not None
    for table in (made.kinds, made.decks):
        assert sum(items for items, _ in table.values()) == made.items
        assert sum(cards for _, cards in table.values()) == made.cards
    assert sum(made.gaps.values()) == made.kinds["sentences"][0]
    assert sum(number * count for number, count in made.gaps.items()) == made.kinds["sentences"][1]


def test_what_is_counted(tmp_path: Path) -> None:
    """Items and cards by kind, deck, tag and source; gaps; names; an item without cards counts."""
    made = statistics(write_cards(tmp_path, one=CARDS))[1]
    assert made is not None
    assert (made.items, made.cards) == (4, 7)
    assert made.kinds == {"actors": (1, 2), "questions": (2, 2), "sentences": (1, 3)}
    assert made.decks == {"One::Deep": (4, 7)}
    assert made.tags == {"everywhere": (4, 7), "far": (1, 2)}
    assert made.sources == {"(no source)": (4, 7)}
    assert made.gaps == {3: 1}
    assert (made.names, made.asked_names, made.unmet_names) == (1, 1, ())


def test_json_has_all_of_it(tmp_path: Path) -> None:
    """One object, the same numbers."""
    made = json.loads(run(write_cards(tmp_path, one=CARDS), "--json").stdout)
    assert made["cards"] == 7
    assert made["kinds"]["questions"] == {"items": 2, "cards": 2}
    assert made["gaps_per_sentence"] == {"3": 1}


def test_days_are_counted(tmp_path: Path) -> None:
    """Rounded up; the number a day may be given."""
    result = run(write_cards(tmp_path, one=CARDS), "--daily", "2")
    assert result.stdout.endswith("at  2 new cards a day: 4 days\n")
    assert run(tmp_path / "cards", "--daily", "0").exit_code == 2


@pytest.mark.parametrize("width", [20, 40, 80, 100])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    """Long names are cut, and bars take what is left; but numbers are always whole."""
    made = statistics(SHIPPED)[1]
    assert made is not None
    tables = [line for line in told(made, width) if "█" in line or "▏" in line]
    assert tables
    assert max(map(len, tables)) <= max(width, 36)


def test_bars_are_as_long_as_their_share() -> None:
    """To an eighth of a column."""
    assert [bar(share, 4) for share in (0, 1 / 32, 0.5, 0.53125, 1)] == ["", "▏", "██", "██▏", "████"]


def test_a_faulty_project_is_not_counted(tmp_path: Path) -> None:
    """Its errors are told, and nothing else."""
    result = run(write_cards(tmp_path, one="questions: [{q: What?}]"))
    assert result.exit_code == 1
    assert "[missing-value]" in result.stderr
    assert result.stdout == ""
