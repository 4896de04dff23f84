"""Say which sentence stands behind a fact: the words of the paper, with the names and the number marked.

A result or a claim shows its evidence; a mention the sentence it stands in; an entity the sentences of its papers,
paper by paper; a paper, or its text, the whole of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.vocab import BASE, NIF, PREFIXES

__all__ = ["ENDS", "Evidence", "why"]

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
#: Where the fact is stated, by what it is: the paper's text and the stretch that shows it.
_PLACES = """
SELECT DISTINCT ?text ?begin ?end WHERE {
  { ?fact kg:evidence ?s . ?s nif:referenceContext ?text ; nif:beginIndex ?begin ; nif:endIndex ?end }
  UNION { ?fact a nif:Sentence ; nif:referenceContext ?text ; nif:beginIndex ?begin ; nif:endIndex ?end }
  UNION { ?fact a kg:Mention ; nif:referenceContext ?text ; nif:beginIndex ?begin ; nif:endIndex ?end }
  UNION { ?fact kg:text ?text . ?text nif:beginIndex ?begin ; nif:endIndex ?end }
  UNION { ?fact a nif:Context ; nif:beginIndex ?begin ; nif:endIndex ?end . BIND(?fact AS ?text) }
  UNION { ?m itsrdf:taIdentRef ?fact ; nif:referenceContext ?text ; nif:beginIndex ?begin ; nif:endIndex ?end }
} ORDER BY ?text ?begin ?end"""
_SENTENCES = """
SELECT ?begin ?end WHERE {
  ?s a nif:Sentence ; nif:referenceContext ?context ; nif:beginIndex ?begin ; nif:endIndex ?end . } ORDER BY ?begin"""
_MENTIONS = """
SELECT ?begin ?end ?entity WHERE {
  ?m a kg:Mention ; nif:referenceContext ?context ; nif:beginIndex ?begin ; nif:endIndex ?end ;
     itsrdf:taIdentRef ?entity . } ORDER BY ?begin DESC(?end)"""
#: What ties a result or a claim to the entities it is about.
ENDS = ("kg:ofMethod", "kg:onDataset", "kg:ofMetric", "kg:baseline", "rdf:subject", "rdf:object")
_NAMED = f"""
SELECT DISTINCT ?part ?node WHERE {{
  VALUES ?part {{ {" ".join(ENDS)} }}
  ?fact ?part ?node . FILTER(isIRI(?node)) }}"""
#: The name of a result and of a mention ends in the offsets of its number or words.
_OWN = re.compile(r"/(?:result|mention)/.+/(\d+)-(\d+)(?:-\w+)?$")
_AROUND = 160  # characters shown at each side of a mention in a text whose sentences the graph does not have


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence: the paper, the offsets in its text, the words, and the words with what the fact names in [ ]."""

    paper: str
    start: int
    end: int
    words: str
    marked: str


def why(store: ox.Store, fact: str, *, base: str = BASE, limit: int = 10) -> list[Evidence]:
    """Return the sentences behind a result, claim, mention, sentence or entity, at most `limit`, in a fixed order.

    `fact` is an IRI or a local name (`method/filip`). Raises QueryError where the graph states nothing of it.
    """
    iri = fact.strip("<> ")
    node = _node(iri if ":" in iri.partition("/")[0] else base + iri)
    parts = {row["node"] for row in _rows(store, _NAMED, fact=node)} or {node}
    found: list[Evidence] = []
    seen: set[tuple[str, int]] = set()
    for row in _rows(store, _PLACES, fact=node):
        text = row["text"]
        words = _text(store, text)
        start, end = _offsets(row)
        if start < 0:
            continue
        start, end = _sentence(store, text, words, start, end)
        if (text.value, start) in seen:
            continue
        seen.add((text.value, start))
        marked = _marked(store, text, words, start, end, node, parts)
        found.append(Evidence(_paper(text.value), start, end, words[start:end], marked))
        if len(found) == limit:
            break
    if not found:
        raise QueryError(f"the graph has no sentence behind {fact!r}", hint="kg query shows what there is")
    return found


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"not an IRI: {iri!r}") from error


def _paper(text: str) -> str:
    return text.removesuffix("#text")


def _rows(store: ox.Store, query: str, **given: ox.NamedNode) -> Iterator[Any]:
    # A NamedNode prints as an IRI in angle brackets, which no text can break out of.
    for name, term in given.items():
        query = query.replace(f"?{name} ", f"{term} ")
    answer = store.query(_PROLOGUE + query, use_default_graph_as_union=True)
    if isinstance(answer, ox.QuerySolutions):
        yield from answer


def _offsets(row: Any) -> tuple[int, int]:
    """Return begin and end; (-1, -1) where a graph made elsewhere has no offsets there."""
    try:
        begin, end = int(row["begin"].value), int(row["end"].value)
    except ValueError:
        return -1, -1
    return (begin, end) if 0 <= begin <= end else (-1, -1)


def _text(store: ox.Store, text: ox.NamedNode) -> str:
    for quad in store.quads_for_pattern(text, ox.NamedNode(str(NIF.isString)), None):
        if isinstance(quad.object, ox.Literal):
            return quad.object.value
    return ""


def _sentence(store: ox.Store, text: ox.NamedNode, words: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence around a stretch; where the graph has none, the line, cut to what stands near."""
    for row in _rows(store, _SENTENCES, context=text):
        begin, stop = _offsets(row)
        if 0 <= begin <= start and end <= stop:
            return begin, stop
    left = max(words.rfind("\n", 0, start) + 1, start - _AROUND)
    line = words.find("\n", end)
    return left, min(len(words) if line < 0 else line, end + _AROUND)


def _marked(
    store: ox.Store, text: ox.NamedNode, words: str, start: int, end: int, fact: ox.NamedNode, parts: set[ox.NamedNode]
) -> str:
    marks: list[tuple[int, int]] = []
    for row in _rows(store, _MENTIONS, context=text):
        begin, stop = _offsets(row)
        if row["entity"] in parts and start <= begin and stop <= end:
            marks.append((begin, stop))
    if own := _OWN.search(fact.value):
        marks.append((int(own[1]), int(own[2])))
    shown: list[str] = []
    at = start
    for begin, stop in sorted(set(marks), key=lambda m: (m[0], -m[1])):
        if begin >= at and stop <= end:
            shown += [words[at:begin], "[", words[begin:stop], "]"]
            at = stop
    return "".join([*shown, words[at:end]])
