"""Confirm by its results what a text names: a tentative entity stays where a number was measured of it.

A curator lists "three held-out cohorts" or "calibration gap" for the sake of a number; the name alone does not tell.
So names of datasets and metrics that fall short of their thresholds may stand in results, and are dropped otherwise.
"""

from collections.abc import Sequence, Set
from dataclasses import replace

from kg.model import Relation, Result

__all__ = ["confirmed"]

Kept = tuple[int, ...]


def confirmed(
    count: int, results: Sequence[Result], relations: Sequence[Relation], tentative: Set[int]
) -> tuple[Kept, tuple[Result, ...], tuple[Relation, ...]]:
    """Return which of `count` entities stay, and the results and relations with their ends counted among those.

    A tentative entity has to be a result's dataset or metric.
    """
    named = {end for r in results for end in (r.dataset, r.metric)}
    kept = tuple(i for i in range(count) if i not in tentative or i in named)
    new: dict[int | None, int] = {old: place for place, old in enumerate(kept)}
    return (
        kept,
        tuple(
            replace(
                r,
                method=new.get(r.method),
                dataset=new.get(r.dataset),
                metric=new.get(r.metric),
                baselines=tuple(new[b] for b in r.baselines if b in new),
            )
            for r in results
        ),
        tuple(replace(r, head=new[r.head], tail=new[r.tail]) for r in relations if r.head in new and r.tail in new),
    )
