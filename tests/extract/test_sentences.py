"""Words and sentences of scholarly prose."""

from itertools import pairwise

import pytest
from growth import LINEAR, growth, over_and_over
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.sentences import sentence_spans
from kg.extract.tokens import split_words

WHOLE = [
    ("As Smith et al. Showed, it works.", "et al. before a capital"),
    ("We use e.g. ResNet and i.e. CNNs.", "e.g. and i.e."),
    ("See Fig. 3 and Eq. (2) for it.", "Fig. and Eq."),
    ("It gains 2.5 points over wav2vec 2.0 on v1.1 sets.", "decimals and versions"),
    ("Precision vs. Recall is shown.", "vs."),
    ("We test (in two rounds. Each is long.) the model.", "inside brackets"),
    ("The code is at https://a.github.io/b.html?x=1. html for all.", "a URL, then a small letter"),
    (r"We reach $\mathcal{O}(n \log n)$ and 77.6\% in all.", "LaTeX"),
    ("It is\nbroken over\nlines here.", "line breaks of a paragraph"),
]


@pytest.mark.parametrize(("text", "reason"), WHOLE, ids=[row[1] for row in WHOLE])
def test_stays_one_sentence(text: str, reason: str) -> None:
    assert [text[a:b] for a, b in sentence_spans(text)] == [text]


CUT = [
    ("It works. We test it.", 2, "a full stop"),
    ("We reach 77.6%. The gain is 2.", 2, "a number at the end"),
    ("Does it work? Yes! It does.", 3, "other marks"),
    ("A Title Without a Mark\nWe do things. They work.", 3, "a title"),
    ("It is by Smith et al. We test it.", 1, "et al. is never an end"),
    ("Sets, models, etc. We test them.", 2, "etc. before a capital"),
    ('He said "it works." Then he left.', 2, "a closing quote"),
    (r"It costs $O(n)$. \textbf{We} cut it.", 2, "LaTeX begins the next"),
    ("First.\n\nsecond paragraph", 2, "a paragraph"),
]


@pytest.mark.parametrize(("text", "count", "reason"), CUT, ids=[row[2] for row in CUT])
def test_cuts(text: str, count: int, reason: str) -> None:
    assert len(sentence_spans(text)) == count


def test_never_cuts_inside_what_is_protected() -> None:
    text = "Code: https: //github. Com/a/b. It runs."
    assert [text[a:b] for a, b in sentence_spans(text, [(6, 29)])] == [text[:31], "It runs."]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a < b and not text[a].isspace() and not text[b - 1].isspace() for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    rest = list(text)
    for a, b in spans:
        rest[a:b] = [" "] * (b - a)
    assert not "".join(rest).strip()


WORDS = [
    ("BERT-based", ["BERT", "-", "based"], "a hyphen parts"),
    ("v1.1, 1,000.", ["v1.1", ",", "1,000", "."], "versions and thousands"),
    ("see et al. now", ["see", "et", "al.", "now"], "abbreviation"),
    (r"6.9$\times$", ["6.9", "$", "\\times", "$"], "LaTeX"),
    ("(https://a.org/b).", ["(", "https://a.org/b", ")", "."], "a URL is one word"),
    ("BERT's", ["BERT", "'s"], "the possessive"),
]


@pytest.mark.parametrize(("text", "words", "reason"), WORDS, ids=[row[2] for row in WORDS])
def test_words(text: str, words: list[str], reason: str) -> None:
    assert split_words(text)[0] == words


@given(st.text(max_size=200))
def test_words_and_spaces_spell_the_text(text: str) -> None:
    words, spaces = split_words(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text


@pytest.mark.parametrize("piece", ["(", "1", "1.", "\\", ". A", "a", " ", "\n", "((a.", "www.", "https://"])
def test_hostile_runs_are_linear(piece: str) -> None:
    assert growth(sentence_spans, over_and_over(piece), 40_000) < LINEAR
    assert growth(split_words, over_and_over(piece), 40_000) < LINEAR
