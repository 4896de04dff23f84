"""From candidate spans to what an abstract names: judge a surface and a type once for the whole text.

1. Candidates with the same folded surface (case, hyphens, plural set aside) and a type not improbable for one of them
   are one *thing*; its features say how the network scored its mentions, what overlaps it, how it is written, where.
2. A small model of boosted trees gives the probability that a curator lists the thing with this type (`right`), and
   that the curator holds it essential (`core`); both are fitted on abstracts the network was not trained on.
3. A thing is kept where right + weight x core reaches the threshold of its type (chosen for the best F1 on the same
   abstracts), one type for one surface, best first; what crosses a better one is dropped.
4. An acronym and the long form before it are of one type, the surer one's, and bring each other in.
5. A thing that falls short by less than half is *tentative*: it stays where coreference makes it one with a surer
   thing, or where a result names it: a dataset that a number was reached on is one, however plain its name.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.errors import PipelineError
from kg.extract.mentions.features import FEATURES, LOW, features_of, overlaps_of
from kg.extract.mentions.heads import TYPES, Candidates, sigmoid
from kg.extract.mentions.weights import stored_arrays
from kg.extract.mentions.words import Words
from kg.extract.trees import PARTS, Trees
from kg.vocabulary import Vocabulary

__all__ = [
    "FEATURES",
    "Found",
    "GivenTypes",
    "Judge",
    "KnownTypes",
    "Thing",
    "acronym_pairs",
    "agree",
    "find_things",
    "fold_surface",
    "given_types",
    "keep",
    "known_types",
    "spread",
    "tentative",
]

Array = npt.NDArray[np.float32]
#: By folded name: for each type 1 where a vocabulary has the name with this type, else -1.
KnownTypes = Mapping[str, tuple[float, ...]]
#: By folded name: the types that the user gives it.
GivenTypes = Mapping[str, Set[int]]
_LISTED = re.compile(r"\b(?:and|or)\b|[,;&]")
_GIVEN = 0.5  # of its threshold is enough for a name that the user gave
_UNKNOWN = (0.0,) * len(TYPES)
_SURE, _ABSURD = 0.5, 0.1
#: The two models of the judge.
_MODELS = ("right", "core")
_LONGEST_KNOWN = 100  # characters of a surface whose folded form is remembered


@dataclass(frozen=True, slots=True)
class Thing:
    """One folded surface with one type: the indices of its candidates and its features (in the order `FEATURES`)."""

    surface: str
    type: int
    members: tuple[int, ...]
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A mention to be: characters, type name, probability of being right and core, probability of each role, and
    whether it is tentative."""

    start: int
    end: int
    type: str
    score: float
    core: float
    roles: tuple[float, ...]
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """The two models and the decision: a threshold for each type, and what a core thing weighs."""

    right: Trees
    core: Trees
    thresholds: tuple[float, ...]
    weight: float

    @classmethod
    def from_disk(cls, folder: Path) -> "Judge":
        """Read `judge.npz` and `judge.json`."""
        if not (folder / "judge.json").is_file():
            raise PipelineError(
                "missing weights", path=folder / "judge.json", hint="train the pipeline, or use 'rules'"
            )
        plan: Mapping[str, Any] = json.loads((folder / "judge.json").read_text("utf-8"))
        arrays = stored_arrays(folder / "judge.npz", [f"{name}_{part}" for name in _MODELS for part in PARTS])
        trees = [Trees.from_arrays(arrays, plan[name], f"{name}_") for name in _MODELS]
        if tuple(plan["features"]) != FEATURES:
            raise PipelineError("other features than this version's", path=folder / "judge.json", hint="train again")
        return cls(trees[0], trees[1], tuple(plan["thresholds"][name] for name in TYPES), float(plan["weight"]))

    def to_disk(self, folder: Path) -> None:
        """Write what `from_disk` reads."""
        arrays: dict[str, Any] = {}
        plan: dict[str, Any] = {
            "features": list(FEATURES),
            "thresholds": dict(zip(TYPES, self.thresholds, strict=True)),
            "weight": self.weight,
        }
        for name, trees in zip(_MODELS, (self.right, self.core), strict=True):
            parts, plan[name] = trees.to_arrays(f"{name}_")
            arrays |= parts
        np.savez_compressed(folder / "judge.npz", allow_pickle=False, **arrays)
        (folder / "judge.json").write_text(json.dumps(plan, indent=1) + "\n", "utf-8")

    def judge(self, things: list[Thing]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the probabilities of being right and of being core."""
        if not things:
            return np.zeros(0), np.zeros(0)
        rows = np.array([thing.features for thing in things], np.float64)
        right = 1.0 / (1.0 + np.exp(-self.right.predict(rows)))
        core = 1.0 / (1.0 + np.exp(-self.core.predict(rows)))
        return right, np.minimum(core, right)


def fold_surface(surface: str) -> str:
    """Set case, hyphens, spaces, LaTeX signs, an inner "(ACRONYM)" and a plural aside.

    >>> fold_surface("Graph Neural-Networks"), fold_surface("loss"), fold_surface("the GNN")
    ('graphneuralnetwork', 'loss', 'gnn')
    """
    bare = re.sub(r"\s*\([^()]*\)\s*", " ", surface).strip() or surface
    bare = re.sub(r"\$|\\[a-z]+|[{}\\^]", "", bare.lower())
    words = [word for word in re.split(r"[\s\-‐-―_/]+", bare) if word]
    words = words[1:] if len(words) > 1 and words[0] in {"the", "a", "an"} else words
    joined = "".join(words)
    return joined[:-1] if len(joined) > 3 and joined.endswith("s") and not joined.endswith("ss") else joined


_known_surface = lru_cache(maxsize=16384)(fold_surface)


def known_types(vocabulary: Vocabulary) -> KnownTypes:
    """Return for each folded name of a vocabulary 1 for the types it has there and -1 for the others."""
    found: dict[str, set[str]] = {}
    for concept in vocabulary:
        for name in concept.names:
            found.setdefault(fold_surface(name), set()).add(str(concept.type))
    return {name: tuple(1.0 if kind in types else -1.0 for kind in TYPES) for name, types in found.items()}


def given_types(own: Vocabulary) -> GivenTypes:
    """Return for each folded name of the user's own vocabulary the types it has there."""
    return {
        name: frozenset(kind for kind, says in enumerate(types) if says > 0) for name, types in known_types(own).items()
    }


def acronym_pairs(text: str, words: Words, found: Candidates) -> list[tuple[int, int]]:
    """Return the candidates that stand as "long form (SHORT)", as (long, short)."""
    pairs = []
    by_first: dict[int, list[int]] = {}
    for index, first in enumerate(found.first.tolist()):
        by_first.setdefault(first, []).append(index)
    for index, last in enumerate(found.last.tolist()):
        if last + 2 < len(words) and text[words.starts[last + 1]] == "(":
            for other in by_first.get(last + 2, ()):
                after = int(found.last[other]) + 1
                if after < len(words) and text[words.starts[after]] in "),;":
                    pairs.append((index, other))
    return pairs


def _partners(pairs: list[tuple[int, int]], types: Array) -> Array:
    """Return n x types: the best logit of the other half of "long form (SHORT)"."""
    out = np.full(types.shape, LOW, np.float32)
    for long, short in pairs:
        out[long] = np.maximum(out[long], types[short])
        out[short] = np.maximum(out[short], types[long])
    return out


def find_things(
    text: str, words: Words, found: Candidates, known_names: KnownTypes, floor: float = 0.03
) -> list[Thing]:
    """Group the candidates by folded surface and type, in order of first mention; `floor` cuts the hopeless."""
    if not len(found):
        return []
    starts, ends = words.starts[found.first], words.ends[found.last]
    groups: dict[str, list[int]] = {}
    for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        surface = text[start:end]
        if surface.count("(") != surface.count(")"):
            continue  # "Net)" and "Graph Network (GN" are cuts through a bracket
        fold = _known_surface if end - start <= _LONGEST_KNOWN else fold_surface
        groups.setdefault(fold(surface), []).append(index)
    if not groups:
        return []
    members = list(groups.values())
    order = np.concatenate([np.array(group) for group in members])
    begins = np.cumsum([0, *map(len, members)])[:-1]
    group, kind = np.nonzero(np.logical_or.reduceat((sigmoid(found.types) > floor)[order], begins))
    partners = _partners(acronym_pairs(text, words, found), found.types)
    surfaces = list(groups)
    known = np.array([known_names.get(surface, _UNKNOWN) for surface in surfaces], np.float32)
    rows = features_of(text, words, found, members, (group, kind), overlaps_of(found), partners, known)
    return [
        Thing(surfaces[at], which, tuple(members[at]), tuple(row))
        for at, which, row in zip(group.tolist(), kind.tolist(), rows.tolist(), strict=True)
    ]


def keep(
    things: list[Thing],
    right: npt.NDArray[np.float64],
    core: npt.NDArray[np.float64],
    thresholds: tuple[float, ...],
    weight: float,
    given: GivenTypes = MappingProxyType({}),
) -> list[int]:
    """Return the indices of the things to keep: one type a surface, each past its threshold; in the given order.

    A name that the user gave has no other type than that, and half the threshold.
    """
    value = right + weight * core
    best: dict[str, int] = {}
    for index, thing in enumerate(things):
        types = given.get(thing.surface)
        least = thresholds[thing.type] * (1.0 if types is None else _GIVEN)
        if value[index] < least or (types is not None and thing.type not in types):
            continue
        rival = best.get(thing.surface)
        if rival is None or value[index] > value[rival]:
            best[thing.surface] = index
    return sorted(best.values())


def tentative(
    text: str,
    words: Words,
    found: Candidates,
    things: list[Thing],
    kept: list[int],
    right: npt.NDArray[np.float64],
    core: npt.NDArray[np.float64],
    judge: Judge,
    share: float,
    given: GivenTypes = MappingProxyType({}),
) -> list[int]:
    """Return the things that reach this share (0..1) of their thresholds, of surfaces of which none is kept.

    A list ("A and B") and a cut through braces of LaTeX are none.
    """
    if share >= 1:
        return []
    taken = {things[index].surface for index in kept}
    lower = tuple(share * least for least in judge.thresholds)
    return [
        index
        for index in keep(things, right, core, lower, judge.weight, given)
        if things[index].surface not in taken and _is_whole(_surface(text, words, found, things[index].members[0]))
    ]


def _surface(text: str, words: Words, found: Candidates, member: int) -> str:
    return text[words.starts[found.first[member]] : words.ends[found.last[member]]]


def _is_whole(surface: str) -> bool:
    return surface.count("{") == surface.count("}") and not _LISTED.search(surface)


def agree(
    things: list[Thing], kept: list[int], right: npt.NDArray[np.float64], pairs: list[tuple[int, int]]
) -> list[int]:
    """Give an acronym and its long form one type, and let a sure one (0.5) bring in the other where it is not absurd.

    Of the long forms that could end before the bracket, only the likeliest is the acronym's.
    """
    by_member: dict[int, list[int]] = {}
    for index, thing in enumerate(things):
        for member in thing.members:
            by_member.setdefault(member, []).append(index)
    out = set(kept)
    best: dict[int, tuple[float, int]] = {}
    for long, short in pairs:
        top = max((float(right[i]) for i in by_member.get(long, ())), default=0.0)
        if top > best.get(short, (0.0, 0))[0]:
            best[short] = top, long
    for short, (_, long) in sorted(best.items()):
        halves = [by_member.get(long, []), by_member.get(short, [])]
        chosen = [i for half in halves for i in half if i in out]
        if not chosen:
            continue
        sure = max(chosen, key=lambda i: (right[i], -i))
        if right[sure] < _SURE:
            continue
        for half in halves:
            same = next((i for i in half if things[i].type == things[sure].type and right[i] >= _ABSURD), None)
            if same is not None:
                out -= set(half)
                out.add(same)
    return sorted(out)


def spread(
    words: Words,
    found: Candidates,
    things: list[Thing],
    kept: list[int],
    right: npt.NDArray[np.float64],
    core: npt.NDArray[np.float64],
    unsure: Sequence[int] = (),
) -> list[Found]:
    """Write the mentions of each kept thing, then of the unsure ones; of two that cross, the better thing's stays."""
    rows = []
    for late, indices in ((False, kept), (True, unsure)):
        for index in indices:
            for member in things[index].members:
                place = int(found.first[member]), int(found.last[member])
                rows.append((late, -float(right[index]), *place, index, member))
    rows.sort()
    taken: list[tuple[int, int]] = []
    out = []
    for late, score, first, last, index, member in rows:
        if any(a < first <= b < last or first < a <= last < b for a, b in taken):
            continue
        taken.append((first, last))
        roles = tuple(round(float(p), 4) for p in sigmoid(found.roles[member]))
        start, end = int(words.starts[first]), int(words.ends[last])
        found_type = TYPES[things[index].type]
        out.append(Found(start, end, found_type, round(-score, 4), round(float(core[index]), 4), roles, late))
    return sorted(out, key=lambda f: (f.start, f.end, f.type))
