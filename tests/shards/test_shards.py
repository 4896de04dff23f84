"""Shards: the statements of a build, made by functions that see one block or one key."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from shard_cases import BARE, ROWS, Memory, loaded, statements, write

from kg.builder import build
from kg.errors import InputError, PipelineError, StoreError
from kg.extract.workers import Failure
from kg.shards import build_shards
from kg.shards.files import Folder
from kg.shards.stages import Reader
from kg.store import open_store

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(3))
def test_the_statements_are_those_of_a_build(tmp_path: Path, seed: int) -> None:
    files = [write(tmp_path / "a.jsonl", ROWS), write(tmp_path / "b.jsonl", BARE)]
    # The same papers once more: by their identifier, and by their text alone.
    files.append(write(tmp_path / "c.jsonl", [ROWS[1], {**ROWS[2], "id": "7"}, {**BARE[0], "title": None}]))
    build(files, tmp_path / "graph", pipeline="rules", base="https://example.org/")
    made = build_shards(
        files, tmp_path / "s", cluster=Memory(seed), shards=3, pipeline="rules", base="https://example.org/"
    )
    assert loaded(tmp_path / "s") == statements(tmp_path / "graph")
    assert made.records == 19
    assert made.papers == len(list(open_store(tmp_path / "graph").named_graphs())) - 3


def test_vocabulary_decisions_and_a_least_score_hold(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.jsonl", [*ROWS, *BARE])]
    own = tmp_path / "own.tsv"
    own.write_text("Swin\tMethod\nSwin-B\tSwin\n", "utf-8")
    decisions = tmp_path / "decisions.txt"
    decisions.write_text("different GAN | graph attention networks\nrename Cora -> The Cora Graph\n", "utf-8")
    told: dict[str, Any] = {"pipeline": "rules", "vocabulary": [own], "decisions": decisions, "min_confidence": 0.5}
    build(files, tmp_path / "graph", **told)
    build_shards(files, tmp_path / "s", cluster=Memory(), shards=2, **told)
    assert loaded(tmp_path / "s") == statements(tmp_path / "graph")


def test_the_examples_come_to_the_same_with_the_learned_pipeline(tmp_path: Path) -> None:
    build([ROOT / "examples"], tmp_path / "graph")
    build_shards([ROOT / "examples"], tmp_path / "s", cluster=Memory(), shards=2)
    assert loaded(tmp_path / "s") == statements(tmp_path / "graph")


def test_shards_are_equal_to_the_byte_and_told_when_all_are_there(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.jsonl", ROWS)]
    for name, seed in (("one", 1), ("two", 2)):
        build_shards(files, tmp_path / name, cluster=Memory(seed), shards=4, pipeline="rules")
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    told = json.loads(one["shards.json"])
    assert {*told["statements"], "shards.json"} == set(one)
    counts = {name: gzip.decompress(one[name]).count(b"\n") for name in told["statements"]}
    assert counts == told["statements"]


def test_a_build_that_ended_early_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was extracted is not read again; what else the first build left is written anew."""
    files, place = [write(tmp_path / "a.jsonl", ROWS)], tmp_path / "s"
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "finish", lambda *told: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build_shards(files, place, cluster=Memory(), shards=5, pipeline="rules")
    left = {file.name for file in place.iterdir()}
    assert any(name.startswith("extracted-") for name in left)
    assert "shards.json" not in left
    (place / "papers-00099.nq.gz").write_bytes(b"of a build with more shards")
    (place / f"papers-00001.nq.gz.{'a' * 32}.new").write_bytes(b"half of one")
    read: list[int] = []
    monkeypatch.setattr("kg.shards.stages.read_chunk", lambda extractor, texts: read.append(len(texts)) or [])
    build_shards(files, place, cluster=Memory(1), shards=2, pipeline="rules")
    assert set(read) == {0}
    monkeypatch.undo()
    build_shards(files, tmp_path / "whole", cluster=Memory(), shards=2, pipeline="rules")
    one, two = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in (place, tmp_path / "whole"))
    assert one == two


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "a.jsonl"
    broken.write_text(json.dumps(ROWS[0]) + "\n{broken\n", "utf-8")
    with pytest.raises(InputError, match="pass --skip-bad"):
        build_shards([broken], tmp_path / "s", cluster=Memory(), pipeline="rules")
    made = build_shards([broken], tmp_path / "s", cluster=Memory(), pipeline="rules", skip_bad=True)
    assert (made.papers, made.records, made.problems) == (1, 1, {"broken": 1})
    listed = gzip.decompress((tmp_path / "s" / "problems-00000.jsonl.gz").read_bytes()).decode()
    assert json.loads(listed)["line"] == 2


