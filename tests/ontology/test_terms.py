"""The ontology, the code and the JSON-LD context use the same words, and the ontology says what each means."""

import json
import re
import shutil
import warnings
from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import NamespaceManager

from kg.model import EntityType, Kind, RelationType, Role
from kg.resources import data_dir
from kg.vocab import KG, PREFIXES

ONTOLOGY = data_dir("ontology")
ROOT = Path(__file__).parents[2]
NAMES = {name for name in KG.__annotations__ if not name.startswith("_")}
GRAPH = Graph().parse(ONTOLOGY / "paperkg.ttl")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual)


def own(graph: Graph) -> set[str]:
    """The local names of our terms that a Turtle file gives a type to."""
    ours = str(KG._NS)
    return {str(s).removeprefix(ours) for s in graph.subjects(RDF.type) if str(s).startswith(ours)}


def test_the_ontology_defines_what_the_code_names_and_nothing_else() -> None:
    assert own(GRAPH) == NAMES


@pytest.mark.parametrize("enum", [EntityType, Role, RelationType, Kind])
def test_the_enumerations_of_the_records_are_terms(enum: type) -> None:
    assert {member.value for member in enum} <= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_term_is_explained(name: str) -> None:
    term = KG[name]
    assert any((term, RDF.type, kind) in GRAPH for kind in KINDS)
    (label,) = GRAPH.objects(term, RDFS.label)
    (comment,) = GRAPH.objects(term, RDFS.comment)
    assert label.language == comment.language == "en"
    assert str(comment).endswith((".", ")"))
    if (term, RDF.type, OWL.ObjectProperty) in GRAPH:
        assert (term, RDFS.domain, None) in GRAPH
    if (term, RDF.type, OWL.DatatypeProperty) in GRAPH:
        assert (term, RDFS.range, None) in GRAPH


ALIGNED = [
    ("Paper", RDFS.subClassOf, "fabio:ResearchPaper"),
    ("Paper", RDFS.subClassOf, "schema:ScholarlyArticle"),
    ("Result", RDFS.subClassOf, "mls:ModelEvaluation"),
    ("Metric", RDFS.subClassOf, "mls:EvaluationMeasure"),
    ("Task", RDFS.subClassOf, "mls:Task"),
    ("Dataset", RDFS.subClassOf, "schema:Dataset"),
    ("Dataset", RDFS.subClassOf, "mls:Dataset"),
    ("Benchmark", RDFS.subClassOf, "kg:Dataset"),
    ("Claim", RDFS.subClassOf, "rdf:Statement"),
    ("Mention", RDFS.subClassOf, "nif:Phrase"),
    ("value", RDFS.subPropertyOf, "mls:hasValue"),
    ("codeRepository", SKOS.closeMatch, "schema:codeRepository"),
]


@pytest.mark.parametrize(("name", "how", "other"), ALIGNED)
def test_alignment(name: str, how: URIRef, other: str) -> None:
    prefix, local = other.split(":")
    assert (KG[name], how, URIRef(PREFIXES[prefix] + local)) in GRAPH


def test_a_prefix_that_rdflib_knows_is_rdflibs() -> None:
    known = {prefix: str(iri) for prefix, iri in NamespaceManager(Graph(), bind_namespaces="rdflib").namespaces()}
    shared = PREFIXES.keys() & known.keys()
    assert {"skos", "prov", "dcterms", "schema"} <= shared
    assert {p: PREFIXES[p] for p in shared} == {p: known[p] for p in shared}


def _used_terms() -> list[object]:
    """Every `kg:name` of every file that is written in our words."""
    files = [*ONTOLOGY.rglob("*.ttl"), *ONTOLOGY.rglob("*.rq"), *ONTOLOGY.rglob("*.jsonld")]
    files += [p for folder in ("kg", "docs", "examples", "notebooks") for p in (ROOT / folder).rglob("*")]
    readable = {".ttl", ".rq", ".jsonld", ".py", ".md", ".ipynb"}
    return [pytest.param(path, id=path.name) for path in sorted(files) if path.suffix in readable and path.is_file()]


