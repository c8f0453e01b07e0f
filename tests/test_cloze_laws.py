"""What holds for every text whatever, with any names and any wishes."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.cloze import Name, Names, choose, rank

NASTY = [
    "",
    " ",
    "}}",
    "{{",
    "{{c1::",
    "::",
    "{{c1::a::b}}",
    "$x^2$",
    "$",
    "\\(",
    "\\)",
    "\\(a+b\\)",
    "**",
    "*",
    "`",
    "``",
    "`code here`",
    "[link](http://x.y/z)",
    "[",
    "](",
    "<int>",
    "==",
    "_",
    "~~",
    "\u202e",
    "\u200d",
    "\ufe0f",
    "e\u0301",
    "\u0301",
    "👩‍👩‍👧",
    "🇺🇦",
    "日本",
    "ロシア",
    "条約",
    "1855年2月7日",
    "מלחמה",
    "שלום",
    "الحرب",
    "1967",
    "5 June 1967",
    "NATO",
    "(NATO)",
    "North Atlantic Treaty Organization",
    "Russia's",
    "Russia",
    "“quoted words”",
    '"',
    "’",
    "'s",
    "–",
    "—",
    "...",
    "Treaty of Paris",
    "Article 5",
    "50 %",
    "US$300 million",
    "0",
    "1/0",
    "10 000",
    "\t",
    "\u00a0",
    "\x00",
    "\ud800",
    "I",
    "the",
    "of",
    "and",
    ",",
    ".",
    "War and Peace",
    "first, second, third",
    "\n",
]
COUNT = 10_000
NAMES = Names.build(
    [
        Name("North Atlantic Treaty Organization", "nato", "actor"),
        Name("NATO", "nato", "actor"),
        Name("Russia", "russia", "actor"),
        Name("Treaty of Paris", "paris", "treaty"),
        Name("ロシア", "russia", "actor"),
        Name("soft power", "soft-power", "concept"),
    ]
)
WORDS = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=8), st.from_regex(r"\A[A-Z]?[a-z]{1,9}\Z")
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join))


@settings(max_examples=500, deadline=None)
@given(
    TEXTS, st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3), st.none() | st.integers(-1, 6)
)
def test_any_text_gives_a_valid_choice(
    text: str, must: list[str], never: list[str], most: int | None
) -> None:
    """Nothing raises; gaps lie inside the text, apart from each other, in order; things are
    limited.
    """
    choice = choose(text, NAMES, must, never, most)
    assert choice.text == text
    end = 0
    for gap in choice.gaps:
        assert end <= gap.start < gap.end <= len(text)
        assert not {"{{", "}}", "::"} & {text[n : n + 2] for n in range(gap.start, gap.end - 1)}
        end = gap.end
    things = {gap.entity for gap in choice.gaps}
    assert len(things) <= max(3 if most is None else most, 0) + len(must)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_rank_shows_what_choose_chose(text: str) -> None:
    """The ranking's chosen candidates are the gaps; scores fall, are the sums of their terms,
    offsets are true.
    """
    ranking, choice = rank(text, NAMES), choose(text, NAMES)
    chosen = sorted(
        (ranking.candidates[n].start, ranking.candidates[n].end) for n in ranking.chosen
    )
    assert chosen == [(gap.start, gap.end) for gap in choice.gaps]
    scores = [c.score for c in ranking.candidates]
    assert scores == sorted(scores, reverse=True)
    for candidate in ranking.candidates:
        assert text[candidate.start : candidate.end] == candidate.text
        assert candidate.score == pytest.approx(
            sum(points for _, points in candidate.why), abs=0.01
        )
    for refusal in ranking.refused:
        assert text[refusal.start : refusal.end] == refusal.text
        assert refusal.why


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_same_text_gives_the_same_choice(text: str) -> None:
    """Nothing is left behind by one call that another would find."""
    assert rank(text, NAMES) == rank(text, NAMES)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*NASTY, "signed", "in", "1991", "8 December 1991", "Ukraine", "was"]),
        max_size=25,
    )
)
def test_no_gap_is_shown_elsewhere(parts: list[str]) -> None:
    """On the card of an entity its hidden words stand nowhere else as a whole."""
    text = " ".join(parts)
    choice = choose(text, NAMES)
    for entity in {gap.entity for gap in choice.gaps}:
        spans = [(g.start, g.end) for g in choice.gaps if g.entity == entity]
        front = text
        for start, end in reversed(spans):
            front = front[:start] + "\x01" * (end - start) + front[end:]
        for start, end in spans:
            answer = text[start:end]
            at = front.find(answer)
            while at >= 0 and (
                front[at - 1 : at].isalnum() or front[at + len(answer) :][:1].isalnum()
            ):
                at = front.find(answer, at + 1)
            assert at < 0 or answer.isspace() or len(answer) < 2, (text, answer)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "$a + b$",
                "\\(x\\)",
                "`Code Word`",
                "[A Link](u)",
                "**Bold Name**",
                "*in Rome*",
                "Treaty",
                "of",
                "Paris",
                "1856",
                "ended",
                "the",
                "War",
            ]
        ),
        max_size=20,
    )
)
def test_markup_is_never_cut(parts: list[str]) -> None:
    """A gap lies wholly inside or wholly around a Markdown pair, and never starts or ends inside
    TeX or code.
    """
    text = " ".join(parts)
    for gap in choose(text).gaps:
        hidden = text[gap.start : gap.end]
        for sign in ("$", "`", "**"):
            assert hidden.count(sign) % 2 == 0
            assert text[: gap.start].count(sign) % 2 == 0 or sign == "**"
        assert hidden.count("\\(") == hidden.count("\\)")
        assert hidden.count("[") == hidden.count("](")


@pytest.mark.parametrize(
    "piece",
    [
        "Russia signed it. ",
        "of the Treaty of Paris ",
        "(NATO) ",
        "first, second, third, ",
        "\\( ",
        "$ ",
        "{{c1:: ",
        "[a](",
        "1914 to ",
        "Names ",
        "X of ",
        "word ",
        "a",
        "1",
        "`",
        "<a ",
        "“q” ",
        "日",
        "Yeltsin and Kuchma, ",
        "Russia Russian ",
        "Article 5, ",
        "1,000",
        "very ",
        "'",
        "A.",
        "-",
        "a-",
        "1-",
        "three hundred ",
        "and a half ",
        "e\u0301",
    ],
)
def test_many_pieces_take_no_longer_than_their_number(piece: str) -> None:
    """Time grows about as the text does, whatever it is made of."""
    started = time.process_time()
    choose(piece * COUNT, NAMES)
    assert time.process_time() - started < 6
