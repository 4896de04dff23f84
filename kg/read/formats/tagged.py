"""Tagged exports of reference managers: RIS (`TY  - JOUR` … `ER  -`) and PubMed's MEDLINE (`PMID- 123`)."""

import re
from collections.abc import Callable, Iterator

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, NO, Format, Item
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.markup import plain_markup
from kg.read.text import URL, cut_suffix, iso_date, natural_name, squeeze
from kg.read.venue import venue_of

__all__ = ["MEDLINE", "RIS"]

Fields = dict[str, list[str]]

_RIS_LINE = re.compile(r"^\s?([A-Z][A-Z0-9])  ?-(?: (.*))?$")
_MEDLINE_LINE = re.compile(r"^([A-Z]{2,4}) {0,2}- (.*)$")
_MAX_RECORD = 1 << 17


def _records(
    document: Document, tag: re.Pattern[str], first: str, last: str | None
) -> Iterator[tuple[int, Fields] | Item]:
    """Collect the tagged lines of each record; a line without a tag goes on with the one above."""
    fields: Fields = {}
    start, current, size = 1, "", 0
    for number, line in document.lines():
        line = line.lstrip("\ufeff")
        match = tag.match(line)
        if match and (match[1] == first or not fields):
            if fields:
                yield start, fields
            fields, start, size = {}, number, 0
        if match and match[1] == last:
            if fields:
                yield start, fields
            fields, current = {}, ""
        elif match:
            current = match[1]
            value = match[2] or ""
            if current == "AUID":  # the id of the author above it
                value = f"{len(fields.get('FAU') or fields.get('AU') or ()) - 1} {value}"
            fields.setdefault(current, []).append(value)
        elif line.strip():
            size += len(line)
            if current and fields and size < _MAX_RECORD:
                fields[current][-1] += f" {line.strip()}"
            elif size < _MAX_RECORD:
                yield document.problem(number, "belongs to no record", line, ProblemKind.NOISE)
    if fields:
        if last:
            document.report(start, f"the last record is not closed by {last!r}", kind=ProblemKind.WARNING)
        yield start, fields


def _all(fields: Fields, *tags: str) -> list[str]:
    return [text for tag in tags for value in fields.get(tag, ()) if (text := squeeze(value))]


def _first(fields: Fields, *tags: str) -> str:
    return next(iter(_all(fields, *tags)), "")


def _reader(
    tag: re.Pattern[str], first: str, last: str | None, make: Callable[[Fields, str, int], Abstract]
) -> Callable[[Document], Iterator[Item]]:
    def read(document: Document) -> Iterator[Item]:
        for item in _records(document, tag, first, last):
            if not isinstance(item, tuple):
                yield item
                continue
            line, fields = item
            abstract = make(fields, document.name, line)
            if abstract.abstract:
                yield abstract
            elif first not in fields and not abstract.title:
                yield document.problem(line, "belongs to no record", str(fields)[:100], ProblemKind.NOISE)
            else:
                yield document.problem(line, "no abstract", abstract.title or "", ProblemKind.SKIPPED)

    return read


def _ris(fields: Fields, source: str, line: int) -> Abstract:
    addresses = [url for text in _all(fields, "UR", "L1", "L2", "LK") for url in URL.findall(text)]
    given: list[tuple[str, str | None]] = [(value, "doi") for value in _all(fields, "DO", "DI")]
    given += [(value, None) for value in (*_all(fields, "AN", "ID", "M1", "M3", "C7"), *addresses)]
    notes = _all(fields, "N1", "RN")
    given += [(word, None) for note in notes for word in re.findall(r"\barXiv:\S+", note)]
    given += [
        (match[1], None)
        for name in _all(fields, "JO", "T2", "JF")
        if (match := re.match(r"arXiv.*?(\d{4}\.\d{4,5}\S*)", name))
    ]
    ids = [id_ for value, scheme in given if (id_ := identifier(value, scheme))]
    text = _all(fields, "AB") or _all(fields, "N2")
    comment = " ".join(re.sub(r"^Comments?:\s*", "", plain_markup(note)) for note in notes) or None
    version = next((found[1] for value, _ in given if (found := arxiv(value)) and found[1]), None)
    dates = _all(fields, "DA", "PY", "Y1")  # Y2 is when it was looked at
    return Abstract(
        abstract=plain_markup(" ".join(text)),
        title=plain_markup(_first(fields, "TI", "T1", "CT", "BT" if "AB" not in fields else "TI")) or None,
        ids=tuple(dict.fromkeys(ids)),
        version=version,
        authors=tuple(Person(natural_name(name)) for name in _all(fields, "AU", "A1")),
        issued=max((date for text in dates if (date := iso_date(text.rstrip("/")))), key=len, default=None),
        venue=_first(fields, "T2", "JO", "JF", "JA", "C3", "BT", "T3") or venue_of(comment),
        comment=comment,
        links=other_links(addresses, ids),
        source=source,
        line=line,
    )


def _medline(fields: Fields, source: str, line: int) -> Abstract:
    ids = [identifier(value, "pmid") for value in _all(fields, "PMID")]
    located = [(value.split(" ")[0], value) for value in _all(fields, "LID", "AID")]
    ids += [identifier(value, "doi") for value, whole in located if "[doi]" in whole]
    ids += [identifier(value, "pmcid") for value in _all(fields, "PMC")]
    names = _all(fields, "FAU") or _all(fields, "AU")
    orcids = _orcids(fields)
    comment = " ".join(_all(fields, "GN")) or None
    dates = [*_all(fields, "DP"), *_all(fields, "DEP", "EDAT")]
    return Abstract(
        abstract=" ".join(_all(fields, "AB")),
        title=" ".join(_all(fields, "TI")) or None,
        ids=tuple(dict.fromkeys(id_ for id_ in ids if id_)),
        authors=tuple(Person(_medline_name(name), orcids.get(i)) for i, name in enumerate(names)),
        issued=next((date for text in dates if (date := iso_date(_compact(text)))), None),
        venue=_first(fields, "JT", "TA", "SO") or None,
        comment=comment,
        source=source,
        line=line,
    )


def _medline_name(name: str) -> str:
    """Write "Lovelace A" (`AU`) and "Lovelace, Ada" (`FAU`) in natural order."""
    if "," in name:
        return natural_name(name)
    whole, suffix = cut_suffix(name)
    family, _, initials = whole.rpartition(" ")
    if not family or not initials.isupper() or len(initials) > 3:
        return name
    return f"{initials} {family} {suffix}".rstrip()


def _orcids(fields: Fields) -> dict[int, str]:
    """Return the ORCIDs by the number of the author: `_records` puts it before the value."""
    given = (value.partition(" ") for value in fields.get("AUID", ()))
    return {int(number): found for number, _, value in given if (found := orcid(value))}


def _compact(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if re.fullmatch(r"(?:19|20)\d{6}", text) else text


def _sniff_ris(head: Head) -> int:
    return CERTAIN if re.search(r"^\s?TY  ?- \S", head.text[:20_000], re.M) else NO


def _sniff_medline(head: Head) -> int:
    return CERTAIN if re.search(r"^PMID- ?\d", head.text[:20_000], re.M) else NO


RIS = Format("ris", "RIS", (".ris",), _sniff_ris, _reader(_RIS_LINE, "TY", "ER", _ris))
MEDLINE = Format(
    "medline", "PubMed MEDLINE", (".nbib", ".medline"), _sniff_medline, _reader(_MEDLINE_LINE, "PMID", None, _medline)
)
