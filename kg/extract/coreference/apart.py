"""Tell which names of one text are two things for sure, by how they are written and where: no model is asked.

What is apart is joined by no third name, however alike it is to both: "accuracy" does not make "top-1 accuracy" and
"top-5 accuracy" one ("cannot-link" constraints: Wagstaff and Cardie 2000, "Clustering with Instance-Level
Constraints").
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from kg.extract.coreference.pairs import Phrase, introduces, is_size, stem

__all__ = ["apart"]

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
#: What makes another coined word of one: "+", "++", "-X", "_2".
_ANOTHER = re.compile(r"[+*]+$|[-–_/][A-Z\d]")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")  # of a coined word: Ego Screen Emotion
#: Names of these types are more often told apart by one word than tasks and methods.
_MEASURED = frozenset(["Benchmark", "Dataset", "Metric"])
_AVERAGE = frozenset(["average", "mean"])


def apart(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    """Return the pairs (in order) of phrases of one text that are two things for sure.

    They differ in one size or number alone ("top-1 accuracy", "top-5 accuracy"), as datasets or metrics in the first
    word or a proper name ("English-to-French", "English-to-German"; of such pairs four in five are two), are coined
    words of which neither is short for the other ("LeafWorld", "LampWorld"; "F1", "macro-F1"), or the text names them
    side by side: "A and B", "A with B", "81.3% A and 79.2% B".
    """
    return _of_another_word(phrases) | _coined(phrases) | _side_by_side(phrases)


def _of_another_word(phrases: Sequence[Phrase]) -> set[tuple[int, int]]:
    rests: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for at, phrase in enumerate(phrases):
        for n, word in enumerate(phrase.words if len(phrase.words) > 1 else ()):
            if is_size(word) or phrase.label in _MEASURED:
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
    if all(map(is_size, words)):
        return words[0] != words[1]
    if one.label not in _MEASURED or stem(words[0]) == stem(words[1]) or _AVERAGE.issuperset(words):
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
