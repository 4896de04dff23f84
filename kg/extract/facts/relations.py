"""Features of a pair of entities that tell which relation, if any, the text states between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kg.extract.facts.heads import Features, Head
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.extract.facts.roles import bin_of

__all__ = ["FAMILIES", "closest", "describe", "pair_features", "pair_scores", "pairs"]

#: Letters of head and tail → the relations that may hold between them.
FAMILIES: dict[str, tuple[str, ...]] = {
    "MM": ("outperforms", "partOf", "basedOn"),
    "MT": ("appliedTo",),
    "MD": ("trainedOn", "evaluatedOn"),
    "DT": ("usedFor",),
    "DD": ("derivedFrom", "subsetOf"),
}
_UNLIKE = ("shared=0",)
_FAR = 25  # units; further apart the words between say nothing


def pairs(reading: Reading, family: str) -> list[tuple[int, int]]:
    """Return the ordered pairs of entities of a family."""
    heads = [i for i, e in enumerate(reading.entities) if LETTER[e.type] == family[0]]
    tails = [i for i, e in enumerate(reading.entities) if LETTER[e.type] == family[1]]
    return [(h, t) for h in heads for t in tails if h != t]


def closest(reading: Reading, head: int, tail: int) -> tuple[Place, Place] | None:
    """Return the two places of a pair that stand closest in one sentence, or None where no sentence names both."""
    best: tuple[int, Place, Place] | None = None
    for p in reading.places[head]:
        for q in reading.places[tail]:
            if p.sentence != q.sentence:
                continue
            far = abs(p.unit - q.unit) + (1000 if reading.is_title(p.sentence) else 0)
            if best is None or far < best[0]:
                best = (far, p, q)
    return None if best is None else (best[1], best[2])


@dataclass(frozen=True, slots=True)
class Described:
    """What holds of each entity of a text whatever it is paired with, in the order of the entities.

    `heads` and `tails` are its features at either end of a relation, `mains` those that count as much as the head is
    the paper's main method; `top` its likeliest role, `words` those of its names, `sentences` where it is named.
    """

    heads: tuple[Features, ...]
    tails: tuple[Features, ...]
    mains: tuple[Features, ...]
    top: tuple[str, ...]
    words: tuple[frozenset[str], ...]
    sentences: tuple[frozenset[int], ...]
    count: Mapping[str, int]


def describe(reading: Reading, roles: Sequence[Features]) -> Described:
    """Describe each entity of a text alone; `roles` are the probabilities of its roles."""
    heads: list[Features] = []
    tails: list[Features] = []
    for i, found in enumerate(roles):
        alone = _alone(reading, i)
        likely = {k: p for k, p in found.items() if p > 0.02}
        heads.append({**{f"h:{k}": p for k, p in likely.items()}, **{f"h{f}": 1.0 for f in alone}})
        cues = [f"t{f}" for f in (*alone, *_cues(reading, i))]
        tails.append({**{f"t:{k}": p for k, p in likely.items()}, **dict.fromkeys(cues, 1.0)})
    letters = [LETTER[e.type] for e in reading.entities]
    return Described(
        heads=tuple(heads),
        tails=tuple(tails),
        mains=tuple({f"main*{k}": p for k, p in r.items() if p > 0.05} for r in roles),
        top=tuple(max(r, key=lambda k: r[k]) if r else "" for r in roles),
        words=tuple(
            frozenset(w for s in e.surfaces for w in s.lower().replace("-", " ").split()) for e in reading.entities
        ),
        sentences=tuple(frozenset(p.sentence for p in places) for places in reading.places),
        count={k: letters.count(k) for k in "MDTA"},
    )


def pair_features(
    reading: Reading, family: str, items: Sequence[tuple[int, int]], roles: Sequence[Features]
) -> list[Features]:
    """Describe each pair: the roles of both, where they stand to each other, the words between and around."""
    known = describe(reading, roles)
    result: list[Features] = []
    for head, tail in items:
        main = roles[head].get("main", 0.0)
        features = {**known.heads[head], **known.tails[tail], **{k: main * p for k, p in known.mains[tail].items()}}
        result.append({**features, **dict.fromkeys(_between(reading, known, family, head, tail), 1.0)})
    return result


def pair_scores(
    reading: Reading,
    family: str,
    items: Sequence[tuple[int, int]],
    roles: Sequence[Features],
    known: Described,
    scorer: Head,
) -> NDArray[np.float32]:
    """Return what `scorer` gives for the `pair_features` of each pair, summing what pairs share once."""
    heads = {entity: row for row, entity in enumerate(dict.fromkeys(head for head, _ in items))}
    tails = {entity: row for row, entity in enumerate(dict.fromkeys(tail for _, tail in items))}
    between = [tuple(_between(reading, known, family, head, tail)) for head, tail in items]
    distinct = {names: row for row, names in enumerate(dict.fromkeys(between))}
    # One call for all four kinds of parts: a call costs as much as some hundred features.
    parts: list[Features] = [
        *(known.heads[i] for i in heads),
        *(known.tails[i] for i in tails),
        *(known.mains[i] for i in tails),
        *(dict.fromkeys(names, 1.0) for names in distinct),
    ]
    of_heads, of_tails, of_mains, of_between = np.split(
        scorer.sums(parts), np.cumsum([len(heads), len(tails), len(tails)])
    )
    head_of, tail_of = [heads[head] for head, _ in items], [tails[tail] for _, tail in items]
    main = np.array([roles[head].get("main", 0.0) for head, _ in items], np.float32)
    sums: NDArray[np.float32] = of_heads[head_of] + of_tails[tail_of]
    sums += main[:, None] * of_mains[tail_of]
    sums += of_between[[distinct[names] for names in between]]
    return scorer.finish(sums)


def _between(reading: Reading, known: Described, family: str, head: int, tail: int) -> list[str]:
    """Return the features that need both ends of a pair; each counts once, however often it is in the list."""
    return [
        f"roles={known.top[head]} {known.top[tail]}",
        _counts(known.count[family[0]], known.count[family[1]]),
        *_together(reading, known, head, tail),
        *_names(known.words[head], known.words[tail]),
    ]


@lru_cache(maxsize=1024)
def _counts(heads: int, tails: int) -> str:
    return f"heads={bin_of(heads, 2, 4, 8)} tails={bin_of(tails, 2, 4, 8)}"


@lru_cache(maxsize=4096)
def _apart(heads: frozenset[int], tails: frozenset[int], roles: str) -> tuple[str, ...]:
    """Describe two entities that no sentence names both, by the sentences of each and their likeliest roles."""
    gap = min((abs(p - q) for p in heads for q in tails), default=99)
    return f"apart={bin_of(gap, 2, 3, 5)}", f"apart={roles}"


def _alone(reading: Reading, entity: int) -> list[str]:
    places = reading.places[entity]
    name = reading.entities[entity].name
    found = [f".places={bin_of(len(places), 2, 3, 5)}", f".type={reading.entities[entity].type}"]
    if places:
        found.append(f".first={bin_of(places[0].sentence, 1, 2, 3, 5)}")
        titled = [p for p in places if reading.is_title(p.sentence)]
        if titled:
            found.append(f".title {bin_of(titled[0].unit, 1, 3)}")
            found.append(f".title-l1={reading.around(titled[0].unit, -1)}")
        if all(p.inner for p in places):
            found.append(".inner")
        found.append(f".from-end={bin_of(len(reading.sentences) - 1 - places[-1].sentence, 1, 2, 3, 5)}")
    words = name.lower().split()
    if words:
        found += [f".last={words[-1]}", f".words={bin_of(len(words), 2, 3, 5)}"]
    if any(c.isupper() for c in name[1:]):
        found.append(".upper")
    return found


def _cues(reading: Reading, entity: int) -> list[str]:
    """Describe the words before an entity where it is first named after the title."""
    places = [p for p in reading.places[entity] if not reading.is_title(p.sentence)][:2]
    found: list[str] = []
    for place in places:
        at, start = place.unit, reading.first[place.sentence]
        around = reading.around
        found += [f".l1={around(at, -1)}", f".l2={around(at, -2)} {around(at, -1)}", f".r1={around(at, 1)}"]
        found += [f".L:{k}" for k in dict.fromkeys(reading.keys(max(start, at - 7), at))]
        found.append(f".open={' '.join(reading.keys(start, min(start + 2, reading.first[place.sentence + 1])))}")
    return found


def _together(reading: Reading, known: Described, head: int, tail: int) -> Sequence[str]:
    top = known.top
    together = known.sentences[head] & known.sentences[tail]
    best = closest(reading, head, tail) if together else None
    if best is None:
        return _apart(known.sentences[head], known.sentences[tail], f"{top[head]} {top[tail]}")
    p, q = best
    side = "<" if p.unit < q.unit else ">" if p.unit > q.unit else "="
    if reading.is_title(p.sentence):
        side = "t" + side
    lo, hi = min(p.unit, q.unit) + 1, max(p.unit, q.unit)
    far = hi - lo
    found = [f"near={side}{bin_of(far, 1, 2, 3, 5, 8, 13, 20)}", f"near={side} {top[head]} {top[tail]}"]
    if side.endswith("="):
        # One name within the other: what follows the inner one.
        inner, outer = (p, q) if q.end - q.start >= p.end - p.start else (q, p)
        rest = reading.text[inner.end : outer.end].lower().strip()[:16]
        found += [f"within={'h' if inner is p else 't'}", f"rest={'h' if inner is p else 't'} {rest}"]
        return found
    if far <= _FAR:
        keys = reading.keys(lo, hi)
        if far <= 5:
            found.append(f"path={side}{' '.join(keys)}")
        found += [f"mid{side}{k}" for k in dict.fromkeys(keys)]
        found += [f"mid2{side}{a} {b}" for a, b in pairwise(keys)]
    own = reading.units[q.unit].key
    found.append(f"same-mid={side}{bin_of(reading.keys(lo, hi).count(own), 1, 2, 3)}")
    around = reading.around
    first, second = (p, q) if p.unit < q.unit else (q, p)
    found += [f"bl1={side}{around(first.unit, -1)}", f"bl2={side}{around(first.unit, -2)} {around(first.unit, -1)}"]
    found += [f"ar1={side}{around(second.unit, 1)}", f"ar2={side}{around(second.unit, 1)} {around(second.unit, 2)}"]
    start = reading.first[p.sentence]
    found += [f"B{side}{k}" for k in dict.fromkeys(reading.keys(max(start, first.unit - 6), first.unit))]
    end = reading.first[p.sentence + 1]
    found += [f"E{side}{k}" for k in dict.fromkeys(reading.keys(second.unit + 1, min(end, second.unit + 6)))]
    found.append(f"together={bin_of(len(together), 1, 2, 3)}")
    return found


def _names(a: frozenset[str], b: frozenset[str]) -> Sequence[str]:
    if a.isdisjoint(b):
        return _UNLIKE
    shared = len(a & b)
    found = [f"shared={bin_of(shared, 1, 2)}"]
    if a and a < b:
        found.append("head-in-tail")
    if b and b < a:
        found.append("tail-in-head")
    return found
