"""Turn catalogues that a user has into a vocabulary: Papers-with-Code JSON, and the Computer Science Ontology.

- Papers with Code: `methods.json`, `datasets.json` and `evaluation-tables.json`, gzipped or not; an array of objects.
- CSO: the CSV of `"subject","predicate","object"` triples, or Turtle/N-Triples; topics become tasks.

What they call things is taken as it stands; `write_turtle` writes the SKOS Turtle that `--vocabulary` reads.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import pyoxigraph as ox

from kg import iris
from kg.errors import OntologyError
from kg.model import EntityType
from kg.names import fold
from kg.vocab import KG, VOCABULARY
from kg.vocabulary import Concept, Vocabulary, mint

__all__ = ["import_cso", "import_paperswithcode", "write_turtle"]

_CSO = "http://cso.kmi.open.ac.uk/schema/cso#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"


def import_paperswithcode(path: str | Path) -> Vocabulary:
    """Read one of the three files; a task stands under its parent task."""
    path = Path(path)
    try:
        raw = path.read_bytes()
        rows = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise OntologyError(f"not a Papers-with-Code file ({error})", path=path) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise OntologyError(
            "not an array of objects", path=path, hint="give methods, datasets or evaluation-tables.json"
        )
    minted: dict[str, str] = {}
    return Vocabulary(concept for row in rows for concept in _catalogued(row, minted))


def _catalogued(row: dict[str, Any], minted: dict[str, str], parent: str | None = None) -> Iterator[Concept]:
    if "task" in row:  # an evaluation table
        yield from filter(None, [task := _concept(minted, EntityType.TASK, row["task"], row.get("synonyms"), parent)])
        for dataset in row.get("datasets") or ():
            yield from filter(None, [_concept(minted, EntityType.DATASET, dataset.get("dataset"))])
            for metric in (dataset.get("sota") or {}).get("metrics") or ():
                yield from filter(None, [_concept(minted, EntityType.METRIC, metric)])
        for subtask in row.get("subtasks") or ():
            yield from _catalogued(subtask, minted, task.iri if task else parent)
        return
    type_ = EntityType.DATASET if "homepage" in row or "modalities" in row else EntityType.METHOD
    names = [row.get("full_name"), *(row.get("variants") or ())]
    yield from filter(None, [_concept(minted, type_, row.get("name"), names)])


def _concept(
    minted: dict[str, str], type_: EntityType, name: Any, names: Any = (), parent: str | None = None
) -> Concept | None:
    if not isinstance(name, str) or not fold(name):
        return None
    aliases = {one for one in names or () if isinstance(one, str) and fold(one)} - {name}
    iri = mint(type_, name, minted)
    return Concept(iri, type_, name.strip(), tuple(sorted(aliases)), (parent,) if parent else ())


def import_cso(path: str | Path) -> Vocabulary:
    """Read the ontology's topics as tasks: equivalent topics are aliases, super-topics broader."""
    path = Path(path)
    broader: dict[str, set[str]] = {}
    same: dict[str, str] = {}
    topics: set[str] = set()
    for subject, predicate, value in sorted(_triples(path)):
        left, right = _topic(subject), _topic(value)
        if predicate.endswith("preferentialEquivalent") and left != right:
            same[left] = right
        elif predicate.endswith("superTopicOf"):
            broader.setdefault(right, set()).add(left)
        else:
            continue
        topics |= {left, right}
    if not topics:
        raise OntologyError("no topic of the Computer Science Ontology", path=path, hint="give its CSV or Turtle")
    minted: dict[str, str] = {}
    iri_of = {topic: mint(EntityType.TASK, topic, minted) for topic in sorted({_preferred(t, same) for t in topics})}
    names: dict[str, set[str]] = {}
    for topic in topics:
        names.setdefault(_preferred(topic, same), set()).add(topic)
    above: dict[str, set[str]] = {}
    for topic, ups in broader.items():
        above.setdefault(_preferred(topic, same), set()).update(iri_of[_preferred(up, same)] for up in ups)
    return Vocabulary(
        Concept(
            iri,
            EntityType.TASK,
            topic,
            tuple(sorted(names[topic] - {topic})),
            tuple(sorted(above.get(topic, set()) - {iri})),
        )
        for topic, iri in iri_of.items()
        if fold(topic)
    )


def _preferred(topic: str, same: dict[str, str]) -> str:
    """Follow a topic to the one preferred to it; of topics that name each other the first by name."""
    passed: list[str] = []
    while topic in same:
        if topic in passed:
            return min(passed[passed.index(topic) :])
        passed.append(topic)
        topic = same[topic]
    return topic


def _triples(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                for row in csv.reader(stream):
                    if len(row) == 3:
                        yield row[0].strip("<>"), row[1].strip("<>"), row[2].strip("<>")
            return
        format_ = ox.RdfFormat.from_extension(path.suffix.lstrip(".")) or ox.RdfFormat.TURTLE
        with path.open("rb") as stream:
            for triple in ox.parse(stream, format=format_):
                if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
                    yield triple.subject.value, triple.predicate.value, triple.object.value
    except SyntaxError as error:
        raise OntologyError(f"not RDF: {error.msg}", path=path, line=error.lineno) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"cannot be read: {error}", path=path) from error


def _topic(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].replace("_", " ")


def write_turtle(concepts: Iterable[Concept], out: TextIO, *, scheme: str) -> None:
    """Write concepts as a SKOS vocabulary; `scheme` names its `skos:ConceptScheme` (a local name)."""
    home = ox.NamedNode(f"{VOCABULARY}{iris.slug(scheme)}")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    triples = [ox.Triple(home, rdf_type, ox.NamedNode(_SKOS + "ConceptScheme"))]
    for concept in concepts:
        subject = ox.NamedNode(concept.iri)
        for type_ in (_SKOS + "Concept", str(KG[concept.type])):
            triples.append(ox.Triple(subject, rdf_type, ox.NamedNode(type_)))
        triples.append(ox.Triple(subject, ox.NamedNode(_SKOS + "inScheme"), home))
        labels = [("prefLabel", concept.label), *(("altLabel", alias) for alias in concept.aliases)]
        for name, text in labels:
            triples.append(ox.Triple(subject, ox.NamedNode(_SKOS + name), ox.Literal(text, language="en")))
        for up in concept.broader:
            triples.append(ox.Triple(subject, ox.NamedNode(_SKOS + "broader"), ox.NamedNode(up)))
        for base in concept.variant_of:
            triples.append(ox.Triple(subject, ox.NamedNode(str(KG.variantOf)), ox.NamedNode(base)))
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"skos": _SKOS, "kg": str(KG._NS)})
    out.write((written or b"").decode("utf-8"))
