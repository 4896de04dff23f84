"""Pages saved from the browser: arXiv's listings, search results and abstract pages, and pages with citation data.

arXiv shows an address as the words "this https URL"; the words are replaced by the link's address, so that the stored
text names it. A page is held in memory whole: it was made for a browser.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag

from kg.model import Abstract, Person, ProblemKind
from kg.read.document import Document, Head
from kg.read.formats.base import CERTAIN, LIKELY, NO, Format, Item
from kg.read.formats.xml_stream import root_name
from kg.read.ids import arxiv, identifier, orcid, other_links
from kg.read.text import iso_date, natural_name, split_names, squeeze
from kg.read.venue import venue_of

__all__ = ["FORMAT"]

_MAX_PAGE = 1 << 26
_HTML = re.compile(r"<!doctype html|<html[\s>]|<head[\s>]|<meta\s|<dl[\s>]|<div[\s>]|<blockquote", re.I)
_HIDDEN = re.compile(r"^\s*this (?:\w+ )?(?:URL|link|page|repository)\s*$", re.I)
_DESCRIPTOR = re.compile(r"^\s*(?:Title|Authors?|Abstract|Comments?|Journal[- ]ref|Subjects?|Summary)\s*:\s*", re.I)
_SUBMITTED = re.compile(
    r"(?:Submitted(?: on)?|originally announced)\s+(\d{1,2} [A-Za-z]+,? \d{4}|[A-Za-z]+ \d{4})", re.I
)
_FURNITURE = re.compile(r"[△▽]\s*(?:Less|More)\s*$")


def _sniff(head: Head) -> int:
    if not head.text.lstrip().startswith("<") or not _HTML.search(head.text):
        return NO
    return CERTAIN if "arxiv" in head.text.lower() or root_name(head).lower() == "html" else LIKELY


def _read(document: Document) -> Iterator[Item]:
    with document.text() as stream:
        page = stream.read(_MAX_PAGE + 1)
    if len(page) > _MAX_PAGE:
        yield document.problem(None, f"a page of more than {_MAX_PAGE >> 20} million characters")
        return
    page = document.mended(page, None).replace("\0", "")
    try:
        with warnings.catch_warnings():  # bs4's advice on how to call it, given for pages that look like XML or paths
            warnings.simplefilter("ignore", UserWarning)
            soup = BeautifulSoup(page, "lxml")
    except (RecursionError, AssertionError, ValueError) as error:
        yield document.problem(None, f"HTML that cannot be parsed ({error})", page)
        return
    for tag in soup.select('script[type^="math/tex"]'):  # MathJax's own copy of the formula, better than its drawing
        tag.replace_with(f"${tag.string or ''}$")
    for tag in soup.select(".MathJax, .MathJax_Preview, .MathJax_Display, .MJX_Assistive_MathML"):
        tag.decompose()
    for tag in soup(["script", "style", "noscript", "template"]):
        tag.decompose()
    rows = [*_listed(document, soup, page), *_found(document, soup, page)]
    yield from rows or _single(document, soup)


# --- one page, one paper ------------------------------------------------------------------------------------------


def _single(document: Document, soup: BeautifulSoup) -> Iterator[Item]:
    meta = _meta(soup)
    block = soup.select_one(
        "blockquote.abstract, .acl-abstract, section.abstract, div.abstract, #abstract, .abstract-content, "
        ".note-content-value, .abstractSection"
    )
    links: list[str] = []
    for heading in block.find_all(re.compile(r"^h[1-6]$")) if block else ():
        heading.decompose()
    text = _text(block, links) if block else ""
    text = text or next((value for name in _META_ABSTRACT for value in meta.get(name, ())), "")
    title_tag = soup.select_one("h1.title, h2#title, h1")
    title = next((v for n in ("citation_title", "dc.title", "og:title") for v in meta.get(n, ())), "")
    title = title or (_text(title_tag, []) if title_tag else "")
    if not text or not (meta.get("citation_title") or block):
        yield document.problem(None, "a page without an abstract", title, ProblemKind.SKIPPED)
        return
    given = [*meta.get("citation_arxiv_id", ()), *meta.get("citation_doi", ()), *meta.get("citation_pmid", ())]
    given += [_href(soup.select_one("link[rel=canonical]")), *meta.get("og:url", ())]
    given += [*meta.get("citation_abstract_html_url", ()), *meta.get("citation_pdf_url", ())]
    given += [_href(soup.select_one("td.doi a")), _text_of(soup, "td.arxividv a, td.arxivid a")]
    ids = [id_ for value in given if value and (id_ := identifier(value))]
    version = next((found[1] for value in given if value and (found := arxiv(value)) and found[1]), None)
    comment = _text_of(soup, "td.comments") or None
    dates = [*meta.get("citation_date", ()), *meta.get("citation_publication_date", ())]
    dates += [_text_of(soup, "div.dateline"), *meta.get("citation_online_date", ()), *meta.get("dc.date", ())]
    yield Abstract(
        abstract=text,
        title=title or None,
        ids=tuple(dict.fromkeys(ids)),
        version=version or _version(soup),
        authors=tuple(_meta_authors(soup, meta)),
        issued=next((date for value in dates if (date := iso_date(value))), None),
        venue=_text_of(soup, "td.jref") or _meta_venue(meta) or venue_of(comment),
        comment=comment,
        links=other_links(links, ids),
        source=document.name,
        line=1,
    )


_META_ABSTRACT = ("citation_abstract", "dc.description", "description", "og:description")


def _meta(soup: BeautifulSoup) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").lower()
        content = squeeze(str(tag.get("content") or ""))
        if name and content:
            values.setdefault(name, []).append(content)
    return values


def _meta_authors(soup: BeautifulSoup, meta: dict[str, list[str]]) -> Iterator[Person]:
    names = meta.get("citation_author") or meta.get("dc.creator")
    if names:
        orcids = meta.get("citation_author_orcid", [])
        for i, name in enumerate(names):
            yield Person(natural_name(name), orcid(orcids[i]) if len(orcids) == len(names) else None)
    else:
        yield from _authors(soup.select_one("div.authors"))


def _meta_venue(meta: dict[str, list[str]]) -> str | None:
    names = ("citation_conference_title", "citation_journal_title", "citation_inbook_title")
    return next((value for name in names for value in meta.get(name, ())), None)


def _version(soup: BeautifulSoup) -> int | None:
    history = soup.select_one("div.submission-history")
    versions = re.findall(r"\[v(\d+)\]", history.get_text()) if history else []
    return max(map(int, versions), default=None)


# --- listings -----------------------------------------------------------------------------------------------------


def _listed(document: Document, soup: BeautifulSoup, page: str) -> Iterator[Item]:
    """Read arXiv's /list/ pages: `dt` with the id, `dd` with the rest."""
    day = next((date for heading in soup.find_all("h3") if (date := _day(heading))), None)
    before: Tag | None = None
    for term in soup.find_all(["h3", "dt"]):
        if term.name == "h3":
            before = term
            continue
        anchor = term.find("a", href=re.compile(r"/abs/"))
        body = term.find_next_sibling("dd")
        if not isinstance(anchor, Tag) or not isinstance(body, Tag):
            continue
        yield _row(
            document,
            body,
            [str(anchor.get("href"))],
            {
                "title": ".list-title",
                "authors": ".list-authors",
                "comment": ".list-comments",
                "jref": ".list-journal-ref",
            },
            body.select_one("p.mathjax, .list-abstract, p"),
            _day(before) or (day if before is None or not day or "New" in before.get_text() else None),
            _line(page, str(anchor.get("href"))),
        )


