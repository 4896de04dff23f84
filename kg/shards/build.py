"""Build shards: read → extract → resolve → graph, each a map or a shuffle of rows (`kg.shards.stages`)."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.errors import InputError
from kg.extract import DEFAULT_PIPELINE, Extractor
from kg.extract.pipelines import find_pipeline
from kg.graph.quads import run_quads
from kg.model import Problem, ProblemKind
from kg.read.codec import problem_to_json
from kg.read.reading import InputFile, recognised, refusal
from kg.read.storage import is_address
from kg.resolve import load_decisions
from kg.resolve.identify import Rules
from kg.resolve.naming import Naming
from kg.resolve.senses import senses_from_json
from kg.resources import data_dir
from kg.shards import stages
from kg.shards.files import Folder
from kg.shards.rows import Cluster, Row, Rows
from kg.shards.stages import Decided, Reader, Resolution
from kg.store.directory import GraphDirectory
from kg.vocabulary import load_vocabulary
from kg.writer import SOFTWARE

__all__ = ["SHARDS", "Sharded", "build_shards", "decided_by"]

#: Shards of each kind; the papers of a shard are brought together in the memory of one process, some 15 kB each.
SHARDS = 64
_BATCH = 64  # texts that an actor reads together


@dataclass(frozen=True, slots=True)
class Sharded:
    """What was made: `files` with their numbers of statements; how many `problems` of each kind there were, and how
    many papers could not be extracted (`failures`), both listed in files beside the shards.
    """

    papers: int
    records: int
    files: Mapping[str, int]
    problems: Mapping[str, int]
    failures: int


def build_shards(
    inputs: Iterable[str | Path],
    folder: str | Path,
    *,
    cluster: Cluster,
    shards: int = SHARDS,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    pipeline: str | Path = DEFAULT_PIPELINE,
    vocabulary: Iterable[str | Path] = (),
    decisions: str | Path | None = None,
    min_confidence: float | None = None,
    base: str | None = None,
    skip_bad: bool = False,
) -> Sharded:
    """Write what `kg.builder.build` would make of the inputs as gzipped N-Quads into an empty folder.

    `folder` may be an address that fsspec knows. Standard input and the beginning of each file are read here, all else
    on the cluster, whose nodes find files under the same paths. Raises what `build` raises; until `shards.json` stands
    in the folder the shards are not all there, and the same call goes on with what was extracted.
    """
    place = Folder(folder)
    files, own = recognised(map(_absolute, inputs), format, columns), tuple(map(_absolute, vocabulary))
    known, ruled = load_vocabulary(own), load_decisions(decisions)
    rules = Rules(known, ruled)
    base = GraphDirectory.base_of(place.place, base)
    resolution = Resolution(rules, Naming(known, ruled, rules), min_confidence or 0.0, base, shards)
    extractor = Extractor(_sendable(pipeline), own)
    extractor.load()  # what cannot be is to be said once, not of each paper
    kept = place.begin()

    read = _read(cluster, files, columns, shards)
    problems, broken, lists = _listed(place, read.mapped(_problems))
    if broken and not skip_bad:
        raise refusal(broken)
    papers, records = _papers(read)
    if not records and not skip_bad:
        raise InputError(f"no abstracts in any of {len(files)} files", path=files[0].source.path)
    extracted = _extracted(place, papers, kept, extractor, cluster)
    failures, _, failed = _listed(place, extracted.mapped(stages.failures_of(resolution.shard)))
    written = _write(place, papers, extracted, resolution, cluster)
    if any(name.startswith("papers") for name in written):
        written["runs.nq.gz"] = place.write_lines("runs.nq.gz", run_quads(SOFTWARE, extractor.version, resolution.base))
    count = sum(int(body) for _, body in papers.mapped(_number))
    made = Sharded(count, records, dict(sorted(written.items())), problems, failures.total())
    told = {"software": SOFTWARE, "pipeline": extractor.version, "papers": count, "statements": made.files}
    place.finish(told, [*written, *lists, *failed])
    return made


def _absolute(given: str | Path) -> str:
    """Return a path as it is on every node; addresses and "-" stay."""
    return str(given) if given == "-" or is_address(str(given)) else str(Path(given).absolute())


def _sendable(pipeline: str | Path) -> str | Path:
    """Return what names the pipeline on every node: a bundled one by its name, for it stands elsewhere there."""
    folder = find_pipeline(pipeline)
    return pipeline if folder.parent == data_dir("pipelines") else folder.absolute()


def _read(cluster: Cluster, files: list[InputFile], columns: Mapping[str, str] | None, shards: int) -> Rows:
    def rows_of(number: int, file: InputFile) -> Iterable[Row]:
        return stages.records_of(number, file, columns, f"problems-{number % shards:05}")

    here = {n: list(rows_of(n, file)) for n, file in enumerate(files) if file.source.here or file.document}
    sent = [None if n in here else file for n, file in enumerate(files)]

    def make(number: int) -> Iterable[Row]:
        file = sent[number]
        return rows_of(number, file) if file else here[number]

    return cluster.rows(len(files), make).kept()


def _listed(place: Folder, problems: Rows) -> tuple[Counter[str], Problem | None, list[str]]:
    """List problems in files; return how many there are by kind, the first that is broken, and the files."""
    kinds: Counter[str] = Counter()
    broken: list[str] = []
    names = []
    for name, body in problems.grouped(partial(_write_problems, place)):
        counts, of_file = json.loads(body)
        kinds.update(counts)
        broken += of_file
        names.append(name)
    first = next(iter(stages.in_order(broken)), None)
    return kinds, stages.problem_of(first) if first else None, names


def _write_problems(place: Folder, shard: str, bodies: list[str]) -> Iterable[Row]:
    name = f"{shard}.jsonl.gz"
    ordered = stages.in_order(bodies)
    problems = [stages.problem_of(body) for body in ordered]
    place.write_lines(name, (problem_to_json(one) + "\n" for one in problems))
    broken = [body for body, one in zip(ordered, problems, strict=True) if one.kind is ProblemKind.BROKEN]
    yield name, json.dumps([Counter(one.kind for one in problems), broken[:1]])


def _papers(read: Rows) -> tuple[Rows, int]:
    """Merge records to papers: labels of records that share a key become one, until none has to."""
    labelled = read.mapped(_no_problems).kept()
    records = sum(int(body) for _, body in labelled.mapped(_number))
    while True:
        less = labelled.mapped(stages.keyed).grouped(stages.to_least).kept()
        if next(iter(less), None) is None:
            return labelled.grouped(stages.papers_of).kept(), records
        labelled = labelled.with_(less).grouped(stages.relabelled).kept()


def _extracted(place: Folder, papers: Rows, kept: list[str], extractor: Extractor, cluster: Cluster) -> Rows:
    """Read the texts that an earlier build has not; what was read is in files, for no node is to lose it."""

    def load(names: list[str]) -> Rows:
        return cluster.rows(len(names), lambda number: place.kept(names[number]))

    known = load(kept).mapped(stages.known_by_text(extractor.version)) if kept else None
    texts = papers.mapped(stages.by_text)
    due = (texts.with_(known) if known else texts).grouped(stages.with_known)
    make = partial(Reader, extractor.pipeline, extractor.vocabulary, extractor.version)
    return load(sorted({name for _, name in due.read_by(make, _BATCH).mapped(place.keep)}))


def _write(place: Folder, papers: Rows, extracted: Rows, resolution: Resolution, cluster: Cluster) -> dict[str, int]:
    """Resolve, and write all statements; return the files with their numbers of statements."""
    decided = decided_by(extracted, resolution, cluster)
    placed = extracted.mapped(resolution.placed(decided)).kept()
    named = placed.mapped(resolution.tallied).grouped(resolution.named).grouped(resolution.apart).kept()

    above = named.with_(named.mapped(resolution.upward)).grouped(resolution.answered)
    entities = named.with_(above).grouped(resolution.entities)
    people = papers.mapped(stages.people_of).grouped(resolution.people)
    shared = entities.with_(people).grouped(partial(_write_parts, place))

    needed = placed.mapped(resolution.needed).grouped(resolution.needed_once)
    ids = named.with_(needed).grouped(resolution.ids)
    own = placed.mapped(resolution.sharded).with_(ids).grouped(partial(_write_papers, place, resolution))
    return {name: int(count) for name, count in (*shared, *own)}


def _write_parts(place: Folder, shard: str, parts: Iterable[str]) -> Iterable[Row]:
    name = f"{shard}.nq.gz"
    yield name, str(place.write_lines(name, parts))


def _write_papers(place: Folder, resolution: Resolution, shard: str, bodies: list[str]) -> Iterable[Row]:
    return _write_parts(place, shard, resolution.papers(bodies))


def decided_by(extracted: Rows, resolution: Resolution, cluster: Cluster) -> Callable[[], Decided]:
    """Decide what all papers decide together, and send it to all nodes."""
    decided = Decided()
    for key, body in extracted.mapped(resolution.counted).grouped(resolution.decide):
        what, _, name = key.partition(" ")
        if what == "family":
            decided.families[name] = json.loads(body)
        else:
            decided.senses[name] = senses_from_json(body)
    if any(one.context for senses in decided.senses.values() for one in senses.values()):
        beside = extracted.mapped(resolution.beside(cluster.shared(decided)))
        for key, body in beside.grouped(_contexts):
            decided.contexts[key] = {sense: frozenset(names) for sense, names in json.loads(body).items()}
    return cluster.shared(decided)


def _contexts(key: str, bodies: list[str]) -> Iterable[Row]:
    found: dict[str, set[str]] = {}
    for body in bodies:
        for sense, names in json.loads(body).items():
            found.setdefault(sense, set()).update(names)
    yield key, json.dumps({sense: sorted(names) for sense, names in sorted(found.items())}, ensure_ascii=False)


def _problems(rows: list[Row]) -> Iterable[Row]:
    return [row for row in rows if row[0].startswith("problems-")]


def _no_problems(rows: list[Row]) -> Iterable[Row]:
    return [row for row in rows if not row[0].startswith("problems-")]


def _number(rows: list[Row]) -> Iterable[Row]:
    yield "", str(len(rows))
