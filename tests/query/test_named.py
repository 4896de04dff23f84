"""The named queries: each asked of the small graph of conftest.py, its answer worked out by hand."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.query import Rows, list_named, load_named, query_store, resolve
from kg.query.named import bind
from kg.vocab import BASE, PREFIXES


def ask(store: ox.Store, name: str, columns: str, **values: str) -> list[tuple[object, ...]]:
    """Ask a named query and return some columns, IRIs shortened by the base."""
    rows = query_store(store, resolve(store, load_named(name), values))
    assert isinstance(rows, Rows)
    wanted = [rows.columns.index(column) for column in columns.split()]
    return [tuple(_short(row[i]) for i in wanted) for row in rows.values()]


def _short(value: object) -> object:
    return value.removeprefix(BASE) if isinstance(value, str) else value


ANSWERS = [
    (
        "leaderboard",
        {"dataset": "IMG"},
        "metricName unit methodName score split paper code evidence",
        [
            ("Accuracy", None, "Net-C", 0.81, None, "paper/gamma", "https://github.com/e/c", "sentence/gamma/r2"),
            ("Accuracy", "%", "Net-B", 75.5, "test", "paper/beta", None, "sentence/beta/r1"),
            ("Accuracy", "%", "Net-C", 75.5, "val", "paper/gamma", "https://github.com/e/c", "sentence/gamma/r1"),
            ("Accuracy", "%", "Net-A", 70.0, "test", "paper/alpha", "https://github.com/e/a1", "sentence/alpha/r1"),
        ],
    ),
    (
        "leaderboard",
        {"dataset": "SPOT", "metric": "Error"},
        "methodName score",
        [("Net-A", 9.5), ("Net-D", 12.0)],  # an error is better when lower
    ),
    ("leaderboard", {"dataset": "IMG", "metric": "Error"}, "methodName", []),
    (
        "state-of-the-art",
        {"task": "classification"},
        "datasetName metricName unit methodName score paper evidence",
        [
            ("IMG", "Accuracy", "", "Net-C", 0.81, "paper/gamma", "sentence/gamma/r2"),
            ("IMG", "Accuracy", "%", "Net-B", 75.5, "paper/beta", "sentence/beta/r1"),
            ("IMG", "Accuracy", "%", "Net-C", 75.5, "paper/gamma", "sentence/gamma/r1"),
        ],
    ),
    ("state-of-the-art", {"task": "detection"}, "datasetName methodName score", [("SPOT", "Net-A", 9.5)]),
    (
        "papers-with-code",
        {"dataset": "IMG"},
        "paper code evidence",
        [
            ("paper/gamma", "https://github.com/e/c", "mention/gamma/0-img"),
            ("paper/alpha", "https://github.com/e/a1", "mention/alpha/0-img"),
            ("paper/alpha", "https://github.com/e/a2", "mention/alpha/0-img"),
        ],
    ),
    (
        "compared-with",
        {"method": "Net-A"},
        "how otherName paper evidence",
        [
            ("baseline of", "Net-B", "paper/beta", "sentence/beta/r2"),
            ("baseline of", "Net-C", "paper/gamma", "sentence/gamma/r3"),
            ("outperformed by", "Net-B", "paper/beta", "sentence/beta/net-b-outperforms-net-a"),
            ("outperformed by", "Net-C", "paper/gamma", "sentence/gamma/net-c-outperforms-net-a"),
        ],
    ),
    (
        "compared-with",
        {"method": "Net-B"},
        "how otherName evidence",
        [
            ("compared with", "Net-A", "mention/beta/0-net-a"),
            ("measured against", "Net-A", "sentence/beta/r2"),
            ("outperforms", "Net-A", "sentence/beta/net-b-outperforms-net-a"),
        ],
    ),
    (
        "where-used",
        {"method": "Net-B"},
        "paper issued proposes evidence",
        [("paper/gamma", "2020-03-04", "Net-C", "mention/gamma/0-net-b")],
    ),
    (
        "metric-history",
        {"dataset": "IMG", "metric": "Accuracy"},
        "year unit methodName score evidence",
        [
            ("2019", "%", "Net-A", 70.0, "sentence/alpha/r1"),
            ("2020", "", "Net-C", 0.81, "sentence/gamma/r2"),
            ("2020", "%", "Net-B", 75.5, "sentence/beta/r1"),
            ("2020", "%", "Net-C", 75.5, "sentence/gamma/r1"),
        ],
    ),
    (
        "datasets-of-task",
        {"task": "detection"},
        "datasetName papers evidence",
        [("IMG", 1, "sentence/delta/img-usedFor-detect"), ("SPOT", 1, "mention/delta/0-spot")],
    ),
    ("datasets-of-task", {"task": "classification"}, "datasetName papers", [("IMG", 3)]),
    (
        "built-on",
        {"method": "Net-A"},
        "builtName viaName paper evidence",
        [
            ("Net-B", "Net-A", "paper/beta", "sentence/beta/net-b-basedOn-net-a"),
            ("Net-C", "Net-B", "paper/gamma", "sentence/gamma/net-c-basedOn-net-b"),
        ],
    ),
    (
        "papers-of-researcher",
        {"person": "Ada Example"},
        "paper issued role entityName evidence",
        [
            ("paper/beta", "2020", "proposes", "Net-B", "mention/beta/0-net-b"),
            ("paper/alpha", "2019-05-01", "proposes", "Net-A", "mention/alpha/0-net-a"),
        ],
    ),
    (
        "gains",
        {"baseline": "Net-A"},
        "kind unit value direction methodName datasetName evidence",
        [
            ("gain", "points", 5.5, "up", "Net-B", "IMG", "sentence/beta/r2"),
            ("ratio", "×", 2.0, "up", "Net-C", "IMG", "sentence/gamma/r3"),
        ],
    ),
    (
        "papers-without-code",
        {},
        "paper evidence",
        [("paper/delta", "paper/delta#text"), ("paper/beta", "paper/beta#text")],
    ),
    ("papers-without-code", {"task": "classification"}, "paper", [("paper/beta",)]),
    (
        "most-connected",
        {},
        "name papers evidence",
        [
            ("IMG", 3, "mention/alpha/0-img"),
            ("classification", 3, None),
            ("Net-A", 2, "mention/alpha/0-net-a"),
            ("Net-B", 2, "mention/beta/0-net-b"),
            ("Accuracy", 1, None),
            ("Net-C", 1, "mention/gamma/0-net-c"),
            ("Net-D", 1, "mention/delta/0-net-d"),
            ("SPOT", 1, "mention/delta/0-spot"),
            ("detection", 1, None),
        ],
    ),
    ("most-connected", {"type": "kg:Benchmark"}, "name papers", [("SPOT", 1)]),
]


@pytest.mark.parametrize(("name", "values", "columns", "answer"), ANSWERS)
def test_answers(small: ox.Store, name: str, values: dict[str, str], columns: str, answer: list[object]) -> None:
    assert ask(small, name, columns, **values) == answer


def test_a_bound_is_marked_and_beats_no_score(with_paper: Callable[[str, str, dict[str, str]], str]) -> None:
    store = ox.Store()
    paper = '<paper/late> dcterms:issued "2019"^^xsd:gYear ; kg:addresses <task/classify> .'
    stated = {
        "upto": 'kg:value 99 ; kg:maxValue 99 ; kg:unit "%"',
        "least": 'kg:minValue 98 ; kg:unit "%"',
        "range": 'kg:value 72 ; kg:minValue 71 ; kg:maxValue 73 ; kg:unit "%"',
    }
    gain = """kg:resultKind kg:Gain ; kg:baseline <method/net-a> ; kg:unit "points" ; kg:evidence <sentence/late/x> ."""
    gains = f"""<paper/late> kg:reports <result/late/x>, <result/late/y> .
        <result/late/x> kg:value 9 ; kg:maxValue 9 ; {gain} <result/late/y> kg:minValue 6 ; {gain}"""
    store.load(with_paper("late", paper + gains, stated), ox.RdfFormat.TRIG)
    board = ask(store, "leaderboard", "unit bound score", dataset="IMG")
    plain = [("%", "", 75.5), ("%", "", 75.5), ("%", "", 72.0), ("%", "", 70.0)]
    assert board == [(None, "", 0.81), *plain, ("%", "≤", 99.0), ("%", "≥", 98.0)]
    won = [("gain", "", 5.5), ("gain", "≤", 9.0), ("gain", "≥", 6.0), ("ratio", "≥", 2.0)]
    assert ask(store, "gains", "kind bound value", baseline="Net-A") == won
    history = ask(store, "metric-history", "year score", dataset="IMG", metric="Accuracy")
    assert history == [("2019", 72.0), ("2020", 0.81), ("2020", 75.5), ("2020", 75.5)]
    best = ask(store, "state-of-the-art", "score", task="classification")
    assert best == [(0.81,), (75.5,), (75.5,)]


def test_of_many_entities_the_first_fifty_are_told_and_equals_by_name() -> None:
    store = ox.Store()
    about = ox.NamedNode(PREFIXES["kg"] + "uses")
    for i in range(70):  # the first ten in three papers, the others in one
        entity = ox.NamedNode(f"{BASE}method/m{i:02}")
        store.add(ox.Quad(entity, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["kg"] + "Method")))
        store.add(ox.Quad(entity, ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.Literal(f"M{i:02}")))
        for p in range(3 if i < 10 else 1):
            store.add(ox.Quad(ox.NamedNode(f"{BASE}paper/p{p}"), about, entity))
    expected = [(f"M{i:02}", 3 if i < 10 else 1) for i in range(50)]
    assert ask(store, "most-connected", "name papers") == expected
    assert ask(store, "most-connected", "name papers", type="kg:Method") == expected


def test_every_query_has_a_test_and_answers_with_evidence(small: ox.Store) -> None:
    names = {named.name for named in list_named()}
    assert names == {name for name, *_ in ANSWERS}
    assert len(names) == 12
    for named in list_named():
        rows = query_store(small, named.text)  # as it stands, with its examples
        assert isinstance(rows, Rows) and "evidence" in rows.columns


def test_values_are_terms_and_cannot_break_out() -> None:
    named = load_named("gains")
    text = bind(named, {"baseline": ox.Literal('x" } . ?s ?p ?o . { "\n')})
    assert r'VALUES ?baseline { "x\" } . ?s ?p ?o . { \"\n" }' in text
    with pytest.raises(QueryError, match="no method is called"):
        resolve(ox.Store(), named, {"baseline": "<a> } ?s ?p ?o {"})


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("nothing", {}, "no named query 'nothing'; choose one of built-on, compared-with"),
        ("gains", {}, r"gains needs the parameter 'baseline'; add --param baseline='ResNet'"),
        ("gains", {"baseline": "Net-A", "x": "1"}, "gains has no parameter 'x'; it has baseline"),
        ("most-connected", {"type": "not an iri"}, "is no class; for example kg:Method"),
    ],
)
def test_mistakes_are_named(small: ox.Store, name: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        resolve(small, load_named(name), values)
