"""What a query answers: `Rows` (SELECT), `Triples` (CONSTRUCT, DESCRIBE) or `Truth` (ASK).

Answers stream: nothing is fetched before it is asked for. `Rows` and `Triples` keep what was fetched, so that a
notebook can show an answer and then work with it; `stream()` walks once and keeps nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import pyoxigraph as ox

from kg.errors import KgError, QueryError

if TYPE_CHECKING:
    import pandas

__all__ = ["Answer", "Row", "Rows", "Term", "Triples", "Truth", "evaluating", "python_value"]

T = TypeVar("T")
Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    _XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)
_FLOATS = frozenset(_XSD + name for name in ("decimal", "double", "float"))


class Row(Protocol):
    """One solution: a sequence of terms that also answers to the names of the columns."""

    def __getitem__(self, key: int | str, /) -> Term | None:
        """Return the term of a column, by place or by name; None where the solution leaves it unbound."""
        ...

    def __iter__(self) -> Iterator[Term | None]: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row made by hand, with the face of pyoxigraph's own solutions."""

    columns: tuple[str, ...]
    terms: tuple[Term | None, ...]

    def __getitem__(self, key: int | str, /) -> Term | None:
        """Return the term of a column, by place or by name."""
        if isinstance(key, int):
            return self.terms[key]
        if key not in self.columns:
            raise KeyError(key)
        return self.terms[self.columns.index(key)]

    def __iter__(self) -> Iterator[Term | None]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)


def python_value(term: Term | None) -> str | int | float | bool | None:
    """Turn a term into the Python value a table wants: a number, a truth value, or the text of the IRI or literal."""
    if not isinstance(term, ox.Literal):
        return term if term is None else str(term) if isinstance(term, ox.Triple) else term.value
    kind = term.datatype.value
    try:
        if kind in _INTEGERS:
            return int(term.value)
        if kind in _FLOATS:
            return float(term.value)
    except ValueError:  # an ill-typed literal of a graph made elsewhere stays the text it is
        return term.value
    if kind == _XSD + "boolean":
        return term.value in ("true", "1")
    return term.value


