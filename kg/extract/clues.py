"""Phrases that may name something, and their clues: what can be read off a phrase and the words around it.

A candidate is a run of up to six content words. Its clues are short strings, "kind:key": the whole phrase, its head
word, its first and last words, their shapes and endings, the words before and after, whether it stands in the title,
in brackets, in the vocabulary. What a clue is worth is no matter of this module; see `kg.extract.patterns`.
A table has clues by number, and nearly all begin with a word or belong to one: so a `Clues` asks for them once a word.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Generic, NamedTuple, TypeVar

from kg.extract.acronyms import Definition

__all__ = [
    "Candidate",
    "Clues",
    "Rest",
    "Stops",
    "Word",
    "candidates",
    "clues",
    "head_of",
    "singular",
    "split_words",
    "words_of",
]

_WORD = re.compile(r"[^\W_]+(?:(?:[-‐–/@&]|(?<=\d)\.(?=\d))[^\W_]+)*\+*|[^\s\w]|_")
_PART = re.compile(r"[-‐–/\s]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_LONGEST = 6  # words of a phrase
_LONG_WORD = 60  # characters; nothing longer is a name
_LONG_TITLE = 300  # characters; a longer first line is no title
_KEPT = 16384  # words whose clues are kept in mind
_KINDS = (
    *("any", "term", "shape", "first", "first-shape", "head", "last-shape", "ending3", "ending4", "before"),
    *("before-shape", "after", "after-shape", "inner", "alone", "often", "title", "known", "known-end", "defined"),
)


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
    words = []
    make = partial(tuple.__new__, Word)  # half the time of calling Word
    find = text.find
    end = 0
    for word in _WORD.findall(text):
        # Nothing but white space stands between two words, and none in one: so it is found where it was matched.
        start = find(word, end)
        end = start + len(word)
        words.append(make((start, end, word, word.lower())))
    return words


@lru_cache(maxsize=8192)
def split_words(word: str) -> tuple[str, ...]:
    """Return the parts of a hyphenated word."""
    return (word,) if word.isalnum() else tuple(_PART.split(word))


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
        if lower in inside and not text[0].isdigit():
            begins = []  # half of all words
            continue
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


Clue = TypeVar("Clue")
#: Gives the clue whose beginning is known, by its rest; the second argument is 0, for a clue that is none.
Rest = Callable[[str, int], Clue]


@dataclass(frozen=True, slots=True)
class _Word(Generic[Clue]):
    """What a word says of a phrase that begins or ends with it, or stands beside it; read once a word."""

    lower: str
    head: str
    after: str
    shape: str
    as_first: tuple[Clue, ...]
    as_last: tuple[Clue, ...]
    as_before: tuple[Clue, ...]
    as_after: tuple[Clue, ...]
    as_inner: Clue
    as_alone: Clue
    beyond: str
    around: Rest[Clue]
    head_after: Rest[Clue]
    pair: Rest[Clue]


def _shape(word: str) -> str:
    """Return the pattern of small letters (x), capitals (X), both (m), digits and marks, each run as one."""
    pattern = _LETTERS.sub(lambda run: "x" if run[0].islower() else "X" if run[0].isupper() else "m", word[:_LONG_WORD])
    if pattern == "m":
        return "Xx" if word[1:].islower() else "m"
    return _DIGITS.sub("0", pattern)[:_LONGEST]


class Clues(Generic[Clue]):
    """Reads the clues of candidates, in words or as the rows of a table.

    `beginning_with` takes "term:" or "around:the ", what a clue has up to its kind or its first space, and returns what
    gives the clue by its rest.
    """

    def __init__(self, beginning_with: Callable[[str], Rest[Clue]]) -> None:
        self._beginning_with = beginning_with
        self._kinds = {kind: beginning_with(f"{kind}:") for kind in _KINDS}
        self._known: dict[str, _Word[Clue]] = {}

    def _words(self, words: Iterable[str]) -> list[_Word[Clue]]:
        """Return what is known of each word."""
        known = self._known
        if len(known) > _KEPT:
            known.clear()
        return [known.get(word) or self._learn(word) for word in words]

    def _learn(self, word: str) -> _Word[Clue]:
        lower, shape = word.lower(), _shape(word)
        head, after = head_of(lower), singular(lower)

        kinds, beginning_with = self._kinds, self._beginning_with
        self._known[word] = _Word(
            lower=lower,
            head=head,
            after=after,
            shape=shape,
            as_first=(kinds["first"](lower, 0), kinds["first-shape"](shape, 0)),
            as_last=(
                kinds["head"](head, 0),
                kinds["last-shape"](shape, 0),
                kinds["ending3"](head[-3:], 0),
                kinds["ending4"](head[-4:], 0),
            ),
            as_before=(kinds["before"](lower, 0), kinds["before-shape"](shape, 0)),
            as_after=(kinds["after"](after, 0), kinds["after-shape"](shape, 0)),
            as_inner=kinds["inner"](lower, 0),
            as_alone=kinds["alone"](head, 0),
            beyond=f"_ {after}",
            around=beginning_with(f"around:{lower} "),
            head_after=beginning_with(f"head-after:{head} "),
            pair=beginning_with(f"pair:{lower} "),
        )
        return self._known[word]

    def read(
        self,
        text: str,
        words: Sequence[Word],
        found: Sequence[Candidate],
        known: Mapping[Candidate, str],
        definitions: Iterable[Definition] = (),
    ) -> list[list[Clue]]:
        """Return the clues of each candidate, always in the same order.

        `known` are the names of the vocabulary with their types; `definitions` the acronyms of the text.
        """
        kinds = self._kinds
        titled = bisect_right(words, text.find("\n", 0, _LONG_TITLE), key=lambda word: word.end)  # words of the title
        known_ends = {last: label for (_, last), label in known.items()}
        defined = {(d.short_start, d.short_end): "short" for d in definitions}
        defined |= {(d.long_start, d.long_end): "long" for d in definitions}
        read = self._words([word.text for word in words])
        [opening, closing] = self._words("^$")
        padded = [opening, *read, closing]  # word i stands at i + 1
        lowers = [word.lower for word in read]
        inner = [word.as_inner for word in read]
        shape_of = [word.shape for word in read]
        phrases = [singular(" ".join(lowers[first : last + 1])) for first, last in found]
        often = Counter(phrases)
        term, shape, always = kinds["term"], kinds["shape"], kinds["any"]("", 0)
        out = []
        for candidate, phrase in zip(found, phrases, strict=True):
            first, last = candidate
            before, beginning, lasting, after = padded[first], read[first], read[last], padded[last + 2]
            size, following = last - first + 1, after.after
            shapes = lasting.shape if size == 1 else "+".join(shape_of[max(first, last - 2) : last + 1])
            row = [
                always,
                term(phrase, 0),
                shape(f"{size} {shapes}", 0),
                before.around(after.beyond, 0),
                lasting.head_after(following, 0),
                *beginning.as_first,
                *lasting.as_last,
                *before.as_before,
                *after.as_after,
            ]
            if size == 1:
                row.append(lasting.as_alone)
            else:
                row.append(read[last - 1].pair(lasting.head, 0))
                row += inner[first:last]
            if (times := often[phrase]) > 1:
                row.append(kinds["often"](f"{min(times, 4)} {lasting.shape}", 0))
            if last < titled:
                row.append(kinds["title"](f"{shapes} {following if first == 0 else '-'}", 0))
            if last in known_ends:
                whole = known.get(candidate)
                row.append(kinds["known"](whole, 0) if whole else kinds["known-end"](known_ends[last], 0))
            if defined:
                place = (words[first].start, words[last].end)
                if place in defined:
                    row.append(kinds["defined"](defined[place], 0))
            out.append(row)
        return out


def _spelled(beginning: str) -> Rest[str]:
    return lambda rest, _: beginning + rest


_IN_WORDS = Clues(_spelled)


def clues(
    text: str,
    words: Sequence[Word],
    found: Sequence[Candidate],
    known: Mapping[Candidate, str],
    definitions: Iterable[Definition] = (),
) -> list[list[str]]:
    """Return the clues of each candidate in words; see `Clues.read`."""
    return _IN_WORDS.read(text, words, found, known, definitions)
