"""What a paper says follows the types that its entities have in the graph."""

import pytest

from kg.graph.fitting import fitted
from kg.model import (
    EntityType,
    Extraction,
    Kind,
    LocalEntity,
    Mention,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)

METHOD, DATASET, TASK, METRIC = EntityType.METHOD, EntityType.DATASET, EntityType.TASK, EntityType.METRIC


def local(type_: EntityType, role: Role) -> LocalEntity:
    return LocalEntity(type_, "X", ("X",), (Mention(0, 1),), (role,))


def test_nothing_changes_where_the_types_agree() -> None:
    extraction = Extraction(
        entities=(local(METHOD, Role.PROPOSES), local(DATASET, Role.EVALUATES), local(METRIC, Role.REPORTS)),
        results=(Result(0, 1, "1", Kind.ABSOLUTE, Span(0, 1), value="1", method=0, dataset=1, metric=2),),
        relations=(Relation(0, RelationType.EVALUATED_ON, 1, Span(0, 1)),),
    )
    assert fitted(extraction, [METHOD, DATASET, METRIC]) == extraction


@pytest.mark.parametrize(
    "role, type_, expected",
    [
        (Role.ADDRESSES, METHOD, Role.USES),  # a task in this paper, a method in most: the paper uses it
        (Role.INTRODUCES, METHOD, Role.PROPOSES),
        (Role.PROPOSES, DATASET, Role.INTRODUCES),
        (Role.COMPARES, TASK, Role.MENTIONS),  # one does not compare with a task
        (Role.REPORTS, METHOD, Role.MENTIONS),
        (Role.EVALUATES, EntityType.BENCHMARK, Role.EVALUATES),
    ],
)
def test_a_role_becomes_its_nearest(role: Role, type_: EntityType, expected: Role) -> None:
    (entity,) = fitted(Extraction(entities=(local(METHOD, role),)), [type_]).entities
    assert entity.roles == (expected,)


def test_mentioned_is_said_only_where_nothing_more_is() -> None:
    entity = LocalEntity(METHOD, "X", ("X",), (Mention(0, 1),), (Role.USES, Role.MENTIONS))
    assert fitted(Extraction(entities=(entity,)), [METHOD]).entities[0].roles == (Role.USES,)


def test_a_relation_between_wrong_types_goes() -> None:
    extraction = Extraction(
        entities=(local(METHOD, Role.USES), local(METHOD, Role.USES)),
        relations=(Relation(0, RelationType.OUTPERFORMS, 1, Span(0, 1)),),
    )
    assert fitted(extraction, [METHOD, METHOD]).relations
    assert not fitted(extraction, [METHOD, TASK]).relations


def test_a_result_loses_the_part_that_is_none_and_goes_when_nothing_is_left() -> None:
    entities = (local(METHOD, Role.USES), local(DATASET, Role.EVALUATES))
    result = Result(0, 1, "1", Kind.ABSOLUTE, Span(0, 1), value="1", method=0, dataset=1)
    extraction = Extraction(entities=entities, results=(result,))
    (left,) = fitted(extraction, [METHOD, TASK]).results
    assert (left.method, left.dataset) == (0, None)
    assert not fitted(extraction, [TASK, TASK]).results
