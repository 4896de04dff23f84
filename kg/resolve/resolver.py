"""Bring what all papers name to nodes, a few papers at a time, with the same end whatever the order.

The state is a pure function of the set of papers with their entities, the vocabulary and the decisions: nothing that
is kept depends on when it came. Each entity of a paper is an occurrence; its node's key follows from its names.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg import iris
from kg.model import Entity, EntityType, LocalEntity
from kg.names import family, fold
from kg.resolve.decisions import Decisions
from kg.resolve.state import create_tables, select_in
from kg.vocabulary import Vocabulary

__all__ = ["Changes", "Resolver"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update altered, each sorted.

    `entities`: ids written or altered; `gone`: ids that are no more; `papers`: keys of papers whose links changed;
    `renamed`: pairs of a gone id and the id that its papers now link to.
    """

    entities: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Resolver:
    """The identity of all entities of a graph, kept in the tables `resolve_*` of a ledger."""

    def __init__(self, connection: sqlite3.Connection, vocabulary: Vocabulary, decisions: Decisions) -> None:
        self._db = connection
        self._vocabulary = vocabulary
        self._decisions = decisions
        create_tables(connection)

    @property
    def fingerprint(self) -> str:
        """A digest of vocabulary and decisions: where it changes, everything must be resolved anew."""
        return iris.digest(self._vocabulary.fingerprint, self._decisions.fingerprint)

    def update(self, changed: Iterable[tuple[str, tuple[LocalEntity, ...]]], removed: Iterable[str] = ()) -> Changes:
        """Put in papers with their entities (in place of what they had) and take papers out."""
        touched: set[str] = set()
        linked: set[str] = set()
        for paper in removed:
            self._drop(paper, touched)
        for paper, entities in changed:
            self._drop(paper, touched)
            linked.add(paper)
            for position, entity in enumerate(entities):
                touched.add(self._insert(paper, position, entity))
        return self._rebuild(touched, linked)

    def links(self, paper_key: str) -> tuple[str, ...]:
        """Return the id of the entity that each local entity of the paper came to, by index."""
        rows = self._db.execute(
            "SELECT n.id FROM resolve_occurrence JOIN resolve_node n USING (node) WHERE paper = ? ORDER BY position",
            (paper_key,),
        )
        return tuple(row[0] for row in rows)

    def entities(self, ids: Iterable[str] | None = None) -> Iterator[Entity]:
        """Yield all entities in the order of their ids, or those of `ids` that exist."""
        columns = "SELECT id, type, label, aliases, variant_of, broader, concept FROM resolve_node"
        rows = (
            self._db.execute(f"{columns} ORDER BY id")
            if ids is None
            else select_in(self._db, columns + " WHERE id IN ({}) ORDER BY id", ids)
        )
        for id_, type_, label, aliases, variant_of, broader, concept in rows:
            yield Entity(
                id=id_,
                type=EntityType(type_),
                label=label,
                aliases=tuple(json.loads(aliases)),
                variant_of=tuple(json.loads(variant_of)),
                broader=tuple(json.loads(broader)),
                concept=concept,
            )

    # --- occurrences ------------------------------------------------------------------------------------------------

    def _insert(self, paper: str, position: int, entity: LocalEntity) -> str:
        kind = family(entity.type)
        form = self._decisions.representative(fold(entity.name)) or iris.digest(entity.name)
        found = self._vocabulary.find_form(form, kind)
        node = found[0].iri if len(found) == 1 else f"{kind}:{form}"
        surfaces = json.dumps(entity.surfaces, ensure_ascii=False)
        self._db.execute(
            "INSERT INTO resolve_occurrence VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (paper, position, entity.type, entity.name, surfaces, len(entity.mentions), kind, form, "", node, ""),
        )
        self._count(node, entity.type, entity.name, entity.surfaces, 1)
        return node

    def _drop(self, paper: str, touched: set[str]) -> None:
        rows = self._db.execute(
            "SELECT node, type, name, surfaces FROM resolve_occurrence WHERE paper = ?", (paper,)
        ).fetchall()
        for node, type_, name, surfaces in rows:
            touched.add(node)
            self._count(node, type_, name, json.loads(surfaces), -1)
        self._db.execute("DELETE FROM resolve_occurrence WHERE paper = ?", (paper,))

    def _count(self, node: str, type_: str, name: str, surfaces: Iterable[str], step: int) -> None:
        rows = [(node, "type", type_), (node, "name", name), *((node, "surface", surface) for surface in surfaces)]
        self._db.executemany(
            "INSERT INTO resolve_tally VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(*row, step) for row in rows],
        )

    # --- nodes ------------------------------------------------------------------------------------------------------

    def _rebuild(self, touched: set[str], linked: set[str]) -> Changes:
        """Make the touched nodes anew, and the ids of all nodes that share a plain id with one of them."""
        before: dict[str, tuple[object, ...]] = {}
        plains: set[str] = set()
        for row in select_in(self._db, "SELECT * FROM resolve_node WHERE node IN ({})", sorted(touched)):
            before[row[0]] = tuple(row)
            plains.add(row[1])
        self._db.executemany("DELETE FROM resolve_node WHERE node = ?", [(node,) for node in before])
        self._db.execute("DELETE FROM resolve_tally WHERE count = 0")
        for node in sorted(touched):
            made = self._node(node)
            if made is not None:
                plains.add(made[1])
                self._db.execute("INSERT INTO resolve_node VALUES (?,?,?,?,?,?,?,?,?)", made)
        renamed_nodes = self._name_apart(plains, before)
        after = {
            row[0]: tuple(row)
            for row in select_in(
                self._db, "SELECT * FROM resolve_node WHERE node IN ({})", sorted(touched | renamed_nodes)
            )
        }
        return self._changes(before, after, linked)

    def _node(self, node: str) -> tuple[str, str, str, str, str, str, str, str, str | None] | None:
        tally: dict[str, Counter[str]] = {"type": Counter(), "name": Counter(), "surface": Counter()}
        for kind, value, count in self._db.execute(
            "SELECT kind, value, count FROM resolve_tally WHERE node = ?", (node,)
        ):
            tally[kind][value] = count
        if not tally["name"]:
            return None
        concept = self._vocabulary.concepts.get(node)
        label = (
            concept.label if concept else min(tally["name"], key=lambda name: (-tally["name"][name], len(name), name))
        )
        type_ = concept.type if concept else min(tally["type"], key=lambda name: (-tally["type"][name], name))
        aliases = sorted({*tally["surface"], *tally["name"], *(concept.aliases if concept else ())} - {label})
        plain = iris.entity(EntityType(type_), label)
        listed = json.dumps(aliases, ensure_ascii=False)
        return (node, plain, plain, type_, label, listed, "[]", "[]", concept.iri if concept else None)

    def _name_apart(self, plains: set[str], before: dict[str, tuple[object, ...]]) -> set[str]:
        """Give the nodes of one plain id different ids: the first by key keeps it, the others add a digest."""
        altered = set()
        groups: dict[str, list[tuple[object, ...]]] = {}
        for row in select_in(self._db, "SELECT * FROM resolve_node WHERE plain IN ({})", sorted(plains)):
            groups.setdefault(row[1], []).append(tuple(row))
        for plain, rows in groups.items():
            rows.sort(key=lambda row: (row[8] is None, len(str(row[0])), str(row[0])))
            for nth, row in enumerate(rows):
                node = str(row[0])
                id_ = plain if nth == 0 else f"{plain}-{iris.digest(node)[:8]}"
                if id_ != row[2]:
                    before.setdefault(node, row)
                    altered.add(node)
                    self._db.execute("UPDATE resolve_node SET id = ? WHERE node = ?", (id_, node))
        return altered

    def _changes(
        self, before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]], linked: set[str]
    ) -> Changes:
        old, new = {str(row[2]) for row in before.values()}, {str(row[2]) for row in after.values()}
        gone = old - new
        moved = {node: str(row[2]) for node, row in before.items() if node in after and after[node][2] != row[2]}
        renamed = {(id_, str(after[node][2])) for node, id_ in moved.items() if id_ in gone}
        query = "SELECT DISTINCT paper FROM resolve_occurrence WHERE node IN ({})"
        papers = linked | {row[0] for row in select_in(self._db, query, sorted(moved))}
        altered = {str(row[2]) for node, row in after.items() if before.get(node) != row}
        return Changes(tuple(sorted(altered)), tuple(sorted(gone)), tuple(sorted(papers)), tuple(sorted(renamed)))
