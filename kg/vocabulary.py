"""Read the vocabulary: well-known methods, datasets, benchmarks, metrics and tasks with their other names (SKOS).

The built-in files are `ontology/vocabulary/*.ttl` and `ontology/metrics.ttl`. A user's file is SKOS Turtle of the
same shape, or a table of two columns separated by a tab, one of

    NAME<TAB>TYPE       the name is a Method, Dataset, Benchmark, Metric or Task
    NAME<TAB>ALIAS      the name, of this file or of the vocabulary, is also written so

with empty lines and lines that begin with "#" set aside. Both the pattern matcher and the resolver read from here.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg import iris
from kg.errors import OntologyError
from kg.model import EntityType
from kg.names import family, fold, key
from kg.resources import data_dir
from kg.vocab import KG, VOCABULARY

__all__ = ["Concept", "Vocabulary", "builtin_files", "load_own", "load_vocabulary", "mint", "read_concepts"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TYPES = {str(KG[name.value]): name for name in EntityType}
_NAMES = {name.value.lower(): name for name in EntityType}


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry: its IRI, type, preferred name, other names, and the IRIs it stands under or is a variant of."""

    iri: str
    type: EntityType
    label: str
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    variant_of: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The preferred name, then the others."""
        return (self.label, *self.aliases)


class Vocabulary:
    """Concepts by IRI and by folded name. Later concepts of one IRI, or of one name and type, add to earlier ones."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        merged: dict[str, Concept] = {}
        for concept in concepts:
            known = merged.get(concept.iri)
            merged[concept.iri] = _merge(known, concept) if known else concept
        self.concepts = MappingProxyType(dict(sorted(merged.items())))
        forms: dict[tuple[str, str], set[str]] = {}
        keys: dict[tuple[str, str], set[str]] = {}
        for concept in self.concepts.values():
            for name in concept.names:
                forms.setdefault((family(concept.type), fold(name)), set()).add(concept.iri)
                keys.setdefault((family(concept.type), key(name)), set()).add(concept.iri)
        self._forms = {form: tuple(sorted(found)) for form, found in forms.items() if form[1]}
        self._keys = {form: tuple(sorted(found)) for form, found in keys.items() if form[1]}
        text = "\x1e".join(map(repr, self.concepts.values()))
        self.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]

    def __len__(self) -> int:
        return len(self.concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def find(self, name: str, type_: EntityType | None = None) -> tuple[Concept, ...]:
        """Return the concepts of this name in any of its spellings, of the type's family (any, where None)."""
        families = ("data", "method", "metric", "task") if type_ is None else (family(type_),)
        form = fold(name)
        return tuple(self.concepts[iri] for one in families for iri in self._forms.get((one, form), ()))

    def with_key(self, key_: str, family_: str) -> tuple[Concept, ...]:
        """Return the concepts of a family with a name of this key (`kg.names.key`)."""
        return tuple(self.concepts[iri] for iri in self._keys.get((family_, key_), ()))


def _merge(known: Concept, more: Concept) -> Concept:
    aliases = dict.fromkeys((*known.aliases, *more.names))
    aliases.pop(known.label, None)
    return replace(
        known,
        aliases=tuple(sorted(aliases)),
        broader=tuple(sorted({*known.broader, *more.broader})),
        variant_of=tuple(sorted({*known.variant_of, *more.variant_of})),
    )


def builtin_files() -> tuple[Path, ...]:
    """Return the vocabulary files that come with the package."""
    root = data_dir("ontology")
    metrics = root / "metrics.ttl"
    return (*sorted((root / "vocabulary").glob("*.ttl")), *([metrics] if metrics.is_file() else []))


def load_vocabulary(paths: Iterable[str | Path] = (), *, builtin: bool = True) -> Vocabulary:
    """Load the built-in vocabulary and the user's files; raises `OntologyError` with file and line.

    Files are parsed again only where they have changed.
    """
    files = (*(builtin_files() if builtin else ()), *map(Path, paths))
    return _loaded(tuple((path, _content(path)) for path in files))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OntologyError(f"cannot be read: {error.strerror}", path=path) from error


@lru_cache(maxsize=4)  # a build asks for the bundled files with and without the user's
def _loaded(files: tuple[tuple[Path, bytes], ...]) -> Vocabulary:
    """Parse files, which are told apart by their content."""
    concepts: list[Concept] = []
    for path, _ in files:
        concepts.extend(_read_table(path, concepts) if path.suffix in (".tsv", ".txt") else read_concepts(path))
    return Vocabulary(concepts)


def load_own(paths: Iterable[str | Path]) -> Vocabulary:
    """Load of the vocabulary what the user's files add or alter; raises as `load_vocabulary`."""
    if not (files := tuple(paths)):
        return Vocabulary()
    bundled = load_vocabulary().concepts
    return Vocabulary(concept for concept in load_vocabulary(files) if concept != bundled.get(concept.iri))


def read_concepts(path: str | Path) -> tuple[Concept, ...]:
    """Read the `skos:Concept`s of a Turtle file that have exactly one of the five classes, in the order of IRIs."""
    types: dict[str, set[EntityType]] = {}
    found: dict[str, dict[str, list[str]]] = {}
    try:
        with Path(path).open("rb") as stream:
            for triple in ox.parse(stream, format=ox.RdfFormat.TURTLE):
                if not isinstance(triple.subject, ox.NamedNode):
                    continue
                iri, value = triple.subject.value, getattr(triple.object, "value", "")
                if triple.predicate == _RDF_TYPE:
                    if value in _TYPES:
                        types.setdefault(iri, set()).add(_TYPES[value])
                    elif value == _SKOS + "Concept":
                        found.setdefault(iri, {})
                else:
                    found.setdefault(iri, {}).setdefault(triple.predicate.value, []).append(value)
    except SyntaxError as error:
        raise OntologyError(f"not Turtle: {error.msg}", path=path, line=error.lineno) from error
    except OSError as error:
        raise OntologyError(f"cannot be read: {error.strerror}", path=path) from error
    return tuple(_concept(path, iri, types[iri], found[iri]) for iri in sorted(found.keys() & types.keys()))


def _concept(path: str | Path, iri: str, types: set[EntityType], values: dict[str, list[str]]) -> Concept:
    if EntityType.BENCHMARK in types:  # a benchmark is a dataset too
        types = types - {EntityType.DATASET}
    labels = sorted(values.get(_SKOS + "prefLabel", ()))
    if len(types) != 1 or not labels:
        raise OntologyError(f"<{iri}> needs one class and a skos:prefLabel", path=path)
    aliases = {*labels[1:], *values.get(_SKOS + "altLabel", ()), *values.get(_SKOS + "hiddenLabel", ())}
    return Concept(
        iri=iri,
        type=min(types),
        label=labels[0],
        aliases=tuple(sorted(aliases - {labels[0]})),
        broader=tuple(sorted(values.get(_SKOS + "broader", ()))),
        variant_of=tuple(sorted(values.get(str(KG.variantOf), ()))),
    )


def mint(type_: EntityType, name: str, minted: dict[str, str]) -> str:
    """Return the IRI of a concept of a user's own, and note in `minted` of which name (folded) it was made.

    "A*" is not another spelling of "A": a name that reads the same within an IRI gets its hash beside it.
    """
    iri = f"{VOCABULARY}{type_.lower()}/{iris.slug(name) or iris.digest(name)}"
    folded = fold(name)
    return iri if minted.setdefault(iri, folded) == folded else f"{iri}-{iris.digest(folded)[:8]}"


def _read_table(path: Path, known: Iterable[Concept]) -> tuple[Concept, ...]:
    """Read a table of two columns; a name without a type must be known from an earlier line or file."""
    by_form: dict[str, Concept] = {}
    minted: dict[str, str] = {}
    for concept in known:
        minted[concept.iri] = fold(concept.label)
        for name in concept.names:
            by_form.setdefault(fold(name), concept)
    rows: list[Concept] = []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise OntologyError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        raise OntologyError(f"not UTF-8: {error}", path=path) from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 2 or not all(map(fold, cells)):
            raise OntologyError("not two cells separated by a tab", path=path, line=number)
        name, second = cells
        type_ = _NAMES.get(second.lower())
        base = by_form.get(fold(name))
        if type_ is not None and (base is None or family(base.type) != family(type_)):
            base = Concept(mint(type_, name, minted), type_, name)
        elif type_ is not None and base is not None:
            base = replace(base, aliases=tuple(sorted({*base.aliases, name} - {base.label})))
        elif base is not None:
            base = replace(base, aliases=tuple(sorted({*base.aliases, second} - {base.label})))
        else:
            hint = f"add a line '{name}<TAB>Dataset' (or another type) above"
            raise OntologyError(f"no entry is named {name!r}", path=path, line=number, hint=hint)
        by_form[fold(name)] = base
        rows.append(base)
    return tuple(rows)
