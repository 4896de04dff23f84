"""Choose what to see: from everything to the part one can read, with a note of what was left out."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, islice

import networkx as nx
from pyoxigraph import NamedNode, Store
from rdflib.namespace import RDF

from kg.errors import QueryError
from kg.model import Role
from kg.query.names import find_entities
from kg.query.names import find_entity as find_named
from kg.query.results import Triples
from kg.query.run import query_store
from kg.view.aggregate import communities, matrix
from kg.view.around import degree, neighbourhood, overview, part_between
from kg.view.look import NODES
from kg.view.rows import rows
from kg.view.whole import connect, local_name, whole_graph
from kg.vocab import BASE, KG

__all__ = ["MOST", "Selection", "find_entity", "large", "select"]

#: What a page draws when nothing is asked, and the most that any page draws.
USUAL, MOST = 500, 3000
#: A graph of more papers is not read whole for one picture of it; of a neighbourhood at most so many nodes are read.
_PAPERS, _AROUND = 10_000, 4000
#: Of nodes that hang on equally little, the earlier in this list goes first.
_KEPT = ("Other", "Metric", "Task", "Method", "Dataset", "Benchmark", "Paper", "Community")

_CUT = f"There is more around: only the nearest {_AROUND:,} nodes were read."

_AGGREGATES: dict[str, Callable[["nx.MultiDiGraph[str]"], tuple["nx.MultiDiGraph[str]", str]]] = {
    "communities": communities,
    "matrix": matrix,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What to see; several conditions hold together, several values of one are alternatives.

    `around` are IRIs, names or aliases; `types` are names of types (without "Paper", entities are joined where a paper
    names both); `years` is `2021` or `2019-2021`; `query` is a CONSTRUCT or DESCRIBE query whose triples are drawn;
    `aggregate` is `communities` or `matrix`; `base` is where IRIs start that are given by their end alone.
    """

    around: tuple[str, ...] = ()
    hops: int = 1
    types: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    years: str | None = None
    query: str | None = None
    support: int = 1
    limit: int = USUAL
    aggregate: str | None = None
    base: str = BASE


def select(store: Store, selection: Selection) -> tuple["nx.MultiDiGraph[str]", str]:
    """Return the chosen part of the graph and the note of what it leaves out ("" where it leaves out nothing).

    Raises QueryError for a name, type, year or query that makes no sense here.
    """
    if selection.limit < 1:
        raise QueryError(f"nothing can be drawn with a limit of {selection.limit}", hint="give --limit 1 or more")
    if selection.query is None and selection == Selection(limit=selection.limit, base=selection.base) and large(store):
        return _overview(store, min(selection.limit, MOST))
    complete = True
    if selection.query is not None:
        graph = _constructed(store, selection.query, selection.base)
    elif selection.around and not (selection.years or selection.datasets or selection.tasks):
        centres = [find_entity(store, None, name, base=selection.base) for name in selection.around]
        graph, complete = neighbourhood(store, centres, selection.hops, _AROUND)
        if selection.types:
            graph = _of_types(graph, _types(selection.types), selection.support)
    else:
        graph = _filtered(store, whole_graph(store), selection)
    if selection.aggregate is not None:
        if selection.aggregate not in _AGGREGATES:
            raise QueryError(f"no such summary: {selection.aggregate!r}", hint="choose communities or matrix")
        summed, note = _AGGREGATES[selection.aggregate](graph)
        return summed, note if complete else f"{note} {_CUT}".strip()
    return _limited(graph, selection, complete)


def find_entity(
    store: Store, graph: "nx.MultiDiGraph[str] | None", name: str, kind: str = "Node", base: str = BASE
) -> str:
    """Return the node that a name means, looked up as `kg.query.find_entity` does; of namesakes, the most connected.

    `graph` is a part of the store's graph, None the whole. Raises QueryError with suggestions where there is none, and
    where it is not in this part of the graph.
    """
    found = find_entities(store, name, kind, base=base, whole=True) or [find_named(store, name, kind, base=base)]
    if graph is None:
        iris = [named.iri for named in found]
        return iris[0] if len(iris) == 1 else max(iris, key=lambda node: degree(store, node))
    here = [named.iri for named in found if named.iri in graph]
    if not here:
        mend = "leave out what narrows the papers (--year, --dataset, --task)"
        raise QueryError(f"{found[0].label!r} stands in none of the papers that are left", hint=mend)
    return max(here, key=lambda node: graph.degree(node))


