"""Arcs over the encoder's vectors, in numpy: which mention a number measures, how two mentions are tied.

A span (mention or number) becomes relu(first word @ start + last word @ end). Two spans score

    q(a) . k(b) / sqrt(size) + bias(b) + near[words between] + close[sentences between]

for each label, after Dozat and Manning 2017, "Deep Biaffine Attention for Neural Dependency Parsing". An entity is the
sum over its mentions in the exponent (log-sum-exp), so the mention that fits best speaks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.mentions.weights import Array, read_arrays, write_arrays
from kg.extract.mentions.words import Encoded, Words, edges_of

__all__ = ["ARCS", "KINDS", "RELATIONS", "ROLES", "SLOTS", "Arcs", "Scores", "Spans", "buckets", "spans_of"]

Ints = npt.NDArray[np.int64]
#: The file of the weights in a pipeline's folder.
ARCS = "arcs.npz"
KINDS = ("none", "Absolute", "Gain", "Ratio")
SLOTS = ("metric", "dataset", "method", "baseline")
RELATIONS = (
    *("outperforms", "partOf", "basedOn", "appliedTo", "trainedOn", "evaluatedOn", "usedFor", "derivedFrom"),
    "subsetOf",
)
ROLES = (*("proposes", "uses", "comparesWith", "introduces", "evaluatesOn", "addresses", "reportsMetric", "mentions"),)
_ARCS, _LINES = ("slot", "relation", "same"), ("start", "none", "source", "kind", "main", "role")
_NAMES = (
    "end",
    *(name + part for name in _LINES for part in ("", "_bias")),
    *(f"{name}_{part}" for name in _ARCS for part in ("near", "close")),
    *(f"{name}_{part}{bias}" for name in _ARCS for part in ("ask", "answer", "bias") for bias in ("", "_bias")),
)
NEAR, CLOSE = 19, 9  # distances are told apart this finely: words by powers of two, sentences one by one up to four


@dataclass(frozen=True, slots=True)
class Spans:
    """Mentions and numbers of one text as words: `first`, `last` and `owner` (M,) with owner < `count` entities;
    `value_first` and `value_last` (V,); `sentences` (W,) the sentence of each word."""

    first: Ints
    last: Ints
    owner: Ints
    count: int
    value_first: Ints
    value_last: Ints
    sentences: Ints


def buckets(spans: Spans, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return the distance classes in words and in sentences between two lists of words, (len(one), len(other))."""
    far = other[None, :] - one[:, None]
    steps = np.minimum(np.floor(np.log2(np.abs(far) + 1)).astype(np.int64), NEAR // 2)
    apart = np.clip(spans.sentences[other][None, :] - spans.sentences[one][:, None], -(CLOSE // 2), CLOSE // 2)
    return np.sign(far) * steps + NEAR // 2, apart + CLOSE // 2


def spans_of(
    words: Words, mentions: Sequence[tuple[int, int, int]], count: int, values: Sequence[tuple[int, int]]
) -> Spans:
    """Find the words of mentions (start, end, owner) and of values (start, end), all in characters."""
    first, last = edges_of(words, [m[0] for m in mentions], [m[1] for m in mentions])
    value_first, value_last = edges_of(words, [v[0] for v in values], [v[1] for v in values])
    owner = np.array([m[2] for m in mentions], np.int64)
    return Spans(first, last, owner, count, value_first, value_last, words.sentences.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores before any squashing, V numbers, E entities, M mentions.

    `kind` (V, 4); `slot` (V, E + 1, 4), the last entity being "none"; `relation` (E, E, 9) from head to tail;
    `main` (E,); `role` (E, 8).
    """

    kind: Array
    slot: Array
    relation: Array
    main: Array
    role: Array


class Arcs:
    """The weights, as `arcs.npz` holds them (float16 on disk, float32 in memory)."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self.weights = weights

    @classmethod
    def from_disk(cls, path: Path) -> "Arcs":
        """Read the weights; PipelineError where the file or an array is missing."""
        return cls(read_arrays(path, _NAMES))

    def to_disk(self, path: Path) -> None:
        """Write what `from_disk` reads."""
        write_arrays(path, {name: self.weights[name] for name in _NAMES})

    def score(self, encoded: Encoded, spans: Spans) -> Scores:
        """Score the numbers and entities of one text."""
        mentions = self._vectors(encoded, spans.first, spans.last)
        values = self._vectors(encoded, spans.value_first, spans.value_last)
        slot = self._arc("slot", values, mentions, *buckets(spans, spans.value_first, spans.first))
        slot = np.concatenate([_pooled(slot, spans, 1), self._line("none", values)[:, None]], axis=1)
        relation = self._arc("relation", mentions, mentions, *buckets(spans, spans.first, spans.first))
        relation += self._line("source", mentions)[:, None]
        return Scores(
            kind=self._line("kind", values),
            slot=slot,
            relation=_pooled(_pooled(relation, spans, 1), spans, 0),
            main=_pooled(self._line("main", mentions), spans, 0)[:, 0],
            role=_pooled(self._line("role", mentions), spans, 0),
        )

    def same(self, encoded: Encoded, spans: Spans) -> Array:
        """Return how likely each two mentions are to name one thing, (M, M), before squashing."""
        mentions = self._vectors(encoded, spans.first, spans.last)
        one = self._arc("same", mentions, mentions, *buckets(spans, spans.first, spans.first))[..., 0]
        return one + one.T

    def _line(self, name: str, rows: Array) -> Array:
        result: Array = rows @ self.weights[name] + self.weights[f"{name}_bias"]
        return result

    def _vectors(self, encoded: Encoded, first: Ints, last: Ints) -> Array:
        if not len(first):
            return np.zeros((0, len(self.weights["start_bias"])), np.float32)
        sums = self._line("start", encoded.first[first]) + encoded.last[last] @ self.weights["end"]
        return np.maximum(sums, 0.0)

    def _arc(self, name: str, one: Array, other: Array, near: Ints, close: Ints) -> Array:
        """Score N asking and M answering spans for each label, (N, M, labels)."""
        labels = self.weights[f"{name}_bias"].shape[1]
        size = self.weights[f"{name}_ask"].shape[1] // labels
        ask = self._line(f"{name}_ask", one).reshape(len(one), labels, size).transpose(1, 0, 2)
        answer = self._line(f"{name}_answer", other).reshape(len(other), labels, size).transpose(1, 2, 0)
        scores = (ask @ answer).transpose(1, 2, 0) / np.float32(size**0.5)
        scores = scores + (other @ self.weights[f"{name}_bias"] + self.weights[f"{name}_bias_bias"])[None]
        result: Array = scores + self.weights[f"{name}_near"][near] + self.weights[f"{name}_close"][close]
        return result


def _pooled(scores: Array, spans: Spans, axis: int) -> Array:
    """Return log-sum-exp of the scores over the mentions (along `axis`) of each entity."""
    moved = np.moveaxis(scores, axis, 0)
    top = np.full((spans.count, *moved.shape[1:]), -1e4, np.float32)
    np.maximum.at(top, spans.owner, moved)
    sums = np.zeros_like(top)
    np.add.at(sums, spans.owner, np.exp(moved - top[spans.owner]))
    return np.moveaxis(np.log(np.maximum(sums, 1e-30)) + top, 0, axis)
