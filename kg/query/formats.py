"""Write an answer: tables for people, the W3C formats for programs.

SELECT: table, markdown, html, csv, tsv, json, xml (SPARQL 1.1 results). CONSTRUCT and DESCRIBE: turtle, ntriples,
jsonld, rdfxml. An unlimited answer in CSV, TSV or JSON goes through pyoxigraph's own serializers; the writers here
give the same bytes for rows that were limited, already fetched or made by hand, and a test holds the two equal.
XML is always written here: pyoxigraph 0.5 lets a carriage return and control characters through, which XML loses.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.guard import guarded_rows
from kg.query.results import Answer, Row, Rows, Term, Triples, Truth, evaluating
from kg.vocab import PREFIXES

__all__ = ["GRAPH_FORMATS", "MEDIA_TYPES", "ROW_FORMATS", "check", "shorten", "text", "write"]

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_NATIVE = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
}
_RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
ROW_FORMATS = ("table", "markdown", "html", "csv", "tsv", "json", "xml")
GRAPH_FORMATS = tuple(_RDF)
#: What a format is called over HTTP.
MEDIA_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    **{name: format_.media_type for name, format_ in _RDF.items()},
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "table": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def check(answer: Answer, format_: str) -> str:
    """Return the format to write, `table` becoming Turtle for a graph; refuse one that does not fit, by name."""
    if isinstance(answer, Triples):
        if format_ == "table":
            return "turtle"
        known, kind = GRAPH_FORMATS, "a CONSTRUCT or DESCRIBE"
    elif isinstance(answer, Truth):
        known, kind = ROW_FORMATS, "an ASK"
    else:
        known, kind = ROW_FORMATS, "a SELECT"
    if format_ not in known:
        raise QueryError(f"{kind} cannot be written as {format_!r}", hint=f"choose one of {', '.join(known)}")
    return format_


def write(
    answer: Answer, format_: str, output: IO[bytes], *, width: int | None = None, base: str | None = None
) -> None:
    """Write an answer in a format to a binary stream, as it comes.

    Of a table, `width` bounds the lines, long cells being cropped, and IRIs under `base` are shown without it.

    Raises `QueryError` for a format that does not fit the kind of answer.
    """
    format_ = check(answer, format_)
    if isinstance(answer, Truth):
        output.write(_truth(answer, format_))
    elif isinstance(answer, Triples):
        if format_ == "turtle":
            ox.serialize(answer.stream(), output, _RDF[format_], prefixes=PREFIXES)
        else:
            ox.serialize(answer.stream(), output, _RDF[format_])
    elif format_ == "table":
        _table(answer, output, width, base)
    else:
        if answer.guarded and format_ in ("csv", "tsv"):
            answer = guarded_rows(answer)
        native = answer.take_native() if format_ in _NATIVE else None
        if native is not None:
            with evaluating():
                native.serialize(output, _NATIVE[format_])
        else:
            for chunk in _WRITERS[format_](answer):
                output.write(chunk.encode("utf-8"))


def text(answer: Answer, format_: str) -> str:
    """Return an answer in a format as a string."""
    buffer = BytesIO()
    write(answer, format_, buffer)
    return buffer.getvalue().decode("utf-8")


def shorten(term: Term | None) -> str:
    """Return a term as a person reads it: a prefixed name where a prefix fits, a literal without its datatype.

    >>> shorten(ox.NamedNode("https://w3id.org/paperkg/ontology#Paper")), shorten(ox.Literal(3)), shorten(None)
    ('kg:Paper', '3', '')
    """
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        for prefix, namespace in PREFIXES.items():
            local = term.value.removeprefix(namespace)
            if local != term.value and local.replace("_", "a").replace("-", "a").isalnum():
                return f"{prefix}:{local}"
        return term.value
    return term.value if isinstance(term, ox.Literal) else str(term)


def _truth(answer: Truth, format_: str) -> bytes:
    word = "true" if answer.value else "false"
    if format_ == "json":
        return f'{{"head":{{}},"boolean":{word}}}'.encode()
    if format_ == "xml":
        return f"{_XML_OPEN}<head></head><boolean>{word}</boolean></sparql>".encode()
    return f"{word}\n".encode()


def _table(rows: Rows, output: IO[bytes], width: int | None, base: str | None) -> None:
    """Write aligned columns; without a width they are as wide as their contents, so that no cell is cut in a pipe."""
    from kg.query.terminal import clean, crop, fit, line

    cells = [[clean(_local(term, base)) for term in row] for row in rows.stream()]
    widths = fit(rows.columns, cells, width)
    rule = ["─" * size for size in widths]
    for row in (rows.columns, rule, *cells):
        shown = line(row, widths)
        output.write((shown if width is None else crop(shown, width)).encode("utf-8", "replace") + b"\n")


def _local(term: Term | None, base: str | None) -> str:
    """Shorten a term; a node of this graph becomes relative to the base, as queries and `kg why` take it."""
    if base and isinstance(term, ox.NamedNode) and len(term.value) > len(base) and term.value.startswith(base):
        return f"<{term.value.removeprefix(base)}>"
    return shorten(term)


def _markdown(rows: Rows) -> Iterator[str]:
    yield "| " + " | ".join(rows.columns) + " |\n"
    yield "|" + "---|" * len(rows.columns) + "\n"
    for row in rows.stream():
        cells = (" ".join(shorten(term).split()).replace("\\", "\\\\").replace("|", "\\|") for term in row)
        yield "| " + " | ".join(cells) + " |\n"


def _html(rows: Rows) -> Iterator[str]:
    yield '<table class="kg-rows">\n<thead><tr>'
    yield "".join(f"<th>{html.escape(column)}</th>" for column in rows.columns)
    yield "</tr></thead>\n<tbody>\n"
    for row in rows.stream():
        yield "<tr>" + "".join(f"<td>{_html_cell(term)}</td>" for term in row) + "</tr>\n"
    yield "</tbody>\n</table>\n"


def _html_cell(term: Term | None) -> str:
    shown = html.escape(shorten(term))
    if isinstance(term, ox.NamedNode) and term.value.startswith(("http://", "https://")):
        return f'<a href="{html.escape(term.value, quote=True)}">{shown}</a>'
    return shown


def _csv(rows: Rows) -> Iterator[str]:
    yield ",".join(map(_csv_cell, rows.columns)) + "\r\n"
    for row in rows.stream():
        yield ",".join(_csv_cell(_plain(term)) for term in row) + "\r\n"


def _csv_cell(value: str) -> str:
    if any(c in value for c in '",\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


_TSV_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _tsv(rows: Rows) -> Iterator[str]:
    yield "\t".join(f"?{column}" for column in rows.columns) + "\n"
    for row in rows.stream():
        yield "\t".join(_tsv_cell(term) for term in row) + "\n"


def _tsv_cell(term: Term | None) -> str:
    """Write a term as Turtle does; numbers and truth values go bare where they are in canonical form."""
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.removeprefix("http://www.w3.org/2001/XMLSchema#")
        bare = _BARE.get(kind)
        if bare is not None and bare(term.value):
            return term.value
        # Not `str`, which also escapes control characters and U+FFFE, as N-Triples asks and TSV does not.
        empty = ox.Literal(
            "", language=term.language, direction=term.direction, datatype=None if term.language else term.datatype
        )
        return f'"{term.value.translate(_TSV_ESCAPES)}"{str(empty)[2:]}'
    return str(term).replace("\t", "\\t")


def _is_integer(value: str) -> bool:
    digits = value[1:] if value[:1] in ("+", "-") else value
    return digits.isascii() and digits.isdigit()


def _is_decimal(value: str) -> bool:
    whole, dot, fraction = (value[1:] if value[:1] in ("+", "-") else value).partition(".")
    return bool(dot) and (not whole or _is_integer("+" + whole)) and _is_integer("+" + fraction)


def _is_double(value: str) -> bool:
    mantissa, e, exponent = value.replace("E", "e").partition("e")
    return bool(e) and _is_integer(exponent) and (_is_integer(mantissa) or _is_decimal(mantissa))


_BARE: dict[str, Callable[[str], bool]] = {
    "boolean": lambda value: value in ("true", "false"),
    "integer": _is_integer,
    "decimal": _is_decimal,
    "double": _is_double,
}


def _json(rows: Rows) -> Iterator[str]:
    head = json.dumps(list(rows.columns), ensure_ascii=False, separators=(",", ":"))
    yield f'{{"head":{{"vars":{head}}},"results":{{"bindings":['
    comma = ""
    for row in rows.stream():
        bindings = {column: _json_term(term) for column, term in _bound(rows, row)}
        yield comma + json.dumps(bindings, ensure_ascii=False, separators=(",", ":"))
        comma = ","
    yield "]}}"


def _bound(rows: Rows, row: Row) -> Iterator[tuple[str, Term]]:
    return ((column, term) for column, term in zip(rows.columns, row, strict=True) if term is not None)


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        if term.datatype.value != _XSD_STRING:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
        return {"type": "literal", "value": term.value}
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    return {"type": "triple", "value": {name: _json_term(part) for name, part in parts}}


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_OPEN = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(rows: Rows) -> Iterator[str]:
    names = "".join(f'<variable name="{html.escape(column)}"/>' for column in rows.columns)
    yield f"{_XML_OPEN}<head>{names}</head><results>"
    for row in rows.stream():
        yield "<result>"
        for column, term in _bound(rows, row):
            yield f'<binding name="{html.escape(column)}">{_xml_term(term)}</binding>'
        yield "</result>"
    yield "</results></sparql>"


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_xml_text(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_xml_text(term.value)}</bnode>"
    if isinstance(term, ox.Literal):
        if term.language:
            return f'<literal xml:lang="{_xml_text(term.language)}">{_xml_text(term.value)}</literal>'
        if term.datatype.value != _XSD_STRING:
            return f'<literal datatype="{_xml_text(term.datatype.value)}">{_xml_text(term.value)}</literal>'
        return f"<literal>{_xml_text(term.value)}</literal>"
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"


def _xml_text(value: str) -> str:
    # A carriage return would be normalised away by the reader's parser; control characters have no place in XML.
    return html.escape(_NOT_XML.sub("\ufffd", value)).replace("&#x27;", "&apos;").replace("\r", "&#13;")


_WRITERS: dict[str, Callable[[Rows], Iterator[str]]] = {
    "markdown": _markdown,
    "html": _html,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
}
