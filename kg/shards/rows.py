"""Rows of a key and a body, mapped block by block and brought together by key: what a shuffle is made of.

On Ray the rows are an Arrow table in blocks on all nodes; a block that a lost node had is made again from what it came
of. Only iteration brings rows to the process that asks.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kg.errors import KgError, PipelineError
from kg.extract.ray_engine import ray_running

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cluster", "Map", "RayCluster", "Reduce", "Row", "Rows"]

T = TypeVar("T")
Row = tuple[str, str]
#: From the rows of one block to others; it sees no other block, so what it counts is to be summed after a grouping.
Map = Callable[[list[Row]], Iterable[Row]]
#: From a key and all bodies that have it, sorted, to rows.
Reduce = Callable[[str, list[str]], Iterable[Row]]


#: Rows that are made of an input before they are passed on, and rows of a block of what is extracted, which is what is
#: read again when a node is lost.
_ROWS, _BLOCK = 10_000, 2_048
#: By name the last value that was sent to all nodes, as this process unpacked it.
_HELD: dict[str, Any] = {}


class Rows(Protocol):
    """A bag of rows; every method returns another and leaves this as it is."""

    def mapped(self, function: Map) -> "Rows":
        """Apply a function to each block."""

    def read_by(self, make: Callable[[], Map], size: int) -> "Rows":
        """Apply to batches of `size` rows a function that each process makes once, for that takes long."""

    def grouped(self, function: Reduce) -> "Rows":
        """Bring the rows of each key together and apply a function to them."""

    def with_(self, *others: Any) -> "Rows":
        """Return these rows and those of others."""

    def kept(self) -> "Rows":
        """Return the same rows, made once however often they are used."""

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, in no order."""


class Cluster(Protocol):
    """Where rows are made."""

    def rows(self, parts: int, make: Callable[[int], Iterable[Row]]) -> Rows:
        """Return the rows that a function makes of each of the numbers 0..parts-1."""

    def shared(self, value: T) -> Callable[[], T]:
        """Send a value to all nodes, once; return what gives it there."""


class RayCluster:
    """A Ray cluster, as long as the `with` lasts: the one at `address` ("auto" finds one), else one on this machine.

    A grouping brings its rows together in so many `parts`, each in the memory of one process. Every node must have
    paperkg, and reach inputs, output, pipeline and vocabulary under the same paths or addresses. A `KgError` of a node
    is raised here as it is; PipelineError without Ray, or where the cluster cannot go on.
    """

    def __init__(self, address: str | None = None, parts: int = 64) -> None:
        self._running = ray_running(address)
        self._parts = parts

    def __enter__(self) -> "RayCluster":
        self._running.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._running.__exit__(*error)

    def rows(self, parts: int, make: Callable[[int], Iterable[Row]]) -> "_RayRows":
        """See `Cluster`."""
        import ray.data

        def made(batch: "pa.Table") -> "Iterator[pa.Table]":
            found = chain.from_iterable(make(number) for number in batch["id"].to_pylist())
            while some := list(islice(found, _ROWS)):
                yield _table(some)

        numbers = ray.data.range(parts, override_num_blocks=max(1, parts))
        return _RayRows(numbers.map_batches(made, batch_format="pyarrow", batch_size=None), self._parts)

    def shared(self, value: T) -> Callable[[], T]:
        """See `Cluster`."""
        import ray

        there = ray.put(value)

        def get() -> T:
            name = there.hex()
            if name not in _HELD:
                _HELD.clear()
                _HELD[name] = ray.get(there)
            found: T = _HELD[name]
            return found

        return get


class _RayRows:
    def __init__(self, dataset: Any, parts: int) -> None:
        self._dataset = dataset
        self._parts = parts

    def _of(self, dataset: Any) -> "_RayRows":
        return _RayRows(dataset, self._parts)

    def mapped(self, function: Map) -> "_RayRows":
        def map_(batch: "pa.Table") -> "pa.Table":
            return _table(function(_rows(batch)))

        return self._of(self._dataset.map_batches(map_, batch_format="pyarrow", batch_size=None))

    def read_by(self, make: Callable[[], Map], size: int) -> "_RayRows":
        import ray
        import ray.data

        class Actor:
            def __init__(self) -> None:
                self._read = make()

            def __call__(self, batch: "pa.Table") -> "pa.Table":
                return _table(self._read(_rows(batch)))

        resources: Callable[[], dict[str, float]] = ray.cluster_resources
        cores = max(1, int(resources().get("CPU", 1)))
        pool = ray.data.ActorPoolStrategy(min_size=1, max_size=cores)
        blocks = self._dataset.repartition(target_num_rows_per_block=_BLOCK)
        return self._of(blocks.map_batches(Actor, batch_format="pyarrow", batch_size=size, num_cpus=1, compute=pool))

    def grouped(self, function: Reduce) -> "_RayRows":
        def reduce(group: "pa.Table") -> "pa.Table":
            rows = _rows(group)
            return _table(function(rows[0][0], sorted(body for _, body in rows)) if rows else ())

        groups = self._dataset.groupby("key", num_partitions=self._parts)
        return self._of(groups.map_groups(reduce, batch_format="pyarrow"))

    def with_(self, *others: "_RayRows") -> "_RayRows":
        return self._of(self._dataset.union(*(other._dataset for other in others)))

    def kept(self) -> "_RayRows":
        with _one_line():
            return self._of(self._dataset.materialize())

    def __iter__(self) -> Iterator[Row]:
        with _one_line():
            for batch in self._dataset.iter_batches(batch_format="pyarrow", batch_size=None):
                yield from _rows(batch)


@contextmanager
def _one_line() -> Iterator[None]:
    """Raise what a node raised as it is if the user can mend it; and what the cluster itself says, in one line."""
    import ray.exceptions

    try:
        yield
    except ray.exceptions.RayTaskError as error:
        cause: BaseException | None = error
        while isinstance(cause, ray.exceptions.RayTaskError) and cause.cause is not cause:
            cause = cause.cause
        if isinstance(cause, KgError):
            raise cause from None
        raise
    except ray.exceptions.RayError as error:
        said = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise PipelineError(f"the cluster cannot go on: {said[-1] if said else type(error).__name__}") from error


def _table(rows: Iterable[Row]) -> "pa.Table":
    import pyarrow as pa

    keys, bodies = [], []
    for key, body in rows:
        keys.append(key)
        bodies.append(body)
    text = pa.large_string()
    return pa.table({"key": pa.array(keys, text), "body": pa.array(bodies, text)})


def _rows(table: "pa.Table") -> list[Row]:
    return list(zip(table["key"].to_pylist(), table["body"].to_pylist(), strict=True))
