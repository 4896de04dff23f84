"""Turn papers, entities, people and runs into quads, each a line of N-Quads; one function a kind of record.

A paper's statements stand in the named graph of the paper's own IRI, so that it can be replaced or removed alone. What
papers share (entities, people, runs) stands once, in graphs of its own: the union of all graphs then holds no
statement twice, save the relations that several papers state. No blank nodes.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from pyoxigraph import Quad, RdfFormat, parse

from kg import iris
from kg.graph.metrics import higher_is_better
from kg.graph.terms import (
    DCTERMS,
    ITSRDF,
    KG,
    NIF,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    boolean,
    date,
    decimal,
    english,
    external,
    integer,
    iri,
    string,
)
from kg.model import Abstract, Entity, EntityType, Extraction, LinkKind, Mention, Paper, Person, Result, Span

__all__ = ["ENTITIES", "PEOPLE", "RUNS", "entity_quads", "paper_quads", "parsed", "person_quads", "run_quads"]

#: Local names of the graphs that papers share.
ENTITIES, PEOPLE, RUNS = "graph/entities", "graph/people", "graph/runs"

_LINKS = {
    LinkKind.CODE: KG.codeRepository,
    LinkKind.PROJECT: KG.projectPage,
    LinkKind.DATASET: KG.datasetPage,
    LinkKind.MODEL: KG.modelPage,
    LinkKind.DEMO: KG.demoPage,
    LinkKind.OTHER: KG.link,
}
#: An address with its scheme (RFC 3986).
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_MENTION_TYPES = (KG.Mention, NIF.Phrase)

#: Subject, predicate and object as `kg.graph.terms` writes them.
Statement = tuple[str, str, str]


def paper_quads(
    paper: Paper,
    extraction: Extraction,
    entity_ids: tuple[str, ...],
    people: Iterable[str],
    run: str,
    base: str,
) -> Iterator[str]:
    """Yield all statements of one paper.

    `entity_ids` are the local names of `extraction.entities`, by index; `people` those of the authors, in order;
    `run` that of the run which extracted it.
    """
    subject = iri(base + iris.paper(paper.key))
    text = paper.text
    for about in (
        _metadata(subject, paper.record, paper.sources),
        _source_records(subject, paper),
        ((subject, DCTERMS.creator, iri(base + person)) for person in people),
        _links(subject, paper, extraction),
        _text(subject, text),
        _mentions(subject, paper.key, text, extraction, entity_ids, base),
        _results(subject, paper.key, extraction, entity_ids, base),
        _claims(subject, paper.key, extraction, entity_ids, base),
        _sentences(subject, paper.key, text, extraction, base),
        ((subject, PROV.wasGeneratedBy, iri(base + run)),),
    ):
        for statement in about:
            yield _line(*statement, subject)


def _line(subject: str, predicate: str, value: str, graph: str) -> str:
    return f"{subject} {predicate} {value} {graph} .\n"


def parsed(quads: Iterable[str]) -> Iterator[Quad]:
    """Return the quads of lines as objects."""
    return parse("".join(quads), format=RdfFormat.N_QUADS)


def entity_quads(entity: Entity, base: str) -> Iterator[str]:
    """Yield what holds of an entity across papers: its type, labels and place among its variants."""
    subject, graph = iri(base + entity.id), iri(base + ENTITIES)
    yield _line(subject, RDF.type, KG[entity.type], graph)
    yield _line(subject, SKOS.prefLabel, english(entity.label), graph)
    for alias in entity.aliases:
        yield _line(subject, SKOS.altLabel, english(alias), graph)
    for other in entity.variant_of:
        yield _line(subject, KG.variantOf, iri(base + other), graph)
    for other in entity.broader:
        yield _line(subject, SKOS.broader, iri(base + other), graph)
    if entity.concept:
        yield _line(subject, SKOS.exactMatch, iri(entity.concept), graph)
    up = higher_is_better(entity.concept, entity.label) if entity.type is EntityType.METRIC else None
    if up is not None:
        yield _line(subject, KG.higherIsBetter, boolean(up), graph)


def person_quads(key: str, person: Person, base: str) -> Iterator[str]:
    """Yield an author: the name, and the ORCID or the source's identifier where the input gives one."""
    subject, graph = iri(base + iris.person(key)), iri(base + PEOPLE)
    yield _line(subject, RDF.type, SCHEMA.Person, graph)
    yield _line(subject, SCHEMA.name, string(person.name), graph)
    if person.orcid:
        yield _line(subject, SCHEMA.sameAs, external(f"https://orcid.org/{person.orcid}"), graph)
    if person.id:
        yield _line(subject, DCTERMS.identifier, string(person.id), graph)


