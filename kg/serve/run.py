"""Run the server until it is told to stop."""

import ctypes
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Timer
from types import FrameType

import uvicorn

from kg.errors import StoreError
from kg.serve.app import Limits, make_app
from kg.serve.pool import Pool
from kg.serve.snapshot import snapshot

__all__ = ["serve"]

#: The numbers of glibc's parameters of its allocator (malloc.h): the most arenas, and the size from which a piece of
#: memory is one of its own, given back when it is freed.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_LARGE = 1 << 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Server(uvicorn.Server):
    """Ends the queries that run a second after it is told to stop, so that their clients still get an answer."""

    def __init__(self, config: uvicorn.Config, pools: Iterable[Pool]) -> None:
        super().__init__(config)
        self._pools = tuple(pools)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the signal to stop."""
        timer = Timer(1.0, self._close)
        timer.daemon = True
        timer.start()
        super().handle_exit(sig, frame)

    def _close(self) -> None:
        for pool in self._pools:
            pool.close()


def serve(
    path: Path, *, host: str = "127.0.0.1", port: int = 8000, limits: Limits | None = None, origin: str | None = None
) -> None:
    """Serve a graph directory until SIGINT or SIGTERM; queries that run get a second to end.

    What is served is a copy of the graph as it is now (hard links): a build may go on meanwhile, and is served after a
    restart. On the loopback address only requests for this machine's own names are answered, so that a web page which
    points a name of its own here (DNS rebinding) reads nothing.
    """
    _share_memory()
    hosts = (*_LOOPBACK, "[::1]") if host in _LOOPBACK else ("*",)
    # uvicorn raises the signal that stopped it again when it is done; then the copy is still to be taken away.
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with snapshot(path) as copy:
            app = make_app(copy, limits, hosts=hosts, origin=origin)
            config = uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=3,
                server_header=False,
            )
            _Server(config, app.state.pools).run()
    except SystemExit:  # uvicorn has said why on stderr: the port is taken, or may not be had
        raise StoreError(f"cannot listen on {host}:{port}", hint="choose another --port") from None
    except KeyboardInterrupt:  # the way to stop it
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _share_memory() -> None:
    """Keep what answers leave behind small.

    Threads take memory from two arenas, not from eight a processor: each keeps what was freed in it. Answers are large
    pieces and stay out of them; glibc would else raise the size of what is large to that of the largest it has freed.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries of Linux have none
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 2)
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
