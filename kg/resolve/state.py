"""The resolver's tables in the ledger: what each paper named, what was decided, and the nodes it all came to.

The connection and its transaction belong to the caller; nothing here commits.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

__all__ = ["Keys", "create_tables", "run_in", "select_in"]

_TABLES = (
    # `long` is the respelled long form or ""; `main` the key of the long form, else `short`; `old` the node before.
    """CREATE TABLE IF NOT EXISTS resolve_occurrence (
        paper TEXT NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
        surfaces TEXT NOT NULL, mentions INTEGER NOT NULL, family TEXT NOT NULL, short TEXT NOT NULL,
        long TEXT NOT NULL, main TEXT NOT NULL, phrase INTEGER NOT NULL, node TEXT NOT NULL, old TEXT NOT NULL,
        reason TEXT NOT NULL, PRIMARY KEY (paper, position)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS resolve_occurrence_node ON resolve_occurrence (node)",
    "CREATE INDEX IF NOT EXISTS resolve_occurrence_short ON resolve_occurrence (short, family, long)",
    "CREATE INDEX IF NOT EXISTS resolve_occurrence_main ON resolve_occurrence (main, phrase, family)",
    """CREATE TABLE IF NOT EXISTS resolve_tally (
        node TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (node, kind, value)) WITHOUT ROWID""",
    # What the papers together decide of a key: its family, or the senses of an acronym in a family.
    """CREATE TABLE IF NOT EXISTS resolve_rule (
        rule TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (rule, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS resolve_node (
        node TEXT PRIMARY KEY, plain TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL,
        aliases TEXT NOT NULL, concept TEXT) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS resolve_node_plain ON resolve_node (plain)",
    "CREATE INDEX IF NOT EXISTS resolve_node_id ON resolve_node (id)",
    """CREATE TABLE IF NOT EXISTS resolve_above (
        node TEXT NOT NULL, kind TEXT NOT NULL, above TEXT NOT NULL, PRIMARY KEY (node, kind, above)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS resolve_above_above ON resolve_above (above)",
    "CREATE TABLE IF NOT EXISTS resolve_renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID",
)
#: What one update has to look at again: temporary, on disk where it is large.
_TEMPORARY = (
    """CREATE TEMP TABLE IF NOT EXISTS resolve_pending (
        paper TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (paper, position)) WITHOUT ROWID""",
    """CREATE TEMP TABLE IF NOT EXISTS resolve_before (
        node TEXT PRIMARY KEY, plain TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, label TEXT NOT NULL,
        aliases TEXT NOT NULL, concept TEXT) WITHOUT ROWID""",
)
_BATCH = 500
_ASIDE = 1 << 14


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables where they are not there yet."""
    for statement in (*_TABLES, *_TEMPORARY):
        connection.execute(statement)


def select_in(connection: sqlite3.Connection, query: str, keys: Iterable[str], *more: Any) -> Iterator[Sequence[Any]]:
    """Run a query whose `{}` stands for a list of keys, in batches, so that any number of keys will do."""
    keys = iter(keys)
    while batch := list(islice(keys, _BATCH)):
        yield from connection.execute(query.format(",".join("?" * len(batch))), (*batch, *more)).fetchall()


def run_in(connection: sqlite3.Connection, query: str, keys: Iterable[str], *more: Any) -> None:
    """Run a statement that returns nothing as `select_in` runs a query."""
    for _ in select_in(connection, query, keys, *more):
        pass


class Keys:
    """A set of strings in a temporary table: a first build has millions of them, and memory is not to grow with it."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._db = connection
        self._name = f"resolve_{name}"
        self._new: set[str] = set()
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {self._name} (key TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.execute(f"DELETE FROM temp.{self._name}")  # noqa: S608 - our own name

    def add(self, key: str) -> None:
        """Put in a key."""
        self._new.add(key)
        if len(self._new) > _ASIDE:
            self._write()

    def update(self, keys: Iterable[str]) -> None:
        """Put in keys."""
        for key in keys:
            self.add(key)

    def _write(self) -> None:
        rows = ((key,) for key in sorted(self._new))
        self._db.executemany(f"INSERT OR IGNORE INTO temp.{self._name} VALUES (?)", rows)  # noqa: S608
        self._new.clear()

    def batches(self, size: int = 4 * _BATCH) -> Iterator[list[str]]:
        """Yield the keys, sorted, some at a time; what is put in meanwhile may or may not be among them."""
        self._write()
        query = f"SELECT key FROM temp.{self._name} WHERE key > ? ORDER BY key LIMIT ?"  # noqa: S608
        rows = self._db.execute(f"SELECT key FROM temp.{self._name} ORDER BY key LIMIT ?", (size,))  # noqa: S608
        while batch := [str(row[0]) for row in rows.fetchall()]:
            yield batch
            rows = self._db.execute(query, (batch[-1], size))

    def clear(self) -> None:
        """Forget all."""
        self._new.clear()
        self._db.execute(f"DELETE FROM temp.{self._name}")  # noqa: S608
