#!/usr/bin/env python3
"""Check the recipe on a public corpus: train on its own split alone, report strict spans on its test split.

    python pipelines/learned/check_recipe.py corpora/tdmsci --encoder MODEL

Same network, same rates and batches as `train.py`, no judge: a span counts where the span head gives a label more than
a threshold and no likelier one crosses it. The threshold is chosen on dev.jsonl; where there is none, on a tenth of
train.jsonl that is kept back at first, and then the network learns from all of it.
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
from tokenizers import Tokenizer

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


def trained(rows: Sequence[dict], arguments: argparse.Namespace) -> tuple[Network, Tokenizer]:
    """Return a network that learnt from these sentences alone, and what cuts texts for it."""
    tokenizer = tokenizer_of(arguments.encoder)
    torch.manual_seed(arguments.seed)
    network = network_of(arguments.encoder)
    examples = list(examples_of(rows, tokenizer, arguments.corpus.name))
    epochs = arguments.epochs
    fit(network, [], examples, tokenizer, epochs=epochs, auxiliary_epochs=epochs, seed=arguments.seed)
    network.eval()
    return network, tokenizer


def said_of(network: Network, tokenizer: Tokenizer, rows: Sequence[dict], source: str) -> list[list[Scored]]:
    """Return the spans of each row with their probabilities, likeliest first."""
    by_row: dict[str, list[Scored]] = {row["id"]: [] for row in rows}
    for example in examples_of(rows, tokenizer, source):
        by_row[example.name] += scored_spans(network, example)
    return [sorted(by_row[row["id"]], key=lambda s: -s[0]) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="folder with train.jsonl and test.jsonl")
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    source = args.corpus.name
    rows, test = (list(rows_of(args.corpus / f"{part}.jsonl")) for part in ("train", "test"))
    has_dev = (args.corpus / "dev.jsonl").is_file()
    if has_dev:
        seen, dev = rows, list(rows_of(args.corpus / "dev.jsonl"))
    else:
        folds = folds_of(rows, 10)
        seen = [row for row, fold in zip(rows, folds, strict=True) if fold]
        dev = [row for row, fold in zip(rows, folds, strict=True) if not fold]
    network, tokenizer = trained(seen, args)
    said = said_of(network, tokenizer, dev, source)
    threshold = max((float(t) for t in GRID), key=lambda t: figures(dev, said, t)[2])
    told = {"dev": figures(dev, said, threshold)}
    if not has_dev:
        network, tokenizer = trained(rows, args)
    told["test"] = figures(test, said_of(network, tokenizer, test, source), threshold)
    for name, (p, r, f) in told.items():
        print(f"{source} {name}: P {100 * p:.1f} R {100 * r:.1f} F1 {100 * f:.1f} (threshold {threshold:.2f})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
