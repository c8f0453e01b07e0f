"""An author's day: commands that build, check and show a project."""

import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING

import click

from deckgen.cli.calls import DONE, FAULTY, FOLDER, UNUSABLE, main, reports_unusable
from deckgen.cli.telling import Progress, counted, has_colour, listed, report, say_errors

if TYPE_CHECKING:
    from deckgen.project import Result
    from deckgen.sentences import Explained


@main.command()
@FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write the package into.", show_default=True)
@click.option("--frozen", is_flag=True, help="Fail instead of changing the lock.")
@reports_unusable
def build(folder: Path, output: Path, frozen: bool) -> int:
    """Check FOLDER, then write its package and its lock."""
    from deckgen.project import build

    started = monotonic()
    with Progress() as progress:
        result = build(folder, output, frozen=frozen, progress=progress)
    report(result.found)
    if result.has_errors:
        say_errors(result.found, "nothing was written")
        return FAULTY
    _summarise(result, monotonic() - started)
    return DONE


@main.command()
@FOLDER
@click.option("--format", "form", type=click.Choice(["full", "text", "json", "github"]),
              help="How findings are written: with the line and a caret, a line each, for programs, "
              "for GitHub. The first on a terminal, else the second.")
@click.option("--explain", metavar="RULE", help="Say what a rule is about, and stop.")
@reports_unusable
def check(folder: Path, form: str | None, explain: str | None) -> int:
    """Find everything that 'build' would find in FOLDER, and what is hard to learn; write nothing."""
    if explain is not None:
        return _explain(explain)
    from deckgen.project import check

    with Progress() as progress:
        result = check(folder, progress)
    report(result.found, form)
    if result.has_errors:
        if form not in ("json", "github"):
            say_errors(result.found, "the deck cannot be built")
        return FAULTY
    if not result.found and sys.stderr.isatty():
        click.echo("nothing to mend", err=True)
    return DONE


@main.command()
@FOLDER
@click.option("--explain", is_flag=True, help="Tell also what was not chosen, and why.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a sentence.")
@click.option("--cards", type=click.Path(path_type=Path),
              help="The project whose names are lent to sentences from standard input.")
@click.option("--renew", is_flag=True, help="Choose anew, tell what changes, and keep it.")
@click.option("--dry-run", is_flag=True, help="With --renew: tell, and change nothing.")
@reports_unusable
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
    report(tuple(found))
    if any(diagnostic.is_error for diagnostic in found):
        return FAULTY
    if renew:
        changed = sum(sentence.is_changed for sentence in explained)
        if changed and not dry_run:
            sentences.renew(folder, opened, explained)
        click.echo(f"{counted(changed, 'sentence')} of {len(explained):,} "
                   f"{'would change' if dry_run else 'changed; now build'}", err=True)
    return DONE


@main.command()
@FOLDER
@click.option("--dry-run", is_flag=True, help="Tell which ids, and change nothing.")
@reports_unusable
def ids(folder: Path, dry_run: bool) -> int:
    """Write an id into every item in FOLDER that has none, and change nothing else."""
    from deckgen.ids import plan, write

    with Progress() as progress:
        planned = plan(folder, progress)
    report(planned.found)
    if planned.has_errors:
        say_errors(planned.found, "nothing was changed")
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
            click.echo(f"{file.path}: {counted(len(file.given), 'id')}")
    number = counted(sum(len(file.given) for file in planned.files), "id")
    where = counted(len(planned.files), "file")
    click.echo(f"would write {number} into {where}" if dry_run
               else f"wrote {number} into {where}; now build")
    return DONE


@main.command()
@FOLDER
@click.option("--write", "is_written", is_flag=True,
              help="Write schemas of all files into FOLDER/.deckgen; 'build' keeps them fresh.")
@reports_unusable
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
@reports_unusable
def new(folder: Path) -> int:
    """Make DIR with a small deck in it that builds at once."""
    from deckgen.starter import make

    made = make(folder)
    for path in made:
        click.echo(f"wrote {path}")
    click.echo(f"\nNow build it:\n  cd {folder}\n  deckgen build")
    return DONE


@main.command()
@FOLDER
@click.option("-o", "--output", default="build", type=click.Path(path_type=Path),
              help="The folder to write the page into.", show_default=True)
@reports_unusable
def preview(folder: Path, output: Path) -> int:
    """Write a page for browsers with all cards of FOLDER, and with what 'check' finds of them."""
    from deckgen.preview import preview

    with Progress() as progress:
        made = preview(folder, output, progress)
    report(made.result.found)
    if made.page is None:
        say_errors(made.result.found, "nothing was written")
        return FAULTY
    if made.result.has_errors:
        say_errors(made.result.found, "the page has the cards that could be made")
    click.echo(f"{made.page}: {counted(made.cards(), 'card')}, "
               f"{made.page.stat().st_size / 1e6:.1f} MB; open it in a browser")
    return FAULTY if made.result.has_errors else DONE


@main.command()
@FOLDER
@click.option("--preview", "is_shown", is_flag=True,
              help="Show the cards in a browser on this machine, anew after each save.")
@reports_unusable
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
            report(turn.result.found)
            click.echo(f"{turn.time}  {turn.told()}")
            if shown is not None:
                shown.show(page_of(turn.result, is_served=True))
                click.echo(f"the cards are at {shown.address}")
    return DONE


@main.command()
@FOLDER
@click.option("--daily", type=click.IntRange(1), metavar="N",
              help="Count the days at N new cards a day.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@reports_unusable
def stats(folder: Path, daily: int | None, is_json: bool) -> int:
    """Count the cards in FOLDER by kind, deck, tag and source, and the days they take."""
    from deckgen import stats

    with Progress() as progress:
        found, made = stats.statistics(folder, progress)
    if made is None:
        report(found)
        say_errors(found, "nothing was counted")
        return FAULTY
    width = min(get_terminal_size().columns, 100)
    for line in [stats.as_json(made)] if is_json else stats.told(made, width, daily):
        click.echo(line)
    return DONE


# ---------------------------------------------------------------- what people see


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


def _tell(sentence: "Explained", is_whole: bool, is_json: bool) -> None:
    """Print a key sentence: an object for programs, or for people its gaps with the reasons."""
    from deckgen import sentences

    if is_json:
        click.echo(sentences.as_json(sentence))
        return
    opening, closing = ("\033[1;36m", "\033[0m") if has_colour(sys.stdout) else ("[", "]")
    if sentence.span:
        click.echo(f"{sentence.span}")
    click.echo(f"  {sentences.with_marks(sentence, opening, closing)}")
    for line in sentences.changes(sentence):
        click.echo(f"    {line}")
    if sentence.was is None:
        for line in sentences.reasons(sentence, is_whole=is_whole):
            click.echo(f"    {line}")


def _summarise(result: "Result", seconds: float) -> None:
    counts = ", ".join(result.counted())
    notes = len(result.compiled.deck.notes) if result.compiled else 0
    click.echo(f"{result.package}: {counted(notes, 'note')} ({counts}), "
               f"{counted(result.cards(), 'card')} in {seconds:.1f} s")
    changes = result.changes
    if changes is not None:
        parts = [f"{changes.new:,} new", f"{changes.changed:,} changed",
                 f"{changes.unchanged:,} unchanged"]
        if changes.retired:
            parts.append(f"{len(changes.retired):,} retired ({listed([name for _, name in changes.retired])})")
        click.echo(f"since the last lock: {', '.join(parts)}")
