"""Decide the node of one occurrence from its names, what all papers decided of them, the vocabulary and the decisions.

In this order: a person's decision; the vocabulary by the long form; the vocabulary by the short name, unless the
long form contradicts it; the sense that the long form or the other papers give an acronym; the name itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.model import EntityType
from kg.names import family, is_acronym, key, respelled, stands_for
from kg.resolve.decisions import Decisions
from kg.resolve.occurrence import Occurrence
from kg.resolve.senses import Senses, similar
from kg.vocabulary import Concept, Vocabulary

__all__ = ["Identified", "Rules"]

_MAJORITY = 3  # papers that use a phrase as a task to one that uses it as a method, for the one to follow them
#: Given the leading long form of each sense of an acronym, the one that a paper's context speaks for.
Choose = Callable[[], tuple[str, tuple[str, ...]] | None]


@dataclass(frozen=True, slots=True)
class Identified:
    """The key of a node, and why an occurrence belongs to it."""

    node: str
    reason: str


class Rules:
    """The rules that hold for all papers: vocabulary and decisions."""

    def __init__(self, vocabulary: Vocabulary, decisions: Decisions) -> None:
        self._vocabulary = vocabulary
        self._decisions = decisions
        self._members: dict[str, list[str]] = {}
        for form, root in decisions.group.items():
            self._members.setdefault(root, []).append(form)

    def concept(self, name_key: str, family_: str) -> Concept | None:
        """Return the one entry of this name and family; None where there is none or more than one."""
        members = self._members.get(self._decisions.representative(name_key), [name_key])
        found = {
            concept.iri: concept
            for member in members
            for concept in self._vocabulary.with_key(member, family_)
            if not any(self._decisions.differ(one, key(name)) for one in members for name in concept.names)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def representative(self, name_key: str) -> str:
        """Return the key that stands for all that a person decided to be the same as this one."""
        return self._decisions.representative(name_key)

    def other_family(self, name_key: str, family_: str) -> str | None:
        """Return the family of the vocabulary's entry where it knows the phrase as a method and not a task, or so."""
        other = {"method": "task", "task": "method"}.get(family_)
        if other is None or self.concept(name_key, family_) or not self.concept(name_key, other):
            return None
        return other

    def moved(self, main: str, counts: Mapping[str, int]) -> dict[str, str]:
        """Return for each family (method, task) whose phrases of this name belong to the other one, which that is.

        `counts` are the papers' phrases of the name by family, over all papers.
        """
        found = {}
        for family_, count in counts.items():
            other = "task" if family_ == "method" else "method"
            most = counts.get(other, 0) >= _MAJORITY * count
            if self.other_family(main, family_) or (most and not self.concept(main, family_)):
                found[family_] = other
        return found

    def node(self, name_key: str, family_: str, moved: Mapping[str, str]) -> str:
        """Return the node of a name; `moved` says which family's phrases of this name belong to another family."""
        type_ = self.decided_type(name_key)
        family_ = family(type_) if type_ else moved.get(family_, family_)
        concept = self.concept(name_key, family_)
        return concept.iri if concept else f"{family_}:{self._decisions.representative(name_key)}"

    def decided_type(self, name_key: str) -> EntityType | None:
        """Return the type that a person gave this name, or one decided to be the same."""
        members = self._members.get(self._decisions.representative(name_key), [name_key])
        return min((self._decisions.types[one] for one in members if one in self._decisions.types), default=None)

    def identify(
        self, one: Occurrence, senses: Senses, choose: Choose, moved: Callable[[str], Mapping[str, str]]
    ) -> Identified:
        """Return the node of an occurrence and the reason."""
        long = "" if self._decisions.differ(one.short, key(one.long)) else one.long
        for form in (one.short, key(long)):
            if form in self._decisions.group or form in self._decisions.types:
                return Identified(self.node(form, one.family, {}), "a decision names it")
        if long:
            return self._by_long(one, long, senses, moved)
        concept = self.concept(one.short, one.family)
        if concept and not _common_word(one, concept):
            return Identified(concept.iri, f"the vocabulary knows it as {concept.label}")
        if one.name[1:].islower() and one.name.isalpha():  # "race" is not what RACE is short for
            moved_here = moved(one.short) if one.phrase else {}
            return Identified(self._own(one, moved_here), "its name")
        sense, reason = senses.join, "the long form that papers give the acronym"
        if sense is None and senses.context and (chosen := choose()):
            sense, reason = chosen[0], "the paper shares with others of this sense: " + ", ".join(chosen[1][:3])
        if sense and not self._decisions.differ(one.short, key(sense)):
            return Identified(self._by_long(one, sense, senses, moved).node, f"{reason}: {sense}")
        return Identified(self.node(one.short, one.family, moved(one.short) if one.phrase else {}), "its name")

    def _own(self, one: Occurrence, moved: Mapping[str, str]) -> str:
        """Return the node of a common word, which an entry in capitals does not claim."""
        concept = self.concept(one.short, one.family)
        if concept and _common_word(one, concept):
            return f"{one.family}:{one.short}"
        return self.node(one.short, one.family, moved)

    def _by_long(
        self, one: Occurrence, long: str, senses: Senses, moved: Callable[[str], Mapping[str, str]]
    ) -> Identified:
        concept = self.concept(key(long), one.family)
        if concept is None:
            concept = self.concept(one.short, one.family)
            concept = concept if concept and _agrees(concept, one.short, long) else None
        if concept:
            return Identified(concept.iri, f"the vocabulary knows {long} as {concept.label}")
        lead = key(senses.leader.get(long, long))
        return Identified(self.node(lead, one.family, moved(lead) if one.phrase else {}), f"its long form is {long}")


def _agrees(concept: Concept, short: str, long: str) -> bool:
    """Say whether a long form may be the concept's: like one it has, if it has any."""
    known = [respelled(name) for name in concept.names if " " in name and stands_for(short, name)]
    return any(similar(long, name) for name in known) if known else len(short) > 3


def _common_word(one: Occurrence, concept: Concept) -> bool:
    """Say whether a word in small letters, as "clip" or "Maps", is met only by a short name in capitals, as "CLIP"."""
    if not (one.name[1:].islower() and one.name.isalpha() and len(one.name) < 7):
        return False
    return all(is_acronym(name) for name in concept.names if key(name) == one.short)
