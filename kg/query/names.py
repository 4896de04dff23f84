"""Find the entity that a person means: by IRI, label, alias or unique prefix; a near miss answers with suggestions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.errors import QueryError
from kg.vocab import BASE, KG, SCHEMA

__all__ = ["KINDS", "Named", "find_entities", "find_entity", "is_stated"]

#: What a parameter of a kind may name: its classes. A `Node` is whatever a picture of the graph shows.
KINDS: dict[str, tuple[str, ...]] = {
    "Method": (KG.Method,),
    "Dataset": (KG.Dataset, KG.Benchmark),
    "Benchmark": (KG.Benchmark,),
    "Metric": (KG.Metric,),
    "Task": (KG.Task,),
    "Entity": (KG.Method, KG.Dataset, KG.Benchmark, KG.Metric, KG.Task),
    "Person": (SCHEMA.Person,),
    "Paper": (KG.Paper,),
    "Node": (KG.Method, KG.Dataset, KG.Benchmark, KG.Metric, KG.Task, KG.Paper),
}
_WORDS = {"Node": "entity or paper"}
_TYPE = ox.NamedNode(RDF.type)
_LABELS = (ox.NamedNode(SKOS.prefLabel), ox.NamedNode(SCHEMA.name), ox.NamedNode(DCTERMS.title))
_ALIAS = ox.NamedNode(SKOS.altLabel)
_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """An entity and the label to show for it."""

    label: str
    iri: str

    @property
    def node(self) -> ox.NamedNode:
        """The term that stands for the entity in a query."""
        return ox.NamedNode(self.iri)


def find_entity(store: ox.Store, name: str, kind: str = "Entity", *, base: str = BASE) -> Named:
    """Return the one entity of a kind that a name means.

    Tried in order, the first that finds anything decides: the IRI or the end of it (`dataset/imagenet`); the label as
    written; label or alias in whatever case; a prefix of labels or aliases. Raises `QueryError` naming the choices
    where several fit, and the nearest names where none does.
    """
    found = find_entities(store, name, kind, base=base)
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(f"{entity.label} <{entity.iri.removeprefix(base)}>" for entity in found[:_SUGGESTIONS])
        more = f" and {len(found) - _SUGGESTIONS} more" if len(found) > _SUGGESTIONS else ""
        raise QueryError(f"{name!r} could be {choices}{more}", hint="give more of the name, or the IRI")
    raise _unknown(store, name, kind)


def find_entities(
    store: ox.Store, name: str, kind: str = "Entity", *, base: str = BASE, whole: bool = False
) -> Sequence[Named]:
    """Return all entities that a name fits equally well, by label and IRI; `whole` names alone, no prefixes.

    See `find_entity`.
    """
    classes = {ox.NamedNode(iri) for iri in KINDS[kind]}
    subjects = _by_iri(store, name, classes, base) or _exactly(store, name, classes)
    if not subjects:
        folded = _fold(name)
        named = [(_fold(text), subject) for subject, text in _names(store, classes)]
        subjects = {subject for text, subject in named if text == folded}
        if not subjects and folded and not whole:
            subjects = {subject for text, subject in named if text.startswith(folded)}
    return sorted(Named(_label(store, subject), subject.value) for subject in subjects)


def is_stated(store: ox.Store, iri: str) -> bool:
    """Say whether any statement is about an IRI or leads to it; what is no IRI is not."""
    node = _iri(iri)
    if node is None:
        return False
    ends = (store.quads_for_pattern(node, None, None), store.quads_for_pattern(None, None, node))
    return any(next(quads, None) is not None for quads in ends)


def _by_iri(store: ox.Store, name: str, classes: set[ox.NamedNode], base: str) -> set[ox.NamedNode]:
    candidates = [name.strip("<>"), base + name.strip("<>")]
    return {node for iri in candidates if (node := _iri(iri)) is not None and _is(store, node, classes)}


def _iri(text: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


def _exactly(store: ox.Store, name: str, classes: set[ox.NamedNode]) -> set[ox.NamedNode]:
    """Look labels up in the index, so that the usual case reads no list of names; a label wins over an alias."""
    for predicate in (*_LABELS, _ALIAS):
        hits = {
            quad.subject
            for literal in (ox.Literal(name, language="en"), ox.Literal(name))
            for quad in store.quads_for_pattern(None, predicate, literal, None)
            if isinstance(quad.subject, ox.NamedNode) and _is(store, quad.subject, classes)
        }
        if hits:
            return hits
    return set()


def _is(store: ox.Store, node: ox.NamedNode, classes: set[ox.NamedNode]) -> bool:
    return any(quad.object in classes for quad in store.quads_for_pattern(node, _TYPE, None, None))


def _names(store: ox.Store, classes: Iterable[ox.NamedNode]) -> Iterator[tuple[ox.NamedNode, str]]:
    """Yield every label and alias of the entities of some classes."""
    members = {quad.subject for class_ in classes for quad in store.quads_for_pattern(None, _TYPE, class_, None)}
    for predicate in (*_LABELS, _ALIAS):
        for quad in store.quads_for_pattern(None, predicate, None, None):
            if quad.subject in members and isinstance(quad.subject, ox.NamedNode):
                yield quad.subject, quad.object.value if isinstance(quad.object, ox.Literal) else ""


def _label(store: ox.Store, node: ox.NamedNode) -> str:
    for predicate in _LABELS:
        for quad in store.quads_for_pattern(node, predicate, None, None):
            if isinstance(quad.object, ox.Literal):
                return quad.object.value
    return node.value


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _unknown(store: ox.Store, name: str, kind: str) -> QueryError:
    from rapidfuzz import fuzz, process

    labels = {text: _fold(text) for _, text in sorted(_names(store, {ox.NamedNode(c) for c in KINDS[kind]}))}
    near = [
        match
        for scorer, least in ((fuzz.ratio, 60), (fuzz.partial_ratio, 75))
        for match in process.extract(_fold(name), labels, scorer=scorer, limit=_SUGGESTIONS, score_cutoff=least)
        if len(match[2]) > 2  # two letters stand in nearly every name
    ]
    near = list({label: (text, score, label) for text, score, label in near}.values())[:_SUGGESTIONS]
    word = _WORDS.get(kind, kind.lower())
    what = f"no {word} is called {name!r}"
    if near:
        return QueryError(what, hint="did you mean " + ", ".join(label for _, _, label in near) + "?")
    return QueryError(what, hint="kg entities lists the names" if labels else f"the graph has no {word} at all")
