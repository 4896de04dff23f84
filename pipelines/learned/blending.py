"""Fit how much each decision on facts heeds the named heads and how much the arcs, on abstracts new to both."""

from collections.abc import Sequence

import numpy as np
from facts_data import Paper
from links import OF_KIND
from scipy.optimize import minimize

from kg.extract.facts.blend import Opinion
from kg.extract.facts.decide import KINDS, role_probabilities
from kg.extract.facts.heads import Heads, softmax
from kg.extract.facts.relations import FAMILIES, describe, pair_scores, pairs
from kg.extract.facts.results import NONE, SLOTS, kind_features, link_features, slot_candidates
from kg.extract.facts.roles import role_features
from kg.extract.mentions.arcs import RELATIONS, Scores

Weights = dict[str, tuple[float, float, float]]
#: One choice among several: named scores, arcs scores, 1 where the constant goes, 1 where the choice is right.
Choice = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
PRIOR = 2.0  # how strongly the weights are held to (0.5, 0.5, 0), in decisions


def fit_choices(choices: Sequence[Choice]) -> tuple[float, float, float]:
    """Return the weights that make the right choices likeliest."""

    def loss(w: np.ndarray) -> float:
        total = 0.0
        for named, arcs, constant, right in choices:
            scores = w[0] * named + w[1] * arcs + w[2] * constant
            total += np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right > 0])
        return total + PRIOR * float(((w - [0.5, 0.5, 0.0]) ** 2).sum())

    return _rounded(minimize(loss, [0.5, 0.5, 0.0], method="Nelder-Mead", options={"maxiter": 300}).x)


def fit_odds(named: np.ndarray, arcs: np.ndarray, right: np.ndarray) -> tuple[float, float, float]:
    """Return the weights of a logistic model of two log-odds."""

    def loss(w: np.ndarray) -> float:
        scores = w[0] * named + w[1] * arcs + w[2]
        return float(np.sum(np.logaddexp(0, scores) - right * scores) + PRIOR * ((w - [0.5, 0.5, 0.0]) ** 2).sum())

    return _rounded(minimize(loss, [0.5, 0.5, 0.0], method="Nelder-Mead", options={"maxiter": 300}).x)


def _rounded(found: np.ndarray) -> tuple[float, float, float]:
    a, b, c = (round(float(x), 3) for x in found)
    return a, b, c


def fit_blend(papers: Sequence[Paper], scores: Sequence[Scores], heads: Heads) -> Weights:
    """Fit all weights; `scores` are what the arcs say of each paper as it is laid out."""
    weights: Weights = {}
    weights |= _fit_roles(papers, scores, heads)
    opinions = [Opinion(s, weights) for s in scores]
    roles = [role_probabilities(p.reading, heads, o) for p, o in zip(papers, opinions, strict=True)]
    weights |= _fit_kinds(papers, scores, heads)
    for _ in range(2):  # once with even weights behind the earlier numbers of a text, once with the fitted ones
        weights |= _fit_slots(papers, [Opinion(s, dict(weights)) for s in scores], heads, roles)
    return weights | _fit_relations(papers, scores, heads, roles)


def _fit_roles(papers: Sequence[Paper], scores: Sequence[Scores], heads: Heads) -> Weights:
    named, arcs, right = [], [], []
    mains: list[Choice] = []
    for paper, score in zip(papers, scores, strict=True):
        features = role_features(paper.reading, heads.spell)
        if not features:
            continue
        count = score.role.shape[1]
        said = heads["role"].score(features)[:, :count]
        told = [i for i, keys in enumerate(paper.names) if keys]
        named.append(said[told].ravel())
        arcs.append(score.role[told].ravel())
        right.append(np.array([paper.roles(i)[:count] for i in told], float).ravel())
        methods = [i for i, e in enumerate(paper.reading.entities) if e.type == "Method"]
        main = paper.main()
        if main is not None and methods:
            own = heads["main"].score([features[i] for i in methods])[:, 0]
            mains.append(
                (own, score.main[methods], np.zeros(len(methods)), np.array([i == main for i in methods], float))
            )
    odds = fit_odds(np.concatenate(named), np.concatenate(arcs), np.concatenate(right))
    return {"role": odds, "main": fit_choices(mains)}


