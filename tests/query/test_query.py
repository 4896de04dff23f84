"""Queries of a store and of a graph directory, and what goes wrong with them."""

import socket
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from growth import LINEAR, growth, over_and_over
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError, StoreError
from kg.query import Rows, query, query_store
from kg.query.syntax import calls_service
from kg.store import GraphDirectory
from kg.vocab import BASE, KG


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph directory with one paper in its named graph."""
    directory = GraphDirectory.create(tmp_path / "graph", BASE)
    store = ox.Store(str(directory.store))
    paper = ox.NamedNode(BASE + "paper/a")
    store.add(ox.Quad(paper, ox.NamedNode(KG.venue), ox.Literal("ICLR 2021"), paper))
    store.flush()
    return directory.path


def test_a_query_sees_the_union_with_prefixes_and_base(graph: Path) -> None:
    rows = query(graph, "SELECT ?v { <paper/a> kg:venue ?v }")
    assert isinstance(rows, Rows)
    assert rows.values() == [("ICLR 2021",)]


def test_own_prefixes_may_be_declared_again(graph: Path) -> None:
    rows = query(str(graph), f"PREFIX kg: <{KG._NS}> PREFIX x: <{KG._NS}> SELECT ?v {{ ?p x:venue ?v ; kg:venue ?v }}")
    assert isinstance(rows, Rows) and len(rows) == 1


def test_bindings_are_terms_not_text(graph: Path) -> None:
    ask = "ASK { ?p kg:venue ?v }"
    assert query(graph, ask, bindings={"v": ox.Literal("ICLR 2021")})
    assert not query(graph, ask, bindings={"v": ox.Literal('ICLR 2021" } #')})


def test_a_missing_graph_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such graph"):
        query(tmp_path / "none", "ASK {}")


@pytest.mark.parametrize(
    ("sparql", "place", "line", "reason"),
    [
        ("SELECT * {\n  ?s foo ?o }", "line 2, column 11", "  ?s foo ?o }", "expected"),
        ("ASK { ?s nope:x ?o }", "line 1, column", "ASK { ?s nope:x ?o }", "prefix that is not declared"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "line 1", "INSERT", "expected SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("", "line 1, column 1", "", "expected"),
        ("SELECT ?x { ?x a }", "line 1, column 1", "SELECT ?x { ?x a }", "expected one of"),
    ],
)
def test_a_syntax_error_shows_the_line_with_a_caret(sparql: str, place: str, line: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        query_store(ox.Store(), sparql)
    message = str(caught.value)
    assert place in message and line in message and reason in message
    assert "FFFD" not in message  # the parser lists whole ranges of letters
    shown = message.splitlines()
    assert shown[2].strip() == "^"
    assert int(shown[0].rpartition(" ")[2]) == shown[2].index("^") - 1


@pytest.mark.parametrize(
    ("sparql", "calls"),
    [
        ("SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }", True),
        ("SELECT * { service silent ?x { ?s ?p ?o } }", True),
        ("SELECT * { ?s ?p '# not a comment' . SERVICE <http://x.org/> {} }", True),
        ("SELECT * { \\u0053ERVICE <http://x.org/> {} }", True),
        ("PREFIX : <http://x.org/> SELECT * { SERVICE:x { ?s ?p ?o } }", True),
        ("SELECT * { ?s ?p 1SERVICE<http://x.org/>{ ?a ?b ?c } }", True),
        ('SELECT * { FILTER(1<?b#>"""\n)SERVICE<http://x.org/>{ ?s ?p ?o } #"""\n }', True),
        ("SELECT * { # \rSERVICE <http://x.org/> {} }", True),
        ("SELECT * { SERVICE #\n<http://x.org/> {} }", True),
        ("PREFIX " + "p" * 150 + ": <http://x.org/> SELECT * { SERVICE " + "p" * 150 + ":x {} }", True),
        ("SELECT ?service ?x { ?s kg:service ?x { ?a ?b ?x } }", False),
        ('SELECT ?service { ?s kg:SERVICE \'SERVICE\', """a "SERVICE" """ }  # SERVICE', False),
        ("SELECT * { ?s <http://x.org/#SERVICE> ?o }", False),
    ],
)
def test_service_is_found_where_it_calls(sparql: str, calls: bool) -> None:
    assert calls_service(sparql) is calls


@pytest.mark.parametrize("piece", ["SERVICEx", "SERVICE ", "SERVICE#", "SERVICE SILENT ", "?SERVICE", ":SERVICE"])
def test_a_hostile_query_is_searched_for_service_in_linear_time(piece: str) -> None:
    # Neither text is to fit the processor's cache: of 100,000 letters the shorter one does, and is read twice as fast.
    assert growth(calls_service, over_and_over(piece), 400_000) < LINEAR


def test_service_is_refused_unless_asked_for() -> None:
    with pytest.raises(QueryError, match="SERVICE is off"):
        query_store(ox.Store(), "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


def test_the_command_prints_data_alone_and_says_what_it_cut(graph: Path) -> None:
    done = CliRunner().invoke(app, ["query", str(graph), "SELECT ?p { ?p ?q ?v }", "--format", "csv", "--limit", "0"])
    assert done.exit_code == 0
    assert done.stdout == "p\r\n" or done.stdout == "p\n"
    assert "cut at --limit" in done.stderr


def test_the_command_reads_stdin_and_files(graph: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ?p kg:venue ?v }")
    assert CliRunner().invoke(app, ["query", str(graph), "--file", str(tmp_path / "q.rq")]).stdout == "true\n"
    assert CliRunner().invoke(app, ["query", str(graph), "-"], input="ASK {}").stdout == "true\n"
    assert CliRunner().invoke(app, ["query", str(graph)]).exit_code == 2
    missing = CliRunner().invoke(app, ["query", str(graph), "--file", str(tmp_path / "none.rq")])
    assert "cannot be read" in str(missing.exception)


def test_from_names_the_graphs_that_are_asked() -> None:
    store = ox.Store()
    for name in ("a", "b"):
        node = ox.NamedNode(f"http://x.org/{name}")
        store.add(ox.Quad(node, node, node, node))
    asked = {
        dataset: query_store(store, f"SELECT ?s {dataset} {{ ?s ?p ?o }}")
        for dataset in ("", "FROM <http://x.org/a>", "FROM NAMED <http://x.org/a>")
    }
    assert [len(list(rows)) for rows in asked.values() if not isinstance(rows, bool)] == [2, 1, 0]  # type: ignore[arg-type]


def test_a_server_that_cannot_be_reached_is_said_in_one_line() -> None:
    for format_ in ("table", "csv"):
        answer = query_store(ox.Store(), "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", service=True)
        with pytest.raises(QueryError, match="could not be answered"):
            answer.to_text(format_)


def test_a_mark_of_the_byte_order_is_no_part_of_a_query(graph: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK {}", "utf-8-sig")
    assert CliRunner().invoke(app, ["query", str(graph), "--file", str(tmp_path / "q.rq")]).stdout == "true\n"


def test_an_endpoint_that_does_not_speak_http_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(4096)
                client.sendall(b"220 mail.example.org\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(QueryError, match="does not speak HTTP"):
            query(f"http://127.0.0.1:{server.getsockname()[1]}/sparql", "ASK {}")
        thread.join()
