"""Texts of papers in files that spreadsheets open: none may be run as a formula.

A text that begins like a formula gets an apostrophe before it, as does one that begins with an apostrophe, so that
taking the first apostrophe away gives the text back.
"""

from collections.abc import Iterable
from typing import TypeVar

__all__ = ["guarded", "unguarded"]

Cell = TypeVar("Cell")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def guarded(cell: Cell) -> Cell | str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula, or that begins with one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def unguarded(cells: Iterable[str]) -> list[str]:
    """Take back what `guarded` put before texts.

    >>> unguarded(["'=1+1", "plain", "''quoted"])
    ['=1+1', 'plain', "'quoted"]
    """
    return [cell.removeprefix("'") for cell in cells]
