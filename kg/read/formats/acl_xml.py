"""The ACL Anthology's XML: a collection of volumes with their `meta`, and a `paper` each.

An id is built as the Anthology builds it: `2020.acl-main.1` of collection, volume and paper; before 2020 `N19-1001`,
where the volume is one digit and the paper three (two and two in the workshops of `W`).
"""

import re
from collections.abc import Iterator

from kg.model import Abstract, Person, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, NO, Format, Item
from kg.read.formats.xml_stream import Element, child_text, local, records, root_name
from kg.read.ids import identifier, orcid
from kg.read.text import iso_date, squeeze

__all__ = ["FORMAT"]


def _sniff(head: Head) -> int:
    root = root_name(head)
    return CERTAIN if root in ("collection", "volume") and ("<paper" in head.text or "<volume" in head.text) else NO


def _read(document: Document) -> Iterator[Item]:
    meta: dict[str, str] = {}
    for item in records(document, frozenset({"meta", "paper", "frontmatter"})):
        if isinstance(item, Problem):
            yield item
            continue
        line, element = item
        if local(element) == "meta":
            meta = {local(child): squeeze(_plain(child)) for child in element}
        elif local(element) == "frontmatter":
            yield document.problem(line, "front matter of a volume", meta.get("booktitle", ""), ProblemKind.NOISE)
        else:
            abstract = _abstract(element, meta, document.name, line)
            if abstract.abstract:
                yield abstract
            else:
                yield document.problem(line, "no abstract", abstract.title or "", ProblemKind.SKIPPED)


def _abstract(paper: Element, meta: dict[str, str], source: str, line: int) -> Abstract:
    ids = [_acl_id(paper), identifier(child_text(paper, "doi"), "doi")]
    code = [url for child in paper if local(child) == "pwccode" and (url := child.get("url"))]
    title = next((child for child in paper if local(child) == "title"), None)
    abstract = next((child for child in paper if local(child) == "abstract"), None)
    year = child_text(paper, "year") or meta.get("year", "")
    month = re.match(r"[A-Za-z]*", child_text(paper, "month") or meta.get("month", ""))
    return Abstract(
        abstract=squeeze(_plain(abstract)) if abstract is not None else "",
        title=(squeeze(_plain(title)) if title is not None else "") or None,
        ids=tuple(dict.fromkeys(id_ for id_ in ids if id_)),
        authors=tuple(_authors(paper)),
        issued=iso_date(f"{month[0] if month else ''} {year}") or iso_date(year),
        venue=meta.get("booktitle") or None,
        links=tuple(code),
        source=source,
        line=line,
    )


def _acl_id(paper: Element) -> str | None:
    if found := identifier(child_text(paper, "url")):
        return found
    volume = paper.getparent()
    collection = volume.getparent() if volume is not None else None
    if volume is None or collection is None:
        return None
    series, part, number = collection.get("id", ""), volume.get("id", ""), paper.get("id", "")
    if re.fullmatch(r"[A-Z]\d\d", series) and part.isdigit() and number.isdigit():
        wide = series.startswith("W") or series == "C69" or (series == "D19" and int(part) >= 5)
        digits = f"{int(part):02d}{int(number):02d}" if wide else f"{int(part)}{int(number):03d}"
        return identifier(f"acl:{series}-{digits}")
    return identifier(f"acl:{series}-{part}.{number}")


def _authors(paper: Element) -> Iterator[Person]:
    for child in paper:
        if local(child) != "author":
            continue
        name = " ".join(part for part in (child_text(child, "first"), child_text(child, "last")) if part)
        name = squeeze(name or "".join(child.itertext()))
        given = child.get("id")
        if name:
            yield Person(name, orcid(child.get("orcid")), f"acl:{given}" if given else None)


def _plain(element: Element) -> str:
    """Return the text of mixed content; TeX mathematics goes back between dollar signs."""
    parts = [element.text or ""]
    for child in element:
        inner = _plain(child)
        if local(child) == "tex-math" and inner:
            inner = f"${inner}$"
        elif local(child) in ("url", "a") and not inner:
            inner = child.get("href") or ""
        parts += [inner, child.tail or ""]
    return "".join(parts)


FORMAT = Format("acl-xml", "ACL Anthology XML", (".xml",), _sniff, _read)
