"""URLs: found as printed, repaired, classified."""

import pytest
from growth import LINEAR, growth, over_and_over
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.urls import find_urls, repair_url

FOUND = [
    # text, url, surface, kinds, reason
    ("Code: https://github.com/ab/cd.", "https://github.com/ab/cd", "https://github.com/ab/cd", "code", "full stop"),
    ("See (https://github.com/ab/cd).", "https://github.com/ab/cd", "https://github.com/ab/cd", "code", "bracket"),
    (
        "Code is at https: //github.com/ab/cd.",
        "https://github.com/ab/cd",
        "https: //github.com/ab/cd",
        "code",
        "space after the colon",
    ),
    (
        "Code is at https://github. com/ab/cd .",
        "https://github.com/ab/cd",
        "https://github. com/ab/cd",
        "code",
        "space in the host",
    ),
    (
        "Code is at https://github.com/ ab/cd.",
        "https://github.com/ab/cd",
        "https://github.com/ ab/cd",
        "code",
        "space after the host",
    ),
    (
        r"Our code: \url{https://github.com/ab/cd}.",
        "https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "code",
        "url",
    ),
    (
        r"The code is \href{https://github.com/ab/cd}{here}.",
        "https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "code",
        "href",
    ),
    (
        r"Code: {\tt https://github.com/ab/c\_d}.",
        "https://github.com/ab/c_d",
        r"https://github.com/ab/c\_d",
        "code",
        "escaped underscore",
    ),
    ("Code: github.com/ab/cd.git.", "https://github.com/ab/cd", "github.com/ab/cd.git", "code", "bare, .git"),
    ("Code: http://www.github.com/ab/cd/", "https://github.com/ab/cd", "http://www.github.com/ab/cd/", "code", "www"),
    ("Code is at ab.github.io/cd.", "https://ab.github.io/cd", "ab.github.io/cd", "code project", "page with the code"),
    ("Project page: https://ab.github.io/", "https://ab.github.io", "https://ab.github.io/", "project", "page"),
    (
        "The corpus: https://huggingface.co/datasets/ab/cd",
        "https://huggingface.co/datasets/ab/cd",
        "https://huggingface.co/datasets/ab/cd",
        "dataset",
        "host and path tell",
    ),
    (
        "Try it at https://huggingface.co/spaces/ab/cd",
        "https://huggingface.co/spaces/ab/cd",
        "https://huggingface.co/spaces/ab/cd",
        "demo",
        "space",
    ),
    (
        "Weights: https://huggingface.co/ab/cd",
        "https://huggingface.co/ab/cd",
        "https://huggingface.co/ab/cd",
        "model",
        "hub",
    ),
    (
        "Data: https://osf.io/12.",
        "https://osf.io/12",
        "https://osf.io/12",
        "dataset",
        "archive",
    ),
    (
        "Code and data are at https://gitlab.com/ab/cd.",
        "https://gitlab.com/ab/cd",
        "https://gitlab.com/ab/cd",
        "code dataset",
        "both said",
    ),
    (
        "The dataset is released: https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "dataset",
        "a forge that holds data alone",
    ),
    (
        "We use data. Code: https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "https://github.com/ab/cd",
        "code",
        "the sentence before does not count",
    ),
    (
        "See https://arxiv.org/abs/12.",
        "https://arxiv.org/abs/12",
        "https://arxiv.org/abs/12",
        "other",
        "paper",
    ),
    ("At www.some-lab.org we show a demo.", "https://www.some-lab.org", "www.some-lab.org", "demo", "bare www"),
    (
        "in https://en.wikipedia.org/wiki/Foo_(bar).",
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "other",
        "a bracket of its own",
    ),
]


@pytest.mark.parametrize(("text", "url", "surface", "kinds", "reason"), FOUND, ids=[row[4] for row in FOUND])
def test_finds_repairs_and_classifies(text: str, url: str, surface: str, kinds: str, reason: str) -> None:
    [link] = find_urls(text)
    assert link.url == url
    assert text[link.start : link.end] == surface
    assert " ".join(link.kinds) == kinds


NOT_URLS = [
    ("precision and/or recall of 3.5/4.2", "slashes alone"),
    ("write to a.person@some-lab.org for access", "an address"),
    ("Node.js and e.g. PyTorch. Inference is fast.", "dots alone"),
    ("https:// is a scheme", "nothing follows"),
]


@pytest.mark.parametrize(("text", "reason"), NOT_URLS)
def test_leaves_other_text_alone(text: str, reason: str) -> None:
    assert find_urls(text) == []


def test_a_url_printed_twice_is_one_link_with_all_its_kinds() -> None:
    text = "Code: https://github.com/ab/cd. The dataset is at https://github.com/ab/cd too."
    [link] = find_urls(text)
    assert link.start == 6
    assert set(link.kinds) == {"code", "dataset"}


def test_two_urls_each_take_their_own_words() -> None:
    first, second = find_urls("Code: https://github.com/ab/cd and data: https://github.com/ab/ef")
    assert [first.kinds, second.kinds] == [("code",), ("dataset",)]


@given(st.text(alphabet="ab./:\\{}()~ htpswgiu_com\n", max_size=200))
def test_offsets_are_exact_and_repair_is_stable(text: str) -> None:
    for link in find_urls(text):
        assert repair_url(text[link.start : link.end]) == link.url
        assert not any(c.isspace() for c in link.url)


@pytest.mark.parametrize("piece", ["(", "https://", "a.", "www.", "github.com/", "\\url{", "/", "http://x ", "h"])
def test_hostile_runs_take_linear_time(piece: str) -> None:
    assert growth(find_urls, over_and_over(piece), 25_000) < LINEAR
