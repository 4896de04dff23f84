"""Time limits: a query in a process of its own."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError, StoreError
from kg.query import Rows, Triples, query
from kg.query.worker import Question, Worker
from kg.serve.pool import BusyError, Limits, Pool

HOURS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l && ?k = ?b) }"


def test_a_query_in_time_is_answered_as_without_a_limit(small_graph: Path) -> None:
    for sparql in ("SELECT * { ?s kg:value ?v } ORDER BY ?v ?s", "SELECT ?none { ?s kg:nothing ?none }"):
        timed, plain = query(small_graph, sparql, timeout=30), query(small_graph, sparql)
        assert isinstance(timed, Rows) and isinstance(plain, Rows)
        assert timed.columns == plain.columns and timed.values() == plain.values()
    graph = query(small_graph, "DESCRIBE <paper/alpha>", timeout=30)
    assert isinstance(graph, Triples) and len(graph) > 5
    assert query(small_graph, "ASK { ?s ?p ?o }", timeout=30)
    assert not query(small_graph, "ASK { ?s kg:nothing ?o }", timeout=30)


def test_a_query_is_stopped_at_its_limit_and_says_so(small_graph: Path) -> None:
    with pytest.raises(QueryError, match=r"stopped at its limit of 1 s; make it more selective"):
        query(small_graph, HOURS, timeout=1)


def test_cut_and_errors_come_through(small_graph: Path, tmp_path: Path) -> None:
    cut = query(small_graph, "SELECT * { ?s ?p ?o }", timeout=30, limit=3)
    assert len(cut) == 3 and cut.cut
    with pytest.raises(QueryError, match="line 1, column 15"):
        query(small_graph, "SELECT nothing", timeout=30)
    with pytest.raises(QueryError, match="SERVICE is off"):
        query(small_graph, "SELECT * { SERVICE <http://127.0.0.1:9> {} }", timeout=30)
    with pytest.raises(StoreError, match="no such graph"):
        query(tmp_path / "none", "ASK {}", timeout=30)


def test_a_worker_answers_again_after_an_error(small_graph: Path) -> None:
    with Worker(small_graph) as worker:
        with pytest.raises(QueryError):
            worker.ask(Question("nonsense"), timeout=30)
        assert b"".join(worker.ask(Question("ASK {}"), timeout=30).chunks) == b'{"head":{},"boolean":true}'
        with pytest.raises(QueryError, match="accepted media types"):
            worker.ask(Question("ASK {}", rows=None), timeout=30)
        assert worker.alive
    assert not worker.alive


def test_a_query_that_wants_too_much_memory_ends_alone(small_graph: Path) -> None:
    greedy = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?l LIMIT 5"
    with Worker(small_graph, memory=1 << 30) as worker:
        with pytest.raises(QueryError, match="most likely for want of memory"):
            list(worker.ask(Question(greedy), timeout=100).chunks)
        assert not worker.alive
        with pytest.raises(QueryError):
            worker.ask(Question("ASK {}"), timeout=30)


def test_large_answers_come_in_frames(small_graph: Path) -> None:
    with Worker(small_graph) as worker:
        reply = worker.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000", rows="csv"), timeout=60)
        chunks = list(reply.chunks)
    assert len(chunks) > 1
    assert len(b"".join(chunks).splitlines()) == 5001


def test_a_pool_is_closed_under_the_threads_that_read_it(small_graph: Path) -> None:
    """Those who read and those who wait end with one error of one kind, and no descriptor is left open."""
    before = set(Path("/proc/self/fd").iterdir())

    def ask(pool: Pool) -> str:
        try:
            pool.answer(Question(HOURS)).body.close()
        except BusyError as error:
            return str(error)
        return "answered"

    for wait in (0.0, 0.3, 0.6):
        pool = Pool(small_graph, Limits(seconds=60, running=2, waiting=2))
        pool.start()
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(ask, pool) for _ in range(4)]
            time.sleep(wait)
            pool.close()
            assert {one.result(timeout=30) for one in asked} == {
                "the server is shutting down; try again when it is back"
            }
        pool.close()
        assert ask(pool).startswith("the server is shutting down")
    assert len(set(Path("/proc/self/fd").iterdir()) - before) <= 1  # the listing itself


def test_a_worker_makes_way_for_a_new_one(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process holds on to, its caches and the gaps between what it freed, ends with it."""
    monkeypatch.setattr("kg.serve.pool._ASKED", 2)
    pool = Pool(small_graph, Limits(seconds=60, running=1))
    try:
        processes = []
        for _ in range(5):
            with pool.answer(Question("ASK {}")).body as body:
                assert b"true" in body.read()
            (worker,) = pool._all
            processes.append(worker._process.pid)
        first, second, third = dict.fromkeys(processes)
        assert processes == [first, first, second, second, third]
    finally:
        pool.close()


def test_the_command_says_that_time_is_up(small_graph: Path) -> None:
    done = CliRunner().invoke(app, ["query", str(small_graph), HOURS, "--timeout", "0.5"])
    assert done.exit_code == 1
    assert "stopped at its limit of 0.5 s" in str(done.exception)
