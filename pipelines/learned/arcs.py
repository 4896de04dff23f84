"""The arcs in torch, for training: the same arithmetic as kg.extract.mentions.arcs, and the loss over gold links."""

import numpy as np
import torch
from links import Links
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.mentions.arcs import CLOSE, KINDS, NEAR, RELATIONS, ROLES, SLOTS, Spans, buckets

REPRESENTATION, SIZE = 256, 48


class Arc(nn.Module):
    """Scores (N, M, labels) between N asking and M answering spans."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.labels = labels
        self.ask = nn.Linear(REPRESENTATION, labels * SIZE)
        self.answer = nn.Linear(REPRESENTATION, labels * SIZE)
        self.bias = nn.Linear(REPRESENTATION, labels)
        self.near = nn.Parameter(torch.zeros(NEAR, labels))
        self.close = nn.Parameter(torch.zeros(CLOSE, labels))

    def forward(self, one: Tensor, other: Tensor, near: Tensor, close: Tensor) -> Tensor:
        ask = self.ask(one).view(-1, self.labels, SIZE)
        answer = self.answer(other).view(-1, self.labels, SIZE)
        scores = torch.einsum("nls,mls->nml", ask, answer) / SIZE**0.5
        return scores + self.bias(other)[None] + self.near[near] + self.close[close]


class ArcHeads(nn.Module):
    """All arcs of one text."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.start = nn.Linear(size, REPRESENTATION)
        self.end = nn.Linear(size, REPRESENTATION, bias=False)
        self.dropout = nn.Dropout(0.3)
        self.kind = nn.Linear(REPRESENTATION, len(KINDS))
        self.slot = Arc(len(SLOTS))
        self.none = nn.Linear(REPRESENTATION, len(SLOTS))
        self.relation = Arc(len(RELATIONS))
        self.source = nn.Linear(REPRESENTATION, len(RELATIONS))
        self.same = Arc(1)
        self.main = nn.Linear(REPRESENTATION, 1)
        self.role = nn.Linear(REPRESENTATION, len(ROLES))
        self.source.bias.data.fill_(-3.0)

    def of_spans(self, hidden_first: Tensor, hidden_last: Tensor, first: np.ndarray, last: np.ndarray) -> Tensor:
        """Return one vector a span, (S, REPRESENTATION), from word vectors (W, size)."""
        return self.dropout(functional.relu(self.start(hidden_first[first]) + self.end(hidden_last[last])))

    def forward(self, first: Tensor, last: Tensor, spans: Spans) -> dict[str, Tensor]:
        """Return kind (V, K), slot (V, E + 1, S), relation (E, E, R), same (M, M), main (E,), role (E, 8)."""
        mentions = self.of_spans(first, last, spans.first, spans.last)
        values = self.of_spans(first, last, spans.value_first, spans.value_last)
        owner = torch.from_numpy(spans.owner)
        bins = [torch.from_numpy(b) for b in buckets(spans, spans.value_first, spans.first)]
        slot = self.slot(values, mentions, *bins)
        slot = pooled(slot, owner, spans.count, 1)
        bins = [torch.from_numpy(b) for b in buckets(spans, spans.first, spans.first)]
        relation = self.relation(mentions, mentions, *bins) + self.source(mentions)[:, None]
        relation = pooled(pooled(relation, owner, spans.count, 1), owner, spans.count, 0)
        same = self.same(mentions, mentions, *bins)[..., 0]
        return {
            "kind": self.kind(values),
            "slot": torch.cat([slot, self.none(values)[:, None]], 1),
            "relation": relation,
            "same": same + same.T,
            "main": pooled(self.main(mentions), owner, spans.count, 0)[:, 0],
            "role": pooled(self.role(mentions), owner, spans.count, 0),
        }


def pooled(scores: Tensor, owner: Tensor, count: int, axis: int) -> Tensor:
    """Return log-sum-exp of the scores over the mentions (along `axis`) of each of `count` entities."""
    moved = scores.movedim(axis, 0)
    top = moved.new_full((count, *moved.shape[1:]), -1e4).index_reduce(0, owner, moved.detach(), "amax")
    sums = torch.zeros_like(top).index_add(0, owner, torch.exp(moved - top[owner]))
    return (torch.log(sums) + top).movedim(0, axis)


def arcs_loss(found: dict[str, Tensor], links: Links) -> dict[str, tuple[Tensor, int]]:
    """Return for each part (summed loss, number of items)."""
    parts: dict[str, tuple[Tensor, int]] = {}
    if len(links.kinds):
        kind = functional.cross_entropy(found["kind"], torch.from_numpy(links.kinds), reduction="sum")
        parts["kind"] = kind, len(links.kinds)
        for column, slot in enumerate(SLOTS):
            wanted = torch.from_numpy(links.slots[slot])
            rows = torch.nonzero(wanted.sum(1) > 0)[:, 0]
            if not len(rows):
                continue
            scores = found["slot"][rows, :, column].masked_fill(~torch.from_numpy(links.open[slot]), -1e4)
            right = scores.masked_fill(wanted[rows] == 0, -1e4)
            parts[slot] = (torch.logsumexp(scores, 1) - torch.logsumexp(right, 1)).sum(), len(rows)
    allowed = torch.from_numpy(links.allowed)
    if allowed.any():
        target = torch.from_numpy(links.relations)[allowed]
        loss = functional.binary_cross_entropy_with_logits(found["relation"][allowed], target, reduction="sum")
        parts["relation"] = loss, links.spans.count
    if len(links.same):
        i, j, told = (torch.from_numpy(c) for c in links.same.T)
        loss = functional.binary_cross_entropy_with_logits(found["same"][i, j], told.float(), reduction="sum")
        parts["same"] = loss, len(links.same)
    if links.main >= 0:
        scores = found["main"].masked_fill(~torch.from_numpy(links.methods), -1e4)
        parts["main"] = torch.logsumexp(scores, 0) - scores[links.main], 1
    if links.spans.count and not links.partial:
        loss = functional.binary_cross_entropy_with_logits(
            found["role"], torch.from_numpy(links.roles), reduction="sum"
        )
        parts["role"] = loss, links.spans.count
    return parts


WEIGHTS = {
    "kind": 0.3, "metric": 0.3, "dataset": 0.4, "method": 0.5, "baseline": 0.2,
    "relation": 0.3, "same": 0.5, "main": 0.2, "role": 0.1,
}  # fmt: skip
