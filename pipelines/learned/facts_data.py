"""Read a file of gold form as what the heads of the facts learn from."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gold import text_of

from kg.extract.facts.decide import ROLES
from kg.extract.facts.reading import LETTER, Reading, lay_out
from kg.extract.sentences import sentence_spans
from kg.model import EntityType, Extraction, LocalEntity, Mention, Span

ROLE_OF = {
    "proposes": "proposes",
    "uses": "uses",
    "compares": "comparesWith",
    "introduces": "introduces",
    "evaluates": "evaluatesOn",
    "addresses": "addresses",
    "reports": "reportsMetric",
    "mentions": "mentions",
}


@dataclass(frozen=True)
class Paper:
    """One paper laid out: `names` are the gold keys that each entity stands for, `gold` the line of the file."""

    id: str
    reading: Reading
    names: tuple[tuple[str, ...], ...]
    gold: dict[str, Any]

    def roles(self, entity: int) -> list[bool]:
        """Return which of ROLES hold of an entity, by what the gold says of its keys."""
        told = [e for e in self.gold["entities"] if e["key"] in self.names[entity]]
        roles = {ROLE_OF[r] for e in told for r in e["roles"]}
        return [r in roles or (r == "core" and any(e["core"] for e in told)) for r in ROLES]

    def main(self) -> int | None:
        """Return the proposed method of which most is said, or None."""
        count: Counter[str] = Counter(r["head"] for r in self.gold["relations"])
        for result in self.gold["results"]:
            count[result["method"] or ""] += 2
        types = {e["key"]: e for e in self.gold["entities"]}
        ranked = []
        for i, keys in enumerate(self.names):
            for key in keys:
                e = types[key]
                if e["type"] == "Method" and "proposes" in e["roles"] and self.reading.entities[i].type == "Method":
                    ranked.append((count[key], -i))
        return -max(ranked)[1] if ranked and max(ranked)[0] > 0 else None

    def relations(self) -> set[tuple[int, str, int]]:
        """Return the gold relations between entities of the reading."""
        of: dict[str, list[int]] = defaultdict(list)
        for i, keys in enumerate(self.names):
            for key in keys:
                of[key].append(i)
        return {(h, r["type"], t) for r in self.gold["relations"] for h in of[r["head"]] for t in of[r["tail"]]}

    def results(self) -> dict[int, list[dict[str, Any]]]:
        """Return for each number of the reading the gold results that it states."""
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        text, values = self.reading.text, self.reading.values
        for result in [*self.gold["results"], *self.gold.get("optional_results", ())]:
            start = text.find(result["quote"])
            end = start + len(result["quote"])
            fitting = [
                i
                for i, v in enumerate(values)
                if v.start >= start - 1
                and v.end <= end + 1
                and same_number(v.value or f"{v.low}-{v.high}", result["value"])
            ]
            fresh = [i for i in fitting if i not in found] or fitting
            if fresh:
                found[fresh[0]].append(result)
        return found


def same_number(a: str, b: str) -> bool:
    """Tell whether two printed numbers are one, sign, separators and trailing zeros set aside."""

    def plain(number: str) -> str:
        number = re.sub(r"\s*[-–—~∼]+\s*", "-", number.strip().lstrip("+-−").replace(",", ""))
        try:
            return f"{abs(float(number)):g}"
        except ValueError:
            return number.lower()

    return plain(a) == plain(b)


def papers_of(rows: Iterable[dict[str, Any]], found: Iterable[Extraction] | None = None) -> Iterator[Paper]:
    """Yield the papers of gold rows, laid out with the gold entities, or with those found in their texts."""
    read = iter(found) if found is not None else None
    for gold in rows:
        text = text_of(gold)
        if read is None:
            entities, names = _gold_entities(gold, text)
            sentences = [Span(a, b) for a, b in sentence_spans(text)]
        else:
            extraction = next(read)
            entities, sentences = list(extraction.entities), list(extraction.sentences)
            names = [_keys(entity, gold) for entity in entities]
        yield Paper(gold["id"], lay_out(text, sentences, entities), tuple(names), gold)


def _gold_entities(gold: dict[str, Any], text: str) -> tuple[list[LocalEntity], list[tuple[str, ...]]]:
    spans: dict[str, list[Mention]] = defaultdict(list)
    for span in gold["spans"]:
        spans[span["key"]].append(Mention(span["start"], span["end"]))
    entities, names = [], []
    for e in gold["entities"]:
        mentions = tuple(sorted(spans[e["key"]]))
        if mentions:
            surfaces = tuple(dict.fromkeys(text[m.start : m.end] for m in mentions))
            entities.append(LocalEntity(EntityType(e["type"]), max(surfaces, key=len), surfaces, mentions))
            names.append((e["key"],))
    return entities, names


def _keys(entity: LocalEntity, gold: dict[str, Any]) -> tuple[str, ...]:
    """Return the gold keys that a found entity stands for: of a type that fits, with a span in common."""
    letter = LETTER[entity.type]
    fitting = {e["key"] for e in gold["entities"] if LETTER[EntityType(e["type"])] == letter}
    at = {(m.start, m.end) for m in entity.mentions}
    found = [s["key"] for s in gold["spans"] if (s["start"], s["end"]) in at and s["key"] in fitting]
    return tuple(dict.fromkeys(found))
