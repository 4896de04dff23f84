"""The graph as other libraries see it: an rdflib Dataset and a NetworkX multigraph."""

import networkx as nx
import rdflib
from oxrdflib import OxigraphStore
from pyoxigraph import Store

from kg.store.select import select

__all__ = ["networkx_view", "rdflib_view"]

_NODES = """
SELECT DISTINCT ?node ?type ?label ?issued {
  { ?node a kg:Paper . BIND(kg:Paper AS ?type)
    OPTIONAL { ?node dcterms:title ?title }
    OPTIONAL { ?node dcterms:identifier ?identifier }
    OPTIONAL { ?node dcterms:issued ?issued }
    BIND(COALESCE(?title, ?identifier) AS ?label) }
  UNION
  { ?node skos:prefLabel ?label ; a ?type .
    VALUES ?type { kg:Method kg:Dataset kg:Benchmark kg:Metric kg:Task } }
}"""
_EDGES = """
SELECT DISTINCT ?from ?predicate ?to {
  VALUES ?predicate {
    kg:proposes kg:uses kg:comparesWith kg:introduces kg:evaluatesOn kg:addresses kg:reportsMetric kg:mentions
    kg:outperforms kg:partOf kg:basedOn kg:appliedTo kg:trainedOn kg:evaluatedOn kg:usedFor kg:derivedFrom
    kg:subsetOf kg:variantOf }
  ?from ?predicate ?to
}"""


def rdflib_view(store: Store) -> rdflib.Dataset:
    """Return the graph as an rdflib Dataset over the same store, its default graph the union of all.

    A plain literal comes back typed xsd:string, which rdflib calls unequal to `Literal("x")`: compare values, or ask
    in SPARQL. A query through rdflib is parsed by rdflib and answered by Oxigraph.
    """
    return rdflib.Dataset(store=OxigraphStore(store=store), default_union=True)


def networkx_view(store: Store) -> "nx.MultiDiGraph[str]":
    """Return papers and entities as nodes and their roles and relations as edges.

    Nodes are IRIs with `type` ("Paper", "Method", …), `label` and, for papers, `year`; the key of an edge is the local
    name of its predicate, so that two nodes may be joined in several ways.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rows = _strings(store, _NODES)
    for node, type_, label, issued in sorted(rows):
        if node not in graph:
            graph.add_node(node, type=_local(type_), label=label or _local(node))
            if issued[:4].isdecimal():
                graph.nodes[node]["year"] = int(issued[:4])
    for start, predicate, end in sorted(_strings(store, _EDGES)):
        if start in graph and end in graph:
            graph.add_edge(start, end, key=_local(predicate))
    return graph


def _strings(store: Store, query: str) -> list[tuple[str, ...]]:
    return [tuple("" if term is None else term.value for term in row) for row in select(store, query)]


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]
