"""Leaderboard pages, matrices, summaries and the timeline."""

import importlib.util
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from pictured import fill, library
from pyoxigraph import Store

from kg.errors import KgError, QueryError
from kg.query.leaderboard import leaderboard
from kg.view import Selection, draw, leaderboard_page
from kg.view.timeline import timeline

EVIL = "</script><script>window.hit=1</script>"


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    fill(made, library(60))
    return made


def row(method: str, value: str, **more: Any) -> dict[str, Any]:
    same = {
        "kind": "Absolute",
        "metric": "F1",
        "unit": "%",
        "rank": 1,
        "year": "2020",
        "sentence": f"It has {value} F1.",
    }
    return {**same, "method": method, "value": value, **more}


ROWS = [row("New", "91.5", year="2022"), row("Old", "88", rank=2, year="2019"), row("Odd", "7", rank=3, year="")]


@pytest.mark.browser
def test_a_leaderboard_sorts_and_tells_why(visit: Any) -> None:
    browser = visit(leaderboard_page([*ROWS, row(EVIL, "1", rank=4, code="javascript:window.hit=1")], title=EVIL))
    methods = lambda: [r.text for r in browser.find_elements("css selector", "tbody tr:not(.why) td:nth-child(2)")]  # noqa: E731
    assert methods() == ["New", "Old", "Odd", EVIL]
    browser.find_element("xpath", "//button[text()='Year']").click()
    assert methods() == ["New", EVIL, "Old", "Odd"]
    browser.find_element("xpath", "//button[text()='F1 (%)']").click()
    browser.find_element("xpath", "//button[text()='F1 (%)']").click()
    assert methods()[-1] == "New"
    why = browser.find_elements("css selector", ".why-button")[-1]
    why.click()
    assert browser.find_elements("css selector", "tr.why")[-1].text.startswith("It has 91.5 F1.")
    assert [mark.text for mark in browser.find_elements("css selector", "tr.why:last-child mark")] == ["91.5"]
    assert browser.execute_script("return window.hit") is None
    assert browser.get_log("browser") == []


def test_rows_of_the_query_make_a_page(store: Store) -> None:
    board = leaderboard(store, "TIM25")
    html = leaderboard_page(map(asdict, board.entries), title="TIM25")
    assert f"{len(board.entries)} results" in html
    assert "Content-Security-Policy" in html


@pytest.mark.browser
def test_a_matrix_tells_the_sentences(store: Store, visit: Any) -> None:
    browser = visit(draw(store, Selection(aggregate="matrix")).html)
    button = browser.find_element("css selector", ".matrix td button")
    method, dataset = button.get_attribute("aria-label").split(":")[0].split(" and ")
    button.click()
    words = browser.find_element("css selector", "dialog").text
    assert method in words
    assert dataset in words
    assert browser.get_log("browser") == []


def test_communities_cover_the_graph(store: Store) -> None:
    view = draw(store, Selection(aggregate="communities"))
    assert 2 <= len(view.graph) <= 60
    assert "Each disc stands for a community" in view.html


def test_an_unknown_summary_is_refused(store: Store) -> None:
    with pytest.raises(QueryError, match="choose communities or matrix"):
        draw(store, Selection(aggregate="clusters"))


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_timeline_is_the_same_twice(tmp_path: Path, ending: str) -> None:
    one, two = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    assert timeline(ROWS, one, title="F1 on $x") == 2  # the undated result has no place
    timeline(ROWS[::-1], two, title="F1 on $x")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")
@pytest.mark.parametrize("name", [r"$F_\foo$", r"F$_1$ at \$5", "$", r"\frac{1}{2}"])
def test_no_name_is_read_as_mathematics(tmp_path: Path, name: str) -> None:
    rows = [row(name, "91.5", metric=name, unit=name)]
    assert timeline(rows, tmp_path / "a.svg", title=name) == 1


@pytest.mark.parametrize(
    ("value", "direction", "shown"),
    [("≤ 5.5", "up", "up to +5.5"), ("≥ 40", "down", "at least −40"), ("3", "up", "+3")],
)
def test_a_bound_stands_before_the_sign(value: str, direction: str, shown: str) -> None:
    page = leaderboard_page([row("Most", value, kind="Gain", direction=direction)], title="F1")
    assert f'"value":"{shown}"' in page.replace('": ', '":')


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")
def test_words_in_the_place_of_numbers_are_not_drawn(tmp_path: Path) -> None:
    odd = [row("Odd", "good"), row("Odd", "NaN"), row("Odd", "90", year="last"), row("Odd", "90", year=None)]
    assert timeline([*ROWS, *odd], tmp_path / "a.svg", title="F1") == 2


def test_a_bound_is_no_score_to_draw_and_marks_its_number(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    bound = row("Most", "≤ 99", sentence="It has up to 99 F1.")
    assert timeline([*ROWS, bound], tmp_path / "a.svg", title="F1") == 2
    assert '"marked":"99"' in leaderboard_page([bound], title="F1").replace('": ', '":')


@pytest.mark.parametrize(("best", "front"), [("max", [2019, 2022]), ("min", [2019, 2020])])
def test_the_line_is_of_records(best: str, front: list[int]) -> None:
    points = [(2019, 5.0, "a"), (2020, 4.0, "b"), (2022, 6.0, "c")]
    from kg.view.timeline import _front

    assert [year for year, _, _ in _front(points, best)] == front


def test_a_timeline_needs_dates(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(KgError, match="no score with a year"):
        timeline([row("New", "1", year="")], tmp_path / "a.svg", title="F1")
