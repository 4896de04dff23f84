"""Ask a SPARQL endpoint elsewhere as if it were a graph here."""

from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse, IncompleteRead
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.results import Answer, Rows, Term, Triples, Truth
from kg.vocab import PREFIXES

__all__ = ["query_remote"]

_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"
_SECONDS = 600.0
_PIECE = 1 << 16  # bytes of an answer that are read at once


def query_remote(
    url: str,
    sparql: str,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    bindings: Mapping[str, Term] | None = None,
) -> Answer:
    """Send a query to an endpoint by POST (SPARQL 1.1 Protocol) and return its answer.

    `kg.vocab.PREFIXES` are put before the query where it does not declare them. Raises `QueryError` where the
    endpoint cannot be reached, refuses the query, takes longer than `timeout` (seconds, 600 if None) from the first
    word to the last, or answers in a format that was not asked for.
    """
    if bindings:
        raise QueryError("bindings cannot be sent to an endpoint", hint="put VALUES into the query")
    body = urlencode({"query": _declared(sparql)}).encode()
    request = Request(url, body, {"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded"})  # noqa: S310
    seconds = timeout or _SECONDS
    until = monotonic() + seconds
    try:
        with urlopen(request, timeout=seconds) as response:  # noqa: S310 - http and https alone get here
            content, kind = _read(response, until), response.headers.get_content_type()
    except HTTPError as error:
        said = error.read().decode("utf-8", "replace").strip()[:1000]
        raise QueryError(f"{url} answered {error.code}: {said or error.reason}") from None
    except TimeoutError:
        raise QueryError(f"{url} did not answer within {seconds:g} s") from None
    except HTTPException as error:
        raise QueryError(f"{url} broke off, or does not speak HTTP: {error!r}") from None
    except (URLError, OSError) as error:
        raise QueryError(f"{url} cannot be reached: {getattr(error, 'reason', error)}") from None
    try:
        return _answer(content, kind, limit)
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"{url} answered with {kind} that cannot be read: {error}") from None


def _read(response: HTTPResponse, until: float) -> bytes:
    """Read an answer to its end; the socket's timeout bounds each wait alone, so one that drips is told here."""
    pieces = []
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        if monotonic() > until:
            raise TimeoutError
    if response.length:  # what is missing of the length that was announced
        raise IncompleteRead(pieces[-1] if pieces else b"", response.length)
    return b"".join(pieces)


def _answer(content: bytes, kind: str, limit: int | None) -> Answer:
    format_ = ox.QueryResultsFormat.from_media_type(kind)
    if format_ is None:
        graph = ox.RdfFormat.from_media_type(kind)
        if graph is None:
            raise ValueError("it is no SPARQL result")
        return Triples([quad.triple for quad in ox.parse(content, graph)], limit=limit)
    parsed = ox.parse_query_results(content, format_)
    if isinstance(parsed, ox.QueryBoolean):
        return Truth(bool(parsed))
    return Rows.of(parsed, limit=limit)


def _declared(sparql: str) -> str:
    """Put the prefixes on one line before the query, so that an endpoint's message still names its lines by one off."""
    return " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + "\n" + sparql
