"""JSON records, one a line or in an array: our own form, and whatever another project calls the same fields.

`id`, `title`, `abstract`, `authors`, `year`, `venue`, `url` … in the names that exports use. `abstract` may be missing
or empty in a record that has a title or an id (it is skipped and counted); a record of none of these is broken.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from kg.model import Abstract, Person, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import LIKELY, NO, POSSIBLE, Format, Item
from kg.read.formats.json_stream import first_record, records
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.markup import has_markup, plain_markup
from kg.read.text import URL, iso_date, natural_name, one_line, split_names
from kg.read.venue import venue_of

__all__ = ["FORMAT", "Dialect", "first", "json_reader", "no_abstract", "text_of"]

Fields = Mapping[str, Any]

_ABSTRACT = ("abstract", "abstractText", "summary", "abstractNote", "AB", "description", "text")
_TITLE = ("title", "display_name", "name", "TI")
_AUTHORS = ("authors", "author", "creators", "creator", "AU")
_ISSUED = ("issued", "publication_date", "publicationDate", "published", "created", "date", "update_date", "year")
_VENUE = ("venue", "journal", "booktitle", "conference", "container-title", "journal-ref", "publicationTitle")
_COMMENT = ("comment", "comments", "note")
_LINKS = ("url", "urls", "links", "link", "code", "code_url", "url_pdf", "pdf_url", "repository")
_IDS: tuple[tuple[str, str | None], ...] = (
    ("arxiv_id", None),
    ("arxivId", None),
    ("arxiv", None),
    ("doi", "doi"),
    ("DOI", "doi"),
    ("acl_id", None),
    ("openalex_id", "openalex"),
    ("pmid", "pmid"),
    ("pubmed_id", "pmid"),
    ("corpus_id", "s2"),
    ("paper_id", None),
    ("url", None),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One project's record: how to know it by its fields, and how to read it."""

    matches: Callable[[Fields], bool]
    read: Callable[[Fields, str, int], Abstract | None]


def text_of(value: object) -> str:
    """Return a text field, "" for anything else; a list gives its first text."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return next((text for part in value if (text := text_of(part))), "")
    if isinstance(value, float):  # pandas writes NaN for what is missing, and 7.0 for 7 beside it
        return (str(int(value)) if value.is_integer() else str(value)) if isfinite(value) else ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _abstract_of(value: object) -> str:
    """Return an abstract given whole, in paragraphs or sentences, or as S2ORC's [{"text": …}]."""
    if isinstance(value, list):
        return " ".join(text for part in value if (text := _abstract_of(part)))
    return text_of(value.get("text")) if isinstance(value, dict) else text_of(value)


def first(record: Fields, names: tuple[str, ...]) -> str:
    """Return the first of some fields that holds text."""
    return next((text for name in names if name in record and (text := text_of(record[name]))), "")


def no_abstract(document: Document, line: int, label: str) -> Problem:
    """Make the problem of a whole record without an abstract."""
    return document.problem(line, "no abstract", label, ProblemKind.SKIPPED)


def json_reader(dialects: tuple[Dialect, ...]) -> Callable[[Document], Iterator[Item]]:
    """Make a reader that asks the dialects in order for each record, and falls back to our own form."""

    def read(document: Document) -> Iterator[Item]:
        for item in records(document):
            if isinstance(item, Problem):
                yield item
                continue
            line, record = item
            if record is None:  # what Semantic Scholar answers for an id that it does not know
                yield no_abstract(document, line, "null")
                continue
            if not isinstance(record, dict):
                yield document.problem(line, f"a JSON {_type(record)}, not an object", str(record)[:200])
                continue
            yield from _record(document, dialects, line, record)

    return read


def _record(document: Document, dialects: "tuple[Dialect, ...]", line: int, record: Fields) -> Iterator[Item]:
    dialect = next((known for known in dialects if known.matches(record)), None)
    try:
        abstract = (dialect.read if dialect else _own)(record, document.name, line)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError) as error:
        yield document.problem(line, f"a field of an unexpected form ({error})", str(record)[:200])
        return
    if abstract is not None:
        yield abstract
    elif dialect or any(name in record for name in (*_ABSTRACT, *_TITLE)):
        yield no_abstract(document, line, first(record, (*_TITLE, "id")))
    elif record and all(isinstance(value, dict) for value in record.values()):  # {id: record, …}
        for name, value in record.items():
            yield from _record(document, dialects, line, {"id": name, **value})
    else:
        yield document.problem(line, "no field 'abstract'", str(record)[:200])


