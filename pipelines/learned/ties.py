"""Fit `ties.json`: how much coreference heeds the trees over named features, and how much the arcs.

The trees are those of `pipelines/rules/fit_coreference.py`. Both are weighed on abstracts that neither has seen.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kg.extract.coreference import FILES, PairModel, Ties, compared, tied
from kg.extract.mentions.arcs import Arcs, spans_of
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.marked import MarkedReader
from kg.extract.mentions.words import title_length

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "rules"))
from fit_coreference import Names

PRIOR = 10  # the strength of the prior


def ties_of(names: Names, encoder: Encoder, again: MarkedReader, arcs: Arcs) -> Ties:
    """Return the log-odds that the arcs give each two of N names, (N, N)."""
    mentions = [m for group in names.clusters.values() for m in group]
    marked = [(m.start, m.end, m.label) for m in mentions]
    encoded = again.read(encoder.encode(names.text, title_length(names.text)), marked)
    places = [(m.start, m.end, i) for i, m in enumerate(mentions)]
    same = arcs.same(encoded, spans_of(encoded.words, places, len(places), ()))
    return tied(names.clusters, mentions, same)


def fit_ties(papers: Sequence[Names], ties: Sequence[Ties], model: PairModel) -> PairModel:
    """Return the `model` with the weights of its trees, of the arcs, and a constant, for like and unlike pairs."""
    rows, heard, same = [], [], []
    for names, of_names in zip(papers, ties, strict=True):
        found = compared(names.phrases, model.weights, model.common, of_names)
        rows += found.rows
        heard += [float(of_names[place]) for place in found.places]
        same += [bool(names.things[i] & names.things[j]) for i, j in found.places]
    table, right = np.array(rows), np.array(same)
    both = np.column_stack([model.trees.predict(table), heard])
    weights = []
    for part in (table[:, 0] >= 0, table[:, 0] < 0):
        if len(set(right[part])) < 2:  # too few abstracts to learn from: the trees alone
            weights.append((1.0, 0.0, 0.0))
            continue
        fitted = LogisticRegression(C=PRIOR).fit(both[part], right[part])
        trees, arcs = (round(float(w), 4) for w in fitted.coef_[0])
        weights.append((trees, arcs, round(float(fitted.intercept_[0]), 4)))
    return replace(model, ties=(weights[0], weights[1]))


def write_ties(folder: Path, model: PairModel) -> None:
    """Write the weights of the trees and the arcs."""
    told = dict(zip(("like", "unlike"), model.ties or (), strict=True))
    (folder / FILES[2]).write_text(json.dumps(told) + "\n", "utf-8")