def _fit_kinds(papers: Sequence[Paper], scores: Sequence[Scores], heads: Heads) -> Weights:
    choices: list[Choice] = []
    for paper, score in zip(papers, scores, strict=True):
        told = paper.results()
        if not paper.reading.values:
            continue
        numbers = range(len(paper.reading.values))
        said = heads["kind"].score([kind_features(paper.reading, n, heads.spell) for n in numbers])
        for n in range(len(paper.reading.values)):
            right = np.zeros(len(KINDS))
            right[KINDS.index(OF_KIND[told[n][0]["kind"]]) if n in told else 0] = 1
            choices.append((said[n], score.kind[n], np.zeros(len(KINDS)), right))
    return {"kind": fit_choices(choices)}


def _fit_slots(
    papers: Sequence[Paper],
    opinions: Sequence[Opinion],
    heads: Heads,
    roles: Sequence[list[dict[str, float]]],
) -> Weights:
    choices: dict[str, list[Choice]] = {slot: [] for slot in SLOTS}
    for paper, opinion, role in zip(papers, opinions, roles, strict=True):
        before: dict[str, list[int]] = {slot: [] for slot in SLOTS}
        scores = opinion.scores
        if scores is None:
            continue
        for n, told in sorted(paper.results().items()):
            kind = KINDS[1 + int(scores.kind[n, 1:].argmax())]
            chosen: dict[str, int] = {}
            for column, slot in enumerate(SLOTS):
                candidates = slot_candidates(paper.reading, slot, n)
                earlier = before[slot]
                features = link_features(paper.reading, n, slot, candidates, kind, role, earlier, chosen, heads.spell)
                named = heads[slot].score(features)[:, 0]
                mixed = opinion.slot(named, n, column, candidates, slot)
                chosen[slot] = candidates[int(softmax(mixed).argmax())]
                before[slot].append(chosen[slot])
                right = np.array([c in wanted_of(paper, told, slot) for c in candidates], float)
                if right.any():
                    none = np.array([c == NONE for c in candidates], float)
                    choices[slot].append((named, scores.slot[n, candidates, column], none, right))
    return {slot: fit_choices(found) for slot, found in choices.items()}


def wanted_of(paper: Paper, told: Sequence[dict], slot: str) -> set[int]:
    """Return the entities that any of the gold results on a number has in a slot, NONE for null."""
    found: set[int] = set()
    for result in told:
        keys = result.get(slot)
        for key in keys if isinstance(keys, list) else [keys]:
            found |= {i for i, names in enumerate(paper.names) if key in names} if key else {NONE}
    return found


def _fit_relations(
    papers: Sequence[Paper],
    scores: Sequence[Scores],
    heads: Heads,
    roles: Sequence[list[dict[str, float]]],
) -> Weights:
    rows: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {t: [] for t in RELATIONS}
    for paper, score, role in zip(papers, scores, roles, strict=True):
        told = paper.relations()
        known = describe(paper.reading, role, heads.spell)
        for family, types in FAMILIES.items():
            both = pairs(paper.reading, family)
            if not both:
                continue
            named = pair_scores(paper.reading, family, both, role, known, heads[family], heads.spell)
            ends = [h for h, _ in both], [t for _, t in both]
            for k, t in enumerate(types):
                right = np.array([(h, t, q) in told for h, q in both], float)
                rows[t].append((named[:, k], score.relation[(*ends, RELATIONS.index(t))], right))
    return {t: fit_odds(*(np.concatenate(c) for c in zip(*found, strict=True))) for t, found in rows.items()}
