"""Measure queries on the on-disk store, the overhead of `kg.query`, the ratio to rdflib's engine, and `kg serve`.

    python benchmarks/synthetic.py GRAPH --triples 8000000
    python benchmarks/query.py GRAPH [--rdflib 1000000] [--only queries named server] [--json FILE]

Times are milliseconds after one warming run, of the wall clock and, where the work is done in this process, of its
processor: on a machine that does other things too the second is what a quiet one would need. Names are drawn with a
fixed seed: evenly; as papers name them, so that the popular ones come often; and the ten most popular.
"""

import argparse
import json
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pyoxigraph as ox
from synthetic import quads, skewed

from kg.query import Leaderboard, leaderboard, list_named, load_named, query_store, resolve
from kg.query.standings import Standings
from kg.query.worker import Question, Worker
from kg.store import GraphDirectory, open_store
from kg.vocab import BASE, PREFIXES

PARTS = ("queries", "named", "server")
#: What was measured, as it was printed.
ROWS: list[dict[str, Any]] = []
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
HOURS = "SELECT (COUNT(*) AS ?n) { ?a kg:basedOn+ ?b }"


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one run."""

    wall: float
    processor: float


def times(run: Callable[[int], object], draws: list[int]) -> list[Taken]:
    """Time each run after a warming one of each."""
    for draw in draws:
        run(draw)
    measured = []
    for draw in draws:
        began, worked = time.perf_counter(), time.process_time()
        run(draw)
        measured.append(Taken(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)))
    return measured


def report(name: str, measured: list[Taken], *, here: bool = True) -> None:
    """Print median and 95th percentile; `here` tells that this process did the work."""
    wall = spread([one.wall for one in measured])
    row = {"query": name, "ms": wall[0], "ms, 95 of 100": wall[1], "runs": len(measured)}
    line = f"{name:52} p50 {wall[0]:8.1f} p95 {wall[1]:8.1f} ms"
    if here:
        processor = spread([one.processor for one in measured])
        row |= {"ms CPU": processor[0]}
        line += f"   processor p50 {processor[0]:8.1f} p95 {processor[1]:8.1f} ms"
    ROWS.append(row)
    print(f"{line}   n {len(measured)}", flush=True)


def spread(values: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    return round(statistics.median(values), 2), round(sorted(values)[int(0.95 * (len(values) - 1))], 2)


def draws(count: int) -> dict[str, list[int]]:
    """Return indices of so many names, the smaller the more popular."""
    rng = random.Random(11)
    return {
        "drawn evenly": [rng.randrange(count) for _ in range(50)],
        "as papers name them": [skewed(rng, count) for _ in range(100)],
        "ten most popular": list(range(10)),
    }


def measure_queries(store: ox.Store, standings: Standings) -> None:
    """Time the questions of everybody."""
    question = load_named("leaderboard")

    def named(i: int) -> int:
        return len(query_store(store, resolve(store, question, {"dataset": f"Dataset-{i}"})))

    def methods(i: int) -> int:
        return len(query_store(store, METHODS_OF_TASK % f"task-{i}"))

    for name, drawn in draws(_count(store, "Dataset")).items():
        report(f"leaderboard query, {name}", times(named, drawn))
        for top in (None, 10):

            def board(i: int, beside: Standings | None, top: int | None = top) -> Leaderboard:
                return leaderboard(store, f"Dataset-{i}", top=top, standings=beside)

            what = "all entries" if top is None else f"top={top}"
            report(f"kg.query.leaderboard, {what}, {name}", times(lambda i, ask=board: ask(i, standings), drawn))
            report(f"the same without standings, {name}", times(lambda i, ask=board: ask(i, None), drawn))
    for name, drawn in draws(_count(store, "Task")).items():
        report(f"methods of a task, {name}", times(methods, drawn))
    report("best of every dataset", times(lambda _: len(query_store(store, BEST_OF_EVERY_DATASET)), [0, 1, 2]))
    report("the result that is it", times(lambda _: len(query_store(store, WITH_ITS_HOLDER)), [0]))


def _count(store: ox.Store, kind: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, ox.NamedNode(PREFIXES["kg"] + kind), None))


def measure_named(path: Path) -> None:
    """Time each named query once on the most popular names, in a process with a limit, after one warming run."""
    popular = {
        "dataset": "dataset/dataset-0",
        "metric": "metric/accuracy",
        "task": "task/task-0",
        "person": "person/p3",
    }
    popular |= dict.fromkeys(("method", "baseline"), "method/method-0")
    with Worker(path) as worker:
        for one in list_named():
            values = {p.name: f"<{popular[p.name]}>" for p in one.parameters if not p.optional}
            question = Question(resolve(None, one, values), rows="tsv")
            for _ in range(2):
                began = time.perf_counter()
                lines = sum(chunk.count(b"\n") for chunk in worker.ask(question, timeout=120).chunks)
                took = round(1000 * (time.perf_counter() - began), 1)
            ROWS.append({"query": one.name, "ms": took, "rows": lines - 1})
            print(f"{one.name:52} {took:8.0f} ms   rows {lines - 1}", flush=True)


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
        ratio = statistics.median(t.processor for t in two) / statistics.median(t.processor for t in one)
        ROWS.append({"query": f"kg.query beside bare pyoxigraph, {name}", "times as long": round(ratio, 2)})
        print(f"{'overhead of kg.query, ' + name:52} {ratio:.2f} × bare pyoxigraph (processor)", flush=True)


def measure_rdflib(triples: int) -> None:
    """Ask rdflib's own engine the leaderboard query on a graph in memory, and Oxigraph in memory the same."""
    import rdflib

    store = ox.Store()
    store.bulk_load("".join(quads(triples)), ox.RdfFormat.N_QUADS)
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
    ratio = slow / statistics.median(one.wall for one in fast)
    ROWS.append({"query": "leaderboard, rdflib's engine beside pyoxigraph", "times as long": round(ratio)})
    print(f"{'leaderboard, engine of rdflib':44} {slow:.0f} ms for {rows} rows: {ratio:.0f} × slower", flush=True)


