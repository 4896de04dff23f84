"""Fit one head (kg.extract.facts.heads.Head) to named features; torch here, numpy where it runs.

Three kinds of target: one class an item ("softmax"), any number of labels an item ("sigmoid"), one right item in each
group of items ("list": the loss is the log of the probability that all right items of a group share).
"""

import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from kg.extract.facts.heads import Features, Head


class _Net(nn.Module):
    def __init__(self, rows: int, hidden: int, labels: int, drop: float) -> None:
        super().__init__()
        self.wide = nn.EmbeddingBag(rows, labels, mode="sum")
        self.deep = nn.EmbeddingBag(rows, hidden, mode="sum")
        self.hidden_bias = nn.Parameter(torch.zeros(hidden))
        self.out = nn.Linear(hidden, labels)
        self.drop = nn.Dropout(drop)
        nn.init.zeros_(self.wide.weight)
        nn.init.normal_(self.deep.weight, std=0.08)
        nn.init.normal_(self.out.weight, std=0.15)

    def forward(self, rows: torch.Tensor, bounds: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        deep = self.drop(torch.relu(self.deep(rows, bounds, per_sample_weights=weight) + self.hidden_bias))
        return self.wide(rows, bounds, per_sample_weights=weight) + self.out(deep)


def _batches(bounds: np.ndarray, units: list[tuple[int, int]], size: int, rng: np.random.Generator):
    """Yield lists of units (stretches of items) of about `size` items, in a drawn order."""
    order = rng.permutation(len(units))
    batch: list[tuple[int, int]] = []
    held = 0
    for i in order:
        batch.append(units[i])
        held += units[i][1] - units[i][0]
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def fit(
    items: Sequence[Features[str]],
    targets: np.ndarray,
    labels: Sequence[str],
    kind: str,
    groups: Sequence[tuple[int, int]] | None = None,
    *,
    hidden: int = 24,
    epochs: int = 8,
    rate: float = 3e-3,
    least: int = 3,
    drop: float = 0.3,
    drop_features: float = 0.15,
    decay: float = 1e-2,
    size: int = 256,
    seeds: int = 1,
) -> Head[str]:
    """Fit a head; `targets` is (N,) of classes, (N, K) of 0/1, or (N,) of 0/1 within `groups`."""
    count = Counter(f for item in items for f in item)
    index = {f: i for i, f in enumerate(sorted(f for f, n in count.items() if n >= least))}
    rows, weight, bounds = [], [], [0]
    for item in items:
        for f, w in item.items():
            if f in index:
                rows.append(index[f])
                weight.append(w)
        bounds.append(len(rows))
    rows_, weight_, bounds_ = np.array(rows, np.int64), np.array(weight, np.float32), np.array(bounds, np.int64)
    units = list(groups) if groups is not None else [(i, i + 1) for i in range(len(items))]
    nets = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        rng = np.random.default_rng(seed)
        net = _Net(len(index), hidden, len(labels), drop)
        steps = epochs * max(1, sum(b - a for a, b in units) // size)
        optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + epochs + 1, pct_start=0.2)
        for _ in range(epochs):
            for batch in _batches(bounds_, units, size, rng):
                where = np.concatenate([np.arange(a, b) for a, b in batch])
                lengths = bounds_[where + 1] - bounds_[where]
                take = np.concatenate([np.arange(bounds_[i], bounds_[i + 1]) for i in where])
                start = np.concatenate([[0], np.cumsum(lengths)[:-1]])
                keep = (rng.random(len(take)) >= drop_features).astype(np.float32) / (1 - drop_features)
                scores = net(
                    torch.from_numpy(rows_[take]), torch.from_numpy(start), torch.from_numpy(weight_[take] * keep)
                )
                loss = _loss(scores, targets[where], kind, batch)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
        nets.append(net)
    return _merge(nets, index, labels)


def _loss(scores: torch.Tensor, targets: np.ndarray, kind: str, batch: list[tuple[int, int]]) -> torch.Tensor:
    if kind == "softmax":
        return nn.functional.cross_entropy(scores, torch.from_numpy(targets.astype(np.int64)))
    if kind == "sigmoid":
        wanted = torch.from_numpy(targets.astype(np.float32).reshape(scores.shape))
        return nn.functional.binary_cross_entropy_with_logits(scores, wanted)
    losses, at = [], 0
    wanted = torch.from_numpy(targets.astype(bool))
    flat = scores[:, 0]
    for a, b in batch:
        part, right = flat[at : at + b - a], wanted[at : at + b - a]
        losses.append(torch.logsumexp(part, 0) - torch.logsumexp(part[right], 0))
        at += b - a
    return torch.stack(losses).mean()


def _merge(nets: list[_Net], index: dict[str, int], labels: Sequence[str]) -> Head[str]:
    """Make one head of several: hidden layers side by side, outputs averaged."""
    n = len(nets)
    array = lambda t: t.detach().numpy().astype(np.float32)  # noqa: E731
    return Head(
        tuple(labels),
        index,
        wide=sum(array(net.wide.weight) for net in nets) / n,
        deep=np.concatenate([array(net.deep.weight) for net in nets], 1),
        hidden_bias=np.concatenate([array(net.hidden_bias) for net in nets]),
        out=np.concatenate([array(net.out.weight).T for net in nets]) / n,
        bias=sum(array(net.out.bias) for net in nets) / n,
    )


def fold_of(key: str, folds: int) -> int:
    """Return the fold a paper belongs to, by its id alone."""
    return zlib.crc32(key.encode()) % folds
