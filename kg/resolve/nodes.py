"""Make the nodes of the graph from the occurrences that came to them: type, label, aliases, id, and what is above.

All of it is counted over papers, with ties broken by length and code point, so that no order can be seen in it.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from kg import iris
from kg.model import EntityType
from kg.names import bare, family, key
from kg.resolve.decisions import Decisions
from kg.resolve.identify import Rules
from kg.resolve.state import Keys, run_in, select_in
from kg.vocabulary import Vocabulary

__all__ = ["Nodes", "Rebuilt", "bases"]

#: A node of so many papers keeps other words for it as aliases only where this share of the papers uses them.
_HUB = 8
_SHARE = 0.02
_SIZE = re.compile(
    r"(.+?)[\s\-_/]+(?:tiny|small|base|medium|large|huge|giant|nano|mini|x+l|xs|[BLSTHGM]|"
    r"v?\d+(?:\.\d+)?[BMKk]?)(?:[\s\-/]\d+)?",
    re.I,
)
_NUMBER = re.compile(r"(.*?[A-Za-z])[vV]?\d+(?:\.\d+)?[BMKk]?")
_PLUS = re.compile(r"(.+?)(?:\++|\$\^?\{?\++\}?\$)")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What changed in the nodes: ids written, ids gone, papers that link to a node whose id changed, renamings."""

    entities: tuple[str, ...]
    gone: tuple[str, ...]
    papers: frozenset[str]
    renamed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Node:
    node: str
    plain: str
    id: str
    type: str
    label: str
    aliases: str
    concept: str | None

    @property
    def row(self) -> tuple[str | None, ...]:
        """Its row in the table."""
        return self.node, self.plain, self.id, self.type, self.label, self.aliases, self.concept


def _label(names: Mapping[str, int]) -> str:
    """Return the most frequent name, an aside such as "(GNN)" left out; of equals the shortest, then the first."""
    counts: Counter[str] = Counter()
    for name, count in names.items():
        counts[re.sub(r"\s+\([^()]*\)$", "", name) or name] += count
    return min(counts, key=lambda name: (-counts[name], len(name), name))


def bases(label: str) -> tuple[str, ...]:
    """Return the names that a name may be a variant of: without its size, number, version or "+".

    >>> bases("Swin-B"), bases("ViT-B/16"), bases("DS-Net++"), bases("MobileNetV2"), bases("Swin Transformer")
    (('Swin',), ('ViT',), ('DS-Net',), ('MobileNet',), ())
    """
    found = (pattern.fullmatch(label) for pattern in (_PLUS, _SIZE, _NUMBER))
    names = {match[1].rstrip(" -_/") for match in found if match}
    return tuple(sorted(name for name in names if len(name) > 2 and any(letter.isalpha() for letter in name)))


