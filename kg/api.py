"""A graph in Python: the same words as the commands."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.store.directory import GraphDirectory, open_store

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph
    import rdflib

    from kg.query import Answer, Leaderboard
    from kg.query.standings import Standings
    from kg.view import View
    from kg.view.notebook import Card

__all__ = ["Graph", "build"]


class Graph:
    """A built graph, open for reading.

    >>> Graph("no such folder")
    Traceback (most recent call last):
    kg.errors.StoreError: no such folder: no such graph; make one with: kg build INPUT -o GRAPH
    """

    def __init__(self, path: str | Path) -> None:
        self.directory = GraphDirectory.open(path)

    @cached_property
    def store(self) -> "pyoxigraph.Store":
        """The Oxigraph store, read-only; its default graph is empty, so ask the union of the named ones."""
        return self._opened[0]

    @cached_property
    def _opened(self) -> "tuple[pyoxigraph.Store, Standings]":
        """The store, and what was read from it before in the same state of it."""
        from kg.query.standings import Standings

        standings = Standings.of(self.directory)
        return open_store(self.directory.path), standings

    def query(self, sparql: str, **options: Any) -> "Answer":
        """Answer a SPARQL query over the union of all papers; `kg.vocab.PREFIXES` are declared."""
        from kg.query import query

        # A time limit needs a process that can be stopped: it gets the folder, not the open store.
        source = self.directory.path if options.get("timeout") else self.store
        return query(source, sparql, base=self.directory.base, **options)

    def ask(self, name: str, **values: str) -> "Answer":
        """Answer a named query (`kg query --list`): `graph.ask("gains", baseline="ResNet")`."""
        from kg.query import load_named, query_store, resolve

        base = self.directory.base
        return query_store(self.store, resolve(self.store, load_named(name), values, base=base), base=base)

    def leaderboard(self, dataset: str, **options: Any) -> "Leaderboard":
        """Rank the results on a dataset, as `kg leaderboard` does; `options` are metric, task and top."""
        from kg.query import leaderboard

        store, standings = self._opened
        return leaderboard(store, dataset, base=self.directory.base, **({"standings": standings} | options))

    def export(self, output: str | Path) -> Path:
        """Write the graph in the form that the ending of `output` names, as `kg export` does."""
        from kg.export import export

        return export(self.store, output)

    def rdflib(self) -> "rdflib.Dataset":
        """Return the graph as an rdflib Dataset."""
        from kg.store.views import rdflib_view

        return rdflib_view(self.store)

    def networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the graph as a NetworkX multigraph of papers and entities."""
        from kg.store.views import networkx_view

        return networkx_view(self.store)

    def view(
        self,
        *,
        around: str | Iterable[str] = (),
        types: str | Iterable[str] = (),
        datasets: str | Iterable[str] = (),
        tasks: str | Iterable[str] = (),
        title: str = "Knowledge graph",
        **options: Any,
    ) -> "View":
        """Draw the graph, or a part of it, as a page that shows itself in a notebook; `.save(path)` writes it.

        `options` are those of `kg.view.Selection`: hops, years, query, support, limit, aggregate.
        """
        from kg.view import Selection, draw

        selection = Selection(
            around=_names(around),
            types=_names(types),
            datasets=_names(datasets),
            tasks=_names(tasks),
            base=self.directory.base,
            **options,
        )
        return draw(self.store, selection, title=title)

    def about(self, name: str) -> "Card":
        """Return what the graph tells about an entity or paper, by name, alias or IRI, for a notebook to show."""
        from kg.view.notebook import card

        return card(self.store, name)

    def info(self) -> dict[str, int]:
        """Return how many papers, entities, mentions, results, claims and statements there are."""
        from kg.store.info import counts

        return counts(self.store)

    def _repr_html_(self) -> str:
        from kg.view.notebook import overview

        return overview(self.directory.path.name, self.info())

    def __repr__(self) -> str:
        return f"Graph({str(self.directory.path)!r})"


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def build(inputs: Iterable[str | Path] | str | Path, graph: str | Path, **options: Any) -> Graph:
    """Make or extend the graph in a folder, as `kg build` does, and open it.

    `options` are those of `kg.builder.build`. One process does it unless `jobs` says otherwise: more are started anew
    and import the calling script, which then needs its `if __name__ == "__main__":`.
    """
    from kg.builder import build as run

    run([inputs] if isinstance(inputs, str | Path) else inputs, graph, **({"jobs": 1} | options))
    return Graph(graph)
