"""Names that are two things for sure, whatever a model would say of them."""

import re

import pytest

from kg.extract.coreference import Named, clustered, phrases_of
from kg.extract.coreference.apart import apart

TWO = [
    ("Metric", "We see {} here. Then {} there.", ("top-1 accuracy", "top-5 accuracy"), "numbers"),
    ("Metric", "We see {} here. Then {} there.", ("twig accuracy", "leaf accuracy"), "what is measured"),
    ("Dataset", "We see {} here. Then {} there.", ("Leaf Swedish-to-Danish", "Leaf Swedish-to-Dutch"), "languages"),
    ("Benchmark", "We see {} here. Then {} there.", ("LeafWorld", "LampWorld"), "coined words"),
    ("Benchmark", "We see {} here. Then {} there.", ("LeafQA", "SuperLeafQA"), "a coined word before"),
    ("Method", "We see {} here. Then {} there.", ("LeafNet2", "LeafNet2-XL"), "a coined word behind"),
    ("Metric", "We see {} here. Then {} there.", ("F1", "macro-F1"), "a kind of it"),
    ("Dataset", "We see {} here. Then {} there.", ("LeafQA", "LeafQA+"), "a sign"),
    ("Metric", "It has 81.3% {} and 79.2% {}.", ("leaf score", "tree mark"), "each after its number"),
    ("Metric", "It has a {} of 81.3 and a {} of 79.2.", ("leaf score", "tree mark"), "each before its number"),
    ("Method", "A {} consistently outperforms the {}.", ("leaf model", "leaf network"), "one wins"),
    ("Method", "We use {}, {} and more.", ("leaf modelling", "leaf networks"), "a list"),
]
OPEN = [
    ("Task", "We see {} here. Then {} there.", ("twig counting", "leaf counting"), "a task has many names"),
    ("Metric", "We see {} here. Then {} there.", ("mean accuracy", "average accuracy"), "the same in other words"),
    ("Metric", "We see {} here. Then {} there.", ("F1", "F1-score"), "a longer form"),
    ("Method", "We see {} here. Then {} there.", ("RMs", "RM"), "a plural"),
    ("Dataset", "We see {} here. Then {} there.", ("LSE", "LeafScreen-Emotion"), "a short form"),
    ("Method", "We see {} ({}) there.", ("LeafNet2", "LN2"), "introduced as the short form"),
    ("Method", "We see {}, a {}, there.", ("LeafNet2", "leaf network"), "told what it is"),
]


def found(label: str, text: str, names: tuple[str, str]) -> bool:
    text = text.format(*names)
    places = [next(re.finditer(rf"(?<!\w){re.escape(name)}(?![\w+-])", text)).span() for name in names]
    mentions = [Named(start, end, label, 0.9) for start, end in places]
    clusters = clustered(text, mentions, {})
    return bool(apart(phrases_of(text, clusters, {})))


@pytest.mark.parametrize(("label", "text", "names", "reason"), TWO, ids=[row[3] for row in TWO])
def test_two_things_for_sure(label: str, text: str, names: tuple[str, str], reason: str) -> None:
    assert found(label, text, names), reason


@pytest.mark.parametrize(("label", "text", "names", "reason"), OPEN, ids=[row[3] for row in OPEN])
def test_a_question_for_the_model(label: str, text: str, names: tuple[str, str], reason: str) -> None:
    assert not found(label, text, names), reason
