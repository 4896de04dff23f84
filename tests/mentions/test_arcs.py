"""Arcs between spans: where spans lie, what scores look like, that a file gives back what was written."""

from pathlib import Path

import numpy as np
import pytest

from kg.errors import PipelineError
from kg.extract.mentions.arcs import ARCS, KINDS, RELATIONS, ROLES, SLOTS, Arcs, Spans, buckets, spans_of
from kg.extract.mentions.words import Encoded, cut_words
from kg.resources import data_dir

TEXT = "A Small Net\nSmall Net reaches 91.2% accuracy on ImageNet. ResNet-50 reaches 76.1%."


@pytest.fixture(scope="module")
def arcs() -> Arcs:
    return Arcs.from_disk(data_dir("pipelines") / "learned" / ARCS)


def places(*names: str) -> list[tuple[int, int, int]]:
    found = []
    for owner, name in enumerate(names):
        start = TEXT.index(name)
        found.append((start, start + len(name), owner))
    return found


def encoded() -> Encoded:
    words = cut_words(TEXT, 11)
    vectors = np.random.default_rng(0).normal(size=(2, len(words), 384)).astype(np.float32)
    return Encoded(words, vectors[0], vectors[1])


def spans() -> Spans:
    number = TEXT.index("91.2%")
    return spans_of(encoded().words, places("Small Net", "ImageNet", "ResNet-50"), 3, [(number, number + 5)])


def test_spans_are_the_words_they_cover() -> None:
    words, found = encoded().words, spans()
    cut = [TEXT[words.starts[a] : words.ends[b]] for a, b in zip(found.first, found.last, strict=True)]
    assert cut == ["Small Net", "ImageNet", "ResNet-50"]
    assert TEXT[words.starts[found.value_first[0]] : words.ends[found.value_last[0]]] == "91.2%"


def test_shapes_and_repeatability(arcs: Arcs) -> None:
    one, again = arcs.score(encoded(), spans()), arcs.score(encoded(), spans())
    assert one.kind.shape == (1, len(KINDS))
    assert one.slot.shape == (1, 4, len(SLOTS))
    assert one.relation.shape == (3, 3, len(RELATIONS))
    assert one.main.shape == (3,)
    assert one.role.shape == (3, len(ROLES))
    assert np.array_equal(one.slot, again.slot)


def test_nothing_to_score(arcs: Arcs) -> None:
    none = arcs.score(encoded(), spans_of(encoded().words, [], 0, []))
    assert none.slot.shape == (0, 1, len(SLOTS))
    assert none.relation.shape == (0, 0, len(RELATIONS))


def test_likeness_has_no_direction(arcs: Arcs) -> None:
    ties = arcs.same(encoded(), spans())
    assert np.allclose(ties, ties.T)


def test_an_entity_named_twice_speaks_with_its_better_mention(arcs: Arcs) -> None:
    """log-sum-exp is at least the best and at most the best + log(n)."""
    words = encoded().words
    both = spans_of(words, [(*p[:2], 0) for p in places("Small Net", "ResNet-50")], 1, [])
    apart = spans_of(words, places("Small Net", "ResNet-50"), 2, [])
    one, two = arcs.score(encoded(), both).main, arcs.score(encoded(), apart).main
    assert two.max() <= one[0] <= two.max() + np.log(2) + 1e-5


def test_distances_are_signed_and_bounded() -> None:
    near, close = buckets(spans(), np.array([0, 5]), np.array([5, 0]))
    assert near[0, 0] > near[0, 1] == near[1, 0] > near[1, 1]
    assert close.min() >= 0


def test_disk(arcs: Arcs, tmp_path: Path) -> None:
    arcs.to_disk(tmp_path / ARCS)
    again = Arcs.from_disk(tmp_path / ARCS)
    assert np.array_equal(arcs.score(encoded(), spans()).relation, again.score(encoded(), spans()).relation)


def test_a_missing_or_lacking_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="missing weights"):
        Arcs.from_disk(tmp_path / ARCS)
    np.savez(tmp_path / ARCS, end=np.zeros(1))
    with pytest.raises(PipelineError, match="no array"):
        Arcs.from_disk(tmp_path / ARCS)
