"""List the nodes of a graph from its ledger, and say why the names of a node came together."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.model import EntityType
from kg.names import key

__all__ = ["Join", "Listed", "Merge", "current_id", "explain", "has_entities", "list_entities", "open_ledger"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A node with the number of papers that name it and of its mentions in them."""

    id: str
    type: EntityType
    label: str
    aliases: tuple[str, ...]
    papers: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Join:
    """The names that one rule brought to a node, and the keys of the papers that use them."""

    reason: str
    names: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Why a node is one: its id and label now, and the rules that brought names to it, the commonest first."""

    id: str
    label: str
    joins: tuple[Join, ...]


def has_entities(path: Path) -> bool:
    """Say whether a build has put entities into a ledger; a graph that was only loaded has none."""
    if not path.exists():
        return False
    with _read_only(path) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'resolve_node'").fetchone() is not None


@contextmanager
def open_ledger(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a graph's ledger for reading alone; StoreError where no build has put entities there."""
    if not has_entities(path):
        hint = "kg build makes them; a graph that was loaded answers kg query"
        raise StoreError("no build has made entities here", path=path.parent, hint=hint)
    with _read_only(path) as connection:
        yield connection


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise StoreError(f"the entities cannot be read ({error})", path=path, hint="build the graph again") from error


def list_entities(
    connection: sqlite3.Connection, *, type_: EntityType | None = None, search: str | None = None
) -> Iterator[Listed]:
    """Yield the nodes of a type whose label or alias contains the words searched for, most papers first."""
    rows = connection.execute(
        "SELECT n.id, n.type, n.label, n.aliases, COUNT(DISTINCT o.paper) AS papers, SUM(o.mentions)"
        " FROM resolve_node n JOIN resolve_occurrence o USING (node) WHERE ? IS NULL OR n.type = ?"
        " GROUP BY n.node ORDER BY papers DESC, n.id",
        (type_, type_),
    )
    wanted = key(search) if search else ""
    for id_, found, label, listed, papers, mentions in rows:
        aliases = tuple(json.loads(listed))
        if not wanted or any(wanted in key(name) for name in (label, *aliases)):
            yield Listed(id_, EntityType(found), label, aliases, papers, mentions)


def current_id(connection: sqlite3.Connection, id_: str) -> str | None:
    """Return the id itself where it is a node's, else the one it was renamed to; None where it never was one."""
    seen = set()
    while id_ not in seen:
        seen.add(id_)
        if connection.execute("SELECT 1 FROM resolve_node WHERE id = ?", (id_,)).fetchone():
            return id_
        row = connection.execute("SELECT new FROM resolve_renamed WHERE old = ?", (id_,)).fetchone()
        if row is None:
            return None
        id_ = row[0]
    return None


def explain(connection: sqlite3.Connection, id_: str) -> Merge | None:
    """Say which rule brought which names of which papers to a node; an id of before answers with its node now."""
    now = current_id(connection, id_)
    if now is None:
        return None
    node, label = connection.execute("SELECT node, label FROM resolve_node WHERE id = ?", (now,)).fetchone()
    names: dict[str, set[str]] = {}
    papers: dict[str, set[str]] = {}
    query = "SELECT reason, name, paper FROM resolve_occurrence WHERE node = ?"
    for reason, name, paper in connection.execute(query, (node,)):
        names.setdefault(reason, set()).add(name)
        papers.setdefault(reason, set()).add(paper)
    joins = (Join(reason, tuple(sorted(names[reason])), tuple(sorted(papers[reason]))) for reason in names)
    return Merge(now, label, tuple(sorted(joins, key=lambda join: (-len(join.papers), join.reason))))
