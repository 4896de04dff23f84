"""The resolver's promise: the end does not depend on the order."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from ledgers import in_memory

from kg.model import Entity, EntityType, LocalEntity, Mention
from kg.resolve import Decisions, Resolver, parse_decisions
from kg.vocabulary import Concept, Vocabulary

Papers = dict[str, tuple[LocalEntity, ...]]


def local(type_: str, *surfaces: str, expansion: str | None = None) -> LocalEntity:
    mentions = tuple(Mention(at * 10, at * 10 + 5) for at in range(len(surfaces)))
    return LocalEntity(EntityType(type_), surfaces[0], surfaces, mentions, expansion=expansion)


VOCABULARY = Vocabulary(
    [
        Concept("v:vqa2", EntityType.DATASET, "VQA v2", ("VQA 2.0",), variant_of=("v:vqa",)),
        Concept("v:vqa", EntityType.DATASET, "VQA"),
        Concept("v:vqatask", EntityType.TASK, "visual question answering", ("VQA",)),
        Concept("v:gnn", EntityType.METHOD, "graph neural network", ("GNN",)),
    ]
)
DECISIONS = parse_decisions(
    ["same GAP = graph pooling", "different GAP | global average pooling", "rename GAN -> GAN!"]
)


def fresh(*, bare: bool = False) -> Resolver:
    if bare:
        return Resolver(in_memory(), Vocabulary(), Decisions())
    return Resolver(in_memory(), VOCABULARY, DECISIONS)


def state(resolver: Resolver, papers: Iterable[str]) -> tuple[tuple[Entity, ...], dict[str, tuple[str, ...]]]:
    return tuple(resolver.entities()), {paper: resolver.links(paper) for paper in sorted(papers)}


NAMES = ["GNN", "gnn", "VQA v2", "VQAv2", "VQA", "DS-Net", "DS-Net++", "DS Net", "ds net plus plus"]
LONG = [
    ("GAN", "graph attention network"),
    ("GAN", "graph attention networks"),
    ("GAN", "generative adversarial network"),
    ("GAP", "global average pooling"),
    ("GAP", "graph attention pooling"),
    ("VQA", "visual question answering"),
    ("CPC", "contrastive predictive coding"),
]
kinds = st.sampled_from(["Method", "Dataset", "Benchmark", "Task"])
entities = st.one_of(
    st.builds(local, kinds, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.builds(local, kinds, st.sampled_from([name for pair in LONG for name in pair])),
    st.builds(lambda kind, pair: local(kind, *pair, expansion=pair[1]), kinds, st.sampled_from(LONG)),
)
papers = st.dictionaries(st.sampled_from("abcdefghijkl"), st.lists(entities, max_size=5).map(tuple), max_size=8)


@given(papers, papers, st.randoms(use_true_random=False), st.booleans())
def test_order_replacement_and_removal_leave_no_trace(final: Papers, other: Papers, random: object, bare: bool) -> None:
    at_once = fresh(bare=bare)
    at_once.update(final.items())
    stepwise = fresh(bare=bare)
    stepwise.update(other.items())
    order = list(final.items())
    random.shuffle(order)  # type: ignore[attr-defined]
    for item in order:
        stepwise.update([item])
    stepwise.update([], removed=sorted(other.keys() - final.keys()))
    assert state(stepwise, final) == state(at_once, final)


@given(papers, papers)
def test_changes_tell_all(first: Papers, second: Papers) -> None:
    resolver = fresh()
    resolver.update(first.items())
    keys = first.keys() | second.keys()
    before = {entity.id: entity for entity in resolver.entities()}
    links = {paper: resolver.links(paper) for paper in keys}
    changes = resolver.update(second.items(), removed=sorted(first.keys() - second.keys()))
    after = {entity.id: entity for entity in resolver.entities()}
    written = {id_ for id_, entity in after.items() if before.get(id_) != entity}
    assert written <= set(changes.entities) <= after.keys()
    assert set(changes.gone) == before.keys() - after.keys()
    moved = {paper for paper in second if resolver.links(paper) != links[paper]}
    assert moved <= set(changes.papers)
    assert all(old in changes.gone and new in after for old, new in changes.renamed)


def test_a_label_is_plain_and_its_fonts_are_no_alias() -> None:
    resolver = fresh(bare=True)
    resolver.update([("a", (local("Method", r"\textsc{LeafNet}", "LeafNet (a net)", r"Leaf$_{NET}$"),))])
    [entity] = resolver.entities()
    assert (entity.label, entity.aliases) == ("LeafNet", (r"Leaf$_{NET}$",))
