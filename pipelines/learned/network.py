"""The network: a BERT-like encoder under word heads (start, inside, end of each type) and a head over all spans."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from gold import AUXILIARY, ROLES, TYPES, WIDTH, Example
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.mentions.words import SHAPES, Pieces

HIDDEN = 256
#: Layers of the encoder that serve both readings; the second has layers of its own above them (`marked`).
SHARED = 3
#: Columns of the span head: type validity, core, roles; then the labels of each auxiliary corpus.
COLUMNS = {"gold": (0, len(TYPES))}
_at = len(TYPES) + 1 + len(ROLES)
for _name, _labels in AUXILIARY.items():
    COLUMNS[_name] = (_at, _at + len(_labels))
    _at += len(_labels)
TOTAL = _at


@dataclass
class Batch:
    """Tensors of one batch; word index arrays are padded with 0 and masked."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    first: Tensor
    last: Tensor
    words: Tensor  # batch x words, bool


def padded(texts: Sequence[Pieces]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids, attention mask and types, (texts, most pieces), filled up with 0."""
    ids, mask, types = (np.zeros((len(texts), max(len(p.ids) for p in texts)), np.int64) for _ in range(3))
    for row, pieces in enumerate(texts):
        n = len(pieces.ids)
        ids[row, :n], mask[row, :n], types[row, :n] = pieces.ids, 1, pieces.types
    return ids, mask, types


def batch_of(examples: Sequence[Example], random: np.random.Generator | None = None) -> Batch:
    """Pad the examples; with `random`, one text in twelve is read without its case."""
    words = max(len(e.pieces.first) for e in examples)
    ids, mask, types = padded([e.pieces for e in examples])
    first, last = (np.zeros((len(examples), words), np.int64) for _ in range(2))
    there = np.zeros((len(examples), words), bool)
    for row, e in enumerate(examples):
        w = len(e.pieces.first)
        if random is not None and random.random() < 1 / 12:
            types[row] = 0
        first[row, :w], last[row, :w], there[row, :w] = e.pieces.first, e.pieces.last, True
    return Batch(*(torch.from_numpy(a) for a in (ids, mask, types, first, last, there)))


class Network(nn.Module):
    """Encoder and heads; `forward` gives word logits (b, w, 3, labels) and span logits (b, w, WIDTH, columns)."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        if encoder.config.type_vocab_size != 2 * SHAPES:  # else it was pre-trained with the shapes
            old = encoder.embeddings.token_type_embeddings.weight.data
            table = nn.Embedding(2 * SHAPES, size)
            table.weight.data = old[:1].repeat(2 * SHAPES, 1) + 0.02 * torch.randn(2 * SHAPES, size) * (
                torch.arange(2 * SHAPES)[:, None] > 0
            )
            encoder.embeddings.token_type_embeddings = table
            encoder.config.type_vocab_size = 2 * SHAPES
        labels = TOTAL - 1 - len(ROLES)
        self.labels = labels
        self.dropout = nn.Dropout(0.15)
        self.start_inside = nn.Linear(size, 2 * labels)
        self.end = nn.Linear(size, labels)
        self.from_start = nn.Linear(size, HIDDEN)
        self.from_end = nn.Linear(size, HIDDEN, bias=False)
        self.from_mean = nn.Linear(size, HIDDEN, bias=False)
        self.widths = nn.Parameter(torch.zeros(WIDTH, HIDDEN))
        self.out = nn.Linear(HIDDEN, TOTAL)
        for head in (self.start_inside, self.end, self.out):
            head.bias.data.fill_(-3.0)

    def vectors(self, batch: Batch) -> Tensor:
        return self.encoder(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state

    def lower(self, batch: Batch) -> Tensor:
        """Return what the shared layers make of the pieces, (texts, pieces, size)."""
        hidden = self.encoder.embeddings(input_ids=batch.ids, token_type_ids=batch.types)
        for layer in self.encoder.encoder.layer[:SHARED]:
            hidden = layer(hidden, batch.mask[:, None, None, :] > 0)
        return hidden

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        hidden = self.dropout(self.vectors(batch))
        size = hidden.shape[-1]
        first = hidden.gather(1, batch.first[..., None].expand(-1, -1, size))
        last = hidden.gather(1, batch.last[..., None].expand(-1, -1, size))
        start, inside = self.start_inside(first).chunk(2, -1)
        words = torch.stack([start, inside, self.end(last)], 2)
        one = self.from_start(first)
        two = self.from_end(last)
        three = self.from_mean((first + last) / 2 * batch.words[..., None]).float()
        sums = functional.pad(three.cumsum(1), (0, 0, 1, 0))
        count = first.shape[1]
        at = torch.arange(count)[:, None] + torch.arange(WIDTH)[None]  # the last word of each span
        ends = at.clamp(max=count - 1)
        means = (sums[:, ends + 1] - sums[:, :count, None]) / torch.arange(1, WIDTH + 1)[None, None, :, None]
        spans = functional.relu(one[:, :, None] + two[:, ends] + means.to(one.dtype) + self.widths.to(one.dtype))
        return words, self.out(self.dropout(spans))


def loss_of(words: Tensor, spans: Tensor, batch: Batch, examples: Sequence[Example]) -> Tensor:
    """Binary cross-entropy of the labels of the examples' own source; core and roles on gold spans alone.

    Sums over words and over spans are divided by the number of words, so that a long text weighs as it is long.
    """
    source = examples[0].source
    low, high = COLUMNS[source]
    shift = low if source == "gold" else low - 1 - len(ROLES)
    labels = high - low
    words = words[..., shift : shift + labels].float()
    target_words = torch.zeros_like(words)
    target_spans = torch.zeros(*spans.shape[:3], labels)
    rows = []
    for row, example in enumerate(examples):
        for first, last, kinds, core, roles in example.spans:
            for kind in kinds:
                target_words[row, first, 0, kind] = 1
                target_words[row, first : last + 1, 1, kind] = 1
                target_words[row, last, 2, kind] = 1
                target_spans[row, first, last - first, kind] = 1
            rows.append((row, first, last - first, core, roles))
    total = batch.words.sum()
    lengths = batch.words.sum(1)
    inside = torch.arange(words.shape[1])[:, None] + torch.arange(WIDTH)[None]
    there = inside[None] < lengths[:, None, None]
    loss_words = functional.binary_cross_entropy_with_logits(words, target_words, reduction="none")
    loss = (loss_words * batch.words[..., None, None]).sum() / total
    loss_spans = functional.binary_cross_entropy_with_logits(
        spans[..., low:high].float(), target_spans, reduction="none"
    )
    loss = loss + 2 * (loss_spans * there[..., None]).sum() / total
    if source == "gold" and rows:
        a, b, c = (torch.tensor([r[i] for r in rows]) for i in range(3))
        picked = spans[a, b, c, len(TYPES) : len(TYPES) + 1 + len(ROLES)].float()
        target = torch.zeros_like(picked)
        for index, (_, _, _, core, roles) in enumerate(rows):
            target[index, 0] = core
            for role in roles:
                target[index, 1 + role] = 1
        loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(picked, target, reduction="sum") / total
    return loss
