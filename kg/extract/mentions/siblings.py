"""Names that differ from a found one in their numbers alone: "R@5" beside "R@1", "Net-101" beside "Net-50"."""

import re
from collections.abc import Iterable
from dataclasses import replace

from kg.extract.mentions.things import Found

__all__ = ["with_siblings"]

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: A sibling is a little less sure than the name it is like.
_LESS = 0.9
_MOST_NUMBERS, _LONGEST = 2, 40


def with_siblings(text: str, mentions: Iterable[Found]) -> list[Found]:
    """Add the siblings that no mention covers or crosses, by their place; each has what its likest mention has."""
    found = list(mentions)
    covered = bytearray(len(text))
    for m in found:
        covered[m.start : m.end] = b"\1" * (m.end - m.start)
    best: dict[str, Found] = {}
    for m in found:
        pattern = _pattern_of(text[m.start : m.end])
        if pattern and (pattern not in best or (m.score, -m.start) > (best[pattern].score, -best[pattern].start)):
            best[pattern] = m
    for pattern, like in sorted(best.items(), key=lambda item: (-item[1].score, item[0])):
        for match in re.finditer(pattern, text):
            start, end = match.span()
            if covered.find(1, start, end) < 0:
                covered[start:end] = b"\1" * (end - start)
                found.append(replace(like, start=start, end=end, score=round(like.score * _LESS, 4)))
    return sorted(found, key=lambda m: (m.start, m.end, m.type))


def _pattern_of(name: str) -> str | None:
    """Return what finds a name with other numbers, or None for one without numbers or with nothing but them."""
    numbers = _NUMBER.findall(name)
    if not 0 < len(numbers) <= _MOST_NUMBERS or len(name) > _LONGEST or not any(c.isalpha() for c in name):
        return None
    parts = (re.escape(part) for part in _NUMBER.split(name))
    return rf"(?<![\w.@-]){_NUMBER.pattern.join(parts)}(?!\w|\.\d|-\w)"
