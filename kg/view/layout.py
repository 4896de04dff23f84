"""Place the nodes of a graph on a plane: deterministic, thousands of nodes in seconds, numpy and scipy alone.

1. Connected components are laid out one by one.
2. A component starts from Pivot MDS (Brandes & Pich 2007): graph distances to a few spread pivots, two axes by PCA.
3. It is refined with the forces of ForceAtlas2 (Jacomy et al. 2014): repulsion by degree, attraction along edges
   (weaker on hubs), a little gravity; steps are bounded by a falling temperature (Fruchterman & Reingold 1991).
   Far repulsion acts between a node and the centroids of equal-sized blocks, near repulsion inside a block; blocks
   are cut anew, in turned directions, at each step, so that their borders leave no trace.
4. It is scaled to the room its nodes need, and discs that overlap are pushed apart (KD-tree).
5. Components are packed in rows under the largest one, isolates in rows under them.
"""

from collections.abc import Mapping

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, shortest_path
from scipy.spatial import cKDTree

__all__ = ["layout"]

Points = NDArray[np.float64]

#: The typical length of an edge, in the units of the page.
EDGE = 90.0
_EXACT = 250  # up to so many nodes every pair repels every other


def layout(
    graph: "nx.Graph[str]", *, sizes: Mapping[str, float] | None = None, seed: int = 0
) -> dict[str, tuple[int, int]]:
    """Return whole-number coordinates of each node; `sizes` are radii, an edge's `pull` weighs it.

    The same graph with its nodes in the same order gives the same places.
    """
    simple = _simple(graph)
    order = {name: index for index, name in enumerate(simple)}
    radii = np.array([(sizes or {}).get(name, 6.0) for name in simple])
    parts = sorted((sorted(part, key=order.__getitem__) for part in nx.connected_components(simple)), key=_rank)
    places: list[Points] = []
    for part in (part for part in parts if len(part) > 1):
        places.append(_component(simple.subgraph(part), part, radii[[order[name] for name in part]], seed))
    lonely = [part[0] for part in parts if len(part) == 1]
    packed = _pack(places, radii.max(initial=6.0))
    names = [name for part in parts if len(part) > 1 for name in part] + lonely
    points = np.vstack([*packed, _rows(len(lonely), packed, radii.max(initial=6.0))]) if names else np.zeros((0, 2))
    return {name: (round(x), round(y)) for name, (x, y) in zip(names, points.tolist(), strict=True)}


def _rank(part: list[str]) -> int:
    return -len(part)


def _simple(graph: "nx.Graph[str]") -> "nx.Graph[str]":
    """Sum parallel edges into one undirected weight."""
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(graph)
    for head, tail, data in graph.edges(data=True):
        if head != tail:
            pull = float(data.get("pull", 1.0)) + (simple[head][tail]["pull"] if simple.has_edge(head, tail) else 0.0)
            simple.add_edge(head, tail, pull=pull)
    return simple


def _component(graph: "nx.Graph[str]", names: list[str], radii: NDArray[np.float64], seed: int) -> Points:
    index = {name: i for i, name in enumerate(names)}
    ends = np.array([(index[a], index[b]) for a, b in graph.edges()], dtype=np.int64)
    pull = np.array([data["pull"] for _, _, data in graph.edges(data=True)])
    swap = ends[:, 0] > ends[:, 1]
    ends[swap] = ends[swap][:, ::-1]  # networkx lists a subgraph's edges in an order of its own
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, pull = ends[order], pull[order]
    points = _pivot_mds(len(names), ends, seed)
    points = _forces(points, ends, pull, seed)
    points = _apart(_gathered(points, radii), radii + 5.0)
    middle: Points = points - points.mean(axis=0)
    return _lie_flat(middle)