def _filtered(store: Store, graph: "nx.MultiDiGraph[str]", selection: Selection) -> "nx.MultiDiGraph[str]":
    if selection.years:
        low, high = _years(selection.years)
        late = [n for n, d in graph.nodes(data=True) if d["type"] == "Paper" and not low <= d["issued"][:4] <= high]
        graph = _only_papers_but(graph, set(late))
    for names, kind, roles in (
        (selection.datasets, "Dataset", {Role.EVALUATES, Role.USES, Role.INTRODUCES}),
        (selection.tasks, "Task", {Role.ADDRESSES}),
    ):
        if names:
            ends = {find_entity(store, graph, name, kind, selection.base) for name in names}
            about = {
                head for head, tail, role in graph.in_edges(ends, keys=True) if role in roles and _is_paper(graph, head)
            }
            graph = _only_papers_but(graph, {n for n in graph if _is_paper(graph, n)} - about, keep=frozenset(ends))
    if selection.around:
        centres = [find_entity(store, graph, name, base=selection.base) for name in selection.around]
        graph = _near(graph, centres, selection.hops)
    if selection.types:
        graph = _of_types(graph, _types(selection.types), selection.support)
    return graph


def _is_paper(graph: "nx.MultiDiGraph[str]", node: str) -> bool:
    return bool(graph.nodes[node]["type"] == "Paper")


def _years(text: str) -> tuple[str, str]:
    low, _, high = text.partition("-")
    high = high or low
    if not (len(low) == len(high) == 4 and (low + high).isdigit() and low <= high):
        raise QueryError(f"not a year or span of years: {text!r}", hint="write 2021 or 2019-2021")
    return low, high


def _types(names: tuple[str, ...]) -> set[str]:
    known = {type_.casefold(): str(type_) for type_ in NODES if type_ not in ("Community", "Other")}
    unknown = [name for name in names if name.casefold().removesuffix("s") not in known]
    if unknown:
        raise QueryError(f"no such type: {unknown[0]!r}", hint=f"the types are {', '.join(known.values())}")
    types = {known[name.casefold().removesuffix("s")] for name in names}
    return types | {"Benchmark"} if "Dataset" in types else types  # a benchmark is a dataset


def _only_papers_but(
    graph: "nx.MultiDiGraph[str]", out: set[str], keep: frozenset[str] = frozenset()
) -> "nx.MultiDiGraph[str]":
    """Take papers out, the statements that they alone make, and the entities that nothing then names."""
    rest: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rest.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if n not in out)
    for head, tail, role, data in graph.edges(keys=True, data=True):
        papers = [paper for paper in data["papers"] if paper not in out]
        if head in rest and tail in rest and (papers or not data["papers"]):
            rest.add_edge(head, tail, role, **{**data, "papers": papers})
    named = {tail for head, tail in rest.edges() if _is_paper(rest, head)} | keep
    return _induced(rest, {n for n in rest if _is_paper(rest, n) or n in named})


def _induced(graph: "nx.MultiDiGraph[str]", nodes: set[str]) -> "nx.MultiDiGraph[str]":
    """The part between these nodes, in the order of the whole (a networkx view has the order of a set)."""
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    part.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if n in nodes)
    for head, tail, role, data in graph.edges(keys=True, data=True):
        if head in part and tail in part:
            part.add_edge(head, tail, role, **data)
    return part


def _near(graph: "nx.MultiDiGraph[str]", centres: list[str], hops: int) -> "nx.MultiDiGraph[str]":
    distance = nx.multi_source_dijkstra_path_length(graph.to_undirected(as_view=True), centres, hops, weight=_one)
    part = _induced(graph, set(distance))
    nx.set_node_attributes(part, distance, "distance")
    return part


def _one(head: str, tail: str, data: object) -> int:
    return 1


def _of_types(graph: "nx.MultiDiGraph[str]", types: set[str], support: int) -> "nx.MultiDiGraph[str]":
    """Keep nodes of these types; where papers go, entities that a paper names in a role are joined directly."""
    kept = {n for n, data in graph.nodes(data=True) if data["type"] in types}
    part = _induced(graph, kept)
    if "Paper" in types:
        return part
    together: dict[tuple[str, str], list[str]] = {}
    for paper in (n for n in graph if _is_paper(graph, n)):
        named = sorted({tail for _, tail, role in graph.out_edges(paper, keys=True) if role != Role.MENTIONS} & kept)
        for pair in combinations(named, 2):
            together.setdefault(pair, []).append(paper)
    for (head, tail), papers in sorted(together.items()):
        if len(papers) >= support and not part.has_edge(head, tail) and not part.has_edge(tail, head):
            for paper in papers:
                connect(part, head, tail, "together", paper)
            part.edges[head, tail, "together"]["pull"] = float(len(papers)) ** 0.5
    return part


