"""arXiv's Atom feed, as its query API answers: an entry a paper; and its RSS feed, an item a paper."""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, NO, Format, Item
from kg.read.formats.xml_stream import Element, child_text, local, records, root_name, texts
from kg.read.ids import arxiv, identifier, other_links
from kg.read.markup import plain_markup
from kg.read.text import iso_date, natural_name, split_names, squeeze
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_RSS_HEAD = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*", re.I)


def _sniff(head: Head) -> int:
    root = root_name(head)
    return CERTAIN if root in ("feed", "rss", "RDF") else NO


def _read(document: Document) -> Iterator[Item]:
    for item in records(document, frozenset({"entry", "item"})):
        if isinstance(item, Problem):
            yield item
            continue
        line, entry = item
        abstract = _abstract(entry, document.name, line)
        if abstract.abstract:
            yield abstract
        else:
            label = abstract.title or child_text(entry, "id")
            yield document.problem(line, "no abstract", label, ProblemKind.SKIPPED)


def _abstract(entry: Element, source: str, line: int) -> Abstract:
    address = child_text(entry, "id", "guid", "link")
    found = arxiv(re.sub(r"^oai:arXiv.org:", "", address))
    links = [href for child in entry if local(child) == "link" and (href := child.get("href"))]
    given = [address, *child_text(entry, "doi").split(), *links]
    ids = [id_ for value in given if (id_ := identifier(value, "doi" if value.startswith("10.") else None))]
    comment = squeeze(child_text(entry, "comment")) or None
    text = child_text(entry, "summary", "description", "content")
    return Abstract(
        abstract=_RSS_HEAD.sub("", plain_markup(text)),
        title=re.sub(r"\s*\(arXiv:\S+.*?\)$", "", plain_markup(child_text(entry, "title"))) or None,
        ids=tuple(dict.fromkeys(ids)),
        version=found[1] if found else None,
        authors=tuple(_authors(entry)),
        issued=iso_date(child_text(entry, "published", "pubDate", "date", "updated")),
        venue=squeeze(child_text(entry, "journal_ref")) or venue_of(comment),
        comment=comment,
        links=other_links(links, ids),
        source=source,
        line=line,
    )


def _authors(entry: Element) -> Iterator[Person]:
    for child in entry:
        if local(child) == "author" and (name := child_text(child, "name")):
            yield Person(natural_name(name))
    for creators in texts(entry, "creator"):
        yield from (Person(name) for name in split_names(plain_markup(creators)))


FORMAT = Format("atom", "arXiv Atom or RSS feed", (".atom", ".xml", ".rss"), _sniff, _read)
