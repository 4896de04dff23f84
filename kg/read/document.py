"""One opened input: its bytes decompressed, its encoding detected, its head kept for sniffing, its lines bounded.

A reader sees a `Document` and nothing of files, archives or encodings:

1. the compression is taken off (`kg.read.files`), and the first 64 KiB are kept as `head`;
2. the encoding is that of the byte-order mark, else UTF-16 where every other byte is zero, else UTF-8; bytes that are
   not UTF-8 are read as Windows-1252 (the superset of Latin-1 that browsers use), with one warning a file;
3. lines longer than `MAX_LINE` are skipped and reported, so that no input can fill the memory.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO, cast

from kg.errors import InputError
from kg.model import Problem, ProblemKind

__all__ = ["HEAD_SIZE", "MAX_LINE", "Document", "Head", "excerpt", "western"]

HEAD_SIZE = 1 << 16
#: Characters of one line; the longest real record known (an OpenAlex work of 6,000 authors) has 3 million.
MAX_LINE = 1 << 24
#: What one file may report about its lines before the reports are only counted.
_MAX_REPORTS = 1000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A byte that is not UTF-8, as the error handler `surrogateescape` gives it.
_STRAY = re.compile("[\udc80-\udcff]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding=["']([\w.-]+)|<meta[^>]*\bcharset=["']?([\w.-]+)""", re.I)


def excerpt(text: str, width: int = 80) -> str:
    """Return the beginning of a text on one line, for messages."""
    line = " ".join(text[: 4 * width].split())
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return line if len(line) <= width else line[: width - 1] + "…"


def _detect(head: bytes) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(head) >= 8 and odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return "utf-16-le"
    if len(head) >= 8 and even.count(0) > 0.7 * len(even) and not odd.count(0):
        return "utf-16-be"
    return _declared(head) or "utf-8"


def _declared(head: bytes) -> str | None:
    """Return the encoding that XML or HTML declares, where it is one of a single byte or of East Asia."""
    start = head.lstrip()[:1]
    match = _DECLARED.search(head[:2048]) if start == b"<" else None
    try:
        codec = codecs.lookup((match[1] or match[2]).decode()) if match else None
    except LookupError:
        return None
    if codec is None or not codec._is_text_encoding or codec.name.startswith("utf"):
        return None
    return "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name


def _looks_binary(head: bytes) -> bool:
    control = sum(head.count(c) for c in (*range(9), *range(14, 27), *range(28, 32), 127))
    return b"\0" in head or head.startswith(b"%PDF-") or control > 0.02 * len(head)


def western(text: str) -> str:
    """Read the bytes that were not UTF-8 as Windows-1252, and as Latin-1 the five that it leaves open.

    What is UTF-8 beside them stays: two encodings meet in one file where exports were joined.
    """
    return _STRAY.sub(_western_letter, text)


def _western_letter(match: re.Match[str]) -> str:
    byte = ord(match[0]) - 0xDC00
    return chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")


@dataclass(frozen=True, slots=True)
class Head:
    """What a format is sniffed by: the first characters, and the suffix under the compression (".jsonl")."""

    text: str
    suffix: str = ""
    whole: bool = False


class _Rejoined(io.RawIOBase):
    """The head and what is left of the stream, as one stream again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        if self._head:
            part, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            part = self._rest.read(len(view))
        view[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._rest.close()
        super().close()


@dataclass(slots=True)
class Document:
    """An opened input. `name` is the file's name, which goes into the graph; `path` is what messages show.

    `reports` are problems of lines and encoding that arose below the reader; whoever drives the reader takes them.
    """

    name: str
    path: str
    stream: BinaryIO
    suffix: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    head: Head = field(default_factory=lambda: Head(""))
    reports: list[Problem] = field(default_factory=list)
    _warned: bool = False

    @classmethod
    def open(
        cls, name: str, path: str, stream: BinaryIO, suffix: str = "", columns: Mapping[str, str] | None = None
    ) -> "Document":
        """Read the head and make it readable again; an empty or a binary stream is an `InputError`."""
        data = _fill(stream, HEAD_SIZE)
        if not data.strip():
            raise InputError("the file is empty" if len(data) < HEAD_SIZE else "nothing but blanks", path=path)
        encoding = _detect(data)
        if encoding == "utf-8" and _looks_binary(data):
            kind = "a PDF" if data.startswith(b"%PDF-") else "a binary file"
            raise InputError(f"{kind}, not text with abstracts", path=path, hint="save or export it as text first")
        text = codecs.getincrementaldecoder(encoding)("replace").decode(data).lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
        head = Head(text.replace("\r\n", "\n").replace("\r", "\n"), suffix, whole=len(data) < HEAD_SIZE)
        joined = cast(BinaryIO, io.BufferedReader(_Rejoined(data, stream), 1 << 18))
        return cls(name, path, joined, suffix, columns or {}, encoding, head)

    def report(self, line: int | None, message: str, text: str = "", kind: ProblemKind = ProblemKind.BROKEN) -> None:
        """Note a problem that arose below the reader."""
        if len(self.reports) < _MAX_REPORTS:
            self.reports.append(self.problem(line, message, text, kind))

    def problem(
        self, line: int | None, message: str, text: str = "", kind: ProblemKind = ProblemKind.BROKEN
    ) -> Problem:
        """Make the problem of a line, with the beginning of the text that it is about."""
        return Problem(self.path, line, message, excerpt(text), kind)

    def text(self) -> TextIO:
        """Return the characters as a stream; bytes that are not UTF-8 are lone surrogates, see `mended`."""
        errors = "surrogateescape" if self.encoding.startswith("utf-8") else "replace"
        return io.TextIOWrapper(self.stream, self.encoding, errors, newline=None)

    def mended(self, text: str, line: int | None) -> str:
        """Read a text again as Windows-1252 where it is not UTF-8, and warn once."""
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            if not self._warned:
                self._warned = True
                self.report(line, "not UTF-8: read as Latin-1 (Windows-1252)", kind=ProblemKind.WARNING)
            return western(text) if self.encoding.startswith("utf-8") else text.encode(errors="replace").decode()
        return text

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number from 1, without its end; one of more than `MAX_LINE` is left out."""
        number = 0
        with self.text() as stream:
            readline = stream.readline
            while line := readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    self.report(number, f"a line of more than {MAX_LINE >> 20} million characters", line)
                    while line and not line.endswith("\n"):
                        line = readline(MAX_LINE)
                    continue
                if not line.isascii():
                    line = self.mended(line, number)
                yield number, line.rstrip("\n")


def _fill(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes or all there are: a pipe or a decompressor may give fewer at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
