"""The standings: a table of all results beside the store, from which a leaderboard reads in one place what it shows.

The store keeps each statement in a place of its own, so a row of a leaderboard reads more than ten of them; here a row
is one. Everything in it is read from the store; the store stays the truth.

1. The file `standings.sqlite` names the state of the store that it tells of, and is never changed in its place: whoever
   opens the store for writing takes it away first, and a new one is moved there whole when the store is closed.
2. A reader that finds no file, or one of another state, asks the store. So does it for datasets with a result that does
   not fit the table, which only graphs made elsewhere have (two values, a paper without an IRI of its own).
3. A build reads anew the results of the papers and the names of the entities that it wrote, where each result, its
   paper and its evidence are statements of one paper; else, and after `kg load`, everything is read.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from rdflib.namespace import SKOS

from kg.query.ranking import KINDS, is_bound, number_of, preferred, shown, text_of
from kg.query.results import Term
from kg.store.directory import GraphDirectory, open_store
from kg.store.select import select
from kg.vocab import KG

__all__ = ["Section", "Standing", "Standings", "keep", "renew"]

#: Raised when the table changes: files of another format are made anew.
_FORMAT = 3
_BATCH = 512
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS odd (dataset TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS label (entity TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (
  dataset TEXT, result TEXT, kind TEXT, metric TEXT, unit TEXT, number TEXT, value TEXT, method TEXT, baselines TEXT,
  direction TEXT, split TEXT, setting TEXT, paper TEXT, identifier TEXT, title TEXT, year TEXT, code TEXT,
  evidence TEXT, sentence TEXT, bound INTEGER, size REAL, PRIMARY KEY (dataset, result)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS section ON standing (dataset, kind, metric, unit, bound, size);
CREATE INDEX IF NOT EXISTS paper ON standing (paper);
"""
# One row for each baseline, identifier and repository; the columns before these three are to be the same in all.
_STATED = """
SELECT ?result ?dataset ?kind ?metric ?value ?low ?high ?unit ?method ?direction ?split ?setting ?paper ?title ?issued
  ?evidence ?sentence ?baseline ?identifier ?code
WHERE {
  VALUES ?result { %s }
  ?result kg:onDataset ?dataset ; kg:resultKind ?kind ; kg:evidence ?evidence .
  ?paper kg:reports ?result .
  OPTIONAL { ?result kg:ofMetric ?metric }
  OPTIONAL { ?result kg:value ?value }
  OPTIONAL { ?result kg:minValue ?low }
  OPTIONAL { ?result kg:maxValue ?high }
  OPTIONAL { ?result kg:unit ?unit }
  OPTIONAL { ?result kg:ofMethod ?method }
  OPTIONAL { ?result kg:direction ?direction }
  OPTIONAL { ?result kg:split ?split }
  OPTIONAL { ?result kg:setting ?setting }
  OPTIONAL { ?result kg:baseline ?baseline }
  OPTIONAL { ?paper dcterms:title ?title }
  OPTIONAL { ?paper dcterms:issued ?issued }
  OPTIONAL { ?paper dcterms:identifier ?identifier }
  OPTIONAL { ?paper kg:codeRepository ?code }
  OPTIONAL { ?evidence nif:anchorOf ?sentence }
}
"""
_SINGLE = 17
_ON = ox.NamedNode(KG.onDataset)
_LABEL = ox.NamedNode(SKOS.prefLabel)
_REPORTS = ox.NamedNode(KG.reports)


class Section(NamedTuple):
    """Results that may rank together, by the IRI of their metric ("" where none is stated), and how many they are."""

    kind: str
    metric: str
    unit: str
    size: int


class Standing(NamedTuple):
    """A result as the table has it: entities by IRI, baselines separated by blanks, everything else as text.

    `bound` is 1 where the number is one ("up to 5"), else 0.
    """

    result: str
    kind: str
    metric: str
    unit: str
    number: str
    value: str
    method: str
    baselines: str
    direction: str
    split: str
    setting: str
    paper: str
    identifier: str
    title: str
    year: str
    code: str
    evidence: str
    sentence: str
    bound: int


