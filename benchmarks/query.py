"""Measure queries on the on-disk store, the overhead of `kg.query`, the ratio to rdflib's engine, and `kg serve`.

    python benchmarks/synthetic.py /tmp/graph --triples 8000000
    python benchmarks/query.py /tmp/graph [--rdflib 1000000]

Times are wall clock in milliseconds after one warming run; names are drawn with a fixed seed.
"""

import argparse
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pyoxigraph as ox
from synthetic import quads

from kg.query import leaderboard, load_named, query_store, resolve
from kg.store import open_store
from kg.vocab import BASE, PREFIXES

METHODS_OF_TASK = """
SELECT ?method ?name (COUNT(DISTINCT ?paper) AS ?papers) {
  VALUES ?task { <task/%s> } ?paper kg:addresses ?task ; kg:proposes ?method . ?method skos:prefLabel ?name
} GROUP BY ?method ?name ORDER BY DESC(?papers) ?name"""
BEST_OF_EVERY_DATASET = """
SELECT ?dataset ?metric ?unit (MAX(?value) AS ?best) {
  ?result kg:onDataset ?dataset ; kg:ofMetric ?metric ; kg:unit ?unit ; kg:value ?value ; kg:resultKind kg:Absolute
} GROUP BY ?dataset ?metric ?unit"""
WITH_ITS_HOLDER = """
SELECT ?dataset ?metric ?unit ?best ?result {
  { SELECT ?dataset ?metric ?unit (MAX(?value) AS ?best) {
      ?result kg:onDataset ?dataset ; kg:ofMetric ?metric ; kg:unit ?unit ; kg:value ?value ; kg:resultKind kg:Absolute
    } GROUP BY ?dataset ?metric ?unit }
  ?result kg:onDataset ?dataset ; kg:ofMetric ?metric ; kg:unit ?unit ; kg:value ?best ; kg:resultKind kg:Absolute
}"""
SMALL = """
SELECT ?m ?b ?e {
  VALUES ?p { <paper/synthetic-%d#text> } ?m nif:referenceContext ?p ; nif:beginIndex ?b ; nif:endIndex ?e
}"""
HOURS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i && ?b = ?h) }"


def times(run: Callable[[int], object], draws: list[int]) -> list[float]:
    """Return milliseconds of each run after a warming one of each."""
    for draw in draws:
        run(draw)
    measured = []
    for draw in draws:
        began = time.perf_counter()
        run(draw)
        measured.append(1000 * (time.perf_counter() - began))
    return measured


def report(name: str, measured: list[float]) -> None:
    p95 = sorted(measured)[int(0.95 * (len(measured) - 1))]
    print(f"{name:44} p50 {statistics.median(measured):9.2f} ms   p95 {p95:9.2f} ms   n {len(measured)}", flush=True)


def measure_queries(store: ox.Store) -> None:
    """Time the questions of everybody, on datasets and tasks drawn evenly and on the most popular ones."""
    rng = random.Random(11)
    datasets = len(list(store.quads_for_pattern(None, None, ox.NamedNode(PREFIXES["kg"] + "Dataset"), None)))
    tasks = len(list(store.quads_for_pattern(None, None, ox.NamedNode(PREFIXES["kg"] + "Task"), None)))
    some, popular = [rng.randrange(datasets) for _ in range(50)], list(range(10))
    board = load_named("leaderboard")
    for name, draws in (("drawn evenly", some), ("ten most popular", popular)):
        report(
            f"leaderboard query, {name}",
            times(lambda i: len(query_store(store, resolve(store, board, {"dataset": f"Dataset-{i}"}))), draws),
        )
        report(f"kg.query.leaderboard, {name}", times(lambda i: leaderboard(store, f"Dataset-{i}"), draws))
    for name, draws in (("drawn evenly", [rng.randrange(tasks) for _ in range(50)]), ("ten most popular", popular)):
        run = times(lambda i: len(query_store(store, METHODS_OF_TASK % f"task-{i}")), draws)
        report(f"methods of a task, {name}", run)
    report("best of every dataset", times(lambda _: len(query_store(store, BEST_OF_EVERY_DATASET)), [0, 1, 2]))
    report("the result that is it", times(lambda _: len(query_store(store, WITH_ITS_HOLDER)), [0]))


