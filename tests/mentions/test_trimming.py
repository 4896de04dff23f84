"""Counts, plain plurals and halves of LaTeX commands are no part of a name."""

import pytest

from kg.extract.mentions.things import Found
from kg.extract.mentions.trimming import trimmed


def found(text: str, surface: str, type_: str = "Dataset", *, score: float = 0.5, tentative: bool = False) -> Found:
    start = text.index(surface)
    return Found(start, start + len(surface), type_, score, 0.5, (), tentative)


@pytest.mark.parametrize(
    ("surface", "left", "reason"),
    [
        ("four benchmarks", None, "nothing but a count"),
        ("12 publicly available data sets", None, "words that tell it from no other"),
        ("benchmark datasets", None, "a plain plural without a count"),
        ("three standard and widely used corpora", None, "joined by and"),
        ("two medical QA datasets", "medical QA datasets", "the rest tells what they are"),
        ("Several of the clinical benchmarks", "clinical benchmarks", "of the"),
        ("test-other", None, "a split"),
        ("dev-clean set", None, "a split that says so"),
        ("50 Salads", "50 Salads", "a name of its own"),
        ("20 Newsgroups", "20 Newsgroups", "a name of its own"),
        ("7-Scenes", "7-Scenes", "no count apart"),
        ("SQuAD", "SQuAD", "no plural"),
        ("GLUE tasks", "GLUE tasks", "a name before the plural"),
        ("100 Days of Hands dataset", "100 Days of Hands dataset", "no plural at its end"),
    ],
)
def test_names(surface: str, left: str | None, reason: str) -> None:
    text = f"We test on {surface} here."
    for type_ in ("Dataset", "Benchmark"):
        names = [text[m.start : m.end] for m in trimmed(text, [found(text, surface, type_)])]
        assert names == ([] if left is None else [left]), reason


def test_other_types_keep_their_counts() -> None:
    text = "multiple tasks"
    mention = found(text, text, "Task")
    assert trimmed(text, [mention]) == [mention]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_that_become_one_the_surer_stays(turned: bool) -> None:
    text = "on two legal corpora"
    pair = [found(text, "two legal corpora", score=0.4), found(text, "legal corpora", score=0.9, tentative=True)]
    [left] = trimmed(text, pair[::-1] if turned else pair)
    assert (text[left.start : left.end], left.score, left.tentative) == ("legal corpora", 0.4, False)


def test_a_name_of_a_vocabulary_stays() -> None:
    text = "on Seven Public Benchmarks"
    mention = found(text, "Seven Public Benchmarks")
    assert trimmed(text, [mention], {"sevenpublicbenchmark"}) == [mention]
    assert trimmed(text, [mention]) == []


@pytest.mark.parametrize(
    ("surface", "left"),
    [
        (r"\textsc{LeafNet", "LeafNet"),
        ("LeafNet}", "LeafNet"),
        (r"\textsc{LeafNet}", r"\textsc{LeafNet}"),
        (r"Leaf$_{BASE", r"Leaf$_{BASE"),
        ("}", "}"),
    ],
)
def test_half_a_command_is_no_part_of_a_name(surface: str, left: str) -> None:
    text = f"We propose {surface} here."
    [mention] = trimmed(text, [found(text, surface, "Method")])
    assert text[mention.start : mention.end] == left
