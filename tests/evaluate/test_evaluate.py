"""The figures of `kg evaluate`, against hand-counted papers and against the reference scorer."""

import importlib.util
import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import InputError
from kg.evaluate import Facts, evaluate, facts_of, facts_of_gold, read_facts, read_gold, report
from kg.evaluate.compare import number_key, surface_key, url_key
from kg.evaluate.facts import FoundEntity, FoundResult
from kg.evaluate.gold import paper_of
from kg.extract import Extractor
from kg.model import Extraction

SHARED = Path(__file__).parents[2].parent / "shared"
PAPER = {
    "id": "p1",
    "title": "TinyNet for parsing",
    "abstract": "TinyNet (TN) beats OldNet on ParseBank by 2.5% F1. Code: https://github.com/a/tinynet",
    "entities": [
        {"key": "m1", "type": "Method", "surfaces": ["TinyNet", "TN"], "roles": ["proposes"], "core": True},
        {"key": "m2", "type": "Method", "surfaces": ["OldNet"], "roles": ["compares"], "core": True},
        {"key": "d1", "type": "Dataset", "surfaces": ["ParseBank"], "roles": ["evaluates"], "core": True,
         "alt_types": ["Benchmark"]},
        {"key": "t1", "type": "Task", "surfaces": ["parsing"], "roles": ["addresses"], "core": False},
        {"key": "a1", "type": "Metric", "surfaces": ["F1"], "roles": ["reports"], "core": True},
    ],
    "urls": [{"url": "https://github.com/a/tinynet", "kind": "code"}],
    "results": [{"method": "m1", "dataset": "d1", "metric": "a1", "value": "2.5", "unit": "%", "kind": "gain",
                 "quote": "beats OldNet on ParseBank by 2.5% F1"}],
    "relations": [{"head": "m1", "type": "outperforms", "tail": "m2"}],
}  # fmt: skip
GOLD = paper_of(PAPER)


def entity(name: str, kind: str, *surfaces: str, roles: str = "mentions") -> FoundEntity:
    return FoundEntity(name, kind, surfaces, frozenset([roles]))


def test_gold_scores_itself_perfectly() -> None:
    found = evaluate([GOLD], {"p1": facts_of_gold(GOLD)})
    assert all(figure.f1 == 1 for figure in found.figures.values())
    assert all(share.share == 1 for share in found.shares.values())
    assert found.errors == []


@pytest.mark.parametrize(
    ("facts", "figure", "expected", "reason"),
    [
        ((entity("1", "Task", "parsing"),), "entity", (1.0, 0.0), "an optional entity helps precision alone"),
        ((entity("1", "Benchmark", "parsebank"),), "entity", (1.0, 0.25), "an alternative type is as good"),
        ((entity("1", "Task", "TinyNet"),), "entity", (0.0, 0.0), "a wrong type is wrong"),
        ((entity("1", "Task", "TinyNet"),), "entity_untyped", (1.0, 0.25), "but names something"),
        ((entity("1", "Method", "Tiny-Nets"),), "entity:Method", (1.0, 0.5), "hyphen, case and plural are forgiven"),
        ((), "entity", (0.0, 0.0), "nothing found where there was something"),
    ],
)
def test_entities(facts: tuple[FoundEntity, ...], figure: str, expected: tuple[float, float], reason: str) -> None:
    found = evaluate([GOLD], {"p1": Facts(entities=facts)}).figures[figure]
    assert (found.precision, found.recall) == expected, reason


def test_two_entities_for_one_thing_are_not_merged() -> None:
    apart = Facts(entities=(entity("1", "Method", "TinyNet"), entity("2", "Method", "TN")))
    together = Facts(entities=(entity("1", "Method", "TinyNet", "TN"),))
    assert evaluate([GOLD], {"p1": apart}).shares["merge"].share == 0
    assert evaluate([GOLD], {"p1": together}).shares["merge"].share == 1


def test_a_result_counts_once_and_needs_its_ends() -> None:
    ends = (entity("m", "Method", "TN"), entity("a", "Metric", "F1"), entity("d", "Dataset", "ParseBank"))
    whole, loose = FoundResult("m", "d", "a", "-2.50"), FoundResult(None, "d", None, "2.5")
    found = evaluate([GOLD], {"p1": Facts(entities=ends, results=(whole, whole, loose))})
    assert (found.figures["result"].right, found.figures["result"].predicted) == (1, 3)
    assert found.figures["result_value"].right == 1
    assert [error.what for error in found.errors if "result" in error.what] == ["wrong result"] * 2


def test_an_error_is_told_with_names_and_its_sentence() -> None:
    ends = (entity("0", "Method", "TN"), entity("1", "Method", "OldNet"), entity("2", "Metric", "F1"))
    results = (FoundResult("1", None, "2", "2.5", "TinyNet (TN) beats OldNet on ParseBank by 2.5% F1."),)
    found = evaluate([GOLD], {"p1": Facts(entities=ends, results=results, relations=(("1", "basedOn", "0"),))})
    quote = "TinyNet (TN) beats OldNet on ParseBank by 2.5% F1."
    assert [line.split("\t")[1:] for line in report(found, errors=True) if line.startswith("p1\t")][-4:] == [
        ["wrong result", "2.5", f"metric F1, dataset none, method OldNet: {quote}"],
        ["missed result", "2.5", "metric F1, dataset ParseBank, method TinyNet: beats OldNet on ParseBank by 2.5% F1"],
        ["wrong relation", "OldNet basedOn TN", ""],
        ["missed relation", "TinyNet outperforms OldNet", ""],
    ]


