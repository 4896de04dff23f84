"""Write the graph page: pyvis holds the network, our template draws it with the vis-network that pyvis ships.

The page is one file that loads nothing: script, style and data stand in it, and its Content-Security-Policy forbids
every request. Whatever comes from a paper is JSON text that the script shows as text, never as HTML.
"""

import importlib.util
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Store
from pyvis.network import Network

from kg import __version__
from kg.errors import KgError
from kg.view.evidence import read_evidence
from kg.view.layout import layout
from kg.view.look import EDGES, NODES, EdgeLook
from kg.view.select import Selection, large, select
from kg.view.text import embed, plain
from kg.view.told import counted, nothing, scope

__all__ = ["MAKER", "POLICY", "View", "check_target", "draw", "environment", "render", "to_pyvis", "vis_network_script"]

MAKER = f"paperkg {__version__}"
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"

_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False, "selectionWidth": 0, "hoverWidth": 0},
    "nodes": {"borderWidth": 1, "borderWidthSelected": 1},
    "interaction": {"hover": True, "hoverConnectedEdges": False, "selectConnectedEdges": False, "keyboard": False},
}


@dataclass(frozen=True, slots=True)
class View:
    """A page and the graph it shows; in a notebook it shows itself.

    `note` tells what was left out, `nothing` why there is nothing to draw, "" where there is.
    """

    html: str = field(repr=False)
    note: str
    graph: "nx.MultiDiGraph[str]" = field(repr=False, default_factory=nx.MultiDiGraph)
    nothing: str = ""

    def save(self, path: str | Path) -> None:
        """Write the page as a UTF-8 file, whole or not at all; KgError where that cannot be done."""
        path = check_target(path)
        new = path.with_name(path.name + ".new")
        try:
            new.write_text(self.html, "utf-8", newline="\n")
            new.replace(path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise KgError(f"cannot be written ({error.strerror})", path=path) from error

    def _repr_html_(self) -> str:
        from kg.view.notebook import inline

        return inline(self.html)


def check_target(path: str | Path) -> Path:
    """Return the path, if a page may be written there: over nothing or an older page, in a folder that exists, and with
    the ending of a page.

    Raises KgError that says what to do instead.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise KgError(f"there is no folder {path.parent}", path=path, hint="make it first, or choose another")
    if path.is_dir():
        raise KgError("is a folder", path=path, hint="name a file in it, as in page.html")
    if path.suffix.casefold() not in (".html", ".htm"):
        raise KgError("a page ends in .html or .htm", path=path, hint="kg export writes other forms")
    try:
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                if not file.read(15).lower().startswith(b"<!doctype html"):
                    raise KgError("exists and is not a page", path=path, hint="choose another name, or remove it")
    except OSError as error:
        raise KgError(f"cannot be read ({error.strerror})", path=path) from error
    return path


def draw(store: Store, selection: Selection | None = None, *, title: str = "Knowledge graph") -> View:
    """Select a part of the graph, place it, and write its page; equal input gives an equal page.

    Raises QueryError where the selection makes no sense.
    """
    selection = selection or Selection()
    graph, note = select(store, selection)
    if selection.aggregate == "matrix":
        from kg.view.sheet import matrix_page

        empty = "" if graph.number_of_edges() else nothing(store, selection)
        return View(
            matrix_page(store, graph, title=title, note=note, asked=scope(selection), empty=empty), note, graph, empty
        )
    empty = "" if len(graph) else nothing(store, selection)
    return render(store, graph, title=title, note=note, asked=scope(selection), empty=empty)


def render(
    store: Store, graph: "nx.MultiDiGraph[str]", *, title: str, note: str = "", asked: str = "", empty: str = ""
) -> View:
    """Write the page of a graph that is already selected; `asked` says what it shows, `empty` why it is empty."""
    # Papers are what takes time to read; in a large graph those told of one node are seldom those of another.
    papers_each = 4 if large(store) else 12 if len(graph) <= 1000 else 6
    evidence = read_evidence(store, graph, papers_each=papers_each)
    network = to_pyvis(graph)
    statements = evidence.pop("edges")
    drawn = {(edge["from"], edge["to"]): edge for edge in network.edges}
    index = {node: at for at, node in enumerate(graph)}
    for (head, tail), said in zip(graph.edges(), statements, strict=True):
        ends = index[head], index[tail]
        forward = ends in drawn
        edge = drawn[ends if forward else ends[::-1]]
        edge["says"].extend([*statement, 1 if forward else 0] for statement in said)
    data = {
        "title": plain(title),
        "note": note,
        "options": _OPTIONS,
        "nodes": network.nodes,
        "edges": network.edges,
        "types": {type_: {"colour": look.colour, "plural": look.plural} for type_, look in NODES.items()},
        "roles": _roles(graph),
        "about": evidence,
    }
    template = environment().get_template("page.html")
    html = template.render(
        policy=POLICY,
        title=plain(title),
        data=embed(data),
        vis=vis_network_script(),
        maker=MAKER,
        scope=plain(asked),
        counts=counted(store, graph, len(network.edges)),
        nothing=plain(empty),
        note=note,
    )
    return View(html, note, graph, empty)


def to_pyvis(graph: "nx.MultiDiGraph[str]") -> Network:
    """Return a pyvis network with places, shapes and colours; ids are the positions of the nodes in the graph.

    Edges between the same two nodes are drawn as one, in the look of the firmest statement.
    """
    network = Network(directed=False, cdn_resources="in_line")
    degree = dict(nx.Graph(graph).degree())
    most = max(degree.values(), default=1) or 1
    looks = [(node, NODES.get(data["type"], NODES["Other"])) for node, data in graph.nodes(data=True)]
    growth = 17.0 * min(1.0, most / 12) ** 0.5  # where even the most connected has few links, a small shape will do
    sizes = {node: look.size + growth * (degree[node] / most) ** 0.5 * (look.size >= 6) for node, look in looks}
    places = layout(graph, sizes=sizes)
    # Appending is what pyvis' own add_node ends in; its checks are quadratic.
    for at, (node, look) in enumerate(looks):
        x, y = places[node]
        data = graph.nodes[node]
        network.nodes.append(
            {
                "id": at,
                "name": plain(data["label"]),
                "type": data["type"],
                "degree": degree[node],
                "shape": look.shape,
                "color": look.colour,
                "size": round(sizes[node], 1),
                "x": x,
                "y": y,
            }
        )
    index = {node: at for at, node in enumerate(graph)}
    drawn: dict[tuple[int, int], tuple[EdgeLook, dict[str, Any]]] = {}
    for head, tail, data in graph.edges(data=True):
        ends = index[head], index[tail]
        style = _edge_look(data["role"])
        firmest = drawn.get(ends) or drawn.get(ends[::-1])
        if firmest is not None and firmest[0].width >= style.width:
            continue
        drawn.pop(ends[::-1], None)
        edge: dict[str, Any] = {"from": ends[0], "to": ends[1], "color": style.colour, "width": style.width, "says": []}
        if style.pull < 1:
            edge["soft"] = True
        if style.dashes:
            edge["dashes"] = list(style.dashes)
        if style.arrow:
            edge["arrows"] = {"to": {"enabled": True, "scaleFactor": 0.45}}
        drawn[ends] = style, edge
    network.edges.extend({"id": at, **edge} for at, (_, edge) in enumerate(drawn.values()))
    return network


def _edge_look(role: str) -> EdgeLook:
    return EDGES.get(role) or EdgeLook(role, NODES["Other"].colour)


def _roles(graph: "nx.MultiDiGraph[str]") -> dict[str, dict[str, Any]]:
    """The looks of the roles that occur, in the order of the legend."""
    occurring = {role: None for _, _, role in graph.edges(keys=True)}
    order = [role for role in EDGES if role in occurring] + [role for role in occurring if role not in EDGES]
    looks = {role: _edge_look(role) for role in order}
    return {
        role: {"words": look.words, "colour": look.colour, "width": look.width, "dashes": look.dashes}
        for role, look in looks.items()
    }


@cache
def vis_network_script() -> str:
    """Return vis-network as it ships inside pyvis, safe inside a script element."""
    spec = importlib.util.find_spec("pyvis")
    folder = Path(str(spec.origin)).parent if spec and spec.origin else Path()
    script = max(folder.glob("templates/lib/vis-*/vis-network.min.js"), key=lambda path: path.parent.name)
    return script.read_text("utf-8").replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def environment() -> Environment:
    """Return the templates; whatever they print is escaped."""
    loader = PackageLoader("kg.view", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
