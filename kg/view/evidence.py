"""Read what the page tells about its nodes and edges: papers, results, and the sentences that say so.

The outcome is plain JSON-able data with indices instead of IRIs, made for the page's script:

    papers     {iri, title, year, venue, ids, links: [[kind, url]]}
    sentences  [paper, text, [[start, end, node or -1]…]]     offsets in code points of the sentence
    results    {paper, method, dataset, metric, …: [label, node or -1], raw, value, unit, kind, …, sentence}
    nodes      {iri, aliases, count, papers: [[paper, [role…], [sentence…]]…], results} of an entity
    edges      [[role, paper or -1, [sentence…], result or -1]…]
"""

import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
from pyoxigraph import Store
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.model import LinkKind, Role
from kg.view.rows import rows
from kg.view.text import plain, web_link
from kg.view.whole import local_name
from kg.vocab import ITSRDF, KG, NIF

__all__ = ["Evidence", "PaperFacts", "about_entity", "about_paper", "read_evidence", "read_paper"]

_ROLES = {str(KG[role]): str(role) for role in Role}
_LINKS = {
    str(KG.codeRepository): LinkKind.CODE,
    str(KG.projectPage): LinkKind.PROJECT,
    str(KG.datasetPage): LinkKind.DATASET,
    str(KG.modelPage): LinkKind.MODEL,
    str(KG.demoPage): LinkKind.DEMO,
    str(KG.link): LinkKind.OTHER,
}
_STATED = {
    "raw": KG.rawValue,
    "value": KG.value,
    "low": KG.minValue,
    "high": KG.maxValue,
    "unit": KG.unit,
    "split": KG.split,
    "setting": KG.setting,
    "direction": KG.direction,
}
Values = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """One paper's named graph: its metadata, sentences and mentions in text order, results and claims.

    `sentences` are (start, end, IRI, text); `mentions` (start, end, entity); offsets are code points of the text.
    """

    iri: str
    values: Values
    sentences: tuple[tuple[int, int, str, str], ...]
    mentions: tuple[tuple[int, int, str], ...]
    results: tuple[str, ...]
    claims: tuple[str, ...]

    def first(self, subject: str, predicate: str) -> str:
        """Return the smallest value, "" where there is none."""
        return min(self.values.get(subject, {}).get(predicate, ()), default="")

    def all(self, subject: str, predicate: str) -> list[str]:
        """Return every value, sorted."""
        return sorted(self.values.get(subject, {}).get(predicate, ()))


def read_paper(store: Store, iri: str) -> PaperFacts:
    """Read the named graph of a paper."""
    values: Values = defaultdict(lambda: defaultdict(list))
    for row in rows(store, graph=iri):
        values[row.subject][row.predicate].append(row.value)
    sentences, mentions, results, claims = [], [], [], []
    for subject, facts in values.items():
        types = facts.get(str(RDF.type), ())
        if str(KG.Result) in types:
            results.append(subject)
        elif str(KG.Claim) in types:
            claims.append(subject)
        elif str(NIF.Context) not in types and (offsets := _offsets(facts)) is not None:
            start, end = offsets
            if str(NIF.Sentence) in types:
                sentences.append((start, end, subject, min(facts.get(str(NIF.anchorOf), ("",)))))
            for entity in facts.get(str(ITSRDF.taIdentRef), ()):
                mentions.append((start, end, entity))
    return PaperFacts(iri, values, *(tuple(sorted(found)) for found in (sentences, mentions, results, claims)))  # type: ignore[arg-type]


def _offsets(facts: dict[str, list[str]]) -> tuple[int, int] | None:
    """Return the offsets of a span; None where it has none, as also a graph made elsewhere may have it."""
    try:
        start, end = (int(min(facts.get(str(offset), ("",)))) for offset in (NIF.beginIndex, NIF.endIndex))
    except ValueError:
        return None
    return (start, end) if 0 <= start <= end else None


