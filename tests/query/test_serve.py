"""`kg serve`: the SPARQL 1.1 Protocol with real clients, its limits, and how it ends.

The protocol's checks are those of the W3C's SPARQL 1.1 test-suite (protocol/index) that apply to a read-only endpoint.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError, StoreError
from kg.query import Rows, Triples, query
from kg.serve.protocol import accepted
from kg.serve.snapshot import snapshot
from kg.store import GraphDirectory
from kg.vocab import BASE, KG

Serving = Callable[..., AbstractContextManager[tuple[str, "subprocess.Popen[bytes]"]]]
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
ASK = "ASK {}"
ALPHA = BASE + "paper/alpha"
PREFIXES = f"PREFIX kg: <{KG._NS}> "
HOURS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l && ?k = ?b) }"


def send(
    server: str,
    method: str = "GET",
    query_string: str = "",
    body: bytes | None = None,
    type_: str = "",
    accept: str = "*/*",
) -> httpx.Response:
    headers = {"accept": accept, **({"content-type": type_} if type_ else {})}
    return httpx.request(method, f"{server}/sparql?{query_string}", content=body, headers=headers, timeout=30)


def q(*pairs: tuple[str, str]) -> str:
    return urlencode(pairs)


# name in the W3C suite, method, query string, body, content type, expected status
PROTOCOL = [
    ("query_get", "GET", q(("query", ASK)), None, "", 200),
    ("query_post_form", "POST", "", q(("query", ASK)).encode(), FORM, 200),
    ("query_post_direct", "POST", "", ASK.encode(), QUERY, 200),
    ("query_post_direct with charset", "POST", "", ASK.encode(), QUERY + "; charset=utf-8", 200),
    (
        "query_dataset_default_graph",
        "GET",
        q(("query", ASK), ("default-graph-uri", BASE + "paper/alpha")),
        None,
        "",
        200,
    ),
    (
        "query_dataset_named_graphs_get",
        "GET",
        q(("query", ASK), ("named-graph-uri", BASE + "paper/alpha")),
        None,
        "",
        200,
    ),
    ("bad_query_method", "PUT", q(("query", ASK)), None, "", 405),
    ("bad_multiple_queries", "GET", q(("query", ASK), ("query", "SELECT * {}")), None, "", 400),
    ("bad_query_wrong_media_type", "POST", "", ASK.encode(), "text/plain", 415),
    ("bad_query_missing_form_type", "POST", "", q(("query", ASK)).encode(), "", 415),
    ("bad_query_missing_direct_type", "POST", "", ASK.encode(), "", 415),
    ("bad_query_non_utf8", "POST", "", ASK.encode("utf-16"), QUERY + "; charset=UTF-16", 400),
    ("bad_query_syntax", "GET", q(("query", "ASK {")), None, "", 400),
    ("no query", "GET", "", None, "", 400),
    ("update by form refused", "POST", "", q(("update", "CLEAR ALL")).encode(), FORM, 403),
    ("update by body refused", "POST", "", b"CLEAR ALL", "application/sparql-update", 403),
    ("update by get refused", "GET", q(("update", "CLEAR ALL")), None, "", 403),
    ("update as a query refused", "GET", q(("query", "DELETE WHERE { ?s ?p ?o }")), None, "", 400),
    ("no IRI for a graph", "GET", q(("query", ASK), ("default-graph-uri", "no iri")), None, "", 400),
    ("a query of a megabyte and more", "POST", "", b"#" * (1 << 20) + b"\nASK {}", QUERY, 413),
]


@pytest.mark.parametrize(("name", "method", "query_string", "body", "type_", "status"), PROTOCOL)
def test_protocol(
    server: str, name: str, method: str, query_string: str, body: bytes | None, type_: str, status: int
) -> None:
    answer = send(server, method, query_string, body, type_)
    assert answer.status_code == status, (name, answer.text)
    if status == 200:
        assert answer.json()["boolean"] is True


@pytest.mark.parametrize(
    ("sparql", "accept", "type_"),
    [
        ("SELECT * {}", "", "application/sparql-results+json"),
        ("SELECT * {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * {}", "text/csv", "text/csv"),
        ("SELECT * {}", "text/tab-separated-values, */*;q=0.1", "text/tab-separated-values"),
        (
            "SELECT * {}",
            "application/sparql-results+xml;q=0.2, application/json;q=0.9",
            "application/sparql-results+json",
        ),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples", "application/n-triples"),
        ("DESCRIBE <paper/alpha>", "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <paper/alpha>", "application/ld+json", "application/ld+json"),
    ],
)
def test_content_negotiation(server: str, sparql: str, accept: str, type_: str) -> None:
    answer = send(server, query_string=q(("query", sparql)), accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(type_)


def test_what_cannot_be_sent_is_406_or_said(server: str) -> None:
    assert send(server, query_string=q(("query", ASK)), accept="image/png").status_code == 406
    refused = send(server, query_string=q(("query", "CONSTRUCT WHERE { ?s ?p ?o }")), accept="text/csv")
    assert refused.status_code == 406 and "media type" in refused.text


@pytest.mark.parametrize(
    ("accept", "formats"),
    [
        ("", ("json", "turtle")),
        ("text/csv", ("csv", None)),
        ("text/csv;q=0", (None, None)),
        ("application/*", ("json", "ntriples")),
        ("text/csv;q=nonsense, text/turtle", (None, "turtle")),
    ],
)
def test_accept(accept: str, formats: tuple[str | None, str | None]) -> None:
    assert accepted(accept) == formats


def test_the_dataset_of_the_protocol_is_kept(server: str) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?paper a <https://w3id.org/paperkg/ontology#Paper> }"

    def papers(*dataset: tuple[str, str]) -> str:
        answer = send(server, query_string=q(("query", count), *dataset)).json()
        return str(answer["results"]["bindings"][0]["n"]["value"])

    assert papers() == "4"
    assert papers(("default-graph-uri", BASE + "paper/alpha")) == "1"
    assert papers(("default-graph-uri", BASE + "paper/alpha"), ("default-graph-uri", BASE + "paper/beta")) == "2"
    assert papers(("named-graph-uri", BASE + "paper/alpha")) == "0"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_sparqlwrapper(server: str) -> None:
    client = SPARQLWrapper(server + "/sparql")
    client.setQuery(PREFIXES + "SELECT ?v { ?r kg:value ?v } ORDER BY ?v")
    client.setReturnFormat(JSON)
    assert client.query().convert()["results"]["bindings"][0]["v"]["value"] == "0.81"
    client.setReturnFormat(XML)
    assert "0.81" in client.query().convert().toxml()
    client.setMethod(POST)
    client.setReturnFormat(CSV)
    assert client.query().convert().decode().splitlines()[1] == "0.81"
    client.setQuery("DESCRIBE <paper/alpha>")
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=client.query().convert())) > 5


# SPARQLWrapper leaves its responses to the garbage collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_rdflib_sparqlstore(server: str) -> None:
    graph = Graph(SPARQLStore(server + "/sparql"))
    papers = list(graph.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), KG.Paper))
    assert len(papers) == 4
    assert bool(graph.query("ASK { ?s ?p ?o }"))


def test_curl(server: str) -> None:
    command = [
        "curl",
        "-sS",
        "-H",
        "Accept: text/csv",
        "--data-urlencode",
        "query=SELECT (1 AS ?one) {}",
        server + "/sparql",
    ]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"one\r\n1\r\n"


def test_kg_query_asks_an_endpoint(server: str) -> None:
    rows = query(server + "/sparql", "SELECT ?v { ?r kg:value ?v } ORDER BY ?v", limit=1)
    assert isinstance(rows, Rows) and rows.values() == [(0.81,)] and rows.cut
    graph = query(server + "/sparql", "CONSTRUCT { ?r kg:value ?v } WHERE { ?r kg:value ?v }")
    assert isinstance(graph, Triples) and len(graph) == 7
    assert query(server + "/sparql", "ASK { ?r kg:value ?v }", timeout=10)
    with pytest.raises(QueryError, match="answered 400: this is not valid SPARQL"):
        query(server + "/sparql", "nonsense")
    with pytest.raises(QueryError, match="cannot be reached"):
        query("http://127.0.0.1:9/sparql", "ASK {}", timeout=5)


def test_a_query_of_hours_is_stopped_and_the_next_one_answered(small_graph: Path, serving: Serving) -> None:
    with serving(small_graph, "--timeout", "2") as (url, _):
        stopped = send(url, query_string=q(("query", HOURS)))
        assert stopped.status_code == 504
        assert "stopped at its limit of 2 s" in stopped.text
        assert send(url, query_string=q(("query", ASK))).status_code == 200


def test_a_cut_answer_says_so(server: str) -> None:
    answer = send(server, query_string=q(("query", "SELECT * { ?a ?b ?c . ?d ?e ?f }")))
    assert len(answer.json()["results"]["bindings"]) == 1000
    assert answer.headers["x-kg-cut"].startswith("the answer was cut at 1000 rows")
    assert "x-kg-cut" not in send(server, query_string=q(("query", ASK))).headers


def test_service_is_off(server: str) -> None:
    answer = send(server, query_string=q(("query", f"SELECT * {{ SERVICE <{server}/sparql> {{ ?s ?p ?o }} }}")))
    assert answer.status_code == 400 and "SERVICE is off" in answer.text


def test_many_requests_at_once_are_all_answered(server: str) -> None:
    def one(i: int) -> int:
        return send(server, query_string=q(("query", f"SELECT ?s {{ ?s ?p ?o }} LIMIT {i % 7}"))).status_code

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(one, range(64))) == [200] * 64


def test_the_page_the_queries_and_the_headers(server: str) -> None:
    page = httpx.get(server + "/")
    assert "yasgui.min.js" in page.text and "//cdn" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    named = httpx.get(server + "/queries").json()
    assert len(named) == 12
    for one in named:
        answer = send(server, query_string=q(("query", one["sparql"])))
        assert answer.status_code == 200, (one["name"], answer.text)


def test_describe_shows_evidence_and_escapes(server: str) -> None:
    page = httpx.get(f"{server}/describe", params={"iri": BASE + "method/net-b"}).text
    assert "<h1>Net-B</h1>" in page
    assert "is kg:ofMethod of" in page
    assert "we &lt;b&gt; <mark>name</mark> it" in page
    assert f'href="/describe?iri={quote(BASE + "paper/gamma", safe="")}"' in page
    assert httpx.get(f"{server}/describe", params={"iri": BASE + "none"}).status_code == 404
    assert httpx.get(f"{server}/describe", params={"iri": "<script>"}).status_code == 404


def test_other_host_names_are_refused_on_loopback(server: str) -> None:
    asked = httpx.get(server + "/sparql?query=ASK%7B%7D", headers={"Host": "evil.example"})
    assert asked.status_code == 400


def test_it_ends_cleanly_with_a_query_running(small_graph: Path, serving: Serving) -> None:
    with serving(small_graph) as (url, process):
        command = ["curl", "-s", "-m", "20", "--get", "--data-urlencode", f"query={HOURS}", url + "/sparql"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
            time.sleep(1)
            children = _children(process.pid)
            assert children
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=15)
            assert b"Traceback" not in said
            assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
            answer, _ = client.communicate(timeout=25)
        assert b"shutting down; try again" in answer


def test_a_worker_ends_when_its_server_is_killed(small_graph: Path, serving: Serving) -> None:
    with serving(small_graph) as (url, process):
        assert send(url, query_string=q(("query", ASK))).status_code == 200
        children = _children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=5)
        ends = time.monotonic() + 20
        while [pid for pid in children if _running(pid)] and time.monotonic() < ends:
            time.sleep(0.1)
        assert not [pid for pid in children if _running(pid)]


def test_a_missing_graph_and_a_taken_port_are_one_line(server: str, small_graph: Path, tmp_path: Path) -> None:
    port = server.rpartition(":")[2]
    for graph, message in ((tmp_path / "none", b"no such graph"), (small_graph, b"cannot listen on 127.0.0.1")):
        command = [sys.executable, "-m", "kg", "serve", str(graph), "--port", port]
        done = subprocess.run(command, capture_output=True, timeout=20)
        assert done.returncode == 1 and message in done.stderr and b"Traceback" not in done.stderr


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = [p.read_text().split() for p in Path(f"/proc/{pid}/task").glob("*/children")]
    return sorted({int(child) for group in (listed, *threads) for child in group})


def _running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_graph_drawn_loads_nothing(server: str) -> None:
    page = httpx.get(server + "/view", params={"around": BASE + "method/net-a"}, timeout=30)
    assert page.status_code == 200 and "Net-B" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert len(page.headers.get_list("content-security-policy")) == 1
    assert httpx.get(server + "/view", params={"around": "nothing like this"}, timeout=30).status_code == 404


def test_named_queries_ask_an_endpoint_by_iri(server: str) -> None:
    command = ["query", server + "/sparql", "--name", "gains", "--format", "csv", "--param"]
    done = CliRunner().invoke(app, [*command, "baseline=<method/net-a>"])
    assert done.exit_code == 0 and "Net-B" in done.stdout
    assert "names cannot be looked up" in str(CliRunner().invoke(app, [*command, "baseline=Net-A"]).exception)


def test_a_build_may_go_on_beside_it_and_nothing_is_left(small_graph: Path, serving: Serving) -> None:
    count = q(("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    with serving(small_graph) as (url, process):
        before = send(url, query_string=count).text
        assert [p.name for p in small_graph.glob(".served-*")] == [f".served-{process.pid}"]
        with GraphDirectory.open(small_graph).writing():
            store = ox.Store(str(small_graph / "store"))
            store.clear()
            store.flush()
            store.optimize()
            del store
        assert send(url, query_string=count).text == before
    assert not list(small_graph.glob(".served-*"))
    assert process.returncode == 0


def test_a_graph_that_is_being_written_is_not_served(small_graph: Path) -> None:
    (small_graph / ".served-999999999").mkdir()  # left by a process that was killed
    with (
        GraphDirectory.open(small_graph).writing(),
        pytest.raises(StoreError, match="another build"),
        snapshot(small_graph),
    ):
        pass
    with snapshot(small_graph) as copy:
        assert [p.name for p in small_graph.glob(".served-*")] == [copy.name]
        assert (copy / "graph.json").is_file()
