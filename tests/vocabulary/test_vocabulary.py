"""The vocabulary: well-formed, unambiguous within a type, and read with the user's own files."""

from pathlib import Path

import pyshacl
import pytest
import rdflib

from kg.builder import build
from kg.errors import OntologyError
from kg.model import EntityType
from kg.names import family, key
from kg.resources import data_dir
from kg.vocabulary import Concept, builtin_files, load_vocabulary, read_concepts

FILES = [path for path in builtin_files() if path.parent.name == "vocabulary"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shapes(path: Path) -> None:
    data = rdflib.Graph().parse(path)
    shapes = rdflib.Graph().parse(data_dir("ontology") / "shapes-vocabulary.ttl")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, text


def test_shapes_refuse_an_entry_without_type_or_scheme() -> None:
    data = rdflib.Graph().parse(
        data="@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <urn:x> a skos:Concept ; skos:prefLabel 'x'@en ."
    )
    shapes = rdflib.Graph().parse(data_dir("ontology") / "shapes-vocabulary.ttl")
    conforms, graph, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert not conforms
    assert len(graph) > 0


def test_size_and_types() -> None:
    vocabulary = load_vocabulary()
    assert len(vocabulary) > 1000
    assert {concept.type for concept in vocabulary} >= set(EntityType) - {EntityType.METRIC}


def test_no_name_stands_for_two_entries_of_one_file() -> None:
    for path in FILES:
        owner: dict[tuple[str, str], str] = {}
        for concept in load_vocabulary([path], builtin=False):
            for name in concept.names:
                known = owner.setdefault((family(concept.type), key(name)), concept.iri)
                assert known == concept.iri, f"{path.name}: {name!r} is also a name of <{known}>"


def test_links_lead_to_entries() -> None:
    vocabulary = load_vocabulary()
    for concept in vocabulary:
        for iri in (*concept.broader, *concept.variant_of):
            assert iri in vocabulary.concepts, f"<{concept.iri}> stands under <{iri}>"


NAMES = [
    ("VQA 2.0", EntityType.DATASET, "VQA v2"),
    ("VQA", EntityType.TASK, "visual question answering"),
    ("VQA", EntityType.DATASET, "VQA"),
    ("vision transformers", EntityType.METHOD, "Vision Transformer"),
    ("MS-COCO", EntityType.BENCHMARK, "COCO"),
    ("Swin-Base", EntityType.METHOD, "Swin-B"),
]


@pytest.mark.parametrize(("name", "type_", "label"), NAMES)
def test_find(name: str, type_: EntityType, label: str) -> None:
    assert [concept.label for concept in load_vocabulary().find(name, type_)] == [label]


def test_users_table(tmp_path: Path) -> None:
    table = tmp_path / "ours.tsv"
    table.write_text("# ours\nOurBench\tBenchmark\nOurBench\tOB\nCOCO\tcoco-val\n", "utf-8")
    vocabulary = load_vocabulary([table])
    (found,) = vocabulary.find("OB")
    assert (found.label, found.type) == ("OurBench", EntityType.BENCHMARK)
    assert vocabulary.find("coco-val", EntityType.DATASET)[0].label == "COCO"


@pytest.mark.parametrize(
    ("text", "line"), [("Unheard\tof it\n", 1), ("OurBench\tBenchmark\nno tab\n", 2), ("a\tb\tc\n", 1)]
)
def test_users_table_errors(tmp_path: Path, text: str, line: int) -> None:
    table = tmp_path / "ours.tsv"
    table.write_text(text, "utf-8")
    with pytest.raises(OntologyError) as caught:
        load_vocabulary([table])
    assert caught.value.line == line


def test_users_turtle(tmp_path: Path) -> None:
    good = tmp_path / "ours.ttl"
    good.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix kg: <https://w3id.org/paperkg/ontology#> .\n"
        "<urn:x> a skos:Concept, kg:Method ; skos:prefLabel 'OurNet'@en ; skos:altLabel 'ON-1' .",
        "utf-8",
    )
    assert load_vocabulary([good]).find("ON1")[0].iri == "urn:x"
    bad = tmp_path / "bad.ttl"
    bad.write_text("<urn:x> a\n\n ?", "utf-8")
    with pytest.raises(OntologyError) as caught:
        load_vocabulary([bad])
    assert caught.value.line == 3


def test_files_are_parsed_again_only_where_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def noting(path: Path) -> tuple[Concept, ...]:
        parsed.append(path.name)
        return read_concepts(path)

    monkeypatch.setattr("kg.vocabulary.read_concepts", noting)
    (tmp_path / "papers.jsonl").write_text('{"abstract": "We propose YakNet, a network for parsing."}\n', "utf-8")
    own = tmp_path / "own.ttl"
    text = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <urn:x> skos:prefLabel 'YakNet' ; a skos:Concept, "
    for type_ in ("Method", "Dataset"):
        own.write_text(f"{text} <https://w3id.org/paperkg/ontology#{type_}> .", "utf-8")
        build([tmp_path / "papers.jsonl"], tmp_path / "g", pipeline="rules", vocabulary=[own])
        assert parsed.count("own.ttl") == 1  # the bundled files have been parsed by other tests, or are here
        assert max(map(parsed.count, parsed)) <= 2
        assert load_vocabulary([own]).find("YakNet")[0].type == type_
        parsed.clear()


def test_a_table_as_windows_writes_it_and_names_that_only_a_sign_sets_apart(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("Quagga*\tMethod\nQuagga\tMethod\nImageNet*\tDataset\n", "utf-8-sig")
    vocabulary = load_vocabulary([own])
    assert [concept.label for name in ("Quagga*", "Quagga") for concept in vocabulary.find(name)] == [
        "Quagga*",
        "Quagga",
    ]
    (starred,), (plain,) = vocabulary.find("ImageNet*"), vocabulary.find("ImageNet")
    assert starred.iri != plain.iri and "ImageNet*" not in plain.names
