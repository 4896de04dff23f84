"""Read a store into one NetworkX graph: papers and entities as nodes, what is said between them as edges.

Nodes have `type`, `label`, and papers `issued`; edges are keyed by `role` and carry the `papers` that state them,
results also the IRIs of the `results`.
"""

import networkx as nx
from pyoxigraph import Store
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.model import EntityType, RelationType, Role
from kg.view.look import EDGES
from kg.view.rows import Row, rows
from kg.vocab import KG, NIF

__all__ = ["ENTITY_TYPES", "connect", "local_name", "opening", "whole_graph"]

#: Benchmark before Dataset: a node that is typed as both is shown as the narrower one.
ENTITY_TYPES = (EntityType.METHOD, EntityType.BENCHMARK, EntityType.DATASET, EntityType.METRIC, EntityType.TASK)


def local_name(iri: str) -> str:
    """Return the readable end of an IRI.

    >>> local_name("https://w3id.org/paperkg/id/method/filip"), local_name("http://x.org/ns#Thing")
    ('filip', 'Thing')
    """
    return iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]


def whole_graph(store: Store) -> "nx.MultiDiGraph[str]":
    """Read all papers, entities, roles, relations and results, in the order of their IRIs."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    labels = _first_values(store, str(SKOS.prefLabel))
    for type_ in ENTITY_TYPES:
        for iri in _subjects(store, str(RDF.type), str(KG[type_])):
            if iri not in graph:
                graph.add_node(iri, type=str(type_), label=labels.get(iri) or local_name(iri))
    _add_papers(store, graph)
    for role in Role:
        for quad in _quads(store, str(KG[role])):
            _add(graph, quad, role, quad.subject)
    for relation in RelationType:
        for quad in _quads(store, str(KG[relation])):
            _add(graph, quad, relation, quad.graph)
    for quad in _quads(store, str(KG.variantOf)):
        _add(graph, quad, "variantOf", None)
    _add_results(store, graph)
    return graph


def connect(
    graph: "nx.MultiDiGraph[str]", head: str, tail: str, role: str, paper: str | None, result: str | None = None
) -> None:
    """Add a statement, or a further paper to one that stands."""
    if not graph.has_edge(head, tail, role):
        graph.add_edge(head, tail, role, role=role, papers=[], results=[], pull=EDGES[role].pull)
    data = graph.edges[head, tail, role]
    if paper is not None and paper not in data["papers"]:
        data["papers"].append(paper)
    if result is not None:
        data["results"].append(result)


def _add(graph: "nx.MultiDiGraph[str]", quad: Row, role: str, paper: str | None) -> None:
    head, tail = quad.subject, quad.value
    if head in graph and tail in graph:
        connect(graph, head, tail, role, paper)


def _add_papers(store: Store, graph: "nx.MultiDiGraph[str]") -> None:
    titles, issued = _first_values(store, str(DCTERMS.title)), _first_values(store, str(DCTERMS.issued))
    for iri in _subjects(store, str(RDF.type), str(KG.Paper)):
        title = titles.get(iri) or opening(store, iri)
        graph.add_node(iri, type="Paper", label=title, issued=issued.get(iri, ""))


def opening(store: Store, paper: str) -> str:
    """Return the first words of a paper that has no title, else its local name."""
    for quad in rows(store, paper + "#text", str(NIF.isString)):
        words = quad.value.split()
        return " ".join(words[:9]) + (" …" if len(words) > 9 else "")
    return local_name(paper)


def _add_results(store: Store, graph: "nx.MultiDiGraph[str]") -> None:
    methods = _pairs(store, str(KG.ofMethod))
    others = {**_pairs(store, str(KG.ofMetric)), **_pairs(store, str(KG.onDataset))}
    for (paper, result), method in sorted(methods.items()):
        other = others.get((paper, result))
        if method in graph and other in graph and other is not None:
            connect(graph, method, other, "result", paper, result)


def _pairs(store: Store, predicate: str) -> dict[tuple[str, str], str]:
    return {(quad.graph, quad.subject): quad.value for quad in _quads(store, predicate)}


def _quads(store: Store, predicate: str) -> list[Row]:
    """The quads of a predicate between named nodes, sorted: a store lists them in no order."""
    return sorted(row for row in rows(store, predicate=predicate) if not row.literal)


def _subjects(store: Store, predicate: str, value: str) -> list[str]:
    return sorted({row.subject for row in rows(store, predicate=predicate, value=value)})


def _first_values(store: Store, predicate: str) -> dict[str, str]:
    """The smallest literal of each subject: one that does not depend on the store's order."""
    values: dict[str, str] = {}
    for row in rows(store, predicate=predicate):
        if row.literal:
            values[row.subject] = min(values.get(row.subject, row.value), row.value)
    return values
