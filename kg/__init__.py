"""paperkg: a knowledge graph from research abstracts, built and asked offline.

    import kg
    graph = kg.build(["papers.txt"], "graph")
    graph.query("SELECT ?paper ?method { ?paper kg:proposes ?method }")

What is public stands in `__all__` and is loaded when it is first used, so that `import kg` costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.api import Graph, build
    from kg.errors import InputError, KgError, OntologyError, PipelineError, QueryError, StoreError

__version__ = "0.1.0"
__all__ = ["Graph", "InputError", "KgError", "OntologyError", "PipelineError", "QueryError", "StoreError", "build"]


def __getattr__(name: str) -> object:
    if name in ("Graph", "build"):
        from kg import api

        return getattr(api, name)
    if name in __all__:
        from kg import errors

        return getattr(errors, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
