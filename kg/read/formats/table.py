"""CSV and TSV with a header: columns by the names that exports use (Zotero, Scopus, Web of Science …) or as told."""

import csv
import re
from collections.abc import Iterator, Mapping

from kg.errors import InputError
from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, POSSIBLE, Format, Item
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.markup import plain_markup
from kg.read.text import URL, fold, is_missing, iso_date, natural_name, one_line, split_names
from kg.read.venue import venue_of

__all__ = ["COLUMNS", "FORMAT"]

#: Our fields, and the columns that hold them, by folded name and in order of preference.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "abstract": ("abstract", "abstractnote", "abstracttext", "summary", "ab", "description", "abstracten",
        "abstracts", "summaries", "text"),
    "title": ("title", "documenttitle", "articletitle", "papertitle", "ti", "name", "itemtitle", "titles"),
    "authors": ("authorfullnames", "af", "authors", "author",
        "creators", "au", "authornames", "creator"),
    "date": ("date", "publicationdate", "issued", "published", "created", "submitted", "onlinedate", "dateadded_"),
    "year": ("year", "publicationyear", "py", "pubyear", "yearofpublication"),
    "venue": (
        "venue", "publicationtitle", "journal", "sourcetitle", "conferencename", "proceedingstitle", "booktitle", "so",
        "conference", "journaltitle", "containertitle", "source", "journalbook",
    ),
    "doi": ("doi", "di", "doilink"),
    "arxiv": ("arxiv", "arxivid", "eprint", "arxivurl"),
    "id": ("id", "paperid", "key", "pmid", "openalexid", "aclid", "identifier", "eid", "accessionnumber"),
    "pmid": ("pmid", "pubmedid"),
    "url": ("url", "link", "urls", "links", "pdflink", "fulltextlink", "code", "codeurl", "github", "pdfurl"),
    "comment": ("comment", "comments", "notes", "note"),
    "extra": ("extra", "archiveid", "archivelocation"),
    "orcid": ("orcid", "orcids"),
}  # fmt: skip
_DELIMITERS = ",\t;|"
#: Characters of a cell over several lines: all that follows a quote that is not closed is longer. A cell of one line
#: may have any length: a collaboration has thousands of authors.
_FIELD_LIMIT = 1 << 17
_MANY_LINES = 100


_SEPARATOR = re.compile(r"\s*sep=(.)\s*$")  # what Excel writes above the header


