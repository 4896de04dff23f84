"""Make RDF terms: the one place where strings of a paper become literals and links become IRIs."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode
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
    "date",
    "decimal",
    "english",
    "external",
    "integer",
    "string",
]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGER = NamedNode(_XSD + "integer")
_DECIMAL = NamedNode(_XSD + "decimal")
#: ISO 8601 by its length: the datatype of a year, a month and a day.
_DATES = {4: NamedNode(_XSD + "gYear"), 7: NamedNode(_XSD + "gYearMonth"), 10: NamedNode(_XSD + "date")}

# What RFC 3987 does not allow in an IRI or what harms where one is shown (controls, bidi marks): all but letters,
# digits and the ASCII marks of a web address.
_UNSAFE = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w!#$%&'()*+,\-./:;=?@~]")


class Terms:
    """The terms of a namespace as the store knows them, each made once: a build asks for one 500 times a paper.

    >>> Terms(vocab.KG).proposes
    <NamedNode value=https://w3id.org/paperkg/ontology#proposes>
    """

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> NamedNode:
        term = NamedNode(self._namespace[name])
        setattr(self, name, term)
        return term

    def __getitem__(self, name: str) -> NamedNode:
        term: NamedNode = getattr(self, name)
        return term


KG, ITSRDF, NIF, SCHEMA = map(Terms, (vocab.KG, vocab.ITSRDF, vocab.NIF, vocab.SCHEMA))
DCTERMS, PROV, RDF, RDFS, SKOS = map(
    Terms, (namespace.DCTERMS, namespace.PROV, namespace.RDF, namespace.RDFS, namespace.SKOS)
)


def external(url: str) -> NamedNode:
    """Return the IRI of a web address out of a text; what may not stand in an IRI is percent-encoded."""
    safe = _UNSAFE.sub(lambda match: quote(match.group().encode("utf-8", "replace")), url)
    try:
        return NamedNode(safe)
    except ValueError:  # a host or port that is none: keep it readable after the scheme
        scheme, _, rest = safe.partition(":")
        return NamedNode(f"{scheme}:{quote(rest, safe='/%')}")


def string(value: str) -> Literal:
    """Return a plain literal; lone surrogates, which no RDF syntax can carry, become U+FFFD."""
    return Literal(value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if _broken(value) else value)


def english(value: str) -> Literal:
    """Return a label in English."""
    return Literal(value.encode("utf-8", "replace").decode("utf-8") if _broken(value) else value, language="en")


@lru_cache(maxsize=1 << 13)
def integer(value: int) -> Literal:
    """Return an xsd:integer."""
    return Literal(str(value), datatype=_INTEGER)


@lru_cache(maxsize=1 << 13)
def decimal(value: str | float, places: int | None = None) -> Literal:
    """Return an xsd:decimal in canonical digits, so that the store's own normalisation changes nothing.

    >>> decimal("77.640").value, decimal(0.97312, 3).value, decimal("5").value
    ('77.64', '0.973', '5')
    """
    number = Decimal(str(value))
    if places is not None:
        number = round(number, places)
    digits = format(number.normalize(), "f")
    return Literal("0" if digits == "-0" else digits, datatype=_DECIMAL)


def date(value: str) -> Literal:
    """Return an ISO date of year, month or day precision with its datatype."""
    datatype = _DATES.get(len(value))
    return Literal(value, datatype=datatype) if datatype else Literal(value)


def _broken(value: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in value) if not value.isascii() else False
