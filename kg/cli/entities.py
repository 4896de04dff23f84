"""`kg entities`: the nodes of a graph, and the pairs to decide on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["entities"]


def entities(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    type_: Annotated[
        str | None, typer.Option("--type", help="Only this type: Method, Dataset, Benchmark, Metric or Task.")
    ] = None,
    search: Annotated[str | None, typer.Option("--search", "-s", help="Only names that contain these words.")] = None,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="Suggest decisions instead, in the words of a decisions file.")
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="table, csv or json")] = "table",
    limit: Annotated[int | None, typer.Option(min=0, help="Stop after so many.")] = None,
) -> None:
    """List entities with type, aliases and the number of papers and mentions, most papers first.

    --doubtful prints lines for the file that `kg build --decisions FILE` applies; keep those you agree with.
    """
    from itertools import islice

    from kg.resolve.doubt import doubts
    from kg.resolve.listing import list_entities, open_ledger
    from kg.resolve.report import entity_type, write_doubts, write_entities
    from kg.store.directory import GraphDirectory

    with open_ledger(GraphDirectory.open(graph).ledger) as ledger:
        if doubtful:
            write_doubts(doubts(ledger)[:limit], format_, sys.stdout)
        else:
            rows = list_entities(ledger, type_=entity_type(type_), search=search)
            write_entities(islice(rows, limit), format_, sys.stdout)
