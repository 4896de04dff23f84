"""Read a person's decisions on identity: the strongest of all rules, kept in a small text file beside the graph.

One decision a line; "#" begins a comment, alone on a line or after a space. Names are compared by their keys
(`kg.names`).

    same VQA 2.0 = Visual Question Answering v2     both names are one thing
    different DS-Net | DS-Net++                     no rule may join these two names
    rename ViT -> Vision Transformer                the node of this name is labelled so
    type GLUE: Benchmark                            the node of this name has this type
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import OntologyError
from kg.model import EntityType
from kg.names import key

__all__ = ["Decisions", "load_decisions", "parse_decisions"]

_FORMS = (
    ("same", re.compile(r"same\s+(\S.*?)\s+=\s+(\S.*)"), "same A = B"),
    ("different", re.compile(r"different\s+(\S.*?)\s+\|\s+(\S.*)"), "different A | B"),
    ("rename", re.compile(r"rename\s+(\S.*?)\s+->\s+(\S.*)"), "rename A -> B"),
    ("type", re.compile(r"type\s+(\S.*?)\s*:\s+(\S.*)"), "type A: Dataset"),
)
_TYPES = {one.value.lower(): one for one in EntityType}


@dataclass(frozen=True)
class Decisions:
    """Decisions by key: groups of same names, pairs of different ones, labels and types by name.

    `group` maps a form to the smallest form it is the same as; `apart` holds sorted pairs of forms.
    """

    group: dict[str, str] = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()
    labels: dict[str, str] = field(default_factory=dict)
    types: dict[str, EntityType] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A digest of everything decided."""
        parts = (
            sorted(self.group.items()),
            sorted(self.apart),
            sorted(self.labels.items()),
            sorted(self.types.items()),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def differ(self, first: str, second: str) -> bool:
        """Say whether these two forms were decided to be different."""
        return (min(first, second), max(first, second)) in self.apart

    def representative(self, form: str) -> str:
        """Return the form that stands for all that this one was decided to be the same as."""
        return self.group.get(form, form)


def load_decisions(path: str | Path | None) -> Decisions:
    """Read a file of decisions (none, where `path` is None); raises `OntologyError` with file and line."""
    if path is None:
        return Decisions()
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"cannot be read: {error}", path=path) from error
    return parse_decisions(lines, path=path)


def parse_decisions(lines: Iterable[str], *, path: str | Path = "decisions") -> Decisions:
    """Parse decisions, one a line."""
    group: dict[str, str] = {}
    apart: dict[tuple[str, str], int] = {}
    labels: dict[str, str] = {}
    types: dict[str, EntityType] = {}
    for number, raw in enumerate(lines, 1):
        line = re.split(r"(?:^|\s)#\s?", raw, maxsplit=1)[0].strip()
        if not line:
            continue
        verb, first, second = _parse(line, path, number)
        left, right = key(first), key(second)
        if not left or not right:
            raise OntologyError("a name has no letter or digit", path=path, line=number)
        if verb == "same":
            _join(group, left, right)
        elif verb == "different":
            if left == right:
                raise OntologyError("both sides are one name in folded form", path=path, line=number)
            apart[min(left, right), max(left, right)] = number
        elif verb == "rename":
            if labels.setdefault(left, second) != second:
                raise OntologyError(f"{first!r} was renamed to {labels[left]!r} above", path=path, line=number)
        else:
            type_ = _TYPES.get(second.lower())
            if type_ is None:
                hint = "choose from " + ", ".join(EntityType)
                raise OntologyError(f"no type {second!r}", path=path, line=number, hint=hint)
            if types.setdefault(left, type_) != type_:
                raise OntologyError(f"{first!r} has type {types[left]} above", path=path, line=number)
    for (left, right), number in sorted(apart.items(), key=lambda item: item[1]):
        if group.get(left, left) == group.get(right, right):
            raise OntologyError("these names were decided to be the same", path=path, line=number)
    return Decisions(group, frozenset(apart), labels, types)


def _parse(line: str, path: str | Path, number: int) -> tuple[str, str, str]:
    for verb, pattern, form in _FORMS:
        if line.split(None, 1)[0] == verb:
            match = pattern.fullmatch(line)
            if match is None:
                raise OntologyError(f"not of the form '{form}'", path=path, line=number)
            return verb, match[1], match[2]
    hint = "begin with same, different, rename or type"
    raise OntologyError(f"no decision {line.split(None, 1)[0]!r}", path=path, line=number, hint=hint)


def _join(group: dict[str, str], left: str, right: str) -> None:
    """Join two groups under their smallest form, whatever the order of the lines."""
    ends = {group.get(left, left), group.get(right, right)}
    root = min(ends)
    for form, end in [*group.items(), (left, left), (right, right)]:
        if end in ends:
            group[form] = root
