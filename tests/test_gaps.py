"""Gaps of plain sentences in a project: chosen once, published, kept through every edit."""

import json
import time
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from deckgen.project import Result
from tests.anki_collection import release, try_release

SIGNED = "NATO and Russia signed the Founding Act in Paris on 27 May 1997."
LONG = ("In 1975 thirty-five states signed the Helsinki Final Act, which the OSCE still invokes when "
        "borders in Europe are in doubt.")
ACT = {"id": "act", "name": "NATO–Russia Founding Act", "aliases": ["Founding Act"]}
Chosen = dict[str, int]  # the words of each gap and its number


class Author:
    """Somebody who writes one sentence, builds, and edits it."""

    def __init__(self, folder: Path) -> None:
        self.cards = folder / "cards"
        self.cards.mkdir()
        self.cards.joinpath("deck.yaml").write_text("id: t\nname: T\n", "utf-8")
        self.day = 0

    def writes(
        self, text: str, treaties: tuple[dict[str, Any], ...] = (), **cloze: object
    ) -> Result:
        """Write the sentence and build, a day later than the last time."""
        sentence = {"id": "s", "text": text} | ({"cloze": cloze} if cloze else {})
        project: dict[str, object] = {"sentences": [sentence]}
        if treaties:
            project["treaties"] = [{"terms": "Peace.", **treaty} for treaty in treaties]
        self.cards.joinpath("one.yaml").write_text(json.dumps(project, ensure_ascii=False), "utf-8")
        self.day += 1
        return try_release(self.cards, self.day)

    def gets(self, text: str, *treaties: dict[str, Any], **cloze: object) -> Chosen:
        """Write the sentence, build it without an error, and tell its gaps."""
        result = self.writes(text, treaties, **cloze)
        assert not result.has_errors, result.found
        return self.gaps()

    def rules(self, text: str, *treaties: dict[str, Any], **cloze: object) -> list[str]:
        """Write the sentence, and tell which errors it has."""
        result = self.writes(text, treaties, **cloze)
        return [found.rule for found in result.found if found.is_error]

    def entry(self) -> dict[str, Any]:
        """The line of the sentence in the lock."""
        lines = self.cards.joinpath("deckgen.lock").read_text("utf-8").splitlines()
        (entry,) = (line for line in map(json.loads, lines) if line.get("note") == "s")
        return dict(entry)

    def gaps(self) -> Chosen:
        """What is published."""
        return {text: number for number, _, text, *_ in self.entry()["chosen"]}

    def numbers(self) -> Chosen:
        """What has ever been hidden, with its number."""
        return dict(self.entry()["gaps"])

    def publishes(self, text: str, number: int, gap: str, hint: str | None, **gaps: int) -> None:
        """Put another choice into the lock, as an earlier deckgen would have made it."""
        path = self.cards / "deckgen.lock"
        chosen = [[number, text.index(gap), gap, hint]]
        entry = self.entry() | {"chosen": chosen, "gaps": gaps}
        lines = [json.dumps(entry, ensure_ascii=False) if '"note": "s"' in line else line
                 for line in path.read_text("utf-8").splitlines()]
        path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """Begin a project."""
    return Author(tmp_path)


# ---------------------------------------------------------------- what was published stays


def test_a_plain_sentence_gets_gaps_that_are_published(author: Author) -> None:
    """They stand in the lock with their numbers, in reading order."""
    assert author.gets(SIGNED) == {"Founding Act": 1, "27 May 1997": 2}
    assert author.entry()["cards"] == [0, 1]
    assert author.numbers()["founding act"] == 1


def test_an_unchanged_rebuild_changes_nothing(author: Author) -> None:
    """Neither lock nor package."""
    author.gets(SIGNED)
    lock, package = (author.cards / "deckgen.lock").read_bytes(), author.cards.parent / "build/t.apkg"
    before = package.read_bytes()
    release(author.cards, day=9)
    assert (author.cards / "deckgen.lock").read_bytes() == lock
    assert package.read_bytes() == before


