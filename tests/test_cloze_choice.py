"""What is asked, what is not, and what the author's word changes."""

import pytest

from deckgen.cloze import Name, Names, Problem, choose, rank

NAMES = Names.build(
    [
        Name("NATO–Russia Founding Act", "founding-act", "treaty"),
        Name("Founding Act", "founding-act", "treaty"),
        Name("North Atlantic Treaty Organization", "nato", "actor"),
        Name("NATO", "nato", "actor"),
        Name("Russia", "russia", "actor"),
        Name("Paris", "paris", "place"),
        Name("soft power", "soft-power", "concept"),
        Name("Soviet–Japanese Joint Declaration", "declaration", "treaty"),
    ]
)
SIGNED = "NATO and Russia signed the Founding Act in Paris on 27 May 1997."


def hidden(
    text: str, must: tuple[str, ...] = (), never: tuple[str, ...] = (), max_gaps: int | None = None
) -> list[str]:
    """The texts that are hidden, in reading order."""
    gaps = choose(text, NAMES, must, never, max_gaps).gaps
    return [text[gap.start : gap.end] for gap in gaps]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Lisbon is the capital of Portugal.", "Lisbon"),
        ("The capital of Norway is Oslo.", "Oslo"),
        ("The longest river of Europe is the Volga.", "Volga"),
        (
            "Olympe de Gouges wrote the Declaration of the Rights of Woman in 1791.",
            "Olympe de Gouges",
        ),
        ("In 1529 the Ottoman army besieged Vienna for the first time.", "1529"),
        ("Simón Bolívar was the first president of Gran Colombia.", "Simón Bolívar"),
        (
            "The Treaty of Nystad of 10 September 1721 ended the Great Northern War.",
            "Treaty of Nystad",
        ),
        ("Soft power is the ability to attract rather than to coerce.", "Soft power"),
        ("Mercantilism is the belief that a state grows rich by hoarding gold.", "Mercantilism"),
    ],
)
def test_the_first_question_is_what_the_sentence_teaches(text: str, first: str) -> None:
    """What is defined, dated, named or done comes before the setting."""
    assert rank(text, NAMES).candidates[0].text == first


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "The Peace of Augsburg was concluded on 25 September 1555 by Ferdinand.",
            "Peace of Augsburg",
        ),
        (
            "Delegates signed the Convention on the Law of the Sea in Jamaica in 1982.",
            "Convention on the Law of the Sea",
        ),
        (
            "In 1961 the Partnership for Progress (PFP) was proclaimed in Bogotá.",
            "Partnership for Progress",
        ),
        ("The Thirty Years' War began in Bohemia in 1618.", "Thirty Years' War"),
        (
            "Jan van der Capellen spread a pamphlet through the Dutch towns in 1781.",
            "Jan van der Capellen",
        ),
    ],
)
def test_a_name_is_whole(text: str, whole: str) -> None:
    """Small words tie capitals into one name, and no half of it is a candidate."""
    texts = [candidate.text for candidate in rank(text).candidates]
    assert whole in texts
    assert not [text for text in texts if text != whole and text in whole.split()]


def test_known_name_is_its_item_whatever_its_form() -> None:
    """The full name and its alias are one entity, and so one card."""
    for text in (SIGNED, "The NATO-Russia Founding Act was signed in Paris on 27 May 1997."):
        assert "founding-act" in {gap.entity for gap in choose(text, NAMES).gaps}


def test_acronym_and_name_are_hidden_together() -> None:
    """Neither may give the other away."""
    text = "Twelve states founded the North Atlantic Treaty Organization (NATO) on 4 April 1949."
    gaps = [gap for gap in choose(text, NAMES).gaps if gap.entity == "nato"]
    assert [text[g.start : g.end] for g in gaps] == ["North Atlantic Treaty Organization", "NATO"]


def test_unknown_acronym_shares_its_entity() -> None:
    """The tie is made from initials, without any list."""
    text = "The Arab Maghreb Union (AMU) was founded in Marrakesh on 17 February 1989."
    gaps = {text[g.start : g.end]: g.entity for g in choose(text).gaps}
    assert gaps["Arab Maghreb Union"] == gaps["AMU"] == "arab maghreb union"


