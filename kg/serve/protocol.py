"""The SPARQL 1.1 Protocol, the part for queries: what a request asks, and in which format it wants the answer.

https://www.w3.org/TR/sparql11-protocol/ section 2.1. A mistake is a `ProtocolError` with the status to send.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from kg.query.worker import Question

__all__ = ["ProtocolError", "accepted", "read_question"]

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_ROWS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/html": "html",
    "text/markdown": "markdown",
}
_GRAPHS = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/x-turtle": "turtle",
    "text/plain": "ntriples",
}


class ProtocolError(Exception):
    """A request that cannot be answered: the HTTP status, and one line for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def read_question(
    method: str, query_string: str, content_type: str, body: bytes, accept: str, *, limit: int | None, service: bool
) -> Question:
    """Read a question out of a request: GET, POST of a form, or POST of the query itself.

    `default-graph-uri` and `named-graph-uri` choose the dataset; `format` (an extension of the page and of curl)
    wins over Accept. Raises `ProtocolError` 400, 406 or 415.
    """
    fields = _fields(query_string)
    kind = content_type.partition(";")[0].strip().lower()
    if method == "POST":
        if kind == FORM:
            fields += _fields(_utf8(body))
        elif kind == QUERY:
            fields.append(("query", _utf8(body)))
        elif kind == UPDATE:
            raise ProtocolError(403, "this endpoint is read-only: updates are refused")
        else:
            raise ProtocolError(415, f"POST {FORM} or {QUERY}, not {kind or 'a body without a type'}")
    if any(name == "update" for name, _ in fields):
        raise ProtocolError(403, "this endpoint is read-only: updates are refused")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise ProtocolError(
            400, f"give one query, not {len(queries)}" if queries else "the parameter 'query' is missing"
        )
    asked = [value for name, value in fields if name == "format"]
    rows, graph = accepted(asked[0] if asked else accept)
    if rows is None and graph is None:
        raise ProtocolError(406, f"none of these can be sent: {accept}; ask for {', '.join((*_ROWS, *_GRAPHS))}")
    return Question(
        queries[0],
        rows,
        graph,
        limit=limit,
        service=service,
        default_graphs=[value for name, value in fields if name == "default-graph-uri"],
        named_graphs=[value for name, value in fields if name == "named-graph-uri"],
    )


def accepted(accept: str) -> tuple[str | None, str | None]:
    """Return the best accepted format for solutions and for graphs; None where a kind is not accepted at all.

    >>> accepted(""), accepted("text/csv"), accepted("text/csv;q=0.1, */*;q=0.5"), accepted("text/turtle, text/html")
    (('json', 'turtle'), ('csv', None), ('json', 'turtle'), ('html', 'turtle'))
    """
    if not accept.strip():
        return "json", "turtle"
    wanted = []
    for place, part in enumerate(accept.split(",")):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if (quality := _quality(parameters)) > 0:
            wanted.append((-quality, place, name))
    return _best(sorted(wanted), _ROWS), _best(sorted(wanted), _GRAPHS)


def _best(wanted: Iterable[tuple[float, int, str]], known: dict[str, str]) -> str | None:
    for _, _, name in wanted:
        if name in ("*/*", "*") or name in known.values():
            return next(iter(known.values())) if name.startswith("*") else name
        if name in known:
            return known[name]
        if name.endswith("/*"):
            found = [format_ for media_type, format_ in known.items() if media_type.startswith(name[:-1])]
            if found:
                return found[0]
    return None


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _fields(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError):
        raise ProtocolError(400, "the parameters are not UTF-8") from None


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError(400, "the query is not UTF-8") from None