@pytest.mark.parametrize("path", _used_terms())
def test_a_file_uses_known_terms_only(path: Path) -> None:
    text = re.sub(r"^\s*>>> .*", "", path.read_text("utf-8"), flags=re.M)  # a doctest may show what is wrong
    used = set(re.findall(r"(?<![\w:/.-])kg:([A-Za-z]\w*)", text)) | set(
        re.findall(re.escape(str(KG._NS)) + r"([A-Za-z]\w*)", text)
    )
    assert used - NAMES == set()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser
def test_the_context_names_every_term_and_reads_as_json_ld() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))
    assert context["@context"].keys() >= NAMES
    for name in NAMES:
        entry = context["@context"][name]
        assert (entry if isinstance(entry, str) else entry["@id"]) == f"kg:{name}"
    paper = {"@context": context["@context"], "id": "https://example.org/p", "type": "Paper", "title": "A title"}
    paper["proposes"] = {"id": "https://example.org/m", "type": "Method", "prefLabel": "FooNet"}
    graph = Graph().parse(data=json.dumps(paper), format="json-ld")
    example = rdflib.Namespace("https://example.org/")
    assert (example.p, KG.proposes, example.m) in graph
    assert (example.m, SKOS.prefLabel, rdflib.Literal("FooNet", lang="en")) in graph
    assert (example.p, RDF.type, KG.Paper) in graph


# --- the ontology in a reasoner --------------------------------------------------------------------------------------

ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def _errors(extra: str) -> list[str]:
    """The contradictions that the OWL 2 RL rules derive from the ontology with a few statements more."""
    graph = Graph() + GRAPH
    graph.parse(data=f"PREFIX kg: <{KG._NS}> PREFIX ex: <https://example.org/> " + extra, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, ERROR)]


GOOD = "ex:p a kg:Paper ; kg:proposes ex:m ; kg:evaluatesOn ex:d . ex:d a kg:Benchmark . ex:m kg:appliedTo ex:t ."
CONTRADICTIONS = [
    ("two types that exclude each other", "ex:x a kg:Method, kg:Task ."),
    ("a benchmark is a dataset, and no metric", "ex:x a kg:Benchmark, kg:Metric ."),
    ("a paper cannot propose a dataset as a method", "ex:p kg:proposes ex:x . ex:x a kg:Dataset ."),
    ("a result is no paper", "ex:p kg:reports ex:r . ex:q kg:reports ex:p . ex:p a kg:Paper ."),
    ("two kinds of result", "ex:r a kg:Result ; kg:resultKind kg:Gain, kg:Ratio ."),
]


def test_the_ontology_is_consistent_by_owl_rl() -> None:
    assert _errors(GOOD) == []


@pytest.mark.parametrize(("reason", "statements"), CONTRADICTIONS, ids=[reason for reason, _ in CONTRADICTIONS])
def test_owl_rl_finds_a_contradiction(reason: str, statements: str) -> None:
    assert _errors(statements), reason


def _owlready(tmp_path: Path) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import owlready2
    path = tmp_path / "paperkg.nt"
    path.write_bytes(GRAPH.serialize(format="nt", encoding="utf-8"))
    world = owlready2.World()
    return world.get_ontology(f"file://{path}").load()


def test_owlready_loads_every_class_and_property(tmp_path: Path) -> None:
    ontology = _owlready(tmp_path)
    found = {c.name for c in ontology.classes()} | {p.name for p in ontology.properties()}  # type: ignore[attr-defined]
    assert {name for name in NAMES if (KG[name], RDF.type, OWL.NamedIndividual) not in GRAPH} <= found


@pytest.mark.skipif(shutil.which("java") is None, reason="HermiT runs in Java; OWL RL is checked without it")
def test_hermit_finds_no_class_that_cannot_have_members(tmp_path: Path) -> None:
    ontology = _owlready(tmp_path)
    import owlready2

    world = ontology.world  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        owlready2.sync_reasoner(world, debug=0)  # raises OwlReadyInconsistentOntologyError
    assert list(world.inconsistent_classes()) == []


def test_a_unit_does_not_make_a_metric_a_result() -> None:
    from rdflib import OWL, RDFS, Graph
    from rdflib.collection import Collection

    from kg.resources import data_dir
    from kg.vocab import KG

    ontology = Graph().parse(data_dir("ontology") / "paperkg.ttl")
    domain = ontology.value(KG.unit, RDFS.domain)
    members = ontology.value(domain, OWL.unionOf)
    assert members is not None and set(Collection(ontology, members)) == {KG.Result, KG.Metric}
