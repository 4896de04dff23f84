"""The benchmark of extraction runs and says what it measured; its figures are not looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_quick_run_measures_each_contender(tmp_path: Path) -> None:
    names = ["bare encoder", "learned", "rules, mentions alone"]
    script = [sys.executable, str(ROOT / "benchmarks" / "extract.py"), "--quick"]
    done = subprocess.run(
        [*script, "--only", "; ".join(names), "--json", str(tmp_path / "found.json")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert list(found["found"]) == names
    assert all(run["wall"] > 0 and run["cpu"] > 0 for row in found["found"].values() for run in row["runs"])
    assert "kg_facts" in found["found"]["learned"]["parts"]
    assert "kg_facts" not in found["found"]["rules, mentions alone"]["parts"]
    assert "learned, one text at a time" in done.stdout
