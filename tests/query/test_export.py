"""Exports, each reloaded by a reader that is not ours, and loading."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kg.cells import guarded, unguarded
from kg.cli.app import app
from kg.errors import InputError, StoreError
from kg.export import ENDINGS, export, load
from kg.export.evaluation import evaluation_tables
from kg.export.tables import TABLES, rows
from kg.store import GraphDirectory, open_store
from kg.store.views import networkx_view
from kg.vocab import BASE, KG


def quads(store: ox.Store) -> set[str]:
    return {str(quad) for quad in store}


def union(store: ox.Store) -> set[str]:
    return {str(quad.triple) for quad in store}


def canonical(graph: rdflib.Graph) -> set[str]:
    """An rdflib graph as N-Triples the way Oxigraph writes them."""
    store = ox.Store()
    store.load(graph.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)
    return union(store)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:Dataset:DeprecationWarning")
@pytest.mark.parametrize(("ending", "parser"), [(".nt", "nt"), (".ttl", "turtle"), (".rdf", "xml")])
def test_rdflib_reads_the_union(small: ox.Store, tmp_path: Path, ending: str, parser: str) -> None:
    path = export(small, tmp_path / f"out{ending}")
    assert canonical(rdflib.Graph().parse(path, format=parser)) == union(small)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own readers of quads use what rdflib deprecates
@pytest.mark.parametrize(("ending", "parser"), [(".nq", "nquads"), (".trig", "trig"), (".jsonld", "json-ld")])
def test_rdflib_reads_the_named_graphs(small: ox.Store, tmp_path: Path, ending: str, parser: str) -> None:
    path = export(small, tmp_path / f"out{ending}")
    dataset = rdflib.Dataset()
    dataset.parse(path, format=parser)
    named = {str(graph.identifier): graph for graph in dataset.graphs() if len(graph)}
    assert set(named) == {graph.value for graph in small.named_graphs()}  # type: ignore[union-attr]
    for name, graph in named.items():
        ours = {str(q.triple) for q in small.quads_for_pattern(None, None, None, ox.NamedNode(name))}
        assert canonical(graph) == ours


@pytest.mark.parametrize("ending", ENDINGS)
def test_equal_graphs_give_equal_bytes(small: ox.Store, tmp_path: Path, ending: str) -> None:
    shuffled = ox.Store()
    shuffled.extend(sorted(small, key=lambda quad: str(quad)[::-1]))
    one, two = export(small, tmp_path / f"one{ending}"), export(shuffled, tmp_path / f"two{ending}")
    if one.is_file():
        assert one.read_bytes() == two.read_bytes()
    else:
        assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in two.iterdir()}


@pytest.mark.parametrize("ending", [".graphml", ".gexf"])
def test_networkx_reads_the_network_with_types(small: ox.Store, tmp_path: Path, ending: str) -> None:
    path = export(small, tmp_path / f"out{ending}")
    read = nx.read_graphml(path, force_multigraph=True) if ending == ".graphml" else nx.read_gexf(path)
    expected = networkx_view(small)
    assert set(read.nodes) == set(expected.nodes)
    for node, data in expected.nodes(data=True):
        assert {key: read.nodes[node].get(key) for key in data} == data
    paper = read.nodes[BASE + "paper/alpha"]
    assert paper["year"] == 2019 and isinstance(paper["year"], int)
    edges = sorted((a, b, data["predicate"]) for a, b, data in read.edges(data=True))
    assert edges == sorted((a, b, key) for a, b, key in expected.edges(keys=True))


def test_csv_tables_are_read_back_equal(small: ox.Store, tmp_path: Path) -> None:
    folder = export(small, tmp_path / "out.csv")
    for name, columns in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as source:
            header, *read = list(csv.reader(source))
        assert header == list(columns)
        expected = [["" if cell is None else str(cell) for cell in row] for row in rows(small, name)]
        assert [unguarded(row) for row in read] == expected
    assert len(list(rows(small, "papers"))) == 4
    assert len(list(rows(small, "results"))) == 8


def test_parquet_tables_are_read_back_equal_with_types(small: ox.Store, tmp_path: Path) -> None:
    folder = export(small, tmp_path / "out.parquet")
    for name, columns in TABLES.items():
        table = pq.read_table(folder / f"{name}.parquet")
        assert [tuple(row.values()) for row in table.to_pylist()] == list(rows(small, name))
        types = {"string": str, "int64": int, "double": float}
        assert {field.name: types[str(field.type)] for field in table.schema} == columns


def test_what_stands_in_a_row(small: ox.Store) -> None:
    columns = list(TABLES["results"])
    found = {row[0]: dict(zip(columns, row, strict=True)) for row in rows(small, "results")}
    gain = found[BASE + "result/beta/r2"]
    assert (gain["kind"], gain["value"], gain["unit"], gain["direction"]) == ("Gain", 5.5, "points", "up")
    assert gain["baselines"] == BASE + "method/net-a"
    assert gain["sentence"] == "Sentence r2 of beta."
    papers = {row[0]: dict(zip(TABLES["papers"], row, strict=True)) for row in rows(small, "papers")}
    assert papers[BASE + "paper/beta"]["authors"] == "Ada Example; Bob Example"
    entities = {row[0]: dict(zip(TABLES["entities"], row, strict=True)) for row in rows(small, "entities")}
    assert entities[BASE + "dataset/img"]["papers"] == 3


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_is_a_formula_and_all_come_back(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded([cell]) == [text]


def test_evaluation_tables(small: ox.Store, tmp_path: Path) -> None:
    tables = json.loads(export(small, tmp_path / "evaluation-tables.json").read_text("utf-8"))
    assert [table["task"] for table in tables] == ["classification", "detection"]
    datasets = {d["dataset"]: d["sota"] for d in tables[0]["datasets"]}
    assert list(datasets) == ["IMG", "IMG test", "IMG val"]  # a split is a leaderboard of its own
    assert datasets["IMG test"]["metrics"] == ["Accuracy"]
    first, second = datasets["IMG test"]["rows"]
    assert (first["model_name"], first["metrics"], first["paper_title"]) == ("Net-A", {"Accuracy": "70%"}, "Alpha")
    assert [link["url"] for link in first["code_links"]] == ["https://github.com/e/a1", "https://github.com/e/a2"]
    assert second["metrics"] == {"Accuracy": "75.5%"} and second["evidence"] == [BASE + "sentence/beta/r1"]


@pytest.mark.parametrize(
    ("stated", "model", "printed"),
    [
        ('kg:minValue 0.1 ; kg:maxValue 0.3 ; kg:unit "%"', "Net-A", "0.1–0.3%"),
        ('kg:minValue 20 ; kg:unit "ms"', "Net-A", "≥ 20 ms"),
        ("kg:maxValue 20", "Net-A", "≤ 20"),
        ('kg:value 20 ; kg:maxValue 20 ; kg:unit "%"', "Net-A", "≤ 20%"),
        ("kg:value 0.2 ; kg:minValue 0.1 ; kg:maxValue 0.3", "Net-A", "0.2 (0.1–0.3)"),
        ('kg:value 93 ; kg:unit "%" ; kg:rawValue "93%" ; kg:setting "Up to"', "Net-A", "up to 93%"),
        # it is another number that the words stand before
        ('kg:value 7 ; kg:rawValue "7" ; kg:setting "up to"', "Net-A (up to)", "7"),
        ('kg:value 93 ; kg:unit "%" ; kg:rawValue "93%" ; kg:setting "zero-shot"', "Net-A (zero-shot)", "93%"),
    ],
)
def test_evaluation_tables_print_a_bound_as_a_bound(
    with_paper: Callable[[str, str, dict[str, str]], str], stated: str, model: str, printed: str
) -> None:
    store = ox.Store()
    text = with_paper("a", "", {"r": stated}).replace("Sentence r of a.", "It gets UP TO 93% and 7.")
    store.load(text, ox.RdfFormat.TRIG)
    rows = [row for table in evaluation_tables(store) for d in table["datasets"] for row in d["sota"]["rows"]]  # type: ignore[attr-defined]
    [row] = [row for row in rows if row["paper_url"] == BASE + "paper/a"]
    assert (row["model_name"], row["metrics"]) == (model, {"Accuracy": printed})


def test_an_export_replaces_all_or_nothing(small: ox.Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot export as '.xyz'; choose one of .nq"):
        export(small, tmp_path / "out.xyz")
    (tmp_path / "mine.csv").mkdir()
    (tmp_path / "mine.csv" / "diary.txt").write_text("dear diary")
    with pytest.raises(InputError, match=r"holds other things \(diary.txt\)"):
        export(small, tmp_path / "mine.csv")
    (tmp_path / "file.csv").write_text("a,b")
    with pytest.raises(InputError, match="is a file"):
        export(small, tmp_path / "file.csv")
    export(small, tmp_path / "t.csv")
    export(small, tmp_path / "t.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file.csv", "mine.csv", "t.csv"]


@pytest.mark.parametrize("ending", [".nq", ".trig", ".jsonld"])
def test_what_was_exported_loads_equal(small: ox.Store, tmp_path: Path, ending: str) -> None:
    path = export(small, tmp_path / f"out{ending}")
    assert load(tmp_path / "new", path) == len(small)
    assert quads(open_store(tmp_path / "new")) == quads(small)
    assert load(tmp_path / "new", path) == 0


def test_triples_go_to_a_graph_of_their_own_and_packed_files_load(tmp_path: Path) -> None:
    import zstandard

    text = f'<{BASE}paper/x> <{KG.venue}> "V" .\n'.encode()
    (tmp_path / "x.nt.gz").write_bytes(gzip.compress(text))
    (tmp_path / "x.ttl.zst").write_bytes(zstandard.compress(text))
    assert load(tmp_path / "g", tmp_path / "x.nt.gz") == 1
    assert load(tmp_path / "g", tmp_path / "x.ttl.zst") == 0
    assert [graph.value for graph in open_store(tmp_path / "g").named_graphs()] == [BASE + "graph/loaded"]  # type: ignore[union-attr]


def test_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.nq", tmp_path / "bad.nq"
    good.write_text("<a:s> <a:p> <a:o> <a:g> .\n")
    bad.write_text("<a:s> <a:p> <a:2> <a:g> .\n<a:s> nonsense .\n")
    with pytest.raises(InputError, match=r"bad.nq:2: not valid RDF"):
        load(tmp_path / "g", bad)
    assert not (tmp_path / "g").exists()
    load(tmp_path / "g", good)
    with pytest.raises(InputError):
        load(tmp_path / "g", bad)
    assert len(open_store(tmp_path / "g")) == 1
    (tmp_path / "broken.nt.gz").write_bytes(b"\x1f\x8bnonsense")
    for name, message in (
        ("none.nq", "no such file"),
        ("x.pdf", "not an RDF file"),
        ("broken.nt.gz", "cannot be read"),
    ):
        with pytest.raises(InputError, match=message):
            load(tmp_path / "g", tmp_path / name)


def test_one_writer_at_a_time(small_graph: Path, tmp_path: Path) -> None:
    (tmp_path / "x.nt").write_text("<a:s> <a:p> <a:o> .\n")
    with GraphDirectory.open(small_graph).writing(), pytest.raises(StoreError, match="another build"):
        load(small_graph, tmp_path / "x.nt")


def test_the_commands(small_graph: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nq"
    assert CliRunner().invoke(app, ["export", str(small_graph), "-o", str(out)]).exit_code == 0
    done = CliRunner().invoke(app, ["load", str(tmp_path / "copy"), str(out)])
    assert done.exit_code == 0 and "new statements" in done.stderr and done.stdout == ""
    assert quads(open_store(tmp_path / "copy")) == quads(open_store(small_graph))


def test_tables_of_somebody_else_are_not_taken_away(small: ox.Store, tmp_path: Path) -> None:
    folder = export(small, tmp_path / "out.csv")
    (folder / "notes.csv").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.csv"):
        export(small, folder)
    assert (folder / "notes.csv").read_text() == "mine"