@dataclass(frozen=True, slots=True)
class Standings:
    """The standings of a graph in one state of its store."""

    path: Path
    state: str

    @classmethod
    def of(cls, directory: GraphDirectory) -> "Standings":
        """Return the standings that go with a store which is opened after this, not before."""
        return cls(directory.standings, _state(directory))

    @contextmanager
    def opened(self) -> Iterator["_Table | None"]:
        """Open the table; None where there is none of this state."""
        try:
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error:
            yield None
            return
        with closing(connection):
            table = _Table(connection)
            yield table if table.says("state") == self.state else None


@dataclass(frozen=True, slots=True)
class _Table:
    connection: sqlite3.Connection

    def says(self, name: str) -> str | None:
        """Return what the file says of itself; None where it is no such file."""
        try:
            row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        except sqlite3.Error:
            return None
        return str(row[0]) if row else None

    def fits(self, dataset: str) -> bool:
        """Tell whether the table has everything on a dataset."""
        return self.connection.execute("SELECT 1 FROM odd WHERE dataset = ?", (dataset,)).fetchone() is None

    def sections(self, dataset: str) -> list[Section]:
        """Return the sections of a dataset."""
        groups = "SELECT kind, metric, unit, count(*) FROM standing WHERE dataset = ? GROUP BY kind, metric, unit"
        return [Section(*row) for row in self.connection.execute(groups, (dataset,))]

    def head(self, dataset: str, section: Section, top: int | None, *, up: bool) -> Iterator[Standing]:
        """Yield the results of a section; with `top` those that can be among the best so many, equals included.

        Sizes are compared as binary floats: numbers that only decimals tell apart are equals here.
        """
        among = "FROM standing WHERE dataset = ? AND kind = ? AND metric = ? AND unit = ?"
        values: tuple[str | float, ...] = (dataset, *section[:3])
        if top is not None:
            order = f"bound, size {'DESC' if up else 'ASC'}"
            best = f"SELECT bound, size {among} AND size IS NOT NULL ORDER BY {order} LIMIT 1 OFFSET ?"
            if least := self.connection.execute(best, (*values, top - 1)).fetchone():
                among += f" AND bound <= ? AND (bound < ? OR size {'>=' if up else '<='} ?)"
                values += (least[0], *least)
        columns = ", ".join(Standing._fields)
        for row in self.connection.execute(f"SELECT {columns} {among}", values):
            yield Standing(*row)

    def names(self, entities: Iterable[str]) -> dict[str, str] | None:
        """Return the names of methods; None where one has two, as in a graph made elsewhere."""
        names = {}
        for entity in entities:
            row = self.connection.execute("SELECT name FROM label WHERE entity = ?", (entity,)).fetchone()
            if row is None or row[0] is None:
                return None
            names[entity] = str(row[0])
        return names


def keep(directory: GraphDirectory) -> bool:
    """Put a copy aside for `renew` to go on from, before the store is opened for writing; False where there is none."""
    _new(directory).unlink(missing_ok=True)
    with Standings.of(directory).opened() as table:
        if table is None or table.says("own") != "yes":
            return False
        shutil.copyfile(directory.standings, _new(directory))
        return True


def renew(
    directory: GraphDirectory, papers: Iterable[str] | None, entities: Iterable[str] = (), *, kept: bool = False
) -> None:
    """Make the standings of a store that has been written and closed again.

    `papers` and `entities` are the IRIs of those that were written or removed since what was `kept` (else since the
    store was empty); None in the place of papers reads all. Raises `sqlite3.Error` or `OSError` where the file cannot
    be written.
    """
    new = _new(directory)
    if not kept:
        new.unlink(missing_ok=True)
    store = open_store(directory.path)
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is never looked at
        connection.execute("BEGIN")
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.executemany("DELETE FROM label WHERE entity = ?", ((entity,) for entity in entities))
        own = _put(connection, store, _all(store) if papers is None else _renewed(connection, store, papers), directory)
        _name(connection, store)
        says = {"own": "yes" if own else "no", "state": _state(directory)}
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", says.items())
        connection.execute("COMMIT")
    _sync(new)
    new.rename(directory.standings)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _new(directory: GraphDirectory) -> Path:
    return directory.standings.with_suffix(".new")


def _state(directory: GraphDirectory) -> str:
    return f"{_FORMAT} {directory.state()}"


