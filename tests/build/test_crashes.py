"""A build that is killed, or whose disk is full, loses nothing: the same command ends as if nothing had happened."""

import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGINT

import pytest

import kg
from kg.query import leaderboard
from kg.query.standings import Standings
from kg.store import GraphDirectory, open_store
from kg.store.select import select

#: Kills in one run of the test; more by setting KG_KILLS.
KILLS = int(os.environ.get("KG_KILLS", "20"))
PARTS = 4  # of the test, which run beside each other where there are several cores
#: Forks processes off one that has loaded the libraries.
LOADED = multiprocessing.get_context("forkserver")
LOADED.set_forkserver_preload(["kg.builder", "kg.extract.pipelines"])


def papers(path: Path, n: int = 60) -> Path:
    rows = (
        {
            "id": f"arXiv:2102.{k:05}",
            "title": f"Net{k} for image classification",
            "abstract": f"We propose Net{k}, a graph neural network. Net{k} reaches {k}.5% accuracy on Set{k % 7}, "
            f"better than Net{k // 2}. Code: https://github.com/lab/net{k}",
            "authors": [f"Author {k % 9}"],
        }
        for k in range(n)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def command(source: Path, graph: Path) -> list[str]:
    return [sys.executable, "-m", "kg", "build", str(source), "-o", str(graph), "--pipeline", "rules"]


def quads(graph: Path) -> list[str]:
    return sorted(map(str, open_store(graph)))


def boards_are_those_of_the_store(graph: Path) -> None:
    standings, store = Standings.of(GraphDirectory.open(graph)), open_store(graph)
    for dataset in {row[0].value for row in select(store, "SELECT ?d { ?r kg:onDataset ?d }")}:
        assert leaderboard(store, dataset, standings=standings) == leaderboard(store, dataset)


def building(source: Path, graph: Path) -> BaseProcess:
    """Start a process that builds; it is forked where the libraries are loaded, so that a kill hits the work."""
    process = LOADED.Process(target=partial(kg.build, pipeline="rules"), args=([source], graph))
    process.start()
    return process


def built(source: Path, graph: Path) -> list[str]:
    process = building(source, graph)
    process.join()
    assert process.exitcode == 0
    return quads(graph)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], float]:
    """Return papers, the quads of a graph of them, and how many seconds it takes to build it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    source = papers(folder / "papers.jsonl")
    whole = built(source, folder / "first")  # the libraries are loaded now
    start = time.monotonic()
    assert built(source, folder / "second") == whole
    return source, whole, time.monotonic() - start


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_moment(tmp_path: Path, undisturbed: tuple[Path, list[str], float], part: int) -> None:
    source, whole, duration = undisturbed
    chance = random.Random(f"{os.environ.get('KG_SEED', '0')} {part}")
    for kill in range(part, KILLS, PARTS):
        graph = tmp_path / f"g{kill}"
        process = building(source, graph)
        time.sleep(duration * chance.uniform(0.3, 1.0))  # reading the weights takes the first third
        process.kill()
        process.join()
        if (graph / "store").exists():
            quads(graph)  # opens
            boards_are_those_of_the_store(graph)
        assert built(source, graph) == whole, f"kill {kill}"
        boards_are_those_of_the_store(graph)


@pytest.mark.slow
def test_a_full_disk_is_said_in_one_line_and_mended_by_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        source = papers(tmp_path / "papers.jsonl", 150)
        done = subprocess.run(command(source, disk / "g"), capture_output=True, text=True)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1 and "make room" in done.stderr
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        subprocess.run(command(source, disk / "g"), check=True, capture_output=True)
        subprocess.run(command(source, tmp_path / "whole"), check=True, capture_output=True)
        assert quads(disk / "g") == quads(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_interrupted_from_the_keyboard_ends_cleanly(tmp_path: Path) -> None:
    source = papers(tmp_path / "papers.jsonl", 2000)
    with subprocess.Popen(command(source, tmp_path / "g"), stderr=subprocess.PIPE, text=True) as process:
        time.sleep(2.5)
        process.send_signal(SIGINT)
        _, said = process.communicate()
    # 0 where it was quicker than the key; a shell calls both others 130, and Python chooses by where the key met it.
    assert process.returncode in (0, 130, -SIGINT)
    assert "Traceback" not in said
