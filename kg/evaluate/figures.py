"""The figures of an evaluation.

- `entity`: a found entity is right if one of its surfaces equals one of a gold entity's and its type is one of that
  entity's. Precision = right / found, and gold entities that are not core make a find right too; recall = core
  entities found / core entities. `entity:TYPE` counts one type, `entity_untyped` forgives the type.
- `merge`: of the gold entities found under several of their surfaces, the share found as one entity.
- `role`: of the core entities found, the share with a right role.
- `url`: equal after repair; `code_kind`: of the gold code links found, the share found as code.
- `result`: value, metric, dataset and method agree with one gold result, nothing with nothing; `result_value`: the
  value and one of metric and dataset.
- `relation`: type and both ends agree. Gold results and relations with an end that is not core are optional.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.evaluate.compare import number_key, surface_key, url_key
from kg.evaluate.facts import Facts, FoundResult
from kg.evaluate.gold import Gold, GoldResult

__all__ = ["Error", "Evaluation", "Figure", "Share", "evaluate"]

Links = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Error:
    """One thing missed or invented: `what` it is ("wrong Method", "missed url"), its words, and a remark."""

    paper: str
    what: str
    words: str
    note: str = ""


@dataclass(slots=True)
class Figure:
    """Counts behind a precision and a recall."""

    right: int = 0
    predicted: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """Right among the predicted; where nothing was predicted, whether there was nothing to find."""
        return self.right / self.predicted if self.predicted else float(self.gold == 0)

    @property
    def recall(self) -> float:
        """Found among the gold."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Share:
    """How many of so many."""

    hits: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """Hits among all; 1 of nothing."""
        return self.hits / self.of if self.of else 1.0

    def add(self, hit: bool) -> None:
        """Count one."""
        self.hits += hit
        self.of += 1


@dataclass(slots=True)
class Evaluation:
    """All figures by name, the shares by name, and every error in the order of the papers."""

    figures: dict[str, Figure] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)
    papers: int = 0

    def as_json(self) -> dict[str, object]:
        """Return the figures as plain numbers, ready for JSON."""
        rows: dict[str, object] = {
            name: {
                "P": figure.precision,
                "R": figure.recall,
                "F1": figure.f1,
                "predicted": figure.predicted,
                "gold": figure.gold,
            }
            for name, figure in self.figures.items()
        }
        rows |= {name: {"share": share.share, "of": share.of} for name, share in self.shares.items()}
        return rows | {"papers": self.papers}


def evaluate(golds: Iterable[Gold], facts: Mapping[str, Facts]) -> Evaluation:
    """Score the facts of each gold paper, by its id; a paper without facts has found nothing."""
    out = Evaluation()
    out.figures["entity"] = Figure()
    typed: dict[str, Figure] = {}
    rest = {name: Figure() for name in ("entity_untyped", "url", "result", "result_value", "relation")}
    out.shares = {name: Share() for name in ("merge", "role", "code_kind")}
    for gold in golds:
        found = facts.get(gold.id, Facts())
        links, loose = _link(gold, found, typed=True), _link(gold, found, typed=False)
        out.errors.extend(_entities(gold, found, links, loose, out.figures["entity"], typed, rest["entity_untyped"]))
        _clusters(gold, found, links, out.shares["merge"], out.shares["role"])
        out.errors.extend(_urls(gold, found, rest["url"], out.shares["code_kind"]))
        out.errors.extend(_results(gold, found, links, rest["result"], full=True))
        _results(gold, found, links, rest["result_value"], full=False)
        out.errors.extend(_relations(gold, found, links, rest["relation"]))
        out.papers += 1
    out.figures |= {f"entity:{name}": typed[name] for name in sorted(typed)} | rest
    return out


def _link(gold: Gold, found: Facts, *, typed: bool) -> Links:
    """Return, for each found entity, the keys of the gold entities it stands for."""
    by_surface: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for entity in gold.entities:
        for surface in entity.surfaces:
            by_surface.setdefault(surface_key(surface), []).append((entity.key, entity.types))
    links: Links = {}
    for candidate in found.entities:
        hits = [
            key
            for surface in candidate.surfaces
            for key, types in by_surface.get(surface_key(surface), ())
            if not typed or candidate.type in types
        ]
        links[candidate.id] = list(dict.fromkeys(hits))
    return links


def _entities(
    gold: Gold, found: Facts, links: Links, loose: Links, all_: Figure, typed: dict[str, Figure], untyped: Figure
) -> list[Error]:
    errors = []
    for entity in found.entities:
        good = bool(links[entity.id])
        for figure in (all_, typed.setdefault(entity.type, Figure())):
            figure.predicted += 1
            figure.right += good
        untyped.predicted += 1
        untyped.right += bool(loose[entity.id])
        if not good:
            note = "type" if loose[entity.id] else ""
            errors.append(Error(gold.id, f"wrong {entity.type}", " | ".join(entity.surfaces[:3]), note))
    strictly = {key for hits in links.values() for key in hits}
    loosely = {key for hits in loose.values() for key in hits}
    for wanted in gold.entities:
        if not wanted.core:
            continue
        for figure in (all_, typed.setdefault(wanted.types[0], Figure())):
            figure.gold += 1
            figure.found += wanted.key in strictly
        untyped.gold += 1
        untyped.found += wanted.key in loosely
        if wanted.key not in strictly:
            note = "type" if wanted.key in loosely else ""
            errors.append(Error(gold.id, f"missed {wanted.types[0]}", " | ".join(wanted.surfaces[:3]), note))
    return errors


