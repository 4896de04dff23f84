"""Listings of an abstract, an optional comment, an `arXiv:` id and `Created:`, as text.

    We present a model …

    Accepted by ICLR 2021

    arXiv:2101.00042
    Created: 2021-01-04

The block of the id closes a record. Before it stand the abstract and, where there are any, a title above it and a
comment below it. A second long paragraph without an id between is an abstract of its own that lost its id.
"""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format, Item
from kg.read.formats.prose import Paragraph, is_prose, looks_like_title, paragraphs
from kg.read.ids import arxiv, identifier
from kg.read.text import URL, iso_date, one_line, split_names
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_ID_LINE = re.compile(r"^[ \t]*arxiv:[ \t]*\S*\d{3,}\S*(?:[ \t]+\[[\w.-]+\])?[ \t]*$", re.I)
_FIELD = re.compile(
    r"^[ \t]*(title|authors?|created|updated|submitted|published|date|doi|journal(?:-ref)?|comments?|"
    r"categor(?:y|ies)|subjects?|url|link|license|report-no|msc-class|acm-class)[ \t]*:[ \t]*(.*)$",
    re.I,
)
_COMMENT = re.compile(
    r"\b(?:pages?|figures?|tables?|accepted|to appear|appear(?:s|ed) (?:in|at)|published|submitted|version|"
    r"code (?:is|and|will|at)|project page|preprint|camera[- ]ready|admin note|supplementary|workshop|available at)\b",
    re.I,
)
_ABSTRACT_LETTERS = 200


def _sniff(head: Head) -> int:
    lines = head.text.split("\n")
    ids = sum(bool(_ID_LINE.match(line)) for line in lines)
    dates = sum(line.lstrip().lower().startswith("created:") for line in lines)
    return CERTAIN if ids and dates else LIKELY if ids else NO


def _read(document: Document) -> Iterator[Item]:
    pending: list[Paragraph] = []
    for paragraph in paragraphs(document.lines()):
        if not _is_id_block(paragraph):
            pending.append(paragraph)
            if len(pending) > 100:  # no listing has such a gap: let go what is not part of a record
                yield from _record(document, pending[:50], None)
                pending = pending[50:]
            continue
        yield from _record(document, pending, paragraph)
        pending = []
    yield from _record(document, pending, None)


def _is_id_block(paragraph: Paragraph) -> bool:
    return any(_ID_LINE.match(line) or line.lstrip().lower().startswith("created:") for line in paragraph.lines)


def _record(document: Document, before: list[Paragraph], block: Paragraph | None) -> Iterator[Item]:
    fields: dict[str, str] = {}
    ids: list[str] = []
    version: int | None = None
    text_lines: list[str] = []
    for line in block.lines if block else ():
        if _ID_LINE.match(line):
            found = arxiv(re.sub(r"^\s*arxiv:\s*", "", line, flags=re.I))
            if found:
                ids.append(f"arXiv:{found[0]}")
                version = found[1] or version
            else:
                yield document.problem(block.line if block else None, "not an arXiv id", line, ProblemKind.WARNING)
        elif match := _FIELD.match(line):
            fields.setdefault(match[1].lower(), match[2].strip())
        elif not fields and not ids:
            text_lines.append(line)
        else:
            yield document.problem(block.line if block else None, "belongs to no record", line, ProblemKind.NOISE)
    if text_lines and block:  # the abstract and its id without a blank line between them
        before = [*before, Paragraph(block.line, tuple(text_lines))]
    groups = _split(before)
    for group in groups[:-1]:
        yield from _abstract(document, group, {}, [], None, "text without an id: belongs to no record")
    if groups:
        yield from _abstract(document, groups[-1], fields, ids, version, "no abstract")
    elif block:
        yield document.problem(block.line, "an id without an abstract", block.text, ProblemKind.SKIPPED)


def _split(before: list[Paragraph]) -> list[list[Paragraph]]:
    """Cut paragraphs into records: each long paragraph of prose that is no comment begins one, its title goes along."""
    groups: list[list[Paragraph]] = []
    has_abstract = False
    for i, paragraph in enumerate(before):
        starts = is_prose(paragraph.text, _ABSTRACT_LETTERS) and (not groups or has_abstract)
        titles = (
            has_abstract
            and i + 1 < len(before)
            and looks_like_title(paragraph.text)
            and not _COMMENT.search(paragraph.text)
            and is_prose(before[i + 1].text, _ABSTRACT_LETTERS)
        )
        if not groups or titles or (starts and has_abstract and not _is_comment(paragraph.text)):
            groups.append([])
            has_abstract = False
        groups[-1].append(paragraph)
        has_abstract = has_abstract or is_prose(paragraph.text, _ABSTRACT_LETTERS)
    return groups


def _is_comment(text: str) -> bool:
    return len(text) < 400 and bool(_COMMENT.search(text))


def _abstract(
    document: Document, group: list[Paragraph], fields: dict[str, str], ids: list[str], version: int | None, lost: str
) -> Iterator[Item]:
    fields = dict(fields)
    plain: list[Paragraph] = []
    for paragraph in group:
        labelled = [match for line in paragraph.lines if (match := _FIELD.match(line))]
        if len(labelled) == len(paragraph.lines):
            fields.update((match[1].lower(), match[2].strip()) for match in labelled)
        else:
            plain.append(paragraph)
    at = max(range(len(plain)), key=lambda i: (is_prose(plain[i].text), i == 0, len(plain[i].text)), default=None)
    if len(plain) > 1 and looks_like_title(plain[0].text) and is_prose(plain[1].text):
        at = 1
    if at is None or (not ids and not is_prose(plain[at].text)):
        for paragraph in group:
            yield document.problem(paragraph.line, lost, paragraph.text, ProblemKind.NOISE)
        return
    if _is_comment(plain[at].text) and len(plain[at].text) < 150 and not is_prose(plain[at].text, 120):
        yield document.problem(group[0].line, "an id without an abstract", plain[at].text, ProblemKind.SKIPPED)
        return
    body = re.sub(r"^\s*Abstract\s*[:.—-]\s*", "", plain[at].text)
    title = plain[at - 1].text if at and looks_like_title(plain[at - 1].text) else None
    for paragraph in plain[: at - 1 if title else at]:
        yield document.problem(paragraph.line, "belongs to no record", paragraph.text, ProblemKind.NOISE)
    comment = (
        " ".join(paragraph.text for paragraph in plain[at + 1 :]) or fields.get("comments") or fields.get("comment")
    )
    if doi := identifier(fields.get("doi", ""), "doi"):
        ids = [*ids, doi]
    journal = fields.get("journal-ref") or fields.get("journal")
    issued = next((fields[name] for name in ("created", "submitted", "published", "date") if name in fields), None)
    yield Abstract(
        abstract=one_line(body),
        title=fields.get("title") or title,
        ids=tuple(dict.fromkeys(ids)),
        version=version,
        authors=tuple(Person(name) for name in split_names(fields.get("authors") or fields.get("author") or "")),
        issued=iso_date(issued),
        venue=journal or venue_of(comment),
        comment=comment,
        links=tuple(URL.findall(fields.get("url") or fields.get("link") or "")),
        source=document.name,
        line=group[0].line,
    )


FORMAT = Format("listing", "text listing with arXiv ids and dates", (".txt", ".text"), _sniff, _read)
