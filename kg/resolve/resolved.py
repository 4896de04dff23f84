"""Read what the resolver came to: the entity of each mention's thing, and the entities themselves."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from kg.model import Entity
from kg.resolve.naming import Node, entity_of
from kg.resolve.state import select_in

__all__ = ["Resolved"]


class Resolved:
    """The identity of all entities of a graph, out of the tables `resolve_*` of a ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def links(self, paper_key: str) -> tuple[str, ...]:
        """Return the id of the entity that each local entity of the paper came to, by index."""
        rows = self._db.execute(
            "SELECT n.id FROM resolve_occurrence JOIN resolve_node n USING (node) WHERE paper = ? ORDER BY position",
            (paper_key,),
        )
        return tuple(row[0] for row in rows)

    def entities(self, ids: Iterable[str] | None = None) -> Iterator[Entity]:
        """Yield all entities in the order of their ids, or those of `ids` that exist."""
        columns = "SELECT * FROM resolve_node"
        rows: Iterable[Any] = (
            self._db.execute(f"{columns} ORDER BY id")
            if ids is None
            else select_in(self._db, columns + " WHERE id IN ({}) ORDER BY id", ids)
        )
        for node in (Node(*row) for row in rows):
            above: dict[str, list[str]] = {"variant": [], "broader": []}
            for kind, upper in self._db.execute(
                "SELECT kind, n.id FROM resolve_above a JOIN resolve_node n ON n.node = a.above WHERE a.node = ?",
                (node.node,),
            ):
                above[kind].append(upper)
            yield entity_of(node, above)
