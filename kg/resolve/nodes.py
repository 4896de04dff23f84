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
from kg.resolve.state import select_in
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

    def rebuild(self, touched: set[str], moves: Mapping[str, Counter[str]]) -> Rebuilt:
        """Make the touched nodes anew, and the ids of all that would share one; `moves` says where papers went."""
        before = self._load("node", touched)
        self._db.execute("DELETE FROM resolve_tally WHERE count = 0")
        made = {node: new for node, tally in self._tallies(touched) if (new := self._make(node, tally))}
        for table in ("resolve_node", "resolve_above"):
            self._db.executemany(f"DELETE FROM {table} WHERE node = ?", [(node,) for node in touched])  # noqa: S608
        self._db.executemany(
            "INSERT INTO resolve_node VALUES (?,?,?,?,?,?,?)",
            [(n.node, n.plain, n.id, n.type, n.label, n.aliases, n.concept) for n in made.values()],
        )
        self._db.executemany(
            "INSERT INTO resolve_above VALUES (?,?,?)", [row for new in made.values() for row in self._above(new)]
        )
        plains = {one.plain for one in (*before.values(), *made.values())}
        for node, one in self._name_apart(plains):
            before.setdefault(node, one)
        after = self._load("node", touched | before.keys())
        return self._compare(before, after, moves)

    def _load(self, column: str, keys: Iterable[str]) -> dict[str, _Node]:
        query = f"SELECT * FROM resolve_node WHERE {column} IN ({{}})"  # noqa: S608
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

    def _name_apart(self, plains: set[str]) -> Iterator[tuple[str, _Node]]:
        """Give the nodes of one plain id different ids: a concept or the first by key keeps it, others add a digest.

        Yields what had another id before.
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
                    yield one.node, one

    def _compare(self, before: dict[str, _Node], after: dict[str, _Node], moves: Mapping[str, Counter[str]]) -> Rebuilt:
        gone = {one.id for one in before.values()} - {one.id for one in after.values()}
        altered = {one.id for node, one in after.items() if before.get(node) != one}
        shifted = {
            n for n in before.keys() | after.keys() if getattr(before.get(n), "id", 0) != getattr(after.get(n), "id", 0)
        }
        below = select_in(self._db, "SELECT DISTINCT node FROM resolve_above WHERE above IN ({})", sorted(shifted))
        altered |= {one.id for one in self._load("node", {row[0] for row in below}).values()}
        kept = {n for n in shifted if n in before and n in after}
        query = "SELECT DISTINCT paper FROM resolve_occurrence WHERE node IN ({})"
        papers = frozenset(row[0] for row in select_in(self._db, query, sorted(kept)))
        renamed = {}
        for node, one in before.items():
            if one.id not in gone:
                continue
            if node in after:
                renamed[one.id] = after[node].id
            elif moves.get(node):
                counts = moves[node]
                best = min(counts, key=lambda other: (-counts[other], other))
                renamed[one.id] = after[best].id
        self._db.executemany("INSERT OR REPLACE INTO resolve_renamed VALUES (?,?)", sorted(renamed.items()))
        self._db.executemany("DELETE FROM resolve_renamed WHERE old = ?", [(id_,) for id_ in sorted(altered)])
        return Rebuilt(tuple(sorted(altered)), tuple(sorted(gone)), papers, tuple(sorted(renamed.items())))
