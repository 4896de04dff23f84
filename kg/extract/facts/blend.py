"""Blend two opinions on each decision: the heads over named features, and the arcs over the encoder's vectors.

Both are log-odds (or log-probabilities up to a constant); a decision is taken on `a x named + b x arcs + c`. The three
weights of each decision are fitted on abstracts that neither has seen. Without arcs the named heads decide alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kg.extract.facts.heads import Floats
from kg.extract.mentions.arcs import Scores

__all__ = ["NAMED_ALONE", "Opinion"]

_EVEN = (0.5, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the arcs say of one text, and how much each decision heeds it: (a, b, c) by name; `scores` None for none."""

    scores: Scores | None = None
    weights: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    def roles(self, named: Floats) -> Floats:
        """Blend the log-odds of the roles, (E, roles and core); of `core` the arcs say nothing."""
        if self.scores is None:
            return named
        both = self._mix("role", named[:, : self.scores.role.shape[1]], self.scores.role)
        return np.hstack([both, named[:, self.scores.role.shape[1] :]])

    def main(self, named: Floats, methods: list[int]) -> Floats:
        """Blend the scores of the methods to be the main one, (number of methods,)."""
        return named if self.scores is None else self._mix("main", named, self.scores.main[methods])

    def kinds(self, named: Floats) -> Floats:
        """Blend the scores of the kinds of each number, (V, 4)."""
        return named if self.scores is None else self._mix("kind", named, self.scores.kind)

    def slot(self, named: Floats, number: int, column: int, candidates: list[int], name: str) -> Floats:
        """Blend the scores of the candidates of a slot; the last one, -1, is "none" and alone gets the constant."""
        if self.scores is None:
            return named
        a, b, c = self.weights.get(name, _EVEN)
        mixed: Floats = a * named + b * self.scores.slot[number, candidates, column]
        mixed[-1] += c
        return mixed

    def relation(self, named: Floats, heads: list[int], tails: list[int], column: int, name: str) -> Floats:
        """Blend the log-odds that a relation holds of each pair, (number of pairs,)."""
        if self.scores is None:
            return named
        return self._mix(name, named, self.scores.relation[heads, tails, column])

    def _mix(self, name: str, named: Floats, arcs: Floats) -> Floats:
        a, b, c = self.weights.get(name, _EVEN)
        mixed: Floats = (a * named + b * arcs + c).astype(np.float32)
        return mixed


NAMED_ALONE = Opinion()
