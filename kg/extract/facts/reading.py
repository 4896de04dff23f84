"""Lay one text out for the facts: words with their mentions folded into typed slots, sentence by sentence.

A fact is read from how slots stand to each other ("<Method> reaches <number> <Metric> on <Dataset>"), so every
outermost mention becomes one unit; a mention inside another one shares the unit of the outer.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.extract.facts.values import Value, find_values
from kg.model import EntityType, LocalEntity, Span

__all__ = ["Place", "Reading", "Unit", "lay_out"]

_WORD = re.compile(r"\\[A-Za-z]+|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|\S")

#: One letter a type, for short feature names; a benchmark is read as the dataset it is.
LETTER = {
    EntityType.METHOD: "M",
    EntityType.DATASET: "D",
    EntityType.BENCHMARK: "D",
    EntityType.METRIC: "A",
    EntityType.TASK: "T",
}


class Unit(NamedTuple):
    """One step of the text: a word, a number that may measure, or an outermost mention.

    `key` is the lower-cased word, "<#>" for a number, "<M>", "<D>", "<A>" or "<T>" for a mention;
    `entity` and `value` are indices, or -1.
    """

    start: int
    end: int
    key: str
    sentence: int
    entity: int = -1
    value: int = -1


class Place(NamedTuple):
    """Where an entity is named: the unit, its sentence, the offsets; `inner` where another mention encloses it."""

    unit: int
    sentence: int
    start: int
    end: int
    inner: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text laid out: `first[s]` is the first unit of sentence `s`; `places[e]` where entity `e` is named."""

    text: str
    sentences: tuple[Span, ...]
    entities: tuple[LocalEntity, ...]
    values: tuple[Value, ...]
    units: tuple[Unit, ...]
    first: tuple[int, ...]
    places: tuple[tuple[Place, ...], ...]
    value_units: tuple[int, ...]
    titled: bool
    unit_keys: tuple[str, ...]

    def keys(self, start: int, end: int) -> tuple[str, ...]:
        """Return the keys of the units start..end, cut to the text."""
        return self.unit_keys[max(start, 0) : max(end, 0)]

    def around(self, unit: int, offset: int) -> str:
        """Return the key `offset` units away within the same sentence, or "^" and "$" beyond its ends."""
        at = unit + offset
        if 0 <= at < len(self.units) and self.units[at].sentence == self.units[unit].sentence:
            return self.units[at].key
        return "^" if offset < 0 else "$"

    def is_title(self, sentence: int) -> bool:
        """Tell whether a sentence belongs to the title."""
        return self.titled and sentence == 0


def _outermost(entities: Sequence[LocalEntity]) -> list[tuple[int, int, int]]:
    """Return the mentions (start, end, entity) that no longer mention covers, in the order of the text."""
    spans = [(m.start, m.end, i) for i, e in enumerate(entities) for m in e.mentions if m.end > m.start]
    spans.sort(key=lambda s: (s[0], -s[1], s[2]))
    kept: list[tuple[int, int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
        elif span[1] - span[0] > kept[-1][1] - kept[-1][0]:
            kept[-1] = span
    return kept


def lay_out(text: str, sentences: Sequence[Span], entities: Sequence[LocalEntity]) -> Reading:
    """Lay out a text of which sentences and entities are known; numbers inside names are not values.

    A text whose first line is one whole sentence has a title.
    """
    sentences = tuple(sentences) or (Span(0, len(text)),)
    starts = [s.start for s in sentences]
    outer = _outermost(entities)
    blocks = [(s, e, LETTER[entities[i].type], i, -1) for s, e, i in outer]
    covered = bytearray(len(text) + 1)
    for s, e, *_ in blocks:
        covered[s:e] = b"\1" * (e - s)
    values = tuple(v for v in find_values(text) if covered.find(1, v.start, v.end) < 0)
    blocks += [(v.start, v.end, "#", -1, n) for n, v in enumerate(values)]
    blocks.sort()
    units: list[Unit] = []
    at, sentence = 0, 0
    starts.append(len(text) + 1)
    for start, end, letter, entity, value in [*blocks, (len(text), len(text), "", -1, -1)]:
        for word in _WORD.finditer(text, at, start):
            begin, stop = word.span()
            while begin >= starts[sentence + 1]:
                sentence += 1
            units.append(Unit(begin, stop, word[0].lower(), sentence))
        if letter:
            while start >= starts[sentence + 1]:
                sentence += 1
            units.append(Unit(start, end, f"<{letter}>", sentence, entity, value))
        at = max(at, end)
    return _index(text, sentences, tuple(entities), values, units)


def _index(
    text: str,
    sentences: tuple[Span, ...],
    entities: tuple[LocalEntity, ...],
    values: tuple[Value, ...],
    units: list[Unit],
) -> Reading:
    unit_starts = [u.start for u in units]
    first = [len(units)] * (len(sentences) + 1)
    for i in range(len(units) - 1, -1, -1):
        first[units[i].sentence] = i
    for s in range(len(sentences) - 1, -1, -1):
        first[s] = min(first[s], first[s + 1])
    places: list[tuple[Place, ...]] = []
    for index, entity in enumerate(entities):
        found = []
        for m in sorted(entity.mentions):
            at = max(bisect_right(unit_starts, m.start) - 1, 0)
            if at < len(units):
                unit = units[at]
                found.append(Place(at, unit.sentence, m.start, m.end, unit.entity != index or unit.end != m.end))
        places.append(tuple(found))
    value_units = [0] * len(values)
    for i, unit in enumerate(units):
        if unit.value >= 0:
            value_units[unit.value] = i
    newline = text.find("\n")
    titled = 0 < newline <= 400 and len(sentences) > 1 and sentences[0].end <= newline + 1
    return Reading(
        text,
        sentences,
        entities,
        values,
        tuple(units),
        tuple(first),
        tuple(places),
        tuple(value_units),
        titled,
        tuple(unit.key for unit in units),
    )
