"""What an author is told about every slip: where it is, what is wrong, what to type instead.

In each text `▸` marks the place that must be named; it is taken out before the text is written.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main

MARK = "▸"
MANIFEST = "id: t\nname: T\n"
GOOD = "questions:\n  - q: What?\n    a: That.\n"
LOCK = '{"deckgen-lock": 1, "project": "t"}\n'
Files = dict[str, str | bytes]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: Files) -> None:
    """Write a project into `cards`, with a lock and an earlier package."""
    for name, content in {"deck.yaml": MANIFEST, "deckgen.lock": LOCK, **files}.items():
        path = Path("cards", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    Path("build").mkdir(exist_ok=True)
    Path("build", "t.apkg").write_bytes(b"the last release")


def snapshot() -> dict[str, bytes]:
    """Read everything that lies here, hidden files too."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def run(*arguments: str) -> Result:
    """Run deckgen in this process."""
    return CliRunner().invoke(main, list(arguments))


def build() -> list[str]:
    """Build, expect errors and nothing written; return the findings."""
    before = snapshot()
    result = run("build")
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert snapshot() == before
    *found, last = result.stderr.splitlines()
    assert last.endswith("; nothing was written")
    assert run("check").stderr.splitlines()[:-1] == found
    return found


def unmarked(name: str, text: str) -> tuple[str, str]:
    """Take the mark out of a text; return the text and the place, `cards/x.yaml:1:1`."""
    before, _, after = text.partition(MARK)
    lines = before.split("\n")
    return before + after, f"cards/{name}:{len(lines)}:{len(lines[-1]) + 1}"


# ---------------------------------------------------------------- card files


def q(value: str) -> str:
    """Put a value into a question that is followed by its answer."""
    return f"questions:\n  - q: {value}\n    a: x\n"


