"""Train the heads of the facts: `python pipelines/learned/train_facts.py GOLD.jsonl -o pipelines/rules`.

Writes `facts.npz` (weights, fitted on four fifths of the abstracts) and `facts.json` (thresholds, chosen on the others
for the entities that the pipeline in the output folder finds) and prints what it found. The same files, seed and
versions give the same weights. What later heads lean on (roles, kinds) is predicted out of fold.

Where the folder has arcs, as `train.py` fits them on the same four fifths, `facts.json` also says how much each
decision heeds the heads and how much the arcs.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from blending import fit_blend, wanted_of
from facts_data import Paper, papers_of
from fit_heads import fit, fold_of
from gold import folds_of, parted, rows_of, text_of
from links import OF_KIND

from kg.extract import load_pipeline
from kg.extract.facts.blend import NAMED_ALONE, Opinion
from kg.extract.facts.decide import KINDS, ROLES, relation_probabilities, role_probabilities
from kg.extract.facts.heads import Features, Head, Heads, pruned, save_heads, softmax
from kg.extract.facts.reading import Reading
from kg.extract.facts.relations import FAMILIES, pair_features, pairs
from kg.extract.facts.results import NONE, SLOTS, kind_features, link_features, slot_candidates
from kg.extract.facts.roles import role_features
from kg.extract.facts.spelling import BY_NAME, Key, Spelling
from kg.extract.mentions.arcs import ARCS, Arcs, spans_of
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.marked import MarkedReader
from kg.extract.mentions.words import title_length
from kg.extract.records import record
from kg.model import Extraction

FOLDS = 5
# The share of features that the large heads keep; the rest hardly moves a score. The small heads need all of theirs.
KEPT = {"role": 0.5, "main": 0.5, "MM": 0.5, "MT": 0.5}
Slots = dict[str, int]


def fit_roles(papers: Sequence[Paper], features: Sequence[list[Features[str]]]) -> dict[str, Head[str]]:
    """Fit the heads of the roles and of the main method."""
    # An entity found that is none of the gold's teaches nothing of roles.
    told = [
        (p, i, found[i]) for p, found in zip(papers, features, strict=True) for i, keys in enumerate(p.names) if keys
    ]
    items = [f for _, _, f in told]
    wanted = np.array([p.roles(i) for p, i, _ in told], float)
    role = fit(items, wanted, ROLES, "sigmoid", epochs=6, seeds=3)
    group_items: list[Features[str]] = []
    right: list[bool] = []
    groups = []
    for paper, found in zip(papers, features, strict=True):
        main = paper.main()
        if main is None:
            continue
        start = len(group_items)
        for i, entity in enumerate(paper.reading.entities):
            if entity.type == "Method":
                group_items.append(found[i])
                right.append(i == main)
        groups.append((start, len(group_items)))
    return {"role": role, "main": fit(group_items, np.array(right), ["main"], "list", groups, epochs=8, seeds=3)}


def fit_kind(papers: Sequence[Paper]) -> dict[str, Head[str]]:
    """Fit the head that tells results from other numbers."""
    items, wanted = [], []
    for paper in papers:
        told = paper.results()
        for n in range(len(paper.reading.values)):
            items.append(kind_features(paper.reading, n, BY_NAME))
            wanted.append(KINDS.index(OF_KIND[told[n][0]["kind"]]) if n in told else 0)
    return {"kind": fit(items, np.array(wanted), KINDS, "softmax", epochs=15, seeds=4, least=2)}


def fit_links(
    papers: Sequence[Paper], roles: Sequence[list[dict[str, float]]], kinds: Sequence[np.ndarray]
) -> dict[str, Head[str]]:
    """Fit one head a slot of a result."""
    heads = {}
    for slot in SLOTS:
        items: list[Features[str]] = []
        right: list[bool] = []
        groups = []
        for paper, role, kind in zip(papers, roles, kinds, strict=True):
            before: list[int] = []
            for n, told in sorted(paper.results().items()):
                wanted = wanted_of(paper, told, slot)
                candidates = slot_candidates(paper.reading, slot, n)
                wanted = wanted & set(candidates)
                if not wanted:  # the right one was not found: no choice would be right
                    before.append(NONE)
                    continue
                chosen = {"method": min(wanted_of(paper, told, "method"), default=NONE)} if slot == "baseline" else {}
                start = len(items)
                named = KINDS[1 + int(kind[n][1:].argmax())]
                items += link_features(paper.reading, n, slot, candidates, named, role, before, chosen, BY_NAME)
                right += [c in wanted for c in candidates]
                groups.append((start, len(items)))
                before.append(max(wanted))
        heads[slot] = fit(
            items, np.array(right), ["link"], "list", groups, epochs=10, rate=5e-3, seeds=2, size=512, least=3
        )
    return heads


def fit_relations(papers: Sequence[Paper], roles: Sequence[list[dict[str, float]]]) -> dict[str, Head[str]]:
    """Fit one head a family of relations."""
    heads = {}
    for family, types in FAMILIES.items():
        items: list[Features[str]] = []
        wanted: list[list[bool]] = []
        for paper, role in zip(papers, roles, strict=True):
            told = paper.relations()
            both = pairs(paper.reading, family)
            items += pair_features(paper.reading, family, both, role, BY_NAME)
            wanted += [[(h, t, q) in told for t in types] for h, q in both]
        heads[family] = fit(items, np.array(wanted, float), types, "sigmoid", epochs=8, seeds=2, least=3, size=512)
    return heads


def out_of_fold(papers: Sequence[Paper], train: Callable[[list[int]], Callable[[int], object]]) -> list:
    """Return for each paper what a model that never saw it says of it."""
    folds = [fold_of(p.id, FOLDS) for p in papers]
    found: list = [None] * len(papers)
    for fold in range(FOLDS):
        say = train([i for i, f in enumerate(folds) if f != fold])
        for i, f in enumerate(folds):
            if f == fold:
                found[i] = say(i)
    return found


def choose_thresholds(
    papers: Sequence[Paper], said: Sequence[list[tuple[float, int, str, int]]]
) -> tuple[dict[str, float], float]:
    """Choose the threshold of each relation that makes the joint F1 best, by coordinate ascent; return them and it."""
    types = [t for group in FAMILIES.values() for t in group]
    rows: dict[str, list[tuple[float, bool, bool]]] = {t: [] for t in types}
    hard = 0
    for paper, pairs_said in zip(papers, said, strict=True):
        core = {e["key"] for e in paper.gold["entities"] if e["core"]}
        told = paper.relations()
        sure = {(h, t, q) for h, t, q in told if {*paper.names[h]} & core and {*paper.names[q]} & core}
        hard += sum(r["head"] in core and r["tail"] in core for r in paper.gold["relations"])
        for p, h, t, q in pairs_said:
            rows[t].append((p, (h, t, q) in told, (h, t, q) in sure))
    grid = np.arange(0.10, 0.80, 0.02)
    counts = {
        t: [
            tuple(sum(x) for x in zip((0, 0, 0), *[(1, a, b) for p, a, b in rows[t] if p >= g], strict=True))
            for g in grid
        ]
        for t in types
    }
    at = dict.fromkeys(types, 8)

    def joint() -> float:
        n, right, found = (sum(counts[t][at[t]][k] for t in types) for k in range(3))
        precision, recall = right / max(n, 1), found / max(hard, 1)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    for _ in range(4):
        for t in types:
            best = []
            for g in range(len(grid)):
                at[t] = g
                best.append((joint(), g))
            at[t] = max(best)[1]
    return {t: round(float(grid[at[t]]), 2) for t in types}, joint()


def main() -> None:
    """Train, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows, numbers = parted(row for path in arguments.gold for row in rows_of(path))
    folds = folds_of(rows, FOLDS)
    seen = [row for row, fold in zip(rows, folds, strict=True) if fold]
    held = [row for row, fold in zip(rows, folds, strict=True) if not fold]
    found = fit_heads(list(papers_of(seen)), list(papers_of(numbers)))
    fitted = {name: pruned(head, KEPT.get(name, 1.0)) for name, head in found.items()}
    heads = Heads(fitted)
    told: dict[str, object] = {"result": 0.45, "whole": 0.25, "second_role": 0.25}
    if (arguments.output / ARCS).is_file():
        told |= blended(held, heads, arguments.output)
    else:
        told |= {"relation": alone(held, heads, arguments.output)}
    arguments.output.mkdir(parents=True, exist_ok=True)
    save_heads(arguments.output / "facts.npz", fitted)
    (arguments.output / "facts.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def fit_heads(papers: Sequence[Paper], numbers: Sequence[Paper] = ()) -> dict[str, Head[str]]:
    """Fit every head; what later heads lean on is predicted by heads that never saw the paper.

    Of `numbers` the results alone were annotated: the slots learn from them too.
    """
    readings = [p.reading for p in papers]
    features = [role_features(r, BY_NAME) for r in readings]

    def train_roles(of: list[int]) -> Callable[[int], object]:
        heads = Heads(fit_roles([papers[i] for i in of], [features[i] for i in of]))
        return lambda i: role_probabilities(readings[i], heads)

    roles = out_of_fold(papers, train_roles)

    def train_kind(of: list[int]) -> Callable[[int], object]:
        head = fit_kind([papers[i] for i in of])["kind"]
        return lambda i: kind_probabilities(readings[i], head, BY_NAME)

    kinds = out_of_fold(papers, train_kind)
    report_roles(papers, roles)
    first = fit_roles(papers, features) | fit_kind(papers)
    heads = Heads(first)
    more = [p.reading for p in numbers]
    roles_of_all = roles + [role_probabilities(reading, heads) for reading in more]
    kinds_of_all = kinds + [kind_probabilities(reading, heads["kind"], heads.spell) for reading in more]
    links = fit_links([*papers, *numbers], roles_of_all, kinds_of_all)
    return first | links | fit_relations(papers, roles)


def kind_probabilities(reading: Reading, head: Head[Key], spell: Spelling[Key]) -> np.ndarray:
    """Return the probability of each kind for each number of a text, (V, kinds)."""
    numbers = range(len(reading.values))
    return softmax(head.score([kind_features(reading, n, spell) for n in numbers]))


def alone(held: Sequence[dict], heads: Heads, folder: Path) -> dict[str, float]:
    """Return the thresholds of the relations where there are no arcs, for entities as the pipeline finds them."""
    papers = list(papers_of(held, found_in(folder, [text_of(row) for row in held])))
    said = [said_of(p.reading, role_probabilities(p.reading, heads), heads, NAMED_ALONE) for p in papers]
    thresholds, f1 = choose_thresholds(papers, said)
    print(f"relations of {len(papers)} abstracts held out, without arcs, F1 {f1:.3f} with thresholds {thresholds}")
    return thresholds


def blended(held: Sequence[dict], heads: Heads, folder: Path) -> dict[str, object]:
    """Return the weights of heads and arcs, and the thresholds, for entities as the pipeline finds them."""
    texts = [text_of(row) for row in held]
    papers = list(papers_of(held, found_in(folder, texts)))
    encoder, again, arcs = Encoder.from_disk(folder), MarkedReader.from_disk(folder), Arcs.from_disk(folder / ARCS)
    scores = []
    for paper in papers:
        text, entities = paper.reading.text, paper.reading.entities
        names = [(m.start, m.end, e.type.value) for e in entities for m in e.mentions]
        encoded = again.read(encoder.encode(text, title_length(text)), names)
        mentions = [(m.start, m.end, i) for i, e in enumerate(entities) for m in e.mentions]
        values = [(v.start, v.end) for v in paper.reading.values]
        scores.append(arcs.score(encoded, spans_of(encoded.words, mentions, len(entities), values)))
    weights = fit_blend(papers, scores, heads)
    said = []
    for paper, score in zip(papers, scores, strict=True):
        opinion = Opinion(score, weights)
        roles = role_probabilities(paper.reading, heads, opinion)
        said.append(said_of(paper.reading, roles, heads, opinion))
    thresholds, f1 = choose_thresholds(papers, said)
    print(f"relations of {len(papers)} abstracts held out, F1 {f1:.3f} with thresholds {thresholds}")
    return {"relation": thresholds, "blend": weights}


def found_in(folder: Path, texts: Sequence[str]) -> Iterator[Extraction]:
    """Yield what the pipeline of a folder finds before facts are read: tentative names stand among the others there."""
    nlp = load_pipeline(folder)
    nlp.remove_pipe("kg_facts")
    return map(record, nlp.pipe(texts))


def said_of(
    reading: Reading, roles: list[dict[str, float]], heads: Heads, opinion: Opinion
) -> list[tuple[float, int, str, int]]:
    """Return every relation that is not out of the question, with its probability."""
    found = []
    for types, both, likely in relation_probabilities(reading, heads, roles, opinion):
        for k, t in enumerate(types):
            found += [(float(p), h, t, q) for p, (h, q) in zip(likely[:, k], both, strict=True) if p > 0.08]
    return found


def report_roles(papers: Sequence[Paper], roles: Sequence[list[dict[str, float]]]) -> None:
    """Print how often the best role, and the best two, meet the gold roles of core entities."""
    one = two = n = 0
    for paper, found in zip(papers, roles, strict=True):
        for i, row in enumerate(found):
            gold = paper.roles(i)
            if gold[-1]:
                ranked = sorted(ROLES[:-1], key=lambda r: -row[r])
                hit = [gold[ROLES.index(r)] for r in ranked[:2]]
                n += 1
                one += hit[0]
                two += hit[0] or (hit[1] and row[ranked[1]] >= 0.3)
    print(f"roles of {n} core entities: best {one / n:.3f}, with a likely second {two / n:.3f}")


if __name__ == "__main__":
    main()
