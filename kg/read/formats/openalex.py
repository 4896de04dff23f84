"""OpenAlex works: the abstract is an inverted index of words and positions; ids stand in `ids` and `locations`."""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Abstract, Person
from kg.read.document import Head
from kg.read.formats.base import CERTAIN, NO, Format
from kg.read.formats.json_records import Dialect, json_reader, text_of
from kg.read.formats.json_stream import first_record
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.markup import plain_markup
from kg.read.text import iso_date, natural_name

__all__ = ["DIALECT", "FORMAT", "uninverted"]


def uninverted(index: Mapping[str, Any]) -> str:
    """Put the words of an inverted index in order; positions that are missing leave no gap.

    >>> uninverted({"We": [0], "a": [2], "train": [1], "model.": [3]})
    'We train a model.'
    """
    index = index.get("InvertedIndex", index)  # as the Microsoft Academic Graph wrapped it
    places = [(at, word) for word, positions in index.items() for at in positions]
    return " ".join(word for _, word in sorted(places))


def _matches(record: Mapping[str, Any]) -> bool:
    return "abstract_inverted_index" in record or ("authorships" in record and "display_name" in record)


def _read(record: Mapping[str, Any], source: str, line: int) -> Abstract | None:
    abstract = plain_markup(uninverted(record.get("abstract_inverted_index") or {})) or plain_markup(
        text_of(record.get("abstract"))
    )
    if not abstract:
        return None
    places = [place for place in (record.get("primary_location"), *(record.get("locations") or ())) if place]
    urls = [url for place in places for name in ("landing_page_url", "pdf_url") if (url := place.get(name))]
    ids = list(_ids(record, urls))
    version = next((found[1] for url in urls if (found := arxiv(url)) and found[1]), None)
    return Abstract(
        abstract=abstract,
        title=plain_markup(text_of(record.get("title")) or text_of(record.get("display_name"))) or None,
        ids=tuple(dict.fromkeys(ids)),
        version=version,
        authors=tuple(_authors(record.get("authorships") or ())),
        issued=iso_date(record.get("publication_date") or record.get("publication_year")),
        venue=_venue(record, places),
        links=other_links(urls, ids),
        source=source,
        line=line,
    )


def _ids(record: Mapping[str, Any], urls: list[str]) -> Iterator[str]:
    named = record.get("ids") or {}
    given = [(record.get("id"), "openalex"), (record.get("doi"), "doi"), (named.get("openalex"), "openalex")]
    given += [(named.get("doi"), "doi"), (named.get("pmid"), "pmid"), (named.get("pmcid"), "pmcid")]
    for value, scheme in given:
        if value and (id_ := identifier(text_of(value), scheme)):
            yield id_
    for url in urls:  # the arXiv or ACL copy of the work
        if (id_ := identifier(url)) and id_.startswith(("arXiv:", "acl:")):
            yield id_


def _authors(authorships: Any) -> Iterator[Person]:
    for authorship in authorships:
        author = authorship.get("author") or {}
        name = text_of(author.get("display_name")) or text_of(authorship.get("raw_author_name"))
        given = text_of(author.get("id")).rstrip("/").rpartition("/")[2].upper()
        if name:
            yield Person(
                natural_name(name), orcid(text_of(author.get("orcid"))), f"openalex:{given}" if given else None
            )


def _venue(record: Mapping[str, Any], places: list[Any]) -> str | None:
    sources = [place.get("source") or {} for place in places] + [record.get("host_venue") or {}]
    names = [text_of(place.get("display_name")) for place in sources if place.get("type") != "repository"]
    repositories = [text_of(place.get("display_name")) for place in sources]
    return next((name for name in (*names, *repositories) if name), None)


def _sniff(head: Head) -> int:
    record = first_record(head)
    if record is not None:
        return CERTAIN if _matches(record) else NO
    return CERTAIN if head.text.lstrip()[:1] in "{[" and "openalex.org/W" in head.text else NO


DIALECT = Dialect(_matches, _read)
FORMAT = Format("openalex", "OpenAlex works", (".json", ".jsonl"), _sniff, json_reader((DIALECT,)))
