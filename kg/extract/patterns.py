"""Find names by shape, by head words and by vocabulary: the mentions of the profile without a model.

Two kinds of candidates are read off the text in one pass. A *name* is a word of unusual shape ("CPF-Net", "wav2vec",
"CIFAR-10"); a *phrase* is a run of content words that ends in a head word ("weakly supervised object detection").
A table says how likely a candidate with some clue is an entity of a type; the most telling clue it has decides:
the whole phrase, then the words around it, its ending, its head. The table is data (`pipelines/rules/patterns.tsv`)
and counted on curated abstracts (`pipelines/rules/fit.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kg.extract.acronyms import Definition

__all__ = ["Candidate", "Table", "candidates", "clues", "find_names", "parse_table", "vocabulary_terms"]

_WORD = re.compile(r"[^\W_]+(?:(?:[-‐–/@&]|(?<=\d)\.(?=\d))[^\W_]+)*\+*|[^\s\w]|_")
_SHAPED = re.compile(r"(?=.*[^\W\d_])(?:.*[^\W_].*[A-Z].*|.*[A-Za-z].*\d.*|[A-Z]\d+|\d+[A-Z].*)", re.DOTALL)
_PART = re.compile(r"[-‐–/\s]+")
_LONGEST = 6  # words of a phrase
_LONG_WORD = 60  # characters; nothing longer is a name


#: First part of a name → the lengths of such names, the longest first, and their types.
Terms = Mapping[str, tuple[tuple[int, ...], Mapping[tuple[str, ...], str]]]


class Candidate(NamedTuple):
    """Words `first`..`last` (inclusive) of the text that may name something."""

    first: int
    last: int
    name: bool


class Word(NamedTuple):
    """A word with its place and its lower-case form."""

    start: int
    end: int
    text: str
    lower: str


@dataclass(frozen=True)
class Table:
    """What is known of clues: `stops` end a phrase; `odds[clue]` is (type, probability); `terms` the vocabulary."""

    stops: Set[str]
    heads: Set[str]
    odds: Mapping[str, tuple[str, float]]
    terms: Terms = field(default_factory=dict)
    threshold: float = 0.5


def parse_table(lines: Sequence[str], threshold: float = 0.5) -> Table:
    """Read rows of kind, key, type and probability, separated by tabs; `#` begins a remark."""
    stops: set[str] = set()
    odds: dict[str, tuple[str, float]] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        kind, key, label, probability = line.rstrip("\n").split("\t")
        if kind == "stop":
            stops.add(key)
        else:
            odds[f"{kind}:{key}"] = (label, float(probability))
    heads = {clue.removeprefix("head:") for clue in odds if clue.startswith("head:")}
    return Table(frozenset(stops), frozenset(heads), odds, threshold=threshold)


def vocabulary_terms() -> Terms:
    """Return the vocabulary's names as parts of words, by their first part; a name of two types is left out."""
    from kg.vocabulary import load_vocabulary

    types: dict[tuple[str, ...], set[str]] = {}
    for concept in load_vocabulary():
        for name in concept.names:
            # A short name without capitals is a common word as often as not.
            if len(name) > 3 or not name.islower():
                parts = tuple(part for word in words_of(name) for part in _PART.split(word.lower) if part)
                types.setdefault(parts, set()).add(str(concept.type))
    terms: dict[str, dict[tuple[str, ...], str]] = {}
    for parts in sorted(types):
        if parts and len(types[parts]) == 1:
            terms.setdefault(parts[0], {})[parts] = min(types[parts])
    return {
        first: (tuple(sorted({len(name) for name in names}, reverse=True)), names) for first, names in terms.items()
    }


def words_of(text: str) -> list[Word]:
    """Return words and marks; a hyphenated word is one."""
    make = Word._make
    return [make((*m.span(), m[0], m[0].lower())) for m in _WORD.finditer(text)]


def singular(word: str) -> str:
    """Return the word without the plural's ending."""
    if word[-1:] == "s" and len(word) > 3 and word[-2:] not in ("ss", "us", "is"):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def candidates(words: Sequence[Word], stops: Set[str], heads: Set[str]) -> Iterator[Candidate]:
    """Yield names and phrases, by their first word."""
    begin = 0
    for i, (_, _, text, lower) in enumerate(words):
        if lower in stops or not text[0].isalnum() or len(text) > _LONG_WORD:
            begin = i + 1
            continue
        if not text.islower() and _is_shaped(text):
            yield Candidate(i, i, True)
        if not heads or head_of(lower) in heads:
            yield Candidate(max(begin, i - _LONGEST + 1), i, False)


