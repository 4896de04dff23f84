"""Fit the second reading on the gold links: its own upper layers and its arcs, over lower layers that stay as they are.

It begins as the first reading with arcs fitted to it (`fit_arcs`): a few epochs from there come further than many
from arcs that know nothing.
"""

import sys
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from arcs import WEIGHTS, ArcHeads, arcs_loss
from facts_data import Paper, papers_of
from gold import Example, batches_of, examples_of
from links import Links, links_of
from marked import Marked
from network import Network, batch_of
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.extract.mentions.marked import MARKS, marks_of

#: The rate falls by this factor from a layer to the one below.
_FALL = 0.9


def fit_marked(
    network: Network,
    heads: ArcHeads,
    gold: Sequence[dict],
    tokenizer: Tokenizer,
    *,
    seed: int,
    epochs: int = 3,
    rate: float = 1.5e-4,
    head_rate: float = 1e-3,
    tokens: int = 2600,
    log=sys.stderr,
) -> Marked:
    """Return the second reading; a quarter of the abstracts is read without its title in each epoch."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    papers = {paper.id: paper for paper in papers_of(gold)}
    network.eval()
    model = Marked(network, heads)
    schedule = [batch for _ in range(epochs) for batch in _epoch(gold, papers, tokenizer, tokens, random)]
    optimizer = torch.optim.AdamW(_groups(model, rate, head_rate), fused=True)
    warm = max(1, len(schedule) // 15)
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.0, (len(schedule) - s) / max(1, len(schedule) - warm)))
    )
    model.train()
    seen: dict[str, list[float]] = {}
    for step, batch in enumerate(schedule):
        links = [links_of(example, papers, random) for example in batch]
        parts = _losses(model, network, batch, links, random)
        if parts:  # not every name of the batch was left out
            optimizer.zero_grad(set_to_none=True)
            sum(WEIGHTS[name] * part for name, part in parts.items()).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        shape.step()
        for name, part in parts.items():
            seen.setdefault(name, []).append(part.item())
        if step % 100 == 99 or step + 1 == len(schedule):
            figures = " ".join(f"{name} {np.mean(losses):.2f}" for name, losses in sorted(seen.items()))
            print(f"second reading, step {step + 1}/{len(schedule)}: {figures}", file=log, flush=True)
            seen = {}
    return model.eval()


def read_again(
    model: Marked,
    network: Network,
    examples: Sequence[Example],
    links: Sequence[Links],
    random: np.random.Generator | None = None,
) -> Tensor:
    """Return (texts, most pieces, size) of texts whose names are those of the links."""
    batch = batch_of(examples, random)
    marks = np.zeros((*batch.ids.shape, MARKS), np.float32)
    for row, (example, link) in enumerate(zip(examples, links, strict=True)):
        told = marks_of(example.pieces, link.spans.first, link.spans.last, link.columns)
        marks[row, : len(told)] = told
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            lower = network.lower(batch)
        return model(lower, batch.mask > 0, torch.from_numpy(marks)).float()


def _epoch(
    gold: Sequence[dict], papers: Mapping[str, Paper], tokenizer: Tokenizer, tokens: int, random: np.random.Generator
) -> list[list[Example]]:
    """Return the batches of one epoch: the examples that are whole texts and name something."""
    bare = random.random(len(gold)) < 0.25
    examples = [
        *examples_of([row for row, b in zip(gold, bare, strict=True) if not b], tokenizer),
        *examples_of([row for row, b in zip(gold, bare, strict=True) if b], tokenizer, titles=False),
    ]
    whole = [e for e in examples if (links := links_of(e, papers)) is not None and len(links.spans.first) > 1]
    return batches_of(whole, tokens, random)


def _groups(model: Marked, rate: float, head_rate: float) -> list[dict]:
    layers = len(model.upper.layer)
    groups = []
    for name, weights in model.named_parameters():
        inside = name.startswith("upper.layer.")
        depth = int(name.split(".")[2]) + 1 if inside else 0
        lr = rate * _FALL ** (layers - depth) if inside else head_rate
        groups.append({"params": [weights], "lr": lr, "weight_decay": 0.01 if weights.dim() > 1 else 0.0})
    return groups


def _losses(
    model: Marked,
    network: Network,
    examples: Sequence[Example],
    links: Sequence[Links],
    random: np.random.Generator,
) -> dict[str, Tensor]:
    """Return the mean loss of each part over a batch."""
    sums: dict[str, list[Tensor]] = {}
    counts: dict[str, int] = {}
    for hidden, example, link in zip(read_again(model, network, examples, links, random), examples, links, strict=True):
        if not len(link.spans.first):  # every name was left out
            continue
        found = model.arcs(hidden[example.pieces.first], hidden[example.pieces.last], link.spans)
        for name, (loss, items) in arcs_loss(found, link).items():
            sums.setdefault(name, []).append(loss)
            counts[name] = counts.get(name, 0) + items
    return {name: torch.stack(losses).sum() / counts[name] for name, losses in sums.items()}
