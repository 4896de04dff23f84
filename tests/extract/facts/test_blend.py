"""Two opinions on one decision: how they add up, and that one alone is left as it is."""

import numpy as np

from kg.extract import load_pipeline
from kg.extract.facts import decide, results
from kg.extract.facts.blend import NAMED_ALONE, Opinion
from kg.extract.facts.relations import FAMILIES
from kg.extract.mentions import arcs
from kg.extract.mentions.arcs import Scores

ARCS = Scores(
    kind=np.array([[0, 4, 0, 0]], np.float32),
    slot=np.array([[[1, 0, 0, 0], [3, 0, 0, 0], [2, 0, 0, 0]]], np.float32),
    relation=np.zeros((2, 2, 9), np.float32),
    main=np.array([0, 2], np.float32),
    role=np.ones((2, 8), np.float32),
)
NAMED = np.array([1.0, 0.0, 0.5], np.float32)


def test_named_heads_alone_decide_without_arcs() -> None:
    assert NAMED_ALONE.slot(NAMED, 0, 0, [0, 1, -1], "metric") is NAMED
    assert NAMED_ALONE.kinds(NAMED) is NAMED


def test_the_constant_is_for_none_alone() -> None:
    opinion = Opinion(ARCS, {"metric": (1.0, 1.0, 10.0)})
    assert opinion.slot(NAMED, 0, 0, [0, 1, -1], "metric").tolist() == [2.0, 3.0, 12.5]


def test_weights_choose_whom_to_heed() -> None:
    heedless = Opinion(ARCS, {"metric": (1.0, 0.0, 0.0)})
    assert heedless.slot(NAMED, 0, 0, [0, 1, -1], "metric").argmax() == 0
    assert Opinion(ARCS).slot(NAMED, 0, 0, [0, 1, -1], "metric").argmax() == 1


def test_of_core_the_arcs_say_nothing() -> None:
    named = np.full((2, 9), 3.0, np.float32)
    mixed = Opinion(ARCS, {"role": (1.0, 1.0, 0.0)}).roles(named)
    assert mixed[:, 8].tolist() == [3.0, 3.0]
    assert mixed[:, :8].min() == 4.0


def test_vectors_do_not_outlive_the_facts() -> None:
    doc = load_pipeline("learned")("We propose TinyNet. It reaches 91.2% accuracy on ImageNet.")
    assert "kg_vectors" not in doc.user_data
    [result] = doc.user_data["kg"]["results"]
    assert doc.user_data["kg"]["entities"][result["method"]]["name"] == "TinyNet"


def test_arcs_and_heads_mean_the_same_columns() -> None:
    assert tuple(t for types in FAMILIES.values() for t in types) == arcs.RELATIONS
    assert tuple(results.SLOTS) == arcs.SLOTS
    assert decide.KINDS == arcs.KINDS
    assert decide.ROLES[:-1] == arcs.ROLES
