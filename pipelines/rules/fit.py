"""Count on curated abstracts how likely each clue marks an entity, and write `patterns.tsv`.

    python pipelines/rules/fit.py GOLD.jsonl [--out pipelines/rules/patterns.tsv]

Deterministic; seconds. GOLD.jsonl has, a line, title, abstract and entities with `type` and `surfaces`.
"""

import argparse
import collections
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.extract.patterns import candidates, clues, singular, words_of

Gold = list[dict[str, Any]]
#: How often a clue must have been seen to be trusted, and the weight of the doubt against it.
SEEN = {"term": 2, "name-around": 4, "name-after": 3, "name-before2": 4, "name-ending": 3, "name-before": 4}
DOUBT = 0.5


def text_of(paper: dict[str, Any]) -> str:
    return f"{paper['title']}\n{paper['abstract']}" if paper.get("title") else str(paper["abstract"])


def folded(surface: str) -> str:
    return singular(" ".join(word.lower for word in words_of(surface)))


def stop_words(papers: Gold) -> set[str]:
    """Return the words that seldom stand within an entity: they end a phrase."""
    inside: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for paper in papers:
        text = text_of(paper)
        covered = bytearray(len(text) + 1)
        for span in paper["spans"]:
            covered[span["start"] : span["end"]] = b"\1" * (span["end"] - span["start"])
        for word in words_of(text):
            if word.text[0].isalnum():
                total[word.lower] += 1
                inside[word.lower] += covered[word.start]
    always = {"the", "a", "an", "and", "or", "of", "for", "in", "on", "with", "by", "to", "from", "via", "using", "its"}
    return always | {word for word, n in total.items() if n >= 4 and inside[word] / n < 0.15}


def count(papers: Gold, stops: set[str]) -> dict[str, collections.Counter[str]]:
    """Return, for each clue, how often its candidates were of each type (or "" for none)."""
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for paper in papers:
        types: dict[str, str] = {}
        for entity in paper["entities"]:
            for surface in entity["surfaces"]:
                types.setdefault(folded(surface), entity["type"])
        words = words_of(text_of(paper))
        for candidate in candidates(words, stops, frozenset()):
            phrase = singular(" ".join(w.lower for w in words[candidate.first : candidate.last + 1]))
            label = types.get(phrase, "")
            once = ("term:", "name-around:", "name-after:")
            for clue in clues(words, candidate):
                counts[clue][label] += 1
                if clue.startswith(once):
                    counts[f"papers/{clue}"][paper["id"]] += 1
    return counts


def rows(counts: dict[str, collections.Counter[str]], least: float) -> Iterable[tuple[str, str, str, float]]:
    for clue in sorted(counts):
        kind, _, key = clue.partition(":")
        if clue.startswith("papers/") or "\t" in key or "\n" in key:
            continue
        n = sum(counts[clue].values())
        papers = len(counts.get(f"papers/{clue}", ())) or n
        if min(n, papers) < SEEN.get(kind, 4):
            continue
        label, hits = max(
            ((t, c) for t, c in counts[clue].items() if t), key=lambda tc: (tc[1], tc[0]), default=("", 0)
        )
        probability = hits / (n + DOUBT)
        # A clue that speaks against is worth a row only where a weaker clue would have spoken for.
        if label and (probability >= least or kind in ("head", "head1", "head2", "head3", "head-after", "name-after")):
            yield kind, key, label, round(probability, 2)
        elif not label and kind == "term" and n >= 4:
            yield kind, key, "Method", 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("patterns.tsv"))
    args = parser.parse_args()
    papers = [json.loads(line) for line in args.gold.read_text("utf-8").splitlines() if line.strip()]
    stops = stop_words(papers)
    lines = ["# kind\tkey\ttype\tprobability   (made by fit.py)"]
    lines += [f"stop\t{word}\t-\t1" for word in sorted(stops)]
    lines += ["\t".join(map(str, row)) for row in rows(count(papers, stops), 0.2)]
    args.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
