"""What is drawn on the backs of cards, and that a figure changes a note only to say something new."""

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deckgen.compile import Compiled
from deckgen.dates import parse
from deckgen.model import FIGURE
from deckgen.template import fields_in
from tests.anki_collection import (
    Student,
    by_id,
    copy_shipped,
    release,
    text_of,
    try_release,
    words,
    write_cards,
)

EVENTS = {
    "stone": ("1901", "One"), "bronze": ("1902-03", "Two"), "iron": ("1903-04-05", "Three"),
    "steam": ("c. 1904", "Four"), "steel": ("1905–1906", "Five"), "atom": ("1990s", "Six"),
    "net": ("2001", "Seven"),
}
_FEW = ("stone", "bronze", "iron", "steam", "steel")


def dates(events: dict[str, tuple[str, str]], names: Iterable[str] | None = None) -> str:
    """Write date items."""
    return "dates:\n" + "".join(
        f"  - {{id: {name}, date: {date}, event: '{event}'}}\n"
        for name, (date, event) in events.items() if names is None or name in names
    )


def compiled(cards: Path, day: int = 0) -> Compiled:
    """Build a project."""
    result = try_release(cards, day)
    assert result.compiled is not None, result.found
    return result.compiled


def figures(made: Compiled) -> dict[str, str]:
    """The figure of each note, by its key."""
    drawn = {}
    for note in made.deck.notes:
        names = [name for name, _ in note.note_type.fields]
        drawn[note.fields[-1]] = note.fields[names.index(FIGURE)]
    return drawn


def changed(before: Compiled, after: Compiled) -> set[str]:
    """Name the notes that an update changes."""
    return {key for key, entry in after.lock.notes.items()
            if key in before.lock.notes and before.lock.notes[key].mod != entry.mod}


def showing(made: Compiled, text: str) -> set[str]:
    """Name the notes whose figure shows a text."""
    return {key for key, figure in figures(made).items() if text in text_of(figure)}


# ---------------------------------------------------------------- what is shown


def test_a_timeline_shows_those_nearest_in_time(tmp_path: Path) -> None:
    """Two before and two after, or more on one side where the other has fewer."""
    made = compiled(write_cards(tmp_path, one=dates(EVENTS)))
    nearest = {key: set(made.lock.notes[key].figure) for key in EVENTS}
    assert nearest["steam"] == {"bronze", "iron", "steel", "atom"}
    assert nearest["stone"] == {"bronze", "iron", "steam", "steel"}
    assert nearest["net"] == {"iron", "steam", "steel", "atom"}


def test_a_deck_has_a_timeline_of_its_own(tmp_path: Path) -> None:
    """Events of other decks are shown only in a deck that has fewer than three."""
    first = "deck: First\n" + dates(EVENTS, ("stone", "iron", "steel"))
    second = "deck: Second\n" + dates(EVENTS, ("bronze", "steam"))
    made = compiled(write_cards(tmp_path, one=first, two=second))
    assert set(made.lock.notes["iron"].figure) == {"stone", "steel"}
    assert set(made.lock.notes["bronze"].figure) == {"stone", "iron", "steam", "steel"}


def test_two_events_make_no_picture(tmp_path: Path) -> None:
    """They make one as soon as there is a third."""
    cards = write_cards(tmp_path, one=dates(EVENTS, ("stone", "bronze")))
    before = compiled(cards)
    assert set(figures(before).values()) == {""}
    write_cards(tmp_path, one=dates(EVENTS, ("stone", "bronze", "iron")))
    after = compiled(cards, day=1)
    assert all(figures(after).values())


def test_dates_are_shown_as_they_are_known(tmp_path: Path) -> None:
    """Day, month, year, range, circa, BC: in words; what took time has length, what is vague a ring."""
    events = {"a": ("44 BC", "A"), "b": ("27 BC – AD 14", "B"), "c": ("c. AD 9", "C"),
              "d": ("AD 70", "D"), "e": ("AD 79-08-24", "E")}
    events["e"] = ("24 August 79 AD", "E")
    figure = figures(compiled(write_cards(tmp_path, one=dates(events))))["c"]
    for date, _ in events.values():
        assert not isinstance(parse(date), str)
    assert figure.count("<rect") == 1
    assert figure.count("<circle") == 4
    assert 'class="own circa"' in figure
    for said in ("44 BC: A", "27 BC – AD 14: B", "c. AD 9: C", "AD 70: D", "24 August AD 79: E"):
        assert said in text_of(figure)