class Nodes:
    """The tables of nodes, and how they are made from the tallies of occurrences."""

    def __init__(self, db: sqlite3.Connection, vocabulary: Vocabulary, decisions: Decisions, rules: Rules) -> None:
        self._db = db
        self._vocabulary = vocabulary
        self._decisions = decisions
        self._rules = rules

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
        made = [new for node, tally in self._tallies(nodes) if (new := self._make(node, tally))]
        for table in ("resolve_node", "resolve_above"):
            self._db.executemany(f"DELETE FROM {table} WHERE node = ?", [(node,) for node in before])  # noqa: S608
        self._db.executemany("INSERT INTO resolve_node VALUES (?,?,?,?,?,?,?)", [one.row for one in made])
        above = [row for new in made for row in self._above(new)]
        self._db.executemany("INSERT INTO resolve_above VALUES (?,?,?)", above)
        plains.update(one.plain for one in (*before.values(), *made))

    def _keep(self, nodes: Iterable[_Node]) -> None:
        """Keep what stood before; the first word holds."""
        self._db.executemany(
            "INSERT OR IGNORE INTO temp.resolve_before VALUES (?,?,?,?,?,?,?)", [one.row for one in nodes]
        )

    def _load(self, column: str, keys: Iterable[str], table: str = "main.resolve_node") -> dict[str, _Node]:
        query = f"SELECT * FROM {table} WHERE {column} IN ({{}})"  # noqa: S608
        return {row[0]: _Node(*row) for row in select_in(self._db, query, sorted(keys))}

    def _tallies(self, nodes: Iterable[str]) -> Iterator[tuple[str, dict[str, Counter[str]]]]:
        """Yield the tally of each node that has one, by kind and value."""
        query = "SELECT node, kind, value, count FROM resolve_tally WHERE node IN ({}) ORDER BY node"
        for node, rows in groupby(select_in(self._db, query, sorted(nodes)), key=lambda row: str(row[0])):
            tally: dict[str, Counter[str]] = {"type": Counter(), "name": Counter(), "surface": Counter()}
            for _, kind, value, count in rows:
                tally[kind][value] = count
            yield node, tally

    def _make(self, node: str, tally: Mapping[str, Counter[str]]) -> _Node | None:
        """Make a node from its tally; None where no paper names it any more."""
        names, surfaces = tally["name"], tally["surface"]
        if not names:
            return None
        concept = self._vocabulary.concepts.get(node)
        forms = {key(name) for name in names} | ({node.split(":", 1)[1]} if concept is None else set())
        label = concept.label if concept else _label(names)
        label = min((self._decisions.labels[form] for form in forms if form in self._decisions.labels), default=label)
        type_ = (
            concept.type
            if concept
            else min(tally["type"], key=lambda one: (-tally["type"][one], one != "Dataset", one))
        )
        if concept is None and family(EntityType(type_)) != node.split(":", 1)[0]:  # phrases moved here
            type_ = {"task": EntityType.TASK, "method": EntityType.METHOD}.get(node.split(":", 1)[0], type_)
        type_ = min((one for form in forms if (one := self._rules.decided_type(form))), default=type_)
        least = max(2, _SHARE * names.total()) if names.total() >= _HUB else 1
        kept = {one for one in surfaces if surfaces[one] >= least or key(one) in forms}
        aliases = sorted({*names, *kept, *(concept.aliases if concept else ())} - {label})
        plain = iris.entity(EntityType(type_), label)
        listed = json.dumps(aliases, ensure_ascii=False)
        return _Node(node, plain, plain, type_, label, listed, concept.iri if concept else None)

    def _above(self, one: _Node) -> Iterator[tuple[str, str, str]]:
        """Yield what a node is a variant of or stands under; only what is itself a node will be seen."""
        kind = family(EntityType(one.type))
        concept = self._vocabulary.concepts.get(one.node)
        variants = set(concept.variant_of) if concept else set()
        if kind in ("method", "data") and not variants:
            variants = {self._rules.node(key(bare(base, kind)), kind, {}) for base in bases(one.label)}
        for above in sorted(variants - {one.node}):
            yield one.node, "variant", above
        for above in concept.broader if concept else ():
            if above != one.node:
                yield one.node, "broader", above

    def _name_apart(self, plains: list[str]) -> Iterator[str]:
        """Give the nodes of one plain id different ids: a concept or the first by key keeps it, others add a digest.

        Yields the nodes that had another id before, and keeps what they were.
        """
        groups: dict[str, list[_Node]] = {}
        for one in self._load("plain", plains).values():
            groups.setdefault(one.plain, []).append(one)
        for plain, found in sorted(groups.items()):
            found.sort(key=lambda one: (one.concept is None, len(one.node), one.node))
            for nth, one in enumerate(found):
                id_ = plain if nth == 0 else f"{plain}-{iris.digest(one.node)[:8]}"
                if id_ != one.id:
                    self._db.execute("UPDATE resolve_node SET id = ? WHERE node = ?", (id_, one.node))
                    self._keep((one,))
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


def _id(node: _Node | None) -> str | None:
    return node.id if node else None
