"""The page of one IRI: what the graph says of it, what points at it, and the sentences behind that."""

import html
from collections.abc import Iterable
from urllib.parse import quote

import pyoxigraph as ox

from kg.query.formats import shorten
from kg.query.results import Rows
from kg.query.run import query_store
from kg.vocab import BASE

__all__ = ["describe_page", "message_page"]

#: So many statements of one property, so many statements that point at the node; the page says what it leaves out.
_SHOWN = 50
_LABEL = (
    "OPTIONAL {{ ?{0} skos:prefLabel ?a_{0} }} OPTIONAL {{ ?{0} dcterms:title ?b_{0} }}"
    " OPTIONAL {{ ?{0} schema:name ?c_{0} }} OPTIONAL {{ ?{0} nif:anchorOf ?d_{0} }}"
    " BIND(COALESCE(?a_{0}, ?b_{0}, ?c_{0}, ?d_{0}) AS ?label)"
)
_OUT = "SELECT DISTINCT ?p ?o ?label { VALUES ?s { %s } ?s ?p ?o . " + _LABEL.format("o") + " }"
# Mentions have a list of their own.
_IN = (
    "SELECT DISTINCT ?p ?s ?label { VALUES ?o { %s } ?s ?p ?o FILTER(?p != itsrdf:taIdentRef) "
    + _LABEL.format("s")
    + " } LIMIT %d"
)
# Asked apart from what the sentences say: joined, the plan may begin with all sentences of the graph.
# The node stands in each part as it is: handed down by VALUES, the plan begins with all evidence of the graph.
_ROLES = ("kg:ofMethod", "kg:onDataset", "kg:ofMetric", "rdf:subject", "rdf:object")
_SAID = "SELECT DISTINCT ?sentence {{ {{ {0} kg:evidence ?sentence }} " + "".join(
    f"UNION {{{{ ?by {role} {{0}} ; kg:evidence ?sentence }}}} " for role in _ROLES
)
_SAID += "}} LIMIT {1}"
_EVIDENCE = """
SELECT DISTINCT ?sentence ?words ?paper ?title {
  VALUES ?sentence { %s }
  ?sentence nif:anchorOf ?words ; nif:referenceContext ?context .
  ?paper kg:text ?context .
  OPTIONAL { ?paper dcterms:title ?title }
}
"""
_NAMED = """
SELECT ?paper ?begin ?end ?text ?mention ?title {
  VALUES ?s { %s }
  ?mention itsrdf:taIdentRef ?s ; nif:referenceContext ?context ; nif:beginIndex ?begin ; nif:endIndex ?end .
  ?context nif:isString ?text .
  ?paper kg:text ?context .
  OPTIONAL { ?paper dcterms:title ?title }
} LIMIT %d
"""
#: Code points shown on either side of a mention.
_AROUND = 90


