"""A graph is a function of its papers: the order, the number of builds and crashes cannot be seen in it."""

import json
import random
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

import kg
from kg import builder
from kg.builder import remove
from kg.cli import main
from kg.errors import InputError, PipelineError, StoreError
from kg.resources import data_dir
from kg.store import GraphDirectory, open_store
from kg.vocab import KG

PAPERS = [
    {
        "id": f"arXiv:2101.{n:05}",
        "title": f"{name}: {task} revisited",
        "abstract": f"We propose {name}, a convolutional neural network for {task}. {name} reaches {70 + n}.5% top-1 "
        f"accuracy on {data}, outperforming {other}. Code is available at https://github.com/lab/{name.lower()}.",
        "authors": ["A. Author", f"B. {name}"],
        "year": 2015 + n,
    }
    for n, (name, task, data, other) in enumerate(
        [
            ("FooNet", "image classification", "ImageNet", "ResNet-50"),
            ("BarFormer", "object detection", "COCO", "FooNet"),
            ("QuxBERT", "question answering", "SQuAD", "BERT"),
            ("Foo-Net", "image classification", "ImageNet", "VGG"),
            ("ZipGCN", "node classification", "Cora", "GCN"),
        ]
    )
]

#: What a build does to a graph is the same for every pipeline; the rules are the quicker ones.
build = partial(builder.build, pipeline="rules")


def write(path: Path, papers: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), "utf-8")
    return path