CARD_FILES: list[tuple[str, str, str]] = [
    # the shape of a card file
    ("unknown-key", "'nots' is not a key of a question; did you mean 'note'?",
     q("a") + "    ▸nots: x\n"),
    ("unknown-key", "'question' is not a key of a card file; did you mean 'questions'?",
     "▸question:\n  - q: a\n"),
    ("unknown-key", "'colour' is not a key of a card file; there are: deck, source",
     "▸colour: red\n"),
    ("unknown-key", "'at-most' is not a key of 'cloze'; there are: must, never, max",
     "sentences:\n  - text: ==a== b\n    cloze:\n      ▸at-most: 3\n"),
    ("missing-value", "a question needs 'a'; add 'a: …'", "questions:\n  - ▸q: a\n"),
    ("missing-value", "a date needs 'date'; add 'date: …'", "dates:\n  - ▸event: a\n"),
    ("empty-value", "'a' is empty; write its value after the colon, or take the key out",
     "questions:\n  - q: x\n    a:▸\n"),
    ("empty-value", "'q' is empty", 'questions:\n  - q: ▸""\n    a: x\n'),
    ("empty-value", "'q' is empty", 'questions:\n  - q: ▸"  "\n    a: x\n'),
    *(("empty-value", "'q' is empty", f'questions:\n  - q: ▸"{blank}"\n    a: x\n')
      for blank in ("\\t\\n\\r", "\u00a0\u3000", "\u200b", "\u2060\ufeff", "\u00ad \u202e")),
    ("empty-value", "'questions' is empty; list its items below it", "questions:▸\n"),
    ("empty-value", "'tags' is an empty list", q("a") + "    tags: ▸[]\n"),
    ("empty-value", "'tags' is empty", q("a") + "    tags:\n      -▸\n      - b\n"),
    ("wrong-shape", "'questions' takes a list: put '- ' before the first key of each item",
     "questions:\n  ▸q: a\n  a: b\n"),
    ("wrong-shape", "a question is written as keys and values ('q: …')",
     "questions:\n  - ▸What?\n"),
    ("wrong-shape", "a list where 'q' should have text; if this is text, put it in quotes",
     q("▸[sic]")),
    ("wrong-shape", "a mapping where 'parties' should have text",
     "treaties:\n  - name: a\n    terms: b\n    parties:\n      - ▸Russia: the state\n"),
    ("wrong-shape", "text where a card file should be, as keys and values", "▸Hello world\n"),
    ("wrong-shape", "a list where a card file should be", "▸- q: a\n  a: b\n"),
    ("duplicate-key", "'a' stands here a second time (first on line 3); keep one of them",
     q("a") + "    ▸a: y\n"),
    ("duplicate-key", "'questions' stands here a second time (first on line 1)",
     q("a") + "▸questions:\n  - q: c\n    a: d\n"),
    ("duplicate-id", "the id 'x' is taken at cards/x.yaml:2:5; every item has an id of its own",
     "questions:\n  - id: x\n    q: a\n    a: b\n  - ▸id: x\n    q: c\n    a: d\n"),
    ("duplicate-item", "the same item stands at cards/x.yaml:2:5; keep one of them",
     q("a") + "  - ▸q: a\n    a: x\n"),
    ("bad-id",
     ("'Draft Treaties' is no id: use lower-case letters a–z, digits and single hyphens, such as "
      "'draft-treaties'"),
     "questions:\n  - id: ▸Draft Treaties\n    q: a\n    a: b\n"),
    ("bad-tag",
     "the tag 'far east' has a space in it, at which Anki would split it; write 'far-east'",
     q("a") + "    tags: ▸far east\n"),
    ("bad-tag", "has an empty level", q("a") + "    tags: ▸a::::b\n"),
    ("bad-deck", "has an empty level; write names on both sides of '::'",
     "deck: ▸'A::'\n" + q("a")),
    ("bad-date", "", "dates:\n  - date: ▸2021-02-30\n    event: a\n"),
    ("bad-date", "", "dates:\n  - date: ▸31 April 2021\n    event: a\n"),
    ("bad-date", "", "dates:\n  - date: ▸some day\n    event: a\n"),
    ("unknown-source", "'nobody' is no key of sources.yaml; there are none",
     "source: ▸nobody, p. 3\n" + q("a")),
    ("unknown-card", "'backward' is no card of a question; there are: forward, reverse, type",
     q("a") + "    ask: ▸backward\n"),
    ("unknown-card", "did you mean 'forward'?", q("a") + "    ask: [reverse, ▸foward]\n"),
    ("no-cards", "this item makes no card; give it", "actors:\n  - ▸name: A\n    ask: [role]\n"),
    ("bad-number", "'max' is a number of gaps, 1 to 99, not 'many'",
     "sentences:\n  - text: ==a== b\n    cloze: {max: ▸many}\n"),
    ("no-sentence", "'cloze' is about the key sentence, and this item has none",
     q("a") + "    cloze: ▸{max: 3}\n"),
    # clozes
    ("malformed-cloze", "a gap needs two colons after its number: {{c1::text}}",
     'sentences:\n  - text: "A ▸{{c1: x}} b ==c=="\n'),
    ("cloze-number", "a gap's number is 1 to 499, not 0",
     'sentences:\n  - text: "A ▸{{c0::x}} b"\n'),
    ("cloze-number", "a gap's number is 1 to 499, not 500",
     "sentences:\n  - text: A ▸{{c500::x}} b\n"),
    ("cloze-number", "not 99999999999999999999",
     "sentences:\n  - text: A ▸{{c99999999999999999999::x}} b\n"),
    ("malformed-cloze", "one gap cannot have several numbers in every Anki",
     "sentences:\n  - text: A ▸{{c1,2::x}} b ==c==\n"),
    ("malformed-cloze", "'{{C1::' is no gap; write {{c1::text}}",
     "sentences:\n  - text: A ▸{{C1::x}} b ==c==\n"),
    ("malformed-cloze", "without spaces", "sentences:\n  - text: A ▸{{ c1::x}} b ==c==\n"),
    ("unclosed-cloze", "the gap that begins with '==' is never closed; add '=='",
     "sentences:\n  - text: A ▸==x b\n"),
    ("unclosed-cloze", "the gap that begins with '{{c1::' is never closed; add '}}'",
     "sentences:\n  - text: A ▸{{c1::x b\n"),
    ("empty-gap", "this gap hides nothing", "sentences:\n  - text: A ▸{{c1::}} b\n"),
    ("no-gap", "nothing in this sentence can be asked", "sentences:\n  - text: ▸A b\n"),
    ("gap-cuts-markdown", "a gap begins inside Markdown",
     "sentences:\n  - text: ▸A **b ==c** d== e\n"),
    # media
    ("missing-media", "there is no 'a.png' in media/; put the file there",
     q("a") + "    image: ▸a.png\n"),
    ("media-outside", "'../a.png' leads out of media/", q("a") + "    image: ▸../a.png\n"),
    ("media-outside", "'/etc/a.png' leads out of media/", q("a") + "    image: ▸/etc/a.png\n"),
    ("media-outside", "leads out of media/", q("a") + "    image: ▸maps\\a.png\n"),
    ("remote-media", "lies on a network", q("a") + "    image: ▸https://example.org/a.png\n"),
    ("remote-media", "lies on a network", q("a") + "    audio: ▸//example.org/a.mp3\n"),
    ("missing-media", "there is no 'b.png' in media/",
     q("▸See ![it](b.png)")),
    ("media-outside", "leads out of media/",
     q("▸See ![it](../../b.png)")),
    # a colon in text without quotes
    ("unquoted-colon", 'put the whole text in quotes: event: "Minsk II: the agreement"',
     "dates:\n  - id: a\n    date: 2014\n    event: Minsk II▸: the agreement\n"),
    ("unquoted-colon", 'put the whole text in quotes: event: "Minsk II: the agreement"',
     "dates:\n  - event: Minsk II▸: the agreement\n    date: 2014\n"),
    ("unquoted-colon", 'deck: "Minsk II: x"', "deck: Minsk II▸: x\n"),
    ("unquoted-colon", 'parties: "Russia: the state: all"',
     "treaties:\n      - name: x\n        parties: Russia▸: the state: all\n"),
    ("unquoted-colon", 'Russia: "the state: all"',
     "treaties:\n  - name: x\n    parties:\n      - Russia: the state▸: all\n"),
    ("unquoted-colon", 'put the piece between the commas in quotes: ["…: …", …]',
     "treaties:\n  - name: x\n    parties: [Russia: x, b: c▸: d]\n"),
    ("unquoted-colon", 'q: "What is this: a promise?"', q("What is this▸: a promise?")),
    ("unquoted-colon", """q: 'He said: "no"'""", q('He said▸: "no"')),
    ("unquoted-colon", 'q: "Name three things:"', q("Name three things▸:")),
    ("unquoted-colon", 'q: ": what"', q("▸: what")),
    ("unquoted-colon", "put the whole text in quotes", q("word " * 40 + "▸: what")),
    ("unquoted-colon",
     ("inside the text that begins on line 2, which has no quotes; put the whole of that text in "
      "quotes, or write it below a '|'"),
     q("What\n      was this▸: a promise?")),
    ("indentation",
     ("'this' is taken for a part of the text that begins on line 2, because it is indented "
      "deeper than 'q'; if it is a key, begin this line with 4 spaces; if it is text, put the "
      "whole text in quotes"),
     q("What is\n      ▸this: a promise?")),
    # quotes
    ("unclosed", 'the text that begins here with " is never closed; write " at its end',
     q('▸"What is')),
    ("unclosed", "an apostrophe inside '…' is written twice: ''", q("▸'What is")),
    ("unclosed", 'runs on to the next ", on line 4', q('▸"What is') + '  - q: "b"\n    a: c\n'),
    ("text-after-quote", """q: '"Founding Act" of 1997'""", q('"Founding Act" ▸of 1997')),
    ("text-after-quote", """q: "'Founding Act' of 1997\"""", q("'Founding Act' ▸of 1997")),
    ("text-after-quote", """q: '"Founding Act": what is it?'""", q('"Founding Act"▸: what is it?')),
    ("text-after-quote", '''q: "Russia's promise"''', q("'Russia'▸s promise'")),
    ("text-after-quote", """q: 'He said "no" twice'""", q('"He said "▸no" twice"')),
    ("text-after-quote", """- '"NATO" and others'""",
     'treaties:\n  - name: x\n    parties:\n      - "NATO" ▸and others\n'),
    ("text-after-quote", "put the whole piece in quotes, or a comma before what follows",
     q("a") + '    tags: ["a" ▸b, c]\n'),
    ("escape",
     ("'\\d' means nothing inside \"…\"; write '\\\\d', or put the text in '…', where a "
      "backslash is a backslash"),
     q('"▸\\d"')),
    ("escape", "'\\U' means nothing", q('"C:▸\\Users"')),
    ("escape", "'\\x' means nothing", q('"▸\\xg1"')),
    ("escape", "'\\u' means nothing", q('"▸\\ud800"')),
    # the first character of a text
    ("special-character",
     "text goes on after the closing ']'; put the whole text in quotes: q: \"[sic] what\"",
     q("[sic] ▸what")),
    ("special-character", 'q: "[sic]: what"', q("[sic]▸: what")),
    ("special-character", 'q: "{a} what"', q("{a} ▸what")),
    ("key-not-text", 'put the whole text in quotes: text: "{{c1::NATO}} and Russia"',
     "sentences:\n  - text: ▸{{c1::NATO}} and Russia\n"),
    ("key-not-text", 'text: "{{c1::NATO}}"', "sentences:\n  - text: ▸{{c1::NATO}}\n"),
    ("key-not-text", "put the whole text in quotes", "▸[a, b]: c\n"),
    ("special-character", 'put the whole text in quotes: "%5"', q("a") + "    tags: [▸%5, x]\n"),
    ("special-character", 'put the whole text in quotes: "- a"', q("a") + "    tags: [▸- a, b]\n"),
    ("special-character", "a line that begins with '%' is a command to YAML", "▸%5 of all\n"),
    ("special-character",
     "nothing stands before this comma; take the comma out, or write what is missing",
     q("a") + "    tags: [a,▸, b]\n"),
    ("unclosed",
     ("the '[' that begins here is never closed; write ']' at its end, or, if it is part of a "
      'text, put the whole text in quotes: q: "[sic"'),
     q("▸[sic")),
    ("unclosed", "the '{' that begins here is never closed", q("▸{sic")),
    ("unclosed", "'}' cannot close the '[' in column 8; write ']' before it", q("[a▸}")),
    # indentation
    ("tab", "a tab where YAML wants spaces; type spaces instead",
     "questions:\n▸\t- q: a\n\t  a: x\n"),
    ("tab", "type spaces instead (4, if this is a key beside 'q'), and",
     "questions:\n  - q: a\n▸\ta: x\n"),
    ("tab", "a tab where YAML wants spaces", "questions:\n  - q: a\n  ▸\ta: x\n"),
    ("tab", "a tab where YAML wants spaces", q("|\n▸\ttext")),
    ("indentation", "if it is a key, begin this line with 4 spaces",
     "questions:\n  - q: a\n     ▸a: x\n"),
    ("indentation", "this line begins with 3 spaces, and the key 'q' above it with 4 spaces",
     "questions:\n  - q: a\n   ▸a: x\n"),
    ("indentation", "this line begins with 1 space, and the key 'a' above it with 4 spaces",
     q("a") + " ▸dates:\n"),
    ("indentation", "this line begins with 5 spaces, and the key 'q' above it with 4 spaces",
     'questions:\n  - q: "a"\n     ▸a: x\n'),
    ("indentation", "this '-' begins with 1 space, and the '-' of the list above with 2 spaces",
     q("a") + " ▸- q: b\n   a: c\n"),
    ("indentation", "this '-' begins with 4 spaces, and the '-' of the list above with 2 spaces",
     q("a") + "    ▸- q: b\n      a: c\n"),
    ("indentation", "the first line of the file is indented and those below are not",
     " ▸deck: x\n" + q("a")),
    ("indentation",
     ("a new item begins with '- ', and what belongs to the item above is indented by 4 spaces; "
      "write '- q: c', or indent this line"),
     q("a") + "  ▸q: c\n  a: d\n"),
    ("indentation",
     ("the lines below '|' stand deeper than its key and exactly below one another; indent this "
      "line deeper than 'q'"),
     "questions:\n  - q: |\n    ▸text here\n    a: x\n"),
    ("indentation", "fewer than the first line of the text below '|'",
     "questions:\n  - q: |\n        text\n      ▸more\n    a: x\n"),
    # colons and dashes left out or misplaced
    ("no-space-after-colon", "no space after 'q:'; write 'q: What?'",
     "questions:\n  - q:▸What?\n    a: x\n"),
    ("no-space-after-colon", "no space after 'a:'; write 'a: x'",
     "questions:\n  - q: a\n    a:▸x\n"),
    ("no-space-after-colon", "a blank that YAML does not know (U+00A0) after 'q:'",
     "questions:\n  - q:▸\u00a0a\n    a: x\n"),
    ("no-colon", "no ':' after 'q'; write 'q: What?'", "questions:\n  - ▸q What?\n    a: x\n"),
    ("no-colon", "no ':' after 'questions'; write 'questions: …'",
     "deck: a\n▸questions\n  - q: a\n    a: x\n"),
    ("no-colon",
     "if the text goes on here, indent this line deeper than 'q'; if it is a key, write ':'",
     "questions:\n  - q: a long\n    ▸line goes on\n    a: x\n"),
    ("no-colon", "'：' is not the colon that YAML knows; write 'questions: …'",
     "deck: a\nquestions▸：\n  - q: a\n"),
    ("no-colon", "a ':' with no key before it", "▸: c\n"),
    ("misplaced-dash",
     "a list does not begin on the line of its key; put this '-' on the next line",
     "dates: ▸- date: 2014\n         event: x\n"),
    ("misplaced-dash",
     ("a list stands below its key, not beside it; put it on the next line, or, if it is text, "
      'put the whole text in quotes: q: "- what"'),
     q("▸- what")),
    ("misplaced-dash", "an item begins with a hyphen and a space; write '- q: a'",
     "questions:\n  ▸-q: a\n    a: x\n"),
    ("misplaced-dash", "an item begins with a hyphen and a space; write '- q: a'",
     "questions:\n  ▸– q: a\n    a: x\n"),
    ("misplaced-dash", "'tags' has a value already, so no list can follow",
     q("a") + "    tags: c\n    ▸- d\n"),
    # what YAML has and card files do without
    ("anchor", "'&' at the beginning of a text means something else in YAML",
     "questions:\n  - q: ▸&x a\n    a: b\n"),
    ("alias", 'q: "*x thing"', q("▸*x thing")),
    ("tag", 'q: "!important what"', q("▸!important what")),
    ("tag", 'q: "!!int 3"', q("▸!!int 3")),
    ("merge-key", "'<<' merges mappings in YAML, which card files do without; write the keys out",
     "questions:\n  - q: a\n    ▸<<: {a: b}\n"),
    ("several-documents", "a second document begins here ('---'); put it into a file of its own",
     q("a") + "▸---\n" + q("b")),
    ("text-after-end", "the file has ended above this line", "deck: x\n...\n▸deck: y\n"),
    # characters
    ("unwanted-character", "U+0000 is invisible and has no place on a card; delete it",
     q("a▸\x00b")),
    ("unwanted-character", "U+0001 is invisible", q("a▸\x01b")),
    ("unwanted-character", "U+0001 is invisible", q('▸"a\\x01b"')),
    ("unwanted-character", "U+0000 is invisible", q('▸"a\\0b"')),
    ("unwanted-character", "U+0085 is invisible", q("a▸\u0085b")),
    ("unwanted-character", "U+2028 LINE SEPARATOR is invisible", q("a▸\u2028b")),
    ("unwanted-character", "U+FDD0 is invisible", q("a▸\ufdd0b")),
    ("unwanted-character", "U+2029", q('▸"a\\Pb"')),
    # keys that nobody would write
    ("indentation", "indented deeper than 'a key this'",
     "deck: x\n? a\n  key\n  ▸this: is\n"),
    # sizes
    ("too-deep", "more than 16 levels deep", "a: " + "[" * 15 + "▸[" + "]" * 16),
    ("too-long", "a text of 100,001 characters; a card can hold 100,000", q("▸" + "a" * 100_001)),
]

