r"""Gather the mentions of one abstract into entities: one thing, all the ways the text names it.

1. Every mention is folded to a key: case, hyphens, LaTeX dress, plural, an inner "(ACR)" are
   set aside; "BERT$\rm_{BASE}$" and "BERT-base" meet, "Swin-B" and "Swin-L" or "v2" and "v3" do not.
2. An acronym and its long form are one, also inside longer names ("GNN layer", "graph neural network layer").
3. Two like phrases of one type ("human prediction models", "human predictors") are one where a small model, fitted on
   annotated abstracts, says so (`kg.extract.coreference.model`).
4. One name has one type, that of the most weight, unless two types are both well supported: then they stay apart
   ("VQA" the task, "VQA" the dataset).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.extract.acronyms import Definition
from kg.extract.coreference.model import PairModel, Ties
from kg.extract.coreference.pairs import Phrase, grams_of, stems_of

__all__ = [
    "Clusters",
    "Named",
    "clustered",
    "coreference_key",
    "gather",
    "linked",
    "long_forms_of",
    "phrases_of",
    "tied",
]


class Named(NamedTuple):
    """A typed mention: offsets, type name, probability, chance that a curator links it, whether it is tentative."""

    start: int
    end: int
    label: str
    score: float
    core: float = 1.0
    tentative: bool = False


_DRESS = re.compile(
    r"\\(?:rm|bf|it|sf|tt|text[a-z]*|math[a-z]*|emph|mbox|small[a-z]*|scriptsize|em|sc)(?![A-Za-z])|[$^{}\\~`'\"“”‘’]"
)
_SEPARATORS = re.compile(r"[\s\-‐-―_/]+")
_INNER = re.compile(r"\s*\([^()]*\)\s*")
_CAPITALS = re.compile(r"\b([A-Z]{2,})s\b")  # the plural of an acronym, however short
_ARTICLES = {"the", "a", "an", "our", "this", "these", "its", "their"}
_INNER_LAST = re.compile(r"(?<=\S)\s*\(([^()]+)\)$")
_BRACKET = re.compile(r"\s?\(\s?")
_SHAPED = re.compile(r"\w[A-Z]|\d")
#: Types that share a name without sharing the thing, when the text supports both.
_APART = 0.6
#: The least probability at which a tentative name is one with others.
_SURER = 0.5
LongForms = Mapping[str, tuple[str, ...]]
#: The mentions of each (key, type).
Clusters = dict[tuple[str, str], list[Named]]
_SAME = {"Benchmark": "Dataset"}


def coreference_key(surface: str, long_forms: LongForms | None = None) -> str:
    """Return what the surfaces of one thing have in common."""
    return "".join(_expanded(surface, long_forms or {}))


@lru_cache(maxsize=8192)
def _words(surface: str) -> tuple[str, ...]:
    text = _INNER.sub(" ", surface).strip() or surface
    text = _CAPITALS.sub(r"\1", _DRESS.sub(" ", text)).lower()
    words = [word.strip(".,;:") or word for word in _SEPARATORS.split(text) if word]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return tuple(_singular(word) for word in words if word != "s")


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def gather(
    text: str,
    mentions: Iterable[Named],
    definitions: Sequence[Definition] = (),
    model: PairModel | None = None,
    threshold: float = 0.3,
    ties_of: Callable[[Sequence[Named]], Ties] | None = None,
) -> list[dict[str, Any]]:
    """Return the entities as the fields of `LocalEntity`, by first mention; the same for any order of mentions.

    Without a `model` only equal names are joined. `ties_of` gives the log-odds that each two mentions name one thing,
    (M, M), where an encoder has read the text.
    """
    ordered = sorted(set(mentions), key=lambda m: (m.start, -m.end, m.label, -m.score))
    long_forms = long_forms_of(text, definitions)
    clusters = clustered(text, ordered, long_forms)
    joined = [(label, group) for (_, label), group in clusters.items()]
    if model:
        phrases = phrases_of(text, clusters, long_forms)
        ties = tied(clusters, ordered, ties_of(ordered)) if ties_of else None
        joined = _join_alike(clusters, phrases, model.probabilities(phrases, ties), threshold)
    shorts = {text[d.short_start : d.short_end]: text[d.long_start : d.long_end] for d in definitions}
    within = _within_another(joined)
    entities = [_entity(text, label, group, shorts, within) for label, group in joined]
    return sorted(entities, key=lambda e: (e["mentions"][0][0], -e["mentions"][0][1], e["type"]))


def clustered(text: str, mentions: Sequence[Named], long_forms: LongForms) -> Clusters:
    """Return the mentions by key and the type that the key counts as; the clusters of a type follow each other."""
    keys = [coreference_key(text[m.start : m.end], long_forms) for m in mentions]
    types = _types(mentions, keys)
    found: Clusters = {}
    for mention, key in zip(mentions, keys, strict=True):
        found.setdefault((key, types[key, mention.label]), []).append(mention)
    return dict(sorted(found.items(), key=lambda at: (at[0][1], at[0][0])))


def phrases_of(text: str, clusters: Clusters, long_forms: LongForms) -> list[Phrase]:
    """Return what is compared of each cluster."""
    return [_phrase_of(text, label, group, long_forms) for (_, label), group in clusters.items()]


def _join_alike(
    clusters: Clusters, phrases: Sequence[Phrase], same: npt.NDArray[np.float64], threshold: float
) -> list[tuple[str, list[Named]]]:
    """Join the clusters that are likely one thing, of N phrases and `same` (N, N); return (type, mentions) of each."""
    groups = list(clusters.values())
    joined: list[tuple[str, list[Named]]] = []
    for label in sorted({phrase.label for phrase in phrases}):
        own = [place for place, phrase in enumerate(phrases) if phrase.label == label]
        unsure = [all(m.tentative for m in groups[place]) for place in own]
        parts = linked(same[np.ix_(own, own)], unsure, threshold)
        joined += [(label, [m for place in part for m in groups[own[place]]]) for part in parts]
    return joined


def linked(same: npt.NDArray[np.float64], unsure: Sequence[bool], threshold: float) -> list[list[int]]:
    """Return which of N names are one thing; `same` (N, N) are the probabilities that two are, `unsure` (N,) the names
    that are tentative.

    Clusters are joined, the likeliest first, while the mean over their pairs reaches the threshold (average linkage,
    Sokal and Michener 1958): one likely pair does not make two things one. A tentative name goes to the surest cluster
    alone, if that is sure enough, and never brings two together. What is certain (1) is joined first.
    """
    firm = [place for place, is_unsure in enumerate(unsure) if not is_unsure]
    parts = [[place] for place in firm]
    sums, sizes = same[np.ix_(firm, firm)], np.ones(len(firm))
    while len(parts) > 1:
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -1.0)
        one, other = divmod(int(means.argmax()), len(parts))
        if means[one, other] < threshold:
            break
        parts[one] += parts.pop(other)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        sums = np.delete(np.delete(sums, other, 0), other, 1)
        sizes = np.delete(sizes, other)
    alone: list[list[int]] = []
    homes = [list(part) for part in parts]
    for place, is_unsure in enumerate(unsure):
        if is_unsure:
            fits = [float(same[place, part].mean()) if same[place, part].max() < 1 else 1.0 for part in homes]
            best = max(range(len(homes)), key=lambda n: fits[n], default=-1)
            if best >= 0 and fits[best] >= _SURER:
                parts[best].append(place)
            else:
                alone.append([place])
    return parts + alone


def tied(clusters: Clusters, ordered: Sequence[Named], ties: Ties) -> Ties:
    """Return the mean of the log-odds over the pairs of mentions of each two of N clusters, (N, N) of (M, M)."""
    row = {mention: i for i, mention in enumerate(ordered)}
    share = np.zeros((len(clusters), len(ordered)), np.float32)
    for place, group in enumerate(clusters.values()):
        share[place, [row[m] for m in group]] = 1 / len(group)
    return np.asarray(share @ ties @ share.T, np.float32)


def _phrase_of(text: str, label: str, group: Sequence[Named], long_forms: LongForms) -> Phrase:
    """Return what is compared of a cluster."""
    surfaces = [text[m.start : m.end] for m in group]
    surface = surfaces[0]
    places = tuple(sorted({(m.start, m.end) for m in group}))
    words = _expanded(surface, long_forms)
    return Phrase(
        words=words,
        stems=stems_of(words),
        grams=grams_of(words),
        label=label,
        places=places,
        title=places[0][0] < text.find("\n"),
        shaped=bool(_SHAPED.search(surface)),
        written=_INNER_LAST.sub("", surface) if ")" in surface else surface,
        opens=frozenset([bracket.end() for _, end in places if (bracket := _BRACKET.match(text, end))]),
        bracketed=frozenset([start for start, end in places if text[end : end + 1] == ")"]),
        inner=frozenset([found[1].lower() for s in surfaces if ")" in s and (found := _INNER_LAST.search(s))]),
        text=text,
    )


def _expanded(surface: str, long_forms: LongForms) -> tuple[str, ...]:
    words = _words(surface)
    if not long_forms:
        return words
    if (whole := "".join(words)) in long_forms:
        return long_forms[whole]
    if long_forms.keys().isdisjoint(words):
        return words
    return tuple(chain.from_iterable(long_forms.get(word, (word,)) for word in words))


def long_forms_of(text: str, definitions: Sequence[Definition]) -> LongForms:
    """Return the key of each acronym → the words of its long form."""
    found: dict[str, tuple[str, ...]] = {}
    for d in sorted(definitions, key=lambda d: (d.long_end - d.long_start, d)):
        # Shorter definitions first: "multi-label CIL (MLCIL)" leans on what CIL stands for.
        short = coreference_key(text[d.short_start : d.short_end])
        long = _expanded(text[d.long_start : d.long_end], found)
        if short and short != "".join(long):
            found.setdefault(short, long)
    return found


def _types(mentions: Sequence[Named], keys: Sequence[str]) -> dict[tuple[str, str], str]:
    """Decide which type each (key, label) counts as: the one of most weight, or its own where it has as much."""
    weights: dict[str, dict[str, float]] = {}
    for mention, key in zip(mentions, keys, strict=True):
        by_label = weights.setdefault(key, {})
        by_label[mention.label] = by_label.get(mention.label, 0.0) + mention.score
    decided: dict[tuple[str, str], str] = {}
    for key, by_label in weights.items():
        best = min(by_label, key=lambda label: (-by_label[label], label))
        for label, weight in by_label.items():
            kin = _SAME.get(label, label) == _SAME.get(best, best)
            decided[key, label] = best if kin or weight < _APART * by_label[best] else label
    return decided


def _within_another(joined: Sequence[tuple[str, Sequence[Named]]]) -> frozenset[Named]:
    """Return the mentions that stand within a longer mention of another entity of their type."""
    placed = sorted((label, m.start, -m.end, place, m) for place, (label, group) in enumerate(joined) for m in group)
    found = []
    reach = ("", 0, -1)  # type, end and entity of the longest mention so far
    for label, _, end, place, mention in placed:
        if label != reach[0] or -end > reach[1]:
            reach = label, -end, place
        elif place != reach[2]:
            found.append(mention)
    return frozenset(found)


def _entity(
    text: str, label: str, group: Sequence[Named], shorts: Mapping[str, str], within: Set[Named]
) -> dict[str, Any]:
    spans: dict[tuple[int, int], Named] = {}
    for mention in group:
        place = (mention.start, mention.end)
        if place not in spans or mention.score > spans[place].score:
            spans[place] = mention
    mentions = sorted(spans.values())
    surfaces = list(dict.fromkeys(text[m.start : m.end] for m in mentions))
    short = next((surface for surface in surfaces if surface in shorts), None)
    entity = {
        "type": label,
        "name": short if short and not _is_name(shorts[short]) else _name(text, mentions, within),
        "surfaces": surfaces,
        "mentions": [[m.start, m.end, m.score] for m in mentions],
        "expansion": shorts[short] if short else None,
        "core": max(m.core for m in mentions),
        "score": max(m.score for m in mentions),
    }
    return entity | {"tentative": True} if all(m.tentative for m in mentions) else entity


def _is_name(long: str) -> bool:
    """Tell whether a long form is a coined word, which names the thing better than its short form: "LeafNet (LN)"."""
    return " " not in long and any(c.isupper() for c in long[1:])


def _name(text: str, mentions: Sequence[Named], within: Set[Named]) -> str:
    """Return the surface seen most often, the first of equals; within the name of another entity it does not count."""
    counts = dict.fromkeys([text[m.start : m.end] for m in mentions], 0)
    for m in mentions:
        counts[text[m.start : m.end]] += m not in within
    return max(counts, key=lambda surface: counts[surface])
