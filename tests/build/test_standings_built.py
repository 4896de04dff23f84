"""Whatever a build does, the standings are those that the store gives, and leaderboards are the same without them."""

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from kg import builder
from kg.query import leaderboard
from kg.query import standings as made
from kg.query.standings import Standings, renew
from kg.store import GraphDirectory, open_store
from kg.store.select import select

build = partial(builder.build, pipeline="rules")


def paper(number: int, value: float) -> dict[str, object]:
    net, data = f"FooNet{number}", ("ImageNet", "COCO", "CIFAR-10")[number % 3]
    return {
        "id": f"arXiv:2101.{number:05}",
        "title": f"{net}: image classification revisited",
        "abstract": f"We propose {net}, a convolutional neural network. {net} reaches {value}% top-1 accuracy on "
        f"{data}, outperforming ResNet-50 by 1.5 points. Code is available at https://github.com/lab/{net.lower()}.",
        "year": 2015 + number % 8,
    }


def write(path: Path, papers: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in papers), "utf-8")
    return path


def table(directory: GraphDirectory, name: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(directory.standings)) as connection:
        return connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608


def check(path: Path) -> int:
    """Return how many results there are, after the standings were compared with the store in every way."""
    directory = GraphDirectory.open(path)
    standings = Standings.of(directory)
    store = open_store(path)
    with standings.opened() as opened:
        assert opened is not None
    for dataset in {row[0].value for row in select(store, "SELECT ?d { ?r kg:onDataset ?d }")}:
        for top in (None, 1):
            board = leaderboard(store, dataset, top=top, standings=standings)
            assert board == leaderboard(store, dataset, top=top)
    del store
    built, labels = table(directory, "standing"), set(table(directory, "label"))
    directory.standings.rename(path / "built")
    renew(directory, None)
    assert table(directory, "standing") == built and not table(directory, "odd")
    assert labels >= set(table(directory, "label"))  # names that nothing needs any more may stay
    (path / "built").replace(directory.standings)
    return len(built)


def test_builds_add_replace_and_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: list[bool] = []
    monkeypatch.setattr("kg.writer.renew", lambda d, p, e, kept: (whole.append(p is None), renew(d, p, e, kept=kept)))
    source, graph = tmp_path / "papers.jsonl", tmp_path / "g"
    papers = [paper(n, 70.5 + n) for n in range(6)]
    build([write(source, papers)], graph)
    first = check(graph)
    assert first >= 6
    build([source], graph)  # nothing new
    assert check(graph) == first
    papers += [paper(n, 71.5) for n in range(6, 9)]
    build([write(source, papers)], graph)
    more = check(graph)
    assert more > first
    papers[0] = paper(0, 99.5)
    papers[1] |= {"abstract": "We say nothing of numbers in FooNet1."}
    build([write(source, papers)], graph)
    less = check(graph)
    assert less < more
    decisions = tmp_path / "decisions.txt"
    # The last gives another name to the same IRI.
    renames = "rename ImageNet -> ImageNet-1k\nrename ResNet-50 -> Residual-50\nrename FooNet3 -> FOONET3\n"
    decisions.write_text(f"same FooNet2 = FooNet5\n{renames}", "utf-8")
    build([source], graph, decisions=decisions)
    check(graph)
    builder.remove(graph, ["arXiv:2101.00004"])
    assert check(graph) < less
    assert whole and not any(whole)  # each time those of the papers that were written


def test_a_graph_of_an_earlier_version_gets_them(tmp_path: Path) -> None:
    source = write(tmp_path / "papers.jsonl", [paper(n, 70 + n) for n in range(3)])
    build([source], tmp_path / "g")
    (tmp_path / "g" / "standings.sqlite").unlink()
    build([source], tmp_path / "g")
    assert check(tmp_path / "g")


@pytest.mark.parametrize("step", ["_renewed", "_put", "_sync"])
def test_a_build_that_ends_before_they_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The store is new, the standings are not: leaderboards are read from the store, and the next build mends it."""
    graph, source = tmp_path / "g", tmp_path / "papers.jsonl"
    build([write(source, [paper(n, 70 + n) for n in range(3)])], graph)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(made, step, dies)
        with pytest.raises(KeyboardInterrupt):
            build([write(source, [paper(n, 70 + n) for n in range(5)])], graph)
    directory = GraphDirectory.open(graph)
    with Standings.of(directory).opened() as table:
        assert table is None
    board = leaderboard(open_store(graph), "ImageNet", standings=Standings.of(directory))
    assert board.entries and board == leaderboard(open_store(graph), "ImageNet")
    build([source], graph)
    assert check(graph)