def test_treaties_and_dates_stand_on_one_timeline(tmp_path: Path) -> None:
    """Which kinds have one, and of which fields, is said by the kinds' files."""
    made = compiled(write_cards(tmp_path, one="deck: D\n" + dates(EVENTS, _FEW), two="""
        deck: D
        treaties:
          - {id: act, name: The Act, date: 1903-12, parties: [A, B]}
    """))
    assert "The Act" in text_of(figures(made)["iron"])
    assert "Three" in text_of(figures(made)["act"])


def test_a_position_stands_beside_what_others_hold(tmp_path: Path) -> None:
    """It does so on the backs that ask for it or for its holder; one's own others are left out."""
    cards = write_cards(tmp_path, one="""
        positions:
          - {id: east, actor: East, issue: the Wall, position: Needed, because: Peace}
          - {id: west, actor: West, issue: The wall, position: "A shame & <worse>"}
          - {id: west-too, actor: West, issue: the wall, position: Ugly}
          - {id: else, actor: West, issue: the gate, position: Fine}
    """)
    drawn = figures(compiled(cards))
    assert text_of(drawn["east"]) == "On the same issueWest A shame & <worse>West Ugly"
    assert text_of(drawn["west"]) == text_of(drawn["west-too"]) == "On the same issueEast Needed"
    assert drawn["else"] == ""


def test_own_kinds_are_drawn_too(tmp_path: Path) -> None:
    """A kind's file says what is drawn, and which backs show it."""
    kind = """
        section: books
        singular: book
        figure: {timeline: [published, title]}
        fields:
          title: {takes: line, required: "yes"}
          published: {takes: date}
        cards:
          when: {front: "{{Title}}", back: "{{Published}}", figure: "yes"}
          what: {front: "{{Published}}", back: "{{Title}}"}
    """
    cards = write_cards(tmp_path, one="books:\n" + "".join(
        f"  - {{id: b{n}, title: Book {n}, published: {1900 + n}}}\n" for n in range(3)))
    (cards / "kinds").mkdir()
    write_cards(tmp_path, **{"kinds/books": kind})
    made = compiled(cards)
    assert "1902: Book 2" in text_of(figures(made)["b1"])
    shows = {name: FIGURE in fields_in(back) for name, _, _, back in made.deck.note_types[0].templates}
    assert shows == {"When": True, "What": False} | {f"Spare card {n}": False for n in (1, 2, 3)}


@pytest.mark.parametrize(("change", "said"), [
    ("figure: {timeline: [title, published]}", "drawn of the fields [a date, words]"),
    ("figure: {timeline: [published]}", "drawn of the fields [a date, words]"),
    ("figure: {timeline: [printed, title]}", "'printed' is no field"),
    ("figure: {map: [published, title]}", "'map' is not a key"),
    ("figure: published", "text where 'figure' should be"),
    ("", "a figure needs both"),
])
def test_a_figure_that_cannot_be_drawn_is_refused(tmp_path: Path, change: str, said: str) -> None:
    """The finding says what a figure is drawn of."""
    kind = f"""
        section: books
        singular: book
        {change}
        fields:
          title: {{takes: line, required: "yes"}}
          published: {{takes: date}}
        cards:
          when: {{front: "{{{{Title}}}}", back: "{{{{Published}}}}", figure: "yes"}}
    """
    cards = write_cards(tmp_path, one="questions: [{id: q, q: Q, a: A}]")
    (cards / "kinds").mkdir()
    write_cards(tmp_path, **{"kinds/books": kind})
    assert any(said in finding.message for finding in try_release(cards).found)


# ---------------------------------------------------------------- never on a front


