"""What holds for every build: the same bytes everywhere, and all or nothing."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from deckgen.cli import main

CARD_FILE = """\
tags: [ukraine]
dates:
  - id: annexation
    date: 2014-03-18
    event: Russia annexes Crimea
questions:
  - id: format
    q: Which four states make up the Normandy Format?
    a: Germany, France, Russia and Ukraine
    image: maps/Ukraine 2014.png
  - q: Who says so?
    a: Higashino
sentences:
  - text: ==NATO== and Russia signed the {{c2::Founding Act}} in 1997.
"""
COMMAND = [sys.executable, "-m", "deckgen"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: str = "cards", card_file: str = CARD_FILE) -> Path:
    """Write a project with a picture."""
    files = {
        "deck.yaml": b"id: ukraine\nname: Ukraine\n", "x.yaml": card_file.encode(),
        "media/maps/Ukraine 2014.png": b"a picture",
    }
    for name, raw in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return Path(folder)


def run(*arguments: str) -> Result:
    """Run deckgen in this process."""
    return CliRunner().invoke(main, list(arguments))


def snapshot(*folders: str) -> dict[str, tuple[bytes, int]]:
    """Read everything in folders, hidden files too, with the times of change."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in folders or (".",) for path in Path(folder).rglob("*") if path.is_file()
    }


def package(folder: str = ".") -> bytes:
    """Read the package."""
    return Path(folder, "build/ukraine.apkg").read_bytes()


def lock(folder: str = ".") -> bytes:
    """Read the lock."""
    return Path(folder, "cards/deckgen.lock").read_bytes()


# ---------------------------------------------------------------- the same bytes


def build_in(folder: str, seed: int, now: int, arguments: Sequence[str] = ()) -> None:
    """Build in a process of its own, with another hash seed, clock, time zone and umask."""
    environment = {
        **os.environ, "PYTHONHASHSEED": str(seed), "SOURCE_DATE_EPOCH": str(now),
        "TZ": ("UTC", "Asia/Tokyo")[seed % 2], "LC_ALL": "C", "HOME": folder, "USER": f"user{seed}",
    }
    subprocess.run([*COMMAND, "build", *arguments], cwd=folder, env=environment, check=True,
                   capture_output=True)


def test_builds_in_different_places_are_the_same_bytes(tmp_path: Path) -> None:
    """Other folder, hash seed, time zone, locale and user: the same package and lock."""
    for n, name in enumerate(("one", "a much longer/name ä")):
        write(f"{name}/cards")
        build_in(str(tmp_path / name), n, 1_700_000_000)
    assert package("one") == package("a much longer/name ä")
    assert lock("one") == lock("a much longer/name ä")


def test_the_clock_does_not_matter_once_there_is_a_lock(tmp_path: Path) -> None:
    """A later build of the same cards is the same package, from the lock alone."""
    for n, name in enumerate(("one", "two")):
        write(f"{name}/cards")
        if n:
            Path("two/cards/deckgen.lock").write_bytes(lock("one"))
        build_in(str(tmp_path / name), n, 1_700_000_000 + n * 10_000_000)
    assert package("one") == package("two")
    assert lock("one") == lock("two")
    os.utime("one/cards/x.yaml", (1, 1))
    build_in(str(tmp_path / "one"), 7, 1_800_000_000)
    assert package("one") == package("two")


def test_the_order_of_files_on_disk_does_not_matter(tmp_path: Path) -> None:
    """Files are read in the order of their names."""
    names = [f"{letter}/{n}.yaml" for letter in "acb" for n in range(5)]
    for folder, order in (("one", names), ("two", names[::-1])):
        write(f"{folder}/cards")
        for name in order:
            path = Path(folder, "cards", name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"questions:\n  - q: What is {name}?\n    a: It\n", encoding="utf-8")
        build_in(str(tmp_path / folder), 0, 1_700_000_000)
    assert package("one") == package("two")
    assert lock("one") == lock("two")


