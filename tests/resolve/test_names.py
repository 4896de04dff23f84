"""What the folded form sets aside and what it keeps."""

import pytest

from kg.names import fold, is_acronym, key, stands_for, stem

SAME = [
    ("VQA 2.0", "VQAv2", "the version's three spellings"),
    ("VQA v2", "VQA-v2.0", "hyphen and .0"),
    ("SQuAD 1.1", "SQuAD v1.1", "version with and without v"),
    ("BERT$\\rm_{BASE}$", "BERT-base", "LaTeX font command"),
    ("BERT\\textsubscript{BASE}", "BERT base", "LaTeX text command"),
    ("ViT-B/16", "ViT-B16", "slash"),
    ("Graph Neural Networks (GNNs)", "graph neural network", "inner acronym, plural, case"),
    ("GANs", "GAN", "plural of an acronym"),
    ("the Transformer", "Transformers", "article"),
    ("$\\beta$-VAE", "β-VAE", "Greek letter"),
    ("Poincaré embeddings", "Poincare embedding", "accent"),
    ("F$_1$", "F1", "subscript"),
    ("ResNet-50", "ResNet50", "hyphen"),
    ("cross entropy losses", "cross-entropy loss", "plural in -es"),
    ("leaf biases", "leaf bias", "a singular in -s"),
    ("leaf analyses", "leaf analysis", "plural of -is"),
    ("10,000 Signs", "10000 signs", "thousands"),
]
DIFFERENT = [
    ("DS-Net", "DS-Net++", "a plus is a name's"),
    ("MobileNetV2", "MobileNetV3", "versions"),
    ("Swin-B", "Swin-L", "sizes"),
    ("SQuAD 1.1", "SQuAD 2.0", "versions"),
    ("A*", "A", "a star is a name's"),
    ("$\\alpha$-divergence", "$\\beta$-divergence", "Greek letters"),
    ("ResNet-50", "ResNet-101", "depths"),
    ("LVIS", "LVI", "the S of an acronym"),
    ("recall@1", "recall@10", "cut-offs"),
    ("Otter 2 7B", "Otter 27B", "two numbers are not one"),
]


@pytest.mark.parametrize(("first", "second", "why"), SAME)
def test_same_form(first: str, second: str, why: str) -> None:
    assert fold(first) == fold(second), why


@pytest.mark.parametrize(("first", "second", "why"), DIFFERENT)
def test_different_form(first: str, second: str, why: str) -> None:
    assert fold(first) != fold(second), why


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("U-Net", "UNet"),
        ("DS-Net", "DSNet"),
        ("neural nets", "Neural Networks"),
        ("self-supervised learning", "Self-Supervised Learning"),
        ("fine-tuning", "finetuning"),
        ("tumour segmentation", "tumor segmentation"),
        ("graph convolution", "graph convolutional"),
        ("optimisation of policies", "optimization of policy"),
    ],
)
def test_keys_meet(first: str, second: str) -> None:
    assert key(first) == key(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("supervised learning", "unsupervised learning"), ("noise model", "noize model"), ("U-Net", "U-Net++")],
)
def test_keys_differ(first: str, second: str) -> None:
    assert key(first) != key(second)


def test_fold_is_idempotent_on_letters() -> None:
    for first, second, _ in SAME + DIFFERENT:
        for name in (first, second):
            assert fold(name)
    assert fold("$$ --") == ""


def test_acronyms() -> None:
    assert is_acronym("mAP") and is_acronym("BERT") and not is_acronym("Adam")
    assert stands_for("ViT", "Vision Transformer")
    assert stands_for("CNNs", "convolutional neural networks")
    assert not stands_for("CNN", "graph attention network")
    assert not stands_for("GAN", "GANs"), "a plural is no long form"


def test_stem() -> None:
    assert stem("dsnet++") == ("dsnet", "++")
    assert stem("vqav2") == ("vqa", "v2")
    assert stem("graph") == ("graph", "")
