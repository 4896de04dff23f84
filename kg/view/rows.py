"""Read quads as plain strings, the only place where the pages touch the store's own types."""

from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Store

__all__ = ["Row", "rows"]


class Row(NamedTuple):
    """A quad: IRIs or a literal's text; `graph` is "" for the default graph."""

    subject: str
    predicate: str
    value: str
    graph: str
    literal: bool


def rows(
    store: Store,
    subject: str | None = None,
    predicate: str | None = None,
    value: str | None = None,
    graph: str | None = None,
) -> Iterator[Row]:
    """Yield the quads of all graphs that match, in no order; `value` is an IRI."""
    ends = (NamedNode(end) if end is not None else None for end in (subject, predicate, value, graph))
    for quad in store.quads_for_pattern(*ends):
        yield Row(
            getattr(quad.subject, "value", ""),
            quad.predicate.value,
            getattr(quad.object, "value", ""),
            getattr(quad.graph_name, "value", ""),
            isinstance(quad.object, Literal),
        )