STARTS = ["*important* thing", "**Bold** thing", "* x", "&c. what", "& what", "!<x what", "%5 of",
          "@x", "`code` x", "|x| is", "| text", ">100 what", "> 100", "] what", "} what", ", what",
          "? what"]
CARD_FILES += [
    ("special-character", (f"'{start[0]}' at the beginning of a text means something else in "
                           f'YAML; put the whole text in quotes: q: "{start}"'), q(f"▸{start}"))
    for start in STARTS
]


@pytest.mark.parametrize(("rule", "says", "text"), CARD_FILES, ids=range(len(CARD_FILES)))
def test_a_slip_in_a_card_file_is_named_with_its_place_cause_and_remedy(
    rule: str, says: str, text: str
) -> None:
    """One slip gives one finding, at its place, and nothing is written."""
    text, place = unmarked("x.yaml", text)
    write({"x.yaml": text})
    found = build()
    assert len(found) == 1, found
    assert found[0].startswith(f"{place}: error [{rule}] ")
    assert says in found[0]


# ---------------------------------------------------------------- other files

SOURCES = "known:\n  title: A Book\n"
KIND = (
    "section: maps\nsingular: map\nfields:\n  name:\n    takes: line\n    required: yes\n"
    "cards:\n  name:\n    front: '{{Name}}'\n    back: x\n"
)
ENTRY = (
    '{"note": "a", "type": "questions", "guid": "7eef0c7f3ed4fcf2", "mod": 1795308788, '
    '"position": 100, "hash": "f093b736f4027e95", "cards": [0]}\n'
)