@pytest.mark.parametrize("edited", [
    "Russia and NATO signed the Founding Act at a summit in Paris on 27 May 1997.",
    "On 27 May 1997, in Paris, Russia and NATO signed the Founding Act.",
    "The Founding Act was signed on 27 May 1997.",
    ("After the war in Bosnia, after Dayton, and before Kosovo, the Founding Act of 27 May 1997 was "
     "a last attempt at partnership, as Yeltsin and Solana said in Paris on many occasions."),
])
def test_an_edit_elsewhere_leaves_gaps_and_numbers(author: Author, edited: str) -> None:
    """Words around the gaps, their order, the length of the sentence."""
    author.gets(SIGNED)
    assert author.gets(edited) == {"Founding Act": 1, "27 May 1997": 2}


def test_a_gap_whose_words_were_edited_gets_a_new_number(author: Author) -> None:
    """Its number stays with what it asked for; the other gap is as it was."""
    author.gets(SIGNED)
    gaps = author.gets(SIGNED.replace("27 May", "28 May"))
    assert gaps == {"Founding Act": 1, "28 May 1997": 3}
    assert set(author.numbers().values()) == {1, 2, 3}


def test_what_is_brought_back_gets_its_number_back(author: Author) -> None:
    """Whatever came in between."""
    author.gets(SIGNED)
    for text in (SIGNED.replace(" on 27 May 1997", ""), LONG, SIGNED.replace("Founding", "Final")):
        author.gets(text)
    assert author.gets(SIGNED).items() >= {"Founding Act": 1, "27 May 1997": 2}.items()


@pytest.mark.parametrize("later", [
    ({"id": "act", "name": "NATO–Russia Founding Act", "aliases": ["Founding Act"]},),
    ({"name": "NATO–Russia Founding Act", "aliases": ["Founding Act"]},),
    ({"id": "act", "name": "Founding Act"},),
])
def test_a_name_that_is_curated_later_keeps_its_number(
    author: Author, later: tuple[dict[str, Any], ...]
) -> None:
    """With or without id, as a name or an alias; and when the item is taken out again."""
    author.gets(SIGNED)
    assert author.gets(SIGNED, *later)["Founding Act"] == 1
    assert author.gets(SIGNED.replace("on 27 May 1997", "in 1997"), *later)["Founding Act"] == 1
    assert author.gets(SIGNED)["Founding Act"] == 1


def test_an_alias_is_the_same_thing(author: Author) -> None:
    """A name written in another of its forms is asked under its number."""
    text = "Yeltsin and Solana signed the {} in Paris on 27 May 1997."
    assert author.gets(text.format("Founding Act"), ACT)["Founding Act"] == 1
    edited = author.gets(text.format("NATO–Russia Founding Act"), ACT)
    assert edited["NATO–Russia Founding Act"] == 1


def test_an_item_s_id_is_no_word(author: Author) -> None:
    """A treaty with the id `paris` and the city are two things."""
    treaty = {"id": "paris", "name": "Treaty of Paris"}
    before = author.gets("The Treaty of Paris ended the Crimean War in March 1856.", treaty)
    assert before["Treaty of Paris"] == 1
    after = author.gets("The long peace congress of Paris ended the Crimean War in March 1856.",
                        treaty, must=["Paris"])
    assert after["Paris"] != 1


def test_a_word_hidden_beside_a_name_does_not_take_its_number(author: Author) -> None:
    """What was hidden with a name, because it tells it, is not the name."""
    text = "The USSR and Canada signed the Helsinki Final Act in Helsinki in August 1975 after long talks."
    act = author.gets(text)["Helsinki Final Act"]
    later = author.gets("The long conference of Helsinki was over in August 1975.", must=["Helsinki"])
    assert later["Helsinki"] != act


