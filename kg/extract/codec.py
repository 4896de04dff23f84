"""Extractions as compact JSON and back, exactly: what the cache on disk holds.

Each record becomes the list of its fields in the order of `kg.model`; trailing defaults are left out.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any

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

__all__ = ["entities_from_json", "from_json", "to_json"]

#: The place of `Result.baselines` among the fields that have defaults.
_BASELINES = [field.name for field in fields(Result) if field.default is not MISSING].index("baselines")
#: How each record is taken apart: its fields in order, and their defaults (`MISSING` is equal to nothing else).
_SHAPES: dict[type, tuple[Callable[[Any], tuple[Any, ...]], tuple[Any, ...]]] = {
    kind: (attrgetter(*(field.name for field in fields(kind))), tuple(field.default for field in fields(kind)))
    for kind in (Extraction, LocalEntity, Link, Mention, Relation, Result, Span)
}


def to_json(extraction: Extraction) -> str:
    """Return the extraction as one line of JSON."""
    return json.dumps(_pack(extraction), ensure_ascii=False, separators=(",", ":"))


def from_json(line: str) -> Extraction:
    """Return the extraction that `to_json` wrote; raises InputError for anything else."""
    try:
        sentences, entities, links, results, relations = (json.loads(line) + [[]] * 5)[:5]
        return Extraction(
            sentences=tuple(Span(*row) for row in sentences),
            entities=tuple(map(_entity, entities)),
            links=tuple(map(_link, links)),
            results=tuple(map(_result, results)),
            relations=tuple(map(_relation, relations)),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise _not_stored(line) from error


def entities_from_json(line: str) -> tuple[LocalEntity, ...]:
    """Return the entities alone: all that resolution needs."""
    try:
        return tuple(map(_entity, (json.loads(line) + [[]] * 2)[1]))
    except (TypeError, ValueError, KeyError) as error:
        raise _not_stored(line) from error


def _not_stored(line: str) -> InputError:
    return InputError(f"not a stored extraction: {line[:60]!r}", hint="empty the cache and build again")


def _pack(value: Any) -> Any:
    kind = value.__class__
    if kind is tuple:
        return [_pack(item) for item in value]
    shape = _SHAPES.get(kind)
    if shape is None:  # words and numbers; an enumerated word is written as its value
        return value
    get, defaults = shape
    row = get(value)
    end = len(row)
    while end and row[end - 1] == defaults[end - 1]:
        end -= 1
    return [_pack(item) for item in row[:end]]


def _entity(row: list[Any]) -> LocalEntity:
    type_, name, surfaces, mentions, *more = row
    if more:
        more[0] = tuple(map(Role, more[0]))
    return LocalEntity(EntityType(type_), name, tuple(surfaces), tuple(Mention(*one) for one in mentions), *more)


def _link(row: list[Any]) -> Link:
    url, start, end, *more = row
    if more:
        more[0] = tuple(map(LinkKind, more[0]))
    return Link(url, start, end, *more)


def _result(row: list[Any]) -> Result:
    start, end, raw, kind, sentence, *more = row
    if len(more) > _BASELINES:
        more[_BASELINES] = tuple(more[_BASELINES])
    return Result(start, end, raw, Kind(kind), Span(*sentence), *more)


def _relation(row: list[Any]) -> Relation:
    head, type_, tail, sentence, *more = row
    return Relation(head, RelationType(type_), tail, Span(*sentence), *more)