def _constructed(store: Store, query: str, base: str) -> "nx.MultiDiGraph[str]":
    try:
        triples = query_store(store, query, base=base)
    except QueryError as error:
        first, *_, last = (line.strip() for line in error.message.splitlines() * 2)
        hint = None if error.hint and "--service" in error.hint else error.hint  # a picture never asks other servers
        raise QueryError(first if first == last else f"{first}: {last}", hint=hint) from None
    if not isinstance(triples, Triples):
        del triples  # a traceback would hold the store's solutions until they end in another thread, where they may not
        raise QueryError("only the triples of a query can be drawn", hint="write CONSTRUCT { … } WHERE { … }")
    ends = [(end.value for end in (t.subject, t.object) if isinstance(end, NamedNode)) for t in triples]
    known = part_between(store, {iri for some in ends for iri in some})
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for triple in sorted(triples, key=str):
        head, tail = (getattr(end, "value", str(end)) for end in (triple.subject, triple.object))
        for end, value in ((triple.subject, head), (triple.object, tail)):
            if value not in graph:
                named = isinstance(end, NamedNode)
                graph.add_node(value, **known.nodes.get(value, _other(value, named)))
        role = local_name(triple.predicate.value)
        papers = [head] if graph.nodes[head]["type"] == "Paper" else []
        if known.has_edge(head, tail, role):
            graph.add_edge(head, tail, role, **known.edges[head, tail, role])
        else:
            graph.add_edge(head, tail, role, role=role, papers=papers, results=[], pull=1.0)
    return graph


def _other(value: str, named: bool) -> dict[str, str]:
    return {"type": "Other", "label": local_name(value) if named else value, "issued": ""}


def _core(graph: "nx.MultiDiGraph[str]", limit: int) -> set[str]:
    """Peel off the node that hangs on least, again and again, until so many are left.

    Keeping those of highest degree would keep papers whose neighbours all go; what peeling leaves hangs together.
    Nodes far from what the picture is around go first.
    """
    hold: dict[str, dict[str, float]] = {node: {} for node in graph}
    for head, tail, data in graph.edges(data=True):
        if head != tail:
            hold[head][tail] = hold[tail][head] = hold[head].get(tail, 0.0) + data["pull"]
    far = {node: -data.get("distance", 0) for node, data in graph.nodes(data=True)}
    weight = {node: sum(ends.values()) for node, ends in hold.items()}
    rare = {node: _KEPT.index(data["type"]) for node, data in graph.nodes(data=True)}
    heap = [(far[node], weight[node], rare[node], node) for node in graph]
    heapq.heapify(heap)
    left = set(graph)
    while len(left) > limit:
        _, held, _, node = heapq.heappop(heap)
        if node in left and held == weight[node]:
            left.discard(node)
            for other, pull in hold[node].items():
                if other in left:
                    weight[other] -= pull
                    heapq.heappush(heap, (far[other], weight[other], rare[other], other))
    return left


def large(store: Store) -> bool:
    """Whether a graph has so many papers that it is not read whole for one picture of it."""
    papers = rows(store, predicate=str(RDF.type), value=str(KG.Paper))
    return next(islice(papers, _PAPERS, None), None) is not None


def _overview(store: Store, limit: int) -> tuple["nx.MultiDiGraph[str]", str]:
    graph = overview(store, limit)
    papers = sum(data["type"] == "Paper" for _, data in graph.nodes(data=True))
    note = (
        f"Showing the {len(graph) - papers:,} entities that stand in most papers, and {papers:,} papers that name most"
    )
    return graph, f"{note} of them: the graph is too large to be read whole. Choose a node to see what is around it."


def _limited(graph: "nx.MultiDiGraph[str]", selection: Selection, complete: bool) -> tuple["nx.MultiDiGraph[str]", str]:
    limit = min(selection.limit, MOST)
    if graph.number_of_nodes() <= limit:
        return graph, "" if complete else _CUT
    kept = _core(graph, limit)
    part = _induced(graph, kept)
    lost = Counter(graph.nodes[n]["type"] for n in graph if n not in kept)
    words = ", ".join(f"{lost[type_]:,} {NODES[type_].plural}" for type_ in NODES if lost[type_])
    note = f"Showing the {limit:,} most connected of {graph.number_of_nodes():,} nodes. Left out: {words}."
    if not complete:
        note += f" {_CUT}"
    if limit < selection.limit:
        note += f" A page draws at most {MOST:,}; see more with --aggregate."
    return part, note
