"""Annotations without their texts: nothing of a text is kept, and with the text everything comes back."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "pipelines" / "learned" / "standoff.py"  # not in the wheel

TITLE, ABSTRACT = "FooNet reads leaves", "FooNet reaches 91.2% accuracy on LeafBank. Code: https://example.org/foo."
GOLD = {
    "id": "a", "title": TITLE, "abstract": ABSTRACT, "year": 2024,
    "entities": [
        {"key": "m1", "type": "Method", "surfaces": ["FooNet"], "roles": ["proposes"], "core": True},
        {"key": "d1", "type": "Dataset", "surfaces": ["LeafBank"], "roles": ["evaluates"], "core": True,
         "alt_types": ["Benchmark"]},
    ],
    "urls": [{"url": "https://example.org/foo", "surface": "https://example.org/foo.", "kind": "code"}],
    "results": [{"method": "m1", "dataset": "d1", "metric": None, "value": "91.2", "unit": "%", "kind": "absolute",
                 "baseline": None, "split": None, "quote": "FooNet reaches 91.2% accuracy on LeafBank."}],
    "relations": [{"head": "m1", "type": "evaluatedOn", "tail": "d1"}],
    "spans": [
        {"start": 0, "end": 6, "key": "m1", "label": "Method"},
        {"start": 20, "end": 26, "key": "m1", "label": "Method"},
        {"start": 53, "end": 61, "key": "d1", "label": "Dataset"},
    ],
}  # fmt: skip


def run(*arguments: object) -> str:
    done = subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stderr


def write(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_there_and_back(tmp_path: Path) -> None:
    partial = GOLD | {"id": "b", "relations": [], "urls": [], "partial": True}
    gold = write(tmp_path / "gold.jsonl", GOLD, partial)
    told = tmp_path / "told.jsonl"
    run("take", gold, "-o", told)
    kept = told.read_text("utf-8")
    assert not [word for word in (*TITLE.split(), *ABSTRACT.split()) if len(word) > 4 and word in kept]
    texts = [{key: row[key] for key in ("id", "title", "abstract", "year")} for row in (GOLD, partial)]
    assert "2 of 2" in run("give", told, write(tmp_path / "texts.jsonl", *texts), "-o", tmp_path / "again.jsonl")
    again = (tmp_path / "again.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in again] == [GOLD, partial]


def test_a_changed_text_is_left_out_and_counted(tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl.gz"
    run("take", write(tmp_path / "gold.jsonl", GOLD), "-o", told)
    texts = write(tmp_path / "texts.jsonl", {"id": "a", "title": TITLE, "abstract": ABSTRACT + " More."})
    assert "0 of 1" in run("give", told, texts, "-o", tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_text("utf-8") == ""
