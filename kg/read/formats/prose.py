"""Lines to paragraphs, and what a paragraph looks like: shared by the formats that are plain text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Paragraph", "is_prose", "looks_like_title", "paragraphs"]

_WORD = re.compile(r"[^\W\d_]{2,}")
_STOP = re.compile(r"[.!?…][\"'”’)\]}$]*\s*$")
_MAX_LINES = 400


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines without a blank line between them, with the number of the first."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(line.strip() for line in self.lines)


def paragraphs(lines: Iterable[tuple[int, str]]) -> Iterator[Paragraph]:
    """Group numbered lines; a paragraph of more than 400 lines is given in parts."""
    start, block = 0, list[str]()
    for number, line in lines:
        if line.strip():
            if not block:
                start = number
            block.append(line)
            if len(block) < _MAX_LINES:
                continue
        if block:
            yield Paragraph(start, tuple(block))
            block = []
    if block:
        yield Paragraph(start, tuple(block))


def is_prose(text: str, letters: int = 80) -> bool:
    """Say whether a text reads as sentences: enough letters in enough words, and mostly letters."""
    count = sum(c.isalpha() for c in text)
    return count >= letters and count > 0.6 * len(text) and len(_WORD.findall(text)) >= letters // 8


def looks_like_title(text: str) -> bool:
    """Say whether a line can be the title above an abstract: short, and not a sentence."""
    return 2 <= len(text.split()) <= 35 and len(text) <= 300 and (not _STOP.search(text) or text.endswith(("?", "!")))
