"""Find names by their clues and by vocabulary: the mentions of the profile without a neural network.

Every run of content words is a candidate; `kg.extract.clues` reads its clues off the text. A table holds what each
clue adds to the log-odds of each type against none: multinomial logistic regression, a sum a type. The table is data
(`pipelines/rules/patterns.tsv`) and fitted on curated abstracts (`pipelines/rules/fit.py`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate, chain
from typing import Any

import numpy as np

from kg.extract.acronyms import Definition
from kg.extract.clues import Candidate, Clues, Rest, Stops, Word, candidates, singular, split_words, words_of
from kg.vocabulary import Vocabulary

__all__ = [
    "LABELS",
    "Table",
    "Terms",
    "best_of_overlapping",
    "find_names",
    "known_names",
    "parse_table",
    "vocabulary_terms",
]

#: The types of names, in the order of the columns of weights.
LABELS = ("Benchmark", "Dataset", "Method", "Metric", "Task")

_GIVEN = 0.5  # of the threshold is enough for a name that the user gave
_SHORT = 4  # letters of an acronym that may be a common word when it is written small

Place = tuple[int, int]
Judged = tuple[str, float]


@dataclass(frozen=True)
class Terms:
    """Names of the vocabulary as parts of words in small letters.

    `by_first[part]` holds the lengths of the names that begin with the part, the longest first, and their types;
    a name in `capitals` ("mAP", "WER") is none where the text writes it small ("map").
    """

    by_first: Mapping[str, tuple[tuple[int, ...], Mapping[tuple[str, ...], str]]] = field(default_factory=dict)
    capitals: Set[tuple[str, ...]] = frozenset()


@dataclass(frozen=True)
class Table:
    """What is known of clues: `stops` bound phrases; `weights[rows[clue]]` are log-odds by type.

    `weights` is (clues + 1, types); its row 0, for clues unknown, is zero. A name of `given`, which the
    user gave, has no other type than that, and half the threshold.
    """

    stops: Stops
    rows: Mapping[str, int]
    weights: Any
    terms: Terms = field(default_factory=Terms)
    threshold: float = 0.5
    given: Terms = field(default_factory=Terms)

    @cached_property
    def clues(self) -> Clues[int]:
        """What reads clues as rows of the weights; 0 for those unknown."""
        return Clues(partial(_beginning_with, _by_beginning(self.rows)))


def _by_beginning(rows: Mapping[str, int]) -> dict[str, Rest[int]]:
    """Return for what clues begin with, up to the kind and up to the first space, what gives the row by the rest."""
    found: dict[str, dict[str, int]] = {}
    for clue, row in rows.items():
        for mark in ":", " ":
            beginning, parted, rest = clue.partition(mark)
            if parted:
                found.setdefault(beginning + mark, {})[rest] = row
    return {beginning: rests.get for beginning, rests in found.items()}


_NOTHING: Rest[int] = dict[str, int]().get


def _beginning_with(rows: Mapping[str, Rest[int]], beginning: str) -> Rest[int]:
    return rows.get(beginning, _NOTHING)


def parse_table(lines: Iterable[str], threshold: float = 0.5) -> Table:
    """Read rows of kind, key and what the clue adds to each type of LABELS (empty: nothing), separated by tabs.

    Rows of a kind of `Stops` have a key alone; `#` begins a remark. Raises ValueError where a row is none of these.
    """
    stops: dict[str, set[str]] = {"stop": set(), "stop-first": set(), "stop-last": set()}
    rows: dict[str, int] = {}
    weights = [[0.0] * len(LABELS)]
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        kind, key, *cells = line.rstrip("\n").split("\t")
        if kind in stops:
            stops[kind].add(key)
            continue
        if len(cells) != len(LABELS):
            raise ValueError(f"{kind} {key!r} has {len(cells)} weights, not {len(LABELS)}")
        rows[f"{kind}:{key}"] = len(weights)
        weights.append([float(cell or 0) for cell in cells])
    return Table(Stops(*map(frozenset, stops.values())), rows, np.asarray(weights), threshold=threshold)


def vocabulary_terms(vocabulary: Vocabulary) -> Terms:
    """Return a vocabulary's names as parts of words, by their first part; a name of two types is left out."""
    types: dict[tuple[str, ...], set[str]] = {}
    spelled: dict[tuple[str, ...], set[bool]] = {}
    for concept in vocabulary:
        for name in concept.names:
            # A short name without capitals is a common word as often as not.
            if len(name) > 3 or not name.islower():
                parts = tuple(part for word in words_of(name) for part in split_words(word.lower) if part)
                types.setdefault(parts, set()).add(str(concept.type))
                spelled.setdefault(parts, set()).add(len(name) <= _SHORT and sum(map(str.isupper, name)) > 1)
    terms: dict[str, dict[tuple[str, ...], str]] = {}
    for parts in sorted(types):
        if parts and len(types[parts]) == 1:
            terms.setdefault(parts[0], {})[parts] = min(types[parts])
    by_first = {
        first: (tuple(sorted({len(name) for name in names}, reverse=True)), names) for first, names in terms.items()
    }
    return Terms(by_first, frozenset(parts for parts, capitals in spelled.items() if capitals == {True}))