@contextmanager
def evaluating() -> Iterator[None]:
    """Say in one line what goes wrong while an answer is fetched: a file of the store, a server that SERVICE calls.

    Errors of whoever reads the answer do not pass here, save those of the system, which have a number: a closed pipe.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise QueryError(f"the query could not be answered: {error}") from error


def _kept_walk(kept: list[T], source: Iterator[T]) -> Iterator[T]:
    """Walk what was fetched and go on fetching; several walks at once each see everything."""
    place = 0
    while True:
        if place == len(kept):
            with evaluating():
                item = next(source, None)
            if item is None:
                return
            kept.append(item)
        yield kept[place]
        place += 1


class Rows:
    """The solutions of a SELECT: columns and rows of terms.

    >>> rows = Rows(("n",), [(ox.Literal(1),), (ox.Literal(2),)])
    >>> [row["n"].value for row in rows], len(rows), rows.cut
    (['1', '2'], 2, False)

    `cut` is True as soon as a `limit` has held back a further row.
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Row | tuple[Term | None, ...]],
        *,
        limit: int | None = None,
        native: ox.QuerySolutions | None = None,
        guarded: bool = False,
    ) -> None:
        self.columns = tuple(columns)
        self.cut = False
        #: Whether CSV and TSV are for spreadsheets: no text is a formula there (`kg.query.guard`).
        self.guarded = guarded
        self._limit = limit
        self._native = native if limit is None else None
        self._kept: list[Row] = []
        # pyoxigraph's solutions are rows already: walked as they are, they cost what they cost there.
        self._source: Iterator[Row] = iter(native) if native is not None and limit is None else self._walk(rows)

    @classmethod
    def of(cls, solutions: ox.QuerySolutions, *, limit: int | None = None) -> "Rows":
        """Wrap what pyoxigraph answers; without a limit its own serializers stay in reach."""
        return cls([v.value for v in solutions.variables], solutions, limit=limit, native=solutions)

    def _walk(self, rows: Iterable[Any]) -> Iterator[Row]:
        if self._limit is None:
            yield from (ListRow(self.columns, row) if type(row) is tuple else row for row in rows)
            return
        iterator = iter(rows)
        for row in islice(iterator, self._limit):
            yield ListRow(self.columns, row) if type(row) is tuple else row
        self.cut = next(iterator, None) is not None

    def __iter__(self) -> Iterator[Row]:
        self._native = None
        return _kept_walk(self._kept, self._source)

    def __len__(self) -> int:
        self._fetch()
        return len(self._kept)

    def __getitem__(self, index: int) -> Row:
        self._fetch()
        return self._kept[index]

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def _fetch(self) -> None:
        self._native = None
        with evaluating():
            self._kept.extend(self._source)

    def stream(self) -> Iterator[Row]:
        """Walk the rows once without keeping them; for answers larger than memory."""
        self._native = None
        yield from self._kept
        with evaluating():
            yield from self._source

    def take_native(self) -> ox.QuerySolutions | None:
        """Hand over pyoxigraph's own solutions where nothing was fetched or limited yet; they can be used once."""
        native, self._native = self._native, None
        return native

    def values(self) -> list[tuple[str | int | float | bool | None, ...]]:
        """Return every row as plain Python values."""
        return [tuple(python_value(term) for term in row) for row in self]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a DataFrame: numbers as numbers, IRIs and texts as strings; needs pandas (`paperkg[tables]`)."""
        try:
            import pandas
        except ImportError:
            raise KgError("a DataFrame needs pandas", hint="pip install 'paperkg[tables]'") from None
        return pandas.DataFrame(self.values(), columns=list(self.columns))

    def to_text(self, format_: str = "table") -> str:
        """Return the rows in a format of `kg.query.formats`: table, markdown, html, csv, tsv, json or xml."""
        from kg.query.formats import text

        return text(self, format_)

    def _repr_html_(self) -> str:
        return self.to_text("html")

    def __repr__(self) -> str:
        return f"Rows(columns={self.columns!r})"


class Triples:
    """The graph that a CONSTRUCT or DESCRIBE makes."""

    def __init__(self, triples: Iterable[ox.Triple], *, limit: int | None = None) -> None:
        self.cut = False
        self._limit = limit
        self._kept: list[ox.Triple] = []
        self._source = self._walk(triples)

    def _walk(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        iterator = iter(triples)
        yield from iterator if self._limit is None else islice(iterator, self._limit)
        if self._limit is not None:
            self.cut = next(iterator, None) is not None

    def __iter__(self) -> Iterator[ox.Triple]:
        return _kept_walk(self._kept, self._source)

    def __len__(self) -> int:
        with evaluating():
            self._kept.extend(self._source)
        return len(self._kept)

    def stream(self) -> Iterator[ox.Triple]:
        """Walk the triples once without keeping them."""
        yield from self._kept
        with evaluating():
            yield from self._source

    def to_text(self, format_: str = "turtle") -> str:
        """Return the triples in a format of `kg.query.formats`: turtle, ntriples, jsonld or rdfxml."""
        from kg.query.formats import text

        return text(self, format_)

    def _repr_html_(self) -> str:
        return Rows(
            ("subject", "predicate", "object"), [(t.subject, t.predicate, t.object) for t in self]
        )._repr_html_()

    def __repr__(self) -> str:
        return "Triples()"


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer of an ASK."""

    value: bool
    cut: bool = False

    def __bool__(self) -> bool:
        return self.value

    def to_text(self, format_: str = "table") -> str:
        """Return the answer in a format of `kg.query.formats`."""
        from kg.query.formats import text

        return text(self, format_)


Answer: TypeAlias = Rows | Triples | Truth
