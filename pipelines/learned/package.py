"""Package a trained network: int8 ONNX graphs of both readings, the heads as float16 arrays, the tokenizer."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from arcs import ArcHeads
from gold import ROLES, TYPES
from graph import fuse_attention
from marked import Marked
from network import SHARED, Network
from tokenizers import Tokenizer
from torch import nn

from kg.extract.mentions.arcs import ARCS, Arcs
from kg.extract.mentions.heads import Heads
from kg.extract.mentions.marked import MARKED, MARKS


class _Upper(nn.Module):
    """Layers with positional arguments and attention written out, as exporter and `graph` want it."""

    def __init__(self, layers: Sequence[nn.Module], heads: int) -> None:
        super().__init__()
        self.layers, self.heads = nn.ModuleList(layers), heads

    def forward(self, hidden: torch.Tensor, far: torch.Tensor) -> torch.Tensor:
        """Return what the layers make of (batch, pieces, size); `far` is added to the attention."""
        batch, length, size = hidden.shape
        for layer in self.layers:
            own = layer.attention.self
            query, key, value = (
                part(hidden).view(batch, length, self.heads, size // self.heads).transpose(1, 2)
                for part in (own.query, own.key, own.value)
            )
            weights = torch.softmax(query @ key.transpose(-1, -2) / (size // self.heads) ** 0.5 + far, -1)
            mixed = (weights @ value).transpose(1, 2).reshape(batch, length, size)
            hidden = layer.attention.output.LayerNorm(layer.attention.output.dense(mixed) + hidden)
            inner = nn.functional.gelu(layer.intermediate.dense(hidden))
            hidden = layer.output.LayerNorm(layer.output.dense(inner) + hidden)
        return hidden


class _First(nn.Module):
    """The encoder: pieces to the last hidden state, and to what its shared layers make of them."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.embeddings = encoder.embeddings
        layers, heads = encoder.encoder.layer, encoder.config.num_attention_heads
        self.shared, self.upper = _Upper(layers[:SHARED], heads), _Upper(layers[SHARED:], heads)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        """Return (last hidden state, lower)."""
        given = self.embeddings
        positions = torch.arange(input_ids.shape[1])[None]
        hidden = given.word_embeddings(input_ids) + given.token_type_embeddings(token_type_ids)
        hidden = given.LayerNorm(hidden + given.position_embeddings(positions))
        far = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        lower = self.shared(hidden, far)
        return self.upper(lower, far), lower


class _Second(nn.Module):
    """The second reading: what the shared layers gave, and marks, to the last hidden state."""

    def __init__(self, model: Marked) -> None:
        super().__init__()
        self.marks = model.marks
        self.upper = _Upper(model.upper.layer, model.upper.config.num_attention_heads)

    def forward(self, lower: torch.Tensor, marks: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the last hidden state."""
        far = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        return self.upper(lower + self.marks(marks), far)


def _export(module: nn.Module, feed: dict[str, torch.Tensor], outputs: Sequence[str], path: Path, heads: int) -> None:
    """Write a graph, quantised to int8 for each output channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with TemporaryDirectory() as folder:
        full = str(Path(folder) / "fp32.onnx")
        axes = {name: {0: "batch", 1: "pieces"} for name in [*feed, *outputs]}
        torch.onnx.export(
            module.eval(), tuple(feed.values()), full, input_names=list(feed), output_names=list(outputs),
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(full, str(path), per_channel=True, weight_type=QuantType.QInt8)
    model = onnx.load(path)
    fuse_attention(model, heads)
    onnx.save(model, path)


def export_encoder(network: Network, path: Path) -> None:
    """Write the ONNX graph of the encoder."""
    ids = torch.randint(0, 1000, (1, 40))
    feed = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    heads = network.encoder.config.num_attention_heads
    _export(_First(network.encoder), feed, ("last_hidden_state", "lower"), path, heads)


def export_marked(model: Marked, path: Path) -> None:
    """Write the ONNX graph of the second reading."""
    there = torch.ones(1, 40, dtype=torch.int64)
    feed = {"lower": torch.randn(1, 40, model.size), "marks": torch.zeros(1, 40, MARKS), "attention_mask": there}
    _export(_Second(model), feed, ("last_hidden_state",), path, model.upper.config.num_attention_heads)


def heads_of(network: Network) -> Heads:
    """Take the columns of gold out of the heads; those of the auxiliary corpora served in training alone."""
    count, labels = len(TYPES), network.labels
    both = [*range(count), *range(labels, labels + count)]
    columns = list(range(count + 1 + len(ROLES)))
    arrays = {
        "start_inside": network.start_inside.weight[both].T,
        "start_inside_bias": network.start_inside.bias[both],
        "end": network.end.weight[:count].T,
        "end_bias": network.end.bias[:count],
        "from_start": network.from_start.weight.T,
        "from_start_bias": network.from_start.bias,
        "from_end": network.from_end.weight.T,
        "from_mean": network.from_mean.weight.T,
        "widths": network.widths,
        "out": network.out.weight[columns].T,
        "out_bias": network.out.bias[columns],
    }
    return Heads({name: np.ascontiguousarray(value.detach().float().numpy()) for name, value in arrays.items()})


def arcs_of(heads: ArcHeads) -> Arcs:
    """Take the arcs as arrays."""
    arrays: dict[str, torch.Tensor] = {"end": heads.end.weight.T}
    for name in ("start", "none", "source", "kind", "main", "role"):
        line = getattr(heads, name)
        arrays |= {name: line.weight.T, f"{name}_bias": line.bias}
    for name in ("slot", "relation", "same"):
        arc = getattr(heads, name)
        arrays |= {f"{name}_near": arc.near, f"{name}_close": arc.close}
        for part in ("ask", "answer", "bias"):
            line = getattr(arc, part)
            arrays |= {f"{name}_{part}": line.weight.T, f"{name}_{part}_bias": line.bias}
    return Arcs({name: np.ascontiguousarray(value.detach().float().numpy()) for name, value in arrays.items()})


def package(network: Network, tokenizer: Tokenizer, folder: Path) -> None:
    """Write encoder, heads and tokenizer into the pipeline's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    export_encoder(network, folder / "encoder.onnx")
    heads_of(network).to_disk(folder / "heads.npz")
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), "utf-8")


def package_marked(model: Marked, folder: Path) -> None:
    """Write the second reading and its arcs into the pipeline's folder."""
    export_marked(model, folder / MARKED)
    arcs_of(model.arcs).to_disk(folder / ARCS)
