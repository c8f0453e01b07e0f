"""Check a made-up deck, and read it with yaml.safe_load, in turn; then save one of its files under `watch`.

    python benchmarks/check.py [--items N] [--files K] [--runs R]

Compares whole processes, start-up included: `deckgen check`, and a script that loads the same files
and does nothing with them. `watch` is timed from the save to the last of its lines, on a deck of
1,000 items in a hundred files. Machines are noisy, so quote ratios of medians.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compare import Run, measured, middle
from decks import write_deck

LOAD = ("import sys, yaml\n"
        "for path in sys.argv[1:]:\n"
        "    with open(path, encoding='utf-8') as file:\n"
        "        yaml.safe_load(file)\n")


def compare_reading(folder: Path, items: int, files: int, runs: int) -> None:
    """Print what a check takes, and what mere reading takes."""
    write_deck(folder, items, files)
    # A deck that was built before: its lock is checked, too.
    subprocess.run([sys.executable, "-m", "deckgen", "build"], cwd=folder, check=True, capture_output=True)
    paths = sorted(str(path.relative_to(folder)) for path in folder.glob("cards/*.yaml"))
    commands = {
        "deckgen check": [sys.executable, "-m", "deckgen", "check"],
        "yaml.safe_load": [sys.executable, "-c", LOAD, *paths],
    }
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(measured(command, folder))
    medians = {name: middle(some) for name, some in taken.items()}
    ours = medians["deckgen check"]
    print(f"{items:,} items in {files:,} files, medians of {runs}; × is the share of deckgen's")
    for name, run in medians.items():
        print(f"{name:15}{run.wall:8.2f} s ×{run.wall / ours.wall:4.1f}"
              f"{run.cpu:8.2f} s CPU ×{run.cpu / ours.cpu:4.1f}", flush=True)


def time_watch(folder: Path, items: int, files: int, runs: int) -> None:
    """Print how long after a save the findings are there."""
    write_deck(folder, items, files)
    subprocess.run([sys.executable, "-m", "deckgen", "build"], cwd=folder, check=True, capture_output=True)
    changed = folder / f"cards/part-{files // 2:05}.yaml"
    good = changed.read_text("utf-8")
    command = [sys.executable, "-u", "-m", "deckgen", "watch"]
    taken = []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first check
        for n in range(runs):
            time.sleep(0.3)
            started = time.perf_counter()
            changed.write_text(good.replace("    note:", "    nots:", 1) if n % 2 == 0 else good, "utf-8")
            process.stdout.readline()
            taken.append(time.perf_counter() - started)
        process.terminate()
    print(f"watch, {items:,} items in {files:,} files, {runs} saves of one of them: "
          f"{statistics.median(taken):.2f} s each, at most {max(taken):.2f} s")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deckgen-benchmark-") as name:
        compare_reading(Path(name), arguments.items, arguments.files, arguments.runs)
    with tempfile.TemporaryDirectory(prefix="deckgen-benchmark-") as name:
        time_watch(Path(name), 1_000, 100, 4 * arguments.runs)


if __name__ == "__main__":
    main()
