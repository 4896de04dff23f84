"""Features of a pair of entities that tell which relation, if any, the text states between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from kg.extract.facts.heads import Features, Head
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.extract.facts.roles import bin_of
from kg.extract.facts.spelling import Key, Spelling

__all__ = ["FAMILIES", "closest", "describe", "pair_features", "pair_scores", "pairs"]

#: Letters of head and tail → the relations that may hold between them.
FAMILIES: dict[str, tuple[str, ...]] = {
    "MM": ("outperforms", "partOf", "basedOn"),
    "MT": ("appliedTo",),
    "MD": ("trainedOn", "evaluatedOn"),
    "DT": ("usedFor",),
    "DD": ("derivedFrom", "subsetOf"),
}
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
class Described(Generic[Key]):
    """What holds of each entity of a text whatever it is paired with, in the order of the entities.

    `heads` and `tails` are its features at either end of a relation, `mains` those that count as much as the head is
    the paper's main method; `top` its likeliest role, `words` those of its names, `sentences` where it is named.
    """

    heads: tuple[Features[Key], ...]
    tails: tuple[Features[Key], ...]
    mains: tuple[Features[Key], ...]
    top: tuple[str, ...]
    words: tuple[frozenset[str], ...]
    sentences: tuple[frozenset[int], ...]
    count: Mapping[str, int]


def describe(reading: Reading, roles: Sequence[Mapping[str, float]], spell: Spelling[Key]) -> Described[Key]:
    """Describe each entity of a text alone; `roles` are the probabilities of its roles."""
    heads: list[Features[Key]] = []
    tails: list[Features[Key]] = []
    as_head, as_tail = spell.under("h"), spell.under("t")
    for i, found in enumerate(roles):
        likely = {k: p for k, p in found.items() if p > 0.02}
        alone = _alone(reading, i)
        own = dict.fromkeys((as_head(beginning, rest) for beginning, rest in alone), 1.0)
        heads.append(dict(zip(as_head.each(":", likely), likely.values(), strict=True)) | own)
        own = dict.fromkeys((as_tail(beginning, rest) for beginning, rest in alone), 1.0)
        own |= dict.fromkeys(_cues(reading, i, as_tail), 1.0)
        tails.append(dict(zip(as_tail.each(":", likely), likely.values(), strict=True)) | own)
    letters = [LETTER[e.type] for e in reading.entities]
    return Described(
        heads=tuple(heads),
        tails=tuple(tails),
        mains=tuple({spell("main*", k): p for k, p in r.items() if p > 0.05} for r in roles),
        top=tuple(max(r, key=lambda k: r[k]) if r else "" for r in roles),
        words=tuple(
            frozenset(w for s in e.surfaces for w in s.lower().replace("-", " ").split()) for e in reading.entities
        ),
        sentences=tuple(frozenset(p.sentence for p in places) for places in reading.places),
        count={k: letters.count(k) for k in "MDTA"},
    )


def pair_features(
    reading: Reading,
    family: str,
    items: Sequence[tuple[int, int]],
    roles: Sequence[Mapping[str, float]],
    spell: Spelling[Key],
) -> list[Features[Key]]:
    """Describe each pair: the roles of both, where they stand to each other, the words between and around."""
    known = describe(reading, roles, spell)
    result: list[Features[Key]] = []
    for head, tail in items:
        main = roles[head].get("main", 0.0)
        features = {**known.heads[head], **known.tails[tail], **{k: main * p for k, p in known.mains[tail].items()}}
        result.append({**features, **dict.fromkeys(_between(reading, known, family, head, tail, spell), 1.0)})
    return result


def pair_scores(
    reading: Reading,
    family: str,
    items: Sequence[tuple[int, int]],
    roles: Sequence[Mapping[str, float]],
    known: Described[Key],
    scorer: Head[Key],
    spell: Spelling[Key],
) -> NDArray[np.float32]:
    """Return what `scorer` gives for the `pair_features` of each pair, summing what pairs share once."""
    heads = {entity: row for row, entity in enumerate(dict.fromkeys(head for head, _ in items))}
    tails = {entity: row for row, entity in enumerate(dict.fromkeys(tail for _, tail in items))}
    between = [_between(reading, known, family, head, tail, spell) for head, tail in items]
    distinct = {names: row for row, names in enumerate(dict.fromkeys(between))}
    # One call for all four kinds of parts: a call costs as much as some hundred features.
    parts: list[Features[Key]] = [
        *(known.heads[i] for i in heads),
        *(known.tails[i] for i in tails),
        *(known.mains[i] for i in tails),
        *(dict.fromkeys(names, 1.0) for names in distinct),
    ]
    parted = scorer.sums(parts)
    of_heads, rest = parted[: len(heads)], parted[len(heads) :]
    of_tails, of_mains, of_between = rest[: len(tails)], rest[len(tails) : 2 * len(tails)], rest[2 * len(tails) :]
    head_of, tail_of = [heads[head] for head, _ in items], [tails[tail] for _, tail in items]
    main = np.array([roles[head].get("main", 0.0) for head, _ in items], np.float32)
    sums: NDArray[np.float32] = of_heads[head_of] + of_tails[tail_of]
    sums += main[:, None] * of_mains[tail_of]
    sums += of_between[[distinct[names] for names in between]]
    return scorer.finish(sums)


def _between(
    reading: Reading, known: Described[Key], family: str, head: int, tail: int, spell: Spelling[Key]
) -> tuple[Key, ...]:
    """Return the features that need both ends of a pair; each counts once, however often it is in the list."""
    counts = _counts(known.count[family[0]], known.count[family[1]])
    top, sentences, words = known.top, known.sentences, known.words
    if sentences[head].isdisjoint(sentences[tail]):
        gap = _gap(sentences[head], sentences[tail])
        stand = _apart(spell, counts, top[head], top[tail], gap)
    else:
        both = f"{top[head]} {top[tail]}"
        common = len(sentences[head] & sentences[tail])
        stand = (spell("roles=", both), spell("heads=", counts), *_together(reading, head, tail, both, common, spell))
    return stand + _names(words[head], words[tail], spell)


@lru_cache(maxsize=4096)
def _apart(spell: Spelling[Key], counts: str, head: str, tail: str, gap: str) -> tuple[Key, ...]:
    """Describe two entities that no sentence names both, as most pairs are, by their likeliest roles."""
    both = f"{head} {tail}"
    return spell("roles=", both), spell("heads=", counts), spell("apart=", gap), spell("apart=", both)


@lru_cache(maxsize=1024)
def _counts(heads: int, tails: int) -> str:
    return f"{bin_of(heads, 2, 4, 8)} tails={bin_of(tails, 2, 4, 8)}"


@lru_cache(maxsize=4096)
def _gap(heads: frozenset[int], tails: frozenset[int]) -> str:
    """Return how many sentences lie between two entities that no sentence names both."""
    return bin_of(min((abs(p - q) for p in heads for q in tails), default=99), 2, 3, 5)


def _alone(reading: Reading, entity: int) -> list[tuple[str, str]]:
    places = reading.places[entity]
    name = reading.entities[entity].name
    found = [(".places=", bin_of(len(places), 2, 3, 5)), (".type=", reading.entities[entity].type.value)]
    if places:
        found.append((".first=", bin_of(places[0].sentence, 1, 2, 3, 5)))
        titled = [p for p in places if reading.is_title(p.sentence)]
        if titled:
            found.append((".title ", bin_of(titled[0].unit, 1, 3)))
            found.append((".title-l1=", reading.around(titled[0].unit, -1)))
        if all(p.inner for p in places):
            found.append((".inner", ""))
        found.append((".from-end=", bin_of(len(reading.sentences) - 1 - places[-1].sentence, 1, 2, 3, 5)))
    words = name.lower().split()
    if words:
        found += [(".last=", words[-1]), (".words=", bin_of(len(words), 2, 3, 5))]
    if any(c.isupper() for c in name[1:]):
        found.append((".upper", ""))
    return found


def _cues(reading: Reading, entity: int, say: Spelling[Key]) -> list[Key]:
    """Describe the words before an entity where it is first named after the title."""
    places = [p for p in reading.places[entity] if not reading.is_title(p.sentence)][:2]
    found: list[Key] = []
    for place in places:
        at, start = place.unit, reading.first[place.sentence]
        l1 = reading.around(at, -1)
        found += [say(".l1=", l1), say(".l2=", f"{reading.around(at, -2)} {l1}"), say(".r1=", reading.around(at, 1))]
        found += say.each(".L:", reading.keys(max(start, at - 7), at))
        opening = reading.keys(start, min(start + 2, reading.first[place.sentence + 1]))
        found.append(say(".open=", " ".join(opening)))
    return found


def _together(
    reading: Reading,
    head: int,
    tail: int,
    both: str,
    common: int,
    spell: Spelling[Key],
) -> list[Key]:
    """Describe how two entities stand to each other; `common` is the number of sentences that name both."""
    best = closest(reading, head, tail)
    if best is None:
        return []
    p, q = best
    side = "<" if p.unit < q.unit else ">" if p.unit > q.unit else "="
    if reading.is_title(p.sentence):
        side = "t" + side
    lo, hi = min(p.unit, q.unit) + 1, max(p.unit, q.unit)
    far = hi - lo
    found = [spell("near=", f"{side}{bin_of(far, 1, 2, 3, 5, 8, 13, 20)}"), spell("near=", f"{side} {both}")]
    if side.endswith("="):
        # One name within the other: what follows the inner one.
        inner, outer = (p, q) if q.end - q.start >= p.end - p.start else (q, p)
        rest = reading.text[inner.end : outer.end].lower().strip()[:16]
        which = "h" if inner is p else "t"
        return [*found, spell("within=", which), spell("rest=", f"{which} {rest}")]
    keys = reading.keys(lo, hi)
    if far <= _FAR:
        if far <= 5:
            found.append(spell("path=", f"{side}{' '.join(keys)}"))
        found += spell.each(f"mid{side}", keys)
        found += spell.each(f"mid2{side}", [f"{a} {b}" for a, b in pairwise(keys)])
    own = reading.units[q.unit].key
    found.append(spell("same-mid=", f"{side}{bin_of(keys.count(own), 1, 2, 3)}"))
    first, second = (p.unit, q.unit) if p.unit < q.unit else (q.unit, p.unit)
    around = reading.around
    before, after = around(first, -1), around(second, 1)
    found += [spell("bl1=", side + before), spell("bl2=", f"{side}{around(first, -2)} {before}")]
    found += [spell("ar1=", side + after), spell("ar2=", f"{side}{after} {around(second, 2)}")]
    start, end = reading.first[p.sentence], reading.first[p.sentence + 1]
    found += spell.each(f"B{side}", reading.keys(max(start, first - 6), first))
    found += spell.each(f"E{side}", reading.keys(second + 1, min(end, second + 6)))
    found.append(spell("together=", bin_of(common, 1, 2, 3)))
    return found


def _names(a: frozenset[str], b: frozenset[str], spell: Spelling[Key]) -> tuple[Key, ...]:
    if a.isdisjoint(b):
        return (spell("shared=", "0"),)
    found = [spell("shared=", bin_of(len(a & b), 1, 2))]
    if a and a < b:
        found.append(spell("head-in-tail"))
    if b and b < a:
        found.append(spell("tail-in-head"))
    return tuple(found)
