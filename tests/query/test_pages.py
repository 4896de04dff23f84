"""The pages of the server have the limits of queries: the real application, with pages that would take hours."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.query.worker import answer_questions
from kg.serve import pages
from kg.serve.app import Limits, make_app
from kg.vocab import BASE

NET = BASE + "method/net-b"
HOURS = BASE + "hours"
GREEDY = BASE + "greedy"


def _slow_description(store: ox.Store, base: str, fields: Mapping[str, Any], output: IO[bytes]) -> None:
    if fields["iri"] == HOURS:
        time.sleep(3600)
    if fields["iri"] == GREEDY:
        raise MemoryError
    pages.describe(store, base, fields, output)


def _slow_drawing(store: ox.Store, base: str, fields: Mapping[str, Any], output: IO[bytes]) -> None:
    if HOURS in fields["around"]:
        time.sleep(3600)
    pages.draw(store, base, fields, output)


def child() -> None:
    """Run a process of the server whose pages of some IRIs take an hour or end it."""
    answer_questions({**pages.ANSWERERS, "Description": _slow_description, "Drawing": _slow_drawing})


@pytest.fixture
def client(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The application with a limit of a second and a half, two processes and no places to wait."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr("kg.serve.app.ENTRY", "test_pages:child")
    with TestClient(make_app(small_graph, Limits(seconds=1.5, running=2, waiting=0))) as client:
        yield client


def test_a_description_of_hours_is_stopped_and_the_next_one_made(client: TestClient) -> None:
    stopped = client.get("/describe", params={"iri": HOURS})
    assert stopped.status_code == 504
    assert stopped.headers["content-type"].startswith("text/html")
    assert "<h1>This page took too long</h1>" in stopped.text and "limit of 1.5 s" in stopped.text
    assert "<h1>Net-B</h1>" in client.get("/describe", params={"iri": NET}).text


def test_a_drawing_of_hours_is_stopped_while_queries_are_answered(client: TestClient) -> None:
    with ThreadPoolExecutor(1) as thread:
        drawing = thread.submit(client.get, "/view", params={"around": HOURS})
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        stopped = drawing.result()
    assert stopped.status_code == 504 and "limit of 1.5 s" in stopped.text
    assert client.get("/describe", params={"iri": NET}).status_code == 200


def test_a_page_whose_process_ends_says_so(client: TestClient) -> None:
    ended = client.get("/describe", params={"iri": GREEDY})
    assert ended.status_code == 500 and "want of memory" in ended.text
    assert client.get("/describe", params={"iri": NET}).status_code == 200


def test_more_descriptions_than_may_run_are_refused_at_once(client: TestClient) -> None:
    with ThreadPoolExecutor(3) as threads:
        asked = list(threads.map(lambda _: client.get("/describe", params={"iri": HOURS}), range(3)))
    statuses = sorted(answer.status_code for answer in asked)
    assert statuses == [503, 504, 504]
    busy = next(answer for answer in asked if answer.status_code == 503)
    assert "too many" in busy.text and busy.headers["retry-after"] == "1"


def test_what_is_not_in_the_graph_is_a_page_too(client: TestClient) -> None:
    for path, params in (("/describe", {"iri": BASE + "none"}), ("/describe", {"iri": "<script>"}), ("/describe", {})):
        answer = client.get(path, params=params)
        assert answer.status_code == 404 and "the graph says nothing of this IRI" in answer.text
