"""Fit the arcs on the vectors of an encoder that stays as it is: it serves the mentions, and they would pay for it.

(Trained together, the arcs gained about two points on relations and the mentions lost one.)
"""

import sys
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from arcs import WEIGHTS, ArcHeads, arcs_loss
from facts_data import Paper, papers_of
from gold import Example, examples_of
from links import links_of
from network import Network, batch_of
from tokenizers import Tokenizer
from torch import Tensor, nn

Read = tuple[Example, Tensor, Tensor]


def fit_arcs(
    network: Network,
    gold: Sequence[dict],
    tokenizer: Tokenizer,
    *,
    seed: int,
    epochs: int = 14,
    rate: float = 2e-3,
    size: int = 8,
    log=sys.stderr,
) -> ArcHeads:
    """Return arcs fitted to the gold links; a quarter of the abstracts is read without its title in each epoch."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    papers = {paper.id: paper for paper in papers_of(gold)}
    whole, bare = (_read(network, gold, tokenizer, papers, titles) for titles in (True, False))
    names = sorted(whole)
    heads = ArcHeads(network.encoder.config.hidden_size)
    blur = nn.Dropout(0.15)
    optimizer = torch.optim.AdamW(heads.parameters(), lr=rate, weight_decay=0.05)
    steps = epochs * -(-len(names) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.1)
    for epoch in range(epochs):
        order = random.permutation(len(names))
        seen: dict[str, list[float]] = {}
        for start in range(0, len(names), size):
            chosen = [names[i] for i in order[start : start + size]]
            read = [bare[n] if n in bare and random.random() < 0.25 else whole[n] for n in chosen]
            parts = _losses(heads, blur, read, papers, random)
            loss = sum(WEIGHTS[name] * part for name, part in parts.items())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            for name, part in parts.items():
                seen.setdefault(name, []).append(part.item())
        figures = " ".join(f"{name} {np.mean(losses):.2f}" for name, losses in seen.items())
        print(f"arcs, epoch {epoch + 1}/{epochs}: {figures}", file=log, flush=True)
    return heads.eval()


def _read(
    network: Network, gold: Sequence[dict], tokenizer: Tokenizer, papers: Mapping[str, Paper], titles: bool
) -> dict[str, Read]:
    """Return the examples that are whole texts, with the vectors of each word's first and last piece, (W, size)."""
    network.eval()
    found: dict[str, Read] = {}
    for example in examples_of(gold, tokenizer, titles=titles):
        if links_of(example, papers) is not None:
            with torch.no_grad():
                batch = batch_of([example])
                hidden = network.vectors(batch)[0]
            found[example.name] = example, hidden[batch.first[0]].clone(), hidden[batch.last[0]].clone()
    return found


def _losses(
    heads: ArcHeads, blur: nn.Dropout, read: Sequence[Read], papers: Mapping[str, Paper], random: np.random.Generator
) -> dict[str, Tensor]:
    """Return the mean loss of each part over a batch."""
    sums: dict[str, list[Tensor]] = {}
    counts: dict[str, int] = {}
    for example, first, last in read:
        links = links_of(example, papers, random)
        if links is None or not len(links.spans.first):
            continue
        for name, (loss, items) in arcs_loss(heads(blur(first), blur(last), links.spans), links).items():
            sums.setdefault(name, []).append(loss)
            counts[name] = counts.get(name, 0) + items
    return {name: torch.stack(losses).sum() / counts[name] for name, losses in sums.items()}
