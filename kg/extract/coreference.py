r"""Gather the mentions of one abstract into entities: one thing, all the ways the text names it.

1. Every mention is folded to a key: case, hyphens, LaTeX dress, plural, an inner "(ACR)" and a generic head ("dataset")
   are set aside; "BERT$\rm_{BASE}$" and "BERT-base" meet, "Swin-B" and "Swin-L" or "v2" and "v3" do not.
2. An acronym and its long form are one, also inside longer names ("GNN layer", "graph neural network layer").
3. A phrase that occurs only inside a longer one of its type, at its beginning or end, is no entity of its own; one that
   also stands alone is the same thing where only a plain modifier or a generic head tells them apart.
4. One name has one type, that of the most weight, unless two types are both well supported: then they stay apart
   ("VQA" the task, "VQA" the dataset).
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from kg.extract.acronyms import Definition

__all__ = ["Named", "coreference_key", "gather"]


class Named(NamedTuple):
    """A typed mention: offsets, type name, probability, and how likely a curator links it."""

    start: int
    end: int
    label: str
    score: float
    core: float = 1.0


_DRESS = re.compile(
    r"\\(?:rm|bf|it|sf|tt|text[a-z]*|math[a-z]*|emph|mbox|small[a-z]*|scriptsize|em|sc)(?![A-Za-z])|[$^{}\\~`'\"“”‘’]"
)
_SEPARATORS = re.compile(r"[\s\-‐-―_/]+")
_INNER = re.compile(r"\s*\([^()]*\)\s*")
_ARTICLES = {"the", "a", "an", "our", "this", "these", "its", "their"}
_HEADS = {
    "Dataset": {"dataset", "corpus", "database", "benchmark", "challenge", "data", "collection", "set", "task"},
    "Benchmark": {"dataset", "corpus", "database", "benchmark", "challenge", "leaderboard", "suite", "task"},
    "Method": {
        "model",
        "framework",
        "method",
        "algorithm",
        "approach",
        "system",
        "architecture",
        "module",
        "technique",
    },
    "Metric": {"score", "metric", "value"},
    "Task": {"task", "problem"},
}
#: Words after a phrase, and before it, that seldom make it another thing …
_TAILS = frozenset(["strategy", "mechanism", "scheme", "technique", "procedure", "structure", "problem", "task"])
_MODIFIERS = frozenset(
    [
        "3d",
        "automated",
        "automatic",
        "average",
        "cross",
        "deep",
        "dense",
        "efficient",
        "end",
        "to",
        "explicit",
        "fully",
        "generative",
        "global",
        "hierarchical",
        "high",
        "in",
        "interpretable",
        "large",
        "scale",
        "level",
        "lightweight",
        "novel",
        "new",
        "one",
        "online",
        "overall",
        "pre",
        "real",
        "world",
        "robust",
        "shared",
        "simple",
        "single",
        "synthetic",
        "unified",
        "unsupervised",
        "traditional",
        "standard",
        "vanilla",
        "existing",
        "proposed",
        "modern",
        "classical",
        "fast",
    ]
)
#: … and before it, that often do.
_DISTINCT = frozenset(
    [
        "2d",
        "domain",
        "dual",
        "dynamic",
        "ensemble",
        "few",
        "full",
        "generalized",
        "knowledge",
        "label",
        "medical",
        "multimodal",
        "non",
        "reasoning",
        "self",
        "temporal",
        "text",
        "two",
        "video",
        "weakly",
        "zero",
        "semi",
    ]
)
_LONGEST = 12  # words of a name that are looked at
#: Types that share a name without sharing the thing, when the text supports both.
_APART = 0.6
_SAME = {"Benchmark": "Dataset"}


def coreference_key(surface: str, long_forms: Mapping[str, str] | None = None) -> str:
    """Return what the surfaces of one thing have in common.

    `long_forms` maps the key of an acronym to the key of its long form.
    """
    return _joined(_words(surface), long_forms or {})


def _words(surface: str) -> list[str]:
    text = _INNER.sub(" ", surface).strip() or surface
    words = [word.strip(".,;:") or word for word in _SEPARATORS.split(_DRESS.sub(" ", text).lower()) if word]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return [_singular(word) for word in words if word != "s"]


def _joined(words: Sequence[str], long_forms: Mapping[str, str]) -> str:
    whole = "".join(words)
    return long_forms.get(whole) or "".join(long_forms.get(word, word) for word in words)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def gather(text: str, mentions: Iterable[Named], definitions: Sequence[Definition] = ()) -> list[dict[str, Any]]:
    """Return the entities as the fields of `LocalEntity`, by first mention; the same for any order of mentions.

    Linear in the number of mentions but for sorting.
    """
    ordered = sorted(set(mentions), key=lambda m: (m.start, -m.end, m.label, -m.score))
    long_forms = _long_forms(text, definitions)
    keys = [coreference_key(text[m.start : m.end], long_forms) for m in ordered]
    types = _types(ordered, keys)
    clusters: dict[tuple[str, str], list[Named]] = {}
    for mention, key in zip(ordered, keys, strict=True):
        clusters.setdefault((key, types[key, mention.label]), []).append(mention)
    merged = _join_parts(text, clusters, long_forms)
    shorts = {text[d.short_start : d.short_end]: text[d.long_start : d.long_end] for d in definitions}
    entities = [_entity(text, label, group, shorts) for (_, label), group in merged.items()]
    return sorted(entities, key=lambda e: (e["mentions"][0][0], -e["mentions"][0][1], e["type"]))


Clusters = dict[tuple[str, str], list[Named]]


def _join_parts(text: str, clusters: Clusters, long_forms: Mapping[str, str]) -> Clusters:
    """Fold the cluster of a shorter phrase into that of the longer one it is part of, the longest pair first.

    The odds behind `_absorbed` and `_same_thing` were counted on curated abstracts: a phrase seen only inside the
    longer one was the same thing in 85 of 100 pairs, one seen alone in 40, with a plain modifier or head in 70.
    """
    known = set(long_forms.values())
    words = {at: tuple(_expanded(text[g[0].start : g[0].end], long_forms)) for at, g in clusters.items()}
    index: dict[tuple[tuple[str, ...], str], tuple[str, str]] = {(words[at], at[1]): at for at in clusters}
    merged = {at: list(group) for at, group in clusters.items()}
    for at in sorted(clusters, key=lambda at: (-len(words[at]), at)):
        whole, label = words[at], at[1]
        for cut in range(1, min(len(whole), _LONGEST)):
            for part, extra, tail in ((whole[cut:], whole[:cut], False), (whole[:-cut], whole[-cut:], True)):
                other = index.get((part, label))
                if other is None or other == at or other not in merged or at not in merged:
                    continue
                if len(part) > 1 and len(extra) <= 3 and _only_inside(merged[other], merged[at]):
                    del merged[other]
                elif _same_thing(part, extra, tail, label, acronyms=known):
                    merged[other] += merged.pop(at)
    return merged


def _expanded(surface: str, long_forms: Mapping[str, str]) -> list[str]:
    words = _words(surface)
    whole = "".join(words)
    return [long_forms[whole]] if whole in long_forms else [long_forms.get(word, word) for word in words]


def _only_inside(inner: Sequence[Named], outer: Sequence[Named]) -> bool:
    return all(any(o.start <= i.start and i.end <= o.end for o in outer) for i in inner)


def _same_thing(
    part: Sequence[str], extra: Sequence[str], tail: bool, label: str, acronyms: Set[str] = frozenset()
) -> bool:
    """Whether "extra part" (or, at the tail, "part extra") and "part" are two ways to name one thing."""
    if tail:
        return len(extra) == 1 and (
            (extra[0] in _HEADS.get(label, ()) and (label != "Method" or len(part) > 1 or part[0] in acronyms))
            or extra[0] in _TAILS
        )
    if extra[0] in _DISTINCT or len(part) < 2:
        return all(word in _MODIFIERS for word in extra) and len(part) > 1
    return all(word in _MODIFIERS for word in extra) or (len(part) >= 3 and len(extra) == 1)


def _long_forms(text: str, definitions: Sequence[Definition]) -> dict[str, str]:
    """Return the key of each acronym → that of its long form."""
    found: dict[str, str] = {}
    for d in sorted(definitions, key=lambda d: (d.long_end - d.long_start, d)):
        # Shorter definitions first: "multi-label CIL (MLCIL)" leans on what CIL stands for.
        short = coreference_key(text[d.short_start : d.short_end])
        long = coreference_key(text[d.long_start : d.long_end], found)
        if short and short != long:
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


def _entity(text: str, label: str, group: Sequence[Named], shorts: Mapping[str, str]) -> dict[str, Any]:
    spans: dict[tuple[int, int], Named] = {}
    for mention in group:
        place = (mention.start, mention.end)
        if place not in spans or mention.score > spans[place].score:
            spans[place] = mention
    mentions = sorted(spans.values())
    surfaces = list(dict.fromkeys(text[m.start : m.end] for m in mentions))
    short = next((surface for surface in surfaces if surface in shorts), None)
    return {
        "type": label,
        "name": short or _name(text, mentions),
        "surfaces": surfaces,
        "mentions": [[m.start, m.end, m.score] for m in mentions],
        "expansion": shorts[short] if short else None,
        "core": max(m.core for m in mentions),
        "score": max(m.score for m in mentions),
    }


def _name(text: str, mentions: Sequence[Named]) -> str:
    """Return the surface seen most often, the first of equals."""
    counts: dict[str, int] = {}
    for m in mentions:
        surface = text[m.start : m.end]
        counts[surface] = counts.get(surface, 0) + 1
    return max(counts, key=lambda surface: counts[surface])
