"""Read from one paper's entities by which names each is to be compared: an occurrence a local entity.

An occurrence has a short name and, where the paper gives one, the long form of that short name. A short name without
long form takes the long form that another entity of the same paper and family gives it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg import iris
from kg.model import EntityType, LocalEntity
from kg.names import bare, family, initials, is_acronym, key, respelled, stands_for

__all__ = ["Occurrence", "occurrences"]


@dataclass(frozen=True)
class Occurrence:
    """A local entity by its names: `short` folded, `long` the respelled words of the long form or ""."""

    type: EntityType
    name: str
    short: str
    long: str = ""
    phrase: bool = False

    @cached_property
    def family(self) -> str:
        """The family of types within which it is compared."""
        return family(self.type)

    @cached_property
    def main(self) -> str:
        """The key that names it best: of the long form, or else of the short name."""
        return key(self.long) if self.long else self.short


def occurrences(entities: Sequence[LocalEntity]) -> tuple[Occurrence, ...]:
    """Return the occurrence of each local entity, by index."""
    found = [_read(entity) for entity in entities]
    given: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.long:
            given.setdefault((one.family, one.short), []).append(one.long)
    for index, one in enumerate(found):
        if one.long or not is_acronym(one.name):
            continue
        longs = given.get((one.family, one.short)) or [
            respelled(other.name)
            for other in found
            if other.family == one.family and len(one.short) > 2 and initials(other.name) == one.short
        ]
        if longs:
            found[index] = replace(one, long=min(longs), phrase=True)
    return tuple(found)


def _read(entity: LocalEntity) -> Occurrence:
    kind = family(entity.type)
    name = bare(entity.name, kind)
    pair = _pair(name, entity)
    if pair is None:
        words = respelled(name)
        phrase = " " in words and words.islower() and name == entity.name
        return Occurrence(entity.type, entity.name, key(name) or iris.digest(name), phrase=phrase)
    short, long = pair
    return Occurrence(
        entity.type, entity.name, key(short) or iris.digest(short), respelled(long), phrase=name == entity.name
    )


def _pair(name: str, entity: LocalEntity) -> tuple[str, str] | None:
    """Return the acronym and its long form, where the paper gives both and the entity's name is one of them.

    Other surfaces do not make a pair: a coreference that went wrong must not join what only it connects.
    """
    names = [name, *entity.surfaces]
    for text in tuple(names):
        head, _, inner = text.rstrip().partition("(")
        if inner.endswith(")") and is_acronym(inner[:-1]) and stands_for(inner[:-1], head):
            names += [inner[:-1], head.strip()]
    expansion = entity.expansion
    if expansion and key(expansion):
        if key(name) != key(expansion):
            return (name, expansion) if len(name) < len(expansion) else None
        shorts = sorted({one for one in names if is_acronym(one) and stands_for(one, expansion)}, key=_by_length)
        return (shorts[0], expansion) if shorts else None
    own = key(name)
    pairs = [
        (short, long)
        for short in sorted({one for one in names if is_acronym(one)}, key=_by_length)
        for long in sorted(set(names), key=_by_length)
        if stands_for(short, long) and own in (key(short), key(long))
    ]
    return pairs[0] if pairs else None


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text
