"""`kg leaderboard`: the results on a dataset, best first."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["leaderboard"]


def leaderboard(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph directory.")],
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="A dataset or benchmark: label, alias or prefix.")],
    metric: Annotated[str | None, typer.Option("--metric", "-m", help="This metric only.")] = None,
    task: Annotated[str | None, typer.Option("--task", "-t", help="Papers that address this task only.")] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="So many of each section.")] = None,
    format_: Annotated[str, typer.Option("--format", help="table, csv, tsv, json, markdown or html")] = "table",
    sentences: Annotated[bool, typer.Option("--sentences", help="Print the sentence beneath each row.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="PAGE.html", help="Write a page with bars and evidence.")] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE.svg|png|pdf", help="Draw the progress by year.")] = None,
) -> None:
    """Rank the results on a dataset; scores, gains and ratios and every unit apart, each with its evidence."""
    from kg.cli.output import emit_board
    from kg.query.leaderboard import leaderboard as rank
    from kg.query.standings import Standings
    from kg.store import GraphDirectory, open_store

    directory = GraphDirectory.open(graph)
    base, standings = directory.base, Standings.of(directory)
    board = rank(open_store(graph), dataset, metric=metric, task=task, top=top, base=base, standings=standings)
    if html or picture:
        from kg.view.sheet import save_board

        save_board(board.entries, board.dataset.label, html, picture)
    else:
        emit_board(board, format_, sys.stdout, base=base, sentences=sentences)
    if not board.entries:
        print(f"kg: no results on {board.dataset.label} in this graph", file=sys.stderr)
    if board.cut:
        print("kg: the answer was cut at --top; there is more", file=sys.stderr)
