"""The questions everybody asks, as files: `ontology/queries/*.rq`, each with its title and parameters on top.

    # title: Leaderboard of a dataset
    # description: The scores that papers report on a dataset, best first.
    # param: dataset (Dataset) the dataset or benchmark; example: ImageNet
    # param: metric (Metric, optional) this metric only; example: accuracy

A parameter stands in the query as `VALUES ?dataset { … }` with an example, so that a file runs as it is. Binding puts
the N-Triples form of a term between those braces: a value is a term before it is text, so nothing can be pasted in.
A line that ends in `# only with: metric` is left out where that parameter is not given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.names import KINDS, find_entity
from kg.resources import data_dir
from kg.vocab import BASE, PREFIXES

__all__ = ["NamedQuery", "Parameter", "bind", "list_named", "load_named", "resolve"]

_PARAMETER = re.compile(r"(\w+) \((\w+)(, optional)?\) (.*); example: (.*)")
_TYPES = (*KINDS, "Class", "Text", "Integer")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a named query wants to know: a name of an entity of a kind, a class, a text or an integer."""

    name: str
    type: str
    description: str
    example: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question with a name; `text` runs as it stands, with the examples in the place of the parameters."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str


def list_named() -> list[NamedQuery]:
    """Return all named queries, by name."""
    return [_parse(path) for path in sorted(_folder().glob("*.rq"))]


def load_named(name: str) -> NamedQuery:
    """Return a named query; raises `QueryError` that lists the names where there is none."""
    known = {path.stem: path for path in sorted(_folder().glob("*.rq"))}
    if name not in known:
        raise QueryError(f"no named query {name!r}", hint=f"choose one of {', '.join(known)}")
    return _parse(known[name])


def resolve(store: ox.Store | None, named: NamedQuery, values: Mapping[str, str], *, base: str = BASE) -> str:
    """Return the SPARQL of a named query with its parameters' values, names looked up in the graph.

    Without a store (for an endpoint elsewhere) an entity is given by its IRI, full or after the base.
    Raises `QueryError` for a parameter that is unknown, missing or fits no name.
    """
    unknown = [name for name in values if name not in {parameter.name for parameter in named.parameters}]
    if unknown:
        hint = f"it has {_known(named)}" if named.parameters else "it has none"
        raise QueryError(f"{named.name} has no parameter {unknown[0]!r}", hint=hint)
    missing = [p for p in named.parameters if not p.optional and p.name not in values]
    if missing:
        first = missing[0]
        hint = f"add --param {first.name}={first.example!r} ({first.description})"
        raise QueryError(f"{named.name} needs the parameter {first.name!r}", hint=hint)
    terms = {p.name: _term(store, p, values[p.name], base) for p in named.parameters if p.name in values}
    return bind(named, terms)


def bind(named: NamedQuery, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """Return the SPARQL of a named query with terms in the place of its parameters."""
    text = named.text
    for parameter in named.parameters:
        term = terms.get(parameter.name)
        if term is None:
            text = re.sub(rf"(?m)^.*# only with: {parameter.name}$\n?", "", text)
        else:
            value = str(term)  # N-Triples: quotes, brackets and line ends are escaped by pyoxigraph
            # Split, not substituted: a backslash in the value means itself.
            parts = re.split(rf"(VALUES \?{parameter.name} {{)[^{{}}]*(}})", text)
            text = "".join(f" {value} {part}" if part == "}" else part for part in parts)
    return text


def _term(store: ox.Store | None, parameter: Parameter, value: str, base: str) -> ox.NamedNode | ox.Literal:
    if parameter.type in KINDS and store is None:
        return _iri(parameter, value, base)
    if parameter.type in KINDS and store is not None:
        return find_entity(store, value, parameter.type, base=base).node
    if parameter.type == "Text":
        return ox.Literal(value)
    try:
        if parameter.type == "Integer":
            return ox.Literal(int(value))
        prefix, colon, local = value.strip("<>").partition(":")
        return ox.NamedNode(PREFIXES[prefix] + local if colon and prefix in PREFIXES else value.strip("<>"))
    except ValueError:
        hint = f"for example {parameter.example}"
        raise QueryError(f"{parameter.name}={value!r} is no {parameter.type.lower()}", hint=hint) from None


def _iri(parameter: Parameter, value: str, base: str) -> ox.NamedNode:
    iri = value.removeprefix("<").removesuffix(">")
    if "/" not in iri:
        hint = f"for example {parameter.type.lower()}/{parameter.example.lower().replace(' ', '-')}"
        raise QueryError(f"names cannot be looked up at an endpoint: {value!r}", hint=f"give the IRI, {hint}")
    try:
        return ox.NamedNode(iri if "://" in iri else base + iri)
    except ValueError:
        raise QueryError(f"{value!r} is no IRI") from None


def _known(named: NamedQuery) -> str:
    return ", ".join(parameter.name for parameter in named.parameters)


def _folder() -> Path:
    return data_dir("ontology") / "queries"


def _parse(path: Path) -> NamedQuery:
    text = path.read_text("utf-8")
    header: dict[str, str] = {}
    parameters = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        if key != "param":
            header[key] = value
            continue
        found = _PARAMETER.fullmatch(value)
        if not found or found[2] not in _TYPES:
            hint = "write: # param: name (Type[, optional]) description; example: value"
            raise QueryError(f"a parameter that cannot be read: {value!r}", path=path, line=number, hint=hint)
        parameters.append(Parameter(found[1], found[2], found[4], found[5], found[3] is not None))
    if not {"title", "description"} <= header.keys():
        raise QueryError("a named query needs a title and a description on top", path=path, line=1)
    return NamedQuery(path.stem, header["title"], header["description"], tuple(parameters), text)