def measure_overhead(store: ox.Store) -> None:
    """Compare fetching rows through `kg.query` with bare pyoxigraph, on small answers and on a large one."""

    def bare(sparql: str) -> int:
        answer = store.query(sparql, base_iri=BASE, prefixes=PREFIXES, use_default_graph_as_union=True)
        return sum(1 for _ in answer)

    def ours(sparql: str) -> int:
        return sum(1 for _ in query_store(store, sparql))

    large = "SELECT ?e ?l { ?e skos:prefLabel ?l } LIMIT 20000"
    for name, texts in (("small answers", [SMALL % i for i in range(300)]), ("20,000 rows", [large] * 7)):
        one = times(lambda i, texts=texts: bare(texts[i]), list(range(len(texts))))
        two = times(lambda i, texts=texts: ours(texts[i]), list(range(len(texts))))
        ratio = statistics.median(two) / statistics.median(one)
        print(f"{'overhead of kg.query, ' + name:44} {ratio:.2f} × bare pyoxigraph", flush=True)


def measure_rdflib(triples: int) -> None:
    """Ask rdflib's own engine the leaderboard query on a graph in memory, and Oxigraph in memory the same."""
    import rdflib

    store = ox.Store()
    store.bulk_extend(quads(triples))
    query = resolve(store, load_named("leaderboard"), {"dataset": "Dataset-3"})
    fast = times(lambda _: len(query_store(store, query)), [0] * 5)
    report(f"leaderboard, pyoxigraph in memory, {len(store):,}", fast)
    graph = rdflib.Graph()
    nodes: dict[str, rdflib.URIRef] = {}

    def term(node: object) -> rdflib.term.Node:
        if isinstance(node, ox.NamedNode):
            return nodes.setdefault(node.value, rdflib.URIRef(node.value))
        assert isinstance(node, ox.Literal)
        if node.language:
            return rdflib.Literal(node.value, lang=node.language)
        return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value))

    for quad in store:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    began = time.perf_counter()
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    rows = len(list(graph.query(f"BASE <{BASE}>\n{prologue}{query}")))
    slow = 1000 * (time.perf_counter() - began)
    ratio = slow / statistics.median(fast)
    print(f"{'leaderboard, engine of rdflib':44} {slow:.0f} ms for {rows} rows: {ratio:.0f} × slower", flush=True)


def measure_server(path: Path) -> None:
    """Send 200 requests, 16 at a time, then a query that would run for hours, then another request."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg", "serve", str(path), "--port", str(port), "--timeout", "20"]
    server = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}/sparql?"

    def ask(sparql: str) -> float:
        began = time.perf_counter()
        try:
            with urlopen(url + urlencode({"query": sparql}), timeout=120) as answer:  # noqa: S310
                answer.read()
        except OSError as error:
            print(f"{'not answered':44} {error}")
            return float("nan")
        return 1000 * (time.perf_counter() - began)

    try:
        while True:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        store = open_store(path)
        board = load_named("leaderboard")
        boards = [resolve(store, board, {"dataset": f"Dataset-{i}"}) for i in range(20, 60)]
        questions = [boards[i % 40] if i % 2 else SMALL % i for i in range(200)]
        del store
        for name in ("first", "warm", "warm again"):
            with ThreadPoolExecutor(16) as threads:
                measured = list(threads.map(ask, questions))
            answered = [one for one in measured if one == one]
            report(f"kg serve, 200 requests, 16 at once, {name}", answered)
            print(f"{'':44} answered {len(answered)} of 200; memory {_memory(server.pid)} MB", flush=True)
        began = time.perf_counter()
        ask(HOURS)
        print(f"{'a query of hours':44} stopped after {time.perf_counter() - began:.1f} s")
        print(f"{'the next query':44} {ask(SMALL % 1):.1f} ms")
    finally:
        server.terminate()
        server.wait()


def _memory(pid: int) -> int:
    """Resident memory of a process and its children that is its own, in MB."""
    children = [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    total = 0
    for one in (pid, *children):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))
    return total // 1024


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure queries.")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rdflib", type=int, default=0, metavar="TRIPLES")
    options = parser.parse_args()
    store = open_store(options.graph)
    print(f"{len(store):,} quads, pyoxigraph {ox.__version__}, Python {sys.version.split()[0]}", flush=True)
    measure_queries(store)
    measure_overhead(store)
    del store
    measure_server(options.graph)
    if options.rdflib:
        measure_rdflib(options.rdflib)


if __name__ == "__main__":
    main()
