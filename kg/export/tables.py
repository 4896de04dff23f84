"""Write the graph as five tables: papers, entities, mentions, results and relations, as CSV or Parquet.

The columns and their types are stated once, in `TABLES`; IRIs join the tables. Several values in one cell (authors,
aliases) are joined by "; ". In CSV no text is a formula (`kg.query.guard`).
"""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.cells import guarded
from kg.errors import InputError
from kg.model import EntityType, Role
from kg.vocab import ITSRDF, KG, NIF, SCHEMA

__all__ = ["TABLES", "rows", "write_csv", "write_parquet"]

Cell: TypeAlias = str | int | float | None

#: The tables, their columns and the types of these.
TABLES: dict[str, dict[str, type]] = {
    "papers": {
        **dict.fromkeys(("paper", "title", "issued", "venue", "identifiers", "authors", "code", "projects"), str),
        "text": str,
    },
    "entities": {"entity": str, "type": str, "label": str, "aliases": str, "variant_of": str, "papers": int},
    "mentions": {"mention": str, "paper": str, "entity": str, "begin": int, "end": int, "text": str, "score": float},
    "results": {
        **dict.fromkeys(("result", "paper", "kind", "method", "dataset", "metric"), str),
        **dict.fromkeys(("value", "low", "high"), float),
        **dict.fromkeys(("raw", "unit", "direction", "split", "setting", "baselines", "evidence", "sentence"), str),
        "score": float,
    },
    "relations": {
        **dict.fromkeys(("claim", "paper", "head", "relation", "tail", "evidence", "sentence"), str),
        "score": float,
    },
}
_BATCH = 50_000
_ROLES = [ox.NamedNode(KG[role]) for role in Role]


def write_csv(store: ox.Store, folder: Path) -> None:
    """Write each table as a CSV file into a folder: UTF-8, a header, CRLF."""
    for name, columns in TABLES.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output)
            writer.writerow(columns)
            writer.writerows([guarded(cell) for cell in row] for row in rows(store, name))


def write_parquet(store: ox.Store, folder: Path) -> None:
    """Write each table as a Parquet file into a folder; needs pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise InputError("Parquet needs pyarrow", hint="pip install 'paperkg[tables]', or export as .csv") from None
    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    for name, columns in TABLES.items():
        schema = pyarrow.schema([(column, kinds[kind]) for column, kind in columns.items()])
        with parquet.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
            source = rows(store, name)
            while batch := list(islice(source, _BATCH)):
                cells = {column: [row[i] for row in batch] for i, column in enumerate(columns)}
                writer.write_table(pyarrow.table(cells, schema=schema))


def rows(store: ox.Store, name: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table, by IRI, in the order and with the types of `TABLES[name]`."""
    record = {
        "papers": _papers,
        "entities": _entities,
        "mentions": _mentions,
        "results": _results,
        "relations": _relations,
    }[name]
    for cells in record(store):
        yield tuple(_typed(cells.get(column), kind) for column, kind in TABLES[name].items())


class _Node:
    """What the graph says of one node, by predicate; each value once, sorted."""

    def __init__(self, store: ox.Store, iri: ox.NamedNode) -> None:
        self.iri = iri
        self._said: dict[str, set[str]] = {}
        for quad in store.quads_for_pattern(iri, None, None, None):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                self._said.setdefault(quad.predicate.value, set()).add(quad.object.value)

    def one(self, predicate: str) -> str | None:
        """Return the (first) value."""
        # str: rdflib's URIRef is equal to no plain string.
        return min(self._said.get(str(predicate), ()), default=None)

    def all(self, predicate: str) -> str | None:
        """Return all values in one text, None for none."""
        return "; ".join(sorted(self._said.get(str(predicate), ()))) or None