@pytest.mark.parametrize("is_edited", [False, True])
@pytest.mark.parametrize(("text", "gap"), [
    (SIGNED, "Paris"),
    (SIGNED, "signed"),
    ("1956年10月19日、日本とソ連は日ソ共同宣言に署名し、国交を回復した。", "国交"),
    ("The _Founding Act_ was signed by NATO and Russia in the spring of 1997.", "Founding Act"),
    ("The **Founding Act** was signed by NATO and Russia in the spring of 1997.", "Founding Act"),
    ("L'accord fut signé à Orléans en 1997 après de longs pourparlers.", "Orléans"),
    ("חוזה השלום נחתם בוושינגטון בשנת 1979 לאחר שיחות ארוכות.", "בוושינגטון"),
    ("Energy is $mc^{2}$, as Einstein said in 1905.", "Einstein"),
])
def test_another_choice_than_today_s_stays(
    author: Author, text: str, gap: str, is_edited: bool
) -> None:
    """What an earlier deckgen published is kept, with its hint, though this one chooses otherwise."""
    author.gets(text)
    author.publishes(text, 7, gap, "a hint", **{gap.casefold(): 7, "something else": 9})
    if is_edited:
        text = f"(As {text[:-1]}, after all.)"
    result = author.writes(text)
    assert not result.has_errors, result.found
    assert author.entry()["chosen"] == [[7, text.index(gap), gap, "a hint"]]
    assert set(author.entry()["cards"]) - set(author.entry()["retired"]) == {6}
    assert result.compiled is not None
    assert f"{{{{c7::{gap}::a hint}}}}" in result.compiled.deck.notes[0].text


def test_a_freed_number_is_never_used_again(author: Author) -> None:
    """New gaps are numbered above all there ever were."""
    author.gets(SIGNED)
    author.publishes(SIGNED, 2, "27 May 1997", None, **{"founding act": 1, "1997-05-27": 2, "vienna": 12})
    assert author.gets("The Founding Act was not signed by Ukraine in Geneva at all.",
                       must=["Geneva"])["Geneva"] == 13


def test_nothing_tells_an_answer_after_an_edit(author: Author) -> None:
    """The full name of what is asked, said elsewhere later, is hidden with it or ends the gap."""
    nato = {"id": "nato", "name": "North Atlantic Treaty Organization", "aliases": ["NATO"]}
    text = "In April 1949 twelve states founded NATO{} to keep the peace of western Europe."
    assert author.gets(text.format(""), nato, must=["NATO"])["NATO"] == 2
    after = author.gets(text.format(", the North Atlantic Treaty Organization,"), nato)
    assert {after.get("NATO"), after.get("North Atlantic Treaty Organization")} in ({2}, {None})


def test_a_thing_named_twice_is_one_card(author: Author) -> None:
    """Its short form inside its long one is no third place; it stays so when it is given an id."""
    text = "After the NATO–Russia Founding Act came doubts, and the Founding Act was dead by 2014."
    without = {key: value for key, value in ACT.items() if key != "id"}
    for treaty in (without, without, ACT, ACT):
        gaps = author.gets(text, treaty)
        assert gaps["NATO–Russia Founding Act"] == gaps["Founding Act"] == 1


# ---------------------------------------------------------------- wishes


def test_wishes_are_met(author: Author) -> None:
    """`must` is hidden, `never` is not, and there are no more than `max`."""
    assert "Paris" in author.gets(SIGNED, must=["Paris"])
    assert "27 May 1997" not in author.gets(SIGNED, never=["27 May 1997"])
    assert len(author.gets(SIGNED, max=1)) == 1
    assert author.gets(SIGNED, must=["Paris"], max=1) == {"Paris": 2}