def test_no_front_shows_a_figure(tmp_path: Path) -> None:
    """Nor does a back that is not said to; the front of an own kind cannot name it."""
    for made in compiled(copy_shipped(tmp_path)).deck.note_types:
        for name, _, front, back in made.templates:
            assert FIGURE not in fields_in(front), (made.name, name)
            assert (FIGURE in fields_in(back)) == ((made.section, name) in {
                ("dates", "When"), ("dates", "What"), ("treaties", "Date"),
                ("positions", "Position"), ("positions", "Actor")})
    cards = write_cards(tmp_path / "own", one="questions: [{id: q, q: Q, a: A}]")
    (cards / "kinds").mkdir()
    write_cards(tmp_path / "own", **{"kinds/books": """
        section: books
        singular: book
        fields: {title: {takes: line, required: "yes"}}
        cards: {when: {front: "{{Title}} {{Figure}}", back: "{{Title}}"}}
    """})
    assert [finding.rule for finding in try_release(cards).found] == ["bad-template"]


def test_the_fronts_of_the_shipped_deck_show_none(student: Student, tmp_path: Path) -> None:
    """So says genuine Anki."""
    student.install(release(copy_shipped(tmp_path)))
    sides = student.all_sides().values()
    assert not any(drawn in side.question for side in sides
                   for drawn in ("<svg", 'class="contrast"', 'class="figure"'))
    assert sum("<svg" in side.answer for side in sides) > 40


# ---------------------------------------------------------------- escaped, and the same again


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_what_is_drawn_is_text(tmp_path: Path) -> None:
    """Nothing an author types becomes an element, a gap, a sound or TeX inside of a picture."""
    hostile = ["</svg><script>x()</script>", '<img src=x onerror="x()">', "{{c1::gap}} [sound:x.mp3]",
               "**bold** ]]> <!-- -->", "mass is \\(m\\)"]
    events = {f"e{n}": (f"{1900 + n}-01-01", text) for n, text in enumerate(hostile)}
    figure = figures(compiled(write_cards(tmp_path, one=dates(events))))["e2"]
    parser = _Tags()
    parser.feed(figure)
    assert parser.tags == {"svg", "title", "path", "g", "circle", "text"}
    assert parser.attributes == {"class", "viewbox", "role", "d", "cx", "cy", "r", "y", "transform"}
    assert "</svg><script>x()</script>" in text_of(figure)
    assert "bold ]]> <!-- -->" in text_of(figure)
    assert not any(mark in figure for mark in ("{{c1", "[sound:", "\\("))


def test_figures_are_the_same_each_time(tmp_path: Path) -> None:
    """A deck built twice from nothing has the same figures, in whatever order its files are."""
    one = figures(compiled(write_cards(tmp_path / "1", a=dates(EVENTS, _FEW), b=dates(EVENTS, ["net"]))))
    two = figures(compiled(write_cards(tmp_path / "2", b=dates(EVENTS, _FEW), a=dates(EVENTS, ["net"]))))
    assert one == two
    cards = copy_shipped(tmp_path / "3")
    before = compiled(cards)
    assert changed(before, compiled(cards, day=1)) == set()


# ---------------------------------------------------------------- what an update changes


def grown(folder: Path, **more: tuple[str, str]) -> tuple[Compiled, Compiled]:
    """Build five events, then the same with others added or edited."""
    few = {key: EVENTS[key] for key in _FEW}
    cards = write_cards(folder, one=dates(few))
    before = compiled(cards)
    write_cards(folder, one=dates(few | more))
    return before, compiled(cards, day=1)


def test_an_event_that_is_added_changes_no_other_note(tmp_path: Path) -> None:
    """Neither one that is far nor one that comes between; it has a figure of its own."""
    before, after = grown(tmp_path, far=("1999", "Far"), near=("1903-05", "Near"))
    assert changed(before, after) == set()
    assert set(after.lock.notes["near"].figure) == {"bronze", "iron", "steam", "steel"}
    assert showing(after, "Near") == {"near", "far"}


def test_an_item_of_another_sort_changes_no_figure(tmp_path: Path) -> None:
    """A question, say."""
    cards = write_cards(tmp_path, one=dates(EVENTS))
    before = compiled(cards)
    write_cards(tmp_path, two="questions: [{id: q, q: Q, a: A}]")
    assert changed(before, compiled(cards, day=1)) == set()


