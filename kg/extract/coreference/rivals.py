"""Compare two phrases by what stands around them: where each is named, and which others could be meant as well.

"Action recognition" is often short for "human action recognition" where it comes later and stands alone; it is less so
where "sign recognition" and "gesture recognition" could be meant too, or where many abstracts name it as it is.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.extract.coreference.pairs import Phrase, long_and_short

__all__ = ["COLUMNS", "NOTHING", "Common", "Crowd", "best_others", "crowd_of", "row_of"]

#: Of each type, in how many annotated abstracts a name stands, by its key.
Common = Mapping[str, Mapping[str, int]]
#: The log-odds of two names for which nothing speaks.
NOTHING = -9.0
_LABELS = {"Method": 0.0, "Task": 1.0, "Dataset": 2.0, "Benchmark": 3.0, "Metric": 4.0}
#: Taken over from the features of the pair itself.
_OWN = ("alike", "share_long", "share_short", "same_head", "apposed", "letters")
_UNLIKE = -1.0  # for "alike" where the phrases have nothing in common
#: What `row_of` tells; "short" is the phrase of fewer words.
COLUMNS = (
    *_OWN, "odds", "rival of long", "rival of short", "over rival of long", "over rival of short", "label", "of label",
    "same last word", "free share", "free", "free in title", "last free", "nearest", "order", "order of last",
    "long mentions", "short mentions", "long plural", "short plural", "long letters", "short letters",
    "long capitals", "short capitals", "long common", "short common", "difference of common",
)  # fmt: skip


def best_others(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return, for each pair (i, j) of N names, the best log-odds of i with another than j: (N, N) of (N, N)."""
    rows = np.arange(len(odds))
    apart = odds.copy()
    apart[rows, rows] = NOTHING
    best = apart.argmax(1)
    first = apart[rows, best]
    apart[rows, best] = NOTHING
    others = np.repeat(first[:, None], len(odds), 1)
    others[rows, best] = apart.max(1)
    return others


class Crowd(NamedTuple):
    """N phrases of one type, and what is asked of each more than once: last words counted, five numbers of each.

    `others` (N, N) are the best log-odds that each has with another than the second.
    """

    phrases: Sequence[Phrase]
    others: npt.NDArray[np.float64]
    last_words: Mapping[tuple[str, ...], int]
    alone: Sequence[Sequence[float]]


def crowd_of(phrases: Sequence[Phrase], odds: npt.NDArray[np.float64], common: Common) -> Crowd:
    """Return phrases of one type as `row_of` needs them; `odds` (N, N) are those of a linear model."""
    known = common.get(phrases[0].label, {}) if phrases else {}
    alone = [
        (
            float(len(phrase.places)),
            float(phrase.written.endswith("s")),
            float(len(phrase.written)),
            sum(map(str.isupper, phrase.written)) / max(1, len(phrase.written)),
            math.log1p(known.get("".join(phrase.words), 0)),
        )
        for phrase in phrases
    ]
    return Crowd(phrases, best_others(odds), Counter(phrase.words[-1:] for phrase in phrases), alone)


def row_of(one: int, other: int, crowd: Crowd, features: Mapping[str, float], odds: float) -> list[float]:
    """Return the numbers of a pair of phrases, in the order of `COLUMNS`.

    `features` are those of `pair_features`, `odds` what a linear model makes of them.
    """
    long, short = long_and_short(crowd.phrases[one], crowd.phrases[other])
    if long is not crowd.phrases[one]:
        one, other = other, one
    of_long, of_short = float(crowd.others[one, other]), float(crowd.others[other, one])
    last = short.words[-1:]
    row = [
        features.get("alike", _UNLIKE),
        *[features.get(name, 0.0) for name in _OWN[1:]],
        odds,
        of_long,
        of_short,
        odds - of_long,
        odds - of_short,
        _LABELS.get(long.label, -1.0),
        float(len(crowd.phrases) - 2),
        float(crowd.last_words[last] - 1 - (long.words[-1:] == last)),
        *_places(long, short),
    ]
    for of_one, of_other in zip(crowd.alone[one], crowd.alone[other], strict=True):
        row += (of_one, of_other)
    row.append(row[-1] - row[-2])
    return row


def _places(long: Phrase, short: Phrase) -> list[float]:
    """Tell where a phrase is named outside of a longer one, and how the two follow each other, in characters."""
    free = [at for at, end in short.places if not any(x <= at and end <= y for x, y in long.places)]
    starts = [at for at, _ in long.places]
    line = short.text.find("\n")
    return [
        len(free) / len(short.places),
        float(len(free)),
        float(any(at < line for at in free)),
        free[-1] / len(short.text) if free else -1.0,
        float(min(abs(at - start) for at in free or [at for at, _ in short.places] for start in starts)),
        float(short.places[0][0] - starts[0]),
        float(short.places[-1][0] - starts[-1]),
    ]
