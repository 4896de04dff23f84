"""What the arcs learn from one example: its mentions and numbers as spans of words, and how the gold ties them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from facts_data import Paper
from gold import Example

from kg.extract.facts.reading import LETTER
from kg.extract.facts.relations import FAMILIES
from kg.extract.facts.results import SLOTS as LETTERS
from kg.extract.mentions.arcs import KINDS, RELATIONS, ROLES, SLOTS, Spans, spans_of
from kg.extract.mentions.marked import columns_of
from kg.extract.mentions.things import fold_surface

OF_KIND = {"absolute": "Absolute", "gain": "Gain", "ratio": "Ratio"}
FAMILY_OF = {relation: family for family, relations in FAMILIES.items() for relation in relations}


@dataclass
class Links:
    """Spans of one example and their targets; E entities, V numbers.

    `columns` (M,) the column of each mention's type (`kg.extract.mentions.marked`); `kinds` (V,); `slots` one
    (V, E + 1) array a slot, the last column for "none", a row of zeros where nothing can be learned; `open` one
    (E + 1,) array a slot: who may fill it; `relations` and `allowed` (E, E, R); `roles` (E, 8); `main` an entity or
    -1; `same` (i, j, 1 or 0) for pairs of mentions. Where the results alone were annotated (`partial`), nothing is to
    be learned of relations, roles, the main method and what is one thing.
    """

    spans: Spans
    columns: np.ndarray
    kinds: np.ndarray
    slots: dict[str, np.ndarray]
    open: dict[str, np.ndarray]
    relations: np.ndarray
    allowed: np.ndarray
    roles: np.ndarray
    main: int
    methods: np.ndarray
    same: np.ndarray
    partial: bool = False


def links_of(example: Example, papers: Mapping[str, Paper], random: np.random.Generator | None = None) -> Links | None:
    """Return the links of an example, or None where it is a window of a longer text; with `random`, one mention in
    twelve is left out, as a network that reads alone misses some."""
    paper = papers[example.name]
    reading = paper.reading
    shift = len(reading.text) - len(example.text)
    words = example.words
    if len(words) == 0 or shift < 0 or int(words.ends[-1]) < len(example.text.rstrip()) - 1 or words.starts[0] > 8:
        return None
    told = paper.results()
    numbers = [n for n, v in enumerate(reading.values) if v.start >= shift]
    named = [
        (m.start - shift, m.end - shift, index)
        for index, entity in enumerate(reading.entities)
        for m in entity.mentions
        if m.start >= shift and not (random is not None and random.random() < 1 / 12)
    ]
    kept = sorted({owner for _, _, owner in named})
    new = {old: i for i, old in enumerate(kept)}
    spans = spans_of(
        words,
        [(a, b, new[owner]) for a, b, owner in named],
        len(kept),
        [(reading.values[n].start - shift, reading.values[n].end - shift) for n in numbers],
    )
    letters = [LETTER[reading.entities[i].type] for i in kept]
    count = len(kept)
    kinds = np.array([KINDS.index(OF_KIND[told[n][0]["kind"]]) if n in told else 0 for n in numbers], np.int64)
    key_of = {key: new[i] for i, keys in enumerate(paper.names) for key in keys if i in new}
    slots, fitting = {}, {}
    for slot in SLOTS:
        fitting[slot] = np.array([letter == LETTERS[slot] for letter in letters] + [True])
        wanted = np.zeros((len(numbers), count + 1), np.float32)
        for row, n in enumerate(numbers):
            for result in told.get(n, ()):
                keys = result.get(slot)
                for key in keys if isinstance(keys, list) else [keys]:
                    if not key:
                        wanted[row, count] = 1
                    elif key in key_of:
                        wanted[row, key_of[key]] = 1
        slots[slot] = wanted * fitting[slot]
    relations = np.zeros((count, count, len(RELATIONS)), np.float32)
    for r in paper.gold["relations"]:
        if r["head"] in key_of and r["tail"] in key_of and r["type"] in RELATIONS:
            relations[key_of[r["head"]], key_of[r["tail"]], RELATIONS.index(r["type"])] = 1
    partial = bool(paper.gold.get("partial"))
    main = None if partial else paper.main()
    surfaces = [fold_surface(example.text[a:b]) for a, b, _ in named]
    same = [
        (i, j, spans.owner[i] == spans.owner[j])
        for i in range(len(surfaces))
        for j in range(i)
        if surfaces[i] != surfaces[j] and letters[spans.owner[i]] == letters[spans.owner[j]]
    ]
    return Links(
        spans=spans,
        columns=columns_of([reading.entities[kept[owner]].type.value for owner in spans.owner]),
        kinds=kinds,
        slots=slots,
        open=fitting,
        relations=relations,
        allowed=np.zeros_like(relations, bool) if partial else allowed_of(letters),
        roles=np.array([paper.roles(i)[: len(ROLES)] for i in kept], np.float32).reshape(count, len(ROLES)),
        main=new.get(main, -1) if main is not None else -1,
        methods=np.array([letter == "M" for letter in letters], bool),
        same=np.array([] if partial else same, np.int64).reshape(-1, 3),
        partial=partial,
    )


def allowed_of(letters: list[str]) -> np.ndarray:
    """Return (E, E, R): whether the types of two entities let a relation hold between them."""
    count = len(letters)
    result = np.zeros((count, count, len(RELATIONS)), bool)
    for k, relation in enumerate(RELATIONS):
        head, tail = FAMILY_OF[relation]
        result[:, :, k] = np.outer([x == head for x in letters], [x == tail for x in letters])
    result[np.arange(count), np.arange(count)] = False
    return result