def _day(heading: Any) -> str | None:
    date = iso_date(heading.get_text()) if heading is not None else None
    return date if date and len(date) == 10 else None


def _found(document: Document, soup: BeautifulSoup, page: str) -> Iterator[Item]:
    """Read arXiv's search results: `li.arxiv-result` with the whole abstract folded away."""
    for body in soup.select("li.arxiv-result"):
        hrefs = [str(anchor.get("href")) for anchor in body.select("p.list-title a[href]")]
        hrefs += [str(anchor.get("href")) for anchor in body.select("a[href*='doi.org']")]
        submitted = _SUBMITTED.search(squeeze(body.get_text(" ")))
        yield _row(
            document,
            body,
            hrefs,
            {"title": "p.title", "authors": "p.authors", "comment": "p.comments", "jref": "p.journal-ref"},
            body.select_one(".abstract-full") or body.select_one(".abstract-short") or body.select_one(".abstract"),
            iso_date(submitted[1]) if submitted else None,
            _line(page, next(iter(hrefs), "")),
        )


def _row(
    document: Document,
    body: Tag,
    hrefs: list[str],
    places: dict[str, str],
    block: Tag | None,
    issued: str | None,
    line: int | None,
) -> Item:
    hrefs = [f"https://arxiv.org{href}" if href.startswith("/") else href for href in hrefs]
    ids = [id_ for href in hrefs if (id_ := identifier(href))]
    title = _text_of(body, places["title"])
    links: list[str] = []
    text = _FURNITURE.sub("", _text(block, links)).strip() if block else ""
    if not text:
        return document.problem(line, "no abstract", title, ProblemKind.SKIPPED)
    found = next((found for href in hrefs if (found := arxiv(href))), None)
    comments = [_text(tag, []) for tag in body.select(places["comment"])]
    comment = " ".join(value for value in comments if value) or None
    return Abstract(
        abstract=text,
        title=title or None,
        ids=tuple(dict.fromkeys(ids)),
        version=found[1] if found else None,
        authors=tuple(_authors(body.select_one(places["authors"]))),
        issued=issued,
        venue=_text_of(body, places["jref"]) or venue_of(comment),
        comment=comment,
        links=other_links(links, ids),
        source=document.name,
        line=line,
    )


# --- parts --------------------------------------------------------------------------------------------------------


def _authors(block: Tag | None) -> Iterator[Person]:
    if block is None:
        return
    names = [squeeze(anchor.get_text()) for anchor in block.find_all("a")]
    names = [name for name in names if name and not name.startswith(("et al", "("))]
    yield from (Person(name) for name in names or split_names(_text(block, [])))


def _text_of(soup: Tag, selector: str) -> str:
    tag = soup.select_one(selector)
    return _text(tag, []) if tag else ""


def _text(tag: Tag, links: list[str]) -> str:
    """Return the text of an element; "this https URL" becomes the address, other addresses are noted in `links`."""
    for anchor in tag.find_all("a", href=True):
        href = str(anchor["href"]).strip()
        if not href.lower().startswith("http"):
            continue
        if _HIDDEN.match(anchor.get_text()):
            anchor.string = href
        elif "arxiv.org/search" not in href:
            links.append(href)
    for extra in tag.select(".search-hit-controls, a.is-size-7, span.primary-subject"):
        if extra.name == "a":
            extra.decompose()
    return _DESCRIPTOR.sub("", squeeze(tag.get_text()))


def _href(tag: Tag | None) -> str:
    return str(tag.get("href") or "") if tag is not None else ""


def _line(page: str, address: str) -> int | None:
    """Return the line of the first mention of an address: lxml's tree does not keep lines."""
    at = page.find(f'"{address}"') if address else -1
    return page.count("\n", 0, at) + 1 if at >= 0 else None


FORMAT = Format("html", "saved web page (arXiv listing, search, abstract page)", (".html", ".htm"), _sniff, _read)
