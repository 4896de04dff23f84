"""The list of commands, in the order of the work: build, ask, look, tend."""

import os
import select
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from kg.cli.build import build, remove
from kg.cli.entities import entities
from kg.cli.evaluate import evaluate
from kg.cli.export import export, load
from kg.cli.info import info
from kg.cli.leaderboard import leaderboard
from kg.cli.query import query
from kg.cli.serve import serve
from kg.cli.validate import validate
from kg.cli.view import view
from kg.cli.vocabulary import vocabulary
from kg.cli.why import why


class _Commands(TyperGroup):
    """Ends with 0 where the reader of stdout has seen enough (`kg query … | head`); Typer itself would end with 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            if _stdout_is_read():  # it was another pipe, such as that of a worker
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        return done


def _stdout_is_read() -> bool:
    ended = select.poll()
    ended.register(sys.stdout.fileno(), 0)  # a pipe that nobody reads reports an error even where none is asked for
    return not ended.poll(0)


app = typer.Typer(
    name="kg",
    cls=_Commands,
    help="A knowledge graph from research abstracts: what is named, what reaches how much, which sentence says so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("build")(build)
app.command("query")(query)
app.command("info")(info)
app.command("remove")(remove)
app.command("validate")(validate)
app.command("leaderboard")(leaderboard)
app.command("view")(view)
app.command("evaluate")(evaluate)
app.command("serve")(serve)
app.command("export")(export)
app.command("load")(load)
app.command("entities")(entities)
app.command("why")(why)
app.command("vocabulary")(vocabulary)


@app.callback()
def root() -> None:
    """A knowledge graph from research abstracts: what is named, what reaches how much, which sentence says so."""
