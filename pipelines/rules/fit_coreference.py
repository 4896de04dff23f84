"""Fit the model that tells whether two names of an abstract are one thing; write `coreference.json` and `.npz`.

    python pipelines/rules/fit_coreference.py GOLD.jsonl... [--held HELD.jsonl] [--out pipelines/rules]

Needs scikit-learn (the extra `train`); some minutes for 10,000 abstracts. GOLD.jsonl has, a line, title, abstract and
`spans` with their `key`. What is written is fitted on all of GOLD; with --held it is measured on these other abstracts.
"""

import argparse
import collections
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from kg.extract.acronyms import find_acronyms
from kg.extract.coreference.gather import Named, coreference_key, long_forms_of, phrases_of
from kg.extract.coreference.model import FILES, PairModel, compared
from kg.extract.coreference.pairs import Phrase, pair_features
from kg.extract.coreference.rivals import COLUMNS, Common
from kg.extract.trees import Trees

#: A feature seen less often is left out; the strength of the prior; a weight smaller than this is not stored.
SEEN, PRIOR, LEAST = 3, 0.3, 0.02
#: A name that fewer abstracts have is not common.
USUAL = 5
#: Parts of the abstracts: the trees learn from what a linear model says that has not seen the abstract.
FOLDS = 4
Pair = tuple[dict[str, float], bool]


class Names(NamedTuple):
    """The names of an abstract as a curator marked them: what is compared, the mentions, and the things they name."""

    text: str
    phrases: list[Phrase]
    clusters: dict[tuple[str, str], list[Named]]
    things: list[set[str]]


def names_of(paper: dict[str, Any]) -> Names:
    """Return the names of a paper, those of a type after each other."""
    text = f"{paper['title']}\n{paper['abstract']}" if paper.get("title") else paper["abstract"]
    long_forms = long_forms_of(text, find_acronyms(text))
    clusters: dict[tuple[str, str], list[Named]] = collections.defaultdict(list)
    things: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    for span in sorted(paper["spans"], key=lambda s: (s["start"], -s["end"], s["label"])):
        at = (coreference_key(text[span["start"] : span["end"]], long_forms), span["label"])
        clusters[at].append(Named(span["start"], span["end"], span["label"], 1.0))
        things[at].add(span["key"])
    ordered = dict(sorted(clusters.items(), key=lambda found: (found[0][1], found[0][0])))
    return Names(text, phrases_of(text, ordered, long_forms), ordered, [things[at] for at in ordered])


def pairs(names: Names) -> Iterator[Pair]:
    """Yield the features of each two different names of one type, and whether the curator made them one."""
    for i, one in enumerate(names.phrases):
        for j, other in enumerate(names.phrases[:i]):
            if one.label == other.label:
                features = pair_features(one, other)
                if features is not None:
                    yield features, bool(names.things[i] & names.things[j])


def linear(data: Sequence[Pair]) -> dict[str, float]:
    """Return the weights of a logistic model."""
    seen = collections.Counter(name for features, _ in data for name in features)
    kept = [{name: value for name, value in features.items() if seen[name] >= SEEN} for features, _ in data]
    vectors = DictVectorizer()
    model = LogisticRegression(C=PRIOR, max_iter=3000, fit_intercept=False)
    model.fit(vectors.fit_transform(kept), [same for _, same in data])
    weights = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    return {str(name): round(float(weight), 3) for name, weight in sorted(weights) if abs(weight) >= LEAST}


def common_names(papers: Sequence[Names]) -> dict[str, dict[str, int]]:
    """Return, by type and key, how many abstracts have a name."""
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for names in papers:
        for key, label in names.clusters:
            counts[label][key] += 1
    return {label: {k: n for k, n in sorted(of.items()) if n >= USUAL} for label, of in sorted(counts.items())}


def _without(common: Common, names: Names) -> Common:
    """Return the counts of the names of an abstract, the abstract itself not counted."""
    found: dict[str, dict[str, int]] = collections.defaultdict(dict)
    for key, label in names.clusters:
        count = common.get(label, {}).get(key, 0) - 1
        found[label][key] = count if count >= USUAL else 0
    return found


def trees_of(model: HistGradientBoostingClassifier) -> Trees:
    """Flatten a fitted classifier."""
    forest = [stage[0].nodes for stage in model._predictors]
    shape = len(forest), max(map(len, forest))
    feature, left, right = (np.zeros(shape, np.int32) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    for row, nodes in enumerate(forest):
        place = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        at = slice(0, len(nodes))
        feature[row, at] = np.where(leaf, 0, nodes["feature_idx"])
        threshold[row, at] = np.where(leaf, 0.0, nodes["num_threshold"])
        left[row, at], right[row, at] = np.where(leaf, place, nodes["left"]), np.where(leaf, place, nodes["right"])
        value[row, at] = np.where(leaf, nodes["value"], 0.0)
    depth = max(int(nodes["depth"].max()) for nodes in forest)
    return Trees(feature, threshold, left, right, value, depth, float(model._baseline_prediction.ravel()[0]))


def fit(papers: Sequence[Names], seed: int = 1) -> PairModel:
    """Return the model, fitted on the names of the papers."""
    found = [list(pairs(names)) for names in papers]
    common = common_names(papers)
    rows: list[list[float]] = []
    same: list[bool] = []
    for fold in range(FOLDS):
        weights = linear([pair for n, own in enumerate(found) if n % FOLDS != fold for pair in own])
        for names in papers[fold::FOLDS]:
            heard = np.zeros((len(names.phrases),) * 2, np.float32)  # as if the arcs had something to say of all pairs
            told = compared(names.phrases, weights, _without(common, names), heard)
            rows += told.rows
            same += [bool(names.things[i] & names.things[j]) for i, j in told.places]
        print(f"fold {fold}: {len(rows)} pairs, {sum(same)} of them one thing", file=sys.stderr)
    model = HistGradientBoostingClassifier(
        max_iter=250, learning_rate=0.08, max_leaf_nodes=31, max_depth=7, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    model.fit(np.array(rows), np.array(same))
    return PairModel(linear([pair for own in found for pair in own]), common, trees_of(model))


def write(model: PairModel, folder: Path) -> None:
    """Write what `kg.extract.coreference.load_model` reads, but for what the arcs count."""
    arrays, plan = model.trees.to_arrays()
    told = {"columns": COLUMNS, "trees": plan, "common": model.common, "weights": model.weights}
    np.savez_compressed(folder / FILES[1], allow_pickle=False, **arrays)
    (folder / FILES[0]).write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", "utf-8")


def measure(model: PairModel, papers: Sequence[Names]) -> Iterator[str]:
    """Yield lines: precision and recall of pairs at some probabilities."""
    scores, right = [], []
    for names in papers:
        same = model.probabilities(names.phrases)
        for i, j in zip(*np.triu_indices(len(names.phrases), 1), strict=True):
            if names.phrases[i].label == names.phrases[j].label:
                scores.append(same[i, j])
                right.append(bool(names.things[i] & names.things[j]))
    said, true = np.array(scores), np.array(right)
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        chosen = said >= threshold
        precision, recall = true[chosen].mean(), true[chosen].sum() / true.sum()
        yield f"probability {threshold}: precision {precision:.3f}, recall {recall:.3f} of {true.sum()} pairs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--held", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    args = parser.parse_args()
    gold, held = (
        [names_of(json.loads(line)) for file in files for line in file.open(encoding="utf-8") if line.strip()]
        for files in (args.gold, args.held)
    )
    model = fit(gold)
    write(model, args.out)
    if held:
        print(*measure(model, held), sep="\n")


if __name__ == "__main__":
    main()
