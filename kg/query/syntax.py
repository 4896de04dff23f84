"""Read as much SPARQL as messages, safety and the dataset need: where an error is, SERVICE, and FROM."""

import re

from kg.errors import QueryError

__all__ = ["calls_service", "names_dataset", "syntax_error"]

_PLACE = re.compile(r"^error at (\d+):(\d+): (.*)$", re.DOTALL)
_NO_PREFIX = "Prefix not found"
# A call of another server, wherever it stands. Which text is a comment or a string is not asked: what one reading of
# `<` takes for an IRI hides the start of a comment from another. The parser wants no space before or after the keyword
# ("1SERVICE:x {"), so only a variable or the local part of a name, which it reads to their ends, may hold the word.
# What follows is read no further than needed to tell it from a plain word, so that a hostile text costs no more time;
# no space can be what comes after the spaces, so that giving them back one by one ends at once each time.
_ESCAPED = r"\\[-_~.!$&'()*+,;=/?\#@%]"
_PLAIN = r"""[^\s{}()<>\[\]"',;:\#\\]"""  # what a prefix may be made of, and more
_CALL = re.compile(
    rf"[?$]\w+|:(?:[\w:%-]|{_ESCAPED})(?:[\w:%.-]|{_ESCAPED})*"
    rf"|(?P<call>SERVICE\s*(?:SILENT\s*)?(?:[<?$:\#\\]|{_PLAIN}{{1,99}}(?::|{_PLAIN}{{99}})))",
    re.IGNORECASE | re.DOTALL,
)
# What may hold the word FROM without naming a graph: comments, strings, IRIs, variables and prefixed names.
_TOKENS = re.compile(
    r"""
    (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
       |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\s]*>)
    |(?P<comment>\#[^\r\n]*)
    |(?P<variable>[?$]\w+)
    |(?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)
    |(?P<word>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)


def calls_service(sparql: str) -> bool:
    """Tell whether a query may send parts of it to another server; also where a string or comment looks as if.

    >>> calls_service("SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }")
    True
    >>> calls_service('SELECT ?service { ?s kg:service "SERVICE" } # SERVICE')
    False
    """
    lower = sparql.lower()
    if "service" not in lower and "\\u" not in lower:  # most queries need no reading
        return False
    unescaped = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), sparql)
    return any(m["call"] for query in (sparql, unescaped) for m in _CALL.finditer(query))


def names_dataset(sparql: str) -> bool:
    """Tell whether a query says with FROM or FROM NAMED which graphs it is asked of.

    >>> names_dataset("SELECT * FROM <paper/a> { ?s ?p ?o }"), names_dataset('SELECT ?from { ?s ?p "FROM" }')
    (True, False)
    """
    if "from" not in sparql.lower():
        return False
    return any(m.lastgroup == "word" and m[0].upper() == "FROM" for m in _TOKENS.finditer(sparql))


def syntax_error(sparql: str, error: SyntaxError) -> QueryError:
    """Turn pyoxigraph's error into one that shows the line of the query (1-based) with a caret below the place."""
    found = _PLACE.match(str(error))
    if not found:
        return QueryError(f"this is not valid SPARQL: {error}")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    lines = sparql.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    before = shown[: column - 1]
    caret = "".join("\t" if c == "\t" else " " for c in before) + "^"
    message = f"this is not valid SPARQL: line {line}, column {column}\n  {shown}\n  {caret}\n  {_reason(expected)}"
    return QueryError(message)


def _reason(expected: str) -> str:
    if _NO_PREFIX in expected:
        return "a prefix that is not declared; kg, nif, itsrdf, skos, dcterms, schema, prov, rdf, rdfs, xsd are"
    if re.fullmatch(r"expected (CONSTRUCT|SELECT|ASK|DESCRIBE)", expected):
        return "expected SELECT, ASK, CONSTRUCT or DESCRIBE; a graph is changed by kg build, load and remove alone"
    expected = re.sub(r"\['.*?'\]", "", expected, flags=re.DOTALL)  # ranges of letters help nobody
    words = re.findall(r'"[^"\s]{1,3}"|\b[A-Z]{2,}\b', expected)
    names = [word.strip('"') if word.startswith('"') else word for word in words]
    return "expected one of " + "  ".join(dict.fromkeys(names)) if names else "something else was expected here"
