"""Fit the judge on abstracts the network has not seen: boosted trees, thresholds for the best F1, reliability."""

from collections.abc import Sequence

import numpy as np
from gold import TYPES, text_of
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.heads import Heads
from kg.extract.mentions.things import Judge, Thing, find_things, fold_surface, keep, known_types
from kg.extract.trees import Trees
from kg.vocabulary import load_vocabulary

#: The thresholds that are best for single names are lowered to this share. What the whole pipeline finds is as good
#: then (a wrong name is often joined to a right one), and a result lacks an entity less often: on the 136 abstracts
#: held out, entities 90.4 where the thresholds themselves give 90.3, full results 49.1 and 47.2.
LENIENT = 0.9
#: Parts of the abstracts, each judged by what was fitted to the others.
FOLDS = 6


def things_of(rows: Sequence[dict], encoder: Encoder, heads: Heads) -> list[list[Thing]]:
    """Run encoder and heads as the component does; every other abstract also without its title would leak, so once."""
    out = []
    known = known_types(load_vocabulary())
    for row in rows:
        text = text_of(row)
        encoded = encoder.encode(text, len(row["title"]) if row.get("title") else 0)
        out.append(find_things(text, encoded.words, heads.candidates(encoded), known))
    return out


def truths_of(row: dict) -> tuple[set[tuple[str, str]], dict[tuple[str, str], set[str]], int]:
    """Return the (folded surface, type) pairs that are right, those that hit core entities (their keys), core count."""
    right, core = set(), {}
    for entity in row["entities"]:
        for surface in entity["surfaces"]:
            for kind in (entity["type"], *entity.get("alt_types", ())):
                pair = fold_surface(surface), kind
                right.add(pair)
                if entity["core"]:
                    core.setdefault(pair, set()).add(entity["key"])
    return right, core, sum(entity["core"] for entity in row["entities"])


def _classifier(seed: int, trees: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=trees, max_depth=4, learning_rate=0.05, subsample=0.6, max_features=0.4, min_samples_leaf=12,
        random_state=seed,
    )  # fmt: skip


