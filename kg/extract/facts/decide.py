"""Decide the facts of one text from the scores of the heads: roles, then results, then relations.

1. Roles: each role of an entity is a probability of its own; the best one holds, and a second that is likely too.
   `main` is the probability that a method is the one the paper is about; results and relations lean on it.
2. Results: a number is a result where "none" is unlikely enough; then its metric, dataset, method and baseline are
   chosen one after another, each among the entities that may fill the slot and "none".
3. Relations: every ordered pair of fitting types is scored for every relation; a threshold a relation decides.
4. Tentative datasets and metrics that stand in no result are dropped, and their relations with them (`confirm`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from kg.extract.facts.blend import NAMED_ALONE, Opinion
from kg.extract.facts.confirm import confirmed
from kg.extract.facts.heads import Floats, Heads, sigmoid, softmax
from kg.extract.facts.lists import paired
from kg.extract.facts.reading import LETTER, Reading, lay_out
from kg.extract.facts.relations import FAMILIES, closest, describe, pair_scores, pairs
from kg.extract.facts.results import NONE, SLOTS, kind_features, link_features, slot_candidates
from kg.extract.facts.roles import role_features
from kg.extract.facts.wording import bound_of, direction_of, setting_of, split_of, unit_near
from kg.extract.mentions.arcs import RELATIONS
from kg.model import EntityType, Kind, LocalEntity, Relation, RelationType, Result, Role, Span

__all__ = [
    "HEADS",
    "KINDS",
    "ROLES",
    "Facts",
    "Thresholds",
    "read_facts",
    "relation_probabilities",
    "role_probabilities",
]

#: The columns of the head `role`; the last one is whether a curator would want the entity at all.
ROLES = (*(role.value for role in Role), "core")
#: The columns of the head `kind`.
KINDS = ("none", *(kind.value for kind in Kind))
#: Every head by its name.
HEADS = ("role", "main", "kind", *SLOTS, *FAMILIES)
#: The slots that lists of names fill in order; methods of a list are as often the settings of one method.
_LISTED = ("metric", "dataset")
#: What an entity of each type may be to its paper, in the order of the names.
_OF_TYPE = {
    "M": (Role.COMPARES, Role.MENTIONS, Role.PROPOSES, Role.USES),
    "D": (Role.EVALUATES, Role.INTRODUCES, Role.MENTIONS, Role.USES),
    "T": (Role.ADDRESSES, Role.MENTIONS),
    "A": (Role.MENTIONS, Role.REPORTS),
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How likely a thing must be: a result, a second role, each relation (0.5 where not said).

    `whole` is for a result with all its parts. The best threshold for F1 is half of the F1 that it comes to (Lipton,
    Elkan and Naryanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure"), 0.3 where that is 0.6; a
    little less keeps more of the values whose metric is right though their method may not be.
    `blend` holds the weights of named features, arcs and a constant for each decision (see `blend`).
    """

    result: float = 0.5
    whole: float = 0.0
    second_role: float = 0.3
    relation: Mapping[str, float] | None = None
    blend: Mapping[str, tuple[float, float, float]] | None = None

    def of(self, relation: str) -> float:
        """Return the least probability of a relation."""
        return (self.relation or {}).get(relation, 0.5)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read: the entities with their roles, the results, the relations.

    `kept` are the indices, among the entities given, of those that are left.
    """

    entities: tuple[LocalEntity, ...]
    results: tuple[Result, ...]
    relations: tuple[Relation, ...]
    kept: tuple[int, ...] = ()


def read_facts(
    text: str,
    sentences: Sequence[Span],
    entities: Sequence[LocalEntity],
    heads: Heads,
    thresholds: Thresholds,
    opinion_of: Callable[[Reading], Opinion] = lambda reading: NAMED_ALONE,
    tentative: Set[int] = frozenset(),
) -> Facts:
    """Read the facts of one text whose sentences and entities are known; every offset is into `text`.

    `opinion_of` gives what the encoder's arcs say of the text as it is laid out; the `tentative` entities are left out
    of what is returned unless a result confirms them.
    """
    reading = lay_out(text, sentences, entities)
    if not reading.entities:
        return Facts((), (), ())
    opinion = opinion_of(reading)
    roles = role_probabilities(reading, heads, opinion)
    results = _results(reading, heads, roles, thresholds, opinion)
    relations = _relations(reading, heads, roles, thresholds, opinion)
    reported = {r.metric for r in results}
    shown = tuple(
        replace(entity, roles=_roles_of(entity, roles[i], i in reported, thresholds.second_role))
        for i, entity in enumerate(reading.entities)
    )
    kept, results, relations = confirmed(len(shown), results, relations, tentative)
    return Facts(tuple(shown[i] for i in kept), results, relations, kept)


def role_probabilities(reading: Reading, heads: Heads, opinion: Opinion = NAMED_ALONE) -> list[dict[str, float]]:
    """Return for each entity the probability of every role, of `core`, and for a method of being the main one."""
    features = role_features(reading, heads.spell)
    scores = sigmoid(opinion.roles(heads["role"].score(features)))
    labels = heads["role"].labels
    found = [dict(zip(labels, row, strict=True)) for row in scores.tolist()]
    methods = [i for i, e in enumerate(reading.entities) if e.type is EntityType.METHOD]
    if methods:
        share = softmax(opinion.main(heads["main"].score([features[i] for i in methods])[:, 0], methods))
        for i, p in zip(methods, share, strict=True):
            found[i]["main"] = float(p)
    return found


def _roles_of(entity: LocalEntity, found: Mapping[str, float], reported: bool, second: float) -> tuple[Role, ...]:
    allowed = _OF_TYPE[LETTER[entity.type]]
    ranked = sorted(allowed, key=lambda role: -found.get(role, 0.0))  # of equals the first by name
    chosen = ranked[:1] + [role for role in ranked[1:2] if found.get(role, 0.0) >= second]
    if reported and Role.REPORTS in allowed:
        chosen = [Role.REPORTS]
    return tuple(chosen)


def _results(
    reading: Reading, heads: Heads, roles: Sequence[Mapping[str, float]], thresholds: Thresholds, opinion: Opinion
) -> tuple[Result, ...]:
    numbers = range(len(reading.values))
    if not reading.values:
        return ()
    kinds = softmax(opinion.kinds(heads["kind"].score([kind_features(reading, n, heads.spell) for n in numbers])))
    before: dict[str, list[int]] = {slot: [] for slot in SLOTS}
    found: list[Result] = []
    for n in numbers:
        likely = 1.0 - float(kinds[n, 0])
        if likely < thresholds.result:
            continue
        kind = KINDS[1 + int(kinds[n, 1:].argmax())]
        chosen: dict[str, int] = {}
        score = likely
        for column, slot in enumerate(SLOTS):
            candidates = slot_candidates(reading, slot, n)
            features = link_features(reading, n, slot, candidates, kind, roles, before[slot], chosen, heads.spell)
            share = softmax(opinion.slot(heads[slot].score(features)[:, 0], n, column, candidates, slot))
            listed = paired(reading, n, SLOTS[slot]) if slot in _LISTED else None
            best = candidates.index(listed) if listed in candidates else int(share.argmax())
            chosen[slot] = candidates[best]
            before[slot].append(candidates[best])
            if slot != "baseline":
                score *= float(share[best])
        if score < thresholds.whole or all(chosen[slot] == NONE for slot in ("metric", "dataset", "method")):
            continue
        found.append(_result(reading, n, Kind(kind), chosen, score))
    return tuple(found)


def _result(reading: Reading, number: int, kind: Kind, chosen: Mapping[str, int], score: float) -> Result:
    value = reading.values[number]
    at = reading.value_units[number]
    sentence = reading.sentences[reading.units[at].sentence]
    end = value.end
    link = {slot: None if index == NONE else index for slot, index in chosen.items()}
    baseline = link["baseline"]
    bound = bound_of(reading, number)
    return Result(
        start=value.start,
        end=end,
        raw=reading.text[value.start : end],
        kind=kind,
        sentence=sentence,
        value=value.value,
        low=value.low or (value.value if bound == "low" else None),
        high=value.high or (value.value if bound == "high" else None),
        unit=value.unit or unit_near(reading, number, kind),
        direction=direction_of(reading, number, kind),
        method=link["method"],
        dataset=link["dataset"],
        metric=link["metric"],
        baselines=() if baseline is None or baseline == link["method"] else (baseline,),
        split=split_of(reading, number, link["dataset"]),
        setting=setting_of(reading, number),
        score=round(score, 4),
    )


def _relations(
    reading: Reading, heads: Heads, roles: Sequence[Mapping[str, float]], thresholds: Thresholds, opinion: Opinion
) -> tuple[Relation, ...]:
    found: list[Relation] = []
    for types, items, scores in relation_probabilities(reading, heads, roles, opinion):
        least = np.array([thresholds.of(t) for t in types], np.float32)
        for n, k in np.argwhere(scores >= least):
            head, tail = items[n]
            sentence = reading.sentences[_evidence(reading, head, tail)]
            found.append(Relation(head, RelationType(types[k]), tail, sentence, round(float(scores[n, k]), 4)))
    return tuple(sorted(_one_way(found), key=lambda r: (r.head, r.type, r.tail)))


def relation_probabilities(
    reading: Reading, heads: Heads, roles: Sequence[Mapping[str, float]], opinion: Opinion = NAMED_ALONE
) -> Iterator[tuple[tuple[str, ...], list[tuple[int, int]], Floats]]:
    """Yield for each family of relations its types, the pairs that may have one, and their probabilities (N, types)."""
    known = describe(reading, roles, heads.spell)
    for family, types in FAMILIES.items():
        items = pairs(reading, family)
        if not items:
            continue
        named = pair_scores(reading, family, items, roles, known, heads[family], heads.spell)
        ends = [h for h, _ in items], [t for _, t in items]
        columns = [opinion.relation(named[:, k], *ends, RELATIONS.index(t), t) for k, t in enumerate(types)]
        yield types, items, sigmoid(np.stack(columns, axis=1))


def _one_way(relations: Sequence[Relation]) -> list[Relation]:
    """Drop the less sure of two relations that cannot both hold: the same one, or part and base, both ways."""
    kept: list[Relation] = []
    taken: set[tuple[int, int]] = set()
    for relation in sorted(relations, key=lambda r: (-r.score, r.head, r.type, r.tail)):
        if (relation.tail, relation.head) not in taken:
            kept.append(relation)
            taken.add((relation.head, relation.tail))
    return kept


def _evidence(reading: Reading, head: int, tail: int) -> int:
    """Return the sentence that says so: one that names both (not the title, if another does), else the tail's first."""
    best = closest(reading, head, tail)
    if best is not None:
        return best[0].sentence
    places = reading.places[tail] or reading.places[head]
    body = [p for p in places if not reading.is_title(p.sentence)] or list(places)
    return body[0].sentence if body else 0