def test_a_wish_changes_what_was_published(author: Author) -> None:
    """As little as can be: the other gaps stay with their numbers."""
    assert author.gets(SIGNED) == {"Founding Act": 1, "27 May 1997": 2}
    assert author.gets(SIGNED, must=["Paris"]) == {"Founding Act": 1, "Paris": 3, "27 May 1997": 2}
    assert author.gets(SIGNED, never=["Paris"]) == {"Founding Act": 1, "27 May 1997": 2}
    assert author.gets(SIGNED, max=1) in ({"Founding Act": 1}, {"27 May 1997": 2})


def test_wishes_are_whole_words(author: Author) -> None:
    """`never: [US]` says nothing of the USSR."""
    text = "The USSR and the US signed a long and difficult treaty in Moscow in August 1972."
    assert "USSR" in author.gets(text, must=["USSR"], never=["US"])


def test_space_around_a_wish_means_nothing(author: Author) -> None:
    """Quotes keep it in YAML."""
    assert "Paris" in author.gets(SIGNED, must=[" Paris "])
    assert "Paris" in author.gets(SIGNED, must=[" Paris "])
    assert author.rules("Japan and Japanese troops left Korea in the winter of 1945.",
                        must=[" Japan "]) == ["wish-not-met"]


@pytest.mark.parametrize("cloze", [
    {"must": ["Helsinki"]},
    {"must": ["Act in Pa"]},
    {"must": ["founding act"]},
    {"must": ["Founding Act", "Act in Paris"]},
    {"must": ["Paris"], "never": ["Paris"]},
    {"must": ["Founding Act in Paris"], "never": ["Paris"]},
    {"must": ["Paris", "Founding Act"], "max": 1},
    {"never": ["Pairs"]},
], ids=str)
@pytest.mark.parametrize("is_published", [False, True])
def test_a_wish_that_cannot_be_met_is_told(
    author: Author, cloze: dict[str, object], is_published: bool
) -> None:
    """Whether the sentence was published before or not, and nothing is written."""
    if is_published:
        author.gets(SIGNED)
    assert author.rules(SIGNED, **cloze) == ["wish-not-met"]
    assert (author.cards / "deckgen.lock").exists() == is_published


def test_a_wish_that_cannot_be_met_is_told_at_its_place(author: Author) -> None:
    """The line and column of the wish."""
    author.cards.joinpath("one.yaml").write_text(
        f"sentences:\n  - text: {SIGNED}\n    cloze:\n      never: [Paris]\n"
        "      must: [Founding Act, Helsinki]\n", "utf-8")
    (found,) = try_release(author.cards).found
    assert (found.rule, found.span.line, found.span.column) == ("wish-not-met", 5, 28)
    assert "'must: Helsinki'" in found.message


def test_what_stands_twice_is_no_wish(author: Author) -> None:
    """Which of the two is meant, nobody can tell; published or not."""
    text = "NATO was founded in 1949, and NATO kept the peace of Europe."
    assert author.rules(text, must=["NATO"]) == ["wish-not-met"]
    author.gets(text)
    assert author.rules(text, must=["NATO"]) == ["wish-not-met"]


# ---------------------------------------------------------------- marks


def test_marks_win(author: Author) -> None:
    """A marked sentence has its marks and nothing else; numbers stay with what they ask."""
    author.gets(SIGNED)
    result = author.writes(SIGNED.replace("Paris", "==Paris==").replace("27 May 1997", "==27 May 1997=="))
    assert [found.rule for found in result.found] == ["card-retired"]
    assert "chosen" not in author.entry()
    assert author.numbers().items() >= {"paris": 3, "27 may 1997": 2}.items()
    assert (author.entry()["cards"], author.entry()["retired"]) == ([0, 1, 2], [0])


def test_marks_taken_out_again_leave_the_numbers(author: Author) -> None:
    """Chosen or marked, the same words have the same number."""
    author.gets(SIGNED)
    author.writes(SIGNED.replace("Paris", "==Paris=="))
    assert author.gets(SIGNED) == {"Founding Act": 1, "27 May 1997": 2}
    assert author.gets(SIGNED, must=["Paris"])["Paris"] == 3


