"""Tell in words what a page shows: which part of the graph, from how many papers, of which years."""

import networkx as nx
from pyoxigraph import Store
from rdflib.namespace import DCTERMS, RDF

from kg.view.look import NODES
from kg.view.rows import rows
from kg.view.select import Selection
from kg.vocab import KG

__all__ = ["counted", "nothing", "scope"]


def counted(store: Store, graph: "nx.MultiDiGraph[str]", links: int) -> list[str]:
    """Return how much is drawn and from what: "40 nodes, 107 links" and "10 of 37 papers, 2020–2023"."""
    papers = {row.subject for row in rows(store, predicate=str(RDF.type), value=str(KG.Paper))}
    shown = {node for node, data in graph.nodes(data=True) if data["type"] == "Paper"}
    shown = shown.union(*(data["papers"] for _, _, data in graph.edges(data=True))) & papers or papers
    drawn = f"{_many(len(graph), 'node')}, {_many(links, 'link')}"
    if not papers:
        return [drawn]
    part = (
        f"{len(shown):,} of {_many(len(papers), 'paper')}" if len(shown) < len(papers) else _many(len(papers), "paper")
    )
    issued = (row for row in rows(store, predicate=str(DCTERMS.issued)) if row.subject in shown)
    years = sorted({row.value[:4] for row in issued if row.value[:4].isdigit()})
    span = "" if not years else f", {years[0]}" if len(years) == 1 else f", {years[0]}–{years[-1]}"
    return [drawn, part + span]


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def scope(selection: Selection) -> str:
    """Return what was asked for, "" where it was everything.

    >>> scope(Selection(around=("BERT",), hops=2, years="2021", types=("method", "Dataset")))
    'Around BERT, up to 2 links away; papers of 2021; methods and datasets alone'
    """
    parts = []
    if selection.query is not None:
        parts.append("what a query asked for")
    else:
        if selection.around:
            far = "" if selection.hops == 1 else f", up to {selection.hops} links away"
            parts.append(f"around {_listed(selection.around)}{far}")
        if selection.datasets:
            parts.append(f"papers on {_listed(selection.datasets, 'or')}")
        if selection.tasks:
            parts.append(f"papers about {_listed(selection.tasks, 'or')}")
        if selection.years:
            parts.append(f"papers of {selection.years.replace('-', '–')}")
        if selection.types:
            plurals = {type_.casefold(): look.plural for type_, look in NODES.items()}
            names = [plurals.get(name.casefold().removesuffix("s"), name) for name in selection.types]
            parts.append(f"{_listed(names)} alone")
        if selection.support > 1:
            parts.append(f"linked by {selection.support} papers or more")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _listed(names: "list[str] | tuple[str, ...]", joint: str = "and") -> str:
    *first, last = names
    return f"{', '.join(first)} {joint} {last}" if first else last


def nothing(store: Store, selection: Selection) -> str:
    """Return why a picture is empty and what to do about it."""
    if next(rows(store, predicate=str(RDF.type), value=str(KG.Paper)), None) is None:
        return "the graph holds no papers; add some with: kg build -o GRAPH FILE"
    asked = scope(selection)
    if selection.query is not None:
        return "the query found no triple; try it first with: kg query GRAPH"
    if selection.aggregate is not None:
        return "too little hangs together to be summed up; leave out --aggregate"
    return f"nothing in the graph is all of this: {asked[:1].lower()}{asked[1:]}; ask for less"
