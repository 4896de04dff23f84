"""`kg view` on a graph that was built."""

from pathlib import Path

import pytest

import kg
from kg.cli import main

TEXT = """Abstract:
We propose OrchidNet for image classification. It is evaluated on ImageNet and CIFAR-10.

Abstract:
OrchidNet is compared with ResNet on ImageNet, and image classification gains.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    kg.build(folder / "a.txt", folder / "graph")
    return folder / "graph"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["kg", "view", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_it_writes_a_page(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run(monkeypatch, str(built), "-o", str(page), "--title", "Orchids", "--limit", "3") == 0
    assert "<title>Orchids</title>" in page.read_text("utf-8")
    told = capsys.readouterr()
    assert told.out == ""  # stdout carries data alone
    assert told.err.startswith("Showing the 3 most connected of ")


def test_mistakes_end_with_one(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, str(built), "-o", str(tmp_path / "a.html"), "--around", "ImageNett") == 1
    assert "near to it: ImageNet" in capsys.readouterr().err
    assert run(monkeypatch, str(built), "-o", str(tmp_path / "no" / "a.html")) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert run(monkeypatch, str(built)) == 2
    assert not (tmp_path / "a.html").exists()


def test_in_python_too(built: Path) -> None:
    graph = kg.Graph(built)
    view = graph.view(around="ImageNet", types=("Paper", "Dataset"))
    assert view._repr_html_().startswith("<iframe")
    assert "ImageNet" in graph.about("ImageNet")._repr_html_()
    assert "Paper" in graph._repr_html_()