def _of(store: ox.Store, *classes: str) -> Iterator[_Node]:
    """Yield the nodes of some classes by IRI."""
    found = {
        quad.subject.value
        for iri in classes
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(iri), None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return (_Node(store, ox.NamedNode(iri)) for iri in sorted(found))


def _subject(store: ox.Store, predicate: str, iri: ox.NamedNode) -> str | None:
    """Return the node that points at this one by a predicate."""
    pointing = store.quads_for_pattern(None, ox.NamedNode(predicate), iri, None)
    return min((quad.subject.value for quad in pointing if isinstance(quad.subject, ox.NamedNode)), default=None)


def _said(store: ox.Store, iri: str | None, predicate: str) -> str | None:
    return None if iri is None else _Node(store, ox.NamedNode(iri)).one(predicate)


def _papers(store: ox.Store) -> Iterator[Mapping[str, str | None]]:
    for node in _of(store, KG.Paper):
        authors = (node.all(DCTERMS.creator) or "").split("; ")
        names = [_said(store, author, SCHEMA.name) or author for author in authors if author]
        yield {
            "paper": node.iri.value,
            "title": node.one(DCTERMS.title),
            "issued": node.one(DCTERMS.issued),
            "venue": node.one(KG.venue),
            "identifiers": node.all(DCTERMS.identifier),
            "authors": "; ".join(names) or None,
            "code": node.all(KG.codeRepository),
            "projects": node.all(KG.projectPage),
            "text": _said(store, node.one(KG.text), NIF.isString),
        }


def _entities(store: ox.Store) -> Iterator[Mapping[str, str | None]]:
    for type_ in EntityType:
        for node in _of(store, KG[type_]):
            pointing = {q.subject for role in _ROLES for q in store.quads_for_pattern(None, role, node.iri, None)}
            yield {
                "entity": node.iri.value,
                "type": str(type_),
                "label": node.one(SKOS.prefLabel),
                "aliases": node.all(SKOS.altLabel),
                "variant_of": node.all(KG.variantOf),
                "papers": str(len(pointing)),
            }


def _mentions(store: ox.Store) -> Iterator[Mapping[str, str | None]]:
    papers = {
        quad.object: quad.subject.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(KG.text), None, None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    for node in _of(store, KG.Mention):
        context = node.one(NIF.referenceContext)
        yield {
            "mention": node.iri.value,
            "paper": papers.get(ox.NamedNode(context)) if context else None,
            "entity": node.one(ITSRDF.taIdentRef),
            "begin": node.one(NIF.beginIndex),
            "end": node.one(NIF.endIndex),
            "text": node.one(NIF.anchorOf),
            "score": node.one(ITSRDF.taConfidence),
        }


def _results(store: ox.Store) -> Iterator[Mapping[str, str | None]]:
    for node in _of(store, KG.Result):
        evidence = node.one(KG.evidence)
        yield {
            "result": node.iri.value,
            "paper": _subject(store, KG.reports, node.iri),
            "kind": (node.one(KG.resultKind) or "").rpartition("#")[2] or None,
            "method": node.one(KG.ofMethod),
            "dataset": node.one(KG.onDataset),
            "metric": node.one(KG.ofMetric),
            "value": node.one(KG.value),
            "low": node.one(KG.minValue),
            "high": node.one(KG.maxValue),
            "raw": node.one(KG.rawValue),
            "unit": node.one(KG.unit),
            "direction": node.one(KG.direction),
            "split": node.one(KG.split),
            "setting": node.one(KG.setting),
            "baselines": node.all(KG.baseline),
            "evidence": evidence,
            "sentence": _said(store, evidence, NIF.anchorOf),
            "score": node.one(ITSRDF.taConfidence),
        }


def _relations(store: ox.Store) -> Iterator[Mapping[str, str | None]]:
    for node in _of(store, KG.Claim):
        evidence = node.one(KG.evidence)
        yield {
            "claim": node.iri.value,
            "paper": _subject(store, KG.claims, node.iri),
            "head": node.one(RDF.subject),
            "relation": (node.one(RDF.predicate) or "").rpartition("#")[2] or None,
            "tail": node.one(RDF.object),
            "evidence": evidence,
            "sentence": _said(store, evidence, NIF.anchorOf),
            "score": node.one(ITSRDF.taConfidence),
        }


def _typed(value: str | None, kind: type) -> Cell:
    if value is None or kind is str:
        return value
    try:
        return int(value) if kind is int else float(Decimal(value))
    except (ValueError, ArithmeticError):  # a graph made elsewhere
        return None