def run_quads(software: str, pipeline: str, base: str) -> Iterator[str]:
    """Yield the activity that read papers with these versions; no clock, so that equal input gives equal bytes."""
    subject, graph = iri(base + iris.run(software, pipeline)), iri(base + RUNS)
    yield _line(subject, RDF.type, PROV.Activity, graph)
    yield _line(subject, RDFS.label, english(f"{software} with {pipeline}"), graph)
    yield _line(subject, SCHEMA.softwareVersion, string(software), graph)
    yield _line(subject, DCTERMS.hasVersion, string(pipeline), graph)


def _metadata(subject: str, record: Abstract, sources: Iterable[str]) -> Iterator[Statement]:
    yield subject, RDF.type, KG.Paper
    for identifier in record.ids:
        yield subject, DCTERMS.identifier, string(identifier)
    if record.title:
        yield subject, DCTERMS.title, string(record.title)
    if record.issued:
        yield subject, DCTERMS.issued, date(record.issued)
    if record.venue:
        yield subject, KG.venue, string(record.venue)
    if record.comment:
        yield subject, KG.comment, string(record.comment)
    for source in sources:
        yield subject, DCTERMS.source, string(source)


def _source_records(subject: str, paper: Paper) -> Iterator[Statement]:
    """What each source says, where more than one speaks: a conflict is kept, not settled in silence."""
    if len({(r.title, r.ids, r.issued, r.venue, r.comment, r.abstract) for r in paper.records}) < 2:
        return
    for record in paper.records:
        fields = (record.title, *record.ids, record.issued, record.venue, record.comment, record.abstract)
        name = iris.digest(record.source, *(field or "" for field in fields))
        item = _part(subject, f"record-{name}")
        yield subject, KG.sourceRecord, item
        for _, predicate, value in _metadata(item, record, (record.source,)):
            yield item, predicate, KG.SourceRecord if predicate == RDF.type else value
        yield item, DCTERMS.abstract, string(record.abstract)


def _links(subject: str, paper: Paper, extraction: Extraction) -> Iterator[Statement]:
    found = {(kind, link.url): None for link in extraction.links for kind in link.kinds}
    known = {url for _, url in found}
    # A record's own addresses are as its source wrote them: one without a scheme ("/papers/1") is no IRI.
    addresses = (url.strip() for url in paper.record.links)
    found |= {(LinkKind.OTHER, url): None for url in addresses if _ABSOLUTE.match(url) and url not in known}
    for kind, url in found:
        yield subject, _LINKS[kind], external(url)


def _context(subject: str) -> str:
    return _part(subject, "text")


def _part(subject: str, name: str) -> str:
    return f"{subject[:-1]}#{name}>"


def _text(subject: str, text: str) -> Iterator[Statement]:
    context = _context(subject)
    yield subject, KG.text, context
    yield context, RDF.type, NIF.Context
    yield context, NIF.isString, string(text)
    yield context, NIF.beginIndex, integer(0)
    yield context, NIF.endIndex, integer(len(text))


def _span(item: str, context: str, text: str, start: int, end: int) -> Iterator[Statement]:
    yield item, NIF.referenceContext, context
    yield item, NIF.beginIndex, integer(start)
    yield item, NIF.endIndex, integer(end)
    yield item, NIF.anchorOf, string(text[start:end])


