"""The benchmarks run, all of them with one command, and say what they measured; their figures are not looked at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.store import GraphDirectory
from kg.vocab import BASE

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_one_command_measures_all(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks"), "--quick", "-o", str(tmp_path / "found")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    names = ("extract", "scale", "resolve", "load", "query")
    found = {name: json.loads((tmp_path / "found" / f"{name}.json").read_text("utf-8")) for name in names}

    readers = found["extract"]["found"]
    assert list(readers) == ["bare encoder", "learned", "learned, mentions alone", "rules", "rules, mentions alone"]
    assert all(run["wall"] > 0 and run["cpu"] > 0 for row in readers.values() for run in row["runs"])
    assert "kg_facts" in readers["learned"]["parts"]
    assert "kg_facts" not in readers["rules, mentions alone"]["parts"]
    assert "learned, one text at a time" in done.stdout
    assert [(row["papers"], row["jobs"]) for row in found["scale"]["rows"]] == [(12, 1), (12, 2)]
    small, large = found["resolve"]["rows"]
    assert (small["papers"], large["papers"]) == (5, 10)
    assert 0 < small["nodes"] < large["nodes"]
    assert found["load"]["rows"][0]["statements"] == found["query"]["quads"] > 10_000
    assert {"leaderboard", "most-connected"} <= {row["query"] for row in found["query"]["rows"]}

    page = (tmp_path / "found" / "results.md").read_text("utf-8")
    assert page.count("\n## ") == len(names)
    assert f"| {large['papers']} |" in page


def test_resolver_benchmark_asks_for_enough_papers(tmp_path: Path) -> None:
    graph = GraphDirectory.create(tmp_path / "graph", BASE)
    script = [sys.executable, str(ROOT / "benchmarks" / "resolve.py"), str(graph.path), "--sizes", "1000"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "give other --sizes" in done.stderr
