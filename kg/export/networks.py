"""Write papers, entities and what joins them for Gephi and other tools of network analysis."""

import re
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox

from kg.store.views import networkx_view

__all__ = ["write_gexf", "write_graphml"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_graphml(store: ox.Store, path: Path) -> None:
    """Write GraphML; `type` and `label` of a node are strings, `year` an int, `predicate` of an edge a string."""
    graph = _network(store)
    # The id of an edge must be its own in GraphML; in the graph a key is only the predicate between two nodes.
    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    flat.add_nodes_from(graph.nodes(data=True))
    for i, (start, end, key) in enumerate(graph.edges(keys=True)):
        flat.add_edge(start, end, key=f"e{i}", predicate=key)
    nx.write_graphml_xml(flat, path)


def write_gexf(store: ox.Store, path: Path) -> None:
    """Write GEXF 1.2, as Gephi reads it: typed attributes, the label as label, the predicate as label of an edge."""
    graph = _network(store)
    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    flat.add_nodes_from(graph.nodes(data=True))
    for i, (start, end, key) in enumerate(graph.edges(keys=True)):
        flat.add_edge(start, end, key=f"e{i}", id=f"e{i}", label=key, predicate=key)
    writer: Any = nx.readwrite.gexf.GEXFWriter(version="1.2draft")
    writer.add_graph(flat)
    for meta in writer.xml.iter():
        if meta.tag.rpartition("}")[2] == "meta":
            meta.attrib.pop("lastmodifieddate", None)  # equal graphs give equal files on every day
    with path.open("wb") as output:
        writer.write(output)


def _network(store: ox.Store) -> "nx.MultiDiGraph[str]":
    graph = networkx_view(store)
    for _, data in graph.nodes(data=True):
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = _NOT_XML.sub("\ufffd", value)
    return graph
