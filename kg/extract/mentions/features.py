"""The features by which a thing is judged, for all things of a text at once.

Everything is a maximum, a sum or a place taken over the candidates of one surface: the candidates are put in the order
of their surfaces, and each feature is one reduction over the stretches.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kg.extract.mentions.heads import TYPES, Candidates, sigmoid
from kg.extract.mentions.weights import Array
from kg.extract.mentions.words import SHAPES, Words

__all__ = ["FEATURES", "LOW", "features_of", "overlaps_of"]

#: The logit of what is not there.
LOW = -9.0
FEATURES = (
    *("best", "mean", "mass", "core", "start", "inside", "end", "count", "title", "other", "words", "capitals"),
    *("capital", "digits", "outer", "inner", "crossing", "partner", "position", "hyphen", "opens", "closes", "type"),
    *(f"role_{index}" for index in range(8)),
    *("number_left", "number_right", "known"),
)
#: A number further away than this many words says nothing of a name.
_FAR = 6
_DIGITS = 5  # the shape of a word of digits alone
_PAIRWISE = 8  # numpy adds so many numbers in another order than fewer
Integers = npt.NDArray[np.int64]


def features_of(
    text: str,
    words: Words,
    found: Candidates,
    groups: Sequence[Sequence[int]],
    picked: tuple[Integers, Integers],
    overlaps: Array,
    partners: Array,
    known: Array,
) -> npt.NDArray[np.float64]:
    """Return things x `FEATURES`; a thing is (group, type) as in the two arrays of `picked`.

    `groups` are the candidates of each surface, none empty; `overlaps` is candidates x 3 x types (see `overlaps_of`)
    and `partners` candidates x types; `known` is groups x types: 1 where the vocabulary has the name with this type, -1
    where it has it with another alone, 0 where it does not have it.
    """
    group, kind = picked
    order = np.fromiter((member for members in groups for member in members), np.int64)
    sizes = np.fromiter(map(len, groups), np.int64, len(groups))
    begins = np.cumsum(sizes) - sizes
    types = found.types[order]
    best = np.maximum.reduceat(types, begins)
    mean, mass = _means(types, begins, sizes)
    lead = order[_first_best(types, best, begins, sizes)[group, kind]]
    first, last = found.first[lead], found.last[lead]
    top = best[group]
    top[np.arange(len(group)), kind] = -np.inf
    rows = np.empty((len(group), len(FEATURES)), np.float64)
    column = {name: rows[:, index] for index, name in enumerate(FEATURES)}
    column["best"][:] = best[group, kind]
    column["mean"][:] = mean[group, kind]
    column["mass"][:] = np.minimum(6.0, mass[group, kind])
    column["core"][:] = np.maximum.reduceat(found.core[order], begins)[group]
    for slot, name in enumerate(("start", "inside", "end")):
        column[name][:] = np.maximum.reduceat(found.word[order, slot], begins)[group, kind]
    column["count"][:] = np.minimum(sizes, 8)[group]
    column["title"][:] = np.logical_or.reduceat(words.shapes[found.first[order]] >= SHAPES, begins)[group]
    column["other"][:] = top.max(1)
    column["words"][:] = last - first + 1
    for name, values in _looks(words, first, last).items():
        column[name][:] = values
    for slot, name in enumerate(("outer", "inner", "crossing")):
        column[name][:] = np.maximum.reduceat(overlaps[order, slot], begins)[group, kind]
    column["partner"][:] = np.maximum.reduceat(partners[order], begins)[group, kind]
    column["position"][:] = first / max(1, len(words))
    for name, flags in _beside(text, words.starts[first].tolist(), words.ends[last].tolist()).items():
        column[name][:] = flags
    column["type"][:] = kind
    roles = FEATURES.index("role_0")
    rows[:, roles : roles + found.roles.shape[1]] = np.maximum.reduceat(found.roles[order], begins)[group]
    left, right = _numbers(words, found.first[order], found.last[order])
    column["number_left"][:] = np.minimum.reduceat(left, begins)[group]
    column["number_right"][:] = np.minimum.reduceat(right, begins)[group]
    column["known"][:] = known[group, kind]
    return rows


def _numbers(words: Words, first: Integers, last: Integers) -> tuple[Integers, Integers]:
    """Return how many words before and after each span the next number stands, `_FAR` where none is near."""
    places = np.flatnonzero(words.shapes % SHAPES == _DIGITS)
    padded = np.concatenate([[-_FAR - 1], places, [len(words) + _FAR]])
    left = first - padded[np.searchsorted(places, first)]
    right = padded[np.searchsorted(places, last, side="right") + 1] - last
    return np.minimum(left, _FAR), np.minimum(right, _FAR)


def _means(types: Array, begins: Integers, sizes: Integers) -> tuple[Array, Array]:
    """Return the mean logit and the sum of the probabilities of each group, groups x types."""
    shares = sigmoid(types)
    mean: Array = np.asarray(np.add.reduceat(types, begins) / sizes[:, None], np.float32)
    mass: Array = np.add.reduceat(shares, begins)
    for group in np.flatnonzero(sizes >= _PAIRWISE).tolist():
        stretch = slice(begins[group], begins[group] + sizes[group])
        for kind in range(types.shape[1]):
            mean[group, kind] = np.ascontiguousarray(types[stretch, kind]).mean()
            mass[group, kind] = np.ascontiguousarray(shares[stretch, kind]).sum()
    return mean, mass


def _first_best(types: Array, best: Array, begins: Integers, sizes: Integers) -> Integers:
    """Return the place of the first candidate of each group that has the group's best logit, groups x types."""
    places = np.where(types == np.repeat(best, sizes, axis=0), np.arange(len(types))[:, None], len(types))
    found: Integers = np.minimum.reduceat(places, begins)
    return found


