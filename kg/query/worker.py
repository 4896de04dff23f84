"""Answer queries in a process of its own, which can be killed at a deadline: pyoxigraph itself cannot be stopped.

The parent writes one line of JSON a question, its kind and its fields; the child says once that it is ready and
answers in frames (four bytes of length, then the bytes): a JSON header `{"kind": "rows"}` or `{"error": "…"}`, the
answer's bytes, an empty frame, a JSON trailer `{"cut": false}`. A thread of the child reads its stdin, so that it ends
with its parent even in the middle of a query. Other packages add kinds of questions by an entry of their own that
calls `answer_questions` (the pages of `kg.serve`).
"""

import json
import os
import select
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any, ClassVar, Protocol

import pyoxigraph as ox

from kg.errors import KgError, QueryError, StoreError
from kg.query.formats import write
from kg.query.results import Rows, Triples
from kg.query.run import query_store

__all__ = [
    "Answerer",
    "Asked",
    "EndedError",
    "Question",
    "Reply",
    "TimeUpError",
    "Worker",
    "answer_questions",
    "answer_sparql",
    "send_answer",
]

_CHUNK = 1 << 16
_LENGTH = struct.Struct(">I")
#: Seconds that a process may take to load its libraries and open the graph; no question pays for that.
_START_LIMIT = 60.0
_ENTRY = "kg.query.worker:child"


class Asked(Protocol):
    """A question of any kind: a frozen dataclass of plain values, known to the child by its class's name."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


#: Answers one kind of question: the store, the graph's base, the question's fields, where to send the answer.
Answerer = Callable[[ox.Store, str, Mapping[str, Any], IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the formats to answer in: for solutions and truth values, and for graphs; None refuses the kind."""

    sparql: str
    rows: str | None = "json"
    graph: str | None = "ntriples"
    limit: int | None = None
    service: bool = False
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()


@dataclass(slots=True)
class Reply:
    """An answer on its way: its kind (`rows`, `graph` or `truth`), its format, its bytes; `cut` is known at the end."""

    kind: str
    format: str
    chunks: Iterator[bytes]
    cut: bool = field(default=False)


class TimeUpError(QueryError):
    """A query that was stopped at its limit."""


class EndedError(QueryError):
    """A query whose process ended under it."""


