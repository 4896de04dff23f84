"""Read a part of a store without reading the rest: what is around some nodes, and all that stands between some nodes.

The parts are those that `kg.view.whole.whole_graph` holds, with the same nodes and edges in the same order. The store
is asked for a thousand nodes at a time: a question for each would cost more than its answer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import networkx as nx
from pyoxigraph import NamedNode, Store
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.model import RelationType, Role
from kg.store.select import select
from kg.view.look import EDGES
from kg.view.rows import Row
from kg.view.whole import ENTITY_TYPES, connect, local_name, opening
from kg.vocab import KG

__all__ = ["degree", "kinds", "neighbourhood", "overview", "part_between"]

_AT_ONCE = 1000
_TYPES = {str(KG[type_]): str(type_) for type_ in ENTITY_TYPES}
_PAPER = "Paper"
_ORDER = (*_TYPES.values(), _PAPER)
#: The predicates of edges, in the order in which `whole_graph` reads them, with their roles.
_EDGES: dict[str, str] = {
    **{str(KG[role]): str(role) for role in Role},
    **{str(KG[relation]): str(relation) for relation in RelationType},
    str(KG.variantOf): "variantOf",
}
_ROLES = frozenset(map(str, Role))
# `sameTerm` compares terms as the store holds them; `IN` would look up the text of every predicate.
_IS_EDGE = " || ".join(f"sameTerm(?p, <{predicate}>)" for predicate in _EDGES)
_OUT = f"GRAPH ?g {{ ?x ?p ?y }} FILTER({_IS_EDGE})"
_IN = f"GRAPH ?g {{ ?y ?p ?x }} FILTER({_IS_EDGE})"
_RESULTS = (
    f"GRAPH ?g {{{{ ?r <{{0}}> ?x ; <{KG.ofMethod}> ?method"
    f" OPTIONAL {{{{ ?r <{KG.onDataset}> ?data }}}} OPTIONAL {{{{ ?r <{KG.ofMetric}> ?metric }}}}{{1}} }}}}"
)
_ENDS = (str(KG.ofMethod), str(KG.onDataset), str(KG.ofMetric))

#: An edge: head, tail, role.
_Link = tuple[str, str, str]


def kinds(store: Store, nodes: Iterable[str]) -> dict[str, str]:
    """Return the types that a picture gives to nodes, in the order of `whole_graph`; it leaves out what it never shows.

    A node is a paper before it is an entity, and a benchmark before it is a dataset.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    for node, type_ in _ask(store, "?x ?type", f"?x <{RDF.type}> ?type", nodes):
        stated[node].add(type_)
    found = {}
    for node, types in stated.items():
        kind = _PAPER if str(KG.Paper) in types else next((_TYPES[iri] for iri in _TYPES if iri in types), None)
        if kind is not None:
            found[node] = kind
    return dict(sorted(found.items(), key=lambda item: (_ORDER.index(item[1]), item[0])))


def degree(store: Store, node: str) -> int:
    """Return how many edges `whole_graph` has at a node."""
    found = set(_links(store, [node]))
    shown = kinds(store, {end for head, tail, _ in found for end in (head, tail)})
    return sum(2 if head == tail else 1 for head, tail, _ in found if head in shown and tail in shown)


def neighbourhood(store: Store, centres: list[str], hops: int, most: int) -> tuple["nx.MultiDiGraph[str]", bool]:
    """Return the part within so many hops of some nodes, with their `distance`, and whether that is all of it.

    A ring that would make more than `most` nodes is cut to those that the nodes within hold most firmly, and is the
    last one.
    """
    distance = dict.fromkeys(centres, 0)
    ring, complete = list(distance), True
    for hop in range(1, hops + 1):
        pull: dict[str, float] = defaultdict(float)
        within = set(ring)
        for head, tail, role in sorted(set(_links(store, ring))):
            for end, other in ((head, tail), (tail, head)):
                if end in within and other not in distance:
                    pull[other] += EDGES[role].pull
        shown = kinds(store, pull)
        ring = sorted(shown, key=lambda node: (-pull[node], shown[node] == _PAPER, node))
        room = most - len(distance)
        complete = len(ring) <= room
        ring = ring[:room]
        distance.update(dict.fromkeys(ring, hop))
        if not ring or not complete:
            break
    part = part_between(store, distance)
    nx.set_node_attributes(part, distance, "distance")
    return part, complete


