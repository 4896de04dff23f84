"""What the second reading learns from an annotated abstract: of one whose results alone were annotated, only those."""

from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "pipelines" / "learned"  # its scripts are not in the wheel

TITLE, ABSTRACT = "FooNet reads leaves", "FooNet reaches 91.2% accuracy on LeafBank and 4.5 points more on BarkBank."
NAMES = {
    "m1": ("Method", [(0, 6), (20, 26)]),
    "a1": ("Metric", [(41, 49)]),
    "d1": ("Dataset", [(53, 61)]),
    "d2": ("Dataset", [(85, 93)]),
}


def row(**more: Any) -> dict[str, Any]:
    result = {"method": "m1", "metric": "a1", "baseline": None, "split": None}
    return {
        "id": "a", "title": TITLE, "abstract": ABSTRACT,
        "entities": [
            {"key": key, "type": kind, "roles": ["proposes"], "core": True} for key, (kind, _) in NAMES.items()
        ],
        "results": [
            result | {"dataset": "d1", "value": "91.2", "unit": "%", "kind": "absolute", "quote": "91.2%"},
            result | {"dataset": "?", "value": "4.5", "unit": "points", "kind": "gain", "quote": "4.5 points"},
        ],
        "relations": [{"head": "m1", "type": "evaluatedOn", "tail": "d1"}],
        "spans": [
            {"start": start, "end": end, "key": key, "label": kind}
            for key, (kind, places) in NAMES.items()
            for start, end in places
        ],
    } | more  # fmt: skip


@pytest.fixture
def links_of_row(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    from facts_data import papers_of
    from gold import examples_of
    from links import links_of
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))

    def links(gold: dict[str, Any]) -> Any:
        [example] = examples_of([gold], tokenizer)
        return links_of(example, {paper.id: paper for paper in papers_of([gold])})

    return links


@pytest.mark.parametrize("partial", [False, True])
def test_slots_are_learnt_and_what_is_unknown_is_not(links_of_row: Any, partial: bool) -> None:
    links = links_of_row(row(partial=partial))
    assert links.kinds.tolist() == [1, 2]
    # Columns: FooNet, accuracy, LeafBank, BarkBank, none.
    assert links.slots["dataset"].tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]
    assert links.slots["method"].tolist() == [[1, 0, 0, 0, 0]] * 2
    assert links.slots["baseline"].tolist() == [[0, 0, 0, 0, 1]] * 2


def test_of_results_alone_nothing_else_is_learnt(links_of_row: Any) -> None:
    whole, partial = links_of_row(row()), links_of_row(row(partial=True))
    assert (whole.main, partial.main) == (0, -1)
    assert whole.allowed.any() and not partial.allowed.any()
    assert len(whole.same) and not len(partial.same)
    assert partial.partial and not whole.partial
