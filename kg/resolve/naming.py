"""Name a node from what its papers call it: type, label, aliases, plain id, and what it stands under.

All of it is counted over papers, with ties broken by length and code point, so that no order can be seen in it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from kg import iris
from kg.model import Entity, EntityType
from kg.names import bare, family, key, stands_for
from kg.read.markup import plain_latex
from kg.resolve.decisions import Decisions
from kg.resolve.identify import Rules
from kg.vocabulary import Concept, Vocabulary

__all__ = ["Naming", "Node", "Tally", "apart", "bases", "entity_of", "new_tally"]

#: How often each `type`, `name` and further `surface` stands among the occurrences of a node.
Tally = Mapping[str, Counter[str]]
#: A node of so many papers keeps other words for it as aliases only where this share of the papers uses them.
_HUB = 8
_SHARE = 0.02
_SIZE = re.compile(
    r"(.+?)[\s\-_/]+(?:tiny|small|base|medium|large|huge|giant|nano|mini|x+l|xs|[BLSTHGM]|"
    r"v?\d+(?:\.\d+)?[BMKk]?)(?:[\s\-/]\d+)?",
    re.I,
)
_ASIDE = re.compile(r"\s+\([^()]*\)$")
_NUMBER = re.compile(r"(.*?[A-Za-z])[vV]?\d+(?:\.\d+)?[BMKk]?")
_PLUS = re.compile(r"(.+?)(?:\++|\$\^?\{?\++\}?\$)")


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its key, the id that its label alone would give it, its id, and its names (`aliases` a JSON list)."""

    node: str
    plain: str
    id: str
    type: str
    label: str
    aliases: str
    concept: str | None

    @property
    def row(self) -> tuple[str | None, ...]:
        """Its row in the table."""
        return self.node, self.plain, self.id, self.type, self.label, self.aliases, self.concept


def _label(names: Mapping[str, int]) -> str:
    """Return the most frequent name without LaTeX's fonts, an aside such as "(GNN)" left out; of equals the shortest,
    then the first."""
    counts: Counter[str] = Counter()
    for name, count in names.items():
        counts[plain_latex(_ASIDE.sub("", name) or name) or name] += count
    return min(counts, key=lambda name: (-counts[name], len(name), name))


def _further(names: Set[str], label: str) -> list[str]:
    """Return the further names of a node, in order: none cut within LaTeX, none that only adds an aside to another
    or a font to the label."""
    heads = {name: _ASIDE.sub("", name) for name in names}
    known = {key(name) for name in (label, *(name for name, head in heads.items() if name == head))}
    whole = (name for name in names if name.count("{") == name.count("}") and name.count("$") % 2 == 0)
    further = {name for name in whole if name == heads[name] or key(heads[name]) not in known}
    return sorted(name for name in further if label not in {name, plain_latex(name)})


def bases(label: str) -> tuple[str, ...]:
    """Return the names that a name may be a variant of: without its size, number, version or "+".

    >>> bases("Swin-B"), bases("ViT-B/16"), bases("DS-Net++"), bases("MobileNetV2"), bases("Swin Transformer")
    (('Swin',), ('ViT',), ('DS-Net',), ('MobileNet',), ())
    """
    found = (pattern.fullmatch(label) for pattern in (_PLUS, _SIZE, _NUMBER))
    names = {match[1].rstrip(" -_/") for match in found if match}
    return tuple(sorted(name for name in names if len(name) > 2 and any(letter.isalpha() for letter in name)))


class Naming:
    """How nodes are named: by the vocabulary and a person's decisions, else by what most papers call them."""

    def __init__(self, vocabulary: Vocabulary, decisions: Decisions, rules: Rules) -> None:
        self._vocabulary = vocabulary
        self._decisions = decisions
        self._rules = rules

    def make(self, node: str, tally: Tally) -> Node | None:
        """Make a node from its tally; None where no paper names it any more."""
        names, surfaces = tally["name"], tally["surface"]
        if not names:
            return None
        concept = self._vocabulary.concepts.get(node)
        forms = {key(name) for name in names} | ({node.split(":", 1)[1]} if concept is None else set())
        label = concept.label if concept else _label(names)
        label = min((self._decisions.labels[form] for form in forms if form in self._decisions.labels), default=label)
        type_ = (
            concept.type
            if concept
            else min(tally["type"], key=lambda one: (-tally["type"][one], one != "Dataset", one))
        )
        if concept is None and family(EntityType(type_)) != node.split(":", 1)[0]:  # phrases moved here
            type_ = {"task": EntityType.TASK, "method": EntityType.METHOD}.get(node.split(":", 1)[0], type_)
        type_ = min((one for form in forms if (one := self._rules.decided_type(form))), default=type_)
        least = max(2, _SHARE * names.total()) if names.total() >= _HUB else 1
        kept = {
            one
            for one in surfaces
            if (surfaces[one] >= least or key(one) in forms) and not self._is_of_another(one, label, type_, concept)
        }
        aliases = _further({*names, *kept, *(concept.aliases if concept else ())}, label)
        plain = iris.entity(EntityType(type_), label)
        listed = json.dumps(aliases, ensure_ascii=False)
        return Node(node, plain, plain, type_, label, listed, concept.iri if concept else None)

    def _is_of_another(self, name: str, label: str, type_: str, concept: Concept | None) -> bool:
        """Tell whether vocabulary and decisions give a name to another thing: one on NMT may say "translation", too.

        An acronym of the label is its own, whatever else it stands for.
        """
        if key(name) == key(label) or stands_for(name, label):
            return False
        other = self._rules.concept(key(name), family(EntityType(type_)))
        return other is not None and other != concept

    def above(self, one: Node) -> Iterator[tuple[str, str, str]]:
        """Yield what a node is a variant of or stands under; only what is itself a node will be seen."""
        kind = family(EntityType(one.type))
        concept = self._vocabulary.concepts.get(one.node)
        variants = set(concept.variant_of) if concept else set()
        if kind in ("method", "data") and not variants:
            variants = {self._rules.node(key(bare(base, kind)), kind, {}) for base in bases(one.label)}
        for above in sorted(variants - {one.node}):
            yield one.node, "variant", above
        for above in concept.broader if concept else ():
            if above != one.node:
                yield one.node, "broader", above


def new_tally() -> dict[str, Counter[str]]:
    """Return a tally of nothing."""
    return {"type": Counter(), "name": Counter(), "surface": Counter()}


def apart(nodes: Iterable[Node]) -> Iterator[Node]:
    """Give the nodes of one plain id different ids: a concept or the first by key keeps it, others add a digest."""
    for nth, one in enumerate(sorted(nodes, key=lambda one: (one.concept is None, len(one.node), one.node))):
        yield replace(one, id=one.plain if nth == 0 else f"{one.plain}-{iris.digest(one.node)[:8]}")


def entity_of(node: Node, above: Mapping[str, Iterable[str]]) -> Entity:
    """Return a node as an entity; `above` are the ids of what it is a `variant` of and of what is `broader`."""
    return Entity(
        id=node.id,
        type=EntityType(node.type),
        label=node.label,
        aliases=tuple(json.loads(node.aliases)),
        variant_of=tuple(sorted(above["variant"])),
        broader=tuple(sorted(above["broader"])),
        concept=node.concept,
    )
