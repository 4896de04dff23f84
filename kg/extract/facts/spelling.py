"""How the features of the facts are called: by name, as they are learnt, or by number, as they are looked up.

A text has some thousands of features. To put each name together, hash it and find it in a dictionary takes longer
than all else that is done with it, so a feature is named in two parts, its beginning ("l1=") and the rest (the word
before): for each beginning there is a small dictionary of the rests that are known, and no name is made at all.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["BY_NAME", "Key", "Names", "Numbers", "Spelling"]

Key = TypeVar("Key", bound=Hashable)
_LAST = "\U0010ffff"  # stands behind every other letter; of no feature's name


class Spelling(Hashable, Protocol[Key]):
    """Gives a feature its key from two parts of its name."""

    def __call__(self, beginning: str, rest: str = "") -> Key:
        """Return the key of one feature."""

    def each(self, beginning: str, rests: Iterable[str]) -> list[Key]:
        """Return the keys of features that begin alike."""

    def under(self, beginning: str) -> "Spelling[Key]":
        """Return the spelling of what follows this beginning, for features of which many begin so."""


class Names:
    """Features by their names."""

    def __init__(self, beginning: str = "") -> None:
        self._beginning = beginning

    def __call__(self, beginning: str, rest: str = "") -> str:
        """Return the name."""
        return f"{self._beginning}{beginning}{rest}"

    def each(self, beginning: str, rests: Iterable[str]) -> list[str]:
        """Return the names."""
        return [f"{self._beginning}{beginning}{rest}" for rest in rests]

    def under(self, beginning: str) -> "Names":
        """Return the spelling of names with this beginning."""
        return Names(self._beginning + beginning)


BY_NAME = Names()


class _Rests(dict[str, dict[str, int]]):
    """Beginning → rest → number, each beginning put together when it is first asked for."""

    def __init__(self, names: list[str], beginning: str) -> None:
        super().__init__()
        self._names = names
        self._beginning = beginning

    def __missing__(self, beginning: str) -> dict[str, int]:
        # The names are sorted: those that begin alike stand together.
        whole = self._beginning + beginning
        start, end = bisect_left(self._names, whole), bisect_left(self._names, whole + _LAST)
        found = self[beginning] = {self._names[n][len(whole) :]: n + 1 for n in range(start, end)}
        return found


class Numbers:
    """Features by number, from 1; 0 is every feature that is not among the known names."""

    def __init__(self, names: list[str], beginning: str = "") -> None:
        """Number the names, which are sorted, and spell what follows a beginning of them."""
        self._names = names
        self._beginning = beginning
        self._rests = _Rests(names, beginning)
        self._under: dict[str, Numbers] = {}

    def __call__(self, beginning: str, rest: str = "") -> int:
        """Return the number."""
        return self._rests[beginning].get(rest, 0)

    def each(self, beginning: str, rests: Iterable[str]) -> list[int]:
        """Return the numbers."""
        number_of = self._rests[beginning].get
        return [number_of(rest, 0) for rest in rests]

    def under(self, beginning: str) -> "Numbers":
        """Return the spelling of what follows this beginning; made once."""
        found = self._under.get(beginning)
        if found is None:
            found = self._under[beginning] = Numbers(self._names, self._beginning + beginning)
        return found

    def rows(self, index: Mapping[str, int]) -> NDArray[np.intp]:
        """Return the row in `index` of each number, -1 where it has none; `index` holds none but known names."""
        numbers = np.fromiter(map(self._number.__getitem__, index), np.intp, len(index))
        rows = np.full(len(self._names) + 1, -1, np.intp)
        rows[numbers] = np.fromiter(index.values(), np.intp, len(index))
        return rows

    @cached_property
    def _number(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self._names, 1)}