@lru_cache(maxsize=8192)
def head_of(word: str) -> str:
    """Return the singular of the word's last part."""
    return singular(word if word.isalnum() else _PART.split(word)[-1])


def _is_shaped(word: str) -> bool:
    if len(word) < 2 or word.islower() or (word[1:].islower() and word.isalpha()) or word.isdigit():
        return False
    return bool(_SHAPED.fullmatch(word[:_LONG_WORD]))


def clues(words: Sequence[Word], candidate: Candidate) -> Iterator[str]:
    """Yield the clues of a candidate, the most telling first."""
    first, last, name = candidate
    phrase = words[last].lower if first == last else " ".join([word.lower for word in words[first : last + 1]])
    before = words[first - 1].lower if first else "^"
    after = words[last + 1].lower if last + 1 < len(words) else "$"
    kind = "name" if name else "phrase"
    yield f"term:{singular(phrase)}"
    if name:
        two = words[first - 2].lower if first > 1 else "^"
        yield f"{kind}-around:{before} _ {after}"
        yield f"{kind}-after:{singular(after)}"
        yield f"{kind}-before2:{two} {before}"
        yield f"{kind}-ending:{phrase[-4:]}"
        yield f"{kind}-before:{before}"
        yield f"{kind}:any"
    else:
        head = head_of(words[last].lower)
        count = min(last - first + 1, 3)
        yield f"head-after:{head} {singular(after)}"
        yield f"head{count}:{head}"
        yield f"head:{head}"


def find_names(
    text: str, table: Table, definitions: Sequence[Definition] = (), closed: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int, str, float]]:
    """Return (start, end, type, probability) of what is likely a name, in order; nothing inside `closed` (URLs).

    An acronym and its long form take the type of the surer of them.
    """
    words = words_of(text)
    odds = table.odds
    found: dict[tuple[int, int], tuple[str, float]] = {}
    for candidate in candidates(words, table.stops, table.heads):
        judged = next(filter(None, map(odds.get, clues(words, candidate))), None)
        if judged is not None and judged[1] >= table.threshold:
            place = (words[candidate.first].start, words[candidate.last].end)
            if place not in found or found[place][1] < judged[1]:
                found[place] = judged
    for start, end, label in _terms(words, table.terms):
        found[start, end] = (label, 0.9)
    _share(found, definitions)
    free = {place: judged for place, judged in found.items() if not _inside(place, closed)}
    return [(*place, *judged) for place, judged in sorted(_outermost(free).items())]


def _share(found: dict[tuple[int, int], tuple[str, float]], definitions: Sequence[Definition]) -> None:
    for d in definitions:
        places = ((d.short_start, d.short_end), (d.long_start, d.long_end))
        known = [found[place] for place in reversed(places) if place in found]
        if known:
            best = max(known, key=lambda judged: judged[1])
            for place in places:
                found[place] = best


def _terms(words: Sequence[Word], terms: Terms) -> Iterator[tuple[int, int, str]]:
    """Yield the vocabulary's names, the longest at each word; hyphens and plurals set aside."""
    if not terms:
        return
    parts: list[tuple[str, int]] = []
    begins: list[int] = []  # where a word begins among the parts
    for i, word in enumerate(words):
        begins.append(len(parts))
        lower = word.lower
        if lower.isalnum():
            parts.append((lower, i))
        else:
            parts += [(part, i) for part in _PART.split(lower)]
    for at in begins:
        part, first = parts[at]
        known = terms.get(part) or (terms.get(singular(part)) if part[-1:] == "s" else None)
        if known is None:
            continue
        lengths, names = known
        for count in lengths:
            end = at + count
            last = parts[min(end, len(parts)) - 1][1]
            if end > len(parts) or (end < len(parts) and parts[end][1] == last):
                continue
            key = tuple(p for p, _ in parts[at:end])
            label = names.get(key) or names.get((*key[:-1], singular(key[-1])))
            if label is not None:
                yield words[first].start, words[last].end, label
                break


def _inside(place: tuple[int, int], closed: Sequence[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in closed)


def _outermost(found: Mapping[tuple[int, int], tuple[str, float]]) -> dict[tuple[int, int], tuple[str, float]]:
    """Drop what lies within a longer name of its own type."""
    kept: dict[tuple[int, int], tuple[str, float]] = {}
    reach: dict[str, int] = {}
    for place in sorted(found, key=lambda p: (p[0], -p[1])):
        label = found[place][0]
        if place[1] > reach.get(label, -1):
            kept[place] = found[place]
            reach[label] = place[1]
    return kept
