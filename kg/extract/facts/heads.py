"""Small scorers over named features: a wide linear part beside one hidden layer, in numpy alone.

    score(x) = (sum of wide[f]) + relu((sum of deep[f]) + hidden_bias) @ out + bias        f over the features of x

After Cheng et al. 2016, "Wide & Deep Learning for Recommender Systems". A feature that training never saw weighs
nothing. The tables are stored as whole numbers of -127..127 with one scale a column, the feature names as one text;
features that hardly move a score are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Generic
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import PipelineError
from kg.extract.facts.spelling import Key, Numbers

__all__ = ["Features", "Head", "Heads", "load_heads", "pruned", "save_heads", "sigmoid", "softmax"]

#: Features of one item, each with its strength (1.0 for a plain yes).
Features = Mapping[Key, float]
Floats = NDArray[np.float32]
_FIRST = np.zeros(1, np.intp)
_TABLES = ("wide", "deep")
_SMALL = ("hidden_bias", "out", "bias")


@dataclass(frozen=True, slots=True)
class Head(Generic[Key]):
    """One scorer: `labels` name the columns; `wide` is (F, K), `deep` (F, H), `out` (H, K), `table` both.

    `index` is the row of each feature by name; `numbered` that of each by number (-1 for none), where the features
    come by number: then `index` is empty.
    """

    labels: tuple[str, ...]
    index: Mapping[str, int]
    wide: Floats
    deep: Floats
    hidden_bias: Floats
    out: Floats
    bias: Floats
    numbered: NDArray[np.intp] | None = None

    table: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Both tables side by side, so that one look-up serves both; `wide` and `deep` become views of it.
        table = np.ascontiguousarray(np.hstack([self.wide, self.deep]), dtype=np.float32)
        count = self.wide.shape[1]
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "wide", table[:, :count])
        object.__setattr__(self, "deep", table[:, count:])

    def by_number(self, spell: Numbers) -> "Head[int]":
        """Return this head, its features called by number; it shares the tables, which are large."""
        numbered: Head[Any] = copy(self)  # that makes no table anew
        object.__setattr__(numbered, "numbered", spell.rows(self.index))
        object.__setattr__(numbered, "index", {})
        return numbered

    def score(self, items: Sequence[Features[Key]]) -> Floats:
        """Return the scores before any squashing, (number of items, number of labels)."""
        return self.finish(self.sums(items))

    def sums(self, items: Sequence[Features[Key]]) -> Floats:
        """Return the sum of the table's rows over the features of each item, (number of items, K + H).

        The sums of items without a common feature add up to that of the two together: what many pairs share is
        summed once.
        """
        lengths = np.fromiter(map(len, items), np.intp, len(items))
        ends = lengths.cumsum()
        rows = self._rows(chain.from_iterable(items), int(ends[-1]) if len(items) else 0)
        known = (rows >= 0).nonzero()[0]
        result = np.zeros((len(items), self.table.shape[1]), np.float32)
        if not len(known):
            return result
        weighed = self.table[rows[known]]
        strengths = np.fromiter(chain.from_iterable(item.values() for item in items), np.float32, len(rows))[known]
        if not (strengths == 1).all():
            weighed *= strengths[:, None]
        stops = known.searchsorted(ends)
        starts = np.concatenate((_FIRST, stops[:-1]))
        some = stops > starts
        if some.all():
            np.add.reduceat(weighed, starts, axis=0, out=result)
        else:
            result[some] = np.add.reduceat(weighed, starts[some], axis=0)
        return result

    def _rows(self, features: Iterable[Key], count: int) -> NDArray[np.intp]:
        if self.numbered is None:
            return np.fromiter(map(self.index.get, features, repeat(-1)), np.intp, count)  # type: ignore[arg-type]
        return self.numbered[np.fromiter(features, np.intp, count)]

    def finish(self, sums: Floats) -> Floats:
        """Turn the sums of items into their scores, (number of items, number of labels)."""
        count = len(self.bias)
        scores: Floats = sums[:, :count] + np.maximum(sums[:, count:] + self.hidden_bias, 0) @ self.out + self.bias
        return scores


class Heads(Mapping[str, Head[int]]):
    """The heads by name, and the numbers by which they all know their features."""

    def __init__(self, heads: Mapping[str, Head[str]]) -> None:
        self.spell = Numbers(sorted({feature for head in heads.values() for feature in head.index}))
        self._heads = {name: head.by_number(self.spell) for name, head in heads.items()}

    def __getitem__(self, name: str) -> Head[int]:
        return self._heads[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)


def sigmoid(scores: Floats) -> Floats:
    """Squash scores to probabilities, each on its own."""
    result: Floats = (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32)
    return result


def softmax(scores: Floats) -> Floats:
    """Squash scores to probabilities that sum to 1 along the last axis."""
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def save_heads(path: Path, heads: Mapping[str, Head[str]]) -> None:
    """Write heads to one npz file, rounded to what is stored."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, head in heads.items():
        words = "\n".join(sorted(head.index, key=lambda f: head.index[f]))
        arrays[f"{name}/features"] = np.frombuffer(words.encode(), np.uint8)
        arrays[f"{name}/labels"] = np.frombuffer("\n".join(head.labels).encode(), np.uint8)
        for part in _TABLES:
            table = getattr(head, part)
            scale = np.maximum(np.abs(table).max(axis=0), 1e-6) / 127
            arrays[f"{name}/{part}"] = np.rint(table / scale).astype(np.int8)
            arrays[f"{name}/{part}-scale"] = scale.astype(np.float32)
        for part in _SMALL:
            arrays[f"{name}/{part}"] = getattr(head, part).astype(np.float32)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def pruned(head: Head[str], share: float) -> Head[str]:
    """Return the head with only this share (0..1) of its features: those that can move a score most."""
    reach = np.abs(head.wide).sum(1) + (np.abs(head.deep) @ np.abs(head.out)).sum(1) / np.sqrt(head.deep.shape[1])
    names = sorted(head.index, key=lambda f: head.index[f])
    kept = np.sort(np.argsort(-reach, kind="stable")[: max(1, int(share * len(names)))])
    index = {names[row]: i for i, row in enumerate(kept)}
    return replace(head, index=index, wide=head.wide[kept], deep=head.deep[kept])


