"""`kg why` prints the sentence, with the number and the names in brackets."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError, StoreError
from kg.export import export, load
from kg.query.parts import find_facts
from kg.query.why import why
from kg.store import open_store
from kg.vocab import BASE

TEXT = {
    "id": "arXiv:2101.00001",
    "title": "FooNet: Fast Image Classification",
    "abstract": "We propose FooNet. FooNet achieves a top-1 accuracy of 81.3% on ImageNet. Code will follow.",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    (folder / "a.jsonl").write_text(json.dumps(TEXT) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["build", str(folder / "a.jsonl"), "-o", str(folder / "g"), "--pipeline", "rules"])
    assert done.exit_code == 0, done.output
    return folder / "g"


def test_a_result_shows_its_sentence_with_marks(graph: Path) -> None:
    [result] = {q.subject.value for q in open_store(graph) if q.predicate.value.endswith("#rawValue")}
    [found] = why(open_store(graph), result)
    assert found.words == "FooNet achieves a top-1 accuracy of 81.3% on ImageNet."
    assert "[81.3%]" in found.marked and "[ImageNet]" in found.marked
    printed = CliRunner().invoke(app, ["why", str(graph), result])
    assert printed.exit_code == 0 and "[81.3%]" in printed.output


def test_an_iri_cut_out_of_a_csv_answer_may_end_in_a_carriage_return(graph: Path) -> None:
    [result] = {q.subject.value for q in open_store(graph) if q.predicate.value.endswith("#rawValue")}
    printed = CliRunner().invoke(app, ["why", str(graph), f"{result}\r"])
    assert printed.exit_code == 0 and "[81.3%]" in printed.output


PARTS = [
    (["Net-B", "5.5"], ["result/beta/r2"], "a method and a number"),
    (["net-b", "75.5%", "Images of Things"], ["result/beta/r1"], "an alias, whatever case, and a unit"),
    (["Net-A", "Net-C"], ["claim/gamma/net-c-outperforms-net-a", "result/gamma/r3"], "both ends, whichever"),
    (["Net-B", "outperforms", "Net-A"], ["claim/beta/net-b-outperforms-net-a"], "a relation"),
    (["Net-B", "Out-performs", "Net-A"], ["claim/beta/net-b-outperforms-net-a"], "a relation written otherwise"),
    (["Net-C", "2x"], ["result/gamma/r3"], "the end of a range"),
    (["Alpha", "-70"], ["result/alpha/r1"], "a paper, and a sign that is set aside"),
]


@pytest.mark.parametrize(("parts", "expected", "reason"), PARTS, ids=[p[2] for p in PARTS])
def test_a_fact_is_found_by_its_parts(small: ox.Store, parts: list[str], expected: list[str], reason: str) -> None:
    found = find_facts(small, parts)
    assert [fact.removeprefix(BASE) for fact in found] == expected, reason


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["Net-B", "99"], "no result or claim has all of these: Net-B, 99"),
        (["Net-B", "Net-Z"], "no entity or paper is called 'Net-Z'; did you mean Net-A"),
        (["Net-B", "outperform"], "no entity or paper is called 'outperform'; the relation is called outperforms"),
        (["Net-B", "1 } DROP ALL"], "no entity or paper is called '1 } DROP ALL'"),
    ],
)
def test_parts_that_mean_no_fact(small: ox.Store, parts: list[str], told: str) -> None:
    with pytest.raises(QueryError) as raised:
        find_facts(small, parts)
    assert str(raised.value).startswith(told)


def test_a_name_or_the_parts_of_a_fact_show_its_sentence(graph: Path) -> None:
    named = CliRunner().invoke(app, ["why", str(graph), "foonet"])
    assert named.exit_code == 0
    assert named.output == CliRunner().invoke(app, ["why", str(graph), "method/foonet"]).output
    parts = CliRunner().invoke(app, ["why", str(graph), "FooNet", "81.3%", "ImageNet"])
    assert parts.exit_code == 0
    [line] = [line for line in parts.output.splitlines() if line.startswith(" ")]
    assert line == "  [FooNet] achieves a [top-1 accuracy] of [81.3%] on [ImageNet]."
    wrong = CliRunner().invoke(app, ["why", str(graph), "FooNett"])
    assert isinstance(wrong.exception, QueryError) and "did you mean FooNet" in str(wrong.exception)


def test_an_entity_shows_a_sentence_by_its_local_name(graph: Path) -> None:
    found = why(open_store(graph), "method/foonet", limit=2)
    assert len(found) == 2
    assert all("[FooNet]" in evidence.marked for evidence in found)


def test_what_the_graph_does_not_state_is_an_error(graph: Path) -> None:
    with pytest.raises(QueryError, match="no sentence behind"):
        why(open_store(graph), "method/no-such")


@pytest.mark.parametrize("fact", ["paper/arxiv-2101.00001", "paper/arxiv-2101.00001#text"])
def test_a_paper_shows_its_whole_text(graph: Path, fact: str) -> None:
    [found] = why(open_store(graph), fact)
    assert found.words == f"{TEXT['title']}\n{TEXT['abstract']}"


def test_every_kind_of_evidence_is_answered(graph: Path) -> None:
    store = open_store(graph)
    kinds = {"#Sentence", "#Mention", "#Context", "#Result", "#Claim", "#Method", "#Dataset"}
    asked = {quad.subject.value for quad in store if any(str(quad.object).endswith(f"{kind}>") for kind in kinds)}
    assert len(asked) > 5
    for fact in sorted(asked):
        assert why(store, fact)


def test_a_graph_that_was_only_loaded_has_its_sentences_too(graph: Path, tmp_path: Path) -> None:
    export(open_store(graph), tmp_path / "g.nq")
    load(tmp_path / "loaded", tmp_path / "g.nq")
    for name in ("method/foonet", "FooNet"):
        told = CliRunner().invoke(app, ["why", str(tmp_path / "loaded"), name])
        assert told.exit_code == 0 and "[FooNet]" in told.output
    listed = CliRunner().invoke(app, ["entities", str(tmp_path / "loaded")])
    assert isinstance(listed.exception, StoreError) and "no build has made entities" in str(listed.exception)
