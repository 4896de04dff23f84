"""`kg why`: the sentence behind a fact."""

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kg.query.why import Evidence
    from kg.resolve.listing import Merge
    from kg.store import GraphDirectory

__all__ = ["why"]


def why(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory.")],
    parts: Annotated[
        list[str],
        typer.Argument(metavar="FACT...", help="An IRI, local name or name; or parts of a fact: LexNet 71.3% SSC."),
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many sentences.")] = 10,
) -> None:
    """Print the sentence behind a fact, what it names in brackets; for an entity also how its names came together."""
    from kg.query.names import find_entity, is_stated
    from kg.query.parts import find_facts
    from kg.query.why import why as evidence
    from kg.store import GraphDirectory, open_store

    directory = GraphDirectory.open(graph)
    store, base = open_store(graph), directory.base
    parts = [part.strip() for part in parts]  # the lines of a CSV answer end in a carriage return
    if len(parts) > 1:
        facts = find_facts(store, parts, base=base)
        _print(islice((found for fact in facts for found in evidence(store, fact, base=base)), limit))
        return
    name = parts[0].strip("<> ").removeprefix(base)
    merge = _merge(directory, name)
    if merge is None and not (is_stated(store, name) or is_stated(store, base + name)):
        name = find_entity(store, parts[0], "Node", base=base).iri.removeprefix(base)
        merge = _merge(directory, name)
    if merge and merge.id != name:
        print(f"{name} is now {merge.id}", file=sys.stderr)
        name = merge.id
    _print(evidence(store, name, base=base, limit=limit))
    for join in merge.joins if merge else ():
        print(f"{', '.join(join.names)}: {join.reason} ({len(join.papers)} papers)")


def _merge(directory: "GraphDirectory", name: str) -> "Merge | None":
    """Return how the names of a node came together; None of what is no node, or where no build has made any."""
    from kg.resolve.listing import explain, has_entities, open_ledger

    if not has_entities(directory.ledger):  # a graph that was only loaded
        return None
    with open_ledger(directory.ledger) as ledger:
        return explain(ledger, name)


def _print(sentences: "Iterable[Evidence]") -> None:
    for found in sentences:
        print(f"{found.paper} {found.start}-{found.end}\n  {' '.join(found.marked.split())}")
