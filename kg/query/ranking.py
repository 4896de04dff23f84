"""What ranks a result, whether it is read from the store or from the standings beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.query.results import Term

__all__ = ["KINDS", "Score", "is_bound", "number_of", "preferred", "shown", "text_of"]

#: Kinds of numbers in the order in which a leaderboard shows them.
KINDS = ("Absolute", "Gain", "Ratio")


@dataclass(frozen=True, slots=True)
class Score:
    """What ranks a result; its section is kind, name of the metric and unit; the larger its merit, the better."""

    result: str
    section: tuple[str, str, str]
    merit: tuple[bool, Decimal]
    value: str

    @classmethod
    def of(
        cls, result: str, section: tuple[str, str, str], number: str, value: str, *, up: bool, bound: bool
    ) -> "Score":
        """Make a score of a number and what is printed; gains and ratios rank by size, whichever way metrics go.

        A bound comes after every plain number: what was reached may be less.
        """
        size = _finite(number)
        if size is None:  # no number, or what a graph made elsewhere calls one: after all others
            return cls(result, section, (False, Decimal("-Infinity")), value)
        return cls(result, section, (not bound, size if up or section[0] != "Absolute" else -size), value)


def _finite(number: str) -> Decimal | None:
    try:
        size = Decimal(number)
    except InvalidOperation:
        return None
    return size if size.is_finite() else None


def number_of(value: str, low: str, high: str) -> str:
    """Return the number by which a result ranks."""
    return value or high or low


def is_bound(value: str, low: str, high: str) -> bool:
    """Tell "at least 3" and "up to 5" from a number or a range: one end is stated, and no other value."""
    return bool(low) != bool(high) and value in ("", low or high)


def shown(value: str, low: str, high: str) -> str:
    """Return the number, range or bound as it is printed."""
    if is_bound(value, low, high):
        return f"≥ {low}" if low else f"≤ {high}"
    return value or (f"{low}–{high}" if low and high else "")


def preferred(identifiers: Iterable[str]) -> str:
    """Return the identifier to show: of arXiv, else a DOI, else the first."""
    return min(identifiers, key=lambda one: (not one.startswith("arXiv:"), not one.lower().startswith("doi:"), one))


def text_of(term: Term | None) -> str:
    """Return the IRI or the text of a term."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
