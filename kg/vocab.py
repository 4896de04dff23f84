"""The words of the graph: the closed namespace of our own terms and the prefixes every query may use.

`ontology/paperkg.ttl` is where the terms are defined; a test holds it and this module equal both ways.
"""

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD, DefinedNamespace

__all__ = ["BASE", "FABIO", "ITSRDF", "KG", "MLS", "NIF", "PREFIXES", "SCHEMA", "VOCABULARY"]

#: Where minted resources live unless `--base-iri` says otherwise.
BASE = "https://w3id.org/paperkg/id/"


class KG(DefinedNamespace):
    """The terms of this project; a misspelt one raises AttributeError."""

    _fail = True
    _NS = Namespace("https://w3id.org/paperkg/ontology#")

    # classes
    Paper: URIRef
    Entity: URIRef
    Method: URIRef
    Dataset: URIRef
    Benchmark: URIRef
    Metric: URIRef
    Task: URIRef
    Mention: URIRef
    Result: URIRef
    ResultKind: URIRef
    Claim: URIRef
    SourceRecord: URIRef
    # individuals of kg:ResultKind
    Absolute: URIRef
    Gain: URIRef
    Ratio: URIRef
    # a paper and its text, metadata and links
    text: URIRef
    venue: URIRef
    comment: URIRef
    sourceRecord: URIRef
    codeRepository: URIRef
    projectPage: URIRef
    datasetPage: URIRef
    modelPage: URIRef
    demoPage: URIRef
    link: URIRef
    # roles of an entity in a paper
    proposes: URIRef
    uses: URIRef
    comparesWith: URIRef
    introduces: URIRef
    evaluatesOn: URIRef
    addresses: URIRef
    reportsMetric: URIRef
    mentions: URIRef
    # results and claims
    reports: URIRef
    claims: URIRef
    ofMethod: URIRef
    onDataset: URIRef
    ofMetric: URIRef
    split: URIRef
    value: URIRef
    minValue: URIRef
    maxValue: URIRef
    rawValue: URIRef
    unit: URIRef
    resultKind: URIRef
    direction: URIRef
    baseline: URIRef
    setting: URIRef
    evidence: URIRef
    # relations between entities
    outperforms: URIRef
    partOf: URIRef
    basedOn: URIRef
    appliedTo: URIRef
    trainedOn: URIRef
    evaluatedOn: URIRef
    usedFor: URIRef
    derivedFrom: URIRef
    subsetOf: URIRef
    variantOf: URIRef
    # vocabulary of metrics
    higherIsBetter: URIRef
    scale: URIRef


FABIO = Namespace("http://purl.org/spar/fabio/")
ITSRDF = Namespace("http://www.w3.org/2005/11/its/rdf#")
MLS = Namespace("http://www.w3.org/ns/mls#")
NIF = Namespace("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#")
SCHEMA = Namespace("https://schema.org/")
#: Where the entries of the built-in vocabulary live.
VOCABULARY = Namespace("https://w3id.org/paperkg/vocabulary/")

#: Declared for the user in every query.
PREFIXES: dict[str, str] = {
    "kg": str(KG._NS),
    "nif": str(NIF),
    "itsrdf": str(ITSRDF),
    "mls": str(MLS),
    "fabio": str(FABIO),
    "schema": str(SCHEMA),
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "owl": str(OWL),
    "xsd": str(XSD),
}
