"""Text with `Abstract:` records, and with other labels where they stand: Title, Authors, Comments, arXiv, DOI, Year …

    Abstract:We present a model …
    Abstract:This paper studies …

A label that the record already has begins the next one, and so does a label other than a trailing one after an
abstract. Lines without a label go on with the field above, until a blank line; prose after a blank line goes on with
the abstract.
"""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format, Item
from kg.read.formats.prose import is_prose
from kg.read.ids import arxiv, identifier
from kg.read.text import URL, iso_date, one_line, split_names
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_NAMES = {
    "abstract": "abstract",
    "summary": "abstract",
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "comment": "comment",
    "comments": "comment",
    "arxiv": "arxiv",
    "arxiv id": "arxiv",
    "doi": "doi",
    "id": "id",
    "pmid": "pmid",
    "url": "url",
    "link": "url",
    "code": "url",
    "year": "date",
    "date": "date",
    "created": "date",
    "submitted": "date",
    "published": "date",
    "venue": "venue",
    "journal": "venue",
    "journal-ref": "venue",
    "conference": "venue",
    "booktitle": "venue",
    "keywords": "other",
    "subjects": "other",
    "categories": "other",
}
_LABEL = re.compile(
    rf"^[ \t]*(?:[*#_]+ ?)?({'|'.join(sorted(_NAMES, key=len, reverse=True))})[*_]*[ \t]*[:：][*_]*[ \t]*(.*)$", re.I
)
_ABSTRACT = re.compile(r"^[ \t]*(?:[*#_]+ ?)?abstract[*_]*[ \t]*[:：]", re.I | re.M)
#: Labels that stand below an abstract as well as above; all others begin a record when an abstract stands before them.
_TRAILING = frozenset({"comment", "arxiv", "doi", "id", "pmid", "url", "date", "venue", "other"})
_RULE = re.compile(r"^\s*(?:[-=*_~#]\s*){3,}$|^\s*\d{1,4}[.)]?\s*$")
_MAX_FIELD = 100_000


def _sniff(head: Head) -> int:
    count = len(_ABSTRACT.findall(head.text))
    return NO if not count else CERTAIN if count > 1 or _ABSTRACT.match(head.text) else LIKELY


class _Record:
    """The fields of one record while they are collected."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.fields: dict[str, list[str]] = {}
        self.first: dict[str, bool] = {}
        self.last = ""
        self.size = 0

    def begin(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)
        self.last = name

    def go_on(self, line: str) -> None:
        self.fields[self.last].append(line)

    def value(self, name: str) -> str:
        return one_line("\n".join(part for part in self.fields.get(name, ()) if part.strip()))


def _read(document: Document) -> Iterator[Item]:
    record: _Record | None = None
    blank = False
    for number, line in document.lines():
        if not line.strip() or _RULE.match(line):
            blank = True
            continue
        match = _LABEL.match(line)
        if match and (name := _NAMES[match[1].lower()]):
            repeated = record is not None and name in record.fields and name not in ("url", "other", "id")
            after = record is not None and "abstract" in record.fields and name not in _TRAILING
            if record is not None and (repeated or after):
                yield from _finish(document, record)
                record = None
            record = record or _Record(number)
            record.begin(name, match[2])
        elif record is None:
            yield document.problem(number, "belongs to no record", line, ProblemKind.NOISE)
        else:
            yield from _unlabelled(document, record, number, line, blank)
        blank = False
    if record is not None:
        yield from _finish(document, record)


def _unlabelled(document: Document, record: _Record, number: int, line: str, blank: bool) -> Iterator[Item]:
    empty = not any(part.strip() for part in record.fields[record.last])
    record.size += len(line)
    if record.size > _MAX_FIELD:
        yield document.problem(number, f"more than {_MAX_FIELD} characters in one record: left out", line)
    elif not blank or empty:
        record.go_on(line)
    elif "abstract" in record.fields and is_prose(line):
        record.last = "abstract"
        record.go_on(line)
    elif "title" in record.fields and "abstract" not in record.fields and is_prose(line):
        record.begin("abstract", line)
    else:
        yield document.problem(number, "belongs to no record", line, ProblemKind.NOISE)


def _finish(document: Document, record: _Record) -> Iterator[Item]:
    abstract = record.value("abstract")
    if not abstract:
        label = record.value("title") or next((v for name in record.fields if (v := record.value(name))), "")
        yield document.problem(record.line, "no abstract", label, ProblemKind.SKIPPED)
        return
    found = arxiv(record.value("arxiv")) or arxiv(record.value("id")) or arxiv(record.value("url"))
    given = (("arxiv", None), ("id", None), ("doi", "doi"), ("pmid", "pmid"), ("url", None))
    ids = [id_ for name, scheme in given for part in record.fields.get(name, ()) if (id_ := identifier(part, scheme))]
    comment = record.value("comment") or None
    yield Abstract(
        abstract=abstract,
        title=record.value("title") or None,
        ids=tuple(dict.fromkeys(ids)),
        version=found[1] if found else None,
        authors=tuple(Person(name) for name in split_names(record.value("authors"))),
        issued=iso_date(record.value("date")),
        venue=record.value("venue") or venue_of(comment),
        comment=comment,
        links=tuple(dict.fromkeys(URL.findall(" ".join(record.fields.get("url", ()))))),
        source=document.name,
        line=record.line,
    )


FORMAT = Format("abstracts", "text of `Abstract:` records", (".txt", ".text"), _sniff, _read)
