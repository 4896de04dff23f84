"""`kg validate`: does the graph have the form that the ontology promises?"""

from pathlib import Path
from typing import Annotated

import typer


def validate(
    graph: Annotated[Path, typer.Argument(help="The folder of the graph.")],
    shapes: Annotated[Path | None, typer.Option(help="SHACL shapes in Turtle, in place of ours.")] = None,
) -> None:
    """Hold a graph against its shapes: one line a violation (node, path, what should be), exit 1 where there is one."""
    from kg.graph.validate import load_shapes, validate_store
    from kg.store import open_store
    from kg.store.info import counts

    count = 0
    store = open_store(graph, read_only=True)
    for violation in validate_store(store, load_shapes(shapes)):
        typer.echo(str(violation))
        count += 1
    if count:
        typer.echo(f"kg: {graph}: {count} violation{'' if count == 1 else 's'}", err=True)
        raise typer.Exit(1)
    found = counts(store)
    papers, statements = found["Paper"], found["Statement"]
    if not papers:  # of statements in other words than ours the shapes ask nothing
        typer.echo(f"kg: {graph}: no violation, but no papers either (statements: {statements:,})", err=True)
        return
    typer.echo(f"conforms (papers: {papers:,}, statements: {statements:,})", err=True)
