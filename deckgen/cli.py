"""Arguments in, exit status out; the only module that knows click."""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from functools import wraps
from pathlib import Path
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, Self, TextIO

import click

from deckgen import __version__

if TYPE_CHECKING:
    from deckgen.comparison import Line
    from deckgen.diagnostics import Diagnostic
    from deckgen.project import Result
    from deckgen.sentences import Explained

DONE, FAULTY, UNUSABLE = 0, 1, 2

_FOLDER = click.argument("folder", default="cards", type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deckgen")
def main() -> None:
    """Decks as code: compile curated YAML items into Anki decks.

    FOLDER is a project folder, 'cards' if left out.
    """
    # A build that is told to stop puts away what it has begun.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def run() -> NoReturn:
    """Run the console script, and leave at once: half a million objects need no taking apart."""
    status = UNUSABLE
    try:
        main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else UNUSABLE
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader has seen enough
        pass
    os._exit(status)


def _reports_unusable(command: Callable[..., int]) -> Callable[..., NoReturn]:
    """Turn a wrong call or environment into a line and exit status 2."""

    @wraps(command)
    def run_command(*args: Any, **kwargs: Any) -> NoReturn:
        import gc

        from deckgen.diagnostics import Unusable

        # Nothing in the chain is cyclic, and walking what it holds takes a third of the time.
        gc.disable()
        try:
            status = command(*args, **kwargs)
        except Unusable as error:
            click.echo(f"deckgen: {error}", err=True)
            status = UNUSABLE
        sys.exit(status)

    return run_command


# ---------------------------------------------------------------- commands


@main.command()
@_FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write the package into.", show_default=True)
@click.option("--frozen", is_flag=True, help="Fail instead of changing the lock.")
@_reports_unusable
def build(folder: Path, output: Path, frozen: bool) -> int:
    """Check FOLDER, then write its package and its lock."""
    from deckgen.project import build

    started = monotonic()
    with _Progress() as progress:
        result = build(folder, output, frozen=frozen, progress=progress)
    _report(result.found)
    if result.has_errors:
        _say_errors(result.found, "nothing was written")
        return FAULTY
    _summarise(result, monotonic() - started)
    return DONE


@main.command()
@_FOLDER
@click.option("--format", "form", type=click.Choice(["full", "text", "json", "github"]),
              help="How findings are written: with the line and a caret, a line each, for programs, "
              "for GitHub. The first on a terminal, else the second.")
@click.option("--explain", metavar="RULE", help="Say what a rule is about, and stop.")
@_reports_unusable
def check(folder: Path, form: str | None, explain: str | None) -> int:
    """Find everything that 'build' would find in FOLDER, and what is hard to learn; write nothing."""
    if explain is not None:
        return _explain(explain)
    from deckgen.project import check

    with _Progress() as progress:
        result = check(folder, progress)
    _report(result.found, form)
    if result.has_errors:
        if form not in ("json", "github"):
            _say_errors(result.found, "the deck cannot be built")
        return FAULTY
    if not result.found and sys.stderr.isatty():
        click.echo("nothing to mend", err=True)
    return DONE


@main.command()
@_FOLDER
@click.option("--explain", is_flag=True, help="Tell also what was not chosen, and why.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a sentence.")
@click.option("--cards", type=click.Path(path_type=Path),
              help="The project whose names are lent to sentences from standard input.")
@click.option("--renew", is_flag=True, help="Choose anew, tell what changes, and keep it.")
@click.option("--dry-run", is_flag=True, help="With --renew: tell, and change nothing.")
@_reports_unusable
def cloze(
    folder: Path, explain: bool, is_json: bool, cards: Path | None, renew: bool, dry_run: bool
) -> int:
    """Show the gaps of each key sentence in FOLDER, and why; '-' reads a sentence a line."""
    from deckgen import sentences
    from deckgen.diagnostics import Unusable

    if dry_run and not renew:
        raise Unusable("--dry-run goes with --renew")
    if (str(folder) == "-") != (cards is not None) and (renew or cards):
        raise Unusable("--cards goes with '-', and --renew with a folder")
    if str(folder) == "-":
        names = sentences.names_of(cards)
        for raw in sys.stdin.buffer:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            _tell(sentences.of_line(line, names), explain, is_json)
        return DONE
    explained, found, opened = sentences.of_project(folder, is_fresh=renew)
    for sentence in explained:
        if not renew or sentence.is_changed:
            _tell(sentence, explain, is_json)
    _report(tuple(found))
    if any(diagnostic.is_error for diagnostic in found):
        return FAULTY
    if renew:
        changed = sum(sentence.is_changed for sentence in explained)
        if changed and not dry_run:
            sentences.renew(folder, opened, explained)
        click.echo(f"{_counted(changed, 'sentence')} of {len(explained):,} "
                   f"{'would change' if dry_run else 'changed; now build'}", err=True)
    return DONE


@main.command()
@_FOLDER
@click.option("--dry-run", is_flag=True, help="Tell which ids, and change nothing.")
@_reports_unusable
def ids(folder: Path, dry_run: bool) -> int:
    """Write an id into every item in FOLDER that has none, and change nothing else."""
    from deckgen.ids import plan, write

    with _Progress() as progress:
        planned = plan(folder, progress)
    _report(planned.found)
    if planned.has_errors:
        _say_errors(planned.found, "nothing was changed")
        return FAULTY
    if not planned.files:
        click.echo("every item has an id; nothing was changed")
        return DONE
    if not dry_run:
        write(planned.files)
    for file in planned.files:
        for item in file.given if dry_run else ():
            click.echo(f"{file.path}:{item.span().line}: id: {item.id}")
        if not dry_run:
            click.echo(f"{file.path}: {_counted(len(file.given), 'id')}")
    number = _counted(sum(len(file.given) for file in planned.files), "id")
    where = _counted(len(planned.files), "file")
    click.echo(f"would write {number} into {where}" if dry_run
               else f"wrote {number} into {where}; now build")
    return DONE


@main.command()
@_FOLDER
@click.option("--write", "is_written", is_flag=True,
              help="Write schemas of all files into FOLDER/.deckgen; 'build' keeps them fresh.")
@_reports_unusable
def schema(folder: Path, is_written: bool) -> int:
    """Print a JSON Schema of the card files in FOLDER, for editors."""
    from deckgen import editor

    if not is_written:
        click.echo(editor.card_schema(folder), nl=False)
        return DONE
    for path in editor.write(folder):
        click.echo(f"wrote {path}")
    return DONE


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_reports_unusable
def new(folder: Path) -> int:
    """Make DIR with a small deck in it that builds at once."""
    from deckgen.starter import make

    made = make(folder)
    for path in made:
        click.echo(f"wrote {path}")
    click.echo(f"\nNow build it:\n  cd {folder}\n  deckgen build")
    return DONE


@main.command()
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--since", metavar="REVISION", help="Compare with a revision in git, not with OLD.")
@click.option("--json", "form", flag_value="json", help="Print one JSON object.")
@click.option("--changelog", "form", flag_value="changelog",
              help="Print Markdown for those who get the release.")
@_reports_unusable
def diff(old: Path | None, folder: Path | None, since: str | None, form: str | None) -> int:
    """Tell what a student who has OLD, a package, gets from FOLDER as it is now.

    FOLDER may be a package, too. Exit status 1 if it would cost students anything: progress, a
    correction, their own edits.
    """
    from deckgen import comparison
    from deckgen.diagnostics import Unusable
    from deckgen.releases import since_package, since_revision

    if since is not None and folder is not None:
        raise Unusable("with --since, name the folder alone: the revision takes the place of a package")
    with _Progress() as progress:
        if since is not None:
            result, compared = since_revision(old or Path("cards"), since, progress)
        elif old is not None:
            result, compared = since_package(folder or Path("cards"), old, progress)
        else:
            raise Unusable("name the package that students have, or a revision with --since")
    if compared is None:
        _report(result.found)
        _say_errors(result.found, "nothing can be compared")
        return FAULTY
    if form == "json":
        click.echo(comparison.as_json(compared))
    elif form == "changelog":
        for line in comparison.changelog(compared):
            click.echo(line)
    else:
        _tell_lines(comparison.told(compared))
    return FAULTY if compared.losses else DONE


@main.command()
@click.argument("new", type=click.Path(path_type=Path))
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@_reports_unusable
def verify(new: Path, old: Path | None, is_json: bool) -> int:
    """Let genuine Anki judge NEW, a package, imported over OLD; needs deckgen[anki].

    Exit status 1 if a student would lose, miss or get twice anything.
    """
    from deckgen import verify

    with _Progress() as progress:
        verdict = verify.verify(new, old, progress)
    if is_json:
        click.echo(verify.as_json(verdict))
    else:
        _tell_lines(verify.told(verdict))
    return FAULTY if verdict.findings else DONE


@main.command()
@_FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write the page into.", show_default=True)
@_reports_unusable
def preview(folder: Path, output: Path) -> int:
    """Write a page for browsers with all cards of FOLDER, and with what 'check' finds of them."""
    from deckgen.preview import preview

    with _Progress() as progress:
        made = preview(folder, output, progress)
    _report(made.result.found)
    if made.page is None:
        _say_errors(made.result.found, "nothing was written")
        return FAULTY
    if made.result.has_errors:
        _say_errors(made.result.found, "the page has the cards that could be made")
    click.echo(f"{made.page}: {_counted(made.cards(), 'card')}, "
               f"{made.page.stat().st_size / 1e6:.1f} MB; open it in a browser")
    return FAULTY if made.result.has_errors else DONE


@main.command()
@_FOLDER
@click.option("--preview", "is_shown", is_flag=True,
              help="Show the cards in a browser on this machine, anew after each save.")
@_reports_unusable
def watch(folder: Path, is_shown: bool) -> int:
    """Check FOLDER whenever a file in it is saved, until Ctrl-C; build nothing."""
    from deckgen.watch import rounds

    with suppress(KeyboardInterrupt), ExitStack() as opened:
        shown = None
        if is_shown:
            from deckgen.preview import page_of
            from deckgen.serving import Shown

            shown = opened.enter_context(Shown())
        for turn in rounds(folder):
            if sys.stdout.isatty():
                click.clear()
            _report(turn.result.found)
            click.echo(f"{turn.time}  {turn.told()}")
            if shown is not None:
                shown.show(page_of(turn.result, is_served=True))
                click.echo(f"the cards are at {shown.address}")
    return DONE


@main.command()
@_FOLDER
@click.option("--daily", type=click.IntRange(1), metavar="N",
              help="Count the days at N new cards a day.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@_reports_unusable
def stats(folder: Path, daily: int | None, is_json: bool) -> int:
    """Count the cards in FOLDER by kind, deck, tag and source, and the days they take."""
    from deckgen import stats

    with _Progress() as progress:
        found, made = stats.statistics(folder, progress)
    if made is None:
        _report(found)
        _say_errors(found, "nothing was counted")
        return FAULTY
    width = min(get_terminal_size().columns, 100)
    for line in [stats.as_json(made)] if is_json else stats.told(made, width, daily):
        click.echo(line)
    return DONE


@main.command()
@click.argument("package", type=click.Path(path_type=Path))
@_FOLDER
@_reports_unusable
def relock(package: Path, folder: Path) -> int:
    """Make the lock of FOLDER anew from its last PACKAGE, if it was lost."""
    from deckgen.project import relock

    found, notes = relock(folder, package)
    if found:
        _report(found)
        _say_errors(found, "the lock was not made")
        return FAULTY
    click.echo(f"{folder / 'deckgen.lock'}: {_counted(notes, 'note')}; now build, and look at what "
               "changed with 'deckgen diff'")
    return DONE


@main.group()
def export() -> None:
    """Write the deck in FOLDER in another form."""


@export.command()
@_FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write '<deck id>-update' into.", show_default=True)
@_reports_unusable
def update(folder: Path, output: Path) -> int:
    """Write text that updates the deck where it is installed; students keep their own notes."""
    from deckgen.project import export_update

    with _Progress() as progress:
        result = export_update(folder, output, progress)
    _report(result.found)
    if result.has_errors:
        _say_errors(result.found, "nothing was written")
        return FAULTY
    _tell_update(result)
    return DONE


def _explain(rule: str) -> int:
    from deckgen.lint import manuals
    from deckgen.schema import suggested

    known = manuals()
    if rule not in known:
        click.echo(f"deckgen: there is no rule '{rule}'; {suggested(rule, sorted(known))}",
                   err=True)
        return UNUSABLE
    click.echo(f"{rule}\n\n{known[rule]}")
    return DONE


# ---------------------------------------------------------------- what people see

def _tell(sentence: "Explained", is_whole: bool, is_json: bool) -> None:
    """Print a key sentence: an object for programs, or for people its gaps with the reasons."""
    from deckgen import sentences

    if is_json:
        click.echo(sentences.as_json(sentence))
        return
    opening, closing = ("\033[1;36m", "\033[0m") if _has_colour(sys.stdout) else ("[", "]")
    if sentence.span:
        click.echo(f"{sentence.span}")
    click.echo(f"  {sentences.with_marks(sentence, opening, closing)}")
    for line in sentences.changes(sentence):
        click.echo(f"    {line}")
    if sentence.was is None:
        for line in sentences.reasons(sentence, is_whole=is_whole):
            click.echo(f"    {line}")


_TONES: dict[str, dict[str, Any]] = {
    "plain": {}, "heading": {"bold": True}, "before": {"fg": "yellow"}, "after": {"fg": "green"},
    "loss": {"fg": "red"},
}


def _tell_lines(lines: "Iterable[Line]") -> None:
    has_colour = _has_colour(sys.stdout)
    for line in lines:
        click.echo(click.style(line.text, **_TONES[line.tone]) if has_colour else line.text)


_COLOURS = {"error": "red", "warning": "yellow", "advice": "cyan"}


def _report(found: "tuple[Diagnostic, ...]", form: str | None = None) -> None:
    """Print findings; if no form is asked for, with their lines on a terminal, else without."""
    from deckgen.diagnostics import FORMATS
    from deckgen.pointing import pointed

    form = form or ("full" if sys.stderr.isatty() else "text")
    for diagnostic in found:
        line = FORMATS["text" if form == "full" else form](diagnostic)
        if form in ("full", "text") and _has_colour(sys.stderr):
            word = str(diagnostic.severity)
            coloured = click.style(word, fg=_COLOURS[word], bold=True)
            line = line.replace(f": {word} [", f": {coloured} [", 1)
        click.echo(line, err=True)
        for shown in pointed(diagnostic) if form == "full" else ():
            click.echo(click.style(shown, dim=True) if _has_colour(sys.stderr) else shown, err=True)


def _has_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _say_errors(found: "tuple[Diagnostic, ...]", then: str) -> None:
    errors = sum(diagnostic.is_error for diagnostic in found)
    click.echo(f"{_counted(errors, 'error')}; {then}", err=True)


def _summarise(result: "Result", seconds: float) -> None:
    counts = ", ".join(result.counted())
    notes = len(result.compiled.deck.notes) if result.compiled else 0
    click.echo(f"{result.package}: {_counted(notes, 'note')} ({counts}), "
               f"{_counted(result.cards(), 'card')} in {seconds:.1f} s")
    changes = result.changes
    if changes is not None:
        parts = [f"{changes.new:,} new", f"{changes.changed:,} changed",
                 f"{changes.unchanged:,} unchanged"]
        if changes.retired:
            parts.append(f"{len(changes.retired):,} retired ({_listed([name for _, name in changes.retired])})")
        click.echo(f"since the last lock: {', '.join(parts)}")


def _tell_update(result: "Result") -> None:
    from time import gmtime, strftime

    for path in result.files:
        click.echo(path)
    deck = result.compiled.deck if result.compiled else None
    if deck is None or not result.files:
        return
    layout = strftime("%d %B %Y", gmtime(max(made.mod for made in deck.note_types))).lstrip("0")
    click.echo(f"\n{_counted(len(deck.notes), 'note')}, to be imported into Anki in this order by "
               "students who have the deck from\na package no older than the layout of its cards, "
               f"which last changed on {layout}.")
    if deck.media:
        click.echo(f"Text brings no media ({_counted(len(deck.media), 'file')} referred to). Who "
                   "lacks new ones imports the package instead.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class _Progress:
    """A line on the terminal that tells how far it is, for work that takes over a second."""

    def __init__(self) -> None:
        self.started = monotonic()
        self.shown = 0.0
        self.is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = monotonic()
        if not self.is_terminal or now - self.started < 1 or now - self.shown < 0.1:
            return
        self.shown = now
        share = f" {100 * done // total:3} %" if total else ""
        click.echo(f"\r\033[K{stage}{share}", nl=False, err=True)

    def __exit__(self, *error: object) -> None:
        if self.shown:
            click.echo("\r\033[K", nl=False, err=True)