def test_a_sentence_is_cut_out_of_the_text() -> None:
    [extraction] = Extractor("rules").extract([GOLD.text])
    assert [result.sentence for result in facts_of(extraction, GOLD.text).results] == [
        "TinyNet (TN) beats OldNet on ParseBank by 2.5% F1."
    ]


def test_a_paper_without_facts_has_found_nothing() -> None:
    assert evaluate(iter([GOLD]), {}).figures["entity"].recall == 0
    assert facts_of(Extraction()) == Facts()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Graph Neural Network (GNN) layers", "graph neural-network layer", True),
        ("loss", "los", False),
        ("the BERT", "BERT", True),
        ("$\\mathcal{L}$-net", "L-net", True),
    ],
)
def test_surfaces_meet(one: str, other: str, same: bool) -> None:
    assert (surface_key(one) == surface_key(other)) is same


def test_keys_of_numbers_and_urls() -> None:
    assert number_key("1,200.0") == number_key("1200") and number_key("0.1 ~ 0.3") == "0.1-0.3"
    assert url_key("http://www.x.org/A.git") == url_key("https://x.org/a")


def test_gold_errors_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(PAPER) + "\n\n" + '{"id": "x"}\n')
    with pytest.raises(InputError) as caught:
        list(read_gold(path))
    assert caught.value.line == 3 and "entities" in str(caught.value)
    path.write_text(json.dumps({"id": "a", "entities": [], "partial": True}), "utf-8")
    with pytest.raises(InputError, match=r":1: .*results alone are annotated; see docs/gold\.md"):
        list(read_gold(path))
    with pytest.raises(InputError):
        list(read_gold(tmp_path / "absent.jsonl"))
    with pytest.raises(InputError):
        read_facts(path)


def test_command_prints_table_and_json(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    unnamed = {"key": "m9", "type": "Method", "surfaces": ["it"], "roles": ["uses"], "core": True}  # nothing finds it
    path.write_text(json.dumps(PAPER | {"entities": [*PAPER["entities"], unnamed]}) + "\n")
    table = CliRunner().invoke(app, ["evaluate", str(path), "--pipeline", "rules", "--errors"])
    assert table.exit_code == 0 and "entity_untyped" in table.stdout and "p1\tmissed " in table.stdout
    plain = CliRunner().invoke(app, ["evaluate", str(path), "--pipeline", "rules", "--json"])
    assert json.loads(plain.stdout)["url"]["F1"] == 1.0
    assert len(list(report(evaluate([GOLD], {})))) > 10


def perturbed(papers: list[dict], seed: int) -> dict:
    """Drop, retype, resurface and cross-link what is gold, as an extractor would."""
    chance = random.Random(seed)
    out = {}
    for paper in papers:
        entities, names = [], {}
        for gold in paper["entities"]:
            if chance.random() < 0.25:
                continue
            surfaces = [s if chance.random() < 0.8 else s.upper() + "s" for s in gold["surfaces"]]
            halves = [surfaces[:1], surfaces[1:]] if len(surfaces) > 1 and chance.random() < 0.3 else [surfaces]
            for half in halves:
                kind = chance.choice(["Method", "Task", "Benchmark"]) if chance.random() < 0.2 else gold["type"]
                roles = gold["roles"] if chance.random() < 0.7 else ["mentions"]
                names.setdefault(gold["key"], f"e{len(entities)}")
                entities.append({"id": f"e{len(entities)}", "type": kind, "surfaces": half, "roles": roles})
        if entities and chance.random() < 0.5:
            entities.append({"id": "odd", "type": "Metric", "surfaces": ["no such thing"], "roles": []})
        some = [entity["id"] for entity in entities] or [None]

        def end(key: str | None, names: dict = names, some: list = some) -> str | None:
            return names.get(key) if chance.random() < 0.85 else chance.choice([None, *some])

        results = [
            {"method": end(r["method"]), "dataset": end(r["dataset"]), "metric": end(r["metric"]), "kind": r["kind"],
             "value": r["value"] if chance.random() < 0.9 else "1", "unit": "", "baselines": []}
            for r in paper["results"] if chance.random() < 0.8
        ]  # fmt: skip
        relations = [
            {"head": names[r["head"]], "type": r["type"], "tail": names[r["tail"]]}
            for r in paper["relations"] if r["head"] in names and r["tail"] in names and chance.random() < 0.8
        ]  # fmt: skip
        urls = [{"url": u["url"] + chance.choice(["", "/", ".git", "x"]), "kinds": [chance.choice(["code", "other"])]}
                for u in paper["urls"]]  # fmt: skip
        out[paper["id"]] = {"entities": entities, "urls": urls, "results": results, "relations": relations}
    return {"papers": out}


@pytest.mark.skipif(not (SHARED / "tools" / "score.py").is_file(), reason="the reference scorer is not present")
@pytest.mark.parametrize("seed", range(4))
def test_equal_to_the_reference_scorer(tmp_path: Path, seed: int) -> None:
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools" / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    path = SHARED / "gold" / "dev.jsonl"
    papers = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    facts = perturbed(papers, seed)
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    noted: list = []
    expected = score.score(papers, facts["papers"], noted)
    found = evaluate(read_gold(path), read_facts(tmp_path / "facts.json"))
    assert found.as_json() == expected
    reference = sorted((row[0], row[1]) for row in noted)
    assert sorted((e.paper, e.what) for e in found.errors if e.what != "missed relation") == reference
