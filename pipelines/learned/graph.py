"""Simplify an exported encoder: attention as one node a layer, and no mask, for a text is read alone.

The written-out attention makes tables of heads x pieces x pieces and passes over them five times; onnxruntime's own
node keeps them in the cache. Its sums come in another order, so results differ in the last places.
"""

from onnx import GraphProto, ModelProto, NodeProto, helper

__all__ = ["fuse_attention"]

_DOMAIN = "com.microsoft"


def fuse_attention(model: ModelProto, heads: int) -> int:
    """Change the graph of `network.Network`'s encoder in place; return the number of layers.

    Raises ValueError where the graph is not as `package.export_encoder` writes it.
    """
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    users: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)

    def before(name: str, *kinds: str) -> str:
        """Follow the first inputs of nodes of these kinds up from `name`."""
        for kind in kinds:
            name = _checked(made[name], kind).input[0]
        return name

    def after(name: str, *kinds: str) -> NodeProto:
        """Follow the only users of these kinds down from `name`."""
        node = made[name]
        for kind in kinds:
            [user] = users[node.output[0]]
            node = _checked(user, kind)
        return node

    fused: dict[str, NodeProto] = {}
    for softmax in (node for node in graph.node if node.op_type == "Softmax"):
        # softmax(query @ key / size + mask) @ value, each of them a view of a product by heads.
        product = made[before(softmax.input[0], "Add", "Div")]
        mixed = after(softmax.output[0], "MatMul")
        parts = (product.input[0], product.input[1], mixed.input[1])
        inputs = [before(part, "Transpose", "Reshape") for part in parts]
        [output] = after(mixed.output[0], "Transpose", "Reshape").output
        fused[output] = helper.make_node(
            "MultiHeadAttention", inputs, [output], f"attention_{len(fused)}", domain=_DOMAIN, num_heads=heads
        )
    nodes = [fused.get(node.output[0], node) for node in graph.node]
    _keep(graph, nodes)
    model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    return len(fused)


def _checked(node: NodeProto, kind: str) -> NodeProto:
    if node.op_type != kind:
        raise ValueError(f"{node.name} is {node.op_type}, not {kind}")
    return node


def _keep(graph: GraphProto, nodes: list[NodeProto]) -> None:
    """Give the graph these nodes without those that no output needs, and drop the inputs and weights of the rest."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    for field, items in (
        (graph.node, kept[::-1]),
        (graph.initializer, [item for item in graph.initializer if item.name in wanted]),
        (graph.input, [item for item in graph.input if item.name in wanted]),
        (graph.value_info, []),
    ):
        del field[:]
        field.extend(items)
