"""Count what is in a graph."""

from pyoxigraph import Store

from kg.store.select import select

__all__ = ["counts"]

_CLASSES = ("Paper", "Method", "Dataset", "Benchmark", "Metric", "Task", "Mention", "Result", "Claim")


def counts(store: Store) -> dict[str, int]:
    """Return how many there are of each class, of links to code, of people, and of statements."""
    found = {name: _count(store, f"?x a kg:{name}") for name in _CLASSES}
    found["CodeRepository"] = _count(store, "?p kg:codeRepository ?x")
    found["Person"] = _count(store, "?x a schema:Person")
    found["Statement"] = len(store)
    return found


def _count(store: Store, pattern: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"
    ((n,),) = select(store, query)
    return int(n.value) if n else 0
