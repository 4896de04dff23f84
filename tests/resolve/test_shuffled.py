"""Resolution as a shuffle comes to what the resolver comes to."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from hypothesis import given
from hypothesis import strategies as st
from test_resolver import DECISIONS, VOCABULARY, Papers, fresh, papers

from kg.extract.codec import to_json
from kg.graph.quads import entity_quads
from kg.model import Extraction
from kg.resolve import Decisions
from kg.resolve.identify import Rules
from kg.resolve.naming import Naming
from kg.shards.build import decided_by
from kg.shards.stages import Resolution
from kg.vocabulary import Vocabulary

Row = tuple[str, str]
BASE = "https://example.org/"


class Blocks:
    """Rows in blocks of two."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)

    def mapped(self, function: Callable[[list[Row]], Iterable[Row]]) -> "Blocks":
        blocks = (self.rows[at : at + 2] for at in range(0, len(self.rows), 2))
        return Blocks(row for block in blocks for row in function(block))

    def grouped(self, function: Callable[[str, list[str]], Iterable[Row]]) -> "Blocks":
        groups: dict[str, list[str]] = defaultdict(list)
        for key, body in self.rows:
            groups[key].append(body)
        return Blocks(row for key, bodies in groups.items() for row in function(key, sorted(bodies)))

    def with_(self, *others: "Blocks") -> "Blocks":
        return Blocks([*self.rows, *(row for other in others for row in other.rows)])

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @staticmethod
    def shared(value: object) -> Callable[[], object]:
        return lambda: value


@given(papers, st.booleans())
def test_shuffled_or_one_after_the_other(final: Papers, bare: bool) -> None:
    vocabulary, decisions = (Vocabulary(), Decisions()) if bare else (VOCABULARY, DECISIONS)
    rules = Rules(vocabulary, decisions)
    resolution = Resolution(rules, Naming(vocabulary, decisions, rules), 0.0, BASE, 1)
    read = Blocks((key, json.dumps(["", "v", to_json(Extraction(entities=found))])) for key, found in final.items())
    placed = read.mapped(resolution.placed(decided_by(read, resolution, Blocks)))  # type: ignore[arg-type]
    named = placed.mapped(resolution.tallied).grouped(resolution.named).grouped(resolution.apart)
    above = named.with_(named.mapped(resolution.upward)).grouped(resolution.answered)
    entities = sorted(body for _, body in named.with_(above).grouped(resolution.entities))
    needed = placed.mapped(resolution.needed).grouped(resolution.needed_once)
    ids = dict(json.loads(body)[1:] for _, body in named.with_(needed).grouped(resolution.ids))
    links = {key: tuple(ids[node] for node in json.loads(body)[3]) for key, body in placed}

    resolver = fresh(bare=bare)
    resolver.update(final.items())
    assert entities == sorted("".join(entity_quads(entity, BASE)) for entity in resolver.entities())
    assert links == {key: resolver.links(key) for key in final}