@pytest.mark.parametrize(
    "text",
    [
        "Japan surrendered on 2 September 1945, and Japanese troops left Korea.",
        "Belgium seceded in 1830, and in 1830 a congress drafted the Belgian constitution.",
    ],
)
def test_nothing_is_asked_that_the_sentence_shows(text: str) -> None:
    """A name whose adjective stays visible is refused; a year that stands twice is hidden twice."""
    shown = hidden(text)
    assert "Japan" not in shown
    assert "Belgium" not in shown
    assert shown.count("1830") in (0, 2)


def test_must_never_and_max_win() -> None:
    """The author's word beats every score."""
    assert "signed" in hidden(SIGNED, must=("signed",))
    assert "27 May 1997" not in hidden(SIGNED, never=("27 May 1997",))
    assert hidden(SIGNED, max_gaps=1) == ["Founding Act"]
    assert hidden(SIGNED, max_gaps=0) == []
    assert "Paris" in hidden(SIGNED, must=("Paris",), never=("Paris",))


@pytest.mark.parametrize(
    ("text", "must", "why"),
    [
        (SIGNED, ["Berlin"], "does not occur in the sentence"),
        (SIGNED, ["ussi"], "does not occur in the sentence"),
        (
            "Russia met Russia in Paris in the spring of 1990.",
            ["Russia"],
            "occurs more than once in the sentence",
        ),
        (SIGNED, ["Founding Act", "Act in"], "overlaps another text that must be hidden"),
        (
            "They wrote {{c1::Russia}} in the draft.",
            ["{{c1::Russia}}"],
            "contains signs of a cloze mark",
        ),
        ("They wrote **Russia and** Japan.", ["** Japan"], "would cut markup in two"),
    ],
)
def test_a_wish_that_fails_says_why(text: str, must: list[str], why: str) -> None:
    """It is a value, never an exception."""
    problems = choose(text, NAMES, must=must).problems
    assert [(p.wish, p.why) for p in problems] == [("must", why)]


def test_never_that_does_not_occur_is_told() -> None:
    """A wish about nothing is probably a misspelling."""
    assert choose(SIGNED, NAMES, never=["Pairs"]).problems == (
        Problem("never", "Pairs", "does not occur in the sentence"),
    )


@pytest.mark.parametrize("text", ["", " ", "...", "of the and", "}}", "::", "\u202e", "👩‍👩‍👧"])
def test_nothing_to_ask_is_an_empty_choice(text: str) -> None:
    """There is no gap where there is no word to hide."""
    assert choose(text, NAMES).gaps == ()


def test_background_of_the_deck_ranks_lower() -> None:
    """A name that the project's sentences keep mentioning is worth less than another."""
    forms = [Name("Ruritania", "r", "actor"), Name("Graustark", "g", "actor")]
    text = "Ruritania and Graustark exchanged notes."
    plain = Names.build(forms)
    deck = Names.build(forms, [f"Ruritania did deed number {n}." for n in range(20)])

    def score(names: Names) -> float:
        return next(
            c.score
            for c in rank(f"In 1905 the envoy of Ruritania left. {text}", names).candidates
            if c.entity == "r"
        )

    assert score(deck) < score(plain)


@pytest.mark.parametrize(
    ("text", "answer", "hint"),
    [
        ("The Treaty of Nystad ended the Great Northern War in 1721.", "1721", "year"),
        ("The Treaty of Nystad ended the Great Northern War in 1721.", "Treaty of Nystad", None),
        (SIGNED, "Founding Act", "treaty"),
        (SIGNED, "27 May 1997", None),
    ],
)
def test_hints_only_where_the_gap_is_ambiguous(text: str, answer: str, hint: str | None) -> None:
    """After "in" a place or a year may be wanted; "on 27 May" can only be a date."""
    assert [c.hint for c in rank(text, NAMES).candidates if c.text == answer] == [hint]


MORE_NAMES = Names.build(
    [
        Name("NATO–Russia Founding Act", "founding-act", "treaty"),
        Name("North Atlantic Treaty Organization", "nato", "actor"),
        Name("NATO", "nato", "actor"),
        Name("Russia", "russia", "actor"),
        Name("Russian Federation", "russia", "actor"),
        Name("ロシア", "russia", "actor"),
        Name("Russia school", "russia-school", "actor"),
        Name("Minsk II", "minsk-ii", "treaty"),
        Name("Article 5", "article-5", "rule"),
        Name("fifth article", "article-5", "rule"),
        Name("balance of power", "power", "concept"),
        Name("equilibrium", "power", "concept"),
    ]
)


