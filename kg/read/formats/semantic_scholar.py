"""Semantic Scholar: answers of its API, its bulk datasets, and the older open corpus (`paperAbstract`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Abstract, Person
from kg.read.document import Head
from kg.read.formats.base import CERTAIN, NO, Format
from kg.read.formats.json_records import Dialect, first, json_reader, text_of
from kg.read.formats.json_stream import first_record
from kg.read.ids import identifier, orcid, other_links
from kg.read.markup import has_markup, plain_markup
from kg.read.text import iso_date, natural_name

__all__ = ["DIALECT", "FORMAT"]

_IDS = (
    ("ArXiv", None),
    ("ACL", None),
    ("DOI", "doi"),
    ("PubMed", "pmid"),
    ("PubMedCentral", "pmcid"),
    ("CorpusId", "s2"),
)
_NESTED = ("citedPaper", "citingPaper", "paper")


def _inner(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take a paper out of the record of a citation or a recommendation."""
    return next((inner for name in _NESTED if isinstance(inner := record.get(name), dict)), record)


def _matches(record: Mapping[str, Any]) -> bool:
    record = _inner(record)
    return "paperId" in record or "paperAbstract" in record or "corpusid" in record or "externalIds" in record


def _read(record: Mapping[str, Any], source: str, line: int) -> Abstract | None:
    record = _inner(record)
    abstract = first(record, ("abstract", "paperAbstract"))
    if not abstract:
        return None
    title = text_of(record.get("title"))
    if has_markup(abstract) or has_markup(title):  # some publishers' own, passed on
        abstract, title = plain_markup(abstract), plain_markup(title)
    ids = list(dict.fromkeys(_ids(record)))
    journal = record.get("journal") or {}
    place = record.get("publicationVenue") or {}
    venue = text_of(record.get("venue")) or (text_of(place.get("name")) if isinstance(place, dict) else "")
    venue = venue or (text_of(journal.get("name")) if isinstance(journal, dict) else text_of(journal))
    pdf = record.get("openAccessPdf")
    urls = [text_of(pdf.get("url"))] if isinstance(pdf, dict) else []
    urls += [text_of(url) for url in record.get("pdfUrls") or ()]
    return Abstract(
        abstract=abstract,
        title=title or None,
        ids=tuple(ids),
        authors=tuple(_authors(record.get("authors") or ())),
        issued=iso_date(first(record, ("publicationDate", "publicationdate", "year"))),
        venue=venue or None,
        links=other_links([url for url in urls if url.startswith("http")], ids),
        source=source,
        line=line,
    )


def _ids(record: Mapping[str, Any]) -> Iterator[str]:
    external = record.get("externalIds") or record.get("externalids") or {}
    known = {name.lower(): value for name, value in external.items()}
    for name, scheme in _IDS:
        value = text_of(known.get(name.lower()))
        value = f"PMC{value}" if scheme == "pmcid" and value.isdigit() else value
        if value and (id_ := identifier(value, scheme)):
            yield id_
    given = (
        ("paperId", "s2"),
        ("corpusid", "s2"),
        ("corpusId", "s2"),
        ("doi", "doi"),
        ("pmid", "pmid"),
        ("arxivId", None),
    )
    for name, scheme in given:
        if (value := text_of(record.get(name))) and (id_ := identifier(value, scheme)):
            yield id_
    if "paperAbstract" in record and (id_ := identifier(text_of(record.get("id")), "s2")):
        yield id_


def _authors(authors: Any) -> Iterator[Person]:
    for author in authors:
        if not isinstance(author, dict):
            yield Person(natural_name(text_of(author)))
            continue
        given = text_of(author.get("authorId")) or text_of(author.get("authorid")) or text_of(author.get("ids"))
        known = author.get("externalIds") or {}
        if name := natural_name(text_of(author.get("name"))):
            yield Person(name, orcid(text_of(known.get("ORCID"))), f"s2:{given}" if given else None)


def _sniff(head: Head) -> int:
    record = first_record(head)
    if record is not None:
        return CERTAIN if _matches(record) else NO
    return CERTAIN if head.text.lstrip()[:1] in "{[" and '"paperId"' in head.text else NO


DIALECT = Dialect(_matches, _read)
FORMAT = Format("semantic-scholar", "Semantic Scholar", (".json", ".jsonl"), _sniff, json_reader((DIALECT,)))
