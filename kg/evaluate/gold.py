"""Read gold annotations: one JSON object a line, as `docs/gold.md` describes it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError

__all__ = ["Gold", "GoldEntity", "GoldResult", "read_gold"]


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """A curated entity; `types` begins with its own, then those as good; `core` ones count for recall."""

    key: str
    types: tuple[str, ...]
    surfaces: tuple[str, ...]
    roles: frozenset[str]
    core: bool


@dataclass(frozen=True, slots=True)
class GoldResult:
    """A curated result; `methods` and `values` begin with the first choice, then those as good."""

    methods: tuple[str | None, ...]
    dataset: str | None
    metric: str | None
    values: tuple[str, ...]
    quote: str
    core: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """One curated paper; `relations` maps (head, type, tail) to whether it counts for recall."""

    id: str
    title: str
    abstract: str
    entities: tuple[GoldEntity, ...]
    urls: Mapping[str, frozenset[str]]
    results: tuple[GoldResult, ...]
    relations: Mapping[tuple[str, str, str], bool]

    @property
    def text(self) -> str:
        """What the extraction reads."""
        return f"{self.title}\n{self.abstract}" if self.title else self.abstract


def read_gold(path: str | Path) -> Iterator[Gold]:
    """Yield the papers of the file in order; InputError names the line that is not one."""
    path = Path(path)
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _paper(line, path, number)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=path) from error


def _paper(line: str, path: Path, number: int) -> Gold:
    try:
        return paper_of(json.loads(line))
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", path=path, line=number, hint="one object a line") from error
    except KeyError as error:
        raise InputError(f"no field {error.args[0]!r}", path=path, line=number, hint="see docs/gold.md") from error
    except (TypeError, AttributeError) as error:
        raise InputError(f"not a gold paper: {error}", path=path, line=number, hint="see docs/gold.md") from error


def paper_of(row: Mapping[str, Any]) -> Gold:
    """Return the record of one line."""
    if row.get("partial"):
        raise TypeError("its results alone are annotated")
    return Gold(
        id=str(row["id"]),
        title=row.get("title") or "",
        abstract=row.get("abstract") or "",
        entities=tuple(_entity(entity) for entity in row["entities"]),
        urls={url["url"]: kinds_of(url) for url in row.get("urls", ())},
        results=tuple(_result(r, core=r.get("core", True)) for r in row.get("results", ()))
        + tuple(_result(r, core=False) for r in row.get("optional_results", ())),
        relations={(r["head"], r["type"], r["tail"]): r.get("core", True) for r in row.get("relations", ())},
    )


def kinds_of(url: Mapping[str, Any]) -> frozenset[str]:
    """Return the kinds of a URL, given as one or as a list."""
    kinds = url.get("kinds", url.get("kind", []))
    return frozenset([kinds] if isinstance(kinds, str) else kinds)


def _entity(row: Mapping[str, Any]) -> GoldEntity:
    types = (row["type"], *row.get("alt_types", ()))
    return GoldEntity(row["key"], types, tuple(row["surfaces"]), frozenset(row["roles"]), bool(row["core"]))


def _result(row: Mapping[str, Any], *, core: bool) -> GoldResult:
    return GoldResult(
        methods=(row.get("method"), *row.get("alt_methods", ())),
        dataset=row.get("dataset"),
        metric=row.get("metric"),
        values=tuple(str(value) for value in (row["value"], *row.get("alt_values", ()))),
        quote=row.get("quote", ""),
        core=core,
    )
