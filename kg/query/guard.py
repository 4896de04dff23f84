"""Texts of papers in files that spreadsheets open: none may be run as a formula.

A text that begins like a formula gets an apostrophe before it, as does one that begins with an apostrophe, so that
taking the first apostrophe away gives the text back.
"""

import re
from collections.abc import Iterable
from typing import TypeVar

import pyoxigraph as ox

from kg.query.results import Rows, Term

__all__ = ["guarded", "guarded_rows", "unguarded"]

Cell = TypeVar("Cell")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
#: A number by itself is no formula: "-5.5" is read as what it is.
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def guarded(cell: Cell) -> Cell | str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula, or that begins with one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def guarded_rows(answer: Rows) -> Rows:
    """Guard the texts of an answer; IRIs and texts that are plain numbers stay as they are."""

    def cell(term: Term | None) -> Term | None:
        if not isinstance(term, ox.Literal) or _NUMBER.fullmatch(term.value):
            return term
        value = guarded(term.value)
        return term if value == term.value else ox.Literal(value)

    return Rows(answer.columns, (tuple(cell(term) for term in row) for row in answer.stream()))


def unguarded(cells: Iterable[str]) -> list[str]:
    """Take back what `guarded` put before texts.

    >>> unguarded(["'=1+1", "plain", "''quoted"])
    ['=1+1', 'plain', "'quoted"]
    """
    return [cell.removeprefix("'") for cell in cells]
