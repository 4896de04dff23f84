"""Write RDF terms as N-Quads: the one place where strings of a paper become literals and links become IRIs.

Terms are strings in their N-Quads form, so that a build writes 300 statements a paper without an object for each.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode
from rdflib import namespace

from kg import vocab

__all__ = [
    "DCTERMS",
    "ITSRDF",
    "KG",
    "NIF",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SKOS",
    "Terms",
    "boolean",
    "date",
    "decimal",
    "english",
    "external",
    "integer",
    "iri",
    "string",
]

_XSD = "http://www.w3.org/2001/XMLSchema#"
#: ISO 8601 by its length: the datatype of a year, a month and a day.
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
#: What may not stand in a literal as it is (N-Quads, STRING_LITERAL_QUOTE).
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_ESCAPED = re.compile(r'[\\"\n\r]')

# What RFC 3987 does not allow in an IRI or what harms where one is shown (controls, bidi marks): all but letters,
# digits and the ASCII marks of a web address.
_UNSAFE = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w!#$%&'()*+,\-./:;=?@~]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Terms:
    """The terms of a namespace as N-Quads, each made once: a build asks for one 500 times a paper.

    >>> Terms(vocab.KG).proposes
    '<https://w3id.org/paperkg/ontology#proposes>'
    """

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> str:
        term = iri(self._namespace[name])
        setattr(self, name, term)
        return term

    def __getitem__(self, name: str) -> str:
        term: str = getattr(self, name)
        return term


def iri(value: str) -> str:
    """Return an IRI that is known to be one: a minted name or a term of a vocabulary."""
    return f"<{value}>"


KG, ITSRDF, NIF, SCHEMA = map(Terms, (vocab.KG, vocab.ITSRDF, vocab.NIF, vocab.SCHEMA))
DCTERMS, PROV, RDF, RDFS, SKOS = map(
    Terms, (namespace.DCTERMS, namespace.PROV, namespace.RDF, namespace.RDFS, namespace.SKOS)
)


def external(url: str) -> str:
    """Return the IRI of a web address out of a text; what may not stand in an IRI is percent-encoded."""
    safe = _UNSAFE.sub(lambda match: quote(match.group().encode("utf-8", "replace")), url)
    try:
        return iri(NamedNode(safe).value)
    except ValueError:  # a host or port that is none: keep it readable after the scheme
        scheme, _, rest = safe.partition(":")
        return iri(NamedNode(f"{scheme}:{quote(rest, safe='/%')}").value)


def string(value: str) -> str:
    """Return a plain literal; lone surrogates, which no RDF syntax can carry, become U+FFFD.

    >>> string('He said "no".')
    '"He said \\\\"no\\\\"."'
    """
    if _broken(value):
        value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return f'"{value.translate(_ESCAPES)}"' if _ESCAPED.search(value) else f'"{value}"'


def english(value: str) -> str:
    """Return a label in English."""
    return string(value.encode("utf-8", "replace").decode("utf-8") if _broken(value) else value) + "@en"


def boolean(value: bool) -> str:
    """Return an xsd:boolean."""
    return f'"{str(value).lower()}"^^<{_XSD}boolean>'


@lru_cache(maxsize=1 << 13)
def integer(value: int) -> str:
    """Return an xsd:integer."""
    return f'"{value}"^^<{_XSD}integer>'


@lru_cache(maxsize=1 << 13)
def decimal(value: str | float, places: int | None = None) -> str:
    """Return an xsd:decimal in canonical digits, so that the store's own normalisation changes nothing.

    >>> [decimal(*number).partition("^")[0] for number in (("77.640",), (0.97312, 3), ("5",))]
    ['"77.64"', '"0.973"', '"5"']
    """
    number = Decimal(str(value))
    if places is not None:
        number = round(number, places)
    digits = format(number.normalize(), "f")
    return f'"{"0" if digits == "-0" else digits}"^^<{_XSD}decimal>'


def date(value: str) -> str:
    """Return an ISO date of year, month or day precision with its datatype."""
    datatype = _DATES.get(len(value))
    return f"{string(value)}^^<{_XSD}{datatype}>" if datatype else string(value)


def _broken(value: str) -> bool:
    return not value.isascii() and _SURROGATE.search(value) is not None
