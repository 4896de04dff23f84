# ruff: noqa: E501  (a fault a row)
"""The shapes take a good graph and refuse each kind of bad one."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import OntologyError
from kg.export import load
from kg.graph.validate import load_shapes, validate, validate_store
from kg.vocab import BASE, PREFIXES

HEAD = f"BASE <{BASE}> " + " ".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
PAPER = """
<paper/a> a kg:Paper ; dcterms:identifier "arXiv:2101.00001" ; dcterms:title "FooNet" ; dcterms:issued "2021-01-02"^^xsd:date ;
    dcterms:creator <person/x> ; kg:venue "ICLR 2021" ; dcterms:source "a.txt" ; kg:text <paper/a#text> ;
    kg:proposes <method/foonet> ; kg:evaluatesOn <benchmark/barset> ; kg:uses <dataset/corpus> ; kg:addresses <task/t> ;
    kg:reportsMetric <metric/acc> ; kg:comparesWith <method/old> ; kg:codeRepository <https://github.com/a/b> ;
    kg:reports <result/a/1> ; kg:claims <claim/a/1> ; prov:wasGeneratedBy <run/1> .
<paper/a#text> a nif:Context ; nif:isString "FooNet\\nIt gets 77.6% on Bar." ; nif:beginIndex 0 ; nif:endIndex 28 .
<mention/a/0> a kg:Mention, nif:Phrase ; nif:referenceContext <paper/a#text> ; nif:beginIndex 0 ; nif:endIndex 6 ;
    nif:anchorOf "FooNet" ; itsrdf:taIdentRef <method/foonet> ; itsrdf:taConfidence 0.97 .
<sentence/a/7> a nif:Sentence ; nif:referenceContext <paper/a#text> ; nif:beginIndex 7 ; nif:endIndex 28 ;
    nif:anchorOf "It gets 77.6% on Bar." .
<result/a/1> a kg:Result ; kg:ofMethod <method/foonet> ; kg:onDataset <benchmark/barset> ; kg:ofMetric <metric/acc> ;
    kg:value 77.6 ; kg:rawValue "77.6%" ; kg:unit "%" ; kg:resultKind kg:Gain ; kg:direction "up" ; kg:baseline <method/old> ;
    kg:evidence <sentence/a/7> ; itsrdf:taConfidence 0.9 .
<claim/a/1> a kg:Claim, rdf:Statement ; rdf:subject <method/foonet> ; rdf:predicate kg:outperforms ; rdf:object <method/old> ;
    kg:evidence <sentence/a/7> ; itsrdf:taConfidence 0.8 .
