"""The component with the bundled weights: the same mentions whatever the batch, the process or the disk."""

from collections.abc import Iterator

import pytest
from spacy.language import Language

from kg.errors import PipelineError
from kg.extract import load_pipeline
from kg.extract.mentions.component import Mentions
from kg.resources import data_dir

FOLDER = data_dir("pipelines") / "learned"
TEXTS = [
    "Tiny Graph Transformers for Parsing\nWe propose Tiny Graph Transformer (TGT), trained with contrastive learning. "
    "On Penn Treebank it reaches 96.1% accuracy and outperforms BERT.",
    "We study image segmentation. A U-Net is fine-tuned on the ADE20K dataset and mIoU improves by 2.1 points.",
    "",
    "No names here.",
]


@pytest.fixture(scope="module")
def nlp() -> Iterator[Language]:
    yield load_pipeline("learned")


def marks(doc) -> list[tuple[int, int, str, float]]:
    scores = doc.user_data["kg_scores"]
    return [
        (s.start_char, s.end_char, s.label_, scores[f"{s.start_char}:{s.end_char}:{s.label_}"]) for s in doc.spans["kg"]
    ]


def test_finds_what_is_plain_to_see(nlp: Language) -> None:
    doc = nlp(TEXTS[0])
    found = {(span.text, span.label_) for span in doc.spans["kg"]}
    assert {("TGT", "Method"), ("Penn Treebank", "Dataset"), ("accuracy", "Metric"), ("BERT", "Method")} <= found
    assert all(0 <= score <= 1 for *_, score in marks(doc))
    assert all(len(roles) == 8 for roles in doc.user_data["kg_roles"].values())


def test_batches_and_order_change_nothing(nlp: Language) -> None:
    alone = [marks(nlp(text)) for text in TEXTS]
    assert [marks(doc) for doc in nlp.pipe(TEXTS, batch_size=2)] == alone
    assert [marks(doc) for doc in nlp.pipe(reversed(TEXTS), batch_size=4)] == alone[::-1]


def test_processes_change_nothing(nlp: Language) -> None:
    alone = [marks(nlp(text)) for text in TEXTS]
    assert [marks(doc) for doc in nlp.pipe(TEXTS, batch_size=1, n_process=2)] == alone


def test_a_long_text_is_read_to_its_end(nlp: Language) -> None:
    filler = "We describe how it was made and what came of it in the end. " * 60
    doc = nlp(filler + "We evaluate ResNet on the ImageNet dataset.")
    assert {"ResNet", "ImageNet"} <= {span.text for span in doc.spans["kg"]}


def test_vectors_stay_for_those_who_come_after(nlp: Language) -> None:
    component = Mentions(keep_vectors=True).from_disk(FOLDER)
    doc = component(nlp.make_doc(TEXTS[0]))
    encoded = doc.user_data["kg_vectors"]
    assert encoded.first.shape == encoded.last.shape == (len(encoded.words), 384)


def test_disk(nlp: Language, tmp_path) -> None:
    nlp.get_pipe("kg_mentions").to_disk(tmp_path)
    again = Mentions(threads=1).from_disk(tmp_path)
    assert marks(again(nlp.make_doc(TEXTS[1]))) == marks(nlp(TEXTS[1]))


def test_without_weights_it_says_so(nlp: Language, tmp_path) -> None:
    with pytest.raises(PipelineError, match="no weights"):
        Mentions()(nlp.make_doc("text"))
    with pytest.raises(PipelineError, match="encoder"):
        Mentions().from_disk(tmp_path)


def test_a_url_names_nothing(nlp: Language) -> None:
    text = "Our code for ImageNet is at https://github.com/foo-bar/ResNet-50-ImageNet and we use ResNet-50."
    doc = nlp(text)
    link = text.index("https")
    assert doc.spans["kg"]
    assert all(s.end_char <= link or s.start_char >= text.index(" and we") for s in doc.spans["kg"])
