"""Which way is up: the direction of the well-known metrics, out of `ontology/metrics.ttl`."""

from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Store
from rdflib.namespace import SKOS

from kg.resources import data_dir
from kg.vocab import KG

__all__ = ["higher_is_better"]


def higher_is_better(concept: str | None, label: str) -> bool | None:
    """Tell whether more of a metric is better, by its entry in the vocabulary or by its name; None where neither knows.

    >>> higher_is_better(None, "Accuracy"), higher_is_better(None, "a metric of one's own")
    (True, None)
    """
    known = _directions()
    return known.get(concept or "", known.get(label.casefold()))


@cache
def _directions() -> dict[str, bool]:
    path = data_dir("ontology") / "metrics.ttl"
    store = Store()
    store.load(path=str(path), format=RdfFormat.TURTLE)
    known: dict[str, bool] = {}
    for quad in store.quads_for_pattern(None, NamedNode(KG.higherIsBetter), None):
        up = isinstance(quad.object, Literal) and quad.object.value in ("true", "1")
        if isinstance(quad.subject, NamedNode):
            known[quad.subject.value] = up
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for named in store.quads_for_pattern(quad.subject, NamedNode(predicate), None):
                if isinstance(named.object, Literal):
                    known.setdefault(named.object.value.casefold(), up)
    return known