@dataclass(slots=True)
class Evidence:
    """Collects what the page tells, each thing once; `as_json` gives the lists that the module describes."""

    store: Store
    index: dict[str, int]
    papers: list[dict[str, Any]] = field(default_factory=list)
    sentences: list[tuple[int, str, list[tuple[int, int, int]]]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    _facts: dict[str, PaperFacts] = field(default_factory=dict)
    _paper: dict[str, int] = field(default_factory=dict)
    _sentence: dict[str, int] = field(default_factory=dict)
    _result: dict[str, int] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    def facts(self, iri: str) -> PaperFacts:
        """Return a paper's graph, read once."""
        if iri not in self._facts:
            self._facts[iri] = read_paper(self.store, iri)
        return self._facts[iri]

    def paper(self, iri: str, title: str | None = None) -> int:
        """Return the index of a paper."""
        if iri not in self._paper:
            self._paper[iri] = len(self.papers)
            facts = self.facts(iri)
            links = [[kind, url] for p, kind in _LINKS.items() for url in map(web_link, facts.all(iri, p)) if url]
            text = title or facts.first(iri, str(DCTERMS.title)) or (facts.sentences[0][3] if facts.sentences else "")
            self.papers.append(
                {
                    "iri": iri,
                    "title": plain(text or local_name(iri)),
                    "year": plain(facts.first(iri, str(DCTERMS.issued))[:4]),
                    "venue": plain(facts.first(iri, str(KG.venue))),
                    "ids": [plain(value) for value in facts.all(iri, str(DCTERMS.identifier))],
                    "links": links,
                }
            )
        return self._paper[iri]

    def sentence(self, paper: str, iri: str) -> int:
        """Return the index of a sentence of a paper, -1 where the graph does not hold it."""
        if iri not in self._sentence:
            facts = self.facts(paper)
            for start, end, name, text in facts.sentences:
                if name == iri:
                    marks = [
                        (s - start, e - start, self.index.get(entity, -1))
                        for s, e, entity in facts.mentions
                        if start <= s and e <= end
                    ]
                    self._sentence[iri] = len(self.sentences)
                    self.sentences.append((self.paper(paper), plain(text), marks))
        return self._sentence.get(iri, -1)

    def mentioning(self, paper: str, entity: str, most: int = 3) -> list[int]:
        """Return the sentences of a paper that name an entity."""
        facts = self.facts(paper)
        starts = [sentence[0] for sentence in facts.sentences]
        found: dict[str, None] = {}
        for start, _, named in facts.mentions:
            at = bisect.bisect_right(starts, start) - 1
            if named == entity and at >= 0:
                found[facts.sentences[at][2]] = None
        return [self.sentence(paper, iri) for iri in list(found)[:most]]

    def claimed(self, paper: str, head: str, role: str, tail: str) -> list[int]:
        """Return the sentences by which a paper claims a relation."""
        facts = self.facts(paper)
        wanted = {str(RDF.subject): head, str(RDF.predicate): str(KG._NS) + role, str(RDF.object): tail}
        claims = [c for c in facts.claims if all(facts.first(c, p) == value for p, value in wanted.items())]
        return [self.sentence(paper, iri) for claim in claims for iri in facts.all(claim, str(KG.evidence))]

    def result(self, paper: str, iri: str) -> int:
        """Return the index of a result."""
        if iri not in self._result:
            facts = self.facts(paper)
            ends = {
                name: self._ends(facts.all(iri, str(predicate)))
                for name, predicate in (
                    ("method", KG.ofMethod),
                    ("dataset", KG.onDataset),
                    ("metric", KG.ofMetric),
                    ("baseline", KG.baseline),
                )
            }
            stated = {name: plain(facts.first(iri, str(predicate))) for name, predicate in _STATED.items()}
            sentences = [self.sentence(paper, sentence) for sentence in facts.all(iri, str(KG.evidence))]
            self._result[iri] = len(self.results)
            kind = local_name(facts.first(iri, str(KG.resultKind)))
            self.results.append({"paper": self.paper(paper), "kind": kind, **ends, **stated, "sentences": sentences})
        return self._result[iri]

    def _ends(self, iris: list[str]) -> list[tuple[str, int]]:
        return [(self.label(iri), self.index.get(iri, -1)) for iri in iris]

    def label(self, iri: str) -> str:
        """Return the preferred label of an entity."""
        if iri not in self._labels:
            found = rows(self.store, iri, str(SKOS.prefLabel))
            self._labels[iri] = plain(min((row.value for row in found), default=local_name(iri)))
        return self._labels[iri]

    def as_json(self) -> dict[str, Any]:
        """Return papers, sentences and results."""
        return {"papers": self.papers, "sentences": self.sentences, "results": self.results}


def read_evidence(store: Store, graph: "nx.MultiDiGraph[str]", *, papers_each: int = 12) -> dict[str, Any]:
    """Read what stands behind a graph's nodes and edges; `papers_each` bounds the papers told of one entity."""
    index = {node: at for at, node in enumerate(graph)}
    evidence = Evidence(store, index)
    nodes = []
    for node, data in graph.nodes(data=True):
        type_ = data["type"]
        if type_ in ("Community", "Other"):
            told: dict[str, Any] = {key: data[key] for key in ("text", "members") if key in data}
        else:
            told = (about_paper if type_ == "Paper" else about_entity)(evidence, node, papers_each)
        nodes.append({"iri": node, **told})
    edges = [
        _statements(evidence, head, tail, role, data, papers_each)
        for head, tail, role, data in graph.edges(keys=True, data=True)
    ]
    return {**evidence.as_json(), "nodes": nodes, "edges": edges}


def about_paper(evidence: Evidence, paper: str, most: int) -> dict[str, Any]:
    """Tell of a paper: its sentences and results, as indices; `most` bounds nothing here."""
    facts = evidence.facts(paper)
    sentences = [evidence.sentence(paper, iri) for _, _, iri, _ in facts.sentences]
    results = [evidence.result(paper, iri) for iri in facts.results]
    return {"paper": evidence.paper(paper), "sentences": sentences, "results": results}


def about_entity(evidence: Evidence, entity: str, most: int) -> dict[str, Any]:
    """Tell of an entity: aliases, how many papers name it, at most `most` of them, and their results."""
    roles: dict[str, set[str]] = defaultdict(set)
    for predicate, role in _ROLES.items():
        for row in rows(evidence.store, predicate=predicate, value=entity):
            roles[row.subject].add(role)
    rank = list(map(str, Role)).index
    order = sorted(roles, key=lambda p: (p not in evidence.index, min(map(rank, roles[p])), p))[:most]
    papers = [
        (evidence.paper(paper), sorted(roles[paper], key=rank), evidence.mentioning(paper, entity)) for paper in order
    ]
    of = (str(KG.ofMethod), str(KG.onDataset), str(KG.ofMetric))
    shown = [
        (paper, item)
        for paper in sorted(order)
        for item, facts in sorted(evidence.facts(paper).values.items())
        if any(entity in facts.get(predicate, ()) for predicate in of)
    ][: 2 * most]
    aliases = rows(evidence.store, entity, str(SKOS.altLabel))
    return {
        "aliases": sorted({plain(row.value) for row in aliases}),
        "count": len(roles),
        "papers": papers,
        "results": [evidence.result(paper, result) for paper, result in shown],
    }


def _statements(
    evidence: Evidence, head: str, tail: str, role: str, data: dict[str, Any], most: int
) -> list[tuple[str, int, list[int], int]]:
    if role == "result":
        by_paper = [(paper, iri) for paper in data["papers"] for iri in evidence.facts(paper).results]
        wanted = set(data["results"])
        numbers = [(paper, evidence.result(paper, iri)) for paper, iri in by_paper if iri in wanted]
        return [(role, evidence.paper(p), evidence.results[r]["sentences"], r) for p, r in numbers[:most]]
    found = []
    for paper in data["papers"][:most]:
        if paper == head:
            sentences = evidence.mentioning(paper, tail)
        elif role == "together":
            sentences = list(dict.fromkeys(evidence.mentioning(paper, head, 1) + evidence.mentioning(paper, tail, 1)))
        else:
            sentences = evidence.claimed(paper, head, role, tail)
        found.append((role, evidence.paper(paper), sentences, -1))
    return found or [(role, -1, [], -1)]
