"""Everything that can go wrong because of what the user gave, in one tree.

KgError
├─ InputError      a file or record that cannot be read
├─ PipelineError   an unknown pipeline, a bad configuration, missing weights
├─ OntologyError   bad Turtle, an unknown term, a vocabulary or decision that makes no sense
├─ StoreError      a graph that cannot be opened, locked or written
└─ QueryError      bad SPARQL, an unknown named query, a query that ran out of time

The command line prints `str(error)` and exits with 1; everything else is a bug and shows its traceback.
"""

from pathlib import Path

__all__ = ["InputError", "KgError", "OntologyError", "PipelineError", "QueryError", "StoreError"]


class KgError(Exception):
    """A mistake the user can mend: where it is, what it is, how to mend it.

    >>> print(InputError("no field 'abstract'", path="a.jsonl", line=17, hint="add it, or pass --skip-bad"))
    a.jsonl:17: no field 'abstract'; add it, or pass --skip-bad
    """

    def __init__(
        self, message: str, *, path: str | Path | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        where = "" if self.path is None else f"{self.path}: " if self.line is None else f"{self.path}:{self.line}: "
        mend = "" if self.hint is None else f"; {self.hint}"
        return f"{where}{self.message}{mend}"


class InputError(KgError):
    """A file or record that cannot be read."""


class PipelineError(KgError):
    """An unknown pipeline, a bad configuration or missing weights."""


class OntologyError(KgError):
    """Bad Turtle, an unknown term, a vocabulary or decision that makes no sense."""


class StoreError(KgError):
    """A graph that cannot be opened, locked or written."""


class QueryError(KgError):
    """Bad SPARQL, an unknown named query, or a query that ran out of time."""
