"""Compare two phrases of one type, in one abstract: features of the pair alone, by name.

Phrases come as words in their singular, acronyms expanded.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Phrase", "grams_of", "introduces", "is_size", "long_and_short", "pair_features", "stem", "stems_of"]

_ENDINGS = (
    "ational",
    "ization",
    "isation",
    "ation",
    "ition",
    "ing",
    "ion",
    "ive",
    "ment",
    "ers",
    "er",
    "ed",
    "e",
    "al",
)
#: The share of its letters that a short name in brackets has from the name before it.
_MOST_LETTERS = 0.75
_NEAR = 30  # characters between two phrases that tell how they stand to each other
_LIKE = 0.3  # of the groups of three letters in common speak for one thing
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_TOKENS = re.compile(r"[a-z]+|[^\w\s]")
_LETTERS = re.compile(r"[^\W_]+")
_SIZES = frozenset(["tiny", "mini", "small", "base", "medium", "large", "big", "xl", "xxl", "huge", "giant"])
_SMALL = frozenset(["of", "for", "in", "on", "with", "and", "the", "a", "an", "to", "by", "from", "via", "using"])


class Phrase(NamedTuple):
    """What is compared of a cluster: words, type, where its mentions begin and end, whether one is in the first line.

    `stems` are those of its words but for the small ones, `grams` the groups of three letters of its words.
    `written` is its first surface without a bracket at its end; `opens` are the offsets at which a bracket after a
    mention opens its content, `bracketed` those of mentions that fill a bracket: "Graph Networks (GNs)". `inner` are
    what its own surfaces have in brackets at their ends, in small letters. `text` is the abstract.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    grams: frozenset[str]
    label: str
    places: tuple[tuple[int, int], ...]
    title: bool
    shaped: bool
    written: str = ""
    opens: frozenset[int] = frozenset()
    bracketed: frozenset[int] = frozenset()
    inner: frozenset[str] = frozenset()
    text: str = ""


@lru_cache(maxsize=4096)
def stems_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without their endings; small words are left out."""
    return tuple([stem(word) for word in words if word not in _SMALL])


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a word without its ending, where enough is left of it."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=4096)
def grams_of(words: tuple[str, ...]) -> frozenset[str]:
    """Return all groups of three letters that follow each other in the words."""
    text = "".join(words)
    return frozenset([text[i : i + 3] for i in range(len(text) - 2)])


@lru_cache(maxsize=4096)
def _digits(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_DIGITS.findall(" ".join(words)))


def _head(words: Sequence[str]) -> str:
    """Return the stem of the head: the last word, or the one before "of", "for", "with"."""
    for i, word in enumerate(words):
        if i and word in _SMALL:
            return stem(words[i - 1])
    return stem(words[-1])


def _differ_in_size(long: Phrase, short: Phrase) -> bool:
    """Tell whether a size or version sets two names apart: v2 and v3, ResNet-50 and ResNet-101, Swin-B and Swin-L."""
    if long.shaped and short.shaped and not _spells(long.words, short.words):
        apart = set(long.stems).symmetric_difference(short.stems)
        if any(len(word) < 3 or any(map(str.isdigit, word)) for word in apart):
            return True
    if len(long.words) != len(short.words):
        return False
    differing = [pair for pair in zip(long.words, short.words, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and all(map(is_size, differing[0]))


@lru_cache(maxsize=8192)
def is_size(word: str) -> bool:
    """Tell whether a word may be a size, a version or a number."""
    return len(word) == 1 or word in _SIZES or any(map(str.isdigit, word))


@lru_cache(maxsize=8192)
def _spells(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """Tell whether two names differ only in that the short one has an acronym that the long one spells out: "mean IoU".

    `short` has no more words than `long`.
    """
    more = len(long) - len(short) + 1  # words that stand for the acronym
    if more < 2:
        return False
    for at, word in enumerate(short):
        if not 2 <= len(word) <= 6:
            continue
        spelled = long[at : at + more]
        if word in _initials(spelled) and _alike(short[:at], long[:at]) and _alike(short[at + 1 :], long[at + more :]):
            return True
    return False


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return [stem(word) for word in one] == [stem(word) for word in other]


def introduces(one: Phrase, other: Phrase) -> bool:
    """Tell whether one of two phrases of a type is written as the other's short name, which needs no model.

    "Graph Networks (GNs)" or "GNs (Graph Networks)" as one name, or "Graph Networks" followed by "(GNs)" whose letters
    it has.
    """
    if not (one.inner or other.inner or one.opens or other.opens):
        return False  # the most: neither has to do with a bracket
    short, long = _by_length(one, other)
    if not any(_marks(short.written)):
        return False
    if short.written.lower() in long.inner or (" " in long.written and long.written.lower() in short.inner):
        return True
    return not long.opens.isdisjoint(short.bracketed) and _letters(short.written, long.written)[0] >= _MOST_LETTERS


def _by_length(one: Phrase, other: Phrase) -> tuple[Phrase, Phrase]:
    """Return the phrase that is written shorter first."""
    first = (len(one.written), one.written) <= (len(other.written), other.written)
    return (one, other) if first else (other, one)


@lru_cache(maxsize=4096)
def _marks(name: str) -> tuple[bool, bool]:
    """Tell whether a name is one word with two letters, and with two capitals or digits."""
    if " " in name:
        return False, False
    return sum(c.isalpha() for c in name) >= 2, sum(c.isupper() or c.isdigit() for c in name) >= 2


def _is_spelled_out(name: Phrase) -> bool:
    """Tell whether the text defines the acronym: its words are then the long form's, and its letters say no more."""
    return sum(map(len, name.words)) > len(name.written)


