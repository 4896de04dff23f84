"""Every notebook runs from a clean kernel, and what is stored in it is small."""

import os
from pathlib import Path

import pytest

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

from running import FOLDER, NOTEBOOKS, run

pytestmark = [pytest.mark.notebook, pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_they_are_all_there() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    run(path)  # CellExecutionError says which cell failed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_small_and_without_traces(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text) < 150_000
    assert "Traceback" not in text
    assert "/home/" not in text
    assert "/tmp/" not in text
