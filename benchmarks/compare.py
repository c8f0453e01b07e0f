"""Build made-up decks in three ways, in turn, and print what deckgen takes and the ratios.

    python benchmarks/compare.py [--items N ...] [--runs R] [--files K]

Compares whole processes: deckgen; the script a user would write (yaml.safe_load, genanki,
write_to_file); Anki's own backend adding the same notes and exporting. Machines are noisy, so
quote ratios of medians.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from decks import write_deck

HERE = Path(__file__).parent


class Run(NamedTuple):
    """What one process took: seconds, seconds, MiB."""

    wall: float
    cpu: float
    memory: float


def measured(command: list[str], folder: Path) -> Run:
    """Run a command in a folder to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    wall = time.perf_counter() - started
    scale = 1024 if sys.platform == "linux" else 1024 * 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def middle(runs: list[Run]) -> Run:
    """Take the median of each figure."""
    return Run(*(statistics.median(figure) for figure in zip(*runs, strict=True)))


def compare(items: int, files: int, runs: int) -> None:
    """Measure one size and print a table."""
    folder = Path(tempfile.mkdtemp(prefix="deckgen-benchmark-"))
    try:
        write_deck(folder, items, files)
        commands = {
            "deckgen": [sys.executable, "-m", "deckgen", "build"],
            "script": [sys.executable, str(HERE / "plain_script.py"), "cards", "script.apkg"],
            "Anki": [sys.executable, str(HERE / "anki_backend.py"), "cards", "anki.apkg"],
        }
        subprocess.run(commands["deckgen"], cwd=folder, check=True, capture_output=True)
        taken: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                taken[name].append(measured(command, folder))
        packages = {"deckgen": "build/made-up.apkg", "script": "script.apkg", "Anki": "anki.apkg"}
        sizes = {name: (folder / path).stat().st_size for name, path in packages.items()}
        _print(items, files, {name: middle(some) for name, some in taken.items()}, sizes)
    finally:
        shutil.rmtree(folder)


def _print(items: int, files: int, medians: dict[str, Run], sizes: dict[str, int]) -> None:
    ours = medians["deckgen"]
    print(f"\n{items:,} items in {files:,} files, medians; × is the share of deckgen's")
    print(f"{'':9}{'wall s':>14}{'CPU s':>14}{'peak MiB':>16}{'package KiB':>18}")
    for name, run in medians.items():
        size, our_size = sizes[name] / 1024, sizes["deckgen"] / 1024
        print(f"{name:9}"
              f"{run.wall:8.2f} ×{run.wall / ours.wall:4.1f}"
              f"{run.cpu:8.2f} ×{run.cpu / ours.cpu:4.1f}"
              f"{run.memory:10.0f} ×{run.memory / ours.memory:4.1f}"
              f"{size:12.0f} ×{size / our_size:4.1f}", flush=True)


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--files", type=int, default=0, help="files a deck; 250 items each if 0")
    arguments = parser.parse_args()
    for items in arguments.items:
        compare(items, arguments.files or -(-items // 250), arguments.runs)


if __name__ == "__main__":
    main()
