"""A small graph in the contract's shape, made by hand; the answers in the tests are worked out from it on paper.

paper   date        authors  proposes  task      results on IMG (and where said, elsewhere)
alpha   2019-05-01  Ada      Net-A     classify  Accuracy 70.0 % (test); code A1 and A2
beta    2020        Ada Bob  Net-B     classify  Accuracy 75.5 % (test), gain 5.5 points over Net-A
gamma   2020-03-04  Bob      Net-C     classify  Accuracy 75.5 % (val), Accuracy 0.81 without a unit, ratio 2×
                                               over Net-A; code C
delta   2021-01     (none)   Net-D     detect    Error 12.0 on SPOT, Error 9.5 on SPOT by Net-A
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.store import GraphDirectory
from kg.vocab import BASE, PREFIXES

ENTITIES = """
GRAPH <graph/entities> {
  <method/net-a> a kg:Method ; skos:prefLabel "Net-A"@en ; skos:altLabel "Network Alpha"@en .
  <method/net-b> a kg:Method ; skos:prefLabel "Net-B"@en .
  <method/net-c> a kg:Method ; skos:prefLabel "Net-C"@en .
  <method/net-d> a kg:Method ; skos:prefLabel "Net-D"@en .
  <dataset/img> a kg:Dataset ; skos:prefLabel "IMG"@en ; skos:altLabel "Images of Things"@en .
  <benchmark/spot> a kg:Benchmark ; skos:prefLabel "SPOT"@en .
  <metric/accuracy> a kg:Metric ; skos:prefLabel "Accuracy"@en ; kg:higherIsBetter true .
  <metric/error> a kg:Metric ; skos:prefLabel "Error"@en ; kg:higherIsBetter false .
  <task/classify> a kg:Task ; skos:prefLabel "classification"@en .
  <task/detect> a kg:Task ; skos:prefLabel "detection"@en .
}
GRAPH <graph/people> {
  <person/ada> a schema:Person ; schema:name "Ada Example" .
  <person/bob> a schema:Person ; schema:name "Bob Example" .
}
"""


def mentions(paper: str, *entities: str) -> str:
    """Two mentions of each entity, `<mention/PAPER/0-ENTITY>` the first in order."""
    return "".join(
        f"<mention/{paper}/{i}-{e.partition('/')[2]}> a kg:Mention ; nif:referenceContext <paper/{paper}#text> ;"
        f" nif:beginIndex 7 ; nif:endIndex 11 ;"
        f' nif:anchorOf "name" ; itsrdf:taIdentRef <{e}> .\n'
        for e in entities
        for i in (0, 1)
    )


def claim(paper: str, head: str, relation: str, tail: str) -> str:
    name = f"{paper}/{head.partition('/')[2]}-{relation}-{tail.partition('/')[2]}"
    return (
        f"<{head}> kg:{relation} <{tail}> . <paper/{paper}> kg:claims <claim/{name}> .\n"
        f"<claim/{name}> a kg:Claim, rdf:Statement ; rdf:subject <{head}> ; rdf:predicate kg:{relation} ;"
        f" rdf:object <{tail}> ; kg:evidence <sentence/{name}> .\n"
    )


def result(paper: str, name: str, body: str) -> str:
    return (
        f"<paper/{paper}> kg:reports <result/{paper}/{name}> . <result/{paper}/{name}> a kg:Result ; {body} ;"
        f" kg:evidence <sentence/{paper}/{name}> .\n"
        f'<sentence/{paper}/{name}> a nif:Sentence ; nif:anchorOf "Sentence {name} of {paper}." .\n'
    )


SCORE = "kg:resultKind kg:Absolute ; kg:ofMetric <metric/accuracy> ; kg:onDataset <dataset/img> ; kg:ofMethod"
PAPERS = {
    "alpha": """<paper/alpha> a kg:Paper ; dcterms:title "Alpha" ; dcterms:issued "2019-05-01"^^xsd:date ;
        dcterms:creator <person/ada> ; kg:text <paper/alpha#text> ; kg:proposes <method/net-a> ;
        kg:addresses <task/classify> ;
        kg:evaluatesOn <dataset/img> ; kg:reportsMetric <metric/accuracy> ;
        kg:codeRepository <https://github.com/e/a2>, <https://github.com/e/a1> .\n"""
    + mentions("alpha", "method/net-a", "dataset/img")
    + result("alpha", "r1", f'{SCORE} <method/net-a> ; kg:value 70.0 ; kg:unit "%" ; kg:split "test"'),
    "beta": """<paper/beta> a kg:Paper ; dcterms:title "Beta" ; dcterms:issued "2020"^^xsd:gYear ;
        dcterms:creator <person/ada>, <person/bob> ; kg:text <paper/beta#text> ; kg:proposes <method/net-b> ;
        kg:comparesWith <method/net-a> ; kg:addresses <task/classify> ; kg:evaluatesOn <dataset/img> .\n"""
    + mentions("beta", "method/net-b", "method/net-a", "dataset/img")
    + result("beta", "r1", f'{SCORE} <method/net-b> ; kg:value 75.5 ; kg:unit "%" ; kg:split "test"')
    + result(
        "beta",
        "r2",
        'kg:resultKind kg:Gain ; kg:ofMetric <metric/accuracy> ; kg:onDataset <dataset/img> ;'
        ' kg:ofMethod <method/net-b> ; kg:baseline <method/net-a> ; kg:value 5.5 ; kg:unit "points" ;'
        ' kg:direction "up"',
    )
    + claim("beta", "method/net-b", "outperforms", "method/net-a")
    + claim("beta", "method/net-b", "basedOn", "method/net-a"),
    "gamma": """<paper/gamma> a kg:Paper ; dcterms:title "Gamma" ; dcterms:issued "2020-03-04"^^xsd:date ;
        dcterms:creator <person/bob> ; kg:text <paper/gamma#text> ; kg:proposes <method/net-c> ;
        kg:uses <method/net-b> ;
        kg:addresses <task/classify> ; kg:evaluatesOn <dataset/img> ; kg:codeRepository <https://github.com/e/c> .\n"""
    + mentions("gamma", "method/net-c", "method/net-b", "dataset/img")
    + result("gamma", "r1", f'{SCORE} <method/net-c> ; kg:value 75.5 ; kg:unit "%" ; kg:split "val"')
    + result("gamma", "r2", f"{SCORE} <method/net-c> ; kg:value 0.81")
    + result(
        "gamma",
        "r3",
        'kg:resultKind kg:Ratio ; kg:onDataset <dataset/img> ; kg:ofMethod <method/net-c> ;'
        ' kg:baseline <method/net-a> ; kg:minValue 2 ; kg:unit "×" ; kg:direction "up"',
    )
    + claim("gamma", "method/net-c", "basedOn", "method/net-b")
    + claim("gamma", "method/net-c", "outperforms", "method/net-a"),
    "delta": """<paper/delta> a kg:Paper ; dcterms:title "Delta" ; dcterms:issued "2021-01"^^xsd:gYearMonth ;
        kg:text <paper/delta#text> ; kg:proposes <method/net-d> ; kg:introduces <benchmark/spot> ;
        kg:addresses <task/detect> .\n"""
    + mentions("delta", "method/net-d", "benchmark/spot")
    + result(
        "delta", "r1", "kg:resultKind kg:Absolute ; kg:ofMetric <metric/error> ; kg:onDataset <benchmark/spot> ;"
        " kg:ofMethod <method/net-d> ; kg:value 12.0",
    )
    + result(
        "delta", "r2", "kg:resultKind kg:Absolute ; kg:ofMetric <metric/error> ; kg:onDataset <benchmark/spot> ;"
        " kg:ofMethod <method/net-a> ; kg:value 9.5",
    )
    + claim("delta", "benchmark/spot", "usedFor", "task/detect")
    + claim("delta", "dataset/img", "usedFor", "task/detect"),
}  # fmt: skip