def find_names(
    text: str, table: Table, definitions: Sequence[Definition] = (), closed: Sequence[Place] = ()
) -> list[tuple[int, int, str, float]]:
    """Return (start, end, type, probability) of what is likely a name, in order; nothing inside `closed` (URLs).

    An acronym and its long form take the type of the surer of them.
    """
    words = words_of(text)
    known = known_names(words, table.terms)
    phrases = all_candidates(words, table.stops, known)
    if not phrases:
        return []
    found: dict[Place, Judged] = {}
    chances = _probabilities(table.clues.read(text, words, phrases, known, definitions), table.weights)
    given = known_names(words, table.given)
    least = np.full(len(phrases), table.threshold)
    for at, phrase in enumerate(phrases if given else ()):
        if phrase in given:
            least[at] *= _GIVEN
            chances[at, [label != given[phrase] for label in LABELS]] = 0.0
    best = chances.argmax(axis=1).tolist()
    for at in np.flatnonzero(chances.max(axis=1) >= least).tolist():
        first, last = phrases[at]
        found[words[first].start, words[last].end] = (LABELS[best[at]], float(chances[at, best[at]]))
    found = best_of_overlapping(found)
    _share(found, definitions)
    free = {place: judged for place, judged in found.items() if not _inside(place, closed)}
    return [(*place, *judged) for place, judged in sorted(_outermost(free).items())]


def all_candidates(words: Sequence[Word], stops: Stops, known: Mapping[Candidate, str]) -> list[Candidate]:
    """Return the runs of content words and the names of the vocabulary, each once."""
    return list(dict.fromkeys(chain(candidates(words, stops), known)))


def _probabilities(rows: Sequence[Sequence[int]], weights: Any) -> Any:
    """Return the probability of each type for each candidate, (candidates, types); the rest is for none."""
    *begins, count = accumulate(map(len, rows), initial=0)
    picked = weights.take(np.fromiter(chain.from_iterable(rows), np.intp, count), axis=0)
    logits = np.add.reduceat(picked, begins, axis=0)
    top = np.maximum(logits.max(axis=1, keepdims=True), 0.0)
    powers = np.exp(logits - top)
    return powers / (np.exp(-top) + powers.sum(axis=1, keepdims=True))


def best_of_overlapping(found: Mapping[Place, Judged]) -> dict[Place, Judged]:
    """Of names of one type that overlap, keep the likeliest, the first of equals."""
    kept: dict[Place, Judged] = {}
    length = max((end for _, end in found), default=0)
    taken = {label: bytearray(length) for label, _ in found.values()}
    for place in sorted(found, key=lambda p: (-found[p][1], p)):
        start, end = place
        covered = taken[found[place][0]]
        if not any(covered[start:end]):
            covered[start:end] = b"\1" * (end - start)
            kept[place] = found[place]
    return kept


def _share(found: dict[tuple[int, int], tuple[str, float]], definitions: Sequence[Definition]) -> None:
    for d in definitions:
        places = ((d.short_start, d.short_end), (d.long_start, d.long_end))
        known = [found[place] for place in reversed(places) if place in found]
        if known:
            best = max(known, key=lambda judged: judged[1])
            for place in places:
                found[place] = best


def known_names(words: Sequence[Word], terms: Terms) -> dict[Candidate, str]:
    """Return the vocabulary's names and their types, the longest at each word; hyphens and plurals set aside."""
    return dict(_terms(words, terms)) if terms.by_first else {}


def _terms(words: Sequence[Word], terms: Terms) -> Iterator[tuple[Candidate, str]]:
    split = [split_words(word.lower) for word in words]
    parts = list(chain.from_iterable(split))
    begins = list(accumulate(map(len, split), initial=0))  # where each word begins among the parts, and where they end
    by_first = terms.by_first.get
    for first, at in enumerate(begins[:-1]):
        part = parts[at]
        known = by_first(part) or (by_first(singular(part)) if part[-1:] == "s" else None)
        if known is None:
            continue
        lengths, names = known
        for count in lengths:
            key = _key(tuple(parts[at : at + count]), names)
            if key is None or at + count > len(parts):
                continue
            last = bisect_left(begins, at + count) - 1
            ends_a_word = begins[last + 1] == at + count
            if ends_a_word and not (key in terms.capitals and words[first].text.islower()):
                yield Candidate(first, last), names[key]
                break


def _key(parts: tuple[str, ...], names: Mapping[tuple[str, ...], str]) -> tuple[str, ...] | None:
    """Return the name that is spelled so, or whose plural is."""
    if parts in names:
        return parts
    if parts[-1][-1:] != "s":
        return None
    key = (*parts[:-1], singular(parts[-1]))
    return key if key in names else None


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
