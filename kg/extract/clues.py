"""Phrases that may name something, and their clues: what can be read off a phrase and the words around it.

A candidate is a run of up to six content words. Its clues are short strings, "kind:key": the whole phrase, its head
word, its first and last words, their shapes and endings, the words before and after, whether it stands in the title,
in brackets, in the vocabulary. What a clue is worth is no matter of this module; see `kg.extract.patterns`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from kg.extract.acronyms import Definition

__all__ = ["Candidate", "Stops", "Word", "candidates", "clues", "head_of", "singular", "split_words", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:(?:[-‐–/@&]|(?<=\d)\.(?=\d))[^\W_]+)*\+*|[^\s\w]|_")
_PART = re.compile(r"[-‐–/\s]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_LONGEST = 6  # words of a phrase
_LONG_WORD = 60  # characters; nothing longer is a name
_LONG_TITLE = 300  # characters; a longer first line is no title


class Word(NamedTuple):
    """A word with its place and its lower-case form."""

    start: int
    end: int
    text: str
    lower: str


class Candidate(NamedTuple):
    """Words `first`..`last` (inclusive) of the text that may name something."""

    first: int
    last: int


class Stops(NamedTuple):
    """Words that stand in no phrase, that begin none, that end none."""

    inside: Set[str] = frozenset()
    first: Set[str] = frozenset()
    last: Set[str] = frozenset()


def words_of(text: str) -> list[Word]:
    """Return words and marks; a hyphenated word is one."""
    make = Word._make
    return [make((*m.span(), m[0], m[0].lower())) for m in _WORD.finditer(text)]


def split_words(word: str) -> list[str]:
    """Return the parts of a hyphenated word."""
    return [word] if word.isalnum() else _PART.split(word)


def singular(word: str) -> str:
    """Return the word without the plural's ending."""
    if word[-1:] == "s" and len(word) > 3 and word[-2:] not in ("ss", "us", "is"):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


@lru_cache(maxsize=8192)
def head_of(word: str) -> str:
    """Return the singular of the word's last part."""
    return singular(split_words(word)[-1])


def candidates(words: Sequence[Word], stops: Stops) -> list[Candidate]:
    """Return every run of up to six content words, by their last word; a number begins none."""
    found = []
    begins: list[int] = []  # words of the run at hand that a phrase may begin with
    make = Candidate._make
    inside, first, last = stops
    for i, (_, _, text, lower) in enumerate(words):
        if not text[0].isalnum() or len(text) > _LONG_WORD:
            begins = []
            continue
        if not (text[0].isdigit() and text.replace(".", "").isdigit()):
            if lower in inside:
                begins = []
                continue
            if lower not in first:
                begins.append(i)
        if begins and lower not in last:
            found += [make((begin, i)) for begin in begins[-_LONGEST:] if begin > i - _LONGEST]
    return found


class _Word(NamedTuple):
    """What a word says of a phrase that begins or ends with it, or stands beside it; read once a word."""

    lower: str
    head: str
    after: str
    shape: str
    as_first: tuple[str, ...]
    as_last: tuple[str, ...]
    as_before: tuple[str, ...]
    as_after: tuple[str, ...]
    as_inner: str
    as_alone: str


@lru_cache(maxsize=16384)
def _read(word: str) -> _Word:
    lower, shape = word.lower(), _shape(word)
    head, after = head_of(lower), singular(lower)
    return _Word(
        lower=lower,
        head=head,
        after=after,
        shape=shape,
        as_first=(f"first:{lower}", f"first-shape:{shape}"),
        as_last=(f"head:{head}", f"last-shape:{shape}", f"ending3:{head[-3:]}", f"ending4:{head[-4:]}"),
        as_before=(f"before:{lower}", f"before-shape:{shape}"),
        as_after=(f"after:{after}", f"after-shape:{shape}"),
        as_inner=f"inner:{lower}",
        as_alone=f"alone:{head}",
    )


def _shape(word: str) -> str:
    """Return the pattern of small letters (x), capitals (X), both (m), digits and marks, each run as one."""
    pattern = _LETTERS.sub(lambda run: "x" if run[0].islower() else "X" if run[0].isupper() else "m", word[:_LONG_WORD])
    if pattern == "m":
        return "Xx" if word[1:].islower() else "m"
    return _DIGITS.sub("0", pattern)[:_LONGEST]


def clues(
    text: str,
    words: Sequence[Word],
    found: Sequence[Candidate],
    known: Mapping[Candidate, str],
    definitions: Iterable[Definition] = (),
) -> list[list[str]]:
    """Return the clues of each candidate.

    `known` are the names of the vocabulary with their types; `definitions` the acronyms of the text.
    """
    title = text.find("\n", 0, _LONG_TITLE)
    known_ends = {last: label for (_, last), label in known.items()}
    defined = {(d.short_start, d.short_end): "defined:short" for d in definitions}
    defined |= {(d.long_start, d.long_end): "defined:long" for d in definitions}
    read = [_read(word.text) for word in words]
    padded = [_read("^"), *read, _read("$")]  # word i stands at i + 1
    phrases = [singular(" ".join([word.lower for word in read[first : last + 1]])) for first, last in found]
    often = Counter(phrases)
    out = []
    for candidate, phrase in zip(found, phrases, strict=True):
        first, last = candidate
        start, end = words[first].start, words[last].end
        before, after = padded[first], padded[last + 2]
        lasting, size = read[last], last - first + 1
        head = lasting.head
        shapes = lasting.shape if size == 1 else "+".join([word.shape for word in read[first : last + 1]][-3:])
        row = [
            "any:",
            f"term:{phrase}",
            f"shape:{size} {shapes}",
            f"around:{before.lower} _ {after.after}",
            f"head-after:{head} {after.after}",
            *read[first].as_first,
            *lasting.as_last,
            *before.as_before,
            *after.as_after,
        ]
        if size == 1:
            row.append(lasting.as_alone)
        else:
            row.append(f"pair:{read[last - 1].lower} {head}")
            row += [word.as_inner for word in read[first:last]]
        if often[phrase] > 1:
            row.append(f"often:{min(often[phrase], 4)} {lasting.shape}")
        if end <= title:
            row.append(f"title:{shapes} {after.after if first == 0 else '-'}")
        if candidate in known:
            row.append(f"known:{known[candidate]}")
        elif last in known_ends:
            row.append(f"known-end:{known_ends[last]}")
        if (start, end) in defined:
            row.append(defined[start, end])
        out.append(row)
    return out
