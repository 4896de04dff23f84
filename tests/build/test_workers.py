"""Worker processes: the same answers whoever gives them, and what happens to a text that kills, hangs or raises."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kg.errors import PipelineError
from kg.extract.workers import Failure, extract_all
from kg.model import Extraction, Link


class Echo:
    """Stands for an extractor: a text of a certain word does harm, any other comes back as a link."""

    def __init__(self, pipeline: str | Path) -> None:
        self.pipeline = pipeline

    def extract(self, texts: Iterable[str]) -> Iterator[Extraction]:
        for text in texts:
            if text == "raise":
                raise ValueError("poison")
            if text == "hang":
                time.sleep(600)
            if text == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            yield Extraction(links=(Link(text, 0, 1),))


class Gone(Echo):
    """Stands for an extractor that cannot be made in a worker, as in a script without its guard."""

    def __init__(self, pipeline: str | Path) -> None:
        os._exit(1)


def answers(texts: list[str], jobs: int, time_limit: float = 20) -> list[object]:
    return list(extract_all(iter(texts), "rules", jobs=jobs, time_limit=time_limit, reader=Echo))  # type: ignore[arg-type]


TEXTS = [f"https://x/{n}" for n in range(200)]


def test_order_and_answers_do_not_depend_on_the_processes() -> None:
    assert answers(TEXTS, 2) == answers(TEXTS, 1) == answers(TEXTS, 3)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_that_raises_is_given_up_alone(jobs: int) -> None:
    found = answers([*TEXTS[:50], "raise", *TEXTS[50:]], jobs)
    assert found[50] == Failure("ValueError: poison")
    assert found[:50] + found[51:] == answers(TEXTS, 1)


@pytest.mark.parametrize("harm, reason", [("die", "the worker process died"), ("hang", "not read within 0.05 seconds")])
def test_a_text_that_kills_or_hangs_its_worker_is_given_up_alone(harm: str, reason: str) -> None:
    found = answers([*TEXTS[:70], harm, *TEXTS[70:]], 2, time_limit=0.05)
    assert found[70] == Failure(reason)
    assert found[:70] + found[71:] == answers(TEXTS, 1)


def test_workers_that_do_not_start_end_it_with_the_mend() -> None:
    with pytest.raises(PipelineError, match=r"do not start; a script .* needs `if __name__ == \"__main__\":`"):
        list(extract_all(iter(TEXTS), "rules", jobs=2, reader=Gone))  # type: ignore[arg-type]


def test_nothing_to_read() -> None:
    assert answers([], 2) == []


def test_the_stream_is_not_drained_ahead() -> None:
    taken = []

    def stream() -> Iterator[str]:
        for text in TEXTS * 5:
            taken.append(text)
            yield text

    found = extract_all(stream(), "rules", jobs=2, reader=Echo)  # type: ignore[arg-type]
    next(found)
    assert len(taken) < len(TEXTS) * 5
    found.close()  # type: ignore[attr-defined]
