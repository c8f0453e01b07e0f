"""A project is the same in a folder and in an archive, and no archive does harm."""

import gzip
import io
import os
import re
import stat
import struct
import tarfile
import tempfile
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.diagnostics import Unusable
from deckgen.files import BadArchive, open_files
from deckgen.files.archive import ArchiveFiles
from deckgen.folder import Opened, open_project, read_project

PROJECT = {
    "deck.yaml": b"id: t\nname: T\n",
    "sources.yaml": b"un:\n  title: Charter\n",
    "a.yaml": b"questions:\n  - q: What?\n    a: That.\n    image: maps/x.png\n    source: un\n",
    "kinds/fact.yaml": b"facts:\n",
    "below/b.yaml": "questions:\n  - q: Где?\n    a: Там.\n".encode(),
    "media/maps/x.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "media/empty.png": b"",
    ".hidden.yaml": b"questions: [",
    ".git/x.yaml": b"questions: [",
    "deckgen.lock": b'{"deckgen-lock": 1, "project": "t"}\n',
}
Packer = Callable[[Path, Mapping[str, bytes]], Path]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def pack_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    """Zip files."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def pack_tar(path: Path, files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> Path:
    """Make a tar, gzipped as its name says."""
    with tarfile.open(path, "w" if path.suffix == ".tar" else "w:gz", format=form) as archive:
        for name, content in files.items():
            add(archive, name, content)
    return path


def add(archive: tarfile.TarFile, name: str, content: bytes = b"", **more: object) -> None:
    """Add a member to a tar."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(content))


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    """Pack files as the name says."""
    return (pack_zip if path.suffix == ".zip" else pack_tar)(path, files)


def lay_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def below(top: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Put files into a folder."""
    return {f"{top}{name}": content for name, content in files.items()}


def read(path: str) -> Opened:
    """Read a project, wherever it lies."""
    return read_project(open_files(Path(path)))


def told(opened: Opened, root: str) -> list[str]:
    """What is found, with paths from the project's root."""
    return [str(found).replace(f"{root}/", "") for found in opened.found]


# ---------------------------------------------------------------- one project everywhere


@pytest.mark.parametrize("name", ["p.zip", "p.tar.gz", "p.tgz", "p.tar", "P.ZIP"])
@pytest.mark.parametrize(("top", "said", "root"), [
    ("", "", ""),
    ("./", "", ""),
    ("repo-main/", "", "/repo-main"),
    ("repo-main/cards/", "", "/repo-main/cards"),
    ("repo-main/cards/", "/repo-main/cards", "/repo-main/cards"),
])
def test_a_project_in_an_archive_is_the_project(
    name: str, top: str, said: str, root: str
) -> None:
    """It says the same, and findings name places in the archive."""
    lay_out(Path("cards"), PROJECT)
    packer = pack_zip if name.lower().endswith(".zip") else pack_tar
    packer(Path(name), below(top, PROJECT))
    here, there = open_project(Path("cards")), read(name + said)
    assert here.project is not None
    assert there.project == here.project
    assert (there.lock, there.lock_bytes) == (here.lock, here.lock_bytes)
    assert told(there, name + root) == told(here, "cards")
    for file, media in here.project.media.items():
        other = there.project.media[file]
        assert other.path == f"{name}{root}/media/{file}"
        with media.content.open("rb") as mine, other.content.open("rb") as its:
            assert mine.read() == its.read()


def test_the_shipped_deck_is_the_same_in_an_archive() -> None:
    """All of it, as `git archive` packs it."""
    cards = Path(__file__).parent.parent / "cards"
    files = {path.name: path.read_bytes() for path in cards.iterdir() if path.is_file()}
    pack_tar(Path("deck.tar.gz"), below("deck-1.0/cards/", files))
    assert read("deck.tar.gz").project == open_project(cards).project


def test_media_of_other_content_make_another_project() -> None:
    """Where a file lies is not compared, but what is in it is."""
    first = pack_zip(Path("1.zip"), PROJECT)
    other = pack_zip(Path("2.zip"), {**PROJECT, "media/maps/x.png": b"other"})
    assert read(str(first)).project != read(str(other)).project


_PART = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="/\\:"),
                min_size=1, max_size=60).filter(lambda part: part not in (".", ".."))
