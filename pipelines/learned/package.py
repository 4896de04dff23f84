"""Package a trained network: an int8 ONNX encoder, the heads as float16 arrays, the tokenizer."""

from pathlib import Path

import numpy as np
import onnx
import torch
from arcs import ArcHeads
from gold import ROLES, TYPES
from graph import fuse_attention
from network import Network
from tokenizers import Tokenizer
from torch import nn

from kg.extract.mentions.arcs import Arcs
from kg.extract.mentions.heads import Heads


class _Graph(nn.Module):
    """The encoder with positional arguments, as the exporter wants it."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        """Return the last hidden state; attention is written out as `graph` wants it."""
        embeddings = self.encoder.embeddings
        size = self.encoder.config.hidden_size
        count = self.encoder.config.num_attention_heads
        positions = torch.arange(input_ids.shape[1])[None]
        hidden = embeddings.word_embeddings(input_ids) + embeddings.token_type_embeddings(token_type_ids)
        hidden = embeddings.LayerNorm(hidden + embeddings.position_embeddings(positions))
        far = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        for layer in self.encoder.encoder.layer:
            own = layer.attention.self
            batch, length = input_ids.shape
            query, key, value = (
                part(hidden).view(batch, length, count, size // count).transpose(1, 2)
                for part in (own.query, own.key, own.value)
            )
            weights = torch.softmax(query @ key.transpose(-1, -2) / (size // count) ** 0.5 + far, -1)
            mixed = (weights @ value).transpose(1, 2).reshape(batch, length, size)
            hidden = layer.attention.output.LayerNorm(layer.attention.output.dense(mixed) + hidden)
            inner = nn.functional.gelu(layer.intermediate.dense(hidden))
            hidden = layer.output.LayerNorm(layer.output.dense(inner) + hidden)
        return hidden


def export_encoder(network: Network, folder: Path) -> None:
    """Write `encoder.onnx`, quantised to int8 for each output channel, and `encoder-fp32.onnx` beside it."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    example = torch.randint(0, 1000, (1, 40))
    feed = (example, torch.ones_like(example), torch.zeros_like(example))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    full = folder / "encoder-fp32.onnx"
    axes = {name: {0: "batch", 1: "pieces"} for name in [*names, "last_hidden_state"]}
    torch.onnx.export(
        _Graph(network.encoder), feed, str(full), input_names=names, output_names=["last_hidden_state"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(str(full), str(folder / "encoder.onnx"), per_channel=True, weight_type=QuantType.QInt8)
    model = onnx.load(folder / "encoder.onnx")
    fuse_attention(model, network.encoder.config.num_attention_heads)
    onnx.save(model, folder / "encoder.onnx")


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
    """Write encoder, heads and tokenizer into the pipeline's folder; the fp32 graph is not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    export_encoder(network, folder)
    heads_of(network).to_disk(folder / "heads.npz")
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), "utf-8")
