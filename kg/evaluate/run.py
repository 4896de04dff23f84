"""Run a pipeline over gold papers and write the figures as a table that people read."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.evaluate.facts import facts_of
from kg.evaluate.figures import Evaluation, evaluate
from kg.evaluate.gold import read_gold
from kg.extract import DEFAULT_PIPELINE, Extractor
from kg.extract.confidence import confident

__all__ = ["evaluate_file", "report"]


def evaluate_file(path: str | Path, pipeline: str | Path = DEFAULT_PIPELINE, *, minimum: float = 0.0) -> Evaluation:
    """Extract every paper of a gold file with the pipeline and score it; `minimum` is the least confidence kept."""
    golds = list(read_gold(path))
    found = Extractor(pipeline).extract(gold.text for gold in golds)
    facts = {g.id: facts_of(confident(e, minimum), g.text) for g, e in zip(golds, found, strict=True)}
    return evaluate(golds, facts)


def report(evaluation: Evaluation, *, errors: bool = False) -> Iterator[str]:
    """Yield the lines of the table, and then one tab-separated line for each error if asked."""
    yield f"{'':16}     P     R    F1  found   gold"
    for name, figure in evaluation.figures.items():
        numbers = " ".join(f"{100 * value:5.1f}" for value in (figure.precision, figure.recall, figure.f1))
        yield f"{name:16} {numbers} {figure.predicted:6} {figure.gold:6}"
    for name, share in evaluation.shares.items():
        yield f"{name:16} {100 * share.share:5.1f} of {share.of}"
    yield f"{'papers':16} {evaluation.papers:5}"
    if errors:
        yield from _error_lines(evaluation)


def _error_lines(evaluation: Evaluation) -> Iterable[str]:
    for error in evaluation.errors:
        yield "\t".join(" ".join(part.split()) for part in (error.paper, error.what, error.words, error.note))
