"""Inputs as the user names them (files, folders, globs, "-") to sources that can be opened, compression taken off."""

import bz2
import glob
import gzip
import io
import lzma
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import zstandard

from kg.errors import InputError
from kg.read.document import western  # for names of files, too
from kg.read.storage import StoredFile, is_address, stored

__all__ = ["BROKEN_STREAM", "Source", "expand"]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)
_COMPRESSED = frozenset({".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz"})
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_MEMBERS = 100_000

#: What a damaged or cut-off compressed stream raises while it is read.
BROKEN_STREAM: tuple[type[Exception], ...] = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zstandard.ZstdError,
    NotImplementedError,  # a compression method that zipfile does not know
    RuntimeError,  # zipfile: a member under a password
)

Opener = Callable[[Callable[[int], None]], BinaryIO]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be opened. `name` is the file's name alone, so that a graph does not depend on the machine.

    `found` marks a file that the user did not name: it stood in a folder or an archive, where other things may lie;
    `here` one that this process alone can open, as what came on standard input.
    """

    path: str
    name: str
    suffix: str
    open: Opener
    size: int | None = None
    found: bool = False
    here: bool = False


def expand(inputs: Iterable[str | Path]) -> Iterator[Source]:
    """Yield the sources in the order given, those of a folder by name; a missing input is an `InputError`."""
    seen: set[Hashable] = set()
    for given in inputs:
        if is_address(str(given)):
            for file in stored(str(given)):
                if (file.files, file.path) not in seen:
                    seen.add((file.files, file.path))
                    yield from _of_stored(file)
            continue
        for path, found in _paths(str(given)):
            if path == "-":
                yield from _members_or_self(_stdin(), path, "stdin", None, found)
                continue
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield from _of_file(Path(path), found)


def _paths(given: str) -> Iterator[tuple[str, bool]]:
    path = Path(given)
    if given == "-":
        yield given, False
    elif path.is_dir():
        files = list(_walk(path))
        if not files:
            raise InputError("no files in the folder", path=given)
        yield from ((file, True) for file in files)
    elif path.exists():
        yield given, False
    else:
        matches = sorted(glob.glob(given, recursive=True)) if any(c in given for c in "*?[") else []  # noqa: PTH207
        if not matches:
            raise InputError("no such file or folder", path=given, hint="check the path")
        for match in matches:
            yield from _paths(match)


def _walk(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (str(Path(parent, name)) for name in sorted(files) if not name.startswith("."))


def _of_file(path: Path, found: bool) -> Iterator[Source]:
    """Yield what a file holds; one that the user did not name and that cannot be read is told when it is opened."""
    try:
        yield from _readable(path, found)
    except InputError as error:
        if not found:
            raise
        yield _unreadable(western(str(path)), western(path.name), error)


def _of_stored(file: StoredFile) -> Iterator[Source]:
    try:
        yield from _of_stream(file.open, file.path, file.name, file.size, file.found)
    except InputError as error:
        if not file.found:
            raise
        yield _unreadable(file.path, file.name, error)


def _unreadable(path: str, name: str, error: InputError) -> Source:
    def refuse(count: Callable[[int], None]) -> BinaryIO:
        raise error

    return Source(path, name, _suffix(name), refuse, None, True)


def _readable(path: Path, found: bool) -> Iterator[Source]:
    try:
        if not path.is_file() and not path.is_fifo() and not path.is_char_device():
            raise InputError("neither a file nor a folder", path=path)
        size = path.stat().st_size if path.is_file() else None  # a pipe cannot be opened twice
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    yield from _of_stream(lambda: cast(BinaryIO, path.open("rb")), western(str(path)), western(path.name), size, found)


def _of_stream(open_: Callable[[], BinaryIO], path: str, name: str, size: int | None, found: bool) -> Iterator[Source]:
    """Yield the sources of what can be opened: itself, or the members of an archive where it can be opened twice."""
    if size is not None:
        try:
            with open_() as stream:
                is_zip = stream.read(4) in _ZIP_MAGIC
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", path=path) from None
        if is_zip:
            yield from _of_zip(open_, path, name)
            return
    yield Source(path, name, _suffix(name), lambda count: _decompressed(_Counted(open_(), count)), size, found)


def _stdin() -> BinaryIO:
    return cast(BinaryIO, sys.stdin.buffer)


def _members_or_self(stream: BinaryIO, path: str, name: str, size: int | None, found: bool) -> Iterator[Source]:
    """Standard input can be read once; a zip archive on it is kept in a temporary file, for its index is at the end."""
    reader = io.BufferedReader(cast(io.RawIOBase, stream))
    magic = reader.peek(4)[:4]
    if magic in _ZIP_MAGIC:
        kept = _Kept()
        while part := reader.read(1 << 20):
            kept.file.write(part)
        for member in _of_zip(lambda: cast(BinaryIO, _Shared(kept)), "standard input", name):
            yield replace(member, here=True)
    else:
        yield Source(
            "standard input",
            name,
            "",
            lambda count: _decompressed(_Counted(cast(BinaryIO, reader), count)),
            size,
            found,
            here=True,
        )


def _of_zip(open_: Callable[[], BinaryIO], path: str, name: str) -> Iterator[Source]:
    try:
        with open_() as stream, zipfile.ZipFile(stream) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN_STREAM as error:
        raise InputError(f"a broken zip archive ({error})", path=path, hint="download or pack it again") from None
    if len(members) > _MAX_MEMBERS:
        raise InputError(f"a zip archive of {len(members)} files", path=path, hint="unpack it first")
    for info in sorted(members, key=lambda info: info.filename):
        parts = PurePosixPath(info.filename).parts
        if any(part.startswith((".", "__MACOSX")) for part in parts):
            continue

        def open_member(count: Callable[[int], None], member: zipfile.ZipInfo = info) -> BinaryIO:
            stream = open_()
            archive = zipfile.ZipFile(stream)

            def close() -> None:
                archive.close()
                stream.close()

            return _decompressed(_Counted(cast(BinaryIO, archive.open(member)), count, close))

        yield Source(
            f"{path}/{info.filename}",
            f"{name}/{info.filename}",
            _suffix(info.filename),
            open_member,
            info.file_size,
            True,
        )


def _suffix(name: str) -> str:
    path = PurePosixPath(name.lower())
    return PurePosixPath(path.stem).suffix if path.suffix in _COMPRESSED else path.suffix


def _decompressed(stream: io.RawIOBase) -> BinaryIO:
    buffered = io.BufferedReader(stream, 1 << 18)
    reader, magic = cast(BinaryIO, buffered), buffered.peek(8)[:8]
    kind = next((kind for mark, kind in _MAGIC if magic.startswith(mark)), None)
    if kind is None:
        return reader
    opened = _unpacked(reader, kind)
    return cast(BinaryIO, io.BufferedReader(_Counted(opened, lambda size: None, reader.close), 1 << 18))


def _unpacked(reader: BinaryIO, kind: str) -> BinaryIO:
    match kind:
        case "gzip":
            return cast(BinaryIO, gzip.GzipFile(fileobj=reader))
        case "bzip2":
            return cast(BinaryIO, bz2.BZ2File(reader))
        case "xz":
            return cast(BinaryIO, lzma.LZMAFile(reader))
        case _:
            decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
            return cast(BinaryIO, decompressor.stream_reader(reader, read_across_frames=True, closefd=False))


class _Counted(io.RawIOBase):
    """A stream that tells how many bytes were taken from it."""

    def __init__(
        self, stream: BinaryIO, count: Callable[[int], None], after: Callable[[], None] = lambda: None
    ) -> None:
        self._stream = stream
        self._count = count
        self._after = after

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        part = self._stream.read(len(view))
        view[: len(part)] = part
        self._count(len(part))
        return len(part)

    def close(self) -> None:
        self._stream.close()
        self._after()
        super().close()


class _Kept:
    """A temporary file that is closed when nothing refers to it any more."""

    def __init__(self) -> None:
        self.file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 (closed below)

    def __del__(self) -> None:
        self.file.close()


class _Shared(io.RawIOBase):
    """A view of a temporary file with a position of its own, that leaves the file open."""

    def __init__(self, kept: _Kept) -> None:
        self._kept = kept
        self._file = kept.file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._at, 2: self._file.seek(0, 2)}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        self._file.seek(self._at)
        part = self._file.read(len(view))
        view[: len(part)] = part
        self._at += len(part)
        return len(part)
