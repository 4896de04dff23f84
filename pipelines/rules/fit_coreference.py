"""Fit the model that tells whether two like phrases of an abstract are one thing, and write `coreference.json`.

    python pipelines/rules/fit_coreference.py GOLD.jsonl [--out pipelines/rules/coreference.json]

Needs scikit-learn (the extra `train`). GOLD.jsonl has, a line, title, abstract, entities and `spans` with their `key`.
Prints precision and recall on the last quarter of the papers, fitted on the rest; the file is fitted on all of them.
"""

import argparse
import collections
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from kg.extract.acronyms import find_acronyms
from kg.extract.coreference import Named, coreference_key, long_forms_of, phrase_of
from kg.extract.pairs import pair_features, probability

#: A feature seen less often is left out; the strength of the prior; a weight smaller than this is not stored.
SEEN, PRIOR, LEAST = 3, 0.3, 0.02
Pair = tuple[dict[str, float], bool]


def pairs(paper: dict[str, Any]) -> Iterator[Pair]:
    """Yield the features of each pair of different names of one type, and whether the curator made them one."""
    text = f"{paper['title']}\n{paper['abstract']}" if paper.get("title") else paper["abstract"]
    long_forms = long_forms_of(text, find_acronyms(text))
    groups: dict[tuple[str, str], list[Named]] = collections.defaultdict(list)
    keys: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    for span in sorted(paper["spans"], key=lambda s: (s["start"], -s["end"], s["label"])):
        at = (coreference_key(text[span["start"] : span["end"]], long_forms), span["label"])
        groups[at].append(Named(span["start"], span["end"], span["label"], 1.0))
        keys[at].add(span["key"])
    phrases = {at: phrase_of(text, at[1], group, long_forms) for at, group in groups.items()}
    names = sorted(phrases)
    for i, one in enumerate(names):
        for other in names[:i]:
            if one[1] == other[1]:
                features = pair_features(phrases[one], phrases[other])
                if features is not None:
                    yield features, bool(keys[one] & keys[other])


def fit(data: list[Pair]) -> dict[str, float]:
    """Return the weights of a logistic model."""
    seen = collections.Counter(name for features, _ in data for name in features)
    kept = [{name: value for name, value in features.items() if seen[name] >= SEEN} for features, _ in data]
    vectors = DictVectorizer()
    model = LogisticRegression(C=PRIOR, max_iter=3000, fit_intercept=False)
    model.fit(vectors.fit_transform(kept), [same for _, same in data])
    weights = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    return {str(name): round(float(weight), 3) for name, weight in sorted(weights) if abs(weight) >= LEAST}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("coreference.json"))
    args = parser.parse_args()
    papers = [json.loads(line) for line in args.gold.read_text("utf-8").splitlines() if line.strip()]
    data = [list(pairs(paper)) for paper in papers]
    cut = len(data) * 3 // 4
    weights = fit([pair for one in data[:cut] for pair in one])
    held = [(probability(features, weights), same) for one in data[cut:] for features, same in one]
    for threshold in (0.3, 0.4, 0.5, 0.6):
        chosen = [same for score, same in held if score >= threshold]
        right, of = sum(chosen), sum(same for _, same in held)
        print(f"threshold {threshold}: precision {right / len(chosen):.3f}, recall {right / of:.3f} of {of} pairs")
    lines = ",\n".join(
        f"{json.dumps(k, ensure_ascii=False)}: {v}" for k, v in fit([p for o in data for p in o]).items()
    )
    args.out.write_text("{\n" + lines + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