def _mentions(
    subject: str, key: str, text: str, extraction: Extraction, entity_ids: tuple[str, ...], base: str
) -> Iterator[Statement]:
    roles: dict[tuple[str, str], None] = {}
    # Two clusters of one text may resolve to one entity; a span that both hold is still one mention.
    mentions: dict[tuple[str, int, int], tuple[Mention, str]] = {}
    for local, entity_id in zip(extraction.entities, entity_ids, strict=True):
        roles |= {(KG[role], entity_id): None for role in local.roles}
        for mention in local.mentions:
            name = iris.mention(key, mention.start, mention.end, local.type)
            mentions.setdefault((name, mention.start, mention.end), (mention, entity_id))
    for role, entity_id in roles:
        yield subject, role, iri(base + entity_id)
    context = _context(subject)
    for (name, start, end), (mention, entity_id) in mentions.items():
        item = iri(base + name)
        for type_ in _MENTION_TYPES:
            yield item, RDF.type, type_
        yield from _span(item, context, text, start, end)
        yield item, ITSRDF.taIdentRef, iri(base + entity_id)
        yield item, ITSRDF.taConfidence, decimal(mention.score, 3)


def _results(
    subject: str, key: str, extraction: Extraction, entity_ids: tuple[str, ...], base: str
) -> Iterator[Statement]:
    seen: dict[tuple[int, int], int] = {}
    for result in extraction.results:
        nth = seen.get((result.start, result.end), 0)
        seen[result.start, result.end] = nth + 1
        item = iri(base + iris.result(key, result.start, result.end, nth))
        yield subject, KG.reports, item
        yield item, RDF.type, KG.Result
        yield item, KG.rawValue, string(result.raw)
        yield item, KG.resultKind, KG[result.kind]
        for predicate, number in ((KG.value, result.value), (KG.minValue, result.low), (KG.maxValue, result.high)):
            if number is not None:
                yield item, predicate, decimal(number)
        for term, text in _stated(result):
            yield item, term, string(text)
        for predicate, index in (
            (KG.ofMethod, result.method),
            (KG.onDataset, result.dataset),
            (KG.ofMetric, result.metric),
            *((KG.baseline, baseline) for baseline in result.baselines),
        ):
            if index is not None:
                yield item, predicate, iri(base + entity_ids[index])
        yield item, KG.evidence, iri(base + iris.sentence(key, result.sentence))
        yield item, ITSRDF.taConfidence, decimal(result.score, 3)


def _stated(result: Result) -> Iterator[tuple[str, str]]:
    for predicate, text in (
        (KG.unit, result.unit),
        (KG.direction, result.direction),
        (KG.split, result.split),
        (KG.setting, result.setting),
    ):
        if text:
            yield predicate, text


def _claims(
    subject: str, key: str, extraction: Extraction, entity_ids: tuple[str, ...], base: str
) -> Iterator[Statement]:
    seen = set()
    for relation in extraction.relations:
        head, tail = entity_ids[relation.head], entity_ids[relation.tail]
        name = iris.claim(key, head, relation.type, tail)
        if name in seen or head == tail:  # the resolver may have made two ends, or two claims, one
            continue
        seen.add(name)
        item, predicate = iri(base + name), KG[relation.type]
        yield iri(base + head), predicate, iri(base + tail)
        yield subject, KG.claims, item
        yield item, RDF.type, KG.Claim
        yield item, RDF.type, RDF.Statement
        yield item, RDF.subject, iri(base + head)
        yield item, RDF.predicate, predicate
        yield item, RDF.object, iri(base + tail)
        yield item, KG.evidence, iri(base + iris.sentence(key, relation.sentence))
        yield item, ITSRDF.taConfidence, decimal(relation.score, 3)


def _sentences(subject: str, key: str, text: str, extraction: Extraction, base: str) -> Iterator[Statement]:
    """The sentences that are evidence: of a result, of a claim, or by holding a mention."""
    spans: set[Span] = {result.sentence for result in extraction.results}
    spans |= {relation.sentence for relation in extraction.relations}
    starts = sorted(mention.start for local in extraction.entities for mention in local.mentions)
    spans |= {s for s in extraction.sentences if bisect_left(starts, s.start) < bisect_left(starts, s.end)}
    context = _context(subject)
    for span in sorted(spans):
        item = iri(base + iris.sentence(key, span))
        yield item, RDF.type, NIF.Sentence
        yield from _span(item, context, text, span.start, span.end)
