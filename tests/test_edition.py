"""Editions: what is taken, what is changed, what is refused; laws over what any edition does."""

import csv
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.apkg import read_package, write_package
from deckgen.cli import main
from deckgen.folder import open_project
from deckgen.model import Deck, Note
from deckgen.project import check
from tests.anki_collection import SHIPPED, Student, release, try_release, write_cards
from tests.test_documents import ROOT

ORIGINAL = {"one": """
    deck: One
    tags: [all]
    dates:
      - {id: day, date: 1997-05-27, event: Act signed, tags: [core]}
    questions:
      - {id: q, q: Who signed?, a: NATO, ask: [forward, reverse], note: First., tags: [core::a]}
      - {id: other, q: Where?, a: Paris, source: "book, p. 3"}
    actors:
      - {id: nato, name: NATO, aliases: [Alliance, Bloc], role: An alliance, known-for: The Act,
         sentence: NATO signed the ==Act== in ==Paris==.}
    """, "two": """
    deck: Two::Deep
    sentences:
      - {id: s, text: "NATO and Russia signed the Founding Act in Paris on 27 May 1997."}
    """, "sources": """
    book: {title: A Book}
    paper: {title: A Paper}
"""}


def made(tmp_path: Path, manifest: str = "", own: str = "", original: Mapping[str, str] = ORIGINAL) -> Path:
    """An original that was built, and an edition of it; gives the edition's folder."""
    theirs = write_cards(tmp_path / "original", **original)
    if not (theirs / "deckgen.lock").exists():
        release(theirs)
    folder = tmp_path / "e" / "cards"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(f"id: mine\nfrom: ../../original/cards\n{manifest}", "utf-8")
    if own:
        (folder / "own.yaml").write_text(own, encoding="utf-8")
    elif (folder / "own.yaml").exists():
        (folder / "own.yaml").unlink()
    return folder


def deck_of(folder: Path) -> Deck:
    """What a build would make."""
    result = check(folder)
    assert result.compiled is not None, result.found
    assert not result.has_errors, result.found
    return result.compiled.deck


def notes_of(folder: Path) -> dict[str, Note]:
    """The notes by what stands in "Id"."""
    return {note.fields[-1]: note for note in deck_of(folder).notes}


def field_of(note: Note, name: str) -> str:
    """What a note has in a field."""
    return dict(zip([name for name, _ in note.note_type.fields], note.fields, strict=True))[name]


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(map(str, arguments)))


def errors_of(folder: Path) -> list[str]:
    """What keeps an edition from being built; nothing is written then."""
    before = sorted(folder.parent.rglob("*"))
    result = try_release(folder)
    assert sorted(folder.parent.rglob("*")) == before
    return [f"{found.span.path.rpartition('/')[2]}:{found.span.line}:{found.span.column} "
            f"[{found.rule}] {found.message}" for found in result.found if found.is_error]


# ---------------------------------------------------------------- laws


def bytes_of(folder: Path, deck: Deck, name: str) -> bytes:
    """A package of a deck."""
    with (folder / name).open("wb") as file:
        write_package(deck, file)
    return (folder / name).read_bytes()


def test_applying_nothing_changes_nothing(tmp_path: Path) -> None:
    """To the byte of the package, but for the project's id."""
    edition, theirs = made(tmp_path), tmp_path / "original/cards"
    shutil.rmtree(theirs)
    shutil.copytree(SHIPPED, theirs)
    there, here = deck_of(theirs), deck_of(edition)
    assert bytes_of(tmp_path, replace(here, project=there.project), "here") == \
        bytes_of(tmp_path, there, "there")


def test_an_edition_of_nothing_else_of_an_edition(tmp_path: Path) -> None:
    """Neither does it through several hands, and in any archive."""
    edition = made(tmp_path, "drop: [other]\n", "changes: {q: {a: The Alliance}}\n"
                   "questions: [{id: own, q: Mine?, a: Yes}]")
    release(edition, day=1)
    with ZipFile(tmp_path / "all.zip", "w") as packed:
        for path in sorted(tmp_path.rglob("cards/*")):
            packed.write(path, path.relative_to(tmp_path).as_posix())
    for n, origin in enumerate(["../../e/cards", "../../all.zip/e/cards"]):
        third = tmp_path / f"third{n}" / "cards"
        third.mkdir(parents=True)
        (third / "deck.yaml").write_text(f"id: third\nfrom: {origin}\n", encoding="utf-8")
        there, here = deck_of(edition), deck_of(third)
        assert bytes_of(tmp_path, replace(here, project="mine"), "here") == \
            bytes_of(tmp_path, there, "there")