@pytest.mark.parametrize("edit", [("1903-04-06", "Three"), ("1903-04-05", "Three again")])
def test_a_corrected_neighbour_is_corrected_wherever_it_is_shown(
    tmp_path: Path, edit: tuple[str, str]
) -> None:
    """Its date and its words."""
    before, after = grown(tmp_path, iron=edit)
    assert changed(before, after) == showing(before, "Three") == set(_FEW)
    assert showing(after, "6 April" if edit[1] == "Three" else "again") == set(_FEW)


def test_words_that_are_not_shown_may_change(tmp_path: Path) -> None:
    """A figure has the first words of an event; what comes after them, it does not follow."""
    long = "A long story that goes on and on over two lines of the picture, and after that " * 2
    few = {key: EVENTS[key] for key in _FEW} | {"iron": ("1903", long + "ends")}
    cards = write_cards(tmp_path, one=dates(few))
    before = compiled(cards)
    write_cards(tmp_path, one=dates(few | {"iron": ("1903", long + "goes on")}))
    assert changed(before, compiled(cards, day=1)) == {"iron"}


def test_a_neighbour_that_is_taken_out_is_shown_no_more(tmp_path: Path) -> None:
    """Those that showed it show the nearest of now; the others stay as they are."""
    cards = write_cards(tmp_path, one=dates(EVENTS))
    before = compiled(cards)
    shown = showing(before, "One") - {"stone"}
    write_cards(tmp_path, one=dates(EVENTS, [key for key in EVENTS if key != "stone"]))
    after = compiled(cards, day=1)
    assert changed(before, after) == shown | {"stone"}
    assert showing(after, "One") == set()
    assert set(after.lock.notes["bronze"].figure) == {"iron", "steam", "steel", "atom"}


def test_a_note_that_changes_anyway_is_given_the_nearest_of_now(tmp_path: Path) -> None:
    """It overwrites what students have, so it may as well be up to date."""
    before, after = grown(tmp_path, near=("1903-05", "Near"), steam=("c. 1904", "Four, edited"))
    assert changed(before, after) == set(_FEW)  # all show the event that was edited
    assert "near" in after.lock.notes["steam"].figure


def test_another_id_changes_only_its_own_note(tmp_path: Path) -> None:
    """The keys of neighbours do not stand in a figure, and the lock follows them."""
    nameless = "dates:\n" + "".join(
        f"  - {{date: {date}, event: The event is {event}}}\n" for date, event in EVENTS.values())
    cards = write_cards(tmp_path, one=nameless)
    before = compiled(cards)
    write_cards(tmp_path, one=nameless.replace("{date: 1903-04-05", "{id: iron, date: 1903-04-05"))
    after = compiled(cards, day=1)
    was = {entry.guid: entry.mod for entry in before.lock.notes.values()}
    assert [key for key, entry in after.lock.notes.items() if was[entry.guid] != entry.mod] == ["iron"]
    assert changed(after, compiled(cards, day=2)) == set()


def test_a_position_learns_of_another_once(tmp_path: Path) -> None:
    """The first that faces it is something new to say; a further one is not worth an update."""
    def holding(*names: str) -> str:
        return "positions:\n" + "".join(
            f"  - {{id: {name}, actor: {name}, issue: x, position: held by {name}}}\n" for name in names)

    cards = write_cards(tmp_path, one=holding("east"))
    alone = compiled(cards)
    write_cards(tmp_path, one=holding("east", "west"))
    two = compiled(cards, day=1)
    assert changed(alone, two) == {"east"}
    write_cards(tmp_path, one=holding("east", "west", "south"))
    three = compiled(cards, day=2)
    assert changed(two, three) == set()
    assert three.lock.notes["south"].figure == ("east", "west")


def test_a_student_keeps_notes_beside_which_one_is_added(student: Student, tmp_path: Path) -> None:
    """In genuine Anki, what a student wrote into a neighbour's note is there after the update."""
    cards = write_cards(tmp_path, one=dates(EVENTS))
    student.install(release(cards))
    guid = by_id(student)["iron"]
    student.edit(guid, "My notes", "mine")
    more = EVENTS | {"near": ("1903-05", "Near")}
    log = student.install(release(write_cards(tmp_path, one=dates(more)), day=1))
    assert (len(log.new), len(log.updated)) == (1, 0)
    assert any("mine" in words(sides.answer) for sides in student.all_sides().values())
