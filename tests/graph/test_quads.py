"""What a paper becomes in RDF, record by record."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse, serialize

from kg.graph.quads import entity_quads, paper_quads, parsed, person_quads, run_quads
from kg.graph.terms import boolean, date, decimal, english, external, integer, string
from kg.model import (
    Abstract,
    Entity,
    EntityType,
    Extraction,
    Kind,
    Link,
    LinkKind,
    LocalEntity,
    Mention,
    Paper,
    Person,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)
from kg.vocab import BASE, PREFIXES

TEXT = "FooNet reaches 77.64% on BarSet. Code: https://github.com/a/b"
RECORD = Abstract(abstract=TEXT, ids=("arXiv:2101.00001",), issued="2021-01-02", source="a.txt")
PAPER = Paper("arxiv-2101.00001", RECORD, ("a.txt",), (RECORD,))
EXTRACTION = Extraction(
    sentences=(Span(0, 32), Span(33, 61)),
    entities=(
        LocalEntity(EntityType.METHOD, "FooNet", ("FooNet",), (Mention(0, 6, 0.97),), (Role.PROPOSES,)),
        LocalEntity(EntityType.DATASET, "BarSet", ("BarSet",), (Mention(25, 31, 0.9),), (Role.EVALUATES,)),
    ),
    links=(Link("https://github.com/a/b", 39, 61, (LinkKind.CODE,)),),
    results=(Result(15, 21, "77.64%", Kind.ABSOLUTE, Span(0, 32), value="77.64", unit="%", method=0, dataset=1),),
    relations=(Relation(0, RelationType.EVALUATED_ON, 1, Span(0, 32), 0.8),),
)
IDS = ("method/foonet", "dataset/barset")
XSD = "http://www.w3.org/2001/XMLSchema#"


def store_of(paper: Paper = PAPER, extraction: Extraction = EXTRACTION, ids: tuple[str, ...] = IDS) -> Store:
    store = Store()
    store.extend(parsed(paper_quads(paper, extraction, ids, ("person/x",), "run/y", BASE)))
    return store


def term(written: str) -> object:
    [quad] = parse(f"<x:s> <x:p> {written} .", format=RdfFormat.N_QUADS)
    return quad.object


def ask(store: Store, pattern: str) -> bool:
    query = f"BASE <{BASE}> ASK {{ GRAPH <paper/arxiv-2101.00001> {{ {pattern} }} }}"
    return bool(store.query(query, prefixes=PREFIXES))


@pytest.mark.parametrize(
    "pattern",
    [
        '<paper/arxiv-2101.00001> a kg:Paper ; dcterms:identifier "arXiv:2101.00001" ; dcterms:source "a.txt"',
        '<paper/arxiv-2101.00001> dcterms:issued "2021-01-02"^^xsd:date ; dcterms:creator <person/x>',
        "<paper/arxiv-2101.00001> kg:codeRepository <https://github.com/a/b> ; prov:wasGeneratedBy <run/y>",
        "<paper/arxiv-2101.00001> kg:proposes <method/foonet> ; kg:evaluatesOn <dataset/barset>",
        '?m a kg:Mention, nif:Phrase ; nif:anchorOf "FooNet" ; nif:beginIndex 0 ; nif:endIndex 6',
        "?m a kg:Mention ; itsrdf:taConfidence .97",
        "?m nif:referenceContext <paper/arxiv-2101.00001#text> ; itsrdf:taIdentRef <method/foonet>",
        '?r a kg:Result ; kg:value 77.64 ; kg:rawValue "77.64%" ; kg:unit "%" ; kg:resultKind kg:Absolute',
        '?r kg:ofMethod <method/foonet> ; kg:onDataset <dataset/barset> ; kg:evidence/nif:anchorOf "FooNet reaches '
        '77.64% on BarSet."',
        "<method/foonet> kg:evaluatedOn <dataset/barset>",
        "?c rdf:subject <method/foonet> ; rdf:predicate kg:evaluatedOn ; rdf:object <dataset/barset>",
    ],
)
def test_paper_says(pattern: str) -> None:
    assert ask(store_of(), pattern)


def test_no_word_of_what_the_text_does_not_state() -> None:
    assert not ask(store_of(), "?r kg:split ?x")
    assert not ask(store_of(), "?r kg:ofMetric ?x")


def test_ends_resolved_to_one_entity_claim_nothing() -> None:
    assert not ask(store_of(ids=("method/foonet", "method/foonet")), "?c a kg:Claim")


def test_conflicting_sources_are_kept_apart() -> None:
    other = replace(RECORD, source="b.txt", issued="2020-12-31")
    store = store_of(replace(PAPER, records=(RECORD, other), sources=("a.txt", "b.txt")))
    assert ask(store, '?p kg:sourceRecord [ dcterms:source "b.txt" ; dcterms:issued "2020-12-31"^^xsd:date ]')


def test_sources_that_agree_need_no_records() -> None:
    store = store_of(replace(PAPER, records=(RECORD, replace(RECORD, source="b.txt"))))
    assert not ask(store, "?p kg:sourceRecord ?r")


def test_shared_nodes_stand_in_graphs_of_their_own() -> None:
    entity = Entity("method/foonet-b", EntityType.METHOD, "FooNet-B", ("FN-B",), variant_of=("method/foonet",))
    lines = [
        *entity_quads(entity, BASE),
        *person_quads("0000-0001", Person("A B", orcid="0000-0001"), BASE),
        *run_quads("paperkg 1", "rules 1", BASE),
    ]
    names = {quad.graph_name.value.removeprefix(BASE) for quad in parsed(lines)}
    assert names == {"graph/entities", "graph/people", "graph/runs"}


def test_no_blank_nodes_and_no_statement_twice() -> None:
    lines = list(paper_quads(PAPER, EXTRACTION, IDS, ("person/x",), "run/y", BASE))
    quads = list(parsed(lines))
    assert len(lines) == len(quads) == len(set(quads))
    assert b"_:" not in serialize(quads, format=RdfFormat.N_QUADS)


@pytest.mark.parametrize(
    "value, digits", [("77.640", "77.64"), ("100", "100"), ("0.10", "0.1"), (1e-7, "0.0000001"), ("-0", "0")]
)
def test_decimals_are_canonical(value: str | float, digits: str) -> None:
    assert term(decimal(value)) == Literal(digits, datatype=NamedNode(XSD + "decimal"))


@pytest.mark.parametrize("value, type_", [("2021", "gYear"), ("2021-05", "gYearMonth"), ("2021-05-06", "date")])
def test_dates_have_the_type_of_their_precision(value: str, type_: str) -> None:
    assert term(date(value)) == Literal(value, datatype=NamedNode(XSD + type_))


@given(st.text())
def test_terms_are_what_the_store_would_write(text: str) -> None:
    assert term(string(text)) == Literal(text)
    assert term(english(text)) == Literal(text, language="en")
    assert term(integer(len(text))) == Literal(len(text))
    assert term(boolean(bool(text))) == Literal(bool(text))


def test_lone_surrogates_are_replaced() -> None:
    assert term(string("a\ud800b")) == Literal("a\ufffd\ufffd\ufffdb")


@given(st.text(), st.text())
def test_no_text_breaks_out_of_a_term(literal: str, url: str) -> None:
    line = f"{external('https://x/' + url)} <http://p> {string(literal)} .\n"
    [quad] = parse(line, format=RdfFormat.N_QUADS)
    assert quad.object == Literal(literal) and quad.subject.value.startswith("https://x/")
    assert serialize([quad], format=RdfFormat.N_QUADS).count(b"\n") == 1
