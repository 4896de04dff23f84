#!/usr/bin/env python3
"""Check the recipe on a public corpus: train on its own split alone, report strict spans on its test split.

    python pipelines/learned/check_recipe.py corpora/tdmsci --encoder MODEL

Same network, same rates and batches as `train.py`, no judge: a span counts where the span head gives a label more than
a threshold (chosen on dev.jsonl, else on a tenth of train.jsonl that is kept back) and no likelier one crosses it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from fit import fit, network_of, tokenizer_of
from gold import AUXILIARY, WIDTH, Example, examples_of, folds_of, rows_of
from network import COLUMNS, Network, batch_of

Scored = tuple[float, int, int, str]
GRID = np.arange(0.2, 0.8, 0.05)


def scored_spans(network: Network, example: Example) -> list[Scored]:
    """Return every span with its probability for each label of the example's corpus, likeliest first."""
    low, high = COLUMNS[example.source]
    labels = AUXILIARY[example.source]
    with torch.no_grad():
        spans = torch.sigmoid(network(batch_of([example]))[1][0, :, :, low:high].float()).numpy()
    count = len(example.words)
    starts, ends = example.words.starts.tolist(), example.words.ends.tolist()
    found = [
        (float(spans[a, n, k]), starts[a], ends[a + n], labels[k])
        for a, n, k in np.argwhere(spans > GRID[0]).tolist()
        if n < WIDTH and a + n < count
    ]
    return sorted(found, key=lambda s: (-s[0], s[1], s[2], s[3]))


def decoded(spans: Sequence[Scored], threshold: float) -> set[tuple[int, int, str]]:
    """Keep the likeliest spans past the threshold that share no word with a likelier one."""
    kept: list[Scored] = []
    for span in spans:
        if span[0] >= threshold and all(span[2] <= k[1] or k[2] <= span[1] for k in kept):
            kept.append(span)
    return {(a, b, label) for _, a, b, label in kept}


def figures(rows: Sequence[dict], said: Sequence[Sequence[Scored]], threshold: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 of strict spans with their labels."""
    right = found = gold = 0
    for row, spans in zip(rows, said, strict=True):
        told = {(s["start"], s["end"], s["label"]) for s in row["spans"]}
        mine = decoded(spans, threshold)
        right, found, gold = right + len(told & mine), found + len(mine), gold + len(told)
    precision, recall = right / max(1, found), right / max(1, gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="folder with train.jsonl and test.jsonl")
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    source = args.corpus.name
    tokenizer = tokenizer_of(args.encoder)
    rows = list(rows_of(args.corpus / "train.jsonl"))
    if (args.corpus / "dev.jsonl").is_file():
        dev = list(rows_of(args.corpus / "dev.jsonl"))
    else:
        folds = folds_of(rows, 10)
        dev = [row for row, fold in zip(rows, folds, strict=True) if not fold]
        rows = [row for row, fold in zip(rows, folds, strict=True) if fold]
    test = list(rows_of(args.corpus / "test.jsonl"))
    torch.manual_seed(args.seed)
    network = network_of(args.encoder)
    examples = list(examples_of(rows, tokenizer, source))
    fit(network, [], examples, tokenizer, epochs=args.epochs, auxiliary_epochs=args.epochs, seed=args.seed)
    network.eval()
    said = {}
    for name, part in (("dev", dev), ("test", test)):
        by_row: dict[str, list[Scored]] = {row["id"]: [] for row in part}
        for example in examples_of(part, tokenizer, source):
            by_row[example.name] += scored_spans(network, example)
        said[name] = [sorted(by_row[row["id"]], key=lambda s: -s[0]) for row in part]
    threshold = max((float(t) for t in GRID), key=lambda t: figures(dev, said["dev"], t)[2])
    for name, part in (("dev", dev), ("test", test)):
        p, r, f = figures(part, said[name], threshold)
        print(f"{source} {name}: P {100 * p:.1f} R {100 * r:.1f} F1 {100 * f:.1f} (threshold {threshold:.2f})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
