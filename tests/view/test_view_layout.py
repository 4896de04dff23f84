"""Where nodes are placed."""

import networkx as nx
import numpy as np
import pytest
from growth import LINEAR, growth
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from kg.view.layout import layout

edges = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=60)


@settings(max_examples=25, deadline=None)
@given(edges, st.integers(0, 12))
def test_every_node_has_a_place_of_its_own(pairs: list[tuple[int, int]], lonely: int) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"lonely {i}" for i in range(lonely))
    graph.add_edges_from((str(a), str(b)) for a, b in pairs)
    places = layout(graph)
    assert list(places) != [] or len(graph) == 0
    assert set(places) == set(graph)
    if len(places) > 1:
        assert pdist(np.array(list(places.values()), dtype=float)).min() >= 6.0


def test_neighbours_are_nearer_than_strangers() -> None:
    graph = nx.relabel_nodes(nx.planted_partition_graph(4, 20, 0.4, 0.01, seed=3), str)
    places = layout(graph)
    length = [np.hypot(*np.subtract(places[a], places[b])) for a, b in graph.edges()]
    assert np.mean(length) < 0.6 * pdist(np.array(list(places.values()), dtype=float)).mean()


def test_the_same_twice() -> None:
    graph = nx.relabel_nodes(nx.powerlaw_cluster_graph(400, 2, 0.3, seed=1), str)
    assert layout(graph) == layout(graph.copy())


@pytest.mark.slow
def test_time_grows_with_the_nodes_alone() -> None:
    def made(nodes: int) -> nx.Graph:
        return nx.relabel_nodes(nx.powerlaw_cluster_graph(nodes, 2, 0.3, seed=1), str)

    assert growth(layout, made, 400) < LINEAR


@pytest.mark.parametrize("graph", [nx.path_graph(2), nx.star_graph(50), nx.complete_graph(30), nx.empty_graph(5)])
def test_plain_shapes_stay_finite(graph: nx.Graph) -> None:
    places = layout(nx.relabel_nodes(graph, str))
    assert np.abs(np.array(list(places.values()))).max() < 10_000
