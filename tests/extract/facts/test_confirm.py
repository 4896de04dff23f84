"""Tentative names: a result confirms them, else they go, and what leans on them goes with them."""

import re
from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from kg.extract import load_pipeline
from kg.extract.annotators import notes
from kg.extract.coreference import Named, gather
from kg.extract.facts.confirm import confirmed
from kg.extract.records import record
from kg.model import Kind, Relation, RelationType, Result, Span

HERE = Span(0, 9)
RESULT = Result(0, 4, "91.2", Kind.ABSOLUTE, HERE, value="91.2", method=0, dataset=2, metric=3, baselines=(1,))


def relation(head: int, tail: int) -> Relation:
    return Relation(head, RelationType.OUTPERFORMS, tail, HERE)


def test_ends_are_counted_among_what_stays() -> None:
    kept, [result], relations = confirmed(4, [RESULT], [relation(0, 1), relation(0, 2)], {1, 2, 3})
    assert kept == (0, 2, 3), "to be a baseline confirms nothing"
    assert (result.method, result.dataset, result.metric, result.baselines) == (0, 1, 2, ())
    assert [(r.head, r.tail) for r in relations] == [(0, 1)]


def test_nothing_changes_where_nothing_is_tentative() -> None:
    bare = replace(RESULT, dataset=None)
    assert confirmed(4, [RESULT, bare], [relation(0, 1)], set()) == ((0, 1, 2, 3), (RESULT, bare), (relation(0, 1),))


def test_one_firm_mention_makes_a_firm_entity() -> None:
    mentions = [
        Named(0, 3, "Metric", 0.9, 0.8),
        Named(9, 12, "Metric", 0.4, 0.1, tentative=True),
        Named(17, 20, "Dataset", 0.4, 0.1, tentative=True),
    ]
    first, second = gather("MAE (and MAE) on XYZ", mentions)
    assert "tentative" not in first and len(first["mentions"]) == 2
    assert second["tentative"]


class Doubtful:
    """Notes an entity for each word in capitals; those in `tentative` are so."""

    def __init__(self, tentative: set[str]) -> None:
        self.tentative = tentative

    def __call__(self, doc: Doc) -> Doc:
        rows: list[dict[str, Any]] = []
        for name, label in (
            ("TinyNet", "Method"),
            ("accuracy", "Metric"),
            ("held-out split", "Dataset"),
            ("Zeta", "Dataset"),
        ):
            spans = [(m.start(), m.end()) for m in re.finditer(name, doc.text)]
            row = {"type": label, "name": name, "surfaces": [name], "mentions": [[a, b, 0.4] for a, b in spans]}
            rows.append(row | {"score": 0.4, "core": 0.1} | ({"tentative": True} if name in self.tentative else {}))
        notes(doc)["entities"] = sorted(rows, key=lambda row: row["mentions"][0])
        doc.spans["kg"] = [doc.char_span(a, b, label=r["type"]) for r in rows for a, b, _ in r["mentions"]]
        return doc


def test_the_facts_drop_what_no_result_names() -> None:
    nlp = load_pipeline("rules")
    text = "Zeta is known. We propose TinyNet. It reaches 91.2% accuracy on the held-out split."
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        doc = component(doc) if name != "kg_facts" else component(Doubtful({"held-out split", "Zeta"})(doc))
    found = record(doc)
    assert [e.name for e in found.entities] == ["TinyNet", "accuracy", "held-out split"]
    [result] = found.results
    assert result.dataset is not None and found.entities[result.dataset].name == "held-out split"
    assert {span.text for span in doc.spans["kg"]} == {"TinyNet", "accuracy", "held-out split"}
    assert all("tentative" not in row for row in notes(doc)["entities"])
