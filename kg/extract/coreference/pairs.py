"""Compare two phrases of one type, in one abstract: features of the pair alone, by name.

Phrases come as words in their singular, acronyms expanded.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

__all__ = ["Phrase", "apart", "grams_of", "introduces", "long_and_short", "pair_features", "stems_of"]

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
_NUMBER = r"[+−-]?\$?\d+(?:[.,]\d+)*\s?\$?(?:\\?%|points?|pp|x\b)?"
#: What stands between two names of one type that are two things: in 10,005 annotated abstracts 1 of 100 pairs or fewer
#: are one, for no one names a thing twice in a phrase. After "(", ":", "a" or "as", and with nothing between, they may.
_OPPOSED = re.compile(
    r"\)?,\s"
    r"|\)?,?\s(?:and|versus|vs\.?|against|over|than|with|for|via|using|to|on|into|through|by|under|like|"
    r"based\son|outperforms|consistently\soutperforms)\s(?:(?:the|an?)\s)?"
    rf"|\)?(?:,|,?\sand)\s{_NUMBER}\s(?:(?:on|in|for)\s(?:the\s)?)?"  # "81.3% accuracy and 79.2% F1"
    rf"|\s\(?(?:(?:of|by|at|=)\s)?{_NUMBER}\)?(?:,|,?\sand)\s(?:(?:an?|the)\s)?"  # "an accuracy of 81.3% and F1"
)
_JOINT = 32  # characters at most of what stands between two names side by side
_LIKE = 0.3  # of the groups of three letters in common speak for one thing
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_TOKENS = re.compile(r"[a-z]+|[^\w\s]")
_LETTERS = re.compile(r"[^\W_]+")
#: What makes another coined word of one: "+", "++", "-X", "_2".
_ANOTHER = re.compile(r"[+*]+$|[-–_/][A-Z\d]")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")  # of a coined word: Ego Screen Emotion
_SIZES = frozenset(["tiny", "mini", "small", "base", "medium", "large", "big", "xl", "xxl", "huge", "giant"])
#: Names of these types are more often told apart by one word than tasks and methods.
_MEASURED = frozenset(["Benchmark", "Dataset", "Metric"])
_AVERAGE = frozenset(["average", "mean"])
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
    return tuple([_stem(word) for word in words if word not in _SMALL])


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
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
            return _stem(words[i - 1])
    return _stem(words[-1])


def _differ_in_size(long: Phrase, short: Phrase) -> bool:
    """Tell whether a size or version sets two names apart: v2 and v3, ResNet-50 and ResNet-101, Swin-B and Swin-L."""
    if long.shaped and short.shaped and not _spells(long.words, short.words):
        apart = set(long.stems).symmetric_difference(short.stems)
        if any(len(word) < 3 or any(map(str.isdigit, word)) for word in apart):
            return True
    if len(long.words) != len(short.words):
        return False
    differing = [pair for pair in zip(long.words, short.words, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and all(map(_is_size, differing[0]))


@lru_cache(maxsize=8192)
def _is_size(word: str) -> bool:
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
    return [_stem(word) for word in one] == [_stem(word) for word in other]


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


def apart(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    """Return the pairs (in order) of phrases of one text that are two things for sure.

    They differ in one size or number alone ("top-1 accuracy", "top-5 accuracy"), as datasets or metrics in the first
    word or a proper name ("English-to-French", "English-to-German"; of such pairs four in five are two), are coined
    words of which neither is short for the other ("AlfWorld", "AppWorld"; "F1", "macro-F1"), or the text names them
    side by side: "A and B", "A with B", "81.3% A and 79.2% B".
    """
    return _of_another_word(phrases) | _coined(phrases) | _side_by_side(phrases)


def _of_another_word(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    rests: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for at, phrase in enumerate(phrases):
        for n, word in enumerate(phrase.words if len(phrase.words) > 1 else ()):
            if _is_size(word) or phrase.label in _MEASURED:
                rests.setdefault((n, phrase.words[:n] + phrase.words[n + 1 :]), []).append(at)
    return {
        (one, other)
        for (n, _), alike in rests.items()
        for one, other in combinations(alike, 2)
        if _are_told_apart(phrases[one], phrases[other], n)
    }


def _are_told_apart(one: Phrase, other: Phrase, n: int) -> bool:
    """Tell whether the n-th words, all that two names differ in, set them apart: sizes, modifiers, proper names."""
    words = one.words[n], other.words[n]
    if all(map(_is_size, words)):
        return words[0] != words[1]
    if one.label not in _MEASURED or _stem(words[0]) == _stem(words[1]) or _AVERAGE.issuperset(words):
        return False
    return not n or all(word.capitalize() in name.written for word, name in zip(words, (one, other), strict=True))


def _coined(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    words = [at for at, phrase in enumerate(phrases) if phrase.shaped and not re.search(r"\s", phrase.written)]
    return {
        (one, other)
        for one, other in combinations(words, 2)
        if not introduces(phrases[one], phrases[other])
        and _are_two_words(*sorted((phrases[one].written, phrases[other].written), key=lambda word: (len(word), word)))
    }


@lru_cache(maxsize=8192)
def _are_two_words(short: str, long: str) -> bool:
    """Tell whether two coined words are two for sure: "GLUE" and "Legal-GLUE", "GLUE+", "GLUE-X" or "SuperQA".

    "GLUE-style" may be another form of it, "ESE" stand for "EgoScreen-Emotion", "DMs" be its plural.
    """
    low, high = short.lower(), long.lower()
    if high.endswith(low):
        return True
    if high.startswith(low):
        return bool(_ANOTHER.match(long, len(short)))
    return "".join([part[0] for part in _PARTS.findall(long)]).lower() != low


def _side_by_side(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    ordered = sorted((start, end, at) for at, phrase in enumerate(phrases) for start, end in phrase.places)
    starts = [start for start, _, _ in ordered]
    found: set[tuple[int, int]] = set()
    for _, end, one in ordered:
        for start, _, other in ordered[bisect_right(starts, end) : bisect_right(starts, end + _JOINT)]:
            if one != other and _OPPOSED.fullmatch(phrases[one].text, end, start):
                found.add((min(one, other), max(one, other)))
    return found


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
