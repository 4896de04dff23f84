"""What is shipped: the built wheel holds the code and its data, and works from an empty directory."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs a checkout to build from"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(out)], cwd=ROOT, check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return path


def test_members(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert all(name.startswith("kg/") or ".dist-info/" in name for name in names)
    shipped = {name.removeprefix("kg/_data/") for name in names if name.startswith("kg/_data/")}
    tracked = subprocess.run(["git", "ls-files", "ontology", "pipelines"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode == 0:
        assert shipped <= set(tracked.stdout.split())
    for needed in (
        "ontology/paperkg.ttl",
        "ontology/shapes.ttl",
        "ontology/context.jsonld",
        "pipelines/rules/config.cfg",
    ):
        assert needed in shipped
    assert any(name.endswith(".rq") for name in shipped)


def test_works_from_an_empty_directory(wheel: Path, tmp_path: Path) -> None:
    site, cwd = tmp_path / "site", tmp_path / "empty"
    cwd.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    env = {**os.environ, "PYTHONPATH": str(site)}

    def run(*args: str) -> str:
        done = subprocess.run([sys.executable, *args], cwd=cwd, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("-c", "import kg; print(kg.__file__)").startswith(str(site))
    (cwd / "a.txt").write_text("Abstract:We propose FooNet, a network for image classification on ImageNet.\n")
    run("-m", "kg", "build", "a.txt", "-o", "g")
    assert "FooNet" in run(
        "-m", "kg", "query", "g", "SELECT ?l { ?p (kg:proposes|kg:uses|kg:mentions)/skos:prefLabel ?l }"
    )
