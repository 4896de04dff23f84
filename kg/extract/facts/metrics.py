"""The registry of metrics: by which names each goes, in which unit it is printed, and which way is up."""

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.names import fold
from kg.resources import data_dir
from kg.vocab import KG

__all__ = ["MetricEntry", "find_metric", "load_metrics"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """One metric; `higher_is_better` is None where neither way is the better one."""

    iri: str
    label: str
    aliases: tuple[str, ...] = ()
    unit: str = ""
    scale: str = ""
    higher_is_better: bool | None = None


@cache
def load_metrics() -> tuple[MetricEntry, ...]:
    """Return the entries of `ontology/metrics.ttl`, in the order of their IRIs."""
    store = ox.Store()
    store.load(path=str(data_dir("ontology") / "metrics.ttl"), format=ox.RdfFormat.TURTLE)
    labelled = store.quads_for_pattern(None, ox.NamedNode(_SKOS + "prefLabel"), None)
    subjects = {q.subject.value for q in labelled if isinstance(q.subject, ox.NamedNode)}

    def texts(iri: str, predicate: str) -> list[str]:
        found = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
        return sorted(q.object.value for q in found if isinstance(q.object, ox.Literal))

    entries = []
    for iri in sorted(subjects):
        unit, scale, up = (texts(iri, str(term)) for term in (KG.unit, KG.scale, KG.higherIsBetter))
        higher = up[0] in ("true", "1") if up else None
        [label] = texts(iri, _SKOS + "prefLabel")
        aliases = tuple(texts(iri, _SKOS + "altLabel"))
        entries.append(MetricEntry(iri, label, aliases, "".join(unit), "".join(scale), higher))
    return tuple(entries)


@cache
def _by_name() -> dict[str, MetricEntry]:
    found: dict[str, MetricEntry] = {}
    for entry in load_metrics():
        for name in (entry.label, *entry.aliases):
            found.setdefault(fold(name), entry)
    return found


def find_metric(name: str) -> MetricEntry | None:
    """Return the metric of this name in any of its spellings, or None.

    >>> [find_metric(n).label for n in ("top-1", "Top-1 accuracy", "top-1 acc.")]
    ['top-1 accuracy', 'top-1 accuracy', 'top-1 accuracy']
    """
    return _by_name().get(fold(name))