class Worker:
    """A process that holds a graph open for reading; it answers one question at a time."""

    def __init__(self, path: str | Path, *, memory: int | None = None, entry: str = _ENTRY) -> None:
        """Start a process on a graph directory; `memory` in bytes bounds its address space.

        `entry` is the function that the process runs, as `module:function`; it calls `answer_questions`.
        """
        places = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
        module, _, function = entry.partition(":")
        code = f"from {module} import {function}; {function}()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(path), str(memory or 0)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Several threads of linear algebra would each take address space, which is bounded. What is freed in one
            # of the allocator's arenas is of no use to the threads of another.
            env={"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", **os.environ, "PYTHONPATH": places},
        )
        #: Whether the last answer was read to its end, so that another question may be asked.
        self.rested = True
        #: How many questions it was asked.
        self.asked = 0
        self._ready = False
        self._deadline: float | None = None
        self._seconds: float | None = None

    @property
    def alive(self) -> bool:
        """Whether the process can be asked."""
        return self._process.poll() is None

    def ask(self, question: Asked, *, timeout: float | None = None) -> Reply:
        """Ask; the reply's bytes must be read to their end, or the worker closed.

        Raises `QueryError` for a query that is wrong or does not end within `timeout` seconds, then or while reading;
        the worker is dead after a time-out. The start of the process is not counted.
        """
        self.rested = False
        self.asked += 1
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        if self._process.stdin.closed:
            raise self._gone()
        if not self._ready:
            self._limit(_START_LIMIT)
            self._frame()
            self._ready = True
        self._limit(timeout)
        try:
            asked = [type(question).__name__, asdict(question)]
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._gone() from None
        header = json.loads(self._frame())
        if "error" in header:
            self.rested = True
            raise _error(header)
        reply = Reply(header["kind"], header["format"], iter(()))
        reply.chunks = self._chunks(reply)
        return reply

    def _limit(self, seconds: float | None) -> None:
        self._seconds, self._deadline = seconds, None if seconds is None else time.monotonic() + seconds

    def _chunks(self, reply: Reply) -> Iterator[bytes]:
        while chunk := self._frame():
            yield chunk
        trailer = json.loads(self._frame())
        self.rested = True
        if "error" in trailer:
            raise _error(trailer)
        reply.cut = trailer["cut"]

    def _frame(self) -> bytes:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return self._read(length)

    def _read(self, count: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        fd = self._process.stdout.fileno()
        parts = []
        while count:
            wait = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
            if not select.select([fd], [], [], wait)[0]:
                self.close()
                hint = "make it more selective, add LIMIT, or raise --timeout"
                raise TimeUpError(f"the query was stopped at its limit of {self._seconds:g} s", hint=hint)
            part = os.read(fd, count)
            if not part:
                raise self._gone()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _gone(self) -> EndedError:
        code = self._process.wait()
        self.close()
        return EndedError(
            f"the query's process ended (exit {code}), most likely for want of memory", hint="make it more selective"
        )

    def kill(self) -> None:
        """Kill the process; any thread may do so, and whoever reads an answer then gets the end of the pipe.

        The pipes stay open for `close`, which is for the thread that asks: a descriptor closed under a thread that
        reads it may by then be another file's.
        """
        self._process.kill()

    def close(self) -> None:
        """Kill the process and close its pipes; may be called twice, by the thread that asks."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # a question the child never read
                    continue

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _error(message: Mapping[str, str]) -> KgError:
    kind = StoreError if message.get("type") == "StoreError" else QueryError
    return kind(message["error"], path=message.get("path"), hint=message.get("hint"))


class _Frames:
    """A binary stream that sends what is written as frames."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Keep bytes until there is a frame's worth."""
        self._waiting += data
        if len(self._waiting) >= _CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was kept; nothing is not sent, an empty frame means the end."""
        if self._waiting:
            _send(self._output, bytes(self._waiting))
            self._waiting.clear()


def _send(output: IO[bytes], data: bytes) -> None:
    output.write(_LENGTH.pack(len(data)))
    output.write(data)


def child() -> None:
    """Run a process that answers SPARQL queries alone."""
    answer_questions({Question.__name__: answer_sparql})


def answer_questions(answerers: Mapping[str, Answerer]) -> None:
    """Run the child: `argv` holds the graph directory and the bound of memory in bytes, 0 for none.

    `answerers` holds what answers each kind of question, by the name of its class.
    """
    import signal

    from kg.store import GraphDirectory, open_store

    # An interrupt at the terminal is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    path, memory = Path(sys.argv[1]), int(sys.argv[2])
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    lines: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(lines,), daemon=True).start()
    output = sys.stdout.buffer
    store, base = None, ""
    with suppress(KgError, OSError):  # the answer to the first question tries again, and says why not
        store, base = open_store(path), GraphDirectory.open(path).base
    _send(output, b"ready")
    output.flush()
    while True:
        kind, fields = json.loads(lines.get())
        try:
            if store is None:
                store, base = open_store(path), GraphDirectory.open(path).base
            answerers[kind](store, base, fields, output)
        except (KgError, OSError) as error:
            _send(output, _message(error))
        except MemoryError:  # the bound was reached: the parent says so
            os._exit(1)
        except Exception:  # a mistake of ours; the usual way out could wait for the thread that reads
            traceback.print_exc()
            os._exit(1)
        output.flush()


def _listen(lines: "SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)  # the parent is gone: a query in the main thread could run for hours


def _message(error: Exception) -> bytes:
    message: dict[str, str | None] = {
        "error": error.message if isinstance(error, KgError) else str(error),
        "type": type(error).__name__,
    }
    if isinstance(error, KgError):
        message |= {"hint": error.hint, "path": None if error.path is None else str(error.path)}
    return json.dumps(message).encode()


def answer_sparql(store: ox.Store, base: str, fields: Mapping[str, Any], output: IO[bytes]) -> None:
    """Answer a `Question`."""
    question = Question(**fields)
    answer = query_store(
        store,
        question.sparql,
        limit=question.limit,
        service=question.service,
        base=base,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
    )
    kind = "rows" if isinstance(answer, Rows) else "graph" if isinstance(answer, Triples) else "truth"
    format_ = question.graph if kind == "graph" else question.rows
    if format_ is None:
        raise QueryError(f"none of the accepted media types fits {'a graph' if kind == 'graph' else kind}")

    def put(frames: IO[bytes]) -> bool:
        write(answer, format_, frames)
        return answer.cut

    send_answer(output, kind, format_, put)


def send_answer(output: IO[bytes], kind: str, format_: str, put: Callable[[IO[bytes]], bool]) -> None:
    """Send an answer: `put` writes its bytes and returns whether it was cut."""
    _send(output, json.dumps({"kind": kind, "format": format_}).encode())
    frames = _Frames(output)
    try:
        trailer = json.dumps({"cut": put(frames)}).encode()  # type: ignore[arg-type]  # write and flush are all it uses
    except (KgError, OSError) as error:
        trailer = _message(error)
    frames.flush()
    _send(output, b"")
    _send(output, trailer)
