"""Read a text a second time, with its names marked: the facts are read from what comes out.

A copy of the encoder's upper layers, trained for the facts alone, takes the pieces where the lower layers left them
and is told of each piece which types of name it stands in and which begin with it. So a number can look for "the
method" or "the dataset" of its sentence, and all numbers of a text look at each other. After Zhong and Chen 2021, "A
Frustratingly Easy Approach for Entity and Relation Extraction", who write such marks into the text.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.mentions.encode import session_of
from kg.extract.mentions.weights import Array
from kg.extract.mentions.words import Encoded, Pieces, edges_of

__all__ = ["MARKED", "MARKS", "MarkedReader", "columns_of", "marks_of"]

#: The file of the upper layers in a pipeline's folder.
MARKED = "marked.onnx"
#: The column of each type of name; a benchmark is read as the dataset it is.
_COLUMNS = {"Method": 0, "Dataset": 1, "Benchmark": 1, "Metric": 2, "Task": 3}
_TYPES = 4
#: Numbers a piece is marked with: the types of the names it stands in, then of those that begin with it.
MARKS = 2 * _TYPES


def columns_of(types: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the column of each type."""
    return np.array([_COLUMNS[kind] for kind in types], np.int64)


def marks_of(
    pieces: Pieces, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
) -> Array:
    """Return the marks of a window's pieces, (pieces, MARKS); names are given by their words within the window."""
    marks = np.zeros((len(pieces.ids), MARKS), np.float32)
    begins, ends = pieces.first[first], pieces.last[last]
    for begin, end, column in zip(begins.tolist(), ends.tolist(), columns.tolist(), strict=True):
        marks[begin : end + 1, column] = 1
    marks[begins, _TYPES + columns] = 1
    return marks


class MarkedReader:
    """The ONNX graph of the upper layers.

    It takes `lower` (1 x pieces x size) and `marks` (1 x pieces x MARKS), both float32, and gives `last_hidden_state`
    (1 x pieces x size).
    """

    def __init__(self, graph: bytes, folder: Path = Path()) -> None:
        self.graph = graph
        self._session = session_of(graph, folder / MARKED)

    @classmethod
    def from_disk(cls, folder: Path) -> "MarkedReader | None":
        """Read `marked.onnx`, or None where the pipeline has none; PipelineError where it is not whole."""
        path = folder / MARKED
        return cls(path.read_bytes(), folder) if path.is_file() else None

    def to_disk(self, folder: Path) -> None:
        """Write what `from_disk` reads."""
        (folder / MARKED).write_bytes(self.graph)

    def read(self, encoded: Encoded, names: Sequence[tuple[int, int, str]]) -> Encoded:
        """Return the vectors of the second reading; `names` are (start, end, type), in characters.

        A name across the edge of two windows of a long text is marked in each with what lies there.
        """
        if not encoded.windows:
            return encoded
        first, last = edges_of(encoded.words, [n[0] for n in names], [n[1] for n in names])
        columns = columns_of([n[2] for n in names])
        firsts, lasts, begin = [], [], 0
        for window in encoded.windows:
            pieces = window.pieces
            end = begin + len(pieces.first)
            here = np.flatnonzero((last >= begin) & (first < end))
            a, b = np.maximum(first[here], begin) - begin, np.minimum(last[here], end - 1) - begin
            feed = {"lower": window.lower[None], "marks": marks_of(pieces, a, b, columns[here])[None]}
            vectors = self._session.run(["last_hidden_state"], feed)[0][0]
            firsts.append(vectors[pieces.first])
            lasts.append(vectors[pieces.last])
            begin = end
        return Encoded(encoded.words, np.concatenate(firsts), np.concatenate(lasts))