def test_the_first_broken_record_is_named_whatever_the_order(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text("\n".join([json.dumps(ROWS[0])] * 2 + ["{x"] * 12), "utf-8")
    for seed in range(4):
        with pytest.raises(InputError, match=r"a\.jsonl:3: "):
            build_shards([tmp_path], tmp_path / "s", cluster=Memory(seed), pipeline="rules")


def test_papers_that_cannot_be_read_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write(tmp_path / "a.jsonl", ROWS)]

    def fail(extractor: object, texts: list[str]) -> list[Failure]:
        return [Failure("ValueError: poison") for _ in texts]

    monkeypatch.setattr("kg.shards.stages.read_chunk", fail)
    made = build_shards(files, tmp_path / "s", cluster=Memory(), shards=1, pipeline="rules")
    assert (made.papers, made.failures) == (12, 12)
    listed = gzip.decompress((tmp_path / "s" / "failures-00000.jsonl.gz").read_bytes()).decode().splitlines()
    assert json.loads(listed[0])["message"] == "not extracted: ValueError: poison"


def test_an_archive_on_standard_input_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed.getvalue())))
    assert build_shards(["-"], tmp_path / "s", cluster=Memory(), shards=1, pipeline="rules").papers == 12


def test_paths_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node works in a folder of its own."""

    class Elsewhere(Memory):
        def rows(self, *told: Any) -> Any:
            monkeypatch.chdir("/")
            return super().rows(*told)

    write(tmp_path / "a.jsonl", ROWS)
    monkeypatch.chdir(tmp_path)
    build_shards(["a.jsonl"], "s", cluster=Elsewhere(), shards=1, pipeline="rules")
    assert (tmp_path / "s" / "shards.json").exists()


def test_shards_that_another_build_took_out_are_missed(tmp_path: Path) -> None:
    place = Folder(tmp_path / "s")
    place.begin()
    place.write("runs.nq.gz", b"")
    Folder(tmp_path / "s").begin()
    with pytest.raises(StoreError, match=r"runs\.nq\.gz is gone"):
        place.finish({}, ["runs.nq.gz"])


def test_a_node_with_another_pipeline_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"a node has rules@\w+, not rules@other"):
        Reader("rules", (), "rules@other")


@pytest.mark.parametrize("name", ["papers.nq.gz", "entities of 2023.nq.gz", "mine"])
def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / name).touch()
    with pytest.raises(StoreError, match="is not empty"):
        build_shards([write(tmp_path / "a.jsonl", ROWS)], tmp_path / "s", cluster=Memory(), pipeline="rules")
    assert [file.name for file in (tmp_path / "s").iterdir()] == [name]


def test_shards_go_to_storage_that_fsspec_knows(tmp_path: Path) -> None:
    import fsspec

    place = f"memory://{tmp_path.name}/s"
    made = build_shards([write(tmp_path / "a.jsonl", ROWS)], place, cluster=Memory(), shards=1, pipeline="rules")
    files = fsspec.filesystem("memory")
    assert sorted(name.rpartition("/")[2] for name in files.ls(f"/{tmp_path.name}/s", detail=False)) == sorted(
        [*made.files, "shards.json"]
    )
    with pytest.raises(StoreError, match="nowhere"):
        build_shards([tmp_path / "a.jsonl"], "nowhere://x/s", cluster=Memory(), pipeline="rules")