SELECTIONS = ["day", "q or s", "kind:questions", "not kind:questions", "deck:One", 'deck:"Two"',
              "tag:core", "tag:core::*", "source:book", "tag:all and not (q or kind:dates)", "*"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keep=st.lists(st.sampled_from(SELECTIONS), max_size=2),
       drop=st.lists(st.sampled_from(SELECTIONS[:-1]), max_size=2))
def test_what_is_selected_is_the_originals(tmp_path: Path, keep: list[str], drop: list[str]) -> None:
    """A selection is a part of the original's notes, each just as it is there but for its deck."""
    edition = made(tmp_path, f"keep: {json.dumps(keep)}\n" * bool(keep)
                   + f"drop: {json.dumps(drop)}\n" * bool(drop))
    theirs = {note.guid: note for note in deck_of(tmp_path / "original/cards").notes}
    result = check(edition)
    if result.compiled is None or result.has_errors:
        assert {found.rule for found in result.found} <= {"no-items"}
        return
    for note in result.compiled.deck.notes:
        there = theirs[note.guid]
        assert note == there._replace(deck=note.deck, position=note.position)
    assert list(result.compiled.lock.notes) == []


# ---------------------------------------------------------------- selection


@pytest.mark.parametrize(("expression", "ids"), [
    ("day", {"day"}), ("kind:questions", {"q", "other"}), ("deck:One", {"day", "q", "other", "nato"}),
    ("deck:Two", {"s"}), ('deck:"Two::Deep"', {"s"}), ("tag:core", {"day", "q"}), ("tag:core::a", {"q"}),
    ("source:book", {"other"}), ("not deck:One", {"s"}), ("q or s and deck:One", {"q"}),
    ("(q or s) and not tag:core", {"s"}), ("n*", {"nato"}), ("id:q", {"q"}),
])
def test_expressions(tmp_path: Path, expression: str, ids: set[str]) -> None:
    """Each takes what it says; the sentence about an item goes with it."""
    kept = notes_of(made(tmp_path, f"keep: {json.dumps(expression)}\n"))
    assert {name for name in kept if "/" not in name} == ids
    assert ("nato/sentence" in kept) == ("nato" in ids)
    dropped = notes_of(made(tmp_path, f"drop: {json.dumps(expression)}\n"))
    assert not ids & set(dropped)
    assert len(kept) + len(dropped) == 6


def test_cards_left_out_and_decks_named_otherwise(tmp_path: Path) -> None:
    """The note stays as it is, so that who has such a card keeps it."""
    edition = made(tmp_path, "name: Course\nwithout: {questions: reverse, dates: [when, what]}\n"
                             "decks: {Two::Deep: 1 First, One: 2 Second}\n")
    notes, theirs = notes_of(edition), notes_of(tmp_path / "original/cards")
    assert "day" not in notes
    assert (notes["q"].cards, theirs["q"].cards) == ((0,), (0, 1))
    assert (notes["q"].text, notes["q"].mod) == (theirs["q"].text, theirs["q"].mod)
    assert {note.deck for note in notes.values()} == {"Course::1 First", "Course::2 Second"}
    assert notes["s"].position < notes["q"].position


# ---------------------------------------------------------------- changes


def changed(tmp_path: Path, item: str, change: str) -> Note:
    """A note of which an edition changes something."""
    return notes_of(made(tmp_path, own=f"changes: {{{item}: {{{change}}}}}"))[item]


def test_fields_are_replaced_added_to_and_removed(tmp_path: Path) -> None:
    """And what is not spoken of is as it was."""
    note = changed(tmp_path, "q", 'a: The Alliance, note+: Second., tags+: [mine], tags-: ["core::a"]')
    assert field_of(note, "Answer") == "The Alliance"
    assert field_of(note, "Note") == "<p>First.</p>\n<p>Second.</p>"
    assert field_of(note, "Question") == "Who signed?"
    assert note.tags == ("all", "mine", "test-deck::One")
    note = changed(tmp_path, "nato", "aliases+: OTAN, aliases-: Bloc, remove: [known-for]")
    assert field_of(note, "Known for") == ""
    note = changed(tmp_path, "nato", "aliases-: [Bloc], aliases+: OTAN, source: paper")
    assert field_of(note, "Aliases") == "<span>Alliance</span>, <span>OTAN</span>"
    assert "A Paper" in field_of(note, "Source")


