"""The stages of a build as functions of rows: each sees one block, or all rows of one key, and no more.

Where rows of several kinds come together under a key, the first word of a body tells them apart (`_tagged`).

    records → papers       records that share identity keys get one label, by rounds of a shuffle; a label's are merged
    papers → read          a pipeline reads the text
    read → decided         what all papers decide together: the family of a phrase, the senses of an acronym
    read → placed          the node of each entity, a function of its names and of what was decided
    placed → nodes         the names of a node are counted; those of one plain id are named apart
    nodes → entities, ids  what a node stands under, and the ids that the papers of each shard link to
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from kg import iris
from kg.errors import PipelineError
from kg.extract import Extractor
from kg.extract.codec import entities_from_json
from kg.extract.confidence import confident_entities
from kg.extract.workers import Failure, read_chunk
from kg.graph.quads import entity_quads, person_quads
from kg.model import Abstract, LocalEntity, Person, Problem
from kg.read import group, record_keys
from kg.read.codec import (
    paper_from_json,
    paper_to_json,
    problem_from_json,
    problem_to_json,
    record_from_json,
    record_to_json,
)
from kg.read.people import author_keys, fullest
from kg.read.reading import InputFile, items
from kg.resolve.identify import Rules
from kg.resolve.naming import Naming, Node, apart, entity_of, new_tally
from kg.resolve.occurrence import Occurrence, occurrences
from kg.resolve.senses import Senses, choose, decide_all, senses_to_json
from kg.shards.rows import Row
from kg.writer import paper_lines

__all__ = ["Decided", "Reader", "Resolution"]

_IS = "is"  # the row itself, beside those that ask or tell something of it


def _tagged(tag: str, *parts: object) -> str:
    return json.dumps([tag, *parts], ensure_ascii=False)


def _parted(bodies: Iterable[str]) -> dict[str, list[list[str]]]:
    """Return the bodies by tag, each without it."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for tag, *parts in map(json.loads, bodies):
        found[tag].append(parts)
    return found


# --- records to papers ----------------------------------------------------------------------------------------------


def records_of(number: int, file: InputFile, columns: Mapping[str, str] | None, shard: str) -> Iterator[Row]:
    """Yield what stands in a file: a problem for its `shard`, with its place, or a record under a label of its own."""
    for nth, item in enumerate(items(file, columns)):
        if isinstance(item, Abstract):
            body = record_to_json(replace(item, line=None))
            yield iris.digest(body), _tagged(_IS, body)
        else:
            yield shard, json.dumps([number, nth, problem_to_json(item)], ensure_ascii=False)


def in_order(bodies: Iterable[str]) -> list[str]:
    """Return the bodies of problems in the order of their places."""
    return sorted(bodies, key=lambda body: json.loads(body)[:2])


def problem_of(body: str) -> Problem:
    """Return the problem in a body."""
    return problem_from_json(json.loads(body)[2])


