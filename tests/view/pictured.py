"""A made-up library of papers in the shape that a build gives, for tests and measurements of the pages."""

import itertools
import random
import re

from pyoxigraph import Store

from kg.graph.quads import entity_quads, paper_quads, parsed
from kg.model import (
    Abstract,
    Entity,
    EntityType,
    Extraction,
    Kind,
    Link,
    LinkKind,
    LocalEntity,
    Mention,
    Paper,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)
from kg.vocab import BASE

M, D, B, X, T = EntityType.METHOD, EntityType.DATASET, EntityType.BENCHMARK, EntityType.METRIC, EntityType.TASK


def fill(
    store: Store, papers: list[tuple[Paper, Extraction]], aliases: dict[str, tuple[str, ...]] | None = None
) -> None:
    """Write papers; an entity is its type and name."""
    from kg import iris

    for paper, extraction in papers:
        ids = tuple(iris.entity(local.type, local.name) for local in extraction.entities)
        store.extend(parsed(paper_quads(paper, extraction, ids, (), "run/test", BASE)))
        for local, name in zip(extraction.entities, ids, strict=True):
            entity = Entity(name, local.type, local.name, (aliases or {}).get(local.name, ()))
            store.extend(parsed(entity_quads(entity, BASE)))


def paper(
    key: str,
    title: str | None,
    abstract: str,
    entities: dict[str, tuple[EntityType, Role]],
    *,
    issued: str = "2021",
    url: str | None = None,
    result: tuple[str, str, str, str] | None = None,
    relation: tuple[str, RelationType, str] | None = None,
) -> tuple[Paper, Extraction]:
    """A paper whose mentions are every place where a name stands."""
    record = Abstract(abstract, title, (f"arXiv:{key}",), issued=issued, source="made-up.jsonl")
    text = record.text
    names = list(entities)
    locals_ = tuple(
        LocalEntity(
            type_,
            name,
            (name,),
            tuple(Mention(m.start(), m.end()) for m in re.finditer(re.escape(name), text)),
            (role,),
        )
        for name, (type_, role) in entities.items()
    )
    cuts = [0, *(m.end() for m in re.finditer(r"(?<=[.!?]) |\n", text)), len(text)]
    sentences = tuple(Span(a, b) for a, b in itertools.pairwise(cuts) if b > a)
    results, relations = (), ()
    if result:
        value, method, dataset, metric = result
        start = text.index(value)
        where = next(s for s in sentences if s.start <= start < s.end)
        ends = [names.index(name) for name in (method, dataset, metric)]
        results = (
            Result(
                start,
                start + len(value),
                value,
                Kind.ABSOLUTE,
                where,
                value.rstrip("%"),
                unit="%" * ("%" in value),
                method=ends[0],
                dataset=ends[1],
                metric=ends[2],
            ),
        )
    if relation:
        head, type_, tail = relation
        where = next(s for s in sentences if head in s.of(text) and tail in s.of(text))
        relations = (Relation(names.index(head), type_, names.index(tail), where),)
    links = (Link(url, 0, 0, (LinkKind.CODE,)),) if url else ()
    return Paper(f"arxiv-{key}", record, ("made-up.jsonl",)), Extraction(sentences, locals_, links, results, relations)


_WORDS = [
    "Sparse", "Gated", "Dual", "Deep", "Latent", "Masked", "Cross", "Token",
    "Graph", "Wave", "Prompt", "Fusion", "Neural", "Adaptive", "Fourier", "Mirror",
]  # fmt: skip
_NOUNS = [
    "Former", "Net", "BERT", "Mixer", "Pointer", "Encoder", "Diffuser", "Ranker",
    "Parser", "Tuner", "Sampler", "Decoder",
]  # fmt: skip
_LETTERS, _ENDINGS = "ABCDEFGHKLMNPRSTVW", ["IM", "oco", "oBench", "QA", "Net-", "Text-", "Scape"]
_TASKS = (
    "image classification",
    "semantic segmentation",
    "question answering",
    "machine translation",
    "retrieval",
    "object detection",
    "captioning",
    "summarisation",
    "speech recognition",
    "link prediction",
    "parsing",
    "pose estimation",
)
_METRICS = ("accuracy", "F1", "mIoU", "BLEU", "mAP", "recall@5", "ROUGE-L", "perplexity", "WER")


def library(count: int, seed: int = 1) -> list[tuple[Paper, Extraction]]:
    """So many papers of a dozen fields, each with a method of its own, some known ones, data, metric and task."""
    rng = random.Random(seed)
    fields = [
        (
            task,
            [f"{a}{n}" for a in rng.sample(_WORDS, 4) for n in rng.sample(_NOUNS, 2)],
            rng.sample(_METRICS, 2),
            [f"{rng.choice(_LETTERS)}{rng.choice(_ENDINGS)}{rng.randint(1, 40)}" for _ in range(7)],
        )
        for task in _TASKS
    ]
    made = []
    for number in range(count):
        task, known, metrics, data = fields[min(int(rng.expovariate(0.28)), len(fields) - 1)]
        own = f"{rng.choice(_WORDS)}{rng.choice(_NOUNS)}-{number}"
        old = [known[min(int(rng.expovariate(0.6)), 7)] for _ in range(2)]
        new, bench = data[min(int(rng.expovariate(0.5)), 5)], data[6]
        metric = rng.choice(metrics)
        value = f"{rng.uniform(40, 95):.1f}%"
        entities = {
            own: (M, Role.PROPOSES),
            old[0]: (M, Role.USES),
            task: (T, Role.ADDRESSES),
            new: (D, Role.EVALUATES),
            metric: (X, Role.REPORTS),
        }
        if old[1] not in entities:
            entities[old[1]] = (M, Role.COMPARES)
        if rng.random() < 0.4:
            entities[bench] = (B, Role.EVALUATES)
        abstract = (
            f"We address {task} with {own}, which builds on {old[0]}. Unlike earlier work, it needs no labels. "
            f"On {new}, {own} reaches {value} {metric} and outperforms {old[1]}. "
            + (f"We also report on {bench}. " if bench in entities else "")
            + "Code is available."
        )
        relation = (own, RelationType.OUTPERFORMS, old[1]) if old[1] != old[0] else (own, RelationType.BASED_ON, old[0])
        made.append(
            paper(
                f"{2000 + number % 300}.{number:05d}",
                f"{own}: a lighter way to {task}",
                abstract,
                entities,
                issued=f"{2018 + number % 6}-0{1 + number % 9}-11",
                url=f"https://github.com/made-up/{own.lower()}",
                result=(value, own, new, metric),
                relation=relation,
            )
        )
    return made
