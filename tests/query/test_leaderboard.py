"""Leaderboards and the matching of names, on the small graph of conftest.py."""

import csv
import io
import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError
from kg.export import load
from kg.query import Rows, find_entity, leaderboard
from kg.query.formats import write
from kg.query.standings import Standings
from kg.query.terminal import board_lines, fit
from kg.store import GraphDirectory, open_store
from kg.vocab import BASE, PREFIXES


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


BOUNDED = {
    "best": 'kg:value 99 ; kg:maxValue 99 ; kg:unit "%"',
    "least": 'kg:minValue 98 ; kg:unit "%"',
    "about": 'kg:value 60 ; kg:minValue 50 ; kg:maxValue 70 ; kg:unit "%"',
}


@pytest.mark.parametrize("top", [None, 1, 2, 5])
def test_a_bound_is_told_as_one_and_ranks_after_plain_scores(
    with_paper: Callable[[str, str, dict[str, str]], str], tmp_path: Path, top: int | None
) -> None:
    (tmp_path / "bounded.trig").write_text(with_paper("bounded", "", BOUNDED), "utf-8")
    load(tmp_path / "g", tmp_path / "bounded.trig")
    standings = Standings.of(GraphDirectory.open(tmp_path / "g"))
    ranked = [(1, "75.5"), (1, "75.5"), (3, "70"), (4, "60"), (5, "≤ 99"), (6, "≥ 98")]
    for source in (None, standings):
        board = leaderboard(open_store(tmp_path / "g"), "IMG", top=top, standings=source)
        found = [(e.rank, e.value) for e in board.entries if (e.kind, e.unit) == ("Absolute", "%")]
        assert found == ranked[:top]


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
    args = ["leaderboard", str(small_graph), "--dataset", "IMG", "--sentences", "--format", format_]
    done = CliRunner().invoke(app, args)
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


