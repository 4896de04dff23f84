"""Ask a store: the one place that decides what the default graph of a query is."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from kg.errors import QueryError
from kg.vocab import PREFIXES

__all__ = ["select"]


def select(
    store: Store, query: str, bound: Mapping[str, NamedNode | Literal] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield the solutions of a SELECT of ours over the union of all named graphs, as terms or None.

    `bound` gives variables a term. A triple that stands in several named graphs (a relation that several papers state)
    is found once for each.
    """
    terms: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {}
    terms.update((Variable(name), term) for name, term in (bound or {}).items())
    answer = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True, substitutions=terms)
    if not isinstance(answer, QuerySolutions):
        raise QueryError("not a SELECT query")
    for solution in answer:
        yield tuple(solution)
