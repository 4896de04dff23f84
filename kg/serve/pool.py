"""A few worker processes for many requests: each query has a deadline, and a bounded queue waits for its turn."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Semaphore
from typing import IO

from kg.errors import QueryError
from kg.query.worker import Asked, Worker

__all__ = ["Answered", "BusyError", "Limits", "Pool", "share"]

#: An answer larger than this waits for its reader on disk, not in memory.
_IN_MEMORY = 1 << 18
#: Questions after which a worker makes way for a new one: its caches and the memory freed in pieces end with it.
_ASKED = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds, rows, bytes of memory; and how many run and wait at once.

    Without a number for `memory` the requests that run may have half of the machine's together, two GiB each at least.
    """

    seconds: float = 30.0
    rows: int | None = 100_000
    memory: int | None = None
    running: int = 4
    waiting: int = 64
    service: bool = False


def share(running: int) -> int:
    """Return the bytes that each of so many processes may have."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(2 << 30, physical // (2 * running))


class BusyError(Exception):
    """A question that is not asked: as many run and wait as may, or the server is shutting down."""


_MANY = "too many queries at once; try again"
_CLOSING = "the server is shutting down; try again when it is back"


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer: its kind and format, whether rows were cut, and its bytes, from the start."""

    kind: str
    format: str
    cut: bool
    body: IO[bytes]
    size: int


class Pool:
    """Workers on one graph directory, started when first needed, replaced when they die or have answered enough."""

    def __init__(self, path: Path, limits: Limits, *, entry: str = "kg.query.worker:child") -> None:
        self._path = path
        self._entry = entry
        self._limits = limits
        self._idle: Queue[Worker | None] = Queue()
        for _ in range(limits.running):
            self._idle.put(None)
        self._places = Semaphore(limits.running + limits.waiting)
        self._all: set[Worker] = set()
        self._closed = False
        #: Held while a worker changes hands, so that none is started or given back behind the back of `close`.
        self._lock = Lock()

    def start(self) -> None:
        """Start all workers now, so that the first requests need not wait for that."""
        for _ in range(self._limits.running):
            self._give_back(self._start(self._idle.get()))

    def answer(self, question: Asked) -> Answered:
        """Answer a question within the limits; blocks.

        The whole answer is fetched before a byte of it is sent, so that a time-out or a cut can still be said, and a
        slow reader does not hold a worker. Raises `BusyError`, `TimeUpError`, or `QueryError` for a wrong query.
        """
        with self._worker() as worker:
            reply = worker.ask(question, timeout=self._limits.seconds)
            body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the response closes it
            for chunk in reply.chunks:
                body.write(chunk)
        size = body.tell()
        body.seek(0)
        return Answered(reply.kind, reply.format, reply.cut, body, size)

    @contextmanager
    def _worker(self) -> Iterator[Worker]:
        if not self._places.acquire(blocking=False):
            raise BusyError(_MANY)
        worker = None
        try:
            try:
                # Everybody before may take the whole of the time.
                worker = self._idle.get(timeout=self._limits.seconds * (1 + self._limits.waiting))
            except Empty:
                raise BusyError(_MANY) from None
            try:
                if worker is None or not worker.alive or worker.asked >= _ASKED:
                    worker = self._start(worker)
                yield worker
            except QueryError:
                if self._closed:  # killed by `close`, not by what was asked
                    raise BusyError(_CLOSING) from None
                raise
            except BaseException:
                if worker is not None and worker.alive and not worker.rested:
                    worker.close()
                raise
            finally:
                self._give_back(worker)
        finally:
            self._places.release()

    def _start(self, dead: Worker | None) -> Worker:
        if dead is not None:
            dead.close()
        with self._lock:
            if dead is not None:
                self._all.discard(dead)
            if self._closed:
                raise BusyError(_CLOSING)
            memory = self._limits.memory or share(self._limits.running)
            worker = Worker(self._path, memory=memory, entry=self._entry)
            self._all.add(worker)
            return worker

    def _give_back(self, worker: Worker | None) -> None:
        with self._lock:
            if self._closed and worker is not None:
                worker.close()
                worker = None
            self._idle.put(worker)

    def close(self) -> None:
        """Kill all workers; requests that run or wait end with `BusyError`. Any thread may call it, also twice.

        The pipes of a worker that answers are closed by the thread that reads them, when it gives the worker back.
        """
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.kill()
            idle = []
            with suppress(Empty):
                while True:
                    idle.append(self._idle.get_nowait())
            for resting in idle:
                if resting is not None:
                    resting.close()
                self._idle.put(None)
