"""On a Ray cluster: the same answers, whatever happens to its nodes."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kg.builder import build
from kg.errors import PipelineError
from kg.extract.workers import Failure, extract_all
from kg.model import Extraction, Link
from kg.store import open_store

# On loopback, and nothing is told to anybody; read when Ray is imported.
os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
pytest.importorskip("ray", reason="the extra [ray] is not installed")

import ray
from ray.cluster_utils import Cluster

from kg.extract.ray_engine import extract_on_ray


class Echo:
    """Stands for an extractor: a text comes back as a link, a poisoned one raises."""

    def __init__(self, pipeline: str | Path) -> None:
        self.pipeline = pipeline

    def extract(self, texts: Iterable[str]) -> Iterator[Extraction]:
        for text in texts:
            if text == "raise":
                raise ValueError("poison")
            time.sleep(0.003)
            yield Extraction(links=(Link(text, 0, 1),))


TEXTS = [*(f"https://x/{n}" for n in range(3000)), "raise", "a \U0001f600"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_a_node_lost_in_the_middle_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[2]}:{Path(__file__).parent}")
    here = {"node_ip_address": "127.0.0.1"}
    memory = {"object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **here, **memory})
    try:
        nodes = [cluster.add_node(num_cpus=1, **here, **memory) for _ in range(2)]
        ray.init(address=cluster.address, log_to_driver=False)
        found = extract_on_ray(TEXTS, "rules", reader=Echo)  # type: ignore[arg-type]
        answers = [next(found)]
        cluster.remove_node(nodes[0], allow_graceful=False)
        answers += found
        until = time.monotonic() + 30
        while len([node for node in ray.nodes() if node["Alive"]]) > 2:  # the head and the one that is left
            assert time.monotonic() < until, "the node was not lost"
            time.sleep(0.5)
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert answers == list(extract_all(TEXTS, "rules", reader=Echo))  # type: ignore[arg-type]
    assert answers[3000] == Failure("ValueError: poison")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_graph_is_the_local_one(tmp_path: Path) -> None:
    source = tmp_path / "papers.jsonl"
    rows = (
        {"id": f"arXiv:2101.{n:05}", "title": f"Net{n}", "abstract": f"Net{n} reaches {n}.5% accuracy on ImageNet."}
        for n in range(40)
    )
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    build([source], tmp_path / "local")
    ray.init("local", num_cpus=1, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    try:
        build([source], tmp_path / "ray", engine="ray")
    finally:
        ray.shutdown()
    local, distributed = (sorted(map(str, open_store(tmp_path / name))) for name in ("local", "ray"))
    assert distributed == local


def test_an_engine_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="no engine 'spark'"):
        build([tmp_path], tmp_path / "g", engine="spark")