PROJECTS: list[tuple[str, str, Files]] = [
    ("unknown-key", "'nam' is not a key of the manifest; did you mean 'name'?",
     {"deck.yaml": MANIFEST + "▸nam: x\n"}),
    ("missing-value", "the manifest needs 'name'; add 'name: …'", {"deck.yaml": "▸id: t\n"}),
    ("missing-value", "the manifest needs 'id'; add 'id: …'", {"deck.yaml": "▸name: t\n"}),
    ("bad-id", "'T 1' is no id", {"deck.yaml": "id: ▸T 1\nname: T\n"}),
    ("bad-deck", "has an empty level", {"deck.yaml": "id: t\nname: ▸::T\n"}),
    ("bad-tag", "the tag 'a b' has a space in it", {"deck.yaml": MANIFEST + "tags: ▸a b\n"}),
    ("unquoted-colon", 'name: "Russia: and Japan"',
     {"deck.yaml": "id: t\nname: Russia▸: and Japan\n"}),
    ("duplicate-key", "'id' stands here a second time", {"deck.yaml": MANIFEST + "▸id: u\n"}),
    ("unknown-key", "'titel' is not a key of the source 'known'; did you mean 'title'?",
     {"sources.yaml": SOURCES + "  ▸titel: B\n", "x.yaml": "source: known\n" + GOOD}),
    ("missing-value", "the source 'known' needs 'title'",
     {"sources.yaml": "known:\n  ▸author: A\n", "x.yaml": "source: known\n" + GOOD}),
    ("unknown-source", "'knwon' is no key of sources.yaml; did you mean 'known'?",
     {"sources.yaml": SOURCES, "x.yaml": "source: known\n" + GOOD + "    source: ▸knwon, p. 3\n"}),
    ("wrong-shape", "a list where the list of sources should be",
     {"sources.yaml": "▸- a\n", "x.yaml": GOOD}),
    ("bad-kind", "no field takes 'lien'; did you mean 'line'?",
     {
         "kinds/maps.yaml": KIND.replace("cards:", "  more:\n    takes: ▸lien\ncards:"),
         "x.yaml": GOOD,
     }),
    ("missing-value", "a kind needs 'singular'",
     {"kinds/maps.yaml": "▸" + KIND.replace("singular: map\n", ""), "x.yaml": GOOD}),
    ("unknown-key", "'frnt' is not a key of the card 'name'; did you mean 'front'?",
     {"kinds/maps.yaml": KIND + "    ▸frnt: x\n", "x.yaml": GOOD}),
    ("bad-kind", "'names' is yes or no, not 'maybe'",
     {
         "kinds/maps.yaml": KIND.replace("required: yes", "required: yes\n    names: ▸maybe"),
         "x.yaml": GOOD,
     }),
    ("duplicate-kind", "the section 'maps' is defined in cards/kinds/maps.yaml already",
     {"kinds/maps.yaml": KIND, "kinds/more.yaml": "▸" + KIND, "x.yaml": GOOD}),
    ("empty-media", "the file 'a.png' is empty; put the right file there",
     {"media/a.png": b"", "x.yaml": GOOD + "    image: ▸a.png\n"}),
    ("missing-media", "there is no 'b.png' in media/; did you mean 'a.png'?",
     {"media/a.png": b"x", "x.yaml": GOOD + "    image: [a.png, ▸b.png]\n"}),
    ("wrong-media", "'a.txt' is no image that Anki shows",
     {"media/a.txt": b"x", "x.yaml": GOOD + "    image: [a.png, ▸a.txt]\n", "media/a.png": b"x"}),
    ("clashing-media", "'a.png' and 'A.png' are one file on Windows and macOS; rename one of them",
     {"media/a.png": "▸x", "media/A.png": b"y", "x.yaml": GOOD + "    image: [a.png, A.png]\n"}),
    ("clashing-decks", "are one deck in Anki; write the name in one way",
     {"x.yaml": "deck: Minsk\n" + GOOD, "y.yaml": "▸deck: MINSK\n" + GOOD.replace("What", "Who")}),
    ("file-name", "card files end in .yaml; rename it to y.yaml",
     {"x.yaml": GOOD, "y.yml": "▸" + GOOD}),
    ("no-items", "there are no items in this folder", {"deck.yaml": "▸" + MANIFEST}),
    ("damaged-lock", "this line of the lock cannot be read; restore the file from version control",
     {"deckgen.lock": LOCK + ENTRY + "▸" + ENTRY[:30], "x.yaml": GOOD}),
    ("damaged-lock", "this line of the lock cannot be read",
     {"deckgen.lock": "▸not JSON\n", "x.yaml": GOOD}),
    ("damaged-lock", "this line of the lock cannot be read",
     {"deckgen.lock": LOCK + "▸[]\n", "x.yaml": GOOD}),
    ("damaged-lock", "this line of the lock cannot be read",
     {"deckgen.lock": LOCK + '▸{"note": 3}\n', "x.yaml": GOOD}),
    ("damaged-lock", "this line of the lock cannot be read",
     {"deckgen.lock": LOCK + '▸{"type": "dates", "id": "x"}\n', "x.yaml": GOOD}),
    ("merged-lock", "'a' has two identities; keep this line or line 2, whichever is of the branch that",
     {"deckgen.lock": LOCK + ENTRY + "▸" + ENTRY.replace("7eef", "11ef"), "x.yaml": GOOD}),
    ("damaged-lock", "this line of the lock cannot be read",
     {"deckgen.lock": LOCK + '▸{"type": "questions", "id": 1, "mod": 1, "hash": "f093b736f4027e95", '
                             '"cloze": 0, "fields": [["a", 1]], "templates": []}\n', "x.yaml": GOOD}),
    ("bad-template", "more than 100 conditions inside one another",
     {"kinds/maps.yaml": KIND.replace("front: '{{Name}}'", "front: ▸'" + "{{#Name}}" * 4000 + "{{Name}}"
                                      + "{{/Name}}" * 4000 + "'"), "x.yaml": GOOD}),
    ("damaged-lock", "this is the lock of 'u', and deck.yaml has the id 't'",
     {"deckgen.lock": "▸" + LOCK.replace('"t"', '"u"'), "x.yaml": GOOD}),
    ("damaged-lock", "this lock has format 2, and this deckgen reads format 1",
     {"deckgen.lock": "▸" + LOCK.replace("1", "2"), "x.yaml": GOOD}),
]


