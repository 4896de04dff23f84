"""What is around a node is read from the store without the rest, and is what the whole graph holds."""

import random
import sys

import pytest
from pictured import fill, library
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.view import Selection, draw, find_entity, select, whole_graph
from kg.view.around import degree, neighbourhood, part_between
from kg.view.select import _near
from kg.vocab import BASE, KG


def scattered(seed: int) -> Store:
    """A library with what builds seldom write: results without data or of two methods, variants, ends of no type."""
    rng = random.Random(seed)
    store = Store()
    fill(store, library(25, seed))
    graph = whole_graph(store)
    entities = [NamedNode(n) for n, data in graph.nodes(data=True) if data["type"] != "Paper"]
    papers = [NamedNode(n) for n, data in graph.nodes(data=True) if data["type"] == "Paper"]
    results = list(store.quads_for_pattern(None, NamedNode(KG.onDataset), None, None))
    for quad in results:
        if rng.random() < 0.4:
            store.remove(quad)
        if rng.random() < 0.2:
            store.add(Quad(quad.subject, NamedNode(KG.ofMethod), rng.choice(entities), quad.graph_name))
    for predicate in (KG.variantOf, KG.basedOn, KG.outperforms, KG.uses, KG.usedFor):
        for _ in range(8):
            head, tail = rng.choice(entities), rng.choice([*entities, Literal("text"), NamedNode(BASE + "nothing")])
            store.add(Quad(head, NamedNode(predicate), tail, rng.choice(papers)))
    return store


@pytest.mark.parametrize("seed", range(6))
def test_what_is_around_a_node_is_what_the_whole_graph_holds_there(seed: int) -> None:
    store = scattered(seed)
    graph = whole_graph(store)
    rng = random.Random(seed)
    for hops in (0, 1, 2, 3):
        centres = rng.sample(list(graph), 2)
        part, complete = neighbourhood(store, centres, hops, len(graph))
        expected = _near(graph, centres, hops)
        assert complete
        assert list(part.nodes(data=True)) == list(expected.nodes(data=True))
        assert list(part.edges(keys=True, data=True)) == list(expected.edges(keys=True, data=True))


def test_all_between_all_nodes_is_the_whole_graph() -> None:
    store = scattered(11)
    graph = whole_graph(store)
    part = part_between(store, [*reversed(list(graph)), BASE + "nothing"])
    assert list(part.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(part.edges(keys=True, data=True)) == list(graph.edges(keys=True, data=True))
    assert {node: degree(store, node) for node in graph} == dict(graph.degree())


def test_a_large_ring_is_cut_to_what_is_held_most_firmly(monkeypatch: pytest.MonkeyPatch) -> None:
    store = scattered(2)
    centre = find_entity(store, None, "image classification")
    whole, _ = neighbourhood(store, [centre], 1, 1000)
    part, complete = neighbourhood(store, [centre], 2, 6)
    assert not complete and len(part) == 6 and centre in part
    assert set(part) < set(whole) and len(whole) > 6
    monkeypatch.setattr(sys.modules[Selection.__module__], "_AROUND", 6)
    assert "There is more around" in select(store, Selection(around=("image classification",)))[1]


def test_a_large_graph_shows_its_most_connected_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    store = scattered(3)
    whole = draw(store)
    assert whole.note == ""
    monkeypatch.setattr(sys.modules[Selection.__module__], "_PAPERS", 10)
    few = draw(store, Selection(limit=12))
    assert len(few.graph) == 12
    assert few.note.startswith("Showing the 6 entities that stand in most papers, and 6 papers")
    assert set(few.graph) < set(whole.graph)
    assert draw(store, Selection(limit=12)).html == few.html
