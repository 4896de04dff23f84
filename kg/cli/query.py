"""`kg query`: ask a graph in SPARQL."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["query"]

FORMATS = "table, markdown, html, csv, tsv, json, xml; for CONSTRUCT and DESCRIBE turtle, ntriples, jsonld, rdfxml"


def query(
    graph: Annotated[str, typer.Argument(metavar="GRAPH", help="A graph directory, or the URL of a SPARQL endpoint.")],
    sparql: Annotated[str | None, typer.Argument(metavar="SPARQL", help="The query; - reads it from stdin.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the query from a file.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Ask a named query; --list names them.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="A parameter of it: key=value.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the named queries and their parameters.")] = False,
    format_: Annotated[str, typer.Option("--format", help=FORMATS)] = "table",
    limit: Annotated[int | None, typer.Option(min=0, help="Cut the answer after so many rows.")] = None,
    timeout: Annotated[float | None, typer.Option(min=0.01, help="Stop the query after so many seconds.")] = None,
    service: Annotated[bool, typer.Option("--service", help="Let SERVICE call other servers.")] = False,
) -> None:
    """Ask the graph in SPARQL; the ontology's prefixes are declared, all named graphs are seen as one."""
    from kg.cli.output import base_of, emit, named_query, named_table, query_text
    from kg.query import query as ask

    if list_:
        emit(named_table(), format_, sys.stdout)
        return
    text = named_query(graph, name, param or []) if name else query_text(sparql, file)
    emit(ask(graph, text, timeout=timeout, limit=limit, service=service), format_, sys.stdout, base=base_of(graph))
