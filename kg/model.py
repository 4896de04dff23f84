"""The records that travel through the house: read → extract → resolve → graph.

Frozen, made of tuples, and free of every library: spaCy types stop at `extract`, RDF types begin at `graph`.
Offsets are code points into `Paper.text`, start inclusive, end exclusive. Scores are probabilities in 0..1.
A number that points at an entity is an index into `Extraction.entities`.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "Abstract",
    "Entity",
    "EntityType",
    "Extraction",
    "Kind",
    "Link",
    "LinkKind",
    "LocalEntity",
    "Mention",
    "Paper",
    "Person",
    "Problem",
    "ProblemKind",
    "Relation",
    "RelationType",
    "Result",
    "Role",
    "Span",
]


class Word(str, Enum):
    """A word of a closed list, which is its own value: `enum.StrEnum`, which Python 3.10 does not have."""

    __str__ = str.__str__


class EntityType(Word):
    """What an abstract can name."""

    METHOD = "Method"
    DATASET = "Dataset"
    BENCHMARK = "Benchmark"
    METRIC = "Metric"
    TASK = "Task"


class Role(Word):
    """What a paper does with an entity: the local name of the property in the ontology."""

    PROPOSES = "proposes"
    USES = "uses"
    COMPARES = "comparesWith"
    INTRODUCES = "introduces"
    EVALUATES = "evaluatesOn"
    ADDRESSES = "addresses"
    REPORTS = "reportsMetric"
    MENTIONS = "mentions"


class RelationType(Word):
    """What one entity is to another: the local name of the property in the ontology."""

    OUTPERFORMS = "outperforms"
    PART_OF = "partOf"
    BASED_ON = "basedOn"
    APPLIED_TO = "appliedTo"
    TRAINED_ON = "trainedOn"
    EVALUATED_ON = "evaluatedOn"
    USED_FOR = "usedFor"
    DERIVED_FROM = "derivedFrom"
    SUBSET_OF = "subsetOf"


class Kind(Word):
    """How a stated number measures: a score, a difference to a baseline, or a factor."""

    ABSOLUTE = "Absolute"
    GAIN = "Gain"
    RATIO = "Ratio"


class LinkKind(Word):
    """What stands behind a URL, by its host and the words around it."""

    CODE = "code"
    PROJECT = "project"
    DATASET = "dataset"
    MODEL = "model"
    DEMO = "demo"
    OTHER = "other"


# --- read ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """An author; `id` is the source's own (`openalex:A50…`, `s2:1741101`), `orcid` 16 digits with hyphens, no URL."""

    name: str
    orcid: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Abstract:
    """One record as a reader found it.

    `ids` are `scheme:value` (`arXiv:2106.04632`, `doi:10.18653/v1/n19-1423`, `acl:N19-1423`, `openalex:W…`, `s2:…`,
    `pmid:…`); `issued` is an ISO date of year, month or day precision; `links` are URLs of the metadata or hidden
    behind words of the text; `source` is the file's name and `line` where the record begins in it.
    """

    abstract: str
    title: str | None = None
    ids: tuple[str, ...] = ()
    version: int | None = None
    authors: tuple[Person, ...] = ()
    issued: str | None = None
    venue: str | None = None
    comment: str | None = None
    links: tuple[str, ...] = ()
    source: str = ""
    line: int | None = None

    @property
    def text(self) -> str:
        """Title, newline, abstract; the abstract alone where there is no title."""
        return f"{self.title}\n{self.abstract}" if self.title else self.abstract


class ProblemKind(Word):
    """What a problem means: only a broken record ends a build (unless bad records are to be skipped)."""

    BROKEN = "broken"
    """A record that cannot be read: a broken JSON line, an unclosed BibTeX entry, a cut-off file."""
    SKIPPED = "skipped"
    """A whole record that has no abstract, or a file of a folder that holds no abstracts."""
    NOISE = "noise"
    """Text between the records that belongs to none: a page's menus and headings."""
    WARNING = "warning"
    """Nothing was lost, but something was guessed: an encoding, a date."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not read or not extracted, and why; what is lost is counted and can be listed."""

    source: str
    line: int | None
    message: str
    excerpt: str = ""
    kind: ProblemKind = ProblemKind.BROKEN


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: the records of all sources that are about it, merged into the fullest metadata.

    `key` is the paper's local name (`arxiv-2106.04632`), a pure function of the set of its records; `record` holds
    the merged metadata and the text that is read; `sources` names every file; `records` keeps each source's own words.
    """

    key: str
    record: Abstract
    sources: tuple[str, ...]
    records: tuple[Abstract, ...] = ()

    @property
    def text(self) -> str:
        """The text that offsets refer to."""
        return self.record.text


# --- extract ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words themselves."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A span that names an entity."""

    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """One thing as one abstract names it: the coreference cluster of its mentions.

    `surfaces` are the distinct strings of its mentions, in order of appearance; `name` is the one to show; `expansion`
    the long form where the abstract defines an acronym; `core` the probability that a curator would link it.
    """

    type: EntityType
    name: str
    surfaces: tuple[str, ...]
    mentions: tuple[Mention, ...]
    roles: tuple[Role, ...] = (Role.MENTIONS,)
    expansion: str | None = None
    core: float = 1.0
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """A URL of the text, repaired, with where it stood and what it leads to."""

    url: str
    start: int
    end: int
    kinds: tuple[LinkKind, ...] = (LinkKind.OTHER,)


@dataclass(frozen=True, slots=True)
class Result:
    """A stated measurement. `value`, `low` and `high` are decimal digits without sign; `raw` stands at start..end.

    A range or a bound has `low` and/or `high` (and no `value` where the text gives none); `direction` is "up" or
    "down" for a gain or a ratio; `sentence` is the evidence.
    """

    start: int
    end: int
    raw: str
    kind: Kind
    sentence: Span
    value: str | None = None
    low: str | None = None
    high: str | None = None
    unit: str = ""
    direction: str | None = None
    method: int | None = None
    dataset: int | None = None
    metric: int | None = None
    baselines: tuple[int, ...] = ()
    split: str | None = None
    setting: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """A stated relation between two entities of the paper, with the sentence that says so."""

    head: int
    type: RelationType
    tail: int
    sentence: Span
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one text."""

    sentences: tuple[Span, ...] = ()
    entities: tuple[LocalEntity, ...] = ()
    links: tuple[Link, ...] = ()
    results: tuple[Result, ...] = ()
    relations: tuple[Relation, ...] = ()


# --- resolve ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entity:
    """A node of the graph: one thing across papers. Its identity is its `id` (`method/filip`) alone.

    `variant_of` are the ids of entities it is a variant of (Swin-B of Swin), `broader` of those it stands under;
    `concept` is the IRI of the vocabulary entry it is, where it is one.
    """

    id: str
    type: EntityType
    label: str
    aliases: tuple[str, ...] = ()
    variant_of: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    concept: str | None = None
