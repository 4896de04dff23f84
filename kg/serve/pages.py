"""The pages that a process of the pool makes, so that each can be stopped at its limit like a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.worker import Question, answer_questions, answer_sparql, send_answer
from kg.serve.describe import describe_page

__all__ = ["ANSWERERS", "ENTRY", "Description", "Drawing", "child", "describe", "draw"]

#: Nodes drawn of a large graph, whose pages take longer to make.
_OF_LARGE = 150
#: What the processes of the server run.
ENTRY = "kg.serve.pages:child"


@dataclass(frozen=True, slots=True)
class Description:
    """The page of an IRI."""

    iri: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The graph drawn, around names or IRIs where there are any."""

    around: Sequence[str] = ()


def child() -> None:
    """Run a process that answers queries and makes pages."""
    answer_questions(ANSWERERS)


def describe(store: ox.Store, base: str, fields: Mapping[str, Any], output: IO[bytes]) -> None:
    """Answer a `Description`."""
    page = describe_page(store, Description(**fields).iri, base=base)
    if page is None:
        raise QueryError("the graph says nothing of this IRI")
    _send(page, output)


def draw(store: ox.Store, _: str, fields: Mapping[str, Any], output: IO[bytes]) -> None:
    """Answer a `Drawing`."""
    from kg import view
    from kg.view.select import USUAL, large

    limit = _OF_LARGE if large(store) else USUAL
    drawn = view.draw(store, view.Selection(around=tuple(Drawing(**fields).around), limit=limit), title="paperkg")
    _send(drawn.html, output)


def _send(page: str, output: IO[bytes]) -> None:
    def put(frames: IO[bytes]) -> bool:
        frames.write(page.encode())
        return False

    send_answer(output, "page", "html", put)


#: What answers each kind of question.
ANSWERERS = {Question.__name__: answer_sparql, Description.__name__: describe, Drawing.__name__: draw}