def _looks(words: Words, first: Integers, last: Integers) -> Mapping[str, npt.NDArray[np.float64]]:
    """Tell how a name is written; of one that begins in the title, the words after the title if there are any."""
    bare = words.shapes % SHAPES
    body = words.shapes < SHAPES

    def count(flags: npt.NDArray[np.bool_]) -> Integers:
        """Count the words of each name that have the flag."""
        sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
        counted: Integers = sums[last + 1] - sums[first]
        return counted

    outside = count(body)
    some = outside > 0

    def among(shapes: tuple[int, ...]) -> Integers:
        flags = np.zeros(SHAPES, bool)
        flags[list(shapes)] = True
        has = flags[bare]
        return np.where(some, count(has & body), count(has))

    total = np.where(some, outside, last - first + 1)
    return {
        "capitals": (among((2, 3)) > 0).astype(np.float64),
        "capital": among((1, 7)) / total,
        "digits": (among((4, 5)) > 0).astype(np.float64),
    }


def _beside(text: str, starts: Sequence[int], ends: Sequence[int]) -> Mapping[str, list[bool]]:
    """Tell whether a hyphen or a bracket stands right beside a name."""
    before = [text[start - 1] if start else " " for start in starts]
    after = [text[end] if end < len(text) else " " for end in ends]
    return {
        "hyphen": [a == "-" or b == "-" for a, b in zip(before, after, strict=True)],
        "opens": [a == "(" for a in before],
        "closes": [b == ")" for b in after],
    }


def overlaps_of(found: Candidates) -> Array:
    """Return n x 3 x types: the best logit of a candidate that contains, lies within, or crosses each one.

    The candidates come in the order of their first words, so what touches one stands near it.
    """
    first, last, types = found.first, found.last, found.types
    count = len(first)
    out = np.full((count, 3, len(TYPES)), LOW, np.float32)
    if not count:
        return out
    longest = int((last - first).max())
    low = np.searchsorted(first, first - longest)
    high = np.searchsorted(first, last, side="right")
    spread = high - low
    one = np.repeat(np.arange(count), spread)
    other = np.arange(int(spread.sum())) - np.repeat(np.cumsum(spread) - spread - low, spread)
    touch = (last[other] >= first[one]) & (one != other)
    one, other = one[touch], other[touch]
    outer = (first[other] <= first[one]) & (last[other] >= last[one])
    inner = (first[other] >= first[one]) & (last[other] <= last[one])
    for slot, relation in enumerate((outer, inner, ~outer & ~inner)):
        rows, beside = one[relation], other[relation]
        if len(rows):
            begins = np.flatnonzero(np.diff(rows, prepend=-1))
            out[rows[begins], slot] = np.maximum.reduceat(types[beside], begins)
    return out
