"""Write to the store what the ledger says and the store does not yet: entities, people, papers, and who read them.

1. What is dirty goes in batches of names; each becomes N-Quads (`Statements`) and is loaded in bulk.
2. With several jobs, threads load what this one has made: the store works without Python, so that all cores are used,
   and takes three times as long to load a batch as it takes to make one.
3. A batch is clean once the store has it on disk. A crash before that only means that it is written again.
4. A build of many batches merges the files that the loads left, or the next build would wait for that before it could
   write a thing: 18 of the 33 seconds that 100 papers took after a build of 20,000.
5. When all is written, the standings are made from the store (`kg.query.standings`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO

from pyoxigraph import NamedNode, RdfFormat, Store

from kg import __version__, iris
from kg.extract.codec import from_json
from kg.extract.confidence import confident
from kg.graph.fitting import fitted
from kg.graph.quads import ENTITIES, PEOPLE, RUNS, entity_quads, paper_quads, parsed, person_quads, run_quads
from kg.model import Paper
from kg.query.standings import keep, renew
from kg.resolve import Resolved
from kg.store.directory import GraphDirectory
from kg.store.ledger import Ledger

__all__ = ["SOFTWARE", "Statements", "paper_lines", "write"]

SOFTWARE = f"paperkg {__version__}"

#: What is written to the store at once, in the order of writing. A bulk load has a fixed price of some 50 ms, makes
#: files that the store merges later, and holds what it loads in memory: some 0.3 MB a paper, 4 kB a node.
_WRITE = {"entity": 1 << 15, "person": 1 << 16, "paper": 1 << 9}
#: Loads after which the store's files are merged; at 20 files that no merge has seen RocksDB holds writers up.
_UNMERGED = 16
#: Threads that load: more would wait for what they are to load, and each holds a batch in memory.
_THREADS = 4

#: A kind of the ledger's table `dirty`, and names of that kind.
_Batch = tuple[str, list[str]]


class Statements:
    """Makes the statements of entities, people and papers from the ledger."""

    def __init__(self, ledger: Ledger, base: str, minimum: float) -> None:
        self._ledger = ledger
        self._resolved = Resolved(ledger.connection)
        self._base = base
        self._minimum = minimum

    def render(self, batch: _Batch) -> bytes:
        """Return what the store is to say of a batch, as N-Quads; nothing of what is gone."""
        kind, names = batch
        make = {"entity": self._entities, "person": self._people, "paper": self._papers}[kind]
        written = BytesIO()  # a string of all lines would need four bytes a letter where one is rare
        for line in make(names):
            written.write(line.encode())
        return written.getvalue()

    def _entities(self, names: Iterable[str]) -> Iterator[str]:
        for entity in self._resolved.entities(names):
            yield from entity_quads(entity, self._base)

    def _people(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if person := self._ledger.person(name):
                yield from person_quads(name, person, self._base)

    def _papers(self, names: Iterable[str]) -> Iterator[str]:
        for key in names:
            paper, row = self._ledger.paper(key), self._ledger.extraction(key)
            if paper and row:
                links, people = self._resolved.links(key), self._ledger.people(key)
                yield from paper_lines(paper, row, links, people, self._minimum, self._base)


def paper_lines(
    paper: Paper, read: tuple[str, str], links: tuple[str, ...], people: Iterable[str], minimum: float, base: str
) -> Iterator[str]:
    """Yield the N-Quads of a paper: `read` by which pipeline and what, `links` the ids of its entities by index."""
    pipeline, body = read
    extraction = fitted(confident(from_json(body), minimum), [iris.entity_type(link) for link in links])
    authors = (iris.person(person) for person in people)
    return paper_quads(paper, extraction, links, authors, iris.run(SOFTWARE, pipeline), base)


def write(
    directory: GraphDirectory,
    ledger: Ledger,
    minimum: float,
    *,
    jobs: int = 1,
    progress: Callable[[str, int, int | None], None] = lambda stage, done, total: None,
) -> None:
    """Bring the store to what the ledger says; `minimum` is the least score of what is written (0..1)."""
    kept = keep(directory)
    written, new = _write(directory, ledger, minimum, jobs, progress)
    papers = (directory.base + iris.paper(name) for name in written["paper"])
    entities = (directory.base + name for name in written["entity"])
    renew(directory, papers if kept or new else None, entities, kept=kept)


def _write(
    directory: GraphDirectory,
    ledger: Ledger,
    minimum: float,
    jobs: int,
    progress: Callable[[str, int, int | None], None],
) -> tuple[dict[str, list[str]], bool]:
    """Return what was written or taken out, by kind, and whether the store was empty; it is closed again."""
    store = directory.writable_store()
    base = NamedNode(directory.base).value
    new = next(store.quads_for_pattern(None, None, None, None), None) is None
    statements = Statements(ledger, base, minimum)
    batches = ((kind, names) for kind, size in _WRITE.items() for names in ledger.dirty(kind, size))
    papers = ledger.dirty_count("paper")
    written: dict[str, list[str]] = {kind: [] for kind in _WRITE}
    loads = 0

    def load(batch: _Batch, quads: bytes) -> None:
        if not new:
            _forget(store, batch, base)
        # Every IRI was checked when its name was minted or its address read (`kg.graph.terms.external`).
        store.bulk_load(quads, format=RdfFormat.N_QUADS, lenient=True)

    for kind, names in _loaded(batches, statements.render, load, min(jobs, _THREADS)):
        store.flush()
        with ledger:
            ledger.clean(kind, names)
        written[kind] += names
        loads += 1
        if kind == "paper":
            progress("write", len(written[kind]), papers)
    _write_runs(store, ledger, base)
    store.flush()
    if loads > _UNMERGED:
        progress("merge", 0, 1)
        store.optimize()
        progress("merge", 1, 1)
    return written, new


def _forget(store: Store, batch: _Batch, base: str) -> None:
    """Take out what the store says of these."""
    kind, names = batch
    if kind == "paper":
        for name in names:
            store.remove_graph(NamedNode(base + iris.paper(name)))
        return
    graph = NamedNode(base + (ENTITIES if kind == "entity" else PEOPLE))
    for name in names:
        subject = NamedNode(base + (name if kind == "entity" else iris.person(name)))
        for quad in list(store.quads_for_pattern(subject, None, None, graph)):
            store.remove(quad)


def _write_runs(store: Store, ledger: Ledger, base: str) -> None:
    runs = NamedNode(base + RUNS)
    wanted = set(parsed(line for pipeline in ledger.pipelines() for line in run_quads(SOFTWARE, pipeline, base)))
    if wanted != set(store.quads_for_pattern(None, None, None, runs)):
        store.remove_graph(runs)
        store.extend(sorted(wanted, key=str))


def _loaded(
    batches: Iterable[_Batch], render: Callable[[_Batch], bytes], load: Callable[[_Batch, bytes], None], jobs: int
) -> Iterator[_Batch]:
    """Load batches, so many at once, and yield each, in order, once it is loaded; they are rendered in this thread."""
    if jobs <= 1:
        for batch in batches:
            load(batch, render(batch))
            yield batch
        return
    waiting: deque[tuple[_Batch, Future[None]]] = deque()
    threads = ThreadPoolExecutor(jobs)
    try:
        for batch in batches:
            waiting.append((batch, threads.submit(load, batch, render(batch))))
            if len(waiting) > jobs:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        threads.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[_Batch, Future[None]]]) -> _Batch:
    batch, loading = waiting.popleft()
    try:
        loading.result()
    finally:
        del loading  # it holds its error, and that this frame: the two would keep the store open
    return batch
