"""The routes: `/` the query page, `/sparql` the endpoint, `/queries` the named ones, `/describe` a page of an IRI."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
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
from kg.query.worker import TimeUpError
from kg.serve.describe import describe_page
from kg.serve.pool import Answered, BusyError, Limits, Pool
from kg.serve.protocol import ProtocolError, read_question
from kg.store import GraphDirectory, open_store
from kg.vocab import PREFIXES

__all__ = ["Limits", "make_app"]

_STATIC = Path(__file__).parent / "static"
_LARGEST_QUERY = 1 << 20
_CHUNK = 1 << 16
_VIEW_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    # The page loads nothing from elsewhere and sends nothing there; the editor sets styles on its elements.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
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
    base = GraphDirectory.open(path).base  # a missing graph is said now, not at the first request
    pool = Pool(path, limits)
    # A thread for each request that runs or waits, so that health and pages answer while all workers are taken.
    threads = CapacityLimiter(limits.running + limits.waiting + 8)
    drawing = CapacityLimiter(1)  # a drawing cannot be stopped, so one at a time

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pool.start()
        yield
        pool.close()

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
        except KgError as error:
            status = 406 if "accepted media types" in str(error) else 400
            return PlainTextResponse(f"{error}\n", status)
        return _respond(answered, limits, head=request.method == "HEAD")

    async def describe(request: Request) -> Response:
        iri = request.query_params.get("iri", "")
        page = await anyio.to_thread.run_sync(partial(_describe, path, iri, base), limiter=threads)
        return HTMLResponse(page) if page else PlainTextResponse("the graph says nothing of this IRI\n", 404)

    async def view(request: Request) -> Response:
        names = tuple(request.query_params.getlist("around"))
        try:
            page = await anyio.to_thread.run_sync(partial(_view, path, names), limiter=drawing)
        except KgError as error:
            return PlainTextResponse(f"{error}\n", 404)
        # One file with its scripts inside, which may reach nothing.
        return HTMLResponse(page, headers={"Content-Security-Policy": _VIEW_POLICY})

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
    app.state.pool = pool
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


def _respond(answered: Answered, limits: Limits, *, head: bool) -> Response:
    headers = {"Content-Length": str(answered.size), "Vary": "Accept"}
    if answered.cut:
        headers["X-Kg-Cut"] = f"the answer was cut at {limits.rows} rows; there is more"
    chunks = iter(()) if head else _chunks(answered.body)
    return StreamingResponse(
        chunks, media_type=MEDIA_TYPES[answered.format], headers=headers, background=BackgroundTask(answered.body.close)
    )


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    while chunk := body.read(_CHUNK):
        yield chunk


def _view(path: Path, around: tuple[str, ...]) -> str:
    from kg.view import Selection, draw

    return draw(open_store(path), Selection(around=around), title="paperkg").html


def _describe(path: Path, iri: str, base: str) -> str | None:
    return describe_page(open_store(path), iri, base=base)
