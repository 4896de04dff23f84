"""Bring what all papers name to nodes, a few papers at a time, with the same end whatever the order.

The state is a pure function of the set of papers with their entities, the vocabulary and the decisions; nothing kept
depends on when it came. An update works in four steps, each on no more than what the step before it altered:

1. The papers' occurrences are taken out and put in (`occurrence`).
2. What all papers decide together is decided anew for the names they touch: the family of a phrase, the senses of an
   acronym (`senses`). Only where such a decision changes are other papers' occurrences looked at again.
3. Each of these occurrences gets its node (`identify`), a function of its names and the decisions of step 2 alone:
   two occurrences are one thing because both came to the same node, never through a chain of others.
4. The touched nodes get type, label, aliases and id anew (`nodes`).
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kg import iris
from kg.model import EntityType, LocalEntity
from kg.resolve.decisions import Decisions
from kg.resolve.identify import Rules
from kg.resolve.naming import Naming
from kg.resolve.nodes import Nodes
from kg.resolve.occurrence import Occurrence, occurrences
from kg.resolve.resolved import Resolved
from kg.resolve.senses import Senses, choose, decide_all, senses_from_json, senses_to_json
from kg.resolve.state import Keys, create_tables, run_in, select_in
from kg.vocabulary import Vocabulary

__all__ = ["Changes", "Resolver"]

_ASIDE = 1 << 16  # counts kept in memory before they are written
_ROWS = 1 << 12  # rows kept in memory before they are written


@cache
def code_digest() -> str:
    """Return a digest of the code that says what is one thing: other code may come to other nodes."""
    here = Path(__file__).parent
    return iris.digest(*(path.read_text("utf-8") for path in (*sorted(here.glob("*.py")), here.parent / "names.py")))


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


class Resolver(Resolved):
    """Brings papers to entities, and keeps what they came to in the tables `resolve_*` of a ledger."""

    def __init__(self, connection: sqlite3.Connection, vocabulary: Vocabulary, decisions: Decisions) -> None:
        super().__init__(connection)
        create_tables(connection)
        self._tally: Counter[tuple[str, str, str]] = Counter()
        self._rules = Rules(vocabulary, decisions)
        self._nodes = Nodes(connection, Naming(vocabulary, decisions, self._rules))
        self._fingerprint = iris.digest(code_digest(), vocabulary.fingerprint, decisions.fingerprint)

    @property
    def fingerprint(self) -> str:
        """A digest of code, vocabulary and decisions: where it changes, all papers must be given anew."""
        return self._fingerprint

    def update(self, changed: Iterable[tuple[str, tuple[LocalEntity, ...]]], removed: Iterable[str] = ()) -> Changes:
        """Put in papers with their entities (in place of what they had) and take papers out; each paper once."""
        db = self._db
        touched, mains, shorts = (Keys(db, name) for name in ("touched", "mains", "shorts"))
        linked: set[str] = set()
        db.execute("DELETE FROM temp.resolve_pending")
        # Of the first papers of a graph there is nothing to take out.
        first = db.execute("SELECT 1 FROM resolve_occurrence LIMIT 1").fetchone() is None
        for paper in removed:
            self._drop(paper, touched, mains, shorts)
        rows: list[tuple[Any, ...]] = []
        for paper, entities in changed:
            old = {} if first else self._drop(paper, touched, mains, shorts)
            linked.add(paper)
            for position, (entity, one) in enumerate(zip(entities, occurrences(entities), strict=True)):
                rows.append(_row(paper, position, entity, one, old.get((entity.name, one.family), "")))
                mains.add(one.main)
                shorts.add(one.short)
            if len(rows) > _ROWS:
                self._insert(rows)
        self._insert(rows)
        for batch in mains.batches():
            self._decide_families(batch)
        for batch in shorts.batches():
            self._decide_senses(batch)
        moves = self._place(touched, linked)
        self._write_tally()
        done = self._nodes.rebuild(touched, moves)
        linked |= done.papers
        for keys in (touched, mains, shorts):
            keys.clear()
        db.execute("DELETE FROM temp.resolve_pending")
        return Changes(done.entities, done.gone, tuple(sorted(linked)), done.renamed)

    # --- 1. occurrences ---------------------------------------------------------------------------------------------

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        """Write occurrences, all of which need a node."""
        self._db.executemany("INSERT INTO resolve_occurrence VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        self._db.executemany("INSERT OR IGNORE INTO temp.resolve_pending VALUES (?,?)", [row[:2] for row in rows])
        rows.clear()

    def _drop(self, paper: str, touched: Keys, mains: Keys, shorts: Keys) -> dict[tuple[str, str], str]:
        """Take a paper's occurrences out; return the node of each by its name and family."""
        old: dict[tuple[str, str], str] = {}
        rows = self._db.execute(
            "SELECT node, type, name, surfaces, main, short, family FROM resolve_occurrence WHERE paper = ?", (paper,)
        ).fetchall()
        for node, type_, name, surfaces, main, short, family in rows:
            touched.add(node)
            mains.add(main)
            shorts.add(short)
            old[name, family] = node
            self._count(node, type_, name, surfaces, -1)
        if rows:
            self._db.execute("DELETE FROM resolve_occurrence WHERE paper = ?", (paper,))
        return old

    def _count(self, node: str, type_: str, name: str, surfaces: str, step: int) -> None:
        """Count an occurrence in or out of its node; kept aside until there is enough to write."""
        tally = self._tally
        tally[node, "type", type_] += step
        tally[node, "name", name] += step
        for surface in json.loads(surfaces):
            if surface != name:
                tally[node, "surface", surface] += step
        if len(tally) > _ASIDE:
            self._write_tally()

    def _write_tally(self) -> None:
        self._db.executemany(
            "INSERT INTO resolve_tally VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(*row, step) for row, step in sorted(self._tally.items()) if step],
        )
        self._tally.clear()

    # --- 2. what all papers decide together -------------------------------------------------------------------------

    def _again(self, where: str, keys: Iterable[str]) -> None:
        """Have occurrences looked at again: those whose column `where` is one of the keys."""
        query = "INSERT OR IGNORE INTO temp.resolve_pending SELECT paper, position FROM resolve_occurrence"
        run_in(self._db, f"{query} WHERE {where} IN ({{}})", keys)

    def _decide_families(self, mains: list[str]) -> None:
        """Decide to which family the phrases of a name belong; where that changed, occurrences are looked at again."""
        query = (
            "SELECT main, family, COUNT(*) FROM resolve_occurrence WHERE main IN ({}) AND phrase"
            " AND family IN ('method', 'task') GROUP BY main, family"
        )
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for main, family, count in select_in(self._db, query, mains):
            counts[main][family] = count
        decided = {}
        for main in mains:
            moved = self._rules.moved(main, counts.get(main, {}))
            decided[main] = json.dumps(moved, sort_keys=True) if moved else ""
        changed = self._keep("family", decided)
        nodes = [f"{kind}:{self._rules.representative(main)}" for main in changed for kind in ("method", "task")]
        self._again("main", changed)
        self._again("node", nodes)

    def _decide_senses(self, shorts: list[str]) -> None:
        """Decide the senses of acronyms; occurrences for which that changed or context decides are looked at again."""
        query = (
            "SELECT short, family, long, COUNT(DISTINCT paper) FROM resolve_occurrence"
            " WHERE short IN ({}) GROUP BY short, family, long"
        )
        longs: dict[str, dict[str, dict[str, int]]] = {short: defaultdict(dict) for short in shorts}
        for short, family, long, count in select_in(self._db, query, shorts):
            longs[short][family][long] = count
        decided = {short: decide_all(short, counts) for short, counts in longs.items()}
        unsure = [
            (short, family)
            for short, found in decided.items()
            for family, senses in found.items()
            if senses.context and not self._rules.concept(short, family)
        ]
        values = {short: senses_to_json(found) if found else "" for short, found in decided.items()}
        self._again("short", self._keep("sense", values))
        query = "INSERT OR IGNORE INTO temp.resolve_pending SELECT paper, position FROM resolve_occurrence"
        self._db.executemany(f"{query} WHERE short = ? AND family = ? AND long = ''", unsure)

    def _keep(self, rule: str, decided: dict[str, str]) -> list[str]:
        """Keep what was decided; return the keys for which it changed, sorted."""
        query = "SELECT key, value FROM resolve_rule WHERE key IN ({}) AND rule = ?"
        kept = {row[0]: row[1] for row in select_in(self._db, query, sorted(decided), rule)}
        changed = sorted(key for key, value in decided.items() if kept.get(key, "") != value)
        self._db.executemany("DELETE FROM resolve_rule WHERE rule = ? AND key = ?", [(rule, key) for key in changed])
        rows = [(rule, key, decided[key]) for key in changed if decided[key]]
        self._db.executemany("INSERT INTO resolve_rule VALUES (?,?,?)", rows)
        return changed

    # --- 3. the node of each occurrence -----------------------------------------------------------------------------

    def _place(self, touched: Keys, linked: set[str]) -> dict[str, Counter[str]]:
        """Give the occurrences their nodes; return how many went from each node to which others."""
        moves: dict[str, Counter[str]] = defaultdict(Counter)
        moved = lru_cache(maxsize=1 << 14)(self._moved)
        senses = lru_cache(maxsize=1 << 14)(self._senses)
        contexts = lru_cache(maxsize=64)(self._contexts)
        updates: list[tuple[str, str, str, int]] = []
        for paper, position, type_, name, surfaces, short, long, phrase, node, old, reason in self._pending():
            one = Occurrence(EntityType(type_), name, short, long, bool(phrase))

            def chosen(one: Occurrence = one, paper: str = paper) -> tuple[str, tuple[str, ...]] | None:
                return choose(self._context(paper, one.short), contexts(one.short, one.family))

            found = self._rules.identify(one, senses(one.short, one.family), chosen, moved)
            if (found.node, found.reason) == (node, reason):
                continue
            updates.append((found.node, found.reason, paper, position))
            if len(updates) > _ROWS:
                self._update(updates)
            if found.node != node:
                if node:
                    self._count(node, type_, name, surfaces, -1)
                    touched.add(node)
                self._count(found.node, type_, name, surfaces, 1)
                touched.add(found.node)
                linked.add(paper)
                if node or old:
                    moves[node or old][found.node] += 1
        self._update(updates)
        return moves

    def _pending(self) -> Iterator[tuple[Any, ...]]:
        """Yield the occurrences to be looked at, by paper and position, some papers at a time."""
        papers = "SELECT DISTINCT paper FROM temp.resolve_pending WHERE paper > ? ORDER BY paper LIMIT 256"
        query = (
            "SELECT paper, position, type, name, surfaces, short, long, phrase, node, old, reason"
            " FROM temp.resolve_pending CROSS JOIN resolve_occurrence USING (paper, position)"
            " WHERE paper BETWEEN ? AND ? ORDER BY paper, position"
        )
        last = ""
        while batch := self._db.execute(papers, (last,)).fetchall():
            last = batch[-1][0]
            yield from self._db.execute(query, (batch[0][0], last)).fetchall()

    def _update(self, updates: list[tuple[str, str, str, int]]) -> None:
        query = "UPDATE resolve_occurrence SET node = ?, old = '', reason = ? WHERE paper = ? AND position = ?"
        self._db.executemany(query, updates)
        updates.clear()

    def _moved(self, main: str) -> dict[str, str]:
        row = self._db.execute("SELECT value FROM resolve_rule WHERE rule = 'family' AND key = ?", (main,)).fetchone()
        return json.loads(row[0]) if row else {}

    def _senses(self, short: str, family: str) -> Senses:
        row = self._db.execute("SELECT value FROM resolve_rule WHERE rule = 'sense' AND key = ?", (short,)).fetchone()
        return senses_from_json(row[0]).get(family, Senses()) if row else Senses()

    def _context(self, paper: str, short: str) -> frozenset[str]:
        """Return the keys of what else the paper names, metrics aside."""
        rows = self._db.execute(
            "SELECT main FROM resolve_occurrence WHERE paper = ? AND short != ? AND family != 'metric'", (paper, short)
        )
        return frozenset(row[0] for row in rows)

    def _contexts(self, short: str, family: str) -> dict[str, set[str]]:
        """Return by sense of an acronym what its papers name beside it."""
        leader = self._senses(short, family).leader
        found: dict[str, set[str]] = defaultdict(set)
        query = "SELECT DISTINCT paper, long FROM resolve_occurrence WHERE short = ? AND family = ? AND long != ''"
        for paper, long in self._db.execute(query, (short, family)).fetchall():
            found[leader[long]].update(self._context(paper, short))
        return found


def _row(paper: str, position: int, entity: LocalEntity, one: Occurrence, old: str) -> tuple[Any, ...]:
    """Return a row of `resolve_occurrence`, without node and reason."""
    surfaces = json.dumps(entity.surfaces, ensure_ascii=False)
    row = (paper, position, entity.type, entity.name, surfaces, len(entity.mentions), one.family, one.short)
    return (*row, one.long, one.main, one.phrase, "", old, "")
