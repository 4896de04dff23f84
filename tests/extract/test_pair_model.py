"""Which names are one thing: what is compared, how it is weighed, and weights that cannot be read."""

import json
import shutil
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kg.errors import PipelineError
from kg.extract.coreference import FILES, Named, PairModel, clustered, compared, load_model, phrases_of
from kg.extract.coreference.pairs import Phrase
from kg.extract.coreference.rivals import COLUMNS, NOTHING, best_others, crowd_of, row_of
from kg.extract.trees import Trees
from kg.resources import data_dir

RULES = data_dir("pipelines") / "rules"
TEXT = "Fast leaf counting\nWe count. Leaf counting is hard, twig counting harder. A nut is a fruit."
NAMES = ("Fast leaf counting", "Leaf counting", "twig counting", "nut", "fruit")


def phrases(*names: str, text: str = TEXT) -> list[Phrase]:
    mentions = [Named(text.index(name), text.index(name) + len(name), "Task", 0.9) for name in names]
    return phrases_of(text, clustered(text, mentions, {}), {})


def told(one: str, other: str, odds: float = 0.0) -> dict[str, float]:
    """Return the numbers of a pair of all `NAMES` by column."""
    own = phrases(*NAMES)
    place = {phrase.written: n for n, phrase in enumerate(own)}
    crowd = crowd_of(own, np.full((len(own), len(own)), odds), {"Task": {"leafcounting": 6}})
    return dict(zip(COLUMNS, row_of(place[one], place[other], crowd, {}, odds), strict=True))


@given(arrays(np.float64, st.integers(1, 6).map(lambda count: (count, count)), elements=st.floats(-8, 8)))
def test_the_best_other(table: np.ndarray) -> None:
    found = best_others(table)
    for i, j in permutations(range(len(table)), 2):
        rest = [table[i, k] for k in range(len(table)) if k not in (i, j)]
        assert found[i, j] == max(rest, default=NOTHING)


def test_a_pair_is_told_by_its_places_and_its_rivals_in_either_order() -> None:
    row = told("Fast leaf counting", "Leaf counting")
    assert row == told("Leaf counting", "Fast leaf counting")
    assert (row["free share"], row["free in title"], row["order"]) == (1.0, 0.0, 29.0)
    assert row["same last word"] == 1, "twig counting"
    assert row["short common"] > row["long common"] == 0
    assert row["of label"] == len(NAMES) - 2


def test_a_name_within_a_longer_one_is_not_free() -> None:
    own = phrases("Fast leaf counting", "leaf counting")
    crowd = crowd_of(own, np.zeros((2, 2)), {})
    row = dict(zip(COLUMNS, row_of(0, 1, crowd, {}, 0.0), strict=True))
    assert (row["free"], row["last free"]) == (0, -1)


def leaning(column: str, at: float) -> Trees:
    """Return a forest of one tree: -4 where the column is at most `at`, else 4."""
    whole = np.int32
    return Trees(
        np.array([[COLUMNS.index(column), 0, 0]], whole), np.array([[at, 0, 0]]), np.array([[1, 1, 2]], whole),
        np.array([[2, 1, 2]], whole), np.array([[0.0, -4.0, 4.0]]), 1, 0.0,
    )  # fmt: skip


def test_trees_and_arcs_are_weighed_against_each_other() -> None:
    own = phrases(*NAMES)
    model = PairModel({"bias": 1.0}, {}, leaning("same last word", 0.5))
    alone = model.probabilities(own)
    assert (alone == alone.T).all()
    at = {phrase.written: n for n, phrase in enumerate(own)}
    like, unlike = (at["Leaf counting"], at["twig counting"]), (at["nut"], at["fruit"])
    assert alone[like] > 0.9 and alone[unlike] == 0, "nothing speaks for what has no word in common"
    heard = np.full((len(own), len(own)), -9, np.float32)
    heard[like] = heard[like[::-1]] = -8
    heard[unlike] = heard[unlike[::-1]] = 8
    weighed = replace(model, ties=((1.0, 1.0, 0.0), (0.0, 1.0, 0.0))).probabilities(own, heard)
    assert weighed[like] < 0.1 < 0.9 < weighed[unlike]
    assert (model.probabilities(own, heard)[like]) == alone[like], "arcs without a weight are not heard"


@pytest.mark.parametrize("joint", ["and", "versus", "over", "with", "for a", "based on"])
def test_names_side_by_side_are_two_things(joint: str) -> None:
    model, names = load_model(RULES), ("leaf counting", "leaf counts")
    apart = "We see leaf counting. Then leaf counts come."
    beside = f"We see leaf counting {joint} leaf counts come."
    assert model.probabilities(phrases(*names, text=apart))[0, 1] > 0.3
    assert model.probabilities(phrases(*names, text=beside))[0, 1] == -np.inf


def test_what_is_compared_does_not_hang_on_the_order_of_a_type() -> None:
    model = load_model(RULES)
    own = phrases(*NAMES)
    one = compared(own, model.weights, model.common)
    other = compared(own[::-1], model.weights, model.common)
    turned = {
        tuple(sorted(len(own) - 1 - n for n in place)): row for place, row in zip(other.places, other.rows, strict=True)
    }
    assert turned == dict(zip(one.places, one.rows, strict=True))


BROKEN = [
    (FILES[0], b"{", "cannot read the weights"),
    (FILES[0], b"[]", "cannot read the weights"),
    (FILES[0], b'{"columns": []}', "other features"),
    (FILES[1], b"PK", "not a whole file of arrays"),
    (FILES[2], b'{"like": [1, 2, 3]}', "cannot read the weights"),
    (FILES[2], b'{"like": [1], "unlike": [2]}', "cannot read the weights"),
]


@pytest.mark.parametrize(("name", "content", "said"), BROKEN)
def test_weights_that_cannot_be_read_are_told_in_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    for file in FILES[:2]:
        shutil.copy(RULES / file, tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError, match=said) as error:
        load_model(tmp_path)
    assert "\n" not in str(error.value)


def test_weights_of_another_layout_are_refused(tmp_path: Path) -> None:
    for file in FILES[:2]:
        shutil.copy(RULES / file, tmp_path)
    plan = json.loads((tmp_path / FILES[0]).read_text("utf-8"))
    (tmp_path / FILES[0]).write_text(json.dumps(plan | {"columns": plan["columns"][::-1]}), "utf-8")
    with pytest.raises(PipelineError, match="other features than this version's; train the pipeline again"):
        load_model(tmp_path)
