"""XML records out of a stream with lxml's pull parser: no entities, no network, and a tree that never grows.

A document that declares entities is refused before it is parsed: no format here has any, and only bombs and file
thieves do. All elements outside records are thrown away as soon as they end.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from kg.model import Problem
from kg.read.document import Document, Head

__all__ = ["Element", "child_text", "local", "records", "root_name", "texts"]

#: lxml has no types of its own.
Element = Any

_CHUNK = 1 << 17
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,200}\?>")
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")


def root_name(head: Head) -> str:
    """Return the name of the outermost element, without prefix, "" where the text is no XML."""
    text = head.text.lstrip()
    if not text.startswith("<"):
        return ""
    text = re.sub(r"<!--.*?-->", "", text[:20_000], flags=re.S)
    match = _ROOT.search(text)
    return match[1] if match else ""


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def texts(element: Element, *names: str) -> Iterator[str]:
    """Yield the text of all children of some names, in document order."""
    for child in element:
        if local(child) in names and (text := "".join(child.itertext()).strip()):
            yield text


def child_text(element: Element, *names: str) -> str:
    """Return the text of the first child of the first name that has any."""
    return next((text for name in names for text in texts(element, name)), "")


def records(document: Document, names: frozenset[str]) -> Iterator[tuple[int, Element] | Problem]:
    """Yield the elements of some names with their lines; what is not well-formed ends the file with a problem."""
    if "<!ENTITY" in document.head.text:
        yield document.problem(None, "XML that declares entities is refused: it can expand without end or read files")
        return
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    inside: Element = None
    with document.text() as stream:
        at_start, line = True, 1
        while True:
            chunk = stream.read(_CHUNK)
            text = _ILLEGAL.sub("", document.mended(chunk, line) if chunk else "")
            line += chunk.count("\n")
            if at_start:  # the text is UTF-8 by now, whatever its declaration says
                text = _DECLARATION.sub(lambda match: "\n" * match[0].count("\n"), text.lstrip("\ufeff"))
                text, at_start = text if text[:1] == "\n" else text.lstrip(), False
            error = _fed(parser, text.encode("utf-8", "replace"), last=not chunk)
            for event, element in parser.read_events():
                if event == "start":
                    if inside is None and local(element) in names:
                        inside = element
                elif element is inside:
                    inside = None
                    yield element.sourceline or 0, element
                    _forget(element)
                elif inside is None:
                    _forget(element)
            if error:
                yield document.problem(error.lineno or line, f"broken XML: {_said(error)}")
                return
            if not chunk:
                return


def _fed(parser: etree.XMLPullParser, data: bytes, last: bool) -> "etree.XMLSyntaxError | None":
    try:
        if data:
            parser.feed(data)
        if last:
            parser.close()
    except etree.XMLSyntaxError as error:
        return error
    return None


def _said(error: etree.XMLSyntaxError) -> str:
    return re.sub(r", line \d+, column \d+.*$", "", " ".join(str(error.msg or "not well-formed").split()))


def _forget(element: Element) -> None:
    """Free an element that was dealt with, and its elder siblings."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
