"""The routes: `/` the query page, `/sparql` the endpoint, `/queries` the named ones, `/describe` a page of an IRI."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import IO

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import KgError
from kg.query.formats import MEDIA_TYPES
from kg.query.named import bind, list_named
from kg.query.worker import Asked, EndedError, TimeUpError
from kg.serve.describe import message_page
from kg.serve.pages import ENTRY, Description, Drawing
from kg.serve.pool import Answered, BusyError, Limits, Pool, share
from kg.serve.protocol import ProtocolError, read_question
from kg.store import GraphDirectory
from kg.vocab import PREFIXES

__all__ = ["Limits", "make_app"]

_STATIC = Path(__file__).parent / "static"
_LARGEST_QUERY = 1 << 20
_CHUNK = 1 << 16
_DRAWINGS_WAITING = 8
_VIEW_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The page loads nothing from elsewhere and sends nothing there; the editor sets styles on its elements.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(
    path: Path, limits: Limits | None = None, *, hosts: tuple[str, ...] = ("*",), origin: str | None = None
) -> Starlette:
    """Return the application that serves a graph directory.

    `hosts` are the names it answers to (against DNS rebinding); `origin` is a web site that may ask from its pages.
    """
    limits = limits or Limits()
    GraphDirectory.open(path)  # a missing graph is said now, not at the first request
    limits = replace(limits, memory=limits.memory or share(limits.running + 1))
    pool = Pool(path, limits, entry=ENTRY)
    # A drawing takes a processor for seconds: one at a time, so that queries never wait for drawings alone.
    drawing = Pool(path, replace(limits, running=1, waiting=_DRAWINGS_WAITING), entry=ENTRY)
    # A thread for each request that runs or waits, so that the query page answers while all workers are taken.
    threads = CapacityLimiter(limits.running + limits.waiting + 1 + _DRAWINGS_WAITING + 8)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pool.start()
        yield
        pool.close()
        drawing.close()

    async def sparql(request: Request) -> Response:
        try:
            body = await _body(request)
            question = read_question(
                request.method,
                request.url.query,
                request.headers.get("content-type", ""),
                body,
                request.headers.get("accept", ""),
                limit=limits.rows,
                service=limits.service,
            )
            answered = await anyio.to_thread.run_sync(pool.answer, question, limiter=threads)
        except ProtocolError as error:
            return PlainTextResponse(error.message + "\n", error.status)
        except BusyError as error:
            return PlainTextResponse(f"{error}\n", 503, {"Retry-After": "1"})
        except TimeUpError as error:
            return PlainTextResponse(f"{error}\n", 504)
        except EndedError as error:
            return PlainTextResponse(f"{error}\n", 500)
        except KgError as error:
            status = 406 if "accepted media types" in str(error) else 400
            return PlainTextResponse(f"{error}\n", status)
        return _respond(answered, limits, head=request.method == "HEAD")

    async def page(question: Asked, makers: Pool, policy: str) -> Response:
        try:
            answered = await anyio.to_thread.run_sync(makers.answer, question, limiter=threads)
        except BusyError as error:
            return _message(503, "Not now", f"There are {error}." if "too many" in str(error) else f"{error}.")
        except TimeUpError:
            return _message(
                504,
                "This page took too long",
                f"It was stopped at the server's limit of {limits.seconds:g} s (--timeout).",
                "Ask for a part of it on the query page, with a LIMIT.",
            )
        except EndedError:
            return _message(500, "This page could not be made", "Its process ended, most likely for want of memory.")
        except KgError as error:
            return _message(404, "Not in this graph", str(error))
        return _respond(answered, limits, {"Content-Security-Policy": policy})

    async def describe(request: Request) -> Response:
        return await page(Description(request.query_params.get("iri", "")), pool, _POLICY)

    async def view(request: Request) -> Response:
        # One file with its scripts inside, which may reach nothing.
        return await page(Drawing(tuple(request.query_params.getlist("around"))), drawing, _VIEW_POLICY)

    routes = [
        Route("/", _static("index.html")),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/queries", _queries),
        Route("/describe", describe),
        Route("/view", view),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(_Headers, origin=origin)]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    app.state.pools = (pool, drawing)
    return app


class _Headers:
    """Put the same headers on every response."""

    def __init__(self, app: ASGIApp, origin: str | None) -> None:
        self._app = app
        headers = {**_HEADERS, **({"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {})}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                own = [header for header in self._headers if header[0] not in said]
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        await self._app(scope, receive, sending)


def _static(name: str) -> Callable[[Request], Response]:
    def page(_: Request) -> Response:
        return FileResponse(_STATIC / name)

    return page


def _queries(_: Request) -> Response:
    """List the named queries, each with its examples in the place of what must be given."""
    return JSONResponse(
        [
            {"name": q.name, "title": q.title, "description": q.description, "sparql": _example(bind(q, {}))}
            for q in list_named()
        ]
    )


def _example(bound: str) -> str:
    """Return the query with the prefixes that the editor wants to see, without its header, which the page shows."""
    body = "\n".join(line for line in bound.splitlines() if not line.startswith("# ")) + "\n"
    used = (f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in body)
    return "".join(used) + body


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_QUERY:
            raise ProtocolError(413, f"a query may have {_LARGEST_QUERY} bytes")
        parts.append(part)
    return b"".join(parts)


def _message(status: int, title: str, *lines: str) -> Response:
    """Return a page that a person can read, with the status of what went wrong."""
    again = {"Retry-After": "1"} if status == 503 else None
    return HTMLResponse(message_page(title, *lines), status, again)


def _respond(
    answered: Answered, limits: Limits, more: Mapping[str, str] = MappingProxyType({}), *, head: bool = False
) -> Response:
    headers = {"Content-Length": str(answered.size), **(more or {"Vary": "Accept"})}
    if answered.cut:
        headers["X-Kg-Cut"] = f"the answer was cut at {limits.rows} rows; there is more"
    return StreamingResponse(
        _chunks(answered.body, head=head),
        media_type={**MEDIA_TYPES, "html": "text/html; charset=utf-8"}[answered.format],
        headers=headers,
        background=BackgroundTask(answered.body.close),
    )


async def _chunks(body: IO[bytes], *, head: bool) -> AsyncIterator[bytes]:
    """Read what is in memory or in a file that was just written: no thread for each chunk, whose arena would stay."""
    while not head and (chunk := body.read(_CHUNK)):
        yield chunk
