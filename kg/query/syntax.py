"""Read as much SPARQL as messages and safety need: where an error is, and whether a query calls other servers."""

import re

from kg.errors import QueryError

__all__ = ["calls_service", "syntax_error"]

_PLACE = re.compile(r"^error at (\d+):(\d+): (.*)$", re.DOTALL)
_NO_PREFIX = "Prefix not found"
# What may hold the word without calling: comments, strings, IRIs, variables and prefixed names.
_TOKENS = re.compile(
    r"""
    (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
       |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\s]*>)
    |(?P<comment>\#[^\n]*)
    |(?P<variable>[?$]\w+)
    |(?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)
    |(?P<word>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)


def calls_service(sparql: str) -> bool:
    """Tell whether a query holds the keyword SERVICE, which would send parts of it to another server.

    >>> calls_service("SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }")
    True
    >>> calls_service('SELECT ?service { ?s kg:service "SERVICE" } # SERVICE')
    False
    """
    lower = sparql.lower()
    if "service" not in lower and "\\u" not in lower:  # most queries need no reading
        return False
    unescaped = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), sparql)
    return any(
        m.lastgroup == "word" and m[0].upper() == "SERVICE"
        for query in (sparql, unescaped)
        for m in _TOKENS.finditer(query)
    )


def syntax_error(sparql: str, error: SyntaxError) -> QueryError:
    """Turn pyoxigraph's error into one that shows the line with a caret below the place.

    `QueryError.line` is the line of the query, 1-based.
    """
    found = _PLACE.match(str(error))
    if not found:
        return QueryError(f"this is not valid SPARQL: {error}")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    lines = sparql.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    before = shown[: column - 1]
    caret = "".join("\t" if c == "\t" else " " for c in before) + "^"
    message = f"this is not valid SPARQL: line {line}, column {column}\n  {shown}\n  {caret}\n  {_reason(expected)}"
    return QueryError(message, line=None)


def _reason(expected: str) -> str:
    if _NO_PREFIX in expected:
        return "a prefix that is not declared; kg, nif, itsrdf, skos, dcterms, schema, prov, rdf, rdfs, xsd are"
    if re.fullmatch(r"expected (CONSTRUCT|SELECT|ASK|DESCRIBE)", expected):
        return "expected SELECT, ASK, CONSTRUCT or DESCRIBE; a graph is changed by kg build, load and remove alone"
    expected = re.sub(r"\['.*?'\]", "", expected, flags=re.DOTALL)  # ranges of letters help nobody
    words = re.findall(r'"[^"\s]{1,3}"|\b[A-Z]{2,}\b', expected)
    names = [word.strip('"') if word.startswith('"') else word for word in words]
    return "expected one of " + "  ".join(dict.fromkeys(names)) if names else "something else was expected here"