def test_what_an_edition_asks_besides_is_a_note_of_its_own(tmp_path: Path) -> None:
    """The original's note has only cards that the original has, which its releases do not blank."""
    edition = made(tmp_path, own="changes: {nato: {sentence: '==NATO== signed the ==Act== in Paris.', "
                                 "known-for: The Act}, other: {ask: [reverse]}, s: {cloze: {max: 9}}}")
    notes, theirs = notes_of(edition), notes_of(tmp_path / "original/cards")
    assert notes["nato/sentence"].cards == theirs["nato/sentence"].cards == (0, 1)
    assert [card for card, _ in notes["nato/sentence"].elsewhere] == [1]
    beside = notes["nato-in-mine/sentence"]
    assert field_of(beside, "Text") == "{{c1::NATO}} signed the Act in Paris."
    assert beside.tags[-1].startswith("mine")
    assert "other" not in notes
    assert notes["other-in-mine"].cards == (1,)
    assert set(theirs["s"].cards) == set(notes["s"].cards)
    release(edition, day=1)
    assert notes_of(edition) == {name: note._replace(mod=notes_of(edition)[name].mod)
                                 for name, note in notes.items()}
    result = check(edition)
    assert result.compiled is not None
    assert result.compiled.changes[:2] == (0, 0)


def test_a_sentence_that_is_added_is_the_editions(tmp_path: Path) -> None:
    """Were the original to add one, it would be another note."""
    notes = notes_of(made(tmp_path, own="changes: {day: {sentence: 'The ==Act== was signed.'}}"))
    assert "day-sentence" in notes
    assert "day" in notes


def test_times_follow_the_originals(tmp_path: Path) -> None:
    """Just after the version that is changed; as the edition was, while nothing of it changes."""
    edition = made(tmp_path, own="changes: {q: {a: Mine}}")
    theirs = tmp_path / "original/cards"
    release(edition, day=5)
    assert notes_of(edition)["q"].mod == notes_of(theirs)["q"].mod + 1
    # A field that the edition leaves alone.
    write_cards(tmp_path / "original", **ORIGINAL | {"one": ORIGINAL["one"].replace("Who signed", "Who")})
    release(theirs, day=6)
    release(edition, day=7)
    assert field_of(notes_of(edition)["q"], "Question") == "Who?"
    assert notes_of(edition)["q"].mod == notes_of(theirs)["q"].mod + 1
    # One that it changes: nothing happens to its students before the change was looked at.
    before = notes_of(edition)["q"].mod
    write_cards(tmp_path / "original", **ORIGINAL | {
        "one": ORIGINAL["one"].replace("Who signed", "Who").replace("a: NATO,", "a: NATO and Russia,")})
    release(theirs, day=8)
    release(edition, day=9)
    assert notes_of(edition)["q"].mod == before
    assert run("edition", "accept", "q", edition).exit_code == 0
    release(edition, day=10)
    assert notes_of(edition)["q"].mod == notes_of(theirs)["q"].mod + 1
    # Taken back: the original's words are a change as well.
    (edition / "own.yaml").unlink()
    before = notes_of(edition)["q"].mod
    release(edition, day=11)
    assert field_of(notes_of(edition)["q"], "Answer") == "NATO and Russia"
    assert notes_of(edition)["q"].mod > notes_of(theirs)["q"].mod
    assert before == notes_of(edition)["q"].mod


def test_what_the_original_retires_is_retired(tmp_path: Path) -> None:
    """For students of the edition too, if they have it; what it dropped is silent."""
    edition = made(tmp_path, "drop: [day]\n", "questions: [{id: own, q: Mine?, a: Yes}]")
    release(edition, day=1)
    write_cards(tmp_path / "original", one="questions: [{id: q, q: Who signed?, a: NATO}]",
                two=ORIGINAL["two"], sources=ORIGINAL["sources"])
    release(tmp_path / "original/cards", day=2)
    said = run("edition", "news", edition).stdout
    assert "retired: 3\n  nato\n  nato/sentence\n  other\n" in said
    release(edition, day=3)
    retired = {name for name, note in notes_of(edition).items() if note.is_retired}
    assert retired == {"nato", "nato/sentence", "other"}
    assert run("edition", "news", edition).stdout == "nothing new\n"
    assert run("relock", edition.parent / "build/mine.apkg", edition).exit_code == 0


