"""Leaderboards and the matching of names, on the small graph of conftest.py."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError
from kg.query import find_entity, leaderboard


def short(board: object) -> list[tuple[str, str, str, int, str, str]]:
    return [(e.kind, e.metric, e.unit, e.rank, e.method, e.value) for e in board.entries]  # type: ignore[attr-defined]


def test_best_first_units_and_kinds_apart_equal_values_share_a_rank(small: ox.Store) -> None:
    assert short(leaderboard(small, "IMG")) == [
        ("Absolute", "Accuracy", "%", 1, "Net-B", "75.5"),
        ("Absolute", "Accuracy", "%", 1, "Net-C", "75.5"),
        ("Absolute", "Accuracy", "%", 3, "Net-A", "70"),
        ("Absolute", "Accuracy", "", 1, "Net-C", "0.81"),
        ("Gain", "Accuracy", "points", 1, "Net-B", "5.5"),
        ("Ratio", "", "×", 1, "Net-C", "≥ 2"),
    ]


def test_an_entry_says_where_it_stands(small: ox.Store) -> None:
    entry = leaderboard(small, "IMG").entries[2]
    assert (entry.split, entry.title, entry.year, entry.code) == ("test", "Alpha", "2019", "https://github.com/e/a1")
    assert entry.sentence == "Sentence r1 of alpha."
    assert entry.evidence.endswith("sentence/alpha/r1")
    gain = leaderboard(small, "IMG").entries[4]
    assert (gain.baseline, gain.direction) == ("Net-A", "up")


def test_a_lower_error_is_better(small: ox.Store) -> None:
    assert [e.method for e in leaderboard(small, "SPOT").entries] == ["Net-A", "Net-D"]


def test_filters_and_top(small: ox.Store) -> None:
    assert leaderboard(small, "IMG", metric="Error").entries == ()
    assert leaderboard(small, "IMG", task="detection").entries == ()
    assert len(leaderboard(small, "IMG", metric="accuracy", task="classif").entries) == 5
    top = leaderboard(small, "IMG", top=1)
    assert [(e.method, e.kind) for e in top.entries] == [
        ("Net-B", "Absolute"), ("Net-C", "Absolute"), ("Net-B", "Gain"), ("Net-C", "Ratio"),
    ] and top.cut  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "local"),
    [
        ("IMG", "Dataset", "dataset/img"),
        ("img", "Dataset", "dataset/img"),
        ("images of things", "Dataset", "dataset/img"),  # an alias, in whatever case
        ("Images", "Dataset", "dataset/img"),  # a prefix of an alias
        ("dataset/img", "Dataset", "dataset/img"),
        ("https://w3id.org/paperkg/id/dataset/img", "Dataset", "dataset/img"),
        ("SPOT", "Dataset", "benchmark/spot"),  # a benchmark is a dataset
        ("net a", "Method", "method/net-a"),  # hyphens and blanks are one
        ("Ada", "Person", "person/ada"),
    ],
)
def test_names_are_matched(small: ox.Store, name: str, kind: str, local: str) -> None:
    assert find_entity(small, name, kind).iri.endswith("/id/" + local)


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("IGM", "Dataset", "no dataset is called 'IGM'; did you mean IMG"),
        ("Net", "Method", "'Net' could be Net-A <method/net-a>, Net-B"),
        ("Net-A", "Dataset", "no dataset is called 'Net-A'"),
        ("", "Dataset", "no dataset is called ''"),
        ("%$§", "Task", "no task is called"),
    ],
)
def test_a_near_miss_answers_with_suggestions(small: ox.Store, name: str, kind: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        find_entity(small, name, kind)
    assert message in str(caught.value)


@pytest.mark.parametrize("format_", ["table", "csv", "tsv", "markdown", "html"])
def test_the_command_writes_every_format(small_graph: Path, format_: str) -> None:
    done = CliRunner().invoke(app, ["leaderboard", str(small_graph), "--dataset", "IMG", "--format", format_])
    assert done.exit_code == 0
    assert "Net-B" in done.stdout and "75.5" in done.stdout and "Sentence r1 of beta." in done.stdout


def test_the_command_writes_json(small_graph: Path) -> None:
    done = CliRunner().invoke(app, ["leaderboard", str(small_graph), "-d", "IMG", "--top", "1", "--format", "json"])
    board = json.loads(done.stdout)
    assert board["dataset"]["label"] == "IMG"
    assert [entry["value"] for entry in board["entries"]] == ["75.5", "0.81", "5.5", "≥ 2"]
    assert "cut at --top" in done.stderr


def test_the_command_asks_named_queries(small_graph: Path) -> None:
    listed = CliRunner().invoke(app, ["query", str(small_graph), "--list", "--format", "csv"])
    assert "built-on,Methods built on a method,method" in listed.stdout
    args = ["query", str(small_graph), "--name", "where-used", "--param", "method=net-b", "--format", "csv"]
    assert "Net-C" in CliRunner().invoke(app, args).stdout
    assert CliRunner().invoke(app, [*args[:4], "--param", "method"]).exit_code == 2
