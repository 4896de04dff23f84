"""Turn what the components wrote on a `Doc` into records: the one place where spaCy's data leaves."""

from itertools import pairwise
from typing import Any

from spacy.tokens import Doc

from kg.extract.annotators import text_of
from kg.model import (
    EntityType,
    Extraction,
    Kind,
    Link,
    LinkKind,
    LocalEntity,
    Mention,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)

__all__ = ["record"]

# Looked up in a fraction of the time that calling the enumeration takes.
_TYPES = {str(type_): type_ for type_ in EntityType}
_ROLES = {str(role): role for role in Role}


def record(doc: Doc) -> Extraction:
    """Return the extraction of a document; a part that no component wrote is empty."""
    notes: dict[str, list[dict[str, Any]]] = doc.user_data.get("kg", {})
    return Extraction(
        sentences=tuple(_sentences(doc, text_of(doc))),
        entities=tuple(_entity(row) for row in notes.get("entities", ())),
        links=tuple(_link(row) for row in notes.get("urls", ())),
        results=tuple(_result(row) for row in notes.get("results", ())),
        relations=tuple(_relation(row) for row in notes.get("relations", ())),
    )


def _sentences(doc: Doc, text: str) -> list[Span]:
    """Return the sentences without the white space at their ends."""
    marks = doc.to_array(["IDX", "SENT_START"]).reshape(-1, 2)
    begins = [0, *(int(place) for place, mark in zip(marks[1:, 0], marks[1:, 1], strict=True) if mark == 1)]
    spans = (_stripped(text, a, b) for a, b in pairwise([*begins, len(text)]))
    return [span for span in spans if span.start < span.end]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(start, max(start, start + len(piece.strip())))


def _entity(row: dict[str, Any]) -> LocalEntity:
    return LocalEntity(
        type=_TYPES[row["type"]],
        name=row["name"],
        surfaces=tuple(row["surfaces"]),
        mentions=tuple([Mention(start, end, score) for start, end, score in row["mentions"]]),
        roles=tuple([_ROLES[role] for role in row.get("roles", (Role.MENTIONS,))]),
        expansion=row.get("expansion"),
        core=row.get("core", 1.0),
        score=row.get("score", 1.0),
    )


def _link(row: dict[str, Any]) -> Link:
    return Link(row["url"], row["start"], row["end"], tuple(LinkKind(kind) for kind in row["kinds"]))


def _result(row: dict[str, Any]) -> Result:
    given = row | {"kind": Kind(row["kind"]), "sentence": Span(*row["sentence"])}
    return Result(**given | {"baselines": tuple(row.get("baselines", ()))})


def _relation(row: dict[str, Any]) -> Relation:
    return Relation(row["head"], RelationType(row["type"]), row["tail"], Span(*row["sentence"]), row.get("score", 1.0))
