"""Rules about cards beside others, about facts and sources: what they find, and what they leave."""

from pathlib import Path
from textwrap import dedent

import pytest

from deckgen.diagnostics import Diagnostic
from deckgen.lint.likeness import look_alike, near_pairs, words
from deckgen.project import check
from tests.test_lint import SOURCES


def found(folder: Path, rule: str, *files: str, kind: str = "", **manifest: str) -> list[Diagnostic]:
    """What a rule finds in a project with these card files, in reading order."""
    cards = folder / "cards"
    (cards / "kinds").mkdir(parents=True)
    keys = {"id": "t", "name": "T"} | manifest
    cards.joinpath("deck.yaml").write_text(
        "".join(f"{key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
    cards.joinpath("sources.yaml").write_text(SOURCES, encoding="utf-8")
    if kind:
        cards.joinpath("kinds", "own.yaml").write_text(dedent(kind), encoding="utf-8")
    for n, text in enumerate(files):
        cards.joinpath(f"{n}.yaml").write_text(dedent(text), encoding="utf-8")
    result = check(cards).found
    assert not any(one.is_error for one in result), result
    return [one for one in result if one.rule == rule]


def asking(*pairs: tuple[str, str], section: str = "questions", keys: tuple[str, str] = ("q", "a")) -> str:
    """Write a card file with questions and answers."""
    lines = [f"  - {{{keys[0]}: '{q}', {keys[1]}: '{a}'}}" for q, a in pairs]
    return f"{section}:\n" + "\n".join(lines) + "\n"


def lines(diagnostics: list[Diagnostic]) -> list[int]:
    """The lines on which something was found."""
    return [one.span.line for one in diagnostics]


# ---------------------------------------------------------------- cards beside others


@pytest.mark.parametrize(("one", "two", "is_found"), [
    (("Who signed it?", "Yeltsin"), ("who signed it", "Clinton"), True),
    (("Who signed it?", "Boris Yeltsin"), ("Who signed it?", "Yeltsin"), False),
    (("Who signed it?", "Yeltsin"), ("Who signed that?", "Clinton"), False),
    (("What does != mean?", "unequal"), ("What does == mean?", "equal"), False),
    (("What is C++?", "A language"), ("What is C?", "Another"), False),
    (("What is f(-1)?", "One"), ("What is f(1)?", "Two"), False),
    (("What is $x_1$?", "One"), ("What is $x_2$?", "Two"), False),
    (("Which way?", "In"), ("Which way?", "Out"), True),
    (("What adds?", "&"), ("What adds?", "%"), True),
])
def test_cards_that_show_the_same(
    tmp_path: Path, one: tuple[str, str], two: tuple[str, str], is_found: bool
) -> None:
    """Case and punctuation make no difference; signs of formulas and code do."""
    assert len(found(tmp_path, "ambiguous", asking(one, two))) == is_found


def test_gaps_of_two_sentences_may_show_the_same(tmp_path: Path) -> None:
    """A sentence that contradicts another is found; the place of the other is told."""
    result = found(tmp_path, "ambiguous", """
        sentences:
          - text: They met in =={Reykjavik}== in 1986.
          - text: They met in =={Geneva}== in 1986.
        """.replace("{", "").replace("}", ""))
    assert lines(result) == [4]
    assert "0.yaml:3:5" in result[0].message
    assert "'Reykjavik'" in result[0].message


@pytest.mark.parametrize(("one", "two", "is_found"), [
    ("Which state of the West joined in 1999?", "Which Western state was it that joined in 1999?", False),
    ("Which state joined the alliance in 1999?", "What state was it that joined the alliance in 1999?", True),
    ("Which state joined the alliance in 1999?", "Which state joined the alliance in 2004?", False),
    ("Which state joined NATO in spring?", "Which state joined SEATO in spring?", False),
    ("What does the state export to France?", "What does the state import to France?", False),
    ("What is upper?", "What is lower?", False),
])
def test_questions_that_ask_the_same(tmp_path: Path, one: str, two: str, is_found: bool) -> None:
    """Figures, names and opposites make another question."""
    assert len(found(tmp_path, "duplicate", asking((one, "Poland"), (two, "Poland")))) == is_found


def test_dates_are_the_same_answer_however_written(tmp_path: Path) -> None:
    """A date of one kind and the answer of another are compared as days."""
    result = found(tmp_path, "duplicate", """
        dates:
          - {date: 1991-12-08, event: Leaders signed the Belovezha Accords}
        questions:
          - {q: When did the leaders sign it?, a: 8 December 1991}
          - {q: When was it that leaders signed the Belovezha Accords?, a: 8 December 1991}
        """)
    assert lines(result) == [6]


def test_yes_is_no_answer_to_know_a_question_by(tmp_path: Path) -> None:
    """Only where the questions are the same altogether."""
    same, near = "Did Poland join the old alliance?", "Did Poland join the old alliance willingly?"
    assert not found(tmp_path / "a", "duplicate", asking((same, "Yes"), (near, "Yes")))
    assert found(tmp_path / "b", "duplicate", asking((same, "Yes"), (same.lower(), "Yes")))


def test_a_sentence_about_an_item_is_no_duplicate_of_it(tmp_path: Path) -> None:
    """It asks the same fact from another side, on purpose."""
    assert not found(tmp_path, "duplicate", """
        questions:
          - q: Which act did NATO and Russia sign in Paris?
            a: Founding Act
            sentence: NATO and Russia signed in Paris the ==Founding Act==.
        """)


def test_three_of_one_form_are_a_table(tmp_path: Path) -> None:
    """Two that look alike are mixed up; three were made so on purpose."""
    pair = [("What goes with too much sodium, hypernatremia?", "One"),
            ("What goes with too much sodium, hyponatremia?", "Two")]
    assert lines(found(tmp_path / "a", "interference", asking(*pair))) == [3]
    pair.append(("What goes with too much sodium, normonatremia?", "Three"))
    assert not found(tmp_path / "b", "interference", asking(*pair))


@pytest.mark.parametrize(("one", "two", "is_found"), [
    ("2022-02-14", "2022-02-15", True),
    ("2020", "2022", True),
    ("2019", "2022", False),
    ("2022-02", "2022-02-15", False),
    ("2022", "2022", False),
])
def test_dates_near_one_another(tmp_path: Path, one: str, two: str, is_found: bool) -> None:
    """Only two that lie apart, but not far."""
    result = found(tmp_path, "interference", f"""
        dates:
          - {{date: {one}, event: The chancellor meets the president before the invasion in Kyiv}}
          - {{date: {two}, event: The chancellor meets the president before the invasion in Moscow}}
        """)
    assert len(result) == is_found
    assert all("which came first, 'The chancellor meets" in one.message for one in result)


TERMS = [("Filibuster", "Holding up a vote"), ("Cloture", "Ending a debate"), ("Whip", "Who counts votes")]


def test_names_are_asked_both_ways(tmp_path: Path) -> None:
    """Not where an answer is a figure, belongs to two names, or is asked from elsewhere."""
    assert len(found(tmp_path / "a", "one-way", asking(*TERMS))) == 1
    assert not found(tmp_path / "b", "one-way", asking(*TERMS[:2], ("Senators", "100")))
    assert not found(tmp_path / "c", "one-way", asking(*TERMS[:2], ("Delay", "Holding up a vote")))
    assert not found(tmp_path / "d", "one-way", asking(*TERMS, ("Holding up a vote", "Filibuster")))
    assert not found(tmp_path / "e", "one-way", asking(*TERMS[:2], ("What is a whip?", "Who counts")))


PAIR = """
    section: words
    singular: word
    fields:
      front: {takes: line, required: "yes"}
      back: {takes: line, required: "yes"}
    cards:
      there: {front: "{{Front}}", back: "{{Back}}"}
      back: {front: "{{Back}}", back: "{{Front}}", default: DEFAULT}
"""


@pytest.mark.parametrize("default", ["no", "yes"])
def test_a_kind_of_ones_own_may_have_two_ways(tmp_path: Path, default: str) -> None:
    """What asks the other way round is found by what the cards show, in any language."""
    file = asking(("Hund", "chien"), ("Katze", "chat"), ("Pferd", "cheval"), section="words",
                  keys=("front", "back"))
    result = found(tmp_path, "one-way", file, kind=PAIR.replace("DEFAULT", f'"{default}"'), language="de")
    assert len(result) == (default == "no")
    assert all("'ask: [there, back]'" in one.message for one in result)


# ---------------------------------------------------------------- facts


@pytest.mark.parametrize(("text", "is_found"), [
    ("Who is now Chancellor of Germany?", True),
    ("Who is Chancellor of Germany now?", True),
    ("What has recently been agreed?", True),
    ("Who is the current president of Serbia?", True),
    ("Why could Georgia not join for now?", False),
    ("Who said in 2022 that Japan now hesitates?", False),
    ("What does the current in a wire depend on?", False),
    ("On which branch are you currently?", False),
    ("What was known by now?", False),
])
def test_what_speaks_of_now(tmp_path: Path, text: str, is_found: bool) -> None:
    """A year in the text says when; other meanings of the words are left alone."""
    assert len(found(tmp_path, "undated", asking((text, "It")))) == is_found


def test_a_note_may_speak_of_now(tmp_path: Path) -> None:
    """It is no part of what is learnt; an `as-of` says when."""
    assert not found(tmp_path, "undated", """
        questions:
          - {q: Who leads it?, a: Someone, note: Currently in office.}
          - {q: Who currently leads that?, a: Another, as-of: 2022}
        """)


@pytest.mark.parametrize(("question", "answer", "is_found"), [
    ("How high is Mount Fuji?", "3,776", True),
    ("How high is Mount Fuji?", "3,776 m", False),
    ("How many metres high is Mount Fuji?", "3,776", False),
    ("What is the boiling point of water in degrees Celsius?", "100", False),
    ("What is the speed of light?", "300,000", True),
    ("In which year was the height of Mount Fuji measured?", "1926", False),
    ("How long is the list?", "Very", False),
    ("What is the length of the string?", "10", False),
    ("How many troops stood there?", "150,000", False),
])
def test_figures_have_units(tmp_path: Path, question: str, answer: str, is_found: bool) -> None:
    """In the answer or in the question; what is counted needs none."""
    assert len(found(tmp_path, "number-without-unit", asking((question, answer)))) == is_found


@pytest.mark.parametrize(("as_of", "question", "is_found"), [
    ("2016-12", "Who leads it?", True),
    ("2017", "Who leads it?", False),
    ("1910", "How many people lived in Vienna in 1910?", False),
])
def test_what_was_looked_up_long_ago(
    tmp_path: Path, as_of: str, question: str, is_found: bool
) -> None:
    """More than five years before the newest date in the project, whatever the clock says."""
    result = found(tmp_path, "stale-as-of", f"""
        questions:
          - {{q: {question}, a: Someone, as-of: {as_of}}}
        dates:
          - {{date: 2022-02-24, event: Russia invades}}
        """)
    assert len(result) == is_found
    assert all("0.yaml:5:5 is 6 years later" in one.message for one in result)


@pytest.mark.parametrize(("date", "sentence", "is_found"), [
    ("1975", "The Final Act was signed in Helsinki on 1 August 1975.", True),
    ("1975-08", "On August 1, 1975, the Final Act was adopted in Helsinki.", True),
    ("1975-08-01", "The Final Act was signed in Helsinki on 1 August 1975.", False),
    ("1974", "The Final Act was signed in Helsinki on 1 August 1975.", False),
    ("c. 1975", "The Final Act was signed in Helsinki on 1 August 1975.", False),
    ("1975", "Of the Final Act the Senate in Washington spoke on 6 May 1975.", False),
    ("1975", "The Final Act of 1972 was signed in Helsinki on 1 August 1975.", False),
])
def test_days_that_are_known_elsewhere(
    tmp_path: Path, date: str, sentence: str, is_found: bool
) -> None:
    """A sentence elsewhere counts that names the treaty and says that it was made that day."""
    result = found(tmp_path, "less-exact-date", f"treaties:\n  - {{name: Final Act, date: {date}}}\n",
                   f'sentences:\n  - text: "{sentence}"\n')
    assert len(result) == is_found
    assert all("cards/1.yaml:2:5" in one.message for one in result)


# ---------------------------------------------------------------- sources


def test_where_most_have_a_source_all_should(tmp_path: Path) -> None:
    """Three of four; where fewer have one, none is missed."""
    item = "  - {q: Who led in DDDD?, a: Someone DDDD, source: known-2022}\n"
    three = "questions:\n" + "".join(item.replace("DDDD", str(year)) for year in (1991, 1992, 1993))
    bare = "  - {q: Who lost?, a: Nobody, sentence: Nobody lost the election in Moscow.}\n"
    assert lines(found(tmp_path / "a", "unsourced", three + bare)) == [5]
    assert not found(tmp_path / "b", "unsourced", three + bare + bare.replace("lost", "won"))


CLAIM = """
    section: claims
    singular: claim
    attribution: by
    fields:
      holder: {takes: line, required: "yes"}
      claim: {takes: line, required: "yes"}
      by: {takes: line}
    cards:
      claim: {front: "{{Holder}}", back: "{{Claim}}"}
"""


@pytest.mark.parametrize(("items", "at"), [
    ("{holder: Russia, claim: One}", [2]),
    ("{holder: Russia, claim: One, by: Higashino}", []),
    ("{holder: Russia, claim: One, source: known-2022}", []),
    ("{holder: Known, claim: One, source: known-2022}", []),
    (("{holder: Russia, claim: One, by: Higashino}\n  - {holder: Japan, claim: Two, by: Higashino}\n"
      "  - {holder: NATO, claim: Three, source: known-2022}\n"
      "  - {holder: Known, claim: Four, source: known-2022}"), [4]),
])
def test_claims_say_who_reports_them(tmp_path: Path, items: str, at: list[int]) -> None:
    """A kind's file names the field; the author of a source reports for himself."""
    result = found(tmp_path, "unattributed", f"claims:\n  - {items}\n", kind=CLAIM)
    assert lines(result) == at
    assert all("Write 'by: …'" in one.message for one in result)


def test_attribution_names_a_field(tmp_path: Path) -> None:
    """A kind whose attribution is no field of it is refused."""
    with pytest.raises(AssertionError, match="'buy' is no field of this kind"):
        found(tmp_path, "unattributed", "claims: []\n", kind=CLAIM.replace("on: by", "on: buy"))


# ---------------------------------------------------------------- all of them


ALL = ("ambiguous", "interference", "duplicate", "one-way", "undated", "number-without-unit",
       "stale-as-of", "less-exact-date", "unsourced", "unattributed")


@pytest.mark.parametrize("rule", ["undated", "number-without-unit", "less-exact-date"])
def test_other_languages_are_left_alone(tmp_path: Path, rule: str) -> None:
    """Rules that go by English words say nothing of a project in another language."""
    text = """
        questions:
          - {q: Who is currently in office?, a: Someone}
          - {q: How long is it?, a: "12"}
        treaties:
          - {name: Final Act, date: 1975, sentence: The Final Act was signed on 1 August 1975 there.}
        """
    assert len(found(tmp_path / "a", rule, text, language="en-GB")) == 1
    assert not found(tmp_path / "b", rule, text, language="fr")


def test_the_order_of_files_makes_no_difference(tmp_path: Path) -> None:
    """The same pairs are found; the later in reading order is at fault."""
    one = asking(("Who signed it?", "Yeltsin"), ("Which state joined the old alliance?", "Poland"))
    two = asking(("Who signed it?", "Clinton"), ("What state joined the old alliance?", "Poland"))
    for rule in ("ambiguous", "duplicate"):
        for name, files in (("a", (one, two)), ("b", (two, one))):
            result = found(tmp_path / rule / name, rule, *files)
            assert [Path(each.span.path).name for each in result] == ["1.yaml"]
            assert "0.yaml:" in result[0].message


def test_findings_are_the_same_each_time(tmp_path: Path) -> None:
    """Twice in one process; what is hashed has no say in it."""
    text = asking(*TERMS, ("Who signed it?", "A"), ("Who signed it?", "B"), ("Who is it now?", "C"))
    for n, rule in enumerate(ALL):
        first, again = (found(tmp_path / f"{n}{name}", rule, text) for name in "ab")
        assert [(one.span.line, one.message.replace(f"{n}a", f"{n}b")) for one in first] \
            == [(one.span.line, one.message) for one in again]


# ---------------------------------------------------------------- likeness


@pytest.mark.parametrize(("one", "two", "do"), [
    ("hyperkalemia", "hypokalemia", True),
    ("austria", "australia", True),
    ("import", "export", True),
    ("iran", "iraq", False),
    ("president", "residents", False),
    ("minister", "monster", False),
])
def test_words_that_look_alike(one: str, two: str, do: bool) -> None:
    """One or two letters at one place."""
    assert look_alike(one, two) == look_alike(two, one) == do


def test_near_pairs_are_all_found() -> None:
    """As many as comparing all with all finds."""
    texts = [frozenset(f"w{(n * k) % 13}" for k in range(1, 7)) for n in range(60)]
    wanted = {
        (n, i) for n, text in enumerate(texts) for i, other in enumerate(texts[:n])
        if len(text & other) * 3 >= len(text | other) * 2
    }
    assert wanted
    assert set(near_pairs(texts, 2 / 3)) == wanted


def test_words_leave_no_sign_of_formulas_out() -> None:
    """Prose is cut into words, code is left whole."""
    assert words("The “Founding Act” of NATO's…") == ("founding", "act", "of", "nato's")
    assert words("a  <= b") == ("a <= b",)
    assert words("[…] joined in 2004") == ("joined", "in", "2004")
