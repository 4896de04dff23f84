"""Extract in worker processes, and survive what happens to them.

1. Each worker is a spawned process that loads the pipeline once and answers chunks of texts over a pipe.
2. At most one chunk waits for each worker, so that a fast reader cannot fill the memory.
3. A worker that dies or outlasts its time limit is replaced. Its chunk is tried again text by text; a text that fails
   alone is given up with its reason, and the rest goes on.
4. Answers come in the order of the chunks, whoever worked on them: the outcome does not depend on the processes.
"""

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.errors import PipelineError
from kg.extract import Extractor
from kg.extract.codec import to_json
from kg.model import Problem

__all__ = ["Answer", "Failure", "extract_all", "extract_here", "read_chunk"]

#: Seconds a text may take, on top of the seconds a worker may take to start.
TIME_LIMIT = 10.0
START_LIMIT = 120.0
_CHUNK = 32
_NO_START = 'a script that builds with several jobs needs `if __name__ == "__main__":`; jobs=1 does without'


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that could not be read, and why."""

    reason: str

    def problem(self, paper_key: str) -> Problem:
        """Return it as it is listed of a paper."""
        return Problem(paper_key, None, f"not extracted: {self.reason}")


Answer = str | Failure


def extract_all(
    texts: Iterable[str],
    pipeline: str | Path,
    *,
    jobs: int = 1,
    time_limit: float = TIME_LIMIT,
    reader: Callable[[str | Path], Extractor] = Extractor,
) -> Iterator[Answer]:
    """Yield for each text, in order, its extraction as JSON (`kg.extract.codec`) or why there is none.

    With one job it is read in this process: a component that raises is survived, one that never returns is not.
    `reader` makes what extracts, in each process; it has to be importable there.
    """
    if jobs <= 1:
        yield from extract_here(texts, reader(pipeline))
        return
    pool = _Pool(pipeline, jobs, time_limit, reader)
    try:
        yield from pool.run(texts)
    finally:
        pool.close()


def extract_here(texts: Iterable[str], extractor: Extractor) -> Iterator[Answer]:
    """Yield for each text, in order, its extraction as JSON or why there is none, all read in this process."""
    stream = iter(texts)
    while chunk := list(islice(stream, _CHUNK)):
        yield from read_chunk(extractor, chunk)


def read_chunk(extractor: Extractor, texts: list[str]) -> list[Answer]:
    """Read texts together, and one by one where a component raises."""
    try:
        return [to_json(extraction) for extraction in extractor.extract(texts)]
    except Exception as error:
        if len(texts) > 1:
            return [answer for text in texts for answer in read_chunk(extractor, [text])]
        return [Failure(f"{type(error).__name__}: {error}")]


def _work(pipe: Connection, pipeline: str | Path, reader: Callable[[str | Path], Extractor]) -> None:
    extractor = reader(pipeline)
    list(extractor.extract([""]))  # loads it, so that the time limit measures reading alone
    pipe.send(None)
    while True:
        try:
            texts = pipe.recv()
            pipe.send(read_chunk(extractor, texts))
        except (EOFError, BrokenPipeError):  # the build has ended, or was killed
            return


@dataclass(slots=True)
class _Chunk:
    number: int
    texts: list[str]
    part: int = 0  # of a chunk that is tried text by text: which text
    alone: bool = False


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    deadline: float
    ready: bool = False
    chunk: _Chunk | None = None


@dataclass(slots=True)
class _Pool:
    pipeline: str | Path
    jobs: int
    time_limit: float
    reader: Callable[[str | Path], Extractor]
    workers: list[_Worker] = field(default_factory=list)
    failed_starts: int = 0

    def run(self, texts: Iterable[str]) -> Iterator[Answer]:
        stream = iter(texts)
        numbers = count()
        again: deque[_Chunk] = deque()
        answers: dict[int, list[Answer | None]] = {}
        self.workers = [self._start() for _ in range(self.jobs)]
        following, more = 0, True
        while True:
            for worker in self.workers:
                # Two chunks a worker may be ahead of the slowest: what is kept waiting stays small.
                while worker.ready and worker.chunk is None and (again or (more and len(answers) < 3 * self.jobs)):
                    if again:
                        chunk = again.popleft()
                    elif chunk_texts := list(islice(stream, _CHUNK)):
                        chunk = _Chunk(next(numbers), chunk_texts)
                        answers[chunk.number] = [None] * len(chunk_texts)
                    else:
                        more = False
                        break
                    self._give(worker, chunk)
            if not more and not answers:
                return
            for chunk in self._collect(answers):
                again += [_Chunk(chunk.number, [text], part, alone=True) for part, text in enumerate(chunk.texts)]
            while following in answers and all(answer is not None for answer in answers[following]):
                yield from (answer for answer in answers.pop(following) if answer is not None)
                following += 1

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, self.pipeline, self.reader), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here, time.monotonic() + START_LIMIT)

    def _give(self, worker: _Worker, chunk: _Chunk) -> None:
        worker.chunk = chunk
        worker.deadline = time.monotonic() + self.time_limit * len(chunk.texts)
        try:
            worker.pipe.send(chunk.texts)
        except OSError:
            worker.deadline = 0  # it is dead: collected as such

    def _collect(self, answers: dict[int, list[Answer | None]]) -> list[_Chunk]:
        """Take in what is ready; return the chunks that have to be tried text by text."""
        busy = [worker for worker in self.workers if worker.chunk or not worker.ready]
        left = min((worker.deadline for worker in busy), default=0.0) - time.monotonic()
        ready = wait([worker.pipe for worker in busy], timeout=max(left, 0.0))
        broken = []
        for place, worker in enumerate(self.workers):
            if worker not in busy:
                continue
            if worker.pipe in ready:
                try:
                    received = worker.pipe.recv()
                except (EOFError, OSError):
                    broken += self._replace(place, answers, "the worker process died")
                    continue
                if not worker.ready:
                    worker.ready = True
                    self.failed_starts = 0
                elif worker.chunk:
                    chunk, worker.chunk = worker.chunk, None
                    answers[chunk.number][chunk.part : chunk.part + len(received)] = received
            elif time.monotonic() >= worker.deadline:
                broken += self._replace(place, answers, f"not read within {self.time_limit:g} seconds")
        return broken

    def _replace(self, place: int, answers: dict[int, list[Answer | None]], reason: str) -> list[_Chunk]:
        worker = self.workers[place]
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts > 3 * self.jobs:
                raise PipelineError("the worker processes do not start", hint=_NO_START)
        self.workers[place] = self._start()
        chunk = worker.chunk
        if chunk is None:
            return []
        if chunk.alone or len(chunk.texts) == 1:
            answers[chunk.number][chunk.part] = Failure(reason)
            return []
        return [chunk]

    def close(self) -> None:
        for worker in self.workers:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
        self.workers = []
