"""`kg serve`: a SPARQL endpoint with a query page."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["serve"]


def serve(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory.")],
    host: Annotated[
        str, typer.Option(help="The address to listen on; others than loopback open it to the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a query or a page may take.")] = 30.0,
    rows: Annotated[int, typer.Option(min=1, help="Rows that an answer may have.")] = 100_000,
    concurrent: Annotated[int, typer.Option(min=1, help="Queries that run at once; more wait.")] = 4,
    service: Annotated[bool, typer.Option("--service", help="Let SERVICE call other servers.")] = False,
    origin: Annotated[str | None, typer.Option(help="A web site whose pages may ask (CORS), or *.")] = None,
) -> None:
    """Serve the graph read-only: SPARQL 1.1 Protocol at /sparql, a query page at /. Stop it with Ctrl-C."""
    import sys

    from kg.serve import Limits
    from kg.serve import serve as run

    shown = f"[{host}]" if ":" in host else host
    print(f"kg: http://{shown}:{port}/ the query page, http://{shown}:{port}/sparql the endpoint", file=sys.stderr)
    limits = Limits(seconds=timeout, rows=rows, running=concurrent, service=service)
    run(graph, host=host, port=port, limits=limits, origin=origin)
