"""The resolver's tables in the ledger: what each paper named, what was decided, and the nodes it all came to.

The connection and its transaction belong to the caller; nothing here commits.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

__all__ = ["create_tables", "select_in"]

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
_BATCH = 500


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables where they are not there yet."""
    for statement in _TABLES:
        connection.execute(statement)


def select_in(connection: sqlite3.Connection, query: str, keys: Iterable[str], *more: Any) -> Iterator[Sequence[Any]]:
    """Run a query whose `{}` stands for a list of keys, in batches, so that any number of keys will do."""
    keys = iter(keys)
    while batch := list(islice(keys, _BATCH)):
        yield from connection.execute(query.format(",".join("?" * len(batch))), (*batch, *more)).fetchall()
