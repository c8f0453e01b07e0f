"""Bytes that lead `check` where it has not been yet, sought by coverage; needs `pip install atheris`.

    python -m tests.guided_fuzz -runs=100000 [FOLDER]

An input is the number of a file and what that file holds, in a project that is otherwise valid.
Options are libFuzzer's; it keeps in FOLDER what led it further. A fault, or an answer that takes longer than ten seconds, ends the run with
the input that makes it, which belongs into `test_fuzz.py` as an example.
"""

import sys
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["deckgen"]):
    from tests.test_fuzz import FILES, NASTY, VALID, checked, lay_out


def fuzz(folder: Path, options: list[str]) -> None:
    """Try inputs until the options say that it is enough."""
    project = folder / "cards"
    valid = {name: text.encode() for name, text in VALID.items()}
    lay_out(project, valid)

    def try_one(raw: bytes) -> None:
        if raw:
            name = FILES[raw[0] % len(FILES)]
            (project / name).write_bytes(raw[1:])
            checked(project)
            (project / name).write_bytes(valid[name])

    seeds = folder / "seeds"
    seeds.mkdir()
    for number, name in enumerate(FILES):
        (seeds / str(number)).write_bytes(bytes([number]) + valid[name])
    words = folder / "words"
    words.write_text("".join(f'"{escaped(word)}"\n' for word in NASTY if len(word) < 50), "utf-8")
    given = ["-timeout=10", "-max_len=4000", f"-dict={words}", *options, str(seeds)]
    atheris.Setup([sys.argv[0], *given], try_one)
    atheris.Fuzz()


def escaped(word: str) -> str:
    """Write a word as libFuzzer's dictionaries want it."""
    return "".join(f"\\x{byte:02X}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        # libFuzzer leaves its process at once, and would leave the folder behind.
        fuzzing = get_context("fork").Process(target=fuzz, args=(Path(made), sys.argv[1:]))
        fuzzing.start()
        fuzzing.join()
    sys.exit(fuzzing.exitcode)
