"""What commands share: where a query's text comes from, and how an answer reaches stdout."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from kg.errors import InputError

if TYPE_CHECKING:
    from kg.query import Answer, Leaderboard, Rows

__all__ = ["base_of", "emit", "emit_board", "named_query", "named_table", "query_text", "width_of"]


def query_text(sparql: str | None, file: Path | None) -> str:
    """Return the query from the argument, a file or, for `-`, stdin."""
    if (sparql is None) == (file is None):
        raise typer.BadParameter("give a query, or --file, or --name (--list names them)")
    if file is not None:
        try:
            return file.read_text("utf-8-sig")  # some editors put a mark of the byte order before the text
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the query cannot be read: {error}", path=file) from error
    assert sparql is not None  # noqa: S101 - the check above leaves nothing else
    return sys.stdin.read() if sparql == "-" else sparql


def named_query(graph: str, name: str, params: list[str]) -> str:
    """Return the SPARQL of a named query, its `key=value` parameters looked up in the graph."""
    from kg.query.named import load_named, resolve
    from kg.store import GraphDirectory, open_store

    pairs = [param.partition("=") for param in params]
    if wrong := [key for key, equals, _ in pairs if not equals]:
        raise typer.BadParameter(f"{wrong[0]!r} is not key=value", param_hint="--param")
    named = load_named(name)
    if graph.startswith(("http://", "https://")):
        return resolve(None, named, {key.strip(): value for key, _, value in pairs})
    values = {key.strip(): value for key, _, value in pairs}
    return resolve(open_store(graph), named, values, base=GraphDirectory.open(graph).base)


def named_table() -> "Rows":
    """Return the named queries as rows: name, title, parameters."""
    import pyoxigraph as ox

    from kg.query import Rows
    from kg.query.named import list_named

    rows = []
    for named in list_named():
        parameters = ", ".join(f"[{p.name}]" if p.optional else p.name for p in named.parameters)
        rows.append((ox.Literal(named.name), ox.Literal(named.title), ox.Literal(parameters)))
    return Rows(("name", "title", "parameters"), rows)


def base_of(graph: str) -> str | None:
    """Return the base of a graph directory; None for an endpoint, whose base nobody tells."""
    from kg.store import GraphDirectory

    return None if graph.startswith(("http://", "https://")) else GraphDirectory.open(graph).base


def width_of(output: TextIO) -> int | None:
    """Return the columns of the terminal or of COLUMNS; None where neither says, as in a pipe."""
    import os
    import shutil

    told = os.environ.get("COLUMNS", "")
    known = output.isatty() or (told.isdecimal() and int(told) > 0)
    return shutil.get_terminal_size().columns if known else None


def emit(answer: "Answer", format_: str, output: TextIO, *, base: str | None = None) -> None:
    """Write an answer to stdout and, where it was cut, say so on stderr; tables fit the terminal."""
    from kg.query.formats import write

    output.flush()
    write(answer, format_, output.buffer, width=width_of(output), base=base)
    output.buffer.flush()
    if answer.cut:
        print("kg: the answer was cut at --limit; there is more", file=sys.stderr)


def emit_board(board: "Leaderboard", format_: str, output: TextIO, *, base: str, sentences: bool) -> None:
    """Write a leaderboard: a table for people, or all columns."""
    from kg.query.terminal import WIDTH, board_lines

    if format_ == "json":
        output.write(board.to_json())
    elif format_ == "table":
        for line in board_lines(board, base=base, width=width_of(output) or WIDTH, sentences=sentences):
            output.write(line + "\n")
        if board.entries:
            names = "kg why GRAPH NAME tells more" if sentences else "--sentences shows the sentence behind each"
            print(f"kg: {names}; --format csv has all columns", file=sys.stderr)
    else:
        emit(board.rows(), format_, output)
