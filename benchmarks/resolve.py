"""Measure how the resolver grows: the names of more and more papers brought to nodes, then of a few papers more.

    python benchmarks/resolve.py GRAPH [--sizes 1000,10000] [--more 100] [--rounds 3] [--json FILE]

GRAPH is any built graph: what was read in its papers is resolved anew in a ledger of its own, each time in a process
of its own. A size is resolved in one go, as a first build does; then come `--more` papers, as a second build brings
them, and go again. Times are of the CPU, the least of the rounds; the last column is the time a paper beside the
first size's, 1 where the resolver grows with the papers and no faster.
"""

import argparse
import hashlib
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from kg.extract.codec import entities_from_json
from kg.resolve import Resolver
from kg.resolve.decisions import Decisions
from kg.store import GraphDirectory
from kg.store.ledger import Ledger
from kg.vocabulary import load_vocabulary

READ = (
    "SELECT p.key, e.body FROM paper p JOIN extraction e ON e.text = p.text AND e.pipeline = p.pipeline"
    " ORDER BY p.text LIMIT ?"  # by the hash of the text: in no order that means anything
)


def taken(what: Callable[[], object]) -> float:
    """Return the CPU seconds that a step takes."""
    began = time.process_time()
    what()
    return time.process_time() - began


def state(resolver: Resolver) -> tuple[int, str]:
    """Return how many nodes there are, and a digest of all that is said of them."""
    whole, count = hashlib.sha256(), 0
    for entity in resolver.entities():
        whole.update(repr(entity).encode())
        count += 1
    return count, whole.hexdigest()


def measure(graph: Path, size: int, more: int) -> dict[str, float]:
    """Resolve `size` papers, then `more` that come and go; return the figures of this process."""
    source, began = Ledger(GraphDirectory.open(graph).ledger), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = source.connection.execute(READ, (size + more,))
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite")
        resolver = Resolver(ledger.connection, load_vocabulary(), Decisions())

        def update(count: int) -> None:
            with ledger:
                resolver.update((key, entities_from_json(body)) for key, body in islice(rows, count))

        first = taken(lambda: update(size))
        count, kept = state(resolver)
        late = [(key, entities_from_json(body)) for key, body in rows]

        def come() -> None:
            with ledger:
                resolver.update(late)

        def go() -> None:
            with ledger:
                resolver.update((), [key for key, _ in late])

        came, went = taken(come), taken(go)
        assert state(resolver)[1] == kept, "papers that came and went left something behind"
        disk = sum(path.stat().st_size for path in Path(folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "papers": size,
        "seconds": round(first, 2),
        "ms a paper": round(1000 * first / size, 3),
        "nodes": count,
        "disk kB a paper": round(disk / 1000 / size, 1),
        "MB more": round((peak - began) / 1024),
        f"ms a paper, {more} more": round(1000 * came / more, 2),
        f"ms a paper, {more} taken out": round(1000 * went / more, 2),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--more", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    papers = Ledger(GraphDirectory.open(args.graph).ledger).count("paper")
    if papers < max(sizes) + args.more:
        sys.exit(f"{args.graph}: {papers} papers, and {max(sizes)} and {args.more} more are wanted: give other --sizes")
    rows: list[dict[str, float]] = []
    for size in sizes:
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            runs = pool.starmap(measure, [(args.graph, size, args.more)] * args.rounds, chunksize=1)
        row = {name: min(run[name] for run in runs) for name in runs[0]}
        rows.append(row | {"growth": round(row["ms a paper"] / (rows or [row])[0]["ms a paper"], 2)})
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    if args.json:
        args.json.write_text(json.dumps({"rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
