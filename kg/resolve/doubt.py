"""Suggest decisions: pairs of nodes that may be one, and nodes of two types, as lines for a decisions file.

1. An acronym that is a node of its own beside the node of a long form that some paper gives it.
2. A phrase that is a method in some papers and a task in others.
3. Labels that share five rare letters in a row and differ by a letter or two, though not in digits, "+" or size.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from kg.names import key
from kg.resolve.naming import bases

__all__ = ["Doubt", "doubts"]

_ALIKE = 90.0  # of 100, rapidfuzz's normalised similarity by insertions and deletions
_BLOCK = 40  # five letters of more nodes than this are too common to suggest anything
_SHORTEST = 9  # letters; shorter names differ by a letter and are other things


@dataclass(frozen=True, slots=True)
class Doubt:
    """A suggestion: the line to put in the decisions file, why, and in how many papers it matters."""

    decision: str
    reason: str
    papers: int


@dataclass(frozen=True, slots=True)
class _Node:
    node: str
    label: str
    type: str
    papers: int


def doubts(connection: sqlite3.Connection) -> tuple[Doubt, ...]:
    """Return all suggestions, those that matter in most papers first."""
    query = (
        "SELECT n.node, n.label, n.type, COUNT(DISTINCT o.paper) FROM resolve_node n"
        " JOIN resolve_occurrence o USING (node) GROUP BY n.node ORDER BY n.node"
    )
    nodes = {row[0]: _Node(*row) for row in connection.execute(query)}
    found = {*_acronyms(connection, nodes), *_types(nodes), *_spellings(nodes)}
    return tuple(sorted(found, key=lambda doubt: (-doubt.papers, doubt.decision)))


def _acronyms(connection: sqlite3.Connection, nodes: dict[str, _Node]) -> Iterator[Doubt]:
    for short, value in connection.execute("SELECT key, value FROM resolve_rule WHERE rule = 'sense' ORDER BY key"):
        for family, senses in sorted(json.loads(value).items()):
            alone = nodes.get(f"{family}:{short}")
            for long in sorted(set(senses["leader"].values())):
                other = nodes.get(f"{family}:{key(long)}")
                if alone and other:
                    reason = f"a long form of {alone.label} in some papers, named in {other.papers}"
                    yield Doubt(f"same {alone.label} = {long}", reason, min(alone.papers, other.papers))


def _types(nodes: dict[str, _Node]) -> Iterator[Doubt]:
    for node, method in nodes.items():
        task = nodes.get("task:" + node.removeprefix("method:")) if node.startswith("method:") else None
        if task and " " in task.label:
            most = max((task, method), key=lambda one: (one.papers, one.type))
            reason = f"a task in {task.papers} papers, a method in {method.papers}"
            yield Doubt(f"type {most.label}: {most.type}", reason, min(task.papers, method.papers))


def _spellings(nodes: dict[str, _Node]) -> Iterator[Doubt]:
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    forms = {node: (one.type, key(one.label)) for node, one in nodes.items()}
    for node, (type_, form) in forms.items():
        if len(form) >= _SHORTEST:
            for gram in {form[at : at + 5] for at in range(len(form) - 4)}:
                blocks[type_, gram].append(node)
    pairs = {
        pair
        for block in blocks.values()
        if 1 < len(block) <= _BLOCK
        for pair in combinations(block, 2)
        if abs(len(forms[pair[0]][1]) - len(forms[pair[1]][1])) < 3
    }
    for left, right in sorted(pairs):
        one, other = nodes[left], nodes[right]
        alike = fuzz.ratio(forms[left][1], forms[right][1])
        if (
            alike >= _ALIKE
            and _signs(one.label) == _signs(other.label)
            and one.label[:1].lower() == other.label[:1].lower()
        ):
            if key(one.label) == key(other.label) or set(bases(one.label)) & {*bases(other.label), other.label}:
                continue
            yield Doubt(
                f"same {one.label} = {other.label}", f"spelled alike ({alike:.0f}%)", min(one.papers, other.papers)
            )


def _signs(label: str) -> str:
    """Return the digits and signs that tell names apart."""
    return "".join(re.findall(r"[\d+*]", label))