def load_heads(path: Path, names: Iterable[str]) -> Heads:
    """Read the named heads from an npz file, or return those of the last time where the file is the same.

    Raises:
        PipelineError: the file is missing, damaged, or lacks one of the heads.
    """
    try:
        state = Path(path).stat()
        return _loaded(Path(path).resolve(), (state.st_ino, state.st_mtime_ns, state.st_size), tuple(names))
    except FileNotFoundError as error:
        raise PipelineError(
            "no weights of the facts", path=path, hint="train them, or take another pipeline"
        ) from error
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise PipelineError(f"cannot read the weights of the facts: {error}", path=path) from error


@lru_cache(maxsize=1)  # two builds in one process want the same; reading takes over a second
def _loaded(path: Path, state: tuple[int, ...], names: tuple[str, ...]) -> Heads:
    """Read a file, which is told from an earlier one at the same path by its state."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return Heads({name: _head(stored, name) for name in names})


def _head(stored: Mapping[str, NDArray[Any]], name: str) -> Head[str]:
    features = bytes(stored[f"{name}/features"].astype(np.uint8)).decode().split("\n")
    labels = tuple(bytes(stored[f"{name}/labels"].astype(np.uint8)).decode().split("\n"))
    parts = {p: stored[f"{name}/{p}"].astype(np.float32) for p in _SMALL}
    parts |= {p: stored[f"{name}/{p}"].astype(np.float32) * stored[f"{name}/{p}-scale"] for p in _TABLES}
    return Head(labels, {f: i for i, f in enumerate(features)}, **parts, numbered=None)
