"""arXiv's OAI-PMH harvest in its forms `arXiv`, `arXivRaw` and `oai_dc`."""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format, Item
from kg.read.formats.xml_stream import Element, child_text, local, records, root_name, texts
from kg.read.ids import arxiv, identifier, other_links
from kg.read.markup import plain_latex
from kg.read.text import iso_date, natural_name, split_names, squeeze
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_COMMENT = re.compile(r"^Comments?:\s*", re.I)


def _sniff(head: Head) -> int:
    if root_name(head) in ("OAI-PMH", "ListRecords", "GetRecord"):
        return CERTAIN
    return LIKELY if root_name(head) and "oai:arXiv.org" in head.text else NO


def _read(document: Document) -> Iterator[Item]:
    for item in records(document, frozenset({"record", "error"})):
        if isinstance(item, Problem):
            yield item
            continue
        line, record = item
        if local(record) == "error":
            yield document.problem(line, "the server answered with an error", "".join(record.itertext()))
            continue
        header = next((child for child in record if local(child) == "header"), None)
        name = child_text(header, "identifier") if header is not None else ""
        metadata = next((child for child in record if local(child) == "metadata"), None)
        body = next((child for child in metadata if local(child)), None) if metadata is not None else None
        if body is None:
            deleted = header is not None and header.get("status") == "deleted"
            why = "deleted at its source" if deleted else "no metadata"
            yield document.problem(line, why, name, ProblemKind.SKIPPED)
            continue
        abstract = (_dublin_core if local(body) == "dc" else _arxiv)(body, name, document.name, line)
        if abstract.abstract:
            yield abstract
        else:
            yield document.problem(line, "no abstract", abstract.title or name, ProblemKind.SKIPPED)


def _arxiv(body: Element, name: str, source: str, line: int) -> Abstract:
    given = child_text(body, "id") or name
    found = arxiv(given)
    ids = [identifier(given), *(identifier(doi, "doi") for doi in child_text(body, "doi").split())]
    versions = [child for child in body if local(child) == "version"]
    comment = squeeze(child_text(body, "comments")) or None
    dates = [child_text(version, "date") for version in versions] or [child_text(body, "created")]
    return Abstract(
        abstract=squeeze(child_text(body, "abstract")),
        title=squeeze(child_text(body, "title")) or None,
        ids=tuple(dict.fromkeys(id_ for id_ in ids if id_)),
        version=len(versions) or (found[1] if found else None),
        authors=tuple(_authors(body)),
        issued=iso_date(dates[0]),
        venue=squeeze(child_text(body, "journal-ref")) or venue_of(comment),
        comment=comment,
        source=source,
        line=line,
    )


def _authors(body: Element) -> Iterator[Person]:
    authors = next((child for child in body if local(child) == "authors"), None)
    if authors is None:
        return
    if not len(authors):  # arXivRaw: one string
        yield from (Person(plain_latex(name)) for name in split_names(authors.text or ""))
    for author in authors:
        parts = (child_text(author, part) for part in ("forenames", "keyname", "suffix"))
        if name := " ".join(part for part in parts if part):
            yield Person(plain_latex(name))


def _dublin_core(body: Element, name: str, source: str, line: int) -> Abstract:
    descriptions = [squeeze(text) for text in texts(body, "description")]
    comments = [_COMMENT.sub("", text) for text in descriptions if _COMMENT.match(text)]
    abstracts = [text for text in descriptions if not _COMMENT.match(text)]
    addresses = list(texts(body, "identifier"))
    ids = [id_ for value in (*addresses, name) if (id_ := identifier(value))]
    comment = " ".join(comments) or None
    return Abstract(
        abstract=max(abstracts, key=len, default=""),
        title=squeeze(child_text(body, "title")) or None,
        ids=tuple(dict.fromkeys(ids)),
        version=None,
        authors=tuple(Person(natural_name(plain_latex(author))) for author in texts(body, "creator")),
        issued=min((date for text in texts(body, "date") if (date := iso_date(text))), default=None),
        venue=next((text for text in addresses if not identifier(text) and " " in text), None) or venue_of(comment),
        comment=comment,
        links=other_links([url for url in addresses if url.startswith("http")], ids),
        source=source,
        line=line,
    )


FORMAT = Format("oai", "OAI-PMH harvest (arXiv, arXivRaw, oai_dc)", (".xml",), _sniff, _read)