def test_marks_and_wishes_are_told(author: Author) -> None:
    """One of the two has no effect."""
    result = author.writes(SIGNED.replace("Paris", "==Paris=="), must=["NATO"], never=["Russia"])
    assert {found.rule for found in result.found} == {"marks-and-wishes"}
    assert not result.has_errors


# ---------------------------------------------------------------- any text whatever


@pytest.mark.parametrize("text", ["It was so.", "…", "}}", "::", "👩\u200d👩\u200d👧", "of the and", "\u202e.", "`NATO`"])
def test_nothing_to_ask_is_told(author: Author, text: str) -> None:
    """An error at the sentence, and nothing else."""
    result = author.writes(text)
    assert [(found.rule, found.span.line) for found in result.found] == [("no-gap", 1)]


@pytest.mark.parametrize("text", [
    "שלום נחתם בין ישראל ומצרים בשנת 1979 בוושינגטון לאחר שיחות ארוכות.",
    "وقعت مصر وإسرائيل معاهدة السلام في واشنطن في 26 مارس 1979 بعد محادثات طويلة.",
    "1956年10月19日、日本とソ連は日ソ共同宣言に署名し、国交を回復した。",
    "Merkel 👩\u200d👩\u200d👧 met Putin 🇷🇺 in Sochi in 2007 with a dog 🐕.",
    "Ze\u0301lensky e\u0301tait a\u0300 Ge\u0300ve en 2021 pour de longs pourparlers.",
    "Z\u0351\u036b\u0343algo met Kravchuk in Belavezha in December 1991 to end the Union.",
    "In }} and {{ the army of Kuwait fought at :: Basra in 1991 for a::b days.",
    "Energy is $mc^{2}$ or \\(a_{b_{c}}\\), as Einstein wrote in Bern in 1905.",
    "**Bold Bismarck** and *Cavour in Turin* met `Garibaldi 1860` at [Teano](https://teano.it) in 1860.",
    "A <b>Treaty of Nystad</b> & peace ended the Great Northern War <!-- in --> in 1721.",
    "snake_case_Paris and __dunder__ met _Talleyrand_ in Vienna in 1815, said C:\\new.",
    "[sound:a.mp3] Gorbachev [latex]met[/latex] Reagan in Reykjavik in October 1986.",
    "\\*Not emphasis\\* of Yalta was signed by \\_Stalin\\_ in February 1945.",
    "He paid $5 to Paris and $10 to Rome in 1990, which was little.",
])
def test_odd_text_makes_right_cards(author: Author, text: str) -> None:
    """Gaps are pieces of the text, and every one makes a card."""
    gaps = author.gets(text)
    assert gaps
    assert all(gap in normalize("NFC", text) for gap in gaps)
    assert author.entry()["cards"] == sorted({number - 1 for number in gaps.values()})
    assert author.gets(text) == gaps


@pytest.mark.parametrize(("text", "rule"), [
    ("The {{c1::OSCE met in Istanbul in 1999.", "unclosed-cloze"),
    ("The {{c0::OSCE}} met in Istanbul in 1999.", "cloze-number"),
    ("The {{c1: OSCE}} met in Istanbul in 1999.", "malformed-cloze"),
    ("The {{c1::}} met in Istanbul in 1999.", "empty-gap"),
    ("The ==OSCE met in Istanbul in 1999.", "unclosed-cloze"),
])
def test_a_faulty_mark_is_not_a_plain_sentence(author: Author, text: str, rule: str) -> None:
    """The mark is told, and no gap is chosen instead."""
    assert author.rules(text) == [rule]


def test_ten_thousand_words(author: Author) -> None:
    """Are read in seconds, and asked as any sentence is."""
    started = time.process_time()
    text = "On 27 May 1997 NATO and Russia signed the Founding Act, and " + "so it went on and " * 2000
    gaps = author.gets(text + "on.")
    assert gaps
    assert time.process_time() - started < 5
