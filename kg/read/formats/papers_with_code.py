"""Papers with Code's `papers-with-abstracts.json`: one array with arXiv id, title, abstract, authors and date."""

import re
from collections.abc import Mapping
from typing import Any

from kg.model import Abstract, Person
from kg.read.document import Head
from kg.read.formats.base import CERTAIN, NO, Format
from kg.read.formats.json_records import Dialect, json_reader, text_of
from kg.read.formats.json_stream import first_record
from kg.read.ids import arxiv, identifier, other_links
from kg.read.text import iso_date, natural_name, one_line

__all__ = ["DIALECT", "FORMAT"]


#: "ICML 2021 7": the number of the month behind the year.
_MONTH = re.compile(r"(?<=\b\d{4}) \d{1,2}$")


def _matches(record: Mapping[str, Any]) -> bool:
    return "paper_url" in record and ("url_abs" in record or "short_abstract" in record)


def _read(record: Mapping[str, Any], source: str, line: int) -> Abstract | None:
    abstract = one_line(record.get("abstract") or "")
    if not abstract:
        return None
    urls = [text_of(record.get(name)) for name in ("url_abs", "url_pdf", "conference_url_abs", "conference_url_pdf")]
    ids = [id_ for value in (text_of(record.get("arxiv_id")), *urls) if (id_ := identifier(value))]
    found = arxiv(text_of(record.get("arxiv_id"))) or arxiv(urls[0])
    names = [text_of(name) for name in record.get("authors") or ()]
    return Abstract(
        abstract=abstract,
        title=one_line(record.get("title") or "") or None,
        ids=tuple(dict.fromkeys(ids)),
        version=found[1] if found else None,
        authors=tuple(Person(natural_name(name)) for name in names if name),
        issued=iso_date(record.get("date")),
        venue=_MONTH.sub("", text_of(record.get("proceeding"))) or text_of(record.get("conference")) or None,
        links=other_links([url for url in urls if url.startswith("http")], ids),
        source=source,
        line=line,
    )


def _sniff(head: Head) -> int:
    record = first_record(head)
    if record is not None:
        return CERTAIN if _matches(record) else NO
    return CERTAIN if head.text.lstrip()[:1] in "{[" and '"paper_url"' in head.text and '"url_abs"' in head.text else NO


DIALECT = Dialect(_matches, _read)
FORMAT = Format("papers-with-code", "Papers with Code abstracts", (".json",), _sniff, json_reader((DIALECT,)))
