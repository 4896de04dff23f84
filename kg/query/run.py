"""Ask a graph: one function for a store in memory, a graph directory and an endpoint on the web.

Queries see the union of all named graphs as the default graph, unless they name their own with FROM;
`kg.vocab.PREFIXES` are declared, and relative IRIs resolve against the graph's base, so `<method/filip>` names a node.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.results import Answer, Rows, Term, Triples, Truth
from kg.query.syntax import calls_service, names_dataset, syntax_error
from kg.vocab import BASE, PREFIXES

__all__ = ["query", "query_store"]


def query(
    source: ox.Store | Path | str,
    sparql: str,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    bindings: Mapping[str, Term] | None = None,
    service: bool = False,
    base: str | None = None,
) -> Answer:
    """Answer a SPARQL query: `Rows` for SELECT, `Triples` for CONSTRUCT and DESCRIBE, `Truth` for ASK.

    `source` is a pyoxigraph store, a graph directory, or the URL of a SPARQL endpoint. `timeout` in seconds ends the
    query with `QueryError` (a graph directory or URL only: a store in this process cannot be stopped); `limit` cuts
    the rows or triples, which `answer.cut` tells. `bindings` gives variables their terms. `service` allows the query
    to call other servers.
    """
    if isinstance(source, ox.Store):
        if timeout is not None:
            raise QueryError("a store in this process cannot be stopped", hint="give the graph's directory")
        return query_store(source, sparql, limit=limit, bindings=bindings, service=service, base=base or BASE)
    from kg.store import GraphDirectory, open_store

    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from kg.query.remote import query_remote

        return query_remote(source, sparql, timeout=timeout, limit=limit, bindings=bindings)
    if timeout is not None:
        if bindings:
            raise QueryError("bindings and a time limit do not go together", hint="put VALUES into the query")
        return _query_timed(source, sparql, timeout, limit, service)
    base = base or GraphDirectory.open(source).base
    return query_store(open_store(source), sparql, limit=limit, bindings=bindings, service=service, base=base)


def query_store(
    store: ox.Store,
    sparql: str,
    *,
    limit: int | None = None,
    bindings: Mapping[str, Term] | None = None,
    service: bool = False,
    base: str = BASE,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Answer:
    """Answer a query on an open store; raises `QueryError` with the place of a syntax error.

    `default_graphs` and `named_graphs` are the dataset of the SPARQL protocol, in the place of all graphs.
    """
    if not service and calls_service(sparql):
        raise QueryError("SERVICE is off: the query would call another server", hint="pass --service to allow it")
    substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()} or None
    chosen = bool(default_graphs or named_graphs)
    try:
        answer = store.query(
            sparql,
            base_iri=base,
            prefixes=PREFIXES,
            use_default_graph_as_union=not (chosen or names_dataset(sparql)),
            default_graph=[ox.NamedNode(iri) for iri in default_graphs] if chosen else None,
            named_graphs=[ox.NamedNode(iri) for iri in named_graphs] if chosen else None,
            substitutions=substitutions,
        )
    except SyntaxError as error:
        raise syntax_error(sparql, error) from None
    except (OSError, ValueError, RuntimeError) as error:  # a graph that is no IRI, a binding that is not selected
        raise QueryError(f"the query could not be answered: {error}") from error
    if isinstance(answer, ox.QueryBoolean):
        return Truth(bool(answer))
    if isinstance(answer, ox.QueryTriples):
        return Triples(answer, limit=limit)
    return Rows.of(answer, limit=limit)


def _query_timed(source: Path | str, sparql: str, timeout: float, limit: int | None, service: bool) -> Answer:
    """Let a worker answer and fetch everything within the time."""
    from kg.query.worker import Question, Worker

    with Worker(source) as worker:
        reply = worker.ask(Question(sparql, limit=limit, service=service), timeout=timeout)
        body = b"".join(reply.chunks)
    if reply.kind == "truth":
        return Truth(b"true" in body)
    answer: Answer
    if reply.kind == "graph":
        answer = Triples(quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES))
    else:
        parsed = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        assert isinstance(parsed, ox.QuerySolutions)  # noqa: S101 - the worker said rows
        answer = Rows.of(parsed)
    answer.cut = reply.cut
    return answer
