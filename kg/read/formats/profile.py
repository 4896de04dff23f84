"""A researcher's profile page saved as text: the name, and for each work a marker, the title and the abstract.

    Researcher profile

    Ada Example

    preprint2022arXiv

    A Title

    The abstract …

The marker is kind, year and place of a work run together. All else on the page is no record; it is counted.
"""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, NO, Format, Item
from kg.read.formats.prose import Paragraph, is_prose, paragraphs
from kg.read.ids import identifier
from kg.read.text import one_line

__all__ = ["FORMAT"]

_KINDS = (
    r"preprint|posted[- ]content|journal[- ]article|article|conference[- ]paper|proceedings[- ]article|conference|"
    r"proceedings|book[- ]chapter|book|thesis|dissertation|report|dataset|software|review|editorial|letter|poster|"
    r"workshop|presentation|other|work|paper|publication"
)
_MARKER = re.compile(rf"^[ \t]*(?:{_KINDS})[ \t·,-]*((?:19|20)\d\d)[ \t·,-]*(.*?)[ \t]*$", re.I)
_COUNT = re.compile(r"^\s*(\d+)\s+published item", re.I)
_COMPRESSED = re.compile(r"\.(?:gz|zst|bz2|xz)$", re.I)


def _sniff(head: Head) -> int:
    lines = [line for line in head.text.split("\n") if line.strip()]
    markers = sum(bool(_MARKER.match(line)) and len(line) < 120 for line in lines)
    return CERTAIN if markers and (markers > 1 or (lines and lines[0].strip().lower() == "researcher profile")) else NO


def _read(document: Document) -> Iterator[Item]:
    researcher: Person | None = None
    named = False
    marker: re.Match[str] | None = None
    work: list[Paragraph] = []
    stated: tuple[int, int] | None = None
    works = 0
    for paragraph in paragraphs(document.lines()):
        first = paragraph.lines[0]
        found = _MARKER.match(first) if len(first) < 120 else None
        if found:
            if marker:
                yield from _work(document, marker, work, researcher)
            marker, works = found, works + 1
            work = [Paragraph(paragraph.line, paragraph.lines)]
        elif marker and len(work) < 50:
            work.append(paragraph)
        elif named and researcher is None:
            named = False
            researcher = Person(one_line(first), id=f"profile:{_COMPRESSED.sub('', document.name)}#{one_line(first)}")
        else:
            named = named or paragraph.text.strip().lower() == "researcher profile"
            if count := _COUNT.match(first):
                stated = paragraph.line, int(count[1])
            yield document.problem(paragraph.line, "part of the page, no record", paragraph.text, ProblemKind.NOISE)
    if marker:
        yield from _work(document, marker, work, researcher)
    if stated and stated[1] != works:
        message = f"the page speaks of {stated[1]} works, {works} stand in the file"
        yield document.problem(stated[0], message, kind=ProblemKind.WARNING)


def _work(
    document: Document, marker: re.Match[str], work: list[Paragraph], researcher: Person | None
) -> Iterator[Item]:
    """Make a record of the paragraphs from a marker on: title, abstract, and what follows."""
    head, *rest = work
    lines = [line.strip() for line in head.lines[1:]]
    blocks = [*([Paragraph(head.line + 1, tuple(lines))] if lines else []), *rest]
    blocks = _unglued(blocks)
    if not blocks:
        yield document.problem(head.line, "a work without title and abstract", marker[0], ProblemKind.SKIPPED)
        return
    title, *body = blocks
    if not body and is_prose(title.text, 250):  # the abstract alone
        title, body = Paragraph(head.line, ("",)), [title]
    prose = [block for i, block in enumerate(body) if i == 0 or is_prose(block.text)]
    if not prose or not prose[0].text.strip():
        yield document.problem(head.line, "no abstract", title.text, ProblemKind.SKIPPED)
        return
    for block in body:
        if block not in prose:
            yield document.problem(block.line, "part of the page, no record", block.text, ProblemKind.NOISE)
    place = marker[2].strip() or None
    yield Abstract(
        abstract=one_line(" ".join(block.text for block in prose)),
        title=one_line(title.text) or None,
        ids=tuple(id_ for id_ in (identifier(place or ""),) if id_),
        authors=(researcher,) if researcher else (),
        issued=marker[1],
        venue=place,
        source=document.name,
        line=head.line,
    )


def _unglued(blocks: list[Paragraph]) -> list[Paragraph]:
    """Part a title from an abstract that stands on the next line without a blank one between."""
    if len(blocks) == 1 and len(blocks[0].lines) > 1:
        first, *rest = blocks[0].lines
        return [Paragraph(blocks[0].line, (first,)), Paragraph(blocks[0].line + 1, tuple(rest))]
    return blocks


FORMAT = Format("profile", "saved page of a researcher's profile", (".txt", ".text"), _sniff, _read)
