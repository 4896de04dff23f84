"""Take in a graph made elsewhere: RDF files into the store of a graph directory."""

import gzip
import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.query.standings import renew
from kg.store import GraphDirectory

__all__ = ["load"]

_FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
}
#: Where the triples of a file without graphs go.
_GRAPH = "graph/loaded"


def load(graph: str | Path, file: str | Path, *, base: str | None = None) -> int:
    """Load an RDF file (`.nq .trig .jsonld .nt .ttl .rdf`, each also `.gz` or `.zst`); returns the quads that are new.

    The graph directory is made where there is none, with this base IRI (`kg.vocab.BASE` unless given); raises
    `StoreError` where there is one with another. Triples without a graph go to the named graph
    `<base>graph/loaded`. The file is read to its end before anything is written: raises `InputError` with the line of
    what is wrong, and the graph is as it was.
    """
    path = Path(file)
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    format_ = _FORMATS.get(Path(name).suffix)
    if format_ is None:
        raise InputError("not an RDF file by its ending", path=path, hint=f"choose one of {' '.join(_FORMATS)}")
    base = GraphDirectory.base_of(graph, base)
    for _ in _quads(path, format_, base):
        pass
    directory = GraphDirectory.create(graph, base)
    with directory.writing():
        try:
            added = _add(directory, path, format_)
            renew(directory, None)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"the store cannot be written ({error})", path=directory.path) from error
        return added


def _add(directory: GraphDirectory, path: Path, format_: ox.RdfFormat) -> int:
    store = directory.writable_store()
    before = len(store)
    store.bulk_extend(_quads(path, format_, directory.base))
    store.flush()
    return len(store) - before


def _quads(path: Path, format_: ox.RdfFormat, base: str) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(base + _GRAPH)
    try:
        with _opened(path) as source:
            for quad in ox.parse(source, format_, base_iri=base, rename_blank_nodes=True):
                plain = isinstance(quad.graph_name, ox.DefaultGraph)
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph) if plain else quad
    except FileNotFoundError:
        raise InputError("no such file", path=path) from None
    except SyntaxError as error:
        raise InputError(f"not valid RDF: {error.msg}", path=path, line=error.lineno) from None
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", path=path) from None


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    ending = path.suffix.lower()
    if ending == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield io.BufferedReader(unpacked)
    elif ending == ".zst":
        import zstandard

        with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            yield io.BufferedReader(reader)
    else:
        with path.open("rb") as plain:
            yield plain
