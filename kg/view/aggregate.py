"""Sum up what is too big to draw: communities as nodes, or methods by datasets as a matrix."""

from collections import Counter

import networkx as nx

from kg.view.look import NODES

__all__ = ["communities", "matrix"]


#: Links that a community shows: its firmest ones; all of them would join everything with everything.
_STRONGEST = 3


def communities(graph: "nx.MultiDiGraph[str]", most: int = 60) -> tuple["nx.MultiDiGraph[str]", str]:
    """Join nodes into their communities (Louvain, Blondel et al. 2008, seeded) and return these as a graph.

    A community is called after its best-connected task and methods; the note tells what is left out.
    """
    weights: nx.Graph[str] = nx.Graph()
    weights.add_nodes_from(graph)
    for head, tail, data in graph.edges(data=True):
        weight = data["pull"] + (weights[head][tail]["weight"] if weights.has_edge(head, tail) else 0.0)
        weights.add_edge(head, tail, weight=weight)
    found = nx.community.louvain_communities(weights, seed=0)
    degree = dict(weights.degree())
    groups = sorted((sorted(group, key=lambda n: (-degree[n], n)) for group in found), key=lambda g: (-len(g), g[0]))
    kept = [g for g in groups if sum(graph.nodes[n]["type"] == "Paper" for n in g) != 1 and len(g) > 1][:most]
    summed: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    home: dict[str, str] = {}
    for number, group in enumerate(kept):
        name = f"community-{number:03d}"
        home |= dict.fromkeys(group, name)
        members = [(graph.nodes[node]["label"], graph.nodes[node]["type"]) for node in group]
        counts = Counter(type_ for _, type_ in members)
        text = ", ".join(f"{look.plural} {counts[type_]:,}" for type_, look in NODES.items() if counts[type_])
        names = [f"{label} ({type_.lower()})" for label, type_ in members if type_ != "Paper"][:30]
        summed.add_node(name, type="Community", label=_title(members), issued="", text=text, members=names)
    shared = Counter(
        (min(home[head], home[tail]), max(home[head], home[tail]))
        for head, tail in weights.edges()
        if home.get(head, "") != home.get(tail, "") and head in home and tail in home
    )
    strongest = {
        pair
        for name in summed
        for pair in sorted((p for p in shared if name in p), key=lambda p: (-shared[p], p))[:_STRONGEST]
    }
    for (head, tail), count in sorted((pair, shared[pair]) for pair in strongest):
        words = f"{count:,} links"
        summed.add_edge(head, tail, "linked", role="linked", papers=[], results=[], pull=count**0.5, text=words)
    lost = len(graph) - len(home)
    note = f"Each disc stands for a community of the {len(graph):,} nodes"
    return summed, note + (f"; {lost:,} nodes in small ones are left out." if lost else ".")


def _title(members: list[tuple[str, str]]) -> str:
    tasks = [label for label, type_ in members if type_ == "Task"][:1]
    things = [label for label, type_ in members if type_ in ("Method", "Dataset", "Benchmark")][: 3 - len(tasks)]
    return ", ".join(tasks + things) or members[0][0]


def matrix(graph: "nx.MultiDiGraph[str]", rows: int = 40, columns: int = 30) -> tuple["nx.MultiDiGraph[str]", str]:
    """Return the methods and datasets that meet most often in papers, joined by `together`, and the note."""
    data = {n for n, about in graph.nodes(data=True) if about["type"] in ("Dataset", "Benchmark")}
    methods = {n for n, about in graph.nodes(data=True) if about["type"] == "Method"}
    cells: dict[tuple[str, str], list[str]] = {}
    for paper in (n for n, about in graph.nodes(data=True) if about["type"] == "Paper"):
        named = {tail for _, tail, role in graph.out_edges(paper, keys=True) if role != "mentions"}
        for method in sorted(named & methods):
            for dataset in sorted(named & data):
                cells.setdefault((method, dataset), []).append(paper)
    of_method, of_dataset = Counter[str](), Counter[str]()
    for (method, dataset), papers in cells.items():
        of_method[method] += len(papers)
        of_dataset[dataset] += len(papers)
    down = sorted(of_method, key=lambda n: (-of_method[n], n))[:rows]
    across = sorted(of_dataset, key=lambda n: (-of_dataset[n], n))[:columns]
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    part.add_nodes_from((n, graph.nodes[n]) for n in down + across)
    for (method, dataset), papers in sorted(cells.items()):
        if method in part and dataset in part:
            part.add_edge(method, dataset, "together", role="together", papers=papers, results=[], pull=1.0)
    lost = len(of_method) - len(down), len(of_dataset) - len(across)
    note = f"Left out: {lost[0]:,} methods and {lost[1]:,} datasets that meet in fewer papers." if any(lost) else ""
    return part, note