def asked(text: str) -> list[str]:
    """What is hidden, in reading order."""
    return [text[gap.start : gap.end] for gap in choose(text, MORE_NAMES).gaps]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "The North Atlantic Treaty Organization kept to the NATO–Russia Founding Act for years.",
            "North Atlantic Treaty Organization",
        ),
        ("C++ Hans-Dietrich Genscher Russian Federation Bonn met ロシア signed.", "ロシア"),
        ("They never read the fifth article of Article 5 to the new states.", "fifth article"),
        ("The Bonn peace equilibrium was signed as a balance of power by Russia.", "equilibrium"),
    ],
)
def test_no_other_form_of_an_answer_is_read(text: str, answer: str) -> None:
    """Not inside another name or a run, not as a number, not in lower case."""
    shown = text
    for gap in reversed(choose(text, MORE_NAMES).gaps):
        shown = shown[: gap.start] + "…" + shown[gap.end :]
    forms = {
        "North Atlantic Treaty Organization": ("NATO",),
        "ロシア": ("Russian Federation",),
        "fifth article": ("Article 5",),
        "equilibrium": ("balance of power",),
    }[answer]
    assert answer in shown or not any(form in shown for form in forms)


def test_a_name_and_a_mere_part_of_it_are_not_one_card() -> None:
    """Two holes could not be told apart; a country's name does not tell what is named after it."""
    text = "The Russia school is the group of officials who are in charge of relations with Russia."
    assert asked(text) == ["Russia school"]
    text = "Leaders named Minsk as the basis of a truce in 2017, but in 2022 Minsk II seemed dead."
    assert not any("Minsk" in answer for answer in asked(text))


def test_two_acts_are_two_things() -> None:
    """A shared head word makes no two names one; a name said twice is no list."""
    text = "All the ministers who met there signed both the Founding Act and the Final Act at once."
    gaps = choose(text, MORE_NAMES).gaps
    assert len({gap.entity for gap in gaps}) == len(gaps) == 2
    text = "In 1949 twelve states founded NATO, and NATO kept the peace until the end of the war."
    assert all("and" not in answer for answer in asked(text))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("NATO expects of candidates reforms such as the rule of law.", "candidates reforms"),
        ("It holds that enlargement breaks the rule against force.", "enlargement breaks"),
        ("She calls the policy inconsistent and harmful to its place.", "policy inconsistent"),
        ("The states joined freely, seeking safety from a strong neighbour.", "seeking safety"),
        (
            "Most of the Central and Eastern European states joined the alliance freely.",
            "Eastern European states",
        ),
    ],
)
def test_a_phrase_is_one_thing(text: str, broken: str) -> None:
    """No verb, predicate or gerund in it, and no half of what "and" joins."""
    assert all(broken not in candidate.text for candidate in rank(text).candidates)


@pytest.mark.parametrize(
    "text",
    [
        "Kovacs says that Japan should join the sanctions if Russia invades Ukraine in 2022.",
        "As a member of the G7, Japan should join in the sanctions of 2022, Kovacs urges.",
        "The Kovacs article treats American pressure as a hindrance to the peace treaty of 2017.",
    ],
)
def test_who_tells_it_is_setting(text: str) -> None:
    """The source of a statement is not what the statement teaches."""
    assert "Kovacs" not in asked(text)


def test_of_two_dates_in_one_breath_one_is_asked() -> None:
    """The other is there to be read."""
    answers = asked("NATO saw its acceptance in the papers of 1997 and 2002.")
    assert ("1997" in answers) != ("2002" in answers)


def test_what_is_reckoned_comes_after_what_is_told() -> None:
    """A span between two events ranks below names and dates, a fraction below a figure."""
    text = "Scholz wrote nine days before the invasion, long after the Winter Olympics of 2022."
    assert "nine days" not in asked(text)
    text = "Russia gathered 150,000 troops and two thirds of its fleet on the border."
    assert "150,000" in asked(text)
