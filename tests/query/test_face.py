"""The Python face: the same words as the commands, with the graph's own base."""

from pathlib import Path

import pyoxigraph as ox

from kg.api import Graph
from kg.query import Rows
from kg.store import GraphDirectory
from kg.vocab import BASE

ELSEWHERE = "https://example.org/kg/"


def test_a_graph_answers_in_python(small_graph: Path, tmp_path: Path) -> None:
    graph = Graph(small_graph)
    rows = graph.ask("where-used", method="Net-B")
    assert isinstance(rows, Rows) and len(rows) == 1
    assert graph.leaderboard("IMG", top=1).entries[0].method == "Net-B"
    assert graph.export(tmp_path / "out.nq").stat().st_size > 1000
    assert len(graph.query("SELECT * { ?paper a kg:Paper }", timeout=30)) == 4  # type: ignore[arg-type]


def test_one_name_to_draw_needs_no_list(small_graph: Path) -> None:
    graph = Graph(small_graph)
    for given in ({"around": "IMG"}, {"datasets": "IMG"}, {"tasks": "classification"}, {"types": "Method"}):
        assert graph.view(**given).html == graph.view(**{key: [name] for key, name in given.items()}).html


def test_relative_iris_stand_under_the_base_of_the_graph(small_graph: Path, tmp_path: Path) -> None:
    directory = GraphDirectory.create(tmp_path / "g", ELSEWHERE)
    store = ox.Store(str(directory.store))
    lines = "".join(f"{quad} .\n".replace(BASE, ELSEWHERE) for quad in Graph(small_graph).store)
    store.load(lines, ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    graph = Graph(directory.path)
    for options in ({}, {"timeout": 30.0}):
        assert graph.query("ASK { <method/net-a> a kg:Method }", **options)
    assert len(graph.ask("gains", baseline="method/net-a")) == 2  # type: ignore[arg-type]
    assert graph.leaderboard("dataset/img").dataset.iri == ELSEWHERE + "dataset/img"
