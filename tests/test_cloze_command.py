"""`deckgen cloze`: what people and programs are told of gaps, and a fresh choice on request."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main
from tests.terminal import read_all

SIGNED = "NATO and Russia signed the Founding Act in Paris on 27 May 1997."
MARKED = "{{c1::The {{c2::OSCE}} summit of Istanbul}} was held in ==1999==."
CARDS = f"""
sentences:
  - id: act
    text: {SIGNED}
  - id: osce
    text: "{MARKED}"
treaties:
  - {{id: act-1997, name: NATO–Russia Founding Act, aliases: [Founding Act], terms: A council}}
"""
KEYS = ["start", "end", "text", "score", "chosen", "number", "why"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def write(text: str = CARDS) -> None:
    """Write a project into `cards`."""
    Path("cards").mkdir(exist_ok=True)
    Path("cards/deck.yaml").write_text("id: t\nname: T\n", "utf-8")
    Path("cards/one.yaml").write_text(text, "utf-8")


def run(*arguments: str, given: bytes | str = "") -> Result:
    """Run deckgen in this process; a traceback is a failure."""
    result = CliRunner().invoke(main, list(arguments), input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def objects(*arguments: str, given: bytes | str = "") -> list[dict[str, Any]]:
    """Run `cloze --json`, expect no fault, and read its objects."""
    result = run("cloze", *arguments, "--json", given=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def hidden(told: dict[str, Any]) -> dict[str, int]:
    """The chosen gaps of a sentence with their numbers, in reading order."""
    chosen = sorted((c for c in told["candidates"] if c["chosen"]), key=lambda c: c["start"])
    return {c["text"]: c["number"] for c in chosen}


def files() -> dict[str, bytes]:
    """Read everything that lies here."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


# ---------------------------------------------------------------- a project, for people


def test_each_sentence_is_shown_with_its_gaps_and_reasons() -> None:
    """Where it stands, its gaps in brackets with their numbers, and why; nested gaps too."""
    write()
    result = run("cloze")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "cards/one.yaml:4:11"
    assert lines[1] == ("  NATO and Russia signed the [Founding Act]₁ in Paris on "
                        "[27 May 1997]₂.")
    assert re.fullmatch(r"    ₁ Founding Act(?:, hint “[a-z ]+”)?  [+-]\d\.\d\d  .*[a-z] [+-]\d.*", lines[2])
    assert re.fullmatch(r"    ₂ 27 May 1997  [+-]\d\.\d\d  full date .*", lines[3])
    assert lines[4:6] == ["cards/one.yaml:6:11",
                          "  [The [OSCE]₂ summit of Istanbul]₁ was held in [1999]₃."]
    assert lines[6:] == ["    ₁ The OSCE summit of Istanbul  marked by the author",
                         "    ₂ OSCE  marked by the author", "    ₃ 1999  marked by the author"]


def test_explain_tells_what_was_not_chosen() -> None:
    """The other candidates with their scores, and refusals with their names."""
    write()
    lines = run("cloze", "--explain").stdout.splitlines()
    assert any(re.fullmatch(r"    – Paris  -?[+-]?\d\.\d\d  .*", line) for line in lines)
    assert any(line.startswith("    ✕ ") for line in lines)


def test_what_is_shown_is_what_is_built() -> None:
    """The lock's gaps and numbers, before the first build and after it."""
    write()
    before = run("cloze").stdout
    assert run("build").exit_code == 0
    assert run("cloze").stdout == before


def test_nothing_is_written() -> None:
    """It only tells."""
    write()
    before = files()
    run("cloze", "--explain")
    objects()
    assert files() == before


def test_published_gaps_are_shown_as_such() -> None:
    """Also where today's choice would be another, and where the item was given an id since."""
    write(CARDS.replace("- id: act\n    text", "- text"))
    run("build")
    publish("Paris")
    assert "in [Paris]₇ on 27 May 1997." in run("cloze").stdout
    assert hidden(objects()[0]) == {"Paris": 7}
    write()
    assert hidden(objects()[0]) == {"Paris": 7}


