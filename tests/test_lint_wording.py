"""Rules about wording and gaps: where each begins and ends, and what it leaves alone."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.diagnostics import Diagnostic, Severity
from deckgen.lint import WRITING, Rule, answers, gaps, questions
from tests.test_lint import examples, found_in

# Rules that count, or compare what stands there; all others go by English words.
IN_ALL_LANGUAGES = {
    "answer-too-long", "enumeration", "answer-in-question", "sentence-too-long", "too-many-gaps",
    "adjacent-gaps",
}
WORDING = {
    check.__name__.replace("_", "-")
    for module in (answers, questions, gaps) for check in vars(module).values()
    if getattr(check, "__module__", "") == module.__name__ and not check.__name__.startswith("_")
}
MINE = [rule for rule in WRITING if rule.name in WORDING]


def advice(text: str, language: str = "en") -> list[Diagnostic]:
    """Find what the rules of this group say of a card file."""
    with tempfile.TemporaryDirectory() as folder:
        found = found_in(Path(folder), text, language=language)
    assert not any(one.is_error for one in found), found
    return [one for one in found if one.severity is Severity.ADVICE and one.rule in WORDING]


def of_question(question: str, answer: str, language: str = "en") -> set[str]:
    """Name the rules that a question and its answer do not keep."""
    item = {"q": question, "a": answer}
    return {one.rule for one in advice(json.dumps({"questions": [item]}, ensure_ascii=False), language)}


def of_sentence(text: str, language: str = "en") -> set[str]:
    """Name the rules that a key sentence does not keep."""
    item = {"text": text}
    return {one.rule for one in advice(json.dumps({"sentences": [item]}, ensure_ascii=False), language)}


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize("rule", [rule for rule in MINE if rule.name not in IN_ALL_LANGUAGES],
                         ids=lambda rule: rule.name)
@pytest.mark.parametrize("language", ["de", "ja", "eng-not", "zxx"])
def test_what_goes_by_english_words_is_silent_in_other_languages(rule: Rule, language: str) -> None:
    """Its bad example is not found there."""
    for kind, text in examples(rule):
        if kind == "bad":
            assert rule.name not in {one.rule for one in advice(text, language)}


@pytest.mark.parametrize("rule", MINE, ids=lambda rule: rule.name)
@pytest.mark.parametrize("language", ["en-GB", "EN"])
def test_english_is_english_wherever_it_is_spoken(rule: Rule, language: str) -> None:
    """Its bad examples are found."""
    for kind, text in examples(rule):
        assert (rule.name in {one.rule for one in advice(text, language)}) == (kind == "bad")


FOREIGN = st.text(alphabet="日本露西亜島ЖуиДаёНетיםשלוםعربไทย가나다 ,.?、。「」0123", min_size=1, max_size=40)


@given(FOREIGN, FOREIGN)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_other_scripts_break_nothing(question: str, answer: str) -> None:
    """Whatever the letters, no rule fails, and none that goes by English words speaks."""
    question, answer = f"日{question}", f"本{answer}"
    assert of_question(question, answer, "ja") <= IN_ALL_LANGUAGES
    assert of_question(question, answer) <= IN_ALL_LANGUAGES | {"double-question"}


@given(st.lists(st.sampled_from(
    "What did it the treaty Japan and why how who ? , … “ ” ' US WHO 1997 ( ) he is".split()),
    min_size=1, max_size=14).map(" ".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_order_of_words_breaks_a_rule(text: str) -> None:
    """Rules take any text."""
    of_question(f"What {text}", f"So {text}")


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(("count", "found"), [(20, False), (21, True)])
def test_the_longest_answer(count: int, found: bool) -> None:
    """Twenty words are said in a breath."""
    assert ("answer-too-long" in of_question("What is it about?", "notwithstanding " * count)) is found


@pytest.mark.parametrize(("answer", "found"), [
    ("Yes", True), ("No.", True), ("no, because of the treaty", True), ("True", True),
    ("Yes (since 1997)", True), ("No – it was refused", True), ("False, in 1997", True),
    ("No man's land", False), ("No. 10 Downing Street", False), ("None", False), ("Norway", False),
    ("True north", False), ("No taxation without representation", False), ("Yesterday", False),
])
def test_yes_or_no(answer: str, found: bool) -> None:
    """A word that only begins like an answer by yes or no is none."""
    assert ("yes-no" in of_question("What did Norway say?", answer)) is found


@pytest.mark.parametrize(("answer", "found"), [
    ("Germany, France, Russia and Ukraine", True),
    ("Germany, France, Russia, and Ukraine.", True),
    ("Germany; France; Russia & Ukraine (the Normandy Format)", True),
    ("- Germany\n- France\n- Russia\n- Ukraine", True),
    ("1. Germany\n2. France\n3. Russia\n4. Ukraine", True),
    ("1) Germany 2) France 3) Russia 4) Ukraine", True),
    ("Germany, France and Russia", False),
    ("Germany and France", False),
    ("Paris, 27 May 1997", False),
    ("The Ministry of Economy, Trade, Industry and Energy", False),
    ("It withdrew, as it had said, and came back, which surprised many", False),
    ("1997, 1999, 2004", False),
    ("", False),
])
def test_lists(answer: str, found: bool) -> None:
    """From four members on; a name with commas in it, or a sentence, is no list."""
    assert ("enumeration" in of_question("Who was at the meeting in Minsk?", answer or "x")) is found


def test_parties_are_a_list() -> None:
    """What takes a list of names is one whatever the language."""
    text = "treaties:\n  - {name: Pact, parties: [A, B, C, D]}\n"
    assert [one.rule for one in advice(text, "de")] == ["enumeration"]
    assert not advice(text.replace(", D", ""), "de")


@pytest.mark.parametrize(("question", "answer", "found"), [
    ("Which country did Japanese firms leave in 1997?", "Japan", True),
    ("Who signed treaties in 1997?", "The treaty", True),
    ("Which state broke Russia's word?", "Russia", True),
    ("Who deceived Russia, in the eyes of NATO?", "Russia itself", False),
    ("Is it Japan or Russia that asks?", "Japan", False),
    ("What does NATO stand for in NATO's treaties?", "NATO", False),
    ("What is the island of Etorofu called in Russian?", "Russian", False),
    ("Which of the two sides gave way?", "Two", False),
    ("Who signed the Founding Act?", "The president", False),
])
def test_answers_in_questions(question: str, answer: str, found: bool) -> None:
    """The same word, or another form of it; but not where a choice or a word is asked for."""
    assert ("answer-in-question" in of_question(question, answer)) is found


@pytest.mark.parametrize(("text", "found"), [
    ("The ==Seine== runs through Paris, and the Seine ends in the sea.", True),
    ("The ==Founding Act== of 1997 was called the Founding Act at once.", True),
    ("The ==Colorado Desert== lies by the Colorado River, not the Mojave Desert.", False),
    ("There are ==two== councils with two chairs each in Vienna.", False),
    ("Minsk II came after the ==treaty== and before the next treaty of 1997.", False),
])
def test_answers_in_sentences(text: str, found: bool) -> None:
    """A name that is shown elsewhere; but not its words apart, nor a word that many things are."""
    assert ("answer-in-question" in of_sentence(text)) is found


# ---------------------------------------------------------------- questions


@pytest.mark.parametrize(("question", "found"), [
    ("Discuss the role of Japan.", True),
    ("Please describe the Founding Act.", True),
    ("What do you think of the Founding Act?", True),
    ("Can you name a few examples of treaties?", True),
    ("Give an example of a treaty.", True),
    ("What are some ways to end a war?", True),
    ("What are some of the two sides' aims?", False),
    ("Describe", False),
    ("Explain which treaty came first.", False),
    ("Name the treaty that NATO and Russia signed in 1997.", False),
    ("What is the best-known example of appeasement?", False),
    ("Who described the talks as futile?", False),
    ("Which state did not compare?", False),
])
def test_open_questions(question: str, found: bool) -> None:
    """A task to write, an opinion, some of many."""
    assert ("open-question" in of_question(question, "So it was in 1997")) is found


@pytest.mark.parametrize(("question", "found"), [
    ("Who left the G8, and why?", True),
    ("Who left the G8 and in which year?", True),
    ("When and where was Minsk II signed?", True),
    ("When was Minsk II signed? Who was there?", True),
    ("Where is Etorofu and how large is the island?", True),
    ("When was the battle fought and who led the army?", True),
    ("Which rules say who stays and who is to leave?", False),
    ("Which treaty tells when and how the troops leave?", False),
    ("What did the paper “Whose war? Whose peace?” argue?", False),
    ("What did 'Who are we? And why?' ask?", False),
    ("Between whom and whom did Japan mediate?", False),
    ("What lay between Japan and Russia?", False),
    ("What is the difference between war and what is called peace?", False),
])
def test_double_questions(question: str, found: bool) -> None:
    """Two questions, whether in one sentence or in two; no quotation, no clause."""
    assert ("double-question" in of_question(question, "So it was in 1997")) is found


@pytest.mark.parametrize(("question", "found"), [
    ("Why did they leave?", True),
    ("What was his aim?", True),
    ("Why was this refused?", True),
    ("How does it end?", True),
    ("What did Japan do when it left?", False),
    ("What does it take to amend the Charter?", False),
    ("Why is it that Japan left?", False),
    ("What is it called when a state leaves?", False),
    ("Which party won this year's vote?", False),
    ("What did “This is it” mean?", False),
    ("What did the US do?", False),
    ("What did WHO and IT mean?", False),
])
def test_references_in_questions(question: str, found: bool) -> None:
    """A pronoun with nothing named before it; but not an empty "it", a quotation, an acronym."""
    assert ("unclear-reference" in of_question(question, "So it was in 1997")) is found


@pytest.mark.parametrize(("text", "found"), [
    ("It created the ==Permanent Joint Council== in 1997.", True),
    ("He signed the ==Founding Act== in Paris.", True),
    ("This treaty created the ==Permanent Joint Council== in 1997.", True),
    ("It was ==Genscher== who spoke of the matter at Tutzing.", False),
    ("It takes ==nine== votes in the Security Council to decide.", False),
    ("In its treaty with Japan of 1956, Russia offered ==two islands==.", False),
    ("His own minister, ==Genscher==, contradicted Kohl.", False),
    ("“This far,” said ==Genscher== of NATO's enlargement.", False),
    ("IT changed the ==Soviet Union== in the 1980s.", True),
])
def test_references_in_sentences(text: str, found: bool) -> None:
    """A sentence that begins with what only the one before it could explain."""
    assert ("unclear-reference" in of_sentence(text)) is found


def test_what_shows_a_picture_may_point_to_it(tmp_path: Path) -> None:
    """Then the picture is what is meant."""
    folder = tmp_path / "cards" / "media"
    text = "questions:\n  - {q: What was this?, a: The Founding Act, image: a.png}\n"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"x")
    (tmp_path / "cards" / "deck.yaml").write_text("id: t\nname: T\n", encoding="utf-8")
    (tmp_path / "cards" / "a.yaml").write_text(text, encoding="utf-8")
    from deckgen.project import check

    assert not WORDING & {one.rule for one in check(tmp_path / "cards").found}


@pytest.mark.parametrize(("question", "found"), [
    ("When was the treaty signed?", True),
    ("Who won the war?", True),
    ("What was the main cause?", True),
    ("When was the Founding Act signed?", False),
    ("Who won the war of 1904?", False),
    ("When was NATO founded?", False),
    ("What is a treaty?", False),
    ("What is power?", False),
    ("How does a war end?", False),
    ("When was the “treaty” signed?", False),
    ("戦争はいつ終わりましたか?", False),
])
def test_questions_about_anything(question: str, found: bool) -> None:
    """About the past, and without a name, a number or a word that tells."""
    assert ("too-little-context" in of_question(question, "So it was in 1997")) is found


@pytest.mark.parametrize(("text", "found"), [
    ("It was ==Genscher==.", True),
    ("The war ended in ==1945==.", False),
    ("==Paris== is the capital of France.", False),
    ("E = ==mc²==", False),
    ("日本の首都は==東京==です。", False),
])
def test_gaps_about_anything(text: str, found: bool) -> None:
    """Two words must be left to go by, besides small ones."""
    assert ("too-little-context" in of_sentence(text)) is found


# ---------------------------------------------------------------- gaps


@pytest.mark.parametrize(("count", "found"), [(40, False), (41, True)])
def test_the_longest_sentence(count: int, found: bool) -> None:
    """Forty words, gaps included."""
    text = " ".join(["==Minsk==", *(f"word{n}" for n in range(count - 1))])
    assert ("sentence-too-long" in of_sentence(text)) is found


@pytest.mark.parametrize(("count", "found"), [(4, False), (5, True)])
def test_the_most_gaps(count: int, found: bool) -> None:
    """Numbers are counted, not places."""
    names = ["Germany", "France", "Russia", "Ukraine", "Belarus"][:count]
    text = "In Minsk there met " + ", then ".join(f"=={name}==" for name in names) + " in 2015."
    assert ("too-many-gaps" in of_sentence(text)) is found
    assert "too-many-gaps" not in of_sentence(
        "In Minsk there met " + ", then ".join(f"{{{{c1::{name}}}}}" for name in names) + " in 2015.")


@pytest.mark.parametrize(("text", "found"), [
    ("Japan signed on {{c1::27 May}} {{c2::1997}} in the city of Paris.", True),
    ("Japan has a population of {{c1::125}} {{c2::million}} people.", True),
    ("In {{c1::1997}} {{c2::Yeltsin}} signed the act in the city of Paris.", False),
    ("Those were {{c1::Japan}}, {{c2::Russia}} and {{c3::Ukraine}}, all in Minsk.", False),
    ("The {{c1::Founding Act}} ({{c2::1997}}) was signed in the city of Paris.", False),
    ("A line ran from {{c1::Paris}} to {{c2::Minsk}} across all of Europe.", False),
])
def test_gaps_side_by_side(text: str, found: bool) -> None:
    """Halves of one thing; but not two things that only stand together."""
    assert ("adjacent-gaps" in of_sentence(text)) is found


@pytest.mark.parametrize(("gap", "found"), [
    ("was", True), ("of the", True), ("before", False), ("without", False), ("not", False),
    ("US", False), ("WHO", False), ("May", False), ("“being”", False), ("1997", False),
])
def test_gaps_of_small_words(gap: str, found: bool) -> None:
    """What grammar tells; but no opposites, no negations, no acronyms, no quotations."""
    text = f"Genscher spoke in Tutzing =={gap}== and nobody in Moscow replied."
    assert ("small-word-gap" in of_sentence(text)) is found


@pytest.mark.parametrize(("text", "found"), [
    ("Japan signed ==the Founding Act== in Paris.", True),
    ("==The Founding Act== was signed in Paris in 1997.", True),
    ("Japan went to ==The Hague== in 1997 to be heard.", False),
    ("==The Hague== is the seat of the Court of Justice.", False),
    ("Japan signed the ==Founding Act== in Paris.", False),
    ("Japan wrote ==“the end”== below the act of Paris.", False),
])
def test_articles_in_gaps(text: str, found: bool) -> None:
    """The article, unless it is part of a name or a quotation."""
    assert ("article-in-gap" in of_sentence(text)) is found


def test_findings_stand_at_the_value_at_fault() -> None:
    """At the question for what it asks, at the answer for what it says, once for all its cards."""
    (first, second) = advice("""
        questions:
          - id: act
            q: Why did they sign?
            a: "Yes"
            ask: [forward, type]
    """)
    assert [(one.rule, one.span.line, one.span.column) for one in (first, second)] == [
        ("unclear-reference", 4, 8), ("yes-no", 5, 8),
    ]


def test_a_fault_is_told_once_however_many_cards_ask() -> None:
    """What is typed is not on the front, and two ways of asking are one question."""
    found = advice("""
        questions:
          - q: In which city was the Paris summit of 1997 held?
            a: Paris
            ask: [forward, type]
    """)
    assert [one.rule for one in found] == ["answer-in-question"]
