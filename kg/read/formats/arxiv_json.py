"""The arXiv metadata snapshot: a JSON line a paper, with `authors_parsed`, `versions` and `update_date`."""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.model import Abstract, Person
from kg.read.document import Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format
from kg.read.formats.json_records import Dialect, json_reader, text_of
from kg.read.formats.json_stream import first_record
from kg.read.ids import arxiv, identifier
from kg.read.markup import plain_latex
from kg.read.text import iso_date, one_line, split_names
from kg.read.venue import venue_of

__all__ = ["DIALECT", "FORMAT"]


def _matches(record: Mapping[str, Any]) -> bool:
    return "abstract" in record and ("authors_parsed" in record or ("update_date" in record and "categories" in record))


def _read(record: Mapping[str, Any], source: str, line: int) -> Abstract | None:
    abstract = one_line(record["abstract"] or "")
    if not abstract:
        return None
    given = text_of(record.get("id"))
    found = arxiv(given)
    ids = [f"arXiv:{found[0]}" if found else f"id:{given}"] if given else []
    if doi := record.get("doi"):
        ids += [id_ for part in doi.split() if (id_ := identifier(part, "doi")) and id_ not in ids]
    versions = record.get("versions") or []
    comment = one_line(record.get("comments") or "") or None
    return Abstract(
        abstract=abstract,
        title=one_line(record.get("title") or "") or None,
        ids=tuple(ids),
        version=len(versions) or (found[1] if found else None),
        authors=tuple(_authors(record)),
        issued=iso_date(versions[0].get("created") if versions else record.get("update_date")),
        venue=one_line(record.get("journal-ref") or "") or venue_of(comment),
        comment=comment,
        source=source,
        line=line,
    )


def _authors(record: Mapping[str, Any]) -> Iterator[Person]:
    parsed = record.get("authors_parsed")
    if not parsed:
        yield from (Person(plain_latex(name)) for name in split_names(record.get("authors") or ""))
        return
    for family, given, *rest in parsed:
        suffix = rest[0] if rest else ""
        name = " ".join(part for part in (given, family, suffix) if part)
        if name:
            yield Person(plain_latex(name) if "\\" in name or "{" in name else name)


def _sniff(head: Head) -> int:
    record = first_record(head)
    if record is not None:
        return CERTAIN if _matches(record) else NO
    return LIKELY if head.text.lstrip()[:1] in "{[" and '"authors_parsed"' in head.text else NO


DIALECT = Dialect(_matches, _read)
FORMAT = Format("arxiv-json", "arXiv metadata snapshot", (".json", ".jsonl"), _sniff, json_reader((DIALECT,)))
