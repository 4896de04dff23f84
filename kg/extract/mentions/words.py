"""Cut a text into words, and words into the encoder's pieces.

A word is a run of letters and digits, or one other visible character: every name begins and ends at the edge of a
word ("CLIP" in "CLIP-based", "DFN-H" in "DFN-H/DFN-L"), so whatever is decided over words can leave no debris of
pieces. The encoder reads lower-cased pieces; the case of a word, which tells names from common words, goes in as its
shape beside them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

__all__ = [
    "SHAPES",
    "VECTORS",
    "Encoded",
    "Pieces",
    "Window",
    "Words",
    "cut_words",
    "edges_of",
    "pieces_of",
    "shape_of",
    "title_length",
    "windows_of",
]

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
#: Number of shapes; the encoder's `token_type_ids` are a shape, plus `SHAPES` inside the title.
SHAPES = 8
#: Where a document's `Encoded` waits for the components after `kg_mentions`, in its `user_data`.
VECTORS = "kg_vectors"
_ENDS = frozenset(".!?\n")
#: Words whose pieces are remembered: so many, none longer.
_MOST_KNOWN, _LONGEST_KNOWN = 50_000, 40


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


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces of one window and what the encoder's lower layers make of them (pieces x size, float32)."""

    pieces: Pieces
    lower: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text's words and the encoder's vectors (words x size, float32) of the first and last piece of each.

    `windows` hold what a second reading (`marked`) starts from, where the encoder gives it.
    """

    words: Words
    first: npt.NDArray[np.float32]
    last: npt.NDArray[np.float32]
    windows: tuple[Window, ...] = ()


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


_known_shape = lru_cache(maxsize=8192)(shape_of)


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
        if start != previous and ("\n" in text[previous:start] or (starts and text[previous - 1] in _ENDS)):
            sentence += 1
        starts.append(start)
        ends.append(end)
        shape = (_known_shape if end - start <= _LONGEST_KNOWN else shape_of)(match.group())
        shapes.append(shape + (SHAPES if start < title_end else 0))
        sentences.append(sentence)
        previous = end
    return Words(*(np.array(column, dtype=np.int32) for column in (starts, ends, shapes, sentences)))


def edges_of(
    words: Words, begins: Sequence[int], stops: Sequence[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first and the last word of each stretch of characters; one without a word gets the next word."""
    top = max(len(words) - 1, 0)
    first = np.minimum(np.searchsorted(words.ends, np.array(begins, np.int64), side="right"), top)
    last = np.searchsorted(words.starts, np.array(stops, np.int64), side="left") - 1
    return first.astype(np.int64), np.clip(last, first, top).astype(np.int64)


def windows_of(words: Words, lengths: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Split the words into consecutive windows of whole sentences of at most `limit` pieces each.

    `lengths` are the pieces of each word. A sentence that alone exceeds the limit is split between words. The windows
    cover every word exactly once.
    """
    if sum(lengths) <= limit:
        return [(0, len(lengths))] if lengths else []
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


def pieces_of(
    text: str, words: Words, tokenizer: Tokenizer, limit: int, known: dict[str, list[int]] | None = None
) -> list[tuple[int, int, Pieces]]:
    """Return (first word, end word, pieces) of each window; `limit` counts the two marks at the ends of a window.

    A word the tokenizer knows no piece of (a lone control character) becomes its unknown piece, so each word has one.
    `known` remembers the pieces of words from text to text.
    """
    strings = [text[start:end] for start, end in zip(words.starts.tolist(), words.ends.tolist(), strict=True)]
    table = _pieces(strings, tokenizer, {} if known is None else known)
    begin_id, end_id = (int(tokenizer.token_to_id(mark) or 0) for mark in ("[CLS]", "[SEP]"))
    pieces = [table[string][: limit - 2] for string in strings]
    lengths = list(map(len, pieces))
    out: list[tuple[int, int, Pieces]] = []
    for start, end in windows_of(words, lengths, limit - 2):
        counts = np.array(lengths[start:end], np.int64)
        last = np.cumsum(counts)
        size = int(last[-1])
        ids, types = np.empty(size + 2, np.int64), np.zeros(size + 2, np.int64)
        ids[0], ids[-1] = begin_id, end_id
        ids[1:-1] = np.fromiter(chain.from_iterable(pieces[start:end]), np.int64, size)
        types[1:-1] = np.repeat(words.shapes[start:end], counts)
        out.append((start, end, Pieces(ids, types, last - counts + 1, last)))
    return out


def _pieces(strings: Sequence[str], tokenizer: Tokenizer, known: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the pieces of each string; each is cut alone, so they are the same in any text."""
    unknown = int(tokenizer.token_to_id("[UNK]") or 0)
    table: dict[str, list[int]] = {}
    for string in strings:
        if string not in table:
            # Not in a batch: the tokenizer's own threads cost more than so little work, and do not survive a fork.
            found = known.get(string) or tokenizer.encode(string, add_special_tokens=False).ids or [unknown]
            table[string] = found
            if len(string) <= _LONGEST_KNOWN:
                if len(known) >= _MOST_KNOWN:
                    known.clear()
                known[string] = found
    return table
