"""The model that says which names of an abstract are one thing: a linear one over words, boosted trees, the arcs.

1. A logistic model over the features of a pair alone (`pairs`), its words among them, gives log-odds.
2. Boosted trees over these and what stands around the pair (`rivals`) give better ones: Friedman 2001.
3. Where an encoder has read the text, its arcs' log-odds and those of the trees are weighed against each other.

All are data: `coreference.json` and `coreference.npz`, fitted by `pipelines/rules/fit_coreference.py`, and `ties.json`
by `pipelines/learned/ties.py`.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kg.errors import PipelineError
from kg.extract.coreference.apart import apart
from kg.extract.coreference.pairs import Phrase, introduces, pair_features
from kg.extract.coreference.rivals import COLUMNS, NOTHING, Common, crowd_of, row_of
from kg.extract.mentions.weights import stored_arrays, unreadable
from kg.extract.trees import PARTS, Trees

__all__ = ["FILES", "PairModel", "Pairs", "Ties", "compared", "load_model"]

#: The files of the model; the last one only where there are arcs.
FILES = _PLAN, _TREES, _TIES = "coreference.json", "coreference.npz", "ties.json"
Ties = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]
Weights = tuple[float, float, float]
_T = TypeVar("_T")
#: More different names of one type than this are not compared pair by pair.
_MOST = 150
_CERTAIN = 9.0  # the log-odds of a name that the text introduces as the other's short one
#: Pairs below both of these log-odds, of the linear model and of the arcs, are not weighed further.
_LEAST, _LEAST_TIE = -4.5, -3.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """What is compared of the names of an abstract: pairs (P, 2) of places, numbers (P, C); pairs that are one thing
    for sure, and those that are two."""

    places: list[tuple[int, int]]
    rows: list[list[float]]
    certain: list[tuple[int, int]]
    apart: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights of the linear model by feature, how common names are, the trees.

    `ties` are the weights of the trees, of the arcs, and a constant: for like pairs and, then, for unlike ones.
    """

    weights: Mapping[str, float]
    common: Common
    trees: Trees
    ties: tuple[Weights, Weights] | None = None

    def probabilities(self, phrases: Sequence[Phrase], ties: Ties | None = None) -> Matrix:
        """Return the probability that each two of N phrases are one thing, (N, N); those of a type follow each other.

        `ties` (N, N) are the log-odds that the arcs give. Two that are `apart` for sure have -inf, which no other
        pair of a cluster makes up for.
        """
        same = np.zeros((len(phrases), len(phrases)))
        found = compared(phrases, self.weights, self.common, ties)
        if found.rows:
            rows = np.array(found.rows)
            one, other = np.array(found.places).T
            odds = self.trees.predict(rows)
            if ties is not None and self.ties is not None:
                like, unlike = (of[0] * odds + of[1] * ties[one, other] + of[2] for of in self.ties)
                odds = np.where(rows[:, 0] < 0, unlike, like)
            same[one, other] = same[other, one] = 1 / (1 + np.exp(-odds))
        for one, other in found.apart:
            same[one, other] = same[other, one] = -np.inf
        for one, other in found.certain:
            same[one, other] = same[other, one] = 1.0
        return same


def _log_odds(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return what the linear model says of a pair; the same to the last bit in whatever order the features come."""
    return math.fsum([weights.get(name, 0.0) * value for name, value in features.items()])


def compared(
    phrases: Sequence[Phrase], weights: Mapping[str, float], common: Common, ties: Ties | None = None
) -> Pairs:
    """Compare the phrases of each type pair by pair; those for which too little speaks are left out."""
    found = Pairs([], [], [], [])
    for start, stop in _of_a_type(phrases):
        own = phrases[start:stop]
        tied = None if ties is None else ties[start:stop, start:stop]
        odds = np.full((len(own), len(own)), NOTHING)
        features: dict[tuple[int, int], dict[str, float]] = {}
        two_things = apart(own)
        for one, other in combinations(range(len(own)), 2):
            if introduces(own[one], own[other]):
                odds[one, other] = odds[other, one] = _CERTAIN
                found.certain.append((start + one, start + other))
                continue
            told = pair_features(own[one], own[other])
            if told is not None:
                odds[one, other] = odds[other, one] = _log_odds(told, weights)
            if tied is not None and tied[one, other] > _LEAST_TIE:
                told = told or pair_features(own[one], own[other], unlike=True)
            elif odds[one, other] <= _LEAST:
                continue
            if told is not None and (one, other) not in two_things:
                features[one, other] = told
        found.apart.extend((start + one, start + other) for one, other in sorted(two_things))
        if features:
            crowd = crowd_of(own, odds, common)
            for (one, other), told in features.items():
                found.places.append((start + one, start + other))
                found.rows.append(row_of(one, other, crowd, told, float(odds[one, other])))
    return found


def _of_a_type(phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Yield where the phrases of each type begin and end."""
    for _, places in groupby(range(len(phrases)), key=lambda place: phrases[place].label):
        of_type = list(places)
        if 1 < len(of_type) <= _MOST:
            yield of_type[0], of_type[-1] + 1


@lru_cache(maxsize=4)
def load_model(folder: Path) -> PairModel:
    """Return the model in a folder; raises PipelineError where its files hold something else."""
    arrays = stored_arrays(folder / _TREES, PARTS)
    weights, common, plan = _told(folder / _PLAN, _plan_of)
    ties = _told(folder / _TIES, _ties_of) if (folder / _TIES).is_file() else None
    return PairModel(weights, common, Trees.from_arrays(arrays, plan), ties)


def _told(path: Path, take: Callable[[Any], _T]) -> _T:
    """Return what `take` finds in a JSON file."""
    try:
        return take(json.loads(path.read_text("utf-8")))
    except PipelineError as error:
        raise PipelineError(error.message, path=path, hint="train the pipeline again") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(path, "cannot read the weights", error) from error


def _plan_of(told: Any) -> tuple[Mapping[str, float], Common, Mapping[str, float]]:
    if tuple(told["columns"]) != COLUMNS:
        raise PipelineError("other features than this version's")
    weights = {str(name): float(value) for name, value in told["weights"].items()}
    common = {str(kind): {str(key): int(n) for key, n in of.items()} for kind, of in told["common"].items()}
    return weights, common, {name: float(told["trees"][name]) for name in ("depth", "base")}


def _ties_of(told: Any) -> tuple[Weights, Weights]:
    (a, b, c), (d, e, f) = told["like"], told["unlike"]
    return (float(a), float(b), float(c)), (float(d), float(e), float(f))
