"""Show pages and records inside a notebook, in JupyterLab and VS Code alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pyoxigraph import Store

from kg.view.around import part_between
from kg.view.evidence import Evidence, about_entity, about_paper
from kg.view.select import find_entity
from kg.view.text import plain

__all__ = ["Card", "Inline", "card", "inline", "overview"]


def inline(page: str, height: int = 640) -> str:
    """Return an iframe that holds a whole page; sandboxed, it can reach neither the notebook nor the net.

    >>> inline("<p>hi</p>", 200)[:40]
    '<iframe sandbox="allow-scripts allow-pop'
    """
    style = "border:1px solid #8884;border-radius:8px"
    return (
        '<iframe sandbox="allow-scripts allow-popups" title="Knowledge graph" width="100%" '
        f'height="{height}" style="{style}" srcdoc="{escape(page, quote=True)}"></iframe>'
    )


@dataclass(frozen=True, slots=True)
class Inline:
    """A page that shows itself in a notebook."""

    html: str = field(repr=False)
    height: int = 640

    def _repr_html_(self) -> str:
        return inline(self.html, self.height)


def overview(name: str, counts: Mapping[str, int]) -> str:
    """Return a small table of how many things a graph holds."""
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(what)}</th><td>{count:,}</td></tr>" for what, count in counts.items()
    )
    return f"<b>Graph {escape(plain(name))}</b><table>{cells}</table>"


@dataclass(frozen=True, slots=True)
class Card:
    """One entity or paper: its names, its papers or results, and the sentences that say so."""

    label: str
    type: str
    iri: str
    told: dict[str, Any] = field(repr=False)
    evidence: Evidence = field(repr=False)

    @property
    def papers(self) -> list[dict[str, Any]]:
        """The papers that name the entity, with roles and sentences."""
        return [
            {
                **self.evidence.papers[paper],
                "roles": roles,
                "sentences": [self.evidence.sentences[at][1] for at in sentences],
            }
            for paper, roles, sentences in self.told.get("papers", ())
        ]

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results in which it stands, with names instead of IRIs."""
        ends = ("method", "dataset", "metric", "baseline")
        found = (self.evidence.results[at] for at in self.told.get("results", ()))
        return [{**r, **{end: ", ".join(label for label, _ in r[end]) for end in ends}} for r in found]

    def _repr_html_(self) -> str:
        aliases = self.told.get("aliases", ())
        parts = [f"<h4>{escape(self.label)} <small>{escape(self.type.lower())}</small></h4>"]
        if aliases:
            parts.append(f"<p>also: {escape('; '.join(aliases))}</p>")
        rows = [
            "".join(f"<td>{escape(str(r[key]))}</td>" for key in ("method", "dataset", "metric", "raw"))
            for r in self.results
        ]
        if rows:
            head = "<tr><th>method</th><th>dataset</th><th>metric</th><th>value</th></tr>"
            parts.append(f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        for paper in self.papers:
            says = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in paper["sentences"])
            year = f" ({escape(paper['year'])})" if paper["year"] else ""
            parts.append(f"<p><b>{escape(paper['title'])}</b>{year}: {escape(', '.join(paper['roles']))}</p>{says}")
        for at in self.told.get("sentences", ()):
            parts.append(f"<blockquote>{_marked(*self.evidence.sentences[at][1:])}</blockquote>")
        return "".join(parts)


def _marked(text: str, marks: list[tuple[int, int, int]]) -> str:
    out, at = [], 0
    for start, end, _ in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if start >= at:
            out += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    return "".join([*out, escape(text[at:])])


def card(store: Store, name: str, *, papers: int = 12) -> Card:
    """Return what the graph tells about an entity or paper; QueryError where nothing has this name."""
    iri = find_entity(store, None, name)
    graph = part_between(store, [iri])
    evidence = Evidence(store, {})
    type_ = graph.nodes[iri]["type"]
    told = (about_paper if type_ == "Paper" else about_entity)(evidence, iri, papers)
    return Card(plain(graph.nodes[iri]["label"]), type_, iri, told, evidence)
