"""What the tests of shards share: rows in memory, papers that are hard to bring together, and what was written."""

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store
from srsly import cloudpickle

from kg.shards.rows import Map, Reduce, Row
from kg.store import open_store


def sent(function: Any) -> Any:
    """A function as it comes to another node."""
    return cloudpickle.loads(cloudpickle.dumps(function))  # type: ignore[no-untyped-call]


class Here:
    """Rows in memory, in blocks of three and in any order: what a function remembers of other blocks is lost."""

    def __init__(self, blocks: list[list[Row]], order: random.Random) -> None:
        self.blocks = blocks
        self.order = order

    def _of(self, rows: Iterable[Row]) -> "Here":
        rows = list(rows)
        self.order.shuffle(rows)
        return Here([rows[at : at + 3] for at in range(0, len(rows), 3)], self.order)

    def mapped(self, function: Map) -> "Here":
        there = sent(function)
        return Here([list(there(block)) for block in self.blocks], self.order)

    def read_by(self, make: Callable[[], Map], size: int) -> "Here":
        read = make()  # as Ray's actors do, once a process
        return Here([list(read(block)) for block in self.blocks], self.order)

    def grouped(self, function: Reduce) -> "Here":
        groups: dict[str, list[str]] = {}
        for key, body in self:
            groups.setdefault(key, []).append(body)
        there = sent(function)
        return self._of(row for key, bodies in groups.items() for row in there(key, sorted(bodies)))

    def with_(self, *others: "Here") -> "Here":
        return Here([*self.blocks, *(block for other in others for block in other.blocks)], self.order)

    def kept(self) -> "Here":
        return self

    def __iter__(self) -> Iterator[Row]:
        return (row for block in self.blocks for row in block)


class Memory:
    """A cluster in this process."""

    def __init__(self, seed: int = 0) -> None:
        self.order = random.Random(seed)

    def rows(self, parts: int, make: Callable[[int], Iterable[Row]]) -> Here:
        there = sent(make)
        return Here([], self.order)._of(row for number in range(parts) for row in there(number))

    def shared(self, value: Any) -> Callable[[], Any]:
        return lambda: value


def loaded(folder: Path) -> list[str]:
    """What a store says that all shards were loaded into."""
    store = Store()
    for file in sorted(folder.glob("*.nq.gz")):
        store.bulk_load(gzip.decompress(file.read_bytes()), format=RdfFormat.N_QUADS)
    return sorted(map(str, store))


def statements(graph: Path) -> list[str]:
    return sorted(map(str, open_store(graph)))


def write(path: Path, rows: Iterable[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


#: Duplicates in three files, an acronym of two senses, a bare one that context decides, variants, a shared author.
ROWS = [
    {
        "id": f"arXiv:2101.{n:05}",
        "title": f"{'Graph Attention' if n % 2 else 'Generative Adversarial'} Networks {n}",
        "abstract": (
            f"We propose {'graph attention networks' if n % 2 else 'generative adversarial nets'} (GAN) with "
            f"Swin-{'BL'[n % 2]} and Swin Transformer. GAN-{n} reaches {n}.5% accuracy on "
            f"{'Cora' if n % 2 else 'CIFAR-10'} and beats ResNet-50 in node classification and image generation."
        ),
        "authors": [{"name": "Ada Lovelace", "orcid": "0000-0002-1825-0097"}, {"name": f"B. Author {n}"}],
    }
    for n in range(12)
]
BARE = [
    {
        "id": f"arXiv:2102.{n:05}",
        "title": f"On {data}",
        "abstract": f"We train a GAN on {data} and reach {n}.1% accuracy.",
    }
    for n, data in enumerate(["Cora", "CIFAR-10", "ImageNet", "Cora"])
]