def test_news_of_what_is_new_and_changed(tmp_path: Path) -> None:
    """With a hint where a new item does not go the way of those beside it; what was dropped is silent."""
    edition = made(tmp_path, "drop: [day, q, nato]\n")
    release(edition, day=1)
    one = ORIGINAL["one"].replace("questions:", "questions:\n      - {id: fresh, q: Who else?, a: Russia}")
    write_cards(tmp_path / "original", **ORIGINAL | {
        "one": one.replace("Act signed", "Act is signed").replace("a: Paris", "a: In Paris")})
    release(tmp_path / "original/cards", day=2)
    where = tmp_path / "original/cards/one.yaml"
    assert run("edition", "news", edition).stdout.replace(str(where), "one.yaml").split("\n")[:-1] == [
        "new: 1", "  one.yaml:7:5: fresh “Who else?”",
        "    3 of 4 others in 'One' are left out; to leave it out, too, add 'fresh' to 'drop'",
        "changed: 1", "  one.yaml:9:5: other “Where?”"]
    (edition / "deck.yaml").write_text("id: mine\nfrom: ../../original/cards\nkeep: [day, q, nato]\n", "utf-8")
    said = run("edition", "news", edition).stdout
    assert "    3 of 4 others in 'One' are taken; to take it, too, add 'fresh' to 'keep'\n" in said
    project = write_cards(tmp_path / "plain", one="questions: [{q: Q, a: A}]")
    assert "is no edition of another project" in run("edition", "news", project).stderr
    never = made(tmp_path / "never")
    assert "was never built" in run("edition", "news", never).stderr


def test_a_lost_lock_is_made_anew(tmp_path: Path) -> None:
    """From the last package, as of any project."""
    edition = made(tmp_path, own="changes: {q: {a: Mine}}\nquestions: [{id: own, q: Mine?, a: Yes}]")
    package = release(edition, day=1)
    before, lock = package.read_bytes(), edition / "deckgen.lock"
    lock.unlink()
    assert "outdated-lock" in {found.rule for found in try_release(edition, day=2).found}
    assert run("relock", package, edition).exit_code == 0
    assert release(edition, day=3).read_bytes() == before


