"""`kg why` prints the sentence, with the number and the names in brackets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError, StoreError
from kg.export import export, load
from kg.query.why import why
from kg.store import open_store

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
    told = CliRunner().invoke(app, ["why", str(tmp_path / "loaded"), "method/foonet"])
    assert told.exit_code == 0 and "[FooNet]" in told.output
    listed = CliRunner().invoke(app, ["entities", str(tmp_path / "loaded")])
    assert isinstance(listed.exception, StoreError) and "no build has made entities" in str(listed.exception)