def trig() -> str:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    text = 'nif:isString "we <b> name it" .'
    papers = "".join(
        f"GRAPH <paper/{name}> {{\n<paper/{name}#text> {text}\n{body}}}\n" for name, body in PAPERS.items()
    )
    return f"@base <{BASE}> .\n{prefixes}{ENTITIES}{papers}"


@pytest.fixture(scope="session")
def small() -> ox.Store:
    """The small graph in memory."""
    store = ox.Store()
    store.load(trig(), ox.RdfFormat.TRIG)
    return store


@pytest.fixture(scope="session")
def with_paper() -> Callable[[str, str, dict[str, str]], str]:
    """Return the function that adds a paper to the small graph, in TriG: its name, what it says, and what it says of
    scores of Net-A on IMG by their names.
    """

    def add(name: str, body: str, scores: dict[str, str]) -> str:
        told = (result(name, score, f"{SCORE} <method/net-a> ; {stated}") for score, stated in scores.items())
        return f"{trig()}GRAPH <paper/{name}> {{\n{body}{''.join(told)}}}\n"

    return add


@pytest.fixture
def small_graph(tmp_path: Path) -> Path:
    """The small graph as a graph directory."""
    directory = GraphDirectory.create(tmp_path / "small", BASE)
    store = ox.Store(str(directory.store))
    store.load(trig(), ox.RdfFormat.TRIG)
    store.flush()
    return directory.path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`kg serve` on the small graph with 1000 rows and time enough for a busy machine; its address."""
    directory = GraphDirectory.create(tmp_path_factory.mktemp("served") / "small", BASE)
    store = ox.Store(str(directory.store))
    store.load(trig(), ox.RdfFormat.TRIG)
    store.flush()
    del store
    with _serving(directory.path, "--timeout", "60", "--rows", "1000") as (url, _):
        yield url


@pytest.fixture
def serving() -> Callable[..., AbstractContextManager[tuple[str, "subprocess.Popen[bytes]"]]]:
    """Return the function that runs `kg serve` for the length of a block."""
    return _serving


@contextmanager
def _serving(graph: Path, *options: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run `kg serve` on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg", "serve", str(graph), "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr and process.stderr.read().decode()
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            finally:
                process.kill()  # else leaving the block would wait for a server that does not end
