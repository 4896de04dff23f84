"""Read labelled abstracts into arrays: gold (this project's form) and auxiliary corpora (text and spans)."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from kg.extract.mentions.words import Pieces, Words, cut_words, pieces_of

TYPES = ("Method", "Dataset", "Benchmark", "Metric", "Task")
ROLES = ("proposes", "uses", "compares", "introduces", "evaluates", "addresses", "reports", "mentions")
#: Label sets of the auxiliary corpora: each has columns of its own, so that their guidelines need not agree with ours.
AUXILIARY = {
    "scierc": ("Task", "Method", "Metric", "Material", "OtherScientificTerm", "Generic"),
    "scirex_abstracts": ("Task", "Method", "Metric", "Material"),
    "tdmsci": ("TASK", "DATASET", "METRIC"),
}
WIDTH = 12


@dataclass
class Example:
    """One text as the network reads it; spans are (first word, last word inclusive, labels, core, roles)."""

    name: str
    source: str
    text: str
    words: Words
    pieces: Pieces
    spans: list[tuple[int, int, tuple[int, ...], float, tuple[int, ...]]]
    gold: dict = field(default_factory=dict)
    weight: float = 1.0


def rows_of(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def parted(rows: Iterable[dict]) -> tuple[list[dict], list[dict]]:
    """Part the rows that are annotated whole from those of which the results alone are.

    The names of the latter are those that an earlier pipeline found: what a number belongs to may be learnt from them,
    and nothing else.
    """
    whole, results_alone = [], []
    for row in rows:
        (results_alone if row.get("partial") else whole).append(row)
    return whole, results_alone


def text_of(row: dict) -> str:
    return f"{row['title']}\n{row['abstract']}" if row.get("title") else row["abstract"]


def _spans(row: dict, words: Words, labels: Sequence[str], shift: int) -> list[tuple]:
    """Merge the spans of one place; a span off the words' edges is left out."""
    by_start = {int(s): i for i, s in enumerate(words.starts)}
    by_end = {int(e): i for i, e in enumerate(words.ends)}
    entities = {entity["key"]: entity for entity in row.get("entities", ())}
    merged: dict[tuple[int, int], list] = {}
    for span in row["spans"]:
        first, last = by_start.get(span["start"] - shift), by_end.get(span["end"] - shift)
        if first is None or last is None or last < first or last - first >= WIDTH:
            continue
        entity = entities.get(span.get("key"), {})
        names = {entity.get("type", span["label"]), *entity.get("alt_types", ())}
        found = merged.setdefault((first, last), [set(), 0.0, set()])
        found[0] |= {labels.index(name) for name in names if name in labels}
        found[1] = max(found[1], float(entity.get("core", False)))
        found[2] |= {ROLES.index(role) for role in entity.get("roles", ())}
    return [(a, b, tuple(sorted(f[0])), f[1], tuple(sorted(f[2]))) for (a, b), f in sorted(merged.items())]


def examples_of(
    rows: Iterable[dict], tokenizer: Tokenizer, source: str = "gold", *, titles: bool = True, limit: int = 512
) -> Iterator[Example]:
    """Make one example a window (a text within `limit` pieces is one); `titles=False` reads the abstract alone."""
    labels = TYPES if source == "gold" else AUXILIARY[source]
    for row in rows:
        text, shift = (text_of(row), 0) if source == "gold" else (row["text"], 0)
        title = len(row["title"]) if row.get("title") else 0
        if not titles and title:
            text, shift, title = row["abstract"], title + 1, 0
        words = cut_words(text, title)
        spans = _spans(row, words, labels, shift)
        for start, end, pieces in pieces_of(text, words, tokenizer, limit):
            part = Words(*(getattr(words, name)[start:end] for name in ("starts", "ends", "shapes", "sentences")))
            inside = [(a - start, b - start, *rest) for a, b, *rest in spans if start <= a and b < end]
            yield Example(row["id"], source, text, part, pieces, inside, row)


def batches_of(examples: Sequence[Example], tokens: int, random: np.random.Generator) -> list[list[Example]]:
    """Group examples of like length, at most `tokens` padded pieces a batch, in random order."""
    noise = random.normal(0, 12, len(examples))
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].pieces.ids) + noise[i])
    batches: list[list[Example]] = [[]]
    for index in order:
        example = examples[index]
        longest = max((len(e.pieces.ids) for e in [*batches[-1], example]), default=0)
        if batches[-1] and (longest * (len(batches[-1]) + 1) > tokens or batches[-1][0].source != example.source):
            batches.append([])
        batches[-1].append(example)
    return [batches[i] for i in random.permutation(len(batches)) if batches[i]]


def folds_of(rows: Sequence[dict], count: int) -> list[int]:
    """Give each row a fold by a stable hash of its id."""
    import hashlib

    return [int(hashlib.sha256(re.sub(r"v\d+$", "", row["id"]).encode()).hexdigest(), 16) % count for row in rows]
