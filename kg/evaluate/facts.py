"""What was said of one paper, in the gold's words, whether it comes from an extraction or from a file of facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.evaluate.gold import Gold, kinds_of
from kg.model import Extraction, Result, Role

__all__ = ["Facts", "FoundEntity", "FoundResult", "facts_of", "facts_of_gold", "read_facts"]

#: The guidelines' words for the roles that the ontology names otherwise.
_ROLES = {Role.COMPARES: "compares", Role.EVALUATES: "evaluates", Role.REPORTS: "reports"}


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An extracted entity of one paper."""

    id: str
    type: str
    surfaces: tuple[str, ...]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class FoundResult:
    """An extracted result; its ends are entity ids. The sentence is told with an error and plays no other part."""

    method: str | None
    dataset: str | None
    metric: str | None
    value: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was extracted from one paper."""

    entities: tuple[FoundEntity, ...] = ()
    urls: tuple[tuple[str, frozenset[str]], ...] = ()
    results: tuple[FoundResult, ...] = ()
    relations: tuple[tuple[str, str, str], ...] = ()


def facts_of(extraction: Extraction, text: str = "") -> Facts:
    """Return an extraction as facts; the ids of entities are their places, sentences are cut out of the text."""

    def name(index: int | None) -> str | None:
        return None if index is None else str(index)

    def result(found: Result) -> FoundResult:
        value = found.value or _range(found.low, found.high, found.raw)
        sentence = text[found.sentence.start : found.sentence.end]
        return FoundResult(name(found.method), name(found.dataset), name(found.metric), value, sentence)

    return Facts(
        entities=tuple(
            FoundEntity(str(i), str(e.type), e.surfaces, frozenset(_ROLES.get(r, str(r)) for r in e.roles))
            for i, e in enumerate(extraction.entities)
        ),
        urls=tuple((link.url, frozenset(map(str, link.kinds))) for link in extraction.links),
        results=tuple(map(result, extraction.results)),
        relations=tuple((str(r.head), str(r.type), str(r.tail)) for r in extraction.relations),
    )


def _range(low: str | None, high: str | None, raw: str) -> str:
    return f"{low}-{high}" if low and high else low or high or raw


def facts_of_gold(gold: Gold) -> Facts:
    """Return one annotator's paper as facts, to score it against another's."""
    return Facts(
        entities=tuple(FoundEntity(e.key, e.types[0], e.surfaces, e.roles) for e in gold.entities),
        urls=tuple(gold.urls.items()),
        results=tuple(FoundResult(r.methods[0], r.dataset, r.metric, r.values[0]) for r in gold.results if r.core),
        relations=tuple(gold.relations),
    )


def read_facts(path: str | Path) -> dict[str, Facts]:
    """Read a file of facts, `{"papers": {id: {"entities", "urls", "results", "relations"}}}`, by paper id."""
    path = Path(path)
    try:
        papers: Mapping[str, Any] = json.loads(path.read_text("utf-8"))["papers"]
        return {name: _facts(row) for name, row in papers.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"not a file of facts: {error}", path=path) from error


def _facts(row: Mapping[str, Any]) -> Facts:
    return Facts(
        entities=tuple(
            FoundEntity(e["id"], e["type"], tuple(e["surfaces"]), frozenset(e.get("roles", ())))
            for e in row["entities"]
        ),
        urls=tuple((url["url"], kinds_of(url)) for url in row["urls"]),
        results=tuple(
            FoundResult(r.get("method"), r.get("dataset"), r.get("metric"), str(r["value"])) for r in row["results"]
        ),
        relations=tuple((r["head"], r["type"], r["tail"]) for r in row["relations"]),
    )
