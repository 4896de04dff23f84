"""Plain text of one abstract a paragraph; a short line above one, without a full stop, is its title.

Where the lines of a paragraph are each as long as an abstract and end like one, each line is an abstract.
"""

from collections.abc import Iterator

from kg.model import Abstract, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import NO, POSSIBLE, Format, Item
from kg.read.formats.prose import Paragraph, is_prose, looks_like_title, paragraphs
from kg.read.text import one_line

__all__ = ["FORMAT"]

_SUFFIXES = (".txt", ".text", ".md", ".markdown", "")
_ENDS = (".", "!", "?", ".)", '."', ".”", "/", ". ")


def _sniff(head: Head) -> int:
    if head.suffix not in _SUFFIXES and head.suffix not in (".asc", ".log", ".abstract"):
        return NO
    return POSSIBLE if any(is_prose(p.text) for p in paragraphs(enumerate(head.text.split("\n"), 1))) else NO


def _read(document: Document) -> Iterator[Item]:
    waiting: Paragraph | None = None
    for paragraph in paragraphs(document.lines()):
        for part in _parts(paragraph):
            if is_prose(part.text):
                yield Abstract(
                    abstract=one_line("\n".join(part.lines)),
                    title=one_line(waiting.text) if waiting else None,
                    source=document.name,
                    line=waiting.line if waiting else part.line,
                )
                waiting = None
                continue
            if waiting:
                yield document.problem(waiting.line, "too short to be an abstract", waiting.text, ProblemKind.NOISE)
            waiting = part if looks_like_title(part.text) else None
            if not waiting:
                yield document.problem(part.line, "too short to be an abstract", part.text, ProblemKind.NOISE)
    if waiting:
        yield document.problem(waiting.line, "too short to be an abstract", waiting.text, ProblemKind.NOISE)


def _parts(paragraph: Paragraph) -> Iterator[Paragraph]:
    lines = paragraph.lines
    each = len(lines) > 1 and all(is_prose(line, 160) and line.rstrip().endswith(_ENDS) for line in lines)
    titled = len(lines) == 2 and looks_like_title(lines[0]) and len(lines[0]) < 200 and len(lines[1]) > 250
    if each or titled:
        yield from (Paragraph(paragraph.line + i, (line,)) for i, line in enumerate(lines))
    else:
        yield paragraph


FORMAT = Format("text", "plain text, one abstract a paragraph", (".txt", ".text", ".md"), _sniff, _read)
