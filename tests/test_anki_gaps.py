"""Cards of plain sentences in genuine Anki: each hides its gap, shows all else, tells no answer.

`DECKGEN_SENTENCES=10000` says how many random sentences are built.
"""

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

from deckgen.lock import NoteEntry
from deckgen.markdown import line
from deckgen.project import check
from tests.anki_collection import Sides, Student, release, text_of
from tests.test_anki_text import gapped

SENTENCES = int(os.environ.get("DECKGEN_SENTENCES", "1500"))

NAMES = {
    "founding-act": ["NATO–Russia Founding Act", "Founding Act"],
    "genscher": ["Hans-Dietrich Genscher", "Genscher"],
    "osce": ["Organization for Security and Co-operation in Europe", "OSCE"],
    "nato": ["North Atlantic Treaty Organization", "NATO"],
    "paris": ["Treaty of Paris", "Paris Treaty"],
    "helsinki": ["Helsinki Final Act", "Final Act"],
    "union": ["European Union", "EU"],
    "gorbachev": ["Mikhail Gorbachev", "Gorbachev"],
    "power": ["balance of power", "equilibrium"],
    "japan": ["日本", "Japan"],
    "russia": ["Russia", "Russian Federation", "ロシア"],
    "peace": ["שלום", "السلام"],
    "elysee": ["Élysée Treaty", "Treaty on Franco-German Friendship"],
    "odd": ["R&D <int>", "C++"],
    "figure": ["Article 5", "fifth article"],
}
OWNERS = {form: forms for forms in NAMES.values() for form in forms}
NASTY = [
    "}}", "{{", "{{c1::", "::", "{{c1::a::b}}", "==", "$x^{2}$", "$", r"\(a_{b}\)", "\\(", r"\[x\]", "**", "*",
    "_", "__", "`", "``", "`code`", "`NATO`", "$NATO$", "[link](http://x.y/z)", "[NATO](https://nato.int)",
    "[Genscher]", "[", "](", "![", "<int>", "<b>", "</b>", "<!-- x -->", "&nbsp;", "&", "~~", "~~Paris~~",
    "\u202e", "\u200d", "\ufe0f", "e\u0301", "\u0301", "👩\u200d👩\u200d👧", "🇺🇦", "条約", "1855年2月7日", "מלחמה", "الحرب",
    "[sound:x.mp3]", "[latex]x[/latex]", "[$]x[/$]", "{{Field}}", "%", "\\", "\\*", "\\==", "C:\\new", "snake_case",
    "a::b", "std::vector", "std::Paris", "“quoted words”", '"', "’", "'s", "–", "—", "...", "(", ")", "(NATO)", "#", "- ",
    "> ", "1. ", "50 %", "US$300 million", "$5 and $10", "0", "1/0", "10 000", "\u00a0", "*Genscher*", "**OSCE**", "_Japan_",
    "*in Paris", "Rome*", "**1 May", "1990**", "Russia's", "Japanese", "Russian", "anti-NATO", "NATO-led", "EU's",
]
WORDS = ("signed rejected invoked in on after of the and , because with long talks a treaty never was not "
         "ratified by who which old new peace army of states 1997 1990s Vienna Kosovo Bonn").split()
DATES = ["27 May 1997", "May 1997", "1 August 1975", "in the 1990s", "1914–1918", "the 19th century", "44 BC"]


def sentence(luck: random.Random) -> str:
    """Make a sentence of names, words, dates and what looks like something else."""
    pieces = []
    for _ in range(luck.randint(4, 22)):
        kind = luck.random()
        pieces.append(luck.choice(
            list(OWNERS) if kind < 0.25 else DATES if kind < 0.35 else NASTY if kind < 0.5 else WORDS))
    return " ".join(pieces).strip() + luck.choice([".", "", "?", " ."])


