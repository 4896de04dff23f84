"""Leave out what is less sure than the user asked for, and what hung on it."""

from collections.abc import Iterable
from dataclasses import replace

from kg.model import Extraction, LocalEntity

__all__ = ["confident", "confident_entities"]


def confident(extraction: Extraction, minimum: float) -> Extraction:
    """Keep the entities, results and relations of at least this score (0..1).

    A relation that lost an end goes with it; a result loses the link alone, and goes when it measures nothing more.
    """
    if minimum <= 0:
        return extraction
    kept = [index for index, entity in enumerate(extraction.entities) if entity.score >= minimum]
    new = {old: index for index, old in enumerate(kept)}
    results = (
        replace(
            result,
            method=_moved(new, result.method),
            dataset=_moved(new, result.dataset),
            metric=_moved(new, result.metric),
            baselines=tuple(new[old] for old in result.baselines if old in new),
        )
        for result in extraction.results
        if result.score >= minimum
    )
    relations = (
        replace(relation, head=new[relation.head], tail=new[relation.tail])
        for relation in extraction.relations
        if relation.score >= minimum and relation.head in new and relation.tail in new
    )
    return replace(
        extraction,
        entities=tuple(extraction.entities[index] for index in kept),
        results=tuple(r for r in results if not (r.method is None and r.dataset is None and r.metric is None)),
        relations=tuple(relations),
    )


def confident_entities(entities: Iterable[LocalEntity], minimum: float) -> tuple[LocalEntity, ...]:
    """Keep the entities of at least this score, as `confident` does."""
    return tuple(entity for entity in entities if entity.score >= minimum)


def _moved(new: dict[int, int], old: int | None) -> int | None:
    return None if old is None else new.get(old)
