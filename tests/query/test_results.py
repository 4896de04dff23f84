"""Answers and the formats they are written in."""

import io
import json
import sys

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import Graph, Literal, Variable
from rdflib.query import Result

from kg.errors import KgError, QueryError
from kg.query import Rows, Triples, Truth, python_value, query_store
from kg.query.formats import text, write

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def store_of(*objects: ox.Literal | ox.NamedNode) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(node(f"s{i}"), node("p"), o, node("g")) for i, o in enumerate(objects))
    return store


HARD = (
    ox.Literal("plain"),
    ox.Literal(""),
    ox.Literal('quote " comma , semicolon ;'),
    ox.Literal("line\nbreak\r\nand\ttab"),
    ox.Literal("back\\slash <tag> & 'apostrophe'"),
    ox.Literal("größer 模型 𝒳", language="de"),
    ox.Literal("77.64", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("7", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("-12", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("INF", datatype=ox.NamedNode(XSD + "double")),
    ox.Literal("NaN", datatype=ox.NamedNode(XSD + "double")),
    ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("2021-06-08", datatype=ox.NamedNode(XSD + "date")),
    node("o?a=1&b=2"),
)
SELECT = "SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?s <http://example.org/absent> ?none } } ORDER BY ?s"


@pytest.mark.parametrize("format_", ["csv", "tsv", "json"])
def test_our_writers_give_the_bytes_of_pyoxigraph(format_: str) -> None:
    store = store_of(*HARD)
    native = text(query_store(store, SELECT), format_)
    fetched = query_store(store, SELECT)
    assert len(fetched) == len(HARD)
    assert text(fetched, format_) == native


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=4))
@example(["\ufffe", '\\uFFFE "quoted"'])  # N-Triples escapes the first, TSV does not
def test_any_text_is_written_as_pyoxigraph_writes_it(texts: list[str]) -> None:
    store = store_of(*map(ox.Literal, texts))
    for format_ in ("csv", "tsv", "json"):
        fetched = query_store(store, SELECT)
        len(fetched)
        assert text(fetched, format_) == text(query_store(store, SELECT), format_)


@pytest.mark.parametrize("format_", ["json", "xml", "tsv"])
def test_rdflib_reads_our_json_xml_and_tsv(format_: str) -> None:
    rows = query_store(store_of(*HARD), SELECT)
    len(rows)
    parsed = Result.parse(io.BytesIO(text(rows, format_).encode()), format=format_)
    read = {str(row[Variable("s")]): str(row[Variable("o")]).upper() for row in parsed.bindings}
    expected = [Literal(o.value, datatype=o.datatype.value) if isinstance(o, ox.Literal) else o.value for o in HARD]
    assert [read[f"{EX}s{i}"] for i in range(len(HARD))] == [str(o).upper() for o in expected]


def test_csv_is_read_back_by_the_csv_module() -> None:
    import csv

    rows = query_store(store_of(*HARD), SELECT)
    read = list(csv.reader(io.StringIO(text(rows, "csv"), newline="")))
    assert read[0] == ["s", "o", "none"]
    assert {row[1] for row in read[1:]} == {o.value for o in HARD}


def test_a_limit_cuts_and_says_so() -> None:
    store = store_of(*map(ox.Literal, range(5)))
    cut, whole = query_store(store, SELECT, limit=3), query_store(store, SELECT, limit=5)
    assert len(cut) == 3 and cut.cut
    assert len(whole) == 5 and not whole.cut
    graph = query_store(store, "CONSTRUCT WHERE { ?s ?p ?o }", limit=2)
    assert isinstance(graph, Triples) and len(graph) == 2 and graph.cut


def test_rows_can_be_walked_twice_and_halfway() -> None:
    rows = query_store(store_of(*map(ox.Literal, range(4))), SELECT)
    assert isinstance(rows, Rows)
    next(iter(rows))
    assert [row["o"].value for row in rows] == ["0", "1", "2", "3"]
    assert [row[1].value for row in rows] == ["0", "1", "2", "3"]
    assert len(rows) == 4 and bool(rows)


def test_two_walks_at_once_see_every_row() -> None:
    rows = Rows(("n",), ((ox.Literal(i),) for i in range(3)))
    pairs = [(a["n"].value, b["n"].value) for a in rows for b in rows]
    assert len(pairs) == 9


def test_a_walk_misses_nothing_that_another_fetched() -> None:
    rows = Rows(("n",), ((ox.Literal(i),) for i in range(4)))
    one, two = iter(rows), iter(rows)
    taken = [next(one), next(two), next(two), next(one), next(two), next(two), next(one), next(one)]
    assert [row["n"].value for row in taken] == ["0", "0", "1", "1", "2", "3", "2", "3"]


def test_pandas_gets_numbers_and_missing_values() -> None:
    rows = query_store(store_of(ox.Literal("77.64", datatype=ox.NamedNode(XSD + "decimal"))), SELECT)
    frame = rows.to_pandas()
    assert list(frame.columns) == ["s", "o", "none"]
    assert frame["o"][0] == 77.64
    assert frame["s"][0] == EX + "s0"
    assert frame["none"][0] is None


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (ox.Literal(3), 3),
        (ox.Literal("2.50", datatype=ox.NamedNode(XSD + "decimal")), 2.5),
        (ox.Literal(True), True),
        (ox.Literal("x", datatype=ox.NamedNode(XSD + "integer")), "x"),
        (ox.NamedNode("http://a/"), "http://a/"),
        (None, None),
    ],
)
def test_python_values(term: ox.Literal | None, value: object) -> None:
    assert python_value(term) == value