def test_looks(tmp_path: Path) -> None:
    """Colours, a logo and other words; the note types stay the original's."""
    made(tmp_path)
    media = tmp_path / "e/cards/media"
    media.mkdir(parents=True)
    (media / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    deck = deck_of(made(tmp_path, 'look: {day: {accent: "#123456"}, logo: logo.svg}\n'
                                  "labels: {Question: Frage & Antwort}\n"))
    theirs = {made.id: made for made in deck_of(tmp_path / "original/cards").note_types}
    for made_here in deck.note_types:
        there = theirs[made_here.id]
        assert (made_here.name, made_here.fields, made_here.mod) == (there.name, there.fields, there.mod + 1)
        assert "--accent: #123456;" in made_here.css
    assert {id(note.note_type) for note in deck.notes} <= {id(made_here) for made_here in deck.note_types}
    ((name, _),) = deck.media
    assert name.startswith("_logo-")
    assert name in deck.note_types[0].css
    questions = next(one for one in deck.note_types if one.section == "questions")
    assert "Frage &amp; Antwort" in questions.templates[0][2]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("manifest", "own", "says"), [
    ("keep: [nobody]", "", "deck.yaml:3:8 [bad-selection] nothing in the original has the id 'nobody'"),
    ("drop: [tag:cor]", "", "nothing in the original has the tag 'cor'; did you mean 'core'?"),
    ("drop: q and", "", "deck.yaml:3:12 [bad-selection] a term is missing here"),
    ("drop: (q or s", "", "a ')' is missing here"),
    ("drop: q s", "", "deck.yaml:3:9 [bad-selection] 's' is not expected here"),
    ("drop: colour:red", "", "'colour:' is nothing to select by"),
    ("without: {question: reverse}", "", "the original has no kind 'question'; did you mean 'questions'?"),
    ("without: {questions: revers}", "", "questions have no card 'revers'; did you mean 'reverse'?"),
    ("decks: {Three: Four}", "", "the original has no subdeck 'Three'"),
    ("labels: {Frage: Question}", "", "[unknown-label] no card says 'Frage'"),
    ("look: {day: {accent: red}}", "", "[bad-colour] 'red' is no colour"),
    ("look: {day: {acent: '#fff'}}", "", "'acent' is not a key of the list of colours; did you mean 'accent'?"),
    ("look: {logo: x.svg}", "", "[missing-media] there is no 'x.svg' in media/"),
    ("", "changes: {nobody: {a: x}}", "own.yaml:1:11 [unknown-original] the original has no item 'nobody'"),
    ("drop: q", "changes: {q: {a: x}}", "own.yaml:1:11 [dropped-and-changed] 'q' is changed here"),
    ("", "changes: {q: {answer: x}}", "own.yaml:1:15 [unknown-key] 'answer' is not a key of a question"),
    ("", "changes: {q: {a: ''}}", "own.yaml:1:18 [empty-value] 'a' is empty"),
    ("", "changes: {day: {date: 1997-02-30}}", "own.yaml:1:23 [bad-date]"),
    ("", "changes: {day: {date+: 1997}}", "[bad-change] nothing can be added to 'date'"),
    ("", "changes: {q: {tags-: [cor]}}", "the original has no 'cor' in 'tags'"),
    ("", "changes: {q: {remove: [a]}}", "a question needs 'a'; drop the item"),
    ("", "changes: {q: {remove: [source]}}", "the original has no 'source' here"),
    ("", "changes: {day: {cloze: {max: 2}}}", "[no-sentence]"),
    ("", "changes: {q: {ask: [backward]}}", "'backward' is no card of a question"),
    ("", "changes: {q: x}", "text where the change of 'q' should be"),
    ("", "changes: {q: {source: nothing}}", "[unknown-source] 'nothing' is no key of sources.yaml"),
])
def test_faulty_editions(tmp_path: Path, manifest: str, own: str, says: str) -> None:
    """Each is told where it stands, and nothing is written."""
    (said,) = errors_of(made(tmp_path, manifest + "\n", own))
    assert says in said


