"""Keep the nodes of the graph in tables: made from the tallies of the occurrences that came to them (`naming`)."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from kg.resolve.naming import Naming, Node, Tally, apart, new_tally
from kg.resolve.state import Keys, run_in, select_in

__all__ = ["Nodes", "Rebuilt"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What changed in the nodes: ids written, ids gone, papers that link to a node whose id changed, renamings."""

    entities: tuple[str, ...]
    gone: tuple[str, ...]
    papers: frozenset[str]
    renamed: tuple[tuple[str, str], ...]


class Nodes:
    """The tables of nodes, and how they are made from the tallies of occurrences."""

    def __init__(self, db: sqlite3.Connection, naming: Naming) -> None:
        self._db = db
        self._naming = naming

    def rebuild(self, touched: Keys, moves: Mapping[str, Counter[str]]) -> Rebuilt:
        """Make the touched nodes anew, and the ids of all that would share one; `moves` says where papers went.

        What stood before is kept in `resolve_before`, so that no step needs more than some nodes in memory.
        """
        self._db.execute("DELETE FROM temp.resolve_before")
        plains = Keys(self._db, "plains")
        for nodes in touched.batches():
            self._remake(nodes, plains)
        for names in plains.batches():
            touched.update(self._name_apart(names))
        rebuilt = self._compare(touched, moves)
        plains.clear()
        self._db.execute("DELETE FROM temp.resolve_before")
        return rebuilt

    def _remake(self, nodes: list[str], plains: Keys) -> None:
        """Make nodes from their tallies; note the plain ids that they had and have."""
        before = self._load("node", nodes)
        self._keep(before.values())
        run_in(self._db, "DELETE FROM resolve_tally WHERE node IN ({}) AND count = 0", nodes)
        made = [new for node, tally in self._tallies(nodes) if (new := self._naming.make(node, tally))]
        for table in ("resolve_node", "resolve_above"):
            self._db.executemany(f"DELETE FROM {table} WHERE node = ?", [(node,) for node in before])  # noqa: S608
        self._db.executemany("INSERT INTO resolve_node VALUES (?,?,?,?,?,?,?)", [one.row for one in made])
        above = [row for new in made for row in self._naming.above(new)]
        self._db.executemany("INSERT INTO resolve_above VALUES (?,?,?)", above)
        plains.update(one.plain for one in (*before.values(), *made))

    def _keep(self, nodes: Iterable[Node]) -> None:
        """Keep what stood before; the first word holds."""
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.resolve_before VALUES (?,?,?,?,?,?,?)", [one.row for one in nodes]
        )

    def _load(self, column: str, keys: Iterable[str], table: str = "main.resolve_node") -> dict[str, Node]:
        query = f"SELECT * FROM {table} WHERE {column} IN ({{}})"  # noqa: S608
        return {row[0]: Node(*row) for row in select_in(self._db, query, sorted(keys))}

    def _tallies(self, nodes: Iterable[str]) -> Iterator[tuple[str, Tally]]:
        """Yield the tally of each node that has one, by kind and value."""
        query = "SELECT node, kind, value, count FROM resolve_tally WHERE node IN ({}) ORDER BY node"
        for node, rows in groupby(select_in(self._db, query, sorted(nodes)), key=lambda row: str(row[0])):
            tally = new_tally()
            for _, kind, value, count in rows:
                tally[kind][value] = count
            yield node, tally

    def _name_apart(self, plains: list[str]) -> Iterator[str]:
        """Give the nodes of one plain id different ids; yield those that had another, and keep what they were."""
        groups: dict[str, list[Node]] = {}
        for one in self._load("plain", plains).values():
            groups.setdefault(one.plain, []).append(one)
        for _, found in sorted(groups.items()):
            before = {one.node: one for one in found}
            for one in apart(found):
                if one.id != before[one.node].id:
                    self._db.execute("UPDATE resolve_node SET id = ? WHERE node = ?", (one.id, one.node))
                    self._keep((before[one.node],))
                    yield one.node

    def _compare(self, touched: Keys, moves: Mapping[str, Counter[str]]) -> Rebuilt:
        """Say what is other than it was before."""
        altered = Keys(self._db, "altered")
        papers: set[str] = set()
        query = "SELECT id, node FROM temp.resolve_before WHERE id NOT IN (SELECT id FROM resolve_node)"
        gone = dict(self._db.execute(query))
        for nodes in touched.batches():
            before = self._load("node", nodes, "temp.resolve_before")
            after = self._load("node", nodes)
            altered.update(one.id for node, one in after.items() if before.get(node) != one)
            shifted = {n for n in before.keys() | after.keys() if _id(before.get(n)) != _id(after.get(n))}
            below = select_in(self._db, "SELECT DISTINCT node FROM resolve_above WHERE above IN ({})", sorted(shifted))
            altered.update(one.id for one in self._load("node", {row[0] for row in below}).values())
            kept = sorted(shifted & before.keys() & after.keys())
            select = "SELECT DISTINCT paper FROM resolve_occurrence WHERE node IN ({})"
            papers |= {row[0] for row in select_in(self._db, select, kept)}
        renamed = {}
        for id_, node in gone.items():
            heirs = [node, *sorted(moves.get(node, ()), key=lambda other: (-moves[node][other], other))[:1]]
            found = self._load("node", heirs)
            heir = next((found[one] for one in heirs if one in found), None)
            if heir:
                renamed[id_] = heir.id
        rows = sorted(renamed.items())
        self._db.executemany("INSERT OR REPLACE INTO resolve_renamed VALUES (?,?)", rows)
        entities = tuple(id_ for ids in altered.batches() for id_ in ids)
        self._db.executemany("DELETE FROM resolve_renamed WHERE old = ?", ((id_,) for id_ in entities))
        altered.clear()
        return Rebuilt(entities, tuple(sorted(gone)), frozenset(papers), tuple(rows))


def _id(node: Node | None) -> str | None:
    return node.id if node else None
