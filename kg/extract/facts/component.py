"""The spaCy component of the facts: reads sentences and entities from a `Doc`, writes roles, results and relations.

Entities that were noted as "tentative" are confirmed by a result that names them, or dropped with their spans.
What it writes is plain JSON under `doc.user_data["kg"]`: `roles` in each row of "entities", and "results" and
"relations" as the fields of the records.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from kg.errors import PipelineError
from kg.extract.annotators import drop, notes, text_of
from kg.extract.facts.blend import NAMED_ALONE, Opinion
from kg.extract.facts.decide import HEADS, Thresholds, read_facts
from kg.extract.facts.heads import Heads, load_heads
from kg.extract.facts.reading import Reading
from kg.extract.mentions.arcs import ARCS, Arcs, spans_of
from kg.extract.mentions.words import VECTORS, Encoded
from kg.extract.sentences import sentence_spans
from kg.extract.threads import one_thread
from kg.model import EntityType, LocalEntity, Mention, Relation, Result, Span
from kg.resources import data_dir

__all__ = ["FactsReader"]

_WEIGHTS = "facts.npz"
_SETTINGS = "facts.json"
#: Characters that are read: names are weighed against each other, which is quadratic in a text that never ends. The
#: longest of 103,770 abstracts of arXiv and the ACL Anthology has 5,253, with its title.
_LONGEST = 10_000


class FactsReader:
    """`kg_facts`: notes the roles, results and relations of the entities that are noted.

    The weights are those of the bundled rules until `from_disk` gives others; they are read when the first text comes.
    """

    def __init__(self) -> None:
        self._folder = data_dir("pipelines") / "rules"

    @cached_property
    def heads(self) -> Heads:
        """The scorers, by name."""
        return load_heads(self._folder / _WEIGHTS, HEADS)

    @cached_property
    def arcs(self) -> Arcs | None:
        """The arcs over the encoder's vectors, where the pipeline has them."""
        path = self._folder / ARCS
        return Arcs.from_disk(path) if path.is_file() else None

    @cached_property
    def thresholds(self) -> Thresholds:
        """How likely each thing must be."""
        path = self._folder / _SETTINGS
        try:
            return Thresholds(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise PipelineError(f"cannot read the thresholds of the facts: {error}", path=path) from error

    def __call__(self, doc: Doc) -> Doc:
        """Read the facts of the document."""
        found = notes(doc)
        rows: list[dict[str, Any]] = found.get("entities", [])
        text = text_of(doc)
        places = [place for place, row in enumerate(rows) if row["mentions"] and row["mentions"][0][1] <= _LONGEST]
        entities = [_entity(rows[place]) for place in places]
        sentences = [sentence for sentence in _sentences(doc, text) if sentence.end <= _LONGEST]
        encoded = doc.user_data.pop(VECTORS, None)
        tentative = {index for index, place in enumerate(places) if rows[place].get("tentative")}
        opinion_of = partial(self._opinion, encoded)
        with one_thread():
            facts = read_facts(text[:_LONGEST], sentences, entities, self.heads, self.thresholds, opinion_of, tentative)
        for index, entity in zip(facts.kept, facts.entities, strict=True):
            rows[places[index]]["roles"] = [str(role) for role in entity.roles]
            rows[places[index]].pop("tentative", None)
        left = [place for place, row in enumerate(rows) if not row.get("tentative")]
        new = {place: index for index, place in enumerate(left)}
        now = [new[places[index]] for index in facts.kept]
        drop(doc, [row for row in rows if row.get("tentative")])
        found["results"] = [_row(result, now) for result in facts.results]
        found["relations"] = [_row(relation, now) for relation in facts.relations]
        return doc

    def _opinion(self, encoded: Encoded | None, reading: Reading) -> Opinion:
        """Return what the arcs say of a text, where the pipeline has arcs and an encoder ran before."""
        if encoded is None or self.arcs is None or not len(encoded.words):
            return NAMED_ALONE
        mentions = [(m.start, m.end, index) for index, e in enumerate(reading.entities) for m in e.mentions]
        values = [(value.start, value.end) for value in reading.values]
        spans = spans_of(encoded.words, mentions, len(reading.entities), values)
        return Opinion(self.arcs.score(encoded, spans), self.thresholds.blend or {})

    def from_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> "FactsReader":
        """Take the weights from a folder that has them."""
        if (Path(path) / _WEIGHTS).is_file():
            self._folder = Path(path)
            for name in ("heads", "arcs", "thresholds"):
                self.__dict__.pop(name, None)
        return self

    def to_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the weights and thresholds into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        for name in (_WEIGHTS, _SETTINGS, ARCS):
            if (self._folder / name).is_file():
                (Path(path) / name).write_bytes((self._folder / name).read_bytes())


def _sentences(doc: Doc, text: str) -> list[Span]:
    """Return the sentences as the record of the document has them, without the white space at their ends."""
    if not doc.has_annotation("SENT_START"):
        return [Span(start, end) for start, end in sentence_spans(text)]
    spans = []
    for sentence in doc.sents:
        piece = text[sentence.start_char : sentence.end_char]
        start = sentence.start_char + len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append(Span(start, start + len(piece.strip())))
    return spans


def _entity(row: Mapping[str, Any]) -> LocalEntity:
    mentions = tuple(Mention(start, end, score) for start, end, score in row["mentions"] if end <= _LONGEST)
    return LocalEntity(EntityType(row["type"]), row["name"], tuple(row["surfaces"]), mentions)


def _row(fact: Result | Relation, places: Sequence[int]) -> dict[str, Any]:
    """Return the fields of a result or relation as plain JSON; `places` are those of the entities that were read."""
    row = {field.name: getattr(fact, field.name) for field in fields(fact)}
    for name in ("method", "dataset", "metric", "head", "tail"):
        if row.get(name) is not None:
            row[name] = places[row[name]]
    row["sentence"] = [fact.sentence.start, fact.sentence.end]
    if isinstance(fact, Result):
        row["kind"] = str(fact.kind)
        row["baselines"] = [places[index] for index in fact.baselines]
    else:
        row["type"] = str(fact.type)
    return row