@pytest.mark.parametrize(("rule", "says", "files"), PROJECTS, ids=range(len(PROJECTS)))
def test_a_slip_in_any_file_is_named_with_its_place_cause_and_remedy(
    rule: str, says: str, files: Files
) -> None:
    """One slip in the manifest, the sources, a kind, the media or the lock gives one finding."""
    place = ""
    plain: Files = {}
    for name, content in files.items():
        if isinstance(content, str) and MARK in content:
            plain[name], place = unmarked(name, content)
        else:
            plain[name] = content
    write(plain)
    errors = [line for line in build() if ": error [" in line]
    assert len(errors) == 1, errors
    assert errors[0].startswith(f"{place}: error [{rule}] ")
    assert says in errors[0]


@pytest.mark.parametrize("key", ["sentence", "gone", "drawn", "words"])
def test_an_empty_list_where_text_was_is_damage(key: str) -> None:
    """It is as false as no text at all, and is none."""
    entry = ENTRY.replace('"cards"', f'"{key}": [], "cards"')
    write({"x.yaml": GOOD, "deckgen.lock": LOCK + entry})
    (line,) = build()
    assert line.startswith("cards/deckgen.lock:2:1: error [damaged-lock] this line of the lock")


def test_binary_lock_is_damaged() -> None:
    """Bytes of any kind are reported, not guessed at."""
    write({"x.yaml": GOOD, "deckgen.lock": bytes(range(256))})
    assert all("[damaged-lock]" in line for line in build())


