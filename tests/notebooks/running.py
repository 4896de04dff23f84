"""Run a notebook from a clean kernel.

`python tests/notebooks/running.py` runs them all and stores fresh, small outputs in them.
"""

import os
import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: Outputs above so many characters are not stored: inline pages, which each run makes again.
LARGEST = 20_000

_PLACE = re.compile(re.escape(tempfile.gettempdir()) + r"/[^/\s']+/")


def run(path: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs of a run in its own folder."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    client.execute()
    return notebook


def store(path: Path) -> None:
    """Run a notebook and keep what is small and the same on every machine."""
    notebook = run(path)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in [kind for kind, value in data.items() if len(str(value)) > LARGEST]:
                del data[kind]
            for kind, value in data.items():
                data[kind] = _PLACE.sub("…/", value) if isinstance(value, str) else value
    nbformat.write(notebook, path)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(FOLDER.parent))
    for each in NOTEBOOKS:
        store(each)