def _pivot_mds(size: int, ends: NDArray[np.int64], seed: int, pivots: int = 40) -> Points:
    ones = np.ones(len(ends))
    adjacency = csr_array((ones, (ends[:, 0], ends[:, 1])), shape=(size, size))
    adjacency = (adjacency + adjacency.T).tocsr()
    first = int(breadth_first_order(adjacency, 0, directed=False, return_predecessors=False)[-1])
    chosen, distances = [first], []
    nearest = np.full(size, np.inf)
    for _ in range(min(pivots, size)):
        row = shortest_path(adjacency, directed=False, unweighted=True, indices=chosen[-1])
        distances.append(row)
        nearest = np.minimum(nearest, row)
        chosen.append(int(nearest.argmax()))  # the first of the farthest
    squares = np.array(distances).T ** 2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, -2:] if vectors.shape[1] > 1 else np.hstack([vectors, vectors * 0])
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])])
    points = centred @ axes
    spread = points.std(axis=0)
    points = points / np.where(spread > 1e-9, spread, 1.0)
    jitter = np.random.default_rng(seed).normal(0.0, 0.15, points.shape)  # leaves of one hub start in one place
    placed: Points = (points + jitter) * EDGE * np.sqrt(size) / 4
    return placed


def _forces(points: Points, ends: NDArray[np.int64], pull: NDArray[np.float64], seed: int) -> Points:
    size = len(points)
    degree = np.bincount(ends.ravel(), minlength=size).astype(float)
    mass = 1.0 + np.sqrt(degree)
    firm = pull / np.sqrt(np.minimum(degree[ends[:, 0]], degree[ends[:, 1]]))
    steps = int(np.clip(60_000 / size, 160, 400))
    heat, cooling = EDGE * np.sqrt(size) / 8, (0.02) ** (1 / steps)
    scale = EDGE * EDGE / 4
    for step in range(steps):
        push = _all_pairs(points, mass) if size <= _EXACT else _blocks(points, mass, turn=step)
        force = push * mass[:, None] * scale
        gap = points[ends[:, 1]] - points[ends[:, 0]]
        force_on_edge = gap * (firm * np.linalg.norm(gap, axis=1) / EDGE)[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(ends[:, 0], force_on_edge[:, axis], size)
            force[:, axis] -= np.bincount(ends[:, 1], force_on_edge[:, axis], size)
        force -= points * (0.06 * mass)[:, None]
        length = np.linalg.norm(force, axis=1) + 1e-9
        points = points + force * (np.minimum(length, heat) / length)[:, None]
        heat *= cooling
    return points


def _all_pairs(points: Points, mass: NDArray[np.float64]) -> Points:
    gap = points[:, None, :] - points[None, :, :]
    strength = mass[None, :] / ((gap**2).sum(axis=2) + 25.0)
    push: Points = (gap * strength[:, :, None]).sum(axis=1)
    return push


def _blocks(points: Points, mass: NDArray[np.float64], turn: int, width: int = 48) -> Points:
    """Repulsion with every node of the own block and with the centroid of every other block."""
    size = len(points)
    angle = turn * 2.399963  # the golden angle: directions never repeat
    across = points @ np.array([np.cos(angle), np.sin(angle)])
    along = points @ np.array([-np.sin(angle), np.cos(angle)])
    strips = max(1, round(np.sqrt(size / width)))
    strip = np.empty(size, dtype=np.int64)
    strip[np.argsort(across, kind="stable")] = np.arange(size) * strips // size
    order = np.lexsort((along, strip))
    count = -(-size // width)
    padded = np.full(count * width, -1)
    padded[:size] = order
    members = padded.reshape(count, width)
    here = members >= 0
    weight = np.where(here, mass[members], 0.0)
    inside = points[members]
    total = weight.sum(axis=1)
    centre = (inside * weight[:, :, None]).sum(axis=1) / total[:, None]
    own = np.empty(size, dtype=np.int64)
    own[order] = np.arange(size) // width

    gap = points[:, None, :] - centre[None, :, :]
    strength = total[None, :] / ((gap**2).sum(axis=2) + 25.0)
    strength[np.arange(size), own] = 0.0
    push: Points = np.einsum("ij,ijk->ik", strength, gap)

    near = inside[:, :, None, :] - inside[:, None, :, :]
    local = np.einsum("bij,bijk->bik", weight[:, None, :] / ((near**2).sum(axis=3) + 25.0), near)
    push[members[here]] += local[here]
    return push


def _gathered(points: Points, radii: NDArray[np.float64]) -> Points:
    """Scale to the room that so many nodes need, and draw strays nearer: else all are specks in a void."""
    spread = points - np.median(points, axis=0)
    distance = np.linalg.norm(spread, axis=1)
    edge = max(float(np.quantile(distance, 0.9)), 1e-6)
    spread = (
        spread * np.where(distance > edge, (edge + 0.35 * (distance - edge)) / np.maximum(distance, 1e-6), 1.0)[:, None]
    )
    extent = np.prod(np.quantile(np.abs(spread), 0.9, axis=0) * 2)
    room = len(points) * (2 * radii.mean() + 30.0) ** 2
    scaled: Points = spread * np.sqrt(room / max(float(extent), 1.0))
    return scaled


def _apart(points: Points, radii: NDArray[np.float64], rounds: int = 60) -> Points:
    """Push overlapping discs apart, a little at a time."""
    points = points.copy()
    for _ in range(rounds):
        pairs = cKDTree(points).query_pairs(2 * radii.max(), output_type="ndarray")
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        gap = points[pairs[:, 1]] - points[pairs[:, 0]]
        distance = np.linalg.norm(gap, axis=1)
        wanted = radii[pairs].sum(axis=1)
        close = distance < wanted
        if not close.any():
            break
        pairs, gap, distance, wanted = pairs[close], gap[close], distance[close], wanted[close]
        gap[distance < 1e-6] = (1.0, 0.3)
        step = gap / np.maximum(distance, 1e-6)[:, None] * ((wanted - distance) * 0.5)[:, None]
        for axis in (0, 1):
            points[:, axis] += np.bincount(pairs[:, 1], step[:, axis], len(points))
            points[:, axis] -= np.bincount(pairs[:, 0], step[:, axis], len(points))
    return points


def _lie_flat(points: Points) -> Points:
    """Turn the longest axis to the horizontal: screens are wider than high."""
    values, vectors = np.linalg.eigh(points.T @ points)
    axis = vectors[:, int(values.argmax())]
    axis = axis * (1.0 if axis[int(np.abs(axis).argmax())] > 0 else -1.0)
    flat: Points = points @ np.array([[axis[0], -axis[1]], [axis[1], axis[0]]])
    return flat


def _pack(places: list[Points], radius: float) -> list[Points]:
    """Set components side by side in rows under the first, the largest."""
    if not places:
        return []
    gap = 60.0 + radius
    area = sum((float(np.ptp(p[:, 0])) + gap) * (float(np.ptp(p[:, 1])) + gap) for p in places)
    width = max(*(float(np.ptp(place[:, 0])) for place in places), 700.0, 1.3 * float(np.sqrt(area)))
    packed: list[Points] = []
    x, y, height = 0.0, 0.0, 0.0
    for place in places:
        low, extent = place.min(axis=0), np.ptp(place, axis=0)
        alone = len(packed) == 1 and len(places[0]) > sum(map(len, places)) / 2  # nothing stands beside a giant
        if x and (alone or x + extent[0] > width):
            x, y, height = 0.0, y + height + gap, 0.0
        packed.append(place - low + (x, y))
        x, height = x + float(extent[0]) + gap, max(height, float(extent[1]))
    return packed


def _rows(count: int, packed: list[Points], radius: float) -> Points:
    """Places of isolates: rows under everything else."""
    step = 2 * radius + 26.0
    width = max((float(place[:, 0].max()) for place in packed), default=np.sqrt(count) * step * 1.4)
    top = max((float(place[:, 1].max()) for place in packed), default=-2 * step) + 2 * step
    columns = max(1, int(width // step))
    number = np.arange(count)
    return np.column_stack([number % columns * step, top + number // columns * step])