# ---------------------------------------------------------------- several at once


def test_all_errors_are_reported_in_one_run_in_reading_order() -> None:
    """By file, line and column, whatever stage found them."""
    write({
        "a.yaml": "questions:\n  - q: a\n    a:\n    nots: c\n  - q: b\n",
        "b.yaml": "dates:\n  - date: 2021-02-30\n    event: x: y\n",
        "c.yaml": "sentences:\n  - text: A {{c0::b}} ==c\n",
    })
    assert [line.split(" error ")[0] + " " + line.split()[2] for line in build()] == [
        "cards/a.yaml:3:7: [empty-value]",
        "cards/a.yaml:4:5: [unknown-key]",
        "cards/a.yaml:5:5: [missing-value]",
        "cards/b.yaml:3:13: [unquoted-colon]",
        "cards/c.yaml:2:13: [cloze-number]",
        "cards/c.yaml:2:23: [unclosed-cloze]",
    ]


def test_a_syntax_error_does_not_hide_those_below_it() -> None:
    """Slips that can be taken out without guessing are, so that the next one is found too."""
    write({"x.yaml": (
        "deck: Minsk II: x\nquestions:\n  - q: He asked: what: and why?\n"
        '    a: "Founding Act" of 1997\n    note: *important*\n  - q: "a \\d"\n'
        "    a: 'Russia's promise'\n    tags: [a, @b, c]\n"
    )})
    assert [line.split(" error ")[0] + " " + line.split()[2] for line in build()] == [
        "cards/x.yaml:1:15: [unquoted-colon]",
        "cards/x.yaml:3:16: [unquoted-colon]",
        "cards/x.yaml:4:23: [text-after-quote]",
        "cards/x.yaml:5:11: [special-character]",
        "cards/x.yaml:6:11: [escape]",
        "cards/x.yaml:7:16: [text-after-quote]",
        "cards/x.yaml:8:15: [special-character]",
    ]


def test_a_finding_is_one_line_whatever_it_quotes() -> None:
    """Keys, ids and file names may have line ends in them, and commands to a terminal."""
    write({"x\ny.yaml": '"a\\nb\\e[2J": x\n', "sources.yaml": '"a\\nb\\e[2J": {author: x}\n'})
    found = build()
    assert all(line.startswith(("cards/x\\ny.yaml:1:1: error [", "cards/sources.yaml:1:"))
               for line in found)
    assert not any("\x1b" in line for line in found)


def test_what_a_faulty_file_would_use_is_not_called_unused() -> None:
    """A file that cannot be read may cite the source and show the picture."""
    write({"x.yaml": "source: known\nimage: a: b\n", "y.yaml": GOOD, "sources.yaml": SOURCES,
           "media/a.png": b"x"})
    assert [line.split()[2] for line in build()] == ["[unquoted-colon]"]