def _naming(one: Phrase, other: Phrase) -> dict[str, float]:
    """Describe how one phrase may introduce the other as its short name: in brackets behind it, by its letters."""
    found: dict[str, float] = {}
    apposed = not (one.opens.isdisjoint(other.bracketed) and other.opens.isdisjoint(one.bracketed))
    if apposed:
        found["apposed"] = 1.0
    short, long = _by_length(one, other)
    if not _marks(short.written)[1] or _is_spelled_out(short):
        return found
    share, initials = _letters(short.written, long.written)
    if share >= 0.6:
        found |= {"letters": share, f"letters={initials},apposed={apposed}": 1.0}
    return found


def _between(one: Phrase, other: Phrase) -> dict[str, float]:
    """Tell what stands between the phrases where they are nearest, if it is little: "and", "a", "is called"."""
    pairs = [(s, e, x, y) for s, e in one.places for x, y in other.places]
    s, e, x, y = min(pairs, key=lambda p: max(p[0], p[2]) - min(p[1], p[3])) if len(pairs) > 1 else pairs[0]
    gap = one.text[min(e, y) : max(s, x)]
    if not gap or len(gap) > _NEAR:
        return {}
    words = _TOKENS.findall(gap.lower())
    if len(words) > 4:
        return {}
    return {"between:" + " ".join(words): 1.0, **{f"gap:{w}": 1.0 for w in set(words)}}


@lru_cache(maxsize=4096)
def _letters(short: str, long: str) -> tuple[float, bool]:
    """Return the share of a short name's letters that stand in a long one in this order, the first one beginning a
    word; and whether they are just the initials of its words."""
    words = [w.lower() for w in _LETTERS.findall(long)]
    letters = "".join(c.lower() for c in short if c.isalnum())
    if letters.endswith("s") and short.endswith("s"):
        letters = letters[:-1]
    begins = [i for i, w in enumerate(words) if letters and w[0] == letters[0]]
    if not begins:
        return 0.0, False
    rest, found = "".join(words[begins[0] :]), 0
    for letter in letters:
        at = rest.find(letter)
        if at >= 0:
            rest, found = rest[at + 1 :], found + 1
    return found / len(letters), letters in _initials(words)


def _initials(words: Sequence[str]) -> set[str]:
    """Return the initials of the words, with the small ones and without; a word like "3d" stands whole: "3DGS"."""
    first = [(word if word[0].isdigit() else word[0], word in _SMALL) for word in words]
    return {"".join([begin for begin, _ in first]), "".join([begin for begin, small in first if not small])}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the groups of letters of two phrases that they have in common."""
    both = len(one & other)
    return both / (len(one) + len(other) - both or 1)


def long_and_short(one: Phrase, other: Phrase) -> tuple[Phrase, Phrase]:
    """Return the phrase of more words first, in whatever order the two come."""
    return (one, other) if (len(one.words), one.words) >= (len(other.words), other.words) else (other, one)


def pair_features(one: Phrase, other: Phrase, *, unlike: bool = False) -> dict[str, float] | None:
    """Return the features of a pair, in any order of the two; None where their sizes or versions tell them apart.

    None, too, where no word, no letters and no bracket speak for one thing, unless `unlike` asks for these as well.
    """
    long, short = long_and_short(one, other)
    a, b = long.stems, short.stems
    common = set(a).intersection(b)
    naming = _naming(one, other)
    alike = _likeness(long.grams, short.grams)
    if not common and alike < _LIKE:
        if not unlike and not naming:
            return None
        return {"unlike": 1.0, f"unlike={long.label}": 1.0, **naming, **_between(one, other)}
    if not a or not b:
        return None
    n, m = len(long.words), len(short.words)
    if _differ_in_size(long, short):
        return None
    label = long.label
    suffix, prefix = long.words[-m:] == short.words, long.words[:m] == short.words
    inside = all(any(s <= x and y <= e for s, e in long.places) for x, y in short.places)
    extra = [w for w in a if w not in common]
    missing = [w for w in b if w not in common]
    same_head = _head(long.words) == _head(short.words)
    found: dict[str, float] = {
        "bias": 1.0,
        f"type={label}": 1.0,
        "alike": alike,
        "share_long": len(common) / len(set(a)),
        "share_short": len(common) / len(set(b)),
        "suffix": float(suffix),
        "prefix": float(prefix),
        "inside": float(inside),
        "same_head": float(same_head),
        "extra": float(min(len(extra), 5)),
        "missing": float(min(len(missing), 5)),
        f"extra={min(len(extra), 4)},short={min(len(b), 4)}": 1.0,
        "digits": float(_digits(long.words) != _digits(short.words)),
        "title": float(long.title != short.title),
        "title_both": float(long.title and short.title),
        "shaped_long": float(long.shaped),
        "shaped_short": float(short.shaped),
        "near": float(any(abs(x - s) < 60 for s, _ in long.places for x, _ in short.places)),
        "often": min(len(short.places), 4) / 4,
        f"{label},suffix={suffix},prefix={prefix},inside={inside}": 1.0,
        f"same_head={same_head},inside={inside},title={long.title}{short.title}": 1.0,
        "bags_equal": float(set(a) == set(b)),
        "spelled": float(_spells(long.words, short.words)),
    }
    found |= naming | _between(one, other)
    if suffix or prefix:
        rest = long.words[: n - m] if suffix else long.words[m:]
        for word in rest[:3]:
            found[f"{'before' if suffix else 'after'}:{word}"] = 1.0
    else:
        for word in (*extra[:4], *missing[:3]):
            found[f"apart:{word}"] = 1.0
    return found
