"""Fine-tune the network on examples: one run over gold and auxiliary batches, with progress on stderr."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from gold import Example, batches_of, examples_of
from network import Network, batch_of, loss_of
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel
from transformers.utils import logging


def tokenizer_of(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def network_of(folder: Path) -> Network:
    logging.set_verbosity_error()
    # Dropout in the attention takes nearly half the time of a step on a CPU; that elsewhere costs little.
    return Network(
        BertModel.from_pretrained(
            folder, attn_implementation="sdpa", add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
    )


def _groups(network: Network, rate: float, head_rate: float) -> list[dict]:
    """Lower layers learn more slowly (factor 0.9 a layer); biases and norms do not decay."""
    groups = []
    layers = network.encoder.config.num_hidden_layers
    for name, weights in network.named_parameters():
        depth = layers
        if name.startswith("encoder.encoder.layer."):
            depth = int(name.split(".")[3]) + 1
        elif name.startswith("encoder.embeddings."):
            depth = 0
        lr = rate * 0.9 ** (layers - depth) if name.startswith("encoder.") else head_rate
        if "token_type" in name:
            lr = head_rate
        groups.append({"params": [weights], "lr": lr, "weight_decay": 0.01 if weights.dim() > 1 else 0.0})
    return groups


def fit(
    network: Network,
    gold: Sequence[dict],
    auxiliary: Sequence[Example],
    tokenizer: Tokenizer,
    *,
    epochs: int,
    auxiliary_epochs: int,
    seed: int,
    rate: float = 2e-4,
    head_rate: float = 1e-3,
    end: float = 0.0,
    tokens: int = 2600,
    log=sys.stderr,
) -> None:
    """Train in place, the rate falling to `end` of itself. Each epoch leaves out the titles of another quarter of the
    abstracts, as many inputs have none."""
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    schedule: list[list[Example]] = []
    for epoch in range(epochs):
        bare = random.random(len(gold)) < 0.25
        examples = [
            *examples_of([row for row, b in zip(gold, bare, strict=True) if not b], tokenizer),
            *examples_of([row for row, b in zip(gold, bare, strict=True) if b], tokenizer, titles=False),
        ]
        batches = batches_of(examples, tokens, random)
        if epoch < auxiliary_epochs and auxiliary:
            by_source = [[e for e in auxiliary if e.source == s] for s in sorted({e.source for e in auxiliary})]
            extra = [batch for group in by_source for batch in batches_of(group, tokens, random)]
            batches = batches + extra
            batches = [batches[i] for i in random.permutation(len(batches))]
        schedule.extend(batches)
    groups = _groups(network, rate, head_rate)
    optimizer = torch.optim.AdamW(groups, fused=True)
    warm = max(1, len(schedule) // 15)
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda s: min((s + 1) / warm, end + (1 - end) * max(0.0, (len(schedule) - s) / max(1, len(schedule) - warm))),
    )
    network.train()
    began, recent = time.time(), []
    for step, examples in enumerate(schedule):
        batch = batch_of(examples, random)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            words, spans = network(batch)
            loss = loss_of(words, spans, batch, examples)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        shape.step()
        if examples[0].source == "gold":
            recent = [*recent[-40:], loss.item()]
        if step % 40 == 39 or step + 1 == len(schedule):
            spent = time.time() - began
            left = spent / (step + 1) * (len(schedule) - step - 1)
            print(
                f"step {step + 1}/{len(schedule)} loss {np.mean(recent):.3f} {spent:.0f} s, {left:.0f} s left",
                file=log,
                flush=True,
            )
