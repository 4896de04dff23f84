"""An endpoint elsewhere that does not do its part is told in one line, in time."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from kg.errors import QueryError
from kg.query.remote import query_remote

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: %d\r\n\r\n"
_TRUE = b'{"head": {}, "boolean": true}'


def _serving(content: bytes, announced: int, wait: float) -> tuple[str, threading.Thread]:
    """Answer one request byte by byte, `wait` seconds after each; stop when the other side does."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as connection:
            connection.recv(1 << 16)
            try:
                connection.sendall(_HEAD % announced)
                for byte in content:
                    connection.sendall(bytes([byte]))
                    time.sleep(wait)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 16):  # closing before all was read would reset the connection
                    pass
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", thread


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    url, thread = _serving(*request.param)
    yield url
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("endpoint", [(_TRUE, len(_TRUE), 0.0)], indirect=True)
def test_an_answer_in_pieces_is_put_together(endpoint: str) -> None:
    assert query_remote(endpoint, "ASK {}", timeout=5)


@pytest.mark.parametrize("endpoint", [(_TRUE, len(_TRUE), 0.2)], indirect=True)
def test_an_answer_that_drips_is_given_up_in_time(endpoint: str) -> None:
    with pytest.raises(QueryError, match=r"did not answer within 0\.5 s"):
        query_remote(endpoint, "ASK {}", timeout=0.5)


@pytest.mark.parametrize("endpoint", [(_TRUE, 2 * len(_TRUE), 0.0)], indirect=True)
def test_an_answer_that_breaks_off_is_none(endpoint: str) -> None:
    with pytest.raises(QueryError, match="broke off"):
        query_remote(endpoint, "ASK {}", timeout=5)
