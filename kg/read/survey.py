"""Say what a build would read, without building: for each file its format, its records, and what would be left out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.model import Abstract, Problem, ProblemKind
from kg.read.reading import InputFile, Progress, items, recognised

__all__ = ["Survey", "survey"]

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Survey:
    """One file: `problems` counts by kind and reason, `examples` are the first three of each, in file order."""

    path: str
    format: str | None
    records: int
    fields: Mapping[str, int]
    problems: Mapping[tuple[ProblemKind, str], int]
    examples: tuple[Problem, ...]

    @property
    def broken(self) -> int:
        """How many problems would end a build that does not skip bad records."""
        return sum(count for (kind, _), count in self.problems.items() if kind is ProblemKind.BROKEN)


def survey(
    inputs: Iterable[str | Path],
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Survey]:
    """Read as `read` does, and yield a summary of each file; `fields` counts the records that have each field."""
    for file in recognised(inputs, format, columns):
        yield _surveyed(file, columns, progress)


def _surveyed(file: InputFile, columns: Mapping[str, str] | None, progress: Progress | None) -> Survey:
    records = 0
    fields: Counter[str] = Counter()
    problems: Counter[tuple[ProblemKind, str]] = Counter()
    examples: list[Problem] = []
    for item in items(file, columns, progress):
        if isinstance(item, Abstract):
            records += 1
            fields.update(name for name in _FIELDS if getattr(item, name))
            continue
        reason = (item.kind, re.sub(r"\d+", "N", re.sub(r"\s*\(.*?\)| at column.*", "", item.message)))
        problems[reason] += 1
        if problems[reason] <= _EXAMPLES:
            examples.append(item)
    ordered = {name: fields[name] for name in _FIELDS}
    name = file.format.name if file.format else None
    return Survey(file.source.path, name, records, ordered, dict(sorted(problems.items())), tuple(examples))


_FIELDS = ("title", "ids", "authors", "issued", "venue", "comment", "links")
