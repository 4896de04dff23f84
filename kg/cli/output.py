"""What commands share: where a query's text comes from, and how an answer reaches stdout."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from kg.errors import InputError

if TYPE_CHECKING:
    from kg.query import Answer

__all__ = ["emit", "query_text"]


def query_text(sparql: str | None, file: Path | None) -> str:
    """Return the query from the argument, a file or, for `-`, stdin."""
    if (sparql is None) == (file is None):
        raise typer.BadParameter("give a query, or --file, or --name (--list names them)")
    if file is not None:
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the query cannot be read: {error}", path=file) from error
    assert sparql is not None  # noqa: S101 - the check above leaves nothing else
    return sys.stdin.read() if sparql == "-" else sparql


def emit(answer: "Answer", format_: str, output: TextIO) -> None:
    """Write an answer to stdout and, where it was cut, say so on stderr."""
    import shutil

    from kg.query.formats import write

    width = shutil.get_terminal_size().columns if output.isatty() else None
    output.flush()
    write(answer, format_, output.buffer, width=width)
    output.buffer.flush()
    if answer.cut:
        print("kg: the answer was cut at --limit; there is more", file=sys.stderr)
