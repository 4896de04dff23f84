"""What the page says of itself: what is shown, of how many papers, or why there is nothing."""

import pytest
from pictured import M, Role, fill, library, paper
from pyoxigraph import Store

from kg.errors import QueryError
from kg.query import find_entity as find_named
from kg.view import Selection, draw, find_entity, leaderboard_page, whole_graph
from kg.view.told import counted, nothing, scope


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    fill(made, library(12))
    return made


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), ""),
        (Selection(around=("BERT",)), "Around BERT"),
        (Selection(around=("BERT", "GPT"), hops=2), "Around BERT and GPT, up to 2 links away"),
        (Selection(types=("method", "Datasets")), "Methods and datasets alone"),
        (Selection(datasets=("A", "B", "C"), years="2019-2021"), "Papers on A, B or C; papers of 2019–2021"),
        (Selection(tasks=("parsing",), support=2), "Papers about parsing; linked by 2 papers or more"),
        (Selection(query="CONSTRUCT …"), "What a query asked for"),
    ],
)
def test_what_was_asked_for_in_words(selection: Selection, words: str) -> None:
    assert scope(selection) == words


def test_counts_tell_papers_and_years(store: Store) -> None:
    graph = whole_graph(store)
    assert counted(store, graph, 3) == [f"{len(graph)} nodes, 3 links", "12 papers, 2018–2023"]
    one = draw(store, Selection(years="2019", types=("Paper",))).graph
    assert counted(store, one, 0) == ["2 nodes, 0 links", "2 of 12 papers, 2019"]
    assert counted(Store(), draw(Store()).graph, 0) == ["0 nodes, 0 links"]


def test_papers_count_where_only_lines_stand_for_them(store: Store) -> None:
    graph = draw(store, Selection(types=("Method", "Task"))).graph
    assert counted(store, graph, 1)[1] == "12 papers, 2018–2023"


def test_the_page_explains_itself(store: Store) -> None:
    html = draw(store, Selection(around=("image classification",)), title="For the group").html
    for words in ("For the group", "Around image classification", "12 papers", "Legend and filter", "About this page"):
        assert words in html
    assert "remain their authors" in html


def test_nothing_says_why(store: Store) -> None:
    assert draw(store).nothing == ""
    assert draw(Store()).nothing.startswith("the graph holds no papers")
    assert draw(store, Selection(years="1990")).nothing == nothing(store, Selection(years="1990"))
    assert "papers of 1990" in draw(store, Selection(years="1990")).html
    query = Selection(query="CONSTRUCT { ?s kg:no ?o } WHERE { ?s kg:no ?o }")
    assert draw(store, query).nothing.startswith("the query found no triple")
    lonely = Store()
    fill(lonely, [paper("1", "T", "We propose A.", {"A": (M, Role.PROPOSES)})])
    assert draw(lonely, Selection(aggregate="matrix")).nothing.startswith("too little")
    assert "Nothing to draw" in draw(lonely, Selection(aggregate="matrix")).html
    assert "no result" in leaderboard_page([], title="Empty")


@pytest.mark.parametrize("name", ["image classification", "Image Classification", "task/image-classification"])
def test_names_mean_the_same_for_pictures_and_for_queries(store: Store, name: str) -> None:
    assert find_entity(store, whole_graph(store), name) == find_named(store, name).iri


def test_a_paper_is_found_by_its_title(store: Store) -> None:
    graph = whole_graph(store)
    iri, title = next((node, data["label"]) for node, data in graph.nodes(data=True) if data["type"] == "Paper")
    assert find_entity(store, graph, title) == iri


def test_of_namesakes_the_most_connected(store: Store) -> None:
    twins = Store()
    fill(twins, [paper(str(n), f"T{n}", "We use Twin here.", {"Twin": (M, Role.USES)}) for n in range(3)])
    from pictured import T

    fill(twins, [paper("9", "T9", "We study Twin here.", {"Twin": (T, Role.ADDRESSES)})])
    assert find_entity(twins, whole_graph(twins), "Twin").endswith("method/twin")
    assert find_entity(twins, whole_graph(twins), "Twin", "Task").endswith("task/twin")


def test_a_name_outside_the_part_says_so(store: Store) -> None:
    with pytest.raises(QueryError, match="stands in none of the papers that are left"):
        draw(store, Selection(around=("image classification",), years="1990"))


def test_a_picture_asks_no_other_server(store: Store) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(QueryError, match="SERVICE is off"):
        draw(store, Selection(query=query))
