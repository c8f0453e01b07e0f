"""A zip or tar into what is in it, in memory: nothing it says is trusted, nothing is written.

Files are kept packed, so that an archive takes about as much memory as it took on the disk. What
is in it may come from anybody, so whatever a project does not need is refused, not interpreted.
"""

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from gzip import GzipFile
from io import BytesIO, FileIO
from itertools import pairwise
from pathlib import Path, PurePosixPath
from struct import error as StructError  # noqa: N812  # named like every other error here
from tarfile import (
    AREGTYPE,
    BLOCKSIZE,
    CONTTYPE,
    DIRTYPE,
    GNUTYPE_LONGLINK,
    GNUTYPE_LONGNAME,
    LNKTYPE,
    REGTYPE,
    SOLARIS_XHDTYPE,
    SYMTYPE,
    XGLTYPE,
    XHDTYPE,
    HeaderError,
    TarInfo,
)
from typing import IO, Final, Literal, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812

from deckgen.files.interface import BadArchive

LARGEST: Final = 500_000_000  # bytes, unpacked and all together
MOST: Final = 20_000  # members

_LONGEST = 1_000  # characters of a member's path
_PIECE = 1 << 20  # bytes that are unpacked at a time
_LIST = 1 << 23  # bytes of the list of a zip: 400 for each member
_AROUND = 4096  # bytes that a member of a tar may take besides its content
_HEADER = 1 << 16  # bytes of the headers that extend one; of all of them, 2,048 for each member
_BEFORE = 4  # headers that extend one: a name, that of a link, records for it and for all

_UNREADABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and no UTF-8
_ABSOLUTE = re.compile(r"/|[A-Za-z]:")
_PAX_RECORD = re.compile(rb"([0-9]{1,5}) ([^=\n]{1,200})=")

# What Python raises for archives that are cut off, damaged or made up.
_FAULTS = (BadZipFile, HeaderError, ZlibError, StructError, EOFError, ValueError, RuntimeError,
           OverflowError, IndexError)


class _Fault(Exception):
    """What is wrong with an archive, and what to do: what follows its name in a sentence."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of an archive, in memory, gzipped."""

    packed: bytes

    def open(self, mode: Literal["rb"] = "rb", /) -> IO[bytes]:
        """Open it for reading."""
        return cast(IO[bytes], GzipFile(fileobj=BytesIO(self.packed)))

    def read_bytes(self) -> bytes:
        """Unpack it."""
        with self.open() as file:
            return file.read()


def unpack(path: Path) -> dict[str, Kept]:
    """Give the files in a .zip, .tar.gz, .tgz or .tar by their paths in it. Raises BadArchive."""
    try:
        return _kept(_zip_members(path) if path.suffix.lower() == ".zip" else _tar_members(path))
    except _Fault as fault:
        raise BadArchive(f"{path} {fault}") from fault
    except OSError as error:
        if error.errno is None:  # gzip's own
            raise BadArchive(f"{path} is no archive, or damaged; get it again") from error
        raise BadArchive(f"cannot read {path}: {error.strerror}") from error
    except _FAULTS as error:
        raise BadArchive(f"{path} is no archive, or cut off or damaged; get it again") from error


class _Member(NamedTuple):
    """A file or folder in an archive; `pieces` of a file are to be read before the next member."""

    name: str
    size: int  # as it says, in bytes; there are never more pieces
    pieces: Iterator[bytes] | None


def _kept(members: Iterator[_Member]) -> dict[str, Kept]:
    files: dict[str, Kept] = {}
    total = 0
    for count, member in enumerate(members, 1):
        total += member.size
        _limit(count, total)
        name = _safe(member.name, is_file=member.pieces is not None)
        if name in files:
            raise _Fault(f"is refused: {name!r} is in it twice; pack the project's folder again")
        if member.pieces is not None:
            files[name] = _packed(member.pieces)
    # So sorted, what is in a folder comes right after what has its name.
    for name, following in pairwise(sorted(files, key=lambda name: name.replace("/", "\0"))):
        if following.startswith(f"{name}/"):
            raise _Fault(f"is refused: {name!r} in it is both a file and a folder; pack the "
                         "project's folder again")
    return files


def _packed(pieces: Iterator[bytes]) -> Kept:
    packed = BytesIO()
    with GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as file:
        for piece in pieces:
            file.write(piece)
    return Kept(packed.getvalue())


def _limit(count: int, total: int) -> None:
    if count > MOST:
        raise _Fault(f"is refused: there are more than {MOST:,} files in it; pack the project's "
                     "folder alone")
    if total > LARGEST:
        raise _Fault(f"is refused: it unpacks to more than {LARGEST // 10**6} MB; pack the "
                     "project's folder alone")


def _safe(name: str, *, is_file: bool) -> str:
    """Give a member's path in one spelling, unless it leads somewhere else."""
    shown = name if len(name) < 80 else f"{name[:80]}…"
    if len(name) > _LONGEST or _UNREADABLE.search(name):
        raise _Fault(f"is refused: {shown!r} in it is too long a name, or has characters that no "
                     "name should have; rename it, and pack the folder again")
    if _ABSOLUTE.match(name) or "\\" in name or ".." in name.split("/"):
        raise _Fault(f"is refused: {shown!r} in it leads outside; pack the project's folder again, "
                     "with paths from there")
    path = PurePosixPath(name).as_posix()
    if is_file and path == ".":
        raise _Fault("is refused: a file in it has no name; pack the project's folder again")
    return path


def _odd(name: str, *, is_link: bool) -> _Fault:
    return _Fault(f"is refused: {name[:80]!r} in it is " + (
        "a link; put the file itself in its place, and pack the folder again" if is_link else
        "neither a file nor a folder; leave it out, and pack the folder again"))


