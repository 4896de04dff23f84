"""The heads over the encoder's vectors, in numpy: which spans could name something, of which type, in which role.

1. Word heads give each word the probability to start, to be inside and to end a mention of each type.
2. Every span of up to `width` words whose start and end are not improbable for one type is a candidate.
3. The span head scores the candidates: a logit for each type, one for `core`, one for each role.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.mentions.weights import Array, read_arrays, write_arrays
from kg.extract.mentions.words import Encoded

__all__ = ["ROLES", "TYPES", "Candidates", "Heads", "sigmoid"]

TYPES = ("Method", "Dataset", "Benchmark", "Metric", "Task")
#: Roles as the training data names them; `kg.extract` maps them to `kg.model.Role`.
ROLES = ("proposes", "uses", "compares", "introduces", "evaluates", "addresses", "reports", "mentions")
_NAMES = (
    *("start_inside", "start_inside_bias", "end", "end_bias", "from_start", "from_start_bias", "from_end"),
    *("from_mean", "widths", "out", "out_bias"),
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate spans (first word, last word inclusive) with logits: n x types, n, n x roles; `word` n x 3 x types."""

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    types: Array
    core: Array
    roles: Array
    word: Array

    def __len__(self) -> int:
        return len(self.first)


def sigmoid(logits: Array) -> Array:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (np.tanh(0.5 * logits) + 1.0), dtype=np.float32)


class Heads:
    """The weights of the heads, as `heads.npz` holds them (float16 on disk, float32 in memory)."""

    def __init__(self, weights: dict[str, Array], *, floor: float = 0.03) -> None:
        self.weights = weights
        self.floor = floor

    @classmethod
    def from_disk(cls, path: Path) -> "Heads":
        """Read the weights; PipelineError where the file or an array is missing."""
        return cls(read_arrays(path, _NAMES))

    def to_disk(self, path: Path) -> None:
        """Write what `from_disk` reads."""
        write_arrays(path, {name: self.weights[name] for name in _NAMES})

    def word_logits(self, encoded: Encoded) -> Array:
        """Return words x 3 (start, inside, end) x types."""
        w = self.weights
        both = encoded.first @ w["start_inside"] + w["start_inside_bias"]
        end = encoded.last @ w["end"] + w["end_bias"]
        count = len(TYPES)
        return np.stack([both[:, :count], both[:, count:], end], axis=1)

    def candidates(self, encoded: Encoded) -> Candidates:
        """Propose and score spans; in order of their first and then their last word."""
        w = self.weights
        if not len(encoded.words):
            none = np.zeros(0, np.int64)
            empty = np.zeros((0, 3, len(TYPES)), np.float32)
            return Candidates(none, none, empty[:, 0], empty[:, 0, 0], np.zeros((0, len(ROLES)), np.float32), empty)
        words = self.word_logits(encoded)
        likely = sigmoid(words) > self.floor
        first, last = self._pairs(likely[:, 0], likely[:, 2], encoded.words.sentences)
        # Only words that begin or end a candidate are projected.
        begins, begin_of = np.unique(first, return_inverse=True)
        stops, stop_of = np.unique(last, return_inverse=True)
        one = encoded.first[begins] @ w["from_start"] + w["from_start_bias"]
        two = encoded.last[stops] @ w["from_end"]
        sums = np.cumsum((encoded.first + encoded.last) / 2 @ w["from_mean"], axis=0, dtype=np.float64)
        sums = np.concatenate([np.zeros((1, sums.shape[1])), sums])
        length = last - first + 1
        means = ((sums[last + 1] - sums[first]) / length[:, None]).astype(np.float32)
        hidden = np.maximum(one[begin_of] + two[stop_of] + means + w["widths"][length - 1], 0.0)
        out = hidden @ w["out"] + w["out_bias"]
        count = len(TYPES)
        inside = self._least(words[:, 1])[length - 1, first]
        word = np.stack([words[first, 0], inside, words[last, 2]], axis=1)
        return Candidates(first, last, out[:, :count], out[:, count], out[:, count + 1 : count + 1 + len(ROLES)], word)

    def _least(self, inside: Array) -> Array:
        """Return reach x words x types: the least logit of the words from each one on to `reach` further."""
        least = np.empty((len(self.weights["widths"]), *inside.shape), np.float32)
        least[0] = inside
        for reach in range(1, min(len(least), len(inside))):
            stop = len(inside) - reach
            np.minimum(least[reach - 1, :stop], inside[reach:], out=least[reach, :stop])
        return least

    def _pairs(
        self, starts: npt.NDArray[np.bool_], ends: npt.NDArray[np.bool_], sentences: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pair each likely start with the likely ends of a same type in reach and in its sentence."""
        width = len(self.weights["widths"])
        firsts, lasts = [], []
        count = len(starts)
        for reach in range(width):
            stop = count - reach
            if stop <= 0:
                break
            good = (starts[:stop] & ends[reach:]).any(1) & (sentences[:stop] == sentences[reach:])
            found = np.flatnonzero(good)
            firsts.append(found)
            lasts.append(found + reach)
        first, last = np.concatenate(firsts), np.concatenate(lasts)
        order = np.lexsort((last, first))
        return first[order].astype(np.int64), last[order].astype(np.int64)
