"""Made-up decks of any size: mixed kinds, Unicode, Markdown, tags; the same on every machine.

As dense as the shipped cards: some 370 characters an item, tags on each, a text in eight with
Markdown in it.
"""

import sys
from pathlib import Path
from random import Random

_WORDS = """treaty border minister summit agreement sanctions parliament resolution forces island
negotiation security enlargement declaration crisis president embassy ceasefire committee charter
élargissement Änderung Überprüfung договор безопасность 条約 安全保障 平和 naïve façade""".split()
_NAMES = """Aldenmark Borovia Castellan Dunmere Estovar Feldrija Gormund Halvaria Istrova Jelgau
Kastoria Lorvane Møreland Nørvig Østermark Pålsund Québec-Nord Rügenland Śląskowo Tōkaidō""".split()


def write_deck(folder: Path, items: int, files: int, seed: int = 1) -> None:
    """Write a project folder with that many items in that many files into `folder`/cards."""
    random = Random(seed)
    cards = folder / "cards"
    cards.mkdir(parents=True, exist_ok=True)
    (cards / "deck.yaml").write_text("id: made-up\nname: Made up\ntags: [bench]\n", "utf-8")
    (cards / "sources.yaml").write_text(
        "one:\n  title: First made-up source\n  author: A. Author\n  year: 2020\n"
        "two:\n  title: Second made-up source\n", "utf-8")
    for n in range(files):
        first, end = items * n // files, items * (n + 1) // files
        (cards / f"part-{n:05}.yaml").write_text(_card_file(random, n, first, end - first), "utf-8")


def _card_file(random: Random, number: int, first: int, count: int) -> str:
    lines = [f"deck: Part {number % 20:02}", "source: one", "tags: [topic::made-up]"]
    makers = (_date, _treaty, _actor, _position, _question, _sentence)
    shares = [count // 10, count // 10, count // 10, count // 10, count // 2]
    shares.append(count - sum(shares))
    n = first
    for make, share in zip(makers, shares, strict=True):
        if share:
            lines.append(f"{make.__name__[1:]}s:".replace("treatys", "treaties"))
        for _ in range(share):
            lines += make(random, n)
            lines.append(f"    tags: [weight::{random.choice(['core', 'detail'])}, "
                         f"period::{random.randint(1, 9)}, week::{n % 12}]")
            n += 1
    return "\n".join(lines) + "\n"


def _words(random: Random, count: int) -> str:
    words = random.choices(_WORDS, k=count)
    if random.random() < 1 / 8:
        place = random.randrange(1, count)
        words[place] = random.choice(["*{}*", "**{}**", "`{}`", "$x^{{2}}$ {}", "{} <int> & co."]).format(words[place])
    return " ".join(words)


def _name(random: Random, n: int) -> str:
    return f"{random.choice(_NAMES)} {random.choice(_NAMES)} {n}"


def _day(random: Random) -> str:
    return f"{random.randint(1800, 2020)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _date(random: Random, n: int) -> list[str]:
    return [f"  - id: date-{n}", f"    date: {_day(random)}",
            f"    event: {_name(random, n)} {_words(random, 8)}",
            f"    significance: {_words(random, 9)}"]


def _treaty(random: Random, n: int) -> list[str]:
    return [f"  - id: treaty-{n}", f"    name: Treaty of {_name(random, n)}",
            f"    aliases: [Pact {n}]", f"    date: {_day(random)}",
            f"    parties: [{random.choice(_NAMES)}, {random.choice(_NAMES)}]", "    terms: |",
            f"      - {_words(random, 7)}", f"      - {_words(random, 7)}",
            f"    significance: {_words(random, 12)}"]


def _actor(random: Random, n: int) -> list[str]:
    return [f"  - id: actor-{n}", f"    name: {_name(random, n)}",
            f"    role: minister {n} of {_words(random, 3)}",
            f"    known-for: {_words(random, 10)}"]


def _position(random: Random, n: int) -> list[str]:
    return [f"  - id: position-{n}", f"    actor: {random.choice(_NAMES)}",
            f"    issue: issue {n} {_words(random, 3)}",
            f"    position: {_words(random, 12)}", f"    because: {_words(random, 8)}",
            "    according-to: the author", f"    source: two, p. {n}"]


def _question(random: Random, n: int) -> list[str]:
    return [f"  - id: question-{n}", f'    q: "What did {_name(random, n)}: {_words(random, 6)}?"',
            "    a: |", f"      {_words(random, 12)}", f"    note: {_words(random, 12)}"]


def _sentence(random: Random, n: int) -> list[str]:
    return [f"  - id: sentence-{n}",
            (f"    text: In {random.randint(1800, 2020)} =={_name(random, n)}== signed "
             f"{_words(random, 5)} with =={random.choice(_NAMES)} {n + 1}== again.")]


if __name__ == "__main__":
    write_deck(Path(sys.argv[1]), int(sys.argv[2]), files=-(-int(sys.argv[2]) // 250))
