"""`kg export` and `kg load`: the graph elsewhere, and a graph from elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["export", "load"]


def export(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help=".ttl .nt .nq .trig .jsonld .rdf .graphml .gexf .json, or a folder .csv or .parquet"
        ),
    ],
) -> None:
    """Write the graph in another form, by the ending of the output."""
    from kg.export import export as write
    from kg.store import open_store

    write(open_store(graph), output)


def load(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory; made where there is none.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help=".nq .trig .jsonld .nt .ttl .rdf, also .gz .zst")
    ],
    base_iri: Annotated[str | None, typer.Option("--base-iri", help="The base of a new graph's IRIs.")] = None,
) -> None:
    """Take in a graph made elsewhere."""
    import sys

    from kg.export import load as read

    for file in files:
        print(f"kg: {file}: {read(graph, file, base=base_iri)} new statements", file=sys.stderr)