# ---------------------------------------------------------------- zip


class _Wary(FileIO):
    """A zip, of which nothing is read that is far too large: its list is read whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless too much is asked for."""
        if size is not None and size > _LIST:
            _limit(MOST + 1, 0)
        return super().read(size)


def _zip_members(path: Path) -> Iterator[_Member]:
    with _Wary(path) as file, ZipFile(cast(IO[bytes], file)) as archive:
        members = archive.infolist()
        _limit(len(members), sum(info.file_size for info in members))
        # Members that share their bytes could be many times what the archive takes on the disk.
        if sum(info.compress_size for info in members) > path.stat().st_size:
            raise _Fault("is refused: files in it overlap; pack the project's folder again")
        for info in members:
            _check_kind(info)
            name = _zip_name(info)
            if info.is_dir():
                yield _Member(name, info.file_size, None)
                continue
            with archive.open(info) as content:
                yield _Member(name, info.file_size, iter(partial(content.read, _PIECE), b""))


def _check_kind(info: ZipInfo) -> None:
    if info.flag_bits & 1:
        raise _Fault("is locked with a password; pack the project's folder without one")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _odd(info.filename, is_link=kind == stat.S_IFLNK)
    # Other methods unpack more than they are asked for, so their memory has no bound.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _Fault("is packed by a rare method; make an ordinary zip of the project's folder")


def _zip_name(info: ZipInfo) -> str:
    """Give a name as it was meant: some programs write UTF-8 and do not say so."""
    name = info.orig_filename  # what follows a null character included
    if info.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


# ---------------------------------------------------------------- tar


class _Stream:
    """A tar, read once and forwards, no further than there is room for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._room = LARGEST + MOST * _AROUND
        self._headers = MOST * 2_048
        self._before = 0

    def read(self, size: int) -> bytes:
        """Read up to so many bytes; fewer at the end."""
        raw = self._file.read(size)
        self._room -= len(raw)
        if self._room < 0:
            _limit(0, LARGEST + 1)
        return raw

    def pieces(self, size: int) -> Iterator[bytes]:
        """Read so many bytes, a piece at a time."""
        while size > 0:
            raw = self.read(min(size, _PIECE))
            if not raw:
                raise EOFError
            size -= len(raw)
            yield raw

    def begin(self) -> None:
        """Say that a member begins: headers before it were its own."""
        self._before = 0

    def take(self, size: int) -> bytes:
        """Read so many bytes."""
        return b"".join(self.pieces(size))

    def header(self, size: int) -> bytes:
        """Read the content of a header that extends another."""
        self._headers -= BLOCKSIZE + size
        self._before += 1
        if size > _HEADER or self._headers < 0 or self._before > _BEFORE:
            raise _Fault("is refused: it says more about its files than any project needs; pack the "
                         "project's folder with an ordinary tar")
        return self.take(size + -size % BLOCKSIZE)[:size]

    def drain(self) -> None:
        """Read to the end, where gzip has its checksum."""
        while self.read(_PIECE):
            pass


def _tar_members(path: Path) -> Iterator[_Member]:
    """Read a tar header by header.

    Python's own reader would seek back and forth, which costs a gzipped tar a new start each time,
    and takes headers of any size into memory.
    """
    with path.open("rb") as file:
        stream = _Stream(file if path.suffix.lower() == ".tar" else
                         cast(IO[bytes], GzipFile(fileobj=file)))
        said: dict[str, str] = {}  # of the next member, by headers that extend its own
        while any(block := stream.take(BLOCKSIZE)):
            info = TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if info.size < 0:
                raise ValueError("a negative size")
            if info.type in _EXTENSIONS:
                said |= _EXTENSIONS[info.type](stream.header(info.size))
                continue
            stream.begin()
            yield from _tar_member(stream, info, said)
            said = {}
        stream.drain()


def _tar_member(stream: _Stream, info: TarInfo, said: dict[str, str]) -> Iterator[_Member]:
    name = said.get("path", info.name)
    if info.type == DIRTYPE:
        yield _Member(name, 0, None)
        return
    if info.type not in (REGTYPE, AREGTYPE, CONTTYPE) or "sparse" in said:
        raise _odd(name, is_link=info.type in (SYMTYPE, LNKTYPE))
    size = int(said.get("size", info.size))
    if size < 0:
        raise ValueError("a negative size")
    yield _Member(name, size, stream.pieces(size))
    stream.take(-size % BLOCKSIZE)


def _pax(body: bytes) -> dict[str, str]:
    """Read what matters of records such as `18 path=some/name`, each with its length in front.

    The rest is let go, because there is no end of it.
    """
    said: dict[str, str] = {}
    at = 0
    while at < len(body):
        match = _PAX_RECORD.match(body, at)
        end = at + int(match[1]) if match else 0
        if match is None or not match.end() < end <= len(body):
            raise ValueError("a damaged record")
        if match[2] in (b"path", b"size"):
            said[match[2].decode()] = body[match.end():end - 1].decode("utf-8", "surrogateescape")
        elif match[2].startswith(b"GNU.sparse."):
            said["sparse"] = ""
        at = end
    return said


def _long_name(body: bytes) -> dict[str, str]:
    return {"path": body.partition(b"\0")[0].decode("utf-8", "surrogateescape")}


def _nothing(body: bytes) -> dict[str, str]:
    return {}


_EXTENSIONS: dict[bytes, Callable[[bytes], dict[str, str]]] = {
    XHDTYPE: _pax, SOLARIS_XHDTYPE: _pax, GNUTYPE_LONGNAME: _long_name,
    GNUTYPE_LONGLINK: _nothing,  # a link is refused whatever it leads to
    XGLTYPE: _nothing,  # of all members alike, such as the revision in what GitHub makes
}
