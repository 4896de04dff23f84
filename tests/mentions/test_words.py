"""Words, shapes and windows: nothing of a text is lost on its way to the encoder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.mentions.words import cut_words, shape_of, title_length, windows_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CLIP-based nets", ["CLIP", "-", "based", "nets"]),
        ("DFN-H/DFN-L", ["DFN", "-", "H", "/", "DFN", "-", "L"]),
        ("R@10, 5%", ["R", "@", "10", ",", "5", "%"]),
        ("snake_case", ["snake", "_", "case"]),
        (" \n ", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    cut = cut_words(text)
    assert [text[a:b] for a, b in zip(cut.starts, cut.ends, strict=True)] == words


@given(st.text(max_size=200))
def test_every_visible_character_is_in_one_word(text: str) -> None:
    cut = cut_words(text)
    covered = [i for a, b in zip(cut.starts, cut.ends, strict=True) for i in range(a, b)]
    assert covered == [i for i, c in enumerate(text) if not c.isspace()]
    assert all(0 <= shape < 8 for shape in cut.shapes)
    assert (np.diff(cut.sentences) >= 0).all()


def test_shapes_of_the_title_are_their_own() -> None:
    text = "Big Nets\nBig nets."
    cut = cut_words(text, title_length(text))
    assert cut.shapes.tolist() == [9, 9, 1, 0, 6]
    assert shape_of("mT5") == 4


@pytest.mark.parametrize(
    ("text", "length"),
    [("A Title\nText.", 7), ("We end.\nWe go on.", 0), ("Only a line", 0), ("A Title\n ", 0), ("\nText", 0)],
)
def test_title(text: str, length: int) -> None:
    assert title_length(text) == length


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=60), st.integers(9, 30))
def test_windows_cover_each_word_once_within_the_limit(parts: list[tuple[int, bool]], limit: int) -> None:
    text = " ".join("word." if stop else "word" for _, stop in parts)
    cut = cut_words(text)
    lengths = []
    for length, stop in parts:
        lengths += [length, 1] if stop else [length]
    windows = windows_of(cut, lengths, limit)
    assert [i for a, b in windows for i in range(a, b)] == list(range(len(lengths)))
    assert all(sum(lengths[a:b]) <= limit for a, b in windows)


def test_windows_end_with_sentences() -> None:
    cut = cut_words("a b. c d. e f.")
    assert windows_of(cut, [1] * 9, 7) == [(0, 6), (6, 9)]
