"""Extractions as compact JSON and back, exactly: what the cache on disk holds.

Each record becomes the list of its fields in the order of `kg.model`; trailing defaults are left out.
"""

import json
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any, TypeVar

from kg.errors import InputError
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

__all__ = ["from_json", "to_json"]

Record = TypeVar("Record")


def to_json(extraction: Extraction) -> str:
    """Return the extraction as one line of JSON."""
    return json.dumps(_pack(extraction), ensure_ascii=False, separators=(",", ":"))


def from_json(line: str) -> Extraction:
    """Return the extraction that `to_json` wrote; raises InputError for anything else."""
    try:
        sentences, entities, links, results, relations = (json.loads(line) + [[]] * 5)[:5]
        return Extraction(
            sentences=tuple(Span(*row) for row in sentences),
            entities=tuple(_entity(row) for row in entities),
            links=tuple(_link(row) for row in links),
            results=tuple(_result(row) for row in results),
            relations=tuple(_relation(row) for row in relations),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise InputError(f"not a stored extraction: {line[:60]!r}", hint="empty the cache and build again") from error


def _pack(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_pack(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    row = [getattr(value, field.name) for field in fields(value)]
    defaults = [field.default for field in fields(value)]
    while row and defaults[-1] is not MISSING and row[-1] == defaults[-1]:
        row.pop()
        defaults.pop()
    return [_pack(item) for item in row]


def _named(record: type[Any], row: list[Any]) -> dict[str, Any]:
    return dict(zip((field.name for field in fields(record)), row, strict=False))


def _entity(row: list[Any]) -> LocalEntity:
    given = _named(LocalEntity, row)
    given["type"] = EntityType(given["type"])
    given["surfaces"] = tuple(given["surfaces"])
    given["mentions"] = tuple(Mention(*mention) for mention in given["mentions"])
    if "roles" in given:
        given["roles"] = tuple(Role(role) for role in given["roles"])
    return LocalEntity(**given)


def _link(row: list[Any]) -> Link:
    given = _named(Link, row)
    if "kinds" in given:
        given["kinds"] = tuple(LinkKind(kind) for kind in given["kinds"])
    return Link(**given)


def _result(row: list[Any]) -> Result:
    given = _named(Result, row)
    given["kind"] = Kind(given["kind"])
    given["sentence"] = Span(*given["sentence"])
    if "baselines" in given:
        given["baselines"] = tuple(given["baselines"])
    return Result(**given)


def _relation(row: list[Any]) -> Relation:
    given = _named(Relation, row)
    given["type"] = RelationType(given["type"])
    given["sentence"] = Span(*given["sentence"])
    return Relation(**given)
