"""How each kind of node and edge looks: shape, colour, words. The page's legend is made of these tables.

Colours are those of Okabe and Ito (2008), which readers with any colour vision tell apart; a shape of its own for
each type says the same without colour, and edges differ by dashes and width as well.
"""

from dataclasses import dataclass

from kg.model import EntityType, RelationType, Role

__all__ = ["EDGES", "NODES", "EdgeLook", "NodeLook"]


@dataclass(frozen=True, slots=True)
class NodeLook:
    """The look of a type: a shape of vis-network, a colour, the word for many, the smallest size."""

    shape: str
    colour: str
    plural: str
    size: float = 7.0


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """The look of a statement: the words between its ends, colour, width, dashes, and how firmly it binds.

    `pull` weighs the edge in the layout; `arrow` draws its direction.
    """

    words: str
    colour: str
    width: float = 1.0
    dashes: tuple[int, ...] = ()
    pull: float = 1.0
    arrow: bool = False


NODES: dict[str, NodeLook] = {
    "Paper": NodeLook("square", "#8a94a3", "papers", 4.5),
    EntityType.METHOD: NodeLook("dot", "#0072b2", "methods"),
    EntityType.DATASET: NodeLook("diamond", "#d55e00", "datasets", 8.0),
    EntityType.BENCHMARK: NodeLook("star", "#cc79a7", "benchmarks", 8.5),
    EntityType.METRIC: NodeLook("triangle", "#e69f00", "metrics"),
    EntityType.TASK: NodeLook("hexagon", "#009e73", "tasks"),
    "Community": NodeLook("dot", "#56b4e9", "communities", 10.0),
    "Other": NodeLook("dot", "#9a9a9a", "other nodes", 6.0),
}

_GREY, _BLUE, _ORANGE, _GREEN, _AMBER, _PINK = "#8a94a3", "#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7"

EDGES: dict[str, EdgeLook] = {
    Role.PROPOSES: EdgeLook("proposes", _BLUE, 2.0, pull=2.0),
    Role.INTRODUCES: EdgeLook("introduces", _ORANGE, 2.0, pull=2.0),
    Role.USES: EdgeLook("uses", _BLUE),
    Role.COMPARES: EdgeLook("compares with", _BLUE, dashes=(5, 4)),
    Role.EVALUATES: EdgeLook("evaluates on", _ORANGE),
    Role.ADDRESSES: EdgeLook("addresses", _GREEN),
    Role.REPORTS: EdgeLook("reports", _AMBER, dashes=(2, 3), pull=0.4),
    Role.MENTIONS: EdgeLook("mentions", _GREY, 0.9, (2, 3), pull=0.3),
    "result": EdgeLook("has a result on", _PINK, 2.0),
    RelationType.OUTPERFORMS: EdgeLook("outperforms", _PINK, 1.5, arrow=True),
    RelationType.PART_OF: EdgeLook("is part of", _BLUE, 1.5, (8, 3), arrow=True),
    RelationType.BASED_ON: EdgeLook("is based on", _BLUE, 1.5, arrow=True),
    RelationType.APPLIED_TO: EdgeLook("is applied to", _GREEN, 1.2, arrow=True),
    RelationType.TRAINED_ON: EdgeLook("is trained on", _ORANGE, 1.2, (8, 3), arrow=True),
    RelationType.EVALUATED_ON: EdgeLook("is evaluated on", _ORANGE, 1.2, arrow=True),
    RelationType.USED_FOR: EdgeLook("is used for", _GREEN, 1.2, (8, 3), arrow=True),
    RelationType.DERIVED_FROM: EdgeLook("is derived from", _ORANGE, 1.5, (5, 4), arrow=True),
    RelationType.SUBSET_OF: EdgeLook("is a subset of", _ORANGE, 1.5, arrow=True),
    "variantOf": EdgeLook("is a variant of", _GREY, 1.2, (8, 3), pull=0.4, arrow=True),
    "linked": EdgeLook("is linked with", _GREY, 1.5),
    "together": EdgeLook("appears together with", _GREY, 1.0),
}
