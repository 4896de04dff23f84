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
        return Occurrence(
            entity.type, entity.name, key(name) or iris.digest(name), phrase=" " in words and words.islower()
        )
    short, long = pair
    return Occurrence(
        entity.type, entity.name, key(short) or iris.digest(short), respelled(bare(long, kind)), phrase=True
    )


def _pair(name: str, entity: LocalEntity) -> tuple[str, str] | None:
    """Return the acronym and its long form, where the paper gives both."""
    names = [name, *entity.surfaces]
    for text in tuple(names):
        head, _, inner = text.partition("(")
        inner, closed, _ = inner.partition(")")
        if closed and is_acronym(inner) and stands_for(inner, head):
            names += [inner, head.strip()]
    expansion = entity.expansion
    if expansion and key(expansion):
        names = [expansion if text.endswith(f"({expansion})") else text for text in names]
        if key(name) != key(expansion) and len(name) < len(expansion):
            return name, expansion
        for short in names:
            if is_acronym(short) and stands_for(short, expansion):
                return short, expansion
        return None
    for short in names:
        if is_acronym(short):
            longs = sorted({long for long in names if stands_for(short, long)}, key=lambda long: (len(long), long))
            if longs:
                return short, longs[0]
    return None
