"""Write the quads of a store as RDF, in an order that depends on nothing but the quads."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.model import RelationType
from kg.vocab import KG, PREFIXES

__all__ = ["ordered_quads", "union_triples", "write_rdf"]

_RELATIONS = frozenset(ox.NamedNode(KG[relation]) for relation in RelationType)


def write_rdf(store: ox.Store, path: Path, format_: ox.RdfFormat) -> None:
    """Write all named graphs, or their union where the format knows no graphs."""
    statements = ordered_quads(store) if format_.supports_datasets else union_triples(store)
    with path.open("wb") as output:
        if format_ in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES):
            ox.serialize(statements, output, format_)
        else:
            ox.serialize(statements, output, format_, prefixes=PREFIXES)


def ordered_quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield every quad, graph by graph and sorted within: a graph is a paper, or what papers share."""
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = sorted(store.named_graphs(), key=str)
    for graph in (ox.DefaultGraph(), *graphs):
        yield from sorted(store.quads_for_pattern(None, None, None, graph), key=str)


def union_triples(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield the triples of the union of all graphs; a relation that several papers state comes once."""
    seen = set()
    for quad in ordered_quads(store):
        if quad.predicate in _RELATIONS:
            if quad.triple in seen:
                continue
            seen.add(quad.triple)
        yield quad.triple
