"""Extract on a Ray cluster: the contract of `kg.extract.workers.extract_all`, with nodes in the place of processes.

Texts go out in windows, each a Ray Data set that actors read, one a free core; each actor loads the pipeline once. Ray
reads again what a lost node had, and answers come in the order of the texts: the outcome does not depend on the nodes.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import PipelineError
from kg.extract import Extractor
from kg.extract.workers import Answer, Failure, read_chunk

__all__ = ["extract_on_ray", "ray_running"]

#: Texts a window: what this process holds at a time, some 1.5 kB each.
_WINDOW = 50_000
#: Texts a block: what is read again when a node is lost.
_BLOCK = 64


class _Reader:
    """What an actor runs."""

    def __init__(self, pipeline: str | Path, reader: Callable[[str | Path], Extractor]) -> None:
        self._extractor = reader(pipeline)
        list(self._extractor.extract([""]))  # a node that cannot load it is to fail, not each of its texts

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        answers = read_chunk(self._extractor, [str(text) for text in batch["text"]])
        return {
            "answer": ["" if isinstance(answer, Failure) else answer for answer in answers],
            "reason": [answer.reason if isinstance(answer, Failure) else "" for answer in answers],
        }


def extract_on_ray(
    texts: Iterable[str],
    pipeline: str | Path,
    *,
    address: str | None = None,
    reader: Callable[[str | Path], Extractor] = Extractor,
) -> Iterator[Answer]:
    """Yield for each text, in order, its extraction as JSON or why there is none.

    `address` is that of a running cluster ("auto" finds one), else one is started on this machine for as long as it
    is needed. Every node must have paperkg, and the pipeline at the same path. Raises PipelineError without Ray.
    """
    with ray_running(address):
        stream = iter(texts)
        while window := list(islice(stream, _WINDOW)):
            yield from _read_window(window, pipeline, reader)


@contextmanager
def ray_running(address: str | None) -> Iterator[None]:
    """Hold a connection to the cluster at `address`, or to one on this machine; one that is held already is used.

    Raises PipelineError without Ray.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise PipelineError("Ray is not installed", hint="pip install 'paperkg[ray]'") from error
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.raise_original_map_exception = True
    started = not ray.is_initialized()
    if started:
        ray.init(address=address, log_to_driver=False, include_dashboard=False if address is None else None)
    try:
        yield
    finally:
        if started:
            ray.shutdown()


def _read_window(texts: list[str], pipeline: str | Path, reader: Callable[[str | Path], Extractor]) -> Iterator[Answer]:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    # Arrow holds no lone surrogate; the extractor itself reads it as U+FFFD, which is as long.
    rows = [{"text": text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")} for text in texts]
    blocks = max(1, len(rows) // _BLOCK)
    answers = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        _Reader,
        fn_constructor_args=(pipeline, reader),
        batch_size=_BLOCK,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=max(1, blocks)),
    )
    for row in answers.iter_rows():
        yield Failure(row["reason"]) if row["reason"] else str(row["answer"])
