"""Definitions of acronyms: the order, the brackets, the ways of naming."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.acronyms import find_acronyms

DEFINED = [
    # text, short, long, reason
    ("We train a hidden Markov model (HMM).", "HMM", "hidden Markov model", "the plain order"),
    ("We train an HMM (hidden Markov model).", "HMM", "hidden Markov model", "the other order"),
    ("We use graph neural networks (GNNs) here.", "GNNs", "graph neural networks", "plural"),
    ("a study of visual question answering (VQA; see below)", "VQA", "visual question answering", "a remark inside"),
    (
        "QUOLL: Quick Unified Ordering of Long Lists\nWe sort.",
        "QUOLL",
        "Quick Unified Ordering of Long Lists",
        "the head of a title",
    ),
    (
        "We present TINGLE, a TIme-aware Network for Graph LEarning, and test it.",
        "TINGLE",
        "TIme-aware Network for Graph LEarning",
        "an apposition with capitals inside",
    ),
    ("a quick ordering network, called QON, sorts", "QON", "quick ordering network", "called"),
    ("Low-Rank Adaption (LoRa)", "LoRa", "Low-Rank Adaption", "mixed case and a hyphen"),
]


@pytest.mark.parametrize(("text", "short", "long", "reason"), DEFINED, ids=[row[3] for row in DEFINED])
def test_finds_both_forms(text: str, short: str, long: str, reason: str) -> None:
    [found] = find_acronyms(text)
    assert text[found.short_start : found.short_end] == short
    assert text[found.long_start : found.long_end] == long


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("as shown before (see Figure 2)", "a remark"),
        ("the score rose (p < 0.05)", "a number"),
        ("models (Smith et al., 2019)", "a citation"),
        ("We stop. Having no data (HND) is no sentence before", "found but within the sentence"),
    ],
)
def test_does_not_reach_over_the_sentence(text: str, reason: str) -> None:
    assert all("." not in text[d.long_start : d.long_end] for d in find_acronyms(text))


@given(st.text(alphabet="aAbBcC (),.:;-\n", max_size=120))
def test_offsets_lie_in_the_text_and_apart(text: str) -> None:
    for d in find_acronyms(text):
        assert 0 <= d.short_start < d.short_end <= len(text)
        assert 0 <= d.long_start < d.long_end <= len(text)
        assert d.short_end <= d.long_start or d.long_end <= d.short_start
