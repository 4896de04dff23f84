"""What a format is: a name, suffixes, a rule to recognise it and a function to read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.model import Abstract, Problem
from kg.read.document import Document, Head

__all__ = ["CERTAIN", "LIKELY", "NO", "POSSIBLE", "Format", "Item"]

Item = Abstract | Problem

#: How sure a sniffing rule is: the surest format wins, among equals the one registered first.
NO, POSSIBLE, LIKELY, CERTAIN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Format:
    """A registration. `read` yields records and problems lazily and raises nothing for what stands in the file."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Head], int]
    read: Callable[[Document], Iterator[Item]]
