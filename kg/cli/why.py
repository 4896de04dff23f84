"""`kg why`: the sentence behind a fact."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["why"]


def why(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory.")],
    fact: Annotated[str, typer.Argument(metavar="IRI", help="A result, claim, mention or entity: IRI or local name.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many sentences of an entity.")] = 10,
) -> None:
    """Print the sentence behind a fact, what it names in brackets; for an entity also how its names came together."""
    from kg.query.why import why as evidence
    from kg.resolve.listing import explain, has_entities, open_ledger
    from kg.store import GraphDirectory, open_store

    directory = GraphDirectory.open(graph)
    fact = fact.strip()  # the lines of a CSV answer end in a carriage return
    name = fact.strip("<> ").removeprefix(directory.base)
    merge = None
    if has_entities(directory.ledger):  # a graph that was only loaded has the sentences and no merges
        with open_ledger(directory.ledger) as ledger:
            merge = explain(ledger, name)
    if merge and merge.id != name:
        print(f"{name} is now {merge.id}", file=sys.stderr)
        fact = merge.id
    for found in evidence(open_store(graph), fact, base=directory.base, limit=limit):
        print(f"{found.paper} {found.start}-{found.end}\n  {' '.join(found.marked.split())}")
    for join in merge.joins if merge else ():
        print(f"{', '.join(join.names)}: {join.reason} ({len(join.papers)} papers)")