def measure_server(path: Path) -> None:
    """Send rounds of 200 requests, 16 at a time; then a query that would run for hours, a drawing, and another request.

    Half of the requests are small, half are leaderboards. The server has its usual limits.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    drawn = draws(_count(open_store(path), "Dataset"))
    board = load_named("leaderboard")
    rounds = [("as papers name them", n) for n in range(10)] + [("ten most popular", 0)]
    with subprocess.Popen([sys.executable, "-m", "kg", "serve", str(path), "--port", str(port)]) as server:
        try:
            while True:
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            for name, n in rounds:
                names = drawn[name]
                boards = [resolve(None, board, {"dataset": f"<dataset/dataset-{i}>"}) for i in names]
                asked = [boards[i // 2 % len(boards)] if i % 2 else SMALL % (200 * n + i) for i in range(200)]
                with ThreadPoolExecutor(16) as threads:
                    measured = list(threads.map(lambda sparql: _ask(url, sparql), asked))
                answered = [one for one in measured if one is not None]
                report(f"kg serve, 200 at 16, {name}, round {n + 1}", answered, here=False)
                print(f"{'':52} answered {len(answered)} of 200; MB {_memory(server.pid)}", flush=True)
            for what, address in (("a query of hours", f"/sparql?{urlencode({'query': HOURS})}"), ("/view", "/view")):
                began = time.perf_counter()
                status = _get(url + address)
                print(f"{what:52} {status} after {time.perf_counter() - began:.1f} s", flush=True)
                following = _ask(url, SMALL % 1)
                print(f"{'the next query':52} {following.wall if following else float('nan'):.1f} ms", flush=True)
        finally:
            server.terminate()


def _ask(url: str, sparql: str) -> Taken | None:
    began = time.perf_counter()
    status = _get(f"{url}/sparql?{urlencode({'query': sparql})}")
    if status != 200:
        print(f"{'not answered':52} {status}", flush=True)
        return None
    return Taken(1000 * (time.perf_counter() - began), 0)


def _get(address: str) -> int | str:
    try:
        with urlopen(address, timeout=120) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except HTTPError as error:
        error.read()
        return error.code
    except OSError as error:
        return str(error)


def _memory(pid: int) -> str:
    """Resident memory that is its own, of the server and of each of its processes, in MB."""
    children = [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    sizes = []
    for one in (pid, *children):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        sizes.append(sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) // 1024)
    return f"{sum(sizes)} = {' + '.join(map(str, sizes))}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure queries.")
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rdflib", type=int, default=0, metavar="TRIPLES")
    parser.add_argument("--only", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    standings = Standings.of(GraphDirectory.open(arguments.graph))
    store = open_store(arguments.graph)
    size = len(store)
    print(f"{size:,} quads, pyoxigraph {ox.__version__}, Python {sys.version.split()[0]}", flush=True)
    if "queries" in arguments.only:
        measure_queries(store, standings)
        measure_overhead(store)
    del store
    if "named" in arguments.only:
        measure_named(arguments.graph)
    if "server" in arguments.only:
        measure_server(arguments.graph)
    if arguments.rdflib:
        measure_rdflib(arguments.rdflib)
    if arguments.json:
        arguments.json.write_text(json.dumps({"quads": size, "rows": ROWS}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
