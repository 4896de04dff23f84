"""Hold a graph against the shapes of the ontology, in batches of papers, so that its size does not matter.

1. What each paper says is read from its own named graph, together with what the shared graphs say of the things it
   points to (entities, people, runs), as far as links lead.
2. pySHACL holds the batch against `ontology/shapes.ttl`.
3. What SHACL Core cannot say is checked here: begin < end, and text[begin:end] = anchor.
4. Statements of the shared graphs that no paper leads to are batched last.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
from pyshacl import validate as shacl
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import OntologyError
from kg.resources import data_dir
from kg.vocab import KG, NIF

__all__ = ["Violation", "load_shapes", "offset_violations", "validate", "validate_store"]

#: Papers at a time: few enough for a small graph in memory, enough that pySHACL's start is paid seldom.
BATCH = 100
_PAPER = ox.NamedNode(KG.Paper)
_TYPE = ox.NamedNode(RDF.type)
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """What is wrong: the node, the path of the property (empty where the node itself is meant), and what should be."""

    node: str
    path: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        value = f" (is {self.value})" if self.value else ""
        return f"{self.node}\t{self.path or '-'}\t{self.message}{value}"


def validate(graph: Graph, shapes: Graph | None = None) -> list[Violation]:
    """Return what is wrong with a graph, in order; empty where it conforms.

    `shapes` are ours unless given. What the ontology says of subclasses need not stand in the graph, which is left as
    it is.
    """
    data = Graph()
    for triple in graph:
        data.add(triple)
    return sorted({*_shacl_violations(data, load_shapes() if shapes is None else shapes), *offset_violations(data)})


def validate_store(store: ox.Store, shapes: Graph | None = None, *, batch: int = BATCH) -> Iterator[Violation]:
    """Yield what is wrong with a store; each violation once. Memory grows with a batch and the shared things named."""
    shapes = load_shapes() if shapes is None else shapes
    papers = sorted({quad.subject for quad in store.quads_for_pattern(None, _TYPE, _PAPER, None)}, key=str)
    own = [graph for graph in papers if isinstance(graph, ox.NamedNode) and store.contains_named_graph(graph)]
    shared: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
        *sorted(set(store.named_graphs()) - set(own), key=str),
        ox.DefaultGraph(),
    ]
    seen: set[Violation] = set()
    reached: set[ox.NamedNode | ox.BlankNode] = set()

    def check(quads: Iterable[ox.Quad]) -> Iterator[Violation]:
        data, subjects = _with_neighbours(store, shared, quads)
        reached.update(subjects)
        found = {*_shacl_violations(data, shapes), *offset_violations(data)} - seen
        seen.update(found)
        yield from sorted(found)

    for some in _batches(own, batch):
        yield from check(quad for paper in some for quad in store.quads_for_pattern(None, None, None, paper))
    rest = {quad.subject for graph in shared for quad in store.quads_for_pattern(None, None, None, graph)}
    for subjects in _batches(sorted((s for s in rest - reached if not isinstance(s, ox.Triple)), key=str), batch * 10):
        yield from check(quad for s in subjects for g in shared for quad in store.quads_for_pattern(s, None, None, g))


def offset_violations(graph: Graph) -> Iterator[Violation]:
    """Yield the spans whose offsets do not fit: begin < end, inside the text, and the words that stand there.

    A span whose properties are missing or no integers is the shapes' business and passed over here.
    """
    for span, begin in graph.subject_objects(NIF.beginIndex):
        context = graph.value(span, NIF.referenceContext, any=True)
        end, anchor = graph.value(span, NIF.endIndex, any=True), graph.value(span, NIF.anchorOf, any=True)
        text = None if context is None else graph.value(context, NIF.isString, any=True)
        start, stop = _integer(begin), _integer(end)
        if start is None or stop is None:
            continue
        if start >= stop and (span, NIF.isString, None) not in graph:  # an empty text is a text, an empty span is none
            yield Violation(str(span), str(NIF.endIndex), "the end of a span is after its begin", f"{start}..{stop}")
        elif text is not None and anchor is not None and str(text)[start:stop] != str(anchor):
            message = "nif:anchorOf is what stands in the text at these offsets"
            yield Violation(str(span), str(NIF.anchorOf), message, repr(str(text)[start:stop]))


def _shacl_violations(data: Graph, shapes: Graph) -> Iterator[Violation]:
    """Add the subclasses of our own terms to `data` and yield what pySHACL finds."""
    for triple in _subclasses():
        data.add(triple)
    conforms, report, text = shacl(data, shacl_graph=shapes, inplace=True, advanced=False, meta_shacl=False)
    if conforms:
        return
    if not isinstance(report, Graph):
        raise OntologyError(f"the shapes cannot be used: {text}", path=data_dir("ontology") / "shapes.ttl")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, path, message, value = (
            report.value(result, term, any=True) for term in (SH.focusNode, SH.resultPath, SH.resultMessage, SH.value)
        )
        yield Violation(
            str(focus), "" if path is None else str(path), str(message), "" if value is None else str(value)
        )


def _with_neighbours(
    store: ox.Store,
    shared: Iterable[ox.NamedNode | ox.BlankNode | ox.DefaultGraph],
    quads: Iterable[ox.Quad],
) -> tuple[Graph, set[ox.NamedNode | ox.BlankNode]]:
    """Return the quads as a graph, with all that the shared graphs say of what they point to, and who was told of."""
    shared, graph = list(shared), Graph()
    described: set[ox.NamedNode | ox.BlankNode] = set()
    waiting = list(quads)
    while waiting:
        for quad in waiting:
            graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
        told = {node for quad in waiting for node in (quad.subject, quad.object)}
        new = {node for node in told if isinstance(node, ox.NamedNode | ox.BlankNode)} - described
        described |= new
        waiting = [quad for node in new for name in shared for quad in store.quads_for_pattern(node, None, None, name)]
    return graph, described


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Turn a term of the store into one of rdflib; numbers keep the digits they were written with."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == str(XSD.string):  # rdflib holds "a" and "a"^^xsd:string apart; the shapes say "a"
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise OntologyError(f"a statement about a statement cannot be validated: {term}")


def _integer(node: Node | None) -> int | None:
    try:
        return int(str(node))
    except ValueError:
        return None


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


@cache
def load_shapes(path: Path | None = None) -> Graph:
    """Return the shapes of a Turtle file, ours unless one is given; OntologyError where it is not Turtle."""
    path = data_dir("ontology") / "shapes.ttl" if path is None else path
    try:
        return Graph().parse(path, format="turtle")
    except OSError as error:
        raise OntologyError(f"cannot be read ({error.strerror})", path=path) from error
    except BadSyntax as error:
        raise OntologyError(f"not Turtle: {error.message}", path=path, line=error.lines + 1) from error


@cache
def _subclasses() -> tuple[tuple[Node, Node, Node], ...]:
    ontology = Graph().parse(data_dir("ontology") / "paperkg.ttl")
    ours = str(KG._NS)
    return tuple(t for t in ontology.triples((None, RDFS.subClassOf, None)) if str(t[2]).startswith(ours))
