"""Pairs of names of different papers that are one thing, and pairs that are not, with the reason of each."""

from functools import cache

import pytest
from ledgers import in_memory

from kg.model import EntityType, LocalEntity, Mention
from kg.resolve import Decisions, Resolver, parse_decisions
from kg.vocabulary import Concept, Vocabulary, load_vocabulary


def entity(text: str) -> LocalEntity:
    """Read "Method: ViT = Vision Transformer" (a name, with its long form where the paper gives one)."""
    type_, _, rest = text.partition(": ")
    name, _, long = rest.partition(" = ")
    surfaces = (long, name) if long else (name,)
    return LocalEntity(EntityType(type_), name, surfaces, (Mention(0, 3),), expansion=long or None)


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def resolve(*papers: str) -> list[tuple[str, ...]]:
    """Resolve papers, each a list of entities separated by ";"."""
    resolver = Resolver(in_memory(), vocabulary(), Decisions())
    resolver.update((str(at), tuple(map(entity, paper.split("; ")))) for at, paper in enumerate(papers))
    return [resolver.links(str(at)) for at in range(len(papers))]


SAME = [
    ("Dataset: VQA 2.0", "Dataset: VQAv2", "spellings of a version"),
    ("Dataset: VQA v2", "Benchmark: VQA-v2", "one name, two neighbouring types"),
    ("Method: ViT", "Method: Vision Transformer", "the vocabulary knows the acronym"),
    ("Method: ViTs = Vision Transformers", "Method: vision transformer", "plural, case"),
    ("Method: BERT$\\rm_{BASE}$", "Method: BERT-base", "LaTeX"),
    ("Dataset: MS-COCO dataset", "Dataset: Microsoft COCO", "a generic head, an alias"),
    ("Method: ResNet50", "Method: ResNet-50", "hyphen"),
    ("Method: Swin-Base", "Method: Swin-B", "a size written out"),
    ("Task: VQA", "Task: visual question-answering", "the task's acronym"),
    ("Method: QRSNet = Quick Route Search Network", "Method: Quick Route Search Networks", "defined in one paper"),
    ("Method: QRSNet = Quick Route Search Network", "Method: QRSNet", "a distinctive name, one sense"),
    ("Method: graph convolution network", "Method: Graph Convolutional Networks", "two endings of one word"),
    ("Task: NER task", "Task: named entity recognition", "a generic head"),
    ("Method: modelling of neighbours", "Method: modeling of neighbors", "British spelling"),
    ("Dataset: SQuAD 1.1", "Dataset: SQuAD v1.1", "a version with and without v"),
    ("Method: GPT-4 model", "Method: GPT4", "a generic head, hyphen"),
]
DIFFERENT = [
    ("Method: Swin-B", "Method: Swin-L", "sizes"),
    ("Method: MobileNetV2", "Method: MobileNetV3", "versions"),
    ("Method: DS-Net", "Method: DS-Net++", "a plus"),
    ("Task: VQA", "Dataset: VQA", "a task and a dataset"),
    ("Dataset: VQA", "Dataset: VQA v2", "a dataset and its second version"),
    ("Method: BERT-base", "Method: BERT-large", "sizes"),
    ("Method: ResNet-50", "Method: ResNet-101", "depths"),
    ("Dataset: SQuAD 1.1", "Dataset: SQuAD 2.0", "versions"),
    ("Dataset: CIFAR-10", "Dataset: CIFAR-100", "numbers"),
    ("Dataset: ImageNet-1K", "Dataset: ImageNet-21K", "subsets"),
    ("Method: GAP = graph attention pooling", "Method: GAP = global average pooling", "two long forms of one acronym"),
    ("Method: SAM = spatial attention module", "Method: SAM", "a paper's own meaning, and the well-known one"),
    ("Method: SSL = self-supervised learning", "Method: SSL = semi-supervised learning", "long forms that look alike"),
    ("Method: contrastive learning", "Method: contrastive loss", "a shared word"),
    ("Method: supervised learning", "Method: unsupervised learning", "a prefix"),
    (
        "Method: Chain-of-Thought (CoT) distillation",
        "Method: Chain-of-Thought (CoT)",
        "an acronym inside a longer name",
    ),
    ("Method: ADAPT", "Method: Adam", "names alike"),
    ("Method: CLIP", "Method: clip", "a common word"),
    ("Metric: mAP", "Metric: maps", "a common word"),
    ("Method: HOPE = heap ordered path encoder", "Method: hope", "a common word"),
    ("Metric: recall@1", "Metric: recall@10", "cut-offs"),
    ("Dataset: Kinetics-400", "Dataset: Kinetics-600", "sizes"),
]