def overview(store: Store, limit: int) -> "nx.MultiDiGraph[str]":
    """Return the part between the entities that stand in most papers and the papers that name most of them."""
    nodes = _most_named(store, (limit + 1) // 2)
    roles = " || ".join(f"sameTerm(?p, <{KG[role]}>)" for role in Role)
    named = " ".join(str(NamedNode(node)) for node in nodes)
    # Put in order here: the store would look up the texts of two IRIs for each comparison of equals.
    query = f"SELECT ?paper (COUNT(*) AS ?n) {{ VALUES ?x {{ {named} }} ?paper ?p ?x FILTER({roles}) }} GROUP BY ?paper"
    return part_between(store, nodes + _first(select(store, query), limit - len(nodes)))


def _most_named(store: Store, most: int) -> list[str]:
    """The first of those that stand in most papers; roles that only one paper gives an entity do not count."""
    query = "SELECT ?e (COUNT(*) AS ?n) {{ ?paper <{}> ?e }} GROUP BY ?e HAVING (COUNT(*) > 1)"
    return _first((counted for role in Role for counted in select(store, query.format(KG[role]))), most)


def _first(counted: Iterable[tuple[Any, ...]], most: int) -> list[str]:
    """The nodes with the greatest sums of their counts; of equals the first by name."""
    counts: Counter[str] = Counter()
    for node, count in counted:
        counts[node.value] += int(count.value)
    return sorted(counts, key=lambda node: (-counts[node], node))[:most]


def part_between(store: Store, nodes: Iterable[str]) -> "nx.MultiDiGraph[str]":
    """Return the part of the graph that these nodes and the edges between them make; other nodes are passed over."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    shown = kinds(store, nodes)
    texts = _first_values(store, shown)
    for node, kind in shown.items():
        if kind == _PAPER:
            title = texts.get((node, str(DCTERMS.title))) or opening(store, node)
            graph.add_node(node, type=kind, label=title, issued=texts.get((node, str(DCTERMS.issued)), ""))
        else:
            graph.add_node(node, type=kind, label=texts.get((node, str(SKOS.prefLabel))) or local_name(node))
    out: dict[str, list[Row]] = {predicate: [] for predicate in _EDGES}
    for head, predicate, tail, paper in _ask(store, "?x ?p ?y ?g", _OUT, graph):
        if tail in graph:
            out[predicate].append(Row(head, predicate, tail, paper, False))
    for predicate, role in _EDGES.items():
        for row in sorted(out[predicate]):
            stated_by = row.subject if role in _ROLES else None if role == "variantOf" else row.graph
            connect(graph, row.subject, row.value, role, stated_by)
    for (paper, result), (method, other) in sorted(_results(store, graph, _ENDS[:1]).items()):
        if method in graph and other in graph:
            connect(graph, method, other, "result", paper, result)
    return graph


def _first_values(store: Store, nodes: Iterable[str]) -> dict[tuple[str, str], str]:
    """The smallest text of each node and property."""
    nodes = list(nodes)
    values: dict[tuple[str, str], str] = {}
    for predicate in map(str, (DCTERMS.title, DCTERMS.issued, SKOS.prefLabel)):
        for node, text in _ask(store, "?x ?text", f"?x <{predicate}> ?text FILTER(isLiteral(?text))", nodes):
            values[node, predicate] = min(values.get((node, predicate), text), text)
    return values


def _links(store: Store, nodes: Iterable[str]) -> Iterator[_Link]:
    """Yield the edges at some nodes, one that several papers state as often; other ends may be nothing to show."""
    nodes = list(nodes)
    for head, predicate, tail in _ask(store, "?x ?p ?y", _OUT, nodes):
        yield head, tail, _EDGES[predicate]
    for tail, predicate, head in _ask(store, "?x ?p ?y", _IN, nodes):
        yield head, tail, _EDGES[predicate]
    within = set(nodes)
    for ends in _results(store, nodes, _ENDS).values():
        if not within.isdisjoint(ends):
            yield *ends, "result"


def _results(store: Store, nodes: Iterable[str], at: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return method and dataset, else metric, of the results at some nodes, by the paper's graph and the result."""
    nodes = list(nodes)
    stated: dict[tuple[str, str], tuple[set[str], set[str], set[str]]] = {}
    for predicate in at:
        # Where there is a dataset the metric is no end: of the many results of a metric few are left to read.
        no_data = f" FILTER NOT EXISTS {{ ?r <{KG.onDataset}> ?some }}" if predicate == str(KG.ofMetric) else ""
        pattern = _RESULTS.format(predicate, no_data)
        for paper, result, *ends in _ask(store, "?g ?r ?method ?data ?metric", pattern, nodes):
            for values, end in zip(stated.setdefault((paper, result), (set(), set(), set())), ends, strict=True):
                values.add(end)
    found = {}
    for key, (methods, data, metrics) in stated.items():
        other = max(data) or max(metrics)
        if other:
            found[key] = max(methods), other
    return found


def _ask(store: Store, columns: str, pattern: str, nodes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield solutions as texts, "" where nothing is bound; `?x` is each of the nodes in turn."""
    left = iter(nodes)
    while some := [str(NamedNode(node)) for node in islice(left, _AT_ONCE)]:
        for found in select(store, f"SELECT {columns} {{ VALUES ?x {{ {' '.join(some)} }} {pattern} }}"):
            yield tuple(map(_text, found))


def _text(term: Any) -> str:
    return getattr(term, "value", "")
