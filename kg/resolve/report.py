"""Write listed entities and suggestions as a table, CSV or JSON."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TextIO

from kg.cells import guarded
from kg.errors import QueryError
from kg.model import EntityType
from kg.resolve.doubt import Doubt
from kg.resolve.listing import Listed

__all__ = ["entity_type", "write_doubts", "write_entities"]

_FORMATS = ("table", "csv", "json")
_COLUMNS = ("id", "type", "label", "papers", "mentions", "aliases")


def entity_type(name: str | None) -> EntityType | None:
    """Return the type of this name in any case; QueryError where there is none."""
    if name is None:
        return None
    for type_ in EntityType:
        if type_.lower() == name.lower():
            return type_
    raise QueryError(f"no type {name!r}", hint="choose from " + ", ".join(EntityType))


def write_entities(rows: Iterable[Listed], format_: str, out: TextIO) -> None:
    """Write one entity a line, or all as one JSON array; QueryError for an unknown format."""
    _check(format_)
    if format_ == "json":
        json.dump([asdict(row) for row in rows], out, ensure_ascii=False, indent=1)
        out.write("\n")
        return
    if format_ == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for row in rows:
            cells = [row.id, row.type, row.label, row.papers, row.mentions, " | ".join(row.aliases)]
            writer.writerow([guarded(cell) for cell in cells])
        return
    out.write(f"{'papers':>6} {'mentions':>8}  {'type':9}  {'id':40}  label, aliases\n")
    for row in rows:
        names = ", ".join((row.label, *row.aliases))
        shown = names if len(names) <= 120 else names[:117] + "..."
        out.write(f"{row.papers:6} {row.mentions:8}  {row.type:9}  {row.id:40}  {shown}\n")


def write_doubts(rows: Iterable[Doubt], format_: str, out: TextIO) -> None:
    """Write suggestions as lines of a decisions file, each with its reason in a comment, or as CSV or JSON."""
    _check(format_)
    if format_ == "json":
        json.dump([asdict(row) for row in rows], out, ensure_ascii=False, indent=1)
        out.write("\n")
    elif format_ == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("decision", "reason", "papers"))
        writer.writerows([guarded(cell) for cell in (row.decision, row.reason, row.papers)] for row in rows)
    else:
        for row in rows:
            out.write(f"{row.decision}  # {row.reason}\n")


def _check(format_: str) -> None:
    if format_ not in _FORMATS:
        raise QueryError(f"no format {format_!r}", hint="choose from " + ", ".join(_FORMATS))
