"""One thing, all its names; two things with like names stay two."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.acronyms import find_acronyms
from kg.extract.coreference import Named, gather, linked, load_model
from kg.resources import data_dir

MODEL = load_model(data_dir("pipelines") / "rules")


def clusters(text: str, *names: tuple[str, str]) -> list[set[str]]:
    mentions = [
        Named(m.start(), m.end(), label, 0.9)
        for name, label in names
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]
    return [set(entity["surfaces"]) for entity in gather(text, mentions, find_acronyms(text), MODEL)]


ONE = [
    (
        "Graph neural networks (GNNs) are good. A GNN learns.",
        ("Graph neural networks", "GNNs", "GNN"),
        "acronym, plural",
    ),
    (r"We compare BERT$\rm_{BASE}$ with BERT-base.", (r"BERT$\rm_{BASE}$", "BERT-base"), "LaTeX dress"),
    ("Fine-tuning helps; fine tuning is cheap.", ("Fine-tuning", "fine tuning"), "hyphen and case"),
    ("Slot Nets for Text (SN-Text) learn. SN-Text is small.", ("Slot Nets for Text", "SN-Text"), "in brackets"),
    ("Person re-matching (re-M) is hard; re-M is new.", ("Person re-matching (re-M)", "re-M"), "in its own brackets"),
    (
        "Zebro (quick tree parser) parses. A quick tree parser",
        ("Zebro (quick tree parser)", "quick tree parser"),
        "after it",
    ),
    ("A tree model (TM) is small. Two TMs vote.", ("tree model", "TM", "TMs"), "plural of two letters"),
    (
        "Multi-hop tree answering is hard. We try multi-hop TA too.",
        ("Multi-hop tree answering", "multi-hop TA"),
        "an acronym that is nowhere defined",
    ),
    (
        "Quick tree parsing (QTP) is new. QTP-based methods win; quick tree parsing methods too.",
        ("QTP-based methods", "quick tree parsing methods"),
        "an acronym within, spelled out",
    ),
    ("Slow trees (T6) grow. Only T6 stays.", ("Slow trees (T6)", "T6"), "in its own brackets, with one letter"),
    ("3D tree planting wins where 3DTP is used.", ("3D tree planting", "3DTP"), "a word that begins with a digit"),
    ("a graph neural network (GNN) layer. The GNN layer", ("graph neural network (GNN) layer", "GNN layer"), "inside"),
]


@pytest.mark.parametrize(("text", "names", "reason"), ONE, ids=[row[2] for row in ONE])
def test_one_thing(text: str, names: tuple[str, ...], reason: str) -> None:
    assert clusters(text, *((name, "Method") for name in names)) == [set(names)]


TWO = [
    ("Swin-B beats Swin-L.", ("Swin-B", "Swin-L"), "sizes"),
    ("Zorn-S is small. Zorn-M, Zorn-S.", ("Zorn-S", "Zorn-M"), "sizes, one after the other"),
    ("We train Zorn Small and Zorn Huge.", ("Zorn Small", "Zorn Huge"), "sizes as words"),
    ("A ZorN-Base is small. ZorN-Large, ZorN-Base.", ("ZorN-Base", "ZorN-Large"), "sizes after a coined word"),
    ("MoCo v2 and MoCo v3 differ.", ("MoCo v2", "MoCo v3"), "versions"),
    ("ResNet-50 and ResNet-101", ("ResNet-50", "ResNet-101"), "depths"),
    ("Zeta-Base and Zeta-Large", ("Zeta-Base", "Zeta-Large"), "sizes in words, side by side"),
    ("tree answering (TA) and tree assembly", ("TA", "tree assembly"), "initials of another"),
    ("speech recognition and emotion recognition", ("speech recognition", "emotion recognition"), "heads alone"),
]


@pytest.mark.parametrize(("text", "names", "reason"), TWO, ids=[row[2] for row in TWO])
def test_two_things(text: str, names: tuple[str, ...], reason: str) -> None:
    assert len(clusters(text, *((name, "Method") for name in names))) == 2


APART = [
    ("It has 76% top-1 accuracy and 91% top-5 accuracy.", ("top-1 accuracy", "top-5 accuracy", "accuracy"), "numbers"),
    ("Leaf counting and nut counting; counting!", ("Leaf counting", "nut counting", "counting"), "side by side"),
    ("Fast counting with slow counting; counting!", ("Fast counting", "slow counting", "counting"), "used with it"),
    ("Fast counting outperforms a slow counting. So, counting!", ("Fast counting", "slow counting", "counting"), "won"),
]


@pytest.mark.parametrize(("text", "names", "reason"), APART, ids=[row[2] for row in APART])
def test_a_third_name_joins_no_two_things(text: str, names: tuple[str, ...], reason: str) -> None:
    found = clusters(text, *((name, "Metric") for name in names))
    assert not any(set(names[:2]) <= own for own in found), reason


def test_a_generic_head_after_a_name_is_no_difference() -> None:
    text = "On the Foo-CO dataset. Foo-CO is large."
    assert clusters(text, ("Foo-CO dataset", "Dataset"), ("Foo-CO", "Dataset")) == [{"Foo-CO dataset", "Foo-CO"}]


def test_task_and_dataset_of_one_name_stay_apart_when_both_are_sure() -> None:
    text = "VQA is hard. We test on VQA."
    mentions = [Named(0, 3, "Task", 0.9), Named(24, 27, "Dataset", 0.9)]
    assert [entity["type"] for entity in gather(text, mentions)] == ["Task", "Dataset"]


def test_a_doubtful_type_gives_way() -> None:
    text = "VQA is hard. We test on VQA."
    mentions = [Named(0, 3, "Task", 0.3), Named(24, 27, "Dataset", 0.9)]
    assert [entity["type"] for entity in gather(text, mentions)] == ["Dataset"]


def test_an_acronym_gives_the_name_and_the_expansion() -> None:
    text = "A hidden Markov model (HMM) is old."
    [entity] = gather(text, [Named(2, 21, "Method", 0.8), Named(23, 26, "Method", 0.9)], find_acronyms(text))
    assert (entity["name"], entity["expansion"], entity["score"]) == ("HMM", "hidden Markov model", 0.9)


def test_a_coined_word_is_a_better_name_than_its_short_form() -> None:
    text = "LeafNet (LN) is small. LN wins; LeafNet stays."
    mentions = [Named(m.start(), m.end(), "Method", 0.9) for m in re.finditer("LeafNet|LN", text)]
    [entity] = gather(text, mentions, find_acronyms(text), MODEL)
    assert (entity["name"], entity["expansion"]) == ("LeafNet", "LeafNet")


def test_a_thing_is_not_named_by_what_stands_only_in_its_longer_names() -> None:
    text = "It has 76% top-1 accuracy and 91% top-5 accuracy."
    mentions = [Named(m.start(), m.end(), "Metric", 0.9) for m in re.finditer("top-[15] accuracy", text)]
    mentions += [Named(m.end - len("accuracy"), m.end, "Metric", 0.9) for m in mentions]
    assert [e["name"] for e in gather(text, mentions, (), MODEL)] == ["top-1 accuracy", "top-5 accuracy"]


@given(st.data())
def test_order_of_mentions_does_not_matter_and_spans_are_kept(data: st.DataObject) -> None:
    text = "ab-cd ab cd AB-CDs ef (ab) gh ab ef dataset"
    spans = st.tuples(st.integers(0, 20), st.integers(21, len(text)), st.sampled_from(["Method", "Task"]), st.just(0.5))
    mentions = [Named(*row) for row in data.draw(st.lists(spans, max_size=8))]
    shuffled = data.draw(st.permutations(mentions))
    assert gather(text, mentions, (), MODEL) == gather(text, shuffled, (), MODEL)
    known = {(m.start, m.end) for m in mentions}
    for entity in gather(text, mentions):
        assert all((start, end) in known for start, end, _ in entity["mentions"])
        assert entity["surfaces"]


def test_a_bracket_with_other_letters_names_another_thing() -> None:
    text = "pretrained language models (BERT) are large. BERT is one."
    found = clusters(text, ("pretrained language models", "Method"), ("BERT", "Method"))
    assert found == [{"pretrained language models"}, {"BERT"}]


def same(count: int, *likely: tuple[int, int, float]) -> np.ndarray:
    table = np.zeros((count, count))
    for one, other, chance in likely:
        table[one, other] = table[other, one] = chance
    return table


def test_one_likely_pair_does_not_join_two_things() -> None:
    table = same(4, (0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.6))
    assert linked(table, [False] * 4, 0.3) == [[0, 1], [2, 3]], "of four pairs between them one is likely"
    assert linked(table, [False] * 4, 0.1) == [[0, 1, 2, 3]]
    assert linked(same(3, (0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.7)), [False] * 3, 0.3) == [[0, 1, 2]]


def test_what_is_apart_for_sure_is_joined_by_nothing() -> None:
    table = same(3, (0, 1, 0.9), (1, 2, 0.8), (0, 2, -np.inf))
    assert linked(table, [False] * 3, 0.3) == [[0, 1], [2]]
    assert linked(table, [False, False, True], 0.3) == [[0, 1], [2]], "a tentative one neither"


def test_a_tentative_name_goes_to_one_cluster_and_joins_no_two() -> None:
    table = same(4, (0, 1, 0.7), (1, 2, 0.9), (2, 3, 0.7))
    assert linked(table, [False, True, False, True], 0.3) == [[0], [2, 1, 3]], "the surest, and each of its own"
    assert linked(same(2, (0, 1, 0.45)), [False, True], 0.3) == [[0], [1]], "what joins two sure names is too little"
    assert linked(same(2, (0, 1, 0.45)), [False, False], 0.3) == [[0, 1]]
    assert linked(same(2, (0, 1, 0.9)), [True, True], 0.3) == [[0], [1]], "nothing sure is there"
    assert linked(np.zeros((0, 0)), [], 0.3) == []


def test_what_the_text_says_for_certain_is_joined_whatever_else_is_likely() -> None:
    table = same(4, (0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (0, 3, 1.0))
    assert [sorted(part) for part in linked(table, [False] * 4, 0.3)] == [[0, 1, 2, 3]]
    assert linked(table, [False, False, False, True], 0.3) == [[0, 1, 2, 3]]