def test_markdown_keeps_its_columns() -> None:
    rows = Rows(("a|b", "c"), [(ox.Literal("x|y\nz"), None)])
    assert text(rows, "markdown").splitlines()[2] == r"| x\|y z |  |"


def test_html_escapes_and_links() -> None:
    shown = Rows(("x",), [(ox.Literal("<script>"),), (ox.NamedNode("http://a/?x=1&y=2"),)])._repr_html_()
    assert "<script>" not in shown
    assert 'href="http://a/?x=1&amp;y=2"' in shown


def test_a_table_in_a_pipe_is_never_cut() -> None:
    long = "x" * 500
    assert long in text(Rows(("c",), [(ox.Literal(long),)]), "table")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize(
    ("format_", "parser"), [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("rdfxml", "xml")]
)
def test_rdflib_reads_our_graphs(format_: str, parser: str) -> None:
    store = store_of(ox.Literal("a"), node("b"), ox.Literal("c", language="en"))
    answer = query_store(store, "CONSTRUCT WHERE { ?s ?p ?o }")
    assert len(Graph().parse(data=text(answer, format_), format=parser)) == 3


def test_turtle_is_the_same_every_time() -> None:
    answers = {text(query_store(store_of(ox.Literal("a")), "CONSTRUCT WHERE { ?s ?p ?o }"), "turtle") for _ in range(9)}
    assert len(answers) == 1


def test_ask() -> None:
    answer = query_store(store_of(ox.Literal("a")), "ASK { ?s ?p ?o }")
    assert answer == Truth(True) and bool(answer)
    assert json.loads(answer.to_text("json")) == {"head": {}, "boolean": True}
    assert bool(Result.parse(io.BytesIO(answer.to_text("xml").encode()), format="xml"))
    assert answer.to_text("table") == "true\n"


@pytest.mark.parametrize("format_", ["turtle", "nonsense"])
def test_a_format_that_does_not_fit_is_refused_by_name(format_: str) -> None:
    with pytest.raises(QueryError, match=f"{format_}.*choose one of table, markdown"):
        write(Rows(("x",), []), format_, io.BytesIO())


def test_a_frame_without_pandas_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgError, match=r"needs pandas; pip install .*\[tables\]"):
        Rows(("n",), []).to_pandas()
