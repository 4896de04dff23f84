"""JSON records out of a stream: one a line, or the elements of an array, in constant memory.

Where the first character is "[" (or an object opens an array under one of the usual names: results, data, items …)
the elements are decoded one by one from a window; otherwise each line is a record, and where an object goes on over
several lines the objects are taken one after the other in the same way.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.model import Problem
from kg.read.document import MAX_LINE, Document, Head

__all__ = ["Record", "first_record", "records"]

#: A decoded value and the line where it begins.
Record = tuple[int, Any]

_CHUNK = 1 << 18
_ARRAY_NAMES = (
    r"results|data|items|papers|works|records|documents|entries|publications|response|docs|hits|recommendedPapers"
)
_WRAPPED = re.compile(
    rf"\s*\{{(?:(?!\"(?:{_ARRAY_NAMES})\"\s*:\s*\[).){{0,4000}}?\"(?:{_ARRAY_NAMES})\"\s*:\s*\[", re.S
)
_BLANK = re.compile(r"[\s,\x1e]*")


def _form(head: Head) -> str:
    """Say how records stand in a file: "lines", "array", "wrapped" or "objects" one after the other."""
    text = head.text.lstrip()
    if text.startswith("["):
        return "array"
    first = text.split("\n", 1)[0].rstrip().rstrip(",")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        multi_line = first in ("{", "") or (not head.whole and "\n" not in text)
        wrapped = _WRAPPED.match(text)
        if wrapped and _outer(text[: wrapped.end()]):
            return "wrapped"
        return "objects" if multi_line and "\n" in text else "lines"
    wrapped = _WRAPPED.match(text)
    return "wrapped" if wrapped and _outer(text[: wrapped.end()]) else "lines"


def _outer(prefix: str) -> bool:
    """Say whether a prefix that ends in an array opens it in an object that is no record itself."""
    return not re.search(r'"(?:abstract\w*|title|display_name|paperId|paper_url|arxiv_id)"\s*:', prefix)


def first_record(head: Head) -> dict[str, Any] | None:
    """Return the first object of a head, None where it is no JSON or longer than the head."""
    text = head.text.lstrip()
    form = _form(head) if text[:1] in "{[" else ""
    if form == "wrapped" and (match := _WRAPPED.match(text)):
        text = text[match.end() :]
    elif form == "array":
        text = text[1:]
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def records(document: Document) -> Iterator[Record | Problem]:
    """Yield decoded values with their lines; what cannot be decoded is a problem, and reading goes on after it."""
    form = _form(document.head)
    if form == "lines":
        yield from _by_line(document)
    else:
        yield from _by_window(document, form)


def _by_line(document: Document) -> Iterator[Record | Problem]:
    decode = json.loads
    for number, line in document.lines():
        if not line or line.isspace():
            continue
        try:
            yield number, decode(line)
        except ValueError as error:
            yield document.problem(number, _reason(error), line)
        except RecursionError:
            yield document.problem(number, "JSON nested too deeply", line)


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
    return f"broken JSON: {str(error)[:80]}"


class _Window:
    """The part of a stream of characters that is being decoded, with the line where it stands."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._stream = document.text()
        self._line = 1
        self._counted = 0
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> None:
        """Drop what is decoded and read on: as much again as is kept, so that a long record costs linear time."""
        self.line()
        self.text, self.at, self._counted = self.text[self.at :], 0, 0
        chunk = self._stream.read(max(_CHUNK, len(self.text)))
        self.ended = not chunk
        self.text += self._document.mended(chunk, self._line)

    def line(self) -> int:
        """Return the number of the line that is being decoded."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Go behind the blanks and commas, reading on where they end the window; False at the end of the stream."""
        while True:
            match = pattern.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return True
            if self.ended:
                return False
            self.more()

    def find(self, pattern: re.Pattern[str]) -> bool:
        """Go to the next match; False, at the end of the stream, where there is none."""
        while not (match := pattern.search(self.text, self.at + 1)):
            if self.ended:
                self.at = len(self.text)
                return False
            self.at = max(self.at, len(self.text) - 1000)
            self.more()
        self.at = match.end()
        return True


def _by_window(document: Document, form: str) -> Iterator[Record | Problem]:
    decoder = json.JSONDecoder()
    window = _Window(document)
    window.more()
    opening = {"array": re.compile(r"\s*\["), "wrapped": _WRAPPED}.get(form)
    if opening and (match := opening.match(window.text)):
        window.at = match.end()
    next_record: re.Pattern[str] | None = None
    while window.skip(_BLANK):
        if window.text[window.at] == "]" and opening:
            return
        line = window.line()
        next_record = next_record or _beginning(window.text, window.at)
        try:
            value, end = decoder.raw_decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            if _cut_off(error, window) and len(window.text) - window.at < MAX_LINE and not window.ended:
                window.more()
                continue
            reason = _reason(error) if isinstance(error, ValueError) else "JSON nested too deeply"
            yield document.problem(line, reason, window.text[window.at : window.at + 400])
            if not window.find(next_record):
                return
            window.at = window.text.rindex("{", 0, window.at)
            continue
        if end == len(window.text) and not window.ended and not isinstance(value, (dict, list, str)):
            window.more()  # a number may go on in the next chunk
            continue
        window.at = end
        yield line, value
    if opening:
        yield document.problem(window.line(), "the file ends before its JSON array is closed")


def _beginning(text: str, at: int) -> re.Pattern[str]:
    """Make the pattern by which the next record is found after a broken one: as the first begins, indented alike."""
    indent = text[text.rfind("\n", 0, at) + 1 : at]
    key = re.compile(r'\{\s*("(?:[^"\\]|\\.){0,200}")\s*:').match(text, at)
    before = rf"\n{indent}" if at and not indent.strip() else r"[,\n\[]\s*"
    return re.compile(before + (rf"\{{\s*{re.escape(key[1])}\s*:" if key else r"\{"))


def _cut_off(error: Exception, window: _Window) -> bool:
    """Say whether decoding failed because the window ends too early, and not because the JSON is broken."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos >= len(window.text) - 16