def _all(store: ox.Store) -> Iterator[str]:
    """Yield every result on a dataset; one that stands in several named graphs comes several times."""
    for quad in store.quads_for_pattern(None, _ON, None, None):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _renewed(connection: sqlite3.Connection, store: ox.Store, papers: Iterable[str]) -> Iterator[str]:
    """Take papers out of the table and yield the results that they report now."""
    for paper in papers:
        connection.execute("DELETE FROM standing WHERE paper = ?", (paper,))
        for quad in store.quads_for_pattern(ox.NamedNode(paper), _REPORTS, None, None):
            if isinstance(quad.object, ox.NamedNode):
                yield quad.object.value


def _put(connection: sqlite3.Connection, store: ox.Store, results: Iterable[str], directory: GraphDirectory) -> bool:
    """Write results to the table; tells whether each and its evidence are its paper's own."""
    own = True
    results = iter(results)
    while batch := dict.fromkeys(islice(results, _BATCH)):
        found: dict[str, list[tuple[Term | None, ...]]] = {result: [] for result in batch}
        for row in select(store, _STATED % " ".join(str(ox.NamedNode(result)) for result in batch)):
            found[row[0].value].append(row)
        for result, rows in found.items():
            fields = _fields(rows)
            if fields is not None:
                marks = ", ".join("?" * len(fields))
                connection.execute(f"INSERT OR REPLACE INTO standing VALUES ({marks})", fields)  # noqa: S608
                own = own and _is_own(result, str(fields[12]), str(fields[17]), directory.base)
                continue
            datasets = [quad.object for quad in store.quads_for_pattern(ox.NamedNode(result), _ON, None, None)]
            for dataset in datasets:
                if isinstance(dataset, ox.NamedNode):
                    connection.execute("INSERT OR IGNORE INTO odd VALUES (?)", (dataset.value,))
            own = own and not datasets
    return own


def _name(connection: sqlite3.Connection, store: ox.Store) -> None:
    """Note the names of methods and baselines that have none yet: "" where the store has none, NULL for several."""
    lists = connection.execute("SELECT DISTINCT method FROM standing UNION SELECT DISTINCT baselines FROM standing")
    known = {entity for (entity,) in connection.execute("SELECT entity FROM label")}
    for entity in sorted({entity for (entities,) in lists for entity in entities.split()} - known):
        labels = [quad.object for quad in store.quads_for_pattern(ox.NamedNode(entity), _LABEL, None, None)]
        names = {label.value if isinstance(label, ox.NamedNode | ox.Literal) else "" for label in labels} or {""}
        connection.execute("INSERT INTO label VALUES (?, ?)", (entity, names.pop() if len(names) == 1 else None))


def _is_own(result: str, paper: str, evidence: str, base: str) -> bool:
    key = paper.removeprefix(base + "paper/")
    return result.startswith(f"{base}result/{key}/") and evidence.startswith(f"{base}sentence/{key}/")


def _fields(rows: list[tuple[Term | None, ...]]) -> tuple[str | float | None, ...] | None:
    """Return the row of the table for what is stated of a result; None where it does not fit."""
    if not rows or any(row[:_SINGLE] != rows[0][:_SINGLE] for row in rows):
        return None
    result, dataset, kind, metric, low_to_high, rest = *rows[0][:4], rows[0][4:7], rows[0][7:_SINGLE]
    unit, method, direction, split, setting, paper, title, issued, evidence, sentence = rest
    baselines, codes = ({row[column] for row in rows} - {None} for column in (_SINGLE, _SINGLE + 2))
    nodes = (result, dataset, kind, paper, evidence, *({metric, method} - {None}), *baselines, *codes)
    value, low, high = map(text_of, low_to_high)
    name, number = text_of(kind).rpartition("#")[2], number_of(value, low, high)
    if name not in KINDS or not all(isinstance(node, ox.NamedNode) for node in nodes):
        return None
    try:
        size = float(Decimal(number)) if number else None
    except InvalidOperation:
        return None
    if size is not None and not Decimal(number).is_finite():
        return None
    return (
        *(text_of(term) for term in (dataset, result)), name, text_of(metric), text_of(unit),
        number, shown(value, low, high), text_of(method), " ".join(sorted(map(text_of, baselines))),
        *(text_of(term) for term in (direction, split, setting, paper)),
        preferred(text_of(row[_SINGLE + 1]) for row in rows), text_of(title), text_of(issued)[:4],
        min(map(text_of, codes), default=""), *(text_of(term) for term in (evidence, sentence)),
        int(is_bound(value, low, high)), size,
    )  # fmt: skip
