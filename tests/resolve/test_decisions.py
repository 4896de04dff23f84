"""A person's decisions win over all rules, and mistakes in them are named by line."""

from pathlib import Path

import pytest
from ledgers import in_memory

from kg.errors import OntologyError
from kg.model import EntityType, LocalEntity, Mention
from kg.resolve import Resolver, load_decisions, parse_decisions
from kg.resolve.doubt import doubts
from kg.resolve.listing import current_id, explain, list_entities
from kg.vocabulary import Concept, Vocabulary


def entity(type_: str, name: str, long: str | None = None) -> LocalEntity:
    surfaces = (name, long) if long else (name,)
    return LocalEntity(EntityType(type_), name, surfaces, (Mention(0, 1),) * 2, expansion=long)


def links(text: str, *entities: LocalEntity, vocabulary: Vocabulary | None = None) -> list[str]:
    decisions = parse_decisions(text.splitlines())
    resolver = Resolver(in_memory(), vocabulary or Vocabulary(), decisions)
    resolver.update((str(at), (one,)) for at, one in enumerate(entities))
    return [resolver.links(str(at))[0] for at in range(len(entities))]


def test_same() -> None:
    one, other = links(
        "same FooNet = the Foo architecture # ours", entity("Method", "FooNet"), entity("Method", "Foo architecture")
    )
    assert one == other


def test_same_reaches_the_vocabulary() -> None:
    known = Vocabulary([Concept("v:foo", EntityType.METHOD, "Foolish Network")])
    pair = (entity("Method", "FooNet"), entity("Method", "foolish networks"))
    assert len(set(links("", *pair, vocabulary=known))) == 2
    assert set(links("same FooNet = Foolish Network", *pair, vocabulary=known)) == {"method/foolish-network"}


def test_what_is_different_from_one_name_is_so_from_all_that_are_the_same() -> None:
    known = Vocabulary([Concept("v:foo", EntityType.METHOD, "Foolish Network", ("FooNet",))])
    three = (entity("Method", "FooNet"), entity("Method", "FN2"), entity("Method", "foolish networks"))
    decided = "same FooNet = FN2\ndifferent FooNet | Foolish Network"
    one, same, different = links(decided, *three, vocabulary=known)
    assert one == same != different


def test_different() -> None:
    known = Vocabulary([Concept("v:foo", EntityType.METHOD, "Foolish Network", ("FooNet",))])
    pair = (entity("Method", "FooNet"), entity("Method", "foolish networks"))
    assert len(set(links("", *pair, vocabulary=known))) == 1
    assert len(set(links("different FooNet | Foolish Network", *pair, vocabulary=known))) == 2
    pair = (entity("Method", "FQN", "Foolish Quick Network"), entity("Method", "foolish quick networks"))
    assert len(set(links("", *pair))) == 1
    assert len(set(links("different FQN | Foolish Quick Network", *pair))) == 2


def test_rename_and_type() -> None:
    assert links("rename FooNet -> Foolish Network", entity("Method", "FooNet")) == ["method/foolish-network"]
    assert links("type Foo: Benchmark", entity("Dataset", "Foo"), entity("Task", "Foo")) == ["benchmark/foo"] * 2


ERRORS = [
    ("\nsame A", 2, "form"),
    ("merge A = B", 1, "no decision"),
    ("type A: Thing", 1, "no type"),
    ("# fine\nsame A = B\nsame B = C\ndifferent A | C", 4, "to be the same"),
    ("different DS-Net | DSNet", 1, "one name"),
    ("rename A -> B\nrename a -> C", 2, "renamed"),
    ("type A: Task\ntype A: Method", 2, "has type"),
    ("same -- = B", 1, "no letter"),
]


@pytest.mark.parametrize(("text", "line", "words"), ERRORS)
def test_errors_name_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(OntologyError, match=words) as caught:
        parse_decisions(text.splitlines(), path="d.txt")
    assert (caught.value.path, caught.value.line) == ("d.txt", line)


def test_a_file_as_windows_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "decisions.txt"
    path.write_text("same FooNet = BarNet\r\n", "utf-8-sig")
    assert load_decisions(path) == parse_decisions(["same FooNet = BarNet"])


def test_the_order_of_lines_does_not_matter(tmp_path: object) -> None:
    lines = ["same A = B", "same C = D", "same B = C", "rename A -> E", "type D: Task"]
    assert parse_decisions(lines).fingerprint == parse_decisions(reversed(lines)).fingerprint
    assert load_decisions(None).fingerprint == parse_decisions([]).fingerprint


def test_listing_explanation_and_renaming() -> None:
    db = in_memory()
    resolver = Resolver(db, Vocabulary(), parse_decisions([]))
    resolver.update([("a", (entity("Method", "Foolish Quick Network"), entity("Dataset", "Bar")))])
    changes = resolver.update([(key, (entity("Method", "FQNet", "Foolish Quick Network"),)) for key in ("b", "c")])
    assert changes.renamed == (("method/foolish-quick-network", "method/fqnet"),)
    assert changes.papers == ("a", "b", "c")
    rows = list(list_entities(db))
    assert [(row.id, row.papers, row.mentions) for row in rows] == [("method/fqnet", 3, 6), ("dataset/bar", 1, 2)]
    assert [row.id for row in list_entities(db, search="quick networks")] == ["method/fqnet"]
    assert [row.id for row in list_entities(db, type_=EntityType.DATASET)] == ["dataset/bar"]
    assert current_id(db, "method/foolish-quick-network") == "method/fqnet"
    assert current_id(db, "method/never") is None
    merge = explain(db, "method/foolish-quick-network")
    assert merge is not None
    assert (merge.id, [join.papers for join in merge.joins]) == ("method/fqnet", [("b", "c"), ("a",)])


def test_doubts_are_decisions() -> None:
    db = in_memory()
    resolver = Resolver(db, Vocabulary(), parse_decisions([]))
    resolver.update(
        [
            ("a", (entity("Method", "QAP", "quick answer planner"), entity("Task", "tile laying"))),
            ("b", (entity("Method", "QAP", "quiet audio pruner"), entity("Method", "tile laying"))),
            ("c", (entity("Method", "QAP"),)),
            ("d", (entity("Task", "cake baking contest"), entity("Task", "cake bakking contest"))),
        ]
    )
    found = [doubt.decision for doubt in doubts(db)]
    assert "same QAP = quick answer planner" in found
    assert "type tile laying: Task" in found
    assert "same cake baking contest = cake bakking contest" in found
    parse_decisions(found)
