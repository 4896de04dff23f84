"""Open and lock a graph directory."""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store

from kg.errors import StoreError
from kg.vocab import BASE

__all__ = ["FORMAT", "GraphDirectory", "open_store"]

#: Raised when a directory of the old format can no longer be extended; reading stays possible through the store.
FORMAT = 1
_NEW = "graph.json.new"  # graph.json while it is written
#: The files of a store that hold statements, or name those that do.
_SAYING = re.compile(r"CURRENT$|MANIFEST-|.*\.(sst|log)$")


@dataclass(frozen=True, slots=True)
class GraphDirectory:
    """The paths of a graph and its base IRI."""

    path: Path
    base: str

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.path / "store"

    @property
    def ledger(self) -> Path:
        """The SQLite file of records, extractions and entities."""
        return self.path / "ledger.sqlite"

    @property
    def problems(self) -> Path:
        """The list of what was not read or not extracted."""
        return self.path / "problems.jsonl"

    @property
    def standings(self) -> Path:
        """The SQLite file from which leaderboards are read (`kg.query.standings`)."""
        return self.path / "standings.sqlite"

    def state(self) -> str:
        """Name what the store says: another name once anybody has opened it for writing, here or anywhere.

        Oxigraph writes new files and never changes one, but for its log of changes, which grows.
        """
        if not self.store.is_dir():
            return ""
        told = []
        with os.scandir(self.store) as files:
            for one in files:
                # What is left out is written for people, or says nothing of the statements.
                if _SAYING.match(one.name):
                    with suppress(FileNotFoundError):  # a writer has merged it into another meanwhile
                        told.append(f"{one.name} {one.stat().st_size}")
        return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()

    @classmethod
    def open(cls, path: str | Path) -> "GraphDirectory":
        """Open a graph that exists; StoreError where there is none or a newer version made it."""
        path = Path(path)
        try:
            settings = json.loads((path / "graph.json").read_text("utf-8"))
            version, base = int(settings["format"]), str(settings["base"])
        except FileNotFoundError:
            what = "no graph in this folder" if path.is_dir() else "no such graph"
            raise StoreError(what, path=path, hint="make one with: kg build INPUT -o GRAPH") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"graph.json cannot be read ({error})", path=path, hint="build it again") from error
        if version > FORMAT:
            hint = "update paperkg, or build the graph again"
            raise StoreError(
                f"made by a newer version (format {version}, this one knows {FORMAT})", path=path, hint=hint
            )
        return cls(path, base)

    @classmethod
    def create(cls, path: str | Path, base: str | None = None) -> "GraphDirectory":
        """Open a graph, or make an empty one in a folder that is empty or does not exist.

        `base` is that of the IRIs of a new graph (`kg.vocab.BASE` unless given); one that exists keeps its own: raises
        StoreError where another is given.
        """
        path = Path(path)
        base = cls.base_of(path, base)
        if (path / "graph.json").exists():
            return cls.open(path)
        # What a process left that died while it made the graph is no reason to refuse.
        if path.exists() and (not path.is_dir() or any(one.name != _NEW for one in path.iterdir())):
            raise StoreError("exists and is not a graph", path=path, hint="choose a new or an empty folder")
        try:
            path.mkdir(parents=True, exist_ok=True)
            new = path / _NEW
            new.write_text(json.dumps({"format": FORMAT, "base": base}) + "\n", "utf-8")
            new.rename(path / "graph.json")
        except OSError as error:
            raise StoreError(f"cannot be made ({error.strerror})", path=path) from error
        return cls(path, base)

    @classmethod
    def base_of(cls, path: str | Path, base: str | None = None) -> str:
        """Return the base that a graph has, or would be made with; StoreError where `base` is no or another one."""
        path = Path(path)
        if base is not None:
            try:
                NamedNode(base)
            except ValueError as error:
                hint = "give an absolute one that ends in / or #, such as https://example.org/kg/"
                raise StoreError(f"no IRI can begin with {base!r} ({error})", path=path, hint=hint) from None
        if not (path / "graph.json").exists():
            return BASE if base is None else base
        kept = cls.open(path).base
        if base not in (None, kept):
            hint = "leave --base-iri out, or build a new graph with it"
            raise StoreError(f"the base of its IRIs is {kept}, not {base}", path=path, hint=hint)
        return kept

    def writable_store(self) -> Store:
        """Open the store for the one writer; a new one is made beside its place and moved there whole.

        A process that dies while the store makes its files would else leave half of one, which no reader can open.
        What was read from the store before goes first: it is to be made again (`kg.query.standings`).
        """
        self.standings.unlink(missing_ok=True)
        if not self.store.exists():
            new = self.path / "store.new"
            shutil.rmtree(new, ignore_errors=True)
            Store(str(new))
            new.rename(self.store)
        return Store(str(self.store))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the graph for one writer; a second is refused at once, readers are not."""
        try:
            lock = (self.path / "lock").open("a+")
        except OSError as error:
            hint = "write where you may, or ask its owner"
            raise StoreError(f"cannot be written ({error.strerror})", path=self.path, hint=hint) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                owner = lock.read().strip() or "unknown"
                hint = "wait for it to end"
                raise StoreError(f"another build is writing it (process {owner})", path=self.path, hint=hint) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def open_store(path: str | Path, *, read_only: bool = True) -> Store:
    """Open the Oxigraph store of a graph directory.

    Its default graph is empty: query with `use_default_graph_as_union=True`.
    """
    directory = GraphDirectory.open(path)
    try:
        if not read_only:
            return directory.writable_store()
        if not directory.store.exists():  # built from nothing: a graph without quads
            return Store()
        return Store.read_only(str(directory.store))
    except OSError as error:
        raise StoreError(f"the store cannot be opened ({error})", path=directory.path) from error