# ---------------------------------------------------------------- encodings and line ends


@pytest.mark.parametrize(("raw", "place", "says"), [
    (q("a\xe9").encode("latin-1"), "2:9", "this file is not UTF-8 (byte 0xe9); save it as UTF-8"),
    ("q: ä😀".encode() + b"\xff", "1:6", "byte 0xff"),
    (q("a").encode("utf-16"), "1:1", "UTF-16"),
    (q("a").encode("utf-16-be"), "1:2", "byte 0x00"),
    (b"\xef\xbb\xbfq: \xff", "1:4", "byte 0xff"),
], ids=range(5))
def test_text_that_is_not_utf8_is_named_with_its_place(raw: bytes, place: str, says: str) -> None:
    """The place is the first character that cannot be read."""
    write({"x.yaml": raw})
    found = build()
    if "UTF-8" in found[0]:
        assert len(found) == 1
        assert found[0].startswith(f"cards/x.yaml:{place}: error [not-utf8] ")
        assert says in found[0]
    else:  # bytes of which each is a character of UTF-8, too
        assert all("[unwanted-character] U+0000" in line for line in found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("slip", ["note: a▸: b", "▸nots: x", "date: ▸2021-02-30\n    event: x"])
def test_places_are_right_with_any_line_end_and_a_byte_order_mark(
    end: str, mark: str, slip: str
) -> None:
    """Editors count CRLF and CR as line ends, and no byte order mark."""
    section, first = ("dates", "") if "date" in slip else ("questions", "q: a\n    a: ä😀\n    ")
    text, place = unmarked("x.yaml", f"{section}:\n  - {first}{slip}\n")
    write({"x.yaml": (mark + text.replace("\n", end)).encode()})
    assert [line.split(": error")[0] for line in build()] == [place]


def test_a_byte_order_mark_is_accepted_everywhere() -> None:
    """Some editors on Windows write one."""
    write({"deck.yaml": "\ufeff" + MANIFEST, "x.yaml": "\ufeff" + GOOD})
    assert run("build").exit_code == 0


# ---------------------------------------------------------------- sizes and depths

LEVELS = 100_000
HUGE = {
    "a long line": q("a" * 50_000_000),
    "a long line of words": q("word " * 10_000_000),
    "lists in brackets": "a: " + "[" * LEVELS,
    "closed lists in brackets": "a: " + "[" * LEVELS + "]" * LEVELS,
    "mappings in braces": "a: " + "{a: " * LEVELS,
    "brackets on lines": "a:\n " + "[\n " * LEVELS,
    "dashes": "a:\n  " + "- " * LEVELS + "x\n",
    "few dashes": "a:\n  " + "- " * 500 + "x\n",
    "lists": "".join(" " * n + "-\n" for n in range(3_000)),
    "mappings": "".join(" " * n + "a:\n" for n in range(3_000)),
    "question marks": "? " * LEVELS,
    "aliases": "a: &a x\nb: [" + "*a, " * 50_000 + "]\n",
    "merge keys": "a: &a {b: c}\n" + "".join(f"d{n}:\n  <<: *a\n" for n in range(50_000)),
    "doublings": "a0: &a0 x\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 50)),
    "control characters": q("\x01" * 100_000),
    "quotes": q("'" * 100_001),
    "zeros": "\0" * 1_000_000,
    "the same again": GOOD + "  - {q: 'What?', a: That}\n" * 5_000,
    "giant integers": q("9" * 1_000_000),
    "billion laughs": "a0: &a0 [lol]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
    "merge bomb": "a0: &a0 {x: y}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)),
    "a list that holds itself": "a: &a [*a, *a]\n",
    "colons": q("a: " * 100_000),
    "faulty lines": "questions:\n" + "  - q: a: b\n    a: c\n" * 20_000,
    "gaps": "sentences:\n  - text: " + "{{c1::" * 15_000 + "\n",
    "equals signs": "sentences:\n  - text: a" + " ==b" * 20_000 + "\n",
    "keys": "questions:\n  - q: a\n    a: b\n" + "".join(f"    k{n}: x\n" for n in range(3_000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_nothing_is_too_big_or_deep_to_be_answered_at_once(name: str) -> None:
    """Attacks on the parser are findings like any other, and come within seconds."""
    write({"x.yaml": HUGE[name]})
    started = time.perf_counter()
    result = run("check")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "error [" in result.stderr
    assert time.perf_counter() - started < 30  # without a limit: minutes
    assert max(map(len, result.stderr.splitlines())) < 1_000


@pytest.mark.parametrize("name", ["deck.yaml", "sources.yaml", "kinds/maps.yaml", "deckgen.lock"])
@pytest.mark.parametrize("attack", ["billion laughs", "merge bomb", "giant integers", "zeros",
                                    "lists in brackets"])
def test_no_other_file_is_too_much_either(name: str, attack: str) -> None:
    """The manifest, the sources, a kind, the lock."""
    write({"x.yaml": GOOD, name: HUGE[attack]})
    started = time.perf_counter()
    assert len(build()) < 200
    assert time.perf_counter() - started < 30


# ---------------------------------------------------------------- files that are not there


def test_a_folder_named_like_a_card_file_is_no_card_file() -> None:
    """What lies in it is read."""
    write({"x.yaml/y.yaml": GOOD})
    assert run("build").exit_code == 0


@pytest.mark.parametrize("name", ["x.yaml", "media/a.png"])
@pytest.mark.parametrize("target", ["/etc/hostname", "../secret.yaml", "nowhere", "x.yaml"])
def test_a_link_that_leads_nowhere_or_out_of_the_project_is_unreadable(
    name: str, target: str
) -> None:
    """Nothing outside the project folder is read."""
    write({"z.yaml": GOOD, "media/b.txt": "x"})
    Path("secret.yaml").write_text("questions:\n  - q: secret\n    a: secret\n", encoding="utf-8")
    link = Path("cards", name)
    if name != "x.yaml" and target == "x.yaml":
        target = "a.png"
    elif name != "x.yaml" and target.startswith(".."):
        target = "../" + target
    link.symlink_to(target)
    result = run("build")
    assert result.exit_code == 1
    errors = [line for line in result.stderr.splitlines() if ": error [" in line]
    assert len(errors) == 1
    assert errors[0].startswith(f"cards/{name}:1:1: error [unreadable] this file cannot be read (")
    assert "secret" not in errors[0].split("(")[1]


def test_a_folder_in_place_of_the_manifest_or_the_lock_is_unreadable() -> None:
    """It is there, and no file."""
    for name in ("deck.yaml", "deckgen.lock"):
        write({"x.yaml": GOOD})
        Path("cards", name).unlink()
        Path("cards", name).mkdir()
        errors = build()
        assert len(errors) == 1
        assert errors[0].startswith(f"cards/{name}:1:1: error [unreadable] ")
        Path("cards", name).rmdir()


def test_a_folder_without_a_manifest_says_so_and_checks_the_syntax() -> None:
    """The manifest is missing, and the other mistakes are told all the same."""
    write({"x.yaml": "deck: a: b\n"})
    Path("cards/deck.yaml").unlink()
    first, second = build()
    assert first.startswith("cards/deck.yaml:1:1: error [no-manifest] there is no deck.yaml here; ")
    assert second.startswith("cards/x.yaml:1:8: error [unquoted-colon] ")


def test_empty_files_are_named() -> None:
    """An empty card file is a slip that keeps nobody from building; an empty manifest does."""
    for empty in ("", "\n", "# nothing yet\n", "\ufeff"):
        write({"x.yaml": GOOD, "y.yaml": empty})
        result = run("build")
        assert result.exit_code == 0
        assert result.stderr.startswith("cards/y.yaml:1:1: warning [empty-file] ")
    for empty in ("", "# nothing yet\n"):
        write({"x.yaml": GOOD, "y.yaml": GOOD.replace("?", "!"), "deck.yaml": empty})
        (line,) = build()
        assert line.startswith("cards/deck.yaml:1:1: error [")


# ---------------------------------------------------------------- the call and the environment


def unusable(*arguments: str) -> str:
    """Run deckgen in a process of its own; expect exit status 2 and one line."""
    before = snapshot()
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2, done.stderr
    assert snapshot() == before
    assert done.stderr.startswith("deckgen: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    return done.stderr


_RUN = """
import os, resource, sys
if size := os.environ.get("TEST_LARGEST_FILE"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
from deckgen.cli import main
main()
"""


def test_a_missing_folder_is_a_wrong_call() -> None:
    """Exit status 2, and what to do."""
    assert unusable("build", "nowhere") == (
        "deckgen: there is no folder nowhere; name the project's folder, or make one with "
        "'deckgen new DIR'\n"
    )
    write({"x.yaml": GOOD})
    assert "cards/x.yaml is a file; name the project's folder" in unusable("check", "cards/x.yaml")


@pytest.mark.parametrize("size", ["0", "100", "1000"])
def test_a_full_disk_leaves_everything_as_it_was(
    size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package or the lock cannot be written: neither is touched."""
    write({"x.yaml": GOOD})
    monkeypatch.setenv("TEST_LARGEST_FILE", size)
    said = unusable("build")
    assert said.startswith("deckgen: cannot write ")
    assert said.endswith("; nothing was changed\n")


def test_an_output_that_cannot_be_written_leaves_everything_as_it_was() -> None:
    """It is a file, lies in a file or on no disk, or the package's name is taken by a folder."""
    write({"x.yaml": GOOD})
    for output in ("cards/x.yaml", "cards/x.yaml/build", "/dev/full", "/proc/build"):
        assert unusable("build", "-o", output).startswith("deckgen: cannot write ")
    Path("taken/t.apkg").mkdir(parents=True)
    assert unusable("build", "-o", "taken") == (
        "deckgen: taken/t.apkg is a folder; move it away, or write elsewhere with -o\n")


def test_a_project_without_a_lock_is_not_given_one_by_a_failing_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor a folder for its output that would stay empty, nor a file beside it."""
    write({"x.yaml": GOOD})
    Path("cards/deckgen.lock").unlink()
    monkeypatch.setenv("TEST_LARGEST_FILE", "100")
    unusable("build")
    assert not Path("cards/deckgen.lock").exists()


def test_findings_are_json_with_any_text_in_them() -> None:
    """Quotes, backslashes and line ends of the input stay inside the JSON string."""
    write({"x.yaml": 'questions:\n  - q: "a\\nb"\n    "\\"\\n\\e": x\n'})
    result = run("check", "--format", "json")
    rules = [json.loads(line)["rule"] for line in result.stderr.split("\n")[:-1]]
    assert rules == ["missing-value", "unwanted-character", "unknown-key"]