def write(cards: Path, sentences: dict[str, str]) -> None:
    """Write a project with these sentences, a line each, and the names."""
    cards.mkdir(exist_ok=True)
    cards.joinpath("deck.yaml").write_text("id: t\nname: T\n", "utf-8")
    actors = [{"id": f"actor-{name}", "name": forms[0], "aliases": forms[1:], "role": f"Part {name}",
               "ask": []} for name, forms in NAMES.items()]
    cards.joinpath("names.yaml").write_text(json.dumps({"actors": actors}, ensure_ascii=False), "utf-8")
    items = [json.dumps({"id": key, "text": text}, ensure_ascii=False)
             for key, text in sentences.items()]
    cards.joinpath("sentences.yaml").write_text(
        "sentences:\n" + "".join(f"  - {item}\n" for item in items), "utf-8")


def buildable(cards: Path, sentences: dict[str, str]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Leave out the sentences in which deckgen finds faults; tell the faults by rule."""
    write(cards, sentences)
    keys = list(sentences)
    faulty: dict[str, set[str]] = {}
    for found in check(cards).found:
        if found.is_error:
            faulty.setdefault(found.rule, set()).add(keys[found.span.line - 2])
    left_out = {key for some in faulty.values() for key in some}
    return {key: text for key, text in sentences.items() if key not in left_out}, faulty


def visible(html: str) -> str:
    """What is read of a piece of HTML, spaces as one."""
    return " ".join(text_of(html).split())


def wrong(text: str, entry: NoteEntry, number: int, sides: Sides) -> Iterator[str]:
    """What is wrong with a card of a sentence: what it hides, what it shows, what it tells."""
    front, back = gapped(sides.question), gapped(sides.answer)
    gaps = [gap for gap in entry.chosen if gap.number == number]
    inside = re.search(r'<div class="prompt" dir="auto">(.*?)</div>', sides.answer, re.DOTALL)
    if inside is None or visible(inside[1]) != visible(line(normalize("NFC", text))):
        yield f"the back shows {sides.answer!r}"
    hidden = "".join(visible(line(gap.text)) for gap in gaps)
    if "".join(back.hidden.split()) != "".join(hidden.split()):
        yield f"hides {back.hidden!r}, not {hidden!r}"
    if front.left != back.left:
        yield f"the front shows {front.left!r}, the back {back.left!r}"
    hints = "".join(f"[{gap.hint or '...'}]" for gap in gaps)
    if front.hidden != hints:
        yield f"the gap shows {front.hidden!r}"
    for gap in gaps:
        for form in {gap.text, *OWNERS.get(gap.text, ())}:
            answer = visible(line(form))
            if re.search(rf"(?<![\w/]){re.escape(answer)}(?![\w/])", front.left + hints):
                yield f"{answer!r} is told: {front.left!r}"


def test_every_card_hides_its_gap_and_tells_no_answer(student: Student, tmp_path: Path) -> None:
    """Random sentences of curated names and of text that looks like marks, markup or code."""
    luck = random.Random(SENTENCES)
    made = {f"s{n}": sentence(luck) for n in range(SENTENCES)}
    good, faulty = buildable(tmp_path / "cards", made)
    assert len(good) > SENTENCES * 0.6, {rule: len(keys) for rule, keys in faulty.items()}
    write(tmp_path / "cards", good)
    log = student.install(release(tmp_path / "cards"))
    assert len(log.new) == len(good)
    compiled = check(tmp_path / "cards").compiled
    if compiled is None:
        raise AssertionError
    found, chosen = [], 0
    for card_id in student.card_ids().values():
        card = student.col.get_card(card_id)
        key = card.note()["Id"]
        entry = compiled.lock.notes[key]
        if entry.chosen:
            chosen += 1
            found += [f"{made[key]!r}, gap {card.ord + 1}: {fault}"
                      for fault in wrong(made[key], entry, card.ord + 1, student.sides(card_id))]
    assert chosen > len(good)
    assert found == [], f"{len(found)} faults on {chosen} cards\n" + "\n".join(found[:20])
    assert student.empty_cards() == []
    assert student.check_database() == []
    allowed = {"no-gap", "unclosed-cloze", "malformed-cloze", "cloze-number", "empty-gap"}
    assert {rule: [made[key] for key in sorted(keys)[:3]] for rule, keys in faulty.items()
            if rule not in allowed} == {}
