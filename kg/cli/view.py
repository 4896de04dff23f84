"""`kg view`: the graph as one self-contained page."""

from pathlib import Path
from typing import Annotated

import typer


def view(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="a graph directory")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PAGE.html", help="the page to write")],
    around: Annotated[list[str] | None, typer.Option(help="an entity or paper, by name, alias or IRI")] = None,
    hops: Annotated[int, typer.Option(min=0, help="how far to go from --around")] = 1,
    type_: Annotated[list[str] | None, typer.Option("--type", help="only nodes of this type")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="only papers that use or evaluate on it")] = None,
    task: Annotated[list[str] | None, typer.Option(help="only papers that address it")] = None,
    year: Annotated[str | None, typer.Option(help="2021 or 2019-2021")] = None,
    query: Annotated[str | None, typer.Option(help="a CONSTRUCT query whose triples to draw")] = None,
    support: Annotated[int, typer.Option(min=1, help="joined entities: by so many papers at least")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="draw so many nodes, the most connected")] = 500,
    aggregate: Annotated[str | None, typer.Option(help="communities or matrix, for what is too big to draw")] = None,
    title: Annotated[str, typer.Option(help="the heading of the page")] = "Knowledge graph",
) -> None:
    """Write the graph, or a part of it, as one page that opens in any browser and loads nothing from the net."""
    from kg.errors import QueryError
    from kg.store import GraphDirectory, open_store
    from kg.view import Selection, check_target, draw

    base = GraphDirectory.open(graph).base
    check_target(output)  # before the work, not after it
    lists = (tuple(names or ()) for names in (around, type_, dataset, task))
    centres, types, datasets, tasks = lists
    selection = Selection(centres, hops, types, datasets, tasks, year, query, support, limit, aggregate, base)
    page = draw(open_store(graph), selection, title=title)
    if page.nothing:
        raise QueryError("nothing to draw", hint=page.nothing)
    page.save(output)
    if page.note:
        typer.echo(page.note, err=True)
