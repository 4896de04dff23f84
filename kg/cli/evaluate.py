"""`kg evaluate`: how much of what curators wrote down is found."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["evaluate"]


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Curated papers, one JSON object a line.")],
    pipeline: Annotated[str | None, typer.Option(help="learned (the default), rules, or a folder.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less sure.")] = 0.0,
    errors: Annotated[bool, typer.Option("--errors", help="List what was missed and what was invented.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Extract curated papers and say how much is right (P) and how much is found (R), for each kind of fact."""
    from kg.evaluate import evaluate_file, report
    from kg.extract import DEFAULT_PIPELINE

    found = evaluate_file(gold, pipeline or DEFAULT_PIPELINE, minimum=min_confidence)
    if as_json:
        rows = found.as_json()
        if errors:
            rows["errors"] = [[e.paper, e.what, e.words, e.note] for e in found.errors]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for line in report(found, errors=errors):
        typer.echo(line)
