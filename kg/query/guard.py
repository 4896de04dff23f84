"""Guard the texts of an answer that goes into a file which spreadsheets open (`kg.cells`)."""

import re

import pyoxigraph as ox

from kg.cells import guarded
from kg.query.results import Rows, Term

__all__ = ["guarded_rows"]

#: A number by itself is no formula: "-5.5" is read as what it is.
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def guarded_rows(answer: Rows) -> Rows:
    """Guard the texts of an answer; IRIs and texts that are plain numbers stay as they are."""

    def cell(term: Term | None) -> Term | None:
        if not isinstance(term, ox.Literal) or _NUMBER.fullmatch(term.value):
            return term
        value = guarded(term.value)
        return term if value == term.value else ox.Literal(value)

    return Rows(answer.columns, (tuple(cell(term) for term in row) for row in answer.stream()))
