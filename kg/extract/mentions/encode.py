"""Run the encoder: a text becomes its words and two vectors for each of them.

One text (or window of a long one) is one call of the graph. Its int8 arithmetic scales each tensor by its own range,
so a text read together with others would come out a little different; read alone it is the same in any batch, and on
a CPU single texts are also the fastest. A call takes one thread: two texts at once use two cores better than two
threads on one text, which wait for each other after every step, and without threads of its own the graph survives a
fork.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from kg.errors import PipelineError
from kg.extract.mentions.weights import unreadable
from kg.extract.mentions.words import Encoded, Pieces, Window, Words, cut_words, pieces_of

__all__ = ["Encoder", "Prepared", "session_of"]

_GRAPH, _TOKENIZER = "encoder.onnx", "tokenizer.json"
_TOP, _LOWER = _OUTPUTS = "last_hidden_state", "lower"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text cut into words, and the pieces of each window of it."""

    words: Words
    windows: tuple[Pieces, ...]


def session_of(graph: bytes, path: Path) -> Any:
    """Return what runs an ONNX graph in one thread; its errors come as exceptions alone.

    Sum and norm stay two steps: onnxruntime's one step for both takes a sixth longer for the whole graph.
    Raises PipelineError for what is no whole graph, naming the `path` that it was read from.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
    except Exception as error:  # those of onnxruntime have no class in common
        raise unreadable(path, "not a whole ONNX graph", error) from error


class Encoder:
    """The ONNX graph and its tokenizer.

    The graph takes `input_ids`, `attention_mask` and `token_type_ids` (1 x pieces, int64; a type is the shape of the
    piece's word, see `words`; it may do without the mask) and gives `last_hidden_state` (1 x pieces x size) and, for a
    second reading (`marked`), `lower`: what its lower layers made of the pieces.
    `prepare` is for one thread at a time, `run` for any number. `folder` is where they were read from, for errors.
    """

    def __init__(self, graph: bytes, tokenizer: str, *, limit: int = 512, folder: Path = Path()) -> None:
        self.graph = graph
        self.tokenizer_json = tokenizer
        self.limit = limit
        try:
            self.tokenizer = Tokenizer.from_str(tokenizer)
        except Exception as error:  # tokenizers raises nothing more special
            raise unreadable(folder / _TOKENIZER, "not a tokenizer", error) from error
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._known: dict[str, list[int]] = {}
        self.session = session_of(graph, folder / _GRAPH)
        self._inputs = frozenset(given.name for given in self.session.get_inputs())
        self._outputs = [given.name for given in self.session.get_outputs() if given.name in _OUTPUTS]

    @property
    def gives_lower(self) -> bool:
        """Whether a second reading can start from what this encoder gives."""
        return _LOWER in self._outputs

    @classmethod
    def from_disk(cls, folder: Path) -> "Encoder":
        """Read `encoder.onnx` and `tokenizer.json`; PipelineError names the one that is missing or not whole."""
        for name in (_GRAPH, _TOKENIZER):
            if not (folder / name).is_file():
                raise PipelineError("missing weights", path=folder / name, hint="train the pipeline, or use 'rules'")
        return cls((folder / _GRAPH).read_bytes(), (folder / _TOKENIZER).read_text("utf-8"), folder=folder)

    def to_disk(self, folder: Path) -> None:
        """Write what `from_disk` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _GRAPH).write_bytes(self.graph)
        (folder / _TOKENIZER).write_text(self.tokenizer_json, "utf-8")

    def encode(self, text: str, title_end: int = 0) -> Encoded:
        """Encode a text of any length; one beyond the encoder's window is read in windows of whole sentences."""
        return self.run(self.prepare(text, title_end))

    def prepare(self, text: str, title_end: int = 0) -> Prepared:
        """Cut a text into words and pieces."""
        words = cut_words(text, title_end)
        windows = pieces_of(text, words, self.tokenizer, self.limit, self._known)
        return Prepared(words, tuple(pieces for _, _, pieces in windows))

    def run(self, prepared: Prepared) -> Encoded:
        """Encode a prepared text."""
        first, last, windows = [], [], []
        for pieces in prepared.windows:
            feed = {"input_ids": pieces.ids[None], "token_type_ids": pieces.types[None]}
            if "attention_mask" in self._inputs:
                feed["attention_mask"] = np.ones_like(pieces.ids)[None]
            found = dict(zip(self._outputs, self.session.run(self._outputs, feed), strict=True))
            vectors = found[_TOP][0]
            first.append(vectors[pieces.first])
            last.append(vectors[pieces.last])
            if _LOWER in found:
                windows.append(Window(pieces, found[_LOWER][0]))
        if not first:
            empty = np.zeros((0, 0), np.float32)
            return Encoded(prepared.words, empty, empty)
        return Encoded(prepared.words, np.concatenate(first), np.concatenate(last), tuple(windows))