def many(results: int) -> ox.Store:
    """Return a graph of many papers with equal values, two metrics of opposite directions and three kinds."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    lines.append('<dataset/d> a kg:Dataset ; skos:prefLabel "D" .')
    lines.append('<metric/a> a kg:Metric ; skos:prefLabel "Accuracy" ; kg:higherIsBetter true .')
    lines.append('<metric/e> a kg:Metric ; skos:prefLabel "Error" ; kg:higherIsBetter false .')
    for i in range(results):
        lines.append(f'<method/m{i}> a kg:Method ; skos:prefLabel "M{i * 7 % results}" .')
        lines.append(f"<paper/p{i}> a kg:Paper ; kg:reports <result/r{i}> .")
        value = "" if i % 19 == 0 else f"kg:value {i * 5 % 8} ;"
        lines.append(
            f"<result/r{i}> kg:onDataset <dataset/d> ; kg:resultKind kg:{('Absolute', 'Gain', 'Absolute')[i % 3]} ;"
            f' {value} kg:ofMetric <metric/{"ae"[i % 2]}> ; kg:ofMethod <method/m{i}> ; kg:unit "{"%x"[i % 5 == 0]}" ;'
            f" kg:evidence <sentence/s{i}> ."
        )
    store = ox.Store()
    store.load("\n".join(lines), ox.RdfFormat.TURTLE, base_iri=BASE)
    return store


@pytest.mark.parametrize("top", [1, 2, 5, 10, 1000])
@pytest.mark.parametrize("metric", [None, "Error"])
def test_the_top_is_the_head_of_the_full_board(top: int, metric: str | None) -> None:
    store = many(90)  # values repeat, so that equals stand on both sides of every cut
    full = leaderboard(store, "D", metric=metric)
    sections = [list(group) for _, group in groupby(full.entries, lambda e: (e.kind, e.metric, e.unit))]
    cut = leaderboard(store, "D", metric=metric, top=top)
    assert list(cut.entries) == [entry for section in sections for entry in section[:top]]
    assert cut.cut == (len(cut.entries) < len(full.entries))


@pytest.mark.parametrize("width", [10, 40, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(small: ox.Store, width: int) -> None:
    assert max(map(len, board_lines(leaderboard(small, "IMG"), base=BASE, width=width))) <= width


def test_the_board_for_people(small: ox.Store) -> None:
    board = leaderboard(small, "IMG")
    lines = list(board_lines(board, base=BASE))
    assert lines[0].split() == ["rank", "method", "value", "over", "split", "paper", "year"]
    assert lines[2:4] == ["Scores: Accuracy, %", "1     Net-B   75.5 %                test   Beta   2020"]
    assert [line for line in lines if ":" in line] == [
        "Scores: Accuracy, %", "Scores: Accuracy", "Gains: Accuracy, points", "Ratios: metric not stated, ×",
    ]  # fmt: skip
    assert "https://" not in "".join(lines)
    told = list(board_lines(board, base=BASE, sentences=True))
    assert told[4:6] == ["      Sentence r1 of beta.", "      result/beta/r1"]


def test_a_number_is_not_cropped_while_names_can_be() -> None:
    rows = [["1", "a very long name of a method", "12345.678 points"]]
    assert fit(["rank", "method", "value"], rows, 30, ("rank", "value")) == [4, 6, 16]
    assert sum(fit(["rank", "method", "value"], rows, 10, ("rank", "value"))) <= 6


def test_the_command_fits_the_terminal_and_points_at_the_evidence(small_graph: Path) -> None:
    args = ["leaderboard", str(small_graph), "-d", "IMG"]
    done = CliRunner().invoke(app, args, env={"COLUMNS": "30"})
    assert max(map(len, done.stdout.splitlines())) <= 30 and "…" in done.stdout
    assert "--sentences" in done.stderr and "--format csv" in done.stderr
    query = ["query", str(small_graph), "SELECT ?r ?s { ?r kg:evidence/nif:anchorOf ?s } ORDER BY ?r"]
    table = CliRunner().invoke(app, query, env={"COLUMNS": "30"}).stdout
    assert max(map(len, table.splitlines())) <= 30 and "…" in table
    assert "…" not in CliRunner().invoke(app, [*query, "--format", "csv"], env={"COLUMNS": "30"}).stdout


def test_a_table_shows_nodes_relative_to_the_base_and_no_control_characters() -> None:
    terms = (ox.NamedNode(BASE + "method/a"), ox.NamedNode(PREFIXES["kg"] + "Paper"), ox.Literal("red \x1b[31m\nink"))
    output = io.BytesIO()
    write(Rows(("x",), [(term,) for term in terms]), "table", output, base=BASE)
    assert output.getvalue().decode().splitlines()[2:] == ["<method/a>", "kg:Paper", "red \ufffd[31m ink"]
    output = io.BytesIO()
    write(Rows(("x",), [(term,) for term in terms]), "csv", output, base=BASE)
    assert f"{BASE}method/a" in output.getvalue().decode()


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_no_cell_of_a_leaderboard_is_a_formula(small_graph: Path, format_: str) -> None:
    store = ox.Store(str(small_graph / "store"))
    graph, label = ox.NamedNode(BASE + "graph/entities"), ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    method = ox.NamedNode(BASE + "method/net-b")
    store.update(f"DELETE {{ GRAPH ?g {{ {method} {label} ?l }} }} WHERE {{ GRAPH ?g {{ {method} {label} ?l }} }}")
    store.add(ox.Quad(method, label, ox.Literal('=HYPERLINK("http://e")'), graph))
    value = ox.NamedNode(PREFIXES["kg"] + "value")
    store.update(f"DELETE {{ GRAPH ?g {{ ?r {value} 0.81 }} }} INSERT {{ GRAPH ?g {{ ?r {value} -0.81 }} }}"
                 f" WHERE {{ GRAPH ?g {{ ?r {value} 0.81 }} }}")  # fmt: skip
    store.flush()
    board = leaderboard(store, "IMG")
    del store
    done = CliRunner().invoke(app, ["leaderboard", str(small_graph), "-d", "IMG", "--format", format_])
    assert board.rows().to_text(format_).splitlines() == done.stdout.splitlines()
    assert '=HYPERLINK("http://e")' in {value for row in board.rows().values() for value in row}  # elsewhere as it is
    rows = list(csv.reader(io.StringIO(done.stdout), delimiter="," if format_ == "csv" else "\t"))
    cells = {cell.strip('"') for row in rows for cell in row}
    assert any(cell.startswith("'=HYPERLINK(") for cell in cells) and not any(cell.startswith("=") for cell in cells)
    assert "-0.81" in cells  # a number is no formula
