"""Fit what a paper says to what its entities turned out to be.

Evidence of many papers may type an entity otherwise than one paper read it ("self-supervised learning": a task here, a
method everywhere else). What the paper says of it then follows: a role becomes its nearest for that type, and a
relation or a part of a result that makes no sense between such types is left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from kg.model import EntityType, Extraction, RelationType, Result, Role

__all__ = ["fitted"]

_METHOD, _TASK, _METRIC = EntityType.METHOD, EntityType.TASK, EntityType.METRIC
_DATA = (EntityType.DATASET, EntityType.BENCHMARK)

#: What each role of another type becomes; a role that stands here for no type becomes a mention.
_NEAREST: dict[EntityType, dict[Role, Role]] = {
    _METHOD: {
        Role.PROPOSES: Role.PROPOSES,
        Role.INTRODUCES: Role.PROPOSES,
        Role.USES: Role.USES,
        Role.ADDRESSES: Role.USES,
        Role.EVALUATES: Role.USES,
        Role.COMPARES: Role.COMPARES,
    },
    _TASK: {Role.ADDRESSES: Role.ADDRESSES, Role.PROPOSES: Role.ADDRESSES, Role.USES: Role.ADDRESSES},
    _METRIC: {Role.REPORTS: Role.REPORTS},
} | {
    data: {
        Role.INTRODUCES: Role.INTRODUCES,
        Role.PROPOSES: Role.INTRODUCES,
        Role.EVALUATES: Role.EVALUATES,
        Role.USES: Role.USES,
    }
    for data in _DATA
}

_ENDS: dict[RelationType, tuple[tuple[EntityType, ...], tuple[EntityType, ...]]] = {
    RelationType.OUTPERFORMS: ((_METHOD,), (_METHOD,)),
    RelationType.PART_OF: ((_METHOD,), (_METHOD,)),
    RelationType.BASED_ON: ((_METHOD,), (_METHOD,)),
    RelationType.APPLIED_TO: ((_METHOD,), (_TASK,)),
    RelationType.TRAINED_ON: ((_METHOD,), _DATA),
    RelationType.EVALUATED_ON: ((_METHOD,), _DATA),
    RelationType.USED_FOR: (_DATA, (_TASK,)),
    RelationType.DERIVED_FROM: (_DATA, _DATA),
    RelationType.SUBSET_OF: (_DATA, _DATA),
}


def fitted(extraction: Extraction, types: Sequence[EntityType]) -> Extraction:
    """Return what the paper says, with each entity of the type that it has in the graph (by index)."""
    entities = tuple(
        replace(entity, roles=_roles(entity.roles, type_))
        for entity, type_ in zip(extraction.entities, types, strict=True)
    )
    relations = tuple(
        relation
        for relation in extraction.relations
        if types[relation.head] in _ENDS[relation.type][0] and types[relation.tail] in _ENDS[relation.type][1]
    )
    results = (_result(result, types) for result in extraction.results)
    kept = tuple(r for r in results if not (r.method is None and r.dataset is None and r.metric is None))
    return replace(extraction, entities=entities, relations=relations, results=kept)


def _roles(roles: tuple[Role, ...], type_: EntityType) -> tuple[Role, ...]:
    nearest = dict.fromkeys(_NEAREST[type_].get(role, Role.MENTIONS) for role in roles)
    return tuple(role for role in nearest if role is not Role.MENTIONS) or (Role.MENTIONS,)


def _result(result: Result, types: Sequence[EntityType]) -> Result:
    def only(index: int | None, *allowed: EntityType) -> int | None:
        return index if index is not None and types[index] in allowed else None

    return replace(
        result,
        method=only(result.method, _METHOD),
        dataset=only(result.dataset, *_DATA),
        metric=only(result.metric, _METRIC),
        baselines=tuple(index for index in result.baselines if types[index] is _METHOD),
    )