def trees_of(model: GradientBoostingClassifier) -> Trees:
    """Flatten a fitted classifier."""
    forest = [estimator.tree_ for estimator in model.estimators_[:, 0]]
    size = max(tree.node_count for tree in forest)
    shape = len(forest), size
    feature, left, right = (np.zeros(shape, np.int32) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    for row, tree in enumerate(forest):
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            feature[row, node] = 0 if leaf else tree.feature[node]
            threshold[row, node] = tree.threshold[node]
            left[row, node] = node if leaf else tree.children_left[node]
            right[row, node] = node if leaf else tree.children_right[node]
            value[row, node] = tree.value[node, 0, 0] * model.learning_rate
    base = float(np.log(model.init_.class_prior_[1] / model.init_.class_prior_[0]))
    return Trees(feature, threshold, left, right, value, model.max_depth, base)


def f1_of(things, right, core, rows, thresholds, weight) -> dict[str, dict[str, float]]:
    """Entity precision, recall and F1, together and for each type, one entity a thing."""
    tally = {name: [0, 0, 0, 0] for name in ("all", *TYPES)}
    at = 0
    for row, group in zip(rows, things, strict=True):
        r, c = right[at : at + len(group)], core[at : at + len(group)]
        at += len(group)
        true, hits, _ = truths_of(row)
        found = set()
        for index in keep(group, r, c, thresholds, weight):
            kind = TYPES[group[index].type]
            pair = group[index].surface, kind
            for name in ("all", kind):
                tally[name][0] += 1
                tally[name][1] += pair in true
            found |= hits.get(pair, set())
        for entity in row["entities"]:
            if entity["core"]:
                for name in ("all", entity["type"]):
                    tally[name][2] += 1
                    tally[name][3] += entity["key"] in found
    out = {}
    for name, (predicted, good, gold, seen) in tally.items():
        p, r = good / max(1, predicted), seen / max(1, gold)
        out[name] = {"P": p, "R": r, "F1": 2 * p * r / max(1e-9, p + r)}
    return out


def _folds(features, right, core, paper) -> list[tuple[np.ndarray, np.ndarray]]:
    """Part the things by paper; ends the program where a part would leave the judge nothing to tell apart."""
    named = len(set(paper))
    folds = list(GroupKFold(n_splits=FOLDS).split(features, right, paper)) if named >= FOLDS else []
    if not folds or any(target[fit].all() or not target[fit].any() for fit, _ in folds for target in (right, core)):
        raise SystemExit(
            f"too little to fit the judge: {len(paper)} names found in {named} abstracts, {right.sum()} of them right; "
            f"it takes right and wrong ones in {FOLDS} or more; train on more abstracts, or for longer"
        )
    return folds


def fit_judge(rows: Sequence[dict], things: list[list[Thing]], seed: int = 1, trees: int = 160):
    """Return the judge, its figures on its own held-out folds, and (probability, right) pairs for the reliability."""
    features = np.array([thing.features for group in things for thing in group])
    paper = np.array([index for index, group in enumerate(things) for _ in group])
    pairs = [truths_of(row) for row in rows]
    named = [(index, (thing.surface, TYPES[thing.type])) for index, group in enumerate(things) for thing in group]
    right = np.array([pair in pairs[index][0] for index, pair in named], bool)
    core = np.array([pair in pairs[index][1] for index, pair in named], bool)
    guess = {name: np.zeros(len(paper)) for name in ("right", "core")}
    for fit, held in _folds(features, right, core, paper):
        for name, target in (("right", right), ("core", core)):
            model = _classifier(seed, trees).fit(features[fit], target[fit])
            guess[name][held] = model.predict_proba(features[held])[:, 1]
    best: tuple[float, float, tuple[float, ...]] = (-1.0, 0.0, ())
    for weight in (0.0, 0.4, 0.8, 1.3):
        level = (0.5 + 0.3 * weight,) * len(TYPES)
        top = -1.0
        for _ in range(2):
            for kind in range(len(TYPES)):
                for value in np.arange(0.2, 0.9 + weight, 0.05):
                    trial = (*level[:kind], round(float(value), 3), *level[kind + 1 :])
                    figures = f1_of(things, guess["right"], guess["core"], rows, trial, weight)
                    score = figures["all"]["F1"] + 0.05 * figures[TYPES[kind]]["F1"]
                    if score > top + 1e-9:
                        top, level = score, trial
            top = -1.0
        overall = f1_of(things, guess["right"], guess["core"], rows, level, weight)["all"]["F1"]
        if overall > best[0]:
            best = overall, weight, level
    _, weight, level = best
    level = tuple(round(LENIENT * value, 3) for value in level)
    figures = f1_of(things, guess["right"], guess["core"], rows, level, weight)
    models = [trees_of(_classifier(seed, trees).fit(features, target)) for target in (right, core)]
    return Judge(models[0], models[1], level, weight), figures, (guess["right"], right)


def bins_of(probability: np.ndarray, right: np.ndarray) -> list[dict[str, float]]:
    """Return, for each tenth of the probability, the mean of it, the share that is right, and how many there are."""
    rows = []
    for low in range(10):
        here = (probability >= low / 10) & ((probability < (low + 1) / 10) | (low == 9))
        if here.any():
            mean, share = float(probability[here].mean()), float(right[here].mean())
            rows.append({"said": round(mean, 3), "right": round(share, 3), "count": int(here.sum())})
    return rows


def reliability_svg(bins: list[dict[str, float]]) -> str:
    """Draw said against right, 220 x 220, the diagonal dotted."""
    dots = "".join(
        f'<circle cx="{20 + 190 * b["said"]:.1f}" cy="{200 - 190 * b["right"]:.1f}" r="3"><title>{b["count"]}</title>'
        "</circle>"
        for b in bins
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 220" font-family="sans-serif" font-size="9">'
        '<rect width="220" height="220" fill="white"/><path d="M20 10V200H210" fill="none" stroke="black"/>'
        '<path d="M20 200L210 10" stroke="gray" stroke-dasharray="3"/>'
        f'<g fill="#1f77b4">{dots}</g><text x="85" y="214">confidence said</text>'
        '<text transform="translate(12 130) rotate(-90)">share right</text></svg>\n'
    )