def quads(graph: Path) -> list[str]:
    return sorted(map(str, open_store(graph)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("whole")
    build([write(folder / "papers.jsonl", PAPERS)], folder / "g")
    return quads(folder / "g")


def test_rerunning_changes_nothing(tmp_path: Path, whole: list[str]) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    assert build([source], tmp_path / "g").read == len(PAPERS)
    assert build([source], tmp_path / "g").read == 0
    assert quads(tmp_path / "g") == whole


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(PAPERS), st.lists(st.integers(0, len(PAPERS)), max_size=2))
def test_order_and_steps_cannot_be_seen(
    tmp_path_factory: pytest.TempPathFactory, whole: list[str], papers: list[dict[str, object]], cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    bounds = [0, *sorted(cuts), len(papers)]
    for start, end in pairwise(bounds):
        if start < end:
            # One file name throughout: the name of the source is part of the graph.
            part = folder / f"{start}" / "papers.jsonl"
            part.parent.mkdir()
            build([write(part, papers[start:end])], folder / "g")
    assert quads(folder / "g") == whole


def test_removing_gives_the_graph_without(tmp_path: Path) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    build([source], tmp_path / "g")
    assert remove(tmp_path / "g", ["arXiv:2101.00003"]) == 1
    build([write(tmp_path / "papers.jsonl", PAPERS[:3] + PAPERS[4:])], tmp_path / "h")
    assert quads(tmp_path / "g") == quads(tmp_path / "h")


TITLE = "One title that three records have in common"
ALIKE = [
    {"id": "arXiv:2102.00001", "title": TITLE, "year": 2021, "abstract": "We propose FooNet and weigh it on ImageNet."},
    {"doi": "10.1000/b", "title": TITLE, "year": 2021, "abstract": "We propose FooNet and weigh it on COCO and Cora."},
    {"id": "arXiv:2102.00003", "title": TITLE, "year": 2021, "abstract": "We propose BarFormer for SQuAD."},
]


def test_records_that_another_kept_apart_meet_when_it_changes(tmp_path: Path) -> None:
    sources = [write(tmp_path / f"{n}.jsonl", [record]) for n, record in enumerate(ALIKE)]
    assert build(sources, tmp_path / "g").papers == 3  # two arXiv ids under one title: the DOI may be of either
    write(sources[2], [{**ALIKE[2], "title": "Another title"}])
    assert build([sources[2]], tmp_path / "g").papers == 2
    build(sources, tmp_path / "h")
    assert quads(tmp_path / "g") == quads(tmp_path / "h")


def test_records_that_another_kept_apart_meet_in_the_build_after_it_is_removed(tmp_path: Path) -> None:
    sources = [write(tmp_path / f"{n}.jsonl", [record]) for n, record in enumerate(ALIKE)]
    build(sources, tmp_path / "g")
    name = "arXiv:2102.00003"
    assert remove(tmp_path / "g", [name, name]) == 1
    assert build([sources[0]], tmp_path / "g").papers == 1
    assert build([sources[1]], tmp_path / "g").papers == 1


def test_a_paper_that_falls_apart_keeps_its_name_in_one_part(tmp_path: Path) -> None:
    """The part that keeps the name may be made before the other gives it up."""
    records: list[dict[str, object]] = [
        {"doi": "10.1000/x", "abstract": "We propose FooNet and weigh it on ImageNet."},
        {"id": "arXiv:2102.00001", "ids": ["doi:10.1000/x", "doi:10.1000/y"], "abstract": "We weigh FooNet."},
        {"doi": "10.1000/y", "abstract": "We propose BarFormer and weigh it on SQuAD."},
    ]
    sources = [write(tmp_path / f"{n}.jsonl", [record]) for n, record in enumerate(records)]
    assert build(sources, tmp_path / "g").papers == 1
    write(sources[1], [{**records[1], "ids": ["doi:10.1000/x"]}])
    assert build([sources[1]], tmp_path / "g").papers == 2
    build(sources, tmp_path / "h")
    assert quads(tmp_path / "g") == quads(tmp_path / "h")


def test_without_the_vocabulary_it_was_built_with_a_graph_is_left_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("Quagga\tDataset\n", "utf-8")
    source = write(tmp_path / "papers.jsonl", PAPERS[:2])
    build([source], tmp_path / "g", vocabulary=[own])
    before = quads(tmp_path / "g")
    own.unlink()
    more = write(tmp_path / "more.jsonl", PAPERS[2:])
    for _ in range(2):  # what failed may be asked again
        with pytest.raises(kg.KgError, match=r"own\.tsv: cannot be read.*--vocabulary"):
            remove(tmp_path / "g", ["arXiv:2101.00001"])
        with pytest.raises(kg.KgError, match=r"own\.tsv: cannot be read.*--vocabulary"):
            build([more], tmp_path / "g")
    assert quads(tmp_path / "g") == before
    own.write_text("Quagga\tDataset\n", "utf-8")
    assert remove(tmp_path / "g", ["arXiv:2101.00001"]) == 1


def test_a_base_that_is_no_iri_makes_no_graph(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no IRI can begin with 'not an iri'"):
        build([write(tmp_path / "papers.jsonl", PAPERS[:1])], tmp_path / "g", base="not an iri")
    assert not (tmp_path / "g").exists()


def test_removing_what_is_not_there_says_so(tmp_path: Path) -> None:
    build([write(tmp_path / "papers.jsonl", PAPERS[:1])], tmp_path / "g")
    with pytest.raises(StoreError, match=r"no paper 'arXiv:9999\.99999'"):
        remove(tmp_path / "g", ["arXiv:9999.99999"])


def test_an_identifier_of_two_papers_removes_neither(tmp_path: Path) -> None:
    both = [{**paper, "doi": "10.1000/both"} for paper in PAPERS[:2]]
    build([write(tmp_path / "papers.jsonl", both)], tmp_path / "g")
    with pytest.raises(StoreError, match=r"2 papers have 'doi:10\.1000/both'; name one of them: arxiv"):
        remove(tmp_path / "g", ["doi:10.1000/both"])


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:1</id><title>FooNet reads leaves</title>
<link href="/papers/1"/><link href=" https://example.org/1 "/><summary>We propose FooNet.</summary></entry></feed>"""


def test_an_address_without_a_scheme_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "feed.atom").write_text(ATOM, "utf-8")
    build([tmp_path / "feed.atom"], tmp_path / "g")
    found = [quad for quad in quads(tmp_path / "g") if f"<{KG.link}>" in quad]
    assert len(found) == 1 and "<https://example.org/1>" in found[0]


def test_a_changed_abstract_replaces_the_old(tmp_path: Path, whole: list[str]) -> None:
    old = [{**PAPERS[0], "abstract": "We propose OldNet for image segmentation on Cityscapes."}, *PAPERS[1:]]
    source = write(tmp_path / "papers.jsonl", old)
    build([source], tmp_path / "g")
    assert quads(tmp_path / "g") != whole
    write(source, PAPERS)
    build([source], tmp_path / "g")
    assert quads(tmp_path / "g") == whole


NUMBERED = [
    {"id": 1, "title": "Foo networks", "abstract": "We propose FooNet, a network for image classification."},
    {"id": 2, "abstract": "We propose BarNet, a network that parses sentences on the Penn Treebank quickly."},
]
OTHERS = [
    {"id": 1, "title": "Qux graphs", "abstract": "QuxGCN classifies the nodes of large graphs with convolutions."},
    {"id": 2, "abstract": "A survey of object detectors and of what they are measured by since the year 2012."},
]


@pytest.mark.slow
def test_files_of_one_name_do_not_replace_each_others_records(tmp_path: Path) -> None:
    """Numbers of their own ("1", "2") do not make records of two folders one; in whatever steps they come."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one = write(tmp_path / "a" / "papers.jsonl", NUMBERED)
    other = write(tmp_path / "b" / "papers.jsonl", OTHERS)
    assert build([one, other], tmp_path / "g").papers == 4
    for name, steps in (("ab", (one, other)), ("ba", (other, one)), ("aba", (one, other, one))):
        for step in steps:
            build([step], tmp_path / name)
        assert quads(tmp_path / name) == quads(tmp_path / "g")


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1, "title": "Foo networks", "abstract": "Another text altogether, on segmentation."},
        {"id": 1, "title": "Foo networks for all", "abstract": NUMBERED[0]["abstract"]},
        {"id": 2, "abstract": "We propose BarNet, a network that parses sentences on the Penn Treebank rather fast."},
    ],
    ids=["the abstract", "the title", "some words where there is no title"],
)
def test_a_changed_record_is_still_the_one_of_its_number(tmp_path: Path, change: dict[str, object]) -> None:
    changed = [change if paper["id"] == change["id"] else paper for paper in NUMBERED]
    source = write(tmp_path / "papers.jsonl", NUMBERED)
    build([source], tmp_path / "g")
    (tmp_path / "other").mkdir()
    other = write(tmp_path / "other" / "papers.jsonl", OTHERS)
    build([other], tmp_path / "g")
    build([write(source, changed)], tmp_path / "g")
    assert kg.Graph(tmp_path / "g").info()["Paper"] == 4
    build([source, other], tmp_path / "both")
    assert quads(tmp_path / "g") == quads(tmp_path / "both")


