"""`kg info`: what is in a graph."""

from pathlib import Path
from typing import Annotated

import typer


def info(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Count papers, entities, mentions, results, claims and statements."""
    import json

    from kg.store import open_store
    from kg.store.info import counts

    found = counts(open_store(graph))
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name:15}{n:>10,}" for name, n in found.items()))
