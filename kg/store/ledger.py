"""The ledger of a graph: what was read, what was extracted, and what still has to be written to the store.

One SQLite file. The store is derived from it, so a crash at any moment costs no more than work: papers that were
changed here and not yet written there stand as `dirty`, and the next build writes them.

    record      one line an input record; `place` says which record of which file, so that a changed one is replaced
    record_key  identity keys: two records that share one may be the same paper (kg.read.identity decides)
    paper       the merged papers, with the pipeline that read them
    extraction  by text and pipeline: a text is never read twice
    author      who wrote what; a person's node is made of all its lines
    dirty       what the store does not yet say: ("paper" | "entity" | "person", name)
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import StoreError
from kg.iris import digest
from kg.model import Abstract, Paper, Person
from kg.read.codec import paper_from_json, paper_to_json, record_from_json, record_to_json
from kg.read.identity import same_record
from kg.read.people import fullest

__all__ = ["Ledger"]

#: 64 MB of pages in memory: the indexes of a hundred thousand papers are met in no order.
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, place TEXT NOT NULL, paper TEXT, body TEXT NOT NULL,
    run INTEGER NOT NULL, UNIQUE (file, place));
CREATE INDEX IF NOT EXISTS record_paper ON record (paper);
CREATE TABLE IF NOT EXISTS record_key (
    key TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (key, record)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_key_record ON record_key (record);
CREATE TABLE IF NOT EXISTS fresh (record INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS paper (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, text TEXT NOT NULL, pipeline TEXT, seen INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS paper_text ON paper (text);
CREATE TABLE IF NOT EXISTS extraction (
    text TEXT NOT NULL, pipeline TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (text, pipeline)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unresolved (paper TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS author (
    paper TEXT NOT NULL, nth INTEGER NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, orcid TEXT, id TEXT,
    PRIMARY KEY (paper, nth)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS author_person ON author (person);
CREATE TABLE IF NOT EXISTS dirty (kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """The SQLite file; every method works inside the caller's `with ledger:` transaction."""

    def __init__(self, path: Path) -> None:
        try:
            self.connection = sqlite3.connect(path, isolation_level=None)
            self.connection.executescript(_PRAGMAS + _SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger cannot be opened ({error})", path=path) from error

    def __enter__(self) -> "Ledger":
        self.connection.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.connection.execute("ROLLBACK" if kind else "COMMIT")

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self.connection.close()

    # --- settings -------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """Return a value kept with the graph."""
        row = self.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_setting(self, name: str, value: str) -> None:
        """Keep a value with the graph."""
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    # --- records --------------------------------------------------------------------------------------------------

    def begin_run(self) -> int:
        """Number a new build; papers it does not see again are left as they are."""
        run = int(self.setting("run") or 0) + 1
        self.set_setting("run", str(run))
        self.connection.execute("UPDATE paper SET seen = 0 WHERE seen = 1")
        return run

    def add_record(self, run: int, file: str, place: str, record: Abstract, keys: Iterable[str]) -> None:
        """Take in a record; the same one as it stood in the same place of the file in an earlier run is replaced.

        A record is `fresh` until it is grouped into a paper. One that is known to the letter only marks its paper as
        seen, so that a rerun changes nothing. Two records of one place in one run are both kept, and so are two that
        are not the same, as they stand in files of one name.
        """
        body = record_to_json(record)
        db = self.connection
        # "$" follows "#", which parts the second record of a place from the first
        select = "SELECT id, body, paper, run, place FROM record WHERE file = ? AND place >= ? AND place < ?"
        rows = db.execute(f"{select} ORDER BY place", (file, place, f"{place}$")).fetchall()
        rows = [row for row in rows if row[4] == place or row[4].startswith(f"{place}#")]
        if known := next((row for row in rows if row[1] == body), None):
            db.execute("UPDATE record SET run = ? WHERE id = ?", (run, known[0]))
            db.execute("UPDATE paper SET seen = 1 WHERE key = ? AND seen = 0", (known[2],))
            return
        earlier = (row for row in rows if row[3] != run and same_record(record_from_json(row[1]), record))
        changed = next(earlier, None)
        if changed:
            self._forget_record(changed[0])
        if any(row[4] == place for row in rows if row is not changed):
            place = f"{place}#{digest(body)}"
        insert = "INSERT INTO record (file, place, body, run) VALUES (?, ?, ?, ?)"
        new = db.execute(insert, (file, place, body, run)).lastrowid
        db.executemany("INSERT OR IGNORE INTO record_key VALUES (?, ?)", [(key, new) for key in keys])
        db.execute("INSERT INTO fresh VALUES (?)", (new,))

    def _forget_record(self, id_: int) -> None:
        # What it shares a key with is grouped anew without it: it may have kept others apart.
        db = self.connection
        db.execute(
            "INSERT OR IGNORE INTO fresh SELECT b.record FROM record_key a JOIN record_key b ON b.key = a.key "
            "WHERE a.record = ?1 AND b.record <> ?1",
            (id_,),
        )
        row = db.execute("SELECT paper FROM record WHERE id = ?", (id_,)).fetchone()
        db.execute("DELETE FROM record WHERE id = ?", (id_,))
        db.execute("DELETE FROM record_key WHERE record = ?", (id_,))
        db.execute("DELETE FROM fresh WHERE record = ?", (id_,))
        if row and row[0]:
            left = db.execute("SELECT 1 FROM record WHERE paper = ?", (row[0],)).fetchone()
            if not left:
                self.remove_paper(str(row[0]))

    def fresh_components(self) -> Iterator[list[int]]:
        """Yield, once each, the sets of records that are connected by shared keys and hold a fresh one."""
        db = self.connection
        while row := db.execute("SELECT record FROM fresh ORDER BY record LIMIT 1").fetchone():
            seen = {int(row[0])}
            todo = list(seen)
            while todo:
                id_ = todo.pop()
                near = db.execute(
                    "SELECT DISTINCT b.record FROM record_key a JOIN record_key b ON a.key = b.key WHERE a.record = ?",
                    (id_,),
                )
                new = {int(other) for (other,) in near} - seen
                seen |= new
                todo += new
            yield sorted(seen)
            db.executemany("DELETE FROM fresh WHERE record = ?", [(id_,) for id_ in seen])

    def records(self, ids: Iterable[int]) -> list[Abstract]:
        """Return the records of these ids."""
        rows = (self.connection.execute("SELECT body FROM record WHERE id = ?", (id_,)).fetchone() for id_ in ids)
        return [record_from_json(row[0]) for row in rows]

    # --- papers ---------------------------------------------------------------------------------------------------

    def put_papers(self, ids: list[int], papers: Iterable[tuple[Paper, tuple[str, ...]]]) -> None:
        """Replace the papers of these records by the ones they make now, each with the keys of its authors."""
        db = self.connection
        rows = [db.execute("SELECT id, body, paper FROM record WHERE id = ?", (id_,)).fetchone() for id_ in ids]
        owner: dict[str, str] = {}
        for paper, people in papers:
            owner |= {record_to_json(record): paper.key for record in paper.records}
            self._put_paper(paper, people)
        db.executemany("UPDATE record SET paper = ? WHERE id = ?", [(owner[body], id_) for id_, body, _ in rows])
        for key in sorted({row[2] for row in rows if row[2]} - set(owner.values())):
            # Records that were grouped with these and are no more may have made it anew, or will.
            if not db.execute("SELECT 1 FROM record WHERE paper = ? LIMIT 1", (key,)).fetchone():
                self.remove_paper(key)

    def _put_paper(self, paper: Paper, people: tuple[str, ...]) -> None:
        db = self.connection
        body = paper_to_json(paper)
        text = digest(paper.text)
        row = db.execute("SELECT body, text FROM paper WHERE key = ?", (paper.key,)).fetchone()
        if row and row[0] == body:
            db.execute("UPDATE paper SET seen = 1 WHERE key = ?", (paper.key,))
            return
        if row and row[1] == text:
            db.execute("UPDATE paper SET body = ?, seen = 1 WHERE key = ?", (body, paper.key))
        else:
            db.execute("INSERT OR REPLACE INTO paper (key, body, text) VALUES (?, ?, ?)", (paper.key, body, text))
        self._put_authors(paper, people)
        self.mark("paper", (paper.key,))

    def _put_authors(self, paper: Paper, people: tuple[str, ...]) -> None:
        db = self.connection
        before = [row[0] for row in db.execute("SELECT person FROM author WHERE paper = ?", (paper.key,))]
        db.execute("DELETE FROM author WHERE paper = ?", (paper.key,))
        rows = [
            (paper.key, nth, key, person.name, person.orcid, person.id)
            for nth, (key, person) in enumerate(zip(people, paper.record.authors, strict=True))
        ]
        db.executemany("INSERT INTO author VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.mark("person", (*before, *people))

    def remove_paper(self, key: str) -> None:
        """Take a paper out, with its records; the store and the entities follow at the next write."""
        db = self.connection
        people = [row[0] for row in db.execute("SELECT person FROM author WHERE paper = ?", (key,))]
        db.execute("DELETE FROM author WHERE paper = ?", (key,))
        db.execute("DELETE FROM paper WHERE key = ?", (key,))
        db.execute("INSERT OR IGNORE INTO unresolved VALUES (?)", (key,))
        self.mark("person", people)
        self.mark("paper", (key,))

    def remove_records(self, key: str) -> None:
        """Forget the records of a paper; what shares a key with them is grouped anew by the next build."""
        db = self.connection
        ids = [row[0] for row in db.execute("SELECT id FROM record WHERE paper = ?", (key,))]
        for id_ in ids:
            self._forget_record(id_)

    def paper(self, key: str) -> Paper | None:
        """Return a paper by its key."""
        row = self.connection.execute("SELECT body FROM paper WHERE key = ?", (key,)).fetchone()
        return None if row is None else paper_from_json(key, row[0])

    def people(self, paper_key: str) -> tuple[str, ...]:
        """Return the person keys of a paper's authors, in order, each once."""
        rows = self.connection.execute("SELECT person FROM author WHERE paper = ? ORDER BY nth", (paper_key,))
        return tuple(dict.fromkeys(row[0] for row in rows))

    def person(self, key: str) -> Person | None:
        """Return a person by key: of several spellings the fullest, whatever order they came in."""
        rows = self.connection.execute(
            "SELECT DISTINCT name, orcid, id FROM author WHERE person = ?", (key,)
        ).fetchall()
        return fullest([Person(*row) for row in rows]) if rows else None

    # --- extraction -----------------------------------------------------------------------------------------------

    def reuse(self, pipeline: str) -> None:
        """Give the papers that are due for this pipeline what it read earlier in the same text."""
        select = (
            "SELECT p.key FROM paper p JOIN extraction e ON e.text = p.text AND e.pipeline = ?1 "
            "WHERE (p.seen = 1 OR p.pipeline IS NULL) AND p.pipeline IS NOT ?1"
        )
        for (key,) in self.connection.execute(select, (pipeline,)).fetchall():
            self._read(key, pipeline)

    def unread(self, pipeline: str) -> list[str]:
        """Return the keys of the papers that this pipeline has to read: seen in this run, or never read by any."""
        select = "SELECT key FROM paper WHERE (seen = 1 OR pipeline IS NULL) AND pipeline IS NOT ? ORDER BY key"
        return [str(row[0]) for row in self.connection.execute(select, (pipeline,))]

    def put_extraction(self, paper_key: str, pipeline: str, body: str) -> None:
        """Keep what a pipeline read in the text of a paper."""
        insert = "INSERT OR REPLACE INTO extraction SELECT text, ?, ? FROM paper WHERE key = ?"
        self.connection.execute(insert, (pipeline, body, paper_key))
        self._read(paper_key, pipeline)

    def _read(self, paper_key: str, pipeline: str) -> None:
        db = self.connection
        db.execute("UPDATE paper SET pipeline = ? WHERE key = ?", (pipeline, paper_key))
        db.execute("INSERT OR IGNORE INTO unresolved VALUES (?)", (paper_key,))
        self.mark("paper", (paper_key,))

    def extraction(self, paper_key: str) -> tuple[str, str] | None:
        """Return (pipeline, body) of what was read in a paper."""
        row = self.connection.execute(
            "SELECT p.pipeline, e.body FROM paper p JOIN extraction e ON e.text = p.text AND e.pipeline = p.pipeline "
            "WHERE p.key = ?",
            (paper_key,),
        ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]))

    def pipelines(self) -> list[str]:
        """Return the pipelines that papers of the graph were read with."""
        rows = self.connection.execute("SELECT DISTINCT pipeline FROM paper WHERE pipeline IS NOT NULL ORDER BY 1")
        return [str(row[0]) for row in rows]

    def unresolved(self) -> Iterator[tuple[str, str | None]]:
        """Yield the papers whose entities changed since they were resolved, with what was read in them.

        Of those that are gone, or that nothing was read in, there is none.
        """
        rows = self.connection.execute(
            "SELECT u.paper, e.body FROM unresolved u LEFT JOIN paper p ON p.key = u.paper "
            "LEFT JOIN extraction e ON e.text = p.text AND e.pipeline = p.pipeline ORDER BY u.paper"
        )
        return ((str(key), body) for key, body in rows)

    def unresolve_all(self) -> None:
        """Have every paper resolved again, since the rules changed."""
        db = self.connection
        db.execute("INSERT OR IGNORE INTO unresolved SELECT key FROM paper WHERE pipeline IS NOT NULL")
        db.execute("INSERT OR IGNORE INTO dirty SELECT 'paper', key FROM paper WHERE pipeline IS NOT NULL")

    def resolved(self) -> None:
        """Note that all are resolved."""
        self.connection.execute("DELETE FROM unresolved")

    def papers_with_id(self, identifier: str) -> list[str]:
        """Return the keys of papers that have this identifier."""
        rows = self.connection.execute("SELECT key, body FROM paper WHERE instr(body, ?) > 0", (identifier,))
        return [key for key, body in rows if identifier in paper_from_json(key, body).record.ids]

    # --- what is still to do ----------------------------------------------------------------------------------------

    def mark(self, kind: str, names: Iterable[str]) -> None:
        """Note that the store does not yet say what the ledger says of these."""
        self.connection.executemany("INSERT OR IGNORE INTO dirty VALUES (?, ?)", ((kind, name) for name in names))

    def dirty(self, kind: str, size: int) -> Iterator[list[str]]:
        """Yield what the store does not yet say, so many names at a time; those yielded may be cleaned meanwhile."""
        select = "SELECT name FROM dirty WHERE kind = ? AND name > ? ORDER BY name LIMIT ?"
        last = ""
        while names := [str(row[0]) for row in self.connection.execute(select, (kind, last, size)).fetchall()]:
            yield names
            last = names[-1]

    def dirty_count(self, kind: str) -> int:
        """Return how much of a kind the store does not yet say."""
        return int(self.connection.execute("SELECT count(*) FROM dirty WHERE kind = ?", (kind,)).fetchone()[0])

    def clean(self, kind: str, names: Iterable[str]) -> None:
        """Note that the store says it now."""
        rows = [(kind, name) for name in names]
        self.connection.executemany("DELETE FROM dirty WHERE kind = ? AND name = ?", rows)

    def count(self, table: str) -> int:
        """Return the number of lines of a table."""
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names
