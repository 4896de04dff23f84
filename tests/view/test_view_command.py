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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--around", "ImageNett"], "no entity or paper is called 'ImageNett'; did you mean ImageNet"),
        (["--task", "ImageNet"], "no task is called 'ImageNet'; did you mean image classification"),
        (["--year", "last"], "not a year or span of years: 'last'; write 2021 or 2019-2021"),
        (["--type", "Model"], "no such type: 'Model'; the types are Paper, Method"),
        (["--type", "Metric"], "nothing to draw; nothing in the graph is all of this: metrics alone; ask for less"),
        (["--aggregate", "sum"], "no such summary: 'sum'; choose communities or matrix"),
        (["--query", "SELECT * {?s ?p ?o}"], "only the triples of a query can be drawn; write CONSTRUCT"),
        (["--query", "CONSTRUCT {\n?s ?p}"], "this is not valid SPARQL: line 2, column 6: expected one of"),
        (["--query", "CONSTRUCT WHERE {?s kg:none ?o}"], "nothing to draw; the query found no triple"),
    ],
)
def test_mistakes_end_with_one_and_one_line(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
) -> None:
    assert run(monkeypatch, str(built), "-o", str(tmp_path / "a.html"), *words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"kg: {told}")
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("no/a.html", "there is no folder"),
        (".", "is a folder; name a file in it"),
        ("notes.html", "exists and is not a page; choose another name, or remove it"),
        ("page.txt", "a page ends in .html or .htm; kg export writes other forms"),
        ("page", "a page ends in .html or .htm"),
        ("graph.graphml", "a page ends in .html or .htm"),
    ],
)
def test_a_page_never_goes_where_it_must_not(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    output: str,
    told: str,
) -> None:
    (tmp_path / "notes.html").write_text("mine", "utf-8")
    assert run(monkeypatch, str(built), "-o", str(tmp_path / output)) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("notes.html", "mine")]


@pytest.mark.parametrize("name", ["page.html", "page.htm", "PAGE.HTML"])
def test_an_older_page_is_replaced(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    page = tmp_path / name
    for title in ("First", "Second"):
        assert run(monkeypatch, str(built), "-o", str(page), "--title", title) == 0
    assert "<title>Second</title>" in page.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [page]


def test_usage_ends_with_two(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, str(built)) == 2


def test_pictures_of_progress_end_with_one_too(built: Path, tmp_path: Path) -> None:
    from kg.errors import KgError
    from kg.view.timeline import timeline

    row = {"kind": "Absolute", "metric": "F1", "unit": "", "value": "1", "year": "2021", "method": "A", "rank": 1}
    with pytest.raises(KgError, match=r"ending \.svg, \.png or \.pdf"):
        timeline([row], tmp_path / "a.doc", title="A")
    with pytest.raises(KgError, match="there is no folder"):
        timeline([row], tmp_path / "no" / "a.svg", title="A")


def test_in_python_too(built: Path) -> None:
    graph = kg.Graph(built)
    view = graph.view(around="ImageNet", types=("Paper", "Dataset"))
    assert view._repr_html_().startswith("<iframe")
    assert "ImageNet" in graph.about("ImageNet")._repr_html_()
    assert "Paper" in graph._repr_html_()
