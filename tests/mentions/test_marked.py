"""The second reading: where names are marked, that marks change what is read, that a long text loses nothing."""

from pathlib import Path

import numpy as np
import pytest
from spacy.lang.en import English

from kg.errors import PipelineError
from kg.extract.mentions.component import Mentions
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.marked import MARKS, MarkedReader, columns_of, marks_of
from kg.extract.mentions.words import Encoded, Pieces, cut_words, edges_of
from kg.resources import data_dir

FOLDER = data_dir("pipelines") / "learned"
TEXT = "Small Net reaches 91.2% accuracy on LeafBank classification."
NAMES = [(0, 9, "Method"), (24, 32, "Metric"), (36, 44, "Benchmark"), (36, 59, "Task")]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.from_disk(FOLDER)


@pytest.fixture(scope="module")
def reader() -> MarkedReader:
    found = MarkedReader.from_disk(FOLDER)
    assert found is not None
    return found


def test_a_stretch_is_its_words_and_one_without_words_is_the_next() -> None:
    words = cut_words(TEXT)
    first, last = edges_of(words, [0, 36, 9, len(TEXT)], [9, 59, 10, len(TEXT) + 5])
    assert [TEXT[words.starts[a] : words.ends[b]] for a, b in zip(first, last, strict=True)] == [
        "Small Net",
        "LeafBank classification",
        "reaches",
        ".",
    ]


def test_marks_say_which_names_a_piece_stands_in_and_which_begin() -> None:
    # Three words, the second of two pieces, between the marks of begin and end.
    places = np.array([1, 2, 4]), np.array([1, 3, 4])
    pieces = Pieces(np.zeros(6, np.int64), np.zeros(6, np.int64), *places)
    marks = marks_of(pieces, np.array([1, 1]), np.array([1, 2]), columns_of(["Benchmark", "Task"]))
    inside, begins = marks[:, : MARKS // 2], marks[:, MARKS // 2 :]
    assert inside[:, 1].tolist() == [0, 0, 1, 1, 0, 0]  # a benchmark is marked as a dataset
    assert inside[:, 3].tolist() == [0, 0, 1, 1, 1, 0]
    assert begins[:, 1].tolist() == begins[:, 3].tolist() == [0, 0, 1, 0, 0, 0]
    assert not inside[:, [0, 2]].any()


def test_what_is_marked_is_read_otherwise(encoder: Encoder, reader: MarkedReader) -> None:
    encoded = encoder.encode(TEXT)
    plain, marked = reader.read(encoded, []), reader.read(encoded, NAMES)
    assert plain.first.shape == marked.first.shape == encoded.first.shape
    assert not np.allclose(plain.first, marked.first)
    assert np.array_equal(marked.first, reader.read(encoded, NAMES[::-1]).first)


def test_a_long_text_keeps_every_word_and_a_name_over_two_windows(encoder: Encoder, reader: MarkedReader) -> None:
    text = "word " * 700 + TEXT
    encoded = encoder.encode(text)
    assert len(encoded.windows) > 1
    edge = int(encoded.words.starts[len(encoded.windows[0].pieces.first)])
    again = reader.read(encoded, [(edge - 10, edge + 10, "Method")])
    assert again.first.shape == again.last.shape == (len(encoded.words), encoded.first.shape[1])


def test_nothing_to_read(encoder: Encoder, reader: MarkedReader) -> None:
    assert reader.read(encoder.encode(""), []).first.shape == (0, 0)


def test_readings_of_two_trainings_are_refused(tmp_path: Path) -> None:
    Mentions(keep_vectors=True).from_disk(FOLDER).to_disk(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes((tmp_path / "marked.onnx").read_bytes())  # a graph without `lower`
    with pytest.raises(PipelineError, match="marked"):
        Mentions(keep_vectors=True).from_disk(tmp_path)


def test_a_pipeline_without_a_second_reading_keeps_the_first(tmp_path: Path, encoder: Encoder) -> None:
    Mentions(keep_vectors=True).from_disk(FOLDER).to_disk(tmp_path)
    (tmp_path / "marked.onnx").unlink()
    assert MarkedReader.from_disk(tmp_path) is None
    component = Mentions(keep_vectors=True).from_disk(tmp_path)
    kept: Encoded = component(English().make_doc(TEXT)).user_data["kg_vectors"]
    assert np.array_equal(kept.first, encoder.encode(TEXT).first)