<method/foonet> kg:outperforms <method/old> .
"""
SHARED = """
<method/foonet> a kg:Method ; skos:prefLabel "FooNet"@en ; skos:altLabel "Foo Network"@en ; kg:variantOf <method/old> .
<method/old> a kg:Method ; skos:prefLabel "OldNet"@en .
<benchmark/barset> a kg:Benchmark ; skos:prefLabel "Bar"@en .
<dataset/corpus> a kg:Dataset ; skos:prefLabel "Corpus"@en .
<metric/acc> a kg:Metric ; skos:prefLabel "accuracy"@en .
<task/t> a kg:Task ; skos:prefLabel "reading"@en .
<person/x> a schema:Person ; schema:name "X. Yz" ; schema:sameAs <https://orcid.org/0000-0002-1825-0097> .
<run/1> a prov:Activity ; schema:softwareVersion "paperkg 0.1" ; dcterms:hasVersion "rules 0.1" .
"""

# What is wrong, what is replaced, by what, and a word of the message.
BAD = [
    ("a paper without text", "kg:text <paper/a#text> ;", "", "exactly one text"),
    ("a paper without a run", "prov:wasGeneratedBy <run/1>", 'kg:comment "x"', "run"),
    ("an identifier without its scheme", '"arXiv:2101.00001"', '"2101.00001"', "scheme:value"),
    ("a date that is a string", '"2021-01-02"^^xsd:date', '"2021-01-02"', "date of issue"),
    ("two titles", 'dcterms:title "FooNet"', 'dcterms:title "FooNet", "Other"', "one title"),
    ("a creator who is nobody", "<person/x> a schema:Person", "<person/y> a schema:Person", "schema:Person"),
    ("a person without a name", 'schema:name "X. Yz" ;', "", "name"),
    ("a link that is a string", "<https://github.com/a/b>", '"https://github.com/a/b"', "http(s)"),
    ("a link that runs code", "<https://github.com/a/b>", "<javascript:alert(1)>", "http(s)"),
    ("a paper that proposes a task", "kg:proposes <method/foonet>", "kg:proposes <task/t>", "proposes methods"),
    ("a paper that uses a metric", "kg:uses <dataset/corpus>", "kg:uses <metric/acc>", "uses methods, datasets"),
    ("a paper that evaluates on a method", "kg:evaluatesOn <benchmark/barset>", "kg:evaluatesOn <method/old>", "evaluates on"),
    ("a role of a thing without a type", "kg:addresses <task/t>", "kg:addresses <task/unknown>", "addresses tasks"),
    ("an entity of two types", "<method/old> a kg:Method", "<method/old> a kg:Method, kg:Task", "exactly one of the types"),
    ("an entity with its class's parent too", "a kg:Benchmark", "a kg:Benchmark, kg:Dataset", "exactly one of the types"),
    ("an entity that is only an entity", "<dataset/corpus> a kg:Dataset", "<dataset/corpus> a kg:Entity", "exactly one of the types"),
    ("an entity without a label", 'skos:prefLabel "OldNet"@en', 'rdfs:comment "OldNet"', "prefLabel"),
    ("an entity with two labels", '"OldNet"@en', '"OldNet"@en, "OLD"@en', "prefLabel"),
    ("a label without a language", '"OldNet"@en', '"OldNet"', "prefLabel"),
    ("an alias without a language", '"Foo Network"@en', '"Foo Network"', "altLabel"),
    ("an entity that is a blank node", "kg:comparesWith <method/old>", 'kg:mentions [ a kg:Task ; skos:prefLabel "x"@en ]', "blank"),
    ("an offset that is a string", "nif:beginIndex 0 ; nif:endIndex 6", 'nif:beginIndex "0" ; nif:endIndex 6', "beginIndex"),
    ("an offset below 0", "nif:beginIndex 0 ; nif:endIndex 6", "nif:beginIndex -2 ; nif:endIndex 6", "beginIndex"),
    ("a span without an end", "nif:endIndex 6 ;", "", "endIndex"),
    ("a span that ends before it begins", "nif:beginIndex 0 ; nif:endIndex 6", "nif:beginIndex 8 ; nif:endIndex 6", "after its begin"),
    ("words that stand elsewhere", "nif:beginIndex 0 ; nif:endIndex 6", "nif:beginIndex 1 ; nif:endIndex 7", "what stands in the text"),
    ("a sentence one too long", "nif:beginIndex 7 ; nif:endIndex 28", "nif:beginIndex 6 ; nif:endIndex 28", "what stands in the text"),
    ("a mention without its words", 'nif:anchorOf "FooNet" ;', "", "anchorOf"),
    ("a mention of no text", "nif:Phrase ; nif:referenceContext <paper/a#text> ;", "nif:Phrase ;", "referenceContext"),
    ("a mention of nothing", "itsrdf:taIdentRef <method/foonet> ;", "", "exactly one entity"),
    ("a mention of a paper", "itsrdf:taIdentRef <method/foonet>", "itsrdf:taIdentRef <paper/a>", "exactly one entity"),
    ("a confidence above 1", "taConfidence 0.97", "taConfidence 1.2", "confidence"),
    ("a confidence that is a double", "taConfidence 0.97", "taConfidence 9.7e-1", "confidence"),
    ("a mention that is no phrase", "a kg:Mention, nif:Phrase", "a kg:Mention", "nif:Phrase too"),
    ("a value that is a string", "kg:value 77.6 ", 'kg:value "77.6" ', "xsd:decimal"),
    ("a result without a number", "kg:value 77.6 ;", "", "a value, or one or both ends"),
    ("a result of two values", "kg:value 77.6 ", "kg:value 77.6, 78.1 ", "at most one value"),
    ("a kind that is none of three", "kg:resultKind kg:Gain", "kg:resultKind kg:Metric", "kg:Absolute, kg:Gain"),
    ("a direction that is none of two", '"up"', '"better"', '"up" or "down"'),
    ("a result without evidence", "kg:baseline <method/old> ;\n    kg:evidence <sentence/a/7> ;", "", "result has a sentence"),
    ("a result on a task", "kg:onDataset <benchmark/barset>", "kg:onDataset <task/t>", "one dataset"),
    ("a baseline that is a dataset", "kg:baseline <method/old>", "kg:baseline <dataset/corpus>", "baseline is a method"),
    ("a claim with a predicate of its own", "rdf:predicate kg:outperforms", "rdf:predicate kg:uses", "one predicate"),
    ("a claim without evidence", "<method/old> ;\n    kg:evidence <sentence/a/7> ; itsrdf:taConfidence 0.8", "<method/old> ; itsrdf:taConfidence 0.8", "claim has a sentence"),
    ("a claim that is no statement", "a kg:Claim, rdf:Statement", "a kg:Claim", "rdf:Statement too"),
    ("a relation to the wrong end", "<method/foonet> kg:outperforms <method/old>", "<method/foonet> kg:outperforms <task/t>", "points to a method"),
    ("a relation from the wrong end", "<method/foonet> kg:outperforms <method/old>", "<dataset/corpus> kg:outperforms <method/old>", "only a method"),
    ("a run without a version", 'schema:softwareVersion "paperkg 0.1" ;', "", "software's version"),
]  # fmt: skip


def as_graph(turtle: str) -> Graph:
    return Graph().parse(data=HEAD + turtle, format="turtle")


def as_store(paper: str = PAPER, shared: str = SHARED) -> ox.Store:
    store = ox.Store()
    for name, turtle in (("paper/a", paper), ("graph/entities", shared)):
        store.load((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(BASE + name))
    return store


def test_a_good_graph_conforms() -> None:
    assert validate(as_graph(PAPER + SHARED)) == []


def test_a_range_stands_for_a_value() -> None:
    assert validate(as_graph(PAPER.replace("kg:value 77.6 ", "kg:minValue 0.1 ; kg:maxValue 0.3 ") + SHARED)) == []


@pytest.mark.parametrize(("reason", "old", "new", "word"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_graph_is_refused(reason: str, old: str, new: str, word: str) -> None:
    good = PAPER + SHARED
    assert old in good
    found = validate(as_graph(good.replace(old, new, 1)))
    assert any(word in violation.message for violation in found), [str(violation) for violation in found]


def test_the_graph_is_left_as_it_was() -> None:
    graph = as_graph(PAPER + SHARED)
    before = set(graph)
    validate(graph)
    assert set(graph) == before


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_store_is_checked_in_batches_and_each_fault_told_once(batch: int) -> None:
    store = as_store(shared=SHARED.replace('"OldNet"@en', '"OldNet"'))
    for other in "bcd":
        paper = PAPER.replace("paper/a", f"paper/{other}").replace("/a/", f"/{other}/")
        store.load((HEAD + paper).encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}paper/{other}"))
    (violation,) = validate_store(store, batch=batch)
    assert violation.node == BASE + "method/old"


def test_an_entity_that_no_paper_names_is_checked_too() -> None:
    (violation,) = validate_store(as_store(shared=SHARED + "<task/lonely> a kg:Task ."))
    assert violation.node == BASE + "task/lonely"


def test_other_shapes_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        HEAD + "PREFIX sh: <http://www.w3.org/ns/shacl#> <shape> a sh:NodeShape ; sh:targetClass kg:Paper ;"
        ' sh:property [ sh:path kg:demoPage ; sh:minCount 1 ; sh:message "a demo, please" ] .'
    )
    (violation,) = validate_store(as_store(), load_shapes(path))
    assert violation.message == "a demo, please"


@pytest.mark.parametrize(("text", "word"), [("this is no Turtle", "not Turtle"), (None, "cannot be read")])
def test_shapes_that_cannot_be_read(tmp_path: Path, text: str | None, word: str) -> None:
    path = tmp_path / "bad.ttl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OntologyError, match=word):
        load_shapes(path)


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (HEAD + PAPER + SHARED, "conforms (papers: 1, statements: 75)"),
        ("<urn:a> <urn:b> <urn:c> .", "kg: g: no violation, but no papers either (statements: 1)"),
        ("", "kg: g: no violation, but no papers either (statements: 0)"),
    ],
)
def test_the_command_says_what_it_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statements: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.ttl").write_text(statements, "utf-8")
    load("g", "a.ttl")
    done = CliRunner().invoke(app, ["validate", "g"])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{told}\n")