def _header(text: str) -> tuple[str, list[str]]:
    """Return the delimiter and the columns of the first line that is not empty."""
    first = next((line for line in text.lstrip("\ufeff").split("\n") if line.strip()), "")
    if match := _SEPARATOR.match(first):
        rest = text.lstrip("\ufeff").split("\n", 1)[-1]
        return match[1], _cells(rest.split("\n", 1)[0], match[1])
    delimiter = max(_DELIMITERS, key=lambda sign: len(_cells(first, sign)))
    return delimiter, _cells(first, delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.replace("\0", "")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _found(header: list[str], columns: Mapping[str, str]) -> dict[str, list[int]]:
    """Return for each of our fields the numbers of the columns that hold it, the best first."""
    names = [fold(name) for name in header]
    places = {field: [names.index(name) for name in known if name in names] for field, known in COLUMNS.items()}
    if not places["abstract"]:  # "abstract (English)", "paper_abstract" …
        places["abstract"] = [at for at, name in enumerate(names) if "abstract" in name][:1]
    for field, column in columns.items():
        if column not in header and fold(column) not in names:
            raise InputError(f"no column {column!r}", line=1, hint=f"there are: {', '.join(header)}")
        places[field] = [header.index(column) if column in header else names.index(fold(column))]
    return places


def _sniff(head: Head) -> int:
    _, header = _header(head.text)
    known = {name for names in COLUMNS.values() for name in names}
    folded = [fold(name) for name in header]
    hits = sum(name in known for name in folded)
    is_table = head.suffix in (".csv", ".tsv", ".tab")
    if len(header) >= 2 and hits >= 2 and any(name in COLUMNS["abstract"] or "abstract" in name for name in folded):
        return CERTAIN if is_table or (max(map(len, header)) < 60 and hits * 2 >= len(header)) else LIKELY
    return POSSIBLE if is_table and len(header) >= 1 else NO


def _read(document: Document) -> Iterator[Item]:
    delimiter, header = _header(document.head.text)
    try:
        places = _found(header, document.columns)
    except InputError as error:
        yield document.problem(1, f"{error.message}; {error.hint}")
        return
    if not places["abstract"]:
        hint = "name it with --columns abstract=NAME"
        yield document.problem(1, f"no column with abstracts among {', '.join(header)[:200]}; {hint}")
        return
    numbers = _Numbered(document)
    rows = csv.reader(numbers, delimiter=delimiter)
    seen_header = False
    while True:
        start = numbers.line + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield document.problem(start, f"a row that cannot be read ({error})")
            continue
        if not seen_header:
            above = _SEPARATOR.match(delimiter.join(row))
            seen_header = not above and (row == header or len(row) > 1 or len(header) == 1)
            continue
        if numbers.line - start >= _MANY_LINES:
            message = f"one row over {numbers.line - start + 1} lines: is a quote not closed?"
            yield document.problem(start, message, " ".join(row), ProblemKind.WARNING)
        if any(cell.strip() for cell in row):
            yield _row(document, row, places, start, len(header))


class _Numbered:
    """Lines for `csv`, with the number of the last one given; NUL, which csv refuses, is left out."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines()
        self.line = 0

    def __iter__(self) -> "_Numbered":
        return self

    def __next__(self) -> str:
        self.line, text = next(self._lines)
        csv.field_size_limit(_FIELD_LIMIT + len(text))
        return text.replace("\0", "") + "\n"


def _row(document: Document, row: list[str], places: dict[str, list[int]], line: int, width: int) -> Item:
    def all_of(field: str) -> list[str]:
        return [text for at in places[field] if at < len(row) and (text := one_line(row[at]))]

    def of(field: str) -> str:
        return next(iter(all_of(field)), "")

    title = plain_markup(of("title")) or None
    abstract = of("abstract")
    abstract = plain_markup(abstract) if "<" in abstract or "&" in abstract else abstract
    if not abstract or is_missing(abstract):
        if len(row) < width // 2:
            return document.problem(line, f"a row of {len(row)} cells under {width} columns", " ".join(row))
        return document.problem(line, "no abstract", title or " ".join(row), ProblemKind.SKIPPED)
    extra = " ".join(all_of("extra"))
    urls = [url for text in all_of("url") for url in URL.findall(text)]
    given = [(text, "doi") for text in all_of("doi")] + [(text, None) for text in all_of("arxiv")]
    given += [(text, "pmid") for text in all_of("pmid")] + [(text, None) for text in (*all_of("id"), *urls)]
    given += [(text, None) for text in re.findall(r"\b(?:arXiv|PMID|PMCID):\s*\S+", extra)]
    ids = [id_ for text, scheme in given if (id_ := identifier(text, scheme))]
    version = next((found[1] for text, _ in given if (found := arxiv(text)) and found[1]), None)
    comment = re.sub(r"^Comments?:\s*", "", plain_markup(of("comment"))) or None
    issued = iso_date(of("date")), iso_date(of("year"))
    return Abstract(
        abstract=abstract,
        title=title,
        ids=tuple(dict.fromkeys(ids)),
        version=version,
        authors=tuple(_authors(of("authors"), of("orcid"))),
        issued=issued[0] or issued[1],
        venue=of("venue") or venue_of(comment) or venue_of(extra),
        comment=comment,
        links=other_links(urls, ids),
        source=document.name,
        line=line,
    )


def _authors(text: str, orcids: str) -> Iterator[Person]:
    text = re.sub(r"\s*\(\d{6,}\)|[\[\]'\"]", "", text) if text.startswith("[") or "(" in text else text  # Scopus ids
    names = [natural_name(name) for name in split_names(text)]
    given = [orcid(part) for part in re.split(r"[;,|]", orcids)] if orcids else []
    for i, name in enumerate(names):
        yield Person(name, given[i] if len(given) == len(names) else None)


FORMAT = Format("csv", "CSV or TSV", (".csv", ".tsv", ".tab"), _sniff, _read)