def test_nothing_of_the_machine_is_in_the_package(tmp_path: Path) -> None:
    """No path, user or date, and only files that Anki reads."""
    write()
    build_in(str(tmp_path), 3, 1_700_000_000)
    with ZipFile("build/ukraine.apkg") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["0", "collection.anki2", "media"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
        assert not any(entry.extra or entry.comment for entry in archive.infolist())
        held = b"".join(archive.read(name) for name in archive.namelist())
        Path("collection.db").write_bytes(archive.read("collection.anki2"))
    for secret in (str(tmp_path), tmp_path.name, "user3", "x.yaml", "maps/"):
        assert secret.encode() not in held + lock()
    connection = sqlite3.connect("collection.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        times = connection.execute("SELECT mod, scm, crt FROM col").fetchone()
        assert times[:2] == (1_700_000_000_000, 1_700_000_000_000)
        assert set(connection.execute("SELECT mod FROM notes")) == {(1_700_000_000,)}
    finally:
        connection.close()


# ---------------------------------------------------------------- what is written


def test_an_unchanged_rebuild_leaves_the_lock_alone() -> None:
    """Its bytes and its time: no commit, no rebuild by tools that look at times."""
    write()
    run("build")
    os.utime("cards/deckgen.lock", ns=(1, 1))
    before, built = snapshot("cards"), package()
    result = run("build")
    assert result.exit_code == 0
    assert snapshot("cards") == before
    assert package() == built
    assert result.stdout.endswith("since the last lock: 0 new, 0 changed, 4 unchanged\n")


def test_the_summary_tells_what_was_built_and_what_changed() -> None:
    """Notes by kind, cards, and new, changed, unchanged and retired ones."""
    write()
    first = run("build").stdout.splitlines()
    assert first[0].startswith(
        "build/ukraine.apkg: 4 notes (1 date, 2 questions, 1 sentence), 6 cards in ")
    assert first[1] == "since the last lock: 4 new, 0 changed, 0 unchanged"
    other = CARD_FILE.replace("Germany, ", "").replace("annexation", "crimea")
    write(card_file=other.replace("2014-03-18", "2014-03-16"))
    assert run("build").stdout.splitlines()[1] == (
        "since the last lock: 1 new, 1 changed, 2 unchanged, 1 retired (annexation)")


def test_frozen_fails_where_the_lock_would_change() -> None:
    """And then writes nothing; where it would not, it builds."""
    write()
    result = run("build", "--frozen")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "cards/deckgen.lock:1:1: error [frozen-lock] the lock would change (4 new, 0 changed)"
        "; build without --frozen and commit the lock\n")
    assert not Path("build").exists()
    assert not Path("cards/deckgen.lock").exists()
    run("build")
    Path("build/ukraine.apkg").unlink()
    assert run("build", "--frozen").exit_code == 0
    assert Path("build/ukraine.apkg").exists()
    before = snapshot()
    write(card_file=CARD_FILE.replace("Germany", "Poland"))
    changed = snapshot()
    assert run("build", "--frozen").exit_code == 1
    assert snapshot() == changed != before


def test_the_output_folder_can_be_named() -> None:
    """It is made, with the folders above it; the lock stays in the project."""
    write("a project")
    result = run("build", "a project", "-o", "out/of the/way")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{Path('out/of the/way/ukraine.apkg')}: 4 notes ")
    assert sorted(map(str, Path().rglob("*.*k*"))) == [
        "a project/deckgen.lock", "out/of the/way/ukraine.apkg"]
    assert not Path("build").exists()


def test_check_never_writes() -> None:
    """Neither with a lock nor without, with errors or without."""
    for text in (CARD_FILE, CARD_FILE + "    nots: x\n"):
        write(card_file=text)
        before = snapshot()
        run("check")
        assert snapshot() == before
    write()
    run("build")
    write(card_file=CARD_FILE.replace("Germany", "Poland"))
    before = snapshot()
    assert run("check").exit_code == 0
    assert snapshot() == before


def test_outputs_can_be_read_like_any_other_file() -> None:
    """Their permissions are those of the user's own choice, not of temporary files."""
    write()
    mask = os.umask(0o027)
    try:
        run("build")
    finally:
        os.umask(mask)
    for path in ("build/ukraine.apkg", "cards/deckgen.lock"):
        assert Path(path).stat().st_mode & 0o777 == 0o640


# ---------------------------------------------------------------- interrupted


def many(word: str) -> str:
    """Write a card file that takes a while."""
    return "questions:\n" + "".join(
        f"  - id: i{n}\n    q: What is {word} {n}?\n    a: The {n}th {word}\n"
        for n in range(3_000)
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_killed_leaves_the_last_one_or_the_new_one(
    how: signal.Signals, tmp_path: Path
) -> None:
    """At any moment: package and lock are as before, or both new; each is whole."""
    write("old/cards", many("name"))
    write("new/cards", many("year"))
    build_in(str(tmp_path / "old"), 0, 1_700_000_000)
    Path("new/cards/deckgen.lock").write_bytes(lock("old"))
    started = time.perf_counter()
    build_in(str(tmp_path / "new"), 0, 1_800_000_000)
    lasted = time.perf_counter() - started
    before, after = (package("old"), lock("old")), (package("new"), lock("new"))
    assert before != after
    choice = random.Random(how)
    for _ in range(8):
        write("old/cards", many("year"))
        Path("old/build/ukraine.apkg").write_bytes(before[0])
        Path("old/cards/deckgen.lock").write_bytes(before[1])
        build = subprocess.Popen([*COMMAND, "build"], cwd="old", stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL,
                                 env={**os.environ, "SOURCE_DATE_EPOCH": "1800000000"})
        time.sleep(lasted * choice.uniform(0.1, 1.1))
        build.send_signal(how)
        build.wait()
        left = package("old"), lock("old")
        # Between the two renames the lock is ahead: the next build makes the package it tells of.
        assert left in (before, after, (before[0], after[1]))
        hidden = [path for path in Path("old").rglob(".*") if path.is_file()]
        if how is not signal.SIGKILL:  # which nobody can clean up after
            assert not hidden
        for path in hidden:
            path.unlink()
    build_in(str(tmp_path / "old"), 1, 1_800_000_000)
    assert (package("old"), lock("old")) == after


def test_what_a_killed_build_left_behind_disturbs_no_later_one() -> None:
    """A temporary file is neither read as a card file nor packed."""
    write()
    Path("cards/.deckgen.lock.abc123").write_bytes(b"half a lo")
    Path("build").mkdir()
    Path("build/.ukraine.apkg.abc123").write_bytes(b"half a pack")
    assert run("build").exit_code == 0
    with ZipFile("build/ukraine.apkg") as archive:
        assert len(archive.namelist()) == 3