def _clusters(gold: Gold, found: Facts, links: Links, merge: Share, role: Share) -> None:
    by_id = {entity.id: entity for entity in found.entities}
    owners: dict[str, list[str]] = {}
    for entity in found.entities:
        for key in links[entity.id]:
            owners.setdefault(key, []).append(entity.id)
    for wanted in gold.entities:
        if wanted.key not in owners:
            continue
        own = list(dict.fromkeys(owners[wanted.key]))
        keys = {surface_key(surface) for surface in wanted.surfaces}
        if len(keys) > 1:
            seen = {surface_key(surface) for name in own for surface in by_id[name].surfaces}
            if len(seen & keys) > 1:
                merge.add(len(own) == 1)
        if wanted.core:
            role.add(any(by_id[name].roles & wanted.roles for name in own))


def _urls(gold: Gold, found: Facts, figure: Figure, code: Share) -> list[Error]:
    wanted = {url_key(url): (url, kinds) for url, kinds in gold.urls.items()}
    got = {url_key(url): (url, kinds) for url, kinds in found.urls}
    both = [key for key in wanted if key in got]
    figure.gold += len(wanted)
    figure.predicted += len(got)
    figure.right += len(both)
    figure.found += len(both)
    for key in both:
        if "code" in wanted[key][1]:
            code.add("code" in got[key][1])
    missed = [Error(gold.id, "missed url", url) for key, (url, _) in wanted.items() if key not in got]
    return missed + [Error(gold.id, "wrong url", url) for key, (url, _) in got.items() if key not in wanted]


def _same(predicted: str | None, wanted: tuple[str | None, ...], links: Links) -> bool:
    if predicted is None or wanted[0] is None:
        return predicted is None and wanted[0] is None
    return any(key in wanted for key in links.get(predicted, ()))


def _agrees(predicted: FoundResult, wanted: GoldResult, links: Links, full: bool) -> bool:
    if number_key(predicted.value) not in {number_key(value) for value in wanted.values}:
        return False
    metric = _same(predicted.metric, (wanted.metric,), links)
    dataset = _same(predicted.dataset, (wanted.dataset,), links)
    if full:
        return metric and dataset and _same(predicted.method, wanted.methods, links)
    return metric or dataset


def _results(gold: Gold, found: Facts, links: Links, figure: Figure, *, full: bool) -> list[Error]:
    """Match each found result with the first gold result still free that agrees."""
    core = {entity.key for entity in gold.entities if entity.core}
    strict = [
        r.core and all(end is None or end in core for end in (r.methods[0], r.dataset, r.metric)) for r in gold.results
    ]
    taken: set[int] = set()
    figure.gold += sum(strict)
    figure.predicted += len(found.results)
    said, given = _said(found), _given(gold)
    errors = []
    for predicted in found.results:
        free = (i for i in range(len(gold.results)) if i not in taken)
        hit = next((i for i in free if _agrees(predicted, gold.results[i], links, full)), None)
        if hit is None:
            ends = _ends(said, predicted.metric, predicted.dataset, predicted.method)
            errors.append(Error(gold.id, "wrong result", predicted.value, f"{ends}: {predicted.sentence}"))
            continue
        taken.add(hit)
        figure.right += 1
        figure.found += strict[hit]
    for i, wanted in enumerate(gold.results):
        if strict[i] and i not in taken:
            ends = _ends(given, wanted.metric, wanted.dataset, wanted.methods[0])
            errors.append(Error(gold.id, "missed result", wanted.values[0], f"{ends}: {wanted.quote}"))
    return errors


def _said(found: Facts) -> dict[str, str]:
    """Return what each found entity is called, by the id that results and relations know it by."""
    return {entity.id: entity.surfaces[0] for entity in found.entities if entity.surfaces}


def _given(gold: Gold) -> dict[str, str]:
    return {entity.key: entity.surfaces[0] for entity in gold.entities if entity.surfaces}


def _ends(names: Mapping[str, str], metric: str | None, dataset: str | None, method: str | None) -> str:
    ends = {"metric": metric, "dataset": dataset, "method": method}
    return ", ".join(f"{slot} {'none' if end is None else names.get(end, end)}" for slot, end in ends.items())


def _relations(gold: Gold, found: Facts, links: Links, figure: Figure) -> list[Error]:
    core = {entity.key for entity in gold.entities if entity.core}
    hard = {(h, t, o) for (h, t, o), sure in gold.relations.items() if sure and h in core and o in core}
    got: set[tuple[str, str, str]] = set()
    said, given = _said(found), _given(gold)
    errors = []
    for head, kind, tail in found.relations:
        hits = set(_pairs(links, head, kind, tail)) & gold.relations.keys()
        figure.predicted += 1
        figure.right += bool(hits)
        got |= hits
        if not hits:
            errors.append(Error(gold.id, "wrong relation", f"{said.get(head, head)} {kind} {said.get(tail, tail)}"))
    figure.gold += len(hard)
    figure.found += len(hard & got)
    missed = (relation for relation in gold.relations if relation in hard - got)
    words = (f"{given.get(head, head)} {kind} {given.get(tail, tail)}" for head, kind, tail in missed)
    return errors + [Error(gold.id, "missed relation", relation) for relation in words]


def _pairs(links: Links, head: str, kind: str, tail: str) -> Iterator[tuple[str, str, str]]:
    for left in links.get(head, ()):
        for right in links.get(tail, ()):
            yield left, kind, right
