"""Fit on curated abstracts what each clue adds to the log-odds of each type, and write `patterns.tsv`.

    python pipelines/rules/fit.py GOLD.jsonl [--out pipelines/rules/patterns.tsv]

Needs scikit-learn; deterministic; some minutes. GOLD.jsonl has, a line, title, abstract, entities with `key`, `type`,
`surfaces` and `core`, and `spans` with `start`, `end`, `key` and `label`. Every fifth abstract is held back first to
choose the threshold, which is printed and belongs into `config.cfg`; the table is then fitted on all.
"""

import argparse
import collections
import json
import warnings
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from kg.evaluate.compare import surface_key
from kg.extract.acronyms import find_acronyms
from kg.extract.clues import Stops, clues, words_of
from kg.extract.patterns import (
    LABELS,
    Table,
    Terms,
    all_candidates,
    find_names,
    known_names,
    parse_table,
    vocabulary_terms,
)
from kg.extract.urls import find_urls
from kg.vocabulary import load_vocabulary

Gold = Sequence[dict[str, Any]]
#: Words that end a phrase whatever was counted.
ALWAYS = {"the", "a", "an", "and", "or", "of", "for", "in", "on", "with", "by", "to", "from", "via", "using", "its"}
SELDOM = 0.08  # a word that stands more seldom within an entity ends a phrase; half as often first or last, likewise
SEEN = 2  # phrases; a clue seen with fewer is left out
STRENGTH = 0.2  # the inverse of the penalty on the squares of the weights
ROUNDS = 60
SIZE = 1_000_000  # bytes of the table
THRESHOLDS = [round(0.26 + 0.02 * step, 2) for step in range(13)]


def text_of(paper: dict[str, Any]) -> str:
    return f"{paper['title']}\n{paper['abstract']}" if paper.get("title") else str(paper["abstract"])


def stop_words(papers: Gold) -> Stops:
    """Return the words that seldom stand within an entity, seldom begin or seldom end one."""
    total: collections.Counter[str] = collections.Counter()
    inside, first, last = collections.Counter[str](), collections.Counter[str](), collections.Counter[str]()
    for paper in papers:
        text = text_of(paper)
        covered = bytearray(len(text) + 1)
        for span in paper["spans"]:
            covered[span["start"] : span["end"]] = b"\1" * (span["end"] - span["start"])
        begins, ends = ({span[side] for span in paper["spans"]} for side in ("start", "end"))
        for word in words_of(text):
            if word.text[0].isalnum():
                total[word.lower] += 1
                inside[word.lower] += covered[word.start]
                first[word.lower] += word.start in begins
                last[word.lower] += word.end in ends
    stops = ALWAYS | {word for word, n in total.items() if n >= 4 and inside[word] / n < SELDOM}
    seldom = [{w for w, n in total.items() if n >= 6 and at[w] / n < SELDOM / 2} - stops for at in (first, last)]
    return Stops(stops, *seldom)


def examples(papers: Gold, stops: Stops, terms: Terms) -> tuple[list[list[str]], list[int]]:
    """Return the clues of every candidate and its class: 0 for none, else 1 + the place of its type in LABELS."""
    told: list[list[str]] = []
    classes: list[int] = []
    for paper in papers:
        text = text_of(paper)
        words = words_of(text)
        known = known_names(words, terms)
        found = all_candidates(words, stops, known)
        told += clues(text, words, found, known, find_acronyms(text))
        types = {(span["start"], span["end"]): 1 + LABELS.index(span["label"]) for span in paper["spans"]}
        classes += [types.get((words[first].start, words[last].end), 0) for first, last in found]
    return told, classes


def weigh(told: list[list[str]], classes: list[int]) -> tuple[list[str], Any, Any]:
    """Return the clues, how often each was seen, and what each adds to the log-odds of the types, (clues, types)."""
    counts = collections.Counter(chain.from_iterable(set(row) for row in told))
    names = sorted(clue for clue, n in counts.items() if n >= SEEN)
    columns = {clue: column for column, clue in enumerate(names)}
    hits = [sorted({columns[clue] for clue in row if clue in columns}) for row in told]
    ends = np.cumsum([0, *map(len, hits)])
    seen = csr_matrix(
        (np.ones(ends[-1], dtype="float32"), list(chain.from_iterable(hits)), ends), (len(told), len(names))
    )
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3, fit_intercept=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(seen, np.asarray(classes))
    weights = (model.coef_[1:] - model.coef_[0]).T
    return names, np.asarray([counts[clue] for clue in names]), weights


def lines_of(stops: Stops, names: list[str], counts: Any, weights: Any) -> list[str]:
    """Return the lines of the table: the stop words, and the clues that matter most."""
    kinds = zip(("stop", "stop-first", "stop-last"), stops, strict=True)
    head = ["# kind\tkey\t" + "\t".join(LABELS) + "   (made by fit.py)"]
    head += [f"{kind}\t{word}" for kind, words in kinds for word in sorted(words)]
    matter = np.abs(weights).max(axis=1) * np.sqrt(np.minimum(counts, 20))
    room = SIZE - sum(len(line.encode()) + 1 for line in head)
    kept = []
    for clue in np.argsort(-matter, kind="stable").tolist():
        cells = [f"{weight:.1f}" for weight in weights[clue]]
        line = "\t".join([*names[clue].split(":", 1), *("" if cell in ("0.0", "-0.0") else cell for cell in cells)])
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return head + sorted(kept)


def table_lines(papers: Gold, terms: Terms) -> list[str]:
    """Fit on the papers and return the lines of the table."""
    stops = stop_words(papers)
    return lines_of(stops, *weigh(*examples(papers, stops, terms)))


def entity_f1(papers: Gold, table: Table) -> float:
    """Return F1 of the distinct names: any entity of the paper is right, core ones must be found."""
    right = predicted = found_core = core = 0
    for paper in papers:
        text = text_of(paper)
        closed = [(link.start, link.end) for link in find_urls(text)]
        names = find_names(text, table, find_acronyms(text), closed)
        found = {(label, surface_key(text[start:end])) for start, end, label, _ in names}
        wanted = []
        for entity in paper["entities"]:
            types = {entity["type"], *entity.get("alt_types", ())}
            wanted.append((bool(entity["core"]), {(t, surface_key(s)) for t in types for s in entity["surfaces"]}))
        good = set().union(*(forms for _, forms in wanted))
        right += len(found & good)
        predicted += len(found)
        core += sum(is_core for is_core, _ in wanted)
        found_core += sum(is_core and bool(found & forms) for is_core, forms in wanted)
    precision, recall = right / max(predicted, 1), found_core / max(core, 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def best_threshold(papers: Gold, lines: Iterable[str], terms: Terms) -> tuple[float, float]:
    """Return the best entity F1 on the papers and the threshold that gives it."""
    table = parse_table(list(lines))
    tried = [(entity_f1(papers, Table(table.stops, table.rows, table.weights, terms, t)), t) for t in THRESHOLDS]
    return max(tried)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("patterns.tsv"))
    args = parser.parse_args()
    papers = [json.loads(line) for line in args.gold.read_text("utf-8").splitlines() if line.strip()]
    terms = vocabulary_terms(load_vocabulary())
    rest = [paper for i, paper in enumerate(papers) if i % 5]
    f1, threshold = best_threshold(papers[::5], table_lines(rest, terms), terms)
    print(f"threshold {threshold}: entity F1 {f1:.3f} on the fifth held back")
    args.out.write_text("\n".join(table_lines(papers, terms)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
