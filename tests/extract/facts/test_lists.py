"""Numbers of a list go with the names of a list, where the sentence says so and only there."""

import pytest

from kg.extract.facts.lists import paired
from kg.extract.facts.reading import lay_out
from kg.extract.sentences import sentence_spans
from kg.model import EntityType, LocalEntity, Mention, Span

NAMES = {"LeafBank": "Dataset", "RootBank": "Dataset", "TwigBank": "Dataset", "recall": "Metric", "F1": "Metric"}


def pairs(text: str, letter: str) -> list[tuple[str, str | None]]:
    entities = []
    for name, kind in NAMES.items():
        start = text.find(name)
        if start >= 0:
            entities.append(LocalEntity(EntityType(kind), name, (name,), (Mention(start, start + len(name)),)))
    reading = lay_out(text, [Span(a, b) for a, b in sentence_spans(text)], entities)
    found = [paired(reading, n, letter) for n in range(len(reading.values))]
    return [
        (text[v.start : v.end], None if i is None else entities[i].name)
        for v, i in zip(reading.values, found, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "letter", "wanted"),
    [
        pytest.param(
            "It reaches 91.2% and 88.0% on LeafBank and RootBank, respectively.", "D",
            [("91.2%", "LeafBank"), ("88.0%", "RootBank")], id="said",
        ),
        pytest.param(
            "On RootBank and LeafBank it reaches 41.5 F1 and 43.1 F1, respectively.", "D",
            [("41.5", "RootBank"), ("43.1", "LeafBank")], id="names first, a unit between",
        ),
        pytest.param(
            "Tests on LeafBank, RootBank, and TwigBank show gains of 3.1%, 4.2%, and 5.3% over it.", "D",
            [("3.1%", "LeafBank"), ("4.2%", "RootBank"), ("5.3%", "TwigBank")], id="three in a row",
        ),
        pytest.param(
            "It reaches 0.81 and 0.74 in recall and F1, respectively.", "A",
            [("0.81", "recall"), ("0.74", "F1")], id="metrics",
        ),
        pytest.param(
            "It rises from 71.2% to 75.0% on LeafBank and RootBank.", "D",
            [("71.2%", None), ("75.0%", None)], id="before and after, not one for each",
        ),
        pytest.param(
            "It reaches 91.2%, 88.0% and 85.1% on LeafBank and RootBank, respectively.", "D",
            [("91.2%", None), ("88.0%", None), ("85.1%", None)], id="lists of unlike length",
        ),
        pytest.param(
            "It reaches 91.2% on LeafBank. On RootBank and TwigBank it is worse, respectively.", "D",
            [("91.2%", None)], id="another sentence",
        ),
    ],
)  # fmt: skip
def test_lists_are_paired_where_the_sentence_says_so(
    text: str, letter: str, wanted: list[tuple[str, str | None]]
) -> None:
    assert pairs(text, letter) == wanted