def keyed(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the label of each record under each of its identity keys."""
    for label, body in rows:
        for key in record_keys(record_from_json(json.loads(body)[1])):
            yield key, label


def to_least(key: str, labels: Sequence[str]) -> Iterator[Row]:
    """Tell all labels of a key to become the least one."""
    for label in dict.fromkeys(labels[1:]):
        if label != labels[0]:
            yield label, _tagged("become", labels[0])


def relabelled(label: str, bodies: Sequence[str]) -> Iterator[Row]:
    """Give the records of a label the least one that it is to become."""
    found = _parted(bodies)
    new = min((to for (to,) in found["become"]), default=label)
    for (body,) in found[_IS]:
        yield new, _tagged(_IS, body)


def papers_of(label: str, bodies: Sequence[str]) -> Iterator[Row]:
    """Merge the records of a label, which share identity keys or are connected by others that do."""
    for paper in group(record_from_json(body) for (body,) in _parted(bodies)[_IS]):
        yield paper.key, paper_to_json(paper)


def people_of(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the authors of papers by their keys."""
    for key, body in rows:
        authors = paper_from_json(key, body).record.authors
        for name, person in zip(author_keys(key, authors), authors, strict=True):
            yield name, json.dumps(astuple(person), ensure_ascii=False)


# --- papers read ----------------------------------------------------------------------------------------------------


def by_text(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield papers by their texts."""
    for key, body in rows:
        yield iris.digest(paper_from_json(key, body).text), _tagged(_IS, key, body)


def known_by_text(version: str) -> Callable[[Iterable[Row]], Iterator[Row]]:
    """Return what yields by texts what this version of a pipeline extracted from them."""

    def tell(rows: Iterable[Row]) -> Iterator[Row]:
        for key, body in rows:
            paper, pipeline, extraction = json.loads(body)
            if pipeline == version:
                yield iris.digest(paper_from_json(key, paper).text), _tagged("known", pipeline, extraction)

    return tell


def with_known(text: str, bodies: Sequence[str]) -> Iterator[Row]:
    """Yield papers with what is known of their text; the body is [paper, pipeline, extraction], or [paper, "", ""]."""
    found = _parted(bodies)
    pipeline, extraction = found["known"][0] if found["known"] else ("", "")
    for key, body in found[_IS]:
        yield key, json.dumps([body, pipeline, extraction], ensure_ascii=False)


class Reader:
    """Reads the texts of papers of which nothing is known; of one that cannot be read the reason stands at the end.

    PipelineError where this node cannot load the pipeline, or has another version than the one that is asked for.
    """

    def __init__(self, pipeline: str | Path, vocabulary: Sequence[str | Path], version: str) -> None:
        self._extractor = Extractor(pipeline, vocabulary)
        if self._extractor.version != version:
            hint = "give all nodes the same paperkg, pipeline and vocabulary"
            raise PipelineError(f"a node has {self._extractor.version}, not {version}", hint=hint)
        self._extractor.load()

    def __call__(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Read a batch."""
        told = {key: json.loads(body) for key, body in rows}
        papers = {key: paper_from_json(key, paper) for key, (paper, pipeline, _) in told.items() if not pipeline}
        answers = read_chunk(self._extractor, [paper.text for paper in papers.values()])
        for key, answer in zip(papers, answers, strict=True):
            told[key][1:] = ["", answer.reason] if isinstance(answer, Failure) else [self._extractor.version, answer]
        yield from ((key, json.dumps(body, ensure_ascii=False)) for key, body in told.items())


def failures_of(shard: Callable[[str, str], str]) -> Callable[[Iterable[Row]], Iterator[Row]]:
    """Return what yields why papers could not be read, for their shards."""

    def tell(rows: Iterable[Row]) -> Iterator[Row]:
        for key, body in rows:
            _, pipeline, reason = json.loads(body)
            if not pipeline:
                problem = Failure(reason).problem(key)
                yield shard("failures", key), json.dumps([key, 0, problem_to_json(problem)], ensure_ascii=False)

    return tell


# --- what was read, decided and placed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """What all papers decide together.

    `families` says by name which family's phrases belong to another; `senses` gives by acronym and family the fields
    of `Senses`; `contexts` by "family:acronym" and sense what papers of that sense name beside it.
    """

    families: dict[str, dict[str, str]] = field(default_factory=dict)
    senses: dict[str, dict[str, Senses]] = field(default_factory=dict)
    contexts: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def of(self, short: str, family: str) -> Senses:
        """Return the senses of an acronym."""
        return self.senses.get(short, {}).get(family, Senses())


@dataclass(frozen=True)
class Resolution:
    """How what was read becomes nodes and statements: the rules that hold for all papers."""

    rules: Rules
    naming: Naming
    minimum: float
    base: str
    shards: int

    def shard(self, kind: str, name: str) -> str:
        """Return the shard of a paper, an entity or a person."""
        return f"{kind}-{int(iris.digest(name)[:8], 16) % self.shards:05}"

    # --- what all papers decide together

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Count in a block how many papers use a phrase in which family, and an acronym with which long form."""
        phrases: dict[str, Counter[str]] = defaultdict(Counter)
        longs: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for _, found in self._occurrences(rows):
            for one in found:
                if one.phrase and one.family in ("method", "task"):
                    phrases[one.main][one.family] += 1
            for short, family, long in {(one.short, one.family, one.long) for one in found}:
                longs[short][family][long] += 1
        yield from ((f"family {main}", json.dumps(counts)) for main, counts in phrases.items())
        yield from ((f"senses {short}", json.dumps(counts)) for short, counts in longs.items())

    def decide(self, key: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Decide of a name what all papers decide together; yields nothing where there is nothing to be said."""
        what, _, name = key.partition(" ")
        counts = [json.loads(body) for body in bodies]
        if what == "family":
            total: Counter[str] = Counter()
            for one in counts:
                total.update(one)
            moved = self.rules.moved(name, total)
            told = json.dumps(moved, ensure_ascii=False) if moved else ""
        else:
            longs: dict[str, Counter[str]] = defaultdict(Counter)
            for one in counts:
                for family, found in one.items():
                    longs[family].update(found)
            senses = decide_all(name, longs)
            told = senses_to_json(senses) if senses else ""
        if told:
            yield key, told

    def beside(self, decided: Callable[[], Decided]) -> Callable[[Iterable[Row]], Iterator[Row]]:
        """Return what tells, of the acronyms of which context is to decide, what papers of each sense name beside."""

        def tell(rows: Iterable[Row]) -> Iterator[Row]:
            known = decided()
            beside: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
            for _, found in self._occurrences(rows):
                for short, family, long in {(one.short, one.family, one.long) for one in found if one.long}:
                    senses = known.of(short, family)
                    if senses.context:
                        beside[f"{family}:{short}"][senses.leader[long]] |= _context(found, short)
            for key, senses_ in beside.items():
                yield key, json.dumps({sense: sorted(names) for sense, names in senses_.items()}, ensure_ascii=False)

        return tell

    # --- the node of each entity

    def placed(self, decided: Callable[[], Decided]) -> Callable[[Iterable[Row]], Iterator[Row]]:
        """Return what adds to the body of a paper that was read the nodes of its entities, by index."""

        def place(rows: Iterable[Row]) -> Iterator[Row]:
            known = decided()
            rows = list(rows)
            bodies = dict(rows)
            for key, found in self._occurrences(rows):
                nodes = [self._node(one, found, known) for one in found]
                yield key, json.dumps([*json.loads(bodies[key]), nodes], ensure_ascii=False)

        return place

    def _node(self, one: Occurrence, found: Sequence[Occurrence], decided: Decided) -> str:
        def chosen() -> tuple[str, tuple[str, ...]] | None:
            return choose(_context(found, one.short), decided.contexts.get(f"{one.family}:{one.short}", {}))

        senses = decided.of(one.short, one.family)
        return self.rules.identify(one, senses, chosen, lambda main: decided.families.get(main, {})).node

    def _occurrences(self, rows: Iterable[Row]) -> Iterator[tuple[str, tuple[Occurrence, ...]]]:
        """Yield by paper how its entities are named; nothing of papers that could not be read."""
        for key, body in rows:
            _, pipeline, extraction, *_ = json.loads(body)
            if pipeline:
                yield key, occurrences(self._entities(extraction))

    def _entities(self, extraction: str) -> tuple[LocalEntity, ...]:
        return confident_entities(entities_from_json(extraction), self.minimum)

    # --- nodes

    def tallied(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Count in a block what the papers call each node."""
        tallies: dict[str, dict[str, Counter[str]]] = defaultdict(new_tally)
        for _, body in rows:
            _, _, extraction, nodes = json.loads(body)
            for node, entity in zip(nodes, self._entities(extraction), strict=True):
                tally = tallies[node]
                tally["type"][entity.type] += 1
                tally["name"][entity.name] += 1
                tally["surface"].update(surface for surface in entity.surfaces if surface != entity.name)
        yield from ((node, json.dumps(tally, ensure_ascii=False)) for node, tally in tallies.items())

    def named(self, node: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Name a node; under the id that its label alone would give it."""
        total = new_tally()
        for body in bodies:
            for kind, counts in json.loads(body).items():
                total[kind].update(counts)
        if made := self.naming.make(node, total):
            yield made.plain, json.dumps(made.row, ensure_ascii=False)

    @staticmethod
    def apart(plain: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Give the nodes of one plain id different ids."""
        for node in apart(Node(*json.loads(body)) for body in bodies):
            yield node.node, _tagged(_IS, *node.row)

    def upward(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Ask what each node may stand under for its id."""
        for _, body in rows:
            for node, kind, upper in self.naming.above(Node(*json.loads(body)[1:])):
                yield upper, _tagged("for", node, kind)

    @staticmethod
    def answered(upper: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Tell those that asked, where there is such a node."""
        found = _parted(bodies)
        for row in found[_IS]:
            for node, kind in found["for"]:
                yield node, _tagged("above", kind, Node(*row).id)

    def entities(self, node: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Write what holds of a node across papers, for its shard."""
        found = _parted(bodies)
        above: dict[str, list[str]] = {"variant": [], "broader": []}
        for kind, id_ in found["above"]:
            above[kind].append(id_)
        for row in found[_IS]:
            entity = entity_of(Node(*row), above)
            yield self.shard("entities", node), "".join(entity_quads(entity, self.base))

    def people(self, key: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Write an author, for the shard."""
        person = fullest([Person(*json.loads(body)) for body in dict.fromkeys(bodies)])
        yield self.shard("people", key), "".join(person_quads(key, person, self.base))

    # --- papers

    def needed(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Tell of a block which nodes the papers of each shard link to."""
        asked = {(self.shard("papers", key), node) for key, body in rows for node in json.loads(body)[3]}
        yield from ((f"{shard} {node}", "") for shard, node in sorted(asked))

    @staticmethod
    def needed_once(key: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Ask once for a shard for the id of a node, however many blocks need it."""
        shard, _, node = key.partition(" ")
        yield node, _tagged("in", shard)

    @staticmethod
    def ids(node: str, bodies: Sequence[str]) -> Iterator[Row]:
        """Tell each shard that asked the id of a node."""
        found = _parted(bodies)
        for row in found[_IS]:
            for (shard,) in found["in"]:
                yield shard, _tagged("id", node, Node(*row).id)

    def sharded(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Send each paper to its shard."""
        for key, body in rows:
            yield self.shard("papers", key), _tagged("paper", key, body)

    def papers(self, bodies: Sequence[str]) -> Iterator[str]:
        """Write the papers of a shard, by their keys."""
        found = _parted(bodies)
        ids = dict(found["id"])
        for key, body in sorted(found["paper"]):
            told, pipeline, extraction, nodes = json.loads(body)
            paper = paper_from_json(key, told)
            people = dict.fromkeys(author_keys(key, paper.record.authors))
            links = tuple(ids[node] for node in nodes)
            lines = paper_lines(paper, (pipeline, extraction), links, people, self.minimum, self.base)
            yield "".join(dict.fromkeys(lines))


def _context(found: Sequence[Occurrence], short: str) -> frozenset[str]:
    """Return the keys of what else a paper names, metrics aside."""
    return frozenset(one.main for one in found if one.short != short and one.family != "metric")
