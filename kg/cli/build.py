"""`kg build` and `kg remove`: make, extend and prune a graph."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.console import progress_bar, say


def build(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT…", help='Files, folders, globs, s3://…, or "-".')],
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="GRAPH", help="The graph's folder.")] = None,
    format: Annotated[str | None, typer.Option(help="Read all inputs as this format instead of sniffing it.")] = None,
    columns: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Name the columns of a CSV or TSV file.")
    ] = None,
    pipeline: Annotated[
        str | None, typer.Option(metavar="NAME|DIR", help="What reads: learned (the default), rules, or a folder.")
    ] = None,
    vocabulary: Annotated[list[Path] | None, typer.Option(help="Your own vocabulary: SKOS Turtle or TSV.")] = None,
    decisions: Annotated[Path | None, typer.Option(help="Your decisions: same, different, rename, type.")] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave out what is less sure.")] = None,
    base_iri: Annotated[str | None, typer.Option(help="Mint IRIs under this one (a new graph only).")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes that extract; all cores if it pays.")] = None,
    engine: Annotated[str, typer.Option(help="What extracts: local (processes) or ray.")] = "local",
    address: Annotated[str | None, typer.Option(help="A running Ray cluster, as host:port or auto.")] = None,
    shards: Annotated[
        int | None, typer.Option(min=1, help="With ray: write so many shards of N-Quads in the place of a graph.")
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Count broken records and go on.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and build nothing.")] = False,
) -> None:
    """Make or extend a graph from abstracts; rerunning changes nothing, and a crash is resumed."""
    from kg.builder import build as run
    from kg.cli.console import columns_of
    from kg.cli.survey import print_survey
    from kg.extract import DEFAULT_PIPELINE
    from kg.read.storage import is_address

    if dry_run:
        print_survey(inputs, format, columns_of(columns))
        return
    if output is None:
        raise typer.BadParameter("name the graph's folder", param_hint="--output")
    rules: dict[str, Any] = {
        "format": format,
        "columns": columns_of(columns),
        "pipeline": pipeline or DEFAULT_PIPELINE,
        "vocabulary": vocabulary or (),
        "decisions": decisions,
        "min_confidence": min_confidence,
        "base": base_iri,
        "skip_bad": skip_bad,
    }
    if shards is not None:
        if engine != "ray":
            raise typer.BadParameter("shards are written with --engine ray", param_hint="--shards")
        _write_shards(inputs, output, address, shards, rules)
        return
    if is_address(output):
        raise typer.BadParameter("a graph is a folder of this machine; shards may go to storage", param_hint="--output")
    with progress_bar() as progress:
        done = run(inputs, output, jobs=jobs, engine=engine, address=address, progress=progress, **rules)
    for old, new in done.renamed:
        say(f"renamed: {old} is now {new}")
    _say_problems(Counter(str(problem.kind) for problem in done.problems), f"{output}/problems.jsonl lists them")
    for failure in done.failures[:5]:
        say(f"{failure.source}: {failure.message}")
    papers, records, texts = _count(done.papers, "paper"), _count(done.records, "record"), _count(done.read, "text")
    say(f"{papers} in {output} ({records}, {texts} read)")
    if done.failures:
        failed = _count(len(done.failures), "paper")
        say(f"{failed} not extracted, see {output}/problems.jsonl; the next build tries them again")
        raise typer.Exit(1)


def _write_shards(inputs: list[str], output: str, address: str | None, shards: int, rules: dict[str, Any]) -> None:
    from kg.shards import RayCluster, build_shards

    with RayCluster(address, shards) as cluster:
        done = build_shards(inputs, output, cluster=cluster, shards=shards, **rules)
    _say_problems(done.problems, f"problems-*.jsonl.gz in {output} list them")
    papers, statements = _count(done.papers, "paper"), _count(sum(done.files.values()), "statement")
    say(f"{papers} ({_count(done.records, 'record')}) in {_count(len(done.files), 'shard')} of {output}: {statements}")
    if done.failures:
        say(f"{_count(done.failures, 'paper')} not extracted, see failures-*.jsonl.gz in {output}")
        raise typer.Exit(1)


def _say_problems(kinds: Mapping[str, int], where: str) -> None:
    if kinds:
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        say(f"not read as records: {told}; {where}")


def remove(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The graph's folder.")],
    papers: Annotated[list[str], typer.Argument(metavar="PAPER…", help="By IRI, key or identifier.")],
) -> None:
    """Take papers out of a graph, and every node that nothing else names."""
    from kg.builder import remove as run

    say(f"{_count(run(graph, papers), 'paper')} removed from {graph}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
