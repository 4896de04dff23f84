"""Fit `coreference.json` of this pipeline: the phrases' own features, and what the arcs say where phrases are unlike.

The weights of the features are those of `pipelines/rules/fit_coreference.py`; how much they and the arcs count is
fitted on abstracts that neither has seen.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from facts_data import text_of
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from kg.extract.acronyms import find_acronyms
from kg.extract.coreference import Named, coreference_key, long_forms_of, phrase_of, tied
from kg.extract.mentions.arcs import Arcs, spans_of
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.marked import MarkedReader
from kg.extract.mentions.words import title_length
from kg.extract.pairs import pair_features

Row = tuple[dict[str, float], bool]


def rows_of_pairs(paper: dict, encoder: Encoder, again: MarkedReader, arcs: Arcs) -> Iterator[Row]:
    """Yield the features of each two different names of one type, and whether the curator made them one."""
    text = text_of(paper)
    long_forms = long_forms_of(text, find_acronyms(text))
    groups: dict[tuple[str, str], list[Named]] = {}
    keys: dict[tuple[str, str], set[str]] = {}
    spans = sorted(paper["spans"], key=lambda s: (s["start"], -s["end"], s["label"]))
    for span in spans:
        at = (coreference_key(text[span["start"] : span["end"]], long_forms), span["label"])
        groups.setdefault(at, []).append(Named(span["start"], span["end"], span["label"], 1.0))
        keys.setdefault(at, set()).add(span["key"])
    mentions = [m for group in groups.values() for m in group]
    marked = [(m.start, m.end, m.label) for m in mentions]
    encoded = again.read(encoder.encode(text, title_length(text)), marked)
    ties = arcs.same(
        encoded, spans_of(encoded.words, [(m.start, m.end, i) for i, m in enumerate(mentions)], len(mentions), ())
    )
    row = {m: i for i, m in enumerate(mentions)}
    phrases = {at: phrase_of(text, at[1], group, long_forms) for at, group in groups.items()}
    names = sorted(phrases)
    for i, one in enumerate(names):
        for other in names[:i]:
            if one[1] == other[1]:
                features = pair_features(phrases[one], phrases[other], tied(groups[one], groups[other], row, ties))
                if features is not None:
                    yield features, bool(keys[one] & keys[other])


def fit_ties(rows: Sequence[Row], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the `weights` of the features, scaled, with those of the arcs.

    The weights were fitted without the abstracts that `rows` come from.
    """

    def odds(features: Mapping[str, float]) -> float:
        return sum(weights.get(name, 0.0) * value for name, value in features.items())

    like = [(odds(f), f["tied"], same) for f, same in rows if "tied" in f]
    model = LogisticRegression(C=10).fit([r[:2] for r in like], [r[2] for r in like])
    named, arcs = model.coef_[0]
    unlike = np.array([(named * odds(f), f["tied-unlike"], same) for f, same in rows if "tied-unlike" in f])

    def loss(w: np.ndarray) -> float:
        scores = unlike[:, 0] + w[0] * unlike[:, 1] + w[1]
        return float(np.sum(np.logaddexp(0, scores) - unlike[:, 2] * scores) + 0.1 * (w**2).sum())

    alone, shift = minimize(loss, [0.5, 0.0], method="Nelder-Mead").x
    found = {name: round(float(named * weight), 3) for name, weight in weights.items()}
    found["bias"] = round(found.get("bias", 0.0) + float(model.intercept_[0]), 3)
    found["unlike"] = round(found.get("unlike", 0.0) + float(shift), 3)
    found |= {"tied": round(float(arcs), 3), "tied-unlike": round(float(alone), 3)}
    return found


def write_ties(path: Path, weights: Mapping[str, float]) -> None:
    """Write the weights, one a line."""
    lines = (f"{json.dumps(name, ensure_ascii=False)}: {value}" for name, value in sorted(weights.items()))
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