@pytest.mark.parametrize(("first", "second", "why"), SAME)
def test_same(first: str, second: str, why: str) -> None:
    (one,), (other,) = resolve(first, second)
    assert one == other, why


@pytest.mark.parametrize(("first", "second", "why"), DIFFERENT)
def test_different(first: str, second: str, why: str) -> None:
    (one,), (other,) = resolve(first, second)
    assert one != other, why


def test_context_tells_what_an_ambiguous_acronym_is() -> None:
    links = resolve(
        "Method: QAP = quick answer planner; Task: tile laying",
        "Method: QAP = quiet audio pruner; Task: bird song coding",
        "Method: QAP; Task: tile laying",
        "Method: QAP; Task: cake baking",
    )
    assert links[2][0] == links[0][0], "the third paper's task is the first's"
    assert links[3][0] not in (links[0][0], links[1][0]), "nothing tells: a node of its own"


def test_a_wrong_coreference_joins_nothing_else() -> None:
    mixed = LocalEntity(EntityType.METHOD, "FooNet", ("FooNet", "BarNet"), (Mention(0, 3),))
    resolver = Resolver(in_memory(), Vocabulary(), Decisions())
    resolver.update([("a", (mixed,)), ("b", (entity("Method: BarNet"),)), ("c", (entity("Method: FooNet"),))])
    assert resolver.links("a") == resolver.links("c") != resolver.links("b")


def test_a_name_of_another_concept_is_no_alias() -> None:
    known = Vocabulary(
        [
            Concept("v:verse", EntityType.TASK, "verse translation"),
            Concept("v:nvt", EntityType.TASK, "neural verse translation", ("NVT",)),
        ]
    )
    names = ("verse translation", "Verse translations", "neural verse translation", "NVT", "poem translation")
    mixed = LocalEntity(EntityType.TASK, names[0], names, (Mention(0, 3),))
    long = LocalEntity(EntityType.TASK, "narrow vine trimming", ("narrow vine trimming", "NVT"), (Mention(0, 3),))
    resolver = Resolver(in_memory(), known, Decisions())
    resolver.update([("a", (mixed,)), ("b", (long,))])
    aliases = {found.label: found.aliases for found in resolver.entities()}
    assert aliases["verse translation"] == ("Verse translations", "poem translation")
    assert aliases["narrow vine trimming"] == ("NVT",), "an acronym is its own, whatever else it stands for"

    decided = Resolver(in_memory(), known, parse_decisions(["same verse translation = NVT"]))
    decided.update([("a", (mixed,))])
    [found] = decided.entities()
    assert "NVT" in (found.label, *found.aliases), "a person made them one"


def test_an_aside_or_half_a_formula_makes_no_alias() -> None:
    names = (
        "FooNet",
        "FooNets",
        "FooNet (FN)",
        "FooNet (on trees)",
        r"$\textit{FooNet",
        r"$\textit{FooNet}$",
        "BarNet (BN)",
    )
    resolver = Resolver(in_memory(), Vocabulary(), Decisions())
    resolver.update([("a", (LocalEntity(EntityType.METHOD, "FooNet", names, (Mention(0, 3),)),))])
    [found] = resolver.entities()
    assert (found.label, found.aliases) == ("FooNet", (r"$\textit{FooNet}$", "BarNet (BN)", "FooNets"))


def test_variants_stand_under_their_base() -> None:
    resolver = Resolver(in_memory(), Vocabulary(), Decisions())
    resolver.update([("a", (entity("Method: QuxNet-L"), entity("Method: QuxNet++")))])
    assert not any(found.variant_of for found in resolver.entities())
    changes = resolver.update([("b", (entity("Method: QuxNet"),))])
    variants = {found.id: found.variant_of for found in resolver.entities()}
    assert variants["method/quxnet-l"] == variants["method/quxnet-plus-plus"] == ("method/quxnet",)
    assert {"method/quxnet-l", "method/quxnet-plus-plus"} <= set(changes.entities)


def test_types_follow_the_evidence_of_all_papers() -> None:
    papers = [f"{type_}: FooQA" for type_ in ["Dataset"] * 3 + ["Benchmark"]]
    links = resolve(*papers)
    assert {link for (link,) in links} == {"dataset/fooqa"}
    phrases = [f"{type_}: tile laying" for type_ in ["Task"] * 3 + ["Method"]]
    assert {link for (link,) in resolve(*phrases)} == {"task/tile-laying"}
