"""The standings beside the store: a leaderboard read from them is the one that the store gives, always."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.api import Graph
from kg.export.load import load
from kg.query import Leaderboard, leaderboard
from kg.query.standings import Standings, keep, renew
from kg.store import GraphDirectory, open_store
from kg.vocab import BASE, PREFIXES

DATASETS, METRICS, METHODS, TASKS = ("d0", "d1", "d2"), ("m0", "m1", "m2"), ("a", "b", "c"), ("t0", "t1")
ENTITIES = """
<dataset/d0> a kg:Dataset ; skos:prefLabel "D0" . <dataset/d1> a kg:Dataset ; skos:prefLabel "D1" .
<dataset/d2> a kg:Benchmark ; skos:prefLabel "D2" .
<metric/m0> a kg:Metric ; skos:prefLabel "Accuracy" . <metric/m1> a kg:Metric ; skos:prefLabel "Error" .
<metric/m2> a kg:Metric ; skos:prefLabel "Error" ; kg:higherIsBetter true .
<method/a> a kg:Method ; skos:prefLabel "A" . <method/b> a kg:Method ; skos:prefLabel "B" . <method/c> a kg:Method .
<task/t0> a kg:Task ; skos:prefLabel "T0" . <task/t1> a kg:Task ; skos:prefLabel "T1" .
"""
# Sizes that repeat, that binary floats cannot tell apart, and that are no decimals.
NUMBERS = ("1", "1.0", "2.5", "-3", "0.1", "0.10000000000000000001", "1e3", "7.25", "12345678901234567.8")


def turtle(body: str) -> str:
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + f"@base <{BASE}> .\n{body}"


def some(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *choices))


#: What a graph of ours says of a result.
ordinary = st.tuples(
    st.sampled_from([f"kg:onDataset <dataset/{d}> ;" for d in DATASETS]),
    st.sampled_from([f"kg:resultKind kg:{kind} ;" for kind in ("Absolute", "Absolute", "Gain", "Ratio")]),
    some(*(f"kg:ofMetric <metric/{m}> ;" for m in METRICS)),
    some(
        *(f"kg:value {n} ;" for n in NUMBERS),
        "kg:minValue 2 ;",
        "kg:maxValue 3.5 ;",
        "kg:minValue 1; kg:maxValue 4;",
        "kg:value 9 ; kg:maxValue 9 ;",
        "kg:value 8 ; kg:minValue 8 ;",
    ),
    some('kg:unit "%" ;', 'kg:unit "points" ;'),
    some(*(f"kg:ofMethod <method/{m}> ;" for m in METHODS)),
    some("kg:baseline <method/a> ;", "kg:baseline <method/a>, <method/b>, <method/c> ;"),
    some('kg:split "test" ;'),
    some('kg:setting "zero-shot" ;', 'kg:direction "up" ;'),
).map(" ".join)
#: What only a graph made elsewhere says.
strange = some(
    *(f"kg:onDataset <dataset/{d}> ;" for d in DATASETS),
    *("kg:ofMetric <metric/m0> ;", "kg:ofMetric [] ;", "kg:value 5 ;", 'kg:unit "x" ;', 'kg:split "val", "dev" ;'),
    *("kg:ofMethod <method/a>, <method/b> ;", "kg:ofMethod [ skos:prefLabel 'Z' ] ;", "kg:evidence <sentence/x> ;"),
)
papers = st.lists(st.tuples(st.lists(ordinary, max_size=3), some("t0", "t1"), st.booleans()), max_size=8)
oddities = st.lists(
    st.one_of(
        st.builds("<result/p{}/{}> {} a kg:X .".format, st.integers(0, 7), st.integers(0, 2), strange),
        st.sampled_from((
            "<paper/p1> kg:reports <result/p0/0> .", '<paper/p0> dcterms:title "another" .',
            "<paper/p0> kg:codeRepository [] .", '<method/a> skos:prefLabel "A too" .', "[] kg:reports <result/p2/0> .",
            "<result/lost> kg:onDataset <dataset/d0> ; kg:resultKind kg:Gain ; kg:value 4 .",
            '<result/p9/0> kg:onDataset <dataset/d1> ; kg:value 4 .', "[] kg:onDataset <dataset/d2> .",
            "_:r kg:onDataset <dataset/d0> ; kg:resultKind kg:Gain ; kg:evidence <sentence/p0/0> .",
        )),
    ),
    max_size=3,
)  # fmt: skip


def body(made: list[tuple[list[str], str, bool]], odd: list[str]) -> str:
    lines = [ENTITIES, *odd]
    for p, (results, task, rich) in enumerate(made):
        lines.append(f"<paper/p{p}> a kg:Paper ; dcterms:identifier 'arXiv:{p}', 'doi:{p}' .")
        if task:
            lines.append(f"<paper/p{p}> kg:addresses <task/{task}> .")
        if rich:
            lines.append(f'<paper/p{p}> dcterms:title "P{p}" ; dcterms:issued "2020-01"^^xsd:gYearMonth ;'
                         f" kg:codeRepository <http://e.org/{p}>, <http://e.org/also> .")  # fmt: skip
        for r, result in enumerate(results):
            lines.append(f"<paper/p{p}> kg:reports <result/p{p}/{r}> .")
            lines.append(f"<result/p{p}/{r}> {result} kg:evidence <sentence/p{p}/{r}> .")
            lines.append(f'<sentence/p{p}/{r}> nif:anchorOf "Sentence {r}." .')
    return turtle("\n".join(lines))


def graph_of(text: str, folder: Path) -> GraphDirectory:
    shutil.rmtree(folder, ignore_errors=True)
    directory = GraphDirectory.create(folder, BASE)
    store = directory.writable_store()
    store.load(text, ox.RdfFormat.TURTLE)
    store.flush()
    del store
    return directory


def boards(directory: GraphDirectory, standings: Standings | None) -> list[Leaderboard]:
    store = open_store(directory.path)
    return [
        leaderboard(store, f"dataset/{d}", metric=metric, task=task, top=top, standings=standings)
        for d in DATASETS
        for metric in (None, "metric/m0", "metric/m1")
        for task in (None, "task/t0")
        for top in (None, 1, 2)
    ]


def used(standings: Standings) -> bool:
    with standings.opened() as table:
        return table is not None


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(papers, st.one_of(st.just([]), oddities))
def test_the_table_answers_as_the_store(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[list[str], str, bool]], odd: list[str]
) -> None:
    directory = graph_of(body(made, odd), tmp_path_factory.getbasetemp() / "standings")
    renew(directory, None)
    standings = Standings.of(directory)
    assert boards(directory, standings) == boards(directory, None)
    with standings.opened() as table:
        assert table is not None
        assert odd or all(table.fits(f"{BASE}dataset/{d}") for d in DATASETS)  # what is ours is read from the table


PAPER = ["kg:onDataset <dataset/d0> ; kg:resultKind kg:Absolute ; kg:ofMethod <method/a> ; kg:value 3 ;"]


@pytest.fixture
def directory(tmp_path: Path) -> GraphDirectory:
    """A graph of one result with its standings."""
    made = graph_of(body([(PAPER, "", True)], []), tmp_path / "g")
    renew(made, None)
    return made


def test_they_hold_until_the_store_is_opened_for_writing(directory: GraphDirectory) -> None:
    assert used(Standings.of(directory))
    boards(directory, None)
    assert used(Standings.of(directory))
    store = ox.Store(str(directory.store))  # by a program that knows nothing of them
    assert directory.standings.exists() and not used(Standings.of(directory))
    store.update(f"DELETE DATA {{ GRAPH <{BASE}g> {{ <{BASE}a> <{BASE}a> 1 }} }}")
    del store
    assert not used(Standings.of(directory))
    directory.writable_store()
    assert not directory.standings.exists()


def test_a_copy_of_the_folder_keeps_them(directory: GraphDirectory, tmp_path: Path) -> None:
    shutil.copytree(directory.path, tmp_path / "copy")
    assert used(Standings.of(GraphDirectory.open(tmp_path / "copy")))


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_a_file_that_is_none_of_ours_is_passed_over(directory: GraphDirectory, content: bytes | None) -> None:
    if content is None:
        with closing(sqlite3.connect(directory.standings)) as connection:
            connection.execute("DROP TABLE meta")
    else:
        directory.standings.write_bytes(content)
    assert boards(directory, Standings.of(directory)) == boards(directory, None)
    assert not keep(directory)


def test_an_open_graph_stays_what_it_was(directory: GraphDirectory) -> None:
    before = Graph(directory.path)
    assert [e.value for e in before.leaderboard("D0").entries] == ["3"]
    store = directory.writable_store()
    value, result = ox.NamedNode(PREFIXES["kg"] + "value"), ox.NamedNode(BASE + "result/p0/0")
    store.remove(ox.Quad(result, value, ox.Literal("3", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))))
    store.add(ox.Quad(result, value, ox.Literal(4)))
    store.flush()
    del store
    renew(directory, None)
    assert [e.value for e in before.leaderboard("D0").entries] == ["3"]
    assert [e.value for e in Graph(directory.path).leaderboard("D0").entries] == ["4"]


def test_loading_makes_them(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(body([(PAPER, "", True)], []), "utf-8")
    (tmp_path / "more.ttl").write_text(turtle("<paper/p0> kg:codeRepository <http://a.org/> ."), "utf-8")
    load(tmp_path / "g", tmp_path / "one.ttl")
    directory = GraphDirectory.open(tmp_path / "g")
    assert used(Standings.of(directory))
    load(tmp_path / "g", tmp_path / "more.ttl")
    assert used(Standings.of(directory))
    assert Graph(tmp_path / "g").leaderboard("D0").entries[0].code == "http://a.org/"
    assert boards(directory, Standings.of(directory)) == boards(directory, None)


def test_a_build_goes_on_only_from_what_it_can_tell(tmp_path: Path) -> None:
    """Where a result's evidence is another paper's, writing that paper may change the result."""
    directory = graph_of(
        body([(PAPER, "", True)], ["<paper/p9> a kg:Paper ; kg:reports <result/p0/0> ."]), tmp_path / "g"
    )
    renew(directory, None)
    assert not keep(directory)
    directory = graph_of(body([(PAPER, "", True)], []), tmp_path / "h")
    renew(directory, None)
    assert keep(directory)


def test_a_graph_without_a_store_has_standings(tmp_path: Path) -> None:
    directory = GraphDirectory.create(tmp_path / "g", BASE)
    renew(directory, [])
    assert used(Standings.of(directory))
