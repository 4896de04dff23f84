"""Names that differ in their numbers from one that was found, and what is no such name."""

import pytest

from kg.extract.mentions.siblings import with_siblings
from kg.extract.mentions.things import Found


def found(text: str, *names: str, label: str = "Metric") -> list[str]:
    mentions = [Found(text.index(n), text.index(n) + len(n), label, 0.9, 0.8, (0.5,) * 8) for n in names]
    return [text[m.start : m.end] for m in with_siblings(text, mentions)]


CASES = [
    ("It has 61.2 R@1, 82.0 R@5 and 90.1 R@10.", ["R@1"], ["R@1", "R@5", "R@10"], "cut-offs"),
    ("Net-50 and Net-101 differ.", ["Net-50"], ["Net-50", "Net-101"], "sizes"),
    ("Slot-2 and Slot-2.5 differ.", ["Slot-2"], ["Slot-2", "Slot-2.5"], "versions"),
    ("We train Net for 50 epochs and 30 more.", ["Net"], ["Net"], "a name without numbers has none"),
    ("Net-50 beats SubNet-101 and Net-34-style.", ["Net-50"], ["Net-50"], "parts of other names"),
    ("top-1 accuracy, then top-5 accuracy", ["top-1 accuracy"], ["top-1 accuracy", "top-5 accuracy"], "within"),
    ("Net-50 and Net-101 (Net-101)", ["Net-50", "Net-101"], ["Net-50", "Net-101", "Net-101"], "again in brackets"),
]


@pytest.mark.parametrize(("text", "names", "expected", "reason"), CASES, ids=[row[3] for row in CASES])
def test_siblings(text: str, names: list[str], expected: list[str], reason: str) -> None:
    assert found(text, *names) == expected


def test_a_sibling_is_less_sure_and_of_the_same_type() -> None:
    [one, other] = with_siblings("R@1 and R@5", [Found(0, 3, "Metric", 0.9, 0.8, ())])
    assert (other.type, other.core) == (one.type, one.core)
    assert other.score < one.score