_NAMES = st.lists(_PART, min_size=1, max_size=4).map("/".join)


def _is_possible(files: Mapping[str, bytes]) -> bool:
    """Whether nothing is both a file and a folder."""
    return not any(other.startswith(f"{name}/") for name in files for other in files)


@settings(deadline=None)
@given(st.dictionaries(_NAMES, st.binary(max_size=600), max_size=5).filter(_is_possible),
       st.sampled_from([None, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
def test_names_and_bytes_come_back(files: dict[str, bytes], form: int | None) -> None:
    """Whatever they are, and hidden ones too if they are asked for by name."""
    files = {**files, "deck.yaml": b""}
    if not _is_possible(files):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.zip" if form is None else "x.tgz")
        archive = ArchiveFiles(pack_zip(path, files) if form is None else pack_tar(path, files, form))
    assert archive.names() == sorted(
        name for name in files if not any(part.startswith(".") for part in name.split("/")))
    for name, content in files.items():
        assert archive.has(name)
        assert archive.read(name) == content


@settings(deadline=None)
@given(st.dictionaries(
    st.lists(st.sampled_from(["a", "b.yaml", ".c", "é", "d e"]), min_size=1, max_size=3)
    .map("/".join), st.binary(max_size=20), max_size=8).filter(_is_possible))
def test_a_folder_and_its_archive_answer_alike(files: dict[str, bytes]) -> None:
    """Names, files, folders, and what is not there."""
    files = {**files, "deck.yaml": b""}
    with tempfile.TemporaryDirectory() as where:
        folder = open_files(lay_out(Path(where, "cards"), files))
        archive = open_files(pack_zip(Path(where, "x.zip"), files))
        assert archive.names() == folder.names()
        for name in {*files, *(name.rpartition("/")[0] or "no" for name in files), "no/no"}:
            assert archive.has(name) == folder.has(name)
            answers = []
            for each in (folder, archive):
                try:
                    answers.append(each.read(name))
                except OSError as error:
                    answers.append(str(error.strerror).encode())
            assert answers[0] == answers[1]


def test_names_in_utf_8_that_do_not_say_so_are_read() -> None:
    """As some programs write them; names that are none stay as the old standard has them."""
    path = pack_zip(Path("x.zip"), {**PROJECT, "media/карта.png": b"x", "media/é.png": b"y"})
    raw = path.read_bytes().replace("é.png".encode(), b"\x82 .png")
    for signature, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        raw = re.sub(re.escape(signature) + b"." * (at - 4) + b"..",
                     lambda found: found[0][:-2] + b"\0\0", raw, flags=re.DOTALL)
    path.write_bytes(raw)
    assert {"media/карта.png", "media/é .png"} < set(open_files(path).names())


# ---------------------------------------------------------------- where in it


@pytest.mark.parametrize(("files", "path", "message"), [
    (["x.yaml"], "x.zip", ("there is no deck.yaml in x.zip, so it is no project; pack the folder that "
     "has it")),
    ([".git/deck.yaml"], "x.zip", ("there is no deck.yaml in x.zip, so it is no project; pack the "
     "folder that has it")),
    ([], "x.zip", "there is no deck.yaml in x.zip, so it is no project; pack the folder that has it"),
    (["cards/deck.yaml", "other/deck.yaml", "a/b/deck.yaml"], "x.zip",
     "there are 2 projects in x.zip; say which: x.zip/cards or x.zip/other"),
    ([f"{i}/deck.yaml" for i in range(9)], "x.zip", ("there are 9 projects in x.zip; say which: "
     "x.zip/0 or x.zip/1 or x.zip/2 or x.zip/3 or x.zip/4 or another")),
    (["cards/deck.yaml"], "x.zip/nowhere", "there is no folder 'nowhere' in x.zip; name x.zip/cards"),
    (["cards/deck.yaml"], "x.zip/../x.zip/..", ("there is no folder '../x.zip/..' in x.zip; name "
     "x.zip/cards")),
    (["cards/x.yaml"], "x.zip/nowhere", ("there is no folder 'nowhere' in x.zip; nor a deck.yaml, so "
     "it is no project; pack the project's folder again")),
    (["cards/deck.yaml"], "x.zip/cards/deck.yaml", ("x.zip/cards/deck.yaml is a file; name the "
     "project's folder in x.zip")),
])
def test_where_in_an_archive_the_project_is_must_be_plain(
    files: list[str], path: str, message: str
) -> None:
    """If it is not, the message names what there is."""
    pack_zip(Path("x.zip"), dict.fromkeys(files, b"id: t\nname: T\n"))
    with pytest.raises(BadArchive) as refused:
        open_files(Path(path))
    assert str(refused.value) == message


def test_the_shallowest_manifest_is_the_project() -> None:
    """One that lies in a project, say for a test, is none of its own."""
    pack_zip(Path("x.zip"), {**below("a/", PROJECT), "b/c/deck.yaml": b"", "a/d/deck.yaml": b""})
    assert open_files(Path("x.zip")).where == "x.zip/a"
    assert open_files(Path("x.zip/b/c")).names() == ["deck.yaml"]


def test_a_folder_without_a_manifest_can_be_named() -> None:
    """Then the usual finding says what is missing."""
    pack_zip(Path("x.zip"), {"cards/x.yaml": b"questions: []\n"})
    (found,) = read("x.zip/cards").found
    assert str(found).startswith("x.zip/cards/deck.yaml:1:1: error [no-manifest] ")


@pytest.mark.parametrize(("path", "message"), [
    ("nowhere", "there is no nowhere; name the project's folder, or an archive of it"),
    ("nowhere/x.zip/cards", "there is no nowhere/x.zip/cards; name "),
    ("x.txt", "x.txt is a file; name the project's folder, or an archive of it (.zip, "),
    ("x.txt/cards", "x.txt is a file; name "),
])
def test_what_is_neither_folder_nor_archive_is_refused(path: str, message: str) -> None:
    """With what can be named instead."""
    Path("x.txt").write_text("", encoding="utf-8")
    with pytest.raises(Unusable, match=f"^{re.escape(message)}"):
        open_files(Path(path))


def test_a_folder_may_be_named_like_an_archive() -> None:
    """What it is counts."""
    lay_out(Path("x.zip"), PROJECT)
    assert open_files(Path("x.zip")).names() == open_files(Path("x.zip/.")).names()


# ---------------------------------------------------------------- hostile archives


OUTSIDE = ["../x.yaml", "a/../../x.yaml", "a/..", "/etc/x.yaml", "//x", "C:/x.yaml", "c:x.yaml",
           "..\\x.yaml", "a\\b.yaml", "\\\\host\\x"]
UNREADABLE = ["a\nb", "a\x1b[2Jb", "x" * 1_001, "a/" * 600 + "b"]


@pytest.fixture(autouse=True)
def _unharmed(tmp_path: Path, _in_a_folder_of_its_own: None) -> Iterator[None]:
    """See that nothing was written but what the test wrote itself, into this folder."""
    yield
    assert {path.suffix or path.name for path in tmp_path.iterdir()} <= {
        ".zip", ".ZIP", ".gz", ".tgz", ".tar", ".txt", "cards"}


def refused(path: Path) -> str:
    """Open an archive that must be refused, quickly and in little memory; give the words."""
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(BadArchive) as error:
            open_files(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 20
    assert peak < 50_000_000
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("archive", ["x.zip", "x.tar"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_paths_that_lead_outside_are_refused(archive: str, name: str) -> None:
    """Up, from the top, to a drive, or there on Windows alone."""
    path = pack(Path(archive), {"deck.yaml": b"", name: b""})
    assert re.fullmatch(rf"{archive} is refused: '.*' in it leads outside; pack .*", refused(path))


@pytest.mark.parametrize("archive", ["x.zip", "x.tar"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_names_that_nobody_can_read_are_refused(archive: str, name: str) -> None:
    """Those that would write all over a terminal, and those without end."""
    message = refused(pack(Path(archive), {name: b""}))
    assert "in it is too long a name, or has characters that no name should have" in message
    assert len(message) < 300


def test_names_behind_a_null_character_are_refused() -> None:
    """Python itself would not show them."""
    path = pack_zip(Path("x.zip"), {"deck.yaml_../x": b""})
    path.write_bytes(path.read_bytes().replace(b"yaml_", b"yaml\0"))
    assert "characters that no name should have" in refused(path)


@pytest.mark.parametrize(("kind", "words"), [
    (stat.S_IFLNK, "a link; put the file itself in its place"),
    (stat.S_IFIFO, "neither a file nor a folder; leave it out"),
    (stat.S_IFCHR, "neither a file nor a folder"),
])
def test_a_zip_with_links_or_devices_is_refused(kind: int, words: str) -> None:
    """A link could lead anywhere."""
    with ZipFile("x.zip", "w") as archive:
        info = ZipInfo("cards")
        info.create_system = 3
        info.external_attr = (kind | 0o644) << 16
        archive.writestr(info, "/etc")
    assert f"'cards' in it is {words}" in refused(Path("x.zip"))


@pytest.mark.parametrize(("kind", "words"), [
    (tarfile.SYMTYPE, "a link; put the file itself in its place"),
    (tarfile.LNKTYPE, "a link; put the file itself in its place"),
    (tarfile.FIFOTYPE, "neither a file nor a folder; leave it out"),
    (tarfile.CHRTYPE, "neither a file nor a folder"),
    (tarfile.BLKTYPE, "neither a file nor a folder"),
    (tarfile.GNUTYPE_SPARSE, "neither a file nor a folder"),
    (b"?", "neither a file nor a folder"),
])
@pytest.mark.parametrize("name", ["cards", "long" * 60])
def test_a_tar_with_links_or_devices_is_refused(kind: bytes, words: str, name: str) -> None:
    """A link could lead anywhere, and a device be anything."""
    with tarfile.open("x.tgz", "w:gz", format=tarfile.GNU_FORMAT) as archive:
        add(archive, name, type=kind, linkname="/etc/" + "x" * 200)
    assert f"in it is {words}" in refused(Path("x.tgz"))


def test_files_with_holes_are_refused() -> None:
    """A few bytes of a tar can stand for any number of them."""
    with tarfile.open("x.tar", "w") as archive:
        add(archive, "x", b"1", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.realsize": "9" * 15})
    assert "'x' in it is neither a file nor a folder" in refused(Path("x.tar"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["a/x.yaml", "./a//x.yaml"])
def test_a_name_that_stands_twice_is_refused(other: str) -> None:
    """What one program shows would not be what another reads."""
    with ZipFile("x.zip", "w") as archive, tarfile.open("x.tar", "w") as tar:
        for name in ("a/x.yaml", other):
            archive.writestr(name, "")
            add(tar, name)
    for path in ("x.zip", "x.tar"):
        assert "'a/x.yaml' is in it twice; pack" in refused(Path(path))


@pytest.mark.parametrize("archive", ["x.zip", "x.tar"])
def test_what_is_both_file_and_folder_is_refused(archive: str) -> None:
    """No folder could be so."""
    path = pack(Path(archive), {"deck.yaml": b"", "a": b"", "a b": b"", "a-": b"", "a/x/y": b""})
    assert "'a' in it is both a file and a folder" in refused(path)


def test_folders_may_stand_twice() -> None:
    """As they do in a tar that was added to."""
    with tarfile.open("x.tar", "w") as archive:
        for _ in range(2):
            add(archive, "cards", type=tarfile.DIRTYPE)
        add(archive, "cards/deck.yaml")
    assert open_files(Path("x.tar")).where == "x.tar/cards"


def test_a_locked_zip_is_refused() -> None:
    """Nobody is asked for a password."""
    path = pack_zip(Path("x.zip"), PROJECT)
    raw = path.read_bytes()
    path.write_bytes(re.sub(rb"(PK\x01\x02....).", b"\\g<1>\1", raw, flags=re.DOTALL))
    assert refused(path) == "x.zip is locked with a password; pack the project's folder without one"


def test_rare_methods_are_refused() -> None:
    """How much memory they take cannot be told before."""
    with ZipFile("x.zip", "w", ZIP_BZIP2) as archive:
        archive.writestr("x", bytes(10**6))
    assert "is packed by a rare method; make an ordinary zip" in refused(Path("x.zip"))


@pytest.mark.parametrize("name", ["x.zip", "x.tgz", "x.tar"])
def test_damaged_archives_are_refused(name: str) -> None:
    """Cut off anywhere, or with a bit changed anywhere where there is a checksum."""
    noise = b"".join(zlib.crc32(bytes([i])).to_bytes(4, "big") for i in range(200))
    whole = pack(Path(name), {**PROJECT, "x.bin": noise}).read_bytes()
    for end in range(0, len(whole), max(1, len(whole) // 60)):
        if name == "x.tar" and not any(whole[end:]):
            break  # only padding is lost
        Path(name).write_bytes(whole[:end])
        assert "get it again" in refused(Path(name))
    at = whole.index(noise[:40]) if name != "x.tgz" else len(whole) // 2
    Path(name).write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1:])
    if name != "x.tar":  # whose content has no checksum
        assert "get it again" in refused(Path(name))
    Path(name).write_bytes(b"What is this?")
    assert "is no archive, or" in refused(Path(name))


@settings(deadline=None)
@given(st.data())
def test_no_damage_is_a_fault_of_the_program(data: st.DataObject) -> None:
    """Bytes changed anywhere: it is read, or refused in words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, data.draw(st.sampled_from(["x.zip", "x.tar"])))
        raw = bytearray(pack(path, {**PROJECT, "é" * 90: b"x"}).read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw)
        with suppress(BadArchive):
            read_project(open_files(path))


@pytest.mark.parametrize("archive", ["x.zip", "x.tgz"])
def test_too_many_members_are_refused(archive: str) -> None:
    """20,000 are read."""
    files = {f"{i}.txt": b"" for i in range(19_999)} | {"deck.yaml": b""}
    assert len(open_files(pack(Path(archive), files)).names()) == 20_000
    assert "there are more than 20,000 files in it" in refused(
        pack(Path(archive), {**files, "one more": b""}))


def test_a_list_of_members_without_end_is_not_read() -> None:
    """A zip's list is read whole by Python, so one that is too long is refused before."""
    raw = pack_zip(Path("x.zip"), {"x": b""}).read_bytes()
    entry = raw[raw.index(b"PK\1\2"):raw.index(b"PK\5\6")]
    entries = entry * (10_000_000 // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_535, 65_535, len(entries), 0, 0)
    Path("x.zip").write_bytes(entries + end)
    assert "there are more than 20,000 files in it" in refused(Path("x.zip"))


# ---------------------------------------------------------------- bombs


GIGABYTE = 1 << 30


def bomb(says: int) -> Path:
    """Zip a gigabyte of zeros, and let the zip say how many there are."""
    path, piece = Path("x.zip"), bytes(1 << 20)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive, \
            archive.open("deck.yaml", "w", force_zip64=True) as file:
        for _ in range(GIGABYTE // len(piece)):
            file.write(piece)
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", GIGABYTE), struct.pack("<L", says)))
    return path


def test_a_gigabyte_of_zeros_is_refused() -> None:
    """By what it says, at once."""
    path = bomb(GIGABYTE)
    assert path.stat().st_size < 10_000_000
    assert "x.zip is refused: it unpacks to more than 500 MB" in refused(path)


def test_a_gigabyte_that_says_it_is_short_is_refused() -> None:
    """It is read no further than it says, and there the checksum is wrong."""
    assert "get it again" in refused(bomb(1_000))


def tar_bomb(header: bytes, kind: bytes = b"\0") -> Path:
    """Gzip a header and two gigabytes of something else."""
    Path("x.tgz").write_bytes(
        gzip.compress(header) + gzip.compress((kind or b"\0") * (1 << 20)) * 2_048)
    return Path("x.tgz")


def header_of(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Write the header of a member."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def test_a_tar_of_a_gigabyte_is_refused() -> None:
    """By what its headers say, before anything is read."""
    assert "it unpacks to more than 500 MB" in refused(tar_bomb(header_of("deck.yaml", GIGABYTE)))
    assert "get it again" in refused(tar_bomb(header_of("deck.yaml", -GIGABYTE)))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_without_end_are_not_read(kind: bytes) -> None:
    """Python's own reader takes them into memory."""
    assert "it says more about its files than" in refused(tar_bomb(header_of("x", GIGABYTE, kind)))


def test_a_tar_that_goes_on_behind_its_end_is_refused() -> None:
    """It is read to its end for the checksum, as far as there is room."""
    assert "it unpacks to more than 500 MB" in refused(tar_bomb(header_of("deck.yaml", 0)))


@pytest.mark.parametrize("length", [0, 65_000])
def test_headers_that_extend_nothing_have_an_end(length: int) -> None:
    """Each alone is small, and none belongs to a member."""
    records = b"".join(b"15 k%08x=x\n" % i for i in range(length // 15))
    one = header_of("x", len(records), tarfile.XHDTYPE) + records + bytes(-len(records) % 512)
    Path("x.tgz").write_bytes(gzip.compress(one * 50) * 4_000)
    assert "it says more about its files than" in refused(Path("x.tgz"))


def test_files_that_overlap_are_refused() -> None:
    """So a small zip could hold as much as it likes, or take as long."""
    raw = pack_zip(Path("x.zip"), {"x": os.urandom(10_000)}).read_bytes()
    start, end = raw.index(b"PK\1\2"), raw.index(b"PK\5\6")
    entries = b"".join(raw[start:end - 1] + b"%c" % (i + 65) for i in range(50))
    Path("x.zip").write_bytes(raw[:start] + entries + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, 50, 50, len(entries), start, 0))
    message = refused(Path("x.zip"))
    assert "files in it overlap" in message or "get it again" in message


def test_archives_in_archives_are_files() -> None:
    """They are not opened."""
    inner = pack_zip(Path("inner.zip"), {"x": bytes(10**6)}).read_bytes()
    files = open_files(pack_zip(Path("x.zip"), {"deck.yaml": b"", "media/inner.zip": inner}))
    assert files.read("media/inner.zip") == inner
    with pytest.raises(BadArchive, match="is a file"):
        open_files(Path("x.zip/media/inner.zip"))


def test_what_is_read_takes_the_memory_of_the_archive() -> None:
    """Files are kept packed until somebody reads them."""
    path = pack_zip(Path("x.zip"), {"deck.yaml": b"", "media/x.bin": bytes(200_000_000)})
    tracemalloc.start()
    try:
        files = open_files(path)
        with files.content("media/x.bin").open("rb") as content:
            assert content.read(5) == bytes(5)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
