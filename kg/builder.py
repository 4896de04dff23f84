"""Build a graph: read → extract → resolve → graph → store.

Each stage commits to the ledger what it has done and finds there what is left to do, so that a build can end at any
moment and the same command goes on where it stopped. The graph is a pure function of the records, the vocabulary and
the decisions: neither the order of the papers nor the number of builds can be seen in it.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from kg import iris
from kg.errors import InputError, OntologyError, PipelineError, StoreError
from kg.extract import DEFAULT_PIPELINE, Extractor
from kg.extract.codec import entities_from_json
from kg.extract.confidence import confident_entities
from kg.extract.workers import TIME_LIMIT, Answer, Failure, extract_all, extract_here
from kg.model import Abstract, Problem, ProblemKind
from kg.read import group, read, record_keys
from kg.read.codec import problem_to_json
from kg.read.people import author_keys
from kg.read.reading import refusal
from kg.resolve import Resolver, load_decisions
from kg.store.directory import GraphDirectory
from kg.store.ledger import Ledger
from kg.vocabulary import load_vocabulary
from kg.writer import SOFTWARE, write

__all__ = ["Summary", "build", "remove"]

#: What may extract: worker processes here, or a Ray cluster.
ENGINES = ("local", "ray")

#: Papers a transaction: large enough for speed, small enough to lose little.
_BATCH = 256
#: Texts from which on the start of worker processes is worth its seconds.
_MANY = 300

#: Told of (stage, done, total or None where it is not known).
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did.

    `papers` are in the graph, `read` of them read anew, from `records` of the input; `problems` are what is no record
    or a broken one, `failures` papers that the pipeline could not read (tried again by the next build), `renamed`
    entities whose IRI changed (old, new).
    """

    papers: int
    read: int
    records: int
    problems: tuple[Problem, ...] = ()
    failures: tuple[Problem, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


def build(
    inputs: Iterable[str | Path],
    graph: str | Path,
    *,
    format: str | None = None,
    columns: dict[str, str] | None = None,
    pipeline: str | Path = DEFAULT_PIPELINE,
    vocabulary: Iterable[str | Path] = (),
    decisions: str | Path | None = None,
    min_confidence: float | None = None,
    base: str | None = None,
    skip_bad: bool = False,
    jobs: int | None = None,
    time_limit: float = TIME_LIMIT,
    engine: str = "local",
    address: str | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Summary:
    """Make or extend the graph in the folder `graph` from files, folders, globs or "-" (standard input).

    A broken record ends the build with InputError and leaves the graph as it was, unless `skip_bad`; so does, with
    PipelineError, a pipeline that cannot be loaded where there is something to read. Papers of the
    inputs that another pipeline read before, or with another vocabulary, are read again; papers of earlier builds stay
    as they are. `base` is for a new graph (`kg.vocab.BASE` unless given); StoreError where a graph that exists has
    another. `jobs` processes extract (as many as there are cores, where that is worth their start); a text that
    takes longer than `time_limit` seconds in one of them is given up. `engine` "ray" extracts on the Ray cluster at
    `address` instead (without one, on a cluster started for it); the graph is the same.
    """
    if engine not in ENGINES:
        raise PipelineError(f"no engine {engine!r}", hint=f"choose {' or '.join(ENGINES)}")
    new = not Path(graph).exists()
    items = read(inputs, format=format, columns=columns)
    files = tuple(vocabulary)
    # What the user named wrongly is to be said before a folder is made.
    _ = Extractor(pipeline).version, load_vocabulary(files), load_decisions(decisions)
    directory = GraphDirectory.create(graph, base)
    with _opened(directory) as ledger:
        rules = _rules(ledger, files, decisions, min_confidence)
        _check(rules)
        extractor = Extractor(pipeline, rules.vocabulary)
        try:
            with ledger:  # all or nothing
                records, problems = _read(ledger, items, skip_bad, progress)
                ledger.reuse(extractor.version)
                due = ledger.unread(extractor.version)
                if due:
                    extractor.load()  # what cannot be is to be said once, not of each paper
        except (InputError, PipelineError):
            # Another build may have made the graph while this one waited for its input.
            if new and not ledger.count("paper"):
                shutil.rmtree(directory.path)
            raise
        _list(directory, problems)
        done, failures = _extract(ledger, due, extractor, _Engine(engine, address, jobs, time_limit), progress)
        _list(directory, problems + failures)
        renamed = _finish(directory, ledger, rules, jobs, progress)
        return Summary(ledger.count("paper"), done, records, problems, failures, renamed)


def remove(graph: str | Path, papers: Iterable[str], *, progress: Progress = lambda stage, done, total: None) -> int:
    """Take papers out, by IRI, key or identifier ("arXiv:2106.04632"); return how many."""
    directory = GraphDirectory.open(graph)
    with _opened(directory) as ledger:
        rules = _rules(ledger, (), None, None)
        _check(rules)
        with ledger:
            keys = list(dict.fromkeys(_find(ledger, directory, name) for name in papers))
            for key in keys:
                ledger.remove_records(key)
                ledger.remove_paper(key)
        _finish(directory, ledger, rules, None, progress)
        return len(keys)


@contextmanager
def _opened(directory: GraphDirectory) -> Iterator[Ledger]:
    """Hold the graph for writing; a disk that is full or fails is the user's to mend, and costs nothing written."""
    with directory.writing():
        try:
            with closing(Ledger(directory.ledger)) as ledger:
                yield ledger
        except (sqlite3.Error, OSError) as error:
            hint = "make room, then run the same command again: it goes on where it stopped"
            raise StoreError(f"cannot be written ({error})", path=directory.path, hint=hint) from error


def _find(ledger: Ledger, directory: GraphDirectory, name: str) -> str:
    key = name.removeprefix(directory.base).removeprefix("paper/")
    if ledger.paper(key):
        return key
    found = ledger.papers_with_id(name)
    if not found:
        raise StoreError(f"no paper {name!r}", path=directory.path, hint="name it by its IRI or identifier")
    if len(found) > 1:
        hint = "name one of them: " + ", ".join(sorted(found))
        raise StoreError(f"{len(found)} papers have {name!r}", path=directory.path, hint=hint)
    return found[0]


def _read(
    ledger: Ledger, items: Iterable[Abstract | Problem], skip_bad: bool, progress: Progress
) -> tuple[int, tuple[Problem, ...]]:
    """Take the records into the ledger and group them into papers."""
    problems: list[Problem] = []
    count = 0
    run = ledger.begin_run()
    for item in items:
        if isinstance(item, Problem):
            if item.kind is ProblemKind.BROKEN and not skip_bad:
                raise refusal(item)
            problems.append(item)
            continue
        count += 1
        progress("read", count, None)
        # The line is not part of a record: the same file in another order is the same input.
        record = replace(item, line=None)
        ledger.add_record(run, item.source, _place(item), record, record_keys(record))
    for ids in ledger.fresh_components():
        papers = group(ledger.records(ids))
        ledger.put_papers(ids, [(paper, author_keys(paper.key, paper.record.authors)) for paper in papers])
    return count, tuple(problems)


def _list(directory: GraphDirectory, problems: Iterable[Problem]) -> None:
    """List what the last build did not read, a JSON object a line."""
    lines = (problem_to_json(problem) + "\n" for problem in problems)
    new = directory.problems.with_suffix(".new")
    new.write_text("".join(lines), "utf-8")
    new.rename(directory.problems)


def _place(record: Abstract) -> str:
    return record.ids[0] if record.ids else f"text:{iris.digest(record.text)}"


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a user may say of how texts become nodes; kept with the graph, so that it holds in the next build too."""

    vocabulary: tuple[str, ...] = ()
    decisions: str | None = None
    min_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class _Engine:
    """Where texts are read."""

    name: str
    address: str | None
    jobs: int | None
    time_limit: float

    def read(self, texts: Iterable[str], count: int, extractor: Extractor) -> Iterator[Answer]:
        """Read `count` texts with a loaded extractor, or with ones like it in other processes."""
        jobs = self.jobs or (os.cpu_count() or 1 if count > _MANY else 1)
        if count == 0 or (self.name == "local" and jobs == 1):
            return extract_here(texts, extractor)
        del extractor.nlp  # each process loads its own
        pipeline, reader = extractor.pipeline, partial(Extractor, vocabulary=extractor.vocabulary)
        if self.name == "ray":
            from kg.extract.ray_engine import extract_on_ray

            return extract_on_ray(texts, pipeline, address=self.address, reader=reader)
        return extract_all(texts, pipeline, jobs=jobs, time_limit=self.time_limit, reader=reader)


def _extract(
    ledger: Ledger, keys: list[str], extractor: Extractor, engine: _Engine, progress: Progress
) -> tuple[int, tuple[Problem, ...]]:
    """Read the papers that are due; return how many were read, and which could not be."""
    version = extractor.version
    texts = (paper.text for key in keys if (paper := ledger.paper(key)))
    answers = zip(keys, engine.read(texts, len(keys), extractor), strict=True)
    failures: list[Problem] = []
    done = 0
    while batch := list(islice(answers, _BATCH)):
        with ledger:
            for key, answer in batch:
                if isinstance(answer, Failure):
                    failures.append(answer.problem(key))
                else:
                    ledger.put_extraction(key, version, answer)
        done += len(batch)
        progress("extract", done, len(keys))
    return done - len(failures), tuple(failures)


def _finish(
    directory: GraphDirectory,
    ledger: Ledger,
    rules: _Rules,
    jobs: int | None,
    progress: Progress,
) -> tuple[tuple[str, str], ...]:
    """Resolve what changed, and write to the store what it does not yet say."""
    with ledger:
        ledger.set_setting("rules", json.dumps(asdict(rules)))
        resolver = Resolver(ledger.connection, load_vocabulary(rules.vocabulary), load_decisions(rules.decisions))
        renamed = _resolve(ledger, resolver, rules.min_confidence, progress)
    write(directory, ledger, rules.min_confidence, jobs=jobs or os.cpu_count() or 1, progress=progress)
    return renamed


def _rules(
    ledger: Ledger, vocabulary: Iterable[str | Path], decisions: str | Path | None, min_confidence: float | None
) -> _Rules:
    """Return what this build was told, else what an earlier one was."""
    kept = json.loads(ledger.setting("rules") or "{}")
    rules = _Rules(tuple(kept.get("vocabulary", ())), kept.get("decisions"), kept.get("min_confidence", 0.0))
    if files := tuple(str(Path(path).resolve()) for path in vocabulary):
        rules = replace(rules, vocabulary=files)
    if decisions is not None:
        rules = replace(rules, decisions=str(Path(decisions).resolve()))
    if min_confidence is not None:
        rules = replace(rules, min_confidence=min_confidence)
    return rules


def _check(rules: _Rules) -> None:
    """See that the files of an earlier build are still there, before anything of the graph is changed."""
    try:
        if rules.vocabulary:
            load_vocabulary(rules.vocabulary)
        load_decisions(rules.decisions)
    except OntologyError as error:
        hint = error.hint or "the graph is built with it: mend it, or give another with --vocabulary or --decisions"
        raise OntologyError(error.message, path=error.path, line=error.line, hint=hint) from error


def _resolve(ledger: Ledger, resolver: Resolver, minimum: float, progress: Progress) -> tuple[tuple[str, str], ...]:
    fingerprint = f"{SOFTWARE} {resolver.fingerprint} {minimum}"
    if ledger.setting("resolver") != fingerprint:  # other rules may link every paper otherwise
        ledger.unresolve_all()
        ledger.set_setting("resolver", fingerprint)
    count = ledger.count("unresolved")
    changed = (
        (key, confident_entities(entities_from_json(body), minimum))
        for key, body in ledger.unresolved()
        if body is not None
    )
    changes = resolver.update(changed, [key for key, body in ledger.unresolved() if body is None])
    ledger.mark("entity", changes.entities)
    ledger.mark("entity", changes.gone)
    ledger.mark("paper", changes.papers)
    ledger.resolved()
    progress("resolve", count, count)
    return changes.renamed