def _type(value: object) -> str:
    return {"list": "array", "str": "string", "bool": "boolean", "NoneType": "null"}.get(type(value).__name__, "number")


def _own(record: Fields, source: str, line: int) -> Abstract | None:
    abstract = next((text for name in _ABSTRACT if name in record and (text := _abstract_of(record[name]))), "")
    title = first(record, _TITLE)
    if "container-title" in record or has_markup(abstract) or has_markup(title):  # as Crossref and CSL write it
        abstract, title = plain_markup(abstract), plain_markup(title)
    if not abstract:
        return None
    given = text_of(record.get("id"))
    ids = [identifier(given) or (f"id:{given}" if given else None)]
    ids += [identifier(text, scheme) for name, scheme in _IDS if (text := text_of(record.get(name)))]
    ids += [identifier(text_of(value)) for value in _listed(record.get("ids"))]
    version = next(
        (found[1] for name in ("id", "arxiv_id", "url") if (found := arxiv(text_of(record.get(name))))), None
    )
    comment = first(record, _COMMENT) or None
    named = list(dict.fromkeys(id_ for id_ in ids if id_))
    return Abstract(
        abstract=abstract,
        title=title or None,
        ids=tuple(named),
        version=version,
        authors=tuple(_people(next((record[name] for name in _AUTHORS if record.get(name)), None))),
        issued=_issued(record),
        venue=first(record, _VENUE) or venue_of(comment),
        comment=comment,
        links=other_links([url for name in _LINKS for url in _urls(record.get(name))], named),
        source=source,
        line=line,
    )


def _issued(record: Fields) -> str | None:
    """Return the date of the first field that holds one; CSL writes {"date-parts": [[2021, 6, 8]]}."""
    for name in _ISSUED:
        value = record.get(name)
        if isinstance(value, dict):
            parts = next((part for part in value.get("date-parts") or () if isinstance(part, list)), [])
            value = "-".join(str(part) for part in parts) or value.get("raw") or value.get("literal")
        if date := iso_date(text_of(value)):
            return date
    return None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []


def _urls(value: object) -> list[str]:
    if isinstance(value, str):
        return URL.findall(value)
    if isinstance(value, dict):
        value = value.get("url") or value.get("href") or value.get("URL")
        return URL.findall(value) if isinstance(value, str) else []
    return [url for part in value for url in _urls(part)] if isinstance(value, list) else []


def _people(value: object) -> Iterator[Person]:
    if isinstance(value, str):
        yield from (Person(name) for name in split_names(value))
    elif isinstance(value, list):
        for part in value:
            yield from _person(part)


def _person(part: object) -> Iterator[Person]:
    if isinstance(part, str) and part.strip():
        yield Person(natural_name(part))
    elif isinstance(part, dict):
        family = first(part, ("family", "lastName", "last", "last_name", "surname"))
        given = first(part, ("given", "firstName", "first", "first_name", "forename"))
        name = (
            natural_name(first(part, ("name", "display_name", "full_name", "literal"))) or f"{given} {family}".strip()
        )
        if name:
            given_id = orcid(first(part, ("orcid", "ORCID")))
            yield Person(name, orcid=given_id)
    elif isinstance(part, list) and part and all(isinstance(name, str) for name in part):
        yield Person(" ".join(name for name in (*part[1:2], part[0]) if name))


def _sniff(head: Head) -> int:
    text = head.text.lstrip()
    if first_record(head) is not None:
        return LIKELY
    if text[:1] in "{[" and (head.suffix in (".json", ".jsonl", ".ndjson") or '"abstract"' in text):
        return LIKELY
    return POSSIBLE if head.suffix in (".json", ".jsonl", ".ndjson") else NO


FORMAT = Format("jsonl", "JSON lines or array", (".jsonl", ".ndjson", ".json"), _sniff, json_reader(()))
