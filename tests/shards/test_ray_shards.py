"""Shards on a Ray cluster of two nodes, one of which is lost in the middle."""

import os
import threading
import time
from pathlib import Path

import pytest
from shard_cases import BARE, ROWS, loaded, statements, write

from kg.builder import build
from kg.errors import InputError

# On loopback, and nothing is told to anybody; read when Ray is imported.
os.environ |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
pytest.importorskip("ray", reason="the extra [ray] is not installed")

import ray
from ray.cluster_utils import Cluster

from kg.shards import RayCluster, Sharded, build_shards

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_what_a_node_says_is_said_as_it_is() -> None:
    def refuse(number: int) -> list[tuple[str, str]]:
        raise InputError("cannot be read", path="a.jsonl", line=3, hint="mend it")

    ray.init("local", num_cpus=1, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    try:
        with RayCluster(parts=1) as cluster, pytest.raises(InputError) as error:
            cluster.rows(1, refuse).kept()
        with RayCluster(parts=1) as cluster, pytest.raises(InputError):
            list(cluster.rows(1, refuse))
    finally:
        ray.shutdown()
    assert str(error.value) == "a.jsonl:3: cannot be read; mend it"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_node_lost_while_names_are_resolved_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    files = [write(tmp_path / "a.jsonl", [*ROWS, *ROWS[:3]]), write(tmp_path / "b.jsonl", BARE)]
    place, made = tmp_path / "shards", []
    here = {"node_ip_address": "127.0.0.1", "object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **here})

    def run() -> None:
        with RayCluster(parts=3) as there:
            made.append(build_shards(files, place, cluster=there, shards=3, pipeline="rules"))

    try:
        nodes = [cluster.add_node(num_cpus=1, **here) for _ in range(2)]
        ray.init(address=cluster.address, log_to_driver=False)
        building = threading.Thread(target=run)
        building.start()
        while building.is_alive() and not list(place.glob("extracted-*.gz")):
            time.sleep(0.1)
        cluster.remove_node(nodes[0], allow_graceful=False)
        lost_in_time = building.is_alive()
        building.join(300)
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert lost_in_time, "the build ended before the node was lost"
    assert [type(one) for one in made] == [Sharded]
    build(files, tmp_path / "graph", pipeline="rules")
    assert loaded(place) == statements(tmp_path / "graph")