@pytest.mark.parametrize(("origin", "says"), [
    ("../../nowhere", "there is no "), ("../cards", "is the edition itself"), (".", "is the edition itself"),
    ("/cards", "'from' is a path from this folder"), ("..\\x", "'from' is a path from this folder"),
    ("../../empty", "there is no deck.yaml in "), ("../../faulty", "the original has errors"),
    ("../../text.txt", "is a file; name the project's folder"), ("../../circle/cards", "the original has errors"),
    ("../../bad.zip", "is no archive"), ("../../outside.zip", "leads out"),
])
def test_originals_that_cannot_be_taken(tmp_path: Path, origin: str, says: str) -> None:
    """The path is told, and what to do."""
    edition = made(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty/deck.yaml").write_text("id: f\nname: F\nnme: G\n", encoding="utf-8")
    (tmp_path / "text.txt").write_text("x", encoding="utf-8")
    (tmp_path / "bad.zip").write_bytes(b"PK nothing")
    with ZipFile(tmp_path / "outside.zip", "w") as packed:
        packed.writestr("../deck.yaml", "id: o\nname: O\n")
    circle = tmp_path / "circle/cards"
    circle.mkdir(parents=True)
    (circle / "deck.yaml").write_text("id: c\nfrom: ../../e/cards\n", encoding="utf-8")
    (edition / "deck.yaml").write_text(f"id: mine\nfrom: {json.dumps(origin)}\n", encoding="utf-8")
    said = errors_of(edition)
    assert said[0].startswith("deck.yaml:2:7 [bad-original]")
    assert any(says in one for one in said), said


def test_an_original_that_was_edited_after_its_build_is_refused(tmp_path: Path) -> None:
    """Its gaps could still get other numbers."""
    edition = made(tmp_path)
    write_cards(tmp_path / "original", **ORIGINAL | {"one": ORIGINAL["one"].replace("Where?", "Whither?")})
    (said,) = errors_of(edition)
    assert "[unbuilt-original]" in said


def test_what_became_of_a_changed_item_is_told(tmp_path: Path) -> None:
    """Where it was renamed, or taken out."""
    edition = made(tmp_path, own="changes: {q: {a: Mine}, other: {a: Mine}}")
    release(edition, day=1)
    one = ORIGINAL["one"].replace("id: q,", "id: signed,").replace(
        '      - {id: other, q: Where?, a: Paris, source: "book, p. 3"}\n', "")
    write_cards(tmp_path / "original", **ORIGINAL | {"one": one})
    release(tmp_path / "original/cards", day=2)
    renamed, retired = errors_of(edition)
    assert "there it is called 'signed' by now" in renamed
    assert "it was taken out there" in retired


def test_keys_of_editions_need_an_original(tmp_path: Path) -> None:
    """In a project that is made from nothing they mean nothing."""
    cards = write_cards(tmp_path, one="questions: [{q: Q, a: A}]\nchanges: {q: {a: x}}")
    (cards / "deck.yaml").write_text("id: x\nname: X\ndrop: [q]\n", encoding="utf-8")
    assert [found.rule for found in check(cards).found if found.is_error] == ["no-original"] * 2


# ---------------------------------------------------------------- the example


def test_the_example_is_built_and_keeps_progress(student: Student, tmp_path: Path) -> None:
    """Its lock is up to date; a student of the original loses nothing by it, nor on the way back."""
    for name in ("cards", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    folder = tmp_path / "examples/northern-territories"
    assert run("build", folder, "--frozen", "-o", tmp_path / "build").exit_code == 0
    assert run("check", folder).stderr == ""
    edition = tmp_path / "build/northern-territories-seminar.apkg"
    original = release(tmp_path / "cards", day=5000)
    student.install(original)
    student.study_all()
    reviews, notes = student.reviews(), len(student.notes())
    student.install(edition)
    own = {note.guid for note in read_package(edition).notes} - {
        note.guid for note in read_package(original).notes}
    assert len(own) == 3
    assert len(student.notes()) == notes + 3
    student.install(original)
    assert student.reviews() == reviews
    assert len(student.notes()) == notes + 3
    assert student.empty_cards() == []


def test_an_edition_as_it_was_in_git(tmp_path: Path) -> None:
    """With the original of then, which is in the same repository."""
    edition = made(tmp_path, own="changes: {q: {a: Mine}}")
    release(edition, day=1)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *arguments], check=True)
    (edition / "own.yaml").write_text("changes: {q: {a: Ours}}", encoding="utf-8")
    said = run("diff", edition, "--since", "HEAD")
    assert (said.exit_code, said.stdout.split("\n")[0]) == (0, "1 answer changed, 5 unchanged")


# ---------------------------------------------------------------- tables