def test_a_record_and_what_it_was_changed_to_may_stand_in_one_file(tmp_path: Path) -> None:
    same = [{**paper, "id": 1} for paper in (NUMBERED[0], OTHERS[1])]
    changed = {**same[1], "abstract": f"{same[1]['abstract']} More is said of them."}
    source = write(tmp_path / "papers.jsonl", same)
    build([source], tmp_path / "g")
    build([write(source, [same[0], changed, same[1]])], tmp_path / "g")
    build([source], tmp_path / "once")
    assert quads(tmp_path / "g") == quads(tmp_path / "once")


def test_one_paper_in_two_files_names_both(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", PAPERS[:1])
    second = write(tmp_path / "b.jsonl", PAPERS[:1])
    graph = kg.build([first, second], tmp_path / "g", pipeline="rules")
    assert graph.info()["Paper"] == 1
    rows = graph.query("SELECT ?s { ?p a kg:Paper ; dcterms:source ?s } ORDER BY ?s")
    assert [s.value for (s,) in rows] == ["a.jsonl", "b.jsonl"]


def test_a_broken_record_leaves_no_graph(tmp_path: Path) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    source.write_text(source.read_text("utf-8") + '{"abstract": "cut o\n', "utf-8")
    with pytest.raises(InputError) as caught:
        build([source], tmp_path / "g")
    assert caught.value.line == len(PAPERS) + 1 and "--skip-bad" in (caught.value.hint or "")
    assert not (tmp_path / "g").exists()
    summary = build([source], tmp_path / "g", skip_bad=True)
    assert summary.papers == len(PAPERS) and len(summary.problems) == 1
    assert "cut o" in (tmp_path / "g" / "problems.jsonl").read_text("utf-8")


def test_a_broken_record_leaves_a_graph_that_another_build_made_meanwhile(
    tmp_path: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, read = write(tmp_path / "papers.jsonl", PAPERS), builder.read

    def slow(inputs: list[str], **options: object) -> object:
        monkeypatch.setattr(builder, "read", read)
        build([source], tmp_path / "g")  # while this one waits for its input
        return read(inputs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builder, "read", slow)
    (tmp_path / "bad.jsonl").write_text('{"no json\n', "utf-8")
    with pytest.raises(InputError):
        build([tmp_path / "bad.jsonl"], tmp_path / "g")
    assert quads(tmp_path / "g") == whole


def test_a_broken_record_leaves_an_old_graph_as_it_was(tmp_path: Path, whole: list[str]) -> None:
    build([write(tmp_path / "papers.jsonl", PAPERS)], tmp_path / "g")
    (tmp_path / "bad.jsonl").write_text('{"abstract": 1}\n{"no json\n', "utf-8")
    with pytest.raises(InputError):
        build([tmp_path / "bad.jsonl"], tmp_path / "g")
    assert quads(tmp_path / "g") == whole


@pytest.mark.parametrize("at", ["kg.writer.entity_quads", "kg.writer.paper_quads", "kg.builder.Extractor.extract"])
def test_a_build_that_died_is_finished_by_the_next(
    tmp_path: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(at, die)
        with pytest.raises(KeyboardInterrupt):
            build([source], tmp_path / "g")
    build([source], tmp_path / "g")
    assert quads(tmp_path / "g") == whole


def test_another_base(tmp_path: Path) -> None:
    build([write(tmp_path / "papers.jsonl", PAPERS[:1])], tmp_path / "g", base="https://example.org/x/")
    assert GraphDirectory.open(tmp_path / "g").base == "https://example.org/x/"
    subjects = {quad.subject.value for quad in open_store(tmp_path / "g")}
    assert all(subject.startswith("https://example.org/x/") for subject in subjects)


def test_a_build_says_no_to_another_base_before_it_changes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (write(tmp_path / f"{i}.jsonl", PAPERS[i : i + 1]) for i in (0, 1))
    own, other = "https://example.org/x/", "https://example.org/y/"
    graph, more = tmp_path / "g", tmp_path / "more.nt"
    more.write_text("<urn:a> <urn:b> <urn:c> .", "utf-8")
    build([first], graph, base=own)
    before = {path: path.read_bytes() for path in sorted(graph.rglob("*")) if path.is_file()}
    for command in (["build", second, "-o", graph, "--pipeline", "rules"], ["load", graph, more]):
        monkeypatch.setattr("sys.argv", ["kg", *map(str, command), "--base-iri", other])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert f"the base of its IRIs is {own}, not {other}" in said.err
    assert {path: path.read_bytes() for path in sorted(graph.rglob("*")) if path.is_file()} == before
    build([second], graph, base=own)
    build([first], graph)
    assert kg.Graph(graph).info()["Paper"] == 2


def test_offsets_are_exact(tmp_path: Path) -> None:
    papers = [dict(paper) for paper in PAPERS]
    random.Random(0).shuffle(papers)
    papers[0]["abstract"] = "𝔘nicode 😀 first: " + str(papers[0]["abstract"])
    graph = kg.build([write(tmp_path / "papers.jsonl", papers)], tmp_path / "g", pipeline="rules")
    rows = graph.query(
        "SELECT ?text ?b ?e ?a { ?m nif:referenceContext/nif:isString ?text ; nif:beginIndex ?b ; nif:endIndex ?e ;"
        " nif:anchorOf ?a }"
    )
    found = [tuple(row) for row in rows]
    assert len(found) > 20
    for text, begin, end, anchor in found:
        assert text.value[int(begin.value) : int(end.value)] == anchor.value


def test_views(tmp_path: Path) -> None:
    graph = kg.build([write(tmp_path / "papers.jsonl", PAPERS)], tmp_path / "g", pipeline="rules")
    network = graph.networkx()
    assert {data["type"] for _, data in network.nodes(data=True)} >= {"Paper", "Method", "Dataset"}
    rows = graph.rdflib().query("SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/paperkg/ontology#Paper> }")
    assert [int(row.n) for row in rows] == [len(PAPERS)]


@pytest.mark.parametrize(
    "options", [{"pipeline": "nope"}, {"vocabulary": ["nope.ttl"]}, {"decisions": "nope.txt"}, {"format": "nope"}]
)
def test_what_is_named_wrongly_makes_no_graph(tmp_path: Path, options: dict[str, object]) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    with pytest.raises(kg.KgError, match="nope"):
        builder.build([source], tmp_path / "g", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "g").exists()


WEIGHTS = ("encoder.onnx", "marked.onnx", "tokenizer.json", "heads.npz", "arcs.npz", "judge.npz", "facts.npz")


@pytest.fixture
def learned(tmp_path: Path) -> Path:
    """A copy of the bundled pipeline."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in (data_dir("pipelines") / "learned").iterdir():
        if path.suffix in (".cfg", ".json", ".npz", ".onnx"):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_that_are_cut_short_make_no_graph(learned: Path, tmp_path: Path, name: str) -> None:
    whole = (learned / name).read_bytes()
    (learned / name).unlink()
    (learned / name).write_bytes(whole[: len(whole) // 2])
    source = write(tmp_path / "papers.jsonl", PAPERS)
    with pytest.raises(PipelineError) as caught:
        builder.build([source], tmp_path / "g", pipeline=learned)
    assert name in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "g").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_pipeline_that_cannot_be_loaded_leaves_an_old_graph_as_it_was(
    learned: Path,
    tmp_path: Path,
    whole: list[str],
    jobs: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build([write(tmp_path / "papers.jsonl", PAPERS)], tmp_path / "g")
    (learned / "marked.onnx").unlink()
    (learned / "marked.onnx").write_text("version https://git-lfs.github.com/spec/v1\n", "utf-8")
    more = write(tmp_path / "more.jsonl", [{"abstract": "We propose YakNet, a network of networks, for parsing."}])
    command = ["build", more, "-o", tmp_path / "g", "--pipeline", learned, "--jobs", jobs]
    monkeypatch.setattr("sys.argv", ["kg", *map(str, command)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "marked.onnx: not a whole ONNX graph" in said and len(said.splitlines()) == 1
    assert quads(tmp_path / "g") == whole
    assert not (tmp_path / "g" / "problems.jsonl").read_text("utf-8")
    assert build([tmp_path / "papers.jsonl"], tmp_path / "g").papers == len(PAPERS)  # the record was not kept either


def test_nothing_is_loaded_where_nothing_is_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    build([source], tmp_path / "g")

    def load(*_: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("kg.extract.load_pipeline", load)
    assert build([source], tmp_path / "g", jobs=2).read == 0
    with pytest.raises(AssertionError):
        build([write(source, [*PAPERS, {"abstract": "We propose YakNet for parsing."}])], tmp_path / "g")


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_own_vocabulary_is_known_to_what_reads_and_kept(tmp_path: Path, jobs: int) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("Quagga\tDataset\n", "utf-8")
    papers = [{"id": f"p{n}", "abstract": f"Zip{n} is slow on Quagga and other corpora."} for n in range(2)]
    ask = "SELECT DISTINCT ?paper { ?paper ?role <dataset/quagga> . ?paper a kg:Paper }"
    first = kg.build([write(tmp_path / "a.jsonl", papers[:1])], tmp_path / "g", pipeline="rules", jobs=jobs)
    assert len(first.query(ask)) == 0
    source = write(tmp_path / "a.jsonl", papers)
    assert build([source], tmp_path / "g", vocabulary=[own], jobs=jobs).read == 2  # what it reads may be more now
    assert len(kg.Graph(tmp_path / "g").query(ask)) == 2
    assert build([source], tmp_path / "g", jobs=jobs).read == 0


@pytest.mark.slow
def test_the_graph_is_the_same_however_many_write(
    tmp_path: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.writer._WRITE", {"entity": 2, "person": 2, "paper": 2})
    build([write(tmp_path / "papers.jsonl", PAPERS)], tmp_path / "g", jobs=2)
    assert quads(tmp_path / "g") == whole


def test_a_build_of_many_batches_merges_what_they_left(
    tmp_path: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the next one would wait for it."""
    merged = []

    class Watched:
        def __init__(self, store: Store) -> None:
            self._store = store

        def __getattr__(self, name: str) -> object:
            return getattr(self._store, name)

        def optimize(self) -> None:
            self._store.optimize()
            merged.append(True)

    opened = GraphDirectory.writable_store
    monkeypatch.setattr(GraphDirectory, "writable_store", lambda directory: Watched(opened(directory)))
    monkeypatch.setattr("kg.writer._WRITE", {"entity": 2, "person": 2, "paper": 2})
    source = write(tmp_path / "papers.jsonl", PAPERS)
    for name, unmerged in (("left", 1000), ("merged", 3)):
        monkeypatch.setattr("kg.writer._UNMERGED", unmerged)
        build([source], tmp_path / name)
        assert bool(merged) == (name == "merged")
        assert quads(tmp_path / name) == whole


@pytest.mark.slow
def test_a_batch_that_is_not_loaded_is_loaded_by_the_next_build(
    tmp_path: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "papers.jsonl", PAPERS)
    with monkeypatch.context() as patch:
        patch.setattr("kg.writer._WRITE", {"entity": 2, "person": 2, "paper": 2})
        patch.setattr("kg.writer.RdfFormat", SimpleNamespace(N_QUADS=RdfFormat.RDF_XML))  # what the store refuses
        with pytest.raises(SyntaxError):
            build([source], tmp_path / "g", jobs=2)
    build([source], tmp_path / "g")
    assert quads(tmp_path / "g") == whole


def test_a_graph_of_other_code_is_resolved_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: list[str]
) -> None:
    papers = write(tmp_path / "papers.jsonl", PAPERS)
    with monkeypatch.context() as older:
        older.setattr("kg.resolve.resolver.code_digest", lambda: "older")
        older.setattr("kg.resolve.occurrence.key", lambda name: name.casefold())  # Foo-Net is another than FooNet
        build([papers], tmp_path / "g")
    assert quads(tmp_path / "g") != whole
    build([papers], tmp_path / "g")
    assert quads(tmp_path / "g") == whole
