"""Cut a text into words, and words into the encoder's pieces.

A word is a run of letters and digits, or one other visible character: every name begins and ends at the edge of a
word ("CLIP" in "CLIP-based", "DFN-H" in "DFN-H/DFN-L"), so whatever is decided over words can leave no debris of
pieces. The encoder reads lower-cased pieces; the case of a word, which tells names from common words, goes in as its
shape beside them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

__all__ = ["SHAPES", "Pieces", "Words", "cut_words", "pieces_of", "shape_of", "title_length", "windows_of"]

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
#: Number of shapes; the encoder's `token_type_ids` are a shape, plus `SHAPES` inside the title.
SHAPES = 8
_ENDS = frozenset(".!?\n")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text: offsets in code points, shape, and the index of the sentence-like stretch of each."""

    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    shapes: npt.NDArray[np.int32]
    sentences: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The encoder's input for one window of words, and where each word's first and last piece stand in it."""

    ids: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]


def shape_of(word: str) -> int:
    """Return 0 lower case, 1 Capitalised, 2 CAPITALS, 3 miXed, 4 l3tters, 5 digits, 6 a sign, 7 one capital letter.

    >>> [shape_of(word) for word in ("net", "Net", "GPT", "ResNet", "v2", "50", "-", "A")]
    [0, 1, 2, 3, 4, 5, 6, 7]
    """
    if not word[0].isalnum():
        return 6
    if word.isdigit():
        return 5
    if any(character.isdigit() for character in word):
        return 4
    capitals = sum(character.isupper() for character in word)
    if not capitals:
        return 0
    if len(word) == 1:
        return 7
    if capitals == len(word):
        return 2
    return 1 if capitals == 1 and word[0].isupper() else 3


def title_length(text: str) -> int:
    """Return how long the title is: the first line, where it is short, ends no sentence and something follows it.

    >>> title_length("A Small Network\\nWe train it."), title_length("We train it.\\nIt works."), title_length("We do.")
    (15, 0, 0)
    """
    end = text.find("\n")
    return end if 0 < end <= 300 and text[end - 1] != "." and text[end:].strip() else 0


def cut_words(text: str, title_end: int = 0) -> Words:
    """Cut `text` into words; those that begin before `title_end` (the length of the title) count as the title's."""
    starts: list[int] = []
    ends: list[int] = []
    shapes: list[int] = []
    sentences: list[int] = []
    sentence, previous = 0, 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        gap = text[previous:start]
        if "\n" in gap or (gap and starts and text[previous - 1] in _ENDS):
            sentence += 1
        starts.append(start)
        ends.append(end)
        shapes.append(shape_of(match.group()) + (SHAPES if start < title_end else 0))
        sentences.append(sentence)
        previous = end
    return Words(*(np.array(column, dtype=np.int32) for column in (starts, ends, shapes, sentences)))


def windows_of(words: Words, lengths: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Split the words into consecutive windows of whole sentences of at most `limit` pieces each.

    `lengths` are the pieces of each word. A sentence that alone exceeds the limit is split between words. The windows
    cover every word exactly once.
    """
    windows: list[tuple[int, int]] = []
    begin, used, mark, mark_used = 0, 0, 0, 0
    for index, length in enumerate(lengths):
        if index and words.sentences[index] != words.sentences[index - 1]:
            mark, mark_used = index, used
        if used + length > limit and index > begin:
            cut, rest = (mark, used - mark_used) if mark > begin else (index, 0)
            windows.append((begin, cut))
            begin, used, mark, mark_used = cut, rest, cut, 0
            if used + length > limit and index > begin:
                windows.append((begin, index))
                begin, used, mark = index, 0, index
        used += length
    if len(lengths) > begin:
        windows.append((begin, len(lengths)))
    return windows


def pieces_of(text: str, words: Words, tokenizer: Tokenizer, limit: int) -> list[tuple[int, int, Pieces]]:
    """Return (first word, end word, pieces) of each window; `limit` counts the two marks at the ends of a window.

    A word the tokenizer knows no piece of (a lone control character) becomes its unknown piece, so each word has one.
    """
    strings = [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)]
    unknown, begin_id, end_id = (int(tokenizer.token_to_id(mark) or 0) for mark in ("[UNK]", "[CLS]", "[SEP]"))
    encodings = tokenizer.encode_batch(strings, add_special_tokens=False) if strings else []
    pieces = [(encoding.ids or [unknown])[: limit - 2] for encoding in encodings]
    out: list[tuple[int, int, Pieces]] = []
    for start, end in windows_of(words, [len(piece) for piece in pieces], limit - 2):
        ids, types = [begin_id], [0]
        first: list[int] = []
        last: list[int] = []
        for index in range(start, end):
            first.append(len(ids))
            ids.extend(pieces[index])
            types.extend([int(words.shapes[index])] * len(pieces[index]))
            last.append(len(ids) - 1)
        ids.append(end_id)
        types.append(0)
        columns = (np.array(column, dtype=np.int64) for column in (ids, types, first, last))
        out.append((start, end, Pieces(*columns)))
    return out
