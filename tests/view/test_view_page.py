"""What stands in the page's file, read without a browser."""

import json
import re

import pytest
from pictured import M, Role, fill, library, paper
from pyoxigraph import Store

from kg.errors import QueryError
from kg.view import Selection, draw
from kg.view.page import POLICY
from kg.view.text import embed, plain, web_link


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S).group(1))


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    fill(made, library(40))
    return made


def test_the_same_graph_gives_the_same_page(store: Store) -> None:
    other = Store()
    fill(other, library(40)[::-1])
    assert draw(store).html == draw(other).html


def test_the_page_loads_nothing(store: Store) -> None:
    html = draw(store).html
    assert f'http-equiv="Content-Security-Policy" content="{POLICY.replace(chr(39), "&#39;")}"' in html
    assert not re.search(r"<(?:link|img|iframe|script[^>]*\ssrc)", html.split('id="data"')[0])
    assert "@import" not in html


@pytest.mark.parametrize(
    ("selection", "types"),
    [
        (Selection(types=("Method",)), {"Method"}),
        (Selection(types=("datasets",)), {"Dataset", "Benchmark"}),  # a benchmark is a dataset
        (Selection(types=("Paper", "Task")), {"Paper", "Task"}),
    ],
)
def test_types_keep_only_these(store: Store, selection: Selection, types: set[str]) -> None:
    graph = draw(store, selection).graph
    assert {data["type"] for _, data in graph.nodes(data=True)} == types
    assert graph.number_of_edges() > 0


def test_around_keeps_what_is_near(store: Store) -> None:
    graph = draw(store, Selection(around=("image classification",), hops=1)).graph
    assert {data["type"] for _, data in graph.nodes(data=True)} == {"Task", "Paper"}


def test_year_keeps_its_papers(store: Store) -> None:
    graph = draw(store, Selection(years="2019-2020")).graph
    assert {d["issued"][:4] for _, d in graph.nodes(data=True) if d["type"] == "Paper"} == {"2019", "2020"}


def test_limit_says_what_is_left_out(store: Store) -> None:
    view = draw(store, Selection(limit=20))
    assert len(view.graph) == 20
    assert view.note.startswith("Showing the 20 most connected of ")
    assert view.note in view.html


def test_a_query_is_drawn(store: Store) -> None:
    graph = draw(store, Selection(query="CONSTRUCT { ?p kg:proposes ?m } WHERE { ?p kg:proposes ?m }")).graph
    assert {role for _, _, role in graph.edges(keys=True)} == {"proposes"}
    assert graph.number_of_edges() == 40


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(around=("image clasification",)), "did you mean image classification"),
        (Selection(types=("Model",)), "the types are Paper, Method"),
        (Selection(years="last"), "write 2021 or 2019-2021"),
        (Selection(query="SELECT * WHERE { ?s ?p ?o }"), "only the triples"),
        (Selection(query="CONSTRUCT nonsense"), "not valid SPARQL: line 1, column 16"),
        (Selection(limit=0), "give --limit 1 or more"),
    ],
)
def test_mistakes_say_how_to_mend_them(store: Store, selection: Selection, words: str) -> None:
    with pytest.raises(QueryError, match=re.escape(words)):
        draw(store, selection)


def test_an_empty_graph_has_a_page() -> None:
    assert "0 nodes" in draw(Store()).html


def test_offsets_are_code_points() -> None:
    store = Store()
    fill(store, [paper("1", "On 🦜 words", "The 🦜🦜 bird and ParrotNet sing.", {"ParrotNet": (M, Role.PROPOSES)})])
    about = data_of(draw(store).html)["about"]
    marked = [[text[s:e] for s, e, _ in marks] for _, text, marks in about["sentences"] if marks]
    assert marked == [["ParrotNet"]]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://github.com/a/b", True),
        ("HTTP://x.org/", True),
        ("javascript:alert(1)", False),
        ("\tjava\nscript:alert(1)", False),  # browsers drop the tab and the line break
        ("data:text/html,<script>", False),
        ("file:///etc/passwd", False),
        ("//x.org/a", False),
        ("http://[", False),  # urlsplit refuses it
    ],
)
def test_only_web_links(url: str, kept: bool) -> None:
    assert bool(web_link(url)) is kept


def test_embedded_json_cannot_end_its_element() -> None:
    data = {"a": "</script><!-- \u2028 & <script>"}
    assert not set("<>&\u2028") & set(embed(data))
    assert json.loads(embed(data)) == data


def test_reordering_marks_are_seen() -> None:
    assert plain("a\u202eb\u2066c\x00d") == "a\ufffdb\ufffdc d"
