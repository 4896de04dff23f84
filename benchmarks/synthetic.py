"""Make a synthetic graph of any size in the contract's shape, the same for the same seed, as a stream of quads.

    python benchmarks/synthetic.py GRAPH --triples 8000000 [--json FILE]

Papers go through `kg.graph`, so the shape is the product's own. Names are invented; their popularity is skewed as in
the literature: a few datasets and methods stand in very many papers.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.graph.quads import entity_quads, paper_quads, person_quads, run_quads
from kg.iris import run as mint_run
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
    Person,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)
from kg.query.standings import renew
from kg.store import GraphDirectory
from kg.vocab import BASE

METRICS = ("Accuracy", "F1", "mAP", "BLEU", "Error", "mIoU", "AUC", "Recall", "PSNR", "WER")
#: How many of each kind there are, by the number of papers.
PEOPLE_A_PAPER, METHODS_A_PAPER, PAPERS_A_DATASET, PAPERS_A_TASK = 0.8, 0.7, 15, 40
RUN = ("paperkg synthetic", "synthetic 1")


def skewed(rng: random.Random, count: int) -> int:
    """Draw an index, small ones much more often: the square of a uniform draw is Zipf-like enough."""
    return int(count * rng.random() ** 3)


def entities(papers: int) -> dict[EntityType, list[Entity]]:
    """Return the shared entities of a graph of so many papers."""
    counts = {
        EntityType.METHOD: int(papers * METHODS_A_PAPER) + 5,
        EntityType.DATASET: papers // PAPERS_A_DATASET + 5,
        EntityType.METRIC: len(METRICS),
        EntityType.TASK: papers // PAPERS_A_TASK + 5,
    }
    made = {}
    for type_, count in counts.items():
        word = type_.value
        made[type_] = [
            Entity(
                f"{word.lower()}/{METRICS[i].lower() if type_ is EntityType.METRIC else f'{word.lower()}-{i}'}",
                type_,
                METRICS[i] if type_ is EntityType.METRIC else f"{word}-{i}",
                aliases=(f"{word} number {i}",) if i % 3 == 0 else (),
            )
            for i in range(count)
        ]
    return made


def paper(i: int, rng: random.Random, known: dict[EntityType, list[Entity]], people: int) -> Iterator[str]:
    """Yield the quads of one paper: six entities, ten mentions, two results, two relations, four sentences."""

    def draw(type_: EntityType) -> Entity:
        return known[type_][skewed(rng, len(known[type_]))]

    proposed = known[EntityType.METHOD][i % len(known[EntityType.METHOD])]
    chosen = [
        (proposed, Role.PROPOSES),
        (draw(EntityType.METHOD), Role.COMPARES),
        (draw(EntityType.METHOD), Role.USES),
        (draw(EntityType.DATASET), Role.EVALUATES),
        (draw(EntityType.METRIC), Role.REPORTS),
        (draw(EntityType.TASK), Role.ADDRESSES),
    ]
    sentences, start = [], 0
    title = f"Paper {i} on {chosen[5][0].label}"
    words = [
        f"We address {chosen[5][0].label} with {proposed.label}, which builds on {chosen[2][0].label}.",
        f"{proposed.label} outperforms {chosen[1][0].label} on {chosen[3][0].label}.",
        f"It reaches {chosen[4][0].label} of {rng.randrange(1000, 9999) / 100}% on {chosen[3][0].label}.",
        f"That is {rng.randrange(1, 90) / 10} points more than {chosen[1][0].label}.",
    ]
    text = title + "\n" + " ".join(words)
    start = len(title) + 1
    for sentence in words:
        sentences.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    local = tuple(
        LocalEntity(entity.type, entity.label, (entity.label,), tuple(_find(text, entity.label)), roles=(role,))
        for entity, role in chosen
    )
    value, gain = words[2].split(" of ")[1].split("%")[0], words[3].split()[2]
    at, gain_at = text.index(value + "%"), text.index(gain + " points")
    results = (
        Result(at, at + len(value) + 1, value + "%", Kind.ABSOLUTE, sentences[2], value, unit="%", method=0, dataset=3,
               metric=4, split="test" if i % 4 == 0 else None, score=0.9),
        Result(gain_at, gain_at + len(gain), gain, Kind.GAIN, sentences[3], gain, unit="points", direction="up",
               method=0, dataset=3, metric=4, baselines=(1,), score=0.8),
    )  # fmt: skip
    relations = (
        Relation(0, RelationType.OUTPERFORMS, 1, sentences[1], 0.8),
        Relation(0, RelationType.BASED_ON, 2, sentences[0], 0.7),
    )
    links = (Link(f"https://github.com/owner{i % 997}/code{i}", 0, 1, (LinkKind.CODE,)),) if i % 3 == 0 else ()
    record = Abstract(
        text[len(title) + 1 :],
        title,
        ids=(f"arXiv:{1000 + i // 20000}.{i % 20000:05d}",),
        issued=f"{2012 + i % 14}-{1 + i % 12:02d}-{1 + i % 28:02d}",
        venue=f"Venue {i % 40}" if i % 5 == 0 else None,
        source="synthetic.txt",
    )
    authors = [f"p{rng.randrange(people)}" for _ in range(3)]
    extraction = Extraction(tuple(sentences), local, links, results, relations)
    yield from paper_quads(
        Paper(f"synthetic-{i}", record, ("synthetic.txt",)),
        extraction,
        tuple(entity.id for entity, _ in chosen),
        (f"person/{author}" for author in dict.fromkeys(authors)),
        mint_run(*RUN),
        BASE,
    )


def _find(text: str, label: str) -> Iterator[Mention]:
    at = text.find(label)
    while at >= 0:
        if not text[at + len(label)].isdigit():
            yield Mention(at, at + len(label), 0.97)
        at = text.find(label, at + 1)


def quads(triples: int, seed: int = 7) -> Iterator[str]:
    """Stream a graph of about so many triples: the shared entities first, then paper by paper."""
    rng = random.Random(seed)
    papers = triples // 158
    known, people = entities(papers), int(papers * PEOPLE_A_PAPER) + 3
    yield from run_quads(*RUN, BASE)
    for group in known.values():
        for entity in group:
            yield from entity_quads(entity, BASE)
    for i in range(people):
        yield from person_quads(f"p{i}", Person(f"Person {i}"), BASE)
    for i in range(papers):
        yield from paper(i, rng, known, people)


def make(path: Path, triples: int) -> dict[str, float]:
    """Write a synthetic graph directory; returns how many quads it has and how long its parts took."""
    directory = GraphDirectory.create(path, BASE)
    store = ox.Store(str(directory.store))
    stream, began, loading = quads(triples), time.perf_counter(), 0.0
    while chunk := list(islice(stream, 500_000)):
        made = time.perf_counter()
        store.bulk_load("".join(chunk), format=ox.RdfFormat.N_QUADS)
        loading += time.perf_counter() - made
    merging = time.perf_counter()
    store.optimize()
    store.flush()
    standing, count = time.perf_counter(), len(store)
    del store
    renew(directory, None)
    done = time.perf_counter()
    return {
        "statements": count,
        "seconds in all": round(done - began, 1),
        "loading": round(loading, 1),
        "statements loaded a second": round(count / loading),
        "merging files": round(standing - merging, 1),
        "standings": round(done - standing, 1),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    row = make(arguments.graph, arguments.triples)
    print("  ".join(f"{name} {value:,}" for name, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": [row]}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
