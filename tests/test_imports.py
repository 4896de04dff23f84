"""The direction of the house: what a module may import, read from the sources themselves."""

import ast
from pathlib import Path

import pytest

import kg

ROOT = Path(kg.__file__).parent
#: From the ground up; a module imports only from its own room and from those before it.
LAYERS = (
    *("errors", "model", "resources", "vocab", "iris", "names", "vocabulary", "cells"),
    *("read", "extract", "resolve", "graph", "store"),
    *("query", "view", "export", "serve", "evaluate"),
    *("writer", "shards", "builder", "api", "cli"),
)
#: Libraries and the rooms in which their types may be seen.
WALLS = {
    "spacy": {"extract"},
    "pyvis": {"view"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "onnxruntime": {"extract"},
    "torch": set(),
    "transformers": set(),
    "ray": {"extract", "shards"},
}
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)


def room(path: Path) -> str:
    return inside(path.relative_to(ROOT).with_suffix("").parts[0])


def inside(name: str) -> str:
    """`components` is the door of `extract` that spaCy knows."""
    return "extract" if name == "components" else name


def imports(path: Path) -> set[str]:
    found = set()
    for item in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(item, ast.Import):
            found |= {alias.name for alias in item.names}
        elif isinstance(item, ast.ImportFrom) and item.module:
            found |= {f"{item.module}.{alias.name}" for alias in item.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    if room(path) in ("__init__", "__main__"):
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "kg" and len(parts) > 1 and inside(parts[1]) in LAYERS:
            assert LAYERS.index(inside(parts[1])) <= LAYERS.index(room(path)), f"{path.name} imports {name} from above"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_stay_behind_their_walls(path: Path) -> None:
    for name in imports(path):
        allowed = WALLS.get(name.split(".")[0])
        assert allowed is None or room(path) in allowed, f"{path.name} imports {name}"


def test_every_room_is_on_the_map() -> None:
    assert {room(path) for path in MODULES} <= {*LAYERS, "__init__", "__main__"}


def test_entry_points_of_spacy_import_spacy_alone() -> None:
    """An exception while they load would break spaCy for the user's whole environment."""
    tree = ast.parse((ROOT / "components.py").read_text("utf-8"))
    for item in tree.body:
        if isinstance(item, ast.Import | ast.ImportFrom):
            names = [a.name for a in item.names] if isinstance(item, ast.Import) else [item.module or ""]
            assert all(name.split(".")[0] in ("spacy", "collections", "typing", "pathlib") for name in names), names


def test_no_module_is_too_long() -> None:
    long = {path.name: n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 450}
    assert not long