def publish(gap: str, number: int = 7) -> None:
    """Put another choice into the lock, as an earlier deckgen would have made it."""
    path, lines = Path("cards/deckgen.lock"), []
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if "chosen" in entry:
            entry["chosen"] = [[number, SIGNED.index(gap), gap, None]]
            entry["gaps"] = {gap.casefold(): number}
        lines.append(json.dumps(entry, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def test_faults_are_told_in_reading_order() -> None:
    """On standard error, as `check` does; the exit status is 1."""
    write("sentences:\n  - text: It was so.\n  - {text: The OSCE met in Astana in December 2010., "
          "cloze: {must: [NATO]}}\n  - text: The ==OSCE met.\nquestions:\n  - q: What?\n    a:\n")
    result = run("cloze")
    assert result.exit_code == 1
    rules = re.findall(r"(?m)^cards/one.yaml:(\d+):\d+: error \[([a-z-]+)\]", result.stderr)
    assert rules == [("2", "no-gap"), ("3", "wish-not-met"), ("4", "unclosed-cloze"),
                     ("7", "empty-value")]


def test_a_project_that_cannot_be_read_is_told() -> None:
    """No folder: 2; no manifest: 1; never a traceback."""
    assert run("cloze").exit_code == 2
    Path("cards").mkdir()
    assert run("cloze").exit_code == 1
    assert run("cloze", "-", "--cards", "nowhere", given=SIGNED).exit_code == 2


# ---------------------------------------------------------------- for programs


def test_an_object_has_what_the_contract_says() -> None:
    """Text, candidates best first, refusals; of a project also where the sentence stands."""
    write()
    plain, marked = objects()
    assert (plain["text"], plain["path"], plain["line"]) == (SIGNED, "cards/one.yaml", 4)
    assert hidden(plain) == {"Founding Act": 1, "27 May 1997": 2}
    assert marked["text"] == "The OSCE summit of Istanbul was held in 1999."
    assert hidden(marked) == {"The OSCE summit of Istanbul": 1, "OSCE": 2, "1999": 3}
    for told in (plain, marked):
        check_contract(told)
    assert list(plain) == ["text", "path", "line", "candidates", "refused"]


def check_contract(told: dict[str, Any]) -> None:
    """Hold an object against PRODUCT.md."""
    for candidate in told["candidates"]:
        assert list(candidate) == KEYS
        assert told["text"][candidate["start"] : candidate["end"]] == candidate["text"] != ""
        assert candidate["chosen"] == (candidate["number"] is not None)
        assert all(isinstance(why, str) and isinstance(points, int | float)
                   for why, points in candidate["why"])
    for refusal in told["refused"]:
        assert list(refusal) == ["start", "end", "text", "why"]
        assert told["text"][refusal["start"] : refusal["end"]] == refusal["text"] != ""
        assert refusal["why"]
    scores = [c["score"] for c in told["candidates"] if c["score"] is not None]
    assert scores == sorted(scores, reverse=True)
    places = [(c["start"], c["end"]) for c in told["candidates"]]
    assert len(places) == len(set(places))


ODD = [
    "👩\u200d👩\u200d👧 Merkel met Putin 🇷🇺 in Sochi in 2007 with a dog 🐕.",
    "Ze\u0301lensky e\u0301tait a\u0300 Ge\u0300ve en 2021 pour de longs pourparlers.",
    "שלום נחתם בין ישראל ומצרים בשנת 1979 בוושינגטון לאחר שיחות ארוכות.",
    "1956年10月19日、日本とソ連は日ソ共同宣言に署名し、国交を回復した。",
    "\ufeffOn 27 May 1997 the Founding\u00a0Act was\u2028signed in \u202eParis\u202c by NATO.",
    "In }} and {{c1::the army}} of ==Kuwait== fought at :: Basra in 1991 for a::b days.",
    "Tabs\tand\x0bfeeds\x0cin the Treaty of Nystad\x85ended the Great Northern War in 1721.",
    " leading and trailing space around the Treaty of Nystad of 1721 ended the war ",
    "\x00 \x1b[31m Peter the Great signed the Treaty of Nystad in 1721 \x7f.",
    "𝔉𝔬𝔲𝔫𝔡𝔦𝔫𝔤 𝔄𝔠𝔱 was signed by NATO and Russia in Paris on 27 May 1997.",
]


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    """Whatever is in the text; it comes back unchanged, decomposed letters too."""
    told = objects("-", given="\n".join(ODD))
    assert [one["text"] for one in told] == ODD
    for one in told:
        check_contract(one)
        assert hidden(one)
        assert list(one) == ["text", "candidates", "refused"]


def test_every_line_has_its_object() -> None:
    """Empty ones, those that end in CR LF, and the last without an end; in order."""
    given = f"{SIGNED}\r\n\r\n\n   \n{SIGNED}\rmore\n{SIGNED}".encode()
    told = objects("-", given=given)
    assert [one["text"] for one in told] == [SIGNED, "", "", "   ", f"{SIGNED}\rmore", SIGNED]
    assert [bool(one["candidates"]) for one in told] == [True, False, False, False, True, True]
    assert objects("-") == []


def test_invalid_utf_8_is_replaced() -> None:
    """By the sign for it; the line after is as it was."""
    first, second = objects("-", given=b"\xff\xfe NATO \xc3 kept the peace in 1949.\n" + SIGNED.encode())
    assert first["text"] == "\ufffd\ufffd NATO \ufffd kept the peace in 1949."
    check_contract(first)
    assert second["text"] == SIGNED


def test_a_project_lends_its_names() -> None:
    """`--cards`: what it curates is known in the sentences that are given."""
    write("actors:\n  - {id: pjc, name: permanent joint council, aliases: [joint council], role: A forum}\n")
    text = "In Paris the ministers created the permanent joint council for talks of all sorts."
    (alone,), (lent,) = objects("-", given=text), objects("-", "--cards", "cards", given=text)
    assert "permanent joint council" in hidden(lent)
    assert lent != alone
    check_contract(lent)


def test_lines_are_shown_to_people_too() -> None:
    """Without `--json`: the marked sentence and its reasons."""
    lines = run("cloze", "-", given=f"{SIGNED}\nIt was so.\n\n").stdout.splitlines()
    assert lines[0] == "  NATO and Russia signed the [Founding Act]₁ in Paris on [27 May 1997]₂."
    assert "  It was so." in lines
    more = run("cloze", "-", "--explain", given=SIGNED).stdout
    assert "– Paris" in more


def test_a_line_comes_out_whatever_the_locale(tmp_path: Path) -> None:
    """Under `LC_ALL=C` as well, and a reader that has seen enough is no fault."""
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env.pop("PYTHONIOENCODING", None)
    for options in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "deckgen", "cloze", "-", *options], env=env, check=False,
            input="The Øresund treaty of 1857 ended tolls – 日本.\n".encode(), capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "Øresund" in done.stdout.decode()
    many = f"yes '{SIGNED}' | head -3000 | {sys.executable} -m deckgen cloze - --json | head -1"
    closed = subprocess.run(["sh", "-c", many], capture_output=True, check=False)
    assert b"Traceback" not in closed.stderr


# ---------------------------------------------------------------- a fresh choice


def published() -> None:
    """Have a project built whose lock has another choice than today's."""
    write()
    assert run("build").exit_code == 0
    publish("Paris")
    assert run("build").exit_code == 0


def test_a_dry_run_tells_and_writes_nothing() -> None:
    """What goes, what comes, with the numbers; and how many sentences."""
    published()
    before = files()
    result = run("cloze", "--renew", "--dry-run")
    assert result.exit_code == 0
    assert files() == before
    lines = result.stdout.splitlines()
    assert lines[0] == "cards/one.yaml:4:11"
    assert "[Founding Act]₈" in lines[1]
    assert [line.strip() for line in lines[2:]] == ["- ₇ Paris", "+ ₈ Founding Act", "+ ₉ 27 May 1997"]
    assert "1 sentence of 2 would change" in result.stderr


def test_renew_writes_the_lock_and_build_makes_the_cards() -> None:
    """No other file is touched, and no number is used again."""
    published()
    before = files()
    result = run("cloze", "--renew")
    assert result.exit_code == 0
    assert "now build" in result.stderr
    changed = {name for name, content in files().items() if before[name] != content}
    assert changed == {"cards/deckgen.lock"}
    assert set(files()) == set(before)
    built = run("build")
    assert built.exit_code == 0
    assert "1 changed" in built.stdout
    assert hidden(objects()[0]) == {"Founding Act": 8, "27 May 1997": 9}
    entry = next(e for e in map(json.loads, Path("cards/deckgen.lock").read_text("utf-8").splitlines())
                 if e.get("note") == "act")
    assert (entry["cards"], entry["retired"]) == ([0, 1, 6, 7, 8], [0, 1, 6])
    assert entry["gaps"].items() >= {"paris": 7}.items()
    assert 7 not in {number for number, *_ in entry["chosen"]}


def test_renewed_once_nothing_is_left_to_renew() -> None:
    """A second time changes nothing; nor does it where nothing was built yet."""
    write()
    assert "0 sentences of 2" in run("cloze", "--renew").stderr
    assert not Path("cards/deckgen.lock").exists()
    published()
    run("cloze", "--renew")
    before = files()
    assert "0 sentences of 2" in run("cloze", "--renew").stderr
    assert files() == before


def test_renew_knows_an_item_that_was_given_an_id() -> None:
    """Its gaps are those it had without."""
    write(CARDS.replace("- id: act\n    text", "- text"))
    run("build")
    publish("Paris")
    write()
    assert "1 sentence of 2" in run("cloze", "--renew").stderr
    assert run("build").exit_code == 0
    assert hidden(objects()[0]) == {"Founding Act": 8, "27 May 1997": 9}


def test_nothing_is_renewed_where_there_are_faults() -> None:
    """Exit status 1, and the lock is as it was."""
    published()
    write(CARDS + "questions:\n  - q: What?\n    a:\n")
    before = files()
    assert run("cloze", "--renew").exit_code == 1
    assert files() == before


def test_wishes_hold_in_a_fresh_choice_too() -> None:
    """They are the author's, not the chooser's."""
    published()
    write(CARDS.replace(SIGNED, f"{SIGNED}\n    cloze: {{must: [Paris], never: [27 May 1997]}}"))
    run("cloze", "--renew")
    assert run("build").exit_code == 0
    gaps = hidden(objects()[0])
    assert gaps["Paris"] == 7
    assert "27 May 1997" not in gaps


def test_renewed_as_json() -> None:
    """Programs get the sentences that change, and nothing else on standard output."""
    published()
    (told,) = objects("--renew", "--dry-run")
    assert hidden(told) == {"Founding Act": 8, "27 May 1997": 9}


@pytest.mark.parametrize("options", [("--dry-run",), ("-", "--renew"), ("--cards", "cards")])
def test_options_that_mean_nothing_together_are_refused(options: tuple[str, ...]) -> None:
    """Exit status 2 rather than something else than was meant."""
    write()
    assert run("cloze", *options).exit_code == 2


# ---------------------------------------------------------------- colour


def on_a_terminal(**env: str) -> str:
    """Run `cloze` with a terminal for its output; give what came out."""
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | env
    done = subprocess.run([sys.executable, "-m", "deckgen", "cloze"], stdout=theirs, check=False,
                          env=environment)
    os.close(theirs)
    seen = read_all(ours)
    assert done.returncode == 0
    return seen


def test_colour_is_for_terminals() -> None:
    """On one the gap is coloured; in a file, a pipe, or with NO_COLOR it has brackets."""
    write()
    assert "\x1b[1;36mFounding Act\x1b[0m₁" in on_a_terminal()
    assert "[Founding Act]₁" in on_a_terminal(NO_COLOR="1")
    assert "\x1b" not in run("cloze").stdout
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")
