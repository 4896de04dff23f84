#!/usr/bin/env python3
"""Go on pre-training an encoder on abstracts before it is fine-tuned: whole masked words, after Devlin et al. 2019.

    python pipelines/learned/pretrain.py abstracts/*.gz --encoder MODEL --out FOLDER --without dev.jsonl train.jsonl

Every abstract is read once, in random order, until the time is spent. The shapes of the words go in as token types, as
in fine-tuning, so that those are learnt too. There is no dropout: no text comes twice, and on a CPU dropout in the
attention alone takes nearly half the time. FOLDER is then an encoder for `train.py --encoder`. What stands in the files
of `--without` (JSON lines with id, title, abstract) is not read, so that figures on them stay honest.
"""

import argparse
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from fit import network_of, tokenizer_of
from gold import text_of
from network import padded
from standoff import lines_of
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.mentions.words import Pieces, cut_words, pieces_of

WINDOW, TOKENS, SORTED = 384, 6000, 256  # pieces of a text, padded pieces of a batch, texts sorted by length at once
MASKED, RATE, HEAD_RATE = 0.17, 4e-4, 1e-3
WARM = 0.04  # of the time, in which the rate rises


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("abstracts", type=Path, nargs="+", help="JSON lines, gzipped or not")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the encoder to start from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="abstracts that are not to be read")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def names_of(row: dict) -> set[str]:
    """Return what tells an abstract: its id, its folded title, how it begins."""
    folded = [re.sub(r"\W+", "", text.lower()) for text in (row.get("title") or row["abstract"][:60], row["abstract"])]
    return {row["id"], folded[0], folded[1][:80]}


def abstracts_of(paths: Sequence[Path], without: Sequence[Path], random: np.random.Generator) -> list[dict]:
    """Return the abstracts of usual length in random order, less those of `without`."""
    closed = {name for path in without for row in lines_of(path) for name in names_of(row)}
    rows = (row for path in paths for row in lines_of(path) if 300 < len(row["abstract"]) < 2400)
    found = [row for row in rows if not names_of(row) & closed]
    random.shuffle(found)
    return found


def texts_of(rows: Sequence[dict], tokenizer: Tokenizer, random: np.random.Generator) -> Iterator[Pieces]:
    """Yield what the encoder reads of each abstract; a quarter is read without its title."""
    for row in rows:
        titled = bool(row.get("title")) and random.random() >= 0.25
        text = text_of(row) if titled else row["abstract"]
        words = cut_words(text, len(row["title"]) if titled else 0)
        yield from (pieces for _, _, pieces in pieces_of(text, words, tokenizer, WINDOW))


def batches_of(texts: Iterator[Pieces], random: np.random.Generator) -> Iterator[list[Pieces]]:
    """Yield texts of like length together, in random order among so many as are sorted at once."""
    while waiting := sorted(islice(texts, SORTED), key=lambda pieces: len(pieces.ids)):
        batches: list[list[Pieces]] = [[]]
        for pieces in waiting:
            if batches[-1] and len(pieces.ids) * (len(batches[-1]) + 1) > TOKENS:
                batches.append([])
            batches[-1].append(pieces)
        yield from (batches[i] for i in random.permutation(len(batches)))


def masked(
    batch: Sequence[Pieces], tokenizer: Tokenizer, random: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return ids, attention, types and targets, (texts, pieces); a target is -1 where nothing is to be guessed.

    Of the words to be guessed eight in ten are masked, one in ten is another word, one is left.
    """
    ids, attention, types = padded(batch)
    targets = np.full(ids.shape, -1, np.int64)
    mask, size = tokenizer.token_to_id("[MASK]"), tokenizer.get_vocab_size()
    for row, pieces in enumerate(batch):
        if random.random() < 1 / 12:
            types[row] = 0
        for word in np.flatnonzero(random.random(len(pieces.first)) < MASKED):
            here = slice(pieces.first[word], pieces.last[word] + 1)
            targets[row, here] = ids[row, here]
            fate = random.random()
            if fate < 0.8:
                ids[row, here] = mask
            elif fate < 0.9:
                ids[row, here] = random.integers(1000, size, ids[row, here].size)
    return tuple(torch.from_numpy(a) for a in (ids, attention, types, targets))


class Guess(nn.Module):
    """From a vector to a word: one layer that begins as the identity, and the encoder's own table of words."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        words, size = table.weight.shape
        self.table = [table]  # not a part of this module: it is the encoder's
        self.dense = nn.Linear(size, size)
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        self.norm = nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, vectors: Tensor) -> Tensor:
        return functional.linear(self.norm(functional.gelu(self.dense(vectors))), self.table[0].weight, self.bias)


def pretrain(
    encoder: nn.Module, tokenizer: Tokenizer, rows: Sequence[dict], seconds: float, random: np.random.Generator
) -> int:
    """Train in place until the time is spent or the abstracts are; return how many were read."""
    guess = Guess(encoder.embeddings.word_embeddings)
    table = encoder.embeddings.token_type_embeddings.weight
    own = [p for p in encoder.parameters() if p is not table]
    groups = [
        {"params": [p for p in own if p.dim() > 1], "lr": RATE, "weight_decay": 0.01},
        {"params": [p for p in own if p.dim() < 2], "lr": RATE, "weight_decay": 0.0},
        {"params": [table, *guess.parameters()], "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True, betas=(0.9, 0.98))
    rates = [group["lr"] for group in groups]
    encoder.eval()
    began, read, losses = time.time(), 0, []
    for step, batch in enumerate(batches_of(texts_of(rows, tokenizer, random), random)):
        spent = (time.time() - began) / seconds
        if spent >= 1:
            break
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min((spent + 1e-3) / WARM, (1 - spent) / (1 - WARM))
        ids, attention, types, targets = masked(batch, tokenizer, random)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = encoder(input_ids=ids, attention_mask=attention, token_type_ids=types).last_hidden_state
            loss = functional.cross_entropy(guess(vectors[targets >= 0]).float(), targets[targets >= 0])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([*encoder.parameters(), *guess.parameters()], 1.0)
        optimizer.step()
        read += len(batch)
        losses = [*losses[-49:], loss.item()]
        if step % 50 == 49:
            print(f"loss {np.mean(losses):.3f}, {read} texts, {100 * spent:.0f} % of the time", file=sys.stderr)
    return read


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    random = np.random.default_rng(args.seed)
    rows = abstracts_of(args.abstracts, args.without, random)
    tokenizer, encoder = tokenizer_of(args.encoder), network_of(args.encoder).encoder
    print(f"{len(rows)} abstracts", file=sys.stderr)
    read = pretrain(encoder, tokenizer, rows, 60 * args.minutes, random)
    encoder.save_pretrained(args.out)
    shutil.copy(args.encoder / "tokenizer.json", args.out)
    print(f"{read} texts read", file=sys.stderr)


if __name__ == "__main__":
    main()