def edit_table(folder: Path, edits: Mapping[tuple[str, str], str]) -> None:
    """Edit cells of a table, by the item's id and the column."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            heads, *rows = csv.reader(file)
        for row in rows:
            for column, head in enumerate(heads):
                row[column] = edits.get((row[heads.index("id")], head), row[column])
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([heads, *rows])


def test_a_colleagues_edits_of_the_original_become_changes(tmp_path: Path) -> None:
    """In a file of their own; its files are left alone, and the same table again changes nothing."""
    edition = made(tmp_path, own="questions: [{id: own, q: Mine?, a: 'Yes'}]")
    theirs = (tmp_path / "original/cards/one.yaml").read_bytes()
    table = tmp_path / "mine-table"
    assert run("export", "table", edition, "-o", tmp_path).exit_code == 0
    assert "nothing was changed" in run("import", "table", table, edition).stdout
    edit_table(table, {("q", "a"): "The Alliance", ("q", "note"): "", ("q", "tags"): "core::a\nweek-1",
                       ("nato", "sentence"): "NATO signed the ==Act==.", ("own", "a"): "Certainly"})
    assert run("import", "table", table, edition).exit_code == 0
    assert (edition / "changes-from-table.yaml").read_text("utf-8") == (
        "changes:\n  nato:\n    sentence: NATO signed the ==Act==.\n"
        "  q:\n    a: The Alliance\n    tags+: [week-1]\n    remove: [note]\n")
    assert "Certainly" in (edition / "own.yaml").read_text("utf-8")
    assert (tmp_path / "original/cards/one.yaml").read_bytes() == theirs
    assert field_of(notes_of(edition)["q"], "Answer") == "The Alliance"
    assert "nothing was changed" in run("import", "table", table, edition).stdout
    edit_table(table, {("q", "a"): "Somebody"})
    said = run("import", "table", table, edition)
    assert (said.exit_code, "[table-conflict]" in said.stderr) == (1, True)


# ---------------------------------------------------------------- the difference of two projects


TEXTS = st.text("ab :#'\"-é{}", min_size=1, max_size=8).map(lambda text: f"x{text}x")
TAGS = st.lists(st.sampled_from(["one", "two::a", "three"]), unique=True, max_size=3)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """The card files of a project with ids from a few, each always of one kind."""
    files: dict[str, str] = {"sources": "book: {title: A Book}\nother: {title: Another}\n"}
    left = list(draw(st.permutations(range(9))))[: draw(st.integers(1, 9))]
    for deck in ("one", "two"):
        sections: dict[str, list[object]] = {}
        for number in [n for n in left if draw(st.booleans())]:
            left.remove(number)
            section, item = draw(items(number))
            sections.setdefault(section, []).append(item)
        if sections:
            head: dict[str, object] = {"deck": f"Deck {deck}", "tags": ["all"]}
            files[deck] = json.dumps(head | sections)
    if len(files) == 1:
        section, item = draw(items(0))
        files["one"] = json.dumps({section: [item]})
    return files


@st.composite
def items(draw: st.DrawFn, number: int) -> tuple[str, dict[str, object]]:
    """An item that may have anything that its kind allows."""
    section = ["questions", "actors", "sentences"][number % 3]
    may: dict[str, st.SearchStrategy[object]] = {
        "note": TEXTS, "tags": TAGS.filter(bool), "as-of": st.sampled_from(["1997", "2022-02-24"]),
        "source": st.sampled_from(["book", "book, p. 3", ["book", "other"], []]),
    }
    item: dict[str, object] = {"id": f"item-{number}"}
    sentence = st.sampled_from(["In 1997 NATO met in ==Paris==.", "NATO signed the Founding Act in May 1997."])
    if section == "questions":
        item |= {"q": draw(TEXTS), "a": draw(TEXTS)}
        may["ask"] = st.sampled_from([["forward"], ["forward", "reverse"], ["type", "forward"]])
    elif section == "actors":
        item |= {"name": draw(TEXTS), "role": draw(TEXTS)}
        may |= {"aliases": st.lists(TEXTS, min_size=1, max_size=2, unique=True), "known-for": TEXTS,
                "sentence": sentence}
    else:
        item["text"] = draw(sentence)
    for key, value in may.items():
        if draw(st.booleans()):
            item[key] = draw(value)
    if ("sentence" in item or section == "sentences") and draw(st.booleans()):
        item["cloze"] = {"never": ["NATO"]} if draw(st.booleans()) else {"max": "1"}
    return section, item


def said(folder: Path) -> dict[str, tuple[object, ...]]:
    """What the items of a project say, without their order and the names of their decks' parents."""
    project = open_project(folder).project
    assert project is not None, open_project(folder).found
    made: dict[str, tuple[object, ...]] = {}
    last = ""
    for item in project.items:
        last = last if item.is_about else item.id or ""
        default = frozenset(card.key for card in item.kind.cards if card.is_default)
        asked = frozenset(item.ask) if item.ask is not None else default
        if item.origin and item.origin.cards is not None:
            asked &= item.origin.cards
        # A sentence that an edition adds to an item is an item of its own.
        key = f"{last}{'/sentence' * item.is_about}".replace("-sentence", "/sentence")
        made[key] = (
            item.kind.section, item.values, item.deck.rpartition("::")[2], frozenset(item.tags),
            item.sources, asked)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=projects(), second=projects())
def test_a_difference_applied_to_the_first_gives_the_second(
    tmp_path: Path, first: dict[str, str], second: dict[str, str]
) -> None:
    """Whatever two projects are; between a project and itself there is none."""
    for name in ("first", "second", "edition"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    folders = [write_cards(tmp_path / name, **files) for name, files in (("first", first), ("second", second))]
    done = run("edition", "extract", *folders, tmp_path / "edition")
    assert done.exit_code == 0, done.stderr
    assert said(tmp_path / "edition") == said(folders[1])
    done = run("edition", "extract", folders[0], folders[0], tmp_path / "edition/none")
    assert sorted(path.name for path in (tmp_path / "edition/none").iterdir()) == ["deck.yaml"]