def describe_page(store: ox.Store, iri: str, *, base: str = BASE) -> str | None:
    """Return the HTML of the page of an IRI, None where the graph says nothing of it."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return None
    out = _ask(store, _OUT % node, base)
    into = _ask(store, _IN % (node, _SHOWN + 1), base)
    if not out and not into:
        return None
    said = " ".join(str(sentence) for (sentence,) in _ask(store, _SAID.format(node, _SHOWN), base))
    evidence = _ask(store, _EVIDENCE % said, base)
    name = _name(out) or iri.removeprefix(base)
    sections = [
        f"<h1>{html.escape(name)}</h1>",
        f'<p class="iri"><code>{html.escape(iri)}</code> <a href="/view?around={quote(iri, safe="")}">drawn</a></p>',
        _statements("What the graph says", out),
    ]
    if evidence:
        items = (
            f"<li><q>{_text(words)}</q> {_link(paper, title)} · {_link(sentence, ox.Literal('sentence'))}</li>"
            for sentence, words, paper, title in evidence
        )
        sections.append(f'<h2>Evidence</h2><ul class="evidence">{"".join(items)}</ul>')
    named = _ask(store, _NAMED % (node, _SHOWN), base)
    if named:
        sections.append(f'<h2>Where it is named</h2><ul class="evidence">{"".join(map(_mention, named))}</ul>')
    if into:
        sections.append(_statements("What points here", into, reverse=True))
    return _PAGE.format(title=html.escape(name), body="\n".join(sections))


def _ask(store: ox.Store, sparql: str, base: str) -> list[tuple[ox.NamedNode | ox.Literal | None, ...]]:
    rows = query_store(store, sparql, base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - all three are SELECTs
    found = [tuple(term if isinstance(term, ox.NamedNode | ox.Literal) else None for term in row) for row in rows]
    return sorted(found, key=lambda row: [str(term) for term in row])


def _mention(row: tuple[ox.NamedNode | ox.Literal | None, ...]) -> str:
    """Show the words around a mention; offsets that do not fit (a graph made elsewhere) show the paper alone."""
    paper, begin, end, text, mention, title = row
    whole = text.value if text is not None else ""
    try:
        start, stop = (int(term.value) if term is not None else 0 for term in (begin, end))
    except ValueError:
        start = stop = 0
    before, after = whole[max(0, start - _AROUND) : start], whole[stop : stop + _AROUND]
    words = f"{html.escape(before)}<mark>{html.escape(whole[start:stop])}</mark>{html.escape(after)}"
    return f"<li>…{words}… {_link(paper, title)} · {_link(mention, ox.Literal('mention'))}</li>"


def _name(out: Iterable[tuple[ox.NamedNode | ox.Literal | None, ...]]) -> str:
    said = {shorten(p): o.value for p, o, _ in out if isinstance(o, ox.Literal)}
    for key in ("skos:prefLabel", "dcterms:title", "schema:name", "nif:anchorOf", "kg:rawValue"):
        if key in said:
            return said[key]
    return ""


def _statements(title: str, rows: list[tuple[ox.NamedNode | ox.Literal | None, ...]], *, reverse: bool = False) -> str:
    groups: dict[str, list[str]] = {}
    for predicate, other, label in rows:
        name = f"is {shorten(predicate)} of" if reverse else shorten(predicate)
        groups.setdefault(name, []).append(_link(other, label))
    lines = []
    for name, values in groups.items():
        more = f"<li>and {len(values) - _SHOWN} or more others</li>" if len(values) > _SHOWN else ""
        items = "".join(f"<li>{value}</li>" for value in values[:_SHOWN])
        lines.append(f"<tr><th>{html.escape(name)}</th><td><ul>{items}{more}</ul></td></tr>")
    return f"<h2>{title}</h2><table>{''.join(lines)}</table>"


def _link(term: ox.NamedNode | ox.Literal | None, label: ox.NamedNode | ox.Literal | None) -> str:
    if not isinstance(term, ox.NamedNode):
        return _text(term)
    shown = html.escape((label.value if label is not None else shorten(term)) or term.value)
    page = f'<a href="/describe?iri={quote(term.value, safe="")}">{shown}</a>'
    if term.value.startswith(("http://", "https://")) and label is None:
        page += f' <a class="out" href="{html.escape(term.value, quote=True)}" rel="noopener noreferrer">↗</a>'
    return page


def _text(term: ox.NamedNode | ox.Literal | None) -> str:
    return "" if term is None else html.escape(term.value)


def message_page(title: str, *lines: str) -> str:
    """Return the HTML of a page that says why there is no other; each line is a paragraph."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return _PAGE.format(title=html.escape(title), body=f"<h1>{html.escape(title)}</h1>\n{body}")


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · paperkg</title>
<link rel="stylesheet" href="/static/page.css">
</head>
<body class="describe">
<p><a href="/">← query the graph</a></p>
{body}
</body>
</html>
"""
