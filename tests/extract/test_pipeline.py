"""Pipelines: loaded from data alone, the same whatever the batch and the number of processes."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import DocBin

import kg
from kg.errors import InputError, OntologyError, PipelineError
from kg.extract import Extractor, load_pipeline
from kg.extract.codec import from_json, to_json
from kg.extract.pipelines import pipeline_version
from kg.extract.records import record
from kg.model import (
    EntityType,
    Extraction,
    Kind,
    Link,
    LinkKind,
    LocalEntity,
    Mention,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)  # fmt: skip

TEXTS = [
    "QUOLL: Quick Unified Ordering of Long Lists\nWe present QUOLL, a graph neural network (GNN) for image "
    "classification. It reaches 77.6% accuracy on CIFAR-10. Code: https: //github.com/ab/cd.",
    "",
    "   ",
    "One line without a name.",
    "A lone surrogate \ud800 and a nul \x00 are text, too. We train a ResNet-50 on ImageNet.",
]


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_pipeline("rules")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor("rules")


def test_reads_what_it_promises(extractor: Extractor) -> None:
    found = next(extractor.extract(TEXTS))
    text = TEXTS[0]
    assert [link.url for link in found.links] == ["https://github.com/ab/cd"]
    assert found.links[0].kinds == (LinkKind.CODE,)
    assert [s.of(text)[:5] for s in found.sentences] == ["QUOLL", "We pr", "It re", "Code:"]
    named = {surface: entity.type for entity in found.entities for surface in entity.surfaces}
    assert named["QUOLL"] == "Method"
    assert named["image classification"] == "Task"
    assert named["CIFAR-10"] == "Dataset"
    assert named["accuracy"] == "Metric"
    gnn = next(entity for entity in found.entities if "GNN" in entity.surfaces)
    assert gnn.expansion == "graph neural network"


def test_every_offset_is_exact(extractor: Extractor) -> None:
    for text, found in zip(TEXTS, extractor.extract(TEXTS), strict=True):
        for entity in found.entities:
            assert {text[m.start : m.end] for m in entity.mentions} == set(entity.surfaces)
        assert all(0 <= span.start < span.end <= len(text) for span in (*found.sentences, *found.links))


def test_batches_change_nothing_and_streams_are_lazy(extractor: Extractor) -> None:
    whole = list(extractor.extract(TEXTS * 3))
    assert list(extractor.extract((text for text in TEXTS * 3), batch_size=1)) == whole
    endless = extractor.extract((TEXTS[0] for _ in iter(int, 1)), batch_size=2)
    assert next(endless) == whole[0]


def test_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.extract, "_REMEMBERED", 50)
    fresh = Extractor("rules")
    list(fresh.extract((f"word{number}" for number in range(400)), batch_size=100))
    assert len(list(fresh.nlp.vocab)) < 50 + 2 * 100, "new words of the later batches are forgotten"


def test_two_streams_of_one_extractor_may_run_side_by_side(extractor: Extractor) -> None:
    pairs = zip(extractor.extract(TEXTS, batch_size=1), extractor.extract(TEXTS, batch_size=2), strict=True)
    assert all(one == other for one, other in pairs)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_processes_change_nothing(rules: Language) -> None:
    texts = [TEXTS[0], TEXTS[3]] * 4
    one = [record(doc) for doc in rules.pipe(texts)]
    assert [record(doc) for doc in rules.pipe(texts, n_process=2, batch_size=2)] == one


def test_documents_survive_a_docbin(rules: Language) -> None:
    doc = rules(TEXTS[0])
    stored = DocBin(store_user_data=True, attrs=["SENT_START"], docs=[doc]).to_bytes()
    [again] = DocBin().from_bytes(stored).get_docs(rules.vocab)
    assert record(again) == record(doc)
    assert [(s.start_char, s.end_char, s.label_) for s in again.spans["kg"]] == [
        (s.start_char, s.end_char, s.label_) for s in doc.spans["kg"]
    ]


def test_saved_and_loaded_it_reads_the_same(rules: Language, tmp_path: Path) -> None:
    rules.to_disk(tmp_path / "own")
    import spacy

    again = spacy.load(tmp_path / "own")
    assert record(again(TEXTS[0])) == record(rules(TEXTS[0]))


# --- codec --------------------------------------------------------------------------------------------------------


def test_extractions_survive_the_cache(extractor: Extractor) -> None:
    for found in extractor.extract(TEXTS):
        line = to_json(found)
        assert "\n" not in line
        assert from_json(line) == found


NUMBERS = st.integers(0, 10**6)
SCORES = st.floats(0, 1)
SPANS = st.builds(Span, NUMBERS, NUMBERS)
INDICES = st.none() | st.integers(0, 99)
EXTRACTIONS = st.builds(
    Extraction,
    sentences=st.lists(SPANS, max_size=3).map(tuple),
    entities=st.lists(
        st.builds(
            LocalEntity,
            st.sampled_from(EntityType),
            st.text(),
            st.lists(st.text(), max_size=2).map(tuple),
            st.lists(st.builds(Mention, NUMBERS, NUMBERS, SCORES), max_size=2).map(tuple),
            st.lists(st.sampled_from(Role), max_size=2).map(tuple),
            st.none() | st.text(),
            SCORES,
            SCORES,
        ),
        max_size=2,
    ).map(tuple),
    links=st.lists(
        st.builds(Link, st.text(), NUMBERS, NUMBERS, st.lists(st.sampled_from(LinkKind), max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    results=st.lists(
        st.builds(
            Result,
            *(NUMBERS, NUMBERS, st.text(), st.sampled_from(Kind), SPANS),
            value=st.none() | st.text(),
            unit=st.text(),
            method=INDICES,
            baselines=st.lists(st.integers(0, 9), max_size=2).map(tuple),
            setting=st.none() | st.text(),
            score=SCORES,
        ),
        max_size=2,
    ).map(tuple),
    relations=st.lists(
        st.builds(Relation, NUMBERS, st.sampled_from(RelationType), NUMBERS, SPANS, SCORES), max_size=2
    ).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(EXTRACTIONS)
def test_any_extraction_survives_the_cache(found: Extraction) -> None:
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize("line", ["", "{}", "[1]", '[[],[["Nothing"]]]', "null"])
def test_a_damaged_cache_is_refused(line: str) -> None:
    with pytest.raises(InputError):
        from_json(line)


# --- folders ------------------------------------------------------------------------------------------------------


def folder(tmp_path: Path, config: str) -> Path:
    (tmp_path / "config.cfg").write_text(textwrap.dedent(config), "utf-8")
    return tmp_path


REFUSED = [
    ('[nlp]\nlang = "en"\npipeline = ["ner"]\n', "unknown component 'ner'", "a component of another project"),
    ('[nlp]\nlang = "en"\npipeline = []\nbefore_creation = {"@callbacks":"x"}\n', "before_creation", "a callback"),
    ('[nlp]\nlang = "en"\npipeline = []\n[training]\nseed = 1\n', "unknown section: training", "a section"),
    ('[nlp]\nlang = "en"\npipeline = []\n[nlp.tokenizer]\n@tokenizers = "x"\n', "kg.Tokenizer.v1", "a tokenizer"),
    (
        '[nlp]\nlang = "en"\npipeline = ["kg_patterns"]\n[components]\n[components.kg_patterns]\n'
        '[components.kg_patterns.threshold]\n@misc = "evil"\n',
        "@misc",
        "a registered function among the settings",
    ),
    ('[nlp]\nlang = "xx"\npipeline = []\n', 'lang = "en"', "another language"),
    ("what is this", "not a pipeline configuration", "no configuration"),
    (
        '[nlp]\nlang = "en"\npipeline = ["kg_patterns"]\n[components.kg_patterns]\nthreshold = "x"\n',
        "",
        "a wrong value",
    ),
]


@pytest.mark.parametrize(("config", "words", "reason"), REFUSED, ids=[row[2] for row in REFUSED])
def test_refuses(tmp_path: Path, config: str, words: str, reason: str) -> None:
    with pytest.raises(PipelineError) as caught:
        load_pipeline(folder(tmp_path, config))
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(PipelineError, match="rules"):
        load_pipeline("no-such-pipeline")


def test_a_folder_of_the_user_brings_its_own_patterns(tmp_path: Path) -> None:
    config = """
        [nlp]
        lang = "en"
        pipeline = ["kg_patterns","kg_coreference"]
        [components]
        [components.kg_patterns]
        vocabulary = false
    """
    own = folder(tmp_path, config)
    rows = ["stop\tthe", "term\tzanzibar widget\t\t\t2.5\t\t", "head\twidget\t\t\t-1\t\t"]
    (own / "patterns.tsv").write_text("\n".join(rows), "utf-8")
    [found] = Extractor(own).extract(["The Zanzibar widget and image classification."])
    assert [entity.surfaces for entity in found.entities] == [("Zanzibar widget",)]


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    own = folder(tmp_path, '[nlp]\nlang = "en"\npipeline = ["kg_patterns"]\n')
    (own / "patterns.tsv").write_text("term\ta\t\t\t2\t\t\n")
    first = pipeline_version(own)
    assert first == pipeline_version(own)
    (own / "patterns.tsv").write_text("term\tb\t\t\t2\t\t\n")
    assert pipeline_version(own) != first
    assert pipeline_version("rules").startswith("rules@")


OWN_NAMES = "Quagga\tDataset\nZorblat\tMethod\nsnarf parsing\tTask\n"


@pytest.mark.parametrize("pipeline", ["rules", "learned"])
def test_names_of_an_own_vocabulary_are_found(tmp_path: Path, pipeline: str) -> None:
    """The same text with and without: they are names that no model can know."""
    own = tmp_path / "own.tsv"
    own.write_text(OWN_NAMES, "utf-8")
    text = "Zorblat is for snarf parsing. On Quagga it reaches 91.2% accuracy, 2.3 points above BERT."
    [without], [found] = Extractor(pipeline).extract([text]), Extractor(pipeline, [own]).extract([text])

    def chances(read: Extraction) -> dict[str, float]:
        named = {surface: e for e in read.entities for surface in e.surfaces}
        wanted = {"Quagga": "Dataset", "Zorblat": "Method", "snarf parsing": "Task"}
        return {name: e.score for name, t in wanted.items() if (e := named.get(name)) and e.type == t}

    assert len(chances(found)) == 3
    assert all(score > chances(without).get(name, 0.0) for name, score in chances(found).items())


def test_the_version_follows_the_own_vocabulary(tmp_path: Path) -> None:
    one, other = tmp_path / "one.tsv", tmp_path / "other.tsv"
    one.write_text(OWN_NAMES, "utf-8")
    other.write_text(OWN_NAMES, "utf-8")
    assert Extractor("rules").version != Extractor("rules", [one]).version == Extractor("rules", [other]).version
    other.write_text("Quagga\tTask\n", "utf-8")
    assert Extractor("rules", [one]).version != Extractor("rules", [other]).version
    with pytest.raises(OntologyError, match="nope"):
        _ = Extractor("rules", [tmp_path / "nope.tsv"]).version


# --- spaCy --------------------------------------------------------------------------------------------------------

ENTRY_POINTS = """
[spacy_factories]
kg_urls = kg.components:make_urls
kg_mentions = kg.components:make_mentions
kg_facts = kg.components:make_facts
[spacy_tokenizers]
kg.Tokenizer.v1 = kg.components:make_tokenizer
"""


def test_spacy_finds_the_components_without_an_import(tmp_path: Path) -> None:
    """As installed: the distribution's entry points alone bring the factories."""
    info = tmp_path / "paperkg_test-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: paperkg-test\nVersion: 0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    code = """
        import sys, spacy
        assert "kg" not in sys.modules
        nlp = spacy.blank("en")
        nlp.add_pipe("kg_urls")
        doc = nlp("Code: github.com/ab/cd.")
        print(doc.user_data["kg"]["urls"][0]["url"])
    """
    root = Path(kg.__file__).parents[1]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])}
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=env, capture_output=True, text=True)
    assert run.stdout.strip() == "https://github.com/ab/cd", run.stderr


# --- hostile text -------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_is_read(extractor: Extractor, text: str) -> None:
    [found] = extractor.extract([text])
    assert from_json(to_json(found)) == found


def test_quantities_are_noted_but_not_those_of_urls() -> None:
    nlp = load_pipeline("rules")
    nlp.add_pipe("kg_quantities")
    text = "It gains 1.2 points and runs 6.9x faster than before: https://a.org/b/3.5 tells."
    found = nlp(text).user_data["kg"]["quantities"]
    assert [(text[q["start"] : q["end"]], q["value"], q["unit"]) for q in found] == [
        ("1.2 points", "1.2", "points"),
        ("6.9x", "6.9", "x"),
    ]
