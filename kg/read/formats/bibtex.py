"""BibTeX with abstracts (the ACL Anthology's, Zotero's, Google Scholar's …), parsed by bibtexparser.

bibtexparser reads a whole file at once, and one lost brace takes the rest of the file along. So the stream is cut
into entries first, at lines that begin with "@word{", and each is parsed on its own, with the `@string`s before it.
"""

import logging
import re
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.model import Entry

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format, Item
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.markup import plain_bibtex, plain_latex
from kg.read.text import URL, iso_date, natural_name
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_START = re.compile(r"^\s{0,8}@\s*([A-Za-z]+)\s*[{(]")
_ENTRY = re.compile(r"^\s{0,8}@\s*(?!comment|preamble|string)[A-Za-z]+\s*[{(]\s*[^\s,={}]*\s*,", re.M | re.I)
_NO_ENTRY = frozenset({"comment", "preamble"})
_MAX_ENTRY = 1 << 20
_MONTHS = {
    month: f"@string{{{month} = {{{month}}}}}" for month in re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec")
}
_BARE = re.compile(r"[=#]\s*([A-Za-z][^\s{}\",#]*)")
_MACRO = re.compile(r"^\s*@string\s*[{(]\s*([^\s=]+)\s*=", re.I)


def _sniff(head: Head) -> int:
    if not _ENTRY.search(head.text):
        return NO
    return CERTAIN if head.suffix in (".bib", ".bibtex") or head.text.lstrip()[:1] in "@%" else LIKELY


def _read(document: Document) -> Iterator[Item]:
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what fails is told below, as a problem
    macros = dict(_MONTHS)
    for line, kind, text in _entries(document):
        if not kind:
            if text.strip() and not text.lstrip().startswith("%"):
                yield document.problem(line, "belongs to no entry", text, ProblemKind.NOISE)
        elif kind == "string":
            if (match := _MACRO.match(text)) and len(text) < 10_000 and len(macros) < 10_000:
                macros[match[1].lower()] = text
        elif kind not in _NO_ENTRY:
            yield from _items(document, line, text, macros)


def _entries(document: Document) -> Iterator[tuple[int, str, str]]:
    """Yield (line, kind, text) of each piece between lines that begin an entry; the kind is "" before the first."""
    start, kind, block, size, lost = 1, "", list[str](), 0, False
    for number, line in document.lines():
        match = _START.match(line)
        if match:
            if block:
                yield start, kind, "\n".join(block)
            start, kind, block, size, lost = number, match[1].lower(), [], 0, False
        size += len(line)
        if size > _MAX_ENTRY:
            if not lost:
                document.report(start, f"an entry of more than {_MAX_ENTRY >> 20} million characters is cut")
            lost = True
            continue
        if not kind and not line.strip():
            if block:
                yield start, kind, "\n".join(block)
            block = []
            continue
        if not block:
            start = number
        block.append(line)
    if block:
        yield start, kind, "\n".join(block)


def _items(document: Document, line: int, text: str, macros: dict[str, str]) -> Iterator[Item]:
    found = _parsed(text, macros)
    if not found:
        yield document.problem(line, "a BibTeX entry that cannot be parsed: is a brace or comma missing?", text)
    for after, fields in found:
        yield _entry(document, line + after, fields)


def _entry(document: Document, line: int, fields: dict[str, str]) -> Item:
    abstract = plain_bibtex(fields.get("abstract", ""))
    title = plain_bibtex(fields.get("title", ""))
    if not abstract:
        return document.problem(line, "no abstract", title or fields["ID"], ProblemKind.SKIPPED)
    eprint = fields.get("eprint", "")
    addresses = URL.findall(fields.get("url", "").replace("\\", "")) + URL.findall(fields.get("howpublished", ""))
    given = [(eprint, None), (fields.get("arxivid", ""), None), (fields.get("doi", "").replace("\\", ""), "doi")]
    given += [(fields.get("pmid", ""), "pmid"), (fields.get("journal", "").removeprefix("arXiv preprint "), None)]
    given += [(address, None) for address in addresses]
    notes = next((text for name in ("note", "comment", "annote") if (text := plain_bibtex(fields.get(name, "")))), "")
    given += [(word, None) for word in re.findall(r"\barXiv:\s?\S+", notes)]
    comment = re.sub(r"^(?:arXiv:\s?\S+(?: \[[\w., -]+\])?[,;]?\s*)?(?:Comments?:\s*)?", "", notes) or None
    ids = [id_ for value, scheme in given if value and (id_ := identifier(value, scheme))]
    venue = next((fields[name] for name in ("booktitle", "journal", "journaltitle", "series") if fields.get(name)), "")
    date = fields.get("date") or " ".join(fields[name] for name in ("month", "year") if fields.get(name))
    found = arxiv(eprint)
    return Abstract(
        abstract=abstract,
        title=title or None,
        ids=tuple(dict.fromkeys(ids)),
        version=found[1] if found else None,
        authors=tuple(_authors(fields.get("author", ""), fields.get("orcid"))),
        issued=iso_date(_numbered(date)) or iso_date(fields.get("year")),
        venue=plain_bibtex(venue) or venue_of(comment),
        comment=comment,
        links=other_links(addresses, ids),
        source=document.name,
        line=line,
    )


def _parsed(text: str, macros: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    """Parse what begins with an entry: the fields by lower-case name, and the line in it, of each that can be parsed.

    It is more than one where another begins on the line on which one ends, as where files were joined.
    """
    used = [macros[name] for name in dict.fromkeys(map(str.lower, _BARE.findall(text))) if name in macros]
    library: Library = parse_string(
        "\n".join([*used, text]),
        parse_stack=[ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()],
    )
    failed = [block.ignore_error_block for block in library.failed_blocks]  # such as one field given twice
    above = sum(macro.count("\n") + 1 for macro in used)
    entries = [block for block in (*library.entries, *failed) if isinstance(block, Entry) and block.fields]
    return [
        (max((entry.start_line or 0) - above, 0), _fields(entry))
        for entry in sorted(entries, key=lambda entry: entry.start_line or 0)
    ]


def _fields(entry: Entry) -> dict[str, str]:
    fields = {"ID": str(entry.key)}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), _unquoted(str(field.value)))
    return fields


def _unquoted(value: str) -> str:
    """Join values with "#" as BibTeX does: bibtexparser leaves them."""
    value = value.strip()
    if re.fullmatch(r'(?:"[^"]*"|\{[^{}]*\}|\w+)(?:\s*#\s*(?:"[^"]*"|\{[^{}]*\}|\w+))+', value):
        return "".join(
            part.strip().strip('"{}') if part.strip()[:1] in '"{' else part.strip() for part in value.split("#")
        )
    return value


def _numbered(date: str) -> str:
    """Read BibTeX's months: "6 2021" and "jun~8 2021" as "2021-06" and "jun 8 2021"."""
    date = plain_latex(date)
    match = re.fullmatch(r"(\d{1,2})\s+(\d{4})", date)
    return f"{match[2]}-{int(match[1]):02d}" if match else date


def _authors(text: str, given: str | None) -> Iterator[Person]:
    names = [name for part in re.split(r"\s+and\s+", text) if (name := part.strip()) and name != "others"]
    for name in names:
        person = plain_latex(name) if re.fullmatch(r"\{[^{}]*\}", name) else natural_name(plain_latex(name))
        if person:
            yield Person(person, orcid(given) if len(names) == 1 else None)


FORMAT = Format("bibtex", "BibTeX", (".bib", ".bibtex"), _sniff, _read)
